//! What happens: actions, triggers and processes.

use super::super::commitments::AppointmentFate;
use super::super::spanned::{Spanned, SpannedMap};
use super::super::values::{NarrationFrequency, RecordDetail};
use super::Text;
use serde::Deserialize;

/// Something an agent may choose to do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Action")]
pub struct ActionDecl {
    pub id: Text,
    #[serde(default)]
    pub tags: Vec<Text>,
    /// Kinds or cast members that may choose it. Default: every kind that has the attributes it reads.
    #[serde(default)]
    pub by: Vec<Text>,
    /// The other parties, each bound by a set, in order. They must be free and awake, and may refuse.
    #[serde(default)]
    pub roles: SpannedMap<Text>,
    /// Agents it concerns who do not take part.
    #[serde(default)]
    pub about: SpannedMap<Text>,
    /// Condition. Default: true.
    #[serde(default)]
    pub when: Option<Text>,
    /// Utility for the initiator (number).
    pub want: Text,
    /// Probability (number) or condition by which each role accepts. Roles that are not listed always accept.
    #[serde(default)]
    pub accept: AcceptDecl,
    /// Duration for which all parties are busy. Default: 0.
    #[serde(default)]
    pub takes: Option<Text>,
    /// Place expression; all parties go there.
    #[serde(default)]
    pub place: Option<Text>,
    /// Minimum time between two choices of this action by the same agent.
    #[serde(default)]
    pub cooldown: Option<Text>,
    #[serde(default)]
    pub values: SpannedMap<Text>,
    #[serde(default)]
    pub does: Vec<Text>,
    /// Prose key. Default: the name of the event kind.
    #[serde(default)]
    pub tell: Option<Text>,
    /// Sentences for the event, instead of an entry of `prose`.
    #[serde(default)]
    pub say: Vec<Text>,
    /// The outcome when a party refuses.
    #[serde(default)]
    pub refused: Option<OutcomeDecl>,
    #[serde(default)]
    pub steps: Vec<StepDecl>,
    /// Whether events are recorded in full (default) or only counted.
    #[serde(default)]
    pub keep: RecordDetail,
    /// How often the event is narrated.
    #[serde(default)]
    pub telling: NarrationFrequency,
}

/// Acceptance by the other roles: always, one expression for all roles, or one per role.
#[derive(Debug, Default, Deserialize)]
pub enum AcceptDecl {
    #[default]
    Always,
    All(Text),
    By(SpannedMap<Text>),
}

/// A later part of an action or trigger.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Step")]
pub struct StepDecl {
    pub id: Text,
    /// Delay after the event that led to it (duration).
    #[serde(default)]
    pub after: Option<Text>,
    /// One of these is drawn, by weight.
    pub outcomes: Vec<OutcomeDecl>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Outcome")]
pub struct OutcomeDecl {
    /// The name of the event kind is `rule/outcome`.
    pub id: Text,
    /// Tags of this outcome; it does not inherit those of the rule.
    #[serde(default)]
    pub tags: Vec<Text>,
    /// Weight (number). Default: 1. An outcome with weight 0 or less is never drawn.
    #[serde(default)]
    pub weight: Option<Text>,
    #[serde(default)]
    pub values: SpannedMap<Text>,
    #[serde(default)]
    pub does: Vec<Text>,
    #[serde(default)]
    pub tell: Option<Text>,
    /// Sentences for the event, instead of an entry of `prose`.
    #[serde(default)]
    pub say: Vec<Text>,
    #[serde(default)]
    pub place: Option<Text>,
    /// Id of the next step. Default: the rule ends.
    #[serde(default)]
    pub then: Option<Text>,
    #[serde(default)]
    pub telling: NarrationFrequency,
}

/// An event that happens because a condition became true or another event happened; no agent chooses it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Trigger")]
pub struct TriggerDecl {
    pub id: Text,
    #[serde(default)]
    pub tags: Vec<Text>,
    /// Kinds or cast members it may happen to. Optional with `Event`: then `self` is that of the event.
    #[serde(default)]
    pub by: Vec<Text>,
    #[serde(default)]
    pub on: ActivationDecl,
    /// With `Event`: the role of the event whose agents it happens to, once for each. They are `self`; that of the event is `other`.
    #[serde(default)]
    pub each: Option<Text>,
    /// Further agents, bound in order; each is the first match of its set.
    #[serde(default)]
    pub about: SpannedMap<Text>,
    #[serde(default)]
    pub when: Option<Text>,
    /// Probability (number) at each activation. Default: 1.
    #[serde(default)]
    pub chance: Option<Text>,
    /// Delay between activation and event (duration).
    #[serde(default)]
    pub after: Option<Text>,
    #[serde(default)]
    pub cooldown: Option<Text>,
    /// At most once for each `self`.
    #[serde(default)]
    pub once: bool,
    #[serde(default)]
    pub place: Option<Text>,
    #[serde(default)]
    pub values: SpannedMap<Text>,
    #[serde(default)]
    pub does: Vec<Text>,
    #[serde(default)]
    pub tell: Option<Text>,
    /// Sentences for the event, instead of an entry of `prose`.
    #[serde(default)]
    pub say: Vec<Text>,
    #[serde(default)]
    pub steps: Vec<StepDecl>,
    #[serde(default)]
    pub keep: RecordDetail,
    #[serde(default)]
    pub telling: NarrationFrequency,
    /// For a trigger of an intention: what its condition needs besides `when`.
    #[serde(skip)]
    pub of_intention: Option<IntentionCondition>,
}

/// What the condition of a trigger of an intention needs besides `when`.
#[derive(Debug)]
pub struct IntentionCondition {
    /// A condition that must hold too.
    pub also: Text,
    /// Whether `when` must not hold.
    pub negates: bool,
}

/// What activates a trigger.
#[derive(Debug, Default, Deserialize)]
pub enum ActivationDecl {
    /// `when` changes from false to true for an agent of `by`.
    #[default]
    Becomes,
    /// An event of this kind or tag happened; its roles are bound under their own names.
    Event(Text),
    /// A tie began; `self` and `other` are its ends (in both directions for a mutual tie).
    Begins(Text),
    /// A tie ended; same bindings as `Begins`.
    Ends(Text),
    /// An event happened at the place of `self`, who took no part in it. `actor` is the agent that began it.
    Sees(Text),
    /// `self` learned a fact about this tie or attribute, or of an event of this kind or tag. `other` is its subject, `whom` the other end
    /// of a tie or another agent in the event.
    Learns(Text),
    /// `self` died.
    Dies,
    /// `self` left.
    Leaves,
    /// `self` returned.
    Returns,
    /// One event moved this attribute of `self` by at least this much (up if positive, down if negative).
    Jumps(Text, Spanned<f64>),
    /// A journey of `self` ended. Only the engine's own trigger has it.
    #[serde(skip)]
    Arrives,
    /// An appointment of `self` with `other` is over. Only the engine's own triggers have it.
    #[serde(skip)]
    Settles(Text, AppointmentFate),
}

/// A rule that is applied at regular intervals.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Process")]
pub struct ProcessDecl {
    pub id: Text,
    pub by: Vec<Text>,
    /// Time between two applications (duration).
    pub every: Text,
    #[serde(default)]
    pub when: Option<Text>,
    /// Expected repetitions per application (number over `self`); a keyed draw decides the fraction. Default: 1.
    #[serde(default)]
    pub times: Option<Text>,
    /// Other agents it concerns; `pick(…)` draws another one at each application.
    #[serde(default)]
    pub about: SpannedMap<Text>,
    pub does: Vec<Text>,
    #[serde(default)]
    pub explain: String,
}
