//! Writes what the [`Composer`](super::composer) finds after an event: what its people say to each other, and, by
//! [`recollection`](super::recollection), which other event it is connected with.

use super::composer::{Composer, Remembrance};
use super::model::{NarrativeLength, Paragraph, Sentence};
use super::phrasebook::{Phrasing, ReferenceWords, SpeechAct};
use super::references::{MarkedText, PronounScope, first_word};
use super::write::{BookWriter, HABIT_SHAPE, LIST_SHAPE};
use crate::dates::CivilDateTime;
use crate::event_narrator::place_name;
use crate::salience::participants;
use longhand_chronicle::Event;
use longhand_expr::ids::{AgentId, EventId};
use longhand_scene::prose_keys::ComposedKey;

/// The share of the words of a book that is direct speech, at least while its scenes give occasion to it.
const SPEECH_SHARE: f64 = 0.25;
/// Below so large a share everybody who has something to say at an event says it, otherwise only the first.
const LITTLE_SPEECH: f64 = 0.2;
/// How often a book says in the same words how people are tied, and how often it refers to other events or has something said in the same
/// words, whatever it refers to.
pub(super) const MAX_TOLD: u32 = 2;
pub(super) const MAX_SAID: u32 = 1;
/// How often two people say in a chapter what they remember.
pub(super) const MAX_REMEMBERED: u32 = 4;
/// Stands for what is not known or not to be said. A line that contains it is left out.
const UNKNOWN: &str = "\u{0}";

