//! Triggers: events that happen because something changed, without a choice.
//!
//! What an event changes fires triggers right after it, in the order in which the changes were made; what a trigger changes may fire
//! another one. Conditions are checked for agents that a change concerns and for agents that are due; a trigger fires when its condition
//! becomes true, not while it stays true. What comes from a process or from time alone has no event to follow: it is planned for an instant
//! within the tick, drawn by the agents. Triggers that fire each other without end stop the run (`limits`).

use super::agenda::{AgendaItem, StoredFrame};
use super::changes::{AgentToCheck, ChangeKind, ChangeSource, QueuedChange, triggers_for};
use super::choose::acting_instant;
use super::conditions::{ConditionTable, MAX_AGENTS, positions};
use super::context::TickContext;
use super::events::EventRequest;
use super::rules::{Rules, is_own_condition};
use crate::world::{DrawKey, StillView, WorldView, combine, draw_site};
use bevy_ecs::prelude::Resource;
use longhand_chronicle::{Cause, CauseLink};
use longhand_expr::ids::{AgentId, EventId, EventKind, Instant, WorldFact};
use longhand_expr::{EvalContext, EvalFrame, Expr, OccurrenceQuery};
use longhand_scene::{Activation, Trigger, witness_frames};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::collections::VecDeque;
use std::ops::ControlFlow;

/// The sites of the draws of a trigger: whether it happens, and when within the tick.
const CHANCE: u32 = draw_site("chance");
const WITHIN_TICK: u32 = draw_site("within tick");
/// Up to this many agents are surveyed by one thread, which takes about a tenth of a millisecond.
const FEW_SURVEYED: usize = MAX_AGENTS;
/// The number of agents that one thread surveys at a time, if there are more.
const SURVEY_CHUNK: usize = MAX_AGENTS / 2;

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

/// Plans the triggers that are activated by what changed without an event: by processes, or by time for the agents that are due. Each
/// happens at an instant of its own within the tick that begins at `tick_start`.
pub(super) fn plan_triggers(context: &mut TickContext<'_, '_>, trigger_state: &mut TriggerState, tick_start: Instant) {
    for change in context.changes.take_process_changes() {
        fire_on_change(context, &change, Some(tick_start));
    }
    let at = context.state.now;
    let mut agents = context.changes.take_agents();
    agents.retain(|checked| context.is_present(checked.agent));
    let view = context.view(at).with_asleep_kinds(&context.rules.asleep_together);
    let (rules, state) = (&context.rules, &*trigger_state);
    let size = if agents.len() > FEW_SURVEYED { SURVEY_CHUNK } else { MAX_AGENTS };
    let surveys = context
        .pool
        .map(agents.chunks(size), FEW_SURVEYED / SURVEY_CHUNK, |agents| survey_conditions(view, rules, state, agents));
    for ConditionSurvey { begun, ended } in surveys {
        ended.into_iter().for_each(|(trigger, agent)| trigger_state.set(trigger, agent, false));
        for checked in begun {
            let acts_at = acting_instant(&context.view(at), checked.agent, tick_start, context.scenario().tick_us);
            context.plan(acts_at, AgendaItem::Check { checked, draws_at: at });
        }
    }
}

/// Fires the triggers on the next change, or checks the conditions on the agents that changed. Returns false if there is nothing left.
pub(super) fn fire_next(context: &mut TickContext<'_, '_>, trigger_state: &mut TriggerState) -> bool {
    if let Some(change) = context.changes.pop() {
        context.changes.depth = change.depth.saturating_add(1);
        fire_on_change(context, &change, None);
        context.changes.depth = 0;
        return true;
    }
    let agents = context.changes.take_agents();
    for checked in &agents {
        let at = context.agenda.next_instant(context.state.now);
        check_conditions(context, trigger_state, checked, (at, at));
    }
    !agents.is_empty()
}

/// When the conditions of the triggers on a change are evaluated.
fn instant_of_answer(context: &TickContext<'_, '_>, source: ChangeSource, planned_from: Option<Instant>) -> Instant {
    match planned_from {
        Some(_) => source.at,
        None => context.agenda.next_instant(source.at),
    }
}

