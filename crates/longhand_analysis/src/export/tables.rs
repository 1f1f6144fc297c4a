//! Defines the exported tables and writes them to a folder.
//!
//! One table holds the events. Roles, changes, causes and values of events are tables of their own with the event as key, so that
//! every column has one type. Agents, beats and measures follow.

use super::csv::CsvTable;
use super::parquet_file::ParquetTable;
use super::{ExportError, Source, Whole};
use longhand_chronicle::Event;
use longhand_expr::Calendar;
use longhand_expr::ids::{AgentId, Instant, PlaceId};
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

/// File format of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetFormat {
    /// CSV.
    Csv,
    /// Apache Parquet.
    Parquet,
}

/// Data type of a column. Every column is nullable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Integers that mostly ascend from row to row.
    Ascending,
    /// Integers.
    Int,
    /// Floating-point numbers.
    Real,
    /// Booleans.
    Truth,
    /// Texts.
    Text,
    /// Instants, written as civil time.
    At,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Column name.
    pub name: &'static str,
    /// Data type.
    pub shape: Shape,
}

/// The value of a cell.
#[derive(Clone, Debug)]
pub enum Cell<'a> {
    /// No value.
    Nothing,
    /// An integer.
    Int(i64),
    /// A floating-point number.
    Real(f64),
    /// A boolean.
    Truth(bool),
    /// A text.
    Text(Cow<'a, str>),
    /// An instant.
    At(Instant),
}

impl<'a> Cell<'a> {
    /// A borrowed text.
    #[must_use]
    pub fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    fn owned(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }

    /// A number; null if it is not finite.
    #[must_use]
    pub fn real(value: f64) -> Self {
        if value.is_finite() { Self::Real(value) } else { Self::Nothing }
    }

    fn agent(agent: AgentId) -> Self {
        if agent.is_some() { Self::Int(i64::from(agent.0)) } else { Self::Nothing }
    }
}

/// A folder into which tables are written as files.
#[derive(Debug)]
pub struct Sheets {
    folder: PathBuf,
    format: SheetFormat,
    calendar: Calendar,
}

/// A table being written.
pub struct Sheet {
    path: PathBuf,
    calendar: Calendar,
    table: Table,
}

enum Table {
    Csv(CsvTable<BufWriter<File>>),
    Parquet(Box<ParquetTable<BufWriter<File>>>),
}

impl Sheets {
    /// Opens a folder for tables, and creates it if needed.
    ///
    /// # Errors
    /// When the folder cannot be created.
    pub fn begin(folder: &Path, format: SheetFormat, calendar: Calendar) -> Result<Self, ExportError> {
        let folder = folder.to_path_buf();
        std::fs::create_dir_all(&folder).map_err(|source| ExportError::File { path: folder.clone(), source })?;
        Ok(Self { folder, format, calendar })
    }

    /// Creates a table; an existing file of that name is overwritten.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn sheet(&self, name: &str, columns: &[Column]) -> Result<Sheet, ExportError> {
        let kind = match self.format {
            SheetFormat::Csv => "csv",
            SheetFormat::Parquet => "parquet",
        };
        let path = self.folder.join(format!("{name}.{kind}"));
        let wrong = |source| ExportError::File { path: path.clone(), source };
        let out = BufWriter::new(File::create(&path).map_err(wrong)?);
        let table = match self.format {
            SheetFormat::Csv => Table::Csv(CsvTable::begin(out, columns).map_err(wrong)?),
            SheetFormat::Parquet => {
                let begun = ParquetTable::begin(out, name, columns);
                Table::Parquet(Box::new(begun.map_err(|error| parquet(&path, &error))?))
            }
        };
        Ok(Sheet { path, calendar: self.calendar, table })
    }
}

impl Sheet {
    /// Writes a row.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        match &mut self.table {
            Table::Csv(csv) => csv.row(cells, &self.calendar).map_err(|source| file(&self.path, source)),
            Table::Parquet(table) => table.row(cells, &self.calendar).map_err(|error| parquet(&self.path, &error)),
        }
    }

    /// Finishes the file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(self) -> Result<(), ExportError> {
        match self.table {
            Table::Csv(csv) => csv.finish().map_err(|source| file(&self.path, source)),
            Table::Parquet(table) => table.finish().map_err(|error| parquet(&self.path, &error)),
        }
    }
}

fn file(path: &Path, source: io::Error) -> ExportError {
    ExportError::File { path: path.to_path_buf(), source }
}

fn parquet(path: &Path, error: &::parquet::errors::ParquetError) -> ExportError {
    ExportError::Parquet { path: path.to_path_buf(), what: error.to_string() }
}

const fn column(name: &'static str, shape: Shape) -> Column {
    Column { name, shape }
}

