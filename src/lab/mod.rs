//! What comes of runs, in numbers.
//!
//! [`RunReport`] is the outcome of one run, as `longhand run --json` writes it.

mod report;
mod run;

pub use report::{BeatReport, RunReport};
pub use run::Run;
