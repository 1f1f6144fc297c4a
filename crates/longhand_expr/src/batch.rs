//! Evaluation of one expression for many agents: each operation runs over a column of lanes, one lane per agent.
//!
//! Nodes that read only the agent's own attributes, parameters, the clock and constants run column by column. Any other node is
//! evaluated lane by lane. The result equals that of [`Expr::number`](super::Expr::number).

use crate::ids::AgentId;

use super::eval::Eval;
use super::math;
use super::node::{Code, Node, Ref};
use super::scope::Frame;
use super::view::View;

/// Lanes evaluated at once. A few columns of this size fit the first-level cache.
const LANES: usize = 256;

/// Column buffers that are reused between batches, so that later batches do not allocate.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    #[expect(clippy::vec_box, reason = "columns are taken out and put back; moving a box does not copy the array")]
    columns: Vec<Box<[f64; LANES]>>,
}

/// Whether a node can be evaluated by columns. Its children must have been emitted.
pub(crate) fn is_columnar(code: &Code, node: Node) -> bool {
    let is = |at: Ref| code.columnar.get(at as usize).copied().unwrap_or(false);
    let own = |of: Ref| matches!(code.nodes.get(of as usize), Some(Node::Slot(0)));
    match node {
        Node::Number(_) | Node::Switch(_) | Node::NumberParam(_) | Node::SwitchParam(_) | Node::Date(_) | Node::Clock(_) => true,
        Node::Attr(_, of) | Node::SwitchAttr(_, of) | Node::Field(_, of) | Node::SwitchField(_, of) => own(of),
        // Lane by lane, these nodes skip the children they do not need. That is faster unless all children are columnar.
        Node::And(a, b) | Node::Or(a, b) => is(a) && is(b),
        Node::If(c, a, b) | Node::SwitchIf(c, a, b) => is(c) && is(a) && is(b),
        Node::Not(a) | Node::Unary(_, a) | Node::Scale(_, a) => is(a),
        Node::SameSwitch(a, b) => is(a) && is(b),
        Node::Compare(_, a, b) | Node::Arithmetic(_, a, b) | Node::Min(a, b) | Node::Max(a, b) => is(a) || is(b),
        Node::Clamp(a, b, c) | Node::Ramp(a, b, c) | Node::Toward(a, b, c) => is(a) || is(b) || is(c),
        _ => false,
    }
}

pub(crate) fn batch<V: View>(code: &Code, root: Ref, view: &V, agents: &[AgentId], out: &mut [f64], scratch: &mut Scratch) {
    let eval = Eval { code, view };
    for (agents, out) in agents.chunks(LANES).zip(out.chunks_mut(LANES)) {
        Lanes { eval: &eval, agents }.column(root, out, scratch);
    }
}

struct Lanes<'l, 'e, V> {
    eval: &'l Eval<'e, V>,
    agents: &'l [AgentId],
}

impl<V: View> Lanes<'_, '_, V> {
    /// Evaluates a node into `out`.
    fn column(&self, at: Ref, out: &mut [f64], scratch: &mut Scratch) {
        let view = self.eval.view;
        if !self.eval.code.columnar[at as usize] {
            return self.each(at, out);
        }
        match self.eval.code.node(at) {
            Node::Attr(attr, _) => view.attrs(self.agents, attr, out),
            Node::SwitchAttr(attr, _) => {
                view.attrs(self.agents, attr, out);
                out.iter_mut().for_each(|x| *x = switch(*x != 0.0));
            }
            Node::Field(field, _) | Node::SwitchField(field, _) => {
                for (agent, out) in self.agents.iter().zip(out) {
                    *out = view.field(*agent, field);
                }
            }
            Node::Not(a) => self.map(a, out, scratch, |x| switch(x == 0.0)),
            Node::Unary(op, a) => self.map(a, out, scratch, |x| math::unary(op, x)),
            Node::Scale(by, a) => self.map(a, out, scratch, |x| math::finite(x * by)),
            Node::And(a, b) => self.zip(a, b, out, scratch, |a, b| switch(a != 0.0 && b != 0.0)),
            Node::Or(a, b) => self.zip(a, b, out, scratch, |a, b| switch(a != 0.0 || b != 0.0)),
            Node::SameSwitch(a, b) => self.zip(a, b, out, scratch, |a, b| switch((a != 0.0) == (b != 0.0))),
            Node::Compare(op, a, b) => self.zip(a, b, out, scratch, |a, b| switch(math::compare(op, a, b))),
            Node::Arithmetic(op, a, b) => self.arithmetic(op, a, b, out, scratch),
            Node::Min(a, b) => self.zip(a, b, out, scratch, f64::min),
            Node::Max(a, b) => self.zip(a, b, out, scratch, f64::max),
            Node::If(c, a, b) | Node::SwitchIf(c, a, b) => {
                self.three([c, a, b], out, scratch, |c, a, b| if c != 0.0 { a } else { b });
            }
            Node::Clamp(x, low, high) => self.three([x, low, high], out, scratch, math::clamp),
            Node::Ramp(x, low, high) => self.three([x, low, high], out, scratch, math::ramp),
            Node::Toward(x, target, share) => self.three([x, target, share], out, scratch, math::toward),
            // All lanes have the same value.
            _ => {
                let value = self.scalar(at, AgentId::NONE);
                out.fill(value);
            }
        }
    }

