//! A city whose people choose several times a day: character-months simulated per second on one thread.
//!
//! The bare loop is the same model with hard-coded rules: a timing wheel, six options with condition, utility and choice noise,
//! proposals in the order of their instants, acceptance, effects and decaying bonds. It records no causes and counts no events.

use super::network::HalfEdgeNetwork;
use super::timing::{BenchCost, CostComparison, compare_rounds, measure_rounds, time_seconds};
use super::{BenchEffort, BenchTarget, Measurement, load_scene, new_simulation, run_until};
use bevy_math::ops;
use longhand_expr::ids::{AttrId, DimId, Instant};
use longhand_sim::Simulation;
use longhand_sim::world::{DrawKey, Draws};

const SCENE: &str = include_str!("../../../benches/city.ron");
const TICK_SECONDS: i64 = 900;
const HOUR_SECONDS: i64 = 3600;
const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;
/// The number of slots of the timing wheel, in ticks.
const WHEEL_TICKS: usize = 64;
/// The instant of an action that has not been taken yet: long enough ago for every cooldown.
const NEVER: i64 = i64::MIN / 2;
const CHOICE_NOISE: f64 = 0.1;

/// The city as a bare loop. Instants are in seconds since the start. Columns have one value per person or half-edge.
struct BareLoop {
    tick: i64,
    loneliness: Vec<f32>,
    solitude: Vec<f32>,
    energy: Vec<f32>,
    hurt: Vec<f32>,
    temper: Vec<f32>,
    /// Set when loneliness exceeds 0.8, cleared when it falls below 0.5.
    low: Vec<bool>,
    /// The instant until which a person is busy.
    busy: Vec<i64>,
    /// By option: the instant at which a person last took it.
    last: [Vec<i64>; OPTIONS],
    network: HalfEdgeNetwork,
    affection: Vec<f32>,
    trust: Vec<f32>,
    /// The instant at which the affection and trust of a half-edge were last written; they decay from then on.
    updated_at: Vec<i64>,
    /// The timing wheel: the persons that wake up in each tick.
    wheel: Vec<Vec<u32>>,
    draws: Draws,
}

const OPTIONS: usize = 6;
const WORK: usize = 0;
const REST: usize = 1;
const SEE: usize = 2;
const CONFIDE: usize = 3;
const QUARREL: usize = 4;
const WALK: usize = 5;
/// By option: the shortest time between two uses by the same person, in seconds.
const COOLDOWN: [i64; OPTIONS] = [0, 0, 20 * HOUR_SECONDS, 2 * DAY_SECONDS, 3 * DAY_SECONDS, 6 * HOUR_SECONDS];
/// By option: for how long the participants are busy, in seconds.
const DURATION: [i64; OPTIONS] = [2 * HOUR_SECONDS, HOUR_SECONDS, HOUR_SECONDS, HOUR_SECONDS, 20 * 60, 40 * 60];

/// A proposal of a person: an option, and the half-edge to the other participant if the option has one.
#[derive(Clone, Copy)]
struct ChosenOption {
    who: u32,
    option: usize,
    edge: Option<usize>,
    at: i64,
}

impl BareLoop {
    fn from_simulation(simulation: &Simulation) -> Self {
        let state = simulation.state();
        let column = |attribute| state.column(AttrId(attribute)).values().to_vec();
        let people = state.agent_count();
        let mut wheel = vec![Vec::new(); WHEEL_TICKS];
        (0..people as u32).for_each(|person| wheel[person as usize % 16].push(person));
        let network = HalfEdgeNetwork::from_state(state);
        Self {
            tick: 0,
            loneliness: column(0),
            solitude: column(1),
            energy: column(2),
            hurt: column(3),
            temper: column(4),
            low: vec![false; people],
            busy: vec![0; people],
            last: std::array::from_fn(|_| vec![NEVER; people]),
            affection: HalfEdgeNetwork::dim_column(state, DimId(0)),
            trust: HalfEdgeNetwork::dim_column(state, DimId(1)),
            updated_at: vec![0; network.targets.len()],
            network,
            wheel,
            draws: Draws::new(1),
        }
    }

    fn draw(&self, site: u32, who: u32, with: u32) -> f64 {
        self.draws.uniform(site, DrawKey { who, with, when: self.tick as u32 })
    }

    fn choice_noise(&self, site: u32, who: u32, with: u32) -> f64 {
        CHOICE_NOISE * self.draws.gumbel(site, DrawKey { who, with, when: self.tick as u32 })
    }

    fn decayed(&self, value: f32, edge: usize, now: i64) -> f64 {
        f64::from(value * ops::exp2(-((now - self.updated_at[edge]) as f32) / (300 * DAY_SECONDS) as f32))
    }

    fn affection(&self, edge: usize) -> f64 {
        self.decayed(self.affection[edge], edge, self.tick * TICK_SECONDS)
    }

