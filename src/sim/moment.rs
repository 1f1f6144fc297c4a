//! Everything a phase that changes the world works with, taken out of the simulation's Bevy world for as long as it runs.

use super::agenda::Agenda;
use super::limits::Limits;
use super::rules::Rules;
use super::touched::Touched;
use crate::chronicle::{Chronicle, Person};
use crate::ids::{AgentId, EventId, Fact, Instant, Known};
use crate::scenario::Scenario;
use crate::world::{Draws, Live, Presence, Roster, State};
use bevy::ecs::component::Mutable;
use bevy::ecs::prelude::*;

/// The seed's draws, as a resource.
#[derive(Resource, Clone, Copy, Debug)]
pub(super) struct RunDraws(pub(super) Draws);

/// The world in the hands of one phase.
pub(super) struct Moment<'a> {
    pub(super) world: &'a mut World,
    pub(super) state: &'a mut State,
    pub(super) roster: &'a mut Roster,
    pub(super) agenda: &'a mut Agenda,
    pub(super) chronicle: &'a mut Chronicle,
    pub(super) touched: &'a mut Touched,
    pub(super) limits: &'a mut Limits,
    pub(super) rules: Rules,
    pub(super) draws: Draws,
}

/// Runs one phase.
///
/// What it works with is taken out of its resources and put back, which costs a few moves. Bevy's `resource_scope` would take the
/// resources themselves out of the world: that moves entities between tables, and was most of what a quiet tick cost.
pub(super) fn in_moment<R>(world: &mut World, phase: impl FnOnce(&mut Moment<'_>) -> R) -> R {
    let rules = world.resource::<Rules>().clone();
    let draws = world.resource::<RunDraws>().0;
    let mut state: State = take(world);
    let mut roster: Roster = take(world);
    let mut agenda: Agenda = take(world);
    let mut chronicle: Chronicle = take(world);
    let mut touched: Touched = take(world);
    let mut limits: Limits = take(world);
    let done = phase(&mut Moment {
        world,
        state: &mut state,
        roster: &mut roster,
        agenda: &mut agenda,
        chronicle: &mut chronicle,
        touched: &mut touched,
        limits: &mut limits,
        rules,
        draws,
    });
    put(world, state);
    put(world, roster);
    put(world, agenda);
    put(world, chronicle);
    put(world, touched);
    put(world, limits);
    done
}

/// What a resource holds, which is left empty until it is [`put`] back.
pub(super) fn take<R: Resource<Mutability = Mutable> + Default>(world: &mut World) -> R {
    std::mem::take(&mut *world.resource_mut::<R>())
}

/// Gives a resource what it holds.
pub(super) fn put<R: Resource<Mutability = Mutable>>(world: &mut World, held: R) {
    *world.resource_mut::<R>() = held;
}

impl Moment<'_> {
    /// The world as expressions see it at an instant.
    pub(super) fn live(&self, at: Instant) -> Live<'_> {
        Live::new(&self.rules.scenario, self.state, self.world, self.roster, self.draws, at)
    }

    pub(super) fn scenario(&self) -> &Scenario {
        &self.rules.scenario
    }

    /// The end of the tick at hand.
    pub(super) fn tick_end(&self) -> Instant {
        Instant(self.state.now.0 + self.scenario().tick_us)
    }

    pub(super) fn is_present(&self, agent: AgentId) -> bool {
        self.state.presence(agent) == Presence::Present
    }

    /// Whether what happens to an agent is kept whole: the cast's, and whom the scene names beside it.
    pub(super) fn is_recorded(&self, agent: AgentId) -> bool {
        if !agent.is_some() {
            return false;
        }
        agent.index() < self.scenario().cast.len()
            || self
                .scenario()
                .record_also
                .as_ref()
                .is_some_and(|also| also.truth(&self.live(self.state.now), &mut crate::language::Frame::of(agent)))
    }

    /// Whether a fact's history is kept even where no whole event writes it. Attributes are looked at when the tick ends (`record`).
    pub(super) fn is_followed(&self, fact: Fact) -> bool {
        let cast = |agent: AgentId| agent.index() < self.scenario().cast.len();
        match fact {
            Fact::World(Known::Place(of)) | Fact::Field(of, _) | Fact::Owner(of) => cast(of),
            Fact::World(Known::Dim(from, to, _) | Known::Tie(from, to, _)) => cast(from) && cast(to),
            Fact::Belief(holder, _) | Fact::Feeling(holder, ..) | Fact::Memory(holder, ..) => cast(holder),
            Fact::World(Known::Attr(..)) | Fact::Happened(..) => false,
        }
    }

    /// Has the chronicle know an agent that one of its events names.
    pub(super) fn introduce(&mut self, agent: AgentId) {
        if !agent.is_some() || self.chronicle.directory.get(agent).is_some() {
            return;
        }
        self.rename(agent);
    }

    /// Has the chronicle call an agent what it is called now.
    pub(super) fn rename(&mut self, agent: AgentId) {
        let kind = self.state.kind(agent);
        let key = self.scenario().cast.get(agent.index()).map_or_else(String::new, |member| member.id.clone());
        let live = self.live(self.state.now);
        let Some(named) = live.named(agent).cloned() else { return };
        self.chronicle.directory.set(Person {
            id: agent,
            key,
            kind,
            name: named.name,
            called: named.called,
            pronouns: named.pronouns,
        });
    }

    /// The event that last wrote a fact.
    pub(super) fn writer(&self, fact: Fact) -> Option<EventId> {
        let (now, minds) = (self.state.now, &self.scenario().minds);
        match fact {
            Fact::Feeling(agent, emotion, toward) => self.state.mind(agent)?.feeling(emotion, toward, now, minds)?.cause,
            Fact::Memory(agent, kind, with) => self.state.mind(agent)?.memory(kind, with, now, minds)?.event,
            Fact::Belief(holder, known) => self.state.writer(Fact::Belief(holder, self.scenario().belief(known))),
            _ => self.state.writer(fact),
        }
    }
}
