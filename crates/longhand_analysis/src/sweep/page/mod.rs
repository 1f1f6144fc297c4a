//! Writes the report of a sweep as one HTML page, as charts with confidence intervals. The page is a single file without scripts
//! or network access, supports small screens and dark mode, and also gives the content of each chart as text or as a table.
//!
//! - [`write_html_report`] renders the template `page.html`. `format.rs` formats numbers; `plot.rs` draws the charts as SVG.
//! - `beats.rs`, `measures.rs`, `series.rs`, `ties.rs`, `ablations.rs` and `grid.rs` compute the values of the template's sections.

mod ablations;
mod beats;
mod format;
mod grid;
mod measures;
mod plot;
mod series;
mod ties;

use super::GridReport;
use crate::html_page::render_page;
use format::{count_noun, param_text};
use longhand_narrative::grammar::digits;
use longhand_scene::Scenario;
use minijinja::context;
use minijinja::value::Value;
use std::io::{self, Write};

const STYLE: &str = include_str!("page.css");
const TEMPLATE: &str = include_str!("page.html");

/// Writes the report of a sweep as an HTML page: of one combination of params in full, of several as a comparison. `scenario` is the
/// scene of the sweep.
///
/// # Errors
/// When writing to `out` fails.
pub fn write_html_report(grid: &GridReport, scenario: &Scenario, out: &mut impl Write) -> io::Result<()> {
    let single = match grid.combinations.as_slice() {
        [report] => Some(report),
        _ => None,
    };
    let all_runs = || grid.combinations.iter().flat_map(|sweep| &sweep.per_seed);
    let wall_seconds: f64 = all_runs().map(|run| run.wall_s).sum();
    let params = all_runs().next().into_iter().flat_map(|run| &run.params).filter(|(id, _)| !grid.varied.contains(id));
    let stopped = grid.combinations.iter().flat_map(|sweep| {
        let name = grid::combination_name(grid, sweep, scenario);
        sweep.stopped.iter().map(move |(seed, reason)| context! { seed => *seed, name => &name, reason })
    });
    let title = if scenario.title.is_empty() { &scenario.name } else { &scenario.title };
    let runs = count_noun(all_runs().count(), "run", "runs");
    let page_title = format!("{title}: {runs}");
    let values = context! {
        title,
        about => &scenario.about,
        runs,
        seeds => &grid.seeds,
        scene => &grid.scene,
        wall_s => digits(wall_seconds.round()),
        params => params.map(|(id, value)| context! { id, value => param_text(scenario, id, *value) }).collect::<Value>(),
        stopped => stopped.collect::<Value>(),
        grid => single.is_none().then(|| grid::section(grid, scenario)),
        beats => single.and_then(|report| beats::section(report, scenario)),
        measures => single.map(|report| measures::section(report, scenario)),
        series => single.map_or_else(|| series::grid_section(grid, scenario), |report| series::section(report, scenario)),
        ties => single.map(ties::section),
        ablations => single.and_then(|report| ablations::section(report, scenario)),
    };
    out.write_all(render_page(&page_title, TEMPLATE, STYLE, values).as_bytes())
}