    fn trust(&self, edge: usize) -> f64 {
        self.decayed(self.trust[edge], edge, self.tick * TICK_SECONDS)
    }

    fn update_bond(&mut self, edge: usize, at: i64, affection: impl FnOnce(f64) -> f64, trust: impl FnOnce(f64) -> f64) {
        let (a, t) = (self.decayed(self.affection[edge], edge, at), self.decayed(self.trust[edge], edge, at));
        self.affection[edge] = (affection(a) as f32).clamp(0.0, 1.0);
        self.trust[edge] = (trust(t) as f32).clamp(0.0, 1.0);
        self.updated_at[edge] = at;
    }

    fn schedule_wake(&mut self, who: u32, seconds: f64) {
        let ticks = ((seconds / TICK_SECONDS as f64) as usize).clamp(1, WHEEL_TICKS - 1);
        self.wheel[(self.tick as usize + ticks) % WHEEL_TICKS].push(who);
    }

    fn step(&mut self) {
        let now = self.tick * TICK_SECONDS;
        if now % HOUR_SECONDS == 0 {
            self.energy.iter_mut().for_each(|energy| *energy += 0.056 * (0.6 - *energy));
            self.hurt.iter_mut().for_each(|hurt| *hurt -= 0.0058 * *hurt);
        }
        if now % (12 * HOUR_SECONDS) == 0 {
            self.loneliness.iter_mut().zip(&self.solitude).for_each(|(lonely, alone)| *lonely += 0.15 * (*alone - *lonely));
        }
        let (hour, weekday) = ((now % DAY_SECONDS) as f64 / HOUR_SECONDS as f64, now / DAY_SECONDS % 7 < 5);
        let mut due = std::mem::take(&mut self.wheel[self.tick as usize % WHEEL_TICKS]);
        due.sort_unstable();
        let mut proposals = Vec::new();
        for &who in &due {
            let busy = self.busy[who as usize];
            if busy > now {
                self.schedule_wake(who, (busy - now + TICK_SECONDS) as f64);
                continue;
            }
            self.schedule_wake(who, 5.0 * HOUR_SECONDS as f64 * (0.75 + 0.5 * self.draw(0, who, 0)));
            if (7.0..23.0).contains(&hour) {
                proposals.extend(self.choose(who, hour, weekday));
            }
        }
        proposals.sort_by_key(|proposal| (proposal.at, proposal.who));
        proposals.into_iter().for_each(|proposal| self.resolve(proposal));
        for &who in &due {
            let (who, lonely) = (who as usize, self.loneliness[who as usize]);
            self.low[who] = lonely > 0.8 || (self.low[who] && lonely >= 0.5);
        }
        self.tick += 1;
    }

    /// The option with the greatest utility, if it is greater than that of idling.
    fn choose(&self, who: u32, hour: f64, weekday: bool) -> Option<ChosenOption> {
        let i = who as usize;
        let value = |column: &[f32]| f64::from(column[i]);
        let (lonely, energy, hurt, temper) =
            (value(&self.loneliness), value(&self.energy), value(&self.hurt), value(&self.temper));
        let now = self.tick * TICK_SECONDS;
        let is_rested = |option: usize| now - self.last[option][i] >= COOLDOWN[option];
        let edges = self.network.edges(i);
        let is_free = |edge: &usize| self.busy[self.network.targets[*edge] as usize] <= now;
        let random_edge = |site| {
            let edge = edges.start + (self.draw(site, who, 0) * edges.len() as f64) as usize;
            edges.contains(&edge).then_some(edge).filter(is_free)
        };
        let mut best = (0.2 + self.choice_noise(1, who, 0), None);
        let mut option = |option: usize, edge: Option<usize>, utility: f64| {
            let with = edge.map_or(u32::MAX, |edge| self.network.targets[edge]);
            let total = utility + self.choice_noise(2 + option as u32, who, with);
            if total > best.0 {
                best = (total, Some((option, edge)));
            }
        };
        if weekday && (9.0..16.0).contains(&hour) && energy > 0.2 {
            option(WORK, None, 0.2 + 0.5 * energy);
        }
        option(REST, None, 0.9 - energy);
        if lonely > 0.2
            && hour >= 12.0
            && is_rested(SEE)
            && let Some(edge) = random_edge(20)
        {
            option(SEE, Some(edge), 0.2 + 0.5 * lonely + 0.3 * self.affection(edge) - hurt);
        }
        if hurt > 0.1 && hour >= 17.0 && is_rested(CONFIDE) {
            for edge in edges.clone().filter(is_free) {
                let trust = self.trust(edge);
                if trust > 0.5 {
                    option(CONFIDE, Some(edge), 0.4 * trust + hurt);
                }
            }
        }
        if self.draw(21, who, 0) < 0.1
            && temper > 0.5
            && is_rested(QUARREL)
            && let Some(edge) = random_edge(22)
        {
            option(QUARREL, Some(edge), 0.3 + 0.4 * temper - 0.3 * self.affection(edge));
        }
        if is_rested(WALK) {
            option(WALK, None, 0.3 + 0.2 * hurt);
        }
        let (option, edge) = best.1?;
        Some(ChosenOption { who, option, edge, at: now + (self.draw(23, who, 0) * TICK_SECONDS as f64) as i64 })
    }

