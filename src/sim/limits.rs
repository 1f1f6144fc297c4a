//! What a run may not grow beyond: no scene runs for ever or takes all memory.
//!
//! Everything that could grow without end is counted here: events, what they change, new agents, what is kept of them. The run that passes a
//! limit lets nothing more happen, ends with that tick, and says what went on ([`Overrun`]). The limits are far beyond what a scene needs
//! that means what it says; those that depend on the size of the world grow with it.

use super::moment::Moment;
use crate::chronicle::{Chronicle, Written};
use crate::ids::EventKind;
use bevy::ecs::prelude::Resource;

/// Events of one tick, and more for each agent.
const EVENTS: (usize, usize) = (100_000, 64);
/// Effects of one tick, those of processes included, and more for each agent.
const EFFECTS: (usize, usize) = (5_000_000, 1_024);
/// Triggers that may set one another off in a row within a tick.
pub(super) const DEEPEST: u16 = 1_000;
/// Agents that may be made, and more for each agent at the start.
const NEW_AGENTS: (usize, usize) = (100_000, 16);
/// Agents altogether.
const AGENTS: usize = 4_000_000;
/// Events kept whole.
const KEPT: usize = 10_000_000;
/// Bytes of all documents together.
const WRITTEN: usize = 256 << 20;

/// Why a run was stopped: what it did more of than a run may.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Overrun {
    /// Too much happened in one tick.
    #[error(
        "stopped at {at}: more than {most} events within one tick, most of them {often}. Let time pass between them: \
         `after` on a step, `cooldown` or `once` on a trigger"
    )]
    Events {
        /// Civil time.
        at: String,
        /// The limit.
        most: usize,
        /// The kinds of events that happened most often.
        often: String,
    },
    /// Triggers set one another off without end.
    #[error(
        "stopped at {at}: more than {most} triggers set one another off in a row, the last of them `{last}`. Give one of them a \
         `cooldown`, `once`, `after`, or a `when` that comes to an end"
    )]
    Chain {
        /// Civil time.
        at: String,
        /// The limit.
        most: usize,
        /// The trigger that was not let happen.
        last: String,
    },
    /// Too many facts were changed in one tick.
    #[error(
        "stopped at {at}: more than {most} effects within one tick, the last of them of `{last}`. Do less `for` each, or less often"
    )]
    Effects {
        /// Civil time.
        at: String,
        /// The limit.
        most: usize,
        /// Whose effect was not applied.
        last: String,
    },
    /// Too many agents were made.
    #[error(
        "stopped at {at}: `{by}` would make more agents than the {most} that this world may have. Give it a condition or a \
         `cooldown` that keeps it in bounds"
    )]
    Agents {
        /// Civil time.
        at: String,
        /// The limit.
        most: usize,
        /// Whose effect it was.
        by: String,
    },
    /// Too many events were kept whole.
    #[error(
        "stopped at {at}: {most} events are kept whole, and no run keeps more. Let what is not told be `keep: Counted`, or end it earlier"
    )]
    Kept {
        /// Civil time.
        at: String,
        /// The limit.
        most: usize,
    },
    /// Too much was written.
    #[error(
        "stopped at {at}: the documents of this run are longer than {most} MiB together. Write fewer of them, or shorter ones"
    )]
    Written {
        /// Civil time.
        at: String,
        /// The limit in MiB.
        most: usize,
    },
}

/// What has been counted of a run.
#[derive(Resource, Debug, Default)]
pub(super) struct Limits {
    /// Agents at the start.
    start: usize,
    /// Events of this tick, by kind.
    events: Vec<u32>,
    total: usize,
    effects: usize,
    written: usize,
    overrun: Option<Overrun>,
}

impl Limits {
    /// The limits of a world that begins with so many agents and knows so many kinds of events.
    pub(super) fn new(agents: usize, kinds: usize) -> Self {
        Self { start: agents, events: vec![0; kinds], ..Self::default() }
    }

    /// Begins to count a tick.
    pub(super) fn begin_tick(&mut self) {
        self.events.fill(0);
        (self.total, self.effects) = (0, 0);
    }

