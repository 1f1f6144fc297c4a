//! Breakpoints: where playback stops, and where a step to a breakpoint goes, in both directions.

use serde::{Deserialize, Serialize};

use super::playback::{Direction, nearest_event};
use super::run_data::RunData;
use longhand_chronicle::{LogPosition, format_number};
use longhand_expr::ids::{AgentId, EventKind, Fact};
use longhand_narrative::PatternRef;

/// A condition at which playback stops.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Breakpoint {
    /// A beat matches; by position in the scene.
    Beat(usize),
    /// A pattern matches, by position in the scene, with a given participant or with anyone.
    Pattern(usize, Option<AgentId>),
    /// An event of a kind happens.
    Kind(EventKind),
    /// A fact rises to a value, or falls below it.
    #[serde(rename = "Passes")]
    Crosses(Fact, f64),
}

impl Breakpoint {
    /// The condition in words, to follow "stops at".
    #[must_use]
    pub fn describe(&self, run: &RunData) -> String {
        let scenario = run.scenario();
        match *self {
            Self::Beat(at) => scenario.beats.get(at).map_or_else(String::new, |beat| format!("{} {}", beat.id, beat.title)),
            Self::Pattern(at, of) => {
                let name = scenario.patterns.get(at).map_or("", |pattern| title_or_id(&pattern.title, &pattern.id));
                of.map_or_else(|| name.to_owned(), |agent| format!("{name}, with {}", run.display_name(agent)))
            }
            Self::Kind(kind) => run.symbols().event_name(kind).replace(['_', '/'], " "),
            Self::Crosses(fact, limit) => {
                format!("{} crosses {}", run.symbols().describe_fact(fact, &run.chronicle().agents), format_number(limit))
            }
        }
    }

    /// The next position at which the condition is met, no further than `until`.
    fn next_position(
        &self,
        run: &RunData,
        from: LogPosition,
        direction: Direction,
        until: Option<LogPosition>,
    ) -> Option<LogPosition> {
        let moment_of = |event| run.history().position_of(event);
        match *self {
            Self::Beat(beat) => {
                let came = run.chronicle().beats.iter().filter(|came| came.beat == beat);
                nearest_position(came.filter_map(|came| moment_of(came.event)), from, direction)
            }
            Self::Pattern(pattern, of) => {
                let came = run.matches().iter().filter(|came| came.pattern == PatternRef::Pattern(pattern));
                let came = came.filter(|came| of.is_none_or(|agent| came.bound.contains(&agent)));
                nearest_position(came.filter_map(|came| moment_of(came.completing_event())), from, direction)
            }
            Self::Kind(kind) => nearest_event(run, from, direction, until, |event| event.kind == kind),
            Self::Crosses(fact, limit) => {
                let values = run.history().entries(fact);
                let passes = |pair: &&[longhand_chronicle::HistoryEntry]| (pair[0].value < limit) != (pair[1].value < limit);
                let found = match direction {
                    Direction::Forward => {
                        let known = values.partition_point(|entry| entry.position <= from);
                        values[known.saturating_sub(1)..].windows(2).find(passes)
                    }
                    Direction::Back => {
                        let known = values.partition_point(|entry| entry.position < from);
                        values[..known].windows(2).rfind(passes)
                    }
                };
                found.map(|pair| pair[1].position)
            }
        }
    }
}

fn title_or_id<'a>(title: &'a str, id: &'a str) -> &'a str {
    if title.is_empty() { id } else { title }
}

/// The next position at which any of the breakpoints is met, no further than `until`.
pub(super) fn next_breakpoint(
    run: &RunData,
    breakpoints: &[Breakpoint],
    from: LogPosition,
    direction: Direction,
    until: Option<LogPosition>,
) -> Option<LogPosition> {
    let met = breakpoints.iter().filter_map(|breakpoint| breakpoint.next_position(run, from, direction, until));
    let met =
        met.filter(|met| until.is_none_or(|until| if direction == Direction::Forward { *met <= until } else { *met >= until }));
    match direction {
        Direction::Forward => met.min(),
        Direction::Back => met.max(),
    }
}

