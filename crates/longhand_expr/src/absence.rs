//! Finds where an expression asks about agents who are gone in a way that never gives anything.
//!
//! Sets contain only agents who are present, and by default a tie ends when one of its two agents dies or leaves. So
//! `ties(self, friends) where it.gone` is always empty, and `x.gone and friends(self, x)` never holds. Both read like sensible
//! conditions, so the scene checker reports them.

use std::ops::Range;

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

/// A part of an expression that never holds, or is always empty, because somebody is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsentRead {
    /// Its source text.
    pub text: String,
    /// The byte range of its source in the text of the expression.
    pub span: Range<usize>,
    /// What it asks for.
    pub kind: AbsentReadKind,
}

/// What an [`AbsentRead`] asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AbsentReadKind {
    /// A set whose members would have to be gone. The text of the set; whether it can be written with `also gone`.
    Members(String, bool),
    /// A tie of somebody who is gone: the tie, and the text of the agent.
    Tie(TieId, String),
    /// The agents at the other ends of the ties of somebody who is gone: the tie, and the text of the agent.
    TiesOf(TieId, String),
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

    /// The parts of this condition that never hold or are always empty, given that `gone` are gone and the ties for which `ends` holds
    /// end when one of their agents is.
    #[must_use]
    pub fn absent_reads(&self, gone: &[NamedAgent], ends: &dyn Fn(TieId) -> bool) -> Vec<AbsentRead> {
        let (code, root) = self.code_and_root();
        let mut search = AbsenceSearch { code, ends, gone: gone.to_vec(), found: Vec::new() };
        search.visit_condition(root);
        search.finish(root)
    }
}

impl SetExpr {
    /// Like [`Expr::absent_reads`], for a set.
    #[must_use]
    pub fn absent_reads(&self, gone: &[NamedAgent], ends: &dyn Fn(TieId) -> bool) -> Vec<AbsentRead> {
        let (code, root) = self.code_and_root();
        let mut search = AbsenceSearch { code, ends, gone: gone.to_vec(), found: Vec::new() };
        search.visit_set(root);
        search.finish(root)
    }

    /// If its members are always present, the set as an [`AbsentRead`] for a rule that requires them to be gone.
    #[must_use]
    pub fn as_present_only(&self) -> Option<AbsentRead> {
        let (code, root) = self.code_and_root();
        present_source(code, root).map(|source| absent_members(code, root, source))
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

fn absent_members(code: &Code, whole: NodeId, source: NodeId) -> AbsentRead {
    let takes_gone = !matches!(code.node(source), ExprNode::Here(_) | ExprNode::AtPlace(_));
    let kind = AbsentReadKind::Members(code.text_of(source).to_owned(), takes_gone);
    AbsentRead { text: code.text_of(whole).to_owned(), span: code.span(whole), kind }
}

struct AbsenceSearch<'c> {
    code: &'c Code,
    ends: &'c dyn Fn(TieId) -> bool,
    /// Who is gone where the search is.
    gone: Vec<NamedAgent>,
    found: Vec<AbsentRead>,
}

impl AbsenceSearch<'_> {
    fn is_gone(&self, agent: NodeId) -> bool {
        named_agent(self.code, agent).is_some_and(|agent| self.gone.contains(&agent))
    }

    /// Adds what concerns sets anywhere in the subtree: a set without members is one wherever it stands.
    fn finish(mut self, root: NodeId) -> Vec<AbsentRead> {
        for id in self.code.subtree_starts[root as usize]..=root {
            match self.code.node(id) {
                ExprNode::Where(slot, set, condition) | ExprNode::Any(slot, set, condition) => {
                    self.check_filter(id, slot, set, condition);
                }
                ExprNode::Ties(tie, agent) | ExprNode::TiesTo(tie, agent) if (self.ends)(tie) && self.is_gone(agent) => {
                    let kind = AbsentReadKind::TiesOf(tie, self.code.text_of(agent).to_owned());
                    self.push(id, kind);
                }
                _ => {}
            }
        }
        self.found
    }

    /// Looks for members who would have to be gone.
    fn check_filter(&mut self, whole: NodeId, slot: u8, set: NodeId, condition: NodeId) {
        if requires_absence(self.code, condition, NamedAgent::Variable(usize::from(slot)))
            && let Some(source) = present_source(self.code, set)
        {
            let read = absent_members(self.code, whole, source);
            if !self.found.contains(&read) {
                self.found.push(read);
            }
        }
    }

