//! Runs a simulation for a session and sends each tick over the channel, until the run ends or the receiver is dropped.

use super::channel::{ReceiverDropped, SimMessage, SimSender, TickBatch};
use longhand_analysis::{NarratedRun, Run};
use longhand_chronicle::LogCursor;
use longhand_narrative::dates::{CivilDateTime, DateStyle};
use longhand_narrative::grammar::counted;
use longhand_narrative::{PatternRef, StoryMonitor};
use longhand_sim::PlayerChoice;

/// Simulates a run to its end and sends all results.
///
/// # Errors
/// If the receiver was dropped.
pub fn run_to_end(mut run: NarratedRun, sender: &SimSender) -> Result<(), ReceiverDropped> {
    let mut log_cursor = LogCursor::default();
    let mut sent_matches = 0;
    let mut day = None;
    loop {
        let mut batch = TickBatch::default();
        let continues = run.step(&mut batch.narrated);
        let simulation = run.run().simulation();
        batch.now = simulation.now();
        batch.recorded = run.run().chronicle().take_delta(&mut log_cursor).to_delta();
        let monitor = simulation.world().resource::<StoryMonitor>();
        let new_matches =
            monitor.matches()[sent_matches..].iter().filter(|matched| matches!(matched.pattern, PatternRef::Pattern(_)));
        batch.matches = new_matches.cloned().collect();
        sent_matches = monitor.matches().len();
        let today = simulation.scenario().calendar.day_number(batch.now);
        if day.replace(today) != Some(today) || !continues {
            batch.pattern_statuses = Some(monitor.matcher().statuses(simulation.scenario(), batch.now));
        }
        sender.send(SimMessage::Advanced(Box::new(batch)))?;
        if !continues {
            return sender.send(SimMessage::Ended(describe_outcome(run.run())));
        }
    }
}

/// Asks for the decisions of the agent that the last [`Play`](longhand_scene::Intervention::Play) of the scene's interventions names, over the
/// channel. Once a question stays without an answer, the agent decides itself.
pub fn ask_over_channel(run: &mut Run, sender: &SimSender) {
    let (sender, mut is_answered) = (sender.clone(), true);
    run.ask_player(move |decision| {
        let choice = if is_answered { sender.ask(decision.clone()) } else { None };
        is_answered = choice.is_some();
        choice.unwrap_or(PlayerChoice::Own)
    });
}

/// The outcome of a run in one sentence.
fn describe_outcome(run: &Run) -> String {
    let simulation = run.simulation();
    if let Some(overrun) = simulation.limit_exceeded() {
        return format!("The run was {overrun}");
    }
    let end_date = CivilDateTime::from_instant(&simulation.scenario().calendar, simulation.now()).display(DateStyle::Date);
    let report = run.report();
    let completed = report.beats.iter().filter(|beat| beat.at.is_some()).count();
    let beats = if report.beats.is_empty() {
        String::new()
    } else {
        format!("; {completed} of {}", counted(report.beats.len() as f64, "beat"))
    };
    format!("The run ended on {end_date} after {}{beats}.", counted(report.events as f64, "event"))
}
