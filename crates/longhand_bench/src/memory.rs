//! Bytes per person and per bond: by how much the memory of the process grows when a large world is created, divided by its
//! people; and the difference between a world with bonds and the same world without, divided by its bonds.

use super::timing::BenchCost;
use super::{BenchEffort, BenchTarget, Measurement, load_scene, new_simulation};
use longhand_sim::Simulation;
use longhand_sim::world::WorldState;

const CITY: &str = include_str!("../../../benches/city.ron");
const AFFINITY: &str = include_str!("../../../benches/affinity.ron");

pub(super) fn measure(effort: BenchEffort) -> Result<Vec<Measurement>, String> {
    let people = effort.pick(30_000.0, 100_000.0);
    // What the process allocates only once must not count for the first world.
    let _warm_up = measure_world(CITY, 10.0)?;
    // A small-world ring of degree 1 has no bonds, because half a neighbour per side rounds to none.
    let without_bonds = measure_world(&CITY.replace("degree: 8", "degree: 1"), people)?;
    let affinity_without_bonds = measure_world(&AFFINITY.replace("degree: 10", "degree: 0"), people)?;
    let affinity_with_bonds = measure_world(AFFINITY, people)?;
    let with_bonds = measure_world(CITY, people)?;
    let measurement = |id, what: &str, bytes: f64| Measurement::new(id, what, "bytes", BenchCost { best: bytes, median: bytes });
    Ok(vec![
        measurement("person-hot", "a person with six attributes, data that ticks access", without_bonds.state / people)
            .with_target(BenchTarget::AtMost(250.0)),
        measurement("person-bytes", "a person with six attributes, all data", without_bonds.total / people),
        measurement(
            "bond-bytes",
            "a bond, with its entries in both adjacency lists",
            (affinity_with_bonds.total - affinity_without_bonds.total) / affinity_with_bonds.bonds,
        )
        .with_target(BenchTarget::AtMost(64.0)),
        measurement(
            "dated-bond-bytes",
            "a bond with a tie that stores its date",
            (with_bonds.total - without_bonds.total) / with_bonds.bonds,
        ),
    ])
}

/// The memory of a world, in bytes. The world is not dropped: the next one would reuse its memory, and would be measured as
/// smaller than it is.
struct WorldMemory {
    /// The whole simulation.
    total: f64,
    /// The state alone, which is what ticks access; measured by copying it.
    state: f64,
    /// The number of bonds.
    bonds: f64,
    _not_dropped: (Simulation, WorldState),
}

fn measure_world(scene: &str, people: f64) -> Result<WorldMemory, String> {
    let scenario = load_scene("scene.ron", scene, &[("population", people)])?;
    let before = resident_bytes()?;
    let simulation = new_simulation(&scenario);
    let after = resident_bytes()?;
    let copy = simulation.state().clone();
    let state = resident_bytes()? - after;
    Ok(WorldMemory { total: after - before, state, bonds: copy.bonds.len() as f64, _not_dropped: (simulation, copy) })
}

/// The resident set size of the process, in bytes.
fn resident_bytes() -> Result<f64, String> {
    longhand_analysis::resident_bytes()
        .ok_or_else(|| "memory can only be measured on Linux: /proc/self/status cannot be read".into())
}
