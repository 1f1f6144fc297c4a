//! The tables of formats 4 and 5, which had a row for each role, change, cause, sample and number of the crowd. Format 5 is that of a
//! file with branches. Such files are read, but not written.

use super::super::{Cause, CrowdDay, Event, EventTopic, FactChange, LimitedChange, Sample, SymbolTable};
use super::StoryError;
use super::branches::has_table;
use super::read::{StoryReader, read_event};
use super::row_counts::GrowingTable;
use super::rows::{RowError, checked_day, checked_instant, fact_by_id, parse_link, read_f64};
use longhand_expr::ids::{AgentId, EventId, Fact};
use rusqlite::Row;
use std::collections::BTreeMap;
use std::ops::Range;

/// The tables that only grow. Those from `limited_changes` to `topics` are missing in older files.
pub(super) const GROWING_TABLES: [GrowingTable; 12] = [
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

pub(super) fn read_events(
    reader: &StoryReader<'_>,
    facts: &BTreeMap<u32, Fact>,
    symbols: &SymbolTable,
    ids: Range<i64>,
) -> Result<Vec<Event>, StoryError> {
    let mut events: Vec<Event> = Vec::new();
    let (first, ids) = (ids.start, [ids.start, ids.end]);
    let query = "SELECT id, at_us, kind, place, title, text, choice FROM events WHERE id >= ?1 AND id < ?2 ORDER BY id";
    reader.for_each_row("events", query, ids, |row| {
        let event = read_event(row, first, &events, symbols)?;
        events.push(event);
        Ok(())
    })?;
    let query = "SELECT event, agent FROM roles WHERE event >= ?1 AND event < ?2 ORDER BY event, slot";
    reader.for_each_row("roles", query, ids, |row| {
        event_of_row(&mut events, first, row)?.roles.push(row.get::<_, Option<u32>>(1)?.map_or(AgentId::NONE, AgentId));
        Ok(())
    })?;
    let query = "SELECT event, fact, before, after FROM changes WHERE event >= ?1 AND event < ?2 ORDER BY event, position";
    reader.for_each_row("changes", query, ids, |row| {
        let change = FactChange { fact: fact_by_id(facts, row.get(1)?)?, before: read_f64(row, 2)?, after: read_f64(row, 3)? };
        let event = event_of_row(&mut events, first, row)?;
        // Older files have what an event is about among its changes.
        match change.fact {
            Fact::Topic(..) => event.topic = topic_of(change),
            _ => event.changes.push(change),
        }
        Ok(())
    })?;
    let query = "SELECT event, cause, link, fact FROM causes WHERE event >= ?1 AND event < ?2 ORDER BY event, position";
    reader.for_each_row("causes", query, ids, |row| {
        let fact = row.get::<_, Option<u32>>(3)?.map(|id| fact_by_id(facts, id)).transpose()?;
        let word = row.get_ref(2)?.as_str().map_err(|_| RowError::invalid("a link is not a word"))?;
        let link = parse_link(word, fact).ok_or_else(|| RowError::invalid(format!("`{word}` is not a link")))?;
        let (cause, event) = (EventId(row.get(1)?), event_of_row(&mut events, first, row)?);
        if cause >= event.id {
            return Err(RowError::invalid(format!("event {} has a later event as its cause", event.id.0)));
        }
        event.causes.push(Cause { event: cause, link });
        Ok(())
    })?;
    let query = "SELECT event, id, value FROM event_values WHERE event >= ?1 AND event < ?2 ORDER BY event, position";
    reader.for_each_row("event_values", query, ids, |row| {
        let value: (u16, f64) = (row.get(1)?, read_f64(row, 2)?);
        if usize::from(value.0) >= symbols.values.len() {
            return Err(RowError::invalid("a value has an unknown name"));
        }
        event_of_row(&mut events, first, row)?.values.push(value);
        Ok(())
    })?;
    read_limited(reader, facts, &mut events, ids)?;
    read_topics(reader, facts, &mut events, ids)?;
    Ok(events)
}

/// Whether a file has a table.
fn has(reader: &StoryReader<'_>, table: &str) -> Result<bool, StoryError> {
    has_table(reader.connection, table).map_err(|error| StoryError::from_sqlite(reader.path, error))
}

/// What events are about.
fn read_topics(
    reader: &StoryReader<'_>,
    facts: &BTreeMap<u32, Fact>,
    events: &mut [Event],
    ids: [i64; 2],
) -> Result<(), StoryError> {
    if !has(reader, "topics")? {
        return Ok(());
    }
    let query = "SELECT event, fact, believed, told FROM topics WHERE event >= ?1 AND event < ?2 ORDER BY event";
    reader.for_each_row("topics", query, ids, |row| {
        let (fact, before, after) = (fact_by_id(facts, row.get(1)?)?, read_f64(row, 2)?, read_f64(row, 3)?);
        let topic = topic_of(FactChange { fact, before, after });
        event_of_row(events, ids[0], row)?.topic = Some(topic.ok_or_else(|| RowError::invalid("a topic is none"))?);
        Ok(())
    })
}

/// Changes that were cut off or refused.
fn read_limited(
    reader: &StoryReader<'_>,
    facts: &BTreeMap<u32, Fact>,
    events: &mut [Event],
    ids: [i64; 2],
) -> Result<(), StoryError> {
    if !has(reader, "limited_changes")? {
        return Ok(());
    }
    let query = "SELECT event, fact, wanted, actual, refused FROM limited_changes \
                 WHERE event >= ?1 AND event < ?2 ORDER BY event, position";
    reader.for_each_row("limited_changes", query, ids, |row| {
        let limited = LimitedChange {
            fact: fact_by_id(facts, row.get(1)?)?,
            wanted: read_f64(row, 2)?,
            actual: read_f64(row, 3)?,
            refused: row.get(4)?,
        };
        event_of_row(events, ids[0], row)?.limited.push(limited);
        Ok(())
    })
}

pub(super) fn read_samples(
    reader: &StoryReader<'_>,
    facts: &BTreeMap<u32, Fact>,
    positions: Range<i64>,
) -> Result<Vec<Sample>, StoryError> {
    let mut samples = Vec::new();
    let query = "SELECT after, at_us, fact, value FROM samples WHERE position >= ?1 AND position < ?2 ORDER BY position";
    reader.for_each_row("samples", query, [positions.start, positions.end], |row| {
        let fact = fact_by_id(facts, row.get(2)?)?;
        samples.push(Sample { at: checked_instant(row.get(1)?)?, fact, value: read_f64(row, 3)?, after: row.get(0)? });
        Ok(())
    })?;
    Ok(samples)
}

pub(super) fn read_crowd(reader: &StoryReader<'_>) -> Result<Vec<CrowdDay>, StoryError> {
    let (mut days, mut last_line): (Vec<CrowdDay>, _) = (Vec::new(), None);
    let query = "SELECT line, day, name, value FROM crowd WHERE line < ?1 ORDER BY line, position";
    reader.for_each_row("crowd", query, [reader.row_limit("crowd")], |row| {
        let line: i64 = row.get(0)?;
        if last_line.replace(line) != Some(line) {
            days.push(CrowdDay { day: checked_day(row.get(1)?)?, numbers: Vec::new() });
        }
        if let (Some(crowd_day), Some(name)) = (days.last_mut(), row.get(2)?) {
            crowd_day.numbers.push((name, read_f64(row, 3)?));
        }
        Ok(())
    })?;
    Ok(days)
}

/// The topic of an event, whose values are stored like those of a change: what is believed and what is told.
fn topic_of(FactChange { fact, before, after }: FactChange) -> Option<Box<EventTopic>> {
    let Fact::Topic(teller, known) = fact else { return None };
    Some(Box::new(EventTopic { teller, known, believed: before, told: after }))
}

/// The event that the first column of a row names, in a list that starts at id `first`.
fn event_of_row<'a>(events: &'a mut [Event], first: i64, row: &Row<'_>) -> Result<&'a mut Event, RowError> {
    let id: u32 = row.get(0)?;
    usize::try_from(i64::from(id) - first)
        .ok()
        .and_then(|position| events.get_mut(position))
        .ok_or_else(|| RowError::invalid(format!("there is no event {id}")))
}
