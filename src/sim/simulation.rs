//! A run: the simulation's own Bevy world, and stepping it.

use super::agenda::Agenda;
use super::drift::{Laws, Prepared};
use super::limits::{Limits, Overrun};
use super::moment::{RunDraws, in_moment};
use super::phases::{Choosers, Handover};
use super::record::{self, Book};
use super::rules::Rules;
use super::scribe::{Scribing, TitlesOnly};
use super::touched::Touched;
use super::triggers::Standing;
use super::{SimPlugin, SimTick};
use crate::chronicle::Chronicle;
use crate::ids::{AgentId, Instant};
use crate::language::Frame;
use crate::scenario::Scenario;
use crate::world::{self, Draws, Live, Presence, Roster, Snapshot, State};
use bevy::app::App;
use bevy::ecs::prelude::*;
use bevy::tasks::TaskPoolBuilder;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// How a run is made.
#[derive(Clone, Copy, Debug)]
pub struct SimOptions {
    /// Every draw follows from it.
    pub seed: u64,
    /// Threads that choose; the outcome does not depend on it. 0: as many as the machine has.
    pub threads: usize,
}

impl Default for SimOptions {
    fn default() -> Self {
        Self { seed: 0, threads: 1 }
    }
}

/// A world being lived through.
///
/// ```
/// use longhand::{scenario, sim::{SimOptions, Simulation}};
/// use std::sync::Arc;
///
/// let scene = scenario::load_text("new.ron", &[("new.ron", scenario::STARTER)], &[]).expect("the starter scene is sound");
/// let mut run = Simulation::new(Arc::new(scene.scenario), SimOptions::default());
/// while run.step() {}
/// assert!(!run.chronicle().is_empty());
/// ```
pub struct Simulation {
    app: App,
    scenario: Arc<Scenario>,
    over: bool,
}

impl std::fmt::Debug for Simulation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulation").field("scene", &self.scenario.name).field("now", &self.now()).finish_non_exhaustive()
    }
}

/// A keyframe: the whole run at an instant, as bytes.
#[derive(Serialize, Deserialize)]
struct Keyframe<'a> {
    world: Snapshot<'a>,
    agenda: Cow<'a, Agenda>,
    standing: Cow<'a, Standing>,
    laws: Cow<'a, Laws>,
    book: Cow<'a, Book>,
}

/// The world of a simulation as expressions see it, now.
///
/// # Panics
/// When `world` is no simulation's, or a phase that changes it is under way.
#[must_use]
pub fn live(world: &World) -> Live<'_> {
    let state = world.resource::<State>();
    Live::new(
        &world.resource::<Rules>().scenario,
        state,
        world,
        world.resource::<Roster>(),
        world.resource::<RunDraws>().0,
        state.now,
    )
}

