//! Evaluates one expression for one binding of its variables, by a recursive match with short-circuiting and no allocation.

use std::ops::ControlFlow::{self, Break, Continue};

use smallvec::SmallVec;

use crate::ids::{AgentField, AgentId, PlaceId, ReasonId, TieId, WorldFact};

use super::context::{EvalContext, OccurrenceQuery, Spot};
use super::family::Family;
use super::math;
use super::node::{AggregateOp, ClockField, Code, DrawId, DrawSite, ExprNode, MAX_LIST, NO_NODE, NodeId, PastQuery, TopicKind};
use super::scope::EvalFrame;

/// Up to this number of agents of a kind, `pick` draws a lot for each of them.
const MAX_PICK_LOTS: usize = 64;
/// The most draws of a `pick` over a larger kind. After that it picks nobody.
const MAX_PICK_TRIES: u32 = 16;
/// The most nodes in the conditions of a set that are evaluated for each member before lots are drawn.
const MAX_SHORT_CONDITIONS: usize = 12;
/// The distance, in kilometres, of what is at no place or where no way leads.
const NOWHERE_KM: f64 = 1e9;

pub(crate) type MemberVisitor<'v> = dyn FnMut(&mut EvalFrame, AgentId) -> ControlFlow<()> + 'v;

pub(crate) struct Evaluator<'e, V> {
    pub code: &'e Code,
    pub view: &'e V,
}

