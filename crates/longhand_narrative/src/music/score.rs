//! A piece of music as notes.

/// MIDI ticks per quarter note.
pub const TICKS_PER_QUARTER: u32 = 480;

/// One note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// When it begins, in ticks since the start.
    pub at: u32,
    /// Its duration in ticks; at least 1.
    pub length: u32,
    /// MIDI pitch; 60 is middle C.
    pub pitch: u8,
    /// MIDI velocity, 1 to 127.
    pub velocity: u8,
}

/// The notes of one voice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MusicPart {
    /// The function of the part: melody, bass, arpeggio.
    pub name: String,
    /// The notes, ascending by start; no two sound at once.
    pub notes: Vec<Note>,
}

/// A piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MusicScore {
    /// The title.
    pub title: String,
    /// The tempo in quarter notes per minute.
    pub tempo: u32,
    /// The number of quarter notes in a bar.
    pub meter: u32,
    /// The parts, the melody first.
    pub parts: Vec<MusicPart>,
}

impl MusicScore {
    /// All notes, ascending by start.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        let mut notes: Vec<Note> = self.parts.iter().flat_map(|part| part.notes.iter().copied()).collect();
        notes.sort_unstable();
        notes
    }

    /// When the last note ends, in ticks.
    #[must_use]
    pub fn length_ticks(&self) -> u32 {
        self.parts.iter().flat_map(|part| &part.notes).map(|note| note.at + note.length).max().unwrap_or(0)
    }
}
