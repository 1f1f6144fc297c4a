//! Queues what changes in a tick, for the triggers that wait for such changes.

use super::absence::AbsentAgents;
use super::context::TickContext;
use super::rules::Rules;
use bevy_ecs::prelude::Resource;
use longhand_expr::EvalFrame;
use longhand_expr::ids::{AgentId, AttrId, EventId, EventKind, Instant, TieId, WorldFact};
use std::collections::VecDeque;

/// The changes that some trigger waits for, in order, and the agents whose conditions must be checked.
#[derive(Resource, Debug, Default)]
pub(super) struct ChangeQueue {
    queue: VecDeque<QueuedChange>,
    agents: Vec<AgentId>,
    /// Whether any trigger waits for a condition on an agent; if not, no agent has to be checked.
    conditions: bool,
    /// Number of triggers in a row that led to what happens now.
    pub(super) depth: u16,
}

/// A change.
#[derive(Clone, Debug)]
pub(super) struct QueuedChange {
    pub(super) source: ChangeSource,
    /// Number of triggers in a row that led to it within the tick.
    pub(super) depth: u16,
    pub(super) kind: ChangeKind,
}

/// What made a change.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChangeSource {
    pub(super) at: Instant,
    /// The event, if it is recorded.
    pub(super) event: Option<EventId>,
    /// Whether it was a process and not an event.
    pub(super) is_process: bool,
}

/// What changed.
#[derive(Clone, Debug)]
pub(super) enum ChangeKind {
    /// An event, its agents, and those of them who were absent after it.
    Event(EventKind, EvalFrame, AbsentAgents),
    Tie {
        holds: bool,
        from: AgentId,
        to: AgentId,
        tie: TieId,
    },
    Learned(AgentId, WorldFact),
    Attr {
        agent: AgentId,
        attr: AttrId,
        by: f64,
    },
    Presence(AgentId, PresenceChange),
}

/// How an agent became absent or present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PresenceChange {
    Died,
    Left,
    Returned,
}

impl ChangeQueue {
    pub(super) fn new(rules: &Rules) -> Self {
        Self { queue: VecDeque::new(), agents: Vec::new(), conditions: rules.has_conditions(), depth: 0 }
    }

    fn push(&mut self, source: ChangeSource, kind: ChangeKind) {
        self.queue.push_back(QueuedChange { source, depth: self.depth, kind });
    }

    /// Marks an agent, so that the conditions on it are checked.
    pub(super) fn check_agent(&mut self, agent: AgentId) {
        if self.conditions {
            self.agents.push(agent);
        }
    }

    pub(super) fn pop(&mut self) -> Option<QueuedChange> {
        self.queue.pop_front()
    }

    /// Takes the changes that processes made, in order.
    pub(super) fn take_of_processes(&mut self) -> Vec<QueuedChange> {
        let queue = std::mem::take(&mut self.queue).into_iter();
        let (of_processes, of_events): (Vec<_>, Vec<_>) = queue.partition(|change| change.source.is_process);
        self.queue = of_events.into();
        of_processes
    }

    /// Takes the agents marked since the last call, ascending.
    pub(super) fn take_agents(&mut self) -> Vec<AgentId> {
        let mut agents = std::mem::take(&mut self.agents);
        agents.retain(|agent| agent.is_some());
        agents.sort_unstable();
        agents.dedup();
        agents
    }
}

impl TickContext<'_, '_> {
    /// Queues a change if a trigger waits for it; for most changes none does.
    pub(super) fn queue_change(&mut self, source: ChangeSource, kind: ChangeKind) {
        match kind {
            ChangeKind::Event(..) | ChangeKind::Presence(..) => {}
            ChangeKind::Tie { from, to, .. } => [from, to].into_iter().for_each(|agent| self.changes.check_agent(agent)),
            ChangeKind::Learned(agent, _) | ChangeKind::Attr { agent, .. } => self.changes.check_agent(agent),
        }
        if !triggers_for(&self.rules, &kind).is_empty() {
            self.changes.push(source, kind);
        }
    }
}

/// The triggers that wait for a change.
pub(super) fn triggers_for<'r>(rules: &'r Rules, kind: &ChangeKind) -> &'r [usize] {
    match kind {
        ChangeKind::Event(kind, ..) => rules.triggers_on_event(*kind),
        ChangeKind::Tie { holds: true, tie, .. } => &rules.on_begin[tie.index()],
        ChangeKind::Tie { tie, .. } => &rules.on_end[tie.index()],
        ChangeKind::Learned(_, WorldFact::Tie(_, _, tie)) => &rules.on_learn_tie[tie.index()],
        ChangeKind::Learned(_, WorldFact::Attr(_, attr)) => &rules.on_learn_attr[attr.index()],
        ChangeKind::Learned(_, WorldFact::Happened(event, ..)) => &rules.on_learn_event[event.index()],
        ChangeKind::Learned(..) => &[],
        ChangeKind::Attr { attr, .. } => &rules.on_jump[attr.index()],
        ChangeKind::Presence(_, change) => &rules.on_presence[*change as usize],
    }
}
