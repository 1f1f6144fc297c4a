//! Finds every event that had an influence on an event: not only its causes and theirs, but also what kept others from happening.
//!
//! An event depends on the facts that it read, as they were when it read them. A fact was what it was because of the event that
//! last wrote it, and because nothing wrote it since: no process, and no other event. So the search follows for each fact
//!
//! - its last writer, and the causes of that;
//! - what the processes that may change it read at each of their instants since;
//! - why each rule that may write it did not happen since: the facts that its conditions read and for which they did not hold. Of
//!   several conditions that do not hold one suffices, because the rule does not happen as long as that one fails; the one is taken
//!   that read the fewest facts. A draw that failed reads none.
//!
//! What is not found had no influence: without it, the event happens all the same. What is found may have had one.
//! The search looks at each tick since the last writes, so it is meant for single questions. The question whether one event had an
//! influence is answered as soon as it is found; what came before it is not followed, and the search ends when it has read
//! [`MAX_READS`] facts.

use super::cause_finder::{CauseFinder, Changer};
use super::fact_reads::{Tracer, activation_facts, event_reads, event_targets, may_write};
use super::recorded_run::{PastView, RecordedRun};
use longhand_chronicle::{Event, HistoryEntry, LogPosition};
use longhand_expr::ids::{AgentId, EventId, EventKind, Fact, Instant, WorldFact};
use longhand_expr::{EvalFrame, Expr, TracingView};
use longhand_scene::model::{Activation, RoleBinding};
use longhand_scene::{Action, AgentSelector, EventOrigin, Timing, Trigger};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// The maximum number of bindings of an action whose conditions are looked at.
const MAX_BINDINGS: usize = 64;

/// The most facts that are read to find whether one event had an influence on another. It bounds the time of the search to about two
/// seconds.
const MAX_READS: usize = 3_000_000;

/// Whether an event had an influence on a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventInfluence {
    /// It may have had one.
    Possible,
    /// It had none: without it, the later event happens all the same.
    None,
    /// It was not found among as much as is searched.
    Undecided,
}

/// A rule that makes events, by its position in the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    Action(usize),
    Trigger(usize),
}

/// The facts that a condition read, and whether it held.
struct Verdict {
    holds: bool,
    reads: BTreeSet<Fact>,
}

/// A search for the influences on one event.
pub(super) struct InfluenceSearch<'f, 'a> {
    finder: &'f CauseFinder<'a>,
    record: &'a RecordedRun<'a>,
    found: BTreeSet<EventId>,
    events: Vec<EventId>,
    reads: Vec<(Fact, LogPosition)>,
    seen: BTreeSet<(Fact, LogPosition)>,
    /// By fact and its last writer: the tick until which was looked at what might have written it.
    examined: BTreeMap<(Fact, Option<EventId>), Instant>,
    not_happened: BTreeSet<(Rule, AgentId, Instant)>,
    /// What happened before it is not followed.
    oldest: EventId,
    /// The start of the tick of `oldest`.
    since: Instant,
    reads_left: Cell<usize>,
}

impl<'f, 'a> InfluenceSearch<'f, 'a> {
    /// Finds the influences on an event, which is among them.
    pub(super) fn search(finder: &'f CauseFinder<'a>, record: &'a RecordedRun<'a>, event: EventId) -> BTreeSet<EventId> {
        let mut search = Self::new(finder, record, event, EventId(0), usize::MAX);
        while search.step() {}
        search.found
    }

    /// Finds whether an event had an influence on a later one.
    pub(super) fn influence_of(
        from: EventId,
        event: EventId,
        finder: &'f CauseFinder<'a>,
        record: &'a RecordedRun<'a>,
    ) -> EventInfluence {
        let mut search = Self::new(finder, record, event, from, MAX_READS);
        loop {
            if search.found.contains(&from) {
                return EventInfluence::Possible;
            }
            if search.is_exhausted() {
                return EventInfluence::Undecided;
            }
            if !search.step() {
                return EventInfluence::None;
            }
        }
    }

