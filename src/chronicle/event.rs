//! One entry of the chronicle.

use crate::ids::{AgentId, EventId, EventKind, Fact, Instant, PlaceId};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// What happened, to whom, when, where, why, and what it changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Grows by one; a cause's id is smaller than its effect's.
    pub id: EventId,
    /// When.
    pub at: Instant,
    /// What kind of event.
    pub kind: EventKind,
    /// By the event kind's slots (`EventInfo::slots`): who begins first; [`AgentId::NONE`] where a slot is empty.
    pub roles: SmallVec<[AgentId; 4]>,
    /// Where; [`PlaceId::NOWHERE`] when nowhere.
    pub place: PlaceId,
    /// The facts it changed, in the order in which it did.
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

/// A fact that an event changed. Switches are 0 or 1, places their index, owners the agent's index.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What was changed.
    pub fact: Fact,
    /// The value it had.
    pub before: f64,
    /// The value it has since.
    pub after: f64,
}

/// Another event without which this one would have been otherwise, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// The event that led here; its id is smaller.
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
    /// What it is called.
    pub title: String,
    /// What it says; paragraphs have an empty line between them.
    pub text: String,
}

/// The options an agent weighed, best first (at most four).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// The options, best first.
    pub options: Vec<Scored>,
    /// What the agent would have needed to do anything at all.
    pub idle: f64,
}

/// One option and where its utility came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// What could have been done.
    pub kind: EventKind,
    /// With whom, by the slots of the kind.
    pub roles: SmallVec<[AgentId; 4]>,
    /// What it was worth, in units of utility.
    pub utility: f64,
    /// The keyed draw added to it.
    pub whim: f64,
    /// The summands of the utility, in the scene's order (texts in the scenario).
    pub terms: SmallVec<[f64; 4]>,
}
