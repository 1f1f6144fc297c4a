//! The network of the bare loops: a compressed array of directed half-edges, each with the index of its reverse.

use longhand_expr::ids::{AgentId, DimId, Instant};
use longhand_sim::world::WorldState;
use std::ops::Range;

pub(super) struct HalfEdgeNetwork {
    /// The first half-edge of each agent, and the total at the end.
    edge_starts: Vec<u32>,
    /// The target agent of each half-edge.
    pub targets: Vec<u32>,
    /// The reverse of each half-edge.
    pub reverse: Vec<u32>,
}

impl HalfEdgeNetwork {
    /// The bonds of a world in which every bond has a reverse bond.
    pub fn from_state(state: &WorldState) -> Self {
        let agents = state.agent_count();
        let targets: Vec<u32> =
            (0..agents).flat_map(|from| state.bonds.outgoing(AgentId::from_index(from)).map(|(to, _)| to.0)).collect();
        let mut edge_starts = vec![0];
        for from in (0..agents).map(AgentId::from_index) {
            edge_starts.push(edge_starts[from.index()] + state.bonds.outgoing(from).count() as u32);
        }
        let mut network = Self { edge_starts, targets, reverse: Vec::new() };
        let reverse_of = |(from, edge): (usize, usize)| {
            let reverse_edges = network.edges(network.targets[edge] as usize);
            let position = network.targets[reverse_edges.clone()].binary_search(&(from as u32)).unwrap_or_default();
            (reverse_edges.start + position) as u32
        };
        let reverse = (0..agents).flat_map(|from| network.edges(from).map(move |edge| (from, edge))).map(reverse_of).collect();
        network.reverse = reverse;
        network
    }

    /// The values of a bond dimension, one per half-edge.
    pub fn dim_column(state: &WorldState, dim: DimId) -> Vec<f32> {
        let outgoing = |from| state.bonds.outgoing(from).map(move |(to, _)| (from, to));
        let bonds = (0..state.agent_count()).map(AgentId::from_index).flat_map(outgoing);
        bonds.map(|(from, to)| state.bonds.dim(from, to, dim, Instant::START) as f32).collect()
    }

    /// The half-edges of an agent.
    pub fn edges(&self, agent: usize) -> Range<usize> {
        self.edge_starts[agent] as usize..self.edge_starts[agent + 1] as usize
    }
}
