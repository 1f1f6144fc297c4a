//! Branches: runs that were forked from a story, stored in its file as a tree.
//!
//! A branch has the tables of a story, each with the branch's number as first column (`branch_events`, …). The rows at the
//! beginning of each table that it shares with its parent are not stored again. To read a branch, temporary views with the names
//! of the story's tables combine these rows, so that the code that reads a story also reads a branch. To save a branch, the code
//! that writes a story fills temporary tables, which are copied in one transaction: the branch is in the file completely or not
//! at all.

use super::super::{Chronicle, SymbolTable, format_hash};
use super::read::checked_instant;
use super::row_counts::{GROWING_TABLES, RowCounts};
use super::store::{StoredRows, StoryBatch, StoryStore};
use super::{BRANCH_SCHEMA, BRANCHED_FORMAT_VERSION, LONGHAND_VERSION, RunEnd, Story, StoryError, StoryHeader};
use longhand_expr::ids::{Fact, Instant};
use longhand_expr::nearest_name;
use longhand_scene::Intervention;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use std::path::Path;

/// A branch of a story.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryBranch {
    /// Its name, unique within the story.
    pub name: String,
    /// The branch it was forked from; `None` for the main run.
    pub parent: Option<String>,
    /// The instant of the first event that differs from its parent's; the end of the run if none does.
    pub diverges_at: Instant,
    /// The instant of the fork; nothing before it differs.
    pub fork: Instant,
    /// The interventions in the parent.
    pub interventions: Vec<Intervention>,
    /// Parameters set differently from the parent's.
    pub param_overrides: Vec<(String, String)>,
    /// The version of longhand that recorded it.
    pub version: String,
    /// The end of the run.
    pub ended: RunEnd,
    /// How many events at the beginning it shares with its parent.
    pub shared_events: usize,
}

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

/// The tables that a branch stores completely.
const UNSHARED_TABLES: [(&str, &str); 2] =
    [("agents", "id, key, kind, name, called, pronouns"), ("counts", "day, kind, part, n")];

/// How many rows of each table a branch shares with its parent.
fn shared_rows(parent: &Chronicle, branch: &Chronicle, facts: usize) -> RowCounts {
    fn alike<T: PartialEq>(one: &[T], other: &[T]) -> i64 {
        one.iter().zip(other).take_while(|(one, other)| one == other).count() as i64
    }
    RowCounts {
        events: alike(parent.events(), branch.events()),
        samples: alike(parent.samples(), branch.samples()),
        crowd: alike(&parent.crowd, &branch.crowd),
        beats: alike(&parent.beats, &branch.beats),
        measures: alike(&parent.measures, &branch.measures),
        facts: facts as i64,
    }
}

/// A row of the table `branches`.
pub(super) struct BranchRow {
    id: i64,
    pub branch: StoryBranch,
    pub symbols: SymbolTable,
    shared: RowCounts,
}

const COLUMNS: &str = "branches.id, branches.name, parents.name, branches.at_us, branches.fork_us, branches.interventions, \
    branches.\"set\", branches.longhand, branches.legend, branches.ended_us, branches.hash, branches.events, branches.samples, \
    branches.crowd, branches.beats, branches.measures, branches.facts, branches.parent";
const FROM: &str = "FROM branches LEFT JOIN branches AS parents ON parents.id = branches.parent";

impl BranchRow {
    fn read(path: &Path, row: &rusqlite::Row<'_>) -> Result<Self, StoryError> {
        let sql = |error| StoryError::from_sqlite(path, error);
        let name: String = row.get(1).map_err(sql)?;
        let damaged = |what: &str| StoryError::damaged(path, format!("the branch `{name}` has no usable {what}"));
        let text = |column: usize| row.get::<_, String>(column).map_err(sql);
        let number = |column: usize| row.get::<_, i64>(column).map_err(sql);
        let at = |column: usize| checked_instant(number(column)?).map_err(|_| damaged("instants"));
        let legend: Vec<u8> = row.get(8).map_err(sql)?;
        let parent: Option<String> = row.get(2).map_err(sql)?;
        if parent.is_none() && row.get::<_, Option<i64>>(17).map_err(sql)?.is_some() {
            return Err(damaged("parent"));
        }
        let shared = RowCounts::read(row, 11).map_err(sql)?;
        let branch = StoryBranch {
            name: name.clone(),
            parent,
            diverges_at: at(3)?,
            fork: at(4)?,
            interventions: serde_json::from_str(&text(5)?).map_err(|_| damaged("interventions"))?,
            param_overrides: serde_json::from_str(&text(6)?).map_err(|_| damaged("settings"))?,
            version: text(7)?,
            ended: RunEnd { at: at(9)?, hash: u128::from_str_radix(&text(10)?, 16).map_err(|_| damaged("hash"))? },
            shared_events: usize::try_from(shared.events).map_err(|_| damaged("number of events"))?,
        };
        Ok(Self { id: number(0)?, branch, symbols: postcard::from_bytes(&legend).map_err(|_| damaged("legend"))?, shared })
    }
}

