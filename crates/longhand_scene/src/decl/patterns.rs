//! Beats and patterns, and their clauses.

use super::super::spanned::{Spanned, SpannedMap};
use super::super::values::AllenRelation;
use super::Text;
use serde::Deserialize;

/// A pattern over events that the author waits for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Beat")]
pub struct BeatDecl {
    pub id: Text,
    #[serde(default)]
    pub title: String,
    /// Description for the reader.
    #[serde(default)]
    pub about: String,
    /// Similar event sequences that deliberately do not match.
    #[serde(default)]
    pub unlike: String,
    #[serde(default)]
    pub must: bool,
    /// Clauses in order; the beat happens at the last.
    pub events: Vec<ClauseDecl>,
    /// Events that prevent the match when they happen in a given interval.
    #[serde(default)]
    pub unless: Vec<UnlessDecl>,
}

/// One clause of a pattern: an event, or a tie or a stay that begins.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Clause")]
pub struct ClauseDecl {
    /// Name by which other clauses of the same pattern refer to it.
    #[serde(default)]
    pub id: Option<Text>,
    /// Event kinds or tags, any of which matches.
    #[serde(default)]
    pub on: Vec<Text>,
    /// Instead of `on`: a tie (id or tag) that begins between two agents: `(tie, from, to)`.
    #[serde(default)]
    pub tie: Option<(Text, Text, Text)>,
    /// Instead of `on`: an agent's stay at a place: `(agent, place)`.
    #[serde(default)]
    pub stay: Option<(Text, Text)>,
    /// The event's roles, each bound to a variable or a cast member: `{"self": "ann", "friend": "x"}`.
    #[serde(default)]
    pub roles: SpannedMap<Text>,
    /// Condition over the bound variables, evaluated when the event happens.
    #[serde(default)]
    pub when: Option<Text>,
    /// Alternatives to `on`, `tie` or `stay`; each must bind the same variables.
    #[serde(default)]
    pub or: Vec<AlternativeDecl>,
    /// Maximum time after the previous clause.
    #[serde(default)]
    pub within: Option<Text>,
    /// Time since other clauses, by id. With the clause's own id: time from its first event to its last.
    #[serde(default)]
    pub since: SpannedMap<GapDecl>,
    /// Allowed temporal relations to other clauses, by id.
    #[serde(default)]
    pub relates: SpannedMap<Vec<Spanned<AllenRelation>>>,
    /// Number of events that this clause needs. Default: 1.
    #[serde(default)]
    pub times: Option<Spanned<u32>>,
    /// Event kinds that must not happen between the previous clause and this one.
    #[serde(default)]
    pub unless: Vec<Text>,
}

/// An alternative within a clause; the fields are those of the clause.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Way")]
pub struct AlternativeDecl {
    #[serde(default)]
    pub on: Vec<Text>,
    #[serde(default)]
    pub tie: Option<(Text, Text, Text)>,
    #[serde(default)]
    pub stay: Option<(Text, Text)>,
    #[serde(default)]
    pub roles: SpannedMap<Text>,
    #[serde(default)]
    pub when: Option<Text>,
}

/// Minimum and maximum time between two clauses.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Gap")]
pub struct GapDecl {
    #[serde(default)]
    pub least: Option<Text>,
    #[serde(default)]
    pub most: Option<Text>,
}

/// Events that must not happen in an interval.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Unless")]
pub struct UnlessDecl {
    /// Event kinds or tags, any of which matches.
    pub on: Vec<Text>,
    /// Roles bound to variables of the pattern or to cast members. Other roles match any agent.
    #[serde(default)]
    pub roles: SpannedMap<Text>,
    /// Condition over the variables in `roles`, evaluated when the event happens.
    #[serde(default)]
    pub when: Option<Text>,
    /// Number of such events that prevents the match. Default: 1.
    #[serde(default)]
    pub times: Option<Spanned<u32>>,
    /// The interval begins after this clause. Default: the start of the run.
    #[serde(default)]
    pub from: Option<Text>,
    /// The interval ends at this clause.
    #[serde(default)]
    pub until: Option<Text>,
    /// Length of the interval. Without `until` and `lasting` it ends with the run.
    #[serde(default)]
    pub lasting: Option<Text>,
}
