//! Translates the ids of one run into those of another, by name.
//!
//! An id is a position in a table of its scene, so one declaration more moves all ids behind it. Whatever crosses two runs, such
//! as a comparison or the selection of a person who edits a scene, therefore goes through a [`SymbolMap`]. What exists in one
//! scene only has no counterpart; [`declared_only`] lists it.
//!
//! Agents of the cast are identified by key, those of the populations by kind and position, and those created during a run by
//! the event that created them ([`SymbolMap::pair_created`]).

use crate::{Chronicle, Event};
use longhand_expr::ids::{
    AgentField, AgentId, AppointmentId, AttrId, DimId, EventKind, EventValueId, Fact, Instant, IntentionId, KindId, PlaceId,
    ReasonId, TieId, WorldFact,
};
use longhand_scene::model::EventInfo;
use longhand_scene::{Scenario, role_agents};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The ids of a scene, `from`, in the tables of another, `to`.
#[derive(Clone, Debug)]
pub struct SymbolMap {
    kinds: Vec<Option<usize>>,
    attributes: Vec<Option<usize>>,
    /// By attribute: its words; empty for numbers and switches.
    words: Vec<Vec<Option<usize>>>,
    dims: Vec<Option<usize>>,
    ties: Vec<Option<usize>>,
    places: Vec<Option<usize>>,
    events: Vec<Option<usize>>,
    values: Vec<Option<usize>>,
    /// Reasons of the scene, without the built-in ones.
    reasons: Vec<Option<usize>>,
    appointments: Vec<Option<usize>>,
    intentions: Vec<Option<usize>>,
    beats: Vec<Option<usize>>,
    patterns: Vec<Option<usize>>,
    /// By event kind of `to`.
    slots: Vec<SlotMap>,
    /// By agent of `from` that exists from the start; [`AgentId::NONE`] if it has no counterpart.
    agents: Vec<AgentId>,
    /// Agents that were created during the runs.
    created: BTreeMap<AgentId, AgentId>,
    /// Their counterparts.
    paired: BTreeSet<AgentId>,
    /// The number of agents of `to` that exist from the start.
    start_count: usize,
}

/// By attribute: its words as positions of the same words of the attribute of the same name.
fn words(from: &Scenario, to: &Scenario) -> Vec<Vec<Option<usize>>> {
    let counterpart = |id: &str| to.attributes.iter().find(|other| other.id == id).map_or(&[][..], |other| &other.one_of);
    from.attributes.iter().map(|attr| positions(attr.one_of.iter(), counterpart(&attr.id).iter())).collect()
}

/// The time in microseconds within which two events count as simultaneous, in two runs. What follows an event without delay comes
/// right after it, each a microsecond after the one before, so it is a few microseconds earlier where one of them is missing.
pub const SAME_INSTANT_US: i64 = 1_000;

/// Whether events at two instants, in two runs, are simultaneous.
#[must_use]
pub fn is_same_instant(at: Instant, other: Instant) -> bool {
    (at.0 - other.0).abs() < SAME_INSTANT_US
}

/// The slots of an event kind in both scenes. A slot of `several` holds the first of its agents; the others follow after the last
/// slot.
#[derive(Clone, Debug, Default)]
struct SlotMap {
    /// For each slot in `to`: the slot of that name in `from`.
    sources: Vec<Option<usize>>,
    /// The slots in `to` that hold several agents.
    several: Vec<usize>,
    /// The number of slots in `from`, and those that hold several agents.
    from_count: usize,
    from_several: Vec<usize>,
}

impl SlotMap {
    fn new(from: &EventInfo, to: &EventInfo) -> Self {
        Self {
            sources: positions(to.slots.iter(), from.slots.iter()),
            several: to.several.clone(),
            from_count: from.slots.len(),
            from_several: from.several.clone(),
        }
    }

