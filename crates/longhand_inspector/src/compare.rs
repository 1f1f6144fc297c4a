//! Panel that compares the current run with another one: first divergence, times of beats in both, measures, and on request the
//! explained differences.

use bevy_egui::egui::{self, RichText, ScrollArea};

use super::difference;
use super::layout::part_ui;
use super::theme::Palette;
use longhand_expr::ids::{EventId, Instant};
use longhand_session::{Command, Record, View};

pub(super) fn compare_ui(ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    let Some(branch) = view.branches.before() else {
        ui.label("There is only one run. Set a parameter, edit the scene or use What if; the two runs are then compared here.");
        return;
    };
    let Some(before) = branch.record() else { return };
    ScrollArea::vertical().id_salt("compare").auto_shrink(false).show(ui, |ui| {
        ui.label(RichText::new(format!("before: {}", branch.name)).small().color(colours.aside));
        ui.label(RichText::new(format!("now: {}", view.branches.now().name)).small().color(colours.aside));
        part_ui(ui, "First divergence");
        match view.branches.divergence(view.record) {
            None if view.record.is_over() => {
                ui.label("None: both runs have the same events.");
            }
            None => {
                ui.label(RichText::new("None so far.").color(colours.aside));
            }
            Some(event) => divergence_ui(ui, view, before, event, out),
        }
        difference::difference_ui(ui, view, before, out);
        part_ui(ui, "Beats");
        beats_ui(ui, view, before, out);
        part_ui(ui, "Measures");
        let (then, now) = (before.chronicle(), view.record.chronicle());
        ui.label(format!("{} events before, {} now", then.len(), now.len()));
        egui::Grid::new("measures").num_columns(3).spacing([14.0, 3.0]).show(ui, |ui| {
            for (name, value) in &now.measures {
                let was = then.measures.iter().find(|(other, _)| other == name).map(|(_, value)| *value);
                ui.label(name.replace('_', " "));
                ui.label(was.map_or_else(|| "–".to_owned(), longhand_chronicle::number));
                ui.label(RichText::new(longhand_chronicle::number(*value)).strong());
                ui.end_row();
            }
        });
    });
}

fn divergence_ui(ui: &mut egui::Ui, view: &View<'_>, before: &Record, event: EventId, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    for (word, record) in [("before", before), ("now", view.record)] {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(word).small().color(colours.aside));
            match record.chronicle().event(event) {
                Some(event) => {
                    ui.label(RichText::new(view.date(event.at, "%-d %B %Y, %H:%M")).small().color(colours.aside));
                    ui.label(record.sentence(event));
                }
                None => drop(ui.label("no further event")),
            }
        });
    }
    if view.record.chronicle().event(event).is_some() && ui.button("Go to event").clicked() {
        out.push(Command::GoTo(event));
    }
}

fn beats_ui(ui: &mut egui::Ui, view: &View<'_>, before: &Record, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    egui::Grid::new("beats of both").num_columns(4).striped(true).spacing([12.0, 3.0]).show(ui, |ui| {
        for head in ["", "before", "now", ""] {
            ui.label(RichText::new(head).small().color(colours.aside));
        }
        ui.end_row();
        for beat in &view.record.scenario().beats {
            let came = |record: &Record| {
                let at = record.scenario().beats.iter().position(|other| other.id == beat.id)?;
                record.chronicle().beats.iter().find(|came| came.beat == at).map(|came| (came.at, came.event))
            };
            let (then, now) = (came(before), came(view.record));
            let date = |came: Option<(Instant, EventId)>| came.map_or_else(|| "–".to_owned(), |(at, _)| view.date(at, "%-d %b"));
            if ui.link(&beat.id).on_hover_text(&beat.title).clicked() {
                out.extend(now.map(|(_, event)| Command::GoTo(event)));
            }
            ui.label(date(then));
            ui.label(date(now));
            let by = match (then, now) {
                (Some((then, _)), Some((now, _))) => match ((now.seconds() - then.seconds()) / 86_400.0).round() {
                    0.0 => String::new(),
                    days => format!("{days:+} days"),
                },
                (Some(_), None) if view.record.is_over() => "no longer occurs".to_owned(),
                (None, Some(_)) if before.is_over() => "new".to_owned(),
                _ => String::new(),
            };
            ui.label(RichText::new(by).color(colours.accent));
            ui.end_row();
        }
    });
}
