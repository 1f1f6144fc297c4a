//! One event of the chronicle, with the facts it changed and its causes.

use longhand_expr::ids::{AgentId, EventId, EventKind, Fact, Instant, PlaceId};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// What happened, who took part, when, where, why, and what it changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Ids are dense and ascending; a cause's id is smaller than its effect's.
    pub id: EventId,
    /// When it happened.
    pub at: Instant,
    /// The kind of event.
    pub kind: EventKind,
    /// Participants, by the event kind's slots (`EventInfo::slots`), initiator first; [`AgentId::NONE`] for an empty slot.
    pub roles: SmallVec<[AgentId; 4]>,
    /// The place; [`PlaceId::NOWHERE`] for none.
    pub place: PlaceId,
    /// The facts it changed, each at most once.
    pub changes: Vec<FactChange>,
    /// Causes, most direct first: the event it is a step or consequence of, then the others by weight.
    pub causes: SmallVec<[Cause; 4]>,
    /// Numbers for use in prose; each index refers to `SymbolTable::values`.
    pub values: SmallVec<[(u16, f64); 2]>,
    /// The document it produced, if any.
    pub document: Option<Box<WrittenDocument>>,
    /// How the choice was made, for an action of a cast member.
    pub choice: Option<Box<ChoiceTrace>>,
}

impl Event {
    /// An event with only a kind, an instant and roles.
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

/// A fact that an event changed. Switches are 0 or 1, places and owners are their index.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactChange {
    /// The fact.
    pub fact: Fact,
    /// The value before the event.
    pub before: f64,
    /// The value after the event.
    pub after: f64,
}

/// An event that led to this one, and by which link.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// The causing event.
    pub event: EventId,
    /// How it led here.
    pub link: CauseLink,
}

/// How a cause is linked to its effect.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum CauseLink {
    /// The effect is a step of the cause.
    Step,
    /// The cause fired the trigger.
    Triggered,
    /// The cause wrote a fact that the condition read.
    Condition(Fact),
    /// The cause wrote a fact that the utility of the action read.
    Utility(Fact),
    /// The cause wrote a fact that the consent of another participant read.
    Consent(Fact),
}

/// A document written in the world, such as a letter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WrittenDocument {
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
}

/// The options that an agent scored, best first (at most four).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChoiceTrace {
    /// The scored options; the first one was chosen.
    pub options: Vec<ScoredOption>,
    /// The utility of doing nothing, which an option has to exceed.
    pub idle: f64,
}

/// One option and the terms of its utility.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoredOption {
    /// The kind of event it would have caused.
    pub kind: EventKind,
    /// The participants, by the kind's slots.
    pub roles: SmallVec<[AgentId; 4]>,
    /// The utility without noise.
    pub utility: f64,
    /// The keyed random draw added to the utility.
    pub choice_noise: f64,
    /// The terms of the utility, in the scene's order.
    pub terms: SmallVec<[f64; 4]>,
}
