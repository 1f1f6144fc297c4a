//! Breakpoints: where playback stops, and where a step to a breakpoint goes, in both directions.

use serde::{Deserialize, Serialize};

use super::record::Record;
use super::time::{Way, near_event};
use longhand_chronicle::{Moment, number};
use longhand_expr::ids::{AgentId, EventKind, Fact};
use longhand_narrative::Watched;

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
    Passes(Fact, f64),
}

impl Breakpoint {
    /// The condition in words, to follow "stops at".
    #[must_use]
    pub fn said(&self, record: &Record) -> String {
        let scenario = record.scenario();
        match *self {
            Self::Beat(at) => scenario.beats.get(at).map_or_else(String::new, |beat| format!("{} {}", beat.id, beat.title)),
            Self::Pattern(at, of) => {
                let name = scenario.patterns.get(at).map_or("", |pattern| named(&pattern.title, &pattern.id));
                of.map_or_else(|| name.to_owned(), |agent| format!("{name}, with {}", record.called(agent)))
            }
            Self::Kind(kind) => record.legend().event(kind).replace(['_', '/'], " "),
            Self::Passes(fact, limit) => {
                format!("{} crosses {}", record.legend().say_fact(fact, &record.chronicle().directory), number(limit))
            }
        }
    }

    /// The next position at which the condition is met, no further than `until`.
    fn next(&self, record: &Record, from: Moment, way: Way, until: Option<Moment>) -> Option<Moment> {
        let moment_of = |event| record.history().moment_of(event);
        match *self {
            Self::Beat(beat) => {
                let came = record.chronicle().beats.iter().filter(|came| came.beat == beat);
                nearest(came.filter_map(|came| moment_of(came.event)), from, way)
            }
            Self::Pattern(pattern, of) => {
                let came = record.matches().iter().filter(|came| came.of == Watched::Pattern(pattern));
                let came = came.filter(|came| of.is_none_or(|agent| came.bound.contains(&agent)));
                nearest(came.filter_map(|came| moment_of(came.event())), from, way)
            }
            Self::Kind(kind) => near_event(record, from, way, until, |event| event.kind == kind),
            Self::Passes(fact, limit) => {
                let values = record.history().all(fact);
                let passes = |pair: &&[longhand_chronicle::Entry]| (pair[0].value < limit) != (pair[1].value < limit);
                let found = match way {
                    Way::On => {
                        let known = values.partition_point(|entry| entry.moment <= from);
                        values[known.saturating_sub(1)..].windows(2).find(passes)
                    }
                    Way::Back => {
                        let known = values.partition_point(|entry| entry.moment < from);
                        values[..known].windows(2).rfind(passes)
                    }
                };
                found.map(|pair| pair[1].moment)
            }
        }
    }
}

fn named<'a>(title: &'a str, id: &'a str) -> &'a str {
    if title.is_empty() { id } else { title }
}

/// The next position at which any of the breakpoints is met, no further than `until`.
pub(super) fn next_break(
    record: &Record,
    breakpoints: &[Breakpoint],
    from: Moment,
    way: Way,
    until: Option<Moment>,
) -> Option<Moment> {
    let met = breakpoints.iter().filter_map(|breakpoint| breakpoint.next(record, from, way, until));
    let met = met.filter(|met| until.is_none_or(|until| if way == Way::On { *met <= until } else { *met >= until }));
    match way {
        Way::On => met.min(),
        Way::Back => met.max(),
    }
}

fn nearest(moments: impl Iterator<Item = Moment>, from: Moment, way: Way) -> Option<Moment> {
    match way {
        Way::On => moments.filter(|moment| *moment > from).min(),
        Way::Back => moments.filter(|moment| *moment < from).max(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{DAY, days, record};
    use super::super::time::{Step, Time};
    use super::*;
    use longhand_expr::ids::{AttrId, EventId, Instant, Known};

    /// Each kind of breakpoint, and the number of events at each position where it is met in the test run.
    fn each() -> [(Breakpoint, Vec<u32>); 7] {
        let kind = record().chronicle().events()[0].kind;
        let fact = Fact::World(Known::Attr(AgentId(0), AttrId(0)));
        [
            (Breakpoint::Beat(0), vec![3]),
            (Breakpoint::Pattern(0, None), vec![3, 4]),
            (Breakpoint::Pattern(0, Some(AgentId(0))), vec![3]),
            (Breakpoint::Pattern(0, Some(AgentId(1))), vec![3, 4]),
            (Breakpoint::Kind(kind), vec![1, 3, 4]),
            (Breakpoint::Passes(fact, 0.6), vec![1]),
            (Breakpoint::Passes(fact, 0.9), vec![]),
        ]
    }

    #[test]
    fn steps_stop_at_every_breakpoint_in_both_directions() {
        let record = record();
        for (breakpoint, expected) in each() {
            let mut time = Time::default();
            let mut met = Vec::new();
            for _ in 0..expected.len() + 1 {
                time.step(Step::Breakpoint, Way::On, &record, &[breakpoint]);
                met.push(time.cursor().events);
            }
            met.dedup();
            met.retain(|events| *events > 0);
            assert_eq!(met, expected, "{breakpoint:?}");
            time.follow(&record);
            let mut back = Vec::new();
            for _ in &expected {
                time.step(Step::Breakpoint, Way::Back, &record, &[breakpoint]);
                back.push(time.cursor().events);
            }
            back.reverse();
            assert_eq!(back, expected, "{breakpoint:?}, backwards");
        }
    }

    #[test]
    fn playback_stops_at_every_breakpoint_in_both_directions_and_continues_from_there() {
        let record = record();
        for (breakpoint, expected) in each() {
            let mut time = Time::default();
            for &events in &expected {
                time.advance(100.0, &record, &[breakpoint]);
                assert_eq!((time.cursor().events, time.playing()), (events, None), "{breakpoint:?}");
                time.play_pause(&record);
            }
            time.advance(100.0, &record, &[breakpoint]);
            assert_eq!(time.cursor().at, record.lived(), "{breakpoint:?}: there is no further stop");
            for &events in expected.iter().rev() {
                time.play_back();
                time.advance(100.0, &record, &[breakpoint]);
                assert_eq!((time.cursor().events, time.playing()), (events, None), "{breakpoint:?}, backwards");
            }
            time.play_back();
            time.advance(100.0, &record, &[breakpoint]);
            assert_eq!(time.cursor().at, Instant::START, "{breakpoint:?}, backwards");
        }
    }

    #[test]
    fn playback_stops_at_the_nearest_of_several_breakpoints() {
        let record = record();
        let mut time = Time::default();
        let kind = record.chronicle().event(EventId(1)).map(|event| event.kind).unwrap();
        time.advance(100.0, &record, &[Breakpoint::Beat(0), Breakpoint::Kind(kind)]);
        assert_eq!((time.cursor().events, days(time.cursor().at)), (2, 2.0));
        time.advance(0.1, &record, &[Breakpoint::Beat(0)]);
        assert_eq!(time.cursor().at, Instant::from_seconds(2.0 * DAY), "the cursor does not move");
    }

    #[test]
    fn a_breakpoint_describes_its_condition() {
        let record = record();
        let said: Vec<String> = each().iter().map(|(breakpoint, _)| breakpoint.said(&record)).collect();
        let ann = record.called(AgentId(0));
        assert!(said[2].ends_with(&format!(", with {ann}")), "{said:?}");
        assert!(said[5].contains("crosses 0.6"), "{said:?}");
        assert!(said.iter().all(|said| !said.trim().is_empty()), "{said:?}");
    }
}
