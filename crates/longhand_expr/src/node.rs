//! The compiled form: an array of small nodes in post-order, children before their parent.
//!
//! Every node has one parent, so a subtree is a contiguous range of the array. Analyses such as the read set scan that range.

use std::ops::Range;
use std::sync::Arc;

use crate::ids::{
    AgentField, AgentId, AppointmentId, AttrId, DimId, Emotion, EventKind, EventValueId, IntentionId, KindId, ParamId, PlaceId,
    ReasonId, TieId,
};

use super::ast::BinaryOp;
use super::calendar::CalendarStep;
use super::def_results::MAX_ARGS;

/// The index of a node in [`Code::nodes`].
pub(crate) type NodeId = u32;
/// The index of a draw in [`Code::draws`].
pub(crate) type DrawId = u32;
/// Stands for an optional child that is absent.
pub(crate) const NO_NODE: NodeId = u32::MAX;
/// The most agents that a list may name.
pub(crate) const MAX_LIST: usize = 24;

/// One operation. The checker guarantees that each node is evaluated by the evaluator of its type: number, switch, agent, place
/// or set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ExprNode {
    Number(f64),
    Switch(bool),
    /// A word of an attribute: its position, and the list of [`Code::word_lists`] that it is in.
    Word(u16, u16),
    Agent(AgentId),
    Place(PlaceId),
    /// Midnight of a day, by its number in the calendar.
    Date(i64),
    /// The length of a number of months and years from now on.
    StepFromNow(CalendarStep),
    /// The length of a number of months and years up to now.
    StepToNow(CalendarStep),
    /// The instant that is a number of months and years after another.
    AddStep(NodeId, CalendarStep),
    Slot(u8),
    NumberParam(ParamId),
    SwitchParam(ParamId),

    Attr(AttrId, NodeId),
    SwitchAttr(AttrId, NodeId),
    Field(AgentField, NodeId),
    SwitchField(AgentField, NodeId),
    Dim(DimId, NodeId, NodeId),
    Tie(TieId, NodeId, NodeId),
    TieAge(TieId, NodeId, NodeId),
    MedianTieDuration(TieId),
    /// Whether the tie held and has ended, for this reason if there is one.
    WasTied(TieId, NodeId, NodeId, Option<ReasonId>),
    /// Whether the tie holds, or held until one of the two was gone.
    TiedUntilGone(TieId, NodeId, NodeId),
    /// Whether a field of an agent is set: gone or dead, for this reason if there is one.
    IsGone(AgentField, NodeId, Option<ReasonId>),
    /// The age in years.
    Age(NodeId),
    /// The degree of kinship: the tie between parents and children, whether it leads from child to parent, and the two agents.
    Kinship(TieId, bool, NodeId, NodeId),
    IsAt(NodeId, NodeId),
    AreTogether(NodeId, NodeId),
    /// Whether an agent holds a thing.
    Holds(NodeId, NodeId),
    IsKind(KindId, NodeId),
    PlaceOf(NodeId),
    HomeOf(NodeId),
    WorkOf(NodeId),
    Owner(NodeId),
    Os(NodeId),
    Holder(NodeId),
    /// The distance in kilometres; each operand is a place or a `SpotOf`.
    Distance(NodeId, NodeId),
    /// Where an agent is, which may be on the way between two places.
    SpotOf(NodeId),

    /// A fact. It is never evaluated; its parent node resolves it.
    AttrFact(AttrId, NodeId),
    DimFact(DimId, NodeId, NodeId),
    TieFact(TieId, NodeId, NodeId),
    PlaceFact(NodeId),
    HolderFact(NodeId),
    NameFact(NodeId),
    /// That an event of a kind happened, with two agents or any.
    HappenedFact(EventKind, NodeId, NodeId),
    /// Holder, fact, otherwise.
    Believes(NodeId, NodeId, NodeId),
    BelievesSwitch(NodeId, NodeId, NodeId),
    /// Holder, fact, place.
    BelievesAt(NodeId, NodeId, NodeId),
    /// Holder of the belief, fact, believed holder of the thing.
    BelievesHolds(NodeId, NodeId, NodeId),
    BelievedPlace(NodeId, NodeId),
    Knows(NodeId, NodeId),
    /// Who told the holder of a belief about a fact.
    Source(NodeId, NodeId),
    /// How sure the holder of a belief is.
    Confidence(NodeId, NodeId),

    Remembers(EventKind, NodeId, NodeId),
    Feels(Emotion, NodeId, NodeId),
    Happened(PastQuery, EventKind, NodeId, NodeId),
    Value(EventValueId),
    /// What the agent expects of the action.
    Gain,
    Clock(ClockField),
    /// Whether two agents have an appointment, of this kind if there is one.
    HasAppointment(Option<AppointmentId>, NodeId, NodeId),
    /// The seconds until their next appointment.
    UntilAppointment(Option<AppointmentId>, NodeId, NodeId),
    /// Something known as a fact: the variable or expression that gives it.
    TopicFact(NodeId),
    /// Whether something known is about an agent.
    Concerns(NodeId, NodeId),
    /// Whether something known is of a kind.
    IsAbout(TopicKind, NodeId),
    /// The first or the second agent that something known is about.
    TopicAgent(u8, NodeId),
    /// The value that an agent believes something to have.
    Strength(NodeId, NodeId),
    /// The seconds since an agent learned something.
    Heard(NodeId, NodeId),
    /// Whether an agent intends something, about another agent if there is one.
    Intends(IntentionId, NodeId, NodeId),
    /// Whether it has carried out all steps of it.
    CarriedOut(IntentionId, NodeId, NodeId),

    Not(NodeId),
    And(NodeId, NodeId),
    Or(NodeId, NodeId),
    If(NodeId, NodeId, NodeId),
    SwitchIf(NodeId, NodeId, NodeId),
    Compare(BinaryOp, NodeId, NodeId),
    SameSwitch(NodeId, NodeId),
    SameAgent(NodeId, NodeId),
    SamePlace(NodeId, NodeId),
    Arithmetic(BinaryOp, NodeId, NodeId),
    Unary(UnaryOp, NodeId),
    Scale(f64, NodeId),
    Min(NodeId, NodeId),
    Max(NodeId, NodeId),
    Clamp(NodeId, NodeId, NodeId),
    Ramp(NodeId, NodeId, NodeId),
    Toward(NodeId, NodeId, NodeId),

    /// A draw: its index in [`Code::draws`], and its arguments.
    Chance(DrawId, NodeId),
    Uniform(DrawId, NodeId, NodeId),
    Normal(DrawId, NodeId, NodeId),
    /// A draw with the slot of its members and the set.
    Pick(DrawId, u8, NodeId),

    Ties(TieId, NodeId),
    TiesTo(TieId, NodeId),
    /// Those tied now, and those tied until one of the two was gone; outward or inward.
    EverTied(TieId, bool, NodeId),
    /// Those who are present, of those tied now or until the agent was gone; outward or inward.
    TiedUntilGoneTo(TieId, bool, NodeId),
    /// Those with a common parent: the tie, whether it leads from child to parent, and whether those who are gone are included.
    Siblings(TieId, bool, NodeId, bool),
    EverMembers(KindId),
    Members(KindId),
    Here(NodeId),
    AtPlace(NodeId),
    /// The agents of a role that stands for several: the slot of the role, and the set that they are taken from.
    Several(u8, NodeId),
    /// The agents with whom an agent has appointments, of this kind if there is one.
    Appointed(Option<AppointmentId>, NodeId),
    /// What an agent knows or believes.
    KnownTo(NodeId),
    /// The agents that an intention of an agent is about.
    Intended(IntentionId, NodeId),
    /// The things that an agent holds.
    HeldBy(NodeId),
    /// The things that lie at a place.
    ThingsAt(NodeId),
    /// A range of [`Code::lists`]: start and length.
    List(u32, u8),
    SingleAgent(NodeId),
    /// Member slot, set, condition.
    Where(u8, NodeId, NodeId),
    /// Member slot, set, value.
    Aggregate(AggregateOp, u8, NodeId, NodeId),
    Any(u8, NodeId, NodeId),
    All(u8, NodeId, NodeId),
    Best(u8, NodeId, NodeId),

    // The following are only in what is evaluated ([`Code::evaluated`]).
    /// A call of a def whose result may be known: its position in [`Code::def_calls`].
    DefCall(u16),
    /// What is read of variables: the same as `Attr`, `SwitchAttr`, `Dim`, `Tie` and `IsKind` of slots.
    AttrOf(AttrId, u8),
    SwitchAttrOf(AttrId, u8),
    DimOf(DimId, u8, u8),
    TieOf(TieId, u8, u8),
    IsKindOf(KindId, u8),
    /// The most frequent arithmetic and comparisons.
    Add(NodeId, NodeId),
    Subtract(NodeId, NodeId),
    Multiply(NodeId, NodeId),
    CompareNumber(BinaryOp, NodeId, f64),
    /// A chain of `and`s or of `or`s in one: a range of [`Code::chains`], its start and length.
    AllOf(u32, u16),
    AnyOf(u32, u16),
    /// Members of what somebody knows, by the position in [`Code::known_filters`].
    WhereKnown(u16),
}

