//! The world as one agent imagines it: what it believes, with changes that have not happened.
//!
//! Of itself an agent knows everything. Of others it uses what it believes. What it knows nothing about, it assumes: that others feel for it
//! what it feels for them (assumed reciprocity, Kenny 1994), that they hold the norms that it holds (false consensus, Ross, Greene and House
//! 1977), and otherwise the value at which everybody starts. Ties of others hold only if it believes so. It cannot look into the moods,
//! emotions and memories of others, and it foresees no draw: a `chance` happens if it is more likely than not.

use super::model::Scenario;
use longhand_expr::ids::{
    AgentField, AgentId, AttrId, DimId, Emotion, EventKind, Fact, Instant, KindId, PlaceId, TieId, WorldFact,
};
use longhand_expr::{AssignTarget, ContextWrapper, Effect, EvalContext, EvalFrame, ReadSet, Telling};
use smallvec::SmallVec;
use std::ops::ControlFlow;

/// Most members of a set to whom an imagined effect is applied.
const MAX_MEMBERS: usize = 64;
/// The value of a belief that is forgotten.
const FORGOTTEN: f64 = f64::NAN;

/// Whether an agent that imagines an action imagines this effect of it.
///
/// Nobody imagines who is not there yet, no goal depends on what somebody is called, and what is agreed or intended has not happened yet.
pub(crate) fn is_imagined(effect: &Effect) -> bool {
    !matches!(
        effect,
        Effect::Install { .. }
            | Effect::Create { .. }
            | Effect::Remember { .. }
            | Effect::Arrive
            | Effect::Promise { .. }
            | Effect::CallOff { .. }
            | Effect::Settle { .. }
            | Effect::Adopt { .. }
            | Effect::Drop { .. }
            | Effect::Name { .. }
            | Effect::Voice { .. }
            | Effect::Rename { .. }
            | Effect::TellName { .. }
            | Effect::Write { .. }
    )
}

/// What an agent believes, and what it imagines to have changed. Cheap to clone as long as few facts have changed.
#[derive(Debug)]
pub(crate) struct ImaginedView<'a, V> {
    scenario: &'a Scenario,
    view: &'a V,
    agent: AgentId,
    changes: SmallVec<[(Fact, f64); 4]>,
}

impl<V> Clone for ImaginedView<'_, V> {
    fn clone(&self) -> Self {
        Self { changes: self.changes.clone(), ..*self }
    }
}

impl<'a, V: EvalContext> ImaginedView<'a, V> {
    pub(crate) fn new(scenario: &'a Scenario, view: &'a V, agent: AgentId) -> Self {
        Self { scenario, view, agent, changes: SmallVec::new() }
    }

    /// Imagines that a fact has a value.
    pub(crate) fn set(&mut self, fact: Fact, value: f64) {
        match self.changes.iter_mut().find(|(known, _)| *known == fact) {
            Some((_, known)) => *known = value,
            None => self.changes.push((fact, value)),
        }
    }

    /// Whether anything has changed that an expression with these reads may read.
    pub(crate) fn has_changed(&self, reads: &ReadSet) -> bool {
        self.changes.iter().any(|(fact, _)| match fact {
            Fact::World(WorldFact::Attr(_, attr)) => reads.attrs.binary_search(attr).is_ok(),
            Fact::World(WorldFact::Dim(.., dim)) => reads.dims.binary_search(dim).is_ok(),
            Fact::World(WorldFact::Tie(.., tie)) => reads.ties.binary_search(tie).is_ok(),
            Fact::World(WorldFact::Place(_)) => reads.places,
            Fact::Feeling(_, emotion, _) => reads.emotions.binary_search(emotion).is_ok(),
            Fact::Belief(..) => reads.beliefs,
            _ => true,
        })
    }

    fn imagined(&self, fact: Fact) -> Option<f64> {
        self.changes.iter().find(|(known, _)| *known == fact).map(|(_, value)| *value)
    }

    fn imagined_fact(&self, fact: WorldFact) -> Option<f64> {
        self.imagined(Fact::World(fact))
    }

    fn believed(&self, fact: WorldFact) -> Option<f64> {
        self.view.belief(self.agent, fact)
    }

