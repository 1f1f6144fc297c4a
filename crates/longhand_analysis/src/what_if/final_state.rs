//! Compares the final states of the cast, and the measures, of two runs.

use serde::{Deserialize, Serialize};

use super::align::ComparedRun;
use super::run_pair::{RunPair, range_share};
use longhand_chronicle::{History, HistoryEntry, LogPosition};
use longhand_expr::ids::{AgentField, AgentId, Fact, WorldFact};

/// A member of the cast whose final state differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentDiff {
    /// The agent's id in the scene.
    pub agent: String,
    /// The name used for the agent.
    #[serde(rename = "called")]
    pub short_name: String,
    /// The facts that differ, largest difference first.
    pub facts: Vec<FactDiff>,
}

/// A fact that differs at the end of two runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactDiff {
    /// The fact in scene syntax: `ann.loneliness`.
    pub fact: String,
    /// The fact in words: `Ann's loneliness`.
    #[serde(rename = "said")]
    pub description: String,
    /// Value at the end of the first run; switches are 0 or 1.
    pub first: f64,
    /// Value at the end of the second run.
    pub second: f64,
    /// Both values in words.
    pub values: (String, String),
    /// The difference relative to the range of the fact, 0 to 1; always 1 for switches, ties and places.
    pub share: f64,
}

/// A measure that differs between two runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureDiff {
    /// Id of the measure.
    pub id: String,
    /// Value in the first run; `None` if the condition for measuring never occurred.
    pub first: Option<f64>,
    /// Value in the second run.
    pub second: Option<f64>,
}

/// Smallest difference that is reported, relative to the range of the fact.
const MIN_RANGE_SHARE: f64 = 0.05;

pub(super) fn diff_final_states(pair: &RunPair<'_>) -> Vec<AgentDiff> {
    let [first, second] = &pair.histories;
    let [to_second, to_first] = pair.maps;
    let cast_size = pair.first.scenario.cast.len();
    // Facts that exist in one run only are left out.
    let facts = first.facts().chain(second.facts().filter_map(|fact| to_first.fact(fact)));
    let mut facts: Vec<Fact> = facts.filter(|fact| is_compared(*fact, cast_size)).collect();
    facts.sort_unstable();
    facts.dedup();
    let value = |history: &History, fact, at| {
        history.last_entry(fact, LogPosition::end_of(at)).map(|entry: &HistoryEntry| history.decayed_value(fact, entry, at))
    };
    let [first_symbols, second_symbols] = &pair.symbols;
    let [first_registry, second_registry] = [&pair.first.chronicle.agents, &pair.second.chronicle.agents];
    let mut diffs: Vec<(AgentId, FactDiff)> = Vec::new();
    for fact in facts {
        let Some(counterpart) = to_second.fact(fact) else { continue };
        let first_value = value(first, fact, pair.first.ended).unwrap_or_else(|| default_value(&pair.first, fact));
        let second_value =
            value(second, counterpart, pair.second.ended).unwrap_or_else(|| default_value(&pair.second, counterpart));
        let share = range_share(pair.first.scenario, fact, to_second.fact_value(fact, first_value), second_value);
        if share < MIN_RANGE_SHARE {
            continue;
        }
        let diff = FactDiff {
            fact: second_symbols.fact_expression(counterpart, second_registry),
            description: second_symbols.describe_fact(counterpart, second_registry),
            first: first_value,
            second: second_value,
            values: (
                first_symbols.describe_value(fact, first_value, first_registry),
                second_symbols.describe_value(counterpart, second_value, second_registry),
            ),
            share,
        };
        diffs.push((fact.subject(), diff));
    }
    let mut agent_diffs: Vec<AgentDiff> = Vec::new();
    for id in (0..cast_size).map(AgentId::from_index) {
        let mut facts: Vec<FactDiff> = diffs.iter().filter(|(agent, _)| *agent == id).map(|(_, diff)| diff.clone()).collect();
        facts.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.fact.cmp(&b.fact)));
        if !facts.is_empty() {
            let member = &pair.first.scenario.cast[id.index()];
            let in_second = to_second.agent(id).unwrap_or(id);
            agent_diffs.push(AgentDiff { agent: member.id.clone(), short_name: second_registry.display_name(in_second), facts });
        }
    }
    agent_diffs
}

/// Whether final states are compared by this fact: attributes, owners, holders, presence, and bonds and ties within the cast.
fn is_compared(fact: Fact, cast_size: usize) -> bool {
    let is_in_cast = |agent: AgentId| agent.index() < cast_size;
    match fact {
        Fact::World(WorldFact::Attr(agent, _)) => is_in_cast(agent),
        Fact::World(WorldFact::Dim(from, to, _) | WorldFact::Tie(from, to, _)) => is_in_cast(from) && is_in_cast(to),
        Fact::Field(agent, field) => {
            is_in_cast(agent)
                && matches!(
                    field,
                    AgentField::Present
                        | AgentField::Gone
                        | AgentField::Dead
                        | AgentField::Kind
                        | AgentField::Bound
                        | AgentField::Generation
                )
        }
        Fact::Owner(agent) | Fact::World(WorldFact::Holder(agent)) => is_in_cast(agent),
        Fact::World(WorldFact::Place(_) | WorldFact::Name(_) | WorldFact::Happened(..))
        | Fact::Belief(..)
        | Fact::Happened(..)
        | Fact::Feeling(..)
        | Fact::Memory(..)
        | Fact::PastTie(..)
        | Fact::Appointment(..)
        | Fact::MeetingPlace(..)
        | Fact::Intention(..)
        | Fact::Source(..)
        | Fact::Topic(..)
        | Fact::Confidence(..) => false,
    }
}

/// The value of a fact that was never written.
fn default_value(run: &ComparedRun<'_>, fact: Fact) -> f64 {
    match fact {
        Fact::World(WorldFact::Attr(_, attr)) => run.scenario.attributes.get(attr.index()).map_or(0.0, |attr| attr.start),
        Fact::World(WorldFact::Dim(_, _, dim)) => run.scenario.dims.get(dim.index()).map_or(0.0, |dim| dim.rest),
        Fact::World(WorldFact::Holder(_)) => f64::from(AgentId::NONE.0),
        Fact::Owner(_) => -1.0,
        _ => 0.0,
    }
}

pub(super) fn diff_measures(pair: &RunPair<'_>) -> Vec<MeasureDiff> {
    let value_of = |side: usize, id: &str| [pair.first, pair.second][side].chronicle.measured(id);
    let [declared_first, declared_second] = [&pair.first, &pair.second].map(|run| &run.scenario.measures);
    // A measure of one scene only is listed with the other declarations.
    let measures = declared_first.iter().filter(|measure| declared_second.iter().any(|other| other.id == measure.id));
    let diffs = measures.map(|measure| MeasureDiff {
        id: measure.id.clone(),
        first: value_of(0, &measure.id),
        second: value_of(1, &measure.id),
    });
    diffs.filter(|measure| measure.first != measure.second).collect()
}
