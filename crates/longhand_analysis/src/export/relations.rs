//! Builds the graph of the relations between agents, at an instant or over the whole run.

use super::graph::{Graph, GraphEdge, GraphNode, GraphValue, Spell};
use super::network::RelationNetwork;
use longhand_chronicle::{Chronicle, History, SymbolTable, agent_key, state_at};
use longhand_expr::ids::{AgentField, AgentId, Fact, Instant, WorldFact};
use petgraph::algo::dijkstra;
use petgraph::graphmap::UnGraphMap;
use std::collections::BTreeMap;

/// Which agents a graph of relations covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationScope {
    /// All recorded agents.
    All,
    /// The cast.
    Cast,
    /// One agent and all agents at most this many ties away.
    Around(AgentId, usize),
}

/// Builds graphs of the relations between agents.
#[derive(Clone, Copy, Debug)]
pub struct RelationGraphBuilder<'a> {
    /// Names of kinds, attributes, dimensions and ties.
    pub symbols: &'a SymbolTable,
    /// The events and agents.
    pub chronicle: &'a Chronicle,
    /// The history of every fact.
    pub history: &'a History,
    /// Which agents to include.
    pub scope: RelationScope,
}

/// The relations from one agent to another at an instant.
#[derive(Default)]
struct PairRelations<'a> {
    /// Tie names.
    ties: Vec<&'a str>,
    /// Dimension names and values.
    dimensions: Vec<(&'a str, f64)>,
    /// The largest magnitude of a dimension relative to the maximum of its range, 0 to 1.
    strength: f64,
}

/// Names of node values that do not come from the scene. An attribute with such a name gets an underscore at the end, so that
/// names are unique.
const RESERVED_NAMES: [&str; 9] = ["label", "kind", "key", "place", "present", "cast", "community", "degree", "distance"];

