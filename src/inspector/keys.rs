//! The table of commands in egui: its keys, its tooltips, its buttons.

use bevy_egui::egui::{self, Key as Sign, Modifiers};

use crate::reader::{Command, Held, Key, Shortcut, Shown, TABLE};

/// How a key comes in. What types a sign may come with Shift or without: that depends on the keyboard.
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
        // On a keyboard where it needs Shift, the key without Shift will do as well.
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

/// Keys that move a slider.
const ARROWS: [Key; 4] = [Key::Left, Key::Right, Key::Up, Key::Down];
/// Keys that mean something in a text, whatever is held down with them.
const EDITING: [Key; 6] = [Key::Left, Key::Right, Key::Up, Key::Down, Key::Types('z'), Key::Types('y')];

/// Arrows are a slider's while it has the focus; call it for each.
pub(super) fn takes_arrows(ui: &egui::Ui, slider: &egui::Response) {
    if slider.has_focus() {
        ui.data_mut(|data| data.insert_temp(slider_id(), slider.id));
    }
}

fn slider_id() -> egui::Id {
    egui::Id::new("slider with the focus")
}

/// What a widget that shows no text is called.
pub(super) fn named(kind: egui::WidgetType, name: &str) -> egui::WidgetInfo {
    egui::WidgetInfo::labeled(kind, true, name)
}

/// What a field to type into is called, and what stands in it.
pub(super) fn typed(name: &str, text: &str) -> egui::WidgetInfo {
    egui::WidgetInfo { label: Some(name.to_owned()), ..egui::WidgetInfo::text_edit(true, text, text, "") }
}

/// Takes the keys of commands before any widget sees them; somebody who types is left alone, but for the keys with Ctrl or Alt.
pub(super) fn keys(ui: &egui::Ui, out: &mut Vec<Command>) {
    let types = ui.text_edit_focused();
    let focused = ui.memory(egui::Memory::focused);
    let slides = focused.is_some() && ui.data(|data| data.get_temp::<egui::Id>(slider_id())) == focused;
    ui.input_mut(|input| {
        // With more held down first, or Shift and an arrow would be taken for the arrow.
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

/// A key as it is called on this machine.
pub(super) fn said(ui: &egui::Ui, key: &Shortcut) -> String {
    let said = key.to_string();
    if ui.ctx().os().is_mac() { said.replace("Ctrl+", "Cmd+") } else { said }
}

/// What hovering over a command says: what it does, and its key.
pub(super) fn tooltip(ui: &egui::Ui, shown: &Shown) -> String {
    let key = shown.key.map_or_else(String::new, |key| format!("  ({})", said(ui, &key)));
    format!("{}{key}", shown.tooltip)
}

/// A button that asks for a command of the table.
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
    fn every_key_of_the_table_can_be_pressed() {
        for (command, shown) in &TABLE {
            let Some(shortcut) = shown.key else { continue };
            assert!(signs(shortcut.key)[0].is_some(), "{command:?} has a key the window does not know: {shortcut}");
        }
    }
}
