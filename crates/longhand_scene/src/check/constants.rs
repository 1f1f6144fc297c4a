//! Evaluates constant expressions: those that depend only on params.

use super::super::decl::Text;
use super::checker::SceneChecker;
use longhand_expr::ids::{Instant, ParamId};
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
        if expr.has_calendar_step() {
            self.report.no_fixed_length(text);
            return None;
        }
        if !is_constant(&expr) {
            self.report.not_constant(text);
            return None;
        }
        Some(self.constant_value(&expr))
    }

    /// A constant duration up to the start of the scene, which may be in months and years, in seconds.
    pub(super) fn age_at_start(&mut self, text: &Text) -> Option<f64> {
        let expr = self.report.expr(text, Type::Duration, &Scope::default(), &self.schema)?;
        match expr.calendar_step() {
            Some(step) => Some(-self.constants.view.0.add_step(Instant::START, step.back()).seconds()),
            None => self.positive_duration(&Some(text.clone())),
        }
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
