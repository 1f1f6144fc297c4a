//! From command-line arguments to a run: loads the scene, prints its diagnostics, and creates the run.

use std::path::Path;
use std::sync::Arc;

use super::args::LifeArgs;
use super::ask::AskError;
use super::beats::is_story;
use super::exit::Failure;
use super::source::of_a_story;
use super::terminal;
use super::when::When;
use longhand_analysis::Run;
use longhand_chronicle::Story;
use longhand_expr::Calendar;
use longhand_expr::ids::Instant;
use longhand_scene::{Loaded, Scenario};
use longhand_sim::SimOptions;

/// Loads a scene and prints its warnings. Problems are the error.
pub(crate) fn scene(path: &Path, set: &[(String, String)]) -> Result<Scenario, Failure> {
    let fancy = terminal::fancy();
    match longhand_narrative::load(path, set) {
        Ok(Loaded { scenario, warnings, .. }) => {
            if !warnings.is_empty() {
                terminal::say(warnings.render(fancy).trim_end());
            }
            Ok(scenario)
        }
        Err(problems) => Err(Failure::Said(problems.render(fancy))),
    }
}

/// Everything needed to start a run.
#[derive(Clone)]
pub(crate) struct Life {
    pub scenario: Arc<Scenario>,
    pub seed: u64,
    /// The end of the run, if the scene does not end before it.
    pub until: Option<Instant>,
    options: SimOptions,
}

impl Life {
    /// The run of a scene file.
    pub fn of(scene: &Path, asked: &LifeArgs) -> Result<Self, Failure> {
        Self::of_scenario(self::scene(scene, &asked.set)?, asked)
    }

    /// The run of a loaded scene.
    pub fn of_scenario(scenario: Scenario, asked: &LifeArgs) -> Result<Self, Failure> {
        let until = asked.until.map(|when| instant(when, &scenario.calendar)).transpose()?;
        Ok(Self::with(scenario, asked.seed, until, asked.threads))
    }

    /// The run recorded in a story. Only the end and the number of threads can be changed.
    pub fn recorded(story: &Story, asked: &LifeArgs) -> Result<Self, Failure> {
        let scenario = story.scenario().map_err(AskError::from)?;
        let until = asked.until.map(|when| instant(when, &scenario.calendar)).transpose()?;
        Ok(Self::with(scenario, story.head.seed, until.or(story.head.until), asked.threads))
    }

    /// The same run with another end.
    pub fn ending(self, until: Instant) -> Self {
        Self { until: Some(until), ..self }
    }

    /// The run of a scene or of a story.
    pub fn of_file(path: &Path, asked: &LifeArgs) -> Result<Self, Failure> {
        if is_story(path)? {
            of_a_story(asked)?;
            return Self::recorded(&Story::open(path).map_err(AskError::from)?, asked);
        }
        Self::of(path, asked)
    }

    /// The run of a loaded scene.
    pub fn with(scenario: Scenario, seed: u64, until: Option<Instant>, threads: Option<u16>) -> Self {
        let options = SimOptions { seed, threads: threads.map_or(0, usize::from) };
        Self { scenario: Arc::new(scenario), seed, until, options }
    }

    /// Creates the run at its start.
    pub fn begin(&self) -> Run {
        Run::new(self.scenario.clone(), self.options, self.until)
    }

    /// The latest end of the run.
    pub fn ends(&self) -> Instant {
        self.until.map_or(self.scenario.ends, |until| until.min(self.scenario.ends))
    }
}

/// Resolves an instant given on the command line.
pub(crate) fn instant(when: When, calendar: &Calendar) -> Result<Instant, Failure> {
    let at = when.resolve(calendar.start()).ok_or_else(|| Failure::Usage("date out of range".into()))?;
    match calendar.instant(at) {
        at if at < Instant::START => {
            Err(Failure::Usage(format!("the date is before the start of the scene, {}", calendar.start().date())))
        }
        at => Ok(at),
    }
}
