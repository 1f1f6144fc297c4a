//! Simulates a run while another thread does something with what is recorded.

use super::exit::CliError;
use longhand_analysis::{Run, RunProgress};
use longhand_chronicle::{Chronicle, LogCursor, LogDelta, SymbolTable};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// The time between two reports of the simulation: short for a reader, long beside what a report costs.
const REPORT_EVERY: Duration = Duration::from_millis(10);
/// The capacity of the channel: the simulation waits while this many reports are unread.
const MAX_REPORTS: usize = 64;

/// What was recorded since the last report.
struct Report {
    recorded: LogDelta,
    progress: RunProgress,
    is_over: bool,
}

/// Simulates a run to its end on this thread. Another thread prepares an observer, which gets again and again a copy of the events, agents and
/// beats recorded so far, how far the run has come, and whether it is over. An error of the observer ends the run.
pub(super) fn simulate_observed<O: FnMut(&Chronicle, RunProgress, bool) -> Result<(), CliError>>(
    run: &mut Run,
    prepare: impl FnOnce() -> O + Send,
) -> Result<(), CliError> {
    let mut observed = Chronicle::new(&SymbolTable::from_scenario(run.simulation().scenario()));
    let (sender, reports) = sync_channel(MAX_REPORTS);
    let observe_all = move || {
        let mut observe = prepare();
        for Report { recorded, progress, is_over } in reports {
            observed.append(recorded);
            observe(&observed, progress, is_over)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let observer = scope.spawn(observe_all);
        simulate(run, sender);
        observer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Simulates a run to its end, or until nobody reads its reports any more.
fn simulate(run: &mut Run, reports: SyncSender<Report>) {
    let (mut cursor, mut reported) = (LogCursor::default(), Instant::now());
    loop {
        let continues = run.step();
        if !continues || reported.elapsed() >= REPORT_EVERY {
            let recorded = run.chronicle().take_delta(&mut cursor).to_narrated();
            let report = Report { recorded, progress: run.progress(), is_over: !continues };
            if reports.send(report).is_err() || !continues {
                return;
            }
            reported = Instant::now();
        }
    }
}
