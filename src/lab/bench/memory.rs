//! Bytes of a person and of a bond: what the process grows by when there are 100,000 more people, or a million more bonds.

use super::rounds::Cost;
use super::{Effort, Finding, Reach, scene, world};
use crate::sim::Simulation;
use crate::world::WorldState;

const CITY: &str = include_str!("../../../benches/city.ron");
const AFFINITY: &str = include_str!("../../../benches/affinity.ron");

pub(super) fn measure(effort: Effort) -> Result<Vec<Finding>, String> {
    let people = effort.pick(30_000.0, 100_000.0);
    // What is allocated once and for all is allocated now.
    let _few = grown(CITY, 10.0)?;
    // A ring in which everybody knows half a neighbour on each side has no bond.
    let alone = grown(&CITY.replace("degree: 8", "degree: 1"), people)?;
    let strangers = grown(&AFFINITY.replace("degree: 10", "degree: 0"), people)?;
    let tied = grown(AFFINITY, people)?;
    let acquainted = grown(CITY, people)?;
    let finding = |id, what: &str, bytes: f64| Finding::of(id, what, "bytes", Cost { best: bytes, median: bytes });
    Ok(vec![
        finding("person-hot", "a person of six attributes, what the tick touches", alone.hot / people)
            .reach(Reach::AtMost(250.0)),
        finding("person-bytes", "the same, with all that a person is", alone.all / people),
        finding("bond-bytes", "a bond, with its places in both lists", (tied.all - strangers.all) / tied.bonds)
            .reach(Reach::AtMost(64.0)),
        finding("dated-bond-bytes", "a bond with a tie whose date is kept", (acquainted.all - alone.all) / acquainted.bonds),
    ])
}

/// What a world is to the process, in bytes. The world is kept: what it gave back, the next would be made of, and seem to take nothing.
struct Grown {
    all: f64,
    /// Its columns, as a copy of them shows.
    hot: f64,
    /// How many bonds are in it.
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

/// The bytes of the process that are in memory.
fn resident() -> Result<f64, String> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(|_| "memory is read from /proc, which is not here")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
    kilobytes.map(|kilobytes| 1024.0 * kilobytes).ok_or_else(|| "/proc does not say how large the process is".into())
}