impl ExprNode {
    /// Whether it draws a random number.
    pub(crate) fn is_draw(self) -> bool {
        matches!(self, Self::Chance(..) | Self::Uniform(..) | Self::Normal(..) | Self::Pick(..))
    }
}

/// What identifies a draw of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DrawSite {
    /// A stable hash of the rule and of the order of the draw among those of the rule.
    pub hash: u32,
    /// The number of variables of the rule, from the first, that it depends on.
    pub rule_slots: u8,
    /// The slots of the members of sets that it depends on: the first, and the one after the last.
    pub member_slots: (u8, u8),
}

/// A call of a def with variables as arguments, whose body draws nothing and reads nothing but them and the state of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DefCallSite {
    /// The root of the inlined body.
    pub node: NodeId,
    /// The position of the def in the schema.
    pub def: u16,
    /// The slots of the arguments.
    pub args: [Option<u8>; MAX_ARGS],
}

/// A set of the form `known(a) where …`. An agent knows much, so the conditions that depend on nobody but the agent are evaluated once for
/// all uses of the set in one state of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KnownFilter {
    /// `known(a)`.
    pub known: NodeId,
    /// The slot of `a`.
    pub agent: u8,
    /// The conditions that read `a` and the member alone, and draw nothing: a range of [`Code::chains`].
    pub own: (u32, u16),
    /// The others.
    pub others: (u32, u16),
}

