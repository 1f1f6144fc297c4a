//! Panel of beats, in the order of the scene: date and events of each beat that has occurred, and the pending clause of each
//! other one.

use bevy_egui::egui::{self, RichText, ScrollArea, Sense, vec2};

use super::theme::Palette;
use super::transport::{diamond, event_link};
use longhand_narrative::Watched;
use longhand_session::{Breakpoint, Command, Inquiry, View, waits_for};

pub(super) fn beats_ui(ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    let scenario = view.record.scenario();
    if scenario.beats.is_empty() {
        ui.label("The scene defines no beats.");
        return;
    }
    let past = |beat: usize| view.record.chronicle().beats.iter().find(|came| came.beat == beat && view.is_past(came.event));
    let came = (0..scenario.beats.len()).filter(|&beat| past(beat).is_some()).count();
    ui.label(RichText::new(format!("{came} of {} so far", scenario.beats.len())).color(colours.aside));
    ScrollArea::vertical().id_salt("beats").auto_shrink(false).show(ui, |ui| {
        for (at, beat) in scenario.beats.iter().enumerate() {
            let done = past(at);
            let occurred = view.record.chronicle().beats.iter().find(|came| came.beat == at);
            ui.horizontal(|ui| {
                let (rect, _) = ui.allocate_exact_size(vec2(14.0, 18.0), Sense::hover());
                diamond(ui.painter(), colours, rect.center(), 5.5, done.is_some());
                stop_ui(ui, view, Breakpoint::Beat(at), out);
                let title = RichText::new(&beat.title).color(if done.is_some() { colours.ink } else { colours.aside });
                let label = ui.add(egui::Label::new(title).sense(Sense::click()).truncate());
                let need = if beat.must { "required" } else { "optional" };
                let when = occurred.map_or_else(String::new, |came| format!(", {}", view.date(came.at, "%-d %B %Y, %H:%M")));
                if label.on_hover_text(format!("{}, {need}{when}", beat.id)).clicked() {
                    out.extend(occurred.map(|came| Command::GoTo(came.event)));
                }
            });
            ui.indent(("beat", at), |ui| match done {
                Some(came) => {
                    ui.label(RichText::new(view.date(came.at, "%-d %B %Y, %H:%M")).small().color(colours.aside));
                    for &event in &came.events {
                        event_link(ui, view, event, out);
                    }
                }
                None => {
                    waits_ui(ui, view, Watched::Beat(at));
                    let ask = ui
                        .link(RichText::new("why not?").small())
                        .on_hover_text("Find the conditions that failed up to the cursor");
                    ask.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Link, true, format!("Why not {}?", beat.id)));
                    if ask.clicked() {
                        out.push(Command::Ask(Inquiry::WhyNot { id: beat.id.clone(), who: None }));
                    }
                }
            });
        }
        stops_ui(ui, view, out);
        ui.add_space(12.0);
    });
}

/// Breakpoint toggle: a dot, filled while the breakpoint is set.
pub(super) fn stop_ui(ui: &mut egui::Ui, view: &View<'_>, stop: Breakpoint, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    let stops = view.choice.breakpoints.contains(&stop);
    let dot = RichText::new(if stops { "●" } else { "○" }).small().color(if stops { colours.accent } else { colours.aside });
    let response = ui.selectable_label(stops, dot);
    let said = format!("Stop at {}", stop.said(view.record));
    response.widget_info(|| egui::WidgetInfo::selected(egui::WidgetType::SelectableLabel, true, stops, &said));
    if response.on_hover_text("Stop playback whenever it occurs").clicked() {
        out.push(Command::Break(stop));
    }
}

/// List of all breakpoints, whichever panel set them.
fn stops_ui(ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    if view.choice.breakpoints.is_empty() {
        return;
    }
    super::layout::part_ui(ui, "Breakpoints");
    for &stop in &view.choice.breakpoints {
        let said = format!("✕ {}", stop.said(view.record));
        if ui.button(said).on_hover_text("Remove the breakpoint").clicked() {
            out.push(Command::Break(stop));
        }
    }
}

fn waits_ui(ui: &mut egui::Ui, view: &View<'_>, of: Watched) {
    let waiting = view.record.waiting(view.time.cursor().at).iter().find(|waiting| waiting.of == of);
    let Some(waiting) = waiting else { return };
    ui.label(RichText::new(waits_for(view, waiting)).small().color(Palette::of(ui).aside));
}