    /// The roles of an event of `from` as those of an event of `to` are recorded.
    fn arrange(&self, roles: &[AgentId]) -> Vec<AgentId> {
        let agents_in = |slot: usize| {
            let source = self.sources.get(slot).copied().flatten();
            source.map(|source| role_agents(source, roles, self.from_count, &self.from_several)).into_iter().flatten()
        };
        let first = |slot: usize| agents_in(slot).next().unwrap_or(AgentId::NONE);
        let mut arranged: Vec<AgentId> = (0..self.sources.len()).map(first).collect();
        for &slot in &self.several {
            arranged.extend(agents_in(slot).skip(1).chain([AgentId::NONE]));
        }
        arranged
    }
}

impl SymbolMap {
    /// Maps everything that both scenes declare, and the agents that exist from the start.
    #[must_use]
    pub fn new(from: &Scenario, to: &Scenario) -> Self {
        let events = positions(from.events.iter().map(|event| &event.name), to.events.iter().map(|event| &event.name));
        let mut slots = vec![SlotMap::default(); to.events.len()];
        for (event, position) in from.events.iter().zip(&events) {
            if let Some(position) = *position {
                slots[position] = SlotMap::new(event, &to.events[position]);
            }
        }
        let mut map = Self {
            kinds: positions(from.kinds.iter().map(|kind| &kind.id), to.kinds.iter().map(|kind| &kind.id)),
            attributes: positions(from.attributes.iter().map(|a| &a.id), to.attributes.iter().map(|a| &a.id)),
            words: words(from, to),
            dims: positions(from.dims.iter().map(|dim| &dim.id), to.dims.iter().map(|dim| &dim.id)),
            ties: positions(from.ties.iter().map(|tie| &tie.id), to.ties.iter().map(|tie| &tie.id)),
            places: positions(from.places.iter().map(|place| &place.id), to.places.iter().map(|place| &place.id)),
            values: positions(from.schema.values.iter(), to.schema.values.iter()),
            reasons: positions(from.schema.reasons.iter(), to.schema.reasons.iter()),
            appointments: positions(from.schema.appointments.iter(), to.schema.appointments.iter()),
            intentions: positions(from.schema.intentions.iter(), to.schema.intentions.iter()),
            beats: positions(from.beats.iter().map(|beat| &beat.id), to.beats.iter().map(|beat| &beat.id)),
            patterns: positions(from.patterns.iter().map(|p| &p.id), to.patterns.iter().map(|p| &p.id)),
            events,
            slots,
            agents: Vec::new(),
            created: BTreeMap::new(),
            paired: BTreeSet::new(),
            start_count: to.start_count(),
        };
        let cast = positions(from.cast.iter().map(|member| &member.id), to.cast.iter().map(|member| &member.id));
        map.agents.extend(cast.into_iter().map(|to| to.map_or(AgentId::NONE, AgentId::from_index)));
        for agent in (from.cast.len()..from.start_count()).map(AgentId::from_index) {
            let counterpart = || {
                let (kind, position) = from.population_position(agent)?;
                to.population_agent(map.kind(kind)?, position)
            };
            map.agents.push(counterpart().unwrap_or(AgentId::NONE));
        }
        map
    }

    /// Maps the agents that were created during the runs: those that appear first in the same role of the same event.
    pub fn pair_created(&mut self, from: &Chronicle, to: &Chronicle) {
        let mut events: BTreeMap<(EventKind, Instant), Vec<&Event>> = BTreeMap::new();
        for event in to.iter() {
            events.entry((event.kind, event.at)).or_default().push(event);
        }
        for event in from.iter() {
            if event.roles.iter().all(|role| self.agent(*role).is_some()) {
                continue;
            }
            let Some(kind) = self.event(event.kind) else { continue };
            let [first, last] = [1 - SAME_INSTANT_US, SAME_INSTANT_US - 1].map(|offset| (kind, Instant(event.at.0 + offset)));
            for other in events.range(first..=last).flat_map(|(_, events)| events) {
                if self.pair_roles((from, event), (to, other)) {
                    break;
                }
            }
        }
    }

