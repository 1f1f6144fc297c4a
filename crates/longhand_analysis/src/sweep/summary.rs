//! Summarises the runs of one variant: a pure function of their reports.

use std::collections::{BTreeMap, BTreeSet};

use longhand_expr::ids::Instant;
use longhand_expr::{Calendar, TimeGrain};
use serde::{Deserialize, Serialize};

use super::effect::AblationEffect;
use super::series::{SeriesSummary, summarize_series};
use crate::RunReport;
use crate::stats::{ConfidenceInterval, median_interval, quantile, wilson};

/// The result of a sweep, as written by `longhand sweep --json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweepReport {
    /// File name of the scene.
    pub scene: String,
    /// The seeds as typed: `0..100`, `1,5,9`.
    pub seeds: String,
    /// The reports of the finished runs, ascending by seed.
    pub per_seed: Vec<RunReport>,
    /// The runs that exceeded a limit and were stopped, by seed, with the reason; nothing else here includes them.
    pub stopped: BTreeMap<u64, String>,
    /// The beats, by id.
    pub beats: BTreeMap<String, BeatSummary>,
    /// Share of the runs in which each pattern of the scene matched, 0 to 1.
    pub patterns: BTreeMap<String, f64>,
    /// Median of Kendall's tau between the order of the required beats and the scene's order. Runs with fewer than two such beats
    /// are ignored.
    pub order_tau_median: Option<f64>,
    /// The measures, by id.
    pub measures: BTreeMap<String, MeasureSummary>,
    /// The measures over time, by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub series: BTreeMap<String, Vec<SeriesSummary>>,
    /// Effects of the requested conditions with the same seeds, in the order requested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ablations: Vec<AblationEffect>,
}

/// The result of a sweep over combinations of params, as written by `longhand sweep --json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GridReport {
    /// File name of the scene.
    pub scene: String,
    /// The seeds as typed; each combination has the same.
    pub seeds: String,
    /// The params whose values differ between the combinations.
    pub varied: Vec<String>,
    /// The runs of each combination. Their params are in the reports of the runs.
    pub combinations: Vec<SweepReport>,
}

impl GridReport {
    /// Joins the sweeps of several combinations.
    #[must_use]
    pub fn from_sweeps(combinations: Vec<SweepReport>) -> Self {
        let param_values: Vec<&BTreeMap<String, f64>> = combinations.iter().filter_map(SweepReport::params).collect();
        let differs = |id: &&String| param_values.windows(2).any(|pair| pair[0].get(*id) != pair[1].get(*id));
        let varied = param_values.first().into_iter().flat_map(|values| values.keys()).filter(differs).cloned().collect();
        let first = combinations.first();
        Self {
            scene: first.map_or_else(String::new, |sweep| sweep.scene.clone()),
            seeds: first.map_or_else(String::new, |sweep| sweep.seeds.clone()),
            varied,
            combinations,
        }
    }
}

/// A beat over many runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeatSummary {
    /// Whether the scene requires the beat.
    pub must: bool,
    /// Share of the runs in which it occurred, 0 to 1.
    pub share: f64,
    /// 95 % confidence interval of the share (Wilson).
    pub share_interval: ConfidenceInterval,
    /// Median civil date and time, over the runs in which it occurred.
    pub median_at: Option<String>,
    /// 95 % confidence interval of the median (order statistics); `None` for fewer than six runs.
    pub median_interval: Option<(String, String)>,
}

/// The distribution of a measure over the runs in which it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureSummary {
    /// The 5 % quantile.
    pub p05: Option<f64>,
    /// The median.
    pub median: Option<f64>,
    /// The 95 % quantile.
    pub p95: Option<f64>,
    /// Number of runs in which it was taken.
    pub taken: usize,
    /// 95 % confidence interval of the median (order statistics); `None` for fewer than six runs.
    pub median_interval: Option<ConfidenceInterval>,
}

