//! Triggers: events that happen because something changed, without a choice.
//!
//! Changes are processed in the order in which they were made. What a trigger changes may fire another one. Conditions are checked for
//! agents that a change concerns and for agents that are due; a trigger fires when its condition becomes true, not while it stays true.
//! Triggers that fire each other without end stop the run (`limits`).

use super::agenda::{AgendaItem, StoredFrame};
use super::changes::{ChangeKind, QueuedChange, triggers_for};
use super::context::TickContext;
use super::events::EventRequest;
use crate::world::{DrawKey, draw_site};
use bevy_ecs::prelude::Resource;
use longhand_chronicle::{Cause, CauseLink};
use longhand_expr::ids::{AgentId, EventId, Fact, Instant, WorldFact};
use longhand_expr::{EvalContext, EvalFrame, Expr, OccurrenceQuery};
use longhand_scene::{Activation, Trigger, witness_frames};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Which trigger conditions held when last checked.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TriggerState {
    /// By trigger: one bit for each agent.
    held: Vec<Vec<u64>>,
}

impl TriggerState {
    fn is_set(&self, trigger: usize, agent: AgentId) -> bool {
        let word = self.held.get(trigger).and_then(|bits| bits.get(agent.index() / 64));
        word.is_some_and(|word| word & (1 << (agent.index() % 64)) != 0)
    }

    fn set(&mut self, trigger: usize, agent: AgentId, holds: bool) {
        if self.held.len() <= trigger {
            self.held.resize(trigger + 1, Vec::new());
        }
        let bits = &mut self.held[trigger];
        let (word, bit) = (agent.index() / 64, 1u64 << (agent.index() % 64));
        if bits.len() <= word {
            bits.resize(word + 1, 0);
        }
        bits[word] = if holds { bits[word] | bit } else { bits[word] & !bit };
    }
}

/// Processes the changes of the tick until no new ones follow.
pub(super) fn fire_triggers(context: &mut TickContext<'_, '_>, trigger_state: &mut TriggerState) {
    loop {
        while let Some(change) = context.changes.pop() {
            context.changes.depth = change.depth.saturating_add(1);
            fire_on_change(context, &change);
        }
        context.changes.depth = 0;
        let agents = context.changes.take_agents();
        if agents.is_empty() {
            context.carry_out_planned();
            if context.changes.is_empty() {
                return;
            }
            continue;
        }
        let at = context.state.now;
        for agent in agents.into_iter().filter(|&agent| context.is_present(agent)).collect::<Vec<_>>() {
            check_conditions(context, trigger_state, agent, at);
        }
    }
}

fn fire_on_change(context: &mut TickContext<'_, '_>, change: &QueuedChange) {
    let rules = context.rules.clone();
    for &index in triggers_for(&rules, &change.kind) {
        let trigger = &rules.scenario.triggers[index];
        if let (Activation::Sees(kinds), ChangeKind::Event(kind, event)) = (&trigger.on, &change.kind) {
            let seen = (*kind, &rules.scenario.events[kind.index()]);
            let frames = witness_frames(kinds, seen, |slot| event.get(slot), &context.view(change.at));
            for frame in frames {
                if rules.applies_to(trigger, frame.get(0), &context.state) {
                    fire_if_holds(context, index, frame, change.at, change.event);
                }
            }
            continue;
        }
        let Some(frame) = bind_from_change(trigger, &change.kind) else { continue };
        if context.is_present(frame.get(0)) && rules.applies_to(trigger, frame.get(0), &context.state) {
            fire_if_holds(context, index, frame, change.at, change.event);
        }
    }
}

/// The variables that a change binds; none if it is not a change the trigger waits for.
fn bind_from_change(trigger: &Trigger, kind: &ChangeKind) -> Option<EvalFrame> {
    let frame_of = |agents: [AgentId; 3]| {
        let mut frame = EvalFrame::default();
        agents.into_iter().enumerate().for_each(|(slot, agent)| frame.set(slot, agent));
        Some(frame)
    };
    match (&trigger.on, kind) {
        (Activation::Event(kinds), ChangeKind::Event(kind, event)) => {
            let (_, slot_map) = kinds.iter().find(|(wanted, _)| wanted == kind)?;
            let mut frame = EvalFrame::default();
            slot_map.iter().enumerate().for_each(|(slot, source)| frame.set(slot, event.get(*source)));
            Some(frame)
        }
        (_, ChangeKind::Tie { from, to, .. }) => frame_of([*from, *to, AgentId::NONE]),
        (_, ChangeKind::Learned(who, WorldFact::Tie(a, b, _))) => frame_of([*who, *a, *b]),
        (_, ChangeKind::Learned(who, WorldFact::Attr(subject, _))) => frame_of([*who, *subject, AgentId::NONE]),
        (Activation::Jumps(_, least), ChangeKind::Attr { agent, by, .. }) => {
            let is_large_enough = if *least >= 0.0 { by >= least } else { by <= least };
            if is_large_enough { frame_of([*agent, AgentId::NONE, AgentId::NONE]) } else { None }
        }
        _ => None,
    }
}

/// Fires a trigger if its conditions hold.
fn fire_if_holds(context: &mut TickContext<'_, '_>, index: usize, frame: EvalFrame, at: Instant, cause: Option<EventId>) {
    let rules = context.rules.clone();
    let trigger = &rules.scenario.triggers[index];
    if let Some(frame) = bind_if_holds(context, index, frame, at)
        && draw_chance(context, trigger, &frame, at)
    {
        fire(context, index, frame, at, cause);
    }
}

