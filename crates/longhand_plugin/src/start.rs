//! Starting, stopping and restarting runs.

use crate::asset::SceneAsset;
use crate::clock::SimulationClock;
use crate::command::reject_without_run;
use crate::hosted_run::HostedRun;
use bevy_asset::{AssetEvent, AssetId, AssetLoadFailedEvent, Assets, Handle};
use bevy_ecs::prelude::*;
use longhand_scene::Diagnostics;

/// Starts a run as soon as the scene is loaded, and replaces the current run if there is one.
///
/// Trigger it: `commands.trigger(StartSimulation::new(scene))`.
#[derive(Event, Clone, Debug)]
pub struct StartSimulation {
    /// The scene.
    pub scene: Handle<SceneAsset>,
    /// The seed of all draws.
    pub seed: u64,
    /// Values of the scene's parameters: name and value.
    pub params: Vec<(String, String)>,
    /// Threads that score options. The number does not affect the run. 0 means as many as the machine has.
    pub threads: usize,
}

impl StartSimulation {
    /// A run of the scene with seed 1, the parameter values that it declares, and one thread.
    #[must_use]
    pub fn new(scene: Handle<SceneAsset>) -> Self {
        Self { scene, seed: 1, params: Vec::new(), threads: 1 }
    }

    /// Sets the seed.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets a parameter of the scene.
    #[must_use]
    pub fn with_param(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.params.push((name.into(), value.to_string()));
        self
    }
}

/// Ends the run and removes it. A requested start whose scene is not loaded yet is cancelled too.
#[derive(Event, Clone, Copy, Debug, Default)]
pub struct StopSimulation;

/// A run has started or restarted.
#[derive(Message, Event, Clone, Debug)]
pub struct SimulationStarted {
    /// The scene.
    pub scene: AssetId<SceneAsset>,
    /// The seed.
    pub seed: u64,
    /// Whether it replaced a run of the same scene because the scene has changed (hot reload).
    pub reloaded: bool,
    /// The warnings about the scene.
    pub warnings: Diagnostics,
}

/// A scene cannot be run. The current run, if there is one, continues.
#[derive(Message, Event, Clone, Debug)]
pub struct SceneRejected {
    /// The scene.
    pub scene: AssetId<SceneAsset>,
    /// Why.
    pub error: SceneError,
}

/// Why a scene cannot be run.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SceneError {
    /// The scene has errors.
    #[error("{0}")]
    Invalid(Diagnostics),
    /// The asset could not be loaded.
    #[error("{0}")]
    NotLoaded(String),
}

/// The requested start whose scene is not loaded yet.
#[derive(Resource, Default)]
pub(crate) struct RequestedStart(Option<StartSimulation>);

pub(crate) fn request_start(start: On<StartSimulation>, mut requested: ResMut<RequestedStart>) {
    requested.0 = Some(start.event().clone());
}

pub(crate) fn stop(
    _: On<StopSimulation>,
    mut requested: ResMut<RequestedStart>,
    run: Option<ResMut<HostedRun>>,
    mut commands: Commands,
) {
    requested.0 = None;
    if let Some(mut run) = run {
        // The resource is removed only when the commands are applied. Until then, the run counts as over.
        run.stop();
        reject_without_run(run.take_queued(), &mut commands);
        commands.remove_resource::<HostedRun>();
    }
}

pub(crate) fn load_scenes(
    scenes: Res<Assets<SceneAsset>>,
    mut changed: MessageReader<AssetEvent<SceneAsset>>,
    mut failed: MessageReader<AssetLoadFailedEvent<SceneAsset>>,
    mut requested: ResMut<RequestedStart>,
    mut run: Option<ResMut<HostedRun>>,
    mut clock: ResMut<SimulationClock>,
    mut commands: Commands,
) {
    let reject = |commands: &mut Commands, scene, error| {
        let rejected = SceneRejected { scene, error };
        commands.write_message(rejected.clone());
        commands.trigger(rejected);
    };
    let current = run.as_ref().map(|run| run.request());
    let modified = changed.read().filter_map(|event| match event {
        AssetEvent::Modified { id } => Some(*id),
        _ => None,
    });
    let current_if_scene = |id: AssetId<SceneAsset>| current.filter(|current| current.scene.id() == id);
    let mut start = modified.filter_map(current_if_scene).last().map(|current| (current.clone(), true));
    for failure in failed.read() {
        let is_requested = requested.0.as_ref().is_some_and(|request| request.scene.id() == failure.id);
        if is_requested || current_if_scene(failure.id).is_some() {
            reject(&mut commands, failure.id, SceneError::NotLoaded(failure.error.to_string()));
        }
        if is_requested {
            requested.0 = None;
        }
    }
    if requested.0.as_ref().is_some_and(|request| scenes.contains(&request.scene)) {
        start = requested.0.take().map(|request| (request, false));
    }
    let Some((request, reloaded)) = start else { return };
    let Some(scene) = scenes.get(&request.scene) else { return };
    let (id, seed) = (request.scene.id(), request.seed);
    match HostedRun::start(scene, request) {
        Ok((new_run, warnings)) => {
            if let Some(replaced) = &mut run {
                reject_without_run(replaced.take_queued(), &mut commands);
            }
            clock.restart();
            commands.insert_resource(new_run);
            let started = SimulationStarted { scene: id, seed, reloaded, warnings };
            commands.write_message(started.clone());
            commands.trigger(started);
        }
        Err(diagnostics) => reject(&mut commands, id, SceneError::Invalid(diagnostics)),
    }
}
