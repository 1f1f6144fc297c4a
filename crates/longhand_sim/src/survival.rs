//! How long things last when some of them are still going on: the survival estimator of Kaplan and Meier.
//!
//! A duration that has not ended is a censored observation: the true duration is at least as long. Leaving such observations out would
//! bias the durations downward. The simulation uses the estimator for `lasts`, the analysis of runs for survival curves.

/// Number of observations with the same duration: those that ended at that time, and those that were censored (still going on
/// when last observed).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DurationCounts {
    /// The duration, in any unit.
    pub duration: f64,
    /// Number that ended after this duration.
    pub ended: u64,
    /// Number that were censored after this duration.
    pub censored: u64,
}

/// A duration at which observations ended, with the estimate just after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KaplanMeierStep {
    /// The duration.
    pub duration: f64,
    /// Share that survives longer, 0 to 1.
    pub share: f64,
    /// The sum in Greenwood's formula: the variance of the share divided by its square. Infinite if no observation survives longer.
    pub relative_variance: f64,
}

/// The Kaplan-Meier estimate of the share that survives longer than each duration (E. L. Kaplan and P. Meier, *Nonparametric
/// estimation from incomplete observations*, 1958), one step for each duration at which an observation ended. `counts` must
/// ascend by duration.
///
/// ```
/// use longhand_sim::survival::{DurationCounts, kaplan_meier};
///
/// let counts = [
///     DurationCounts { duration: 5.0, ended: 1, censored: 0 },
///     DurationCounts { duration: 6.0, ended: 0, censored: 1 },
///     DurationCounts { duration: 9.0, ended: 1, censored: 0 },
/// ];
/// let shares: Vec<f64> = kaplan_meier(&counts).map(|step| step.share).collect();
/// assert!((shares[0] - 2.0 / 3.0).abs() < 1e-12 && shares[1] == 0.0);
/// ```
pub fn kaplan_meier(counts: &[DurationCounts]) -> impl Iterator<Item = KaplanMeierStep> {
    let mut at_risk: u64 = counts.iter().map(|count| count.ended + count.censored).sum();
    let (mut share, mut relative_variance) = (1.0, 0.0);
    counts.iter().filter_map(move |count| {
        let (risk, ended) = (at_risk as f64, count.ended as f64);
        at_risk -= count.ended + count.censored;
        if count.ended == 0 {
            return None;
        }
        share *= 1.0 - ended / risk;
        relative_variance += ended / (risk * (risk - ended));
        Some(KaplanMeierStep { duration: count.duration, share, relative_variance })
    })
}

/// The median duration: the first after which at most half survive. `None` if more than half are still going on.
#[must_use]
pub fn median_duration(counts: &[DurationCounts]) -> Option<f64> {
    kaplan_meier(counts).find(|step| step.share <= 0.5).map(|step| step.duration)
}
