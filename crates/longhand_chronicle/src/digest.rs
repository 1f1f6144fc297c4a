//! The hash of a run: what happened, by the names of the scene and not by the numbers of its tables.
//!
//! Two runs in which the same happened have the same hash, even if one scene declares things that the other does not have. Members of the
//! cast are identified by their ids in the scene; other agents, which have none, by the order in which the log first mentions them.

use super::{AgentRegistry, Cause, CauseLink, ChoiceTrace, Event, FactChange, SymbolTable};
use longhand_expr::ids::{AgentField, AgentId, EventKind, Fact, PlaceId, ReasonId, WorldFact};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use twox_hash::XxHash3_64;
use twox_hash::xxhash3_128::Hasher;

/// The hashes of the names of a scene, by the ids of what they name.
#[derive(Clone, Debug, Default)]
pub(super) struct NameHashes(Arc<NameTables>);

#[derive(Debug, Default)]
struct NameTables {
    events: Vec<u64>,
    attributes: Vec<u64>,
    dims: Vec<u64>,
    ties: Vec<u64>,
    places: Vec<u64>,
    values: Vec<u64>,
    kinds: Vec<u64>,
    appointments: Vec<u64>,
    intentions: Vec<u64>,
    reasons: Vec<u64>,
}

impl NameHashes {
    pub(super) fn new(symbols: &SymbolTable) -> Self {
        fn hashes<'n>(names: impl Iterator<Item = &'n String>) -> Vec<u64> {
            names.map(|name| XxHash3_64::oneshot(name.as_bytes())).collect()
        }
        Self(Arc::new(NameTables {
            events: hashes(symbols.events.iter().map(|event| &event.name)),
            attributes: hashes(symbols.attributes.iter().map(|attribute| &attribute.id)),
            dims: hashes(symbols.dims.iter().map(|dim| &dim.id)),
            ties: hashes(symbols.ties.iter()),
            places: hashes(symbols.places.iter().map(|place| &place.id)),
            values: hashes(symbols.values.iter()),
            kinds: hashes(symbols.kinds.iter()),
            appointments: hashes(symbols.appointments.iter()),
            intentions: hashes(symbols.intentions.iter().map(|intention| &intention.id)),
            reasons: (0..=255).map(|reason| XxHash3_64::oneshot(symbols.reason_name(ReasonId(reason)).as_bytes())).collect(),
        }))
    }
}

/// The hash of a name; without names, the index itself.
fn name_hash(table: &[u64], index: usize) -> u64 {
    table.get(index).copied().unwrap_or(index as u64)
}

/// The hash of the events up to the last call. Recording an event does not update it; the next call hashes only new events.
/// `None` before the first call.
#[derive(Debug, Default)]
pub(super) struct CachedDigest(Mutex<Option<Box<Digest>>>);

impl CachedDigest {
    pub(super) fn updated_to(&self, events: &[Event], names: &NameHashes, agents: &AgentRegistry) -> Digest {
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = cached.get_or_insert_default();
        for event in events.get(digest.events..).unwrap_or_default() {
            EventEncoder { digest, names: &names.0, agents }.add_event(event);
        }
        Digest::clone(digest)
    }
}

impl Clone for CachedDigest {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()))
    }
}

/// The hasher over the first `events` events.
#[derive(Clone)]
pub(super) struct Digest {
    hasher: Hasher,
    events: usize,
    bytes: Vec<u8>,
    /// How the agents that were mentioned are identified.
    agents: BTreeMap<AgentId, AgentCode>,
    /// Number of these without an id in the scene.
    unnamed: u64,
}

impl Digest {
    /// Adds the counts of a day, by kind of event.
    pub(super) fn add_counts(&mut self, day: u32, counts: &BTreeMap<EventKind, u64>, names: &NameHashes) {
        let mut by_name: Vec<(u64, u64)> =
            counts.iter().map(|(kind, &n)| (name_hash(&names.0.events, kind.index()), n)).collect();
        by_name.sort_unstable();
        for (name, n) in by_name {
            self.hasher.write(&[u64::from(day), name, n].map(u64::to_le_bytes).concat());
        }
    }

    pub(super) fn finish(&self) -> u128 {
        self.hasher.finish_128()
    }
}

