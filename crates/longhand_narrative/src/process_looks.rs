//! What the processes of a run read, and when.
//!
//! A process is applied to its agents whenever it is due, and leaves no event. What it read is found by evaluating it again over the
//! history of facts, once for each agent and each instant at which it may read something else than before (a *look*), whatever the number
//! of facts that are asked about. Between two looks, nothing that it depends on was written, so it read the same facts with the same
//! writers. A process that depends on the clock or on draws is looked at each time it is due.

use super::cause_finder::Changer;
use super::fact_reads::{Tracer, may_write};
use super::recorded_run::{PastView, RecordedRun};
use longhand_chronicle::LogPosition;
use longhand_expr::ids::{AgentField, AgentId, Fact, Instant, WorldFact};
use longhand_expr::{AssignTarget, Effect, EvalContext, EvalFrame, Expr, ReadSet, TracingView};
use longhand_scene::{AgentSelector, Process, Timing};
use smallvec::SmallVec;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::rc::Rc;

/// The most facts that are read again in one search. It bounds the time of a search to some seconds.
const MAX_READS: usize = 20_000_000;
/// Most repeats of a process for one agent at once, as in a run.
const MAX_TIMES: f64 = 10_000.0;

/// The facts that were read, each with the first and the last instant at which it was.
pub(super) type FactsRead = BTreeMap<Fact, (Instant, Instant)>;

type RoutineReads = BTreeMap<(AgentId, Instant), Rc<[Fact]>>;

/// Finds what processes and routines read. Looks are kept, so that many questions about a run cost little more than one.
#[derive(Debug)]
pub(super) struct ProcessLooks<'a> {
    record: &'a RecordedRun<'a>,
    plans: Vec<OnceCell<Plan>>,
    writes: OnceCell<WriteInstants>,
    /// By process, agent, and position in the plan.
    looks: RefCell<BTreeMap<(usize, AgentId, usize), Rc<Look<'a>>>>,
    /// By agent and start of the tick.
    routines: RefCell<RoutineReads>,
    reads_left: Cell<usize>,
    /// Whether a process is looked at each time it is due, for comparison.
    looks_each_time: bool,
}

/// When a process was due, and when it may have read something new.
#[derive(Debug)]
struct Plan {
    /// The start of each tick in which it was applied; ascending.
    due: Vec<Instant>,
    /// By position in `due`: the first position from there on at which something was written that it may depend on.
    next_fresh: Vec<usize>,
    /// Whether its effects depend on nothing but facts. Otherwise they may read others each time.
    has_steady_effects: bool,
    /// Whether it is applied after the events of its tick.
    is_of_oses: bool,
}

/// What a process read for an agent in a tick.
#[derive(Debug, Default)]
struct Look<'a> {
    /// In conditions and sets.
    reads: Vec<Fact>,
    effects: Vec<EffectReads<'a>>,
    is_applied: bool,
}

/// What one effect read.
#[derive(Debug)]
struct EffectReads<'a> {
    effect: &'a Effect,
    /// What it wrote; empty if that is not known exactly.
    targets: SmallVec<[Fact; 2]>,
    /// Its own reads, and those of the conditions and sets around it.
    reads: SmallVec<[Rc<[Fact]>; 2]>,
}

/// The instants at which facts of each sort were written, by events or without; ascending.
#[derive(Debug, Default)]
struct WriteInstants {
    attrs: BTreeMap<usize, Vec<Instant>>,
    dims: BTreeMap<usize, Vec<Instant>>,
    ties: BTreeMap<usize, Vec<Instant>>,
    fields: BTreeMap<AgentField, Vec<Instant>>,
    places: Vec<Instant>,
}

impl<'a> ProcessLooks<'a> {
    pub(super) fn new(record: &'a RecordedRun<'a>) -> Self {
        Self {
            record,
            plans: record.scenario.processes.iter().map(|_| OnceCell::new()).collect(),
            writes: OnceCell::new(),
            looks: RefCell::default(),
            routines: RefCell::default(),
            reads_left: Cell::new(MAX_READS),
            looks_each_time: false,
        }
    }

    #[cfg(test)]
    fn looking_each_time(record: &'a RecordedRun<'a>) -> Self {
        Self { looks_each_time: true, ..Self::new(record) }
    }

