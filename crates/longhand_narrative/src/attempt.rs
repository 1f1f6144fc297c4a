//! Tests one input against one alternative of a clause: which partial matches it starts, advances or completes.

use super::event_values_view::EventValuesView;
use super::intervals::{IntervalTracker, MatchedPart, StreamPosition};
use super::partial_match::{
    Bindings, PartialMatch, PartialMatchKey, PatternPlan, PatternProgress, is_within, stage_index, variables_of,
};
use longhand_chronicle::Event;
use longhand_expr::ids::AgentId;
use longhand_expr::{EvalContext, EvalFrame};
use longhand_scene::model::{Alternative, Clause, NegatedClause, Pattern, RoleTerm};
use smallvec::SmallVec;

/// The effect of an input on a pattern.
#[derive(Clone, Debug)]
pub(super) enum MatchStep {
    Advance(usize, PartialMatchKey, PartialMatch),
    Complete(Bindings, PartialMatch),
}

/// An input of the matcher: an event, or an interval that begins.
#[derive(Clone, Copy)]
pub(super) struct MatchInput<'a> {
    pub part: MatchedPart,
    pub event: Option<&'a Event>,
    /// The agents in it, by slot.
    pub roles: &'a [AgentId],
}

/// The agents bound to the variables that a negated clause names.
pub(super) fn bound_agents(negated: &NegatedClause, bound: &[AgentId]) -> Bindings {
    variables_of(&negated.roles).map(|variable| bound[variable]).collect()
}

/// Binds open roles to the agents in the slots. Returns false when a slot is empty or holds another agent than the role is bound
/// to.
pub(super) fn bind(bound: &mut Bindings, roles: &[RoleTerm], slots: &[usize], agents: &[AgentId]) -> bool {
    roles.iter().zip(slots).all(|(role, slot)| {
        let Some(agent) = agents.get(*slot).copied().filter(|agent| agent.is_some()) else { return false };
        match role {
            RoleTerm::Agent(named) => *named == agent,
            RoleTerm::Variable(variable) => {
                let variable_agent = &mut bound[*variable];
                if !variable_agent.is_some() {
                    *variable_agent = agent;
                }
                *variable_agent == agent
            }
        }
    })
}

/// One input, to be tested against one alternative of one clause of one pattern.
pub(super) struct MatchAttempt<'a, V> {
    pub progress: &'a PatternProgress,
    pub plan: &'a PatternPlan,
    pub intervals: &'a IntervalTracker,
    pub pattern: &'a Pattern,
    pub clause_index: usize,
    pub clause: &'a Clause,
    pub alternative: &'a Alternative,
    /// By role of the alternative: its slot in the input.
    pub slots: &'a [usize],
    pub input: MatchInput<'a>,
    pub view: &'a V,
}