    /// Imagines that an effect is applied.
    pub(crate) fn apply(&mut self, effect: &Effect, frame: &mut EvalFrame) {
        match effect {
            Effect::Assign { target, op, value } => {
                let value = value.number(self, frame);
                self.assign(target, frame, |old| op.apply(old, value));
            }
            Effect::Toward { target, goal, share } => {
                let (goal, share) = (goal.number(self, frame), share.number(self, frame).clamp(0.0, 1.0));
                self.assign(target, frame, |old| old + (goal - old) * share);
            }
            Effect::Begin { tie, a, b } | Effect::End { tie, a, b, .. } => {
                let (a, b) = (a.agent(self, frame), b.agent(self, frame));
                let holds = matches!(effect, Effect::Begin { .. });
                self.set_tie(*tie, a, b, holds);
            }
            Effect::Learn { who, fact, .. } => {
                let (holder, fact_value) = (who.agent(self, frame), fact.true_value(self, frame));
                let fact = fact.resolve(self, frame);
                self.set_belief(holder, fact, fact_value);
            }
            Effect::Tell { who, fact, value, .. } => {
                let (holder, value) = (who.agent(self, frame), value.number(self, frame));
                let fact = fact.resolve(self, frame);
                self.set_belief(holder, fact, value);
            }
            Effect::TellTopic { who, fact, telling, .. } => {
                let (holder, believed) = (who.agent(self, frame), fact.true_value(self, frame));
                let fact = fact.resolve(self, frame);
                let asked = if let Telling::As(value) = telling { Some(value.number(self, frame)) } else { None };
                if let Some(told) = self.scenario.told_value(fact, believed, telling, asked) {
                    self.set_belief(holder, fact, told);
                }
            }
            Effect::Forget { who, fact } => {
                let holder = who.agent(self, frame);
                let fact = fact.resolve(self, frame);
                self.set_belief(holder, fact, FORGOTTEN);
            }
            Effect::Feel { who, emotion, strength, toward } => {
                let who = who.agent(self, frame);
                let strength = strength.number(self, frame).clamp(0.0, 1.0);
                let toward = toward.as_ref().map_or(AgentId::NONE, |toward| toward.agent(self, frame));
                let before = EvalContext::feeling(self, who, *emotion, toward);
                self.set(Fact::Feeling(who, *emotion, toward), before + strength * (1.0 - before));
            }
            Effect::Go { who, to, .. } => {
                let (who, to) = (who.agent(self, frame), to.place(self, frame));
                self.go(who, to);
            }
            Effect::Move { amount, attr, from, to, possible } => {
                if possible.truth(self, frame) {
                    let amount = amount.number(self, frame);
                    let (from, to) = (from.agent(self, frame), to.agent(self, frame));
                    let (left, got) =
                        (EvalContext::attr(self, from, *attr) - amount, EvalContext::attr(self, to, *attr) + amount);
                    self.set(Fact::World(WorldFact::Attr(from, *attr)), left);
                    self.set(Fact::World(WorldFact::Attr(to, *attr)), got);
                }
            }
            Effect::Give { thing, to: other, possible, .. } => {
                if possible.truth(self, frame) {
                    let (thing, other) = (thing.agent(self, frame), other.agent(self, frame));
                    self.set(Fact::World(WorldFact::Holder(thing)), f64::from(other.0));
                }
            }
            Effect::Take { who, thing } => {
                let (who, thing) = (who.agent(self, frame), thing.agent(self, frame));
                self.set(Fact::World(WorldFact::Holder(thing)), f64::from(who.0));
            }
            Effect::Put { thing, possible, .. } | Effect::Lose { thing, possible, .. } => {
                if possible.truth(self, frame) {
                    let thing = thing.agent(self, frame);
                    self.set(Fact::World(WorldFact::Holder(thing)), f64::from(AgentId::NONE.0));
                }
            }
            Effect::Die { who, .. } | Effect::Leave { who, .. } => {
                let who = who.agent(self, frame);
                self.set(Fact::Field(who, AgentField::Present), 0.0);
                self.set(Fact::Field(who, AgentField::Gone), 1.0);
                if matches!(effect, Effect::Die { .. }) {
                    self.set(Fact::Field(who, AgentField::Dead), 1.0);
                }
            }
            Effect::Return { who, .. } => {
                let who = who.agent(self, frame);
                self.set(Fact::Field(who, AgentField::Present), 1.0);
                self.set(Fact::Field(who, AgentField::Gone), 0.0);
            }
            Effect::Become { who, kind } => {
                let who = who.agent(self, frame);
                self.set(Fact::Field(who, AgentField::Kind), f64::from(kind.0));
            }
            Effect::GoOffline { who } | Effect::ComeOnline { who } => {
                let online = f64::from(u8::from(matches!(effect, Effect::ComeOnline { .. })));
                let who = who.agent(self, frame);
                self.set(Fact::Field(who, AgentField::Online), online);
            }
            Effect::MakeAnew { who } => {
                let who = who.agent(self, frame);
                let generation = EvalContext::field(self, who, AgentField::Generation) + 1.0;
                self.set(Fact::Field(who, AgentField::Generation), generation);
            }
            Effect::LeaveHardware { who } => {
                let who = who.agent(self, frame);
                self.set(Fact::Field(who, AgentField::Bound), 0.0);
            }
            Effect::Own { os, owner } => {
                let (os, owner) = (os.agent(self, frame), owner.agent(self, frame));
                self.set(Fact::Owner(os), f64::from(owner.0));
            }
            Effect::Abandon { os } => {
                let os = os.agent(self, frame);
                self.set(Fact::Owner(os), f64::from(AgentId::NONE.0));
            }
            Effect::Enter { who } => self.set(Fact::Field(*who, AgentField::Present), 1.0),
            Effect::If { condition, then } => {
                if condition.truth(self, frame) {
                    self.apply(then, frame);
                }
            }
            Effect::For { set, slot, each } => {
                let mut members: SmallVec<[AgentId; 8]> = SmallVec::new();
                set.for_each(self, frame, *slot, &mut |frame| {
                    members.push(frame.get(*slot));
                    if members.len() < MAX_MEMBERS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                });
                for member in members {
                    frame.set(*slot, member);
                    self.apply(each, frame);
                }
                frame.set(*slot, AgentId::NONE);
            }
            _ => debug_assert!(!is_imagined(effect), "an effect that is imagined changes nothing: {effect:?}"),
        }
    }

