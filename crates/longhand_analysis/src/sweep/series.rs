//! Summarises the measures over time of many runs: the distribution at each instant.

use super::super::{RunReport, SeriesPoint};
use crate::stats::quantile;
use longhand_expr::Calendar;
use longhand_expr::ids::Instant;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The distribution of a measure at one instant, over the runs and, of a measure by agent, over the agents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeriesSummary {
    /// Date and time.
    pub at: String,
    /// The 5 % quantile.
    pub p05: f64,
    /// The median.
    pub median: f64,
    /// The 95 % quantile.
    pub p95: f64,
    /// Number of values.
    pub taken: usize,
}

/// The measures over time of some runs, by id; each ascends in time.
pub(super) fn summarize_series(reports: &[RunReport], calendar: &Calendar) -> BTreeMap<String, Vec<SeriesSummary>> {
    let ids: BTreeSet<&String> = reports.iter().flat_map(|report| report.series.keys()).collect();
    let summary = |id: &String| {
        let points = reports.iter().filter_map(|report| report.series.get(id)).flatten();
        summarize_points(points, calendar)
    };
    ids.into_iter().map(|id| (id.clone(), summary(id))).collect()
}

fn summarize_points<'a>(points: impl Iterator<Item = &'a SeriesPoint>, calendar: &Calendar) -> Vec<SeriesSummary> {
    // Parsed, because the text of an instant with a fraction of a second does not sort by time.
    let mut by_time: BTreeMap<Option<Instant>, (&str, Vec<f64>)> = BTreeMap::new();
    for point in points {
        let (_, values) = by_time.entry(calendar.parse(&point.at).ok()).or_insert_with(|| (&point.at, Vec::new()));
        values.extend(point.value);
    }
    let summary = |(at, values): (&str, Vec<f64>)| {
        let [p05, median, p95] = [0.05, 0.5, 0.95].map(|p| quantile(&values, p));
        Some(SeriesSummary { at: at.to_owned(), p05: p05?, median: median?, p95: p95?, taken: values.len() })
    };
    by_time.into_values().filter_map(summary).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_all_runs_at_one_instant_are_one_distribution() {
        let report = |seed: u64, values: &[(&str, Option<f64>)]| {
            let points = values.iter().map(|&(at, value)| SeriesPoint { at: at.into(), agent: None, value }).collect::<Vec<_>>();
            RunReport { series: [("mood".to_owned(), points)].into(), ..RunReport::empty(seed) }
        };
        let (day1, day8) = ("2025-01-06T07:00:00", "2025-01-13T07:00:00");
        let reports = [
            report(0, &[(day1, Some(1.0)), (day8, Some(5.0))]),
            report(1, &[(day1, Some(3.0))]),
            report(2, &[(day1, Some(2.0)), (day8, None)]),
        ];
        let mood = &summarize_series(&reports, &Calendar::default())["mood"];
        let found: Vec<_> = mood.iter().map(|at| (at.at.as_str(), at.median, at.taken)).collect();
        assert_eq!(found, [(day1, 2.0, 3), (day8, 5.0, 1)]);
        assert!((mood[0].p05 - 1.1).abs() < 1e-9 && (mood[0].p95 - 2.9).abs() < 1e-9);
    }
}
