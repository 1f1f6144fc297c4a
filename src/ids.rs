//! The small words every room shares: identities, instants, and facts.
//!
//! An identity is dense and never reused, so that a column can be indexed by it and a file can name it.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub $inner);

        impl $name {
            /// The position in a dense column.
            #[inline]
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The identity at a position of a dense column.
            ///
            /// # Panics
            /// When the position does not fit; the scenario's limits keep every table below that.
            #[inline]
            #[must_use]
            pub const fn at(index: usize) -> Self {
                assert!(index <= <$inner>::MAX as usize, "table larger than its identity can name");
                Self(index as $inner)
            }
        }
    };
}

id!(/// An agent. [`AgentId::NONE`] stands for nobody.
    AgentId(u32));
id!(/// A kind of agent: human, os, group, whatever the scene declares.
    KindId(u16));
id!(/// A declared attribute.
    AttrId(u16));
id!(/// A declared dimension of a bond.
    DimId(u8));
id!(/// A declared tie. A scene has at most 32.
    TieId(u8));
id!(/// A place. [`PlaceId::NOWHERE`] stands for no place.
    PlaceId(u16));
id!(/// A parameter of the scene.
    ParamId(u16));
id!(/// A kind of event: an action, one of its outcomes, a trigger.
    EventKind(u16));
id!(/// An event of the chronicle; grows by one.
    EventId(u32));
id!(/// A directed bond in the bond graph.
    BondId(u32));
id!(/// A list of names in the scene.
    NameListId(u8));
id!(/// A document template of the scene: a letter, a book, a tune.
    DocumentId(u16));

impl AgentId {
    /// Nobody.
    pub const NONE: Self = Self(u32::MAX);

    /// Whether this names an agent.
    #[inline]
    #[must_use]
    pub const fn is_some(self) -> bool {
        self.0 != u32::MAX
    }
}

impl PlaceId {
    /// No place: an OS without a body, someone who has left.
    pub const NOWHERE: Self = Self(u16::MAX);
}

/// A 32-bit FNV-1a hash of a name, the same on every platform and in every version. Different seeds give independent hashes.
#[must_use]
pub fn stable_hash(seed: u32, text: &str) -> u32 {
    text.bytes().fold(0x811C_9DC5 ^ seed, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// A point in simulated time: microseconds since the scene's start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Instant(pub i64);

impl Instant {
    /// The scene's start.
    pub const START: Self = Self(0);
    /// Microseconds in a day.
    pub const DAY_US: i64 = 86_400_000_000;

    /// Whole days since the scene's start: 0 in the first 24 hours and before them.
    #[must_use]
    pub fn day(self) -> u32 {
        u32::try_from(self.0.max(0) / Self::DAY_US).unwrap_or(u32::MAX)
    }

    /// Seconds since the scene's start.
    #[inline]
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// The instant that many seconds after the start, to the microsecond; saturates.
    #[inline]
    #[must_use]
    pub fn from_seconds(seconds: f64) -> Self {
        Self((seconds * 1e6) as i64)
    }

    /// This instant moved by a number of seconds; saturates.
    #[inline]
    #[must_use]
    pub fn plus_seconds(self, seconds: f64) -> Self {
        Self(self.0.saturating_add((seconds * 1e6) as i64))
    }
}

/// What can be known of the world by somebody other than who it concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Known {
    /// The value of an attribute.
    Attr(AgentId, AttrId),
    /// The strength of a bond's dimension, from the first to the second.
    Dim(AgentId, AgentId, DimId),
    /// Whether a tie holds, from the first to the second.
    Tie(AgentId, AgentId, TieId),
    /// Where somebody is.
    Place(AgentId),
}

impl Known {
    /// Whom it is about: both ends of a bond, else the same one twice.
    #[must_use]
    pub const fn agents(self) -> [AgentId; 2] {
        match self {
            Self::Attr(of, _) | Self::Place(of) => [of, of],
            Self::Dim(from, to, _) | Self::Tie(from, to, _) => [from, to],
        }
    }
}

/// The key of one fact: something with one current value, of which the event that wrote it last is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Fact {
    /// A fact about the world.
    World(Known),
    /// What `.0` holds `.1` to be.
    Belief(AgentId, Known),
    /// A number the engine keeps about an agent.
    Field(AgentId, Field),
    /// Who owns an OS.
    Owner(AgentId),
    /// That an event of a kind happened to an agent (and another, or [`AgentId::NONE`]).
    Happened(EventKind, AgentId, AgentId),
    /// How strongly `.0` feels an emotion toward `.2` (or [`AgentId::NONE`]).
    Feeling(AgentId, Emotion, AgentId),
    /// How strongly `.0` remembers an event of a kind with `.2` (or [`AgentId::NONE`]).
    Memory(AgentId, EventKind, AgentId),
}

/// Numbers that the engine itself keeps about an agent. Switches are 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Field {
    /// Has entered the world and not left it.
    Present,
    /// Has left the world for good.
    Gone,
    /// An OS that can be reached; always 1 for others who are present.
    Online,
    /// An OS that runs on hardware.
    Bound,
    /// How many times an OS has been made anew.
    Generation,
    /// Taken by an action that still goes on.
    Busy,
    /// Not asleep, by the kind's `asleep` condition.
    Awake,
    /// Mood: pleasure, -1 to 1.
    Pleasure,
    /// Mood: arousal, -1 to 1.
    Arousal,
    /// Mood: dominance, -1 to 1.
    Dominance,
}

/// The emotions of the OCC model (Ortony, Clore, Collins 1988) that the engine appraises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the definition")]
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
