//! From RON text to a checked [`Scenario`], and everything there is to say about a scene.
//!
//! - `files` finds texts on disk or in memory and lets none lead out of the scene's folder; `load` follows includes.
//! - `syntax` reads one text into the types of `file`, in which every id and expression is `Spanned`: it knows its
//!   place. RON's own errors are put into a writer's words there, and `recover`
//!   reads the rest of a file that has one.
//! - `check` resolves every name and compiles every expression into the types of [`model`], and collects every problem.
//! - [`intervene`] adds to a scene what a person does to its world from outside.
//! - [`Diagnostic`] holds a problem with no thought of how it is shown; `render` shows it on a terminal.

mod check;
mod diagnostic;
mod file;
mod files;
mod intervene;
mod load;
pub mod model;
mod reads;
mod recover;
mod render;
mod settings;
mod spanned;
mod syntax;

pub use diagnostic::{Diagnostic, Diagnostics, Related, Severity, Source as SourceText};
pub use file::{Allen, Keep, Mood, ParamValue, Pronouns, Shape, Spread, Telling};
pub use intervene::{Intervention, intervene};
pub use load::{Loaded, Template, load, load_text, load_text_with, load_with, path_of};
pub use model::*;
pub use spanned::FileId;

/// What a new scene begins with: a small one with comments, that passes every check.
pub const STARTER: &str = include_str!("../../assets/starter.ron");
