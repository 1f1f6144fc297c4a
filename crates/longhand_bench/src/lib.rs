//! Benchmarks of the engine, each against a bare loop that computes the same.
//!
//! A [`Benchmark`] gives [`Measurement`]s, each with a target. A bare loop uses no scene, rules or world: only plain arrays and
//! arithmetic, with the same random draws. It is in the same binary and runs in turn with the engine (`timing`), so that the
//! ratio is meaningful even on a busy machine. `longhand bench` and `cargo bench` run the same benchmarks; docs/performance.md
//! has a table of results.
//!
//! - [`BENCHMARKS`]: all of them; each module measures one: `memory`, `columns`, `affinity`, `city`, `hub`, `events`, `patterns`,
//!   `growth`, `her`
//! - [`Measurement`], [`BenchTarget`]: a figure and its target; [`BenchEffort`]: how long it may take
//! - [`measure_rounds`], [`time_seconds`]: timing, for the benchmarks of other crates; `network`: the network of the bare loops
//!
//! ```
//! use longhand_bench::{BENCHMARKS, BenchEffort};
//!
//! let columns = BENCHMARKS.iter().find(|benchmark| benchmark.id == "columns").expect("the benchmark exists");
//! for measurement in columns.measure(BenchEffort::Quick)? {
//!     println!("{}: {:.1} {}", measurement.what, measurement.figure, measurement.unit);
//!     assert!(measurement.ratio.is_some(), "it is compared with a bare loop");
//! }
//! # Ok::<(), String>(())
//! ```

mod affinity;
mod city;
mod columns;
mod events;
mod growth;
mod her;
mod hub;
mod memory;
mod network;
mod patterns;
mod timing;

use longhand_expr::ids::Instant;
use longhand_scene::{Scenario, load_text};
use longhand_sim::{SimOptions, Simulation};
use serde::Serialize;
use std::sync::Arc;
use timing::CostComparison;
pub use timing::{BenchCost, measure_rounds, time_seconds};

/// One benchmark of speed or memory.
#[derive(Clone, Copy, Debug)]
pub struct Benchmark {
    /// Its name on the command line.
    pub id: &'static str,
    /// What it measures.
    pub about: &'static str,
    /// Takes the measurement.
    pub measure: fn(BenchEffort) -> Result<Vec<Measurement>, String>,
}

impl Benchmark {
    /// Runs the benchmark.
    ///
    /// # Errors
    /// A message if it cannot run on this machine, or if the engine and the bare loop disagree.
    pub fn measure(&self, effort: BenchEffort) -> Result<Vec<Measurement>, String> {
        (self.measure)(effort)
    }
}

/// How much time a measurement may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BenchEffort {
    /// Smaller worlds and fewer rounds: seconds instead of minutes, and less precise figures.
    Quick,
    /// The settings for docs/performance.md.
    Full,
}

impl BenchEffort {
    /// The value for this effort.
    pub fn pick<T>(self, quick: T, full: T) -> T {
        match self {
            Self::Quick => quick,
            Self::Full => full,
        }
    }
}

/// One figure that a benchmark measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measurement {
    /// The id of the benchmark, with a suffix if it has several figures.
    pub id: &'static str,
    /// A description of the figure.
    pub what: String,
    /// The unit of the figure.
    pub unit: &'static str,
    /// The median of the rounds.
    pub figure: f64,
    /// The best of the rounds.
    pub best: f64,
    /// The bare loop's median, in the same unit.
    pub bare: Option<f64>,
    /// The figure of the engine divided by that of the bare loop; the median over the rounds.
    pub ratio: Option<f64>,
    /// The target.
    #[serde(rename = "reach")]
    pub target: Option<BenchTarget>,
    /// Whether the target is reached.
    #[serde(rename = "reached")]
    pub is_target_reached: Option<bool>,
}

/// The target of a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BenchTarget {
    /// At most this figure.
    AtMost(f64),
    /// At least this figure.
    AtLeast(f64),
    /// At most this multiple of the bare loop.
    TimesBare(f64),
}

impl Measurement {
    /// A figure without a bare loop and without a target.
    #[must_use]
    pub fn new(id: &'static str, what: impl Into<String>, unit: &'static str, cost: BenchCost) -> Self {
        Self {
            id,
            what: what.into(),
            unit,
            figure: cost.median,
            best: cost.best,
            bare: None,
            ratio: None,
            target: None,
            is_target_reached: None,
        }
    }

