//! Keys, independent of the front end: the window and the terminal convert their own key types to these.

use std::fmt;

/// A key of the keyboard, by the character it types or by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The key that types this character, on any layout; letters are lower case.
    Types(char),
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
pub enum Held {
    /// No modifier, except those the keyboard needs to type the character.
    Nothing,
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
    pub held: Held,
    /// The key.
    pub key: Key,
}

impl Shortcut {
    /// A key without modifier.
    #[must_use]
    pub const fn plain(key: Key) -> Self {
        Self { held: Held::Nothing, key }
    }

    /// A key with Shift.
    #[must_use]
    pub const fn shift(key: Key) -> Self {
        Self { held: Held::Shift, key }
    }

    /// A key with Ctrl.
    #[must_use]
    pub const fn ctrl(key: Key) -> Self {
        Self { held: Held::Ctrl, key }
    }

    /// A key with Alt.
    #[must_use]
    pub const fn alt(key: Key) -> Self {
        Self { held: Held::Alt, key }
    }
}

impl fmt::Display for Shortcut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.held {
            Held::Nothing => "",
            Held::Shift => "Shift+",
            Held::Ctrl => "Ctrl+",
            Held::Alt => "Alt+",
        })?;
        match self.key {
            Key::Types(sign) => write!(f, "{}", sign.to_uppercase()),
            Key::F(number) => write!(f, "F{number}"),
            named => write!(f, "{named:?}"),
        }
    }
}
