//! A view in which `value(name)` reads the numbers of an event.

use longhand_chronicle::Event;
use longhand_expr::{ValueName, View, pass_on};

/// The world of `view` at the time of `event`. Everything but `value` is forwarded to `view`.
#[derive(Clone, Copy, Debug)]
pub struct WithValues<'a, V> {
    /// The world.
    pub view: &'a V,
    /// The event whose values are read.
    pub event: &'a Event,
}

impl<V: View> View for WithValues<'_, V> {
    pass_on!(now calendar param attr attrs dim tie tie_since field place home work owner os kind belief memory feeling happened lasts
             tied members at_place draw);

    fn value(&self, name: ValueName) -> f64 {
        self.event.values.iter().find(|(id, _)| *id == name.0).map_or(0.0, |(_, value)| *value)
    }
}