    /// Maps the agents of an event that have no counterpart yet to those of an event of the other run, if the two are the same
    /// event: if they have the same kind and instant ([`is_same_instant`]), and the same agents as far as these have counterparts. Returns whether
    /// they are.
    pub fn pair_roles(&mut self, (from, event): (&Chronicle, &Event), (to, other): (&Chronicle, &Event)) -> bool {
        if self.event(event.kind) != Some(other.kind) || !is_same_instant(event.at, other.at) {
            return false;
        }
        let roles = self.roles_of_kind(other.kind, &event.roles);
        // A kind may have changed later, in one of the runs only; the key of the draws says by which event an agent was created.
        let is_alike = |role, counterpart| {
            let (profile, other) = (from.agents.get(role), to.agents.get(counterpart));
            let same_key = profile.zip(other).is_some_and(|(profile, other)| profile.draw_key == other.draw_key);
            same_key || profile.and_then(|profile| self.kind(profile.kind)) == other.map(|other| other.kind)
        };
        let is_new =
            |agent: AgentId| (self.start_count..AgentId::NONE.index()).contains(&agent.index()) && !self.paired.contains(&agent);
        let fits = |(role, counterpart): (AgentId, AgentId)| match self.agent(role) {
            Some(agent) => agent == counterpart,
            None => is_new(counterpart) && is_alike(role, counterpart),
        };
        let is_same = pairs(&roles, &other.roles).all(fits);
        for (&role, &counterpart) in roles.iter().zip(&other.roles).filter(|_| is_same) {
            if self.agent(role).is_none() && self.paired.insert(counterpart) {
                self.created.insert(role, counterpart);
            }
        }
        is_same
    }

    /// The reverse map between the same runs.
    #[must_use]
    pub fn reversed(&self, from: &Scenario, to: &Scenario) -> Self {
        Self {
            created: self.created.iter().map(|(from, to)| (*to, *from)).collect(),
            paired: self.created.keys().copied().collect(),
            ..Self::new(to, from)
        }
    }

    fn appointment(&self, what: AppointmentId) -> Option<AppointmentId> {
        lookup(&self.appointments, what.index()).map(AppointmentId::from_index)
    }

    fn intention(&self, what: IntentionId) -> Option<IntentionId> {
        lookup(&self.intentions, what.index()).map(IntentionId::from_index)
    }

    /// A kind of agent.
    #[must_use]
    pub fn kind(&self, kind: KindId) -> Option<KindId> {
        lookup(&self.kinds, kind.index()).map(KindId::from_index)
    }

    /// An event kind.
    #[must_use]
    pub fn event(&self, kind: EventKind) -> Option<EventKind> {
        lookup(&self.events, kind.index()).map(EventKind::from_index)
    }

    /// A tie.
    #[must_use]
    pub fn tie(&self, tie: TieId) -> Option<TieId> {
        lookup(&self.ties, tie.index()).map(TieId::from_index)
    }

    /// A reason; the built-in ones are the same everywhere.
    #[must_use]
    pub fn reason(&self, reason: ReasonId) -> Option<ReasonId> {
        let built_in = 1 + ReasonId::BUILT_IN.len();
        let Some(own) = reason.index().checked_sub(built_in) else { return Some(reason) };
        lookup(&self.reasons, own).map(|own| ReasonId((built_in + own) as u8))
    }

    /// A place; [`PlaceId::NOWHERE`] is the same everywhere.
    #[must_use]
    pub fn place(&self, place: PlaceId) -> Option<PlaceId> {
        if place == PlaceId::NOWHERE { Some(place) } else { lookup(&self.places, place.index()).map(PlaceId::from_index) }
    }

    /// The name of a number that events carry.
    #[must_use]
    pub fn value_id(&self, value: EventValueId) -> Option<EventValueId> {
        lookup(&self.values, value.index()).map(EventValueId::from_index)
    }

    /// A beat, by position in the scene.
    #[must_use]
    pub fn beat(&self, beat: usize) -> Option<usize> {
        lookup(&self.beats, beat)
    }

    /// A pattern, by position in the scene.
    #[must_use]
    pub fn pattern(&self, pattern: usize) -> Option<usize> {
        lookup(&self.patterns, pattern)
    }

    /// An agent; [`AgentId::NONE`] is the same everywhere.
    #[must_use]
    pub fn agent(&self, agent: AgentId) -> Option<AgentId> {
        if !agent.is_some() {
            return Some(agent);
        }
        let at_start = self.agents.get(agent.index()).copied().filter(|counterpart| counterpart.is_some());
        at_start.or_else(|| self.created.get(&agent).copied())
    }

