//! The compiled form: an array of small nodes in post-order, children before their parent.
//!
//! Every node has one parent, so a subtree is a contiguous range of the array. Analyses such as the read set scan that range.

use std::ops::Range;
use std::sync::Arc;

use crate::ids::{AgentId, AttrId, DimId, Emotion, EventKind, Field, KindId, ParamId, PlaceId, TieId};

use super::ast::BinaryOp;
use super::view::ValueName;

/// The index of a node in [`Code::nodes`].
pub(crate) type Ref = u32;
/// Stands for an optional child that is absent.
pub(crate) const ABSENT: Ref = u32::MAX;
/// The most agents that a list may name.
pub(crate) const MAX_LIST: usize = 24;

/// One operation. The checker guarantees that each node is evaluated by the evaluator of its type: number, switch, agent, place
/// or set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Node {
    Number(f64),
    Switch(bool),
    Agent(AgentId),
    Place(PlaceId),
    /// Seconds since 1970-01-01.
    Date(i64),
    Slot(u8),
    NumberParam(ParamId),
    SwitchParam(ParamId),

    Attr(AttrId, Ref),
    SwitchAttr(AttrId, Ref),
    Field(Field, Ref),
    SwitchField(Field, Ref),
    Dim(DimId, Ref, Ref),
    Tie(TieId, Ref, Ref),
    TieAge(TieId, Ref, Ref),
    Lasts(TieId),
    At(Ref, Ref),
    Together(Ref, Ref),
    IsKind(KindId, Ref),
    PlaceOf(Ref),
    HomeOf(Ref),
    WorkOf(Ref),
    Owner(Ref),
    Os(Ref),

    /// A fact. It is never evaluated; its parent node resolves it.
    AttrFact(AttrId, Ref),
    DimFact(DimId, Ref, Ref),
    TieFact(TieId, Ref, Ref),
    PlaceFact(Ref),
    /// Holder, fact, otherwise.
    Believes(Ref, Ref, Ref),
    BelievesSwitch(Ref, Ref, Ref),
    /// Holder, fact, place.
    BelievesAt(Ref, Ref, Ref),
    BelievedPlace(Ref, Ref),
    Knows(Ref, Ref),

    Remembers(EventKind, Ref, Ref),
    Feels(Emotion, Ref, Ref),
    Happened(Telling, EventKind, Ref, Ref),
    Value(ValueName),
    Clock(Clock),

    Not(Ref),
    And(Ref, Ref),
    Or(Ref, Ref),
    If(Ref, Ref, Ref),
    SwitchIf(Ref, Ref, Ref),
    Compare(BinaryOp, Ref, Ref),
    SameSwitch(Ref, Ref),
    SameAgent(Ref, Ref),
    SamePlace(Ref, Ref),
    Arithmetic(BinaryOp, Ref, Ref),
    Unary(Unary, Ref),
    Scale(f64, Ref),
    Min(Ref, Ref),
    Max(Ref, Ref),
    Clamp(Ref, Ref, Ref),
    Ramp(Ref, Ref, Ref),
    Toward(Ref, Ref, Ref),

    /// A draw: the number of leading slots that form its key, its site hash, and its arguments.
    Chance(u8, u32, Ref),
    Uniform(u8, u32, Ref, Ref),
    Normal(u8, u32, Ref, Ref),
    /// A draw whose number of key slots is also the slot of its members.
    Pick(u8, u32, Ref),

    Ties(TieId, Ref),
    TiesTo(TieId, Ref),
    Members(KindId),
    Here(Ref),
    AtPlace(Ref),
    /// A range of [`Code::lists`]: start and length.
    List(u32, u8),
    One(Ref),
    /// Member slot, set, condition.
    Where(u8, Ref, Ref),
    /// Member slot, set, value.
    Aggregate(Aggregate, u8, Ref, Ref),
    Any(u8, Ref, Ref),
    All(u8, Ref, Ref),
    Best(u8, Ref, Ref),
}

/// A question about past events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Telling {
    Whether,
    Age,
    Times,
    First,
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    Now,
    Hour,
    Weekday,
    DayOfWeek,
    Month,
    Day,
    Year,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unary {
    Negative,
    Abs,
    Sqrt,
    Exp,
    Ln,
    Log2,
    Log10,
    Floor,
    Ceil,
    Round,
    Sigmoid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Count,
    Sum,
    Mean,
    Max,
    Min,
}

/// A compiled text.
#[derive(Debug, Default)]
pub(crate) struct Code {
    pub text: Arc<str>,
    pub nodes: Vec<Node>,
    /// The byte range of each node in `text`. Nodes of an inlined def have the range of the call.
    pub spans: Vec<Range<u32>>,
    /// The first node of each node's subtree.
    pub starts: Vec<Ref>,
    /// Whether each node can be evaluated by columns.
    pub columnar: Vec<bool>,
    /// The members of [`ExprNode::List`]s.
    pub lists: Vec<Ref>,
    /// The number of slots of the scope. Higher slots belong to aggregates.
    pub scope_slots: u8,
}

impl Code {
    #[inline]
    pub(crate) fn node(&self, at: Ref) -> Node {
        self.nodes[at as usize]
    }

    /// The nodes of a subtree.
    pub(crate) fn subtree(&self, root: Ref) -> &[Node] {
        &self.nodes[self.starts[root as usize] as usize..=root as usize]
    }

    pub(crate) fn span(&self, at: Ref) -> Range<usize> {
        let span = &self.spans[at as usize];
        span.start as usize..span.end as usize
    }

    pub(crate) fn text_of(&self, at: Ref) -> &str {
        self.text.get(self.span(at)).unwrap_or_default()
    }

    /// Whether `child` has its own byte range in the text, i.e. it was not inlined from a def whose call is `parent`.
    pub(crate) fn is_written_apart(&self, child: Ref, parent: Ref) -> bool {
        self.spans[child as usize] != self.spans[parent as usize]
    }
}
