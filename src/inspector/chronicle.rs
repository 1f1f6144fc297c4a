//! The page: what was told up to the cursor, day by day, with the beats marked.

use bevy_egui::egui::{self, Align, CentralPanel, Frame, Layout, Margin, Panel, RichText, ScrollArea, Sense, vec2};

use super::command::Command;
use super::player::WindowView;
use super::theme::{CORAL, CREAM, DUSK, INK, PAPER, WOOD};
use super::transport::diamond;
use crate::lab::Told;
use crate::story::LineKind;

/// No line of text is longer than the eye can follow back.
const COLUMN: f32 = 720.0;
/// Where the hour stands, left of the text.
const MARGIN: f32 = 64.0;
/// Lines on the page; who wants to read further back moves the cursor.
const PAGE: usize = 400;

pub(super) fn title_ui(ui: &mut egui::Ui, view: &WindowView<'_>) {
    let frame = Frame::new().fill(PAPER).inner_margin(Margin::symmetric(24, 14));
    Panel::top("title").frame(frame).resizable(false).show_separator_line(false).show(ui, |ui| {
        let now = view.cover.calendar.datetime(view.cursor);
        ui.horizontal(|ui| {
            ui.label(RichText::new(&view.cover.title).heading().color(DUSK));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(RichText::new(now.strftime("%H:%M").to_string()).size(20.0).color(WOOD));
                ui.label(RichText::new(now.strftime("%A, %-d %B %Y").to_string()).size(20.0));
            });
        });
        ui.horizontal(|ui| {
            if !view.cover.about.is_empty() {
                ui.label(RichText::new(first_sentence(&view.cover.about)).size(14.0).color(WOOD));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(RichText::new(format!("seed {}", view.cover.seed)).size(14.0).color(WOOD));
            });
        });
    });
}

pub(super) fn chronicle_ui(ui: &mut egui::Ui, view: &WindowView<'_>, out: &mut Vec<Command>) {
    let frame = Frame::new().fill(CREAM).inner_margin(Margin::symmetric(24, 0));
    CentralPanel::default_margins().frame(frame).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink(false).stick_to_bottom(true).show(ui, |ui| {
            let side = ((ui.available_width() - COLUMN - MARGIN) / 2.0).max(0.0);
            ui.horizontal_top(|ui| {
                ui.add_space(side);
                ui.vertical(|ui| {
                    ui.set_max_width(COLUMN + MARGIN);
                    page_ui(ui, view, out);
                });
            });
        });
    });
}

fn page_ui(ui: &mut egui::Ui, view: &WindowView<'_>, out: &mut Vec<Command>) {
    ui.add_space(18.0);
    let shown = &view.lines[..view.shown];
    if shown.is_empty() {
        ui.label(RichText::new("Nothing has been told yet.").color(WOOD));
    }
    for told in &shown[shown.len().saturating_sub(PAGE)..] {
        told_ui(ui, view, told, out);
    }
    if view.cursor >= view.lived {
        match view.outcome {
            Some(Ok(outcome)) => {
                ui.add_space(24.0);
                ui.label(RichText::new(outcome).size(15.0).color(DUSK));
            }
            Some(Err(why)) => {
                ui.add_space(24.0);
                ui.label(RichText::new(format!("It broke off: {why}")).color(CORAL));
            }
            None => {}
        }
    }
    ui.add_space(28.0);
}

fn told_ui(ui: &mut egui::Ui, view: &WindowView<'_>, told: &Told, out: &mut Vec<Command>) {
    let text = RichText::new(&told.line.text);
    match told.line.kind {
        LineKind::Heading => {
            ui.add_space(14.0);
            ui.label(text.size(14.0).color(WOOD));
            ui.add_space(2.0);
        }
        LineKind::Event => beside_ui(ui, text.line_height(Some(24.0)).color(INK), |ui, rect, response| {
            let hour = view.cover.calendar.datetime(told.at).strftime("%H:%M").to_string();
            let color = if response.hovered() { CORAL } else { WOOD };
            let font = egui::TextStyle::Small.resolve(ui.style());
            ui.painter().text(rect.left_center(), egui::Align2::LEFT_CENTER, hour, font, color);
            if response.on_hover_text("To this moment").clicked() {
                out.push(Command::Seek(told.at));
            }
        }),
        LineKind::Beat => beside_ui(ui, text.strong().size(15.0).color(CORAL), |ui, rect, _| {
            diamond(ui.painter(), rect.right_center() - vec2(10.0, 0.0), 6.0, true);
        }),
        LineKind::Sum => beside_ui(ui, text.italics().size(14.0).line_height(Some(20.0)).color(WOOD), |_, _, _| {}),
        LineKind::Document => beside_ui(ui, text.italics().size(16.0).line_height(Some(23.0)).color(DUSK), |_, _, _| {}),
    }
}

/// Text in its column, with something in the margin beside its first line.
fn beside_ui(ui: &mut egui::Ui, text: RichText, margin: impl FnOnce(&egui::Ui, egui::Rect, egui::Response)) {
    ui.horizontal_top(|ui| {
        let (rect, response) = ui.allocate_exact_size(vec2(MARGIN - 8.0, 24.0), Sense::click());
        margin(ui, rect, response);
        ui.add(egui::Label::new(text).wrap());
    });
}

/// Up to the first full stop; what a scene says about itself may be a page.
fn first_sentence(text: &str) -> &str {
    let line = text.trim().lines().next().unwrap_or("");
    line.find(". ").map_or(line, |end| &line[..=end])
}

#[cfg(test)]
mod tests {
    use super::super::player::tests::player;
    use super::super::{theme, window_ui};
    use super::*;

    /// Draws the window without a screen, and gives the texts on it.
    fn texts(player: &super::super::Player) -> Vec<String> {
        let ctx = egui::Context::default();
        theme::wear(&ctx);
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, vec2(900.0, 700.0));
        let mut texts = Vec::new();
        // Panels know their size from the second frame on.
        for _ in 0..2 {
            texts.clear();
            let input = egui::RawInput { screen_rect: Some(screen), ..Default::default() };
            let mut output = ctx.run_ui(input, |ui| window_ui(ui, &player.view(), &mut Vec::new()));
            output.textures_delta.clear();
            output.shapes.iter().for_each(|clipped| collect(&clipped.shape, &mut texts));
        }
        texts
    }

    fn collect(shape: &egui::Shape, texts: &mut Vec<String>) {
        match shape {
            egui::Shape::Text(text) => texts.push(text.galley.text().to_owned()),
            egui::Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, texts)),
            _ => {}
        }
    }

    #[test]
    fn the_page_has_what_was_told_and_nothing_of_the_future() {
        let mut player = player();
        player.apply(Command::BeatForth);
        let texts = texts(&player);
        for expected in ["Harbour", "Wednesday, 8 January 2025", "Ann mends a net.", "Ben waves.", "First light", "Play"] {
            assert!(texts.iter().any(|text| text == expected), "{expected} is missing in {texts:?}");
        }
        assert!(!texts.iter().any(|text| text.contains("Cleo")));
    }

    #[test]
    fn a_scene_is_introduced_by_its_first_sentence() {
        assert_eq!(first_sentence("A harbour in winter. Three people."), "A harbour in winter.");
        assert_eq!(first_sentence("\n  A harbour\nin winter."), "A harbour");
    }
}
