//! What-if questions: reruns a scene or story with interventions and compares the result with the original run.
//!
//! - [`Fork`] (`fork.rs`) reruns a recorded run with changes from the last keyframe before anything can differ, or a scene from
//!   its start.
//! - [`Alignment`] (`align.rs`) pairs the events of both runs.
//! - [`RunDiff`] (`diff.rs`) is the comparison: where the runs diverge and why (`reasons.rs`), which beats occurred, which events
//!   vanished, are new or moved, and how the final states differ (`final_state.rs`). It is plain data, as written by `longhand
//!   what-if --json`. `run_pair.rs` holds what these parts share.
//! - [`PairedReport`] (`paired.rs`) compares the runs of many seeds.
//!
//! User documentation: `docs/what-if.md`.

mod align;
mod diff;
mod final_state;
mod fork;
mod paired;
mod reasons;
mod run_pair;

pub use align::{Alignment, ComparedRun};
pub use diff::{BeatDiff, ChangedEvent, ChangedFact, Divergence, EventGroup, RunDiff, RunLabel};
pub use final_state::{AgentDiff, FactDiff, MeasureDiff};
pub use fork::{Fork, ForkError, earliest_effect, forbid_event};
pub use paired::{PairedBeatEffect, PairedNumberEffect, PairedReport};
pub use reasons::DivergenceReason;
pub use run_pair::NarratedEvent;