    fn new(finder: &'f CauseFinder<'a>, record: &'a RecordedRun<'a>, event: EventId, oldest: EventId, max_reads: usize) -> Self {
        let since = record.chronicle.event(oldest).map_or(Instant::START, |oldest| record.tick_start(oldest.at));
        Self {
            finder,
            record,
            found: BTreeSet::from([event]),
            events: vec![event],
            reads: Vec::new(),
            seen: BTreeSet::new(),
            examined: BTreeMap::new(),
            not_happened: BTreeSet::new(),
            oldest,
            since,
            reads_left: Cell::new(max_reads),
        }
    }

    /// Follows the next event or fact. Returns false if there is none.
    fn step(&mut self) -> bool {
        if let Some(event) = self.events.pop().and_then(|id| self.record.chronicle.event(id)) {
            self.follow_event(event);
        } else if let Some((fact, position)) = self.reads.pop() {
            self.follow_fact(fact, position);
        } else {
            return !self.events.is_empty();
        }
        true
    }

    fn is_exhausted(&self) -> bool {
        self.reads_left.get() == 0
    }

    fn spend(&self, reads: usize) {
        self.reads_left.set(self.reads_left.get().saturating_sub(reads + 1));
    }

    fn add_event(&mut self, event: EventId) {
        if event >= self.oldest && self.found.insert(event) {
            self.events.push(event);
        }
    }

    fn add_read(&mut self, fact: Fact, position: LogPosition) {
        if position.events <= self.oldest.0 {
            return;
        }
        let read = (self.record.canonical(fact), position);
        let is_about_something = fact.subject().is_some() || matches!(fact, Fact::Happened(..));
        if is_about_something && self.seen.insert(read) {
            self.reads.push(read);
        }
    }

    /// Before the events of a tick, and after them.
    fn ends_of_tick(&self, begins: Instant) -> [LogPosition; 2] {
        let last = Instant(begins.0 + self.record.scenario.tick_us - 1);
        [(begins, Instant(begins.0 - 1)), (last, last)].map(|(at, until)| {
            let events = self.record.history.event_count_until(until);
            LogPosition { at, events: EventId::from_index(events).0 }
        })
    }

    fn follow_event(&mut self, event: &Event) {
        let record = self.record;
        let causes: Vec<EventId> =
            event.causes.iter().copied().chain(self.finder.further_causes(event)).map(|cause| cause.event).collect();
        causes.into_iter().for_each(|cause| self.add_event(cause));
        let begins = record.tick_start(event.at);
        for read in event_reads(record, event) {
            self.add_read(read.fact, LogPosition { at: read.at, events: event.id.0 });
            let [before, _] = self.ends_of_tick(record.tick_start(read.at));
            self.add_read(read.fact, before);
        }
        for target in event_targets(record, event) {
            self.add_read(target, LogPosition { at: event.at, events: event.id.0 });
        }
        let Some(info) = record.scenario.events.get(event.kind.index()) else { return };
        let who = event.roles.first().copied().unwrap_or(AgentId::NONE);
        match info.origin {
            EventOrigin::Action(own) | EventOrigin::Refusal(own) => {
                let participants: Vec<AgentId> = info.participants(&event.roles).filter(|agent| agent.is_some()).collect();
                let action = &record.scenario.actions[own];
                if action.cooldown.is_some() {
                    self.add_read(
                        Fact::Happened(event.kind, who, AgentId::NONE),
                        LogPosition { at: event.at, events: event.id.0 },
                    );
                }
                self.follow_alternatives(own, &participants, begins);
                self.follow_earlier_actions(&participants, event);
            }
            EventOrigin::Trigger(index) => {
                let trigger = &record.scenario.triggers[index];
                if trigger.once || trigger.cooldown.is_some() {
                    self.add_read(
                        Fact::Happened(event.kind, who, AgentId::NONE),
                        LogPosition { at: event.at, events: event.id.0 },
                    );
                }
                if matches!(trigger.on, Activation::Becomes) {
                    self.follow_earlier_failure(trigger, event);
                }
            }
            EventOrigin::ActionStep(..) | EventOrigin::TriggerStep(..) | EventOrigin::Intervention(_) => {}
        }
    }

