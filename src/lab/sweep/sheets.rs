//! A sweep as tables: a row for each life, each beat of it, each measure, and each length of its ties; of each world of an ablation too.

use crate::lab::RunReport;
use crate::lab::export::{Cell, Column, ExportError, Shape, Sheets};
use crate::language::Calendar;

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

/// Writes the lives of some worlds, each with its name, as the tables `runs`, `beats`, `measures` and `ties`.
///
/// # Errors
/// When the files cannot be written.
pub fn write_sheets(worlds: &[(&str, &[RunReport])], calendar: &Calendar, sheets: &Sheets) -> Result<(), ExportError> {
    let mut runs = sheets.sheet("runs", RUNS)?;
    let mut beats = sheets.sheet("beats", BEATS)?;
    let mut measures = sheets.sheet("measures", MEASURES)?;
    let mut ties = sheets.sheet("ties", TIES)?;
    let at = |civil: &str| civil.parse().map_or(Cell::Nothing, |at| Cell::At(calendar.instant(at)));
    let whole = |n: u64| Cell::Int(n.cast_signed());
    let real = |value: Option<f64>| value.map_or(Cell::Nothing, Cell::real);
    for (world, life) in worlds.iter().flat_map(|(world, lives)| lives.iter().map(move |life| (world, life))) {
        let whose = || [Cell::text(world), whole(life.seed)];
        let [name, seed] = whose();
        let size = [life.events, life.agents, life.bonds].map(whole);
        let [events, agents, bonds] = size;
        let ended = at(&life.ended);
        let hash = Cell::text(&life.hash);
        runs.row(&[name, seed, hash, ended, Cell::real(life.wall_s), events, agents, bonds, real(life.order_tau)])?;
        for beat in &life.beats {
            let [name, seed] = whose();
            let came = beat.at.as_deref().map_or(Cell::Nothing, at);
            let event = beat.event.map_or(Cell::Nothing, |event| Cell::Int(i64::from(event)));
            beats.row(&[name, seed, Cell::text(&beat.id), Cell::Truth(beat.must), came, event])?;
        }
        for (id, value) in &life.measures {
            let [name, seed] = whose();
            measures.row(&[name, seed, Cell::text(id), real(*value)])?;
        }
        for (tie, &(days, over, open)) in life.ties.iter().flat_map(|(tie, all)| all.iter().map(move |one| (tie, one))) {
            let [name, seed] = whose();
            ties.row(&[name, seed, Cell::text(tie), Cell::Int(i64::from(days)), whole(over), whole(open)])?;
        }
    }
    [runs, beats, measures, ties].into_iter().try_for_each(crate::lab::export::Sheet::finish)
}
