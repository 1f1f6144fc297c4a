//! What a tick has changed, for the triggers that wait for it.

use super::moment::Moment;
use super::rules::Rules;
use crate::ids::{AgentId, AttrId, EventId, EventKind, Instant, Known, TieId};
use crate::language::Frame;
use bevy::ecs::prelude::Resource;
use std::collections::VecDeque;

/// The changes not looked at yet that some trigger waits for, in order, and whom any change concerns.
#[derive(Resource, Debug, Default)]
pub(super) struct Touched {
    queue: VecDeque<Touch>,
    agents: Vec<AgentId>,
    /// Whether any trigger waits for a condition on an agent; nobody need be looked at otherwise.
    conditions: bool,
    /// How many triggers led to what happens now.
    pub(super) depth: u16,
}

/// One change.
#[derive(Clone, Debug)]
pub(super) struct Touch {
    pub(super) at: Instant,
    /// How many triggers led here within the tick.
    pub(super) depth: u16,
    /// The event that did it, if it is kept whole.
    pub(super) event: Option<EventId>,
    pub(super) what: What,
}

/// What changed.
#[derive(Clone, Debug)]
pub(super) enum What {
    Event(EventKind, Frame),
    Tie { holds: bool, from: AgentId, to: AgentId, tie: TieId },
    Learned(AgentId, Known),
    Attr { agent: AgentId, attr: AttrId, by: f64 },
}

impl Touched {
    pub(super) fn new(rules: &Rules) -> Self {
        Self { queue: VecDeque::new(), agents: Vec::new(), conditions: rules.has_conditions(), depth: 0 }
    }

    fn push(&mut self, at: Instant, event: Option<EventId>, what: What) {
        self.queue.push_back(Touch { at, depth: self.depth, event, what });
    }

    /// Has the conditions on an agent looked at.
    pub(super) fn look_at(&mut self, agent: AgentId) {
        if self.conditions {
            self.agents.push(agent);
        }
    }

    pub(super) fn pop(&mut self) -> Option<Touch> {
        self.queue.pop_front()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.agents.is_empty()
    }

    /// Whom changes concerned since this was last asked, ascending.
    pub(super) fn take_agents(&mut self) -> Vec<AgentId> {
        let mut agents = std::mem::take(&mut self.agents);
        agents.retain(|agent| agent.is_some());
        agents.sort_unstable();
        agents.dedup();
        agents
    }
}

impl Moment<'_> {
    /// Notes a change, for whoever waits for one. Most are waited for by nobody.
    pub(super) fn touch(&mut self, at: Instant, event: Option<EventId>, what: What) {
        match what {
            What::Event(..) => {}
            What::Tie { from, to, .. } => [from, to].into_iter().for_each(|agent| self.touched.look_at(agent)),
            What::Learned(agent, _) | What::Attr { agent, .. } => self.touched.look_at(agent),
        }
        if !awaited(&self.rules, &what).is_empty() {
            self.touched.push(at, event, what);
        }
    }
}

/// The triggers that wait for such a change.
pub(super) fn awaited<'r>(rules: &'r Rules, what: &What) -> &'r [usize] {
    match what {
        What::Event(kind, _) => rules.woken_by(*kind),
        What::Tie { holds: true, tie, .. } => &rules.on_begin[tie.index()],
        What::Tie { tie, .. } => &rules.on_end[tie.index()],
        What::Learned(_, Known::Tie(_, _, tie)) => &rules.on_learn_tie[tie.index()],
        What::Learned(_, Known::Attr(_, attr)) => &rules.on_learn_attr[attr.index()],
        What::Learned(..) => &[],
        What::Attr { attr, .. } => &rules.on_jump[attr.index()],
    }
}
