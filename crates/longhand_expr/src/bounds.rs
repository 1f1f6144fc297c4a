//! The range of values that an expression can take, by interval arithmetic (Moore 1966) over its nodes.
//!
//! It finds conditions that can never hold, without a simulation. Unknown values are unbounded, so a range may be too wide but
//! never too narrow.

use super::ast::BinaryOp;
use super::math;
use super::node::{ABSENT, Aggregate, Clock, Code, Node, Ref, Telling, Unary};
use crate::ids::{AttrId, DimId, Field, ParamId};

/// The least and greatest value, both included. A switch ranges from 0 to 1.
pub type Span = (f64, f64);

const ANYTHING: Span = (f64::NEG_INFINITY, f64::INFINITY);
const UNIT: Span = (0.0, 1.0);
const POSITIVE: Span = (0.0, f64::INFINITY);

/// The ranges that a scene declares.
pub trait Ranges {
    /// The range of an attribute.
    fn attr(&self, attr: AttrId) -> Span;
    /// The range of a bond dimension.
    fn dim(&self, dim: DimId) -> Span;
    /// All values that a parameter may be set to.
    fn param(&self, param: ParamId) -> Span;
}

/// Computes the bounds of the nodes of one text.
pub(crate) struct Bounds<'b, R> {
    pub code: &'b Code,
    pub ranges: &'b R,
}

impl<R: Ranges> Bounds<'_, R> {
    /// The bounds of a numeric node or a switch.
    pub(crate) fn of(&self, at: Ref) -> Span {
        if at == ABSENT {
            return UNIT;
        }
        let (low, high) = self.node(self.code.node(at));
        // An evaluation that overflows gives 0, so these bounds are unknown.
        if low.is_nan() || high.is_nan() || low == f64::INFINITY || high == f64::NEG_INFINITY { ANYTHING } else { (low, high) }
    }

    fn node(&self, node: Node) -> Span {
        match node {
            Node::Number(number) => (number, number),
            Node::Switch(on) => certain(on),
            Node::NumberParam(param) => self.ranges.param(param),
            Node::Attr(attr, of) => {
                let range = stored(self.ranges.attr(attr));
                // For no agent the value is 0.
                if matches!(self.code.node(of), Node::Slot(_) | Node::Agent(_)) { range } else { hull(range, (0.0, 0.0)) }
            }
            // Without a bond the value is 0.
            Node::Dim(dim, ..) => hull(stored(self.ranges.dim(dim)), (0.0, 0.0)),
            Node::Field(Field::Pleasure | Field::Arousal | Field::Dominance, _) => (-1.0, 1.0),
            Node::Field(..) | Node::TieAge(..) => POSITIVE,
            Node::Happened(Telling::Times | Telling::Age, ..) => POSITIVE,
            Node::Happened(Telling::First | Telling::Last, ..) => ANYTHING,
            Node::Clock(clock) => match clock {
                Clock::Now => POSITIVE,
                Clock::Hour => (0.0, 24.0),
                Clock::Weekday => UNIT,
                Clock::DayOfWeek => (1.0, 7.0),
                Clock::Month => (1.0, 12.0),
                Clock::Day => (1.0, 31.0),
                Clock::Year => ANYTHING,
            },
            Node::Remembers(..) | Node::Feels(..) | Node::Ramp(..) => UNIT,
            Node::Not(a) => {
                let (low, high) = self.of(a);
                (1.0 - high, 1.0 - low)
            }
            Node::And(a, b) => both(self.of(a), self.of(b), f64::min),
            Node::Or(a, b) => both(self.of(a), self.of(b), f64::max),
            Node::If(c, a, b) | Node::SwitchIf(c, a, b) => match self.of(c) {
                (1.0, _) => self.of(a),
                (_, 0.0) => self.of(b),
                _ => hull(self.of(a), self.of(b)),
            },
            Node::Compare(op, a, b) => compared(op, self.of(a), self.of(b)),
            Node::Arithmetic(op, a, b) => calculated(op, self.of(a), self.of(b)),
            Node::Unary(op, a) => unary(op, self.of(a)),
            Node::Scale(by, a) => calculated(BinaryOp::Multiply, (by, by), self.of(a)),
            Node::Min(a, b) => both(self.of(a), self.of(b), f64::min),
            Node::Max(a, b) => both(self.of(a), self.of(b), f64::max),
            Node::Clamp(x, low, high) => both(both(self.of(x), self.of(high), f64::min), self.of(low), f64::max),
            Node::Chance(_, _, p) => match self.of(p) {
                (_, high) if high <= 0.0 => certain(false),
                (low, _) if low >= 1.0 => certain(true),
                _ => UNIT,
            },
            Node::Uniform(_, _, low, high) => hull(self.of(low), self.of(high)),
            Node::Aggregate(aggregate, _, _, each) => match aggregate {
                Aggregate::Count => POSITIVE,
                // For an empty set the value is 0.
                Aggregate::Mean | Aggregate::Max | Aggregate::Min => hull(self.of(each), (0.0, 0.0)),
                Aggregate::Sum if self.of(each).0 >= 0.0 => POSITIVE,
                Aggregate::Sum => ANYTHING,
            },
            Node::Any(_, _, each) => (0.0, self.of(each).1),
            Node::All(..)
            | Node::SwitchParam(_)
            | Node::SwitchAttr(..)
            | Node::SwitchField(..)
            | Node::Tie(..)
            | Node::At(..)
            | Node::Together(..)
            | Node::IsKind(..)
            | Node::Knows(..)
            | Node::BelievesSwitch(..)
            | Node::BelievesAt(..)
            | Node::Happened(Telling::Whether, ..)
            | Node::SameSwitch(..)
            | Node::SameAgent(..)
            | Node::SamePlace(..) => UNIT,
            // A belief may be any number. The remaining nodes are not numeric.
            _ => ANYTHING,
        }
    }
}

