//! The history of every fact: its values in time, who wrote them, and what it was at any instant.
//!
//! Nothing is replayed: a value is found by two searches, and one that fades is brought up to date in closed form.

use super::{Chronicle, Legend, Mark, Sample};
use crate::ids::{EventId, Fact, Instant, Known};
use crate::language::remaining_share;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// A point in the order of what was recorded: an instant, and within it a number of events.
///
/// An event counts at its own instant or at that of any event recorded before it, whichever is later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// The instant.
    pub at: Instant,
    /// Events recorded so far.
    pub events: u32,
}

impl Moment {
    /// When everything of an instant has happened.
    #[must_use]
    pub const fn end_of(at: Instant) -> Self {
        Self { at, events: u32::MAX }
    }
}

/// One value of a fact, from then on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// From when it holds.
    pub moment: Moment,
    /// The event that wrote it; none when drift or a process did, or when it held at the start.
    pub event: Option<EventId>,
    /// The value as it was written.
    pub value: f64,
}

impl Entry {
    /// When it was written.
    #[must_use]
    pub const fn at(&self) -> Instant {
        self.moment.at
    }

    /// A sample with so many events before it follows the last of those and what it wrote.
    fn order(&self) -> (Moment, bool) {
        (self.moment, self.event.is_none())
    }
}

/// How bonds, emotions and memories fade.
#[derive(Clone, Debug)]
struct Fading {
    /// By dimension: to where, and the seconds in which half of the way is gone, if it fades.
    dims: Vec<(f64, Option<f64>)>,
    emotion: f64,
    memory: f64,
}

impl Fading {
    /// Where a fact fades to, and its half-life.
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

/// Every fact of a chronicle with all its values. Can be brought up to date while the chronicle grows.
#[derive(Clone, Debug)]
pub struct History {
    facts: BTreeMap<Fact, Vec<Entry>>,
    fading: Fading,
    /// When each event counts: ascending, by id.
    instants: Vec<Instant>,
    /// The samples by when they count, with what they wrote.
    samples: Vec<(Moment, Fact)>,
    mark: Mark,
}

impl History {
    /// The history of a chronicle.
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

    /// Takes in what the chronicle has recorded since last time.
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

    /// The facts of which anything is recorded, ascending.
    pub fn facts(&self) -> impl Iterator<Item = Fact> {
        self.facts.keys().copied()
    }

    /// All values of a fact, in time.
    #[must_use]
    pub fn all(&self, fact: Fact) -> &[Entry] {
        self.facts.get(&fact).map_or(&[], Vec::as_slice)
    }

    /// What a fact was at the end of an instant; nothing before it was first written.
    #[must_use]
    pub fn at(&self, fact: Fact, at: Instant) -> Option<f64> {
        let entry = self.last(fact, Moment::end_of(at))?;
        Some(self.faded(fact, entry, at))
    }

    /// What was last written to a fact at a moment or before it.
    #[must_use]
    pub fn last(&self, fact: Fact, moment: Moment) -> Option<&Entry> {
        last_until(self.facts.get(&fact)?, moment)
    }

    /// The facts of a range with what each of them is at a moment, faded to it, and the event that wrote it; those not yet written are
    /// left out.
    pub fn known(&self, facts: RangeInclusive<Fact>, moment: Moment) -> impl Iterator<Item = (Fact, f64, Option<EventId>)> {
        self.facts.range(facts).filter_map(move |(&fact, entries)| {
            let entry = last_until(entries, moment)?;
            Some((fact, self.faded(fact, entry, moment.at), entry.event))
        })
    }

    /// What an entry of a fact has become at an instant.
    #[must_use]
    pub fn faded(&self, fact: Fact, entry: &Entry, at: Instant) -> f64 {
        let Some((rest, half_life)) = self.fading.of(fact) else { return entry.value };
        let seconds = (at.seconds() - entry.at().seconds()).max(0.0);
        rest + (entry.value - rest) * f64::from(remaining_share((seconds / half_life) as f32))
    }

    /// Everything that was so at a moment: each fact with what was last written to it.
    pub(super) fn held(&self, moment: Moment) -> impl Iterator<Item = (Fact, &Entry)> {
        self.facts.iter().filter_map(move |(&fact, entries)| Some((fact, last_until(entries, moment)?)))
    }

    /// How many events there are.
    #[must_use]
    pub fn events(&self) -> usize {
        self.instants.len()
    }

    /// How many events have happened by the end of an instant.
    #[must_use]
    pub fn events_until(&self, at: Instant) -> usize {
        self.instants.partition_point(|&event| event <= at)
    }

    /// The moment just after an event.
    #[must_use]
    pub fn moment_of(&self, event: EventId) -> Option<Moment> {
        self.instants.get(event.index()).map(|&at| Moment { at, events: EventId::at(event.index() + 1).0 })
    }

    /// The facts sampled after one moment and until another.
    pub(super) fn sampled(&self, after: Option<Moment>, until: Moment) -> impl Iterator<Item = Fact> {
        let from = after.map_or(0, |after| self.samples.partition_point(|&(moment, _)| moment <= after));
        let to = self.samples.partition_point(|&(moment, _)| moment <= until);
        self.samples.get(from..to.max(from)).unwrap_or_default().iter().map(|&(_, fact)| fact)
    }
}

fn last_until(entries: &[Entry], moment: Moment) -> Option<&Entry> {
    entries.partition_point(|entry| entry.moment <= moment).checked_sub(1).map(|last| &entries[last])
}

/// Pushes what comes in order, as nearly everything does, and finds the place of the rest; equals stay in the order they came.
fn insert_in_order<T, K: PartialOrd>(sorted: &mut Vec<T>, new: T, key: impl Fn(&T) -> K) {
    if sorted.last().is_none_or(|last| key(last) <= key(&new)) {
        sorted.push(new);
    } else {
        let place = sorted.partition_point(|old| key(old) <= key(&new));
        sorted.insert(place, new);
    }
}
