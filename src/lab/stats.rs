//! What may be said of all lives from having seen some: intervals that hold the true value 95 times of a hundred.
//!
//! Each function names its source. All are exact in their arithmetic and draw nothing, so that a report is the same wherever it is made.

/// The 97.5 % quantile of the standard normal distribution: both tails together have 5 %.
const Z: f64 = 1.959_963_984_540_054;
/// What both tails of an interval have together.
const TAILS: f64 = 0.05;

/// From where to where.
pub type Interval = (f64, f64);

/// In which share of all lives something happens, where it happened in `hits` of `all`: the score interval of E. B. Wilson (*Probable
/// inference, the law of succession, and statistical inference*, 1927), which stays between 0 and 1 and is right for few lives and for
/// shares near the ends.
///
/// ```
/// let (low, high) = longhand::lab::stats::wilson(19, 20);
/// assert!((low - 0.7639).abs() < 1e-4 && (high - 0.9911).abs() < 1e-4);
/// ```
#[must_use]
pub fn wilson(hits: usize, all: usize) -> Interval {
    if all == 0 {
        return (0.0, 1.0);
    }
    let (n, share) = (all as f64, hits.min(all) as f64 / all as f64);
    let middle = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let of = 1.0 + Z * Z / n;
    // At the ends the formula gives the end but for its rounding.
    let low = if hits == 0 { 0.0 } else { ((middle - half) / of).max(0.0) };
    let high = if hits >= all { 1.0 } else { ((middle + half) / of).min(1.0) };
    (low, high)
}

/// How often two things happened in the same lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// In both.
    pub both: usize,
    /// Only in the first.
    pub first: usize,
    /// Only in the second.
    pub second: usize,
    /// In neither.
    pub neither: usize,
}

impl Pairs {
    /// Counts pairs of what was seen in the same life.
    #[must_use]
    pub fn of(pairs: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut counted = Self::default();
        for pair in pairs {
            *match pair {
                (true, true) => &mut counted.both,
                (true, false) => &mut counted.first,
                (false, true) => &mut counted.second,
                (false, false) => &mut counted.neither,
            } += 1;
        }
        counted
    }

    /// How many pairs.
    #[must_use]
    pub fn all(self) -> usize {
        self.both + self.first + self.second + self.neither
    }

    /// By how much the share of the second is above that of the first, and the interval of R. G. Newcombe for pairs (*Improved confidence
    /// intervals for the difference between binomial proportions based on paired data*, 1998, method 10): Wilson's intervals of both, and
    /// how far the two go together.
    #[must_use]
    pub fn change(self) -> (f64, Interval) {
        let n = self.all() as f64;
        if n == 0.0 {
            return (0.0, (-1.0, 1.0));
        }
        let [a, b, c, d] = [self.both, self.first, self.second, self.neither].map(|count| count as f64);
        let (before, after) = ((a + b) / n, (a + c) / n);
        let (low_before, high_before) = wilson(self.both + self.first, self.all());
        let (low_after, high_after) = wilson(self.both + self.second, self.all());
        let margins = ((a + b) * (c + d) * (a + c) * (b + d)).sqrt();
        let together = a * d - b * c;
        let together = if together > 0.0 { (together - n / 2.0).max(0.0) } else { together };
        let phi = if margins > 0.0 { together / margins } else { 0.0 };
        let half = |one: f64, other: f64| (one * one - 2.0 * phi * one * other + other * other).max(0.0).sqrt();
        let change = after - before;
        let down = half(after - low_after, high_before - before);
        let up = half(high_after - after, before - low_before);
        (change, ((change - down).max(-1.0), (change + up).min(1.0)))
    }
}

/// The interval of a median: between two values of the sample, as many from either end as a fair coin leaves at least 95 % for (the
/// order-statistic interval; W. R. Thompson, *On confidence ranges for the median*, 1936). None where the sample is too small (under six)
/// or has something in it that is no number.
#[must_use]
pub fn median_interval(sample: &[f64]) -> Option<Interval> {
    let mut sorted = sample.to_vec();
    if sorted.iter().any(|value| !value.is_finite()) {
        return None;
    }
    sorted.sort_by(f64::total_cmp);
    let from_end = median_rank(sorted.len())?;
    Some((sorted[from_end], sorted[sorted.len() - 1 - from_end]))
}

/// The greatest number of values that may be left out at either end: one less than the greatest `k` with at most 2.5 % of a fair coin's
/// `n` throws below `k`.
fn median_rank(n: usize) -> Option<usize> {
    let ln_half = -std::f64::consts::LN_2;
    let ln_ways = |k: usize| libm::lgamma(n as f64 + 1.0) - libm::lgamma(k as f64 + 1.0) - libm::lgamma((n - k) as f64 + 1.0);
    let mut below = 0.0;
    let mut rank = None;
    for k in 0..n / 2 {
        below += libm::exp(ln_ways(k) + n as f64 * ln_half);
        if below > TAILS / 2.0 {
            break;
        }
        rank = Some(k);
    }
    rank
}

