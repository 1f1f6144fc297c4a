//! A recorded run over which expressions can be evaluated at any instant, as they are over a running simulation.
//!
//! Nothing is simulated again. Facts come from the [`History`], draws from the seed, occurrences from the events. A chronicle
//! holds only sums of the crowd; [`RecordedRun::missing_data`] reports in advance what an expression reads that is not recorded.

use super::grammar::digits;
use longhand_chronicle::{Chronicle, Event, History, LogPosition, SymbolTable};
use longhand_expr::ids::{
    AgentField, AgentId, AppointmentId, AttrId, DimId, Emotion, EventId, EventKind, EventValueId, Fact, Instant, IntentionId,
    KindId, ParamId, PlaceId, ReasonId, TieId, WorldFact,
};
use longhand_expr::{AppointmentTime, Calendar, EvalContext, EvalFrame, OccurrenceQuery, OccurrenceStats, ReadSet, Spot};
use longhand_scene::{EventOrigin, RecordDetail, Scenario};
use longhand_sim::world::{AgentKey, DrawKey, Draws, LOT, topic_key};
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// A run, finished or not, with its scene.
#[derive(Debug)]
pub struct RecordedRun<'a> {
    /// The scene.
    pub scenario: &'a Scenario,
    /// The event log.
    pub chronicle: &'a Chronicle,
    /// Every fact over time.
    pub history: History,
    draws: Draws,
    /// The occurrences that expressions query: the events in order, by kind, `self` and another agent.
    occurrences: BTreeMap<(EventKind, AgentId, AgentId), Vec<Occurrence>>,
    /// The agents known by name, ascending.
    named_agents: Vec<AgentId>,
    /// By tie and agent: the others to whom it has ever been tied, or they to it, ascending.
    partners: BTreeMap<(TieId, AgentId), Vec<AgentId>>,
    /// By agent: when an action began to keep it busy, ascending, and until when that and the earlier actions do.
    busy: BTreeMap<AgentId, Vec<(Instant, Instant)>>,
}

/// An event, and the earliest and latest instant of it and those recorded before it. Events of one tick are not recorded in the
/// order of their instants.
#[derive(Debug)]
struct Occurrence {
    id: EventId,
    first: Instant,
    last: Instant,
}

impl<'a> RecordedRun<'a> {
    /// Indexes the chronicle of a run with that scene and seed.
    #[must_use]
    pub fn new(scenario: &'a Scenario, chronicle: &'a Chronicle, seed: u64) -> Self {
        let history = History::from_chronicle(chronicle, &SymbolTable::from_scenario(scenario));
        let named_agents = named_agents(scenario, chronicle);
        let mut record = Self {
            scenario,
            chronicle,
            partners: index_partners(&history, &named_agents),
            history,
            draws: Draws::new(seed),
            occurrences: index_occurrences(scenario, chronicle),
            named_agents,
            busy: BTreeMap::new(),
        };
        record.busy = record.busy_intervals();
        record
    }

