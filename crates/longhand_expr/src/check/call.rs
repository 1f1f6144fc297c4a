//! Checks calls of functions, bond dimensions, ties and defs, and the facts that beliefs are about.

use std::ops::RangeInclusive;

use super::super::ast::{BinaryOp, ExprAst, ExprAstKind, Ident};
use super::super::calendar::Calendar;
use super::super::env::Env;
use super::super::node::{ExprNode, NodeId, PastQuery, UnaryOp};
use super::super::types::Type;
use super::super::words::{
    AGGREGATE_NAMES, COMMITMENT_SETS, FAMILY_SETS, FUNCTIONS, KNOWN_SET, LIFE_FUNCTIONS, SET_FUNCTION_NAMES, SOFT_FUNCTION_NAMES,
    function_names, life_names,
};
use super::names::bare_name_text;
use super::{CheckedValue, Checker, NO_NODE, POISON};
use crate::ids::{AgentField, AttrId, ReasonId, TieId};

/// A checked fact: its node and the type of its value.
pub(crate) struct CheckedFact {
    pub node: NodeId,
    pub ty: FactType,
}

/// The type of the value of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FactType {
    Number,
    Switch,
    /// A switch: whether an agent is at this place.
    IsAtPlace(NodeId),
    Place,
    /// A switch: whether this agent holds a thing.
    IsHeldBy(NodeId),
    Holder,
    /// It can be known, learned and told, but not compared.
    Name,
    /// A word of this attribute.
    Word(AttrId),
    /// Something known, whatever it is.
    Topic,
}

