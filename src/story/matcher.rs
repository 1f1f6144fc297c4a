//! Finds a scene's beats and patterns while its events happen.
//!
//! Incremental story sifting: every way in which a pattern has begun is a *thread* that waits for its next event (Kreminski, Dickinson
//! and Mateas, *Winnow*, 2021). Threads are filed by the clause they wait at and, where that clause names a variable that is bound
//! already, by who that is; an event looks only at those it could advance.
//!
//! # What a match is
//!
//! Events in the order of the clauses, `times` of each, one event used once, with roles bound the same way throughout, and:
//!
//! - `when` holds when each event of its clause is heard (in a run: at the end of its tick), over what is bound by then; `value(name)`
//!   reads that event.
//! - `within` counts from the last event of the clause before; in the first clause, from its own first event.
//! - `unless`: no event of these kinds between the last event of the clause before and this clause's last, if it concerns anybody the
//!   thread has bound or the pattern has named by then; any such event, when the thread is about nobody. In the first clause it counts
//!   from the start of the run.
//!
//! Other events may come between. A beat is matched once. A pattern may be matched again and again, but for the same people only by
//! events that come after their last match.

use super::thread::{Bindings, Key, MOST_THREADS, Progress, Thread, in_time, stage};
use super::with_values::WithValues;
use crate::chronicle::{BeatMatch, Event};
use crate::ids::{AgentId, EventId, EventKind, Instant};
use crate::language::{Frame, MAX_SLOTS, View};
use crate::scenario::Scenario;
use crate::scenario::model::{Pattern, RoleIs};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// A beat or a pattern, by its position in the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Watched {
    /// `Scenario::beats[i]`.
    Beat(usize),
    /// `Scenario::patterns[i]`.
    Pattern(usize),
}

impl Watched {
    /// The pattern itself.
    ///
    /// # Panics
    /// When the scene is another one.
    #[must_use]
    pub fn of(self, scenario: &Scenario) -> &Pattern {
        match self {
            Self::Beat(at) => &scenario.beats[at],
            Self::Pattern(at) => &scenario.patterns[at],
        }
    }
}

/// A beat or pattern that came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// Which.
    pub of: Watched,
    /// When its last event happened.
    pub at: Instant,
    /// The events of all its clauses, in order: the evidence. Where several would do for one clause, the latest.
    pub events: Vec<EventId>,
    /// Who its variables are.
    pub bound: Vec<AgentId>,
}

impl Match {
    /// The event that completed it.
    ///
    /// # Panics
    /// Never for a match that a [`Matcher`] found: it has at least one event.
    #[must_use]
    pub fn event(&self) -> EventId {
        *self.events.last().expect("a match has the event that completed it")
    }

    /// Its variables, bound, for an expression over them.
    #[must_use]
    pub fn frame(&self) -> Frame {
        frame(&self.bound)
    }

    /// The same as the chronicle keeps it, when it is a beat.
    #[must_use]
    pub fn beat(&self) -> Option<BeatMatch> {
        match self.of {
            Watched::Beat(beat) => Some(BeatMatch { beat, at: self.at, event: self.event(), events: self.events.clone() }),
            Watched::Pattern(_) => None,
        }
    }
}

/// How far a beat or pattern is, and what it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub of: Watched,
    /// How many times it came about.
    pub times: u32,
    /// How many threads are open.
    pub open: usize,
    /// The clause that its furthest thread waits at; the first when nothing has begun, one past the last for a beat that is done.
    pub clause: usize,
    /// How many events of that clause are there already.
    pub count: u32,
    /// The kinds of events any of which would advance it.
    pub waits_for: Vec<EventKind>,
    /// Until when, if the clause has a `within`.
    pub until: Option<Instant>,
    /// Who its variables are so far; [`AgentId::NONE`] where that is open.
    pub bound: Vec<AgentId>,
    /// The events so far.
    pub events: Vec<EventId>,
}

