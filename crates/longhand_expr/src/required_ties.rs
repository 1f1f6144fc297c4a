//! Finds the ties without which a condition cannot hold, so that only the agents that have them need be asked.

use super::node::{Code, ExprNode, NodeId};
use crate::ids::TieId;
use smallvec::SmallVec;

/// A tie between the agent of one variable and that of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequiredTie {
    /// The tie.
    pub tie: TieId,
    /// Whether it leads to the other agent, and not from it.
    pub to_other: bool,
    /// The slot of the other agent.
    pub other: u8,
}

/// The ties of the agent in `slot` of which it must have at least one for a condition to hold; none if it may hold without any.
pub(crate) fn required_ties(code: &Code, root: NodeId, slot: u8) -> Option<SmallVec<[RequiredTie; 4]>> {
    let required = |id| required_ties(code, id, slot);
    match code.node(root) {
        ExprNode::Tie(tie, from, to) => match (code.node(from), code.node(to)) {
            (ExprNode::Slot(from), ExprNode::Slot(other)) if from == slot && other != slot => {
                Some(SmallVec::from_iter([RequiredTie { tie, to_other: true, other }]))
            }
            (ExprNode::Slot(other), ExprNode::Slot(to)) if to == slot && other != slot => {
                Some(SmallVec::from_iter([RequiredTie { tie, to_other: false, other }]))
            }
            _ => None,
        },
        ExprNode::And(a, b) => required(a).or_else(|| required(b)),
        ExprNode::Or(a, b) => {
            let mut either = required(a)?;
            either.extend(required(b)?);
            Some(either)
        }
        _ => None,
    }
}
