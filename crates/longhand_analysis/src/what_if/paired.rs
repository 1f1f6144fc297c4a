//! Compares the runs of many seeds in pairs: each seed is run without and with the interventions.
//!
//! The effect on a beat is the difference of its shares with Newcombe's interval for pairs ([`PairedCounts::share_difference`]).
//! The effect on a number is the median of the differences within pairs with its interval ([`median_interval`]), and Cliff's
//! delta (N. Cliff, *Dominance statistics: Ordinal analyses to answer ordinal questions*, 1993): the probability that a run with
//! the interventions has the larger number, minus the probability that it has the smaller, -1 to 1.

use std::collections::{BTreeMap, BTreeSet};

use longhand_expr::Calendar;
use longhand_expr::ids::Instant;
use serde::{Deserialize, Serialize};

use crate::RunReport;
use crate::stats::{PairedCounts, median_interval, quantile};

/// The effect of interventions on many runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairedReport {
    /// File name of the scene.
    pub scene: String,
    /// The seeds, `FROM..TO`, without `TO`.
    pub seeds: String,
    /// Number of pairs.
    pub pairs: usize,
    /// Number of pairs in which both runs are identical.
    #[serde(rename = "alike")]
    pub identical: usize,
    /// Seeds of which a run exceeded a limit, with the reason; nothing else here includes them.
    pub stopped: BTreeMap<u64, String>,
    /// Effects on the beats, in scene order.
    pub beats: Vec<PairedBeatEffect>,
    /// Effects on the measures, by id.
    pub measures: Vec<PairedNumberEffect>,
}

/// The effect of interventions on a beat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairedBeatEffect {
    /// Id of the beat.
    pub id: String,
    /// Whether the scene requires the beat.
    pub must: bool,
    /// Shares of the runs with the beat, without and with the interventions, 0 to 1.
    pub shares: (f64, f64),
    /// The second share minus the first, and the bounds of its 95 % confidence interval.
    pub difference: (f64, f64, f64),
    /// Number of seeds that have the beat only without, and only with, the interventions.
    #[serde(rename = "only")]
    pub exclusive: (usize, usize),
    /// Delay of the beat in days, over the pairs in which it occurs in both runs.
    pub later_days: Option<PairedNumberEffect>,
}

/// The effect of interventions on a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairedNumberEffect {
    /// Id of the measure or beat.
    pub id: String,
    /// Number of pairs that have the number in both runs.
    pub pairs: usize,
    /// Medians without and with the interventions.
    pub medians: (f64, f64),
    /// Median of the differences within pairs.
    pub difference: f64,
    /// 95 % confidence interval of that median; `None` for fewer than six pairs.
    pub interval: Option<(f64, f64)>,
    /// Cliff's delta, -1 to 1.
    pub cliff: f64,
}

impl PairedReport {
    /// Compares runs without and with interventions by seed. Seeds of only one side are ignored. `calendar` is that of the scene.
    #[must_use]
    pub fn from_reports(
        seeds: String,
        first: &[RunReport],
        second: &[RunReport],
        stopped: BTreeMap<u64, String>,
        calendar: &Calendar,
    ) -> Self {
        let others: BTreeMap<u64, &RunReport> = second.iter().map(|report| (report.seed, report)).collect();
        let mut pairs: Vec<(&RunReport, &RunReport)> =
            first.iter().filter_map(|report| Some((report, *others.get(&report.seed)?))).collect();
        pairs.sort_by_key(|(base, _)| base.seed);
        let ids: Vec<(&String, bool)> =
            pairs.first().map_or_else(Vec::new, |(base, _)| base.beats.iter().map(|beat| (&beat.id, beat.must)).collect());
        let measures: BTreeSet<&String> = pairs.iter().flat_map(|(base, _)| base.measures.keys()).collect();
        Self {
            scene: pairs.first().map_or_else(String::new, |(base, _)| base.scene.clone()),
            seeds,
            pairs: pairs.len(),
            identical: pairs.iter().filter(|(base, changed)| base.hash == changed.hash).count(),
            stopped,
            beats: ids.into_iter().map(|(id, must)| PairedBeatEffect::from_pairs(id, must, &pairs, calendar)).collect(),
            measures: measures.into_iter().filter_map(|id| PairedNumberEffect::of_measure(id, &pairs)).collect(),
        }
    }
}

