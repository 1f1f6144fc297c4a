//! Keys, independent of the front end: the window and the terminal convert their own key types to these.

use std::fmt;

/// A key of the keyboard, by the character it types or by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyboardKey {
    /// The key that types this character, on any layout; letters are lower case.
    Char(char),
    /// The space bar.
    Space,
    /// Left arrow.
    Left,
    /// Right arrow.
    Right,
    /// Up arrow.
    Up,
    /// Down arrow.
    Down,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Escape.
    Escape,
    /// A function key: `F(1)` is F1.
    F(u8),
}

/// The modifier that is pressed with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Modifier {
    /// No modifier, except those the keyboard needs to type the character.
    None,
    /// Shift.
    Shift,
    /// Ctrl; Command on a Mac.
    Ctrl,
    /// Alt.
    Alt,
}

/// A key with its modifier: `Ctrl+Left`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shortcut {
    /// The modifier.
    pub modifier: Modifier,
    /// The key.
    pub key: KeyboardKey,
}

impl Shortcut {
    /// A key without modifier.
    #[must_use]
    pub const fn plain(key: KeyboardKey) -> Self {
        Self { modifier: Modifier::None, key }
    }

    /// A key with Shift.
    #[must_use]
    pub const fn shift(key: KeyboardKey) -> Self {
        Self { modifier: Modifier::Shift, key }
    }

    /// A key with Ctrl.
    #[must_use]
    pub const fn ctrl(key: KeyboardKey) -> Self {
        Self { modifier: Modifier::Ctrl, key }
    }

    /// A key with Alt.
    #[must_use]
    pub const fn alt(key: KeyboardKey) -> Self {
        Self { modifier: Modifier::Alt, key }
    }
}

impl fmt::Display for Shortcut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.modifier {
            Modifier::None => "",
            Modifier::Shift => "Shift+",
            Modifier::Ctrl => "Ctrl+",
            Modifier::Alt => "Alt+",
        })?;
        match self.key {
            KeyboardKey::Char(character) => write!(f, "{}", character.to_uppercase()),
            KeyboardKey::F(number) => write!(f, "F{number}"),
            named => write!(f, "{named:?}"),
        }
    }
}
