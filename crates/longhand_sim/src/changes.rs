//! The queue of the changes of a tick, from which triggers are activated.
//!
//! It keeps only changes that some trigger reacts to. For triggers with a condition it marks the agents on whom the condition must be checked,
//! and which inputs of conditions changed, so that an unrelated condition is not checked.

use super::absence::AbsentAgents;
use super::context::TickContext;
use super::rules::Rules;
use bevy_ecs::prelude::Resource;
use longhand_expr::ids::{AgentId, AttrId, EventId, EventKind, Instant, TieId, WorldFact};
use longhand_expr::{EvalFrame, ReadSet};
use longhand_scene::Scenario;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// The changes that some trigger reacts to, in the order in which they were made, and the agents on whom conditions must be checked.
#[derive(Resource, Debug, Default)]
pub(super) struct ChangeQueue {
    queue: VecDeque<QueuedChange>,
    agents: Vec<(AgentId, ChangedInput)>,
    /// Whether any trigger waits for a condition on an agent; if not, no agent has to be checked.
    conditions: bool,
    /// Length of the chain of triggers, within the tick, that led to the current event; 0 outside of triggers.
    pub(super) depth: u16,
}

/// A queued change: what changed, and what changed it.
#[derive(Clone, Debug)]
pub(super) struct QueuedChange {
    pub(super) source: ChangeSource,
    /// Length of the chain of triggers, within the tick, that led to it.
    pub(super) depth: u16,
    pub(super) kind: ChangeKind,
}

/// The event or process that made a change.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChangeSource {
    pub(super) at: Instant,
    /// The event, if it is recorded.
    pub(super) event: Option<EventId>,
    /// Whether a process made the change.
    pub(super) is_process: bool,
}

/// What changed.
#[derive(Clone, Debug)]
pub(super) enum ChangeKind {
    /// An event happened: its participants, and those of them who were absent after it.
    Event(EventKind, EvalFrame, AbsentAgents),
    /// A tie began (`holds`) or ended.
    Tie { holds: bool, from: AgentId, to: AgentId, tie: TieId },
    /// An agent learned a fact.
    Learned(AgentId, WorldFact),
    /// An effect changed an attribute; drift does not count.
    Attr {
        agent: AgentId,
        attr: AttrId,
        /// The new value minus the old value.
        by: f64,
    },
    /// An agent became absent or present.
    Presence(AgentId, PresenceChange),
}

/// What changed, of the inputs of the conditions on an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum ChangedInput {
    /// Possibly all of them.
    Anything,
    /// One of them.
    One(ConditionInput),
}

/// A part of the world that the conditions on an agent may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum ConditionInput {
    /// A tie of the agent.
    Tie(TieId),
    /// An attribute of the agent.
    Attr(AttrId),
    /// What the agent believes or knows.
    Belief,
}

/// For each input of conditions, the triggers whose conditions may read it.
#[derive(Debug)]
pub(super) struct ConditionReaders {
    by_tie: Vec<TriggerSet>,
    by_attr: Vec<TriggerSet>,
    of_beliefs: TriggerSet,
}

/// A bit set of the indices of triggers. It is as long as its largest index requires, so it has no words if it is empty.
#[derive(Clone, Debug, Default)]
struct TriggerSet(Vec<u64>);

impl TriggerSet {
    fn insert(&mut self, trigger: usize) {
        if self.0.len() <= trigger / 64 {
            self.0.resize(trigger / 64 + 1, 0);
        }
        self.0[trigger / 64] |= 1 << (trigger % 64);
    }

