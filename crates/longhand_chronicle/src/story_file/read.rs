//! Reading a story. All content of the file is validated.

use super::super::{
    AgentProfile, BeatMatch, Cause, Chronicle, CrowdDay, Event, FactChange, Sample, SymbolTable, WrittenDocument,
};
use super::branches::{self, StoryBranch};
use super::keyframe::{self, AGENTS_AT_KEYFRAME, Keyframe, KeyframePosition};
use super::rows::{choice_from_json, parse_link, parse_pronouns};
use super::{APPLICATION_ID, BRANCHED_FORMAT_VERSION, FORMAT_VERSION, LONGHAND_VERSION, StoryError, StoryHeader};
use longhand_expr::ids::{AgentId, EventId, EventKind, Fact, Instant, KindId, PlaceId, WorldFact};
use longhand_scene::{Scenario, add_interventions, load_text_with_parts};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row, types::FromSql};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A recorded run.
#[derive(Debug)]
pub struct Story {
    /// The file it was read from.
    pub path: PathBuf,
    /// The parameters of the run.
    pub header: StoryHeader,
    /// What happened.
    pub chronicle: Chronicle,
    /// The end of the run; `None` while it continues, or if it was interrupted.
    pub ended: Option<RunEnd>,
    /// The reason, if a limit stopped the run.
    pub stopped: Option<String>,
    /// The branch this is, preceded by its ancestors; empty for the main run.
    pub branch_path: Vec<StoryBranch>,
    /// The facts by their ids in the file.
    pub(super) facts: BTreeMap<i64, Fact>,
}

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunEnd {
    /// The instant.
    pub at: Instant,
    /// The chronicle's hash.
    pub hash: u128,
}

impl Story {
    /// Reads a story; of an unfinished or interrupted run, everything that is committed.
    ///
    /// # Errors
    /// If there is no such file, or it is not a story or is damaged.
    pub fn open(path: &Path) -> Result<Self, StoryError> {
        let mut connection = connect(path)?;
        // One transaction gives a consistent view while a recorder writes.
        let transaction = connection.transaction().map_err(|error| StoryError::from_sqlite(path, error))?;
        StoryReader { path, connection: &transaction, limit: None }.read_story()
    }

    /// Reads a branch of a story, including the events it shares with its parent.
    ///
    /// # Errors
    /// As [`Story::open`], and if there is no such branch.
    pub fn open_branch(path: &Path, name: &str) -> Result<Self, StoryError> {
        let mut connection = connect(path)?;
        let transaction = connection.transaction().map_err(|error| StoryError::from_sqlite(path, error))?;
        let sql = |error| StoryError::from_sqlite(path, error);
        let line = branches::branch_path(path, &transaction, name)?;
        branches::create_branch_views(&transaction, &line).map_err(sql)?;
        let reader = StoryReader { path, connection: &transaction, limit: None };
        let mut head = reader.read_header()?;
        branches::apply_branches(&mut head, &line);
        let mut story = reader.read_story_with(head)?;
        story.branch_path = line.into_iter().map(|row| row.branch).collect();
        story.ended = story.branch().map(|branch| branch.ended);
        story.stopped = None;
        if story.ended.is_some_and(|ended| ended.hash != story.chronicle.hash()) {
            return Err(StoryError::damaged(path, format!("the hash of branch `{name}` does not match: its parent has changed")));
        }
        Ok(story)
    }

    /// The branch this is; `None` for the main run.
    #[must_use]
    pub fn branch(&self) -> Option<&StoryBranch> {
        self.branch_path.last()
    }

