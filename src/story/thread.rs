//! Half-told patterns: what a matcher remembers between two events.

use super::intervals::{Part, Point, Span};
use crate::ids::{AgentId, EventId, Instant};
use crate::scenario::model::{Clause, Pattern, RoleIs, Until, Way, What};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included};

/// The most threads one pattern keeps open. When it is reached, those that can no longer be completed go first, and then the oldest
/// quarter.
pub const MOST_THREADS: usize = 16_384;

/// Who each variable of a pattern is, [`AgentId::NONE`] where that is still open.
pub(super) type Bindings = SmallVec<[AgentId; 4]>;

/// What tells the threads that wait at one stage apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Key {
    /// Whoever the next event must have in the stage's anchor role; nobody where the stage has none.
    pub anchor: AgentId,
    pub bound: Bindings,
    /// How many events of the clause are there already.
    pub count: u32,
    /// Where the parts stand of which a later one is not always the better ([`Plan::exact`]).
    pub exact: SmallVec<[u64; 2]>,
}

/// One way in which a pattern has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Thread {
    pub events: SmallVec<[EventId; 4]>,
    /// Where the clause's time begins: the last event of the clause before, or the first event of the first clause.
    pub from: Point,
    /// Where the story begins.
    pub first: u64,
    /// The last that was taken in.
    pub last: Part,
    /// The first event of the clause that is being repeated.
    pub began: Point,
    /// The stretches among its parts that began where the last did: each is one part, not two.
    pub beside: SmallVec<[Span; 1]>,
    /// The last of each clause that is done, where the pattern asks for it.
    pub path: SmallVec<[Part; 2]>,
}

/// What is found out about a pattern once, before anything happens.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// By stage: the variable by which its threads are filed.
    pub anchors: Vec<Option<usize>>,
    /// Whether threads keep the parts that are done.
    pub keeps_path: bool,
    /// By clause: whether threads that differ in where it stands are told apart. Where nothing asks for a least distance, a relation or a
    /// time after it, the later is as good: it leaves more room for all that may follow.
    pub exact: Vec<bool>,
    /// By clause: whether the same holds of its first event while it is repeated.
    pub exact_first: Vec<bool>,
    /// By clause: what must not have happened when it is done (`Pattern::without`).
    pub until: Vec<Vec<usize>>,
    /// What must not happen after the last clause.
    pub after: Vec<usize>,
    /// Whether a completed pattern may have to wait until it is known to hold.
    pub waits: bool,
    /// Whether that is never known before the end.
    pub to_the_end: bool,
}

impl Plan {
    pub fn of(pattern: &Pattern) -> Self {
        let clauses = &pattern.clauses;
        let mut bound = vec![false; pattern.variables.len()];
        let mut plan = Self { until: vec![Vec::new(); clauses.len()], ..Self::default() };
        plan.exact = vec![false; clauses.len()];
        for (at, clause) in clauses.iter().enumerate() {
            let named = named_by_all(&clause.ways);
            plan.anchors.push(named.iter().copied().find(|&variable| bound[variable]));
            plan.anchors.push(named.first().copied());
            for way in &clause.ways {
                variables_of(&way.roles).for_each(|variable| bound[variable] = true);
            }
            plan.exact_first.push(clause.gaps.iter().any(|gap| gap.from == at && gap.least > 0.0));
            for gap in clause.gaps.iter().filter(|gap| gap.from < at) {
                plan.keeps_path = true;
                plan.exact[gap.from] |= gap.least > 0.0;
            }
            for relation in &clause.relations {
                (plan.exact[relation.to], plan.exact[at]) = (true, true);
                plan.waits = true;
            }
            plan.keeps_path |= clause.ways.iter().any(|way| !matches!(way.what, What::Event(_)));
        }
        for (at, without) in pattern.without.iter().enumerate() {
            plan.keeps_path |= without.from.is_some();
            match without.until {
                Until::Clause(clause) => plan.until[clause].push(at),
                Until::Lasting(_) => {
                    without.from.into_iter().for_each(|from| plan.exact[from] = true);
                    plan.after.push(at);
                }
                Until::End => {
                    plan.to_the_end = true;
                    plan.after.push(at);
                }
            }
        }
        plan.keeps_path |= plan.waits;
        plan.waits |= !plan.after.is_empty();
        plan
    }
}