/// Whether a file has tables for branches.
fn has_branch_tables(connection: &Connection) -> rusqlite::Result<bool> {
    connection
        .query_row("SELECT count(*) FROM main.sqlite_schema WHERE name = 'branches'", [], |row| row.get::<_, i64>(0))
        .map(|n| n > 0)
}

/// All branches, parents before their children.
fn read_branches(path: &Path, connection: &Connection) -> Result<Vec<BranchRow>, StoryError> {
    let sql = |error| StoryError::from_sqlite(path, error);
    if !has_branch_tables(connection).map_err(sql)? {
        return Ok(Vec::new());
    }
    let mut query = connection.prepare(&format!("SELECT {COLUMNS} {FROM} ORDER BY branches.id")).map_err(sql)?;
    let mut rows = query.query([]).map_err(sql)?;
    let mut branches: Vec<BranchRow> = Vec::new();
    while let Some(row) = rows.next().map_err(sql)? {
        let stored = BranchRow::read(path, row)?;
        if let Some(parent) = &stored.branch.parent
            && branches.iter().all(|before| before.branch.name != *parent)
        {
            return Err(StoryError::damaged(path, format!("the branch `{}` precedes its parent", stored.branch.name)));
        }
        branches.push(stored);
    }
    Ok(branches)
}

/// A branch by name, preceded by its ancestors.
pub(super) fn branch_path(path: &Path, connection: &Connection, name: &str) -> Result<Vec<BranchRow>, StoryError> {
    let mut branches = read_branches(path, connection)?;
    let no_such = |branches: &[BranchRow]| StoryError::NoSuchBranch {
        path: path.to_path_buf(),
        requested: name.to_owned(),
        suggestion: nearest_name(name, branches.iter().map(|one| one.branch.name.as_str())).map(str::to_owned),
    };
    let mut line = Vec::new();
    let mut wanted = Some(name.to_owned());
    while let Some(name) = wanted.take() {
        let Some(at) = branches.iter().position(|one| one.branch.name == name) else { return Err(no_such(&branches)) };
        let stored = branches.swap_remove(at);
        wanted.clone_from(&stored.branch.parent);
        line.push(stored);
    }
    line.reverse();
    Ok(line)
}

/// Creates temporary views, named like the story's tables, that show a branch.
pub(super) fn create_branch_views(connection: &Connection, branch_path: &[BranchRow]) -> rusqlite::Result<()> {
    let Some((last, before)) = branch_path.split_last() else { return Ok(()) };
    let mut text = String::new();
    for (table, counts, columns) in GROWING_TABLES {
        // Rows of each ancestor that all later ones share, from the last ancestor back to the main run.
        let mut parts = vec![format!("SELECT {columns} FROM main.branch_{table} WHERE branch = {}", last.id)];
        let mut shared = last.shared;
        for one in before.iter().rev() {
            let end = shared.end_of(table);
            parts.push(format!("SELECT {columns} FROM main.branch_{table} WHERE branch = {} AND {counts} < {end}", one.id));
            shared = shared.min(one.shared);
        }
        parts.push(format!("SELECT {columns} FROM main.{table} WHERE {counts} < {}", shared.end_of(table)));
        text += &format!("CREATE TEMP VIEW {table} AS {};\n", parts.join(" UNION ALL "));
    }
    for (table, columns) in UNSHARED_TABLES {
        text += &format!("CREATE TEMP VIEW {table} AS SELECT {columns} FROM main.branch_{table} WHERE branch = {};\n", last.id);
    }
    connection.execute_batch(&text)
}

impl Story {
    /// The branches of a story, parents before their children.
    ///
    /// # Errors
    /// If there is no such file, or it is not a story or is damaged.
    pub fn branches(path: &Path) -> Result<Vec<StoryBranch>, StoryError> {
        let connection = super::read::connect(path)?;
        Ok(read_branches(path, &connection)?.into_iter().map(|stored| stored.branch).collect())
    }

    /// Saves a run that was forked from this one (the main run or a branch) as a branch.
    ///
    /// # Errors
    /// If a branch of that name exists, or the file cannot be written. The file is unchanged in that case.
    pub fn save_branch(&self, new_branch: &NewBranch<'_>) -> Result<(), StoryError> {
        let (path, connection) = (&self.path, self.write_branch(new_branch)?);
        connection.execute_batch("COMMIT").map_err(|error| StoryError::from_sqlite(path, error))?;
        super::store::close_write_ahead_log(&connection, path);
        Ok(())
    }