    /// Why the participants of an action took part in no other one in its tick.
    fn follow_alternatives(&mut self, own: usize, participants: &[AgentId], begins: Instant) {
        let record = self.record;
        for (index, action) in record.scenario.actions.iter().enumerate() {
            for &agent in record.named_agents() {
                let is_other = index != own || Some(&agent) != participants.first();
                let may_engage = participants.contains(&agent) || !action.roles.is_empty();
                if is_other && may_engage && self.applies_to(&action.by, agent) {
                    self.follow_not_happened(Rule::Action(index), agent, begins);
                }
            }
        }
    }

    /// Actions that take time, and so move all later decisions of those who took part.
    fn follow_earlier_actions(&mut self, participants: &[AgentId], event: &Event) {
        let record = self.record;
        if record.scenario.actions.iter().all(|action| action.takes.is_none()) {
            return;
        }
        for earlier in &record.chronicle.events()[..event.id.index()] {
            let Some(info) = record.scenario.events.get(earlier.kind.index()) else { continue };
            let EventOrigin::Action(action) = info.origin else { continue };
            let takes_time = record.scenario.actions[action].takes.is_some();
            if takes_time && info.participants(&earlier.roles).any(|agent| participants.contains(&agent)) {
                self.add_event(earlier.id);
            }
        }
    }

    /// Why the condition of a trigger did not hold before: at the last check, and at last since the trigger happened before.
    fn follow_earlier_failure(&mut self, trigger: &Trigger, event: &Event) {
        let record = self.record;
        let frame = EvalFrame::for_agent(event.roles.first().copied().unwrap_or(AgentId::NONE));
        let tick = record.scenario.tick_us;
        let own = |other: &&Event| other.kind == event.kind && other.roles.first() == event.roles.first();
        let earlier = record.chronicle.events()[..event.id.index()].iter().rev().find(own);
        let since = earlier.map_or(Instant::START, |earlier| earlier.at);
        let mut begins = Instant(record.tick_start(event.at).0 - tick);
        while begins >= self.since && !self.is_exhausted() {
            let [before, after] = self.ends_of_tick(begins);
            let views = [record.view_before_tick(begins), record.view_after_tick(begins)];
            let [first, second] = views.map(|view| self.judge(&trigger.when, &frame, &view));
            let failed = !(first.holds && second.holds);
            for (verdict, position) in [(first, before), (second, after)] {
                verdict.reads.into_iter().for_each(|fact| self.add_read(fact, position));
            }
            if failed || begins <= since {
                break;
            }
            begins = Instant(begins.0 - tick);
        }
        let Some(earlier) = earlier else { return };
        // A condition may have failed for less than a tick: then an event on its agent made it be noticed.
        for between in record.chronicle.events()[earlier.id.index() + 1..event.id.index()].iter().rev() {
            let position = LogPosition { at: between.at, events: between.id.0 + 1 };
            let verdict = self.judge(&trigger.when, &frame, &record.view_at_position(between.at, position));
            if !verdict.holds {
                verdict.reads.into_iter().for_each(|fact| self.add_read(fact, position));
                self.add_event(between.id);
                break;
            }
        }
    }

