//! A view in which `value(name)` reads an event's numbers.

use crate::chronicle::Event;
use crate::ids::{AgentId, AttrId, DimId, Emotion, EventKind, Field, Instant, KindId, Known, ParamId, PlaceId, TieId};
use crate::language::{Calendar, Happening, Occurrence, ValueName, View};
use std::ops::ControlFlow;

/// The world of `view` at the moment of `event`; everything but `value` is passed on.
#[derive(Clone, Copy, Debug)]
pub struct WithValues<'a, V> {
    /// The world.
    pub view: &'a V,
    /// The event whose values are read.
    pub event: &'a Event,
}

impl<V: View> View for WithValues<'_, V> {
    fn value(&self, name: ValueName) -> f64 {
        self.event.values.iter().find(|(id, _)| *id == name.0).map_or(0.0, |(_, value)| *value)
    }

    fn now(&self) -> Instant {
        self.view.now()
    }
    fn calendar(&self) -> &Calendar {
        self.view.calendar()
    }
    fn param(&self, param: ParamId) -> f64 {
        self.view.param(param)
    }
    fn attr(&self, agent: AgentId, attr: AttrId) -> f64 {
        self.view.attr(agent, attr)
    }
    fn attrs(&self, agents: &[AgentId], attr: AttrId, out: &mut [f64]) {
        self.view.attrs(agents, attr, out);
    }
    fn dim(&self, from: AgentId, to: AgentId, dim: DimId) -> f64 {
        self.view.dim(from, to, dim)
    }
    fn tie(&self, from: AgentId, to: AgentId, tie: TieId) -> bool {
        self.view.tie(from, to, tie)
    }
    fn lasts(&self, tie: TieId) -> f64 {
        self.view.lasts(tie)
    }
    fn tie_since(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<Instant> {
        self.view.tie_since(from, to, tie)
    }
    fn field(&self, agent: AgentId, field: Field) -> f64 {
        self.view.field(agent, field)
    }
    fn place(&self, agent: AgentId) -> PlaceId {
        self.view.place(agent)
    }
    fn home(&self, agent: AgentId) -> PlaceId {
        self.view.home(agent)
    }
    fn work(&self, agent: AgentId) -> PlaceId {
        self.view.work(agent)
    }
    fn owner(&self, os: AgentId) -> AgentId {
        self.view.owner(os)
    }
    fn os(&self, person: AgentId) -> AgentId {
        self.view.os(person)
    }
    fn kind(&self, agent: AgentId) -> KindId {
        self.view.kind(agent)
    }
    fn belief(&self, holder: AgentId, of: Known) -> Option<f64> {
        self.view.belief(holder, of)
    }
    fn memory(&self, agent: AgentId, event: EventKind, with: AgentId) -> f64 {
        self.view.memory(agent, event, with)
    }
    fn feeling(&self, agent: AgentId, emotion: Emotion, toward: AgentId) -> f64 {
        self.view.feeling(agent, emotion, toward)
    }
    fn happened(&self, query: Occurrence) -> Happening {
        self.view.happened(query)
    }
    fn tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        self.view.tied(agent, tie, outward, visit);
    }
    fn members(&self, kind: KindId) -> &[AgentId] {
        self.view.members(kind)
    }
    fn at_place(&self, place: PlaceId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        self.view.at_place(place, visit);
    }
    fn draw(&self, site: u32, key: u32) -> f64 {
        self.view.draw(site, key)
    }
}
