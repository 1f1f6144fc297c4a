//! The range of values that an expression can take, by interval arithmetic (Moore 1966) over its nodes.
//!
//! It finds conditions that can never hold, without a simulation. Unknown values are unbounded, so a range may be too wide but
//! never too narrow.

use super::ast::BinaryOp;
use super::calendar::CalendarRules;
use super::math;
use super::node::{AggregateOp, ClockField, Code, ExprNode, NO_NODE, NodeId, PastQuery, UnaryOp};
use crate::ids::{AgentField, AgentId, AttrId, DimId, EventKind, ParamId, TieId};

/// The least and greatest value, both included. A switch ranges from 0 to 1.
pub type ValueRange = (f64, f64);

const UNBOUNDED: ValueRange = (f64::NEG_INFINITY, f64::INFINITY);
const UNIT: ValueRange = (0.0, 1.0);
const NON_NEGATIVE: ValueRange = (0.0, f64::INFINITY);

/// The ranges that a scene declares.
pub trait DeclaredRanges {
    /// The range of an attribute.
    fn attr(&self, attr: AttrId) -> ValueRange;
    /// The range of a bond dimension.
    fn dim(&self, dim: DimId) -> ValueRange;
    /// All values that a parameter may be set to.
    fn param(&self, param: ParamId) -> ValueRange;
    /// The dates that there are.
    fn calendar(&self) -> &CalendarRules;
    /// Whether anybody may ever be gone in this way: `Gone` or `Dead`.
    fn may_be_gone(&self, _how: AgentField) -> bool {
        true
    }
    /// Whether a tie may ever have ended.
    fn may_have_been_tied(&self, _tie: TieId) -> bool {
        true
    }
    /// Whether an event may ever have happened, if `by` is given with that member of the cast as its `self`.
    fn may_have_happened(&self, _event: EventKind, _by: Option<AgentId>) -> bool {
        true
    }
}

/// Computes the bounds of the nodes of one text.
pub(crate) struct BoundsAnalysis<'b, R> {
    pub code: &'b Code,
    pub ranges: &'b R,
}