impl SweepReport {
    /// The param values of its runs; `None` if no run finished.
    #[must_use]
    pub fn params(&self) -> Option<&BTreeMap<String, f64>> {
        self.per_seed.first().map(|report| &report.params)
    }

    /// Summarises the runs of one variant, given in any order. `calendar` is that of the scene.
    #[must_use]
    pub fn from_reports(
        seeds: String,
        mut per_seed: Vec<RunReport>,
        stopped: BTreeMap<u64, String>,
        calendar: &Calendar,
    ) -> Self {
        per_seed.sort_by_key(|report| report.seed);
        let beats: BTreeSet<&String> = per_seed.iter().flat_map(|report| &report.beats).map(|beat| &beat.id).collect();
        let patterns: BTreeSet<&String> = per_seed.iter().flat_map(|report| report.patterns.keys()).collect();
        let share = |id: &String| {
            let matching = per_seed.iter().filter(|report| report.patterns.get(id).is_some_and(|times| *times > 0)).count();
            matching as f64 / per_seed.len() as f64
        };
        let measures: BTreeSet<&String> = per_seed.iter().flat_map(|report| report.measures.keys()).collect();
        let summarize_measure = |id: &String| {
            let values = per_seed.iter().filter_map(|report| report.measures.get(id).copied().flatten());
            MeasureSummary::from_sample(&values.collect::<Vec<_>>())
        };
        let taus: Vec<f64> = per_seed.iter().filter_map(|report| report.order_tau).collect();
        Self {
            scene: per_seed.first().map_or_else(String::new, |report| report.scene.clone()),
            seeds,
            stopped,
            beats: beats.into_iter().map(|id| (id.clone(), BeatSummary::from_reports(id, &per_seed, calendar))).collect(),
            patterns: patterns.into_iter().map(|id| (id.clone(), share(id))).collect(),
            order_tau_median: quantile(&taus, 0.5),
            measures: measures.into_iter().map(|id| (id.clone(), summarize_measure(id))).collect(),
            series: summarize_series(&per_seed, calendar),
            ablations: Vec::new(),
            per_seed,
        }
    }
}

impl BeatSummary {
    fn from_reports(id: &str, per_seed: &[RunReport], calendar: &Calendar) -> Self {
        let beat_reports: Vec<_> = per_seed.iter().flat_map(|report| &report.beats).filter(|beat| beat.id == id).collect();
        let instants: Vec<Instant> = beat_reports.iter().filter_map(|beat| calendar.parse(beat.at.as_ref()?).ok()).collect();
        let text = |at: Instant| calendar.datetime(rounded(at, calendar)).to_string();
        Self {
            must: beat_reports.iter().any(|beat| beat.must),
            share: instants.len() as f64 / per_seed.len().max(1) as f64,
            share_interval: wilson(instants.len(), per_seed.len()),
            median_at: median_instant(&instants).map(text),
            median_interval: median_instant_interval(&instants).map(|(low, high)| (text(low), text(high))),
        }
    }
}

impl MeasureSummary {
    fn from_sample(values: &[f64]) -> Self {
        let [p05, median, p95] = [0.05, 0.5, 0.95].map(|p| quantile(values, p));
        Self { p05, median, p95, taken: values.len(), median_interval: median_interval(values) }
    }
}

/// The instant nearest to another at which the calendar has a whole second. In a scene of seconds, instants are left as they are.
fn rounded(at: Instant, calendar: &Calendar) -> Instant {
    if calendar.grain() < TimeGrain::Minutes {
        return at;
    }
    let fraction = calendar.start().time_us;
    Instant((at.0 + fraction + 500_000).div_euclid(1_000_000) * 1_000_000 - fraction)
}

/// The earliest of some instants, and the seconds from it to each.
fn seconds_after_first(instants: &[Instant]) -> Option<(Instant, Vec<f64>)> {
    let first = *instants.iter().min()?;
    Some((first, instants.iter().map(|at| (at.0 - first.0) as f64 / 1e6).collect()))
}

