//! Errors of reading or writing a story file.

use super::{FORMAT_VERSION, LONGHAND_VERSION, OLDEST_READABLE_VERSION};
use longhand_scene::Diagnostics;
use std::path::{Path, PathBuf};

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
    #[error("{} is a story of format {found}; this version reads formats {OLDEST_READABLE_VERSION} to {FORMAT_VERSION}", path.display())]
    OtherFormat {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i32,
    },
    /// The file has an earlier format, which this version reads but does not write.
    #[error("{} is a story of format {found}, which can be read but not written; record it again to continue it or to keep branches in it", path.display())]
    EarlierFormat {
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
    pub(super) fn from_sqlite(path: &Path, source: rusqlite::Error) -> Self {
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

    pub(super) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_path_buf(), what: what.into() }
    }
}
