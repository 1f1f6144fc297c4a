//! `scenes/her.ron`: the whole run, and seeking to any instant of the finished run.
//!
//! The bare loop for seeking replays every change up to that instant into a map.

use super::events::TempFile;
use super::timing::{compare_rounds, measure_rounds, time_seconds};
use super::{BenchEffort, BenchTarget, Measurement, SplitMix};
use longhand_analysis::Run;
use longhand_chronicle::{Chronicle, History, Story, StoryWriter, SymbolTable, state_at};
use longhand_expr::ids::{Fact, Instant};
use longhand_scene::{Scenario, load};
use longhand_sim::SimOptions;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const SCENE: &str = "scenes/her.ron";
const OPTIONS: SimOptions = SimOptions { seed: 1, threads: 0 };

pub(super) fn measure(effort: BenchEffort) -> Result<Vec<Measurement>, String> {
    if !Path::new(SCENE).is_file() {
        return Err(format!("{SCENE} was not found; run the benchmark from the repository root"));
    }
    let scenario = Arc::new(load(Path::new(SCENE), &[]).map_err(|problems| problems.to_string())?.scenario);
    let until = effort.pick(Some(Instant::from_seconds(6.0 * 7.0 * 86_400.0)), None);
    let mut last_run = None;
    let whole_run = measure_rounds(effort.pick(1, 3), || {
        let mut run = Run::new(scenario.clone(), OPTIONS, until);
        let seconds = time_seconds(|| while run.step() {});
        last_run = Some(run);
        seconds
    });
    let run = last_run.ok_or("no run was measured")?;
    let mut found = vec![match effort {
        BenchEffort::Quick => Measurement::new("film-begun", "her.ron, six weeks, all threads", "s", whole_run),
        BenchEffort::Full => {
            Measurement::new("film", "her.ron, the whole run, all threads", "s", whole_run).with_target(BenchTarget::AtMost(10.0))
        }
    }];
    found.extend(measure_seek(&scenario, &run)?);
    Ok(found)
}

/// Measures seeking to 200 random instants, and opening the story file. The figure is the slowest seek.
fn measure_seek(scenario: &Arc<Scenario>, run: &Run) -> Result<[Measurement; 2], String> {
    let (chronicle, end) = (run.chronicle(), run.simulation().now());
    let symbols = SymbolTable::from_scenario(scenario);
    let history = History::from_chronicle(chronicle, &symbols);
    let mut numbers = SplitMix(3);
    let instants: Vec<Instant> = (0..200).map(|_| Instant(numbers.next_below(end.0 as usize) as i64)).collect();
    let slowest = |seek_to: &dyn Fn(Instant) -> usize| {
        let costs = instants.iter().map(|&at| {
            1e3 * time_seconds(|| {
                std::hint::black_box(seek_to(at));
            })
        });
        costs.fold(0.0, f64::max)
    };
    let seek = compare_rounds(
        5,
        || slowest(&|at| state_at(chronicle, &history, at).facts.len()),
        || slowest(&|at| replay_facts(chronicle, at).len()),
    );
    let file = TempFile::new("film.story");
    let written = StoryWriter::create(&file.0, scenario, run.seed(), &[], None).and_then(|mut story| {
        story.write(chronicle);
        story.finish(end, chronicle)
    });
    written.map_err(|error| error.to_string())?;
    let open = measure_rounds(3, || {
        1e3 * time_seconds(|| {
            let facts = Story::open(&file.0).map(|story| {
                let history = History::from_chronicle(&story.chronicle, &story.header.symbols);
                state_at(&story.chronicle, &history, instants[0]).facts.len()
            });
            std::hint::black_box(facts.unwrap_or_default());
        })
    });
    Ok([
        Measurement::from_comparison("film-seek", "seek in the run, the slowest of 200", "ms", seek)
            .with_target(BenchTarget::AtMost(50.0)),
        Measurement::new("film-open", "open its story file and seek once", "ms", open),
    ])
}

fn replay_facts(chronicle: &Chronicle, at: Instant) -> BTreeMap<Fact, f64> {
    let mut facts = BTreeMap::new();
    facts.extend(chronicle.samples().iter().filter(|sample| sample.at <= at).map(|sample| (sample.fact, sample.value)));
    let changes = chronicle.iter().filter(|event| event.at <= at).flat_map(|event| &event.changes);
    facts.extend(changes.map(|change| (change.fact, change.after)));
    facts
}
