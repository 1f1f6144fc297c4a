//! Writes tables into one SQLite file, which appears under its name only when it is whole.

use super::ExportError;
use super::tables::{ColumnType, TableCell, TableColumn};
use longhand_expr::Calendar;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A file being written: a hidden database that is renamed when it is finished.
#[derive(Debug)]
pub(super) struct SqliteFile {
    path: PathBuf,
    hidden: PathBuf,
    connection: Option<Rc<Connection>>,
}

/// A table of the file.
pub(super) struct SqliteTable {
    path: PathBuf,
    connection: Rc<Connection>,
    insert: String,
}

impl SqliteFile {
    pub(super) fn create(path: &Path) -> Result<Self, ExportError> {
        let io_error = |source| ExportError::File { path: path.to_path_buf(), source };
        if path.is_dir() {
            return Err(io_error(std::io::ErrorKind::IsADirectory.into()));
        }
        let hidden = longhand_chronicle::hidden_name(path).map_err(io_error)?;
        // SQLite reports a folder that does not exist without a reason.
        std::fs::File::create_new(&hidden).map_err(io_error)?;
        let mut file = Self { path: path.to_path_buf(), hidden, connection: None };
        let open = || {
            let connection = Connection::open(&file.hidden)?;
            connection.set_prepared_statement_cache_capacity(32);
            connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")?;
            Ok(connection)
        };
        file.connection = Some(Rc::new(open().map_err(|error| sqlite_error(path, error))?));
        Ok(file)
    }

    pub(super) fn create_table(&self, name: &str, columns: &[TableColumn]) -> Result<SqliteTable, ExportError> {
        let connection = self.connection.clone().expect("the file is open until it is finished");
        let declarations: Vec<String> =
            columns.iter().map(|column| format!("{} {}", quoted(&column.name), declared_type(column.column_type))).collect();
        let create = format!("CREATE TABLE {} ({})", quoted(name), declarations.join(", "));
        connection.execute_batch(&create).map_err(|error| sqlite_error(&self.path, error))?;
        let insert = format!("INSERT INTO {} VALUES ({})", quoted(name), vec!["?"; columns.len()].join(", "));
        Ok(SqliteTable { path: self.path.clone(), connection, insert })
    }

    pub(super) fn finish(mut self) -> Result<(), ExportError> {
        let connection = self.connection.take().and_then(|connection| Rc::try_unwrap(connection).ok());
        let connection = connection.expect("every table is finished before the file");
        let close = || {
            connection.execute_batch("COMMIT")?;
            connection.flush_prepared_statement_cache();
            connection.close().map_err(|(_, error)| error)
        };
        close().map_err(|error| sqlite_error(&self.path, error))?;
        std::fs::rename(&self.hidden, &self.path).map_err(|source| ExportError::File { path: self.path.clone(), source })
    }
}

impl Drop for SqliteFile {
    fn drop(&mut self) {
        // After a successful `finish` there is no hidden file.
        _ = std::fs::remove_file(&self.hidden);
    }
}

impl SqliteTable {
    pub(super) fn write_row(&mut self, cells: &[TableCell<'_>], calendar: &Calendar) -> Result<(), ExportError> {
        let value = |cell: &TableCell<'_>| match cell {
            TableCell::Null => Value::Null,
            TableCell::Int(value) => Value::Integer(*value),
            TableCell::Real(value) => Value::Real(*value),
            TableCell::Bool(value) => Value::Integer(i64::from(*value)),
            TableCell::Text(text) => Value::Text(text.to_string()),
            TableCell::Time(at) => Value::Text(calendar.datetime(*at).to_string()),
        };
        let insert = || self.connection.prepare_cached(&self.insert)?.execute(params_from_iter(cells.iter().map(value)));
        insert().map(drop).map_err(|error| sqlite_error(&self.path, error))
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn declared_type(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Ascending | ColumnType::Int | ColumnType::Bool => "INTEGER",
        ColumnType::Real => "REAL",
        ColumnType::Text | ColumnType::Time => "TEXT",
    }
}

fn sqlite_error(path: &Path, error: rusqlite::Error) -> ExportError {
    ExportError::Sqlite { path: path.to_path_buf(), source: error }
}
