//! Applies effects. This is the only place where rules change the world.

use super::changes::ChangeKind;
use super::context::TickContext;
use super::events::EventBuilder;
use crate::world::{self, AgentName, OsState, Presence, draw_site};
use longhand_expr::ids::{AgentField, AgentId, AttrId, Fact, Instant, KindId, TieId, WorldFact};
use longhand_expr::{AssignTarget, Effect, EvalContext, EvalFrame, Expr};
use longhand_scene::Pronouns;
use std::ops::ControlFlow;

/// Most members that one `for` visits, so that no effect visits a whole city by accident.
const MAX_MEMBERS: usize = 100_000;

impl TickContext<'_, '_> {
    /// Applies one effect of a rule whose variables `frame` binds.
    pub(super) fn apply(&mut self, builder: &mut EventBuilder, effect: &Effect, frame: &mut EvalFrame) {
        let at = builder.at;
        if !self.may_apply(builder.kind) {
            return;
        }
        match effect {
            Effect::Assign { target, op, value } => {
                let value = self.value(value, frame, at);
                self.set_target(builder, target, frame, |old| op.apply(old, value));
            }
            Effect::Toward { target, goal, share } => {
                let (goal, share) = (self.value(goal, frame, at), self.value(share, frame, at).clamp(0.0, 1.0));
                self.set_target(builder, target, frame, |old| old + (goal - old) * share);
            }
            Effect::Begin { tie, a, b } => {
                let (a, b) = (self.agent(a, frame, at), self.agent(b, frame, at));
                self.set_tie(builder, *tie, a, b, true);
            }
            Effect::End { tie, a, b } => {
                let (a, b) = (self.agent(a, frame, at), self.agent(b, frame, at));
                self.set_tie(builder, *tie, a, b, false);
            }
            Effect::Learn { who, fact } => {
                let who = self.agent(who, frame, at);
                let fact = fact.resolve(&self.view(at), frame);
                let value = self.true_value(fact, at);
                self.learn(builder, who, fact, value);
            }
            Effect::Tell { who, fact, value } => {
                let who = self.agent(who, frame, at);
                let fact = fact.resolve(&self.view(at), frame);
                let value = self.value(value, frame, at);
                self.learn(builder, who, fact, value);
            }
            Effect::Forget { who, fact } => {
                let who = self.agent(who, frame, at);
                let fact = fact.resolve(&self.view(at), frame);
                let fact = self.scenario().canonical_fact(fact);
                if who.is_some()
                    && let Some(before) = self.state.mind_mut(who).forget(fact)
                {
                    // A name at position 0 is known, unlike one that is forgotten.
                    let unknown = if matches!(fact, WorldFact::Name(_)) { -1.0 } else { 0.0 };
                    self.record_change(builder, Fact::Belief(who, fact), before, unknown);
                }
            }
            Effect::Feel { who, emotion, strength, toward } => {
                let who = self.agent(who, frame, at);
                let strength = self.value(strength, frame, at);
                let toward = toward.as_ref().map_or(AgentId::NONE, |toward| self.agent(toward, frame, at));
                self.feel(builder, who, *emotion, strength, toward);
            }
            Effect::Remember { who, strength } => {
                let who = self.agent(who, frame, at);
                let strength = self.value(strength, frame, at);
                let slots = builder.kind.map_or(0, |kind| self.rules.slots(kind));
                let with = (0..slots).map(|slot| frame.get(slot)).find(|&other| other != who).unwrap_or(AgentId::NONE);
                self.remember(builder, who, with, strength);
            }
            Effect::Go { who, to } => {
                let who = self.agent(who, frame, at);
                let to = to.place(&self.view(at), frame);
                self.move_agent(builder, who, to);
            }
            Effect::Install { kind, owner, slot } => {
                let owner = self.agent(owner, frame, at);
                let new = if owner.is_some() { self.install(builder, *kind, owner) } else { AgentId::NONE };
                frame.set(*slot, new);
            }
            Effect::Create { kind, slot } => {
                let new = self.create(builder, *kind);
                self.enter(builder, new);
                frame.set(*slot, new);
            }
            Effect::Enter { who } => self.enter(builder, *who),
            Effect::Leave { who } => {
                let who = self.agent(who, frame, at);
                self.leave(builder, who);
            }
            Effect::GoOffline { who } => self.set_os(builder, who, frame, AgentField::Online, |os| os.online = false),
            Effect::ComeOnline { who } => self.set_os(builder, who, frame, AgentField::Online, |os| os.online = true),
            Effect::MakeAnew { who } => self.set_os(builder, who, frame, AgentField::Generation, |os| os.generation += 1),
            Effect::LeaveHardware { who } => self.set_os(builder, who, frame, AgentField::Bound, |os| os.is_bound = false),
            Effect::Own { os, owner } => {
                let (os, owner) = (self.agent(os, frame, at), self.agent(owner, frame, at));
                self.set_owner(builder, os, owner);
            }
            Effect::Abandon { os } => {
                let os = self.agent(os, frame, at);
                self.set_owner(builder, os, AgentId::NONE);
            }
            Effect::Name { who, list } => {
                let who = self.agent(who, frame, at);
                self.give_name(builder, who, *list);
            }
            Effect::Voice { who, pronouns } => {
                let who = self.agent(who, frame, at);
                self.set_pronouns(builder, who, *pronouns);
            }
            Effect::Rename { who, change } => {
                let who = self.agent(who, frame, at);
                self.rename(builder, who, change, frame);
            }
            Effect::TellName { who, fact, name } => {
                let who = self.agent(who, frame, at);
                let fact = fact.resolve(&self.view(at), frame);
                self.tell_name(builder, who, fact, name);
            }
            Effect::Write { document, to } => {
                let to = to.as_ref().map_or(AgentId::NONE, |to| self.agent(to, frame, at));
                builder.document = Some((*document, to));
            }
            Effect::If { condition, then } => {
                if condition.truth(&self.view(at), frame) {
                    self.apply(builder, then, frame);
                }
            }
            Effect::For { set, slot, each } => {
                let mut members = Vec::new();
                set.for_each(&self.view(at), frame, *slot, &mut |frame| {
                    members.push(frame.get(*slot));
                    if members.len() < MAX_MEMBERS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                });
                for member in members {
                    frame.set(*slot, member);
                    self.apply(builder, each, frame);
                }
                frame.set(*slot, AgentId::NONE);
            }
        }
    }

