//! Finds matches of a scene's beats and patterns while its events happen.
//!
//! The matcher is incremental: each partial match waits for its next event (story sifting as in Kreminski, Dickinson and Mateas,
//! *Winnow*, 2021). Partial matches are indexed by the clause they wait at and, where that clause names a bound variable, by the
//! agent bound to it. An event looks only at the partial matches it could advance.
//!
//! # What a match is
//!
//! A match has the parts of a pattern in the order of its clauses, `times` parts for each clause. Each event is used once, and
//! variables are bound the same way throughout. A part is an event, or a tie or a stay. A tie or a stay counts at the position
//! where it begins, which may be the position of the part before it.
//!
//! - `when` must hold when the event of its clause is observed (in a run: at the end of its tick), over the variables bound by
//!   then. `value(name)` reads that event.
//! - `or`: each part may match any of the alternatives.
//! - `within` counts from the last event of the clause before; in the first clause from its own first event.
//! - `since`: every event of the clause lies within a range of distances from the last event of another clause. With its own id:
//!   the distance of its last event from its first.
//! - `relates`: the last event or interval has one of the given relations to that of another clause.
//! - `unless` of a clause: no event of these kinds between the last event of the clause before and the last event of this clause,
//!   if the event concerns an agent that is bound or named by then. If no agent is bound or named, any such event counts. In the
//!   first clause it counts from the start of the run.
//! - `unless` of the pattern: fewer than `times` of its events, with its roles, between two clauses, for a time after one, or to
//!   the end.
//!
//! Other events may come between. A beat is matched once. A pattern may be matched repeatedly, but for the same agents only with
//! events after their last match. A match that depends on later events (none may come, or an interval must end in time) stays
//! pending until that is known. Later matches wait for earlier pending ones. The result is therefore the same during a run and
//! afterwards.

use super::attempt::{MatchAttempt, MatchInput, MatchStep, bind, bound_agents};
use super::event_values_view::EventValuesView;
use super::intervals::{IntervalChange, IntervalId, IntervalTracker, MatchedPart, StreamPosition};
use super::partial_match::{
    Bindings, MAX_PARTIAL_MATCHES, PartialMatch, PartialMatchKey, PatternPlan, PatternProgress, PendingMatch, is_within,
};
use super::pattern_match::{FailedMatch, Match, MatchedInterval, PatternRef, PatternStatus};
use longhand_chronicle::{Event, Sample};
use longhand_expr::ids::{AgentId, EventKind, Instant, PlaceId, WorldFact};
use longhand_expr::{EvalContext, EvalFrame};
use longhand_scene::Scenario;
use longhand_scene::model::{Alternative, Clause, ClauseTarget, NegationEnd, Pattern};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::collections::{BTreeMap, BTreeSet};

/// An alternative of a clause that an event kind, tie or place may match.
#[derive(Clone, Copy, Debug)]
struct Subscription {
    pattern: usize,
    clause: usize,
    alternative: usize,
    /// The index into the events of the alternative.
    event_index: usize,
}

/// The state of a [`Matcher`], as stored in keyframes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MatcherState {
    patterns: Vec<PatternProgress>,
    intervals: IntervalTracker,
    now: Instant,
    /// The number of samples since the last event.
    samples_since_event: u32,
    /// By pattern: the next instant at which its pending matches may be decided.
    due: BTreeMap<usize, Instant>,
}

/// Matches events against the beats and patterns of a scene.
#[derive(Clone, Debug)]
pub struct Matcher {
    beat_count: usize,
    /// By event kind.
    event_subscriptions: Vec<Vec<Subscription>>,
    /// By event kind: the patterns and clauses that it stops (`unless` of a clause).
    stops: Vec<Vec<(usize, usize)>>,
    /// By event kind: the pattern, negated clause and event index that it may violate.
    negations: Vec<Vec<(usize, usize, usize)>>,
    /// By tie: the alternatives that match it.
    tie_subscriptions: Vec<Vec<Subscription>>,
    /// By place: the alternatives that match a stay there.
    stay_subscriptions: BTreeMap<PlaceId, Vec<Subscription>>,
    plans: Vec<PatternPlan>,
    state: MatcherState,
    proposals: Vec<(usize, MatchStep)>,
    /// By pattern, if requested: the last complete match that was rejected.
    failed: Option<BTreeMap<usize, PendingMatch>>,
}

