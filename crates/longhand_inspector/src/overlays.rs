//! Overlays above the panels: the command palette and the sheet of keys.

use bevy_egui::egui::{self, Align2, Key, RichText, ScrollArea, TextEdit, vec2};

use super::keys;
use super::style::Palette;
use longhand_session::{COMMANDS, SessionCommand, contains_words};

/// Which overlays are open.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlay {
    /// The filter's text field is to receive the focus in the next frame.
    pub focus_filter: bool,
    /// Whether the sheet of keys is open.
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
        if let Some(asked) = &mut self.palette
            && palette_ui(ui, asked, out)
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
        .filter(|&at| contains_words(&format!("{} {}", COMMANDS[at].1.text, COMMANDS[at].1.tooltip), typed))
        .collect()
}

/// Draws the palette; returns whether it is to be closed.
fn palette_ui(ui: &egui::Ui, asked: &mut PaletteState, out: &mut Vec<SessionCommand>) -> bool {
    let colours = Palette::current(ui);
    let found = matching_commands(&asked.text);
    let (up, down, enter, escape) = ui.input_mut(|input| {
        let mut take = |key| input.consume_key(egui::Modifiers::NONE, key);
        (take(Key::ArrowUp), take(Key::ArrowDown), take(Key::Enter), take(Key::Escape))
    });
    if down {
        asked.selected += 1;
    }
    if up {
        asked.selected = asked.selected.saturating_sub(1);
    }
    asked.selected = asked.selected.min(found.len().saturating_sub(1));
    let mut done = escape;
    let mut ask = |command: &SessionCommand| {
        out.push(command.clone());
        done = true;
    };
    if let (true, Some(&at)) = (enter, found.get(asked.selected)) {
        ask(&COMMANDS[at].0);
    }
    egui::Window::new("All commands")
        .title_bar(false)
        .resizable(false)
        .anchor(Align2::CENTER_TOP, vec2(0.0, 90.0))
        .fixed_size(vec2(460.0, 380.0))
        .show(ui.ctx(), |ui| {
            let text = TextEdit::singleline(&mut asked.text).hint_text("Search commands").desired_width(f32::INFINITY);
            let text = ui.add(text);
            text.widget_info(|| keys::text_edit_info("Search commands", &asked.text));
            text.request_focus();
            ui.add_space(4.0);
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                for (nth, &at) in found.iter().enumerate() {
                    let (command, shown) = &COMMANDS[at];
                    let chosen = nth == asked.selected;
                    ui.horizontal(|ui| {
                        let label = ui.selectable_label(chosen, shown.text).on_hover_text(shown.tooltip);
                        if chosen && (up || down) {
                            label.scroll_to_me(None);
                        }
                        if label.clicked() {
                            ask(command);
                        }
                        if let Some(key) = shown.key {
                            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                                ui.label(RichText::new(keys::shortcut_text(ui, &key)).small().color(colours.weak_text));
                            });
                        }
                    });
                }
                if found.is_empty() {
                    ui.label(RichText::new("No matching command.").color(colours.weak_text));
                }
            });
        });
    done
}

/// Draws the sheet of keys; returns whether it is to be closed.
fn help_ui(ui: &egui::Ui) -> bool {
    let colours = Palette::current(ui);
    let mut open = true;
    egui::Window::new("Keys")
        .open(&mut open)
        .collapsible(false)
        .resizable(false)
        .anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0))
        .show(ui.ctx(), |ui| {
            let keyed: Vec<_> = COMMANDS.iter().filter_map(|(_, shown)| Some((shown, shown.key?))).collect();
            egui::Grid::new("keys").num_columns(4).spacing(vec2(18.0, 5.0)).show(ui, |ui| {
                let half = keyed.len().div_ceil(2);
                for row in 0..half {
                    for at in [row, row + half] {
                        if let Some((shown, key)) = keyed.get(at) {
                            ui.label(RichText::new(keys::shortcut_text(ui, key)).monospace().color(colours.accent));
                            ui.label(shown.tooltip);
                        }
                    }
                    ui.end_row();
                }
            });
        });
    !open || ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Escape))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_found_by_its_words_in_any_order() {
        let found = |text: &str| matching_commands(text).into_iter().map(|at| COMMANDS[at].1.text).collect::<Vec<_>>();
        assert_eq!(found("forward beat"), ["Beat forward"]);
        assert_eq!(found("").len(), COMMANDS.len());
        assert!(found("zeppelin").is_empty());
    }
}
