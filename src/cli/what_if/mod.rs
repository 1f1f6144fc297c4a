//! `longhand what-if`: simulates a run with interventions and compares it with the original.
//!
//! `question` turns the arguments into interventions, and `paired` answers for many seeds (--seeds).

mod paired;
mod question;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::args::{DEFAULT_SEED, WhatIfArgs};
use super::difference::DifferencePage;
use super::exit::{CliError, Exit};
use super::input::is_story;
use super::json_output::write_json;
use super::query;
use super::run_config::{self, resolve_instant};
use super::simulate::simulate_fork;
use super::terminal;
use super::when::PointArg;
use longhand_analysis::what_if::{ComparedRun, Fork, RunDiff};
use longhand_scene::Intervention;
use longhand_sim::SimOptions;
use question::{changed_scenario, interventions, print_title, reject_branch_args};

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
        (false, Some(seeds)) => paired::what_if_for_seeds(args, seeds),
        (false, None) => what_if_scene(args),
    }
}

fn what_if_story(args: &WhatIfArgs) -> Result<Exit, CliError> {
    if !args.given.is_empty() || args.until.is_some() || args.seed.is_some() {
        return Err(CliError::Usage(
            "a story has its own seed, parameters and end: --seed, --given and --until are for a scene".into(),
        ));
    }
    let story = query::open_story(&args.file, args.branch.as_deref())?;
    let scenario = story.scenario()?;
    let first = ComparedRun::from_story(&story, &scenario)?;
    let changes = interventions(args, &scenario, Some(&story.chronicle))?;
    let threads = args.threads.map_or(0, usize::from);
    let mut fork = Fork::from_story(&story, &args.set, &changes, threads)?;
    simulate_fork(&mut fork)?;
    if let Some(name) = &args.keep {
        fork.save_branch(&story, name, &args.set, &changes)?;
    }
    print_answer(args, &changes, &first, &fork)
}

fn what_if_scene(args: &WhatIfArgs) -> Result<Exit, CliError> {
    reject_branch_args(args)?;
    let scenario = Arc::new(run_config::load_scene(&args.file, &args.given)?);
    let until = args.until.as_ref().map(|when| resolve_instant(when, &scenario.calendar)).transpose()?;
    let options = SimOptions { seed: args.seed.unwrap_or(DEFAULT_SEED), threads: args.threads.map_or(0, usize::from) };
    // Report errors in the arguments before the first simulation, unless they refer to its events.
    let refers_to_events = args.forbid.iter().any(|what| query::parse_event_number(what).is_some())
        || args.at.iter().any(|at| matches!(at, PointArg::Event(_)));
    if !refers_to_events {
        changed_scenario(args, &interventions(args, &scenario, None)?)?;
    }
    // The warnings of the scene are already printed.
    let unchanged = longhand_narrative::load(&args.file, &args.given)?.scenario;
    let mut base = Fork::from_scene(unchanged, &[], options, until)?;
    simulate_fork(&mut base)?;
    let changes = interventions(args, &scenario, Some(base.run().chronicle()))?;
    let mut fork = Fork::from_scene(changed_scenario(args, &[])?, &changes, options, until)?;
    simulate_fork(&mut fork)?;
    print_answer(args, &changes, &base.compared_run(), &fork)
}

fn print_answer(args: &WhatIfArgs, changes: &[Intervention], first: &ComparedRun<'_>, fork: &Fork) -> Result<Exit, CliError> {
    let second = fork.compared_run();
    let difference = RunDiff::compare(first, &second);
    let answer = WhatIfAnswer {
        interventions: changes,
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
