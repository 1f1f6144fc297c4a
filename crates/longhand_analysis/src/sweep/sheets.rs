//! Writes the reports of a sweep as tables: runs, beats, measures and tie durations, with the variant and the seed as key.

use crate::RunReport;
use crate::export::{Cell, Column, ExportError, Shape, Sheets};
use longhand_expr::Calendar;

const fn column(name: &'static str, shape: Shape) -> Column {
    Column { name, shape }
}

const RUNS: &[Column] = &[
    column("world", Shape::Text),
    column("seed", Shape::Ascending),
    column("hash", Shape::Text),
    column("ended", Shape::At),
    column("wall_s", Shape::Real),
    column("events", Shape::Int),
    column("agents", Shape::Int),
    column("bonds", Shape::Int),
    column("order_tau", Shape::Real),
];
const BEATS: &[Column] = &[
    column("world", Shape::Text),
    column("seed", Shape::Ascending),
    column("beat", Shape::Text),
    column("must", Shape::Truth),
    column("time", Shape::At),
    column("event", Shape::Int),
];
const MEASURES: &[Column] = &[
    column("world", Shape::Text),
    column("seed", Shape::Ascending),
    column("measure", Shape::Text),
    column("value", Shape::Real),
];
const TIES: &[Column] = &[
    column("world", Shape::Text),
    column("seed", Shape::Ascending),
    column("tie", Shape::Text),
    column("days", Shape::Int),
    column("over", Shape::Int),
    column("open", Shape::Int),
];

/// Writes the reports of some variants, each given with its name, as the tables `runs`, `beats`, `measures` and `ties`.
///
/// # Errors
/// When a file cannot be written.
pub fn write_sheets(variants: &[(&str, &[RunReport])], calendar: &Calendar, sheets: &Sheets) -> Result<(), ExportError> {
    let mut runs = sheets.sheet("runs", RUNS)?;
    let mut beats = sheets.sheet("beats", BEATS)?;
    let mut measures = sheets.sheet("measures", MEASURES)?;
    let mut ties = sheets.sheet("ties", TIES)?;
    let at = |civil: &str| civil.parse().map_or(Cell::Nothing, |at| Cell::At(calendar.instant(at)));
    let whole = |n: u64| Cell::Int(n.cast_signed());
    let real = |value: Option<f64>| value.map_or(Cell::Nothing, Cell::real);
    for (variant, report) in variants.iter().flat_map(|(variant, reports)| reports.iter().map(move |report| (variant, report))) {
        let keys = || [Cell::text(variant), whole(report.seed)];
        let [name, seed] = keys();
        let size = [report.events, report.agents, report.bonds].map(whole);
        let [events, agents, bonds] = size;
        let ended = at(&report.ended);
        let hash = Cell::text(&report.hash);
        runs.row(&[name, seed, hash, ended, Cell::real(report.wall_s), events, agents, bonds, real(report.order_tau)])?;
        for beat in &report.beats {
            let [name, seed] = keys();
            let came = beat.at.as_deref().map_or(Cell::Nothing, at);
            let event = beat.event.map_or(Cell::Nothing, |event| Cell::Int(i64::from(event)));
            beats.row(&[name, seed, Cell::text(&beat.id), Cell::Truth(beat.must), came, event])?;
        }
        for (id, value) in &report.measures {
            let [name, seed] = keys();
            measures.row(&[name, seed, Cell::text(id), real(*value)])?;
        }
        for (tie, &(days, over, open)) in report.ties.iter().flat_map(|(tie, all)| all.iter().map(move |one| (tie, one))) {
            let [name, seed] = keys();
            ties.row(&[name, seed, Cell::text(tie), Cell::Int(i64::from(days)), whole(over), whole(open)])?;
        }
    }
    [runs, beats, measures, ties].into_iter().try_for_each(crate::export::Sheet::finish)
}
