//! Keys, as a person would name them; the window and the terminal each know them by other names.

use std::fmt;

/// A key of the keyboard, by what it types or is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// What types this, on whatever keyboard; letters are small.
    Types(char),
    /// The long one.
    Space,
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
    /// To the beginning.
    Home,
    /// To the end.
    End,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// Away from here.
    Escape,
    /// `F1` and those after it.
    F(u8),
}

/// What is held down with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// Nothing, or what the keyboard needs to type the key's sign.
    Nothing,
    /// Shift.
    Shift,
    /// Ctrl; Command on a Mac.
    Ctrl,
    /// Alt.
    Alt,
}

/// A key and what is held down with it: `Ctrl+Left`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shortcut {
    /// What is held down.
    pub held: Held,
    /// The key.
    pub key: Key,
}

impl Shortcut {
    /// A key by itself.
    #[must_use]
    pub const fn plain(key: Key) -> Self {
        Self { held: Held::Nothing, key }
    }

    /// With Shift.
    #[must_use]
    pub const fn shift(key: Key) -> Self {
        Self { held: Held::Shift, key }
    }

    /// With Ctrl.
    #[must_use]
    pub const fn ctrl(key: Key) -> Self {
        Self { held: Held::Ctrl, key }
    }

    /// With Alt.
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
