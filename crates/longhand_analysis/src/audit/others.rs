//! *Others*: how far the people outside the cast come in each watched pattern, when whoever it names stands for anybody.
//!
//! The one whose pattern it is, is the agent or variable in most of its clauses. Somebody passes a stage when an event of the clause
//! happens with them in that role, after they passed the stage before. The other roles, conditions and time limits of the clauses are
//! not checked, so the counts are upper bounds. A clause without that role is passed by all at once when its event happens.

use super::figures::{AuditFigure, AuditGroup, AuditUnit, figure};
use super::variants::watched;
use super::variety::{distinct, pairs_that_differ};
use longhand_chronicle::Chronicle;
use longhand_expr::ids::{AgentId, EventKind, KindId};
use longhand_scene::{Clause, ClauseTarget, Pattern, RoleTerm, Scenario};
use longhand_sim::Simulation;
use serde::Serialize;

/// How far the people outside the cast came in one pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PatternPassage {
    /// The id of the beat or pattern.
    pub id: String,
    /// Number of people who can pass: those of the kind of the agent that the pattern names, or all people.
    pub people: usize,
    /// By stage of the pattern: the number of people who passed it.
    pub passed: Vec<usize>,
}

/// The passages of a run that is recorded whole.
#[derive(Clone, Debug)]
pub(super) struct Passages {
    pub(super) patterns: Vec<PatternPassage>,
    /// The number of people outside the cast.
    people: usize,
    /// For each person who passed all stages of at least one pattern: these patterns, in the order in which they were completed.
    sequences: Vec<Vec<usize>>,
}

/// How the events of one kind concern the one whose pattern it is: the slot of their role, or none if the clause does not have it.
type ClauseSlots = Vec<(EventKind, Option<usize>)>;

/// The role that occurs in most clauses; of several, the one that comes first.
fn protagonist(pattern: &Pattern) -> Option<RoleTerm> {
    let terms_of = |clause: &Clause| {
        let mut terms: Vec<RoleTerm> = Vec::new();
        for term in clause.alternatives.iter().flat_map(|alternative| &alternative.roles) {
            if !terms.contains(term) {
                terms.push(*term);
            }
        }
        terms
    };
    let all: Vec<RoleTerm> = pattern.clauses.iter().flat_map(terms_of).collect();
    let count = |term: &RoleTerm| all.iter().filter(|other| *other == term).count();
    let most = all.iter().map(count).max()?;
    all.iter().find(|term| count(term) == most).copied()
}

/// The events of each clause. `None` for a pattern with a clause about ties or stays.
fn stages(pattern: &Pattern, who: Option<RoleTerm>) -> Option<Vec<ClauseSlots>> {
    let stage = |clause: &Clause| {
        let mut slots = ClauseSlots::new();
        for alternative in &clause.alternatives {
            let ClauseTarget::Event(kinds) = &alternative.target else { return None };
            let role = alternative.roles.iter().position(|term| Some(*term) == who);
            // A pattern without roles is about whoever does it.
            slots.extend(kinds.iter().map(|(kind, of_roles)| {
                (*kind, if who.is_none() { Some(0) } else { role.and_then(|role| of_roles.get(role)).copied() })
            }));
        }
        Some(slots)
    };
    pattern.clauses.iter().map(stage).collect()
}

impl Passages {
    pub(super) fn of(scenario: &Scenario, chronicle: &Chronicle, simulation: &Simulation) -> Self {
        let first = scenario.cast.len();
        let kinds: Vec<KindId> =
            (first..simulation.state().agent_count()).map(|index| simulation.state().kind(AgentId::from_index(index))).collect();
        let mut sequences: Vec<Vec<(u32, usize)>> = vec![Vec::new(); kinds.len()];
        let mut patterns = Vec::new();
        for (nth, pattern) in watched(scenario).into_iter().enumerate() {
            let who = protagonist(pattern);
            let Some(stages) = stages(pattern, who) else { continue };
            let kind = match who {
                Some(RoleTerm::Agent(agent)) => scenario.cast.get(agent.index()).map(|member| member.kind),
                _ => None,
            };
            let may_pass = |kind_of: &KindId| kind.is_none_or(|kind| kind == *kind_of);
            let mut passed = vec![0; stages.len()];
            let mut stage_of = vec![0_usize; kinds.len()];
            for event in chronicle.iter() {
                let mut pass = |person: usize, stage: usize| {
                    if stage_of[person] == stage && may_pass(&kinds[person]) {
                        stage_of[person] += 1;
                        passed[stage] += 1;
                        if stage + 1 == stages.len() {
                            sequences[person].push((event.id.0, nth));
                        }
                        return true;
                    }
                    false
                };
                // The last stage first, so that one event passes one stage only.
                for (stage, slots) in stages.iter().enumerate().rev() {
                    for (_, slot) in slots.iter().filter(|(kind, _)| *kind == event.kind) {
                        match slot {
                            Some(slot) => {
                                for agent in scenario.events[event.kind.index()].agents_in(*slot, &event.roles) {
                                    if let Some(person) = agent.index().checked_sub(first).filter(|person| *person < kinds.len())
                                    {
                                        pass(person, stage);
                                    }
                                }
                            }
                            None => (0..kinds.len()).for_each(|person| _ = pass(person, stage)),
                        }
                    }
                }
            }
            let people = kinds.iter().filter(|kind| may_pass(kind)).count();
            patterns.push(PatternPassage { id: pattern.id.clone(), people, passed });
        }
        let orders = sequences.iter_mut().map(|sequence| {
            sequence.sort_unstable();
            sequence.iter().map(|(_, pattern)| *pattern).collect::<Vec<usize>>()
        });
        let sequences = orders.filter(|order| !order.is_empty()).collect();
        Self { patterns, people: kinds.len(), sequences }
    }
}

impl PatternPassage {
    /// The share of the people who passed all stages.
    fn share(&self) -> f64 {
        self.passed.last().map_or(0.0, |passed| *passed as f64 / self.people.max(1) as f64)
    }
}

/// The figures.
pub(super) fn figures(scenario: &Scenario, passages: Option<&Passages>) -> Vec<AuditFigure> {
    let why_not = match passages {
        _ if scenario.population.is_empty() => Some("the scene has no population"),
        _ if watched(scenario).is_empty() => Some("the scene has no beats and no patterns"),
        None => Some("the run was stopped"),
        Some(passages) if passages.patterns.is_empty() => Some("the patterns are about ties or stays only"),
        Some(_) => None,
    };
    let passages = passages.filter(|_| why_not.is_none());
    let detail = passages.map_or_else(String::new, |passages| {
        let some = passages.patterns.iter().filter(|pattern| pattern.share() > 0.0).count();
        format!("mean over {} patterns; {some} of them are passed by somebody", passages.patterns.len())
    });
    let stories = passages.map_or_else(String::new, |passages| {
        format!(
            "{} of {} agents outside the cast pass a pattern, with {} different sequences",
            passages.sequences.len(),
            passages.people,
            distinct(&passages.sequences)
        )
    });
    let mean = |passages: &Passages| {
        passages.patterns.iter().map(PatternPassage::share).sum::<f64>() / passages.patterns.len().max(1) as f64
    };
    // Where nobody or one agent has a story, no two differ.
    let differ = |passages: &Passages| pairs_that_differ(&passages.sequences).unwrap_or(0.0);
    vec![
        figure("others_pass", AuditGroup::Others, AuditUnit::Share, passages.map(mean), why_not, detail),
        figure("others_differ", AuditGroup::Others, AuditUnit::Share, passages.map(differ), why_not, stories),
    ]
}
