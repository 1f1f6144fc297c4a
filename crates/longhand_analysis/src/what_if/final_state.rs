//! Compares the final states of the cast, and the measures, of two runs.

use serde::{Deserialize, Serialize};

use super::run_pair::RunPair;
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
    let cast_size = pair.first.scenario.cast.len();
    let mut facts: Vec<Fact> = first.facts().chain(second.facts()).filter(|fact| is_compared(*fact, cast_size)).collect();
    facts.sort_unstable();
    facts.dedup();
    let symbols = &pair.symbols[1];
    let registry = &pair.second.chronicle.agents;
    let value = |history: &History, fact, at| {
        history.last_entry(fact, LogPosition::end_of(at)).map(|entry: &HistoryEntry| history.decayed_value(fact, entry, at))
    };
    let mut diffs: Vec<(AgentId, FactDiff)> = Vec::new();
    for fact in facts {
        let default = default_value(pair, fact);
        let first_value = value(first, fact, pair.first.ended).unwrap_or(default);
        let second_value = value(second, fact, pair.second.ended).unwrap_or(default);
        let share = pair.range_share(fact, first_value, second_value);
        if share < MIN_RANGE_SHARE {
            continue;
        }
        let diff = FactDiff {
            fact: symbols.fact_expression(fact, registry),
            description: symbols.describe_fact(fact, registry),
            first: first_value,
            second: second_value,
            values: (symbols.describe_value(fact, first_value, registry), symbols.describe_value(fact, second_value, registry)),
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
            agent_diffs.push(AgentDiff { agent: member.id.clone(), short_name: registry.display_name(id), facts });
        }
    }
    agent_diffs
}

/// Whether final states are compared by this fact: attributes, owners, presence, and bonds and ties within the cast.
fn is_compared(fact: Fact, cast_size: usize) -> bool {
    let is_in_cast = |agent: AgentId| agent.index() < cast_size;
    match fact {
        Fact::World(WorldFact::Attr(agent, _)) => is_in_cast(agent),
        Fact::World(WorldFact::Dim(from, to, _) | WorldFact::Tie(from, to, _)) => is_in_cast(from) && is_in_cast(to),
        Fact::Field(agent, field) => {
            is_in_cast(agent)
                && matches!(field, AgentField::Present | AgentField::Gone | AgentField::Bound | AgentField::Generation)
        }
        Fact::Owner(agent) => is_in_cast(agent),
        Fact::World(WorldFact::Place(_)) | Fact::Belief(..) | Fact::Happened(..) | Fact::Feeling(..) | Fact::Memory(..) => false,
    }
}

/// The value of a fact that was never written.
fn default_value(pair: &RunPair<'_>, fact: Fact) -> f64 {
    match fact {
        Fact::World(WorldFact::Attr(_, attr)) => pair.first.scenario.attributes.get(attr.index()).map_or(0.0, |attr| attr.start),
        Fact::World(WorldFact::Dim(_, _, dim)) => pair.first.scenario.dims.get(dim.index()).map_or(0.0, |dim| dim.rest),
        Fact::Owner(_) => -1.0,
        _ => 0.0,
    }
}

pub(super) fn diff_measures(pair: &RunPair<'_>) -> Vec<MeasureDiff> {
    let value_of = |side: usize, id: &str| [pair.first, pair.second][side].chronicle.measured(id);
    let measures = pair.first.scenario.measures.iter();
    let diffs = measures.map(|measure| MeasureDiff {
        id: measure.id.clone(),
        first: value_of(0, &measure.id),
        second: value_of(1, &measure.id),
    });
    diffs.filter(|measure| measure.first != measure.second).collect()
}
