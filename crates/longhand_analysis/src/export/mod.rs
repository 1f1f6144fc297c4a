//! Exports a run to files that other tools read.
//!
//! - `jsonl` writes the run and each of its events as a line of JSON with all its data.
//! - `run_tables` writes a run as tables; `tables` writes these and any other tables by `csv`, `parquet_file` and `sqlite`.
//! - `graph` is a graph as data. `relations` builds the graph of the relations between agents, in which `network` finds
//!   communities; `causes` builds the graph of the causes between events. `graphml`, `gexf` and `dot` write graphs.
//!
//! Tables and lines process one event at a time, from a file or from a run in memory, and hold none of them. A graph of relations
//! needs the history of every fact, so the whole run must be in memory. User documentation: `docs/export.md`.

mod causes;
mod csv;
mod dot;
mod gexf;
mod graph;
mod graphml;
mod jsonl;
mod network;
mod parquet_file;
mod relations;
mod run_tables;
mod sqlite;
mod tables;

pub use causes::{CauseGraphBuilder, CauseScope};
pub use dot::write_dot;
pub use gexf::write_gexf;
pub use graph::{Graph, GraphEdge, GraphNode, GraphValue, Spell};
pub use graphml::write_graphml;
pub use jsonl::write_jsonl;
pub use relations::{RelationGraphBuilder, RelationScope};
pub use run_tables::write_tables;
pub(crate) use run_tables::{param_cell, param_column};
pub use tables::{ColumnType, TableCell, TableColumn, TableFolder, TableFormat, TableWriter};

use longhand_chronicle::{Chronicle, Event, Sample, StoryError, StoryEventStream, SymbolTable};
use longhand_expr::ids::Instant;
use std::io;
use std::path::PathBuf;

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The story cannot be read.
    #[error(transparent)]
    Story(#[from] StoryError),
    /// Writing to the output failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// An SQLite file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// The error of SQLite.
        source: rusqlite::Error,
    },
    /// A Parquet file cannot be written.
    #[error("cannot write {}: {what}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// The error message.
        what: String,
    },
}

/// The events to export.
#[derive(Debug)]
pub enum EventSource<'a> {
    /// A run in memory.
    Simulated(RunContext<'a>),
    /// A story file, read in batches.
    Recorded(ExportedRun, Box<StoryEventStream>),
}

/// What identifies a run.
#[derive(Clone, Debug)]
pub struct ExportedRun {
    /// File name of the scene.
    pub scene: String,
    /// The scene's title.
    pub title: String,
    /// The seed.
    pub seed: u64,
    /// The end of the run; `None` while a recorded run continues.
    pub ended: Option<Instant>,
    /// The hash of the chronicle.
    pub hash: Option<u128>,
}

impl From<StoryEventStream> for EventSource<'_> {
    fn from(story: StoryEventStream) -> Self {
        let header = &story.header;
        let run = ExportedRun {
            scene: header.scene.clone(),
            title: header.title.clone(),
            seed: header.seed,
            ended: story.ended.map(|end| end.at),
            hash: story.ended.map(|end| end.hash),
        };
        Self::Recorded(run, Box::new(story))
    }
}

impl EventSource<'_> {
    /// Calls `handle` for each event in order.
    ///
    /// # Errors
    /// When the story is damaged, or when `handle` fails.
    pub fn for_each_event(
        &mut self,
        mut handle: impl FnMut(&RunContext<'_>, &Event) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        match self {
            Self::Simulated(context) => context.chronicle.iter().try_for_each(|event| handle(context, event)),
            Self::Recorded(run, story) => loop {
                let events = story.next_chunk()?;
                if events.is_empty() {
                    return Ok(());
                }
                let context = RunContext { run, symbols: &story.header.symbols, chronicle: &story.run_data };
                events.iter().try_for_each(|event| handle(&context, event))?;
            },
        }
    }

    /// Calls `handle` for each value that no event wrote, in order.
    ///
    /// # Errors
    /// When the story is damaged, or when `handle` fails.
    pub fn for_each_sample(
        &mut self,
        mut handle: impl FnMut(&RunContext<'_>, &Sample) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        match self {
            Self::Simulated(context) => context.chronicle.samples().iter().try_for_each(|sample| handle(context, sample)),
            Self::Recorded(run, story) => loop {
                let samples = story.next_samples()?;
                if samples.is_empty() {
                    return Ok(());
                }
                let context = RunContext { run, symbols: &story.header.symbols, chronicle: &story.run_data };
                samples.iter().try_for_each(|sample| handle(&context, sample))?;
            },
        }
    }

    /// The data of the run besides its events.
    #[must_use]
    pub fn context(&self) -> RunContext<'_> {
        match self {
            Self::Simulated(context) => *context,
            Self::Recorded(run, story) => RunContext { run, symbols: &story.header.symbols, chronicle: &story.run_data },
        }
    }
}

/// The data of a run besides its events: names, agents, beats, measures.
#[derive(Clone, Copy, Debug)]
pub struct RunContext<'a> {
    /// What identifies the run.
    pub run: &'a ExportedRun,
    /// Names of everything the events refer to by number.
    pub symbols: &'a SymbolTable,
    /// Agents, beats and measures; the events may be missing.
    pub chronicle: &'a Chronicle,
}
