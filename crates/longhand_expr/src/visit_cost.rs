//! Estimates how many agents one evaluation visits. Nested loops over whole kinds are too slow for a large world.

use super::node::{Code, ExprNode, NodeId};
use crate::ids::KindId;

/// The greatest number of agents that a node of the subtree visits; nested loops multiply. Only loops over whole kinds count,
/// because the sets of ties and places are small.
pub(crate) fn agents_visited(code: &Code, root: NodeId, size: &dyn Fn(KindId) -> f64) -> f64 {
    let own_visits = match code.node(root) {
        ExprNode::Aggregate(_, _, set, _) | ExprNode::Any(_, set, _) | ExprNode::All(_, set, _) | ExprNode::Best(_, set, _) => {
            set_size(code, set, size)
        }
        // A pick over a kind makes only a few draws.
        ExprNode::Where(..) | ExprNode::Members(_) | ExprNode::EverMembers(_) => set_size(code, root, size),
        _ => 1.0,
    };
    own_visits * nested_visits(code, root, size)
}

/// The greatest number of agents that a loop nested in a node visits.
fn nested_visits(code: &Code, root: NodeId, size: &dyn Fn(KindId) -> f64) -> f64 {
    let first = code.subtree_starts[root as usize];
    let mut max_visits = 1.0_f64;
    let mut id = root;
    while id > first {
        id -= 1;
        if matches!(code.node(id), ExprNode::Aggregate(..) | ExprNode::Any(..) | ExprNode::All(..) | ExprNode::Best(..)) {
            max_visits = max_visits.max(agents_visited(code, id, size));
            id = code.subtree_starts[id as usize];
        }
    }
    max_visits
}

fn set_size(code: &Code, set: NodeId, size: &dyn Fn(KindId) -> f64) -> f64 {
    match code.node(set) {
        ExprNode::Where(_, set, _) | ExprNode::Several(_, set) => set_size(code, set, size),
        ExprNode::Members(kind) | ExprNode::EverMembers(kind) => size(kind).max(1.0),
        _ => 1.0,
    }
}
