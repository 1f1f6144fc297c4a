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
    #[must_use]
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::schema;
    use crate::{Calendar, EmptyView, EvalFrame, Scope, compile_expr, parse_datetime};

    #[test]
    fn parts_that_are_evaluated_alone_add_up_to_the_same_number() {
        let mut scope = Scope::new(["self", "other"]);
        scope.in_want = true;
        let world = EmptyView(Calendar::new(parse_datetime("2025-05-01 18:30").unwrap()));
        for (text, count) in [
            ("0.1", 1),
            ("-0.3 + 0.1 * hour - 0.7 * month + gain", 4),
            ("0.1 + (0.2 + 0.3 * hour) - (0.4 - hour)", 3),
            ("(0.1 + 0.2) + 0.3 - 0.1 * 3", 4),
            ("2 * (hour + 0.1) - (if friends(self, other) then 1 else 0.3)", 2),
            ("twice(hour) + 0.1", 3),
        ] {
            let expr = compile_expr(text, Type::Number, &scope, &schema()).unwrap();
            let (parts, frame) = (Summands::new(&expr), &mut EvalFrame::default());
            let values: Vec<f64> = parts.iter().map(|(part, _)| part.number(&world, frame)).collect();
            assert_eq!(parts.sum(&values).to_bits(), expr.number(&world, frame).to_bits(), "{text}");
            assert_eq!(values.len(), count, "{text}");
        }
    }

    #[test]
    fn a_part_says_by_what_it_multiplies_the_gain() {
        let mut scope = Scope::new(["self"]);
        scope.in_want = true;
        for (text, factor) in [("gain", Some(1.0)), ("0.5 * gain", Some(0.5)), ("gain * 2", Some(2.0)), ("gain * gain", None)] {
            let expr = compile_expr(text, Type::Number, &scope, &schema()).unwrap();
            assert_eq!(expr.gain_factor(), factor, "{text}");
        }
    }
}