    /// The world as the matcher saw it when it observed an event: at the end of the tick of the event.
    #[must_use]
    pub fn view_at_event(&self, event: EventId) -> PastView<'_> {
        let at = self.history.position_of(event).map_or(Instant::START, |position| position.at);
        self.view_after_tick(self.tick_start(at))
    }

    /// The agent that began an event, if its state is not recorded.
    #[must_use]
    pub fn unrecorded_initiator(&self, event: &Event) -> Option<AgentId> {
        let initiator = event.roles.first().copied().filter(|initiator| initiator.is_some())?;
        (!self.view_at_event(event.id).is_recorded(initiator)).then_some(initiator)
    }

    /// The start of the tick that contains an instant.
    #[must_use]
    pub fn tick_start(&self, at: Instant) -> Instant {
        Instant(at.0.max(0).div_euclid(self.scenario.tick_us) * self.scenario.tick_us)
    }

    /// The world after the tick that starts at `begins`.
    #[must_use]
    pub fn view_after_tick(&self, begins: Instant) -> PastView<'_> {
        let ends = Instant(begins.0 + self.scenario.tick_us);
        let events = self.history.event_count_until(Instant(ends.0 - 1));
        self.view_at(begins, LogPosition { at: ends, events: EventId::from_index(events).0 }, Instant(ends.0 - 1))
    }

    /// The world on which agents decided in the tick that starts at `begins`: before its events.
    #[must_use]
    pub fn view_before_tick(&self, begins: Instant) -> PastView<'_> {
        let events = self.history.event_count_until(Instant(begins.0 - 1));
        self.view_at(begins, LogPosition { at: begins, events: EventId::from_index(events).0 }, begins)
    }

    /// The world before the processes of the tick that starts at `begins`, without anything that is recorded at that instant itself; as it
    /// is at `now` for the clock and draws.
    pub(super) fn view_before_processes(&self, begins: Instant, now: Instant) -> PastView<'_> {
        let before = Instant(begins.0 - 1);
        let events = self.history.event_count_until(before);
        self.view_at(now, LogPosition { at: before, events: EventId::from_index(events).0 }, begins)
    }

    /// The world after the processes of the tick that starts at `begins`, and before its events.
    pub(super) fn view_after_processes(&self, begins: Instant, now: Instant) -> PastView<'_> {
        PastView { now, ..self.view_before_tick(begins) }
    }

    /// The world at a position of the log.
    pub(super) fn view_at_position(&self, now: Instant, position: LogPosition) -> PastView<'_> {
        self.view_at(now, position, now)
    }

    /// The kind of an agent of the cast, or of another one that is known by name.
    pub(super) fn kind_of(&self, agent: AgentId) -> Option<KindId> {
        let member = self.scenario.cast.get(agent.index()).map(|member| member.kind);
        member.or_else(|| self.chronicle.agents.get(agent).map(|person| person.kind))
    }

    /// The agents known by name, ascending.
    pub(super) fn named_agents(&self) -> &[AgentId] {
        &self.named_agents
    }

    /// A fact as it is recorded.
    pub(super) fn canonical(&self, fact: Fact) -> Fact {
        match fact {
            Fact::Belief(holder, known) => Fact::Belief(holder, self.scenario.canonical_fact(known)),
            Fact::Source(holder, known) => Fact::Source(holder, self.scenario.canonical_fact(known)),
            Fact::Confidence(holder, known) => Fact::Confidence(holder, self.scenario.canonical_fact(known)),
            fact => fact,
        }
    }

    /// The last event of a kind with these agents before another event, if expressions ask for such events.
    pub(super) fn last_occurrence(&self, kind: EventKind, a: AgentId, b: AgentId, before: EventId) -> Option<EventId> {
        let all = self.occurrences.get(&(kind, a, b))?;
        all[..all.partition_point(|occurrence| occurrence.id < before)].last().map(|occurrence| occurrence.id)
    }

    /// `at` is the instant for places, because agents follow their routine at the start of a tick.
    fn view_at(&self, now: Instant, position: LogPosition, at: Instant) -> PastView<'_> {
        let place_position = LogPosition { at, ..position };
        PastView { run: self, now, position, place_position, members: OnceCell::new(), topics: RefCell::default() }
    }

    /// Describes what an expression reads that a chronicle does not hold. Empty if everything is recorded.
    #[must_use]
    pub fn missing_data(&self, reads: &ReadSet) -> Vec<String> {
        let scenario = self.scenario;
        let mut missing = Vec::new();
        for kind in &reads.kinds {
            if scenario.population.iter().any(|population| population.kind == *kind) {
                missing.push(format!("every agent of kind `{}`", scenario.schema.kinds[kind.index()]));
            }
        }
        for (event, _) in &reads.occurrences {
            let info = &scenario.events[event.index()];
            if info.record_detail == RecordDetail::Counted {
                missing.push(format!("each `{}` (only the count is recorded)", info.name));
            }
        }
        for tie in &reads.tie_durations {
            missing.push(format!("the duration of every `{}`", scenario.ties[tie.index()].id));
        }
        missing
    }

    /// The agents to whom an agent has ever been tied, or they to it, ascending.
    fn partners(&self, agent: AgentId, tie: TieId) -> &[AgentId] {
        self.partners.get(&(tie, agent)).map_or(&[], Vec::as_slice)
    }

    /// The key of the draws of an agent.
    fn draw_key(&self, agent: AgentId) -> AgentKey {
        self.chronicle.agents.get(agent).map_or(AgentKey::NONE, |profile| AgentKey(profile.draw_key))
    }

    /// How many events of a kind were only counted on the days of a period.
    pub(super) fn counted(&self, kind: EventKind, (from, to): (Instant, Instant)) -> u64 {
        let days = from.day()..=to.day();
        self.chronicle.counts().filter(|(day, counted, _)| *counted == kind && days.contains(day)).map(|(.., times)| times).sum()
    }

    /// A note for each kind whose events were only counted: nothing else is known of them.
    pub(super) fn notes_on_counted(&self, kinds: &[EventKind], period: (Instant, Instant), unknown: &str) -> Vec<String> {
        let note = |&kind: &EventKind| {
            let times = self.counted(kind, period);
            let name = &self.scenario.events[kind.index()].name;
            (times > 0).then(|| format!("{} events `{name}` were only counted: {unknown}", digits(times as f64)))
        };
        kinds.iter().filter_map(note).collect()
    }

    /// The periods for which actions kept agents busy.
    fn busy_intervals(&self) -> BTreeMap<AgentId, Vec<(Instant, Instant)>> {
        let mut busy: BTreeMap<AgentId, Vec<(Instant, Instant)>> = BTreeMap::new();
        for event in self.chronicle.iter() {
            let info = self.scenario.events.get(event.kind.index());
            let Some(EventOrigin::Action(action)) = info.map(|info| info.origin) else { continue };
            let Some(takes) = &self.scenario.actions[action].takes else { continue };
            let mut frame = EvalFrame::from_agents(&event.roles);
            let seconds = takes.number(&self.view_before_tick(self.tick_start(event.at)), &mut frame).max(0.0);
            for agent in info.into_iter().flat_map(|info| info.participants(&event.roles)) {
                busy.entry(agent).or_default().push((event.at, event.at.add_seconds(seconds)));
            }
        }
        for periods in busy.values_mut() {
            periods.sort_unstable();
            let mut latest = Instant::START;
            for (_, until) in periods {
                latest = latest.max(*until);
                *until = latest;
            }
        }
        busy
    }
}

