//! The section on a grid: a table with one row for each combination of params.

use super::super::{GridReport, SweepReport};
use super::format::{number_interval, param_text, percent, percent_interval};
use longhand_narrative::grammar::digits;
use longhand_scene::Scenario;
use minijinja::context;
use minijinja::value::Value;

/// What the section shows.
pub(super) fn section(grid: &GridReport, scenario: &Scenario) -> Value {
    let beats = scenario.beats.iter().map(|beat| context! { id => &beat.id, title => &beat.title });
    let measures = scenario.measures.iter().map(|measure| context! { id => &measure.id, title => &measure.about });
    let row = |sweep: &SweepReport| {
        let params = sweep.params();
        let values = grid.varied.iter().map(|id| {
            params.and_then(|params| params.get(id)).map_or_else(String::new, |value| param_text(scenario, id, *value))
        });
        let shares = scenario.beats.iter().map(|beat| match sweep.beats.get(&beat.id) {
            Some(beat) => context! {
                text => percent(beat.share),
                title => percent_interval(beat.share_interval),
                part => format!("{:.0}", beat.share * 50.0),
            },
            None => context! { text => "–", title => "", part => "0" },
        });
        let medians = scenario.measures.iter().map(|measure| {
            let summary = sweep.measures.get(&measure.id);
            let median = summary.and_then(|summary| summary.median);
            context! {
                text => median.map_or_else(|| "–".to_owned(), digits),
                title => summary.and_then(|summary| summary.median_interval).map_or_else(String::new, number_interval),
                part => "0",
            }
        });
        context! { values => values.collect::<Value>(), cells => shares.chain(medians).collect::<Value>(), runs => sweep.per_seed.len() }
    };
    context! {
        params => &grid.varied,
        columns => beats.chain(measures).collect::<Value>(),
        rows => grid.combinations.iter().map(row).collect::<Value>(),
    }
}

/// The values of the params that differ: `warmth = 0.5, rain = 1`.
pub(super) fn combination_name(grid: &GridReport, sweep: &SweepReport, scenario: &Scenario) -> String {
    let value = |id: &String| Some(format!("{id} = {}", param_text(scenario, id, *sweep.params()?.get(id)?)));
    grid.varied.iter().filter_map(value).collect::<Vec<_>>().join(", ")
}
