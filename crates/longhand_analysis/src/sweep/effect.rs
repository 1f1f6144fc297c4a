//! Measures the effect of a condition: the same seeds with and without it, compared beat by beat and measure by measure.

use crate::RunReport;
use crate::stats::{ConfidenceInterval, excludes_zero};
use crate::what_if::{PairedBeatEffect, PairedNumberEffect};
use longhand_expr::Calendar;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The effect of a condition on the beats and measures of a scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AblationEffect {
    /// Name of the condition.
    pub condition: String,
    /// Number of seeds run both ways.
    pub pairs: usize,
    /// Effects on the beats, in scene order.
    pub beats: Vec<AblationBeatEffect>,
    /// Effects on the measures, by id.
    pub measures: BTreeMap<String, AblationMeasureEffect>,
}

/// The effect of a condition on how often a beat occurs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AblationBeatEffect {
    /// Id of the beat.
    pub id: String,
    /// Share of the runs with the beat without the condition, 0 to 1.
    pub before: f64,
    /// Share of the runs with the beat under the condition, 0 to 1.
    pub after: f64,
    /// `after - before`, -1 to 1.
    pub change: f64,
    /// 95 % confidence interval of the change (Newcombe 1998, paired).
    pub interval: ConfidenceInterval,
    /// Median delay in days, over the seeds in which the beat occurred both ways.
    pub later_days: Option<f64>,
}

/// The effect of a condition on a measure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AblationMeasureEffect {
    /// Median of the differences between paired runs.
    pub change: Option<f64>,
    /// 95 % confidence interval of the median; `None` for fewer than six pairs.
    pub interval: Option<ConfidenceInterval>,
    /// Number of seeds in which the measure was taken both ways.
    pub pairs: usize,
}

impl AblationBeatEffect {
    /// Whether the interval excludes zero.
    #[must_use]
    pub fn is_significant(&self) -> bool {
        excludes_zero(self.interval)
    }
}

impl AblationMeasureEffect {
    /// Whether the interval excludes zero.
    #[must_use]
    pub fn is_significant(&self) -> bool {
        self.interval.is_some_and(excludes_zero)
    }
}

impl AblationEffect {
    /// Compares the runs without (`base`) and with (`changed`) a condition by seed. Both slices must ascend by seed.
    #[must_use]
    pub fn compare(condition: String, base: &[RunReport], changed: &[RunReport], calendar: &Calendar) -> Self {
        let pairs: Vec<(&RunReport, &RunReport)> = (changed.iter())
            .filter_map(|after| Some((&base[base.binary_search_by_key(&after.seed, |before| before.seed).ok()?], after)))
            .collect();
        let beats = base.first().map_or(&[][..], |run| &run.beats).iter().map(|beat| {
            let effect = PairedBeatEffect::from_pairs(&beat.id, beat.must, &pairs, calendar);
            let (change, low, high) = effect.difference;
            AblationBeatEffect {
                id: effect.id,
                before: effect.shares.0,
                after: effect.shares.1,
                change,
                interval: (low, high),
                later_days: effect.later_days.map(|delay| delay.difference),
            }
        });
        let ids = base.first().map(|run| run.measures.keys()).into_iter().flatten();
        let measures = ids.map(|id| {
            let effect = PairedNumberEffect::of_measure(id, &pairs);
            let effect = AblationMeasureEffect {
                change: effect.as_ref().map(|effect| effect.difference),
                interval: effect.as_ref().and_then(|effect| effect.interval),
                pairs: effect.map_or(0, |effect| effect.pairs),
            };
            (id.clone(), effect)
        });
        Self { condition, pairs: pairs.len(), beats: beats.collect(), measures: measures.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BeatReport;

    fn run_report(seed: u64, meet_at: Option<&str>, joy: f64) -> RunReport {
        let beat = BeatReport { id: "meet".into(), must: true, at: meet_at.map(Into::into), event: None };
        RunReport { beats: vec![beat], measures: [("joy".to_owned(), Some(joy))].into(), ..RunReport::empty(seed) }
    }

    #[test]
    fn runs_are_compared_by_seed() {
        let base: Vec<_> = (0..20).map(|seed| run_report(seed, Some("2025-01-08T12:00:00"), seed as f64)).collect();
        let changed: Vec<_> =
            (10..30).map(|seed| run_report(seed, (seed % 2 == 0).then_some("2025-01-10T12:00:00"), seed as f64 + 2.0)).collect();
        let effect = AblationEffect::compare("without tea".into(), &base, &changed, &Calendar::default());
        assert_eq!(effect.pairs, 10, "seeds 10 to 19");
        let meet = &effect.beats[0];
        assert_eq!((meet.before, meet.after, meet.later_days), (1.0, 0.5, Some(2.0)));
        assert!(meet.is_significant() && meet.interval.0 < -0.5 && -0.5 < meet.interval.1, "{:?}", meet.interval);
        let joy = AblationMeasureEffect { change: Some(2.0), interval: Some((2.0, 2.0)), pairs: 10 };
        assert_eq!(effect.measures["joy"], joy);
        assert!(joy.is_significant());
        let nothing = AblationEffect::compare("same".into(), &base, &base, &Calendar::default());
        assert!(!nothing.beats[0].is_significant() && !nothing.measures["joy"].is_significant());
    }
}
