//! Defines the exported tables and writes them to a folder.
//!
//! One table holds the events. Roles, changes, causes and values of events are tables of their own with the event as key, so that
//! every column has one type. Agents, beats and measures follow.

use super::csv::CsvTable;
use super::parquet_file::ParquetTable;
use super::{EventSource, ExportError, RunContext};
use longhand_chronicle::Event;
use longhand_expr::Calendar;
use longhand_expr::ids::{AgentId, Instant};
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

/// File format of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// CSV.
    Csv,
    /// Apache Parquet.
    Parquet,
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
#[derive(Clone, Copy, Debug)]
pub struct TableColumn {
    /// Column name.
    pub name: &'static str,
    /// Data type.
    pub column_type: ColumnType,
}

impl TableColumn {
    pub(crate) const fn new(name: &'static str, column_type: ColumnType) -> Self {
        Self { name, column_type }
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

    fn owned_text(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }

    /// A number; null if it is not finite.
    #[must_use]
    pub fn real(value: f64) -> Self {
        if value.is_finite() { Self::Real(value) } else { Self::Null }
    }

    fn agent(agent: AgentId) -> Self {
        if agent.is_some() { Self::Int(i64::from(agent.0)) } else { Self::Null }
    }
}

/// A folder into which tables are written as files.
#[derive(Debug)]
pub struct TableFolder {
    folder: PathBuf,
    format: TableFormat,
    calendar: Calendar,
}

/// A table being written.
pub struct TableWriter {
    path: PathBuf,
    calendar: Calendar,
    backend: TableBackend,
}

enum TableBackend {
    Csv(Box<CsvTable<BufWriter<File>>>),
    Parquet(Box<ParquetTable<BufWriter<File>>>),
}

impl TableFolder {
    /// Opens a folder for tables, and creates it if needed.
    ///
    /// # Errors
    /// When the folder cannot be created.
    pub fn create(folder: &Path, format: TableFormat, calendar: Calendar) -> Result<Self, ExportError> {
        let folder = folder.to_path_buf();
        std::fs::create_dir_all(&folder).map_err(|source| ExportError::File { path: folder.clone(), source })?;
        Ok(Self { folder, format, calendar })
    }

    /// Creates a table; an existing file of that name is overwritten.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn create_table(&self, name: &str, columns: &[TableColumn]) -> Result<TableWriter, ExportError> {
        let extension = match self.format {
            TableFormat::Csv => "csv",
            TableFormat::Parquet => "parquet",
        };
        let path = self.folder.join(format!("{name}.{extension}"));
        let to_file_error = |source| ExportError::File { path: path.clone(), source };
        let out = BufWriter::new(File::create(&path).map_err(to_file_error)?);
        let table = match self.format {
            TableFormat::Csv => TableBackend::Csv(Box::new(CsvTable::new(out, columns).map_err(to_file_error)?)),
            TableFormat::Parquet => {
                let parquet = ParquetTable::new(out, name, columns);
                TableBackend::Parquet(Box::new(parquet.map_err(|error| parquet_error(&path, &error))?))
            }
        };
        Ok(TableWriter { path, calendar: self.calendar, backend: table })
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
        }
    }

    /// Finishes the file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(self) -> Result<(), ExportError> {
        match self.backend {
            TableBackend::Csv(csv) => csv.finish().map_err(|source| file_error(&self.path, source)),
            TableBackend::Parquet(table) => table.finish().map_err(|error| parquet_error(&self.path, &error)),
        }
    }
}

fn file_error(path: &Path, source: io::Error) -> ExportError {
    ExportError::File { path: path.to_path_buf(), source }
}

fn parquet_error(path: &Path, error: &::parquet::errors::ParquetError) -> ExportError {
    ExportError::Parquet { path: path.to_path_buf(), what: error.to_string() }
}

const EVENTS: &[TableColumn] = &[
    TableColumn::new("id", ColumnType::Ascending),
    TableColumn::new("time", ColumnType::Time),
    TableColumn::new("kind", ColumnType::Text),
    TableColumn::new("place", ColumnType::Text),
    TableColumn::new("title", ColumnType::Text),
    TableColumn::new("text", ColumnType::Text),
];
const ROLES: &[TableColumn] = &[
    TableColumn::new("event", ColumnType::Ascending),
    TableColumn::new("role", ColumnType::Text),
    TableColumn::new("agent", ColumnType::Int),
];
const CHANGES: &[TableColumn] = &[
    TableColumn::new("event", ColumnType::Ascending),
    TableColumn::new("fact", ColumnType::Text),
    TableColumn::new("before", ColumnType::Real),
    TableColumn::new("after", ColumnType::Real),
];
const CAUSES: &[TableColumn] = &[
    TableColumn::new("event", ColumnType::Ascending),
    TableColumn::new("cause", ColumnType::Ascending),
    TableColumn::new("link", ColumnType::Text),
    TableColumn::new("fact", ColumnType::Text),
];
const VALUES: &[TableColumn] = &[
    TableColumn::new("event", ColumnType::Ascending),
    TableColumn::new("name", ColumnType::Text),
    TableColumn::new("value", ColumnType::Real),
];
const AGENTS: &[TableColumn] = &[
    TableColumn::new("id", ColumnType::Ascending),
    TableColumn::new("key", ColumnType::Text),
    TableColumn::new("kind", ColumnType::Text),
    TableColumn::new("name", ColumnType::Text),
    TableColumn::new("called", ColumnType::Text),
];
const BEATS: &[TableColumn] = &[
    TableColumn::new("beat", ColumnType::Text),
    TableColumn::new("time", ColumnType::Time),
    TableColumn::new("event", ColumnType::Int),
];
const MEASURES: &[TableColumn] = &[TableColumn::new("measure", ColumnType::Text), TableColumn::new("value", ColumnType::Real)];