/// A clause that an event of some kind may meet.
#[derive(Clone, Copy, Debug)]
struct Interest {
    pattern: usize,
    clause: usize,
    /// Which entry of the clause's `on`.
    on: usize,
}

/// Everything a [`Matcher`] remembers; goes into keyframes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MatcherState(Vec<Progress>);

/// Watches events for a scene's beats and patterns.
#[derive(Clone, Debug)]
pub struct Matcher {
    beats: usize,
    /// By event kind.
    interests: Vec<Vec<Interest>>,
    /// By event kind: the patterns and clauses that it stops.
    stops: Vec<Vec<(usize, usize)>>,
    /// By pattern and stage: the variable by which its threads are filed.
    anchors: Vec<Vec<Option<usize>>>,
    state: MatcherState,
    proposals: Vec<(usize, Step)>,
}

/// What an event does to a pattern.
#[derive(Clone, Debug)]
enum Step {
    Advance(usize, Key, Thread),
    Complete(Bindings, Thread),
}

fn watched(scenario: &Scenario) -> impl Iterator<Item = &Pattern> {
    scenario.beats.iter().chain(&scenario.patterns)
}

/// Each role's slot in the event, for one entry of `on`.
fn variables<'a>(roles: &'a [RoleIs], slots: &'a [usize]) -> impl Iterator<Item = (usize, usize)> + 'a {
    roles.iter().zip(slots).filter_map(|(role, slot)| match role {
        RoleIs::Variable(variable) => Some((*variable, *slot)),
        RoleIs::Agent(_) => None,
    })
}