/// Makes a trigger happen that a change activates, if its condition and its chance hold: once, or for each agent of the role that nothing
/// selects from. Who is no longer in its set by then, after what happened for the others, is left out. Returns whether it happens.
fn fire_if_holds(
    context: &mut TickContext<'_, '_>,
    index: usize,
    frame: EvalFrame,
    source: ChangeSource,
    planned_from: Option<Instant>,
) -> bool {
    let rules = context.rules.clone();
    let trigger = &rules.scenario.triggers[index];
    let at = instant_of_answer(context, source, planned_from);
    let Some(bound) = bind_if_holds(&context.view(at), &rules, index, frame, OpenClauses::All) else { return false };
    let fire_with = |context: &mut TickContext<'_, '_>, bound: EvalFrame, at: Instant| {
        let happens = draw_chance(context, trigger, &bound, at);
        if happens {
            fire(context, index, bound, (at, at), source.event, planned_from);
        }
        happens
    };
    let Some(level) = trigger.happens_for_each else { return fire_with(context, bound, at) };
    let (slot, set) = (trigger.activation_slots + level, &trigger.about[level].set);
    let absent = context.absent_agents(&bound, rules.slots(trigger.event.kind));
    let mut happened = false;
    for agent in context.all_of(set, &bound, slot, (at, at)) {
        // Another participant may have gone by what happened for those before.
        let Some(mut bound) = context.without_gone_participants(trigger.event.kind, bound, 0, &absent) else { break };
        let at = instant_of_answer(context, source, planned_from);
        bound.set(slot, agent);
        if context.all_of(set, &bound, slot, (at, at)).contains(&agent) {
            happened |= fire_with(context, bound, at);
        }
    }
    happened
}

/// Fires the triggers that wait for a change; those on a change by a process within the tick that begins at `planned_from`.
fn fire_on_change(context: &mut TickContext<'_, '_>, change: &QueuedChange, planned_from: Option<Instant>) {
    let rules = context.rules.clone();
    for &index in triggers_for(&rules, &change.kind) {
        let trigger = &rules.scenario.triggers[index];
        if let (Activation::Sees(kinds), ChangeKind::Event(kind, event, _)) = (&trigger.on, &change.kind) {
            fire_for_witnesses(context, index, kinds, (*kind, event), change.source, planned_from);
            continue;
        }
        let Some(bound) = bind_from_change(trigger, &change.kind) else { continue };
        let Some(bound) = context.without_gone_since(trigger, bound, &change.kind) else { continue };
        // A death or departure concerns the agent that is gone by it, and so do the triggers on it.
        let concerns_gone = |agent: AgentId| match &change.kind {
            ChangeKind::Presence(..) => true,
            ChangeKind::Event(_, event, absent) => bound.get(0) == event.get(0) && absent.contains(&agent),
            _ => false,
        };
        for agent in context.state.groups.agents(bound.get(0)) {
            let mut frame = bound;
            frame.set(0, agent);
            let may_happen = agent.is_some() && (context.is_present(agent) || concerns_gone(agent));
            if !may_happen || !rules.applies_to(trigger, agent, &context.state) {
                continue;
            }
            fire_if_holds(context, index, frame, change.source, planned_from);
        }
    }
}

