//! A view in which `value(name)` reads the numbers of an event.

use longhand_chronicle::Event;
use longhand_expr::{EvalContext, EventValueId, delegate_eval_context};

/// The world of `view` at the time of `event`. Everything but `value` is forwarded to `view`.
#[derive(Clone, Copy, Debug)]
pub struct EventValuesView<'a, V> {
    /// The world.
    pub view: &'a V,
    /// The event whose values are read.
    pub event: &'a Event,
}

impl<V: EvalContext> EvalContext for EventValuesView<'_, V> {
    delegate_eval_context!(now calendar param attr attrs dim tie tie_since field place home work owner os kind belief memory feeling occurrences median_tie_duration
             for_each_tied members for_each_at_place draw);

    fn value(&self, name: EventValueId) -> f64 {
        self.event.values.iter().find(|(id, _)| *id == name.0).map_or(0.0, |(_, value)| *value)
    }
}
