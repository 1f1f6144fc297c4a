//! Maps terminal keys to commands of the session's command table.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use longhand_session::{Command, Held, Key, Shortcut, TABLE};

/// The table's shortcut for a terminal key.
fn shortcut(pressed: KeyEvent) -> Option<Shortcut> {
    let key = match pressed.code {
        KeyCode::Char(' ') => Key::Space,
        // Terminals send characters; on layouts where `+` needs Shift, `=` works too.
        KeyCode::Char('=') => Key::Types('+'),
        KeyCode::Char(sign) => Key::Types(sign.to_ascii_lowercase()),
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Esc => Key::Escape,
        KeyCode::F(number) => Key::F(number),
        _ => return None,
    };
    let held = if pressed.modifiers.contains(KeyModifiers::CONTROL) {
        Held::Ctrl
    } else if pressed.modifiers.contains(KeyModifiers::ALT) {
        Held::Alt
    } else if pressed.modifiers.contains(KeyModifiers::SHIFT) && !matches!(key, Key::Types(_)) {
        Held::Shift
    } else {
        Held::Nothing
    };
    Some(Shortcut { held, key })
}

/// The command bound to a key.
pub(super) fn command(pressed: KeyEvent) -> Option<Command> {
    let shortcut = shortcut(pressed)?;
    TABLE.iter().find(|(_, shown)| shown.key == Some(shortcut)).map(|(command, _)| command.clone())
}

/// Whether a key quits. The table has no such command, because the window manager closes a window.
pub(super) fn leaves(pressed: KeyEvent) -> bool {
    match pressed.code {
        KeyCode::Char('q') => pressed.modifiers.is_empty(),
        KeyCode::Char('c') => pressed.modifiers.contains(KeyModifiers::CONTROL),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_session::{Pane, Step, Way};

    fn asked(code: KeyCode, modifiers: KeyModifiers) -> Option<Command> {
        command(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn terminal_keys_give_the_same_commands_as_in_the_window() {
        let (none, shift) = (KeyModifiers::NONE, KeyModifiers::SHIFT);
        for (code, modifiers, expected) in [
            (KeyCode::Char(' '), none, Command::PlayPause),
            (KeyCode::Char('='), none, Command::Faster),
            (KeyCode::Char('+'), shift, Command::Faster),
            (KeyCode::Char('?'), shift, Command::Help),
            (KeyCode::Right, shift, Command::Step(Step::Ticks(10), Way::On)),
            (KeyCode::Left, KeyModifiers::CONTROL, Command::Step(Step::Event, Way::Back)),
            (KeyCode::Char('['), none, Command::ToCause),
            (KeyCode::Char('1'), KeyModifiers::ALT, Command::Toggle(Pane::Story)),
            (KeyCode::Char('f'), KeyModifiers::CONTROL, Command::Find),
            (KeyCode::F(8), none, Command::Step(Step::Breakpoint, Way::On)),
        ] {
            assert_eq!(asked(code, modifiers), Some(expected), "{code:?}");
        }
        assert_eq!(asked(KeyCode::Char('z'), none), None);
    }

    #[test]
    fn no_command_uses_a_key_that_quits() {
        for (command, shown) in &TABLE {
            let Some(Shortcut { held, key }) = shown.key else { continue };
            assert!(held != Held::Nothing || key != Key::Types('q'), "{command:?} would close it");
            assert!(held != Held::Ctrl || key != Key::Types('c'), "{command:?} would close it");
        }
    }
}