/// How many lengths there are of one duration: those that were over then, and those of which no more is known than that they had lasted so
/// long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lengths {
    /// For how long.
    pub lasted: f64,
    /// How many were over then.
    pub over: u64,
    /// How many still went on when last seen.
    pub open: u64,
}

/// A step of a survival curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Survival {
    /// After so long ...
    pub lasted: f64,
    /// ... this share goes on,
    pub share: f64,
    /// which is between these.
    pub interval: Interval,
}

/// The share that lasts longer than each length (E. L. Kaplan and P. Meier, *Nonparametric estimation from incomplete observations*, 1958),
/// with Greenwood's variance on the log-log scale (J. D. Kalbfleisch and R. L. Prentice, *The Statistical Analysis of Failure Time Data*,
/// 1980), which keeps the interval between 0 and 1. `lengths` ascend.
#[must_use]
pub fn kaplan_meier(lengths: &[Lengths]) -> Vec<Survival> {
    let mut at_risk: u64 = lengths.iter().map(|same| same.over + same.open).sum();
    let (mut share, mut greenwood) = (1.0, 0.0);
    let mut curve = Vec::new();
    for same in lengths {
        if same.over > 0 {
            let (risk, over) = (at_risk as f64, same.over as f64);
            share *= 1.0 - over / risk;
            greenwood += over / (risk * (risk - over));
            curve.push(Survival { lasted: same.lasted, share, interval: log_log(share, greenwood) });
        }
        at_risk -= same.over + same.open;
    }
    curve
}

fn log_log(share: f64, greenwood: f64) -> Interval {
    if share <= 0.0 || share >= 1.0 {
        return (share, share);
    }
    let log = libm::log(share);
    let theta = Z * greenwood.sqrt() / log.abs();
    (libm::exp(log * libm::exp(theta)), libm::exp(log * libm::exp(-theta)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(one: f64, other: f64) -> bool {
        (one - other).abs() < 5e-4
    }

    #[test]
    fn a_share_has_wilsons_interval() {
        // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        for ((hits, all), (low, high)) in
            [((81, 263), (0.2553, 0.3662)), ((15, 148), (0.0624, 0.1605)), ((0, 20), (0.0, 0.1611)), ((1, 29), (0.0061, 0.1718))]
        {
            let interval = wilson(hits, all);
            assert!(near(interval.0, low) && near(interval.1, high), "{hits} of {all}: {interval:?}");
        }
        assert_eq!(wilson(0, 0), (0.0, 1.0), "nothing is known");
        assert_eq!(wilson(7, 7).1, 1.0);
    }

    #[test]
    fn a_change_between_pairs_has_newcombes_interval() {
        // His example of 36, 12, 2 and 0; he takes the second from the first.
        let (change, (low, high)) = Pairs { both: 36, first: 12, second: 2, neither: 0 }.change();
        assert!(near(change, -0.2) && near(low, -0.3404) && near(high, -0.0569), "{low} {high}");
        let (change, (low, high)) = Pairs { both: 20, first: 8, second: 2, neither: 10 }.change();
        assert!(near(change, -0.15) && near(low, -0.2948) && near(high, 0.0062), "{low} {high}");
        let none = Pairs { both: 0, first: 0, second: 0, neither: 30 }.change();
        assert!(near(none.0, 0.0) && none.1.0 < 0.0 && none.1.1 > 0.0);
        let (all, (low, high)) = Pairs { both: 0, first: 30, second: 0, neither: 0 }.change();
        assert_eq!((all, low), (-1.0, -1.0));
        assert!(high < -0.8, "all that came is gone: {high}");
    }

    #[test]
    fn a_median_lies_between_ranks_that_a_coin_gives() {
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
    fn survival_falls_where_something_ends_and_only_there() {
        let length = |lasted, over, open| Lengths { lasted, over, open };
        let curve =
            kaplan_meier(&[length(5.0, 1, 0), length(6.0, 0, 1), length(10.0, 1, 0), length(20.0, 1, 0), length(30.0, 0, 1)]);
        let steps: Vec<_> = curve.iter().map(|step| (step.lasted, step.share)).collect();
        assert_eq!(steps.len(), 3);
        for ((lasted, share), (at, expected)) in steps.iter().zip([(5.0, 0.8), (10.0, 0.8 * 2.0 / 3.0), (20.0, 0.8 / 3.0)]) {
            assert!(*lasted == at && near(*share, expected), "{lasted} {share}");
        }
        assert!(curve.iter().all(|step| step.interval.0 < step.share && step.share < step.interval.1));
        assert_eq!(kaplan_meier(&[length(3.0, 2, 0)])[0].share, 0.0);
        assert!(kaplan_meier(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn intervals_hold_what_was_seen(both in 0..60_usize, first in 0..60_usize, second in 0..60_usize, neither in 0..60_usize) {
            let pairs = Pairs { both, first, second, neither };
            let (change, (low, high)) = pairs.change();
            prop_assert!((-1.0..=1.0).contains(&low) && low <= change + 1e-12 && change <= high + 1e-12 && high <= 1.0, "{low} {change} {high}");
            let (low, high) = wilson(both, pairs.all());
            prop_assert!(low <= high && (0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high));
        }
    }
}
