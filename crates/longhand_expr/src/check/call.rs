//! Checks calls of functions, bond dimensions, ties and defs, and the facts that beliefs are about.

use std::ops::RangeInclusive;

use super::super::ast::{Ast, AstKind, Name};
use super::super::calendar::seconds_since_1970;
use super::super::env::Env;
use super::super::node::{Node, Ref, Telling, Unary};
use super::super::types::Type;
use super::super::words::functions;
use super::names::spelled;
use super::sets::{AGGREGATES, SETS};
use super::{ABSENT, Checker, POISON, Value};

/// A function: its name, its form for help texts, and its number of arguments.
type Function = (&'static str, &'static str, RangeInclusive<usize>);

pub(crate) static FUNCTIONS: [Function; 43] = [
    ("abs", "abs(x)", 1..=1),
    ("sqrt", "sqrt(x)", 1..=1),
    ("exp", "exp(x)", 1..=1),
    ("ln", "ln(x)", 1..=1),
    ("log2", "log2(x)", 1..=1),
    ("log10", "log10(x)", 1..=1),
    ("floor", "floor(x)", 1..=1),
    ("ceil", "ceil(x)", 1..=1),
    ("round", "round(x)", 1..=1),
    ("sigmoid", "sigmoid(x)", 1..=1),
    ("min", "min(x, y)", 2..=24),
    ("max", "max(x, y)", 2..=24),
    ("clamp", "clamp(x, low, high)", 3..=3),
    ("ramp", "ramp(x, low, high)", 3..=3),
    ("toward", "toward(x, target, share)", 3..=3),
    ("chance", "chance(p)", 1..=1),
    ("uniform", "uniform(low, high)", 2..=2),
    ("normal", "normal(mean, deviation)", 2..=2),
    ("pick", "pick(set)", 1..=1),
    ("seconds", "seconds(duration)", 1..=1),
    ("minutes", "minutes(duration)", 1..=1),
    ("hours", "hours(duration)", 1..=1),
    ("days", "days(duration)", 1..=1),
    ("date", "date(year, month, day)", 3..=3),
    ("at", "at(a, place)", 2..=2),
    ("place", "place(a)", 1..=1),
    ("home", "home(a)", 1..=1),
    ("work", "work(a)", 1..=1),
    ("together", "together(a, b)", 2..=2),
    ("owner", "owner(os)", 1..=1),
    ("os", "os(person)", 1..=1),
    ("kind", "kind(a, kind)", 2..=2),
    ("believes", "believes(a, fact, otherwise)", 2..=3),
    ("knows", "knows(a, fact)", 2..=2),
    ("remembers", "remembers(a, event, b)", 2..=3),
    ("feels", "feels(a, emotion, b)", 2..=3),
    ("happened", "happened(event, a, b)", 1..=3),
    ("since", "since(event, a, b)", 1..=3),
    ("times", "times(event, a, b)", 1..=3),
    ("first", "first(event, a, b)", 1..=3),
    ("last", "last(event, a, b)", 1..=3),
    ("lasts", "lasts(tie)", 1..=1),
    ("value", "value(name)", 1..=1),
];

/// A checked fact: its node and the type of its value.
pub(crate) struct FactValue {
    pub node: Ref,
    pub asks: Asks,
}

/// The type of the value of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    Number,
    Switch,
    /// A switch: whether an agent is at this place.
    Whether(Ref),
    Place,
}

