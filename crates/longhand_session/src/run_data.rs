//! All data received from a run, with queries over it. It only grows.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use smallvec::SmallVec;

use super::channel::{RunInfo, SimMessage};
use super::relevance::attribute_weights;
use longhand_analysis::NarratedLine;
use longhand_chronicle::{BeatMatch, Chronicle, Event, History, LogPosition, SymbolTable};
use longhand_expr::SetSource;
use longhand_expr::ids::{
    AgentField, AgentId, AttrId, DimId, Emotion, EventId, EventKind, Fact, Instant, KindId, PlaceId, TieId, WorldFact,
};
use longhand_narrative::{Match, NarrationLineKind, PatternStatus, RunNarrator};
use longhand_scene::{AgentSelector, EventOrigin, Scenario};

/// The data of a run.
#[derive(Debug)]
pub struct RunData {
    info: RunInfo,
    symbols: SymbolTable,
    chronicle: Chronicle,
    history: History,
    narrated: Vec<NarratedLine>,
    /// The narrated line of an event.
    line_by_event: BTreeMap<EventId, usize>,
    /// The events in which an agent took part, ascending; by agent.
    events_by_agent: BTreeMap<AgentId, Vec<EventId>>,
    /// The agents with a bond or tie toward an agent; by agent.
    bonded_toward: BTreeMap<AgentId, BTreeSet<AgentId>>,
    /// The beats that an event completed, by position in the scene; by event.
    beats_by_event: BTreeMap<EventId, SmallVec<[usize; 1]>>,
    /// The direct effects of an event, ascending; by event.
    effects: Vec<SmallVec<[EventId; 2]>>,
    narrator: RunNarrator,
    pattern_statuses: Vec<(Instant, Vec<PatternStatus>)>,
    matches: Vec<Match>,
    /// Counted events by day and kind.
    daily_counts: BTreeMap<(u32, EventKind), u64>,
    /// Whether an event kind is a conversation with an OS; by event kind.
    is_talk_kind: Vec<bool>,
    /// How many events were counted in each batch, by kind; ascending by time.
    count_increments: Vec<(Instant, EventKind, u64)>,
    simulated_until: Instant,
    outcome: Option<Result<String, String>>,
    attribute_weights: Vec<u32>,
}

impl RunData {
    /// The data of a run that has not started.
    #[must_use]
    pub fn new(info: RunInfo) -> Self {
        let symbols = SymbolTable::from_scenario(&info.scenario);
        let chronicle = Chronicle::new(&symbols);
        let attribute_weights = attribute_weights(&info.scenario);
        let is_talk_kind = (0..info.scenario.events.len()).map(|kind| is_talk(&info.scenario, kind)).collect();
        Self {
            history: History::from_chronicle(&chronicle, &symbols),
            narrator: RunNarrator::new(&info.scenario, info.seed),
            info,
            symbols,
            chronicle,
            narrated: Vec::new(),
            line_by_event: BTreeMap::new(),
            events_by_agent: BTreeMap::new(),
            bonded_toward: BTreeMap::new(),
            beats_by_event: BTreeMap::new(),
            effects: Vec::new(),
            pattern_statuses: Vec::new(),
            matches: Vec::new(),
            daily_counts: BTreeMap::new(),
            is_talk_kind,
            count_increments: Vec::new(),
            simulated_until: Instant::START,
            outcome: None,
            attribute_weights,
        }
    }

