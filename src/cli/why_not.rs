//! `longhand why-not`: why an action, a trigger, a beat or a pattern did not happen.

use super::args::WhyNotArgs;
use super::ask::{AskError, STRONG};
use super::exit::{Exit, Failure};
use super::life;
use super::sifting::Sifting;
use super::terminal;
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_expr::nearest;
use longhand_narrative::{Question, Wanted, why_not};
use std::collections::BTreeSet;
use std::io::Write;

/// Maximum number of occurrences printed.
const FEW: usize = 5;

pub(crate) fn answer(args: &WhyNotArgs) -> Result<Exit, Failure> {
    let sifting = Sifting::of(&args.file, &args.life)?;
    let record = sifting.record();
    let scenario = &sifting.scenario;
    let Some(wanted) = Wanted::find(scenario, &args.id) else {
        let actions =
            scenario.actions.iter().map(|one| one.id.as_str()).chain(scenario.triggers.iter().map(|one| one.id.as_str()));
        let patterns = scenario.beats.iter().chain(&scenario.patterns).map(|one| one.id.as_str());
        let meant =
            nearest(&args.id, actions.chain(patterns)).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        return Err(Failure::Input(format!("there is no action, trigger, beat or pattern `{}`{meant}", args.id)));
    };
    let directory = &sifting.chronicle().directory;
    let person = |asked: &String| {
        let keys = || directory.iter().map(|person| person.key.as_str()).filter(|key| !key.is_empty());
        let no_such = || AskError::NoSuchAgent { asked: asked.clone(), meant: nearest(asked, keys()).map(str::to_owned) };
        directory.find(asked).map(|person| person.id).ok_or_else(no_such)
    };
    let who = args.who.iter().map(person).collect::<Result<Vec<AgentId>, AskError>>()?;
    let from = args.from.map(|when| life::instant(when, &scenario.calendar)).transpose()?.unwrap_or(Instant::START);
    let to = args.to.map(|when| life::instant(when, &scenario.calendar)).transpose()?.unwrap_or(sifting.end).min(sifting.end);
    if to < from {
        return Err(Failure::Usage("--to is before --from".into()));
    }
    let found = why_not(&record, &Question { wanted, who, from, to });
    let shown_events: BTreeSet<EventId> = found.so_far.iter().chain(found.came.iter().take(FEW)).copied().collect();
    let shown_events = shown_events.into_iter().chain(found.closest.iter().filter_map(|close| close.event)).collect();
    let sentences = sifting.sentences(&shown_events);
    let mut out = terminal::out();
    if args.json {
        writeln!(out, "{}", sifting.near_json(&found, &sentences))?;
    } else {
        let times = found.came.len();
        let head = match times {
            0 => "did not happen".to_owned(),
            1 => "happened once".to_owned(),
            times => format!("happened {times} times"),
        };
        writeln!(out, "{STRONG}{}{STRONG:#} {head}.", found.id)?;
        for event in found.came.iter().take(FEW) {
            sifting.write_event(*event, &sentences, "  ", &mut out)?;
        }
        if times > FEW {
            writeln!(out, "  … and {} more times", times - FEW)?;
        }
        sifting.write_near(&found, &sentences, "", &mut out)?;
    }
    Ok(if found.came.is_empty() { Exit::No } else { Exit::Done })
}
