//! The network around one agent at the cursor: the strongest bonds, the agents behind them, the communities among them, and the
//! shortest path to another agent.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::astar;
use petgraph::graphmap::UnGraphMap;

use super::bonds::{ShownBond, bonds_by_agent};
use longhand_expr::ids::{AgentId, TieId, WorldFact};
use longhand_session::SessionView;

/// Maximum number of agents per further step.
const MAX_PER_STEP: usize = 26;
/// Maximum number of agents behind each agent of the previous step.
const MAX_PER_NODE: usize = 4;
/// Maximum number of agents whose bonds the search for a path follows. It bounds the time of a frame.
const MAX_SEARCHED: usize = 300;
/// Maximum number of rounds of label propagation. It usually needs fewer than ten; in some networks it never converges.
const MAX_ROUNDS: usize = 30;

/// Agents as nodes, the strengths of their bonds as weights.
type BondGraph = UnGraphMap<AgentId, f64>;

/// The agents around one agent: the strongest bonds first, and the number of those left out, by tie.
#[derive(Debug, Default)]
pub(super) struct EgoNetwork {
    pub nodes: Vec<(AgentId, ShownBond)>,
    /// Bonds between the agents in `nodes`.
    pub node_bonds: Vec<(AgentId, AgentId, ShownBond)>,
    pub rest_count: usize,
    pub rest_ties: BTreeMap<TieId, usize>,
    /// Per further step: agent, the agent of the previous step it is bound to, and their bond.
    pub outer_steps: Vec<Vec<(AgentId, AgentId, ShownBond)>>,
    /// The community of each agent, from 0 for the largest. An agent that is alone in its community has no entry,
    /// nor has the agent in the centre.
    pub communities: BTreeMap<AgentId, usize>,
}

impl EgoNetwork {
    pub fn around(view: &SessionView<'_>, agent: AgentId) -> Self {
        let mut nodes = strongest_bonds(view, agent);
        let rest = nodes.split_off(nodes.len().min(usize::from(view.state.graph_neighbors)));
        let mut ego = Self { nodes, rest_count: rest.len(), ..Self::default() };
        for tie in rest.iter().flat_map(|(_, bond)| &bond.ties) {
            *ego.rest_ties.entry(*tie).or_default() += 1;
        }
        for (index, (node, _)) in ego.nodes.iter().enumerate() {
            for (other, _) in &ego.nodes[index + 1..] {
                let facts = view.run.bonds_between(*node, *other, view.playback.cursor());
                let bond = visible_bonds(view, *node, facts).remove(other);
                if let Some(bond) = bond.filter(|bond| !bond.ties.is_empty() || bond.strength() > 0.3) {
                    ego.node_bonds.push((*node, *other, bond));
                }
            }
        }
        ego.add_outer_steps(view, agent);
        ego.communities = communities(&ego.graph_without_center());
        ego
    }

    /// Adds the agents bound to those already in the network, step by step.
    fn add_outer_steps(&mut self, view: &SessionView<'_>, agent: AgentId) {
        let mut added: BTreeSet<AgentId> = self.nodes.iter().map(|(id, _)| *id).chain([agent]).collect();
        let mut previous_step: Vec<AgentId> = self.nodes.iter().map(|(id, _)| *id).collect();
        for _ in 1..view.state.graph_depth {
            let mut step: Vec<(AgentId, AgentId, ShownBond)> = Vec::new();
            for &from in &previous_step {
                let new = strongest_bonds(view, from).into_iter().filter(|(id, _)| !added.contains(id)).take(MAX_PER_NODE);
                let new: Vec<_> = new.collect();
                added.extend(new.iter().map(|(id, _)| *id));
                step.extend(new.into_iter().map(|(id, bond)| (id, from, bond)));
            }
            step.sort_by(|a, b| b.2.strength().total_cmp(&a.2.strength()));
            step.truncate(MAX_PER_STEP);
            previous_step = step.iter().map(|(id, ..)| *id).collect();
            self.outer_steps.push(step);
        }
    }

