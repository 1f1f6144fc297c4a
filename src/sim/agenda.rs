//! What is to come: when each agent decides next, and what was set going and is not over.
//!
//! Decisions are many and near: they stand in a timing wheel of ticks (Varghese and Lauck 1987), and who is not due costs nothing.
//! Steps, delayed triggers and processes are few: they stand in a queue ordered by instant, then by the order they were planned in.

use crate::chronicle::Cause;
use crate::ids::{AgentId, EventId, Instant};
use crate::language::Frame;
use bevy::ecs::prelude::Resource;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Ticks the wheel reaches ahead; later decisions wait in its overflow.
const WHEEL: u64 = 4096;

/// The plan of the run.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Agenda {
    tick: u64,
    wheel: Vec<Vec<AgentId>>,
    overflow: BTreeMap<u64, Vec<AgentId>>,
    queue: BTreeMap<(Instant, u64), Planned>,
    planned: u64,
}

/// A plan and how many triggers led to it within the tick that it was made in and is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Planned {
    pub(super) plan: Plan,
    pub(super) depth: u16,
}

/// Something set going.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Plan {
    /// A step of an action or trigger.
    Step { of: Rule, step: usize, frame: Slots, from: Option<EventId> },
    /// A trigger whose condition held a while ago.
    Trigger { trigger: usize, frame: Slots, causes: Vec<Cause> },
}

/// Whose step it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Rule {
    Action(usize),
    Trigger(usize),
}

/// A frame as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Slots(Vec<AgentId>);

impl Slots {
    pub(super) fn of(frame: &Frame, count: usize) -> Self {
        Self((0..count).map(|slot| frame.get(slot)).collect())
    }

    pub(super) fn frame(&self) -> Frame {
        let mut frame = Frame::default();
        self.0.iter().enumerate().for_each(|(slot, agent)| frame.set(slot, *agent));
        frame
    }
}

impl Agenda {
    /// The plan of a run in which nothing is planned yet.
    #[must_use]
    pub fn new() -> Self {
        Self { wheel: vec![Vec::new(); WHEEL as usize], ..Self::default() }
    }

    /// The number of the tick at hand.
    #[must_use]
    pub fn tick(&self) -> u64 {
        self.tick
    }

    /// Goes on to the next tick.
    pub(super) fn advance(&mut self) {
        self.tick += 1;
        if let Some(late) = self.overflow.remove(&(self.tick + WHEEL - 1)) {
            self.wheel[((self.tick + WHEEL - 1) % WHEEL) as usize].extend(late);
        }
    }

    /// Has an agent decide in a tick, which is at least the next one.
    pub(super) fn wake(&mut self, agent: AgentId, tick: u64) {
        let tick = tick.max(self.tick + 1);
        if tick < self.tick + WHEEL {
            self.wheel[(tick % WHEEL) as usize].push(agent);
        } else {
            self.overflow.entry(tick).or_default().push(agent);
        }
    }

    /// Who decides in the tick at hand, ascending.
    pub(super) fn due(&mut self) -> Vec<AgentId> {
        let mut due = std::mem::take(&mut self.wheel[(self.tick % WHEEL) as usize]);
        due.sort_unstable();
        due.dedup();
        due
    }

    /// Plans something for an instant.
    pub(super) fn plan(&mut self, at: Instant, plan: Planned) {
        self.queue.insert((at, self.planned), plan);
        self.planned += 1;
    }

    /// Takes the next thing planned for before an instant.
    pub(super) fn next_before(&mut self, end: Instant) -> Option<(Instant, Planned)> {
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
    fn an_agent_wakes_in_its_tick_however_far_ahead() {
        let mut agenda = Agenda::new();
        for (agent, tick) in [(1, 3), (2, 3), (3, WHEEL), (4, WHEEL + 7), (5, 3 * WHEEL)] {
            agenda.wake(AgentId(agent), tick);
        }
        let mut woken = Vec::new();
        for _ in 0..4 * WHEEL {
            agenda.advance();
            woken.extend(agenda.due().into_iter().map(|agent| (agent.0, agenda.tick())));
        }
        assert_eq!(woken, [(1, 3), (2, 3), (3, WHEEL), (4, WHEEL + 7), (5, 3 * WHEEL)]);
    }

    #[test]
    fn plans_come_by_instant_and_then_in_the_order_they_were_made() {
        let mut agenda = Agenda::new();
        let plan = |step| {
            let plan = Plan::Step { of: Rule::Action(0), step, frame: Slots(Vec::new()), from: None };
            Planned { plan, depth: 0 }
        };
        agenda.plan(Instant(9), plan(1));
        agenda.plan(Instant(5), plan(2));
        agenda.plan(Instant(5), plan(3));
        let steps: Vec<usize> = std::iter::from_fn(|| agenda.next_before(Instant(9)))
            .map(|(_, planned)| match planned.plan {
                Plan::Step { step, .. } => step,
                Plan::Trigger { .. } => unreachable!("no trigger was planned"),
            })
            .collect();
        assert_eq!(steps, [2, 3]);
    }
}
