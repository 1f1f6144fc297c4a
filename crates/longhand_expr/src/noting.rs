//! An [`EvalContext`] wrapper that records every fact that is read through it.
//!
//! The simulation derives the causes of events from these reads, so authors do not have to state them.

use std::cell::RefCell;
use std::ops::ControlFlow;

use crate::ids::{AgentId, AttrId, DimId, Emotion, EventKind, Fact, Field, Instant, Known, PlaceId, TieId};

use super::view::{Happening, Occurrence, View};
use crate::pass_on;

/// The largest set of tied agents whose ties are recorded. In a larger set, no single tie counts as a cause.
const FEW: usize = 4;

/// Wraps a context and records the facts that are read, in the order of their first read.
#[derive(Debug)]
pub struct Noting<'a, V> {
    view: &'a V,
    notes: RefCell<Vec<(Fact, f64)>>,
}

impl<'a, V: View> Noting<'a, V> {
    /// Wraps a context, with an empty trace.
    pub fn new(view: &'a V) -> Self {
        Self { view, notes: RefCell::default() }
    }

    /// The facts that were read, each once, with their values.
    #[must_use]
    pub fn into_notes(self) -> Vec<(Fact, f64)> {
        self.notes.into_inner()
    }

    /// The facts that were read since the last call, which clears the trace.
    pub fn take(&self) -> Vec<(Fact, f64)> {
        self.notes.take()
    }

    fn note(&self, fact: Fact, value: f64) {
        let mut notes = self.notes.borrow_mut();
        if !notes.iter().any(|(noted, _)| *noted == fact) {
            notes.push((fact, value));
        }
    }

    fn world(&self, known: Known, value: f64) {
        self.note(Fact::World(known), value);
    }
}

impl<V: View> View for Noting<'_, V> {
    // A statistic over all ties is not a single fact.
    pass_on!(lasts);
    pass_on!(now calendar param home work kind value members at_place draw);

    fn attr(&self, agent: AgentId, attr: AttrId) -> f64 {
        let value = self.view.attr(agent, attr);
        self.world(Known::Attr(agent, attr), value);
        value
    }

    fn dim(&self, from: AgentId, to: AgentId, dim: DimId) -> f64 {
        let value = self.view.dim(from, to, dim);
        self.world(Known::Dim(from, to, dim), value);
        value
    }

    fn tie(&self, from: AgentId, to: AgentId, tie: TieId) -> bool {
        let holds = self.view.tie(from, to, tie);
        self.world(Known::Tie(from, to, tie), f64::from(u8::from(holds)));
        holds
    }

    fn tie_since(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<Instant> {
        let since = self.view.tie_since(from, to, tie);
        self.world(Known::Tie(from, to, tie), f64::from(u8::from(since.is_some())));
        since
    }

    fn field(&self, agent: AgentId, field: Field) -> f64 {
        let value = self.view.field(agent, field);
        self.note(Fact::Field(agent, field), value);
        value
    }

    fn place(&self, agent: AgentId) -> PlaceId {
        let place = self.view.place(agent);
        self.world(Known::Place(agent), f64::from(place.0));
        place
    }

    fn owner(&self, os: AgentId) -> AgentId {
        let owner = self.view.owner(os);
        self.note(Fact::Owner(os), f64::from(owner.0));
        owner
    }

    fn os(&self, person: AgentId) -> AgentId {
        let os = self.view.os(person);
        if os.is_some() {
            self.note(Fact::Owner(os), f64::from(person.0));
        }
        os
    }

    fn belief(&self, holder: AgentId, of: Known) -> Option<f64> {
        let held = self.view.belief(holder, of);
        if let Some(value) = held {
            self.note(Fact::Belief(holder, of), value);
        }
        held
    }

    fn memory(&self, agent: AgentId, event: EventKind, with: AgentId) -> f64 {
        let strength = self.view.memory(agent, event, with);
        self.note(Fact::Memory(agent, event, with), strength);
        strength
    }

    fn feeling(&self, agent: AgentId, emotion: Emotion, toward: AgentId) -> f64 {
        let strength = self.view.feeling(agent, emotion, toward);
        self.note(Fact::Feeling(agent, emotion, toward), strength);
        strength
    }

    fn happened(&self, query: Occurrence) -> Happening {
        let found = self.view.happened(query);
        self.note(Fact::Happened(query.event, query.a, query.b), f64::from(found.times));
        found
    }

    fn tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let mut few = [AgentId::NONE; FEW];
        let mut count = 0;
        self.view.tied(agent, tie, outward, &mut |member| {
            if let Some(slot) = few.get_mut(count) {
                *slot = member;
            }
            count += 1;
            if count > FEW { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if count <= FEW {
            for member in &few[..count] {
                let (from, to) = if outward { (agent, *member) } else { (*member, agent) };
                self.world(Known::Tie(from, to, tie), 1.0);
            }
        }
        self.view.tied(agent, tie, outward, visit);
    }
}
