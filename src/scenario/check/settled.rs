//! What is settled before anything happens: params, and the expressions that read nothing else.

use std::ops::ControlFlow;

use super::super::file::Text;
use super::Check;
use crate::ids::{AgentId, AttrId, DimId, Emotion, EventKind, Field, Instant, KindId, Known, ParamId, PlaceId, TieId};
use crate::language::{Calendar, Expr, Frame, Happening, Occurrence, Reads, Scope, Type, ValueName, View};

/// The params' values and the calendar, in an empty world.
#[derive(Clone)]
pub(super) struct Settled {
    pub(super) params: Vec<f64>,
    pub(super) calendar: Calendar,
}

impl View for Settled {
    fn now(&self) -> Instant {
        Instant::START
    }
    fn calendar(&self) -> &Calendar {
        &self.calendar
    }
    fn param(&self, param: ParamId) -> f64 {
        self.params.get(param.index()).copied().unwrap_or(0.0)
    }
    fn attr(&self, _: AgentId, _: AttrId) -> f64 {
        0.0
    }
    fn dim(&self, _: AgentId, _: AgentId, _: DimId) -> f64 {
        0.0
    }
    fn tie(&self, _: AgentId, _: AgentId, _: TieId) -> bool {
        false
    }
    fn tie_since(&self, _: AgentId, _: AgentId, _: TieId) -> Option<Instant> {
        None
    }
    fn field(&self, _: AgentId, _: Field) -> f64 {
        0.0
    }
    fn place(&self, _: AgentId) -> PlaceId {
        PlaceId::NOWHERE
    }
    fn home(&self, _: AgentId) -> PlaceId {
        PlaceId::NOWHERE
    }
    fn work(&self, _: AgentId) -> PlaceId {
        PlaceId::NOWHERE
    }
    fn owner(&self, _: AgentId) -> AgentId {
        AgentId::NONE
    }
    fn os(&self, _: AgentId) -> AgentId {
        AgentId::NONE
    }
    fn kind(&self, _: AgentId) -> KindId {
        KindId(0)
    }
    fn belief(&self, _: AgentId, _: Known) -> Option<f64> {
        None
    }
    fn memory(&self, _: AgentId, _: EventKind, _: AgentId) -> f64 {
        0.0
    }
    fn feeling(&self, _: AgentId, _: Emotion, _: AgentId) -> f64 {
        0.0
    }
    fn happened(&self, _: Occurrence) -> Happening {
        Happening::default()
    }
    fn lasts(&self, _: TieId) -> f64 {
        0.0
    }
    fn value(&self, _: ValueName) -> f64 {
        0.0
    }
    fn tied(&self, _: AgentId, _: TieId, _: bool, _: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {}
    fn members(&self, _: KindId) -> &[AgentId] {
        &[]
    }
    fn at_place(&self, _: PlaceId, _: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {}
    fn draw(&self, _: u32, _: u32) -> f64 {
        0.5
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
