//! Timing two things in turn, so that a machine that slows down slows down both.
//!
//! A figure is the median of its rounds: neither a lucky round nor an unlucky one moves it. A ratio is taken round by round and the median
//! of those is given, which stays right while the machine's speed drifts.

use std::time::Instant;

/// What one thing costs, from several rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cost {
    pub best: f64,
    pub median: f64,
}

/// What two things cost that were timed in turn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Beside {
    pub ours: Cost,
    pub bare: Cost,
    /// Ours by bare, round by round; the median.
    pub ratio: f64,
}

/// Seconds on the wall that some work takes.
pub(crate) fn seconds(work: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    work();
    begun.elapsed().as_secs_f64()
}

/// Runs something so many times; each run gives its own cost.
pub(crate) fn alone(rounds: usize, mut run: impl FnMut() -> f64) -> Cost {
    cost(&(0..rounds.max(1)).map(|_| run()).collect::<Vec<_>>())
}

/// Runs two things in turn so many times.
pub(super) fn beside(rounds: usize, mut ours: impl FnMut() -> f64, mut bare: impl FnMut() -> f64) -> Beside {
    let (a, b): (Vec<f64>, Vec<f64>) = (0..rounds.max(1)).map(|_| (ours(), bare())).unzip();
    let ratios: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a / b).collect();
    Beside { ours: cost(&a), bare: cost(&b), ratio: cost(&ratios).median }
}

fn cost(rounds: &[f64]) -> Cost {
    let mut sorted = rounds.to_vec();
    sorted.sort_by(f64::total_cmp);
    Cost { best: sorted[0], median: sorted[sorted.len() / 2] }
}

/// By what power a cost grows with a size: 1 is linear. The slope of the line through the logarithms.
pub(super) fn power(sizes_and_costs: &[(f64, f64)]) -> f64 {
    let points: Vec<(f64, f64)> = sizes_and_costs.iter().map(|&(size, cost)| (libm::log(size), libm::log(cost))).collect();
    let n = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let above: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    let below: f64 = points.iter().map(|p| (p.0 - x) * (p.0 - x)).sum();
    above / below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_that_was_disturbed_moves_no_figure() {
        let mut times = [1.0, 1.0, 9.0, 1.0, 1.0].into_iter();
        let cost = alone(5, || times.next().unwrap());
        assert_eq!((cost.best, cost.median), (1.0, 1.0));
    }

    #[test]
    fn a_ratio_is_taken_round_by_round() {
        let mut speed = [1.0, 4.0, 2.0].into_iter();
        let mut same_speed = [1.0, 4.0, 2.0].into_iter();
        let found = beside(3, || 3.0 * speed.next().unwrap(), || same_speed.next().unwrap());
        assert_eq!(found.ratio, 3.0);
    }

    #[test]
    fn a_cost_in_proportion_to_size_has_the_power_one() {
        assert!((power(&[(10.0, 3.0), (30.0, 9.0), (100.0, 30.0)]) - 1.0).abs() < 1e-12);
        assert!((power(&[(10.0, 1.0), (100.0, 100.0)]) - 2.0).abs() < 1e-12);
    }
}
