//! An empty world, for evaluation when only the calendar is known.

use std::ops::ControlFlow;

use crate::ids::{
    AgentField, AgentId, AttrId, DimId, Emotion, EventKind, EventValueId, Instant, KindId, ParamId, PlaceId, ReasonId, TieId,
    WorldFact,
};

use super::calendar::Calendar;
use super::context::{EvalContext, OccurrenceQuery, OccurrenceStats};

/// A world without agents, at [`Instant::START`]. Every draw is 0.5.
#[derive(Clone, Debug)]
pub struct EmptyView(pub Calendar);

impl EvalContext for EmptyView {
    fn now(&self) -> Instant {
        Instant::START
    }
    fn calendar(&self) -> &Calendar {
        &self.0
    }
    fn param(&self, _: ParamId) -> f64 {
        0.0
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
    fn field(&self, _: AgentId, _: AgentField) -> f64 {
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
    fn belief(&self, _: AgentId, _: WorldFact) -> Option<f64> {
        None
    }
    fn memory(&self, _: AgentId, _: EventKind, _: AgentId) -> f64 {
        0.0
    }
    fn feeling(&self, _: AgentId, _: Emotion, _: AgentId) -> f64 {
        0.0
    }
    fn occurrences(&self, _: OccurrenceQuery) -> OccurrenceStats {
        OccurrenceStats::default()
    }
    fn median_tie_duration(&self, _: TieId) -> f64 {
        0.0
    }
    fn value(&self, _: EventValueId) -> f64 {
        0.0
    }
    fn for_each_tied(&self, _: AgentId, _: TieId, _: bool, _: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {}
    fn for_each_ever_tied(&self, _: AgentId, _: TieId, _: bool, _: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {}
    fn past_tie(&self, _: AgentId, _: AgentId, _: TieId) -> Option<ReasonId> {
        None
    }
    fn age(&self, _: AgentId) -> f64 {
        0.0
    }
    fn for_each_ever_member(&self, _: KindId, _: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {}
    fn group(&self, _: usize) -> &[AgentId] {
        &[]
    }
    fn members(&self, _: KindId) -> &[AgentId] {
        &[]
    }
    fn for_each_at_place(&self, _: PlaceId, _: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {}
    fn agent_key(&self, agent: AgentId) -> u32 {
        agent.0
    }
    fn lot(&self, _: AgentId) -> f64 {
        0.5
    }
    fn draw(&self, _: u32, _: u32) -> f64 {
        0.5
    }
}
