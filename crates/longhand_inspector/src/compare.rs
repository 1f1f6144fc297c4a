//! Panel that compares the current run with another one: first divergence, times of beats in both, measures, and on request the
//! explained differences.

use bevy_egui::egui::{self, RichText, ScrollArea};

use super::difference;
use super::layout::heading_ui;
use super::style::Palette;
use longhand_expr::ids::{EventId, Instant};
use longhand_session::{RunData, SessionCommand, SessionView};

pub(super) fn compare_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let colours = Palette::current(ui);
    let Some(branch) = view.branches.compared_branch() else {
        ui.label("There is only one run. Set a parameter, edit the scene or use What if; the two runs are then compared here.");
        return;
    };
    let Some(before) = branch.run() else { return };
    ScrollArea::vertical().id_salt("compare").auto_shrink(false).show(ui, |ui| {
        ui.label(RichText::new(format!("before: {}", branch.name)).small().color(colours.weak_text));
        ui.label(RichText::new(format!("now: {}", view.branches.current_branch().name)).small().color(colours.weak_text));
        heading_ui(ui, "First divergence");
        match view.branches.divergence(view.run) {
            None if view.run.is_over() => {
                ui.label("None: both runs have the same events.");
            }
            None => {
                ui.label(RichText::new("None so far.").color(colours.weak_text));
            }
            Some(event) => divergence_ui(ui, view, before, event, out),
        }
        difference::difference_ui(ui, view, before, out);
        heading_ui(ui, "Beats");
        beats_ui(ui, view, before, out);
        heading_ui(ui, "Measures");
        let (then, now) = (before.chronicle(), view.run.chronicle());
        ui.label(format!("{} events before, {} now", then.len(), now.len()));
        egui::Grid::new("measures").num_columns(3).spacing([14.0, 3.0]).show(ui, |ui| {
            for (name, value) in &now.measures {
                let was = then.measures.iter().find(|(other, _)| other == name).map(|(_, value)| *value);
                ui.label(name.replace('_', " "));
                ui.label(was.map_or_else(|| "–".to_owned(), longhand_chronicle::format_number));
                ui.label(RichText::new(longhand_chronicle::format_number(*value)).strong());
                ui.end_row();
            }
        });
    });
}

fn divergence_ui(ui: &mut egui::Ui, view: &SessionView<'_>, before: &RunData, event: EventId, out: &mut Vec<SessionCommand>) {
    let colours = Palette::current(ui);
    for (word, record) in [("before", before), ("now", view.run)] {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(word).small().color(colours.weak_text));
            match record.chronicle().event(event) {
                Some(event) => {
                    ui.label(RichText::new(view.date(event.at, "%-d %B %Y, %H:%M")).small().color(colours.weak_text));
                    ui.label(record.sentence(event));
                }
                None => drop(ui.label("no further event")),
            }
        });
    }
    if view.run.chronicle().event(event).is_some() && ui.button("Go to event").clicked() {
        out.push(SessionCommand::GoTo(event));
    }
}

fn beats_ui(ui: &mut egui::Ui, view: &SessionView<'_>, before: &RunData, out: &mut Vec<SessionCommand>) {
    let colours = Palette::current(ui);
    egui::Grid::new("beats of both").num_columns(4).striped(true).spacing([12.0, 3.0]).show(ui, |ui| {
        for head in ["", "before", "now", ""] {
            ui.label(RichText::new(head).small().color(colours.weak_text));
        }
        ui.end_row();
        for beat in &view.run.scenario().beats {
            let came = |record: &RunData| {
                let at = record.scenario().beats.iter().position(|other| other.id == beat.id)?;
                record.chronicle().beats.iter().find(|came| came.beat == at).map(|came| (came.at, came.event))
            };
            let (then, now) = (came(before), came(view.run));
            let date = |came: Option<(Instant, EventId)>| came.map_or_else(|| "–".to_owned(), |(at, _)| view.date(at, "%-d %b"));
            if ui.link(&beat.id).on_hover_text(&beat.title).clicked() {
                out.extend(now.map(|(_, event)| SessionCommand::GoTo(event)));
            }
            ui.label(date(then));
            ui.label(date(now));
            let by = match (then, now) {
                (Some((then, _)), Some((now, _))) => match ((now.seconds() - then.seconds()) / 86_400.0).round() {
                    0.0 => String::new(),
                    days => format!("{days:+} days"),
                },
                (Some(_), None) if view.run.is_over() => "no longer occurs".to_owned(),
                (None, Some(_)) if before.is_over() => "new".to_owned(),
                _ => String::new(),
            };
            ui.label(RichText::new(by).color(colours.accent));
            ui.end_row();
        }
    });
}
