//! Samples the distributions of population attributes. The same draws give the same values on every platform and in every build.
//!
//! The usual crates call the logarithm of whatever library they are linked with, which depends on the other crates of the build. The
//! distributions here use `libm`: the normal by its quantile function, the beta by two gamma variates (Marsaglia and Tsang 2000).

use longhand_expr::normal_quantile;
use longhand_scene::Distribution;
use rand::distr::Open01;
use rand::{Rng, RngExt};

/// One sample of a distribution, clamped to a range.
pub(super) fn sample(distribution: &Distribution, (low, high): (f64, f64), rng: &mut impl Rng) -> f64 {
    let value = match *distribution {
        Distribution::Always(value) => value,
        Distribution::Uniform(from, to) => from + (to - from) * rng.random::<f64>(),
        Distribution::Normal(mean, deviation) => mean + deviation * normal(rng),
        Distribution::Beta(alpha, beta) => self::beta(alpha, beta, rng),
        Distribution::LogNormal(median, sigma) => median * libm::exp(sigma * normal(rng)),
        Distribution::Share(share) => f64::from(u8::from(rng.random_bool(share))),
        Distribution::Among(ref weights) => position_by_weight(&weights.0, rng),
    };
    if value.is_nan() { low } else { value.clamp(low, high) }
}

/// The position of a word, drawn by weight.
fn position_by_weight(weights: &[(String, f64)], rng: &mut impl Rng) -> f64 {
    let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let mut rest = rng.random::<f64>() * total;
    let drawn = weights.iter().position(|(_, weight)| {
        rest -= weight;
        rest < 0.0
    });
    let last = weights.iter().rposition(|(_, weight)| *weight > 0.0);
    drawn.or(last).unwrap_or_default() as f64
}

fn normal(rng: &mut impl Rng) -> f64 {
    normal_quantile(rng.sample(Open01))
}

fn beta(alpha: f64, beta: f64, rng: &mut impl Rng) -> f64 {
    let (a, b) = (gamma(alpha, rng), gamma(beta, rng));
    // With both shape parameters near 0 the result is 0 or 1, and both gamma variates may underflow.
    if a + b > 0.0 { a / (a + b) } else { f64::from(u8::from(rng.random_bool(alpha / (alpha + beta)))) }
}

fn gamma(shape: f64, rng: &mut impl Rng) -> f64 {
    if shape < 1.0 {
        let uniform_draw: f64 = rng.sample(Open01);
        return gamma(shape + 1.0, rng) * libm::pow(uniform_draw, 1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = normal(rng);
        let root = 1.0 + c * x;
        if root <= 0.0 {
            continue;
        }
        let v = root * root * root;
        let acceptance_draw: f64 = rng.sample(Open01);
        if libm::log(acceptance_draw) < 0.5 * x * x + d * (1.0 - v + libm::log(v)) {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Draws;

    const WIDE: (f64, f64) = (-1e9, 1e9);

    fn mean_and_variance(distribution: &Distribution) -> (f64, f64) {
        let mut rng = Draws::new(1).stream(1);
        let samples: Vec<f64> = (0..20_000).map(|_| sample(distribution, WIDE, &mut rng)).collect();
        let mean = samples.iter().sum::<f64>() / samples.len() as f64;
        (mean, samples.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / samples.len() as f64)
    }

    #[track_caller]
    fn assert_moments(distribution: Distribution, mean: f64, variance: f64) {
        let (actual, actual_variance) = mean_and_variance(&distribution);
        assert!((actual - mean).abs() < 0.02 * (1.0 + mean.abs()), "{distribution:?}: mean {actual}, not {mean}");
        assert!(
            (actual_variance - variance).abs() < 0.05 * (0.1 + variance),
            "{distribution:?}: variance {actual_variance}, not {variance}"
        );
    }

    #[test]
    fn samples_have_the_mean_and_variance_of_their_distribution() {
        assert_moments(Distribution::Uniform(2.0, 4.0), 3.0, 1.0 / 3.0);
        assert_moments(Distribution::Normal(5.0, 2.0), 5.0, 4.0);
        assert_moments(Distribution::Beta(2.0, 5.0), 2.0 / 7.0, 10.0 / (49.0 * 8.0));
        assert_moments(Distribution::Beta(0.5, 0.5), 0.5, 0.125);
        assert_moments(Distribution::LogNormal(1.0, 0.25), 1.0317, 0.0686);
        assert_moments(Distribution::Share(0.3), 0.3, 0.21);
    }

    #[test]
    fn extreme_parameters_give_numbers_within_the_range() {
        let mut rng = Draws::new(2).stream(1);
        for distribution in [
            Distribution::Beta(1e-300, 1e-300),
            Distribution::Beta(1e308, 1e308),
            Distribution::Normal(0.5, f64::MAX),
            Distribution::LogNormal(f64::MAX, f64::MAX),
            Distribution::LogNormal(5e-324, 700.0),
        ] {
            for _ in 0..100 {
                let value = sample(&distribution, (0.0, 1.0), &mut rng);
                assert!((0.0..=1.0).contains(&value), "{distribution:?}: {value}");
            }
        }
    }

    #[test]
    fn words_are_drawn_by_weight() {
        let mut rng = Draws::new(4).stream(1);
        let weights = [("child", 1.0), ("adult", 3.0), ("elder", 0.0)].map(|(word, weight)| (word.to_owned(), weight));
        let among = Distribution::Among(longhand_scene::WordWeights(weights.into()));
        let mut counts = [0_u32; 3];
        (0..4_000).for_each(|_| counts[sample(&among, (0.0, 2.0), &mut rng) as usize] += 1);
        assert!((900..1_100).contains(&counts[0]) && counts[2] == 0, "{counts:?}");
    }

    /// Bit for bit, whatever other crates are in the build: the test runs with and without the window.
    #[test]
    fn the_same_draws_give_the_same_samples_in_every_build() {
        let mut rng = Draws::new(3).stream(7);
        let spreads = [
            Distribution::Normal(0.0, 1.0),
            Distribution::Beta(2.0, 5.0),
            Distribution::Beta(0.5, 3.0),
            Distribution::LogNormal(30_000.0, 0.6),
        ];
        let bits: Vec<u64> =
            (0..64).flat_map(|_| &spreads).map(|distribution| sample(distribution, WIDE, &mut rng).to_bits()).collect();
        let digest = bits.iter().fold(0_u64, |hash, bits| (hash ^ bits).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31));
        assert_eq!(format!("{digest:016x}"), "2126a3b0f9e424cc");
    }
}
