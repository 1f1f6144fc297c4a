//! Evaluates constant expressions: those that depend only on params.

use super::super::decl::Text;
use super::checker::SceneChecker;
use longhand_expr::ids::ParamId;
use longhand_expr::{ContextWrapper, EmptyView, EvalFrame, Expr, ReadSet, Scope, Type};

/// An evaluation context with param values and the calendar, but no agents.
pub(super) struct ConstantContext {
    pub(super) params: Vec<f64>,
    pub(super) view: EmptyView,
}

impl ContextWrapper for ConstantContext {
    type Inner = EmptyView;

    fn inner(&self) -> &EmptyView {
        &self.view
    }

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
            self.report.not_constant(text);
            return None;
        }
        Some(self.constant_value(&expr))
    }

    /// A constant duration above zero, in seconds.
    pub(super) fn positive_duration(&mut self, text: &Option<Text>) -> Option<f64> {
        let text = text.as_ref()?;
        let seconds = self.constant(text, Type::Duration)?;
        if seconds <= 0.0 {
            self.report.not_positive(text);
            return None;
        }
        Some(seconds)
    }
}