fn certain(on: bool) -> Span {
    let value = f64::from(u8::from(on));
    (value, value)
}

fn hull(a: Span, b: Span) -> Span {
    (a.0.min(b.0), a.1.max(b.1))
}

fn both(a: Span, b: Span, of: fn(f64, f64) -> f64) -> Span {
    (of(a.0, b.0), of(a.1, b.1))
}

/// Widens a range to the `f32` precision in which the world stores values.
fn stored((low, high): Span) -> Span {
    (low.min(f64::from(low as f32)), high.max(f64::from(high as f32)))
}

fn compared(op: BinaryOp, a: Span, b: Span) -> Span {
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

fn calculated(op: BinaryOp, a: Span, b: Span) -> Span {
    if a.0 == a.1 && b.0 == b.1 {
        let value = math::arithmetic(op, a.0, b.0);
        return (value, value);
    }
    let of = |f: fn(f64, f64) -> f64| {
        let ends = [f(a.0, b.0), f(a.0, b.1), f(a.1, b.0), f(a.1, b.1)];
        // An evaluation that overflows gives 0, so an infinite end makes the range unknown.
        if ends.iter().any(|end| !end.is_finite()) {
            return ANYTHING;
        }
        ends.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |span, end| (span.0.min(*end), span.1.max(*end)))
    };
    match op {
        BinaryOp::Add => (a.0 + b.0, a.1 + b.1),
        BinaryOp::Subtract => (a.0 - b.1, a.1 - b.0),
        BinaryOp::Multiply => of(|x, y| x * y),
        BinaryOp::Divide if b.0 > 0.0 || b.1 < 0.0 => of(|x, y| x / y),
        _ => ANYTHING,
    }
}

fn unary(op: Unary, (low, high): Span) -> Span {
    let ends = |(low, high): Span| (math::unary(op, low), math::unary(op, high));
    match op {
        Unary::Negative => (-high, -low),
        Unary::Abs if low >= 0.0 => (low, high),
        Unary::Abs if high <= 0.0 => (-high, -low),
        Unary::Abs => (0.0, high.max(-low)),
        Unary::Sigmoid => UNIT,
        Unary::Exp | Unary::Sqrt => POSITIVE,
        Unary::Floor | Unary::Ceil | Unary::Round if low.is_finite() && high.is_finite() => ends((low, high)),
        _ if low == high => ends((low, high)),
        _ => ANYTHING,
    }
}
