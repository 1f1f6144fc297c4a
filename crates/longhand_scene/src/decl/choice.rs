//! The unchecked syntax of what moves a choice beside the `want` of an action: influences, moods and norms.

use super::super::spanned::Spanned;
use super::super::values::{DecisionKind, Inheritance};
use super::Text;
use serde::Deserialize;

/// A small rule that adds to the utility of actions, or to the willingness to take part in them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Influence")]
pub struct InfluenceDecl {
    pub id: Text,
    /// Actions, or tags of actions.
    pub on: Vec<Text>,
    /// Kinds or cast members whose decisions it moves. Default: all.
    #[serde(default)]
    pub by: Vec<Text>,
    /// The decision that it moves.
    #[serde(default)]
    pub at: DecisionKind,
    /// Condition over `self`, who decides, and `other`. Default: true.
    #[serde(default)]
    pub when: Option<Text>,
    /// Number added to the utility, or to the probability of accepting.
    pub adds: Text,
    /// The reason in words, to follow "because": `he was ashamed`.
    #[serde(default)]
    pub because: String,
    /// Whether another declaration implies it, which is checked itself.
    #[serde(skip)]
    pub implied: bool,
}

/// How moods and emotions move the choices and answers of a kind of agent. Each field lists actions or tags of actions.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[serde(rename = "MovedBy")]
pub struct MovedByDecl {
    /// Company that is sought in good spirits and out of affection, and avoided in low spirits, out of resentment and in shame.
    pub approach: Vec<Text>,
    /// What takes courage.
    pub risk: Vec<Text>,
    /// What is done in anger.
    pub attack: Vec<Text>,
    /// What makes up for a wrong.
    pub amends: Vec<Text>,
    /// What takes energy.
    pub effort: Vec<Text>,
    /// What a mood or emotion of full strength adds (number over `self`). Default: 0.3.
    pub strength: Option<Text>,
}

/// A standard by which agents judge what somebody does. How strongly an agent holds it is an attribute of the same name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Norm")]
pub struct NormDecl {
    pub id: Text,
    /// Events or tags of events: praised by who holds the norm above 0, blamed by who holds it below 0.
    #[serde(default)]
    pub about: Vec<Text>,
    /// Events or tags of events that go against it: judged the other way round.
    #[serde(default)]
    pub against: Vec<Text>,
    /// Ties or tags of ties whose agents are judged as soon as somebody knows of the tie.
    #[serde(default)]
    pub ties: Vec<Text>,
    /// Condition over `self`, who is judged, `other`, and `judge`. Default: true.
    #[serde(default)]
    pub when: Option<Text>,
    /// Kinds whose agents hold it. Default: all.
    #[serde(default)]
    pub of: Vec<Text>,
    /// The range of its strength, within -1 to 1. Default: (-1, 1).
    #[serde(default)]
    pub range: Option<Spanned<(f64, f64)>>,
    /// Initial strength unless an agent or population sets another. Default: 0.
    #[serde(default)]
    pub start: Option<Spanned<f64>>,
    /// The strength it drifts to. Default: the agent's own initial strength.
    #[serde(default)]
    pub rest: Option<Spanned<f64>>,
    /// Time in which the distance to `rest` halves. Default: no drift.
    #[serde(default)]
    pub half_life: Option<Text>,
    /// How a child gets it from its parents. Default: as any new agent of its kind.
    #[serde(default)]
    pub inherits: Option<Spanned<Inheritance>>,
    /// How far, 0 to 1, one deed moves what others believe of the norm of who does it. Default: 0.3.
    #[serde(default)]
    pub shows: Option<Spanned<f64>>,
    /// What the norm adds to the utility of an action under it, times its strength (number over `self`). Default: nothing.
    #[serde(default)]
    pub weighs: Option<Text>,
    /// The norm in words, to follow "because": `one does not love a machine`.
    #[serde(default)]
    pub says: String,
}
