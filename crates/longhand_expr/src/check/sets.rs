//! Checks sets of agents and the aggregates over them.

use super::super::ast::{Comprehension, ExprAst, ExprAstKind, Ident};
use super::super::env::{Env, NameBinding};
use super::super::node::{AggregateOp, ExprNode, MAX_LIST, NodeId};
use super::super::schema::DefSchema;
use super::super::types::Type;
use super::super::words::{AGGREGATE_NAMES, ALSO_GONE, COMMITMENT_SETS, FAMILY_SETS, KNOWN_SET, MEMBER_NAME, SET_FUNCTION_NAMES};
use super::{CheckedValue, Checker, NO_NODE, POISON};
use crate::ids::TieId;

/// The agents at the other end of a tie.
fn tied_node(tie: TieId, outward: bool, agent: NodeId, also_gone: bool) -> ExprNode {
    match (also_gone, outward) {
        (true, _) => ExprNode::EverTied(tie, outward, agent),
        (false, true) => ExprNode::Ties(tie, agent),
        (false, false) => ExprNode::TiesTo(tie, agent),
    }
}

/// Splits `also gone` from the end of the arguments of a set that may include agents who are gone.
fn split_also_gone(args: &[ExprAst], takes_gone: bool) -> (&[ExprAst], bool) {
    match args.split_last() {
        Some((last, rest)) if takes_gone && matches!(&last.kind, ExprAstKind::Name(name) if name == ALSO_GONE) => (rest, true),
        _ => (args, false),
    }
}

