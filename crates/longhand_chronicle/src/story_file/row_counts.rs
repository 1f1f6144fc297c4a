//! Row counts of a story's tables: at a keyframe, or shared between a branch and its parent.

use rusqlite::Row;

/// A table that only grows: name, the column that a row count is compared with, and all columns.
pub(super) type GrowingTable = (&'static str, &'static str, &'static str);

/// The tables that only grow.
pub(super) const GROWING_TABLES: [GrowingTable; 6] = [
    (
        "packed_events",
        "id",
        "id, at_us, kind, place, widths, roles, changes, causes, numbers, limited, topic, title, text, choice",
    ),
    ("packed_samples", "position", "position, after, at_us, widths, numbers"),
    ("packed_crowd", "line", "line, day, widths, numbers"),
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
            "samples" | "packed_samples" => self.samples,
            "crowd" | "packed_crowd" => self.crowd,
            "beats" => self.beats,
            "measures" => self.measures,
            // Fact ids start at 1.
            "facts" => self.facts.saturating_add(1),
            _ => self.events,
        }
    }
}
