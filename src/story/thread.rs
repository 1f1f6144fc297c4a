//! Half-told patterns: what a matcher remembers between two events.

use crate::ids::{AgentId, EventId, Instant};
use crate::scenario::model::{Clause, Pattern, RoleIs};
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
}

/// One way in which a pattern has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Thread {
    pub events: SmallVec<[EventId; 4]>,
    /// Where the clause's time begins: the last event of the clause before, or the first event of the first clause.
    pub from: (EventId, Instant),
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
    stopped: Vec<BTreeMap<AgentId, EventId>>,
    /// The last match with these bindings: no event up to it counts again for the same people.
    pub matched: BTreeMap<Bindings, EventId>,
    pub times: u32,
}

pub(super) fn stage(clause: usize, count: u32) -> usize {
    2 * clause + usize::from(count > 0)
}

impl Progress {
    pub fn new(clauses: usize) -> Self {
        Self { waiting: vec![BTreeMap::new(); 2 * clauses], stopped: vec![BTreeMap::new(); clauses], ..Self::default() }
    }

    /// Whether this could be the progress of that pattern.
    pub fn fits(&self, pattern: &Pattern) -> bool {
        self.waiting.len() == 2 * pattern.clauses.len() && self.stopped.len() == pattern.clauses.len()
    }

    /// The threads at a stage whose anchor is that agent, or all of a stage without an anchor (nobody).
    pub fn at(&self, stage: usize, anchor: AgentId) -> impl Iterator<Item = (&Key, &Thread)> {
        let key = |anchor| Key { anchor, bound: Bindings::new(), count: 0 };
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
        for threads in &mut self.waiting {
            threads.clear();
        }
        for stopped in &mut self.stopped {
            stopped.clear();
        }
    }

    /// Notes an `unless` event of a clause.
    pub fn stop(&mut self, clause: usize, event: EventId, roles: &[AgentId]) {
        let stopped = &mut self.stopped[clause];
        stopped.insert(AgentId::NONE, event);
        stopped.extend(roles.iter().filter(|agent| agent.is_some()).map(|&agent| (agent, event)));
    }

    /// Whether an `unless` event of the clause came after `since` (or ever; in the first clause always ever) and concerned somebody of
    /// the thread, or anybody when the thread is about nobody.
    pub fn is_stopped(&self, pattern: &Pattern, clause: usize, bound: &[AgentId], since: Option<EventId>) -> bool {
        let stopped = &self.stopped[clause];
        if stopped.is_empty() {
            return false;
        }
        let since = since.filter(|_| clause > 0);
        let after = |agent: AgentId| stopped.get(&agent).is_some_and(|event| since.is_none_or(|since| *event > since));
        let named = pattern.clauses[..=clause].iter().flat_map(|clause| &clause.roles).filter_map(|role| match role {
            RoleIs::Agent(agent) => Some(*agent),
            RoleIs::Variable(_) => None,
        });
        let mut people = bound.iter().copied().filter(|agent| agent.is_some()).chain(named).peekable();
        if people.peek().is_none() { after(AgentId::NONE) } else { people.any(after) }
    }

    /// Makes room when too many threads are open.
    pub fn prune(&mut self, pattern: &Pattern, now: Instant) {
        self.prune_to(pattern, now, MOST_THREADS);
    }

    pub(super) fn prune_to(&mut self, pattern: &Pattern, now: Instant, most: usize) {
        while self.matched.len() > most {
            let oldest = middle(self.matched.values().copied().collect());
            self.matched.retain(|_, event| *event > oldest);
        }
        if self.open_threads() <= most {
            return;
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        for (stage, threads) in waiting.iter_mut().enumerate() {
            let clause = stage / 2;
            threads.retain(|key, thread| {
                in_time(&pattern.clauses[clause], thread.from.1, now)
                    && !self.is_stopped(pattern, clause, &key.bound, Some(thread.from.0))
            });
        }
        self.waiting = waiting;
        if self.open_threads() > most * 3 / 4 {
            let mut ages: Vec<EventId> = self.waiting.iter().flat_map(BTreeMap::values).map(|thread| thread.from.0).collect();
            let quarter = ages.len() / 4;
            let (_, oldest, _) = ages.select_nth_unstable(quarter);
            let oldest = *oldest;
            for threads in &mut self.waiting {
                threads.retain(|_, thread| thread.from.0 > oldest);
            }
        }
    }
}

fn middle(mut events: Vec<EventId>) -> EventId {
    let at = events.len() / 2;
    *events.select_nth_unstable(at).1
}

/// Whether a clause whose time began then may still be met.
pub(super) fn in_time(clause: &Clause, from: Instant, now: Instant) -> bool {
    clause.within.is_none_or(|seconds| now <= from.plus_seconds(seconds))
}
