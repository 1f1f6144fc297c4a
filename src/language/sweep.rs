//! How many agents a text looks at each time it is asked: those of a kind for each of another make a city stand still.

use super::node::{Code, Node, Ref};
use crate::ids::KindId;

/// The most agents that the nodes of a subtree visit, those inside one another multiplied. Only whole kinds count: ties and places keep
/// themselves small.
pub(crate) fn sweep(code: &Code, root: Ref, size: &dyn Fn(KindId) -> f64) -> f64 {
    let own = match code.node(root) {
        Node::Aggregate(_, _, set, _) | Node::Any(_, set, _) | Node::All(_, set, _) | Node::Best(_, set, _) => {
            members(code, set, size)
        }
        // A pick over a kind makes a few draws and no more.
        Node::Where(..) | Node::Members(_) => members(code, root, size),
        _ => 1.0,
    };
    own * inside(code, root, size)
}

/// The most that is visited by what stands inside a node.
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
