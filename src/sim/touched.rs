//! What a tick has changed, for the triggers that wait for it.

use crate::ids::{AgentId, AttrId, EventId, EventKind, Instant, Known, TieId};
use crate::language::Frame;
use bevy::ecs::prelude::Resource;
use std::collections::VecDeque;

/// The changes not looked at yet, in order, and whom they concern.
#[derive(Resource, Debug, Default)]
pub(super) struct Touched {
    queue: VecDeque<Touch>,
    agents: Vec<AgentId>,
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
    pub(super) fn push(&mut self, at: Instant, event: Option<EventId>, what: What) {
        match what {
            What::Event(..) => {}
            What::Tie { from, to, .. } => self.agents.extend([from, to]),
            What::Learned(who, _) => self.agents.push(who),
            What::Attr { agent, .. } => self.agents.push(agent),
        }
        self.queue.push_back(Touch { at, depth: self.depth, event, what });
    }

    /// Has the conditions on an agent looked at.
    pub(super) fn look_at(&mut self, agent: AgentId) {
        self.agents.push(agent);
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
