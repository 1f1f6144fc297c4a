//! The phases of a tick, as systems.

use super::agenda::Agenda;
use super::choose::{Proposal, choose};
use super::drift::{Laws, Prepared, drift, processes};
use super::moment::{Moment, in_moment, put, take};
use super::record;
use super::resolve::{Decision, resolve};
use super::rules::Rules;
use super::triggers::{Standing, follow_up};
use crate::ids::{AgentId, Instant};
use crate::language::Frame;
use crate::world::{DrawKey, Presence, State, site};
use bevy::ecs::prelude::*;
use bevy::tasks::TaskPool;

/// What one phase of a tick hands to the next.
#[derive(Resource, Default)]
pub(super) struct Handover {
    due: Vec<AgentId>,
    proposals: Vec<Proposal>,
    decisions: Vec<Decision>,
}

/// The threads that choose; none: this one.
#[derive(Resource)]
pub(super) struct Choosers(pub(super) Option<TaskPool>);

pub(super) fn wake(world: &mut World) {
    let due = in_moment(world, |moment| {
        moment.limits.begin_tick();
        moment.change_from_outside();
        let mut due = moment.agenda.due();
        let now = moment.state.now;
        due.retain(|&agent| moment.rouse(agent, now));
        for &agent in &due {
            moment.touched.look_at(agent);
        }
        due
    });
    world.resource_mut::<Handover>().due = due;
}

impl Moment<'_> {
    /// Plans an agent's next waking, takes it where its day has it, and says whether it can decide now.
    fn rouse(&mut self, agent: AgentId, now: Instant) -> bool {
        if self.state.presence(agent) == Presence::Gone {
            return false;
        }
        let busy_until = self.state.busy_until(agent);
        if busy_until > now {
            self.wake_at(agent, busy_until);
            return false;
        }
        self.wake_within_interval(agent, now);
        if !self.is_present(agent) {
            return false;
        }
        if let Some(place) = self.live(now).routine(agent)
            && place != self.state.place(agent)
        {
            self.state.set_place(agent, place);
            let fact = crate::ids::Fact::World(crate::ids::Known::Place(agent));
            if self.is_followed(fact) {
                self.chronicle.sample(now, fact, f64::from(place.0));
            }
        }
        self.live(now).is_free(agent)
    }

    fn wake_at(&mut self, agent: AgentId, at: Instant) {
        let ticks = (at.0 - self.state.now.0).div_euclid(self.scenario().tick_us) + 1;
        self.agenda.wake(agent, self.agenda.tick() + ticks.max(1) as u64);
    }

    /// Has an agent decide again after about its interval, at the earliest in the next tick; never where its kind has none.
    pub(super) fn wake_within_interval(&mut self, agent: AgentId, now: Instant) {
        let member = self.scenario().cast.get(agent.index()).and_then(|member| member.wakes.as_ref());
        let Some(wakes) = member.or(self.scenario().kinds[self.state.kind(agent).index()].wakes.as_ref()) else { return };
        let seconds = wakes.num(&self.live(now), &mut Frame::of(agent)).max(0.0);
        let jitter = 0.75 + 0.5 * self.draws.uniform(site("wake"), DrawKey::of(agent, now));
        self.wake_at(agent, self.state.now.plus_seconds(seconds * jitter - self.scenario().tick_us as f64 / 1e6));
    }
}

pub(super) fn drifting(world: &mut World) {
    by_laws(world, |moment, laws, prepared| {
        drift(moment, laws);
        processes(moment, laws, prepared, false);
    });
}

pub(super) fn living(world: &mut World) {
    by_laws(world, |moment, laws, prepared| processes(moment, laws, prepared, true));
}

fn by_laws(world: &mut World, phase: impl FnOnce(&mut Moment<'_>, &mut Laws, &Prepared)) {
    let prepared = world.resource::<Prepared>().clone();
    let mut laws: Laws = take(world);
    in_moment(world, |moment| phase(moment, &mut laws, &prepared));
    put(world, laws);
}

pub(super) fn choosing(world: &mut World) {
    let mut handover: Handover = take(world);
    let (live, rules) = (super::live(world), world.resource::<Rules>());
    let pool = world.resource::<Choosers>().0.as_ref();
    handover.proposals = choose(live, rules, &handover.due, rules.scenario.tick_us, pool);
    put(world, handover);
}

pub(super) fn resolving(world: &mut World) {
    let proposals = std::mem::take(&mut world.resource_mut::<Handover>().proposals);
    let decisions = resolve(super::live(world), world.resource::<Rules>(), proposals);
    world.resource_mut::<Handover>().decisions = decisions;
}

pub(super) fn applying(world: &mut World) {
    let decisions = std::mem::take(&mut world.resource_mut::<Handover>().decisions);
    in_moment(world, |moment| moment.carry_out(decisions));
}

pub(super) fn triggering(world: &mut World) {
    let mut standing: Standing = take(world);
    in_moment(world, |moment| follow_up(moment, &mut standing));
    put(world, standing);
}

pub(super) fn recording(world: &mut World) {
    let mut book: record::Book = take(world);
    in_moment(world, |moment| record::record(moment, &mut book));
    put(world, book);
    let tick_us = world.resource::<Rules>().scenario.tick_us;
    let mut state = world.resource_mut::<State>();
    state.now = Instant(state.now.0 + tick_us);
    world.resource_mut::<Agenda>().advance();
}
