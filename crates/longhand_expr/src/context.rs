//! The interface through which expressions read the world.

use std::ops::ControlFlow;

use crate::ids::{AgentField, AgentId, AttrId, DimId, Emotion, EventKind, Instant, KindId, ParamId, PlaceId, TieId, WorldFact};

use super::calendar::Calendar;

/// A value that events may carry: an index into [`Schema::values`](super::Schema::values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventValueId(pub u16);

/// A query for past events. [`AgentId::NONE`] matches any agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OccurrenceQuery {
    /// The kind of event.
    pub event: EventKind,
    /// The agent in the role `self` of the event.
    pub a: AgentId,
    /// An agent in any other role of the event.
    pub b: AgentId,
}

/// How often and when the events of an [`OccurrenceQuery`] happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OccurrenceStats {
    /// The number of events.
    pub times: u32,
    /// When the first one happened.
    pub first: Option<Instant>,
    /// When the last one happened.
    pub last: Option<Instant>,
}

/// A state of the world that expressions read. Reads of [`AgentId::NONE`] give 0, no agent or no place.
///
/// No method changes the state. Two reads of the same thing within one evaluation give the same value.
pub trait EvalContext {
    /// The instant of the evaluation.
    fn now(&self) -> Instant;
    /// The calendar of the scene.
    fn calendar(&self) -> &Calendar;
    /// The value of a parameter. Switches are 0 or 1.
    fn param(&self, param: ParamId) -> f64;
    /// The value of an attribute. Switches are 0 or 1.
    fn attr(&self, agent: AgentId, attr: AttrId) -> f64;
    /// One attribute of many agents, for evaluation by columns. `out` is as long as `agents`.
    fn attrs(&self, agents: &[AgentId], attr: AttrId, out: &mut [f64]) {
        for (agent, out) in agents.iter().zip(out) {
            *out = self.attr(*agent, attr);
        }
    }
    /// The value of a bond dimension; 0 if there is no bond.
    fn dim(&self, from: AgentId, to: AgentId, dim: DimId) -> f64;
    /// Whether a tie holds.
    fn tie(&self, from: AgentId, to: AgentId, tie: TieId) -> bool;
    /// When a tie began, if it holds.
    fn tie_since(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<Instant>;
    /// A field that the engine maintains. Switches are 0 or 1.
    fn field(&self, agent: AgentId, field: AgentField) -> f64;
    /// Where an agent is.
    fn place(&self, agent: AgentId) -> PlaceId;
    /// The home of an agent.
    fn home(&self, agent: AgentId) -> PlaceId;
    /// The workplace of an agent.
    fn work(&self, agent: AgentId) -> PlaceId;
    /// The owner of an OS.
    fn owner(&self, os: AgentId) -> AgentId;
    /// The OS that a person owns.
    fn os(&self, person: AgentId) -> AgentId;
    /// The kind of an agent. `agent` is never [`AgentId::NONE`].
    fn kind(&self, agent: AgentId) -> KindId;
    /// The stored belief of `holder` about a fact; a place is given as its id. The evaluator itself handles facts that an agent
    /// always knows, such as its own attributes.
    fn belief(&self, holder: AgentId, of: WorldFact) -> Option<f64>;
    /// How strongly an agent remembers an event of a kind, 0 to 1. `with` is another participant, or [`AgentId::NONE`] for
    /// anyone.
    fn memory(&self, agent: AgentId, event: EventKind, with: AgentId) -> f64;
    /// How strongly an agent feels an emotion, 0 to 1. `toward` is its target, or [`AgentId::NONE`] for any target.
    fn feeling(&self, agent: AgentId, emotion: Emotion, toward: AgentId) -> f64;
    /// How often and when matching events happened.
    fn occurrences(&self, query: OccurrenceQuery) -> OccurrenceStats;
    /// The median duration, in seconds, of ties of this kind that began during the run; 0 if none did.
    fn median_tie_duration(&self, tie: TieId) -> f64;
    /// A value of the matched event; 0 if it has none of that name.
    fn value(&self, name: EventValueId) -> f64;
    /// Calls `visit` for each agent at the other end of a tie, in ascending order of ids, until it breaks. If `outward`, these
    /// are ties from `agent`; otherwise ties to `agent`.
    fn for_each_tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    /// The present agents of a kind, in ascending order of ids.
    fn members(&self, kind: KindId) -> &[AgentId];
    /// Calls `visit` for each agent at a place, in ascending order of ids, until it breaks.
    fn for_each_at_place(&self, place: PlaceId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    /// A keyed uniform random number in (0, 1). `site` identifies the draw in the scene. `key` distinguishes the bindings of the
    /// rule's variables (including `self`), the members of an aggregate and repeated tries. The context adds the seed of the run
    /// and the instant of the evaluation.
    fn draw(&self, site: u32, key: u32) -> f64;
}

/// Implements the named methods of [`EvalContext`] by delegation to the field `view` of a wrapper.
#[macro_export]
macro_rules! delegate_eval_context {
    ($($method:ident)+) => { $($crate::delegate_eval_context!(@$method);)+ };
    (@now) => { fn now(&self) -> $crate::ids::Instant { self.view.now() } };
    (@calendar) => { fn calendar(&self) -> &$crate::Calendar { self.view.calendar() } };
    (@param) => { fn param(&self, param: $crate::ids::ParamId) -> f64 { self.view.param(param) } };
    (@attr) => { fn attr(&self, agent: $crate::ids::AgentId, attr: $crate::ids::AttrId) -> f64 { self.view.attr(agent, attr) } };
    (@attrs) => {
        fn attrs(&self, agents: &[$crate::ids::AgentId], attr: $crate::ids::AttrId, out: &mut [f64]) {
            self.view.attrs(agents, attr, out);
        }
    };
    (@dim) => {
        fn dim(&self, from: $crate::ids::AgentId, to: $crate::ids::AgentId, dim: $crate::ids::DimId) -> f64 {
            self.view.dim(from, to, dim)
        }
    };
    (@tie) => {
        fn tie(&self, from: $crate::ids::AgentId, to: $crate::ids::AgentId, tie: $crate::ids::TieId) -> bool {
            self.view.tie(from, to, tie)
        }
    };
    (@tie_since) => {
        fn tie_since(&self, from: $crate::ids::AgentId, to: $crate::ids::AgentId, tie: $crate::ids::TieId) -> Option<$crate::ids::Instant> {
            self.view.tie_since(from, to, tie)
        }
    };
    (@field) => {
        fn field(&self, agent: $crate::ids::AgentId, field: $crate::ids::AgentField) -> f64 {
            self.view.field(agent, field)
        }
    };
    (@place) => { fn place(&self, agent: $crate::ids::AgentId) -> $crate::ids::PlaceId { self.view.place(agent) } };
    (@home) => { fn home(&self, agent: $crate::ids::AgentId) -> $crate::ids::PlaceId { self.view.home(agent) } };
    (@work) => { fn work(&self, agent: $crate::ids::AgentId) -> $crate::ids::PlaceId { self.view.work(agent) } };
    (@owner) => { fn owner(&self, os: $crate::ids::AgentId) -> $crate::ids::AgentId { self.view.owner(os) } };
    (@os) => { fn os(&self, person: $crate::ids::AgentId) -> $crate::ids::AgentId { self.view.os(person) } };
    (@kind) => { fn kind(&self, agent: $crate::ids::AgentId) -> $crate::ids::KindId { self.view.kind(agent) } };
    (@belief) => {
        fn belief(&self, holder: $crate::ids::AgentId, of: $crate::ids::WorldFact) -> Option<f64> {
            self.view.belief(holder, of)
        }
    };
    (@memory) => {
        fn memory(&self, agent: $crate::ids::AgentId, event: $crate::ids::EventKind, with: $crate::ids::AgentId) -> f64 {
            self.view.memory(agent, event, with)
        }
    };
    (@feeling) => {
        fn feeling(&self, agent: $crate::ids::AgentId, emotion: $crate::ids::Emotion, toward: $crate::ids::AgentId) -> f64 {
            self.view.feeling(agent, emotion, toward)
        }
    };
    (@occurrences) => {
        fn occurrences(&self, query: $crate::OccurrenceQuery) -> $crate::OccurrenceStats {
            self.view.occurrences(query)
        }
    };
    (@median_tie_duration) => { fn median_tie_duration(&self, tie: $crate::ids::TieId) -> f64 { self.view.median_tie_duration(tie) } };
    (@value) => { fn value(&self, name: $crate::EventValueId) -> f64 { self.view.value(name) } };
    (@for_each_tied) => {
        fn for_each_tied(&self, agent: $crate::ids::AgentId, tie: $crate::ids::TieId, outward: bool, visit: &mut dyn FnMut($crate::ids::AgentId) -> std::ops::ControlFlow<()>) {
            self.view.for_each_tied(agent, tie, outward, visit);
        }
    };
    (@members) => { fn members(&self, kind: $crate::ids::KindId) -> &[$crate::ids::AgentId] { self.view.members(kind) } };
    (@for_each_at_place) => {
        fn for_each_at_place(&self, place: $crate::ids::PlaceId, visit: &mut dyn FnMut($crate::ids::AgentId) -> std::ops::ControlFlow<()>) {
            self.view.for_each_at_place(place, visit);
        }
    };
    (@draw) => { fn draw(&self, site: u32, key: u32) -> f64 { self.view.draw(site, key) } };
}
