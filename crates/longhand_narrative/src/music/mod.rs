//! The music that agents make: each event whose kind has the tag `music` is a piece.
//!
//! - [`find_pieces`] finds the pieces with their composer, the mood, and the generation of the composer.
//! - [`compose_score`] writes the [`MusicScore`] of a piece. Every composer has its own tune, and later generations elaborate it
//!   more.
//! - [`MusicComplexity`] measures a score.
//! - `midi` (feature `midi`) writes it as a Standard MIDI File.

mod complexity;
mod compose;
#[cfg(feature = "midi")]
mod midi;
mod pieces;
mod score;

pub use complexity::MusicComplexity;
pub use compose::compose_score;
#[cfg(feature = "midi")]
pub use midi::midi;
pub use pieces::{MusicPiece, find_pieces};
pub use score::{MusicPart, MusicScore, Note};
