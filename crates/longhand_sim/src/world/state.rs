//! What agents have now, in dense columns by [`AgentId`].
//!
//! A random component access costs ten times a random column access at a million agents (docs/performance.md), so what the tick reads and
//! writes at random is stored here. Names, owners and homes are stored in [`AgentProfiles`](super::AgentProfiles).

use super::bonds::BondGraph;
use super::commitments::{Appointments, Intentions};
use super::event_counts::EventCounts;
use super::journeys::Journeys;
use super::keys::AgentKey;
use super::life::{Groups, LifeRecords};
use super::limited::LimitedCounts;
use super::minds::Mind;
use super::occupants::Occupants;
use super::things::Things;
use super::tie_durations::TieDurations;
use super::topics::Topics;
use bevy_ecs::prelude::Resource;
use bevy_platform::collections::HashMap;
use longhand_expr::ids::{AgentId, AttrId, EventId, Fact, Instant, KindId, PlaceId, TieId};
use longhand_scene::{ParamValue, Scenario};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

/// The state of the world at an instant.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WorldState {
    /// The instant: the start of the next tick.
    pub now: Instant,
    /// Parameter values by id. Switches are 0 or 1.
    pub params: Vec<f64>,
    /// Bonds between agents: their dimensions and ties.
    pub bonds: BondGraph,
    /// How often events have happened.
    pub event_counts: EventCounts,
    /// How long ties last.
    pub tie_durations: TieDurations,
    /// Births, deaths and past ties.
    pub life: LifeRecords,
    /// The groups of agents that roles for several agents are bound to.
    pub groups: Groups,
    /// Who holds each thing.
    pub things: Things,
    /// Who is on the way.
    pub journeys: Journeys,
    /// What agents have promised.
    pub appointments: Appointments,
    /// What agents intend.
    pub intentions: Intentions,
    /// What agents may talk about.
    pub topics: Topics,
    /// The agents of the crowd whose events are recorded from some time on.
    pub followed: BTreeSet<AgentId>,
    /// What the world did not do as the rules asked.
    pub limited: LimitedCounts,
    kind: Vec<KindId>,
    keys: Vec<AgentKey>,
    /// How many agents were created, by the rule and its agents.
    #[serde(with = "super::sorted_map")]
    created: HashMap<u32, u32>,
    presence: Vec<Presence>,
    place: Vec<PlaceId>,
    busy_until: Vec<Instant>,
    attrs: Vec<AttributeColumn>,
    minds: Vec<Mind>,
    members: Vec<Vec<AgentId>>,
    occupants: Vec<Occupants>,
    #[serde(with = "super::sorted_map")]
    tie_since: HashMap<TieKey, Instant>,
    #[serde(with = "super::sorted_map")]
    writers: HashMap<Fact, EventId>,
}

/// A tie from one agent to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct TieKey(AgentId, AgentId, TieId);

impl Hash for TieKey {
    /// Hashes all three as one number, which costs less than three.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self(from, to, tie) = self;
        state.write_u64((u64::from(from.0) << 32 | u64::from(to.0)) ^ u64::from(tie.0).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    }
}

/// Whether an agent is in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Presence {
    /// Not yet: a cast member that enters later.
    Dormant,
    /// In the world.
    Present,
    /// It has left.
    Gone,
    /// It has died.
    Dead,
}

impl Presence {
    /// Whether the agent has left or died.
    #[must_use]
    pub const fn is_gone(self) -> bool {
        matches!(self, Self::Gone | Self::Dead)
    }
}

/// The values of one attribute, by [`AgentId`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributeColumn {
    values: Vec<f32>,
    /// The value that each agent drifts to, when it differs between agents; else empty.
    rests: Vec<f32>,
    low: f32,
    high: f32,
    drifts: bool,
    rest: Option<f32>,
    integer: bool,
    switch: bool,
}

