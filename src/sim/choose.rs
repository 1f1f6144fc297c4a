//! Choice: every due agent scores its options on the frozen state and proposes the best.
//!
//! Utility with a whim: to each option's `want` a Gumbel draw of its own is added, which makes the choice a multinomial logit (McFadden
//! 1974), and the best above doing nothing is proposed. Nothing is written, so agents choose in parallel, in chunks whose size does not
//! depend on the number of threads. For the cast a trace is kept: the best options, the summands of their utility, and the draws.

use super::rules::{Rules, bounds};
use crate::chronicle::{Choice, Scored};
use crate::ids::{AgentId, Instant};
use crate::language::{Frame, Occurrence, Scratch, View};
use crate::scenario::Action;
use crate::world::{DrawKey, Live, site};
use bevy::tasks::TaskPool;
use smallvec::SmallVec;
use std::ops::ControlFlow;

/// Agents a task chooses for.
const CHUNK: usize = 64;
/// Bindings tried for one action of one agent before the rest is left.
const MOST_BINDINGS: usize = 512;
/// Options a trace keeps.
const TRACED: usize = 4;

/// What an agent wants to do.
#[derive(Clone, Debug)]
pub(super) struct Proposal {
    pub(super) agent: AgentId,
    pub(super) action: usize,
    pub(super) frame: Frame,
    pub(super) at: Instant,
    pub(super) choice: Option<Box<Choice>>,
}

/// One scored option.
struct Opt {
    action: usize,
    frame: Frame,
    utility: f64,
    whim: f64,
}

/// The proposals of all due agents, in their order.
pub(super) fn choose(live: Live<'_>, rules: &Rules, due: &[AgentId], tick_us: i64, pool: Option<&TaskPool>) -> Vec<Proposal> {
    if due.is_empty() {
        return Vec::new();
    }
    let open = &open(live, rules)[..];
    let some = |due: &[AgentId]| propose(live, rules, open, due, tick_us);
    match pool {
        Some(pool) if due.len() > CHUNK => {
            let chunks = pool.scope(|scope| {
                for chunk in due.chunks(CHUNK) {
                    scope.spawn(async move { some(chunk) });
                }
            });
            chunks.into_iter().flatten().collect()
        }
        _ => due.chunks(CHUNK).flat_map(some).collect(),
    }
}

/// By action: whether what its conditions ask without asking about anybody in particular holds now. It is asked once for all.
fn open(live: Live<'_>, rules: &Rules) -> Vec<bool> {
    let holds = |(action, shared): (&Action, &Vec<usize>)| {
        shared.iter().all(|&clause| action.when[clause].truth(&live, &mut Frame::default()))
    };
    rules.scenario.actions.iter().zip(&rules.shared).map(holds).collect()
}

/// The proposals of a few. Those who have the same actions to choose from are asked together, an action at a time, so that conditions are
/// judged by columns.
fn propose(live: Live<'_>, rules: &Rules, open: &[bool], due: &[AgentId], tick_us: i64) -> Vec<Proposal> {
    let kind = |agent: &AgentId| live.state().kind(*agent);
    let alike = |a: &AgentId, b: &AgentId| !is_cast(rules, *a) && !is_cast(rules, *b) && kind(a) == kind(b);
    let mut able = Able::default();
    let mut proposals = Vec::with_capacity(due.len());
    for agents in due.chunk_by(alike) {
        let mut choosers: Vec<Chooser> = agents.iter().map(|&agent| Chooser::new(live, rules, agent)).collect();
        for &action in rules.actions_of(agents[0], kind(&agents[0])).iter().filter(|&&action| open[action]) {
            able.find(live, rules, action, agents);
            able.positions.iter().for_each(|&at| choosers[at].consider(action));
        }
        proposals.extend(choosers.into_iter().filter_map(|chooser| chooser.proposal(tick_us)));
    }
    proposals
}

/// Those of some agents for whom the conditions on themselves hold.
#[derive(Default)]
struct Able {
    positions: Vec<usize>,
    agents: Vec<AgentId>,
    values: Vec<f64>,
    scratch: Scratch,
}

impl Able {
    fn find(&mut self, live: Live<'_>, rules: &Rules, action: usize, agents: &[AgentId]) {
        let Self { positions, agents: those, values, scratch } = self;
        positions.clear();
        positions.extend(0..agents.len());
        those.clear();
        those.extend(agents);
        for &clause in &rules.own_clauses[action][0] {
            values.resize(those.len(), 0.0);
            rules.scenario.actions[action].when[clause].batch(&live, those, values, scratch);
            let mut held = values.iter().map(|value| *value != 0.0);
            positions.retain(|_| held.next().unwrap_or_default());
            let mut held = values.iter().map(|value| *value != 0.0);
            those.retain(|_| held.next().unwrap_or_default());
        }
    }
}

fn is_cast(rules: &Rules, agent: AgentId) -> bool {
    agent.index() < rules.scenario.cast.len()
}

