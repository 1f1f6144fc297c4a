//! The section on ablations: the same seeds with one change to the scene.

use super::super::SweepReport;
use super::super::effect::{AblationBeatEffect, AblationEffect};
use super::format::{number_interval, percent, signed};
use crate::stats::ConfidenceInterval;
use longhand_scene::Scenario;
use minijinja::context;
use minijinja::value::Value;

/// What the section shows; `None` without ablations.
pub(super) fn section(report: &SweepReport, scenario: &Scenario) -> Option<Value> {
    let beats = scenario.beats.iter().map(|beat| context! { id => &beat.id, title => &beat.title });
    let rows = report.ablations.iter().map(|ablation| {
        context! {
            condition => &ablation.condition,
            pairs => ablation.pairs,
            cells => ablation.beats.iter().map(change_cell).collect::<Value>(),
            effects => significant_changes(ablation),
        }
    });
    let rows: Value = rows.collect();
    (!report.ablations.is_empty()).then(|| context! { beats => beats.collect::<Value>(), rows })
}

fn change_cell(beat: &AblationBeatEffect) -> Value {
    let change = (beat.change * 100.0).round();
    let class = match beat.change {
        change if change < 0.0 => "less",
        change if change > 0.0 => "more",
        _ => "same",
    };
    context! {
        class => if beat.is_significant() { format!("{class} clear") } else { class.to_owned() },
        part => format!("{:.0}", beat.change.abs() * 55.0),
        title => format!("{}, {}", beat.id, points_interval(beat.interval)),
        change => if change == 0.0 { "·".to_owned() } else { signed(change) },
    }
}

/// An interval of a change of shares in percentage points.
fn points_interval((low, high): ConfidenceInterval) -> String {
    format!("{} to {}", signed((low * 100.0).round()), signed((high * 100.0).round()))
}

/// The significant changes in words.
fn significant_changes(ablation: &AblationEffect) -> Value {
    let beats = ablation.beats.iter().filter(|beat| beat.is_significant()).map(|beat| {
        context! {
            id => &beat.id,
            change => format!("from {} to {} of the runs", percent(beat.before), percent(beat.after)),
            interval => format!("{} percentage points", points_interval(beat.interval)),
        }
    });
    let measures = ablation.measures.iter().filter(|(_, measure)| measure.is_significant()).filter_map(|(id, measure)| {
        let (change, interval) = measure.change.zip(measure.interval)?;
        Some(context! { id, change => signed(change), interval => number_interval(interval) })
    });
    beats.chain(measures).collect()
}