    /// Follows a fact as it was at a position.
    fn follow_fact(&mut self, fact: Fact, position: LogPosition) {
        let record = self.record;
        let (writer, since) = match fact {
            Fact::Happened(kind, a, b) => {
                let last = record.last_occurrence(kind, a, b, EventId(position.events));
                (last, last.and_then(|event| record.chronicle.event(event)).map(|event| event.at))
            }
            _ => {
                let is_before = |entry: &&HistoryEntry| {
                    entry.position <= position && entry.event.is_some_and(|writer| writer.0 < position.events)
                };
                let last = record.history.entries(fact).iter().rev().find(is_before);
                (last.and_then(|entry| entry.event), last.map(HistoryEntry::instant))
            }
        };
        writer.into_iter().for_each(|writer| self.add_event(writer));
        let tick = record.scenario.tick_us;
        let last = record.tick_start(position.at);
        let examined = self.examined.get(&(fact, writer)).map(|until| Instant(until.0 + tick));
        let mut begins = examined.unwrap_or_else(|| record.tick_start(since.unwrap_or(Instant::START))).max(self.since);
        if begins > last {
            return;
        }
        self.examined.insert((fact, writer), last);
        let changers = self.finder.changers(fact);
        let writers = self.rules_writing(fact);
        while begins <= last && !self.is_exhausted() {
            self.spend(changers.len() + writers.len());
            for (changer, agents) in &changers {
                agents.iter().for_each(|&agent| self.follow_process(*changer, fact, agent, begins));
            }
            for (rule, agent) in &writers {
                let delay = self.delay(*rule, *agent, begins);
                self.follow_not_happened(*rule, *agent, record.tick_start(Instant(begins.0 - delay)));
            }
            begins = Instant(begins.0 + tick);
        }
    }

    /// What a process or a routine read in a tick, if it was due.
    fn follow_process(&mut self, changer: Changer, fact: Fact, agent: AgentId, begins: Instant) {
        let record = self.record;
        let [before, _] = self.ends_of_tick(begins);
        if let Changer::Process(index) = changer {
            let process = &record.scenario.processes[index];
            let view = record.view_before_tick(begins);
            let previous = Instant(begins.0 - record.scenario.tick_us);
            let is_due = match &process.every {
                Timing::After(every) => {
                    let every = every.number(&view, &mut EvalFrame::default()).max(record.scenario.tick_us as f64 / 1e6);
                    let times_due = |at: Instant| (at.seconds() / every).floor();
                    times_due(begins) != times_due(previous)
                }
                Timing::At(recurrence) => recurrence.next_after(&record.scenario.calendar, previous) <= begins,
            };
            if begins == Instant::START || !is_due {
                return;
            }
            let own: Vec<&Expr> = process.when.iter().filter(|clause| clause.slot_mask() <= 1).collect();
            if let Some(reads) = self.failure(own.into_iter(), &EvalFrame::for_agent(agent), begins) {
                reads.into_iter().for_each(|fact| self.add_read(fact, before));
                return;
            }
        }
        let reads = super::fact_reads::process_reads(record, &record.view_before_tick(begins), changer, fact, agent);
        reads.into_iter().for_each(|fact| self.add_read(fact, before));
    }

    /// Why a rule did not happen for an agent in a tick. If it did, its events had an influence.
    fn follow_not_happened(&mut self, rule: Rule, agent: AgentId, begins: Instant) {
        if begins < self.since || !self.not_happened.insert((rule, agent, begins)) {
            return;
        }
        let happened: Vec<EventId> =
            self.events_in_tick(begins).filter(|event| self.is_of(event, rule, agent)).map(|event| event.id).collect();
        let any = !happened.is_empty();
        happened.into_iter().for_each(|event| self.add_event(event));
        match rule {
            Rule::Action(index) if !any => self.follow_unchosen(&self.record.scenario.actions[index], agent, begins),
            Rule::Action(_) => {}
            Rule::Trigger(index) => self.follow_unfired(&self.record.scenario.triggers[index], agent, begins),
        }
    }

