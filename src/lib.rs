//! Longhand: a fictional-world simulation and narrative engine.
//!
//! This package is the façade over the workspace's crates, and the command `longhand`. A program that uses Longhand needs one line,
//! [`use longhand::prelude::*`](prelude):
//!
//! ```
//! use longhand::prelude::*;
//! use std::sync::Arc;
//!
//! // Load a scene: RON text, checked and compiled. `longhand::narrative::load` reads one from a file.
//! let loaded = longhand::narrative::load_text("starter.ron", &[("starter.ron", STARTER_SCENE)], &[])?;
//!
//! // Simulate it with a seed. The same scene and seed give the same run.
//! let mut run = Run::new(Arc::new(loaded.scenario), SimOptions { seed: 7, threads: 1 }, None);
//! while run.step() {}
//!
//! // Ask why the last event happened: its causes were recorded.
//! let last = run.chronicle().iter().last().expect("something happened");
//! let why = CauseGraph::from_chronicle(run.chronicle()).cause_tree(last.id, 2).expect("the event is in the chronicle");
//! println!("{} causes", why.nodes.len() - 1);
//! # Ok::<(), Diagnostics>(())
//! ```
//!
//! In a Bevy app, add [`LonghandPlugin`](prelude::LonghandPlugin): see the [`plugin`] crate.

pub use longhand_analysis as analysis;
pub use longhand_bench as bench;
pub use longhand_chronicle as chronicle;
pub use longhand_expr as expr;
#[cfg(feature = "inspector")]
pub use longhand_inspector as inspector;
pub use longhand_language as language;
pub use longhand_narrative as narrative;
pub use longhand_plugin as plugin;
pub use longhand_scene as scene;
pub use longhand_session as session;
pub use longhand_sim as sim;

/// The most used types of all crates. It can be imported beside `bevy::prelude::*`.
pub mod prelude {
    pub use longhand_analysis::what_if::RunDiff;
    pub use longhand_analysis::{Run, RunReport};
    pub use longhand_chronicle::{Cause, CauseGraph, CauseLink, Chronicle, FactChange, History, Story, SymbolTable};
    pub use longhand_expr::ids::{AgentId, EventId, EventKind, Fact, Instant, KindId, PlaceId};
    pub use longhand_narrative::{BeatMatched, Match, Matcher, RecordedRun, RunNarrator, StoryPlugin};
    pub use longhand_plugin::{
        CauseStep, CommandRejected, CurrentRun, FactError, LonghandPlugin, LonghandSystems, SceneAsset, SceneRejected,
        SimulationBeat, SimulationClock, SimulationCommand, SimulationEnded, SimulationEvent, SimulationStarted, StartSimulation,
        StopSimulation,
    };
    pub use longhand_scene::{Diagnostics, Intervention, NarrationFrequency, STARTER_SCENE, Scenario, add_interventions};
    pub use longhand_session::Session;
    pub use longhand_sim::{EventHappened, SimOptions, SimPlugin, SimSystems, SimTick, Simulation, SimulationView};
}

/// The programs of `docs/plugin.md` are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/plugin.md")]
struct PluginPage;
