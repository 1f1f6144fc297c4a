//! The SQL that reads a story. All content of the file is validated.

use super::super::{
    AgentProfile, BeatMatch, Chronicle, CrowdDay, Event, KnownName, MeasureValue, Sample, SymbolTable, WrittenDocument,
};
use super::connection::format_version;
use super::keyframe::{AGENTS_AT_KEYFRAME, KeyframePosition};
use super::packed::{EVENT_LISTS, NUMBERS, read_event_lists, read_records};
use super::rows::{RowError, checked_day, checked_instant, choice_from_json, fact_by_id, read_bytes, read_f64};
use super::{FORMAT_VERSION, RunEnd, StoryError, StoryHeader, format_5};
use longhand_expr::ids::{AgentId, EventId, EventKind, Fact, Instant, KindId, PlaceId, WorldFact};
use longhand_scene::Pronouns;
use rusqlite::{Connection, OptionalExtension, Row, types::FromSql};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// Reads the tables of one story.
pub(super) struct StoryReader<'a> {
    pub(super) path: &'a Path,
    pub(super) connection: &'a Connection,
    /// Rows beyond this position are not read.
    pub(super) limit: Option<KeyframePosition>,
}

impl StoryReader<'_> {
    /// The first row of a table that is not read.
    pub(super) fn row_limit(&self, table: &str) -> i64 {
        self.limit.as_ref().map_or(i64::MAX, |limit| limit.rows.end_of(table))
    }

    fn damaged(&self, what: impl Into<String>) -> StoryError {
        StoryError::damaged(self.path, what)
    }

    /// Calls `take` with each row of a query; errors name the table.
    pub(super) fn for_each_row(
        &self,
        table: &str,
        query: &str,
        params: impl rusqlite::Params,
        mut take: impl FnMut(&Row<'_>) -> Result<(), RowError>,
    ) -> Result<(), StoryError> {
        let sql = |error| StoryError::from_sqlite(self.path, error);
        let mut statement = self.connection.prepare(query).map_err(sql)?;
        let mut rows = statement.query(params).map_err(sql)?;
        while let Some(row) = rows.next().map_err(sql)? {
            take(row).map_err(|error| match error {
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
        let symbols: Vec<u8> = self.read_meta("legend")?.ok_or_else(|| missing("legend"))?;
        let mut symbols: SymbolTable = postcard::from_bytes(&symbols).map_err(|_| missing("legend"))?;
        let tick_us = self.read_meta("tick_us")?.ok_or_else(|| missing("tick_us"))?;
        symbols.calendar = symbols.calendar.with_tick(tick_us);
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
            tick_us,
            symbols,
        })
    }

    pub(super) fn read_end(&self) -> Result<Option<RunEnd>, StoryError> {
        let (Some(at), Some(hash)) = (self.read_meta("ended_us")?, self.read_meta::<String>("hash")?) else { return Ok(None) };
        let hash = u128::from_str_radix(&hash, 16).map_err(|_| self.damaged("table meta has no usable `hash`"))?;
        let at = checked_instant(at).map_err(|_| self.damaged("table meta has no usable `ended_us`"))?;
        Ok(Some(RunEnd { at, hash }))
    }

    /// The reason, if a limit stopped the run.
    pub(super) fn read_stopped(&self) -> Result<Option<String>, StoryError> {
        self.read_meta("stopped")
    }

    pub(super) fn read_facts(&self, symbols: &SymbolTable) -> Result<BTreeMap<u32, Fact>, StoryError> {
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

    /// Whether the events, samples and the crowd are in the tables of an earlier format.
    fn has_earlier_format(&self) -> Result<bool, StoryError> {
        let version = format_version(self.connection).map_err(|error| StoryError::from_sqlite(self.path, error))?;
        Ok(version < FORMAT_VERSION)
    }

    /// The number of events in the file.
    pub(super) fn count_events(&self) -> Result<i64, StoryError> {
        let table = if self.has_earlier_format()? { "events" } else { "packed_events" };
        let count = self.connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0));
        count.map_err(|error| StoryError::from_sqlite(self.path, error))
    }

    /// The events with these ids, or as many of them as exist.
    pub(super) fn read_events(
        &self,
        facts: &BTreeMap<u32, Fact>,
        symbols: &SymbolTable,
        ids: Range<i64>,
    ) -> Result<Vec<Event>, StoryError> {
        if self.has_earlier_format()? {
            return format_5::read_events(self, facts, symbols, ids);
        }
        let (mut events, first) = (Vec::new(), ids.start);
        let query = "SELECT id, at_us, kind, place, title, text, choice, widths, roles, changes, causes, numbers, limited, topic \
                     FROM packed_events WHERE id >= ?1 AND id < ?2 ORDER BY id";
        self.for_each_row("packed_events", query, [ids.start, ids.end], |row| {
            let mut event = read_event(row, first, &events, symbols)?;
            let mut lists = [&[][..]; EVENT_LISTS.len()];
            for (column, list) in (8..).zip(&mut lists) {
                *list = read_bytes(row, column)?;
            }
            read_event_lists(&mut event, row.get(7)?, lists, facts, symbols.values.len())?;
            events.push(event);
            Ok(())
        })?;
        Ok(events)
    }

    /// The samples in the rows at these positions, or as many of them as exist.
    pub(super) fn read_samples(&self, facts: &BTreeMap<u32, Fact>, positions: Range<i64>) -> Result<Vec<Sample>, StoryError> {
        if self.has_earlier_format()? {
            return format_5::read_samples(self, facts, positions);
        }
        let mut samples = Vec::new();
        let query =
            "SELECT after, at_us, widths, numbers FROM packed_samples WHERE position >= ?1 AND position < ?2 ORDER BY position";
        self.for_each_row("packed_samples", query, [positions.start, positions.end], |row| {
            let (after, at) = (row.get(0)?, checked_instant(row.get(1)?)?);
            for mut record in read_records(row.get(2)?, NUMBERS, read_bytes(row, 3)?)? {
                samples.push(Sample { at, fact: fact_by_id(facts, record.id())?, value: record.number(), after });
            }
            Ok(())
        })?;
        Ok(samples)
    }

    /// The daily numbers of all agents.
    fn read_crowd(&self) -> Result<Vec<CrowdDay>, StoryError> {
        if self.has_earlier_format()? {
            return format_5::read_crowd(self);
        }
        let (mut names, mut days) = (BTreeMap::new(), Vec::new());
        self.for_each_row("names", "SELECT id, name FROM main.names WHERE of = ?1", ["crowd"], |row| {
            names.insert(row.get::<_, u32>(0)?, row.get::<_, String>(1)?);
            Ok(())
        })?;
        let query = "SELECT day, widths, numbers FROM packed_crowd WHERE line < ?1 ORDER BY line";
        self.for_each_row("packed_crowd", query, [self.row_limit("crowd")], |row| {
            let mut numbers = Vec::new();
            for mut record in read_records(row.get(1)?, NUMBERS, read_bytes(row, 2)?)? {
                let name = names.get(&record.id()).ok_or_else(|| RowError::invalid("a number has an unknown name"))?;
                numbers.push((name.clone(), record.number()));
            }
            days.push(CrowdDay { day: checked_day(row.get(0)?)?, numbers });
            Ok(())
        })?;
        Ok(days)
    }

    pub(super) fn read_other_tables(
        &self,
        chronicle: &mut Chronicle,
        symbols: &SymbolTable,
        events: usize,
    ) -> Result<(), StoryError> {
        let (query, argument) = match &self.limit {
            Some(limit) => (AGENTS_AT_KEYFRAME, limit.keyframe),
            None => ("SELECT id, key, kind, name, called, pronouns, draw_key FROM agents WHERE id < ?1 ORDER BY id", i64::MAX),
        };
        self.for_each_row("agents", query, [argument], |row| {
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
                short_name: row.get(4)?,
                pronouns: Pronouns::from_word(&word).ok_or_else(|| RowError::invalid(format!("`{word}` is not a pronoun")))?,
                draw_key: row.get(6)?,
                names: Vec::new(),
            });
            Ok(())
        })?;
        let mut names: BTreeMap<AgentId, Vec<KnownName>> = BTreeMap::new();
        let query = "SELECT substr(of, 7), name FROM names WHERE of LIKE 'agent %' AND id < ?1 ORDER BY of, id";
        self.for_each_row("names", query, [i64::MAX], |row| {
            let agent = row.get::<_, String>(0)?.parse().map_err(|_| RowError::invalid("a name belongs to no agent"))?;
            let name = serde_json::from_str(&row.get::<_, String>(1)?).map_err(|_| RowError::invalid("a name cannot be read"))?;
            names.entry(AgentId(agent)).or_default().push(name);
            Ok(())
        })?;
        for (agent, names) in names {
            if let Some(profile) = chronicle.agents.get(agent).cloned() {
                chronicle.agents.set(AgentProfile { names, ..profile });
            }
        }
        let query = "SELECT day, kind, n FROM counts WHERE part < ?1 ORDER BY day, kind, part";
        self.for_each_row("counts", query, [self.limit.map_or(i64::MAX, |limit| limit.keyframe)], |row| {
            let n = u64::try_from(row.get::<_, i64>(2)?).map_err(|_| RowError::invalid("a count is negative"))?;
            let kind = EventKind(row.get(1)?);
            if kind.index() >= symbols.events.len() {
                return Err(RowError::invalid("a count has an unknown event kind"));
            }
            chronicle.count(kind, checked_day(row.get(0)?)?, n);
            Ok(())
        })?;
        chronicle.crowd = self.read_crowd()?;
        let query = "SELECT beat, at_us, event, events FROM beats WHERE position < ?1 ORDER BY position";
        self.for_each_row("beats", query, [self.row_limit("beats")], |row| {
            let text: String = row.get(3)?;
            let event_ids: Vec<u32> = serde_json::from_str(&text).map_err(|error| RowError::invalid(error.to_string()))?;
            let event = EventId(row.get(2)?);
            if event_ids.iter().chain([&event.0]).any(|&id| id as usize >= events) {
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
                events: event_ids.into_iter().map(EventId).collect(),
            });
            Ok(())
        })?;
        let query = "SELECT id, at_us, agent, value FROM measures WHERE position < ?1 ORDER BY position";
        self.for_each_row("measures", query, [self.row_limit("measures")], |row| {
            chronicle.measures.push(MeasureValue {
                measure: row.get(0)?,
                at: checked_instant(row.get(1)?)?,
                agent: row.get::<_, Option<u32>>(2)?.map_or(AgentId::NONE, AgentId),
                value: read_f64(row, 3)?,
            });
            Ok(())
        })
    }
}

