//! Maps the command table to egui: shortcuts, tooltips and buttons. Also builds the accessibility labels of widgets.

use bevy_egui::egui::{self, Key as Sign, Modifiers};

use longhand_session::{Command, Held, Key, Shortcut, Shown, TABLE};

/// The egui keys that stand for a key of the table. A character may need Shift, depending on the keyboard layout.
fn signs(key: Key) -> [Option<(Modifiers, Sign)>; 2] {
    let one = |sign| [Some((Modifiers::NONE, sign)), None];
    match key {
        Key::Space => one(Sign::Space),
        Key::Left => one(Sign::ArrowLeft),
        Key::Right => one(Sign::ArrowRight),
        Key::Up => one(Sign::ArrowUp),
        Key::Down => one(Sign::ArrowDown),
        Key::Home => one(Sign::Home),
        Key::End => one(Sign::End),
        Key::PageUp => one(Sign::PageUp),
        Key::PageDown => one(Sign::PageDown),
        Key::Escape => one(Sign::Escape),
        // Where `+` needs Shift, the unshifted key is accepted too.
        Key::Types('+') => [Some((Modifiers::NONE, Sign::Plus)), Some((Modifiers::NONE, Sign::Equals))],
        Key::Types('?') => [Some((Modifiers::NONE, Sign::Questionmark)), Some((Modifiers::SHIFT, Sign::Slash))],
        Key::Types(sign) => [Sign::from_name(sign.to_uppercase().to_string().as_str()).map(|sign| (Modifiers::NONE, sign)), None],
        Key::F(number) => [Sign::from_name(&format!("F{number}")).map(|sign| (Modifiers::NONE, sign)), None],
    }
}

fn held(held: Held) -> Modifiers {
    match held {
        Held::Nothing => Modifiers::NONE,
        Held::Shift => Modifiers::SHIFT,
        Held::Ctrl => Modifiers::COMMAND,
        Held::Alt => Modifiers::ALT,
    }
}

/// Keys that move a focused slider.
const ARROWS: [Key; 4] = [Key::Left, Key::Right, Key::Up, Key::Down];
/// Keys that a text field uses with any modifier.
const EDITING: [Key; 6] = [Key::Left, Key::Right, Key::Up, Key::Down, Key::Types('z'), Key::Types('y')];

/// Reserves the arrow keys for a slider while it has the focus. To be called for each slider in each frame.
pub(super) fn takes_arrows(ui: &egui::Ui, slider: &egui::Response) {
    if slider.has_focus() {
        ui.data_mut(|data| data.insert_temp(slider_id(), slider.id));
    }
}

fn slider_id() -> egui::Id {
    egui::Id::new("focused slider")
}

/// Accessibility label of a widget that shows no text.
pub(super) fn named(kind: egui::WidgetType, name: &str) -> egui::WidgetInfo {
    egui::WidgetInfo::labeled(kind, true, name)
}

/// Accessibility label and content of a text field.
pub(super) fn typed(name: &str, text: &str) -> egui::WidgetInfo {
    egui::WidgetInfo { label: Some(name.to_owned()), ..egui::WidgetInfo::text_edit(true, text, text, "") }
}

/// Consumes the shortcuts of commands before widgets see them. While a text field has the focus only Ctrl and Alt shortcuts are
/// consumed.
pub(super) fn keys(ui: &egui::Ui, out: &mut Vec<Command>) {
    let types = ui.text_edit_focused();
    let focused = ui.memory(egui::Memory::focused);
    let slides = focused.is_some() && ui.data(|data| data.get_temp::<egui::Id>(slider_id())) == focused;
    ui.input_mut(|input| {
        // Shortcuts with modifiers come first; otherwise Shift and an arrow would match the plain arrow.
        for modified in [true, false] {
            for (command, shown) in &TABLE {
                let Some(shortcut) = shown.key else { continue };
                let edits = types && (!matches!(shortcut.held, Held::Ctrl | Held::Alt) || EDITING.contains(&shortcut.key));
                if edits || slides && shortcut == Shortcut::plain(shortcut.key) && ARROWS.contains(&shortcut.key) {
                    continue;
                }
                if (shortcut.held != Held::Nothing) != modified {
                    continue;
                }
                let mut pressed = signs(shortcut.key).into_iter().flatten();
                if pressed.any(|(with, sign)| input.consume_key(with | held(shortcut.held), sign)) {
                    out.push(command.clone());
                }
            }
        }
    });
}

/// Text of a shortcut on this platform (`Cmd` instead of `Ctrl` on macOS).
pub(super) fn said(ui: &egui::Ui, key: &Shortcut) -> String {
    let said = key.to_string();
    if ui.ctx().os().is_mac() { said.replace("Ctrl+", "Cmd+") } else { said }
}

/// Tooltip of a command: what it does, and its shortcut.
pub(super) fn tooltip(ui: &egui::Ui, shown: &Shown) -> String {
    let key = shown.key.map_or_else(String::new, |key| format!("  ({})", said(ui, &key)));
    format!("{}{key}", shown.tooltip)
}

/// A button that pushes a command of the table. `text` replaces the command's icon or text.
pub(super) fn button(ui: &mut egui::Ui, command: Command, text: Option<&str>, out: &mut Vec<Command>) -> egui::Response {
    let known = command.shown();
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
        for (command, shown) in &TABLE {
            let Some(shortcut) = shown.key else { continue };
            assert!(signs(shortcut.key)[0].is_some(), "no egui key for the shortcut of {command:?}: {shortcut}");
        }
    }
}
