//! The unchecked syntax of what moves a choice beside the `want` of an action: influences, moods and norms.

use super::decl::Text;
use super::spanned::Spanned;
use super::values::DecisionKind;
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