fn nearest_position(moments: impl Iterator<Item = LogPosition>, from: LogPosition, direction: Direction) -> Option<LogPosition> {
    match direction {
        Direction::Forward => moments.filter(|moment| *moment > from).min(),
        Direction::Back => moments.filter(|moment| *moment < from).max(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::playback::{Playback, StepTarget};
    use super::super::testing::{DAY, days, test_run};
    use super::*;
    use longhand_expr::ids::{AttrId, EventId, Instant, WorldFact};

    /// Each kind of breakpoint, and the number of events at each position where it is met in the test run.
    fn all_breakpoints() -> [(Breakpoint, Vec<u32>); 7] {
        let kind = test_run().chronicle().events()[0].kind;
        let fact = Fact::World(WorldFact::Attr(AgentId(0), AttrId(0)));
        [
            (Breakpoint::Beat(0), vec![3]),
            (Breakpoint::Pattern(0, None), vec![3, 4]),
            (Breakpoint::Pattern(0, Some(AgentId(0))), vec![3]),
            (Breakpoint::Pattern(0, Some(AgentId(1))), vec![3, 4]),
            (Breakpoint::Kind(kind), vec![1, 3, 4]),
            (Breakpoint::Crosses(fact, 0.6), vec![1]),
            (Breakpoint::Crosses(fact, 0.9), vec![]),
        ]
    }

    #[test]
    fn steps_stop_at_every_breakpoint_in_both_directions() {
        let record = test_run();
        for (breakpoint, expected) in all_breakpoints() {
            let mut time = Playback::default();
            let mut met = Vec::new();
            for _ in 0..expected.len() + 1 {
                time.step(StepTarget::Breakpoint, Direction::Forward, &record, &[breakpoint]);
                met.push(time.cursor().events);
            }
            met.dedup();
            met.retain(|events| *events > 0);
            assert_eq!(met, expected, "{breakpoint:?}");
            time.follow(&record);
            let mut back = Vec::new();
            for _ in &expected {
                time.step(StepTarget::Breakpoint, Direction::Back, &record, &[breakpoint]);
                back.push(time.cursor().events);
            }
            back.reverse();
            assert_eq!(back, expected, "{breakpoint:?}, backwards");
        }
    }

    #[test]
    fn playback_stops_at_every_breakpoint_in_both_directions_and_continues_from_there() {
        let record = test_run();
        for (breakpoint, expected) in all_breakpoints() {
            let mut time = Playback::default();
            for &events in &expected {
                time.advance(100.0, &record, &[breakpoint]);
                assert_eq!((time.cursor().events, time.direction()), (events, None), "{breakpoint:?}");
                time.toggle_playing(&record);
            }
            time.advance(100.0, &record, &[breakpoint]);
            assert_eq!(time.cursor().at, record.simulated_until(), "{breakpoint:?}: there is no further stop");
            for &events in expected.iter().rev() {
                time.play_backward();
                time.advance(100.0, &record, &[breakpoint]);
                assert_eq!((time.cursor().events, time.direction()), (events, None), "{breakpoint:?}, backwards");
            }
            time.play_backward();
            time.advance(100.0, &record, &[breakpoint]);
            assert_eq!(time.cursor().at, Instant::START, "{breakpoint:?}, backwards");
        }
    }

    #[test]
    fn playback_stops_at_the_nearest_of_several_breakpoints() {
        let record = test_run();
        let mut time = Playback::default();
        let kind = record.chronicle().event(EventId(1)).map(|event| event.kind).unwrap();
        time.advance(100.0, &record, &[Breakpoint::Beat(0), Breakpoint::Kind(kind)]);
        assert_eq!((time.cursor().events, days(time.cursor().at)), (2, 2.0));
        time.advance(0.1, &record, &[Breakpoint::Beat(0)]);
        assert_eq!(time.cursor().at, Instant::from_seconds(2.0 * DAY), "the cursor does not move");
    }

    #[test]
    fn a_breakpoint_describes_its_condition() {
        let record = test_run();
        let said: Vec<String> = all_breakpoints().iter().map(|(breakpoint, _)| breakpoint.describe(&record)).collect();
        let ann = record.display_name(AgentId(0));
        assert!(said[2].ends_with(&format!(", with {ann}")), "{said:?}");
        assert!(said[5].contains("crosses 0.6"), "{said:?}");
        assert!(said.iter().all(|said| !said.trim().is_empty()), "{said:?}");
    }
}
