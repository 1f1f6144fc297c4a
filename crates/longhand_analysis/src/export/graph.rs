//! Builds two graphs of a run: the relations between agents, and the causes between events.
//!
//! The graphs are plain data with named values on nodes and edges, so that each file format is a short writer.

use longhand_chronicle::{Chronicle, Event, History, Legend, key, number, state_at};
use longhand_expr::ids::{AgentId, EventId, Fact, Field, Instant, Known, PlaceId};
use std::collections::{BTreeMap, BTreeSet};

/// A directed graph with named values on its nodes and edges.
#[derive(Clone, Debug)]
pub struct Graph {
    /// Title, for the reader.
    pub title: String,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The edges, by node index.
    pub edges: Vec<Edge>,
    /// Start and end of the whole graph in civil time if it is dynamic; `None` for a graph at one instant.
    pub lasts: Option<(String, String)>,
}

/// A node: an agent or an event.
#[derive(Clone, Debug)]
pub struct Node {
    /// Id in the file.
    pub id: String,
    /// Text shown to the reader.
    pub label: String,
    /// The kind of agent or event.
    pub group: String,
    /// Whether it is highlighted: a member of the cast, or an event that completed a beat.
    pub marked: bool,
    /// Further values by name.
    pub values: Vec<(String, Value)>,
    /// Time spans in which it exists; empty means always.
    pub spells: Vec<Spell>,
}

/// A directed edge.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Index of the source node.
    pub from: usize,
    /// Index of the target node.
    pub to: usize,
    /// Text shown to the reader; may be empty.
    pub label: String,
    /// Strength, 0 to 1.
    pub strength: f64,
    /// Further values by name.
    pub values: Vec<(String, Value)>,
    /// Time spans in which it exists; empty means always.
    pub spells: Vec<Spell>,
}

/// A named value of a node or edge.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number.
    Real(f64),
    /// A boolean.
    Truth(bool),
}

/// Start and end in civil time; without an end, it lasts to the end of the run.
pub type Spell = (String, Option<String>);

/// Which agents a graph of relations covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// All recorded agents.
    Everybody,
    /// The cast.
    Cast,
    /// One agent and all agents at most this many ties away.
    Around(AgentId, usize),
}

/// Builds graphs of the relations between agents.
#[derive(Clone, Copy, Debug)]
pub struct Relations<'a> {
    /// Names of kinds, attributes, dimensions and ties.
    pub legend: &'a Legend,
    /// The events and agents.
    pub chronicle: &'a Chronicle,
    /// The history of every fact.
    pub history: &'a History,
    /// Which agents to include.
    pub of: Of,
}

/// The relations from one agent to another at an instant.
#[derive(Default)]
struct Between<'a> {
    ties: Vec<&'a str>,
    /// Dimension names and values.
    feels: Vec<(&'a str, f64)>,
    /// The largest dimension magnitude relative to its range, 0 to 1.
    strength: f64,
}

/// Value names that every node has; an attribute of the same name gets an underscore.
const OWN_WORDS: [&str; 5] = ["label", "kind", "key", "place", "cast"];

