//! Value types that a scene file contains as they are, and that the checked model shares with it.

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// The value of a param.
#[derive(Clone, Copy, Debug, Deserialize)]
pub enum ParamValue {
    /// A number.
    Number(f64),
    /// True or false.
    Switch(bool),
}

impl ParamValue {
    /// The value as a number; a switch is 0 or 1.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Number(number) => number,
            Self::Switch(on) => f64::from(u8::from(on)),
        }
    }
}

/// The value of an attribute at the start.
#[derive(Clone, Debug, PartialEq)]
pub enum AttributeValue {
    /// A number; for a switch 0 or 1.
    Number(f64),
    /// True or false, for a switch.
    Switch(bool),
    /// One of the words of the attribute.
    Word(String),
}

impl<'de> Deserialize<'de> for AttributeValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ValueVisitor;

        impl Visitor<'_> for ValueVisitor {
            type Value = AttributeValue;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a number, true or false, or a word in quotes")
            }

            fn visit_f64<E>(self, number: f64) -> Result<AttributeValue, E> {
                Ok(AttributeValue::Number(number))
            }

            fn visit_i64<E>(self, number: i64) -> Result<AttributeValue, E> {
                Ok(AttributeValue::Number(number as f64))
            }

            fn visit_u64<E>(self, number: u64) -> Result<AttributeValue, E> {
                Ok(AttributeValue::Number(number as f64))
            }

            fn visit_bool<E>(self, on: bool) -> Result<AttributeValue, E> {
                Ok(AttributeValue::Switch(on))
            }

            fn visit_str<E>(self, word: &str) -> Result<AttributeValue, E> {
                Ok(AttributeValue::Word(word.to_owned()))
            }
        }

        deserializer.deserialize_any(ValueVisitor)
    }
}

/// A mood in the three dimensions of Mehrabian's PAD model (*Pleasure-arousal-dominance*, 1996), each from -1 to 1.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Mood")]
pub struct Temperament {
    /// Displeased (-1) to pleased (1).
    pub pleasure: f64,
    /// Calm (-1) to excited (1).
    pub arousal: f64,
    /// Submissive (-1) to dominant (1).
    pub dominance: f64,
}

/// A decision of an agent.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
pub enum DecisionKind {
    /// What to do.
    #[default]
    Choice,
    /// Whether to take part when asked.
    Acceptance,
    /// Both.
    Both,
}

impl DecisionKind {
    /// Whether it includes the choice of an action.
    #[must_use]
    pub fn is_choice(self) -> bool {
        self != Self::Acceptance
    }

    /// Whether it includes the answer to somebody who asks.
    #[must_use]
    pub fn is_acceptance(self) -> bool {
        self != Self::Choice
    }
}

/// The distribution of a number over a population.
#[derive(Clone, Debug, Deserialize)]
pub enum Distribution {
    /// The same value for all agents.
    Always(f64),
    /// Uniform between two values.
    Uniform(f64, f64),
    /// Normal with mean and standard deviation, clamped to the attribute's range.
    Normal(f64, f64),
    /// Beta with parameters alpha and beta, between 0 and 1.
    Beta(f64, f64),
    /// Log-normal with median and sigma.
    LogNormal(f64, f64),
    /// For a switch: the share of agents for which it is true.
    Share(f64),
    /// For an attribute with words: how often each of them is drawn, relative to the others.
    Among(WordWeights),
}

/// Words with their weights. In a checked scene, all words of the attribute in their order.
#[derive(Clone, Debug)]
pub struct WordWeights(pub Vec<(String, f64)>);

impl<'de> Deserialize<'de> for WordWeights {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WeightsVisitor;

        impl<'de> Visitor<'de> for WeightsVisitor {
            type Value = WordWeights;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a map from words to weights")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WordWeights, A::Error> {
                let mut weights: Vec<(String, f64)> = Vec::new();
                while let Some((word, weight)) = map.next_entry::<String, f64>()? {
                    if weights.iter().any(|(known, _)| *known == word) {
                        return Err(A::Error::custom(format!("`{word}` is given twice")));
                    }
                    weights.push((word, weight));
                }
                Ok(WordWeights(weights))
            }
        }

        deserializer.deserialize_map(WeightsVisitor)
    }
}

