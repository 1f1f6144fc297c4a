//! Reads those who are gone as they were until then.
//!
//! Sets contain only agents who are present, and by default a tie ends when one of its two agents dies or leaves. Read so,
//! `ties(self, friends) where it.gone` would always be empty, and `x.gone and friends(self, x)` would never hold. Whoever asks for somebody
//! who is gone means them all the same, so there
//!
//! - a tie of somebody who is gone holds if it held until then, and
//! - a set whose members have to be gone includes those who are.
//!
//! Everywhere else, such a tie holds no longer. Sets of those at a place never have the gone; the scene checker reports where one would
//! have to ([`AbsentRead`]).

use std::ops::Range;
use std::sync::Arc;

use crate::ids::{AgentField, AgentId, TieId};

use super::expr::{Expr, SetExpr};
use super::node::{Code, ExprNode, NO_NODE, NodeId};

/// An agent that a rule names: one of its variables, or a member of the cast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedAgent {
    /// The variable in this slot.
    Variable(usize),
    /// This agent.
    Member(AgentId),
}

/// A set that is always empty, because its members would have to be gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsentRead {
    /// The source text of the set that its members are taken from.
    pub set: String,
    /// The byte range of the whole set in the text of the expression.
    pub span: Range<usize>,
}

/// Who is gone where an expression is evaluated.
#[derive(Clone, Copy)]
pub struct Absence<'a> {
    /// The agents of the rule who are gone.
    pub gone: &'a [NamedAgent],
    /// Whether a tie ends when one of its agents is gone. Another tie holds on, and is read as it is.
    pub ends: &'a dyn Fn(TieId) -> bool,
}

impl Expr {
    /// The agent that it names, if it is a variable or a member of the cast alone.
    #[must_use]
    pub fn named_agent(&self) -> Option<NamedAgent> {
        let (code, root) = self.code_and_root();
        named_agent(code, root)
    }

    /// The agents of the rule who are gone whenever this condition holds.
    #[must_use]
    pub fn agents_required_gone(&self) -> Vec<NamedAgent> {
        let (code, root) = self.code_and_root();
        let mut gone = Vec::new();
        add_required_gone(code, root, &mut gone);
        gone.retain(|agent| !matches!(agent, NamedAgent::Variable(slot) if *slot >= usize::from(code.scope_slots)));
        gone
    }

    /// The sets in it that are always empty, because their members would have to be gone.
    #[must_use]
    pub fn absent_reads(&self) -> Vec<AbsentRead> {
        let (code, root) = self.code_and_root();
        empty_filters(code, root)
    }

    /// Reads those who are gone as they were until then. Returns whether it did not do so before.
    pub fn read_until_gone(&mut self, absence: Absence<'_>) -> bool {
        let (code, root) = self.code_and_root();
        let found = readings(code, root, absence);
        replace_nodes(self.code_mut(), found)
    }
}

impl SetExpr {
    /// The sets in it that are always empty, because their members would have to be gone: with `is_gone`, its own.
    #[must_use]
    pub fn absent_reads(&self, is_gone: bool) -> Vec<AbsentRead> {
        let (code, root) = self.code_and_root();
        let mut found = empty_filters(code, root);
        if is_gone
            && let Some(source) = present_source(code, root)
            && including_gone(code.node(source)).is_none()
        {
            found.push(absent_read(code, root, source));
        }
        found
    }

    /// Like [`Expr::read_until_gone`]; with `is_gone`, its members have to be gone.
    pub fn read_until_gone(&mut self, absence: Absence<'_>, is_gone: bool) -> bool {
        let (code, root) = self.code_and_root();
        let mut found = Vec::new();
        if is_gone && let Some(source) = present_source(code, root) {
            found.extend(including_gone(code.node(source)).map(|node| (source, node)));
        }
        let others = readings(code, root, absence);
        found.extend(others.into_iter().filter(|(id, _)| found.iter().all(|(known, _)| known != id)).collect::<Vec<_>>());
        replace_nodes(self.code_mut(), found)
    }
}

/// A node, unless it is an optional one that is absent.
fn present_node(code: &Code, id: NodeId) -> Option<ExprNode> {
    (id != NO_NODE).then(|| code.node(id))
}

fn named_agent(code: &Code, id: NodeId) -> Option<NamedAgent> {
    match present_node(code, id)? {
        ExprNode::Slot(slot) => Some(NamedAgent::Variable(usize::from(slot))),
        ExprNode::Agent(agent) if agent.is_some() => Some(NamedAgent::Member(agent)),
        _ => None,
    }
}