/// Fires a trigger for each agent that sees an event and for which its conditions hold, ascending by agent.
fn fire_for_witnesses(
    context: &mut TickContext<'_, '_>,
    index: usize,
    kinds: &[(EventKind, Vec<usize>)],
    (kind, event): (EventKind, &EvalFrame),
    source: ChangeSource,
    planned_from: Option<Instant>,
) {
    let rules = context.rules.clone();
    let participants = context.participants(kind, event);
    let is_participant = |agent| participants.contains(&agent);
    let role = |slot| event.get(slot);
    let view = context.view(instant_of_answer(context, source, planned_from));
    let filter = &rules.witness_filters[index];
    let Some((_, slot_map)) = kinds.iter().find(|(wanted, _)| *wanted == kind) else { return };
    let mut shared = EvalFrame::default();
    slot_map.iter().enumerate().skip(1).for_each(|(slot, from)| shared.set(slot, role(*from)));
    if !filter.may_hold(&view, &rules.scenario.triggers[index], &mut shared) {
        return;
    }
    let among = filter.candidates(&view, &shared);
    let mut witnesses = VecDeque::from(witness_frames(kinds, kind, role, is_participant, among.as_deref(), &view));
    let mut is_complete = among.is_none();
    while let Some(frame) = witnesses.pop_front() {
        let agent = frame.get(0);
        if !rules.applies_to(&rules.scenario.triggers[index], agent, &context.state) {
            continue;
        }
        let has_fired = fire_if_holds(context, index, frame, source, planned_from);
        if has_fired && !is_complete {
            // What happened may have made the conditions hold for others.
            is_complete = true;
            let all = witness_frames(kinds, kind, role, is_participant, None, &context.view(source.at));
            witnesses = all.into_iter().filter(|frame| frame.get(0) > agent).collect();
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
        (Activation::Event(kinds), ChangeKind::Event(kind, event, _)) => {
            let (_, slot_map) = kinds.iter().find(|(wanted, _)| wanted == kind)?;
            let mut frame = EvalFrame::default();
            slot_map.iter().enumerate().for_each(|(slot, source)| frame.set(slot, event.get(*source)));
            Some(frame)
        }
        (_, ChangeKind::Presence(who, _)) => frame_of([*who, AgentId::NONE, AgentId::NONE]),
        (_, ChangeKind::Tie { from, to, .. }) => frame_of([*from, *to, AgentId::NONE]),
        (_, ChangeKind::Learned(who, WorldFact::Tie(a, b, _))) => frame_of([*who, *a, *b]),
        (_, ChangeKind::Learned(who, WorldFact::Attr(subject, _))) => frame_of([*who, *subject, AgentId::NONE]),
        (_, ChangeKind::Learned(who, WorldFact::Happened(_, a, b))) => frame_of([*who, *a, *b]),
        (Activation::Jumps(_, least), ChangeKind::Attr { agent, by, .. }) => {
            let is_large_enough = if *least >= 0.0 { by >= least } else { by <= least };
            if is_large_enough { frame_of([*agent, AgentId::NONE, AgentId::NONE]) } else { None }
        }
        _ => None,
    }
}

/// What is new about the conditions on some agents.
struct ConditionSurvey {
    /// The agents with a condition that holds and did not hold before, ascending.
    begun: Vec<AgentToCheck>,
    /// The triggers whose conditions on an agent no longer hold.
    ended: Vec<(usize, AgentId)>,
}

/// Finds what is new about the conditions on at most [`MAX_AGENTS`] agents. Nothing changes by it.
fn survey_conditions(
    view: WorldView<'_>,
    rules: &Rules,
    trigger_state: &TriggerState,
    to_check: &[AgentToCheck],
) -> ConditionSurvey {
    let (kind, is_cast) = (|agent| view.state().kind(agent), |agent: AgentId| agent.index() < rules.scenario.cast.len());
    let same_rules =
        |a: &AgentToCheck, b: &AgentToCheck| !is_cast(a.agent) && !is_cast(b.agent) && kind(a.agent) == kind(b.agent);
    let still = StillView::new(view);
    let mut conditions = ConditionTable::new(&still, &rules.becomes_conditions);
    let mut survey = ConditionSurvey { begun: Vec::new(), ended: Vec::new() };
    let agents: Vec<AgentId> = to_check.iter().map(|checked| checked.agent).collect();
    let mut rest = &agents[..];
    for to_check in to_check.chunk_by(same_rules) {
        let agents = rest.split_off(..to_check.len()).unwrap_or_default();
        conditions.begin(agents);
        let mut begun = 0_u64;
        for &index in rules.becomes_of(agents[0], kind(agents[0])) {
            let may_hold = conditions.holds(index);
            for (position, checked) in to_check.iter().enumerate() {
                let agent = checked.agent;
                let (bit, held_before) = (1 << position, trigger_state.is_set(index, agent));
                if may_hold & bit == 0 && !held_before || !checked.concerns(index, &rules.condition_readers) {
                    continue;
                }
                let holds = may_hold & bit != 0
                    && bind_if_holds(&still, rules, index, EvalFrame::for_agent(agent), OpenClauses::NotOwn).is_some();
                match (held_before, holds) {
                    (true, false) => survey.ended.push((index, agent)),
                    (false, true) => begun |= bit,
                    _ => {}
                }
            }
        }
        survey.begun.extend(positions(begun).map(|position| to_check[position].clone()));
    }
    survey
}

/// Checks the conditions on an agent, with the draws of `draws_at`, and fires the triggers whose conditions became true.
pub(super) fn check_conditions(
    context: &mut TickContext<'_, '_>,
    trigger_state: &mut TriggerState,
    checked: &AgentToCheck,
    (at, draws_at): (Instant, Instant),
) {
    let (rules, agent) = (context.rules.clone(), checked.agent);
    let triggers = rules.becomes_of(agent, context.state.kind(agent));
    // Which of them may hold, as far as it is known. It is found again after each that fires.
    let mut may_hold: Option<SmallVec<[bool; 64]>> = None;
    for (position, &index) in triggers.iter().enumerate() {
        if !context.is_present(agent) {
            return;
        }
        if !checked.concerns(index, &rules.condition_readers) {
            continue;
        }
        let trigger = &rules.scenario.triggers[index];
        let at = context.agenda.next_instant(at);
        let may_hold_now = may_hold.get_or_insert_with(|| {
            let still = StillView::new(context.view(at));
            let mut conditions = ConditionTable::new(&still, &rules.becomes_conditions);
            conditions.begin(std::slice::from_ref(&agent));
            let may_hold = |&index: &usize| checked.concerns(index, &rules.condition_readers) && conditions.holds(index) != 0;
            triggers.iter().map(may_hold).collect()
        })[position];
        let held_before = trigger_state.is_set(index, agent);
        let bound = if may_hold_now {
            let still = StillView::new(context.view(at).drawing_at(draws_at));
            bind_if_holds(&still, &rules, index, EvalFrame::for_agent(agent), OpenClauses::NotOwn)
        } else {
            None
        };
        match bound {
            None if held_before => trigger_state.set(index, agent, false),
            Some(frame) if !held_before && draw_chance(context, trigger, &frame, at) => {
                trigger_state.set(index, agent, true);
                fire(context, index, frame, (at, draws_at), None, None);
                may_hold = None;
            }
            _ => {}
        }
    }
}

/// Which clauses of a trigger are not known to hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OpenClauses {
    All,
    /// Those that are not [own conditions](is_own_condition): these have been evaluated in the same state.
    NotOwn,
}

