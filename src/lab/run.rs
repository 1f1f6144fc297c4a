//! One run from beginning to end, with everything that watches it.

use super::report::{BeatReport, RunReport};
use crate::chronicle::Chronicle;
use crate::ids::Instant;
use crate::scenario::{ParamValue, Scenario};
use crate::sim::{SimOptions, Simulation};
use crate::story::{StoryPlugin, Watch, Watched, measure_end, order_score};
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
        self.over = !more || self.until.is_some_and(|until| self.simulation.now() >= until);
        if self.over {
            measure_end(&mut self.simulation);
        }
        !self.over
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
        }
    }
}