/// Writes a run as tables: events, roles, changes, causes, values, agents, beats, measures.
///
/// # Errors
/// When the events cannot be read or a file cannot be written.
pub fn write_tables(source: &mut EventSource<'_>, folder: &TableFolder) -> Result<(), ExportError> {
    let mut events = EventTables {
        events: folder.create_table("events", EVENTS)?,
        roles: folder.create_table("roles", ROLES)?,
        changes: folder.create_table("changes", CHANGES)?,
        causes: folder.create_table("causes", CAUSES)?,
        values: folder.create_table("values", VALUES)?,
    };
    source.for_each_event(|context, event| events.write_event(context, event))?;
    let EventTables { events, roles, changes, causes, values } = events;
    [events, roles, changes, causes, values].into_iter().try_for_each(TableWriter::finish)?;
    let RunContext { symbols, chronicle } = source.context();
    let mut agents = folder.create_table("agents", AGENTS)?;
    for profile in chronicle.agents.iter() {
        let key = if profile.key.is_empty() { TableCell::Null } else { TableCell::text(&profile.key) };
        let kind = TableCell::text(symbols.kind_name(profile.kind));
        agents.write_row(&[
            TableCell::agent(profile.id),
            key,
            kind,
            TableCell::text(&profile.name),
            TableCell::text(&profile.short_name),
        ])?;
    }
    agents.finish()?;
    let mut beats = folder.create_table("beats", BEATS)?;
    for beat in &chronicle.beats {
        let id = symbols.beats.get(beat.beat).map_or(TableCell::Null, |id| TableCell::text(id));
        beats.write_row(&[id, TableCell::Time(beat.at), TableCell::Int(i64::from(beat.event.0))])?;
    }
    beats.finish()?;
    let mut measures = folder.create_table("measures", MEASURES)?;
    for (id, value) in &chronicle.measures {
        measures.write_row(&[TableCell::text(id), TableCell::real(*value)])?;
    }
    measures.finish()
}

/// The tables that get rows for each event.
struct EventTables {
    events: TableWriter,
    roles: TableWriter,
    changes: TableWriter,
    causes: TableWriter,
    values: TableWriter,
}

impl EventTables {
    fn write_event(&mut self, context: &RunContext<'_>, event: &Event) -> Result<(), ExportError> {
        let RunContext { symbols, chronicle } = *context;
        let registry = &chronicle.agents;
        let id = || TableCell::Int(i64::from(event.id.0));
        let place = symbols.place_id(event.place).map_or(TableCell::Null, TableCell::text);
        let document = event.document.as_deref();
        let title = document.map_or(TableCell::Null, |document| TableCell::text(&document.title));
        let text = document.map_or(TableCell::Null, |document| TableCell::text(&document.text));
        self.events.write_row(&[
            id(),
            TableCell::Time(event.at),
            TableCell::text(symbols.event_name(event.kind)),
            place,
            title,
            text,
        ])?;
        for (slot, &agent) in event.roles.iter().enumerate().filter(|(_, agent)| agent.is_some()) {
            self.roles.write_row(&[id(), TableCell::text(symbols.slot_name(event.kind, slot)), TableCell::agent(agent)])?;
        }
        for change in &event.changes {
            let fact = TableCell::owned_text(symbols.fact_expression(change.fact, registry));
            self.changes.write_row(&[id(), fact, TableCell::real(change.before), TableCell::real(change.after)])?;
        }
        for cause in &event.causes {
            let fact =
                cause.link.fact().map_or(TableCell::Null, |fact| TableCell::owned_text(symbols.fact_expression(fact, registry)));
            self.causes.write_row(&[
                id(),
                TableCell::Int(i64::from(cause.event.0)),
                TableCell::text(cause.link.keyword()),
                fact,
            ])?;
        }
        for &(name, value) in &event.values {
            self.values.write_row(&[id(), TableCell::text(symbols.value_name(name)), TableCell::real(value)])?;
        }
        Ok(())
    }
}
