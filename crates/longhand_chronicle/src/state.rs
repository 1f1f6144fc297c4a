//! The recorded state at an instant, and a cursor that steps through it event by event in both directions.

use super::{Chronicle, CrowdDay, Entry, History, Moment};
use longhand_expr::ids::{AgentId, AttrId, DimId, Emotion, EventId, EventKind, Fact, Field, Instant, Known, PlaceId, TieId};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Every recorded fact at an instant, decayed to it.
#[derive(Clone, Debug, PartialEq)]
pub struct StateAt<'a> {
    /// The instant.
    pub at: Instant,
    /// The facts with a value by then.
    pub facts: BTreeMap<Fact, f64>,
    /// How many events have happened.
    pub events: usize,
    /// The aggregates of the last complete day.
    pub crowd: Option<&'a CrowdDay>,
}

/// The state at the end of an instant, found without replaying events.
#[must_use]
pub fn state_at<'a>(chronicle: &'a Chronicle, history: &History, at: Instant) -> StateAt<'a> {
    let held = history.held(Moment::end_of(at));
    let facts = held.map(|(fact, entry)| (fact, history.faded(fact, entry, at))).collect();
    StateAt { at, facts, events: history.events_until(at), crowd: crowd_of(chronicle, at) }
}

fn crowd_of(chronicle: &Chronicle, at: Instant) -> Option<&CrowdDay> {
    let lines = chronicle.crowd.partition_point(|line| (i64::from(line.day) + 1).saturating_mul(Instant::DAY_US) <= at.0);
    lines.checked_sub(1).map(|last| &chronicle.crowd[last])
}

impl StateAt<'_> {
    /// The value of a fact; `None` if it has none by then.
    #[must_use]
    pub fn get(&self, fact: Fact) -> Option<f64> {
        self.facts.get(&fact).copied()
    }

    /// The place of an agent.
    #[must_use]
    pub fn place(&self, agent: AgentId) -> PlaceId {
        self.get(Fact::World(Known::Place(agent))).map_or(PlaceId::NOWHERE, place_of)
    }

    /// The attributes of an agent.
    pub fn attributes(&self, agent: AgentId) -> impl Iterator<Item = (AttrId, f64)> {
        let known = |attr| Fact::World(Known::Attr(agent, AttrId(attr)));
        self.facts.range(known(0)..=known(u16::MAX)).filter_map(|(fact, &value)| match fact {
            Fact::World(Known::Attr(_, attr)) => Some((*attr, value)),
            _ => None,
        })
    }

    /// The bonds and ties from an agent to others, each with its value; ties that do not hold are left out.
    pub fn relations(&self, agent: AgentId) -> impl Iterator<Item = (Known, f64)> {
        let (first, last) = (AgentId(0), AgentId::NONE);
        let dims = Known::Dim(agent, first, DimId(0))..=Known::Dim(agent, last, DimId(u8::MAX));
        let ties = Known::Tie(agent, first, TieId(0))..=Known::Tie(agent, last, TieId(u8::MAX));
        let of = |known: RangeInclusive<Known>| self.facts.range(Fact::World(*known.start())..=Fact::World(*known.end()));
        of(dims).chain(of(ties)).filter_map(|(fact, &value)| match *fact {
            Fact::World(Known::Tie(..)) if value == 0.0 => None,
            Fact::World(known) => Some((known, value)),
            _ => None,
        })
    }

    /// What an agent believes.
    pub fn beliefs(&self, agent: AgentId) -> impl Iterator<Item = (Known, f64)> {
        let first = Fact::Belief(agent, Known::Attr(AgentId(0), AttrId(0)));
        self.facts.range(first..).map_while(move |(fact, &value)| match *fact {
            Fact::Belief(holder, known) if holder == agent => Some((known, value)),
            _ => None,
        })
    }

    /// The emotions of an agent, each with its target ([`AgentId::NONE`] for none) and intensity.
    pub fn feelings(&self, agent: AgentId) -> impl Iterator<Item = (Emotion, AgentId, f64)> {
        let first = Fact::Feeling(agent, Emotion::Joy, AgentId(0));
        self.facts.range(first..).map_while(move |(fact, &value)| match *fact {
            Fact::Feeling(who, emotion, toward) if who == agent => Some((emotion, toward, value)),
            _ => None,
        })
    }

    /// The memories of an agent: kind of event, the other agent ([`AgentId::NONE`] for none) and strength.
    pub fn memories(&self, agent: AgentId) -> impl Iterator<Item = (EventKind, AgentId, f64)> {
        let first = Fact::Memory(agent, EventKind(0), AgentId(0));
        self.facts.range(first..).map_while(move |(fact, &value)| match *fact {
            Fact::Memory(who, kind, with) if who == agent => Some((kind, with, value)),
            _ => None,
        })
    }

    /// The event that last wrote a fact by then; `None` for drift, a process or the initial state.
    #[must_use]
    pub fn writer(&self, fact: Fact, history: &History) -> Option<EventId> {
        history.last(fact, Moment { at: self.at, events: EventId::at(self.events).0 })?.event
    }

    /// A field that the engine maintains about an agent.
    #[must_use]
    pub fn field(&self, agent: AgentId, field: Field) -> Option<f64> {
        self.get(Fact::Field(agent, field))
    }
}

