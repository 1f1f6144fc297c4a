//! Times two workloads in turn, so that a change in the speed of the machine affects both.
//!
//! A figure is the median over rounds, so outliers do not affect it. A ratio is computed per round and its median is reported, so
//! it stays valid while the speed of the machine drifts.

use std::time::Instant;

/// The cost of one workload over several rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BenchCost {
    /// The lowest cost.
    pub best: f64,
    /// The median cost.
    pub median: f64,
}

/// The costs of two workloads that were timed in turn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CostComparison {
    pub engine: BenchCost,
    pub bare: BenchCost,
    /// The median over the rounds of `engine / bare`.
    pub ratio: f64,
}

/// The wall-clock time of `work`, in seconds.
pub fn time_seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// Runs a workload `rounds` times, at least once. `run` returns the cost of one round.
pub fn measure_rounds(rounds: usize, mut run: impl FnMut() -> f64) -> BenchCost {
    summarize_rounds(&(0..rounds.max(1)).map(|_| run()).collect::<Vec<_>>())
}

/// Runs two workloads in turn, `rounds` times, at least once. Both return the cost of one round.
pub fn compare_rounds(rounds: usize, mut engine: impl FnMut() -> f64, mut bare: impl FnMut() -> f64) -> CostComparison {
    let (engine_costs, bare_costs): (Vec<f64>, Vec<f64>) = (0..rounds.max(1)).map(|_| (engine(), bare())).unzip();
    let ratios: Vec<f64> = engine_costs.iter().zip(&bare_costs).map(|(engine, bare)| engine / bare).collect();
    CostComparison {
        engine: summarize_rounds(&engine_costs),
        bare: summarize_rounds(&bare_costs),
        ratio: summarize_rounds(&ratios).median,
    }
}

fn summarize_rounds(rounds: &[f64]) -> BenchCost {
    let mut sorted = rounds.to_vec();
    sorted.sort_by(f64::total_cmp);
    BenchCost { best: sorted[0], median: sorted[sorted.len() / 2] }
}

/// The exponent with which a cost grows with a size; 1 is linear. It is the slope of the least-squares line in log-log space.
pub fn growth_exponent(sizes_and_costs: &[(f64, f64)]) -> f64 {
    let points: Vec<(f64, f64)> = sizes_and_costs.iter().map(|&(size, cost)| (libm::log(size), libm::log(cost))).collect();
    let n = points.len() as f64;
    let mean = |coordinate: fn(&(f64, f64)) -> f64| points.iter().map(coordinate).sum::<f64>() / n;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let covariance: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    let variance: f64 = points.iter().map(|p| (p.0 - x) * (p.0 - x)).sum();
    covariance / variance
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlier_does_not_change_the_median() {
        let mut times = [1.0, 1.0, 9.0, 1.0, 1.0].into_iter();
        let cost = measure_rounds(5, || times.next().unwrap());
        assert_eq!((cost.best, cost.median), (1.0, 1.0));
    }

    #[test]
    fn the_ratio_is_computed_per_round() {
        let mut speed = [1.0, 4.0, 2.0].into_iter();
        let mut same_speed = [1.0, 4.0, 2.0].into_iter();
        let comparison = compare_rounds(3, || 3.0 * speed.next().unwrap(), || same_speed.next().unwrap());
        assert_eq!(comparison.ratio, 3.0);
    }

    #[test]
    fn a_cost_proportional_to_size_has_exponent_one() {
        assert!((growth_exponent(&[(10.0, 3.0), (30.0, 9.0), (100.0, 30.0)]) - 1.0).abs() < 1e-12);
        assert!((growth_exponent(&[(10.0, 1.0), (100.0, 100.0)]) - 2.0).abs() < 1e-12);
    }
}
