//! From a scene to the world at its start, and one new agent at a time after that.

use super::agents::{Agent, LivesAt, Named, Os, OwnedBy, Place, Roster, WorksAt};
use super::draws::{Draws, site};
use super::minds::Mind;
use super::networks;
use super::spread::sample;
use super::state::{Presence, State};
use crate::ids::{AgentId, Instant, KindId, NameListId, PlaceId, TieId};
use crate::language::Frame;
use crate::scenario::{Member, Mood, Name, Population, Pronouns, Scenario};
use bevy::ecs::prelude::*;
use rand::{Rng, RngExt};

/// Most agents one population may have.
const MOST_AGENTS: f64 = 2_000_000.0;

/// Fills `world` with the scene's places, cast and population, and gives the columns they have.
pub fn build(world: &mut World, scenario: &Scenario, draws: Draws) -> State {
    let mut state = State::new(scenario);
    let mut roster = Roster::default();
    for index in 0..scenario.places.len() {
        roster.push_place(world.spawn(Place(PlaceId::at(index))).id());
    }
    for member in &scenario.cast {
        add_member(world, &mut roster, &mut state, scenario, member);
    }
    for (index, member) in scenario.cast.iter().enumerate() {
        let id = AgentId::at(index);
        if let Some(owner) = member.owner {
            set_owner(world, &roster, id, owner);
        }
        if !member.dormant {
            enter(&mut state, &roster, id);
        }
        for toward in &member.toward {
            let since = Instant::from_seconds(-toward.since);
            for &tie in &toward.ties {
                let mutual = scenario.ties[tie.index()].mutual || toward.mutual;
                begin_tie(&mut state, scenario, id, toward.to, tie, mutual, since);
            }
            for &(dim, value) in &toward.bond {
                state.bonds.set_dim(id, toward.to, dim, value, Instant::START);
                if toward.mutual {
                    state.bonds.set_dim(toward.to, id, dim, value, Instant::START);
                }
            }
        }
    }
    let mut given = Given(vec![Vec::new(); scenario.names.len()]);
    for (index, population) in scenario.population.iter().enumerate() {
        let rng = draws.stream(site("population").wrapping_add(index as u32));
        add_population(world, &mut roster, &mut state, scenario, population, (draws, rng), &mut given);
    }
    world.insert_resource(roster);
    state
}

fn add_member(world: &mut World, roster: &mut Roster, state: &mut State, scenario: &Scenario, member: &Member) {
    let named = Named { name: member.name.clone(), called: member.called.clone(), pronouns: member.pronouns };
    let mood = member.temperament.unwrap_or(scenario.kinds[member.kind.index()].temperament);
    let id = add_agent(world, roster, state, scenario, member.kind, named, mood);
    settle(world, roster, id, member.home, member.work);
    for &(attr, value) in &member.attributes {
        state.set_start(id, attr, value);
    }
}

fn add_population(
    world: &mut World,
    roster: &mut Roster,
    state: &mut State,
    scenario: &Scenario,
    population: &Population,
    (draws, mut rng): (Draws, impl Rng),
    given: &mut Given,
) {
    let count = {
        let live = super::Live::new(scenario, state, world, roster, draws, Instant::START);
        population.count.num(&live, &mut Frame::default()).clamp(0.0, MOST_AGENTS) as u32
    };
    let kind = &scenario.kinds[population.kind.index()];
    let first = state.agents();
    for _ in 0..count {
        let named = population.names.map_or_else(
            || Named { name: kind.id.clone(), called: kind.id.clone(), pronouns: Pronouns::they },
            |list| {
                let name = given.name(scenario, list, &mut rng);
                Named { name: name.name.clone(), called: name.name.clone(), pronouns: name.pronouns.unwrap_or_default() }
            },
        );
        let id = add_agent(world, roster, state, scenario, population.kind, named, kind.temperament);
        settle(world, roster, id, population.home, population.work);
        for &(attr, spread) in &population.attributes {
            state.set_start(id, attr, sample(spread, scenario.attributes[attr.index()].range, &mut rng));
        }
        enter(state, roster, id);
    }
    for network in &population.networks {
        let mut who: Vec<AgentId> = (first..first + count as usize).map(AgentId::at).collect();
        if network.with_cast {
            let cast =
                (0..scenario.cast.len()).filter(|&i| scenario.cast[i].kind == population.kind && !scenario.cast[i].dormant);
            who.extend(cast.map(AgentId::at));
        }
        let pairs = networks::pairs(&network.shape, who.len() as u32, &mut rng);
        state.bonds.expect(pairs.iter().map(|&(a, b)| (who[a as usize], who[b as usize])));
        for (a, b) in pairs {
            let (a, b) = (who[a as usize], who[b as usize]);
            for &tie in &network.ties {
                begin_tie(state, scenario, a, b, tie, scenario.ties[tie.index()].mutual, Instant::START);
            }
            for &(dim, spread) in &network.bond {
                let range = scenario.dims[dim.index()].range;
                for (from, to) in [(a, b), (b, a)] {
                    state.bonds.set_dim(from, to, dim, sample(spread, range, &mut rng), Instant::START);
                }
            }
        }
    }
}

