//! A story read a few thousand events at a time, so that one larger than memory can be passed on.

use super::super::{Chronicle, Event};
use super::read::{Reader, connect};
use super::{Ended, Head, StoryError};
use crate::ids::Fact;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How many events are in memory at once.
const AT_ONCE: i64 = 4096;

/// A recorded run, its events one after the other.
#[derive(Debug)]
pub struct StoryEvents {
    /// What the run was started with.
    pub head: Head,
    /// What is known of the whole run: who is who, the beats, the measures, what was counted. It has no events and no samples.
    pub frame: Chronicle,
    /// How the run ended; none while it goes on, or when it was broken off.
    pub ended: Option<Ended>,
    path: PathBuf,
    connection: Connection,
    facts: BTreeMap<i64, Fact>,
    /// The id of the next event, and of the first that is not there.
    next: i64,
    end: i64,
}

impl StoryEvents {
    /// Opens a story; of a run that goes on, what was committed by now.
    ///
    /// # Errors
    /// When there is no such file, or it is not a story, or not a whole one.
    pub fn open(path: &Path) -> Result<Self, StoryError> {
        let connection = connect(path)?;
        let sql = |error| StoryError::of(path, error);
        // Until it is closed: what a running recorder commits meanwhile is not seen.
        connection.execute_batch("BEGIN").map_err(sql)?;
        let reader = Reader { path, connection: &connection, upto: None };
        let head = reader.head()?;
        let facts = reader.facts(&head.legend)?;
        let ended = reader.ended()?;
        let end: i64 = connection.query_row("SELECT count(*) FROM events", [], |row| row.get(0)).map_err(sql)?;
        let mut frame = Chronicle::default();
        reader.rest(&mut frame, &head.legend, end as usize)?;
        Ok(Self { head, frame, ended, path: path.to_path_buf(), connection, facts, next: 0, end })
    }

    /// The next events, in order; none when all were given.
    ///
    /// # Errors
    /// When the file is damaged there.
    pub fn next_few(&mut self) -> Result<Vec<Event>, StoryError> {
        let few = self.next..self.end.min(self.next + AT_ONCE);
        if few.is_empty() {
            return Ok(Vec::new());
        }
        let reader = Reader { path: &self.path, connection: &self.connection, upto: None };
        let events = reader.events(&self.facts, &self.head.legend, few.clone())?;
        self.next = few.end;
        if events.len() as i64 != few.end - few.start {
            return Err(StoryError::damaged(
                &self.path,
                format!("table events: event {} is missing", few.start + events.len() as i64),
            ));
        }
        Ok(events)
    }
}
