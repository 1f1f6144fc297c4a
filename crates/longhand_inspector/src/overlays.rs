//! Overlays above the panels: the search, the list of keyboard shortcuts, and the question about unsaved changes.

use bevy_egui::egui::{self, Align2, Key, RichText, ScrollArea, TextEdit, vec2};

use super::keys::shortcut_text;
use super::opening::{LibraryState, library_ui, welcome_ui};
use super::output::{OutputState, output_ui};
use super::style::Palette;
use super::widgets::{note_ui, text_edit_info};
use longhand_session::{COMMANDS, ItemAction, SearchHit, SessionCommand, SessionView, search};

/// Maximum number of finds listed.
const MAX_HITS: usize = 80;

/// Which overlays are open.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlay {
    /// The filter's text field is to receive the focus in the next frame.
    pub focus_filter: bool,
    /// Whether the list of keyboard shortcuts is open.
    pub help: bool,
    /// Whether the card of the scene is open.
    pub welcome: bool,
    /// The list of what can be opened is to be shown.
    pub wants_library: bool,
    /// The list of what can be written is to be shown.
    pub wants_outputs: bool,
    palette: Option<PaletteState>,
    library: Option<LibraryState>,
    output: Option<OutputState>,
}

/// State of the search: the text, what it found, and the index of the selected find.
#[derive(Clone, Debug, Default)]
struct PaletteState {
    text: String,
    selected: usize,
    /// What was found, and for which text and length of the run.
    found: Option<(String, usize, Vec<SearchHit>)>,
}

impl PaletteState {
    /// Searches again if the text or the run has changed.
    fn search(&mut self, view: &SessionView<'_>) {
        let events = view.run.chronicle().len();
        if self.found.as_ref().is_none_or(|(text, then, _)| *text != self.text || *then != events) {
            self.found = Some((self.text.clone(), events, search(view, &self.text, MAX_HITS)));
        }
    }
}

impl Overlay {
    pub fn toggle_palette(&mut self) {
        self.palette = self.palette.is_none().then(PaletteState::default);
        self.help = false;
    }

    /// Whether an overlay is open and receives key presses.
    pub fn is_open(&self) -> bool {
        self.palette.is_some() || self.help || self.welcome || self.library.is_some() || self.output.is_some()
    }

    pub fn ui(&mut self, ui: &egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
        if let Some(palette) = &mut self.palette
            && palette_ui(ui, view, palette, out)
        {
            self.palette = None;
        }
        if self.help && help_ui(ui) {
            self.help = false;
        }
        if self.welcome && welcome_ui(ui, view, out) {
            self.welcome = false;
        }
        if std::mem::take(&mut self.wants_library) {
            self.library = Some(LibraryState::new(view));
        }
        if let Some(library) = &mut self.library
            && library_ui(ui, view, library, out)
        {
            self.library = None;
        }
        if std::mem::take(&mut self.wants_outputs) {
            self.output = Some(OutputState::new(view));
        }
        if let Some(output) = &mut self.output
            && output_ui(ui, view, output, out)
        {
            self.output = None;
        }
    }
}

/// Draws the search; returns whether it is to be closed.
fn palette_ui(ui: &egui::Ui, view: &SessionView<'_>, palette: &mut PaletteState, out: &mut Vec<SessionCommand>) -> bool {
    const HINT: &str = "Search people, places, beats, events, commands";
    palette.search(view);
    let PaletteState { text, selected, found } = palette;
    let hits = found.as_ref().map_or(&[][..], |(.., hits)| hits.as_slice());
    let (up, down, enter, escape) = ui.input_mut(|input| {
        let mut consume = |key| input.consume_key(egui::Modifiers::NONE, key);
        (consume(Key::ArrowUp), consume(Key::ArrowDown), consume(Key::Enter), consume(Key::Escape))
    });
    if down {
        *selected += 1;
    }
    if up {
        *selected = selected.saturating_sub(1);
    }
    *selected = (*selected).min(hits.len().saturating_sub(1));
    let mut chosen: Option<&ItemAction> = None;
    if enter {
        chosen = hits.get(*selected).and_then(|hit| hit.actions.first());
    }
    egui::Window::new("Search")
        .title_bar(false)
        .resizable(false)
        .anchor(Align2::CENTER_TOP, vec2(0.0, 90.0))
        .fixed_size(vec2(520.0, 420.0))
        .show(ui.ctx(), |ui| {
            let field = ui.add(TextEdit::singleline(text).hint_text(HINT).desired_width(f32::INFINITY));
            field.widget_info(|| text_edit_info(HINT, text));
            field.request_focus();
            if field.changed() {
                *selected = 0;
            }
            ui.add_space(4.0);
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                for (nth, hit) in hits.iter().enumerate() {
                    let response = hit_ui(ui, hit, nth == *selected, &mut chosen);
                    if nth == *selected && (up || down) {
                        response.scroll_to_me(None);
                    }
                }
                if hits.is_empty() {
                    note_ui(ui, "Nothing has this name.");
                }
            });
        });
    if let Some(action) = chosen {
        out.extend(action.commands.iter().cloned());
    }
    escape || chosen.is_some()
}

