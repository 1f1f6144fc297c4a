//! What somebody says who tells something known: as it is believed, the contrary, or another value.

use super::model::Scenario;
use longhand_expr::Telling;
use longhand_expr::ids::WorldFact;

impl Scenario {
    /// The value that is told of a fact that has the value `believed` for who tells it; `asked` is the value of [`Telling::As`].
    /// `None` if it cannot be told in that way: one of several words, a place or who holds a thing has no contrary.
    #[must_use]
    pub fn told_value(&self, fact: WorldFact, believed: f64, telling: &Telling, asked: Option<f64>) -> Option<f64> {
        let switch = |value: f64| f64::from(u8::from(value != 0.0));
        // The value of a number may be any in its range, that of a switch only one of two.
        let (mut range, mut is_switch) = (None, matches!(fact, WorldFact::Tie(..) | WorldFact::Happened(..)));
        match fact {
            WorldFact::Attr(_, attr) => {
                let attribute = &self.attributes[attr.index()];
                is_switch = attribute.switch;
                let has_words = !self.schema.attributes[attr.index()].one_of.is_empty();
                range = (!attribute.switch && !has_words).then_some(attribute.range);
            }
            WorldFact::Dim(.., dim) => range = Some(self.dims[dim.index()].range),
            _ => {}
        }
        match (telling, asked, range) {
            (Telling::Truly, ..) => Some(believed),
            (Telling::Falsely, _, Some((low, high))) => Some(low + high - believed),
            (Telling::Falsely, ..) if is_switch => Some(1.0 - switch(believed)),
            (Telling::As(_), Some(asked), Some((low, high))) => Some(asked.clamp(low, high)),
            (Telling::As(_), Some(asked), None) if is_switch => Some(switch(asked)),
            _ => None,
        }
    }
}
