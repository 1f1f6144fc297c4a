//! The simulation: how the world of a scene changes, tick by tick, on Bevy ECS.
//!
//! # Model
//!
//! [`SimTick`] is a Bevy schedule of its own, run once for each tick of simulated time. Its phases are public system sets in a fixed
//! order, [`SimSystems`]: agents that are due score their options on a frozen state, their proposals are resolved, and what is accepted
//! becomes events. An event applies effects, makes its participants feel and learn, and fires triggers. It records which facts it changed
//! and which earlier events wrote the facts that it read, so its causes are computed, not authored.
//!
//! The state is in dense columns by agent id, as resources ([`world::WorldState`], [`world::AgentProfiles`]). Entities are handles without
//! state, for components and observers of a host application. Randomness is keyed ([`world::Draws`]) and all order is by instant and id,
//! so a run is a function of scene, parameters and seed, on any number of threads.
//!
//! # Types
//!
//! - [`Simulation`]: a run in an app of its own, stepped by hand. To run in another app, add [`SimPlugin`] and call [`start_run`].
//! - [`SimulationView`]: read access from systems; it yields a [`world::WorldView`], on which expressions are evaluated.
//! - [`EventHappened`]: what happened, as a Bevy message and for observers.
//! - [`DocumentWriter`]: composes the texts that agents write. [`LimitExceeded`]: why a run was stopped.
//!
//! # Example
//!
//! ```
//! use longhand_scene::{STARTER_SCENE, load_text};
//! use longhand_sim::{SimOptions, Simulation};
//! use std::sync::Arc;
//!
//! let scene = load_text("new.ron", &[("new.ron", STARTER_SCENE)], &[]).expect("the starter scene is valid");
//! let mut run = Simulation::new(Arc::new(scene.scenario), SimOptions { seed: 7, ..SimOptions::default() });
//! while run.step() {}
//!
//! let first = &run.chronicle().events()[0];
//! println!("{}: {}", first.at.seconds(), run.scenario().events[first.kind.index()].name);
//! ```
//!
//! # Inside
//!
//! - `phases` contains the systems. Those that change the world work on a `TickContext` (`context`), a system parameter with write access
//!   to the state. Choose and Resolve only read it, through [`SimulationView`] (`view`).
//! - `agenda` knows which agents are due and what was planned.
//! - `drift` applies drift and processes. `choose` lets agents propose actions, in parallel (`parallel`); `conditions` evaluates once what
//!   many rules ask of one agent. `resolve` has proposals accepted or refused and carries them out.
//! - `events` makes events happen: `effects` change the world (nothing else does), `appraise` judges events by the goals of agents that
//!   they may move (`moved_goals`), `norms` by what agents come to believe, and `emotions` records feelings and memories. `changes` queues
//!   what changed for the `triggers`.
//! - `life` carries out deaths, departures, returns, births and changes of kind.
//! - `intervene` applies interventions from outside the rules (what-if runs), `play` the decisions of a person who plays an agent. `record` samples what changed without an event. `limits`
//!   stops a run that would never end.
//! - [`survival`] estimates how long ties last.

mod absence;
mod agenda;
mod appraise;
mod changes;
mod choose;
mod commitments;
mod conditions;
mod context;
mod documents;
mod drift;
mod effects;
mod emotions;
mod events;
mod intervene;
mod life;
mod limits;
mod messages;
mod moved_goals;
mod naming;
mod norms;
mod parallel;
mod phases;
mod play;
mod possession;
mod record;
mod resolve;
mod rules;
mod simulation;
pub mod survival;
mod topics;
mod travel;
mod triggers;
mod view;
mod witnesses;
pub mod world;

pub use documents::{DocumentBackend, DocumentRequest, DocumentWriter, TitleOnlyWriter};
pub use limits::LimitExceeded;
pub use messages::{EventHappened, add_tick_message, trigger_observers};
pub use play::{MAX_OPEN_OPTIONS, OpenDecision, PlayerChoice};
pub use simulation::{SimOptions, Simulation, start_run};
pub use view::SimulationView;

use crate::world::WorldState;
use bevy_app::{App, Plugin};
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::{LogLevel, ScheduleBuildSettings, ScheduleLabel, SingleThreadedExecutor};

/// The schedule of one tick.
#[derive(ScheduleLabel, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SimTick;

/// The phases of a tick, in their order. None runs in a world without a run ([`start_run`]).
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SimSystems {
    /// Finds the agents that are due, and applies interventions.
    Wake,
    /// Applies drift, and the processes of agents other than OSes.
    Drift,
    /// Every due agent scores its options on the frozen state.
    Choose,
    /// Proposals are accepted or refused.
    Resolve,
    /// Applies effects, beliefs and emotions.
    Apply,
    /// Applies the processes of OSes: conversations, learning, growth.
    OsLife,
    /// Fires triggers. Patterns are matched after this set.
    Match,
    /// Samples what drift changed; the clock advances to the next tick.
    Record,
}

/// Adds the schedule [`SimTick`] to an app.
///
/// The schedule does nothing until [`start_run`] has inserted a run, so the plugin can be added to any app. The executor is single-threaded:
/// a tick has few systems, and most of its work is parallel inside Choose. An ambiguous order of systems is an error. Commands are applied
/// once, at the end of the tick.
#[derive(Clone, Copy, Debug, Default)]
pub struct SimPlugin;

impl Plugin for SimPlugin {
    fn build(&self, app: &mut App) {
        use SimSystems::{Apply, Choose, Drift, Match, OsLife, Record, Resolve, Wake};
        app.init_schedule(SimTick);
        app.edit_schedule(SimTick, |schedule| {
            schedule.set_executor(SingleThreadedExecutor::new());
            schedule.set_build_settings(ScheduleBuildSettings {
                ambiguity_detection: LogLevel::Error,
                auto_insert_apply_deferred: false,
                ..Default::default()
            });
            let phases = (Wake, Drift, Choose, Resolve, Apply, OsLife, Match, Record).chain();
            schedule.configure_sets(phases.run_if(resource_exists::<WorldState>));
            schedule.add_systems((
                phases::wake.in_set(Wake),
                phases::drift.in_set(Drift),
                phases::choose.in_set(Choose),
                phases::resolve.in_set(Resolve),
                phases::apply.in_set(Apply),
                phases::os_life.in_set(OsLife),
                phases::trigger.in_set(Match),
                phases::record.in_set(Record),
            ));
        });
        add_tick_message::<EventHappened>(app);
    }
}

#[cfg(test)]
mod tests;
