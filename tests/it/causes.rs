//! The plot of the flagship scene has causes: without one of them, the beats that depend on it do not come, and all others do.
//!
//! `cargo test` runs a few seeds in a small city, which uses all the rules. `.ci/run` runs the ignored tests with one seed in the
//! whole city. Twenty seeds take some minutes:
//!
//! ```sh
//! SEEDS=0..20 cargo test --release --no-default-features --test it in_the_whole_city -- --ignored
//! ```

use std::collections::BTreeMap;
use std::sync::LazyLock;

use longhand_analysis::{BatchConfig, BatchMessage, RunReport, SeedList, SweepReport, run_batch};
use longhand_expr::Calendar;
use longhand_expr::ids::Instant;

use crate::harness::load_scene;

const ALL: [&str; 25] = [
    "B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B09", "B10", "B11", "B12", "B13", "B14", "B15", "B16", "B17", "B18",
    "B19", "B20", "B21", "B22", "B23", "B24", "B25",
];

/// Seeds and size of the city.
struct Scale {
    seeds: fn() -> SeedList,
    population: u32,
    /// The end of a run in days; beats after it count as missing. `None` for the scene's own end.
    days: Option<f64>,
    /// The runs without changes.
    unchanged: fn() -> &'static SweepReport,
}

static SMALL: Scale = Scale { seeds: small_seeds, population: 400, days: Some(360.0), unchanged: || &SMALL_UNCHANGED };
static FULL: Scale = Scale { seeds: full_seeds, population: 6000, days: None, unchanged: || &FULL_UNCHANGED };
static SMALL_UNCHANGED: LazyLock<SweepReport> = LazyLock::new(|| simulate(&SMALL, SMALL.population, &[]));
static FULL_UNCHANGED: LazyLock<SweepReport> = LazyLock::new(|| simulate(&FULL, FULL.population, &[]));

fn small_seeds() -> SeedList {
    "0..3".parse().expect("a range")
}

/// The seeds of the whole city: the variable `SEEDS`, or one.
fn full_seeds() -> SeedList {
    std::env::var("SEEDS").as_deref().unwrap_or("0..1").parse().expect("SEEDS is a range, as in 0..20")
}

fn simulate(scale: &Scale, population: u32, without: &[&str]) -> SweepReport {
    let population = population.to_string();
    let switches = without.iter().map(|&switch| (switch, "false"));
    let set: Vec<_> = [("population", population.as_str())].into_iter().chain(switches).collect();
    let scenario = load_scene("her.ron", &set);
    let batch = BatchConfig { scenario, until: scale.days.map(|days| Instant::from_seconds(days * 86_400.0)), threads: 0 };
    let seeds = (scale.seeds)();
    let mut reports = Vec::new();
    let outcome = run_batch(&batch, &seeds.iter().collect::<Vec<_>>(), |message| {
        match message {
            BatchMessage::Finished(report) => reports.push(*report),
            BatchMessage::Stopped { seed, reason: why } => panic!("seed {seed} was {why}"),
            BatchMessage::Progress(_) => {}
        }
        Ok::<_, std::convert::Infallible>(())
    });
    outcome.expect("the callback never fails");
    SweepReport::from_reports(seeds.to_string(), reports, BTreeMap::new(), &batch.scenario.calendar)
}

/// Simulates runs with a cause switched off: the beats in `lost_beats` come in none of them, and all others as often as
/// required. Returns each run with the unchanged run of the same seed.
fn simulate_without(scale: &Scale, switch: &str, lost_beats: &[&str]) -> Vec<(RunReport, &'static RunReport)> {
    let report = simulate(scale, scale.population, &[switch]);
    for id in ALL {
        let beat = &report.beats[id];
        if lost_beats.contains(&id) {
            assert_eq!(beat.share, 0.0, "{id} came without {switch}");
        } else {
            let min_share = if beat.must { 0.95 } else { 0.6 };
            assert!(beat.share >= min_share, "{id} does not depend on {switch} but came in only {}", beat.share);
        }
    }
    let unchanged = (scale.unchanged)();
    assert_eq!(report.per_seed.len(), unchanged.per_seed.len());
    report.per_seed.into_iter().zip(&unchanged.per_seed).collect()
}

fn measure(run: &RunReport, id: &str) -> f64 {
    run.measures[id].unwrap_or_else(|| panic!("{id} was not measured with seed {}", run.seed))
}

/// Days from one beat to another, if both came.
fn days_between(run: &RunReport, from: &str, to: &str) -> Option<f64> {
    let date_of = |id: &str| {
        let beat = run.beats.iter().find(|beat| beat.id == id).expect("declared");
        beat.at.as_ref().map(|at| Calendar::default().parse(at).expect("a date and a time").seconds())
    };
    Some((date_of(to)? - date_of(from)?) / 86_400.0)
}

