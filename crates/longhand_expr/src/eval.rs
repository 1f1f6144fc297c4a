//! Evaluates one expression for one binding of its variables, by a recursive match with short-circuiting and no allocation.

use std::ops::ControlFlow::{self, Break, Continue};

use smallvec::SmallVec;

use crate::ids::{AgentId, PlaceId, WorldFact};

use super::context::{EvalContext, OccurrenceQuery};
use super::math;
use super::node::{AggregateOp, ClockField, Code, ExprNode, MAX_LIST, NO_NODE, NodeId, PastQuery};
use super::scope::EvalFrame;

/// The most draws of a `pick` over a kind. After that it picks nobody.
const MAX_PICK_TRIES: u32 = 16;
/// The age, in seconds, of an event that never happened or a tie that does not hold.
const NEVER_SECONDS: f64 = 1e9;

pub(crate) type MemberVisitor<'v> = dyn FnMut(&mut EvalFrame, AgentId) -> ControlFlow<()> + 'v;

pub(crate) struct Evaluator<'e, V> {
    pub code: &'e Code,
    pub view: &'e V,
}

impl<V: EvalContext> Evaluator<'_, V> {
    /// Evaluates a number. A switch is 0 or 1. Inlined, because a literal then needs no call.
    #[inline]
    pub(crate) fn number(&self, at: NodeId, f: &mut EvalFrame) -> f64 {
        match self.code.node(at) {
            ExprNode::Number(n) => n,
            _ => self.compute_number(at, f),
        }
    }

    fn compute_number(&self, at: NodeId, f: &mut EvalFrame) -> f64 {
        let view = self.view;
        match self.code.node(at) {
            ExprNode::NumberParam(param) => view.param(param),
            ExprNode::Attr(attr, of) => view.attr(self.agent(of, f), attr),
            ExprNode::Field(field, of) => view.field(self.agent(of, f), field),
            ExprNode::Dim(dim, a, b) => view.dim(self.agent(a, f), self.agent(b, f), dim),
            ExprNode::Arithmetic(op, a, b) => math::apply_binary(op, self.number(a, f), self.number(b, f)),
            ExprNode::Unary(op, a) => math::apply_unary(op, self.number(a, f)),
            ExprNode::Scale(by, a) => math::finite_or_zero(self.number(a, f) * by),
            ExprNode::Min(a, b) => self.number(a, f).min(self.number(b, f)),
            ExprNode::Max(a, b) => self.number(a, f).max(self.number(b, f)),
            ExprNode::Clamp(x, low, high) => math::clamp(self.number(x, f), self.number(low, f), self.number(high, f)),
            ExprNode::Ramp(x, low, high) => math::ramp(self.number(x, f), self.number(low, f), self.number(high, f)),
            ExprNode::Toward(x, target, share) => {
                math::move_toward(self.number(x, f), self.number(target, f), self.number(share, f))
            }
            ExprNode::If(c, a, b) => self.number(if self.truth(c, f) { a } else { b }, f),
            ExprNode::Clock(clock) => self.clock_value(clock),
            ExprNode::Date(seconds) => view.calendar().seconds_at(seconds),
            ExprNode::TieAge(tie, a, b) => {
                let since = view.tie_since(self.agent(a, f), self.agent(b, f), tie);
                since.map_or(NEVER_SECONDS, |since| self.age(since))
            }
            ExprNode::MedianTieDuration(tie) => view.median_tie_duration(tie),
            ExprNode::Believes(holder, fact, otherwise) => {
                let holder = self.agent(holder, f);
                let fact = self.resolve_fact(fact, f);
                match self.believed_value(holder, fact) {
                    Some(value) => value,
                    None => self.number(otherwise, f),
                }
            }
            ExprNode::Remembers(event, a, b) => view.memory(self.agent(a, f), event, self.optional_agent(b, f)),
            ExprNode::Feels(emotion, a, b) => view.feeling(self.agent(a, f), emotion, self.optional_agent(b, f)),
            ExprNode::Happened(query, event, a, b) => {
                let found =
                    view.occurrences(OccurrenceQuery { event, a: self.optional_agent(a, f), b: self.optional_agent(b, f) });
                match query {
                    PastQuery::Happened => f64::from(u8::from(found.times > 0)),
                    PastQuery::Times => f64::from(found.times),
                    PastQuery::Age => found.last.map_or(NEVER_SECONDS, |last| self.age(last)),
                    PastQuery::First => found.first.map_or(-NEVER_SECONDS, crate::ids::Instant::seconds),
                    PastQuery::Last => found.last.map_or(-NEVER_SECONDS, crate::ids::Instant::seconds),
                }
            }
            ExprNode::Value(name) => view.value(name),
            ExprNode::Uniform(slots, site, low, high) => {
                let (low, high) = (self.number(low, f), self.number(high, f));
                math::move_toward(low, high, view.draw(site, f.draw_key(slots)))
            }
            ExprNode::Normal(slots, site, mean, deviation) => {
                let (mean, deviation) = (self.number(mean, f), self.number(deviation, f));
                math::finite_or_zero(mean + deviation * math::normal_quantile(view.draw(site, f.draw_key(slots))))
            }
            ExprNode::Aggregate(aggregate, slot, set, each) => self.aggregate(aggregate, slot, set, each, f),
            _ => 0.0,
        }
    }

    pub(crate) fn truth(&self, at: NodeId, f: &mut EvalFrame) -> bool {
        let view = self.view;
        match self.code.node(at) {
            ExprNode::Switch(on) => on,
            ExprNode::SwitchParam(param) => view.param(param) != 0.0,
            ExprNode::SwitchAttr(attr, of) => view.attr(self.agent(of, f), attr) != 0.0,
            ExprNode::SwitchField(field, of) => view.field(self.agent(of, f), field) != 0.0,
            ExprNode::Tie(tie, a, b) => view.tie(self.agent(a, f), self.agent(b, f), tie),
            ExprNode::IsAt(a, place) => {
                let place = self.place(place, f);
                place != PlaceId::NOWHERE && view.place(self.agent(a, f)) == place
            }
            ExprNode::AreTogether(a, b) => {
                let place = view.place(self.agent(a, f));
                place != PlaceId::NOWHERE && place == view.place(self.agent(b, f))
            }
            ExprNode::IsKind(kind, of) => {
                let of = self.agent(of, f);
                of.is_some() && view.kind(of) == kind
            }
            ExprNode::And(a, b) => self.truth(a, f) && self.truth(b, f),
            ExprNode::Or(a, b) => self.truth(a, f) || self.truth(b, f),
            ExprNode::Not(a) => !self.truth(a, f),
            ExprNode::SwitchIf(c, a, b) => self.truth(if self.truth(c, f) { a } else { b }, f),
            ExprNode::Compare(op, a, b) => math::compare(op, self.number(a, f), self.number(b, f)),
            ExprNode::SameSwitch(a, b) => self.truth(a, f) == self.truth(b, f),
            ExprNode::SameAgent(a, b) => self.agent(a, f) == self.agent(b, f),
            ExprNode::SamePlace(a, b) => self.place(a, f) == self.place(b, f),
            ExprNode::Clock(clock) => self.clock_value(clock) != 0.0,
            ExprNode::Happened(..) => self.number(at, f) != 0.0,
            ExprNode::BelievesSwitch(holder, fact, otherwise) => {
                let holder = self.agent(holder, f);
                let fact = self.resolve_fact(fact, f);
                match self.believed_value(holder, fact) {
                    Some(value) => value != 0.0,
                    None => otherwise != NO_NODE && self.truth(otherwise, f),
                }
            }
            ExprNode::BelievesAt(holder, fact, place) => {
                let holder = self.agent(holder, f);
                let fact = self.resolve_fact(fact, f);
                let place = self.place(place, f);
                place != PlaceId::NOWHERE && self.believed_value(holder, fact).is_some_and(|held| held == f64::from(place.0))
            }
            ExprNode::Knows(holder, fact) => {
                let holder = self.agent(holder, f);
                let fact = self.resolve_fact(fact, f);
                self.believed_value(holder, fact).is_some()
            }
            ExprNode::Chance(slots, site, p) => {
                let p = self.number(p, f);
                p > 0.0 && view.draw(site, f.draw_key(slots)) < p
            }
            ExprNode::Any(slot, set, each) => self
                .bind_each(slot, set, f, &mut |f, _| {
                    if each == NO_NODE || self.truth(each, f) { Break(()) } else { Continue(()) }
                })
                .is_break(),
            ExprNode::All(slot, set, each) => {
                self.bind_each(slot, set, f, &mut |f, _| if self.truth(each, f) { Continue(()) } else { Break(()) }).is_continue()
            }
            _ => false,
        }
    }

    /// Evaluates an agent. Inlined, because a variable, the usual case, then needs no call.
    #[inline]
    pub(crate) fn agent(&self, at: NodeId, f: &mut EvalFrame) -> AgentId {
        match self.code.node(at) {
            ExprNode::Slot(slot) => f.get(usize::from(slot)),
            _ => self.compute_agent(at, f),
        }
    }

    fn compute_agent(&self, at: NodeId, f: &mut EvalFrame) -> AgentId {
        match self.code.node(at) {
            ExprNode::Agent(agent) => agent,
            ExprNode::Owner(of) => self.view.owner(self.agent(of, f)),
            ExprNode::Os(of) => self.view.os(self.agent(of, f)),
            ExprNode::If(c, a, b) => self.agent(if self.truth(c, f) { a } else { b }, f),
            ExprNode::Pick(slot, site, set) => self.pick(slot, site, set, f),
            ExprNode::Best(slot, set, each) => {
                let mut best: Option<(f64, AgentId)> = None;
                let _ = self.bind_each(slot, set, f, &mut |f, member| {
                    let value = self.number(each, f);
                    if best.is_none_or(|(most, who)| value > most || value == most && member < who) {
                        best = Some((value, member));
                    }
                    Continue(())
                });
                best.map_or(AgentId::NONE, |(_, who)| who)
            }
            _ => AgentId::NONE,
        }
    }

    pub(crate) fn place(&self, at: NodeId, f: &mut EvalFrame) -> PlaceId {
        match self.code.node(at) {
            ExprNode::Place(place) => place,
            ExprNode::PlaceOf(of) => self.view.place(self.agent(of, f)),
            ExprNode::HomeOf(of) => self.view.home(self.agent(of, f)),
            ExprNode::WorkOf(of) => self.view.work(self.agent(of, f)),
            ExprNode::If(c, a, b) => self.place(if self.truth(c, f) { a } else { b }, f),
            ExprNode::BelievedPlace(holder, fact) => {
                let holder = self.agent(holder, f);
                let fact = self.resolve_fact(fact, f);
                self.believed_value(holder, fact).map_or(PlaceId::NOWHERE, |held| PlaceId(held as u16))
            }
            _ => PlaceId::NOWHERE,
        }
    }

    /// Calls `visit` for each member of a set until it breaks.
    pub(crate) fn for_each_member(&self, at: NodeId, f: &mut EvalFrame, visit: &mut MemberVisitor<'_>) -> ControlFlow<()> {
        match self.code.node(at) {
            ExprNode::SingleAgent(agent) => match self.agent(agent, f) {
                AgentId::NONE => Continue(()),
                agent => visit(f, agent),
            },
            ExprNode::List(first, len) => {
                let mut seen = [AgentId::NONE; MAX_LIST];
                for at in 0..usize::from(len) {
                    let member = self.agent(self.code.lists[first as usize + at], f);
                    if member.is_some() && !seen[..at].contains(&member) {
                        visit(f, member)?;
                    }
                    seen[at] = member;
                }
                Continue(())
            }
            ExprNode::Where(slot, set, condition) => self.for_each_member(set, f, &mut |f, member| {
                f.set(usize::from(slot), member);
                if self.truth(condition, f) { visit(f, member) } else { Continue(()) }
            }),
            ExprNode::Members(kind) => self.view.members(kind).iter().try_for_each(|member| visit(f, *member)),
            ExprNode::Ties(tie, of) => self.for_each_tied(self.agent(of, f), tie, true, f, visit),
            ExprNode::TiesTo(tie, of) => self.for_each_tied(self.agent(of, f), tie, false, f, visit),
            ExprNode::Here(of) => {
                let of = self.agent(of, f);
                self.for_each_at_place(self.view.place(of), f, &mut |f, member| {
                    if member == of { Continue(()) } else { visit(f, member) }
                })
            }
            ExprNode::AtPlace(place) => self.for_each_at_place(self.place(place, f), f, visit),
            _ => Continue(()),
        }
    }

    /// Calls `visit` for each member of a set, bound to `slot`, until it breaks.
    pub(crate) fn bind_each(&self, slot: u8, set: NodeId, f: &mut EvalFrame, visit: &mut MemberVisitor<'_>) -> ControlFlow<()> {
        let slot = usize::from(slot);
        // Draws inside the set must not depend on the previous agent in the slot.
        f.set(slot, AgentId::NONE);
        self.for_each_member(set, f, &mut |f, member| {
            f.set(slot, member);
            visit(f, member)
        })
    }

    fn for_each_tied(
        &self,
        of: AgentId,
        tie: crate::ids::TieId,
        outward: bool,
        f: &mut EvalFrame,
        visit: &mut MemberVisitor<'_>,
    ) -> ControlFlow<()> {
        let mut flow = Continue(());
        if of.is_some() {
            self.view.for_each_tied(of, tie, outward, &mut |member| {
                flow = visit(f, member);
                flow
            });
        }
        flow
    }

    fn for_each_at_place(&self, place: PlaceId, f: &mut EvalFrame, visit: &mut MemberVisitor<'_>) -> ControlFlow<()> {
        let mut flow = Continue(());
        if place != PlaceId::NOWHERE {
            self.view.for_each_at_place(place, &mut |member| {
                flow = visit(f, member);
                flow
            });
        }
        flow
    }

    /// Evaluates an optional agent argument.
    fn optional_agent(&self, at: NodeId, f: &mut EvalFrame) -> AgentId {
        if at == NO_NODE { AgentId::NONE } else { self.agent(at, f) }
    }

    fn age(&self, since: crate::ids::Instant) -> f64 {
        self.view.now().seconds() - since.seconds()
    }

    fn clock_value(&self, clock: ClockField) -> f64 {
        let now = self.view.now();
        let calendar = self.view.calendar();
        match clock {
            ClockField::Now => now.seconds(),
            ClockField::Hour => calendar.hour(now),
            ClockField::Weekday => f64::from(u8::from(calendar.is_weekday(now))),
            ClockField::DayOfWeek => f64::from(calendar.day_of_week(now)),
            ClockField::Month => f64::from(calendar.month(now)),
            ClockField::Day => f64::from(calendar.day(now)),
            ClockField::Year => calendar.year(now) as f64,
        }
    }

    fn aggregate(&self, aggregate: AggregateOp, slot: u8, set: NodeId, each: NodeId, f: &mut EvalFrame) -> f64 {
        let (mut count, mut sum, mut most, mut least) = (0_u32, 0.0, f64::NEG_INFINITY, f64::INFINITY);
        let _ = self.bind_each(slot, set, f, &mut |f, _| {
            count += 1;
            if each != NO_NODE {
                let value = self.number(each, f);
                sum += value;
                most = most.max(value);
                least = least.min(value);
            }
            Continue(())
        });
        math::finite_or_zero(match aggregate {
            AggregateOp::Count => f64::from(count),
            AggregateOp::Sum => sum,
            AggregateOp::Mean => sum / f64::from(count),
            AggregateOp::Max => most,
            AggregateOp::Min => least,
        })
    }

    fn pick(&self, slot: u8, site: u32, set: NodeId, f: &mut EvalFrame) -> AgentId {
        let key = f.draw_key(slot);
        if let Some((kind, conditions)) = self.restricted_kind(set) {
            let members = self.view.members(kind);
            for attempt in 0..MAX_PICK_TRIES {
                let at =
                    (self.view.draw(site, key.wrapping_add(attempt.wrapping_mul(0x85EB_CA6B))) * members.len() as f64) as usize;
                let Some(member) = members.get(at) else { return AgentId::NONE };
                f.set(usize::from(slot), *member);
                if conditions.is_none_or(|conditions| self.meets_conditions(conditions, f)) {
                    return *member;
                }
            }
            return AgentId::NONE;
        }
        let mut members: SmallVec<[AgentId; 32]> = SmallVec::new();
        let _ = self.bind_each(slot, set, f, &mut |_, member| {
            members.push(member);
            Continue(())
        });
        members.get((self.view.draw(site, key) * members.len() as f64) as usize).copied().unwrap_or(AgentId::NONE)
    }

    /// For a set that is `agents(kind)` with any number of `where`s: the kind, and the outermost `where` if there is one.
    fn restricted_kind(&self, set: NodeId) -> Option<(crate::ids::KindId, Option<NodeId>)> {
        let mut inner = set;
        loop {
            match self.code.node(inner) {
                ExprNode::Where(_, set, _) => inner = set,
                ExprNode::Members(kind) => return Some((kind, (inner != set).then_some(set))),
                _ => return None,
            }
        }
    }

    /// Whether the member that is already bound satisfies every condition of a chain of `where`s.
    fn meets_conditions(&self, set: NodeId, f: &mut EvalFrame) -> bool {
        match self.code.node(set) {
            ExprNode::Where(_, set, condition) => self.meets_conditions(set, f) && self.truth(condition, f),
            _ => true,
        }
    }

    /// Resolves a fact node to the fact that it names for the current binding.
    pub(crate) fn resolve_fact(&self, at: NodeId, f: &mut EvalFrame) -> WorldFact {
        match self.code.node(at) {
            ExprNode::AttrFact(attr, of) => WorldFact::Attr(self.agent(of, f), attr),
            ExprNode::DimFact(dim, a, b) => WorldFact::Dim(self.agent(a, f), self.agent(b, f), dim),
            ExprNode::TieFact(tie, a, b) => WorldFact::Tie(self.agent(a, f), self.agent(b, f), tie),
            ExprNode::PlaceFact(of) => WorldFact::Place(self.agent(of, f)),
            _ => WorldFact::Place(AgentId::NONE),
        }
    }

    /// The value that `holder` believes a fact to have: the true value if it always knows it, otherwise its stored belief.
    fn believed_value(&self, holder: AgentId, fact: WorldFact) -> Option<f64> {
        if !holder.is_some() {
            None
        } else if knows_truth(holder, fact) {
            Some(true_value_of(self.view, fact))
        } else {
            self.view.belief(holder, fact)
        }
    }
}

/// Whether an agent always knows the true value of a fact. It knows its own attributes and place, its ties, and the bonds that
/// start from it. What other agents feel toward it is only believed.
fn knows_truth(holder: AgentId, fact: WorldFact) -> bool {
    match fact {
        WorldFact::Attr(of, _) | WorldFact::Place(of) => of == holder,
        WorldFact::Dim(from, ..) => from == holder,
        WorldFact::Tie(a, b, _) => a == holder || b == holder,
    }
}

/// The current true value of a fact: a place as its id, a tie as 0 or 1.
pub(crate) fn true_value_of<V: EvalContext>(view: &V, fact: WorldFact) -> f64 {
    match fact {
        WorldFact::Attr(of, attr) => view.attr(of, attr),
        WorldFact::Dim(from, to, dim) => view.dim(from, to, dim),
        WorldFact::Tie(a, b, tie) => f64::from(u8::from(view.tie(a, b, tie))),
        WorldFact::Place(of) => f64::from(view.place(of).0),
    }
}
