//! The section on measures over time: the median of the runs and the range of most of them, at each instant.

use super::super::series::SeriesSummary;
use super::super::{GridReport, SweepReport};
use super::format::{axis_date, short_text};
use super::grid::combination_name;
use super::plot::{HEIGHT, WIDTH, drawing};
use longhand_expr::Calendar;
use longhand_expr::ids::Instant;
use longhand_narrative::grammar::digits;
use longhand_scene::Scenario;
use minijinja::context;
use minijinja::value::Value;

/// Number of line styles, in `page.css`.
const STYLES: usize = 6;

/// A curve: its name, and the values over time.
type Curve<'a> = (String, &'a [SeriesSummary]);

/// What the section shows for each measure over time.
pub(super) fn section(report: &SweepReport, scenario: &Scenario) -> Value {
    let rows = scenario.measures.iter().filter_map(|measure| {
        let series = report.series.get(&measure.id)?;
        series_values(&measure.id, &measure.about, &[(String::new(), series)], &scenario.calendar)
    });
    rows.collect()
}

/// Like [`section`], for a grid: each measure has one curve for each combination.
pub(super) fn grid_section(grid: &GridReport, scenario: &Scenario) -> Value {
    let rows = scenario.measures.iter().filter_map(|measure| {
        let curves = grid.combinations.iter().filter_map(|sweep| {
            let series = sweep.series.get(&measure.id)?;
            Some((combination_name(grid, sweep, scenario), series.as_slice()))
        });
        let curves: Vec<Curve<'_>> = curves.collect();
        series_values(&measure.id, &measure.about, &curves, &scenario.calendar)
    });
    rows.collect()
}

fn series_values(id: &str, about: &str, curves: &[Curve<'_>], calendar: &Calendar) -> Option<Value> {
    let instants = curves.iter().flat_map(|(_, series)| series.iter().filter_map(|point| calendar.parse(&point.at).ok()));
    let (start, end) = (instants.clone().min()?, instants.max()?);
    let seconds = |at: Instant| (at.0 - start.0) as f64 / 1e6;
    let length = seconds(end).max(f64::MIN_POSITIVE);
    // The range of most runs is drawn for a single curve only; several would hide each other.
    let with_band = curves.len() == 1;
    let points = curves.iter().flat_map(|(_, series)| series.iter());
    let values = points.flat_map(|point| if with_band { [point.p05, point.p95] } else { [point.median; 2] });
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let position = |at: &str, value: f64| {
        let x = calendar.parse(at).map_or(0.0, |at| seconds(at) / length);
        let y = if low < high { (value - low) / (high - low) } else { 0.5 };
        format!("{:.1} {:.1}", x * WIDTH, (1.0 - y) * HEIGHT)
    };
    let line = |series: &[SeriesSummary], value: fn(&SeriesSummary) -> f64| -> Vec<String> {
        series.iter().map(|point| position(&point.at, value(point))).collect()
    };
    let description: Vec<String> = curves.iter().filter_map(|(name, series)| describe(name, series, calendar)).collect();
    let plot = drawing("curve", &description.join("; "), |svg| {
        for (nth, (_, series)) in curves.iter().enumerate() {
            if with_band {
                let (mut above, mut below) = (line(series, |point| point.p95), line(series, |point| point.p05));
                below.reverse();
                above.append(&mut below);
                svg.empty("path", &[("class", "body"), ("d", &format!("M{}Z", above.join("L")))]);
            }
            let class = format!("line style{}", nth % STYLES);
            let path = format!("M{}", line(series, |point| point.median).join("L"));
            svg.empty("path", &[("class", &class), ("d", &path)]);
        }
    });
    let date = |share: f64| axis_date(calendar, start.add_seconds(share * length));
    let legend = curves.iter().enumerate().filter(|_| !with_band);
    Some(context! {
        id,
        about,
        curve => plot,
        dates => [0.0, 0.5, 1.0].map(date).into_iter().collect::<Value>(),
        low => digits(low),
        high => digits(high),
        legend => legend.map(|(nth, (name, _))| context! { name, style => nth % STYLES }).collect::<Value>(),
        description => description.join("; "),
    })
}

/// A curve in words: its first, middle and last value.
fn describe(name: &str, series: &[SeriesSummary], calendar: &Calendar) -> Option<String> {
    let (first, last) = (series.first()?, series.last()?);
    let middle = &series[series.len() / 2];
    let value = |point: &SeriesSummary| format!("{} on {}", digits(point.median), short_text(calendar, &point.at));
    let of = if name.is_empty() { String::new() } else { format!("{name}: ") };
    Some(format!("{of}median {}, {}, {}", value(first), value(middle), value(last)))
}
