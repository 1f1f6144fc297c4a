//! `longhand what-if`: simulates a run with interventions and compares it with the original. `longhand diff`: compares two
//! runs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::args::{DiffArgs, WhatIfArgs};
use super::ask::{self, AskError};
use super::beats::is_story;
use super::difference::Page;
use super::exit::{Exit, Failure};
use super::life::{self, instant};
use super::pairs::pairs;
use super::terminal::{self, Progress};
use super::when::Point;
use longhand_analysis::Run;
use longhand_analysis::what_if::{Difference, Fork, ForkError, Life, forbid_event};
use longhand_chronicle::{Chronicle, Story};
use longhand_expr::ids::{EventId, Instant};
use longhand_scene::{Diagnostics, Intervention, Scenario, intervene};
use longhand_sim::SimOptions;

/// The JSON answer.
#[derive(Serialize)]
struct Answer<'a> {
    /// The interventions.
    interventions: &'a [Intervention],
    /// Changed parameters.
    set: BTreeMap<&'a str, &'a str>,
    /// Civil date and time from which the second run was simulated.
    from: String,
    #[serde(flatten)]
    difference: &'a Difference,
}

pub(crate) fn what_if(args: &WhatIfArgs) -> Result<Exit, Failure> {
    let WhatIfArgs { set, forbid, change, choose, .. } = args;
    if set.is_empty() && forbid.is_empty() && change.is_empty() && choose.is_empty() {
        return Err(Failure::Usage("name a change: --forbid, --change, --choose or --set".into()));
    }
    if args.at.len() > 1 && args.at.len() != change.len() {
        return Err(Failure::Usage("give one --at for all changes, or one for each --change".into()));
    }
    match (is_story(&args.file)?, &args.seeds) {
        (true, Some(_)) => Err(Failure::Usage("a story is one run; give the scene to simulate many seeds (--seeds)".into())),
        (true, None) => of_story(args),
        (false, Some(seeds)) => pairs(args, seeds),
        (false, None) => of_scene(args),
    }
}

fn of_story(args: &WhatIfArgs) -> Result<Exit, Failure> {
    if !args.given.is_empty() || args.until.is_some() || args.seed.is_some() {
        return Err(Failure::Usage(
            "a story has its own seed, parameters and end: --seed, --given and --until are for a scene".into(),
        ));
    }
    let story = ask::story(&args.file, args.branch.as_deref()).map_err(AskError::from)?;
    let scenario = story.scenario().map_err(AskError::from)?;
    let first = Life::recorded(&story, &scenario)?;
    let asked = asked(args, &scenario, Some(&story.chronicle))?;
    let threads = args.threads.map_or(0, usize::from);
    let mut fork = Fork::of_story(&story, &args.set, &asked, threads)?;
    live(&mut fork)?;
    if let Some(name) = &args.keep {
        fork.keep(&story, name, &args.set, &asked).map_err(AskError::from)?;
    }
    answer(args, &asked, &first, &fork)
}

fn of_scene(args: &WhatIfArgs) -> Result<Exit, Failure> {
    no_branches(args)?;
    let scenario = Arc::new(life::scene(&args.file, &args.given)?);
    let until = args.until.map(|when| instant(when, &scenario.calendar)).transpose()?;
    let options =
        SimOptions { seed: args.seed.unwrap_or(super::args::DEFAULT_SEED), threads: args.threads.map_or(0, usize::from) };
    // Report errors in the arguments before the first simulation, unless they refer to its events.
    let refers = args.forbid.iter().any(|what| ask::event_number(what).is_some())
        || args.at.iter().any(|at| matches!(at, Point::Event(_)));
    if !refers {
        otherwise(args, &self::asked(args, &scenario, None)?)?;
    }
    let mut base = Fork::of_scene(life::scene(&args.file, &args.given)?, &[], options, until).map_err(said)?;
    live(&mut base)?;
    let asked = asked(args, &scenario, Some(base.run().chronicle()))?;
    let mut fork = Fork::of_scene(otherwise(args, &[])?, &asked, options, until).map_err(said)?;
    live(&mut fork)?;
    answer(args, &asked, &base.life(), &fork)
}

/// Returns an error if arguments for branches are given for a scene.
pub(super) fn no_branches(args: &WhatIfArgs) -> Result<(), Failure> {
    match (&args.branch, &args.keep) {
        (None, None) => Ok(()),
        _ => Err(Failure::Usage("only a story can have branches: record the scene first (longhand run --record)".into())),
    }
}

/// The scene with the parameters and interventions of the second run.
pub(super) fn otherwise(args: &WhatIfArgs, asked: &[Intervention]) -> Result<Scenario, Failure> {
    let set: Vec<_> =
        args.given.iter().filter(|(name, _)| args.set.iter().all(|(other, _)| other != name)).chain(&args.set).cloned().collect();
    let mut scenario = match longhand_narrative::load(&args.file, &set) {
        Ok(loaded) => loaded.scenario,
        Err(problems) => return Err(said(problems)),
    };
    intervene(&mut scenario, asked).map_err(said)?;
    Ok(scenario)
}

pub(super) fn said(problems: Diagnostics) -> Failure {
    Failure::Said(problems.render(terminal::fancy()))
}

impl From<ForkError> for Failure {
    fn from(error: ForkError) -> Self {
        match error {
            ForkError::Story(error) => AskError::from(error).into(),
            ForkError::Asked(problems) => said(*problems),
            error => Self::Input(error.to_string()),
        }
    }
}

