//! Mapping of facts, links, choices and settings to columns.

use super::super::words::{emotion_name, field_name};
use super::super::{Choice, Directory, Legend, Link, Scored};
use longhand_expr::ids::{AgentId, EventKind, Fact, Known, PlaceId};
use longhand_scene::Pronouns;
use serde::{Deserialize, Serialize};

/// The readable columns of a fact.
pub(super) struct FactColumns {
    pub text: String,
    pub kind: &'static str,
    pub of: Option<u32>,
    pub name: Option<String>,
    pub to: Option<u32>,
    pub holder: Option<u32>,
}

pub(super) fn fact_columns(fact: Fact, legend: &Legend, directory: &Directory) -> FactColumns {
    let (kind, of, name, to) = match fact {
        Fact::World(known) | Fact::Belief(_, known) => match known {
            Known::Attr(agent, attr) => ("attribute", agent, Some(legend.attribute(attr).to_owned()), AgentId::NONE),
            Known::Dim(from, to, dim) => ("bond", from, Some(legend.dim(dim).to_owned()), to),
            Known::Tie(from, to, tie) => ("tie", from, Some(legend.tie(tie).to_owned()), to),
            Known::Place(agent) => ("place", agent, None, AgentId::NONE),
        },
        Fact::Field(agent, field) => ("field", agent, Some(field_name(field).to_owned()), AgentId::NONE),
        Fact::Owner(os) => ("owner", os, None, AgentId::NONE),
        Fact::Happened(event, a, b) => ("happened", a, Some(legend.event(event).to_owned()), b),
        Fact::Feeling(agent, emotion, to) => ("feeling", agent, Some(emotion_name(emotion).to_owned()), to),
        Fact::Memory(agent, event, with) => ("memory", agent, Some(legend.event(event).to_owned()), with),
    };
    let holder = if let Fact::Belief(holder, _) = fact { agent(holder) } else { None };
    FactColumns { text: legend.write_fact(fact, directory), kind, of: agent(of), name, to: agent(to), holder }
}

/// An agent as a column; [`AgentId::NONE`] is NULL.
pub(super) fn agent(agent: AgentId) -> Option<u32> {
    agent.is_some().then_some(agent.0)
}

/// A place as a column; [`PlaceId::NOWHERE`] is NULL.
pub(super) fn place(place: PlaceId) -> Option<u16> {
    (place != PlaceId::NOWHERE).then_some(place.0)
}

pub(super) fn link(word: &str, fact: Option<Fact>) -> Option<Link> {
    Some(match (word, fact) {
        ("step", None) => Link::Step,
        ("woke", None) => Link::Woke,
        ("condition", Some(fact)) => Link::Condition(fact),
        ("want", Some(fact)) => Link::Want(fact),
        ("consent", Some(fact)) => Link::Consent(fact),
        _ => return None,
    })
}

pub(super) const fn pronouns_word(pronouns: Pronouns) -> &'static str {
    match pronouns {
        Pronouns::she => "she",
        Pronouns::he => "he",
        Pronouns::they => "they",
        Pronouns::it => "it",
    }
}

pub(super) fn pronouns(word: &str) -> Option<Pronouns> {
    [Pronouns::she, Pronouns::he, Pronouns::they, Pronouns::it].into_iter().find(|&one| pronouns_word(one) == word)
}

/// A choice as JSON. A number that is not finite is null.
#[derive(Serialize, Deserialize)]
struct ChoiceText {
    idle: Option<f64>,
    options: Vec<OptionText>,
}

#[derive(Serialize, Deserialize)]
struct OptionText {
    kind: u16,
    name: String,
    roles: Vec<Option<u32>>,
    utility: Option<f64>,
    whim: Option<f64>,
    terms: Vec<Option<f64>>,
}

pub(super) fn choice_text(choice: &Choice, legend: &Legend) -> String {
    let finite = |value: f64| value.is_finite().then_some(value);
    let option = |option: &Scored| OptionText {
        kind: option.kind.0,
        name: legend.event(option.kind).to_owned(),
        roles: option.roles.iter().copied().map(agent).collect(),
        utility: finite(option.utility),
        whim: finite(option.whim),
        terms: option.terms.iter().copied().map(finite).collect(),
    };
    let text = ChoiceText { idle: finite(choice.idle), options: choice.options.iter().map(option).collect() };
    serde_json::to_string(&text).expect("numbers, strings and lists serialise to JSON")
}

pub(super) fn choice(text: &str) -> Result<Choice, serde_json::Error> {
    let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
    let text: ChoiceText = serde_json::from_str(text)?;
    let option = |option: OptionText| Scored {
        kind: EventKind(option.kind),
        roles: option.roles.into_iter().map(|id| id.map_or(AgentId::NONE, AgentId)).collect(),
        utility: number(option.utility),
        whim: number(option.whim),
        terms: option.terms.into_iter().map(number).collect(),
    };
    Ok(Choice { options: text.options.into_iter().map(option).collect(), idle: number(text.idle) })
}
