//! A new story file: its tables and the header of its run.
//!
//! The file is written under another name and renamed when it is complete. So a file at the given path is always a valid story,
//! even if the process is killed at any moment.

use super::{APPLICATION_ID, FORMAT_VERSION, SCHEMA, StoryError, StoryHeader};
use rusqlite::{Connection, params};
use std::path::Path;

pub(super) fn create(path: &Path, header: &StoryHeader) -> Result<(), StoryError> {
    if path.exists() {
        return Err(StoryError::Exists { path: path.to_path_buf() });
    }
    let beside = path.with_added_extension("new");
    // Left over from a process that was killed at this point.
    _ = std::fs::remove_file(&beside);
    let write = || {
        let mut connection = Connection::open(&beside)?;
        // The file is new, so no journal is needed to restore a former state.
        connection.execute_batch("PRAGMA journal_mode = MEMORY")?;
        write_header(&mut connection, header)?;
        connection.close().map_err(|(_, error)| error)
    };
    write().map_err(|error| StoryError::from_sqlite(path, error))?;
    std::fs::rename(&beside, path).map_err(|error| StoryError::Io { path: path.to_path_buf(), source: error })
}

fn write_header(connection: &mut Connection, header: &StoryHeader) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", FORMAT_VERSION)?;
    let meta = |key: &str, value: &dyn rusqlite::ToSql| {
        transaction.execute("INSERT INTO meta VALUES (?1, ?2)", params![key, value]).map(drop)
    };
    let legend = &header.symbols;
    meta("longhand", &header.version)?;
    meta("scene", &header.scene)?;
    meta("title", &header.title)?;
    meta("seed", &header.seed.to_string())?;
    meta("set", &serde_json::to_string(&header.param_overrides).expect("pairs of strings serialise to JSON"))?;
    meta("starts", &legend.starts.to_string())?;
    meta("tick_us", &header.tick_us)?;
    if let Some(until) = header.until {
        meta("until_us", &until.0)?;
    }
    meta("legend", &postcard::to_stdvec(legend).expect("strings and numbers serialise to postcard"))?;
    for (position, (path, text)) in header.sources.iter().enumerate() {
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
