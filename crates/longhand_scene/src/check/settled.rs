//! Evaluates constant expressions: those that depend only on params.

use super::super::file::Text;
use super::Check;
use longhand_expr::ids::ParamId;
use longhand_expr::{Expr, Frame, Nothing, Reads, Scope, Type, View, pass_on};

/// An evaluation context with param values and the calendar, but no agents.
pub(super) struct Settled {
    pub(super) params: Vec<f64>,
    pub(super) view: Nothing,
}

impl View for Settled {
    pass_on!(now calendar attr dim tie tie_since field place home work owner os kind belief memory feeling happened lasts value
             tied members at_place draw);

    fn param(&self, param: ParamId) -> f64 {
        self.params.get(param.index()).copied().unwrap_or(0.0)
    }
}

/// Whether an expression depends only on params.
pub(super) fn is_settled(expr: &Expr) -> bool {
    let reads = Reads { params: Vec::new(), ..expr.reads() };
    expr.slots() == 0 && reads == Reads::default()
}

impl Check<'_> {
    /// The value of a constant expression.
    pub(super) fn settled_value(&self, expr: &Expr) -> f64 {
        expr.num(&self.settled, &mut Frame::default())
    }

    /// Compiles and evaluates a constant expression; a duration is in seconds.
    pub(super) fn constant(&mut self, text: &Text, ty: Type) -> Option<f64> {
        let expr = self.report.expr(text, ty, &Scope::default(), &self.schema)?;
        if !is_settled(&expr) {
            let help = "only numbers and params are known before the run starts";
            self.report.error_help(text, "constant", "this must be constant", help);
            return None;
        }
        Some(self.settled_value(&expr))
    }

    /// A constant duration above zero, in seconds.
    pub(super) fn span(&mut self, text: &Option<Text>) -> Option<f64> {
        let text = text.as_ref()?;
        let seconds = self.constant(text, Type::Duration)?;
        if seconds <= 0.0 {
            self.report.error(text, "range", "this duration must be greater than 0");
            return None;
        }
        Some(seconds)
    }
}
