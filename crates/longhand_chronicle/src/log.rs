//! The event log of a run, in the order of recording.
//!
//! Recording is a `Vec` push. The log only grows, so any number of consumers (a file, a history, a panel) can each take what is
//! new since their own [`LogCursor`], and the chronicle does not need to know them.

use super::digest::{CachedDigest, NameHashes};
use super::{AgentProfile, AgentRegistry, Event, SymbolTable};
use bevy_ecs::prelude::Resource;
use longhand_expr::ids::{AgentId, EventId, EventKind, Fact, Instant};
use std::collections::BTreeMap;

/// Everything recorded of a run.
#[derive(Clone, Debug, Default, Resource)]
pub struct Chronicle {
    events: Vec<Event>,
    samples: Vec<Sample>,
    counts_by_day: BTreeMap<u32, DayCounts>,
    /// Incremented by each count; tells consumers which days changed.
    count_revision: u64,
    names: NameHashes,
    digest: CachedDigest,
    /// The agents that appear in it.
    pub agents: AgentRegistry,
    /// One line of aggregates for each day, over all agents whether or not their events are logged; ascending by day.
    pub crowd: Vec<CrowdDay>,
    /// The beats that matched, in order.
    pub beats: Vec<BeatMatch>,
    /// The measures of the scene, in the order in which they were taken.
    pub measures: Vec<MeasureValue>,
}

/// One value of a measure of the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureValue {
    /// Id of the measure.
    pub measure: String,
    /// When it was taken.
    pub at: Instant,
    /// The agent it was taken of; [`AgentId::NONE`] for a measure of the whole world.
    pub agent: AgentId,
    /// The value.
    pub value: f64,
}

/// A value that no event wrote: from drift, from a process, or from the initial state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// From when it holds.
    pub at: Instant,
    /// The fact.
    pub fact: Fact,
    /// The value.
    pub value: f64,
    /// How many events were recorded before it; orders it among events of the same instant.
    pub after: u32,
}

/// Aggregates over all agents on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct CrowdDay {
    /// Whole days since the start; 0 is the first 24 hours.
    pub day: u32,
    /// The aggregates, each with its name.
    pub numbers: Vec<(String, f64)>,
}

/// A match of a beat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeatMatch {
    /// Position in the scene's beats.
    pub beat: usize,
    /// The instant of the last event of the match.
    pub at: Instant,
    /// The event that completed it.
    pub event: EventId,
    /// The matched events of all clauses, in order.
    pub events: Vec<EventId>,
}

#[derive(Clone, Debug, Default)]
struct DayCounts {
    counts: BTreeMap<EventKind, u64>,
    /// The chronicle's `count_revision` when this day last changed.
    changed_at: u64,
}

/// How much of a chronicle a consumer has taken. [`LogCursor::default`] stands before everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogCursor {
    events: usize,
    samples: usize,
    count_revision: u64,
    agent_edits: usize,
    crowd: usize,
    beats: usize,
    measures: usize,
}

/// What was recorded since a [`LogCursor`], by reference.
#[derive(Clone, Debug)]
pub struct LogDeltaRef<'a> {
    /// Events, ascending by id.
    pub events: &'a [Event],
    /// Values that no event wrote.
    pub samples: &'a [Sample],
    /// Day, kind and the *total* of that day so far, for each day that changed.
    pub counts: Vec<(u32, EventKind, u64)>,
    /// Agents that are new or have changed.
    pub agents: Vec<&'a AgentProfile>,
    /// Daily aggregates.
    pub crowd: &'a [CrowdDay],
    /// Beats that matched.
    pub beats: &'a [BeatMatch],
    /// Measures.
    pub measures: &'a [MeasureValue],
}

/// [`LogDeltaRef`] by value, for a consumer on another thread.
#[derive(Clone, Debug, Default)]
pub struct LogDelta {
    pub(super) events: Vec<Event>,
    pub(super) samples: Vec<Sample>,
    pub(super) counts: Vec<(u32, EventKind, u64)>,
    pub(super) agents: Vec<AgentProfile>,
    pub(super) crowd: Vec<CrowdDay>,
    pub(super) beats: Vec<BeatMatch>,
    pub(super) measures: Vec<MeasureValue>,
}

