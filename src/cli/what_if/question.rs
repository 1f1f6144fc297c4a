//! The question of `longhand what-if`: its arguments as interventions, as a changed scene, and as a heading.

use std::io::Write;

use crate::cli::args::WhatIfArgs;
use crate::cli::exit::CliError;
use crate::cli::palette::STRONG;
use crate::cli::query::{self, QueryError};
use crate::cli::run_config::resolve_instant;
use crate::cli::when::PointArg;
use longhand_analysis::what_if::forbid_event;
use longhand_chronicle::Chronicle;
use longhand_expr::ids::{EventId, Instant};
use longhand_scene::{Intervention, Scenario, add_interventions};

/// Returns an error if arguments for branches are given for a scene.
pub(super) fn reject_branch_args(args: &WhatIfArgs) -> Result<(), CliError> {
    match (&args.branch, &args.keep) {
        (None, None) => Ok(()),
        _ => Err(CliError::Usage("only a story can have branches: record the scene first (longhand run --record)".into())),
    }
}

/// The scene with the parameters and interventions of the second run.
pub(super) fn changed_scenario(args: &WhatIfArgs, changes: &[Intervention]) -> Result<Scenario, CliError> {
    let set: Vec<_> =
        args.given.iter().filter(|(name, _)| args.set.iter().all(|(other, _)| other != name)).chain(&args.set).cloned().collect();
    let mut scenario = longhand_narrative::load(&args.file, &set)?.scenario;
    add_interventions(&mut scenario, changes)?;
    Ok(scenario)
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
        let no_such_event = || QueryError::NoSuchEvent { asked: id.0.to_string(), events: chronicle.len() };
        chronicle.event(id).ok_or_else(|| no_such_event().into())
    };
    let mut changes = Vec::new();
    for what in &args.forbid {
        changes.push(match query::parse_event_number(what) {
            Some(id) => forbid_event(scenario, event(id.unwrap_or(EventId(u32::MAX)))?),
            None => Intervention::Forbid(what.clone()),
        });
    }
    for (nth, effect) in args.change.iter().enumerate() {
        let point = args.at.get(nth).or(args.at.first());
        let instant = match point {
            None => Instant::START,
            Some(PointArg::When(when)) => resolve_instant(when, &scenario.calendar)?,
            // Right after the event: in the next tick.
            Some(PointArg::Event(id)) => Instant(event(*id)?.at.0 + 1),
        };
        changes.push(Intervention::Change { effect: effect.clone(), at_us: instant.0 });
    }
    changes.extend(args.choose.iter().cloned().map(Intervention::Choose));
    Ok(changes)
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
    Ok(writeln!(out, "{STRONG}What if {}?{STRONG:#}", longhand_narrative::grammar::list(&parts))?)
}