    fn contains(&self, trigger: usize) -> bool {
        self.0.get(trigger / 64).is_some_and(|word| word & 1 << (trigger % 64) != 0)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl ConditionReaders {
    /// Indexes the triggers of a scene. `reads_of_conditions` gives what the conditions of each trigger may read, in the order of the triggers.
    pub(super) fn new(scenario: &Scenario, reads_of_conditions: impl Iterator<Item = ReadSet>) -> Self {
        let mut readers = Self {
            by_tie: vec![TriggerSet::default(); scenario.ties.len()],
            by_attr: vec![TriggerSet::default(); scenario.attributes.len()],
            of_beliefs: TriggerSet::default(),
        };
        for (trigger, reads) in reads_of_conditions.enumerate() {
            reads.ties.iter().for_each(|tie| readers.by_tie[tie.index()].insert(trigger));
            reads.attrs.iter().for_each(|attr| readers.by_attr[attr.index()].insert(trigger));
            if reads.beliefs || reads.sources || reads.topics {
                readers.of_beliefs.insert(trigger);
            }
        }
        readers
    }

    fn of(&self, input: ConditionInput) -> &TriggerSet {
        match input {
            ConditionInput::Tie(tie) => &self.by_tie[tie.index()],
            ConditionInput::Attr(attr) => &self.by_attr[attr.index()],
            ConditionInput::Belief => &self.of_beliefs,
        }
    }
}

/// An agent on whom conditions must be checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct AgentToCheck {
    pub(super) agent: AgentId,
    /// What changed; `None` if anything may have. Conditions that cannot read any of it are not checked. So an unrelated change does not give a
    /// trigger with a chance another draw.
    changed: Option<Vec<ConditionInput>>,
}

impl AgentToCheck {
    /// Whether the conditions of a trigger must be checked, because they may read what changed.
    pub(super) fn concerns(&self, trigger: usize, readers: &ConditionReaders) -> bool {
        self.changed.as_ref().is_none_or(|changed| changed.iter().any(|input| readers.of(*input).contains(trigger)))
    }
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

    /// Marks an agent, so that all conditions on it are checked.
    pub(super) fn check_agent(&mut self, agent: AgentId) {
        self.mark(agent, ChangedInput::Anything);
    }

    /// Marks an agent, so that the conditions on it that may read what changed are checked, if there are any.
    fn check_readers(&mut self, agent: AgentId, changed: ConditionInput, readers: &ConditionReaders) {
        if !readers.of(changed).is_empty() {
            self.mark(agent, ChangedInput::One(changed));
        }
    }

    fn mark(&mut self, agent: AgentId, changed: ChangedInput) {
        if self.conditions {
            self.agents.push((agent, changed));
        }
    }

    pub(super) fn pop(&mut self) -> Option<QueuedChange> {
        self.queue.pop_front()
    }

    /// Takes the changes that processes made, in order.
    pub(super) fn take_process_changes(&mut self) -> Vec<QueuedChange> {
        let queue = std::mem::take(&mut self.queue).into_iter();
        let (of_processes, of_events): (Vec<_>, Vec<_>) = queue.partition(|change| change.source.is_process);
        self.queue = of_events.into();
        of_processes
    }

    /// Takes the agents marked since the last call, ascending and each once, with all that changed for it.
    pub(super) fn take_agents(&mut self) -> Vec<AgentToCheck> {
        let mut marks = std::mem::take(&mut self.agents);
        marks.retain(|(agent, _)| agent.is_some());
        marks.sort_unstable();
        marks.dedup();
        let of_agents = marks.chunk_by(|a, b| a.0 == b.0);
        let to_check = of_agents.map(|marks| {
            let input = |(_, changed): &(AgentId, ChangedInput)| match changed {
                ChangedInput::Anything => None,
                ChangedInput::One(input) => Some(*input),
            };
            AgentToCheck { agent: marks[0].0, changed: marks.iter().map(input).collect() }
        });
        to_check.collect()
    }
}

impl TickContext<'_, '_> {
    /// Queues a change if a trigger reacts to it, and marks the agents on whom conditions may read it. Most changes need neither.
    pub(super) fn queue_change(&mut self, source: ChangeSource, kind: ChangeKind) {
        let readers = &self.rules.condition_readers;
        match kind {
            ChangeKind::Event(..) | ChangeKind::Presence(..) => {}
            ChangeKind::Tie { from, to, tie, .. } => {
                [from, to].into_iter().for_each(|agent| self.changes.check_readers(agent, ConditionInput::Tie(tie), readers));
            }
            ChangeKind::Learned(agent, _) => self.changes.check_readers(agent, ConditionInput::Belief, readers),
            ChangeKind::Attr { agent, attr, .. } => self.changes.check_readers(agent, ConditionInput::Attr(attr), readers),
        }
        if !triggers_for(&self.rules, &kind).is_empty() {
            self.changes.push(source, kind);
        }
    }
}

/// The indices of the triggers that react to a change.
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