/// The interventions given by the arguments. Events refer to `chronicle`.
pub(super) fn asked(args: &WhatIfArgs, scenario: &Scenario, chronicle: Option<&Chronicle>) -> Result<Vec<Intervention>, Failure> {
    let event = |id: EventId| {
        let Some(chronicle) = chronicle else {
            return Err(Failure::Usage("an event belongs to one run: give a story or a seed to refer to it".into()));
        };
        let no_such = || AskError::NoSuchEvent { asked: id.0.to_string(), events: chronicle.len() };
        chronicle.event(id).ok_or_else(|| no_such().into())
    };
    let mut asked = Vec::new();
    for what in &args.forbid {
        asked.push(match ask::event_number(what) {
            Some(id) => forbid_event(scenario, event(id.unwrap_or(EventId(u32::MAX)))?),
            None => Intervention::Forbid(what.clone()),
        });
    }
    for (nth, effect) in args.change.iter().enumerate() {
        let at = args.at.get(nth).or(args.at.first()).copied();
        let at = match at {
            None => Instant::START,
            Some(Point::When(when)) => instant(when, &scenario.calendar)?,
            // Right after the event: in the next tick.
            Some(Point::Event(id)) => Instant(event(id)?.at.0 + 1),
        };
        asked.push(Intervention::Change { effect: effect.clone(), at_us: at.0 });
    }
    asked.extend(args.choose.iter().cloned().map(Intervention::Choose));
    Ok(asked)
}

/// Simulates to the end.
fn live(fork: &mut Fork) -> Result<(), Failure> {
    let mut progress = Progress::begin();
    while fork.step() {
        let run: &Run = fork.run();
        let (now, ends) = (run.simulation().now().seconds(), run.simulation().scenario().ends.seconds().max(1.0));
        progress.at(now / ends, || format!("{} events", run.chronicle().len()));
    }
    match fork.run().simulation().limit_exceeded() {
        None => Ok(()),
        Some(overrun) => Err(Failure::Input(overrun.to_string())),
    }
}

fn answer(args: &WhatIfArgs, asked: &[Intervention], first: &Life<'_>, fork: &Fork) -> Result<Exit, Failure> {
    let second = fork.life();
    let difference = Difference::of(first, &second);
    let answer = Answer {
        interventions: asked,
        set: args.set.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        from: second.scenario.calendar.datetime(fork.from()).to_string(),
        difference: &difference,
    };
    if write_json(args.json.as_deref(), &answer)? {
        return Ok(Exit::Done);
    }
    let mut out = terminal::out();
    title(args, first.scenario, &mut out)?;
    Page { difference: &difference, names: ("before", "after"), all: args.all }.write(&mut out)?;
    Ok(Exit::Done)
}

/// Writes the question as a heading.
pub(super) fn title(args: &WhatIfArgs, scenario: &Scenario, out: &mut impl Write) -> Result<(), Failure> {
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
pub(super) fn write_json(path: Option<&Path>, answer: &impl Serialize) -> Result<bool, Failure> {
    let Some(path) = path else { return Ok(false) };
    let text = serde_json::to_string_pretty(answer).map_err(|error| Failure::Internal(error.to_string()))?;
    if path == Path::new("-") {
        let mut out = terminal::out();
        writeln!(out, "{text}")?;
        out.flush()?;
        return Ok(true);
    }
    let file = File::create(path).map_err(|error| Failure::file("write", path, &error))?;
    let mut out = BufWriter::new(file);
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    written.map_err(|error| Failure::file("write", path, &error))?;
    Ok(false)
}

/// A run to compare: a story, or a scene that was simulated.
enum Laid {
    Story(Box<Story>, Box<Scenario>),
    Lived(Box<Fork>),
}

impl Laid {
    fn of(path: &Path, branch: Option<&str>, args: &DiffArgs) -> Result<Self, Failure> {
        if is_story(path)? {
            let story = ask::story(path, branch).map_err(AskError::from)?;
            let scenario = story.scenario().map_err(AskError::from)?;
            return Ok(Self::Story(Box::new(story), Box::new(scenario)));
        }
        if branch.is_some() {
            return Err(Failure::Usage(format!("{} is a scene and has no branches", path.display())));
        }
        let scenario = life::scene(path, &args.set)?;
        let until = args.until.map(|when| instant(when, &scenario.calendar)).transpose()?;
        let mut fork = Fork::of_scene(scenario, &[], SimOptions { seed: args.seed, threads: 0 }, until).map_err(said)?;
        live(&mut fork)?;
        Ok(Self::Lived(Box::new(fork)))
    }

    fn life(&self) -> Life<'_> {
        match self {
            Self::Lived(fork) => fork.life(),
            Self::Story(story, scenario) => {
                let ended = ask::end(story);
                Life { scenario, chronicle: &story.chronicle, seed: story.head.seed, ended }
            }
        }
    }
}

pub(crate) fn diff(args: &DiffArgs) -> Result<Exit, Failure> {
    let (first, second) = (
        Laid::of(&args.first, args.first_branch.as_deref(), args)?,
        Laid::of(&args.second, args.second_branch.as_deref(), args)?,
    );
    let difference = Difference::of(&first.life(), &second.life());
    let exit = Exit::answer(difference.is_none());
    if write_json(args.json.as_deref(), &difference)? {
        return Ok(exit);
    }
    let name = |path: &Path| path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let (one, other) = (name(&args.first), name(&args.second));
    let names = if one == other { ("the first", "the second") } else { (one.as_str(), other.as_str()) };
    Page { difference: &difference, names, all: args.all }.write(&mut terminal::out())?;
    Ok(exit)
}
