//! Pairwise affinity: each hour, each person meets a random neighbour, which changes both affinities and both moods.
//!
//! It is measured as a process, which records no events, and as an action, where each meeting is chosen and recorded as an event
//! with its changes and causes. The bare loop uses the same generator. Against the action, it also logs 16 bytes per meeting.

use super::network::HalfEdgeNetwork;
use super::timing::{BenchCost, CostComparison, compare_rounds, measure_rounds, time_seconds};
use super::{BenchEffort, BenchTarget, Measurement, load_scene, new_simulation};
use longhand_expr::ids::{AttrId, DimId};
use longhand_sim::Simulation;
use longhand_sim::world::{DrawKey, Draws};

const PROCESS_SCENE: &str = include_str!("../../../benches/affinity.ron");
const ACTION_SCENE: &str = include_str!("../../../benches/affinity_chosen.ron");

/// The same model as a bare loop.
struct BareLoop {
    network: HalfEdgeNetwork,
    affinity: Vec<f32>,
    mood: Vec<f32>,
    draws: Draws,
    hour: u32,
    log: Vec<(u32, u32, f32, u32)>,
}

impl BareLoop {
    fn from_simulation(simulation: &Simulation) -> Self {
        let state = simulation.state();
        Self {
            network: HalfEdgeNetwork::from_state(state),
            affinity: HalfEdgeNetwork::dim_column(state, DimId(0)),
            mood: state.column(AttrId(0)).values().to_vec(),
            draws: Draws::new(1),
            hour: 0,
            log: Vec::new(),
        }
    }

    fn step(&mut self, is_logged: bool) {
        self.log.clear();
        for a in 0..self.mood.len() {
            let edges = self.network.edges(a);
            if edges.is_empty() {
                continue;
            }
            let key = DrawKey { who: a as u32, with: 0, when: self.hour };
            let edge = edges.start + (self.draws.uniform(0, key) * edges.len() as f64) as usize;
            let (b, back) = (self.network.targets[edge] as usize, self.network.reverse[edge] as usize);
            let fit = self.mood[a] * self.mood[b];
            self.affinity[edge] += 0.1 * (fit - self.affinity[edge]);
            self.affinity[back] += 0.1 * (fit - self.affinity[back]);
            self.mood[a] = (self.mood[a] + 0.05 * self.affinity[edge]).clamp(-1.0, 1.0);
            self.mood[b] = (self.mood[b] + 0.05 * self.affinity[back]).clamp(-1.0, 1.0);
            if is_logged {
                self.log.push((a as u32, b as u32, self.mood[a], self.hour));
            }
        }
        self.hour += 1;
    }
}

pub(super) fn measure(effort: BenchEffort) -> Result<Vec<Measurement>, String> {
    let people = effort.pick(10_000.0, 100_000.0);
    let process = measure_against_bare(PROCESS_SCENE, people, false, effort.pick(3, 9))?;
    let action = measure_against_bare(ACTION_SCENE, people, true, effort.pick(3, 7))?;
    Ok(vec![
        Measurement::from_comparison("affinity-law", "meeting a neighbour, as a process", "ns", process)
            .with_target(BenchTarget::TimesBare(3.0)),
        Measurement::from_comparison("affinity-chosen", "meeting a neighbour, as a recorded action", "ns", action)
            .with_target(BenchTarget::TimesBare(3.0)),
    ])
}

/// Nanoseconds per meeting, measured for the engine and the bare loop in turn.
fn measure_against_bare(text: &str, people: f64, is_logged: bool, rounds: usize) -> Result<CostComparison, String> {
    let mut simulation = warmed_up_simulation(text, people)?;
    let mut bare = BareLoop::from_simulation(&simulation);
    let scale = 1e9 / people;
    Ok(compare_rounds(rounds, || scale * time_step(&mut simulation), || scale * time_seconds(|| bare.step(is_logged))))
}

/// Nanoseconds per meeting, as a process, in a network of the given degree.
pub(super) fn cost_with_degree(people: f64, degree: u32, rounds: usize) -> Result<BenchCost, String> {
    let mut simulation = warmed_up_simulation(&PROCESS_SCENE.replace("degree: 10", &format!("degree: {degree}")), people)?;
    Ok(measure_rounds(rounds, || 1e9 / people * time_step(&mut simulation)))
}

/// A simulation after its first step, in which processes are only scheduled.
fn warmed_up_simulation(text: &str, people: f64) -> Result<Simulation, String> {
    let mut simulation = new_simulation(&load_scene("affinity.ron", text, &[("population", people)])?);
    simulation.step();
    Ok(simulation)
}

fn time_step(simulation: &mut Simulation) -> f64 {
    time_seconds(|| {
        simulation.step();
    })
}
