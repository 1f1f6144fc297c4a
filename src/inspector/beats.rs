//! What the scene waits for: the beats in its order, when each came and by which events, and what those still to come wait for.

use bevy_egui::egui::{self, RichText, ScrollArea, Sense, vec2};

use super::theme::Palette;
use super::transport::{diamond, event_link};
use crate::reader::{Breakpoint, Command, View, waits_for};
use crate::story::{Match, Watched};

pub(super) fn beats_ui(ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    let scenario = view.record.scenario();
    if scenario.beats.is_empty() && scenario.patterns.is_empty() {
        ui.label("The scene waits for nothing.");
        return;
    }
    let past = |beat: usize| view.record.chronicle().beats.iter().find(|came| came.beat == beat && view.is_past(came.event));
    let came = (0..scenario.beats.len()).filter(|&beat| past(beat).is_some()).count();
    ui.label(RichText::new(format!("{came} of {} so far", scenario.beats.len())).color(colours.aside));
    ScrollArea::vertical().id_salt("beats").auto_shrink(false).show(ui, |ui| {
        for (at, beat) in scenario.beats.iter().enumerate() {
            let done = past(at);
            let lived = view.record.chronicle().beats.iter().find(|came| came.beat == at);
            ui.horizontal(|ui| {
                let (rect, _) = ui.allocate_exact_size(vec2(14.0, 18.0), Sense::hover());
                diamond(ui.painter(), colours, rect.center(), 5.5, done.is_some());
                stop_ui(ui, view, Breakpoint::Beat(at), out);
                let title = RichText::new(&beat.title).color(if done.is_some() { colours.ink } else { colours.aside });
                let label = ui.add(egui::Label::new(title).sense(Sense::click()).truncate());
                let need = if beat.must { "must come" } else { "may come" };
                let when = lived.map_or_else(String::new, |came| format!(", {}", view.date(came.at, "%-d %B %Y, %H:%M")));
                if label.on_hover_text(format!("{}, {need}{when}", beat.id)).clicked() {
                    out.extend(lived.map(|came| Command::GoTo(came.event)));
                }
            });
            ui.indent(("beat", at), |ui| match done {
                Some(came) => {
                    ui.label(RichText::new(view.date(came.at, "%-d %B %Y, %H:%M")).small().color(colours.aside));
                    for &event in &came.events {
                        event_link(ui, view, event, out);
                    }
                }
                None => waits_ui(ui, view, Watched::Beat(at)),
            });
        }
        for (at, pattern) in scenario.patterns.iter().enumerate() {
            if at == 0 {
                super::layout::part_ui(ui, "PATTERNS");
            }
            pattern_ui(ui, view, at, if pattern.title.is_empty() { &pattern.id } else { &pattern.title }, out);
        }
        stops_ui(ui, view, out);
        ui.add_space(12.0);
    });
}

/// A pattern: where playing stops, for anybody's sake or for that of who is shown; when it came last, and what it waits for.
fn pattern_ui(ui: &mut egui::Ui, view: &View<'_>, at: usize, name: &str, out: &mut Vec<Command>) {
    let is_it = |came: &&Match| came.of == Watched::Pattern(at) && view.is_past(came.event());
    let last = view.record.matches().iter().rfind(is_it).map(Match::event);
    ui.horizontal(|ui| {
        stop_ui(ui, view, Breakpoint::Pattern(at, None), out);
        ui.add(egui::Label::new(name).truncate());
    });
    ui.indent(("pattern", at), |ui| {
        if let Some(agent) = view.agent() {
            ui.horizontal(|ui| {
                stop_ui(ui, view, Breakpoint::Pattern(at, Some(agent)), out);
                let said = format!("with {}", view.record.called(agent));
                ui.label(RichText::new(said).small().color(Palette::of(ui).aside)).on_hover_text("Who the agent panel shows");
            });
        }
        waits_ui(ui, view, Watched::Pattern(at));
        if let Some(last) = last {
            event_link(ui, view, last, out);
        }
    });
}

/// A dot: full where playing stops.
fn stop_ui(ui: &mut egui::Ui, view: &View<'_>, stop: Breakpoint, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    let stops = view.choice.breakpoints.contains(&stop);
    let dot = RichText::new(if stops { "●" } else { "○" }).small().color(if stops { colours.accent } else { colours.aside });
    let response = ui.selectable_label(stops, dot);
    let said = format!("Stop at {}", stop.said(view.record));
    response.widget_info(|| egui::WidgetInfo::selected(egui::WidgetType::SelectableLabel, true, stops, &said));
    if response.on_hover_text("Playing stops whenever it comes").clicked() {
        out.push(Command::Break(stop));
    }
}

/// Everywhere that playing stops, whichever panel said so.
fn stops_ui(ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    if view.choice.breakpoints.is_empty() {
        return;
    }
    super::layout::part_ui(ui, "PLAYING STOPS AT");
    for &stop in &view.choice.breakpoints {
        let said = format!("✕ {}", stop.said(view.record));
        if ui.button(said).on_hover_text("Do not stop there any more").clicked() {
            out.push(Command::Break(stop));
        }
    }
}

fn waits_ui(ui: &mut egui::Ui, view: &View<'_>, of: Watched) {
    let waiting = view.record.waiting(view.time.cursor().at).iter().find(|waiting| waiting.of == of);
    let Some(waiting) = waiting else { return };
    ui.label(RichText::new(waits_for(view, waiting)).small().color(Palette::of(ui).aside));
}