impl Default for Digest {
    fn default() -> Self {
        Self { hasher: Hasher::new(), events: 0, bytes: Vec::new(), agents: BTreeMap::new(), unnamed: 0 }
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Digest").field("events", &self.events).finish_non_exhaustive()
    }
}

/// A variant and a number: 1 with the order of mention, or 2 with the hash of the id.
type AgentCode = [u64; 2];

/// Encodes an event as bytes. Each list is preceded by its length, and each variant by its number, so that no two events have the same
/// bytes.
struct EventEncoder<'a> {
    digest: &'a mut Digest,
    names: &'a NameTables,
    agents: &'a AgentRegistry,
}

impl EventEncoder<'_> {
    fn add_event(&mut self, event: &Event) {
        self.digest.bytes.clear();
        self.number(event.at.0 as u64);
        self.number(name_hash(&self.names.events, event.kind.index()));
        self.roles(&event.roles);
        self.place(event.place);
        // What it is about is the last of its changes, as if it changed what is believed into what is told.
        let topic =
            event.topic.as_deref().map(|topic| FactChange { fact: topic.fact(), before: topic.believed, after: topic.told });
        self.number((event.changes.len() + usize::from(topic.is_some())) as u64);
        event.changes.iter().chain(&topic).for_each(|change| self.change(change));
        self.number(event.causes.len() as u64);
        event.causes.iter().for_each(|cause| self.cause(cause));
        self.number(event.values.len() as u64);
        for &(name, value) in &event.values {
            self.number(name_hash(&self.names.values, usize::from(name)));
            self.float(value);
        }
        let texts = event.document.as_deref().map_or(["", ""], |document| [&document.title, &document.text]);
        self.number(u64::from(event.document.is_some()));
        for text in texts {
            self.number(text.len() as u64);
            self.digest.bytes.extend_from_slice(text.as_bytes());
        }
        self.number(u64::from(event.choice.is_some()));
        event.choice.iter().for_each(|choice| self.choice(choice));
        self.digest.hasher.write(&self.digest.bytes);
        self.digest.events += 1;
    }

    fn number(&mut self, number: u64) {
        self.digest.bytes.extend_from_slice(&number.to_le_bytes());
    }

    fn float(&mut self, number: f64) {
        self.number(number.to_bits());
    }

    fn roles(&mut self, roles: &[AgentId]) {
        self.number(roles.len() as u64);
        roles.iter().for_each(|&agent| self.agent(agent));
    }

    fn agent(&mut self, agent: AgentId) {
        if !agent.is_some() {
            return self.number(0);
        }
        let Digest { agents, unnamed, .. } = &mut *self.digest;
        let code = *agents.entry(agent).or_insert_with(|| match self.agents.get(agent) {
            Some(profile) if !profile.key.is_empty() => [2, XxHash3_64::oneshot(profile.key.as_bytes())],
            _ => {
                *unnamed += 1;
                [1, *unnamed]
            }
        });
        code.into_iter().for_each(|number| self.number(number));
    }

    fn place(&mut self, place: PlaceId) {
        self.number(if place == PlaceId::NOWHERE { 0 } else { name_hash(&self.names.places, place.index()) });
    }

    fn world_fact(&mut self, fact: WorldFact) {
        match fact {
            WorldFact::Attr(agent, attr) => {
                self.number(0);
                self.agent(agent);
                self.number(name_hash(&self.names.attributes, attr.index()));
            }
            WorldFact::Dim(from, to, dim) => {
                self.number(1);
                self.roles(&[from, to]);
                self.number(name_hash(&self.names.dims, dim.index()));
            }
            WorldFact::Tie(from, to, tie) => {
                self.number(2);
                self.roles(&[from, to]);
                self.number(name_hash(&self.names.ties, tie.index()));
            }
            WorldFact::Place(agent) => {
                self.number(3);
                self.agent(agent);
            }
            WorldFact::Holder(thing) => {
                self.number(4);
                self.agent(thing);
            }
            WorldFact::Name(agent) => {
                self.number(5);
                self.agent(agent);
            }
            WorldFact::Happened(kind, a, b) => {
                self.number(6);
                self.number(name_hash(&self.names.events, kind.index()));
                self.roles(&[a, b]);
            }
        }
    }

    fn fact(&mut self, fact: Fact) {
        match fact {
            Fact::World(known) => {
                self.number(0);
                self.world_fact(known);
            }
            Fact::Belief(holder, known) => {
                self.number(1);
                self.agent(holder);
                self.world_fact(known);
            }
            Fact::Field(agent, field) => {
                self.number(2);
                self.agent(agent);
                self.number(field as u64);
            }
            Fact::Owner(os) => {
                self.number(3);
                self.agent(os);
            }
            Fact::Happened(kind, a, b) => {
                self.number(4);
                self.number(name_hash(&self.names.events, kind.index()));
                self.roles(&[a, b]);
            }
            Fact::Feeling(agent, emotion, toward) => {
                self.number(5);
                self.number(emotion as u64);
                self.roles(&[agent, toward]);
            }
            Fact::Memory(agent, kind, with) => {
                self.number(6);
                self.number(name_hash(&self.names.events, kind.index()));
                self.roles(&[agent, with]);
            }
            Fact::PastTie(from, to, tie) => {
                self.number(7);
                self.roles(&[from, to]);
                self.number(name_hash(&self.names.ties, tie.index()));
            }
            Fact::Appointment(by, with, what) => {
                self.number(8);
                self.roles(&[by, with]);
                self.number(name_hash(&self.names.appointments, what.index()));
            }
            Fact::MeetingPlace(by, with, what) => {
                self.number(9);
                self.roles(&[by, with]);
                self.number(name_hash(&self.names.appointments, what.index()));
            }
            Fact::Topic(agent, known) => {
                self.number(13);
                self.agent(agent);
                self.world_fact(known);
            }
            Fact::Intention(agent, about, intention) => {
                self.number(10);
                self.roles(&[agent, about]);
                self.number(name_hash(&self.names.intentions, intention.index()));
            }
            Fact::Source(holder, known) => {
                self.number(11);
                self.agent(holder);
                self.world_fact(known);
            }
            Fact::Confidence(holder, known) => {
                self.number(12);
                self.agent(holder);
                self.world_fact(known);
            }
        }
    }

    /// The value of a fact: a place, an agent, a kind or a reason by its name.
    fn value(&mut self, fact: Fact, value: f64) {
        match fact {
            Fact::World(WorldFact::Place(_))
            | Fact::Belief(_, WorldFact::Place(_))
            | Fact::Topic(_, WorldFact::Place(_))
            | Fact::MeetingPlace(..) => {
                self.place(PlaceId::from_value(value));
            }
            Fact::Owner(_)
            | Fact::Source(..)
            | Fact::World(WorldFact::Holder(_))
            | Fact::Belief(_, WorldFact::Holder(_))
            | Fact::Topic(_, WorldFact::Holder(_)) => {
                self.agent(AgentId::from_value(value));
            }
            Fact::Field(_, AgentField::Kind) => self.number(name_hash(&self.names.kinds, value as usize)),
            Fact::Field(_, AgentField::Reason) => self.number(name_hash(&self.names.reasons, value as usize)),
            Fact::PastTie(..) if value > 0.0 => self.number(name_hash(&self.names.reasons, value as usize - 1)),
            _ => self.float(value),
        }
    }

    fn change(&mut self, change: &FactChange) {
        self.fact(change.fact);
        self.value(change.fact, change.before);
        self.value(change.fact, change.after);
    }

    fn cause(&mut self, cause: &Cause) {
        self.number(u64::from(cause.event.0));
        let (tag, fact) = match cause.link {
            CauseLink::Step => (0, None),
            CauseLink::Triggered => (1, None),
            CauseLink::Condition(fact) => (2, Some(fact)),
            CauseLink::Utility(fact) => (3, Some(fact)),
            CauseLink::Consent(fact) => (4, Some(fact)),
            CauseLink::Effect(fact) => (5, Some(fact)),
            CauseLink::Process { changed, .. } => (6, Some(changed)),
            CauseLink::Evaluated => (7, None),
        };
        self.number(tag);
        fact.into_iter().for_each(|fact| self.fact(fact));
    }

    fn choice(&mut self, choice: &ChoiceTrace) {
        self.float(choice.idle_utility);
        self.number(choice.options.len() as u64);
        for option in &choice.options {
            self.number(name_hash(&self.names.events, option.kind.index()));
            self.roles(&option.roles);
            self.float(option.utility);
            self.float(option.choice_noise);
            self.number(option.terms.len() as u64);
            option.terms.iter().for_each(|&term| self.float(term));
        }
    }
}
