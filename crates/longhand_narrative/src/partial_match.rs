//! Partial matches of patterns: the state that a matcher stores between two events.

use super::intervals::{IntervalId, MatchedPart, StreamPosition};
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_scene::model::{Alternative, Clause, ClauseTarget, NegationEnd, Pattern, RoleTerm};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included};

/// The maximum number of partial matches of one pattern. When it is reached, those that can no longer be completed are dropped
/// first, then the oldest quarter.
pub const MAX_PARTIAL_MATCHES: usize = 16_384;

/// The agent bound to each variable of a pattern; [`AgentId::NONE`] where a variable is open.
pub(super) type Bindings = SmallVec<[AgentId; 4]>;

/// Distinguishes the partial matches that wait at one stage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct PartialMatchKey {
    /// The agent that the next event must have in the anchor role of the stage; [`AgentId::NONE`] if the stage has no anchor.
    pub anchor: AgentId,
    #[serde(rename = "bound")]
    pub bindings: Bindings,
    /// How many events of the clause have happened already.
    pub count: u32,
    /// The positions of the parts for which a later one is not always better ([`PatternPlan::exact`]).
    pub exact_positions: SmallVec<[u64; 2]>,
}

/// A match that has begun and is not complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PartialMatch {
    pub events: SmallVec<[EventId; 4]>,
    /// Where the time limit of the clause begins: the last event of the clause before, or the first event of the first clause.
    pub clause_start: StreamPosition,
    /// The position of the first part.
    pub first_order: u64,
    /// The part added last.
    pub last_part: MatchedPart,
    /// The first event of the clause that is being repeated.
    pub repeat_start: StreamPosition,
    /// The intervals among the parts that began at the position of the last part. Each may be used once.
    pub concurrent_intervals: SmallVec<[IntervalId; 1]>,
    /// The last part of each completed clause, if the pattern needs it.
    pub completed_parts: SmallVec<[MatchedPart; 2]>,
}

/// Properties of a pattern that are computed once, before the run.
#[derive(Clone, Debug, Default)]
pub(super) struct PatternPlan {
    /// By stage: the variable by which its partial matches are indexed.
    pub anchors: Vec<Option<usize>>,
    /// Whether partial matches store the parts of completed clauses.
    pub stores_path: bool,
    /// By clause: whether partial matches that differ in its position are distinguished. If no minimum distance, relation or time
    /// after the clause is required, the later position is as good: it leaves more time for what may follow.
    pub exact: Vec<bool>,
    /// By clause: like `exact`, for the position of its first event while the clause is repeated.
    pub exact_first: Vec<bool>,
    /// By clause: the negated clauses (`Pattern::negated`) to check when it is complete.
    pub negations_at: Vec<Vec<usize>>,
    /// The negated clauses that extend beyond the last clause.
    pub negations_after: Vec<usize>,
    /// Whether a completed match may have to wait until it is known to hold.
    pub may_wait: bool,
    /// Whether that is known only at the end of the run.
    pub waits_for_end: bool,
}

impl PatternPlan {
    pub fn new(pattern: &Pattern) -> Self {
        let clauses = &pattern.clauses;
        let mut bound = vec![false; pattern.variables.len()];
        let mut plan = Self { negations_at: vec![Vec::new(); clauses.len()], ..Self::default() };
        plan.exact = vec![false; clauses.len()];
        for (at, clause) in clauses.iter().enumerate() {
            let named = variables_in_all(&clause.alternatives);
            plan.anchors.push(named.iter().copied().find(|&variable| bound[variable]));
            plan.anchors.push(named.first().copied());
            for alternative in &clause.alternatives {
                variables_of(&alternative.roles).for_each(|variable| bound[variable] = true);
            }
            plan.exact_first.push(clause.gaps.iter().any(|gap| gap.from == at && gap.least > 0.0));
            for gap in clause.gaps.iter().filter(|gap| gap.from < at) {
                plan.stores_path = true;
                plan.exact[gap.from] |= gap.least > 0.0;
            }
            for relation in &clause.relations {
                (plan.exact[relation.to], plan.exact[at]) = (true, true);
                plan.may_wait = true;
            }
            plan.stores_path |=
                clause.alternatives.iter().any(|alternative| !matches!(alternative.target, ClauseTarget::Event(_)));
        }
        for (at, negated) in pattern.negated.iter().enumerate() {
            plan.stores_path |= negated.from.is_some();
            match negated.until {
                NegationEnd::Clause(clause) => plan.negations_at[clause].push(at),
                NegationEnd::Lasting(_) => {
                    negated.from.into_iter().for_each(|from| plan.exact[from] = true);
                    plan.negations_after.push(at);
                }
                NegationEnd::End => {
                    plan.waits_for_end = true;
                    plan.negations_after.push(at);
                }
            }
        }
        plan.stores_path |= plan.may_wait;
        plan.may_wait |= !plan.negations_after.is_empty();
        plan
    }
}

