//! *Variety*: how the runs of different seeds differ, the expressive range of the scene (Smith and Whitehead 2010).

use std::collections::{BTreeMap, BTreeSet};

use super::digest::RunDigest;
use super::figures::{AuditFigure, AuditGroup, AuditUnit, figure};
use super::rules::branching_steps;
use super::variants::watched;
use super::wants::spreads;
use crate::stats::quantile;
use longhand_expr::ids::{EventId, Instant};
use longhand_narrative::rank_agreement;
use longhand_scene::Scenario;
use serde::Serialize;

/// The entropy of the outcomes of one step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepEntropy {
    /// The names of the outcomes' events, each with how often it was drawn in all runs.
    pub outcomes: Vec<(String, u64)>,
    /// Shannon's entropy, divided by that of equally frequent outcomes: 0 if always the same is drawn, 1 if all are equally frequent.
    pub entropy: f64,
}

/// How the runs of the scene differ.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RunVariety {
    /// Number of runs.
    pub runs: usize,
    /// Number of different orders of beats.
    pub orders: usize,
    /// Number of different sets of beats.
    pub sets: usize,
    /// Share of the pairs of runs whose orders of beats differ, 0 to 1.
    pub orders_differ: Option<f64>,
    /// Share of the pairs of runs whose sets of beats differ, 0 to 1.
    pub sets_differ: Option<f64>,
    /// Mean length of a run in days.
    pub days: f64,
    /// The steps with several outcomes that happened.
    pub steps: Vec<StepEntropy>,
    /// By beat: the standard deviation of its date between the runs, in days; `None` for fewer than two runs with it.
    pub spread_days: Vec<(String, Option<f64>)>,
    /// Kendall's tau between the orders in which kinds of event first occur, mean over pairs of runs.
    pub first_order_tau: Option<f64>,
    /// The number of kinds of event that come in some run.
    pub kinds: usize,
    /// The number of those that come in every run.
    pub kinds_always: usize,
    /// Of the kinds that come in one of two runs, the share that come in both (Jaccard’s index); mean over pairs of runs.
    pub kinds_shared: Option<f64>,
}

/// How the runs of a scene differ.
pub(super) fn measure(scenario: &Scenario, runs: &[&RunDigest]) -> RunVariety {
    let patterns = watched(scenario);
    let order = |run: &&RunDigest| {
        let mut completed: Vec<(EventId, usize)> =
            run.completed.iter().enumerate().filter_map(|(index, completed)| Some((completed.as_ref()?.1, index))).collect();
        completed.sort_unstable();
        completed.into_iter().map(|(_, index)| index).collect::<Vec<usize>>()
    };
    let orders: Vec<Vec<usize>> = runs.iter().map(order).collect();
    let sets: Vec<BTreeSet<usize>> = orders.iter().map(|order| order.iter().copied().collect()).collect();
    let days = runs.iter().map(|run| run.ended.0 as f64 / Instant::DAY_US as f64).sum::<f64>() / runs.len().max(1) as f64;
    let spread = spreads(runs, patterns.len());
    let came = |kind: &usize| runs.iter().filter(|run| run.counts[*kind] > 0).count();
    let kinds: Vec<usize> = (0..scenario.events.len()).filter(|kind| came(kind) > 0).collect();
    RunVariety {
        runs: runs.len(),
        orders: distinct(&orders),
        sets: distinct(&sets),
        orders_differ: pairs_that_differ(&orders),
        sets_differ: pairs_that_differ(&sets),
        days,
        steps: step_entropies(scenario, runs),
        spread_days: patterns.iter().zip(spread).map(|(pattern, spread)| (pattern.id.clone(), spread)).collect(),
        first_order_tau: first_order_tau(runs),
        kinds: kinds.len(),
        kinds_always: kinds.iter().filter(|kind| came(kind) == runs.len()).count(),
        kinds_shared: kinds_shared(runs),
    }
}

/// The number of different values.
pub(super) fn distinct<T: Ord>(values: &[T]) -> usize {
    values.iter().collect::<BTreeSet<_>>().len()
}

/// The share of the pairs whose values differ; `None` for fewer than two values. It does not depend on how many there are.
pub(super) fn pairs_that_differ<T: Ord>(values: &[T]) -> Option<f64> {
    let mut counts: BTreeMap<&T, usize> = BTreeMap::new();
    values.iter().for_each(|value| *counts.entry(value).or_default() += 1);
    let pairs = |n: usize| (n * n.saturating_sub(1)) as f64;
    let same: f64 = counts.values().map(|count| pairs(*count)).sum();
    (values.len() > 1).then(|| 1.0 - same / pairs(values.len()))
}

/// The mean over pairs of runs of the share of their kinds of event that both have.
fn kinds_shared(runs: &[&RunDigest]) -> Option<f64> {
    let mut shares = Vec::new();
    for (nth, one) in runs.iter().enumerate() {
        for other in &runs[nth + 1..] {
            let both = one.counts.iter().zip(&other.counts).filter(|(one, other)| **one > 0 && **other > 0).count();
            let either = one.counts.iter().zip(&other.counts).filter(|(one, other)| **one > 0 || **other > 0).count();
            shares.extend((either > 0).then(|| both as f64 / either as f64));
        }
    }
    (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / shares.len() as f64)
}

