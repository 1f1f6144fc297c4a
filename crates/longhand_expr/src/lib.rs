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
mod context;
mod effect;
mod empty_view;
mod env;
mod error;
mod eval;
mod expectation;
mod explain;
mod expr;
pub mod ids;
mod math;
mod node;
mod parse;
mod read_set;
mod schema;
mod scope;
mod token;
mod tracing_view;
mod types;
mod visit_cost;
mod words;

#[cfg(test)]
mod tests;

pub use batch::BatchScratch;
pub use bounds::{DeclaredRanges, ValueRange};
pub use calendar::{Calendar, parse_datetime};
pub use context::{EvalContext, EventValueId, OccurrenceQuery, OccurrenceStats};
pub use effect::{AssignOp, AssignTarget, Effect, EffectOperand, Pronoun, compile_effect};
pub use empty_view::EmptyView;
pub use error::{ExprError, nearest_name};
pub use expectation::{Criterion, Expectation, parse_expectation};
pub use explain::Shortfall;
pub use expr::{Expr, FactExpr, SetExpr, SetSource, check_def, compile_expr, compile_set};
pub use math::{normal_quantile, remaining_share};
pub use read_set::ReadSet;
pub use schema::{AGENT_FIELDS, EMOTIONS};
pub use schema::{AttributeSchema, DefSchema, ParamSchema, Schema, TieSchema};
pub use scope::{EvalFrame, MAX_SLOTS, Scope};
pub use tracing_view::TracingView;
pub use types::Type;
pub use words::{is_field, is_function, is_reserved_name};
