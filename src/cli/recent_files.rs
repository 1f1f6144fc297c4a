//! The scenes and stories that were opened lately, the last one first: one path a line, in the user's state folder.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use longhand_chronicle::WholeFile;

/// The number of files that are listed.
const MAX_FILES: usize = 12;

/// A file in the user's state folder.
pub(super) fn state_file(name: &str) -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    Some(folders.state_dir().unwrap_or_else(|| folders.data_dir()).join("longhand").join(name))
}

/// The files that were opened lately.
pub(super) fn list() -> Vec<PathBuf> {
    let text = state_file("recent").and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
    text.lines().map(PathBuf::from).collect()
}

/// Puts a file first in the list. The list is a convenience: if it cannot be written, it stays as it was.
pub(super) fn add(path: &Path) {
    let Ok(path) = path.canonicalize() else { return };
    let mut files = list();
    files.retain(|other| *other != path);
    files.insert(0, path);
    files.truncate(MAX_FILES);
    let lines: String = files.iter().map(|path| format!("{}\n", path.display())).collect();
    _ = state_file("recent").and_then(|path| {
        std::fs::create_dir_all(path.parent()?).ok()?;
        WholeFile::write(&path, lines).ok()
    });
}
