//! Builds the graph of the causes between events.

use super::graph::{Graph, GraphEdge, GraphNode, GraphValue};
use longhand_chronicle::{CauseGraph, Chronicle, Event, SymbolTable};
use longhand_expr::ids::{EventId, Instant};
use std::collections::BTreeMap;

/// Which events a graph of causes covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CauseScope {
    /// All events up to and including an instant.
    Until(Instant),
    /// One event and its causes, up to this many steps back.
    CausesOf(EventId, usize),
}

/// Builds graphs of the causes between events.
#[derive(Clone, Copy, Debug)]
pub struct CauseGraphBuilder<'a> {
    /// Names of kinds, places and facts.
    pub symbols: &'a SymbolTable,
    /// The events and agents.
    pub chronicle: &'a Chronicle,
}

impl CauseGraphBuilder<'_> {
    /// The graph with one edge from each cause to its effect, labelled with the fact that connects them.
    #[must_use]
    pub fn build(&self, scope: CauseScope) -> Graph {
        let (selected, title) = match scope {
            CauseScope::Until(at) => {
                let events = self.chronicle.iter().filter(|event| event.at <= at).map(|event| (event.id, None));
                (events.collect(), format!("causes until {}", self.symbols.civil_time(at)))
            }
            CauseScope::CausesOf(event, depth) => (self.ancestors(event, depth), format!("causes of #{}", event.0)),
        };
        let node_indices: BTreeMap<EventId, usize> = selected.keys().enumerate().map(|(index, &event)| (event, index)).collect();
        let events = || selected.keys().filter_map(|&id| self.chronicle.event(id));
        let beats: BTreeMap<EventId, usize> =
            self.chronicle.beats.iter().map(|completed| (completed.event, completed.beat)).collect();
        let nodes = events().map(|event| {
            let mut node = self.event_node(event, beats.get(&event.id).copied());
            let distance = selected.get(&event.id).copied().flatten();
            node.values.extend(distance.map(|distance| ("distance".to_owned(), GraphValue::Int(distance))));
            node
        });
        let nodes = nodes.collect();
        let edges = events().flat_map(|event| {
            let node_indices = &node_indices;
            event.causes.iter().filter_map(move |cause| {
                let (from, to) = (*node_indices.get(&cause.event)?, *node_indices.get(&event.id)?);
                let fact = cause.link.fact().map(|fact| self.symbols.fact_expression(fact, &self.chronicle.agents));
                let mut values = vec![("link".to_owned(), GraphValue::Text(cause.link.keyword().to_owned()))];
                values.extend(fact.clone().map(|fact| ("fact".to_owned(), GraphValue::Text(fact))));
                // All causes are drawn alike.
                Some(GraphEdge { from, to, label: fact.unwrap_or_default(), strength: 0.5, values, spells: Vec::new() })
            })
        });
        Graph { title, nodes, edges: edges.collect(), period: None }
    }

    /// An event and its causes up to `depth` steps back, each with its distance in steps.
    fn ancestors(&self, event: EventId, depth: usize) -> BTreeMap<EventId, Option<usize>> {
        let graph = CauseGraph::from_chronicle(self.chronicle);
        let tree = graph.cause_tree(event, u32::try_from(depth).unwrap_or(u32::MAX));
        let expanded = tree.into_iter().flat_map(|tree| tree.nodes).filter(|node| !node.repeated);
        expanded.map(|node| (node.event, Some(node.depth as usize))).collect()
    }

    fn event_node(&self, event: &Event, beat: Option<usize>) -> GraphNode {
        let Self { symbols, chronicle } = *self;
        let kind = symbols.event_name(event.kind);
        let participants: Vec<String> = event
            .roles
            .iter()
            .filter(|role| role.is_some())
            .map(|&role| chronicle.agents.display_name_at(role, event.at))
            .collect();
        let participants = participants.join(", ");
        let mut values = vec![
            ("kind".to_owned(), GraphValue::Text(kind.to_owned())),
            ("at".to_owned(), GraphValue::Text(symbols.civil_time(event.at))),
            ("who".to_owned(), GraphValue::Text(participants.clone())),
        ];
        let place = symbols.place_id(event.place);
        values.extend(place.map(|place| ("place".to_owned(), GraphValue::Text(place.to_owned()))));
        let beat = beat.and_then(|beat| symbols.beats.get(beat));
        values.extend(beat.map(|beat| ("beat".to_owned(), GraphValue::Text(beat.clone()))));
        let heading = beat.map_or_else(|| format!("#{}", event.id.0), |beat| format!("#{} {beat}", event.id.0));
        let date = symbols.calendar.datetime(event.at).day_text();
        GraphNode {
            id: event.id.0.to_string(),
            label: format!("{heading} {kind}\n{participants}\n{date}"),
            highlighted: beat.is_some(),
            values,
            spells: Vec::new(),
        }
    }
}
