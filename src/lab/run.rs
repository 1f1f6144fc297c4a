//! One run from beginning to end, with everything that watches it.

use super::report::{BeatReport, RunReport};
use super::ties::tie_lengths;
use crate::chronicle::Chronicle;
use crate::ids::Instant;
use crate::scenario::{ParamValue, Scenario};
use crate::sim::{SimOptions, Simulation};
use crate::story::{StoryPlugin, Watch, WatchState, Watched, measure_end, order_score};
use std::sync::Arc;

/// A run that is watched: beats are matched and measures taken while it is lived.
#[derive(Debug)]
pub struct Run {
    simulation: Simulation,
    seed: u64,
    begun: std::time::Instant,
    until: Option<Instant>,
    over: bool,
}

/// The bytes are no keyframe of this scene, or of another build of longhand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no keyframe of this scene by this longhand")]
pub struct NotAKeyframe;

impl Run {
    /// A run at the scene's start; it is over at the scene's end or at `until`, whichever comes first.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, options: SimOptions, until: Option<Instant>) -> Self {
        let plugin = StoryPlugin { scenario: scenario.clone(), seed: options.seed };
        let simulation = Simulation::with(scenario, options, |app| {
            app.add_plugins(plugin);
        });
        Self { simulation, seed: options.seed, begun: std::time::Instant::now(), until, over: false }
    }

    /// Lives one tick; false when the run is over, and its last measures are taken.
    pub fn step(&mut self) -> bool {
        if self.over {
            return false;
        }
        let more = self.simulation.step();
        self.over = !more || self.is_until(self.simulation.now());
        if self.over {
            measure_end(&mut self.simulation);
        }
        !self.over
    }

    /// The whole run as bytes, from which it can go on; its chronicle is not among them.
    ///
    /// # Errors
    /// When the state cannot be encoded; no state of the engine's own making is such.
    pub fn keyframe(&self) -> Result<Vec<u8>, postcard::Error> {
        let world = self.simulation.keyframe()?;
        postcard::to_extend(&self.simulation.world().resource::<Watch>().state(), world)
    }

    /// Puts the run back (or on) to a keyframe of the same scene and seed; `chronicle` is what was recorded by then. Gives the bytes behind
    /// the keyframe, as [`Simulation::restore`] does.
    ///
    /// # Errors
    /// When the bytes are something else. The run is of no use any more then.
    pub fn restore<'k>(&mut self, keyframe: &'k [u8], chronicle: Chronicle) -> Result<&'k [u8], NotAKeyframe> {
        let events = chronicle.len();
        let rest = self.simulation.restore(keyframe, chronicle).map_err(|_| NotAKeyframe)?;
        let (watch, rest) = postcard::take_from_bytes::<WatchState>(rest).map_err(|_| NotAKeyframe)?;
        if !self.simulation.world_mut().resource_mut::<Watch>().restore(watch, events) {
            return Err(NotAKeyframe);
        }
        // Another build may read other meanings out of the same bytes; it will hardly write the same bytes again.
        let again = self.keyframe().map_err(|_| NotAKeyframe)?;
        if again != keyframe[..keyframe.len() - rest.len()] {
            return Err(NotAKeyframe);
        }
        self.over = self.simulation.is_over() || self.is_until(self.simulation.now());
        Ok(rest)
    }

    fn is_until(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| now >= until)
    }

    /// The world being lived through.
    #[must_use]
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    /// What has happened so far.
    #[must_use]
    pub fn chronicle(&self) -> &Chronicle {
        self.simulation.chronicle()
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// What came of it so far.
    #[must_use]
    pub fn report(&self) -> RunReport {
        let scenario = self.simulation.scenario();
        let chronicle = self.chronicle();
        let civil = |at: Instant| scenario.calendar.datetime(at).to_string();
        let beats = scenario.beats.iter().enumerate().map(|(index, beat)| {
            let came = chronicle.beats.iter().find(|came| came.beat == index);
            BeatReport {
                id: beat.id.clone(),
                must: beat.must,
                at: came.map(|came| civil(came.at)),
                event: came.map(|came| came.event.0),
            }
        });
        let params = scenario.params.iter().map(|param| {
            let value = match param.value {
                ParamValue::Number(number) => number,
                ParamValue::Switch(on) => f64::from(u8::from(on)),
            };
            (param.id.clone(), value)
        });
        let matches = self.simulation.world().resource::<Watch>().matches();
        let matched = |at: usize| matches.iter().filter(|found| found.of == Watched::Pattern(at)).count() as u32;
        let taken = |id: &str| chronicle.measures.iter().rev().find(|(measure, _)| measure == id).map(|(_, value)| *value);
        RunReport {
            scene: scenario.name.clone(),
            seed: self.seed,
            hash: format!("{:032x}", chronicle.hash() ^ self.simulation.state_hash()),
            params: params.collect(),
            started: civil(Instant::START),
            ended: civil(self.simulation.now()),
            wall_s: self.begun.elapsed().as_secs_f64(),
            events: chronicle.len() as u64,
            agents: self.simulation.state().agents() as u64,
            bonds: self.simulation.state().bonds.len() as u64,
            beats: beats.collect(),
            patterns: scenario.patterns.iter().enumerate().map(|(at, pattern)| (pattern.id.clone(), matched(at))).collect(),
            order_tau: order_score(scenario, &chronicle.beats),
            measures: scenario.measures.iter().map(|measure| (measure.id.clone(), taken(&measure.id))).collect(),
            ties: tie_lengths(&self.simulation),
        }
    }
}
