//! Compiles an [`ExprAst`] to [`Code`]: resolves names, checks types and emits nodes in one walk, which continues after errors.
//!
//! Defs are inlined where they are called, so their arguments are checked in the scope of the caller.

pub(crate) mod call;
mod names;
pub(crate) mod sets;

use std::ops::Range;
use std::sync::Arc;

use super::ast::{Ast, AstKind, BinaryOp, Name};
use super::env::{Bound, Env};
use super::node::{ABSENT, Clock, Code, Node, Ref, Unary};
use super::problem::Problem;
use super::schema::{Def, FIELDS, Schema};
use super::scope::{MAX_SLOTS, Scope};
use super::types::Type;
use crate::ids::{AgentId, stable_hash};

/// The greatest depth of a compiled text, inlined defs included. Evaluation recurses to the same depth.
const MAX_DEPTH: usize = 256;
/// The most nodes of a compiled text, inlined defs included.
const MAX_NODES: usize = 8192;
/// How deep aggregates may be nested. Each level multiplies the number of agents visited.
const MAX_AGGREGATES: u8 = 4;
/// How deep def calls may be nested.
pub(crate) const MAX_DEFS: usize = 16;

/// A checked subexpression: its node, and its type unless it has an error.
#[derive(Clone, Copy)]
pub(crate) struct Value {
    pub node: Ref,
    pub ty: Option<Type>,
}

/// A value of unknown type: it has an error, or it is a parameter of a def that is checked without a call. Such code never runs.
const POISON: Value = Value { node: ABSENT, ty: None };

/// The compiler of one text.
pub(crate) struct Checker<'c> {
    schema: &'c Schema,
    code: Code,
    problems: Vec<Problem>,
    depth: usize,
    next_slot: u8,
    seed: u32,
    exhausted: bool,
}

/// Runs `check` with a new checker. Returns its code and result, or appends the errors to `problems`.
pub(crate) fn compile<T>(
    text: &Arc<str>,
    scope: &Scope,
    schema: &Schema,
    problems: &mut Vec<Problem>,
    check: impl FnOnce(&mut Checker<'_>, &Env<'_>) -> T,
) -> Option<(Arc<Code>, T)> {
    let slots = scope.variables.len().min(MAX_SLOTS) as u8;
    let mut checker = Checker {
        schema,
        code: Code { text: text.clone(), scope_slots: slots, ..Code::default() },
        problems: Vec::new(),
        depth: 0,
        next_slot: slots,
        seed: stable_hash(scope.salt, text),
        exhausted: false,
    };
    if scope.variables.len() > MAX_SLOTS {
        checker.problems.push(Problem::new(0..text.len(), format!("a rule has at most {MAX_SLOTS} variables")));
    }
    let checked = check(&mut checker, &Env::Rule(scope));
    if checker.problems.is_empty() {
        Some((Arc::new(checker.code), checked))
    } else {
        problems.append(&mut checker.problems);
        None
    }
}

