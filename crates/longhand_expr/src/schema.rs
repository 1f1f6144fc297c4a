//! The names that a scene declares, in the order of their ids.

use std::sync::{Arc, OnceLock};

use crate::ids::{
    AgentId, AppointmentId, AttrId, DimId, DocumentId, EventKind, EventValueId, IntentionId, KindId, NameListId, ParamId,
    PlaceId, ReasonId, TieId,
};

use super::ast::ExprAst;
use super::calendar::CalendarRules;
use super::error::ExprError;
use super::parse::parse_expr;
use super::types::Type;

/// All names that the expressions of a scene may use. The index of a name in its list is its id.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Kinds of agents.
    pub kinds: Vec<String>,
    /// Attributes of agents.
    pub attributes: Vec<AttributeSchema>,
    /// The attributes that are norms: how strongly an agent holds one.
    pub norms: Vec<String>,
    /// Dimensions of bonds.
    pub dims: Vec<String>,
    /// Ties.
    pub ties: Vec<TieSchema>,
    /// Places.
    pub places: Vec<String>,
    /// The named agents, things last.
    pub cast: Vec<String>,
    /// How many of the named agents, from the last, are things: what acts not. The world is one of them.
    pub things: usize,
    /// How many of the kinds, from the last, are those of things.
    pub thing_kinds: usize,
    /// The agent that has the attributes of the section `world`.
    pub world: Option<AgentId>,
    /// Parameters.
    pub params: Vec<ParamSchema>,
    /// Kinds of events, such as `date` or `date/hesitates`.
    pub events: Vec<String>,
    /// Names of the values of events.
    pub values: Vec<String>,
    /// Name lists.
    pub lists: Vec<String>,
    /// Documents.
    pub documents: Vec<String>,
    /// Reasons, without those that every scene has.
    pub reasons: Vec<String>,
    /// Appointments.
    pub appointments: Vec<String>,
    /// Intentions.
    pub intentions: Vec<String>,
    /// The tie between parents and children, and whether it leads from a child to its parent.
    pub kinship: Option<(TieId, bool)>,
    /// Defs, which are inlined where they are called.
    pub defs: Vec<DefSchema>,
    /// The dates that there are.
    pub calendar: Arc<CalendarRules>,
}

/// A declared attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeSchema {
    /// Its name in expressions.
    pub name: String,
    /// Whether it is a switch (true or false) rather than a number.
    pub switch: bool,
    /// Whether its values are whole numbers.
    pub integer: bool,
    /// Its least and greatest value.
    pub range: (f64, f64),
    /// The words that are its values, as their positions; empty for a number or a switch.
    pub one_of: Vec<String>,
}

/// A declared tie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TieSchema {
    /// Its name in expressions.
    pub name: String,
    /// Whether it always holds in both directions.
    pub symmetric: bool,
}

/// A parameter of the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamSchema {
    /// Its name in expressions.
    pub name: String,
    /// The type of its value.
    pub ty: Type,
    /// Its value, for what must be known when a text is compiled, such as a date; a switch is 0 or 1.
    pub value: f64,
}

/// A macro-like definition with parameters: `close(a, b)` for `affection(a, b) > 0.5 and trust(a, b) > 0.5`.
#[derive(Clone, Debug)]
pub struct DefSchema {
    /// Its name in expressions.
    pub name: String,
    /// The names of its parameters.
    pub params: Vec<String>,
    body: String,
    /// The parsed body. It is parsed when it is first needed.
    ast: OnceLock<Result<ExprAst, Vec<ExprError>>>,
}

impl DefSchema {
    /// A def of that name and those parameters.
    #[must_use]
    pub fn new(name: impl Into<String>, params: Vec<String>, body: impl Into<String>) -> Self {
        Self { name: name.into(), params, body: body.into(), ast: OnceLock::new() }
    }

    /// The expression that replaces its calls.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The parsed body, or every error of it.
    pub(crate) fn ast(&self) -> Result<&ExprAst, &[ExprError]> {
        self.ast.get_or_init(|| parse_expr(&self.body)).as_ref().map_err(Vec::as_slice)
    }
}

impl PartialEq for DefSchema {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.params, &self.body) == (&other.name, &other.params, &other.body)
    }
}

impl Eq for DefSchema {}

fn position_of<T>(list: &[T], name: &str, name_of: impl Fn(&T) -> &str) -> Option<usize> {
    list.iter().position(|item| name_of(item) == name)
}

