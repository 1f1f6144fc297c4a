//! The phases of a tick, as systems.

use super::agenda::Agenda;
use super::choose::{Proposal, choose};
use super::drift::{Laws, Prepared, drift, processes};
use super::moment::{Moment, in_moment};
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

/// How long between two decisions where a kind says nothing about it: never.
const NEVER: f64 = f64::INFINITY;

pub(super) fn wake(world: &mut World) {
    let due = in_moment(world, |moment| {
        moment.limits.begin_tick();
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

    /// Has an agent decide again after about its kind's interval.
    pub(super) fn wake_within_interval(&mut self, agent: AgentId, now: Instant) {
        let seconds = {
            let live = self.live(now);
            let member = self.scenario().cast.get(agent.index()).and_then(|member| member.wakes.as_ref());
            let wakes = member.or(self.scenario().kinds[self.state.kind(agent).index()].wakes.as_ref());
            wakes.map_or(NEVER, |wakes| wakes.num(&live, &mut Frame::of(agent)))
        };
        if seconds.is_finite() && seconds > 0.0 {
            let jitter = 0.75 + 0.5 * self.draws.uniform(site("wake"), DrawKey::of(agent, now));
            self.wake_at(agent, Instant(self.state.now.0).plus_seconds(seconds * jitter - self.scenario().tick_us as f64 / 1e6));
        }
    }
}

pub(super) fn drifting(world: &mut World) {
    world.resource_scope(|world, mut laws: Mut<Laws>| {
        world.resource_scope(|world, prepared: Mut<Prepared>| {
            in_moment(world, |moment| {
                drift(moment, &mut laws);
                processes(moment, &mut laws, &prepared, false);
            });
        });
    });
}

pub(super) fn choosing(world: &mut World) {
    let mut handover = std::mem::take(&mut *world.resource_mut::<Handover>());
    let (live, rules) = (super::live(world), world.resource::<Rules>());
    let pool = world.resource::<Choosers>().0.as_ref();
    handover.proposals = choose(live, rules, &handover.due, rules.scenario.tick_us, pool);
    *world.resource_mut::<Handover>() = handover;
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

pub(super) fn living(world: &mut World) {
    world.resource_scope(|world, mut laws: Mut<Laws>| {
        world.resource_scope(|world, prepared: Mut<Prepared>| {
            in_moment(world, |moment| processes(moment, &mut laws, &prepared, true));
        });
    });
}

pub(super) fn triggering(world: &mut World) {
    world.resource_scope(|world, mut standing: Mut<Standing>| in_moment(world, |moment| follow_up(moment, &mut standing)));
}

pub(super) fn recording(world: &mut World) {
    world.resource_scope(|world, mut book: Mut<record::Book>| in_moment(world, |moment| record::record(moment, &mut book)));
    let tick_us = world.resource::<Rules>().scenario.tick_us;
    let mut state = world.resource_mut::<State>();
    state.now = Instant(state.now.0 + tick_us);
    world.resource_mut::<Agenda>().advance();
}
