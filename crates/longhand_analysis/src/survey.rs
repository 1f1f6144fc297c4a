//! A survey: statistics over time of all agents of a run, including the crowd, of whom a run records no individual values.
//!
//! The run is simulated again, which gives the same world. At regular instants the distributions of attributes, the numbers of ties and the
//! owners of OSes are counted: for all agents, for each kind, and for the inhabitants of each place.

use longhand_expr::EvalContext;
use longhand_expr::ids::{AgentId, AttrId, Instant, KindId, PlaceId, TieId};
use longhand_scene::Scenario;
use longhand_sim::world::Presence;
use longhand_sim::{SimOptions, Simulation};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Maximum number of instants at which a survey counts.
const MAX_INSTANTS: i64 = 150;
/// Maximum number of places whose inhabitants are a group; those with the most inhabitants are chosen.
const MAX_HOMES: usize = 12;
/// Minimum number of inhabitants of such a place.
const LEAST_INHABITANTS: usize = 4;

/// Some of the agents of a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SurveyGroup {
    /// All that are present, but for things and the world itself.
    Everybody,
    /// Those of a kind.
    Kind(KindId),
    /// Those who lived at a place at the start.
    Home(PlaceId),
}

/// What a survey counts of each agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SurveyValue {
    /// Whether it owns an OS, 0 or 1: the mean is the share of those who have adopted one.
    OwnsOs,
    /// The value of an attribute; only of agents whose kind has it.
    Attr(AttrId),
    /// The number of its ties.
    Tie(TieId),
}

/// How a value is distributed in a group: its mean, and the values below which a tenth, a half and nine tenths of the agents are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ValueSpread {
    /// The mean.
    pub mean: f32,
    /// The first decile.
    pub low: f32,
    /// The median.
    pub median: f32,
    /// The last decile.
    pub high: f32,
}

/// The result of a survey.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// When it counted, ascending.
    pub instants: Vec<Instant>,
    /// The groups.
    pub groups: Vec<SurveyGroup>,
    /// What was counted.
    pub values: Vec<SurveyValue>,
    /// By group: how many were present at each instant.
    sizes: Vec<Vec<u32>>,
    /// By group and value: the spread at each instant; `None` where nobody of the group has the value.
    spreads: Vec<Vec<Option<ValueSpread>>>,
}

impl ValueSpread {
    /// The spread of some values, which are reordered; `None` if there are none.
    fn of(values: &mut [f32]) -> Option<Self> {
        let last = values.len().checked_sub(1)?;
        let mean = values.iter().map(|value| f64::from(*value)).sum::<f64>() / values.len() as f64;
        let mut quantile = |tenths: usize| *values.select_nth_unstable_by((last * tenths + 5) / 10, f32::total_cmp).1;
        Some(Self { mean: mean as f32, low: quantile(1), median: quantile(5), high: quantile(9) })
    }
}

impl Survey {
    /// How many of a group were present at each instant.
    #[must_use]
    pub fn sizes(&self, group: SurveyGroup) -> &[u32] {
        self.groups.iter().position(|other| *other == group).map_or(&[], |group| &self.sizes[group])
    }

    /// The spread of a value in a group at each instant; `None` where nobody of the group has the value. Empty for an unknown group or value.
    #[must_use]
    pub fn spreads(&self, group: SurveyGroup, value: SurveyValue) -> &[Option<ValueSpread>] {
        let group = self.groups.iter().position(|other| *other == group);
        let value = self.values.iter().position(|other| *other == value);
        group.zip(value).map_or(&[], |(group, value)| &self.spreads[group * self.values.len() + value])
    }
}

/// Simulates a run and counts what everybody has. `progress` gets the share done, 0 to 1.
///
/// # Errors
/// The first error of `progress`; the survey ends then.
pub fn survey<E>(
    scenario: &Arc<Scenario>,
    seed: u64,
    until: Option<Instant>,
    mut progress: impl FnMut(f64) -> Result<(), E>,
) -> Result<Survey, E> {
    let end = until.map_or(scenario.ends, |until| until.min(scenario.ends));
    let interval = (end.0 / MAX_INSTANTS).max(Instant::DAY_US).max(scenario.tick_us);
    let mut simulation = Simulation::new(scenario.clone(), SimOptions { seed, threads: 1 });
    let mut surveyor = Surveyor::new(&simulation);
    let mut due = Instant::START;
    loop {
        let now = simulation.now();
        if now >= due {
            surveyor.count(&simulation);
            due = Instant((now.0 / interval + 1) * interval);
            progress((now.seconds() / end.seconds().max(1.0)).clamp(0.0, 1.0))?;
        }
        if now >= end || !simulation.step() {
            break;
        }
    }
    if surveyor.survey.instants.last() != Some(&simulation.now()) {
        surveyor.count(&simulation);
    }
    progress(1.0)?;
    Ok(surveyor.survey)
}

