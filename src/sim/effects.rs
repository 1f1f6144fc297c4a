//! Effects: the one place where rules change the world.

use super::happen::Writing;
use super::moment::Moment;
use super::touched::What;
use crate::ids::{AgentId, AttrId, Fact, Field, Instant, KindId, Known, TieId};
use crate::language::{Effect, Expr, Frame, Target, View};
use crate::scenario::Pronouns;
use crate::world::{self, Named, Os, Presence, site};
use std::ops::ControlFlow;

/// Members one `for` reaches; a scene cannot go through the whole city in one effect by accident.
const MOST_MEMBERS: usize = 100_000;

impl Moment<'_> {
    /// Applies one effect of a rule whose variables `frame` binds.
    pub(super) fn apply(&mut self, writing: &mut Writing, effect: &Effect, frame: &mut Frame) {
        let at = writing.at;
        if !self.may_apply(writing.kind) {
            return;
        }
        match effect {
            Effect::Change { target, change, value } => {
                let value = self.value(value, frame, at);
                self.set(writing, target, frame, |old| change.apply(old, value));
            }
            Effect::Toward { target, goal, share } => {
                let (goal, share) = (self.value(goal, frame, at), self.value(share, frame, at).clamp(0.0, 1.0));
                self.set(writing, target, frame, |old| old + (goal - old) * share);
            }
            Effect::Begin { tie, a, b } => {
                let (a, b) = (self.agent(a, frame, at), self.agent(b, frame, at));
                self.tie(writing, *tie, a, b, true);
            }
            Effect::End { tie, a, b } => {
                let (a, b) = (self.agent(a, frame, at), self.agent(b, frame, at));
                self.tie(writing, *tie, a, b, false);
            }
            Effect::Learn { who, fact } => {
                let who = self.agent(who, frame, at);
                let fact = fact.resolve(&self.live(at), frame);
                let value = self.true_value(fact, at);
                self.learn(writing, who, fact, value);
            }
            Effect::Told { who, fact, value } => {
                let who = self.agent(who, frame, at);
                let fact = fact.resolve(&self.live(at), frame);
                let value = self.value(value, frame, at);
                self.learn(writing, who, fact, value);
            }
            Effect::Forget { who, fact } => {
                let who = self.agent(who, frame, at);
                let fact = fact.resolve(&self.live(at), frame);
                let fact = self.scenario().belief(fact);
                if who.is_some()
                    && let Some(before) = self.state.mind_mut(who).forget(fact)
                {
                    self.wrote(writing, Fact::Belief(who, fact), before, 0.0);
                }
            }
            Effect::Feel { who, emotion, strength, toward } => {
                let who = self.agent(who, frame, at);
                let strength = self.value(strength, frame, at);
                let toward = toward.as_ref().map_or(AgentId::NONE, |toward| self.agent(toward, frame, at));
                self.feel(writing, who, *emotion, strength, toward);
            }
            Effect::Remember { who, strength } => {
                let who = self.agent(who, frame, at);
                let strength = self.value(strength, frame, at);
                let slots = writing.kind.map_or(0, |kind| self.rules.slots(kind));
                let with = (0..slots).map(|slot| frame.get(slot)).find(|&other| other != who).unwrap_or(AgentId::NONE);
                self.remember(writing, who, with, strength);
            }
            Effect::Go { who, to } => {
                let who = self.agent(who, frame, at);
                let to = to.place(&self.live(at), frame);
                self.go(writing, who, to);
            }
            Effect::Install { kind, owner, slot } => {
                let owner = self.agent(owner, frame, at);
                let new = if owner.is_some() { self.install(writing, *kind, owner) } else { AgentId::NONE };
                frame.set(*slot, new);
            }
            Effect::Create { kind, slot } => {
                let new = self.create(writing, *kind);
                self.enter(writing, new);
                frame.set(*slot, new);
            }
            Effect::Enter { who } => self.enter(writing, *who),
            Effect::Leave { who } => {
                let who = self.agent(who, frame, at);
                self.leave(writing, who);
            }
            Effect::GoOffline { who } => self.set_os(writing, who, frame, Field::Online, |os| os.online = false),
            Effect::ComeOnline { who } => self.set_os(writing, who, frame, Field::Online, |os| os.online = true),
            Effect::MakeAnew { who } => self.set_os(writing, who, frame, Field::Generation, |os| os.generation += 1),
            Effect::LeaveHardware { who } => self.set_os(writing, who, frame, Field::Bound, |os| os.bound = false),
            Effect::Own { os, owner } => {
                let (os, owner) = (self.agent(os, frame, at), self.agent(owner, frame, at));
                self.own(writing, os, owner);
            }
            Effect::Abandon { os } => {
                let os = self.agent(os, frame, at);
                self.own(writing, os, AgentId::NONE);
            }
            Effect::Name { who, list } => {
                let who = self.agent(who, frame, at);
                self.name(who, *list, at);
            }
            Effect::Voice { who, pronoun } => {
                let who = self.agent(who, frame, at);
                self.voice(who, *pronoun);
            }
            Effect::Write { document, to } => {
                let to = to.as_ref().map_or(AgentId::NONE, |to| self.agent(to, frame, at));
                writing.document = Some((*document, to));
            }
            Effect::If { condition, then } => {
                if condition.truth(&self.live(at), frame) {
                    self.apply(writing, then, frame);
                }
            }
            Effect::For { set, slot, each } => {
                let mut members = Vec::new();
                set.for_each(&self.live(at), frame, *slot, &mut |frame| {
                    members.push(frame.get(*slot));
                    if members.len() < MOST_MEMBERS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                });
                for member in members {
                    frame.set(*slot, member);
                    self.apply(writing, each, frame);
                }
                frame.set(*slot, AgentId::NONE);
            }
        }
    }

    fn value(&self, expr: &Expr, frame: &mut Frame, at: Instant) -> f64 {
        expr.num(&self.live(at), frame)
    }

    fn agent(&self, expr: &Expr, frame: &mut Frame, at: Instant) -> AgentId {
        expr.agent(&self.live(at), frame)
    }

    fn set(&mut self, writing: &mut Writing, target: &Target, frame: &mut Frame, new: impl FnOnce(f64) -> f64) {
        let at = writing.at;
        match target {
            Target::Attr(of, attr) => {
                let of = self.agent(of, frame, at);
                if of.is_some() {
                    let value = new(self.state.attr(of, *attr));
                    self.set_attr(writing, of, *attr, value);
                }
            }
            Target::Dim(from, to, dim) => {
                let (from, to) = (self.agent(from, frame, at), self.agent(to, frame, at));
                if from.is_some() && to.is_some() && from != to {
                    let (before, after) = self.state.bonds.change_dim(from, to, *dim, at, new);
                    self.wrote(writing, Fact::World(Known::Dim(from, to, *dim)), before, after);
                }
            }
        }
    }

    fn set_attr(&mut self, writing: &mut Writing, of: AgentId, attr: AttrId, value: f64) {
        let (before, after) = self.state.set_attr(of, attr, value);
        if before != after {
            self.wrote(writing, Fact::World(Known::Attr(of, attr)), before, after);
            self.touch(writing.at, writing.event, What::Attr { agent: of, attr, by: after - before });
        }
    }

    fn tie(&mut self, writing: &mut Writing, tie: TieId, a: AgentId, b: AgentId, holds: bool) {
        if !a.is_some() || !b.is_some() || a == b {
            return;
        }
        let info = &self.rules.scenario.ties[tie.index()];
        let (mutual, light) = (info.mutual, info.light);
        for (from, to) in [(a, b), (b, a)].into_iter().take(1 + usize::from(mutual)) {
            if !self.state.bonds.set_tie(from, to, tie, holds, writing.at) {
                continue;
            }
            self.state.spans.note(tie, mutual, from, to, holds, writing.at);
            let value = f64::from(u8::from(holds));
            self.wrote(writing, Fact::World(Known::Tie(from, to, tie)), 1.0 - value, value);
            writing.ties.push((Known::Tie(from, to, tie), value));
            if !light {
                self.state.set_tie_since(from, to, tie, holds.then_some(writing.at));
                self.touch(writing.at, writing.event, What::Tie { holds, from, to, tie });
            }
        }
    }

    /// Has an agent take what it is told of to be so.
    pub(super) fn learn(&mut self, writing: &mut Writing, who: AgentId, told: Known, value: f64) {
        if !who.is_some() || told.agents().contains(&AgentId::NONE) {
            return;
        }
        let fact = self.scenario().belief(told);
        // As exact as a mind keeps it, so that to be told the same again is nothing new.
        let value = f64::from(value as f32);
        let before = self.state.mind_mut(who).believe(fact, value, writing.at);
        // Learning what one did not know is a change even where it is that something is not so.
        self.wrote(writing, Fact::Belief(who, fact), before.unwrap_or(-1.0), value);
        if before != Some(value) {
            self.touch(writing.at, writing.event, What::Learned(who, told));
            self.feel_about_norms(writing, who, told, value != 0.0);
        }
    }

    fn install(&mut self, writing: &mut Writing, kind: KindId, owner: AgentId) -> AgentId {
        let waiting = self.scenario().cast.iter().enumerate().map(|(index, member)| (AgentId::at(index), member));
        let waiting = waiting.filter(|(_, member)| member.dormant && member.kind == kind && member.owner == Some(owner));
        let waiting = waiting.map(|(id, _)| id).find(|&id| self.state.presence(id) == Presence::Dormant);
        let new = waiting.unwrap_or_else(|| self.create(writing, kind));
        self.enter(writing, new);
        self.own(writing, new, owner);
        new
    }

    /// A new agent; nobody where the world has as many as it may.
    fn create(&mut self, writing: &Writing, kind: KindId) -> AgentId {
        if !self.may_create(writing.kind) {
            return AgentId::NONE;
        }
        let rules = self.rules.clone();
        let kind_info = &rules.scenario.kinds[kind.index()];
        let named = Named { name: String::new(), called: String::new(), pronouns: Pronouns::it };
        let new = world::add_agent(self.world, self.roster, self.state, &rules.scenario, kind, named, kind_info.temperament);
        let mut rng = self.draws.stream(site("create").wrapping_add(new.0));
        world::like_population(self.state, &rules.scenario, new, &mut rng);
        self.wake_within_interval(new, writing.at);
        new
    }

    /// Brings into the world who has not been in it; who has left it, has left it for good.
    fn enter(&mut self, writing: &mut Writing, who: AgentId) {
        if !who.is_some() || self.state.presence(who) != Presence::Dormant {
            return;
        }
        let before = self.whereabouts(who, writing.at);
        world::enter(self.state, self.roster, who);
        self.moved(writing, who, before);
        self.touched.look_at(who);
        if who.index() < self.scenario().cast.len() {
            self.wake_within_interval(who, writing.at);
        }
    }

    fn leave(&mut self, writing: &mut Writing, who: AgentId) {
        if who.is_some() && self.state.presence(who) == Presence::Present {
            let before = self.whereabouts(who, writing.at);
            self.state.set_presence(who, Presence::Gone);
            self.end_spans(who, writing.at);
            self.moved(writing, who, before);
        }
    }

    /// What changes of itself when somebody comes into the world or leaves it.
    fn whereabouts(&self, who: AgentId, at: Instant) -> [(Fact, f64); 4] {
        let live = self.live(at);
        let field = |field| (Fact::Field(who, field), live.field(who, field));
        let place = (Fact::World(Known::Place(who)), f64::from(live.place(who).0));
        [field(Field::Present), field(Field::Gone), field(Field::Online), place]
    }

    fn moved(&mut self, writing: &mut Writing, who: AgentId, before: [(Fact, f64); 4]) {
        for ((fact, before), (_, after)) in before.into_iter().zip(self.whereabouts(who, writing.at)) {
            self.wrote(writing, fact, before, after);
        }
    }

    /// What somebody had with others lasts no longer than until they leave.
    fn end_spans(&mut self, who: AgentId, at: Instant) {
        for tie in self.state.spans.asked() {
            let mutual = self.rules.scenario.ties[tie.index()].mutual;
            for outward in [true, false] {
                let mut others = Vec::new();
                self.state.bonds.tied(who, tie, outward, &mut |other| {
                    others.push(other);
                    ControlFlow::Continue(())
                });
                for other in others {
                    let (from, to) = if outward { (who, other) } else { (other, who) };
                    self.state.spans.note(tie, mutual, from, to, false, at);
                }
            }
        }
    }

    fn set_os(&mut self, writing: &mut Writing, who: &Expr, frame: &mut Frame, field: Field, change: impl FnOnce(&mut Os)) {
        let who = self.agent(who, frame, writing.at);
        let before = self.live(writing.at).field(who, field);
        let Some(entity) = self.roster.agent(who) else { return };
        let Some(mut os) = self.world.get_mut::<Os>(entity) else { return };
        change(&mut os);
        let after = self.live(writing.at).field(who, field);
        self.wrote(writing, Fact::Field(who, field), before, after);
        self.touched.look_at(who);
    }

    fn own(&mut self, writing: &mut Writing, os: AgentId, owner: AgentId) {
        if os == owner || self.live(writing.at).os_state(os).is_none() {
            return;
        }
        let before = self.live(writing.at).owner(os);
        world::set_owner(self.world, self.roster, os, owner);
        self.wrote(writing, Fact::Owner(os), owner_value(before), owner_value(owner));
        [os, before, owner].into_iter().for_each(|agent| self.touched.look_at(agent));
    }
}

fn owner_value(owner: AgentId) -> f64 {
    if owner.is_some() { f64::from(owner.0) } else { -1.0 }
}
