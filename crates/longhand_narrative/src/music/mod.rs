//! The music that agents make: each event whose kind has the tag `music` is a piece.
//!
//! - [`find_pieces`] finds the pieces with their composer, the mood, and the generation of the composer.
//! - [`compose_score`] writes the [`MusicScore`] of a piece. Every composer has its own tune, and later generations elaborate it
//!   more.
//! - [`MusicComplexity`] measures a score.
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