impl Simulation {
    /// A run at the scene's start.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, options: SimOptions) -> Self {
        Self::with(scenario, options, |_| {})
    }

    /// A run to which a later room adds its systems and resources: a [`Scribe`](super::Scribe), what watches for beats.
    #[must_use]
    pub fn with(scenario: Arc<Scenario>, options: SimOptions, add: impl FnOnce(&mut App)) -> Self {
        let draws = Draws::new(options.seed);
        let mut app = App::empty();
        app.add_plugins(SimPlugin);
        let rules = Rules::new(scenario.clone());
        let mut state = world::build(app.world_mut(), &scenario, draws);
        rules.ask(&mut state);
        let agents = state.agents();
        let threads = match options.threads {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            threads => threads,
        };
        let pool = (threads > 1).then(|| TaskPoolBuilder::new().num_threads(threads - 1).thread_name("choose".into()).build());
        let prepared = Prepared::new(&rules);
        let touched = Touched::new(&rules);
        app.insert_resource(state)
            .insert_resource(touched)
            .insert_resource(Limits::new(agents, scenario.events.len()))
            .insert_resource(rules)
            .insert_resource(prepared)
            .insert_resource(RunDraws(draws))
            .insert_resource(Choosers(pool))
            .insert_resource(Scribing(Box::new(TitlesOnly)))
            .insert_resource(Agenda::new())
            .init_resource::<Chronicle>()
            .init_resource::<Standing>()
            .init_resource::<Laws>()
            .init_resource::<Book>()
            .init_resource::<Handover>();
        app.world_mut().resource_scope(|world, mut book: Mut<Book>| {
            in_moment(world, |moment| {
                for agent in (0..moment.state.agents()).map(AgentId::at).collect::<Vec<_>>() {
                    if moment.state.presence(agent) == Presence::Present {
                        moment.wake_within_interval(agent, Instant::START);
                    }
                }
                record::begin(moment, &mut book);
            });
        });
        add(&mut app);
        Self { app, scenario, over: false }
    }

    /// Lives one tick; false when the run is over.
    pub fn step(&mut self) -> bool {
        if self.over {
            return false;
        }
        self.app.world_mut().run_schedule(SimTick);
        self.over = self.overrun().is_some() || self.is_at_its_end();
        !self.over
    }

    fn is_at_its_end(&self) -> bool {
        if self.now() >= self.scenario.ends {
            return true;
        }
        let Some(ends_when) = &self.scenario.ends_when else { return false };
        ends_when.truth(&self.live(), &mut Frame::default())
    }

    /// Why the run was stopped before its end, if it was: it did more of something than a run may.
    #[must_use]
    pub fn overrun(&self) -> Option<&Overrun> {
        self.app.world().resource::<Limits>().overrun()
    }

    /// Whether the scene's end is reached.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// The instant the world is at: the start of the next tick.
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
        self.app.world().resource::<Chronicle>()
    }

    /// The chronicle, to add what later rooms find in it.
    pub fn chronicle_mut(&mut self) -> Mut<'_, Chronicle> {
        self.app.world_mut().resource_mut::<Chronicle>()
    }

    /// The columns.
    #[must_use]
    pub fn state(&self) -> &State {
        self.app.world().resource::<State>()
    }

    /// The world as expressions see it, now.
    #[must_use]
    pub fn live(&self) -> Live<'_> {
        live(self.app.world())
    }

    /// The simulation's Bevy world.
    #[must_use]
    pub fn world(&self) -> &World {
        self.app.world()
    }

    /// The simulation's Bevy world, for the resources that later rooms keep in it.
    pub fn world_mut(&mut self) -> &mut World {
        self.app.world_mut()
    }

    /// The whole run as bytes, from which it can go on.
    ///
    /// # Errors
    /// When the state cannot be encoded; no state of the engine's own making is such.
    pub fn keyframe(&self) -> Result<Vec<u8>, postcard::Error> {
        let world = self.app.world();
        postcard::to_stdvec(&Keyframe {
            world: Snapshot::take(world, world.resource::<Roster>(), self.state()),
            agenda: Cow::Borrowed(world.resource::<Agenda>()),
            standing: Cow::Borrowed(world.resource::<Standing>()),
            laws: Cow::Borrowed(world.resource::<Laws>()),
            book: Cow::Borrowed(world.resource::<Book>()),
        })
    }

    /// Puts the run back to a keyframe of the same scene and seed. What the chronicle held then must be given by the caller. Gives the
    /// bytes behind the keyframe: a later room may have appended its own.
    ///
    /// # Errors
    /// When the bytes are not a keyframe.
    pub fn restore<'k>(&mut self, keyframe: &'k [u8], chronicle: Chronicle) -> Result<&'k [u8], postcard::Error> {
        let (Keyframe { world: snapshot, agenda, standing, laws, book }, rest) = postcard::take_from_bytes(keyframe)?;
        let world = self.app.world_mut();
        // Places first: an agent that goes is looked up among all who live where it does.
        despawn::<world::Place>(world);
        despawn::<world::Agent>(world);
        let state = snapshot.restore(world, &self.scenario);
        world.insert_resource(state);
        world.insert_resource(agenda.into_owned());
        world.insert_resource(standing.into_owned());
        world.insert_resource(laws.into_owned());
        world.insert_resource(book.into_owned());
        world.resource_mut::<Limits>().go_back(&chronicle);
        world.insert_resource(chronicle);
        self.over = self.is_at_its_end();
        Ok(rest)
    }

    /// A hash of everything the rest of the run depends on.
    #[must_use]
    pub fn state_hash(&self) -> u128 {
        self.keyframe().map_or(0, |bytes| twox_hash::XxHash3_128::oneshot(&bytes))
    }
}

fn despawn<C: Component>(world: &mut World) {
    let all: Vec<Entity> = world.query_filtered::<Entity, With<C>>().iter(world).collect();
    all.into_iter().for_each(|entity| _ = world.despawn(entity));
}
