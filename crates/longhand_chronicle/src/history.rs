//! The history of every fact: its values over time, which event wrote each, and its value at any instant.
//!
//! No event is replayed: a value is found by binary search, and a decaying one is brought up to date in closed form.

use super::{Chronicle, Legend, Mark, Sample};
use longhand_expr::ids::{EventId, Fact, Instant, Known};
use longhand_expr::remaining_share;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// A position in the log: an instant, and how many events were recorded by then.
///
/// The effective instant of an event is the latest instant among itself and all events recorded before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// The instant.
    pub at: Instant,
    /// Number of events recorded so far.
    pub events: u32,
}

impl Moment {
    /// The position after everything that happens at an instant.
    #[must_use]
    pub const fn end_of(at: Instant) -> Self {
        Self { at, events: u32::MAX }
    }
}

/// One value of a fact, valid from its position on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// From where on it holds.
    pub moment: Moment,
    /// The event that wrote it; `None` for a drift, a process or the initial state.
    pub event: Option<EventId>,
    /// The value as written, before any decay.
    pub value: f64,
}

impl Entry {
    /// The instant from which it holds.
    #[must_use]
    pub const fn at(&self) -> Instant {
        self.moment.at
    }

    /// Sort key: a sample with `n` events before it comes after the values that event `n - 1` wrote.
    fn order(&self) -> (Moment, bool) {
        (self.moment, self.event.is_none())
    }
}

/// How bonds, emotions and memories decay.
#[derive(Clone, Debug)]
struct Fading {
    /// By dimension: the rest value, and the half-life in seconds if it decays.
    dims: Vec<(f64, Option<f64>)>,
    emotion: f64,
    memory: f64,
}

impl Fading {
    /// The value a fact decays to, and its half-life in seconds.
    fn of(&self, fact: Fact) -> Option<(f64, f64)> {
        let (rest, half_life) = match fact {
            Fact::World(Known::Dim(_, _, dim)) => *self.dims.get(dim.index())?,
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
    facts: BTreeMap<Fact, Vec<Entry>>,
    fading: Fading,
    /// The effective instant of each event, by id; ascending.
    instants: Vec<Instant>,
    /// The samples, each with its position and fact; ascending by position.
    samples: Vec<(Moment, Fact)>,
    mark: Mark,
}

impl History {
    /// Builds the history of a chronicle.
    #[must_use]
    pub fn of(chronicle: &Chronicle, legend: &Legend) -> Self {
        let fading = Fading {
            dims: legend.dims.iter().map(|dim| (dim.rest, dim.half_life)).collect(),
            emotion: legend.emotion_half_life,
            memory: legend.memory_half_life,
        };
        let mut history =
            Self { facts: BTreeMap::new(), fading, instants: Vec::new(), samples: Vec::new(), mark: Mark::default() };
        history.extend(chronicle);
        history
    }

    /// Adds what the chronicle has recorded since the last call.
    pub fn extend(&mut self, chronicle: &Chronicle) {
        let news = chronicle.news(&mut self.mark);
        for event in news.events {
            let at = self.instants.last().map_or(event.at, |&before| before.max(event.at));
            self.instants.push(at);
            let moment = Moment { at, events: EventId::at(self.instants.len()).0 };
            for change in &event.changes {
                self.enter(change.fact, Entry { moment, event: Some(event.id), value: change.after });
            }
        }
        for &Sample { at, fact, value, after } in news.samples {
            let moment = Moment { at, events: after };
            insert_in_order(&mut self.samples, (moment, fact), |&(moment, _)| moment);
            self.enter(fact, Entry { moment, event: None, value });
        }
    }

    fn enter(&mut self, fact: Fact, entry: Entry) {
        insert_in_order(self.facts.entry(fact).or_default(), entry, Entry::order);
    }

    /// The facts with at least one recorded value, ascending.
    pub fn facts(&self) -> impl Iterator<Item = Fact> {
        self.facts.keys().copied()
    }

    /// All values of a fact, ascending by position.
    #[must_use]
    pub fn all(&self, fact: Fact) -> &[Entry] {
        self.facts.get(&fact).map_or(&[], Vec::as_slice)
    }

    /// The value of a fact at the end of an instant; `None` before its first value.
    #[must_use]
    pub fn at(&self, fact: Fact, at: Instant) -> Option<f64> {
        let entry = self.last(fact, Moment::end_of(at))?;
        Some(self.faded(fact, entry, at))
    }

    /// The last value of a fact at a position or before it.
    #[must_use]
    pub fn last(&self, fact: Fact, moment: Moment) -> Option<&Entry> {
        last_until(self.facts.get(&fact)?, moment)
    }

    /// The facts of a range that have a value at a position: each fact with its value, decayed to that position, and the event
    /// that wrote it.
    pub fn known(&self, facts: RangeInclusive<Fact>, moment: Moment) -> impl Iterator<Item = (Fact, f64, Option<EventId>)> {
        self.facts.range(facts).filter_map(move |(&fact, entries)| {
            let entry = last_until(entries, moment)?;
            Some((fact, self.faded(fact, entry, moment.at), entry.event))
        })
    }

    /// The value of an entry of a fact, decayed to an instant.
    #[must_use]
    pub fn faded(&self, fact: Fact, entry: &Entry, at: Instant) -> f64 {
        let Some((rest, half_life)) = self.fading.of(fact) else { return entry.value };
        let seconds = (at.seconds() - entry.at().seconds()).max(0.0);
        rest + (entry.value - rest) * f64::from(remaining_share((seconds / half_life) as f32))
    }

    /// Each fact with its last entry at a position or before it.
    pub(super) fn held(&self, moment: Moment) -> impl Iterator<Item = (Fact, &Entry)> {
        self.facts.iter().filter_map(move |(&fact, entries)| Some((fact, last_until(entries, moment)?)))
    }

    /// The number of events.
    #[must_use]
    pub fn events(&self) -> usize {
        self.instants.len()
    }

    /// How many events have happened by the end of an instant.
    #[must_use]
    pub fn events_until(&self, at: Instant) -> usize {
        self.instants.partition_point(|&event| event <= at)
    }

    /// The position right after an event.
    #[must_use]
    pub fn moment_of(&self, event: EventId) -> Option<Moment> {
        self.instants.get(event.index()).map(|&at| Moment { at, events: EventId::at(event.index() + 1).0 })
    }

    /// The facts sampled after one position and up to another.
    pub(super) fn sampled(&self, after: Option<Moment>, until: Moment) -> impl Iterator<Item = Fact> {
        let from = after.map_or(0, |after| self.samples.partition_point(|&(moment, _)| moment <= after));
        let to = self.samples.partition_point(|&(moment, _)| moment <= until);
        self.samples.get(from..to.max(from)).unwrap_or_default().iter().map(|&(_, fact)| fact)
    }
}

fn last_until(entries: &[Entry], moment: Moment) -> Option<&Entry> {
    entries.partition_point(|entry| entry.moment <= moment).checked_sub(1).map(|last| &entries[last])
}

/// Inserts in order. Nearly all values come in order and are pushed; equal keys keep their order of arrival.
fn insert_in_order<T, K: PartialOrd>(sorted: &mut Vec<T>, new: T, key: impl Fn(&T) -> K) {
    if sorted.last().is_none_or(|last| key(last) <= key(&new)) {
        sorted.push(new);
    } else {
        let place = sorted.partition_point(|old| key(old) <= key(&new));
        sorted.insert(place, new);
    }
}
