//! How much the events of a chronicle matter, and which of them carry the story.
//!
//! - [`protagonists`] finds the main characters; [`FollowedAgents`] are those that a narration follows.
//! - [`Salience`] rates each event: how rare it is, how much it caused, whom it concerns, how unlikely it was, and whether it is
//!   part of a beat.
//! - [`TurnScores`] measures how far an event changed the state of the followed agents.
//! - [`rank_lives`] says whose life of all is most worth telling.
//! - [`Backbone`] is the smallest set of events whose chains of causes connect the beginning with the ending.

mod backbone;
mod cast;
mod information;
mod lives;
mod score;
mod turns;

pub use backbone::Backbone;
pub(crate) use cast::participants;
pub use cast::{FollowedAgents, protagonists};
pub use lives::{RankedLife, best_life_beside, rank_lives};
pub use score::{Salience, SalienceParts};
pub use turns::TurnScores;
