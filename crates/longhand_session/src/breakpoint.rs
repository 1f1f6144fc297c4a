//! Breakpoints: where playback stops, and where a step to a breakpoint goes, in both directions.

use serde::{Deserialize, Serialize};

use super::direction::{Direction, nearest_event, nearest_position};
use super::run_data::RunData;
use longhand_chronicle::{LogPosition, SymbolMap, format_number};
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
    /// A fact rises to a value.
    Rises(Fact, f64),
    /// A fact falls below a value.
    Falls(Fact, f64),
}

/// The value of a fact at which a breakpoint stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FactLimit {
    /// The fact.
    pub fact: Fact,
    /// The value.
    pub value: f64,
    /// The direction, in the order of time.
    pub crossing: Crossing,
}

/// The direction in which a value crosses a limit, in the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crossing {
    /// From below it to it or above it.
    Rising,
    /// From it or above it to below it.
    Falling,
    /// Either.
    Either,
}

impl FactLimit {
    /// Whether two values, one after the other, cross the limit.
    fn is_crossed(&self, before: f64, after: f64) -> bool {
        let (was_below, is_below) = (before < self.value, after < self.value);
        match self.crossing {
            Crossing::Rising => was_below && !is_below,
            Crossing::Falling => !was_below && is_below,
            Crossing::Either => was_below != is_below,
        }
    }
}

impl Breakpoint {
    /// The condition in words, to follow "stops at".
    #[must_use]
    pub fn describe(&self, run: &RunData) -> String {
        let scenario = run.scenario();
        match *self {
            Self::Beat(beat) => run.beat_title(beat),
            Self::Pattern(pattern, participant) => {
                let name = scenario.patterns.get(pattern).map_or("", |pattern| title_or_id(&pattern.title, &pattern.id));
                participant.map_or_else(|| name.to_owned(), |agent| format!("{name}, with {}", run.display_name(agent)))
            }
            Self::Kind(kind) => run.symbols().event_name(kind).replace(['_', '/'], " "),
            Self::Crosses(fact, limit) | Self::Rises(fact, limit) | Self::Falls(fact, limit) => {
                let crosses = match self {
                    Self::Rises(..) => "rises to",
                    Self::Falls(..) => "falls below",
                    _ => "crosses",
                };
                format!("{} {crosses} {}", run.symbols().describe_fact(fact, &run.chronicle().agents), format_number(limit))
            }
        }
    }

    /// The fact and the value at which it stops, if it stops at one.
    #[must_use]
    pub const fn limit(&self) -> Option<FactLimit> {
        match *self {
            Self::Crosses(fact, value) => Some(FactLimit { fact, value, crossing: Crossing::Either }),
            Self::Rises(fact, value) => Some(FactLimit { fact, value, crossing: Crossing::Rising }),
            Self::Falls(fact, value) => Some(FactLimit { fact, value, crossing: Crossing::Falling }),
            Self::Beat(_) | Self::Pattern(..) | Self::Kind(_) => None,
        }
    }

    /// The same condition with the ids of another run; `None` if that run does not have them.
    pub(super) fn translated(self, map: &SymbolMap) -> Option<Self> {
        Some(match self {
            Self::Beat(beat) => Self::Beat(map.beat(beat)?),
            Self::Pattern(pattern, None) => Self::Pattern(map.pattern(pattern)?, None),
            Self::Pattern(pattern, Some(agent)) => Self::Pattern(map.pattern(pattern)?, Some(map.agent(agent)?)),
            Self::Kind(kind) => Self::Kind(map.event(kind)?),
            Self::Crosses(fact, limit) => Self::Crosses(map.fact(fact)?, limit),
            Self::Rises(fact, limit) => Self::Rises(map.fact(fact)?, limit),
            Self::Falls(fact, limit) => Self::Falls(map.fact(fact)?, limit),
        })
    }