/// The variables that every alternative of a clause names.
fn variables_in_all(alternatives: &[Alternative]) -> Vec<usize> {
    let Some((first, others)) = alternatives.split_first() else { return Vec::new() };
    let in_all = |variable: &usize| others.iter().all(|other| variables_of(&other.roles).any(|named| named == *variable));
    variables_of(&first.roles).filter(in_all).collect()
}

pub(super) fn variables_of(roles: &[RoleTerm]) -> impl Iterator<Item = usize> + '_ {
    roles.iter().filter_map(|role| match role {
        RoleTerm::Variable(variable) => Some(*variable),
        RoleTerm::Agent(_) => None,
    })
}

/// A match with all its parts that is not known to hold yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PendingMatch {
    #[serde(rename = "bound")]
    pub bindings: Bindings,
    pub partial: PartialMatch,
    /// When its last part happened.
    pub at: Instant,
}

impl PendingMatch {
    /// The last part of a clause.
    pub fn part(&self, clause: usize) -> MatchedPart {
        self.partial.completed_parts.get(clause).copied().unwrap_or(self.partial.last_part)
    }
}

/// The progress of one pattern.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct PatternProgress {
    /// By stage: clause `i` not begun is `2 i`, begun and to be repeated `2 i + 1`.
    ///
    /// Of two partial matches with the same stage and key only the later is stored: every event that completes the earlier one
    /// completes the later one as well, and the `within` and `unless` of the later one are less strict.
    partial_matches: Vec<BTreeMap<PartialMatchKey, PartialMatch>>,
    /// By clause: the last event of its `unless` that concerned an agent ([`AgentId::NONE`]: any such event).
    last_stops: Vec<BTreeMap<AgentId, u64>>,
    /// By negated clause and the agents it concerns: its last events, as many as are needed to reject a match.
    negating_events: Vec<BTreeMap<Bindings, SmallVec<[StreamPosition; 1]>>>,
    /// Completed matches that are not known to hold, in the order of completion.
    pub pending: Vec<PendingMatch>,
    /// Where the last match with these bindings ended. Events up to it do not count again for the same agents.
    pub last_matches: BTreeMap<Bindings, u64>,
    pub match_count: u32,
}

pub(super) fn stage_index(clause: usize, count: u32) -> usize {
    2 * clause + usize::from(count > 0)
}

impl PatternProgress {
    pub fn new(pattern: &Pattern) -> Self {
        let clauses = pattern.clauses.len();
        Self {
            partial_matches: vec![BTreeMap::new(); 2 * clauses],
            last_stops: vec![BTreeMap::new(); clauses],
            negating_events: vec![BTreeMap::new(); pattern.negated.len()],
            ..Self::default()
        }
    }

    /// Whether this state fits the pattern.
    pub fn fits(&self, pattern: &Pattern) -> bool {
        let clauses = pattern.clauses.len();
        self.partial_matches.len() == 2 * clauses
            && self.last_stops.len() == clauses
            && self.negating_events.len() == pattern.negated.len()
    }

    /// The partial matches at a stage with that agent as anchor; for a stage without an anchor pass [`AgentId::NONE`].
    pub fn at_stage(&self, stage: usize, anchor: AgentId) -> impl Iterator<Item = (&PartialMatchKey, &PartialMatch)> {
        let key = |anchor| PartialMatchKey { anchor, bindings: Bindings::new(), count: 0, exact_positions: SmallVec::new() };
        let end = anchor.0.checked_add(1).map_or(std::ops::Bound::Unbounded, |next| Excluded(key(AgentId(next))));
        self.partial_matches[stage].range((Included(key(anchor)), end))
    }

    pub fn insert(&mut self, stage: usize, key: PartialMatchKey, partial: PartialMatch) {
        self.partial_matches[stage].insert(key, partial);
    }

    /// All partial matches, the most advanced stage first.
    pub fn iter_furthest_first(&self) -> impl Iterator<Item = (usize, &PartialMatchKey, &PartialMatch)> {
        self.partial_matches
            .iter()
            .enumerate()
            .rev()
            .flat_map(|(stage, partials)| partials.iter().map(move |(key, partial)| (stage / 2, key, partial)))
    }

    pub fn partial_count(&self) -> usize {
        self.partial_matches.iter().map(BTreeMap::len).sum()
    }