impl OpenClauses {
    fn contains(self, clause: &Expr) -> bool {
        self == Self::All || !is_own_condition(clause)
    }
}

/// The binding with which the conditions of a trigger hold: for each `about` the first member of its set that fits.
fn bind_if_holds<V: EvalContext>(
    view: &V,
    rules: &Rules,
    index: usize,
    mut frame: EvalFrame,
    open: OpenClauses,
) -> Option<EvalFrame> {
    let trigger = &rules.scenario.triggers[index];
    if is_cooling_down(view, trigger, &frame) {
        return None;
    }
    debug_assert!(trigger.when.iter().all(|clause| open.contains(clause) || clause.truth(view, &mut frame.clone())), "they hold");
    let is_bound = bind_about(view, trigger, open, 0, &mut frame);
    is_bound.then(|| frame.first_slots(trigger.activation_slots + trigger.about.len()))
}

/// Whether a trigger with `once` has fired for the agent before, or its cooldown has not passed.
fn is_cooling_down<V: EvalContext>(view: &V, trigger: &Trigger, frame: &EvalFrame) -> bool {
    if !trigger.once && trigger.cooldown.is_none() {
        return false;
    }
    let query = OccurrenceQuery { event: trigger.event.kind, a: frame.get(0), b: AgentId::NONE };
    let Some(last) = view.occurrences(query).last else { return false };
    let is_soon = |cooldown: &Expr| view.now().seconds() - last.seconds() < cooldown.number(view, &mut frame.clone());
    trigger.once || trigger.cooldown.as_ref().is_some_and(is_soon)
}

impl TickContext<'_, '_> {
    /// The variables that an event gives to a trigger. Who was there when it happened and has gone since takes no part in what it leads to:
    /// none if that is a participant of the trigger, or everybody of one for several.
    fn without_gone_since(&mut self, trigger: &Trigger, bound: EvalFrame, change: &ChangeKind) -> Option<EvalFrame> {
        let ChangeKind::Event(_, _, absent) = change else { return Some(bound) };
        self.without_gone_participants(trigger.event.kind, bound, 1, absent)
    }

    /// Whether a trigger with `once` has fired for the agent before, or its cooldown has not passed.
    pub(super) fn is_cooling_down(&self, trigger: &Trigger, frame: &EvalFrame, at: Instant) -> bool {
        is_cooling_down(&self.view(at), trigger, frame)
    }
}