impl Matcher {
    /// A matcher that has seen nothing yet.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        let mut interests = vec![Vec::new(); scenario.events.len()];
        let mut stops = vec![Vec::new(); scenario.events.len()];
        let mut anchors = Vec::new();
        let mut state = Vec::new();
        for (pattern, watched) in watched(scenario).enumerate() {
            let mut bound = vec![false; watched.variables.len()];
            let mut by_stage = Vec::new();
            for (clause, of) in watched.clauses.iter().enumerate() {
                let mut seen = Vec::new();
                for (on, (kind, _)) in of.on.iter().enumerate() {
                    if !seen.contains(kind) {
                        seen.push(*kind);
                        interests[kind.index()].push(Interest { pattern, clause, on });
                    }
                }
                for kind in &of.unless {
                    stops[kind.index()].push((pattern, clause));
                }
                let named: Vec<usize> = of
                    .roles
                    .iter()
                    .filter_map(|role| if let RoleIs::Variable(variable) = role { Some(*variable) } else { None })
                    .collect();
                by_stage.push(named.iter().copied().find(|&variable| bound[variable]));
                by_stage.push(named.first().copied());
                for variable in named {
                    bound[variable] = true;
                }
            }
            anchors.push(by_stage);
            state.push(Progress::new(watched.clauses.len()));
        }
        Self { beats: scenario.beats.len(), interests, stops, anchors, state: MatcherState(state), proposals: Vec::new() }
    }

    /// What it remembers.
    #[must_use]
    pub fn state(&self) -> &MatcherState {
        &self.state
    }

    /// Goes back (or on) to a state that a matcher of the same scene was in. Gives false, and does nothing, when it is another scene's.
    pub fn restore(&mut self, scenario: &Scenario, state: MatcherState) -> bool {
        let fits = state.0.len() == self.state.0.len() && state.0.iter().zip(watched(scenario)).all(|(at, of)| at.fits(of));
        if fits {
            self.state = state;
        }
        fits
    }

    /// Takes an event and gives what it completed: beats first, each in the order of the scene.
    ///
    /// `view` is the world after the event, at its instant.
    pub fn observe<V: View>(&mut self, scenario: &Scenario, event: &Event, view: &V) -> Vec<Match> {
        let mut proposals = std::mem::take(&mut self.proposals);
        let view = WithValues { view, event };
        for interest in self.interests.get(event.kind.index()).into_iter().flatten() {
            if self.is_done(interest.pattern) {
                continue;
            }
            let watched = self.watched(interest.pattern).of(scenario);
            let attempt = Attempt {
                progress: &self.state.0[interest.pattern],
                anchors: &self.anchors[interest.pattern],
                pattern: watched,
                interest: *interest,
                slots: &watched.clauses[interest.clause].on[interest.on].1,
                event,
                view: &view,
            };
            attempt.all(&mut |step| proposals.push((interest.pattern, step)));
        }
        let found = self.apply(scenario, event, proposals.drain(..));
        self.proposals = proposals;
        for &(pattern, clause) in self.stops.get(event.kind.index()).into_iter().flatten() {
            if !self.is_done(pattern) {
                self.state.0[pattern].stop(clause, event.id, &event.roles);
            }
        }
        found
    }

    fn apply(&mut self, scenario: &Scenario, event: &Event, steps: impl Iterator<Item = (usize, Step)>) -> Vec<Match> {
        let mut found: Vec<Match> = Vec::new();
        for (pattern, step) in steps {
            // An event may complete a beat in more than one way; the first is enough.
            if self.is_done(pattern) {
                continue;
            }
            let of = self.watched(pattern);
            let progress = &mut self.state.0[pattern];
            match step {
                Step::Advance(stage, key, thread) => {
                    progress.open(stage, key, thread);
                    progress.prune(of.of(scenario), event.at);
                }
                Step::Complete(bound, thread) => {
                    progress.times = progress.times.saturating_add(1);
                    found.push(Match { of, at: event.at, events: thread.events.to_vec(), bound: bound.to_vec() });
                    progress.matched.insert(bound, event.id);
                    if pattern < self.beats {
                        progress.close();
                    }
                }
            }
        }
        found.sort_by_key(|found| found.of);
        found
    }

    fn watched(&self, pattern: usize) -> Watched {
        if pattern < self.beats { Watched::Beat(pattern) } else { Watched::Pattern(pattern - self.beats) }
    }

    fn is_done(&self, pattern: usize) -> bool {
        pattern < self.beats && self.state.0[pattern].times > 0
    }

    /// How far each beat and pattern is at an instant, beats first: the thread that has come furthest of those that can still be
    /// completed.
    #[must_use]
    pub fn threads(&self, scenario: &Scenario, now: Instant) -> Vec<Waiting> {
        let waiting = |(at, progress): (usize, &Progress)| {
            let of = self.watched(at);
            let pattern = of.of(scenario);
            let alive = |(clause, key, thread): &(usize, &Key, &Thread)| {
                in_time(&pattern.clauses[*clause], thread.from.1, now)
                    && !progress.is_stopped(pattern, *clause, &key.bound, Some(thread.from.0))
            };
            let open: Vec<_> = progress.furthest().filter(alive).collect();
            let furthest = open.iter().max_by_key(|(clause, key, thread)| (*clause, key.count, thread.from.0));
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
                clause,
                count: furthest.map_or(0, |(_, key, _)| key.count),
                waits_for: of_clause.map_or_else(Vec::new, |clause| clause.on.iter().map(|(kind, _)| *kind).collect()),
                until: furthest.and_then(|(_, _, thread)| Some(thread.from.1.plus_seconds(of_clause?.within?))),
                bound: furthest.map_or_else(|| vec![AgentId::NONE; pattern.variables.len()], |(_, key, _)| key.bound.to_vec()),
                events: furthest.map_or_else(Vec::new, |(_, _, thread)| thread.events.to_vec()),
            }
        };
        self.state.0.iter().enumerate().map(waiting).collect()
    }

    /// The most threads one pattern keeps open; beyond it the oldest are dropped.
    pub const MOST_THREADS: usize = MOST_THREADS;
}

/// One event against one clause of one pattern.
struct Attempt<'a, V> {
    progress: &'a Progress,
    anchors: &'a [Option<usize>],
    pattern: &'a Pattern,
    interest: Interest,
    /// By role of the clause: its slot in the event.
    slots: &'a [usize],
    event: &'a Event,
    view: &'a WithValues<'a, V>,
}