impl<V: EvalContext> Evaluator<'_, V> {
    /// Evaluates a number. A switch is 0 or 1. Inlined, because a literal then needs no call.
    #[inline]
    pub(crate) fn number(&self, id: NodeId, frame: &mut EvalFrame) -> f64 {
        match self.code.node(id) {
            ExprNode::Number(n) => n,
            _ => self.compute_number(id, frame),
        }
    }

    fn compute_number(&self, id: NodeId, frame: &mut EvalFrame) -> f64 {
        let view = self.view;
        match self.code.node(id) {
            ExprNode::NumberParam(param) => view.param(param),
            ExprNode::Word(position, _) => f64::from(position),
            ExprNode::Attr(attr, agent) => view.attr(self.agent(agent, frame), attr),
            ExprNode::Field(field, agent) => view.field(self.agent(agent, frame), field),
            ExprNode::Dim(dim, a, b) => view.dim(self.agent(a, frame), self.agent(b, frame), dim),
            ExprNode::Arithmetic(op, a, b) => math::apply_binary(op, self.number(a, frame), self.number(b, frame)),
            ExprNode::Unary(op, a) => math::apply_unary(op, self.number(a, frame)),
            ExprNode::Scale(by, a) => math::finite_or_zero(self.number(a, frame) * by),
            ExprNode::Min(a, b) => self.number(a, frame).min(self.number(b, frame)),
            ExprNode::Max(a, b) => self.number(a, frame).max(self.number(b, frame)),
            ExprNode::Clamp(x, low, high) => {
                math::clamp(self.number(x, frame), self.number(low, frame), self.number(high, frame))
            }
            ExprNode::Ramp(x, low, high) => math::ramp(self.number(x, frame), self.number(low, frame), self.number(high, frame)),
            ExprNode::Toward(x, target, share) => {
                math::move_toward(self.number(x, frame), self.number(target, frame), self.number(share, frame))
            }
            ExprNode::If(c, a, b) => self.number(if self.truth(c, frame) { a } else { b }, frame),
            ExprNode::Clock(clock) => self.clock_value(clock),
            ExprNode::Date(day) => view.calendar().seconds_at(day),
            ExprNode::StepFromNow(step) => (view.calendar().add_step(view.now(), step).0 - view.now().0) as f64 / 1e6,
            ExprNode::StepToNow(step) => (view.now().0 - view.calendar().add_step(view.now(), step.back()).0) as f64 / 1e6,
            ExprNode::AddStep(instant, step) => {
                let instant = crate::ids::Instant::from_seconds(self.number(instant, frame));
                view.calendar().add_step(instant, step).seconds()
            }
            ExprNode::TieAge(tie, a, b) => {
                let since = view.tie_since(self.agent(a, frame), self.agent(b, frame), tie);
                since.map_or_else(|| view.calendar().never_seconds(), |since| self.age(since))
            }
            ExprNode::MedianTieDuration(tie) => view.median_tie_duration(tie),
            ExprNode::Age(agent) => view.age(self.agent(agent, frame)) / view.calendar().year_seconds(),
            ExprNode::Kinship(tie, from_child, a, b) => {
                Family { view, tie, from_child }.degree(self.agent(a, frame), self.agent(b, frame))
            }
            ExprNode::Distance(a, b) => view.distance(self.spot(a, frame), self.spot(b, frame)).min(NOWHERE_KM),
            ExprNode::Believes(holder, fact, otherwise) => {
                let holder = self.agent(holder, frame);
                let fact = self.resolve_fact(fact, frame);
                match self.believed_value(holder, fact) {
                    Some(value) => value,
                    None => self.number(otherwise, frame),
                }
            }
            ExprNode::Confidence(holder, fact) => {
                let holder = self.agent(holder, frame);
                let fact = self.resolve_fact(fact, frame);
                self.belief_of(holder, fact).map_or(0.0, |belief| match belief {
                    Known::Truth(_) => 1.0,
                    Known::Belief(fact, _) => view.confidence(holder, fact),
                })
            }
            ExprNode::Remembers(event, a, b) => view.memory(self.agent(a, frame), event, self.optional_agent(b, frame)),
            ExprNode::Feels(emotion, a, b) => view.feeling(self.agent(a, frame), emotion, self.optional_agent(b, frame)),
            ExprNode::Happened(query, event, a, b) => {
                let stats = view.occurrences(OccurrenceQuery {
                    event,
                    a: self.optional_agent(a, frame),
                    b: self.optional_agent(b, frame),
                });
                match query {
                    PastQuery::Happened => f64::from(u8::from(stats.times > 0)),
                    PastQuery::Times => f64::from(stats.times),
                    PastQuery::Age => stats.last.map_or_else(|| view.calendar().never_seconds(), |last| self.age(last)),
                    PastQuery::First => {
                        stats.first.map_or_else(|| -view.calendar().never_seconds(), crate::ids::Instant::seconds)
                    }
                    PastQuery::Last => stats.last.map_or_else(|| -view.calendar().never_seconds(), crate::ids::Instant::seconds),
                }
            }
            ExprNode::Value(name) => view.value(name),
            ExprNode::Strength(holder, topic) => {
                let holder = self.agent(holder, frame);
                let fact = self.topic(topic, frame);
                fact.and_then(|fact| self.believed_value(holder, fact)).unwrap_or(0.0)
            }
            ExprNode::Heard(holder, topic) => {
                let holder = self.agent(holder, frame);
                let since = self.topic(topic, frame).and_then(|fact| match fact {
                    WorldFact::Tie(a, b, tie) if a == holder || b == holder => view.tie_since(a, b, tie),
                    fact => view.learned_at(holder, fact),
                });
                since.map_or_else(|| view.calendar().never_seconds(), |since| self.age(since))
            }
            ExprNode::UntilAppointment(what, a, b) => {
                let appointment = view.appointment(self.agent(a, frame), self.agent(b, frame), what);
                appointment.map_or_else(
                    || view.calendar().never_seconds(),
                    |appointment| appointment.at.seconds() - view.now().seconds(),
                )
            }
            ExprNode::Gain => view.gain(),
            ExprNode::Uniform(draw, low, high) => {
                let (low, high) = (self.number(low, frame), self.number(high, frame));
                math::move_toward(low, high, self.draw(draw, frame))
            }
            ExprNode::Normal(draw, mean, deviation) => {
                let (mean, deviation) = (self.number(mean, frame), self.number(deviation, frame));
                math::finite_or_zero(mean + deviation * math::normal_quantile(self.draw(draw, frame)))
            }
            ExprNode::Aggregate(aggregate, slot, set, each) => self.aggregate(aggregate, slot, set, each, frame),
            // Everything else that has a number is a switch.
            _ => f64::from(u8::from(self.truth(id, frame))),
        }
    }

    pub(crate) fn truth(&self, id: NodeId, frame: &mut EvalFrame) -> bool {
        let view = self.view;
        match self.code.node(id) {
            ExprNode::Switch(on) => on,
            ExprNode::SwitchParam(param) => view.param(param) != 0.0,
            ExprNode::SwitchAttr(attr, agent) => view.attr(self.agent(agent, frame), attr) != 0.0,
            ExprNode::SwitchField(field, agent) => view.field(self.agent(agent, frame), field) != 0.0,
            ExprNode::Tie(tie, a, b) => view.tie(self.agent(a, frame), self.agent(b, frame), tie),
            ExprNode::WasTied(tie, a, b, reason) => self.was_tied(tie, self.agent(a, frame), self.agent(b, frame), reason),
            ExprNode::TiedUntilGone(tie, a, b) => {
                let (a, b) = (self.agent(a, frame), self.agent(b, frame));
                view.tie(a, b, tie) || view.past_tie(a, b, tie).is_some_and(ReasonId::is_absence)
            }
            ExprNode::IsGone(field, agent, reason) => {
                let agent = self.agent(agent, frame);
                view.field(agent, field) != 0.0 && reason.is_none_or(|reason| self.is_gone_for(agent, reason))
            }
            ExprNode::IsAt(a, place) => {
                let place = self.place(place, frame);
                place != PlaceId::NOWHERE && view.place(self.agent(a, frame)) == place
            }
            ExprNode::AreTogether(a, b) => {
                let (a, b) = (self.agent(a, frame), self.agent(b, frame));
                match view.place(a) {
                    PlaceId::NOWHERE => view.on_same_way(a, b),
                    place => place == view.place(b),
                }
            }
            ExprNode::Holds(agent, thing) => {
                let agent = self.agent(agent, frame);
                agent.is_some() && view.holder(self.agent(thing, frame)) == agent
            }
            ExprNode::IsKind(kind, agent) => {
                let agent = self.agent(agent, frame);
                agent.is_some() && view.kind(agent) == kind
            }
            ExprNode::And(a, b) => self.truth(a, frame) && self.truth(b, frame),
            ExprNode::Or(a, b) => self.truth(a, frame) || self.truth(b, frame),
            ExprNode::Not(a) => !self.truth(a, frame),
            ExprNode::SwitchIf(c, a, b) => self.truth(if self.truth(c, frame) { a } else { b }, frame),
            ExprNode::Compare(op, a, b) => math::compare(op, self.number(a, frame), self.number(b, frame)),
            ExprNode::SameSwitch(a, b) => self.truth(a, frame) == self.truth(b, frame),
            ExprNode::SameAgent(a, b) => self.agent(a, frame) == self.agent(b, frame),
            ExprNode::SamePlace(a, b) => self.place(a, frame) == self.place(b, frame),
            ExprNode::Clock(clock) => self.clock_value(clock) != 0.0,
            ExprNode::Happened(..) => self.number(id, frame) != 0.0,
            ExprNode::Concerns(topic, agent) => {
                let agent = self.agent(agent, frame);
                agent.is_some() && self.topic(topic, frame).is_some_and(|fact| fact.agents().contains(&agent))
            }
            ExprNode::IsAbout(kind, topic) => self.topic(topic, frame).is_some_and(|fact| is_of_kind(fact, kind)),
            ExprNode::HasAppointment(what, a, b) => view.appointment(self.agent(a, frame), self.agent(b, frame), what).is_some(),
            ExprNode::Intends(intention, agent, about) => {
                view.intention(self.agent(agent, frame), intention, self.optional_agent(about, frame)).is_some()
            }
            ExprNode::CarriedOut(intention, agent, about) => view
                .intention(self.agent(agent, frame), intention, self.optional_agent(about, frame))
                .is_some_and(|step| step >= view.intention_steps(intention)),
            ExprNode::BelievesSwitch(holder, fact, otherwise) => {
                let holder = self.agent(holder, frame);
                let fact = self.resolve_fact(fact, frame);
                match self.believed_value(holder, fact) {
                    Some(value) => value != 0.0,
                    None => otherwise != NO_NODE && self.truth(otherwise, frame),
                }
            }
            ExprNode::BelievesAt(holder, fact, place) => {
                let holder = self.agent(holder, frame);
                let fact = self.resolve_fact(fact, frame);
                let place = self.place(place, frame);
                place != PlaceId::NOWHERE && self.believed_value(holder, fact).is_some_and(|value| value == f64::from(place.0))
            }
            ExprNode::BelievesHolds(holder, fact, agent) => {
                let holder = self.agent(holder, frame);
                let fact = self.resolve_fact(fact, frame);
                let agent = self.agent(agent, frame);
                agent.is_some() && self.believed_value(holder, fact).is_some_and(|value| AgentId::from_value(value) == agent)
            }
            ExprNode::Knows(holder, fact) => {
                let holder = self.agent(holder, frame);
                let fact = self.resolve_fact(fact, frame);
                self.believed_value(holder, fact).is_some()
            }
            ExprNode::Chance(draw, p) => {
                let p = self.number(p, frame);
                p > 0.0 && self.draw(draw, frame) < p
            }
            ExprNode::Any(slot, set, each) => self
                .bind_each(slot, set, frame, &mut |frame, _| {
                    if each == NO_NODE || self.truth(each, frame) { Break(()) } else { Continue(()) }
                })
                .is_break(),
            ExprNode::All(slot, set, each) => self
                .bind_each(slot, set, frame, &mut |frame, _| if self.truth(each, frame) { Continue(()) } else { Break(()) })
                .is_continue(),
            _ => false,
        }
    }

    /// Evaluates an agent. Inlined, because a variable, the usual case, then needs no call.
    #[inline]
    pub(crate) fn agent(&self, id: NodeId, frame: &mut EvalFrame) -> AgentId {
        match self.code.node(id) {
            ExprNode::Slot(slot) => frame.get(usize::from(slot)),
            _ => self.compute_agent(id, frame),
        }
    }

    fn compute_agent(&self, id: NodeId, frame: &mut EvalFrame) -> AgentId {
        match self.code.node(id) {
            ExprNode::Agent(agent) => agent,
            ExprNode::Owner(agent) => self.view.owner(self.agent(agent, frame)),
            ExprNode::Os(agent) => self.view.os(self.agent(agent, frame)),
            ExprNode::Holder(thing) => self.view.holder(self.agent(thing, frame)),
            ExprNode::Source(holder, fact) => {
                let holder = self.agent(holder, frame);
                let fact = self.resolve_fact(fact, frame);
                match self.belief_of(holder, fact) {
                    Some(Known::Belief(fact, _)) => self.view.source(holder, fact),
                    _ => AgentId::NONE,
                }
            }
            ExprNode::TopicAgent(end, topic) => self.topic(topic, frame).map_or(AgentId::NONE, |fact| match (end, fact) {
                (0, fact) => fact.agents()[0],
                (_, WorldFact::Dim(_, to, _) | WorldFact::Tie(_, to, _) | WorldFact::Happened(_, _, to)) => to,
                _ => AgentId::NONE,
            }),
            ExprNode::If(c, a, b) => self.agent(if self.truth(c, frame) { a } else { b }, frame),
            ExprNode::Pick(draw, slot, set) => self.pick(draw, slot, set, frame),
            ExprNode::Best(slot, set, each) => {
                let mut best: Option<(f64, AgentId)> = None;
                let lot = |agent| self.view.lot(agent);
                let _ = self.bind_each(slot, set, frame, &mut |frame, member| {
                    let value = self.number(each, frame);
                    if best.is_none_or(|(highest, winner)| {
                        value > highest || value == highest && (lot(member), winner) > (lot(winner), member)
                    }) {
                        best = Some((value, member));
                    }
                    Continue(())
                });
                best.map_or(AgentId::NONE, |(_, winner)| winner)
            }
            _ => AgentId::NONE,
        }
    }

    fn spot(&self, id: NodeId, frame: &mut EvalFrame) -> Spot {
        match self.code.node(id) {
            ExprNode::SpotOf(agent) => Spot::Agent(self.agent(agent, frame)),
            _ => Spot::Place(self.place(id, frame)),
        }
    }

    pub(crate) fn place(&self, id: NodeId, frame: &mut EvalFrame) -> PlaceId {
        match self.code.node(id) {
            ExprNode::Place(place) => place,
            ExprNode::PlaceOf(agent) => self.view.place(self.agent(agent, frame)),
            ExprNode::HomeOf(agent) => self.view.home(self.agent(agent, frame)),
            ExprNode::WorkOf(agent) => self.view.work(self.agent(agent, frame)),
            ExprNode::If(c, a, b) => self.place(if self.truth(c, frame) { a } else { b }, frame),
            ExprNode::BelievedPlace(holder, fact) => {
                let holder = self.agent(holder, frame);
                let fact = self.resolve_fact(fact, frame);
                self.believed_value(holder, fact).map_or(PlaceId::NOWHERE, |value| PlaceId(value as u16))
            }
            _ => PlaceId::NOWHERE,
        }
    }

    /// Calls `visit` for each member of a set until it breaks.
    pub(crate) fn for_each_member(&self, id: NodeId, frame: &mut EvalFrame, visit: &mut MemberVisitor<'_>) -> ControlFlow<()> {
        match self.code.node(id) {
            ExprNode::SingleAgent(agent) => match self.agent(agent, frame) {
                AgentId::NONE => Continue(()),
                agent => visit(frame, agent),
            },
            ExprNode::List(first, len) => {
                let mut seen = [AgentId::NONE; MAX_LIST];
                for index in 0..usize::from(len) {
                    let member = self.agent(self.code.lists[first as usize + index], frame);
                    if member.is_some() && !seen[..index].contains(&member) {
                        visit(frame, member)?;
                    }
                    seen[index] = member;
                }
                Continue(())
            }
            ExprNode::Where(slot, set, condition) => self.for_each_member(set, frame, &mut |frame, member| {
                frame.set(usize::from(slot), member);
                if self.truth(condition, frame) { visit(frame, member) } else { Continue(()) }
            }),
            ExprNode::Members(kind) => self.view.members(kind).iter().try_for_each(|member| visit(frame, *member)),
            ExprNode::Several(role, set) => match frame.get(usize::from(role)).group_index() {
                Some(group) => self.view.group(group).iter().try_for_each(|member| visit(frame, *member)),
                None => self.for_each_member(set, frame, visit),
            },
            ExprNode::EverMembers(kind) => {
                let mut flow = Continue(());
                self.view.for_each_ever_member(kind, &mut |member| {
                    flow = visit(frame, member);
                    flow
                });
                flow
            }
            ExprNode::EverTied(tie, outward, agent) => {
                self.for_each_ever_tied(self.agent(agent, frame), tie, outward, frame, visit)
            }
            ExprNode::TiedUntilGoneTo(tie, outward, agent) => {
                self.for_each_ever_tied(self.agent(agent, frame), tie, outward, frame, &mut |frame, member| {
                    if self.is_present(member) { visit(frame, member) } else { Continue(()) }
                })
            }
            ExprNode::Siblings(tie, from_child, agent, also_gone) => {
                let siblings = Family { view: self.view, tie, from_child }.siblings(self.agent(agent, frame));
                siblings
                    .into_iter()
                    .filter(|sibling| also_gone || self.is_present(*sibling))
                    .try_for_each(|sibling| visit(frame, sibling))
            }
            ExprNode::Ties(tie, agent) => self.for_each_tied(self.agent(agent, frame), tie, true, frame, visit),
            ExprNode::TiesTo(tie, agent) => self.for_each_tied(self.agent(agent, frame), tie, false, frame, visit),
            ExprNode::Here(agent) => {
                let agent = self.agent(agent, frame);
                match self.view.place(agent) {
                    PlaceId::NOWHERE => visit_each(frame, visit, |visit| self.view.for_each_on_way(agent, visit)),
                    place => self.for_each_at_place(place, frame, &mut |frame, member| {
                        if member == agent { Continue(()) } else { visit(frame, member) }
                    }),
                }
            }
            ExprNode::AtPlace(place) => self.for_each_at_place(self.place(place, frame), frame, visit),
            ExprNode::HeldBy(agent) => {
                let agent = self.agent(agent, frame);
                visit_each(frame, visit, |visit| self.view.for_each_held(agent, visit))
            }
            ExprNode::KnownTo(agent) => {
                let agent = self.agent(agent, frame);
                visit_each(frame, visit, |visit| self.view.for_each_known(agent, visit))
            }
            ExprNode::Appointed(what, agent) => {
                let agent = self.agent(agent, frame);
                visit_each(frame, visit, |visit| self.view.for_each_appointed(agent, what, visit))
            }
            ExprNode::Intended(intention, agent) => {
                let agent = self.agent(agent, frame);
                visit_each(frame, visit, |visit| self.view.for_each_intended(agent, intention, visit))
            }
            ExprNode::ThingsAt(place) => {
                let place = self.place(place, frame);
                visit_each(frame, visit, |visit| self.view.for_each_thing_at(place, visit))
            }
            _ => Continue(()),
        }
    }

    fn is_present(&self, agent: AgentId) -> bool {
        self.view.field(agent, AgentField::Present) != 0.0
    }

    fn was_tied(&self, tie: TieId, a: AgentId, b: AgentId, reason: Option<ReasonId>) -> bool {
        let Some(ended) = self.view.past_tie(a, b, tie) else { return false };
        // A tie that ended with a death also ended for the reason of that death.
        reason.is_none_or(|reason| {
            reason == ended || ended.is_absence() && [a, b].into_iter().any(|agent| self.is_gone_for(agent, reason))
        })
    }

    /// Whether an agent is gone for a reason.
    fn is_gone_for(&self, agent: AgentId, reason: ReasonId) -> bool {
        let is_dead = self.view.field(agent, AgentField::Dead) != 0.0;
        match reason {
            ReasonId::DEATH => is_dead,
            ReasonId::DEPARTURE => !is_dead && self.view.field(agent, AgentField::Gone) != 0.0,
            reason => self.view.field(agent, AgentField::Reason) == f64::from(reason.0),
        }
    }

    /// Whether an agent could be a member of a set: of a set that is drawn or chosen from another one, whether it is in that one.
    pub(crate) fn is_member(&self, id: NodeId, frame: &mut EvalFrame, member: AgentId) -> bool {
        let view = self.view;
        match self.code.node(id) {
            ExprNode::Where(inner_slot, set, condition) => {
                self.is_member(set, frame, member) && {
                    frame.set(usize::from(inner_slot), member);
                    self.truth(condition, frame)
                }
            }
            ExprNode::SingleAgent(agent) => match self.code.node(agent) {
                ExprNode::Pick(_, _, set) | ExprNode::Best(_, set, _) => self.is_member(set, frame, member),
                _ => self.agent(agent, frame) == member,
            },
            ExprNode::List(first, len) => {
                let members = &self.code.lists[first as usize..][..usize::from(len)];
                members.iter().any(|listed| match self.code.node(*listed) {
                    ExprNode::Pick(_, _, set) | ExprNode::Best(_, set, _) => self.is_member(set, frame, member),
                    _ => self.agent(*listed, frame) == member,
                })
            }
            ExprNode::Members(kind) => view.kind(member) == kind && self.is_present(member),
            ExprNode::Ties(tie, agent) => view.tie(self.agent(agent, frame), member, tie) && self.is_present(member),
            ExprNode::TiesTo(tie, agent) => view.tie(member, self.agent(agent, frame), tie) && self.is_present(member),
            ExprNode::Here(agent) => {
                let agent = self.agent(agent, frame);
                let place = view.place(agent);
                if place != PlaceId::NOWHERE {
                    return member != agent && view.place(member) == place;
                }
                let mut is_on_way = false;
                view.for_each_on_way(agent, &mut |other| {
                    is_on_way = other == member;
                    if is_on_way { Break(()) } else { Continue(()) }
                });
                is_on_way
            }
            ExprNode::AtPlace(place) => {
                let place = self.place(place, frame);
                place != PlaceId::NOWHERE && view.place(member) == place
            }
            ExprNode::Siblings(tie, from_child, agent, also_gone) => {
                let agent = self.agent(agent, frame);
                Family { view, tie, from_child }.are_siblings(agent, member) && (also_gone || self.is_present(member))
            }
            _ => {
                self.for_each_member(id, frame, &mut |_, other| if other == member { Break(()) } else { Continue(()) }).is_break()
            }
        }
    }

    /// Calls `visit` for each member of a set, bound to `slot`, until it breaks.
    pub(crate) fn bind_each(
        &self,
        slot: u8,
        set: NodeId,
        frame: &mut EvalFrame,
        visit: &mut MemberVisitor<'_>,
    ) -> ControlFlow<()> {
        let slot = usize::from(slot);
        // Draws inside the set must not depend on the previous agent in the slot.
        frame.set(slot, AgentId::NONE);
        self.for_each_member(set, frame, &mut |frame, member| {
            frame.set(slot, member);
            visit(frame, member)
        })
    }

    fn for_each_ever_tied(
        &self,
        agent: AgentId,
        tie: crate::ids::TieId,
        outward: bool,
        frame: &mut EvalFrame,
        visit: &mut MemberVisitor<'_>,
    ) -> ControlFlow<()> {
        let mut flow = Continue(());
        if agent.is_some() {
            self.view.for_each_ever_tied(agent, tie, outward, &mut |member| {
                flow = visit(frame, member);
                flow
            });
        }
        flow
    }

    fn for_each_tied(
        &self,
        agent: AgentId,
        tie: crate::ids::TieId,
        outward: bool,
        frame: &mut EvalFrame,
        visit: &mut MemberVisitor<'_>,
    ) -> ControlFlow<()> {
        let mut flow = Continue(());
        if agent.is_some() {
            self.view.for_each_tied(agent, tie, outward, &mut |member| {
                flow = visit(frame, member);
                flow
            });
        }
        flow
    }

    fn for_each_at_place(&self, place: PlaceId, frame: &mut EvalFrame, visit: &mut MemberVisitor<'_>) -> ControlFlow<()> {
        let mut flow = Continue(());
        if place != PlaceId::NOWHERE {
            self.view.for_each_at_place(place, &mut |member| {
                flow = visit(frame, member);
                flow
            });
        }
        flow
    }

    /// Evaluates an optional agent argument.
    fn optional_agent(&self, id: NodeId, frame: &mut EvalFrame) -> AgentId {
        if id == NO_NODE { AgentId::NONE } else { self.agent(id, frame) }
    }

    fn age(&self, since: crate::ids::Instant) -> f64 {
        self.view.now().seconds() - since.seconds()
    }

    fn clock_value(&self, clock: ClockField) -> f64 {
        let now = self.view.now();
        let calendar = self.view.calendar();
        match clock {
            ClockField::Now => now.seconds(),
            ClockField::Today => (now.seconds() - 3600.0 * calendar.hour(now)).round(),
            ClockField::Hour => calendar.hour(now),
            ClockField::Weekday => f64::from(u8::from(calendar.is_weekday(now))),
            ClockField::DayOfWeek => f64::from(calendar.day_of_week(now)),
            ClockField::Month => f64::from(calendar.month(now)),
            ClockField::Day => f64::from(calendar.day(now)),
            ClockField::Year | ClockField::Turn => calendar.year(now) as f64,
        }
    }

    fn aggregate(&self, aggregate: AggregateOp, slot: u8, set: NodeId, each: NodeId, frame: &mut EvalFrame) -> f64 {
        let (mut count, mut sum, mut max, mut min) = (0_u32, 0.0, f64::NEG_INFINITY, f64::INFINITY);
        let _ = self.bind_each(slot, set, frame, &mut |frame, _| {
            count += 1;
            if each != NO_NODE {
                let value = self.number(each, frame);
                sum += value;
                max = max.max(value);
                min = min.min(value);
            }
            Continue(())
        });
        math::finite_or_zero(match aggregate {
            AggregateOp::Count => f64::from(count),
            AggregateOp::Sum => sum,
            AggregateOp::Mean => sum / f64::from(count),
            AggregateOp::Max => max,
            AggregateOp::Min => min,
        })
    }

    /// The random number of a draw.
    pub(crate) fn draw(&self, draw: DrawId, frame: &EvalFrame) -> f64 {
        let site = self.code.draws[draw as usize];
        self.view.draw(site.hash, self.draw_key(site, frame))
    }

    fn draw_key(&self, site: DrawSite, frame: &EvalFrame) -> u32 {
        frame.draw_key(site, |agent| self.view.agent_key(agent))
    }

    /// A random member of a set. Each member gets a lot and the highest one wins, so that a member who is not picked does not change
    /// who is.
    fn pick(&self, draw: DrawId, slot: u8, set: NodeId, frame: &mut EvalFrame) -> AgentId {
        let site = self.code.draws[draw as usize];
        let key = self.draw_key(site, frame);
        let restricted = self.restricted_kind(set);
        if let Some((kind, conditions)) = restricted
            && self.view.members(kind).len() > MAX_PICK_LOTS
        {
            return self.pick_by_index(site, key, slot, self.view.members(kind), conditions, frame);
        }
        let drawn = self.view.draw(site.hash, key).to_bits();
        let lot = |member| (mix(drawn ^ u64::from(self.view.agent_key(member))), member);
        frame.set(usize::from(slot), AgentId::NONE);
        let ExprNode::Where(..) = self.code.node(set) else {
            let mut highest: Option<(u64, AgentId)> = None;
            let _ = self.for_each_member(set, frame, &mut |_, member| {
                highest = highest.max(Some(lot(member)));
                Continue(())
            });
            return highest.map_or(AgentId::NONE, |(_, member)| member);
        };
        if self.conditions_are_short(set) && !self.view.notes_reads() {
            let mut highest: Option<(u64, AgentId)> = None;
            let _ = self.for_each_member(self.unrestricted(set), frame, &mut |frame, member| {
                frame.set(usize::from(slot), member);
                if self.meets_conditions(set, frame) {
                    highest = highest.max(Some(lot(member)));
                }
                frame.set(usize::from(slot), AgentId::NONE);
                Continue(())
            });
            return highest.map_or(AgentId::NONE, |(_, member)| member);
        }
        // The conditions are evaluated in the order of the lots, because the first member that meets them wins.
        let mut lots = SmallVec::<[(u64, AgentId); MAX_PICK_LOTS]>::new();
        let _ = self.for_each_member(self.unrestricted(set), frame, &mut |_, member| {
            lots.push(lot(member));
            Continue(())
        });
        lots.sort_unstable();
        for (_, member) in lots.into_iter().rev() {
            frame.set(usize::from(slot), member);
            if self.meets_conditions(set, frame) {
                return member;
            }
        }
        AgentId::NONE
    }

    /// A random member that meets the conditions, at a cost that does not depend on the number of members.
    fn pick_by_index(
        &self,
        site: DrawSite,
        key: u32,
        slot: u8,
        members: &[AgentId],
        conditions: Option<NodeId>,
        frame: &mut EvalFrame,
    ) -> AgentId {
        for attempt in 0..MAX_PICK_TRIES {
            let draw = self.view.draw(site.hash, key.wrapping_add(attempt.wrapping_mul(0x85EB_CA6B)));
            let Some(member) = members.get((draw * members.len() as f64) as usize) else { return AgentId::NONE };
            frame.set(usize::from(slot), *member);
            if conditions.is_none_or(|conditions| self.meets_conditions(conditions, frame)) {
                return *member;
            }
        }
        AgentId::NONE
    }

    /// For a set that is `agents(kind)` with any number of `where`s: the kind, and the outermost `where` if there is one.
    fn restricted_kind(&self, set: NodeId) -> Option<(crate::ids::KindId, Option<NodeId>)> {
        match self.code.node(self.unrestricted(set)) {
            ExprNode::Members(kind) => Some((kind, matches!(self.code.node(set), ExprNode::Where(..)).then_some(set))),
            _ => None,
        }
    }

    /// The set that a chain of `where`s restricts.
    fn unrestricted(&self, mut set: NodeId) -> NodeId {
        while let ExprNode::Where(_, inner, _) = self.code.node(set) {
            set = inner;
        }
        set
    }

    /// Whether the conditions of a chain of `where`s cost less to evaluate for a member than its lot.
    fn conditions_are_short(&self, set: NodeId) -> bool {
        self.code.subtree(set).len() - self.code.subtree(self.unrestricted(set)).len() <= MAX_SHORT_CONDITIONS
    }

    /// Whether the member that is already bound satisfies every condition of a chain of `where`s.
    fn meets_conditions(&self, set: NodeId, frame: &mut EvalFrame) -> bool {
        match self.code.node(set) {
            ExprNode::Where(_, set, condition) => self.meets_conditions(set, frame) && self.truth(condition, frame),
            _ => true,
        }
    }

    /// Resolves a fact node to the fact that it names for the current binding.
    pub(crate) fn resolve_fact(&self, id: NodeId, frame: &mut EvalFrame) -> WorldFact {
        match self.code.node(id) {
            ExprNode::AttrFact(attr, agent) => WorldFact::Attr(self.agent(agent, frame), attr),
            ExprNode::DimFact(dim, a, b) => WorldFact::Dim(self.agent(a, frame), self.agent(b, frame), dim),
            ExprNode::TieFact(tie, a, b) => WorldFact::Tie(self.agent(a, frame), self.agent(b, frame), tie),
            ExprNode::PlaceFact(agent) => WorldFact::Place(self.agent(agent, frame)),
            ExprNode::HolderFact(thing) => WorldFact::Holder(self.agent(thing, frame)),
            ExprNode::NameFact(agent) => WorldFact::Name(self.agent(agent, frame)),
            ExprNode::TopicFact(topic) => self.topic(topic, frame).unwrap_or(WorldFact::Place(AgentId::NONE)),
            ExprNode::HappenedFact(event, a, b) => {
                WorldFact::Happened(event, self.optional_agent(a, frame), self.optional_agent(b, frame))
            }
            _ => WorldFact::Place(AgentId::NONE),
        }
    }

    /// The fact that something known is.
    fn topic(&self, id: NodeId, frame: &mut EvalFrame) -> Option<WorldFact> {
        let topic = self.agent(id, frame);
        topic.topic_index().and_then(|_| self.view.topic(topic))
    }

    /// The value that `holder` believes a fact to have: the true value if it always knows it, otherwise its stored belief.
    fn believed_value(&self, holder: AgentId, fact: WorldFact) -> Option<f64> {
        self.belief_of(holder, fact).map(|known| match known {
            Known::Truth(value) | Known::Belief(_, value) => value,
        })
    }

    fn belief_of(&self, holder: AgentId, fact: WorldFact) -> Option<Known> {
        if !holder.is_some() {
            None
        } else if knows_truth(self.view, holder, fact) {
            Some(Known::Truth(true_value_of(self.view, fact)))
        } else {
            let fact = match fact {
                WorldFact::Happened(..) => self.view.belief_about(holder, fact),
                fact => fact,
            };
            self.view.belief(holder, fact).map(|value| Known::Belief(fact, value))
        }
    }
}

