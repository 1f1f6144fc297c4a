//! Reads a story in chunks of events, to process one that is larger than memory.

use super::super::{Chronicle, Event, Sample};
use super::connection::open_to_read;
use super::read::StoryReader;
use super::{RunEnd, StoryError, StoryHeader};
use longhand_expr::ids::Fact;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Events in memory at once.
const CHUNK_EVENTS: i64 = 4096;

/// A recorded run whose events are read in order.
#[derive(Debug)]
pub struct StoryEventStream {
    /// The parameters of the run.
    pub header: StoryHeader,
    /// Data about the whole run: agents, beats, measures, counts. It has no events and no samples.
    pub run_data: Chronicle,
    /// The end of the run; `None` while it continues, or if it was interrupted.
    pub ended: Option<RunEnd>,
    /// The reason, if a limit stopped the run.
    pub stopped: Option<String>,
    path: PathBuf,
    connection: Connection,
    facts: BTreeMap<u32, Fact>,
    /// The id of the next event, and the number of events.
    next: i64,
    end: i64,
    /// The position of the next sample.
    next_sample: i64,
}

impl StoryEventStream {
    /// Opens a story; of an unfinished run, what is committed by now.
    ///
    /// # Errors
    /// If there is no such file, or it is not a story or is damaged.
    pub fn open(path: &Path) -> Result<Self, StoryError> {
        let connection = open_to_read(path)?;
        let sql = |error| StoryError::from_sqlite(path, error);
        // One read transaction until the file is closed: later commits of a running recorder are not visible.
        connection.execute_batch("BEGIN").map_err(sql)?;
        let reader = StoryReader { path, connection: &connection, limit: None };
        let header = reader.read_header()?;
        let facts = reader.read_facts(&header.symbols)?;
        let (ended, stopped) = (reader.read_end()?, reader.read_meta("stopped")?);
        let end = reader.count_events()?;
        let mut frame = Chronicle::default();
        reader.read_other_tables(&mut frame, &header.symbols, end as usize)?;
        Ok(Self {
            header,
            run_data: frame,
            ended,
            stopped,
            path: path.to_path_buf(),
            connection,
            facts,
            next: 0,
            end,
            next_sample: 0,
        })
    }

    /// The next chunk of events in order; empty at the end.
    ///
    /// # Errors
    /// If this part of the file is damaged.
    pub fn next_chunk(&mut self) -> Result<Vec<Event>, StoryError> {
        let ids = self.next..self.end.min(self.next + CHUNK_EVENTS);
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let reader = StoryReader { path: &self.path, connection: &self.connection, limit: None };
        let events = reader.read_events(&self.facts, &self.header.symbols, ids.clone())?;
        self.next = ids.end;
        if events.len() as i64 != ids.end - ids.start {
            return Err(StoryError::damaged(
                &self.path,
                format!("table events: event {} is missing", ids.start + events.len() as i64),
            ));
        }
        Ok(events)
    }

    /// The next chunk of samples in order; empty at the end.
    ///
    /// # Errors
    /// If this part of the file is damaged.
    pub fn next_samples(&mut self) -> Result<Vec<Sample>, StoryError> {
        let reader = StoryReader { path: &self.path, connection: &self.connection, limit: None };
        let positions = self.next_sample..self.next_sample + CHUNK_EVENTS;
        self.next_sample = positions.end;
        reader.read_samples(&self.facts, positions)
    }
}