    fn follow_unchosen(&mut self, action: &'a Action, agent: AgentId, begins: Instant) {
        let record = self.record;
        let frame = EvalFrame::for_agent(agent);
        let ends = self.ends_of_tick(begins);
        let own = action.when.iter().filter(|clause| clause.slot_mask() <= 1);
        let reads = match self.failure(own, &frame, begins) {
            Some(reads) => reads,
            None => {
                // Its conditions held: others were better, or those whom it needs were engaged.
                let engaged: Vec<EventId> = self.events_in_tick(begins).map(|event| event.id).collect();
                engaged.into_iter().for_each(|event| self.add_event(event));
                let mut reads = BTreeSet::new();
                for view in [record.view_before_tick(begins), record.view_after_tick(begins)] {
                    reads.extend(self.reads_of_bindings(action, agent, &view));
                }
                reads
            }
        };
        let occurrence = action.cooldown.is_some().then_some(Fact::Happened(action.event.kind, agent, AgentId::NONE));
        for fact in reads.into_iter().chain(occurrence) {
            ends.into_iter().for_each(|position| self.add_read(fact, position));
        }
    }

    /// Everything that an action reads with any of its bindings.
    fn reads_of_bindings(&self, action: &Action, agent: AgentId, view: &PastView<'_>) -> BTreeSet<Fact> {
        let tracing = TracingView::new(view);
        let mut frames = vec![EvalFrame::for_agent(agent)];
        let roles: Vec<&RoleBinding> = action.roles.iter().chain(&action.about).collect();
        let mut reads = BTreeSet::new();
        for (level, role) in roles.iter().enumerate() {
            let mut bound = Vec::new();
            for frame in &frames {
                role.set.for_each(&tracing, &mut frame.clone(), level + 1, &mut |frame| {
                    bound.push(*frame);
                    if bound.len() < MAX_BINDINGS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                });
            }
            reads.extend(self.possible_ties(&role.set.reads().ties, agent));
            frames = bound;
        }
        frames.push(EvalFrame::for_agent(agent));
        for frame in frames {
            let mut tracer = Tracer { view: TracingView::new(view), frame };
            tracer.all(&action.when);
            tracer.expr(&action.want);
            action.accept.iter().flatten().for_each(|accept| tracer.expr(accept));
            reads.extend(tracer.view.into_trace().into_iter().map(|(fact, _)| fact));
        }
        reads.extend(tracing.into_trace().into_iter().map(|(fact, _)| fact));
        self.spend(reads.len());
        reads
    }

    fn follow_unfired(&mut self, trigger: &'a Trigger, agent: AgentId, begins: Instant) {
        let record = self.record;
        let ends = self.ends_of_tick(begins);
        match &trigger.on {
            Activation::Event(kinds) | Activation::Sees(kinds) => {
                let is_seen = matches!(trigger.on, Activation::Sees(_));
                let activating: Vec<&Event> =
                    self.events_in_tick(begins).filter(|event| kinds.iter().any(|(kind, _)| *kind == event.kind)).collect();
                for event in activating {
                    let slots = kinds.iter().find(|(kind, _)| *kind == event.kind).map_or(&[][..], |(_, slots)| slots);
                    let mut frame = EvalFrame::for_agent(agent);
                    let role = |source: &usize| event.roles.get(*source).copied().unwrap_or(AgentId::NONE);
                    slots.iter().enumerate().skip(1).for_each(|(slot, source)| frame.set(slot, role(source)));
                    let position = LogPosition { at: event.at, events: event.id.0 + 1 };
                    let verdict = self.judge(&trigger.when, &frame, &record.view_at_position(event.at, position));
                    let failed = !verdict.holds && !self.judge(&trigger.when, &frame, &record.view_after_tick(begins)).holds;
                    verdict.reads.into_iter().for_each(|fact| self.add_read(fact, position));
                    if !failed || is_seen {
                        self.add_event(event.id);
                        for expr in trigger.chance.iter().chain(&trigger.when) {
                            let reads = self.verdict(expr, &frame, &record.view_at_position(event.at, position)).reads;
                            reads.into_iter().for_each(|fact| self.add_read(fact, position));
                        }
                    }
                }
                for (kind, _) in kinds {
                    for (rule, agent) in self.rules_making(*kind, AgentId::NONE) {
                        self.follow_not_happened(rule, agent, begins);
                    }
                }
            }
            on => {
                let frame = EvalFrame::for_agent(agent);
                let own = trigger.when.iter().filter(|clause| clause.slot_mask() <= 1);
                let reads = self.failure(own, &frame, begins).unwrap_or_else(|| {
                    let mut reads = BTreeSet::new();
                    for view in [record.view_before_tick(begins), record.view_after_tick(begins)] {
                        let clauses = trigger.when.iter().chain(&trigger.chance);
                        reads.extend(clauses.flat_map(|clause| self.verdict(clause, &frame, &view).reads));
                    }
                    let others = record.named_agents().iter().copied().filter(|&other| other != agent);
                    reads.extend(others.flat_map(|other| activation_facts(on, [agent, other, AgentId::NONE])));
                    reads
                });
                for fact in reads {
                    ends.into_iter().for_each(|position| self.add_read(fact, position));
                }
            }
        }
    }

