//! Limits of a run, so that no scene runs forever or uses up all memory.
//!
//! Everything that could grow without bound is counted here: events, effects, new agents, recorded events, documents. When a run exceeds a
//! limit, nothing more happens in it, it ends with that tick, and [`LimitExceeded`] says why. The limits are far above what a reasonable
//! scene needs. Limits that depend on the size of the world grow with it.

use super::context::TickContext;
use bevy_ecs::prelude::Resource;
use longhand_chronicle::{Chronicle, WrittenDocument};
use longhand_expr::CalendarDate;
use longhand_expr::ids::EventKind;

/// Events in one tick: a constant, and more for each agent.
const EVENTS: (usize, usize) = (100_000, 64);
/// Effects in one tick, including those of processes: a constant, and more for each agent.
const EFFECTS: (usize, usize) = (5_000_000, 1_024);
/// Maximum length of a chain of triggers that fire each other within a tick.
const CHAIN_LENGTH: u16 = 1_000;
/// Agents that may be created: a constant, and more for each agent at the start.
const NEW_AGENTS: (usize, usize) = (100_000, 16);
/// Agents in total.
const AGENTS: usize = 4_000_000;
/// Recorded events.
const RECORDED_EVENTS: usize = 10_000_000;
/// Bytes of all documents together.
const DOCUMENT_BYTES: usize = 256 << 20;

/// Why a run was stopped: the limit that it exceeded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitExceeded {
    /// Too many events in one tick.
    #[error(
        "stopped at {at}: more than {limit} events within one tick, most of them {often}. Let time pass between them: \
         `after` on a step, `cooldown` or `once` on a trigger"
    )]
    Events {
        /// Civil time of the tick.
        at: String,
        /// The limit.
        limit: usize,
        /// The kinds of events that happened most often.
        often: String,
    },
    /// Triggers fired each other without end.
    #[error(
        "stopped at {at}: more than {limit} triggers fired each other in a row, the last of them `{last}`. Give one of them a \
         `cooldown`, `once`, `after`, or a `when` that becomes false"
    )]
    Chain {
        /// Civil time.
        at: String,
        /// The limit.
        limit: usize,
        /// The trigger that was not fired.
        last: String,
    },
    /// Too many effects in one tick.
    #[error(
        "stopped at {at}: more than {limit} effects within one tick, the last of them of `{last}`. Use `for` on fewer members, or less often"
    )]
    Effects {
        /// Civil time.
        at: String,
        /// The limit.
        limit: usize,
        /// The rule whose effect was not applied.
        last: String,
    },
    /// Too many agents were created.
    #[error(
        "stopped at {at}: `{by}` would create more agents than the {limit} that this world may have. Give it a condition or a \
         `cooldown` that keeps it in bounds"
    )]
    Agents {
        /// Civil time.
        at: String,
        /// The limit.
        limit: usize,
        /// The rule whose effect it was.
        by: String,
    },
    /// Too many events were recorded.
    #[error(
        "stopped at {at}: {limit} events are recorded, which is the limit. Set `keep: Counted` for events that need not be recorded, or end \
         the run earlier"
    )]
    Recorded {
        /// Civil time.
        at: String,
        /// The limit.
        limit: usize,
    },
    /// The documents are too long.
    #[error("stopped at {at}: the documents of this run are longer than {limit} MiB in total. Write fewer or shorter ones")]
    Written {
        /// Civil time.
        at: String,
        /// The limit in MiB.
        limit: usize,
    },
}

/// The counts of a run that are limited.
#[derive(Resource, Debug, Default)]
pub(super) struct LimitCounters {
    /// Agents at the start.
    start: usize,
    /// Events of this tick, by kind.
    events: Vec<u32>,
    /// Events of this tick.
    total: usize,
    /// Effects of this tick.
    effects: usize,
    /// Bytes of documents.
    written: usize,
    exceeded: Option<LimitExceeded>,
}

impl LimitCounters {
    /// Counters for a world that begins with `agents` agents and has `kinds` kinds of events.
    pub(super) fn new(agents: usize, kinds: usize) -> Self {
        Self { start: agents, events: vec![0; kinds], ..Self::default() }
    }

    /// Resets the counts of a tick.
    pub(super) fn begin_tick(&mut self) {
        self.events.fill(0);
        (self.total, self.effects) = (0, 0);
    }

    /// Sets the counts to those of a run with this chronicle.
    pub(super) fn restore(&mut self, chronicle: &Chronicle) {
        let documents = chronicle.iter().filter_map(|event| event.document.as_deref());
        self.written = documents.map(byte_len).sum();
        self.exceeded = None;
    }

