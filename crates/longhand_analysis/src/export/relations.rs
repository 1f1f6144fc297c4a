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
    ties: Vec<&'a str>,
    /// Dimension names and values.
    dimensions: Vec<(&'a str, f64)>,
    /// The largest dimension magnitude relative to its range, 0 to 1.
    strength: f64,
}

/// Value names that every node has; an attribute of the same name gets an underscore.
const RESERVED_NAMES: [&str; 8] = ["label", "kind", "key", "place", "cast", "community", "degree", "distance"];

impl RelationGraphBuilder<'_> {
    /// The relations at an instant: one edge for each ordered pair of agents with a tie or a bond, with the ties and the bond's
    /// dimensions.
    #[must_use]
    pub fn build_at(&self, at: Instant) -> Graph {
        let state = state_at(self.chronicle, self.history, at);
        let mut between: BTreeMap<(AgentId, AgentId), PairRelations<'_>> = BTreeMap::new();
        for (&fact, &value) in &state.facts {
            match fact {
                Fact::World(WorldFact::Tie(from, to, tie)) if value != 0.0 => {
                    between.entry((from, to)).or_default().ties.push(self.symbols.tie_name(tie));
                }
                Fact::World(WorldFact::Dim(from, to, dim)) => {
                    let (low, high) = self.symbols.dims.get(dim.index()).map_or((0.0, 1.0), |dim| dim.range);
                    let most = low.abs().max(high.abs());
                    let strength = if most > 0.0 { (value.abs() / most).clamp(0.0, 1.0) } else { 0.0 };
                    let between = between.entry((from, to)).or_default();
                    between.dimensions.push((self.symbols.dimension_name(dim), value));
                    between.strength = between.strength.max(strength);
                }
                Fact::Owner(os) if value >= 0.0 && value < f64::from(u32::MAX) => {
                    between.entry((os, AgentId(value as u32))).or_default().ties.push("belongs to");
                }
                _ => {}
            }
        }
        let selected = self.select_agents(between.iter().filter(|(_, is)| !is.ties.is_empty()).map(|(&pair, _)| pair));
        let places = positions(&selected);
        let nodes = selected.iter().map(|(&agent, &distance)| {
            let mut node = self.agent_node(agent, distance);
            let place = self.symbols.place_id(state.place(agent));
            node.values.extend(place.map(|place| ("place".to_owned(), GraphValue::Text(place.to_owned()))));
            if let Some(present) = state.field(agent, AgentField::Present) {
                node.values.push(("present".into(), GraphValue::Bool(present != 0.0)));
            }
            for (attribute, value) in state.attributes(agent) {
                let name = self.symbols.attribute_name(attribute);
                let name = if RESERVED_NAMES.contains(&name) { format!("{name}_") } else { name.to_owned() };
                let switch = self.symbols.attributes.get(attribute.index()).is_some_and(|attribute| attribute.switch);
                let value = if switch { GraphValue::Bool(value != 0.0) } else { GraphValue::Real(value) };
                node.values.push((name, value));
            }
            node
        });
        let nodes = nodes.collect();
        let edges = between.iter().filter_map(|((from, to), is)| {
            let (from, to) = (*places.get(from)?, *places.get(to)?);
            let label = is.ties.join(", ");
            let mut values = vec![("ties".to_owned(), GraphValue::Text(label.clone()))];
            values.extend(is.dimensions.iter().map(|&(name, value)| (name.to_owned(), GraphValue::Real(value))));
            Some(GraphEdge { from, to, label, strength: is.strength, values, spells: Vec::new() })
        });
        let title = format!("relations, {}", self.symbols.civil_time(at));
        with_network_values(Graph { title, nodes, edges: edges.collect(), period: None })
    }

    /// The relations of the whole run as a dynamic graph: one edge for each tie between two agents, with the time spans in which
    /// it held.
    #[must_use]
    pub fn build_dynamic(&self, end: Instant) -> Graph {
        let mut held: BTreeMap<(AgentId, AgentId, &str), Vec<Spell>> = BTreeMap::new();
        let mut there: BTreeMap<AgentId, Vec<Spell>> = BTreeMap::new();
        for fact in self.history.facts() {
            match fact {
                Fact::World(WorldFact::Tie(from, to, tie)) => {
                    let spells = self.spells_of(fact);
                    if !spells.is_empty() {
                        held.insert((from, to, self.symbols.tie_name(tie)), spells);
                    }
                }
                Fact::Field(agent, AgentField::Present) => {
                    there.insert(agent, self.spells_of(fact));
                }
                _ => {}
            }
        }
        let selected = self.select_agents(held.keys().map(|&(from, to, _)| (from, to)));
        let places = positions(&selected);
        let nodes = selected.iter().map(|(agent, &distance)| GraphNode {
            spells: there.get(agent).cloned().unwrap_or_default(),
            ..self.agent_node(*agent, distance)
        });
        let nodes = nodes.collect();
        let edges = held.into_iter().filter_map(|((from, to, tie), spells)| {
            let (from, to) = (*places.get(&from)?, *places.get(&to)?);
            let values = vec![("ties".to_owned(), GraphValue::Text(tie.to_owned()))];
            Some(GraphEdge { from, to, label: tie.to_owned(), strength: 1.0, values, spells })
        });
        let lasts = Some((self.symbols.civil_time(Instant::START), self.symbols.civil_time(end)));
        with_network_values(Graph { title: "relations".into(), nodes, edges: edges.collect(), period: lasts })
    }

    /// The time spans in which a switch or tie was on.
    fn spells_of(&self, fact: Fact) -> Vec<Spell> {
        let mut spells: Vec<Spell> = Vec::new();
        for entry in self.history.entries(fact) {
            let at = || self.symbols.civil_time(entry.instant());
            match (entry.value != 0.0, spells.last_mut()) {
                (true, Some((_, None))) | (false, None | Some((_, Some(_)))) => {}
                (true, _) => spells.push((at(), None)),
                (false, Some((_, until))) => *until = Some(at()),
            }
        }
        spells
    }

    fn agent_node(&self, agent: AgentId, distance: Option<usize>) -> GraphNode {
        let directory = &self.chronicle.agents;
        let person = directory.get(agent);
        let kind = person.map_or("?", |person| self.symbols.kind_name(person.kind)).to_owned();
        let marked = person.is_some_and(|person| !person.key.is_empty());
        let key = agent_key(agent, directory);
        let mut values = vec![
            ("kind".to_owned(), GraphValue::Text(kind)),
            ("key".to_owned(), GraphValue::Text(key)),
            ("cast".to_owned(), GraphValue::Bool(marked)),
        ];
        values.extend(distance.map(|distance| ("distance".to_owned(), GraphValue::Int(distance))));
        GraphNode {
            id: agent.0.to_string(),
            label: directory.display_name(agent),
            highlighted: marked,
            values,
            spells: Vec::new(),
        }
    }

    /// The agents that the graph covers, ascending, given the pairs that are tied; around an agent, each with its distance in ties.
    fn select_agents(&self, tied: impl Iterator<Item = (AgentId, AgentId)>) -> BTreeMap<AgentId, Option<usize>> {
        let people = self.chronicle.agents.iter();
        match self.scope {
            RelationScope::Cast => people.filter(|person| !person.key.is_empty()).map(|person| (person.id, None)).collect(),
            RelationScope::All => {
                let all = people.map(|person| person.id).chain(tied.flat_map(|(a, b)| [a, b]));
                all.filter(|agent| agent.is_some()).map(|agent| (agent, None)).collect()
            }
            RelationScope::Around(center, depth) => {
                let mut graph: UnGraphMap<AgentId, ()> = tied.map(|(a, b)| (a, b, ())).collect();
                graph.add_node(center);
                let steps = dijkstra(&graph, center, None, |_| 1_usize);
                let near = steps.into_iter().filter(|&(_, steps)| steps <= depth);
                near.map(|(agent, steps)| (agent, Some(steps))).collect()
            }
        }
    }
}

/// The position of each agent in the graph.
fn positions(selected: &BTreeMap<AgentId, Option<usize>>) -> BTreeMap<AgentId, usize> {
    selected.keys().enumerate().map(|(position, &agent)| (agent, position)).collect()
}

/// The graph with the community and the degree of each node.
fn with_network_values(mut graph: Graph) -> Graph {
    let network = RelationNetwork::new(&graph);
    for (position, (node, community)) in graph.nodes.iter_mut().zip(network.communities()).enumerate() {
        node.values.push(("community".to_owned(), GraphValue::Int(community)));
        node.values.push(("degree".to_owned(), GraphValue::Int(network.degree(position))));
    }
    graph
}
