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

use super::fact_reads::{ReadFact, Reader, decision_instant, event_reads, may_write};
use super::influences::{EventInfluence, InfluenceSearch};
use super::process_looks::ProcessLooks;
use super::recorded_run::RecordedRun;
use longhand_chronicle::{Cause, CauseGraph, CauseLink, Event, HistoryEntry, LogPosition};
use longhand_expr::ids::{AgentField, AgentId, EventId, Fact, Instant, KindId, WorldFact};
use longhand_scene::model::Activation;
use longhand_scene::{AgentSelector, EventOrigin};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The time in microseconds within which everything happens that follows an event without delay.
const AT_ONCE_US: i64 = 1_000;

/// Finds the causes of the events of a run that they do not store.
#[derive(Debug)]
pub struct CauseFinder<'a> {
    record: &'a RecordedRun<'a>,
    looks: ProcessLooks<'a>,
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

/// A fact that a process may have changed before the event read what depends on it.
#[derive(Clone, Copy)]
struct ChangedFact {
    /// When an event last wrote it, or the start of the run.
    since: Instant,
    until: Instant,
    /// The fact that the event read.
    read: Fact,
    /// The number of processes between the two.
    depth: u32,
}

impl<'a> CauseFinder<'a> {
    /// A finder for the events of a run.
    #[must_use]
    pub fn new(record: &'a RecordedRun<'a>) -> Self {
        Self { record, looks: ProcessLooks::new(record) }
    }