/// The variables that every way of a clause names.
fn named_by_all(ways: &[Way]) -> Vec<usize> {
    let Some((first, others)) = ways.split_first() else { return Vec::new() };
    let in_all = |variable: &usize| others.iter().all(|way| variables_of(&way.roles).any(|named| named == *variable));
    variables_of(&first.roles).filter(in_all).collect()
}

pub(super) fn variables_of(roles: &[RoleIs]) -> impl Iterator<Item = usize> + '_ {
    roles.iter().filter_map(|role| match role {
        RoleIs::Variable(variable) => Some(*variable),
        RoleIs::Agent(_) => None,
    })
}

/// A pattern all of whose parts have come, and that is not known to hold yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Candidate {
    pub bound: Bindings,
    pub thread: Thread,
    /// When its last part happened.
    pub at: Instant,
}

impl Candidate {
    /// The last of a clause.
    pub fn part(&self, clause: usize) -> Part {
        self.thread.path.get(clause).copied().unwrap_or(self.thread.last)
    }
}

/// How far one pattern is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// By stage: clause `i` not yet begun is `2 i`, begun but to be repeated `2 i + 1`.
    ///
    /// Two threads at one stage with one key wait for the same; only the later is kept, for whatever completes the earlier completes
    /// it as well, and its `within` and `unless` leave it more room.
    waiting: Vec<BTreeMap<Key, Thread>>,
    /// By clause: the last event of its `unless` that concerned somebody ([`AgentId::NONE`]: that happened at all).
    stopped: Vec<BTreeMap<AgentId, u64>>,
    /// By `Pattern::without`: by whom it concerns, the last of its events; as many as undo the pattern.
    undoing: Vec<BTreeMap<Bindings, SmallVec<[Point; 1]>>>,
    /// Completed, and not known to hold; in the order in which they were completed.
    pub candidates: Vec<Candidate>,
    /// Where the last match with these bindings ended: nothing up to it counts again for the same people.
    pub matched: BTreeMap<Bindings, u64>,
    pub times: u32,
}

pub(super) fn stage(clause: usize, count: u32) -> usize {
    2 * clause + usize::from(count > 0)
}

impl Progress {
    pub fn new(pattern: &Pattern) -> Self {
        let clauses = pattern.clauses.len();
        Self {
            waiting: vec![BTreeMap::new(); 2 * clauses],
            stopped: vec![BTreeMap::new(); clauses],
            undoing: vec![BTreeMap::new(); pattern.without.len()],
            ..Self::default()
        }
    }

    /// Whether this could be the progress of that pattern.
    pub fn fits(&self, pattern: &Pattern) -> bool {
        let clauses = pattern.clauses.len();
        self.waiting.len() == 2 * clauses && self.stopped.len() == clauses && self.undoing.len() == pattern.without.len()
    }

    /// The threads at a stage whose anchor is that agent, or all of a stage without an anchor (nobody).
    pub fn at(&self, stage: usize, anchor: AgentId) -> impl Iterator<Item = (&Key, &Thread)> {
        let key = |anchor| Key { anchor, bound: Bindings::new(), count: 0, exact: SmallVec::new() };
        let end = anchor.0.checked_add(1).map_or(std::ops::Bound::Unbounded, |next| Excluded(key(AgentId(next))));
        self.waiting[stage].range((Included(key(anchor)), end))
    }

    pub fn open(&mut self, stage: usize, key: Key, thread: Thread) {
        self.waiting[stage].insert(key, thread);
    }

    /// All threads, those furthest on first.
    pub fn furthest(&self) -> impl Iterator<Item = (usize, &Key, &Thread)> {
        self.waiting
            .iter()
            .enumerate()
            .rev()
            .flat_map(|(stage, threads)| threads.iter().map(move |(key, thread)| (stage / 2, key, thread)))
    }

    pub fn open_threads(&self) -> usize {
        self.waiting.iter().map(BTreeMap::len).sum()
    }

    /// Forgets every thread and all it kept for them.
    pub fn close(&mut self) {
        self.waiting.iter_mut().for_each(BTreeMap::clear);
        self.stopped.iter_mut().for_each(BTreeMap::clear);
        self.undoing.iter_mut().for_each(BTreeMap::clear);
        self.candidates.clear();
    }

