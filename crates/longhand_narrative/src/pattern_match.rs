//! The results of a matcher: matches of beats and patterns, and the progress of those not matched yet.

use super::intervals::StreamPosition;
use longhand_chronicle::BeatMatch;
use longhand_expr::EvalFrame;
use longhand_expr::ids::{AgentId, EventId, EventKind, Instant, PlaceId, WorldFact};
use longhand_scene::Scenario;
use longhand_scene::model::Pattern;
use serde::{Deserialize, Serialize};

/// A reference to a beat or a pattern by its index in the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PatternRef {
    /// `Scenario::beats[i]`.
    Beat(usize),
    /// `Scenario::patterns[i]`.
    Pattern(usize),
}

impl PatternRef {
    /// The beat or pattern that this refers to.
    ///
    /// # Panics
    /// If the index is out of range because `scenario` is another scene.
    #[must_use]
    pub fn resolve(self, scenario: &Scenario) -> &Pattern {
        match self {
            Self::Beat(index) => &scenario.beats[index],
            Self::Pattern(index) => &scenario.patterns[index],
        }
    }
}

/// A match of a beat or pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The beat or pattern.
    pub pattern: PatternRef,
    /// When the last event of the match happened.
    pub at: Instant,
    /// The events of all clauses in order: the evidence. If several events fit a clause, the latest is listed.
    pub events: Vec<EventId>,
    /// The agents bound to the variables.
    #[serde(rename = "bound")]
    pub bindings: Vec<AgentId>,
    /// The ties and stays among the parts, in order.
    pub spans: Vec<MatchedInterval>,
}

/// A tie or a stay that is part of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchedInterval {
    /// The tie, or the place fact of the agent who stays.
    pub fact: WorldFact,
    /// The place of a stay; [`PlaceId::NOWHERE`] for a tie.
    pub place: PlaceId,
    /// When it began.
    pub began: Instant,
    /// When it ended, if it had ended when the match was found.
    pub ended: Option<Instant>,
}

impl Match {
    /// The event that completed the match.
    ///
    /// # Panics
    /// Never for a match that a matcher found: such a match has at least one event.
    #[must_use]
    pub fn completing_event(&self) -> EventId {
        *self.events.last().expect("a match has at least one event")
    }

    /// The bound variables as a frame, for evaluating an expression over them.
    #[must_use]
    pub fn frame(&self) -> EvalFrame {
        EvalFrame::from_agents(&self.bindings)
    }

    /// The match as the chronicle records it, if it is a match of a beat.
    #[must_use]
    pub fn to_beat_match(&self) -> Option<BeatMatch> {
        match self.pattern {
            PatternRef::Beat(beat) => {
                Some(BeatMatch { beat, at: self.at, event: self.completing_event(), events: self.events.clone() })
            }
            PatternRef::Pattern(_) => None,
        }
    }
}

/// A match with all its parts that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedMatch {
    /// The beat or pattern.
    pub pattern: PatternRef,
    /// The events of its parts.
    pub events: Vec<EventId>,
    /// The agents bound to its variables.
    pub bindings: Vec<AgentId>,
    /// By clause: where its last part stands in the run.
    pub(super) clause_positions: Vec<StreamPosition>,
}

/// The progress of a beat or pattern, and what it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternStatus {
    /// The beat or pattern.
    pub pattern: PatternRef,
    /// How many times it was matched.
    pub match_count: u32,
    /// The number of partial matches.
    pub partial_matches: usize,
    /// The number of completed matches whose validity is not known yet.
    pub pending_matches: usize,
    /// The clause at which the most advanced partial match waits. 0 when nothing has begun; the number of clauses for a beat that
    /// is done.
    pub clause: usize,
    /// How many events of that clause have happened already.
    pub count: u32,
    /// The kinds of events that would advance it.
    pub waits_for: Vec<EventKind>,
    /// The time limit, if the clause has a `within`.
    pub deadline: Option<Instant>,
    /// The agents bound so far; [`AgentId::NONE`] for a variable that is open.
    pub bindings: Vec<AgentId>,
    /// The events so far.
    pub events: Vec<EventId>,
}
