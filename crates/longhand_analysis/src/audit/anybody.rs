//! *Anybody*: two members of the cast get each other's circumstances. If it is the circumstances that matter, the beats of the one now
//! come to the other; if it is the name that matters, they come to nobody.

use super::digest::RunDigest;
use super::figures::{AuditFigure, AuditGroup, AuditUnit, figure};
use super::variants::watched;
use longhand_expr::ids::AgentId;
use longhand_scene::{Pattern, RoleTerm, Scenario};
use serde::Serialize;

/// What exchanging the circumstances of two members of the cast changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ExchangeEffect {
    /// The two.
    pub pair: (String, String),
    /// Number of pairs of runs.
    pub pairs: usize,
    /// The number of beats about one of the two in the scene's runs, in all.
    pub beats: usize,
    /// How many of them come to the other.
    pub reached: usize,
}

/// Whether a pattern names an agent.
pub(super) fn names(pattern: &Pattern, agent: AgentId) -> bool {
    let of_clauses = pattern.clauses.iter().flat_map(|clause| &clause.alternatives).flat_map(|alternative| &alternative.roles);
    of_clauses.chain(pattern.negated.iter().flat_map(|clause| &clause.roles)).any(|term| *term == RoleTerm::Agent(agent))
}

/// The watched patterns about two agents: those that name one of them. If no pattern names anybody, all.
fn patterns_about(scenario: &Scenario, a: AgentId, b: AgentId) -> Vec<usize> {
    let watched = watched(scenario);
    let about = |pattern: &&Pattern| names(pattern, a) || names(pattern, b);
    let is_anonymous =
        !(0..scenario.cast.len()).any(|agent| watched.iter().any(|pattern| names(pattern, AgentId::from_index(agent))));
    (0..watched.len()).filter(|&index| is_anonymous || about(&watched[index])).collect()
}

/// The pairs of the cast that are of one kind, both people and not things, with patterns about one of them: those with most patterns
/// first, `limit` at most. Also returns how many there are.
pub(super) fn pairs(scenario: &Scenario, limit: usize) -> (Vec<(AgentId, AgentId)>, usize) {
    let members: Vec<AgentId> =
        (0..scenario.cast.len()).map(AgentId::from_index).filter(|agent| !scenario.is_thing(*agent)).collect();
    let mut pairs = Vec::new();
    for (nth, &a) in members.iter().enumerate() {
        for &b in &members[nth + 1..] {
            let count = patterns_about(scenario, a, b).len();
            if scenario.cast[a.index()].kind == scenario.cast[b.index()].kind && count > 0 {
                pairs.push((std::cmp::Reverse(count), a, b));
            }
        }
    }
    pairs.sort();
    let all = pairs.len();
    (pairs.into_iter().take(limit).map(|(_, a, b)| (a, b)).collect(), all)
}

/// Compares runs with exchanged circumstances with the runs of the scene. The pairs have the same seed.
pub(super) fn compare(scenario: &Scenario, (a, b): (AgentId, AgentId), runs: &[(&RunDigest, &RunDigest)]) -> ExchangeEffect {
    let id = |agent: AgentId| scenario.cast[agent.index()].id.clone();
    let patterns = patterns_about(scenario, a, b);
    let came = || {
        runs.iter()
            .flat_map(|run| patterns.iter().map(move |pattern| (run, *pattern)))
            .filter(|((base, _), pattern)| base.completed[*pattern].is_some())
    };
    ExchangeEffect {
        pair: (id(a), id(b)),
        pairs: runs.len(),
        beats: came().count(),
        reached: came().filter(|((_, exchanged), pattern)| exchanged.completed[*pattern].is_some()).count(),
    }
}

/// The figure.
pub(super) fn exchange_figure(scenario: &Scenario, effects: &[ExchangeEffect], possible: usize) -> AuditFigure {
    let with_beats: Vec<&ExchangeEffect> = effects.iter().filter(|effect| effect.beats > 0).collect();
    let shares: f64 = with_beats.iter().map(|effect| effect.reached as f64 / effect.beats as f64).sum();
    let why_not = if watched(scenario).is_empty() {
        "the scene has no beats and no patterns"
    } else if possible == 0 {
        "no two members of the cast are of one kind and have a beat"
    } else {
        "no beat came in a run of the scene"
    };
    let detail = format!("mean over {} of {possible} pairs", with_beats.len());
    let value = (!with_beats.is_empty()).then(|| shares / with_beats.len() as f64);
    figure("exchanged", AuditGroup::Anybody, AuditUnit::Share, value, Some(why_not), detail)
}
