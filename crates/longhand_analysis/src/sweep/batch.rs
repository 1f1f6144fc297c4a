//! Runs many seeds of a scene in parallel.
//!
//! Each thread takes one seed at a time and simulates it on that thread alone. The result of a run does not depend on its thread
//! count, and a single-threaded run has the least overhead, so the parallelism is over seeds. At most one world per thread is in
//! memory, and only the report of a finished run is sent to the caller.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::{Run, RunReport};
use longhand_expr::ids::Instant;
use longhand_scene::Scenario;
use longhand_sim::SimOptions;

/// Longest time without a message to the caller.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);
/// Resolution of the progress of one run.
const PROGRESS_STEPS: u32 = 10_000;

/// What to run.
#[derive(Clone, Debug)]
pub struct BatchConfig {
    /// The scene.
    pub scenario: Arc<Scenario>,
    /// Each run ends here or at the scene's end, whichever comes first.
    pub until: Option<Instant>,
    /// Number of parallel runs; 0 means one for each core.
    pub threads: usize,
}

/// A message about the runs of a batch.
#[derive(Clone, Debug)]
pub enum BatchMessage {
    /// A run finished.
    Finished(Box<RunReport>),
    /// A run exceeded a limit and was stopped before its end.
    Stopped {
        /// Its seed.
        seed: u64,
        /// The limit, and when it was exceeded.
        reason: String,
    },
    /// Progress of the unfinished runs: the sum of their shares done, in runs.
    Progress(f64),
}

/// Runs each of `seeds` once and passes the reports to `on_message` in the order in which the runs finish.
///
/// # Errors
/// The first error that `on_message` returns. No further run is started then, and the unfinished runs are cancelled.
///
/// # Panics
/// When a run panics; the other runs are cancelled.
pub fn run_batch<E>(
    config: &BatchConfig,
    seeds: &[u64],
    mut on_message: impl FnMut(BatchMessage) -> Result<(), E>,
) -> Result<(), E> {
    let threads = match config.threads {
        0 => thread::available_parallelism().map_or(1, NonZero::get),
        threads => threads,
    };
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let progress: Vec<AtomicU32> = (0..threads.clamp(1, seeds.len().max(1))).map(|_| AtomicU32::new(0)).collect();
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for progress in &progress {
            let (sender, next, stop) = (sender.clone(), &next, &stop);
            scope.spawn(move || {
                let _on_panic = StopOnPanic(stop);
                while let Some(&seed) = seeds.get(next.fetch_add(1, Relaxed)) {
                    let Some(message) = run_seed(config, seed, progress, stop) else { return };
                    // The receiver is gone if `on_message` returned an error.
                    if sender.send(message).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut receive = || -> Result<(), E> {
            loop {
                match receiver.recv_timeout(PROGRESS_INTERVAL) {
                    Ok(message) => on_message(message)?,
                    Err(RecvTimeoutError::Timeout) => {
                        let steps: u32 = progress.iter().map(|progress| progress.load(Relaxed)).sum();
                        on_message(BatchMessage::Progress(f64::from(steps) / f64::from(PROGRESS_STEPS)))?;
                    }
                    Err(RecvTimeoutError::Disconnected) => return Ok(()),
                }
            }
        };
        let _stop_on_return = StopOnDrop(&stop);
        receive()
    })
}

/// Runs one seed; `None` if it was cancelled.
fn run_seed(config: &BatchConfig, seed: u64, progress: &AtomicU32, stop: &AtomicBool) -> Option<BatchMessage> {
    let end_s = config.until.map_or(config.scenario.ends, |until| until.min(config.scenario.ends)).seconds().max(1.0);
    let mut run = Run::new(config.scenario.clone(), SimOptions { seed, threads: 1 }, config.until);
    while run.step() {
        if stop.load(Relaxed) {
            return None;
        }
        let share = (run.simulation().now().seconds() / end_s).clamp(0.0, 1.0);
        progress.store((share * f64::from(PROGRESS_STEPS)) as u32, Relaxed);
    }
    progress.store(0, Relaxed);
    Some(match run.simulation().limit_exceeded() {
        Some(overrun) => BatchMessage::Stopped { seed, reason: overrun.to_string() },
        None => BatchMessage::Finished(Box::new(run.report())),
    })
}

/// Cancels the batch when a run panics; otherwise all other runs would finish first.
struct StopOnPanic<'a>(&'a AtomicBool);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Relaxed);
        }
    }
}

/// Cancels the batch when the caller returns early or panics.
struct StopOnDrop<'a>(&'a AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_scene::STARTER_SCENE;
    use std::collections::BTreeMap;

    fn starter_config(threads: usize) -> BatchConfig {
        let scenario = longhand_scene::load_text("new.ron", &[("new.ron", STARTER_SCENE)], &[]).unwrap().scenario;
        BatchConfig { scenario: Arc::new(scenario), until: Some(Instant::from_seconds(7.0 * 86_400.0)), threads }
    }

    fn run_hashes(threads: usize) -> BTreeMap<u64, String> {
        let mut hashes = BTreeMap::new();
        let result = run_batch(&starter_config(threads), &[4, 5, 6, 7], |message| {
            if let BatchMessage::Finished(report) = message {
                assert_eq!(hashes.insert(report.seed, report.hash), None, "a seed is run once");
            }
            Ok::<_, ()>(())
        });
        assert_eq!(result, Ok(()));
        hashes
    }

    #[test]
    fn each_seed_is_run_once_with_the_same_result_on_any_number_of_threads() {
        let alone = run_hashes(1);
        assert_eq!(alone.keys().copied().collect::<Vec<_>>(), [4, 5, 6, 7]);
        assert_eq!(alone, run_hashes(3));
    }

    #[test]
    fn an_error_of_the_caller_ends_the_batch() {
        let mut finished = 0;
        let result = run_batch(&starter_config(1), &[1, 2, 3, 4, 5, 6, 7, 8], |message| match message {
            BatchMessage::Finished(_) => {
                finished += 1;
                Err("enough")
            }
            _ => Ok(()),
        });
        assert_eq!((result, finished), (Err("enough"), 1));
    }

    #[test]
    fn a_batch_without_seeds_has_no_runs() {
        assert_eq!(run_batch(&starter_config(2), &[], |_| Err("unexpected message")), Ok(()));
    }
}
