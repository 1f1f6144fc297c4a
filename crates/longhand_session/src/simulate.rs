//! Runs a simulation for a session and sends each tick over the channel, until the run ends or the receiver is dropped.

use super::channel::{ReceiverDropped, SimMessage, SimSender, TickBatch};
use longhand_analysis::{NarratedRun, Run};
use longhand_chronicle::LogCursor;
use longhand_narrative::dates::CivilDateTime;
use longhand_narrative::grammar::counted;
use longhand_narrative::{PatternRef, StoryMonitor};

/// Simulates a run to its end and sends all results.
///
/// # Errors
/// If the receiver was dropped.
pub fn run_to_end(mut told: NarratedRun, sender: &SimSender) -> Result<(), ReceiverDropped> {
    let mut mark = LogCursor::default();
    let mut seen = 0;
    let mut day = None;
    loop {
        let mut stretch = TickBatch::default();
        let goes_on = told.step(&mut stretch.narrated);
        let simulation = told.run().simulation();
        stretch.now = simulation.now();
        stretch.recorded = told.run().chronicle().take_delta(&mut mark).to_delta();
        let watch = simulation.world().resource::<StoryMonitor>();
        let matched = watch.matches()[seen..].iter().filter(|found| matches!(found.pattern, PatternRef::Pattern(_)));
        stretch.matches = matched.cloned().collect();
        seen = watch.matches().len();
        let today = simulation.scenario().calendar.datetime(stretch.now).date();
        if day.replace(today) != Some(today) || !goes_on {
            stretch.pattern_statuses = Some(watch.matcher().statuses(simulation.scenario(), stretch.now));
        }
        sender.send(SimMessage::Advanced(Box::new(stretch)))?;
        if !goes_on {
            return sender.send(SimMessage::Ended(describe_outcome(told.run())));
        }
    }
}

/// The outcome of a run in one sentence.
fn describe_outcome(run: &Run) -> String {
    let simulation = run.simulation();
    if let Some(overrun) = simulation.limit_exceeded() {
        return format!("The run was {overrun}");
    }
    let ended = CivilDateTime::from_instant(&simulation.scenario().calendar, simulation.now()).day().strftime("%-d %B %Y");
    let report = run.report();
    let came = report.beats.iter().filter(|beat| beat.at.is_some()).count();
    let beats = if report.beats.is_empty() {
        String::new()
    } else {
        format!("; {came} of {}", counted(report.beats.len() as f64, "beat"))
    };
    format!("The run ended on {ended} after {}{beats}.", counted(report.events as f64, "event"))
}
