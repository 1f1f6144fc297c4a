//! The SQL that writes a story: one transaction for each delta of the chronicle.
//!
//! A transaction is always open while a file is recorded; a new one begins after each commit. So no other process can write to
//! the story, while any may read it, and the lock is released when the process ends for whatever reason.

use super::super::{AgentRegistry, Chronicle, LogDelta, format_hash};
use super::connection::{close_write_ahead_log, commit, open_to_write};
use super::keyframe::{Keyframe, KeyframeInfo, KeyframePacker, KeyframePosition, insert_keyframe, last_position, truncate_after};
use super::row_counts::RowCounts;
use super::rows::{FactColumns, agent_column, choice_to_json, fact_columns, place_column};
use super::{Story, StoryError, StoryHeader, create};
use longhand_expr::ids::{EventKind, Fact, Instant};
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// Marks the names of a branch that has no id yet.
pub(super) const NEW_BRANCH: &str = "new ";

/// An open story file, and what is stored in it already.
pub(super) struct StoryStore {
    path: PathBuf,
    connection: Connection,
    header: StoryHeader,
    agents: AgentRegistry,
    facts: HashMap<Fact, i64>,
    /// Stored totals by day and kind.
    counts: BTreeMap<(u32, EventKind), u64>,
    keyframes: KeyframePacker,
    stored_rows: StoredRows,
    /// Before the owner of a name in the table `names`; not empty for a branch.
    name_prefix: &'static str,
}

/// How many rows of each table are stored.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StoredRows {
    pub samples: i64,
    pub crowd: i64,
    pub beats: i64,
    pub measures: i64,
}

impl StoryStore {
    /// Creates a file.
    pub fn create(path: &Path, header: StoryHeader) -> Result<Self, StoryError> {
        create::create(path, &header)?;
        Ok(Self {
            path: path.to_path_buf(),
            connection: open_to_write(path)?,
            header,
            agents: AgentRegistry::default(),
            facts: HashMap::new(),
            counts: BTreeMap::new(),
            keyframes: KeyframePacker::EMPTY,
            stored_rows: StoredRows::default(),
            name_prefix: "",
        })
    }

    /// Opens a file to continue it from its last keyframe (from its beginning if it has none). Removes everything after the
    /// keyframe in one transaction. `story` is the content up to the keyframe. From now on the run ends at `until` at the latest.
    pub fn resume(story: &Story, keyframe: Option<&Keyframe>, until: Option<Instant>) -> Result<Self, StoryError> {
        let path = &story.path;
        let connection = open_to_write(path)?;
        let position = keyframe.map_or(KeyframePosition::EMPTY, |keyframe| keyframe.position);
        let truncate = || {
            if last_position(&connection)? != position {
                return Ok(false);
            }
            truncate_after(&connection, &position)?;
            connection.execute("DELETE FROM meta WHERE key = 'until_us'", [])?;
            if let Some(until) = until {
                connection.execute("INSERT INTO meta VALUES ('until_us', ?1)", [until.0])?;
            }
            commit(&connection)?;
            Ok(true)
        };
        if !truncate().map_err(|error| StoryError::from_sqlite(path, error))? {
            return Err(StoryError::InUse { path: path.clone() });
        }
        let Chronicle { agents, crowd, beats, measures, .. } = &story.chronicle;
        let row_count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        Ok(Self {
            path: path.clone(),
            connection,
            header: story.header.clone(),
            agents: agents.clone(),
            facts: story.facts.iter().map(|(&id, &fact)| (fact, id)).collect(),
            counts: story.chronicle.counts().map(|(day, kind, n)| ((day, kind), n)).collect(),
            keyframes: keyframe.map_or(KeyframePacker::EMPTY, KeyframePacker::resume_after),
            stored_rows: StoredRows {
                samples: row_count(story.chronicle.samples().len()),
                crowd: row_count(crowd.len()),
                beats: row_count(beats.len()),
                measures: row_count(measures.len()),
            },
            name_prefix: "",
        })
    }

    /// Stores what a chronicle recorded, in one transaction.
    pub fn write(&mut self, delta: &LogDelta) -> Result<(), StoryError> {
        self.try_write(delta).map_err(|error| StoryError::from_sqlite(&self.path, error))
    }

