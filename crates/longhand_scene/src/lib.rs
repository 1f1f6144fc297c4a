//! Loads scene files (RON), checks them, and returns a [`Scenario`] or a list of [`Diagnostics`].
//!
//! # Model
//!
//! A scene describes a world: kinds of agents, their attributes, bonds and ties, the cast, the actions that agents choose
//! from, the triggers and processes that happen without choice, and the beats that the author waits for. Its strings are
//! expressions of [`longhand_expr`].
//!
//! Loading has three stages. Files are *read* into declarations, in which every id and expression carries its file and byte
//! range. The declarations are *checked*: names are resolved in any order, expressions compiled, and everything that can
//! never happen is reported. The result is a *model* without invalid references, so that code which uses it need not handle
//! errors. A scene with problems gives all of them at once, each with a position, a stable code, a message and, where
//! possible, a suggestion; this includes scenes whose RON is broken.
//!
//! # Types
//!
//! - [`load`] and [`load_text`] give a [`LoadedScene`]: a [`Scenario`] and its warnings, or [`Diagnostics`].
//! - [`model`] contains the parts of a scenario: [`Action`], [`Trigger`], [`Process`], [`Pattern`], [`EventInfo`], …
//! - A [`RuleTable`] says what each rule reads and writes, and to whom it is bound.
//! - An [`Intervention`] changes a scenario for a what-if run; [`add_interventions`] compiles it.
//! - With the feature `render`, `Diagnostics::render` draws diagnostics for a terminal.
//!
//! # Example
//!
//! ```
//! let scene = r#"Scene(
//!     starts: "2025-01-06", ends: "2025-01-07",
//!     kinds: [Kind(id: "human")],
//!     cast: [Member(id: "ann", kind: "human")],
//! )"#;
//! let loaded = longhand_scene::load_text("town.ron", &[("town.ron", scene)], &[]).unwrap();
//! assert_eq!(loaded.scenario.cast[0].short_name, "ann");
//!
//! let misspelled = scene.replace("kind: \"human\"", "kind: \"humna\"");
//! let problems = longhand_scene::load_text("town.ron", &[("town.ron", &misspelled)], &[]).unwrap_err();
//! assert_eq!(problems.list[0].help.as_deref(), Some("did you mean `human`?"));
//! ```
//!
//! # Inside
//!
//! - `source` reads files from disk or memory and rejects paths outside the scene's folder; `load` follows includes.
//! - `decl` contains the declarations, and `values` the types that they share with the model. `parse` reads RON values and
//!   turns RON errors into diagnostics; `recover` reads the rest of a file that has a syntax error. `spanned` and
//!   `ron_tokens` find positions.
//! - `implied` adds the declarations that others imply: the members of the cast for `things`, the event of an arrival, the influences of
//!   `moved_by` on the choices of a kind, the attributes of norms, and the events of appointments and intentions (`implied_commitments`). `commitments` is what agents
//!   promise and intend.
//! - `utility` computes what an action is worth to an agent: its `want`, the influences on it, and the commitments that it serves. `foresight`
//!   computes the expected gain that a `want` may read, over the world as the agent imagines it (`imagined_view`).
//! - `stage` is what a scene says about its picture on the stage.
//! - `order` sorts what has an order in a run by name, so that the position of a declaration does not matter.
//! - `check` resolves names, compiles expressions into the types of [`model`], and collects all problems.

mod check;
mod commitments;
mod decl;
mod diagnostic;
mod foresight;
mod imagined_view;
mod implied;
mod implied_commitments;
mod intervention;
mod join;
mod load;
mod loose_ends;
pub mod model;
mod moved_by;
mod order;
mod parse;
pub mod prose_keys;
mod reads;
mod recover;
#[cfg(feature = "render")]
mod render;
mod ron_tokens;
mod routes;
mod rule_facts;
mod say;
mod settings;
mod short_name;
mod shown_values;
mod source;
mod spanned;
mod stage;
mod telling;
mod utility;
mod utility_plan;
mod values;
mod witnesses;

pub use commitments::{Appointment, AppointmentFate, Commitments, Intention, Served};
pub use diagnostic::{Diagnostic, Diagnostics, RelatedSpan, Severity, SourceText};
pub use intervention::{AgentRef, Intervention, PlayedDecision, PlayedOption, add_interventions, scenario_with_decisions};
pub use load::{
    LoadedScene, MAX_FILES, TemplateProblem, TemplateRef, included_files, load, load_text, load_text_with_parts, load_with_parts,
    source_path,
};
pub use longhand_expr::Pronouns;
pub use loose_ends::openable_ties;
pub use model::*;
pub use routes::{Leg, Routes, WALKING_SPEED};
pub use rule_facts::{FactClass, OnlySource, RuleFacts, RuleTable, SceneRule, reads_fact};
pub use short_name::{given_name, short_name, surname, with_surname};
pub use spanned::FileId;
pub use stage::{PlaceLook, StagePalette, StageSetting, StageStyle};
pub use utility::{
    ActionInfluence, ChoiceReason, Influence, OwnValues, ReasonSource, acceptance, acceptance_influences, choice_reasons, utility,
};
pub use utility_plan::UtilityPlan;
pub use values::{
    AllenRelation, AttributeValue, DecisionKind, Distribution, Inheritance, Kinship, NarrationFrequency, NetworkShape,
    ParamValue, RecordDetail, SurnameRule, Temperament, WordWeights,
};
pub use witnesses::witness_frames;

/// The scene that `longhand new` writes: small, commented, and valid.
pub const STARTER_SCENE: &str = include_str!("../../../assets/starter.ron");
