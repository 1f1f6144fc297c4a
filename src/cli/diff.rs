//! `longhand diff`: compares two runs.

use std::path::Path;

use super::args::{DEFAULT_SEED, DiffArgs};
use super::difference::DifferencePage;
use super::exit::{CliError, Exit};
use super::input::{is_story, simulation_args_error};
use super::json_output::write_json;
use super::query;
use super::run_config::{self, resolve_instant};
use super::simulate::simulate_fork;
use super::terminal;
use longhand_analysis::what_if::{ComparedRun, Fork, RunDiff};
use longhand_chronicle::Story;
use longhand_scene::Scenario;
use longhand_sim::SimOptions;

/// A run to compare: a story, or a scene that was simulated.
enum DiffSource {
    Story(Box<Story>, Box<Scenario>),
    Simulated(Box<Fork>),
}

impl DiffSource {
    fn load(path: &Path, branch: Option<&str>, args: &DiffArgs) -> Result<Self, CliError> {
        if is_story(path)? {
            let story = query::open_story(path, branch)?;
            let scenario = story.scenario()?;
            return Ok(Self::Story(Box::new(story), Box::new(scenario)));
        }
        if branch.is_some() {
            return Err(CliError::Usage(format!("{} is a scene and has no branches", path.display())));
        }
        let scenario = run_config::load_scene(path, &args.set)?;
        let until = args.until.as_ref().map(|when| resolve_instant(when, &scenario.calendar)).transpose()?;
        let mut fork = Fork::from_scene(scenario, &[], SimOptions { seed: args.seed, threads: 0 }, until)?;
        simulate_fork(&mut fork)?;
        Ok(Self::Simulated(Box::new(fork)))
    }

    fn run_ref(&self) -> ComparedRun<'_> {
        match self {
            Self::Simulated(fork) => fork.compared_run(),
            Self::Story(story, scenario) => {
                let ended = query::end_of_story(story);
                ComparedRun { scenario, chronicle: &story.chronicle, seed: story.header.seed, ended }
            }
        }
    }
}

pub(crate) fn diff(args: &DiffArgs) -> Result<Exit, CliError> {
    let has_simulation_args = args.seed != DEFAULT_SEED || !args.set.is_empty() || args.until.is_some();
    if has_simulation_args && is_story(&args.first)? && is_story(&args.second)? {
        return Err(simulation_args_error());
    }
    let (first, second) = (
        DiffSource::load(&args.first, args.first_branch.as_deref(), args)?,
        DiffSource::load(&args.second, args.second_branch.as_deref(), args)?,
    );
    let difference = RunDiff::compare(&first.run_ref(), &second.run_ref());
    let exit = Exit::from_answer(difference.is_empty());
    if write_json(args.json.as_deref(), &difference)? {
        return Ok(exit);
    }
    let name = |path: &Path| path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let (first_name, second_name) = (name(&args.first), name(&args.second));
    let names = if first_name == second_name { ("the first", "the second") } else { (first_name.as_str(), second_name.as_str()) };
    DifferencePage { difference: &difference, names, all: args.all }.write(&mut terminal::stdout())?;
    Ok(exit)
}
