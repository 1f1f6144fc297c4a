//! Measures the network of agents in a graph of relations: communities and degrees.
//!
//! The network is undirected: the weight between two agents is the sum of the weights of all edges between them. Nothing is
//! random, and nodes are visited in order, so the same graph always has the same communities.

use super::graph::Graph;
use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::visit::EdgeRef;
use std::collections::BTreeMap;

/// A move must raise the modularity by more than this, so that rounding errors cannot move a node back and forth.
const MIN_GAIN: f64 = 1e-12;

/// The network of a graph of relations. The weight of a node is the sum of the weights of the edges inside it: 0 for an agent,
/// and for a community the edges between its members.
pub(super) struct RelationNetwork(UnGraph<f64, f64>);

impl RelationNetwork {
    pub(super) fn new(graph: &Graph) -> Self {
        let edges = graph.edges.iter().map(|edge| (edge.from, edge.to, edge.weight()));
        Self::from_edges(vec![0.0; graph.nodes.len()], edges)
    }

    /// Merges all edges between the same two nodes; the weight of an edge from a node to itself is added to the node.
    fn from_edges(mut node_weights: Vec<f64>, edges: impl Iterator<Item = (usize, usize, f64)>) -> Self {
        let mut between: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for (from, to, weight) in edges {
            if from == to {
                node_weights[from] += weight;
            } else {
                *between.entry((from.min(to), from.max(to))).or_default() += weight;
            }
        }
        let mut network = UnGraph::with_capacity(node_weights.len(), between.len());
        for weight in node_weights {
            network.add_node(weight);
        }
        for ((from, to), weight) in between {
            network.add_edge(NodeIndex::new(from), NodeIndex::new(to), weight);
        }
        Self(network)
    }

    /// The number of nodes that a node has an edge with.
    pub(super) fn degree(&self, node: usize) -> usize {
        self.0.neighbors(NodeIndex::new(node)).count()
    }

    /// The community of each node, numbered from 0 in order of their first members, by the method of V. D. Blondel and others
    /// (*Fast unfolding of communities in large networks*, 2008): each node moves to the neighbouring community that raises the
    /// modularity most; then the communities become the nodes of a smaller network, and so on until nothing moves.
    pub(super) fn communities(&self) -> Vec<usize> {
        let mut community = self.move_nodes();
        let mut count = self.0.node_count();
        loop {
            let communities = community.iter().max().map_or(0, |last| last + 1);
            if communities == count {
                return community;
            }
            count = communities;
            let moved = self.merge(&community, count).move_nodes();
            community = renumber(community.into_iter().map(|merged| moved[merged]));
        }
    }

    /// The network with each community as one node.
    fn merge(&self, community: &[usize], count: usize) -> Self {
        let mut node_weights = vec![0.0; count];
        for (weight, &merged) in self.0.node_weights().zip(community) {
            node_weights[merged] += weight;
        }
        let edges = self.0.edge_references();
        let edges = edges.map(|edge| (community[edge.source().index()], community[edge.target().index()], *edge.weight()));
        Self::from_edges(node_weights, edges)
    }

    /// The community of each node after moving nodes until no move raises the modularity.
    fn move_nodes(&self) -> Vec<usize> {
        let network = &self.0;
        let strength: Vec<f64> = network
            .node_indices()
            .map(|node| 2.0 * network[node] + network.edges(node).map(|edge| *edge.weight()).sum::<f64>())
            .collect();
        let total: f64 = strength.iter().sum();
        let mut community: Vec<usize> = (0..network.node_count()).collect();
        let mut community_strength = strength.clone();
        // Without edges no node can move, and `gain` would divide by 0.
        let mut has_moved = total > 0.0;
        while has_moved {
            has_moved = false;
            for node in network.node_indices() {
                let (current, node_strength) = (community[node.index()], strength[node.index()]);
                community_strength[current] -= node_strength;
                let mut weight_to: BTreeMap<usize, f64> = BTreeMap::new();
                for edge in network.edges(node) {
                    *weight_to.entry(community[edge.target().index()]).or_default() += edge.weight();
                }
                // Proportional to the change of the modularity when the node joins a community.
                let gain = |to: usize, weight: f64| weight - community_strength[to] * node_strength / total;
                let mut best = (current, gain(current, weight_to.get(&current).copied().unwrap_or(0.0)));
                for (&to, &weight) in &weight_to {
                    let gain = gain(to, weight);
                    if gain > best.1 + MIN_GAIN {
                        best = (to, gain);
                    }
                }
                community_strength[best.0] += node_strength;
                community[node.index()] = best.0;
                has_moved |= best.0 != current;
            }
        }
        renumber(community.into_iter())
    }
}