    /// Whether so much had to be read again that a search ended early.
    pub(super) fn is_exhausted(&self) -> bool {
        self.reads_left.get() == 0
    }

    fn spend(&self, reads: usize) {
        self.reads_left.set(self.reads_left.get().saturating_sub(reads + 1));
    }

    /// The facts that a process or a routine read where it may have changed a fact, for these agents, after one instant and until another.
    pub(super) fn reads_within(
        &self,
        changer: Changer,
        changed: Fact,
        agents: &[AgentId],
        since: Instant,
        until: Instant,
    ) -> FactsRead {
        let mut facts = FactsRead::new();
        match changer {
            Changer::Process(index) => {
                for &agent in agents {
                    self.add_reads_of_process(index, changed, agent, (since, until), &mut facts);
                }
            }
            Changer::Routine => agents.iter().for_each(|&agent| self.add_reads_of_routine(changed, agent, until, &mut facts)),
            Changer::Drift => {}
        }
        // The changed fact is not a cause of itself: its own earlier value was written by the event that the period begins with.
        facts.remove(&changed);
        facts
    }

    fn add_reads_of_process(
        &self,
        index: usize,
        changed: Fact,
        agent: AgentId,
        (since, until): (Instant, Instant),
        facts: &mut FactsRead,
    ) {
        let plan = self.plan(index);
        let applied_at = |begins: Instant| Instant(begins.0 + if plan.is_of_oses { self.record.scenario.tick_us - 1 } else { 0 });
        let start = plan.due.partition_point(|&begins| applied_at(begins) <= since);
        let end = plan.due.partition_point(|&begins| begins <= until);
        let mut position = start;
        while position < end && !self.is_exhausted() {
            let look = self.look(index, agent, position);
            let next = match look.is_applied && !plan.has_steady_effects {
                true => position + 1,
                false => plan.next_fresh.get(position + 1).map_or(end, |&next| next.min(end)),
            };
            // Until the next look, it read the same.
            let (first, last) = (applied_at(plan.due[position]), applied_at(plan.due[next - 1]));
            let of_effects =
                look.effects.iter().filter(|effect| effect.may_have_written(changed)).flat_map(|effect| &effect.reads);
            for &fact in look.reads.iter().chain(of_effects.flat_map(|reads| &**reads)) {
                let (earliest, latest) = facts.entry(fact).or_insert((first, last));
                (*earliest, *latest) = ((*earliest).min(first), (*latest).max(last));
            }
            position = next;
        }
    }

    /// A routine places its agent anew in each tick, so only what it read since the last change of place counts.
    fn add_reads_of_routine(&self, changed: Fact, agent: AgentId, until: Instant, facts: &mut FactsRead) {
        let placed = self.record.history.last_entry(changed, LogPosition::end_of(until));
        let since = placed.map_or(Instant::START, longhand_chronicle::HistoryEntry::instant);
        let mut begins = self.record.tick_start(since);
        while begins <= until && !self.is_exhausted() {
            let reads = self.routines.borrow().get(&(agent, begins)).cloned();
            let reads = reads.unwrap_or_else(|| {
                let reads: Rc<[Fact]> = self.routine_reads(agent, begins).into();
                self.spend(reads.len());
                self.routines.borrow_mut().insert((agent, begins), reads.clone());
                reads
            });
            for &fact in &*reads {
                facts.entry(fact).or_insert((begins, begins)).1 = begins;
            }
            begins = Instant(begins.0 + self.record.scenario.tick_us);
        }
    }

    fn routine_reads(&self, agent: AgentId, begins: Instant) -> Vec<Fact> {
        let view = self.record.view_before_tick(begins);
        let mut tracer = Tracer { view: TracingView::new(&view), frame: EvalFrame::for_agent(agent) };
        let kind = &self.record.scenario.kinds[view.kind(agent).index()];
        for (when, place) in &kind.routine {
            if when.truth(&tracer.view, &mut tracer.frame) {
                tracer.expr(place);
                break;
            }
        }
        tracer.view.into_trace().into_iter().map(|(fact, _)| fact).collect()
    }

