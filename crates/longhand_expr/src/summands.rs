//! A number as the sum of parts that can be evaluated one by one, in any order, with exactly the same result.

use super::ast::BinaryOp;
use super::expr::Expr;
use super::math;
use super::node::ExprNode;
use super::types::Type;

/// The operands of the outermost `+` and `-` of a number, from left to right: `a - b + c` has three. Unlike [`Expr::terms`], which are for
/// people, a sum in parentheses to the right of an operator is one part, so that the parts add up to the same bits.
#[derive(Clone, Debug)]
pub struct Summands(Vec<(Expr, bool)>);

impl Summands {
    /// The parts of a number.
    #[must_use]
    pub fn new(expr: &Expr) -> Self {
        let (code, mut root) = expr.code_and_root();
        let mut parts = Vec::new();
        // A def whose result may be remembered is one part.
        while let ExprNode::Arithmetic(op @ (BinaryOp::Add | BinaryOp::Subtract), left, right) = code.node(root)
            && !matches!(code.evaluated(root), ExprNode::DefCall(_))
        {
            parts.push((expr.part(right, Type::Number), op == BinaryOp::Subtract));
            root = left;
        }
        parts.push((if parts.is_empty() { expr.clone() } else { expr.part(root, Type::Number) }, false));
        parts.reverse();
        Self(parts)
    }

    /// The parts, each with whether it is subtracted.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Expr, bool)> {
        self.0.iter().map(|(expr, is_subtracted)| (expr, *is_subtracted))
    }

    /// The part at a position.
    #[must_use]
    pub fn get(&self, position: usize) -> (&Expr, bool) {
        let (expr, is_subtracted) = &self.0[position];
        (expr, *is_subtracted)
    }

    /// The number, from the values of the parts.
    #[must_use]
    pub fn sum(&self, values: &[f64]) -> f64 {
        let mut parts = self.0.iter().zip(values);
        let first = parts.next().map_or(0.0, |(_, value)| *value);
        parts.fold(first, |sum, ((_, is_subtracted), value)| {
            math::finite_or_zero(if *is_subtracted { sum - value } else { sum + value })
        })
    }
}