/// Checks the conditions on an agent and fires the triggers whose conditions became true.
fn check_conditions(context: &mut TickContext<'_, '_>, trigger_state: &mut TriggerState, agent: AgentId, at: Instant) {
    let rules = context.rules.clone();
    for &index in rules.becomes_of(agent, context.state.kind(agent)) {
        if !context.is_present(agent) {
            return;
        }
        let trigger = &rules.scenario.triggers[index];
        let held_before = trigger_state.is_set(index, agent);
        match bind_if_holds(context, index, EvalFrame::for_agent(agent), at) {
            None if held_before => trigger_state.set(index, agent, false),
            Some(frame) if !held_before && draw_chance(context, trigger, &frame, at) => {
                trigger_state.set(index, agent, true);
                fire(context, index, frame, at, None);
            }
            _ => {}
        }
    }
}

/// The binding with which the conditions of a trigger hold: for each `about` the first member of its set that fits.
fn bind_if_holds(context: &TickContext<'_, '_>, index: usize, mut frame: EvalFrame, at: Instant) -> Option<EvalFrame> {
    let trigger = &context.rules.scenario.triggers[index];
    if context.is_cooling_down(trigger, &frame, at) {
        return None;
    }
    bind_about(&context.view(at), trigger, trigger.activation_slots, 0, &mut frame).then_some(frame)
}

impl TickContext<'_, '_> {
    /// Whether a trigger with `once` has fired for the agent before, or its cooldown has not passed.
    pub(super) fn is_cooling_down(&self, trigger: &Trigger, frame: &EvalFrame, at: Instant) -> bool {
        if !trigger.once && trigger.cooldown.is_none() {
            return false;
        }
        let view = self.view(at);
        let query = OccurrenceQuery { event: trigger.event.kind, a: frame.get(0), b: AgentId::NONE };
        let Some(last) = view.occurrences(query).last else { return false };
        let is_soon = |cooldown: &Expr| at.seconds() - last.seconds() < cooldown.number(&view, &mut frame.clone());
        trigger.once || trigger.cooldown.as_ref().is_some_and(is_soon)
    }
}

fn bind_about<V: EvalContext>(view: &V, trigger: &Trigger, first_slot: usize, level: usize, frame: &mut EvalFrame) -> bool {
    let Some(role) = trigger.about.get(level) else {
        return trigger.when.iter().all(|clause| clause.truth(view, frame));
    };
    // Clauses that need no further variables are evaluated before the search. Draws are not: all bound variables are part of their keys.
    let needs_no_binding = |clause: &&Expr| clause.slot_mask() >> first_slot == 0 && !clause.is_random();
    if level == 0 && !trigger.when.iter().filter(needs_no_binding).all(|clause| clause.truth(view, frame)) {
        return false;
    }
    let mut bound_frame = None;
    let slot = first_slot + level;
    role.set.for_each(view, frame, slot, &mut |frame| {
        if bind_about(view, trigger, first_slot, level + 1, frame) {
            bound_frame = Some(*frame);
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    match bound_frame {
        Some(bound) => {
            *frame = bound;
            true
        }
        None => false,
    }
}

fn draw_chance(context: &TickContext<'_, '_>, trigger: &Trigger, frame: &EvalFrame, at: Instant) -> bool {
    let Some(chance) = &trigger.chance else { return true };
    let slots = context.rules.slots(trigger.event.kind).max(2);
    let key = (1..slots).fold(DrawKey::new(frame.get(0), at), |key, slot| key.with(frame.get(slot).0));
    let chance = chance.number(&context.view(at), &mut frame.clone());
    context.draws().uniform(draw_site("chance") ^ u32::from(trigger.event.kind.0), key) < chance
}

fn fire(context: &mut TickContext<'_, '_>, index: usize, frame: EvalFrame, at: Instant, cause: Option<EventId>) {
    let rules = context.rules.clone();
    let trigger = &rules.scenario.triggers[index];
    if !context.may_follow(trigger.event.kind, context.changes.depth) {
        return;
    }
    let mut causes: Vec<Cause> = cause.map(|event| Cause { event, link: CauseLink::Triggered }).into_iter().collect();
    if context.is_recorded_event(trigger.event.kind, &frame) {
        for clause in &trigger.when {
            context.truth_with_causes(clause, &frame, (at, at), CauseLink::Condition, &mut causes);
        }
        for (level, role) in trigger.about.iter().enumerate() {
            let slot = trigger.activation_slots + level;
            context.membership_causes(&role.set, &frame, slot, frame.get(slot), at, &mut causes);
        }
    }
    let delay = trigger.after.as_ref().map_or(0.0, |delay| delay.number(&context.view(at), &mut frame.clone()).max(0.0));
    if delay > 0.0 {
        let slots = rules.slots(trigger.event.kind);
        context
            .plan(at.add_seconds(delay), AgendaItem::Trigger { trigger: index, frame: StoredFrame::new(&frame, slots), causes });
    } else {
        context.make_event(EventRequest { spec: &trigger.event, frame, at, causes, choice: None });
    }
}

/// Whether a fact concerns an agent. Used to find the facts that a membership depends on.
pub(super) fn mentions(fact: Fact, agent: AgentId) -> bool {
    match fact {
        Fact::World(known) | Fact::Belief(_, known) => known.agents().contains(&agent),
        Fact::Field(subject, _) | Fact::Owner(subject) => subject == agent,
        Fact::Happened(_, a, b) | Fact::Feeling(a, _, b) | Fact::Memory(a, _, b) => a == agent || b == agent,
    }
}
