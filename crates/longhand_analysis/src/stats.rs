//! Quantiles, confidence intervals and survival curves for samples of runs. All intervals have a level of 95 %.
//!
//! A report must be the same on every platform and in every repetition. Therefore the functions use `libm`, and none of them
//! resamples or draws random numbers. `docs/decisions/0009-formats-by-libraries.md` explains why they do not come from a
//! statistics crate. Each function names its source.

use longhand_sim::survival::{DurationCounts, KaplanMeierStep, kaplan_meier};

/// The 97.5 % quantile of the standard normal distribution, for a two-sided interval of 95 %.
const Z: f64 = 1.959_963_984_540_054;
/// Probability outside an interval, both tails together.
const ALPHA: f64 = 0.05;

/// Lower and upper bound of a confidence interval.
pub type ConfidenceInterval = (f64, f64);

/// Whether an interval excludes zero.
#[must_use]
pub fn excludes_zero((low, high): ConfidenceInterval) -> bool {
    low > 0.0 || high < 0.0
}

/// The score interval of E. B. Wilson for the probability of an event that occurred in `hits` of `trials` trials (*Probable
/// inference, the law of succession, and statistical inference*, 1927). It stays between 0 and 1 and is accurate for few trials
/// and for shares near 0 and 1. Returns `(0, 1)` for no trials.
///
/// ```
/// let (low, high) = longhand_analysis::stats::wilson(19, 20);
/// assert!((low - 0.7639).abs() < 1e-4 && (high - 0.9911).abs() < 1e-4);
/// ```
#[must_use]
pub fn wilson(hits: usize, trials: usize) -> ConfidenceInterval {
    if trials == 0 {
        return (0.0, 1.0);
    }
    let (n, share) = (trials as f64, hits.min(trials) as f64 / trials as f64);
    // The centre and the half-width, both multiplied by the denominator.
    let centre = share + Z * Z / (2.0 * n);
    let half_width = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let denominator = 1.0 + Z * Z / n;
    // At 0 and 1 the formula gives the exact bound except for rounding.
    let low = if hits == 0 { 0.0 } else { ((centre - half_width) / denominator).max(0.0) };
    let high = if hits >= trials { 1.0 } else { ((centre + half_width) / denominator).min(1.0) };
    (low, high)
}

/// How often two events occurred in paired trials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairedCounts {
    /// Pairs in which both occurred.
    pub both: usize,
    /// Pairs in which only the first occurred.
    pub only_first: usize,
    /// Pairs in which only the second occurred.
    pub only_second: usize,
    /// Pairs in which neither occurred.
    pub neither: usize,
}

impl PairedCounts {
    /// Counts pairs of (first occurred, second occurred).
    #[must_use]
    pub fn count(pairs: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut counts = Self::default();
        for pair in pairs {
            *match pair {
                (true, true) => &mut counts.both,
                (true, false) => &mut counts.only_first,
                (false, true) => &mut counts.only_second,
                (false, false) => &mut counts.neither,
            } += 1;
        }
        counts
    }

    /// Total number of pairs.
    #[must_use]
    pub fn total(self) -> usize {
        self.both + self.only_first + self.only_second + self.neither
    }

    /// The share of the second event minus the share of the first, -1 to 1, and its interval by method 10 of R. G. Newcombe
    /// (*Improved confidence intervals for the difference between binomial proportions based on paired data*, 1998). The method
    /// combines the Wilson intervals of both shares and corrects for their correlation.
    #[must_use]
    pub fn share_difference(self) -> (f64, ConfidenceInterval) {
        let n = self.total() as f64;
        if n == 0.0 {
            return (0.0, (-1.0, 1.0));
        }
        // Newcombe's names for the four counts.
        let [a, b, c, d] = [self.both, self.only_first, self.only_second, self.neither].map(|count| count as f64);
        let (first, second) = ((a + b) / n, (a + c) / n);
        let (first_low, first_high) = wilson(self.both + self.only_first, self.total());
        let (second_low, second_high) = wilson(self.both + self.only_second, self.total());
        let margins = ((a + b) * (c + d) * (a + c) * (b + d)).sqrt();
        let association = a * d - b * c;
        // The continuity correction of method 10, for a positive correlation only.
        let association = if association > 0.0 { (association - n / 2.0).max(0.0) } else { association };
        let phi = if margins > 0.0 { association / margins } else { 0.0 };
        let combine = |second_margin: f64, first_margin: f64| {
            let product = 2.0 * phi * second_margin * first_margin;
            (second_margin * second_margin - product + first_margin * first_margin).max(0.0).sqrt()
        };
        let difference = second - first;
        let below = combine(second - second_low, first_high - first);
        let above = combine(second_high - second, first - first_low);
        (difference, ((difference - below).max(-1.0), (difference + above).min(1.0)))
    }
}

