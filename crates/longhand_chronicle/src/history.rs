//! The history of every fact: its values over time, which event wrote each, and its value at any instant.
//!
//! No event is replayed: a value is found by binary search, and a decaying one is brought up to date in closed form.

use super::{Chronicle, LogCursor, Sample, SymbolTable};
use longhand_expr::ids::{EventId, Fact, Instant, WorldFact};
use longhand_expr::remaining_share;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// A position in the log: an instant, and how many events were recorded by then. The instants of events ascend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogPosition {
    /// The instant.
    pub at: Instant,
    /// Number of events recorded so far.
    pub events: u32,
}

impl LogPosition {
    /// The position after everything that happens at an instant.
    #[must_use]
    pub const fn end_of(at: Instant) -> Self {
        Self { at, events: u32::MAX }
    }
}

/// One value of a fact, valid from its position on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HistoryEntry {
    /// From where on it holds.
    pub position: LogPosition,
    /// The event that wrote it; `None` for a drift, a process or the initial state.
    pub event: Option<EventId>,
    /// The value as written, before any decay.
    pub value: f64,
}

impl HistoryEntry {
    /// The instant from which it holds.
    #[must_use]
    pub const fn instant(&self) -> Instant {
        self.position.at
    }

    /// Sort key: a sample with `n` events before it comes after the values that event `n - 1` wrote.
    fn order(&self) -> (LogPosition, bool) {
        (self.position, self.event.is_none())
    }
}

/// How bonds, emotions and memories decay.
#[derive(Clone, Debug)]
struct DecayRates {
    /// By dimension: the rest value, and the half-life in seconds if it decays.
    dims: Vec<(f64, Option<f64>)>,
    emotion: f64,
    memory: f64,
}

impl DecayRates {
    /// The value a fact decays to, and its half-life in seconds.
    fn rest_and_half_life(&self, fact: Fact) -> Option<(f64, f64)> {
        let (rest, half_life) = match fact {
            Fact::World(WorldFact::Dim(_, _, dim)) => *self.dims.get(dim.index())?,
            Fact::Feeling(..) => (0.0, Some(self.emotion)),
            Fact::Memory(..) => (0.0, Some(self.memory)),
            _ => return None,
        };
        half_life.filter(|&half_life| half_life > 0.0).map(|half_life| (rest, half_life))
    }
}

/// All values of every fact of a chronicle. Can be extended while the chronicle grows.
#[derive(Clone, Debug)]
pub struct History {
    facts: BTreeMap<Fact, Vec<HistoryEntry>>,
    decay: DecayRates,
    /// The instant of each event, by id; ascending.
    instants: Vec<Instant>,
    /// The samples, each with its position and fact; ascending by position.
    samples: Vec<(LogPosition, Fact)>,
    cursor: LogCursor,
}

impl History {
    /// Builds the history of a chronicle.
    #[must_use]
    pub fn from_chronicle(chronicle: &Chronicle, symbols: &SymbolTable) -> Self {
        let decay = DecayRates {
            dims: symbols.dims.iter().map(|dim| (dim.rest, dim.half_life)).collect(),
            emotion: symbols.emotion_half_life,
            memory: symbols.memory_half_life,
        };
        let mut history =
            Self { facts: BTreeMap::new(), decay, instants: Vec::new(), samples: Vec::new(), cursor: LogCursor::default() };
        history.extend(chronicle);
        history
    }

    /// Adds what the chronicle has recorded since the last call.
    pub fn extend(&mut self, chronicle: &Chronicle) {
        let delta = chronicle.take_delta(&mut self.cursor);
        for event in delta.events {
            self.instants.push(event.at);
            let position = LogPosition { at: event.at, events: EventId::from_index(self.instants.len()).0 };
            for change in &event.changes {
                self.insert(change.fact, HistoryEntry { position, event: Some(event.id), value: change.after });
            }
            if let Some(topic) = &event.topic {
                self.insert(topic.fact(), HistoryEntry { position, event: Some(event.id), value: topic.told });
            }
        }
        for &Sample { at, fact, value, after } in delta.samples {
            let position = LogPosition { at, events: after };
            insert_in_order(&mut self.samples, (position, fact), |&(position, _)| position);
            self.insert(fact, HistoryEntry { position, event: None, value });
        }
    }

