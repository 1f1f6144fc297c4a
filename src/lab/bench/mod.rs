//! How fast it is, measured where it runs: what the engine costs, and beside it what a bare loop that does the same costs.
//!
//! A [`Row`] is one question; asked, it gives its [`Finding`]s, each with what is to be reached. A bare loop is written without scene,
//! rules or world: plain arrays and arithmetic, the same draws where it draws. It stands in the same binary and runs in turn with the
//! engine (`rounds`), so that the ratio means something on a machine that others use too. `longhand bench` and `cargo bench` print the same
//! rows; docs/performance.md has a table of them.

mod affinity;
mod city;
mod columns;
mod events;
mod film;
mod growth;
mod hub;
mod memory;
mod network;
mod patterns;
mod rounds;

use crate::ids::Instant;
use crate::scenario::{Scenario, load_text};
use crate::sim::{SimOptions, Simulation};
use rounds::{Beside, Cost};
#[cfg(feature = "inspector")]
pub(crate) use rounds::{alone, seconds};
use serde::Serialize;
use std::sync::Arc;

/// One question about speed or memory.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name on the command line.
    pub id: &'static str,
    /// What it asks.
    pub about: &'static str,
    pub(crate) measure: fn(Effort) -> Result<Vec<Finding>, String>,
}

impl Row {
    /// Measures it.
    ///
    /// # Errors
    /// Why it cannot be measured here.
    pub fn measure(&self, effort: Effort) -> Result<Vec<Finding>, String> {
        (self.measure)(effort)
    }
}

/// How much time a measurement may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Smaller worlds and fewer rounds: seconds instead of minutes, and rougher figures.
    Quick,
    /// What docs/performance.md is made from.
    Full,
}

impl Effort {
    pub(crate) fn pick<T>(self, quick: T, full: T) -> T {
        match self {
            Self::Quick => quick,
            Self::Full => full,
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The row's id, and what distinguishes it from others of the row.
    pub id: &'static str,
    /// What the figure is.
    pub what: String,
    /// What it is measured in.
    pub unit: &'static str,
    /// The median of the rounds.
    pub figure: f64,
    /// The best of the rounds.
    pub best: f64,
    /// The bare loop's median, in the same unit.
    pub bare: Option<f64>,
    /// How many times what the bare loop needs is needed; the median of the rounds.
    pub ratio: Option<f64>,
    /// What is to be reached.
    pub reach: Option<Reach>,
    /// Whether it is.
    pub reached: Option<bool>,
}

/// What is to be reached.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// This figure or less.
    AtMost(f64),
    /// This figure or more.
    AtLeast(f64),
    /// So many times the bare loop or less.
    TimesBare(f64),
}

impl Finding {
    pub(crate) fn of(id: &'static str, what: impl Into<String>, unit: &'static str, cost: Cost) -> Self {
        Self {
            id,
            what: what.into(),
            unit,
            figure: cost.median,
            best: cost.best,
            bare: None,
            ratio: None,
            reach: None,
            reached: None,
        }
    }

    fn beside(id: &'static str, what: impl Into<String>, unit: &'static str, found: Beside) -> Self {
        Self { bare: Some(found.bare.median), ratio: Some(found.ratio), ..Self::of(id, what, unit, found.ours) }
    }

    pub(crate) fn reach(self, reach: Reach) -> Self {
        let reached = match reach {
            Reach::AtMost(most) => Some(self.figure <= most),
            Reach::AtLeast(least) => Some(self.figure >= least),
            Reach::TimesBare(most) => self.ratio.map(|ratio| ratio <= most),
        };
        Self { reach: Some(reach), reached, ..self }
    }
}

/// Every row, in the order in which they are measured: memory first, while the process has used none.
pub const ROWS: &[Row] = &[
    Row { id: "memory", about: "bytes of a person and of a bond", measure: memory::measure },
    Row { id: "columns", about: "a law in RON against the same law in Rust, over columns", measure: columns::measure },
    Row { id: "affinity", about: "pairwise affinity against a bare loop", measure: affinity::measure },
    Row { id: "city", about: "a city whose people choose several times a day", measure: city::measure },
    Row { id: "hub", about: "one OS, 10,000 users, two years", measure: hub::measure },
    Row { id: "events", about: "an event recorded, and stored by another thread", measure: events::measure },
    Row { id: "patterns", about: "an event looked at with 10,000 partial matches open", measure: patterns::measure },
    Row { id: "growth", about: "by what power cost grows with agents, ties and events", measure: growth::measure },
    Row { id: "film", about: "scenes/her.ron: the whole arc, and going anywhere in it", measure: film::measure },
];

/// A scene of `benches/`, with parameters set.
fn scene(name: &str, text: &str, set: &[(&str, f64)]) -> Result<Arc<Scenario>, String> {
    let set: Vec<(String, String)> = set.iter().map(|(id, value)| ((*id).to_owned(), value.to_string())).collect();
    let loaded = load_text(name, &[(name, text)], &set).map_err(|problems| problems.render(false))?;
    Ok(Arc::new(loaded.scenario))
}

/// A world of a scene that one thread lives.
fn world(scenario: &Arc<Scenario>) -> Simulation {
    Simulation::new(scenario.clone(), SimOptions { seed: 1, threads: 1 })
}

/// Lives until an instant.
fn live_until(simulation: &mut Simulation, until: Instant) {
    while simulation.now() < until && simulation.step() {}
}

/// Numbers for where no keyed draw is called for: SplitMix64 (Steele, Lea and Flood 2014).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        rand_philox::splitmix64(self.0)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_loops_give_what_the_engine_gives() {
        // Rows that can compare what came of both say so when it differs.
        for measure in [columns::measure, patterns::measure, hub::measure] {
            let found = measure(Effort::Quick).unwrap();
            assert!(found.iter().all(|found| found.ratio.is_some_and(f64::is_normal)), "{found:?}");
        }
    }

    #[test]
    fn scenes_of_the_bench_are_sound() {
        for (text, rounds) in [("agents", city::of_size(50.0, 1, 1)), ("ties", affinity::with_degree(50.0, 4, 1))] {
            assert!(rounds.as_ref().is_ok_and(|cost| cost.median > 0.0), "{text}: {rounds:?}");
        }
    }

    #[test]
    fn a_finding_says_whether_its_reach_is_reached() {
        let cost = Cost { best: 9.0, median: 10.0 };
        let found = Beside { ours: cost, bare: Cost { best: 4.0, median: 5.0 }, ratio: 2.0 };
        let reached = |reach| Finding::beside("x", "x", "ns", found).reach(reach).reached;
        assert_eq!(reached(Reach::AtMost(9.5)), Some(false), "the median counts, not the best");
        assert_eq!(reached(Reach::AtLeast(10.0)), Some(true));
        assert_eq!(reached(Reach::TimesBare(2.0)), Some(true));
        assert_eq!(Finding::of("x", "x", "ns", cost).reach(Reach::TimesBare(2.0)).reached, None);
    }
}