impl WorldState {
    /// The state of a scene without agents: its parameters and empty columns.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        let attrs = scenario
            .attributes
            .iter()
            .map(|attr| AttributeColumn {
                values: Vec::new(),
                rests: Vec::new(),
                low: attr.range.0 as f32,
                high: attr.range.1 as f32,
                drifts: attr.half_life.is_some(),
                rest: attr.rest.map(|rest| rest as f32),
                integer: attr.integer,
                switch: attr.switch,
            })
            .collect();
        let params = scenario.params.iter().map(|param| match param.value {
            ParamValue::Number(number) => number,
            ParamValue::Switch(on) => f64::from(u8::from(on)),
        });
        Self {
            now: Instant::START,
            params: params.collect(),
            bonds: BondGraph::new(&scenario.dims, scenario.ends),
            event_counts: EventCounts::default(),
            tie_durations: TieDurations::default(),
            life: LifeRecords::default(),
            groups: Groups::default(),
            things: Things::new(AgentId::from_index(scenario.cast.len() - scenario.schema.things), scenario.schema.things),
            journeys: Journeys::default(),
            appointments: Appointments::default(),
            intentions: Intentions::default(),
            topics: Topics::default(),
            followed: BTreeSet::new(),
            limited: LimitedCounts::default(),
            kind: Vec::new(),
            keys: Vec::new(),
            created: HashMap::default(),
            presence: Vec::new(),
            place: Vec::new(),
            busy_until: Vec::new(),
            attrs,
            minds: Vec::new(),
            members: vec![Vec::new(); scenario.kinds.len()],
            occupants: vec![Occupants::default(); scenario.places.len()],
            tie_since: HashMap::default(),
            writers: HashMap::default(),
        }
    }

    /// Adds an agent that is [`Presence::Dormant`], with every attribute at its start value.
    pub fn add_agent(&mut self, scenario: &Scenario, kind: KindId, key: AgentKey, mind: Mind) -> AgentId {
        let id = AgentId::from_index(self.kind.len());
        self.kind.push(kind);
        self.keys.push(key);
        self.presence.push(Presence::Dormant);
        self.place.push(PlaceId::NOWHERE);
        self.busy_until.push(Instant::START);
        self.minds.push(mind);
        self.bonds.add_agent();
        for (column, attr) in self.attrs.iter_mut().zip(&scenario.attributes) {
            column.values.push(attr.start as f32);
            if column.drifts && column.rest.is_none() {
                column.rests.push(attr.start as f32);
            }
        }
        id
    }

    /// Number of agents there are or were.
    #[must_use]
    pub fn agent_count(&self) -> usize {
        self.kind.len()
    }

    /// The kind of an agent.
    #[inline]
    #[must_use]
    pub fn kind(&self, agent: AgentId) -> KindId {
        self.kind[agent.index()]
    }

    /// The stable key of an agent.
    #[inline]
    #[must_use]
    pub fn key(&self, agent: AgentId) -> AgentKey {
        match self.keys.get(agent.index()) {
            Some(key) => *key,
            None => self.topics.key(agent).map_or(AgentKey::NONE, AgentKey),
        }
    }

    /// The key of an agent that is about to be created; `origin` is a hash of the rule and its agents.
    pub fn next_key(&mut self, origin: u32) -> AgentKey {
        let nth = self.created.entry(origin).or_default();
        *nth += 1;
        AgentKey::created(origin, *nth)
    }

    /// Whether an agent is in the world.
    #[inline]
    #[must_use]
    pub fn presence(&self, agent: AgentId) -> Presence {
        self.presence.get(agent.index()).copied().unwrap_or(Presence::Dormant)
    }

    /// Brings an agent into the world or takes it out.
    pub fn set_presence(&mut self, agent: AgentId, presence: Presence) {
        let before = std::mem::replace(&mut self.presence[agent.index()], presence);
        let members = &mut self.members[self.kind[agent.index()].index()];
        match (before == Presence::Present, presence == Presence::Present) {
            (false, true) => {
                insert_sorted(members, agent);
                self.topics.expect_new(&[agent]);
            }
            (true, false) => remove_sorted(members, agent),
            _ => {}
        }
        if presence.is_gone() {
            self.set_place(agent, PlaceId::NOWHERE);
        }
    }

    /// Changes the kind of an agent.
    pub fn set_kind(&mut self, agent: AgentId, kind: KindId) {
        let before = std::mem::replace(&mut self.kind[agent.index()], kind);
        if self.presence(agent) == Presence::Present {
            remove_sorted(&mut self.members[before.index()], agent);
            insert_sorted(&mut self.members[kind.index()], agent);
            self.topics.expect_new(&[agent]);
        }
        self.topics.forget_known(agent);
    }

    /// The present agents of a kind, ascending.
    #[must_use]
    pub fn members(&self, kind: KindId) -> &[AgentId] {
        &self.members[kind.index()]
    }

    /// Where an agent is; for a thing that is held, where its holder is.
    #[inline]
    #[must_use]
    pub fn place(&self, agent: AgentId) -> PlaceId {
        let agent = self.bearer(agent);
        self.place.get(agent.index()).copied().unwrap_or(PlaceId::NOWHERE)
    }

    /// The agent itself, or for a thing that is held its holder.
    #[inline]
    #[must_use]
    pub fn bearer(&self, agent: AgentId) -> AgentId {
        let holder = self.things.holder(agent);
        if holder.is_some() { holder } else { agent }
    }

    /// Where a thing lies that nobody holds.
    #[must_use]
    pub fn lying_place(&self, thing: AgentId) -> PlaceId {
        self.place.get(thing.index()).copied().unwrap_or(PlaceId::NOWHERE)
    }

    /// Moves an agent. Returns where it was.
    pub fn set_place(&mut self, agent: AgentId, place: PlaceId) -> PlaceId {
        let before = std::mem::replace(&mut self.place[agent.index()], place);
        if before != place && !self.things.contains(agent) {
            if let Some(occupants) = self.occupants.get_mut(before.index()) {
                occupants.remove(agent);
            }
            if let Some(occupants) = self.occupants.get_mut(place.index()) {
                occupants.insert(agent);
            }
        }
        before
    }

    /// The agents at a place, ascending.
    #[must_use]
    pub fn occupants(&self, place: PlaceId) -> &[AgentId] {
        self.occupants.get(place.index()).map_or(&[], Occupants::agents)
    }

    /// Until when an agent is busy.
    #[inline]
    #[must_use]
    pub fn busy_until(&self, agent: AgentId) -> Instant {
        self.busy_until.get(agent.index()).copied().unwrap_or(Instant::START)
    }

    /// Makes an agent busy until an instant, or longer if it is already.
    pub fn set_busy(&mut self, agent: AgentId, until: Instant) {
        let busy = &mut self.busy_until[agent.index()];
        *busy = until.max(*busy);
    }

    /// The value of an attribute; 0 for [`AgentId::NONE`].
    #[inline]
    #[must_use]
    pub fn attr(&self, agent: AgentId, attr: AttrId) -> f64 {
        self.attrs[attr.index()].values.get(agent.index()).map_or(0.0, |value| f64::from(*value))
    }

    /// The column of an attribute.
    #[must_use]
    pub fn column(&self, attr: AttrId) -> &AttributeColumn {
        &self.attrs[attr.index()]
    }

    /// Sets an attribute, clamped to its range. Returns the values before and after.
    #[inline]
    pub fn set_attr(&mut self, agent: AgentId, attr: AttrId, value: f64) -> (f64, f64) {
        let column = &mut self.attrs[attr.index()];
        let slot = &mut column.values[agent.index()];
        let before = *slot;
        let value = if column.integer { (value as f32).round() } else { value as f32 };
        *slot = value.clamp(column.low, column.high);
        let after = *slot;
        if column.switch && before != after {
            self.topics.forget_known(agent);
        }
        (f64::from(before), f64::from(after))
    }

    /// The range of an attribute.
    #[must_use]
    pub fn attr_range(&self, attr: AttrId) -> (f64, f64) {
        let column = &self.attrs[attr.index()];
        (f64::from(column.low), f64::from(column.high))
    }

    /// Applies `new(position, old)` to an attribute of each agent, where `position` is the index in `agents`. Results are clamped to the
    /// range of the attribute. Returns how many were cut off or rounded.
    pub fn change_attrs(&mut self, agents: &[AgentId], attr: AttrId, new: impl Fn(usize, f64) -> f64) -> u64 {
        let AttributeColumn { values, low, high, integer, switch, .. } = &mut self.attrs[attr.index()];
        if *switch {
            agents.iter().for_each(|agent| self.topics.forget_known(*agent));
        }
        let mut limited = 0;
        for (position, agent) in agents.iter().enumerate() {
            let slot = &mut values[agent.index()];
            let wanted = new(position, f64::from(*slot)) as f32;
            let value = if *integer { wanted.round() } else { wanted };
            *slot = value.clamp(*low, *high);
            limited += u64::from(*slot != wanted);
        }
        limited
    }

    /// Sets the start value of an attribute, which is also its rest value if the attribute drifts back to where it started.
    pub fn set_start(&mut self, agent: AgentId, attr: AttrId, value: f64) {
        let (_, after) = self.set_attr(agent, attr, value);
        if let Some(rest) = self.attrs[attr.index()].rests.get_mut(agent.index()) {
            *rest = after as f32;
        }
    }

    /// Moves the attribute of every agent by a share (0 to 1) of the way to its rest value.
    pub fn drift(&mut self, attr: AttrId, share: f32) {
        let AttributeColumn { values, rests, rest, .. } = &mut self.attrs[attr.index()];
        match rest {
            Some(rest) => values.iter_mut().for_each(|value| *value += (*rest - *value) * share),
            None => values.iter_mut().zip(rests).for_each(|(value, rest)| *value += (*rest - *value) * share),
        }
    }

    /// The mind of an agent.
    #[inline]
    #[must_use]
    pub fn mind(&self, agent: AgentId) -> Option<&Mind> {
        self.minds.get(agent.index())
    }

    /// The mind of an agent, mutable.
    pub fn mind_mut(&mut self, agent: AgentId) -> &mut Mind {
        &mut self.minds[agent.index()]
    }

    /// Since when a tie has held; recorded for ties that are not `light`.
    #[must_use]
    pub fn tie_since(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<Instant> {
        self.tie_since.get(&TieKey(from, to, tie)).copied()
    }

    /// Records since when a tie has held; none when it has ended.
    pub fn set_tie_since(&mut self, from: AgentId, to: AgentId, tie: TieId, since: Option<Instant>) {
        match since {
            Some(since) => self.tie_since.insert(TieKey(from, to, tie), since),
            None => self.tie_since.remove(&TieKey(from, to, tie)),
        };
    }

    /// The event that last wrote a fact; none if no recorded event has written it.
    #[must_use]
    pub fn writer(&self, fact: Fact) -> Option<EventId> {
        self.writers.get(&fact).copied()
    }

    /// Records the event that wrote a fact.
    pub fn set_writer(&mut self, fact: Fact, event: EventId) {
        self.writers.insert(fact, event);
    }
}

impl AttributeColumn {
    /// The values, by [`AgentId`].
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}

fn insert_sorted(list: &mut Vec<AgentId>, agent: AgentId) {
    if let Err(position) = list.binary_search(&agent) {
        list.insert(position, agent);
    }
}

fn remove_sorted(list: &mut Vec<AgentId>, agent: AgentId) {
    if let Ok(position) = list.binary_search(&agent) {
        list.remove(position);
    }
}