/// The place that a value stands for; [`PlaceId::NOWHERE`] if it is not a valid index.
#[must_use]
pub(super) fn place_of(value: f64) -> PlaceId {
    if (0.0..f64::from(u16::MAX)).contains(&value) { PlaceId(value as u16) } else { PlaceId::NOWHERE }
}

/// The agent that a value stands for; [`AgentId::NONE`] if it is not a valid index.
#[must_use]
pub(super) fn agent_of(value: f64) -> AgentId {
    if (0.0..f64::from(u32::MAX)).contains(&value) { AgentId(value as u32) } else { AgentId::NONE }
}

/// A position in the chronicle that steps from event to event and maintains the state there.
///
/// A step updates only the facts that its event and the samples next to it wrote.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    chronicle: &'a Chronicle,
    history: &'a History,
    moment: Moment,
    done: usize,
    held: BTreeMap<Fact, Entry>,
}

impl<'a> Cursor<'a> {
    /// A cursor before the first event.
    #[must_use]
    pub fn new(chronicle: &'a Chronicle, history: &'a History) -> Self {
        let mut cursor = Self { chronicle, history, moment: START, done: 0, held: BTreeMap::new() };
        cursor.go(START, 0);
        cursor
    }

    /// Moves to the end of an instant.
    pub fn seek(&mut self, at: Instant) {
        self.go(Moment::end_of(at), self.history.events_until(at));
    }

    /// Moves to right after an event; to the end if there is no such event.
    pub fn seek_event(&mut self, event: EventId) {
        let done = (event.index() + 1).min(self.history.events());
        let moment = done.checked_sub(1).and_then(|last| self.history.moment_of(EventId::at(last))).unwrap_or(START);
        self.go(moment, done);
    }

    /// Applies the next event and returns it; `None` at the end.
    pub fn forward(&mut self) -> Option<EventId> {
        let event = EventId::at(self.done);
        let moment = self.history.moment_of(event)?;
        self.touch(self.moment, moment, event, moment);
        self.done += 1;
        Some(event)
    }

    /// Undoes the last event and returns it; `None` at the start. The cursor then stands right after the event before it.
    pub fn back(&mut self) -> Option<EventId> {
        let last = self.done.checked_sub(1)?;
        let moment = last.checked_sub(1).and_then(|before| self.history.moment_of(EventId::at(before))).unwrap_or(START);
        let event = EventId::at(last);
        self.touch(moment, self.moment, event, moment);
        self.done = last;
        Some(event)
    }

    /// The instant of the cursor.
    #[must_use]
    pub const fn at(&self) -> Instant {
        self.moment.at
    }

    /// How many events have happened.
    #[must_use]
    pub const fn events(&self) -> usize {
        self.done
    }

    /// The value of a fact at the cursor.
    #[must_use]
    pub fn get(&self, fact: Fact) -> Option<f64> {
        self.held.get(&fact).map(|entry| self.history.faded(fact, entry, self.moment.at))
    }

    /// Every fact at the cursor.
    #[must_use]
    pub fn state(&self) -> StateAt<'a> {
        let at = self.moment.at;
        let facts = self.held.iter().map(|(&fact, entry)| (fact, self.history.faded(fact, entry, at))).collect();
        StateAt { at, facts, events: self.done, crowd: crowd_of(self.chronicle, at) }
    }

    fn go(&mut self, moment: Moment, done: usize) {
        self.held = self.history.held(moment).map(|(fact, entry)| (fact, *entry)).collect();
        self.moment = moment;
        self.done = done;
    }

    /// Updates to `moment` each fact that an event and the samples between two positions wrote.
    fn touch(&mut self, from: Moment, until: Moment, event: EventId, moment: Moment) {
        let changed = self.chronicle.event(event).map_or(&[][..], |event| &event.changes);
        let facts = changed.iter().map(|change| change.fact).chain(self.history.sampled(Some(from), until));
        for fact in facts {
            match self.history.last(fact, moment) {
                Some(entry) => self.held.insert(fact, *entry),
                None => self.held.remove(&fact),
            };
        }
        self.moment = moment;
    }
}

const START: Moment = Moment { at: Instant::START, events: 0 };

#[cfg(test)]
mod tests {
    use super::super::legend::tests::legend;
    use super::super::log::tests::{LONELY, change, event};
    use super::*;
    use longhand_expr::ids::DimId;
    use proptest::prelude::*;

