//! Builds two graphs of a run: the relations between agents, and the causes between events.
//!
//! The graphs are plain data with named values on nodes and edges, so that each file format is a short writer.

use longhand_chronicle::{Chronicle, Event, History, SymbolTable, agent_key, format_number, state_at};
use longhand_expr::ids::{AgentField, AgentId, EventId, Fact, Instant, PlaceId, WorldFact};
use std::collections::{BTreeMap, BTreeSet};

/// A directed graph with named values on its nodes and edges.
#[derive(Clone, Debug)]
pub struct Graph {
    /// Title, for the reader.
    pub title: String,
    /// The nodes.
    pub nodes: Vec<GraphNode>,
    /// The edges, by node index.
    pub edges: Vec<GraphEdge>,
    /// Start and end of the whole graph in civil time if it is dynamic; `None` for a graph at one instant.
    pub period: Option<(String, String)>,
}

/// A node: an agent or an event.
#[derive(Clone, Debug)]
pub struct GraphNode {
    /// Id in the file.
    pub id: String,
    /// Text shown to the reader.
    pub label: String,
    /// The kind of agent or event.
    pub group: String,
    /// Whether it is highlighted: a member of the cast, or an event that completed a beat.
    pub highlighted: bool,
    /// Further values by name.
    pub values: Vec<(String, GraphValue)>,
    /// Time spans in which it exists; empty means always.
    pub spells: Vec<Spell>,
}

/// A directed edge.
#[derive(Clone, Debug)]
pub struct GraphEdge {
    /// Index of the source node.
    pub from: usize,
    /// Index of the target node.
    pub to: usize,
    /// Text shown to the reader; may be empty.
    pub label: String,
    /// Strength, 0 to 1.
    pub strength: f64,
    /// Further values by name.
    pub values: Vec<(String, GraphValue)>,
    /// Time spans in which it exists; empty means always.
    pub spells: Vec<Spell>,
}

/// A named value of a node or edge.
#[derive(Clone, Debug, PartialEq)]
pub enum GraphValue {
    /// Text.
    Text(String),
    /// A number.
    Real(f64),
    /// A boolean.
    Bool(bool),
}

