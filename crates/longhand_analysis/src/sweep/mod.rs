//! Sweeps: runs many seeds of a scene and summarises the results.
//!
//! - [`SeedList`] names the seeds; [`run_batch`] (`batch.rs`) runs them in parallel, each on one thread.
//! - [`param_combinations`] (`grid.rs`) gives the combinations of param values of a sweep over a grid or a sample.
//! - [`SweepReport`] (`summary.rs`) is the summary: how often, when and in which order beats occurred, and the distribution of
//!   each measure.
//! - [`SweepFile`] (`file.rs`) stores each report as soon as its run finishes, so that an interrupted sweep can be resumed. A
//!   [`SweepVariant`] (`variant.rs`) says which runs may be reused.
//! - [`MergedSweep`] (`merge.rs`) merges the files of several processes or machines.
//! - [`CostMeter`] (`plan.rs`) predicts time, memory and disk from a few runs.
//! - [`AblationCondition`] changes one thing in a scene; [`AblationEffect`] is what that changed, compared by seed.
//! - [`write_html_report`] writes the summary as an HTML page, [`write_sweep_tables`] as tables.
//!
//! User documentation: `docs/sweep.md`.

mod batch;
mod condition;
mod effect;
mod file;
mod grid;
mod merge;
mod page;
mod plan;
mod seeds;
mod series;
mod summary;
mod tables;
mod variant;

pub use batch::{BatchConfig, BatchMessage, run_batch};
pub use condition::{AblationCondition, ConditionError};
pub use effect::{AblationBeatEffect, AblationEffect, AblationMeasureEffect};
pub use file::{RequestedVariant, SweepError, SweepFile, SweepVariantId};
pub use grid::param_combinations;
pub use merge::{MergeError, MergedReports, MergedSweep};
pub use page::write_html_report;
pub use plan::{CostMeter, RunCost, SweepPlan};
pub use seeds::SeedList;
pub use series::SeriesSummary;
pub use summary::{BeatSummary, GridReport, MeasureSummary, SweepReport};
pub use tables::write_sweep_tables;
pub use variant::SweepVariant;
