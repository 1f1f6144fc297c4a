//! Evaluates constant expressions: those that depend only on params.

use super::super::decl::Text;
use super::SceneChecker;
use longhand_expr::ids::ParamId;
use longhand_expr::{EmptyView, EvalContext, EvalFrame, Expr, ReadSet, Scope, Type, delegate_eval_context};

/// An evaluation context with param values and the calendar, but no agents.
pub(super) struct ConstantContext {
    pub(super) params: Vec<f64>,
    pub(super) view: EmptyView,
}

impl EvalContext for ConstantContext {
    delegate_eval_context!(now calendar attr dim tie tie_since field place home work owner os kind belief memory feeling occurrences median_tie_duration value
             for_each_tied members for_each_at_place draw);

    fn param(&self, param: ParamId) -> f64 {
        self.params.get(param.index()).copied().unwrap_or(0.0)
    }
}

/// Whether an expression depends only on params.
pub(super) fn is_constant(expr: &Expr) -> bool {
    let reads = ReadSet { params: Vec::new(), ..expr.reads() };
    expr.slot_mask() == 0 && reads == ReadSet::default()
}

impl SceneChecker<'_> {
    /// The value of a constant expression.
    pub(super) fn constant_value(&self, expr: &Expr) -> f64 {
        expr.number(&self.constants, &mut EvalFrame::default())
    }

    /// Compiles and evaluates a constant expression; a duration is in seconds.
    pub(super) fn constant(&mut self, text: &Text, ty: Type) -> Option<f64> {
        let expr = self.report.expr(text, ty, &Scope::default(), &self.schema)?;
        if !is_constant(&expr) {
            let help = "only numbers and params are known before the run starts";
            self.report.error_help(text, "constant", "this must be constant", help);
            return None;
        }
        Some(self.constant_value(&expr))
    }

    /// A constant duration above zero, in seconds.
    pub(super) fn positive_duration(&mut self, text: &Option<Text>) -> Option<f64> {
        let text = text.as_ref()?;
        let seconds = self.constant(text, Type::Duration)?;
        if seconds <= 0.0 {
            self.report.error(text, "range", "this duration must be greater than 0");
            return None;
        }
        Some(seconds)
    }
}
