//! The candidates for the first role of actions, each found once and asked each condition once, however many actions select from them.
//!
//! Many actions are done with one of the friends of `self` who is human, awake and not estranged. Their candidates come from the same
//! source, and their conditions have the same text ([`Expr::is_same_as`]): each has one bit for each candidate, so that an action finds who
//! meets all of its conditions by a few operations on bits.

use super::conditions::positions;
use super::rules::bound_agents;
use crate::world::StillView;
use bevy_platform::collections::HashMap;
use longhand_expr::ids::AgentId;
use longhand_expr::{CandidateSource, EvalFrame, Expr, Selection};
use longhand_scene::Action;
use smallvec::SmallVec;
use std::ops::ControlFlow;

/// The most candidates of one source. If there are more, each action goes through them on its own.
const MAX_CANDIDATES: usize = u64::BITS as usize;

/// The position of a source in [`CandidateRules`].
type SourceId = usize;
/// The position of a condition in [`CandidateRules`].
type ConditionId = usize;

/// The first roles of all actions.
#[derive(Debug, Default)]
pub(super) struct CandidateRules {
    /// Each with a selection from it.
    sources: Vec<(CandidateSource, Selection)>,
    /// Each with the slot of the candidate.
    conditions: Vec<(Expr, usize)>,
    of_action: Vec<Option<RoleSelection>>,
}

/// How the agent of a role is selected.
#[derive(Debug)]
pub(super) struct RoleSelection {
    /// The parts of its set, in order.
    pub(super) parts: SmallVec<[SharedSelection; 1]>,
    /// The conditions of the action on `self` and the role.
    pub(super) clauses: Vec<ConditionId>,
}

/// A selection whose candidates and conditions are shared with other actions.
#[derive(Debug)]
pub(super) struct SharedSelection {
    pub(super) selection: Selection,
    /// None for an agent that is found without candidates.
    pub(super) source: Option<SourceId>,
    pub(super) conditions: Vec<ConditionId>,
}

impl CandidateRules {
    /// The first roles of actions, each action with its conditions on `self` and its first role.
    pub(super) fn new<'a, C: Iterator<Item = &'a Expr>>(actions: impl Iterator<Item = (&'a Action, C)>) -> Self {
        let mut all = Self::default();
        let mut by_text = HashMap::default();
        for (action, clauses) in actions {
            let of_action = all.role_selection(action, clauses, &mut by_text);
            all.of_action.push(of_action);
        }
        all
    }

    /// How the first role of an action is selected; none if its candidates are not shared.
    pub(super) fn of_action(&self, action: usize) -> Option<&RoleSelection> {
        self.of_action[action].as_ref()
    }

    fn role_selection<'a>(
        &mut self,
        action: &'a Action,
        clauses: impl Iterator<Item = &'a Expr>,
        by_text: &mut HashMap<String, Vec<ConditionId>>,
    ) -> Option<RoleSelection> {
        let role = bound_agents(action).next().filter(|role| !role.several)?;
        let selections = role.set.selections()?;
        if selections.iter().all(|selection| selection.source().is_none()) {
            return None;
        }
        let parts = selections.into_iter().map(|selection| SharedSelection {
            source: selection.source().map(|source| self.source(source, &selection)),
            conditions: self.condition_ids(selection.conditions().iter(), selection.slot(), by_text),
            selection,
        });
        let parts = parts.collect();
        Some(RoleSelection { parts, clauses: self.condition_ids(clauses, 1, by_text) })
    }

    fn source(&mut self, source: CandidateSource, selection: &Selection) -> SourceId {
        self.sources.iter().position(|(known, _)| *known == source).unwrap_or_else(|| {
            self.sources.push((source, selection.clone()));
            self.sources.len() - 1
        })
    }