fn index_partners(history: &History, named_agents: &[AgentId]) -> BTreeMap<(TieId, AgentId), Vec<AgentId>> {
    let mut partners: BTreeMap<_, Vec<AgentId>> = BTreeMap::new();
    let is_named = |agent: &AgentId| named_agents.binary_search(agent).is_ok();
    for fact in history.facts() {
        let (Fact::World(WorldFact::Tie(from, to, tie)) | Fact::PastTie(from, to, tie)) = fact else { continue };
        partners.entry((tie, from)).or_default().push(to);
        partners.entry((tie, to)).or_default().push(from);
    }
    for others in partners.values_mut() {
        others.retain(is_named);
        others.sort_unstable();
        others.dedup();
    }
    partners
}

fn named_agents(scenario: &Scenario, chronicle: &Chronicle) -> Vec<AgentId> {
    let cast = (0..scenario.cast.len()).map(AgentId::from_index);
    let known: BTreeSet<AgentId> = cast.chain(chronicle.agents.iter().map(|person| person.id)).collect();
    known.into_iter().collect()
}

fn index_occurrences(scenario: &Scenario, chronicle: &Chronicle) -> BTreeMap<(EventKind, AgentId, AgentId), Vec<Occurrence>> {
    const ANYBODY: AgentId = AgentId::NONE;
    let mut is_queried: Vec<bool> = vec![false; scenario.events.len()];
    scenario.reads().occurrences.iter().for_each(|(kind, _)| is_queried[kind.index()] = true);
    // A trigger with `once` or a cooldown reads its own occurrences, and so does an action.
    for trigger in scenario.triggers.iter().filter(|trigger| trigger.once || trigger.cooldown.is_some()) {
        is_queried[trigger.event.kind.index()] = true;
    }
    for action in scenario.actions.iter().filter(|action| action.cooldown.is_some()) {
        is_queried[action.event.kind.index()] = true;
        action.refused.iter().for_each(|refused| is_queried[refused.kind.index()] = true);
    }
    let mut occurrences: BTreeMap<_, Vec<Occurrence>> = BTreeMap::new();
    for event in chronicle.iter().filter(|event| is_queried.get(event.kind.index()).copied().unwrap_or(false)) {
        let initiator = event.roles.first().copied().unwrap_or(ANYBODY);
        let mut keys = vec![(event.kind, ANYBODY, ANYBODY)];
        keys.extend(initiator.is_some().then_some((event.kind, initiator, ANYBODY)));
        for (slot, &other) in event.roles.iter().enumerate().skip(1) {
            // An agent in two roles took part in the event once.
            if other.is_some() && !event.roles[1..slot].contains(&other) {
                keys.push((event.kind, ANYBODY, other));
                keys.extend(initiator.is_some().then_some((event.kind, initiator, other)));
            }
        }
        for key in keys {
            let all = occurrences.entry(key).or_default();
            let (first, last) = all.last().map_or((event.at, event.at), |before| (before.first, before.last));
            all.push(Occurrence { id: event.id, first: first.min(event.at), last: last.max(event.at) });
        }
    }
    occurrences
}