    /// Reads a story as it was at the last keyframe at an instant or before, and returns that keyframe; as it was at the start of
    /// the run if there is none. `ended` is still the end of the whole run.
    ///
    /// # Errors
    /// As [`Story::open`], and if the keyframe is damaged or from another version of longhand.
    pub fn open_at(path: &Path, by: Instant) -> Result<(Self, Option<Keyframe>), StoryError> {
        let mut connection = connect(path)?;
        let transaction = connection.transaction().map_err(|error| StoryError::from_sqlite(path, error))?;
        let mut reader = StoryReader { path, connection: &transaction, limit: None };
        let found = reader.read_header()?.version;
        if found != LONGHAND_VERSION {
            return Err(StoryError::OtherVersion { path: path.to_path_buf(), found });
        }
        let keyframe = keyframe::read(path, &transaction, by)?;
        reader.limit = Some(keyframe.as_ref().map_or(KeyframePosition::EMPTY, |keyframe| keyframe.position));
        let story = reader.read_story()?;
        if keyframe.as_ref().is_some_and(|keyframe| keyframe.hash != story.chronicle.hash()) {
            return Err(StoryError::damaged(path, "the hash of the events does not match the keyframe"));
        }
        Ok((story, keyframe))
    }

    /// The scene of the run, loaded from the stored texts with the stored parameters.
    ///
    /// # Errors
    /// If this version cannot run the scene. The story can still be read.
    pub fn scenario(&self) -> Result<Scenario, StoryError> {
        self.scenario_with(&[])
    }

    /// As [`Story::scenario`], with additional parts, such as patterns to look for: their names and texts.
    ///
    /// # Errors
    /// If this version cannot run the scene, or the parts do not fit it.
    pub fn scenario_with(&self, parts: &[(&str, &str)]) -> Result<Scenario, StoryError> {
        let files: Vec<(&str, &str)> = self.header.sources.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        match load_text_with_parts(&self.header.scene, &files, parts, &self.header.param_overrides) {
            Ok(mut loaded) => {
                let problems = |problems| StoryError::Scene { path: self.path.clone(), problems: Box::new(problems) };
                add_interventions(&mut loaded.scenario, &self.header.interventions).map_err(problems)?;
                if matches_scenario(&self.header.symbols, &loaded.scenario) {
                    Ok(loaded.scenario)
                } else {
                    Err(StoryError::damaged(&self.path, "the names of its scene do not match those of its events"))
                }
            }
            Err(problems) => Err(StoryError::Scene { path: self.path.clone(), problems: Box::new(problems) }),
        }
    }
}

pub(super) fn connect(path: &Path) -> Result<Connection, StoryError> {
    if !path.exists() {
        return Err(StoryError::Missing { path: path.to_path_buf() });
    }
    if !path.is_file() {
        return Err(StoryError::NotAStory { path: path.to_path_buf() });
    }
    let opened = match open_database(path, OpenFlags::SQLITE_OPEN_READ_ONLY) {
        // A writer was killed while it wrote the main file: a connection with write access rolls the journal back.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ReadOnly) => {
            open_database(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
                .and_then(|_| open_database(path, OpenFlags::SQLITE_OPEN_READ_ONLY))
                .map_err(|_| error)
        }
        opened => opened,
    };
    match opened.map_err(|error| StoryError::from_sqlite(path, error))? {
        (connection, APPLICATION_ID, FORMAT_VERSION | BRANCHED_FORMAT_VERSION) => Ok(connection),
        (_, APPLICATION_ID, found) => Err(StoryError::OtherFormat { path: path.to_path_buf(), found }),
        _ => Err(StoryError::NotAStory { path: path.to_path_buf() }),
    }
}

/// A database with its `application_id` and `user_version`.
fn open_database(path: &Path, flags: OpenFlags) -> rusqlite::Result<(Connection, i32, i32)> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    Ok((connection, application, version))
}

pub(super) struct StoryReader<'a> {
    pub(super) path: &'a Path,
    pub(super) connection: &'a Connection,
    /// Rows beyond this position are not read.
    pub(super) limit: Option<KeyframePosition>,
}

