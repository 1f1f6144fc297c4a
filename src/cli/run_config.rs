//! From command-line arguments to a run: loads the scene, prints its diagnostics, and creates the run.

use std::path::Path;
use std::sync::Arc;

use super::args::SimulationArgs;
use super::exit::CliError;
use super::input::{is_story, reject_simulation_args};
use super::terminal;
use super::when::WhenArg;
use longhand_analysis::Run;
use longhand_chronicle::Story;
use longhand_expr::Calendar;
use longhand_expr::ids::Instant;
use longhand_scene::{Diagnostics, LoadedScene, Scenario};
use longhand_sim::SimOptions;

/// Loads a scene and prints its warnings. Problems are the error.
pub(crate) fn load_scene(path: &Path, set: &[(String, String)]) -> Result<Scenario, CliError> {
    load_scene_with(path, &[], set)
}

/// Like [`load_scene`], with additional parts, each a file name and its text, such as the library of themes.
pub(crate) fn load_scene_with(path: &Path, parts: &[(&str, &str)], set: &[(String, String)]) -> Result<Scenario, CliError> {
    let LoadedScene { scenario, warnings, .. } = longhand_narrative::load_with(path, parts, set)?;
    print_warnings(&warnings);
    Ok(scenario)
}

/// Prints the warnings of a scene, if there are any.
pub(crate) fn print_warnings(warnings: &Diagnostics) {
    if !warnings.is_empty() {
        terminal::print_note(warnings.render(terminal::fancy_stderr()).trim_end());
    }
}

/// Everything needed to start a run.
#[derive(Clone)]
pub(crate) struct RunConfig {
    pub scenario: Arc<Scenario>,
    pub seed: u64,
    /// The end of the run, if the scene does not end before it.
    pub until: Option<Instant>,
    options: SimOptions,
}

impl RunConfig {
    /// The run of a scene file.
    pub fn from_scene_file(scene: &Path, simulation: &SimulationArgs) -> Result<Self, CliError> {
        Self::from_scenario(load_scene(scene, &simulation.set)?, simulation)
    }

    /// The run of a loaded scene.
    pub fn from_scenario(scenario: Scenario, simulation: &SimulationArgs) -> Result<Self, CliError> {
        let until = simulation.until.as_ref().map(|when| resolve_instant(when, &scenario.calendar)).transpose()?;
        Ok(Self::new(scenario, simulation.seed, until, simulation.threads))
    }

    /// The run recorded in a story. Only the end and the number of threads can be changed.
    pub fn from_story(story: &Story, simulation: &SimulationArgs) -> Result<Self, CliError> {
        let scenario = story.scenario()?;
        let until = simulation.until.as_ref().map(|when| resolve_instant(when, &scenario.calendar)).transpose()?;
        Ok(Self::new(scenario, story.header.seed, until.or(story.header.until), simulation.threads))
    }

    /// The same run with another end.
    pub fn with_end(self, until: Instant) -> Self {
        Self { until: Some(until), ..self }
    }

    /// The run of a scene or of a story.
    pub fn from_file(path: &Path, simulation: &SimulationArgs) -> Result<Self, CliError> {
        if is_story(path)? {
            reject_simulation_args(simulation)?;
            return Self::from_story(&Story::open(path)?, simulation);
        }
        Self::from_scene_file(path, simulation)
    }

    /// The run of a loaded scene.
    pub fn new(scenario: Scenario, seed: u64, until: Option<Instant>, threads: Option<u16>) -> Self {
        let options = SimOptions { seed, threads: threads.map_or(0, usize::from) };
        Self { scenario: Arc::new(scenario), seed, until, options }
    }

    /// Creates the run at its start.
    pub fn start(&self) -> Run {
        Run::new(self.scenario.clone(), self.options, self.until)
    }

    /// The latest end of the run.
    pub fn end(&self) -> Instant {
        self.until.map_or(self.scenario.ends, |until| until.min(self.scenario.ends))
    }
}

/// Resolves an instant given on the command line.
pub(crate) fn resolve_instant(when: &WhenArg, calendar: &Calendar) -> Result<Instant, CliError> {
    match when.resolve(calendar).map_err(CliError::Usage)? {
        instant if instant < Instant::START => {
            Err(CliError::Usage(format!("the date is before the start of the scene, {}", calendar.start().day_text())))
        }
        instant => Ok(instant),
    }
}
