//! The section on measures: the distribution of each.

use super::super::SweepReport;
use super::html::{count_noun, escape, number, number_interval};
use super::plot::{HEIGHT, WIDTH, band, histogram, svg, vertical_line, with_axes};
use longhand_scene::Scenario;
use std::io::{self, Write};

const BINS: usize = 24;

pub(super) fn write_section(report: &SweepReport, scenario: &Scenario, out: &mut impl Write) -> io::Result<()> {
    if scenario.measures.is_empty() || report.per_seed.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section><h2>Measures</h2>\n<p>The line is the median, the band is its interval.</p>\n<div class=\"grid\">")?;
    for measure in &scenario.measures {
        let Some(spread) = report.measures.get(&measure.id) else { continue };
        let taken = report.per_seed.iter().filter_map(|run| run.measures.get(&measure.id).copied().flatten());
        let taken: Vec<f64> = taken.filter(|value| value.is_finite()).collect();
        writeln!(out, "<figure><figcaption><b>{}</b> {}</figcaption>", escape(&measure.id), escape(&measure.about))?;
        let (Some(median), false) = (spread.median, taken.is_empty()) else {
            writeln!(out, "<p class=\"aside\">never measured</p></figure>")?;
            continue;
        };
        let (low, high) =
            taken.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| (low.min(value), high.max(value)));
        let sure = spread
            .median_interval
            .map_or_else(String::new, |sure| format!(" <span class=\"aside\">({})</span>", number_interval(sure)));
        let nine = match (spread.p05, spread.p95) {
            (Some(p05), Some(p95)) => format!(", 5 % to 95 % quantile: {} to {}", number(p05), number(p95)),
            _ => String::new(),
        };
        let of = count_noun(taken.len(), "run", "runs");
        if low < high {
            let place = |value: f64| (value - low) / (high - low);
            let counts = histogram(&taken, (low, high), BINS);
            let most = counts.iter().copied().max().unwrap_or(1).max(1);
            let mut inner = spread.median_interval.map_or_else(String::new, |(from, to)| band("sure", place(from), place(to)));
            for (at, &n) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
                let (x, width) = (at as f64 / BINS as f64 * WIDTH, WIDTH / BINS as f64);
                let height = n as f64 / most as f64 * HEIGHT;
                inner += &format!(
                    "<rect class=\"body\" x=\"{x:.1}\" width=\"{:.1}\" y=\"{:.1}\" height=\"{height:.1}\"/>",
                    width - 2.0,
                    HEIGHT - height
                );
            }
            inner += &vertical_line("median", place(median));
            let says = format!("From {} to {}, median {}", number(low), number(high), number(median));
            let below = [number(low), number((low + high) / 2.0), number(high)];
            writeln!(out, "{}", with_axes(&svg("histogram", &inner, &says), &below, ("0", &most.to_string())))?;
        }
        writeln!(out, "<p>median {}{sure}{nine}; in {of}</p></figure>", number(median))?;
    }
    writeln!(out, "</div></section>")
}
