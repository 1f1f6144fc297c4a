//! How total cost grows with the number of agents, ties and events: the exponent of the size, which is 1 for linear growth.

use super::timing::{BenchCost, growth_exponent};
use super::{BenchEffort, BenchTarget, Measurement, affinity, city, events};

/// The greatest exponent that counts as linear. A large world has more cache misses than a small one.
const LINEAR_TARGET: BenchTarget = BenchTarget::AtMost(1.2);

pub(super) fn measure(effort: BenchEffort) -> Result<Vec<Measurement>, String> {
    let rounds = 3;
    let sizes = effort.pick([1e3, 3e3, 1e4], [1e4, 3e4, 1e5]);
    let days = effort.pick(3, 7);
    let agents = sizes.map(|people| Ok::<_, String>((people, people * city::cost_with_population(people, days, rounds)?.median)));
    let degrees = [5, 15, 45];
    let people = effort.pick(3e3, 3e4);
    let ties =
        degrees.map(|degree| Ok::<_, String>((f64::from(degree), affinity::cost_with_degree(people, degree, rounds)?.median)));
    let counts = effort.pick([3_000, 10_000, 30_000], [30_000, 100_000, 300_000]);
    let events = counts.map(|count: u32| (f64::from(count), f64::from(count) * events::cost_with_count(count, rounds).median));
    Ok(vec![
        growth_measurement("growth-agents", "growth with agents", &collect_all(agents)?),
        growth_measurement("growth-ties", "growth with ties", &collect_all(ties)?),
        growth_measurement("growth-events", "growth with events", &events),
    ])
}

fn collect_all<T>(points: [Result<T, String>; 3]) -> Result<Vec<T>, String> {
    points.into_iter().collect()
}

fn growth_measurement(id: &'static str, what: &str, points: &[(f64, f64)]) -> Measurement {
    let sizes: Vec<String> = points.iter().map(|(size, _)| size.to_string()).collect();
    let exponent = growth_exponent(points);
    Measurement::new(id, format!("{what}: {}", sizes.join(", ")), "power", BenchCost { best: exponent, median: exponent })
        .with_target(LINEAR_TARGET)
}
