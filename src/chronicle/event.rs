//! One entry of the chronicle.

use crate::ids::{AgentId, EventId, EventKind, Fact, Instant, PlaceId};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// What happened, to whom, when, where, why, and what it changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Grows by one; a cause's id is smaller than its effect's.
    pub id: EventId,
    /// When it happened.
    pub at: Instant,
    /// What it was.
    pub kind: EventKind,
    /// By the event kind's slots (`EventInfo::slots`): who begins first; [`AgentId::NONE`] where a slot is empty.
    pub roles: SmallVec<[AgentId; 4]>,
    /// Where; [`PlaceId::NOWHERE`] for no place.
    pub place: PlaceId,
    /// What it changed, each fact once.
    pub changes: Vec<Change>,
    /// Ascending by how directly it led here: what it is a step or consequence of first, then by weight.
    pub causes: SmallVec<[Cause; 4]>,
    /// Numbers worth quoting, by `ValueName`.
    pub values: SmallVec<[(u16, f64); 2]>,
    /// What was written, if something was: title and text.
    pub document: Option<Box<Written>>,
    /// How the choice was made, for an action of the cast.
    pub choice: Option<Box<Choice>>,
}

impl Event {
    /// An event of which no more is known than what it was, when, and who took part.
    #[must_use]
    pub fn bare(kind: EventKind, at: Instant, roles: SmallVec<[AgentId; 4]>) -> Self {
        Self {
            id: EventId(0),
            at,
            kind,
            roles,
            place: PlaceId::NOWHERE,
            changes: Vec::new(),
            causes: SmallVec::new(),
            values: SmallVec::new(),
            document: None,
            choice: None,
        }
    }
}

/// A fact that an event changed. Switches are 0 or 1, places their index, owners the agent's index.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What changed.
    pub fact: Fact,
    /// Its value before.
    pub before: f64,
    /// Its value from then on.
    pub after: f64,
}

/// Another event without which this one would have been otherwise, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// The other event.
    pub event: EventId,
    /// How it led here.
    pub link: Link,
}

/// How a cause is linked to its effect.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Link {
    /// This is a step of it.
    Step,
    /// It woke the trigger.
    Woke,
    /// It wrote a fact that the condition read.
    Condition(Fact),
    /// It wrote a fact that the wish read.
    Want(Fact),
    /// It wrote a fact that the other party's consent read.
    Consent(Fact),
}

/// Something written in the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Written {
    /// Its title.
    pub title: String,
    /// Its words.
    pub text: String,
}

/// The options an agent weighed, best first (at most four).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What was weighed; the first was chosen.
    pub options: Vec<Scored>,
    /// What the agent would have needed to do anything at all.
    pub idle: f64,
}

/// One option and where its utility came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// What would have happened.
    pub kind: EventKind,
    /// To whom, by the kind's slots.
    pub roles: SmallVec<[AgentId; 4]>,
    /// What it was worth, without the whim.
    pub utility: f64,
    /// The keyed draw added to it.
    pub whim: f64,
    /// The summands of the utility, in the scene's order (texts in the scenario).
    pub terms: SmallVec<[f64; 4]>,
}
