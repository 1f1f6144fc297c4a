//! Introduces people when the book first names them: by the introduction of the scene, and by how they are tied to those whom the reader
//! knows.

use super::composer::Composer;
use super::composition::{MAX_SAID, MAX_TOLD};
use super::model::{NarrativeLength, Paragraph};
use super::phrasebook::{Phrasing, ReferenceWords};
use super::references::{MarkedText, PronounScope};
use super::write::BookWriter;
use crate::recall_occasion::RecallOccasion;
use crate::salience::participants;
use longhand_chronicle::{AgentProfile, Event};
use longhand_expr::ids::{AgentId, EventId, Fact};
use longhand_scene::prose_keys::ComposedKey;

/// Whether somebody takes part in an event and is not only thought of: its initiator, and whoever feels or remembers something by it.
fn is_there(event: &Event, agent: AgentId) -> bool {
    let is_moved = |fact: Fact| matches!(fact, Fact::Feeling(who, ..) | Fact::Memory(who, ..) if who == agent);
    event.roles.first() == Some(&agent) || event.changes.iter().any(|change| is_moved(change.fact))
}

/// The days after which the book says when it last told of somebody, and the sentences between that and another reference.
const RETURN_DAYS: f64 = 45.0;
const RETURN_DISTANCE: usize = 3;
/// The share of the events of a book in which its main people take part.
const MAIN_SHARE: f64 = 0.25;

