//! The content of a book in reading order, independent of the output format.

use longhand_chronicle::AgentRegistry;
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_language::Language;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The length of a book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum NarrativeLength {
    /// The essential events: one or two pages.
    Short,
    /// The turning points as scenes, the rest summarised.
    #[default]
    Medium,
    /// Everything that matters.
    Full,
}

/// The options of a book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[serde(rename = "BookOrder")]
pub struct BookOptions {
    /// The length.
    pub length: NarrativeLength,
    /// The point of view, if it is an agent: the book contains only what that agent knew, and when it knew it.
    pub pov: Option<AgentId>,
    /// Whose story it is, if not that of the protagonists of the run. The book knows everything.
    pub whose: Option<AgentId>,
}

/// A book.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    /// The language of the text.
    pub language: Arc<Language>,
    /// The title.
    pub title: String,
    /// What it is about: the description of the scene.
    pub about: String,
    /// The point of view.
    pub pov: Option<AgentId>,
    /// Whose story it is, if it was asked for.
    pub whose: Option<AgentId>,
    /// Whether it is the story of everybody.
    pub is_of_all: bool,
    /// The followed agents, the most central first; none if the story is that of everybody.
    pub followed: Vec<AgentId>,
    /// The chapters.
    pub chapters: Vec<Chapter>,
    /// The seed of the run, with which its sentences are drawn.
    pub seed: u64,
    /// The causes of each narrated event, as far as the point of view knows them.
    pub causes: BTreeMap<EventId, Vec<EventId>>,
}

/// A chapter, up to a turning point.
#[derive(Clone, Debug, PartialEq)]
pub struct Chapter {
    /// The title; empty in a short book.
    pub title: String,
    /// When its first event happened.
    pub from: Instant,
    /// When its last event happened.
    pub to: Instant,
    /// The event with the highest turn score.
    pub turn: Option<EventId>,
    /// The paragraphs.
    pub paragraphs: Vec<Paragraph>,
}

/// The kind of a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParagraphKind {
    /// A summary of a period.
    Summary,
    /// A scene.
    Scene,
    /// A document: its title, then its text as one sentence.
    Document,
}

/// A paragraph.
#[derive(Clone, Debug, PartialEq)]
pub struct Paragraph {
    /// The kind.
    pub kind: ParagraphKind,
    /// The sentences.
    pub sentences: Vec<Sentence>,
}

/// A sentence, or a few that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    /// The text. Only a document has line breaks.
    pub text: String,
    /// The events it narrates, ascending; never empty.
    pub events: Vec<EventId>,
    /// How it was made: the prose key and variant. Two adjacent sentences never have the same shape.
    pub shape: String,
}

impl Book {
    /// The line that says whose knowledge the book is restricted to, or whose story it is.
    pub(super) fn subtitle(&self, agents: &AgentRegistry) -> Option<String> {
        let line = |id: &str, agent: AgentId| self.language.format(id, &[("name", agents.display_name(agent).into())]);
        match (self.pov, self.whose) {
            (Some(pov), _) => Some(line("as-known-by", pov)),
            (None, _) if self.is_of_all => Some(self.language.text("story-of-all").to_owned()),
            (None, whose) => whose.map(|agent| line("story-of", agent)),
        }
    }

    /// The heading of a chapter: its number and title.
    pub(super) fn chapter_heading(&self, nth: usize, chapter: &Chapter) -> String {
        let number = self.language.own_digits((nth + 1).to_string());
        if chapter.title.is_empty() {
            return number;
        }
        self.language.format("chapter-heading", &[("number", number.into()), ("title", chapter.title.as_str().into())])
    }

    /// Every sentence in reading order.
    pub fn sentences(&self) -> impl Iterator<Item = &Sentence> {
        self.chapters.iter().flat_map(|chapter| &chapter.paragraphs).flat_map(|paragraph| &paragraph.sentences)
    }

    /// The number of words.
    #[must_use]
    pub fn word_count(&self) -> usize {
        self.sentences().map(|sentence| sentence.text.split_whitespace().count()).sum()
    }
}

impl Paragraph {
    /// The text of its sentences.
    #[must_use]
    pub fn text(&self) -> String {
        self.sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}
