//! Measures how long the ties of a run lasted, in whole days.
//!
//! Ties that the scene queries with `lasts` are tracked by the simulation for every agent. The durations of all other ties are
//! reconstructed from the changes in the chronicle.

use longhand_expr::ids::{AgentId, Fact, Instant, TieId, WorldFact};
use longhand_sim::Simulation;
use std::collections::BTreeMap;

/// A duration in whole days, the number of ties that ended after it, and the number that had lasted as long and still held at the end of
/// the run (right-censored).
type TieDuration = (u32, u64, u64);

/// The durations of the ties that began during a run, by tie id. Ties that the scene queries are complete; for the others, only
/// ties with recorded events are counted.
pub(super) fn tie_durations(simulation: &Simulation) -> BTreeMap<String, Vec<TieDuration>> {
    let (scenario, now) = (simulation.scenario(), simulation.now());
    let durations = &simulation.state().tie_durations;
    let mut counts_by_tie: BTreeMap<TieId, BTreeMap<u32, (u64, u64)>> = BTreeMap::new();
    let mut add = |tie: TieId, days: u32, has_ended: bool| {
        let counts = counts_by_tie.entry(tie).or_default().entry(days).or_default();
        *if has_ended { &mut counts.0 } else { &mut counts.1 } += 1;
    };
    let tracked: Vec<TieId> = durations.tracked().collect();
    for &tie in &tracked {
        durations.durations(tie, now).for_each(|(seconds, has_ended)| add(tie, seconds / 86_400, has_ended));
    }
    let mut open_since: BTreeMap<(TieId, AgentId, AgentId), Instant> = BTreeMap::new();
    for event in simulation.chronicle().iter() {
        for change in &event.changes {
            let Fact::World(WorldFact::Tie(from, to, tie)) = change.fact else { continue };
            let Some(kind) = scenario.ties.get(tie.index()).filter(|_| !tracked.contains(&tie)) else { continue };
            // Both directions of a mutual tie are logged; count it once.
            let key = if kind.mutual { (tie, from.min(to), from.max(to)) } else { (tie, from, to) };
            if change.after != 0.0 {
                open_since.entry(key).or_insert(event.at);
            } else if let Some(since) = open_since.remove(&key) {
                add(tie, days_between(since, event.at), true);
            }
        }
    }
    open_since.into_iter().for_each(|((tie, ..), since)| add(tie, days_between(since, now), false));
    let by_id = counts_by_tie.into_iter().map(|(tie, lengths)| {
        let lengths = lengths.into_iter().map(|(days, (ended, censored))| (days, ended, censored));
        (scenario.ties[tie.index()].id.clone(), lengths.collect())
    });
    by_id.collect()
}

fn days_between(since: Instant, at: Instant) -> u32 {
    at.day().saturating_sub(since.day())
}