    fn look(&self, index: usize, agent: AgentId, position: usize) -> Rc<Look<'a>> {
        let key = (index, agent, position);
        if let Some(look) = self.looks.borrow().get(&key) {
            return look.clone();
        }
        let plan = self.plan(index);
        let begins = plan.due[position];
        let process = &self.record.scenario.processes[index];
        let mut look = Look::default();
        if plan.is_of_oses {
            look.add(process, agent, begins, &|_| self.record.view_after_tick(begins));
        } else {
            // A process of columns saw what was recorded at the start of its tick; one of single agents is recorded there itself.
            look.add(process, agent, begins, &|now| self.record.view_before_processes(begins, now));
            look.add(process, agent, begins, &|now| self.record.view_after_processes(begins, now));
        }
        let effects = look.effects.iter().flat_map(|effect| &effect.reads).map(|reads| reads.len()).sum::<usize>();
        self.spend(look.reads.len() + effects);
        let look = Rc::new(look);
        self.looks.borrow_mut().insert(key, look.clone());
        look
    }

    fn plan(&self, index: usize) -> &Plan {
        self.plans[index].get_or_init(|| {
            let scenario = self.record.scenario;
            let process = &scenario.processes[index];
            let due = self.due(process);
            let mut conditions = ReadSet::default();
            process.when.iter().chain(&process.times).for_each(|expr| conditions.merge(&expr.reads()));
            process.about.iter().for_each(|role| conditions.merge(&role.set.reads()));
            let mut effects = ReadSet::default();
            process.does.iter().for_each(|effect| effects.merge(&effect.reads()));
            let (of_conditions, of_effects) = (self.writes_of(&conditions), self.writes_of(&effects));
            let written = |lists: &Option<Vec<&[Instant]>>, from: Instant, to: Instant| {
                lists.as_ref().is_some_and(|lists| lists.iter().any(|list| has_between(list, from, to)))
            };
            let mut next_fresh = vec![due.len(); due.len()];
            for position in (0..due.len()).rev() {
                let before = position.checked_sub(1).map_or(Instant::START, |before| due[before]);
                // The writes of an OS's own tick come before it.
                let until = Instant(due[position].0 + scenario.tick_us);
                let is_fresh = self.looks_each_time
                    || of_conditions.is_none()
                    || written(&of_conditions, before, until)
                    || written(&of_effects, before, until);
                next_fresh[position] =
                    if is_fresh { position } else { next_fresh.get(position + 1).copied().unwrap_or(due.len()) };
            }
            let is_os = |kind: longhand_expr::ids::KindId| scenario.kinds[kind.index()].os;
            let is_of_oses = process.by.iter().all(|who| match who {
                AgentSelector::Kind(kind) => is_os(*kind),
                AgentSelector::Agent(agent) => is_os(scenario.cast[agent.index()].kind),
            });
            Plan { due, next_fresh, has_steady_effects: of_effects.is_some(), is_of_oses }
        })
    }

    /// The start of each tick in which a process was applied, as the run schedules it: for the first time at the end of its first interval.
    fn due(&self, process: &Process) -> Vec<Instant> {
        let scenario = self.record.scenario;
        let tick = scenario.tick_us;
        let end = self.record.chronicle.events().last().map_or(Instant::START, |event| event.at);
        let mut begins = Instant::START;
        let mut due = Instant::START;
        let mut ticks = Vec::new();
        loop {
            due = match &process.every {
                Timing::At(recurrence) => recurrence.next_after(&scenario.calendar, begins),
                Timing::After(every) => {
                    let seconds = every.number(&self.record.view_before_tick(begins), &mut EvalFrame::default());
                    due.add_seconds(seconds.max(tick as f64 / 1e6))
                }
            };
            let next = Instant(due.0.div_euclid(tick) * tick + if due.0.rem_euclid(tick) > 0 { tick } else { 0 });
            begins = next.max(Instant(begins.0 + tick));
            if begins > end {
                return ticks;
            }
            ticks.push(begins);
        }
    }

    /// The instants at which something was written that these reads depend on; none if they depend on more than facts whose writes are
    /// known: the clock, draws, what decays.
    fn writes_of(&self, reads: &ReadSet) -> Option<Vec<&[Instant]>> {
        let scenario = self.record.scenario;
        let decays = reads.dims.iter().any(|dim| scenario.dims[dim.index()].half_life.is_some());
        let others = reads.clock || reads.draws || reads.ages || reads.topics || reads.gain || reads.beliefs || reads.sources;
        let lists = [reads.occurrences.is_empty(), reads.tie_durations.is_empty(), reads.past_ties.is_empty()];
        let minds = [reads.memories.is_empty(), reads.emotions.is_empty(), reads.values.is_empty()];
        let is_unsteady = |field: &AgentField| !matches!(field, AgentField::Present | AgentField::Gone | AgentField::Dead);
        if decays
            || others
            || reads.owners
            || !lists.iter().chain(&minds).all(|is_empty| *is_empty)
            || reads.fields.iter().any(is_unsteady)
        {
            return None;
        }
        let writes = self.writes.get_or_init(|| WriteInstants::of(self.record));
        let mut found: Vec<&[Instant]> = Vec::new();
        found.extend(reads.attrs.iter().filter_map(|attr| writes.attrs.get(&attr.index())).map(Vec::as_slice));
        found.extend(reads.dims.iter().filter_map(|dim| writes.dims.get(&dim.index())).map(Vec::as_slice));
        found.extend(reads.ties.iter().filter_map(|tie| writes.ties.get(&tie.index())).map(Vec::as_slice));
        // Who comes or goes changes every set.
        let presence = [AgentField::Present, AgentField::Gone, AgentField::Dead, AgentField::Kind];
        found.extend(presence.iter().filter_map(|field| writes.fields.get(field)).map(Vec::as_slice));
        found.extend(reads.places.then_some(writes.places.as_slice()));
        Some(found)
    }
}