/// The event of a row that begins with `id, at_us, kind, place, title, text, choice`, without its lists. It comes after the others, in a
/// list that begins with the id `first`.
pub(super) fn read_event(row: &Row<'_>, first: i64, others: &[Event], symbols: &SymbolTable) -> Result<Event, RowError> {
    let id: u32 = row.get(0)?;
    let expected = first + others.len() as i64;
    if i64::from(id) != expected {
        return Err(RowError::invalid(format!("event {expected} is missing")));
    }
    let (title, text): (Option<String>, Option<String>) = (row.get(4)?, row.get(5)?);
    let choice: Option<String> = row.get(6)?;
    let choice = choice.map(|text| choice_from_json(&text)).transpose();
    let choice = choice.map_err(|error| RowError::invalid(format!("the choice of event {id}: {error}")))?;
    let kind = EventKind(row.get(2)?);
    let options = choice.iter().flat_map(|choice| &choice.options).map(|option| option.kind);
    if options.chain([kind]).any(|kind| kind.index() >= symbols.events.len()) {
        return Err(RowError::invalid(format!("event {id} has an unknown kind")));
    }
    let place = row.get::<_, Option<u16>>(3)?.map_or(PlaceId::NOWHERE, PlaceId);
    if place != PlaceId::NOWHERE && place.index() >= symbols.places.len() {
        return Err(RowError::invalid(format!("event {id} has an unknown place")));
    }
    let at = checked_instant(row.get(1)?)?;
    if others.last().is_some_and(|before| before.at > at) {
        return Err(RowError::invalid(format!("event {id} is earlier than the one before it")));
    }
    Ok(Event {
        id: EventId(id),
        place,
        document: title.map(|title| Box::new(WrittenDocument { title, text: text.unwrap_or_default() })),
        choice: choice.map(Box::new),
        ..Event::new(kind, at, Default::default())
    })
}

/// Whether all ids in a fact have a name.
fn is_known_fact(symbols: &SymbolTable, fact: Fact) -> bool {
    match fact {
        Fact::World(known)
        | Fact::Belief(_, known)
        | Fact::Source(_, known)
        | Fact::Confidence(_, known)
        | Fact::Topic(_, known) => match known {
            WorldFact::Attr(_, attr) => attr.index() < symbols.attributes.len(),
            WorldFact::Dim(.., dim) => dim.index() < symbols.dims.len(),
            WorldFact::Tie(.., tie) => tie.index() < symbols.ties.len(),
            WorldFact::Happened(event, ..) => event.index() < symbols.events.len(),
            WorldFact::Place(_) | WorldFact::Holder(_) | WorldFact::Name(_) => true,
        },
        Fact::PastTie(.., tie) => tie.index() < symbols.ties.len(),
        Fact::Appointment(.., what) | Fact::MeetingPlace(.., what) => what.index() < symbols.appointments.len(),
        Fact::Intention(.., what) => what.index() < symbols.intentions.len(),
        Fact::Happened(event, ..) | Fact::Memory(_, event, _) => event.index() < symbols.events.len(),
        Fact::Field(..) | Fact::Owner(_) | Fact::Feeling(..) => true,
    }
}
