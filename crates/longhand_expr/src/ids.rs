//! Ids, instants and facts: the types that all crates share.
//!
//! Ids are dense and never reused. A column can therefore be indexed by an id, and a file can store it.

use serde::{Deserialize, Serialize};
use std::hash::{Hash, Hasher};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub $inner);

        impl $name {
            /// The index in a dense column.
            #[inline]
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of an index in a dense column.
            ///
            /// # Panics
            /// If `index` does not fit the id's integer type. The limits of a scenario keep every table below that.
            #[inline]
            #[must_use]
            pub const fn from_index(index: usize) -> Self {
                assert!(index <= <$inner>::MAX as usize, "table index exceeds the range of its id type");
                Self(index as $inner)
            }
        }
    };
}

id!(/// An agent. [`AgentId::NONE`] means no agent.
    AgentId(u32));
id!(/// A kind of agent that the scene declares, such as human, os or group.
    KindId(u16));
id!(/// A declared attribute.
    AttrId(u16));
id!(/// A declared dimension of a bond.
    DimId(u8));
id!(/// A declared tie. A scene has at most 32.
    TieId(u8));
id!(/// A place. [`PlaceId::NOWHERE`] means no place.
    PlaceId(u16));
id!(/// A parameter of the scene.
    ParamId(u16));
id!(/// A kind of event: an action, one of its outcomes, or a trigger.
    EventKind(u16));
id!(/// An event of the chronicle. Ids are consecutive.
    EventId(u32));
id!(/// A directed bond in the bond graph.
    BondId(u32));
id!(/// A list of names in the scene.
    NameListId(u8));
id!(/// A value that events may carry, such as `value(readers)`.
    EventValueId(u16));
id!(/// A document template of the scene: a letter, a book, a tune.
    DocumentId(u16));
id!(/// Why an agent is gone or a tie has ended.
    ReasonId(u8));
id!(/// A declared appointment, such as a dinner.
    AppointmentId(u8));
id!(/// A declared intention.
    IntentionId(u8));

impl ReasonId {
    /// No reason was given.
    pub const NONE: Self = Self(0);
    /// Somebody died.
    pub const DEATH: Self = Self(1);
    /// Somebody left.
    pub const DEPARTURE: Self = Self(2);
    /// The names of the reasons that every scene has, after [`ReasonId::NONE`].
    pub const BUILT_IN: [&'static str; 2] = ["death", "departure"];

    /// Whether a tie ended because one of its agents died or left.
    #[must_use]
    pub const fn is_absence(self) -> bool {
        matches!(self, Self::DEATH | Self::DEPARTURE)
    }
}

impl AgentId {
    /// No agent.
    pub const NONE: Self = Self(u32::MAX);

    /// Whether this is an agent, i.e. not [`AgentId::NONE`].
    #[inline]
    #[must_use]
    pub const fn is_some(self) -> bool {
        self.0 != u32::MAX
    }

    /// The first id that stands for a group of agents in an [`EvalFrame`](crate::EvalFrame). A run has fewer agents.
    const FIRST_GROUP: u32 = 0xC000_0000;

    /// The id of the group with an index. It occurs in frames only, never in facts or events.
    #[must_use]
    pub const fn group(index: u32) -> Self {
        Self(Self::FIRST_GROUP + index)
    }

    /// The index of the group that this id stands for; `None` for an agent.
    #[inline]
    #[must_use]
    pub const fn group_index(self) -> Option<usize> {
        if self.0 >= Self::FIRST_GROUP && self.is_some() { Some((self.0 - Self::FIRST_GROUP) as usize) } else { None }
    }

    /// The first id that stands for something known in an [`EvalFrame`](crate::EvalFrame), up to the first one of a group.
    const FIRST_TOPIC: u32 = 0x8000_0000;

