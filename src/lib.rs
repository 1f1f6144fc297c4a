//! Longhand: a fictional-world simulation and narrative engine.
//!
//! This package is the façade over the workspace's crates, and the command `longhand`.

pub use longhand_analysis as analysis;
pub use longhand_bench as bench;
pub use longhand_chronicle as chronicle;
pub use longhand_expr as expr;
#[cfg(feature = "inspector")]
pub use longhand_inspector as inspector;
pub use longhand_narrative as narrative;
pub use longhand_scene as scene;
pub use longhand_session as session;
pub use longhand_sim as sim;
