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

use super::attempt::{Attempt, Happening, Step, bind, people_of};
use super::found::{FoundSpan, Match, Waiting, Watched, frame};
use super::intervals::{Intervals, Part, Point, Span, Turn};
use super::sift::Undone;
use super::thread::{Bindings, Candidate, Key, MOST_THREADS, Plan, Progress, Thread, in_time};
use super::with_values::WithValues;
use longhand_chronicle::{Event, Sample};
use longhand_expr::View;
use longhand_expr::ids::{AgentId, EventKind, Instant, Known, PlaceId};
use longhand_scene::Scenario;
use longhand_scene::model::{Clause, Pattern, Until, Way, What};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::collections::{BTreeMap, BTreeSet};

/// An alternative of a clause that an event kind, tie or place may match.
#[derive(Clone, Copy, Debug)]
struct Interest {
    pattern: usize,
    clause: usize,
    way: usize,
    /// The index into the events of the alternative.
    on: usize,
}

/// The state of a [`Matcher`], as stored in keyframes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MatcherState {
    patterns: Vec<Progress>,
    intervals: Intervals,
    now: Instant,
    /// The number of samples since the last event.
    beside: u32,
    /// By pattern: the next instant at which its pending matches may be decided.
    due: BTreeMap<usize, Instant>,
}

/// Matches events against the beats and patterns of a scene.
#[derive(Clone, Debug)]
pub struct Matcher {
    beats: usize,
    /// By event kind.
    interests: Vec<Vec<Interest>>,
    /// By event kind: the patterns and clauses that it stops (`unless` of a clause).
    stops: Vec<Vec<(usize, usize)>>,
    /// By event kind: the pattern, negated clause and event index that it may violate.
    undoes: Vec<Vec<(usize, usize, usize)>>,
    /// By tie: the alternatives that match it.
    ties: Vec<Vec<Interest>>,
    /// By place: the alternatives that match a stay there.
    stays: BTreeMap<PlaceId, Vec<Interest>>,
    plans: Vec<Plan>,
    state: MatcherState,
    proposals: Vec<(usize, Step)>,
    /// By pattern, if requested: the last complete match that was rejected.
    undone: Option<BTreeMap<usize, Candidate>>,
}

fn watched(scenario: &Scenario) -> impl Iterator<Item = &Pattern> {
    scenario.beats.iter().chain(&scenario.patterns)
}