    fn from_comparison(id: &'static str, what: impl Into<String>, unit: &'static str, comparison: CostComparison) -> Self {
        Self { bare: Some(comparison.bare.median), ratio: Some(comparison.ratio), ..Self::new(id, what, unit, comparison.engine) }
    }

    /// With a target; also sets whether it is reached.
    #[must_use]
    pub fn with_target(self, reach: BenchTarget) -> Self {
        let reached = match reach {
            BenchTarget::AtMost(most) => Some(self.figure <= most),
            BenchTarget::AtLeast(least) => Some(self.figure >= least),
            BenchTarget::TimesBare(most) => self.ratio.map(|ratio| ratio <= most),
        };
        Self { target: Some(reach), is_target_reached: reached, ..self }
    }
}

/// All benchmarks, in the order in which they run. Memory is first, because it needs a fresh process.
pub const BENCHMARKS: &[Benchmark] = &[
    Benchmark { id: "memory", about: "bytes per person and per bond", measure: memory::measure },
    Benchmark {
        id: "columns",
        about: "a process in RON against the same process in Rust, over columns",
        measure: columns::measure,
    },
    Benchmark { id: "affinity", about: "pairwise affinity against a bare loop", measure: affinity::measure },
    Benchmark { id: "city", about: "a city whose people choose several times a day", measure: city::measure },
    Benchmark { id: "hub", about: "one OS, 10,000 users, two years", measure: hub::measure },
    Benchmark {
        id: "events",
        about: "an event recorded in memory, and written to a story by another thread",
        measure: events::measure,
    },
    Benchmark { id: "patterns", about: "an event matched against 10,000 open partial matches", measure: patterns::measure },
    Benchmark { id: "growth", about: "how cost grows with the number of agents, ties and events", measure: growth::measure },
    Benchmark { id: "film", about: "scenes/her.ron: the whole run, and seeking in it", measure: her::measure },
];

/// Loads a scene of `benches/` with the given parameters.
fn load_scene(name: &str, text: &str, param_values: &[(&str, f64)]) -> Result<Arc<Scenario>, String> {
    let param_values: Vec<(String, String)> =
        param_values.iter().map(|(id, value)| ((*id).to_owned(), value.to_string())).collect();
    let loaded = load_text(name, &[(name, text)], &param_values).map_err(|problems| problems.to_string())?;
    Ok(Arc::new(loaded.scenario))
}

/// A simulation of a scene on one thread, with seed 1.
fn new_simulation(scenario: &Arc<Scenario>) -> Simulation {
    Simulation::new(scenario.clone(), SimOptions { seed: 1, threads: 1 })
}

/// Steps the simulation until an instant.
fn run_until(simulation: &mut Simulation, until: Instant) {
    while simulation.now() < until && simulation.step() {}
}

/// A random generator for code that needs no keyed draws: SplitMix64 (Steele, Lea and Flood 2014).
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        rand_philox::splitmix64(self.0)
    }

    fn next_below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_loops_and_the_engine_agree() {
        // These benchmarks return an error if the results differ.
        for measure in [columns::measure, patterns::measure, hub::measure] {
            let measurements = measure(BenchEffort::Quick).unwrap();
            assert!(measurements.iter().all(|measurement| measurement.ratio.is_some_and(f64::is_normal)), "{measurements:?}");
        }
    }

    #[test]
    fn benchmark_scenes_run() {
        for (what, cost) in [("agents", city::cost_with_population(50.0, 1, 1)), ("ties", affinity::cost_with_degree(50.0, 4, 1))]
        {
            assert!(cost.as_ref().is_ok_and(|cost| cost.median > 0.0), "{what}: {cost:?}");
        }
    }

    #[test]
    fn a_measurement_reports_whether_its_target_is_reached() {
        let cost = BenchCost { best: 9.0, median: 10.0 };
        let comparison = CostComparison { engine: cost, bare: BenchCost { best: 4.0, median: 5.0 }, ratio: 2.0 };
        let reached = |reach| Measurement::from_comparison("x", "x", "ns", comparison).with_target(reach).is_target_reached;
        assert_eq!(reached(BenchTarget::AtMost(9.5)), Some(false), "the median counts, not the best");
        assert_eq!(reached(BenchTarget::AtLeast(10.0)), Some(true));
        assert_eq!(reached(BenchTarget::TimesBare(2.0)), Some(true));
        assert_eq!(Measurement::new("x", "x", "ns", cost).with_target(BenchTarget::TimesBare(2.0)).is_target_reached, None);
    }
}