impl StoryReader<'_> {
    fn read_story(&self) -> Result<Story, StoryError> {
        let head = self.read_header()?;
        self.read_story_with(head)
    }

    /// Reads all tables of a run with the given header.
    fn read_story_with(&self, header: StoryHeader) -> Result<Story, StoryError> {
        let facts = self.read_facts(&header.symbols)?;
        let mut chronicle = Chronicle::default();
        for event in self.read_events(&facts, &header.symbols, 0..self.row_limit("events"))? {
            chronicle.push(event);
        }
        self.read_samples(&facts, &mut chronicle)?;
        let events = chronicle.len();
        self.read_other_tables(&mut chronicle, &header.symbols, events)?;
        let (ended, stopped) = (self.read_end()?, self.read_meta("stopped")?);
        Ok(Story { path: self.path.to_path_buf(), header, chronicle, ended, stopped, branch_path: Vec::new(), facts })
    }

    /// The first row of a table that is not read.
    fn row_limit(&self, table: &str) -> i64 {
        self.limit.as_ref().map_or(i64::MAX, |upto| upto.rows.end_of(table))
    }

    fn damaged(&self, what: impl Into<String>) -> StoryError {
        StoryError::damaged(self.path, what)
    }

    /// Calls `take` with each row of a query; errors name the table.
    fn for_each_row(
        &self,
        table: &str,
        query: &str,
        of: impl rusqlite::Params,
        mut take: impl FnMut(&Row<'_>) -> Result<(), RowError>,
    ) -> Result<(), StoryError> {
        let sql = |error| StoryError::from_sqlite(self.path, error);
        let mut statement = self.connection.prepare(query).map_err(sql)?;
        let mut rows = statement.query(of).map_err(sql)?;
        while let Some(row) = rows.next().map_err(sql)? {
            take(row).map_err(|wrong| match wrong {
                RowError::Sql(error) => sql(error),
                RowError::Invalid(what) => self.damaged(format!("table {table}: {what}")),
            })?;
        }
        Ok(())
    }

    pub(super) fn read_meta<T: FromSql>(&self, key: &str) -> Result<Option<T>, StoryError> {
        let query = "SELECT value FROM meta WHERE key = ?1";
        self.connection
            .query_row(query, [key], |row| row.get(0))
            .optional()
            .map_err(|error| StoryError::from_sqlite(self.path, error))
    }

    pub(super) fn read_header(&self) -> Result<StoryHeader, StoryError> {
        let missing = |key: &str| self.damaged(format!("table meta has no usable `{key}`"));
        let text = |key: &str| self.read_meta::<String>(key)?.ok_or_else(|| missing(key));
        let legend: Vec<u8> = self.read_meta("legend")?.ok_or_else(|| missing("legend"))?;
        let legend: SymbolTable = postcard::from_bytes(&legend).map_err(|_| missing("legend"))?;
        let mut sources = Vec::new();
        self.for_each_row(
            "sources",
            "SELECT path, text FROM sources WHERE position < ?1 ORDER BY position",
            [i64::MAX],
            |row| {
                sources.push((row.get(0)?, row.get(1)?));
                Ok(())
            },
        )?;
        Ok(StoryHeader {
            version: text("longhand")?,
            scene: text("scene")?,
            title: text("title")?,
            sources,
            seed: text("seed")?.parse().map_err(|_| missing("seed"))?,
            param_overrides: serde_json::from_str(&text("set")?).map_err(|_| missing("set"))?,
            interventions: Vec::new(),
            until: self.read_meta("until_us")?.map(Instant),
            tick_us: self.read_meta("tick_us")?.ok_or_else(|| missing("tick_us"))?,
            symbols: legend,
        })
    }

    pub(super) fn read_end(&self) -> Result<Option<RunEnd>, StoryError> {
        let (Some(at), Some(hash)) = (self.read_meta("ended_us")?, self.read_meta::<String>("hash")?) else { return Ok(None) };
        let hash = u128::from_str_radix(&hash, 16).map_err(|_| self.damaged("table meta has no usable `hash`"))?;
        let at = checked_instant(at).map_err(|_| self.damaged("table meta has no usable `ended_us`"))?;
        Ok(Some(RunEnd { at, hash }))
    }

    pub(super) fn read_facts(&self, symbols: &SymbolTable) -> Result<BTreeMap<i64, Fact>, StoryError> {
        let mut facts = BTreeMap::new();
        let end = self.row_limit("facts");
        self.for_each_row("facts", "SELECT id, code FROM facts WHERE id < ?1 ORDER BY id", [end], |row| {
            let code: Vec<u8> = row.get(1)?;
            let fact: Fact = postcard::from_bytes(&code).map_err(|_| RowError::invalid("a fact cannot be decoded"))?;
            if !is_known_fact(symbols, fact) {
                return Err(RowError::invalid("a fact refers to a name that the scene does not have"));
            }
            facts.insert(row.get(0)?, fact);
            Ok(())
        })?;
        Ok(facts)
    }

    /// The events with these ids, or as many of them as exist.
    pub(super) fn read_events(
        &self,
        facts: &BTreeMap<i64, Fact>,
        symbols: &SymbolTable,
        ids: Range<i64>,
    ) -> Result<Vec<Event>, StoryError> {
        let mut events: Vec<Event> = Vec::new();
        let (first, ids) = (ids.start, [ids.start, ids.end]);
        let query = "SELECT id, at_us, kind, place, title, text, choice FROM events WHERE id >= ?1 AND id < ?2 ORDER BY id";
        self.for_each_row("events", query, ids, |row| {
            let id: u32 = row.get(0)?;
            let expected = first + events.len() as i64;
            if i64::from(id) != expected {
                return Err(RowError::invalid(format!("event {expected} is missing")));
            }
            let (title, text): (Option<String>, Option<String>) = (row.get(4)?, row.get(5)?);
            let how: Option<String> = row.get(6)?;
            let how = how.map(|how| choice_from_json(&how)).transpose();
            let how = how.map_err(|error| RowError::invalid(format!("the choice of event {id}: {error}")))?;
            let kind = EventKind(row.get(2)?);
            let options = how.iter().flat_map(|how| &how.options).map(|option| option.kind);
            if options.chain([kind]).any(|kind| kind.index() >= symbols.events.len()) {
                return Err(RowError::invalid(format!("event {id} has an unknown kind")));
            }
            let place = row.get::<_, Option<u16>>(3)?.map_or(PlaceId::NOWHERE, PlaceId);
            if place != PlaceId::NOWHERE && place.index() >= symbols.places.len() {
                return Err(RowError::invalid(format!("event {id} has an unknown place")));
            }
            events.push(Event {
                id: EventId(id),
                at: checked_instant(row.get(1)?)?,
                kind,
                roles: Default::default(),
                place,
                changes: Vec::new(),
                causes: Default::default(),
                values: Default::default(),
                document: title.map(|title| Box::new(WrittenDocument { title, text: text.unwrap_or_default() })),
                choice: how.map(Box::new),
            });
            Ok(())
        })?;
        self.for_each_row(
            "roles",
            "SELECT event, agent FROM roles WHERE event >= ?1 AND event < ?2 ORDER BY event, slot",
            ids,
            |row| {
                event_of_row(&mut events, first, row)?.roles.push(row.get::<_, Option<u32>>(1)?.map_or(AgentId::NONE, AgentId));
                Ok(())
            },
        )?;
        let query = "SELECT event, fact, before, after FROM changes WHERE event >= ?1 AND event < ?2 ORDER BY event, position";
        self.for_each_row("changes", query, ids, |row| {
            let change =
                FactChange { fact: fact_by_id(facts, row.get(1)?)?, before: read_f64(row, 2)?, after: read_f64(row, 3)? };
            event_of_row(&mut events, first, row)?.changes.push(change);
            Ok(())
        })?;
        let query = "SELECT event, cause, link, fact FROM causes WHERE event >= ?1 AND event < ?2 ORDER BY event, position";
        self.for_each_row("causes", query, ids, |row| {
            let through = row.get::<_, Option<i64>>(3)?.map(|id| fact_by_id(facts, id)).transpose()?;
            let word = row.get_ref(2)?.as_str().map_err(|_| RowError::invalid("a link is not a word"))?;
            let link = parse_link(word, through).ok_or_else(|| RowError::invalid(format!("`{word}` is not a link")))?;
            let (cause, event) = (EventId(row.get(1)?), event_of_row(&mut events, first, row)?);
            if cause >= event.id {
                return Err(RowError::invalid(format!("event {} has a later event as its cause", event.id.0)));
            }
            event.causes.push(Cause { event: cause, link });
            Ok(())
        })?;
        let query = "SELECT event, id, value FROM event_values WHERE event >= ?1 AND event < ?2 ORDER BY event, position";
        self.for_each_row("event_values", query, ids, |row| {
            let value: (u16, f64) = (row.get(1)?, read_f64(row, 2)?);
            if usize::from(value.0) >= symbols.values.len() {
                return Err(RowError::invalid("a value has an unknown name"));
            }
            event_of_row(&mut events, first, row)?.values.push(value);
            Ok(())
        })?;
        Ok(events)
    }

    fn read_samples(&self, facts: &BTreeMap<i64, Fact>, chronicle: &mut Chronicle) -> Result<(), StoryError> {
        let query = "SELECT after, at_us, fact, value FROM samples WHERE position < ?1 ORDER BY position";
        self.for_each_row("samples", query, [self.row_limit("samples")], |row| {
            let fact = fact_by_id(facts, row.get(2)?)?;
            chronicle.restore_sample(Sample {
                at: checked_instant(row.get(1)?)?,
                fact,
                value: read_f64(row, 3)?,
                after: row.get(0)?,
            });
            Ok(())
        })
    }

    pub(super) fn read_other_tables(
        &self,
        chronicle: &mut Chronicle,
        symbols: &SymbolTable,
        events: usize,
    ) -> Result<(), StoryError> {
        let (query, of) = match &self.limit {
            Some(upto) => (AGENTS_AT_KEYFRAME, upto.keyframe),
            None => ("SELECT id, key, kind, name, called, pronouns FROM agents WHERE id < ?1 ORDER BY id", i64::MAX),
        };
        self.for_each_row("agents", query, [of], |row| {
            let word: String = row.get(5)?;
            let kind = KindId(row.get(2)?);
            if kind.index() >= symbols.kinds.len() {
                return Err(RowError::invalid("an agent has an unknown kind"));
            }
            chronicle.agents.set(AgentProfile {
                id: AgentId(row.get(0)?),
                key: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                kind,
                name: row.get(3)?,
                called: row.get(4)?,
                pronouns: parse_pronouns(&word).ok_or_else(|| RowError::invalid(format!("`{word}` is not a pronoun")))?,
            });
            Ok(())
        })?;
        let query = "SELECT day, kind, n FROM counts WHERE part < ?1 ORDER BY day, kind, part";
        self.for_each_row("counts", query, [self.limit.map_or(i64::MAX, |upto| upto.keyframe)], |row| {
            let n = u64::try_from(row.get::<_, i64>(2)?).map_err(|_| RowError::invalid("a count is negative"))?;
            let kind = EventKind(row.get(1)?);
            if kind.index() >= symbols.events.len() {
                return Err(RowError::invalid("a count has an unknown event kind"));
            }
            chronicle.count(kind, checked_day(row.get(0)?)?, n);
            Ok(())
        })?;
        let mut last = None;
        let query = "SELECT line, day, name, value FROM crowd WHERE line < ?1 ORDER BY line, position";
        self.for_each_row("crowd", query, [self.row_limit("crowd")], |row| {
            let line: i64 = row.get(0)?;
            if last.replace(line) != Some(line) {
                chronicle.crowd.push(CrowdDay { day: checked_day(row.get(1)?)?, numbers: Vec::new() });
            }
            if let (Some(line), Some(name)) = (chronicle.crowd.last_mut(), row.get(2)?) {
                line.numbers.push((name, read_f64(row, 3)?));
            }
            Ok(())
        })?;
        let query = "SELECT beat, at_us, event, events FROM beats WHERE position < ?1 ORDER BY position";
        self.for_each_row("beats", query, [self.row_limit("beats")], |row| {
            let text: String = row.get(3)?;
            let all: Vec<u32> = serde_json::from_str(&text).map_err(|error| RowError::invalid(error.to_string()))?;
            let event = EventId(row.get(2)?);
            if all.iter().chain([&event.0]).any(|&id| id as usize >= events) {
                return Err(RowError::invalid("a beat refers to a missing event"));
            }
            let beat = row.get::<_, u32>(0)? as usize;
            if beat >= symbols.beats.len() {
                return Err(RowError::invalid("a match has an unknown beat"));
            }
            chronicle.beats.push(BeatMatch {
                beat,
                at: checked_instant(row.get(1)?)?,
                event,
                events: all.into_iter().map(EventId).collect(),
            });
            Ok(())
        })?;
        let query = "SELECT id, value FROM measures WHERE position < ?1 ORDER BY position";
        self.for_each_row("measures", query, [self.row_limit("measures")], |row| {
            chronicle.measures.push((row.get(0)?, read_f64(row, 1)?));
            Ok(())
        })
    }
}

