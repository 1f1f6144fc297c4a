//! "Because …": the cause that a book states before an event.

use super::model::NarrativeLength;
use super::phrasebook::Phrasing;
use super::write::BookWriter;
use crate::dates::pace_seconds;
use crate::salience::participants;
use longhand_chronicle::{CauseLink, Event};
use longhand_expr::ids::{self, AgentId, EventId, Fact};

/// The minimum number of blocks between two sentences that state a cause.
pub(super) const MIN_BLOCKS_BETWEEN_CAUSES: usize = 3;
/// The maximum number of words of a clause that states a cause.
const BECAUSE_WORDS: usize = 16;

impl BookWriter<'_> {
    /// A clause with the weightiest cause that affected the agent and was narrated more than a day before the event: something that its
    /// condition read, or what the agent felt. If the event has others, the cause is about one of them too: what somebody does to one person
    /// because of another needs more than a clause.
    pub(super) fn because_clause(&self, event: &Event, phrasing: &Phrasing) -> Option<Phrasing> {
        let who = *event.roles.first()?;
        let is_clause = phrasing.text.subject() == Some(who) && !phrasing.text.is_retrospective(self.phrasebook.language());
        if !is_clause || self.phrasebook.language().find_text("lead-because").is_some_and(str::is_empty) {
            return None;
        }
        if self.blocks_since_because < MIN_BLOCKS_BETWEEN_CAUSES || self.length == NarrativeLength::Short {
            return None;
        }
        let is_weighty = |link: CauseLink| match link {
            CauseLink::Condition(fact) => self.is_personal_fact(fact, who),
            CauseLink::Utility(Fact::Feeling(agent, ..)) => agent == who,
            _ => false,
        };
        // The causes of an event are in the order of their weight.
        let causes = (event.causes.iter())
            .filter(|cause| self.narrated.contains(&cause.event) && is_weighty(cause.link))
            .map(|cause| cause.event)
            .filter(|&id| {
                self.event(id).is_some_and(|cause| {
                    event.at.seconds() - cause.at.seconds() > pace_seconds(&self.phrasebook.scenario.calendar)
                })
            })
            .filter(|&id| self.salience.parts(id).pattern > 0.0 && self.shares_another(event, id, who));
        let gist = |id: EventId| self.phrasebook.gist(self.event(id)?);
        causes.filter_map(gist).find(|phrasing| phrasing.text.plain_text().split_whitespace().count() <= BECAUSE_WORDS)
    }

    /// Whether an event and its cause have somebody in common besides `who`, or the event has nobody else.
    fn shares_another(&self, event: &Event, cause: EventId, who: AgentId) -> bool {
        let Some(cause) = self.event(cause) else { return false };
        let scenario = self.phrasebook.scenario;
        let mut others = participants(scenario, event).filter(|other| *other != who).peekable();
        others.peek().is_none() || others.any(|other| participants(scenario, cause).any(|participant| participant == other))
    }

    /// Whether the fact is an attribute or a feeling of the agent. Switches are excluded: scenes use them for bookkeeping.
    fn is_personal_fact(&self, fact: Fact, who: AgentId) -> bool {
        match fact {
            Fact::World(ids::WorldFact::Attr(agent, attribute)) => {
                agent == who
                    && self
                        .phrasebook
                        .scenario
                        .attributes
                        .get(attribute.index())
                        .is_some_and(|attribute| !attribute.switch && attribute.one_of.is_empty())
            }
            Fact::Feeling(agent, ..) => agent == who,
            _ => false,
        }
    }
}
