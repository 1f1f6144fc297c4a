//! Differences between this run and another one, from an alignment of their events: the reason of the first divergence, events
//! removed, added and moved, and differences in the final state.

use bevy_egui::egui::{self, CollapsingHeader, RichText};

use super::style::Palette;
use super::widgets::{missing_answer_ui, more_ui, note_ui};
use longhand_analysis::what_if::{AgentDiff, Divergence, DivergenceReason, EventGroup, NarratedEvent, RunDiff};
use longhand_expr::Calendar;
use longhand_expr::ids::EventId;
use longhand_narrative::dates::format_written;
use longhand_narrative::grammar::{counted, duration};
use longhand_session::{Query, RunData, SessionCommand, SessionView};

/// Maximum number of entries shown per list.
const MAX_ENTRIES: usize = 12;

pub(super) fn difference_ui(ui: &mut egui::Ui, view: &SessionView<'_>, before: &RunData, out: &mut Vec<SessionCommand>) {
    let task = &view.queries.difference;
    if let Some(difference) = task.answer() {
        answer_ui(ui, difference, out);
    } else if task.is_pending() {
        ui.spinner();
    } else if task.question().is_some() {
        missing_answer_ui(ui);
    } else if view.run.is_over() && before.is_over() {
        let ask = ui.button("Explain the differences").on_hover_text("Align the two runs event by event");
        if ask.clicked() {
            out.push(SessionCommand::Ask(Query::Difference));
        }
    } else {
        note_ui(ui, "The differences can be explained when both runs have ended.");
    }
}

fn answer_ui(ui: &mut egui::Ui, difference: &RunDiff, out: &mut Vec<SessionCommand>) {
    let RunDiff { divergence, vanished, new, frequency_changed, moved, final_states: ends, .. } = difference;
    let Some(divergence) = divergence else {
        ui.label("The two runs are identical.");
        declarations_ui(ui, difference);
        return;
    };
    let calendar = &difference.calendar;
    divergence_ui(ui, divergence, calendar);
    let frequency = |group: &EventGroup| format!("{} times instead of {}", group.counts.1, group.counts.0);
    let shift = |group: &EventGroup| {
        let shift_seconds = group.delay_s.unwrap_or_default();
        format!("{} {}", duration(shift_seconds.abs()), if shift_seconds < 0.0 { "earlier" } else { "later" })
    };
    groups_ui(ui, ("Removed events", true), (vanished, calendar), None, |_| String::new());
    groups_ui(ui, ("Added events", true), (new, calendar), Some(out), |_| String::new());
    groups_ui(ui, ("Moved events", false), (moved, calendar), Some(out), shift);
    groups_ui(ui, ("Events with another frequency", false), (frequency_changed, calendar), Some(out), frequency);
    ends_ui(ui, ends);
    declarations_ui(ui, difference);
}

/// What only one of the two scenes declares.
fn declarations_ui(ui: &mut egui::Ui, difference: &RunDiff) {
    for (run, only) in [("before", &difference.only_in_first), ("now", &difference.only_in_second)] {
        for declarations in only.chunk_by(|a, b| a.what == b.what) {
            let ids: Vec<&str> = declarations.iter().take(MAX_ENTRIES).map(|only| only.id.as_str()).collect();
            note_ui(ui, format!("only {run}: {} {}", declarations[0].what, ids.join(", ")));
            more_ui(ui, declarations.len(), MAX_ENTRIES);
        }
    }
}

/// Reasons of the first event that occurs in only one of the runs.
fn divergence_ui(ui: &mut egui::Ui, divergence: &Divergence, calendar: &Calendar) {
    for reason in &divergence.reasons {
        match reason {
            DivergenceReason::Chain(chain) => {
                for (nth, event) in chain.iter().take(MAX_ENTRIES).enumerate() {
                    event_line_ui(ui, (event, calendar), if nth == 0 { "from" } else { "to" }, None);
                }
            }
            reason => drop(note_ui(ui, format!("– {}", reason.describe(calendar).unwrap_or_default()))),
        }
    }
}

/// A collapsible list of events; `is_open` is its initial state.
fn groups_ui(
    ui: &mut egui::Ui,
    (title, is_open): (&str, bool),
    (groups, calendar): (&[EventGroup], &Calendar),
    mut out: Option<&mut Vec<SessionCommand>>,
    remark: impl Fn(&EventGroup) -> String,
) {
    if groups.is_empty() {
        return;
    }
    let heading = RichText::new(format!("{title} ({})", groups.len())).strong();
    CollapsingHeader::new(heading).id_salt(title).default_open(is_open).show(ui, |ui| {
        for group in groups.iter().take(MAX_ENTRIES) {
            event_line_ui(ui, (&group.example, calendar), &remark(group), out.as_deref_mut());
        }
        more_ui(ui, groups.len(), MAX_ENTRIES);
    });
}

/// Date and sentence of an event. With `out`, the event belongs to the current run and a click goes to it.
fn event_line_ui(
    ui: &mut egui::Ui,
    (event, calendar): (&NarratedEvent, &Calendar),
    remark: &str,
    out: Option<&mut Vec<SessionCommand>>,
) {
    let palette = Palette::current(ui);
    let date = format_written(calendar, &event.at);
    let heading = if remark.is_empty() { date } else { format!("{date}, {remark}") };
    note_ui(ui, heading);
    match out {
        Some(out) => {
            let link =
                ui.selectable_label(false, RichText::new(&event.sentence).color(palette.text)).on_hover_text("Go to event");
            if link.clicked() {
                out.push(SessionCommand::GoTo(EventId(event.event)));
            }
        }
        None => drop(ui.label(RichText::new(&event.sentence).color(palette.faded(palette.text)))),
    }
}

fn ends_ui(ui: &mut egui::Ui, ends: &[AgentDiff]) {
    if ends.is_empty() {
        return;
    }
    let count = counted(ends.len() as f64, "person");
    CollapsingHeader::new(RichText::new(format!("Different final state ({count})")).strong()).id_salt("ends").show(ui, |ui| {
        for end in ends.iter().take(MAX_ENTRIES) {
            ui.label(RichText::new(&end.short_name).strong());
            for fact in end.facts.iter().take(MAX_ENTRIES) {
                ui.label(format!("{}: {} instead of {}", fact.description, fact.values.1, fact.values.0));
            }
        }
        more_ui(ui, ends.len(), MAX_ENTRIES);
    });
}