    fn value(&self, expr: &Expr, frame: &mut EvalFrame, at: Instant) -> f64 {
        expr.number(&self.view(at), frame)
    }

    fn agent(&self, expr: &Expr, frame: &mut EvalFrame, at: Instant) -> AgentId {
        expr.agent(&self.view(at), frame)
    }

    fn set_target(
        &mut self,
        builder: &mut EventBuilder,
        target: &AssignTarget,
        frame: &mut EvalFrame,
        new: impl FnOnce(f64) -> f64,
    ) {
        let at = builder.at;
        match target {
            AssignTarget::Attr(subject, attr) => {
                let subject = self.agent(subject, frame, at);
                if subject.is_some() {
                    let value = new(self.state.attr(subject, *attr));
                    self.set_attr(builder, subject, *attr, value);
                }
            }
            AssignTarget::Dim(from, to, dim) => {
                let (from, to) = (self.agent(from, frame, at), self.agent(to, frame, at));
                if from.is_some() && to.is_some() && from != to {
                    let (before, after) = self.state.bonds.change_dim(from, to, *dim, at, new);
                    self.record_change(builder, Fact::World(WorldFact::Dim(from, to, *dim)), before, after);
                }
            }
        }
    }

    fn set_attr(&mut self, builder: &mut EventBuilder, agent: AgentId, attr: AttrId, value: f64) {
        let (before, after) = self.state.set_attr(agent, attr, value);
        if before != after {
            self.record_change(builder, Fact::World(WorldFact::Attr(agent, attr)), before, after);
            self.queue_change(builder.at, builder.event, ChangeKind::Attr { agent, attr, by: after - before });
        }
    }

    fn set_tie(&mut self, builder: &mut EventBuilder, tie: TieId, a: AgentId, b: AgentId, holds: bool) {
        if !a.is_some() || !b.is_some() || a == b {
            return;
        }
        let info = &self.rules.scenario.ties[tie.index()];
        let (mutual, light) = (info.mutual, info.light);
        for (from, to) in [(a, b), (b, a)].into_iter().take(1 + usize::from(mutual)) {
            if !self.state.bonds.set_tie(from, to, tie, holds, builder.at) {
                continue;
            }
            self.state.tie_durations.record(tie, mutual, from, to, holds, builder.at);
            let value = f64::from(u8::from(holds));
            self.record_change(builder, Fact::World(WorldFact::Tie(from, to, tie)), 1.0 - value, value);
            builder.ties.push((WorldFact::Tie(from, to, tie), value));
            if !light {
                self.state.set_tie_since(from, to, tie, holds.then_some(builder.at));
                self.queue_change(builder.at, builder.event, ChangeKind::Tie { holds, from, to, tie });
            }
        }
    }

    /// Sets a belief of an agent.
    pub(super) fn learn(&mut self, builder: &mut EventBuilder, who: AgentId, learned: WorldFact, value: f64) {
        if !who.is_some() || learned.agents().contains(&AgentId::NONE) {
            return;
        }
        let fact = self.scenario().canonical_fact(learned);
        // Rounded as beliefs are stored, so that learning the same value again is no change.
        let value = f64::from(value as f32);
        let before = self.state.mind_mut(who).believe(fact, value, builder.at);
        // Learning an unknown fact is a change even if the value is 0.
        self.record_change(builder, Fact::Belief(who, fact), before.unwrap_or(-1.0), value);
        if before != Some(value) {
            self.queue_change(builder.at, builder.event, ChangeKind::Learned(who, learned));
            self.feel_about_norms(builder, who, learned, value != 0.0);
        }
    }

