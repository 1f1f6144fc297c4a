//! Two runs with what the parts of their comparison share: how their events are paired, their histories, and the causal chains from the
//! interventions.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::align::{Alignment, ComparedRun, is_intervention};
use longhand_chronicle::{CauseGraph, Event, History, SymbolTable};
use longhand_expr::ids::{EventId, Fact, WorldFact};
use longhand_narrative::EventNarrator;

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
    pub narrators: [EventNarrator; 2],
    cause_graphs: [CauseGraph<'a>; 2],
    /// By event of the run: its predecessor on a shortest causal chain from an intervention.
    predecessors: [Vec<Option<EventId>>; 2],
}

impl<'a> RunPair<'a> {
    pub(super) fn new(first: ComparedRun<'a>, second: ComparedRun<'a>, alignment: &'a Alignment) -> Self {
        let legends = [&first, &second].map(|run| SymbolTable::from_scenario(run.scenario));
        let histories =
            [(&first, &legends[0]), (&second, &legends[1])].map(|(run, legend)| History::from_chronicle(run.chronicle, legend));
        let tellers = [&first, &second].map(|run| EventNarrator::new(run.scenario, run.seed));
        let graphs = [&first, &second].map(|run| CauseGraph::from_chronicle(run.chronicle));
        let mut pair = Self {
            first,
            second,
            alignment,
            histories,
            symbols: legends,
            narrators: tellers,
            cause_graphs: graphs,
            predecessors: [Vec::new(), Vec::new()],
        };
        // The second run starts from its interventions, the first run from the events that they prevented.
        let outside = |event: &&Event| is_intervention(second.scenario, event);
        let done: Vec<&Event> = second.chronicle.iter().filter(outside).collect();
        let is_prevented = |event: &&Event| {
            let id = event.id.index();
            alignment.first_to_second[id].is_none() && done.iter().any(|done| done.at == event.at && done.roles == event.roles)
        };
        let prevented: Vec<EventId> = first.chronicle.iter().filter(is_prevented).map(|event| event.id).collect();
        let done: Vec<EventId> = done.iter().map(|event| event.id).collect();
        pair.predecessors = [pair.shortest_chains(0, &prevented), pair.shortest_chains(1, &done)];
        pair
    }

    pub(super) fn run(&self, side: usize) -> &ComparedRun<'a> {
        [&self.first, &self.second][side]
    }

    /// For each event, its predecessor on a shortest causal chain from any of the given events; those are their own predecessors.
    fn shortest_chains(&self, side: usize, from: &[EventId]) -> Vec<Option<EventId>> {
        let mut before = vec![None; self.run(side).chronicle.len()];
        let mut waiting: VecDeque<EventId> = from.iter().copied().collect();
        from.iter().for_each(|&event| before[event.index()] = Some(event));
        while let Some(event) = waiting.pop_front() {
            for &effect in self.cause_graphs[side].effects(event) {
                if before[effect.index()].is_none() {
                    before[effect.index()] = Some(event);
                    waiting.push_back(effect);
                }
            }
        }
        before
    }

    /// The causal chain from an intervention, or from an event that it prevented, to an event; empty if there is none.
    pub(super) fn cause_chain(&self, first: bool, event: EventId) -> Vec<NarratedEvent> {
        let side = usize::from(!first);
        let mut chain = Vec::new();
        let mut at = event;
        while let Some(before) = self.predecessors[side].get(at.index()).copied().flatten() {
            chain.push(at);
            if before == at {
                break;
            }
            at = before;
        }
        chain.reverse();
        let run = self.run(side);
        let narrate = |id: EventId| Some(narrate_event(run, &self.narrators[side], run.chronicle.event(id)?));
        chain.into_iter().filter_map(narrate).collect()
    }

    /// The difference between two values of a fact, relative to its range, 0 to 1.
    pub(super) fn range_share(&self, fact: Fact, one: f64, other: f64) -> f64 {
        let range = match fact {
            Fact::World(WorldFact::Attr(_, attr)) | Fact::Belief(_, WorldFact::Attr(_, attr)) => {
                self.first.scenario.attributes.get(attr.index()).map(|attr| attr.range)
            }
            Fact::World(WorldFact::Dim(_, _, dim)) | Fact::Belief(_, WorldFact::Dim(_, _, dim)) => {
                self.first.scenario.dims.get(dim.index()).map(|dim| dim.range)
            }
            Fact::Feeling(..) | Fact::Memory(..) => Some((0.0, 1.0)),
            _ => return if one == other { 0.0 } else { 1.0 },
        };
        let (low, high) = range.unwrap_or((0.0, 1.0));
        // Without finite bounds (or with very wide ones), the larger value is the reference.
        let wide = if (high - low).is_finite() && high - low < 1e3 { high - low } else { one.abs().max(other.abs()) };
        if wide > 0.0 { ((one - other).abs() / wide).min(1.0) } else { 0.0 }
    }
}

/// Narrates an event without context.
pub(super) fn narrate_event(run: &ComparedRun<'_>, teller: &EventNarrator, event: &Event) -> NarratedEvent {
    NarratedEvent {
        event: event.id.0,
        at: run.scenario.calendar.datetime(event.at).to_string(),
        kind: run.scenario.events[event.kind.index()].name.clone(),
        sentence: teller.standalone_sentence(run.scenario, event, 1, &run.chronicle.agents),
    }
}
