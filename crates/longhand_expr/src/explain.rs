//! Explains why a condition is false: the parts that would have to change, with their values.

use super::ast::BinaryOp;
use super::context::EvalContext;
use super::eval::Evaluator;
use super::expr::Expr;
use super::node::{Code, ExprNode, NodeId};
use super::scope::EvalFrame;
use super::types::Type;

/// A part of a condition that makes the condition false.
#[derive(Clone, Debug, PartialEq)]
pub struct Shortfall {
    /// The source text of the part: `self.loneliness`, `friends(self, friend)`.
    pub text: String,
    /// Its value, if it is a number.
    pub actual: Option<f64>,
    /// The value it needs: `> 0.4`, `true`, `false`.
    pub required: String,
    /// How far its value is from the required one, 0 to 1: the difference relative to the compared numbers, or 1 for a switch.
    pub distance: f64,
}

impl Expr {
    /// The parts that make a condition false; empty if it is true. For alternatives (`or`), only the one nearest to true is
    /// given.
    #[must_use]
    pub fn shortfalls<V: EvalContext>(&self, view: &V, frame: &mut EvalFrame) -> Vec<Shortfall> {
        if self.ty() != Type::Switch || self.truth(view, frame) {
            return Vec::new();
        }
        let (code, root) = self.code_and_root();
        Explainer { eval: Evaluator { code, view }, code }.shortfalls_of(root, true, frame)
    }
}

struct Explainer<'e, V> {
    eval: Evaluator<'e, V>,
    code: &'e Code,
}

impl<V: EvalContext> Explainer<'_, V> {
    /// Why a node does not have the value `wanted`; empty if it has.
    fn shortfalls_of(&self, id: NodeId, wanted: bool, frame: &mut EvalFrame) -> Vec<Shortfall> {
        if self.eval.truth(id, frame) == wanted {
            return Vec::new();
        }
        match (self.code.node(id), wanted) {
            (ExprNode::And(a, b), true) | (ExprNode::Or(a, b), false) => {
                let mut shortfalls = self.shortfalls_of(a, wanted, frame);
                shortfalls.extend(self.shortfalls_of(b, wanted, frame));
                shortfalls
            }
            (ExprNode::And(a, b), false) | (ExprNode::Or(a, b), true) => {
                let (a, b) = (self.shortfalls_of(a, wanted, frame), self.shortfalls_of(b, wanted, frame));
                let total_distance = |shortfalls: &[Shortfall]| shortfalls.iter().map(|part| part.distance).sum::<f64>();
                if total_distance(&b) < total_distance(&a) { b } else { a }
            }
            (ExprNode::Not(a), _) => self.shortfalls_of(a, !wanted, frame),
            (ExprNode::SwitchIf(c, a, b), _) => {
                let branch = if self.eval.truth(c, frame) { a } else { b };
                self.shortfalls_of(branch, wanted, frame)
            }
            (ExprNode::Compare(op, a, b), _) => vec![self.comparison_shortfall(op, a, b, wanted, frame)],
            (ExprNode::Chance(draw, p), _) => {
                let p = self.eval.number(p, frame);
                let drawn = self.eval.draw(draw, frame);
                let required = format!("{} {}", if wanted { "<" } else { ">=" }, format_short(p));
                let text = format!("the draw of {}", self.code.text_of(id));
                vec![Shortfall { text, actual: Some(drawn), required, distance: (drawn - p).abs().min(1.0) }]
            }
            _ => {
                let text = self.code.text_of(id).to_owned();
                vec![Shortfall { text, actual: None, required: wanted.to_string(), distance: 1.0 }]
            }
        }
    }

    fn comparison_shortfall(&self, op: BinaryOp, a: NodeId, b: NodeId, wanted: bool, frame: &mut EvalFrame) -> Shortfall {
        let (left, right) = (self.eval.number(a, frame), self.eval.number(b, frame));
        let op = if wanted { op } else { negated(op) };
        // Report the side that varies, relative to the constant side.
        let is_constant = |id: NodeId| {
            matches!(self.code.node(id), ExprNode::Number(_) | ExprNode::NumberParam(_) | ExprNode::Date(_) | ExprNode::Word(..))
        };
        let (part, actual, op, limit, other) =
            if is_constant(a) && !is_constant(b) { (b, right, op.swapped(), left, a) } else { (a, left, op, right, b) };
        if let ExprNode::Word(_, list) = self.code.node(other) {
            let words = &self.code.word_lists[usize::from(list)];
            let word = |position: f64| words.get(position as usize).map_or("?", String::as_str);
            let text = format!("{} ({})", self.code.text_of(part), word(actual));
            let required = format!("{} {}", op.symbol(), word(limit));
            return Shortfall { text, actual: None, required, distance: 1.0 };
        }
        let limit_text = format_short(limit);
        let source = if is_constant(other) { String::new() } else { format!(" ({})", self.code.text_of(other)) };
        let distance = ((actual - limit).abs() / (actual.abs() + limit.abs()).max(1e-9)).min(1.0);
        let required = format!("{} {limit_text}{source}", op.symbol());
        Shortfall { text: self.code.text_of(part).to_owned(), actual: Some(actual), required, distance }
    }
}

fn format_short(value: f64) -> String {
    let text = format!("{value:.3}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// The operator that holds exactly when `op` does not.
fn negated(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Equal => BinaryOp::NotEqual,
        BinaryOp::NotEqual => BinaryOp::Equal,
        BinaryOp::Less => BinaryOp::GreaterEqual,
        BinaryOp::LessEqual => BinaryOp::Greater,
        BinaryOp::Greater => BinaryOp::LessEqual,
        BinaryOp::GreaterEqual => BinaryOp::Less,
        other => other,
    }
}
