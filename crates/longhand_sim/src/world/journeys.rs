//! Who is on the way, between which places, and until when.

use longhand_expr::ids::{AgentId, EventId, Instant, PlaceId};
use longhand_scene::Leg;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The journeys that have not ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Journeys(BTreeMap<AgentId, Journey>);

/// A journey of one agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Journey {
    /// The event in which it began; `None` if that was not recorded.
    pub event: Option<EventId>,
    /// Whether a routine began it; if so, its end is not an event.
    pub is_routine: bool,
    from: PlaceId,
    left: Instant,
    /// The places on the way, each with the kilometres from the one before and the instant of arrival. Not empty.
    stops: Vec<(PlaceId, f64, Instant)>,
}

/// The part of a journey that an agent is on: the places at its ends, its length, and the share of it that is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CurrentLeg {
    pub from: PlaceId,
    pub to: PlaceId,
    pub km: f64,
    pub share: f64,
}

impl CurrentLeg {
    /// Whether another leg is on the same way, in either direction.
    pub fn is_same_way(&self, other: &Self) -> bool {
        (self.from, self.to) == (other.from, other.to) || (self.from, self.to) == (other.to, other.from)
    }
}

impl Journey {
    /// A journey that begins at an instant; none without a leg.
    #[must_use]
    pub fn new(from: PlaceId, left: Instant, legs: &[Leg], event: Option<EventId>, is_routine: bool) -> Option<Self> {
        let mut at = left;
        let stops: Vec<_> = legs
            .iter()
            .map(|leg| {
                at = at.add_seconds(leg.seconds);
                (leg.to, leg.km, at)
            })
            .collect();
        (!stops.is_empty()).then_some(Self { event, is_routine, from, left, stops })
    }

    /// Where it leads.
    #[must_use]
    pub fn destination(&self) -> PlaceId {
        self.stops.last().map_or(PlaceId::NOWHERE, |stop| stop.0)
    }

    /// When it ends.
    #[must_use]
    pub fn arrives(&self) -> Instant {
        self.stops.last().map_or(self.left, |stop| stop.2)
    }

    /// The part that is under way at an instant.
    pub(super) fn current_leg(&self, now: Instant) -> CurrentLeg {
        let mut start = (self.from, self.left);
        for &(to, km, at) in &self.stops {
            if now < at || at == self.arrives() {
                let length = (at.0 - start.1.0).max(1) as f64;
                let share = ((now.0 - start.1.0) as f64 / length).clamp(0.0, 1.0);
                return CurrentLeg { from: start.0, to, km, share };
            }
            start = (to, at);
        }
        CurrentLeg { from: start.0, to: start.0, km: 0.0, share: 1.0 }
    }

    /// The last place passed, and how long ago, in seconds: the way back there takes as long.
    pub(crate) fn last_passed(&self, now: Instant) -> (PlaceId, f64) {
        let passed = self.stops.iter().rev().find(|stop| stop.2 <= now).map_or((self.from, self.left), |stop| (stop.0, stop.2));
        (passed.0, (now.seconds() - passed.1.seconds()).max(0.0))
    }
}

impl Journeys {
    /// Whether nobody is on the way.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The journey that an agent is on.
    #[must_use]
    pub fn get(&self, agent: AgentId) -> Option<&Journey> {
        if self.0.is_empty() { None } else { self.0.get(&agent) }
    }

    pub(crate) fn begin(&mut self, agent: AgentId, journey: Journey) {
        self.0.insert(agent, journey);
    }

    pub(crate) fn end(&mut self, agent: AgentId) -> Option<Journey> {
        if self.0.is_empty() { None } else { self.0.remove(&agent) }
    }

    /// The other agents that are on the same way as an agent, ascending.
    pub(super) fn companions(&self, agent: AgentId, now: Instant) -> impl Iterator<Item = AgentId> {
        let leg = self.get(agent).map(|journey| journey.current_leg(now));
        let others = self.0.iter().filter(move |&(&other, journey)| {
            other != agent && leg.is_some_and(|leg| leg.is_same_way(&journey.current_leg(now)))
        });
        others.map(|(&other, _)| other)
    }
}