/// Start and end in civil time; without an end, it lasts to the end of the run.
pub type Spell = (String, Option<String>);

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
const RESERVED_NAMES: [&str; 5] = ["label", "kind", "key", "place", "cast"];

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
        let who = self.select_agents(between.iter().filter(|(_, is)| !is.ties.is_empty()).map(|(&pair, _)| pair));
        let places: BTreeMap<AgentId, usize> = who.iter().enumerate().map(|(place, &agent)| (agent, place)).collect();
        let nodes = who.iter().map(|&agent| {
            let mut node = self.agent_node(agent);
            let place = state.place(agent);
            if place != PlaceId::NOWHERE {
                let place = self.symbols.places.get(place.index()).map_or_else(String::new, |place| place.id.clone());
                node.values.push(("place".into(), GraphValue::Text(place)));
            }
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
        Graph { title, nodes, edges: edges.collect(), period: None }
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
        let who = self.select_agents(held.keys().map(|&(from, to, _)| (from, to)));
        let places: BTreeMap<AgentId, usize> = who.iter().enumerate().map(|(place, &agent)| (agent, place)).collect();
        let nodes = who
            .iter()
            .map(|agent| GraphNode { spells: there.get(agent).cloned().unwrap_or_default(), ..self.agent_node(*agent) });
        let nodes = nodes.collect();
        let edges = held.into_iter().filter_map(|((from, to, tie), spells)| {
            let (from, to) = (*places.get(&from)?, *places.get(&to)?);
            let values = vec![("ties".to_owned(), GraphValue::Text(tie.to_owned()))];
            Some(GraphEdge { from, to, label: tie.to_owned(), strength: 1.0, values, spells })
        });
        let lasts = Some((self.symbols.civil_time(Instant::START), self.symbols.civil_time(end)));
        Graph { title: "relations".into(), nodes, edges: edges.collect(), period: lasts }
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

    fn agent_node(&self, agent: AgentId) -> GraphNode {
        let directory = &self.chronicle.agents;
        let person = directory.get(agent);
        let group = person.map_or("?", |person| self.symbols.kind_name(person.kind)).to_owned();
        let marked = person.is_some_and(|person| !person.key.is_empty());
        let key = agent_key(agent, directory);
        let values = vec![
            ("kind".to_owned(), GraphValue::Text(group.clone())),
            ("key".to_owned(), GraphValue::Text(key)),
            ("cast".to_owned(), GraphValue::Bool(marked)),
        ];
        GraphNode {
            id: agent.0.to_string(),
            label: directory.display_name(agent),
            group,
            highlighted: marked,
            values,
            spells: Vec::new(),
        }
    }

    /// The agents that the graph covers, ascending, given the pairs that are tied.
    fn select_agents(&self, tied: impl Iterator<Item = (AgentId, AgentId)>) -> Vec<AgentId> {
        let tied: Vec<(AgentId, AgentId)> = tied.collect();
        let people = self.chronicle.agents.iter();
        match self.scope {
            RelationScope::Cast => people.filter(|person| !person.key.is_empty()).map(|person| person.id).collect(),
            RelationScope::All => {
                let all: BTreeSet<AgentId> =
                    people.map(|person| person.id).chain(tied.iter().flat_map(|&(a, b)| [a, b])).collect();
                all.into_iter().filter(|agent| agent.is_some()).collect()
            }
            RelationScope::Around(who, depth) => {
                let mut reached = BTreeSet::from([who]);
                for _ in 0..depth {
                    let next = tied.iter().filter_map(|&(a, b)| match (reached.contains(&a), reached.contains(&b)) {
                        (true, false) => Some(b),
                        (false, true) => Some(a),
                        _ => None,
                    });
                    let next: Vec<AgentId> = next.collect();
                    if next.is_empty() {
                        break;
                    }
                    reached.extend(next);
                }
                reached.into_iter().collect()
            }
        }
    }
}

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
    pub fn build(&self, of: CauseScope) -> Graph {
        let (chosen, title): (BTreeSet<EventId>, _) = match of {
            CauseScope::Until(at) => {
                let until = self.chronicle.iter().filter(|event| event.at <= at).map(|event| event.id);
                (until.collect(), format!("causes until {}", self.symbols.civil_time(at)))
            }
            CauseScope::CausesOf(event, depth) => (self.ancestors(event, depth), format!("causes of #{}", event.0)),
        };
        let places: BTreeMap<EventId, usize> = chosen.iter().enumerate().map(|(place, &event)| (event, place)).collect();
        let events = || chosen.iter().filter_map(|&id| self.chronicle.event(id));
        let beats: BTreeMap<EventId, usize> = self.chronicle.beats.iter().map(|came| (came.event, came.beat)).collect();
        let nodes = events().map(|event| self.event_node(event, beats.get(&event.id).copied())).collect();
        let edges = events().flat_map(|event| {
            let places = &places;
            event.causes.iter().filter_map(move |cause| {
                let (from, to) = (*places.get(&cause.event)?, *places.get(&event.id)?);
                let fact = cause.link.fact().map(|fact| self.symbols.fact_expression(fact, &self.chronicle.agents));
                let mut values = vec![("link".to_owned(), GraphValue::Text(cause.link.keyword().to_owned()))];
                values.extend(fact.clone().map(|fact| ("fact".to_owned(), GraphValue::Text(fact))));
                Some(GraphEdge { from, to, label: fact.unwrap_or_default(), strength: 0.5, values, spells: Vec::new() })
            })
        });
        Graph { title, nodes, edges: edges.collect(), period: None }
    }

    fn ancestors(&self, event: EventId, depth: usize) -> BTreeSet<EventId> {
        let mut all = BTreeSet::from([event]);
        let mut edge = vec![event];
        for _ in 0..depth {
            let causes = edge.iter().filter_map(|&id| self.chronicle.event(id)).flat_map(|event| event.causes.iter());
            edge = causes.map(|cause| cause.event).filter(|&cause| all.insert(cause)).collect();
        }
        all
    }

    fn event_node(&self, event: &Event, beat: Option<usize>) -> GraphNode {
        let Self { symbols: legend, chronicle } = *self;
        let kind = legend.event_name(event.kind);
        let who: Vec<String> =
            event.roles.iter().filter(|role| role.is_some()).map(|&role| chronicle.agents.display_name(role)).collect();
        let who = who.join(", ");
        let mut values = vec![
            ("kind".to_owned(), GraphValue::Text(kind.to_owned())),
            ("at".to_owned(), GraphValue::Text(legend.civil_time(event.at))),
            ("who".to_owned(), GraphValue::Text(who.clone())),
        ];
        let place = (event.place != PlaceId::NOWHERE).then(|| legend.places.get(event.place.index())).flatten();
        values.extend(place.map(|place| ("place".to_owned(), GraphValue::Text(place.id.clone()))));
        let beat = beat.and_then(|beat| legend.beats.get(beat));
        values.extend(beat.map(|beat| ("beat".to_owned(), GraphValue::Text(beat.clone()))));
        let head = beat.map_or_else(|| format!("#{}", event.id.0), |beat| format!("#{} {beat}", event.id.0));
        let date = legend.calendar().datetime(event.at).date();
        GraphNode {
            id: event.id.0.to_string(),
            label: format!("{head} {kind}\n{who}\n{date}"),
            group: kind.to_owned(),
            highlighted: beat.is_some(),
            values,
            spells: Vec::new(),
        }
    }
}

impl GraphValue {
    /// The value as the file formats write it.
    pub(super) fn to_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Real(value) if value.is_finite() => value.to_string(),
            Self::Real(_) => "0".into(),
            Self::Bool(value) => value.to_string(),
        }
    }

    /// The value rounded for a reader.
    pub(super) fn to_display_text(&self) -> String {
        match self {
            Self::Real(value) => format_number(*value),
            other => other.to_text(),
        }
    }

    /// The type name used by GraphML and GEXF.
    pub(super) const fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Real(_) => "double",
            Self::Bool(_) => "boolean",
        }
    }
}

/// The names of all values with their types, in order of first occurrence.
pub(super) fn declare_values<'a>(all: impl Iterator<Item = &'a Vec<(String, GraphValue)>>) -> Vec<(String, &'static str)> {
    let mut declared: Vec<(String, &'static str)> = Vec::new();
    for (name, value) in all.flatten() {
        if !declared.iter().any(|(known, _)| known == name) {
            declared.push((name.clone(), value.type_name()));
        }
    }
    declared
}
