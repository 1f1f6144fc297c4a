//! Sweeps: runs many seeds of a scene and summarises the results.
//!
//! - [`SeedRange`] names the seeds; [`run_batch`] (`batch.rs`) runs them in parallel, each on one thread.
//! - [`SweepReport`] (`summary.rs`) is the summary: how often, when and in which order beats occurred, and the distribution of
//!   each measure. [`quantile`] defines medians and other quantiles.
//! - [`SweepFile`] (`file.rs`) stores each report as soon as its run finishes, so that an interrupted sweep can be resumed.
//! - [`AblationCondition`] changes one thing in a scene; [`AblationEffect`] is what that changed, compared by seed.
//! - [`write_html_report`] writes the summary as an HTML page, [`write_sweep_tables`] as tables.
//!
//! User documentation: `docs/sweep.md`.

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
