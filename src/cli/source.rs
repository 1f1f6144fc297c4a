//! A run to ask about: a recorded story, or a scene that is lived for the purpose.

use std::path::Path;
use std::sync::Arc;

use super::args::LifeArgs;
use super::ask::{self, AskError};
use super::beats::is_story;
use super::exit::Failure;
use super::life::Life;
use super::terminal::Progress;
use crate::chronicle::{Chronicle, Story};
use crate::ids::Instant;
use crate::scenario::Scenario;

/// What was lived, and by which rules.
pub(crate) struct Lived {
    pub scenario: Arc<Scenario>,
    pub chronicle: Chronicle,
    pub seed: u64,
    /// The last instant of which anything is known.
    pub end: Instant,
}

/// Reads a story, or lives a scene to its end. A story has its own seed and parameters.
pub(crate) fn lived(file: &Path, asked: &LifeArgs) -> Result<Lived, Failure> {
    if is_story(file)? {
        let story = Story::open(file).map_err(AskError::from)?;
        let scenario = Arc::new(story.scenario().map_err(AskError::from)?);
        let end = ask::end(&story);
        return Ok(Lived { scenario, seed: story.head.seed, end, chronicle: story.chronicle });
    }
    let life = Life::of(file, asked)?;
    let mut run = life.begin();
    let mut progress = Progress::begin();
    while run.step() {
        let now = run.simulation().now().seconds() / life.ends().seconds().max(1.0);
        progress.at(now, || format!("{} events", run.chronicle().len()));
    }
    if let Some(overrun) = run.simulation().overrun() {
        return Err(Failure::Input(overrun.to_string()));
    }
    let end = run.simulation().now();
    Ok(Lived { scenario: life.scenario.clone(), chronicle: run.chronicle().clone(), seed: life.seed, end })
}
