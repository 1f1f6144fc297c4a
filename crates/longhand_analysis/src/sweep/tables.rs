//! Writes the reports of a sweep as tables: runs, beats, measures, series and tie durations. The variant (column `world`), the
//! params and the seed of a run are columns of every table, so that each can be read alone.

use crate::RunReport;
use crate::export::{ColumnType, ExportError, TableCell, TableColumn, TableFolder, TableWriter, param_cell, param_column};
use longhand_chronicle::ParamSymbol;
use longhand_expr::Calendar;

const WORLD: TableColumn = TableColumn::new("world", ColumnType::Text);
const SEED: TableColumn = TableColumn::new("seed", ColumnType::Ascending);
const RUNS: &[TableColumn] = &[
    TableColumn::new("hash", ColumnType::Text),
    TableColumn::new("ended", ColumnType::Time),
    TableColumn::new("wall_s", ColumnType::Real),
    TableColumn::new("events", ColumnType::Int),
    TableColumn::new("agents", ColumnType::Int),
    TableColumn::new("bonds", ColumnType::Int),
    TableColumn::new("order_tau", ColumnType::Real),
];
const BEATS: &[TableColumn] = &[
    TableColumn::new("beat", ColumnType::Text),
    TableColumn::new("must", ColumnType::Bool),
    TableColumn::new("time", ColumnType::Time),
    TableColumn::new("event", ColumnType::Int),
];
const MEASURES: &[TableColumn] = &[TableColumn::new("measure", ColumnType::Text), TableColumn::new("value", ColumnType::Real)];
const SERIES: &[TableColumn] = &[
    TableColumn::new("measure", ColumnType::Text),
    TableColumn::new("time", ColumnType::Time),
    TableColumn::new("agent", ColumnType::Text),
    TableColumn::new("value", ColumnType::Real),
];
const TIES: &[TableColumn] = &[
    TableColumn::new("tie", ColumnType::Text),
    TableColumn::new("days", ColumnType::Int),
    TableColumn::new("over", ColumnType::Int),
    TableColumn::new("open", ColumnType::Int),
];

/// The tables of a sweep; each begins with the columns that identify the run of a row.
struct SweepTables<'a> {
    folder: &'a TableFolder,
    params: &'a [ParamSymbol],
    key_columns: Vec<TableColumn>,
}

impl<'a> SweepTables<'a> {
    fn new(folder: &'a TableFolder, params: &'a [ParamSymbol]) -> Self {
        // A param has the same column name in every table.
        let taken: Vec<TableColumn> =
            [&[WORLD, SEED], RUNS, BEATS, MEASURES, SERIES, TIES].into_iter().flatten().cloned().collect();
        let param_columns = params.iter().map(|param| param_column(param, &taken));
        let key_columns = [WORLD, SEED].into_iter().chain(param_columns).collect();
        Self { folder, params, key_columns }
    }

    fn create(&self, name: &str, columns: &[TableColumn]) -> Result<TableWriter, ExportError> {
        self.folder.create_table(name, &self.key_columns.iter().chain(columns).cloned().collect::<Vec<_>>())
    }

    /// Writes a row of a run.
    fn write<'c>(
        &self,
        table: &mut TableWriter,
        variant: &'c str,
        report: &RunReport,
        cells: impl IntoIterator<Item = TableCell<'c>>,
    ) -> Result<(), ExportError> {
        let mut row = vec![TableCell::text(variant), int_cell(report.seed)];
        row.extend(self.params.iter().map(|param| param_cell(param, report.params.get(&param.id).copied().unwrap_or(f64::NAN))));
        row.extend(cells);
        table.write_row(&row)
    }
}

fn int_cell(number: u64) -> TableCell<'static> {
    TableCell::Int(number.cast_signed())
}

fn real_cell(value: Option<f64>) -> TableCell<'static> {
    TableCell::optional(value.map(TableCell::real))
}

/// Writes the tables `runs`, `beats`, `measures`, `series` and `ties`. `variants` are the names of the variants with the reports of
/// their runs; `params` are those of the scene.
///
/// # Errors
/// When a file cannot be written.
pub fn write_sweep_tables(
    variants: &[(&str, &[RunReport])],
    params: &[ParamSymbol],
    calendar: &Calendar,
    folder: TableFolder,
) -> Result<(), ExportError> {
    let tables = SweepTables::new(&folder, params);
    let mut runs = tables.create("runs", RUNS)?;
    let mut beats = tables.create("beats", BEATS)?;
    let mut measures = tables.create("measures", MEASURES)?;
    let mut series = tables.create("series", SERIES)?;
    let mut ties = tables.create("ties", TIES)?;
    let time_cell = |written: &str| calendar.parse(written).map_or(TableCell::Null, TableCell::Time);
    for (variant, report) in variants.iter().flat_map(|(variant, reports)| reports.iter().map(move |report| (*variant, report))) {
        let cells = [
            TableCell::text(&report.hash),
            time_cell(&report.ended),
            TableCell::real(report.wall_s),
            int_cell(report.events),
            int_cell(report.agents),
            int_cell(report.bonds),
            real_cell(report.order_tau),
        ];
        tables.write(&mut runs, variant, report, cells)?;
        for beat in &report.beats {
            let time = TableCell::optional(beat.at.as_deref().map(time_cell));
            let event = TableCell::optional(beat.event.map(|event| TableCell::Int(i64::from(event))));
            let cells = [TableCell::text(&beat.id), TableCell::Bool(beat.must), time, event];
            tables.write(&mut beats, variant, report, cells)?;
        }
        for (id, value) in &report.measures {
            tables.write(&mut measures, variant, report, [TableCell::text(id), real_cell(*value)])?;
        }
        for (id, point) in report.series.iter().flat_map(|(id, points)| points.iter().map(move |point| (id, point))) {
            let agent = TableCell::optional(point.agent.as_deref().map(TableCell::text));
            let cells = [TableCell::text(id), time_cell(&point.at), agent, real_cell(point.value)];
            tables.write(&mut series, variant, report, cells)?;
        }
        for (tie, durations) in &report.ties {
            for &(days, ended, ongoing) in durations {
                let cells = [TableCell::text(tie), TableCell::Int(i64::from(days)), int_cell(ended), int_cell(ongoing)];
                tables.write(&mut ties, variant, report, cells)?;
            }
        }
    }
    [runs, beats, measures, series, ties].into_iter().try_for_each(TableWriter::finish)?;
    folder.finish()
}