impl Checker<'_> {
    pub(super) fn check_arity(
        &mut self,
        name: &Ident,
        args: &[ExprAst],
        count: RangeInclusive<usize>,
        form: &str,
        env: &Env<'_>,
    ) -> bool {
        let fits = count.contains(&args.len());
        if !fits {
            let count_text = super::argument_count(args.len());
            self.report(env, &name.span, format!("`{}` cannot take {count_text}", name.text)).help =
                Some(format!("write it as `{form}`"));
        }
        fits
    }

    fn check_numbers<const N: usize>(&mut self, args: &[ExprAst], env: &Env<'_>) -> [NodeId; N] {
        std::array::from_fn(|index| self.check_as(&args[index], env, Type::Number))
    }

    fn check_agents<const N: usize>(&mut self, args: &[ExprAst], env: &Env<'_>) -> [NodeId; N] {
        std::array::from_fn(|index| self.check_as(&args[index], env, Type::Agent))
    }

    /// An optional argument of type agent.
    pub(super) fn check_optional_agent(&mut self, args: &[ExprAst], index: usize, env: &Env<'_>) -> NodeId {
        args.get(index).map_or(NO_NODE, |arg| self.check_as(arg, env, Type::Agent))
    }

    pub(super) fn check_call(&mut self, name: &Ident, args: &[ExprAst], ast: &ExprAst, env: &Env<'_>) -> CheckedValue {
        let start = self.next_node();
        let function = FUNCTIONS.iter().find(|(function, ..)| *function == name.text).filter(|_| !self.is_hidden(&name.text));
        let Some((_, form, arity)) = function else {
            return self.check_declared_call(name, args, ast, env);
        };
        if !self.check_arity(name, args, arity.clone(), form, env) {
            return POISON;
        }
        match self.check_function(name, args, ast, env) {
            Some((node, ty)) => self.emit_typed(start, node, ty, ast, env),
            None => POISON,
        }
    }

    /// Whether the scene declares a tie, a dimension or a def with the name of a built-in function that it may hide.
    pub(super) fn is_hidden(&self, name: &str) -> bool {
        let schema = self.schema;
        SOFT_FUNCTION_NAMES.contains(&name)
            && (schema.tie(name).is_some() || schema.dim(name).is_some() || schema.def(name).is_some())
    }

    /// An argument that names a norm.
    pub(crate) fn check_norm(&mut self, ast: &ExprAst, env: &Env<'_>) -> Option<AttrId> {
        let name = self.check_bare_name(ast, env, "a norm")?;
        self.resolve_norm(&name, env)
    }

    /// An operand of `distance`: a place or an agent.
    fn check_spot(&mut self, ast: &ExprAst, env: &Env<'_>) -> NodeId {
        let start = self.next_node();
        let value = self.check(ast, env);
        match value.ty {
            Some(Type::Agent) => self.emit(start, ExprNode::SpotOf(value.node), &ast.span, env),
            Some(ty) if ty != Type::Place => {
                self.report(env, &ast.span, format!("expected a place or an agent, found {ty}"));
                value.node
            }
            _ => value.node,
        }
    }

    /// Checks a call of a built-in function whose number of arguments is right. `None` after an error.
    fn check_function(&mut self, name: &Ident, args: &[ExprAst], ast: &ExprAst, env: &Env<'_>) -> Option<(ExprNode, Type)> {
        use Type::{Agent, Duration, Number, Place, Switch};
        let check_first = |checker: &mut Self, ty| checker.check_as(&args[0], env, ty);
        Some(match name.text.as_str() {
            "abs" => return self.check_same_type(args, env, |x| ExprNode::Unary(UnaryOp::Abs, x[0])),
            "sqrt" => (ExprNode::Unary(UnaryOp::Sqrt, check_first(self, Number)), Number),
            "exp" => (ExprNode::Unary(UnaryOp::Exp, check_first(self, Number)), Number),
            "ln" => (ExprNode::Unary(UnaryOp::Ln, check_first(self, Number)), Number),
            "log2" => (ExprNode::Unary(UnaryOp::Log2, check_first(self, Number)), Number),
            "log10" => (ExprNode::Unary(UnaryOp::Log10, check_first(self, Number)), Number),
            "floor" => (ExprNode::Unary(UnaryOp::Floor, check_first(self, Number)), Number),
            "ceil" => (ExprNode::Unary(UnaryOp::Ceil, check_first(self, Number)), Number),
            "round" => (ExprNode::Unary(UnaryOp::Round, check_first(self, Number)), Number),
            "sigmoid" => (ExprNode::Unary(UnaryOp::Sigmoid, check_first(self, Number)), Number),
            "seconds" => (ExprNode::Scale(1.0, check_first(self, Duration)), Number),
            "minutes" => (ExprNode::Scale(1.0 / 60.0, check_first(self, Duration)), Number),
            "hours" => (ExprNode::Scale(1.0 / 3600.0, check_first(self, Duration)), Number),
            "days" => (ExprNode::Scale(1.0 / 86_400.0, check_first(self, Duration)), Number),
            "min" => return self.check_min_max(args, ast, env, ExprNode::Min),
            "max" => return self.check_min_max(args, ast, env, ExprNode::Max),
            "clamp" => return self.check_same_type(args, env, |x| ExprNode::Clamp(x[0], x[1], x[2])),
            "ramp" => {
                let (node, _) = self.check_same_type(args, env, |x| ExprNode::Ramp(x[0], x[1], x[2]))?;
                (node, Number)
            }
            "toward" => {
                let [x, target, share] = self.check_numbers(args, env);
                (ExprNode::Toward(x, target, share), Number)
            }
            "chance" => {
                let start = self.next_node();
                let p = check_first(self, Number);
                (ExprNode::Chance(self.add_draw(start, &ast.span, env), p), Switch)
            }
            "uniform" | "normal" => {
                let start = self.next_node();
                let (node, ty) = self.check_same_type(args, env, |x| ExprNode::Uniform(0, x[0], x[1]))?;
                let ExprNode::Uniform(_, a, b) = node else { return None };
                let draw = self.add_draw(start, &ast.span, env);
                let is_uniform = name.text == "uniform";
                (if is_uniform { ExprNode::Uniform(draw, a, b) } else { ExprNode::Normal(draw, a, b) }, ty)
            }
            "pick" => {
                let start = self.next_node();
                let (set, slot) =
                    self.with_slot(env, &ast.span, |checker, slot| (checker.check_set(&args[0], env, "it", slot), slot));
                (ExprNode::Pick(self.add_draw(start, &ast.span, env), slot, set), self.member_type(set))
            }
            "date" => return self.check_date(args, ast, env),
            "at" => {
                let [a] = self.check_agents(args, env);
                (ExprNode::IsAt(a, self.check_as(&args[1], env, Place)), Switch)
            }
            "place" => (ExprNode::PlaceOf(check_first(self, Agent)), Place),
            "home" => (ExprNode::HomeOf(check_first(self, Agent)), Place),
            "work" => (ExprNode::WorkOf(check_first(self, Agent)), Place),
            "distance" => {
                let a = self.check_spot(&args[0], env);
                (ExprNode::Distance(a, self.check_spot(&args[1], env)), Number)
            }
            "holds" => {
                let [agent, thing] = self.check_agents(args, env);
                (ExprNode::Holds(agent, thing), Switch)
            }
            "holder" => (ExprNode::Holder(check_first(self, Agent)), Agent),
            "owner" => (ExprNode::Owner(check_first(self, Agent)), Agent),
            "os" => (ExprNode::Os(check_first(self, Agent)), Agent),
            "together" => {
                let [a, b] = self.check_agents(args, env);
                (ExprNode::AreTogether(a, b), Switch)
            }
            "kind" => {
                let a = check_first(self, Agent);
                let bare_name = self.check_bare_name(&args[1], env, "a kind")?;
                (ExprNode::IsKind(self.resolve_kind(&bare_name, env)?, a), Switch)
            }
            "believes" => return self.check_believes(args, ast, env),
            "norm" => {
                let holder = check_first(self, Agent);
                (ExprNode::Attr(self.check_norm(&args[1], env)?, holder), Number)
            }
            "thinks_norm" => {
                let holder = check_first(self, Agent);
                let start = self.next_node();
                let other = self.check_as(&args[1], env, Agent);
                let norm = self.check_norm(&args[2], env)?;
                let fact = self.emit(start, ExprNode::AttrFact(norm, other), &ast.span, env);
                let otherwise = match args.get(3) {
                    Some(otherwise) => self.check_as(otherwise, env, Number),
                    // Of somebody about whom nothing is known, people assume what they hold themselves.
                    None => {
                        let start = self.next_node();
                        let own = check_first(self, Agent);
                        self.emit(start, ExprNode::Attr(norm, own), &ast.span, env)
                    }
                };
                (ExprNode::Believes(holder, fact, otherwise), Number)
            }
            "knows" => {
                let holder = check_first(self, Agent);
                (ExprNode::Knows(holder, self.check_fact(&args[1], env)?.node), Switch)
            }
            "source" | "confidence" => {
                let holder = check_first(self, Agent);
                let fact = self.check_fact(&args[1], env)?.node;
                if name.text == "source" {
                    (ExprNode::Source(holder, fact), Agent)
                } else {
                    (ExprNode::Confidence(holder, fact), Number)
                }
            }
            "remembers" => {
                let a = check_first(self, Agent);
                let bare_name = self.check_bare_name(&args[1], env, "an event")?;
                let event = self.resolve_event(&bare_name, env);
                let with = self.check_optional_agent(args, 2, env);
                (ExprNode::Remembers(event?, a, with), Number)
            }
            "feels" => {
                let a = check_first(self, Agent);
                let bare_name = self.check_bare_name(&args[1], env, "an emotion")?;
                let emotion = self.resolve_emotion(&bare_name, env);
                let toward = self.check_optional_agent(args, 2, env);
                (ExprNode::Feels(emotion?, a, toward), Number)
            }
            "since" if matches!(env.resolve(&args[0]).0.kind, ExprAstKind::Call(..)) => {
                let (tie, env) = env.resolve(&args[0]);
                let ExprAstKind::Call(tie_name, tie_args) = &tie.kind else { return None };
                let tie = self.resolve_tie(tie_name, env)?;
                if !self.check_arity(tie_name, tie_args, 2..=2, &format!("{}(a, b)", tie_name.text), env) {
                    return None;
                }
                let [a, b] = self.check_agents(tie_args, env);
                (ExprNode::TieAge(tie, a, b), Duration)
            }
            "lasts" => {
                let bare_name = self.check_bare_name(&args[0], env, "a tie")?;
                (ExprNode::MedianTieDuration(self.resolve_tie(&bare_name, env)?), Duration)
            }
            "value" => {
                if env.rule_scope().is_some_and(|rule| !rule.at_event) {
                    self.report(env, &ast.span, "`value` cannot be used here: there is no event").help =
                        Some("only beats and measures at a beat refer to an event".to_owned());
                    return None;
                }
                let bare_name = self.check_bare_name(&args[0], env, "a value of an event")?;
                (ExprNode::Value(self.resolve_event_value(&bare_name, env)?), Number)
            }
            function => {
                let (query, ty) = match function {
                    "happened" => (PastQuery::Happened, Switch),
                    "since" => (PastQuery::Age, Duration),
                    "times" => (PastQuery::Times, Number),
                    "first" => (PastQuery::First, Type::Instant),
                    _ => (PastQuery::Last, Type::Instant),
                };
                let bare_name = self.check_bare_name(&args[0], env, "an event")?;
                let event = self.resolve_event(&bare_name, env);
                let a = self.check_optional_agent(args, 1, env);
                let b = self.check_optional_agent(args, 2, env);
                (ExprNode::Happened(query, event?, a, b), ty)
            }
        })
    }

    /// Checks arguments that must be all numbers, all durations or all instants.
    fn check_same_type(
        &mut self,
        args: &[ExprAst],
        env: &Env<'_>,
        node: impl FnOnce(&[NodeId]) -> ExprNode,
    ) -> Option<(ExprNode, Type)> {
        let values: Vec<CheckedValue> = args.iter().map(|arg| self.check(arg, env)).collect();
        let expected = values.iter().find_map(|value| value.ty).filter(|ty| ty.is_numeric()).unwrap_or(Type::Number);
        for (value, arg) in values.iter().zip(args) {
            self.require_type(*value, arg, env, expected);
        }
        values.first()?.ty?;
        let nodes: Vec<NodeId> = values.iter().map(|value| value.node).collect();
        Some((node(&nodes), expected))
    }

    /// Checks `min` or `max` of two or more arguments.
    fn check_min_max(
        &mut self,
        args: &[ExprAst],
        ast: &ExprAst,
        env: &Env<'_>,
        node: fn(NodeId, NodeId) -> ExprNode,
    ) -> Option<(ExprNode, Type)> {
        let start = self.next_node();
        // Each argument wraps those before it, so the first one is the deepest.
        self.depth += args.len() - 1;
        let first = self.check(&args[0], env);
        if first.ty.is_none() {
            self.depth -= args.len() - 1;
            args[1..].iter().for_each(|arg| _ = self.check(arg, env));
            return None;
        }
        let ty = first.ty.filter(|ty| ty.is_numeric()).unwrap_or(Type::Number);
        self.require_type(first, &args[0], env, ty);
        let mut accumulated = first.node;
        for (index, arg) in args.iter().enumerate().skip(1) {
            let next = self.check_as(arg, env, ty);
            self.depth -= 1;
            if index + 1 == args.len() {
                return Some((node(accumulated, next), ty));
            }
            accumulated = self.emit(start, node(accumulated, next), &ast.span, env);
        }
        None
    }

    fn check_date(&mut self, args: &[ExprAst], ast: &ExprAst, env: &Env<'_>) -> Option<(ExprNode, Type)> {
        let rules = &self.schema.calendar;
        if rules.counts_turns() {
            self.report_turns(&ast.span, env, "date(…)");
            return None;
        }
        let whole_number = |ast: &ExprAst| {
            let n = self.constant_number(ast, env)?;
            (n.fract() == 0.0 && n.abs() <= Calendar::MAX_YEAR as f64).then_some(n as i64)
        };
        let day = match (whole_number(&args[0]), whole_number(&args[1]), whole_number(&args[2])) {
            (Some(year), Some(month), Some(day)) => {
                let is_in_year = (1..=i64::from(rules.month_count())).contains(&month);
                let is_calculated = !matches!(args[1].kind, ExprAstKind::Number(_));
                let day = u16::try_from(day).unwrap_or(0);
                if is_in_year || is_calculated { rules.calculated_day(year, month, day) } else { None }
            }
            _ => None,
        };
        if day.is_none() {
            self.report(env, &ast.span, "this is not a valid date").help =
                Some("write year, month and day as numbers or params, as in `date(2025, 5, 1)`".to_owned());
        }
        day.map(|day| (ExprNode::Date(day), Type::Instant))
    }

    /// Reports what only a scene with dates has.
    pub(super) fn report_turns(&mut self, span: &std::ops::Range<usize>, env: &Env<'_>, what: &str) {
        self.report(env, span, format!("this scene counts turns, so there is no `{what}`")).help =
            Some("use `turn`, the number of the turn".to_owned());
    }

    /// The value of a number that is known now: a literal, a param, or a calculation with these.
    fn constant_number(&self, ast: &ExprAst, env: &Env<'_>) -> Option<f64> {
        let (ast, env) = env.resolve(ast);
        match &ast.kind {
            ExprAstKind::Number(n) => Some(*n),
            ExprAstKind::Name(name) if env.lookup(name).is_none() && self.schema.agent(name).is_none() => {
                let param = &self.schema.params[self.schema.param(name)?.index()];
                (param.ty == Type::Number).then_some(param.value)
            }
            ExprAstKind::Negative(value) => Some(-self.constant_number(value, env)?),
            ExprAstKind::Binary(op, left, right) => {
                let (left, right) = (self.constant_number(left, env)?, self.constant_number(right, env)?);
                match op {
                    BinaryOp::Add => Some(left + right),
                    BinaryOp::Subtract => Some(left - right),
                    BinaryOp::Multiply => Some(left * right),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Checks a call of a bond dimension, a tie or a def.
    fn check_declared_call(&mut self, name: &Ident, args: &[ExprAst], ast: &ExprAst, env: &Env<'_>) -> CheckedValue {
        let start = self.next_node();
        let schema = self.schema;
        let text = name.text.as_str();
        if schema.dim(text).is_some() || schema.tie(text).is_some() {
            if !self.check_arity(name, args, 2..=2, &format!("{text}(a, b)"), env) {
                return POISON;
            }
            let [a, b] = self.check_agents(args, env);
            if let Some(dim) = schema.dim(text) {
                return self.emit_typed(start, ExprNode::Dim(dim, a, b), Type::Number, ast, env);
            }
            if let Some(tie) = schema.tie(text) {
                return self.emit_typed(start, ExprNode::Tie(tie, a, b), Type::Switch, ast, env);
            }
        }
        if let Some(def) = schema.def(text) {
            return self.inline_value(def, args, ast, env);
        }
        if let Some((_, form, arity)) = LIFE_FUNCTIONS.iter().find(|(function, ..)| *function == text) {
            if !self.check_arity(name, args, arity.clone(), form, env) {
                return POISON;
            }
            return match self.check_life_function(name, args, env) {
                Some((node, ty)) => self.emit_typed(start, node, ty, ast, env),
                None => POISON,
            };
        }
        if let Some(checked) = self.check_commitment_call(name, args, ast, env) {
            return checked;
        }
        if let Some(checked) = self.check_topic_call(name, args, ast, env) {
            return checked;
        }
        if SET_FUNCTION_NAMES.contains(&text)
            || FAMILY_SETS.contains(&text)
            || COMMITMENT_SETS.contains(&text)
            || text == KNOWN_SET
        {
            return self.reject_set(ast, env, "a set");
        }
        if AGGREGATE_NAMES.contains(&text) {
            self.report(env, &ast.span, format!("`{text}` needs a set")).help = Some(format!("write `{text}(v in …)`"));
            return POISON;
        }
        if schema.attribute(text).is_some() && args.len() == 1 {
            self.report(env, &ast.span, format!("`{text}` is an attribute")).help =
                bare_name_text(&args[0]).map(|agent| format!("write `{agent}.{text}`"));
            return POISON;
        }
        // Functions of other languages.
        let meant = match text {
            "random" | "rand" | "rnd" => Some("write `chance(p)` for a condition, `uniform(0, 1)` for a number"),
            "len" | "length" | "size" | "number" => Some("write `count(v in …)`"),
            "average" | "avg" => Some("write `mean(v in …: …)`"),
            "exists" | "some" | "contains" => Some("write `any(v in …: …)`"),
            _ => None,
        };
        if let Some(help) = meant {
            self.report(env, &name.span, format!("there is no function, bond, tie or def `{text}`")).help = Some(help.to_owned());
            return POISON;
        }
        let declared = schema.dims.iter().map(String::as_str).chain(schema.ties.iter().map(|tie| tie.name.as_str()));
        let declared = declared.chain(schema.defs.iter().map(|def| def.name.as_str()));
        self.report_unknown(
            "function, bond, tie or def",
            text,
            &name.span,
            env,
            declared.chain(function_names()).chain(life_names()),
        );
        POISON
    }

    /// Checks a call of a function about life and death whose number of arguments is right. `None` after an error.
    fn check_life_function(&mut self, name: &Ident, args: &[ExprAst], env: &Env<'_>) -> Option<(ExprNode, Type)> {
        Some(match name.text.as_str() {
            "was" => {
                let tie = self.check_bare_name(&args[0], env, "a tie").and_then(|tie| self.resolve_tie(&tie, env));
                let [a, b] = self.check_agents(&args[1..], env);
                let reason = self.check_reason(args.get(3), env)?;
                (ExprNode::WasTied(tie?, a, b, reason), Type::Switch)
            }
            "kin" => {
                let (tie, from_child) = self.kinship(name, env)?;
                let [a, b] = self.check_agents(args, env);
                (ExprNode::Kinship(tie, from_child, a, b), Type::Number)
            }
            "age" => (ExprNode::Age(self.check_as(&args[0], env, Type::Agent)), Type::Number),
            function => {
                let agent = self.check_as(&args[0], env, Type::Agent);
                let reason = self.check_reason(args.get(1), env)?;
                let field = if function == "dead" { AgentField::Dead } else { AgentField::Gone };
                (ExprNode::IsGone(field, agent, reason), Type::Switch)
            }
        })
    }

    /// An optional reason. `None` after an error.
    fn check_reason(&mut self, arg: Option<&ExprAst>, env: &Env<'_>) -> Option<Option<ReasonId>> {
        let Some(arg) = arg else { return Some(None) };
        let name = self.check_bare_name(arg, env, "a reason")?;
        self.resolve_reason(&name, env).map(Some)
    }

    /// The tie between parents and children, and whether it leads from child to parent.
    pub(super) fn kinship(&mut self, name: &Ident, env: &Env<'_>) -> Option<(TieId, bool)> {
        let kinship = self.schema.kinship;
        if kinship.is_none() {
            let message = format!("`{}` needs a tie between parents and children", name.text);
            self.report(env, &name.span, message).help =
                Some("add one to the scene, as in `Tie(id: \"child_of\", kinship: ChildOf)`".to_owned());
        }
        kinship
    }

    fn check_believes(&mut self, args: &[ExprAst], ast: &ExprAst, env: &Env<'_>) -> Option<(ExprNode, Type)> {
        let holder = self.check_as(&args[0], env, Type::Agent);
        let fact = self.check_fact(&args[1], env)?;
        let check_default = |checker: &mut Self, ty| args.get(2).map_or(NO_NODE, |default| checker.check_as(default, env, ty));
        Some(match fact.ty {
            FactType::Number => {
                if args.len() < 3 {
                    self.report(env, &ast.span, "a number that is believed needs a default value").help =
                        Some("add the value to use without a belief, as in `believes(a, x.attribute, 0.5)`".to_owned());
                }
                (ExprNode::Believes(holder, fact.node, check_default(self, Type::Number)), Type::Number)
            }
            FactType::Word(attr) => {
                if args.len() < 3 {
                    self.report(env, &ast.span, "a word that is believed needs a default value").help =
                        Some("add the word to use without a belief, as in `believes(a, x.attribute, word)`".to_owned());
                }
                (ExprNode::Believes(holder, fact.node, check_default(self, Type::Word(attr))), Type::Word(attr))
            }
            FactType::Switch | FactType::Topic => {
                (ExprNode::BelievesSwitch(holder, fact.node, check_default(self, Type::Switch)), Type::Switch)
            }
            FactType::IsAtPlace(place) => {
                if let Some(extra) = args.get(2) {
                    self.report(env, &extra.span, "a belief about a place takes no default: without a belief it is false");
                }
                (ExprNode::BelievesAt(holder, fact.node, place), Type::Switch)
            }
            FactType::Place => (ExprNode::BelievedPlace(holder, fact.node), Type::Place),
            FactType::IsHeldBy(agent) => {
                if let Some(extra) = args.get(2) {
                    self.report(env, &extra.span, "a belief about a thing takes no default: without a belief it is false");
                }
                (ExprNode::BelievesHolds(holder, fact.node, agent), Type::Switch)
            }
            FactType::Holder => {
                self.report(env, &ast.span, "this is not something that is believed to be true").help =
                    Some("write `believes(a, holds(b, thing))`".to_owned());
                return None;
            }
            FactType::Name => {
                self.report(env, &ast.span, "a name has no value in an expression").help =
                    Some("`knows(a, name(b))` asks whether somebody knows it".to_owned());
                return None;
            }
        })
    }

    /// Checks a fact: `x.attribute`, `dimension(a, b)`, `tie(a, b)`, `at(a, place)`, `place(a)`, `holds(a, thing)`, `name(a)` or
    /// `happened(event, a, b)`.
    pub(crate) fn check_fact(&mut self, ast: &ExprAst, env: &Env<'_>) -> Option<CheckedFact> {
        let (ast, env) = env.resolve(ast);
        if env.is_unknown_argument(ast) {
            return None;
        }
        let start = self.next_node();
        let schema = self.schema;
        let (node, ty) = match &ast.kind {
            ExprAstKind::Field(agent, name) => {
                let agent = self.check_as(agent, env, Type::Agent);
                let attr = self.resolve_attribute(name, env)?;
                let ty = match schema.attribute_type(attr) {
                    Type::Switch => FactType::Switch,
                    Type::Word(words) => FactType::Word(words),
                    _ => FactType::Number,
                };
                (ExprNode::AttrFact(attr, agent), ty)
            }
            ExprAstKind::Call(name, args) if name.text == "at" || name.text == "place" => {
                let (count, form) = if name.text == "at" { (2, "at(a, place)") } else { (1, "place(a)") };
                if !self.check_arity(name, args, count..=count, form, env) {
                    return None;
                }
                let [a] = self.check_agents(args, env);
                let node = self.emit(start, ExprNode::PlaceFact(a), &ast.span, env);
                let ty = args.get(1).map_or(FactType::Place, |place| FactType::IsAtPlace(self.check_as(place, env, Type::Place)));
                return Some(CheckedFact { node, ty });
            }
            ExprAstKind::Call(name, args) if (name.text == "holds" || name.text == "holder") && !self.is_hidden(&name.text) => {
                let (count, form) = if name.text == "holds" { (2, "holds(a, thing)") } else { (1, "holder(thing)") };
                if !self.check_arity(name, args, count..=count, form, env) {
                    return None;
                }
                let thing = self.check_as(&args[count - 1], env, Type::Agent);
                let node = self.emit(start, ExprNode::HolderFact(thing), &ast.span, env);
                let ty =
                    if count == 2 { FactType::IsHeldBy(self.check_as(&args[0], env, Type::Agent)) } else { FactType::Holder };
                return Some(CheckedFact { node, ty });
            }
            ExprAstKind::Call(name, args) if name.text == "happened" => {
                if !self.check_arity(name, args, 1..=3, "happened(event, a, b)", env) {
                    return None;
                }
                let event = self.check_bare_name(&args[0], env, "an event").and_then(|event| self.resolve_event(&event, env));
                let a = self.check_optional_agent(args, 1, env);
                let b = self.check_optional_agent(args, 2, env);
                (ExprNode::HappenedFact(event?, a, b), FactType::Switch)
            }
            ExprAstKind::Call(name, args) if name.text == "norm" && !self.is_hidden(&name.text) => {
                if !self.check_arity(name, args, 2..=2, "norm(a, norm)", env) {
                    return None;
                }
                let [a] = self.check_agents(args, env);
                (ExprNode::AttrFact(self.check_norm(&args[1], env)?, a), FactType::Number)
            }
            ExprAstKind::Call(name, args)
                if name.text == "name" && schema.dim(&name.text).is_none() && schema.tie(&name.text).is_none() =>
            {
                if !self.check_arity(name, args, 1..=1, "name(a)", env) {
                    return None;
                }
                let [a] = self.check_agents(args, env);
                (ExprNode::NameFact(a), FactType::Name)
            }
            ExprAstKind::Call(name, args) if schema.dim(&name.text).is_some() || schema.tie(&name.text).is_some() => {
                if !self.check_arity(name, args, 2..=2, &format!("{}(a, b)", name.text), env) {
                    return None;
                }
                let [a, b] = self.check_agents(args, env);
                match (schema.dim(&name.text), schema.tie(&name.text)) {
                    (Some(dim), _) => (ExprNode::DimFact(dim, a, b), FactType::Number),
                    (None, Some(tie)) => (ExprNode::TieFact(tie, a, b), FactType::Switch),
                    (None, None) => return None,
                }
            }
            _ => {
                if let Some(topic) = self.check_topic_fact(ast, env) {
                    return Some(topic);
                }
                self.report(env, &ast.span, "this is not a fact").help = Some(
                    "a fact is `x.attribute`, a bond dimension or tie of two agents, `at(a, place)`, `place(a)`, `holds(a, thing)`, `norm(a, norm)`, `name(a)` or `happened(event, a, b)`"
                        .to_owned(),
                );
                return None;
            }
        };
        Some(CheckedFact { node: self.emit(start, node, &ast.span, env), ty })
    }
}