impl<R: DeclaredRanges> BoundsAnalysis<'_, R> {
    /// The bounds of a numeric node or a switch.
    pub(crate) fn bounds_of(&self, id: NodeId) -> ValueRange {
        if id == NO_NODE {
            return UNIT;
        }
        let (low, high) = self.node_bounds(self.code.node(id));
        // An evaluation that overflows gives 0, so these bounds are unknown.
        if low.is_nan() || high.is_nan() || low == f64::INFINITY || high == f64::NEG_INFINITY { UNBOUNDED } else { (low, high) }
    }

    /// Whether an event may have happened, with this expression as its `self`.
    fn may_have_happened(&self, event: EventKind, by: NodeId) -> bool {
        let member = match (by != NO_NODE).then(|| self.code.node(by)) {
            Some(ExprNode::Agent(member)) => Some(member),
            _ => None,
        };
        self.ranges.may_have_happened(event, member)
    }

    fn node_bounds(&self, node: ExprNode) -> ValueRange {
        match node {
            ExprNode::Number(number) => (number, number),
            ExprNode::Switch(on) => constant_switch(on),
            ExprNode::Word(position, _) => (f64::from(position), f64::from(position)),
            ExprNode::NumberParam(param) => self.ranges.param(param),
            ExprNode::Attr(attr, agent) => {
                let range = widen_to_f32(self.ranges.attr(attr));
                // For no agent the value is 0.
                if matches!(self.code.node(agent), ExprNode::Slot(_) | ExprNode::Agent(_)) {
                    range
                } else {
                    hull(range, (0.0, 0.0))
                }
            }
            // Without a bond the value is 0.
            ExprNode::Dim(dim, ..) => hull(widen_to_f32(self.ranges.dim(dim)), (0.0, 0.0)),
            ExprNode::Field(AgentField::Pleasure | AgentField::Arousal | AgentField::Dominance, _) => (-1.0, 1.0),
            ExprNode::Field(..) | ExprNode::TieAge(..) | ExprNode::Age(_) | ExprNode::Kinship(..) | ExprNode::Distance(..) => {
                NON_NEGATIVE
            }
            ExprNode::Happened(PastQuery::Times | PastQuery::Happened, event, a, _) if !self.may_have_happened(event, a) => {
                constant_switch(false)
            }
            ExprNode::IsGone(how, ..) | ExprNode::SwitchField(how @ (AgentField::Gone | AgentField::Dead), _)
                if !self.ranges.may_be_gone(how) =>
            {
                constant_switch(false)
            }
            ExprNode::WasTied(tie, ..) if !self.ranges.may_have_been_tied(tie) => constant_switch(false),
            ExprNode::Happened(PastQuery::Times | PastQuery::Age, ..) => NON_NEGATIVE,
            ExprNode::Happened(PastQuery::First | PastQuery::Last, ..) => UNBOUNDED,
            ExprNode::Clock(clock) => match clock {
                ClockField::Now => NON_NEGATIVE,
                ClockField::Today => UNBOUNDED,
                ClockField::Hour => (0.0, 24.0),
                ClockField::Weekday => UNIT,
                ClockField::DayOfWeek => (1.0, self.ranges.calendar().week_len().max(1) as f64),
                ClockField::Month => (1.0, f64::from(self.ranges.calendar().month_count())),
                ClockField::Day => (1.0, f64::from(self.ranges.calendar().longest_month())),
                ClockField::Year | ClockField::Turn => UNBOUNDED,
            },
            ExprNode::StepFromNow(_) | ExprNode::StepToNow(_) => NON_NEGATIVE,
            ExprNode::Remembers(..) | ExprNode::Feels(..) | ExprNode::Ramp(..) | ExprNode::Confidence(..) => UNIT,
            ExprNode::Not(a) => {
                let (low, high) = self.bounds_of(a);
                (1.0 - high, 1.0 - low)
            }
            ExprNode::And(a, b) => combine(self.bounds_of(a), self.bounds_of(b), f64::min),
            ExprNode::Or(a, b) => combine(self.bounds_of(a), self.bounds_of(b), f64::max),
            ExprNode::If(c, a, b) | ExprNode::SwitchIf(c, a, b) => match self.bounds_of(c) {
                (1.0, _) => self.bounds_of(a),
                (_, 0.0) => self.bounds_of(b),
                _ => hull(self.bounds_of(a), self.bounds_of(b)),
            },
            ExprNode::Compare(op, a, b) => comparison_bounds(op, self.bounds_of(a), self.bounds_of(b)),
            ExprNode::Arithmetic(op, a, b) => arithmetic_bounds(op, self.bounds_of(a), self.bounds_of(b)),
            ExprNode::Unary(op, a) => unary_bounds(op, self.bounds_of(a)),
            ExprNode::Scale(by, a) => arithmetic_bounds(BinaryOp::Multiply, (by, by), self.bounds_of(a)),
            ExprNode::Min(a, b) => combine(self.bounds_of(a), self.bounds_of(b), f64::min),
            ExprNode::Max(a, b) => combine(self.bounds_of(a), self.bounds_of(b), f64::max),
            ExprNode::Clamp(x, low, high) => {
                combine(combine(self.bounds_of(x), self.bounds_of(high), f64::min), self.bounds_of(low), f64::max)
            }
            ExprNode::Chance(_, p) => match self.bounds_of(p) {
                (_, high) if high <= 0.0 => constant_switch(false),
                (low, _) if low >= 1.0 => constant_switch(true),
                _ => UNIT,
            },
            ExprNode::Uniform(_, low, high) => hull(self.bounds_of(low), self.bounds_of(high)),
            ExprNode::Aggregate(aggregate, _, _, each) => match aggregate {
                AggregateOp::Count => NON_NEGATIVE,
                // For an empty set the value is 0.
                AggregateOp::Mean | AggregateOp::Max | AggregateOp::Min => hull(self.bounds_of(each), (0.0, 0.0)),
                AggregateOp::Sum if self.bounds_of(each).0 >= 0.0 => NON_NEGATIVE,
                AggregateOp::Sum => UNBOUNDED,
            },
            ExprNode::Any(_, _, each) => (0.0, self.bounds_of(each).1),
            ExprNode::All(..)
            | ExprNode::SwitchParam(_)
            | ExprNode::SwitchAttr(..)
            | ExprNode::SwitchField(..)
            | ExprNode::Tie(..)
            | ExprNode::WasTied(..)
            | ExprNode::TiedUntilGone(..)
            | ExprNode::IsGone(..)
            | ExprNode::IsAt(..)
            | ExprNode::AreTogether(..)
            | ExprNode::Holds(..)
            | ExprNode::HasAppointment(..)
            | ExprNode::Concerns(..)
            | ExprNode::IsAbout(..)
            | ExprNode::Intends(..)
            | ExprNode::CarriedOut(..)
            | ExprNode::BelievesHolds(..)
            | ExprNode::IsKind(..)
            | ExprNode::Knows(..)
            | ExprNode::BelievesSwitch(..)
            | ExprNode::BelievesAt(..)
            | ExprNode::Happened(PastQuery::Happened, ..)
            | ExprNode::SameSwitch(..)
            | ExprNode::SameAgent(..)
            | ExprNode::SamePlace(..) => UNIT,
            // A belief may be any number. The remaining nodes are not numeric.
            _ => UNBOUNDED,
        }
    }
}

