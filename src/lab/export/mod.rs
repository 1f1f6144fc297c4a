//! A run as files that other tools read.
//!
//! - `jsonl` gives each event as a line of JSON with everything that is known of it.
//! - `tables` says what stands in which column; `csv` and `parquet_file` write tables, of this and of anything else.
//! - `graph` makes two graphs of a run: who is what to whom at an instant, and which event led to which; `graphml`, `gexf` and `dot`
//!   write them.
//!
//! Tables and lines take one event after the other, from a file or from a run just lived, and keep none of them; a graph of relations needs
//! the history of every fact, and so the whole run. For users: `docs/export.md`.

mod csv;
mod dot;
mod gexf;
mod graph;
mod graphml;
mod jsonl;
mod parquet_file;
mod tables;
mod xml;

pub use dot::write_dot;
pub use gexf::write_gexf;
pub use graph::{Causes, CausesOf, Edge, Graph, Node, Of, Relations, Spell, Value};
pub use graphml::write_graphml;
pub use jsonl::write_jsonl;
pub use tables::{Cell, Column, Shape, Sheet, SheetFormat, Sheets, write_tables};

use crate::chronicle::{Chronicle, Event, Legend, StoryError, StoryEvents};
use std::io;
use std::path::PathBuf;

/// Why an export broke off.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The story cannot be read.
    #[error(transparent)]
    Story(#[from] StoryError),
    /// What was being written cannot be.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A Parquet file cannot be written.
    #[error("cannot write {}: {what}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
}

/// Where the events come from.
#[derive(Debug)]
pub enum Source<'a> {
    /// A run just lived.
    Lived(&'a Legend, &'a Chronicle),
    /// A story, read as it is needed.
    Recorded(Box<StoryEvents>),
}

impl Source<'_> {
    /// Gives each event in order, with what is known of the whole run.
    ///
    /// # Errors
    /// When the story is damaged, or what `take` answers.
    pub fn each(&mut self, mut take: impl FnMut(&Whole<'_>, &Event) -> Result<(), ExportError>) -> Result<(), ExportError> {
        match self {
            Self::Lived(legend, chronicle) => {
                let whole = Whole { legend, chronicle };
                chronicle.iter().try_for_each(|event| take(&whole, event))
            }
            Self::Recorded(story) => loop {
                let few = story.next_few()?;
                if few.is_empty() {
                    return Ok(());
                }
                let whole = Whole { legend: &story.head.legend, chronicle: &story.frame };
                few.iter().try_for_each(|event| take(&whole, event))?;
            },
        }
    }

    /// What is known of the whole run.
    #[must_use]
    pub fn whole(&self) -> Whole<'_> {
        match self {
            Self::Lived(legend, chronicle) => Whole { legend, chronicle },
            Self::Recorded(story) => Whole { legend: &story.head.legend, chronicle: &story.frame },
        }
    }
}

/// What is known of a whole run beside its events: names, who is who, beats, measures.
#[derive(Clone, Copy, Debug)]
pub struct Whole<'a> {
    /// What the numbers stand for.
    pub legend: &'a Legend,
    /// The rest; its events may be missing.
    pub chronicle: &'a Chronicle,
}
