//! The causes and effects of events, as a graph.
//!
//! An edge runs from an effect to its cause, so following edges answers *why*. [`CauseGraph`] implements petgraph's visit traits,
//! so that its algorithms (shortest paths, walkers, filters, orders) run directly over a chronicle.

use super::{Cause, CauseLink, Chronicle, Event};
use longhand_expr::ids::EventId;
use petgraph::algo::astar;
use petgraph::visit::{
    Data, EdgeRef, GraphBase, GraphProp, GraphRef, IntoEdgeReferences, IntoEdges, IntoNeighbors, IntoNodeIdentifiers,
    IntoNodeReferences, NodeCount, NodeFiltered, NodeIndexable, VisitMap, Visitable,
};
use std::collections::{BTreeMap, VecDeque};

/// The events of a chronicle and their causes.
#[derive(Clone, Debug)]
pub struct CauseGraph<'a> {
    events: &'a [Event],
    /// Effects of event `i` are `effects[starts[i]..starts[i + 1]]`, ascending.
    starts: Vec<u32>,
    effects: Vec<EventId>,
    /// Causes that the events do not store, by effect.
    further: BTreeMap<EventId, Vec<Cause>>,
}

/// Why an event happened, down to a given depth: the event, its causes, their causes.
///
/// The first node is the queried event. Nodes are ordered by distance from it, so each event is expanded at its nearest position;
/// every other position only refers to it.
#[derive(Clone, Debug, PartialEq)]
pub struct CauseTree {
    /// The queried event, then its causes by distance.
    pub nodes: Vec<CauseNode>,
}

/// One event in a [`CauseTree`].
#[derive(Clone, Debug, PartialEq)]
pub struct CauseNode {
    /// The event.
    pub event: EventId,
    /// The links to its parent node; empty for the first node.
    pub links: Vec<CauseLink>,
    /// Number of steps from the queried event.
    pub depth: u32,
    /// Whether it is expanded at another position of the tree.
    pub repeated: bool,
    /// Whether it has causes that lie below the requested depth.
    pub truncated: bool,
    /// Positions of its causes in `nodes`.
    pub causes: Vec<usize>,
    /// The number of its causes that are not in the tree.
    pub hidden: usize,
}

