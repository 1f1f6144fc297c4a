//! The section on beats: how often, when and in which order they occurred.

use super::super::{BeatSummary, SweepReport};
use super::format::{axis_date, count_noun, percent, percent_interval, short_text};
use super::plot::{draw_band, draw_vertical_line, draw_violin, drawing, histogram};
use crate::stats::{median_interval, quantile, wilson};
use longhand_expr::Calendar;
use longhand_expr::ids::Instant;
use longhand_narrative::grammar::digits;
use longhand_scene::{Pattern, Scenario};
use minijinja::context;
use minijinja::value::Value;

/// Number of bins of the distribution of a beat's dates.
const BINS: usize = 160;

/// What the section shows; `None` without beats or without runs.
pub(super) fn section(report: &SweepReport, scenario: &Scenario) -> Option<Value> {
    if scenario.beats.is_empty() || report.per_seed.is_empty() {
        return None;
    }
    let calendar = &scenario.calendar;
    let days_since_start = |at: Instant| at.seconds() / 86_400.0;
    let instant_of = |text: &str| calendar.parse(text).ok();
    let days_of_beat = |beat: usize| -> Vec<f64> {
        let instants = report.per_seed.iter().filter_map(|run| instant_of(run.beats.get(beat)?.at.as_ref()?));
        instants.map(days_since_start).collect()
    };
    let days_by_beat: Vec<Vec<f64>> = (0..scenario.beats.len()).map(days_of_beat).collect();
    // All rows have the same axis: from the start to the last beat of any run. It has at least one day, or the length of a shorter
    // scene, because positions are divided by its length.
    let scene_days = days_since_start(scenario.ends);
    let least = scene_days.clamp(f64::MIN_POSITIVE, 1.0);
    let axis_days = days_by_beat.iter().flatten().copied().fold(least, f64::max).min(scene_days.max(least));
    let rows = scenario.beats.iter().zip(&days_by_beat).filter_map(|(pattern, days)| {
        let summary = report.beats.get(&pattern.id)?;
        Some(beat_values(pattern, summary, days, axis_days, calendar))
    });
    let date = |day: f64| axis_date(calendar, Instant::from_seconds(day * 86_400.0));
    Some(context! {
        rows => rows.collect::<Value>(),
        dates => [0.0, 0.25, 0.5, 0.75, 1.0].into_iter().map(|share| date(share * axis_days)).collect::<Value>(),
        order => order_values(report, scenario),
        patterns => pattern_values(report, scenario),
    })
}

/// The row of a beat. `days` are the days after the start on which it occurred, one for each run with the beat.
fn beat_values(pattern: &Pattern, summary: &BeatSummary, days: &[f64], axis_days: f64, calendar: &Calendar) -> Value {
    let share = percent(summary.share);
    let median = quantile(days, 0.5);
    let mut description = format!("{} occurred in {share} of the runs", pattern.id);
    if let Some(median) = median {
        description += &format!(", median on day {}", digits(median.round()));
        if let (Some(low), Some(high)) = (quantile(days, 0.05), quantile(days, 0.95)) {
            description += &format!(", 5 % to 95 % quantile: day {} to day {}", digits(low.round()), digits(high.round()));
        }
    }
    let strip = drawing("strip", &description, |svg| {
        let Some(median) = median else { return };
        if let Some((low, high)) = &summary.median_interval {
            let position = |text: &str| calendar.parse(text).map_or(0.0, |at| at.seconds() / 86_400.0 / axis_days);
            draw_band(svg, "sure", position(low), position(high));
        }
        if days.len() > 1 {
            draw_violin(svg, &histogram(days, (0.0, axis_days), BINS));
        }
        draw_vertical_line(svg, "median", median / axis_days);
    });
    let bar = drawing("share", &format!("{share} of the runs"), |svg| {
        draw_band(svg, "sure", summary.share_interval.0, summary.share_interval.1);
        draw_vertical_line(svg, "median", summary.share);
    });
    let date = |at: &str| short_text(calendar, at);
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

/// The order of the required beats. For each pair: among the runs with both beats, the share in which the beat of the row
/// occurred before the beat of the column.
fn order_values(report: &SweepReport, scenario: &Scenario) -> Option<Value> {
    let required: Vec<usize> = (0..scenario.beats.len()).filter(|&beat| scenario.beats[beat].must).collect();
    let tau_median = report.order_tau_median.filter(|_| required.len() > 1)?;
    let taus: Vec<f64> = report.per_seed.iter().filter_map(|run| run.order_tau).collect();
    let ordered_runs = taus.iter().filter(|&&tau| tau >= 1.0).count();
    let occurrence = |run: usize, beat: usize| {
        let beat = report.per_seed[run].beats.get(beat)?;
        // The event number orders beats that were completed at the same instant.
        Some((scenario.calendar.parse(beat.at.as_ref()?).ok()?, beat.event))
    };
    let runs = 0..report.per_seed.len();
    let occurrences: Vec<Vec<_>> = required.iter().map(|&beat| runs.clone().map(|run| occurrence(run, beat)).collect()).collect();
    let cell = |row: usize, column: usize| {
        if row == column {
            return context! { class => "self" };
        }
        let pairs = occurrences[row].iter().zip(&occurrences[column]);
        let in_both_runs = pairs.filter_map(|(in_row, in_column)| Some((in_row.as_ref()?, in_column.as_ref()?)));
        let (mut row_first, mut total) = (0, 0);
        for (in_row, in_column) in in_both_runs {
            total += 1;
            row_first += usize::from(in_row < in_column);
        }
        if total == 0 {
            return context! { class => "none" };
        }
        let share = row_first as f64 / total as f64;
        context! {
            class => if row < column { "with" } else { "against" },
            // The percentage of colour in the cell's background: at most half, so that the text stays legible.
            part => format!("{:.0}", share * 50.0),
            percent => format!("{:.0}", share * 100.0),
        }
    };
    let rows = required.iter().enumerate().map(|(row, &beat)| {
        let cells: Value = (0..required.len()).map(|column| cell(row, column)).collect();
        context! { id => &scenario.beats[beat].id, cells }
    });
    Some(context! {
        median => format!("{tau_median:.3}"),
        interval => median_interval(&taus).map(|(low, high)| format!("{low:.3} to {high:.3}")),
        ordered_runs => count_noun(ordered_runs, "run", "runs"),
        columns => required.iter().map(|&beat| &scenario.beats[beat].id).collect::<Value>(),
        rows => rows.collect::<Value>(),
    })
}

/// The share of runs in which each pattern matched. The report has only the shares, so the counts for the interval are computed
/// back from them.
fn pattern_values(report: &SweepReport, scenario: &Scenario) -> Value {
    let runs = report.per_seed.len();
    let rows = scenario.patterns.iter().filter_map(|pattern| {
        let share = *report.patterns.get(&pattern.id)?;
        let matching_runs = (share * runs as f64).round() as usize;
        Some(context! {
            share => percent(share),
            interval => percent_interval(wilson(matching_runs, runs)),
            title => if pattern.title.is_empty() { &pattern.id } else { &pattern.title },
        })
    });
    rows.collect()
}
