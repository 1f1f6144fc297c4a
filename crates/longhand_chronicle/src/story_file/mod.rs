//! The `.story` file: a chronicle as one SQLite database. `docs/story-format.md` describes its tables.
//!
//! - [`StoryWriter`] (`write.rs`) takes deltas from a chronicle and passes them to a thread, which stores each one in one
//!   transaction (`store.rs`) in a file that `create.rs` made. Committed data survives the end of the process at any moment.
//! - [`Story`] (`read.rs`) reads a file back. Any content yields a chronicle or a [`StoryError`], never a panic.
//! - [`StoryEventStream`] (`stream.rs`) reads a file in chunks of events, for stories larger than memory.
//! - [`StoryBranch`] (`branches.rs`) is a run that was forked from the story and stored in the same file.
//! - [`Keyframe`] (`keyframe.rs`) is a state from which an interrupted run continues; `pack.rs` compresses it.
//! - `row_counts.rs` holds the number of rows that a keyframe covers, or that a branch shares with its parent.
//! - `rows.rs` is the only place that maps facts, links and choices to columns.

mod branches;
mod create;
mod keyframe;
mod pack;
mod read;
mod row_counts;
mod rows;
mod store;
mod stream;
#[cfg(test)]
mod tests;
mod write;

pub use branches::{NewBranch, StoryBranch};
pub use keyframe::Keyframe;
pub use read::{RunEnd, Story};
pub use stream::StoryEventStream;
pub use write::StoryWriter;

use super::SymbolTable;
use longhand_expr::ids::Instant;
use longhand_scene::{Diagnostics, Intervention, Scenario};
use std::path::{Path, PathBuf};

/// Marks an SQLite file as a story: `Long`, as SQLite's `application_id`.
const APPLICATION_ID: i32 = 0x4c6f_6e67;
/// Version of the tables, as SQLite's `user_version`.
const FORMAT_VERSION: i32 = 2;
/// Version of the tables of a file that also contains branches.
const BRANCHED_FORMAT_VERSION: i32 = 3;
/// The version of longhand. Only the version that wrote a keyframe can read its state.
const LONGHAND_VERSION: &str = env!("CARGO_PKG_VERSION");
const SCHEMA: &str = include_str!("schema.sql");
const BRANCH_SCHEMA: &str = include_str!("branches.sql");

/// The parameters with which a run was started.
#[derive(Clone, Debug)]
pub struct StoryHeader {
    /// The version of longhand that recorded it.
    pub version: String,
    /// File name of the scene, without its folder.
    pub scene: String,
    /// The scene's title.
    pub title: String,
    /// The source texts of the scene, by path; the scene itself first.
    pub sources: Vec<(String, String)>,
    /// The seed of all random draws.
    pub seed: u64,
    /// Parameters overridden for this run, by name and as typed, in order.
    pub param_overrides: Vec<(String, String)>,
    /// Interventions in the scene; empty for a run that is not a branch.
    pub interventions: Vec<Intervention>,
    /// The end of the run, if it differs from the scene's.
    pub until: Option<Instant>,
    /// Length of a tick in microseconds.
    pub tick_us: i64,
    /// The names behind the ids.
    pub symbols: SymbolTable,
}

impl StoryHeader {
    /// The header for a run of a scene.
    #[must_use]
    pub fn for_run(scenario: &Scenario, seed: u64, set: &[(String, String)], until: Option<Instant>) -> Self {
        Self {
            version: LONGHAND_VERSION.to_owned(),
            scene: scenario.name.clone(),
            title: scenario.title.clone(),
            sources: scenario.sources.clone(),
            seed,
            param_overrides: set.to_vec(),
            interventions: Vec::new(),
            until,
            tick_us: scenario.tick_us,
            symbols: SymbolTable::from_scenario(scenario),
        }
    }
}

/// An error of reading or writing a story.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// The file does not exist.
    #[error("there is no story at {}", path.display())]
    Missing {
        /// The path.
        path: PathBuf,
    },
    /// The file to create exists already.
    #[error("{} exists already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file is not a story.
    #[error("{} is not a story", path.display())]
    NotAStory {
        /// The file.
        path: PathBuf,
    },
    /// The file has a format that this version does not read.
    #[error("{} is a story of format {found}; this version reads formats {FORMAT_VERSION} and {BRANCHED_FORMAT_VERSION}", path.display())]
    OtherFormat {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i32,
    },
    /// The file is a story, but its content is incomplete or contradicts itself.
    #[error("{} is damaged: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The file cannot be opened or written.
    #[error("cannot use {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The error of SQLite.
        #[source]
        source: rusqlite::Error,
    },
    /// This version cannot run the scene in the story.
    #[error("this version cannot run the scene in {}", path.display())]
    Scene {
        /// The file.
        path: PathBuf,
        /// The diagnostics of the scene.
        problems: Box<Diagnostics>,
    },
    /// The story has no such branch.
    #[error("{} has no branch `{requested}`{}", path.display(), suggestion.as_ref().map_or_else(String::new, |branch| format!("; did you mean `{branch}`?")))]
    NoSuchBranch {
        /// The file.
        path: PathBuf,
        /// The requested name.
        requested: String,
        /// The branch with the most similar name.
        suggestion: Option<String>,
    },
    /// The story has a branch of that name already.
    #[error("{} has a branch `{name}` already", path.display())]
    BranchExists {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// Another process is writing the file.
    #[error("another longhand process is writing {}", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The run was recorded by another version, and only that version can continue from its keyframes.
    #[error("{} was recorded by longhand {found} and can only be continued by that version; this is {LONGHAND_VERSION}", path.display())]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// The version that recorded it.
        found: String,
    },
    /// The file cannot be moved into place, or memory for packing a keyframe is exhausted.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The recording thread panicked.
    #[error("the recording of {} failed unexpectedly", path.display())]
    WriterPanicked {
        /// The file.
        path: PathBuf,
    },
}

impl StoryError {
    /// What an SQLite error means for the file at `path`.
    fn from_sqlite(path: &Path, source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let path = path.to_path_buf();
        match source.sqlite_error_code() {
            Some(Code::NotADatabase) => Self::NotAStory { path },
            Some(Code::DatabaseCorrupt | Code::TypeMismatch | Code::ConstraintViolation) => {
                Self::Damaged { path, what: source.to_string() }
            }
            Some(Code::Unknown) | None => Self::Damaged { path, what: source.to_string() },
            Some(_) => Self::File { path, source },
        }
    }

    fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_path_buf(), what: what.into() }
    }
}
