//! How the window was arranged last time, kept between runs in the person's own folder for such things.

use std::path::PathBuf;

use etcetera::BaseStrategy;

use crate::inspector::ViewState;
use crate::reader::Choice;

fn path() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    Some(folders.state_dir().unwrap_or_else(|| folders.data_dir()).join("longhand").join("window.ron"))
}

/// What was kept; nothing where there is nothing, or nothing that this version understands.
pub(super) fn kept() -> Option<ViewState> {
    ron::from_str(&std::fs::read_to_string(path()?).ok()?).ok()
}

/// Keeps the arrangement and the look. What belongs to one run, such as the cursor and the selection, is not kept.
pub(super) fn keep(shown: &ViewState) {
    let choice = Choice { dark: shown.choice.dark, zoom: shown.choice.zoom, ..Choice::default() };
    let kept = ViewState { cursor: None, choice, layout: shown.layout.clone() };
    // A window that cannot be kept is arranged anew next time; nobody has to be told.
    _ = path().and_then(|path| {
        std::fs::create_dir_all(path.parent()?).ok()?;
        std::fs::write(&path, ron::to_string(&kept).ok()?).ok()
    });
}
