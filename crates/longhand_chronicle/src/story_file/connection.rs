//! Opening a story file for reading or for writing.

use super::{APPLICATION_ID, FORMAT_VERSION, OLDEST_READABLE_VERSION, StoryError};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// How long to wait for another process's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Opens a story for reading.
pub(super) fn open_to_read(path: &Path) -> Result<Connection, StoryError> {
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
        (connection, APPLICATION_ID, OLDEST_READABLE_VERSION..=FORMAT_VERSION) => Ok(connection),
        (_, APPLICATION_ID, found) => Err(StoryError::OtherFormat { path: path.to_path_buf(), found }),
        _ => Err(StoryError::NotAStory { path: path.to_path_buf() }),
    }
}

/// A database with its `application_id` and `user_version`.
fn open_database(path: &Path, flags: OpenFlags) -> rusqlite::Result<(Connection, i32, i32)> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let application = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version = format_version(&connection)?;
    Ok((connection, application, version))
}

/// The version of the tables.
pub(super) fn format_version(connection: &Connection) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Opens a story for writing and begins a transaction.
///
/// Uses write-ahead logging: a batch is one write, readers see what is committed, and a killed process loses no committed batch.
pub(super) fn open_to_write(path: &Path) -> Result<Connection, StoryError> {
    let open = || {
        // A connection is used by one thread at a time.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        Ok((format_version(&connection)?, connection))
    };
    let begin = |connection: &Connection| {
        connection.set_prepared_statement_cache_capacity(32);
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")?;
        // A recorder holds its lock until it finishes, so waiting for it is useless.
        connection.busy_timeout(Duration::ZERO)?;
        connection.execute_batch("BEGIN IMMEDIATE")?;
        connection.busy_timeout(BUSY_TIMEOUT)
    };
    let story_error = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy) => StoryError::InUse { path: path.to_path_buf() },
        _ => StoryError::from_sqlite(path, error),
    };
    match open().map_err(story_error)? {
        (FORMAT_VERSION, connection) => begin(&connection).map(|()| connection).map_err(story_error),
        (found, _) => Err(StoryError::EarlierFormat { path: path.to_path_buf(), found }),
    }
}

/// Merges the write-ahead log into the main file, so that it can be read on read-only media. Skipped while another process has it
/// open.
pub(super) fn close_write_ahead_log(connection: &Connection, path: &Path) {
    let merge_log = || {
        connection.busy_timeout(Duration::ZERO)?;
        connection.execute_batch("PRAGMA journal_mode = DELETE")
    };
    if let Err::<(), rusqlite::Error>(error) = merge_log() {
        tracing::debug!("{} keeps its write-ahead log: {error}", path.display());
    }
}

/// Commits, and begins the next transaction.
pub(super) fn commit(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("COMMIT; BEGIN IMMEDIATE")
}