/// Whether a fact is one of a kind.
fn is_of_kind(fact: WorldFact, kind: TopicKind) -> bool {
    match (fact, kind) {
        (WorldFact::Attr(_, attr), TopicKind::Attr(of)) => attr == of,
        (WorldFact::Dim(.., dim), TopicKind::Dim(of)) => dim == of,
        (WorldFact::Tie(.., tie), TopicKind::Tie(of)) => tie == of,
        (WorldFact::Happened(event, ..), TopicKind::Event(of)) => event == of,
        (WorldFact::Place(_), TopicKind::Place) | (WorldFact::Holder(_), TopicKind::Holder) => true,
        _ => false,
    }
}

/// What an agent has in mind about a fact.
enum Known {
    /// It knows the true value.
    Truth(f64),
    /// It believes a value; the fact is the one that the belief is stored under.
    Belief(WorldFact, f64),
}

/// Calls `visit` with each agent that `each` produces, until it breaks.
fn visit_each(
    frame: &mut EvalFrame,
    visit: &mut MemberVisitor<'_>,
    each: impl FnOnce(&mut dyn FnMut(AgentId) -> ControlFlow<()>),
) -> ControlFlow<()> {
    let mut flow = Continue(());
    each(&mut |member| {
        flow = visit(frame, member);
        flow
    });
    flow
}