    /// Processes a message of the simulation.
    pub fn receive(&mut self, message: SimMessage) {
        match message {
            SimMessage::Advanced(batch) => {
                let (old_events, old_samples) = (self.chronicle.len(), self.chronicle.samples().len());
                let old_beats = self.chronicle.beats.len();
                for &(day, kind, total) in batch.recorded.counts() {
                    let before = self.daily_counts.insert((day, kind), total).unwrap_or(0);
                    if total > before {
                        self.count_increments.push((batch.now, kind, total - before));
                    }
                }
                self.chronicle.append(batch.recorded);
                self.history.extend(&self.chronicle);
                for beat in &self.chronicle.beats[old_beats..] {
                    self.beats_by_event.entry(beat.event).or_default().push(beat.beat);
                }
                let changed =
                    self.chronicle.events()[old_events..].iter().flat_map(|event| &event.changes).map(|change| change.fact);
                for fact in changed.chain(self.chronicle.samples()[old_samples..].iter().map(|sample| sample.fact)) {
                    if let Fact::World(WorldFact::Dim(from, to, _) | WorldFact::Tie(from, to, _)) = fact {
                        self.bonded_toward.entry(to).or_default().insert(from);
                    }
                }
                self.effects.resize(self.chronicle.len(), SmallVec::new());
                for event in &self.chronicle.events()[old_events..] {
                    for cause in &event.causes {
                        let effects = &mut self.effects[cause.event.index()];
                        if effects.last() != Some(&event.id) {
                            effects.push(event.id);
                        }
                    }
                    for (slot, &agent) in event.roles.iter().enumerate() {
                        if agent.is_some() && !event.roles[..slot].contains(&agent) {
                            self.events_by_agent.entry(agent).or_default().push(event.id);
                        }
                    }
                }
                self.narrator.observe_new(&self.chronicle);
                for line in batch.narrated {
                    if let (Some(event), NarrationLineKind::Event) = (line.line.event, line.line.kind) {
                        self.line_by_event.insert(event, self.narrated.len());
                    }
                    self.narrated.push(line);
                }
                self.matches.extend(batch.matches);
                self.pattern_statuses.extend(batch.pattern_statuses.map(|statuses| (batch.now, statuses)));
                self.simulated_until = self.simulated_until.max(batch.now);
            }
            SimMessage::Ended(outcome) => self.outcome = Some(Ok(outcome)),
            SimMessage::Failed(reason) => self.outcome = Some(Err(reason)),
            // The session answers it.
            SimMessage::Asked(_) => {}
        }
    }

    /// What was known before the run started.
    #[must_use]
    pub fn info(&self) -> &RunInfo {
        &self.info
    }

