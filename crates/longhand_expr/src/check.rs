//! Compiles an [`ExprAst`] to [`Code`]: resolves names, checks types and emits nodes in one walk, which continues after errors.
//!
//! Defs are inlined where they are called, so their arguments are checked in the scope of the caller.

pub(crate) mod call;
mod commitments;
mod names;
mod sets;
mod topics;

use std::ops::Range;
use std::sync::Arc;

use super::ast::{BinaryOp, ExprAst, ExprAstKind, Ident};
use super::def_results::MAX_ARGS;
use super::env::{Env, NameBinding};
use super::error::{ExprError, did_you_mean};
use super::node::{ClockField, Code, DefCallSite, DrawId, DrawSite, ExprNode, NO_NODE, NodeId, UnaryOp};
use super::schema::{DefSchema, Schema};
use super::scope::{MAX_SLOTS, Scope};
use super::types::Type;
use super::words::{AGENT_FIELDS, GAIN, TODAY, is_field};
use crate::hash::stable_hash;
use crate::ids::{AgentId, AttrId, PlaceId};

/// The greatest depth of a compiled text, inlined defs included. Evaluation recurses to the same depth.
const MAX_DEPTH: usize = 256;
/// The most nodes of a compiled text, inlined defs included.
const MAX_NODES: usize = 8192;
/// How deep aggregates may be nested. Each level multiplies the number of agents visited.
const MAX_AGGREGATES: u8 = 8;
/// The fewest nodes of the body of a def whose results are remembered. Fewer are evaluated as fast.
const LEAST_REMEMBERED: usize = 6;
/// How deep def calls may be nested.
pub(crate) const MAX_DEFS: usize = 16;

/// A checked subexpression: its node, and its type unless it has an error.
#[derive(Clone, Copy)]
pub(crate) struct CheckedValue {
    pub node: NodeId,
    pub ty: Option<Type>,
}

/// A value of unknown type, because of an error or because it is a parameter of a def that is checked without a call. Such code
/// is never evaluated.
const POISON: CheckedValue = CheckedValue { node: NO_NODE, ty: None };

/// The compiler of one text.
pub(crate) struct Checker<'c> {
    schema: &'c Schema,
    code: Code,
    errors: Vec<ExprError>,
    depth: usize,
    next_slot: u8,
    /// The rule's salt, its number of draws before this text, and whether it is [`Scope::partly_bound`].
    salt: u32,
    earlier_draws: u32,
    partly_bound: bool,
    /// The variables that stand for something known, one bit each, and the sets of such.
    topic_slots: u32,
    topic_sets: Vec<NodeId>,
    /// The positions of the draws of this text, in the order in which they were found. An argument of a def that is used twice is
    /// one draw.
    draw_positions: Vec<u32>,
    exhausted: bool,
}

/// Runs `check` with a new checker. Returns its code and result, or appends the errors to `problems`.
pub(crate) fn run_checker<T>(
    text: &Arc<str>,
    scope: &Scope,
    schema: &Schema,
    problems: &mut Vec<ExprError>,
    check: impl FnOnce(&mut Checker<'_>, &Env<'_>) -> T,
) -> Option<(Arc<Code>, T)> {
    let slots = scope.variables.len().min(MAX_SLOTS) as u8;
    let mut checker = Checker {
        schema,
        code: Code { text: text.clone(), scope_slots: slots, ..Code::default() },
        errors: Vec::new(),
        depth: 0,
        next_slot: slots,
        salt: scope.salt,
        earlier_draws: scope.draw_count.get(),
        partly_bound: scope.partly_bound,
        topic_slots: scope.topic_slots().iter().fold(0, |slots, slot| slots | 1 << slot),
        topic_sets: Vec::new(),
        draw_positions: Vec::new(),
        exhausted: false,
    };
    if scope.variables.len() > MAX_SLOTS {
        checker.errors.push(ExprError::new(0..text.len(), format!("a rule has at most {MAX_SLOTS} variables")));
    }
    let checked = check(&mut checker, &Env::Rule(scope));
    if checker.errors.is_empty() {
        scope.draw_count.set(checker.earlier_draws + checker.draw_positions.len() as u32);
        checker.code.finish();
        Some((Arc::new(checker.code), checked))
    } else {
        problems.append(&mut checker.errors);
        None
    }
}

