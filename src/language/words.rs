//! The words that mean something whatever a scene declares, so that a scene's own names can keep clear of them.

use super::check::call::FUNCTIONS;
use super::check::sets::{AGGREGATES, IT, SETS};
use super::schema::FIELDS;
use super::token::WORDS;

/// Names that stand without brackets: nobody, and the clock.
pub(super) const BARE: [&str; 10] = ["none", "now", "elapsed", "start", "hour", "weekday", "day_of_week", "month", "day", "year"];

/// Whether a name alone means something: a word of the grammar, the clock, `none`, `self` or `it`.
#[must_use]
pub fn is_word(name: &str) -> bool {
    WORDS.contains(&name) || BARE.contains(&name) || name == "self" || name == IT
}

/// Whether a name before brackets means something: a function, an aggregate or a set.
#[must_use]
pub fn is_function(name: &str) -> bool {
    functions().any(|function| function == name)
}

/// Whether a name behind a dot means something: a field of the engine.
#[must_use]
pub fn is_field(name: &str) -> bool {
    FIELDS.iter().any(|(field, ..)| *field == name)
}

/// Every name that may stand before brackets.
pub(super) fn functions<'n>() -> impl Iterator<Item = &'n str> {
    FUNCTIONS.iter().map(|(name, ..)| *name).chain(AGGREGATES).chain(SETS)
}
