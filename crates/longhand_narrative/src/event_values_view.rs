//! A view in which `value(name)` reads the numbers of an event.

use longhand_chronicle::Event;
use longhand_expr::ids::EventValueId;
use longhand_expr::{ContextWrapper, EvalContext};

/// The world of `view` at the time of `event`. Everything but `value` is forwarded to `view`.
#[derive(Clone, Copy, Debug)]
pub struct EventValuesView<'a, V> {
    /// The world.
    pub view: &'a V,
    /// The event whose values are read.
    pub event: &'a Event,
}

impl<V: EvalContext> ContextWrapper for EventValuesView<'_, V> {
    type Inner = V;

    fn inner(&self) -> &V {
        self.view
    }

    fn value(&self, name: EventValueId) -> f64 {
        self.event.values.iter().find(|(id, _)| *id == name.0).map_or(0.0, |(_, value)| *value)
    }
}