impl<'a> Look<'a> {
    /// Adds what a process read in one view of its tick. `view` gives it at an instant, which repeats of the process have of their own.
    fn add(&mut self, process: &'a Process, agent: AgentId, begins: Instant, view: &dyn Fn(Instant) -> PastView<'a>) {
        let now = view(begins);
        let is_meant = process.by.iter().any(|who| match who {
            AgentSelector::Agent(named) => *named == agent,
            AgentSelector::Kind(kind) => now.kind(agent) == *kind,
        });
        if !is_meant || now.field(agent, AgentField::Present) == 0.0 {
            return;
        }
        let mut tracer = Tracer { view: TracingView::new(&now), frame: EvalFrame::for_agent(agent) };
        let is_own = |clause: &&Expr| clause.slot_mask() <= 1;
        let mut holds = true;
        for clause in process.when.iter().filter(is_own) {
            holds &= clause.truth(&tracer.view, &mut tracer.frame);
        }
        let times = match &process.times {
            Some(times) if holds => times.number(&tracer.view, &mut tracer.frame).ceil().clamp(0.0, MAX_TIMES),
            _ => 1.0,
        };
        self.add_reads(&tracer);
        if !holds {
            return;
        }
        for repeat in 0..times as i64 {
            // Each repeat has its own instant, and so its own draws.
            let later = (repeat > 0).then(|| view(Instant(begins.0 + repeat * 1_000)));
            self.add_repeat(process, agent, later.as_ref().unwrap_or(&now));
        }
    }

    fn add_repeat(&mut self, process: &'a Process, agent: AgentId, view: &PastView<'_>) {
        let mut tracer = Tracer { view: TracingView::new(view), frame: EvalFrame::for_agent(agent) };
        if !tracer.bind(&process.about) {
            self.add_reads(&tracer);
            return;
        }
        let mut holds = true;
        for clause in process.when.iter().filter(|clause| clause.slot_mask() > 1) {
            holds &= clause.truth(&tracer.view, &mut tracer.frame);
        }
        self.add_reads(&tracer);
        if holds {
            self.is_applied = true;
            process.does.iter().for_each(|effect| self.add_effect(effect, &mut tracer, &SmallVec::new()));
        }
    }

    fn add_reads(&mut self, tracer: &Tracer<'_, '_>) {
        for (fact, _) in tracer.view.take_trace() {
            if !self.reads.contains(&fact) {
                self.reads.push(fact);
            }
        }
    }

