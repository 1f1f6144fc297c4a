//! What is settled before anything happens: params, and the expressions that read nothing else.

use super::super::file::Text;
use super::Check;
use crate::ids::ParamId;
use crate::language::{Expr, Frame, Nothing, Reads, Scope, Type, View, pass_on};

/// The params' values and the calendar, in a world without anybody.
pub(super) struct Settled {
    pub(super) params: Vec<f64>,
    pub(super) view: Nothing,
}

impl View for Settled {
    pass_on!(now calendar attr dim tie tie_since field place home work owner os kind belief memory feeling happened lasts value tied
             members at_place draw);

    fn param(&self, param: ParamId) -> f64 {
        self.params.get(param.index()).copied().unwrap_or(0.0)
    }
}

/// Whether an expression reads nothing but params.
pub(super) fn is_settled(expr: &Expr) -> bool {
    let reads = Reads { params: Vec::new(), ..expr.reads() };
    expr.slots() == 0 && reads == Reads::default()
}

impl Check<'_> {
    /// The value of an expression that reads nothing but params.
    pub(super) fn settled_value(&self, expr: &Expr) -> f64 {
        expr.num(&self.settled, &mut Frame::default())
    }

    /// Compiles and evaluates an expression that may read nothing but params; in seconds when it is a duration.
    pub(super) fn constant(&mut self, text: &Text, ty: Type) -> Option<f64> {
        let expr = self.report.expr(text, ty, &Scope::default(), &self.schema)?;
        if !is_settled(&expr) {
            let help = "only numbers and params are known before the world begins";
            self.report.error_help(text, "constant", "this must be the same all the time", help);
            return None;
        }
        Some(self.settled_value(&expr))
    }

    /// A duration above zero that reads nothing but params, in seconds.
    pub(super) fn span(&mut self, text: &Option<Text>) -> Option<f64> {
        let text = text.as_ref()?;
        let seconds = self.constant(text, Type::Duration)?;
        if seconds <= 0.0 {
            self.report.error(text, "range", "this must be longer than nothing");
            return None;
        }
        Some(seconds)
    }
}
