//! The documents of a book: letters and other texts that were written in the world.

use super::model::{NarrativeLength, Paragraph, ParagraphKind, Sentence};
use super::selection::{BookItem, NarrationMode};
use super::write::BookWriter;
use crate::salience::{FollowedAgents, Salience};
use longhand_chronicle::{Chronicle, Event};
use longhand_expr::ids::EventId;
use std::collections::BTreeSet;

/// The maximum number of words of all documents in a medium book.
const DOCUMENT_WORDS: usize = 750;

/// The events whose documents a book prints: a short one none, a full one all, a medium one those of the agents that it follows, as many as
/// fit in [`DOCUMENT_WORDS`]. The most salient come first, so that the last letter is not cut for the sake of the first.
pub(super) fn shown_documents(
    chronicle: &Chronicle,
    items: &[BookItem],
    salience: &Salience,
    followed: &FollowedAgents,
    length: NarrativeLength,
) -> BTreeSet<EventId> {
    let is_told = |item: &&BookItem| length != NarrativeLength::Short && item.mode != NarrationMode::Learned;
    let events = items.iter().filter(is_told).filter_map(|item| chronicle.event(item.event));
    let mut written: Vec<(&Event, usize)> = events
        .filter_map(|event| Some((event, event.document.as_deref()?.text.split_whitespace().count())))
        .filter(|(event, _)| {
            length == NarrativeLength::Full || event.roles.first().is_some_and(|&writer| followed.weight(writer) > 0.0)
        })
        .collect();
    written.sort_by(|(a, _), (b, _)| salience.score(b.id).total_cmp(&salience.score(a.id)).then(a.id.cmp(&b.id)));
    let mut remaining = if length == NarrativeLength::Full { usize::MAX } else { DOCUMENT_WORDS };
    let mut shown = BTreeSet::new();
    for (event, words) in written {
        let must = salience.parts(event.id).pattern >= 1.0 && length == NarrativeLength::Medium;
        if words <= remaining || must {
            remaining = remaining.saturating_sub(words);
            shown.insert(event.id);
        }
    }
    shown
}

impl BookWriter<'_> {
    /// The document of an event, if it is included.
    pub(super) fn document_paragraph(&mut self, event: &Event) -> Option<Paragraph> {
        let document = event.document.as_deref().filter(|_| self.documents.contains(&event.id))?;
        let text = self.phrasebook.language().tidy_document(&document.text);
        if text.is_empty() || !self.phrasebook.record_document(&text) {
            return None;
        }
        let sentence = |text: String, shape: &str| Sentence { text, events: vec![event.id], shape: shape.to_owned() };
        Some(Paragraph {
            kind: ParagraphKind::Document,
            sentences: vec![sentence(document.title.clone(), "title"), sentence(text, "document")],
        })
    }
}
