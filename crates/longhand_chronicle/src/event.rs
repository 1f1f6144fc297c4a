//! One event of the chronicle, with the facts it changed and its causes.

use longhand_expr::ids::{AgentId, EventId, EventKind, Fact, Instant, PlaceId, WorldFact};
use longhand_scene::ChoiceReason;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// What happened, who took part, when, where, why, and what it changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its position in the chronicle. A cause has a smaller id than its effect.
    pub id: EventId,
    /// When it happened.
    pub at: Instant,
    /// The kind of event.
    pub kind: EventKind,
    /// The agents in the slots of the event kind (`EventInfo::slots`): the initiator, the other participants, agents that the
    /// event is about, and agents that it created. [`AgentId::NONE`] for an empty slot.
    pub roles: SmallVec<[AgentId; 4]>,
    /// The place; [`PlaceId::NOWHERE`] for none.
    pub place: PlaceId,
    /// The facts it changed, each at most once, and each to another value.
    pub changes: Vec<FactChange>,
    /// Its causes, most direct first: the event that it is a step of or that triggered it, then the others by weight.
    pub causes: SmallVec<[Cause; 4]>,
    /// Numbers for use in prose, each with the index of its name in [`SymbolTable::values`](crate::SymbolTable::values).
    pub values: SmallVec<[(u16, f64); 2]>,
    /// The document that was written, if any.
    pub document: Option<Box<WrittenDocument>>,
    /// What was talked about in it, or what its initiator had in mind.
    pub topic: Option<Box<EventTopic>>,
    /// How the choice was made, for an action of a cast member.
    pub choice: Option<Box<ChoiceTrace>>,
    /// What its effects asked for and the world did not make, or not in full. It follows from the rest and is not hashed.
    #[serde(skip)]
    pub limited: Vec<LimitedChange>,
}

impl Event {
    /// An event with only a kind, an instant and roles, and id 0. Recording it assigns the id.
    #[must_use]
    pub fn new(kind: EventKind, at: Instant, roles: SmallVec<[AgentId; 4]>) -> Self {
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
            topic: None,
            choice: None,
            limited: Vec::new(),
        }
    }
}

/// A fact that an event changed. The value of a switch is 0 or 1; that of a place or an owner is an index.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactChange {
    /// The fact.
    pub fact: Fact,
    /// The value before the event.
    pub before: f64,
    /// The value after the event.
    pub after: f64,
}

/// What was talked about in an event, or what its initiator had in mind.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventTopic {
    /// Who told it, or had it in mind.
    pub teller: AgentId,
    /// What it is about.
    pub known: WorldFact,
    /// The value that the teller believed it to have.
    pub believed: f64,
    /// The value as it was told.
    pub told: f64,
}

impl EventTopic {
    /// The fact under which the history has it.
    #[must_use]
    pub const fn fact(&self) -> Fact {
        Fact::Topic(self.teller, self.known)
    }

    /// Whether it was told as it was believed.
    #[must_use]
    pub fn is_truthful(&self) -> bool {
        self.believed == self.told
    }
}

/// A change that an effect asked for and that was cut off at the end of a range, or that was not made at all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LimitedChange {
    /// The fact.
    pub fact: Fact,
    /// The value that the effect asked for.
    pub wanted: f64,
    /// The value that the fact has after it.
    pub actual: f64,
    /// Whether the whole effect was refused, such as a `move` for which there is too little.
    pub refused: bool,
}

/// A cause of an event: an earlier event and how it is linked to the effect.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// The causing event.
    pub event: EventId,
    /// How it is linked to the effect.
    pub link: CauseLink,
}

/// How a cause is linked to its effect.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum CauseLink {
    /// The effect is a step of the cause.
    Step,
    /// The cause fired the trigger that the effect belongs to.
    Triggered,
    /// The cause wrote a fact that the condition of the action or trigger read.
    Condition(Fact),
    /// The cause wrote a fact that the utility of the action read.
    Utility(Fact),
    /// The cause wrote a fact that the consent of another participant read.
    Consent(Fact),
    /// The cause wrote a fact that an effect of the event read. Found afterwards and not stored.
    Effect(Fact),
    /// The cause concerned the agent whose condition this is, so that the condition was evaluated right after it. Found afterwards
    /// and not stored.
    Evaluated,
    /// The cause wrote a fact that a process read, which changed a fact that the event read. Found afterwards and not stored.
    Process {
        /// The process, by its position in the scene; none for the routine of an agent.
        process: Option<u16>,
        /// The fact that the cause wrote.
        read: Fact,
        /// The fact that the event read.
        changed: Fact,
    },
}

/// A document written in the world, such as a letter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WrittenDocument {
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
}

/// The options that an agent scored when it chose an action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChoiceTrace {
    /// The best options, by utility plus noise, best first; at most four. The first one was chosen.
    pub options: Vec<ScoredOption>,
    /// The utility of doing nothing, including noise. An option has to exceed it to be chosen.
    #[serde(rename = "idle")]
    pub idle_utility: f64,
}

/// Most options in a [`ChoiceTrace`].
pub const MAX_TRACED_OPTIONS: usize = 4;

impl ChoiceTrace {
    /// How many options were equal to the chosen one, including it. More than one: a draw decided between them.
    #[must_use]
    pub fn equal_count(&self) -> usize {
        let total = |option: &ScoredOption| option.utility + option.choice_noise;
        let Some(chosen) = self.options.first() else { return 0 };
        self.options.iter().take_while(|option| total(option) == total(chosen)).count()
    }

    /// `drawn among 3 equal options`, if a draw decided.
    #[must_use]
    pub fn describe_draw(&self) -> Option<String> {
        let count = self.equal_count();
        // Options beyond the recorded ones may be equal as well.
        let least = if count == MAX_TRACED_OPTIONS { "at least " } else { "" };
        (count > 1).then(|| format!("drawn among {least}{count} equal options"))
    }
}

/// One option and the terms of its utility.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoredOption {
    /// The kind of event of the action.
    pub kind: EventKind,
    /// The agents in the slots of the event kind, as in [`Event::roles`].
    pub roles: SmallVec<[AgentId; 4]>,
    /// The utility without noise.
    pub utility: f64,
    /// The Gumbel noise added to the utility.
    pub choice_noise: f64,
    /// The terms of `want`, in the order of the scene. Their sum and that of the influences among the reasons is the utility.
    pub terms: SmallVec<[f64; 4]>,
    /// What else the utility is made of. It follows from the rest and is not hashed.
    pub reasons: Vec<ChoiceReason>,
}
