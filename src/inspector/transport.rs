//! The bar below: play, pace, and the whole run as a line with its beats on it.

use bevy_egui::egui::{self, Align2, Frame, Margin, Panel, Pos2, Rect, Sense, Stroke, TextStyle, pos2, vec2};

use super::command::{Command, button};
use super::player::WindowView;
use super::theme::{CORAL, CREAM, DUSK, PAPER, SAND, WOOD};
use crate::ids::Instant;
use crate::story::LineKind;

pub(super) fn transport_ui(ui: &mut egui::Ui, view: &WindowView<'_>, out: &mut Vec<Command>) {
    let frame = Frame::new().fill(PAPER).inner_margin(Margin::symmetric(24, 12));
    Panel::bottom("transport").frame(frame).resizable(false).show_separator_line(false).show(ui, |ui| {
        time_line_ui(ui, view, out);
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            button(ui, Command::ToStart, None, out);
            button(ui, Command::Back, None, out);
            button(ui, Command::PlayPause, Some(if view.playing { "Pause" } else { "Play" }), out);
            button(ui, Command::Forth, None, out);
            button(ui, Command::ToEnd, None, out);
            ui.add_space(12.0);
            button(ui, Command::Slower, None, out);
            button(ui, Command::Faster, None, out);
            ui.label(egui::RichText::new(view.speed).color(WOOD).size(14.0));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                button(ui, Command::BeatForth, None, out);
                button(ui, Command::BeatBack, None, out);
            });
        });
    });
}

/// The whole run from its start to its end: what was lived, what was read, and a diamond for each beat.
fn time_line_ui(ui: &mut egui::Ui, view: &WindowView<'_>, out: &mut Vec<Command>) {
    let (response, painter) = ui.allocate_painter(vec2(ui.available_width(), 34.0), Sense::click_and_drag());
    let rect = response.rect.shrink2(vec2(9.0, 0.0));
    let line = rect.top() + 10.0;
    let whole = view.ends.seconds().max(1.0);
    let x_of = |at: Instant| rect.left() + rect.width() * (at.seconds() / whole).clamp(0.0, 1.0) as f32;
    let bar =
        |from: f32, to: f32, height: f32| Rect::from_min_max(pos2(from, line - height / 2.0), pos2(to, line + height / 2.0));

    painter.rect_filled(bar(rect.left(), rect.right(), 2.0), 1.0, SAND);
    painter.rect_filled(bar(rect.left(), x_of(view.lived), 6.0), 3.0, SAND);
    painter.rect_filled(bar(rect.left(), x_of(view.cursor), 6.0), 3.0, CORAL);
    for (i, told) in view.lines.iter().enumerate().filter(|(_, told)| told.line.kind == LineKind::Beat) {
        let read = i < view.shown;
        diamond(&painter, pos2(x_of(told.at), line), if read { 6.0 } else { 5.0 }, read);
    }
    painter.circle(pos2(x_of(view.cursor), line), 7.0, CREAM, Stroke::new(2.5, CORAL));

    let font = TextStyle::Small.resolve(ui.style());
    let date = |at: Instant| view.cover.calendar.datetime(at).strftime("%-d %B %Y").to_string();
    painter.text(pos2(rect.left(), rect.bottom()), Align2::LEFT_BOTTOM, date(Instant::START), font.clone(), WOOD);
    painter.text(pos2(rect.right(), rect.bottom()), Align2::RIGHT_BOTTOM, date(view.ends), font, WOOD);

    let at_pointer = |pointer: Pos2| {
        let share = ((pointer.x - rect.left()) / rect.width().max(1.0)).clamp(0.0, 1.0);
        Instant::from_seconds(f64::from(share) * whole)
    };
    if let Some(pointer) = response.interact_pointer_pos() {
        out.push(Command::Seek(at_pointer(pointer)));
    } else if let Some(pointer) = response.hover_pos() {
        let mut beats = view.lines.iter().filter(|told| told.line.kind == LineKind::Beat);
        let near = beats.find(|told| (x_of(told.at) - pointer.x).abs() < 6.0);
        let said = near.map_or_else(|| date(at_pointer(pointer)), |told| format!("{}: {}", date(told.at), told.line.text));
        response.on_hover_text(said);
    }
}

/// A beat: full once it was read, its outline before; never by colour alone.
pub(super) fn diamond(painter: &egui::Painter, at: Pos2, size: f32, full: bool) {
    let corners = vec![at - vec2(0.0, size), at + vec2(size, 0.0), at + vec2(0.0, size), at - vec2(size, 0.0)];
    let fill = if full { DUSK } else { CREAM };
    painter.add(egui::Shape::convex_polygon(corners, fill, Stroke::new(1.5, if full { CREAM } else { WOOD })));
}