    /// Counts as if only this had happened: what a run that is put back to a keyframe begins with.
    pub(super) fn go_back(&mut self, chronicle: &Chronicle) {
        let documents = chronicle.iter().filter_map(|event| event.document.as_deref());
        self.written = documents.map(length).sum();
        self.overrun = None;
    }

    /// What the run did too much of, if it did.
    pub(super) fn overrun(&self) -> Option<&Overrun> {
        self.overrun.as_ref()
    }

    fn most_agents(&self) -> usize {
        (self.start * (NEW_AGENTS.1 + 1) + NEW_AGENTS.0).min(AGENTS.max(self.start))
    }
}

impl Moment<'_> {
    /// Counts an event; whether it may happen.
    pub(super) fn may_happen(&mut self, kind: EventKind, whole: bool) -> bool {
        let most = EVENTS.0 + EVENTS.1 * self.state.agents();
        self.limits.total += 1;
        if let Some(count) = self.limits.events.get_mut(kind.index()) {
            *count += 1;
        }
        if self.limits.total > most {
            let often = self.most_often();
            self.stop(|at| Overrun::Events { at, most, often });
        } else if whole && self.chronicle.len() >= KEPT {
            self.stop(|at| Overrun::Kept { at, most: KEPT });
        }
        self.limits.overrun.is_none()
    }

    /// Counts an effect; whether it may be applied.
    pub(super) fn may_apply(&mut self, kind: Option<EventKind>) -> bool {
        self.limits.effects += 1;
        if self.limits.effects > EFFECTS.0 {
            let most = EFFECTS.0 + EFFECTS.1 * self.state.agents();
            if self.limits.effects > most {
                let last = self.rule_name(kind);
                self.stop(|at| Overrun::Effects { at, most, last });
            }
        }
        self.limits.overrun.is_none()
    }

    /// Whether a trigger may follow so many others.
    pub(super) fn may_follow(&mut self, kind: EventKind, depth: u16) -> bool {
        if depth > DEEPEST {
            let last = self.event_name(kind);
            self.stop(|at| Overrun::Chain { at, most: usize::from(DEEPEST), last });
        }
        self.limits.overrun.is_none()
    }

    /// Whether one more agent may be made.
    pub(super) fn may_create(&mut self, kind: Option<EventKind>) -> bool {
        let most = self.limits.most_agents();
        if self.state.agents() >= most {
            let by = self.rule_name(kind);
            self.stop(|at| Overrun::Agents { at, most, by });
        }
        self.limits.overrun.is_none()
    }

    /// Counts a document; whether it may be kept.
    pub(super) fn may_write(&mut self, document: &Written) -> bool {
        self.limits.written += length(document);
        if self.limits.written > WRITTEN {
            self.stop(|at| Overrun::Written { at, most: WRITTEN >> 20 });
        }
        self.limits.overrun.is_none()
    }

    /// Notes why the run ends; the first reason stands.
    fn stop(&mut self, why: impl FnOnce(String) -> Overrun) {
        if self.limits.overrun.is_none() {
            let at = civil(self.scenario().calendar.datetime(self.state.now));
            self.limits.overrun = Some(why(at));
        }
    }

    fn event_name(&self, kind: EventKind) -> String {
        self.scenario().events[kind.index()].name.clone()
    }

    /// The name of the kind of event that something belongs to; what belongs to none is a process's.
    fn rule_name(&self, kind: Option<EventKind>) -> String {
        kind.map_or_else(|| "a process".to_owned(), |kind| self.event_name(kind))
    }

    fn most_often(&self) -> String {
        const NAMED: usize = 3;
        let mut often: Vec<(u32, usize)> =
            self.limits.events.iter().enumerate().filter(|(_, count)| **count > 0).map(|(kind, count)| (*count, kind)).collect();
        often.sort_unstable_by_key(|(count, kind)| (std::cmp::Reverse(*count), *kind));
        let named =
            often.iter().take(NAMED).map(|(count, kind)| format!("`{}` ({count})", self.event_name(EventKind::at(*kind))));
        named.collect::<Vec<_>>().join(", ")
    }
}

/// Bytes of a document.
fn length(document: &Written) -> usize {
    document.title.len() + document.text.len()
}

fn civil(at: jiff::civil::DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}
