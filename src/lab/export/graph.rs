//! Two graphs of a run: who is what to whom, and which event led to which.

use crate::chronicle::{Chronicle, Event, History, Legend, key, number, state_at};
use crate::ids::{AgentId, EventId, Fact, Field, Instant, Known, PlaceId};
use std::collections::{BTreeMap, BTreeSet};

/// A directed graph with names and numbers on its nodes and edges.
#[derive(Clone, Debug)]
pub struct Graph {
    /// What it is of.
    pub title: String,
    /// Its nodes.
    pub nodes: Vec<Node>,
    /// Its edges.
    pub edges: Vec<Edge>,
    /// Whether nodes and edges are there at times: from when to when in all, civil time.
    pub lasts: Option<(String, String)>,
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its id in the file.
    pub id: String,
    /// What a reader sees.
    pub label: String,
    /// What it is one of: a kind of agent, or of event.
    pub group: String,
    /// Whether it stands out: a member of the cast, or the event that completed a beat.
    pub marked: bool,
    /// What else is known of it.
    pub values: Vec<(String, Value)>,
    /// When it is there; empty: all the time.
    pub spells: Vec<Spell>,
}

/// An edge.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Position of the node it comes from.
    pub from: usize,
    /// Position of the node it goes to.
    pub to: usize,
    /// What a reader sees; may be empty.
    pub label: String,
    /// How strong it is, 0 to 1.
    pub strength: f64,
    /// What else is known of it.
    pub values: Vec<(String, Value)>,
    /// When it is there; empty: all the time.
    pub spells: Vec<Spell>,
}

/// What is known of a node or an edge.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Words.
    Text(String),
    /// A number.
    Real(f64),
    /// Yes or no.
    Truth(bool),
}

/// From when to when, civil time; no end: to the end of the run.
pub type Spell = (String, Option<String>);

/// Of whom a graph of relations is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Everybody who was recorded.
    Everybody,
    /// The cast.
    Cast,
    /// Somebody, and those at most so many relations away.
    Around(AgentId, usize),
}

/// Who is what to whom.
#[derive(Clone, Copy, Debug)]
pub struct Relations<'a> {
    /// What the numbers stand for.
    pub legend: &'a Legend,
    /// What happened.
    pub chronicle: &'a Chronicle,
    /// The history of every fact.
    pub history: &'a History,
    /// Of whom.
    pub of: Of,
}

/// What one is to another at an instant.
#[derive(Default)]
struct Between<'a> {
    ties: Vec<&'a str>,
    /// By the name of the dimension.
    feels: Vec<(&'a str, f64)>,
    /// The strongest of these, 0 to 1.
    strength: f64,
}

/// Words that a node has whatever the scene declares.
const OWN_WORDS: [&str; 5] = ["label", "kind", "key", "place", "cast"];

impl Relations<'_> {
    /// The relations at an instant: an edge for each two who are something to each other, with their ties and what the one feels for the
    /// other.
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

    /// The relations of the whole run: an edge for each tie of each two, with when it held.
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

    /// When a switch was on.
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

    /// Of whom the graph is, ascending, where these are tied to each other.
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

/// Which events a graph of causes is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CausesOf {
    /// All that happened by an instant.
    Until(Instant),
    /// One event and what led to it, so many causes deep.
    Behind(EventId, usize),
}

/// Which event led to which.
#[derive(Clone, Copy, Debug)]
pub struct Causes<'a> {
    /// What the numbers stand for.
    pub legend: &'a Legend,
    /// What happened.
    pub chronicle: &'a Chronicle,
}

impl Causes<'_> {
    /// The graph: an edge from each cause to its effect, with the fact through which it led there.
    #[must_use]
    pub fn graph(&self, of: CausesOf) -> Graph {
        let (chosen, title): (BTreeSet<EventId>, _) = match of {
            CausesOf::Until(at) => {
                let until = self.chronicle.iter().filter(|event| event.at <= at).map(|event| event.id);
                (until.collect(), format!("causes until {}", self.legend.civil(at)))
            }
            CausesOf::Behind(event, depth) => (self.behind(event, depth), format!("what led to #{}", event.0)),
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
    /// The value as the formats write it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Real(value) if value.is_finite() => value.to_string(),
            Self::Real(_) => "0".into(),
            Self::Truth(value) => value.to_string(),
        }
    }

    /// The value for a person to read.
    pub(super) fn short(&self) -> String {
        match self {
            Self::Real(value) => number(*value),
            other => other.text(),
        }
    }

    /// Its type, as both XML formats call it.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Real(_) => "double",
            Self::Truth(_) => "boolean",
        }
    }
}

/// The names of all values, each with its type, in the order in which they first occur.
pub(super) fn declared<'a>(all: impl Iterator<Item = &'a Vec<(String, Value)>>) -> Vec<(String, &'static str)> {
    let mut declared: Vec<(String, &'static str)> = Vec::new();
    for (name, value) in all.flatten() {
        if !declared.iter().any(|(known, _)| known == name) {
            declared.push((name.clone(), value.kind()));
        }
    }
    declared
}
