//! The built-in names of the language, which a scene must not redefine.

use super::check::call::FUNCTIONS;
use super::check::sets::{AGGREGATES, IT, SETS};
use super::schema::FIELDS;
use super::token::WORDS;

/// Built-in names without arguments: `none` and the clock.
pub(super) const BARE: [&str; 10] = ["none", "now", "elapsed", "start", "hour", "weekday", "day_of_week", "month", "day", "year"];

/// Whether a name without arguments is built in: a keyword, the clock, `none`, `self` or `it`.
#[must_use]
pub fn is_word(name: &str) -> bool {
    WORDS.contains(&name) || BARE.contains(&name) || name == "self" || name == IT
}

/// Whether a name with arguments is built in: a function, an aggregate or a set.
#[must_use]
pub fn is_function(name: &str) -> bool {
    functions().any(|function| function == name)
}

/// Whether a name after a dot is built in: a field that the engine maintains.
#[must_use]
pub fn is_field(name: &str) -> bool {
    FIELDS.iter().any(|(field, ..)| *field == name)
}

/// All built-in names that take arguments.
pub(super) fn functions<'n>() -> impl Iterator<Item = &'n str> {
    FUNCTIONS.iter().map(|(name, ..)| *name).chain(AGGREGATES).chain(SETS)
}
