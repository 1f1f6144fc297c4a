//! Writes the report of a sweep as one HTML page, as charts with confidence intervals. The page is a single file without scripts
//! or network access, supports small screens and dark mode, and also gives the content of each chart as text or as a table.
//!
//! - [`write_html_report`] renders the template `page.html`. `format.rs` formats numbers; `plot.rs` draws the charts as SVG.
//! - `beats.rs`, `measures.rs`, `ties.rs` and `ablations.rs` compute the values of the template's sections.

mod ablations;
mod beats;
mod format;
mod measures;
mod plot;
mod ties;

use super::SweepReport;
use format::count_noun;
use longhand_narrative::grammar::digits;
use longhand_narrative::markup::PageTemplates;
use longhand_narrative::palette;
use longhand_scene::Scenario;
use minijinja::context;
use minijinja::value::Value;
use std::io::{self, Write};

const STYLE: &str = include_str!("page.css");
const TEMPLATE: &str = include_str!("page.html");

/// Writes the report of a sweep as an HTML page. `scenario` is the scene of the sweep.
///
/// # Errors
/// When writing to `out` fails.
pub fn write_html_report(report: &SweepReport, scenario: &Scenario, out: &mut impl Write) -> io::Result<()> {
    let wall_seconds: f64 = report.per_seed.iter().map(|run| run.wall_s).sum();
    // All runs of a sweep have the same parameters.
    let params = report.per_seed.first().into_iter().flat_map(|run| &run.params);
    let stopped = report.stopped.iter().map(|(seed, reason)| context! { seed => *seed, reason });
    let values = context! {
        title => if scenario.title.is_empty() { &scenario.name } else { &scenario.title },
        style => Value::from_safe_string(format!("{}\n{STYLE}", palette::css_themes())),
        about => &scenario.about,
        runs => count_noun(report.per_seed.len(), "run", "runs"),
        seeds => &report.seeds,
        scene => &report.scene,
        wall_s => digits(wall_seconds.round()),
        params => params.map(|(id, value)| context! { id, value => digits(*value) }).collect::<Value>(),
        stopped => stopped.collect::<Value>(),
        beats => beats::section(report, scenario),
        measures => measures::section(report, scenario),
        ties => ties::section(report),
        ablations => ablations::section(report, scenario),
    };
    let page = PageTemplates::new(&[("page.html", TEMPLATE)]).render("page.html", values);
    out.write_all(page.as_bytes())
}
