//! How the world changes: the tick and its phases.
//!
//! [`SimTick`] is a schedule of its own, run once for each tick of simulated time by whoever drives it ([`Simulation`] here, any Bevy app
//! through [`SimPlugin`]). Its phases are public sets in a fixed order, [`SimSystems`]; within a tick they hand over like this:
//!
//! - `agenda` says who is due and what was set going; `phases` is the systems themselves.
//! - `drift` applies the laws of time; `choose` has agents propose, in parallel, on the frozen state; `resolve` lets proposals meet.
//! - `happen` makes events happen: `effects` change the world (and nothing else does), `appraise` judges them by what people want, `norms`
//!   by what they come to believe, and `feel` writes down what that does to them; causes are found from what was read. `touched` keeps
//!   what changed for the `triggers`.
//! - `intervene` is what a person does to the world from outside: nothing, in a scene as it is written.
//! - `record` writes down what changed without an event. `limits` ends a run that would never end.
//!
//! All randomness is keyed ([`crate::world::Draws`]), all order is by instant and id, so a run is a function of scene, parameters and seed.

mod agenda;
mod appraise;
mod choose;
mod drift;
mod effects;
mod feel;
mod happen;
mod intervene;
mod limits;
mod moment;
mod naming;
mod norms;
mod phases;
mod record;
mod resolve;
mod rules;
mod scribe;
mod simulation;
mod touched;
mod triggers;

pub use limits::Overrun;
pub use scribe::{Draft, Scribe, Scribing, TitlesOnly};
pub use simulation::{SimOptions, Simulation, live};

use bevy::app::{App, Plugin};
use bevy::ecs::prelude::*;
use bevy::ecs::schedule::{LogLevel, ScheduleBuildSettings, ScheduleLabel, SingleThreadedExecutor};

/// The schedule of one tick.
#[derive(ScheduleLabel, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SimTick;

/// The phases of a tick, in their order.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SimSystems {
    /// Who is due.
    Wake,
    /// Drift and processes.
    Drift,
    /// Every due agent scores its options on the frozen state.
    Choose,
    /// Proposals meet and are answered.
    Resolve,
    /// Effects, beliefs, emotions.
    Apply,
    /// The processes of OSes: conversations, learning, growth.
    Live,
    /// Triggers; later rooms match their patterns here.
    Match,
    /// What drift did, the day's line; time goes on.
    Record,
}

/// Adds the schedule [`SimTick`] with one system in each of [`SimSystems`].
///
/// The resources they work on are inserted by [`Simulation`]. The executor is single-threaded: a tick has few systems and most of its
/// work is parallel inside `Choose`. An ambiguous order of systems is an error.
#[derive(Clone, Copy, Debug, Default)]
pub struct SimPlugin;

impl Plugin for SimPlugin {
    fn build(&self, app: &mut App) {
        use SimSystems::{Apply, Choose, Drift, Live, Match, Record, Resolve, Wake};
        app.init_schedule(SimTick);
        app.edit_schedule(SimTick, |schedule| {
            schedule.set_executor(SingleThreadedExecutor::new());
            schedule.set_build_settings(ScheduleBuildSettings { ambiguity_detection: LogLevel::Error, ..Default::default() });
            schedule.configure_sets((Wake, Drift, Choose, Resolve, Apply, Live, Match, Record).chain());
            schedule.add_systems((
                phases::wake.in_set(Wake),
                phases::drifting.in_set(Drift),
                phases::choosing.in_set(Choose),
                phases::resolving.in_set(Resolve),
                phases::applying.in_set(Apply),
                phases::living.in_set(Live),
                phases::triggering.in_set(Match),
                phases::recording.in_set(Record),
            ));
        });
    }
}
