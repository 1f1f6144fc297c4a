//! petgraph's visit traits over the bond graph, so that its algorithms (paths, components, page rank) run on it without a copy.
//!
//! A node is an [`AgentId`], an edge is a bond in its direction. [`TieGraph`] contains the bonds that carry one given tie.

use super::bonds::BondGraph;
use longhand_expr::ids::{AgentId, BondId, TieId};
use petgraph::visit::{
    Data, EdgeRef, GraphBase, GraphProp, GraphRef, IntoEdgeReferences, IntoEdges, IntoNeighbors, IntoNodeIdentifiers,
    NodeCompactIndexable, NodeCount, NodeIndexable, VisitMap, Visitable,
};

/// The directed graph of one tie: all agents, and the bonds that carry the tie.
#[derive(Clone, Copy, Debug)]
pub struct TieGraph<'a> {
    graph: &'a BondGraph,
    tie: TieId,
}

/// An edge of a [`TieGraph`].
#[derive(Clone, Copy, Debug)]
pub struct TieEdge {
    from: AgentId,
    to: AgentId,
    bond: BondId,
}

/// The agents that a traversal has visited.
#[derive(Clone, Debug)]
pub struct VisitedAgents(Vec<bool>);

impl<'a> TieGraph<'a> {
    /// The graph of a tie.
    #[must_use]
    pub fn new(graph: &'a BondGraph, tie: TieId) -> Self {
        Self { graph, tie }
    }

    fn edges_from(self, agent: AgentId) -> impl Iterator<Item = TieEdge> + 'a {
        let mask = 1u32 << self.tie.0;
        let graph = self.graph;
        graph.outgoing(agent).filter(move |&(_, bond)| graph.bond(bond).tie_bits() & mask != 0).map(move |(to, bond)| TieEdge {
            from: agent,
            to,
            bond,
        })
    }
}

impl VisitMap<AgentId> for VisitedAgents {
    fn visit(&mut self, agent: AgentId) -> bool {
        !std::mem::replace(&mut self.0[agent.index()], true)
    }

    fn is_visited(&self, agent: &AgentId) -> bool {
        self.0[agent.index()]
    }

    fn unvisit(&mut self, agent: AgentId) -> bool {
        std::mem::replace(&mut self.0[agent.index()], false)
    }
}

impl EdgeRef for TieEdge {
    type NodeId = AgentId;
    type EdgeId = BondId;
    type Weight = ();

    fn source(&self) -> AgentId {
        self.from
    }

    fn target(&self) -> AgentId {
        self.to
    }

    fn weight(&self) -> &() {
        &()
    }

    fn id(&self) -> BondId {
        self.bond
    }
}

impl GraphBase for TieGraph<'_> {
    type NodeId = AgentId;
    type EdgeId = BondId;
}

impl GraphRef for TieGraph<'_> {}

impl Data for TieGraph<'_> {
    type NodeWeight = ();
    type EdgeWeight = ();
}

impl GraphProp for TieGraph<'_> {
    type EdgeType = petgraph::Directed;
}

impl Visitable for TieGraph<'_> {
    type Map = VisitedAgents;

    fn visit_map(&self) -> VisitedAgents {
        VisitedAgents(vec![false; self.graph.agent_count()])
    }

    fn reset_map(&self, map: &mut VisitedAgents) {
        map.0.clear();
        map.0.resize(self.graph.agent_count(), false);
    }
}

impl NodeCount for TieGraph<'_> {
    fn node_count(&self) -> usize {
        self.graph.agent_count()
    }
}

impl NodeIndexable for TieGraph<'_> {
    fn node_bound(&self) -> usize {
        self.graph.agent_count()
    }

    fn to_index(&self, agent: AgentId) -> usize {
        agent.index()
    }

    fn from_index(&self, index: usize) -> AgentId {
        AgentId::from_index(index)
    }
}

impl NodeCompactIndexable for TieGraph<'_> {}

impl<'a> IntoNodeIdentifiers for TieGraph<'a> {
    type NodeIdentifiers = std::iter::Map<std::ops::Range<usize>, fn(usize) -> AgentId>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        (0..self.graph.agent_count()).map(AgentId::from_index as fn(usize) -> AgentId)
    }
}

impl<'a> IntoNeighbors for TieGraph<'a> {
    type Neighbors = std::vec::IntoIter<AgentId>;

    fn neighbors(self, agent: AgentId) -> Self::Neighbors {
        self.edges_from(agent).map(|edge| edge.to).collect::<Vec<_>>().into_iter()
    }
}

impl<'a> IntoEdgeReferences for TieGraph<'a> {
    type EdgeRef = TieEdge;
    type EdgeReferences = std::vec::IntoIter<TieEdge>;

    fn edge_references(self) -> Self::EdgeReferences {
        self.node_identifiers().flat_map(|agent| self.edges_from(agent)).collect::<Vec<_>>().into_iter()
    }
}

impl<'a> IntoEdges for TieGraph<'a> {
    type Edges = std::vec::IntoIter<TieEdge>;

    fn edges(self, agent: AgentId) -> Self::Edges {
        self.edges_from(agent).collect::<Vec<_>>().into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_expr::ids::Instant;

    #[test]
    fn petgraph_algorithms_run_on_the_graph_of_a_tie() {
        let mut graph = BondGraph::new(&[]);
        (0..5).for_each(|_| graph.add_agent());
        for (from, to) in [(0, 1), (1, 2), (2, 0), (3, 4)] {
            graph.set_tie(AgentId(from), AgentId(to), TieId(0), true, Instant::START);
        }
        graph.set_tie(AgentId(2), AgentId(3), TieId(1), true, Instant::START);
        let ties = TieGraph::new(&graph, TieId(0));
        assert_eq!(petgraph::algo::connected_components(ties), 2);
        let steps = petgraph::algo::dijkstra(ties, AgentId(0), None, |_| 1u32);
        assert_eq!(steps.get(&AgentId(2)), Some(&2));
        assert_eq!(steps.get(&AgentId(3)), None);
        assert_eq!(petgraph::algo::page_rank(ties, 0.85_f64, 20).len(), 5);
    }
}
