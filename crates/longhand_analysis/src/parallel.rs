//! Runs many simulations in parallel, each on one thread.
//!
//! Each thread takes one job at a time. The result of a run does not depend on its thread count, and a single-threaded run has the
//! least overhead, so the parallelism is over runs. At most one world per thread is in memory, and only the result of a finished run
//! is sent to the caller.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::Run;
use longhand_expr::ids::Instant;
use longhand_scene::Scenario;
use longhand_sim::SimOptions;

/// Longest time without a message to the caller.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);
/// Resolution of the progress of one run.
const PROGRESS_STEPS: u32 = 10_000;

/// A message about the jobs of a batch.
#[derive(Debug)]
pub(crate) enum JobMessage<T> {
    /// A job finished: its position, and its result.
    Finished(usize, T),
    /// Progress of the unfinished jobs: the sum of their completed fractions (0 to 1 each).
    Progress(f64),
}

/// How a job reports its progress, and learns that its batch was cancelled.
pub(crate) struct JobMonitor<'a> {
    progress: &'a AtomicU32,
    stop: &'a AtomicBool,
}

impl JobMonitor<'_> {
    /// Simulates a run to its end. `None` if the batch was cancelled.
    pub(crate) fn simulate(&self, scenario: Arc<Scenario>, seed: u64, until: Option<Instant>) -> Option<Run> {
        let end_s = until.map_or(scenario.ends, |until| until.min(scenario.ends)).seconds().max(1.0);
        let mut run = Run::new(scenario, SimOptions { seed, threads: 1 }, until);
        while run.step() {
            if self.stop.load(Relaxed) {
                return None;
            }
            let share = (run.simulation().now().seconds() / end_s).clamp(0.0, 1.0);
            self.progress.store((share * f64::from(PROGRESS_STEPS)) as u32, Relaxed);
        }
        self.progress.store(0, Relaxed);
        Some(run)
    }
}

/// Runs each job once and passes the results to `on_message` in the order in which the jobs finish. `threads` is the number of parallel
/// jobs; 0 means one for each core. `run` returns `None` when the monitor says that the batch was cancelled.
///
/// # Errors
/// The first error that `on_message` returns. No further job is started then, and the unfinished jobs are cancelled.
///
/// # Panics
/// When a job panics; the other jobs are cancelled.
pub(crate) fn run_jobs<J: Sync, T: Send, E>(
    jobs: &[J],
    threads: usize,
    run: impl Fn(&J, &JobMonitor<'_>) -> Option<T> + Sync,
    mut on_message: impl FnMut(JobMessage<T>) -> Result<(), E>,
) -> Result<(), E> {
    let threads = match threads {
        0 => thread::available_parallelism().map_or(1, NonZero::get),
        threads => threads,
    };
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let progress: Vec<AtomicU32> = (0..threads.clamp(1, jobs.len().max(1))).map(|_| AtomicU32::new(0)).collect();
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for progress in &progress {
            let (sender, next, stop, run) = (sender.clone(), &next, &stop, &run);
            scope.spawn(move || {
                let _on_panic = StopOnPanic(stop);
                loop {
                    let index = next.fetch_add(1, Relaxed);
                    let Some(job) = jobs.get(index) else { return };
                    let Some(result) = run(job, &JobMonitor { progress, stop }) else { return };
                    // The receiver is gone if `on_message` returned an error.
                    if sender.send((index, result)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut receive = || -> Result<(), E> {
            loop {
                match receiver.recv_timeout(PROGRESS_INTERVAL) {
                    Ok((index, result)) => on_message(JobMessage::Finished(index, result))?,
                    Err(RecvTimeoutError::Timeout) => {
                        let steps: u32 = progress.iter().map(|progress| progress.load(Relaxed)).sum();
                        on_message(JobMessage::Progress(f64::from(steps) / f64::from(PROGRESS_STEPS)))?;
                    }
                    Err(RecvTimeoutError::Disconnected) => return Ok(()),
                }
            }
        };
        let _stop_on_return = StopOnDrop(&stop);
        receive()
    })
}

/// Cancels the batch when a job panics; otherwise all other jobs would finish first.
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
