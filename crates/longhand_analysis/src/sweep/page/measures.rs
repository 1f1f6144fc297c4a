//! The section on measures: the distribution of each.

use super::super::{MeasureSummary, SweepReport};
use super::format::{count_noun, number_interval};
use super::plot::{HEIGHT, WIDTH, draw_band, draw_bar, draw_vertical_line, drawing, histogram};
use longhand_narrative::grammar::digits;
use longhand_scene::{Measure, Scenario};
use minijinja::context;
use minijinja::value::Value;

const BINS: usize = 24;

/// What the section shows for each measure.
pub(super) fn section(report: &SweepReport, scenario: &Scenario) -> Value {
    let measures = scenario.measures.iter().filter(|_| !report.per_seed.is_empty());
    let rows = measures.filter_map(|measure| {
        let taken = report.per_seed.iter().filter_map(|run| run.measures.get(&measure.id).copied().flatten());
        let taken: Vec<f64> = taken.filter(|value| value.is_finite()).collect();
        Some(measure_values(measure, report.measures.get(&measure.id)?, &taken))
    });
    rows.collect()
}

fn measure_values(measure: &Measure, spread: &MeasureSummary, taken: &[f64]) -> Value {
    let (Some(median), false) = (spread.median, taken.is_empty()) else {
        return context! { id => &measure.id, about => &measure.about };
    };
    let (low, high) =
        taken.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| (low.min(value), high.max(value)));
    let counts = histogram(taken, (low, high), BINS);
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    let says = format!("From {} to {}, median {}", digits(low), digits(high), digits(median));
    let bars = (low < high).then(|| {
        drawing("histogram", &says, |svg| {
            let place = |value: f64| (value - low) / (high - low);
            if let Some((from, to)) = spread.median_interval {
                draw_band(svg, "sure", place(from), place(to));
            }
            for (at, &n) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
                let height = n as f64 / most as f64 * HEIGHT;
                let corner = (at as f64 / BINS as f64 * WIDTH, HEIGHT - height);
                draw_bar(svg, "body", corner, (WIDTH / BINS as f64 - 2.0, height));
            }
            draw_vertical_line(svg, "median", place(median));
        })
    });
    let quantiles = match (spread.p05, spread.p95) {
        (Some(p05), Some(p95)) => format!(", 5 % to 95 % quantile: {} to {}", digits(p05), digits(p95)),
        _ => String::new(),
    };
    context! {
        id => &measure.id,
        about => &measure.about,
        median => digits(median),
        interval => spread.median_interval.map(number_interval),
        quantiles,
        runs => count_noun(taken.len(), "run", "runs"),
        histogram => bars,
        scale => [digits(low), digits((low + high) / 2.0), digits(high)].into_iter().collect::<Value>(),
        most,
    }
}