    const TRUST: Fact = Fact::World(Known::Dim(AgentId(0), AgentId(1), DimId(0)));
    const SECONDS: f64 = 86_400.0;

    fn chronicle() -> Chronicle {
        let mut chronicle = Chronicle::default();
        chronicle.sample(Instant::START, LONELY, 0.5);
        let mut meet = event(SECONDS, 0);
        meet.changes = vec![change(LONELY, 0.5, 0.25), change(TRUST, 0.25, 0.75)];
        chronicle.push(meet);
        chronicle.sample(Instant::from_seconds(2.0 * SECONDS), LONELY, 0.3);
        chronicle.crowd.push(CrowdDay { day: 1, numbers: vec![("talking".into(), 10.0)] });
        chronicle
    }

    #[test]
    fn a_fact_has_its_last_written_value_and_a_bond_decays_toward_its_rest() {
        let chronicle = chronicle();
        let history = History::of(&chronicle, &legend());
        let at = |fact, days: f64| history.at(fact, Instant::from_seconds(days * SECONDS));
        assert_eq!(at(LONELY, 0.0), Some(0.5));
        assert_eq!(at(LONELY, 1.0), Some(0.25));
        assert_eq!(at(LONELY, 2.0), Some(0.3));
        assert_eq!(at(TRUST, 0.5), None, "before its first value");
        assert_eq!(at(TRUST, 1.0), Some(0.75));
        assert_eq!(at(TRUST, 2.0), Some(0.5), "one half-life later, half of the distance to 0.25 is gone");
        assert_eq!(history.all(LONELY).iter().map(|entry| entry.event).collect::<Vec<_>>(), [None, Some(EventId(0)), None]);
    }

    #[test]
    fn the_crowd_aggregates_are_those_of_the_last_complete_day() {
        let chronicle = chronicle();
        let history = History::of(&chronicle, &legend());
        let crowd = |days: f64| state_at(&chronicle, &history, Instant::from_seconds(days * SECONDS)).crowd.map(|c| c.day);
        assert_eq!(crowd(0.0), None);
        assert_eq!(crowd(1.5), None, "the day is not complete");
        assert_eq!(crowd(2.0), Some(1));
        assert_eq!(crowd(9.0), Some(1));
    }

    #[test]
    fn an_event_recorded_later_with_an_earlier_instant_takes_effect_after_the_events_before_it() {
        let mut chronicle = Chronicle::default();
        let mut late = event(100.0, 0);
        late.changes.push(change(LONELY, 0.0, 0.5));
        chronicle.push(late);
        let mut early = event(50.0, 0);
        early.changes.push(change(LONELY, 0.5, 0.75));
        chronicle.push(early);
        let history = History::of(&chronicle, &legend());
        assert_eq!(history.at(LONELY, Instant::from_seconds(60.0)), None);
        assert_eq!(history.at(LONELY, Instant::from_seconds(100.0)), Some(0.75));
    }

    #[test]
    fn invalid_values_are_read_as_no_place_and_no_agent() {
        assert_eq!(place_of(1.0), PlaceId(1));
        assert_eq!(agent_of(7.0), AgentId(7));
        for value in [-1.0, f64::NAN, f64::INFINITY, 65_535.0 * 70_000.0] {
            assert_eq!(place_of(value), PlaceId::NOWHERE);
            assert_eq!(agent_of(value), AgentId::NONE);
        }
    }

    fn fact() -> impl Strategy<Value = Fact> {
        let agent = || (0..3_u32).prop_map(AgentId);
        prop_oneof![
            (agent(), 0..2_u16).prop_map(|(a, attr)| Fact::World(Known::Attr(a, AttrId(attr)))),
            (agent(), agent(), 0..2_u8).prop_map(|(a, b, dim)| Fact::World(Known::Dim(a, b, DimId(dim)))),
            agent().prop_map(|a| Fact::World(Known::Place(a))),
            agent().prop_map(|a| Fact::Field(a, Field::Pleasure)),
        ]
    }

    #[derive(Clone, Debug)]
    enum Entered {
        Event(i64, Vec<(Fact, f64)>),
        Sample(i64, Fact, f64),
    }

    fn entered() -> impl Strategy<Value = Entered> {
        let value = || (0..5_u8).prop_map(|v| f64::from(v) / 4.0);
        prop_oneof![
            (-3..5_i64, prop::collection::vec((fact(), value()), 0..4)).prop_map(|(step, facts)| Entered::Event(step, facts)),
            (-2..5_i64, fact(), value()).prop_map(|(step, fact, value)| Entered::Sample(step, fact, value)),
        ]
    }

