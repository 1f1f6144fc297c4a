//! The types of values in the expression language.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::AttrId;

/// The type of an expression. At run time, numbers, durations and instants are `f64`; the latter two are in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Type {
    /// A plain number.
    Number,
    /// True or false.
    Switch,
    /// An agent, or none.
    Agent,
    /// A place, or none.
    Place,
    /// A length of time.
    Duration,
    /// A point in time.
    Instant,
    /// Something that an agent knows or believes.
    Topic,
    /// One of the words of an attribute with `one_of`, as the position of the word. Attributes with the same words have the type of
    /// the first of them.
    Word(AttrId),
}

impl Type {
    /// Whether values of this type are `f64` at run time.
    #[must_use]
    pub const fn is_numeric(self) -> bool {
        matches!(self, Self::Number | Self::Duration | Self::Instant)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "a number",
            Self::Switch => "a switch (true or false)",
            Self::Agent => "an agent",
            Self::Place => "a place",
            Self::Duration => "a duration",
            Self::Instant => "an instant",
            Self::Topic => "something known",
            Self::Word(_) => "a word of an attribute",
        })
    }
}
