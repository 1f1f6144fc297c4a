//! Sentences about a run that both the window and the terminal show.

use super::run_data::RunData;
use super::view::SessionView;
use longhand_chronicle::{Cause, ScoredOption, describe_reason, format_number};
use longhand_expr::ids::{EventId, Instant};
use longhand_narrative::PatternStatus;
use longhand_narrative::dates::{CivilDateTime, DateStyle};
use longhand_scene::Intervention;

/// What a beat or pattern that has not matched waits for: "waits for a kiss, of Ann and Ben, until 3 May".
#[must_use]
pub fn describe_pattern_status(view: &SessionView<'_>, status: &PatternStatus) -> String {
    let run = view.run;
    let kinds: Vec<String> =
        status.waits_for.iter().take(3).map(|&kind| run.symbols().event_name(kind).replace(['_', '/'], " ")).collect();
    let participants: Vec<String> =
        status.bindings.iter().filter(|agent| agent.is_some()).map(|&agent| run.display_name(agent)).collect();
    let clauses = status.pattern.resolve(run.scenario()).clauses.len();
    let mut text = format!("waits for {}", kinds.join(" or "));
    if status.waits_for.len() > 3 {
        text.push_str(" or others");
    }
    if !participants.is_empty() {
        text.push_str(&format!(", of {}", participants.join(" and ")));
    }
    if clauses > 1 {
        text.push_str(&format!(" ({} of {clauses} parts found)", status.clause.min(clauses)));
    }
    if let Some(until) = status.deadline {
        text.push_str(&format!(", until {}", view.date(until, DateStyle::Day)));
    }
    if status.match_count > 0 {
        text.push_str(&format!("; matched {} times", status.match_count));
    }
    text
}

/// An intervention in a few words: "without a walk by the river (B07)", "ann.mood = 0.9 from 3 May".
pub(super) fn describe_intervention(run: &RunData, intervention: &Intervention) -> String {
    let scenario = run.scenario();
    let timestamp = |at_us| CivilDateTime::from_instant(&scenario.calendar, Instant(at_us)).display(DateStyle::Timestamp);
    match intervention {
        Intervention::Forbid(target) => match scenario.beats.iter().find(|beat| beat.id == *target) {
            Some(beat) => format!("without {} {}", beat.id, beat.title),
            None => format!("without {}", target.replace(['_', '/'], " ")),
        },
        Intervention::ForbidEvent { event, .. } => match run.chronicle().event(EventId(*event)) {
            Some(forbidden) => format!("without #{event}: {}", run.sentence(forbidden)),
            None => format!("without #{event}"),
        },
        Intervention::Change { effect, at_us } => {
            format!("{effect}, from {}", timestamp(*at_us))
        }
        Intervention::Choose(outcome) => format!("always {}", outcome.replace(['_', '/'], " ")),
        Intervention::Start { at_us, .. } => {
            format!("{}, on {}", intervention.text(), timestamp(*at_us))
        }
        Intervention::Play { who, from_us, .. } => {
            let name = scenario.schema.agent(who).map_or_else(|| who.clone(), |agent| run.display_name(agent));
            format!("as {name}, from {}", timestamp(*from_us))
        }
    }
}

/// How a cause led to its effect: "because it wrote Ann's courage, which the condition read: 0.6".
#[must_use]
pub fn describe_cause(run: &RunData, cause: &Cause) -> String {
    let (symbols, agents) = (run.symbols(), &run.chronicle().agents);
    let written = cause.link.fact().and_then(|fact| {
        let changes = &run.chronicle().event(cause.event)?.changes;
        let change = changes.iter().rev().find(|change| change.fact == fact)?;
        Some(format!(": {}", symbols.describe_value(fact, change.after, agents)))
    });
    format!("because {}{}", symbols.describe_link(cause.link, agents), written.unwrap_or_default())
}

/// The terms of an option's utility: "0.36 (0.5 * self.loneliness) + 0.46 (…) + 0.1 (choice noise)".
#[must_use]
pub fn describe_terms(run: &RunData, option: &ScoredOption) -> String {
    let sum = option.describe_sum(Some(run.scenario())).join(" + ");
    format!("{sum}{}{} (choice noise)", if sum.is_empty() { "" } else { " + " }, format_number(option.choice_noise))
}

/// What moved a choice beside the terms of its `want`, one line each: "-0.4 because she was ashamed (`ashamed`)", "company +0.2 by …".
#[must_use]
pub fn describe_reasons(run: &RunData, option: &ScoredOption) -> Vec<String> {
    option.reasons.iter().map(|&reason| describe_reason(run.scenario(), reason)).collect()
}
