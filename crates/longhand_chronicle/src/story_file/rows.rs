//! Mapping of facts, links, choices and pronouns to columns and back, and the checks of single columns.

use super::super::{AgentRegistry, CauseLink, ChoiceTrace, ScoredOption, SymbolTable};
use longhand_expr::ids::{AgentId, EventKind, Fact, Instant, PlaceId, WorldFact};
use longhand_expr::{emotion_name, field_name};
use longhand_scene::ChoiceReason;
use rusqlite::Row;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The readable columns of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactColumns {
    /// The fact as a scene writes it.
    pub text: String,
    /// What kind of fact it is: `attribute`, `bond`, `tie`, `place`, …
    pub kind: &'static str,
    /// The agent it is about.
    pub of: Option<u32>,
    /// The attribute, dimension, tie, event, …
    pub name: Option<String>,
    /// The second agent, of a bond, a tie, a feeling or a memory.
    pub to: Option<u32>,
    /// Who believes it, if it is a belief.
    pub holder: Option<u32>,
}

/// Splits a fact into columns.
#[must_use]
pub fn fact_columns(fact: Fact, symbols: &SymbolTable, agents: &AgentRegistry) -> FactColumns {
    let (kind, subject, name, to) = match fact {
        Fact::World(known)
        | Fact::Belief(_, known)
        | Fact::Source(_, known)
        | Fact::Confidence(_, known)
        | Fact::Topic(_, known) => match known {
            WorldFact::Attr(agent, attr) => ("attribute", agent, Some(symbols.attribute_name(attr).to_owned()), AgentId::NONE),
            WorldFact::Dim(from, to, dim) => ("bond", from, Some(symbols.dimension_name(dim).to_owned()), to),
            WorldFact::Tie(from, to, tie) => ("tie", from, Some(symbols.tie_name(tie).to_owned()), to),
            WorldFact::Place(agent) => ("place", agent, None, AgentId::NONE),
            WorldFact::Holder(thing) => ("holder", thing, None, AgentId::NONE),
            WorldFact::Name(agent) => ("name", agent, None, AgentId::NONE),
            WorldFact::Happened(event, a, b) => ("happened", a, Some(symbols.event_name(event).to_owned()), b),
        },
        Fact::Field(agent, field) => ("field", agent, Some(field_name(field).to_owned()), AgentId::NONE),
        Fact::Owner(os) => ("owner", os, None, AgentId::NONE),
        Fact::Happened(event, a, b) => ("happened", a, Some(symbols.event_name(event).to_owned()), b),
        Fact::Feeling(agent, emotion, to) => ("feeling", agent, Some(emotion_name(emotion).to_owned()), to),
        Fact::PastTie(from, to, tie) => ("past tie", from, Some(symbols.tie_name(tie).to_owned()), to),
        Fact::Appointment(by, with, what) => ("appointment", by, Some(symbols.appointment_name(what).to_owned()), with),
        Fact::MeetingPlace(by, with, what) => ("meeting place", by, Some(symbols.appointment_name(what).to_owned()), with),
        Fact::Intention(agent, about, what) => ("intention", agent, Some(symbols.intention_name(what).to_owned()), about),
        Fact::Memory(agent, event, with) => ("memory", agent, Some(symbols.event_name(event).to_owned()), with),
    };
    let holder = match fact {
        Fact::Belief(holder, _) | Fact::Source(holder, _) | Fact::Confidence(holder, _) | Fact::Topic(holder, _) => {
            agent_column(holder)
        }
        _ => None,
    };
    let kind = match fact {
        Fact::Source(..) => "source",
        Fact::Topic(..) => "topic",
        Fact::Confidence(..) => "confidence",
        _ => kind,
    };
    FactColumns {
        text: symbols.fact_expression(fact, agents),
        kind,
        of: agent_column(subject),
        name,
        to: agent_column(to),
        holder,
    }
}

/// An agent as a column; [`AgentId::NONE`] is NULL.
pub(super) fn agent_column(agent: AgentId) -> Option<u32> {
    agent.is_some().then_some(agent.0)
}

/// A place as a column; [`PlaceId::NOWHERE`] is NULL.
pub(super) fn place_column(place: PlaceId) -> Option<u16> {
    (place != PlaceId::NOWHERE).then_some(place.0)
}

