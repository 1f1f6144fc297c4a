//! What a matcher finds: beats and patterns that came about, and how far the others are.

use crate::chronicle::BeatMatch;
use crate::ids::{AgentId, EventId, EventKind, Instant, Known, PlaceId};
use crate::language::{Frame, MAX_SLOTS};
use crate::scenario::Scenario;
use crate::scenario::model::Pattern;
use serde::{Deserialize, Serialize};

/// A beat or a pattern, by its position in the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Watched {
    /// `Scenario::beats[i]`.
    Beat(usize),
    /// `Scenario::patterns[i]`.
    Pattern(usize),
}

impl Watched {
    /// The pattern itself.
    ///
    /// # Panics
    /// When the scene is another one.
    #[must_use]
    pub fn of(self, scenario: &Scenario) -> &Pattern {
        match self {
            Self::Beat(at) => &scenario.beats[at],
            Self::Pattern(at) => &scenario.patterns[at],
        }
    }
}

/// A beat or pattern that came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// Which.
    pub of: Watched,
    /// When its last event happened.
    pub at: Instant,
    /// The events of all its clauses, in order: the evidence. Where several would do for one clause, the latest.
    pub events: Vec<EventId>,
    /// Who its variables are.
    pub bound: Vec<AgentId>,
    /// The ties and stays among its parts, in order.
    pub spans: Vec<FoundSpan>,
}

/// A tie or a stay that is part of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundSpan {
    /// The tie, or whose place.
    pub of: Known,
    /// The place of a stay; nowhere for a tie.
    pub place: PlaceId,
    /// When it began.
    pub began: Instant,
    /// When it ended, if it had when the match was found.
    pub ended: Option<Instant>,
}

impl Match {
    /// The event that completed it.
    ///
    /// # Panics
    /// Never for a match that a matcher found: it has at least one event.
    #[must_use]
    pub fn event(&self) -> EventId {
        *self.events.last().expect("a match has the event that completed it")
    }

    /// Its variables, bound, for an expression over them.
    #[must_use]
    pub fn frame(&self) -> Frame {
        frame(&self.bound)
    }

    /// The same as the chronicle keeps it, when it is a beat.
    #[must_use]
    pub fn beat(&self) -> Option<BeatMatch> {
        match self.of {
            Watched::Beat(beat) => Some(BeatMatch { beat, at: self.at, event: self.event(), events: self.events.clone() }),
            Watched::Pattern(_) => None,
        }
    }
}

/// How far a beat or pattern is, and what it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub of: Watched,
    /// How many times it came about.
    pub times: u32,
    /// How many threads are open.
    pub open: usize,
    /// How many ways in which it came about are not known to hold yet.
    pub unsure: usize,
    /// The clause that its furthest thread waits at; the first when nothing has begun, one past the last for a beat that is done.
    pub clause: usize,
    /// How many events of that clause are there already.
    pub count: u32,
    /// The kinds of events any of which would advance it.
    pub waits_for: Vec<EventKind>,
    /// Until when, if the clause has a `within`.
    pub until: Option<Instant>,
    /// Who its variables are so far; [`AgentId::NONE`] where that is open.
    pub bound: Vec<AgentId>,
    /// The events so far.
    pub events: Vec<EventId>,
}

pub(super) fn frame(bound: &[AgentId]) -> Frame {
    let mut frame = Frame::default();
    for (slot, agent) in bound.iter().enumerate().take(MAX_SLOTS) {
        frame.set(slot, *agent);
    }
    frame
}
