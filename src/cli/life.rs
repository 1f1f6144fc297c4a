//! From what was typed to a world that lives: reading the scene, saying what is wrong with it, and stepping through it.

use std::path::Path;
use std::sync::Arc;

use super::args::LifeArgs;
use super::ask::AskError;
use super::beats::is_story;
use super::exit::Failure;
use super::source::of_a_story;
use super::terminal;
use super::when::When;
use crate::chronicle::Story;
use crate::ids::Instant;
use crate::lab::Run;
use crate::language::Calendar;
use crate::scenario::{Loaded, Scenario};
use crate::sim::SimOptions;
use crate::story;

/// Reads a scene; what is wrong with it is the failure, what is only odd is said beside.
pub(crate) fn scene(path: &Path, set: &[(String, String)]) -> Result<Scenario, Failure> {
    let fancy = terminal::fancy();
    match story::load(path, set) {
        Ok(Loaded { scenario, warnings, .. }) => {
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
    /// When it is to end, if the scene does not end before.
    pub until: Option<Instant>,
    options: SimOptions,
}

impl Life {
    /// The life of a scene that was asked for.
    pub fn of(scene: &Path, asked: &LifeArgs) -> Result<Self, Failure> {
        Self::of_scenario(self::scene(scene, &asked.set)?, asked)
    }

    /// The life that was asked for of a scene that was read already.
    pub fn of_scenario(scenario: Scenario, asked: &LifeArgs) -> Result<Self, Failure> {
        let until = asked.until.map(|when| instant(when, &scenario.calendar)).transpose()?;
        Ok(Self::with(scenario, asked.seed, until, asked.threads))
    }

    /// The life that was recorded, as its file has it; only when it ends and how many think at once may be said otherwise.
    pub fn recorded(story: &Story, asked: &LifeArgs) -> Result<Self, Failure> {
        let scenario = story.scenario().map_err(AskError::from)?;
        let until = asked.until.map(|when| instant(when, &scenario.calendar)).transpose()?;
        Ok(Self::with(scenario, story.head.seed, until.or(story.head.until), asked.threads))
    }

    /// The same, to another end.
    pub fn ending(self, until: Instant) -> Self {
        Self { until: Some(until), ..self }
    }

    /// The life of a scene that was asked for, or that a story holds.
    pub fn of_file(path: &Path, asked: &LifeArgs) -> Result<Self, Failure> {
        if is_story(path)? {
            of_a_story(asked)?;
            return Self::recorded(&Story::open(path).map_err(AskError::from)?, asked);
        }
        Self::of(path, asked)
    }

    /// The life of a scene that was read already.
    pub fn with(scenario: Scenario, seed: u64, until: Option<Instant>, threads: Option<u16>) -> Self {
        let options = SimOptions { seed, threads: threads.map_or(0, usize::from) };
        Self { scenario: Arc::new(scenario), seed, until, options }
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