    /// Looks for ties without which a condition cannot hold.
    fn visit_condition(&mut self, id: NodeId) {
        let outside = self.gone.len();
        let Some(node) = present_node(self.code, id) else { return };
        match node {
            ExprNode::And(a, b) => {
                add_required_gone(self.code, id, &mut self.gone);
                self.visit_condition(a);
                self.visit_condition(b);
            }
            ExprNode::Or(a, b) => {
                self.visit_condition(a);
                self.visit_condition(b);
            }
            ExprNode::SwitchIf(condition, then, otherwise) => {
                self.visit_condition(otherwise);
                add_required_gone(self.code, condition, &mut self.gone);
                self.visit_condition(then);
            }
            ExprNode::Any(_, set, condition) => {
                self.visit_set(set);
                self.visit_condition(condition);
            }
            ExprNode::Tie(tie, a, b) if (self.ends)(tie) => {
                if let Some(agent) = [a, b].into_iter().find(|&agent| self.is_gone(agent)) {
                    self.push(id, AbsentReadKind::Tie(tie, self.code.text_of(agent).to_owned()));
                }
            }
            _ => {}
        }
        self.gone.truncate(outside);
    }

    /// Looks for ties without which a set has no members.
    fn visit_set(&mut self, id: NodeId) {
        let Some(node) = present_node(self.code, id) else { return };
        match node {
            ExprNode::Where(_, set, condition) => {
                self.visit_set(set);
                self.visit_condition(condition);
            }
            ExprNode::SingleAgent(agent) => {
                if let ExprNode::Pick(_, _, set) | ExprNode::Best(_, set, _) = self.code.node(agent) {
                    self.visit_set(set);
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, id: NodeId, kind: AbsentReadKind) {
        let read = AbsentRead { text: self.code.text_of(id).to_owned(), span: self.code.span(id), kind };
        if !self.found.contains(&read) {
            self.found.push(read);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::schema;
    use crate::{Schema, Scope, Type, compile_expr, compile_set};

    fn texts(found: Vec<AbsentRead>) -> Vec<String> {
        found.into_iter().map(|read| read.text).collect()
    }

    fn in_condition(text: &str) -> Vec<String> {
        let schema: Schema = schema();
        let expr = compile_expr(text, Type::Switch, &Scope::new(["self", "friend"]), &schema).expect("it is valid");
        let gone = expr.agents_required_gone();
        texts(expr.absent_reads(&gone, &|_| true))
    }

    fn in_set(text: &str) -> Vec<String> {
        let set = compile_set(text, "who", &Scope::new(["self"]), &schema()).expect("it is valid");
        texts(set.absent_reads(&[], &|_| true))
    }

    #[test]
    fn a_tie_to_somebody_who_is_gone_does_not_hold() {
        assert_eq!(in_condition("friend.gone and friends(self, friend)"), ["friends(self, friend)"]);
        assert_eq!(in_condition("friends(friend, self) and hour > 3 and dead(friend)"), ["friends(friend, self)"]);
        assert_eq!(in_condition("gone(friend) and (hour > 3 or friends(self, friend))"), ["friends(self, friend)"]);
        assert_eq!(in_condition("gone(friend) and not friends(self, friend)"), [""; 0]);
        assert_eq!(in_condition("gone(friend) or friends(self, friend)"), [""; 0]);
        assert_eq!(in_condition("gone(friend) and was(friends, self, friend)"), [""; 0]);
        assert_eq!(in_condition("friend.gone and count(v in ties(friend, friends)) > 0"), ["ties(friend, friends)"]);
    }

    #[test]
    fn a_set_of_those_who_are_present_has_nobody_who_is_gone() {
        assert_eq!(in_set("ties(self, friends) where it.gone"), ["ties(self, friends) where it.gone"]);
        assert_eq!(in_set("pick(agents(human) where dead(it))"), ["agents(human) where dead(it)"]);
        assert_eq!(in_set("ties(self, friends, also gone) where it.gone"), [""; 0]);
        assert_eq!(in_set("ties(self, friends) where not it.gone"), [""; 0]);
        assert_eq!(in_set("[ann] where it.gone"), [""; 0], "a list names anybody");
        assert_eq!(in_condition("any(v in here(self): not v.present)"), ["any(v in here(self): not v.present)"]);
        assert_eq!(
            in_condition("any(v in ties(self, friends)) and count(v in here(self)) > 1 and not feels(self, joy) > 0.1"),
            [""; 0]
        );
    }
}
