//! What a person may ask the window for. Buttons, keys and tests all speak in these.

use bevy_egui::egui::{self, Key, KeyboardShortcut, Modifiers};

use crate::ids::Instant;

/// Something asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Plays, or stops playing.
    PlayPause,
    /// Less simulated time in a second.
    Slower,
    /// More simulated time in a second.
    Faster,
    /// To the scene's start.
    ToStart,
    /// To what was lived last, and on with it.
    ToEnd,
    /// To the line told before.
    Back,
    /// To the next line.
    Forth,
    /// To the beat before.
    BeatBack,
    /// To the next beat.
    BeatForth,
    /// To an instant.
    Seek(Instant),
}

/// A command as it is shown: what the button says, what it does, and its key.
pub(super) struct Shown {
    pub text: &'static str,
    pub tooltip: &'static str,
    pub key: Option<KeyboardShortcut>,
}

impl Command {
    /// Those with a key.
    const KEYED: [Self; 9] = [
        Self::BeatBack,
        Self::BeatForth,
        Self::PlayPause,
        Self::Slower,
        Self::Faster,
        Self::ToStart,
        Self::ToEnd,
        Self::Back,
        Self::Forth,
    ];

    pub(super) fn shown(self) -> Shown {
        let plain = |text, tooltip, key| Shown { text, tooltip, key: Some(KeyboardShortcut::new(Modifiers::NONE, key)) };
        let ctrl = |text, tooltip, key| Shown { text, tooltip, key: Some(KeyboardShortcut::new(Modifiers::COMMAND, key)) };
        match self {
            Self::PlayPause => plain("Play", "Play or pause", Key::Space),
            Self::Slower => plain("−", "Slower", Key::Minus),
            Self::Faster => plain("+", "Faster", Key::Equals),
            Self::ToStart => plain("⏮", "To the start", Key::Home),
            Self::ToEnd => plain("⏭", "To the end, and follow", Key::End),
            Self::Back => plain("⏴", "To the line before", Key::ArrowLeft),
            Self::Forth => plain("⏵", "To the next line", Key::ArrowRight),
            Self::BeatBack => ctrl("Beat before", "To the beat before", Key::ArrowLeft),
            Self::BeatForth => ctrl("Next beat", "To the next beat", Key::ArrowRight),
            Self::Seek(_) => Shown { text: "Here", tooltip: "To this instant", key: None },
        }
    }
}

/// Takes the keys of commands before any widget sees them; somebody who types is left alone.
pub(super) fn keys(ui: &egui::Ui, out: &mut Vec<Command>) {
    if ui.text_edit_focused() {
        return;
    }
    ui.input_mut(|input| {
        for command in Command::KEYED {
            if command.shown().key.is_some_and(|key| input.consume_shortcut(&key)) {
                out.push(command);
            }
        }
    });
}

/// A button that asks for a command.
pub(super) fn button(ui: &mut egui::Ui, command: Command, text: Option<&str>, out: &mut Vec<Command>) {
    let shown = command.shown();
    let key = shown.key.map_or_else(String::new, |key| format!("  ({})", ui.format_shortcut(&key)));
    let button = egui::Button::new(text.unwrap_or(shown.text));
    if ui.add(button).on_hover_text(format!("{}{key}", shown.tooltip)).clicked() {
        out.push(command);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_asks_for_two_things() {
        let mut keys: Vec<_> = Command::KEYED.iter().filter_map(|command| command.shown().key).collect();
        let asked = keys.len();
        keys.sort_by_key(|key| format!("{key:?}"));
        keys.dedup();
        assert_eq!(keys.len(), asked);
        assert_eq!(asked, Command::KEYED.len());
    }
}
