//! Builds the state of a scene's start, and adds one new agent at a time after that.

use super::distributions::sample;
use super::draws::Draws;
use super::keys::{AgentKey, combine};
use super::minds::Mind;
use super::names::distinct_name;
use super::networks;
use super::profiles::{AgentName, AgentProfiles, OsState};
use super::state::{Presence, WorldState};
use longhand_expr::ids::{AgentId, AttrId, Instant, KindId, PlaceId, TieId};
use longhand_expr::stable_hash;
use longhand_scene::{Member, NameList, Network, NetworkShape, Population, Pronouns, Scenario, Temperament};
use rand::{Rng, RngExt};

/// The state of a scene's start: its cast and its populations, with their attributes, ties and bonds.
#[must_use]
pub fn build(scenario: &Scenario, draws: Draws) -> (WorldState, AgentProfiles) {
    let mut state = WorldState::new(scenario);
    let mut profiles = AgentProfiles::default();
    for member in &scenario.cast {
        add_member(&mut state, &mut profiles, scenario, member);
    }
    for (index, member) in scenario.cast.iter().enumerate() {
        let id = AgentId::from_index(index);
        if let Some(owner) = member.owner {
            profiles.set_owner(id, owner);
        }
        if let Some(holder) = member.holder {
            state.things.set_holder(id, holder);
        }
        if !member.dormant {
            enter_world(&mut state, &profiles, id);
        }
        for relation in &member.toward {
            let since = Instant::from_seconds(-relation.since);
            for &tie in &relation.ties {
                let mutual = scenario.ties[tie.index()].mutual || relation.mutual;
                begin_tie(&mut state, scenario, id, relation.to, tie, mutual, since);
            }
            for &(dim, value) in &relation.bond {
                state.bonds.set_dim(id, relation.to, dim, value, Instant::START);
                if relation.mutual {
                    state.bonds.set_dim(relation.to, id, dim, value, Instant::START);
                }
            }
        }
    }
    for population in &scenario.population {
        add_population(&mut state, &mut profiles, scenario, population, draws);
    }
    (state, profiles)
}

fn add_member(state: &mut WorldState, profiles: &mut AgentProfiles, scenario: &Scenario, member: &Member) {
    let name = AgentName { name: member.name.clone(), short_name: member.short_name.clone(), pronouns: member.pronouns };
    let temperament = member.temperament.unwrap_or(scenario.kinds[member.kind.index()].temperament);
    let id = add_agent(state, profiles, scenario, member.kind, AgentKey::of_member(&member.id), name, temperament);
    profiles.settle(id, member.home, member.work);
    for &(attr, value) in &member.attributes {
        state.set_start(id, attr, value);
    }
    if let Some(born) = member.born {
        state.life.set_birth(id, born);
    }
}

fn add_population(
    state: &mut WorldState,
    profiles: &mut AgentProfiles,
    scenario: &Scenario,
    population: &Population,
    draws: Draws,
) {
    let count = population.size;
    let kind = &scenario.kinds[population.kind.index()];
    let first_index = state.agent_count();
    // Each attribute, network and dimension has a generator of its own, so that one more changes no other.
    let stream = |name: &str| draws.stream(stable_hash(population.key, name));
    let (mut names_rng, mut surnames_rng, mut ages_rng) = (stream("names"), stream("surnames"), stream("ages"));
    let attributes = population.attributes.iter().map(|(attr, distribution)| {
        let info = &scenario.attributes[attr.index()];
        (*attr, distribution, info.range, stream(&format!("attribute {}", info.id)))
    });
    let mut attributes: Vec<_> = attributes.collect();
    for position in 0..count {
        let surname = population.surnames.map(|list| &scenario.names[list.index()].names).filter(|names| !names.is_empty());
        let surname = surname.map(|names| names[surnames_rng.random_range(0..names.len())].name.as_str());
        let name = population.names.map_or_else(
            || AgentName { name: kind.id.clone(), short_name: kind.id.clone(), pronouns: Pronouns::They },
            |list| {
                let list = &scenario.names[list.index()];
                let position = draw_name(list, profiles, &mut names_rng);
                let (name, short_name) = distinct_name(list, position, surname, profiles);
                AgentName { name, short_name, pronouns: list.names[position].pronouns.unwrap_or_default() }
            },
        );
        let key = AgentKey::in_population(population.key, position);
        let id = add_agent(state, profiles, scenario, population.kind, key, name, kind.temperament);
        if let Some(age) = &population.age {
            let years = sample(age, (0.0, f64::MAX), &mut ages_rng);
            state.life.set_birth(id, Instant::from_seconds(-years * scenario.calendar.year_seconds()));
        }
        profiles.settle(id, population.home, population.work);
        for (attr, distribution, range, rng) in &mut attributes {
            state.set_start(id, *attr, sample(distribution, *range, rng));
        }
        enter_world(state, profiles, id);
    }
    for network in &population.networks {
        if let NetworkShape::Cast { least, most } = network.shape {
            tie_cast(state, scenario, population, network, (first_index, count), (least, most), draws);
            continue;
        }
        let mut agents: Vec<AgentId> = (first_index..first_index + count as usize).map(AgentId::from_index).collect();
        if network.with_cast {
            let cast =
                (0..scenario.cast.len()).filter(|&i| scenario.cast[i].kind == population.kind && !scenario.cast[i].dormant);
            agents.extend(cast.map(AgentId::from_index));
        }
        let stream = |name: &str| draws.stream(stable_hash(combine(population.key, network.key), name));
        let dims = network.bond.iter().map(|(dim, distribution)| {
            let info = &scenario.dims[dim.index()];
            (*dim, distribution, info.range, stream(&format!("dimension {}", info.id)))
        });
        let mut dims: Vec<_> = dims.collect();
        let pairs = networks::generate_pairs(&network.shape, agents.len() as u32, &mut stream("pairs"));
        let agents_at = |(a, b): (u32, u32)| (agents[a as usize], agents[b as usize]);
        state.bonds.reserve_pairs(pairs.iter().map(|pair| agents_at((pair.low, pair.high))));
        for pair in pairs {
            let (a, b) = agents_at((pair.low, pair.high));
            for &tie in &network.ties {
                if scenario.ties[tie.index()].mutual {
                    begin_tie(state, scenario, a, b, tie, true, Instant::START);
                } else {
                    for (from, to) in pair.directions().map(agents_at) {
                        begin_tie(state, scenario, from, to, tie, false, Instant::START);
                    }
                }
            }
            for (dim, distribution, range, rng) in &mut dims {
                for (from, to) in [(a, b), (b, a)] {
                    state.bonds.set_dim(from, to, *dim, sample(distribution, *range, rng), Instant::START);
                }
            }
        }
    }
}