/// What something known may be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TopicKind {
    Attr(AttrId),
    Dim(DimId),
    Tie(TieId),
    Event(EventKind),
    Place,
    Holder,
}

/// A question about past events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PastQuery {
    Happened,
    Age,
    Times,
    First,
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClockField {
    Now,
    Today,
    Hour,
    Weekday,
    DayOfWeek,
    Month,
    Day,
    Year,
    Turn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnaryOp {
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
pub(crate) enum AggregateOp {
    Count,
    Sum,
    Mean,
    Max,
    Min,
}

/// A compiled text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Code {
    pub text: Arc<str>,
    pub nodes: Vec<ExprNode>,
    /// The byte range of each node in `text`. Nodes of an inlined def have the range of the call.
    pub spans: Vec<Range<u32>>,
    /// The first node of each node's subtree.
    pub subtree_starts: Vec<NodeId>,
    /// Whether each node can be evaluated by columns.
    pub columnar: Vec<bool>,
    /// The members of [`ExprNode::List`]s.
    pub lists: Vec<NodeId>,
    /// The draws.
    pub draws: Vec<DrawSite>,
    /// The calls of defs whose results may be remembered.
    pub def_calls: Vec<DefCallSite>,
    /// The nodes as they are evaluated: frequent ones in one with their operands, and the calls of [`Code::def_calls`].
    pub evaluated_nodes: Vec<ExprNode>,
    /// The operands of chains of `and`s and `or`s, each chain twice: the cheapest operands first, and as they are written.
    pub chains: Vec<NodeId>,
    /// The sets of the form `known(a) where …` with a condition that depends on nobody else.
    pub known_filters: Vec<KnownFilter>,
    /// The words of the attributes that the text compares with words.
    pub word_lists: Vec<Vec<String>>,
    /// The number of slots of the scope. Higher slots belong to aggregates.
    pub scope_slots: u8,
}

impl Code {
    #[inline]
    pub(crate) fn node(&self, id: NodeId) -> ExprNode {
        self.nodes[id as usize]
    }

    /// A node as it is evaluated.
    #[inline]
    pub(crate) fn evaluated(&self, id: NodeId) -> ExprNode {
        self.evaluated_nodes[id as usize]
    }

    /// The operands of a chain, the cheapest first.
    #[inline]
    pub(crate) fn chain(&self, (first, len): (u32, u16)) -> &[NodeId] {
        &self.chains[first as usize..][..usize::from(len)]
    }

    /// The operands of a chain as they are written.
    pub(crate) fn written_chain(&self, (first, len): (u32, u16)) -> &[NodeId] {
        self.chain((first + u32::from(len), len))
    }

    /// Ends the construction or a change of the code.
    pub(crate) fn finish(&mut self) {
        self.evaluated_nodes = self.nodes.iter().map(|node| self.fused(*node)).collect();
        for (site, position) in self.def_calls.iter().zip(0..) {
            self.evaluated_nodes[site.node as usize] = ExprNode::DefCall(position);
        }
        self.chains.clear();
        self.known_filters.clear();
        for root in 0..self.nodes.len() {
            let is_and = matches!(self.evaluated_nodes[root], ExprNode::And(..));
            if is_and || matches!(self.evaluated_nodes[root], ExprNode::Or(..)) {
                let mut operands = Vec::new();
                self.add_operands(root as NodeId, is_and, &mut operands);
                if let Some((first, len)) = self.add_chain(&operands) {
                    self.evaluated_nodes[root] = if is_and { ExprNode::AllOf(first, len) } else { ExprNode::AnyOf(first, len) };
                }
            } else if let Some(filter) = self.known_filter_of(root as NodeId)
                && let Ok(position) = u16::try_from(self.known_filters.len())
            {
                self.known_filters.push(filter);
                self.evaluated_nodes[root] = ExprNode::WhereKnown(position);
            }
        }
    }

    /// The filter of a node of the form `known(a) where …`, if a condition depends on `a` and the member alone.
    fn known_filter_of(&mut self, root: NodeId) -> Option<KnownFilter> {
        let ExprNode::Where(member, known, condition) = self.nodes[root as usize] else { return None };
        let ExprNode::KnownTo(agent) = *self.nodes.get(known as usize)? else { return None };
        let ExprNode::Slot(agent) = *self.nodes.get(agent as usize)? else { return None };
        let is_own = |id: &NodeId| {
            self.subtree(*id).iter().all(|node| match node {
                ExprNode::Slot(slot) => *slot == agent || *slot == member,
                node => !node.is_draw(),
            })
        };
        let mut operands = Vec::new();
        self.add_operands(condition, true, &mut operands);
        let (own, others): (Vec<NodeId>, Vec<NodeId>) = operands.into_iter().partition(is_own);
        if own.is_empty() {
            return None;
        }
        Some(KnownFilter { known, agent, own: self.add_chain(&own)?, others: self.add_chain(&others)? })
    }

    /// Adds a chain.
    fn add_chain(&mut self, written: &[NodeId]) -> Option<(u32, u16)> {
        let chain = (u32::try_from(self.chains.len()).ok()?, u16::try_from(written.len()).ok()?);
        let mut by_cost = written.to_vec();
        by_cost.sort_by_key(|id| self.cost(*id));
        self.chains.extend(by_cost);
        self.chains.extend(written);
        Some(chain)
    }

    /// What the evaluation of a node costs, in steps: about what it takes to read an attribute.
    fn cost(&self, id: NodeId) -> usize {
        // A def that is checked without a call has operands that are unknown.
        if id as usize >= self.nodes.len() {
            return 0;
        }
        let steps = |node: &ExprNode| match node {
            ExprNode::Aggregate(..) | ExprNode::Any(..) | ExprNode::All(..) | ExprNode::Best(..) | ExprNode::Pick(..) => 16,
            ExprNode::Happened(..) | ExprNode::Believes(..) | ExprNode::BelievesSwitch(..) | ExprNode::Knows(..) => 6,
            ExprNode::Heard(..) | ExprNode::Strength(..) | ExprNode::TieAge(..) | ExprNode::Remembers(..) => 6,
            ExprNode::Dim(..) | ExprNode::Tie(..) | ExprNode::Feels(..) | ExprNode::Chance(..) => 3,
            _ => 1,
        };
        self.subtree(id).iter().map(steps).sum()
    }

    /// Appends the operands of a chain of `and`s, or else of `or`s, in their order. A def whose result may be remembered is one operand.
    fn add_operands(&self, id: NodeId, is_and: bool, operands: &mut Vec<NodeId>) {
        let is_call = matches!(self.evaluated_nodes.get(id as usize), Some(ExprNode::DefCall(_)));
        match self.nodes.get(id as usize) {
            Some(&ExprNode::And(a, b)) if is_and && !is_call => {
                [a, b].into_iter().for_each(|id| self.add_operands(id, is_and, operands));
            }
            Some(&ExprNode::Or(a, b)) if !is_and && !is_call => {
                [a, b].into_iter().for_each(|id| self.add_operands(id, is_and, operands));
            }
            _ => operands.push(id),
        }
    }

    /// A node in one with its operands, where that saves steps.
    fn fused(&self, node: ExprNode) -> ExprNode {
        // A def that is checked without a call has operands that are unknown.
        let operand = |id: NodeId| self.nodes.get(id as usize).copied();
        let slot = |id: NodeId| if let Some(ExprNode::Slot(slot)) = operand(id) { Some(slot) } else { None };
        let fused = match node {
            ExprNode::Attr(attr, agent) => slot(agent).map(|agent| ExprNode::AttrOf(attr, agent)),
            ExprNode::SwitchAttr(attr, agent) => slot(agent).map(|agent| ExprNode::SwitchAttrOf(attr, agent)),
            ExprNode::IsKind(kind, agent) => slot(agent).map(|agent| ExprNode::IsKindOf(kind, agent)),
            ExprNode::Dim(dim, a, b) => slot(a).zip(slot(b)).map(|(a, b)| ExprNode::DimOf(dim, a, b)),
            ExprNode::Tie(tie, a, b) => slot(a).zip(slot(b)).map(|(a, b)| ExprNode::TieOf(tie, a, b)),
            ExprNode::Arithmetic(BinaryOp::Add, a, b) => Some(ExprNode::Add(a, b)),
            ExprNode::Arithmetic(BinaryOp::Subtract, a, b) => Some(ExprNode::Subtract(a, b)),
            ExprNode::Arithmetic(BinaryOp::Multiply, a, b) => match (operand(a), operand(b)) {
                (Some(ExprNode::Number(by)), _) => Some(ExprNode::Scale(by, b)),
                (_, Some(ExprNode::Number(by))) => Some(ExprNode::Scale(by, a)),
                _ => Some(ExprNode::Multiply(a, b)),
            },
            ExprNode::Compare(op, a, b) => match operand(b) {
                Some(ExprNode::Number(number)) => Some(ExprNode::CompareNumber(op, a, number)),
                _ => None,
            },
            _ => None,
        };
        fused.unwrap_or(node)
    }

    /// The nodes of a subtree.
    pub(crate) fn subtree(&self, root: NodeId) -> &[ExprNode] {
        &self.nodes[self.subtree_starts[root as usize] as usize..=root as usize]
    }

    pub(crate) fn span(&self, id: NodeId) -> Range<usize> {
        let span = &self.spans[id as usize];
        span.start as usize..span.end as usize
    }

    pub(crate) fn text_of(&self, id: NodeId) -> &str {
        self.text.get(self.span(id)).unwrap_or_default()
    }

    /// Whether `child` has its own byte range in the text, i.e. it was not inlined from a def whose call is `parent`.
    pub(crate) fn has_own_span(&self, child: NodeId, parent: NodeId) -> bool {
        self.spans[child as usize] != self.spans[parent as usize]
    }

    /// Whether a node can be evaluated by columns (see `batch`). Its children must have been emitted.
    pub(crate) fn is_columnar(&self, node: ExprNode) -> bool {
        let columnar = |id: NodeId| self.columnar.get(id as usize).copied().unwrap_or(false);
        let is_self = |agent: NodeId| matches!(self.nodes.get(agent as usize), Some(ExprNode::Slot(0)));
        match node {
            ExprNode::Number(_)
            | ExprNode::Switch(_)
            | ExprNode::Word(..)
            | ExprNode::NumberParam(_)
            | ExprNode::SwitchParam(_)
            | ExprNode::Date(_)
            | ExprNode::Clock(_) => true,
            ExprNode::Attr(_, agent)
            | ExprNode::SwitchAttr(_, agent)
            | ExprNode::Field(_, agent)
            | ExprNode::SwitchField(_, agent) => is_self(agent),
            // Lane by lane, these nodes skip the children they do not need. That is faster unless all children are columnar.
            ExprNode::And(a, b) | ExprNode::Or(a, b) => columnar(a) && columnar(b),
            ExprNode::If(c, a, b) | ExprNode::SwitchIf(c, a, b) => columnar(c) && columnar(a) && columnar(b),
            ExprNode::Not(a) | ExprNode::Unary(_, a) | ExprNode::Scale(_, a) => columnar(a),
            ExprNode::SameSwitch(a, b) => columnar(a) && columnar(b),
            ExprNode::Compare(_, a, b) | ExprNode::Arithmetic(_, a, b) | ExprNode::Min(a, b) | ExprNode::Max(a, b) => {
                columnar(a) || columnar(b)
            }
            ExprNode::Clamp(a, b, c) | ExprNode::Ramp(a, b, c) | ExprNode::Toward(a, b, c) => {
                columnar(a) || columnar(b) || columnar(c)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_stays_within_16_bytes() {
        assert!(size_of::<ExprNode>() <= 16, "{}", size_of::<ExprNode>());
    }
}