impl RelationGraphBuilder<'_> {
    /// The relations at an instant: one edge for each ordered pair of agents with a tie or a bond, with the ties and the bond's
    /// dimensions.
    #[must_use]
    pub fn build_at(&self, at: Instant) -> Graph {
        let state = state_at(self.chronicle, self.history, at);
        let mut relations: BTreeMap<(AgentId, AgentId), PairRelations<'_>> = BTreeMap::new();
        for (&fact, &value) in &state.facts {
            match fact {
                Fact::World(WorldFact::Tie(from, to, tie)) if value != 0.0 => {
                    relations.entry((from, to)).or_default().ties.push(self.symbols.tie_name(tie));
                }
                Fact::World(WorldFact::Dim(from, to, dim)) => {
                    let (low, high) = self.symbols.dims.get(dim.index()).map_or((0.0, 1.0), |dim| dim.range);
                    let max_magnitude = low.abs().max(high.abs());
                    let strength = if max_magnitude > 0.0 { (value.abs() / max_magnitude).clamp(0.0, 1.0) } else { 0.0 };
                    let pair = relations.entry((from, to)).or_default();
                    pair.dimensions.push((self.symbols.dimension_name(dim), value));
                    pair.strength = pair.strength.max(strength);
                }
                Fact::Owner(os) if AgentId::from_value(value).is_some() => {
                    relations.entry((os, AgentId::from_value(value))).or_default().ties.push("belongs to");
                }
                Fact::World(WorldFact::Holder(thing)) if AgentId::from_value(value).is_some() => {
                    relations.entry((thing, AgentId::from_value(value))).or_default().ties.push("held by");
                }
                _ => {}
            }
        }
        let tied_pairs = relations.iter().filter(|(_, pair)| !pair.ties.is_empty()).map(|(&agents, _)| agents);
        let selected = self.select_agents(tied_pairs);
        let indices = node_indices(&selected);
        let nodes = selected.iter().map(|(&agent, &distance)| {
            let mut node = self.agent_node(agent, distance, at);
            let place = self.symbols.place_id(state.place(agent));
            node.values.extend(place.map(|place| ("place".to_owned(), GraphValue::Text(place.to_owned()))));
            if let Some(present) = state.field(agent, AgentField::Present) {
                node.values.push(("present".into(), GraphValue::Bool(present != 0.0)));
            }
            for (attribute, value) in state.attributes(agent) {
                let name = self.symbols.attribute_name(attribute);
                let name = if RESERVED_NAMES.contains(&name) { format!("{name}_") } else { name.to_owned() };
                let is_switch = self.symbols.attributes.get(attribute.index()).is_some_and(|attribute| attribute.switch);
                let value = match self.symbols.attribute_word(attribute, value) {
                    Some(word) => GraphValue::Text(word.to_owned()),
                    None if is_switch => GraphValue::Bool(value != 0.0),
                    None => GraphValue::Real(value),
                };
                node.values.push((name, value));
            }
            node
        });
        let nodes = nodes.collect();
        let edges = relations.iter().filter_map(|((from, to), pair)| {
            let (from, to) = (*indices.get(from)?, *indices.get(to)?);
            let label = pair.ties.join(", ");
            let mut values = vec![("ties".to_owned(), GraphValue::Text(label.clone()))];
            values.extend(pair.dimensions.iter().map(|&(name, value)| (name.to_owned(), GraphValue::Real(value))));
            Some(GraphEdge { from, to, label, strength: pair.strength, values, spells: Vec::new() })
        });
        let title = format!("relations, {}", self.symbols.civil_time(at));
        add_network_values(Graph { title, nodes, edges: edges.collect(), period: None })
    }

    /// The relations from the start of the run to `end` as a dynamic graph: one edge for each tie between two agents, with the
    /// time spans in which it held.
    #[must_use]
    pub fn build_dynamic(&self, end: Instant) -> Graph {
        let mut tie_spells: BTreeMap<(AgentId, AgentId, &str), Vec<Spell>> = BTreeMap::new();
        let mut presence: BTreeMap<AgentId, Vec<Spell>> = BTreeMap::new();
        for fact in self.history.facts() {
            match fact {
                Fact::World(WorldFact::Tie(from, to, tie)) => {
                    let spells = self.spells_of(fact);
                    if !spells.is_empty() {
                        tie_spells.insert((from, to, self.symbols.tie_name(tie)), spells);
                    }
                }
                Fact::Field(agent, AgentField::Present) => {
                    presence.insert(agent, self.spells_of(fact));
                }
                _ => {}
            }
        }
        let selected = self.select_agents(tie_spells.keys().map(|&(from, to, _)| (from, to)));
        let indices = node_indices(&selected);
        let nodes = selected.iter().map(|(&agent, &distance)| GraphNode {
            spells: presence.get(&agent).cloned().unwrap_or_default(),
            ..self.agent_node(agent, distance, end)
        });
        let nodes = nodes.collect();
        let edges = tie_spells.into_iter().filter_map(|((from, to, tie), spells)| {
            let (from, to) = (*indices.get(&from)?, *indices.get(&to)?);
            let values = vec![("ties".to_owned(), GraphValue::Text(tie.to_owned()))];
            Some(GraphEdge { from, to, label: tie.to_owned(), strength: 1.0, values, spells })
        });
        let period = Some((self.symbols.civil_time(Instant::START), self.symbols.civil_time(end)));
        add_network_values(Graph { title: "relations".into(), nodes, edges: edges.collect(), period })
    }

    /// The time spans in which a fact, such as a tie or an agent's presence, had a value other than 0.
    fn spells_of(&self, fact: Fact) -> Vec<Spell> {
        let mut spells: Vec<Spell> = Vec::new();
        for entry in self.history.entries(fact) {
            let at = || self.symbols.civil_time(entry.instant());
            match (entry.value != 0.0, spells.last_mut()) {
                (true, Some((_, None))) | (false, None | Some((_, Some(_)))) => {}
                (true, _) => spells.push((at(), None)),
                (false, Some((_, end))) => *end = Some(at()),
            }
        }
        spells
    }

    /// The node of an agent with its name at an instant, and the values that do not change during the run.
    fn agent_node(&self, agent: AgentId, distance: Option<usize>, at: Instant) -> GraphNode {
        let registry = &self.chronicle.agents;
        let profile = registry.get(agent);
        let kind = profile.map_or("?", |profile| self.symbols.kind_name(profile.kind)).to_owned();
        let in_cast = profile.is_some_and(|profile| !profile.key.is_empty());
        let key = agent_key(agent, registry);
        let mut values = vec![
            ("kind".to_owned(), GraphValue::Text(kind)),
            ("key".to_owned(), GraphValue::Text(key)),
            ("cast".to_owned(), GraphValue::Bool(in_cast)),
        ];
        values.extend(distance.map(|distance| ("distance".to_owned(), GraphValue::Int(distance))));
        GraphNode {
            id: agent.0.to_string(),
            label: registry.display_name_at(agent, at),
            highlighted: in_cast,
            values,
            spells: Vec::new(),
        }
    }

    /// The agents in the scope of the graph, each with its distance in ties from the center ([`RelationScope::Around`] only).
    ///
    /// `tied_pairs` are the pairs of agents with a tie.
    fn select_agents(&self, tied_pairs: impl Iterator<Item = (AgentId, AgentId)>) -> BTreeMap<AgentId, Option<usize>> {
        let profiles = self.chronicle.agents.iter().filter(|profile| self.symbols.world != Some(profile.id));
        match self.scope {
            RelationScope::Cast => profiles.filter(|profile| !profile.key.is_empty()).map(|profile| (profile.id, None)).collect(),
            RelationScope::All => {
                let all = profiles.map(|profile| profile.id).chain(tied_pairs.flat_map(|(a, b)| [a, b]));
                all.filter(|agent| agent.is_some()).map(|agent| (agent, None)).collect()
            }
            RelationScope::Around(center, max_distance) => {
                let mut graph: UnGraphMap<AgentId, ()> = tied_pairs.map(|(a, b)| (a, b, ())).collect();
                graph.add_node(center);
                let distances = dijkstra(&graph, center, None, |_| 1_usize);
                let near = distances.into_iter().filter(|&(_, distance)| distance <= max_distance);
                near.map(|(agent, distance)| (agent, Some(distance))).collect()
            }
        }
    }
}

/// The index of each agent's node in the graph.
fn node_indices(selected: &BTreeMap<AgentId, Option<usize>>) -> BTreeMap<AgentId, usize> {
    selected.keys().enumerate().map(|(index, &agent)| (agent, index)).collect()
}

/// Adds the community and the degree of each node to its values.
fn add_network_values(mut graph: Graph) -> Graph {
    let network = RelationNetwork::new(&graph);
    for (index, (node, community)) in graph.nodes.iter_mut().zip(network.communities()).enumerate() {
        node.values.push(("community".to_owned(), GraphValue::Int(community)));
        node.values.push(("degree".to_owned(), GraphValue::Int(network.degree(index))));
    }
    graph
}