    /// Stores a keyframe.
    pub fn write_keyframe(&mut self, at: Instant, events: usize, hash: u128, state: Vec<u8>) -> Result<(), StoryError> {
        let packed = self.keyframes.pack(&state);
        let (packed, base) = packed.map_err(|source| StoryError::Io { path: self.path.clone(), source })?;
        let StoredRows { samples, crowd, beats, measures } = self.stored_rows;
        let (events, facts) = (events as i64, self.facts.len() as i64);
        let rows = RowCounts { events, samples, crowd, beats, measures, facts };
        let position = KeyframePosition { keyframe: self.keyframes.last + 1, rows };
        let info = KeyframeInfo { at, civil: self.header.symbols.civil_time(at), hash, position };
        let store = || {
            insert_keyframe(&self.connection, &info, &packed, base)?;
            commit(&self.connection)
        };
        store().map_err(|error| StoryError::from_sqlite(&self.path, error))?;
        self.keyframes.mark_stored(state);
        Ok(())
    }

    /// Stores the end of the run (and the reason if it was stopped), creates indexes for queries, and leaves a single file.
    pub fn finish(self, at: Instant, events: usize, hash: u128, stopped: Option<&str>) -> Result<(), StoryError> {
        let ended = self.header.symbols.civil_time(at);
        let finish = || {
            let insert_meta = "INSERT OR REPLACE INTO meta VALUES (?1, ?2)";
            self.connection.execute_batch(
                "CREATE INDEX IF NOT EXISTS events_by_kind ON events(kind);
                 CREATE INDEX IF NOT EXISTS roles_by_agent ON roles(agent);
                 CREATE INDEX IF NOT EXISTS changes_by_fact ON changes(fact);
                 CREATE INDEX IF NOT EXISTS causes_by_cause ON causes(cause);",
            )?;
            self.connection.execute(insert_meta, params!["ended", ended])?;
            self.connection.execute(insert_meta, params!["ended_us", at.0])?;
            self.connection.execute(insert_meta, params!["events", events as i64])?;
            self.connection.execute(insert_meta, params!["hash", format_hash(hash)])?;
            if let Some(reason) = stopped {
                self.connection.execute(insert_meta, params!["stopped", reason])?;
            }
            self.connection.execute_batch("COMMIT")
        };
        finish().map_err(|error| StoryError::from_sqlite(&self.path, error))?;
        close_write_ahead_log(&self.connection, &self.path);
        Ok(())
    }

    /// A store for a branch's own rows, over a connection whose tables are temporary; `facts` are those the story has already.
    pub fn for_branch(
        path: &Path,
        connection: Connection,
        header: StoryHeader,
        facts: HashMap<Fact, i64>,
        stored_rows: StoredRows,
    ) -> Self {
        let (path, agents) = (path.to_path_buf(), AgentRegistry::default());
        let (counts, keyframes) = (BTreeMap::new(), KeyframePacker::EMPTY);
        Self { path, connection, header, agents, facts, counts, keyframes, stored_rows, name_prefix: NEW_BRANCH }
    }

    /// Returns the connection, with an empty transaction open.
    pub fn into_connection(self) -> Connection {
        self.connection
    }