impl<'a> CauseGraph<'a> {
    /// Builds the graph of a chronicle.
    #[must_use]
    pub fn from_chronicle(chronicle: &'a Chronicle) -> Self {
        let events = chronicle.events();
        let pairs = || events.iter().flat_map(|event| distinct_causes(event).map(move |cause| (cause, event.id)));
        let mut starts = vec![0_u32; events.len() + 1];
        for (cause, _) in pairs() {
            starts[cause.index() + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next_position = starts.clone();
        let mut effects = vec![EventId(0); starts.last().map_or(0, |&effect_count| effect_count as usize)];
        for (cause, effect) in pairs() {
            effects[next_position[cause.index()] as usize] = effect;
            next_position[cause.index()] += 1;
        }
        Self { events, starts, effects, further: BTreeMap::new() }
    }

    /// Adds causes of an event that it does not store. They are causes like the others, after those that are stored; only
    /// [`effects`](Self::effects) leaves them out.
    pub fn add_causes(&mut self, event: EventId, causes: impl IntoIterator<Item = Cause>) {
        let causes = causes.into_iter().filter(|cause| cause.event < event);
        self.further.entry(event).or_default().extend(causes);
    }

    /// The causes of an event: those that are stored, then those that were added.
    pub fn causes(&self, event: EventId) -> impl Iterator<Item = &Cause> {
        let stored = self.events.get(event.index()).map_or(&[][..], |event| &event.causes);
        stored.iter().chain(self.further.get(&event).into_iter().flatten())
    }

    /// The causes of an event down to `depth` steps; `None` if there is no such event.
    #[must_use]
    pub fn cause_tree(&self, event: EventId, depth: u32) -> Option<CauseTree> {
        self.cause_tree_of_at_most(event, depth, |_| usize::MAX)
    }

    /// The causes of an event down to `depth` steps, with at most as many causes of an event as `most` says at its depth, those that it
    /// stores first; `None` if there is no such event.
    #[must_use]
    pub fn cause_tree_of_at_most(&self, event: EventId, depth: u32, most: impl Fn(u32) -> usize) -> Option<CauseTree> {
        self.events.get(event.index())?;
        let mut expanded = self.visit_map();
        expanded.visit(event);
        let mut nodes = vec![CauseNode::new(event, Vec::new(), 0)];
        let mut queue = VecDeque::from([0]);
        while let Some(position) = queue.pop_front() {
            let CauseNode { event, depth: node_depth, .. } = nodes[position];
            let mut links = self.links_by_cause(event);
            if node_depth == depth {
                nodes[position].truncated = !links.is_empty();
                continue;
            }
            nodes[position].hidden = links.len().saturating_sub(most(node_depth));
            links.truncate(most(node_depth));
            for (cause, links) in links {
                let child = nodes.len();
                let mut node = CauseNode::new(cause, links, node_depth + 1);
                node.repeated = !expanded.visit(cause);
                if !node.repeated {
                    queue.push_back(child);
                }
                nodes.push(node);
                nodes[position].causes.push(child);
            }
        }
        Some(CauseTree { nodes })
    }

    /// The shortest chain of causes from one event to another; of several, the one with the most direct links. Contains each
    /// event before `to` with its link to the next one. Empty if both are the same event; `None` if `from` did not lead to `to`.
    #[must_use]
    pub fn shortest_chain(&self, from: EventId, to: EventId) -> Option<Vec<(EventId, CauseLink)>> {
        let not_before_from = NodeFiltered::from_fn(self, |event: EventId| event >= from);
        if to.index() >= self.events.len() || from > to {
            return None;
        }
        self.links_along(astar(&not_before_from, to, |event| event == from, |edge: CauseEdge<'_>| edge.cost(), |_| 0)?.1)
    }

    /// The shortest chain back to an event without causes, in the form of [`CauseGraph::shortest_chain`].
    #[must_use]
    pub fn chain_to_root(&self, event: EventId) -> Option<Vec<(EventId, CauseLink)>> {
        self.events.get(event.index())?;
        let is_root = |event: EventId| self.causes(event).next().is_none();
        self.links_along(astar(self, event, is_root, |edge| edge.cost(), |_| 0)?.1)
    }

    /// The direct effects of an event, ascending.
    #[must_use]
    pub fn effects(&self, event: EventId) -> &[EventId] {
        match (self.starts.get(event.index()), self.starts.get(event.index() + 1)) {
            (Some(&from), Some(&to)) => &self.effects[from as usize..to as usize],
            _ => &[],
        }
    }

    /// Each distinct cause with all its links, in the event's order.
    fn links_by_cause(&self, event: EventId) -> Vec<(EventId, Vec<CauseLink>)> {
        let mut positions = BTreeMap::new();
        let mut by_cause: Vec<(EventId, Vec<CauseLink>)> = Vec::new();
        for cause in self.causes(event) {
            let position = *positions.entry(cause.event).or_insert(by_cause.len());
            match by_cause.get_mut(position) {
                Some((_, links)) => links.push(cause.link),
                None => by_cause.push((cause.event, vec![cause.link])),
            }
        }
        by_cause
    }

    /// Turns a path from effect to cause into causes in order of time.
    fn links_along(&self, path: Vec<EventId>) -> Option<Vec<(EventId, CauseLink)>> {
        let step = |pair: &[EventId]| {
            let direct_cause = self.causes(pair[0]).find(|cause| cause.event == pair[1])?;
            Some((direct_cause.event, direct_cause.link))
        };
        path.windows(2).rev().map(step).collect()
    }
}

impl CauseNode {
    fn new(event: EventId, links: Vec<CauseLink>, depth: u32) -> Self {
        Self { event, links, depth, repeated: false, truncated: false, causes: Vec::new(), hidden: 0 }
    }
}

fn distinct_causes(event: &Event) -> impl Iterator<Item = EventId> {
    let is_first = |position: usize| event.causes[..position].iter().all(|earlier| earlier.event != event.causes[position].event);
    (0..event.causes.len()).filter(move |&position| is_first(position)).map(|position| event.causes[position].event)
}

/// One cause of one event, as an edge for petgraph.
#[derive(Clone, Copy, Debug)]
pub struct CauseEdge<'a> {
    effect: EventId,
    position: usize,
    cause: EventId,
    link: &'a CauseLink,
}

impl CauseEdge<'_> {
    /// Edge cost: 1 step, with the position in the list of causes as tie-breaker.
    fn cost(&self) -> u64 {
        (1 << 32) + self.position as u64
    }
}

impl<'a> EdgeRef for CauseEdge<'a> {
    type NodeId = EventId;
    type EdgeId = (EventId, usize);
    type Weight = CauseLink;

    fn source(&self) -> EventId {
        self.effect
    }

    fn target(&self) -> EventId {
        self.cause
    }

    fn weight(&self) -> &CauseLink {
        self.link
    }

    fn id(&self) -> (EventId, usize) {
        (self.effect, self.position)
    }
}

/// The events visited by a traversal.
#[derive(Clone, Debug)]
pub struct VisitedEvents(Vec<bool>);

impl VisitMap<EventId> for VisitedEvents {
    fn visit(&mut self, event: EventId) -> bool {
        !std::mem::replace(&mut self.0[event.index()], true)
    }

    fn is_visited(&self, event: &EventId) -> bool {
        self.0[event.index()]
    }

    fn unvisit(&mut self, event: EventId) -> bool {
        std::mem::replace(&mut self.0[event.index()], false)
    }
}

impl GraphBase for CauseGraph<'_> {
    type NodeId = EventId;
    type EdgeId = (EventId, usize);
}

impl Data for CauseGraph<'_> {
    type NodeWeight = Event;
    type EdgeWeight = CauseLink;
}

