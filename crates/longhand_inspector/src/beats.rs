//! Panel of beats, in the order of the scene: date and events of each beat that has occurred, and the pending clause of each
//! other one.

use bevy_egui::egui::{self, RichText, ScrollArea, Sense, vec2};

use super::style::Palette;
use super::transport::{event_link, paint_beat_mark};
use longhand_narrative::PatternRef;
use longhand_session::{Breakpoint, Query, SessionCommand, SessionView, describe_pattern_status};

pub(super) fn beats_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let colours = Palette::current(ui);
    let scenario = view.run.scenario();
    if scenario.beats.is_empty() {
        ui.label("The scene defines no beats.");
        return;
    }
    let past = |beat: usize| view.run.chronicle().beats.iter().find(|came| came.beat == beat && view.is_past(came.event));
    let came = (0..scenario.beats.len()).filter(|&beat| past(beat).is_some()).count();
    ui.label(RichText::new(format!("{came} of {} so far", scenario.beats.len())).color(colours.weak_text));
    ScrollArea::vertical().id_salt("beats").auto_shrink(false).show(ui, |ui| {
        for (at, beat) in scenario.beats.iter().enumerate() {
            let done = past(at);
            let occurred = view.run.chronicle().beats.iter().find(|came| came.beat == at);
            ui.horizontal(|ui| {
                let (rect, _) = ui.allocate_exact_size(vec2(14.0, 18.0), Sense::hover());
                paint_beat_mark(ui.painter(), colours, rect.center(), 5.5, done.is_some());
                breakpoint_toggle_ui(ui, view, Breakpoint::Beat(at), out);
                let title = RichText::new(&beat.title).color(if done.is_some() { colours.text } else { colours.weak_text });
                let label = ui.add(egui::Label::new(title).sense(Sense::click()).truncate());
                let need = if beat.must { "required" } else { "optional" };
                let when = occurred.map_or_else(String::new, |came| format!(", {}", view.date(came.at, "%-d %B %Y, %H:%M")));
                if label.on_hover_text(format!("{}, {need}{when}", beat.id)).clicked() {
                    out.extend(occurred.map(|came| SessionCommand::GoTo(came.event)));
                }
            });
            ui.indent(("beat", at), |ui| match done {
                Some(came) => {
                    ui.label(RichText::new(view.date(came.at, "%-d %B %Y, %H:%M")).small().color(colours.weak_text));
                    for &event in &came.events {
                        event_link(ui, view, event, out);
                    }
                }
                None => {
                    pending_ui(ui, view, PatternRef::Beat(at));
                    let ask = ui
                        .link(RichText::new("why not?").small())
                        .on_hover_text("Find the conditions that failed up to the cursor");
                    ask.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Link, true, format!("Why not {}?", beat.id)));
                    if ask.clicked() {
                        out.push(SessionCommand::Ask(Query::WhyNot { id: beat.id.clone(), who: None }));
                    }
                }
            });
        }
        breakpoints_ui(ui, view, out);
        ui.add_space(12.0);
    });
}

/// Breakpoint toggle: a dot, filled while the breakpoint is set.
pub(super) fn breakpoint_toggle_ui(ui: &mut egui::Ui, view: &SessionView<'_>, stop: Breakpoint, out: &mut Vec<SessionCommand>) {
    let colours = Palette::current(ui);
    let stops = view.state.breakpoints.contains(&stop);
    let dot = RichText::new(if stops { "●" } else { "○" }).small().color(if stops { colours.accent } else { colours.weak_text });
    let response = ui.selectable_label(stops, dot);
    let said = format!("Stop at {}", stop.describe(view.run));
    response.widget_info(|| egui::WidgetInfo::selected(egui::WidgetType::SelectableLabel, true, stops, &said));
    if response.on_hover_text("Stop playback whenever it occurs").clicked() {
        out.push(SessionCommand::ToggleBreakpoint(stop));
    }
}

/// List of all breakpoints, whichever panel set them.
fn breakpoints_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    if view.state.breakpoints.is_empty() {
        return;
    }
    super::layout::heading_ui(ui, "Breakpoints");
    for &stop in &view.state.breakpoints {
        let said = format!("✕ {}", stop.describe(view.run));
        if ui.button(said).on_hover_text("Remove the breakpoint").clicked() {
            out.push(SessionCommand::ToggleBreakpoint(stop));
        }
    }
}

fn pending_ui(ui: &mut egui::Ui, view: &SessionView<'_>, of: PatternRef) {
    let waiting = view.run.pattern_statuses(view.playback.cursor().at).iter().find(|waiting| waiting.pattern == of);
    let Some(waiting) = waiting else { return };
    ui.label(RichText::new(describe_pattern_status(view, waiting)).small().color(Palette::current(ui).weak_text));
}
