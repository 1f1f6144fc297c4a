//! The title bar with scene, presets and date, and the transport bar with playback controls and a seek bar of the whole run.

use bevy_egui::egui::{
    self, Align, Align2, Frame, Label, Layout, Margin, Panel, Pos2, Rect, RichText, Sense, Stroke, TextStyle, pos2, vec2,
};
use longhand_narrative::dates::DateStyle;

use super::keys::{reserve_arrows, shortcut_text, tooltip};
use super::output::output_status;
use super::problems::badges_ui;
use super::style::Palette;
use super::widgets::{command_button, labeled_info, paint_beat_mark};
use longhand_expr::ids::Instant;
use longhand_session::{COMMANDS, Direction, LayoutPreset, SessionCommand, SessionView, StepTarget};

/// Height of the row with the title, in points.
const TITLE_HEIGHT: f32 = 33.0;

pub(super) fn title_bar_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let frame = Frame::new().fill(palette.surface).inner_margin(Margin::symmetric(16, 8));
    Panel::top("title").frame(frame).resizable(false).show_separator_line(false).show(ui, |ui| {
        let now = view.playback.cursor().at;
        let texts = [(view.date(now, DateStyle::Time), palette.weak_text), (view.date(now, DateStyle::Long), palette.text)];
        let date = texts.map(|(text, color)| RichText::new(text).size(18.0).color(color));
        let scenario = view.run.scenario();
        let title = if scenario.title.is_empty() { &scenario.name } else { &scenario.title };
        let about = format!("{}\n\n{}, seed {}", scenario.about.trim(), scenario.name, view.run.info().seed);
        let title = RichText::new(title).heading().color(palette.title);
        let mut commands = |ui: &mut egui::Ui| {
            for preset in LayoutPreset::ALL {
                command_button(ui, SessionCommand::ApplyPreset(preset), None, out);
            }
            menu_ui(ui, view, out);
            badges_ui(ui, view, out);
        };
        // In a narrow window the commands have a row of their own.
        let widths = [text_width(ui, &title), text_width(ui, &date[0]), text_width(ui, &date[1])];
        let has_room = widths.iter().sum::<f32>() + remembered_width(ui, "commands") + 60.0 < ui.available_width();
        ui.horizontal(|ui| {
            ui.set_min_height(TITLE_HEIGHT);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                for text in date {
                    ui.label(text);
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add(Label::new(title).truncate()).on_hover_text(about);
                    if has_room {
                        ui.add_space(12.0);
                        remember_width(ui, "commands", &mut commands);
                    }
                });
            });
        });
        if !has_room {
            ui.horizontal_wrapped(|ui| remember_width(ui, "commands", &mut commands));
        }
    });
}

fn text_width(ui: &egui::Ui, text: &RichText) -> f32 {
    let text = egui::WidgetText::from(text.clone());
    text.into_galley(ui, Some(egui::TextWrapMode::Extend), f32::INFINITY, TextStyle::Body).size().x
}

/// The width that some widgets took in one row when they were last drawn.
fn remembered_width(ui: &egui::Ui, name: &'static str) -> f32 {
    ui.data(|data| data.get_temp(egui::Id::new(("width", name)))).unwrap_or(0.0)
}

/// Draws widgets one after another and remembers the width that they take in one row.
fn remember_width(ui: &mut egui::Ui, name: &'static str, contents: &mut dyn FnMut(&mut egui::Ui)) {
    let (left, top) = (ui.cursor().left(), ui.cursor().top());
    contents(ui);
    let right = ui.cursor().left();
    // In several rows, the width of one is that of the last time.
    if ui.cursor().top() <= top + 1.0 && right > left {
        ui.data_mut(|data| data.insert_temp(egui::Id::new(("width", name)), right - left));
    }
}

/// Menu of all commands, and the settings of theme and text size.
fn menu_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    ui.menu_button("More", |ui| {
        ui.set_min_width(220.0);
        egui::ScrollArea::vertical().max_height(460.0).show(ui, |ui| {
            for (command, label) in &COMMANDS {
                if matches!(command, SessionCommand::ApplyPreset(_)) {
                    continue;
                }
                let mut entry = egui::Button::new(label.text);
                if let Some(key) = label.key {
                    entry = entry.shortcut_text(shortcut_text(ui, &key));
                }
                if ui.add(entry).on_hover_text(tooltip(ui, label)).clicked() {
                    out.push(command.clone());
                    ui.close();
                }
            }
        });
        ui.separator();
        let mut dark = view.state.dark;
        if ui.checkbox(&mut dark, "Dark theme").changed() {
            out.push(SessionCommand::Dark(dark));
        }
        let mut zoom = view.state.zoom;
        let slider = ui.add(egui::Slider::new(&mut zoom, 0.7..=2.5).step_by(0.1).text("Text size"));
        reserve_arrows(ui, &slider);
        if slider.drag_stopped() || slider.has_focus() && zoom != view.state.zoom {
            out.push(SessionCommand::Zoom(zoom));
        }
    });
}