    /// A fact, if everything in its key has a counterpart.
    #[must_use]
    pub fn fact(&self, fact: Fact) -> Option<Fact> {
        Some(match fact {
            Fact::World(known) => Fact::World(self.world_fact(known)?),
            Fact::Belief(holder, known) => Fact::Belief(self.agent(holder)?, self.world_fact(known)?),
            Fact::Field(agent, field) => Fact::Field(self.agent(agent)?, field),
            Fact::Owner(agent) => Fact::Owner(self.agent(agent)?),
            Fact::Happened(kind, a, b) => Fact::Happened(self.event(kind)?, self.agent(a)?, self.agent(b)?),
            Fact::Feeling(agent, emotion, toward) => Fact::Feeling(self.agent(agent)?, emotion, self.agent(toward)?),
            Fact::Memory(agent, kind, with) => Fact::Memory(self.agent(agent)?, self.event(kind)?, self.agent(with)?),
            Fact::PastTie(from, to, tie) => Fact::PastTie(self.agent(from)?, self.agent(to)?, self.tie(tie)?),
            Fact::Appointment(by, with, what) => Fact::Appointment(self.agent(by)?, self.agent(with)?, self.appointment(what)?),
            Fact::MeetingPlace(by, with, what) => Fact::MeetingPlace(self.agent(by)?, self.agent(with)?, self.appointment(what)?),
            Fact::Intention(agent, about, what) => Fact::Intention(self.agent(agent)?, self.agent(about)?, self.intention(what)?),
            Fact::Source(holder, known) => Fact::Source(self.agent(holder)?, self.world_fact(known)?),
            Fact::Topic(agent, known) => Fact::Topic(self.agent(agent)?, self.world_fact(known)?),
            Fact::Confidence(holder, known) => Fact::Confidence(self.agent(holder)?, self.world_fact(known)?),
        })
    }

    fn world_fact(&self, known: WorldFact) -> Option<WorldFact> {
        let dim = |dim: DimId| lookup(&self.dims, dim.index()).map(DimId::from_index);
        let attribute = |attr: AttrId| lookup(&self.attributes, attr.index()).map(AttrId::from_index);
        Some(match known {
            WorldFact::Attr(agent, attr) => WorldFact::Attr(self.agent(agent)?, attribute(attr)?),
            WorldFact::Dim(a, b, of) => WorldFact::Dim(self.agent(a)?, self.agent(b)?, dim(of)?),
            WorldFact::Tie(a, b, tie) => WorldFact::Tie(self.agent(a)?, self.agent(b)?, self.tie(tie)?),
            WorldFact::Place(agent) => WorldFact::Place(self.agent(agent)?),
            WorldFact::Holder(thing) => WorldFact::Holder(self.agent(thing)?),
            WorldFact::Name(agent) => WorldFact::Name(self.agent(agent)?),
            WorldFact::Happened(kind, a, b) => WorldFact::Happened(self.event(kind)?, self.agent(a)?, self.agent(b)?),
        })
    }

    /// The value of a fact of `from`. A number stays the same, as does -1, which stands for no place, word, agent or belief; a place, a
    /// word or an agent is translated, NaN if it has no counterpart.
    #[must_use]
    pub fn fact_value(&self, fact: Fact, value: f64) -> f64 {
        if value < 0.0 {
            return value;
        }
        match fact {
            Fact::World(WorldFact::Place(_))
            | Fact::Belief(_, WorldFact::Place(_))
            | Fact::Topic(_, WorldFact::Place(_))
            | Fact::MeetingPlace(..) => self.place(PlaceId::from_value(value)).map_or(f64::NAN, |place| f64::from(place.0)),
            Fact::World(WorldFact::Attr(_, attr))
            | Fact::Belief(_, WorldFact::Attr(_, attr))
            | Fact::Topic(_, WorldFact::Attr(_, attr))
                if self.words.get(attr.index()).is_some_and(|words| !words.is_empty()) =>
            {
                lookup(&self.words[attr.index()], value as usize).map_or(f64::NAN, |word| word as f64)
            }
            Fact::Owner(_)
            | Fact::Source(..)
            | Fact::World(WorldFact::Holder(_))
            | Fact::Belief(_, WorldFact::Holder(_))
            | Fact::Topic(_, WorldFact::Holder(_)) => {
                self.agent(AgentId::from_value(value)).map_or(f64::NAN, |agent| f64::from(agent.0))
            }
            Fact::Field(_, AgentField::Kind) => self.kind(KindId(value as u16)).map_or(f64::NAN, |kind| f64::from(kind.0)),
            Fact::Field(_, AgentField::Reason) => {
                self.reason(ReasonId(value as u8)).map_or(f64::NAN, |reason| f64::from(reason.0))
            }
            // A past tie has the reason plus 1.
            Fact::PastTie(..) if value >= 1.0 => {
                self.reason(ReasonId((value - 1.0) as u8)).map_or(f64::NAN, |reason| f64::from(reason.0) + 1.0)
            }
            _ => value,
        }
    }