    /// The id that stands for something known, by its index. It occurs in frames only, never in facts or events.
    #[must_use]
    pub const fn topic(index: u32) -> Self {
        Self(Self::FIRST_TOPIC + index)
    }

    /// The index of what is known that this id stands for; `None` for an agent or a group.
    #[inline]
    #[must_use]
    pub const fn topic_index(self) -> Option<usize> {
        if self.0 >= Self::FIRST_TOPIC && self.0 < Self::FIRST_GROUP { Some((self.0 - Self::FIRST_TOPIC) as usize) } else { None }
    }

    /// The agent that the value of a fact stands for; [`AgentId::NONE`] if the value is not a valid index.
    #[must_use]
    pub fn from_value(value: f64) -> Self {
        if (0.0..f64::from(u32::MAX)).contains(&value) { Self(value as u32) } else { Self::NONE }
    }
}

impl PlaceId {
    /// No place: an OS without a body, or an agent that has left.
    pub const NOWHERE: Self = Self(u16::MAX);

    /// The place that the value of a fact stands for; [`PlaceId::NOWHERE`] if the value is not a valid index.
    #[must_use]
    pub fn from_value(value: f64) -> Self {
        if (0.0..f64::from(u16::MAX)).contains(&value) { Self(value as u16) } else { Self::NOWHERE }
    }
}

/// A point in simulated time, in microseconds since the start of the scene.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Instant(pub i64);

impl Instant {
    /// The start of the scene.
    pub const START: Self = Self(0);
    /// Microseconds in a day.
    pub const DAY_US: i64 = 86_400_000_000;

    /// Whole days since the start of the scene; 0 for the first 24 hours and for earlier instants.
    #[must_use]
    pub fn day(self) -> u32 {
        u32::try_from(self.0.max(0) / Self::DAY_US).unwrap_or(u32::MAX)
    }

    /// Seconds since the start of the scene.
    #[inline]
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// The instant `seconds` after the start of the scene, truncated to microseconds. Saturates.
    #[inline]
    #[must_use]
    pub fn from_seconds(seconds: f64) -> Self {
        Self((seconds * 1e6) as i64)
    }

    /// This instant plus `seconds`, which may be negative. Saturates.
    #[inline]
    #[must_use]
    pub fn add_seconds(self, seconds: f64) -> Self {
        Self(self.0.saturating_add((seconds * 1e6) as i64))
    }
}

/// A fact about the world that other agents can hold a belief about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WorldFact {
    /// The value of an attribute.
    Attr(AgentId, AttrId),
    /// A dimension of the bond from the first agent to the second.
    Dim(AgentId, AgentId, DimId),
    /// Whether a tie holds from the first agent to the second.
    Tie(AgentId, AgentId, TieId),
    /// Where an agent is.
    Place(AgentId),
    /// Who holds a thing.
    Holder(AgentId),
    /// What an agent is called. The value is the position of the name among those that the agent has had, from 0.
    Name(AgentId),
    /// That an event of a kind happened, begun by the first agent and with the second one; [`AgentId::NONE`] stands for any agent.
    Happened(EventKind, AgentId, AgentId),
}

impl Hash for WorldFact {
    /// Hashes two numbers instead of up to four.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (variant, id, [a, b]) = match *self {
            Self::Attr(agent, attr) => (0, attr.0, [agent; 2]),
            Self::Dim(from, to, dim) => (1, u16::from(dim.0), [from, to]),
            Self::Tie(from, to, tie) => (2, u16::from(tie.0), [from, to]),
            Self::Place(agent) => (3, 0, [agent; 2]),
            Self::Holder(agent) => (4, 0, [agent; 2]),
            Self::Name(agent) => (5, 0, [agent; 2]),
            Self::Happened(event, a, b) => (6, event.0, [a, b]),
        };
        state.write_u64(u64::from(a.0) << 32 | u64::from(b.0));
        state.write_u32(u32::from(id) << 16 | variant);
    }
}

