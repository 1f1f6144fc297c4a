//! petgraph's visit traits over the bond graph, so that its algorithms (paths, components, page rank) run over bonds in place.
//!
//! A node is an [`AgentId`], an edge a bond in its direction. [`Ties`] is the same graph reduced to the bonds that carry one tie.

use super::bonds::BondGraph;
use crate::ids::{AgentId, BondId, TieId};
use petgraph::visit::{
    Data, EdgeRef, GraphBase, GraphProp, GraphRef, IntoEdgeReferences, IntoEdges, IntoNeighbors, IntoNodeIdentifiers,
    NodeCompactIndexable, NodeCount, NodeIndexable, VisitMap, Visitable,
};

/// The bonds that carry one tie, as a graph.
#[derive(Clone, Copy, Debug)]
pub struct Ties<'a> {
    graph: &'a BondGraph,
    tie: TieId,
}

/// A directed bond as petgraph sees it.
#[derive(Clone, Copy, Debug)]
pub struct TieEdge {
    from: AgentId,
    to: AgentId,
    bond: BondId,
}

/// Which agents a traversal has seen.
#[derive(Clone, Debug)]
pub struct Seen(Vec<bool>);

impl<'a> Ties<'a> {
    /// The graph of one tie.
    #[must_use]
    pub fn of(graph: &'a BondGraph, tie: TieId) -> Self {
        Self { graph, tie }
    }

    fn out(self, agent: AgentId) -> impl Iterator<Item = TieEdge> + 'a {
        let mask = 1u32 << self.tie.0;
        let graph = self.graph;
        graph.from(agent).filter(move |&(_, bond)| graph.bond(bond).tie_bits() & mask != 0).map(move |(to, bond)| TieEdge {
            from: agent,
            to,
            bond,
        })
    }
}

impl VisitMap<AgentId> for Seen {
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

impl GraphBase for Ties<'_> {
    type NodeId = AgentId;
    type EdgeId = BondId;
}

impl GraphRef for Ties<'_> {}

impl Data for Ties<'_> {
    type NodeWeight = ();
    type EdgeWeight = ();
}

impl GraphProp for Ties<'_> {
    type EdgeType = petgraph::Directed;
}

impl Visitable for Ties<'_> {
    type Map = Seen;

    fn visit_map(&self) -> Seen {
        Seen(vec![false; self.graph.agents()])
    }

    fn reset_map(&self, map: &mut Seen) {
        map.0.clear();
        map.0.resize(self.graph.agents(), false);
    }
}

impl NodeCount for Ties<'_> {
    fn node_count(&self) -> usize {
        self.graph.agents()
    }
}

impl NodeIndexable for Ties<'_> {
    fn node_bound(&self) -> usize {
        self.graph.agents()
    }

    fn to_index(&self, agent: AgentId) -> usize {
        agent.index()
    }

    fn from_index(&self, index: usize) -> AgentId {
        AgentId::at(index)
    }
}

impl NodeCompactIndexable for Ties<'_> {}

impl<'a> IntoNodeIdentifiers for Ties<'a> {
    type NodeIdentifiers = std::iter::Map<std::ops::Range<usize>, fn(usize) -> AgentId>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        (0..self.graph.agents()).map(AgentId::at as fn(usize) -> AgentId)
    }
}

impl<'a> IntoNeighbors for Ties<'a> {
    type Neighbors = std::vec::IntoIter<AgentId>;

    fn neighbors(self, agent: AgentId) -> Self::Neighbors {
        self.out(agent).map(|edge| edge.to).collect::<Vec<_>>().into_iter()
    }
}

impl<'a> IntoEdgeReferences for Ties<'a> {
    type EdgeRef = TieEdge;
    type EdgeReferences = std::vec::IntoIter<TieEdge>;

    fn edge_references(self) -> Self::EdgeReferences {
        self.node_identifiers().flat_map(|agent| self.out(agent)).collect::<Vec<_>>().into_iter()
    }
}

impl<'a> IntoEdges for Ties<'a> {
    type Edges = std::vec::IntoIter<TieEdge>;

    fn edges(self, agent: AgentId) -> Self::Edges {
        self.out(agent).collect::<Vec<_>>().into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Instant;

    #[test]
    fn petgraphs_algorithms_run_over_ties() {
        let mut graph = BondGraph::new(&[]);
        (0..5).for_each(|_| graph.add_agent());
        for (from, to) in [(0, 1), (1, 2), (2, 0), (3, 4)] {
            graph.set_tie(AgentId(from), AgentId(to), TieId(0), true, Instant::START);
        }
        graph.set_tie(AgentId(2), AgentId(3), TieId(1), true, Instant::START);
        let ties = Ties::of(&graph, TieId(0));
        assert_eq!(petgraph::algo::connected_components(ties), 2);
        let steps = petgraph::algo::dijkstra(ties, AgentId(0), None, |_| 1u32);
        assert_eq!(steps.get(&AgentId(2)), Some(&2));
        assert_eq!(steps.get(&AgentId(3)), None);
        assert_eq!(petgraph::algo::page_rank(ties, 0.85_f64, 20).len(), 5);
    }
}