impl Relations<'_> {
    /// The relations at an instant: one edge for each ordered pair of agents with a tie or a bond, with the ties and the bond's
    /// dimensions.
    #[must_use]
    pub fn at(&self, at: Instant) -> Graph {
        let state = state_at(self.chronicle, self.history, at);
        let mut between: BTreeMap<(AgentId, AgentId), Between<'_>> = BTreeMap::new();
        for (&fact, &value) in &state.facts {
            match fact {
                Fact::World(Known::Tie(from, to, tie)) if value != 0.0 => {
                    between.entry((from, to)).or_default().ties.push(self.legend.tie(tie));
                }
                Fact::World(Known::Dim(from, to, dim)) => {
                    let (low, high) = self.legend.dims.get(dim.index()).map_or((0.0, 1.0), |dim| dim.range);
                    let most = low.abs().max(high.abs());
                    let strength = if most > 0.0 { (value.abs() / most).clamp(0.0, 1.0) } else { 0.0 };
                    let between = between.entry((from, to)).or_default();
                    between.feels.push((self.legend.dim(dim), value));
                    between.strength = between.strength.max(strength);
                }
                Fact::Owner(os) if value >= 0.0 && value < f64::from(u32::MAX) => {
                    between.entry((os, AgentId(value as u32))).or_default().ties.push("belongs to");
                }
                _ => {}
            }
        }
        let who = self.chosen(between.iter().filter(|(_, is)| !is.ties.is_empty()).map(|(&pair, _)| pair));
        let places: BTreeMap<AgentId, usize> = who.iter().enumerate().map(|(place, &agent)| (agent, place)).collect();
        let nodes = who.iter().map(|&agent| {
            let mut node = self.node(agent);
            let place = state.place(agent);
            if place != PlaceId::NOWHERE {
                let place = self.legend.places.get(place.index()).map_or_else(String::new, |place| place.id.clone());
                node.values.push(("place".into(), Value::Text(place)));
            }
            if let Some(present) = state.field(agent, Field::Present) {
                node.values.push(("present".into(), Value::Truth(present != 0.0)));
            }
            for (attribute, value) in state.attributes(agent) {
                let name = self.legend.attribute(attribute);
                let name = if OWN_WORDS.contains(&name) { format!("{name}_") } else { name.to_owned() };
                let switch = self.legend.attributes.get(attribute.index()).is_some_and(|attribute| attribute.switch);
                let value = if switch { Value::Truth(value != 0.0) } else { Value::Real(value) };
                node.values.push((name, value));
            }
            node
        });
        let nodes = nodes.collect();
        let edges = between.iter().filter_map(|((from, to), is)| {
            let (from, to) = (*places.get(from)?, *places.get(to)?);
            let label = is.ties.join(", ");
            let mut values = vec![("ties".to_owned(), Value::Text(label.clone()))];
            values.extend(is.feels.iter().map(|&(name, value)| (name.to_owned(), Value::Real(value))));
            Some(Edge { from, to, label, strength: is.strength, values, spells: Vec::new() })
        });
        let title = format!("relations, {}", self.legend.civil(at));
        Graph { title, nodes, edges: edges.collect(), lasts: None }
    }

    /// The relations of the whole run as a dynamic graph: one edge for each tie between two agents, with the time spans in which
    /// it held.
    #[must_use]
    pub fn throughout(&self, end: Instant) -> Graph {
        let mut held: BTreeMap<(AgentId, AgentId, &str), Vec<Spell>> = BTreeMap::new();
        let mut there: BTreeMap<AgentId, Vec<Spell>> = BTreeMap::new();
        for fact in self.history.facts() {
            match fact {
                Fact::World(Known::Tie(from, to, tie)) => {
                    let spells = self.spells(fact);
                    if !spells.is_empty() {
                        held.insert((from, to, self.legend.tie(tie)), spells);
                    }
                }
                Fact::Field(agent, Field::Present) => {
                    there.insert(agent, self.spells(fact));
                }
                _ => {}
            }
        }
        let who = self.chosen(held.keys().map(|&(from, to, _)| (from, to)));
        let places: BTreeMap<AgentId, usize> = who.iter().enumerate().map(|(place, &agent)| (agent, place)).collect();
        let nodes = who.iter().map(|agent| Node { spells: there.get(agent).cloned().unwrap_or_default(), ..self.node(*agent) });
        let nodes = nodes.collect();
        let edges = held.into_iter().filter_map(|((from, to, tie), spells)| {
            let (from, to) = (*places.get(&from)?, *places.get(&to)?);
            let values = vec![("ties".to_owned(), Value::Text(tie.to_owned()))];
            Some(Edge { from, to, label: tie.to_owned(), strength: 1.0, values, spells })
        });
        let lasts = Some((self.legend.civil(Instant::START), self.legend.civil(end)));
        Graph { title: "relations".into(), nodes, edges: edges.collect(), lasts }
    }

    /// The time spans in which a switch or tie was on.
    fn spells(&self, fact: Fact) -> Vec<Spell> {
        let mut spells: Vec<Spell> = Vec::new();
        for entry in self.history.all(fact) {
            let at = || self.legend.civil(entry.at());
            match (entry.value != 0.0, spells.last_mut()) {
                (true, Some((_, None))) | (false, None | Some((_, Some(_)))) => {}
                (true, _) => spells.push((at(), None)),
                (false, Some((_, until))) => *until = Some(at()),
            }
        }
        spells
    }

    fn node(&self, agent: AgentId) -> Node {
        let directory = &self.chronicle.directory;
        let person = directory.get(agent);
        let group = person.map_or("?", |person| self.legend.kind(person.kind)).to_owned();
        let marked = person.is_some_and(|person| !person.key.is_empty());
        let key = key(agent, directory);
        let values = vec![
            ("kind".to_owned(), Value::Text(group.clone())),
            ("key".to_owned(), Value::Text(key)),
            ("cast".to_owned(), Value::Truth(marked)),
        ];
        Node { id: agent.0.to_string(), label: directory.called(agent), group, marked, values, spells: Vec::new() }
    }

    /// The agents that the graph covers, ascending, given the pairs that are tied.
    fn chosen(&self, tied: impl Iterator<Item = (AgentId, AgentId)>) -> Vec<AgentId> {
        let tied: Vec<(AgentId, AgentId)> = tied.collect();
        let people = self.chronicle.directory.iter();
        match self.of {
            Of::Cast => people.filter(|person| !person.key.is_empty()).map(|person| person.id).collect(),
            Of::Everybody => {
                let all: BTreeSet<AgentId> =
                    people.map(|person| person.id).chain(tied.iter().flat_map(|&(a, b)| [a, b])).collect();
                all.into_iter().filter(|agent| agent.is_some()).collect()
            }
            Of::Around(who, depth) => {
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
pub enum CausesOf {
    /// All events up to and including an instant.
    Until(Instant),
    /// One event and its causes, up to this many steps back.
    Behind(EventId, usize),
}

/// Builds graphs of the causes between events.
#[derive(Clone, Copy, Debug)]
pub struct Causes<'a> {
    /// Names of kinds, places and facts.
    pub legend: &'a Legend,
    /// The events and agents.
    pub chronicle: &'a Chronicle,
}

impl Causes<'_> {
    /// The graph with one edge from each cause to its effect, labelled with the fact that connects them.
    #[must_use]
    pub fn graph(&self, of: CausesOf) -> Graph {
        let (chosen, title): (BTreeSet<EventId>, _) = match of {
            CausesOf::Until(at) => {
                let until = self.chronicle.iter().filter(|event| event.at <= at).map(|event| event.id);
                (until.collect(), format!("causes until {}", self.legend.civil(at)))
            }
            CausesOf::Behind(event, depth) => (self.behind(event, depth), format!("causes of #{}", event.0)),
        };
        let places: BTreeMap<EventId, usize> = chosen.iter().enumerate().map(|(place, &event)| (event, place)).collect();
        let events = || chosen.iter().filter_map(|&id| self.chronicle.event(id));
        let beats: BTreeMap<EventId, usize> = self.chronicle.beats.iter().map(|came| (came.event, came.beat)).collect();
        let nodes = events().map(|event| self.node(event, beats.get(&event.id).copied())).collect();
        let edges = events().flat_map(|event| {
            let places = &places;
            event.causes.iter().filter_map(move |cause| {
                let (from, to) = (*places.get(&cause.event)?, *places.get(&event.id)?);
                let fact = cause.link.fact().map(|fact| self.legend.write_fact(fact, &self.chronicle.directory));
                let mut values = vec![("link".to_owned(), Value::Text(cause.link.word().to_owned()))];
                values.extend(fact.clone().map(|fact| ("fact".to_owned(), Value::Text(fact))));
                Some(Edge { from, to, label: fact.unwrap_or_default(), strength: 0.5, values, spells: Vec::new() })
            })
        });
        Graph { title, nodes, edges: edges.collect(), lasts: None }
    }

    fn behind(&self, event: EventId, depth: usize) -> BTreeSet<EventId> {
        let mut all = BTreeSet::from([event]);
        let mut edge = vec![event];
        for _ in 0..depth {
            let causes = edge.iter().filter_map(|&id| self.chronicle.event(id)).flat_map(|event| event.causes.iter());
            edge = causes.map(|cause| cause.event).filter(|&cause| all.insert(cause)).collect();
        }
        all
    }

    fn node(&self, event: &Event, beat: Option<usize>) -> Node {
        let Self { legend, chronicle } = *self;
        let kind = legend.event(event.kind);
        let who: Vec<String> =
            event.roles.iter().filter(|role| role.is_some()).map(|&role| chronicle.directory.called(role)).collect();
        let who = who.join(", ");
        let mut values = vec![
            ("kind".to_owned(), Value::Text(kind.to_owned())),
            ("at".to_owned(), Value::Text(legend.civil(event.at))),
            ("who".to_owned(), Value::Text(who.clone())),
        ];
        let place = (event.place != PlaceId::NOWHERE).then(|| legend.places.get(event.place.index())).flatten();
        values.extend(place.map(|place| ("place".to_owned(), Value::Text(place.id.clone()))));
        let beat = beat.and_then(|beat| legend.beats.get(beat));
        values.extend(beat.map(|beat| ("beat".to_owned(), Value::Text(beat.clone()))));
        let head = beat.map_or_else(|| format!("#{}", event.id.0), |beat| format!("#{} {beat}", event.id.0));
        let date = legend.calendar().datetime(event.at).date();
        Node {
            id: event.id.0.to_string(),
            label: format!("{head} {kind}\n{who}\n{date}"),
            group: kind.to_owned(),
            marked: beat.is_some(),
            values,
            spells: Vec::new(),
        }
    }
}

impl Value {
    /// The value as the file formats write it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Real(value) if value.is_finite() => value.to_string(),
            Self::Real(_) => "0".into(),
            Self::Truth(value) => value.to_string(),
        }
    }

    /// The value rounded for a reader.
    pub(super) fn short(&self) -> String {
        match self {
            Self::Real(value) => number(*value),
            other => other.text(),
        }
    }

    /// The type name used by GraphML and GEXF.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Real(_) => "double",
            Self::Truth(_) => "boolean",
        }
    }
}

/// The names of all values with their types, in order of first occurrence.
pub(super) fn declared<'a>(all: impl Iterator<Item = &'a Vec<(String, Value)>>) -> Vec<(String, &'static str)> {
    let mut declared: Vec<(String, &'static str)> = Vec::new();
    for (name, value) in all.flatten() {
        if !declared.iter().any(|(known, _)| known == name) {
            declared.push((name.clone(), value.kind()));
        }
    }
    declared
}
