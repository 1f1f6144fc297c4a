//! Saving a run as a branch of the story it was forked from.

use super::super::{Chronicle, LogDelta, SymbolTable, format_hash};
use super::branches::UNSHARED_TABLES;
use super::connection::{close_write_ahead_log, open_to_write};
use super::create::insert_slot_names;
use super::row_counts::{GROWING_TABLES, RowCounts};
use super::store::{NEW_BRANCH, StoredRows, StoryStore, fact_ids};
use super::views::view_schema;
use super::{BRANCH_SCHEMA, LONGHAND_VERSION, Story, StoryError, StoryHeader};
use longhand_expr::ids::Instant;
use longhand_scene::Intervention;
use rusqlite::{Connection, OptionalExtension, params};

/// A run to be saved as a branch.
#[derive(Clone, Copy, Debug)]
pub struct NewBranch<'a> {
    /// Its name.
    pub name: &'a str,
    /// The interventions in the parent.
    pub interventions: &'a [Intervention],
    /// Parameters set differently from the parent's.
    pub param_overrides: &'a [(String, String)],
    /// The instant of the fork.
    pub fork: Instant,
    /// The names behind its ids.
    pub symbols: &'a SymbolTable,
    /// The whole chronicle, including the part it shares with its parent.
    pub chronicle: &'a Chronicle,
    /// The end of the run.
    pub ended: Instant,
}

/// How many rows of each table a branch shares with its parent.
fn shared_rows(parent: &Chronicle, branch: &Chronicle, facts: usize) -> RowCounts {
    fn common_prefix<T: PartialEq>(parent: &[T], branch: &[T]) -> i64 {
        parent.iter().zip(branch).take_while(|(a, b)| a == b).count() as i64
    }
    RowCounts {
        events: common_prefix(parent.events(), branch.events()),
        samples: common_prefix(parent.samples(), branch.samples()),
        crowd: common_prefix(&parent.crowd, &branch.crowd),
        beats: common_prefix(&parent.beats, &branch.beats),
        measures: common_prefix(&parent.measures, &branch.measures),
        facts: facts as i64,
    }
}

impl Story {
    /// Saves a run that was forked from this one (the main run or a branch) as a branch.
    ///
    /// # Errors
    /// If a branch of that name exists, or the file cannot be written. The file is unchanged in that case.
    pub fn save_branch(&self, new_branch: &NewBranch<'_>) -> Result<(), StoryError> {
        let (path, connection) = (&self.path, self.write_branch(new_branch)?);
        connection.execute_batch("COMMIT").map_err(|error| StoryError::from_sqlite(path, error))?;
        close_write_ahead_log(&connection, path);
        Ok(())
    }