impl Checker<'_> {
    fn report(&mut self, env: &Env<'_>, span: &Range<usize>, message: impl Into<String>) -> &mut ExprError {
        let (span, def) = env.locate(span);
        let message = message.into();
        let message = match def {
            Some(def) => format!("inside `{def}`: {message}"),
            None => message,
        };
        let existing = self.errors.iter().position(|earlier| earlier.span == span && earlier.message == message);
        let index = existing.unwrap_or_else(|| {
            self.errors.push(ExprError { def: def.map(str::to_owned), ..ExprError::new(span, message) });
            self.errors.len() - 1
        });
        &mut self.errors[index]
    }

    pub(crate) fn next_node(&self) -> NodeId {
        self.code.nodes.len() as NodeId
    }

    /// The first node of a node's subtree.
    pub(crate) fn start_of(&self, node: NodeId) -> NodeId {
        self.code.subtree_starts.get(node as usize).copied().unwrap_or(node)
    }

    /// Adds a node whose subtree starts at `start`.
    pub(crate) fn emit(&mut self, start: NodeId, node: ExprNode, span: &Range<usize>, env: &Env<'_>) -> NodeId {
        let (source_span, _) = env.locate(span);
        if self.code.nodes.len() >= MAX_NODES && !self.exhausted {
            self.exhausted = true;
            self.report(env, span, "this expression is too large after its defs are inlined").help =
                Some("call fewer defs or simplify them".to_owned());
        }
        let columnar = self.code.is_columnar(node);
        self.code.nodes.push(node);
        self.code.spans.push(source_span.start as u32..source_span.end as u32);
        self.code.subtree_starts.push(start);
        self.code.columnar.push(columnar);
        self.next_node() - 1
    }

    /// Adds a draw at a position whose arguments are the nodes from `start` on.
    pub(crate) fn add_draw(&mut self, start: NodeId, span: &Range<usize>, env: &Env<'_>) -> DrawId {
        let position = env.position_hash(span);
        let order = self.draw_positions.iter().position(|known| *known == position).unwrap_or_else(|| {
            self.draw_positions.push(position);
            self.draw_positions.len() - 1
        });
        let scope_slots = self.code.scope_slots;
        let rule_slots = if self.partly_bound {
            let named = self.code.nodes[start as usize..].iter().filter_map(|node| match node {
                ExprNode::Slot(slot) if *slot < scope_slots => Some(slot + 1),
                _ => None,
            });
            named.max().unwrap_or(1).min(scope_slots)
        } else {
            scope_slots
        };
        self.code.draws.push(DrawSite {
            hash: stable_hash(self.salt, &(self.earlier_draws + order as u32).to_string()),
            rule_slots,
            member_slots: (scope_slots, self.next_slot),
        });
        (self.code.draws.len() - 1) as DrawId
    }

    fn emit_typed(&mut self, start: NodeId, node: ExprNode, ty: Type, ast: &ExprAst, env: &Env<'_>) -> CheckedValue {
        CheckedValue { node: self.emit(start, node, &ast.span, env), ty: Some(ty) }
    }

    /// Checks an expression that must have type `expected`.
    pub(crate) fn check_as(&mut self, ast: &ExprAst, env: &Env<'_>, expected: Type) -> NodeId {
        let value = self.check_expecting(ast, env, Some(expected));
        self.require_type(value, ast, env, expected);
        value.node
    }

    /// Checks an expression. Where a word of an attribute is expected, its names are those words.
    fn check_expecting(&mut self, ast: &ExprAst, env: &Env<'_>, expected: Option<Type>) -> CheckedValue {
        match expected {
            Some(Type::Word(attr)) => {
                self.descend(&ast.span, env, |checker| checker.check_word(ast, env, attr)).unwrap_or(POISON)
            }
            _ => self.check(ast, env),
        }
    }

    fn require_type(&mut self, value: CheckedValue, ast: &ExprAst, env: &Env<'_>, expected: Type) {
        let Some(actual) = value.ty.filter(|actual| *actual != expected) else { return };
        let help = match (expected, actual) {
            (Type::Number, Type::Switch) => Some("write `if … then 1 else 0`"),
            (Type::Switch, Type::Number) => Some("compare it with something, as in `… > 0.5`"),
            (Type::Number, Type::Duration) => Some("write `hours(…)`, `days(…)`, or divide it by a duration"),
            (Type::Duration, Type::Number) => Some("give it a unit, as in `2h`"),
            (Type::Duration, Type::Instant) => Some("subtract another instant, as in `now - …`"),
            (Type::Agent, Type::Switch) => Some("this is a condition; name an agent instead"),
            (Type::Place, Type::Agent) => Some("write `place(…)`, `home(…)` or `work(…)`"),
            (Type::Agent, Type::Topic) => Some("write `subject(…)` or `object(…)` for the agents that it is about"),
            (Type::Topic, _) => Some("take it from `known(a)`, as in `about: {\"topic\": \"pick(known(self))\"}`"),
            (Type::Number, Type::Word(_)) => Some("compare it with a word, as in `if … == word then 1 else 0`"),
            (Type::Switch, Type::Word(_)) => Some("compare it with a word, as in `… == word`"),
            _ => None,
        };
        self.report(env, &ast.span, format!("expected {expected}, found {actual}")).help = help.map(str::to_owned);
    }

    /// Checks an expression of any type.
    pub(crate) fn check(&mut self, ast: &ExprAst, env: &Env<'_>) -> CheckedValue {
        self.descend(&ast.span, env, |checker| checker.check_kind(ast, env)).unwrap_or(POISON)
    }

    /// Runs `check` one level deeper, unless the text is too deep or too large.
    fn descend<T>(&mut self, span: &Range<usize>, env: &Env<'_>, check: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.exhausted {
            return None;
        }
        if self.depth >= MAX_DEPTH {
            self.report(env, span, "this expression is nested too deeply").help =
                Some("split it into smaller expressions or attributes".to_owned());
            return None;
        }
        self.depth += 1;
        let result = check(self);
        self.depth -= 1;
        Some(result)
    }

    fn check_kind(&mut self, ast: &ExprAst, env: &Env<'_>) -> CheckedValue {
        let start = self.next_node();
        match &ast.kind {
            ExprAstKind::Number(n) => self.emit_typed(start, ExprNode::Number(*n), Type::Number, ast, env),
            ExprAstKind::Duration(seconds) => self.emit_typed(start, ExprNode::Number(*seconds), Type::Duration, ast, env),
            ExprAstKind::Step(step) => self.check_step(ExprNode::StepFromNow(*step), ast, env),
            ExprAstKind::Switch(on) => self.emit_typed(start, ExprNode::Switch(*on), Type::Switch, ast, env),
            ExprAstKind::Text => {
                self.report(env, &ast.span, "a string is not allowed here").help = Some("write names without quotes".to_owned());
                POISON
            }
            ExprAstKind::Name(name) => self.check_name(name, ast, env),
            ExprAstKind::Field(agent, name) => self.check_field(agent, name, ast, env),
            ExprAstKind::Call(name, args) => self.check_call(name, args, ast, env),
            ExprAstKind::Aggregate(name, members) => self.check_aggregate(name, members, ast, env),
            ExprAstKind::List(_) => self.reject_set(ast, env, "a list of agents"),
            ExprAstKind::Where(..) => self.reject_set(ast, env, "a set"),
            ExprAstKind::Not(a) => {
                let a = self.check_as(a, env, Type::Switch);
                self.emit_typed(start, ExprNode::Not(a), Type::Switch, ast, env)
            }
            ExprAstKind::Negative(a) => {
                let value = self.check(a, env);
                if let Some(ty @ (Type::Switch | Type::Agent | Type::Place | Type::Instant | Type::Topic | Type::Word(_))) =
                    value.ty
                {
                    self.report(env, &a.span, format!("cannot negate {ty}"));
                }
                CheckedValue {
                    node: self.emit(start, ExprNode::Unary(UnaryOp::Negative, value.node), &ast.span, env),
                    ty: value.ty,
                }
            }
            ExprAstKind::Binary(op, a, b) => self.check_binary(*op, a, b, ast, env),
            ExprAstKind::If(c, a, b) => {
                let c = self.check_as(c, env, Type::Switch);
                let a_value = self.check(a, env);
                let b_value = self.check_expecting(b, env, a_value.ty);
                if let Some(ty) = a_value.ty {
                    self.require_type(b_value, b, env, ty);
                }
                let ty = a_value.ty.or(b_value.ty);
                let node = match ty {
                    Some(Type::Switch) => ExprNode::SwitchIf(c, a_value.node, b_value.node),
                    _ => ExprNode::If(c, a_value.node, b_value.node),
                };
                CheckedValue { node: self.emit(start, node, &ast.span, env), ty }
            }
        }
    }

    fn reject_set(&mut self, ast: &ExprAst, env: &Env<'_>, what: &str) -> CheckedValue {
        self.report(env, &ast.span, format!("{what} is not allowed here")).help =
            Some("use it in an aggregate or a pick, as in `count(v in …)`, `any(v in …: …)` or `pick(…)`".to_owned());
        POISON
    }

    fn check_binary(&mut self, op: BinaryOp, a: &ExprAst, b: &ExprAst, ast: &ExprAst, env: &Env<'_>) -> CheckedValue {
        let start = self.next_node();
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            let a = self.check_as(a, env, Type::Switch);
            let b = self.check_as(b, env, Type::Switch);
            let node = if op == BinaryOp::And { ExprNode::And(a, b) } else { ExprNode::Or(a, b) };
            return self.emit_typed(start, node, Type::Switch, ast, env);
        }
        if let Some(value) = self.check_with_step(op, a, b, ast, env) {
            return value;
        }
        let (a_value, b_value) = if (is_none(a) || self.schema.has_words() && is_name(a)) && !is_name(b) {
            // The name may be a word of the attribute on the other side, or stand for no place.
            let b_value = self.check_operand(op, b, env, None);
            (self.check_operand(op, a, env, b_value.ty), b_value)
        } else {
            let a_value = self.check_operand(op, a, env, None);
            (a_value, self.check_operand(op, b, env, a_value.ty))
        };
        let (x, y) = (a_value.node, b_value.node);
        let (Some(a_ty), Some(b_ty)) = (a_value.ty, b_value.ty) else {
            return CheckedValue { ty: is_comparison(op).then_some(Type::Switch), ..POISON };
        };
        if is_comparison(op) {
            let equality = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
            if a_ty != b_ty || !(equality || a_ty.is_numeric()) {
                let help = match (a_ty, b_ty) {
                    (Type::Duration, Type::Number) | (Type::Number, Type::Duration) => Some("give the number a unit, as in `2h`"),
                    (Type::Word(_), Type::Word(_)) => Some("words have no order: compare them with `==` or `!=`"),
                    _ => None,
                };
                self.report(env, &ast.span, format!("`{}` cannot compare {a_ty} with {b_ty}", op.symbol())).help =
                    help.map(str::to_owned);
            }
            let same = match a_ty {
                Type::Switch => ExprNode::SameSwitch(x, y),
                Type::Agent | Type::Topic => ExprNode::SameAgent(x, y),
                Type::Place => ExprNode::SamePlace(x, y),
                _ => return self.emit_typed(start, ExprNode::Compare(op, x, y), Type::Switch, ast, env),
            };
            let value = self.emit_typed(start, same, Type::Switch, ast, env);
            return match op {
                BinaryOp::NotEqual => self.emit_typed(start, ExprNode::Not(value.node), Type::Switch, ast, env),
                _ => value,
            };
        }
        let ty = arithmetic_type(op, a_ty, b_ty);
        if ty.is_none() {
            let help = match (a_ty, b_ty) {
                (Type::Duration | Type::Instant, Type::Number) | (Type::Number, Type::Duration | Type::Instant) => {
                    Some("give the number a unit, as in `2h`")
                }
                (Type::Switch, _) | (_, Type::Switch) => Some("write `if … then 1 else 0` for the switch"),
                _ => None,
            };
            self.report(env, &ast.span, format!("`{}` cannot combine {a_ty} and {b_ty}", op.symbol())).help =
                help.map(str::to_owned);
        }
        CheckedValue { node: self.emit(start, ExprNode::Arithmetic(op, x, y), &ast.span, env), ty }
    }

    /// A number of months or years as a duration.
    fn check_step(&mut self, node: ExprNode, ast: &ExprAst, env: &Env<'_>) -> CheckedValue {
        if self.schema.calendar.counts_turns() {
            self.report_turns(&ast.span, env, "month or year");
            return POISON;
        }
        self.emit_typed(self.next_node(), node, Type::Duration, ast, env)
    }

    /// An operand. What a duration is compared with, `since(talk) > 1month`, is the month up to now.
    fn check_operand(&mut self, op: BinaryOp, ast: &ExprAst, env: &Env<'_>, expected: Option<Type>) -> CheckedValue {
        match &ast.kind {
            ExprAstKind::Step(step) if is_comparison(op) => self.check_step(ExprNode::StepToNow(*step), ast, env),
            // Compared with a place, `none` means `PlaceId::NOWHERE`.
            _ if expected == Some(Type::Place) && is_comparison(op) && is_none(ast) => {
                let start = self.next_node();
                self.emit_typed(start, ExprNode::Place(PlaceId::NOWHERE), Type::Place, ast, env)
            }
            _ => self.check_expecting(ast, env, expected),
        }
    }

    /// Checks an arithmetic operation with a number of months or years: they can be added to an instant. `None` for others.
    fn check_with_step(&mut self, op: BinaryOp, a: &ExprAst, b: &ExprAst, ast: &ExprAst, env: &Env<'_>) -> Option<CheckedValue> {
        let (step, step_ast, other) = match (&a.kind, &b.kind) {
            _ if is_comparison(op) => return None,
            (_, ExprAstKind::Step(step)) => (*step, b, a),
            (ExprAstKind::Step(step), _) => (*step, a, b),
            _ => return None,
        };
        let start = self.next_node();
        let other = self.check(other, env);
        let ty = other.ty?;
        let can_move = op == BinaryOp::Add || op == BinaryOp::Subtract && std::ptr::eq(step_ast, b);
        if ty != Type::Instant || !can_move {
            self.report(env, &step_ast.span, "a month and a year have no fixed length here").help =
                Some("add it to an instant, as in `now + 1month`, or write days: `30d`".to_owned());
            return Some(POISON);
        }
        if self.schema.calendar.counts_turns() {
            self.report_turns(&step_ast.span, env, "month or year");
            return Some(POISON);
        }
        let step = if op == BinaryOp::Add { step } else { step.back() };
        Some(self.emit_typed(start, ExprNode::AddStep(other.node, step), Type::Instant, ast, env))
    }

    fn check_name(&mut self, name: &str, ast: &ExprAst, env: &Env<'_>) -> CheckedValue {
        let start = self.next_node();
        match env.lookup(name) {
            Some(NameBinding::Slot(slot)) => {
                let ty = if self.topic_slots & (1 << slot) == 0 { Type::Agent } else { Type::Topic };
                return self.emit_typed(start, ExprNode::Slot(slot), ty, ast, env);
            }
            Some(NameBinding::Several(..)) => {
                self.report(env, &ast.span, format!("`{name}` stands for several agents, and one is expected here")).help =
                    Some(format!("use it as a set, as in `for v in {name}: …`, `count(v in {name})` or `pick({name})`"));
                return POISON;
            }
            Some(NameBinding::Argument(argument, caller)) => return self.check(argument, caller),
            Some(NameBinding::Unknown) => return POISON,
            None => {}
        }
        let (node, ty) = if let Some(agent) = self.schema.agent(name) {
            (ExprNode::Agent(agent), Type::Agent)
        } else if let Some(param) = self.schema.param(name) {
            match self.schema.params[param.index()].ty {
                Type::Switch => (ExprNode::SwitchParam(param), Type::Switch),
                ty => (ExprNode::NumberParam(param), ty),
            }
        } else {
            let counts_turns = self.schema.calendar.counts_turns();
            match name {
                "hour" | "weekday" | "day_of_week" | "month" | "day" | "year" if counts_turns => {
                    self.report_turns(&ast.span, env, name);
                    return POISON;
                }
                "turn" if counts_turns => (ExprNode::Clock(ClockField::Turn), Type::Number),
                "none" => (ExprNode::Agent(AgentId::NONE), Type::Agent),
                "now" => (ExprNode::Clock(ClockField::Now), Type::Instant),
                "elapsed" => (ExprNode::Clock(ClockField::Now), Type::Duration),
                "start" => (ExprNode::Number(0.0), Type::Instant),
                "hour" => (ExprNode::Clock(ClockField::Hour), Type::Number),
                "weekday" => (ExprNode::Clock(ClockField::Weekday), Type::Switch),
                "day_of_week" => (ExprNode::Clock(ClockField::DayOfWeek), Type::Number),
                "month" => (ExprNode::Clock(ClockField::Month), Type::Number),
                "day" => (ExprNode::Clock(ClockField::Day), Type::Number),
                "year" => (ExprNode::Clock(ClockField::Year), Type::Number),
                _ => {
                    let schema = self.schema;
                    if let Some(def) = schema.def(name) {
                        return self.inline_value(def, &[], ast, env);
                    }
                    match schema.place(name) {
                        Some(place) => (ExprNode::Place(place), Type::Place),
                        None if name == TODAY => (ExprNode::Clock(ClockField::Today), Type::Instant),
                        None if name == GAIN => {
                            if env.rule_scope().is_some_and(|rule| !rule.in_want) {
                                self.report(env, &ast.span, "`gain` cannot be used here").help =
                                    Some("only the `want` of an action can weigh what the agent expects of it".to_owned());
                                return POISON;
                            }
                            (ExprNode::Gain, Type::Number)
                        }
                        None => return self.report_unknown_name(name, &ast.span, env),
                    }
                }
            }
        };
        self.emit_typed(start, node, ty, ast, env)
    }

    fn check_field(&mut self, agent: &ExprAst, name: &Ident, ast: &ExprAst, env: &Env<'_>) -> CheckedValue {
        let start = self.next_node();
        let agent = self.check_as(agent, env, Type::Agent);
        let is_hidden = !is_field(&name.text) && self.schema.attribute(&name.text).is_some();
        if let Some((_, field, switch)) = AGENT_FIELDS.iter().find(|(field, ..)| *field == name.text && !is_hidden) {
            return if *switch {
                self.emit_typed(start, ExprNode::SwitchField(*field, agent), Type::Switch, ast, env)
            } else {
                self.emit_typed(start, ExprNode::Field(*field, agent), Type::Number, ast, env)
            };
        }
        let Some(attr) = self.resolve_attribute(name, env) else { return POISON };
        match self.schema.attribute_type(attr) {
            Type::Switch => self.emit_typed(start, ExprNode::SwitchAttr(attr, agent), Type::Switch, ast, env),
            ty => self.emit_typed(start, ExprNode::Attr(attr, agent), ty, ast, env),
        }
    }

    /// Checks an expression where a word of an attribute is expected.
    fn check_word(&mut self, ast: &ExprAst, env: &Env<'_>, attr: AttrId) -> CheckedValue {
        let (ast, env) = env.resolve(ast);
        let start = self.next_node();
        let schema = self.schema;
        let words = &schema.attributes[attr.index()].one_of;
        let ty = Type::Word(attr);
        match &ast.kind {
            ExprAstKind::Name(name) => {
                let Some(position) = words.iter().position(|word| word == name) else {
                    if env.lookup(name).is_some() || schema.def(name).is_some() {
                        return self.check(ast, env);
                    }
                    let attribute = &schema.attributes[attr.index()].name;
                    let help = did_you_mean(name, words.iter().map(String::as_str));
                    let all = || {
                        format!("its words are {}", words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "))
                    };
                    let problem = self.report(env, &ast.span, format!("`{attribute}` has no word `{name}`"));
                    problem.help = Some(help.unwrap_or_else(all));
                    return CheckedValue { ty: Some(ty), ..POISON };
                };
                let list = self.code.word_lists.iter().position(|list| list == words).unwrap_or_else(|| {
                    self.code.word_lists.push(words.clone());
                    self.code.word_lists.len() - 1
                });
                self.emit_typed(start, ExprNode::Word(position as u16, list as u16), ty, ast, env)
            }
            ExprAstKind::If(c, a, b) => {
                let c = self.check_as(c, env, Type::Switch);
                let (a, b) = (self.check_as(a, env, ty), self.check_as(b, env, ty));
                self.emit_typed(start, ExprNode::If(c, a, b), ty, ast, env)
            }
            _ => self.check(ast, env),
        }
    }

    /// Checks the body of a def in place of a call whose value is asked for, and notes the call if its result may be remembered.
    fn inline_value(&mut self, def: &DefSchema, args: &[ExprAst], ast: &ExprAst, env: &Env<'_>) -> CheckedValue {
        let Some(value) = self.inline(def, args, &ast.span, env, Self::check) else { return POISON };
        let is_result_of_arguments =
            |node: &ExprNode| !node.is_draw() && !matches!(node, ExprNode::Gain | ExprNode::Value(_) | ExprNode::Several(..));
        let position = self.schema.defs.iter().position(|known| known.name == def.name);
        if value.ty.is_some()
            && value.node != NO_NODE
            && let Some(position) = position.and_then(|position| u16::try_from(position).ok())
            && let Some(args) = argument_slots(args, env)
        {
            let body = self.code.subtree(value.node);
            let is_known = self.code.def_calls.iter().any(|site| site.node == value.node);
            let has_room = self.code.def_calls.len() < usize::from(u16::MAX);
            if body.len() >= LEAST_REMEMBERED && !is_known && has_room && body.iter().all(is_result_of_arguments) {
                self.code.def_calls.push(DefCallSite { node: value.node, def: position, args });
            }
        }
        value
    }

    /// Checks the body of a def in place of its call. `None` after an error.
    fn inline<T>(
        &mut self,
        def: &DefSchema,
        args: &[ExprAst],
        call: &Range<usize>,
        env: &Env<'_>,
        check: impl FnOnce(&mut Self, &ExprAst, &Env<'_>) -> T,
    ) -> Option<T> {
        if def.params.len() != args.len() {
            let form = format!("{}({})", def.name, def.params.join(", "));
            self.report(env, call, format!("`{}` takes {}, found {}", def.name, argument_count(def.params.len()), args.len()))
                .help = Some(format!("write it as `{form}`"));
            return None;
        }
        if env.is_within_def(&def.name) {
            let problem = self.report(env, call, format!("`{}` calls itself", def.name));
            problem.help = Some("defs are inlined where they are called, so a def cannot call itself".to_owned());
            if env.is_body_of(&def.name) {
                // Each def of the cycle reports the error in its own body; their callers do not report it again.
                problem.def = None;
            }
            return None;
        }
        if env.def_depth() >= MAX_DEFS {
            self.report(env, call, format!("def calls are nested more than {MAX_DEFS} deep here"));
            return None;
        }
        let inner = Env::Def { def, args, call, caller: env };
        match def.ast() {
            Ok(body) => Some(check(self, body, &inner)),
            Err(problems) => {
                for problem in problems {
                    self.report(&inner, &problem.span, problem.message.clone()).help = problem.help.clone();
                }
                None
            }
        }
    }

    /// Runs `check` with a new slot for the member of a set.
    pub(crate) fn with_slot<T>(&mut self, env: &Env<'_>, span: &Range<usize>, check: impl FnOnce(&mut Self, u8) -> T) -> T {
        if usize::from(self.next_slot) >= MAX_SLOTS {
            self.report(env, span, format!("more than {MAX_SLOTS} variables are in scope here"));
            return check(self, MAX_SLOTS as u8 - 1);
        }
        let slot = self.next_slot;
        if slot - self.code.scope_slots >= MAX_AGGREGATES {
            self.report(env, span, format!("aggregates and picks are nested more than {MAX_AGGREGATES} deep here")).help = Some(
                "each level multiplies the number of agents visited: store an intermediate result in an attribute".to_owned(),
            );
        }
        self.next_slot += 1;
        self.topic_slots &= !(1 << slot);
        let result = check(self, slot);
        self.next_slot -= 1;
        result
    }
}

fn is_none(ast: &ExprAst) -> bool {
    matches!(&ast.kind, ExprAstKind::Name(name) if name == "none")
}

fn is_name(ast: &ExprAst) -> bool {
    matches!(ast.kind, ExprAstKind::Name(_))
}

fn argument_count(count: usize) -> String {
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
fn arithmetic_type(op: BinaryOp, a: Type, b: Type) -> Option<Type> {
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

/// The slots of the arguments of a call of a def; none if one of them is not a variable, or if there are too many.
fn argument_slots(args: &[ExprAst], env: &Env<'_>) -> Option<[Option<u8>; MAX_ARGS]> {
    let mut slots = [None; MAX_ARGS];
    if args.len() > slots.len() {
        return None;
    }
    for (slot, arg) in slots.iter_mut().zip(args) {
        let (arg, env) = env.resolve(arg);
        let ExprAstKind::Name(name) = &arg.kind else { return None };
        let Some(NameBinding::Slot(variable)) = env.lookup(name) else { return None };
        *slot = Some(variable);
    }
    Some(slots)
}
