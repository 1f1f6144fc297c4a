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
}
