//! The names that a scene declares, in the order of their ids.

use crate::ids::{AgentId, AttrId, DimId, DocumentId, Emotion, EventKind, Field, KindId, NameListId, ParamId, PlaceId, TieId};

use super::types::Type;
use super::view::ValueName;

/// All names that the expressions of a scene may use. The index of a name in its list is its id.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Kinds of agents.
    pub kinds: Vec<String>,
    /// Attributes of agents.
    pub attributes: Vec<Attribute>,
    /// Dimensions of bonds.
    pub dims: Vec<String>,
    /// Ties.
    pub ties: Vec<Tie>,
    /// Places.
    pub places: Vec<String>,
    /// The named agents.
    pub cast: Vec<String>,
    /// Parameters.
    pub params: Vec<Param>,
    /// Kinds of events, such as `date` or `date/hesitates`.
    pub events: Vec<String>,
    /// Names of the values of events.
    pub values: Vec<String>,
    /// Name lists.
    pub lists: Vec<String>,
    /// Documents.
    pub documents: Vec<String>,
    /// Defs, which are inlined where they are called.
    pub defs: Vec<Def>,
}

/// A declared attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name in expressions.
    pub name: String,
    /// Whether it is a switch (true or false) rather than a number.
    pub switch: bool,
}

/// A declared tie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tie {
    /// Its name in expressions.
    pub name: String,
    /// Whether it always holds in both directions.
    pub symmetric: bool,
}

/// A parameter of the scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name in expressions.
    pub name: String,
    /// The type of its value.
    pub ty: Type,
}

/// A macro-like definition with parameters: `close(a, b)` for `affection(a, b) > 0.5 and trust(a, b) > 0.5`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Def {
    /// Its name in expressions.
    pub name: String,
    /// The names of its parameters.
    pub of: Vec<String>,
    /// The expression that replaces its calls.
    pub body: String,
}

fn position<T>(list: &[T], name: &str, of: impl Fn(&T) -> &str) -> Option<usize> {
    list.iter().position(|item| of(item) == name)
}

impl Schema {
    /// The kind of that name.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<KindId> {
        position(&self.kinds, name, |n| n).map(KindId::at)
    }

    /// The attribute of that name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<AttrId> {
        position(&self.attributes, name, |a| &a.name).map(AttrId::at)
    }

    /// The dimension of that name.
    #[must_use]
    pub fn dim(&self, name: &str) -> Option<DimId> {
        position(&self.dims, name, |n| n).map(DimId::at)
    }

    /// The tie of that name.
    #[must_use]
    pub fn tie(&self, name: &str) -> Option<TieId> {
        position(&self.ties, name, |t| &t.name).map(TieId::at)
    }

    /// The place of that name.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<PlaceId> {
        position(&self.places, name, |n| n).map(PlaceId::at)
    }

    /// The member of the cast of that name.
    #[must_use]
    pub fn agent(&self, name: &str) -> Option<AgentId> {
        position(&self.cast, name, |n| n).map(AgentId::at)
    }

    /// The parameter of that name.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<ParamId> {
        position(&self.params, name, |p| &p.name).map(ParamId::at)
    }

    /// The kind of event of that name.
    #[must_use]
    pub fn event(&self, name: &str) -> Option<EventKind> {
        position(&self.events, name, |n| n).map(EventKind::at)
    }

    /// The event value of that name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<ValueName> {
        position(&self.values, name, |n| n).map(|at| ValueName(u16::try_from(at).unwrap_or(u16::MAX)))
    }

    /// The name list of that name.
    #[must_use]
    pub fn list(&self, name: &str) -> Option<NameListId> {
        position(&self.lists, name, |n| n).map(NameListId::at)
    }

    /// The document of that name.
    #[must_use]
    pub fn document(&self, name: &str) -> Option<DocumentId> {
        position(&self.documents, name, |n| n).map(DocumentId::at)
    }

    /// The def of that name.
    #[must_use]
    pub fn def(&self, name: &str) -> Option<&Def> {
        self.defs.iter().find(|def| def.name == name)
    }
}

/// The fields that the engine maintains, and whether each is a switch.
pub const FIELDS: [(&str, Field, bool); 10] = [
    ("present", Field::Present, true),
    ("gone", Field::Gone, true),
    ("online", Field::Online, true),
    ("bound", Field::Bound, true),
    ("generation", Field::Generation, false),
    ("busy", Field::Busy, true),
    ("awake", Field::Awake, true),
    ("pleasure", Field::Pleasure, false),
    ("arousal", Field::Arousal, false),
    ("dominance", Field::Dominance, false),
];

/// The emotions by name.
pub const EMOTIONS: [(&str, Emotion); 16] = [
    ("joy", Emotion::Joy),
    ("distress", Emotion::Distress),
    ("hope", Emotion::Hope),
    ("fear", Emotion::Fear),
    ("relief", Emotion::Relief),
    ("disappointment", Emotion::Disappointment),
    ("pride", Emotion::Pride),
    ("shame", Emotion::Shame),
    ("gratitude", Emotion::Gratitude),
    ("anger", Emotion::Anger),
    ("admiration", Emotion::Admiration),
    ("reproach", Emotion::Reproach),
    ("gladness", Emotion::Gladness),
    ("pity", Emotion::Pity),
    ("love", Emotion::Love),
    ("longing", Emotion::Longing),
];
