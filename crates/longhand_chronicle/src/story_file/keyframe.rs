//! Keyframes in the file: the states from which a run can continue, and the row counts of the tables at each of them.
//!
//! The first keyframe of each group is packed on its own and each other one against its predecessor, so reading one unpacks at
//! most one group. Older groups keep only their first keyframe, at growing distances.

use super::super::format_hash;
use super::StoryError;
use super::pack::{can_pack_against, pack, unpack};
use super::row_counts::{GROWING_TABLES, RowCounts};
use super::rows::checked_instant;
use longhand_expr::ids::Instant;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::Path;

/// Keyframes in a group, packed against each other.
const GROUP_LEN: i64 = 8;
/// Number of most recent keyframes that are all retained.
const RECENT_COUNT: i64 = 16;
/// Approximate number of older keyframes that are retained.
const OLDER_COUNT: i64 = 16;

/// A state from which a run can continue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyframe {
    /// When it was taken.
    pub at: Instant,
    /// The number of events at that time.
    pub events: usize,
    /// The chronicle's hash at that time.
    pub hash: u128,
    /// The state, as serialised by the simulation.
    pub state: Vec<u8>,
    pub(super) position: KeyframePosition,
}

/// The content of a story at a keyframe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeyframePosition {
    /// Id of the keyframe; 0 before the first. The keyframe stores the agents; later counts refer to its id.
    pub keyframe: i64,
    /// The row counts of the tables.
    pub rows: RowCounts,
}

impl KeyframePosition {
    pub const EMPTY: Self = Self { keyframe: 0, rows: RowCounts::EMPTY };
}

const COLUMNS: &str = "id, events, samples, crowd, beats, measures, facts";

fn read_position(row: &Row<'_>) -> rusqlite::Result<KeyframePosition> {
    Ok(KeyframePosition { keyframe: row.get(0)?, rows: RowCounts::read(row, 1)? })
}

/// The position of the last keyframe.
pub(super) fn last_position(connection: &Connection) -> rusqlite::Result<KeyframePosition> {
    let query = format!("SELECT {COLUMNS} FROM keyframes ORDER BY id DESC LIMIT 1");
    Ok(connection.query_row(&query, [], read_position).optional()?.unwrap_or(KeyframePosition::EMPTY))
}

/// The last keyframe at an instant or before.
pub(super) fn read_keyframe(path: &Path, connection: &Connection, until: Instant) -> Result<Option<Keyframe>, StoryError> {
    let query = format!("SELECT {COLUMNS}, at_us, hash FROM keyframes WHERE at_us <= ?1 ORDER BY id DESC LIMIT 1");
    let read_columns = |row: &Row<'_>| Ok((read_position(row)?, row.get(7)?, row.get::<_, String>(8)?));
    let last_keyframe =
        connection.query_row(&query, [until.0], read_columns).optional().map_err(|error| StoryError::from_sqlite(path, error))?;
    let Some((position, at, hash)) = last_keyframe else { return Ok(None) };
    let damaged = |what: &str| StoryError::damaged(path, format!("keyframe {} {what}", position.keyframe));
    Ok(Some(Keyframe {
        at: checked_instant(at).map_err(|_| damaged("has no valid instant"))?,
        events: usize::try_from(position.rows.events).map_err(|_| damaged("has no valid number of events"))?,
        hash: u128::from_str_radix(&hash, 16).map_err(|_| damaged("has no valid hash"))?,
        state: read_state(connection, position.keyframe)
            .map_err(|error| StoryError::from_sqlite(path, error))?
            .ok_or_else(|| damaged("cannot be unpacked"))?,
        position,
    }))
}

/// The state of a keyframe. Unpacks the keyframes of its group in order, starting at the first.
fn read_state(connection: &Connection, id: i64) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut query = connection.prepare("SELECT base, state FROM keyframes WHERE id = ?1")?;
    let mut packed = Vec::new();
    let mut next_id = Some(id);
    while let Some(id) = next_id {
        let row = |row: &Row<'_>| Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Vec<u8>>(1)?));
        let Some((base, state)) = query.query_row([id], row).optional()? else { return Ok(None) };
        packed.push(state);
        // A reference to a later keyframe, or a chain longer than a group, means damage.
        if base.is_some_and(|base| base >= id) || packed.len() as i64 > GROUP_LEN {
            return Ok(None);
        }
        next_id = base;
    }
    let mut state = None;
    for packed in packed.into_iter().rev() {
        state = unpack(&packed, state.as_deref());
        if state.is_none() {
            break;
        }
    }
    Ok(state)
}

