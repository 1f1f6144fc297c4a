//! Closes a book: how long ago it began, and how its main people stand to each other at the end, by the entries `close/…` of the scene.

use super::composer::{Composer, Standing};
use super::model::{NarrativeLength, Paragraph, ParagraphKind};
use super::phrasebook::ReferenceWords;
use super::references::PronounScope;
use super::write::BookWriter;
use crate::salience::participants;
use longhand_chronicle::Event;
use longhand_expr::ids::AgentId;
use longhand_scene::prose_keys::{CLOSE_BEGINNING, ComposedKey};
use std::collections::BTreeMap;

/// The number of people of whom the end is told, and of their ties.
const MAX_PEOPLE: usize = 4;
const MAX_STANDINGS: usize = 2;
/// The days after which a story has a beginning to look back on.
const MIN_DAYS: f64 = 60.0;

impl BookWriter<'_> {
    /// The last paragraph: how long ago the story began, and how those of whom the book told most stand to each other. A point of view
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
            let mut count = 0;
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

    fn write_standing(&mut self, who: AgentId, standing: &Standing, last: &Event, paragraph: &mut Paragraph) -> bool {
        let Some(tie) = self.phrasebook.scenario.schema.ties.get(standing.tie.index()) else { return false };
        let person = |agent| self.phrasebook.speaking_person(agent, last.at, Vec::new());
        let mut values = vec![("who", person(who)), ("other", person(standing.other))];
        if let Some(since) = standing.since {
            let mut began = last.clone();
            began.at = since;
            values.push(("past", self.phrasebook.past_value(&began, last.at, ReferenceWords::default())));
        }
        let key = ComposedKey::Close(&tie.name);
        let Some(phrasing) = self.fitting(self.phrasebook.composed(key, last, &values)) else { return false };
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
        if let Some(phrasing) = self.fitting(self.phrasebook.composed(key, last, &values)) {
            self.push_composed(&phrasing, first, &[], PronounScope::Subject, paragraph);
        }
    }
}
