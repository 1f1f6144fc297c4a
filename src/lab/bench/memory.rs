//! Bytes of a person and of a bond: what the process grows by when there are 200,000 more people, or two million more bonds.

use super::rounds::Cost;
use super::{Effort, Finding, Reach, scene, world};

const CITY: &str = include_str!("../../../benches/city.ron");
const AFFINITY: &str = include_str!("../../../benches/affinity.ron");

pub(super) fn measure(effort: Effort) -> Result<Vec<Finding>, String> {
    let people = effort.pick(50_000.0, 200_000.0);
    // What is allocated once and for all is allocated now.
    grown(CITY, 10.0)?;
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

/// What a world is to the process, in bytes.
struct Grown {
    all: f64,
    /// Its columns, as a copy of them shows.
    hot: f64,
    /// How many bonds are in it.
    bonds: f64,
}

fn grown(text: &str, people: f64) -> Result<Grown, String> {
    let scenario = scene("scene.ron", text, &[("population", people)])?;
    let before = resident()?;
    let simulation = world(&scenario);
    let made = resident()?;
    let copy = std::hint::black_box(simulation.state().clone());
    Ok(Grown { all: made - before, hot: resident()? - made, bonds: copy.bonds.len() as f64 })
}

/// The bytes of the process that are in memory.
fn resident() -> Result<f64, String> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(|_| "memory is read from /proc, which is not here")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
    kilobytes.map(|kilobytes| 1024.0 * kilobytes).ok_or_else(|| "/proc does not say how large the process is".into())
}
