//! The recorded state at an instant, and a cursor that steps through it event by event in both directions.

use super::{Chronicle, CrowdDay, History, HistoryEntry, LogPosition};
use longhand_expr::ids::{
    AgentField, AgentId, AppointmentId, AttrId, DimId, Emotion, EventId, EventKind, Fact, Instant, IntentionId, PlaceId, TieId,
    WorldFact,
};
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
    let entries = history.entries_at(LogPosition::end_of(at));
    let facts = entries.map(|(fact, entry)| (fact, history.decayed_value(fact, entry, at))).collect();
    StateAt { at, facts, events: history.event_count_until(at), crowd: last_complete_crowd_day(chronicle, at) }
}

fn last_complete_crowd_day(chronicle: &Chronicle, at: Instant) -> Option<&CrowdDay> {
    let complete_days =
        chronicle.crowd.partition_point(|crowd_day| (i64::from(crowd_day.day) + 1).saturating_mul(Instant::DAY_US) <= at.0);
    complete_days.checked_sub(1).map(|last| &chronicle.crowd[last])
}

impl StateAt<'_> {
    /// The value of a fact; `None` if it has none by then.
    #[must_use]
    pub fn get(&self, fact: Fact) -> Option<f64> {
        self.facts.get(&fact).copied()
    }

    /// The place of an agent; for a thing that is held, that of its holder.
    #[must_use]
    pub fn place(&self, agent: AgentId) -> PlaceId {
        match self.holder(agent) {
            AgentId::NONE => self.get(Fact::World(WorldFact::Place(agent))).map_or(PlaceId::NOWHERE, PlaceId::from_value),
            holder => self.place(holder),
        }
    }

    /// Who holds a thing; [`AgentId::NONE`] for nobody.
    #[must_use]
    pub fn holder(&self, thing: AgentId) -> AgentId {
        self.get(Fact::World(WorldFact::Holder(thing))).map_or(AgentId::NONE, AgentId::from_value)
    }

    /// The things that an agent holds, ascending.
    pub fn held_by(&self, agent: AgentId) -> impl Iterator<Item = AgentId> {
        let holder = |thing| Fact::World(WorldFact::Holder(thing));
        self.facts.range(holder(AgentId(0))..=holder(AgentId::NONE)).filter_map(move |(fact, &value)| match fact {
            Fact::World(WorldFact::Holder(thing)) if AgentId::from_value(value) == agent && agent.is_some() => Some(*thing),
            _ => None,
        })
    }

    /// The attributes of an agent.
    pub fn attributes(&self, agent: AgentId) -> impl Iterator<Item = (AttrId, f64)> {
        let fact = |attr| Fact::World(WorldFact::Attr(agent, AttrId(attr)));
        self.facts.range(fact(0)..=fact(u16::MAX)).filter_map(|(fact, &value)| match fact {
            Fact::World(WorldFact::Attr(_, attr)) => Some((*attr, value)),
            _ => None,
        })
    }

    /// The bonds and ties from an agent to others, each with its value; ties that do not hold are left out.
    pub fn relations(&self, agent: AgentId) -> impl Iterator<Item = (WorldFact, f64)> {
        let (first, last) = (AgentId(0), AgentId::NONE);
        let dims = WorldFact::Dim(agent, first, DimId(0))..=WorldFact::Dim(agent, last, DimId(u8::MAX));
        let ties = WorldFact::Tie(agent, first, TieId(0))..=WorldFact::Tie(agent, last, TieId(u8::MAX));
        let in_range =
            |range: RangeInclusive<WorldFact>| self.facts.range(Fact::World(*range.start())..=Fact::World(*range.end()));
        in_range(dims).chain(in_range(ties)).filter_map(|(fact, &value)| match *fact {
            Fact::World(WorldFact::Tie(..)) if value == 0.0 => None,
            Fact::World(known) => Some((known, value)),
            _ => None,
        })
    }

    /// What an agent believes.
    pub fn beliefs(&self, agent: AgentId) -> impl Iterator<Item = (WorldFact, f64)> {
        let first = Fact::Belief(agent, WorldFact::Attr(AgentId(0), AttrId(0)));
        self.facts.range(first..).map_while(move |(fact, &value)| match *fact {
            Fact::Belief(holder, known) if holder == agent => Some((known, value)),
            _ => None,
        })
    }

    /// The appointments of an agent: the other one, what it is, the instant and the place, by instant.
    #[must_use]
    pub fn appointments(&self, agent: AgentId) -> Vec<(AgentId, AppointmentId, Instant, PlaceId)> {
        let first = Fact::Appointment(AgentId(0), AgentId(0), AppointmentId(0));
        let last = Fact::Appointment(AgentId::NONE, AgentId::NONE, AppointmentId(u8::MAX));
        let of_agent = self.facts.range(first..=last).filter_map(|(fact, &value)| {
            let Fact::Appointment(by, with, what) = *fact else { return None };
            let other = if by == agent { with } else { by };
            let place = self.get(Fact::MeetingPlace(by, with, what)).map_or(PlaceId::NOWHERE, PlaceId::from_value);
            ((by == agent || with == agent) && value > 0.0).then_some((other, what, Instant::from_seconds(value), place))
        });
        let mut all: Vec<_> = of_agent.collect();
        all.sort_by_key(|&(other, what, at, _)| (at, other, what));
        all
    }

    /// What an agent intends: the intention, whom it is about ([`AgentId::NONE`] for nobody), and its value.
    pub fn intentions(&self, agent: AgentId) -> impl Iterator<Item = (IntentionId, AgentId, f64)> {
        let first = Fact::Intention(agent, AgentId(0), IntentionId(0));
        let last = Fact::Intention(agent, AgentId::NONE, IntentionId(u8::MAX));
        self.facts.range(first..=last).filter_map(|(fact, &value)| match *fact {
            Fact::Intention(_, about, what) if value > 0.0 => Some((what, about, value)),
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
    pub fn last_writer(&self, fact: Fact, history: &History) -> Option<EventId> {
        history.last_entry(fact, LogPosition { at: self.at, events: EventId::from_index(self.events).0 })?.event
    }

    /// A field that the engine maintains about an agent.
    #[must_use]
    pub fn field(&self, agent: AgentId, field: AgentField) -> Option<f64> {
        self.get(Fact::Field(agent, field))
    }
}

/// A position in the chronicle that steps from event to event and maintains the state there.
///
/// A step updates only the facts that its event and the samples next to it wrote.
#[derive(Clone, Debug)]
pub struct StateCursor<'a> {
    chronicle: &'a Chronicle,
    history: &'a History,
    position: LogPosition,
    events_done: usize,
    entries: BTreeMap<Fact, HistoryEntry>,
}

impl<'a> StateCursor<'a> {
    /// A cursor before the first event.
    #[must_use]
    pub fn new(chronicle: &'a Chronicle, history: &'a History) -> Self {
        let mut cursor = Self { chronicle, history, position: START, events_done: 0, entries: BTreeMap::new() };
        cursor.load(START, 0);
        cursor
    }

    /// Moves to the end of an instant.
    pub fn seek(&mut self, at: Instant) {
        self.load(LogPosition::end_of(at), self.history.event_count_until(at));
    }

    /// Moves to right after an event; to the end if there is no such event.
    pub fn seek_event(&mut self, event: EventId) {
        let event_count = (event.index() + 1).min(self.history.event_count());
        let position =
            event_count.checked_sub(1).and_then(|last| self.history.position_of(EventId::from_index(last))).unwrap_or(START);
        self.load(position, event_count);
    }

    /// Applies the next event and returns it; `None` at the end.
    pub fn step_forward(&mut self) -> Option<EventId> {
        let event = EventId::from_index(self.events_done);
        let position = self.history.position_of(event)?;
        self.update_changed(self.position, position, event, position);
        self.events_done += 1;
        Some(event)
    }

    /// Undoes the last event and returns it; `None` at the start. The cursor then stands right after the event before it.
    pub fn step_back(&mut self) -> Option<EventId> {
        let last = self.events_done.checked_sub(1)?;
        let position =
            last.checked_sub(1).and_then(|previous| self.history.position_of(EventId::from_index(previous))).unwrap_or(START);
        let event = EventId::from_index(last);
        self.update_changed(position, self.position, event, position);
        self.events_done = last;
        Some(event)
    }

    /// The instant of the cursor.
    #[must_use]
    pub const fn instant(&self) -> Instant {
        self.position.at
    }

    /// How many events have happened.
    #[must_use]
    pub const fn event_count(&self) -> usize {
        self.events_done
    }

    /// The value of a fact at the cursor.
    #[must_use]
    pub fn value(&self, fact: Fact) -> Option<f64> {
        self.entries.get(&fact).map(|entry| self.history.decayed_value(fact, entry, self.position.at))
    }

    /// Every fact at the cursor.
    #[must_use]
    pub fn state(&self) -> StateAt<'a> {
        let at = self.position.at;
        let facts = self.entries.iter().map(|(&fact, entry)| (fact, self.history.decayed_value(fact, entry, at))).collect();
        StateAt { at, facts, events: self.events_done, crowd: last_complete_crowd_day(self.chronicle, at) }
    }

    fn load(&mut self, position: LogPosition, events_done: usize) {
        self.entries = self.history.entries_at(position).map(|(fact, entry)| (fact, *entry)).collect();
        self.position = position;
        self.events_done = events_done;
    }

    /// Updates to `position` each fact that an event and the samples between two positions wrote.
    fn update_changed(&mut self, from: LogPosition, until: LogPosition, event: EventId, position: LogPosition) {
        let event = self.chronicle.event(event);
        let changed = event.map_or(&[][..], |event| &event.changes).iter().map(|change| change.fact);
        let topic = event.and_then(|event| event.topic.as_ref()).map(|topic| topic.fact());
        let facts = changed.chain(topic).chain(self.history.sampled_between(Some(from), until));
        for fact in facts {
            match self.history.last_entry(fact, position) {
                Some(entry) => self.entries.insert(fact, *entry),
                None => self.entries.remove(&fact),
            };
        }
        self.position = position;
    }
}

