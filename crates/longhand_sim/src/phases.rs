//! The phases of a tick, as systems.

use super::choose::{Proposal, choose_all};
use super::context::TickContext;
use super::drift::{CompiledProcesses, ProcessSchedule, apply_processes, drift_attributes};
use super::parallel::WorkerPool;
use super::play::{PlayedChoice, Player, decide_for_played};
use super::record::{SampleRecorder, record_samples, sample_state};
use super::resolve::{Decision, carry_out, resolve_proposals};
use super::rules::Rules;
use super::triggers::{TriggerState, plan_triggers};
use super::view::SimulationView;
use crate::world::{DrawKey, Presence, draw_site};
use bevy_ecs::prelude::*;
use longhand_expr::EvalFrame;
use longhand_expr::ids::{AgentId, Instant, KindId};
use longhand_scene::{Scenario, Timing};

/// The site of the draws of when agents wake.
const WAKE: u32 = draw_site("wake");

/// What one phase of a tick hands to the next.
#[derive(Resource, Default)]
pub(super) struct TickScratch {
    due: Vec<AgentId>,
    proposals: Vec<Proposal>,
    /// What persons who play agents decided otherwise than the agents.
    played: Vec<PlayedChoice>,
    decisions: Vec<Decision>,
}

pub(super) fn wake(mut context: TickContext, mut scratch: ResMut<TickScratch>) {
    context.limits.begin_tick();
    context.apply_interventions();
    let mut due = context.agenda.take_due();
    let mut extra = context.agenda.take_extra(&due);
    let now = context.state.now;
    context.note_own_topics();
    due.retain(|&agent| context.wake_agent(agent, now, true));
    if !extra.is_empty() {
        extra.retain(|&agent| context.wake_agent(agent, now, false));
        due.append(&mut extra);
        due.sort_unstable();
    }
    for &agent in &due {
        context.changes.check_agent(agent);
    }
    context.check_who_never_wakes();
    scratch.due = due;
}

impl TickContext<'_, '_> {
    /// Schedules the next decision of an agent, if this is a regular one, and moves it by its routine. Returns whether it can decide now.
    fn wake_agent(&mut self, agent: AgentId, now: Instant, is_regular: bool) -> bool {
        if self.state.presence(agent).is_gone() {
            return false;
        }
        if self.scenario().record_since.is_some() && self.is_present(agent) {
            self.follow_if_involved(agent, now);
        }
        // Who waits for somebody looks out all the time.
        if self.state.appointments.attended(agent, now).is_some() {
            self.agenda.schedule_extra_decision(agent);
        }
        let busy_until = self.state.busy_until(agent);
        if busy_until > now {
            if is_regular {
                self.wake_at(agent, busy_until);
            }
            return false;
        }
        if is_regular {
            self.wake_within_interval(agent, now);
        }
        if !self.is_present(agent) {
            return false;
        }
        if self.state.things.contains(agent) {
            return false;
        }
        if let Some(place) = self.view(now).routine(agent)
            && place != self.state.place(agent)
            && self.state.journeys.get(agent).is_none()
        {
            self.follow_routine(agent, place, now);
        }
        if !self.state.appointments.is_empty() {
            self.note_meeting(agent, now);
        }
        self.view(now).is_free(agent)
    }

    /// Marks the agents that have conditions of triggers and never wake, such as the world, houses and things: nothing but time and
    /// processes may make these true.
    fn check_who_never_wakes(&mut self) {
        let rules = self.rules.clone();
        for &kind in &rules.conditions_without_waking {
            for &agent in self.state.members(kind) {
                let never_wakes = wakes(&rules.scenario, agent, kind).is_none();
                if never_wakes && !rules.becomes_of(agent, kind).is_empty() {
                    self.changes.check_agent(agent);
                }
            }
        }
    }

    fn wake_at(&mut self, agent: AgentId, at: Instant) {
        let ticks = (at.0 - self.state.now.0).div_euclid(self.scenario().tick_us) + 1;
        let tick = self.agenda.tick() + ticks.max(1) as u64;
        self.agenda.schedule_decision(agent, tick);
    }

    /// Schedules the next decision of an agent, in the next tick at the earliest: when it usually decides, or sooner if much is going on in
    /// its life; never if neither says when.
    pub(super) fn wake_within_interval(&mut self, agent: AgentId, now: Instant) {
        let involved = self.involved_interval(agent, now);
        let tick_us = self.scenario().tick_us;
        let usual = match wakes(self.scenario(), agent, self.state.kind(agent)) {
            None => None,
            Some(Timing::At(recurrence)) => {
                // It decides now too, so only times after this tick count.
                let at = recurrence.next_after(&self.scenario().calendar, Instant(now.0 + tick_us - 1));
                let at = Instant(at.0 - tick_us);
                if involved.is_none_or(|seconds| now.add_seconds(seconds) >= at) {
                    return self.wake_at(agent, at);
                }
                None
            }
            Some(Timing::After(interval)) => Some(interval.number(&self.view(now), &mut EvalFrame::for_agent(agent)).max(0.0)),
        };
        if let Some(seconds) = involved.into_iter().chain(usual).reduce(f64::min) {
            self.wake_after(agent, now, seconds);
        }
    }

