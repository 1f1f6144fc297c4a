//! The SQL that writes a story: the deltas of the chronicle, in transactions of whole deltas.
//!
//! A transaction is always open while a file is recorded; a new one begins after each commit. So no other process can write to
//! the story, while any may read it, and the lock is released when the process ends for whatever reason.

use super::super::{
    AgentProfile, AgentRegistry, BeatMatch, Chronicle, CrowdDay, Event, LogDelta, MeasureValue, Sample, SymbolTable, format_hash,
};
use super::connection::{close_write_ahead_log, commit, open_to_write};
use super::keyframe::{Keyframe, KeyframeInfo, KeyframePacker, KeyframePosition, insert_keyframe, last_position, truncate_after};
use super::lookups::Lookups;
use super::packed::{EVENT_LISTS, NUMBERS, add_event, sample_rows};
use super::records::RowPacker;
use super::row_counts::RowCounts;
use super::rows::{FactColumns, agent_column, choice_to_json, fact_columns, place_column};
use super::{Story, StoryError, StoryHeader, create};
use longhand_expr::ids::{EventKind, Fact, Instant};
use rusqlite::{Connection, Statement, params};
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
    facts: HashMap<Fact, u32>,
    /// The ids of the names of the crowd's numbers.
    crowd_names: HashMap<String, u32>,
    lookups: Lookups,
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
            crowd_names: HashMap::new(),
            lookups: Lookups::default(),
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
        let crowd_names = read_crowd_names(&connection).map_err(|error| StoryError::from_sqlite(path, error))?;
        let Chronicle { agents, crowd, beats, measures, .. } = &story.chronicle;
        let row_count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        Ok(Self {
            path: path.clone(),
            connection,
            header: story.header.clone(),
            agents: agents.clone(),
            facts: fact_ids(story),
            crowd_names,
            lookups: Lookups::default(),
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

    /// Stores what a chronicle recorded, in the open transaction.
    pub fn write(&mut self, delta: &LogDelta) -> Result<(), StoryError> {
        self.insert(delta).map_err(|error| StoryError::from_sqlite(&self.path, error))
    }

    /// Commits what was stored, and begins the next transaction.
    pub fn commit(&self) -> Result<(), StoryError> {
        commit(&self.connection).map_err(|error| StoryError::from_sqlite(&self.path, error))
    }

    /// Stores a keyframe, and commits.
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

    /// Stores the end of the run (and the reason if it was stopped), and leaves a single file.
    pub fn finish(self, at: Instant, events: usize, hash: u128, stopped: Option<&str>) -> Result<(), StoryError> {
        let ended = self.header.symbols.civil_time(at);
        let finish = || {
            let insert_meta = "INSERT OR REPLACE INTO meta VALUES (?1, ?2)";
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
        facts: HashMap<Fact, u32>,
        stored_rows: StoredRows,
    ) -> Result<Self, StoryError> {
        let crowd_names = read_crowd_names(&connection).map_err(|error| StoryError::from_sqlite(path, error))?;
        Ok(Self {
            path: path.to_path_buf(),
            connection,
            header,
            agents: AgentRegistry::default(),
            facts,
            crowd_names,
            lookups: Lookups::default(),
            counts: BTreeMap::new(),
            keyframes: KeyframePacker::EMPTY,
            stored_rows,
            name_prefix: NEW_BRANCH,
        })
    }

    /// Returns the connection, with the transaction open.
    pub fn into_connection(self) -> Connection {
        self.connection
    }

    fn insert(&mut self, delta: &LogDelta) -> rusqlite::Result<()> {
        self.insert_agents(&delta.agents)?;
        self.insert_events(&delta.events)?;
        self.insert_samples(&delta.samples)?;
        self.insert_counts(&delta.counts)?;
        self.insert_crowd(&delta.crowd)?;
        self.insert_beats(&delta.beats)?;
        self.insert_measures(&delta.measures)?;
        self.lookups.store(&self.connection)
    }

    fn insert_agents(&mut self, profiles: &[AgentProfile]) -> rusqlite::Result<()> {
        if profiles.is_empty() {
            return Ok(());
        }
        let mut insert = self.connection.prepare_cached("INSERT OR REPLACE INTO agents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        let mut insert_name = self.connection.prepare_cached("INSERT OR REPLACE INTO main.names VALUES (?1, ?2, ?3)")?;
        for profile in profiles {
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
                insert_name.execute(params![format!("{}agent {}", self.name_prefix, profile.id.0), nth as i64, text])?;
            }
            self.agents.set(profile.clone());
        }
        Ok(())
    }

    fn insert_events(&mut self, events: &[Event]) -> rusqlite::Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        let Self { connection, header, agents, facts, lookups, .. } = self;
        let symbols = &header.symbols;
        let mut insert = connection
            .prepare_cached("INSERT INTO packed_events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)")?;
        let mut insert_fact = connection.prepare_cached(INSERT_FACT)?;
        let mut row = RowPacker::<{ EVENT_LISTS.len() }>::default();
        for event in events {
            let slot_of = |position| symbols.role_slot(event.kind, &event.roles, position);
            add_event(&mut row, event, slot_of, |fact| id_of_fact(facts, fact, &mut insert_fact, symbols, agents))?;
            lookups.note_instant(event.at, symbols);
            let (widths, lists) = row.pack(EVENT_LISTS, lookups);
            let [roles, changes, causes, numbers, limited, topic] = lists.map(|list| (!list.is_empty()).then_some(list));
            let (title, text) = event.document.as_ref().map(|document| (&document.title, &document.text)).unzip();
            let choice = event.choice.as_ref().map(|choice| choice_to_json(choice, symbols));
            insert.execute(params![
                event.id.0,
                event.at.0,
                event.kind.0,
                place_column(event.place),
                widths,
                roles,
                changes,
                causes,
                numbers,
                limited,
                topic,
                title,
                text,
                choice
            ])?;
        }
        Ok(())
    }

    fn insert_samples(&mut self, samples: &[Sample]) -> rusqlite::Result<()> {
        if samples.is_empty() {
            return Ok(());
        }
        let Self { connection, header, agents, facts, lookups, stored_rows: stored, .. } = self;
        let mut insert = connection.prepare_cached("INSERT INTO packed_samples VALUES (?1, ?2, ?3, ?4, ?5)")?;
        let mut insert_fact = connection.prepare_cached(INSERT_FACT)?;
        let mut row = RowPacker::<1>::default();
        for samples in sample_rows(samples) {
            let Some(first) = samples.first() else { continue };
            for sample in samples {
                row.id(0, id_of_fact(facts, sample.fact, &mut insert_fact, &header.symbols, agents)?);
                row.number(0, sample.value);
            }
            let (widths, [numbers]) = row.pack([NUMBERS], lookups);
            insert.execute(params![stored.samples, first.after, first.at.0, widths, numbers])?;
            stored.samples += samples.len() as i64;
        }
        Ok(())
    }

    fn insert_counts(&mut self, counts: &[(u32, EventKind, u64)]) -> rusqlite::Result<()> {
        if counts.is_empty() {
            return Ok(());
        }
        let mut insert = (self.connection)
            .prepare_cached("INSERT INTO counts VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET n = n + excluded.n")?;
        for &(day, kind, total) in counts {
            let stored_total = self.counts.insert((day, kind), total).unwrap_or(0);
            if total > stored_total {
                insert.execute(params![day, kind.0, self.keyframes.last, (total - stored_total) as i64])?;
            }
        }
        Ok(())
    }

    fn insert_crowd(&mut self, days: &[CrowdDay]) -> rusqlite::Result<()> {
        if days.is_empty() {
            return Ok(());
        }
        let Self { connection, crowd_names, lookups, stored_rows: stored, .. } = self;
        let mut insert = connection.prepare_cached("INSERT INTO packed_crowd VALUES (?1, ?2, ?3, ?4)")?;
        let mut insert_name = connection.prepare_cached("INSERT INTO main.names VALUES ('crowd', ?1, ?2)")?;
        let mut row = RowPacker::<1>::default();
        for CrowdDay { day, numbers } in days {
            for (name, value) in numbers {
                let id = match crowd_names.get(name) {
                    Some(&id) => id,
                    None => {
                        let id = crowd_names.len() as u32;
                        insert_name.execute(params![id, name])?;
                        crowd_names.insert(name.clone(), id);
                        id
                    }
                };
                row.id(0, id);
                row.number(0, *value);
            }
            let (widths, [numbers]) = row.pack([NUMBERS], lookups);
            insert.execute(params![stored.crowd, day, widths, numbers])?;
            stored.crowd += 1;
        }
        Ok(())
    }

    fn insert_beats(&mut self, beats: &[BeatMatch]) -> rusqlite::Result<()> {
        if beats.is_empty() {
            return Ok(());
        }
        let (symbols, stored) = (&self.header.symbols, &mut self.stored_rows);
        let mut insert = self.connection.prepare_cached("INSERT INTO beats VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        for beat in beats {
            let id = symbols.beats.get(beat.beat).map_or("?", String::as_str);
            let events: Vec<u32> = beat.events.iter().map(|event| event.0).collect();
            let events = serde_json::to_string(&events).expect("a list of numbers serialises to JSON");
            let at = symbols.civil_time(beat.at);
            insert.execute(params![stored.beats, beat.beat as i64, id, beat.at.0, at, beat.event.0, events])?;
            stored.beats += 1;
        }
        Ok(())
    }

    fn insert_measures(&mut self, measures: &[MeasureValue]) -> rusqlite::Result<()> {
        if measures.is_empty() {
            return Ok(());
        }
        let stored = &mut self.stored_rows;
        let mut insert = self.connection.prepare_cached("INSERT INTO measures VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for taken in measures {
            insert.execute(params![stored.measures, taken.measure, taken.at.0, agent_column(taken.agent), taken.value])?;
            stored.measures += 1;
        }
        Ok(())
    }
}

const INSERT_FACT: &str = "INSERT INTO facts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

/// The id of a fact, which is stored if it is new.
fn id_of_fact(
    facts: &mut HashMap<Fact, u32>,
    fact: Fact,
    insert: &mut Statement<'_>,
    symbols: &SymbolTable,
    agents: &AgentRegistry,
) -> rusqlite::Result<u32> {
    if let Some(&id) = facts.get(&fact) {
        return Ok(id);
    }
    let id = facts.len() as u32 + 1;
    let FactColumns { text, kind, of, name, to, holder } = fact_columns(fact, symbols, agents);
    let code = postcard::to_stdvec(&fact).expect("a fact consists of numbers");
    insert.execute(params![id, text, kind, of, name, to, holder, code])?;
    facts.insert(fact, id);
    Ok(id)
}

/// The ids of the facts of a story.
pub(super) fn fact_ids(story: &Story) -> HashMap<Fact, u32> {
    story.facts.iter().map(|(&id, &fact)| (fact, id)).collect()
}

/// The names of the numbers of the crowd, with their ids.
fn read_crowd_names(connection: &Connection) -> rusqlite::Result<HashMap<String, u32>> {
    let mut select = connection.prepare("SELECT name, id FROM main.names WHERE of = 'crowd'")?;
    let names = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    names.collect()
}
