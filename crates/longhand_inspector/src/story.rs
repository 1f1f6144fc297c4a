//! Panel of the story: the narrated lines up to the cursor, day by day with beats marked, or the run as a book. A click on a line
//! selects its event.

use bevy_egui::egui::{self, Frame, Margin, RichText, ScrollArea, Sense, vec2};
use longhand_narrative::dates::DateStyle;

use super::book;
use super::style::{Palette, book_font, book_italic_font};
use super::widgets::{handle_event_clicks, note_ui, paint_beat_mark};
use longhand_analysis::NarratedLine;
use longhand_narrative::NarrationLineKind;
use longhand_session::{SessionCommand, SessionView};

/// Maximum width of the text, in points, so that lines stay readable.
const COLUMN_WIDTH: f32 = 680.0;
/// Width of the margin for the time of day, left of the text, in points.
const MARGIN_WIDTH: f32 = 56.0;
/// Maximum number of lines shown. Earlier lines are reached by moving the cursor.
const MAX_LINES: usize = 120;

pub(super) fn story_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    book::book_options_ui(ui, view, out);
    let is_book = view.state.book_options.is_some();
    Frame::new().inner_margin(Margin::symmetric(6, 0)).show(ui, |ui| {
        ScrollArea::vertical().id_salt(("story", is_book)).auto_shrink(false).stick_to_bottom(!is_book).show(ui, |ui| {
            let side_margin = ((ui.available_width() - COLUMN_WIDTH - MARGIN_WIDTH) / 2.0).max(0.0);
            ui.horizontal_top(|ui| {
                ui.add_space(side_margin);
                ui.vertical(|ui| {
                    ui.set_max_width((COLUMN_WIDTH + MARGIN_WIDTH).min(ui.available_width() - 6.0));
                    if is_book { book::book_ui(ui, view, out) } else { lines_ui(ui, view, out) }
                });
            });
        });
    });
}

/// The narrated lines up to the cursor.
fn lines_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let run = view.run;
    let cursor = view.playback.cursor();
    let end = run.narrated().partition_point(|line| line.at <= cursor.at);
    // Lines at the cursor's instant are shown only if their event has happened.
    let lines: Vec<&NarratedLine> = run.narrated()[end.saturating_sub(MAX_LINES)..end]
        .iter()
        .filter(|line| line.line.event.is_none_or(|event| view.is_past(event)))
        .collect();
    ui.add_space(6.0);
    if lines.is_empty() {
        ui.add_space(30.0);
        ui.label(italic(RichText::new(run.scenario().about.trim()), 16.0).line_height(Some(24.0)).color(palette.title));
        ui.add_space(12.0);
        note_ui(ui, "Space plays and pauses, F1 to F4 and F7 switch views, ? lists all keys.");
    }
    if end > MAX_LINES {
        ui.label(RichText::new("…").color(palette.weak_text));
    }
    for line in lines {
        line_ui(ui, view, line, out);
    }
    if cursor.at >= run.simulated_until() {
        match run.outcome() {
            Some(Ok(outcome)) => {
                ui.add_space(22.0);
                ui.label(RichText::new(outcome).color(palette.title));
            }
            Some(Err(reason)) => {
                ui.add_space(22.0);
                ui.label(RichText::new(format!("The run failed: {reason}")).color(palette.accent));
            }
            None => {}
        }
    }
    ui.add_space(24.0);
}

fn line_ui(ui: &mut egui::Ui, view: &SessionView<'_>, narrated: &NarratedLine, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let text = RichText::new(&narrated.line.text);
    let is_selected = narrated.line.event.is_some() && narrated.line.event == view.state.event;
    match narrated.line.kind {
        NarrationLineKind::Heading => {
            ui.add_space(12.0);
            ui.label(text.small().color(palette.weak_text));
            ui.add_space(2.0);
        }
        NarrationLineKind::Event => {
            let color = if is_selected { palette.accent } else { palette.text };
            let text = text.family(book_font()).size(16.5).line_height(Some(25.0)).color(color);
            let response = margin_text_ui(ui, text, |ui, rect, response| {
                let color = if response.hovered() { palette.accent } else { palette.weak_text };
                let font = egui::TextStyle::Small.resolve(ui.style());
                let time = view.date(narrated.at, DateStyle::Time);
                ui.painter().text(rect.left_center(), egui::Align2::LEFT_CENTER, time, font, color);
            });
            handle_line_clicks(view, narrated, response, out);
        }
        NarrationLineKind::Beat => {
            let response = margin_text_ui(ui, text.strong().small().color(palette.accent), |ui, rect, _| {
                paint_beat_mark(ui.painter(), palette, rect.right_center() - vec2(10.0, 0.0), 6.0, true);
            });
            handle_line_clicks(view, narrated, response, out);
        }
        NarrationLineKind::Summary => {
            margin_text_ui(ui, italic(text, 13.5).line_height(Some(19.0)).color(palette.weak_text), |_, _, _| {});
        }
        NarrationLineKind::Document => {
            let response = margin_text_ui(ui, italic(text, 15.5).line_height(Some(23.0)).color(palette.title), |_, _, _| {});
            handle_line_clicks(view, narrated, response, out);
        }
    }
}

fn italic(text: RichText, size: f32) -> RichText {
    text.family(book_italic_font()).size(size)
}

/// A click on a line selects its event; a double click moves the cursor to it.
fn handle_line_clicks(view: &SessionView<'_>, narrated: &NarratedLine, response: egui::Response, out: &mut Vec<SessionCommand>) {
    let Some(event) = narrated.line.event else { return };
    let tip = format!("#{}, {}", event.0, view.date(narrated.at, DateStyle::DayTime));
    let response = response.on_hover_text(tip).on_hover_cursor(egui::CursorIcon::PointingHand);
    handle_event_clicks(&response, view, event, out);
}

/// Text in its column; `margin` paints beside its first line. Returns the response of the text.
fn margin_text_ui(
    ui: &mut egui::Ui,
    text: RichText,
    margin: impl FnOnce(&egui::Ui, egui::Rect, &egui::Response),
) -> egui::Response {
    ui.horizontal_top(|ui| {
        let (rect, response) = ui.allocate_exact_size(vec2(MARGIN_WIDTH - 8.0, 22.0), Sense::hover());
        margin(ui, rect, &response);
        ui.add(egui::Label::new(text).wrap().sense(Sense::click()))
    })
    .inner
}
