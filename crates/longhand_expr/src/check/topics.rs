//! Checks what is about things known: the set `known(a)`, its members, and the functions on them.

use super::super::ast::{ExprAst, Ident};
use super::super::env::Env;
use super::super::node::{ExprNode, NodeId, TopicKind};
use super::super::types::Type;
use super::super::words::TOPIC_FUNCTIONS;
use super::call::{CheckedFact, FactType};
use super::names::bare_name_text;
use super::{CheckedValue, Checker, NO_NODE, POISON};

impl Checker<'_> {
    /// Whether the members of a set are things known and not agents.
    pub(crate) fn is_topic_set(&self, set: NodeId) -> bool {
        self.topic_sets.contains(&set)
    }

    /// The type of the members of a set.
    pub(super) fn member_type(&self, set: NodeId) -> Type {
        if self.is_topic_set(set) { Type::Topic } else { Type::Agent }
    }

    /// Notes that a set has the same members as another one, or some of them.
    pub(super) fn note_topic_set(&mut self, set: NodeId, of: NodeId) {
        if self.is_topic_set(of) {
            self.topic_sets.push(set);
        }
    }

    /// Gives the variable of the members of a set their type.
    pub(super) fn note_member(&mut self, set: NodeId, slot: u8) {
        let bit = 1 << slot;
        if self.is_topic_set(set) { self.topic_slots |= bit } else { self.topic_slots &= !bit }
    }

    /// Checks `known(a)`.
    pub(super) fn check_known_set(&mut self, name: &Ident, args: &[ExprAst], ast: &ExprAst, env: &Env<'_>) -> NodeId {
        let start = self.next_node();
        if !self.check_arity(name, args, 1..=1, "known(a)", env) {
            return NO_NODE;
        }
        let agent = self.check_as(&args[0], env, Type::Agent);
        let set = self.emit(start, ExprNode::KnownTo(agent), &ast.span, env);
        self.topic_sets.push(set);
        set
    }

    /// Checks a fact that is given by a variable, as in `friend is told topic`; `None` for anything else.
    pub(super) fn check_topic_fact(&mut self, ast: &ExprAst, env: &Env<'_>) -> Option<CheckedFact> {
        bare_name_text(ast)?;
        let (start, errors) = (self.next_node(), self.errors.len());
        let value = self.check(ast, env);
        // If the name is not a variable at all, the caller reports that once.
        self.errors.truncate(errors);
        if value.ty != Some(Type::Topic) {
            return None;
        }
        Some(CheckedFact { node: self.emit(start, ExprNode::TopicFact(value.node), &ast.span, env), ty: FactType::Topic })
    }

    /// Checks a call of a function on things known; `None` for the name of no such function.
    pub(super) fn check_topic_call(
        &mut self,
        name: &Ident,
        args: &[ExprAst],
        ast: &ExprAst,
        env: &Env<'_>,
    ) -> Option<CheckedValue> {
        let (function, form, arity) = TOPIC_FUNCTIONS.iter().find(|(function, ..)| *function == name.text)?;
        let start = self.next_node();
        if !self.check_arity(name, args, arity.clone(), form, env) {
            return Some(POISON);
        }
        let check_topic = |checker: &mut Self, index: usize| checker.check_as(&args[index], env, Type::Topic);
        let (node, ty) = match *function {
            "concerns" => {
                let topic = check_topic(self, 0);
                (ExprNode::Concerns(topic, self.check_as(&args[1], env, Type::Agent)), Type::Switch)
            }
            "about" => {
                let topic = check_topic(self, 0);
                let Some(kind) = self.check_topic_kind(&args[1], env) else { return Some(POISON) };
                (ExprNode::IsAbout(kind, topic), Type::Switch)
            }
            "subject" => (ExprNode::TopicAgent(0, check_topic(self, 0)), Type::Agent),
            "object" => (ExprNode::TopicAgent(1, check_topic(self, 0)), Type::Agent),
            function => {
                let holder = self.check_as(&args[0], env, Type::Agent);
                let topic = check_topic(self, 1);
                match function {
                    "strength" => (ExprNode::Strength(holder, topic), Type::Number),
                    _ => (ExprNode::Heard(holder, topic), Type::Duration),
                }
            }
        };
        let node = self.emit(start, node, &ast.span, env);
        Some(CheckedValue { node, ty: Some(ty) })
    }

    /// What something known may be about, by the name of an attribute, a dimension, a tie or an event.
    fn check_topic_kind(&mut self, ast: &ExprAst, env: &Env<'_>) -> Option<TopicKind> {
        let name = self.check_bare_name(ast, env, "a tie, a dimension, an attribute or an event")?;
        let schema = self.schema;
        let found = (schema.tie(&name.text).map(TopicKind::Tie))
            .or_else(|| schema.dim(&name.text).map(TopicKind::Dim))
            .or_else(|| schema.attribute(&name.text).map(TopicKind::Attr))
            .or_else(|| schema.event(&name.text).map(TopicKind::Event))
            .or(match name.text.as_str() {
                "place" => Some(TopicKind::Place),
                "holder" => Some(TopicKind::Holder),
                _ => None,
            });
        if found.is_none() {
            let names = schema.ties.iter().map(|tie| tie.name.as_str()).chain(schema.dims.iter().map(String::as_str));
            let names = names.chain(schema.attributes.iter().map(|attribute| attribute.name.as_str()));
            let names: Vec<&str> = names.chain(schema.events.iter().map(String::as_str)).chain(["place", "holder"]).collect();
            self.report_unknown("tie, dimension, attribute or event", &name.text, &name.span, env, names);
        }
        found
    }
}
