//! A run of a scene, and stepping it.

use super::agenda::Agenda;
use super::changes::ChangeQueue;
use super::context::RunDraws;
use super::documents::{DocumentBackend, TitleOnlyWriter};
use super::drift::{CompiledProcesses, ProcessSchedule};
use super::limits::{LimitCounters, LimitExceeded};
use super::messages::EventHappened;
use super::parallel::WorkerPool;
use super::phases::{TickScratch, begin_run};
use super::play::{OpenDecision, Player, PlayerChoice};
use super::record::SampleRecorder;
use super::rules::Rules;
use super::triggers::TriggerState;
use super::view::view_of;
use super::{SimPlugin, SimTick};
use crate::world::{self, AgentProfiles, Draws, EntityIndex, WorldSnapshot, WorldState, WorldView};
use bevy_app::App;
use bevy_ecs::message::Messages;
use bevy_ecs::prelude::*;
use bevy_ecs::system::RunSystemOnce;
use longhand_chronicle::{Chronicle, SymbolTable};
use longhand_expr::EvalFrame;
use longhand_expr::ids::Instant;
use longhand_scene::Scenario;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// Options of a run.
#[derive(Clone, Copy, Debug)]
pub struct SimOptions {
    /// Seed of all draws.
    pub seed: u64,
    /// Threads that work on a tick; the result does not depend on it. 0: as many as the machine has.
    pub threads: usize,
}

impl Default for SimOptions {
    fn default() -> Self {
        Self { seed: 0, threads: 1 }
    }
}

/// A run of a scene in a Bevy world of its own.
///
/// ```
/// use longhand_scene::{STARTER_SCENE, load_text};
/// use longhand_sim::{SimOptions, Simulation};
/// use std::sync::Arc;
///
/// let scene = load_text("new.ron", &[("new.ron", STARTER_SCENE)], &[]).expect("the starter scene is valid");
/// let mut run = Simulation::new(Arc::new(scene.scenario), SimOptions::default());
/// while run.step() {}
/// assert!(!run.chronicle().is_empty());
/// ```
pub struct Simulation {
    world: World,
    scenario: Arc<Scenario>,
    over: bool,
}

impl std::fmt::Debug for Simulation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulation").field("scene", &self.scenario.name).field("now", &self.now()).finish_non_exhaustive()
    }
}

/// A keyframe: the state of a run at an instant. Its chronicle is stored elsewhere.
#[derive(Serialize, Deserialize)]
struct RunKeyframe<'a> {
    world: WorldSnapshot<'a>,
    agenda: Cow<'a, Agenda>,
    trigger_state: Cow<'a, TriggerState>,
    process_schedule: Cow<'a, ProcessSchedule>,
    recorder: Cow<'a, SampleRecorder>,
}

/// Starts a run in `world`: inserts all resources of the simulation, in place of those of an earlier run, and spawns the entities of agents
/// and places. The schedule [`SimTick`] (from [`SimPlugin`]) then simulates it tick by tick.
///
/// [`Simulation`] does this in an app of its own. Call it directly to run the simulation in another app.
pub fn start_run(world: &mut World, scenario: &Arc<Scenario>, options: SimOptions) {
    let draws = Draws::new(options.seed);
    let rules = Rules::new(scenario.clone());
    let (mut state, profiles) = world::build(scenario, draws);
    rules.track_past(&mut state);
    world.insert_resource(ChangeQueue::new(&rules));
    world.insert_resource(LimitCounters::new(state.agent_count(), scenario.events.len()));
    world.insert_resource(CompiledProcesses::new(&rules));
    world.insert_resource(rules);
    world.insert_resource(RunDraws(draws));
    world.insert_resource(WorkerPool::new(options.threads));
    world.insert_resource(DocumentBackend(Box::new(TitleOnlyWriter)));
    let mut agenda = Agenda::new();
    if scenario.kinds.iter().any(|kind| kind.involved.is_some()) {
        agenda.allow_moving();
    }
    world.insert_resource(agenda);
    world.insert_resource(Chronicle::new(&SymbolTable::from_scenario(scenario)));
    world.insert_resource(TriggerState::default());
    world.insert_resource(ProcessSchedule::default());
    world.insert_resource(SampleRecorder::default());
    world.insert_resource(TickScratch::default());
    world.insert_resource(Messages::<EventHappened>::default());
    world.remove_resource::<Player>();
    if let Some(entities) = world.remove_resource::<EntityIndex>() {
        entities.despawn(world);
    }
    insert_state(world, scenario, state, profiles);
    world.run_system_once(begin_run).expect("all resources of a run were inserted above");
}

/// Inserts the world state and makes the entities match it.
fn insert_state(world: &mut World, scenario: &Scenario, state: WorldState, profiles: AgentProfiles) {
    let mut entities = world.remove_resource::<EntityIndex>().unwrap_or_default();
    entities.synchronize(world, &state, scenario.places.len());
    world.insert_resource(entities);
    world.insert_resource(state);
    world.insert_resource(profiles);
}

