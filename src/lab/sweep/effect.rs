//! What a condition changed: the same seeds with and without, beat by beat and measure by measure.

use super::quantile::quantile;
use crate::lab::RunReport;
use crate::lab::stats::{Interval, Pairs, median_interval};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What became of the arc under a condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ablation {
    /// The condition, as a reader calls it.
    pub condition: String,
    /// How many seeds were lived both ways.
    pub pairs: usize,
    /// By beat, in the scene's order.
    pub beats: Vec<BeatEffect>,
    /// By measure.
    pub measures: BTreeMap<String, MeasureEffect>,
}

/// How much oftener a beat came, or seldomer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeatEffect {
    /// The beat.
    pub id: String,
    /// In which share of the lives it came as the scene is.
    pub before: f64,
    /// In which share under the condition.
    pub after: f64,
    /// The difference, -1 to 1.
    pub change: f64,
    /// Between what it is with 95 % confidence (Newcombe 1998, for pairs).
    pub interval: Interval,
    /// Days by which it came later where it came both ways: the median.
    pub later_days: Option<f64>,
}

/// How much a measure changed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureEffect {
    /// Median of the differences between the lives of one seed.
    pub change: Option<f64>,
    /// Between what that is with 95 % confidence; none for fewer than six pairs.
    pub interval: Option<Interval>,
    /// How many seeds took it both ways.
    pub pairs: usize,
}

impl BeatEffect {
    /// Whether the seeds lived are enough to say that it changed.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        let (low, high) = self.interval;
        low > 0.0 || high < 0.0
    }
}

impl MeasureEffect {
    /// Whether the seeds lived are enough to say that it changed.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0)
    }
}

impl Ablation {
    /// Compares lives as the scene is with lives under a condition, seed by seed; both ascend by seed.
    #[must_use]
    pub fn of(condition: String, base: &[RunReport], under: &[RunReport]) -> Self {
        let pairs: Vec<(&RunReport, &RunReport)> = (under.iter())
            .filter_map(|after| Some((&base[base.binary_search_by_key(&after.seed, |before| before.seed).ok()?], after)))
            .collect();
        let beats = base.first().map_or(&[][..], |life| &life.beats).iter().enumerate();
        let beats = beats.map(|(at, beat)| {
            let came = |life: &RunReport| life.beats.get(at).and_then(|beat| beat.at.clone());
            let counted = Pairs::of(pairs.iter().map(|(before, after)| (came(before).is_some(), came(after).is_some())));
            let (change, interval) = counted.change();
            let all = counted.all().max(1) as f64;
            let later = pairs.iter().filter_map(|(before, after)| days_between(&came(before)?, &came(after)?));
            BeatEffect {
                id: beat.id.clone(),
                before: (counted.both + counted.first) as f64 / all,
                after: (counted.both + counted.second) as f64 / all,
                change,
                interval,
                later_days: quantile(&later.collect::<Vec<_>>(), 0.5),
            }
        });
        let ids = base.first().map(|life| life.measures.keys()).into_iter().flatten();
        let measures = ids.map(|id| {
            let taken = |life: &RunReport| life.measures.get(id).copied().flatten();
            let changes: Vec<f64> = pairs.iter().filter_map(|(before, after)| Some(taken(after)? - taken(before)?)).collect();
            let effect =
                MeasureEffect { change: quantile(&changes, 0.5), interval: median_interval(&changes), pairs: changes.len() };
            (id.clone(), effect)
        });
        Self { condition, pairs: pairs.len(), beats: beats.collect(), measures: measures.collect() }
    }
}

fn days_between(before: &str, after: &str) -> Option<f64> {
    let [before, after] = [before, after].map(|at| at.parse::<jiff::civil::DateTime>().ok());
    Some(after?.duration_since(before?).as_secs_f64() / 86_400.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::BeatReport;

    fn lived(seed: u64, came: Option<&str>, joy: f64) -> RunReport {
        let beat = BeatReport { id: "meet".into(), must: true, at: came.map(Into::into), event: None };
        RunReport { beats: vec![beat], measures: [("joy".to_owned(), Some(joy))].into(), ..RunReport::nothing(seed) }
    }

    #[test]
    fn lives_are_compared_by_their_seed() {
        let base: Vec<_> = (0..20).map(|seed| lived(seed, Some("2025-01-08T12:00:00"), seed as f64)).collect();
        let under: Vec<_> =
            (10..30).map(|seed| lived(seed, (seed % 2 == 0).then_some("2025-01-10T12:00:00"), seed as f64 + 2.0)).collect();
        let effect = Ablation::of("without tea".into(), &base, &under);
        assert_eq!(effect.pairs, 10, "seeds 10 to 19");
        let meet = &effect.beats[0];
        assert_eq!((meet.before, meet.after, meet.later_days), (1.0, 0.5, Some(2.0)));
        assert!(meet.is_clear() && meet.interval.0 < -0.5 && -0.5 < meet.interval.1, "{:?}", meet.interval);
        let joy = MeasureEffect { change: Some(2.0), interval: Some((2.0, 2.0)), pairs: 10 };
        assert_eq!(effect.measures["joy"], joy);
        assert!(joy.is_clear());
        let nothing = Ablation::of("same".into(), &base, &base);
        assert!(!nothing.beats[0].is_clear() && !nothing.measures["joy"].is_clear());
    }
}