    fn add_effect(&mut self, effect: &'a Effect, tracer: &mut Tracer<'_, '_>, around: &SmallVec<[Rc<[Fact]>; 2]>) {
        let with_trace = |tracer: &Tracer<'_, '_>| {
            let mut reads = around.clone();
            let trace: Rc<[Fact]> = tracer.view.take_trace().into_iter().map(|(fact, _)| fact).collect();
            reads.extend((!trace.is_empty()).then_some(trace));
            reads
        };
        match effect {
            Effect::If { condition, then } => {
                let holds = condition.truth(&tracer.view, &mut tracer.frame);
                let reads = with_trace(tracer);
                if holds {
                    self.add_effect(then, tracer, &reads);
                } else {
                    self.effects.push(EffectReads { effect: then, targets: SmallVec::new(), reads });
                }
            }
            Effect::For { set, slot, each } => {
                let mut members = Vec::new();
                set.for_each(&tracer.view, &mut tracer.frame, *slot, &mut |frame| {
                    members.push(frame.get(*slot));
                    ControlFlow::Continue(())
                });
                let reads = with_trace(tracer);
                for member in members {
                    tracer.frame.set(*slot, member);
                    self.add_effect(each, tracer, &reads);
                }
                tracer.frame.set(*slot, AgentId::NONE);
            }
            _ => {
                let targets = exact_targets(effect, tracer);
                // Only what the value depends on was read, not the names of the target.
                tracer.view.take_trace();
                tracer.effect(effect);
                let reads = with_trace(tracer);
                self.effects.push(EffectReads { effect, targets, reads });
            }
        }
    }
}

/// The facts that an effect on attributes, bonds and ties writes; empty for others.
fn exact_targets(effect: &Effect, tracer: &mut Tracer<'_, '_>) -> SmallVec<[Fact; 2]> {
    match effect {
        Effect::Assign { target: AssignTarget::Attr(..) | AssignTarget::Dim(..), .. }
        | Effect::Toward { .. }
        | Effect::Begin { .. }
        | Effect::End { .. } => {
            let mut targets = Vec::new();
            tracer.add_targets(effect, &mut targets);
            targets.into()
        }
        _ => SmallVec::new(),
    }
}

impl EffectReads<'_> {
    fn may_have_written(&self, fact: Fact) -> bool {
        // The past of a tie is written with the tie.
        let written = match fact {
            Fact::PastTie(from, to, tie) => Fact::World(WorldFact::Tie(from, to, tie)),
            fact => fact,
        };
        may_write(self.effect, fact).is_some() && (self.targets.is_empty() || self.targets.contains(&written))
    }
}

impl WriteInstants {
    fn of(record: &RecordedRun<'_>) -> Self {
        let mut writes = Self::default();
        for fact in record.history.facts() {
            let list = match fact {
                Fact::World(WorldFact::Attr(_, attr)) => writes.attrs.entry(attr.index()).or_default(),
                Fact::World(WorldFact::Dim(.., dim)) => writes.dims.entry(dim.index()).or_default(),
                Fact::World(WorldFact::Tie(.., tie)) => writes.ties.entry(tie.index()).or_default(),
                Fact::Field(_, field) => writes.fields.entry(field).or_default(),
                Fact::World(WorldFact::Place(_)) => &mut writes.places,
                _ => continue,
            };
            list.extend(record.history.entries(fact).iter().map(longhand_chronicle::HistoryEntry::instant));
        }
        let lists = writes.attrs.values_mut().chain(writes.dims.values_mut()).chain(writes.ties.values_mut());
        for list in lists.chain(writes.fields.values_mut()).chain([&mut writes.places]) {
            list.sort_unstable();
            list.dedup();
        }
        writes
    }
}