    /// The network without the agent in the centre, which is bound to everyone and would join all communities into one.
    fn graph_without_center(&self) -> BondGraph {
        let mut graph = BondGraph::new();
        for (agent, _) in &self.nodes {
            graph.add_node(*agent);
        }
        for (from, to, bond) in self.node_bonds.iter().chain(self.outer_steps.iter().flatten()) {
            graph.add_edge(*from, *to, bond.strength());
        }
        graph
    }

    /// Number of agents in each community.
    pub fn community_sizes(&self) -> Vec<usize> {
        let mut sizes = Vec::new();
        for &community in self.communities.values() {
            if sizes.len() <= community {
                sizes.resize(community + 1, 0);
            }
            sizes[community] += 1;
        }
        sizes
    }
}

/// The shortest path between two agents over the bonds at the cursor that are not hidden: the fewest steps and, among paths of
/// that length, the strongest bonds. `None` also if the two are too far apart for the search.
pub(super) fn shortest_path(view: &SessionView<'_>, from: AgentId, to: AgentId) -> Option<Vec<AgentId>> {
    let mut graph = BondGraph::new();
    let (mut reached, mut step, mut search_count) = (BTreeSet::from([from]), vec![from], 0);
    while !reached.contains(&to) && !step.is_empty() && search_count < MAX_SEARCHED {
        let mut next = Vec::new();
        for agent in step.into_iter().take(MAX_SEARCHED - search_count) {
            search_count += 1;
            for (other, bond) in strongest_bonds(view, agent) {
                graph.add_edge(agent, other, bond.strength());
                if reached.insert(other) {
                    next.push(other);
                }
            }
        }
        step = next;
    }
    path_in(&graph, from, to)
}

fn path_in(graph: &BondGraph, from: AgentId, to: AgentId) -> Option<Vec<AgentId>> {
    let strongest = graph.all_edges().map(|(.., strength)| *strength).fold(f64::MIN_POSITIVE, f64::max);
    // The strength decides only between paths of equal length: all its costs together are less than one step.
    let cost = |(_, _, strength): (AgentId, AgentId, &f64)| 1.0 + (1.0 - strength / strongest) / (MAX_SEARCHED + 1) as f64;
    astar(graph, from, |agent| agent == to, cost, |_| 0.0).map(|(_, path)| path)
}

/// Communities by label propagation (Raghavan, Albert and Kumara 2007): every agent takes the label with the greatest total
/// strength among its neighbours until none changes. Agents are visited in order of id and keep their label in a tie, so the
/// result depends only on the graph.
fn communities(graph: &BondGraph) -> BTreeMap<AgentId, usize> {
    let mut labels: BTreeMap<AgentId, AgentId> = graph.nodes().map(|agent| (agent, agent)).collect();
    let agents: Vec<AgentId> = labels.keys().copied().collect();
    for _ in 0..MAX_ROUNDS {
        let mut changed = false;
        for &agent in &agents {
            let mut weights: BTreeMap<AgentId, f64> = BTreeMap::new();
            for (_, neighbor, strength) in graph.edges(agent) {
                *weights.entry(labels[&neighbor]).or_default() += strength;
            }
            let own = labels[&agent];
            let mut best = (own, weights.get(&own).copied().unwrap_or(0.0));
            for (label, weight) in weights {
                if weight > best.1 {
                    best = (label, weight);
                }
            }
            changed |= best.0 != own;
            labels.insert(agent, best.0);
        }
        if !changed {
            break;
        }
    }
    let mut members: BTreeMap<AgentId, Vec<AgentId>> = BTreeMap::new();
    for (agent, label) in labels {
        members.entry(label).or_default().push(agent);
    }
    let mut members: Vec<Vec<AgentId>> = members.into_values().filter(|members| members.len() > 1).collect();
    // The sort is stable: communities of equal size stay in order of label.
    members.sort_by_key(|members| Reverse(members.len()));
    let numbered = members.into_iter().enumerate();
    numbered.flat_map(|(number, members)| members.into_iter().map(move |agent| (agent, number))).collect()
}

