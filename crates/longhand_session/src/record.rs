//! All data received from a run, with queries over it. It only grows.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use smallvec::SmallVec;

use super::feed::{Cover, Heard};
use longhand_analysis::NarratedLine;
use longhand_chronicle::{Chronicle, Event, History, Legend, Moment};
use longhand_expr::SetSource;
use longhand_expr::ids::{AgentId, AttrId, DimId, EventId, EventKind, Fact, Field, Instant, KindId, Known, PlaceId, TieId};
use longhand_narrative::{LineKind, Match, Teller, Waiting};
use longhand_scene::{Scenario, Source, Who};

/// The data of a run.
#[derive(Debug)]
pub struct Record {
    cover: Cover,
    legend: Legend,
    chronicle: Chronicle,
    history: History,
    told: Vec<NarratedLine>,
    /// The narrated line of an event.
    line_of: BTreeMap<EventId, usize>,
    /// The events in which an agent took part, ascending; by agent.
    life_of: BTreeMap<AgentId, Vec<EventId>>,
    /// The agents with a bond or tie toward an agent; by agent.
    toward: BTreeMap<AgentId, BTreeSet<AgentId>>,
    /// The direct effects of an event, ascending; by event.
    effects: Vec<SmallVec<[EventId; 2]>>,
    /// The ordinal of an event among those of its kind and initiator; by event.
    nth: Vec<u32>,
    heard: BTreeMap<(EventKind, AgentId), u32>,
    teller: Teller,
    waiting: Vec<(Instant, Vec<Waiting>)>,
    matches: Vec<Match>,
    /// Counted events by day and kind.
    counted: BTreeMap<(u32, EventKind), u64>,
    /// Whether an event kind is a conversation with an OS; by event kind.
    talks: Vec<bool>,
    /// How many events were counted in each batch, by kind; ascending by time.
    pulses: Vec<(Instant, EventKind, u64)>,
    lived: Instant,
    outcome: Option<Result<String, String>>,
}

impl Record {
    /// The data of a run that has not started.
    #[must_use]
    pub fn new(cover: Cover) -> Self {
        let legend = Legend::of(&cover.scenario);
        let chronicle = Chronicle::default();
        let talks = (0..cover.scenario.events.len()).map(|kind| is_talk(&cover.scenario, kind)).collect();
        Self {
            history: History::of(&chronicle, &legend),
            teller: Teller::new(&cover.scenario, cover.seed),
            cover,
            legend,
            chronicle,
            told: Vec::new(),
            line_of: BTreeMap::new(),
            life_of: BTreeMap::new(),
            toward: BTreeMap::new(),
            effects: Vec::new(),
            nth: Vec::new(),
            heard: BTreeMap::new(),
            waiting: Vec::new(),
            matches: Vec::new(),
            counted: BTreeMap::new(),
            talks,
            pulses: Vec::new(),
            lived: Instant::START,
            outcome: None,
        }
    }

