//! `longhand what-if`: simulates a run with interventions and compares it with the original. `longhand diff`: compares two
//! runs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::args::{DiffArgs, WhatIfArgs};
use super::beats::is_story;
use super::difference::DifferencePage;
use super::exit::{CliError, Exit};
use super::paired_what_if::paired_what_if;
use super::query::{self, QueryError};
use super::run_config::{self, resolve_instant};
use super::terminal::{self, TerminalProgress};
use super::when::PointArg;
use longhand_analysis::Run;
use longhand_analysis::what_if::{ComparedRun, Fork, ForkError, RunDiff, forbid_event};
use longhand_chronicle::{Chronicle, Story};
use longhand_expr::ids::{EventId, Instant};
use longhand_scene::{Diagnostics, Intervention, Scenario, add_interventions};
use longhand_sim::SimOptions;

/// The JSON answer.
#[derive(Serialize)]
struct WhatIfAnswer<'a> {
    /// The interventions.
    interventions: &'a [Intervention],
    /// Changed parameters.
    set: BTreeMap<&'a str, &'a str>,
    /// Civil date and time from which the second run was simulated.
    from: String,
    #[serde(flatten)]
    difference: &'a RunDiff,
}

pub(crate) fn what_if(args: &WhatIfArgs) -> Result<Exit, CliError> {
    let WhatIfArgs { set, forbid, change, choose, .. } = args;
    if set.is_empty() && forbid.is_empty() && change.is_empty() && choose.is_empty() {
        return Err(CliError::Usage("name a change: --forbid, --change, --choose or --set".into()));
    }
    if args.at.len() > 1 && args.at.len() != change.len() {
        return Err(CliError::Usage("give one --at for all changes, or one for each --change".into()));
    }
    match (is_story(&args.file)?, &args.seeds) {
        (true, Some(_)) => Err(CliError::Usage("a story is one run; give the scene to simulate many seeds (--seeds)".into())),
        (true, None) => what_if_story(args),
        (false, Some(seeds)) => paired_what_if(args, seeds),
        (false, None) => what_if_scene(args),
    }
}

fn what_if_story(args: &WhatIfArgs) -> Result<Exit, CliError> {
    if !args.given.is_empty() || args.until.is_some() || args.seed.is_some() {
        return Err(CliError::Usage(
            "a story has its own seed, parameters and end: --seed, --given and --until are for a scene".into(),
        ));
    }
    let story = query::open_story(&args.file, args.branch.as_deref()).map_err(QueryError::from)?;
    let scenario = story.scenario().map_err(QueryError::from)?;
    let first = ComparedRun::from_story(&story, &scenario)?;
    let asked = interventions(args, &scenario, Some(&story.chronicle))?;
    let threads = args.threads.map_or(0, usize::from);
    let mut fork = Fork::from_story(&story, &args.set, &asked, threads)?;
    simulate_fork(&mut fork)?;
    if let Some(name) = &args.keep {
        fork.save_branch(&story, name, &args.set, &asked).map_err(QueryError::from)?;
    }
    print_answer(args, &asked, &first, &fork)
}

fn what_if_scene(args: &WhatIfArgs) -> Result<Exit, CliError> {
    reject_branch_args(args)?;
    let scenario = Arc::new(run_config::load_scene(&args.file, &args.given)?);
    let until = args.until.map(|when| resolve_instant(when, &scenario.calendar)).transpose()?;
    let options =
        SimOptions { seed: args.seed.unwrap_or(super::args::DEFAULT_SEED), threads: args.threads.map_or(0, usize::from) };
    // Report errors in the arguments before the first simulation, unless they refer to its events.
    let refers = args.forbid.iter().any(|what| query::parse_event_number(what).is_some())
        || args.at.iter().any(|at| matches!(at, PointArg::Event(_)));
    if !refers {
        changed_scenario(args, &self::interventions(args, &scenario, None)?)?;
    }
    let mut base =
        Fork::from_scene(run_config::load_scene(&args.file, &args.given)?, &[], options, until).map_err(diagnostics_error)?;
    simulate_fork(&mut base)?;
    let asked = interventions(args, &scenario, Some(base.run().chronicle()))?;
    let mut fork = Fork::from_scene(changed_scenario(args, &[])?, &asked, options, until).map_err(diagnostics_error)?;
    simulate_fork(&mut fork)?;
    print_answer(args, &asked, &base.compared_run(), &fork)
}