fn constant_switch(on: bool) -> ValueRange {
    let value = f64::from(u8::from(on));
    (value, value)
}

fn hull(a: ValueRange, b: ValueRange) -> ValueRange {
    (a.0.min(b.0), a.1.max(b.1))
}

fn combine(a: ValueRange, b: ValueRange, op: fn(f64, f64) -> f64) -> ValueRange {
    (op(a.0, b.0), op(a.1, b.1))
}

/// Widens a range to the `f32` precision in which the world stores values.
fn widen_to_f32((low, high): ValueRange) -> ValueRange {
    (low.min(f64::from(low as f32)), high.max(f64::from(high as f32)))
}

fn comparison_bounds(op: BinaryOp, a: ValueRange, b: ValueRange) -> ValueRange {
    let (can, must) = match op {
        BinaryOp::Less => (a.0 < b.1, a.1 < b.0),
        BinaryOp::LessEqual => (a.0 <= b.1, a.1 <= b.0),
        BinaryOp::Greater => (a.1 > b.0, a.0 > b.1),
        BinaryOp::GreaterEqual => (a.1 >= b.0, a.0 >= b.1),
        BinaryOp::Equal => (a.0 <= b.1 && b.0 <= a.1, a.0 == a.1 && a == b),
        BinaryOp::NotEqual => (!(a.0 == a.1 && a == b), a.1 < b.0 || b.1 < a.0),
        _ => (true, false),
    };
    (f64::from(u8::from(must)), f64::from(u8::from(can)))
}

fn arithmetic_bounds(op: BinaryOp, a: ValueRange, b: ValueRange) -> ValueRange {
    if a.0 == a.1 && b.0 == b.1 {
        let value = math::apply_binary(op, a.0, b.0);
        return (value, value);
    }
    let over_corners = |f: fn(f64, f64) -> f64| {
        let corners = [f(a.0, b.0), f(a.0, b.1), f(a.1, b.0), f(a.1, b.1)];
        // An evaluation that overflows gives 0, so an infinite corner makes the range unknown.
        if corners.iter().any(|corner| !corner.is_finite()) {
            return UNBOUNDED;
        }
        corners.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |range, corner| (range.0.min(*corner), range.1.max(*corner)))
    };
    match op {
        BinaryOp::Add => (a.0 + b.0, a.1 + b.1),
        BinaryOp::Subtract => (a.0 - b.1, a.1 - b.0),
        BinaryOp::Multiply => over_corners(|x, y| x * y),
        BinaryOp::Divide if b.0 > 0.0 || b.1 < 0.0 => over_corners(|x, y| x / y),
        _ => UNBOUNDED,
    }
}

fn unary_bounds(op: UnaryOp, (low, high): ValueRange) -> ValueRange {
    let map_ends = |(low, high): ValueRange| (math::apply_unary(op, low), math::apply_unary(op, high));
    match op {
        UnaryOp::Negative => (-high, -low),
        UnaryOp::Abs if low >= 0.0 => (low, high),
        UnaryOp::Abs if high <= 0.0 => (-high, -low),
        UnaryOp::Abs => (0.0, high.max(-low)),
        UnaryOp::Sigmoid => UNIT,
        UnaryOp::Exp | UnaryOp::Sqrt => NON_NEGATIVE,
        UnaryOp::Floor | UnaryOp::Ceil | UnaryOp::Round if low.is_finite() && high.is_finite() => map_ends((low, high)),
        _ if low == high => map_ends((low, high)),
        _ => UNBOUNDED,
    }
}