impl PairedBeatEffect {
    /// The effect on a beat, from runs without and with the interventions.
    pub(crate) fn from_pairs(id: &str, must: bool, pairs: &[(&RunReport, &RunReport)], calendar: &Calendar) -> Self {
        let occurred_at = |report: &RunReport| calendar.parse(report.beats.iter().find(|beat| beat.id == id)?.at.as_ref()?).ok();
        let instants: Vec<(Option<Instant>, Option<Instant>)> =
            pairs.iter().map(|(base, changed)| (occurred_at(base), occurred_at(changed))).collect();
        let counts = PairedCounts::count(instants.iter().map(|(base, changed)| (base.is_some(), changed.is_some())));
        let (difference, (low, high)) = counts.share_difference();
        let share = |n: usize| n as f64 / instants.len().max(1) as f64;
        let earliest = instants.iter().flat_map(|(base, changed)| [base, changed]).flatten().min().copied();
        let days = |at: Instant| earliest.map_or(0.0, |earliest| (at.0 - earliest.0) as f64 / 1e6 / 86_400.0);
        let days_in_both: Vec<(f64, f64)> =
            instants.iter().filter_map(|&(base, changed)| Some((days(base?), days(changed?)))).collect();
        Self {
            id: id.to_owned(),
            must,
            shares: (share(counts.both + counts.only_first), share(counts.both + counts.only_second)),
            difference: (difference, low, high),
            exclusive: (counts.only_first, counts.only_second),
            later_days: PairedNumberEffect::from_pairs(id, &days_in_both),
        }
    }
}

impl PairedNumberEffect {
    /// The effect on a measure, from runs without and with the interventions; `None` if no pair has it in both runs.
    pub(crate) fn of_measure(id: &str, pairs: &[(&RunReport, &RunReport)]) -> Option<Self> {
        let value_of = |report: &RunReport| report.measures.get(id).copied().flatten();
        let values = pairs.iter().filter_map(|(base, changed)| value_of(base).zip(value_of(changed)));
        Self::from_pairs(id, &values.collect::<Vec<_>>())
    }

    fn from_pairs(id: &str, pairs: &[(f64, f64)]) -> Option<Self> {
        let (first, second): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let differences: Vec<f64> = pairs.iter().map(|(base, changed)| changed - base).collect();
        Some(Self {
            id: id.to_owned(),
            pairs: pairs.len(),
            medians: (quantile(&first, 0.5)?, quantile(&second, 0.5)?),
            difference: quantile(&differences, 0.5)?,
            interval: median_interval(&differences),
            cliff: cliffs_delta(&first, &second),
        })
    }
}

/// Cliff's delta: over all pairs of values, the share in which the second sample is larger minus the share in which it is
/// smaller.
fn cliffs_delta(first: &[f64], second: &[f64]) -> f64 {
    let mut sorted = first.to_vec();
    sorted.sort_by(f64::total_cmp);
    let dominance = |value: &f64| {
        let smaller = sorted.partition_point(|other| other < value);
        let not_larger = sorted.partition_point(|other| other <= value);
        smaller as f64 - (sorted.len() - not_larger) as f64
    };
    let pair_count = (first.len() * second.len()).max(1) as f64;
    second.iter().map(dominance).sum::<f64>() / pair_count
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cliffs_delta_is_one_for_a_dominating_sample() {
        assert_eq!(cliffs_delta(&[1.0, 2.0], &[3.0, 4.0]), 1.0);
        assert_eq!(cliffs_delta(&[1.0, 2.0], &[1.0, 2.0]), 0.0);
        assert_eq!(cliffs_delta(&[2.0], &[1.0, 2.0, 3.0, 0.0]), -0.25);
    }

    proptest! {
        #[test]
        fn cliffs_delta_equals_the_count_over_all_pairs(first in prop::collection::vec(0..9_i32, 1..20), second in prop::collection::vec(0..9_i32, 1..20)) {
            let (first, second): (Vec<f64>, Vec<f64>) = (first.into_iter().map(f64::from).collect(), second.into_iter().map(f64::from).collect());
            let counted: f64 = second.iter().flat_map(|b| first.iter().map(move |a| f64::from(i8::from(b > a) - i8::from(b < a)))).sum();
            prop_assert!((cliffs_delta(&first, &second) - counted / (first.len() * second.len()) as f64).abs() < 1e-12);
        }
    }
}