pub(super) fn parse_link(word: &str, fact: Option<Fact>) -> Option<CauseLink> {
    Some(match (word, fact) {
        ("step", None) => CauseLink::Step,
        ("woke", None) => CauseLink::Triggered,
        ("condition", Some(fact)) => CauseLink::Condition(fact),
        ("want", Some(fact)) => CauseLink::Utility(fact),
        ("consent", Some(fact)) => CauseLink::Consent(fact),
        _ => return None,
    })
}

/// A choice as JSON. A number that is not finite is null.
#[derive(Serialize, Deserialize)]
struct ChoiceJson {
    idle: Option<f64>,
    options: Vec<OptionJson>,
}

#[derive(Serialize, Deserialize)]
struct OptionJson {
    kind: u16,
    name: String,
    roles: Vec<Option<u32>>,
    utility: Option<f64>,
    #[serde(rename = "whim")]
    choice_noise: Option<f64>,
    terms: Vec<Option<f64>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<ChoiceReason>,
}

pub(super) fn choice_to_json(choice: &ChoiceTrace, symbols: &SymbolTable) -> String {
    let finite = |value: f64| value.is_finite().then_some(value);
    let option = |option: &ScoredOption| OptionJson {
        kind: option.kind.0,
        name: symbols.event_name(option.kind).to_owned(),
        roles: option.roles.iter().copied().map(agent_column).collect(),
        utility: finite(option.utility),
        choice_noise: finite(option.choice_noise),
        terms: option.terms.iter().copied().map(finite).collect(),
        reasons: option.reasons.clone(),
    };
    let json = ChoiceJson { idle: finite(choice.idle_utility), options: choice.options.iter().map(option).collect() };
    serde_json::to_string(&json).expect("numbers, strings and lists serialise to JSON")
}

pub(super) fn choice_from_json(text: &str) -> Result<ChoiceTrace, serde_json::Error> {
    let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
    let json: ChoiceJson = serde_json::from_str(text)?;
    let option = |option: OptionJson| ScoredOption {
        kind: EventKind(option.kind),
        roles: option.roles.into_iter().map(|id| id.map_or(AgentId::NONE, AgentId)).collect(),
        utility: number(option.utility),
        choice_noise: number(option.choice_noise),
        terms: option.terms.into_iter().map(number).collect(),
        reasons: option.reasons,
    };
    Ok(ChoiceTrace { options: json.options.into_iter().map(option).collect(), idle_utility: number(json.idle) })
}

/// Largest distance from the start in microseconds.
const MAX_ABS_US: i64 = longhand_expr::Calendar::MAX_SPAN.0;

pub(super) fn checked_instant(us: i64) -> Result<Instant, RowError> {
    let is_in_range = (-MAX_ABS_US..=MAX_ABS_US).contains(&us);
    is_in_range.then_some(Instant(us)).ok_or_else(|| RowError::invalid("an instant is out of range"))
}

pub(super) fn checked_day(day: u32) -> Result<u32, RowError> {
    let is_in_range = i64::from(day) <= MAX_ABS_US / Instant::DAY_US;
    is_in_range.then_some(day).ok_or_else(|| RowError::invalid("a day is out of range"))
}

/// What can be wrong with a row.
pub(super) enum RowError {
    Sql(rusqlite::Error),
    Invalid(String),
}

impl RowError {
    pub fn invalid(what: impl Into<String>) -> Self {
        Self::Invalid(what.into())
    }
}

impl From<rusqlite::Error> for RowError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

pub(super) fn fact_by_id(facts: &BTreeMap<u32, Fact>, id: u32) -> Result<Fact, RowError> {
    facts.get(&id).copied().ok_or_else(|| RowError::invalid(format!("there is no fact {id}")))
}

/// Bytes; NULL is none.
pub(super) fn read_bytes<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a [u8], RowError> {
    let bytes = row.get_ref(column)?.as_blob_or_null().map_err(|_| RowError::invalid("a list does not consist of bytes"))?;
    Ok(bytes.unwrap_or_default())
}

/// A number; SQLite stores NaN as NULL.
pub(super) fn read_f64(row: &Row<'_>, column: usize) -> rusqlite::Result<f64> {
    Ok(row.get::<_, Option<f64>>(column)?.unwrap_or(f64::NAN))
}
