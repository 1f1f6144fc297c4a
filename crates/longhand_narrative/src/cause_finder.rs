//! Finds the causes of an event that its record does not name.
//!
//! An event stores the events that wrote the facts which its conditions and its choice read, at most eight. It stores nothing of
//! what passes through a process, because that would cost a record for each agent each day. This module finds those causes
//! afterwards, from the scene and the history of facts:
//!
//! - *Processes and routines.* A fact that an event read, and a process may change, depends on what the process read since an event
//!   last wrote that fact: each event that wrote one of these is a cause. What the process read may depend on another process.
//! - *Effects and chances.* Events that wrote what the effects, values, chance or delay of the event read.
//! - *Presence.* The event that brought a participant into the world.
//! - *Evaluation.* The event that concerned the agent of a condition, which was therefore evaluated right after it.
//!
//! Not causes, but influences ([`CauseFinder::all_causes`]): what kept the agents from acting at another time (a cooldown, another
//! action that took its time, a better option), and what kept others from changing what the event read. Nothing is known of facts that are not recorded, such as the attributes of agents outside the cast.

use super::fact_reads::{ReadFact, Reader, decision_instant, event_reads, may_write, process_reads};
use super::influences::InfluenceSearch;
use super::recorded_run::RecordedRun;
use longhand_chronicle::{Cause, CauseGraph, CauseLink, Event, LogPosition};
use longhand_expr::ids::{AgentId, EventId, Fact, Instant, WorldFact};
use longhand_scene::model::Activation;
use longhand_scene::{AgentSelector, EventOrigin};
use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The maximum number of agents whose processes may have changed a fact of another agent.
const MAX_AGENTS: usize = 64;
/// The number of instants of a period at which a process is looked at, beside those at which something it reads was written.
const SAMPLES: i64 = 6;
/// The maximum number of writes in a period after which a process is looked at again.
const MAX_WRITES: usize = 16;
/// The maximum number of found causes of an event in a graph, as many as an event stores.
const MAX_SHOWN: usize = 8;
/// The time in microseconds within which everything happens that follows an event without delay.
const AT_ONCE_US: i64 = 1_000;
/// The maximum number of causes that are found for an event.
const MAX_FOUND: usize = 64;
/// How often at most a search looks at what a process read for an agent at an instant. A process over pairs of a village reads thousands of
/// facts each time.
const MAX_LOOKS: usize = 400;

/// Finds the causes of the events of a run that they do not store.
#[derive(Debug)]
pub struct CauseFinder<'a> {
    record: &'a RecordedRun<'a>,
    /// Of [`MAX_LOOKS`], in the present search.
    looks_left: AtomicUsize,
    is_incomplete: AtomicBool,
}

/// What changed a fact without an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changer {
    /// A process, by its position in the scene.
    Process(usize),
    /// The routine of the agent.
    Routine,
    /// The drift of an attribute to its rest value.
    Drift,
}

/// A change of a fact without an event, before an event that read the fact.
#[derive(Clone, Debug, PartialEq)]
pub struct QuietChange {
    /// The fact.
    pub fact: Fact,
    /// What may have changed it.
    pub by: Vec<Changer>,
    /// Since when: an event last wrote it then, or the start of the run.
    pub since: Instant,
    /// Its value then.
    pub from: f64,
    /// Its value when the event read it, as last recorded.
    pub to: f64,
}

/// A period in which a fact changed without an event: from the last write by an event to when it was read.
#[derive(Clone, Copy)]
struct Period {
    since: Instant,
    until: Instant,
}

impl<'a> CauseFinder<'a> {
    /// A finder for the events of a run.
    #[must_use]
    pub fn new(record: &'a RecordedRun<'a>) -> Self {
        Self { record, looks_left: AtomicUsize::new(MAX_LOOKS), is_incomplete: AtomicBool::new(false) }
    }

