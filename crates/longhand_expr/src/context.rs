//! The interface through which expressions read the world.

use std::ops::ControlFlow;

use crate::ids::{
    AgentField, AgentId, AppointmentId, AttrId, DimId, Emotion, EventKind, EventValueId, Instant, IntentionId, KindId, ParamId,
    PlaceId, ReasonId, TieId, WorldFact,
};

use super::calendar::Calendar;
use super::def_results::DefResults;

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

/// One end of a distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A place.
    Place(PlaceId),
    /// Where an agent is, which may be on the way between two places.
    Agent(AgentId),
}

/// An appointment that two agents have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppointmentTime {
    /// Who promised it.
    pub by: AgentId,
    /// To whom.
    pub with: AgentId,
    /// What it is.
    pub what: AppointmentId,
    /// When they meet.
    pub at: Instant,
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
    /// Whether two agents are on the same way at the same time.
    fn on_same_way(&self, _a: AgentId, _b: AgentId) -> bool {
        false
    }
    /// The distance in kilometres; infinite if there is no way or no place.
    fn distance(&self, _a: Spot, _b: Spot) -> f64 {
        f64::INFINITY
    }
    /// Who holds a thing; [`AgentId::NONE`] for one that lies at a place, and for an agent that is not a thing.
    fn holder(&self, _thing: AgentId) -> AgentId {
        AgentId::NONE
    }
    /// The owner of an OS or a thing.
    fn owner(&self, os: AgentId) -> AgentId;
    /// The OS that a person owns.
    fn os(&self, person: AgentId) -> AgentId;
    /// The kind of an agent. `agent` is never [`AgentId::NONE`].
    fn kind(&self, agent: AgentId) -> KindId;
    /// The stored belief of `holder` about a fact; a place is given as its id. The evaluator itself handles facts that an agent
    /// always knows, such as its own attributes.
    fn belief(&self, holder: AgentId, of: WorldFact) -> Option<f64>;
    /// The fact under which a belief about an event is stored, where [`AgentId::NONE`] stands for any agent: a belief that it happened, or
    /// else one that it did not, or else the fact itself.
    fn belief_about(&self, _holder: AgentId, fact: WorldFact) -> WorldFact {
        fact
    }
    /// Who told `holder` what it believes of a fact; [`AgentId::NONE`] for nobody.
    fn source(&self, _holder: AgentId, _fact: WorldFact) -> AgentId {
        AgentId::NONE
    }
    /// How sure `holder` is of what it believes of a fact, 0 to 1.
    fn confidence(&self, _holder: AgentId, _fact: WorldFact) -> f64 {
        0.0
    }
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
    /// What an agent expects the action to do to its own goals. Known only where a `want` is evaluated.
    fn gain(&self) -> f64 {
        0.0
    }
    /// Calls `visit` for each agent at the other end of a tie, in ascending order of ids, until it breaks. If `outward`, these
    /// are ties from `agent`; otherwise ties to `agent`.
    fn for_each_tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    /// Like [`for_each_tied`](Self::for_each_tied), but includes agents who are gone: those to whom the tie still holds, and those to
    /// whom it held until either of the two died or left.
    fn for_each_ever_tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    /// Why a tie between two agents has ended; `None` if it holds or never held. Known for the ties in
    /// [`ReadSet::past_ties`](crate::ReadSet::past_ties).
    fn past_tie(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<ReasonId>;
    /// The age of an agent, in seconds: until now, or until its death. 0 if its birth is not known.
    fn age(&self, agent: AgentId) -> f64;
    /// Calls `visit` for each agent of a kind who is present or gone, in ascending order of ids, until it breaks.
    fn for_each_ever_member(&self, kind: KindId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    /// The agents of a group that a slot of a frame is bound to ([`AgentId::group_index`]).
    fn group(&self, group: usize) -> &[AgentId];
    /// The present agents of a kind, in ascending order of ids.
    fn members(&self, kind: KindId) -> &[AgentId];
    /// The next appointment of two agents, of a kind if one is given, whoever promised it. [`AgentId::NONE`] as the second one stands for
    /// any agent.
    fn appointment(&self, _a: AgentId, _b: AgentId, _what: Option<AppointmentId>) -> Option<AppointmentTime> {
        None
    }
    /// Calls `visit` for each thing that an agent knows or believes, in an order that does not depend on how they came to be known.
    fn for_each_known(&self, _agent: AgentId, _visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {}
    /// The fact that the id of something known stands for ([`AgentId::topic_index`]).
    fn topic(&self, _topic: AgentId) -> Option<WorldFact> {
        None
    }
    /// When an agent learned what it believes of a fact.
    fn learned_at(&self, _holder: AgentId, _fact: WorldFact) -> Option<Instant> {
        None
    }
    /// Calls `visit` for each agent with whom an agent has an appointment, in ascending order of ids, until it breaks.
    fn for_each_appointed(
        &self,
        _agent: AgentId,
        _what: Option<AppointmentId>,
        _visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>,
    ) {
    }
    /// The position of the present step of an intention that an agent has, or the number of its steps after the last one. `about` is the
    /// agent it is about, or [`AgentId::NONE`] for any.
    fn intention(&self, _agent: AgentId, _intention: IntentionId, _about: AgentId) -> Option<usize> {
        None
    }
    /// Calls `visit` for each agent that an intention of an agent is about, in ascending order of ids, until it breaks.
    fn for_each_intended(&self, _agent: AgentId, _intention: IntentionId, _visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {}
    /// The number of steps of an intention.
    fn intention_steps(&self, _intention: IntentionId) -> usize {
        0
    }
    /// Calls `visit` for each agent at a place, in ascending order of ids, until it breaks.
    fn for_each_at_place(&self, place: PlaceId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    /// The agents at a place, in ascending order of ids, where the context has a list of them.
    fn occupants(&self, _place: PlaceId) -> Option<&[AgentId]> {
        None
    }
    /// Calls `visit` for each other agent on the same way as an agent, in ascending order of ids, until it breaks.
    fn for_each_on_way(&self, _agent: AgentId, _visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {}
    /// Calls `visit` for each thing that an agent holds, in ascending order of ids, until it breaks.
    fn for_each_held(&self, _agent: AgentId, _visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {}
    /// Calls `visit` for each thing that lies at a place, held by nobody, in ascending order of ids, until it breaks.
    fn for_each_thing_at(&self, _place: PlaceId, _visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {}
    /// A stable key of an agent, which does not depend on what else is in the scene. Draws are keyed by it.
    fn agent_key(&self, agent: AgentId) -> u32;
    /// A random number of an agent that stays the same throughout a run. It decides between agents that are equal otherwise.
    fn lot(&self, agent: AgentId) -> f64;
    /// Whether it notes what is read. What is read of members that are not picked then depends on the order in which they are tested.
    fn notes_reads(&self) -> bool {
        false
    }
    /// Where results of defs are remembered, if nothing changes as long as the context exists.
    fn def_results(&self) -> Option<&DefResults> {
        None
    }
    /// A keyed uniform random number in (0, 1). `site` identifies the draw in the scene. `key` distinguishes the bindings of the
    /// rule's variables (including `self`), the members of an aggregate and repeated tries. The context adds the seed of the run
    /// and the instant of the evaluation.
    fn draw(&self, site: u32, key: u32) -> f64;
}

/// Declares [`ContextWrapper`] with a forwarding method for each method of [`EvalContext`], and implements [`EvalContext`] for
/// every wrapper.
macro_rules! context_wrapper {
    ($(fn $method:ident(&self $(, $arg:ident: $ty:ty)*) $(-> $result:ty)?;)+) => {
        /// A context that differs from another one in a few reads. Every method that an implementation does not define is
        /// forwarded to [`inner`](ContextWrapper::inner).
        ///
        /// A wrapper is an [`EvalContext`] itself. Its methods are documented there.
        #[expect(missing_docs, reason = "the methods are those of `EvalContext`")]
        pub trait ContextWrapper {
            /// The type of the wrapped context.
            type Inner: EvalContext;
            /// The wrapped context.
            fn inner(&self) -> &Self::Inner;
            /// Where results of defs are remembered. It is not that of the wrapped context, whose reads differ.
            #[inline]
            fn def_results(&self) -> Option<&DefResults> {
                None
            }
            $(
                #[inline]
                fn $method(&self $(, $arg: $ty)*) $(-> $result)? {
                    self.inner().$method($($arg),*)
                }
            )+
        }

        impl<W: ContextWrapper> EvalContext for W {
            #[inline]
            fn def_results(&self) -> Option<&DefResults> {
                ContextWrapper::def_results(self)
            }
            $(
                #[inline]
                fn $method(&self $(, $arg: $ty)*) $(-> $result)? {
                    ContextWrapper::$method(self $(, $arg)*)
                }
            )+
        }
    };
}

context_wrapper! {
    fn now(&self) -> Instant;
    fn calendar(&self) -> &Calendar;
    fn param(&self, param: ParamId) -> f64;
    fn attr(&self, agent: AgentId, attr: AttrId) -> f64;
    fn attrs(&self, agents: &[AgentId], attr: AttrId, out: &mut [f64]);
    fn dim(&self, from: AgentId, to: AgentId, dim: DimId) -> f64;
    fn tie(&self, from: AgentId, to: AgentId, tie: TieId) -> bool;
    fn tie_since(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<Instant>;
    fn field(&self, agent: AgentId, field: AgentField) -> f64;
    fn place(&self, agent: AgentId) -> PlaceId;
    fn home(&self, agent: AgentId) -> PlaceId;
    fn work(&self, agent: AgentId) -> PlaceId;
    fn on_same_way(&self, a: AgentId, b: AgentId) -> bool;
    fn distance(&self, a: Spot, b: Spot) -> f64;
    fn holder(&self, thing: AgentId) -> AgentId;
    fn owner(&self, os: AgentId) -> AgentId;
    fn os(&self, person: AgentId) -> AgentId;
    fn kind(&self, agent: AgentId) -> KindId;
    fn belief(&self, holder: AgentId, of: WorldFact) -> Option<f64>;
    fn belief_about(&self, holder: AgentId, fact: WorldFact) -> WorldFact;
    fn source(&self, holder: AgentId, fact: WorldFact) -> AgentId;
    fn confidence(&self, holder: AgentId, fact: WorldFact) -> f64;
    fn memory(&self, agent: AgentId, event: EventKind, with: AgentId) -> f64;
    fn feeling(&self, agent: AgentId, emotion: Emotion, toward: AgentId) -> f64;
    fn occurrences(&self, query: OccurrenceQuery) -> OccurrenceStats;
    fn median_tie_duration(&self, tie: TieId) -> f64;
    fn value(&self, name: EventValueId) -> f64;
    fn gain(&self) -> f64;
    fn for_each_tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    fn for_each_ever_tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    fn past_tie(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<ReasonId>;
    fn age(&self, agent: AgentId) -> f64;
    fn for_each_ever_member(&self, kind: KindId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    fn group(&self, group: usize) -> &[AgentId];
    fn members(&self, kind: KindId) -> &[AgentId];
    fn appointment(&self, a: AgentId, b: AgentId, what: Option<AppointmentId>) -> Option<AppointmentTime>;
    fn for_each_known(&self, agent: AgentId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    fn topic(&self, topic: AgentId) -> Option<WorldFact>;
    fn learned_at(&self, holder: AgentId, fact: WorldFact) -> Option<Instant>;
    fn for_each_appointed(&self, agent: AgentId, what: Option<AppointmentId>, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    fn intention(&self, agent: AgentId, intention: IntentionId, about: AgentId) -> Option<usize>;
    fn for_each_intended(&self, agent: AgentId, intention: IntentionId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    fn intention_steps(&self, intention: IntentionId) -> usize;
    fn for_each_at_place(&self, place: PlaceId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    fn occupants(&self, place: PlaceId) -> Option<&[AgentId]>;
    fn for_each_on_way(&self, agent: AgentId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    fn for_each_held(&self, agent: AgentId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    fn for_each_thing_at(&self, place: PlaceId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>);
    fn agent_key(&self, agent: AgentId) -> u32;
    fn lot(&self, agent: AgentId) -> f64;
    fn notes_reads(&self) -> bool;
    fn draw(&self, site: u32, key: u32) -> f64;
}
