//! The typed expression language inside the strings of a scene, and the ids, instants and facts that all crates share.
//!
//! A scene is data, but its rules are text: the condition of an action, the utility of an option, the agents that may fill a
//! role, and what an event changes. Each of these strings is compiled once, when the scene is loaded, and is then evaluated many
//! times against a state of the world. An expression cannot change anything and has no loops other than those over sets of
//! agents, so its cost and the facts that it may read are known before the simulation starts. The reference for scene authors is
//! `docs/language.md`.
//!
//! # Model
//!
//! - A [`Schema`] lists the names that a scene declares, and a [`Scope`] the variables of one rule. Texts are compiled against
//!   both, and every [`ExprError`] is reported, not only the first.
//! - An [`EvalContext`] is a state of the world to read from; an [`EvalFrame`] binds the variables of the rule to agents.
//! - An [`Effect`] is a change as data. It does nothing itself, so the simulation can order, clamp, record and explain each
//!   change.
//! - Random numbers are *keyed*: `chance(0.5)` depends on the seed, the position in the text, the agents bound to the variables
//!   and the instant, not on a stream. The same text therefore gives the same value whatever else is evaluated.
//! - The results are the same on every platform. No value is NaN or infinite: such a result is 0.
//!
//! # Types
//!
//! - Compiled forms: [`Expr`], [`SetExpr`], [`FactExpr`] and [`Effect`], made by [`compile_expr`], [`compile_set`] and
//!   [`compile_effect`].
//! - Contexts: [`EmptyView`] is a world without agents. A [`ContextWrapper`] changes some reads of another context, such as
//!   [`TracingView`], which records every fact that is read.
//! - Analyses: [`ReadSet`] lists what an expression may read, [`ValueRange`] bounds its value, and a [`Shortfall`] says why a
//!   condition is false.
//! - [`Expectation`] is what a scene expects of many runs; it has the same tokens and a grammar of its own.
//! - [`ids`] contains the ids and [`Fact`](ids::Fact)s, and [`Calendar`] maps instants to dates.
//!
//! # Example
//!
//! ```
//! use longhand_expr::{Calendar, EmptyView, EvalFrame, Schema, Scope, Type, compile_expr, parse_datetime};
//!
//! let schema = Schema { cast: vec!["ann".into()], ..Schema::default() };
//! let scope = Scope::new(["self"]);
//! let expr = compile_expr("hour >= 18 and self == ann", Type::Switch, &scope, &schema).unwrap();
//!
//! let evening = EmptyView(Calendar::new(parse_datetime("2025-05-01 18:30").unwrap()));
//! let ann = schema.agent("ann").unwrap();
//! assert!(expr.truth(&evening, &mut EvalFrame::for_agent(ann)));
//! assert!(expr.reads().clock);
//!
//! let errors = compile_expr("huor >= 18", Type::Switch, &scope, &schema).unwrap_err();
//! assert_eq!(errors[0].help.as_deref(), Some("did you mean `hour`?"));
//! ```
//!
//! # Inside
//!
//! `token` splits a text into tokens and limits its nesting; `parse` builds the syntax tree of `ast`. `check` walks that tree
//! once: it looks up names (`env`, `words`), checks types, inlines defs and emits the nodes of `node`, a flat array. `eval`
//! evaluates one binding of the variables, with `members`, `pick` and `knowledge`; `batch` evaluates a column of agents. Both use the
//! functions of `math`.

mod absence;
mod ast;
mod batch;
mod bounds;
mod calendar;
mod check;
mod context;
mod def_results;
mod effect;
mod effect_compiler;
mod empty_view;
mod env;
mod error;
mod eval;
mod expectation;
mod explain;
mod expr;
mod family;
mod hash;
pub mod ids;
mod knowledge;
mod math;
mod members;
mod node;
mod parse;
mod pick;
mod possession;
mod pronouns;
mod read_set;
mod required_ties;
mod schema;
mod scope;
mod summands;
mod token;
mod tracing_view;
mod types;
mod visit_cost;
mod words;

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;

pub use absence::{Absence, AbsentRead, NamedAgent};
pub use ast::AssignOp;
pub use bounds::{DeclaredRanges, ValueRange};
pub use calendar::{
    Calendar, CalendarDate, CalendarEra, CalendarMonth, CalendarPart, CalendarRules, CalendarSpec, CalendarStep, LeapRule,
    Recurrence, TimeGrain, TurnSpec, parse_datetime,
};
pub use context::{AppointmentTime, ContextWrapper, EvalContext, OccurrenceQuery, OccurrenceStats, Spot};
pub use def_results::DefResults;
pub use effect::{AssignTarget, Effect, EffectOperand, Grounds, NameChange, Telling};
pub use effect_compiler::{compile_effect, effect_reasons};
pub use empty_view::EmptyView;
pub use error::{ExprError, did_you_mean, nearest_name};
pub use expectation::{Criterion, Expectation, parse_expectation};
pub use explain::Shortfall;
pub use expr::{AttrGuard, Expr, FactExpr, SetExpr, SetSource, check_def, compile_expr, compile_set};
pub use hash::stable_hash;
pub use math::{normal_quantile, remaining_share};
pub use pronouns::Pronouns;
pub use read_set::ReadSet;
pub use required_ties::{OwnTies, RequiredTie};
pub use schema::{AttributeSchema, DefSchema, ParamSchema, Schema, TieSchema};
pub use scope::{EvalFrame, MAX_SLOTS, Scope};
pub use summands::Summands;
pub use tracing_view::TracingView;
pub use types::Type;
pub use words::{AGENT_FIELDS, EMOTIONS, emotion_name, field_name, is_field, is_function, is_reserved_name};