    /// The limit that was exceeded, if any.
    pub(super) fn exceeded(&self) -> Option<&LimitExceeded> {
        self.exceeded.as_ref()
    }

    fn max_agents(&self) -> usize {
        (self.start * (NEW_AGENTS.1 + 1) + NEW_AGENTS.0).min(AGENTS.max(self.start))
    }
}

impl TickContext<'_, '_> {
    /// Counts an event. Returns whether it may happen.
    pub(super) fn may_happen(&mut self, kind: EventKind, recorded: bool) -> bool {
        let limit = EVENTS.0 + EVENTS.1 * self.state.agent_count();
        self.limits.total += 1;
        if let Some(count) = self.limits.events.get_mut(kind.index()) {
            *count += 1;
        }
        if self.limits.total > limit {
            let often = self.most_frequent_events();
            self.stop(|at| LimitExceeded::Events { at, limit, often });
        } else if recorded && self.chronicle.len() >= RECORDED_EVENTS {
            self.stop(|at| LimitExceeded::Recorded { at, limit: RECORDED_EVENTS });
        }
        self.limits.exceeded.is_none()
    }

    /// Counts an effect. Returns whether it may be applied.
    pub(super) fn may_apply(&mut self, kind: Option<EventKind>) -> bool {
        self.limits.effects += 1;
        if self.limits.effects > EFFECTS.0 {
            let limit = EFFECTS.0 + EFFECTS.1 * self.state.agent_count();
            if self.limits.effects > limit {
                let last = self.rule_name(kind);
                self.stop(|at| LimitExceeded::Effects { at, limit, last });
            }
        }
        self.limits.exceeded.is_none()
    }

    /// Whether a trigger may fire at the end of a chain of `depth` others.
    pub(super) fn may_follow(&mut self, kind: EventKind, depth: u16) -> bool {
        if depth > CHAIN_LENGTH {
            let last = self.event_name(kind);
            self.stop(|at| LimitExceeded::Chain { at, limit: usize::from(CHAIN_LENGTH), last });
        }
        self.limits.exceeded.is_none()
    }

    /// Whether one more agent may be created.
    pub(super) fn may_create(&mut self, kind: Option<EventKind>) -> bool {
        let limit = self.limits.max_agents();
        if self.state.agent_count() >= limit {
            let by = self.rule_name(kind);
            self.stop(|at| LimitExceeded::Agents { at, limit, by });
        }
        self.limits.exceeded.is_none()
    }

    /// Counts a document. Returns whether it may be written.
    pub(super) fn may_write(&mut self, document: &WrittenDocument) -> bool {
        self.limits.written += byte_len(document);
        if self.limits.written > DOCUMENT_BYTES {
            self.stop(|at| LimitExceeded::Written { at, limit: DOCUMENT_BYTES >> 20 });
        }
        self.limits.exceeded.is_none()
    }

    /// Stops the run. The first reason is reported.
    fn stop(&mut self, why: impl FnOnce(String) -> LimitExceeded) {
        if self.limits.exceeded.is_none() {
            let at = minute_text(self.scenario().calendar.datetime(self.state.now));
            self.limits.exceeded = Some(why(at));
        }
    }

    fn event_name(&self, kind: EventKind) -> String {
        self.scenario().events[kind.index()].name.clone()
    }

    /// The name of an event kind; without one, that of a process.
    fn rule_name(&self, kind: Option<EventKind>) -> String {
        kind.map_or_else(|| "a process".to_owned(), |kind| self.event_name(kind))
    }

    fn most_frequent_events(&self) -> String {
        const NAMED: usize = 3;
        let mut counts: Vec<(u32, usize)> =
            self.limits.events.iter().enumerate().filter(|(_, count)| **count > 0).map(|(kind, count)| (*count, kind)).collect();
        counts.sort_unstable_by_key(|(count, kind)| (std::cmp::Reverse(*count), *kind));
        let named = counts
            .iter()
            .take(NAMED)
            .map(|(count, kind)| format!("`{}` ({count})", self.event_name(EventKind::from_index(*kind))));
        named.collect::<Vec<_>>().join(", ")
    }
}

/// The length of a document in bytes.
fn byte_len(document: &WrittenDocument) -> usize {
    document.title.len() + document.text.len()
}

fn minute_text(at: CalendarDate) -> String {
    at.to_string().replacen('T', " ", 1).chars().take(if at.is_turn() { usize::MAX } else { at.day_text().len() + 6 }).collect()
}
