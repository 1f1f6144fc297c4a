//! Tests one input against one alternative of a clause: which partial matches it starts, advances or completes.

use super::found::frame;
use super::intervals::{Intervals, Part, Point};
use super::thread::{Bindings, Key, Plan, Progress, Thread, in_time, stage, variables_of};
use super::with_values::WithValues;
use longhand_chronicle::Event;
use longhand_expr::View;
use longhand_expr::ids::AgentId;
use longhand_scene::model::{Clause, Pattern, RoleIs, Way, Without};
use smallvec::SmallVec;

/// The effect of an input on a pattern.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Advance(usize, Key, Thread),
    Complete(Bindings, Thread),
}

/// An input of the matcher: an event, or an interval that begins.
#[derive(Clone, Copy)]
pub(super) struct Happening<'a> {
    pub part: Part,
    pub event: Option<&'a Event>,
    /// The agents in it, by slot.
    pub roles: &'a [AgentId],
}

/// The agents bound to the variables that a negated clause names.
pub(super) fn people_of(without: &Without, bound: &[AgentId]) -> Bindings {
    variables_of(&without.roles).map(|variable| bound[variable]).collect()
}

/// Binds open roles to the agents in the slots. Returns false when a slot is empty or holds another agent than the role is bound
/// to.
pub(super) fn bind(bound: &mut Bindings, roles: &[RoleIs], slots: &[usize], people: &[AgentId]) -> bool {
    roles.iter().zip(slots).all(|(role, slot)| {
        let Some(agent) = people.get(*slot).copied().filter(|agent| agent.is_some()) else { return false };
        match role {
            RoleIs::Agent(named) => *named == agent,
            RoleIs::Variable(variable) => {
                let open = &mut bound[*variable];
                if !open.is_some() {
                    *open = agent;
                }
                *open == agent
            }
        }
    })
}

/// One input, to be tested against one alternative of one clause of one pattern.
pub(super) struct Attempt<'a, V> {
    pub progress: &'a Progress,
    pub plan: &'a Plan,
    pub intervals: &'a Intervals,
    pub pattern: &'a Pattern,
    pub at: usize,
    pub clause: &'a Clause,
    pub way: &'a Way,
    /// By role of the alternative: its slot in the input.
    pub slots: &'a [usize],
    pub happening: Happening<'a>,
    pub view: &'a V,
}