    /// The roles of an event of `from`, in the order in which its counterpart `kind` records them, with all agents of roles of
    /// several. They are still agents of `from`.
    #[must_use]
    pub fn roles_of_kind(&self, kind: EventKind, roles: &[AgentId]) -> Vec<AgentId> {
        self.slots.get(kind.index()).map_or_else(Vec::new, |slots| slots.arrange(roles))
    }

    /// Whether an event of `from` and one of `to` are the same: kind, instant, roles, place, changes and values.
    #[must_use]
    pub fn is_same_event(&self, event: &Event, other: &Event) -> bool {
        self.event(event.kind) == Some(other.kind)
            && is_same_instant(event.at, other.at)
            && self.place(event.place) == Some(other.place)
            && self.has_same_roles(event, other)
            && self.has_same_changes(event, other)
    }

    /// Whether the roles of an event of `from` are those of its counterpart.
    #[must_use]
    pub fn has_same_roles(&self, event: &Event, other: &Event) -> bool {
        let roles = self.roles_of_kind(other.kind, &event.roles);
        pairs(&roles, &other.roles).all(|(role, counterpart)| self.agent(role) == Some(counterpart))
    }

    fn has_same_changes(&self, event: &Event, other: &Event) -> bool {
        let changes = event.changes.iter().zip(&other.changes).all(|(change, counterpart)| {
            self.fact(change.fact) == Some(counterpart.fact)
                && self.fact_value(change.fact, change.before) == counterpart.before
                && self.fact_value(change.fact, change.after) == counterpart.after
        });
        let values = event.values.iter().zip(&other.values).all(|((name, value), (counterpart, other))| {
            self.value_id(EventValueId(*name)) == Some(EventValueId(*counterpart)) && value == other
        });
        let topic = match (&event.topic, &other.topic) {
            (Some(topic), Some(counterpart)) => {
                let value = |value| self.fact_value(topic.fact(), value);
                self.fact(topic.fact()) == Some(counterpart.fact())
                    && (value(topic.believed), value(topic.told)) == (counterpart.believed, counterpart.told)
            }
            (None, None) => true,
            _ => false,
        };
        changes && topic && values && event.changes.len() == other.changes.len() && event.values.len() == other.values.len()
    }
}

/// The agents in the same places of two lists of roles; [`AgentId::NONE`] where one of them ends before the other.
fn pairs(roles: &[AgentId], others: &[AgentId]) -> impl Iterator<Item = (AgentId, AgentId)> {
    let at = |roles: &[AgentId], place: usize| roles.get(place).copied().unwrap_or(AgentId::NONE);
    (0..roles.len().max(others.len())).map(move |place| (at(roles, place), at(others, place)))
}

fn lookup(positions: &[Option<usize>], index: usize) -> Option<usize> {
    positions.get(index).copied().flatten()
}

/// The position in `to` of each name in `from`.
fn positions<'a>(from: impl Iterator<Item = &'a String>, to: impl Iterator<Item = &'a String>) -> Vec<Option<usize>> {
    let to: BTreeMap<&String, usize> = to.enumerate().map(|(index, name)| (name, index)).collect();
    from.map(|name| to.get(name).copied()).collect()
}