impl Checker<'_> {
    pub(super) fn arity(&mut self, name: &Name, args: &[Ast], count: RangeInclusive<usize>, form: &str, env: &Env<'_>) -> bool {
        let fits = count.contains(&args.len());
        if !fits {
            let given = super::things(args.len());
            self.problem(env, &name.span, format!("`{}` cannot take {given}", name.text)).help =
                Some(format!("write it as `{form}`"));
        }
        fits
    }

    fn numbers<const N: usize>(&mut self, args: &[Ast], env: &Env<'_>) -> [Ref; N] {
        std::array::from_fn(|at| self.expect(&args[at], env, Type::Number))
    }

    fn agents<const N: usize>(&mut self, args: &[Ast], env: &Env<'_>) -> [Ref; N] {
        std::array::from_fn(|at| self.expect(&args[at], env, Type::Agent))
    }

    /// An optional argument of type agent.
    fn maybe_agent(&mut self, args: &[Ast], at: usize, env: &Env<'_>) -> Ref {
        args.get(at).map_or(ABSENT, |arg| self.expect(arg, env, Type::Agent))
    }

    pub(super) fn call(&mut self, name: &Name, args: &[Ast], ast: &Ast, env: &Env<'_>) -> Value {
        let start = self.mark();
        let Some((_, form, takes)) = FUNCTIONS.iter().find(|(function, ..)| *function == name.text) else {
            return self.declared(name, args, ast, env);
        };
        if !self.arity(name, args, takes.clone(), form, env) {
            return POISON;
        }
        match self.function(name, args, ast, env) {
            Some((node, ty)) => self.typed(start, node, ty, ast, env),
            None => POISON,
        }
    }

    /// Checks a call of a built-in function whose number of arguments is right. `None` after an error.
    fn function(&mut self, name: &Name, args: &[Ast], ast: &Ast, env: &Env<'_>) -> Option<(Node, Type)> {
        use Type::{Agent, Duration, Number, Place, Switch};
        let one = |me: &mut Self, ty| me.expect(&args[0], env, ty);
        Some(match name.text.as_str() {
            "abs" => return self.same_type(args, env, |x| Node::Unary(Unary::Abs, x[0])),
            "sqrt" => (Node::Unary(Unary::Sqrt, one(self, Number)), Number),
            "exp" => (Node::Unary(Unary::Exp, one(self, Number)), Number),
            "ln" => (Node::Unary(Unary::Ln, one(self, Number)), Number),
            "log2" => (Node::Unary(Unary::Log2, one(self, Number)), Number),
            "log10" => (Node::Unary(Unary::Log10, one(self, Number)), Number),
            "floor" => (Node::Unary(Unary::Floor, one(self, Number)), Number),
            "ceil" => (Node::Unary(Unary::Ceil, one(self, Number)), Number),
            "round" => (Node::Unary(Unary::Round, one(self, Number)), Number),
            "sigmoid" => (Node::Unary(Unary::Sigmoid, one(self, Number)), Number),
            "seconds" => (Node::Scale(1.0, one(self, Duration)), Number),
            "minutes" => (Node::Scale(1.0 / 60.0, one(self, Duration)), Number),
            "hours" => (Node::Scale(1.0 / 3600.0, one(self, Duration)), Number),
            "days" => (Node::Scale(1.0 / 86_400.0, one(self, Duration)), Number),
            "min" => return self.extreme(args, ast, env, Node::Min),
            "max" => return self.extreme(args, ast, env, Node::Max),
            "clamp" => return self.same_type(args, env, |x| Node::Clamp(x[0], x[1], x[2])),
            "ramp" => {
                let (node, _) = self.same_type(args, env, |x| Node::Ramp(x[0], x[1], x[2]))?;
                (node, Number)
            }
            "toward" => {
                let [x, target, share] = self.numbers(args, env);
                (Node::Toward(x, target, share), Number)
            }
            "chance" => {
                let p = one(self, Number);
                (Node::Chance(self.next_slot, env.site(self.seed, &ast.span), p), Switch)
            }
            "uniform" | "normal" => {
                let site = env.site(self.seed, &ast.span);
                let slots = self.next_slot;
                let even = name.text == "uniform";
                return self.same_type(args, env, |x| {
                    if even { Node::Uniform(slots, site, x[0], x[1]) } else { Node::Normal(slots, site, x[0], x[1]) }
                });
            }
            "pick" => {
                let site = env.site(self.seed, &ast.span);
                let (set, slot) = self.with_slot(env, &ast.span, |me, slot| (me.set(&args[0], env, "it", slot), slot));
                (Node::Pick(slot, site, set), Agent)
            }
            "date" => return self.date(args, ast, env),
            "at" => {
                let [a] = self.agents(args, env);
                (Node::At(a, self.expect(&args[1], env, Place)), Switch)
            }
            "place" => (Node::PlaceOf(one(self, Agent)), Place),
            "home" => (Node::HomeOf(one(self, Agent)), Place),
            "work" => (Node::WorkOf(one(self, Agent)), Place),
            "owner" => (Node::Owner(one(self, Agent)), Agent),
            "os" => (Node::Os(one(self, Agent)), Agent),
            "together" => {
                let [a, b] = self.agents(args, env);
                (Node::Together(a, b), Switch)
            }
            "kind" => {
                let a = one(self, Agent);
                let word = self.word(&args[1], env, "a kind")?;
                (Node::IsKind(self.kind(&word, env)?, a), Switch)
            }
            "believes" => return self.believes(args, ast, env),
            "knows" => {
                let holder = one(self, Agent);
                (Node::Knows(holder, self.fact(&args[1], env)?.node), Switch)
            }
            "remembers" => {
                let a = one(self, Agent);
                let word = self.word(&args[1], env, "an event")?;
                let event = self.event(&word, env);
                let with = self.maybe_agent(args, 2, env);
                (Node::Remembers(event?, a, with), Number)
            }
            "feels" => {
                let a = one(self, Agent);
                let word = self.word(&args[1], env, "an emotion")?;
                let emotion = self.emotion(&word, env);
                let toward = self.maybe_agent(args, 2, env);
                (Node::Feels(emotion?, a, toward), Number)
            }
            "since" if matches!(env.resolve(&args[0]).0.kind, AstKind::Call(..)) => {
                let (tie, env) = env.resolve(&args[0]);
                let AstKind::Call(tie_name, of) = &tie.kind else { return None };
                let tie = self.tie(tie_name, env)?;
                if !self.arity(tie_name, of, 2..=2, &format!("{}(a, b)", tie_name.text), env) {
                    return None;
                }
                let [a, b] = self.agents(of, env);
                (Node::TieAge(tie, a, b), Duration)
            }
            "lasts" => {
                let word = self.word(&args[0], env, "a tie")?;
                (Node::Lasts(self.tie(&word, env)?), Duration)
            }
            "value" => {
                if env.rule().is_some_and(|rule| !rule.at_event) {
                    self.problem(env, &ast.span, "`value` cannot be used here: there is no event").help =
                        Some("only beats and measures at a beat refer to an event".to_owned());
                    return None;
                }
                let word = self.word(&args[0], env, "a value of an event")?;
                (Node::Value(self.value_name(&word, env)?), Number)
            }
            telling => {
                let (telling, ty) = match telling {
                    "happened" => (Telling::Whether, Switch),
                    "since" => (Telling::Age, Duration),
                    "times" => (Telling::Times, Number),
                    "first" => (Telling::First, Type::Instant),
                    _ => (Telling::Last, Type::Instant),
                };
                let word = self.word(&args[0], env, "an event")?;
                let event = self.event(&word, env);
                let a = self.maybe_agent(args, 1, env);
                let b = self.maybe_agent(args, 2, env);
                (Node::Happened(telling, event?, a, b), ty)
            }
        })
    }

    /// Checks arguments that must be all numbers, all durations or all instants.
    fn same_type(&mut self, args: &[Ast], env: &Env<'_>, node: impl FnOnce(&[Ref]) -> Node) -> Option<(Node, Type)> {
        let values: Vec<Value> = args.iter().map(|arg| self.check(arg, env)).collect();
        let wanted = values.iter().find_map(|value| value.ty).filter(|ty| ty.is_numeric()).unwrap_or(Type::Number);
        for (value, arg) in values.iter().zip(args) {
            self.want(*value, arg, env, wanted);
        }
        values.first()?.ty?;
        let nodes: Vec<Ref> = values.iter().map(|value| value.node).collect();
        Some((node(&nodes), wanted))
    }

    /// Checks `min` or `max` of two or more arguments.
    fn extreme(&mut self, args: &[Ast], ast: &Ast, env: &Env<'_>, node: fn(Ref, Ref) -> Node) -> Option<(Node, Type)> {
        let start = self.mark();
        // Each argument wraps those before it, so the first one is the deepest.
        self.depth += args.len() - 1;
        let first = self.check(&args[0], env);
        if first.ty.is_none() {
            self.depth -= args.len() - 1;
            args[1..].iter().for_each(|arg| _ = self.check(arg, env));
            return None;
        }
        let ty = first.ty.filter(|ty| ty.is_numeric()).unwrap_or(Type::Number);
        self.want(first, &args[0], env, ty);
        let mut so_far = first.node;
        for (at, arg) in args.iter().enumerate().skip(1) {
            let next = self.expect(arg, env, ty);
            self.depth -= 1;
            if at + 1 == args.len() {
                return Some((node(so_far, next), ty));
            }
            so_far = self.emit(start, node(so_far, next), &ast.span, env);
        }
        None
    }

    fn date(&mut self, args: &[Ast], ast: &Ast, env: &Env<'_>) -> Option<(Node, Type)> {
        let whole = |ast: &Ast| match ast.kind {
            AstKind::Number(n) if n.fract() == 0.0 && (0.0..=9999.0).contains(&n) => Some(n as i16),
            _ => None,
        };
        let parts = (whole(&args[0]), whole(&args[1]), whole(&args[2]));
        let date = match parts {
            (Some(year), Some(month), Some(day)) => jiff::civil::Date::new(year, month.min(99) as i8, day.min(99) as i8).ok(),
            _ => None,
        };
        if date.is_none() {
            self.problem(env, &ast.span, "this is not a valid date").help =
                Some("write year, month and day, as in `date(2025, 5, 1)`".to_owned());
        }
        date.map(|date| (Node::Date(seconds_since_1970(date.at(0, 0, 0, 0))), Type::Instant))
    }

    /// Checks a call of a bond dimension, a tie or a def.
    fn declared(&mut self, name: &Name, args: &[Ast], ast: &Ast, env: &Env<'_>) -> Value {
        let start = self.mark();
        let schema = self.schema;
        let text = name.text.as_str();
        if schema.dim(text).is_some() || schema.tie(text).is_some() {
            if !self.arity(name, args, 2..=2, &format!("{text}(a, b)"), env) {
                return POISON;
            }
            let [a, b] = self.agents(args, env);
            if let Some(dim) = schema.dim(text) {
                return self.typed(start, Node::Dim(dim, a, b), Type::Number, ast, env);
            }
            if let Some(tie) = schema.tie(text) {
                return self.typed(start, Node::Tie(tie, a, b), Type::Switch, ast, env);
            }
        }
        if let Some(def) = schema.def(text) {
            return self.inline(def, args, &ast.span, env, Self::check).unwrap_or(POISON);
        }
        if SETS.contains(&text) {
            return self.set_as_value(ast, env, "a set");
        }
        if AGGREGATES.contains(&text) {
            self.problem(env, &ast.span, format!("`{text}` needs a set")).help = Some(format!("write `{text}(v in …)`"));
            return POISON;
        }
        if schema.attribute(text).is_some() && args.len() == 1 {
            self.problem(env, &ast.span, format!("`{text}` is an attribute")).help =
                spelled(&args[0]).map(|of| format!("write `{of}.{text}`"));
            return POISON;
        }
        let declared = schema.dims.iter().map(String::as_str).chain(schema.ties.iter().map(|tie| tie.name.as_str()));
        let declared = declared.chain(schema.defs.iter().map(|def| def.name.as_str()));
        self.unknown("function, bond, tie or def", text, &name.span, env, declared.chain(functions()));
        POISON
    }

    fn believes(&mut self, args: &[Ast], ast: &Ast, env: &Env<'_>) -> Option<(Node, Type)> {
        let holder = self.expect(&args[0], env, Type::Agent);
        let fact = self.fact(&args[1], env)?;
        let otherwise = |me: &mut Self, ty| args.get(2).map_or(ABSENT, |otherwise| me.expect(otherwise, env, ty));
        Some(match fact.asks {
            Asks::Number => {
                if args.len() < 3 {
                    self.problem(env, &ast.span, "a number that is believed needs a default value").help =
                        Some("add the value to use without a belief, as in `believes(a, x.attribute, 0.5)`".to_owned());
                }
                (Node::Believes(holder, fact.node, otherwise(self, Type::Number)), Type::Number)
            }
            Asks::Switch => (Node::BelievesSwitch(holder, fact.node, otherwise(self, Type::Switch)), Type::Switch),
            Asks::Whether(place) => {
                if let Some(extra) = args.get(2) {
                    self.problem(env, &extra.span, "a belief about a place takes no default: without a belief it is false");
                }
                (Node::BelievesAt(holder, fact.node, place), Type::Switch)
            }
            Asks::Place => (Node::BelievedPlace(holder, fact.node), Type::Place),
        })
    }

    /// Checks a fact: `x.attribute`, `dimension(a, b)`, `tie(a, b)`, `at(a, place)` or `place(a)`.
    pub(crate) fn fact(&mut self, ast: &Ast, env: &Env<'_>) -> Option<FactValue> {
        let (ast, env) = env.resolve(ast);
        if env.is_open(ast) {
            return None;
        }
        let start = self.mark();
        let schema = self.schema;
        let (node, asks) = match &ast.kind {
            AstKind::Field(of, name) => {
                let of = self.expect(of, env, Type::Agent);
                let attr = self.attribute(name, env)?;
                let asks = if schema.attributes[attr.index()].switch { Asks::Switch } else { Asks::Number };
                (Node::AttrFact(attr, of), asks)
            }
            AstKind::Call(name, args) if name.text == "at" || name.text == "place" => {
                let (count, form) = if name.text == "at" { (2, "at(a, place)") } else { (1, "place(a)") };
                if !self.arity(name, args, count..=count, form, env) {
                    return None;
                }
                let [a] = self.agents(args, env);
                let node = self.emit(start, Node::PlaceFact(a), &ast.span, env);
                let asks = args.get(1).map_or(Asks::Place, |place| Asks::Whether(self.expect(place, env, Type::Place)));
                return Some(FactValue { node, asks });
            }
            AstKind::Call(name, args) if schema.dim(&name.text).is_some() || schema.tie(&name.text).is_some() => {
                if !self.arity(name, args, 2..=2, &format!("{}(a, b)", name.text), env) {
                    return None;
                }
                let [a, b] = self.agents(args, env);
                match (schema.dim(&name.text), schema.tie(&name.text)) {
                    (Some(dim), _) => (Node::DimFact(dim, a, b), Asks::Number),
                    (None, Some(tie)) => (Node::TieFact(tie, a, b), Asks::Switch),
                    (None, None) => return None,
                }
            }
            _ => {
                self.problem(env, &ast.span, "this is not a fact").help = Some(
                    "a fact is `x.attribute`, a bond dimension or tie of two agents, `at(a, place)` or `place(a)`".to_owned(),
                );
                return None;
            }
        };
        Some(FactValue { node: self.emit(start, node, &ast.span, env), asks })
    }
}
