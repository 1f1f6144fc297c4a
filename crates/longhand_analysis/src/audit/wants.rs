//! *Wants matter*: what the runs lose without wants, without feelings, and without the crowd.
//!
//! A beat is *lost* in a run if the scene's run with the same seed has it and the changed one has not. It is *moved* if the median of
//! its shifts, over the seeds in which both runs have it, is larger than other seeds alone would make it: outside the 95 % interval of the
//! median of as many differences between two runs of the scene. In a world where every change stirs all that comes after it, single
//! shifts say nothing, and their median says the more, the more seeds there are.

use super::digest::RunDigest;
use super::figures::{AuditFigure, AuditGroup, AuditUnit, figure};
use super::variants::{SceneVariant, watched};
use crate::stats::quantile;
use longhand_expr::ids::Instant;
use longhand_scene::Scenario;
use serde::Serialize;

/// The changes, each with the id of its figure and its name.
pub(super) const REMOVALS: [(SceneVariant, &str, &str); 3] = [
    (SceneVariant::FlatWants, "wants_flat", "all wants equal"),
    (SceneVariant::NoFeelings, "feelings_removed", "no feelings"),
    (SceneVariant::NoCrowd, "crowd_removed", "no crowd"),
];

/// What a removal did to one beat.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct BeatShift {
    /// The beat.
    pub beat: String,
    /// Number of runs of the scene in which it comes.
    pub came: usize,
    /// Number of these seeds for which it does not come in the changed run.
    pub lost: usize,
    /// Median of its shifts in days, over the seeds in which both runs have it; below 0 it comes earlier.
    pub shift_days: Option<f64>,
    /// Half width, in days, of the interval around 0 in which the median of this number of shifts lies by chance in 95 % of the cases.
    pub chance_days: Option<f64>,
}

/// What a removal changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RemovalEffect {
    /// What was removed.
    pub removed: String,
    /// Number of pairs of runs with the same seed.
    pub pairs: usize,
    /// Share of the beats of the scene's runs that the changed runs have not, 0 to 1.
    pub lost: f64,
    /// Share of the beats that are lost in most runs or moved, 0 to 1.
    pub changed: f64,
    /// Median absolute shift of a beat in days, over the beats that both runs have.
    pub median_shift_days: Option<f64>,
    /// Median over the beats of their standard deviation between the seeds of the scene, in days.
    pub base_spread_days: Option<f64>,
    /// The beats that are lost in most runs.
    pub lost_beats: Vec<String>,
    /// The beats that are moved.
    pub moved_beats: Vec<String>,
    /// Share of the beats that come at the same microsecond, 0 to 1.
    pub same_instant: f64,
    /// Each beat that came in a run of the scene.
    pub beats: Vec<BeatShift>,
}

/// The completion of a watched pattern in days after the start.
pub(super) fn days(run: &RunDigest, pattern: usize) -> Option<f64> {
    run.completed[pattern].map(|(at, _)| at.0 as f64 / Instant::DAY_US as f64)
}

/// The standard deviation of a sample; `None` for fewer than two values.
pub(super) fn standard_deviation(sample: &[f64]) -> Option<f64> {
    let n = sample.len() as f64;
    if sample.len() < 2 {
        return None;
    }
    let mean = sample.iter().sum::<f64>() / n;
    Some((sample.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0)).sqrt())
}

/// By watched pattern: the standard deviation of its date between the seeds of the scene, in days.
pub(super) fn spreads(base: &[&RunDigest], patterns: usize) -> Vec<Option<f64>> {
    let spread = |pattern| standard_deviation(&base.iter().filter_map(|run| days(run, pattern)).collect::<Vec<_>>());
    (0..patterns).map(spread).collect()
}

/// The 97.5 % quantile of Student's t distribution, for a standard deviation that is estimated from `runs` runs: from a table, and for ten
/// or more runs from the first terms of its expansion (Cornish and Fisher 1938).
fn student_quantile(runs: usize) -> f64 {
    const TABLE: [f64; 9] = [12.71, 12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31];
    let freedom = runs.saturating_sub(1) as f64;
    match runs {
        0 => TABLE[0],
        1..=9 => TABLE[runs - 1],
        _ => 1.96 + 2.37 / freedom + 2.82 / (freedom * freedom),
    }
}

/// How far the median of `shifts` shifts may lie from 0 by chance, in 95 % of the cases, in the unit of `spread`: the standard deviation of
/// the dates, estimated from `runs` runs. A shift by chance is the difference of two dates, so its standard deviation is √2 times theirs. The
/// standard error of a median is √(π/2) times that of a mean (Laplace 1818).
fn chance_shift(spread: f64, runs: usize, shifts: usize) -> f64 {
    student_quantile(runs) * libm::sqrt(2.0 * std::f64::consts::FRAC_PI_2 / shifts.max(1) as f64) * spread
}

