//! The `.story` file: a chronicle as one SQLite database that anyone can open. `docs/story-format.md` says what is in it.
//!
//! - [`StoryWriter`] (`write.rs`) takes what is new from a chronicle and hands it to a thread of its own, which stores it
//!   (`store.rs`) in a file that `create.rs` made, one transaction a batch; whatever was committed survives the end of the process at
//!   any moment.
//! - [`Story`] (`read.rs`) reads it back. Whatever stands in the file, the answer is a chronicle or a [`StoryError`].
//! - [`StoryEvents`] (`stream.rs`) reads it event by event, for what is larger than memory.
//! - [`Branch`] (`branches.rs`) is a life that was taken up from the story and lived otherwise, in the same file.
//! - [`Keyframe`] (`keyframe.rs`) is what a broken-off run goes on from; `pack.rs` makes it small.
//! - `extent.rs` is how much of its tables a keyframe or a branch has in common with the rest.
//! - `rows.rs` is the one place that knows how facts, links and choices look as columns.

mod branches;
mod create;
mod extent;
mod keyframe;
mod pack;
mod read;
mod rows;
mod store;
mod stream;
#[cfg(test)]
mod tests;
mod write;

pub use branches::{Branch, Kept};
pub use keyframe::Keyframe;
pub use read::{Ended, Story};
pub use stream::StoryEvents;
pub use write::StoryWriter;

use super::Legend;
use crate::ids::Instant;
use crate::scenario::{Diagnostics, Intervention, Scenario};
use std::path::{Path, PathBuf};

/// Marks an SQLite file as a story: `Long`, as SQLite's `application_id`.
const APPLICATION: i32 = 0x4c6f_6e67;
/// Version of the tables, as SQLite's `user_version`.
const FORMAT: i32 = 2;
/// The version of one that has branches beside them.
const BRANCHED: i32 = 3;
/// Keyframes are understood by the version that took them.
const VERSION: &str = env!("CARGO_PKG_VERSION");
const SCHEMA: &str = include_str!("schema.sql");
const BRANCHES: &str = include_str!("branches.sql");

/// What a run was started with.
#[derive(Clone, Debug)]
pub struct Head {
    /// The version of longhand that lived it.
    pub version: String,
    /// File name of the scene, without its folder.
    pub scene: String,
    /// The scene's title.
    pub title: String,
    /// The texts the scene was read from, by path; the scene itself first.
    pub sources: Vec<(String, String)>,
    /// The seed of every draw.
    pub seed: u64,
    /// Parameters set from outside, by name and as written, in order.
    pub set: Vec<(String, String)>,
    /// What was done to the scene from outside; nothing, in a run that is no branch.
    pub outside: Vec<Intervention>,
    /// When it is to end, if that is not for the scene to say.
    pub until: Option<Instant>,
    /// Length of a tick in microseconds.
    pub tick_us: i64,
    /// What the numbers stand for.
    pub legend: Legend,
}

impl Head {
    /// What a run of a scene is started with.
    #[must_use]
    pub fn of(scenario: &Scenario, seed: u64, set: &[(String, String)], until: Option<Instant>) -> Self {
        Self {
            version: VERSION.to_owned(),
            scene: scenario.name.clone(),
            title: scenario.title.clone(),
            sources: scenario.sources.clone(),
            seed,
            set: set.to_vec(),
            outside: Vec::new(),
            until,
            tick_us: scenario.tick_us,
            legend: Legend::of(scenario),
        }
    }
}

/// Why a story could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// The file to read is not there.
    #[error("there is no story at {}", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file to create is there already.
    #[error("{} exists already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{} is not a story", path.display())]
    NotAStory {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a version of longhand with other tables.
    #[error("{} is a story of format {found}; this version reads formats {FORMAT} and {BRANCHED}", path.display())]
    OtherFormat {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i32,
    },
    /// The file is a story, but not a whole one.
    #[error("{} is damaged: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The file cannot be opened, or written to.
    #[error("cannot use {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        source: rusqlite::Error,
    },
    /// The scene in the story is none that this version can run.
    #[error("the scene in {} cannot be run by this version", path.display())]
    Scene {
        /// The file.
        path: PathBuf,
        /// What is wrong with the scene.
        problems: Box<Diagnostics>,
    },
    /// The story has no such branch.
    #[error("{} has no branch `{asked}`{}", path.display(), meant.as_ref().map_or_else(String::new, |branch| format!("; did you mean `{branch}`?")))]
    NoSuchBranch {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        asked: String,
        /// The branch with the most similar name.
        meant: Option<String>,
    },
    /// The story has a branch of that name.
    #[error("{} has a branch `{name}` already", path.display())]
    BranchExists {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// Somebody else writes in it.
    #[error("another longhand is writing {}", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The run was lived by another version, whose keyframes only it can go on from.
    #[error("{} was recorded by longhand {found}, which alone can go on with it; this is {VERSION}", path.display())]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// The version that lived it.
        found: String,
    },
    /// The file cannot be put in its place, or there is no memory to pack what is to be kept.
    #[error("cannot write {}: {source}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The recording thread ended without saying why.
    #[error("the recording of {} broke off", path.display())]
    BrokeOff {
        /// The file.
        path: PathBuf,
    },
}

impl StoryError {
    /// What an error of SQLite means for the file at `path`.
    fn of(path: &Path, source: rusqlite::Error) -> Self {
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
