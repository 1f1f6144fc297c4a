//! A process written in RON against the same process in Rust, over columns of 100,000 people.

use super::timing::{compare_rounds, time_seconds};
use super::{BenchEffort, BenchTarget, Measurement, load_scene, new_simulation, run_until};
use longhand_expr::ids::{AttrId, Instant};
use longhand_scene::Scenario;
use longhand_sim::Simulation;

const SCENE: &str = include_str!("../../../benches/columns.ron");
const NAMES: [&str; 5] = ["wellbeing", "loneliness", "doubt", "dismay", "self_doubt"];

/// The process as a bare loop.
struct BareLoop {
    wellbeing: Vec<f32>,
    loneliness: Vec<f32>,
    doubt: Vec<f32>,
    dismay: Vec<f32>,
    self_doubt: Vec<f32>,
}

impl BareLoop {
    fn from_simulation(simulation: &Simulation) -> Option<Self> {
        let column = |name| Some(simulation.state().column(attribute_id(simulation.scenario(), name)?).values().to_vec());
        let [wellbeing, loneliness, doubt, dismay, self_doubt] = NAMES.map(column);
        Some(Self { wellbeing: wellbeing?, loneliness: loneliness?, doubt: doubt?, dismay: dismay?, self_doubt: self_doubt? })
    }

    fn step_hour(&mut self) {
        let inputs = self.loneliness.iter().zip(&self.doubt).zip(&self.dismay).zip(&self.self_doubt);
        for (wellbeing, (((lonely, doubt), dismay), self_doubt)) in self.wellbeing.iter_mut().zip(inputs) {
            let (lonely, doubt, dismay, self_doubt) =
                (f64::from(*lonely), f64::from(*doubt), f64::from(*dismay), f64::from(*self_doubt));
            if lonely < 0.9 {
                let goal = 0.95 - 0.8 * lonely - 0.25 * doubt.max(dismay) - 0.15 * self_doubt;
                let old = f64::from(*wellbeing);
                *wellbeing = ((old + (goal - old) * 0.045) as f32).clamp(0.0, 1.0);
            }
        }
    }
}

fn attribute_id(scenario: &Scenario, name: &str) -> Option<AttrId> {
    scenario.attributes.iter().position(|attribute| attribute.id == name).map(AttrId::from_index)
}

pub(super) fn measure(effort: BenchEffort) -> Result<Vec<Measurement>, String> {
    let people = effort.pick(20_000.0, 100_000.0);
    let scenario = load_scene("columns.ron", SCENE, &[("population", people)])?;
    let mut simulation = new_simulation(&scenario);
    let mut bare = BareLoop::from_simulation(&simulation).ok_or("the scene lacks an attribute")?;
    // A process runs for the first time at the end of its first interval.
    simulation.step();
    let hours = effort.pick(5, 20);
    let scale = 1e9 / (people * f64::from(hours));
    let comparison = compare_rounds(
        effort.pick(3, 9),
        || {
            let until = Instant(simulation.now().0 + i64::from(hours) * scenario.tick_us);
            scale * time_seconds(|| run_until(&mut simulation, until))
        },
        || scale * time_seconds(|| (0..hours).for_each(|_| bare.step_hour())),
    );
    let engine = BareLoop::from_simulation(&simulation).ok_or("the scene lacks an attribute")?;
    if engine.wellbeing != bare.wellbeing {
        return Err("the process in RON and the process in Rust give different results".into());
    }
    Ok(vec![
        Measurement::from_comparison("columns", "a process in RON, per person", "ns", comparison)
            .with_target(BenchTarget::TimesBare(3.0)),
    ])
}