/// Adds the agents who are gone whenever a condition holds.
fn add_required_gone(code: &Code, condition: NodeId, gone: &mut Vec<NamedAgent>) {
    match present_node(code, condition) {
        Some(ExprNode::And(a, b)) => [a, b].into_iter().for_each(|operand| add_required_gone(code, operand, gone)),
        Some(ExprNode::IsGone(_, agent, _) | ExprNode::SwitchField(AgentField::Gone | AgentField::Dead, agent)) => {
            gone.extend(named_agent(code, agent));
        }
        _ => {}
    }
}

/// Whether a condition on a member of a set never holds for somebody who is present.
fn requires_absence(code: &Code, condition: NodeId, member: NamedAgent) -> bool {
    match present_node(code, condition) {
        Some(ExprNode::And(a, b)) => requires_absence(code, a, member) || requires_absence(code, b, member),
        Some(ExprNode::Not(operand)) => match present_node(code, operand) {
            Some(ExprNode::SwitchField(AgentField::Present, agent)) => named_agent(code, agent) == Some(member),
            _ => false,
        },
        _ => {
            let mut gone = Vec::new();
            add_required_gone(code, condition, &mut gone);
            gone.contains(&member)
        }
    }
}

/// The source of a set that contains only agents who are present; none for another set.
fn present_source(code: &Code, set: NodeId) -> Option<NodeId> {
    match present_node(code, set)? {
        ExprNode::Where(_, inner, _) => present_source(code, inner),
        ExprNode::Ties(..)
        | ExprNode::TiesTo(..)
        | ExprNode::Members(_)
        | ExprNode::Siblings(.., false)
        | ExprNode::Here(_)
        | ExprNode::AtPlace(_) => Some(set),
        ExprNode::SingleAgent(agent) => match code.node(agent) {
            ExprNode::Pick(_, _, inner) | ExprNode::Best(_, inner, _) => present_source(code, inner),
            _ => None,
        },
        _ => None,
    }
}

/// The set with those who are gone, if it can have them.
const fn including_gone(set: ExprNode) -> Option<ExprNode> {
    match set {
        ExprNode::Ties(tie, agent) => Some(ExprNode::EverTied(tie, true, agent)),
        ExprNode::TiesTo(tie, agent) => Some(ExprNode::EverTied(tie, false, agent)),
        ExprNode::Members(kind) => Some(ExprNode::EverMembers(kind)),
        ExprNode::Siblings(tie, from_child, agent, _) => Some(ExprNode::Siblings(tie, from_child, agent, true)),
        _ => None,
    }
}

fn absent_read(code: &Code, whole: NodeId, source: NodeId) -> AbsentRead {
    AbsentRead { set: code.text_of(source).to_owned(), span: code.span(whole) }
}

fn nodes_of(code: &Code, root: NodeId) -> std::ops::RangeInclusive<NodeId> {
    code.subtree_starts[root as usize]..=root
}

