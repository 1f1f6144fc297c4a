//! A set of agents taken apart: where its candidates come from, what each of them must meet, and who is taken of those who do.
//!
//! Many rules select from the same candidates by the same conditions: the friends of `self` who are human, awake and not estranged. Whoever
//! evaluates many rules for one agent finds the candidates once, and asks each condition once of each of them.

use super::context::EvalContext;
use super::eval::Evaluator;
use super::expr::{Expr, SetExpr};
use super::ids::{AgentId, AppointmentId, IntentionId, TieId};
use super::node::{Code, DrawId, ExprNode, NodeId};
use super::scope::EvalFrame;
use super::types::Type;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Agents that are found by `self` alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CandidateSource {
    /// Those at the other ends of its ties.
    Ties(TieId),
    /// Those who have a tie to it.
    TiesTo(TieId),
    /// Those who are where it is.
    Here,
    /// Those with whom it has an appointment.
    Appointed(Option<AppointmentId>),
    /// Those whom its intention is about.
    Intended(IntentionId),
}

/// One part of a set: all candidates that meet some conditions, or one of them.
#[derive(Clone, Debug)]
pub struct Selection {
    code: Arc<Code>,
    taken: Taken,
    source: Option<(CandidateSource, NodeId)>,
    slot: usize,
    conditions: Vec<Expr>,
}

/// Who is taken of the candidates that meet the conditions.
#[derive(Clone, Copy, Debug)]
enum Taken {
    All,
    /// A random one.
    Random(DrawId),
    /// The one with the highest value.
    Best(NodeId),
    /// An agent that is found without candidates.
    Agent(NodeId),
}

impl Selection {
    /// Where its candidates come from; none for an agent that is found without candidates.
    #[must_use]
    pub fn source(&self) -> Option<CandidateSource> {
        self.source.map(|(source, _)| source)
    }

    /// What each candidate must meet. Reads no variables but `self` and the candidate, and draws nothing.
    #[must_use]
    pub fn conditions(&self) -> &[Expr] {
        &self.conditions
    }

    /// The slot of the candidate in its conditions.
    #[must_use]
    pub fn slot(&self) -> usize {
        self.slot
    }

    /// Whether all candidates that meet the conditions are members, and not one of them.
    #[must_use]
    pub fn takes_all(&self) -> bool {
        matches!(self.taken, Taken::All)
    }

    /// Calls `visit` for each candidate of an agent, in the order of the set, until it breaks.
    pub fn for_each_candidate<V: EvalContext>(
        &self,
        view: &V,
        agent: AgentId,
        visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>,
    ) {
        if let Some((_, source)) = self.source {
            let frame = &mut EvalFrame::for_agent(agent);
            let _ = Evaluator { code: &self.code, view }.for_each_member(source, frame, &mut |_, member| visit(member));
        }
    }

    /// The one agent that is taken of the candidates that meet the conditions, which are given in the order of the set;
    /// [`AgentId::NONE`] if it is nobody or if all are taken.
    pub fn take<V: EvalContext>(&self, view: &V, frame: &mut EvalFrame, candidates: impl Iterator<Item = AgentId>) -> AgentId {
        let eval = Evaluator { code: &self.code, view };
        match self.taken {
            Taken::All => AgentId::NONE,
            Taken::Agent(agent) => eval.agent(agent, frame),
            Taken::Random(draw) => eval.pick_among(draw, frame, candidates),
            Taken::Best(value) => {
                let slot = self.slot;
                let valued = candidates.map(|candidate| {
                    frame.set(slot, candidate);
                    (eval.number(value, frame), candidate)
                });
                let best = eval.best_of(valued);
                frame.set(slot, AgentId::NONE);
                best
            }
        }
    }
}

impl SetExpr {
    /// The parts of this set, in its order. `None` if it has a part whose candidates depend on other variables than `self`, or whose
    /// conditions do or are random.
    #[must_use]
    pub fn selections(&self) -> Option<Vec<Selection>> {
        let (code, root, slot) = self.code_root_and_slot();
        match code.node(root) {
            ExprNode::SingleAgent(agent) => Some(vec![selection_of_agent(code, agent)?]),
            ExprNode::List(first, len) => {
                let agents = &code.lists[first as usize..][..usize::from(len)];
                agents.iter().map(|agent| selection_of_agent(code, *agent)).collect()
            }
            _ => Some(vec![selection(code, root, slot, Taken::All)?]),
        }
    }
}

/// An agent of a set as one of several candidates, if it is that.
fn selection_of_agent(code: &Arc<Code>, agent: NodeId) -> Option<Selection> {
    match code.node(agent) {
        ExprNode::Pick(draw, slot, set) => selection(code, set, slot, Taken::Random(draw)),
        ExprNode::Best(slot, set, value) => selection(code, set, slot, Taken::Best(value)),
        _ => Some(Selection { code: code.clone(), taken: Taken::Agent(agent), source: None, slot: 0, conditions: Vec::new() }),
    }
}

/// The candidates of a set and their conditions.
fn selection(code: &Arc<Code>, mut set: NodeId, slot: u8, taken: Taken) -> Option<Selection> {
    let mut conditions = Vec::new();
    while let ExprNode::Where(member, inner, condition) = code.node(set) {
        if member != slot {
            return None;
        }
        // The inner conditions come first.
        conditions.splice(0..0, Expr::new(code.clone(), condition, Type::Switch).clauses());
        set = inner;
    }
    let is_self = |agent: NodeId| code.node(agent) == ExprNode::Slot(0);
    let source = match code.node(set) {
        ExprNode::Ties(tie, agent) if is_self(agent) => CandidateSource::Ties(tie),
        ExprNode::TiesTo(tie, agent) if is_self(agent) => CandidateSource::TiesTo(tie),
        ExprNode::Here(agent) if is_self(agent) => CandidateSource::Here,
        ExprNode::Appointed(what, agent) if is_self(agent) => CandidateSource::Appointed(what),
        ExprNode::Intended(intention, agent) if is_self(agent) => CandidateSource::Intended(intention),
        _ => return None,
    };
    let slot = usize::from(slot);
    let reads_others = |condition: &Expr| condition.slot_mask() & !(1 | 1 << slot) != 0;
    if conditions.iter().any(|condition| condition.is_random() || reads_others(condition)) {
        return None;
    }
    Some(Selection { code: code.clone(), taken, source: Some((source, set)), slot, conditions })
}
