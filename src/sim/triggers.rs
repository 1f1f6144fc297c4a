//! Triggers: what happens because something changed, chosen by nobody.
//!
//! Changes are looked at in the order they were made; what a trigger changes may wake another, to a depth. Conditions are judged for
//! those whom changes or their own waking touched, and fire when they become true, not while they stay so. Triggers that set each other
//! off without end stop the run (`limits`).

use super::agenda::{Plan, Slots};
use super::happen::Cue;
use super::moment::Moment;
use super::touched::{Touch, What, awaited};
use crate::chronicle::{Cause, Link};
use crate::ids::{AgentId, EventId, Fact, Instant, Known};
use crate::language::{Expr, Frame, Occurrence, View};
use crate::scenario::{Trigger, Woken};
use crate::world::{DrawKey, site};
use bevy::ecs::prelude::Resource;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Which conditions held when last looked at.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// By trigger: one bit an agent.
    held: Vec<Vec<u64>>,
}

impl Standing {
    fn held(&self, trigger: usize, agent: AgentId) -> bool {
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

/// Looks at everything the tick has changed until nothing new follows.
pub(super) fn follow_up(moment: &mut Moment<'_>, standing: &mut Standing) {
    loop {
        while let Some(touch) = moment.touched.pop() {
            moment.touched.depth = touch.depth.saturating_add(1);
            woken(moment, &touch);
        }
        moment.touched.depth = 0;
        let agents = moment.touched.take_agents();
        if agents.is_empty() {
            moment.carry_out_planned();
            if moment.touched.is_empty() {
                return;
            }
            continue;
        }
        let at = moment.state.now;
        for agent in agents.into_iter().filter(|&agent| moment.is_present(agent)).collect::<Vec<_>>() {
            became(moment, standing, agent, at);
        }
    }
}

fn woken(moment: &mut Moment<'_>, touch: &Touch) {
    let rules = moment.rules.clone();
    for &index in awaited(&rules, &touch.what) {
        let trigger = &rules.scenario.triggers[index];
        let Some(frame) = bound_by(trigger, &touch.what) else { continue };
        if moment.is_present(frame.get(0)) && rules.concerns(trigger, frame.get(0), moment.state) {
            consider(moment, index, frame, touch.at, touch.event);
        }
    }
}

/// The variables that a change itself binds, if it is one the trigger waits for.
fn bound_by(trigger: &Trigger, what: &What) -> Option<Frame> {
    let agents = |agents: [AgentId; 3]| {
        let mut frame = Frame::default();
        agents.into_iter().enumerate().for_each(|(slot, agent)| frame.set(slot, agent));
        Some(frame)
    };
    match (&trigger.on, what) {
        (Woken::Event(kinds), What::Event(kind, event)) => {
            let (_, map) = kinds.iter().find(|(wanted, _)| wanted == kind)?;
            let mut frame = Frame::default();
            map.iter().enumerate().for_each(|(slot, from)| frame.set(slot, event.get(*from)));
            Some(frame)
        }
        (_, What::Tie { from, to, .. }) => agents([*from, *to, AgentId::NONE]),
        (_, What::Learned(who, Known::Tie(a, b, _))) => agents([*who, *a, *b]),
        (_, What::Learned(who, Known::Attr(of, _))) => agents([*who, *of, AgentId::NONE]),
        (Woken::Jumps(_, least), What::Attr { agent, by, .. }) => {
            let enough = if *least >= 0.0 { by >= least } else { by <= least };
            if enough { agents([*agent, AgentId::NONE, AgentId::NONE]) } else { None }
        }
        _ => None,
    }
}

/// Fires a woken trigger if its conditions hold.
fn consider(moment: &mut Moment<'_>, index: usize, frame: Frame, at: Instant, led_by: Option<EventId>) {
    let rules = moment.rules.clone();
    let trigger = &rules.scenario.triggers[index];
    if let Some(frame) = fits(moment, index, frame, at)
        && has_chance(moment, trigger, &frame, at)
    {
        fire(moment, index, frame, at, led_by);
    }
}

/// Judges the conditions on an agent, and fires those that became true.
fn became(moment: &mut Moment<'_>, standing: &mut Standing, agent: AgentId, at: Instant) {
    let rules = moment.rules.clone();
    for &index in rules.becomes_of(agent, moment.state.kind(agent)) {
        if !moment.is_present(agent) {
            return;
        }
        let trigger = &rules.scenario.triggers[index];
        let held = standing.held(index, agent);
        match fits(moment, index, Frame::of(agent), at) {
            None if held => standing.set(index, agent, false),
            Some(frame) if !held && has_chance(moment, trigger, &frame, at) => {
                standing.set(index, agent, true);
                fire(moment, index, frame, at, None);
            }
            _ => {}
        }
    }
}

/// The binding with which a trigger's conditions hold: for each of its `about` the first of the set that fits.
fn fits(moment: &Moment<'_>, index: usize, mut frame: Frame, at: Instant) -> Option<Frame> {
    let trigger = &moment.rules.scenario.triggers[index];
    if moment.rests(trigger, &frame, at) {
        return None;
    }
    bind(&moment.live(at), trigger, trigger.given, 0, &mut frame).then_some(frame)
}

impl Moment<'_> {
    /// Whether a trigger happened to the same agent already, where once is all, or too short a time ago.
    pub(super) fn rests(&self, trigger: &Trigger, frame: &Frame, at: Instant) -> bool {
        if !trigger.once && trigger.cooldown.is_none() {
            return false;
        }
        let live = self.live(at);
        let same = Occurrence { event: trigger.happens.kind, a: frame.get(0), b: AgentId::NONE };
        let Some(last) = live.happened(same).last else { return false };
        let is_soon = |cooldown: &Expr| at.seconds() - last.seconds() < cooldown.num(&live, &mut frame.clone());
        trigger.once || trigger.cooldown.as_ref().is_some_and(is_soon)
    }
}

fn bind<V: View>(live: &V, trigger: &Trigger, first: usize, level: usize, frame: &mut Frame) -> bool {
    let Some(bound) = trigger.about.get(level) else {
        return trigger.when.iter().all(|clause| clause.truth(live, frame));
    };
    // Clauses that need nothing more are judged before anything is looked for; a draw waits, as its key has all that is bound.
    let early = |clause: &&Expr| clause.slots() >> first == 0 && !clause.reads_draws();
    if level == 0 && !trigger.when.iter().filter(early).all(|clause| clause.truth(live, frame)) {
        return false;
    }
    let mut found = None;
    let slot = first + level;
    bound.set.for_each(live, frame, slot, &mut |frame| {
        if bind(live, trigger, first, level + 1, frame) {
            found = Some(*frame);
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    match found {
        Some(bound) => {
            *frame = bound;
            true
        }
        None => false,
    }
}

fn has_chance(moment: &Moment<'_>, trigger: &Trigger, frame: &Frame, at: Instant) -> bool {
    let Some(chance) = &trigger.chance else { return true };
    let slots = moment.rules.slots(trigger.happens.kind).max(2);
    let key = (1..slots).fold(DrawKey::of(frame.get(0), at), |key, slot| key.with(frame.get(slot).0));
    let chance = chance.num(&moment.live(at), &mut frame.clone());
    moment.draws.uniform(site("chance") ^ u32::from(trigger.happens.kind.0), key) < chance
}

fn fire(moment: &mut Moment<'_>, index: usize, frame: Frame, at: Instant, led_by: Option<EventId>) {
    let rules = moment.rules.clone();
    let trigger = &rules.scenario.triggers[index];
    if !moment.may_follow(trigger.happens.kind, moment.touched.depth) {
        return;
    }
    let mut causes: Vec<Cause> = led_by.map(|event| Cause { event, link: Link::Woke }).into_iter().collect();
    if moment.is_whole(trigger.happens.kind, &frame) {
        for clause in &trigger.when {
            moment.truth_with_causes(clause, &frame, (at, at), Link::Condition, &mut causes);
        }
        for (level, bound) in trigger.about.iter().enumerate() {
            let slot = trigger.given + level;
            moment.membership_causes(&bound.set, &frame, slot, frame.get(slot), at, &mut causes);
        }
    }
    let after = trigger.after.as_ref().map_or(0.0, |after| after.num(&moment.live(at), &mut frame.clone()).max(0.0));
    if after > 0.0 {
        let slots = rules.slots(trigger.happens.kind);
        moment.plan(at.plus_seconds(after), Plan::Trigger { trigger: index, frame: Slots::of(&frame, slots), causes });
    } else {
        moment.happen(Cue { happens: &trigger.happens, frame, at, causes, choice: None });
    }
}

/// Whether a fact concerns an agent: for picking what a membership rests on.
pub(super) fn mentions(fact: Fact, agent: AgentId) -> bool {
    match fact {
        Fact::World(known) | Fact::Belief(_, known) => known.agents().contains(&agent),
        Fact::Field(of, _) | Fact::Owner(of) => of == agent,
        Fact::Happened(_, a, b) | Fact::Feeling(a, _, b) | Fact::Memory(a, _, b) => a == agent || b == agent,
    }
}
