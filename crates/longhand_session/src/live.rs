//! Runs a simulation for a session and sends each tick over the channel, until the run ends or the receiver is dropped.

use super::feed::{Gone, Heard, Stretch, Teller};
use longhand_analysis::{NarratedRun, Run};
use longhand_chronicle::Mark;
use longhand_narrative::dates::Moment;
use longhand_narrative::grammar::counted;
use longhand_narrative::{StoryMonitor, Watched};

/// Simulates a run to its end and sends all results.
///
/// # Errors
/// If the receiver was dropped.
pub fn live(mut told: NarratedRun, teller: &Teller) -> Result<(), Gone> {
    let mut mark = Mark::default();
    let mut seen = 0;
    let mut day = None;
    loop {
        let mut stretch = Stretch::default();
        let goes_on = told.step(&mut stretch.told);
        let simulation = told.run().simulation();
        stretch.now = simulation.now();
        stretch.recorded = told.run().chronicle().news(&mut mark).to_instalment();
        let watch = simulation.world().resource::<StoryMonitor>();
        let matched = watch.matches()[seen..].iter().filter(|found| matches!(found.of, Watched::Pattern(_)));
        stretch.matched = matched.cloned().collect();
        seen = watch.matches().len();
        let today = simulation.scenario().calendar.datetime(stretch.now).date();
        if day.replace(today) != Some(today) || !goes_on {
            stretch.waiting = Some(watch.matcher().threads(simulation.scenario(), stretch.now));
        }
        teller.tell(Heard::Lived(Box::new(stretch)))?;
        if !goes_on {
            return teller.tell(Heard::Ended(outcome(told.run())));
        }
    }
}
/// The outcome of a run in one sentence.
fn outcome(run: &Run) -> String {
    let simulation = run.simulation();
    if let Some(overrun) = simulation.limit_exceeded() {
        return format!("The run was {overrun}");
    }
    let ended = Moment::of(&simulation.scenario().calendar, simulation.now()).day().strftime("%-d %B %Y");
    let report = run.report();
    let came = report.beats.iter().filter(|beat| beat.at.is_some()).count();
    let beats = if report.beats.is_empty() {
        String::new()
    } else {
        format!("; {came} of {}", counted(report.beats.len() as f64, "beat"))
    };
    format!("The run ended on {ended} after {}{beats}.", counted(report.events as f64, "event"))
}