    /// Schedules the next decision of an agent in about `seconds` seconds: 0.75 to 1.25 times as many, drawn at random.
    fn wake_after(&mut self, agent: AgentId, now: Instant, seconds: f64) {
        let jitter = 0.75 + 0.5 * self.draws().uniform(WAKE, DrawKey::new(self.state.key(agent), now));
        self.wake_at(agent, self.state.now.add_seconds(seconds * jitter - self.scenario().tick_us as f64 / 1e6));
    }

    /// How often an agent decides in whose life much is going on; none for any other.
    fn involved_interval(&self, agent: AgentId, now: Instant) -> Option<f64> {
        let (when, wakes) = self.scenario().kinds[self.state.kind(agent).index()].involved.as_ref()?;
        let (view, frame) = (self.view(now), &mut EvalFrame::for_agent(agent));
        when.truth(&view, frame).then(|| wakes.number(&view, frame).max(0.0))
    }

    /// Lets an agent decide sooner, if an event has made its life one in which much is going on, and records its events from now on if
    /// the scene says so.
    pub(super) fn note_involvement(&mut self, agent: AgentId, at: Instant) {
        if self.scenario().record_since.is_some() {
            self.follow_if_involved(agent, at);
        }
        let Some(next) = self.agenda.next_decision(agent) else { return };
        let Some(seconds) = self.involved_interval(agent, at) else { return };
        let ticks = (seconds * 1.25 * 1e6 / self.scenario().tick_us as f64) as u64 + 1;
        if next > self.agenda.tick() + ticks {
            self.wake_after(agent, at, seconds);
        }
    }

    /// Records all events of an agent from now on, if the condition of the scene holds for it, and its state as it is now.
    fn follow_if_involved(&mut self, agent: AgentId, at: Instant) {
        let is_known = agent.index() < self.scenario().cast.len() || self.state.followed.contains(&agent);
        let rules = self.rules.clone();
        let Some(since) = rules.scenario.record_since.as_ref().filter(|_| !is_known) else { return };
        if since.truth(&self.view(at), &mut EvalFrame::for_agent(agent)) {
            self.state.followed.insert(agent);
            sample_state(self, agent, at);
        }
    }
}

/// When an agent decides; `None` if it never does.
pub(super) fn wakes(scenario: &Scenario, agent: AgentId, kind: KindId) -> Option<&Timing> {
    let of_member = scenario.cast.get(agent.index()).and_then(|member| member.wakes.as_ref());
    of_member.or(scenario.kinds[kind.index()].wakes.as_ref())
}

/// Schedules the first decision of each agent that is present, and records the state of the cast at the start.
pub(super) fn begin_run(mut context: TickContext, mut recorder: ResMut<SampleRecorder>) {
    for agent in (0..context.state.agent_count()).map(AgentId::from_index) {
        if context.state.presence(agent) == Presence::Present {
            context.wake_within_interval(agent, Instant::START);
        }
    }
    context.note_own_topics();
    recorder.begin(&mut context);
}

pub(super) fn drift(mut context: TickContext, mut schedule: ResMut<ProcessSchedule>, compiled: Res<CompiledProcesses>) {
    drift_attributes(&mut context, &mut schedule);
    apply_processes(&mut context, &mut schedule, &compiled, false);
}

pub(super) fn os_life(mut context: TickContext, mut schedule: ResMut<ProcessSchedule>, compiled: Res<CompiledProcesses>) {
    apply_processes(&mut context, &mut schedule, &compiled, true);
}

pub(super) fn choose(
    world: SimulationView,
    rules: Res<Rules>,
    pool: Res<WorkerPool>,
    mut player: Option<ResMut<Player>>,
    mut scratch: ResMut<TickScratch>,
) {
    let TickScratch { due, proposals, played, .. } = &mut *scratch;
    *proposals = choose_all(world.view(), &rules, due, rules.scenario.tick_us, &pool);
    *played = decide_for_played(world.view(), &rules, due, player.as_deref_mut(), proposals);
}

pub(super) fn resolve(world: SimulationView, rules: Res<Rules>, mut scratch: ResMut<TickScratch>) {
    let proposals = std::mem::take(&mut scratch.proposals);
    scratch.decisions = resolve_proposals(world.view(), &rules, proposals);
}

pub(super) fn apply(mut context: TickContext, mut scratch: ResMut<TickScratch>, mut trigger_state: ResMut<TriggerState>) {
    let now = context.state.now;
    plan_triggers(&mut context, &mut trigger_state, now);
    let mut decisions = std::mem::take(&mut scratch.decisions);
    for choice in std::mem::take(&mut scratch.played) {
        let event = context.record_played(&choice);
        let decision = decisions.iter_mut().find(|decision| decision.proposal.agent == choice.agent);
        decision.into_iter().for_each(|decision| decision.proposal.caused_by = event);
    }
    carry_out(&mut context, &mut trigger_state, decisions);
}

pub(super) fn trigger(mut context: TickContext, mut trigger_state: ResMut<TriggerState>) {
    let next_tick = context.tick_end();
    plan_triggers(&mut context, &mut trigger_state, next_tick);
}

pub(super) fn record(mut context: TickContext, mut recorder: ResMut<SampleRecorder>) {
    record_samples(&mut context, &mut recorder);
    context.state.now = context.tick_end();
    context.agenda.advance();
    context.finish_tick();
}
