//! Maps terminal keys to commands of the session's command table.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use longhand_session::{COMMANDS, KeyboardKey, Modifier, SessionCommand, Shortcut};

/// The table's shortcut for a terminal key.
fn shortcut(pressed: KeyEvent) -> Option<Shortcut> {
    let key = match pressed.code {
        KeyCode::Char(' ') => KeyboardKey::Space,
        // Terminals send characters; on layouts where `+` needs Shift, `=` works too.
        KeyCode::Char('=') => KeyboardKey::Char('+'),
        KeyCode::Char(sign) => KeyboardKey::Char(sign.to_ascii_lowercase()),
        KeyCode::Left => KeyboardKey::Left,
        KeyCode::Right => KeyboardKey::Right,
        KeyCode::Up => KeyboardKey::Up,
        KeyCode::Down => KeyboardKey::Down,
        KeyCode::Home => KeyboardKey::Home,
        KeyCode::End => KeyboardKey::End,
        KeyCode::PageUp => KeyboardKey::PageUp,
        KeyCode::PageDown => KeyboardKey::PageDown,
        KeyCode::Esc => KeyboardKey::Escape,
        KeyCode::F(number) => KeyboardKey::F(number),
        _ => return None,
    };
    let modifier = if pressed.modifiers.contains(KeyModifiers::CONTROL) {
        Modifier::Ctrl
    } else if pressed.modifiers.contains(KeyModifiers::ALT) {
        Modifier::Alt
    } else if pressed.modifiers.contains(KeyModifiers::SHIFT) && !matches!(key, KeyboardKey::Char(_)) {
        Modifier::Shift
    } else {
        Modifier::None
    };
    Some(Shortcut { modifier, key })
}

/// The command bound to a key.
pub(super) fn command_for(pressed: KeyEvent) -> Option<SessionCommand> {
    let shortcut = shortcut(pressed)?;
    COMMANDS.iter().find(|(_, shown)| shown.key == Some(shortcut)).map(|(command, _)| command.clone())
}

/// Whether a key quits. The table has no such command, because the window manager closes a window.
pub(super) fn is_quit(pressed: KeyEvent) -> bool {
    match pressed.code {
        KeyCode::Char('q') => pressed.modifiers.is_empty(),
        KeyCode::Char('c') => pressed.modifiers.contains(KeyModifiers::CONTROL),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_session::{Direction, PanelId, StepTarget};

    fn pressed(code: KeyCode, modifiers: KeyModifiers) -> Option<SessionCommand> {
        command_for(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn terminal_keys_give_the_same_commands_as_in_the_window() {
        let (none, shift) = (KeyModifiers::NONE, KeyModifiers::SHIFT);
        for (code, modifiers, expected) in [
            (KeyCode::Char(' '), none, SessionCommand::PlayPause),
            (KeyCode::Char('='), none, SessionCommand::Faster),
            (KeyCode::Char('+'), shift, SessionCommand::Faster),
            (KeyCode::Char('?'), shift, SessionCommand::Help),
            (KeyCode::Right, shift, SessionCommand::Step(StepTarget::Ticks(10), Direction::Forward)),
            (KeyCode::Left, KeyModifiers::CONTROL, SessionCommand::Step(StepTarget::Event, Direction::Back)),
            (KeyCode::Char('['), none, SessionCommand::ToCause),
            (KeyCode::Char('1'), KeyModifiers::ALT, SessionCommand::TogglePanel(PanelId::Story)),
            (KeyCode::Char('f'), KeyModifiers::CONTROL, SessionCommand::Find),
            (KeyCode::F(8), none, SessionCommand::Step(StepTarget::Breakpoint, Direction::Forward)),
        ] {
            assert_eq!(pressed(code, modifiers), Some(expected), "{code:?}");
        }
        assert_eq!(pressed(KeyCode::Char('z'), none), None);
    }

    #[test]
    fn no_command_uses_a_key_that_quits() {
        for (command, shown) in &COMMANDS {
            let Some(Shortcut { modifier, key }) = shown.key else { continue };
            assert!(modifier != Modifier::None || key != KeyboardKey::Char('q'), "{command:?} would close it");
            assert!(modifier != Modifier::Ctrl || key != KeyboardKey::Char('c'), "{command:?} would close it");
        }
    }
}