    fn insert(&mut self, fact: Fact, entry: HistoryEntry) {
        insert_in_order(self.facts.entry(fact).or_default(), entry, HistoryEntry::order);
    }

    /// The facts with at least one recorded value, ascending.
    pub fn facts(&self) -> impl Iterator<Item = Fact> {
        self.facts.keys().copied()
    }

    /// All values of a fact, ascending by position.
    #[must_use]
    pub fn entries(&self, fact: Fact) -> &[HistoryEntry] {
        self.facts.get(&fact).map_or(&[], Vec::as_slice)
    }

    /// The value of a fact at the end of an instant; `None` before its first value.
    #[must_use]
    pub fn value_at(&self, fact: Fact, at: Instant) -> Option<f64> {
        let entry = self.last_entry(fact, LogPosition::end_of(at))?;
        Some(self.decayed_value(fact, entry, at))
    }

    /// The last value of a fact at a position or before it.
    #[must_use]
    pub fn last_entry(&self, fact: Fact, position: LogPosition) -> Option<&HistoryEntry> {
        last_entry_until(self.facts.get(&fact)?, position)
    }

    /// The facts of a range that have a value at a position: each fact with its value, decayed to that position, and the event
    /// that wrote it.
    pub fn values_in_range(
        &self,
        facts: RangeInclusive<Fact>,
        position: LogPosition,
    ) -> impl Iterator<Item = (Fact, f64, Option<EventId>)> {
        self.facts.range(facts).filter_map(move |(&fact, entries)| {
            let entry = last_entry_until(entries, position)?;
            Some((fact, self.decayed_value(fact, entry, position.at), entry.event))
        })
    }

    /// The value of an entry of a fact, decayed to an instant.
    #[must_use]
    pub fn decayed_value(&self, fact: Fact, entry: &HistoryEntry, at: Instant) -> f64 {
        let Some((rest, half_life)) = self.decay.rest_and_half_life(fact) else { return entry.value };
        let seconds = (at.seconds() - entry.instant().seconds()).max(0.0);
        rest + (entry.value - rest) * f64::from(remaining_share((seconds / half_life) as f32))
    }

    /// Each fact with its last entry at a position or before it.
    pub(super) fn entries_at(&self, position: LogPosition) -> impl Iterator<Item = (Fact, &HistoryEntry)> {
        self.facts.iter().filter_map(move |(&fact, entries)| Some((fact, last_entry_until(entries, position)?)))
    }

    /// The number of events.
    #[must_use]
    pub fn event_count(&self) -> usize {
        self.instants.len()
    }

    /// How many events have happened by the end of an instant.
    #[must_use]
    pub fn event_count_until(&self, at: Instant) -> usize {
        self.instants.partition_point(|&event| event <= at)
    }

    /// The position right after an event.
    #[must_use]
    pub fn position_of(&self, event: EventId) -> Option<LogPosition> {
        self.instants.get(event.index()).map(|&at| LogPosition { at, events: EventId::from_index(event.index() + 1).0 })
    }

    /// The facts sampled after one position and up to another.
    pub(super) fn sampled_between(&self, after: Option<LogPosition>, until: LogPosition) -> impl Iterator<Item = Fact> {
        let start = after.map_or(0, |after| self.samples.partition_point(|&(position, _)| position <= after));
        let end = self.samples.partition_point(|&(position, _)| position <= until);
        self.samples.get(start..end.max(start)).unwrap_or_default().iter().map(|&(_, fact)| fact)
    }
}

fn last_entry_until(entries: &[HistoryEntry], position: LogPosition) -> Option<&HistoryEntry> {
    entries.partition_point(|entry| entry.position <= position).checked_sub(1).map(|last| &entries[last])
}

/// Inserts in order. Nearly all values come in order and are pushed; equal keys keep their order of arrival.
fn insert_in_order<T, K: PartialOrd>(sorted: &mut Vec<T>, new: T, key: impl Fn(&T) -> K) {
    if sorted.last().is_none_or(|last| key(last) <= key(&new)) {
        sorted.push(new);
    } else {
        let position = sorted.partition_point(|old| key(old) <= key(&new));
        sorted.insert(position, new);
    }
}
