//! Estimates how many agents one evaluation visits. Loops over whole kinds inside one another are too slow for a large world.

use super::node::{Code, Node, Ref};
use crate::ids::KindId;

/// The greatest number of agents that a node of the subtree visits; nested loops multiply. Only loops over whole kinds count,
/// because the sets of ties and places are small.
pub(crate) fn sweep(code: &Code, root: Ref, size: &dyn Fn(KindId) -> f64) -> f64 {
    let own = match code.node(root) {
        Node::Aggregate(_, _, set, _) | Node::Any(_, set, _) | Node::All(_, set, _) | Node::Best(_, set, _) => {
            members(code, set, size)
        }
        // A pick over a kind makes only a few draws.
        Node::Where(..) | Node::Members(_) => members(code, root, size),
        _ => 1.0,
    };
    own * inside(code, root, size)
}

/// The greatest number of agents that a loop nested in a node visits.
fn inside(code: &Code, root: Ref, size: &dyn Fn(KindId) -> f64) -> f64 {
    let first = code.starts[root as usize];
    let mut most = 1.0_f64;
    let mut at = root;
    while at > first {
        at -= 1;
        if matches!(code.node(at), Node::Aggregate(..) | Node::Any(..) | Node::All(..) | Node::Best(..)) {
            most = most.max(sweep(code, at, size));
            at = code.starts[at as usize];
        }
    }
    most
}

fn members(code: &Code, set: Ref, size: &dyn Fn(KindId) -> f64) -> f64 {
    match code.node(set) {
        Node::Where(_, set, _) => members(code, set, size),
        Node::Members(kind) => size(kind).max(1.0),
        _ => 1.0,
    }
}
