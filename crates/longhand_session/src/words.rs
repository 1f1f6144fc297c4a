//! Sentences about a run that both the window and the terminal show.

use super::record::Record;
use super::view::View;
use longhand_chronicle::{Cause, Scored, number};
use longhand_expr::Expr;
use longhand_expr::ids::{EventId, Instant};
use longhand_narrative::Waiting;
use longhand_scene::{Intervention, Source};

/// What a beat or pattern that has not matched waits for: "waits for a kiss, of Ann and Ben, until 3 May".
pub fn waits_for(view: &View<'_>, waiting: &Waiting) -> String {
    let record = view.record;
    let kinds: Vec<String> =
        waiting.waits_for.iter().take(3).map(|&kind| record.legend().event(kind).replace(['_', '/'], " ")).collect();
    let who: Vec<String> = waiting.bound.iter().filter(|agent| agent.is_some()).map(|&agent| record.called(agent)).collect();
    let clauses = waiting.of.of(record.scenario()).clauses.len();
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
    if let Some(until) = waiting.until {
        said.push_str(&format!(", until {}", view.date(until, "%-d %B")));
    }
    if waiting.times > 0 {
        said.push_str(&format!("; matched {} times", waiting.times));
    }
    said
}

/// An intervention in a few words: "without a walk by the river (B07)", "ann.mood = 0.9 from 3 May".
pub fn otherwise(record: &Record, does: &Intervention) -> String {
    let scenario = record.scenario();
    match does {
        Intervention::Forbid(what) => match scenario.beats.iter().find(|beat| beat.id == *what) {
            Some(beat) => format!("without {} {}", beat.id, beat.title),
            None => format!("without {}", what.replace(['_', '/'], " ")),
        },
        Intervention::ForbidEvent { event, .. } => match record.chronicle().event(EventId(*event)) {
            Some(of) => format!("without #{event}: {}", record.sentence(of)),
            None => format!("without #{event}"),
        },
        Intervention::Change { effect, at_us } => {
            let from = scenario.calendar.datetime(Instant(*at_us));
            format!("{effect}, from {}", from.strftime("%-d %B %Y, %H:%M"))
        }
        Intervention::Choose(outcome) => format!("always {}", outcome.replace(['_', '/'], " ")),
    }
}

/// How a cause led to its effect: "because it wrote Ann's courage, which the condition read: 0.6".
pub fn because(record: &Record, cause: &Cause) -> String {
    let (legend, directory) = (record.legend(), &record.chronicle().directory);
    let wrote = cause.link.fact().and_then(|fact| {
        let changes = &record.chronicle().event(cause.event)?.changes;
        let change = changes.iter().rev().find(|change| change.fact == fact)?;
        Some(format!(": {}", legend.say_value(fact, change.after, directory)))
    });
    format!("because {}{}", legend.say_link(cause.link, directory), wrote.unwrap_or_default())
}

/// The terms of an option's utility: "0.36 (0.5 * self.loneliness) + 0.46 (…) + 0.1 (choice noise)".
pub fn terms(record: &Record, option: &Scored) -> String {
    let scenario = record.scenario();
    let action = match scenario.events.get(option.kind.index()).map(|info| info.from) {
        Some(Source::Action(action)) => scenario.actions.get(action),
        _ => None,
    };
    let said = option.terms.iter().enumerate().map(|(nth, &term)| {
        match action.and_then(|action| action.terms.get(nth)).map(Expr::text) {
            Some(text) => format!("{} ({text})", number(term)),
            None => number(term),
        }
    });
    let sum = said.collect::<Vec<_>>().join(" + ");
    format!("{sum}{}{} (choice noise)", if sum.is_empty() { "" } else { " + " }, number(option.whim))
}
