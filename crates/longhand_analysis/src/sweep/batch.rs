//! Runs many seeds of a scene in parallel.

use std::sync::Arc;

use crate::parallel::{JobMessage, JobMonitor, run_jobs};
use crate::{Run, RunReport};
use longhand_expr::ids::Instant;
use longhand_scene::Scenario;

/// What each run of a batch simulates, and how many run at once.
#[derive(Clone, Debug)]
pub struct BatchConfig {
    /// The scene.
    pub scenario: Arc<Scenario>,
    /// Each run ends at this instant or at the scene's end, whichever is earlier; `None` means the scene's end.
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
        /// The limit that was exceeded, and when, for display.
        reason: String,
    },
    /// Progress of the unfinished runs: the sum of their completed fractions (0 to 1 each). 1.5 if three runs are half done.
    Progress(f64),
}

/// Runs each of `seeds` once and blocks until all runs are over. `on_message` is called on this thread: once for each run, in the order in
/// which the runs finish, and with the progress when no run has finished for a while.
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
    let run_seed = |seed: &u64, monitor: &JobMonitor<'_>| {
        monitor.simulate(config.scenario.clone(), *seed, config.until).map(|run| finished_message(&run))
    };
    run_jobs(seeds, config.threads, run_seed, |message| match message {
        JobMessage::Finished(_, message) => on_message(message),
        JobMessage::Progress(share) => on_message(BatchMessage::Progress(share)),
    })
}

/// The message about a run that is over: its report, or the limit that stopped it.
pub(super) fn finished_message(run: &Run) -> BatchMessage {
    match run.simulation().limit_exceeded() {
        Some(overrun) => BatchMessage::Stopped { seed: run.seed(), reason: overrun.to_string() },
        None => BatchMessage::Finished(Box::new(run.report())),
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