/// Something that only one of two scenes declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// What it is: `attribute`, `tie`, `rule` and so on.
    pub what: String,
    /// Its id in the scene.
    pub id: String,
}

/// What `scenario` declares and `other` does not, in the order of the scene.
#[must_use]
pub fn declared_only(scenario: &Scenario, other: &Scenario) -> Vec<Declaration> {
    let mut only = Vec::new();
    let mut add = |what: &str, ids: &dyn Fn(&Scenario) -> Vec<String>| {
        let others: BTreeSet<String> = ids(other).into_iter().collect();
        let new = ids(scenario).into_iter().filter(|id| !others.contains(id));
        only.extend(new.map(|id| Declaration { what: what.to_owned(), id }));
    };
    add("parameter", &|scene| scene.params.iter().map(|param| param.id.clone()).collect());
    add("kind", &|scene| scene.kinds.iter().map(|kind| kind.id.clone()).collect());
    add("attribute", &|scene| scene.attributes.iter().map(|attribute| attribute.id.clone()).collect());
    add("bond", &|scene| scene.dims.iter().map(|dim| dim.id.clone()).collect());
    add("tie", &|scene| scene.ties.iter().map(|tie| tie.id.clone()).collect());
    add("place", &|scene| scene.places.iter().map(|place| place.id.clone()).collect());
    add("person", &|scene| scene.cast.iter().map(|member| member.id.clone()).collect());
    add("goal", &|scene| scene.goals.iter().map(|goal| goal.id.clone()).collect());
    add("appointment", &|scene| scene.schema.appointments.clone());
    add("intention", &|scene| scene.schema.intentions.clone());
    add("process", &|scene| scene.processes.iter().map(|process| process.id.clone()).collect());
    add("norm", &|scene| scene.norms.iter().map(|norm| norm.id.clone()).collect());
    add("influence", &|scene| scene.influences.iter().map(|influence| influence.id.clone()).collect());
    add("action", &|scene| scene.actions.iter().map(|action| action.id.clone()).collect());
    add("trigger", &|scene| scene.triggers.iter().map(|trigger| trigger.id.clone()).collect());
    add("outcome", &|scene| {
        let is_outcome = |event: &&longhand_scene::model::EventInfo| event.name.contains('/');
        scene.events.iter().filter(is_outcome).map(|event| event.name.clone()).collect()
    });
    add("beat", &|scene| scene.beats.iter().map(|beat| beat.id.clone()).collect());
    add("pattern", &|scene| scene.patterns.iter().map(|pattern| pattern.id.clone()).collect());
    add("measure", &|scene| scene.measures.iter().map(|measure| measure.id.clone()).collect());
    only
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_scene::{STARTER_SCENE, load_text};
    use smallvec::smallvec;

    fn scene(text: &str) -> Scenario {
        load_text("a.ron", &[("a.ron", text)], &[]).unwrap().scenario
    }

    /// The starter scene with an attribute, a person and a place declared before the others.
    fn longer() -> Scenario {
        let text = STARTER_SCENE.replacen("attributes: [", "attributes: [Attribute(id: \"unused\"), ", 1).replacen(
            "places: [",
            "places: [Place(id: \"nowhere_else\", name: \"elsewhere\", position: (0, 0)), ",
            1,
        );
        scene(&text)
    }

    #[test]
    fn ids_are_translated_by_name_and_back() {
        let (from, to) = (scene(STARTER_SCENE), longer());
        let map = SymbolMap::new(&from, &to);
        let back = map.reversed(&from, &to);
        let fact = Fact::World(WorldFact::Attr(AgentId(1), AttrId(0)));
        assert_eq!(map.fact(fact), Some(Fact::World(WorldFact::Attr(AgentId(1), AttrId(1)))));
        assert_eq!(map.fact(fact).and_then(|fact| back.fact(fact)), Some(fact));
        assert_eq!(back.fact(fact), None, "it exists in one scene only");
        let place = Fact::World(WorldFact::Place(AgentId(0)));
        assert_eq!(map.fact_value(place, 0.0), 1.0);
        assert_eq!(map.fact_value(place, f64::from(PlaceId::NOWHERE.0)), f64::from(PlaceId::NOWHERE.0));
        assert!(back.fact_value(place, 0.0).is_nan());
        assert_eq!(map.agent(AgentId::NONE), Some(AgentId::NONE));
        let only: Vec<String> = declared_only(&to, &from).into_iter().map(|only| format!("{} {}", only.what, only.id)).collect();
        assert_eq!(only, ["attribute unused", "place nowhere_else"]);
        assert!(declared_only(&from, &to).is_empty());
    }

    #[test]
    fn agents_created_by_the_same_event_are_the_same() {
        let (from, to) = (scene(STARTER_SCENE), longer());
        let (first, second) = (AgentId::from_index(from.cast.len() + 4), AgentId::from_index(to.cast.len() + 9));
        let event = |at: i64, agent| Event::new(EventKind(0), Instant(at), smallvec![AgentId(0), agent]);
        let (mut one, mut other) = (Chronicle::default(), Chronicle::default());
        for (chronicle, agent) in [(&mut one, first), (&mut other, second)] {
            let kind = KindId(0);
            let profile = crate::testing::test_profile(agent.0, "x");
            chronicle.agents.set(crate::AgentProfile { key: String::new(), kind, ..profile });
            chronicle.push(event(7, agent));
        }
        let mut map = SymbolMap::new(&from, &to);
        assert_eq!(map.agent(first), None);
        map.pair_created(&one, &other);
        assert_eq!(map.agent(first), Some(second));
        assert_eq!(map.reversed(&from, &to).agent(second), Some(first));
    }

    #[test]
    fn all_agents_of_a_role_of_several_are_mapped() {
        let text = |cast: &str, roles: &str| {
            format!(
                r#"Scene(starts: "2030-01-01", ends: "2030-01-02", kinds: [Kind(id: "human", wakes: "1h")], cast: [{cast}],
                    actions: [Action(id: "dine", roles: {{{roles}}}, want: "1")])"#
            )
        };
        let member = |id: &str| format!(r#"Member(id: "{id}", kind: "human")"#);
        let cast = |ids: &[&str]| ids.iter().map(|id| member(id)).collect::<Vec<_>>().join(", ");
        let guests = r#""guests": "each agents(human)""#;
        let from = scene(&text(&cast(&["ann", "ben", "cleo", "dan"]), guests));
        let to = scene(&text(&cast(&["dan", "cleo", "ben", "ann"]), &format!(r#""host": "[dan]", {guests}"#)));
        let kind_in =
            |scene: &Scenario| EventKind::from_index(scene.events.iter().position(|event| event.name == "dine").unwrap());
        let agents = |scene: &Scenario, ids: &[&str]| -> Vec<AgentId> {
            ids.iter().map(|id| if id.is_empty() { AgentId::NONE } else { scene.schema.agent(id).unwrap() }).collect()
        };
        let event = |scene: &Scenario, ids: &[&str]| Event::new(kind_in(scene), Instant(7), agents(scene, ids).into());
        let map = SymbolMap::new(&from, &to);
        let dinner = event(&from, &["ann", "ben", "cleo", "dan", ""]);
        let arranged = map.roles_of_kind(kind_in(&to), &dinner.roles);
        let host_is_first = to.events[kind_in(&to).index()].slots[1] == "host";
        let expected = if host_is_first { ["ann", "", "ben", "cleo", "dan", ""] } else { ["ann", "ben", "", "cleo", "dan", ""] };
        assert_eq!(arranged, agents(&from, &expected));
        assert!(map.has_same_roles(&dinner, &event(&to, &expected)));
        let same = SymbolMap::new(&from, &from);
        assert!(same.is_same_event(&dinner, &dinner.clone()));
        for others in [&["ann", "ben", "cleo", ""][..], &["ann", "ben", "cleo", "cleo", ""], &["ann", "ben", "dan", "cleo", ""]] {
            assert!(!same.has_same_roles(&dinner, &event(&from, others)), "{others:?}");
            assert!(!same.has_same_roles(&event(&from, others), &dinner), "{others:?}");
        }
    }
}