fn all_patterns(scenario: &Scenario) -> impl Iterator<Item = &Pattern> {
    scenario.beats.iter().chain(&scenario.patterns)
}

impl Matcher {
    /// A matcher that has observed nothing.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        let kinds = scenario.events.len();
        let mut matcher = Self {
            beat_count: scenario.beats.len(),
            event_subscriptions: vec![Vec::new(); kinds],
            stops: vec![Vec::new(); kinds],
            negations: vec![Vec::new(); kinds],
            tie_subscriptions: vec![Vec::new(); scenario.ties.len()],
            stay_subscriptions: BTreeMap::new(),
            plans: all_patterns(scenario).map(PatternPlan::new).collect(),
            state: MatcherState {
                patterns: all_patterns(scenario).map(PatternProgress::new).collect(),
                ..MatcherState::default()
            },
            proposals: Vec::new(),
            failed: None,
        };
        for (pattern, definition) in all_patterns(scenario).enumerate() {
            for (clause, declared) in definition.clauses.iter().enumerate() {
                for (alternative, declared) in declared.alternatives.iter().enumerate() {
                    matcher.subscribe(declared, Subscription { pattern, clause, alternative, event_index: 0 });
                }
                for kind in &declared.unless {
                    matcher.stops[kind.index()].push((pattern, clause));
                }
            }
            for (negated, declared) in definition.negated.iter().enumerate() {
                for (event_index, (kind, _)) in declared.on.iter().enumerate() {
                    if declared.on[..event_index].iter().all(|(earlier, _)| earlier != kind) {
                        matcher.negations[kind.index()].push((pattern, negated, event_index));
                    }
                }
            }
        }
        matcher
    }

    /// The same matcher, which also stores the last rejected match of each pattern.
    pub(super) fn with_failed_matches(self) -> Self {
        Self { failed: Some(BTreeMap::new()), ..self }
    }

    /// The complete matches that were rejected.
    pub(super) fn failed_matches(&self) -> impl Iterator<Item = FailedMatch> {
        self.failed.iter().flatten().map(|(pattern, candidate)| {
            let parts = candidate.partial.completed_parts.iter().chain([&candidate.partial.last_part]);
            FailedMatch {
                pattern: self.pattern_ref(*pattern),
                events: candidate.partial.events.to_vec(),
                bindings: candidate.bindings.to_vec(),
                clause_positions: parts.map(|part| part.position).collect(),
            }
        })
    }

    fn subscribe(&mut self, alternative: &Alternative, subscription: Subscription) {
        match &alternative.target {
            ClauseTarget::Event(events) => {
                for (event_index, (kind, _)) in events.iter().enumerate() {
                    if events[..event_index].iter().all(|(earlier, _)| earlier != kind) {
                        self.event_subscriptions[kind.index()].push(Subscription { event_index, ..subscription });
                    }
                }
            }
            ClauseTarget::Tie(ties) => ties.iter().for_each(|tie| self.tie_subscriptions[tie.index()].push(subscription)),
            ClauseTarget::Stay(place) => self.stay_subscriptions.entry(*place).or_default().push(subscription),
        }
    }

    /// The state, for a keyframe.
    #[must_use]
    pub fn state(&self) -> &MatcherState {
        &self.state
    }

    /// Restores a state of a matcher of the same scene. Returns false and does nothing if the state belongs to another scene.
    pub fn restore(&mut self, scenario: &Scenario, state: MatcherState) -> bool {
        let progress_list = &state.patterns;
        let fits = progress_list.len() == self.plans.len()
            && progress_list.iter().zip(all_patterns(scenario)).all(|(progress, pattern)| progress.fits(pattern));
        if fits {
            self.state = state;
        }
        fits
    }

    /// Observes an event with the ties and stays that it begins and ends. Returns the matches that are known by then, beats
    /// first, in the order of the scene.
    ///
    /// `view` is the world after the event, at its instant.
    pub fn observe<V: EvalContext>(&mut self, scenario: &Scenario, event: &Event, view: &V) -> Vec<Match> {
        let mut matches = Vec::new();
        let position = StreamPosition {
            order: StreamPosition::event_order(event.id),
            at: self.advance_time(scenario, event.at, &mut matches),
        };
        self.state.samples_since_event = 0;
        let part = MatchedPart { position, interval: None };
        let mut proposals = std::mem::take(&mut self.proposals);
        for subscription in self.event_subscriptions.get(event.kind.index()).into_iter().flatten() {
            self.try_match(
                scenario,
                *subscription,
                MatchInput { part, event: Some(event), roles: &event.roles },
                view,
                &mut proposals,
            );
        }
        self.apply_steps(scenario, position, event.at, proposals.drain(..), &mut matches);
        self.proposals = proposals;
        if !event.changes.is_empty() && self.uses_intervals() {
            let changes = event.changes.iter().map(|change| (change.fact, change.after));
            self.apply_interval_changes(scenario, changes, Some(event), position, view, &mut matches);
        }
        for &(pattern, clause) in self.stops.get(event.kind.index()).into_iter().flatten() {
            if !self.is_done(pattern) {
                self.state.patterns[pattern].record_stop(clause, position.order, &event.roles);
            }
        }
        self.record_negations(scenario, event, position, view, &mut matches);
        matches.sort_by_key(|matched| matched.pattern);
        matches
    }

    /// Observes a sample recorded beside the events: a move by routine, or the initial state.
    pub fn observe_sample<V: EvalContext>(&mut self, scenario: &Scenario, sample: &Sample, view: &V) -> Vec<Match> {
        let mut matches = Vec::new();
        let is_interval_fact = matches!(sample.fact, longhand_expr::ids::Fact::World(WorldFact::Tie(..) | WorldFact::Place(_)));
        if is_interval_fact && self.uses_intervals() {
            self.state.samples_since_event += 1;
            let order = StreamPosition::sample_order(sample.after, self.state.samples_since_event);
            let position = StreamPosition { order, at: self.advance_time(scenario, sample.at, &mut matches) };
            self.apply_interval_changes(
                scenario,
                std::iter::once((sample.fact, sample.value)),
                None,
                position,
                view,
                &mut matches,
            );
            matches.sort_by_key(|matched| matched.pattern);
        }
        matches
    }

    /// Ends the run at this instant and decides the pending matches. Negations up to the end are satisfied; relations that need
    /// the end of an open interval are not.
    pub fn finish(&mut self, scenario: &Scenario, end: Instant) -> Vec<Match> {
        let mut matches = Vec::new();
        self.advance_time(scenario, end, &mut matches);
        for pattern in 0..self.plans.len() {
            self.resolve_pending(scenario, pattern, true, &mut matches);
        }
        matches.sort_by_key(|matched| matched.pattern);
        matches
    }

    /// Whether any pattern refers to ties or stays.
    #[must_use]
    pub fn uses_intervals(&self) -> bool {
        !self.stay_subscriptions.is_empty() || self.tie_subscriptions.iter().any(|subscriptions| !subscriptions.is_empty())
    }

    /// Advances the time and decides the pending matches that are due. Returns the current time.
    fn advance_time(&mut self, scenario: &Scenario, at: Instant, matches: &mut Vec<Match>) -> Instant {
        if at > self.state.now {
            self.state.now = at;
            if !self.state.due.is_empty() {
                let due: Vec<usize> = self.state.due.iter().filter(|(_, due)| **due < at).map(|(pattern, _)| *pattern).collect();
                for pattern in due {
                    self.state.due.remove(&pattern);
                    self.resolve_pending(scenario, pattern, false, matches);
                }
            }
        }
        self.state.now
    }

    /// Applies the intervals that begin and end at one position: first the ends, then the begins, which may match in any order.
    fn apply_interval_changes<V: EvalContext>(
        &mut self,
        scenario: &Scenario,
        changes: impl Iterator<Item = (longhand_expr::ids::Fact, f64)>,
        event: Option<&Event>,
        position: StreamPosition,
        view: &V,
        matches: &mut Vec<Match>,
    ) {
        let mut begun: SmallVec<[IntervalId; 4]> = SmallVec::new();
        let mut changed = false;
        for (fact, value) in changes {
            for change in self.state.intervals.changes_of(scenario, fact, value).into_iter().flatten() {
                let (IntervalChange::Begins(interval) | IntervalChange::Ends(interval)) = change;
                let is_subscribed = match interval {
                    IntervalId::Tie(tie, ..) => {
                        self.tie_subscriptions.get(tie.index()).is_some_and(|subscriptions| !subscriptions.is_empty())
                    }
                    // Being at any other place ends a stay.
                    IntervalId::Stay(..) => !self.stay_subscriptions.is_empty(),
                };
                if !is_subscribed {
                    continue;
                }
                changed = true;
                match change {
                    IntervalChange::Ends(interval) => self.state.intervals.end(interval, position),
                    IntervalChange::Begins(interval) => {
                        self.state.intervals.begin(interval, position);
                        begun.push(interval);
                    }
                }
            }
        }
        if !changed {
            return;
        }
        for _ in 0..begun.len() {
            for interval in &begun {
                self.start_interval(scenario, MatchedPart { position, interval: Some(*interval) }, event, view, matches);
            }
        }
        for pattern in 0..self.plans.len() {
            if !self.state.patterns[pattern].pending.is_empty() && !self.plans[pattern].waits_for_end {
                self.resolve_pending(scenario, pattern, false, matches);
            }
        }
    }

    fn start_interval<V: EvalContext>(
        &mut self,
        scenario: &Scenario,
        part: MatchedPart,
        event: Option<&Event>,
        view: &V,
        matches: &mut Vec<Match>,
    ) {
        let mut proposals = std::mem::take(&mut self.proposals);
        let role_assignments: SmallVec<[[AgentId; 2]; 2]> = match part.interval {
            Some(IntervalId::Tie(tie, a, b)) if scenario.ties[tie.index()].mutual => SmallVec::from_slice(&[[a, b], [b, a]]),
            Some(IntervalId::Tie(_, a, b)) => SmallVec::from_slice(&[[a, b]]),
            Some(IntervalId::Stay(who, _)) => SmallVec::from_slice(&[[who, AgentId::NONE]]),
            None => SmallVec::new(),
        };
        let subscriptions = match part.interval {
            Some(IntervalId::Tie(tie, ..)) => self.tie_subscriptions.get(tie.index()),
            Some(IntervalId::Stay(_, place)) => self.stay_subscriptions.get(&place),
            None => None,
        };
        for subscription in subscriptions.into_iter().flatten() {
            for roles in &role_assignments {
                self.try_match(scenario, *subscription, MatchInput { part, event, roles }, view, &mut proposals);
            }
        }
        let at = event.map_or(part.position.at, |event| event.at);
        self.apply_steps(scenario, part.position, at, proposals.drain(..), matches);
        self.proposals = proposals;
    }

    fn try_match<V: EvalContext>(
        &self,
        scenario: &Scenario,
        subscription: Subscription,
        input: MatchInput<'_>,
        view: &V,
        proposals: &mut Vec<(usize, MatchStep)>,
    ) {
        if self.is_done(subscription.pattern) {
            return;
        }
        let pattern = self.pattern_ref(subscription.pattern).resolve(scenario);
        let clause = &pattern.clauses[subscription.clause];
        let alternative = &clause.alternatives[subscription.alternative];
        let slots: &[usize] = match &alternative.target {
            ClauseTarget::Event(events) => &events[subscription.event_index].1,
            ClauseTarget::Tie(_) => &[0, 1],
            ClauseTarget::Stay(_) => &[0],
        };
        let attempt = MatchAttempt {
            progress: &self.state.patterns[subscription.pattern],
            plan: &self.plans[subscription.pattern],
            intervals: &self.state.intervals,
            pattern,
            clause_index: subscription.clause,
            clause,
            alternative,
            slots,
            input,
            view,
        };
        attempt.for_each_step(&mut |step| proposals.push((subscription.pattern, step)));
    }

    fn apply_steps(
        &mut self,
        scenario: &Scenario,
        position: StreamPosition,
        at: Instant,
        steps: impl Iterator<Item = (usize, MatchStep)>,
        matches: &mut Vec<Match>,
    ) {
        for (pattern, step) in steps {
            // An event may complete a beat in several ways; the first is enough.
            if self.is_done(pattern) {
                continue;
            }
            let pattern_ref = self.pattern_ref(pattern);
            match step {
                MatchStep::Advance(stage, key, partial) => {
                    let progress = &mut self.state.patterns[pattern];
                    progress.insert(stage, key, partial);
                    progress.prune(pattern_ref.resolve(scenario), position.at);
                }
                MatchStep::Complete(bound, partial) => {
                    let candidate = PendingMatch { bindings: bound, partial, at };
                    if self.plans[pattern].may_wait {
                        self.add_pending(scenario, pattern, candidate, matches);
                    } else {
                        self.confirm_match(pattern, candidate, matches);
                    }
                }
            }
        }
    }

    /// Adds a completed match to the pending ones. Of the matches that one event completes, the one with the latest evidence
    /// comes first.
    fn add_pending(&mut self, scenario: &Scenario, pattern: usize, candidate: PendingMatch, matches: &mut Vec<Match>) {
        let pattern_ref = self.pattern_ref(pattern);
        let progress = &mut self.state.patterns[pattern];
        if progress.pending.contains(&candidate) {
            return;
        }
        let order = candidate.partial.last_part.position.order;
        let group_start = progress.pending.partition_point(|other| other.partial.last_part.position.order < order);
        let offset = progress.pending[group_start..].partition_point(|other| other.partial.events > candidate.partial.events);
        progress.pending.insert(group_start + offset, candidate);
        progress.prune(pattern_ref.resolve(scenario), self.state.now);
        if self.plans[pattern].waits_for_end {
            return;
        }
        self.resolve_pending(scenario, pattern, false, matches);
    }

    /// Reports a completed match that holds, unless its events were used already.
    fn confirm_match(&mut self, pattern: usize, candidate: PendingMatch, matches: &mut Vec<Match>) {
        let pattern_ref = self.pattern_ref(pattern);
        let PendingMatch { bindings: bound, partial, at } = candidate;
        let progress = &mut self.state.patterns[pattern];
        if progress.last_matches.get(&bound).is_some_and(|last| partial.first_order <= *last) {
            return;
        }
        let intervals = &self.state.intervals;
        let parts = partial.completed_parts.iter().chain(std::iter::once(&partial.last_part));
        let spans = parts.filter_map(|part| {
            let place = match part.interval? {
                IntervalId::Stay(_, place) => place,
                IntervalId::Tie(..) => PlaceId::NOWHERE,
            };
            let ended = intervals.end_of(*part).map(|end| end.at);
            Some(MatchedInterval { fact: part.interval?.world_fact(), place, began: part.position.at, ended })
        });
        let spans = spans.collect();
        progress.match_count = progress.match_count.saturating_add(1);
        matches.push(Match { pattern: pattern_ref, at, events: partial.events.to_vec(), bindings: bound.to_vec(), spans });
        progress.last_matches.insert(bound, partial.last_part.position.order);
        if pattern < self.beat_count {
            progress.clear();
            self.state.due.remove(&pattern);
        }
    }

    /// Decides the pending matches of a pattern that can be decided, in the order in which they were completed.
    fn resolve_pending(&mut self, scenario: &Scenario, pattern: usize, run_ended: bool, matches: &mut Vec<Match>) {
        let pattern_ref = self.pattern_ref(pattern);
        let is_beat = matches!(pattern_ref, PatternRef::Beat(_));
        let candidates = std::mem::take(&mut self.state.patterns[pattern].pending);
        let mut still_pending = Vec::new();
        let mut undecided_bindings: BTreeSet<Bindings> = BTreeSet::new();
        let mut due: Option<Instant> = None;
        for candidate in candidates {
            if self.is_done(pattern) {
                break;
            }
            let (verdict, next_due) = self.evaluate_pending(pattern_ref.resolve(scenario), pattern, &candidate, run_ended);
            if verdict == Some(false) {
                if let Some(failed) = &mut self.failed {
                    failed.insert(pattern, candidate);
                }
                continue;
            }
            let waits = if is_beat { !undecided_bindings.is_empty() } else { undecided_bindings.contains(&candidate.bindings) };
            if verdict.is_none() || waits {
                due = match (due, next_due) {
                    (Some(due), Some(next_due)) => Some(due.min(next_due)),
                    (due, next_due) => due.or(next_due),
                };
                undecided_bindings.insert(candidate.bindings.clone());
                still_pending.push(candidate);
            } else {
                self.confirm_match(pattern, candidate, matches);
            }
        }
        if self.is_done(pattern) {
            return;
        }
        self.state.patterns[pattern].pending = still_pending;
        if let Some(due) = due {
            self.state.due.insert(pattern, due);
        }
    }

    /// Whether a completed match holds, if that is known, and the next instant at which it may become known.
    fn evaluate_pending(
        &self,
        definition: &Pattern,
        pattern: usize,
        candidate: &PendingMatch,
        run_ended: bool,
    ) -> (Option<bool>, Option<Instant>) {
        let now = self.state.now;
        let mut next_due: Option<Instant> = None;
        let mut verdict = Some(true);
        let mut mark_undecided = |at: Option<Instant>| {
            verdict = None;
            if let Some(at) = at {
                next_due = Some(next_due.map_or(at, |next_due| next_due.min(at)));
            }
        };
        let progress = &self.state.patterns[pattern];
        for &negated_index in &self.plans[pattern].negations_after {
            let negated = &definition.negated[negated_index];
            let from = negated.from.map(|from| candidate.part(from).position);
            let deadline = match negated.until {
                NegationEnd::Lasting(seconds) => from.map(|from| from.at.add_seconds(seconds)),
                _ => None,
            };
            let agents = bound_agents(negated, &candidate.bindings);
            if progress.count_negations(negated_index, &agents, from.map(|from| from.order), deadline) >= negated.times as usize {
                return (Some(false), None);
            }
            match deadline {
                Some(deadline) if run_ended && now < deadline => return (Some(false), None),
                Some(deadline) if !run_ended && now <= deadline => mark_undecided(Some(deadline)),
                None if !run_ended => mark_undecided(None),
                _ => {}
            }
        }
        let now = if run_ended { Instant(now.0.saturating_add(1)) } else { now };
        for (clause_index, clause) in definition.clauses.iter().enumerate() {
            for relation in &clause.relations {
                let possible =
                    self.state.intervals.possible_relations(candidate.part(relation.to), candidate.part(clause_index), now);
                if possible & relation.allowed == 0 || (run_ended && possible & !relation.allowed != 0) {
                    return (Some(false), None);
                }
                if possible & !relation.allowed != 0 {
                    mark_undecided(Some(now));
                }
            }
        }
        (verdict, next_due)
    }

    /// Records an event that a negated clause forbids.
    fn record_negations<V: EvalContext>(
        &mut self,
        scenario: &Scenario,
        event: &Event,
        position: StreamPosition,
        view: &V,
        matches: &mut Vec<Match>,
    ) {
        let Some(negations) = self.negations.get(event.kind.index()).filter(|negations| !negations.is_empty()).cloned() else {
            return;
        };
        for (pattern, negated_index, event_index) in negations {
            if self.is_done(pattern) {
                continue;
            }
            let negated = &self.pattern_ref(pattern).resolve(scenario).negated[negated_index];
            let mut bound: Bindings =
                SmallVec::from_elem(AgentId::NONE, self.pattern_ref(pattern).resolve(scenario).variables.len());
            let roles_fit = bind(&mut bound, &negated.roles, &negated.on[event_index].1, &event.roles);
            let holds = || {
                negated
                    .when
                    .as_ref()
                    .is_none_or(|when| when.truth(&EventValuesView { view, event }, &mut EvalFrame::from_agents(&bound)))
            };
            if roles_fit && holds() {
                let agents = bound_agents(negated, &bound);
                let keep = match negated.until {
                    // Which of them count depends on the position of the part from which the time runs, which may be long past.
                    NegationEnd::Lasting(_) => MAX_PARTIAL_MATCHES,
                    // Every event after the part counts, so the last few decide whether there are enough.
                    NegationEnd::Clause(_) | NegationEnd::End => negated.times as usize,
                };
                self.state.patterns[pattern].record_negation(negated_index, agents, position, keep);
                if !self.state.patterns[pattern].pending.is_empty() {
                    self.resolve_pending(scenario, pattern, false, matches);
                }
            }
        }
    }

    fn pattern_ref(&self, pattern: usize) -> PatternRef {
        if pattern < self.beat_count { PatternRef::Beat(pattern) } else { PatternRef::Pattern(pattern - self.beat_count) }
    }

    fn is_done(&self, pattern: usize) -> bool {
        pattern < self.beat_count && self.state.patterns[pattern].match_count > 0
    }

    /// The progress of each beat and pattern at an instant, beats first: the most advanced partial match that can still be
    /// completed.
    #[must_use]
    pub fn statuses(&self, scenario: &Scenario, now: Instant) -> Vec<PatternStatus> {
        let status = |(index, progress): (usize, &PatternProgress)| {
            let pattern = self.pattern_ref(index).resolve(scenario);
            let can_complete = |(clause, key, partial): &(usize, &PartialMatchKey, &PartialMatch)| {
                is_within(&pattern.clauses[*clause], partial.clause_start.at, now)
                    && !progress.is_stopped(pattern, *clause, &key.bindings, Some(partial.clause_start.order))
            };
            self.status_of(scenario, index, progress.iter_furthest_first().filter(can_complete).collect())
        };
        self.state.patterns.iter().enumerate().map(status).collect()
    }

    /// The progress of the most advanced partial match that binds all of `who`, including those that can no longer be completed.
    pub(super) fn furthest_status(&self, scenario: &Scenario, pattern_ref: PatternRef, who: &[AgentId]) -> PatternStatus {
        let index = match pattern_ref {
            PatternRef::Beat(index) => index,
            PatternRef::Pattern(index) => self.beat_count + index,
        };
        let binds_all =
            |(_, key, _): &(usize, &PartialMatchKey, &PartialMatch)| who.iter().all(|agent| key.bindings.contains(agent));
        self.status_of(scenario, index, self.state.patterns[index].iter_furthest_first().filter(binds_all).collect())
    }

    fn status_of(
        &self,
        scenario: &Scenario,
        index: usize,
        partial_matches: Vec<(usize, &PartialMatchKey, &PartialMatch)>,
    ) -> PatternStatus {
        let pattern_ref = self.pattern_ref(index);
        let (pattern, progress) = (pattern_ref.resolve(scenario), &self.state.patterns[index]);
        let furthest =
            partial_matches.iter().max_by_key(|(clause, key, partial)| (*clause, key.count, partial.clause_start.order));
        let clause = match furthest {
            _ if self.is_done(index) => pattern.clauses.len(),
            Some((clause, ..)) => *clause,
            None => 0,
        };
        let current_clause = pattern.clauses.get(clause);
        PatternStatus {
            pattern: pattern_ref,
            match_count: progress.match_count,
            partial_matches: partial_matches.len(),
            pending_matches: progress.pending.len(),
            clause,
            count: furthest.map_or(0, |(_, key, _)| key.count),
            waits_for: current_clause.map_or_else(Vec::new, event_kinds),
            deadline: furthest.and_then(|(_, _, partial)| Some(partial.clause_start.at.add_seconds(current_clause?.within?))),
            bindings: furthest.map_or_else(|| vec![AgentId::NONE; pattern.variables.len()], |(_, key, _)| key.bindings.to_vec()),
            events: furthest.map_or_else(Vec::new, |(_, _, partial)| partial.events.to_vec()),
        }
    }

    /// The maximum number of partial matches of one pattern. Beyond it the oldest are dropped.
    pub const MAX_PARTIAL_MATCHES: usize = MAX_PARTIAL_MATCHES;
}

/// The kinds of events that the alternatives of a clause match.
fn event_kinds(clause: &Clause) -> Vec<EventKind> {
    let events = clause.alternatives.iter().filter_map(|alternative| match &alternative.target {
        ClauseTarget::Event(events) => Some(events),
        _ => None,
    });
    let mut kinds: Vec<EventKind> = events.flatten().map(|(kind, _)| *kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
