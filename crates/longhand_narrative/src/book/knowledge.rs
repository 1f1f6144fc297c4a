//! Computes what an agent knows of a story, and since when.
//!
//! The participants of an event know it at once, and so does any agent that feels or remembers something because of it. Others
//! learn of it later: by coming to believe a fact that the event had changed, or by acting on an attribute of their own that it
//! had changed. An event that is never learned is never known.

use crate::salience::participants;
use longhand_chronicle::{AgentRegistry, Chronicle, Event, FactChange};
use longhand_expr::ids::{self, AgentField, AgentId, EventId, Fact};
use longhand_scene::Scenario;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The knowledge of a point of view.
#[derive(Clone, Debug)]
pub(super) enum Knowledge {
    /// The narrator knows everything.
    Omniscient,
    /// An agent: the events it knows, each with the source.
    Agent(AgentId, BTreeMap<EventId, KnowledgeSource>),
}

/// How an event became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KnowledgeSource {
    /// By taking part, or by an effect on the agent's mind.
    Witnessed,
    /// By being told of it in this event.
    Told(EventId),
    /// By its effects, on which the agent acted in this event.
    Inferred(EventId),
}

impl Knowledge {
    /// Computes the knowledge of an agent.
    pub fn of_agent(scenario: &Scenario, chronicle: &Chronicle, agent: AgentId) -> Self {
        let mut known = BTreeMap::new();
        // The last event that wrote each fact.
        let mut writers: BTreeMap<Fact, EventId> = BTreeMap::new();
        for event in chronicle.iter() {
            let took_part = participants(scenario, event).any(|participant| participant == agent);
            if took_part || event.changes.iter().any(|change| affects_mind_of(change, agent)) {
                known.entry(event.id).or_insert(KnowledgeSource::Witnessed);
            }
            for change in &event.changes {
                if let Fact::Belief(holder, fact) = change.fact
                    && holder == agent
                    && let Some(&writer) = writers.get(&Fact::World(scenario.canonical_fact(fact)))
                {
                    known.entry(writer).or_insert(KnowledgeSource::Told(event.id));
                }
            }
            if event.roles.first() == Some(&agent) {
                for cause in &event.causes {
                    if cause.link.fact().is_some_and(|fact| is_own(fact, agent)) {
                        known.entry(cause.event).or_insert(KnowledgeSource::Inferred(event.id));
                    }
                }
            }
            for change in &event.changes {
                let fact = match change.fact {
                    Fact::World(fact) => Fact::World(scenario.canonical_fact(fact)),
                    fact => fact,
                };
                writers.insert(fact, event.id);
            }
        }
        Self::Agent(agent, known)
    }

    /// How an event became known; none if it never did.
    pub fn source_of(&self, event: EventId) -> Option<KnowledgeSource> {
        match self {
            Self::Omniscient => Some(KnowledgeSource::Witnessed),
            Self::Agent(_, known) => known.get(&event).copied(),
        }
    }

    /// The agent whose knowledge this is, if it is that of an agent.
    pub fn agent(&self) -> Option<AgentId> {
        match self {
            Self::Omniscient => None,
            Self::Agent(agent, _) => Some(*agent),
        }
    }
}

/// The agents with the names by which the point of view knew them, if there is one.
pub(super) fn known_names<'c>(scenario: &Scenario, chronicle: &'c Chronicle, pov: Option<AgentId>) -> Cow<'c, AgentRegistry> {
    let takes_part = |pov, event: &Event| participants(scenario, event).any(|participant| participant == pov);
    let known_by = |pov| chronicle.agents.known_by(pov, chronicle, |event| takes_part(pov, event));
    pov.map_or(Cow::Borrowed(&chronicle.agents), known_by)
}

/// Whether the agent cannot fail to notice the change.
fn affects_mind_of(change: &FactChange, agent: AgentId) -> bool {
    match change.fact {
        Fact::Feeling(who, ..) | Fact::Memory(who, ..) => who == agent,
        // Its own arrival and its own departure.
        Fact::Field(who, AgentField::Present | AgentField::Gone) => who == agent,
        _ => false,
    }
}

