//! What is planned: when each agent decides next, and the steps and delayed triggers that are still to come.
//!
//! Decisions are many and near in time. They are stored in a timing wheel of ticks (Varghese and Lauck 1987), where agents that are not due
//! cost nothing. Steps and delayed triggers are few. They are stored in a queue ordered by instant, then by the order of planning.
//!
//! The agenda also gives events their instants: each is later than all events before it, so it is later than its causes.

use super::absence::AbsentAgents;
use super::changes::AgentToCheck;
use crate::world::AppointmentKey;
use bevy_ecs::prelude::Resource;
use longhand_chronicle::Cause;
use longhand_expr::EvalFrame;
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_scene::AppointmentFate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Number of ticks in the wheel; later decisions wait in the overflow.
const WHEEL: u64 = 4096;

/// Everything planned in a run.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Agenda {
    tick: u64,
    wheel: Vec<Vec<AgentId>>,
    overflow: BTreeMap<u64, Vec<AgentId>>,
    /// By agent: the tick of its next decision. `None` in a scene in which no decision is ever moved.
    next_decisions: Option<Vec<u64>>,
    /// By tick: agents that have an additional decision then. Their regular decisions are unaffected.
    extra: BTreeMap<u64, Vec<AgentId>>,
    queue: BTreeMap<(Instant, u64), PlannedItem>,
    planned: u64,
    /// The instant of the latest event.
    latest: Instant,
}

/// A planned item.
///
/// `depth` is the length of the chain of triggers that led to it, if it was planned for the current tick; 0 if it was planned for a later one. It
/// limits chains of triggers within a tick.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PlannedItem {
    pub(super) item: AgendaItem,
    pub(super) depth: u16,
}

/// A step or trigger to carry out at an instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum AgendaItem {
    /// A step of an action or trigger. `absent` are those of its agents who were gone when it was planned.
    Step {
        rule: RuleRef,
        step: usize,
        frame: StoredFrame,
        absent: AbsentAgents,
        from: Option<EventId>,
    },
    /// The conditions on an agent, with the draws of another instant.
    Check {
        checked: AgentToCheck,
        draws_at: Instant,
    },
    /// A trigger that was activated by a process or has a delay. Its condition held when it was planned.
    Trigger {
        trigger: usize,
        frame: StoredFrame,
        absent: AbsentAgents,
        causes: Vec<Cause>,
    },
    /// The end of a journey.
    Arrival {
        agent: AgentId,
    },
    /// The window of an appointment opens or closes; `at` is the agreed instant, which may have been changed since.
    AppointmentOpens {
        key: AppointmentKey,
        at: Instant,
    },
    AppointmentCloses {
        key: AppointmentKey,
        at: Instant,
    },
    /// An appointment ends; `who` is the `self` of its event.
    AppointmentEnds {
        key: AppointmentKey,
        fate: AppointmentFate,
        who: AgentId,
        causes: Vec<Cause>,
    },
}

/// An action or a trigger, by its position in the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum RuleRef {
    Action(usize),
    Trigger(usize),
}

/// The variables of a rule, in serializable form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredFrame(Vec<AgentId>);

impl StoredFrame {
    pub(super) fn new(frame: &EvalFrame, count: usize) -> Self {
        Self((0..count).map(|slot| frame.get(slot)).collect())
    }

    pub(super) fn to_frame(&self) -> EvalFrame {
        let mut frame = EvalFrame::default();
        self.0.iter().enumerate().for_each(|(slot, agent)| frame.set(slot, *agent));
        frame
    }
}

impl Agenda {
    /// An agenda with nothing planned.
    #[must_use]
    pub fn new() -> Self {
        Self { wheel: vec![Vec::new(); WHEEL as usize], latest: Instant(-1), ..Self::default() }
    }

    /// Lets decisions be moved from now on: of several that are scheduled for an agent, the last one counts.
    pub(super) fn allow_moving(&mut self) {
        self.next_decisions = Some(Vec::new());
    }

    /// The tick of the next regular decision of an agent, where decisions may be moved.
    pub(super) fn next_decision(&self, agent: AgentId) -> Option<u64> {
        self.next_decisions.as_ref()?.get(agent.index()).copied()
    }

    /// The number of the current tick.
    #[must_use]
    pub fn tick(&self) -> u64 {
        self.tick
    }

    /// Advances to the next tick.
    pub(super) fn advance(&mut self) {
        self.tick += 1;
        if let Some(agents) = self.overflow.remove(&(self.tick + WHEEL - 1)) {
            self.wheel[((self.tick + WHEEL - 1) % WHEEL) as usize].extend(agents);
        }
    }

