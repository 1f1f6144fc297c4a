//! What one sees first: a card with the title of the scene, who matters, and three things to do; and the list of scenes and stories to open.

use std::path::PathBuf;

use bevy_egui::egui::{self, Align2, Key, Modifiers, RichText, ScrollArea, TextEdit, vec2};

use super::style::{Palette, book_font, book_italic_font};
use super::widgets::{note_ui, text_edit_info};
use longhand_session::{Direction, PanelId, SessionCommand, SessionView, StepTarget, contains_words};

/// Number of people whom the card names.
const PEOPLE: usize = 6;
/// Width of the card and of the list, in points.
const WIDTH: f32 = 540.0;

/// Draws the card of a scene that was just opened; returns whether it is to be closed.
pub(super) fn welcome_ui(ui: &egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) -> bool {
    let palette = Palette::current(ui);
    let scenario = view.run.scenario();
    let (play, close) = ui.input_mut(|input| {
        let mut consume = |key| input.consume_key(Modifiers::NONE, key);
        (consume(Key::Space) || consume(Key::Enter), consume(Key::Escape))
    });
    let mut should_close = close;
    let mut choose = |commands: &[SessionCommand]| {
        out.extend_from_slice(commands);
        should_close = true;
    };
    if play {
        choose(&[SessionCommand::PlayPause]);
    }
    egui::Window::new("Welcome")
        .title_bar(false)
        .resizable(false)
        .anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0))
        .default_width(WIDTH)
        .show(ui.ctx(), |ui| {
            ui.set_max_width(WIDTH.min(ui.ctx().content_rect().width() - 60.0));
            let title = if scenario.title.is_empty() { &scenario.name } else { &scenario.title };
            ui.label(RichText::new(title).family(book_font()).size(30.0).color(palette.title));
            if !scenario.about.trim().is_empty() {
                let about = RichText::new(scenario.about.trim()).family(book_italic_font()).size(16.0).line_height(Some(24.0));
                ui.label(about);
            }
            ui.add_space(8.0);
            ui.horizontal_wrapped(|ui| {
                for &agent in scenario.cast_order.iter().take(PEOPLE) {
                    if ui.link(view.display_name(agent)).on_hover_text("Show this agent").clicked() {
                        choose(&[SessionCommand::ShowAgent(agent)]);
                    }
                }
                if scenario.cast_order.len() > PEOPLE {
                    note_ui(ui, format!("and {} more", scenario.cast_order.len() - PEOPLE));
                }
            });
            ui.add_space(10.0);
            if ui.button("Play the story  (Space)").clicked() {
                choose(&[SessionCommand::PlayPause]);
            }
            if let Some(&first) = scenario.cast_order.first() {
                let text = format!("Follow {}", view.display_name(first));
                if ui.button(text).on_hover_text("Anybody on the stage can be clicked").clicked() {
                    choose(&[SessionCommand::ShowAgent(first), SessionCommand::Follow(Some(first)), SessionCommand::PlayPause]);
                }
            }
            if ui.button("Ask why the first thing happened").on_hover_text("Every event has its causes").clicked() {
                let step = SessionCommand::Step(StepTarget::Line, Direction::Forward);
                choose(&[step, SessionCommand::ShowPanel(PanelId::Event)]);
            }
            ui.add_space(6.0);
            ui.horizontal_wrapped(|ui| {
                if ui.link("Open another scene …").clicked() {
                    choose(&[SessionCommand::ShowLibrary]);
                }
                note_ui(ui, "? lists all keys, Ctrl+P finds everything, Escape closes this");
            });
        });
    should_close
}

/// What the list of scenes and stories keeps from frame to frame.
#[derive(Clone, Debug, Default)]
pub(super) struct LibraryState {
    text: String,
    /// How many files had been opened when it was shown.
    opened_files: u32,
}

impl LibraryState {
    pub fn new(view: &SessionView<'_>) -> Self {
        Self { text: String::new(), opened_files: view.editor.opened_files }
    }
}

/// Draws the list of scenes and stories; returns whether it is to be closed.
pub(super) fn library_ui(ui: &egui::Ui, view: &SessionView<'_>, state: &mut LibraryState, out: &mut Vec<SessionCommand>) -> bool {
    const HINT: &str = "Find, or the path of a scene, a story or a new scene";
    let palette = Palette::current(ui);
    let (enter, escape) = ui.input_mut(|input| {
        let mut consume = |key| input.consume_key(Modifiers::NONE, key);
        (consume(Key::Enter), consume(Key::Escape))
    });
    let mut is_open = true;
    egui::Window::new("Open")
        .open(&mut is_open)
        .collapsible(false)
        .resizable(false)
        .anchor(Align2::CENTER_TOP, vec2(0.0, 70.0))
        .fixed_size(vec2(WIDTH, 440.0))
        .show(ui.ctx(), |ui| {
            let field = ui.add(TextEdit::singleline(&mut state.text).hint_text(HINT).desired_width(f32::INFINITY));
            field.widget_info(|| text_edit_info(HINT, &state.text));
            field.request_focus();
            if let Some(error) = &view.editor.open_error {
                ui.label(RichText::new(error).color(palette.accent));
            }
            let fits = |text: &str| contains_words(text, &state.text);
            let found: Vec<_> = view
                .editor
                .library
                .iter()
                .filter(|entry| fits(&format!("{} {} {}", entry.title, entry.about, entry.path.display())))
                .collect();
            if enter {
                let typed = || PathBuf::from(state.text.trim());
                let path = found.first().map_or_else(typed, |entry| entry.path.clone());
                out.push(SessionCommand::OpenFile(path));
            }
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                for entry in &found {
                    let kind = if entry.is_story { "story" } else { "scene" };
                    let recent = if entry.is_recent { ", opened lately" } else { "" };
                    if ui.button(RichText::new(&entry.title).strong()).on_hover_text(entry.path.display().to_string()).clicked() {
                        out.push(SessionCommand::OpenFile(entry.path.clone()));
                    }
                    ui.indent(("library", &entry.path), |ui| {
                        note_ui(ui, format!("{kind}, {}{recent}", entry.path.display()));
                        if !entry.about.is_empty() {
                            ui.label(RichText::new(&entry.about).small());
                        }
                    });
                }
                let typed = PathBuf::from(state.text.trim());
                if found.is_empty() {
                    note_ui(ui, "Press Enter to open the file with this path.");
                }
                if found.is_empty() && typed.extension().is_some_and(|ending| ending == "ron") {
                    let new = format!("New scene {}", typed.display());
                    if ui.button(new).on_hover_text("Create a small, complete scene with comments, and open it").clicked() {
                        out.push(SessionCommand::NewScene(typed));
                    }
                }
            });
        });
    !is_open || escape || view.editor.opened_files != state.opened_files
}
