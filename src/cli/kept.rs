//! Saves the layout of the window in the user's state folder and restores it in the next session.

use std::path::PathBuf;

use etcetera::BaseStrategy;

use longhand_inspector::ViewState;
use longhand_session::Choice;

fn path() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    Some(folders.state_dir().unwrap_or_else(|| folders.data_dir()).join("longhand").join("window.ron"))
}

/// The saved layout, if there is one that this version can read.
pub(super) fn kept() -> Option<ViewState> {
    ron::from_str(&std::fs::read_to_string(path()?).ok()?).ok()
}

/// Saves the layout and the look. The state of one run, such as the cursor and the selection, is not saved.
pub(super) fn keep(shown: &ViewState) {
    let choice = Choice { dark: shown.choice.dark, zoom: shown.choice.zoom, ..Choice::default() };
    let saved = ViewState { cursor: None, choice, layout: shown.layout.clone() };
    // The layout is a convenience: if it cannot be saved, the next session uses the default.
    _ = path().and_then(|path| {
        std::fs::create_dir_all(path.parent()?).ok()?;
        std::fs::write(&path, ron::to_string(&saved).ok()?).ok()
    });
}
