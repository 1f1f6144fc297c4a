//! Evaluates one expression for one binding of its variables, by a recursive match with short-circuiting and no allocation.
//!
//! This file has the values: numbers, switches, agents and places. The members of sets are in `members`, random ones in `pick`, and what
//! agents know in `knowledge`.

use std::ops::ControlFlow::{Break, Continue};

use crate::ids::{AgentField, AgentId, PlaceId, ReasonId, TieId, WorldFact};

use super::context::{EvalContext, OccurrenceQuery, Spot};
use super::def_results::{DefCall, DefResults};
use super::family::Family;
use super::knowledge::{Known, is_of_kind};
use super::math;
use super::node::{AggregateOp, ClockField, Code, DefCallSite, DrawId, DrawSite, ExprNode, NO_NODE, NodeId, PastQuery};
use super::scope::EvalFrame;

/// The distance, in kilometres, of what is at no place or where no way leads.
const NOWHERE_KM: f64 = 1e9;

pub(crate) struct Evaluator<'e, V> {
    pub code: &'e Code,
    pub view: &'e V,
}

impl<V: EvalContext> Evaluator<'_, V> {
    /// Evaluates a number. A switch is 0 or 1. Inlined, because a literal then needs no call.
    #[inline]
    pub(crate) fn number(&self, id: NodeId, frame: &mut EvalFrame) -> f64 {
        match self.code.evaluated(id) {
            ExprNode::Number(n) => n,
            node => self.compute_number(node, frame),
        }
    }

    fn compute_number(&self, node: ExprNode, frame: &mut EvalFrame) -> f64 {
        let view = self.view;
        match node {
            ExprNode::NumberParam(param) => view.param(param),
            ExprNode::Word(position, _) => f64::from(position),
            ExprNode::Attr(attr, agent) => view.attr(self.agent(agent, frame), attr),
            ExprNode::AttrOf(attr, slot) => view.attr(frame.get(usize::from(slot)), attr),
            ExprNode::Field(field, agent) => view.field(self.agent(agent, frame), field),
            ExprNode::Dim(dim, a, b) => view.dim(self.agent(a, frame), self.agent(b, frame), dim),
            ExprNode::DimOf(dim, a, b) => view.dim(frame.get(usize::from(a)), frame.get(usize::from(b)), dim),
            ExprNode::Add(a, b) => math::finite_or_zero(self.number(a, frame) + self.number(b, frame)),
            ExprNode::Subtract(a, b) => math::finite_or_zero(self.number(a, frame) - self.number(b, frame)),
            ExprNode::Multiply(a, b) => math::finite_or_zero(self.number(a, frame) * self.number(b, frame)),
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
            ExprNode::DefCall(call) => self.result(call, frame, |node, frame| self.compute_number(node, frame)),
            // Everything else that has a number is a switch.
            _ => f64::from(u8::from(self.compute_truth(node, frame))),
        }
    }

    #[inline]
    pub(crate) fn truth(&self, id: NodeId, frame: &mut EvalFrame) -> bool {
        self.compute_truth(self.code.evaluated(id), frame)
    }

    fn compute_truth(&self, node: ExprNode, frame: &mut EvalFrame) -> bool {
        let view = self.view;
        match node {
            ExprNode::Switch(on) => on,
            ExprNode::SwitchParam(param) => view.param(param) != 0.0,
            ExprNode::SwitchAttr(attr, agent) => view.attr(self.agent(agent, frame), attr) != 0.0,
            ExprNode::SwitchAttrOf(attr, slot) => view.attr(frame.get(usize::from(slot)), attr) != 0.0,
            ExprNode::SwitchField(field, agent) => view.field(self.agent(agent, frame), field) != 0.0,
            ExprNode::Tie(tie, a, b) => view.tie(self.agent(a, frame), self.agent(b, frame), tie),
            ExprNode::TieOf(tie, a, b) => view.tie(frame.get(usize::from(a)), frame.get(usize::from(b)), tie),
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
            ExprNode::IsKindOf(kind, slot) => {
                let agent = frame.get(usize::from(slot));
                agent.is_some() && view.kind(agent) == kind
            }
            ExprNode::And(a, b) => self.truth(a, frame) && self.truth(b, frame),
            ExprNode::Or(a, b) => self.truth(a, frame) || self.truth(b, frame),
            ExprNode::AllOf(first, len) => self.operands((first, len)).iter().all(|id| self.truth(*id, frame)),
            ExprNode::AnyOf(first, len) => self.operands((first, len)).iter().any(|id| self.truth(*id, frame)),
            ExprNode::Not(a) => !self.truth(a, frame),
            ExprNode::SwitchIf(c, a, b) => self.truth(if self.truth(c, frame) { a } else { b }, frame),
            ExprNode::CompareNumber(op, a, number) => math::compare(op, self.number(a, frame), number),
            ExprNode::Compare(op, a, b) => math::compare(op, self.number(a, frame), self.number(b, frame)),
            ExprNode::SameSwitch(a, b) => self.truth(a, frame) == self.truth(b, frame),
            ExprNode::SameAgent(a, b) => self.agent(a, frame) == self.agent(b, frame),
            ExprNode::SamePlace(a, b) => self.place(a, frame) == self.place(b, frame),
            ExprNode::Clock(clock) => self.clock_value(clock) != 0.0,
            ExprNode::Happened(..) => self.compute_number(node, frame) != 0.0,
            ExprNode::DefCall(call) => {
                let truth = |node, frame: &mut EvalFrame| f64::from(u8::from(self.compute_truth(node, frame)));
                self.result(call, frame, truth) != 0.0
            }
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

    /// The operands of a chain in the order in which they are evaluated. What is noted follows from the text.
    #[inline]
    fn operands(&self, chain: (u32, u16)) -> &[NodeId] {
        if self.view.notes_reads() { self.code.written_chain(chain) } else { self.code.chain(chain) }
    }

    /// Evaluates an agent. Inlined, because a variable, the usual case, then needs no call.
    #[inline]
    pub(crate) fn agent(&self, id: NodeId, frame: &mut EvalFrame) -> AgentId {
        match self.code.evaluated(id) {
            ExprNode::Slot(slot) => frame.get(usize::from(slot)),
            node => self.compute_agent(node, frame),
        }
    }

    fn compute_agent(&self, node: ExprNode, frame: &mut EvalFrame) -> AgentId {
        match node {
            ExprNode::DefCall(call) => {
                let agent = |node, frame: &mut EvalFrame| f64::from(self.compute_agent(node, frame).0);
                AgentId(self.result(call, frame, agent) as u32)
            }
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

    /// The result of a call of a def: as it is remembered, or as its body gives it.
    fn result(&self, call: u16, frame: &mut EvalFrame, evaluate: impl Fn(ExprNode, &mut EvalFrame) -> f64) -> f64 {
        let DefCallSite { node, def, args } = self.code.def_calls[usize::from(call)];
        let body = self.code.node(node);
        let Some(results) = self.view.def_results() else { return evaluate(body, frame) };
        let agents = args.map(|slot| slot.map_or(AgentId::NONE, |slot| frame.get(usize::from(slot))));
        let call = DefCall { def, agents };
        match results.get(call) {
            Some(result) => {
                debug_assert!(
                    !DefResults::is_checked(call) || result.to_bits() == evaluate(body, frame).to_bits(),
                    "what is remembered is what would be found"
                );
                result
            }
            None => {
                let result = evaluate(body, frame);
                results.insert(call, result);
                result
            }
        }
    }

    fn spot(&self, id: NodeId, frame: &mut EvalFrame) -> Spot {
        match self.code.node(id) {
            ExprNode::SpotOf(agent) => Spot::Agent(self.agent(agent, frame)),
            _ => Spot::Place(self.place(id, frame)),
        }
    }

    pub(crate) fn place(&self, id: NodeId, frame: &mut EvalFrame) -> PlaceId {
        self.compute_place(self.code.evaluated(id), frame)
    }

    fn compute_place(&self, node: ExprNode, frame: &mut EvalFrame) -> PlaceId {
        match node {
            ExprNode::DefCall(call) => {
                let place = |node, frame: &mut EvalFrame| f64::from(self.compute_place(node, frame).0);
                PlaceId(self.result(call, frame, place) as u16)
            }
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

    pub(crate) fn is_present(&self, agent: AgentId) -> bool {
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

    /// Evaluates an optional agent argument.
    pub(crate) fn optional_agent(&self, id: NodeId, frame: &mut EvalFrame) -> AgentId {
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

    pub(crate) fn draw_key(&self, site: DrawSite, frame: &EvalFrame) -> u32 {
        frame.draw_key(site, |agent| self.view.agent_key(agent))
    }
}