fn step_entropies(scenario: &Scenario, runs: &[&RunDigest]) -> Vec<StepEntropy> {
    let entropy = |step: &longhand_scene::Step| {
        let outcomes: Vec<(String, u64)> = step
            .outcomes
            .iter()
            .map(|(_, event)| {
                let drawn = runs.iter().map(|run| run.counts[event.kind.index()]).sum();
                (scenario.events[event.kind.index()].name.clone(), drawn)
            })
            .collect();
        let total: u64 = outcomes.iter().map(|(_, drawn)| drawn).sum();
        let share = |drawn: u64| drawn as f64 / total as f64;
        let bits: f64 =
            outcomes.iter().filter(|(_, drawn)| *drawn > 0).map(|(_, drawn)| -share(*drawn) * libm::log2(share(*drawn))).sum();
        let entropy = (bits / libm::log2(outcomes.len() as f64)).clamp(0.0, 1.0);
        (total > 0).then_some(StepEntropy { outcomes, entropy })
    };
    branching_steps(scenario).filter_map(entropy).collect()
}

/// The mean over pairs of runs of Kendall's tau between the orders of first occurrences, over the kinds that both runs have.
fn first_order_tau(runs: &[&RunDigest]) -> Option<f64> {
    let mut taus = Vec::new();
    for (nth, one) in runs.iter().enumerate() {
        for other in &runs[nth + 1..] {
            let mut both: Vec<(EventId, EventId)> =
                one.first.iter().zip(&other.first).filter_map(|(one, other)| Some(((*one)?, (*other)?))).collect();
            both.sort_unstable();
            taus.extend(rank_agreement(&both.into_iter().map(|(_, other)| other).collect::<Vec<_>>()));
        }
    }
    (!taus.is_empty()).then(|| taus.iter().sum::<f64>() / taus.len() as f64)
}

/// The figures.
pub(super) fn figures(scenario: &Scenario, variety: &RunVariety) -> Vec<AuditFigure> {
    let has_patterns = !watched(scenario).is_empty();
    let few = "fewer than two runs";
    let no_patterns = if has_patterns { few } else { "the scene has no beats and no patterns" };
    let entropy = variety.steps.iter().map(|step| step.entropy).sum::<f64>();
    let entropy = (!variety.steps.is_empty()).then(|| entropy / variety.steps.len() as f64);
    let spreads: Vec<f64> = variety.spread_days.iter().filter_map(|(_, spread)| *spread).collect();
    let spread = quantile(&spreads, 0.5);
    let new = |id, unit, value, why_not, detail| figure(id, AuditGroup::Variety, unit, value, Some(why_not), detail);
    vec![
        new(
            "orders",
            AuditUnit::Share,
            variety.orders_differ.filter(|_| has_patterns),
            no_patterns,
            format!("{} distinct in {} runs", variety.orders, variety.runs),
        ),
        new(
            "sets",
            AuditUnit::Share,
            variety.sets_differ.filter(|_| has_patterns),
            no_patterns,
            format!("{} distinct in {} runs", variety.sets, variety.runs),
        ),
        new(
            "entropy",
            AuditUnit::Share,
            entropy,
            "no step with several outcomes happened",
            format!("mean over {} steps", variety.steps.len()),
        ),
        new(
            "date_spread",
            AuditUnit::Share,
            spread.map(|days| days / variety.days.max(f64::MIN_POSITIVE)),
            no_patterns,
            format!("of the run; median {:.1} d of the standard deviations of {} beats", spread.unwrap_or(0.0), spreads.len()),
        ),
        new(
            "first_order_tau",
            AuditUnit::Number,
            variety.first_order_tau,
            few,
            "Kendall’s tau, mean over pairs of runs".to_owned(),
        ),
        new(
            "kinds_shared",
            AuditUnit::Share,
            variety.kinds_shared,
            few,
            format!("{} of {} kinds come in every run", variety.kinds_always, variety.kinds),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(order: &[usize], first: &[u32]) -> RunDigest {
        let mut completed = vec![None; 3];
        for (nth, pattern) in order.iter().enumerate() {
            completed[*pattern] = Some((Instant(nth as i64), EventId(nth as u32)));
        }
        RunDigest {
            seed: 0,
            stopped: None,
            completed,
            counts: vec![1; first.len()],
            first: first.iter().map(|event| Some(EventId(*event))).collect(),
            news: Vec::new(),
            ended: Instant::START,
            without_outcome: Vec::new(),
            passages: None,
        }
    }

    #[test]
    fn the_order_of_first_occurrences_is_compared_by_pairs() {
        let runs = [run(&[0, 1], &[0, 1, 2]), run(&[0, 1], &[0, 1, 2]), run(&[1, 0], &[2, 1, 0])];
        let runs: Vec<&RunDigest> = runs.iter().collect();
        assert_eq!(first_order_tau(&runs[..2]), Some(1.0));
        assert!((first_order_tau(&runs).unwrap() + 1.0 / 3.0).abs() < 1e-12, "one pair agrees, two are reversed");
        assert_eq!(first_order_tau(&runs[..1]), None);
    }

    #[test]
    fn the_share_of_different_pairs_does_not_depend_on_their_number() {
        assert_eq!(pairs_that_differ(&[1]), None);
        assert_eq!((pairs_that_differ(&[1, 1, 1]), pairs_that_differ(&[1; 20])), (Some(0.0), Some(0.0)));
        assert_eq!((pairs_that_differ(&[1, 2]), pairs_that_differ(&[1, 2, 3, 4])), (Some(1.0), Some(1.0)));
        assert!((pairs_that_differ(&[1, 1, 2]).unwrap() - 2.0 / 3.0).abs() < 1e-12);
        let mut runs = [run(&[0], &[0, 1, 2]), run(&[0], &[0, 1, 2])];
        assert_eq!(kinds_shared(&runs.iter().collect::<Vec<_>>()), Some(1.0));
        runs[1].counts[0] = 0;
        assert_eq!(kinds_shared(&runs.iter().collect::<Vec<_>>()), Some(2.0 / 3.0));
    }
}
