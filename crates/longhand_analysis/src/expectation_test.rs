//! Tests the expectations of a scene against many runs.
//!
//! An expectation speaks of a fixed number of seeds. The test decides as soon as the remaining runs cannot change the verdict
//! (curtailed inspection). The early verdict therefore always equals that of all runs, and stopping early needs no correction.

use super::report::RunReport;
use super::stats::{ConfidenceInterval, median_interval, quantile, wilson};
use longhand_expr::Criterion;
use longhand_scene::{ExpectationSubject, Scenario, SceneExpectation};
use serde::Serialize;

/// The state of the test of one expectation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The expectation, as written in the scene.
    pub expect: String,
    /// Whether the expectation holds; `None` while undecided.
    pub holds: Option<bool>,
    /// The observed share or median; `None` without runs or values.
    #[serde(rename = "figure")]
    pub estimate: Option<f64>,
    /// 95 % confidence interval of the estimate: Wilson for a share, order statistics for a median of at least six values.
    pub interval: Option<ConfidenceInterval>,
    /// Number of runs observed.
    #[serde(rename = "lives")]
    pub runs: usize,
    /// Number of runs that the expectation speaks of.
    #[serde(rename = "of")]
    pub planned_runs: usize,
}

/// Tests one expectation, one run at a time.
#[derive(Clone, Debug)]
pub struct ExpectationTest {
    expectation: SceneExpectation,
    /// Number of runs that the expectation speaks of.
    planned_runs: usize,
    observed: usize,
    hits: usize,
    values: Vec<f64>,
}

impl ExpectationTest {
    /// Starts the test of an expectation with the seeds that the scene asks for, but at most `max_seeds` of them.
    #[must_use]
    pub fn new(expect: &SceneExpectation, max_seeds: Option<usize>) -> Self {
        let planned_runs = max_seeds.map_or(expect.seeds as usize, |max_seeds| max_seeds.min(expect.seeds as usize));
        Self { expectation: expect.clone(), planned_runs, observed: 0, hits: 0, values: Vec::new() }
    }

    /// Number of seeds needed: the runs of seeds `0..seed_count` count.
    #[must_use]
    pub fn seed_count(&self) -> usize {
        self.planned_runs
    }

    /// Adds the report of a run. Runs of other seeds are ignored.
    pub fn observe(&mut self, scenario: &Scenario, report: &RunReport) {
        if report.seed >= self.planned_runs as u64 {
            return;
        }
        self.observed += 1;
        let value = match self.expectation.subject {
            ExpectationSubject::Beat(beat) => {
                self.hits += usize::from(report.beats.get(beat).is_some_and(|beat| beat.at.is_some()));
                None
            }
            ExpectationSubject::Pattern(pattern) => {
                let id = scenario.patterns.get(pattern).map(|pattern| &pattern.id);
                self.hits += usize::from(id.and_then(|id| report.patterns.get(id)).is_some_and(|times| *times > 0));
                None
            }
            ExpectationSubject::Measure(measure) => {
                scenario.measures.get(measure).and_then(|measure| report.measures.get(&measure.id).copied().flatten())
            }
            ExpectationSubject::Order => report.order_tau,
        };
        self.values.extend(value.filter(|value| value.is_finite()));
    }

