//! Tables of any content: their columns and cells, and the files into which they are written.

use super::ExportError;
use super::csv::CsvTable;
use super::parquet_file::ParquetTable;
use super::sqlite::{SqliteFile, SqliteTable};
use longhand_chronicle::WholeFile;
use longhand_expr::Calendar;
use longhand_expr::ids::{AgentId, Instant};
use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

/// File format of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// CSV.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// All tables in one SQLite file.
    Sqlite,
}

/// Data type of a column. Every column is nullable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Integers that mostly ascend from row to row.
    Ascending,
    /// Integers.
    Int,
    /// Floating-point numbers.
    Real,
    /// Booleans.
    Bool,
    /// Texts.
    Text,
    /// Instants, written as civil time.
    Time,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct TableColumn {
    /// Column name.
    pub name: Cow<'static, str>,
    /// Data type.
    pub column_type: ColumnType,
}

impl TableColumn {
    pub(crate) const fn new(name: &'static str, column_type: ColumnType) -> Self {
        Self { name: Cow::Borrowed(name), column_type }
    }
}

/// The value of a cell.
#[derive(Clone, Debug)]
pub enum TableCell<'a> {
    /// No value.
    Null,
    /// An integer.
    Int(i64),
    /// A floating-point number.
    Real(f64),
    /// A boolean.
    Bool(bool),
    /// A text.
    Text(Cow<'a, str>),
    /// An instant.
    Time(Instant),
}

impl<'a> TableCell<'a> {
    /// A borrowed text.
    #[must_use]
    pub fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// An owned text.
    #[must_use]
    pub fn owned_text(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }

    /// A number; null if it is not finite.
    #[must_use]
    pub fn real(value: f64) -> Self {
        if value.is_finite() { Self::Real(value) } else { Self::Null }
    }

    /// The number of an agent; null for no agent.
    pub(super) fn agent(agent: AgentId) -> Self {
        if agent.is_some() { Self::Int(i64::from(agent.0)) } else { Self::Null }
    }

    /// A value that may be missing.
    pub(crate) fn optional(cell: Option<Self>) -> Self {
        cell.unwrap_or(Self::Null)
    }
}

/// Where tables are written: a folder with one file for each table, or one SQLite file. A file appears under its name only when it is
/// whole.
#[derive(Debug)]
pub struct TableFolder {
    path: PathBuf,
    calendar: Calendar,
    format: FolderFormat,
}

#[derive(Debug)]
enum FolderFormat {
    Csv,
    Parquet,
    Sqlite(SqliteFile),
}

/// A table being written.
pub struct TableWriter {
    path: PathBuf,
    calendar: Calendar,
    backend: TableBackend,
}

enum TableBackend {
    Csv(Box<CsvTable<WholeFile>>),
    Parquet(Box<ParquetTable<WholeFile>>),
    Sqlite(SqliteTable),
}

impl TableFolder {
    /// Opens a folder for tables, and creates it if needed; for SQLite, begins the file.
    ///
    /// # Errors
    /// When the folder or the file cannot be created.
    pub fn create(path: &Path, format: TableFormat, calendar: Calendar) -> Result<Self, ExportError> {
        let format = match format {
            TableFormat::Sqlite => FolderFormat::Sqlite(SqliteFile::create(path)?),
            TableFormat::Csv | TableFormat::Parquet => {
                std::fs::create_dir_all(path).map_err(|source| file_error(path, source))?;
                if format == TableFormat::Csv { FolderFormat::Csv } else { FolderFormat::Parquet }
            }
        };
        Ok(Self { path: path.to_path_buf(), calendar, format })
    }

    /// Creates a table; an existing file of that name is replaced when the table is finished.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn create_table(&self, name: &str, columns: &[TableColumn]) -> Result<TableWriter, ExportError> {
        let create = |extension: &str| {
            let path = self.path.join(format!("{name}.{extension}"));
            WholeFile::create(&path).map(|out| (path.clone(), out)).map_err(|source| file_error(&path, source))
        };
        let (path, backend) = match &self.format {
            FolderFormat::Csv => {
                let (path, out) = create("csv")?;
                let table = CsvTable::new(out, columns).map_err(|source| file_error(&path, source))?;
                (path, TableBackend::Csv(Box::new(table)))
            }
            FolderFormat::Parquet => {
                let (path, out) = create("parquet")?;
                let table =
                    ParquetTable::new(out, name, columns, &self.calendar).map_err(|error| parquet_error(&path, &error))?;
                (path, TableBackend::Parquet(Box::new(table)))
            }
            FolderFormat::Sqlite(file) => (self.path.clone(), TableBackend::Sqlite(file.create_table(name, columns)?)),
        };
        Ok(TableWriter { path, calendar: self.calendar.clone(), backend })
    }

    /// Finishes the folder when all tables are finished.
    ///
    /// # Errors
    /// When the SQLite file cannot be written.
    pub fn finish(self) -> Result<(), ExportError> {
        match self.format {
            FolderFormat::Csv | FolderFormat::Parquet => Ok(()),
            FolderFormat::Sqlite(file) => file.finish(),
        }
    }
}

impl TableWriter {
    /// Writes a row.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_row(&mut self, cells: &[TableCell<'_>]) -> Result<(), ExportError> {
        match &mut self.backend {
            TableBackend::Csv(csv) => csv.write_row(cells, &self.calendar).map_err(|source| file_error(&self.path, source)),
            TableBackend::Parquet(table) => {
                table.write_row(cells, &self.calendar).map_err(|error| parquet_error(&self.path, &error))
            }
            TableBackend::Sqlite(table) => table.write_row(cells, &self.calendar),
        }
    }

    /// Finishes the table.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(self) -> Result<(), ExportError> {
        let file = match self.backend {
            TableBackend::Csv(csv) => csv.finish().map_err(|source| file_error(&self.path, source))?,
            TableBackend::Parquet(table) => table.finish().map_err(|error| parquet_error(&self.path, &error))?,
            TableBackend::Sqlite(_) => return Ok(()),
        };
        file.finish().map_err(|source| file_error(&self.path, source))
    }
}

fn file_error(path: &Path, source: io::Error) -> ExportError {
    ExportError::File { path: path.to_path_buf(), source }
}

fn parquet_error(path: &Path, error: &::parquet::errors::ParquetError) -> ExportError {
    ExportError::Parquet { path: path.to_path_buf(), what: error.to_string() }
}