/// The world of a [`RecordedRun`] at an instant.
#[derive(Debug)]
pub struct PastView<'a> {
    run: &'a RecordedRun<'a>,
    now: Instant,
    position: LogPosition,
    place_position: LogPosition,
    members: OnceCell<Vec<Vec<AgentId>>>,
    /// What expressions have asked for of what agents knew; the position is the index of the id.
    topics: RefCell<Vec<WorldFact>>,
}

impl PastView<'_> {
    /// The value of a fact and the event that wrote it; none if nothing is recorded.
    #[must_use]
    pub fn fact(&self, fact: Fact) -> Option<(f64, Option<EventId>)> {
        let position = if matches!(fact, Fact::World(WorldFact::Place(_))) { self.place_position } else { self.position };
        let history = &self.run.history;
        let entry = history.last_entry(fact, position)?;
        Some((history.decayed_value(fact, entry, self.now), entry.event))
    }

    fn fact_value(&self, fact: Fact) -> f64 {
        self.fact(fact).map_or(0.0, |(value, _)| value)
    }

    /// The fact of a tie as it is recorded. A mutual tie may be recorded from either end.
    fn tie_fact(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<Fact> {
        let holds = |a, b| Some(Fact::World(WorldFact::Tie(a, b, tie))).filter(|fact| self.fact_value(*fact) != 0.0);
        let mutual = self.run.scenario.ties[tie.index()].mutual;
        holds(from, to).or_else(|| if mutual { holds(to, from) } else { None })
    }

    /// Whether the state of an agent was recorded by then: that of the cast, of who was born or created in a recorded event, and of whom the
    /// scene has recorded since then. Of all others only what events changed is known.
    pub(super) fn is_recorded(&self, agent: AgentId) -> bool {
        agent.index() < self.run.scenario.cast.len() || self.fact(Fact::Field(agent, AgentField::Present)).is_some()
    }

    fn is_present(&self, agent: AgentId) -> bool {
        self.fact_value(Fact::Field(agent, AgentField::Present)) != 0.0
    }

    /// Whether an agent may decide or be asked: present, awake, online and not busy.
    #[must_use]
    pub fn is_free(&self, agent: AgentId) -> bool {
        [AgentField::Present, AgentField::Awake, AgentField::Online].iter().all(|field| self.field(agent, *field) != 0.0)
            && self.field(agent, AgentField::Busy) == 0.0
            && !self.run.scenario.is_thing(agent)
    }

    /// The id that stands for something known in this view.
    pub(super) fn topic_id(&self, fact: WorldFact) -> AgentId {
        let fact = self.run.scenario.canonical_fact(fact);
        let mut topics = self.topics.borrow_mut();
        let index = topics.iter().position(|known| *known == fact).unwrap_or_else(|| {
            topics.push(fact);
            topics.len() - 1
        });
        AgentId::topic(u32::try_from(index).unwrap_or(0))
    }

    /// What an agent knew or believed, ascending: its beliefs, its ties but for kinship, and its switches that were on.
    pub(super) fn known_facts(&self, agent: AgentId) -> BTreeSet<WorldFact> {
        let scenario = self.run.scenario;
        let history = &self.run.history;
        let first = Fact::Belief(agent, WorldFact::Attr(AgentId(0), AttrId(0)));
        let last = Fact::Belief(AgentId(agent.0.saturating_add(1)), WorldFact::Attr(AgentId(0), AttrId(0)));
        let beliefs = history.values_in_range(first..=last, self.position).filter_map(|(fact, value, _)| match fact {
            Fact::Belief(holder, known) if holder == agent && value >= 0.0 && !matches!(known, WorldFact::Name(_)) => Some(known),
            _ => None,
        });
        let mut known: BTreeSet<WorldFact> = beliefs.collect();
        for (index, _) in scenario.ties.iter().enumerate().filter(|(_, info)| !info.light && info.kinship.is_none()) {
            let tie = TieId::from_index(index);
            for &other in self.run.named_agents.iter().filter(|other| **other != agent) {
                for (from, to) in [(agent, other), (other, agent)] {
                    if self.tie(from, to, tie) {
                        known.insert(scenario.canonical_fact(WorldFact::Tie(from, to, tie)));
                    }
                }
            }
        }
        let attrs = self.run.kind_of(agent).map_or(&[][..], |kind| &scenario.kinds[kind.index()].attributes);
        let is_on = |attr: &&AttrId| scenario.attributes[attr.index()].switch && self.attr(agent, **attr) != 0.0;
        known.extend(attrs.iter().filter(is_on).map(|attr| WorldFact::Attr(agent, *attr)));
        known
    }

    /// The appointments of an agent, with the instants.
    pub(super) fn appointments_of(&self, agent: AgentId) -> impl Iterator<Item = AppointmentTime> + '_ {
        let first = Fact::Appointment(AgentId(0), AgentId(0), AppointmentId(0));
        let last = Fact::Appointment(AgentId::NONE, AgentId::NONE, AppointmentId(u8::MAX));
        let all = self.run.history.values_in_range(first..=last, self.position);
        all.filter_map(move |(fact, value, _)| {
            let Fact::Appointment(by, with, what) = fact else { return None };
            let at = Instant::from_seconds(value);
            (value > 0.0 && (by == agent || with == agent)).then_some(AppointmentTime { by, with, what, at })
        })
    }

    /// Whom an intention of an agent is about, with its present step.
    fn intentions_of(&self, agent: AgentId, intention: IntentionId) -> impl Iterator<Item = (AgentId, usize)> + '_ {
        let fact = |about| Fact::Intention(agent, about, intention);
        let (first, last) = (fact(AgentId(0)), fact(AgentId::NONE));
        let all = self.run.history.values_in_range(first..=last, self.position);
        all.filter_map(move |(fact, value, _)| match fact {
            Fact::Intention(_, about, of) if of == intention && value > 0.0 => Some((about, value as usize - 1)),
            _ => None,
        })
    }

    /// The strongest fact in a range of facts that differ in their last agent.
    fn strongest(&self, first: Fact, last: Fact, is_candidate: impl Fn(Fact) -> bool) -> f64 {
        let known = self.run.history.values_in_range(first..=last, self.position).filter(|(fact, ..)| is_candidate(*fact));
        known.map(|(fact, ..)| self.fact_value(fact)).fold(0.0, f64::max)
    }
}

