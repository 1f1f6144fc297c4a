//! A run to query: a recorded story, or a scene that is simulated first.

use std::path::Path;
use std::sync::Arc;

use super::args::{DEFAULT_SEED, LifeArgs};
use super::ask::{self, AskError};
use super::beats::is_story;
use super::exit::Failure;
use super::life::Life;
use super::terminal::Progress;
use longhand_analysis::Run;
use longhand_chronicle::Chronicle;
use longhand_expr::ids::Instant;
use longhand_scene::Scenario;

/// A chronicle and the scenario that produced it.
pub(crate) struct Lived {
    pub scenario: Arc<Scenario>,
    pub chronicle: Chronicle,
    pub seed: u64,
    /// The last recorded instant.
    pub end: Instant,
}

/// Returns an error if arguments for a scene's run are given for a story.
pub(super) fn of_a_story(asked: &LifeArgs) -> Result<(), Failure> {
    let LifeArgs { seed, set, until, .. } = asked;
    if *seed == DEFAULT_SEED && set.is_empty() && until.is_none() { Ok(()) } else { Err(lived_already()) }
}

pub(super) fn lived_already() -> Failure {
    Failure::Usage("--seed, --set and --until are for a scene; a story is already simulated".into())
}

/// Simulates a run until it ends or a limit stops it.
pub(super) fn live(life: &Life) -> Run {
    let mut run = life.begin();
    let mut progress = Progress::begin();
    while run.step() {
        let (now, events) = (run.simulation().now().seconds(), run.chronicle().len());
        progress.at(now / life.ends().seconds().max(1.0), || format!("{events} events"));
    }
    run
}

/// Simulates a run to its end. A run stopped by a limit is an error.
pub(super) fn to_its_end(life: &Life) -> Result<Run, Failure> {
    let run = live(life);
    match run.simulation().limit_exceeded() {
        None => Ok(run),
        Some(overrun) => Err(Failure::Input(overrun.to_string())),
    }
}

/// Reads a story, or simulates a scene to its end. A story has its own seed and parameters.
pub(crate) fn lived(file: &Path, asked: &LifeArgs) -> Result<Lived, Failure> {
    if is_story(file)? {
        of_a_story(asked)?;
        let story = ask::story(file, None).map_err(AskError::from)?;
        let scenario = Arc::new(story.scenario().map_err(AskError::from)?);
        let end = ask::end(&story);
        return Ok(Lived { scenario, seed: story.head.seed, end, chronicle: story.chronicle });
    }
    let life = Life::of(file, asked)?;
    let run = to_its_end(&life)?;
    let end = run.simulation().now();
    Ok(Lived { scenario: life.scenario.clone(), chronicle: run.chronicle().clone(), seed: life.seed, end })
}
