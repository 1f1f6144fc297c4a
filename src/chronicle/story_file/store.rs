//! The SQL that writes a story: one transaction a batch.

use super::super::{BeatMatch, CrowdDay, Directory, Event, Person, Sample};
use super::rows::{agent, choice_text, fact_columns, place, pronouns_word};
use super::{APPLICATION, FORMAT, Head, SCHEMA, StoryError};
use crate::ids::{EventKind, Fact, Instant};
use rusqlite::{Connection, OpenFlags, params};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// How many keyframes are kept: the last, and older ones ever farther apart.
const KEYFRAMES: i64 = 24;

/// What a chronicle recorded since the batch before, to be stored in one transaction.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub events: Vec<Event>,
    pub samples: Vec<Sample>,
    /// Day, kind and the total of that day.
    pub counts: Vec<(u32, EventKind, u64)>,
    pub people: Vec<Person>,
    pub crowd: Vec<CrowdDay>,
    pub beats: Vec<BeatMatch>,
    pub measures: Vec<(String, f64)>,
}

impl Batch {
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
            && self.samples.is_empty()
            && self.counts.is_empty()
            && self.people.is_empty()
            && self.crowd.is_empty()
            && self.beats.is_empty()
            && self.measures.is_empty()
    }
}

/// An open story file and what has been stored in it.
pub(super) struct Store {
    path: PathBuf,
    connection: Connection,
    head: Head,
    directory: Directory,
    facts: HashMap<Fact, i64>,
    /// What was stored of each day's counts.
    counts: BTreeMap<(u32, EventKind), u64>,
    /// The last keyframe's id; 0 before the first.
    keyframe: i64,
    stored: Stored,
}

/// How many of each were stored.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stored {
    pub samples: i64,
    pub crowd: i64,
    pub beats: i64,
    pub measures: i64,
}

impl Store {
    /// A new file.
    pub fn create(path: &Path, head: Head) -> Result<Self, StoryError> {
        if path.exists() {
            return Err(StoryError::Exists { path: path.to_path_buf() });
        }
        let sql = |error| StoryError::of(path, error);
        let mut connection = Connection::open(path).map_err(sql)?;
        prepare(&connection).map_err(sql)?;
        write_head(&mut connection, &head).map_err(sql)?;
        Ok(Self {
            path: path.to_path_buf(),
            connection,
            head,
            directory: Directory::default(),
            facts: HashMap::new(),
            counts: BTreeMap::new(),
            keyframe: 0,
            stored: Stored::default(),
        })
    }

    /// Cuts an existing file back to its last keyframe, so that what follows can be lived again.
    pub fn cut_back(path: &Path) -> Result<(), StoryError> {
        let sql = |error| StoryError::of(path, error);
        let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(sql)?;
        prepare(&connection).map_err(sql)?;
        cut(&mut connection).map_err(sql)
    }

    /// A file that was read and cut back before, to be written on.
    pub fn reopen(path: &Path, story: &super::Story) -> Result<Self, StoryError> {
        let sql = |error| StoryError::of(path, error);
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(sql)?;
        prepare(&connection).map_err(sql)?;
        let keyframe = connection.query_row("SELECT coalesce(max(id), 0) FROM keyframes", [], |row| row.get(0)).map_err(sql)?;
        let chronicle = &story.chronicle;
        let length = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        Ok(Self {
            path: path.to_path_buf(),
            connection,
            head: story.head.clone(),
            directory: chronicle.directory.clone(),
            facts: story.facts.iter().map(|(&id, &fact)| (fact, id)).collect(),
            counts: chronicle.counts().map(|(day, kind, n)| ((day, kind), n)).collect(),
            keyframe,
            stored: Stored {
                samples: length(chronicle.samples().len()),
                crowd: length(chronicle.crowd.len()),
                beats: length(chronicle.beats.len()),
                measures: length(chronicle.measures.len()),
            },
        })
    }

    /// Stores a batch, all of it or nothing.
    pub fn store(&mut self, batch: &Batch) -> Result<(), StoryError> {
        self.try_store(batch).map_err(|error| StoryError::of(&self.path, error))
    }

    /// Stores what a run can be taken up from.
    pub fn keyframe(&mut self, at: Instant, events: usize, hash: u128, state: &[u8]) -> Result<(), StoryError> {
        let state = lz4_flex::compress_prepend_size(state);
        self.try_keyframe(at, events, hash, &state).map_err(|error| StoryError::of(&self.path, error))
    }

