//! Bytes per person and per bond: the growth of the process for 100,000 more people or a million more bonds.

use super::timing::BenchCost;
use super::{BenchEffort, BenchTarget, Measurement, load_scene, new_simulation};
use longhand_sim::Simulation;
use longhand_sim::world::WorldState;

const CITY: &str = include_str!("../../../benches/city.ron");
const AFFINITY: &str = include_str!("../../../benches/affinity.ron");

pub(super) fn measure(effort: BenchEffort) -> Result<Vec<Measurement>, String> {
    let people = effort.pick(30_000.0, 100_000.0);
    // Allocates everything that is allocated only once.
    let _few = measure_world(CITY, 10.0)?;
    // A small-world ring of degree 1 has no bonds, because half a neighbour per side rounds to none.
    let alone = measure_world(&CITY.replace("degree: 8", "degree: 1"), people)?;
    let strangers = measure_world(&AFFINITY.replace("degree: 10", "degree: 0"), people)?;
    let tied = measure_world(AFFINITY, people)?;
    let acquainted = measure_world(CITY, people)?;
    let finding = |id, what: &str, bytes: f64| Measurement::new(id, what, "bytes", BenchCost { best: bytes, median: bytes });
    Ok(vec![
        finding("person-hot", "a person with six attributes, data that ticks access", alone.hot / people)
            .with_target(BenchTarget::AtMost(250.0)),
        finding("person-bytes", "a person with six attributes, all data", alone.total / people),
        finding("bond-bytes", "a bond, with its entries in both adjacency lists", (tied.total - strangers.total) / tied.bonds)
            .with_target(BenchTarget::AtMost(64.0)),
        finding(
            "dated-bond-bytes",
            "a bond with a tie that stores its date",
            (acquainted.total - alone.total) / acquainted.bonds,
        ),
    ])
}

/// The memory of a world, in bytes. The world stays alive, because the next one would otherwise reuse its memory and appear free.
struct WorldMemory {
    total: f64,
    /// The memory of its columns, measured by copying them.
    hot: f64,
    /// The number of bonds.
    bonds: f64,
    _alive: (Simulation, WorldState),
}

fn measure_world(text: &str, people: f64) -> Result<WorldMemory, String> {
    let scenario = load_scene("scene.ron", text, &[("population", people)])?;
    let before = resident_bytes()?;
    let simulation = new_simulation(&scenario);
    let made = resident_bytes()?;
    let copy = simulation.state().clone();
    let hot = resident_bytes()? - made;
    Ok(WorldMemory { total: made - before, hot, bonds: copy.bonds.len() as f64, _alive: (simulation, copy) })
}

/// The resident set size of the process, in bytes.
fn resident_bytes() -> Result<f64, String> {
    let status =
        std::fs::read_to_string("/proc/self/status").map_err(|_| "memory is measured through /proc, which this system lacks")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
    kilobytes.map(|kilobytes| 1024.0 * kilobytes).ok_or_else(|| "/proc/self/status has no VmRSS line".into())
}
