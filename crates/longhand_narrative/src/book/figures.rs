//! The figures of a book about everybody: what the measures of the scene say, when it has changed since the book last said it.

use super::model::{NarrativeLength, Paragraph, ParagraphKind};
use super::references::{DiscourseFocus, PronounScope};
use super::write::BookWriter;
use crate::templates::number_value;
use longhand_chronicle::{Event, MeasureValue};
use longhand_scene::prose_keys::ComposedKey;
use std::collections::BTreeMap;

/// The share of its value by which a measure must have changed to be told again, and by how much at least.
const MIN_CHANGE: (f64, f64) = (0.12, 0.015);

/// What was told of the measures.
#[derive(Debug, Default)]
pub(super) struct Figures {
    /// By measure: the value that was told last.
    told: BTreeMap<String, f64>,
    /// The number of values that were looked at.
    seen: usize,
    is_off: bool,
}

impl Figures {
    /// For a book that tells no figures.
    pub fn none() -> Self {
        Self { is_off: true, ..Self::default() }
    }
}

impl BookWriter<'_> {
    /// A paragraph of what has changed for everybody until an event, or until the end of the run.
    pub(super) fn figures_paragraph(&mut self, event: &Event, is_end: bool) -> Option<Paragraph> {
        let chronicle = self.phrasebook.chronicle;
        if self.figures.is_off || self.length == NarrativeLength::Short {
            return None;
        }
        // The last value of each measure of the whole world.
        let mut latest: BTreeMap<&str, &MeasureValue> = BTreeMap::new();
        while let Some(taken) = chronicle.measures.get(self.figures.seen).filter(|taken| is_end || taken.at <= event.at) {
            self.figures.seen += 1;
            if !taken.agent.is_some() {
                latest.insert(&taken.measure, taken);
            }
        }
        let mut paragraph = Paragraph { kind: ParagraphKind::Summary, sentences: Vec::new() };
        self.focus = DiscourseFocus::default();
        for (measure, taken) in latest {
            let before = self.figures.told.get(measure).copied();
            let is_new =
                before.is_none_or(|before| (taken.value - before).abs() >= (MIN_CHANGE.0 * before.abs()).max(MIN_CHANGE.1));
            if !is_new || !taken.value.is_finite() {
                continue;
            }
            // The words of time are those of the instant at which it was measured.
            let mut measured = event.clone();
            measured.at = taken.at;
            let mut values = vec![("value", number_value(taken.value))];
            values.extend(before.map(|before| ("before", number_value(before))));
            let phrasings = self.phrasebook.composed(ComposedKey::Measure(measure), &measured, &values);
            let Some(phrasing) = phrasings.into_iter().find(|phrasing| self.continues(&phrasing.text, &phrasing.shape())) else {
                continue;
            };
            self.figures.told.insert(measure.to_owned(), taken.value);
            self.push_composed(&phrasing, event, &[], PronounScope::Subject, &mut paragraph);
        }
        (!paragraph.sentences.is_empty()).then_some(paragraph)
    }
}