/// Returns an error if arguments for branches are given for a scene.
pub(super) fn reject_branch_args(args: &WhatIfArgs) -> Result<(), CliError> {
    match (&args.branch, &args.keep) {
        (None, None) => Ok(()),
        _ => Err(CliError::Usage("only a story can have branches: record the scene first (longhand run --record)".into())),
    }
}

/// The scene with the parameters and interventions of the second run.
pub(super) fn changed_scenario(args: &WhatIfArgs, asked: &[Intervention]) -> Result<Scenario, CliError> {
    let set: Vec<_> =
        args.given.iter().filter(|(name, _)| args.set.iter().all(|(other, _)| other != name)).chain(&args.set).cloned().collect();
    let mut scenario = match longhand_narrative::load(&args.file, &set) {
        Ok(loaded) => loaded.scenario,
        Err(problems) => return Err(diagnostics_error(problems)),
    };
    add_interventions(&mut scenario, asked).map_err(diagnostics_error)?;
    Ok(scenario)
}

pub(super) fn diagnostics_error(problems: Diagnostics) -> CliError {
    CliError::Diagnostics(problems.render(terminal::fancy_stderr()))
}

impl From<ForkError> for CliError {
    fn from(error: ForkError) -> Self {
        match error {
            ForkError::Story(error) => QueryError::from(error).into(),
            ForkError::InvalidIntervention(problems) => diagnostics_error(*problems),
            error => Self::Input(error.to_string()),
        }
    }
}

/// The interventions given by the arguments. Events refer to `chronicle`.
pub(super) fn interventions(
    args: &WhatIfArgs,
    scenario: &Scenario,
    chronicle: Option<&Chronicle>,
) -> Result<Vec<Intervention>, CliError> {
    let event = |id: EventId| {
        let Some(chronicle) = chronicle else {
            return Err(CliError::Usage("an event belongs to one run: give a story or a seed to refer to it".into()));
        };
        let no_such = || QueryError::NoSuchEvent { asked: id.0.to_string(), events: chronicle.len() };
        chronicle.event(id).ok_or_else(|| no_such().into())
    };
    let mut asked = Vec::new();
    for what in &args.forbid {
        asked.push(match query::parse_event_number(what) {
            Some(id) => forbid_event(scenario, event(id.unwrap_or(EventId(u32::MAX)))?),
            None => Intervention::Forbid(what.clone()),
        });
    }
    for (nth, effect) in args.change.iter().enumerate() {
        let at = args.at.get(nth).or(args.at.first()).copied();
        let at = match at {
            None => Instant::START,
            Some(PointArg::When(when)) => resolve_instant(when, &scenario.calendar)?,
            // Right after the event: in the next tick.
            Some(PointArg::Event(id)) => Instant(event(id)?.at.0 + 1),
        };
        asked.push(Intervention::Change { effect: effect.clone(), at_us: at.0 });
    }
    asked.extend(args.choose.iter().cloned().map(Intervention::Choose));
    Ok(asked)
}

/// Simulates to the end.
fn simulate_fork(fork: &mut Fork) -> Result<(), CliError> {
    let mut progress = TerminalProgress::new();
    while fork.step() {
        let run: &Run = fork.run();
        let (now, ends) = (run.simulation().now().seconds(), run.simulation().scenario().ends.seconds().max(1.0));
        progress.update(now / ends, || format!("{} events", run.chronicle().len()));
    }
    match fork.run().simulation().limit_exceeded() {
        None => Ok(()),
        Some(overrun) => Err(CliError::Input(overrun.to_string())),
    }
}