impl WorldFact {
    /// Whether a belief about `other` says something about this fact: it is the same, or both are about an event of a kind and this one
    /// names no agent where the other names one.
    #[must_use]
    pub fn includes(self, other: Self) -> bool {
        match (self, other) {
            (Self::Happened(kind, a, b), Self::Happened(other, x, y)) => {
                kind == other && (!a.is_some() || a == x) && (!b.is_some() || b == y)
            }
            (fact, other) => fact == other,
        }
    }

    /// Of some beliefs with their values, sorted by fact, the one that says most about this fact: one that is true, or else the first. The fact
    /// itself if none of them says anything about it.
    #[must_use]
    pub fn best_of(self, beliefs: impl Iterator<Item = (Self, f64)>) -> Self {
        let mut fitting = beliefs.filter(|(other, _)| self.includes(*other));
        let Some(first) = fitting.next() else { return self };
        let true_one = if first.1 > 0.0 { Some(first) } else { fitting.find(|(_, value)| *value > 0.0) };
        true_one.unwrap_or(first).0
    }

    /// The first and the last fact about events of a kind.
    #[must_use]
    pub const fn of_event(kind: EventKind) -> (Self, Self) {
        (Self::Happened(kind, AgentId(0), AgentId(0)), Self::Happened(kind, AgentId::NONE, AgentId::NONE))
    }

    /// The agents that the fact is about: both ends of a bond or tie, otherwise the same agent twice.
    #[must_use]
    pub const fn agents(self) -> [AgentId; 2] {
        match self {
            Self::Attr(of, _) | Self::Place(of) | Self::Holder(of) | Self::Name(of) => [of, of],
            Self::Dim(from, to, _) | Self::Tie(from, to, _) | Self::Happened(_, from, to) => [from, to],
        }
    }
}

/// The key of one fact. A fact has one current value, and the event that last wrote it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Fact {
    /// A fact about the world.
    World(WorldFact),
    /// What `.0` believes the value of `.1` to be.
    Belief(AgentId, WorldFact),
    /// A number that the engine maintains for an agent.
    Field(AgentId, AgentField),
    /// Who owns an OS.
    Owner(AgentId),
    /// That an event of a kind happened with an agent (and a second one, or [`AgentId::NONE`]).
    Happened(EventKind, AgentId, AgentId),
    /// How strongly `.0` feels an emotion toward `.2` (or [`AgentId::NONE`]).
    Feeling(AgentId, Emotion, AgentId),
    /// How strongly `.0` remembers an event of a kind with `.2` (or [`AgentId::NONE`]).
    Memory(AgentId, EventKind, AgentId),
    /// That a tie from `.0` to `.1` held and has ended: 1 plus its [`ReasonId`], or 0 if it holds (again) or never held. Recorded for
    /// the ties whose past the scene reads.
    PastTie(AgentId, AgentId, TieId),
    /// When `.1` and `.0`, who promised it, have agreed to meet, in seconds since the start of the scene; 0 for no appointment.
    Appointment(AgentId, AgentId, AppointmentId),
    /// Where they have agreed to meet.
    MeetingPlace(AgentId, AgentId, AppointmentId),
    /// What `.0` intends about `.1` (or [`AgentId::NONE`]): 1 plus the position of the present step, or 0.
    Intention(AgentId, AgentId, IntentionId),
    /// What `.0` talked about in an event, or had in mind, with the value as it was told. No event changes it: it is the topic of the event.
    Topic(AgentId, WorldFact),
    /// Who told `.0` what it believes of `.1`: the agent, or -1 for nobody. Recorded for scenes that ask for sources.
    Source(AgentId, WorldFact),
    /// How sure `.0` is of what it believes of `.1`, 0 to 1. Recorded for scenes that ask for sources.
    Confidence(AgentId, WorldFact),
}

