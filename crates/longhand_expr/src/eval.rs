//! Evaluates one expression for one binding of its variables, by a recursive match with short-circuiting and no allocation.

use std::ops::ControlFlow::{self, Break, Continue};

use smallvec::SmallVec;

use crate::ids::{AgentId, Known, PlaceId};

use super::math;
use super::node::{ABSENT, Aggregate, Clock, Code, MAX_LIST, Node, Ref, Telling};
use super::scope::Frame;
use super::view::{Occurrence, View};

/// The most draws of a `pick` over a kind. After that it picks nobody.
const TRIES: u32 = 16;
/// The age, in seconds, of an event that never happened or a tie that does not hold.
const NEVER: f64 = 1e9;

pub(crate) type Visit<'v> = dyn FnMut(&mut Frame, AgentId) -> ControlFlow<()> + 'v;

pub(crate) struct Eval<'e, V> {
    pub code: &'e Code,
    pub view: &'e V,
}

impl<V: View> Eval<'_, V> {
    /// Evaluates a number. A switch is 0 or 1. Inlined, because a literal then needs no call.
    #[inline]
    pub(crate) fn number(&self, at: Ref, f: &mut Frame) -> f64 {
        match self.code.node(at) {
            Node::Number(n) => n,
            _ => self.computed(at, f),
        }
    }

    fn computed(&self, at: Ref, f: &mut Frame) -> f64 {
        let view = self.view;
        match self.code.node(at) {
            Node::NumberParam(param) => view.param(param),
            Node::Attr(attr, of) => view.attr(self.agent(of, f), attr),
            Node::Field(field, of) => view.field(self.agent(of, f), field),
            Node::Dim(dim, a, b) => view.dim(self.agent(a, f), self.agent(b, f), dim),
            Node::Arithmetic(op, a, b) => math::arithmetic(op, self.number(a, f), self.number(b, f)),
            Node::Unary(op, a) => math::unary(op, self.number(a, f)),
            Node::Scale(by, a) => math::finite(self.number(a, f) * by),
            Node::Min(a, b) => self.number(a, f).min(self.number(b, f)),
            Node::Max(a, b) => self.number(a, f).max(self.number(b, f)),
            Node::Clamp(x, low, high) => math::clamp(self.number(x, f), self.number(low, f), self.number(high, f)),
            Node::Ramp(x, low, high) => math::ramp(self.number(x, f), self.number(low, f), self.number(high, f)),
            Node::Toward(x, target, share) => math::toward(self.number(x, f), self.number(target, f), self.number(share, f)),
            Node::If(c, a, b) => self.number(if self.truth(c, f) { a } else { b }, f),
            Node::Clock(clock) => self.clock(clock),
            Node::Date(seconds) => view.calendar().seconds_at(seconds),
            Node::TieAge(tie, a, b) => {
                let since = view.tie_since(self.agent(a, f), self.agent(b, f), tie);
                since.map_or(NEVER, |since| self.age(since))
            }
            Node::Lasts(tie) => view.lasts(tie),
            Node::Believes(holder, fact, otherwise) => {
                let holder = self.agent(holder, f);
                let fact = self.known(fact, f);
                match self.held(holder, fact) {
                    Some(value) => value,
                    None => self.number(otherwise, f),
                }
            }
            Node::Remembers(event, a, b) => view.memory(self.agent(a, f), event, self.maybe(b, f)),
            Node::Feels(emotion, a, b) => view.feeling(self.agent(a, f), emotion, self.maybe(b, f)),
            Node::Happened(telling, event, a, b) => {
                let found = view.happened(Occurrence { event, a: self.maybe(a, f), b: self.maybe(b, f) });
                match telling {
                    Telling::Whether => f64::from(u8::from(found.times > 0)),
                    Telling::Times => f64::from(found.times),
                    Telling::Age => found.last.map_or(NEVER, |last| self.age(last)),
                    Telling::First => found.first.map_or(-NEVER, crate::ids::Instant::seconds),
                    Telling::Last => found.last.map_or(-NEVER, crate::ids::Instant::seconds),
                }
            }
            Node::Value(name) => view.value(name),
            Node::Uniform(slots, site, low, high) => {
                let (low, high) = (self.number(low, f), self.number(high, f));
                math::toward(low, high, view.draw(site, f.key(slots)))
            }
            Node::Normal(slots, site, mean, deviation) => {
                let (mean, deviation) = (self.number(mean, f), self.number(deviation, f));
                math::finite(mean + deviation * math::normal_quantile(view.draw(site, f.key(slots))))
            }
            Node::Aggregate(aggregate, slot, set, each) => self.aggregate(aggregate, slot, set, each, f),
            _ => 0.0,
        }
    }

    pub(crate) fn truth(&self, at: Ref, f: &mut Frame) -> bool {
        let view = self.view;
        match self.code.node(at) {
            Node::Switch(on) => on,
            Node::SwitchParam(param) => view.param(param) != 0.0,
            Node::SwitchAttr(attr, of) => view.attr(self.agent(of, f), attr) != 0.0,
            Node::SwitchField(field, of) => view.field(self.agent(of, f), field) != 0.0,
            Node::Tie(tie, a, b) => view.tie(self.agent(a, f), self.agent(b, f), tie),
            Node::At(a, place) => {
                let place = self.place(place, f);
                place != PlaceId::NOWHERE && view.place(self.agent(a, f)) == place
            }
            Node::Together(a, b) => {
                let place = view.place(self.agent(a, f));
                place != PlaceId::NOWHERE && place == view.place(self.agent(b, f))
            }
            Node::IsKind(kind, of) => {
                let of = self.agent(of, f);
                of.is_some() && view.kind(of) == kind
            }
            Node::And(a, b) => self.truth(a, f) && self.truth(b, f),
            Node::Or(a, b) => self.truth(a, f) || self.truth(b, f),
            Node::Not(a) => !self.truth(a, f),
            Node::SwitchIf(c, a, b) => self.truth(if self.truth(c, f) { a } else { b }, f),
            Node::Compare(op, a, b) => math::compare(op, self.number(a, f), self.number(b, f)),
            Node::SameSwitch(a, b) => self.truth(a, f) == self.truth(b, f),
            Node::SameAgent(a, b) => self.agent(a, f) == self.agent(b, f),
            Node::SamePlace(a, b) => self.place(a, f) == self.place(b, f),
            Node::Clock(clock) => self.clock(clock) != 0.0,
            Node::Happened(..) => self.number(at, f) != 0.0,
            Node::BelievesSwitch(holder, fact, otherwise) => {
                let holder = self.agent(holder, f);
                let fact = self.known(fact, f);
                match self.held(holder, fact) {
                    Some(value) => value != 0.0,
                    None => otherwise != ABSENT && self.truth(otherwise, f),
                }
            }
            Node::BelievesAt(holder, fact, place) => {
                let holder = self.agent(holder, f);
                let fact = self.known(fact, f);
                let place = self.place(place, f);
                place != PlaceId::NOWHERE && self.held(holder, fact).is_some_and(|held| held == f64::from(place.0))
            }
            Node::Knows(holder, fact) => {
                let holder = self.agent(holder, f);
                let fact = self.known(fact, f);
                self.held(holder, fact).is_some()
            }
            Node::Chance(slots, site, p) => {
                let p = self.number(p, f);
                p > 0.0 && view.draw(site, f.key(slots)) < p
            }
            Node::Any(slot, set, each) => self
                .bind_each(slot, set, f, &mut |f, _| if each == ABSENT || self.truth(each, f) { Break(()) } else { Continue(()) })
                .is_break(),
            Node::All(slot, set, each) => {
                self.bind_each(slot, set, f, &mut |f, _| if self.truth(each, f) { Continue(()) } else { Break(()) }).is_continue()
            }
            _ => false,
        }
    }

    /// Evaluates an agent. Inlined, because a variable, the usual case, then needs no call.
    #[inline]
    pub(crate) fn agent(&self, at: Ref, f: &mut Frame) -> AgentId {
        match self.code.node(at) {
            Node::Slot(slot) => f.get(usize::from(slot)),
            _ => self.found(at, f),
        }
    }

    fn found(&self, at: Ref, f: &mut Frame) -> AgentId {
        match self.code.node(at) {
            Node::Agent(agent) => agent,
            Node::Owner(of) => self.view.owner(self.agent(of, f)),
            Node::Os(of) => self.view.os(self.agent(of, f)),
            Node::If(c, a, b) => self.agent(if self.truth(c, f) { a } else { b }, f),
            Node::Pick(slot, site, set) => self.pick(slot, site, set, f),
            Node::Best(slot, set, each) => {
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

    pub(crate) fn place(&self, at: Ref, f: &mut Frame) -> PlaceId {
        match self.code.node(at) {
            Node::Place(place) => place,
            Node::PlaceOf(of) => self.view.place(self.agent(of, f)),
            Node::HomeOf(of) => self.view.home(self.agent(of, f)),
            Node::WorkOf(of) => self.view.work(self.agent(of, f)),
            Node::If(c, a, b) => self.place(if self.truth(c, f) { a } else { b }, f),
            Node::BelievedPlace(holder, fact) => {
                let holder = self.agent(holder, f);
                let fact = self.known(fact, f);
                self.held(holder, fact).map_or(PlaceId::NOWHERE, |held| PlaceId(held as u16))
            }
            _ => PlaceId::NOWHERE,
        }
    }

    /// Calls `visit` for each member of a set until it breaks.
    pub(crate) fn each(&self, at: Ref, f: &mut Frame, visit: &mut Visit<'_>) -> ControlFlow<()> {
        match self.code.node(at) {
            Node::One(agent) => match self.agent(agent, f) {
                AgentId::NONE => Continue(()),
                agent => visit(f, agent),
            },
            Node::List(first, len) => {
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
            Node::Where(slot, set, condition) => self.each(set, f, &mut |f, member| {
                f.set(usize::from(slot), member);
                if self.truth(condition, f) { visit(f, member) } else { Continue(()) }
            }),
            Node::Members(kind) => self.view.members(kind).iter().try_for_each(|member| visit(f, *member)),
            Node::Ties(tie, of) => self.tied(self.agent(of, f), tie, true, f, visit),
            Node::TiesTo(tie, of) => self.tied(self.agent(of, f), tie, false, f, visit),
            Node::Here(of) => {
                let of = self.agent(of, f);
                self.at_place(self.view.place(of), f, &mut |f, member| if member == of { Continue(()) } else { visit(f, member) })
            }
            Node::AtPlace(place) => self.at_place(self.place(place, f), f, visit),
            _ => Continue(()),
        }
    }

    /// Calls `visit` for each member of a set, bound to `slot`, until it breaks.
    pub(crate) fn bind_each(&self, slot: u8, set: Ref, f: &mut Frame, visit: &mut Visit<'_>) -> ControlFlow<()> {
        let slot = usize::from(slot);
        // Draws inside the set must not depend on the previous agent in the slot.
        f.set(slot, AgentId::NONE);
        self.each(set, f, &mut |f, member| {
            f.set(slot, member);
            visit(f, member)
        })
    }

    fn tied(&self, of: AgentId, tie: crate::ids::TieId, outward: bool, f: &mut Frame, visit: &mut Visit<'_>) -> ControlFlow<()> {
        let mut flow = Continue(());
        if of.is_some() {
            self.view.tied(of, tie, outward, &mut |member| {
                flow = visit(f, member);
                flow
            });
        }
        flow
    }

    fn at_place(&self, place: PlaceId, f: &mut Frame, visit: &mut Visit<'_>) -> ControlFlow<()> {
        let mut flow = Continue(());
        if place != PlaceId::NOWHERE {
            self.view.at_place(place, &mut |member| {
                flow = visit(f, member);
                flow
            });
        }
        flow
    }

    /// Evaluates an optional agent argument.
    fn maybe(&self, at: Ref, f: &mut Frame) -> AgentId {
        if at == ABSENT { AgentId::NONE } else { self.agent(at, f) }
    }

    fn age(&self, since: crate::ids::Instant) -> f64 {
        self.view.now().seconds() - since.seconds()
    }

    fn clock(&self, clock: Clock) -> f64 {
        let now = self.view.now();
        let calendar = self.view.calendar();
        match clock {
            Clock::Now => now.seconds(),
            Clock::Hour => calendar.hour(now),
            Clock::Weekday => f64::from(u8::from(calendar.weekday(now))),
            Clock::DayOfWeek => f64::from(calendar.day_of_week(now)),
            Clock::Month => f64::from(calendar.month(now)),
            Clock::Day => f64::from(calendar.day(now)),
            Clock::Year => calendar.year(now) as f64,
        }
    }

    fn aggregate(&self, aggregate: Aggregate, slot: u8, set: Ref, each: Ref, f: &mut Frame) -> f64 {
        let (mut count, mut sum, mut most, mut least) = (0_u32, 0.0, f64::NEG_INFINITY, f64::INFINITY);
        let _ = self.bind_each(slot, set, f, &mut |f, _| {
            count += 1;
            if each != ABSENT {
                let value = self.number(each, f);
                sum += value;
                most = most.max(value);
                least = least.min(value);
            }
            Continue(())
        });
        math::finite(match aggregate {
            Aggregate::Count => f64::from(count),
            Aggregate::Sum => sum,
            Aggregate::Mean => sum / f64::from(count),
            Aggregate::Max => most,
            Aggregate::Min => least,
        })
    }

    fn pick(&self, slot: u8, site: u32, set: Ref, f: &mut Frame) -> AgentId {
        let key = f.key(slot);
        if let Some((kind, conditions)) = self.kind_only(set) {
            let members = self.view.members(kind);
            for attempt in 0..TRIES {
                let at =
                    (self.view.draw(site, key.wrapping_add(attempt.wrapping_mul(0x85EB_CA6B))) * members.len() as f64) as usize;
                let Some(member) = members.get(at) else { return AgentId::NONE };
                f.set(usize::from(slot), *member);
                if conditions.is_none_or(|conditions| self.meets(conditions, f)) {
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
    fn kind_only(&self, set: Ref) -> Option<(crate::ids::KindId, Option<Ref>)> {
        let mut inner = set;
        loop {
            match self.code.node(inner) {
                Node::Where(_, set, _) => inner = set,
                Node::Members(kind) => return Some((kind, (inner != set).then_some(set))),
                _ => return None,
            }
        }
    }

    /// Whether the member that is already bound satisfies every condition of a chain of `where`s.
    fn meets(&self, set: Ref, f: &mut Frame) -> bool {
        match self.code.node(set) {
            Node::Where(_, set, condition) => self.meets(set, f) && self.truth(condition, f),
            _ => true,
        }
    }

    /// Resolves a fact node to the fact that it names for the current binding.
    pub(crate) fn known(&self, at: Ref, f: &mut Frame) -> Known {
        match self.code.node(at) {
            Node::AttrFact(attr, of) => Known::Attr(self.agent(of, f), attr),
            Node::DimFact(dim, a, b) => Known::Dim(self.agent(a, f), self.agent(b, f), dim),
            Node::TieFact(tie, a, b) => Known::Tie(self.agent(a, f), self.agent(b, f), tie),
            Node::PlaceFact(of) => Known::Place(self.agent(of, f)),
            _ => Known::Place(AgentId::NONE),
        }
    }

    /// The value that `holder` believes a fact to have: the true value if it always knows it, otherwise its stored belief.
    fn held(&self, holder: AgentId, fact: Known) -> Option<f64> {
        if !holder.is_some() {
            None
        } else if knows_truth(holder, fact) {
            Some(truth_of(self.view, fact))
        } else {
            self.view.belief(holder, fact)
        }
    }
}

/// Whether an agent always knows the true value of a fact. It knows its own attributes and place, its ties, and the bonds that
/// start from it. What other agents feel toward it is only believed.
fn knows_truth(holder: AgentId, fact: Known) -> bool {
    match fact {
        Known::Attr(of, _) | Known::Place(of) => of == holder,
        Known::Dim(from, ..) => from == holder,
        Known::Tie(a, b, _) => a == holder || b == holder,
    }
}

/// The current true value of a fact: a place as its id, a tie as 0 or 1.
pub(crate) fn truth_of<V: View>(view: &V, fact: Known) -> f64 {
    match fact {
        Known::Attr(of, attr) => view.attr(of, attr),
        Known::Dim(from, to, dim) => view.dim(from, to, dim),
        Known::Tie(a, b, tie) => f64::from(u8::from(view.tie(a, b, tie))),
        Known::Place(of) => f64::from(view.place(of).0),
    }
}
