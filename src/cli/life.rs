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

/// The world that was asked for, at its start.
pub(crate) fn begin(world: &WorldArgs, cast_only: bool) -> Result<Run, Failure> {
    let mut scenario = scene(&world.scene, &world.set)?;
    if cast_only {
        scenario.population.clear();
    }
    let until = world.until.map(|when| instant(when, &scenario.calendar)).transpose()?;
    let options = SimOptions { seed: world.seed, threads: world.threads.map_or(0, usize::from) };
    Ok(Run::new(Arc::new(scenario), options, until))
}

/// An instant that was typed, in a calendar.
pub(crate) fn instant(when: When, calendar: &Calendar) -> Result<Instant, Failure> {
    let at = when.resolve(calendar.start()).ok_or_else(|| Failure::Usage("that is further than the calendar goes".into()))?;
    match calendar.instant(at) {
        at if at < Instant::START => Err(Failure::Usage(format!("the scene starts on {}, after that", calendar.start().date()))),
        at => Ok(at),
    }
}

/// How far a run is on its way to its latest end, 0 to 1.
pub(crate) fn share(run: &Run, until: Option<Instant>) -> f64 {
    let ends = run.simulation().scenario().ends;
    let ends = until.map_or(ends, |until| until.min(ends));
    run.simulation().now().seconds() / ends.seconds().max(1.0)
}