impl<V: View> Attempt<'_, V> {
    /// Calls `step` with every effect of the input at this clause.
    pub fn all(&self, step: &mut impl FnMut(Step)) {
        if self.at == 0 {
            let nothing: Bindings = SmallVec::from_elem(AgentId::NONE, self.pattern.variables.len());
            step_if(self.one(&nothing, 0, None), step);
        } else {
            self.at_stage(2 * self.at, step);
        }
        if self.clause.times > 1 {
            self.at_stage(2 * self.at + 1, step);
        }
    }

    fn at_stage(&self, stage: usize, step: &mut impl FnMut(Step)) {
        let anchor = self.plan.anchors[stage].and_then(|anchor| {
            let named = self.way.roles.iter().zip(self.slots).find(|(role, _)| **role == RoleIs::Variable(anchor));
            named.and_then(|(_, slot)| self.happening.roles.get(*slot).copied())
        });
        // An empty role never equals an anchor: partial matches are filed under [`AgentId::NONE`] only where the stage has no
        // anchor.
        for (key, thread) in self.progress.at(stage, anchor.unwrap_or(AgentId::NONE)) {
            step_if(self.one(&key.bound, key.count, Some(thread)), step);
        }
    }

    /// The effect of the input on one partial match, or on none when the pattern would begin with it.
    fn one(&self, before: &Bindings, count: u32, thread: Option<&Thread>) -> Option<Step> {
        let clause = self.clause;
        let part = self.happening.part;
        let here = part.point;
        let from = thread.map(|thread| thread.from);
        if !from.is_none_or(|from| in_time(clause, from.at, here.at)) {
            return None;
        }
        if let (Some(thread), Some(span)) = (thread, part.span)
            && thread.last.point.order == here.order
            && thread.beside.contains(&span)
        {
            return None;
        }
        let mut bound = before.clone();
        if !bind(&mut bound, &self.way.roles, self.slots, self.happening.roles) {
            return None;
        }
        let began = match thread {
            Some(thread) if count > 0 => thread.began,
            _ => here,
        };
        let done = count + 1 >= clause.times;
        let path = thread.map_or(&[][..], |thread| &thread.path);
        if self.progress.is_stopped(self.pattern, self.at, &bound, from.map(|from| from.order))
            || !self.keeps_its_distance(path, began, done)
            || (done && (self.is_undone(path, &bound) || !self.can_relate(path)))
            || !self.holds(&bound)
        {
            return None;
        }
        let mut next = match thread {
            Some(thread) => thread.clone(),
            None => Thread {
                events: SmallVec::new(),
                from: here,
                first: here.order,
                last: part,
                began: here,
                beside: SmallVec::new(),
                path: SmallVec::new(),
            },
        };
        if let Some(event) = here.event().filter(|event| next.events.last() != Some(event)) {
            next.events.push(event);
        }
        if next.last.point.order != here.order {
            next.beside.clear();
        }
        next.beside.extend(part.span);
        next.last = part;
        next.began = began;
        if !done {
            return Some(self.advance(self.at, count + 1, bound, next));
        }
        next.from = here;
        if self.at + 1 < self.pattern.clauses.len() {
            if self.plan.keeps_path {
                next.path.push(part);
            }
            return Some(self.advance(self.at + 1, 0, bound, next));
        }
        let used = self.progress.matched.get(&bound);
        let fresh = used.is_none_or(|last| next.first > *last);
        fresh.then_some(Step::Complete(bound, next))
    }

    fn advance(&self, clause: usize, count: u32, bound: Bindings, thread: Thread) -> Step {
        let stage = stage(clause, count);
        let anchor = self.plan.anchors[stage].map_or(AgentId::NONE, |variable| bound[variable]);
        let kept = thread.path.iter().zip(&self.plan.exact).filter(|(_, exact)| **exact).map(|(part, _)| part.point.order);
        let first = (count > 0 && self.plan.exact_first[clause]).then_some(thread.began.order);
        let exact = kept.chain(first).collect();
        Step::Advance(stage, Key { anchor, bound, count, exact }, thread)
    }

    /// Whether the distances in time to other parts are as the clause requires.
    fn keeps_its_distance(&self, path: &[Part], began: Point, done: bool) -> bool {
        let now = self.happening.part.point.at;
        self.clause.gaps.iter().all(|gap| {
            let from = match path.get(gap.from) {
                Some(part) if gap.from != self.at => part.point.at,
                _ => began.at,
            };
            let far_enough = (gap.from == self.at && !done) || now >= from.plus_seconds(gap.least);
            far_enough && now <= from.plus_seconds(gap.most)
        })
    }

    /// Whether a negated clause that ends here has been violated.
    fn is_undone(&self, path: &[Part], bound: &[AgentId]) -> bool {
        self.plan.until[self.at].iter().any(|&at| {
            let without = &self.pattern.without[at];
            let from = without.from.and_then(|from| path.get(from)).map(|part| part.point.order);
            self.progress.undone(at, &people_of(without, bound), from, None) >= without.times as usize
        })
    }

    /// Whether the interval can still have the required relations to earlier parts.
    fn can_relate(&self, path: &[Part]) -> bool {
        let part = self.happening.part;
        self.clause.relations.iter().all(|relation| {
            path.get(relation.to).is_none_or(|to| self.intervals.possible(*to, part, part.point.at) & relation.any != 0)
        })
    }

    fn holds(&self, bound: &Bindings) -> bool {
        let Some(when) = &self.way.when else { return true };
        match self.happening.event {
            Some(event) => when.truth(&WithValues { view: self.view, event }, &mut frame(bound)),
            None => when.truth(self.view, &mut frame(bound)),
        }
    }
}

fn step_if(found: Option<Step>, step: &mut impl FnMut(Step)) {
    if let Some(found) = found {
        step(found);
    }
}
