//! `scenes/her.ron`: simulating the run, and seeking to any instant of the finished run.
//!
//! The bare loop for seeking computes the same facts without an index: it replays every change up to the instant into a map. The
//! ids of the measurements begin with `film`; ids are stable, because they are printed and stored in JSON.

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
/// Uses all threads (`threads: 0`), like `longhand` itself.
const OPTIONS: SimOptions = SimOptions { seed: 1, threads: 0 };

pub(super) fn measure(effort: BenchEffort) -> Result<Vec<Measurement>, String> {
    if !Path::new(SCENE).is_file() {
        return Err(format!("{SCENE} was not found; run the benchmark from the repository root"));
    }
    let scenario = Arc::new(load(Path::new(SCENE), &[]).map_err(|problems| problems.to_string())?.scenario);
    let six_weeks = Instant::from_seconds(6.0 * 7.0 * 86_400.0);
    let until = effort.pick(Some(six_weeks), None);
    let mut last_run = None;
    let run_seconds = measure_rounds(effort.pick(1, 3), || {
        let mut run = Run::new(scenario.clone(), OPTIONS, until);
        let seconds = time_seconds(|| while run.step() {});
        last_run = Some(run);
        seconds
    });
    let run = last_run.ok_or("no run was measured")?;
    let mut measurements = vec![match effort {
        BenchEffort::Quick => Measurement::new("film-begun", "her.ron, six weeks, all threads", "s", run_seconds),
        BenchEffort::Full => Measurement::new("film", "her.ron, the whole run, all threads", "s", run_seconds)
            .with_target(BenchTarget::AtMost(10.0)),
    }];
    measurements.extend(measure_seek(&scenario, &run)?);
    Ok(measurements)
}

/// Measures seeking to 200 random instants, of which the slowest counts, and opening the run's story file.
fn measure_seek(scenario: &Arc<Scenario>, run: &Run) -> Result<[Measurement; 2], String> {
    let (chronicle, end) = (run.chronicle(), run.simulation().now());
    let symbols = SymbolTable::from_scenario(scenario);
    let history = History::from_chronicle(chronicle, &symbols);
    let mut random = SplitMix(3);
    let instants: Vec<Instant> = (0..200).map(|_| Instant(random.next_below(end.0 as usize) as i64)).collect();
    let slowest_ms = |seek_to: &dyn Fn(Instant) -> usize| {
        let milliseconds = instants.iter().map(|&at| {
            1e3 * time_seconds(|| {
                std::hint::black_box(seek_to(at));
            })
        });
        milliseconds.fold(0.0, f64::max)
    };
    let seek_ms = compare_rounds(
        5,
        || slowest_ms(&|at| state_at(chronicle, &history, at).facts.len()),
        || slowest_ms(&|at| replay_facts(chronicle, at).len()),
    );
    let file = TempFile::new("film.story");
    let written = StoryWriter::create(&file.0, scenario, run.seed(), &[], None).and_then(|mut writer| {
        writer.write(chronicle);
        writer.finish(end, chronicle)
    });
    written.map_err(|error| error.to_string())?;
    let open_ms = measure_rounds(3, || {
        1e3 * time_seconds(|| {
            let story = Story::open(&file.0).expect("the story was written above");
            let history = History::from_chronicle(&story.chronicle, &story.header.symbols);
            std::hint::black_box(state_at(&story.chronicle, &history, instants[0]).facts.len());
        })
    });
    Ok([
        Measurement::from_comparison("film-seek", "seek in the run, the slowest of 200", "ms", seek_ms)
            .with_target(BenchTarget::AtMost(50.0)),
        Measurement::new("film-open", "open its story file and seek once", "ms", open_ms),
    ])
}

/// The bare loop: the facts at an instant.
fn replay_facts(chronicle: &Chronicle, at: Instant) -> BTreeMap<Fact, f64> {
    let mut facts = BTreeMap::new();
    facts.extend(chronicle.samples().iter().filter(|sample| sample.at <= at).map(|sample| (sample.fact, sample.value)));
    let changes = chronicle.iter().filter(|event| event.at <= at).flat_map(|event| &event.changes);
    facts.extend(changes.map(|change| (change.fact, change.after)));
    facts
}
