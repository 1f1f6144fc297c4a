//! The same question asked of many seeds: each seed is lived as it is and otherwise, and the two are a pair.
//!
//! What a difference does to whether a beat comes is a difference of shares with the interval of Newcombe for pairs
//! ([`Pairs::change`]). What it does to a number is the median of the differences within pairs with its interval ([`median_interval`]), and
//! Cliff's delta (Cliff, *Dominance statistics*, 1993): how much more often a
//! life with the difference has the larger number than one without has it, from -1 to 1.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::lab::stats::{Pairs, median_interval};
use crate::lab::{RunReport, quantile};

/// What a difference does to many lives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairedReport {
    /// File name of the scene.
    pub scene: String,
    /// The seeds, `FROM..TO`; the last is the one before `TO`.
    pub seeds: String,
    /// How many pairs there are.
    pub pairs: usize,
    /// In how many the life is the same in everything.
    pub alike: usize,
    /// Seeds of which one life did more than a life may, and why; they count for nothing else.
    pub stopped: BTreeMap<u64, String>,
    /// The beats, in the scene's order.
    pub beats: Vec<BeatEffect>,
    /// The measures, by id.
    pub measures: Vec<NumberEffect>,
}

/// What a difference does to a beat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeatEffect {
    /// The beat.
    pub id: String,
    /// Whether the scene's arc needs it.
    pub must: bool,
    /// In which share of the lives it comes as they are, and otherwise.
    pub shares: (f64, f64),
    /// The second share less the first, and the ends of its interval of 95 %.
    pub difference: (f64, f64, f64),
    /// How many seeds have it only as they are, and only otherwise.
    pub only: (usize, usize),
    /// How many days later it comes, where it comes in both.
    pub later_days: Option<NumberEffect>,
}

/// What a difference does to a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberEffect {
    /// Of what.
    pub id: String,
    /// How many pairs have it in both lives.
    pub pairs: usize,
    /// The medians of the lives as they are, and otherwise.
    pub medians: (f64, f64),
    /// The median of the differences within pairs.
    pub difference: f64,
    /// Its interval of at least 95 %; none for fewer than six pairs.
    pub interval: Option<(f64, f64)>,
    /// Cliff's delta.
    pub cliff: f64,
}

impl PairedReport {
    /// What many lives have in common with the same lives otherwise; seeds that only one side has are left out.
    #[must_use]
    pub fn of(seeds: String, first: &[RunReport], second: &[RunReport], stopped: BTreeMap<u64, String>) -> Self {
        let others: BTreeMap<u64, &RunReport> = second.iter().map(|report| (report.seed, report)).collect();
        let mut pairs: Vec<(&RunReport, &RunReport)> =
            first.iter().filter_map(|report| Some((report, *others.get(&report.seed)?))).collect();
        pairs.sort_by_key(|(one, _)| one.seed);
        let ids: Vec<(&String, bool)> =
            pairs.first().map_or_else(Vec::new, |(one, _)| one.beats.iter().map(|beat| (&beat.id, beat.must)).collect());
        let measures: BTreeSet<&String> = pairs.iter().flat_map(|(one, _)| one.measures.keys()).collect();
        let measured = |id: &String| {
            let taken = |report: &RunReport| report.measures.get(id).copied().flatten();
            NumberEffect::of(id, &pairs.iter().filter_map(|(one, other)| taken(one).zip(taken(other))).collect::<Vec<_>>())
        };
        Self {
            scene: pairs.first().map_or_else(String::new, |(one, _)| one.scene.clone()),
            seeds,
            pairs: pairs.len(),
            alike: pairs.iter().filter(|(one, other)| one.hash == other.hash).count(),
            stopped,
            beats: ids.into_iter().map(|(id, must)| BeatEffect::of(id, must, &pairs)).collect(),
            measures: measures.into_iter().filter_map(measured).collect(),
        }
    }
}

impl BeatEffect {
    fn of(id: &str, must: bool, pairs: &[(&RunReport, &RunReport)]) -> Self {
        let at = |report: &RunReport| report.beats.iter().find(|beat| beat.id == id)?.at.as_ref()?.parse::<DateTime>().ok();
        let came: Vec<(Option<DateTime>, Option<DateTime>)> = pairs.iter().map(|(one, other)| (at(one), at(other))).collect();
        let pairs = Pairs::of(came.iter().map(|(one, other)| (one.is_some(), other.is_some())));
        let (difference, (low, high)) = pairs.change();
        let share = |n: usize| n as f64 / came.len().max(1) as f64;
        let starts = came.iter().flat_map(|(one, other)| [one, other]).flatten().min().copied();
        let days = |at: DateTime| starts.map_or(0.0, |starts| at.duration_since(starts).as_secs_f64() / 86_400.0);
        let both: Vec<(f64, f64)> = came.iter().filter_map(|&(one, other)| Some((days(one?), days(other?)))).collect();
        Self {
            id: id.to_owned(),
            must,
            shares: (share(pairs.both + pairs.first), share(pairs.both + pairs.second)),
            difference: (difference, low, high),
            only: (pairs.first, pairs.second),
            later_days: NumberEffect::of(id, &both),
        }
    }
}

impl NumberEffect {
    fn of(id: &str, pairs: &[(f64, f64)]) -> Option<Self> {
        let (first, second): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let differences: Vec<f64> = pairs.iter().map(|(one, other)| other - one).collect();
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

/// How much more often a number of the second sample is larger than one of the first than smaller, over all of both.
fn cliffs_delta(first: &[f64], second: &[f64]) -> f64 {
    let mut sorted = first.to_vec();
    sorted.sort_by(f64::total_cmp);
    let dominance = |value: &f64| {
        let smaller = sorted.partition_point(|one| one < value);
        let not_larger = sorted.partition_point(|one| one <= value);
        smaller as f64 - (sorted.len() - not_larger) as f64
    };
    let all = (first.len() * second.len()).max(1) as f64;
    second.iter().map(dominance).sum::<f64>() / all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_sample_above_another_dominates_it() {
        assert_eq!(cliffs_delta(&[1.0, 2.0], &[3.0, 4.0]), 1.0);
        assert_eq!(cliffs_delta(&[1.0, 2.0], &[1.0, 2.0]), 0.0);
        assert_eq!(cliffs_delta(&[2.0], &[1.0, 2.0, 3.0, 0.0]), -0.25);
    }

    proptest! {
        #[test]
        fn delta_is_what_counting_all_pairs_gives(first in prop::collection::vec(0..9_i32, 1..20), second in prop::collection::vec(0..9_i32, 1..20)) {
            let (first, second): (Vec<f64>, Vec<f64>) = (first.into_iter().map(f64::from).collect(), second.into_iter().map(f64::from).collect());
            let counted: f64 = second.iter().flat_map(|b| first.iter().map(move |a| f64::from(i8::from(b > a) - i8::from(b < a)))).sum();
            prop_assert!((cliffs_delta(&first, &second) - counted / (first.len() * second.len()) as f64).abs() < 1e-12);
        }
    }
}
