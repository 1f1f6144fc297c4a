//! Effects: the one place where rules change the world.

use super::happen::Writing;
use super::moment::Moment;
use super::touched::What;
use crate::ids::{AgentId, AttrId, DimId, Fact, Field, Instant, KindId, Known, NameListId, TieId};
use crate::language::{Effect, Expr, Frame, Pronoun, Target, View};
use crate::scenario::{NameList, Pronouns};
use crate::world::{self, DrawKey, Named, Os, Presence, site};
use std::ops::ControlFlow;

/// Members one `for` reaches; a scene cannot go through the whole city in one effect by accident.
const MOST_MEMBERS: usize = 100_000;

impl Moment<'_> {
    /// Applies one effect of a rule whose variables `frame` binds.
    pub(super) fn apply(&mut self, writing: &mut Writing, effect: &Effect, frame: &mut Frame) {
        let at = writing.at;
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
                if who.is_some() {
                    self.state.mind_mut(who).feel(*emotion, strength, toward, writing.event, at);
                }
            }
            Effect::Remember { who, strength } => {
                let who = self.agent(who, frame, at);
                let strength = self.value(strength, frame, at);
                let slots = self.rules.slots(writing.kind);
                let with = (0..slots).map(|slot| frame.get(slot)).find(|&other| other != who).unwrap_or(AgentId::NONE);
                if who.is_some() {
                    self.state.mind_mut(who).remember(writing.kind, with, writing.event, strength, at);
                }
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
                let new = self.create(*kind, at);
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
                self.change_named(who, |named| named.pronouns = pronouns(*pronoun));
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
                    let value = new(self.state.bonds.dim(from, to, *dim, at));
                    self.set_dim(writing, from, to, *dim, value);
                }
            }
        }
    }

    fn set_attr(&mut self, writing: &mut Writing, of: AgentId, attr: AttrId, value: f64) {
        let (before, after) = self.state.set_attr(of, attr, value);
        if before != after {
            self.wrote(writing, Fact::World(Known::Attr(of, attr)), before, after);
            self.touched.push(writing.at, writing.event, What::Attr { agent: of, attr, by: after - before });
        }
    }

    fn set_dim(&mut self, writing: &mut Writing, from: AgentId, to: AgentId, dim: DimId, value: f64) {
        let (before, after) = self.state.bonds.set_dim(from, to, dim, value, writing.at);
        self.wrote(writing, Fact::World(Known::Dim(from, to, dim)), before, after);
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
            let value = f64::from(u8::from(holds));
            self.wrote(writing, Fact::World(Known::Tie(from, to, tie)), 1.0 - value, value);
            if !light {
                self.state.set_tie_since(from, to, tie, holds.then_some(writing.at));
                self.touched.push(writing.at, writing.event, What::Tie { holds, from, to, tie });
            }
        }
    }

    /// Has an agent take a fact to be so.
    pub(super) fn learn(&mut self, writing: &mut Writing, who: AgentId, fact: Known, value: f64) {
        if !who.is_some() {
            return;
        }
        let before = self.state.mind_mut(who).believe(fact, value, writing.at);
        // Learning what one did not know is a change even where it is that something is not so.
        self.wrote(writing, Fact::Belief(who, fact), before.unwrap_or(-1.0), value);
        if before != Some(value) {
            self.touched.push(writing.at, writing.event, What::Learned(who, fact));
            self.feel_about_norms(writing, who, fact, value != 0.0);
        }
    }

    fn install(&mut self, writing: &mut Writing, kind: KindId, owner: AgentId) -> AgentId {
        let waiting = self.scenario().cast.iter().enumerate().map(|(index, member)| (AgentId::at(index), member));
        let waiting = waiting.filter(|(_, member)| member.dormant && member.kind == kind && member.owner == Some(owner));
        let waiting = waiting.map(|(id, _)| id).find(|&id| self.state.presence(id) == Presence::Dormant);
        let new = waiting.unwrap_or_else(|| self.create(kind, writing.at));
        self.enter(writing, new);
        self.own(writing, new, owner);
        new
    }

    fn create(&mut self, kind: KindId, at: Instant) -> AgentId {
        let rules = self.rules.clone();
        let kind_info = &rules.scenario.kinds[kind.index()];
        let named = Named { name: String::new(), called: String::new(), pronouns: Pronouns::it };
        let new = world::add_agent(self.world, self.roster, self.state, &rules.scenario, kind, named, kind_info.temperament);
        let mut rng = self.draws.stream(site("create").wrapping_add(new.0));
        world::like_population(self.state, &rules.scenario, new, &mut rng);
        self.wake_within_interval(new, at);
        new
    }

    fn enter(&mut self, writing: &mut Writing, who: AgentId) {
        if self.state.presence(who) == Presence::Present {
            return;
        }
        world::enter(self.state, self.world, self.roster, who);
        self.wrote(writing, Fact::Field(who, Field::Present), 0.0, 1.0);
        self.wrote(writing, Fact::Field(who, Field::Online), 0.0, 1.0);
        self.touched.look_at(who);
        if who.index() < self.scenario().cast.len() {
            self.wake_within_interval(who, writing.at);
        }
    }

    fn leave(&mut self, writing: &mut Writing, who: AgentId) {
        if who.is_some() && self.state.presence(who) == Presence::Present {
            self.state.set_presence(who, Presence::Gone);
            self.wrote(writing, Fact::Field(who, Field::Present), 1.0, 0.0);
            self.wrote(writing, Fact::Field(who, Field::Gone), 0.0, 1.0);
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
        if !os.is_some() || self.live(writing.at).os_state(os).is_none() {
            return;
        }
        let before = self.live(writing.at).owner(os);
        world::set_owner(self.world, self.roster, os, owner);
        self.wrote(writing, Fact::Owner(os), owner_value(before), owner_value(owner));
        [os, before, owner].into_iter().for_each(|agent| self.touched.look_at(agent));
    }

    /// Gives an agent the name of a list that is nearest to its temperament, among those of its own pronouns; a keyed draw decides
    /// between names as near as a hair.
    fn name(&mut self, who: AgentId, list: NameListId, at: Instant) {
        let rules = self.rules.clone();
        if !who.is_some() {
            return;
        }
        let list = &rules.scenario.names[list.index()];
        let own = self.live(at).named(who).map(|named| named.pronouns);
        let Some(chosen) = nearest(
            list,
            own,
            |attr| self.state.attr(who, attr),
            |n| self.draws.uniform(site("name"), DrawKey::of(who, at).with(n)),
        ) else {
            return;
        };
        let name = list.names[chosen].name.clone();
        self.change_named(who, |named| {
            named.called.clone_from(&name);
            named.name = name;
        });
    }

    fn change_named(&mut self, who: AgentId, change: impl FnOnce(&mut Named)) {
        let Some(entity) = self.roster.agent(who) else { return };
        if let Some(mut named) = self.world.get_mut::<Named>(entity) {
            change(&mut named);
        }
        if self.chronicle.directory.get(who).is_some() {
            self.rename(who);
        }
    }
}