/// Mixes the bits of a number (the finaliser of SplitMix64, Steele et al. 2014).
const fn mix(bits: u64) -> u64 {
    let bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ bits >> 31
}

/// Whether an agent always knows the true value of a fact. It knows its own attributes and place, its ties, and the bonds that
/// start from it, and what it holds. What other agents feel toward it is only believed.
fn knows_truth<V: EvalContext>(view: &V, holder: AgentId, fact: WorldFact) -> bool {
    match fact {
        WorldFact::Holder(thing) => view.holder(thing) == holder,
        WorldFact::Attr(agent, _) | WorldFact::Place(agent) | WorldFact::Name(agent) => agent == holder,
        WorldFact::Dim(from, ..) => from == holder,
        WorldFact::Tie(a, b, _) => a == holder || b == holder,
        WorldFact::Happened(event, a, b) => {
            let took_part = |a: AgentId, b: AgentId| view.occurrences(OccurrenceQuery { event, a, b }).times > 0;
            a == holder || b == holder || !a.is_some() && took_part(holder, b) || !b.is_some() && took_part(a, holder)
        }
    }
}

/// The current true value of a fact: a place as its id, a tie as 0 or 1.
pub(crate) fn true_value_of<V: EvalContext>(view: &V, fact: WorldFact) -> f64 {
    match fact {
        WorldFact::Attr(agent, attr) => view.attr(agent, attr),
        WorldFact::Dim(from, to, dim) => view.dim(from, to, dim),
        WorldFact::Tie(a, b, tie) => f64::from(u8::from(view.tie(a, b, tie))),
        WorldFact::Place(agent) => f64::from(view.place(agent).0),
        WorldFact::Holder(thing) => f64::from(view.holder(thing).0),
        // No expression reads a name; whether it is known does not depend on the value.
        WorldFact::Name(_) => 0.0,
        WorldFact::Happened(event, a, b) => f64::from(u8::from(view.occurrences(OccurrenceQuery { event, a, b }).times > 0)),
    }
}
