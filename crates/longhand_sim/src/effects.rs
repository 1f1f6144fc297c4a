//! Applies effects. This is the only place where rules change the world.

use super::changes::ChangeKind;
use super::context::TickContext;
use super::events::EventBuilder;
use crate::world::{self, AgentKey, BeliefGrounds, Limit, OsState, Presence, combine};
use longhand_chronicle::LimitedChange;
use longhand_expr::ids::{AgentField, AgentId, AttrId, Fact, Instant, KindId, PlaceId, ReasonId, TieId, WorldFact};
use longhand_expr::{AssignTarget, Effect, EvalContext, EvalFrame, Expr, Grounds, MAX_SLOTS, Telling};
use smallvec::SmallVec;
use std::ops::ControlFlow;

/// Most members that one `for` visits, so that no effect visits a whole city by accident.
const MAX_MEMBERS: usize = 100_000;

/// A change of a tie.
#[derive(Clone, Copy)]
pub(super) enum TieChange {
    Begins,
    Ends(ReasonId),
}

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
                self.set_tie(builder, *tie, a, b, TieChange::Begins);
            }
            Effect::End { tie, a, b, reason } => {
                let (a, b) = (self.agent(a, frame, at), self.agent(b, frame, at));
                self.set_tie(builder, *tie, a, b, TieChange::Ends(*reason));
            }
            Effect::Learn { who, fact, grounds } => {
                let who = self.agent(who, frame, at);
                let fact = fact.resolve(&self.view(at), frame);
                let value = if self.is_happening(builder, fact, frame) { 1.0 } else { self.true_value(fact, at) };
                let grounds = self.grounds(grounds, who, frame, at);
                self.learn(builder, who, fact, value, grounds);
            }
            Effect::Tell { who, fact, value, grounds } => {
                let who = self.agent(who, frame, at);
                let fact = fact.resolve(&self.view(at), frame);
                let value = self.value(value, frame, at);
                let grounds = self.grounds(grounds, who, frame, at);
                self.learn(builder, who, fact, value, grounds);
            }
            Effect::TellTopic { who, fact, telling, grounds } => {
                let who = self.agent(who, frame, at);
                let fact = fact.resolve(&self.view(at), frame);
                let teller = grounds.source.as_ref().map_or(frame.get(0), |source| self.agent(source, frame, at));
                let asked = match telling {
                    Telling::As(value) => Some(self.value(value, frame, at)),
                    Telling::Truly | Telling::Falsely => None,
                };
                let grounds = self.grounds(grounds, who, frame, at);
                self.tell_topic(builder, (teller, who), fact, (telling, asked), grounds);
            }
            Effect::Forget { who, fact } => {
                let who = self.agent(who, frame, at);
                let fact = fact.resolve(&self.view(at), frame);
                let fact = self.scenario().canonical_fact(fact);
                if who.is_some()
                    && let Some(before) = self.state.mind_mut(who).forget(fact)
                {
                    self.state.topics.forget_known(who);
                    // A name at position 0 is known, unlike one that is forgotten.
                    let unknown = if matches!(fact, WorldFact::Name(_)) { -1.0 } else { 0.0 };
                    self.record_change(builder, Fact::Belief(who, fact), f64::from(before.value), unknown);
                    if self.rules.reads_sources {
                        self.record_change(builder, Fact::Source(who, fact), owner_value(before.source), -1.0);
                        self.record_change(builder, Fact::Confidence(who, fact), f64::from(before.confidence), 0.0);
                    }
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
                let mut others = (0..slots).flat_map(|slot| self.state.groups.agents(frame.get(slot)));
                let with = others.find(|&other| other != who && other.topic_index().is_none());
                let with = with.unwrap_or(AgentId::NONE);
                self.remember(builder, who, with, strength);
            }
            Effect::Go { who, to, lasts } => {
                let who = self.agent(who, frame, at);
                let to = to.place(&self.view(at), frame);
                let lasts = lasts.as_ref().map(|lasts| self.value(lasts, frame, at));
                self.go(builder, who, to, lasts);
            }
            Effect::Arrive => self.arrive(builder, frame.get(0)),
            Effect::Move { amount, attr, from, to, possible } => {
                let amount = self.value(amount, frame, at);
                let (from, to) = (self.agent(from, frame, at), self.agent(to, frame, at));
                let is_possible = possible.truth(&self.view(at), frame);
                self.move_amount(builder, *attr, amount, (from, to), is_possible);
            }
            Effect::Give { who: _, thing, to, possible } => {
                let (thing, to) = (self.agent(thing, frame, at), self.agent(to, frame, at));
                let is_possible = possible.truth(&self.view(at), frame);
                self.hand_over(builder, thing, to, PlaceId::NOWHERE, is_possible);
            }
            Effect::Take { who, thing } => {
                let (who, thing) = (self.agent(who, frame, at), self.agent(thing, frame, at));
                let is_possible = self.is_present(who) && self.is_present(thing) && !self.state.things.contains(who);
                self.hand_over(builder, thing, who, PlaceId::NOWHERE, is_possible);
            }
            Effect::Put { who: _, thing, at: place, possible } => {
                let thing = self.agent(thing, frame, at);
                let place = place.place(&self.view(at), frame);
                let is_possible = possible.truth(&self.view(at), frame);
                self.hand_over(builder, thing, AgentId::NONE, place, is_possible);
            }
            Effect::Lose { who: _, thing, possible } => {
                let thing = self.agent(thing, frame, at);
                let is_possible = possible.truth(&self.view(at), frame);
                self.hand_over(builder, thing, AgentId::NONE, PlaceId::NOWHERE, is_possible);
            }
            Effect::Install { kind, owner, slot } => {
                let owner = self.agent(owner, frame, at);
                let new = if owner.is_some() { self.install(builder, *kind, owner, frame) } else { AgentId::NONE };
                frame.set(*slot, new);
            }
            Effect::Create { kind, parents, slot } => {
                let mut known: SmallVec<[AgentId; 2]> = parents.iter().map(|parent| self.agent(parent, frame, at)).collect();
                known.retain(|parent| parent.is_some());
                known.dedup();
                let new = self.create(builder, *kind, &known, frame);
                self.enter(builder, new);
                if new.is_some() {
                    self.begin_kinship(builder, new, &known);
                }
                frame.set(*slot, new);
            }
            Effect::Enter { who } => self.enter(builder, *who),
            Effect::Die { who, reason } => {
                let who = self.agent(who, frame, at);
                self.depart(builder, who, true, *reason);
            }
            Effect::Leave { who, reason } => {
                let who = self.agent(who, frame, at);
                self.depart(builder, who, false, *reason);
            }
            Effect::Return { who, reason } => {
                let who = self.agent(who, frame, at);
                self.return_agent(builder, who, *reason);
            }
            Effect::Become { who, kind } => {
                let who = self.agent(who, frame, at);
                self.become_kind(builder, who, *kind);
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
            Effect::Promise { who, with, what, at: agreed, place } => {
                let parties = (self.agent(who, frame, at), self.agent(with, frame, at));
                let agreed = Instant::from_seconds(self.value(agreed, frame, at));
                let place = place.as_ref().map_or(PlaceId::NOWHERE, |place| place.place(&self.view(at), frame));
                self.promise(builder, parties, *what, agreed, place);
            }
            Effect::CallOff { who, what, with } => {
                let (who, with) = (self.agent(who, frame, at), self.agent(with, frame, at));
                self.call_off(builder, who, with, *what);
            }
            Effect::Settle { what } => builder.meeting_place = self.settle_appointment(builder, *what, frame),
            Effect::Adopt { who, what, about } | Effect::Drop { who, what, about } => {
                let who = self.agent(who, frame, at);
                let about = about.as_ref().map_or(AgentId::NONE, |about| self.agent(about, frame, at));
                match effect {
                    Effect::Adopt { .. } => self.adopt(builder, who, *what, about),
                    _ => self.drop_intention(builder, who, *what, about),
                }
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
                    let mut wanted = 0.0;
                    let (before, after) = self.state.bonds.change_dim(from, to, *dim, at, |old| {
                        wanted = new(old);
                        wanted
                    });
                    let fact = Fact::World(WorldFact::Dim(from, to, *dim));
                    self.record_change(builder, fact, before, after);
                    if f64::from(wanted as f32) != after {
                        let limited = LimitedChange { fact, wanted, actual: after, refused: false };
                        self.record_limited(builder, limited, Limit::Dim(*dim));
                    }
                }
            }
        }
    }

    pub(super) fn set_attr(&mut self, builder: &mut EventBuilder, agent: AgentId, attr: AttrId, value: f64) {
        let (before, after) = self.state.set_attr(agent, attr, value);
        if before != after {
            self.note_switch(agent, attr);
            self.record_change(builder, Fact::World(WorldFact::Attr(agent, attr)), before, after);
            self.queue_change(builder.source(), ChangeKind::Attr { agent, attr, by: after - before });
        }
        if f64::from(value as f32) != after {
            let fact = Fact::World(WorldFact::Attr(agent, attr));
            self.record_limited(builder, LimitedChange { fact, wanted: value, actual: after, refused: false }, Limit::Attr(attr));
        }
    }

    /// Begins or ends a tie, in both directions if it is mutual.
    pub(super) fn set_tie(&mut self, builder: &mut EventBuilder, tie: TieId, a: AgentId, b: AgentId, change: TieChange) {
        if !a.is_some() || !b.is_some() || a == b {
            return;
        }
        let info = &self.rules.scenario.ties[tie.index()];
        let (mutual, light) = (info.mutual, info.light);
        let (holds, ended) = match change {
            TieChange::Begins => (true, None),
            TieChange::Ends(reason) => (false, Some(reason)),
        };
        for (from, to) in [(a, b), (b, a)].into_iter().take(1 + usize::from(mutual)) {
            if !self.state.bonds.set_tie(from, to, tie, holds, builder.at) {
                continue;
            }
            [from, to].into_iter().for_each(|agent| self.state.topics.forget_known(agent));
            self.state.tie_durations.record(tie, mutual, from, to, holds, builder.at);
            if holds && self.state.topics.is_used() {
                let rules = self.rules.clone();
                self.state.note_topic(&rules.scenario, WorldFact::Tie(from, to, tie));
            }
            let value = f64::from(u8::from(holds));
            self.record_change(builder, Fact::World(WorldFact::Tie(from, to, tie)), 1.0 - value, value);
            if let Some((before, after)) = self.state.life.record_tie(from, to, tie, ended) {
                self.record_change(builder, Fact::PastTie(from, to, tie), before, after);
            }
            if holds {
                self.judge_own_tie(builder, from, to, tie);
            }
            // Nobody has to be told of the ties of the dead one by one.
            if !ended.is_some_and(ReasonId::is_absence) {
                builder.ties.push((WorldFact::Tie(from, to, tie), value));
            }
            if !light {
                self.state.set_tie_since(from, to, tie, holds.then_some(builder.at));
                self.queue_change(builder.source(), ChangeKind::Tie { holds, from, to, tie });
            }
        }
    }

    /// What a belief rests on that an effect of a rule sets: by default that the agent of the rule said so, if it is another one.
    fn grounds(&self, given: &Grounds, who: AgentId, frame: &mut EvalFrame, at: Instant) -> BeliefGrounds {
        let source = given.source.as_ref().map_or(frame.get(0), |source| self.agent(source, frame, at));
        let confidence = given.confidence.as_ref().map_or(1.0, |confidence| self.value(confidence, frame, at));
        BeliefGrounds { source: if source == who { AgentId::NONE } else { source }, confidence }
    }

    /// Whether a fact is that an event like the one that is happening has happened.
    fn is_happening(&self, builder: &EventBuilder, fact: WorldFact, frame: &EvalFrame) -> bool {
        let WorldFact::Happened(kind, a, b) = fact else { return false };
        let takes_part = |agent: AgentId, slots: std::ops::Range<usize>| {
            !agent.is_some() || slots.into_iter().any(|slot| self.state.groups.agents(frame.get(slot)).contains(&agent))
        };
        builder.kind == Some(kind) && takes_part(a, 0..1) && takes_part(b, 1..self.rules.slots(kind))
    }

    /// Sets a belief of an agent.
    pub(super) fn learn(
        &mut self,
        builder: &mut EventBuilder,
        who: AgentId,
        learned: WorldFact,
        value: f64,
        grounds: BeliefGrounds,
    ) {
        let names_nobody = learned.agents().contains(&AgentId::NONE) && !matches!(learned, WorldFact::Happened(..));
        if !who.is_some() || names_nobody {
            return;
        }
        let fact = self.scenario().canonical_fact(learned);
        let (low, high) = match fact {
            WorldFact::Attr(_, attr) => self.scenario().attributes[attr.index()].range,
            WorldFact::Dim(.., dim) => self.scenario().dims[dim.index()].range,
            WorldFact::Tie(..) | WorldFact::Place(_) | WorldFact::Holder(_) | WorldFact::Name(_) | WorldFact::Happened(..) => {
                (f64::NEG_INFINITY, f64::INFINITY)
            }
        };
        let value = value.clamp(low, high);
        // Rounded as beliefs are stored, so that learning the same value again does not count as a change.
        let value = f64::from(value as f32);
        let believed = self.state.mind_mut(who).believe(fact, value, grounds, builder.at);
        if self.state.topics.is_used() {
            let rules = self.rules.clone();
            // What is believed to be otherwise is known as before.
            if self.state.note_topic(&rules.scenario, fact) || believed.is_none() {
                self.state.topics.forget_known(who);
            }
        }
        let before = believed.map(|belief| f64::from(belief.value));
        // Learning an unknown fact is a change even if the value is 0.
        self.record_change(builder, Fact::Belief(who, fact), before.unwrap_or(-1.0), value);
        if self.rules.reads_sources {
            let source_before = believed.map_or(-1.0, |belief| owner_value(belief.source));
            let confidence_before = believed.map_or(0.0, |belief| f64::from(belief.confidence));
            let confidence = f64::from(grounds.confidence.clamp(0.0, 1.0) as f32);
            self.record_change(builder, Fact::Source(who, fact), source_before, owner_value(grounds.source));
            self.record_change(builder, Fact::Confidence(who, fact), confidence_before, confidence);
        }
        if before != Some(value) {
            self.queue_change(builder.source(), ChangeKind::Learned(who, learned));
            self.feel_about_norms(builder, who, learned, value != 0.0);
        }
    }

    fn install(&mut self, builder: &mut EventBuilder, kind: KindId, owner: AgentId, frame: &EvalFrame) -> AgentId {
        let candidates = self.scenario().cast.iter().enumerate().map(|(index, member)| (AgentId::from_index(index), member));
        let candidates = candidates.filter(|(_, member)| member.dormant && member.kind == kind && member.owner == Some(owner));
        let dormant = candidates.map(|(id, _)| id).find(|&id| self.state.presence(id) == Presence::Dormant);
        let new = dormant.unwrap_or_else(|| self.create(builder, kind, &[], frame));
        self.enter(builder, new);
        self.set_owner(builder, new, owner);
        new
    }

    /// The key of an agent that a rule creates for its agents.
    pub(super) fn next_key(&mut self, rule: u32, frame: &EvalFrame) -> AgentKey {
        let agents = (0..MAX_SLOTS).map(|slot| frame.get(slot)).filter(|agent| agent.is_some());
        let origin = agents.fold(rule, |hash, agent| combine(hash, self.state.key(agent).0));
        self.state.next_key(origin)
    }

    /// Brings a dormant agent into the world. An agent that has left comes back by `returns`.
    fn enter(&mut self, builder: &mut EventBuilder, who: AgentId) {
        if !who.is_some() || self.state.presence(who) != Presence::Dormant {
            return;
        }
        let before = self.presence_facts(who, builder.at);
        world::enter_world(&mut self.state, &self.profiles, who);
        self.record_presence_changes(builder, who, &before);
        self.changes.check_agent(who);
        if who.index() < self.scenario().cast.len() {
            self.wake_within_interval(who, builder.at);
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
        let can_be_owned = self.view(builder.at).os_state(os).is_some() || self.state.things.contains(os);
        if os == owner || !can_be_owned {
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