impl LogDelta {
    /// Day, kind and the total of that day so far, for each day that changed.
    #[must_use]
    pub fn counts(&self) -> &[(u32, EventKind, u64)] {
        &self.counts
    }

    /// Whether nothing was recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
            && self.samples.is_empty()
            && self.counts.is_empty()
            && self.agents.is_empty()
            && self.crowd.is_empty()
            && self.beats.is_empty()
            && self.measures.is_empty()
    }
}

impl LogDeltaRef<'_> {
    /// Copies what a narration reads: the events, their agents and the beats.
    #[must_use]
    pub fn to_narrated(&self) -> LogDelta {
        LogDelta {
            events: self.events.to_vec(),
            agents: self.agents.iter().map(|&profile| profile.clone()).collect(),
            beats: self.beats.to_vec(),
            ..LogDelta::default()
        }
    }

    /// Copies the delta.
    #[must_use]
    pub fn to_delta(&self) -> LogDelta {
        LogDelta {
            events: self.events.to_vec(),
            samples: self.samples.to_vec(),
            counts: self.counts.clone(),
            agents: self.agents.iter().map(|&profile| profile.clone()).collect(),
            crowd: self.crowd.to_vec(),
            beats: self.beats.to_vec(),
            measures: self.measures.to_vec(),
        }
    }
}

impl Chronicle {
    /// An empty chronicle of a scene with these names, by which its hash identifies what happened.
    #[must_use]
    pub fn new(symbols: &SymbolTable) -> Self {
        Self { names: NameHashes::new(symbols), ..Self::default() }
    }

    /// Replaces the names by those of another symbol table with the same ids, such as that of the scene with interventions.
    pub fn set_names(&mut self, symbols: &SymbolTable) {
        (self.names, self.digest) = (NameHashes::new(symbols), CachedDigest::default());
    }

    /// Appends a delta of another chronicle. A chronicle that has appended all deltas of another one equals it.
    pub fn append(&mut self, delta: LogDelta) {
        let LogDelta { events, samples, counts, agents, crowd, beats, measures } = delta;
        for event in events {
            self.push(event);
        }
        self.samples.extend(samples);
        for (day, kind, total) in counts {
            self.count_revision += 1;
            let day = self.counts_by_day.entry(day).or_default();
            day.changed_at = self.count_revision;
            day.counts.insert(kind, total);
        }
        agents.into_iter().for_each(|profile| self.agents.set(profile));
        self.crowd.extend(crowd);
        self.beats.extend(beats);
        self.measures.extend(measures);
    }

    /// The last value of a measure; of a measure that is taken of each of some agents, the mean of the last time.
    #[must_use]
    pub fn measured(&self, measure: &str) -> Option<f64> {
        let mut values = self.measures.iter().rev().filter(|taken| taken.measure == measure);
        let last = values.next()?;
        let (mut sum, mut n) = (last.value, 1.0);
        for taken in values.take_while(|taken| last.agent.is_some() && taken.at == last.at) {
            (sum, n) = (sum + taken.value, n + 1.0);
        }
        Some(sum / n)
    }

    /// Records an event and returns its id, which is its position in the log.
    ///
    /// The causes must be recorded already.
    pub fn push(&mut self, mut event: Event) -> EventId {
        let id = EventId::from_index(self.events.len());
        debug_assert!(event.causes.iter().all(|cause| cause.event < id), "a cause must be recorded before its effect");
        event.id = id;
        // -0.0 equals 0.0 but has other bits, which not every file format keeps; adding 0.0 normalises it.
        for change in &mut event.changes {
            change.before += 0.0;
            change.after += 0.0;
        }
        for (_, value) in &mut event.values {
            *value += 0.0;
        }
        if let Some(topic) = &mut event.topic {
            topic.believed += 0.0;
            topic.told += 0.0;
        }
        self.events.push(event);
        id
    }

