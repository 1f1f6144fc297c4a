//! From what was typed to a world that lives: reading the scene, saying what is wrong with it, and stepping through it.

use std::path::Path;
use std::sync::Arc;

use super::args::WorldArgs;
use super::exit::Failure;
use super::terminal;
use super::when::When;
use crate::ids::Instant;
use crate::lab::Run;
use crate::language::Calendar;
use crate::scenario::{self, Loaded, Scenario};
use crate::sim::SimOptions;

/// Reads a scene; what is wrong with it is the failure, what is only odd is said beside.
pub(crate) fn scene(path: &Path, set: &[(String, String)]) -> Result<Scenario, Failure> {
    let fancy = terminal::fancy();
    match scenario::load(path, set) {
        Ok(Loaded { scenario, warnings }) => {
            if !warnings.is_empty() {
                terminal::say(warnings.render(fancy).trim_end());
            }
            Ok(scenario)
        }
        Err(problems) => Err(Failure::Said(problems.render(fancy))),
    }
}

/// A life that was asked for: everything a run is made of, before it is.
#[derive(Clone)]
pub(crate) struct Life {
    pub scenario: Arc<Scenario>,
    pub seed: u64,
    options: SimOptions,
    until: Option<Instant>,
}

impl Life {
    /// The life that was asked for.
    pub fn of(world: &WorldArgs) -> Result<Self, Failure> {
        let scenario = scene(&world.scene, &world.set)?;
        let until = world.until.map(|when| instant(when, &scenario.calendar)).transpose()?;
        Ok(Self::new(world, scenario, until))
    }

    /// The life of a scene that was read already, until that instant.
    pub fn new(world: &WorldArgs, scenario: Scenario, until: Option<Instant>) -> Self {
        let options = SimOptions { seed: world.seed, threads: world.threads.map_or(0, usize::from) };
        Self { scenario: Arc::new(scenario), seed: world.seed, options, until }
    }

    /// Begins it.
    pub fn begin(&self) -> Run {
        Run::new(self.scenario.clone(), self.options, self.until)
    }

    /// The latest it can end.
    pub fn ends(&self) -> Instant {
        self.until.map_or(self.scenario.ends, |until| until.min(self.scenario.ends))
    }
}

/// An instant that was typed, in a calendar.
pub(crate) fn instant(when: When, calendar: &Calendar) -> Result<Instant, Failure> {
    let at = when.resolve(calendar.start()).ok_or_else(|| Failure::Usage("that is further than the calendar goes".into()))?;
    match calendar.instant(at) {
        at if at < Instant::START => Err(Failure::Usage(format!("the scene starts on {}, after that", calendar.start().date()))),
        at => Ok(at),
    }
}
