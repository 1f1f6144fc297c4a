//! A run to query: a recorded story, or a scene that is simulated first.

use std::path::Path;
use std::sync::Arc;

use super::args::{DEFAULT_SEED, SimulationArgs};
use super::beats::is_story;
use super::exit::CliError;
use super::query::{self, QueryError};
use super::run_config::RunConfig;
use super::terminal::TerminalProgress;
use longhand_analysis::Run;
use longhand_chronicle::Chronicle;
use longhand_expr::ids::Instant;
use longhand_scene::Scenario;

/// A chronicle and the scenario that produced it.
pub(crate) struct LoadedRun {
    pub scenario: Arc<Scenario>,
    pub chronicle: Chronicle,
    pub seed: u64,
    /// The last recorded instant.
    pub end: Instant,
}

/// Returns an error if arguments for a scene's run are given for a story.
pub(super) fn reject_simulation_args(asked: &SimulationArgs) -> Result<(), CliError> {
    let SimulationArgs { seed, set, until, .. } = asked;
    if *seed == DEFAULT_SEED && set.is_empty() && until.is_none() { Ok(()) } else { Err(simulation_args_error()) }
}

pub(super) fn simulation_args_error() -> CliError {
    CliError::Usage("--seed, --set and --until are for a scene; a story is already simulated".into())
}

/// Simulates a run until it ends or a limit stops it.
pub(super) fn simulate(life: &RunConfig) -> Run {
    let mut run = life.start();
    let mut progress = TerminalProgress::new();
    while run.step() {
        let (now, events) = (run.simulation().now().seconds(), run.chronicle().len());
        progress.update(now / life.end().seconds().max(1.0), || format!("{events} events"));
    }
    run
}

/// Simulates a run to its end. A run stopped by a limit is an error.
pub(super) fn simulate_to_end(life: &RunConfig) -> Result<Run, CliError> {
    let run = simulate(life);
    match run.simulation().limit_exceeded() {
        None => Ok(run),
        Some(overrun) => Err(CliError::Input(overrun.to_string())),
    }
}

/// Reads a story, or simulates a scene to its end. A story has its own seed and parameters.
pub(crate) fn load_run(file: &Path, asked: &SimulationArgs) -> Result<LoadedRun, CliError> {
    if is_story(file)? {
        reject_simulation_args(asked)?;
        let story = query::open_story(file, None).map_err(QueryError::from)?;
        let scenario = Arc::new(story.scenario().map_err(QueryError::from)?);
        let end = query::end_of_story(&story);
        return Ok(LoadedRun { scenario, seed: story.header.seed, end, chronicle: story.chronicle });
    }
    let life = RunConfig::from_scene_file(file, asked)?;
    let run = simulate_to_end(&life)?;
    let end = run.simulation().now();
    Ok(LoadedRun { scenario: life.scenario.clone(), chronicle: run.chronicle().clone(), seed: life.seed, end })
}