/// Compares the runs of a changed scene with those of the scene by seed. `None` without a pair, or if the scene's runs have no beat.
pub(super) fn compare(scenario: &Scenario, removed: &str, base: &[&RunDigest], changed: &[&RunDigest]) -> Option<RemovalEffect> {
    let watched = watched(scenario);
    let pairs: Vec<(&RunDigest, &RunDigest)> =
        changed.iter().filter_map(|after| Some((*base.iter().find(|before| before.seed == after.seed)?, *after))).collect();
    let spreads = spreads(base, watched.len());
    let mut effect = RemovalEffect { removed: removed.to_owned(), pairs: pairs.len(), ..RemovalEffect::default() };
    let (mut had, mut lost, mut same, mut patterns) = (0, 0, 0, 0);
    let mut all_shifts = Vec::new();
    for (index, pattern) in watched.iter().enumerate() {
        let before: Vec<_> = pairs.iter().filter(|(before, _)| before.completed[index].is_some()).collect();
        if before.is_empty() {
            continue;
        }
        let gone = before.iter().filter(|(_, after)| after.completed[index].is_none()).count();
        let shifts: Vec<f64> =
            before.iter().filter_map(|(before, after)| Some(days(after, index)? - days(before, index)?)).collect();
        same += before
            .iter()
            .filter(|(before, after)| before.completed[index].map(|(at, _)| at) == after.completed[index].map(|(at, _)| at))
            .count();
        patterns += 1;
        had += before.len();
        lost += gone;
        let shift = quantile(&shifts, 0.5);
        let came = base.iter().filter(|run| run.completed[index].is_some()).count();
        let chance = spreads[index].filter(|_| shift.is_some()).map(|spread| chance_shift(spread, came, shifts.len()));
        if 2 * gone > before.len() {
            effect.lost_beats.push(pattern.id.clone());
        } else if shift.zip(chance).is_some_and(|(shift, chance)| shift.abs() > chance) {
            effect.moved_beats.push(pattern.id.clone());
        }
        effect.beats.push(BeatShift {
            beat: pattern.id.clone(),
            came: before.len(),
            lost: gone,
            shift_days: shift,
            chance_days: chance,
        });
        all_shifts.extend(shifts.into_iter().map(f64::abs));
    }
    if had == 0 {
        return None;
    }
    effect.lost = f64::from(u32::try_from(lost).unwrap_or(u32::MAX)) / had as f64;
    effect.changed = (effect.lost_beats.len() + effect.moved_beats.len()) as f64 / f64::from(patterns.max(1));
    effect.same_instant = same as f64 / had as f64;
    effect.median_shift_days = quantile(&all_shifts, 0.5);
    effect.base_spread_days = quantile(&spreads.into_iter().flatten().collect::<Vec<_>>(), 0.5);
    Some(effect)
}

/// The figure of a removal.
pub(super) fn removal_figure(
    scenario: &Scenario,
    id: &'static str,
    variant: SceneVariant,
    effect: Option<&RemovalEffect>,
) -> AuditFigure {
    let removes_nothing = variant == SceneVariant::NoCrowd && scenario.population.is_empty();
    let effect = effect.filter(|_| !removes_nothing);
    let why_not = match variant {
        _ if watched(scenario).is_empty() => "the scene has no beats and no patterns",
        SceneVariant::NoCrowd if removes_nothing => "the scene has no population",
        _ => "no beat came in a run of the scene",
    };
    let detail = effect.map_or_else(String::new, |effect| {
        let number = |days: Option<f64>| days.map_or_else(|| "none".to_owned(), |days| format!("{days:.2} d"));
        format!(
            "{:.0} % of the beats lost, median shift {} against a spread of {} between seeds, {:.0} % at the same instant",
            100.0 * effect.lost,
            number(effect.median_shift_days),
            number(effect.base_spread_days),
            100.0 * effect.same_instant
        )
    });
    figure(id, AuditGroup::WantsMatter, AuditUnit::Share, effect.map(|effect| effect.changed), Some(why_not), detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_is_told_from_chance_the_better_the_more_seeds_there_are() {
        let at = |runs: usize| chance_shift(10.0, runs, runs);
        assert!((at(3) - 44.0).abs() < 1.0, "{}", at(3));
        assert!((at(20) - 8.3).abs() < 0.1, "{}", at(20));
        assert!(at(2) > at(3) && at(9) > at(10) && at(10) > at(100));
        assert_eq!(chance_shift(0.0, 20, 20), 0.0);
        assert!((student_quantile(10) - 2.262).abs() < 0.01 && (student_quantile(20) - 2.093).abs() < 0.01);
    }
}