    /// The scene.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.info.scenario
    }

    /// The names behind the ids.
    #[must_use]
    pub fn symbols(&self) -> &SymbolTable {
        &self.symbols
    }

    /// The chronicle.
    #[must_use]
    pub fn chronicle(&self) -> &Chronicle {
        &self.chronicle
    }

    /// The values of every fact over time.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Words any event or topic of the run.
    pub(super) fn narrator(&self) -> &RunNarrator {
        &self.narrator
    }

    /// The narrated lines, ascending by time.
    #[must_use]
    pub fn narrated(&self) -> &[NarratedLine] {
        &self.narrated
    }

    /// The latest simulated instant.
    #[must_use]
    pub fn simulated_until(&self) -> Instant {
        self.simulated_until
    }

    /// The end of the timeline: the end of the run, or the latest possible one.
    #[must_use]
    pub fn timeline_end(&self) -> Instant {
        if self.is_over() { self.simulated_until } else { self.info.latest_end.max(self.simulated_until) }
    }

    /// The outcome of the run, or the reason of its failure; `None` while it runs.
    #[must_use]
    pub fn outcome(&self) -> Option<Result<&str, &str>> {
        self.outcome.as_ref().map(|outcome| outcome.as_deref().map_err(String::as_str))
    }

    /// Whether the run has ended or failed.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.outcome.is_some()
    }

    /// An event as a sentence: the narrated line, or the same words if it was not narrated.
    #[must_use]
    pub fn sentence(&self, event: &Event) -> String {
        if let Some(narrated) = self.line_by_event.get(&event.id).and_then(|&line| self.narrated.get(line)) {
            return narrated.line.text.clone();
        }
        self.narrator.sentence(self.scenario(), event, &self.chronicle.agents)
    }

    /// Whether an event was narrated.
    #[must_use]
    pub fn is_narrated(&self, event: EventId) -> bool {
        self.line_by_event.contains_key(&event)
    }

    /// How many counted events in the half hour before an instant are conversations with an OS (in a scene without OSes: with
    /// anyone).
    ///
    /// Events of the population are only counted. An event kind qualifies if its rule has at least two participants, one of them
    /// an OS.
    #[must_use]
    pub fn recent_talk_count(&self, at: Instant) -> f64 {
        const RECENT: f64 = 1_800.0;
        let from = self.count_increments.partition_point(|(then, ..)| *then <= at.add_seconds(-RECENT));
        let to = self.count_increments.partition_point(|(then, ..)| *then <= at);
        let is_counted = |kind: EventKind| self.is_talk_kind.get(kind.index()).copied().unwrap_or(false);
        self.count_increments[from..to].iter().filter(|(_, kind, _)| is_counted(*kind)).map(|(_, _, n)| *n as f64).sum()
    }

    /// The direct effects of an event, ascending.
    #[must_use]
    pub fn effects(&self, event: EventId) -> &[EventId] {
        self.effects.get(event.index()).map_or(&[], SmallVec::as_slice)
    }

    /// The events in which an agent took part, ascending.
    #[must_use]
    pub fn events_of(&self, agent: AgentId) -> &[EventId] {
        self.events_by_agent.get(&agent).map_or(&[], Vec::as_slice)
    }

    /// The status of each beat and pattern on the last day before an instant.
    #[must_use]
    pub fn pattern_statuses(&self, at: Instant) -> &[PatternStatus] {
        let count = self.pattern_statuses.partition_point(|(then, _)| *then <= at);
        count.checked_sub(1).map_or(&[], |last| self.pattern_statuses[last].1.as_slice())
    }

    /// The pattern matches, in order; matches of beats are in the chronicle.
    #[must_use]
    pub fn matches(&self) -> &[Match] {
        &self.matches
    }

    /// The beats that an event completed, by position in the scene.
    pub fn beats_completed_by(&self, event: EventId) -> impl Iterator<Item = usize> {
        self.beats_by_event.get(&event).into_iter().flatten().copied()
    }

    /// The first match of a beat, by position in the scene.
    #[must_use]
    pub fn beat_match(&self, beat: usize) -> Option<&BeatMatch> {
        self.chronicle.beats.iter().find(|completed| completed.beat == beat)
    }

    /// Id and title of a beat, such as "B07 The walk", by position in the scene.
    #[must_use]
    pub fn beat_title(&self, beat: usize) -> String {
        self.scenario().beats.get(beat).map_or_else(String::new, |beat| format!("{} {}", beat.id, beat.title).trim().to_owned())
    }

    /// The display name of an agent.
    #[must_use]
    pub fn display_name(&self, agent: AgentId) -> String {
        self.chronicle.agents.display_name(agent)
    }

    /// The agents that appear in recorded events, ascending by id.
    pub fn agents(&self) -> impl Iterator<Item = AgentId> {
        self.chronicle.agents.iter().map(|profile| profile.id)
    }

    /// The kind of an agent.
    #[must_use]
    pub fn kind_of(&self, agent: AgentId) -> Option<KindId> {
        self.chronicle.agents.get(agent).map(|profile| profile.kind)
    }

    /// Whether an agent is an OS.
    #[must_use]
    pub fn is_os(&self, agent: AgentId) -> bool {
        self.kind_of(agent).and_then(|kind| self.scenario().kinds.get(kind.index())).is_some_and(|kind| kind.os)
    }

    /// The owner of an OS at a position.
    #[must_use]
    pub fn owner_of(&self, os: AgentId, position: LogPosition) -> Option<AgentId> {
        let owner = self.value(Fact::Owner(os), position).filter(|owner| (0.0..f64::from(u32::MAX)).contains(owner));
        owner.map(|owner| AgentId(owner as u32))
    }

    /// The value of a fact at a position.
    #[must_use]
    pub fn value(&self, fact: Fact, position: LogPosition) -> Option<f64> {
        self.history.last_entry(fact, position).map(|entry| self.history.decayed_value(fact, entry, position.at))
    }

    /// A field that the engine maintains about an agent.
    #[must_use]
    pub fn field(&self, agent: AgentId, field: AgentField, position: LogPosition) -> Option<f64> {
        self.value(Fact::Field(agent, field), position)
    }

    /// Who holds a thing at a position.
    #[must_use]
    pub fn holder_of(&self, thing: AgentId, position: LogPosition) -> Option<AgentId> {
        if !self.scenario().is_thing(thing) {
            return None;
        }
        let holder = self.value(Fact::World(WorldFact::Holder(thing)), position)?;
        Some(AgentId::from_value(holder)).filter(|holder| holder.is_some())
    }

    /// The place of an agent at a position; for a thing that is held, that of its holder.
    #[must_use]
    pub fn place_of(&self, agent: AgentId, position: LogPosition) -> PlaceId {
        if let Some(holder) = self.holder_of(agent, position) {
            return self.place_of(holder, position);
        }
        let place = self.value(Fact::World(WorldFact::Place(agent)), position);
        place.filter(|place| (0.0..f64::from(u16::MAX)).contains(place)).map_or(PlaceId::NOWHERE, |place| PlaceId(place as u16))
    }

    /// The name of a place in prose.
    #[must_use]
    pub fn place_name(&self, place: PlaceId) -> Option<&str> {
        self.symbols.places.get(place.index()).map(|place| place.name.as_str())
    }

    /// The attributes of an agent, in the scene's order.
    pub fn attributes(&self, agent: AgentId, position: LogPosition) -> impl Iterator<Item = (AttrId, f64)> {
        let attr = |attr| Fact::World(WorldFact::Attr(agent, AttrId(attr)));
        self.history.values_in_range(attr(0)..=attr(u16::MAX), position).filter_map(|(fact, value, _)| match fact {
            Fact::World(WorldFact::Attr(_, attr)) => Some((attr, value)),
            _ => None,
        })
    }

    /// How much an attribute matters to the story, relative to others; 0 for one that only conditions read.
    #[must_use]
    pub fn attribute_weight(&self, attr: AttrId) -> u32 {
        self.attribute_weights.get(attr.index()).copied().unwrap_or(0)
    }

    /// The relations of an agent in both directions: all bond dimensions, and the ties that hold.
    pub fn bonds(&self, agent: AgentId, position: LogPosition) -> impl Iterator<Item = (WorldFact, f64)> {
        let all_agents = AgentId(0)..=AgentId(u32::MAX);
        let bonded_agents = self.bonded_toward.get(&agent).into_iter().flatten();
        let incoming = bonded_agents.flat_map(move |&other| bond_facts(other, agent..=agent));
        self.active_bonds(bond_facts(agent, all_agents).into_iter().chain(incoming), position)
    }

    /// The relations between two agents in both directions.
    pub fn bonds_between(
        &self,
        first: AgentId,
        second: AgentId,
        position: LogPosition,
    ) -> impl Iterator<Item = (WorldFact, f64)> {
        let facts = bond_facts(first, second..=second).into_iter().chain(bond_facts(second, first..=first));
        self.active_bonds(facts, position)
    }

    /// The relations among some facts: all bond dimensions, and the ties that hold.
    fn active_bonds(
        &self,
        facts: impl Iterator<Item = RangeInclusive<Fact>>,
        position: LogPosition,
    ) -> impl Iterator<Item = (WorldFact, f64)> {
        facts.flat_map(move |facts| self.history.values_in_range(facts, position)).filter_map(|(fact, value, _)| match fact {
            Fact::World(world_fact @ (WorldFact::Dim(..) | WorldFact::Tie(..))) => {
                (value != 0.0 || matches!(world_fact, WorldFact::Dim(..))).then_some((world_fact, value))
            }
            _ => None,
        })
    }

    /// The emotions of an agent, each with its fact, intensity and the event that wrote it; intensities up to 0.01 are left out.
    pub fn feelings(&self, agent: AgentId, position: LogPosition) -> impl Iterator<Item = (Fact, f64, Option<EventId>)> {
        let feeling = |emotion, toward| Fact::Feeling(agent, emotion, AgentId(toward));
        let all = feeling(Emotion::Joy, 0)..=feeling(Emotion::Guilt, u32::MAX);
        self.history.values_in_range(all, position).filter(|(_, value, _)| *value > 0.01)
    }
}