/// The filtered sets whose members have to be gone: each with the set that they are taken from.
fn filters_for_gone(code: &Code, root: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> {
    nodes_of(code, root).filter_map(|id| match code.node(id) {
        ExprNode::Where(slot, set, condition) | ExprNode::Any(slot, set, condition) => {
            let member = NamedAgent::Variable(usize::from(slot));
            requires_absence(code, condition, member).then(|| Some((id, present_source(code, set)?))).flatten()
        }
        _ => None,
    })
}

fn empty_filters(code: &Code, root: NodeId) -> Vec<AbsentRead> {
    let mut found: Vec<AbsentRead> = Vec::new();
    for (whole, source) in filters_for_gone(code, root).filter(|&(_, source)| including_gone(code.node(source)).is_none()) {
        let read = absent_read(code, whole, source);
        if !found.contains(&read) {
            found.push(read);
        }
    }
    found
}

/// The nodes of a subtree that concern those who are gone, each with the node that reads them as they were until then.
fn readings(code: &Code, root: NodeId, absence: Absence<'_>) -> Vec<(NodeId, ExprNode)> {
    let mut found: Vec<(NodeId, ExprNode)> = Vec::new();
    for (_, source) in filters_for_gone(code, root) {
        found.extend(including_gone(code.node(source)).map(|node| (source, node)));
    }
    // Where a condition holds only if somebody is gone: the nodes, and who it is.
    let mut regions: Vec<(std::ops::RangeInclusive<NodeId>, Vec<NamedAgent>)> = Vec::new();
    for id in nodes_of(code, root) {
        let (region, condition) = match code.node(id) {
            ExprNode::And(..) => (id, id),
            ExprNode::If(condition, then, _) | ExprNode::SwitchIf(condition, then, _) => (then, condition),
            ExprNode::Where(_, _, condition) | ExprNode::Any(_, _, condition) if condition != NO_NODE => (condition, condition),
            _ => continue,
        };
        let mut gone = Vec::new();
        add_required_gone(code, condition, &mut gone);
        if !gone.is_empty() {
            regions.push((nodes_of(code, region), gone));
        }
    }
    for id in nodes_of(code, root) {
        let is_gone = |agent: NodeId| {
            named_agent(code, agent).is_some_and(|agent| {
                absence.gone.contains(&agent)
                    || regions.iter().any(|(region, gone)| region.contains(&id) && gone.contains(&agent))
            })
        };
        let ends = absence.ends;
        let node = match code.node(id) {
            ExprNode::Tie(tie, a, b) if ends(tie) && (is_gone(a) || is_gone(b)) => ExprNode::TiedUntilGone(tie, a, b),
            ExprNode::Ties(tie, agent) if ends(tie) && is_gone(agent) => ExprNode::TiedUntilGoneTo(tie, true, agent),
            ExprNode::TiesTo(tie, agent) if ends(tie) && is_gone(agent) => ExprNode::TiedUntilGoneTo(tie, false, agent),
            _ => continue,
        };
        if found.iter().all(|(known, _)| *known != id) {
            found.push((id, node));
        }
    }
    found
}

/// Puts nodes in the places of others of the same shape. Returns whether there were any.
fn replace_nodes(code: &mut Arc<Code>, nodes: Vec<(NodeId, ExprNode)>) -> bool {
    let any = !nodes.is_empty();
    if any {
        let code = Arc::make_mut(code);
        nodes.into_iter().for_each(|(id, node)| code.nodes[id as usize] = node);
        // The bodies of its defs are no longer what they are elsewhere.
        code.def_calls.clear();
        code.finish();
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::schema;
    use crate::{Schema, Scope, Type, compile_expr, compile_set};

    const ENDS: &dyn Fn(TieId) -> bool = &|_| true;

    /// The parts of a condition that are read as they were until somebody was gone.
    fn in_condition(text: &str) -> Vec<String> {
        let schema: Schema = schema();
        let expr = compile_expr(text, Type::Switch, &Scope::new(["self", "friend"]), &schema).expect("it is valid");
        let gone = expr.agents_required_gone();
        let (code, root) = expr.code_and_root();
        let found = readings(code, root, Absence { gone: &gone, ends: ENDS });
        found.into_iter().map(|(id, _)| code.text_of(id).to_owned()).collect()
    }

    fn in_set(text: &str) -> (Vec<String>, Vec<String>) {
        let set = compile_set(text, "who", &Scope::new(["self"]), &schema()).expect("it is valid");
        let (code, root) = set.code_and_root();
        let found = readings(code, root, Absence { gone: &[], ends: ENDS });
        let empty = set.absent_reads(false).into_iter().map(|read| read.set).collect();
        (found.into_iter().map(|(id, _)| code.text_of(id).to_owned()).collect(), empty)
    }

    #[test]
    fn a_tie_to_somebody_who_is_gone_is_read_as_it_was() {
        assert_eq!(in_condition("friend.gone and friends(self, friend)"), ["friends(self, friend)"]);
        assert_eq!(in_condition("friends(friend, self) and hour > 3 and dead(friend)"), ["friends(friend, self)"]);
        assert_eq!(in_condition("gone(friend) and (hour > 3 or friends(self, friend))"), ["friends(self, friend)"]);
        assert_eq!(in_condition("gone(friend) and not friends(self, friend)"), ["friends(self, friend)"]);
        assert_eq!(in_condition("gone(friend) or friends(self, friend)"), [""; 0]);
        assert_eq!(in_condition("gone(friend) and was(friends, self, friend)"), [""; 0]);
        assert_eq!(in_condition("friend.gone and count(v in ties(friend, friends)) > 0"), ["ties(friend, friends)"]);
    }

    #[test]
    fn a_set_whose_members_are_gone_includes_them() {
        assert_eq!(in_set("ties(self, friends) where it.gone").0, ["ties(self, friends)"]);
        assert_eq!(in_set("pick(agents(human) where dead(it))").0, ["agents(human)"]);
        assert_eq!(in_set("ties(self, friends, also gone) where it.gone"), (vec![], vec![]));
        assert_eq!(in_set("ties(self, friends) where not it.gone"), (vec![], vec![]));
        assert_eq!(in_set("[ann] where it.gone"), (vec![], vec![]), "a list names anybody");
        assert_eq!(in_set("here(self) where it.gone"), (vec![], vec!["here(self)".to_owned()]));
        assert_eq!(
            in_condition("any(v in ties(self, friends)) and count(v in here(self)) > 1 and not feels(self, joy) > 0.1"),
            [""; 0]
        );
    }
}
