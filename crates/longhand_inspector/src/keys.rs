//! Maps the command table to egui: shortcuts and tooltips.

use bevy_egui::egui::{self, Key, Modifiers};

use longhand_session::{COMMANDS, CommandLabel, KeyboardKey, Modifier, SessionCommand, Shortcut};

/// The egui keys that stand for a key of the table. A character may need Shift, depending on the keyboard layout.
fn egui_keys(key: KeyboardKey) -> [Option<(Modifiers, Key)>; 2] {
    let single = |key| [Some((Modifiers::NONE, key)), None];
    match key {
        KeyboardKey::Space => single(Key::Space),
        KeyboardKey::Left => single(Key::ArrowLeft),
        KeyboardKey::Right => single(Key::ArrowRight),
        KeyboardKey::Up => single(Key::ArrowUp),
        KeyboardKey::Down => single(Key::ArrowDown),
        KeyboardKey::Home => single(Key::Home),
        KeyboardKey::End => single(Key::End),
        KeyboardKey::PageUp => single(Key::PageUp),
        KeyboardKey::PageDown => single(Key::PageDown),
        KeyboardKey::Escape => single(Key::Escape),
        // Where `+` needs Shift, the unshifted key is accepted too.
        KeyboardKey::Char('+') => [Some((Modifiers::NONE, Key::Plus)), Some((Modifiers::NONE, Key::Equals))],
        KeyboardKey::Char('?') => [Some((Modifiers::NONE, Key::Questionmark)), Some((Modifiers::SHIFT, Key::Slash))],
        KeyboardKey::Char(char) => [Key::from_name(&char.to_uppercase().to_string()).map(|key| (Modifiers::NONE, key)), None],
        KeyboardKey::F(number) => [Key::from_name(&format!("F{number}")).map(|key| (Modifiers::NONE, key)), None],
    }
}

fn egui_modifiers(modifier: Modifier) -> Modifiers {
    match modifier {
        Modifier::None => Modifiers::NONE,
        Modifier::Shift => Modifiers::SHIFT,
        Modifier::Ctrl => Modifiers::COMMAND,
        Modifier::Alt => Modifiers::ALT,
    }
}

/// Keys that move a focused slider.
const SLIDER_KEYS: [KeyboardKey; 4] = [KeyboardKey::Left, KeyboardKey::Right, KeyboardKey::Up, KeyboardKey::Down];
/// Keys that a text field uses with any modifier.
const TEXT_EDIT_KEYS: [KeyboardKey; 6] =
    [KeyboardKey::Left, KeyboardKey::Right, KeyboardKey::Up, KeyboardKey::Down, KeyboardKey::Char('z'), KeyboardKey::Char('y')];

/// Reserves the arrow keys for a slider while it has the focus. Must be called for each slider in each frame.
pub(super) fn reserve_arrows(ui: &egui::Ui, slider: &egui::Response) {
    if slider.has_focus() {
        ui.data_mut(|data| data.insert_temp(focused_slider_id(), slider.id));
    }
}

/// Reserves Ctrl+F for the editor of the scene while it has the focus. Must be called in each frame.
pub(super) fn reserve_find(ui: &egui::Ui, editor: &egui::Response) {
    if editor.has_focus() {
        ui.data_mut(|data| data.insert_temp(focused_editor_id(), editor.id));
    }
}

fn focused_editor_id() -> egui::Id {
    egui::Id::new("focused editor")
}

fn focused_slider_id() -> egui::Id {
    egui::Id::new("focused slider")
}

/// Consumes the shortcuts of commands before widgets see them. While a text field has the focus, only function keys and shortcuts with
/// Ctrl and Alt are consumed; while a menu is open, Escape is left to it.
pub(super) fn handle_shortcuts(ui: &egui::Ui, out: &mut Vec<SessionCommand>) {
    let is_typing = ui.text_edit_focused();
    let focused = ui.memory(egui::Memory::focused);
    let is_sliding = focused.is_some() && ui.data(|data| data.get_temp::<egui::Id>(focused_slider_id())) == focused;
    let is_editing = focused.is_some() && ui.data(|data| data.get_temp::<egui::Id>(focused_editor_id())) == focused;
    let is_menu_open = egui::Popup::is_any_open(ui.ctx());
    ui.input_mut(|input| {
        // Shortcuts with modifiers come first; otherwise Shift and an arrow would match the plain arrow.
        for with_modifier in [true, false] {
            for (command, label) in &COMMANDS {
                let Some(shortcut) = label.key else { continue };
                let is_typed = !matches!(shortcut.modifier, Modifier::Ctrl | Modifier::Alt)
                    && !matches!(shortcut.key, KeyboardKey::F(_))
                    || TEXT_EDIT_KEYS.contains(&shortcut.key);
                if is_typing && is_typed
                    || is_editing && shortcut == Shortcut::ctrl(KeyboardKey::Char('f'))
                    || is_menu_open && shortcut == Shortcut::plain(KeyboardKey::Escape)
                    || is_sliding && shortcut == Shortcut::plain(shortcut.key) && SLIDER_KEYS.contains(&shortcut.key)
                {
                    continue;
                }
                if (shortcut.modifier != Modifier::None) != with_modifier {
                    continue;
                }
                let mut pressed = egui_keys(shortcut.key).into_iter().flatten();
                if pressed.any(|(modifiers, key)| input.consume_key(modifiers | egui_modifiers(shortcut.modifier), key)) {
                    out.push(command.clone());
                }
            }
        }
    });
}

/// Text of a shortcut on this platform (`Cmd` instead of `Ctrl` on macOS).
pub(super) fn shortcut_text(ui: &egui::Ui, key: &Shortcut) -> String {
    let text = key.to_string();
    if ui.ctx().os().is_mac() { text.replace("Ctrl+", "Cmd+") } else { text }
}

/// Tooltip of a command: what it does, and its shortcut.
pub(super) fn tooltip(ui: &egui::Ui, label: &CommandLabel) -> String {
    let key = label.key.map_or_else(String::new, |key| format!("  ({})", shortcut_text(ui, &key)));
    format!("{}{key}", label.tooltip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_table_has_an_egui_key() {
        for (command, label) in &COMMANDS {
            let Some(shortcut) = label.key else { continue };
            assert!(egui_keys(shortcut.key)[0].is_some(), "no egui key for the shortcut of {command:?}: {shortcut}");
        }
    }
}
