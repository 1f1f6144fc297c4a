//! The music that is made in a story: events whose kind has the tag `music`, each as a piece.
//!
//! - [`pieces`] finds them, with who made them, in what mood, and how many times that one had been made anew.
//! - [`compose`] writes the [`Score`] of a piece: every composer has a tune of its own, and each generation does more with it.
//! - [`Complexity`] measures a score.
//! - [`midi`] writes it as a Standard MIDI File.

mod compose;
mod measure;
mod midi;
mod pieces;
mod score;

pub use compose::compose;
pub use measure::Complexity;
pub use midi::midi;
pub use pieces::{Piece, pieces};
pub use score::{Note, Part, Score};