    /// Drops every partial match and what was recorded for them.
    pub fn clear(&mut self) {
        self.partial_matches.iter_mut().for_each(BTreeMap::clear);
        self.last_stops.iter_mut().for_each(BTreeMap::clear);
        self.negating_events.iter_mut().for_each(BTreeMap::clear);
        self.pending.clear();
    }

    /// Records an `unless` event of a clause.
    pub fn record_stop(&mut self, clause: usize, order: u64, roles: &[AgentId]) {
        let last_stops = &mut self.last_stops[clause];
        last_stops.insert(AgentId::NONE, order);
        last_stops.extend(roles.iter().filter(|agent| agent.is_some()).map(|&agent| (agent, order)));
    }

    /// Whether an `unless` event of the clause came after `since` (in the first clause: at any time) and concerned a bound or
    /// named agent, or any agent if none is bound or named.
    pub fn is_stopped(&self, pattern: &Pattern, clause: usize, bound: &[AgentId], since: Option<u64>) -> bool {
        let last_stops = &self.last_stops[clause];
        if last_stops.is_empty() {
            return false;
        }
        let since = since.filter(|_| clause > 0);
        let is_stopped = |agent: AgentId| last_stops.get(&agent).is_some_and(|order| since.is_none_or(|since| *order > since));
        let alternatives = pattern.clauses[..=clause].iter().flat_map(|clause| &clause.alternatives);
        let named = alternatives.flat_map(|alternative| &alternative.roles).filter_map(|role| match role {
            RoleTerm::Agent(agent) => Some(*agent),
            RoleTerm::Variable(_) => None,
        });
        let mut agents = bound.iter().copied().filter(|agent| agent.is_some()).chain(named).peekable();
        if agents.peek().is_none() { is_stopped(AgentId::NONE) } else { agents.any(is_stopped) }
    }

    /// Records an event that may reject matches for those agents. At most `keep` events are remembered.
    pub fn record_negation(&mut self, negated: usize, agents: Bindings, position: StreamPosition, keep: usize) {
        let positions = self.negating_events[negated].entry(agents).or_default();
        if positions.len() >= keep {
            positions.remove(0);
        }
        positions.push(position);
    }

    /// The number of recorded events for these agents after `from` (or ever) and at `until` at the latest.
    pub fn count_negations(&self, negated: usize, agents: &Bindings, from: Option<u64>, until: Option<Instant>) -> usize {
        let positions = self.negating_events[negated].get(agents).map_or(&[][..], |positions| positions);
        // The positions are ascending.
        let first = from.map_or(0, |from| positions.partition_point(|position| position.order <= from));
        let end = until.map_or(positions.len(), |until| positions.partition_point(|position| position.at <= until));
        end.saturating_sub(first)
    }

    /// Drops partial matches when there are too many.
    pub fn prune(&mut self, pattern: &Pattern, now: Instant) {
        self.prune_to(pattern, now, MAX_PARTIAL_MATCHES);
    }

    pub(super) fn prune_to(&mut self, pattern: &Pattern, now: Instant, limit: usize) {
        while self.last_matches.len() > limit {
            let oldest = median(self.last_matches.values().copied().collect());
            self.last_matches.retain(|_, order| *order > oldest);
        }
        if self.pending.len() > limit {
            self.pending.drain(..limit / 4);
        }
        if self.partial_count() <= limit {
            return;
        }
        let mut waiting = std::mem::take(&mut self.partial_matches);
        for (stage, partials) in waiting.iter_mut().enumerate() {
            let clause = stage / 2;
            partials.retain(|key, partial| {
                is_within(&pattern.clauses[clause], partial.clause_start.at, now)
                    && !self.is_stopped(pattern, clause, &key.bindings, Some(partial.clause_start.order))
            });
        }
        self.partial_matches = waiting;
        if self.partial_count() > limit * 3 / 4 {
            let mut ages: Vec<u64> =
                self.partial_matches.iter().flat_map(BTreeMap::values).map(|partial| partial.clause_start.order).collect();
            let quarter = ages.len() / 4;
            let (_, oldest, _) = ages.select_nth_unstable(quarter);
            let oldest = *oldest;
            for partials in &mut self.partial_matches {
                partials.retain(|_, partial| partial.clause_start.order > oldest);
            }
        }
    }
}

fn median(mut orders: Vec<u64>) -> u64 {
    let at = orders.len() / 2;
    *orders.select_nth_unstable(at).1
}

/// Whether the time limit of a clause that began at `from` has not passed.
pub(super) fn is_within(clause: &Clause, from: Instant, now: Instant) -> bool {
    clause.within.is_none_or(|seconds| now <= from.add_seconds(seconds))
}