impl Checker<'_> {
    fn problem(&mut self, env: &Env<'_>, span: &Range<usize>, message: impl Into<String>) -> &mut Problem {
        let (span, def) = env.locate(span);
        let message = message.into();
        let message = match def {
            Some(def) => format!("inside `{def}`: {message}"),
            None => message,
        };
        let said = self.problems.iter().position(|other| other.span == span && other.message == message);
        let at = said.unwrap_or_else(|| {
            self.problems.push(Problem { def: def.map(str::to_owned), ..Problem::new(span, message) });
            self.problems.len() - 1
        });
        &mut self.problems[at]
    }

    fn mark(&self) -> Ref {
        self.code.nodes.len() as Ref
    }

    /// Adds a node whose subtree starts at `start`.
    fn emit(&mut self, start: Ref, node: Node, span: &Range<usize>, env: &Env<'_>) -> Ref {
        let (place, _) = env.locate(span);
        if self.code.nodes.len() >= MAX_NODES && !self.exhausted {
            self.exhausted = true;
            self.problem(env, span, "this expression is too large after its defs are inlined").help =
                Some("call fewer defs or simplify them".to_owned());
        }
        let columnar = super::batch::is_columnar(&self.code, node);
        self.code.nodes.push(node);
        self.code.spans.push(place.start as u32..place.end as u32);
        self.code.starts.push(start);
        self.code.columnar.push(columnar);
        self.mark() - 1
    }

    fn typed(&mut self, start: Ref, node: Node, ty: Type, ast: &Ast, env: &Env<'_>) -> Value {
        Value { node: self.emit(start, node, &ast.span, env), ty: Some(ty) }
    }

    /// Checks an expression that must have type `wanted`.
    pub(crate) fn expect(&mut self, ast: &Ast, env: &Env<'_>, wanted: Type) -> Ref {
        let value = self.check(ast, env);
        self.want(value, ast, env, wanted);
        value.node
    }

    fn want(&mut self, value: Value, ast: &Ast, env: &Env<'_>, wanted: Type) {
        let Some(found) = value.ty.filter(|found| *found != wanted) else { return };
        let help = match (wanted, found) {
            (Type::Number, Type::Switch) => Some("write `if … then 1 else 0`"),
            (Type::Switch, Type::Number) => Some("compare it with something, as in `… > 0.5`"),
            (Type::Number, Type::Duration) => Some("write `hours(…)`, `days(…)`, or divide it by a duration"),
            (Type::Duration, Type::Number) => Some("give it a unit, as in `2h`"),
            (Type::Duration, Type::Instant) => Some("subtract another instant, as in `now - …`"),
            (Type::Agent, Type::Switch) => Some("this is a condition; name an agent instead"),
            (Type::Place, Type::Agent) => Some("write `place(…)`, `home(…)` or `work(…)`"),
            _ => None,
        };
        self.problem(env, &ast.span, format!("expected {wanted}, found {found}")).help = help.map(str::to_owned);
    }

    /// Checks an expression of any type.
    pub(crate) fn check(&mut self, ast: &Ast, env: &Env<'_>) -> Value {
        self.deeper(&ast.span, env, |me| me.dispatch(ast, env)).unwrap_or(POISON)
    }

    /// Runs `check` one level deeper, unless the text is too deep or too large.
    fn deeper<T>(&mut self, span: &Range<usize>, env: &Env<'_>, check: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.exhausted {
            return None;
        }
        if self.depth >= MAX_DEPTH {
            self.problem(env, span, "this expression is nested too deeply").help =
                Some("split it into smaller expressions or attributes".to_owned());
            return None;
        }
        self.depth += 1;
        let checked = check(self);
        self.depth -= 1;
        Some(checked)
    }

    fn dispatch(&mut self, ast: &Ast, env: &Env<'_>) -> Value {
        let start = self.mark();
        match &ast.kind {
            AstKind::Number(n) => self.typed(start, Node::Number(*n), Type::Number, ast, env),
            AstKind::Duration(seconds) => self.typed(start, Node::Number(*seconds), Type::Duration, ast, env),
            AstKind::Switch(on) => self.typed(start, Node::Switch(*on), Type::Switch, ast, env),
            AstKind::Text => {
                self.problem(env, &ast.span, "a string is not allowed here").help = Some("write names without quotes".to_owned());
                POISON
            }
            AstKind::Name(name) => self.name(name, ast, env),
            AstKind::Field(of, name) => self.field(of, name, ast, env),
            AstKind::Call(name, args) => self.call(name, args, ast, env),
            AstKind::Aggregate(name, members) => self.aggregate(name, members, ast, env),
            AstKind::List(_) => self.set_as_value(ast, env, "a list of agents"),
            AstKind::Where(..) => self.set_as_value(ast, env, "a set"),
            AstKind::Not(a) => {
                let a = self.expect(a, env, Type::Switch);
                self.typed(start, Node::Not(a), Type::Switch, ast, env)
            }
            AstKind::Negative(a) => {
                let value = self.check(a, env);
                if let Some(ty @ (Type::Switch | Type::Agent | Type::Place | Type::Instant)) = value.ty {
                    self.problem(env, &a.span, format!("cannot negate {ty}"));
                }
                Value { node: self.emit(start, Node::Unary(Unary::Negative, value.node), &ast.span, env), ty: value.ty }
            }
            AstKind::Binary(op, a, b) => self.binary(*op, a, b, ast, env),
            AstKind::If(c, a, b) => {
                let c = self.expect(c, env, Type::Switch);
                let a_value = self.check(a, env);
                let b_value = self.check(b, env);
                if let Some(ty) = a_value.ty {
                    self.want(b_value, b, env, ty);
                }
                let ty = a_value.ty.or(b_value.ty);
                let node = match ty {
                    Some(Type::Switch) => Node::SwitchIf(c, a_value.node, b_value.node),
                    _ => Node::If(c, a_value.node, b_value.node),
                };
                Value { node: self.emit(start, node, &ast.span, env), ty }
            }
        }
    }

    fn set_as_value(&mut self, ast: &Ast, env: &Env<'_>, what: &str) -> Value {
        self.problem(env, &ast.span, format!("{what} is not allowed here")).help =
            Some("use it in an aggregate or a pick, as in `count(v in …)`, `any(v in …: …)` or `pick(…)`".to_owned());
        POISON
    }

    fn binary(&mut self, op: BinaryOp, a: &Ast, b: &Ast, ast: &Ast, env: &Env<'_>) -> Value {
        let start = self.mark();
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            let a = self.expect(a, env, Type::Switch);
            let b = self.expect(b, env, Type::Switch);
            let node = if op == BinaryOp::And { Node::And(a, b) } else { Node::Or(a, b) };
            return self.typed(start, node, Type::Switch, ast, env);
        }
        let a_value = self.check(a, env);
        let b_value = self.check(b, env);
        let (x, y) = (a_value.node, b_value.node);
        let (Some(a_ty), Some(b_ty)) = (a_value.ty, b_value.ty) else {
            return Value { ty: is_comparison(op).then_some(Type::Switch), ..POISON };
        };
        if is_comparison(op) {
            let equality = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
            if a_ty != b_ty || !(equality || a_ty.is_numeric()) {
                let help = match (a_ty, b_ty) {
                    (Type::Duration, Type::Number) | (Type::Number, Type::Duration) => Some("give the number a unit, as in `2h`"),
                    _ => None,
                };
                self.problem(env, &ast.span, format!("`{}` cannot compare {a_ty} with {b_ty}", op.sign())).help =
                    help.map(str::to_owned);
            }
            let same = match a_ty {
                Type::Switch => Node::SameSwitch(x, y),
                Type::Agent => Node::SameAgent(x, y),
                Type::Place => Node::SamePlace(x, y),
                _ => return self.typed(start, Node::Compare(op, x, y), Type::Switch, ast, env),
            };
            let value = self.typed(start, same, Type::Switch, ast, env);
            return match op {
                BinaryOp::NotEqual => self.typed(start, Node::Not(value.node), Type::Switch, ast, env),
                _ => value,
            };
        }
        let ty = result_of(op, a_ty, b_ty);
        if ty.is_none() {
            let help = match (a_ty, b_ty) {
                (Type::Duration | Type::Instant, Type::Number) | (Type::Number, Type::Duration | Type::Instant) => {
                    Some("give the number a unit, as in `2h`")
                }
                (Type::Switch, _) | (_, Type::Switch) => Some("write `if … then 1 else 0` for the switch"),
                _ => None,
            };
            self.problem(env, &ast.span, format!("`{}` cannot combine {a_ty} and {b_ty}", op.sign())).help =
                help.map(str::to_owned);
        }
        Value { node: self.emit(start, Node::Arithmetic(op, x, y), &ast.span, env), ty }
    }

    fn name(&mut self, name: &str, ast: &Ast, env: &Env<'_>) -> Value {
        let start = self.mark();
        match env.find(name) {
            Some(Bound::Slot(slot)) => return self.typed(start, Node::Slot(slot), Type::Agent, ast, env),
            Some(Bound::Argument(argument, caller)) => return self.check(argument, caller),
            Some(Bound::Anything) => return POISON,
            None => {}
        }
        let clock = |clock| Node::Clock(clock);
        let known = if let Some(agent) = self.schema.agent(name) {
            (Node::Agent(agent), Type::Agent)
        } else if let Some(param) = self.schema.param(name) {
            match self.schema.params[param.index()].ty {
                Type::Switch => (Node::SwitchParam(param), Type::Switch),
                ty => (Node::NumberParam(param), ty),
            }
        } else {
            match name {
                "none" => (Node::Agent(AgentId::NONE), Type::Agent),
                "now" => (clock(Clock::Now), Type::Instant),
                "elapsed" => (clock(Clock::Now), Type::Duration),
                "start" => (Node::Number(0.0), Type::Instant),
                "hour" => (clock(Clock::Hour), Type::Number),
                "weekday" => (clock(Clock::Weekday), Type::Switch),
                "day_of_week" => (clock(Clock::DayOfWeek), Type::Number),
                "month" => (clock(Clock::Month), Type::Number),
                "day" => (clock(Clock::Day), Type::Number),
                "year" => (clock(Clock::Year), Type::Number),
                _ => {
                    let schema = self.schema;
                    if let Some(def) = schema.def(name) {
                        return self.inline(def, &[], &ast.span, env, Self::check).unwrap_or(POISON);
                    }
                    match schema.place(name) {
                        Some(place) => (Node::Place(place), Type::Place),
                        None => return self.unknown_name(name, &ast.span, env),
                    }
                }
            }
        };
        self.typed(start, known.0, known.1, ast, env)
    }

    fn field(&mut self, of: &Ast, name: &Name, ast: &Ast, env: &Env<'_>) -> Value {
        let start = self.mark();
        let of = self.expect(of, env, Type::Agent);
        if let Some((_, field, switch)) = FIELDS.iter().find(|(field, ..)| *field == name.text) {
            return if *switch {
                self.typed(start, Node::SwitchField(*field, of), Type::Switch, ast, env)
            } else {
                self.typed(start, Node::Field(*field, of), Type::Number, ast, env)
            };
        }
        let Some(attr) = self.attribute(name, env) else { return POISON };
        if self.schema.attributes[attr.index()].switch {
            self.typed(start, Node::SwitchAttr(attr, of), Type::Switch, ast, env)
        } else {
            self.typed(start, Node::Attr(attr, of), Type::Number, ast, env)
        }
    }

    /// Checks the body of a def in place of its call. `None` after an error.
    fn inline<T>(
        &mut self,
        def: &Def,
        args: &[Ast],
        call: &Range<usize>,
        env: &Env<'_>,
        check: impl FnOnce(&mut Self, &Ast, &Env<'_>) -> T,
    ) -> Option<T> {
        if def.of.len() != args.len() {
            let form = format!("{}({})", def.name, def.of.join(", "));
            self.problem(env, call, format!("`{}` takes {}, found {}", def.name, things(def.of.len()), args.len())).help =
                Some(format!("write it as `{form}`"));
            return None;
        }
        if env.is_within(&def.name) {
            let problem = self.problem(env, call, format!("`{}` calls itself", def.name));
            problem.help = Some("defs are inlined where they are called, so a def cannot call itself".to_owned());
            if env.is_body_of(&def.name) {
                // Each def of the cycle reports the error in its own body; their callers do not report it again.
                problem.def = None;
            }
            return None;
        }
        if env.depth() >= MAX_DEFS {
            self.problem(env, call, format!("def calls are nested more than {MAX_DEFS} deep here"));
            return None;
        }
        let inner = Env::Def { def, args, call, caller: env };
        match super::parse::expression(&def.body) {
            Ok(body) => Some(check(self, &body, &inner)),
            Err(problems) => {
                for problem in problems {
                    self.problem(&inner, &problem.span, problem.message).help = problem.help;
                }
                None
            }
        }
    }

    /// Runs `check` with a new slot for the member of a set.
    pub(crate) fn with_slot<T>(&mut self, env: &Env<'_>, span: &Range<usize>, check: impl FnOnce(&mut Self, u8) -> T) -> T {
        if usize::from(self.next_slot) >= MAX_SLOTS {
            self.problem(env, span, format!("more than {MAX_SLOTS} variables are in scope here"));
            return check(self, MAX_SLOTS as u8 - 1);
        }
        let slot = self.next_slot;
        if slot - self.code.scope_slots >= MAX_AGGREGATES {
            self.problem(env, span, format!("aggregates and picks are nested more than {MAX_AGGREGATES} deep here")).help = Some(
                "each level multiplies the number of agents visited: store an intermediate result in an attribute".to_owned(),
            );
        }
        self.next_slot += 1;
        let checked = check(self, slot);
        self.next_slot -= 1;
        checked
    }
}

fn things(count: usize) -> String {
    match count {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        n => format!("{n} arguments"),
    }
}

const fn is_comparison(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual
    )
}

/// The result type of an arithmetic operation; `None` for operands that it does not accept.
fn result_of(op: BinaryOp, a: Type, b: Type) -> Option<Type> {
    use Type::{Duration, Instant, Number};
    Some(match (op, a, b) {
        (_, Number, Number) => Number,
        (BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Remainder, Duration, Duration) => Duration,
        (BinaryOp::Add | BinaryOp::Subtract, Instant, Duration) | (BinaryOp::Add, Duration, Instant) => Instant,
        (BinaryOp::Subtract, Instant, Instant) => Duration,
        (BinaryOp::Multiply | BinaryOp::Divide, Duration, Number) | (BinaryOp::Multiply, Number, Duration) => Duration,
        (BinaryOp::Divide, Duration, Duration) => Number,
        _ => return None,
    })
}