/// Whether a scene has the names of a symbol table, so that ids mean the same in both.
fn matches_scenario(symbols: &SymbolTable, scenario: &Scenario) -> bool {
    let schema = &scenario.schema;
    symbols.kinds == schema.kinds
        && symbols.values == schema.values
        && symbols.attributes.iter().map(|one| &one.id).eq(schema.attributes.iter().map(|one| &one.name))
        && symbols.dims.iter().map(|one| &one.id).eq(&schema.dims)
        && symbols.ties.iter().eq(schema.ties.iter().map(|one| &one.name))
        && symbols.places.iter().map(|one| &one.id).eq(&schema.places)
        && symbols.events.iter().map(|one| &one.name).eq(&schema.events)
        && symbols.beats.iter().eq(scenario.beats.iter().map(|one| &one.id))
}

/// Whether all ids in a fact have a name.
fn is_known_fact(symbols: &SymbolTable, fact: Fact) -> bool {
    match fact {
        Fact::World(known) | Fact::Belief(_, known) => match known {
            WorldFact::Attr(_, attr) => attr.index() < symbols.attributes.len(),
            WorldFact::Dim(.., dim) => dim.index() < symbols.dims.len(),
            WorldFact::Tie(.., tie) => tie.index() < symbols.ties.len(),
            WorldFact::Place(_) => true,
        },
        Fact::Happened(event, ..) | Fact::Memory(_, event, _) => event.index() < symbols.events.len(),
        Fact::Field(..) | Fact::Owner(_) | Fact::Feeling(..) => true,
    }
}

