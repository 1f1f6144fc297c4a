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
        let values = report.per_seed.iter().filter_map(|run| run.measures.get(&measure.id).copied().flatten());
        let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        Some(measure_values(measure, report.measures.get(&measure.id)?, &values))
    });
    rows.collect()
}

fn measure_values(measure: &Measure, summary: &MeasureSummary, values: &[f64]) -> Value {
    let (Some(median), false) = (summary.median, values.is_empty()) else {
        return context! { id => &measure.id, about => &measure.about };
    };
    let (low, high) =
        values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| (low.min(value), high.max(value)));
    let counts = histogram(values, (low, high), BINS);
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    let description = format!("From {} to {}, median {}", digits(low), digits(high), digits(median));
    let bars = (low < high).then(|| {
        drawing("histogram", &description, |svg| {
            let position = |value: f64| (value - low) / (high - low);
            if let Some((from, to)) = summary.median_interval {
                draw_band(svg, "sure", position(from), position(to));
            }
            for (bin, &n) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
                let height = n as f64 / most as f64 * HEIGHT;
                let corner = (bin as f64 / BINS as f64 * WIDTH, HEIGHT - height);
                draw_bar(svg, "body", corner, (WIDTH / BINS as f64 - 2.0, height));
            }
            draw_vertical_line(svg, "median", position(median));
        })
    });
    let quantiles = match (summary.p05, summary.p95) {
        (Some(p05), Some(p95)) => format!(", 5 % to 95 % quantile: {} to {}", digits(p05), digits(p95)),
        _ => String::new(),
    };
    context! {
        id => &measure.id,
        about => &measure.about,
        median => digits(median),
        interval => summary.median_interval.map(number_interval),
        quantiles,
        runs => count_noun(values.len(), "run", "runs"),
        histogram => bars,
        scale => [digits(low), digits((low + high) / 2.0), digits(high)].into_iter().collect::<Value>(),
        most,
    }
}
