//! Differences between this run and another one, from an alignment of their events: the reason of the first divergence, events
//! removed, added and moved, and differences in the final state.

use bevy_egui::egui::{self, CollapsingHeader, RichText};

use super::theme::Palette;
use longhand_analysis::what_if::{AgentEnd, Difference, Group, Parting, Reason, Told};
use longhand_expr::ids::EventId;
use longhand_narrative::dates::civil;
use longhand_narrative::grammar::{counted, duration};
use longhand_session::{Command, Inquiry, Record, View};

/// Maximum number of entries shown per list.
const SHOWN: usize = 12;

pub(super) fn difference_ui(ui: &mut egui::Ui, view: &View<'_>, before: &Record, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    let slot = &view.inquiries.difference;
    if let Some(difference) = slot.answer() {
        answer_ui(ui, difference, out);
    } else if slot.is_awaited() {
        ui.spinner();
    } else if slot.question().is_some() {
        ui.label(RichText::new("Internal error: no answer.").color(colours.accent));
    } else if view.record.is_over() && before.is_over() {
        let ask = ui.button("Explain the differences").on_hover_text("Align the two runs event by event");
        if ask.clicked() {
            out.push(Command::Ask(Inquiry::Difference));
        }
    } else {
        let said = "The differences can be explained when both runs have ended.";
        ui.label(RichText::new(said).small().color(colours.aside));
    }
}

fn answer_ui(ui: &mut egui::Ui, difference: &Difference, out: &mut Vec<Command>) {
    let Difference { parting, vanished, new, oftener, moved, ends, .. } = difference;
    let Some(parting) = parting else {
        ui.label("The two runs are identical.");
        return;
    };
    parting_ui(ui, parting);
    let often = |group: &Group| format!("{} times instead of {}", group.times.1, group.times.0);
    let apart = |group: &Group| {
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
fn parting_ui(ui: &mut egui::Ui, parting: &Parting) {
    let colours = Palette::of(ui);
    for reason in &parting.why {
        match reason {
            Reason::Chain(chain) => {
                for (nth, event) in chain.iter().take(SHOWN).enumerate() {
                    told_ui(ui, event, if nth == 0 { "from" } else { "to" }, None);
                }
            }
            reason => {
                let said = reason.said().unwrap_or_default();
                ui.label(RichText::new(format!("– {said}")).small().color(colours.aside));
            }
        }
    }
}

/// A collapsible list of events; `is_open` is its initial state.
fn groups_ui(
    ui: &mut egui::Ui,
    (title, is_open): (&str, bool),
    groups: &[Group],
    mut out: Option<&mut Vec<Command>>,
    aside: impl Fn(&Group) -> String,
) {
    if groups.is_empty() {
        return;
    }
    let head = RichText::new(format!("{title} ({})", groups.len())).strong();
    CollapsingHeader::new(head).id_salt(title).default_open(is_open).show(ui, |ui| {
        for group in groups.iter().take(SHOWN) {
            told_ui(ui, &group.told, &aside(group), out.as_deref_mut());
        }
        more_ui(ui, groups.len());
    });
}

fn more_ui(ui: &mut egui::Ui, all: usize) {
    if all > SHOWN {
        ui.label(RichText::new(format!("and {} more", all - SHOWN)).small().color(Palette::of(ui).aside));
    }
}

/// Date and sentence of an event. With `out`, the event belongs to the current run and a click goes to it.
fn told_ui(ui: &mut egui::Ui, told: &Told, aside: &str, out: Option<&mut Vec<Command>>) {
    let colours = Palette::of(ui);
    let date = civil(&told.at);
    let head = if aside.is_empty() { date } else { format!("{date}, {aside}") };
    ui.label(RichText::new(head).small().color(colours.aside));
    match out {
        Some(out) => {
            let link = ui.selectable_label(false, RichText::new(&told.sentence).color(colours.ink)).on_hover_text("Go to event");
            if link.clicked() {
                out.push(Command::GoTo(EventId(told.event)));
            }
        }
        None => drop(ui.label(RichText::new(&told.sentence).color(colours.faded(colours.ink)))),
    }
}

fn ends_ui(ui: &mut egui::Ui, ends: &[AgentEnd]) {
    if ends.is_empty() {
        return;
    }
    let whose = counted(ends.len() as f64, "person");
    CollapsingHeader::new(RichText::new(format!("Different final state ({whose})")).strong()).id_salt("ends").show(ui, |ui| {
        for end in ends.iter().take(SHOWN) {
            ui.label(RichText::new(&end.called).strong());
            for fact in end.facts.iter().take(SHOWN) {
                ui.label(format!("{}: {} instead of {}", fact.said, fact.values.1, fact.values.0));
            }
        }
        more_ui(ui, ends.len());
    });
}
