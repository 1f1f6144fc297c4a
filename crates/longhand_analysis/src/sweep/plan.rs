//! Predicts what a sweep costs, from a few of its runs.
//!
//! The runs are measured one at a time on one thread. The processor time of the sweep is a sum over its runs, and so is the size of
//! its file; each is estimated with a prediction interval. Memory is that of the process before its first run, and that of one run
//! for each run at once.

use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use super::batch::{BatchConfig, BatchMessage, finished_message};
use super::file::{SweepError, SweepFile};
use super::variant::SweepVariant;
use crate::stats::{SumEstimate, estimate_sum};
use crate::{Run, RunReport, process};
use longhand_sim::SimOptions;

/// What one run costs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RunCost {
    /// The seed.
    pub seed: u64,
    /// Processor time in seconds; wall-clock time where the operating system does not tell it.
    pub cpu_s: f64,
    /// Memory in addition to that of the process before its first run, in bytes; `None` where it cannot be measured.
    pub memory_bytes: Option<f64>,
    /// Size of the stored report, in bytes.
    pub disk_bytes: f64,
}

/// Measures runs of a sweep.
#[derive(Debug)]
pub struct CostMeter {
    process_bytes: Option<f64>,
    costs: Vec<RunCost>,
    /// Size of a file without runs.
    empty_bytes: f64,
}

/// How many copies of a report are stored to measure its size. One would not do, because a file grows in pages.
const COPIES: u64 = 16;

/// What a sweep will cost.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SweepPlan {
    /// File name of the scene.
    pub scene: String,
    /// The seeds as typed.
    pub seeds: String,
    /// The number of runs: the seeds of each combination of params and each condition.
    pub runs: usize,
    /// The number of runs that are stored already; they are not in the figures below.
    pub stored: usize,
    /// Processor time of the runs that are missing, in hours on one core.
    pub core_hours: SumEstimate,
    /// Memory of the process without a run, in bytes.
    pub process_bytes: Option<f64>,
    /// Memory of each run at once, in bytes, with a prediction interval for one run.
    pub run_bytes: Option<SumEstimate>,
    /// Size of the file of runs, in bytes, without what is stored already.
    pub disk_bytes: SumEstimate,
    /// The measured runs.
    pub measured: Vec<RunCost>,
}

impl CostMeter {
    /// Begins before the first run, with the scene loaded.
    ///
    /// # Errors
    /// When SQLite reports an error, such as lack of memory.
    pub fn new(variant: &SweepVariant) -> Result<Self, SweepError> {
        let store = SweepFile::in_memory()?;
        store.find_or_insert_variant(variant)?;
        let empty_bytes = store.size_bytes()? as f64;
        drop(store);
        Ok(Self { process_bytes: process::resident_bytes(), costs: Vec::new(), empty_bytes })
    }

    /// Simulates a run and measures it. Returns how it ended.
    ///
    /// # Errors
    /// When SQLite reports an error, such as lack of memory.
    pub fn measure(&mut self, config: &BatchConfig, variant: &SweepVariant, seed: u64) -> Result<BatchMessage, SweepError> {
        process::reset_peak();
        let (started, cpu_before) = (Instant::now(), process::cpu_seconds());
        let mut run = Run::new(Arc::clone(&config.scenario), SimOptions { seed, threads: 1 }, config.until);
        while run.step() {}
        let message = finished_message(&run);
        let cpu_s = cpu_before.zip(process::cpu_seconds()).map(|(before, after)| after - before);
        let cpu_s = cpu_s.unwrap_or_else(|| started.elapsed().as_secs_f64());
        let memory_bytes = self.process_bytes.zip(process::peak_bytes()).map(|(before, peak)| (peak - before).max(0.0));
        drop(run);
        let disk_bytes = stored_bytes(variant, &message)?;
        self.costs.push(RunCost { seed, cpu_s, memory_bytes, disk_bytes });
        Ok(message)
    }