    fn condition_ids<'a>(
        &mut self,
        conditions: impl Iterator<Item = &'a Expr>,
        slot: usize,
        by_text: &mut HashMap<String, Vec<ConditionId>>,
    ) -> Vec<ConditionId> {
        let ids = conditions.map(|condition| {
            let of_text = by_text.entry(condition.text().to_owned()).or_default();
            let known = of_text.iter().copied().find(|&id| condition.is_same_as(&self.conditions[id].0));
            known.unwrap_or_else(|| {
                self.conditions.push((condition.clone(), slot));
                of_text.push(self.conditions.len() - 1);
                self.conditions.len() - 1
            })
        });
        let mut ids: Vec<ConditionId> = ids.collect();
        // All must hold, so the cheapest are asked first.
        ids.sort_by_key(|&id| self.conditions[id].0.node_count());
        ids
    }
}

/// The candidates of one agent in one state, and which of them meet which conditions. Everything is found when it is first asked for.
#[derive(Debug, Default)]
pub(super) struct CandidateTable {
    /// By source.
    candidates: Vec<Option<FoundCandidates>>,
    /// By source and condition: one bit for each candidate for which it has been evaluated, and one for each for which it holds.
    evaluated: Vec<(u64, u64)>,
    /// The positions in `evaluated` of which any bit may be set.
    touched: Vec<usize>,
}

/// The candidates of one source.
#[derive(Debug)]
enum FoundCandidates {
    Few(SmallVec<[AgentId; 16]>),
    TooMany,
}

impl CandidateTable {
    /// Forgets everything, to be used for another agent or state.
    pub(super) fn clear(&mut self) {
        self.candidates.fill_with(|| None);
        for position in self.touched.drain(..) {
            self.evaluated[position] = (0, 0);
        }
    }

    /// A candidate by its position.
    pub(super) fn candidate(&self, source: SourceId, position: usize) -> AgentId {
        match &self.candidates[source] {
            Some(FoundCandidates::Few(candidates)) => candidates[position],
            _ => AgentId::NONE,
        }
    }

    /// One bit for each candidate of a source; none if there are too many of them.
    pub(super) fn all(&mut self, rules: &CandidateRules, still: &StillView<'_>, agent: AgentId, source: SourceId) -> Option<u64> {
        if self.candidates.len() <= source {
            self.candidates.resize_with(rules.sources.len(), || None);
            self.evaluated.resize(rules.sources.len() * rules.conditions.len(), (0, 0));
        }
        let found = self.candidates[source].get_or_insert_with(|| find_candidates(&rules.sources[source].1, still, agent));
        match found {
            FoundCandidates::Few(candidates) => Some(u64::MAX.checked_shr((MAX_CANDIDATES - candidates.len()) as u32).unwrap_or(0)),
            FoundCandidates::TooMany => None,
        }
    }

    /// Those of some candidates of a source who meet all conditions.
    pub(super) fn meeting(
        &mut self,
        rules: &CandidateRules,
        still: &StillView<'_>,
        agent: AgentId,
        source: SourceId,
        mut remaining: u64,
        conditions: &[ConditionId],
    ) -> u64 {
        for &id in conditions {
            if remaining == 0 {
                break;
            }
            let position = source * rules.conditions.len() + id;
            let (known, mut holds) = self.evaluated[position];
            let unknown = remaining & !known;
            if unknown != 0 {
                if known == 0 {
                    self.touched.push(position);
                }
                let (condition, slot) = &rules.conditions[id];
                let frame = &mut EvalFrame::for_agent(agent);
                for candidate in positions(unknown) {
                    frame.set(*slot, self.candidate(source, candidate));
                    holds |= u64::from(condition.truth(still, frame)) << candidate;
                }
                self.evaluated[position] = (known | unknown, holds);
            }
            remaining &= holds;
        }
        remaining
    }
}

fn find_candidates(selection: &Selection, still: &StillView<'_>, agent: AgentId) -> FoundCandidates {
    let mut candidates = SmallVec::new();
    let mut too_many = false;
    selection.for_each_candidate(still, agent, &mut |candidate| {
        too_many = candidates.len() == MAX_CANDIDATES;
        if too_many {
            return ControlFlow::Break(());
        }
        candidates.push(candidate);
        ControlFlow::Continue(())
    });
    if too_many { FoundCandidates::TooMany } else { FoundCandidates::Few(candidates) }
}
