//! The world in one state, for many questions.

use super::view::WorldView;
use longhand_expr::{ContextWrapper, DefResults};

/// A view of a world that does not change as long as the view exists, which remembers what defs gave. It costs more to make than a
/// [`WorldView`]. Each thread needs its own.
pub(crate) struct StillView<'a> {
    view: WorldView<'a>,
    results: DefResults,
}

impl<'a> StillView<'a> {
    pub(crate) fn new(view: WorldView<'a>) -> Self {
        Self { view, results: DefResults::default() }
    }
}

impl<'a> ContextWrapper for StillView<'a> {
    type Inner = WorldView<'a>;

    fn inner(&self) -> &WorldView<'a> {
        &self.view
    }

    fn def_results(&self) -> Option<&DefResults> {
        Some(&self.results)
    }
}
