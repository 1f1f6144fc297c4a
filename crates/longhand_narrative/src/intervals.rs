//! Ties and stays as intervals of time, and the relations between them.
//!
//! The relations are the thirteen of Allen (*Maintaining knowledge about temporal intervals*, 1983). While an interval is open
//! its relation to another is not decided. The tracker computes which relations are still possible; the set shrinks to one as
//! time passes.

use longhand_expr::ids::{AgentId, EventId, Fact, Instant, PlaceId, TieId, WorldFact};
use longhand_scene::{AllenRelation, Scenario};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A position in the order of what is recorded. `at` never decreases: a later record has at least the instant of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct StreamPosition {
    pub order: u64,
    pub at: Instant,
}

impl StreamPosition {
    /// The bits for samples between two events. Samples beyond that number share a position.
    const SAMPLE_BITS: u32 = 24;

    pub fn event_order(event: EventId) -> u64 {
        (u64::from(event.0) + 1) << Self::SAMPLE_BITS
    }

    /// The order of the `nth` sample (from 1) that was taken after `events` events.
    pub fn sample_order(events: u32, nth: u32) -> u64 {
        (u64::from(events) << Self::SAMPLE_BITS) | u64::from(nth.min((1 << Self::SAMPLE_BITS) - 1))
    }

    /// The event at this position, if there is one.
    pub fn event(self) -> Option<EventId> {
        let events = (self.order >> Self::SAMPLE_BITS).checked_sub(1)?;
        (self.order == (events + 1) << Self::SAMPLE_BITS).then(|| EventId(u32::try_from(events).unwrap_or(u32::MAX)))
    }
}

/// The identity of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum IntervalId {
    /// A tie between two agents; for a mutual tie the lower id comes first.
    Tie(TieId, AgentId, AgentId),
    /// A stay of an agent at a place.
    Stay(AgentId, PlaceId),
}

impl IntervalId {
    pub fn from_tie(scenario: &Scenario, tie: TieId, a: AgentId, b: AgentId) -> Self {
        let mutual = scenario.ties.get(tie.index()).is_some_and(|tie| tie.mutual);
        if mutual && b < a { Self::Tie(tie, b, a) } else { Self::Tie(tie, a, b) }
    }

    pub fn world_fact(self) -> WorldFact {
        match self {
            Self::Tie(tie, a, b) => WorldFact::Tie(a, b, tie),
            Self::Stay(who, _) => WorldFact::Place(who),
        }
    }
}

/// A part of a pattern that was matched: an event, or an interval that began at the position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MatchedPart {
    pub position: StreamPosition,
    pub interval: Option<IntervalId>,
}

/// A change of a fact that begins or ends an interval.
#[derive(Clone, Copy, Debug)]
pub(super) enum IntervalChange {
    Begins(IntervalId),
    Ends(IntervalId),
}

/// Tracks the intervals that the patterns of a scene refer to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct IntervalTracker {
    open: BTreeMap<IntervalId, StreamPosition>,
    ended: BTreeMap<(IntervalId, u64), StreamPosition>,
    /// The current place of each agent whose stays are tracked.
    places: BTreeMap<AgentId, PlaceId>,
}

impl IntervalTracker {
    /// The intervals that a new value of a fact begins and ends; none if the value repeats the known state.
    pub fn changes_of(&self, scenario: &Scenario, fact: Fact, value: f64) -> [Option<IntervalChange>; 2] {
        match fact {
            Fact::World(WorldFact::Tie(a, b, tie)) => {
                let interval = IntervalId::from_tie(scenario, tie, a, b);
                match (value != 0.0, self.open.contains_key(&interval)) {
                    (true, false) => [Some(IntervalChange::Begins(interval)), None],
                    (false, true) => [Some(IntervalChange::Ends(interval)), None],
                    _ => [None, None],
                }
            }
            Fact::World(WorldFact::Place(who)) => {
                let place = PlaceId::from_value(value);
                let previous = self.places.get(&who).copied();
                if previous == Some(place) {
                    return [None, None];
                }
                let end = previous.map(|previous| IntervalChange::Ends(IntervalId::Stay(who, previous)));
                [end, Some(IntervalChange::Begins(IntervalId::Stay(who, place)))]
            }
            _ => [None, None],
        }
    }

    pub fn begin(&mut self, interval: IntervalId, position: StreamPosition) {
        if let IntervalId::Stay(who, place) = interval {
            self.places.insert(who, place);
        }
        self.open.insert(interval, position);
    }

    pub fn end(&mut self, interval: IntervalId, position: StreamPosition) {
        if let Some(began) = self.open.remove(&interval) {
            self.ended.insert((interval, began.order), position);
        }
    }

    /// Where a part ended. An event ends where it happened; an open interval has no end yet.
    pub fn end_of(&self, part: MatchedPart) -> Option<StreamPosition> {
        match part.interval {
            None => Some(part.position),
            Some(interval) => self.ended.get(&(interval, part.position.order)).copied(),
        }
    }

    /// The relations that `later` can still have to `earlier`, which began no later, as a bit set of
    /// [`AllenRelation::bit`]. `now` is the latest known instant.
    pub fn possible_relations(&self, earlier: MatchedPart, later: MatchedPart, now: Instant) -> u16 {
        use Ordering::{Equal, Greater, Less};
        let (begins, other_begins) = (later.position.at, earlier.position.at);
        let (ends, other_ends) = (self.end_of(later).map(|end| end.at), self.end_of(earlier).map(|end| end.at));
        // How the ends compare. An open interval does not end before `now`.
        let by_ends: &[Ordering] = match (ends, other_ends) {
            (Some(ends), Some(other)) => match ends.cmp(&other) {
                Less => &[Less],
                Equal => &[Equal],
                Greater => &[Greater],
            },
            (None, Some(other)) if now > other => &[Greater],
            (None, Some(_)) => &[Equal, Greater],
            (Some(ends), None) if now > ends => &[Less],
            (Some(_), None) => &[Less, Equal],
            (None, None) => &[Less, Equal, Greater],
        };
        let possible = |relations: [AllenRelation; 3]| {
            by_ends.iter().fold(0, |any, order| {
                any | match order {
                    Less => relations[0].bit(),
                    Equal => relations[1].bit(),
                    Greater => relations[2].bit(),
                }
            })
        };
        if begins <= other_begins {
            return possible([AllenRelation::Starts, AllenRelation::Equals, AllenRelation::StartedBy]);
        }
        let overlapping = || possible([AllenRelation::During, AllenRelation::Finishes, AllenRelation::OverlappedBy]);
        let touching = if later.interval.is_some() { AllenRelation::MetBy } else { AllenRelation::Finishes }.bit();
        match other_ends {
            Some(other) if begins > other => AllenRelation::After.bit(),
            Some(other) if begins == other => touching,
            None if now <= begins => overlapping() | touching,
            _ => overlapping(),
        }
    }
}
