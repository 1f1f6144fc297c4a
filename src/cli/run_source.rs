//! A run to query: a recorded story, or a scene that is simulated first.

use std::path::Path;
use std::sync::Arc;

use super::args::SimulationArgs;
use super::exit::CliError;
use super::input::{is_story, reject_simulation_args};
use super::query;
use super::run_config::RunConfig;
use super::simulate::simulate_to_end;
use super::terminal;
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

/// Reads a story or a branch of it, or simulates a scene to its end. A story has its own seed and parameters.
pub(crate) fn load_run(file: &Path, branch: Option<&str>, simulation: &SimulationArgs) -> Result<LoadedRun, CliError> {
    if is_story(file)? {
        reject_simulation_args(simulation)?;
        let story = query::open_story(file, branch)?;
        if story.ended.is_none() {
            let note = format!(
                "{0}: the recording was broken off, or goes on; `longhand run --resume {0}` continues it",
                file.display()
            );
            terminal::print_note(&note);
        }
        let scenario = Arc::new(story.scenario()?);
        let end = query::end_of_story(&story);
        return Ok(LoadedRun { scenario, seed: story.header.seed, end, chronicle: story.chronicle });
    }
    if branch.is_some() {
        return Err(CliError::Usage("only a story has branches: record the scene first (longhand run --record)".into()));
    }
    let config = RunConfig::from_scene_file(file, simulation)?;
    let run = simulate_to_end(&config)?;
    let end = run.simulation().now();
    Ok(LoadedRun { scenario: config.scenario.clone(), chronicle: run.chronicle().clone(), seed: config.seed, end })
}