impl BookWriter<'_> {
    /// Writes what there is to say after an event.
    pub(super) fn compose_after(&mut self, event: &Event, paragraph: &mut Paragraph) {
        if self.length == NarrativeLength::Short || !self.composer.is_active() || !self.narrated.contains(&event.id) {
            return;
        }
        self.write_reference(event, paragraph);
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
            let is_said = act.speaker != act.hearer && is_known && self.write_speech(event, &act, paragraph);
            // Two exchanges in a row sound like an interrogation.
            if is_said && self.quoted_words as f64 > LITTLE_SPEECH * self.word_count as f64 {
                return;
            }
        }
    }

    /// Writes what somebody says to somebody. Returns whether there were words for it.
    fn write_speech(&mut self, event: &Event, act: &SpeechAct, paragraph: &mut Paragraph) -> bool {
        let (speaker, hearer) = (act.speaker, act.hearer);
        // What it is for the first of a pair, in the mouth of the first of the other.
        let (theirs, ours) = ((hearer, speaker), (speaker, hearer));
        let remembrances = [
            ("past", Remembrance::Shared, ours, ours),
            ("grudge", Remembrance::Grudge, ours, ours),
            ("favour", Remembrance::Favour, ours, ours),
            ("own", Remembrance::Own, ours, ours),
            ("reply", Remembrance::Shared, theirs, theirs),
            ("theirs", Remembrance::Own, theirs, theirs),
            ("yours", Remembrance::Own, theirs, ours),
        ];
        let person = |agent: AgentId| {
            let attributes = self.composer.attributes_of(&self.phrasebook, agent);
            self.phrasebook.speaking_person(agent, event.at, attributes)
        };
        let mut values = vec![("speaker", person(speaker)), ("hearer", person(hearer))];
        let mut events: Vec<(&str, EventId)> = Vec::new();
        for (name, what, whose, voice) in remembrances {
            // What the hearer replies is something else than what the speaker said.
            let is_answer = matches!(name, "reply" | "theirs");
            let said: Vec<EventId> = if name == "reply" { events.iter().map(|(_, id)| *id).collect() } else { Vec::new() };
            let is_known = |who| self.is_known_to_readers(who);
            let past =
                self.composer.remembered(&self.phrasebook, whose, event, (what, said.as_slice()), &self.narrated, is_known);
            let Some(past) = past.and_then(|id| self.event(id)) else { continue };
            let Some(clause) = self.phrasebook.spoken_gist(past, voice.0, voice.1) else { continue };
            // Two of one kind would sound alike side by side.
            let sounds_alike = |(_, id): &(&str, EventId)| self.event(*id).is_some_and(|said| said.kind == past.kind);
            if is_answer && events.iter().any(sounds_alike) {
                continue;
            }
            let noun = self.phrasebook.noun(past, (voice.0, Some(voice.1)), true);
            let felt = Composer::felt_in(past, whose.0);
            let third = participants(self.phrasebook.scenario, past).find(|other| *other != speaker && *other != hearer);
            values.push((name, self.phrasebook.past_value(past, event.at, ReferenceWords { clause, noun, with: third, felt })));
            events.push((name, past.id));
        }
        let pair = (speaker.min(hearer), speaker.max(hearer));
        let may_refer = self.referred_pairs.get(&pair).copied().unwrap_or(0) < MAX_REMEMBERED;
        let mut phrasings = self.phrasebook.composed(ComposedKey::Speech(&act.act), event, &values);
        let refers = |phrasing: &Phrasing| events.iter().any(|(name, _)| self.phrasebook.uses_name(phrasing, name));
        phrasings.sort_by_key(|phrasing| (self.phrasebook.times_worded(phrasing), !refers(phrasing)));
        let fits = |phrasing: &Phrasing| {
            // Two lines in a row that might be said in any story say too little of this one.
            let is_allowed = if refers(phrasing) { may_refer } else { !self.said_in_passing };
            is_allowed && self.phrasebook.times_worded(phrasing) < MAX_SAID && self.continues(&phrasing.text, &phrasing.shape())
        };
        let Some(phrasing) = phrasings.iter().find(|phrasing| fits(phrasing)).cloned() else { return false };
        let referred: Vec<EventId> =
            events.iter().filter(|(name, _)| self.phrasebook.uses_name(&phrasing, name)).map(|(_, id)| *id).collect();
        if !referred.is_empty() {
            *self.referred_pairs.entry(pair).or_default() += 1;
        }
        self.push_composed(&phrasing, event, &referred, PronounScope::Subject, paragraph);
        self.said_in_passing = referred.is_empty();
        true
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
        let mut focus = self.focus.clone();
        let text = phrasing.text.to_sentence(self.phrasebook.agents, event.at, &mut focus, scope, language);
        // With a pronoun it may be what was said of somebody else.
        if self.said.contains(&text) {
            return;
        }
        self.focus = focus;
        self.phrasebook.mark_used(phrasing);
        referred.iter().for_each(|&id| self.composer.mark_referred(id));
        // The event that is narrated is the last one: by it the next sentence is compared.
        let mut events: Vec<EventId> = Vec::with_capacity(referred.len() + 1);
        for &id in referred.iter().filter(|id| **id != event.id) {
            if !events.contains(&id) {
                events.push(id);
            }
        }
        events.push(event.id);
        self.push_sentence(paragraph, text, events, &phrasing.shape());
    }

    /// Writes when it was, between two sentences that would begin alike. `is_dated` says whether the next one begins with its own time.
    pub(super) fn write_aside(&mut self, next: EventId, is_dated: bool, paragraph: &mut Paragraph) {
        let Some(next) = self.event(next) else { return };
        if let Some(words) = self.time_sentence(next, is_dated, paragraph) {
            let event = paragraph.sentences.last().filter(|_| is_dated).and_then(|last| last.events.last().copied());
            let shape = format!("lead/{}", first_word(&words));
            self.push_sentence(paragraph, words, vec![event.unwrap_or(next.id)], &shape);
        }
    }

    /// When it was, as a sentence that the book does not have yet and that begins otherwise than the last one.
    ///
    /// A reader takes it for the time of what was just told, and of what follows without a time of its own: it is true of both. Where no
    /// such words are left, what follows has its date. In a scene of seconds or turns, days and months do not fit.
    pub(super) fn time_sentence(&self, next: &Event, is_dated: bool, paragraph: &Paragraph) -> Option<String> {
        let (scenario, language) = (self.phrasebook.scenario, self.phrasebook.language());
        let civil = CivilDateTime::from_instant(&scenario.calendar, next.at);
        if civil.is_fine() {
            return None;
        }
        let mut lines = match paragraph.sentences.last() {
            None if is_dated => return None,
            None => self.asides(next, ""),
            Some(last) => {
                let told = told_in(last).and_then(|id| self.event(id));
                if civil.date().is_turn() && told.is_none_or(|told| told.at == next.at) {
                    return None;
                }
                let mut lines = told.map_or_else(Vec::new, |told| self.asides(told, &last.text));
                if !is_dated {
                    let of_next = self.asides(next, &last.text);
                    lines.retain(|line| of_next.contains(line));
                }
                lines
            }
        };
        if !is_dated {
            let date = longhand_language::capitalise(&civil.long_date(language));
            lines.push(language.tidy(&format!("{date}{}", language.text("full-stop"))));
        }
        lines.into_iter().find(|line| !self.said.contains(line) && first_word(line) != self.last_opening_and_shape.0)
    }

    /// Sentences that say when or where an event happened, without the day or month that the sentence before has.
    fn asides(&self, event: &Event, before: &str) -> Vec<String> {
        let (scenario, language) = (self.phrasebook.scenario, self.phrasebook.language());
        let civil = CivilDateTime::from_instant(&scenario.calendar, event.at);
        if civil.date().is_turn() {
            return Vec::new();
        }
        let is_said =
            [civil.weekday(language), civil.month(language)].iter().any(|word| !word.is_empty() && before.contains(word));
        let date = if is_said { UNKNOWN.to_owned() } else { civil.date_phrase(language) };
        let values = [
            ("date", date.into()),
            ("time", civil.time_phrase(language).into()),
            ("day", civil.long_date(language).into()),
            ("place", place_name(scenario, event.place).unwrap_or(UNKNOWN).into()),
        ];
        let lines = language.lines("aside", &values).into_iter().filter(|line| !line.contains(UNKNOWN));
        lines.map(|line| language.tidy(&line)).collect()
    }
}

/// The event that a sentence tells; none of a summary. One that refers to other events tells the last.
fn told_in(sentence: &Sentence) -> Option<EventId> {
    let is_summary = matches!(sentence.shape.as_str(), HABIT_SHAPE | LIST_SHAPE);
    sentence.events.last().copied().filter(|_| !is_summary)
}