/// A survey that is being made.
struct Surveyor {
    survey: Survey,
    /// By group of those who live at a place: who does.
    inhabitants: BTreeMap<SurveyGroup, Vec<AgentId>>,
}

impl Surveyor {
    fn new(simulation: &Simulation) -> Self {
        let scenario = simulation.scenario();
        let (view, people) = (simulation.view(), everybody(simulation));
        let mut homes: BTreeMap<PlaceId, Vec<AgentId>> = BTreeMap::new();
        for &agent in &people {
            let home = view.home(agent);
            if home != PlaceId::NOWHERE {
                homes.entry(home).or_default().push(agent);
            }
        }
        let mut homes: Vec<(PlaceId, Vec<AgentId>)> =
            homes.into_iter().filter(|(_, agents)| agents.len() >= LEAST_INHABITANTS).collect();
        // The sort is stable: of equal size, the order of the places.
        homes.sort_by_key(|(_, agents)| std::cmp::Reverse(agents.len()));
        homes.truncate(MAX_HOMES);
        let kinds = (0..scenario.kinds.len()).map(KindId::from_index).filter(|kind| !is_thing_kind(simulation, *kind));
        let groups = [SurveyGroup::Everybody].into_iter().chain(kinds.map(SurveyGroup::Kind));
        let groups: Vec<SurveyGroup> = groups.chain(homes.iter().map(|(home, _)| SurveyGroup::Home(*home))).collect();
        let owns = scenario.kinds.iter().any(|kind| kind.os).then_some(SurveyValue::OwnsOs);
        let attrs = (0..scenario.attributes.len()).map(|attr| SurveyValue::Attr(AttrId::from_index(attr)));
        let ties = (0..scenario.ties.len()).map(|tie| SurveyValue::Tie(TieId::from_index(tie)));
        let values: Vec<SurveyValue> = owns.into_iter().chain(attrs).chain(ties).collect();
        let inhabitants = homes.into_iter().map(|(home, agents)| (SurveyGroup::Home(home), agents)).collect();
        let (sizes, spreads) = (vec![Vec::new(); groups.len()], vec![Vec::new(); groups.len() * values.len()]);
        Self { survey: Survey { instants: Vec::new(), groups, values, sizes, spreads }, inhabitants }
    }

    fn count(&mut self, simulation: &Simulation) {
        let (scenario, state) = (simulation.scenario(), simulation.state());
        let people = everybody(simulation);
        let owners: BTreeSet<AgentId> = people.iter().map(|&agent| simulation.view().owner(agent)).collect();
        let mut ties = vec![vec![0_u16; scenario.ties.len()]; state.agent_count()];
        for &agent in &people {
            for (_, bond) in state.bonds.outgoing(agent) {
                state.bonds.ties(bond).for_each(|tie| ties[agent.index()][tie.index()] += 1);
            }
        }
        let mut buffer: Vec<f32> = Vec::with_capacity(people.len());
        let survey = &mut self.survey;
        for (position, &group) in survey.groups.iter().enumerate() {
            let is_member = |agent: &AgentId| match group {
                SurveyGroup::Everybody => true,
                SurveyGroup::Kind(kind) => state.kind(*agent) == kind,
                SurveyGroup::Home(_) => state.presence(*agent) == Presence::Present,
            };
            let candidates = self.inhabitants.get(&group).unwrap_or(&people);
            let members: Vec<AgentId> = candidates.iter().copied().filter(is_member).collect();
            survey.sizes[position].push(u32::try_from(members.len()).unwrap_or(u32::MAX));
            for (nth, &value) in survey.values.iter().enumerate() {
                buffer.clear();
                match value {
                    SurveyValue::OwnsOs => {
                        // An OS owns none.
                        let may_own = |agent: &&AgentId| !scenario.kinds[state.kind(**agent).index()].os;
                        buffer.extend(members.iter().filter(may_own).map(|agent| f32::from(u8::from(owners.contains(agent)))));
                    }
                    SurveyValue::Attr(attr) => {
                        let column = state.column(attr).values();
                        let has = |agent: &&AgentId| {
                            scenario.kinds[state.kind(**agent).index()].attributes.binary_search(&attr).is_ok()
                        };
                        buffer.extend(members.iter().filter(has).map(|agent| column[agent.index()]));
                    }
                    SurveyValue::Tie(tie) => {
                        buffer.extend(members.iter().map(|agent| f32::from(ties[agent.index()][tie.index()])));
                    }
                }
                survey.spreads[position * survey.values.len() + nth].push(ValueSpread::of(&mut buffer));
            }
        }
        survey.instants.push(simulation.now());
    }
}

