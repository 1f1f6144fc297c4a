//! Loads scene files (RON), checks them, and returns a [`Scenario`] or a list of [`Diagnostics`].
//!
//! - `source` reads files from disk or memory and rejects paths outside the scene's folder; `load` follows includes.
//! - `parse` deserializes one file into the types of `decl`. Every id and expression there is `Spanned`: it carries its
//!   file and byte range. `parse` also turns RON errors into diagnostics, and `recover` reads the rest of a file that
//!   has a syntax error, so that one run reports all problems.
//! - `check` resolves names, compiles expressions into the types of [`model`], and collects all problems.
//! - [`add_interventions`] compiles what-if interventions into a checked scenario.
//! - [`Diagnostic`] does not depend on how it is shown; `render` formats it for a terminal.

mod check;
mod decl;
mod diagnostic;
mod intervention;
mod load;
pub mod model;
mod parse;
mod reads;
mod recover;
mod render;
mod settings;
mod source;
mod spanned;

pub use decl::{AllenRelation, Distribution, NarrationFrequency, NetworkShape, ParamValue, Pronouns, RecordDetail, Temperament};
pub use diagnostic::{Diagnostic, Diagnostics, RelatedSpan, Severity, SourceText};
pub use intervention::{Intervention, add_interventions};
pub use load::{
    LoadedScene, MAX_FILES, TemplateRef, included_files, load, load_text, load_text_with_parts, load_with_parts, source_path,
};
pub use model::*;
pub use spanned::FileId;

/// The scene that `longhand new` writes: small, commented, and valid.
pub const STARTER_SCENE: &str = include_str!("../../../assets/starter.ron");