    /// Writes a branch in an open transaction; the file is unchanged until it is committed.
    pub(super) fn write_branch(&self, new_branch: &NewBranch<'_>) -> Result<Connection, StoryError> {
        let path = &self.path;
        let connection = super::store::open(path)?;
        let sql = |error| StoryError::from_sqlite(path, error);
        connection.execute_batch(BRANCH_SCHEMA).map_err(sql)?;
        let taken = connection
            .query_row("SELECT id FROM branches WHERE name = ?1", [new_branch.name], |_| Ok(()))
            .optional()
            .map_err(sql)?;
        if taken.is_some() {
            return Err(StoryError::BranchExists { path: path.clone(), name: new_branch.name.to_owned() });
        }
        let shared = shared_rows(&self.chronicle, new_branch.chronicle, self.facts.len());
        let facts = self.facts.iter().map(|(&id, &fact)| (fact, id)).collect::<HashMap<Fact, i64>>();
        let lay_out = || -> rusqlite::Result<()> {
            for (table, _, columns) in GROWING_TABLES {
                connection.execute_batch(&format!("CREATE TEMP TABLE {table} AS SELECT {columns} FROM main.{table} WHERE 0;"))?;
            }
            connection.execute_batch(
                "CREATE TEMP TABLE agents (id INTEGER PRIMARY KEY, key, kind, name, called, pronouns);
                 CREATE TEMP TABLE counts (day, kind, part, n, PRIMARY KEY (day, kind, part));",
            )
        };
        lay_out().map_err(sql)?;
        let head = StoryHeader { symbols: new_branch.symbols.clone(), ..self.header.clone() };
        let stored = StoredRows { samples: shared.samples, crowd: shared.crowd, beats: shared.beats, measures: shared.measures };
        let mut store = StoryStore::for_branch(path, connection, head, facts, stored);
        store.write(&own_rows(new_branch.chronicle, &shared))?;
        let connection = store.into_connection();
        let finish = || -> rusqlite::Result<()> {
            let parent: Option<i64> = match self.branch() {
                None => None,
                Some(parent) => {
                    connection.query_row("SELECT id FROM branches WHERE name = ?1", [&parent.name], |row| row.get(0))?
                }
            };
            insert_branch(&connection, parent, new_branch, &shared, &self.chronicle)?;
            let id = connection.last_insert_rowid();
            let whole = UNSHARED_TABLES.iter().map(|(table, columns)| (*table, *columns));
            for (table, columns) in GROWING_TABLES.iter().map(|(table, _, columns)| (*table, *columns)).chain(whole) {
                connection.execute(&format!("INSERT INTO main.branch_{table} SELECT ?1, {columns} FROM temp.{table}"), [id])?;
            }
            connection.pragma_update(None, "user_version", BRANCHED_FORMAT_VERSION)
        };
        finish().map_err(sql)?;
        Ok(connection)
    }
}

/// The rows that a branch does not share with its parent.
fn own_rows(chronicle: &Chronicle, shared: &RowCounts) -> StoryBatch {
    fn after<T: Clone>(all: &[T], shared: i64) -> Vec<T> {
        all.get(usize::try_from(shared).unwrap_or(usize::MAX)..).unwrap_or_default().to_vec()
    }
    StoryBatch {
        events: after(chronicle.events(), shared.events),
        samples: after(chronicle.samples(), shared.samples),
        counts: chronicle.counts().collect(),
        agents: chronicle.agents.iter().cloned().collect(),
        crowd: after(&chronicle.crowd, shared.crowd),
        beats: after(&chronicle.beats, shared.beats),
        measures: after(&chronicle.measures, shared.measures),
    }
}

fn insert_branch(
    connection: &Connection,
    parent: Option<i64>,
    new_branch: &NewBranch<'_>,
    shared: &RowCounts,
    of: &Chronicle,
) -> rusqlite::Result<()> {
    let at = [of, new_branch.chronicle].into_iter().filter_map(|one| one.events().get(usize::try_from(shared.events).ok()?));
    let at = at.map(|event| event.at).min().unwrap_or(new_branch.ended);
    let legend = postcard::to_stdvec(new_branch.symbols).expect("strings and numbers serialise to postcard");
    let interventions = serde_json::to_string(new_branch.interventions).expect("interventions consist of strings and numbers");
    let set = serde_json::to_string(new_branch.param_overrides).expect("pairs of strings serialise to JSON");
    let RowCounts { events, samples, crowd, beats, measures, facts } = *shared;
    let civil = |at: Instant| new_branch.symbols.civil_time(at);
    connection.execute(
        "INSERT INTO branches (name, parent, at_us, at, fork_us, interventions, \"set\", longhand, legend, ended_us, ended, hash,
            events, samples, crowd, beats, measures, facts)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        params![
            new_branch.name,
            parent,
            at.0,
            civil(at),
            new_branch.fork.0,
            interventions,
            set,
            LONGHAND_VERSION,
            legend,
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

/// Turns the header of the main run into that of a branch.
pub(super) fn apply_branches(header: &mut StoryHeader, branch_path: &[BranchRow]) {
    for row in branch_path {
        let StoryBranch { param_overrides: set, interventions, .. } = &row.branch;
        header.param_overrides.retain(|(name, _)| set.iter().all(|(other, _)| other != name));
        header.param_overrides.extend(set.iter().cloned());
        header.interventions.extend(interventions.iter().cloned());
        header.symbols.clone_from(&row.symbols);
    }
}
