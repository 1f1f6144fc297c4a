//! Files that are written of a run: which there are, and how far the one that is being written has come.

use std::path::{Path, PathBuf};

use super::branch::RunSetup;
use super::query::BackgroundTask;
use super::run_data::RunData;
use longhand_expr::ids::Instant;
use longhand_narrative::book::BookOptions;

/// What can be written of a run: the ending of the name of the file, and what the file contains.
pub static OUTPUT_KINDS: [(&str, &str); 12] = [
    ("story", "a recording of the run, to be opened and asked again"),
    ("md", "the run as a book, in Markdown"),
    ("html", "the run as a book, on one page, with plots"),
    ("epub", "the run as a book, for e-readers"),
    ("gif", "a film of the part of the run that the timeline shows"),
    ("webm", "the same as a video, if ffmpeg is installed"),
    ("png", "a picture of the stage at the cursor"),
    ("sqlite", "tables of the events, agents, places and numbers"),
    ("jsonl", "every event as a line of JSON"),
    ("graphml", "the relations at the end as a graph, for networkx, igraph or yEd"),
    ("gexf", "the relations over time as a graph, for Gephi"),
    ("dot", "the relations of the cast at the end, for Graphviz"),
];

/// Writes a file. It is given a function that takes the share that is done, 0 to 1, and returns whether to go on; if not, it
/// leaves no file.
pub type OutputJob = Box<dyn FnOnce(&mut dyn FnMut(f64) -> bool) -> Result<(), String> + Send>;

/// A run of which a file is to be written.
#[derive(Clone, Copy, Debug)]
pub struct OutputRequest<'a> {
    /// The file. Its ending says what is written ([`OUTPUT_KINDS`]).
    pub path: &'a Path,
    /// The run, as far as it is simulated.
    pub run: &'a RunData,
    /// Its setup.
    pub setup: &'a RunSetup,
    /// Its name among the runs of the session.
    pub branch: &'a str,
    /// How a book is written.
    pub book: BookOptions,
    /// The part of the run that a film shows.
    pub span: (Instant, Instant),
    /// The instant of a picture.
    pub at: Instant,
}

/// How far a file has come that is being written.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputProgress {
    /// The share that is done, 0 to 1.
    pub share: f64,
    /// Once it is over: whether it was written.
    pub outcome: Option<Result<(), String>>,
}

/// The last file that was asked for, by its path.
pub type OutputTask = BackgroundTask<PathBuf, OutputProgress>;

impl OutputTask {
    /// How the last file ended; `None` if there is none, or if it is being written.
    #[must_use]
    pub fn outcome(&self) -> Option<&Result<(), String>> {
        self.answer()?.outcome.as_ref()
    }
}
