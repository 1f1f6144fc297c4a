//! Writes what the [`Composer`](super::composer) finds: after an event what its people say to each other, what the event goes back to or what
//! came of it, and after the introduction of somebody how they are tied to those whom the reader knows.

use super::composer::Remembrance;
use super::knowledge::KnowledgeSource;
use super::model::{NarrativeLength, Paragraph};
use super::phrasebook::{Phrasing, SpeechAct};
use super::references::{MarkedText, PronounScope, first_word};
use super::write::BookWriter;
use crate::dates::CivilDateTime;
use crate::event_narrator::place_name;
use crate::salience::participants;
use longhand_chronicle::Event;
use longhand_expr::ids::{AgentId, EventId};
use longhand_scene::prose_keys::ComposedKey;
use minijinja::value::Value;

/// The share of the words of a book that is direct speech, at least while its scenes give occasion to it.
const SPEECH_SHARE: f64 = 0.24;
/// The sentences between two that refer to another event, besides those that are said.
const REFERENCE_DISTANCE: usize = 5;
/// How often the same words are said in a book: with a reference to something that happened, and without one.
const MAX_SAID: [u32; 2] = [3, 1];
/// Stands for a place that is not known. A line that contains it is left out.
const NO_PLACE: &str = "\u{0}";

impl BookWriter<'_> {
    /// Writes what there is to say after an event.
    pub(super) fn compose_after(&mut self, event: &Event, paragraph: &mut Paragraph) {
        if self.length == NarrativeLength::Short || !self.composer.is_active() || !self.narrated.contains(&event.id) {
            return;
        }
        let refers = self.sentences_since_reference >= REFERENCE_DISTANCE;
        if refers && self.write_reference(event, paragraph) {
            self.sentences_since_reference = 0;
        }
        self.write_exchange(event, paragraph);
    }

    /// Writes what the people of an event say to each other, as long as the book has too little speech. A point of view must have heard it.
    fn write_exchange(&mut self, event: &Event, paragraph: &mut Paragraph) {
        let has_enough = self.quoted_words as f64 > SPEECH_SHARE * self.word_count as f64;
        let hears = self.knowledge.agent().is_none_or(|pov| participants(self.phrasebook.scenario, event).any(|one| one == pov));
        if has_enough || !hears {
            return;
        }
        for act in self.phrasebook.acts(event) {
            let is_known = [act.speaker, act.hearer].into_iter().all(|who| self.is_known_to_readers(who));
            if act.speaker == act.hearer || !is_known || !self.write_speech(event, &act, paragraph) {
                return;
            }
        }
    }

    /// Writes what somebody says to somebody. Returns whether there were words for it.
    fn write_speech(&mut self, event: &Event, act: &SpeechAct, paragraph: &mut Paragraph) -> bool {
        const REMEMBRANCES: [(&str, Remembrance); 4] = [
            ("past", Remembrance::Shared),
            ("grudge", Remembrance::Grudge),
            ("favour", Remembrance::Favour),
            ("own", Remembrance::Own),
        ];
        let pair = (act.speaker, act.hearer);
        let person = |agent: AgentId| {
            let attributes = self.composer.attributes_of(&self.phrasebook, agent);
            self.phrasebook.speaking_person(agent, event.at, attributes)
        };
        let mut values = vec![("speaker", person(act.speaker)), ("hearer", person(act.hearer))];
        let mut events: Vec<(&str, EventId)> = Vec::new();
        for (name, what) in REMEMBRANCES {
            let past = self
                .composer
                .remembered(&self.phrasebook, pair, event, what, &self.narrated, |who| self.is_known_to_readers(who));
            let Some(past) = past.and_then(|id| self.event(id)) else { continue };
            let Some(clause) = self.phrasebook.spoken_gist(past, act.speaker, act.hearer) else { continue };
            let third = participants(self.phrasebook.scenario, past).find(|other| *other != pair.0 && *other != pair.1);
            values.push((name, self.phrasebook.past_value(past, event.at, clause, third)));
            events.push((name, past.id));
        }
        let mut phrasings = self.phrasebook.composed(ComposedKey::Speech(&act.act), event, &values);
        let refers = |phrasing: &Phrasing| events.iter().any(|(name, _)| self.phrasebook.uses_name(phrasing, name));
        phrasings.sort_by_key(|phrasing| (self.phrasebook.times_worded(phrasing), !refers(phrasing)));
        let fits = |phrasing: &Phrasing| {
            let most = if refers(phrasing) { MAX_SAID[0] } else { MAX_SAID[1] };
            self.phrasebook.times_worded(phrasing) < most && self.continues(&phrasing.text, &phrasing.shape())
        };
        let Some(phrasing) = phrasings.iter().find(|phrasing| fits(phrasing)).cloned() else { return false };
        let referred: Vec<EventId> =
            events.iter().filter(|(name, _)| self.phrasebook.uses_name(&phrasing, name)).map(|(_, id)| *id).collect();
        self.push_composed(&phrasing, event, &referred, PronounScope::Subject, paragraph);
        true
    }

    /// Writes what the event goes back to, what its people went through before, or what came of it. Returns whether there was something.
    fn write_reference(&mut self, event: &Event, paragraph: &mut Paragraph) -> bool {
        let mut occasions = ["cause", "together", "outcome"];
        occasions.rotate_left(self.phrasebook.draw(event.at.0 as u64 ^ 1 << 59, 3));
        // A mind is in several places at once, and tells of them together.
        let elsewhere = self.knowledge.agent().filter(|pov| self.is_made_mind(*pov)).map(|_| "elsewhere");
        elsewhere.into_iter().chain(occasions).any(|occasion| self.write_recollection(event, occasion, paragraph))
    }

    fn write_recollection(&mut self, event: &Event, occasion: &str, paragraph: &mut Paragraph) -> bool {
        let people: Vec<AgentId> = participants(self.phrasebook.scenario, event).collect();
        let (who, whom) = (people.first().copied(), people.get(1).copied());
        let Some(who) = who else { return false };
        let found = match (occasion, whom) {
            ("cause", _) => self.composer.cause_of(&self.phrasebook, event),
            ("together", Some(whom)) => self
                .composer
                .remembered(&self.phrasebook, (who, whom), event, Remembrance::Shared, &self.narrated, |who| {
                    self.is_known_to_readers(who)
                })
                .filter(|id| self.narrated.contains(id)),
            ("elsewhere", _) => {
                let mind = self.knowledge.agent();
                mind.and_then(|mind| self.composer.elsewhere(&self.phrasebook, mind, event, &self.selected))
            }
            ("outcome", _) if self.knowledge.agent().is_none() => {
                self.composer.outcome_of(&self.phrasebook, event, &self.selected)
            }
            _ => None,
        };
        let is_known =
            |id: &EventId| matches!(self.knowledge.source_of(*id), Some(KnowledgeSource::Witnessed | KnowledgeSource::Told(_)));
        let Some(other) = found.filter(is_known).and_then(|id| self.event(id)) else { return false };
        let Some(clause) = self.phrasebook.gist(other) else { return false };
        let mentioned: Vec<AgentId> = clause.text.mentioned_agents().collect();
        // Whom the reader does not know yet is not spoken of in passing.
        if occasion != "elsewhere" && mentioned.iter().any(|agent| !self.is_known_to_readers(*agent)) {
            return false;
        }
        let third = mentioned.into_iter().find(|agent| !people.contains(agent));
        let mut values = vec![
            ("past", self.phrasebook.past_value(other, event.at, clause.text.marked(), third)),
            (
                "who",
                self.phrasebook.speaking_person(
                    self.knowledge.agent().filter(|_| occasion == "elsewhere").unwrap_or(who),
                    event.at,
                    Vec::new(),
                ),
            ),
        ];
        if let Some(whom) = whom {
            values.push(("whom", self.phrasebook.speaking_person(whom, event.at, Vec::new())));
            let between = self.composer.meetings_between((who, whom), other.id, event.id);
            values.push(("meetings", Value::from(between)));
        }
        let phrasings = self.phrasebook.composed(ComposedKey::Recall(occasion), event, &values);
        let fits = |phrasing: &&Phrasing| {
            self.phrasebook.times_worded(phrasing) < MAX_SAID[0] && self.continues(&phrasing.text, &phrasing.shape())
        };
        let Some(phrasing) = phrasings.iter().find(fits).cloned() else { return false };
        self.push_composed(&phrasing, event, &[other.id], PronounScope::Subject, paragraph);
        true
    }

    fn is_made_mind(&self, agent: AgentId) -> bool {
        let scenario = self.phrasebook.scenario;
        let kind = self.phrasebook.agents.get(agent).map(|profile| profile.kind);
        kind.and_then(|kind| scenario.kinds.get(kind.index())).is_some_and(|kind| kind.os)
    }

    /// Whether a text may come after the last sentence: it begins otherwise, is made otherwise, and was not said before.
    pub(super) fn continues(&self, text: &MarkedText, shape: &str) -> bool {
        text.first_word() != self.last_opening_and_shape.0
            && shape != self.last_opening_and_shape.1
            && !self.said.contains(&text.plain_text())
    }

    pub(super) fn push_composed(
        &mut self,
        phrasing: &Phrasing,
        event: &Event,
        referred: &[EventId],
        scope: PronounScope,
        paragraph: &mut Paragraph,
    ) {
        let language = self.phrasebook.language();
        let text = phrasing.text.to_sentence(self.phrasebook.agents, event.at, &mut self.focus, scope, language);
        self.phrasebook.mark_used(phrasing);
        referred.iter().for_each(|&id| self.composer.mark_referred(id));
        let mut events: Vec<EventId> = referred.iter().copied().chain([event.id]).collect();
        events.sort_unstable();
        events.dedup();
        self.push_sentence(paragraph, text, events, &phrasing.shape());
    }

    /// Introduces those whom the text names and who were not introduced: by the introduction of the scene, if the book tells of them more
    /// than once, and by how they are tied to somebody of the event.
    pub(super) fn introduce(&mut self, event: &Event, text: &MarkedText, paragraph: &mut Paragraph) {
        if self.length == NarrativeLength::Short {
            return;
        }
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
                    self.write_aside(event.id, paragraph);
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
    }

    /// Writes how somebody whom the scene does not introduce by name is tied to somebody of the event whom the reader knows.
    fn write_relation(&mut self, agent: AgentId, event: &Event, paragraph: &mut Paragraph) {
        let scenario = self.phrasebook.scenario;
        if self.phrasebook.is_introduced_by_scene(agent) {
            return;
        }
        let known = participants(scenario, event).find(|other| *other != agent && self.introduced.contains(other));
        let Some(other) = known else { return };
        let Some((tie, since)) = self.composer.tie_between(&self.phrasebook, (agent, other), event) else { return };
        let Some(tie) = scenario.schema.ties.get(tie.index()) else { return };
        let mut values = vec![
            ("who", self.phrasebook.speaking_person(agent, event.at, Vec::new())),
            ("other", self.phrasebook.speaking_person(other, event.at, Vec::new())),
        ];
        if let Some(since) = since {
            let mut began = event.clone();
            began.at = since;
            values.push(("past", self.phrasebook.past_value(&began, event.at, String::new(), None)));
        }
        let phrasings = self.phrasebook.composed(ComposedKey::Relation(&tie.name), event, &values);
        let fits = |phrasing: &&Phrasing| {
            self.phrasebook.times_worded(phrasing) < MAX_SAID[0] && self.continues(&phrasing.text, &phrasing.shape())
        };
        if let Some(phrasing) = phrasings.iter().find(fits).cloned() {
            self.push_composed(&phrasing, event, &[], PronounScope::Subject, paragraph);
        }
    }

    /// Whether a summary or a reference may name an agent: whom the book introduces is not named before.
    pub(super) fn is_known_to_readers(&self, agent: AgentId) -> bool {
        let is_crowd = agent.index() >= self.phrasebook.scenario.cast.len();
        self.introduced.contains(&agent) || !is_crowd && !self.phrasebook.is_introduced_by_scene(agent)
    }

    /// A member of the cast always; anybody else of whom the book tells more than once.
    fn is_worth_introducing(&self, agent: AgentId) -> bool {
        let is_told_of = |id: &&EventId| self.event(**id).is_some_and(|told| told.roles.contains(&agent));
        agent.index() < self.phrasebook.scenario.cast.len() || self.selected.iter().filter(is_told_of).take(2).count() > 1
    }

    /// Writes when or where an event happened, between two sentences that would begin alike.
    pub(super) fn write_aside(&mut self, event: EventId, paragraph: &mut Paragraph) {
        let Some(event) = self.event(event) else { return };
        if let Some(words) = self.time_sentence(event) {
            let shape = format!("lead/{}", first_word(&words));
            self.push_sentence(paragraph, words, vec![event.id], &shape);
        }
    }

    /// When or where an event happened, as a sentence that the book does not have yet and that begins otherwise than the last one.
    pub(super) fn time_sentence(&self, event: &Event) -> Option<String> {
        let (scenario, language) = (self.phrasebook.scenario, self.phrasebook.language());
        let civil = CivilDateTime::from_instant(&scenario.calendar, event.at);
        let values = [
            ("date", civil.date_phrase(language).into()),
            ("time", civil.time_phrase(language).into()),
            ("place", place_name(scenario, event.place).unwrap_or(NO_PLACE).into()),
        ];
        let lines = language.lines("aside", &values).into_iter().filter(|line| !line.contains(NO_PLACE));
        let date = format!("{}{}", longhand_language::capitalise(&civil.long_date(language)), language.text("full-stop"));
        lines
            .chain([date])
            .map(|line| language.tidy(&line))
            .find(|line| !self.said.contains(line) && first_word(line) != self.last_opening_and_shape.0)
    }
}