/// The numbers that the engine itself maintains for an agent. Switches are 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AgentField {
    /// Has entered the world and not left it.
    Present,
    /// Has died or left the world.
    Gone,
    /// An OS that can be reached. Always 1 for other agents that are present.
    Online,
    /// An OS that runs on hardware.
    Bound,
    /// How many times an OS has been recreated (`is made anew`).
    Generation,
    /// Busy with an action that has not ended.
    Busy,
    /// Awake according to the `asleep` condition of its kind.
    Awake,
    /// Mood: pleasure, -1 to 1.
    Pleasure,
    /// Mood: arousal, -1 to 1.
    Arousal,
    /// Mood: dominance, -1 to 1.
    Dominance,
    /// Has died.
    Dead,
    /// Why it is gone: its [`ReasonId`]; 0 if no reason was given.
    Reason,
    /// When it was born, in seconds since the start of the scene.
    Born,
    /// Its [`KindId`], which may change.
    Kind,
    /// On the way from one place to another.
    Travelling,
}

/// The emotions that the engine appraises, after the OCC model (Ortony, Clore and Collins 1988).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are self-explanatory")]
pub enum Emotion {
    Joy,
    Distress,
    Hope,
    Fear,
    Relief,
    Disappointment,
    Pride,
    Shame,
    Gratitude,
    Anger,
    Admiration,
    Reproach,
    Gladness,
    Pity,
    Love,
    Longing,
    Guilt,
}

impl Fact {
    /// Whether it is about an agent: its own, or one between it and another.
    #[must_use]
    pub fn mentions(self, agent: AgentId) -> bool {
        match self {
            Self::World(known)
            | Self::Belief(_, known)
            | Self::Source(_, known)
            | Self::Confidence(_, known)
            | Self::Topic(_, known) => known.agents().contains(&agent),
            Self::Field(subject, _) | Self::Owner(subject) => subject == agent,
            Self::Happened(_, a, b)
            | Self::Feeling(a, _, b)
            | Self::Memory(a, _, b)
            | Self::PastTie(a, b, _)
            | Self::Appointment(a, b, _)
            | Self::MeetingPlace(a, b, _)
            | Self::Intention(a, b, _) => a == agent || b == agent,
        }
    }

    /// The agent whose fact it is: the owner of an attribute, the source of a bond, the holder of a belief.
    #[must_use]
    pub const fn subject(self) -> AgentId {
        match self {
            Self::World(
                WorldFact::Attr(agent, _)
                | WorldFact::Dim(agent, ..)
                | WorldFact::Tie(agent, ..)
                | WorldFact::Place(agent)
                | WorldFact::Holder(agent)
                | WorldFact::Name(agent)
                | WorldFact::Happened(_, agent, _),
            )
            | Self::Belief(agent, _)
            | Self::Field(agent, _)
            | Self::Owner(agent)
            | Self::Happened(_, agent, _)
            | Self::Feeling(agent, ..)
            | Self::Memory(agent, ..)
            | Self::PastTie(agent, ..)
            | Self::Appointment(agent, ..)
            | Self::MeetingPlace(agent, ..)
            | Self::Intention(agent, ..)
            | Self::Topic(agent, _)
            | Self::Source(agent, _)
            | Self::Confidence(agent, _) => agent,
        }
    }
}

impl Default for AgentId {
    fn default() -> Self {
        Self::NONE
    }
}

impl Default for PlaceId {
    fn default() -> Self {
        Self::NOWHERE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_values_are_no_place_and_no_agent() {
        assert_eq!(PlaceId::from_value(1.0), PlaceId(1));
        assert_eq!(AgentId::from_value(7.0), AgentId(7));
        for value in [-1.0, f64::NAN, f64::INFINITY, 65_535.0 * 70_000.0] {
            assert_eq!(PlaceId::from_value(value), PlaceId::NOWHERE);
            assert_eq!(AgentId::from_value(value), AgentId::NONE);
        }
    }
}