    /// Imagines that an agent is at a place.
    pub(crate) fn go(&mut self, who: AgentId, to: PlaceId) {
        if who.is_some() && to != PlaceId::NOWHERE {
            self.set(Fact::World(WorldFact::Place(who)), f64::from(to.0));
        }
    }

    fn assign(&mut self, target: &AssignTarget, frame: &mut EvalFrame, new: impl FnOnce(f64) -> f64) {
        let (fact, old, (low, high), integer) = match target {
            AssignTarget::Attr(subject, attr) => {
                let subject = subject.agent(self, frame);
                let attribute = &self.scenario.attributes[attr.index()];
                let range = if attribute.switch { (0.0, 1.0) } else { attribute.range };
                (WorldFact::Attr(subject, *attr), EvalContext::attr(self, subject, *attr), range, attribute.integer)
            }
            AssignTarget::Dim(from, to, dim) => {
                let (from, to) = (from.agent(self, frame), to.agent(self, frame));
                (
                    WorldFact::Dim(from, to, *dim),
                    EvalContext::dim(self, from, to, *dim),
                    self.scenario.dims[dim.index()].range,
                    false,
                )
            }
        };
        if fact.agents().contains(&AgentId::NONE) {
            return;
        }
        let value = new(old).clamp(low, high);
        self.set(Fact::World(fact), if integer { value.round() } else { value });
    }

    fn set_tie(&mut self, tie: TieId, a: AgentId, b: AgentId, holds: bool) {
        if !a.is_some() || !b.is_some() || a == b {
            return;
        }
        let value = f64::from(u8::from(holds));
        self.set(Fact::World(WorldFact::Tie(a, b, tie)), value);
        if self.scenario.ties[tie.index()].mutual {
            self.set(Fact::World(WorldFact::Tie(b, a, tie)), value);
        }
    }

    fn set_belief(&mut self, holder: AgentId, fact: WorldFact, value: f64) {
        let fact = self.scenario.canonical_fact(fact);
        self.set(Fact::Belief(holder, fact), value);
    }

    /// The agents to whom an agent has a tie in this view, ascending.
    fn tied(&self, agent: AgentId, tie: TieId, outward: bool) -> SmallVec<[AgentId; 8]> {
        let mut tied: SmallVec<[AgentId; 8]> = SmallVec::new();
        let holds = |other: AgentId| match outward {
            true => EvalContext::tie(self, agent, other, tie),
            false => EvalContext::tie(self, other, agent, tie),
        };
        self.view.for_each_tied(agent, tie, outward, &mut |other| {
            tied.push(other);
            ControlFlow::Continue(())
        });
        for (fact, _) in &self.changes {
            match fact {
                Fact::World(WorldFact::Tie(from, to, changed)) if *changed == tie => {
                    let other = if outward { (*from == agent).then_some(*to) } else { (*to == agent).then_some(*from) };
                    tied.extend(other);
                }
                _ => {}
            }
        }
        tied.retain(|other| holds(*other));
        tied.sort_unstable();
        tied.dedup();
        tied
    }
}

