//! Closes a book: what has changed for its main people since it began, and how they stand to each other at the end, by the entries
//! `change/…` and `close/…` of the scene.

use super::composer::{Composer, Standing};
use super::composition::MAX_SAID;
use super::model::{NarrativeLength, Paragraph, ParagraphKind};
use super::phrasebook::ReferenceWords;
use super::references::PronounScope;
use super::write::BookWriter;
use crate::salience::participants;
use longhand_chronicle::Event;
use longhand_expr::ids::{AgentId, Instant};
use longhand_scene::prose_keys::{CLOSE_BEGINNING, ComposedKey, NO_TIE};
use minijinja::value::Value;
use std::collections::BTreeMap;

/// The number of people of whom the end is told, and of their ties.
const MAX_PEOPLE: usize = 4;
const MAX_STANDINGS: usize = 2;
/// The days after which a story has a beginning to look back on.
const MIN_DAYS: f64 = 60.0;

impl BookWriter<'_> {
    /// The last paragraph: what has changed for those of whom the book told most, how they stand to each other, and how long ago it began. A point of view
    /// knows how things stand for itself.
    pub(super) fn closing_paragraph(&mut self) -> Option<Paragraph> {
        if self.length == NarrativeLength::Short || !self.composer.is_active() || self.phrasebook.scenario.cast.is_empty() {
            return None;
        }
        let last = self.phrasebook.chronicle.events().last()?;
        let mut paragraph = Paragraph { kind: ParagraphKind::Summary, sentences: Vec::new() };
        self.focus.clear();
        let mut said: Vec<(AgentId, AgentId)> = Vec::new();
        for agent in self.main_people() {
            let is_told = |other| self.is_known_to_readers(other) && self.last_told.contains_key(&other);
            let standings = self.composer.standings(agent, last, is_told);
            let (mut count, changed) = (0, self.write_change(agent, last, &said, &mut paragraph));
            for other in changed.into_iter().flatten().flatten() {
                said.push((agent.min(other), agent.max(other)));
                count = 1;
            }
            for standing in standings {
                let pair = (agent.min(standing.other), agent.max(standing.other));
                if count < MAX_STANDINGS && !said.contains(&pair) && self.write_standing(agent, &standing, last, &mut paragraph) {
                    said.push(pair);
                    count += 1;
                }
            }
        }
        if !paragraph.sentences.is_empty() {
            self.write_beginning(last, &mut paragraph);
        }
        (!paragraph.sentences.is_empty()).then_some(paragraph)
    }

    /// Those of whom the book has told most, and only the point of view if it has one.
    fn main_people(&self) -> Vec<AgentId> {
        if let Some(pov) = self.knowledge.agent() {
            return vec![pov];
        }
        let mut told: BTreeMap<AgentId, usize> = BTreeMap::new();
        let events = self.narrated.iter().filter_map(|id| self.event(*id));
        for agent in events.flat_map(|event| participants(self.phrasebook.scenario, event)) {
            *told.entry(agent).or_default() += 1;
        }
        let mut people: Vec<(usize, AgentId)> = told.into_iter().map(|(agent, times)| (times, agent)).collect();
        people.retain(|(_, agent)| self.introduced.contains(agent) || self.is_known_to_readers(*agent));
        people.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        people.into_iter().take(MAX_PEOPLE).map(|(_, agent)| agent).collect()
    }

    /// Writes what has changed for somebody, and returns those to whom they were tied at the beginning and are at the end.
    /// A change that was said of the other is not said again.
    fn write_change(
        &mut self,
        who: AgentId,
        last: &Event,
        said: &[(AgentId, AgentId)],
        paragraph: &mut Paragraph,
    ) -> Option<[Option<AgentId>; 2]> {
        let is_told = |other| self.is_known_to_readers(other) && self.last_told.contains_key(&other);
        let change = self.composer.change_of(who, last, is_told)?;
        let is_said = |other: AgentId| said.contains(&(who.min(other), who.max(other)));
        if change.after.is_some_and(|after| is_said(after.other)) {
            return None;
        }
        let ties = &self.phrasebook.scenario.schema.ties;
        let name = |tie: Option<usize>| tie.map_or(Some(NO_TIE), |tie| ties.get(tie).map(|tie| tie.name.as_str()));
        let from = name(change.before.map(|(tie, ..)| tie.index()))?;
        let to = name(change.after.map(|standing| standing.tie.index()))?;
        let person = |agent| self.phrasebook.speaking_person(agent, last.at, Vec::new());
        let mut values = vec![("who", person(who))];
        if let Some((_, before, still)) = change.before {
            values.extend([("before", person(before)), ("still", Value::from(still))]);
        }
        if let Some(after) = change.after {
            values.push(("other", person(after.other)));
            values.extend(self.since_value(after.since, last));
        }
        let phrasing = self.fitting(self.phrasebook.composed(ComposedKey::Change(from, to), last, &values), MAX_SAID)?;
        let event = change.after.and_then(|after| self.event(after.began?)).unwrap_or(last);
        self.push_composed(&phrasing, event, &[], PronounScope::Subject, paragraph);
        Some([change.before.map(|(_, before, _)| before), change.after.map(|after| after.other)])
    }

    /// Since when a tie holds that began in the run, as `past`.
    fn since_value(&self, since: Option<Instant>, last: &Event) -> Option<(&'static str, Value)> {
        let mut began = last.clone();
        began.at = since?;
        Some(("past", self.phrasebook.past_value(&began, last.at, ReferenceWords::default())))
    }

    fn write_standing(&mut self, who: AgentId, standing: &Standing, last: &Event, paragraph: &mut Paragraph) -> bool {
        let Some(tie) = self.phrasebook.scenario.schema.ties.get(standing.tie.index()) else { return false };
        let person = |agent| self.phrasebook.speaking_person(agent, last.at, Vec::new());
        let mut values = vec![("who", person(who)), ("other", person(standing.other))];
        values.extend(self.since_value(standing.since, last));
        let key = ComposedKey::Close(&tie.name);
        let Some(phrasing) = self.fitting(self.phrasebook.composed(key, last, &values), MAX_SAID) else { return false };
        let began = standing.began.and_then(|id| self.event(id)).unwrap_or(last);
        self.push_composed(&phrasing, began, &[], PronounScope::Subject, paragraph);
        true
    }

    /// How long ago it is that the story began, with the first event that the book told of its main people.
    fn write_beginning(&mut self, last: &Event, paragraph: &mut Paragraph) {
        let people = self.main_people();
        let is_of_main = |event: &&Event| event.roles.iter().any(|agent| people.contains(agent));
        let is_long_ago = |event: &&Event| last.at.seconds() - event.at.seconds() > MIN_DAYS * 86_400.0;
        let mut told = self.narrated.iter().filter_map(|id| self.event(*id)).filter(is_of_main).filter(is_long_ago);
        let with_noun = |event| {
            let noun = self.phrasebook.noun(event, (AgentId::NONE, None), false)?;
            Some((event, noun))
        };
        let Some((first, noun)) = told.find_map(with_noun) else { return };
        let who = first.roles.first().copied().unwrap_or(AgentId::NONE);
        let words = ReferenceWords { noun: Some(noun), felt: Composer::felt_in(first, who), ..Default::default() };
        let values = [
            ("who", self.phrasebook.speaking_person(who, last.at, Vec::new())),
            ("past", self.phrasebook.past_value(first, last.at, words)),
        ];
        let key = ComposedKey::Close(CLOSE_BEGINNING);
        if let Some(phrasing) = self.fitting(self.phrasebook.composed(key, last, &values), MAX_SAID) {
            self.push_composed(&phrasing, first, &[], PronounScope::Subject, paragraph);
        }
    }
}