    /// The next position at which the condition is met, no further than `until`.
    fn next_position(
        &self,
        run: &RunData,
        from: LogPosition,
        direction: Direction,
        until: Option<LogPosition>,
    ) -> Option<LogPosition> {
        let position_of = |event| run.history().position_of(event);
        match *self {
            Self::Beat(beat) => {
                let matches = run.chronicle().beats.iter().filter(|completed| completed.beat == beat);
                nearest_position(matches.filter_map(|completed| position_of(completed.event)), from, direction)
            }
            Self::Pattern(pattern, participant) => {
                let matches = run.matches().iter().filter(|matched| matched.pattern == PatternRef::Pattern(pattern));
                let matches = matches.filter(|matched| participant.is_none_or(|agent| matched.bindings.contains(&agent)));
                nearest_position(matches.filter_map(|matched| position_of(matched.completing_event())), from, direction)
            }
            Self::Kind(kind) => nearest_event(run, from, direction, until, |event| event.kind == kind),
            Self::Crosses(..) | Self::Rises(..) | Self::Falls(..) => {
                let limit = self.limit()?;
                let entries = run.history().entries(limit.fact);
                let crosses = |pair: &&[longhand_chronicle::HistoryEntry]| limit.is_crossed(pair[0].value, pair[1].value);
                let crossing = match direction {
                    Direction::Forward => {
                        let end = entries.partition_point(|entry| entry.position <= from);
                        entries[end.saturating_sub(1)..].windows(2).find(crosses)
                    }
                    Direction::Back => {
                        let end = entries.partition_point(|entry| entry.position < from);
                        entries[..end].windows(2).rfind(crosses)
                    }
                };
                crossing.map(|pair| pair[1].position)
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

#[cfg(test)]
mod tests {
    use super::super::playback::{Playback, StepTarget};
    use super::super::testing::{DAY, days, test_run};
    use super::*;
    use longhand_expr::ids::{AttrId, EventId, Instant, WorldFact};

    /// Each kind of breakpoint, and the number of events at each position where it is met in the test run.
    fn all_breakpoints() -> [(Breakpoint, Vec<u32>); 9] {
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
            (Breakpoint::Rises(fact, 0.6), vec![1]),
            (Breakpoint::Falls(fact, 0.6), vec![]),
        ]
    }

    #[test]
    fn steps_stop_at_every_breakpoint_in_both_directions() {
        let run = test_run();
        for (breakpoint, expected) in all_breakpoints() {
            let mut playback = Playback::default();
            let mut met = Vec::new();
            for _ in 0..expected.len() + 1 {
                playback.step(StepTarget::Breakpoint, Direction::Forward, &run, &[breakpoint]);
                met.push(playback.cursor().events);
            }
            met.dedup();
            met.retain(|events| *events > 0);
            assert_eq!(met, expected, "{breakpoint:?}");
            playback.follow(&run);
            let mut back = Vec::new();
            for _ in &expected {
                playback.step(StepTarget::Breakpoint, Direction::Back, &run, &[breakpoint]);
                back.push(playback.cursor().events);
            }
            back.reverse();
            assert_eq!(back, expected, "{breakpoint:?}, backwards");
        }
    }

    #[test]
    fn playback_stops_at_every_breakpoint_in_both_directions_and_continues_from_there() {
        let run = test_run();
        for (breakpoint, expected) in all_breakpoints() {
            let mut playback = Playback::default();
            for &events in &expected {
                playback.advance(100.0, &run, &[breakpoint]);
                assert_eq!((playback.cursor().events, playback.direction()), (events, None), "{breakpoint:?}");
                playback.toggle_playing(&run);
            }
            playback.advance(100.0, &run, &[breakpoint]);
            assert_eq!(playback.cursor().at, run.simulated_until(), "{breakpoint:?}: there is no further stop");
            for &events in expected.iter().rev() {
                playback.play_backward();
                playback.advance(100.0, &run, &[breakpoint]);
                assert_eq!((playback.cursor().events, playback.direction()), (events, None), "{breakpoint:?}, backwards");
            }
            playback.play_backward();
            playback.advance(100.0, &run, &[breakpoint]);
            assert_eq!(playback.cursor().at, Instant::START, "{breakpoint:?}, backwards");
        }
    }

    #[test]
    fn playback_stops_at_the_nearest_of_several_breakpoints() {
        let run = test_run();
        let mut playback = Playback::default();
        let kind = run.chronicle().event(EventId(1)).map(|event| event.kind).unwrap();
        playback.advance(100.0, &run, &[Breakpoint::Beat(0), Breakpoint::Kind(kind)]);
        assert_eq!((playback.cursor().events, days(playback.cursor().at)), (2, 2.0));
        playback.advance(0.1, &run, &[Breakpoint::Beat(0)]);
        assert_eq!(playback.cursor().at, Instant::from_seconds(2.0 * DAY), "the cursor does not move");
    }

    #[test]
    fn a_breakpoint_describes_its_condition() {
        let run = test_run();
        let texts: Vec<String> = all_breakpoints().iter().map(|(breakpoint, _)| breakpoint.describe(&run)).collect();
        let ann = run.display_name(AgentId(0));
        assert!(texts[2].ends_with(&format!(", with {ann}")), "{texts:?}");
        assert!(texts[5].contains("crosses 0.6"), "{texts:?}");
        assert!(texts.iter().all(|text| !text.trim().is_empty()), "{texts:?}");
    }
}
