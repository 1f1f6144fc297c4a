//! A book: what is told of a run, in the order in which it is read, before it is laid out in any format.

use crate::ids::{AgentId, EventId, Instant};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Length {
    /// The spine of the story: a page or two.
    Short,
    /// The story: what turned it as scenes, the rest summed up.
    #[default]
    Medium,
    /// Everything that matters.
    Full,
}

/// What is to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BookOrder {
    /// How much.
    pub length: Length,
    /// By whom, if by somebody in the story: only what that agent knew, and when it knew it.
    pub pov: Option<AgentId>,
}

/// A told story.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    /// Its title.
    pub title: String,
    /// What it is about, in a sentence of the scene's.
    pub about: String,
    /// Through whose eyes.
    pub pov: Option<AgentId>,
    /// Whom it follows, the most central first.
    pub followed: Vec<AgentId>,
    /// The parts it is told in.
    pub chapters: Vec<Chapter>,
    /// What each event that it tells of came of, as far as whoever tells it knows.
    pub causes: BTreeMap<EventId, Vec<EventId>>,
}

/// A part of a book, up to a turning point.
#[derive(Clone, Debug, PartialEq)]
pub struct Chapter {
    /// What it is called; empty in a short telling.
    pub title: String,
    /// When what it tells of begins.
    pub from: Instant,
    /// When it ends.
    pub to: Instant,
    /// The event that turned the story at its end.
    pub turn: Option<EventId>,
    /// What is read.
    pub paragraphs: Vec<Paragraph>,
}

/// What a paragraph is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParagraphKind {
    /// What happened over some time, summed up.
    Summary,
    /// What happened then and there.
    Scene,
    /// Something that was written: its title, and in the paragraphs of one text its words.
    Document,
}

/// A paragraph.
#[derive(Clone, Debug, PartialEq)]
pub struct Paragraph {
    /// What it is.
    pub kind: ParagraphKind,
    /// What it says.
    pub sentences: Vec<Sentence>,
}

/// A sentence, or a few that stand together.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    /// The words; only a document has line breaks.
    pub text: String,
    /// What it tells of, ascending; never empty.
    pub events: Vec<EventId>,
    /// How it was made: two that stand side by side are never made alike.
    pub shape: String,
}

impl Book {
    /// Every sentence, in the order in which it is read.
    pub fn sentences(&self) -> impl Iterator<Item = &Sentence> {
        self.chapters.iter().flat_map(|chapter| &chapter.paragraphs).flat_map(|paragraph| &paragraph.sentences)
    }

    /// How many words there are to read.
    #[must_use]
    pub fn words(&self) -> usize {
        self.sentences().map(|sentence| sentence.text.split_whitespace().count()).sum()
    }
}

impl Paragraph {
    /// Its words.
    #[must_use]
    pub fn text(&self) -> String {
        self.sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}