    /// Notes an `unless` event of a clause.
    pub fn stop(&mut self, clause: usize, order: u64, roles: &[AgentId]) {
        let stopped = &mut self.stopped[clause];
        stopped.insert(AgentId::NONE, order);
        stopped.extend(roles.iter().filter(|agent| agent.is_some()).map(|&agent| (agent, order)));
    }

    /// Whether an `unless` event of the clause came after `since` (or ever; in the first clause always ever) and concerned somebody of
    /// the thread, or anybody when the thread is about nobody.
    pub fn is_stopped(&self, pattern: &Pattern, clause: usize, bound: &[AgentId], since: Option<u64>) -> bool {
        self.stopped_by(pattern, clause, bound, since).is_some()
    }

    /// Where the last such event stands.
    pub fn stopped_by(&self, pattern: &Pattern, clause: usize, bound: &[AgentId], since: Option<u64>) -> Option<u64> {
        let stopped = &self.stopped[clause];
        if stopped.is_empty() {
            return None;
        }
        let since = since.filter(|_| clause > 0);
        let after = |agent: AgentId| stopped.get(&agent).copied().filter(|order| since.is_none_or(|since| *order > since));
        let ways = pattern.clauses[..=clause].iter().flat_map(|clause| &clause.ways);
        let named = ways.flat_map(|way| &way.roles).filter_map(|role| match role {
            RoleIs::Agent(agent) => Some(*agent),
            RoleIs::Variable(_) => None,
        });
        let mut people = bound.iter().copied().filter(|agent| agent.is_some()).chain(named).peekable();
        if people.peek().is_none() { after(AgentId::NONE) } else { people.filter_map(after).max() }
    }

    /// Notes an event that may undo the pattern for those people; `keep` of them are remembered.
    pub fn undo(&mut self, without: usize, people: Bindings, point: Point, keep: usize) {
        let points = self.undoing[without].entry(people).or_default();
        if points.len() >= keep {
            points.remove(0);
        }
        points.push(point);
    }

    /// How many of the remembered events that may undo the pattern for these people lie in a stretch: after `from` (or ever), and at
    /// `until` at the latest.
    pub fn undone(&self, without: usize, people: &Bindings, from: Option<u64>, until: Option<Instant>) -> usize {
        let points = self.undoing[without].get(people).map_or(&[][..], |points| points);
        // They stand in the order in which they happened.
        let first = from.map_or(0, |from| points.partition_point(|point| point.order <= from));
        let end = until.map_or(points.len(), |until| points.partition_point(|point| point.at <= until));
        end.saturating_sub(first)
    }

    /// Makes room when too many threads are open.
    pub fn prune(&mut self, pattern: &Pattern, now: Instant) {
        self.prune_to(pattern, now, MOST_THREADS);
    }

    pub(super) fn prune_to(&mut self, pattern: &Pattern, now: Instant, most: usize) {
        while self.matched.len() > most {
            let oldest = middle(self.matched.values().copied().collect());
            self.matched.retain(|_, order| *order > oldest);
        }
        if self.candidates.len() > most {
            self.candidates.drain(..most / 4);
        }
        if self.open_threads() <= most {
            return;
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        for (stage, threads) in waiting.iter_mut().enumerate() {
            let clause = stage / 2;
            threads.retain(|key, thread| {
                in_time(&pattern.clauses[clause], thread.from.at, now)
                    && !self.is_stopped(pattern, clause, &key.bound, Some(thread.from.order))
            });
        }
        self.waiting = waiting;
        if self.open_threads() > most * 3 / 4 {
            let mut ages: Vec<u64> = self.waiting.iter().flat_map(BTreeMap::values).map(|thread| thread.from.order).collect();
            let quarter = ages.len() / 4;
            let (_, oldest, _) = ages.select_nth_unstable(quarter);
            let oldest = *oldest;
            for threads in &mut self.waiting {
                threads.retain(|_, thread| thread.from.order > oldest);
            }
        }
    }
}

fn middle(mut orders: Vec<u64>) -> u64 {
    let at = orders.len() / 2;
    *orders.select_nth_unstable(at).1
}

/// Whether a clause whose time began then may still be met.
pub(super) fn in_time(clause: &Clause, from: Instant, now: Instant) -> bool {
    clause.within.is_none_or(|seconds| now <= from.plus_seconds(seconds))
}
