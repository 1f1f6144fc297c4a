//! Finds the ties without which a condition cannot hold or a set has no member, so that only the agents that have them need be asked.

use super::node::{Code, ExprNode, NodeId};
use crate::ids::{AgentId, TieId};
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

/// Ties of the agent of the rule, to anybody and from anybody, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnTies {
    /// Those that the agent has to others.
    pub outward: u32,
    /// Those that others have to the agent.
    pub inward: u32,
}

impl OwnTies {
    /// Whether the two have a tie in common.
    #[inline]
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.outward & other.outward | self.inward & other.inward != 0
    }

    const fn union(self, other: Self) -> Self {
        Self { outward: self.outward | other.outward, inward: self.inward | other.inward }
    }
}

/// The ties of `self` of which it must have at least one for a set to have a member; none if it may have members without any.
pub(crate) fn ties_of_members(code: &Code, set: NodeId) -> Option<OwnTies> {
    let is_self = |agent: NodeId| code.node(agent) == ExprNode::Slot(0);
    match code.node(set) {
        ExprNode::Where(_, set, _) => ties_of_members(code, set),
        ExprNode::Ties(tie, agent) if is_self(agent) => Some(OwnTies { outward: 1 << tie.0, inward: 0 }),
        ExprNode::TiesTo(tie, agent) if is_self(agent) => Some(OwnTies { outward: 0, inward: 1 << tie.0 }),
        ExprNode::SingleAgent(agent) => ties_of_agent(code, agent),
        ExprNode::List(first, len) => {
            let mut agents = code.lists[first as usize..].iter().take(usize::from(len));
            agents.try_fold(OwnTies::default(), |ties, agent| Some(ties.union(ties_of_agent(code, *agent)?)))
        }
        _ => None,
    }
}

/// The ties of `self` of which it must have at least one for an expression to give an agent.
fn ties_of_agent(code: &Code, agent: NodeId) -> Option<OwnTies> {
    match code.node(agent) {
        ExprNode::Pick(_, _, set) | ExprNode::Best(_, set, _) => ties_of_members(code, set),
        ExprNode::If(_, a, b) => Some(ties_of_agent(code, a)?.union(ties_of_agent(code, b)?)),
        ExprNode::Agent(AgentId::NONE) => Some(OwnTies::default()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::OwnTies;
    use crate::tests::schema;
    use crate::{Scope, compile_set};

    #[test]
    fn a_set_without_any_of_its_ties_has_no_member() {
        let (friends, uses) = (OwnTies { outward: 1, inward: 0 }, OwnTies { outward: 2, inward: 0 });
        for (text, needed) in [
            ("ties(self, friends)", Some(friends)),
            ("ties(self, friends) where it.warmth > 0.5", Some(friends)),
            ("ties_to(self, uses)", Some(OwnTies { outward: 0, inward: 2 })),
            ("circle(self)", Some(friends)),
            ("pick(ties(self, friends) where it.tired)", Some(friends)),
            ("[best(v in ties(self, friends): v.warmth), pick(ties(self, uses))]", Some(friends.union(uses))),
            ("ties(other, friends)", None),
            ("[best(v in ties(self, friends): v.warmth), other]", None),
            ("agents(human)", None),
        ] {
            let set = compile_set(text, "it", &Scope::new(["self", "other"]), &schema()).unwrap();
            assert_eq!(set.needed_ties(), needed, "{text}");
        }
    }
}
