//! Bytes per person and per bond: the growth of the process for 100,000 more people or a million more bonds.

use super::rounds::Cost;
use super::{Effort, Finding, Reach, scene, world};
use longhand_sim::Simulation;
use longhand_sim::world::WorldState;

const CITY: &str = include_str!("../../../benches/city.ron");
const AFFINITY: &str = include_str!("../../../benches/affinity.ron");

pub(super) fn measure(effort: Effort) -> Result<Vec<Finding>, String> {
    let people = effort.pick(30_000.0, 100_000.0);
    // Allocates everything that is allocated only once.
    let _few = grown(CITY, 10.0)?;
    // A small-world ring of degree 1 has no bonds, because half a neighbour per side rounds to none.
    let alone = grown(&CITY.replace("degree: 8", "degree: 1"), people)?;
    let strangers = grown(&AFFINITY.replace("degree: 10", "degree: 0"), people)?;
    let tied = grown(AFFINITY, people)?;
    let acquainted = grown(CITY, people)?;
    let finding = |id, what: &str, bytes: f64| Finding::of(id, what, "bytes", Cost { best: bytes, median: bytes });
    Ok(vec![
        finding("person-hot", "a person with six attributes, data that ticks access", alone.hot / people)
            .reach(Reach::AtMost(250.0)),
        finding("person-bytes", "a person with six attributes, all data", alone.all / people),
        finding("bond-bytes", "a bond, with its entries in both adjacency lists", (tied.all - strangers.all) / tied.bonds)
            .reach(Reach::AtMost(64.0)),
        finding("dated-bond-bytes", "a bond with a tie that stores its date", (acquainted.all - alone.all) / acquainted.bonds),
    ])
}

/// The memory of a world, in bytes. The world stays alive, because the next one would otherwise reuse its memory and appear free.
struct Grown {
    all: f64,
    /// The memory of its columns, measured by copying them.
    hot: f64,
    /// The number of bonds.
    bonds: f64,
    _kept: (Simulation, WorldState),
}

fn grown(text: &str, people: f64) -> Result<Grown, String> {
    let scenario = scene("scene.ron", text, &[("population", people)])?;
    let before = resident()?;
    let simulation = world(&scenario);
    let made = resident()?;
    let copy = simulation.state().clone();
    let hot = resident()? - made;
    Ok(Grown { all: made - before, hot, bonds: copy.bonds.len() as f64, _kept: (simulation, copy) })
}

/// The resident set size of the process, in bytes.
fn resident() -> Result<f64, String> {
    let status =
        std::fs::read_to_string("/proc/self/status").map_err(|_| "memory is measured through /proc, which this system lacks")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
    kilobytes.map(|kilobytes| 1024.0 * kilobytes).ok_or_else(|| "/proc/self/status has no VmRSS line".into())
}