impl Checker<'_> {
    /// Checks a set. Inside its `where`, the member is in `slot` and is named `member` and `it`.
    pub(crate) fn check_set(&mut self, ast: &ExprAst, env: &Env<'_>, member: &str, slot: u8) -> NodeId {
        let (resolved, resolved_env) = env.resolve(ast);
        // The argument of a def call does not see the names inside the def.
        let member = if std::ptr::eq(resolved, ast) { member } else { MEMBER_NAME };
        self.descend(&resolved.span, resolved_env, |checker| checker.check_set_kind(resolved, resolved_env, member, slot))
            .unwrap_or(NO_NODE)
    }

    fn check_set_kind(&mut self, ast: &ExprAst, env: &Env<'_>, member: &str, slot: u8) -> NodeId {
        let start = self.next_node();
        if let ExprAstKind::Name(name) = &ast.kind
            && let Some(NameBinding::Several(role, set)) = env.lookup(name)
        {
            let set = self.check_role_set(name, role, set, ast, env, slot);
            return self.emit(start, ExprNode::Several(role, set), &ast.span, env);
        }
        match &ast.kind {
            ExprAstKind::Where(set, condition) => {
                let set = self.check_set(set, env, member, slot);
                self.note_member(set, slot);
                let named_env = Env::Member { name: member, slot, outer: env };
                let condition_env = Env::Member { name: MEMBER_NAME, slot, outer: &named_env };
                let condition = self.check_as(condition, &condition_env, Type::Switch);
                let filtered = self.emit(start, ExprNode::Where(slot, set, condition), &ast.span, env);
                self.note_topic_set(filtered, set);
                filtered
            }
            ExprAstKind::List(members) => {
                if members.len() > MAX_LIST {
                    self.report(env, &ast.span, format!("a list may name at most {MAX_LIST} agents"));
                }
                let members: Vec<NodeId> = members.iter().map(|member| self.check_as(member, env, Type::Agent)).collect();
                let first = self.code.lists.len() as u32;
                self.code.lists.extend_from_slice(&members);
                self.emit(start, ExprNode::List(first, members.len().min(MAX_LIST) as u8), &ast.span, env)
            }
            ExprAstKind::Call(name, args) if SET_FUNCTION_NAMES.contains(&name.text.as_str()) && !self.is_hidden(&name.text) => {
                self.check_set_call(name, args, ast, env)
            }
            ExprAstKind::Call(name, args) if self.schema.def(&name.text).is_some() => {
                let schema = self.schema;
                let Some(def) = schema.def(&name.text) else { return NO_NODE };
                // The body of a def does not see the member name of its caller.
                self.inline(def, args, &ast.span, env, |checker, body, env| checker.check_set(body, env, MEMBER_NAME, slot))
                    .unwrap_or(NO_NODE)
            }
            ExprAstKind::Call(name, args) if FAMILY_SETS.contains(&name.text.as_str()) && !self.is_declared_call(&name.text) => {
                self.check_family_set(name, args, ast, env)
            }
            ExprAstKind::Call(name, args)
                if COMMITMENT_SETS.contains(&name.text.as_str()) && !self.is_declared_call(&name.text) =>
            {
                self.check_commitment_set(name, args, ast, env)
            }
            ExprAstKind::Call(name, args) if name.text == KNOWN_SET && !self.is_declared_call(KNOWN_SET) => {
                self.check_known_set(name, args, ast, env)
            }
            _ => {
                let value = self.check(ast, env);
                if value.ty == Some(Type::Topic) {
                    let single = self.emit(start, ExprNode::SingleAgent(value.node), &ast.span, env);
                    self.topic_sets.push(single);
                    return single;
                }
                if let Some(ty) = value.ty.filter(|ty| *ty != Type::Agent) {
                    self.report(env, &ast.span, format!("expected a set of agents, found {ty}")).help = Some(
                        "a set is `ties(a, tie)`, `agents(kind)`, `here(a)`, `at_place(place)`, `[a, b]` or an agent".to_owned(),
                    );
                }
                self.emit(start, ExprNode::SingleAgent(value.node), &ast.span, env)
            }
        }
    }

    fn check_set_call(&mut self, name: &Ident, args: &[ExprAst], ast: &ExprAst, env: &Env<'_>) -> NodeId {
        let start = self.next_node();
        let form = match name.text.as_str() {
            "ties" => "ties(a, tie)",
            "ties_to" => "ties_to(a, tie)",
            "agents" => "agents(kind)",
            "here" => "here(a)",
            "things" => "things(a)",
            "things_at" => "things_at(place)",
            _ => "at_place(place)",
        };
        let count = form.matches(',').count() + 1;
        let takes_gone = matches!(name.text.as_str(), "agents" | "ties" | "ties_to");
        let (args, also_gone) = split_also_gone(args, takes_gone);
        if !self.check_arity(name, args, count..=count, form, env) {
            return NO_NODE;
        }
        let node = match name.text.as_str() {
            "agents" => self
                .check_bare_name(&args[0], env, "a kind")
                .and_then(|word| self.resolve_kind(&word, env))
                .map(if also_gone { ExprNode::EverMembers } else { ExprNode::Members }),
            "here" => Some(ExprNode::Here(self.check_as(&args[0], env, Type::Agent))),
            "things" => Some(ExprNode::HeldBy(self.check_as(&args[0], env, Type::Agent))),
            "things_at" => Some(ExprNode::ThingsAt(self.check_as(&args[0], env, Type::Place))),
            "at_place" => Some(ExprNode::AtPlace(self.check_as(&args[0], env, Type::Place))),
            direction => {
                let agent = self.check_as(&args[0], env, Type::Agent);
                let tie = self.check_bare_name(&args[1], env, "a tie").and_then(|word| self.resolve_tie(&word, env));
                let outward = direction == "ties";
                tie.map(|tie| tied_node(tie, outward, agent, also_gone))
            }
        };
        node.map_or(NO_NODE, |node| self.emit(start, node, &ast.span, env))
    }

    /// Checks the set that the agents of a role are taken from, in place of the name of the role. It sees the variables before the role.
    fn check_role_set(&mut self, name: &str, role: u8, set: &str, ast: &ExprAst, env: &Env<'_>, slot: u8) -> NodeId {
        let params: Vec<String> = env.rule_scope().map_or_else(Vec::new, |rule| rule.variables[..usize::from(role)].to_vec());
        let variable = |name: &String| ExprAst { kind: ExprAstKind::Name(name.clone()), span: ast.span.clone() };
        let args: Vec<ExprAst> = params.iter().map(variable).collect();
        let def = DefSchema::new(format!("the role {name}"), params, set);
        self.inline(&def, &args, &ast.span, env, |checker, body, env| checker.check_set(body, env, name, slot)).unwrap_or(NO_NODE)
    }

    /// Checks `parents(a)`, `children(a)` or `siblings(a)`.
    fn check_family_set(&mut self, name: &Ident, args: &[ExprAst], ast: &ExprAst, env: &Env<'_>) -> NodeId {
        let start = self.next_node();
        let (args, also_gone) = split_also_gone(args, true);
        if !self.check_arity(name, args, 1..=1, &format!("{}(a)", name.text), env) {
            return NO_NODE;
        }
        let kinship = self.kinship(name, env);
        let agent = self.check_as(&args[0], env, Type::Agent);
        let Some((tie, from_child)) = kinship else { return NO_NODE };
        let node = match name.text.as_str() {
            "parents" => tied_node(tie, from_child, agent, also_gone),
            "children" => tied_node(tie, !from_child, agent, also_gone),
            _ => ExprNode::Siblings(tie, from_child, agent, also_gone),
        };
        self.emit(start, node, &ast.span, env)
    }

    /// Whether the scene itself declares something that is called by this name.
    fn is_declared_call(&self, name: &str) -> bool {
        self.schema.def(name).is_some() || self.schema.tie(name).is_some() || self.schema.dim(name).is_some()
    }

    /// Checks an aggregate such as `count(v in S where c)` or `sum(v in S where c: e)`.
    pub(super) fn check_aggregate(
        &mut self,
        name: &Ident,
        members: &Comprehension,
        ast: &ExprAst,
        env: &Env<'_>,
    ) -> CheckedValue {
        if !AGGREGATE_NAMES.contains(&name.text.as_str()) {
            self.report_unknown("aggregate", &name.text, &name.span, env, AGGREGATE_NAMES);
            return POISON;
        }
        self.with_slot(env, &ast.span, |checker, slot| checker.check_aggregate_body(name, members, ast, env, slot))
    }

    fn check_aggregate_body(
        &mut self,
        name: &Ident,
        members: &Comprehension,
        ast: &ExprAst,
        env: &Env<'_>,
        slot: u8,
    ) -> CheckedValue {
        let start = self.next_node();
        let member_env = Env::Member { name: &members.variable.text, slot, outer: env };
        let mut set = self.check_set(&members.set, env, &members.variable.text, slot);
        self.note_member(set, slot);
        if let Some(condition) = &members.condition {
            let condition = self.check_as(condition, &member_env, Type::Switch);
            let filtered = self.emit(start, ExprNode::Where(slot, set, condition), &ast.span, env);
            self.note_topic_set(filtered, set);
            set = filtered;
        }
        let function = name.text.as_str();
        let each = members.each.as_ref().map(|each| (each, self.check(each, &member_env)));
        let (node, ty) = match (function, each) {
            ("count", None) => (ExprNode::Aggregate(AggregateOp::Count, slot, set, NO_NODE), Some(Type::Number)),
            ("count", Some((each, _))) => {
                self.report(&member_env, &each.span, "`count` takes no value after `:`").help =
                    Some("write conditions after `where`".to_owned());
                return POISON;
            }
            ("any", None) => (ExprNode::Any(slot, set, NO_NODE), Some(Type::Switch)),
            ("any" | "all", Some((each, value))) => {
                self.require_type(value, each, &member_env, Type::Switch);
                let node =
                    if function == "any" { ExprNode::Any(slot, set, value.node) } else { ExprNode::All(slot, set, value.node) };
                (node, Some(Type::Switch))
            }
            (_, None) => {
                self.report(env, &ast.span, format!("`{function}` needs a value for each member")).help =
                    Some(format!("write `{function}({} in …: …)`", members.variable.text));
                return POISON;
            }
            (_, Some((each, value))) => {
                if let Some(ty) = value.ty.filter(|ty| !matches!(ty, Type::Number | Type::Duration)) {
                    self.report(&member_env, &each.span, format!("expected a number, found {ty}"));
                }
                let aggregate = match function {
                    "sum" => AggregateOp::Sum,
                    "mean" => AggregateOp::Mean,
                    "max" => AggregateOp::Max,
                    _ => AggregateOp::Min,
                };
                match function {
                    "best" => (ExprNode::Best(slot, set, value.node), Some(self.member_type(set))),
                    _ => (ExprNode::Aggregate(aggregate, slot, set, value.node), value.ty),
                }
            }
        };
        CheckedValue { node: self.emit(start, node, &ast.span, env), ty }
    }
}
