//! An [`EvalContext`] wrapper that records every fact that is read through it.
//!
//! The simulation derives the causes of events from these reads, so authors do not have to state them.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::ops::ControlFlow;

use crate::ids::{
    AgentField, AgentId, AppointmentId, AttrId, DimId, Emotion, EventKind, Fact, Instant, IntentionId, PlaceId, ReasonId, TieId,
    WorldFact,
};

use super::context::{AppointmentTime, ContextWrapper, EvalContext, OccurrenceQuery, OccurrenceStats};

/// The largest set of tied agents whose ties are recorded. In a larger set, no single tie counts as a cause.
const MAX_TRACED_TIES: usize = 4;
/// The most facts that are recorded before the ties of agents who are gone no longer are.
const MAX_TRACED_PAST: usize = 32;

/// Wraps a context and records the facts that are read, in the order of their first read.
#[derive(Debug)]
pub struct TracingView<'a, V> {
    view: &'a V,
    trace: RefCell<Trace>,
}

/// Facts with their values, each once.
#[derive(Debug, Default)]
struct Trace {
    facts: Vec<(Fact, f64)>,
    /// By fact: its fingerprint. Facts with different ones differ, and two numbers are compared sooner than two facts.
    fingerprints: Vec<u64>,
}

/// The hash of a fact by one multiplication for each part.
fn fingerprint(fact: Fact) -> u64 {
    let mut hasher = FactHasher(0);
    fact.hash(&mut hasher);
    hasher.0
}

struct FactHasher(u64);