    /// Says that the run is over, and leaves a single file with indexes for those who ask it things.
    pub fn finish(self, at: Instant, events: usize, hash: u128) -> Result<(), StoryError> {
        let ended = self.head.legend.civil(at);
        let finish = || {
            let set = "INSERT OR REPLACE INTO meta VALUES (?1, ?2)";
            self.connection.execute_batch(
                "BEGIN;
                 CREATE INDEX IF NOT EXISTS events_by_kind ON events(kind);
                 CREATE INDEX IF NOT EXISTS roles_by_agent ON roles(agent);
                 CREATE INDEX IF NOT EXISTS changes_by_fact ON changes(fact);
                 CREATE INDEX IF NOT EXISTS causes_by_cause ON causes(cause);",
            )?;
            self.connection.execute(set, params!["ended", ended])?;
            self.connection.execute(set, params!["ended_us", at.0])?;
            self.connection.execute(set, params!["events", events as i64])?;
            self.connection.execute(set, params!["hash", format!("{hash:032x}")])?;
            self.connection.execute_batch("COMMIT")
        };
        finish().map_err(|error| StoryError::of(&self.path, error))?;
        // A single file can be read where nothing can be written. While somebody else has it open it stays as it is, no less whole.
        let single = || {
            self.connection.busy_timeout(std::time::Duration::ZERO)?;
            self.connection.execute_batch("PRAGMA journal_mode = DELETE")
        };
        if let Err(error) = single() {
            tracing::debug!("{} keeps its write-ahead log: {error}", self.path.display());
        }
        Ok(())
    }

