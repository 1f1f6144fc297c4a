//! A network as bare loops have it: offsets into one array of half-edges, each of which knows its other half.

use crate::ids::{AgentId, DimId, Instant};
use crate::world::WorldState;
use std::ops::Range;

pub(super) struct Network {
    /// Where each agent's half-edges begin; one more at the end.
    begin: Vec<u32>,
    /// By half-edge: to whom.
    pub to: Vec<u32>,
    /// By half-edge: its other half.
    pub back: Vec<u32>,
}

impl Network {
    /// The bonds of a world in which every bond has one the other way.
    pub fn of(state: &WorldState) -> Self {
        let agents = state.agent_count();
        let to: Vec<u32> = (0..agents).flat_map(|from| state.bonds.outgoing(AgentId::at(from)).map(|(to, _)| to.0)).collect();
        let mut begin = vec![0];
        for from in (0..agents).map(AgentId::at) {
            begin.push(begin[from.index()] + state.bonds.outgoing(from).count() as u32);
        }
        let mut network = Self { begin, to, back: Vec::new() };
        let half = |(from, edge): (usize, usize)| {
            let others = network.edges(network.to[edge] as usize);
            let found = network.to[others.clone()].binary_search(&(from as u32)).unwrap_or_default();
            (others.start + found) as u32
        };
        let back = (0..agents).flat_map(|from| network.edges(from).map(move |edge| (from, edge))).map(half).collect();
        network.back = back;
        network
    }

    /// A dimension of all bonds, by half-edge.
    pub fn column(state: &WorldState, dim: DimId) -> Vec<f32> {
        let from = |from| state.bonds.outgoing(from).map(move |(to, _)| (from, to));
        let bonds = (0..state.agent_count()).map(AgentId::at).flat_map(from);
        bonds.map(|(from, to)| state.bonds.dim(from, to, dim, Instant::START) as f32).collect()
    }

    /// An agent's half-edges.
    pub fn edges(&self, agent: usize) -> Range<usize> {
        self.begin[agent] as usize..self.begin[agent + 1] as usize
    }
}