impl Hasher for FactHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u16(&mut self, part: u16) {
        self.write_u64(u64::from(part));
    }

    fn write_u32(&mut self, part: u32) {
        self.write_u64(u64::from(part));
    }

    fn write_u64(&mut self, part: u64) {
        self.0 = (self.0.rotate_left(5) ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_isize(&mut self, part: isize) {
        self.write_u64(part as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Trace {
    fn add(&mut self, fact: Fact, value: f64) {
        let fingerprint = fingerprint(fact);
        let is_same = |(position, of_known): (usize, &u64)| *of_known == fingerprint && self.facts[position].0 == fact;
        if !self.fingerprints.iter().enumerate().any(is_same) {
            self.fingerprints.push(fingerprint);
            self.facts.push((fact, value));
        }
    }
}

impl<'a, V: EvalContext> TracingView<'a, V> {
    /// Wraps a context, with an empty trace.
    pub fn new(view: &'a V) -> Self {
        Self { view, trace: RefCell::default() }
    }

    /// The facts that were read, each once, with their values.
    #[must_use]
    pub fn into_trace(self) -> Vec<(Fact, f64)> {
        self.trace.into_inner().facts
    }

    /// The facts that were read since the last call, which clears the trace.
    pub fn take_trace(&self) -> Vec<(Fact, f64)> {
        self.trace.take().facts
    }

    fn record(&self, fact: Fact, value: f64) {
        self.trace.borrow_mut().add(fact, value);
    }

    fn record_world_fact(&self, fact: WorldFact, value: f64) {
        self.record(Fact::World(fact), value);
    }
}

/// The other methods are forwarded without tracing, because what they read never changes (parameters, homes), is not a single
/// fact (a statistic over all ties) or is not a fact at all (the clock, draws).
impl<V: EvalContext> ContextWrapper for TracingView<'_, V> {
    type Inner = V;

    fn notes_reads(&self) -> bool {
        true
    }

    fn inner(&self) -> &V {
        self.view
    }

    fn attrs(&self, agents: &[AgentId], attr: AttrId, out: &mut [f64]) {
        for (agent, out) in agents.iter().zip(out) {
            *out = ContextWrapper::attr(self, *agent, attr);
        }
    }

    fn attr(&self, agent: AgentId, attr: AttrId) -> f64 {
        let value = self.view.attr(agent, attr);
        self.record_world_fact(WorldFact::Attr(agent, attr), value);
        value
    }

    fn dim(&self, from: AgentId, to: AgentId, dim: DimId) -> f64 {
        let value = self.view.dim(from, to, dim);
        self.record_world_fact(WorldFact::Dim(from, to, dim), value);
        value
    }

    fn tie(&self, from: AgentId, to: AgentId, tie: TieId) -> bool {
        let holds = self.view.tie(from, to, tie);
        self.record_world_fact(WorldFact::Tie(from, to, tie), f64::from(u8::from(holds)));
        holds
    }

    fn tie_since(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<Instant> {
        let since = self.view.tie_since(from, to, tie);
        self.record_world_fact(WorldFact::Tie(from, to, tie), f64::from(u8::from(since.is_some())));
        since
    }

    fn field(&self, agent: AgentId, field: AgentField) -> f64 {
        let value = self.view.field(agent, field);
        self.record(Fact::Field(agent, field), value);
        value
    }

    fn place(&self, agent: AgentId) -> PlaceId {
        let place = self.view.place(agent);
        self.record_world_fact(WorldFact::Place(agent), f64::from(place.0));
        place
    }

    fn holder(&self, thing: AgentId) -> AgentId {
        let holder = self.view.holder(thing);
        self.record_world_fact(WorldFact::Holder(thing), f64::from(holder.0));
        holder
    }

    fn owner(&self, os: AgentId) -> AgentId {
        let owner = self.view.owner(os);
        self.record(Fact::Owner(os), f64::from(owner.0));
        owner
    }

    fn os(&self, person: AgentId) -> AgentId {
        let os = self.view.os(person);
        if os.is_some() {
            self.record(Fact::Owner(os), f64::from(person.0));
        }
        os
    }

    fn belief(&self, holder: AgentId, fact: WorldFact) -> Option<f64> {
        let belief = self.view.belief(holder, fact);
        // That an agent has no belief is a fact too: it may have forgotten it.
        self.record(Fact::Belief(holder, fact), belief.unwrap_or(-1.0));
        belief
    }

    fn source(&self, holder: AgentId, fact: WorldFact) -> AgentId {
        let source = self.view.source(holder, fact);
        self.record(Fact::Source(holder, fact), if source.is_some() { f64::from(source.0) } else { -1.0 });
        source
    }

    fn confidence(&self, holder: AgentId, fact: WorldFact) -> f64 {
        let confidence = self.view.confidence(holder, fact);
        self.record(Fact::Confidence(holder, fact), confidence);
        confidence
    }

    fn memory(&self, agent: AgentId, event: EventKind, with: AgentId) -> f64 {
        let strength = self.view.memory(agent, event, with);
        self.record(Fact::Memory(agent, event, with), strength);
        strength
    }

    fn feeling(&self, agent: AgentId, emotion: Emotion, toward: AgentId) -> f64 {
        let strength = self.view.feeling(agent, emotion, toward);
        self.record(Fact::Feeling(agent, emotion, toward), strength);
        strength
    }

    fn occurrences(&self, query: OccurrenceQuery) -> OccurrenceStats {
        let stats = self.view.occurrences(query);
        self.record(Fact::Happened(query.event, query.a, query.b), f64::from(stats.times));
        stats
    }

    fn past_tie(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<ReasonId> {
        let reason = self.view.past_tie(from, to, tie);
        self.record(Fact::PastTie(from, to, tie), reason.map_or(0.0, |reason| f64::from(reason.0) + 1.0));
        reason
    }

    fn age(&self, agent: AgentId) -> f64 {
        let age = self.view.age(agent);
        self.record(Fact::Field(agent, AgentField::Born), age);
        age
    }

    fn for_each_ever_tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        self.view.for_each_ever_tied(agent, tie, outward, &mut |member| {
            let (from, to) = if outward { (agent, member) } else { (member, agent) };
            if self.trace.borrow().facts.len() < MAX_TRACED_PAST {
                let holds = self.view.tie(from, to, tie);
                self.record_world_fact(WorldFact::Tie(from, to, tie), f64::from(u8::from(holds)));
            }
            visit(member)
        });
    }

    fn appointment(&self, a: AgentId, b: AgentId, what: Option<AppointmentId>) -> Option<AppointmentTime> {
        let found = self.view.appointment(a, b, what);
        match (found, what) {
            (Some(AppointmentTime { by, with, what, at }), _) => self.record(Fact::Appointment(by, with, what), at.seconds()),
            (None, Some(what)) if b.is_some() => {
                self.record(Fact::Appointment(a, b, what), 0.0);
                self.record(Fact::Appointment(b, a, what), 0.0);
            }
            _ => {}
        }
        found
    }

    fn for_each_appointed(&self, agent: AgentId, what: Option<AppointmentId>, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        self.view.for_each_appointed(agent, what, &mut |other| {
            let _ = ContextWrapper::appointment(self, agent, other, what);
            visit(other)
        });
    }

    fn intention(&self, agent: AgentId, intention: IntentionId, about: AgentId) -> Option<usize> {
        let step = self.view.intention(agent, intention, about);
        self.record(Fact::Intention(agent, about, intention), step.map_or(0.0, |step| step as f64 + 1.0));
        step
    }

    fn for_each_intended(&self, agent: AgentId, intention: IntentionId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        self.view.for_each_intended(agent, intention, &mut |about| {
            let _ = ContextWrapper::intention(self, agent, intention, about);
            visit(about)
        });
    }

    fn for_each_held(&self, agent: AgentId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        self.view.for_each_held(agent, &mut |thing| {
            self.record_world_fact(WorldFact::Holder(thing), f64::from(agent.0));
            visit(thing)
        });
    }

    fn for_each_tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let mut members = [AgentId::NONE; MAX_TRACED_TIES];
        let mut count = 0;
        self.view.for_each_tied(agent, tie, outward, &mut |member| {
            if let Some(free) = members.get_mut(count) {
                *free = member;
            }
            count += 1;
            if count > MAX_TRACED_TIES { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if count <= MAX_TRACED_TIES {
            for member in &members[..count] {
                let (from, to) = if outward { (agent, *member) } else { (*member, agent) };
                self.record_world_fact(WorldFact::Tie(from, to, tie), 1.0);
            }
        }
        self.view.for_each_tied(agent, tie, outward, visit);
    }
}
