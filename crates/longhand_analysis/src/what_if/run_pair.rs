//! Two runs with the data that all parts of their comparison need: how their events are paired, their histories, and the causal
//! chains from the interventions.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::align::{Alignment, ComparedRun, is_intervention};
use longhand_chronicle::{CauseGraph, Event, History, SymbolMap, SymbolTable, is_same_instant};
use longhand_expr::ids::{AgentId, EventId, Fact, WorldFact};
use longhand_narrative::RunNarrator;
use longhand_scene::Scenario;

/// An event in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NarratedEvent {
    /// Its number in its own run.
    pub event: u32,
    /// Civil date and time.
    pub at: String,
    /// The name of its event kind.
    pub kind: String,
    /// The sentence that narrates it.
    pub sentence: String,
}

/// Two runs with the data that several functions need of both.
pub(super) struct RunPair<'a> {
    pub first: ComparedRun<'a>,
    pub second: ComparedRun<'a>,
    pub alignment: &'a Alignment,
    pub histories: [History; 2],
    pub symbols: [SymbolTable; 2],
    pub narrators: [RunNarrator; 2],
    /// By side: the ids of that run in the other.
    pub maps: &'a [SymbolMap; 2],
    cause_graphs: [CauseGraph<'a>; 2],
    /// By event of the run: its predecessor on a shortest causal chain from an intervention.
    predecessors: [Vec<Option<EventId>>; 2],
}

impl<'a> RunPair<'a> {
    pub(super) fn new(
        first: ComparedRun<'a>,
        second: ComparedRun<'a>,
        maps: &'a [SymbolMap; 2],
        alignment: &'a Alignment,
    ) -> Self {
        let symbols = [&first, &second].map(|run| SymbolTable::from_scenario(run.scenario));
        let histories =
            [(&first, &symbols[0]), (&second, &symbols[1])].map(|(run, table)| History::from_chronicle(run.chronicle, table));
        let narrators = [&first, &second].map(|run| RunNarrator::of_chronicle(run.scenario, run.seed, run.chronicle));
        let cause_graphs = [&first, &second].map(|run| CauseGraph::from_chronicle(run.chronicle));
        let mut pair = Self {
            first,
            second,
            alignment,
            histories,
            symbols,
            narrators,
            maps,
            cause_graphs,
            predecessors: [Vec::new(), Vec::new()],
        };
        // The second run starts from its interventions, the first run from the events that they prevented.
        let is_from_intervention = |event: &&Event| is_intervention(second.scenario, event);
        let interventions: Vec<&Event> = second.chronicle.iter().filter(is_from_intervention).collect();
        let is_prevented = |event: &&Event| {
            let id = event.id.index();
            alignment.first_to_second[id].is_none()
                && interventions.iter().any(|intervention| {
                    is_same_instant(intervention.at, event.at) && has_same_agents(&maps[0], event, intervention)
                })
        };
        let prevented: Vec<EventId> = first.chronicle.iter().filter(is_prevented).map(|event| event.id).collect();
        let intervention_ids: Vec<EventId> = interventions.iter().map(|event| event.id).collect();
        pair.predecessors = [pair.shortest_chains(0, &prevented), pair.shortest_chains(1, &intervention_ids)];
        pair
    }

    pub(super) fn run(&self, side: usize) -> &ComparedRun<'a> {
        [&self.first, &self.second][side]
    }

    /// An agent of the run on the side `from`, in the run on the side `to`.
    pub(super) fn agent_on_side(&self, agent: AgentId, from: usize, to: usize) -> Option<AgentId> {
        if from == to { Some(agent) } else { self.maps[from].agent(agent) }
    }

    /// For each event, its predecessor on a shortest causal chain from any of `sources`. A source is its own predecessor.
    fn shortest_chains(&self, side: usize, sources: &[EventId]) -> Vec<Option<EventId>> {
        let mut predecessors = vec![None; self.run(side).chronicle.len()];
        let mut queue: VecDeque<EventId> = sources.iter().copied().collect();
        sources.iter().for_each(|&event| predecessors[event.index()] = Some(event));
        while let Some(event) = queue.pop_front() {
            for &effect in self.cause_graphs[side].effects(event) {
                if predecessors[effect.index()].is_none() {
                    predecessors[effect.index()] = Some(event);
                    queue.push_back(effect);
                }
            }
        }
        predecessors
    }

    /// The causal chain from an intervention, or from an event that it prevented, to an event; empty if there is none.
    pub(super) fn cause_chain(&self, first: bool, event: EventId) -> Vec<NarratedEvent> {
        let side = usize::from(!first);
        let mut chain = Vec::new();
        let mut current = event;
        while let Some(predecessor) = self.predecessors[side].get(current.index()).copied().flatten() {
            chain.push(current);
            if predecessor == current {
                break;
            }
            current = predecessor;
        }
        chain.reverse();
        let run = self.run(side);
        let narrate = |id: EventId| Some(narrate_event(run, &self.narrators[side], run.chronicle.event(id)?));
        chain.into_iter().filter_map(narrate).collect()
    }
}

/// The maps from each of two runs to the other.
pub(super) fn symbol_maps(first: &ComparedRun<'_>, second: &ComparedRun<'_>) -> [SymbolMap; 2] {
    let mut to_second = SymbolMap::new(first.scenario, second.scenario);
    to_second.pair_created(first.chronicle, second.chronicle);
    let to_first = to_second.reversed(first.scenario, second.scenario);
    [to_second, to_first]
}

/// Whether an event has the same agents, in the same order, as an event of the other run. The kinds may differ.
fn has_same_agents(map: &SymbolMap, event: &Event, other: &Event) -> bool {
    event.roles.len() == other.roles.len()
        && event.roles.iter().zip(&other.roles).all(|(agent, counterpart)| map.agent(*agent) == Some(*counterpart))
}

/// Narrates an event.
pub(super) fn narrate_event(run: &ComparedRun<'_>, narrator: &RunNarrator, event: &Event) -> NarratedEvent {
    NarratedEvent {
        event: event.id.0,
        at: run.scenario.calendar.datetime(event.at).to_string(),
        kind: run.scenario.events[event.kind.index()].name.clone(),
        sentence: narrator.sentence(run.scenario, event, &run.chronicle.agents),
    }
}

/// The difference between two values of a fact of a scene, relative to its range, 0 to 1.
pub(super) fn range_share(scenario: &Scenario, fact: Fact, first: f64, second: f64) -> f64 {
    let range = match fact {
        Fact::World(WorldFact::Attr(_, attr)) | Fact::Belief(_, WorldFact::Attr(_, attr)) => {
            scenario.attributes.get(attr.index()).filter(|attr| attr.one_of.is_empty()).map(|attr| attr.range)
        }
        Fact::World(WorldFact::Dim(_, _, dim)) | Fact::Belief(_, WorldFact::Dim(_, _, dim)) => {
            scenario.dims.get(dim.index()).map(|dim| dim.range)
        }
        Fact::Feeling(..) | Fact::Memory(..) | Fact::Confidence(..) => Some((0.0, 1.0)),
        _ => return if first == second { 0.0 } else { 1.0 },
    };
    let (low, high) = range.unwrap_or((0.0, 1.0));
    // Without finite bounds (or with very wide ones), the scale is the larger magnitude.
    let scale = if (high - low).is_finite() && high - low < 1e3 { high - low } else { first.abs().max(second.abs()) };
    if scale > 0.0 { ((first - second).abs() / scale).min(1.0) } else { 0.0 }
}