/// Packs the keyframes of a file that is being written.
pub(super) struct KeyframePacker {
    /// Id of the last one; 0 before the first.
    pub last: i64,
    /// Its state, against which the next one is packed.
    state: Option<Vec<u8>>,
}

impl KeyframePacker {
    pub const EMPTY: Self = Self { last: 0, state: None };

    /// Continues after a keyframe.
    pub fn resume_after(keyframe: &Keyframe) -> Self {
        Self { last: keyframe.position.keyframe, state: Some(keyframe.state.clone()) }
    }

    /// Packs the state of the next keyframe. Returns the bytes, and the id of the keyframe they are packed against.
    pub fn pack(&self, state: &[u8]) -> std::io::Result<(Vec<u8>, Option<i64>)> {
        let continues_group = self.last % GROUP_LEN != 0;
        let base = self.state.as_deref().filter(|base| continues_group && can_pack_against(base, state));
        Ok((pack(state, base)?, base.map(|_| self.last)))
    }

    /// Records that a state was stored as the next keyframe.
    pub fn mark_stored(&mut self, state: Vec<u8>) {
        self.last += 1;
        self.state = Some(state);
    }
}

/// A keyframe without its state.
pub(super) struct KeyframeInfo {
    pub at: Instant,
    pub civil: String,
    pub hash: u128,
    pub position: KeyframePosition,
}

/// Stores a packed keyframe, and deletes old ones that are not retained.
pub(super) fn insert_keyframe(
    connection: &Connection,
    info: &KeyframeInfo,
    packed: &[u8],
    base: Option<i64>,
) -> rusqlite::Result<()> {
    let KeyframeInfo { at, civil, hash, position } = info;
    let id = position.keyframe;
    let RowCounts { events, samples, crowd, beats, measures, facts } = position.rows;
    connection
        .prepare_cached(
            "INSERT INTO keyframes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
                (SELECT json_group_array(json_array(id, key, kind, name, called, pronouns, draw_key)) FROM (SELECT * FROM agents ORDER BY id)),
                ?11, ?12)",
        )?
        .execute(params![id, at.0, civil, events, samples, crowd, beats, measures, facts, format_hash(*hash), base, packed])?;
    let oldest_recent = (id - RECENT_COUNT).max(0) / GROUP_LEN * GROUP_LEN;
    let spacing = GROUP_LEN * (id as u64 / (GROUP_LEN * OLDER_COUNT) as u64 + 1).next_power_of_two() as i64;
    connection
        .prepare_cached("DELETE FROM keyframes WHERE id <= ?1 AND (id - 1) % ?2 <> 0")?
        .execute(params![oldest_recent, spacing])?;
    Ok(())
}

/// Removes everything after a keyframe from the tables, and the end of the run.
pub(super) fn truncate_after(connection: &Connection, position: &KeyframePosition) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM agents", [])?;
    connection.execute(&format!("INSERT INTO agents {AGENTS_AT_KEYFRAME}"), [position.keyframe])?;
    connection.execute("DELETE FROM counts WHERE part >= ?1", [position.keyframe])?;
    for (table, counts, _) in GROWING_TABLES {
        connection.execute(&format!("DELETE FROM {table} WHERE {counts} >= ?1"), [position.rows.end_of(table)])?;
    }
    connection.execute("DELETE FROM meta WHERE key IN ('ended', 'ended_us', 'events', 'hash', 'stopped')", [])?;
    Ok(())
}

/// The agents at a keyframe, in the columns of their table.
pub(super) const AGENTS_AT_KEYFRAME: &str = "SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 \
    FROM keyframes, json_each(keyframes.agents) WHERE keyframes.id = ?1 ORDER BY 1";
