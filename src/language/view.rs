//! What an expression may read of the world.

use std::ops::ControlFlow;

use crate::ids::{AgentId, AttrId, DimId, Emotion, EventKind, Field, Instant, KindId, Known, ParamId, PlaceId, TieId};

use super::calendar::Calendar;

/// A number that events may carry: a position in the schema's `values`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueName(pub u16);

/// Which past events are meant. [`AgentId::NONE`] stands for anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Occurrence {
    /// The kind of event.
    pub event: EventKind,
    /// The event's `self`.
    pub a: AgentId,
    /// Any other role of the event.
    pub b: AgentId,
}

/// How often and when events of an [`Occurrence`] happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Happening {
    /// How many times.
    pub times: u32,
    /// When for the first time.
    pub first: Option<Instant>,
    /// When for the last time.
    pub last: Option<Instant>,
}

/// A state of the world that expressions read. [`AgentId::NONE`] reads 0, nobody, nowhere.
///
/// Every method is a plain read; two reads of one thing within an evaluation give the same.
pub trait View {
    /// The instant of the evaluation.
    fn now(&self) -> Instant;
    /// The scene's calendar.
    fn calendar(&self) -> &Calendar;
    /// A parameter; switches are 0 or 1.
    fn param(&self, param: ParamId) -> f64;
    /// An attribute; switches are 0 or 1.
    fn attr(&self, agent: AgentId, attr: AttrId) -> f64;
    /// One attribute of many agents, for evaluation by columns.
    fn attrs(&self, agents: &[AgentId], attr: AttrId, out: &mut [f64]) {
        for (agent, out) in agents.iter().zip(out) {
            *out = self.attr(*agent, attr);
        }
    }
    /// The strength of a bond's dimension; 0 when there is no bond.
    fn dim(&self, from: AgentId, to: AgentId, dim: DimId) -> f64;
    /// Whether a tie holds.
    fn tie(&self, from: AgentId, to: AgentId, tie: TieId) -> bool;
    /// Since when a tie holds, if it does.
    fn tie_since(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<Instant>;
    /// A field of the engine; switches are 0 or 1.
    fn field(&self, agent: AgentId, field: Field) -> f64;
    /// Where somebody is.
    fn place(&self, agent: AgentId) -> PlaceId;
    /// Where somebody lives.
    fn home(&self, agent: AgentId) -> PlaceId;
    /// Where somebody works.
    fn work(&self, agent: AgentId) -> PlaceId;
    /// Who owns an OS.
    fn owner(&self, os: AgentId) -> AgentId;
    /// The OS that a person owns.
    fn os(&self, person: AgentId) -> AgentId;
    /// The kind of an agent; asked only of agents that are somebody.
    fn kind(&self, agent: AgentId) -> KindId;
    /// What `holder` was told or saw: only what is stored. A place is held as its id. That an agent knows the truth about
    /// itself is not the view's concern.
    fn belief(&self, holder: AgentId, of: Known) -> Option<f64>;
    /// How strongly an event of a kind is remembered (with somebody, or anybody), 0 to 1.
    fn memory(&self, agent: AgentId, event: EventKind, with: AgentId) -> f64;
    /// How strongly an emotion is felt (toward somebody, or at all), 0 to 1.
    fn feeling(&self, agent: AgentId, emotion: Emotion, toward: AgentId) -> f64;
    /// How often and when something happened.
    fn happened(&self, query: Occurrence) -> Happening;
    /// For how many seconds a tie lasts that began during the run: the median. 0 when none began.
    fn lasts(&self, tie: TieId) -> f64;
    /// A number that the matched event carries; 0 where there is none.
    fn value(&self, name: ValueName) -> f64;
    /// Calls `visit` for each neighbour by a tie, ascending by id, until it breaks. `outward`: whom `agent` has the tie to;
    /// else who has it to `agent`.
    fn tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    /// The present agents of a kind, ascending by id.
    fn members(&self, kind: KindId) -> &[AgentId];
    /// Calls `visit` for each agent at a place, ascending by id, until it breaks.
    fn at_place(&self, place: PlaceId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    /// A keyed uniform draw in (0, 1). `site` is the draw's place in the scene; `key` tells apart the bindings of the rule's
    /// variables (`self` among them), the members of an aggregate and repeated tries. The view adds the run's seed and
    /// whatever says which evaluation this is (the instant).
    fn draw(&self, site: u32, key: u32) -> f64;
}

/// Methods of [`View`], by name, that a wrapper passes on as they are to the view in its field `view`.
macro_rules! pass_on {
    ($($method:ident)+) => { $($crate::language::pass_on!(@$method);)+ };
    (@now) => { fn now(&self) -> $crate::ids::Instant { self.view.now() } };
    (@calendar) => { fn calendar(&self) -> &$crate::language::Calendar { self.view.calendar() } };
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
        fn field(&self, agent: $crate::ids::AgentId, field: $crate::ids::Field) -> f64 {
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
        fn belief(&self, holder: $crate::ids::AgentId, of: $crate::ids::Known) -> Option<f64> {
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
    (@happened) => {
        fn happened(&self, query: $crate::language::Occurrence) -> $crate::language::Happening {
            self.view.happened(query)
        }
    };
    (@lasts) => { fn lasts(&self, tie: $crate::ids::TieId) -> f64 { self.view.lasts(tie) } };
    (@value) => { fn value(&self, name: $crate::language::ValueName) -> f64 { self.view.value(name) } };
    (@tied) => {
        fn tied(&self, agent: $crate::ids::AgentId, tie: $crate::ids::TieId, outward: bool, visit: &mut dyn FnMut($crate::ids::AgentId) -> std::ops::ControlFlow<()>) {
            self.view.tied(agent, tie, outward, visit);
        }
    };
    (@members) => { fn members(&self, kind: $crate::ids::KindId) -> &[$crate::ids::AgentId] { self.view.members(kind) } };
    (@at_place) => {
        fn at_place(&self, place: $crate::ids::PlaceId, visit: &mut dyn FnMut($crate::ids::AgentId) -> std::ops::ControlFlow<()>) {
            self.view.at_place(place, visit);
        }
    };
    (@draw) => { fn draw(&self, site: u32, key: u32) -> f64 { self.view.draw(site, key) } };
}
pub(crate) use pass_on;
