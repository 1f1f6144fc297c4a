//! Simulates a run to its end with a progress bar.

use super::exit::CliError;
use super::run_config::RunConfig;
use super::terminal::TerminalProgress;
use longhand_analysis::what_if::Fork;
use longhand_analysis::{Run, RunProgress};
use longhand_expr::ids::Instant;
use longhand_scene::Scenario;
use longhand_session::{RunData, Session, SimReceiver};
use std::time::Duration;

/// Simulates a run until it ends or a limit stops it.
pub(super) fn simulate(config: &RunConfig) -> Run {
    let mut run = config.start();
    let mut progress = TerminalProgress::new();
    while run.step() {
        show_progress(&mut progress, &config.scenario, run.progress(), config.end());
    }
    run
}

/// Simulates a run to its end. A run stopped by a limit is an error.
pub(super) fn simulate_to_end(config: &RunConfig) -> Result<Run, CliError> {
    let run = simulate(config);
    check_limit(&run)?;
    Ok(run)
}

/// Simulates a fork to its end. A run stopped by a limit is an error.
pub(super) fn simulate_fork(fork: &mut Fork) -> Result<(), CliError> {
    let mut progress = TerminalProgress::new();
    while fork.step() {
        let scenario = fork.run().simulation().scenario();
        show_progress(&mut progress, scenario, fork.run().progress(), scenario.ends);
    }
    check_limit(fork.run())
}

/// Waits for the end of a run and returns the session with the whole run. Calls `progress` while the run goes on; it says whether to wait on.
pub(super) fn simulate_session(
    mut session: Session,
    mut receiver: SimReceiver,
    mut progress: impl FnMut(&RunData) -> bool,
) -> Session {
    while !session.run().is_over() {
        receiver.drain().for_each(|message| session.receive(message));
        if !progress(session.run()) {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    session
}

/// An error if a limit stopped the run.
pub(super) fn check_limit(run: &Run) -> Result<(), CliError> {
    match run.simulation().limit_exceeded() {
        None => Ok(()),
        Some(overrun) => Err(CliError::Input(overrun.to_string())),
    }
}

/// Updates the progress bar of a run that ends at `end`.
pub(super) fn show_progress(progress: &mut TerminalProgress, scenario: &Scenario, reached: RunProgress, end: Instant) {
    progress.update(reached.now.seconds() / end.seconds().max(1.0), || {
        let date = scenario.calendar.datetime(reached.now).day_text();
        format!("{date}, {} events", reached.events)
    });
}
