//! Saves the layout of the window in the user's state folder and restores it in the next session.

use std::path::PathBuf;

use super::recent_files::state_file;
use longhand_inspector::InspectorState;
use longhand_session::ViewState;

fn state_path() -> Option<PathBuf> {
    state_file("window.ron")
}

/// The saved layout, if there is one that this version can read.
pub(super) fn load() -> Option<InspectorState> {
    ron::from_str(&std::fs::read_to_string(state_path()?).ok()?).ok()
}

/// Saves the layout and the look. The state of one run, such as the cursor and the selection, is not saved.
pub(super) fn save(state: &InspectorState) {
    let view = ViewState { dark: state.view.dark, zoom: state.view.zoom, ..ViewState::default() };
    let saved = InspectorState { cursor: None, view, layout: state.layout.clone() };
    // The layout is a convenience: if it cannot be saved, the next session uses the default.
    _ = state_path().and_then(|path| {
        std::fs::create_dir_all(path.parent()?).ok()?;
        longhand_chronicle::WholeFile::write(&path, ron::to_string(&saved).ok()?).ok()
    });
}