impl<V: EvalContext> MatchAttempt<'_, V> {
    /// Calls `step` with every effect of the input at this clause.
    pub fn for_each_step(&self, step: &mut impl FnMut(MatchStep)) {
        if self.clause_index == 0 {
            let unbound: Bindings = SmallVec::from_elem(AgentId::NONE, self.pattern.variables.len());
            emit_step(self.try_partial(&unbound, 0, None), step);
        } else {
            self.try_stage(2 * self.clause_index, step);
        }
        if self.clause.times > 1 {
            self.try_stage(2 * self.clause_index + 1, step);
        }
    }

    fn try_stage(&self, stage: usize, step: &mut impl FnMut(MatchStep)) {
        let anchor = self.plan.anchors[stage].and_then(|anchor| {
            let named = self.alternative.roles.iter().zip(self.slots).find(|(role, _)| **role == RoleTerm::Variable(anchor));
            named.and_then(|(_, slot)| self.input.roles.get(*slot).copied())
        });
        // An empty role never equals an anchor: partial matches are filed under [`AgentId::NONE`] only where the stage has no
        // anchor.
        for (key, partial) in self.progress.at_stage(stage, anchor.unwrap_or(AgentId::NONE)) {
            emit_step(self.try_partial(&key.bindings, key.count, Some(partial)), step);
        }
    }

    /// The effect of the input on one partial match, or on none when the pattern would begin with it.
    fn try_partial(&self, bindings: &Bindings, count: u32, partial: Option<&PartialMatch>) -> Option<MatchStep> {
        let clause = self.clause;
        let part = self.input.part;
        let position = part.position;
        let from = partial.map(|partial| partial.clause_start);
        if !from.is_none_or(|from| is_within(clause, from.at, position.at)) {
            return None;
        }
        if let (Some(partial), Some(interval)) = (partial, part.interval)
            && partial.last_part.position.order == position.order
            && partial.concurrent_intervals.contains(&interval)
        {
            return None;
        }
        let mut bound = bindings.clone();
        if !bind(&mut bound, &self.alternative.roles, self.slots, self.input.roles) {
            return None;
        }
        let began = match partial {
            Some(partial) if count > 0 => partial.repeat_start,
            _ => position,
        };
        let clause_complete = count + 1 >= clause.times;
        let path = partial.map_or(&[][..], |partial| &partial.completed_parts);
        if self.progress.is_stopped(self.pattern, self.clause_index, &bound, from.map(|from| from.order))
            || !self.meets_gaps(path, began, clause_complete)
            || (clause_complete && (self.is_negated(path, &bound) || !self.can_relate(path)))
            || !self.condition_holds(&bound)
        {
            return None;
        }
        let mut next = match partial {
            Some(partial) => partial.clone(),
            None => PartialMatch {
                events: SmallVec::new(),
                clause_start: position,
                first_order: position.order,
                last_part: part,
                repeat_start: position,
                concurrent_intervals: SmallVec::new(),
                completed_parts: SmallVec::new(),
            },
        };
        if let Some(event) = position.event().filter(|event| next.events.last() != Some(event)) {
            next.events.push(event);
        }
        if next.last_part.position.order != position.order {
            next.concurrent_intervals.clear();
        }
        next.concurrent_intervals.extend(part.interval);
        next.last_part = part;
        next.repeat_start = began;
        if !clause_complete {
            return Some(self.advance(self.clause_index, count + 1, bound, next));
        }
        next.clause_start = position;
        if self.clause_index + 1 < self.pattern.clauses.len() {
            if self.plan.stores_path {
                next.completed_parts.push(part);
            }
            return Some(self.advance(self.clause_index + 1, 0, bound, next));
        }
        let used = self.progress.last_matches.get(&bound);
        let is_new = used.is_none_or(|last| next.first_order > *last);
        is_new.then_some(MatchStep::Complete(bound, next))
    }

    fn advance(&self, clause: usize, count: u32, bound: Bindings, partial: PartialMatch) -> MatchStep {
        let stage = stage_index(clause, count);
        let anchor = self.plan.anchors[stage].map_or(AgentId::NONE, |variable| bound[variable]);
        let exact_parts = partial
            .completed_parts
            .iter()
            .zip(&self.plan.exact)
            .filter(|(_, exact)| **exact)
            .map(|(part, _)| part.position.order);
        let first = (count > 0 && self.plan.exact_first[clause]).then_some(partial.repeat_start.order);
        let exact = exact_parts.chain(first).collect();
        MatchStep::Advance(stage, PartialMatchKey { anchor, bindings: bound, count, exact_positions: exact }, partial)
    }

    /// Whether the distances in time to other parts are as the clause requires.
    fn meets_gaps(&self, path: &[MatchedPart], began: StreamPosition, clause_complete: bool) -> bool {
        let now = self.input.part.position.at;
        self.clause.gaps.iter().all(|gap| {
            let from = match path.get(gap.from) {
                Some(part) if gap.from != self.clause_index => part.position.at,
                _ => began.at,
            };
            let far_enough = (gap.from == self.clause_index && !clause_complete) || now >= from.add_seconds(gap.least);
            far_enough && now <= from.add_seconds(gap.most)
        })
    }

    /// Whether a negated clause that ends here has been violated.
    fn is_negated(&self, path: &[MatchedPart], bound: &[AgentId]) -> bool {
        self.plan.negations_at[self.clause_index].iter().any(|&negated_index| {
            let negated = &self.pattern.negated[negated_index];
            let from = negated.from.and_then(|from| path.get(from)).map(|part| part.position.order);
            self.progress.count_negations(negated_index, &bound_agents(negated, bound), from, None) >= negated.times as usize
        })
    }

    /// Whether the interval can still have the required relations to earlier parts.
    fn can_relate(&self, path: &[MatchedPart]) -> bool {
        let part = self.input.part;
        self.clause.relations.iter().all(|relation| {
            path.get(relation.to)
                .is_none_or(|to| self.intervals.possible_relations(*to, part, part.position.at) & relation.allowed != 0)
        })
    }

    fn condition_holds(&self, bound: &Bindings) -> bool {
        let Some(when) = &self.alternative.when else { return true };
        match self.input.event {
            Some(event) => when.truth(&EventValuesView { view: self.view, event }, &mut EvalFrame::from_agents(bound)),
            None => when.truth(self.view, &mut EvalFrame::from_agents(bound)),
        }
    }
}

fn emit_step(emitted: Option<MatchStep>, step: &mut impl FnMut(MatchStep)) {
    if let Some(emitted) = emitted {
        step(emitted);
    }
}