fn bind_about<V: EvalContext>(view: &V, trigger: &Trigger, open: OpenClauses, level: usize, frame: &mut EvalFrame) -> bool {
    let first_slot = trigger.activation_slots;
    let clauses = || trigger.when.iter().filter(|clause| open.contains(clause));
    let Some(role) = trigger.about.get(level) else {
        return clauses().all(|clause| clause.truth(view, frame));
    };
    // Clauses that need no further variables are evaluated before the search. Draws are not: all bound variables are part of their keys.
    let needs_no_binding = |clause: &&Expr| clause.slot_mask() >> first_slot == 0 && !clause.is_random();
    if level == 0 && !clauses().filter(needs_no_binding).all(|clause| clause.truth(view, frame)) {
        return false;
    }
    let mut bound_frame = None;
    let slot = first_slot + level;
    if role.several {
        // The slot stays empty until the trigger fires: until then the variable is the set itself.
        let mut is_empty = true;
        role.set.for_each(view, frame, slot, &mut |_| {
            is_empty = false;
            ControlFlow::Break(())
        });
        frame.set(slot, AgentId::NONE);
        return !is_empty && bind_about(view, trigger, open, level + 1, frame);
    }
    role.set.for_each(view, frame, slot, &mut |frame| {
        if bind_about(view, trigger, open, level + 1, frame) {
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
    let (site, key) = draw_key(context, CHANCE, trigger, frame, at);
    let chance = chance.number(&context.view(at), &mut frame.clone());
    context.draws().uniform(site, key) < chance
}

/// The site and key of a draw about a trigger and its agents.
fn draw_key(context: &TickContext<'_, '_>, site: u32, trigger: &Trigger, frame: &EvalFrame, at: Instant) -> (u32, DrawKey) {
    let slots = context.rules.slots(trigger.event.kind).max(2);
    let key_of = |slot| context.state.key(frame.get(slot));
    let key = (1..slots).fold(DrawKey::new(key_of(0), at), |key, slot| key.with(key_of(slot)));
    (combine(site, context.scenario().events[trigger.event.kind.index()].key), key)
}

/// Makes the event of a trigger happen, or plans it.
fn fire(
    context: &mut TickContext<'_, '_>,
    index: usize,
    mut frame: EvalFrame,
    (at, draws_at): (Instant, Instant),
    cause: Option<EventId>,
    planned_from: Option<Instant>,
) {
    let rules = context.rules.clone();
    let trigger = &rules.scenario.triggers[index];
    for (level, role) in trigger.about.iter().enumerate().filter(|(_, role)| role.several) {
        let slot = trigger.activation_slots + level;
        let agents = context.all_of(&role.set, &frame, slot, (at, at));
        frame.set(slot, context.state.groups.intern(&agents));
    }
    if !context.may_follow(trigger.event.kind, context.changes.depth) {
        return;
    }
    let mut causes: Vec<Cause> = cause.map(|event| Cause { event, link: CauseLink::Triggered }).into_iter().collect();
    if context.is_recorded_event(trigger.event.kind, &frame) {
        for clause in &trigger.when {
            context.truth_with_causes(clause, &frame, (at, draws_at), CauseLink::Condition, &mut causes);
        }
        for (level, role) in trigger.about.iter().enumerate() {
            let slot = trigger.activation_slots + level;
            for member in context.state.groups.agents(frame.get(slot)) {
                context.membership_causes(&role.set, &frame, slot, member, at, &mut causes);
            }
        }
    }
    let delay = trigger.after.as_ref().map_or(0.0, |delay| delay.number(&context.view(at), &mut frame.clone()).max(0.0));
    if delay == 0.0 && planned_from.is_none() {
        context.make_event(EventRequest { spec: &trigger.event, frame, at, causes, choice: None });
        return;
    }
    let slots = rules.slots(trigger.event.kind);
    let start = planned_from.map_or(at, |tick_start| {
        let (site, key) = draw_key(context, WITHIN_TICK, trigger, &frame, tick_start);
        Instant(tick_start.0 + (context.draws().uniform(site, key) * rules.scenario.tick_us as f64) as i64)
    });
    let absent = context.absent_agents(&frame, slots);
    let frame = StoredFrame::new(&frame, slots);
    context.plan(start.add_seconds(delay), AgendaItem::Trigger { trigger: index, frame, absent, causes });
}