impl Simulation {
    /// A run at the scene's start.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, options: SimOptions) -> Self {
        Self::with(scenario, options, |_| {})
    }

    /// A run at the scene's start, in the world of an app to which `extend` adds systems, observers and resources, such as another
    /// [`DocumentWriter`](super::DocumentWriter) or pattern matching.
    #[must_use]
    pub fn with(scenario: Arc<Scenario>, options: SimOptions, extend: impl FnOnce(&mut App)) -> Self {
        let mut app = App::empty();
        app.add_plugins(SimPlugin);
        start_run(app.world_mut(), &scenario, options);
        extend(&mut app);
        // Only the world is kept: unlike an app, it can be a resource of another world.
        Self { world: std::mem::take(app.world_mut()), scenario, over: false }
    }

    /// Asks a person for each decision of the agent that the last [`Play`](longhand_scene::Intervention::Play) of the scene's interventions
    /// names, from its instant on, except for those that it notes. `decide` is called in the middle of a tick, and the world waits for it.
    ///
    /// To repeat the run, note in the intervention what was decided otherwise than the agent would have ([`OpenDecision::own`]).
    pub fn ask_player(&mut self, decide: impl FnMut(&OpenDecision) -> PlayerChoice + Send + Sync + 'static) {
        self.world.insert_resource(Player(Box::new(decide)));
    }

    /// Simulates one tick. Returns false when the run is over.
    pub fn step(&mut self) -> bool {
        if self.over {
            return false;
        }
        self.world.run_schedule(SimTick);
        self.over = self.limit_exceeded().is_some() || self.is_at_end();
        !self.over
    }

    fn is_at_end(&self) -> bool {
        if self.now() >= self.scenario.ends {
            return true;
        }
        let Some(ends_when) = &self.scenario.ends_when else { return false };
        ends_when.truth(&self.view(), &mut EvalFrame::default())
    }

    /// The limit that the run exceeded, if it was stopped for that.
    #[must_use]
    pub fn limit_exceeded(&self) -> Option<&LimitExceeded> {
        self.world.resource::<LimitCounters>().exceeded()
    }

    /// Whether the run is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// The instant of the world: the start of the next tick.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.state().now
    }

    /// The scene.
    #[must_use]
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// What has happened so far.
    #[must_use]
    pub fn chronicle(&self) -> &Chronicle {
        self.world.resource::<Chronicle>()
    }

    /// What agents have now.
    #[must_use]
    pub fn state(&self) -> &WorldState {
        self.world.resource::<WorldState>()
    }

    /// The world as expressions see it, now. Systems use [`SimulationView`](super::SimulationView).
    #[must_use]
    pub fn view(&self) -> WorldView<'_> {
        view_of(&self.world).expect("the world of a Simulation has a run")
    }

    /// The Bevy world of the simulation.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The Bevy world of the simulation, mutable: for resources that others keep in it.
    pub fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    /// The state of the run as bytes, from which it can continue. The chronicle is not included.
    ///
    /// # Errors
    /// If the state cannot be encoded, which does not happen for states the simulation makes.
    pub fn keyframe(&self) -> Result<Vec<u8>, postcard::Error> {
        let world = &self.world;
        postcard::to_stdvec(&RunKeyframe {
            world: WorldSnapshot::new(self.state(), world.resource::<AgentProfiles>()),
            agenda: Cow::Borrowed(world.resource::<Agenda>()),
            trigger_state: Cow::Borrowed(world.resource::<TriggerState>()),
            process_schedule: Cow::Borrowed(world.resource::<ProcessSchedule>()),
            recorder: Cow::Borrowed(world.resource::<SampleRecorder>()),
        })
    }

    /// Sets the run to a keyframe of the same scene and seed. `chronicle` is what was recorded until then. Returns the bytes
    /// that follow the keyframe, where others may have appended their own state.
    ///
    /// # Errors
    /// If the bytes are not a keyframe.
    pub fn restore<'k>(&mut self, keyframe: &'k [u8], mut chronicle: Chronicle) -> Result<&'k [u8], postcard::Error> {
        let (keyframe, rest) = postcard::take_from_bytes::<RunKeyframe<'_>>(keyframe)?;
        let world = &mut self.world;
        let (state, profiles) = keyframe.world.restore();
        insert_state(world, &self.scenario, state, profiles);
        world.insert_resource(keyframe.agenda.into_owned());
        world.insert_resource(keyframe.trigger_state.into_owned());
        world.insert_resource(keyframe.process_schedule.into_owned());
        world.insert_resource(keyframe.recorder.into_owned());
        world.resource_mut::<LimitCounters>().restore(&chronicle);
        // The scene may have interventions that the recorded run did not have.
        chronicle.set_names(&SymbolTable::from_scenario(&self.scenario));
        world.resource_mut::<Messages<EventHappened>>().clear();
        world.insert_resource(chronicle);
        self.over = self.is_at_end();
        Ok(rest)
    }

    /// A hash of the keyframe, to check that a run continued from a keyframe equals the unbroken one. The hash that identifies what
    /// happened in a run is [`Chronicle::hash`].
    #[must_use]
    pub fn state_hash(&self) -> u128 {
        self.keyframe().map_or(0, |bytes| twox_hash::XxHash3_128::oneshot(&bytes))
    }
}
