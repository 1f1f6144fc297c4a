//! The typed language inside a scene's strings: conditions, wants, sets and effects.
//!
//! Text is parsed with [`chumsky`], checked against a [`Schema`] (the names a scene declares) and a [`Scope`] (the variables
//! of one rule), and compiled once into a flat form that evaluates against a [`View`] of the world with no allocation.
//! The reference for writers is `docs/language.md`.
//!
//! How a text becomes a value:
//!
//! - `token` splits it and measures its nesting; `parse` makes an `ast` of the tokens.
//! - `check` walks the `ast` once: looks names up (`env`, [`Schema`], [`Scope`]), checks types, writes out defs, and emits the
//!   nodes of `node`. It collects every [`Problem`] rather than the first.
//! - [`Expr`], [`SetExpr`], [`FactExpr`] and [`Effect`] hold what was compiled. `eval` evaluates one binding, `batch` a column of
//!   agents; `math` makes numbers the same on every platform, `bounds` says what they can never be,
//!   `sweep` how many agents they look at, `explain` what keeps a condition from holding.
//! - [`View`] is what the world must offer, [`Nothing`] a world without anybody; [`Noting`] notes what was read, [`Reads`] says
//!   beforehand what may be.
//! - `expectation` is what a scene expects of many lives: the same words and signs, another grammar.
//! - `words` knows what a scene's own names may not be; [`Calendar`] gives instants their hour, weekday and date.

mod ast;
mod batch;
mod bounds;
mod calendar;
mod check;
mod effect;
mod env;
mod eval;
mod expectation;
mod explain;
mod expr;
mod math;
mod node;
mod nothing;
mod noting;
mod parse;
mod problem;
mod reads;
mod schema;
mod scope;
mod sweep;
mod token;
mod types;
mod view;
mod words;

#[cfg(test)]
mod tests;

pub use batch::Scratch;
pub use bounds::{Ranges, Span};
pub use calendar::{Calendar, parse_datetime};
pub use effect::{Change, Effect, Part, Pronoun, Target, effect};
pub use expectation::{Expectation, Expected, expectation};
pub use explain::Shortfall;
pub use expr::{Expr, FactExpr, SetExpr, SetSource, def, expression, set};
pub(crate) use math::normal_quantile;
pub use math::remaining_share;
pub use nothing::Nothing;
pub use noting::Noting;
pub use problem::{Problem, nearest};
pub use reads::Reads;
pub use schema::{Attribute, Def, Param, Schema, Tie};
pub(crate) use schema::{EMOTIONS, FIELDS};
pub use scope::{Frame, MAX_SLOTS, Scope};
pub use types::Type;
pub(crate) use view::pass_on;
pub use view::{Happening, Occurrence, ValueName, View};
pub use words::{is_field, is_function, is_word};