impl BookWriter<'_> {
    /// Introduces those whom the text names and who were not introduced: by the introduction of the scene, if the book tells of them more
    /// than once, and by how they are tied to somebody of the event. Says when it last told of the others, if it may refer to another event.
    /// `is_dated` says whether the text is to get a lead of time.
    pub(super) fn introduce(
        &mut self,
        event: &Event,
        text: &MarkedText,
        (may_refer, is_dated): (bool, bool),
        paragraph: &mut Paragraph,
    ) {
        if self.length == NarrativeLength::Short {
            return;
        }
        // The event in which a mind gets its name says who it is. It may not be a role of the event yet.
        let words = text.plain_text();
        let is_named = |profile: &&AgentProfile| {
            !profile.short_name.is_empty() && words.contains(&profile.short_name) && self.is_made_in(profile.id, event)
        };
        let made: Vec<AgentId> = self.phrasebook.agents.iter().filter(is_named).map(|profile| profile.id).collect();
        self.introduced.extend(made);
        let mut new: Vec<AgentId> = Vec::new();
        for agent in text.mentioned_agents().filter(|agent| !self.introduced.contains(agent)) {
            if !new.contains(&agent) {
                new.push(agent);
            }
        }
        for agent in new {
            self.introduced.insert(agent);
            let phrasings = match self.is_worth_introducing(agent) {
                true => self.phrasebook.introductions(agent, event),
                false => Vec::new(),
            };
            let differs = |phrasing: &&Phrasing| phrasing.text.first_word() != self.last_opening_and_shape.0;
            let phrasing = phrasings.iter().find(differs).or(phrasings.first()).cloned();
            if let Some(phrasing) = phrasing {
                if phrasing.text.first_word() == self.last_opening_and_shape.0 {
                    self.write_aside(event.id, is_dated, paragraph);
                }
                let language = self.phrasebook.language();
                // It names the one it introduces.
                self.focus.clear();
                let text =
                    phrasing.text.to_sentence(self.phrasebook.agents, event.at, &mut self.focus, PronounScope::Subject, language);
                self.push_sentence(paragraph, text, vec![event.id], &format!("introduce/{}", agent.0));
                self.phrasebook.mark_used(&phrasing);
            }
            self.write_relation(agent, event, paragraph);
        }
        if may_refer {
            self.write_return(event, text, paragraph);
        }
    }

    /// Writes when the book last told of somebody who comes back after a long time, so that a reader knows who it is.
    fn write_return(&mut self, event: &Event, text: &MarkedText, paragraph: &mut Paragraph) {
        if !self.composer.is_active() || self.sentences_since_reference < RETURN_DISTANCE {
            return;
        }
        // Whoever is told of all the time is never away.
        let is_main = |agent: AgentId| {
            let told = self.selected.iter().filter(|id| self.event(**id).is_some_and(|told| told.roles.contains(&agent))).count();
            told as f64 > MAIN_SHARE * self.selected.len() as f64
        };
        let last_of = |agent: AgentId| {
            let last = self.event(*self.last_told.get(&agent)?)?;
            let days = (event.at.seconds() - last.at.seconds()) / 86_400.0;
            (days >= RETURN_DAYS && is_there(event, agent) && !is_main(agent)).then_some((agent, last))
        };
        let Some((agent, last)) = text.mentioned_agents().find_map(last_of) else { return };
        let others = participants(self.phrasebook.scenario, last);
        if others.into_iter().any(|other| !self.is_known_to_readers(other)) {
            return;
        }
        let noun = self.phrasebook.noun(last, (agent, None), false);
        let felt = Composer::felt_in(last, agent);
        let values = [
            ("who", self.phrasebook.speaking_person(agent, event.at, Vec::new())),
            ("past", self.phrasebook.past_value(last, event.at, ReferenceWords { noun, felt, ..Default::default() })),
        ];
        let key = ComposedKey::Recall(RecallOccasion::Return.name());
        if let Some(phrasing) = self.fitting(self.phrasebook.composed(key, event, &values), MAX_SAID) {
            self.push_composed(&phrasing, event, &[last.id], PronounScope::Subject, paragraph);
            self.sentences_since_reference = 0;
        }
    }

    /// Writes how somebody whom the scene does not introduce by name is tied to somebody of the event whom the reader knows.
    fn write_relation(&mut self, agent: AgentId, event: &Event, paragraph: &mut Paragraph) {
        let scenario = self.phrasebook.scenario;
        if self.phrasebook.is_introduced_by_scene(agent) {
            return;
        }
        let mut known = participants(scenario, event).filter(|other| *other != agent && self.introduced.contains(other));
        let tied = |other| Some((other, self.composer.tie_between(&self.phrasebook, (agent, other), event)?));
        let Some((other, (tie, since))) = known.find_map(tied) else { return };
        let Some(tie) = scenario.schema.ties.get(tie.index()) else { return };
        let mut values = vec![
            ("who", self.phrasebook.speaking_person(agent, event.at, Vec::new())),
            ("other", self.phrasebook.speaking_person(other, event.at, Vec::new())),
        ];
        if let Some(since) = since {
            let mut began = event.clone();
            began.at = since;
            values.push(("past", self.phrasebook.past_value(&began, event.at, ReferenceWords::default())));
        }
        if let Some(phrasing) = self.fitting(self.phrasebook.composed(ComposedKey::Relation(&tie.name), event, &values), MAX_TOLD)
        {
            self.push_composed(&phrasing, event, &[], PronounScope::Subject, paragraph);
        }
    }

    /// Whether a summary or a reference may name an agent: whom the book introduces is not named before.
    pub(super) fn is_known_to_readers(&self, agent: AgentId) -> bool {
        let is_crowd = agent.index() >= self.phrasebook.scenario.cast.len();
        self.introduced.contains(&agent) || !is_crowd && !self.phrasebook.is_introduced_by_scene(agent)
    }

    /// Whether an artificial mind takes part in something for the first time: the event tells where it comes from.
    fn is_made_in(&self, agent: AgentId, event: &Event) -> bool {
        self.is_made_mind(agent) && self.composer.first_of(agent).is_none_or(|first| first >= event.id)
    }

    /// A member of the cast always; anybody else of whom the book tells more than once.
    fn is_worth_introducing(&self, agent: AgentId) -> bool {
        let is_told_of = |id: &&EventId| self.event(**id).is_some_and(|told| told.roles.contains(&agent));
        agent.index() < self.phrasebook.scenario.cast.len() || self.selected.iter().filter(is_told_of).take(2).count() > 1
    }
}
