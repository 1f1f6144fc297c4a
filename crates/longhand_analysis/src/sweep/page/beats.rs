//! The section on beats: how often, when and in which order they occurred.

use super::super::{BeatSummary, SweepReport};
use super::format::{count_noun, percent, percent_interval};
use super::plot::{draw_band, draw_vertical_line, draw_violin, drawing, histogram};
use crate::stats::{median_interval, quantile, wilson};
use jiff::civil::DateTime;
use longhand_narrative::grammar::digits;
use longhand_scene::{Pattern, Scenario};
use minijinja::context;
use minijinja::value::Value;

const BINS: usize = 160;

/// What the section shows; `None` without beats or without runs.
pub(super) fn section(report: &SweepReport, scenario: &Scenario) -> Option<Value> {
    if scenario.beats.is_empty() || report.per_seed.is_empty() {
        return None;
    }
    let whole = scenario.calendar.start()..scenario.calendar.datetime(scenario.ends);
    let days = |at: DateTime| at.duration_since(whole.start).as_secs_f64() / 86_400.0;
    let came = |at: usize| -> Vec<f64> {
        let instants = report.per_seed.iter().filter_map(|run| run.beats.get(at)?.at.as_ref()?.parse().ok());
        instants.map(days).collect()
    };
    let came: Vec<Vec<f64>> = (0..scenario.beats.len()).map(came).collect();
    let last = came.iter().flatten().copied().fold(1.0, f64::max).min(days(whole.end).max(1.0));
    let rows = scenario.beats.iter().zip(&came).filter_map(|(pattern, came)| {
        let summary = report.beats.get(&pattern.id)?;
        Some(beat_values(pattern, summary, came, last, &days))
    });
    let date = |day: f64| {
        let at = whole.start.saturating_add(jiff::SignedDuration::from_secs((day * 86_400.0) as i64));
        at.strftime("%-d %b %Y").to_string()
    };
    Some(context! {
        rows => rows.collect::<Value>(),
        dates => [0.0, 0.25, 0.5, 0.75, 1.0].into_iter().map(|share| date(share * last)).collect::<Value>(),
        order => order_values(report, scenario),
        patterns => pattern_values(report, scenario),
    })
}

fn beat_values(pattern: &Pattern, summary: &BeatSummary, came: &[f64], last: f64, days: &impl Fn(DateTime) -> f64) -> Value {
    let share = percent(summary.share);
    let median = quantile(came, 0.5);
    let mut says = format!("{} occurred in {share} of the runs", pattern.id);
    if let Some(median) = median {
        says += &format!(", median on day {}", digits(median.round()));
        if let (Some(low), Some(high)) = (quantile(came, 0.05), quantile(came, 0.95)) {
            says += &format!(", 5 % to 95 % quantile: day {} to day {}", digits(low.round()), digits(high.round()));
        }
    }
    let strip = drawing("strip", &says, |svg| {
        let Some(median) = median else { return };
        if let Some((low, high)) = &summary.median_interval {
            let place = |text: &str| text.parse().map_or(0.0, |at| days(at) / last);
            draw_band(svg, "sure", place(low), place(high));
        }
        if came.len() > 1 {
            draw_violin(svg, &histogram(came, (0.0, last), BINS));
        }
        draw_vertical_line(svg, "median", median / last);
    });
    let bar = drawing("share", &format!("{share} of the runs"), |svg| {
        draw_band(svg, "sure", summary.share_interval.0, summary.share_interval.1);
        draw_vertical_line(svg, "median", summary.share);
    });
    let date = |at: &str| at.get(..10).unwrap_or(at).to_owned();
    context! {
        id => &pattern.id,
        title => &pattern.title,
        need => if pattern.must { "required" } else { "optional" },
        share,
        share_interval => percent_interval(summary.share_interval),
        bar,
        strip,
        when => summary.median_at.as_deref().map_or_else(|| "never".to_owned(), date),
        when_interval => summary.median_interval.as_ref().map(|(low, high)| format!("{} to {}", date(low), date(high))),
    }
}

/// The order of the required beats: for each pair, the share of the runs with both in which the first came first.
fn order_values(report: &SweepReport, scenario: &Scenario) -> Option<Value> {
    let must: Vec<usize> = (0..scenario.beats.len()).filter(|&at| scenario.beats[at].must).collect();
    let tau = report.order_tau_median.filter(|_| must.len() > 1)?;
    let taus: Vec<f64> = report.per_seed.iter().filter_map(|run| run.order_tau).collect();
    let ordered = taus.iter().filter(|&&tau| tau >= 1.0).count();
    let at = |run: usize, beat: usize| {
        let beat = report.per_seed[run].beats.get(beat)?;
        // The event number orders beats that were completed at the same instant.
        Some((beat.at.as_ref()?.parse::<DateTime>().ok()?, beat.event))
    };
    let came: Vec<Vec<_>> = must.iter().map(|&beat| (0..report.per_seed.len()).map(|run| at(run, beat)).collect()).collect();
    let cell = |row: usize, column: usize| {
        if row == column {
            return context! { class => "self" };
        }
        let both = came[row].iter().zip(&came[column]).filter_map(|(one, other)| Some((one.as_ref()?, other.as_ref()?)));
        let (mut first, mut all) = (0, 0);
        for (one, other) in both {
            all += 1;
            first += usize::from(one < other);
        }
        if all == 0 {
            return context! { class => "none" };
        }
        let share = first as f64 / all as f64;
        context! {
            class => if row < column { "with" } else { "against" },
            part => format!("{:.0}", share * 50.0),
            percent => format!("{:.0}", share * 100.0),
        }
    };
    let rows = must.iter().enumerate().map(|(row, &beat)| {
        let cells: Value = (0..must.len()).map(|column| cell(row, column)).collect();
        context! { id => &scenario.beats[beat].id, cells }
    });
    Some(context! {
        median => format!("{tau:.3}"),
        interval => median_interval(&taus).map(|(low, high)| format!("{low:.3} to {high:.3}")),
        ordered_runs => count_noun(ordered, "run", "runs"),
        columns => must.iter().map(|&beat| &scenario.beats[beat].id).collect::<Value>(),
        rows => rows.collect::<Value>(),
    })
}

fn pattern_values(report: &SweepReport, scenario: &Scenario) -> Value {
    let runs = report.per_seed.len();
    let rows = scenario.patterns.iter().filter_map(|pattern| {
        let share = *report.patterns.get(&pattern.id)?;
        let hits = (share * runs as f64).round() as usize;
        Some(context! {
            share => percent(share),
            interval => percent_interval(wilson(hits, runs)),
            title => if pattern.title.is_empty() { &pattern.id } else { &pattern.title },
        })
    });
    rows.collect()
}