/// By list, which of its names are given already: two of a population have the same name only when there are more of them than names.
struct Given(Vec<Vec<bool>>);

impl Given {
    /// A name drawn from the list, or the next after it that nobody has yet.
    fn name<'s>(&mut self, scenario: &'s Scenario, list: NameListId, rng: &mut impl Rng) -> &'s Name {
        let names = &scenario.names[list.index()].names;
        let given = &mut self.0[list.index()];
        if given.is_empty() {
            *given = names.iter().map(|name| scenario.cast.iter().any(|member| member.called == name.name)).collect();
        }
        if given.iter().all(|given| *given) {
            given.fill(false);
        }
        let drawn = rng.random_range(0..names.len());
        let free = (drawn..names.len()).chain(0..drawn).find(|&at| !given[at]).unwrap_or(drawn);
        given[free] = true;
        &names[free]
    }
}

/// Adds an agent that is not in the world yet.
pub fn add_agent(
    world: &mut World,
    roster: &mut Roster,
    state: &mut State,
    scenario: &Scenario,
    kind: KindId,
    named: Named,
    mood: Mood,
) -> AgentId {
    let temperament = [mood.pleasure as f32, mood.arousal as f32, mood.dominance as f32];
    let id = state.add_agent(scenario, kind, Mind::new(temperament));
    let mut entity = world.spawn((Agent { id, kind }, named));
    if scenario.kinds[kind.index()].os {
        entity.insert(Os::default());
    }
    let entity = entity.id();
    roster.push_agent(entity);
    id
}

/// Says where an agent lives and works.
pub fn settle(world: &mut World, roster: &mut Roster, agent: AgentId, home: PlaceId, work: PlaceId) {
    let Some(entity) = roster.agent(agent) else { return };
    roster.settle(agent, home, work);
    let (lives, works) = (roster.place(home), roster.place(work));
    if let Some(place) = lives {
        world.entity_mut(entity).insert(LivesAt { entity: place, id: home });
    }
    if let Some(place) = works {
        world.entity_mut(entity).insert(WorksAt { entity: place, id: work });
    }
}

/// Says whom an OS belongs to; nobody abandons it.
pub fn set_owner(world: &mut World, roster: &Roster, os: AgentId, owner: AgentId) {
    let (Some(os), entity) = (roster.agent(os), roster.agent(owner)) else { return };
    match entity {
        Some(entity) => world.entity_mut(os).insert(OwnedBy { entity, id: owner }),
        None => world.entity_mut(os).remove::<OwnedBy>(),
    };
}

/// Brings an agent into the world, at its home.
pub fn enter(state: &mut State, roster: &Roster, agent: AgentId) {
    state.set_presence(agent, Presence::Present);
    let home = roster.home(agent);
    if home != PlaceId::NOWHERE {
        state.set_place(agent, home);
    }
}

/// Begins a tie, both ways if it is mutual; gives whether that changed anything.
pub fn begin_tie(
    state: &mut State,
    scenario: &Scenario,
    a: AgentId,
    b: AgentId,
    tie: TieId,
    mutual: bool,
    since: Instant,
) -> bool {
    let now = since.max(Instant::START);
    let mut changed = false;
    for (from, to) in [(a, b), (b, a)].into_iter().take(1 + usize::from(mutual)) {
        if state.bonds.set_tie(from, to, tie, true, now) {
            changed = true;
            if !scenario.ties[tie.index()].light {
                state.set_tie_since(from, to, tie, Some(since));
            }
        }
    }
    changed
}

/// Gives an agent the attributes of its kind's population, as a new one of them would have.
pub fn like_population(state: &mut State, scenario: &Scenario, agent: AgentId, rng: &mut impl Rng) {
    let kind = state.kind(agent);
    let Some(population) = scenario.population.iter().find(|population| population.kind == kind) else { return };
    for &(attr, spread) in &population.attributes {
        state.set_start(agent, attr, sample(spread, scenario.attributes[attr.index()].range, rng));
    }
}