    /// The event with an id.
    #[must_use]
    pub fn event(&self, id: EventId) -> Option<&Event> {
        self.events.get(id.index())
    }

    /// The number of recorded events.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether no event is recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The events, ascending by id.
    pub fn iter(&self) -> std::slice::Iter<'_, Event> {
        self.events.iter()
    }

    /// The events; the position is the id.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Counts `n` events of a kind that are not logged one by one.
    pub fn count(&mut self, kind: EventKind, day: u32, n: u64) {
        if n == 0 {
            return;
        }
        self.count_revision += 1;
        let day = self.counts_by_day.entry(day).or_default();
        day.changed_at = self.count_revision;
        let count = day.counts.entry(kind).or_default();
        *count = count.saturating_add(n);
    }

    /// The counted events: day, kind and number; ascending.
    pub fn counts(&self) -> impl Iterator<Item = (u32, EventKind, u64)> {
        self.counts_by_day.iter().flat_map(|(&day, counts)| counts.counts.iter().map(move |(&kind, &n)| (day, kind, n)))
    }

    /// Records the value of a fact that no event wrote, not before the last event. Samples at [`Instant::START`] are the initial state.
    pub fn sample(&mut self, at: Instant, fact: Fact, value: f64) {
        let at = self.events.last().map_or(at, |last| at.max(last.at));
        let after = EventId::from_index(self.events.len()).0;
        self.samples.push(Sample { at, fact, value: value + 0.0, after });
    }

    /// The values that no event wrote, in order of recording.
    #[must_use]
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// The cursor behind everything recorded so far.
    #[must_use]
    pub fn end_cursor(&self) -> LogCursor {
        LogCursor {
            events: self.events.len(),
            samples: self.samples.len(),
            count_revision: self.count_revision,
            agent_edits: self.agents.edit_count(),
            crowd: self.crowd.len(),
            beats: self.beats.len(),
            measures: self.measures.len(),
        }
    }

    /// What was recorded since a cursor; moves the cursor to the end.
    pub fn take_delta(&self, cursor: &mut LogCursor) -> LogDeltaRef<'_> {
        let previous = std::mem::replace(cursor, self.end_cursor());
        let changed = self.counts_by_day.iter().filter(|(_, day)| day.changed_at > previous.count_revision);
        LogDeltaRef {
            events: self.events.get(previous.events..).unwrap_or_default(),
            samples: self.samples.get(previous.samples..).unwrap_or_default(),
            counts: changed.flat_map(|(&day, counts)| counts.counts.iter().map(move |(&kind, &n)| (day, kind, n))).collect(),
            agents: self.agents.changed_since(previous.agent_edits),
            crowd: self.crowd.get(previous.crowd..).unwrap_or_default(),
            beats: self.beats.get(previous.beats..).unwrap_or_default(),
            measures: self.measures.get(previous.measures..).unwrap_or_default(),
        }
    }

    /// The hash of a run: runs with the same events and counts have the same hash, whatever else their scenes declare.
    ///
    /// XXH3-128 over each event in order, then over each count by day and kind, by the names of what they refer to. Samples follow from
    /// these and are not hashed.
    #[must_use]
    pub fn hash(&self) -> u128 {
        let mut digest = self.digest.updated_to(&self.events, &self.names, &self.agents);
        for (&day, DayCounts { counts, .. }) in &self.counts_by_day {
            digest.add_counts(day, counts, &self.names);
        }
        digest.finish()
    }

    /// Adds a sample read from a file, with its stored order among the events.
    #[cfg(feature = "story-file")]
    pub(super) fn restore_sample(&mut self, sample: Sample) {
        self.samples.push(sample);
    }
}

