//! Evaluation of one expression for many agents: each operation runs over a column of lanes, one lane per agent.
//!
//! Nodes that read only the agent's own attributes, parameters, the clock and constants run column by column. Any other node is
//! evaluated lane by lane. The result equals that of [`Expr::number`](super::Expr::number).

use std::cell::Cell;

use crate::ids::AgentId;

use super::context::EvalContext;
use super::eval::Evaluator;
use super::math;
use super::node::{Code, ExprNode, NodeId};
use super::scope::EvalFrame;

/// The number of lanes evaluated at once. A few columns of this size fit in the L1 cache.
const LANES: usize = 256;

/// Column buffers.
#[derive(Default)]
struct BatchScratch {
    #[expect(clippy::vec_box, reason = "columns are taken out and put back; moving a box does not copy the array")]
    columns: Vec<Box<[f64; LANES]>>,
}

thread_local! {
    /// The buffers of the thread, which are reused so that a batch does not allocate. A batch within a batch begins with none.
    static SCRATCH: Cell<BatchScratch> = Cell::default();
}

pub(crate) fn eval_batch<V: EvalContext>(code: &Code, root: NodeId, view: &V, agents: &[AgentId], out: &mut [f64]) {
    let eval = Evaluator { code, view };
    let mut scratch = SCRATCH.take();
    for (agents, out) in agents.chunks(LANES).zip(out.chunks_mut(LANES)) {
        Lanes { eval: &eval, agents }.eval_column(root, out, &mut scratch);
    }
    SCRATCH.set(scratch);
}

struct Lanes<'l, 'e, V> {
    eval: &'l Evaluator<'e, V>,
    agents: &'l [AgentId],
}

impl<V: EvalContext> Lanes<'_, '_, V> {
    /// Evaluates a node into `out`.
    fn eval_column(&self, id: NodeId, out: &mut [f64], scratch: &mut BatchScratch) {
        let view = self.eval.view;
        if !self.eval.code.columnar[id as usize] {
            return self.eval_each_lane(id, out);
        }
        match self.eval.code.node(id) {
            ExprNode::Attr(attr, _) => view.attrs(self.agents, attr, out),
            ExprNode::SwitchAttr(attr, _) => {
                view.attrs(self.agents, attr, out);
                out.iter_mut().for_each(|x| *x = switch_value(*x != 0.0));
            }
            ExprNode::Field(field, _) | ExprNode::SwitchField(field, _) => {
                for (agent, out) in self.agents.iter().zip(out) {
                    *out = view.field(*agent, field);
                }
            }
            ExprNode::Not(a) => self.map(a, out, scratch, |x| switch_value(x == 0.0)),
            ExprNode::Unary(op, a) => self.map(a, out, scratch, |x| math::apply_unary(op, x)),
            ExprNode::Scale(by, a) => self.map(a, out, scratch, |x| math::finite_or_zero(x * by)),
            ExprNode::And(a, b) => self.zip(a, b, out, scratch, |a, b| switch_value(a != 0.0 && b != 0.0)),
            ExprNode::Or(a, b) => self.zip(a, b, out, scratch, |a, b| switch_value(a != 0.0 || b != 0.0)),
            ExprNode::SameSwitch(a, b) => self.zip(a, b, out, scratch, |a, b| switch_value((a != 0.0) == (b != 0.0))),
            ExprNode::Compare(op, a, b) => self.zip(a, b, out, scratch, |a, b| switch_value(math::compare(op, a, b))),
            ExprNode::Arithmetic(op, a, b) => self.eval_arithmetic(op, a, b, out, scratch),
            ExprNode::Min(a, b) => self.zip(a, b, out, scratch, f64::min),
            ExprNode::Max(a, b) => self.zip(a, b, out, scratch, f64::max),
            ExprNode::If(c, a, b) | ExprNode::SwitchIf(c, a, b) => {
                self.zip3([c, a, b], out, scratch, |c, a, b| if c != 0.0 { a } else { b });
            }
            ExprNode::Clamp(x, low, high) => self.zip3([x, low, high], out, scratch, math::clamp),
            ExprNode::Ramp(x, low, high) => self.zip3([x, low, high], out, scratch, math::ramp),
            ExprNode::Toward(x, target, share) => self.zip3([x, target, share], out, scratch, math::move_toward),
            // All lanes have the same value.
            _ => {
                let value = self.eval_lane(id, AgentId::NONE);
                out.fill(value);
            }
        }
    }

    /// Matches on the operator outside the loops, so that the compiler can vectorise each loop.
    fn eval_arithmetic(&self, op: super::ast::BinaryOp, a: NodeId, b: NodeId, out: &mut [f64], scratch: &mut BatchScratch) {
        use super::ast::BinaryOp;
        match op {
            BinaryOp::Add => self.zip(a, b, out, scratch, |a, b| math::finite_or_zero(a + b)),
            BinaryOp::Subtract => self.zip(a, b, out, scratch, |a, b| math::finite_or_zero(a - b)),
            BinaryOp::Multiply => self.zip(a, b, out, scratch, |a, b| math::finite_or_zero(a * b)),
            BinaryOp::Divide => self.zip(a, b, out, scratch, |a, b| math::finite_or_zero(a / b)),
            _ => self.zip(a, b, out, scratch, |a, b| math::apply_binary(op, a, b)),
        }
    }

    fn map(&self, a: NodeId, out: &mut [f64], scratch: &mut BatchScratch, f: impl Fn(f64) -> f64) {
        self.eval_column(a, out, scratch);
        out.iter_mut().for_each(|x| *x = f(*x));
    }

    fn zip(&self, a: NodeId, b: NodeId, out: &mut [f64], scratch: &mut BatchScratch, f: impl Fn(f64, f64) -> f64) {
        self.eval_column(a, out, scratch);
        let second = self.eval_spare_column(b, out.len(), scratch);
        for (x, y) in out.iter_mut().zip(second.iter()) {
            *x = f(*x, *y);
        }
        scratch.columns.push(second);
    }

    fn zip3(&self, [a, b, c]: [NodeId; 3], out: &mut [f64], scratch: &mut BatchScratch, f: impl Fn(f64, f64, f64) -> f64) {
        self.eval_column(a, out, scratch);
        let second = self.eval_spare_column(b, out.len(), scratch);
        let third = self.eval_spare_column(c, out.len(), scratch);
        for ((x, y), z) in out.iter_mut().zip(second.iter()).zip(third.iter()) {
            *x = f(*x, *y, *z);
        }
        scratch.columns.push(second);
        scratch.columns.push(third);
    }

    /// Evaluates a node into a spare column. The caller returns the column to `scratch`.
    fn eval_spare_column(&self, id: NodeId, len: usize, scratch: &mut BatchScratch) -> Box<[f64; LANES]> {
        let mut column = scratch.columns.pop().unwrap_or_else(|| Box::new([0.0; LANES]));
        self.eval_column(id, &mut column[..len], scratch);
        column
    }

    fn eval_each_lane(&self, id: NodeId, out: &mut [f64]) {
        for (agent, out) in self.agents.iter().zip(out) {
            *out = self.eval_lane(id, *agent);
        }
    }

    fn eval_lane(&self, id: NodeId, agent: AgentId) -> f64 {
        self.eval.number(id, &mut EvalFrame::for_agent(agent))
    }
}

const fn switch_value(on: bool) -> f64 {
    if on { 1.0 } else { 0.0 }
}
