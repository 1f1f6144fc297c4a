//! The static read set of an expression.
//!
//! With it, a change re-evaluates only the triggers that may depend on it, and the world counts only the occurrences that some
//! expression asks for.

use crate::ids::{AttrId, DimId, Emotion, EventKind, Field, KindId, ParamId, TieId};

use super::node::{ABSENT, Code, Node, Ref, Telling};
use super::view::ValueName;

/// Everything that an expression may read. Lists are sorted and free of duplicates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each flag is one independent part of the world")]
pub struct Reads {
    /// Attributes, including those read through beliefs.
    pub attrs: Vec<AttrId>,
    /// Bond dimensions, including those read through beliefs.
    pub dims: Vec<DimId>,
    /// Ties, including those read through beliefs.
    pub ties: Vec<TieId>,
    /// Fields that the engine maintains.
    pub fields: Vec<Field>,
    /// Kinds whose members are visited.
    pub kinds: Vec<KindId>,
    /// Parameters.
    pub params: Vec<ParamId>,
    /// Kinds of past events, each with the number of agents in the query: 0, 1 or 2.
    pub occurrences: Vec<(EventKind, u8)>,
    /// Ties whose median duration is read.
    pub spans: Vec<TieId>,
    /// Kinds of remembered events.
    pub memories: Vec<EventKind>,
    /// Emotions.
    pub emotions: Vec<Emotion>,
    /// Values of the matched event.
    pub values: Vec<ValueName>,
    /// Whether it reads current places, homes or workplaces.
    pub places: bool,
    /// Whether it reads owners of OSes.
    pub owners: bool,
    /// Whether it reads beliefs.
    pub beliefs: bool,
    /// Whether it reads the clock or anything else that changes with time alone.
    pub clock: bool,
    /// Whether it draws random numbers.
    pub draws: bool,
}

impl Reads {
    pub(crate) fn of(code: &Code, root: Ref) -> Self {
        let mut reads = Self::default();
        for node in code.subtree(root) {
            reads.add(*node);
        }
        reads.tidy();
        reads
    }

    /// Adds everything that another expression reads.
    pub fn merge(&mut self, other: &Self) {
        self.attrs.extend(&other.attrs);
        self.dims.extend(&other.dims);
        self.ties.extend(&other.ties);
        self.fields.extend(&other.fields);
        self.kinds.extend(&other.kinds);
        self.params.extend(&other.params);
        self.occurrences.extend(&other.occurrences);
        self.spans.extend(&other.spans);
        self.memories.extend(&other.memories);
        self.emotions.extend(&other.emotions);
        self.values.extend(&other.values);
        self.places |= other.places;
        self.owners |= other.owners;
        self.beliefs |= other.beliefs;
        self.clock |= other.clock;
        self.draws |= other.draws;
        self.tidy();
    }

    fn add(&mut self, node: Node) {
        match node {
            Node::Attr(attr, _) | Node::SwitchAttr(attr, _) | Node::AttrFact(attr, _) => self.attrs.push(attr),
            Node::Dim(dim, ..) | Node::DimFact(dim, ..) => self.dims.push(dim),
            Node::Tie(tie, ..) | Node::TieFact(tie, ..) | Node::Ties(tie, _) | Node::TiesTo(tie, _) => self.ties.push(tie),
            Node::TieAge(tie, ..) => {
                self.ties.push(tie);
                self.clock = true;
            }
            Node::Lasts(tie) => {
                self.spans.push(tie);
                self.clock = true;
            }
            Node::Field(field, _) | Node::SwitchField(field, _) => self.fields.push(field),
            Node::NumberParam(param) | Node::SwitchParam(param) => self.params.push(param),
            Node::At(..) | Node::Together(..) | Node::PlaceOf(_) | Node::HomeOf(_) | Node::WorkOf(_) | Node::PlaceFact(_) => {
                self.places = true;
            }
            Node::Here(_) | Node::AtPlace(_) => {
                self.places = true;
                self.fields.push(Field::Present);
            }
            Node::Members(kind) => {
                self.kinds.push(kind);
                self.fields.push(Field::Present);
            }
            Node::Owner(_) | Node::Os(_) => self.owners = true,
            Node::Believes(..) | Node::BelievesSwitch(..) | Node::BelievesAt(..) | Node::BelievedPlace(..) | Node::Knows(..) => {
                self.beliefs = true;
            }
            Node::Remembers(event, ..) => {
                self.memories.push(event);
                self.clock = true;
            }
            Node::Feels(emotion, ..) => {
                self.emotions.push(emotion);
                self.clock = true;
            }
            Node::Happened(telling, event, a, b) => {
                self.occurrences.push((event, u8::from(a != ABSENT) + u8::from(b != ABSENT)));
                self.clock |= telling == Telling::Age;
            }
            Node::Value(name) => self.values.push(name),
            Node::Clock(_) => self.clock = true,
            Node::Chance(..) | Node::Uniform(..) | Node::Normal(..) | Node::Pick(..) => self.draws = true,
            _ => {}
        }
    }

    fn tidy(&mut self) {
        fn tidy<T: Ord>(list: &mut Vec<T>) {
            list.sort_unstable();
            list.dedup();
        }
        tidy(&mut self.attrs);
        tidy(&mut self.dims);
        tidy(&mut self.ties);
        tidy(&mut self.fields);
        tidy(&mut self.kinds);
        tidy(&mut self.params);
        tidy(&mut self.occurrences);
        tidy(&mut self.spans);
        tidy(&mut self.memories);
        tidy(&mut self.emotions);
        tidy(&mut self.values);
    }
}