    fn try_store(&mut self, batch: &Batch) -> rusqlite::Result<()> {
        let Self { connection, head, directory, facts, counts, keyframe, stored, .. } = self;
        let legend = &head.legend;
        let transaction = connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached("INSERT OR REPLACE INTO agents VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
            for person in &batch.people {
                let key = (!person.key.is_empty()).then_some(&person.key);
                insert.execute(params![
                    person.id.0,
                    key,
                    person.kind.0,
                    person.name,
                    person.called,
                    pronouns_word(person.pronouns)
                ])?;
                directory.set(person.clone());
            }

            let mut event_row = transaction.prepare_cached("INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
            let mut role_row = transaction.prepare_cached("INSERT INTO roles VALUES (?1, ?2, ?3, ?4)")?;
            let mut change_row = transaction.prepare_cached("INSERT INTO changes VALUES (?1, ?2, ?3, ?4, ?5)")?;
            let mut cause_row = transaction.prepare_cached("INSERT INTO causes VALUES (?1, ?2, ?3, ?4, ?5)")?;
            let mut value_row = transaction.prepare_cached("INSERT INTO event_values VALUES (?1, ?2, ?3, ?4, ?5)")?;
            let mut fact_row = transaction.prepare_cached("INSERT INTO facts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
            let mut id_of = |fact: Fact| -> rusqlite::Result<i64> {
                if let Some(&id) = facts.get(&fact) {
                    return Ok(id);
                }
                let id = facts.len() as i64 + 1;
                let columns = fact_columns(fact, legend, directory);
                let code = postcard::to_stdvec(&fact).expect("a fact is numbers");
                let super::rows::FactColumns { text, kind, of, name, to, holder } = columns;
                fact_row.execute(params![id, text, kind, of, name, to, holder, code])?;
                facts.insert(fact, id);
                Ok(id)
            };
            for event in &batch.events {
                let id = event.id.0;
                let (title, text) = event.document.as_ref().map(|document| (&document.title, &document.text)).unzip();
                let choice = event.choice.as_ref().map(|choice| choice_text(choice, legend));
                let at = legend.civil(event.at);
                event_row.execute(params![id, event.at.0, at, event.kind.0, place(event.place), title, text, choice])?;
                for (slot, &who) in event.roles.iter().enumerate() {
                    role_row.execute(params![id, slot as i64, legend.slot(event.kind, slot), agent(who)])?;
                }
                for (position, change) in event.changes.iter().enumerate() {
                    change_row.execute(params![id, position as i64, id_of(change.fact)?, change.before, change.after])?;
                }
                for (position, cause) in event.causes.iter().enumerate() {
                    let (word, fact) = (cause.link.word(), cause.link.fact().map(&mut id_of).transpose()?);
                    cause_row.execute(params![id, position as i64, cause.event.0, word, fact])?;
                }
                for (position, &(name, value)) in event.values.iter().enumerate() {
                    value_row.execute(params![id, position as i64, name, legend.value(name), value])?;
                }
            }

            let mut insert = transaction.prepare_cached("INSERT INTO samples VALUES (?1, ?2, ?3, ?4, ?5)")?;
            for sample in &batch.samples {
                insert.execute(params![stored.samples, sample.after, sample.at.0, id_of(sample.fact)?, sample.value])?;
                stored.samples += 1;
            }

            let mut insert = transaction
                .prepare_cached("INSERT INTO counts VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET n = n + excluded.n")?;
            for &(day, kind, total) in &batch.counts {
                let before = counts.insert((day, kind), total).unwrap_or(0);
                if total > before {
                    insert.execute(params![day, kind.0, *keyframe, (total - before) as i64])?;
                }
            }

            let mut insert = transaction.prepare_cached("INSERT INTO crowd VALUES (?1, ?2, ?3, ?4, ?5)")?;
            for line in &batch.crowd {
                if line.numbers.is_empty() {
                    insert.execute(params![stored.crowd, 0, line.day, None::<&str>, None::<f64>])?;
                }
                for (position, (name, value)) in line.numbers.iter().enumerate() {
                    insert.execute(params![stored.crowd, position as i64, line.day, name, value])?;
                }
                stored.crowd += 1;
            }

            let mut insert = transaction.prepare_cached("INSERT INTO beats VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
            for beat in &batch.beats {
                let id = legend.beats.get(beat.beat).map_or("?", String::as_str);
                let events: Vec<u32> = beat.events.iter().map(|event| event.0).collect();
                let events = serde_json::to_string(&events).expect("a list of numbers is JSON");
                let at = legend.civil(beat.at);
                insert.execute(params![stored.beats, beat.beat as i64, id, beat.at.0, at, beat.event.0, events])?;
                stored.beats += 1;
            }

            let mut insert = transaction.prepare_cached("INSERT INTO measures VALUES (?1, ?2, ?3)")?;
            for (id, value) in &batch.measures {
                insert.execute(params![stored.measures, id, value])?;
                stored.measures += 1;
            }
        }
        transaction.commit()
    }

    fn try_keyframe(&mut self, at: Instant, events: usize, hash: u128, state: &[u8]) -> rusqlite::Result<()> {
        let civil = self.head.legend.civil(at);
        let Stored { samples, crowd, beats, measures } = self.stored;
        self.keyframe += 1;
        let transaction = self.connection.transaction()?;
        transaction.prepare_cached("INSERT INTO keyframes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?.execute(
            params![self.keyframe, at.0, civil, events as i64, samples, crowd, beats, measures, format!("{hash:032x}"), state],
        )?;
        let stride = (self.keyframe as u64 / KEYFRAMES as u64 + 1).next_power_of_two();
        transaction
            .prepare_cached("DELETE FROM keyframes WHERE id % ?1 <> 0 AND id < ?2")?
            .execute(params![stride as i64, self.keyframe])?;
        transaction.commit()
    }
}

/// Write-ahead logging: a batch is one write, readers see what was committed, and a killed process loses nothing of it.
fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(32);
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
}

fn write_head(connection: &mut Connection, head: &Head) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", FORMAT)?;
    let meta = |key: &str, value: &dyn rusqlite::ToSql| {
        transaction.execute("INSERT INTO meta VALUES (?1, ?2)", params![key, value]).map(drop)
    };
    let legend = &head.legend;
    meta("longhand", &env!("CARGO_PKG_VERSION"))?;
    meta("scene", &head.scene)?;
    meta("title", &head.title)?;
    meta("seed", &head.seed.to_string())?;
    meta("set", &serde_json::to_string(&head.set).expect("pairs of texts are JSON"))?;
    meta("starts", &legend.starts.to_string())?;
    meta("tick_us", &head.tick_us)?;
    meta("legend", &postcard::to_stdvec(legend).expect("names and numbers have postcard bytes"))?;
    for (position, (path, text)) in head.sources.iter().enumerate() {
        transaction.execute("INSERT INTO sources VALUES (?1, ?2, ?3)", params![position as i64, path, text])?;
    }
    let all: [(&str, Vec<&str>); 6] = [
        ("kind", legend.kinds.iter().map(String::as_str).collect()),
        ("attribute", legend.attributes.iter().map(|one| one.id.as_str()).collect()),
        ("bond", legend.dims.iter().map(|one| one.id.as_str()).collect()),
        ("tie", legend.ties.iter().map(String::as_str).collect()),
        ("place", legend.places.iter().map(|one| one.id.as_str()).collect()),
        ("value", legend.values.iter().map(String::as_str).collect()),
    ];
    for (of, names) in all {
        for (id, name) in names.into_iter().enumerate() {
            transaction.execute("INSERT INTO names VALUES (?1, ?2, ?3)", params![of, id as i64, name])?;
        }
    }
    for (id, event) in legend.events.iter().enumerate() {
        transaction.execute("INSERT INTO event_kinds VALUES (?1, ?2)", params![id as i64, event.name])?;
    }
    transaction.commit()
}

fn cut(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    let last = "SELECT id, events, samples, crowd, beats, measures FROM keyframes ORDER BY id DESC LIMIT 1";
    let read =
        |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get::<_, i64>(5)?]);
    let [keyframe, events, samples, crowd, beats, measures] =
        transaction.query_row(last, [], read).or_else(|error| match error {
            rusqlite::Error::QueryReturnedNoRows => Ok([0; 6]),
            error => Err(error),
        })?;
    for (delete, from) in [
        ("DELETE FROM events WHERE id >= ?1", events),
        ("DELETE FROM roles WHERE event >= ?1", events),
        ("DELETE FROM changes WHERE event >= ?1", events),
        ("DELETE FROM causes WHERE event >= ?1", events),
        ("DELETE FROM event_values WHERE event >= ?1", events),
        ("DELETE FROM samples WHERE position >= ?1", samples),
        ("DELETE FROM counts WHERE part >= ?1", keyframe),
        ("DELETE FROM crowd WHERE line >= ?1", crowd),
        ("DELETE FROM beats WHERE position >= ?1", beats),
        ("DELETE FROM measures WHERE position >= ?1", measures),
    ] {
        transaction.execute(delete, [from])?;
    }
    transaction.execute("DELETE FROM meta WHERE key IN ('ended', 'ended_us', 'events', 'hash')", [])?;
    transaction.commit()
}