const EVENTS: &[Column] = &[
    column("id", Shape::Ascending),
    column("time", Shape::At),
    column("kind", Shape::Text),
    column("place", Shape::Text),
    column("title", Shape::Text),
    column("text", Shape::Text),
];
const ROLES: &[Column] = &[column("event", Shape::Ascending), column("role", Shape::Text), column("agent", Shape::Int)];
const CHANGES: &[Column] = &[
    column("event", Shape::Ascending),
    column("fact", Shape::Text),
    column("before", Shape::Real),
    column("after", Shape::Real),
];
const CAUSES: &[Column] = &[
    column("event", Shape::Ascending),
    column("cause", Shape::Ascending),
    column("link", Shape::Text),
    column("fact", Shape::Text),
];
const VALUES: &[Column] = &[column("event", Shape::Ascending), column("name", Shape::Text), column("value", Shape::Real)];
const AGENTS: &[Column] = &[
    column("id", Shape::Ascending),
    column("key", Shape::Text),
    column("kind", Shape::Text),
    column("name", Shape::Text),
    column("called", Shape::Text),
];
const BEATS: &[Column] = &[column("beat", Shape::Text), column("time", Shape::At), column("event", Shape::Int)];
const MEASURES: &[Column] = &[column("measure", Shape::Text), column("value", Shape::Real)];

/// Writes a run as tables: events, roles, changes, causes, values, agents, beats, measures.
///
/// # Errors
/// When the events cannot be read or a file cannot be written.
pub fn write_tables(source: &mut Source<'_>, sheets: &Sheets) -> Result<(), ExportError> {
    let mut events = Events {
        events: sheets.sheet("events", EVENTS)?,
        roles: sheets.sheet("roles", ROLES)?,
        changes: sheets.sheet("changes", CHANGES)?,
        causes: sheets.sheet("causes", CAUSES)?,
        values: sheets.sheet("values", VALUES)?,
    };
    source.each(|whole, event| events.row(whole, event))?;
    let Events { events, roles, changes, causes, values } = events;
    [events, roles, changes, causes, values].into_iter().try_for_each(Sheet::finish)?;
    let Whole { legend, chronicle } = source.whole();
    let mut agents = sheets.sheet("agents", AGENTS)?;
    for person in chronicle.directory.iter() {
        let key = if person.key.is_empty() { Cell::Nothing } else { Cell::text(&person.key) };
        let kind = Cell::text(legend.kind(person.kind));
        agents.row(&[Cell::agent(person.id), key, kind, Cell::text(&person.name), Cell::text(&person.called)])?;
    }
    agents.finish()?;
    let mut beats = sheets.sheet("beats", BEATS)?;
    for beat in &chronicle.beats {
        let id = legend.beats.get(beat.beat).map_or(Cell::Nothing, |id| Cell::text(id));
        beats.row(&[id, Cell::At(beat.at), Cell::Int(i64::from(beat.event.0))])?;
    }
    beats.finish()?;
    let mut measures = sheets.sheet("measures", MEASURES)?;
    for (id, value) in &chronicle.measures {
        measures.row(&[Cell::text(id), Cell::real(*value)])?;
    }
    measures.finish()
}

/// The tables that get rows for each event.
struct Events {
    events: Sheet,
    roles: Sheet,
    changes: Sheet,
    causes: Sheet,
    values: Sheet,
}

impl Events {
    fn row(&mut self, whole: &Whole<'_>, event: &Event) -> Result<(), ExportError> {
        let Whole { legend, chronicle } = *whole;
        let directory = &chronicle.directory;
        let id = || Cell::Int(i64::from(event.id.0));
        let place = (event.place != PlaceId::NOWHERE).then(|| legend.places.get(event.place.index())).flatten();
        let place = place.map_or(Cell::Nothing, |place| Cell::text(&place.id));
        let written = event.document.as_deref();
        let title = written.map_or(Cell::Nothing, |written| Cell::text(&written.title));
        let text = written.map_or(Cell::Nothing, |written| Cell::text(&written.text));
        self.events.row(&[id(), Cell::At(event.at), Cell::text(legend.event(event.kind)), place, title, text])?;
        for (slot, &agent) in event.roles.iter().enumerate().filter(|(_, agent)| agent.is_some()) {
            self.roles.row(&[id(), Cell::text(legend.slot(event.kind, slot)), Cell::agent(agent)])?;
        }
        for change in &event.changes {
            let fact = Cell::owned(legend.write_fact(change.fact, directory));
            self.changes.row(&[id(), fact, Cell::real(change.before), Cell::real(change.after)])?;
        }
        for cause in &event.causes {
            let fact = cause.link.fact().map_or(Cell::Nothing, |fact| Cell::owned(legend.write_fact(fact, directory)));
            self.causes.row(&[id(), Cell::Int(i64::from(cause.event.0)), Cell::text(cause.link.word()), fact])?;
        }
        for &(name, value) in &event.values {
            self.values.row(&[id(), Cell::text(legend.value(name)), Cell::real(value)])?;
        }
        Ok(())
    }
}
