//! Overlays above the panels: the command palette and the list of keyboard shortcuts.

use bevy_egui::egui::{self, Align2, Key, RichText, ScrollArea, TextEdit, vec2};

use super::keys::shortcut_text;
use super::style::Palette;
use super::widgets::{note_ui, text_edit_info};
use longhand_session::{COMMANDS, SessionCommand, contains_words};

/// Which overlays are open.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlay {
    /// The filter's text field is to receive the focus in the next frame.
    pub focus_filter: bool,
    /// Whether the list of keyboard shortcuts is open.
    pub help: bool,
    palette: Option<PaletteState>,
}

/// State of the command palette: the search text and the index of the selected match.
#[derive(Clone, Debug, Default)]
struct PaletteState {
    text: String,
    selected: usize,
}

impl Overlay {
    pub fn toggle_palette(&mut self) {
        self.palette = self.palette.is_none().then(PaletteState::default);
        self.help = false;
    }

    /// Whether an overlay is open and receives key presses.
    pub fn is_open(&self) -> bool {
        self.palette.is_some() || self.help
    }

    pub fn ui(&mut self, ui: &egui::Ui, out: &mut Vec<SessionCommand>) {
        if let Some(palette) = &mut self.palette
            && palette_ui(ui, palette, out)
        {
            self.palette = None;
        }
        if self.help && help_ui(ui) {
            self.help = false;
        }
    }
}

/// Indices into the command table of the commands whose text or tooltip contains every typed word.
fn matching_commands(typed: &str) -> Vec<usize> {
    (0..COMMANDS.len())
        .filter(|&index| contains_words(&format!("{} {}", COMMANDS[index].1.text, COMMANDS[index].1.tooltip), typed))
        .collect()
}

/// Draws the palette; returns whether it is to be closed.
fn palette_ui(ui: &egui::Ui, palette: &mut PaletteState, out: &mut Vec<SessionCommand>) -> bool {
    let matching = matching_commands(&palette.text);
    let (up, down, enter, escape) = ui.input_mut(|input| {
        let mut consume = |key| input.consume_key(egui::Modifiers::NONE, key);
        (consume(Key::ArrowUp), consume(Key::ArrowDown), consume(Key::Enter), consume(Key::Escape))
    });
    if down {
        palette.selected += 1;
    }
    if up {
        palette.selected = palette.selected.saturating_sub(1);
    }
    palette.selected = palette.selected.min(matching.len().saturating_sub(1));
    let mut should_close = escape;
    let mut choose = |command: &SessionCommand| {
        out.push(command.clone());
        should_close = true;
    };
    if let (true, Some(&index)) = (enter, matching.get(palette.selected)) {
        choose(&COMMANDS[index].0);
    }
    egui::Window::new("All commands")
        .title_bar(false)
        .resizable(false)
        .anchor(Align2::CENTER_TOP, vec2(0.0, 90.0))
        .fixed_size(vec2(460.0, 380.0))
        .show(ui.ctx(), |ui| {
            let text = TextEdit::singleline(&mut palette.text).hint_text("Search commands").desired_width(f32::INFINITY);
            let text = ui.add(text);
            text.widget_info(|| text_edit_info("Search commands", &palette.text));
            text.request_focus();
            ui.add_space(4.0);
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                for (nth, &index) in matching.iter().enumerate() {
                    let (command, label) = &COMMANDS[index];
                    let is_selected = nth == palette.selected;
                    ui.horizontal(|ui| {
                        let entry = ui.selectable_label(is_selected, label.text).on_hover_text(label.tooltip);
                        if is_selected && (up || down) {
                            entry.scroll_to_me(None);
                        }
                        if entry.clicked() {
                            choose(command);
                        }
                        if let Some(key) = label.key {
                            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                                note_ui(ui, shortcut_text(ui, &key));
                            });
                        }
                    });
                }
                if matching.is_empty() {
                    note_ui(ui, "No matching command.");
                }
            });
        });
    should_close
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_found_by_its_words_in_any_order() {
        let matching = |text: &str| matching_commands(text).into_iter().map(|index| COMMANDS[index].1.text).collect::<Vec<_>>();
        assert_eq!(matching("forward beat"), ["Beat forward"]);
        assert_eq!(matching("").len(), COMMANDS.len());
        assert!(matching("zeppelin").is_empty());
    }
}