    /// Matches on the operator outside the loops, so that the compiler can vectorise each loop.
    fn arithmetic(&self, op: super::ast::BinaryOp, a: Ref, b: Ref, out: &mut [f64], scratch: &mut Scratch) {
        use super::ast::BinaryOp;
        match op {
            BinaryOp::Add => self.zip(a, b, out, scratch, |a, b| math::finite(a + b)),
            BinaryOp::Subtract => self.zip(a, b, out, scratch, |a, b| math::finite(a - b)),
            BinaryOp::Multiply => self.zip(a, b, out, scratch, |a, b| math::finite(a * b)),
            BinaryOp::Divide => self.zip(a, b, out, scratch, |a, b| math::finite(a / b)),
            _ => self.zip(a, b, out, scratch, |a, b| math::arithmetic(op, a, b)),
        }
    }

    fn map(&self, a: Ref, out: &mut [f64], scratch: &mut Scratch, f: impl Fn(f64) -> f64) {
        self.column(a, out, scratch);
        out.iter_mut().for_each(|x| *x = f(*x));
    }

    fn zip(&self, a: Ref, b: Ref, out: &mut [f64], scratch: &mut Scratch, f: impl Fn(f64, f64) -> f64) {
        self.column(a, out, scratch);
        let other = self.aside(b, out.len(), scratch);
        for (x, y) in out.iter_mut().zip(other.iter()) {
            *x = f(*x, *y);
        }
        scratch.columns.push(other);
    }

    fn three(&self, [a, b, c]: [Ref; 3], out: &mut [f64], scratch: &mut Scratch, f: impl Fn(f64, f64, f64) -> f64) {
        self.column(a, out, scratch);
        let second = self.aside(b, out.len(), scratch);
        let third = self.aside(c, out.len(), scratch);
        for ((x, y), z) in out.iter_mut().zip(second.iter()).zip(third.iter()) {
            *x = f(*x, *y, *z);
        }
        scratch.columns.push(second);
        scratch.columns.push(third);
    }

    /// Evaluates a node into a spare column. The caller returns the column to `scratch`.
    fn aside(&self, at: Ref, len: usize, scratch: &mut Scratch) -> Box<[f64; LANES]> {
        let mut column = scratch.columns.pop().unwrap_or_else(|| Box::new([0.0; LANES]));
        self.column(at, &mut column[..len], scratch);
        column
    }

    fn each(&self, at: Ref, out: &mut [f64]) {
        for (agent, out) in self.agents.iter().zip(out) {
            *out = self.scalar(at, *agent);
        }
    }

    fn scalar(&self, at: Ref, agent: AgentId) -> f64 {
        let mut frame = Frame::of(agent);
        if gives_switch(self.eval.code.node(at)) {
            switch(self.eval.truth(at, &mut frame))
        } else {
            self.eval.number(at, &mut frame)
        }
    }
}

const fn switch(on: bool) -> f64 {
    if on { 1.0 } else { 0.0 }
}

/// Whether `Evaluator::truth` evaluates this node. Nodes that `number` also evaluates give the same value there.
const fn gives_switch(node: Node) -> bool {
    matches!(
        node,
        Node::Switch(_)
            | Node::SwitchParam(_)
            | Node::SwitchAttr(..)
            | Node::SwitchField(..)
            | Node::Tie(..)
            | Node::At(..)
            | Node::Together(..)
            | Node::IsKind(..)
            | Node::And(..)
            | Node::Or(..)
            | Node::Not(_)
            | Node::SwitchIf(..)
            | Node::Compare(..)
            | Node::SameSwitch(..)
            | Node::SameAgent(..)
            | Node::SamePlace(..)
            | Node::BelievesSwitch(..)
            | Node::BelievesAt(..)
            | Node::Knows(..)
            | Node::Chance(..)
            | Node::Any(..)
            | Node::All(..)
    )
}