    /// Of the conditions that hold neither at the start of a tick nor at its end: the facts that the one with the fewest read;
    /// none if all may have held.
    fn failure<'e>(&self, clauses: impl Iterator<Item = &'e Expr>, frame: &EvalFrame, begins: Instant) -> Option<BTreeSet<Fact>> {
        let views = [self.record.view_before_tick(begins), self.record.view_after_tick(begins)];
        let failed = clauses.filter_map(|clause| {
            let [before, after] = views.each_ref().map(|view| self.verdict(clause, frame, view));
            (!before.holds && !after.holds).then(|| before.reads.into_iter().chain(after.reads).collect::<BTreeSet<Fact>>())
        });
        failed.min_by_key(BTreeSet::len)
    }

    /// Judges conditions: the facts that the failed one with the fewest read, or those that all read.
    fn judge(&self, clauses: &[Expr], frame: &EvalFrame, view: &PastView<'_>) -> Verdict {
        let verdicts: Vec<Verdict> = clauses.iter().map(|clause| self.verdict(clause, frame, view)).collect();
        let holds = verdicts.iter().all(|verdict| verdict.holds);
        let failed = verdicts.iter().filter(|verdict| !verdict.holds).min_by_key(|verdict| verdict.reads.len());
        let reads = match failed {
            Some(failed) => failed.reads.clone(),
            None => verdicts.into_iter().flat_map(|verdict| verdict.reads).collect(),
        };
        Verdict { holds, reads }
    }

    fn verdict(&self, clause: &Expr, frame: &EvalFrame, view: &PastView<'_>) -> Verdict {
        let mut tracer = Tracer { view: TracingView::new(view), frame: *frame };
        tracer.expr(clause);
        let holds = clause.ty() != longhand_expr::Type::Switch || clause.truth(view, &mut frame.clone());
        let mut reads: BTreeSet<Fact> = tracer.view.into_trace().into_iter().map(|(fact, _)| fact).collect();
        reads.extend(self.possible_ties(&clause.reads().ties, frame.get(0)));
        self.spend(reads.len());
        Verdict { holds, reads }
    }

    /// The ties that an agent might have: one that does not hold is read by no evaluation of a set.
    fn possible_ties(&self, ties: &[longhand_expr::ids::TieId], agent: AgentId) -> Vec<Fact> {
        let others = self.record.named_agents().iter().filter(|&&other| other != agent);
        let pairs = others.flat_map(|&other| [(agent, other), (other, agent)]);
        pairs.flat_map(|(from, to)| ties.iter().map(move |&tie| Fact::World(WorldFact::Tie(from, to, tie)))).collect()
    }

    /// The rules that may write a fact, each with an agent for whom they may do so.
    fn rules_writing(&self, fact: Fact) -> Vec<(Rule, AgentId)> {
        if let Fact::Happened(kind, a, _) = fact {
            return self.rules_making(kind, a);
        }
        let scenario = self.record.scenario;
        let mut rules = Vec::new();
        let mut add = |rule: Rule, by: &[AgentSelector], effects: &mut dyn Iterator<Item = &longhand_expr::Effect>| {
            let Some(own) = effects.filter_map(|effect| may_write(effect, fact)).reduce(|a, b| a && b) else { return };
            let agents = self.record.named_agents().iter().copied();
            let agents = agents.filter(|&agent| (!own || agent == fact.subject()) && self.applies_to(by, agent));
            rules.extend(agents.map(|agent| (rule, agent)));
        };
        for (index, action) in scenario.actions.iter().enumerate() {
            add(Rule::Action(index), &action.by, &mut action.event_specs().flat_map(|spec| &spec.does));
        }
        for (index, trigger) in scenario.triggers.iter().enumerate() {
            add(Rule::Trigger(index), &trigger.by, &mut trigger.event_specs().flat_map(|spec| &spec.does));
        }
        rules
    }

    /// The rule that makes events of a kind, with each agent for whom it does; only with `who` if it is one.
    fn rules_making(&self, kind: EventKind, who: AgentId) -> Vec<(Rule, AgentId)> {
        let scenario = self.record.scenario;
        let (rule, by) = match scenario.events.get(kind.index()).map(|info| info.origin) {
            Some(EventOrigin::Action(index) | EventOrigin::Refusal(index) | EventOrigin::ActionStep(index, ..)) => {
                (Rule::Action(index), &scenario.actions[index].by)
            }
            Some(EventOrigin::Trigger(index) | EventOrigin::TriggerStep(index, ..)) => {
                (Rule::Trigger(index), &scenario.triggers[index].by)
            }
            _ => return Vec::new(),
        };
        let agents = self.record.named_agents().iter().copied();
        let agents = agents.filter(|&agent| (!who.is_some() || agent == who) && self.applies_to(by, agent));
        agents.map(|agent| (rule, agent)).collect()
    }

    /// Whether a rule applies to an agent; one without `by` may apply to any.
    fn applies_to(&self, by: &[AgentSelector], agent: AgentId) -> bool {
        by.is_empty()
            || by.iter().any(|who| match who {
                AgentSelector::Agent(named) => *named == agent,
                AgentSelector::Kind(kind) => self.record.kind_of(agent) == Some(*kind),
            })
    }

    /// Microseconds from the decision of a rule to its last event.
    fn delay(&self, rule: Rule, agent: AgentId, begins: Instant) -> i64 {
        let scenario = self.record.scenario;
        let (after, steps) = match rule {
            Rule::Action(index) => (None, &scenario.actions[index].steps),
            Rule::Trigger(index) => (scenario.triggers[index].after.as_ref(), &scenario.triggers[index].steps),
        };
        let delays = after.into_iter().chain(steps.iter().filter_map(|step| step.after.as_ref()));
        let view = self.record.view_before_tick(begins);
        let seconds: f64 = delays.map(|delay| delay.number(&view, &mut EvalFrame::for_agent(agent)).max(0.0)).sum();
        Instant::from_seconds(seconds).0
    }

    fn events_in_tick(&self, begins: Instant) -> impl Iterator<Item = &'a Event> + use<'a> {
        let [before, after] = self.ends_of_tick(begins).map(|position| position.events as usize);
        self.record.chronicle.events()[before..after].iter()
    }

    fn is_of(&self, event: &Event, rule: Rule, agent: AgentId) -> bool {
        let origin = self.record.scenario.events.get(event.kind.index()).map(|info| info.origin);
        let of = match origin {
            Some(EventOrigin::Action(index) | EventOrigin::Refusal(index) | EventOrigin::ActionStep(index, ..)) => {
                Some(Rule::Action(index))
            }
            Some(EventOrigin::Trigger(index) | EventOrigin::TriggerStep(index, ..)) => Some(Rule::Trigger(index)),
            _ => None,
        };
        of == Some(rule) && event.roles.first() == Some(&agent)
    }
}