fn print_answer(args: &WhatIfArgs, asked: &[Intervention], first: &ComparedRun<'_>, fork: &Fork) -> Result<Exit, CliError> {
    let second = fork.compared_run();
    let difference = RunDiff::compare(first, &second);
    let answer = WhatIfAnswer {
        interventions: asked,
        set: args.set.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        from: second.scenario.calendar.datetime(fork.forked_at()).to_string(),
        difference: &difference,
    };
    if write_json(args.json.as_deref(), &answer)? {
        return Ok(Exit::Done);
    }
    let mut out = terminal::stdout();
    print_title(args, first.scenario, &mut out)?;
    DifferencePage { difference: &difference, names: ("before", "after"), all: args.all }.write(&mut out)?;
    Ok(Exit::Done)
}

/// Writes the question as a heading.
pub(super) fn print_title(args: &WhatIfArgs, scenario: &Scenario, out: &mut impl Write) -> Result<(), CliError> {
    let beat = |what: &String| {
        let beat = scenario.beats.iter().find(|beat| beat.id == *what);
        beat.map_or_else(|| format!("`{what}` did not happen"), |beat| format!("{} ({}) did not come", beat.id, beat.title))
    };
    let parts = args.forbid.iter().map(beat);
    let parts = parts.chain(args.change.iter().map(|effect| format!("`{effect}` were applied")));
    let parts = parts.chain(args.choose.iter().map(|outcome| format!("the outcome were always `{outcome}`")));
    let parts: Vec<String> = parts.chain(args.set.iter().map(|(name, value)| format!("`{name}` were {value}"))).collect();
    let strong = terminal::TITLE;
    Ok(writeln!(out, "{strong}What if {}?{strong:#}", longhand_narrative::grammar::list(&parts))?)
}

/// Writes an answer as JSON, if requested. Returns true if it went to standard output, which then has no text.
pub(super) fn write_json(path: Option<&Path>, answer: &impl Serialize) -> Result<bool, CliError> {
    let Some(path) = path else { return Ok(false) };
    let text = serde_json::to_string_pretty(answer).map_err(|error| CliError::Internal(error.to_string()))?;
    if path == Path::new("-") {
        let mut out = terminal::stdout();
        writeln!(out, "{text}")?;
        out.flush()?;
        return Ok(true);
    }
    let file = File::create(path).map_err(|error| CliError::for_file("write", path, &error))?;
    let mut out = BufWriter::new(file);
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    written.map_err(|error| CliError::for_file("write", path, &error))?;
    Ok(false)
}

/// A run to compare: a story, or a scene that was simulated.
enum DiffSource {
    Story(Box<Story>, Box<Scenario>),
    Simulated(Box<Fork>),
}

impl DiffSource {
    fn load(path: &Path, branch: Option<&str>, args: &DiffArgs) -> Result<Self, CliError> {
        if is_story(path)? {
            let story = query::open_story(path, branch).map_err(QueryError::from)?;
            let scenario = story.scenario().map_err(QueryError::from)?;
            return Ok(Self::Story(Box::new(story), Box::new(scenario)));
        }
        if branch.is_some() {
            return Err(CliError::Usage(format!("{} is a scene and has no branches", path.display())));
        }
        let scenario = run_config::load_scene(path, &args.set)?;
        let until = args.until.map(|when| resolve_instant(when, &scenario.calendar)).transpose()?;
        let mut fork =
            Fork::from_scene(scenario, &[], SimOptions { seed: args.seed, threads: 0 }, until).map_err(diagnostics_error)?;
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
    let (one, other) = (name(&args.first), name(&args.second));
    let names = if one == other { ("the first", "the second") } else { (one.as_str(), other.as_str()) };
    DifferencePage { difference: &difference, names, all: args.all }.write(&mut terminal::stdout())?;
    Ok(exit)
}
