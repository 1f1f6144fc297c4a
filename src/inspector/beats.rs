//! What the scene waits for: the beats in its order, when each came and by which events, and what those still to come wait for.

use bevy_egui::egui::{self, RichText, ScrollArea, Sense, vec2};

use super::command::Command;
use super::theme::Palette;
use super::time::Breakpoint;
use super::transport::{diamond, event_link};
use super::view::View;
use crate::ids::AgentId;
use crate::story::{Waiting, Watched};

pub(super) fn beats_ui(ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    let scenario = view.record.scenario();
    if scenario.beats.is_empty() {
        ui.label("The scene waits for no beats.");
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
                let stop = Breakpoint::Beat(at);
                let stops = view.choice.breakpoints.contains(&stop);
                let label = ui
                    .selectable_label(stops, RichText::new("●").small().color(if stops { colours.accent } else { colours.line }));
                if label.on_hover_text("Playing stops when it comes").clicked() {
                    out.push(Command::Break(stop));
                }
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
            ui.label(if pattern.title.is_empty() { &pattern.id } else { &pattern.title });
            ui.indent(("pattern", at), |ui| waits_ui(ui, view, Watched::Pattern(at)));
        }
        ui.add_space(12.0);
    });
}

/// "waits for a kiss of Ann and Ben, until 3 May".
fn waits_ui(ui: &mut egui::Ui, view: &View<'_>, of: Watched) {
    let waiting = view.record.waiting(view.time.cursor().at).iter().find(|waiting| waiting.of == of);
    let Some(waiting) = waiting else { return };
    ui.label(RichText::new(said(view, waiting)).small().color(Palette::of(ui).aside));
}

fn said(view: &View<'_>, waiting: &Waiting) -> String {
    let record = view.record;
    let kinds: Vec<String> =
        waiting.waits_for.iter().take(3).map(|&kind| record.legend().event(kind).replace(['_', '/'], " ")).collect();
    let who: Vec<String> =
        waiting.bound.iter().filter(|agent| agent.is_some()).map(|&agent: &AgentId| record.called(agent)).collect();
    let clauses = waiting.of.of(record.scenario()).clauses.len();
    let mut said = format!("waits for {}", kinds.join(" or "));
    if waiting.waits_for.len() > 3 {
        said.push_str(" or others");
    }
    if !who.is_empty() {
        said.push_str(&format!(", of {}", who.join(" and ")));
    }
    if clauses > 1 {
        said.push_str(&format!(" ({} of {clauses} parts there)", waiting.clause.min(clauses)));
    }
    if let Some(until) = waiting.until {
        said.push_str(&format!(", until {}", view.date(until, "%-d %B")));
    }
    if waiting.times > 0 {
        said.push_str(&format!("; came {} times", waiting.times));
    }
    said
}