pub(super) fn transport_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let frame = Frame::new().fill(palette.surface).inner_margin(Margin::symmetric(16, 8));
    Panel::bottom("transport").frame(frame).resizable(false).show_separator_line(false).show(ui, |ui| {
        seek_bar_ui(ui, view, out);
        ui.add_space(4.0);
        let events = view.run.chronicle().len();
        let status = match view.run.outcome() {
            Some(Err(reason)) => format!("failed: {reason}"),
            _ => format!("event {} of {events}", view.playback.cursor().events),
        };
        let status = match output_status(&view.queries.output) {
            Some(output) => format!("{output}   {status}"),
            None => status,
        };
        let status = RichText::new(status).color(palette.weak_text);
        let mut controls = |ui: &mut egui::Ui| controls_ui(ui, view, out);
        let has_room = remembered_width(ui, "controls") + text_width(ui, &status) + 20.0 < ui.available_width();
        if has_room {
            ui.horizontal(|ui| {
                remember_width(ui, "controls", &mut controls);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(status));
            });
        } else {
            ui.horizontal_wrapped(|ui| {
                remember_width(ui, "controls", &mut controls);
                ui.label(status);
            });
        }
    });
}

/// The buttons of playback, and the speed.
fn controls_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let is_playing = view.playback.direction().is_some();
    for (command, text) in [
        (SessionCommand::ToStart, None),
        (SessionCommand::Step(StepTarget::Beat, Direction::Back), None),
        (SessionCommand::Step(StepTarget::Event, Direction::Back), None),
        (SessionCommand::PlayBackward, None),
        (SessionCommand::PlayPause, Some(if is_playing { "Pause" } else { "Play" })),
        (SessionCommand::Step(StepTarget::Event, Direction::Forward), None),
        (SessionCommand::Step(StepTarget::Beat, Direction::Forward), None),
        (SessionCommand::ToEnd, None),
    ] {
        command_button(ui, command, text, out);
    }
    ui.add_space(10.0);
    command_button(ui, SessionCommand::Slower, None, out);
    command_button(ui, SessionCommand::Faster, None, out);
    ui.label(RichText::new(view.playback.speed_label()).color(Palette::current(ui).weak_text));
}

/// Seek bar of the whole run: simulated part, part before the cursor, and a mark for each beat.
fn seek_bar_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let (response, painter) = ui.allocate_painter(vec2(ui.available_width(), 32.0), Sense::click_and_drag());
    response.widget_info(|| labeled_info(egui::WidgetType::Slider, "Position in the run"));
    let rect = response.rect.shrink2(vec2(9.0, 0.0));
    let bar_y = rect.top() + 9.0;
    let total_seconds = view.run.timeline_end().seconds().max(1.0);
    let x_of = |instant: Instant| rect.left() + rect.width() * (instant.seconds() / total_seconds).clamp(0.0, 1.0) as f32;
    let bar =
        |from: f32, to: f32, height: f32| Rect::from_min_max(pos2(from, bar_y - height / 2.0), pos2(to, bar_y + height / 2.0));

    let cursor = view.playback.cursor().at;
    painter.rect_filled(bar(rect.left(), rect.right(), 2.0), 1.0, palette.border);
    painter.rect_filled(bar(rect.left(), x_of(view.run.simulated_until()), 6.0), 3.0, palette.border);
    painter.rect_filled(bar(rect.left(), x_of(cursor), 6.0), 3.0, palette.accent);
    for beat in &view.run.chronicle().beats {
        let is_past = view.is_past(beat.event);
        paint_beat_mark(&painter, palette, pos2(x_of(beat.at), bar_y), if is_past { 6.0 } else { 5.0 }, is_past);
    }
    painter.circle(pos2(x_of(cursor), bar_y), 7.0, palette.background, Stroke::new(2.5, palette.accent));

    let font = TextStyle::Small.resolve(ui.style());
    let date = |instant: Instant| view.date(instant, DateStyle::Date);
    painter.text(pos2(rect.left(), rect.bottom()), Align2::LEFT_BOTTOM, date(Instant::START), font.clone(), palette.weak_text);
    painter.text(pos2(rect.right(), rect.bottom()), Align2::RIGHT_BOTTOM, date(view.run.timeline_end()), font, palette.weak_text);

    let instant_at = |pointer: Pos2| {
        let share = ((pointer.x - rect.left()) / rect.width().max(1.0)).clamp(0.0, 1.0);
        Instant::from_seconds(f64::from(share) * total_seconds)
    };
    if let Some(pointer) = response.interact_pointer_pos() {
        out.push(SessionCommand::Seek(instant_at(pointer)));
    } else if let Some(pointer) = response.hover_pos() {
        let hovered_beat = view.run.chronicle().beats.iter().find(|beat| (x_of(beat.at) - pointer.x).abs() < 6.0);
        let tip = match hovered_beat {
            Some(beat) => format!("{}: {}", date(beat.at), view.run.beat_title(beat.beat)),
            None => date(instant_at(pointer)),
        };
        response.on_hover_text(tip);
    }
}
