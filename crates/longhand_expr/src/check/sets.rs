//! Checks sets of agents and the aggregates over them.

use super::super::ast::{Ast, AstKind, Members, Name};
use super::super::env::Env;
use super::super::node::{Aggregate, MAX_LIST, Node, Ref};
use super::super::types::Type;
use super::{ABSENT, Checker, POISON, Value};

/// The name that the member of a set always has inside its `where`.
pub(crate) const IT: &str = "it";

pub(crate) const AGGREGATES: [&str; 8] = ["count", "sum", "mean", "max", "min", "any", "all", "best"];
pub(crate) const SETS: [&str; 5] = ["ties", "ties_to", "agents", "here", "at_place"];

impl Checker<'_> {
    /// Checks a set. Inside its `where`, the member is in `slot` and is named `member` and `it`.
    pub(crate) fn set(&mut self, ast: &Ast, env: &Env<'_>, member: &str, slot: u8) -> Ref {
        let (given, at) = env.resolve(ast);
        // The argument of a def call does not see the names inside the def.
        let member = if std::ptr::eq(given, ast) { member } else { IT };
        self.deeper(&given.span, at, |me| me.set_within(given, at, member, slot)).unwrap_or(ABSENT)
    }

    fn set_within(&mut self, ast: &Ast, env: &Env<'_>, member: &str, slot: u8) -> Ref {
        let start = self.mark();
        match &ast.kind {
            AstKind::Where(set, condition) => {
                let set = self.set(set, env, member, slot);
                let named = Env::Member { name: member, slot, outer: env };
                let inner = Env::Member { name: IT, slot, outer: &named };
                let condition = self.expect(condition, &inner, Type::Switch);
                self.emit(start, Node::Where(slot, set, condition), &ast.span, env)
            }
            AstKind::List(members) => {
                if members.len() > MAX_LIST {
                    self.problem(env, &ast.span, format!("a list may name at most {MAX_LIST} agents"));
                }
                let members: Vec<Ref> = members.iter().map(|member| self.expect(member, env, Type::Agent)).collect();
                let first = self.code.lists.len() as u32;
                self.code.lists.extend_from_slice(&members);
                self.emit(start, Node::List(first, members.len().min(MAX_LIST) as u8), &ast.span, env)
            }
            AstKind::Call(name, args) if SETS.contains(&name.text.as_str()) => self.set_call(name, args, ast, env),
            AstKind::Call(name, args) if self.schema.def(&name.text).is_some() => {
                let schema = self.schema;
                let Some(def) = schema.def(&name.text) else { return ABSENT };
                // The body of a def does not see the member name of its caller.
                self.inline(def, args, &ast.span, env, |me, body, env| me.set(body, env, IT, slot)).unwrap_or(ABSENT)
            }
            _ => {
                let value = self.check(ast, env);
                if let Some(ty) = value.ty.filter(|ty| *ty != Type::Agent) {
                    self.problem(env, &ast.span, format!("expected a set of agents, found {ty}")).help = Some(
                        "a set is `ties(a, tie)`, `agents(kind)`, `here(a)`, `at_place(place)`, `[a, b]` or an agent".to_owned(),
                    );
                }
                self.emit(start, Node::One(value.node), &ast.span, env)
            }
        }
    }

    fn set_call(&mut self, name: &Name, args: &[Ast], ast: &Ast, env: &Env<'_>) -> Ref {
        let start = self.mark();
        let form = match name.text.as_str() {
            "ties" => "ties(a, tie)",
            "ties_to" => "ties_to(a, tie)",
            "agents" => "agents(kind)",
            "here" => "here(a)",
            _ => "at_place(place)",
        };
        let count = form.matches(',').count() + 1;
        if !self.arity(name, args, count..=count, form, env) {
            return ABSENT;
        }
        let node = match name.text.as_str() {
            "agents" => self.word(&args[0], env, "a kind").and_then(|word| self.kind(&word, env)).map(Node::Members),
            "here" => Some(Node::Here(self.expect(&args[0], env, Type::Agent))),
            "at_place" => Some(Node::AtPlace(self.expect(&args[0], env, Type::Place))),
            direction => {
                let of = self.expect(&args[0], env, Type::Agent);
                let tie = self.word(&args[1], env, "a tie").and_then(|word| self.tie(&word, env));
                tie.map(|tie| if direction == "ties" { Node::Ties(tie, of) } else { Node::TiesTo(tie, of) })
            }
        };
        node.map_or(ABSENT, |node| self.emit(start, node, &ast.span, env))
    }

    /// Checks an aggregate such as `count(v in S where c)` or `sum(v in S where c: e)`.
    pub(super) fn aggregate(&mut self, name: &Name, members: &Members, ast: &Ast, env: &Env<'_>) -> Value {
        if !AGGREGATES.contains(&name.text.as_str()) {
            self.unknown("aggregate", &name.text, &name.span, env, AGGREGATES);
            return POISON;
        }
        self.with_slot(env, &ast.span, |me, slot| me.aggregate_in(name, members, ast, env, slot))
    }

    fn aggregate_in(&mut self, name: &Name, members: &Members, ast: &Ast, env: &Env<'_>, slot: u8) -> Value {
        let start = self.mark();
        let inner = Env::Member { name: &members.variable.text, slot, outer: env };
        let mut set = self.set(&members.set, env, &members.variable.text, slot);
        if let Some(condition) = &members.condition {
            let condition = self.expect(condition, &inner, Type::Switch);
            set = self.emit(start, Node::Where(slot, set, condition), &ast.span, env);
        }
        let function = name.text.as_str();
        let each = members.each.as_ref().map(|each| (each, self.check(each, &inner)));
        let (node, ty) = match (function, each) {
            ("count", None) => (Node::Aggregate(Aggregate::Count, slot, set, ABSENT), Some(Type::Number)),
            ("count", Some((each, _))) => {
                self.problem(&inner, &each.span, "`count` takes no value after `:`").help =
                    Some("write conditions after `where`".to_owned());
                return POISON;
            }
            ("any", None) => (Node::Any(slot, set, ABSENT), Some(Type::Switch)),
            ("any" | "all", Some((each, value))) => {
                self.want(value, each, &inner, Type::Switch);
                let node = if function == "any" { Node::Any(slot, set, value.node) } else { Node::All(slot, set, value.node) };
                (node, Some(Type::Switch))
            }
            (_, None) => {
                self.problem(env, &ast.span, format!("`{function}` needs a value for each member")).help =
                    Some(format!("write `{function}({} in …: …)`", members.variable.text));
                return POISON;
            }
            (_, Some((each, value))) => {
                if let Some(ty) = value.ty.filter(|ty| !matches!(ty, Type::Number | Type::Duration)) {
                    self.problem(&inner, &each.span, format!("expected a number, found {ty}"));
                }
                let aggregate = match function {
                    "sum" => Aggregate::Sum,
                    "mean" => Aggregate::Mean,
                    "max" => Aggregate::Max,
                    _ => Aggregate::Min,
                };
                match function {
                    "best" => (Node::Best(slot, set, value.node), Some(Type::Agent)),
                    _ => (Node::Aggregate(aggregate, slot, set, value.node), value.ty),
                }
            }
        };
        Value { node: self.emit(start, node, &ast.span, env), ty }
    }
}