    /// The verdict from the runs observed so far.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let (estimate, interval) = match self.expectation.expected {
            Criterion::Share { .. } => {
                let estimate = (self.observed > 0).then(|| self.hits as f64 / self.observed as f64);
                (estimate, (self.observed > 0).then(|| wilson(self.hits, self.observed)))
            }
            Criterion::Median { .. } => (quantile(&self.values, 0.5), median_interval(&self.values)),
        };
        Verdict {
            expect: self.expectation.text.clone(),
            holds: self.evaluate(estimate),
            estimate,
            interval,
            runs: self.observed,
            planned_runs: self.planned_runs,
        }
    }

    fn evaluate(&self, estimate: Option<f64>) -> Option<bool> {
        let remaining = self.planned_runs - self.observed.min(self.planned_runs);
        match self.expectation.expected {
            Criterion::Share { at_least: true, share } => {
                let min_hits = (share * self.planned_runs as f64 - 1e-9).ceil().max(0.0) as usize;
                if self.hits >= min_hits { Some(true) } else { (self.hits + remaining < min_hits).then_some(false) }
            }
            Criterion::Share { at_least: false, share } => {
                let max_hits = (share * self.planned_runs as f64 + 1e-9).floor() as usize;
                if self.hits > max_hits { Some(false) } else { (self.hits + remaining <= max_hits).then_some(true) }
            }
            Criterion::Median { min: from, max: to } => {
                let (from, to) = (from.unwrap_or(f64::NEG_INFINITY), to.unwrap_or(f64::INFINITY));
                if remaining == 0 {
                    return Some(estimate.is_some_and(|median| from <= median && median <= to));
                }
                // A value range that holds more than half of all values, observed and remaining, also holds their median.
                let is_most = |values: usize| 2 * values > self.values.len() + remaining;
                let below = self.values.iter().filter(|&&value| value < from).count();
                let above = self.values.iter().filter(|&&value| value > to).count();
                match () {
                    () if is_most(below) || is_most(above) => Some(false),
                    () if is_most(self.values.len() - below) && is_most(self.values.len() - above) => Some(true),
                    () => None,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BeatReport;
    use proptest::prelude::*;

    const TOWN: &str = r#"Scene(
        starts: "2025-01-06", ends: "2025-01-07",
        kinds: [Kind(id: "human")], cast: [Member(id: "ann", kind: "human")],
        actions: [Action(id: "walk", want: "1", does: [])],
        beats: [Beat(id: "out", must: true, events: [Clause(on: ["walk"])])],
        measures: [Measure(id: "steps", at: End, is: "1")],
    )"#;

    fn town_scenario() -> Scenario {
        longhand_scene::load_text("town.ron", &[("town.ron", TOWN)], &[]).unwrap().scenario
    }

    fn run_report(seed: u64, occurred: bool, steps: Option<f64>) -> RunReport {
        let beat = BeatReport { id: "out".into(), must: true, at: occurred.then(String::new), event: None };
        RunReport { beats: vec![beat], measures: [("steps".to_owned(), steps)].into(), ..RunReport::empty(seed) }
    }

    fn expectation_test(subject: ExpectationSubject, expected: Criterion, seeds: u32) -> ExpectationTest {
        ExpectationTest::new(&SceneExpectation { text: String::new(), subject, expected, seeds }, None)
    }

    #[test]
    fn a_share_is_decided_when_the_remaining_runs_cannot_change_it() {
        let town = town_scenario();
        let mut test = expectation_test(ExpectationSubject::Beat(0), Criterion::Share { at_least: true, share: 0.9 }, 20);
        for seed in 0..2 {
            test.observe(&town, &run_report(seed, false, None));
        }
        assert_eq!(test.verdict().holds, None, "18 of 20 may still succeed");
        test.observe(&town, &run_report(25, true, None));
        assert_eq!(test.verdict().runs, 2, "seed 25 is outside the range");
        let mut failing = test.clone();
        failing.observe(&town, &run_report(2, false, None));
        assert_eq!((failing.verdict().holds, failing.verdict().estimate), (Some(false), Some(0.0)));
        for seed in 2..20 {
            assert_eq!(test.verdict().holds, None);
            test.observe(&town, &run_report(seed, true, None));
        }
        assert_eq!((test.verdict().holds, test.verdict().estimate), (Some(true), Some(0.9)));
    }

    proptest! {
        #[test]
        fn an_early_verdict_equals_the_verdict_of_all_runs(
            runs in prop::collection::vec((any::<bool>(), prop::option::weighted(0.8, 0..10_i32)), 1..30),
            at_least in any::<bool>(), share in 0.0..1.0_f64, from in prop::option::of(0..10_i32), to in prop::option::of(0..10_i32),
        ) {
            let town = town_scenario();
            let median = Criterion::Median { min: from.map(f64::from), max: to.map(f64::from) };
            let share_of_runs = Criterion::Share { at_least, share };
            for (subject, criterion) in [(ExpectationSubject::Beat(0), share_of_runs), (ExpectationSubject::Measure(0), median)] {
                let mut test = expectation_test(subject, criterion, runs.len() as u32);
                let mut early = None;
                for (seed, &(occurred, steps)) in runs.iter().enumerate() {
                    test.observe(&town, &run_report(seed as u64, occurred, steps.map(f64::from)));
                    early = early.or(test.verdict().holds);
                }
                let last = test.verdict();
                prop_assert!(last.holds.is_some());
                prop_assert_eq!(early, last.holds);
                let direct = match criterion {
                    Criterion::Share { at_least: true, share } => last.estimate.unwrap() >= share - 1e-9,
                    Criterion::Share { share, .. } => last.estimate.unwrap() <= share + 1e-9,
                    Criterion::Median { min, max } => last.estimate.is_some_and(|m| min.is_none_or(|min| m >= min) && max.is_none_or(|max| m <= max)),
                };
                prop_assert_eq!(last.holds, Some(direct));
            }
        }
    }
}
