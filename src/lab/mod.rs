//! What comes of runs, in numbers.
//!
//! [`report`] is the outcome of one run, as `longhand run --json` writes it.

mod order;
mod report;

pub use order::order_tau;
pub use report::{BeatReport, RunReport};
