//! Sentences about a run that both the window and the terminal show.

use super::run_data::RunData;
use super::view::SessionView;
use longhand_chronicle::{Cause, ScoredOption, format_number};
use longhand_expr::Expr;
use longhand_expr::ids::{EventId, Instant};
use longhand_narrative::PatternStatus;
use longhand_scene::{EventOrigin, Intervention};

/// What a beat or pattern that has not matched waits for: "waits for a kiss, of Ann and Ben, until 3 May".
pub fn describe_pattern_status(view: &SessionView<'_>, waiting: &PatternStatus) -> String {
    let record = view.run;
    let kinds: Vec<String> =
        waiting.waits_for.iter().take(3).map(|&kind| record.symbols().event_name(kind).replace(['_', '/'], " ")).collect();
    let who: Vec<String> =
        waiting.bound.iter().filter(|agent| agent.is_some()).map(|&agent| record.display_name(agent)).collect();
    let clauses = waiting.pattern.resolve(record.scenario()).clauses.len();
    let mut said = format!("waits for {}", kinds.join(" or "));
    if waiting.waits_for.len() > 3 {
        said.push_str(" or others");
    }
    if !who.is_empty() {
        said.push_str(&format!(", of {}", who.join(" and ")));
    }
    if clauses > 1 {
        said.push_str(&format!(" ({} of {clauses} parts found)", waiting.clause.min(clauses)));
    }
    if let Some(until) = waiting.deadline {
        said.push_str(&format!(", until {}", view.date(until, "%-d %B")));
    }
    if waiting.match_count > 0 {
        said.push_str(&format!("; matched {} times", waiting.match_count));
    }
    said
}

/// An intervention in a few words: "without a walk by the river (B07)", "ann.mood = 0.9 from 3 May".
pub fn describe_intervention(run: &RunData, does: &Intervention) -> String {
    let scenario = run.scenario();
    match does {
        Intervention::Forbid(what) => match scenario.beats.iter().find(|beat| beat.id == *what) {
            Some(beat) => format!("without {} {}", beat.id, beat.title),
            None => format!("without {}", what.replace(['_', '/'], " ")),
        },
        Intervention::ForbidEvent { event, .. } => match run.chronicle().event(EventId(*event)) {
            Some(of) => format!("without #{event}: {}", run.sentence(of)),
            None => format!("without #{event}"),
        },
        Intervention::Change { effect, at_us } => {
            let from = scenario.calendar.datetime(Instant(*at_us));
            format!("{effect}, from {}", from.strftime("%-d %B %Y, %H:%M"))
        }
        Intervention::Choose(outcome) => format!("always {}", outcome.replace(['_', '/'], " ")),
        Intervention::Start { at_us, .. } => {
            let from = scenario.calendar.datetime(Instant(*at_us));
            format!("{}, on {}", does.text(), from.strftime("%-d %B %Y, %H:%M"))
        }
    }
}

/// How a cause led to its effect: "because it wrote Ann's courage, which the condition read: 0.6".
pub fn describe_cause(run: &RunData, cause: &Cause) -> String {
    let (legend, directory) = (run.symbols(), &run.chronicle().agents);
    let wrote = cause.link.fact().and_then(|fact| {
        let changes = &run.chronicle().event(cause.event)?.changes;
        let change = changes.iter().rev().find(|change| change.fact == fact)?;
        Some(format!(": {}", legend.describe_value(fact, change.after, directory)))
    });
    format!("because {}{}", legend.describe_link(cause.link, directory), wrote.unwrap_or_default())
}

/// The terms of an option's utility: "0.36 (0.5 * self.loneliness) + 0.46 (…) + 0.1 (choice noise)".
pub fn describe_terms(run: &RunData, option: &ScoredOption) -> String {
    let scenario = run.scenario();
    let action = match scenario.events.get(option.kind.index()).map(|info| info.origin) {
        Some(EventOrigin::Action(action)) => scenario.actions.get(action),
        _ => None,
    };
    let said = option.terms.iter().enumerate().map(|(nth, &term)| {
        match action.and_then(|action| action.terms.get(nth)).map(Expr::text) {
            Some(text) => format!("{} ({text})", format_number(term)),
            None => format_number(term),
        }
    });
    let sum = said.collect::<Vec<_>>().join(" + ");
    format!("{sum}{}{} (choice noise)", if sum.is_empty() { "" } else { " + " }, format_number(option.choice_noise))
}