    fn install(&mut self, builder: &mut EventBuilder, kind: KindId, owner: AgentId) -> AgentId {
        let candidates = self.scenario().cast.iter().enumerate().map(|(index, member)| (AgentId::from_index(index), member));
        let candidates = candidates.filter(|(_, member)| member.dormant && member.kind == kind && member.owner == Some(owner));
        let dormant = candidates.map(|(id, _)| id).find(|&id| self.state.presence(id) == Presence::Dormant);
        let new = dormant.unwrap_or_else(|| self.create(builder, kind));
        self.enter(builder, new);
        self.set_owner(builder, new, owner);
        new
    }

    /// Creates an agent. Returns [`AgentId::NONE`] if the world already has its maximum number of agents.
    fn create(&mut self, builder: &mut EventBuilder, kind: KindId) -> AgentId {
        if !self.may_create(builder.kind) {
            return AgentId::NONE;
        }
        let rules = self.rules.clone();
        let kind_info = &rules.scenario.kinds[kind.index()];
        let name = AgentName { name: String::new(), short_name: String::new(), pronouns: Pronouns::It };
        let temperament = kind_info.temperament;
        let new = world::add_agent(&mut self.state, &mut self.profiles, &rules.scenario, kind, name, temperament);
        self.spawn_entity(new);
        builder.created.push(new);
        let mut rng = self.draws().stream(draw_site("create").wrapping_add(new.0));
        world::draw_population_attributes(&mut self.state, &rules.scenario, new, &mut rng);
        self.wake_within_interval(new, builder.at);
        new
    }

    /// Brings a dormant agent into the world. An agent that has left cannot come back.
    fn enter(&mut self, builder: &mut EventBuilder, who: AgentId) {
        if !who.is_some() || self.state.presence(who) != Presence::Dormant {
            return;
        }
        let before = self.presence_facts(who, builder.at);
        world::enter_world(&mut self.state, &self.profiles, who);
        self.record_presence_changes(builder, who, before);
        self.changes.check_agent(who);
        if who.index() < self.scenario().cast.len() {
            self.wake_within_interval(who, builder.at);
        }
    }

    fn leave(&mut self, builder: &mut EventBuilder, who: AgentId) {
        if who.is_some() && self.state.presence(who) == Presence::Present {
            let before = self.presence_facts(who, builder.at);
            self.state.set_presence(who, Presence::Gone);
            self.end_tie_durations(who, builder.at);
            self.despawn_entity(who);
            self.record_presence_changes(builder, who, before);
        }
    }

    /// The facts that change when an agent enters or leaves the world, with their values.
    fn presence_facts(&self, who: AgentId, at: Instant) -> [(Fact, f64); 4] {
        let view = self.view(at);
        let field = |field| (Fact::Field(who, field), view.field(who, field));
        let place = (Fact::World(WorldFact::Place(who)), f64::from(view.place(who).0));
        [field(AgentField::Present), field(AgentField::Gone), field(AgentField::Online), place]
    }

    fn record_presence_changes(&mut self, builder: &mut EventBuilder, who: AgentId, before: [(Fact, f64); 4]) {
        for ((fact, before), (_, after)) in before.into_iter().zip(self.presence_facts(who, builder.at)) {
            self.record_change(builder, fact, before, after);
        }
    }

    /// Ends the recorded durations of the ties of an agent that leaves.
    fn end_tie_durations(&mut self, who: AgentId, at: Instant) {
        for tie in self.state.tie_durations.tracked() {
            let mutual = self.rules.scenario.ties[tie.index()].mutual;
            for outward in [true, false] {
                let mut others = Vec::new();
                self.state.bonds.for_each_tied(who, tie, outward, &mut |other| {
                    others.push(other);
                    ControlFlow::Continue(())
                });
                for other in others {
                    let (from, to) = if outward { (who, other) } else { (other, who) };
                    self.state.tie_durations.record(tie, mutual, from, to, false, at);
                }
            }
        }
    }

    fn set_os(
        &mut self,
        builder: &mut EventBuilder,
        who: &Expr,
        frame: &mut EvalFrame,
        field: AgentField,
        change: impl FnOnce(&mut OsState),
    ) {
        let who = self.agent(who, frame, builder.at);
        let before = self.view(builder.at).field(who, field);
        let Some(os) = self.profiles.os_mut(who) else { return };
        change(os);
        let after = self.view(builder.at).field(who, field);
        self.record_change(builder, Fact::Field(who, field), before, after);
        self.changes.check_agent(who);
    }

    fn set_owner(&mut self, builder: &mut EventBuilder, os: AgentId, owner: AgentId) {
        if os == owner || self.view(builder.at).os_state(os).is_none() {
            return;
        }
        let before = self.view(builder.at).owner(os);
        self.profiles.set_owner(os, owner);
        self.record_change(builder, Fact::Owner(os), owner_value(before), owner_value(owner));
        [os, before, owner].into_iter().for_each(|agent| self.changes.check_agent(agent));
    }
}

fn owner_value(owner: AgentId) -> f64 {
    if owner.is_some() { f64::from(owner.0) } else { -1.0 }
}