impl GraphProp for CauseGraph<'_> {
    type EdgeType = petgraph::Directed;
}

impl Visitable for CauseGraph<'_> {
    type Map = VisitedEvents;

    fn visit_map(&self) -> VisitedEvents {
        VisitedEvents(vec![false; self.events.len()])
    }

    fn reset_map(&self, map: &mut VisitedEvents) {
        *map = self.visit_map();
    }
}

impl NodeCount for CauseGraph<'_> {
    fn node_count(&self) -> usize {
        self.events.len()
    }
}

impl NodeIndexable for CauseGraph<'_> {
    fn node_bound(&self) -> usize {
        self.events.len()
    }

    fn to_index(&self, event: EventId) -> usize {
        event.index()
    }

    fn from_index(&self, index: usize) -> EventId {
        EventId::from_index(index)
    }
}

type CauseEdges<'a> = Box<dyn Iterator<Item = CauseEdge<'a>> + 'a>;

impl CauseGraph<'_> {
    fn cause_edges(&self, effect: EventId) -> impl Iterator<Item = CauseEdge<'_>> {
        self.causes(effect).enumerate().map(move |(position, cause)| CauseEdge {
            effect,
            position,
            cause: cause.event,
            link: &cause.link,
        })
    }
}

impl<'a> IntoNeighbors for &'a CauseGraph<'_> {
    type Neighbors = Box<dyn Iterator<Item = EventId> + 'a>;

    fn neighbors(self, event: EventId) -> Self::Neighbors {
        Box::new(self.causes(event).map(|cause| cause.event))
    }
}

impl<'a> IntoEdgeReferences for &'a CauseGraph<'_> {
    type EdgeRef = CauseEdge<'a>;
    type EdgeReferences = CauseEdges<'a>;

    fn edge_references(self) -> Self::EdgeReferences {
        Box::new(self.events.iter().flat_map(|event| self.cause_edges(event.id)))
    }
}

impl<'a> IntoEdges for &'a CauseGraph<'_> {
    type Edges = CauseEdges<'a>;

    fn edges(self, event: EventId) -> Self::Edges {
        Box::new(self.cause_edges(event))
    }
}

impl<'a> IntoNodeIdentifiers for &'a CauseGraph<'_> {
    type NodeIdentifiers = std::iter::Map<std::slice::Iter<'a, Event>, fn(&'a Event) -> EventId>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        self.events.iter().map(|event| event.id)
    }
}

impl<'a> IntoNodeReferences for &'a CauseGraph<'_> {
    type NodeRef = (EventId, &'a Event);
    type NodeReferences = std::iter::Map<std::slice::Iter<'a, Event>, fn(&'a Event) -> (EventId, &'a Event)>;

    fn node_references(self) -> Self::NodeReferences {
        self.events.iter().map(|event| (event.id, event))
    }
}