impl EvalContext for PastView<'_> {
    fn now(&self) -> Instant {
        self.now
    }

    fn calendar(&self) -> &Calendar {
        &self.run.scenario.calendar
    }

    fn param(&self, param: ParamId) -> f64 {
        self.run.scenario.params[param.index()].value.as_f64()
    }

    fn attr(&self, agent: AgentId, attr: AttrId) -> f64 {
        self.fact_value(Fact::World(WorldFact::Attr(agent, attr)))
    }

    fn dim(&self, from: AgentId, to: AgentId, dim: DimId) -> f64 {
        self.fact_value(Fact::World(WorldFact::Dim(from, to, dim)))
    }

    fn tie(&self, from: AgentId, to: AgentId, tie: TieId) -> bool {
        self.tie_fact(from, to, tie).is_some()
    }

    fn tie_since(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<Instant> {
        let entry = self.run.history.last_entry(self.tie_fact(from, to, tie)?, self.position)?;
        if entry.instant() > Instant::START {
            return Some(entry.instant());
        }
        let initial_age = |a: AgentId, b: AgentId| {
            let member = self.run.scenario.cast.get(a.index())?;
            member.toward.iter().find(|toward| toward.to == b && toward.ties.contains(&tie)).map(|toward| toward.since)
        };
        Some(Instant::from_seconds(-initial_age(from, to).or_else(|| initial_age(to, from)).unwrap_or(0.0)))
    }

    fn field(&self, agent: AgentId, field: AgentField) -> f64 {
        let switch = |on: bool| f64::from(u8::from(on));
        match field {
            AgentField::Awake => {
                let kind = &self.run.scenario.kinds[self.kind(agent).index()];
                let asleep = || kind.asleep.as_ref().is_some_and(|asleep| asleep.truth(self, &mut EvalFrame::for_agent(agent)));
                switch(agent.is_some() && self.is_present(agent) && !asleep())
            }
            AgentField::Busy => {
                let periods = self.run.busy.get(&agent).map_or(&[][..], Vec::as_slice);
                let started = periods.partition_point(|(from, _)| *from < self.now);
                switch(periods[..started].last().is_some_and(|(_, until)| *until > self.now))
            }
            field => self.fact_value(Fact::Field(agent, field)),
        }
    }

    fn place(&self, agent: AgentId) -> PlaceId {
        let holder = self.holder(agent);
        if holder.is_some() {
            return self.place(holder);
        }
        self.fact(Fact::World(WorldFact::Place(agent))).map_or(PlaceId::NOWHERE, |(place, _)| PlaceId::from_value(place))
    }

    fn holder(&self, thing: AgentId) -> AgentId {
        if !self.run.scenario.is_thing(thing) {
            return AgentId::NONE;
        }
        self.fact(Fact::World(WorldFact::Holder(thing))).map_or(AgentId::NONE, |(holder, _)| AgentId::from_value(holder))
    }

    fn distance(&self, a: Spot, b: Spot) -> f64 {
        let place = |spot| match spot {
            Spot::Place(place) => place,
            Spot::Agent(agent) => self.place(agent),
        };
        self.run.scenario.routes.distance(place(a), place(b))
    }

    fn for_each_held(&self, agent: AgentId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let things = self.run.named_agents.iter().copied().filter(|&thing| agent.is_some() && self.holder(thing) == agent);
        let _ = things.filter(|&thing| self.is_present(thing)).try_for_each(visit);
    }

    fn for_each_thing_at(&self, place: PlaceId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let lies_here = |&thing: &AgentId| {
            self.run.scenario.is_thing(thing)
                && !self.holder(thing).is_some()
                && place != PlaceId::NOWHERE
                && self.place(thing) == place
        };
        let _ = self.run.named_agents.iter().copied().filter(lies_here).try_for_each(visit);
    }

    fn home(&self, agent: AgentId) -> PlaceId {
        self.run.scenario.cast.get(agent.index()).map_or(PlaceId::NOWHERE, |member| member.home)
    }

    fn work(&self, agent: AgentId) -> PlaceId {
        self.run.scenario.cast.get(agent.index()).map_or(PlaceId::NOWHERE, |member| member.work)
    }

    fn owner(&self, os: AgentId) -> AgentId {
        self.fact(Fact::Owner(os)).map_or(AgentId::NONE, |(owner, _)| AgentId::from_value(owner))
    }

    fn os(&self, person: AgentId) -> AgentId {
        let facts = Fact::Owner(AgentId(0))..=Fact::Owner(AgentId::NONE);
        let mut owned = self.run.history.values_in_range(facts, self.position).filter_map(|(fact, owner, _)| match fact {
            Fact::Owner(os) if owner == f64::from(person.0) && self.is_present(os) => Some(os),
            _ => None,
        });
        owned.next().unwrap_or(AgentId::NONE)
    }

    fn kind(&self, agent: AgentId) -> KindId {
        if let Some((kind, _)) = self.fact(Fact::Field(agent, AgentField::Kind)) {
            return KindId(kind as u16);
        }
        match self.run.scenario.cast.get(agent.index()) {
            Some(member) => member.kind,
            None => self.run.chronicle.agents.get(agent).map_or(KindId(0), |person| person.kind),
        }
    }

    fn belief(&self, holder: AgentId, fact: WorldFact) -> Option<f64> {
        self.fact(Fact::Belief(holder, self.run.scenario.canonical_fact(fact))).map(|(value, _)| value)
    }

    fn belief_about(&self, holder: AgentId, fact: WorldFact) -> WorldFact {
        let WorldFact::Happened(event, ..) = fact else { return fact };
        let (first, last) = WorldFact::of_event(event);
        let known = self.run.history.values_in_range(Fact::Belief(holder, first)..=Fact::Belief(holder, last), self.position);
        fact.best_of(known.filter_map(|(known, value, _)| match known {
            Fact::Belief(_, known) => Some((known, value)),
            _ => None,
        }))
    }

    fn source(&self, holder: AgentId, fact: WorldFact) -> AgentId {
        let fact = self.run.scenario.canonical_fact(fact);
        self.fact(Fact::Source(holder, fact)).map_or(AgentId::NONE, |(source, _)| AgentId::from_value(source))
    }

    fn confidence(&self, holder: AgentId, fact: WorldFact) -> f64 {
        self.fact_value(Fact::Confidence(holder, self.run.scenario.canonical_fact(fact)))
    }

    fn memory(&self, agent: AgentId, event: EventKind, with: AgentId) -> f64 {
        let memory_fact = |with| Fact::Memory(agent, event, with);
        if with.is_some() {
            return self.fact_value(memory_fact(with));
        }
        self.strongest(memory_fact(AgentId(0)), memory_fact(AgentId::NONE), |_| true)
    }

    fn feeling(&self, agent: AgentId, emotion: Emotion, toward: AgentId) -> f64 {
        let feeling_fact = |toward| Fact::Feeling(agent, emotion, toward);
        if toward.is_some() {
            return self.fact_value(feeling_fact(toward));
        }
        self.strongest(feeling_fact(AgentId(0)), feeling_fact(AgentId::NONE), |_| true)
    }

    fn occurrences(&self, OccurrenceQuery { event, a, b }: OccurrenceQuery) -> OccurrenceStats {
        let all = self.run.occurrences.get(&(event, a, b)).map_or(&[][..], Vec::as_slice);
        let all = &all[..all.partition_point(|occurrence| occurrence.id.0 < self.position.events)];
        OccurrenceStats {
            times: u32::try_from(all.len()).unwrap_or(u32::MAX),
            first: all.last().map(|occurrence| occurrence.first),
            last: all.last().map(|occurrence| occurrence.last),
        }
    }

    fn median_tie_duration(&self, _tie: TieId) -> f64 {
        0.0
    }

    fn value(&self, _name: EventValueId) -> f64 {
        0.0
    }

    fn for_each_tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        for &other in self.run.partners(agent, tie) {
            let (from, to) = if outward { (agent, other) } else { (other, agent) };
            if other != agent && self.tie(from, to, tie) && self.is_present(other) && visit(other).is_break() {
                return;
            }
        }
    }

    fn for_each_ever_tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        for &other in self.run.partners(agent, tie) {
            let (from, to) = if outward { (agent, other) } else { (other, agent) };
            let was_tied = || self.past_tie(from, to, tie).is_some_and(ReasonId::is_absence);
            let is_known = || self.is_present(other) || self.field(other, AgentField::Gone) != 0.0;
            if other != agent && (self.tie(from, to, tie) && is_known() || was_tied()) && visit(other).is_break() {
                return;
            }
        }
    }

    fn past_tie(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<ReasonId> {
        let value = self.fact_value(Fact::PastTie(from, to, tie));
        (value > 0.0).then_some(ReasonId((value - 1.0) as u8))
    }

    fn for_each_known(&self, agent: AgentId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let _ = self.known_facts(agent).into_iter().map(|fact| self.topic_id(fact)).try_for_each(visit);
    }

    fn topic(&self, topic: AgentId) -> Option<WorldFact> {
        self.topics.borrow().get(topic.topic_index()?).copied()
    }

    fn learned_at(&self, holder: AgentId, fact: WorldFact) -> Option<Instant> {
        let fact = Fact::Belief(holder, self.run.scenario.canonical_fact(fact));
        self.run.history.last_entry(fact, self.position).map(longhand_chronicle::HistoryEntry::instant)
    }

    fn appointment(&self, a: AgentId, b: AgentId, what: Option<AppointmentId>) -> Option<AppointmentTime> {
        let fits = |time: &AppointmentTime| {
            what.is_none_or(|what| what == time.what) && (!b.is_some() || b == time.by || b == time.with)
        };
        self.appointments_of(a).filter(fits).min_by_key(|time| (time.at, time.by, time.with, time.what))
    }

    fn for_each_appointed(&self, agent: AgentId, what: Option<AppointmentId>, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let of_agent = self.appointments_of(agent).filter(|time| what.is_none_or(|what| what == time.what));
        let others: BTreeSet<AgentId> = of_agent.map(|time| if time.by == agent { time.with } else { time.by }).collect();
        let _ = others.into_iter().try_for_each(visit);
    }

    fn intention(&self, agent: AgentId, intention: IntentionId, about: AgentId) -> Option<usize> {
        let mut intended = self.intentions_of(agent, intention);
        intended.find(|(of, _)| !about.is_some() || *of == about).map(|(_, step)| step)
    }

    fn for_each_intended(&self, agent: AgentId, intention: IntentionId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let intended = self.intentions_of(agent, intention).map(|(about, _)| about);
        let _ = intended.filter(|about| about.is_some()).try_for_each(visit);
    }

    fn intention_steps(&self, intention: IntentionId) -> usize {
        self.run.scenario.commitments.intentions[intention.index()].steps.len()
    }

    fn age(&self, agent: AgentId) -> f64 {
        let Some((born, _)) = self.fact(Fact::Field(agent, AgentField::Born)) else { return 0.0 };
        let death = Fact::Field(agent, AgentField::Dead);
        let died = self.run.history.last_entry(death, self.position).filter(|_| self.fact_value(death) != 0.0);
        died.map_or(self.now, longhand_chronicle::HistoryEntry::instant).seconds() - born
    }

    fn for_each_ever_member(&self, kind: KindId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        for &agent in &self.run.named_agents {
            let is_known = self.is_present(agent) || self.field(agent, AgentField::Gone) != 0.0;
            if is_known && self.kind(agent) == kind && visit(agent).is_break() {
                return;
            }
        }
    }

    fn group(&self, _group: usize) -> &[AgentId] {
        &[]
    }

    fn members(&self, kind: KindId) -> &[AgentId] {
        let members = self.members.get_or_init(|| {
            let mut members = vec![Vec::new(); self.run.scenario.kinds.len()];
            for &agent in self.run.named_agents.iter().filter(|agent| self.is_present(**agent)) {
                members[self.kind(agent).index()].push(agent);
            }
            members
        });
        members.get(kind.index()).map_or(&[], Vec::as_slice)
    }

    fn for_each_at_place(&self, place: PlaceId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        for &agent in &self.run.named_agents {
            let is_here = self.is_present(agent) && !self.run.scenario.is_thing(agent) && self.place(agent) == place;
            if is_here && visit(agent).is_break() {
                return;
            }
        }
    }

    fn agent_key(&self, agent: AgentId) -> u32 {
        match self.topic(agent) {
            Some(fact) => topic_key(self.run.scenario, fact, |agent| self.run.draw_key(agent).0),
            None => self.run.draw_key(agent).0,
        }
    }

    fn lot(&self, agent: AgentId) -> f64 {
        self.run.draws.uniform(LOT, DrawKey::new(self.run.draw_key(agent), Instant::START))
    }

    fn draw(&self, site: u32, key: u32) -> f64 {
        let milliseconds = self.now.0 / 1_000;
        self.run.draws.uniform(site, DrawKey { who: key, with: (milliseconds >> 32) as u32, when: milliseconds as u32 })
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{ANN, BEN, WALK, event, scenario};
    use super::*;
    use longhand_expr::{Expr, Scope, Type, compile_expr};

    fn duration(text: &str, scenario: &Scenario) -> Expr {
        compile_expr(text, Type::Duration, &Scope::new(["self", "friend"]), &scenario.schema).expect("the duration is valid")
    }

    #[test]
    fn the_last_occurrence_is_the_latest_even_if_many_of_its_tick_were_recorded_after_it() {
        let mut scenario = scenario();
        scenario.actions[0].cooldown = Some(duration("1h", &scenario));
        let mut chronicle = Chronicle::default();
        let minutes = [9, 3, 1, 0].into_iter().chain(std::iter::repeat_n(2, 20));
        minutes.for_each(|minute| _ = chronicle.push(event(0, f64::from(minute) / 60.0, WALK, &[ANN, BEN])));
        let record = RecordedRun::new(&scenario, &chronicle, 0);
        let view = record.view_after_tick(Instant::START);
        let stats = view.occurrences(OccurrenceQuery { event: WALK, a: ANN, b: AgentId::NONE });
        let minute = |minute: f64| Some(Instant::from_seconds(minute * 60.0));
        assert_eq!(stats, OccurrenceStats { times: 24, first: minute(0.0), last: minute(9.0) });
    }

    #[test]
    fn an_agent_is_busy_until_the_end_of_a_long_action_even_if_many_short_ones_began_after_it() {
        let mut scenario = scenario();
        scenario.actions[0].takes = Some(duration("if hour < 1 then 20h else 1m", &scenario));
        let mut chronicle = Chronicle::default();
        (0..12).for_each(|hour| _ = chronicle.push(event(0, f64::from(hour), WALK, &[ANN, BEN])));
        let record = RecordedRun::new(&scenario, &chronicle, 0);
        let is_busy = |hours: f64| record.view_before_tick(Instant::from_seconds(hours * 3600.0)).field(BEN, AgentField::Busy);
        assert_eq!([0.0, 1.0, 15.0, 19.75, 20.0].map(is_busy), [0.0, 1.0, 1.0, 1.0, 0.0]);
    }
}
