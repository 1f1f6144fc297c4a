//! *Variety*: how the runs of different seeds differ, the expressive range of the scene (Smith and Whitehead 2010).

use std::collections::BTreeSet;

use super::digest::RunDigest;
use super::figures::{AuditFigure, AuditGroup, AuditUnit, figure};
use super::rules::branching_steps;
use super::variants::watched;
use super::wants::spreads;
use crate::stats::quantile;
use longhand_expr::ids::EventId;
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
    let orders: BTreeSet<Vec<usize>> = runs.iter().map(order).collect();
    let sets: BTreeSet<BTreeSet<usize>> = orders.iter().map(|order| order.iter().copied().collect()).collect();
    let spread = spreads(runs, patterns.len());
    let came = |kind: &usize| runs.iter().filter(|run| run.counts[*kind] > 0).count();
    let kinds: Vec<usize> = (0..scenario.events.len()).filter(|kind| came(kind) > 0).collect();
    RunVariety {
        runs: runs.len(),
        orders: orders.len(),
        sets: sets.len(),
        steps: step_entropies(scenario, runs),
        spread_days: patterns.iter().zip(spread).map(|(pattern, spread)| (pattern.id.clone(), spread)).collect(),
        first_order_tau: first_order_tau(runs),
        kinds: kinds.len(),
        kinds_always: kinds.iter().filter(|kind| came(kind) == runs.len()).count(),
    }
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
    let several = variety.runs > 1;
    let of_runs = |count: usize| (several && has_patterns).then(|| count as f64 / variety.runs as f64);
    let entropy = variety.steps.iter().map(|step| step.entropy).sum::<f64>();
    let entropy = (!variety.steps.is_empty()).then(|| entropy / variety.steps.len() as f64);
    let spreads: Vec<f64> = variety.spread_days.iter().filter_map(|(_, spread)| *spread).collect();
    let always = (several && variety.kinds > 0).then(|| variety.kinds_always as f64 / variety.kinds as f64);
    let new = |id, unit, value, why_not, detail| figure(id, AuditGroup::Variety, unit, value, Some(why_not), detail);
    vec![
        new(
            "orders",
            AuditUnit::Share,
            of_runs(variety.orders),
            no_patterns,
            format!("{} orders in {} runs", variety.orders, variety.runs),
        ),
        new(
            "sets",
            AuditUnit::Share,
            of_runs(variety.sets),
            no_patterns,
            format!("{} sets in {} runs", variety.sets, variety.runs),
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
            AuditUnit::Days,
            quantile(&spreads, 0.5),
            no_patterns,
            format!("median of the standard deviations of {} beats", spreads.len()),
        ),
        new(
            "first_order_tau",
            AuditUnit::Number,
            variety.first_order_tau,
            few,
            "Kendall’s tau, mean over pairs of runs".to_owned(),
        ),
        new("kinds_always", AuditUnit::Share, always, few, format!("{} of {} kinds", variety.kinds_always, variety.kinds)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_expr::ids::Instant;

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
}
