//! Row counts of a story's tables: at a keyframe, or shared between a branch and its parent.

use rusqlite::Row;

/// The tables that only grow: name, the column that a row count is compared with, and all columns.
pub(super) const GROWING_TABLES: [(&str, &str, &str); 12] = [
    ("events", "id", "id, at_us, at, kind, place, title, text, choice"),
    ("roles", "event", "event, slot, name, agent"),
    ("changes", "event", "event, position, fact, before, after"),
    ("causes", "event", "event, position, cause, link, fact"),
    ("event_values", "event", "event, position, id, name, value"),
    ("limited_changes", "event", "event, position, fact, wanted, actual, refused"),
    ("topics", "event", "event, fact, believed, told"),
    ("samples", "position", "position, after, at_us, fact, value"),
    ("crowd", "line", "line, position, day, name, value"),
    ("beats", "position", "position, beat, id, at_us, at, event, events"),
    ("measures", "position", "position, id, at_us, agent, value"),
    ("facts", "id", "id, text, kind, \"of\", name, \"to\", holder, code"),
];

/// The number of rows in each of the growing tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowCounts {
    pub events: i64,
    pub samples: i64,
    pub crowd: i64,
    pub beats: i64,
    pub measures: i64,
    pub facts: i64,
}

impl RowCounts {
    pub const EMPTY: Self = Self { events: 0, samples: 0, crowd: 0, beats: 0, measures: 0, facts: 0 };

    /// Reads the columns `events, samples, crowd, beats, measures, facts`, the first of which is column `from`.
    pub fn read(row: &Row<'_>, from: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            events: row.get(from)?,
            samples: row.get(from + 1)?,
            crowd: row.get(from + 2)?,
            beats: row.get(from + 3)?,
            measures: row.get(from + 4)?,
            facts: row.get(from + 5)?,
        })
    }

    pub fn min(self, other: Self) -> Self {
        Self {
            events: self.events.min(other.events),
            samples: self.samples.min(other.samples),
            crowd: self.crowd.min(other.crowd),
            beats: self.beats.min(other.beats),
            measures: self.measures.min(other.measures),
            facts: self.facts.min(other.facts),
        }
    }

    /// The first row of a table beyond these counts.
    pub fn end_of(&self, table: &str) -> i64 {
        match table {
            "samples" => self.samples,
            "crowd" => self.crowd,
            "beats" => self.beats,
            "measures" => self.measures,
            // Fact ids start at 1.
            "facts" => self.facts.saturating_add(1),
            _ => self.events,
        }
    }
}
