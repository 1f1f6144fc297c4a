//! Opening a story file for reading or for writing.

use super::{APPLICATION_ID, BRANCHED_FORMAT_VERSION, FORMAT_VERSION, StoryError};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// The tables that files of earlier versions do not have.
const ADDED_TABLES: &str = "CREATE TABLE IF NOT EXISTS limited_changes (
    event INTEGER, position INTEGER, fact INTEGER NOT NULL, wanted REAL, actual REAL, refused INTEGER NOT NULL,
    PRIMARY KEY (event, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS topics (event INTEGER PRIMARY KEY, fact INTEGER NOT NULL, believed REAL, told REAL);";

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
        (connection, APPLICATION_ID, FORMAT_VERSION | BRANCHED_FORMAT_VERSION) => Ok(connection),
        (_, APPLICATION_ID, found) => Err(StoryError::OtherFormat { path: path.to_path_buf(), found }),
        _ => Err(StoryError::NotAStory { path: path.to_path_buf() }),
    }
}

/// A database with its `application_id` and `user_version`.
fn open_database(path: &Path, flags: OpenFlags) -> rusqlite::Result<(Connection, i32, i32)> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    Ok((connection, application, version))
}

/// Opens a story for writing and begins a transaction.
///
/// Uses write-ahead logging: a batch is one write, readers see what is committed, and a killed process loses no committed batch.
pub(super) fn open_to_write(path: &Path) -> Result<Connection, StoryError> {
    let open_and_lock = || {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(32);
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")?;
        // A recorder holds its lock until it finishes, so waiting for it is useless.
        connection.busy_timeout(Duration::ZERO)?;
        connection.execute_batch("BEGIN IMMEDIATE")?;
        connection.execute_batch(ADDED_TABLES)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        Ok(connection)
    };
    open_and_lock().map_err(|error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy) => StoryError::InUse { path: path.to_path_buf() },
        _ => StoryError::from_sqlite(path, error),
    })
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