/// Bonds of an agent, strongest first.
fn strongest_bonds(view: &SessionView<'_>, agent: AgentId) -> Vec<(AgentId, ShownBond)> {
    let bonds = visible_bonds(view, agent, view.run.bonds(agent, view.playback.cursor()));
    let mut bonds: Vec<_> = bonds.into_iter().filter(|(_, bond)| !bond.ties.is_empty() || bond.strength() > 0.02).collect();
    // The sort is stable: equal strengths stay in order of id.
    bonds.sort_by(|a, b| b.1.strength().total_cmp(&a.1.strength()));
    bonds
}

/// Bonds of an agent from the given facts, without hidden ties and without agents bound only by hidden ties.
fn visible_bonds(
    view: &SessionView<'_>,
    agent: AgentId,
    facts: impl Iterator<Item = (WorldFact, f64)>,
) -> BTreeMap<AgentId, ShownBond> {
    let mut bonds = bonds_by_agent(agent, facts);
    bonds.retain(|_, bond| {
        let had_ties = !bond.ties.is_empty();
        bond.ties.retain(|tie| !view.state.hidden_ties.contains(tie));
        !had_ties || !bond.ties.is_empty()
    });
    bonds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(u32, u32, f64)]) -> BondGraph {
        edges.iter().map(|&(a, b, strength)| (AgentId(a), AgentId(b), strength)).collect()
    }

    /// Agents 1 to 4 and 5 to 7, each group fully connected, and a weaker bond between the groups.
    const TWO_GROUPS: [(u32, u32, f64); 10] = [
        (1, 2, 1.0),
        (1, 3, 1.0),
        (1, 4, 1.0),
        (2, 3, 1.0),
        (2, 4, 1.0),
        (3, 4, 1.0),
        (5, 6, 1.0),
        (5, 7, 1.0),
        (6, 7, 1.0),
        (4, 5, 0.4),
    ];

    #[test]
    fn groups_with_strong_bonds_inside_are_communities_and_the_largest_is_first() {
        let assigned = communities(&graph(&TWO_GROUPS));
        let numbers: Vec<(u32, usize)> = assigned.iter().map(|(agent, number)| (agent.0, *number)).collect();
        assert_eq!(numbers, [(1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (6, 1), (7, 1)]);
    }

    #[test]
    fn communities_do_not_depend_on_the_order_of_the_bonds_and_leave_out_agents_alone() {
        let mut reversed: Vec<_> = TWO_GROUPS.iter().rev().map(|&(a, b, strength)| (b, a, strength)).collect();
        let expected = communities(&graph(&TWO_GROUPS));
        assert_eq!(communities(&graph(&reversed)), expected);
        reversed.push((8, 8, 0.0));
        assert_eq!(communities(&graph(&reversed)), expected);
    }

    #[test]
    fn a_path_has_the_fewest_steps_and_then_the_strongest_bonds() {
        let path = |edges: &[(u32, u32, f64)]| {
            path_in(&graph(edges), AgentId(0), AgentId(9)).map(|path| path.iter().map(|agent| agent.0).collect::<Vec<_>>())
        };
        let short_and_weak = [(0, 1, 0.1), (1, 9, 0.1), (0, 2, 5.0), (2, 3, 5.0), (3, 9, 5.0)];
        assert_eq!(path(&short_and_weak), Some(vec![0, 1, 9]));
        let equally_long = [(0, 1, 0.1), (1, 9, 0.1), (0, 2, 0.1), (2, 9, 0.2)];
        assert_eq!(path(&equally_long), Some(vec![0, 2, 9]));
        assert_eq!(path(&[(0, 1, 1.0), (8, 9, 1.0)]), None);
    }
}
