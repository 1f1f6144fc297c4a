//! A new story file: its tables and the header of its run.
//!
//! The file is written under another name and renamed when it is complete. So a file at the given path is always a valid story,
//! even if the process is killed at any moment.

use super::super::SymbolTable;
use super::super::whole_file::hidden_name;
use super::views::{all_bytes, view_schema};
use super::{APPLICATION_ID, FORMAT_VERSION, SCHEMA, StoryError, StoryHeader};
use rusqlite::{Connection, params};
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

pub(super) fn create(path: &Path, header: &StoryHeader) -> Result<(), StoryError> {
    if path.exists() {
        return Err(StoryError::Exists { path: path.to_path_buf() });
    }
    // Another process may create the same story at this moment, so the name is this one's own.
    let temporary = hidden_name(path).map_err(|source| StoryError::Io { path: path.to_path_buf(), source })?;
    let write = || {
        let mut connection = Connection::open(&temporary)?;
        // The file is new, so no journal is needed to restore a former state.
        connection.execute_batch("PRAGMA journal_mode = MEMORY")?;
        write_header(&mut connection, header)?;
        connection.close().map_err(|(_, error)| error)
    };
    write().map_err(|error| {
        _ = std::fs::remove_file(&temporary);
        StoryError::from_sqlite(path, error)
    })?;
    move_without_overwriting(&temporary, path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => StoryError::Exists { path: path.to_path_buf() },
        _ => StoryError::Io { path: path.to_path_buf(), source: error },
    })
}

/// Moves a file. Fails if there is a file at the new path, even if it has just been created.
fn move_without_overwriting(from: &Path, to: &Path) -> std::io::Result<()> {
    match std::fs::hard_link(from, to) {
        Ok(()) => std::fs::remove_file(from),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            _ = std::fs::remove_file(from);
            Err(error)
        }
        // The file system has no hard links. Renaming replaces a file, so the name is taken first.
        Err(_) => match File::create_new(to) {
            Ok(_) => std::fs::rename(from, to),
            Err(error) => {
                _ = std::fs::remove_file(from);
                Err(error)
            }
        },
    }
}

fn write_header(connection: &mut Connection, header: &StoryHeader) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    transaction.execute_batch(&view_schema(false))?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", FORMAT_VERSION)?;
    let meta = |key: &str, value: &dyn rusqlite::ToSql| {
        transaction.execute("INSERT INTO meta VALUES (?1, ?2)", params![key, value]).map(drop)
    };
    let symbols = &header.symbols;
    meta("longhand", &header.version)?;
    meta("scene", &header.scene)?;
    meta("title", &header.title)?;
    meta("seed", &header.seed.to_string())?;
    meta("set", &serde_json::to_string(&header.param_overrides).expect("pairs of strings serialise to JSON"))?;
    meta("starts", &symbols.calendar.start().to_string())?;
    meta("tick_us", &header.tick_us)?;
    if let Some(until) = header.until {
        meta("until_us", &until.0)?;
    }
    meta("legend", &postcard::to_stdvec(symbols).expect("strings and numbers serialise to postcard"))?;
    meta("bytes", &all_bytes())?;
    for (position, (path, text)) in header.sources.iter().enumerate() {
        transaction.execute("INSERT INTO sources VALUES (?1, ?2, ?3)", params![position as i64, path, text])?;
    }
    let name_lists: [(&str, Vec<&str>); 6] = [
        ("kind", symbols.kinds.iter().map(String::as_str).collect()),
        ("attribute", symbols.attributes.iter().map(|symbol| symbol.id.as_str()).collect()),
        ("bond", symbols.dims.iter().map(|symbol| symbol.id.as_str()).collect()),
        ("tie", symbols.ties.iter().map(String::as_str).collect()),
        ("place", symbols.places.iter().map(|symbol| symbol.id.as_str()).collect()),
        ("value", symbols.values.iter().map(String::as_str).collect()),
    ];
    for (kind, names) in name_lists {
        for (id, name) in names.into_iter().enumerate() {
            transaction.execute("INSERT INTO names VALUES (?1, ?2, ?3)", params![kind, id as i64, name])?;
        }
    }
    for (id, event) in symbols.events.iter().enumerate() {
        transaction.execute("INSERT INTO event_kinds VALUES (?1, ?2)", params![id as i64, event.name])?;
    }
    insert_slot_names(&transaction, "", symbols, 0)?;
    transaction.commit()
}

/// Stores the names of the roles of each kind of event from a kind on. `prefix` is not empty for those of a branch.
pub(super) fn insert_slot_names(
    connection: &Connection,
    prefix: &str,
    symbols: &SymbolTable,
    first_kind: usize,
) -> rusqlite::Result<()> {
    let mut insert = connection.prepare("INSERT INTO main.names VALUES (?1, ?2, ?3)")?;
    for (kind, event) in symbols.events.iter().enumerate().skip(first_kind) {
        for (slot, name) in event.slots.iter().enumerate() {
            insert.execute(params![format!("{prefix}slot {kind}"), slot as i64, name])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::move_without_overwriting;
    use std::fs::{read_to_string, write};

    #[test]
    fn a_file_that_appears_while_a_story_is_created_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a.story.new"), folder.path().join("a.story"));
        write(&from, "mine").unwrap();
        write(&to, "theirs").unwrap();
        assert!(move_without_overwriting(&from, &to).is_err());
        assert_eq!(read_to_string(&to).unwrap(), "theirs");
        write(&from, "mine").unwrap();
        std::fs::remove_file(&to).unwrap();
        move_without_overwriting(&from, &to).unwrap();
        assert_eq!(read_to_string(&to).unwrap(), "mine");
        assert!(!from.exists());
    }
}
