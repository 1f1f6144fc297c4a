//! Writes a sweep as one HTML page: the summary as drawings with confidence intervals. The page is a single file without scripts
//! or network access, supports small screens and dark mode, and gives the content of each drawing also as text or table.
//!
//! - [`write_html_report`] writes the page; `html.rs` escapes texts and formats numbers; `plot.rs` draws with SVG.
//! - `beats.rs`, `measures.rs`, `ties.rs` and `ablations.rs` are the sections.

mod ablations;
mod beats;
mod html;
mod measures;
mod plot;
mod ties;

use super::SweepReport;
use html::{count_noun, escape};
use longhand_scene::Scenario;
use std::io::{self, Write};

const STYLE: &str = include_str!("page.css");

/// Writes the report of a sweep of a scene as an HTML page.
///
/// # Errors
/// When writing to `out` fails.
pub fn write_html_report(report: &SweepReport, scenario: &Scenario, out: &mut impl Write) -> io::Result<()> {
    let title = if scenario.title.is_empty() { &scenario.name } else { &scenario.title };
    let title = escape(title);
    let runs = report.per_seed.len();
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}: {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>",
        count_noun(runs, "run", "runs")
    )?;
    writeln!(out, "<header>\n<h1>{title}</h1>\n<p class=\"lead\">{}</p>", escape(&scenario.about))?;
    let wall: f64 = report.per_seed.iter().map(|run| run.wall_s).sum();
    writeln!(
        out,
        "<p>{}, seeds {}, of <code>{}</code>; {} seconds of simulation in all, one thread per run. Shares have \
         Wilson’s interval, medians the order-statistic interval, both at a level of 95&nbsp;%: <span class=\"aside\">if the \
         sweep were repeated with other seeds, 95 of 100 such intervals would contain the true value.</span></p>",
        count_noun(runs, "run", "runs"),
        escape(&report.seeds),
        escape(&report.scene),
        html::number(wall.round())
    )?;
    write_params(report, out)?;
    writeln!(out, "</header>")?;
    if !report.stopped.is_empty() {
        writeln!(out, "<section class=\"wrong\"><h2>Stopped</h2><ul>")?;
        for (seed, why) in &report.stopped {
            writeln!(out, "<li>Seed {seed}: {}</li>", escape(why))?;
        }
        writeln!(out, "</ul></section>")?;
    }
    beats::write_section(report, scenario, out)?;
    measures::write_section(report, scenario, out)?;
    ties::write_section(report, out)?;
    ablations::write_section(report, scenario, out)?;
    writeln!(out, "</main>\n</body>\n</html>")
}

fn write_params(report: &SweepReport, out: &mut impl Write) -> io::Result<()> {
    let Some(params) = report.per_seed.first().map(|run| &run.params).filter(|params| !params.is_empty()) else {
        return Ok(());
    };
    let said: Vec<String> =
        params.iter().map(|(id, value)| format!("<code>{}&nbsp;=&nbsp;{}</code>", escape(id), html::number(*value))).collect();
    writeln!(out, "<p class=\"aside\">{}</p>", said.join(" · "))
}
