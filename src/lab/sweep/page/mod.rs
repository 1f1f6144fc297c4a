//! A sweep as one page of HTML: what many lives have in common, drawn, with its uncertainty. The page is one file, needs no network and no
//! script, is readable on a phone and in the dark, and has beside each drawing the same in words or as a table.
//!
//! - [`write_page`] is the page; `html.rs` escapes and says numbers; `frame.rs` is a drawing with its axes.
//! - `beats.rs`: when and how often each beat came, and in which order. `measures.rs`, `ties.rs`, `ablations.rs`: the other parts.

mod ablations;
mod beats;
mod frame;
mod html;
mod measures;
mod ties;

use super::SweepReport;
use crate::scenario::Scenario;
use html::{count, escaped};
use std::io::{self, Write};

const STYLE: &str = include_str!("page.css");

/// Writes a sweep of a scene as a page.
///
/// # Errors
/// When it cannot be written.
pub fn write_page(report: &SweepReport, scenario: &Scenario, out: &mut impl Write) -> io::Result<()> {
    let title = if scenario.title.is_empty() { &scenario.name } else { &scenario.title };
    let title = escaped(title);
    let lives = report.per_seed.len();
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}: {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>",
        count(lives, "life", "lives")
    )?;
    writeln!(out, "<header>\n<h1>{title}</h1>\n<p class=\"lead\">{}</p>", escaped(&scenario.about))?;
    let wall: f64 = report.per_seed.iter().map(|life| life.wall_s).sum();
    writeln!(
        out,
        "<p>{}, seeds {}, of <code>{}</code>; {} seconds of living in all, each life on one thread. Shares have Wilson’s interval, medians the order-statistic interval, \
         both of 95&nbsp;%: <span class=\"aside\">if the sweep were done again with other seeds, an interval made so would hold the true \
         value 95 times of a hundred.</span></p>",
        count(lives, "life", "lives"),
        escaped(&report.seeds),
        escaped(&report.scene),
        html::number(wall.round())
    )?;
    params(report, out)?;
    writeln!(out, "</header>")?;
    if !report.stopped.is_empty() {
        writeln!(out, "<section class=\"wrong\"><h2>Stopped</h2><ul>")?;
        for (seed, why) in &report.stopped {
            writeln!(out, "<li>Seed {seed}: {}</li>", escaped(why))?;
        }
        writeln!(out, "</ul></section>")?;
    }
    beats::write(report, scenario, out)?;
    measures::write(report, scenario, out)?;
    ties::write(report, out)?;
    ablations::write(report, scenario, out)?;
    writeln!(out, "</main>\n</body>\n</html>")
}

fn params(report: &SweepReport, out: &mut impl Write) -> io::Result<()> {
    let Some(params) = report.per_seed.first().map(|life| &life.params).filter(|params| !params.is_empty()) else {
        return Ok(());
    };
    let said: Vec<String> =
        params.iter().map(|(id, value)| format!("<code>{}&nbsp;=&nbsp;{}</code>", escaped(id), html::number(*value))).collect();
    writeln!(out, "<p class=\"aside\">{}</p>", said.join(" · "))
}
