//! How often and when events have happened. Only the kinds that rules of the scene query are counted.

use bevy_platform::collections::HashMap;
use longhand_expr::ids::{AgentId, EventKind, Instant};
use longhand_expr::{OccurrenceQuery, OccurrenceStats};
use serde::{Deserialize, Serialize};
use std::hash::{Hash, Hasher};

/// Counts and times of events, by kind and participants.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EventCounts {
    /// By event kind: the most agents that any query about it names.
    tracked: Vec<Option<u8>>,
    /// By agent: the events that it began, whoever else took part, by kind. Whoever decides asks for one after the other (cooldowns).
    by_initiator: Vec<Vec<(EventKind, Count)>>,
    /// All others.
    #[serde(with = "super::sorted_map")]
    counts: HashMap<Key, Count>,
}

/// An event kind and two of its agents, or [`AgentId::NONE`] for any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Key(EventKind, AgentId, AgentId);

impl Hash for Key {
    /// Hashes both agents as one number, which costs half as much as two.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self(event, a, b) = self;
        state.write_u64((u64::from(a.0) << 32 | u64::from(b.0)) ^ u64::from(event.0).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Count {
    times: u32,
    first: Instant,
    last: Instant,
}

impl EventCounts {
    /// Counts an event kind from now on, for queries that name `agents` agents (0 to 2).
    pub fn track(&mut self, event: EventKind, agents: u8) {
        if self.tracked.len() <= event.index() {
            self.tracked.resize(event.index() + 1, None);
        }
        let tracked = &mut self.tracked[event.index()];
        *tracked = Some(tracked.map_or(agents, |previous| previous.max(agents)));
    }

    /// Counts an event that happened. The first of the roles is its `self`.
    pub fn record(&mut self, event: EventKind, roles: &[AgentId], at: Instant) {
        let Some(Some(max_agents)) = self.tracked.get(event.index()).copied() else { return };
        let initiator = roles.first().copied().unwrap_or(AgentId::NONE);
        self.count_one(Key(event, AgentId::NONE, AgentId::NONE), at);
        if max_agents >= 1 && initiator.is_some() {
            self.count_of_initiator(event, initiator, at);
        }
        if max_agents >= 2 {
            for (slot, &other) in roles.iter().enumerate().skip(1) {
                // An agent with two roles took part once.
                if other.is_some() && !roles[1..slot].contains(&other) {
                    self.count_one(Key(event, AgentId::NONE, other), at);
                    if initiator.is_some() {
                        self.count_one(Key(event, initiator, other), at);
                    }
                }
            }
        }
    }

    /// How often the event happened, and when first and last.
    #[must_use]
    pub fn lookup(&self, OccurrenceQuery { event, a, b }: OccurrenceQuery) -> OccurrenceStats {
        let count = if a.is_some() && !b.is_some() {
            self.by_initiator.get(a.index()).and_then(|counts| Some(&counts[position(counts, event).ok()?].1))
        } else {
            self.counts.get(&Key(event, a, b))
        };
        count.map_or_else(OccurrenceStats::default, |count| OccurrenceStats {
            times: count.times,
            first: Some(count.first),
            last: Some(count.last),
        })
    }

    fn count_of_initiator(&mut self, event: EventKind, initiator: AgentId, at: Instant) {
        if self.by_initiator.len() <= initiator.index() {
            self.by_initiator.resize(initiator.index() + 1, Vec::new());
        }
        let counts = &mut self.by_initiator[initiator.index()];
        match position(counts, event) {
            Ok(position) => counts[position].1.add(at),
            Err(position) => counts.insert(position, (event, Count { times: 1, first: at, last: at })),
        }
    }

    fn count_one(&mut self, key: Key, at: Instant) {
        self.counts.entry(key).or_insert(Count { times: 0, first: at, last: at }).add(at);
    }
}

impl Count {
    fn add(&mut self, at: Instant) {
        self.times = self.times.saturating_add(1);
        // Events of one tick are not recorded in the order of their instants: a trigger may answer an earlier one late.
        self.first = self.first.min(at);
        self.last = self.last.max(at);
    }
}

/// The position of a kind among those of an agent, or where it belongs.
fn position(counts: &[(EventKind, Count)], event: EventKind) -> Result<usize, usize> {
    counts.binary_search_by_key(&event, |(kind, _)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tracked_kinds_are_counted() {
        let mut counts = EventCounts::default();
        let (walk, talk) = (EventKind(0), EventKind(1));
        counts.track(walk, 1);
        let (ann, ben) = (AgentId(0), AgentId(1));
        counts.record(walk, &[ann, ben], Instant(5));
        counts.record(walk, &[ann], Instant(9));
        counts.record(talk, &[ann, ben], Instant(9));
        let lookup = |event, a, b| counts.lookup(OccurrenceQuery { event, a, b });
        assert_eq!(
            lookup(walk, ann, AgentId::NONE),
            OccurrenceStats { times: 2, first: Some(Instant(5)), last: Some(Instant(9)) }
        );
        assert_eq!(lookup(walk, AgentId::NONE, AgentId::NONE).times, 2);
        assert_eq!(lookup(walk, ann, ben).times, 0);
        assert_eq!(lookup(talk, AgentId::NONE, AgentId::NONE).times, 0);
    }

    #[test]
    fn a_pair_is_counted_once_per_event_and_none_matches_any_agent() {
        let mut counts = EventCounts::default();
        let walk = EventKind(0);
        counts.track(walk, 2);
        let (ann, ben) = (AgentId(0), AgentId(1));
        counts.record(walk, &[ann, ben, ben], Instant(9));
        counts.record(walk, &[AgentId(2), ben, AgentId::NONE], Instant(5));
        let lookup = |a, b| counts.lookup(OccurrenceQuery { event: walk, a, b });
        assert_eq!(lookup(ann, ben).times, 1);
        let of_anybody = lookup(AgentId::NONE, ben);
        assert_eq!((of_anybody.times, of_anybody.first, of_anybody.last), (2, Some(Instant(5)), Some(Instant(9))));
    }
}
