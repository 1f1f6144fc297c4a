//! Panel of beats, in the order of the scene: date and events of each beat that has occurred, and the pending clause of each
//! other one.

use bevy_egui::egui::{self, RichText, ScrollArea, Sense, vec2};
use longhand_narrative::dates::DateStyle;

use super::breakpoint_field::breakpoint_field_ui;
use super::style::Palette;
use super::widgets::{breakpoint_toggle_ui, event_link, heading_ui, labeled_info, note_ui, paint_beat_mark};
use longhand_narrative::PatternRef;
use longhand_session::{Breakpoint, Query, SessionCommand, SessionView, describe_pattern_status};

pub(super) fn beats_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let scenario = view.run.scenario();
    if scenario.beats.is_empty() {
        ui.label("The scene defines no beats.");
        breakpoints_ui(ui, view, out);
        return;
    }
    let match_before_cursor = |beat: usize| view.run.beat_match(beat).filter(|beat_match| view.is_past(beat_match.event));
    let count = (0..scenario.beats.len()).filter(|&beat| match_before_cursor(beat).is_some()).count();
    ui.label(RichText::new(format!("{count} of {} so far", scenario.beats.len())).color(palette.weak_text));
    ScrollArea::vertical().id_salt("beats").auto_shrink(false).show(ui, |ui| {
        for (index, beat) in scenario.beats.iter().enumerate() {
            let past_match = match_before_cursor(index);
            let first_match = view.run.beat_match(index);
            ui.horizontal(|ui| {
                let (rect, _) = ui.allocate_exact_size(vec2(14.0, 18.0), Sense::hover());
                paint_beat_mark(ui.painter(), palette, rect.center(), 5.5, past_match.is_some());
                breakpoint_toggle_ui(ui, view, Breakpoint::Beat(index), out);
                let title = RichText::new(&beat.title).color(if past_match.is_some() { palette.text } else { palette.weak_text });
                let label = ui.add(egui::Label::new(title).sense(Sense::click()).truncate());
                let requirement = if beat.must { "required" } else { "optional" };
                let when = first_match
                    .map_or_else(String::new, |beat_match| format!(", {}", view.date(beat_match.at, DateStyle::Timestamp)));
                if label.on_hover_text(format!("{}, {requirement}{when}", beat.id)).clicked() {
                    out.extend(first_match.map(|beat_match| SessionCommand::GoTo(beat_match.event)));
                }
            });
            ui.indent(("beat", index), |ui| match past_match {
                Some(beat_match) => {
                    note_ui(ui, view.date(beat_match.at, DateStyle::Timestamp));
                    for &event in &beat_match.events {
                        event_link(ui, view, event, out);
                    }
                }
                None => {
                    pending_ui(ui, view, PatternRef::Beat(index));
                    let link = ui
                        .link(RichText::new("why not?").small())
                        .on_hover_text("Find the conditions that failed up to the cursor");
                    link.widget_info(|| labeled_info(egui::WidgetType::Link, &format!("Why not {}?", beat.id)));
                    if link.clicked() {
                        out.push(SessionCommand::Ask(Query::WhyNot { id: beat.id.clone(), who: None }));
                    }
                }
            });
        }
        breakpoints_ui(ui, view, out);
        ui.add_space(12.0);
    });
}

/// List of all breakpoints, whichever panel set them, and a field for one as text.
fn breakpoints_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    heading_ui(ui, "Breakpoints");
    breakpoint_field_ui(ui, view, out);
    for &breakpoint in &view.state.breakpoints {
        let text = format!("✕ {}", breakpoint.describe(view.run));
        if ui.button(text).on_hover_text("Remove the breakpoint").clicked() {
            out.push(SessionCommand::ToggleBreakpoint(breakpoint));
        }
    }
}

/// What a beat that has not occurred waits for.
fn pending_ui(ui: &mut egui::Ui, view: &SessionView<'_>, pattern: PatternRef) {
    let status = view.run.pattern_statuses(view.playback.cursor().at).iter().find(|status| status.pattern == pattern);
    if let Some(status) = status {
        note_ui(ui, describe_pattern_status(view, status));
    }
}