impl Schema {
    /// The kind of that name.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<KindId> {
        position_of(&self.kinds, name, |n| n).map(KindId::from_index)
    }

    /// The attribute of that name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<AttrId> {
        position_of(&self.attributes, name, |a| &a.name).map(AttrId::from_index)
    }

    /// The type of the values of an attribute.
    #[must_use]
    pub fn attribute_type(&self, attr: AttrId) -> Type {
        let attribute = &self.attributes[attr.index()];
        if !attribute.one_of.is_empty() {
            let first = self.attributes.iter().position(|other| other.one_of == attribute.one_of);
            return Type::Word(first.map_or(attr, AttrId::from_index));
        }
        if attribute.switch { Type::Switch } else { Type::Number }
    }

    /// Whether any attribute has words as values.
    #[must_use]
    pub fn has_words(&self) -> bool {
        self.attributes.iter().any(|attribute| !attribute.one_of.is_empty())
    }

    /// Whether the agents of a kind are things.
    #[must_use]
    pub fn is_thing_kind(&self, kind: KindId) -> bool {
        (self.kinds.len() - self.thing_kinds..self.kinds.len()).contains(&kind.index())
    }

    /// The attribute that holds the strength of the norm of that name.
    #[must_use]
    pub fn norm(&self, name: &str) -> Option<AttrId> {
        self.attribute(name).filter(|_| self.norms.iter().any(|norm| norm == name))
    }

    /// The dimension of that name.
    #[must_use]
    pub fn dim(&self, name: &str) -> Option<DimId> {
        position_of(&self.dims, name, |n| n).map(DimId::from_index)
    }

    /// The tie of that name.
    #[must_use]
    pub fn tie(&self, name: &str) -> Option<TieId> {
        position_of(&self.ties, name, |t| &t.name).map(TieId::from_index)
    }

    /// The place of that name.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<PlaceId> {
        position_of(&self.places, name, |n| n).map(PlaceId::from_index)
    }

    /// The member of the cast of that name.
    #[must_use]
    pub fn agent(&self, name: &str) -> Option<AgentId> {
        position_of(&self.cast, name, |n| n).map(AgentId::from_index)
    }

    /// Whether a named agent is a thing.
    #[must_use]
    pub fn is_thing(&self, agent: AgentId) -> bool {
        (self.cast.len() - self.things..self.cast.len()).contains(&agent.index())
    }

    /// The parameter of that name.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<ParamId> {
        position_of(&self.params, name, |p| &p.name).map(ParamId::from_index)
    }

    /// The kind of event of that name.
    #[must_use]
    pub fn event(&self, name: &str) -> Option<EventKind> {
        position_of(&self.events, name, |n| n).map(EventKind::from_index)
    }

    /// The event value of that name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<EventValueId> {
        position_of(&self.values, name, |n| n).map(EventValueId::from_index)
    }

    /// The name list of that name.
    #[must_use]
    pub fn list(&self, name: &str) -> Option<NameListId> {
        position_of(&self.lists, name, |n| n).map(NameListId::from_index)
    }

    /// The document of that name.
    #[must_use]
    pub fn document(&self, name: &str) -> Option<DocumentId> {
        position_of(&self.documents, name, |n| n).map(DocumentId::from_index)
    }

    /// The reason of that name.
    #[must_use]
    pub fn reason(&self, name: &str) -> Option<ReasonId> {
        self.reason_names().position(|reason| reason == name).map(|index| ReasonId::from_index(index + 1))
    }

    /// The names of all reasons; that of `ReasonId(n)` is at the position `n - 1`.
    pub fn reason_names(&self) -> impl Iterator<Item = &str> {
        ReasonId::BUILT_IN.into_iter().chain(self.reasons.iter().map(String::as_str))
    }

    /// The appointment of that name.
    #[must_use]
    pub fn appointment(&self, name: &str) -> Option<AppointmentId> {
        position_of(&self.appointments, name, |n| n).map(AppointmentId::from_index)
    }

    /// The intention of that name.
    #[must_use]
    pub fn intention(&self, name: &str) -> Option<IntentionId> {
        position_of(&self.intentions, name, |n| n).map(IntentionId::from_index)
    }

    /// The def of that name.
    #[must_use]
    pub fn def(&self, name: &str) -> Option<&DefSchema> {
        self.defs.iter().find(|def| def.name == name)
    }
}