    /// The cost of a sweep of `runs` runs, `stored` of which exist already. `None` if no run was measured.
    #[must_use]
    pub fn plan(self, scene: &str, seeds: &str, runs: usize, stored: usize) -> Option<SweepPlan> {
        let missing = runs.saturating_sub(stored);
        let of = |cost: fn(&RunCost) -> f64| self.costs.iter().map(cost).collect::<Vec<_>>();
        let hours = estimate_sum(&of(|run| run.cpu_s / 3600.0), missing)?;
        let disk = estimate_sum(&of(|run| run.disk_bytes), missing)?;
        let empty = self.empty_bytes;
        let memory: Option<Vec<f64>> = self.costs.iter().map(|run| run.memory_bytes).collect();
        Some(SweepPlan {
            scene: scene.to_owned(),
            seeds: seeds.to_owned(),
            runs,
            stored,
            core_hours: hours,
            process_bytes: self.process_bytes,
            run_bytes: memory.and_then(|memory| one_more(&memory)),
            disk_bytes: SumEstimate {
                value: disk.value + empty,
                interval: disk.interval.map(|(low, high)| (low + empty, high + empty)),
            },
            measured: self.costs,
        })
    }
}

/// By how much a run makes the file grow.
fn stored_bytes(variant: &SweepVariant, message: &BatchMessage) -> Result<f64, SweepError> {
    let store = SweepFile::in_memory()?;
    let id = store.find_or_insert_variant(variant)?;
    let before = store.size_bytes()?;
    for seed in 0..COPIES {
        match message {
            BatchMessage::Finished(report) => store.insert_report(id, &RunReport { seed, ..(**report).clone() })?,
            BatchMessage::Stopped { reason, .. } => store.insert_stopped(id, seed, reason)?,
            BatchMessage::Progress(_) => {}
        }
    }
    Ok((store.size_bytes()? - before) as f64 / COPIES as f64)
}

/// The mean of some values, with the prediction interval of one more.
fn one_more(values: &[f64]) -> Option<SumEstimate> {
    let sum: f64 = values.iter().sum();
    let next = estimate_sum(values, values.len() + 1)?;
    Some(SumEstimate { value: next.value - sum, interval: next.interval.map(|(low, high)| (low - sum, high - sum)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_scene::STARTER_SCENE;

    fn starter_plan(measured: usize, runs: usize, stored: usize) -> Option<SweepPlan> {
        let scenario = longhand_scene::load_text("new.ron", &[("new.ron", STARTER_SCENE)], &[]).unwrap().scenario;
        let variant = SweepVariant::new(&scenario, &[], None, "test");
        let config = BatchConfig { scenario: Arc::new(scenario), until: None, threads: 1 };
        let mut meter = CostMeter::new(&variant).unwrap();
        for seed in 0..measured {
            let message = meter.measure(&config, &variant, seed as u64).unwrap();
            assert!(matches!(message, BatchMessage::Finished(report) if report.seed == seed as u64));
        }
        meter.plan("new.ron", "0..100", runs, stored)
    }

    #[test]
    fn a_plan_grows_with_the_runs_that_are_missing() {
        let plan = starter_plan(4, 100, 20).unwrap();
        let measured_hours = plan.measured.iter().map(|run| run.cpu_s / 3600.0).sum::<f64>();
        assert!(measured_hours > 0.0);
        assert!((plan.core_hours.value / measured_hours - 20.0).abs() < 1e-9, "80 of 100 runs, 4 of them measured");
        for (estimate, least) in [(plan.core_hours, measured_hours), (plan.disk_bytes, 20_000.0)] {
            let (low, high) = estimate.interval.unwrap();
            assert!(least <= low && low <= estimate.value && estimate.value <= high, "{estimate:?}");
        }
        assert_eq!(starter_plan(0, 100, 0), None);
    }

    /// The size of a file of 60 runs is predicted from five of them.
    #[test]
    fn the_predicted_size_is_that_of_the_file() {
        let scenario = longhand_scene::load_text("new.ron", &[("new.ron", STARTER_SCENE)], &[]).unwrap().scenario;
        let variant = SweepVariant::new(&scenario, &[], None, "test");
        let folder = tempfile::tempdir().unwrap();
        let file = SweepFile::open(&folder.path().join("a.sweep")).unwrap();
        let id = file.find_or_insert_variant(&variant).unwrap();
        let scenario = Arc::new(scenario);
        for seed in 0..60 {
            let mut run = Run::new(scenario.clone(), SimOptions { seed, threads: 1 }, None);
            while run.step() {}
            file.insert_report(id, &run.report()).unwrap();
        }
        let size = file.size_bytes().unwrap() as f64;
        let (low, high) = starter_plan(5, 60, 0).unwrap().disk_bytes.interval.unwrap();
        assert!(0.8 * low <= size && size <= 1.2 * high, "{low} to {high}: {size}");
    }
}
