//! The unchecked syntax of what agents promise and intend.

use super::super::spanned::SpannedMap;
use super::Text;
use serde::Deserialize;

/// Something that two agents agree to do together, at an instant and perhaps at a place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Appointment")]
pub struct AppointmentDecl {
    pub id: Text,
    /// The events that keep it, by id or tag. Default: the action with its id; without one, being together.
    #[serde(default)]
    pub kept_by: Vec<Text>,
    /// How long before the agreed instant the two keep themselves free and go to the place. Default: 30m.
    #[serde(default)]
    pub early: Option<Text>,
    /// How long after the agreed instant they wait for each other. Default: 1h.
    #[serde(default)]
    pub late: Option<Text>,
    /// Whether one of the two, who is `self`, goes there when it is time; a condition or a probability over `self` and `other`.
    /// Default: true.
    #[serde(default)]
    pub keeps: Option<Text>,
    /// What is added to the utility of an action that keeps it while it is time (number over `self` and `other`). Default: 1.
    #[serde(default)]
    pub want: Option<Text>,
    #[serde(default)]
    pub about: String,
}

/// A plan of a few steps that an agent adopts for a reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Intention")]
pub struct IntentionDecl {
    pub id: Text,
    /// Kinds or cast members that may adopt it.
    pub by: Vec<Text>,
    /// The agent it is about, bound by a set; at most one.
    #[serde(default)]
    pub about: SpannedMap<Text>,
    /// Condition over `self` and the agent it is about: it is adopted when this becomes true.
    pub adopt: Text,
    /// The reason in words, to follow "because". It may be a template of prose.
    #[serde(default)]
    pub because: String,
    /// What is to be done, in order: an event each, by id or tag.
    #[serde(default)]
    pub steps: Vec<Text>,
    /// Condition: it is dropped when this is no longer true.
    #[serde(default, rename = "while")]
    pub holds: Option<Text>,
    /// Condition: it is achieved when this is true. Default: when all steps are done.
    #[serde(default)]
    pub done: Option<Text>,
    /// What is added to the utility of an action that serves the present step (number over `self` and the agent it is about).
    /// Default: 1.
    #[serde(default)]
    pub want: Option<Text>,
    /// Time until the same agent may adopt it again. Default: 1d.
    #[serde(default)]
    pub cooldown: Option<Text>,
}