/// The 97.5 % quantiles of Student's t distribution (W. S. Gosset, *The probable error of a mean*, 1908) for 1, 2, … degrees of
/// freedom. With more, the last one is used, which is larger than the right one.
const T: [f64; 19] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110,
    2.101, 2.093,
];

/// An estimate of the sum of `n` values, some of which are known, with its prediction interval.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct SumEstimate {
    /// The sum of the known values, and the mean for each of the others.
    pub value: f64,
    /// The prediction interval; `None` for a single known value.
    pub interval: Option<ConfidenceInterval>,
}

/// Estimates the sum of `n` values of which `known` are drawn at random, if the values are normally distributed (G. J. Hahn and
/// W. Q. Meeker, *Statistical Intervals*, 1991, section 4.7). The lower bound is at least the sum of the known values. Returns
/// `None` if nothing is known.
#[must_use]
pub fn estimate_sum(known: &[f64], n: usize) -> Option<SumEstimate> {
    let k = known.len();
    let sum: f64 = known.iter().sum();
    let unknown = n.saturating_sub(k) as f64;
    let mean = if k == 0 { return None } else { sum / k as f64 };
    let value = sum + unknown * mean;
    if unknown == 0.0 {
        return Some(SumEstimate { value, interval: Some((value, value)) });
    }
    let interval = (k > 1).then(|| {
        let variance = known.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (k - 1) as f64;
        // The variance of the sum of the others, and that of the mean with which it is estimated.
        let half_width = T[(k - 2).min(T.len() - 1)] * (variance * unknown * (1.0 + unknown / k as f64)).sqrt();
        ((value - half_width).max(sum), value + half_width)
    });
    Some(SumEstimate { value, interval })
}

/// The `p`-quantile of a sample, `p` from 0 to 1: the value at rank `p * (n - 1)` of the sorted sample (ranks start at 0),
/// interpolated linearly between neighbouring values. This is definition 7 of R. J. Hyndman and Y. Fan (*Sample quantiles in
/// statistical packages*, 1996), the default of numpy and R. Values that are not finite are ignored. Returns `None` for an empty
/// sample.
///
/// ```
/// use longhand_analysis::stats::quantile;
///
/// assert_eq!(quantile(&[4.0, 1.0, 2.0, 3.0], 0.5), Some(2.5));
/// assert_eq!(quantile(&[], 0.5), None);
/// ```
#[must_use]
pub fn quantile(sample: &[f64], p: f64) -> Option<f64> {
    let mut sorted: Vec<f64> = sample.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let rank = p.clamp(0.0, 1.0) * sorted.len().checked_sub(1)? as f64;
    let below = *sorted.get(rank.floor() as usize)?;
    let above = *sorted.get(rank.ceil() as usize)?;
    Some(below + (above - below) * rank.fract())
}

/// The order-statistic interval of a median (W. R. Thompson, *On confidence ranges for the median*, 1936). The bounds are two
/// values of the sample with equal rank from either end, chosen for a level of at least 95 %. Returns `None` for fewer than six
/// values or if a value is not finite.
#[must_use]
pub fn median_interval(sample: &[f64]) -> Option<ConfidenceInterval> {
    let mut sorted = sample.to_vec();
    if sorted.iter().any(|value| !value.is_finite()) {
        return None;
    }
    sorted.sort_by(f64::total_cmp);
    let cut = median_cut(sorted.len())?;
    Some((sorted[cut], sorted[sorted.len() - 1 - cut]))
}

/// The largest number of values that can be cut off at either end of a sorted sample of `n`: the largest `k` for which at most
/// 2.5 % of the binomial distribution with `n` trials and probability 1/2 lies at or below `k`.
fn median_cut(n: usize) -> Option<usize> {
    let ln_half = -std::f64::consts::LN_2;
    let ln_binomial = |k: usize| libm::lgamma(n as f64 + 1.0) - libm::lgamma(k as f64 + 1.0) - libm::lgamma((n - k) as f64 + 1.0);
    let mut cumulative = 0.0;
    let mut cut = None;
    for k in 0..n / 2 {
        cumulative += libm::exp(ln_binomial(k) + n as f64 * ln_half);
        if cumulative > ALPHA / 2.0 {
            break;
        }
        cut = Some(k);
    }
    cut
}

