//! The built-in names of the language, which a scene must not redefine.

use super::check::call::FUNCTIONS;
use super::check::sets::{AGGREGATE_NAMES, MEMBER_NAME, SET_FUNCTION_NAMES};
use super::schema::AGENT_FIELDS;
use super::token::KEYWORDS;

/// Built-in names without arguments: `none` and the clock.
pub(super) const BARE_NAMES: [&str; 10] =
    ["none", "now", "elapsed", "start", "hour", "weekday", "day_of_week", "month", "day", "year"];

/// Whether a name without arguments is built in: a keyword, the clock, `none`, `self` or `it`.
#[must_use]
pub fn is_reserved_name(name: &str) -> bool {
    KEYWORDS.contains(&name) || BARE_NAMES.contains(&name) || name == "self" || name == MEMBER_NAME
}

/// Whether a name with arguments is built in: a function, an aggregate or a set.
#[must_use]
pub fn is_function(name: &str) -> bool {
    function_names().any(|function| function == name)
}

/// Whether a name after a dot is built in: a field that the engine maintains.
#[must_use]
pub fn is_field(name: &str) -> bool {
    AGENT_FIELDS.iter().any(|(field, ..)| *field == name)
}

/// All built-in names that take arguments.
pub(super) fn function_names<'n>() -> impl Iterator<Item = &'n str> {
    FUNCTIONS.iter().map(|(name, ..)| *name).chain(AGGREGATE_NAMES).chain(SET_FUNCTION_NAMES)
}
