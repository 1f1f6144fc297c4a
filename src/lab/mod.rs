//! Whole runs and what comes of them.
//!
//! - [`Run`] lives a scene from beginning to end, watched for beats and measures; [`RunReport`] is what came of it, as
//!   `longhand run --json` writes it.
//! - [`ToldRun`] is a run with somebody who tells it while it goes on.

mod report;
mod run;
mod told;

pub use report::{BeatReport, RunReport};
pub use run::{NotAKeyframe, Run};
pub use told::{Told, ToldRun};
