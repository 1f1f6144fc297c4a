//! Exports a run to files that other tools read.
//!
//! - `jsonl` writes each event as a line of JSON with all its data.
//! - `tables` defines the tables and their columns; `csv` and `parquet_file` write these and any other tables.
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
mod tables;

pub use causes::{CauseGraphBuilder, CauseScope};
pub use dot::write_dot;
pub use gexf::write_gexf;
pub use graph::{Graph, GraphEdge, GraphNode, GraphValue, Spell};
pub use graphml::write_graphml;
pub use jsonl::write_jsonl;
pub use relations::{RelationGraphBuilder, RelationScope};
pub use tables::{ColumnType, TableCell, TableColumn, TableFolder, TableFormat, TableWriter, write_tables};

use longhand_chronicle::{Chronicle, Event, StoryError, StoryEventStream, SymbolTable};
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
    Simulated(&'a SymbolTable, &'a Chronicle),
    /// A story file, read in batches.
    Recorded(Box<StoryEventStream>),
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
            Self::Simulated(symbols, chronicle) => {
                let context = RunContext { symbols, chronicle };
                chronicle.iter().try_for_each(|event| handle(&context, event))
            }
            Self::Recorded(story) => loop {
                let events = story.next_chunk()?;
                if events.is_empty() {
                    return Ok(());
                }
                let context = RunContext { symbols: &story.header.symbols, chronicle: &story.run_data };
                events.iter().try_for_each(|event| handle(&context, event))?;
            },
        }
    }

    /// The data of the run besides its events.
    #[must_use]
    pub fn context(&self) -> RunContext<'_> {
        match self {
            Self::Simulated(symbols, chronicle) => RunContext { symbols, chronicle },
            Self::Recorded(story) => RunContext { symbols: &story.header.symbols, chronicle: &story.run_data },
        }
    }
}

/// The data of a run besides its events: names, agents, beats, measures.
#[derive(Clone, Copy, Debug)]
pub struct RunContext<'a> {
    /// Names of everything the events refer to by number.
    pub symbols: &'a SymbolTable,
    /// Agents, beats and measures; the events may be missing.
    pub chronicle: &'a Chronicle,
}