impl<V: EvalContext> ContextWrapper for ImaginedView<'_, V> {
    type Inner = V;

    fn inner(&self) -> &V {
        self.view
    }

    fn attr(&self, agent: AgentId, attr: AttrId) -> f64 {
        let fact = WorldFact::Attr(agent, attr);
        let known = |fact| (agent == self.agent).then(|| self.view.attr(agent, attr)).or_else(|| self.believed(fact));
        self.imagined_fact(fact).or_else(|| known(fact)).unwrap_or_else(|| {
            let attribute = &self.scenario.attributes[attr.index()];
            if attribute.norm && agent.is_some() { self.view.attr(self.agent, attr) } else { attribute.start }
        })
    }

    fn attrs(&self, agents: &[AgentId], attr: AttrId, out: &mut [f64]) {
        agents.iter().zip(out).for_each(|(agent, out)| *out = ContextWrapper::attr(self, *agent, attr));
    }

    fn dim(&self, from: AgentId, to: AgentId, dim: DimId) -> f64 {
        let fact = WorldFact::Dim(from, to, dim);
        let known = |fact| (from == self.agent).then(|| self.view.dim(from, to, dim)).or_else(|| self.believed(fact));
        self.imagined_fact(fact).or_else(|| known(fact)).unwrap_or_else(|| {
            let liked_back = to == self.agent && from.is_some();
            if liked_back { self.view.dim(to, from, dim) } else { self.scenario.dims[dim.index()].rest }
        })
    }

    fn tie(&self, from: AgentId, to: AgentId, tie: TieId) -> bool {
        let fact = WorldFact::Tie(from, to, tie);
        match self.imagined_fact(fact) {
            Some(value) => value != 0.0,
            None if from == self.agent || to == self.agent => self.view.tie(from, to, tie),
            None => self.believed(fact).is_some_and(|value| value != 0.0),
        }
    }

    fn tie_since(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<Instant> {
        let holds = ContextWrapper::tie(self, from, to, tie);
        let is_new = self.imagined_fact(WorldFact::Tie(from, to, tie)).is_some();
        holds.then(|| self.view.tie_since(from, to, tie).filter(|_| !is_new).unwrap_or_else(|| self.view.now()))
    }

    fn field(&self, agent: AgentId, field: AgentField) -> f64 {
        let is_mood = matches!(field, AgentField::Pleasure | AgentField::Arousal | AgentField::Dominance);
        match self.imagined(Fact::Field(agent, field)) {
            Some(value) => value,
            None if is_mood && agent != self.agent => 0.0,
            None => self.view.field(agent, field),
        }
    }

    fn place(&self, agent: AgentId) -> PlaceId {
        if let Some(place) = self.imagined_fact(WorldFact::Place(agent)) {
            return PlaceId::from_value(place);
        }
        let (own, actual) = (self.view.place(self.agent), self.view.place(agent));
        if agent == self.agent || actual == own {
            return actual;
        }
        self.believed(WorldFact::Place(agent)).map_or(PlaceId::NOWHERE, PlaceId::from_value)
    }

    fn holder(&self, thing: AgentId) -> AgentId {
        let fact = WorldFact::Holder(thing);
        let actual = self.view.holder(thing);
        match self.imagined_fact(fact) {
            Some(holder) => AgentId::from_value(holder),
            None if actual == self.agent => actual,
            None => self.believed(fact).map_or(AgentId::NONE, AgentId::from_value),
        }
    }

    fn owner(&self, os: AgentId) -> AgentId {
        self.imagined(Fact::Owner(os)).map_or_else(|| self.view.owner(os), AgentId::from_value)
    }

    fn kind(&self, agent: AgentId) -> KindId {
        self.imagined(Fact::Field(agent, AgentField::Kind)).map_or_else(|| self.view.kind(agent), |kind| KindId(kind as u16))
    }

    fn belief(&self, holder: AgentId, of: WorldFact) -> Option<f64> {
        let imagined = self.imagined(Fact::Belief(holder, self.scenario.canonical_fact(of)));
        match imagined {
            Some(value) => Some(value).filter(|value| !value.is_nan()),
            None if holder == self.agent => self.view.belief(holder, of),
            None => None,
        }
    }

    fn memory(&self, agent: AgentId, event: EventKind, with: AgentId) -> f64 {
        if agent == self.agent { self.view.memory(agent, event, with) } else { 0.0 }
    }

    fn feeling(&self, agent: AgentId, emotion: Emotion, toward: AgentId) -> f64 {
        let own = if agent == self.agent { self.view.feeling(agent, emotion, toward) } else { 0.0 };
        let is_meant = |fact: &Fact| match fact {
            Fact::Feeling(who, felt, at) => *who == agent && *felt == emotion && (!toward.is_some() || *at == toward),
            _ => false,
        };
        self.changes.iter().filter(|(fact, _)| is_meant(fact)).map(|(_, strength)| *strength).fold(own, f64::max)
    }

    fn for_each_tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let _ = self.tied(agent, tie, outward).into_iter().try_for_each(visit);
    }

    fn draw(&self, _site: u32, _key: u32) -> f64 {
        0.5
    }
}