/// Whether an ascending list has an instant in a closed period.
fn has_between(list: &[Instant], from: Instant, to: Instant) -> bool {
    list.get(list.partition_point(|&at| at < from)).is_some_and(|&at| at <= to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load_text;
    use longhand_sim::{SimOptions, Simulation};
    use std::sync::Arc;

    /// Processes on conditions, ties, pairs, the clock, draws and each other.
    const TOWN: &str = r#"Scene(
        starts: "2025-01-01", ends: "2025-03-01", tick: "2h",
        kinds: [Kind(id: "human", wakes: "6h")],
        attributes: [
            Attribute(id: "health", start: 0.8), Attribute(id: "grief"), Attribute(id: "ill", switch: true), Attribute(id: "met", switch: true),
            Attribute(id: "fame"), Attribute(id: "purse", start: 0.5, rest: 0.3, half_life: "9d"),
        ],
        bonds: [Dimension(id: "affection", half_life: "20d"), Dimension(id: "fit", range: (-1, 1))],
        ties: [Tie(id: "friends", mutual: true)],
        places: [Place(id: "inn"), Place(id: "mill")],
        cast: [
            Member(id: "ann", kind: "human", home: "inn", toward: [Toward(to: "ben", ties: ["friends"], bond: {"affection": 0.4})]),
            Member(id: "ben", kind: "human", home: "inn"),
            Member(id: "cleo", kind: "human", home: "mill"),
            Member(id: "dan", kind: "human", home: "mill"),
        ],
        actions: [
            Action(id: "befriend", by: ["human"], roles: {"other": "agents(human) where it != self and not friends(self, it)"}, when: "chance(0.1)",
                want: "1 + fit(self, other)", cooldown: "3d", does: ["begin friends(self, other)", "affection(self, other) += 0.2"]),
            Action(id: "quarrel", by: ["human"], roles: {"other": "ties(self, friends)"}, when: "chance(0.1)", want: "1 - self.health",
                cooldown: "2d", does: ["end friends(self, other)", "other.health -= 0.1", "self.grief += 0.2"]),
            Action(id: "dine", by: ["human"], when: "self.fame > 0.1 and chance(0.2)", want: "0.8", does: ["self goes to inn"]),
        ],
        triggers: [
            Trigger(id: "falls_ill", by: ["human"], when: "self.health < 0.5", does: ["self.ill = true"]),
            Trigger(id: "recovers", by: ["human"], when: "self.health > 0.7", does: ["self.ill = false"]),
            Trigger(id: "dies", by: ["dan"], when: "elapsed > 40d", once: true, does: ["self dies"]),
        ],
        processes: [
            Process(id: "meet", by: ["human"], every: "2h", when: "not self.met",
                does: ["self.met = true", "for v in agents(human) where v != self: fit(self, v) = normal(if friends(self, v) then 0.3 else 0, 0.3)"]),
            Process(id: "ails", by: ["human"], every: "1d", when: "self.ill", does: ["self.health -= 0.02 + 0.02 * self.grief"]),
            Process(id: "mends", by: ["human"], every: "1d", when: "not self.ill", does: ["self.health += 0.01"]),
            Process(id: "repute", by: ["human"], every: "5d", does: ["self.fame toward mean(v in ties_to(self, friends): affection(v, self)) by 0.2"]),
            Process(id: "earns", by: ["human"], every: "6h", when: "hour >= 8 and at(self, mill)", does: ["if self.health > 0.4: self.purse += 0.01"]),
            Process(id: "shares", by: ["human"], every: "3d", about: {"friend": "pick(ties(self, friends))"}, when: "friend.grief > 0.1",
                does: ["friend.grief -= 0.05 * self.purse"]),
        ],
    )"#;

    #[test]
    fn looking_only_where_something_was_written_finds_what_looking_each_time_does() {
        let scenario = Arc::new(load_text("town.ron", &[("town.ron", TOWN)], &[]).expect("the scene is valid").scenario);
        let mut run = Simulation::new(scenario.clone(), SimOptions::default());
        while run.step() {}
        let record = RecordedRun::new(&scenario, run.chronicle(), SimOptions::default().seed);
        let (sparse, dense) = (ProcessLooks::new(&record), ProcessLooks::looking_each_time(&record));
        let agents = record.named_agents().to_vec();
        let end = run.chronicle().events().last().expect("something happens").at;
        let (mut compared, mut read) = (0, 0);
        for fact in record.history.facts() {
            for (since, until) in [(0.0, 1.0), (0.3, 0.6), (0.5, 0.55)].map(|period: (f64, f64)| {
                let at = |share: f64| record.tick_start(Instant((end.0 as f64 * share) as i64));
                (at(period.0), at(period.1))
            }) {
                for index in 0..scenario.processes.len() {
                    let changer = Changer::Process(index);
                    if scenario.processes[index].does.iter().all(|effect| may_write(effect, fact).is_none()) {
                        continue;
                    }
                    let [found, all] = [&sparse, &dense].map(|looks| looks.reads_within(changer, fact, &agents, since, until));
                    assert_eq!(found, all, "{}: {fact:?} from {since:?} to {until:?}", scenario.processes[index].id);
                    compared += 1;
                    read += found.len();
                }
            }
        }
        assert!(compared > 60 && read > 300, "{compared} periods, {read} facts read");
        let spent = |looks: &ProcessLooks<'_>| MAX_READS - looks.reads_left.get();
        assert!(spent(&sparse) < spent(&dense), "{} of {} reads", spent(&sparse), spent(&dense));
    }
}
