//! Writes the reports of a sweep as tables: runs, beats, measures and tie durations, with the variant and the seed as key.

use crate::RunReport;
use crate::export::{ColumnType, ExportError, TableCell, TableColumn, TableFolder};
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

/// Writes the reports of some variants, each given with its name, as the tables `runs`, `beats`, `measures` and `ties`.
///
/// # Errors
/// When a file cannot be written.
pub fn write_sweep_tables(
    variants: &[(&str, &[RunReport])],
    calendar: &Calendar,
    sheets: &TableFolder,
) -> Result<(), ExportError> {
    let mut runs = sheets.create_table("runs", RUNS)?;
    let mut beats = sheets.create_table("beats", BEATS)?;
    let mut measures = sheets.create_table("measures", MEASURES)?;
    let mut ties = sheets.create_table("ties", TIES)?;
    let at = |civil: &str| civil.parse().map_or(TableCell::Null, |at| TableCell::Time(calendar.instant(at)));
    let whole = |n: u64| TableCell::Int(n.cast_signed());
    let real = |value: Option<f64>| value.map_or(TableCell::Null, TableCell::real);
    for (variant, report) in variants.iter().flat_map(|(variant, reports)| reports.iter().map(move |report| (variant, report))) {
        let keys = || [TableCell::text(variant), whole(report.seed)];
        let [name, seed] = keys();
        let size = [report.events, report.agents, report.bonds].map(whole);
        let [events, agents, bonds] = size;
        let ended = at(&report.ended);
        let hash = TableCell::text(&report.hash);
        runs.write_row(&[
            name,
            seed,
            hash,
            ended,
            TableCell::real(report.wall_s),
            events,
            agents,
            bonds,
            real(report.order_tau),
        ])?;
        for beat in &report.beats {
            let [name, seed] = keys();
            let came = beat.at.as_deref().map_or(TableCell::Null, at);
            let event = beat.event.map_or(TableCell::Null, |event| TableCell::Int(i64::from(event)));
            beats.write_row(&[name, seed, TableCell::text(&beat.id), TableCell::Bool(beat.must), came, event])?;
        }
        for (id, value) in &report.measures {
            let [name, seed] = keys();
            measures.write_row(&[name, seed, TableCell::text(id), real(*value)])?;
        }
        for (tie, &(days, over, open)) in report.ties.iter().flat_map(|(tie, all)| all.iter().map(move |one| (tie, one))) {
            let [name, seed] = keys();
            ties.write_row(&[name, seed, TableCell::text(tie), TableCell::Int(i64::from(days)), whole(over), whole(open)])?;
        }
    }
    [runs, beats, measures, ties].into_iter().try_for_each(crate::export::TableWriter::finish)
}