/// Numbers communities from 0 in order of first occurrence.
fn renumber(communities: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    let mut numbered = Vec::new();
    for community in communities {
        let next = numbers.len();
        numbered.push(*numbers.entry(community).or_insert(next));
    }
    numbered
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn network(nodes: usize, edges: &[(usize, usize, f64)]) -> RelationNetwork {
        RelationNetwork::from_edges(vec![0.0; nodes], edges.iter().copied())
    }

    /// Newman's modularity of a division into communities.
    fn modularity(network: &RelationNetwork, community: &[usize]) -> f64 {
        let total: f64 = network.0.edge_weights().sum::<f64>() * 2.0;
        let strength = |node: NodeIndex| network.0.edges(node).map(|edge| *edge.weight()).sum::<f64>();
        let inside =
            network.0.edge_references().filter(|edge| community[edge.source().index()] == community[edge.target().index()]);
        let inside: f64 = inside.map(|edge| 2.0 * edge.weight()).sum();
        let expected: f64 = (0..=community.iter().copied().max().unwrap_or(0))
            .map(|number| network.0.node_indices().filter(|node| community[node.index()] == number).map(strength).sum::<f64>())
            .map(|sum| sum * sum / total)
            .sum();
        (inside - expected) / total
    }

    #[test]
    fn two_groups_with_one_edge_between_them_are_two_communities() {
        let edges = [(0, 1, 1.0), (1, 2, 1.0), (2, 0, 1.0), (3, 4, 1.0), (4, 5, 1.0), (5, 3, 1.0), (2, 3, 1.0)];
        let network = network(7, &edges);
        assert_eq!(network.communities(), [0, 0, 0, 1, 1, 1, 2], "a node without edges is alone");
        assert_eq!((network.degree(2), network.degree(6)), (3, 0));
    }

    #[test]
    fn a_ring_of_cliques_has_a_community_for_each_clique() {
        let cliques = 6;
        let mut edges = Vec::new();
        for clique in 0..cliques {
            for a in 0..5 {
                edges.extend((a + 1..5).map(|b| (clique * 5 + a, clique * 5 + b, 1.0)));
            }
            edges.push((clique * 5, (clique + 1) % cliques * 5 + 1, 1.0));
        }
        let communities = network(cliques * 5, &edges).communities();
        assert_eq!(communities, (0..cliques * 5).map(|node| node / 5).collect::<Vec<_>>());
    }

    #[test]
    fn both_directions_of_a_relation_are_one_neighbour() {
        assert_eq!(network(2, &[(0, 1, 0.5), (1, 0, 0.5)]).degree(0), 1);
        assert!(network(0, &[]).communities().is_empty());
    }

    proptest! {
        #[test]
        fn communities_are_at_least_as_modular_as_no_division(
            edges in prop::collection::vec((0..12_usize, 0..12_usize, 0.1..1.1_f64), 1..40),
        ) {
            let edges: Vec<_> = edges.into_iter().filter(|(from, to, _)| from != to).collect();
            prop_assume!(!edges.is_empty());
            let network = network(12, &edges);
            let communities = network.communities();
            let singletons: Vec<usize> = (0..12).collect();
            prop_assert!(modularity(&network, &communities) >= modularity(&network, &singletons) - 1e-9);
            prop_assert!(modularity(&network, &communities) >= -1e-9, "a single community has modularity 0");
        }
    }
}
