//! The section on ties: survival curves of the ties that began during a run, pooled over all runs.

use super::super::SweepReport;
use super::format::percent;
use super::plot::{HEIGHT, WIDTH, drawing};
use crate::stats::{SurvivalStep, survival_curve};
use longhand_narrative::grammar::digits;
use longhand_sim::survival::{DurationCounts, median_duration};
use minijinja::context;
use minijinja::value::Value;
use std::collections::BTreeMap;

/// What the section shows for each tie.
pub(super) fn section(report: &SweepReport) -> Value {
    let mut totals_by_tie: BTreeMap<&str, BTreeMap<u32, (u64, u64)>> = BTreeMap::new();
    for (tie, durations) in report.per_seed.iter().flat_map(|run| &run.ties) {
        for &(days, ended, censored) in durations {
            let totals = totals_by_tie.entry(tie).or_default().entry(days).or_default();
            *totals = (totals.0 + ended, totals.1 + censored);
        }
    }
    let rows = totals_by_tie.into_iter().map(|(tie, durations)| {
        let counts =
            durations.into_iter().map(|(days, (ended, censored))| DurationCounts { duration: f64::from(days), ended, censored });
        tie_values(tie, &counts.collect::<Vec<_>>())
    });
    rows.collect()
}

fn tie_values(tie: &str, counts: &[DurationCounts]) -> Value {
    let curve = survival_curve(counts);
    let ended: u64 = counts.iter().map(|count| count.ended).sum();
    let began = ended + counts.iter().map(|count| count.censored).sum::<u64>();
    let longest = counts.last().map_or(1.0, |last| last.duration).max(1.0);
    let median = median_duration(counts).map_or_else(
        || "median duration beyond the observed time".to_owned(),
        |days| format!("median duration {} days", digits(days)),
    );
    let share_at = |day: f64| curve.iter().rev().find(|step| step.duration <= day).map_or(1.0, |step| step.share);
    let shares = [0.25, 0.5, 0.75, 1.0]
        .map(|share| format!("{} after {} days", percent(share_at(share * longest)), digits((share * longest).round())))
        .join(", ");
    let plot = drawing("curve", &shares, |svg| {
        svg.empty("path", &[("class", "sure"), ("d", &interval_path(&curve, longest))]);
        let line = step_path(curve.iter().map(|step| (step.duration, step.share)), longest);
        svg.empty("path", &[("class", "line"), ("d", &line)]);
    });
    context! {
        id => tie,
        began,
        ended,
        median,
        curve => plot,
        days => [0.0, 0.5, 1.0].map(|share| format!("{} d", digits((share * longest).round()))).into_iter().collect::<Value>(),
        shares,
    }
}

/// The path of a step function that starts at 1 and ends at the right edge.
fn step_path(points: impl Iterator<Item = (f64, f64)>, longest: f64) -> String {
    let mut path = String::from("M0 0");
    let mut last = 1.0;
    for (day, share) in points {
        let x = day / longest * WIDTH;
        path += &format!("L{x:.1} {:.1}L{x:.1} {:.1}", (1.0 - last) * HEIGHT, (1.0 - share) * HEIGHT);
        last = share;
    }
    path + &format!("L{WIDTH} {:.1}", (1.0 - last) * HEIGHT)
}

/// The path around the confidence interval: along its upper bound and back along its lower bound.
fn interval_path(curve: &[SurvivalStep], longest: f64) -> String {
    let up = step_path(curve.iter().map(|step| (step.duration, step.interval.1)), longest);
    let mut down: Vec<(f64, f64)> = vec![(0.0, 0.0)];
    let mut last = 1.0;
    for step in curve {
        let x = step.duration / longest * WIDTH;
        down.extend([(x, (1.0 - last) * HEIGHT), (x, (1.0 - step.interval.0) * HEIGHT)]);
        last = step.interval.0;
    }
    down.push((WIDTH, (1.0 - last) * HEIGHT));
    let down: String = down.iter().rev().map(|(x, y)| format!("L{x:.1} {y:.1}")).collect();
    format!("{up}{down}Z")
}