struct Chooser<'a> {
    live: Live<'a>,
    rules: &'a Rules,
    agent: AgentId,
    whim: f64,
    idle: f64,
    /// Best first.
    best: SmallVec<[Opt; 1]>,
    keep: usize,
    tried: usize,
}

impl<'a> Chooser<'a> {
    fn new(live: Live<'a>, rules: &'a Rules, agent: AgentId) -> Self {
        let kind = &rules.scenario.kinds[live.state().kind(agent).index()];
        let idle = kind.idle.as_ref().map_or(0.0, |idle| idle.num(&live, &mut Frame::of(agent)));
        let idle = idle + kind.whim * live.draws().gumbel(site("idle"), DrawKey::of(agent, live.now()));
        let keep = if is_cast(rules, agent) { TRACED } else { 1 };
        Self { live, rules, agent, whim: kind.whim, idle, best: SmallVec::new(), keep, tried: 0 }
    }

    /// The best of its options, if it is better than to do nothing.
    fn proposal(mut self, tick_us: i64) -> Option<Proposal> {
        let best = self.best.first()?;
        if best.utility + best.whim <= self.idle {
            return None;
        }
        let (agent, now) = (self.agent, self.live.now());
        let offset = self.live.draws().uniform(site("instant"), DrawKey::of(agent, now)) * tick_us as f64;
        let choice = is_cast(self.rules, agent).then(|| Box::new(self.trace()));
        let best = self.best.swap_remove(0);
        Some(Proposal { agent, action: best.action, frame: best.frame, at: Instant(now.0 + offset as i64), choice })
    }

    /// Scores an action whose conditions on the agent itself hold.
    fn consider(&mut self, action: usize) {
        let frame = &mut Frame::of(self.agent);
        self.tried = 0;
        if !self.rests(action, frame) {
            self.bind(action, 0, frame);
        }
    }

    /// Whether it did the same too short a time ago.
    fn rests(&self, action: usize, frame: &mut Frame) -> bool {
        let action = &self.rules.scenario.actions[action];
        let Some(cooldown) = &action.cooldown else { return false };
        let last = |event| self.live.happened(Occurrence { event, a: self.agent, b: AgentId::NONE }).last;
        let last = last(action.happens.kind).max(action.refused.as_ref().and_then(|refused| last(refused.kind)));
        last.is_some_and(|last| (self.live.now().seconds() - last.seconds()) < cooldown.num(&self.live, frame))
    }

    fn holds(&self, action: usize, level: usize, frame: &mut Frame) -> bool {
        let when = &self.rules.scenario.actions[action].when;
        self.rules.own_clauses[action][level].iter().all(|&clause| when[clause].truth(&self.live, frame))
    }

    fn bind(&mut self, index: usize, level: usize, frame: &mut Frame) {
        let rules = self.rules;
        let action = &rules.scenario.actions[index];
        let Some(bound) = bounds(action).nth(level) else {
            self.score(index, frame);
            return;
        };
        let (slot, takes_part) = (level + 1, level < action.roles.len());
        let live = self.live;
        bound.set.for_each(&live, frame, slot, &mut |frame| {
            self.tried += 1;
            if self.tried > MOST_BINDINGS {
                return ControlFlow::Break(());
            }
            let other = frame.get(slot);
            let unfit = takes_part && ((0..slot).any(|before| frame.get(before) == other) || !live.is_free(other));
            if !unfit && self.holds(index, level + 1, frame) {
                self.bind(index, level + 1, frame);
            }
            ControlFlow::Continue(())
        });
        frame.set(slot, AgentId::NONE);
    }

    fn score(&mut self, index: usize, frame: &mut Frame) {
        if self.rules.is_known_to_be_forbidden(self.live, index, frame) {
            return;
        }
        let action = &self.rules.scenario.actions[index];
        let utility = action.want.num(&self.live, frame);
        let bound = (action.roles.len() + action.about.len()).max(1);
        let key = (1..=bound).fold(DrawKey::of(self.agent, self.live.now()), |key, slot| key.with(frame.get(slot).0));
        let whim = if self.whim > 0.0 {
            self.whim * self.live.draws().gumbel(site("whim") ^ action.happens.kind.0 as u32, key)
        } else {
            0.0
        };
        let total = utility + whim;
        let position = self.best.partition_point(|option| option.utility + option.whim >= total);
        if position < self.keep {
            self.best.truncate(self.keep - 1);
            self.best.insert(position, Opt { action: index, frame: *frame, utility, whim });
        }
    }

    fn trace(&self) -> Choice {
        let scored = |option: &Opt| {
            let action = &self.rules.scenario.actions[option.action];
            let frame = &mut option.frame.clone();
            let slots = self.rules.slots(action.happens.kind);
            Scored {
                kind: action.happens.kind,
                roles: (0..slots).map(|slot| option.frame.get(slot)).collect::<SmallVec<_>>(),
                utility: option.utility,
                whim: option.whim,
                terms: action.terms.iter().map(|term| term.num(&self.live, frame)).collect(),
            }
        };
        Choice { options: self.best.iter().map(scored).collect(), idle: self.idle }
    }
}
