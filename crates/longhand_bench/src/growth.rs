//! How total cost grows with the number of agents, ties and events: the exponent of the size, which is 1 for linear growth.

use super::rounds::{Cost, power};
use super::{Effort, Finding, Reach, affinity, city, events};

/// The greatest exponent that counts as linear. A large world has more cache misses than a small one.
const LINEAR: Reach = Reach::AtMost(1.2);

pub(super) fn measure(effort: Effort) -> Result<Vec<Finding>, String> {
    let rounds = 3;
    let sizes = effort.pick([1e3, 3e3, 1e4], [1e4, 3e4, 1e5]);
    let days = effort.pick(3, 7);
    let agents = sizes.map(|people| Ok::<_, String>((people, people * city::of_size(people, days, rounds)?.median)));
    let degrees = [5, 15, 45];
    let people = effort.pick(3e3, 3e4);
    let ties = degrees.map(|degree| Ok::<_, String>((f64::from(degree), affinity::with_degree(people, degree, rounds)?.median)));
    let counts = effort.pick([3_000, 10_000, 30_000], [30_000, 100_000, 300_000]);
    let events = counts.map(|count: u32| (f64::from(count), f64::from(count) * events::of_count(count, rounds).median));
    Ok(vec![
        finding("growth-agents", "growth with agents", &all(agents)?),
        finding("growth-ties", "growth with ties", &all(ties)?),
        finding("growth-events", "growth with events", &events),
    ])
}

fn all<T>(points: [Result<T, String>; 3]) -> Result<Vec<T>, String> {
    points.into_iter().collect()
}

fn finding(id: &'static str, what: &str, points: &[(f64, f64)]) -> Finding {
    let sizes: Vec<String> = points.iter().map(|(size, _)| size.to_string()).collect();
    let power = power(points);
    Finding::of(id, format!("{what}: {}", sizes.join(", ")), "power", Cost { best: power, median: power }).reach(LINEAR)
}
