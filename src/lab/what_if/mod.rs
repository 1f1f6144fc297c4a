//! What if: a life with something done to it from outside, beside the life as it was.
//!
//! - [`Fork`] (`fork.rs`) lives a recorded life otherwise, from the nearest keyframe before anything can differ, or a scene from its start.
//! - [`Alignment`] (`align.rs`) finds which event of one life is which of the other, by keyed draws.
//! - [`Difference`] (`difference.rs`) is what is otherwise: where they part and why (`reasons.rs`), which beats came, what vanished, what is
//!   new, what moved, and whose end is another (`ends.rs`). It is plain data, as `longhand what-if --json` writes it.
//! - [`PairedReport`] (`paired.rs`) asks the same of many seeds.
//!
//! For users: `docs/what-if.md`.

mod align;
mod difference;
mod ends;
mod fork;
mod paired;
mod reasons;

pub use align::{Alignment, Life};
pub use difference::{BeatPair, Difference, Group, LifeLabel, Parting, Told};
pub use ends::{AgentEnd, FactEnd, MeasureEnd};
pub use fork::{Fork, ForkError, earliest, forbid_event};
pub use paired::{BeatEffect, NumberEffect, PairedReport};
pub use reasons::Reason;
