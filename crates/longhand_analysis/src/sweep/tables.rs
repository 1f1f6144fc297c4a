//! Writes the reports of a sweep as tables: runs, beats, measures and tie durations. The variant (column `world`) and the seed
//! identify the run of a row.

use crate::RunReport;
use crate::export::{ColumnType, ExportError, TableCell, TableColumn, TableFolder, TableWriter};
use longhand_expr::Calendar;

const RUNS: &[TableColumn] = &[
    TableColumn::new("world", ColumnType::Text),
    TableColumn::new("seed", ColumnType::Ascending),
    TableColumn::new("hash", ColumnType::Text),
    TableColumn::new("ended", ColumnType::Time),
    TableColumn::new("wall_s", ColumnType::Real),
    TableColumn::new("events", ColumnType::Int),
    TableColumn::new("agents", ColumnType::Int),
    TableColumn::new("bonds", ColumnType::Int),
    TableColumn::new("order_tau", ColumnType::Real),
];
const BEATS: &[TableColumn] = &[
    TableColumn::new("world", ColumnType::Text),
    TableColumn::new("seed", ColumnType::Ascending),
    TableColumn::new("beat", ColumnType::Text),
    TableColumn::new("must", ColumnType::Bool),
    TableColumn::new("time", ColumnType::Time),
    TableColumn::new("event", ColumnType::Int),
];
const MEASURES: &[TableColumn] = &[
    TableColumn::new("world", ColumnType::Text),
    TableColumn::new("seed", ColumnType::Ascending),
    TableColumn::new("measure", ColumnType::Text),
    TableColumn::new("value", ColumnType::Real),
];
const TIES: &[TableColumn] = &[
    TableColumn::new("world", ColumnType::Text),
    TableColumn::new("seed", ColumnType::Ascending),
    TableColumn::new("tie", ColumnType::Text),
    TableColumn::new("days", ColumnType::Int),
    TableColumn::new("over", ColumnType::Int),
    TableColumn::new("open", ColumnType::Int),
];

/// Writes the tables `runs`, `beats`, `measures` and `ties`. `variants` are the names of the variants with the reports of their
/// runs.
///
/// # Errors
/// When a file cannot be written.
pub fn write_sweep_tables(
    variants: &[(&str, &[RunReport])],
    calendar: &Calendar,
    folder: &TableFolder,
) -> Result<(), ExportError> {
    let mut runs = folder.create_table("runs", RUNS)?;
    let mut beats = folder.create_table("beats", BEATS)?;
    let mut measures = folder.create_table("measures", MEASURES)?;
    let mut ties = folder.create_table("ties", TIES)?;
    let time_cell = |civil: &str| civil.parse().map_or(TableCell::Null, |time| TableCell::Time(calendar.instant(time)));
    let int_cell = |number: u64| TableCell::Int(number.cast_signed());
    let real_cell = |value: Option<f64>| value.map_or(TableCell::Null, TableCell::real);
    for (variant, report) in variants.iter().flat_map(|(variant, reports)| reports.iter().map(move |report| (variant, report))) {
        let key = || [TableCell::text(variant), int_cell(report.seed)];
        let [name, seed] = key();
        runs.write_row(&[
            name,
            seed,
            TableCell::text(&report.hash),
            time_cell(&report.ended),
            TableCell::real(report.wall_s),
            int_cell(report.events),
            int_cell(report.agents),
            int_cell(report.bonds),
            real_cell(report.order_tau),
        ])?;
        for beat in &report.beats {
            let [name, seed] = key();
            let time = beat.at.as_deref().map_or(TableCell::Null, time_cell);
            let event = beat.event.map_or(TableCell::Null, |event| TableCell::Int(i64::from(event)));
            beats.write_row(&[name, seed, TableCell::text(&beat.id), TableCell::Bool(beat.must), time, event])?;
        }
        for (id, value) in &report.measures {
            let [name, seed] = key();
            measures.write_row(&[name, seed, TableCell::text(id), real_cell(*value)])?;
        }
        for (tie, durations) in &report.ties {
            for &(days, ended, ongoing) in durations {
                let [name, seed] = key();
                let days = TableCell::Int(i64::from(days));
                ties.write_row(&[name, seed, TableCell::text(tie), days, int_cell(ended), int_cell(ongoing)])?;
            }
        }
    }
    [runs, beats, measures, ties].into_iter().try_for_each(TableWriter::finish)
}