    /// Schedules a decision of an agent for a tick, the next one at the earliest.
    pub(super) fn schedule_decision(&mut self, agent: AgentId, tick: u64) {
        let tick = tick.max(self.tick + 1);
        if let Some(next) = &mut self.next_decisions {
            if next.len() <= agent.index() {
                next.resize(agent.index() + 1, 0);
            }
            next[agent.index()] = tick;
        }
        if tick < self.tick + WHEEL {
            self.wheel[(tick % WHEEL) as usize].push(agent);
        } else {
            self.overflow.entry(tick).or_default().push(agent);
        }
    }

    /// Takes the agents that decide in the current tick, ascending.
    pub(super) fn take_due(&mut self) -> Vec<AgentId> {
        let mut due = std::mem::take(&mut self.wheel[(self.tick % WHEEL) as usize]);
        due.sort_unstable();
        due.dedup();
        if let Some(next) = &self.next_decisions {
            due.retain(|agent| next.get(agent.index()) == Some(&self.tick));
        }
        due
    }

    /// Schedules one more decision of an agent, in the next tick. Its regular ones stay as they are.
    pub(super) fn schedule_extra_decision(&mut self, agent: AgentId) {
        self.extra.entry(self.tick + 1).or_default().push(agent);
    }

    /// Takes the agents that decide in the current tick beside those that do so regularly, ascending.
    pub(super) fn take_extra(&mut self, regular: &[AgentId]) -> Vec<AgentId> {
        if self.extra.is_empty() {
            return Vec::new();
        }
        let mut agents = self.extra.remove(&self.tick).unwrap_or_default();
        agents.sort_unstable();
        agents.dedup();
        agents.retain(|agent| regular.binary_search(agent).is_err());
        agents
    }

    /// The instant of an event that is to happen at `at`: later than that of all events before.
    pub(super) fn next_instant(&self, at: Instant) -> Instant {
        at.max(Instant(self.latest.0 + 1))
    }

    /// Sets the instant of the latest event.
    pub(super) fn set_latest(&mut self, at: Instant) {
        debug_assert!(at > self.latest, "the instants of events ascend");
        self.latest = at;
    }

    /// Takes the first item that is planned for the instant after the latest event or earlier: what follows it without delay.
    pub(super) fn take_immediate(&mut self) -> Option<(Instant, PlannedItem)> {
        self.take_before(Instant(self.latest.0 + 2))
    }

    /// Plans an item for an instant.
    pub(super) fn plan(&mut self, at: Instant, item: PlannedItem) {
        self.queue.insert((at, self.planned), item);
        self.planned += 1;
    }

    /// Takes the first item that is planned for before an instant.
    pub(super) fn take_before(&mut self, end: Instant) -> Option<(Instant, PlannedItem)> {
        let entry = self.queue.first_entry()?;
        if entry.key().0 < end {
            let at = entry.key().0;
            Some((at, entry.remove()))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_due_in_its_tick_however_far_ahead() {
        let mut agenda = Agenda::new();
        for (agent, tick) in [(1, 3), (2, 3), (3, WHEEL), (4, WHEEL + 7), (5, 3 * WHEEL)] {
            agenda.schedule_decision(AgentId(agent), tick);
        }
        let mut due = Vec::new();
        for _ in 0..4 * WHEEL {
            agenda.advance();
            due.extend(agenda.take_due().into_iter().map(|agent| (agent.0, agenda.tick())));
        }
        assert_eq!(due, [(1, 3), (2, 3), (3, WHEEL), (4, WHEEL + 7), (5, 3 * WHEEL)]);
    }

    #[test]
    fn of_the_decisions_of_an_agent_the_last_one_that_was_scheduled_counts() {
        let mut agenda = Agenda::new();
        agenda.allow_moving();
        for (agent, tick) in [(1, 9), (2, 9), (1, 4), (2, 12)] {
            agenda.schedule_decision(AgentId(agent), tick);
        }
        let mut due = Vec::new();
        for _ in 0..20 {
            agenda.advance();
            due.extend(agenda.take_due().into_iter().map(|agent| (agent.0, agenda.tick())));
        }
        assert_eq!(due, [(1, 4), (2, 12)]);
    }

    #[test]
    fn items_come_by_instant_and_then_in_the_order_of_planning() {
        let mut agenda = Agenda::new();
        let plan = |step| {
            let item = AgendaItem::Step {
                rule: RuleRef::Action(0),
                step,
                frame: StoredFrame(Vec::new()),
                absent: AbsentAgents::new(),
                from: None,
            };
            PlannedItem { item, depth: 0 }
        };
        agenda.plan(Instant(9), plan(1));
        agenda.plan(Instant(5), plan(2));
        agenda.plan(Instant(5), plan(3));
        let steps: Vec<usize> = std::iter::from_fn(|| agenda.take_before(Instant(9)))
            .map(|(_, planned)| match planned.item {
                AgendaItem::Step { step, .. } => step,
                _ => unreachable!("only steps were planned"),
            })
            .collect();
        assert_eq!(steps, [2, 3]);
    }
}
