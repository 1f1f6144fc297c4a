//! The typed expression language inside the strings of a scene: conditions, wants, sets and effects.
//!
//! Text is parsed with [`chumsky`] and checked against a [`Schema`] (the names that a scene declares) and a [`Scope`] (the
//! variables of one rule). It is compiled once into a flat node array, which is evaluated against an [`EvalContext`] (a state of
//! the world) without allocation. The reference for scene authors is `docs/language.md`.
//!
//! The stages of compilation and evaluation:
//!
//! - `token` splits the text into tokens and limits its nesting; `parse` builds the `ast`.
//! - `check` walks the `ast` once. It looks up names (`env`, [`Schema`], [`Scope`]), checks types, inlines defs and emits the
//!   nodes of `node`. It reports every [`ExprError`], not only the first.
//! - [`Expr`], [`SetExpr`], [`FactExpr`] and [`Effect`] are the compiled forms. `eval` evaluates one binding of the variables,
//!   `batch` a column of agents. `math` makes results equal on every platform. `bounds` computes the range of an expression,
//!   `visit_cost` the number of agents it visits, and `explain` why a condition is false.
//! - [`EvalContext`] is the interface to the world, and [`EmptyView`] an empty world. [`TracingView`] records what an evaluation
//!   reads; a [`ReadSet`] lists what an expression may read.
//! - `expectation` parses what a scene expects of many runs: the same tokens, a different grammar.
//! - `words` lists the names that a scene must not redefine. [`Calendar`] maps instants to hour, weekday and date.

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
pub mod ids;
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
pub use math::{normal_quantile, remaining_share};
pub use nothing::Nothing;
pub use noting::Noting;
pub use problem::{Problem, nearest};
pub use reads::Reads;
pub use schema::{Attribute, Def, Param, Schema, Tie};
pub use schema::{EMOTIONS, FIELDS};
pub use scope::{Frame, MAX_SLOTS, Scope};
pub use types::Type;
pub use view::{Happening, Occurrence, ValueName, View};
pub use words::{is_field, is_function, is_word};
