//! Runs scenes and analyses the results: single runs, batches, comparisons, statistics, exports.
//!
//! - [`Run`] simulates a scene from beginning to end, matches beats and takes measures; [`RunReport`] is its result, as written
//!   by `longhand run --json`.
//! - [`NarratedRun`] is a run that is narrated while it is simulated.
//! - `sweep` simulates many seeds of a scene and summarises the results.
//! - [`audit`] measures whether the events of a scene follow from its people and circumstances (a world) or in an order that its rules fix (a
//!   script).
//! - [`survey`] counts what everybody of a world has over time.
//! - [`ExpectationTest`] tests whether many runs meet an expectation of their scene.
//! - [`export`] writes a run in formats that other tools read.
//! - [`stats`] computes confidence intervals and survival curves.
//! - [`what_if`] reruns a scene or a story with changes and compares the two runs.

mod audit;
mod expectation_test;
pub mod export;
mod html_page;
mod narrated;
mod parallel;
mod process;
mod report;
mod run;
pub mod stats;
mod survey;
mod sweep;
mod ties;
pub mod what_if;

pub use audit::{
    AuditConfig, AuditFigure, AuditGroup, AuditProgress, AuditReport, AuditUnit, AuditVerdict, audit, write_audit_page,
};
pub use expectation_test::{ExpectationTest, Verdict};
pub use narrated::{NarratedLine, NarratedRun, RunNarration};
pub use process::resident_bytes;
pub use report::{BeatReport, LimitKind, LimitedReport, RunReport, SeriesPoint};
pub use run::{Run, RunProgress};
pub use survey::{Survey, SurveyGroup, SurveyValue, ValueSpread, survey};
pub use sweep::{
    AblationBeatEffect, AblationCondition, AblationEffect, AblationMeasureEffect, BatchConfig, BatchMessage, BeatSummary,
    ConditionError, CostMeter, GridReport, MeasureSummary, MergeError, MergedReports, MergedSweep, RequestedVariant, RunCost,
    SeedList, SeriesSummary, SweepError, SweepFile, SweepPlan, SweepReport, SweepVariant, SweepVariantId, param_combinations,
    run_batch, write_html_report, write_sweep_tables,
};