const START: LogPosition = LogPosition { at: Instant::START, events: 0 };

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{LONELINESS, change, test_event, test_symbols};
    use longhand_expr::ids::DimId;
    use proptest::prelude::*;

    const TRUST: Fact = Fact::World(WorldFact::Dim(AgentId(0), AgentId(1), DimId(0)));
    const DAY_SECONDS: f64 = 86_400.0;

    fn chronicle() -> Chronicle {
        let mut chronicle = Chronicle::default();
        chronicle.sample(Instant::START, LONELINESS, 0.5);
        let mut meet = test_event(DAY_SECONDS, 0);
        meet.changes = vec![change(LONELINESS, 0.5, 0.25), change(TRUST, 0.25, 0.75)];
        chronicle.push(meet);
        chronicle.sample(Instant::from_seconds(2.0 * DAY_SECONDS), LONELINESS, 0.3);
        chronicle.crowd.push(CrowdDay { day: 1, numbers: vec![("talking".into(), 10.0)] });
        chronicle
    }

    #[test]
    fn a_fact_has_its_last_written_value_and_a_bond_decays_toward_its_rest() {
        let chronicle = chronicle();
        let history = History::from_chronicle(&chronicle, &test_symbols());
        let value_after_days = |fact, days: f64| history.value_at(fact, Instant::from_seconds(days * DAY_SECONDS));
        assert_eq!(value_after_days(LONELINESS, 0.0), Some(0.5));
        assert_eq!(value_after_days(LONELINESS, 1.0), Some(0.25));
        assert_eq!(value_after_days(LONELINESS, 2.0), Some(0.3));
        assert_eq!(value_after_days(TRUST, 0.5), None, "before its first value");
        assert_eq!(value_after_days(TRUST, 1.0), Some(0.75));
        assert_eq!(value_after_days(TRUST, 2.0), Some(0.5), "one half-life later, half of the distance to 0.25 is gone");
        assert_eq!(
            history.entries(LONELINESS).iter().map(|entry| entry.event).collect::<Vec<_>>(),
            [None, Some(EventId(0)), None]
        );
    }

    #[test]
    fn the_crowd_aggregates_are_those_of_the_last_complete_day() {
        let chronicle = chronicle();
        let history = History::from_chronicle(&chronicle, &test_symbols());
        let crowd = |days: f64| state_at(&chronicle, &history, Instant::from_seconds(days * DAY_SECONDS)).crowd.map(|c| c.day);
        assert_eq!(crowd(0.0), None);
        assert_eq!(crowd(1.5), None, "the day is not complete");
        assert_eq!(crowd(2.0), Some(1));
        assert_eq!(crowd(9.0), Some(1));
    }

    fn fact() -> impl Strategy<Value = Fact> {
        let agent = || (0..3_u32).prop_map(AgentId);
        prop_oneof![
            (agent(), 0..2_u16).prop_map(|(a, attr)| Fact::World(WorldFact::Attr(a, AttrId(attr)))),
            (agent(), agent(), 0..2_u8).prop_map(|(a, b, dim)| Fact::World(WorldFact::Dim(a, b, DimId(dim)))),
            agent().prop_map(|a| Fact::World(WorldFact::Place(a))),
            agent().prop_map(|a| Fact::Field(a, AgentField::Pleasure)),
        ]
    }

    #[derive(Clone, Debug)]
    enum Recorded {
        Event(i64, Vec<(Fact, f64)>),
        Sample(i64, Fact, f64),
    }

    fn any_recorded() -> impl Strategy<Value = Recorded> {
        let value = || (0..5_u8).prop_map(|v| f64::from(v) / 4.0);
        prop_oneof![
            (0..5_i64, prop::collection::vec((fact(), value()), 0..4)).prop_map(|(step, facts)| Recorded::Event(step, facts)),
            (-2..5_i64, fact(), value()).prop_map(|(step, fact, value)| Recorded::Sample(step, fact, value)),
        ]
    }

    /// A chronicle whose instants grow or repeat; samples may be of earlier instants.
    fn any_chronicle() -> impl Strategy<Value = Chronicle> {
        prop::collection::vec(any_recorded(), 0..60).prop_map(|records| {
            let mut chronicle = Chronicle::default();
            let mut now = 0_i64;
            for record in records {
                match record {
                    Recorded::Event(step, facts) => {
                        now = (now + step * 3_600_000_000).max(0);
                        let mut event = test_event(0.0, 0);
                        event.at = Instant(now);
                        event.changes = facts.into_iter().map(|(fact, after)| change(fact, 0.0, after)).collect();
                        chronicle.push(event);
                    }
                    Recorded::Sample(step, fact, value) => {
                        chronicle.sample(Instant((now + step * 3_600_000_000).max(0)), fact, value);
                    }
                }
            }
            chronicle
        })
    }

    /// The expected state by brute force: everything recorded up to an instant, in order.
    fn replayed(chronicle: &Chronicle, at: Instant) -> BTreeMap<Fact, (f64, Instant)> {
        let mut entries = Vec::new();
        let mut latest = Instant(0);
        for event in chronicle.iter() {
            latest = latest.max(event.at);
            entries.extend(event.changes.iter().map(|c| (latest, event.id.0 + 1, 0, c.fact, c.after)));
        }
        entries.extend(chronicle.samples().iter().map(|s| (s.at, s.after, 1, s.fact, s.value)));
        entries.sort_by_key(|&(at, after, kind, ..)| (at, after, kind));
        entries.into_iter().filter(|entry| entry.0 <= at).map(|(at, _, _, fact, value)| (fact, (value, at))).collect()
    }

    proptest! {
        #[test]
        fn the_state_at_any_instant_equals_a_full_replay_up_to_it(chronicle in any_chronicle(), hour in 0..80_i64) {
            let history = History::from_chronicle(&chronicle, &test_symbols());
            let at = Instant(hour * 3_600_000_000);
            let state = state_at(&chronicle, &history, at);
            let replayed = replayed(&chronicle, at);
            prop_assert_eq!(state.facts.len(), replayed.len());
            for (fact, (value, written)) in replayed {
                let expected = match fact {
                    Fact::World(WorldFact::Dim(_, _, DimId(0))) => {
                        let days = (at.seconds() - written.seconds()) / DAY_SECONDS;
                        0.25 + (value - 0.25) * libm::pow(0.5, days)
                    }
                    _ => value,
                };
                let actual = state.get(fact).unwrap_or(f64::NAN);
                prop_assert!((actual - expected).abs() < 1e-7, "{:?}: {} for {}", fact, actual, expected);
            }
        }

        #[test]
        fn forward_then_back_is_the_identity(chronicle in any_chronicle()) {
            let history = History::from_chronicle(&chronicle, &test_symbols());
            let mut cursor = StateCursor::new(&chronicle, &history);
            let mut states = vec![cursor.state()];
            while let Some(event) = cursor.step_forward() {
                prop_assert_eq!(event.index() + 1, cursor.event_count());
                states.push(cursor.state());
            }
            prop_assert_eq!(states.len(), chronicle.len() + 1);
            while let Some(after) = states.pop() {
                prop_assert_eq!(&cursor.state(), &after);
                prop_assert_eq!(cursor.step_back().is_some(), !states.is_empty());
            }
        }

        #[test]
        fn stepping_and_seeking_to_an_instant_give_the_same_state(chronicle in any_chronicle()) {
            let history = History::from_chronicle(&chronicle, &test_symbols());
            let mut stepping_cursor = StateCursor::new(&chronicle, &history);
            while stepping_cursor.step_forward().is_some() {
                let mut seeking_cursor = StateCursor::new(&chronicle, &history);
                seeking_cursor.seek(stepping_cursor.instant());
                prop_assert_eq!(seeking_cursor.state(), state_at(&chronicle, &history, stepping_cursor.instant()));
                while seeking_cursor.event_count() > stepping_cursor.event_count() {
                    seeking_cursor.step_back();
                }
                // Seeking an instant ends after all its events; stepping, and seeking an event, end right after the event.
                if seeking_cursor.step_back().is_some() {
                    seeking_cursor.step_forward();
                    prop_assert_eq!(seeking_cursor.state(), stepping_cursor.state());
                }
                seeking_cursor.seek_event(EventId::from_index(stepping_cursor.event_count() - 1));
                prop_assert_eq!(seeking_cursor.state(), stepping_cursor.state());
            }
        }

        #[test]
        fn a_history_extended_while_recording_equals_one_built_at_the_end(chronicle in any_chronicle()) {
            let mut growing = Chronicle::default();
            let mut history = History::from_chronicle(&growing, &test_symbols());
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
            let complete = History::from_chronicle(&chronicle, &test_symbols());
            for fact in complete.facts() {
                prop_assert_eq!(complete.entries(fact), history.entries(fact));
            }
        }
    }
}