/// Largest distance from the start in microseconds; the calendar has no dates beyond it.
const MAX_ABS_US: i64 = 1 << 59;

pub(super) fn checked_instant(us: i64) -> Result<Instant, RowError> {
    let is_there = (-MAX_ABS_US..=MAX_ABS_US).contains(&us);
    is_there.then_some(Instant(us)).ok_or_else(|| RowError::invalid("an instant is out of range"))
}

fn checked_day(day: u32) -> Result<u32, RowError> {
    let is_there = i64::from(day) <= MAX_ABS_US / Instant::DAY_US;
    is_there.then_some(day).ok_or_else(|| RowError::invalid("a day is out of range"))
}

/// What can be wrong with a row.
pub(super) enum RowError {
    Sql(rusqlite::Error),
    Invalid(String),
}

impl RowError {
    fn invalid(what: impl Into<String>) -> Self {
        Self::Invalid(what.into())
    }
}

impl From<rusqlite::Error> for RowError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

/// The event that the first column of a row names, in a list that starts at id `first`.
fn event_of_row<'a>(events: &'a mut [Event], first: i64, row: &Row<'_>) -> Result<&'a mut Event, RowError> {
    let id: u32 = row.get(0)?;
    usize::try_from(i64::from(id) - first)
        .ok()
        .and_then(|at| events.get_mut(at))
        .ok_or_else(|| RowError::invalid(format!("there is no event {id}")))
}

fn fact_by_id(facts: &BTreeMap<i64, Fact>, id: i64) -> Result<Fact, RowError> {
    facts.get(&id).copied().ok_or_else(|| RowError::invalid(format!("there is no fact {id}")))
}

/// A number; SQLite stores NaN as NULL.
fn read_f64(row: &Row<'_>, column: usize) -> rusqlite::Result<f64> {
    Ok(row.get::<_, Option<f64>>(column)?.unwrap_or(f64::NAN))
}