/// The median of instants.
fn median_instant(instants: &[Instant]) -> Option<Instant> {
    let (first, offsets) = seconds_after_first(instants)?;
    Some(first.add_seconds(quantile(&offsets, 0.5)?))
}

/// The confidence interval of the median of instants.
fn median_instant_interval(instants: &[Instant]) -> Option<(Instant, Instant)> {
    let (first, offsets) = seconds_after_first(instants)?;
    let (low, high) = median_interval(&offsets)?;
    Some((first.add_seconds(low), first.add_seconds(high)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BeatReport;

    fn run_report(seed: u64, beats: &[(&str, Option<&str>)], tau: Option<f64>, measures: &[(&str, Option<f64>)]) -> RunReport {
        let beat = |&(id, at): &(&str, Option<&str>)| BeatReport {
            id: id.into(),
            must: id == "meet",
            at: at.map(Into::into),
            event: at.map(|_| 1),
        };
        RunReport {
            beats: beats.iter().map(beat).collect(),
            patterns: [("quarrels".to_owned(), seed as u32)].into(),
            order_tau: tau,
            measures: measures.iter().map(|&(id, value)| (id.into(), value)).collect(),
            ..RunReport::empty(seed)
        }
    }

    #[test]
    fn shares_are_of_all_runs_and_medians_of_runs_with_the_beat() {
        let report = SweepReport::from_reports(
            "0..4".into(),
            vec![
                run_report(
                    3,
                    &[("meet", Some("2025-01-10T12:00:00")), ("part", None)],
                    Some(1.0),
                    &[("joy", Some(4.0)), ("end", None)],
                ),
                run_report(
                    0,
                    &[("meet", Some("2025-01-08T12:00:00.250000")), ("part", None)],
                    None,
                    &[("joy", Some(1.0)), ("end", None)],
                ),
                run_report(
                    1,
                    &[("meet", Some("2025-01-12T12:00:00")), ("part", None)],
                    Some(0.5),
                    &[("joy", None), ("end", None)],
                ),
                run_report(2, &[("meet", None), ("part", None)], Some(0.0), &[("joy", Some(2.0)), ("end", None)]),
            ],
            BTreeMap::new(),
            &Calendar::default(),
        );
        assert_eq!(report.per_seed.iter().map(|run| run.seed).collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(report.scene, "town.ron");
        let meet = &report.beats["meet"];
        assert_eq!((meet.must, meet.share, meet.median_at.as_deref()), (true, 0.75, Some("2025-01-10T12:00:00")));
        assert_eq!((meet.share_interval, &meet.median_interval), (wilson(3, 4), &None));
        let part = &report.beats["part"];
        assert_eq!((part.must, part.share, &part.median_at), (false, 0.0, &None));
        assert_eq!(report.patterns["quarrels"], 0.75, "seed 0 has no match");
        assert_eq!(report.order_tau_median, Some(0.5));
        let joy = MeasureSummary { p05: Some(1.1), median: Some(2.0), p95: Some(3.8), taken: 3, median_interval: None };
        assert_eq!(report.measures["joy"], joy);
        assert_eq!(
            report.measures["end"],
            MeasureSummary { p05: None, median: None, p95: None, taken: 0, median_interval: None }
        );
    }

    #[test]
    fn the_median_of_two_instants_is_halfway_between_them() {
        let at = |text: &str| Calendar::default().parse(text).unwrap();
        let median = median_instant(&[at("2025-03-03T00:00:00"), at("2025-03-01T00:00:00")]);
        assert_eq!(median, Some(at("2025-03-02T00:00:00")));
        assert_eq!(median_instant(&[]), None);
    }

    #[test]
    fn a_report_survives_a_round_trip_through_json() {
        let stopped = [(1, "stopped".to_owned())].into();
        let report = SweepReport::from_reports(
            "0..2".into(),
            vec![run_report(0, &[("meet", None)], None, &[("joy", Some(0.1))])],
            stopped,
            &Calendar::default(),
        );
        let text = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<SweepReport>(&text).unwrap(), report);
    }
}