/// Ties each member of the cast of the kind of a population to some of its agents. Each member has draws of its own.
fn tie_cast(
    state: &mut WorldState,
    scenario: &Scenario,
    population: &Population,
    network: &Network,
    (first_index, count): (usize, u32),
    degrees: (u32, u32),
    draws: Draws,
) {
    let key = combine(population.key, network.key);
    let members = scenario.cast.iter().enumerate().filter(|(_, member)| member.kind == population.kind && !member.dormant);
    for (index, member) in members {
        let own = AgentId::from_index(index);
        let stream = |name: &str| draws.stream(combine(stable_hash(key, name), stable_hash(0, &member.id)));
        for position in networks::drawn_positions(count, degrees, &mut stream("cast")) {
            let other = AgentId::from_index(first_index + position as usize);
            for &tie in &network.ties {
                begin_tie(state, scenario, own, other, tie, scenario.ties[tie.index()].mutual, Instant::START);
            }
            for (dim, distribution) in &network.bond {
                let info = &scenario.dims[dim.index()];
                let rng = &mut stream(&format!("dimension {} {position}", info.id));
                for (from, to) in [(own, other), (other, own)] {
                    state.bonds.set_dim(from, to, *dim, sample(distribution, info.range, rng), Instant::START);
                }
            }
        }
    }
}

/// The position of a random name of the list, or of the next one after it that is free.
fn draw_name(list: &NameList, profiles: &AgentProfiles, rng: &mut impl Rng) -> usize {
    let drawn = rng.random_range(0..list.names.len());
    let mut order = (drawn..list.names.len()).chain(0..drawn);
    order.find(|&position| profiles.is_free(&list.names[position].name)).unwrap_or(drawn)
}

/// Adds an agent that is not in the world yet.
pub fn add_agent(
    state: &mut WorldState,
    profiles: &mut AgentProfiles,
    scenario: &Scenario,
    kind: KindId,
    key: AgentKey,
    name: AgentName,
    temperament: Temperament,
) -> AgentId {
    let mood = [temperament.pleasure as f32, temperament.arousal as f32, temperament.dominance as f32];
    let id = state.add_agent(scenario, kind, key, Mind::new(mood));
    profiles.push(name, scenario.kinds[kind.index()].os.then(OsState::default));
    id
}

/// Brings an agent into the world, at its home.
pub fn enter_world(state: &mut WorldState, profiles: &AgentProfiles, agent: AgentId) {
    state.set_presence(agent, Presence::Present);
    let home = profiles.home(agent);
    if home != PlaceId::NOWHERE {
        state.set_place(agent, home);
    }
}

/// Begins a tie, in both directions if it is mutual. Returns whether that changed anything.
pub fn begin_tie(
    state: &mut WorldState,
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

/// Gives an agent that has become another kind the attributes that it did not have: their start values, or draws from the distributions
/// of the population of its kind.
pub fn draw_new_attributes(state: &mut WorldState, scenario: &Scenario, agent: AgentId, attrs: &[AttrId], draws: Draws) {
    let kind = state.kind(agent);
    let population = scenario.population.iter().find(|population| population.kind == kind);
    let distributions = population.map_or(&[][..], |population| &population.attributes);
    for &attr in attrs {
        let info = &scenario.attributes[attr.index()];
        let distribution = distributions.iter().find(|(of, _)| *of == attr);
        let value = distribution.map_or(info.start, |(_, distribution)| {
            let rng = &mut draws.stream(stable_hash(state.key(agent).0, &info.id));
            sample(distribution, info.range, rng)
        });
        state.set_start(agent, attr, value);
    }
}

/// Draws the attributes of an agent from the distributions of its kind's population.
pub fn draw_population_attributes(state: &mut WorldState, scenario: &Scenario, agent: AgentId, draws: Draws) {
    let kind = state.kind(agent);
    let Some(population) = scenario.population.iter().find(|population| population.kind == kind) else { return };
    for (attr, distribution) in &population.attributes {
        let info = &scenario.attributes[attr.index()];
        let rng = &mut draws.stream(stable_hash(state.key(agent).0, &info.id));
        state.set_start(agent, *attr, sample(distribution, info.range, rng));
    }
}