/// Whether the fact is an attribute of the agent. A bond is not, because the other agent may know more of it.
fn is_own(fact: Fact, agent: AgentId) -> bool {
    matches!(fact, Fact::World(ids::WorldFact::Attr(who, _)) if who == agent)
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{ANN, BEN, CLEO, LETTER, QUARREL, WALK, event, scenario};
    use super::*;
    use longhand_chronicle::{Cause, CauseLink};
    use longhand_expr::ids::{AttrId, Emotion, TieId};

    const MOOD: ids::WorldFact = ids::WorldFact::Attr(CLEO, AttrId(0));

    fn change(fact: Fact) -> FactChange {
        FactChange { fact, before: 0.0, after: 1.0 }
    }

    #[test]
    fn an_event_elsewhere_is_known_once_it_is_learned() {
        let scenario = scenario();
        let friends = ids::WorldFact::Tie(ANN, BEN, TieId(0));
        let mut chronicle = Chronicle::default();
        let mut quarrel = event(0, 1.0, QUARREL, &[ANN, BEN]);
        quarrel.changes = vec![change(Fact::World(friends))];
        let quarrel = chronicle.push(quarrel);
        let unknown = chronicle.push(event(0, 2.0, WALK, &[ANN, BEN]));
        let mut telling = event(0, 3.0, WALK, &[ANN, CLEO]);
        telling.changes = vec![change(Fact::Belief(CLEO, friends))];
        let telling = chronicle.push(telling);
        let knowledge = Knowledge::of_agent(&scenario, &chronicle, CLEO);
        assert_eq!(knowledge.source_of(quarrel), Some(KnowledgeSource::Told(telling)));
        assert_eq!(knowledge.source_of(telling), Some(KnowledgeSource::Witnessed));
        assert_eq!(knowledge.source_of(unknown), None);
        assert_eq!(Knowledge::of_agent(&scenario, &chronicle, ANN).source_of(unknown), Some(KnowledgeSource::Witnessed));
        assert_eq!(Knowledge::Omniscient.source_of(unknown), Some(KnowledgeSource::Witnessed));
    }

    #[test]
    fn an_unseen_change_is_known_once_the_agent_acts_on_it() {
        let scenario = scenario();
        let mut chronicle = Chronicle::default();
        // A letter of Ann's about Cleo, who is not there.
        let mut letter = event(0, 1.0, LETTER, &[ANN, CLEO]);
        letter.changes = vec![change(Fact::World(MOOD))];
        let letter = chronicle.push(letter);
        assert_eq!(Knowledge::of_agent(&scenario, &chronicle, CLEO).source_of(letter), None);
        let mut walk = event(0, 2.0, WALK, &[CLEO, BEN]);
        walk.causes = [Cause { event: letter, link: CauseLink::Utility(Fact::World(MOOD)) }].into_iter().collect();
        let walk = chronicle.push(walk);
        assert_eq!(Knowledge::of_agent(&scenario, &chronicle, CLEO).source_of(letter), Some(KnowledgeSource::Inferred(walk)));
    }

    #[test]
    fn an_agent_knows_its_own_beginning_and_end() {
        let scenario = scenario();
        let mut chronicle = Chronicle::default();
        let mut birth = event(0, 1.0, LETTER, &[ANN, BEN]);
        birth.changes = vec![change(Fact::Field(CLEO, AgentField::Present))];
        let birth = chronicle.push(birth);
        assert_eq!(Knowledge::of_agent(&scenario, &chronicle, CLEO).source_of(birth), Some(KnowledgeSource::Witnessed));
    }

    #[test]
    fn an_agent_that_feels_something_about_an_event_knows_it() {
        let scenario = scenario();
        let mut chronicle = Chronicle::default();
        let mut letter = event(0, 1.0, LETTER, &[ANN, BEN]);
        letter.changes = vec![change(Fact::Feeling(CLEO, Emotion::Fear, ANN))];
        let letter = chronicle.push(letter);
        assert_eq!(Knowledge::of_agent(&scenario, &chronicle, CLEO).source_of(letter), Some(KnowledgeSource::Witnessed));
        assert_eq!(
            Knowledge::of_agent(&scenario, &chronicle, BEN).source_of(letter),
            None,
            "the letter is about him, but he did not take part"
        );
    }
}