    fn resolve(&mut self, ChosenOption { who, option, edge, at }: ChosenOption) {
        let i = who as usize;
        let other = edge.map_or(i, |edge| self.network.targets[edge] as usize);
        if self.busy[i] > at || self.busy[other] > at {
            return;
        }
        let edges = edge.map_or((0, 0), |edge| (edge, self.network.reverse[edge] as usize));
        let accepted = match option {
            SEE => self.draw(24, other as u32, who) < 0.3 + self.affection(edges.1),
            CONFIDE => self.draw(25, other as u32, who) < self.trust(edges.1),
            _ => true,
        };
        self.last[option][i] = at;
        if !accepted {
            self.hurt[i] += if option == CONFIDE { 0.05 } else { 0.0 };
            return;
        }
        (self.busy[i], self.busy[other]) = (at + DURATION[option], at + DURATION[option]);
        let add = |column: &mut Vec<f32>, who: usize, by: f32| column[who] = (column[who] + by).clamp(0.0, 1.0);
        match option {
            WORK => {
                add(&mut self.energy, i, -0.15);
                add(&mut self.loneliness, i, 0.02);
            }
            REST => add(&mut self.energy, i, 0.3),
            SEE => {
                add(&mut self.loneliness, i, -0.1);
                add(&mut self.loneliness, other, -0.1);
                for edge in [edges.0, edges.1] {
                    self.update_bond(edge, at, |affection| affection + 0.05 * (0.8 - affection), |trust| trust);
                }
            }
            CONFIDE => {
                self.hurt[i] *= 0.5;
                add(&mut self.loneliness, i, -0.15);
                for edge in [edges.0, edges.1] {
                    self.update_bond(edge, at, |affection| affection, |trust| trust + 0.05);
                }
            }
            QUARREL => {
                for edge in [edges.0, edges.1] {
                    self.update_bond(edge, at, |affection| affection - 0.2, |trust| trust);
                }
                add(&mut self.hurt, other, 0.3);
                add(&mut self.hurt, i, 0.1);
            }
            _ => {
                add(&mut self.energy, i, 0.05);
                add(&mut self.loneliness, i, 0.01);
            }
        }
    }
}

pub(super) fn measure(effort: BenchEffort) -> Result<Vec<Measurement>, String> {
    let (people, days) = (effort.pick(2_000.0, 10_000.0), effort.pick(10, 30));
    let comparison = measure_against_bare(people, days, effort.pick(3, 5))?;
    let description = format!("character-months per second, one thread, {people} people");
    Ok(vec![
        Measurement::from_comparison("city", description, "1/s", per_second(comparison))
            .with_target(BenchTarget::AtLeast(20_000.0)),
    ])
}

/// Seconds per character-month, measured for the engine and the bare loop in turn over consecutive days.
fn measure_against_bare(people: f64, days: i64, rounds: usize) -> Result<CostComparison, String> {
    let mut simulation = new_simulation(&load_scene("city.ron", SCENE, &[("population", people)])?);
    let mut bare = BareLoop::from_simulation(&simulation);
    let scale = 30.0 / (people * days as f64);
    let round = days * DAY_SECONDS;
    Ok(compare_rounds(
        rounds,
        || {
            let until = Instant(simulation.now().0 + round * 1_000_000);
            scale * time_seconds(|| run_until(&mut simulation, until))
        },
        || scale * time_seconds(|| (0..round / TICK_SECONDS).for_each(|_| bare.step())),
    ))
}

/// Seconds per character-month in a city of `people` people.
pub(super) fn cost_with_population(people: f64, days: i64, rounds: usize) -> Result<BenchCost, String> {
    let mut simulation = new_simulation(&load_scene("city.ron", SCENE, &[("population", people)])?);
    Ok(measure_rounds(rounds, || {
        let until = Instant(simulation.now().0 + days * DAY_SECONDS * 1_000_000);
        30.0 / (people * days as f64) * time_seconds(|| run_until(&mut simulation, until))
    }))
}

/// Costs in seconds as rates per second.
fn per_second(comparison: CostComparison) -> CostComparison {
    let rate = |cost: BenchCost| BenchCost { best: 1.0 / cost.best, median: 1.0 / cost.median };
    CostComparison { engine: rate(comparison.engine), bare: rate(comparison.bare), ratio: comparison.ratio }
}