/// One step of a survival curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurvivalStep {
    /// Duration at which the step occurs.
    pub duration: f64,
    /// Share that survives longer, 0 to 1.
    pub share: f64,
    /// Confidence interval of the share.
    pub interval: ConfidenceInterval,
}

/// The survival curve of Kaplan and Meier ([`kaplan_meier`]) with an interval at each step. The interval uses Greenwood's
/// variance on the log-log scale (J. D. Kalbfleisch and R. L. Prentice, *The Statistical Analysis of Failure Time Data*, 1980),
/// which keeps it between 0 and 1. `counts` must ascend by duration.
#[must_use]
pub fn survival_curve(counts: &[DurationCounts]) -> Vec<SurvivalStep> {
    let step = |step: KaplanMeierStep| SurvivalStep {
        duration: step.duration,
        share: step.share,
        interval: log_log_interval(step.share, step.relative_variance),
    };
    kaplan_meier(counts).map(step).collect()
}

fn log_log_interval(share: f64, relative_variance: f64) -> ConfidenceInterval {
    if share <= 0.0 || share >= 1.0 {
        return (share, share);
    }
    let ln_share = libm::log(share);
    let half_width = Z * relative_variance.sqrt() / ln_share.abs();
    (libm::exp(ln_share * libm::exp(half_width)), libm::exp(ln_share * libm::exp(-half_width)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 5e-4
    }

    #[test]
    fn a_share_has_the_wilson_interval() {
        // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        for ((hits, trials), (low, high)) in
            [((81, 263), (0.2553, 0.3662)), ((15, 148), (0.0624, 0.1605)), ((0, 20), (0.0, 0.1611)), ((1, 29), (0.0061, 0.1718))]
        {
            let interval = wilson(hits, trials);
            assert!(near(interval.0, low) && near(interval.1, high), "{hits} of {trials}: {interval:?}");
        }
        assert_eq!(wilson(0, 0), (0.0, 1.0), "no trials give no information");
        assert_eq!(wilson(7, 7).1, 1.0);
    }

    #[test]
    fn a_paired_difference_has_the_newcombe_interval() {
        // Newcombe's example with counts 36, 12, 2 and 0. He subtracts the second share from the first, so his signs are the
        // opposite.
        let (change, (low, high)) = PairedCounts { both: 36, only_first: 12, only_second: 2, neither: 0 }.share_difference();
        assert!(near(change, -0.2) && near(low, -0.3404) && near(high, -0.0569), "{low} {high}");
        let (change, (low, high)) = PairedCounts { both: 20, only_first: 8, only_second: 2, neither: 10 }.share_difference();
        assert!(near(change, -0.15) && near(low, -0.2948) && near(high, 0.0062), "{low} {high}");
        let none = PairedCounts { both: 0, only_first: 0, only_second: 0, neither: 30 }.share_difference();
        assert!(near(none.0, 0.0) && none.1.0 < 0.0 && none.1.1 > 0.0);
        let (change, (low, high)) = PairedCounts { both: 0, only_first: 30, only_second: 0, neither: 0 }.share_difference();
        assert_eq!((change, low), (-1.0, -1.0));
        assert!(high < -0.8, "only the first event ever occurred: {high}");
    }

    #[test]
    fn a_sum_is_predicted_from_a_part_of_its_values() {
        // By hand: mean 2, standard deviation 1, t = 4.303 for 2 degrees of freedom; 4 others: 4.303 * sqrt(4 * (1 + 4 / 3)).
        let SumEstimate { value, interval } = estimate_sum(&[1.0, 2.0, 3.0], 7).unwrap();
        let (low, high) = interval.unwrap();
        assert!(near(value, 14.0) && near(low, 6.0) && near(high, 14.0 + 13.146), "{value} {low} {high}");
        assert_eq!(estimate_sum(&[1.0, 2.0], 2), Some(SumEstimate { value: 3.0, interval: Some((3.0, 3.0)) }));
        assert_eq!(estimate_sum(&[1.0], 5), Some(SumEstimate { value: 5.0, interval: None }));
        assert_eq!(estimate_sum(&[], 5), None);
        let (low, high) = estimate_sum(&[2.0; 30], 1000).unwrap().interval.unwrap();
        assert_eq!((low, high), (2000.0, 2000.0), "values that never differ leave no doubt");
    }

    #[test]
    fn a_median_interval_has_the_ranks_of_the_sign_test() {
        let sample = |n: usize| (1..=n).map(|value| value as f64).collect::<Vec<_>>();
        // Conover, Practical Nonparametric Statistics, and any table of the sign test.
        assert_eq!(median_interval(&sample(5)), None);
        assert_eq!(median_interval(&sample(6)), Some((1.0, 6.0)));
        assert_eq!(median_interval(&sample(10)), Some((2.0, 9.0)));
        assert_eq!(median_interval(&sample(20)), Some((6.0, 15.0)));
        assert_eq!(median_interval(&sample(100)), Some((40.0, 61.0)));
        assert_eq!(median_interval(&[1.0, 2.0, 3.0, f64::NAN, 5.0, 6.0, 7.0]), None);
    }

    #[test]
    fn a_survival_curve_falls_only_where_an_observation_ends() {
        let counts = |duration, ended, censored| DurationCounts { duration, ended, censored };
        let curve =
            survival_curve(&[counts(5.0, 1, 0), counts(6.0, 0, 1), counts(10.0, 1, 0), counts(20.0, 1, 0), counts(30.0, 0, 1)]);
        let steps: Vec<_> = curve.iter().map(|step| (step.duration, step.share)).collect();
        assert_eq!(steps.len(), 3);
        let expected = [(5.0, 0.8), (10.0, 0.8 * 2.0 / 3.0), (20.0, 0.8 / 3.0)];
        for (&(duration, share), (expected_duration, expected_share)) in steps.iter().zip(expected) {
            assert!(duration == expected_duration && near(share, expected_share), "{duration} {share}");
        }
        assert!(curve.iter().all(|step| step.interval.0 < step.share && step.share < step.interval.1));
        assert_eq!(survival_curve(&[counts(3.0, 2, 0)])[0].share, 0.0);
        assert!(survival_curve(&[]).is_empty());
    }

    #[test]
    fn quantiles_interpolate_between_neighbours() {
        let sample = [10.0, 0.0, 40.0, 20.0, 30.0];
        assert_eq!(quantile(&sample, 0.5), Some(20.0));
        assert_eq!(quantile(&sample, 0.05), Some(2.0));
        assert_eq!(quantile(&sample, 0.95), Some(38.0));
        assert_eq!((quantile(&sample, 0.0), quantile(&sample, 1.0)), (Some(0.0), Some(40.0)));
        assert_eq!(quantile(&[7.0], 0.95), Some(7.0));
    }

    #[test]
    fn values_that_are_not_finite_are_ignored() {
        assert_eq!(quantile(&[f64::NAN, 3.0, f64::INFINITY], 0.5), Some(3.0));
        assert_eq!(quantile(&[f64::NAN], 0.5), None);
    }

    proptest! {
        /// Of the sums of uniform values, the interval misses about one in twenty.
        #[test]
        fn the_interval_of_a_sum_contains_it_mostly(draws in prop::collection::vec(prop::collection::vec(0.0..1.0_f64, 20..=20), 200..=200)) {
            let misses = draws.iter().filter(|values| {
                let (low, high) = estimate_sum(&values[..6], 20).and_then(|sum| sum.interval).expect("six values");
                !(low..=high).contains(&values.iter().sum::<f64>())
            });
            prop_assert!(misses.count() <= 30, "expected 10 of 200");
        }

        #[test]
        fn quantiles_ascend_with_p(sample in prop::collection::vec(-1e6..1e6_f64, 1..40), p in 0.0..1.0_f64, q in 0.0..1.0_f64) {
            let (low, high) = (quantile(&sample, p.min(q)), quantile(&sample, p.max(q)));
            prop_assert!(low <= high);
        }

        #[test]
        fn intervals_contain_the_estimate(both in 0..60_usize, first in 0..60_usize, second in 0..60_usize, neither in 0..60_usize) {
            let pairs = PairedCounts { both, only_first: first, only_second: second, neither };
            let (change, (low, high)) = pairs.share_difference();
            prop_assert!((-1.0..=1.0).contains(&low) && low <= change + 1e-12 && change <= high + 1e-12 && high <= 1.0, "{low} {change} {high}");
            let (low, high) = wilson(both, pairs.total());
            prop_assert!(low <= high && (0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high));
        }
    }
}