    /// Whether a search ended before all that processes read was followed, because that was more than can be read in some seconds.
    /// Causes may then be missing that pass through a process.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.looks.is_exhausted()
    }

    /// The causes of an event that it does not store, each with its first link: direct ones before those through a process, and of
    /// these the later ones first.
    #[must_use]
    pub fn further_causes(&self, event: &Event) -> Vec<Cause> {
        let reads = event_reads(self.record, event);
        let mut found: Vec<Cause> = Vec::new();
        let mut known: BTreeSet<EventId> = event.causes.iter().map(|cause| cause.event).collect();
        let mut add = |cause: EventId, link: CauseLink| {
            if cause < event.id && known.insert(cause) {
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
        self.process_causes(event, &reads).into_iter().for_each(|cause| add(cause.event, cause.link));
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

    /// The events that wrote what processes read which may have changed what an event read, and what these processes depend on in turn.
    /// Each fact is followed once, breadth first, over the whole period in which it mattered.
    fn process_causes(&self, event: &Event, reads: &[ReadFact]) -> Vec<Cause> {
        let mut facts: BTreeMap<Fact, ChangedFact> = BTreeMap::new();
        let mut queue: VecDeque<Fact> = VecDeque::new();
        for read in reads {
            let fact = self.record.canonical(read.fact);
            let mut written = self.record.history.entries(fact).iter().rev();
            let is_before =
                |entry: &&HistoryEntry| entry.instant() <= read.at && entry.event.is_some_and(|writer| writer < event.id);
            let since = written.find(is_before).map_or(Instant::START, HistoryEntry::instant);
            // A process is applied at the start of a tick.
            let changed = ChangedFact { since, until: self.record.tick_start(read.at), read: read.fact, depth: 0 };
            extend(&mut facts, &mut queue, fact, changed);
        }
        let mut causes: BTreeMap<EventId, (u32, CauseLink)> = BTreeMap::new();
        while let Some(changed) = queue.pop_front() {
            let ChangedFact { since, until, read: root, depth } = facts[&changed];
            for (changer, agents) in self.changers(changed) {
                let process = match changer {
                    Changer::Process(index) => Some(u16::try_from(index).unwrap_or(u16::MAX)),
                    Changer::Routine | Changer::Drift => None,
                };
                for (fact, (first, last)) in self.looks.reads_within(changer, changed, &agents, since, until) {
                    let writers = self.writers_within(fact, first, last, event.id);
                    let link = CauseLink::Process { process, read: fact, changed: root };
                    writers.iter().for_each(|&writer| _ = causes.entry(writer).or_insert((depth, link)));
                    let earliest = writers.first().and_then(|&writer| self.record.history.position_of(writer));
                    let since = earliest.map_or(Instant::START, |earliest| earliest.at);
                    let fact = self.record.canonical(fact);
                    extend(&mut facts, &mut queue, fact, ChangedFact { since, until: last, read: root, depth: depth + 1 });
                }
            }
        }
        let mut causes: Vec<(EventId, (u32, CauseLink))> = causes.into_iter().collect();
        causes.sort_by_key(|&(event, (depth, _))| (depth, Reverse(event)));
        causes.into_iter().map(|(event, (_, link))| Cause { event, link }).collect()
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
                    AgentSelector::Kind(kind) => self.was_ever(agent, *kind),
                })
            };
            let agents: Vec<AgentId> = if own {
                Some(subject).filter(|&agent| applies_to(agent)).into_iter().collect()
            } else {
                self.record.named_agents().iter().copied().filter(|&agent| applies_to(agent)).collect()
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

    /// Whether an agent has been of a kind at any time.
    fn was_ever(&self, agent: AgentId, kind: KindId) -> bool {
        let became = self.record.history.entries(Fact::Field(agent, AgentField::Kind));
        self.record.kind_of(agent) == Some(kind) || became.iter().any(|entry| entry.value == f64::from(kind.0))
    }

    /// The events that wrote a fact in a period, and the last before it; ascending.
    fn writers_within(&self, fact: Fact, first: Instant, last: Instant, before: EventId) -> Vec<EventId> {
        if matches!(fact, Fact::Happened(..)) {
            let before = before.min(EventId::from_index(self.record.history.event_count_until(Instant(last.0 - 1))));
            return self.last_writer(fact, before).into_iter().collect();
        }
        let written = self.record.history.entries(self.record.canonical(fact)).iter();
        let written = written.filter_map(|entry| Some((entry.instant(), entry.event?)));
        let written: Vec<(Instant, EventId)> = written.filter(|&(at, event)| event < before && at < last).collect();
        let start = written.partition_point(|&(at, _)| at < first).saturating_sub(1);
        written[start..].iter().map(|&(_, event)| event).collect()
    }

    /// The last event before another one that wrote a fact.
    fn last_writer(&self, fact: Fact, before: EventId) -> Option<EventId> {
        if let Fact::Happened(kind, a, b) = fact {
            return self.record.last_occurrence(kind, a, b, before);
        }
        let entries = self.record.history.entries(self.record.canonical(fact));
        entries.iter().rev().filter_map(|entry| entry.event).find(|&writer| writer < before)
    }

    /// The graph of causes, with all causes of an event down to `depth` steps, and as far as the nearest event without causes: all
    /// causes of the event itself, and of those events among its causes that store none.
    #[must_use]
    pub fn cause_graph(&self, event: EventId, depth: u32) -> CauseGraph<'a> {
        self.expand(event, |_| true, |level, has_root| level <= depth || !has_root)
    }

    /// The graph of causes of an event, as in [`cause_graph`](Self::cause_graph), as far back as an earlier event.
    #[must_use]
    pub fn cause_graph_since(&self, from: EventId, event: EventId) -> CauseGraph<'a> {
        self.expand(event, |cause| cause > from, |_, _| true)
    }

    /// Finds causes of an event and of its causes, one level of the graph after another, while `goes_on` with the number of the level and
    /// whether one has an event without causes.
    fn expand(
        &self,
        event: EventId,
        is_followed: impl Fn(EventId) -> bool,
        goes_on: impl Fn(u32, bool) -> bool,
    ) -> CauseGraph<'a> {
        let chronicle = self.record.chronicle;
        let mut graph = CauseGraph::from_chronicle(chronicle);
        let mut seen = BTreeSet::from([event]);
        let (mut level, mut depth, mut has_root) = (vec![event], 0, false);
        while !level.is_empty() && goes_on(depth, has_root) {
            let mut next = Vec::new();
            for id in level {
                let Some(expanded) = chronicle.event(id) else { continue };
                if id == event || expanded.causes.is_empty() {
                    graph.add_causes(id, self.further_causes(expanded));
                }
                has_root |= graph.causes(id).next().is_none();
                next.extend(graph.causes(id).map(|cause| cause.event).filter(|&cause| is_followed(cause) && seen.insert(cause)));
            }
            (level, depth) = (next, depth + 1);
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

    /// Whether an event had an influence on a later one, as in [`all_causes`](Self::all_causes), in about two seconds at most.
    #[must_use]
    pub fn influence_of(&self, from: EventId, event: EventId) -> EventInfluence {
        InfluenceSearch::influence_of(from, event, self, self.record)
    }
}

/// Adds a fact that is to be followed, or extends the period over which it is.
fn extend(facts: &mut BTreeMap<Fact, ChangedFact>, queue: &mut VecDeque<Fact>, fact: Fact, changed: ChangedFact) {
    let known = facts.entry(fact).or_insert_with(|| {
        queue.push_back(fact);
        changed
    });
    if changed.since < known.since || changed.until > known.until {
        (known.since, known.until) = (known.since.min(changed.since), known.until.max(changed.until));
        if !queue.contains(&fact) {
            queue.push_back(fact);
        }
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
