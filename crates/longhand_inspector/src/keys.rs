//! Maps the command table to egui: shortcuts, tooltips and buttons. Also builds the accessibility labels of widgets.

use bevy_egui::egui::{self, Key as Sign, Modifiers};

use longhand_session::{COMMANDS, CommandLabel, KeyboardKey, Modifier, SessionCommand, Shortcut};

/// The egui keys that stand for a key of the table. A character may need Shift, depending on the keyboard layout.
fn egui_keys(key: KeyboardKey) -> [Option<(Modifiers, Sign)>; 2] {
    let one = |sign| [Some((Modifiers::NONE, sign)), None];
    match key {
        KeyboardKey::Space => one(Sign::Space),
        KeyboardKey::Left => one(Sign::ArrowLeft),
        KeyboardKey::Right => one(Sign::ArrowRight),
        KeyboardKey::Up => one(Sign::ArrowUp),
        KeyboardKey::Down => one(Sign::ArrowDown),
        KeyboardKey::Home => one(Sign::Home),
        KeyboardKey::End => one(Sign::End),
        KeyboardKey::PageUp => one(Sign::PageUp),
        KeyboardKey::PageDown => one(Sign::PageDown),
        KeyboardKey::Escape => one(Sign::Escape),
        // Where `+` needs Shift, the unshifted key is accepted too.
        KeyboardKey::Char('+') => [Some((Modifiers::NONE, Sign::Plus)), Some((Modifiers::NONE, Sign::Equals))],
        KeyboardKey::Char('?') => [Some((Modifiers::NONE, Sign::Questionmark)), Some((Modifiers::SHIFT, Sign::Slash))],
        KeyboardKey::Char(sign) => {
            [Sign::from_name(sign.to_uppercase().to_string().as_str()).map(|sign| (Modifiers::NONE, sign)), None]
        }
        KeyboardKey::F(number) => [Sign::from_name(&format!("F{number}")).map(|sign| (Modifiers::NONE, sign)), None],
    }
}

fn egui_modifiers(held: Modifier) -> Modifiers {
    match held {
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

/// Reserves the arrow keys for a slider while it has the focus. To be called for each slider in each frame.
pub(super) fn reserve_arrows(ui: &egui::Ui, slider: &egui::Response) {
    if slider.has_focus() {
        ui.data_mut(|data| data.insert_temp(focused_slider_id(), slider.id));
    }
}

fn focused_slider_id() -> egui::Id {
    egui::Id::new("focused slider")
}

/// Accessibility label of a widget that shows no text.
pub(super) fn labeled_info(kind: egui::WidgetType, name: &str) -> egui::WidgetInfo {
    egui::WidgetInfo::labeled(kind, true, name)
}

/// Accessibility label and content of a text field.
pub(super) fn text_edit_info(name: &str, text: &str) -> egui::WidgetInfo {
    egui::WidgetInfo { label: Some(name.to_owned()), ..egui::WidgetInfo::text_edit(true, text, text, "") }
}

/// Consumes the shortcuts of commands before widgets see them. While a text field has the focus only Ctrl and Alt shortcuts are
/// consumed.
pub(super) fn handle_shortcuts(ui: &egui::Ui, out: &mut Vec<SessionCommand>) {
    let types = ui.text_edit_focused();
    let focused = ui.memory(egui::Memory::focused);
    let slides = focused.is_some() && ui.data(|data| data.get_temp::<egui::Id>(focused_slider_id())) == focused;
    ui.input_mut(|input| {
        // Shortcuts with modifiers come first; otherwise Shift and an arrow would match the plain arrow.
        for modified in [true, false] {
            for (command, shown) in &COMMANDS {
                let Some(shortcut) = shown.key else { continue };
                let edits = types
                    && (!matches!(shortcut.modifier, Modifier::Ctrl | Modifier::Alt) || TEXT_EDIT_KEYS.contains(&shortcut.key));
                if edits || slides && shortcut == Shortcut::plain(shortcut.key) && SLIDER_KEYS.contains(&shortcut.key) {
                    continue;
                }
                if (shortcut.modifier != Modifier::None) != modified {
                    continue;
                }
                let mut pressed = egui_keys(shortcut.key).into_iter().flatten();
                if pressed.any(|(with, sign)| input.consume_key(with | egui_modifiers(shortcut.modifier), sign)) {
                    out.push(command.clone());
                }
            }
        }
    });
}

/// Text of a shortcut on this platform (`Cmd` instead of `Ctrl` on macOS).
pub(super) fn shortcut_text(ui: &egui::Ui, key: &Shortcut) -> String {
    let said = key.to_string();
    if ui.ctx().os().is_mac() { said.replace("Ctrl+", "Cmd+") } else { said }
}

/// Tooltip of a command: what it does, and its shortcut.
pub(super) fn tooltip(ui: &egui::Ui, shown: &CommandLabel) -> String {
    let key = shown.key.map_or_else(String::new, |key| format!("  ({})", shortcut_text(ui, &key)));
    format!("{}{key}", shown.tooltip)
}

/// A button that pushes a command of the table. `text` replaces the command's icon or text.
pub(super) fn command_button(
    ui: &mut egui::Ui,
    command: SessionCommand,
    text: Option<&str>,
    out: &mut Vec<SessionCommand>,
) -> egui::Response {
    let known = command.label();
    let text = text.or_else(|| known.map(|shown| shown.icon.unwrap_or(shown.text))).unwrap_or_default();
    let response = ui.add(egui::Button::new(text));
    let response = match known {
        Some(shown) => {
            response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, shown.text));
            let tip = tooltip(ui, shown);
            response.on_hover_text(tip)
        }
        None => response,
    };
    if response.clicked() {
        out.push(command);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_table_has_an_egui_key() {
        for (command, shown) in &COMMANDS {
            let Some(shortcut) = shown.key else { continue };
            assert!(egui_keys(shortcut.key)[0].is_some(), "no egui key for the shortcut of {command:?}: {shortcut}");
        }
    }
}
