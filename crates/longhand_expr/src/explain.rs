//! Explains why a condition is false: the parts that would have to change, with their values.

use super::ast::BinaryOp;
use super::eval::Eval;
use super::expr::Expr;
use super::node::{Code, Node, Ref};
use super::scope::Frame;
use super::types::Type;
use super::view::View;

/// A part of a condition that keeps it from holding.
#[derive(Clone, Debug, PartialEq)]
pub struct Shortfall {
    /// The source text of the part: `self.loneliness`, `friends(self, friend)`.
    pub text: String,
    /// Its value, if it is a number.
    pub was: Option<f64>,
    /// The value it needs: `> 0.4`, `true`, `false`.
    pub needs: String,
    /// How far its value is from that, 0 to 1: the difference relative to the compared numbers, or 1 for a switch.
    pub distance: f64,
}

impl Expr {
    /// The parts that keep a condition from holding; empty if it holds. Of alternatives, only the nearest is given.
    #[must_use]
    pub fn shortfalls<V: View>(&self, view: &V, frame: &mut Frame) -> Vec<Shortfall> {
        if self.ty() != Type::Switch || self.truth(view, frame) {
            return Vec::new();
        }
        let (code, root) = self.parts();
        Explain { eval: Eval { code, view }, code }.of(root, true, frame)
    }
}

struct Explain<'e, V> {
    eval: Eval<'e, V>,
    code: &'e Code,
}

impl<V: View> Explain<'_, V> {
    /// Why a node does not have the value `wanted`; empty if it has.
    fn of(&self, at: Ref, wanted: bool, f: &mut Frame) -> Vec<Shortfall> {
        if self.eval.truth(at, f) == wanted {
            return Vec::new();
        }
        match (self.code.node(at), wanted) {
            (Node::And(a, b), true) | (Node::Or(a, b), false) => {
                let mut all = self.of(a, wanted, f);
                all.extend(self.of(b, wanted, f));
                all
            }
            (Node::And(a, b), false) | (Node::Or(a, b), true) => {
                let (a, b) = (self.of(a, wanted, f), self.of(b, wanted, f));
                let far = |all: &[Shortfall]| all.iter().map(|one| one.distance).sum::<f64>();
                if far(&b) < far(&a) { b } else { a }
            }
            (Node::Not(a), _) => self.of(a, !wanted, f),
            (Node::SwitchIf(c, a, b), _) => {
                let branch = if self.eval.truth(c, f) { a } else { b };
                self.of(branch, wanted, f)
            }
            (Node::Compare(op, a, b), _) => vec![self.compared(op, a, b, wanted, f)],
            (Node::Chance(slots, site, p), _) => {
                let p = self.eval.number(p, f);
                let drawn = self.eval.view.draw(site, f.key(slots));
                let needs = format!("{} {}", if wanted { "<" } else { ">=" }, short(p));
                let text = format!("the draw of {}", self.code.text_of(at));
                vec![Shortfall { text, was: Some(drawn), needs, distance: (drawn - p).abs().min(1.0) }]
            }
            _ => {
                let text = self.code.text_of(at).to_owned();
                vec![Shortfall { text, was: None, needs: wanted.to_string(), distance: 1.0 }]
            }
        }
    }

    fn compared(&self, op: BinaryOp, a: Ref, b: Ref, wanted: bool, f: &mut Frame) -> Shortfall {
        let (left, right) = (self.eval.number(a, f), self.eval.number(b, f));
        let op = if wanted { op } else { opposite(op) };
        // Report the side that varies, relative to the constant side.
        let fixed = |at: Ref| matches!(self.code.node(at), Node::Number(_) | Node::NumberParam(_) | Node::Date(_));
        let (part, was, op, limit, other) =
            if fixed(a) && !fixed(b) { (b, right, mirrored(op), left, a) } else { (a, left, op, right, b) };
        let limit_text = short(limit);
        let written = self.code.text_of(other);
        let beside = if fixed(other) { String::new() } else { format!(" ({written})") };
        let distance = ((was - limit).abs() / (was.abs() + limit.abs()).max(1e-9)).min(1.0);
        let needs = format!("{} {limit_text}{beside}", op.sign());
        Shortfall { text: self.code.text_of(part).to_owned(), was: Some(was), needs, distance }
    }
}

fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn opposite(op: BinaryOp) -> BinaryOp {
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

fn mirrored(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Less => BinaryOp::Greater,
        BinaryOp::LessEqual => BinaryOp::GreaterEqual,
        BinaryOp::Greater => BinaryOp::Less,
        BinaryOp::GreaterEqual => BinaryOp::LessEqual,
        other => other,
    }
}