const _: () = {
    const fn assert_graph_ref<G: GraphRef>() {}
    assert_graph_ref::<&CauseGraph<'static>>();
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{LONELINESS, cause, test_event};
    use proptest::prelude::*;

    fn chronicle(causes: &[&[(u32, CauseLink)]]) -> Chronicle {
        let mut chronicle = Chronicle::default();
        for (i, causes) in causes.iter().enumerate() {
            let mut event = test_event(i as f64, 0);
            event.causes = causes.iter().map(|&(id, link)| cause(id, link)).collect();
            chronicle.push(event);
        }
        chronicle
    }

    const UTILITY: CauseLink = CauseLink::Utility(LONELINESS);
    const CONDITION: CauseLink = CauseLink::Condition(LONELINESS);

    /// 0 and 1 are roots; 2 from 0; 3 from 2 and 0; 4 is a step of 3, and 1 is another cause of it.
    fn small() -> Chronicle {
        chronicle(&[
            &[],
            &[],
            &[(0, CauseLink::Triggered)],
            &[(2, CONDITION), (0, UTILITY), (2, UTILITY)],
            &[(3, CauseLink::Step), (1, UTILITY)],
        ])
    }

    fn ids(nodes: &[CauseNode]) -> Vec<(u32, bool)> {
        nodes.iter().map(|node| (node.event.0, node.repeated)).collect()
    }

    #[test]
    fn an_event_is_expanded_once_in_the_tree_and_only_referred_to_elsewhere() {
        let chronicle = small();
        let tree = CauseGraph::from_chronicle(&chronicle).cause_tree(EventId(4), 9).unwrap();
        assert_eq!(ids(&tree.nodes), [(4, false), (3, false), (1, false), (2, false), (0, false), (0, true)]);
        assert_eq!(tree.nodes[3].links, [CONDITION, UTILITY], "both links from 2 to 3");
        assert_eq!(tree.nodes[0].causes, [1, 2]);
    }

    #[test]
    fn nodes_at_the_maximum_depth_are_marked_as_truncated() {
        let chronicle = small();
        let graph = CauseGraph::from_chronicle(&chronicle);
        let tree = graph.cause_tree(EventId(4), 1).unwrap();
        assert_eq!(tree.nodes.iter().map(|node| node.truncated).collect::<Vec<_>>(), [false, true, false]);
        assert!(graph.cause_tree(EventId(4), 0).unwrap().nodes[0].truncated);
        assert!(graph.cause_tree(EventId(5), 1).is_none());
    }

    #[test]
    fn a_chain_is_the_shortest_one_and_starts_at_the_earliest_event() {
        let chronicle = small();
        let graph = CauseGraph::from_chronicle(&chronicle);
        let chain = graph.shortest_chain(EventId(0), EventId(4)).unwrap();
        assert_eq!(chain, [(EventId(0), UTILITY), (EventId(3), CauseLink::Step)]);
        assert_eq!(graph.shortest_chain(EventId(4), EventId(4)), Some(vec![]));
        assert_eq!(graph.shortest_chain(EventId(1), EventId(3)), None);
        assert_eq!(graph.shortest_chain(EventId(4), EventId(0)), None, "a later event cannot lead to an earlier one");
        assert_eq!(graph.shortest_chain(EventId(0), EventId(9)), None);
        assert_eq!(graph.chain_to_root(EventId(4)), Some(vec![(EventId(1), UTILITY)]));
    }

    #[test]
    fn of_two_chains_of_equal_length_the_one_with_more_direct_links_is_returned() {
        let chronicle = chronicle(&[&[], &[(0, UTILITY)], &[(0, UTILITY)], &[(2, CauseLink::Step), (1, UTILITY)]]);
        let graph = CauseGraph::from_chronicle(&chronicle);
        assert_eq!(graph.shortest_chain(EventId(0), EventId(3)).unwrap()[1], (EventId(2), CauseLink::Step));
    }

    #[test]
    fn direct_effects_are_found() {
        let chronicle = small();
        let graph = CauseGraph::from_chronicle(&chronicle);
        assert_eq!(graph.effects(EventId(0)), [EventId(2), EventId(3)]);
        assert_eq!(graph.effects(EventId(4)), []);
        assert_eq!(graph.effects(EventId(99)), []);
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_events_does_not_overflow_the_stack() {
        let mut chronicle = Chronicle::default();
        for i in 0..100_000_u32 {
            let mut event = test_event(f64::from(i), 0);
            event.causes = i.checked_sub(1).map(|before| cause(before, CauseLink::Step)).into_iter().collect();
            chronicle.push(event);
        }
        let graph = CauseGraph::from_chronicle(&chronicle);
        assert_eq!(graph.cause_tree(EventId(99_999), u32::MAX).unwrap().nodes.len(), 100_000);
        assert_eq!(graph.chain_to_root(EventId(99_999)).unwrap().len(), 99_999);
    }

    proptest! {
        #[test]
        fn a_chain_exists_exactly_for_the_events_in_the_full_tree(
            causes in prop::collection::vec(prop::collection::vec((any::<u32>(), any::<bool>()), 0..3), 1..25),
        ) {
            let mut chronicle = Chronicle::default();
            for (i, causes) in causes.iter().enumerate() {
                let mut event = test_event(i as f64, 0);
                if i > 0 {
                    let link = |step| if step { CauseLink::Step } else { UTILITY };
                    event.causes = causes.iter().map(|&(id, step)| cause(id % i as u32, link(step))).collect();
                }
                chronicle.push(event);
            }
            let graph = CauseGraph::from_chronicle(&chronicle);
            let last = EventId::from_index(causes.len() - 1);
            let tree = graph.cause_tree(last, u32::MAX).unwrap();
            for from in chronicle.iter().map(|event| event.id) {
                let nearest = tree.nodes.iter().filter(|node| node.event == from).map(|node| node.depth as usize).min();
                prop_assert_eq!(graph.shortest_chain(from, last).map(|chain| chain.len()), nearest);
            }
        }
    }
}