    /// Processes a message of the simulation.
    pub fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Lived(stretch) => {
                let (known, sampled) = (self.chronicle.len(), self.chronicle.samples().len());
                for &(day, kind, total) in stretch.recorded.counts() {
                    let before = self.counted.insert((day, kind), total).unwrap_or(0);
                    if total > before {
                        self.pulses.push((stretch.now, kind, total - before));
                    }
                }
                self.chronicle.append(stretch.recorded);
                self.history.extend(&self.chronicle);
                let written = self.chronicle.events()[known..].iter().flat_map(|event| &event.changes).map(|change| change.fact);
                for fact in written.chain(self.chronicle.samples()[sampled..].iter().map(|sample| sample.fact)) {
                    if let Fact::World(Known::Dim(from, to, _) | Known::Tie(from, to, _)) = fact {
                        self.toward.entry(to).or_default().insert(from);
                    }
                }
                self.effects.resize(self.chronicle.len(), SmallVec::new());
                for event in &self.chronicle.events()[known..] {
                    for cause in &event.causes {
                        let effects = &mut self.effects[cause.event.index()];
                        if effects.last() != Some(&event.id) {
                            effects.push(event.id);
                        }
                    }
                    for (at, &agent) in event.roles.iter().enumerate() {
                        if agent.is_some() && !event.roles[..at].contains(&agent) {
                            self.life_of.entry(agent).or_default().push(event.id);
                        }
                    }
                    let own = event.roles.first().copied().unwrap_or(AgentId::NONE);
                    let nth = self.heard.entry((event.kind, own)).or_default();
                    *nth += 1;
                    self.nth.push(*nth);
                }
                for told in stretch.told {
                    if let (Some(event), LineKind::Event) = (told.line.event, told.line.kind) {
                        self.line_of.insert(event, self.told.len());
                    }
                    self.told.push(told);
                }
                self.matches.extend(stretch.matched);
                self.waiting.extend(stretch.waiting.map(|waiting| (stretch.now, waiting)));
                self.lived = self.lived.max(stretch.now);
            }
            Heard::Ended(outcome) => self.outcome = Some(Ok(outcome)),
            Heard::Failed(why) => self.outcome = Some(Err(why)),
        }
    }

    /// What was known before the run started.
    #[must_use]
    pub fn cover(&self) -> &Cover {
        &self.cover
    }

    /// The scene.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.cover.scenario
    }

    /// The names behind the ids.
    #[must_use]
    pub fn legend(&self) -> &Legend {
        &self.legend
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

    /// The narrated lines, ascending by time.
    #[must_use]
    pub fn told(&self) -> &[NarratedLine] {
        &self.told
    }

    /// The latest simulated instant.
    #[must_use]
    pub fn lived(&self) -> Instant {
        self.lived
    }

    /// The end of the timeline: the end of the run, or the latest possible one.
    #[must_use]
    pub fn ends(&self) -> Instant {
        if self.is_over() { self.lived } else { self.cover.ends.max(self.lived) }
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

    /// An event as a sentence: the narrated line, or a generated one if it was not narrated.
    #[must_use]
    pub fn sentence(&self, event: &Event) -> String {
        if let Some(told) = self.line_of.get(&event.id).and_then(|&line| self.told.get(line)) {
            return told.line.text.clone();
        }
        let nth = self.nth.get(event.id.index()).copied().unwrap_or(1);
        self.teller.alone(self.scenario(), event, nth, &self.chronicle.directory)
    }

    /// Whether an event was narrated.
    #[must_use]
    pub fn tells(&self, event: EventId) -> bool {
        self.line_of.contains_key(&event)
    }

    /// How many counted events in the half hour before an instant are conversations with an OS (in a scene without OSes: with
    /// anyone).
    ///
    /// Events of the population are only counted. An event kind qualifies if its rule has at least two participants, one of them
    /// an OS.
    #[must_use]
    pub fn talking(&self, at: Instant) -> f64 {
        const RECENT: f64 = 1_800.0;
        let from = self.pulses.partition_point(|(then, ..)| *then <= at.plus_seconds(-RECENT));
        let to = self.pulses.partition_point(|(then, ..)| *then <= at);
        let counts = |kind: EventKind| self.talks.get(kind.index()).copied().unwrap_or(false);
        self.pulses[from..to].iter().filter(|(_, kind, _)| counts(*kind)).map(|(_, _, n)| *n as f64).sum()
    }

    /// The direct effects of an event, ascending.
    #[must_use]
    pub fn effects(&self, event: EventId) -> &[EventId] {
        self.effects.get(event.index()).map_or(&[], SmallVec::as_slice)
    }

    /// The events in which an agent took part, ascending.
    #[must_use]
    pub fn life(&self, agent: AgentId) -> &[EventId] {
        self.life_of.get(&agent).map_or(&[], Vec::as_slice)
    }

    /// The status of each beat and pattern on the last day before an instant.
    #[must_use]
    pub fn waiting(&self, at: Instant) -> &[Waiting] {
        let known = self.waiting.partition_point(|(then, _)| *then <= at);
        known.checked_sub(1).map_or(&[], |last| self.waiting[last].1.as_slice())
    }

    /// The pattern matches, in order; matches of beats are in the chronicle.
    #[must_use]
    pub fn matches(&self) -> &[Match] {
        &self.matches
    }

    /// The beats that an event completed, by position in the scene.
    pub fn beats_of(&self, event: EventId) -> impl Iterator<Item = usize> {
        self.chronicle.beats.iter().filter(move |beat| beat.event == event).map(|beat| beat.beat)
    }

    /// The display name of an agent.
    #[must_use]
    pub fn called(&self, agent: AgentId) -> String {
        self.chronicle.directory.called(agent)
    }

    /// The agents that appear in recorded events, ascending by id.
    pub fn people(&self) -> impl Iterator<Item = AgentId> {
        self.chronicle.directory.iter().map(|person| person.id)
    }

    /// The kind of an agent.
    #[must_use]
    pub fn kind(&self, agent: AgentId) -> Option<KindId> {
        self.chronicle.directory.get(agent).map(|person| person.kind)
    }

    /// The value of a fact at a position.
    #[must_use]
    pub fn value(&self, fact: Fact, moment: Moment) -> Option<f64> {
        self.history.last(fact, moment).map(|entry| self.history.faded(fact, entry, moment.at))
    }

    /// A field that the engine maintains about an agent.
    #[must_use]
    pub fn field(&self, agent: AgentId, field: Field, moment: Moment) -> Option<f64> {
        self.value(Fact::Field(agent, field), moment)
    }

    /// The place of an agent at a position.
    #[must_use]
    pub fn place(&self, agent: AgentId, moment: Moment) -> PlaceId {
        let at = self.value(Fact::World(Known::Place(agent)), moment);
        at.filter(|at| (0.0..f64::from(u16::MAX)).contains(at)).map_or(PlaceId::NOWHERE, |at| PlaceId(at as u16))
    }

    /// The name of a place in prose.
    #[must_use]
    pub fn place_name(&self, place: PlaceId) -> Option<&str> {
        self.legend.places.get(place.index()).map(|place| place.name.as_str())
    }

    /// The attributes of an agent, in the scene's order.
    pub fn attributes(&self, agent: AgentId, moment: Moment) -> impl Iterator<Item = (AttrId, f64)> {
        let attr = |attr| Fact::World(Known::Attr(agent, AttrId(attr)));
        self.history.known(attr(0)..=attr(u16::MAX), moment).filter_map(|(fact, value, _)| match fact {
            Fact::World(Known::Attr(_, attr)) => Some((attr, value)),
            _ => None,
        })
    }

    /// The relations of an agent in both directions: all bond dimensions, and the ties that hold.
    pub fn bonds(&self, agent: AgentId, moment: Moment) -> impl Iterator<Item = (Known, f64)> {
        let all = AgentId(0)..=AgentId(u32::MAX);
        let toward = self.toward.get(&agent).into_iter().flatten();
        let back = toward.flat_map(move |&other| bond_facts(other, agent..=agent));
        self.holding(bond_facts(agent, all).into_iter().chain(back), moment)
    }

    /// The relations between two agents in both directions.
    pub fn between(&self, one: AgentId, other: AgentId, moment: Moment) -> impl Iterator<Item = (Known, f64)> {
        let facts = bond_facts(one, other..=other).into_iter().chain(bond_facts(other, one..=one));
        self.holding(facts, moment)
    }

    /// The relations among some facts: all bond dimensions, and the ties that hold.
    fn holding(&self, facts: impl Iterator<Item = RangeInclusive<Fact>>, moment: Moment) -> impl Iterator<Item = (Known, f64)> {
        facts.flat_map(move |facts| self.history.known(facts, moment)).filter_map(|(fact, value, _)| match fact {
            Fact::World(known @ (Known::Dim(..) | Known::Tie(..))) => {
                (value != 0.0 || matches!(known, Known::Dim(..))).then_some((known, value))
            }
            _ => None,
        })
    }

    /// The emotions of an agent, each with its fact, intensity and the event that wrote it; intensities up to 0.01 are left out.
    pub fn feelings(&self, agent: AgentId, moment: Moment) -> impl Iterator<Item = (Fact, f64, Option<EventId>)> {
        use longhand_expr::ids::Emotion;
        let feeling = |emotion, toward| Fact::Feeling(agent, emotion, AgentId(toward));
        let all = feeling(Emotion::Joy, 0)..=feeling(Emotion::Longing, u32::MAX);
        self.history.known(all, moment).filter(|(_, value, _)| *value > 0.01)
    }

    /// The beliefs of an agent.
    pub fn beliefs(&self, agent: AgentId, moment: Moment) -> impl Iterator<Item = (Known, f64)> {
        let belief = |known| Fact::Belief(agent, known);
        let all = belief(Known::Attr(AgentId(0), AttrId(0)))..=belief(Known::Place(AgentId(u32::MAX)));
        self.history.known(all, moment).filter_map(|(fact, value, _)| match fact {
            Fact::Belief(_, known) => Some((known, value)),
            _ => None,
        })
    }
}

/// Whether an event kind has at least two participants and, if the scene has OSes, one of them is an OS.
fn is_talk(scenario: &Scenario, kind: usize) -> bool {
    let is_os = |kind: KindId| scenario.kinds.get(kind.index()).is_some_and(|kind| kind.os);
    let info = &scenario.events[kind];
    let (by, roles) = match info.from {
        Source::Action(at) | Source::Refusal(at) | Source::ActionStep(at, ..) => {
            (&scenario.actions[at].by, &scenario.actions[at].roles)
        }
        Source::Trigger(at) | Source::TriggerStep(at, ..) => (&scenario.triggers[at].by, &scenario.triggers[at].about),
        Source::Outside(_) => return false,
    };
    let with_os = by.iter().any(|who| matches!(who, Who::Kind(kind) if is_os(*kind)))
        || roles.iter().any(|role| match role.set.source() {
            SetSource::Os => true,
            SetSource::Kind(kind) => is_os(kind),
            _ => false,
        });
    info.present >= 2 && (with_os || !scenario.kinds.iter().any(|kind| kind.os))
}

/// The ranges of facts that hold an agent's bond dimensions and ties toward others.
fn bond_facts(from: AgentId, to: RangeInclusive<AgentId>) -> [RangeInclusive<Fact>; 2] {
    let dim = |to, dim| Fact::World(Known::Dim(from, to, dim));
    let tie = |to, tie| Fact::World(Known::Tie(from, to, tie));
    let (first, last) = (*to.start(), *to.end());
    [dim(first, DimId(0))..=dim(last, DimId(u8::MAX)), tie(first, TieId(0))..=tie(last, TieId(u8::MAX))]
}