    /// Whether a search ended before all that processes read was followed. Causes may then be missing that pass through a process.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.is_incomplete.load(Ordering::Relaxed)
    }

    /// Counts one look at a process. False if there were enough.
    fn may_look(&self) -> bool {
        let took = self.looks_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if took.is_err() {
            self.is_incomplete.store(true, Ordering::Relaxed);
        }
        took.is_ok()
    }

    /// The causes of an event that it does not store, each with its first link: direct ones before those through a process.
    #[must_use]
    pub fn further_causes(&self, event: &Event) -> Vec<Cause> {
        self.looks_left.store(MAX_LOOKS, Ordering::Relaxed);
        self.find_causes(event)
    }

    fn find_causes(&self, event: &Event) -> Vec<Cause> {
        let reads = event_reads(self.record, event);
        let mut found: Vec<Cause> = Vec::new();
        let mut add = |cause: EventId, link: CauseLink| {
            let is_known = event.causes.iter().chain(&found).any(|known| known.event == cause);
            if cause < event.id && !is_known && found.len() < MAX_FOUND {
                found.push(Cause { event: cause, link });
            }
        };
        for ReadFact { fact, reader, exact, .. } in &reads {
            if *exact && let Some(writer) = self.last_writer(*fact, event.id) {
                add(writer, reader.link(*fact));
            }
        }
        if let Some(cause) = self.evaluated_after(event) {
            add(cause, CauseLink::Evaluated);
        }
        for read in &reads {
            self.add_process_causes(event, read, &mut add);
        }
        found
    }

    /// The event right after which the condition of a trigger was evaluated, because it concerned the agent; without it, the
    /// trigger would have happened later. None if an event did that which wrote what the condition read, or if the agent was due.
    fn evaluated_after(&self, event: &Event) -> Option<EventId> {
        let scenario = self.record.scenario;
        let origin = scenario.events.get(event.kind.index())?.origin;
        let EventOrigin::Trigger(index) = origin else { return None };
        if !matches!(scenario.triggers[index].on, Activation::Becomes) {
            return None;
        }
        let at = decision_instant(self.record, event, origin)?;
        let agent = *event.roles.first()?;
        let concerned = |earlier: &&Event| {
            let takes_part = scenario
                .events
                .get(earlier.kind.index())
                .is_some_and(|info| info.participants(&earlier.roles).any(|a| a == agent));
            takes_part || earlier.changes.iter().any(|change| change.fact.mentions(agent))
        };
        let before = self.record.chronicle.events()[..event.id.index()].iter().rev();
        let before = before.skip_while(|earlier| earlier.at >= at).take_while(|earlier| at.0 - earlier.at.0 <= AT_ONCE_US);
        let concerned: Vec<EventId> = before.filter(concerned).map(|earlier| earlier.id).collect();
        let is_known = |id: &EventId| event.causes.iter().any(|cause| cause.event == *id);
        if concerned.iter().any(is_known) { None } else { concerned.last().copied() }
    }

    /// The facts that an event read and that processes, a routine or drift had changed since an event last wrote them.
    #[must_use]
    pub fn quiet_changes(&self, event: &Event) -> Vec<QuietChange> {
        let mut changes: Vec<QuietChange> = Vec::new();
        for read in event_reads(self.record, event) {
            let fact = read.fact;
            if changes.iter().any(|change| change.fact == fact) || matches!(fact, Fact::World(WorldFact::Place(_))) {
                continue;
            }
            let mut by: Vec<Changer> = self.changers(fact).into_iter().map(|(changer, _)| changer).collect();
            by.extend(self.drifts(fact).then_some(Changer::Drift));
            by.dedup();
            let history = &self.record.history;
            let position = LogPosition { at: read.at, events: event.id.0 };
            let entries = history.entries(fact);
            let entries = &entries[..entries.partition_point(|entry| entry.position <= position)];
            let Some(last) = entries.last() else { continue };
            let start = entries.iter().rev().find(|entry| entry.event.is_some()).or(entries.first()).unwrap_or(last);
            let (from, to) = (start.value, history.decayed_value(fact, last, read.at));
            if !by.is_empty() && from != to {
                changes.push(QuietChange { fact, by, since: start.instant(), from, to });
            }
        }
        changes
    }

    /// Follows the processes that may have changed what an event read, and what these read, breadth first.
    fn add_process_causes(&self, event: &Event, read: &ReadFact, add: &mut dyn FnMut(EventId, CauseLink)) {
        let written = self.record.history.entries(self.record.canonical(read.fact)).iter();
        let mut written =
            written.filter(|entry| entry.instant() <= read.at && entry.event.is_some_and(|writer| writer < event.id));
        let since = written.next_back().map_or(Instant::START, longhand_chronicle::HistoryEntry::instant);
        // A process is applied at the start of a tick.
        let period = Period { since, until: self.record.tick_start(read.at) };
        let mut visited = BTreeSet::from([read.fact]);
        let mut queue = VecDeque::from([(read.fact, period)]);
        while let Some((changed, within)) = queue.pop_front() {
            for (changer, agents) in self.changers(changed) {
                let process = match changer {
                    Changer::Process(index) => Some(u16::try_from(index).unwrap_or(u16::MAX)),
                    Changer::Routine | Changer::Drift => None,
                };
                for fact in self.reads_within(changer, changed, &agents, within) {
                    let link = CauseLink::Process { process, read: fact, changed: read.fact };
                    let writers = self.writers_within(fact, within, event.id);
                    writers.iter().rev().for_each(|&writer| add(writer, link));
                    if visited.insert(fact) {
                        let earlier = writers.first().and_then(|&writer| self.record.history.position_of(writer));
                        let since = earlier.map_or(Instant::START, |earlier| earlier.at).min(within.since);
                        queue.push_back((fact, Period { since, until: within.until }));
                    }
                }
            }
        }
    }

    /// What may change a fact without an event, each with the agents it may do so for.
    pub(super) fn changers(&self, fact: Fact) -> Vec<(Changer, Vec<AgentId>)> {
        let scenario = self.record.scenario;
        let subject = fact.subject();
        let mut changers = Vec::new();
        for (index, process) in scenario.processes.iter().enumerate() {
            let Some(own) = process.does.iter().filter_map(|effect| may_write(effect, fact)).reduce(|a, b| a && b) else {
                continue;
            };
            let applies_to = |agent: AgentId| {
                process.by.iter().any(|who| match who {
                    AgentSelector::Agent(named) => *named == agent,
                    AgentSelector::Kind(kind) => self.record.kind_of(agent) == Some(*kind),
                })
            };
            let agents: Vec<AgentId> = if own {
                Some(subject).filter(|&agent| applies_to(agent)).into_iter().collect()
            } else {
                self.record.named_agents().iter().copied().filter(|&agent| applies_to(agent)).take(MAX_AGENTS).collect()
            };
            if !agents.is_empty() {
                changers.push((Changer::Process(index), agents));
            }
        }
        if let Fact::World(WorldFact::Place(agent)) = fact
            && self.record.kind_of(agent).is_some_and(|kind| !scenario.kinds[kind.index()].routine.is_empty())
        {
            changers.push((Changer::Routine, vec![agent]));
        }
        changers
    }

    fn drifts(&self, fact: Fact) -> bool {
        let scenario = self.record.scenario;
        match fact {
            Fact::World(WorldFact::Attr(_, attr)) => scenario.attributes[attr.index()].half_life.is_some(),
            Fact::World(WorldFact::Dim(.., dim)) => scenario.dims[dim.index()].half_life.is_some(),
            _ => false,
        }
    }

    /// The facts that a process or a routine read in a period, for these agents. It is looked at after each write of what it
    /// read, because a condition may hide what stands behind it.
    fn reads_within(&self, changer: Changer, changed: Fact, agents: &[AgentId], within: Period) -> BTreeSet<Fact> {
        let tick = self.record.scenario.tick_us;
        let mut instants: VecDeque<Instant> =
            (0..=SAMPLES).map(|nth| Instant(within.since.0 + (within.until.0 - within.since.0).max(0) / SAMPLES * nth)).collect();
        let mut looked_at = BTreeSet::new();
        let mut facts = BTreeSet::new();
        while let Some(instant) = instants.pop_front() {
            let begins = self.record.tick_start(instant);
            if !looked_at.insert(begins) || looked_at.len() > MAX_WRITES + SAMPLES as usize {
                continue;
            }
            let view = self.record.view_before_tick(begins);
            for &agent in agents {
                if !self.may_look() {
                    break;
                }
                for fact in process_reads(self.record, &view, changer, changed, agent) {
                    if facts.insert(fact) {
                        let writes = self.record.history.entries(fact).iter().map(longhand_chronicle::HistoryEntry::instant);
                        let writes = writes.filter(|at| within.since <= *at && *at < within.until);
                        // A write is seen by the process of the next tick.
                        instants.extend(writes.take(MAX_WRITES).map(|at| Instant(at.0 + tick)));
                    }
                }
            }
        }
        // What it changes is no cause of itself: its own earlier value was written by the event that the period begins with.
        facts.remove(&changed);
        facts
    }

    /// The events that wrote a fact in a period, and the last before it; ascending.
    fn writers_within(&self, fact: Fact, within: Period, before: EventId) -> Vec<EventId> {
        if matches!(fact, Fact::Happened(..)) {
            return self.last_writer(fact, before).into_iter().collect();
        }
        let written = self.record.history.entries(self.record.canonical(fact)).iter();
        let written = written.filter_map(|entry| Some((entry.instant(), entry.event?)));
        let written: Vec<(Instant, EventId)> = written.filter(|&(at, event)| event < before && at < within.until).collect();
        let first = written.partition_point(|&(at, _)| at <= within.since).saturating_sub(1);
        written[first..].iter().map(|&(_, event)| event).collect()
    }

    /// The last event before another one that wrote a fact.
    fn last_writer(&self, fact: Fact, before: EventId) -> Option<EventId> {
        if let Fact::Happened(kind, a, b) = fact {
            return self.record.last_occurrence(kind, a, b, before);
        }
        let entries = self.record.history.entries(self.record.canonical(fact));
        entries.iter().rev().filter_map(|entry| entry.event).find(|&writer| writer < before)
    }

    /// The graph of causes, with all causes of an event, and of those events among its causes that store none. Of those
    /// that are found, the first eight.
    #[must_use]
    pub fn cause_graph(&self, event: EventId) -> CauseGraph<'a> {
        let chronicle = self.record.chronicle;
        let mut graph = CauseGraph::from_chronicle(chronicle);
        let mut seen = BTreeSet::from([event]);
        let mut waiting = vec![event];
        self.looks_left.store(MAX_LOOKS, Ordering::Relaxed);
        while let Some(id) = waiting.pop() {
            let Some(next) = chronicle.event(id) else { continue };
            if id == event || next.causes.is_empty() {
                graph.add_causes(id, self.find_causes(next).into_iter().take(MAX_SHOWN));
            }
            waiting.extend(graph.causes(id).map(|cause| cause.event).filter(|&cause| seen.insert(cause)));
        }
        graph
    }

    /// The event with all its causes and their causes, stored or not, and with what kept other events from happening that might
    /// have changed it. What is not among them had no influence on the event: without it, the event happens all the same.
    ///
    /// This looks at each tick since the facts were written that the event depends on. It is slow in long runs of large scenes.
    #[must_use]
    pub fn all_causes(&self, event: EventId) -> BTreeSet<EventId> {
        InfluenceSearch::search(self, self.record, event)
    }
}

impl Reader {
    fn link(self, fact: Fact) -> CauseLink {
        match self {
            Self::Condition => CauseLink::Condition(fact),
            Self::Utility => CauseLink::Utility(fact),
            Self::Consent => CauseLink::Consent(fact),
            Self::Effect => CauseLink::Effect(fact),
        }
    }
}