impl<V: View> Attempt<'_, V> {
    /// Everything this event does at this clause.
    fn all(&self, step: &mut impl FnMut(Step)) {
        let clause = self.interest.clause;
        if clause == 0 {
            let nothing: Bindings = SmallVec::from_elem(AgentId::NONE, self.pattern.variables.len());
            step_if(self.one(&nothing, 0, None), step);
        } else {
            self.at_stage(2 * clause, step);
        }
        if self.pattern.clauses[clause].times > 1 {
            self.at_stage(2 * clause + 1, step);
        }
    }

    fn at_stage(&self, stage: usize, step: &mut impl FnMut(Step)) {
        let roles = &self.pattern.clauses[self.interest.clause].roles;
        let anchor = self.anchors[stage].and_then(|anchor| {
            let (_, slot) = variables(roles, self.slots).find(|(variable, _)| *variable == anchor)?;
            self.event.roles.get(slot).copied()
        });
        // Nobody in the role: no thread is filed under nobody unless the stage has no anchor.
        for (key, thread) in self.progress.at(stage, anchor.unwrap_or(AgentId::NONE)) {
            step_if(self.one(&key.bound, key.count, Some(thread)), step);
        }
    }

    /// What this event makes of one thread.
    fn one(&self, before: &Bindings, count: u32, thread: Option<&Thread>) -> Option<Step> {
        let at = self.interest.clause;
        let clause = &self.pattern.clauses[at];
        let from = thread.map(|thread| thread.from);
        if !from.is_none_or(|(_, from)| in_time(clause, from, self.event.at)) {
            return None;
        }
        let bound = self.bind(before)?;
        if self.progress.is_stopped(self.pattern, at, &bound, from.map(|(event, _)| event)) || !self.holds(&bound) {
            return None;
        }
        let mut events = thread.map(|thread| thread.events.clone()).unwrap_or_default();
        events.push(self.event.id);
        let here = (self.event.id, self.event.at);
        if count + 1 < clause.times {
            let thread = Thread { events, from: from.unwrap_or(here) };
            return Some(self.advance(at, count + 1, bound, thread));
        }
        let thread = Thread { events, from: here };
        if at + 1 < self.pattern.clauses.len() {
            return Some(self.advance(at + 1, 0, bound, thread));
        }
        let used = self.progress.matched.get(&bound);
        let fresh = used.is_none_or(|last| thread.events.first().is_some_and(|first| first > last));
        fresh.then_some(Step::Complete(bound, thread))
    }

    fn advance(&self, clause: usize, count: u32, bound: Bindings, thread: Thread) -> Step {
        let stage = stage(clause, count);
        let anchor = self.anchors[stage].map_or(AgentId::NONE, |variable| bound[variable]);
        Step::Advance(stage, Key { anchor, bound, count }, thread)
    }

    fn bind(&self, before: &Bindings) -> Option<Bindings> {
        let mut bound = before.clone();
        for (role, slot) in self.pattern.clauses[self.interest.clause].roles.iter().zip(self.slots) {
            let agent = self.event.roles.get(*slot).copied().filter(|agent| agent.is_some())?;
            let expected = match role {
                RoleIs::Agent(named) => *named,
                RoleIs::Variable(variable) => {
                    let open = &mut bound[*variable];
                    if !open.is_some() {
                        *open = agent;
                    }
                    *open
                }
            };
            if expected != agent {
                return None;
            }
        }
        Some(bound)
    }

    fn holds(&self, bound: &Bindings) -> bool {
        let Some(when) = &self.pattern.clauses[self.interest.clause].when else { return true };
        when.truth(self.view, &mut frame(bound))
    }
}

fn frame(bound: &[AgentId]) -> Frame {
    let mut frame = Frame::default();
    for (slot, agent) in bound.iter().enumerate().take(MAX_SLOTS) {
        frame.set(slot, *agent);
    }
    frame
}

fn step_if(found: Option<Step>, step: &mut impl FnMut(Step)) {
    if let Some(found) = found {
        step(found);
    }
}
