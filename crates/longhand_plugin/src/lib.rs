//! Runs a scene inside any Bevy app.
//!
//! The simulation has its own Bevy world, separate from the world of the app (the *host*). Systems of the host cannot change it,
//! so a run depends only on scene, seed and commands. The host uses it through four interfaces:
//!
//! - **Assets and starting**: a scene is a [`SceneAsset`]. Trigger [`StartSimulation`] with its handle. When the asset changes
//!   (hot reload), the run restarts with the same seed and without the commands it had carried out.
//! - **Time**: [`LonghandPlugin`] steps the run in a schedule of the host, [`FixedUpdate`] by default. [`SimulationClock`] sets
//!   how much simulated time passes in a second, and pauses it.
//! - **Output**: each event of the run is a [`SimulationEvent`] and each matched beat a [`SimulationBeat`], as messages and for
//!   observers, with names resolved. [`CurrentRun`] is a read-only system parameter for everything else: facts, agents, causes.
//! - **Commands**: trigger a [`SimulationCommand`] to set a fact, start an action or forbid an event. A command takes effect at
//!   the next tick and is recorded, so [`CurrentRun::why`] includes it.
//!
//! ```
//! use bevy_app::{App, TaskPoolPlugin, Update};
//! use bevy_asset::{AssetPlugin, Assets};
//! use bevy_ecs::prelude::*;
//! use bevy_time::TimePlugin;
//! use longhand_plugin::{LonghandPlugin, SceneAsset, SimulationClock, SimulationEvent, StartSimulation};
//!
//! #[derive(Resource, Default)]
//! struct Seen(Vec<String>);
//!
//! let mut app = App::new();
//! app.add_plugins((TaskPoolPlugin::default(), TimePlugin, AssetPlugin::default()));
//! app.add_plugins(LonghandPlugin::new(Update)).init_resource::<Seen>();
//! app.add_observer(|event: On<SimulationEvent>, mut seen: ResMut<Seen>| seen.0.push(event.name.clone()));
//!
//! let scene = SceneAsset::from_text("starter.ron", longhand_scene::STARTER_SCENE);
//! let scene = app.world_mut().resource_mut::<Assets<SceneAsset>>().add(scene);
//! app.world_mut().trigger(StartSimulation::new(scene).with_seed(7));
//! for _ in 0..50 {
//!     app.world_mut().resource_mut::<SimulationClock>().request_ticks(1);
//!     app.update();
//! }
//! assert!(!app.world().resource::<Seen>().0.is_empty());
//! ```
//!
//! One app has at most one run at a time. A run that is over stays readable until the next one starts.

mod asset;
mod clock;
mod command;
mod current_run;
mod hosted_run;
mod messages;
mod start;
#[cfg(test)]
mod tests;

pub use asset::{SceneAsset, SceneLoadError, SceneLoader};
pub use clock::SimulationClock;
pub use command::{CommandRejected, SimulationCommand};
pub use current_run::{CauseStep, CurrentRun, FactError};
pub use messages::{EventParticipant, SimulationBeat, SimulationEnded, SimulationEvent};
pub use start::{SceneError, SceneRejected, SimulationStarted, StartSimulation, StopSimulation};

use bevy_app::{App, FixedUpdate, Plugin, PreUpdate};
use bevy_asset::AssetApp;
use bevy_ecs::intern::Interned;
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::ScheduleLabel;

/// Runs a scene inside an app: see the [crate documentation](crate).
///
/// Needs `TimePlugin` and `AssetPlugin`, which are in `DefaultPlugins`; add it after them.
///
/// ```no_run
/// use bevy_app::{App, PostUpdate};
/// use longhand_plugin::LonghandPlugin;
///
/// App::new().add_plugins(LonghandPlugin::default());
/// // Or with another schedule. It should run at least once in each frame.
/// App::new().add_plugins(LonghandPlugin::new(PostUpdate));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LonghandPlugin {
    schedule: Interned<dyn ScheduleLabel>,
}

impl LonghandPlugin {
    /// The plugin with the schedule in which the run is stepped.
    #[must_use]
    pub fn new(schedule: impl ScheduleLabel) -> Self {
        Self { schedule: schedule.intern() }
    }
}

impl Default for LonghandPlugin {
    /// Steps the run in [`FixedUpdate`].
    fn default() -> Self {
        Self::new(FixedUpdate)
    }
}

/// The systems of [`LonghandPlugin`]. They do nothing without a run or a requested start.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LonghandSystems {
    /// Starts the requested run when its scene is loaded, and restarts the run when its scene has changed. In [`PreUpdate`].
    Load,
    /// Applies commands, simulates the ticks that are due, and writes the messages. In the schedule of the plugin.
    Advance,
}

impl Plugin for LonghandPlugin {
    fn build(&self, app: &mut App) {
        app.init_asset::<SceneAsset>()
            .register_asset_loader(SceneLoader)
            .init_resource::<SimulationClock>()
            .init_resource::<start::RequestedStart>()
            .add_message::<SimulationStarted>()
            .add_message::<SceneRejected>()
            .add_message::<SimulationEvent>()
            .add_message::<SimulationBeat>()
            .add_message::<SimulationEnded>()
            .add_message::<CommandRejected>()
            .add_observer(start::request_start)
            .add_observer(start::stop)
            .add_observer(command::queue_command)
            .add_systems(PreUpdate, start::load_scenes.in_set(LonghandSystems::Load))
            .add_systems(
                self.schedule,
                hosted_run::advance.in_set(LonghandSystems::Advance).run_if(resource_exists::<hosted_run::HostedRun>),
            );
    }
}
