//! Whole runs and what comes of them.
//!
//! - [`Run`] lives a scene from beginning to end, watched for beats and measures; [`RunReport`] is what came of it, as
//!   `longhand run --json` writes it.
//! - [`NarratedRun`] is a run with somebody who tells it while it goes on.
//! - `sweep` lives many seeds of a scene and says what they have in common.
//! - [`Judge`] says whether many lives are as their scene expects.
//! - [`export`] passes a run on to other tools.
//! - [`stats`] says how far what was seen in some lives holds for all.
//! - [`what_if`] lives a life otherwise, and says what that changes.
//! - [`mod@bench`] says how fast it all is.

pub mod bench;
mod expect;
pub mod export;
mod report;
mod run;
pub mod stats;
mod sweep;
mod ties;
mod narrated;
pub mod what_if;

pub use expect::{Judge, Verdict};
pub use report::{BeatReport, RunReport};
pub use run::{KeyframeMismatch, Run};
pub use sweep::{
    Ablation, BeatEffect, BeatTally, Condition, Heard, Many, MeasureEffect, NoCondition, Seeds, Spread, SweepError, SweepFile,
    SweepReport, World, WorldId, live_many, quantile, write_page, write_sheets,
};
pub use narrated::{NarratedLine, NarratedRun};