/// Whether an event kind has at least two participants and, if the scene has OSes, one of them is an OS.
fn is_talk(scenario: &Scenario, kind: usize) -> bool {
    let is_os = |kind: KindId| scenario.kinds.get(kind.index()).is_some_and(|kind| kind.os);
    let info = &scenario.events[kind];
    let (by, roles) = match info.origin {
        EventOrigin::Action(rule) | EventOrigin::Refusal(rule) | EventOrigin::ActionStep(rule, ..) => {
            (&scenario.actions[rule].by, &scenario.actions[rule].roles)
        }
        EventOrigin::Trigger(rule) | EventOrigin::TriggerStep(rule, ..) => {
            (&scenario.triggers[rule].by, &scenario.triggers[rule].about)
        }
        EventOrigin::Intervention(_) => return false,
    };
    let includes_os = by.iter().any(|selector| matches!(selector, AgentSelector::Kind(kind) if is_os(*kind)))
        || roles.iter().any(|role| match role.set.source() {
            SetSource::Os => true,
            SetSource::Kind(kind) => is_os(kind),
            _ => false,
        });
    info.participant_count >= 2 && (includes_os || !scenario.kinds.iter().any(|kind| kind.os))
}

/// The ranges of facts that hold an agent's bond dimensions and ties toward others.
fn bond_facts(from: AgentId, to: RangeInclusive<AgentId>) -> [RangeInclusive<Fact>; 2] {
    let dim = |to, dim| Fact::World(WorldFact::Dim(from, to, dim));
    let tie = |to, tie| Fact::World(WorldFact::Tie(from, to, tie));
    let (first, last) = (*to.start(), *to.end());
    [dim(first, DimId(0))..=dim(last, DimId(u8::MAX)), tie(first, TieId(0))..=tie(last, TieId(u8::MAX))]
}