/// Distance within which names are equally near.
const HAIR: f64 = 1e-6;

fn nearest(list: &NameList, own: Option<Pronouns>, attr: impl Fn(AttrId) -> f64, draw: impl Fn(u32) -> f64) -> Option<usize> {
    let fits =
        |pronouns: Option<Pronouns>| pronouns.is_none() || !matches!(own, Some(Pronouns::she | Pronouns::he)) || pronouns == own;
    let squared = |gap: f64| gap * gap;
    let distance = |i: usize| list.names[i].like.iter().map(|&(id, value)| squared(attr(id) - value)).sum::<f64>();
    let candidates = (0..list.names.len()).filter(|&i| fits(list.names[i].pronouns));
    let mut best: Option<(usize, f64, f64)> = None;
    for i in candidates {
        let (far, whim) = (distance(i), draw(i as u32));
        if best.is_none_or(|(_, least, other)| far < least - HAIR || ((far - least).abs() <= HAIR && whim > other)) {
            best = Some((i, far, whim));
        }
    }
    best.map(|(i, ..)| i)
}

fn owner_value(owner: AgentId) -> f64 {
    if owner.is_some() { f64::from(owner.0) } else { -1.0 }
}

fn pronouns(pronoun: Pronoun) -> Pronouns {
    match pronoun {
        Pronoun::She => Pronouns::she,
        Pronoun::He => Pronouns::he,
        Pronoun::They => Pronouns::they,
        Pronoun::It => Pronouns::it,
    }
}