    fn try_write(&mut self, delta: &LogDelta) -> rusqlite::Result<()> {
        let Self { connection, header, agents, facts, counts, keyframes, stored_rows: stored, name_prefix, .. } = self;
        let symbols = &header.symbols;
        let mut insert = connection.prepare_cached("INSERT OR REPLACE INTO agents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        let mut name_row = connection.prepare_cached("INSERT OR REPLACE INTO main.names VALUES (?1, ?2, ?3)")?;
        for profile in &delta.agents {
            let key = (!profile.key.is_empty()).then_some(&profile.key);
            insert.execute(params![
                profile.id.0,
                key,
                profile.kind.0,
                profile.name,
                profile.short_name,
                profile.pronouns.word(),
                profile.draw_key
            ])?;
            for (nth, name) in profile.names.iter().enumerate() {
                let text = serde_json::to_string(name).expect("strings and numbers serialise to JSON");
                name_row.execute(params![format!("{name_prefix}agent {}", profile.id.0), nth as i64, text])?;
            }
            agents.set(profile.clone());
        }

        let mut event_row = connection.prepare_cached("INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
        let mut role_row = connection.prepare_cached("INSERT INTO roles VALUES (?1, ?2, ?3, ?4)")?;
        let mut change_row = connection.prepare_cached("INSERT INTO changes VALUES (?1, ?2, ?3, ?4, ?5)")?;
        let mut cause_row = connection.prepare_cached("INSERT INTO causes VALUES (?1, ?2, ?3, ?4, ?5)")?;
        let mut value_row = connection.prepare_cached("INSERT INTO event_values VALUES (?1, ?2, ?3, ?4, ?5)")?;
        let mut limited_row = connection.prepare_cached("INSERT INTO limited_changes VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        let mut topic_row = connection.prepare_cached("INSERT INTO topics VALUES (?1, ?2, ?3, ?4)")?;
        let mut fact_row = connection.prepare_cached("INSERT INTO facts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
        let mut id_of = |fact: Fact| -> rusqlite::Result<i64> {
            if let Some(&id) = facts.get(&fact) {
                return Ok(id);
            }
            let id = facts.len() as i64 + 1;
            let columns = fact_columns(fact, symbols, agents);
            let code = postcard::to_stdvec(&fact).expect("a fact consists of numbers");
            let FactColumns { text, kind, of, name, to, holder } = columns;
            fact_row.execute(params![id, text, kind, of, name, to, holder, code])?;
            facts.insert(fact, id);
            Ok(id)
        };
        for event in &delta.events {
            let id = event.id.0;
            let (title, text) = event.document.as_ref().map(|document| (&document.title, &document.text)).unzip();
            let choice = event.choice.as_ref().map(|choice| choice_to_json(choice, symbols));
            let at = symbols.civil_time(event.at);
            event_row.execute(params![id, event.at.0, at, event.kind.0, place_column(event.place), title, text, choice])?;
            for (slot, &who) in event.roles.iter().enumerate() {
                role_row.execute(params![
                    id,
                    slot as i64,
                    symbols.role_name(event.kind, &event.roles, slot),
                    agent_column(who)
                ])?;
            }
            for (position, change) in event.changes.iter().enumerate() {
                change_row.execute(params![id, position as i64, id_of(change.fact)?, change.before, change.after])?;
            }
            for (position, cause) in event.causes.iter().enumerate() {
                let (word, fact) = (cause.link.keyword(), cause.link.fact().map(&mut id_of).transpose()?);
                cause_row.execute(params![id, position as i64, cause.event.0, word, fact])?;
            }
            if let Some(topic) = &event.topic {
                topic_row.execute(params![id, id_of(topic.fact())?, topic.believed, topic.told])?;
            }
            for (position, limited) in event.limited.iter().enumerate() {
                let (fact, refused) = (id_of(limited.fact)?, limited.refused);
                limited_row.execute(params![id, position as i64, fact, limited.wanted, limited.actual, refused])?;
            }
            for (position, &(name, value)) in event.values.iter().enumerate() {
                value_row.execute(params![id, position as i64, name, symbols.value_name(name), value])?;
            }
        }

        let mut insert = connection.prepare_cached("INSERT INTO samples VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for sample in &delta.samples {
            insert.execute(params![stored.samples, sample.after, sample.at.0, id_of(sample.fact)?, sample.value])?;
            stored.samples += 1;
        }

        let mut insert = connection
            .prepare_cached("INSERT INTO counts VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET n = n + excluded.n")?;
        for &(day, kind, total) in &delta.counts {
            let stored_total = counts.insert((day, kind), total).unwrap_or(0);
            if total > stored_total {
                insert.execute(params![day, kind.0, keyframes.last, (total - stored_total) as i64])?;
            }
        }

        let mut insert = connection.prepare_cached("INSERT INTO crowd VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for line in &delta.crowd {
            if line.numbers.is_empty() {
                insert.execute(params![stored.crowd, 0, line.day, None::<&str>, None::<f64>])?;
            }
            for (position, (name, value)) in line.numbers.iter().enumerate() {
                insert.execute(params![stored.crowd, position as i64, line.day, name, value])?;
            }
            stored.crowd += 1;
        }

        let mut insert = connection.prepare_cached("INSERT INTO beats VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        for beat in &delta.beats {
            let id = symbols.beats.get(beat.beat).map_or("?", String::as_str);
            let events: Vec<u32> = beat.events.iter().map(|event| event.0).collect();
            let events = serde_json::to_string(&events).expect("a list of numbers serialises to JSON");
            let at = symbols.civil_time(beat.at);
            insert.execute(params![stored.beats, beat.beat as i64, id, beat.at.0, at, beat.event.0, events])?;
            stored.beats += 1;
        }

        let mut insert = connection.prepare_cached("INSERT INTO measures VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for taken in &delta.measures {
            insert.execute(params![stored.measures, taken.measure, taken.at.0, agent_column(taken.agent), taken.value])?;
            stored.measures += 1;
        }
        commit(connection)
    }
}
