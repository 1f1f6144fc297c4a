//! temporary
pub mod file;
pub mod model;
mod reads;
mod spanned;
pub use file::{Keep, Mood, ParamValue, Pronouns, Shape, Spread, Telling};
pub use model::*;