/// How a child gets an attribute from its parents.
#[derive(Clone, Copy, Debug, Deserialize)]
pub enum Inheritance {
    /// The mean of the parents plus normal noise with this standard deviation, clamped to the attribute's range.
    Mean(f64),
    /// The value of one parent, drawn at random.
    Either,
}

/// How a child gets its surname.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the variants' docs describe their fields")]
pub enum SurnameRule {
    /// That of its father: the parent with the pronouns `he`, otherwise the second parent.
    Father,
    /// That of its mother: the parent with the pronouns `she`, otherwise the first parent.
    Mother,
    /// Those of its mother and its father, joined by a hyphen. Of a name with a hyphen, the first part is passed on.
    Both,
    /// The given name of its father with an ending: `daughter` for `she`, otherwise `son`.
    Patronym { son: String, daughter: String },
}

/// Which end of a tie is the child.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub enum Kinship {
    /// `tie(a, b)`: a is a child of b.
    ChildOf,
    /// `tie(a, b)`: a is a parent of b.
    ParentOf,
}

/// The model that generates a network of ties.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the variants' docs describe their fields")]
pub enum NetworkShape {
    /// Watts and Strogatz (1998): a ring with `degree` neighbours, each edge rewired with probability `rewire`.
    SmallWorld { degree: u32, rewire: f64 },
    /// Barabási and Albert (1999): preferential attachment with `links` edges per new node.
    ScaleFree { links: u32 },
    /// Erdős and Rényi (1959), with this mean degree.
    Random { degree: f64 },
    /// Disjoint pairs that cover this share of the population.
    Pairs { share: f64 },
    /// Explicit edges between positions in the population, from 0.
    Edges(Vec<(u32, u32)>),
    /// Each member of the cast of the same kind with `least` to `most` agents of the population; the number is drawn for each member.
    Cast { least: u32, most: u32 },
}

/// How much of an event is recorded.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
pub enum RecordDetail {
    /// All fields: roles, instant, place, causes, changes.
    #[default]
    Whole,
    /// Only the number of occurrences.
    Counted,
}

/// How often an event is narrated.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
pub enum NarrationFrequency {
    /// Every occurrence.
    Always,
    /// The 1st, 2nd, 4th, 8th … occurrence; those between are summarised.
    #[default]
    Habit,
    /// Only in summaries.
    Never,
}

/// The thirteen relations between two intervals (Allen, *Maintaining knowledge about temporal intervals*, 1983).
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the variants have the names of the paper")]
pub enum AllenRelation {
    Before,
    Meets,
    Overlaps,
    Starts,
    During,
    Finishes,
    Equals,
    After,
    MetBy,
    OverlappedBy,
    StartedBy,
    Contains,
    FinishedBy,
}

impl AllenRelation {
    /// All relations.
    pub const ALL: [Self; 13] = [
        Self::Before,
        Self::Meets,
        Self::Overlaps,
        Self::Starts,
        Self::During,
        Self::Finishes,
        Self::Equals,
        Self::After,
        Self::MetBy,
        Self::OverlappedBy,
        Self::StartedBy,
        Self::Contains,
        Self::FinishedBy,
    ];

    /// The bit of this relation in a set ([`ClauseRelation`](crate::ClauseRelation)).
    #[must_use]
    pub const fn bit(self) -> u16 {
        1 << self as u16
    }

    /// The relation with the two intervals exchanged.
    #[must_use]
    pub const fn inverse(self) -> Self {
        match self {
            Self::Before => Self::After,
            Self::Meets => Self::MetBy,
            Self::Overlaps => Self::OverlappedBy,
            Self::Starts => Self::StartedBy,
            Self::During => Self::Contains,
            Self::Finishes => Self::FinishedBy,
            Self::Equals => Self::Equals,
            Self::After => Self::Before,
            Self::MetBy => Self::Meets,
            Self::OverlappedBy => Self::Overlaps,
            Self::StartedBy => Self::Starts,
            Self::Contains => Self::During,
            Self::FinishedBy => Self::Finishes,
        }
    }

    /// The set of relations in which the first interval begins no earlier than the second.
    #[must_use]
    pub const fn later_mask() -> u16 {
        let at_once = Self::Starts.bit() | Self::Equals.bit() | Self::StartedBy.bit();
        at_once | Self::During.bit() | Self::Finishes.bit() | Self::After.bit() | Self::MetBy.bit() | Self::OverlappedBy.bit()
    }
}
