//! Branches: runs that were forked from a story, stored in its file as a tree.
//!
//! A branch has the tables of a story, each with the branch's number as first column (`branch_events`, …). The rows at the
//! beginning of each table that it shares with its parent are not stored again. To read a branch, temporary views with the names
//! of the story's tables combine these rows, so that the code that reads a story also reads a branch. To save a branch (`save_branch.rs`), the
//! code that writes a story fills temporary tables, which are copied in one transaction: the branch is in the file completely or not
//! at all.

use super::super::SymbolTable;
use super::connection::format_version;
use super::records::{ID_SHIFT, NUMBER_MASK};
use super::row_counts::{GROWING_TABLES, GrowingTable, RowCounts};
use super::rows::checked_instant;
use super::{FORMAT_VERSION, RunEnd, StoryError, StoryHeader, format_5};
use longhand_expr::ids::Instant;
use longhand_expr::nearest_name;
use longhand_scene::Intervention;
use rusqlite::Connection;
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

/// The tables that a branch stores completely.
pub(super) const UNSHARED_TABLES: [(&str, &str); 2] =
    [("agents", "id, key, kind, name, called, pronouns, draw_key"), ("counts", "day, kind, part, n")];

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
        let instant = |column: usize| checked_instant(number(column)?).map_err(|_| damaged("instants"));
        let symbols: Vec<u8> = row.get(8).map_err(sql)?;
        let parent: Option<String> = row.get(2).map_err(sql)?;
        if parent.is_none() && row.get::<_, Option<i64>>(17).map_err(sql)?.is_some() {
            return Err(damaged("parent"));
        }
        let shared = RowCounts::read(row, 11).map_err(sql)?;
        let branch = StoryBranch {
            name: name.clone(),
            parent,
            diverges_at: instant(3)?,
            fork: instant(4)?,
            interventions: serde_json::from_str(&text(5)?).map_err(|_| damaged("interventions"))?,
            param_overrides: serde_json::from_str(&text(6)?).map_err(|_| damaged("settings"))?,
            version: text(7)?,
            ended: RunEnd { at: instant(9)?, hash: u128::from_str_radix(&text(10)?, 16).map_err(|_| damaged("hash"))? },
            shared_events: usize::try_from(shared.events).map_err(|_| damaged("number of events"))?,
        };
        Ok(Self { id: number(0)?, branch, symbols: postcard::from_bytes(&symbols).map_err(|_| damaged("legend"))?, shared })
    }
}

/// Whether a file has tables for branches.
fn has_branch_tables(connection: &Connection) -> rusqlite::Result<bool> {
    has_table(connection, "branches")
}

/// Whether a file has a table.
pub(super) fn has_table(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    connection
        .query_row("SELECT count(*) FROM main.sqlite_schema WHERE name = ?1", [table], |row| row.get::<_, i64>(0))
        .map(|n| n > 0)
}

/// All branches, parents before their children.
pub(super) fn read_branches(path: &Path, connection: &Connection) -> Result<Vec<BranchRow>, StoryError> {
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
            && branches.iter().all(|earlier| earlier.branch.name != *parent)
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
    let no_such_branch = |branches: &[BranchRow]| StoryError::NoSuchBranch {
        path: path.to_path_buf(),
        requested: name.to_owned(),
        suggestion: nearest_name(name, branches.iter().map(|row| row.branch.name.as_str())).map(str::to_owned),
    };
    let mut ancestry = Vec::new();
    let mut next_name = Some(name.to_owned());
    while let Some(name) = next_name.take() {
        let Some(position) = branches.iter().position(|row| row.branch.name == name) else {
            return Err(no_such_branch(&branches));
        };
        let stored = branches.swap_remove(position);
        next_name.clone_from(&stored.branch.parent);
        ancestry.push(stored);
    }
    ancestry.reverse();
    Ok(ancestry)
}

/// Creates temporary views, named like the story's tables, that show a branch.
pub(super) fn create_branch_views(connection: &Connection, branch_path: &[BranchRow]) -> rusqlite::Result<()> {
    let Some((branch_row, ancestors)) = branch_path.split_last() else { return Ok(()) };
    let mut text = String::new();
    let tables: &[GrowingTable] =
        if format_version(connection)? < FORMAT_VERSION { &format_5::GROWING_TABLES } else { &GROWING_TABLES };
    for &(table, count_column, columns) in tables {
        // A file of an earlier version does not have every table.
        if !has_table(connection, table)? || !has_table(connection, &format!("branch_{table}"))? {
            continue;
        }
        // Rows of each ancestor that all later ones share, from the last ancestor back to the main run.
        let mut parts = vec![format!("SELECT {columns} FROM main.branch_{table} WHERE branch = {}", branch_row.id)];
        let mut shared = branch_row.shared;
        for ancestor in ancestors.iter().rev() {
            let (end, columns) = (shared.end_of(table), shared_columns(table, columns, &shared));
            parts.push(format!(
                "SELECT {columns} FROM main.branch_{table} WHERE branch = {} AND {count_column} < {end}",
                ancestor.id
            ));
            shared = shared.min(ancestor.shared);
        }
        let (end, columns) = (shared.end_of(table), shared_columns(table, columns, &shared));
        parts.push(format!("SELECT {columns} FROM main.{table} WHERE {count_column} < {end}"));
        text += &format!("CREATE TEMP VIEW {table} AS {};\n", parts.join(" UNION ALL "));
    }
    for (table, columns) in UNSHARED_TABLES {
        text +=
            &format!("CREATE TEMP VIEW {table} AS SELECT {columns} FROM main.branch_{table} WHERE branch = {};\n", branch_row.id);
    }
    // The names of the scene, and those of the branch's own agents.
    let prefix = format!("branch {} ", branch_row.id);
    text += &format!(
        "CREATE TEMP VIEW names AS SELECT of, id, name FROM main.names WHERE of NOT LIKE 'agent %' AND of NOT LIKE 'branch %'
         UNION ALL SELECT substr(of, {}), id, name FROM main.names WHERE of LIKE '{prefix}%';\n",
        prefix.len() + 1
    );
    connection.execute_batch(&text)
}

/// The columns of a table of an ancestor. Of a row with several samples, those that are not shared are cut off.
fn shared_columns(table: &str, columns: &str, shared: &RowCounts) -> String {
    if table != "packed_samples" {
        return columns.to_owned();
    }
    let record_len = format!("((widths >> {ID_SHIFT}) + (widths & {NUMBER_MASK}))");
    columns.replace("numbers", &format!("substr(numbers, 1, ({} - position) * {record_len})", shared.samples))
}

/// Turns the header of the main run into that of a branch.
pub(super) fn apply_branches(header: &mut StoryHeader, branch_path: &[BranchRow]) {
    for row in branch_path {
        let StoryBranch { param_overrides: overrides, interventions, .. } = &row.branch;
        header.param_overrides.retain(|(name, _)| overrides.iter().all(|(other, _)| other != name));
        header.param_overrides.extend(overrides.iter().cloned());
        header.interventions.extend(interventions.iter().cloned());
        header.symbols.clone_from(&row.symbols);
    }
}
