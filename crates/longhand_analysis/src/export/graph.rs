//! A graph as plain data with named values on nodes and edges, so that each builder and each file format is short.

use longhand_chronicle::format_number;

/// A directed graph with named values on its nodes and edges.
#[derive(Clone, Debug)]
pub struct Graph {
    /// Title, for the reader.
    pub title: String,
    /// The nodes.
    pub nodes: Vec<GraphNode>,
    /// The edges, by node index.
    pub edges: Vec<GraphEdge>,
    /// Start and end of the whole graph if it is dynamic; `None` for a graph at one instant. Times are dates, or seconds since the
    /// start of the run if the scene has dates of its own.
    pub period: Option<(String, String)>,
}

/// A node: an agent or an event.
#[derive(Clone, Debug)]
pub struct GraphNode {
    /// Id in the file.
    pub id: String,
    /// Text shown to the reader.
    pub label: String,
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
    /// A whole number.
    Int(usize),
    /// A number.
    Real(f64),
    /// A boolean.
    Bool(bool),
}

/// A time span, as GEXF calls it: start and end. Without an end, it lasts to the end of the run.
pub type Spell = (String, Option<String>);

impl GraphEdge {
    /// The weight of the edge. Never 0, because an edge without a strength is still an edge.
    pub(super) fn weight(&self) -> f64 {
        0.1 + self.strength
    }
}

impl GraphValue {
    /// The value as the file formats write it.
    pub(super) fn to_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Int(value) => value.to_string(),
            Self::Real(value) if value.is_finite() => value.to_string(),
            // Not all readers of the formats know a word for what is not finite.
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
            Self::Int(_) => "long",
            Self::Real(_) => "double",
            Self::Bool(_) => "boolean",
        }
    }
}

/// The names of all values with their types, in order of first occurrence.
pub(super) fn declare_values<'a>(values: impl Iterator<Item = &'a Vec<(String, GraphValue)>>) -> Vec<(String, &'static str)> {
    let mut declared: Vec<(String, &'static str)> = Vec::new();
    for (name, value) in values.flatten() {
        if !declared.iter().any(|(other, _)| other == name) {
            declared.push((name.clone(), value.type_name()));
        }
    }
    declared
}
