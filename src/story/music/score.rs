//! A piece of music as notes.

/// Ticks of a quarter note.
pub const QUARTER: u32 = 480;

/// One note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// When it begins, in ticks since the start.
    pub at: u32,
    /// How long it sounds, in ticks; at least 1.
    pub length: u32,
    /// MIDI pitch: 60 is the middle C.
    pub pitch: u8,
    /// How hard it is struck, 1 to 127.
    pub force: u8,
}

/// What one hand or voice plays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// What it is for: melody, bass, arpeggio.
    pub name: String,
    /// Ascending by when they begin; no two at once.
    pub notes: Vec<Note>,
}

/// A piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// What it is called.
    pub title: String,
    /// Quarter notes a minute.
    pub tempo: u32,
    /// Quarter notes of a bar.
    pub meter: u32,
    /// What is played, the melody first.
    pub parts: Vec<Part>,
}

impl Score {
    /// All notes, ascending by when they begin.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        let mut notes: Vec<Note> = self.parts.iter().flat_map(|part| part.notes.iter().copied()).collect();
        notes.sort_unstable();
        notes
    }

    /// When the last note ends, in ticks.
    #[must_use]
    pub fn length(&self) -> u32 {
        self.parts.iter().flat_map(|part| &part.notes).map(|note| note.at + note.length).max().unwrap_or(0)
    }
}