/// Every beat comes, and so do the scene's patterns.
fn without_changes_every_beat_comes(scale: &Scale) {
    let unchanged = (scale.unchanged)();
    for id in ALL {
        assert!(
            unchanged.beats[id].share >= if unchanged.beats[id].must { 0.95 } else { 0.6 },
            "{id}: {}",
            unchanged.beats[id].share
        );
    }
    for (id, share) in &unchanged.patterns {
        assert!(*share >= 0.6, "{id}: {share}");
    }
    assert_eq!(unchanged.patterns.len(), 8);
    assert!(unchanged.order_tau_median >= Some(0.95), "{:?}", unchanged.order_tau_median);
}

/// OS1 is never released: no OS appears, and nothing that follows from losing one happens. He stays lonelier, and the papers
/// stay unsigned longer.
fn os1_never_released(scale: &Scale) {
    for (run, unchanged) in simulate_without(scale, "os1_released", &ALL[3..]) {
        assert!(
            measure(&run, "theodore_loneliness_end") > measure(unchanged, "theodore_loneliness_end") + 0.1,
            "seed {}",
            run.seed
        );
        assert!(measure(&run, "papers_unsigned_days") > measure(unchanged, "papers_unsigned_days") + 30.0, "seed {}", run.seed);
    }
}

/// OSes cannot talk to each other: no Watts OS, no upgrade past matter, no question about the others, no departure, and no
/// loss.
fn oses_do_not_talk(scale: &Scale) {
    for (run, _) in simulate_without(scale, "oses_talk", &ALL[18..]) {
        assert_eq!(measure(&run, "oses_left_share"), 0.0, "seed {}", run.seed);
    }
}

/// OSes do not grow: she tells him of the others, but never outgrows him.
fn oses_do_not_grow(scale: &Scale) {
    for (run, _) in simulate_without(scale, "oses_grow", &ALL[19..]) {
        assert_eq!(measure(&run, "oses_left_share"), 0.0, "seed {}", run.seed);
    }
}

/// OSes love one at a time: he asks, and there is one; without dismay there is nothing to repair. She talks with as many as
/// before.
fn oses_love_one_at_a_time(scale: &Scale) {
    for (run, unchanged) in simulate_without(scale, "oses_love_many", &["B22"]) {
        assert_eq!(measure(&run, "loves_at_reveal"), 1.0, "seed {}", run.seed);
        assert!(measure(unchanged, "loves_at_reveal") > 10.0, "seed {}", run.seed);
        let others = measure(&run, "others_at_reveal") / measure(unchanged, "others_at_reveal");
        assert!((0.9..1.1).contains(&others), "seed {}: {others}", run.seed);
    }
}

/// Charles takes his OS with him: Amy has no OS friend and loses none, so Theodore takes longer to visit her.
fn charles_takes_his_os(scale: &Scale) {
    for (run, unchanged) in simulate_without(scale, "charles_leaves_os", &["B11"]) {
        let [changed_days, unchanged_days] = [&run, unchanged].map(|run| days_between(run, "B24", "B25"));
        let Some(changed_days) = changed_days else { continue };
        assert!(
            unchanged_days.is_some_and(|unchanged_days| changed_days > unchanged_days + 1.0),
            "seed {}: {changed_days} days after the letter, else {unchanged_days:?}",
            run.seed
        );
    }
}

/// Theodore never tells Catherine: no condemnation, no doubt, no distance, no surrogate, and no reconciliation.
fn catherine_is_not_told(scale: &Scale) {
    simulate_without(scale, "tells_catherine", &["B13", "B14", "B15", "B16"]);
}

/// Half the people, so about half the others she talks with. The numbers follow from the size of the city and are not set
/// anywhere.
fn half_the_city_has_half_the_others(scale: &Scale) {
    let unchanged = (scale.unchanged)();
    let half = simulate(scale, scale.population / 2, &[]);
    let others = |report: &SweepReport| report.measures["others_at_reveal"].median.expect("he asks");
    let share = others(&half) / others(unchanged);
    assert!((0.35..0.7).contains(&share), "{} of {}", others(&half), others(unchanged));
    if scale.population == FULL.population {
        assert!(others(&half) < 0.7 * 7_500.0, "{} is well below the band", others(&half));
    }
}

/// Couples in the crowd stay together.
fn couples_in_the_crowd_stay_together(scale: &Scale) {
    let unchanged = (scale.unchanged)();
    for run in &unchanged.per_seed {
        assert!(measure(run, "couples_formed") >= f64::from(scale.population) / 400.0, "seed {}: hardly any form", run.seed);
    }
    let days = unchanged.measures["couples_last_days"].median;
    assert!(days > Some(60.0), "{days:?} days");
}

macro_rules! causes {
    ($($cause:ident)*) => {
        mod in_a_small_city {
            $(#[test]
            fn $cause() {
                super::$cause(&super::SMALL);
            })*
        }

        mod in_the_whole_city {
            $(#[test]
            #[ignore = "a run of the whole city: `.ci/run` runs it with one seed"]
            fn $cause() {
                super::$cause(&super::FULL);
            })*
        }
    };
}

causes! {
    without_changes_every_beat_comes
    os1_never_released
    oses_do_not_talk
    oses_do_not_grow
    oses_love_one_at_a_time
    charles_takes_his_os
    catherine_is_not_told
    half_the_city_has_half_the_others
    couples_in_the_crowd_stay_together
}