    /// A chronicle whose instants mostly grow, and sometimes repeat or go backward.
    fn any_chronicle() -> impl Strategy<Value = Chronicle> {
        prop::collection::vec(entered(), 0..60).prop_map(|all| {
            let mut chronicle = Chronicle::default();
            let mut now = 0_i64;
            for one in all {
                match one {
                    Entered::Event(step, facts) => {
                        now = (now + step * 3_600_000_000).max(0);
                        let mut event = event(0.0, 0);
                        event.at = Instant(now);
                        event.changes = facts.into_iter().map(|(fact, after)| change(fact, 0.0, after)).collect();
                        chronicle.push(event);
                    }
                    Entered::Sample(step, fact, value) => {
                        chronicle.sample(Instant((now + step * 3_600_000_000).max(0)), fact, value);
                    }
                }
            }
            chronicle
        })
    }

    /// The expected state by brute force: everything recorded up to an instant, in order.
    fn replayed(chronicle: &Chronicle, at: Instant) -> BTreeMap<Fact, (f64, Instant)> {
        let mut all = Vec::new();
        let mut latest = Instant(0);
        for event in chronicle.iter() {
            latest = latest.max(event.at);
            all.extend(event.changes.iter().map(|c| (latest, event.id.0 + 1, 0, c.fact, c.after)));
        }
        all.extend(chronicle.samples().iter().map(|s| (s.at, s.after, 1, s.fact, s.value)));
        all.sort_by_key(|&(at, after, kind, ..)| (at, after, kind));
        all.into_iter().filter(|one| one.0 <= at).map(|(at, _, _, fact, value)| (fact, (value, at))).collect()
    }

    proptest! {
        #[test]
        fn the_state_at_any_instant_equals_a_full_replay_up_to_it(chronicle in any_chronicle(), hour in 0..80_i64) {
            let history = History::of(&chronicle, &legend());
            let at = Instant(hour * 3_600_000_000);
            let state = state_at(&chronicle, &history, at);
            let replayed = replayed(&chronicle, at);
            prop_assert_eq!(state.facts.len(), replayed.len());
            for (fact, (value, written)) in replayed {
                let faded = match fact {
                    Fact::World(Known::Dim(_, _, DimId(0))) => {
                        let days = (at.seconds() - written.seconds()) / SECONDS;
                        0.25 + (value - 0.25) * libm::pow(0.5, days)
                    }
                    _ => value,
                };
                let shown = state.get(fact).unwrap_or(f64::NAN);
                prop_assert!((shown - faded).abs() < 1e-7, "{:?}: {} for {}", fact, shown, faded);
            }
        }

        #[test]
        fn forward_then_back_is_the_identity(chronicle in any_chronicle()) {
            let history = History::of(&chronicle, &legend());
            let mut cursor = Cursor::new(&chronicle, &history);
            let mut states = vec![cursor.state()];
            while let Some(event) = cursor.forward() {
                prop_assert_eq!(event.index() + 1, cursor.events());
                states.push(cursor.state());
            }
            prop_assert_eq!(states.len(), chronicle.len() + 1);
            while let Some(after) = states.pop() {
                prop_assert_eq!(&cursor.state(), &after);
                prop_assert_eq!(cursor.back().is_some(), !states.is_empty());
            }
        }

        #[test]
        fn stepping_and_seeking_to_an_instant_give_the_same_state(chronicle in any_chronicle()) {
            let history = History::of(&chronicle, &legend());
            let mut walked = Cursor::new(&chronicle, &history);
            while walked.forward().is_some() {
                let mut sought = Cursor::new(&chronicle, &history);
                sought.seek(walked.at());
                prop_assert_eq!(sought.state(), state_at(&chronicle, &history, walked.at()));
                while sought.events() > walked.events() {
                    sought.back();
                }
                // Seeking an instant ends after all its events; stepping, and seeking an event, end right after the event.
                if sought.back().is_some() {
                    sought.forward();
                    prop_assert_eq!(sought.state(), walked.state());
                }
                sought.seek_event(EventId::at(walked.events() - 1));
                prop_assert_eq!(sought.state(), walked.state());
            }
        }

        #[test]
        fn a_history_extended_while_recording_equals_one_built_at_the_end(chronicle in any_chronicle()) {
            let mut growing = Chronicle::default();
            let mut history = History::of(&growing, &legend());
            let mut samples = chronicle.samples().iter().peekable();
            for event in chronicle.iter() {
                while let Some(sample) = samples.next_if(|sample| sample.after <= event.id.0) {
                    growing.sample(sample.at, sample.fact, sample.value);
                }
                growing.push(event.clone());
                history.extend(&growing);
            }
            for sample in samples {
                growing.sample(sample.at, sample.fact, sample.value);
            }
            history.extend(&growing);
            let whole = History::of(&chronicle, &legend());
            for fact in whole.facts() {
                prop_assert_eq!(whole.all(fact), history.all(fact));
            }
        }
    }
}