/// All agents that are present, but for things and the world itself.
fn everybody(simulation: &Simulation) -> Vec<AgentId> {
    let (scenario, state) = (simulation.scenario(), simulation.state());
    let agents = (0..state.agent_count()).map(AgentId::from_index);
    agents
        .filter(|&agent| state.presence(agent) == Presence::Present)
        .filter(|&agent| !scenario.is_thing(agent) && scenario.schema.world != Some(agent))
        .collect()
}

/// Whether nobody of a kind is counted: all that it has at the start are things, or the world itself.
fn is_thing_kind(simulation: &Simulation, kind: KindId) -> bool {
    let (scenario, members) = (simulation.scenario(), simulation.state().members(kind));
    let is_uncounted = |agent: &AgentId| scenario.is_thing(*agent) || scenario.schema.world == Some(*agent);
    !members.is_empty() && members.iter().all(is_uncounted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_scene::load_text;
    use std::convert::Infallible;

    /// Ten live in a street. Half of them are glad at first; one after another installs an OS.
    const SCENE: &str = r#"Scene(
        title: "Street", starts: "2025-01-06", ends: "2025-01-12",
        kinds: [Kind(id: "human", wakes: "1h", whim: 0), Kind(id: "os", os: true, wakes: "1h")],
        attributes: [Attribute(id: "joy", range: (0, 1)), Attribute(id: "number", range: (0, 100))],
        ties: [Tie(id: "friends", mutual: true)],
        places: [Place(id: "street")],
        cast: [
            Member(id: "a0", kind: "human", home: "street", attributes: {"joy": 1, "number": 0}, toward: [Toward(to: "a1", ties: ["friends"])]),
            Member(id: "a1", kind: "human", home: "street", attributes: {"joy": 1, "number": 1}),
            Member(id: "a2", kind: "human", home: "street", attributes: {"joy": 0, "number": 2}),
            Member(id: "a3", kind: "human", home: "street", attributes: {"joy": 0, "number": 3}),
        ],
        triggers: [
            Trigger(id: "buys", by: ["human"], when: "days(elapsed) > self.number + 0.5", once: true, does: ["install os for self as new"]),
        ],
    )"#;

    fn surveyed() -> (Arc<Scenario>, Survey) {
        let loaded = load_text("s.ron", &[("s.ron", SCENE)], &[]).unwrap_or_else(|problems| panic!("{problems}"));
        let scenario = Arc::new(loaded.scenario);
        let mut shares = Vec::new();
        let survey = survey(&scenario, 1, None, |share| {
            shares.push(share);
            Ok::<(), Infallible>(())
        });
        assert!(shares.is_sorted() && shares.last() == Some(&1.0), "{shares:?}");
        (scenario, survey.expect("it was not stopped"))
    }

    #[test]
    fn means_and_deciles_are_those_of_the_agents_of_a_group() {
        let (scenario, survey) = surveyed();
        let street = SurveyGroup::Home(PlaceId(0));
        assert!(survey.groups.contains(&street) && survey.groups[0] == SurveyGroup::Everybody);
        let attr = |id: &str| SurveyValue::Attr(AttrId::from_index(scenario.attributes.iter().position(|a| a.id == id).unwrap()));
        let joy = survey.spreads(street, attr("joy"))[0].expect("people live there");
        assert_eq!((joy.mean, joy.low, joy.high), (0.5, 0.0, 1.0));
        let number = survey.spreads(street, attr("number"))[0].expect("people live there");
        assert_eq!((number.mean, number.low, number.high), (1.5, 0.0, 3.0));
        let friends = survey.spreads(street, SurveyValue::Tie(TieId(0)))[0].expect("people live there");
        assert_eq!((friends.mean, friends.high), (0.5, 1.0));
    }

    #[test]
    fn the_adoption_curve_rises_from_nobody_to_all() {
        let (_, survey) = surveyed();
        let humans = SurveyGroup::Kind(KindId(0));
        let shares: Vec<f32> = survey.spreads(humans, SurveyValue::OwnsOs).iter().flatten().map(|spread| spread.mean).collect();
        assert_eq!(shares.len(), survey.instants.len());
        assert!(shares.is_sorted() && shares[0] == 0.0 && shares.last() == Some(&1.0), "{shares:?}");
        assert_eq!(survey.sizes(SurveyGroup::Everybody).last(), Some(&8), "four people and four OSes");
    }

    #[test]
    fn a_survey_can_be_stopped() {
        let scenario = surveyed().0;
        assert!(survey(&scenario, 1, None, |share| if share > 0.3 { Err(()) } else { Ok(()) }).is_err());
    }
}