    /// Writes a branch in an open transaction; the file is unchanged until it is committed.
    pub(super) fn write_branch(&self, new_branch: &NewBranch<'_>) -> Result<Connection, StoryError> {
        let path = &self.path;
        let connection = open_to_write(path)?;
        let sql = |error| StoryError::from_sqlite(path, error);
        connection.execute_batch(BRANCH_SCHEMA).map_err(sql)?;
        connection.execute_batch(&view_schema(true)).map_err(sql)?;
        let existing = connection
            .query_row("SELECT id FROM branches WHERE name = ?1", [new_branch.name], |_| Ok(()))
            .optional()
            .map_err(sql)?;
        if existing.is_some() {
            return Err(StoryError::BranchExists { path: path.clone(), name: new_branch.name.to_owned() });
        }
        let shared = shared_rows(&self.chronicle, new_branch.chronicle, self.facts.len());
        let create_tables = || -> rusqlite::Result<()> {
            for (table, _, columns) in GROWING_TABLES {
                connection.execute_batch(&format!("CREATE TEMP TABLE {table} AS SELECT {columns} FROM main.{table} WHERE 0;"))?;
            }
            connection.execute_batch(
                "CREATE TEMP TABLE agents (id INTEGER PRIMARY KEY, key, kind, name, called, pronouns, draw_key);
                 CREATE TEMP TABLE counts (day, kind, part, n, PRIMARY KEY (day, kind, part));",
            )
        };
        create_tables().map_err(sql)?;
        let header = StoryHeader { symbols: new_branch.symbols.clone(), ..self.header.clone() };
        let stored_rows =
            StoredRows { samples: shared.samples, crowd: shared.crowd, beats: shared.beats, measures: shared.measures };
        let mut store = StoryStore::for_branch(path, connection, header, fact_ids(self), stored_rows)?;
        store.write(&own_rows(new_branch.chronicle, &shared))?;
        let connection = store.into_connection();
        let finish = || -> rusqlite::Result<()> {
            let parent: Option<i64> = match self.branch() {
                None => None,
                Some(parent) => {
                    connection.query_row("SELECT id FROM branches WHERE name = ?1", [&parent.name], |row| row.get(0))?
                }
            };
            let kinds: i64 = connection.query_row("SELECT count(*) FROM main.event_kinds", [], |row| row.get(0))?;
            insert_slot_names(&connection, NEW_BRANCH, new_branch.symbols, usize::try_from(kinds).unwrap_or(usize::MAX))?;
            insert_branch(&connection, parent, new_branch, &shared, &self.chronicle)?;
            let id = connection.last_insert_rowid();
            let rename = format!("UPDATE main.names SET of = 'branch {id} ' || substr(of, 5) WHERE of LIKE '{NEW_BRANCH}%'");
            connection.execute(&rename, [])?;
            let unshared = UNSHARED_TABLES.iter().map(|(table, columns)| (*table, *columns));
            for (table, columns) in GROWING_TABLES.iter().map(|(table, _, columns)| (*table, *columns)).chain(unshared) {
                connection.execute(&format!("INSERT INTO main.branch_{table} SELECT ?1, {columns} FROM temp.{table}"), [id])?;
            }
            Ok(())
        };
        finish().map_err(sql)?;
        Ok(connection)
    }
}

/// The rows that a branch does not share with its parent.
fn own_rows(chronicle: &Chronicle, shared: &RowCounts) -> LogDelta {
    fn rows_after<T: Clone>(rows: &[T], shared: i64) -> Vec<T> {
        rows.get(usize::try_from(shared).unwrap_or(usize::MAX)..).unwrap_or_default().to_vec()
    }
    LogDelta {
        events: rows_after(chronicle.events(), shared.events),
        samples: rows_after(chronicle.samples(), shared.samples),
        counts: chronicle.counts().collect(),
        agents: chronicle.agents.iter().cloned().collect(),
        crowd: rows_after(&chronicle.crowd, shared.crowd),
        beats: rows_after(&chronicle.beats, shared.beats),
        measures: rows_after(&chronicle.measures, shared.measures),
    }
}

fn insert_branch(
    connection: &Connection,
    parent: Option<i64>,
    new_branch: &NewBranch<'_>,
    shared: &RowCounts,
    parent_chronicle: &Chronicle,
) -> rusqlite::Result<()> {
    let first_differing = [parent_chronicle, new_branch.chronicle]
        .into_iter()
        .filter_map(|chronicle| chronicle.events().get(usize::try_from(shared.events).ok()?));
    let diverges_at = first_differing.map(|event| event.at).min().unwrap_or(new_branch.ended);
    let symbols = postcard::to_stdvec(new_branch.symbols).expect("strings and numbers serialise to postcard");
    let interventions = serde_json::to_string(new_branch.interventions).expect("interventions consist of strings and numbers");
    let overrides = serde_json::to_string(new_branch.param_overrides).expect("pairs of strings serialise to JSON");
    let RowCounts { events, samples, crowd, beats, measures, facts } = *shared;
    let civil = |at: Instant| new_branch.symbols.civil_time(at);
    connection.execute(
        "INSERT INTO branches (name, parent, at_us, at, fork_us, interventions, \"set\", longhand, legend, ended_us, ended, hash,
            events, samples, crowd, beats, measures, facts)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        params![
            new_branch.name,
            parent,
            diverges_at.0,
            civil(diverges_at),
            new_branch.fork.0,
            interventions,
            overrides,
            LONGHAND_VERSION,
            symbols,
            new_branch.ended.0,
            civil(new_branch.ended),
            format_hash(new_branch.chronicle.hash()),
            events,
            samples,
            crowd,
            beats,
            measures,
            facts
        ],
    )?;
    Ok(())
}
