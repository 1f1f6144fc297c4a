//! The scenes and stories that can be opened.

use std::path::PathBuf;

/// A scene or a story that can be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryEntry {
    /// Its file.
    pub path: PathBuf,
    /// Its title; the name of the file if it has none.
    pub title: String,
    /// The author's description; may be empty.
    pub about: String,
    /// Whether it is a recorded story; otherwise a scene.
    pub is_story: bool,
    /// Whether it was opened lately.
    pub is_recent: bool,
}
