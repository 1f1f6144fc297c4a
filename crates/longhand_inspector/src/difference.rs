//! Differences between this run and another one, from an alignment of their events: the reason of the first divergence, events
//! removed, added and moved, and differences in the final state.

use bevy_egui::egui::{self, CollapsingHeader, RichText};

use super::style::Palette;
use longhand_analysis::what_if::{AgentDiff, Divergence, DivergenceReason, EventGroup, NarratedEvent, RunDiff};
use longhand_expr::ids::EventId;
use longhand_narrative::dates::format_civil;
use longhand_narrative::grammar::{counted, duration};
use longhand_session::{Query, RunData, SessionCommand, SessionView};

/// Maximum number of entries shown per list.
const MAX_ENTRIES: usize = 12;

pub(super) fn difference_ui(ui: &mut egui::Ui, view: &SessionView<'_>, before: &RunData, out: &mut Vec<SessionCommand>) {
    let colours = Palette::current(ui);
    let slot = &view.queries.difference;
    if let Some(difference) = slot.answer() {
        answer_ui(ui, difference, out);
    } else if slot.is_pending() {
        ui.spinner();
    } else if slot.question().is_some() {
        ui.label(RichText::new("Internal error: no answer.").color(colours.accent));
    } else if view.run.is_over() && before.is_over() {
        let ask = ui.button("Explain the differences").on_hover_text("Align the two runs event by event");
        if ask.clicked() {
            out.push(SessionCommand::Ask(Query::Difference));
        }
    } else {
        let said = "The differences can be explained when both runs have ended.";
        ui.label(RichText::new(said).small().color(colours.weak_text));
    }
}

fn answer_ui(ui: &mut egui::Ui, difference: &RunDiff, out: &mut Vec<SessionCommand>) {
    let RunDiff { divergence: parting, vanished, new, frequency_changed: oftener, moved, ends, .. } = difference;
    let Some(parting) = parting else {
        ui.label("The two runs are identical.");
        return;
    };
    divergence_ui(ui, parting);
    let often = |group: &EventGroup| format!("{} times instead of {}", group.counts.1, group.counts.0);
    let apart = |group: &EventGroup| {
        let later = group.later_s.unwrap_or_default();
        format!("{} {}", duration(later.abs()), if later < 0.0 { "earlier" } else { "later" })
    };
    groups_ui(ui, ("Removed events", true), vanished, None, |_| String::new());
    groups_ui(ui, ("Added events", true), new, Some(out), |_| String::new());
    groups_ui(ui, ("Moved events", false), moved, Some(out), apart);
    groups_ui(ui, ("Events with another frequency", false), oftener, Some(out), often);
    ends_ui(ui, ends);
}

/// Reasons of the first event that occurs in only one of the runs.
fn divergence_ui(ui: &mut egui::Ui, parting: &Divergence) {
    let colours = Palette::current(ui);
    for reason in &parting.reasons {
        match reason {
            DivergenceReason::Chain(chain) => {
                for (nth, event) in chain.iter().take(MAX_ENTRIES).enumerate() {
                    event_line_ui(ui, event, if nth == 0 { "from" } else { "to" }, None);
                }
            }
            reason => {
                let said = reason.describe().unwrap_or_default();
                ui.label(RichText::new(format!("– {said}")).small().color(colours.weak_text));
            }
        }
    }
}

/// A collapsible list of events; `is_open` is its initial state.
fn groups_ui(
    ui: &mut egui::Ui,
    (title, is_open): (&str, bool),
    groups: &[EventGroup],
    mut out: Option<&mut Vec<SessionCommand>>,
    aside: impl Fn(&EventGroup) -> String,
) {
    if groups.is_empty() {
        return;
    }
    let head = RichText::new(format!("{title} ({})", groups.len())).strong();
    CollapsingHeader::new(head).id_salt(title).default_open(is_open).show(ui, |ui| {
        for group in groups.iter().take(MAX_ENTRIES) {
            event_line_ui(ui, &group.example, &aside(group), out.as_deref_mut());
        }
        more_ui(ui, groups.len());
    });
}

fn more_ui(ui: &mut egui::Ui, all: usize) {
    if all > MAX_ENTRIES {
        ui.label(RichText::new(format!("and {} more", all - MAX_ENTRIES)).small().color(Palette::current(ui).weak_text));
    }
}

/// Date and sentence of an event. With `out`, the event belongs to the current run and a click goes to it.
fn event_line_ui(ui: &mut egui::Ui, told: &NarratedEvent, aside: &str, out: Option<&mut Vec<SessionCommand>>) {
    let colours = Palette::current(ui);
    let date = format_civil(&told.at);
    let head = if aside.is_empty() { date } else { format!("{date}, {aside}") };
    ui.label(RichText::new(head).small().color(colours.weak_text));
    match out {
        Some(out) => {
            let link = ui.selectable_label(false, RichText::new(&told.sentence).color(colours.text)).on_hover_text("Go to event");
            if link.clicked() {
                out.push(SessionCommand::GoTo(EventId(told.event)));
            }
        }
        None => drop(ui.label(RichText::new(&told.sentence).color(colours.faded(colours.text)))),
    }
}

fn ends_ui(ui: &mut egui::Ui, ends: &[AgentDiff]) {
    if ends.is_empty() {
        return;
    }
    let whose = counted(ends.len() as f64, "person");
    CollapsingHeader::new(RichText::new(format!("Different final state ({whose})")).strong()).id_salt("ends").show(ui, |ui| {
        for end in ends.iter().take(MAX_ENTRIES) {
            ui.label(RichText::new(&end.called).strong());
            for fact in end.facts.iter().take(MAX_ENTRIES) {
                ui.label(format!("{}: {} instead of {}", fact.description, fact.values.1, fact.values.0));
            }
        }
        more_ui(ui, ends.len());
    });
}
