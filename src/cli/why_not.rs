//! `longhand why-not`: why an action, a trigger, an outcome, a beat or a pattern did not happen.

use super::args::WhyNotArgs;
use super::exit::{CliError, Exit};
use super::json_output::print_json;
use super::palette::STRONG;
use super::query::{self, QueryError};
use super::run_config;
use super::sift_source::SiftSource;
use super::terminal;
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_expr::nearest_name;
use longhand_narrative::{WhyNotQuery, WhyNotTarget, why_not};
use std::collections::BTreeSet;
use std::io::Write;

/// Maximum number of occurrences printed.
const MAX_OCCURRENCES: usize = 5;

pub(crate) fn explain(args: &WhyNotArgs) -> Result<Exit, CliError> {
    let source = SiftSource::load(&args.file, &args.simulation)?;
    let record = source.recorded_run();
    let scenario = &source.scenario;
    let Some(wanted) = WhyNotTarget::find(scenario, &args.id) else {
        let suggestion = nearest_name(&args.id, WhyNotTarget::ids(scenario))
            .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        return Err(CliError::Input(format!("there is no action, trigger, outcome, beat or pattern `{}`{suggestion}", args.id)));
    };
    let agents = &source.chronicle().agents;
    let who = args.who.iter().map(|name| Ok(query::find_agent(name, agents)?.id));
    let who = who.collect::<Result<Vec<AgentId>, QueryError>>()?;
    let from = args
        .from
        .as_ref()
        .map(|when| run_config::resolve_instant(when, &scenario.calendar))
        .transpose()?
        .unwrap_or(Instant::START);
    let to = args
        .to
        .as_ref()
        .map(|when| run_config::resolve_instant(when, &scenario.calendar))
        .transpose()?
        .unwrap_or(source.end)
        .min(source.end);
    if to < from {
        return Err(CliError::Usage("--to is before --from".into()));
    }
    let report = why_not(&record, &WhyNotQuery { target: wanted, who, from, to });
    let shown_events: BTreeSet<EventId> =
        report.matched_events.iter().chain(report.occurrences.iter().take(MAX_OCCURRENCES)).copied().collect();
    let shown_events = shown_events.into_iter().chain(report.closest.iter().filter_map(|closest| closest.event)).collect();
    let sentences = source.sentences(&shown_events);
    let mut out = terminal::stdout();
    if args.json {
        print_json(&mut out, &source.near_to_json(&report, &sentences))?;
    } else {
        let times = report.occurrences.len();
        let counted = report.counted;
        let head = match times {
            0 if counted > 0 => format!("happened {}", longhand_language::Language::english().times(counted as f64)),
            0 => "did not happen".to_owned(),
            1 => "happened once".to_owned(),
            times => format!("happened {times} times"),
        };
        writeln!(out, "{STRONG}{}{STRONG:#} {head}.", report.id)?;
        for event in report.occurrences.iter().take(MAX_OCCURRENCES) {
            source.write_event(*event, &sentences, "  ", &mut out)?;
        }
        if times > MAX_OCCURRENCES {
            writeln!(out, "  … and {} more times", times - MAX_OCCURRENCES)?;
        }
        if counted > 0 {
            let and = if times > 0 {
                format!("and {}, ", longhand_language::Language::english().times(counted as f64))
            } else {
                String::new()
            };
            writeln!(out, "  {and}only counted: who took part and when is not recorded")?;
        }
        source.write_near(&report, &sentences, "", &mut out)?;
    }
    Ok(if report.occurrences.is_empty() && report.counted == 0 { Exit::No } else { Exit::Done })
}