/// A find as a row: its name, its kind or key, and of the selected one what can be done with it. A secondary click shows that too.
fn hit_ui<'h>(ui: &mut egui::Ui, hit: &'h SearchHit, is_selected: bool, chosen: &mut Option<&'h ItemAction>) -> egui::Response {
    let row = ui.horizontal(|ui| {
        let side = hit.key.map_or_else(|| hit.kind.name().to_owned(), |key| shortcut_text(ui, &key));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            // The scroll bar floats over the right end of the row.
            ui.add_space(10.0);
            note_ui(ui, side);
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(egui::Button::selectable(is_selected, &hit.title).truncate())
            })
            .inner
        })
        .inner
    });
    let response = row.inner;
    let response = if hit.detail.is_empty() { response } else { response.on_hover_text(&hit.detail) };
    if response.clicked() {
        *chosen = hit.actions.first();
    }
    response.context_menu(|ui| {
        for action in &hit.actions {
            if ui.button(action.name).clicked() {
                *chosen = Some(action);
                ui.close();
            }
        }
    });
    if is_selected && hit.actions.len() > 1 {
        ui.horizontal_wrapped(|ui| {
            ui.add_space(16.0);
            for action in &hit.actions {
                if ui.small_button(action.name).clicked() {
                    *chosen = Some(action);
                }
            }
        });
    }
    response
}

/// Draws the list of keyboard shortcuts; returns whether it is to be closed.
fn help_ui(ui: &egui::Ui) -> bool {
    let palette = Palette::current(ui);
    let mut is_open = true;
    egui::Window::new("Keys")
        .open(&mut is_open)
        .collapsible(false)
        .resizable(false)
        .anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0))
        .show(ui.ctx(), |ui| {
            let with_keys: Vec<_> = COMMANDS.iter().filter_map(|(_, label)| Some((label, label.key?))).collect();
            egui::Grid::new("keys").num_columns(4).spacing(vec2(18.0, 5.0)).show(ui, |ui| {
                let half = with_keys.len().div_ceil(2);
                for row in 0..half {
                    for index in [row, row + half] {
                        if let Some((label, key)) = with_keys.get(index) {
                            ui.label(RichText::new(shortcut_text(ui, key)).monospace().color(palette.accent));
                            ui.label(label.tooltip);
                        }
                    }
                    ui.end_row();
                }
            });
        });
    !is_open || ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Escape))
}

/// What to do about unsaved changes when the window closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CloseAnswer {
    Save,
    Discard,
    Cancel,
}

/// Asks what to do about unsaved changes in some files.
pub(super) fn close_question_ui(ui: &egui::Ui, files: &[&str]) -> Option<CloseAnswer> {
    let mut answer = None;
    egui::Window::new("Unsaved changes").collapsible(false).resizable(false).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(
        ui.ctx(),
        |ui| {
            ui.label("You have changed and not saved:");
            for file in files {
                ui.label(RichText::new(*file).monospace());
            }
            ui.add_space(6.0);
            ui.horizontal(|ui| {
                for (text, choice) in [
                    ("Save and close", CloseAnswer::Save),
                    ("Close without saving", CloseAnswer::Discard),
                    ("Cancel", CloseAnswer::Cancel),
                ] {
                    if ui.button(text).clicked() {
                        answer = Some(choice);
                    }
                }
            });
        },
    );
    let is_cancelled = ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Escape));
    answer.or(is_cancelled.then_some(CloseAnswer::Cancel))
}