impl Matcher {
    /// A matcher that has observed nothing.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        let kinds = scenario.events.len();
        let mut matcher = Self {
            beats: scenario.beats.len(),
            interests: vec![Vec::new(); kinds],
            stops: vec![Vec::new(); kinds],
            undoes: vec![Vec::new(); kinds],
            ties: vec![Vec::new(); scenario.ties.len()],
            stays: BTreeMap::new(),
            plans: watched(scenario).map(Plan::of).collect(),
            state: MatcherState { patterns: watched(scenario).map(Progress::new).collect(), ..MatcherState::default() },
            proposals: Vec::new(),
            undone: None,
        };
        for (pattern, watched) in watched(scenario).enumerate() {
            for (clause, of) in watched.clauses.iter().enumerate() {
                for (way, of) in of.ways.iter().enumerate() {
                    matcher.take_interest(of, Interest { pattern, clause, way, on: 0 });
                }
                for kind in &of.unless {
                    matcher.stops[kind.index()].push((pattern, clause));
                }
            }
            for (without, of) in watched.without.iter().enumerate() {
                for (on, (kind, _)) in of.on.iter().enumerate() {
                    if of.on[..on].iter().all(|(before, _)| before != kind) {
                        matcher.undoes[kind.index()].push((pattern, without, on));
                    }
                }
            }
        }
        matcher
    }

    /// The same matcher, which also keeps the last rejected match of each pattern.
    pub(super) fn keeping_undone(self) -> Self {
        Self { undone: Some(BTreeMap::new()), ..self }
    }

    /// The complete matches that were rejected.
    pub(super) fn undone(&self) -> impl Iterator<Item = Undone> {
        self.undone.iter().flatten().map(|(pattern, candidate)| Undone {
            of: self.watched(*pattern),
            events: candidate.thread.events.to_vec(),
            bound: candidate.bound.to_vec(),
        })
    }

    fn take_interest(&mut self, way: &Way, interest: Interest) {
        match &way.what {
            What::Event(events) => {
                for (on, (kind, _)) in events.iter().enumerate() {
                    if events[..on].iter().all(|(before, _)| before != kind) {
                        self.interests[kind.index()].push(Interest { on, ..interest });
                    }
                }
            }
            What::Tie(ties) => ties.iter().for_each(|tie| self.ties[tie.index()].push(interest)),
            What::Stay(place) => self.stays.entry(*place).or_default().push(interest),
        }
    }

    /// The state, for a keyframe.
    #[must_use]
    pub fn state(&self) -> &MatcherState {
        &self.state
    }

    /// Restores a state of a matcher of the same scene. Returns false and does nothing if the state belongs to another scene.
    pub fn restore(&mut self, scenario: &Scenario, state: MatcherState) -> bool {
        let all = &state.patterns;
        let fits = all.len() == self.plans.len() && all.iter().zip(watched(scenario)).all(|(at, of)| at.fits(of));
        if fits {
            self.state = state;
        }
        fits
    }

    /// Observes an event with the ties and stays that it begins and ends. Returns the matches that are known by then, beats
    /// first, in the order of the scene.
    ///
    /// `view` is the world after the event, at its instant.
    pub fn observe<V: View>(&mut self, scenario: &Scenario, event: &Event, view: &V) -> Vec<Match> {
        let mut found = Vec::new();
        let point = Point { order: Point::of_event(event.id), at: self.pass(scenario, event.at, &mut found) };
        self.state.beside = 0;
        let part = Part { point, span: None };
        let mut proposals = std::mem::take(&mut self.proposals);
        for interest in self.interests.get(event.kind.index()).into_iter().flatten() {
            self.attempt(scenario, *interest, Happening { part, event: Some(event), roles: &event.roles }, view, &mut proposals);
        }
        self.apply(scenario, point, event.at, proposals.drain(..), &mut found);
        self.proposals = proposals;
        if !event.changes.is_empty() && self.asks_of_spans() {
            let changes = event.changes.iter().map(|change| (change.fact, change.after));
            self.turn(scenario, changes, Some(event), point, view, &mut found);
        }
        for &(pattern, clause) in self.stops.get(event.kind.index()).into_iter().flatten() {
            if !self.is_done(pattern) {
                self.state.patterns[pattern].stop(clause, point.order, &event.roles);
            }
        }
        self.undo(scenario, event, point, view, &mut found);
        found.sort_by_key(|found| found.of);
        found
    }

    /// Observes a sample recorded beside the events: a move by routine, or the initial state.
    pub fn observe_sample<V: View>(&mut self, scenario: &Scenario, sample: &Sample, view: &V) -> Vec<Match> {
        let mut found = Vec::new();
        let spans = matches!(sample.fact, longhand_expr::ids::Fact::World(Known::Tie(..) | Known::Place(_)));
        if spans && self.asks_of_spans() {
            self.state.beside += 1;
            let order = Point::of_sample(sample.after, self.state.beside);
            let point = Point { order, at: self.pass(scenario, sample.at, &mut found) };
            self.turn(scenario, std::iter::once((sample.fact, sample.value)), None, point, view, &mut found);
            found.sort_by_key(|found| found.of);
        }
        found
    }

    /// Ends the run at this instant and decides the pending matches. Negations up to the end are satisfied; relations that need
    /// the end of an open interval are not.
    pub fn finish(&mut self, scenario: &Scenario, end: Instant) -> Vec<Match> {
        let mut found = Vec::new();
        self.pass(scenario, end, &mut found);
        for pattern in 0..self.plans.len() {
            self.resolve(scenario, pattern, true, &mut found);
        }
        found.sort_by_key(|found| found.of);
        found
    }

    /// Whether any pattern refers to ties or stays.
    #[must_use]
    pub fn asks_of_spans(&self) -> bool {
        !self.stays.is_empty() || self.ties.iter().any(|interests| !interests.is_empty())
    }

    /// Advances the time and decides the pending matches that are due. Returns the current time.
    fn pass(&mut self, scenario: &Scenario, at: Instant, found: &mut Vec<Match>) -> Instant {
        if at > self.state.now {
            self.state.now = at;
            if !self.state.due.is_empty() {
                let due: Vec<usize> = self.state.due.iter().filter(|(_, due)| **due < at).map(|(pattern, _)| *pattern).collect();
                for pattern in due {
                    self.state.due.remove(&pattern);
                    self.resolve(scenario, pattern, false, found);
                }
            }
        }
        self.state.now
    }

    /// Applies the intervals that begin and end at one position: first the ends, then the begins, which may match in any order.
    fn turn<V: View>(
        &mut self,
        scenario: &Scenario,
        changes: impl Iterator<Item = (longhand_expr::ids::Fact, f64)>,
        event: Option<&Event>,
        point: Point,
        view: &V,
        found: &mut Vec<Match>,
    ) {
        let mut begun: SmallVec<[Span; 4]> = SmallVec::new();
        let mut turned = false;
        for (fact, value) in changes {
            for turn in self.state.intervals.turns(scenario, fact, value).into_iter().flatten() {
                let (Turn::Begins(span) | Turn::Ends(span)) = turn;
                let is_asked = match span {
                    Span::Tie(tie, ..) => self.ties.get(tie.index()).is_some_and(|interests| !interests.is_empty()),
                    // Being at any other place ends a stay.
                    Span::Stay(..) => !self.stays.is_empty(),
                };
                if !is_asked {
                    continue;
                }
                turned = true;
                match turn {
                    Turn::Ends(span) => self.state.intervals.end(span, point),
                    Turn::Begins(span) => {
                        self.state.intervals.begin(span, point);
                        begun.push(span);
                    }
                }
            }
        }
        if !turned {
            return;
        }
        for _ in 0..begun.len() {
            for span in &begun {
                self.begins(scenario, Part { point, span: Some(*span) }, event, view, found);
            }
        }
        for pattern in 0..self.plans.len() {
            if !self.state.patterns[pattern].candidates.is_empty() && !self.plans[pattern].to_the_end {
                self.resolve(scenario, pattern, false, found);
            }
        }
    }

    fn begins<V: View>(&mut self, scenario: &Scenario, part: Part, event: Option<&Event>, view: &V, found: &mut Vec<Match>) {
        let mut proposals = std::mem::take(&mut self.proposals);
        let ends: SmallVec<[[AgentId; 2]; 2]> = match part.span {
            Some(Span::Tie(tie, a, b)) if scenario.ties[tie.index()].mutual => SmallVec::from_slice(&[[a, b], [b, a]]),
            Some(Span::Tie(_, a, b)) => SmallVec::from_slice(&[[a, b]]),
            Some(Span::Stay(who, _)) => SmallVec::from_slice(&[[who, AgentId::NONE]]),
            None => SmallVec::new(),
        };
        let interests = match part.span {
            Some(Span::Tie(tie, ..)) => self.ties.get(tie.index()),
            Some(Span::Stay(_, place)) => self.stays.get(&place),
            None => None,
        };
        for interest in interests.into_iter().flatten() {
            for roles in &ends {
                self.attempt(scenario, *interest, Happening { part, event, roles }, view, &mut proposals);
            }
        }
        let at = event.map_or(part.point.at, |event| event.at);
        self.apply(scenario, part.point, at, proposals.drain(..), found);
        self.proposals = proposals;
    }

    fn attempt<V: View>(
        &self,
        scenario: &Scenario,
        interest: Interest,
        happening: Happening<'_>,
        view: &V,
        proposals: &mut Vec<(usize, Step)>,
    ) {
        if self.is_done(interest.pattern) {
            return;
        }
        let pattern = self.watched(interest.pattern).of(scenario);
        let clause = &pattern.clauses[interest.clause];
        let way = &clause.ways[interest.way];
        let slots: &[usize] = match &way.what {
            What::Event(events) => &events[interest.on].1,
            What::Tie(_) => &[0, 1],
            What::Stay(_) => &[0],
        };
        let attempt = Attempt {
            progress: &self.state.patterns[interest.pattern],
            plan: &self.plans[interest.pattern],
            intervals: &self.state.intervals,
            pattern,
            at: interest.clause,
            clause,
            way,
            slots,
            happening,
            view,
        };
        attempt.all(&mut |step| proposals.push((interest.pattern, step)));
    }

    fn apply(
        &mut self,
        scenario: &Scenario,
        point: Point,
        at: Instant,
        steps: impl Iterator<Item = (usize, Step)>,
        found: &mut Vec<Match>,
    ) {
        for (pattern, step) in steps {
            // An event may complete a beat in several ways; the first is enough.
            if self.is_done(pattern) {
                continue;
            }
            let of = self.watched(pattern);
            match step {
                Step::Advance(stage, key, thread) => {
                    let progress = &mut self.state.patterns[pattern];
                    progress.open(stage, key, thread);
                    progress.prune(of.of(scenario), point.at);
                }
                Step::Complete(bound, thread) => {
                    let candidate = Candidate { bound, thread, at };
                    if self.plans[pattern].waits {
                        self.wait(scenario, pattern, candidate, found);
                    } else {
                        self.confirm(pattern, candidate, found);
                    }
                }
            }
        }
    }

    /// Adds a completed match to the pending ones. Of the matches that one event completes, the one with the latest evidence
    /// comes first.
    fn wait(&mut self, scenario: &Scenario, pattern: usize, candidate: Candidate, found: &mut Vec<Match>) {
        let of = self.watched(pattern);
        let progress = &mut self.state.patterns[pattern];
        if progress.candidates.contains(&candidate) {
            return;
        }
        let order = candidate.thread.last.point.order;
        let same = progress.candidates.partition_point(|before| before.thread.last.point.order < order);
        let later = progress.candidates[same..].partition_point(|before| before.thread.events > candidate.thread.events);
        progress.candidates.insert(same + later, candidate);
        progress.prune(of.of(scenario), self.state.now);
        if self.plans[pattern].to_the_end {
            return;
        }
        self.resolve(scenario, pattern, false, found);
    }

    /// Reports a completed match that holds, unless its events were used already.
    fn confirm(&mut self, pattern: usize, candidate: Candidate, found: &mut Vec<Match>) {
        let of = self.watched(pattern);
        let Candidate { bound, thread, at } = candidate;
        let progress = &mut self.state.patterns[pattern];
        if progress.matched.get(&bound).is_some_and(|last| thread.first <= *last) {
            return;
        }
        let intervals = &self.state.intervals;
        let parts = thread.path.iter().chain(std::iter::once(&thread.last));
        let spans = parts.filter_map(|part| {
            let place = match part.span? {
                Span::Stay(_, place) => place,
                Span::Tie(..) => PlaceId::NOWHERE,
            };
            let ended = intervals.end_of(*part).map(|end| end.at);
            Some(FoundSpan { of: part.span?.known(), place, began: part.point.at, ended })
        });
        let spans = spans.collect();
        progress.times = progress.times.saturating_add(1);
        found.push(Match { of, at, events: thread.events.to_vec(), bound: bound.to_vec(), spans });
        progress.matched.insert(bound, thread.last.point.order);
        if pattern < self.beats {
            progress.close();
            self.state.due.remove(&pattern);
        }
    }

    /// Decides the pending matches of a pattern that can be decided, in the order in which they were completed.
    fn resolve(&mut self, scenario: &Scenario, pattern: usize, over: bool, found: &mut Vec<Match>) {
        let of = self.watched(pattern);
        let is_beat = matches!(of, Watched::Beat(_));
        let candidates = std::mem::take(&mut self.state.patterns[pattern].candidates);
        let mut kept = Vec::new();
        let mut unsettled: BTreeSet<Bindings> = BTreeSet::new();
        let mut due: Option<Instant> = None;
        for candidate in candidates {
            if self.is_done(pattern) {
                break;
            }
            let (verdict, known) = self.verdict(of.of(scenario), pattern, &candidate, over);
            if verdict == Some(false) {
                if let Some(undone) = &mut self.undone {
                    undone.insert(pattern, candidate);
                }
                continue;
            }
            let waits = if is_beat { !unsettled.is_empty() } else { unsettled.contains(&candidate.bound) };
            if verdict.is_none() || waits {
                due = match (due, known) {
                    (Some(due), Some(known)) => Some(due.min(known)),
                    (due, known) => due.or(known),
                };
                unsettled.insert(candidate.bound.clone());
                kept.push(candidate);
            } else {
                self.confirm(pattern, candidate, found);
            }
        }
        if self.is_done(pattern) {
            return;
        }
        self.state.patterns[pattern].candidates = kept;
        if let Some(due) = due {
            self.state.due.insert(pattern, due);
        }
    }

    /// Whether a completed match holds, if that is known, and the next instant at which it may become known.
    fn verdict(&self, of: &Pattern, pattern: usize, candidate: &Candidate, over: bool) -> (Option<bool>, Option<Instant>) {
        let now = self.state.now;
        let mut known: Option<Instant> = None;
        let mut verdict = Some(true);
        let mut unknown = |at: Option<Instant>| {
            verdict = None;
            if let Some(at) = at {
                known = Some(known.map_or(at, |known| known.min(at)));
            }
        };
        let progress = &self.state.patterns[pattern];
        for &at in &self.plans[pattern].after {
            let without = &of.without[at];
            let from = without.from.map(|from| candidate.part(from).point);
            let due = match without.until {
                Until::Lasting(seconds) => from.map(|from| from.at.plus_seconds(seconds)),
                _ => None,
            };
            let people = people_of(without, &candidate.bound);
            if progress.undone(at, &people, from.map(|from| from.order), due) >= without.times as usize {
                return (Some(false), None);
            }
            match due {
                Some(due) if over && now < due => return (Some(false), None),
                Some(due) if !over && now <= due => unknown(Some(due)),
                None if !over => unknown(None),
                _ => {}
            }
        }
        let now = if over { Instant(now.0.saturating_add(1)) } else { now };
        for (at, clause) in of.clauses.iter().enumerate() {
            for relation in &clause.relations {
                let possible = self.state.intervals.possible(candidate.part(relation.to), candidate.part(at), now);
                if possible & relation.any == 0 || (over && possible & !relation.any != 0) {
                    return (Some(false), None);
                }
                if possible & !relation.any != 0 {
                    unknown(Some(now));
                }
            }
        }
        (verdict, known)
    }

    /// Records an event that a negated clause forbids.
    fn undo<V: View>(&mut self, scenario: &Scenario, event: &Event, point: Point, view: &V, found: &mut Vec<Match>) {
        let Some(undoes) = self.undoes.get(event.kind.index()).filter(|undoes| !undoes.is_empty()).cloned() else { return };
        for (pattern, at, on) in undoes {
            if self.is_done(pattern) {
                continue;
            }
            let without = &self.watched(pattern).of(scenario).without[at];
            let mut bound: Bindings = SmallVec::from_elem(AgentId::NONE, self.watched(pattern).of(scenario).variables.len());
            let is_theirs = bind(&mut bound, &without.roles, &without.on[on].1, &event.roles);
            let holds = || without.when.as_ref().is_none_or(|when| when.truth(&WithValues { view, event }, &mut frame(&bound)));
            if is_theirs && holds() {
                let people = people_of(without, &bound);
                let keep = match without.until {
                    // Which of them count depends on the position of the part from which the time runs, which may be long past.
                    Until::Lasting(_) => MOST_THREADS,
                    // Every event after the part counts, so the last few decide whether there are enough.
                    Until::Clause(_) | Until::End => without.times as usize,
                };
                self.state.patterns[pattern].undo(at, people, point, keep);
                if !self.state.patterns[pattern].candidates.is_empty() {
                    self.resolve(scenario, pattern, false, found);
                }
            }
        }
    }

    fn watched(&self, pattern: usize) -> Watched {
        if pattern < self.beats { Watched::Beat(pattern) } else { Watched::Pattern(pattern - self.beats) }
    }

    fn is_done(&self, pattern: usize) -> bool {
        pattern < self.beats && self.state.patterns[pattern].times > 0
    }

    /// The progress of each beat and pattern at an instant, beats first: the most advanced partial match that can still be
    /// completed.
    #[must_use]
    pub fn threads(&self, scenario: &Scenario, now: Instant) -> Vec<Waiting> {
        let waiting = |(at, progress): (usize, &Progress)| {
            let pattern = self.watched(at).of(scenario);
            let alive = |(clause, key, thread): &(usize, &Key, &Thread)| {
                in_time(&pattern.clauses[*clause], thread.from.at, now)
                    && !progress.is_stopped(pattern, *clause, &key.bound, Some(thread.from.order))
            };
            self.waiting(scenario, at, progress.furthest().filter(alive).collect())
        };
        self.state.patterns.iter().enumerate().map(waiting).collect()
    }

    /// The progress of the most advanced partial match that binds all of `who`, including those that can no longer be completed.
    pub(super) fn furthest(&self, scenario: &Scenario, of: Watched, who: &[AgentId]) -> Waiting {
        let at = match of {
            Watched::Beat(at) => at,
            Watched::Pattern(at) => self.beats + at,
        };
        let theirs = |(_, key, _): &(usize, &Key, &Thread)| who.iter().all(|one| key.bound.contains(one));
        self.waiting(scenario, at, self.state.patterns[at].furthest().filter(theirs).collect())
    }

    fn waiting(&self, scenario: &Scenario, at: usize, open: Vec<(usize, &Key, &Thread)>) -> Waiting {
        let of = self.watched(at);
        let (pattern, progress) = (of.of(scenario), &self.state.patterns[at]);
        let furthest = open.iter().max_by_key(|(clause, key, thread)| (*clause, key.count, thread.from.order));
        let clause = match furthest {
            _ if self.is_done(at) => pattern.clauses.len(),
            Some((clause, ..)) => *clause,
            None => 0,
        };
        let of_clause = pattern.clauses.get(clause);
        Waiting {
            of,
            times: progress.times,
            open: open.len(),
            unsure: progress.candidates.len(),
            clause,
            count: furthest.map_or(0, |(_, key, _)| key.count),
            waits_for: of_clause.map_or_else(Vec::new, kinds_of),
            until: furthest.and_then(|(_, _, thread)| Some(thread.from.at.plus_seconds(of_clause?.within?))),
            bound: furthest.map_or_else(|| vec![AgentId::NONE; pattern.variables.len()], |(_, key, _)| key.bound.to_vec()),
            events: furthest.map_or_else(Vec::new, |(_, _, thread)| thread.events.to_vec()),
        }
    }

    /// The maximum number of partial matches of one pattern. Beyond it the oldest are dropped.
    pub const MOST_THREADS: usize = MOST_THREADS;
}

/// The kinds of events that the alternatives of a clause match.
fn kinds_of(clause: &Clause) -> Vec<EventKind> {
    let events = clause.ways.iter().filter_map(|way| match &way.what {
        What::Event(events) => Some(events),
        _ => None,
    });
    let mut kinds: Vec<EventKind> = events.flatten().map(|(kind, _)| *kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
