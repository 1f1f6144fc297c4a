//! Sweeps: many lives of one world, and what is common to them.
//!
//! - [`Seeds`] says which lives; [`live_many`] (`many.rs`) lives them, as many at once as there are cores, each on one thread.
//! - [`SweepReport`] (`tally.rs`) is what they have in common: how often and when each beat came, in which order, and how each measure is
//!   spread. [`quantile`] defines what a median is.
//! - [`SweepFile`] (`file.rs`) keeps each life as soon as it is over, so that a sweep that was killed goes on where it stopped.
//! - [`Condition`] is a world that lacks one thing, [`Ablation`] what that changed, seed by seed.
//! - [`write_page`] draws all of it as one page, [`write_sheets`] gives it as tables.
//!
//! For users: `docs/sweep.md`.

mod condition;
mod effect;
mod file;
mod many;
mod page;
mod quantile;
mod seeds;
mod sheets;
mod tally;

pub use condition::{Condition, NoCondition};
pub use effect::{Ablation, BeatEffect, MeasureEffect};
pub use file::{SweepError, SweepFile, World, WorldId};
pub use many::{Heard, Many, live_many};
pub use page::write_page;
pub use quantile::quantile;
pub use seeds::Seeds;
pub use sheets::write_sheets;
pub use tally::{BeatTally, Spread, SweepReport};