/// The text of a [`Chronicle::hash`], as files and reports contain it: 32 hexadecimal digits.
#[must_use]
pub fn format_hash(hash: u128) -> String {
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{LONELINESS, change, test_event, test_profile, test_symbols};
    use longhand_expr::ids::{AgentId, PlaceId};

    #[test]
    fn an_event_gets_its_position_as_id() {
        let mut chronicle = Chronicle::default();
        assert_eq!(chronicle.push(test_event(1.0, 0)), EventId(0));
        assert_eq!(chronicle.push(test_event(2.0, 1)), EventId(1));
        assert_eq!(chronicle.event(EventId(1)).map(|event| (event.id, event.kind)), Some((EventId(1), EventKind(1))));
        assert!(chronicle.event(EventId(2)).is_none());
    }

    #[test]
    fn the_hash_does_not_depend_on_how_often_it_is_computed() {
        let (mut hashed_often, mut hashed_at_end) = (Chronicle::default(), Chronicle::default());
        for i in 0..1000 {
            let _ = hashed_often.clone().hash();
            let _ = hashed_often.hash();
            hashed_often.push(test_event(f64::from(i), 0));
            hashed_at_end.push(test_event(f64::from(i), 0));
        }
        assert_eq!(hashed_often.hash(), hashed_at_end.hash());
        hashed_at_end.push(test_event(1000.0, 0));
        assert_ne!(hashed_often.hash(), hashed_at_end.hash());
    }

    #[test]
    fn the_hash_covers_events_and_counts_but_not_samples() {
        let hash = |alter: &dyn Fn(&mut Event)| {
            let mut event = test_event(1.0, 0);
            event.changes.push(change(LONELINESS, 0.5, 0.25));
            alter(&mut event);
            let mut chronicle = Chronicle::new(&test_symbols());
            (0..3).for_each(|id| chronicle.agents.set(test_profile(id, ["ann", "ben", "cleo"][id as usize])));
            chronicle.push(event);
            chronicle.hash()
        };
        let plain = hash(&|_| ());
        assert_eq!(plain, hash(&|_| ()));
        assert_ne!(plain, hash(&|event| event.changes[0].after += 1e-15));
        assert_ne!(plain, hash(&|event| event.roles[1] = AgentId(2)));
        assert_ne!(plain, hash(&|event| event.place = PlaceId(0)));

        let mut chronicle = Chronicle::default();
        let empty = chronicle.hash();
        chronicle.sample(Instant::START, LONELINESS, 0.5);
        assert_eq!(chronicle.hash(), empty);
        chronicle.count(EventKind(0), 3, 2);
        assert_ne!(chronicle.hash(), empty);
    }

    #[test]
    fn counting_in_any_order_gives_the_same_hash() {
        let mut first = Chronicle::default();
        first.count(EventKind(0), 0, 2);
        first.count(EventKind(1), 0, 1);
        let mut other = Chronicle::default();
        other.count(EventKind(1), 0, 1);
        other.count(EventKind(0), 0, 1);
        other.count(EventKind(0), 0, 1);
        other.count(EventKind(2), 0, 0);
        assert_eq!(first.hash(), other.hash());
    }

    #[test]
    fn a_consumer_gets_everything_exactly_once() {
        let mut chronicle = Chronicle::default();
        let mut cursor = LogCursor::default();
        chronicle.agents.set(test_profile(0, "ann"));
        chronicle.push(test_event(1.0, 0));
        chronicle.sample(Instant::START, LONELINESS, 0.5);
        chronicle.count(EventKind(1), 0, 2);
        chronicle.count(EventKind(1), 7, 1);
        let delta = chronicle.take_delta(&mut cursor);
        assert_eq!((delta.events.len(), delta.samples.len(), delta.agents.len()), (1, 1, 1));
        assert_eq!(delta.counts, [(0, EventKind(1), 2), (7, EventKind(1), 1)]);

        chronicle.count(EventKind(1), 0, 3);
        chronicle.beats.push(BeatMatch { beat: 0, at: Instant(5), event: EventId(0), events: vec![EventId(0)] });
        let delta = chronicle.take_delta(&mut cursor);
        assert!(delta.events.is_empty() && delta.samples.is_empty() && delta.agents.is_empty());
        assert_eq!(delta.counts, [(0, EventKind(1), 5)], "the total of the day that changed");
        assert_eq!(delta.beats.len(), 1);

        let delta = chronicle.take_delta(&mut cursor);
        assert!(delta.counts.is_empty() && delta.beats.is_empty());
    }
}
