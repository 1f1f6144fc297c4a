//! Effects: compiled changes of the world, as data that the simulation applies.
//!
//! An effect does not change anything itself. The simulation can therefore order, clamp, record and explain every change.

use std::sync::Arc;

use crate::ids::{AgentId, AttrId, DimId, DocumentId, Emotion, KindId, NameListId, TieId};

use super::ast::{Ast, AstKind, EffectAst, Name};
use super::check::call::Asks;
use super::check::{Checker, compile};
use super::env::Env;
use super::expr::{Expr, FactExpr, SetExpr};
use super::node::Ref;
use super::parse;
use super::problem::Problem;
use super::reads::Reads;
use super::schema::Schema;
use super::scope::{MAX_SLOTS, Scope};
use super::types::Type;
use super::words::is_field;

/// An assignment operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// `=`
    To,
    /// `+=`
    Add,
    /// `-=`
    Subtract,
    /// `*=`
    Multiply,
}

impl Change {
    /// The new value, or 0 if it is not finite.
    #[must_use]
    pub fn apply(self, old: f64, value: f64) -> f64 {
        super::math::finite(match self {
            Self::To => value,
            Self::Add => old + value,
            Self::Subtract => old - value,
            Self::Multiply => old * value,
        })
    }
}

/// The target of an assignment.
#[derive(Clone, Debug)]
pub enum Target {
    /// An attribute of an agent.
    Attr(Expr, AttrId),
    /// A dimension of the bond from the first agent to the second.
    Dim(Expr, Expr, DimId),
}

/// The pronoun of an agent in the narration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are self-explanatory")]
pub enum Pronoun {
    She,
    He,
    They,
    It,
}

/// One compiled effect. Its expressions are evaluated with the frame of the rule. The effects of a rule are applied in order, and
/// bind their `slot`s in that frame.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are named after the words of the effect")]
pub enum Effect {
    /// `x.attribute = e`, `dimension(a, b) += e`. The simulation clamps the result to the declared range.
    Change { target: Target, change: Change, value: Expr },
    /// `x.attribute toward goal by share`
    Toward { target: Target, goal: Expr, share: Expr },
    /// `begin tie(a, b)`
    Begin { tie: TieId, a: Expr, b: Expr },
    /// `end tie(a, b)`
    End { tie: TieId, a: Expr, b: Expr },
    /// `a learns fact`: `a` believes the current value.
    Learn { who: Expr, fact: FactExpr },
    /// `a is told fact = e`: `a` believes [`Expr::number`] of the value from now on.
    Told { who: Expr, fact: FactExpr, value: Expr },
    /// `a forgets fact`
    Forget { who: Expr, fact: FactExpr },
    /// `a feels emotion e at b`
    Feel { who: Expr, emotion: Emotion, strength: Expr, toward: Option<Expr> },
    /// `a remembers e`: `a` remembers this event with strength `e`.
    Remember { who: Expr, strength: Expr },
    /// `a goes to place`
    Go { who: Expr, to: Expr },
    /// `install kind for a as new`: the new agent is bound to `slot`.
    Install { kind: KindId, owner: Expr, slot: usize },
    /// `create kind as new`: the new agent is bound to `slot`.
    Create { kind: KindId, slot: usize },
    /// `enter name`: a dormant member of the cast enters the world.
    Enter { who: AgentId },
    /// `a leaves`: `a` leaves the world for good.
    Leave { who: Expr },
    /// `a goes offline`
    GoOffline { who: Expr },
    /// `a comes online`
    ComeOnline { who: Expr },
    /// `a is made anew`: its generation grows by one.
    MakeAnew { who: Expr },
    /// `a leaves hardware`: the OS no longer needs hardware.
    LeaveHardware { who: Expr },
    /// `os is owned by a`
    Own { os: Expr, owner: Expr },
    /// `os is abandoned`: the OS no longer has an owner.
    Abandon { os: Expr },
    /// `name a from list`: `a` gets the name of the list that is nearest to its temperament.
    Name { who: Expr, list: NameListId },
    /// `voice a as she`
    Voice { who: Expr, pronoun: Pronoun },
    /// `write document to a`: `self` writes the document.
    Write { document: DocumentId, to: Option<Expr> },
    /// `if condition: effect`
    If { condition: Expr, then: Box<Self> },
    /// `for v in set: effect`: each member is bound to `slot`.
    For { set: SetExpr, slot: usize, each: Box<Self> },
}

/// Compiles an effect. `as new` adds a variable to the scope for later effects; `for v in` adds one for its own effect only.
///
/// # Errors
/// Every error of the text, with its byte range.
pub fn effect(text: &str, scope: &mut Scope, schema: &Schema) -> Result<Effect, Vec<Problem>> {
    let ast = parse::effect(text)?;
    let mut compiler = Compiler { text: Arc::from(text), schema, problems: Vec::new() };
    match compiler.effect(&ast, scope) {
        Some(effect) if compiler.problems.is_empty() => Ok(effect),
        _ => Err(compiler.problems),
    }
}

impl Effect {
    /// Everything that its expressions, sets and facts may read.
    #[must_use]
    pub fn reads(&self) -> Reads {
        let mut reads = Reads::default();
        self.visit(&mut |part| match part {
            Part::Expr(expr) => reads.merge(&expr.reads()),
            Part::Set(set) => reads.merge(&set.reads()),
            Part::Fact(fact) => reads.merge(&fact.reads()),
        });
        reads
    }

    /// Calls `see` for each expression, set and fact of the effect, including those of nested effects.
    pub fn visit<'e>(&'e self, see: &mut dyn FnMut(Part<'e>)) {
        let mut all = |exprs: &[&'e Expr]| exprs.iter().for_each(|expr| see(Part::Expr(expr)));
        match self {
            Self::Change { target, value, .. } => {
                all(&target.agents());
                all(&[value]);
            }
            Self::Toward { target, goal, share } => {
                all(&target.agents());
                all(&[goal, share]);
            }
            Self::Begin { a, b, .. } | Self::End { a, b, .. } => all(&[a, b]),
            Self::Learn { who, fact } | Self::Forget { who, fact } => {
                all(&[who]);
                see(Part::Fact(fact));
            }
            Self::Told { who, fact, value } => {
                all(&[who, value]);
                see(Part::Fact(fact));
            }
            Self::Feel { who, strength, toward, .. } => {
                all(&[who, strength]);
                toward.iter().for_each(|toward| see(Part::Expr(toward)));
            }
            Self::Remember { who, strength: other } | Self::Go { who, to: other } | Self::Own { os: who, owner: other } => {
                all(&[who, other]);
            }
            Self::Install { owner: who, .. }
            | Self::Leave { who }
            | Self::GoOffline { who }
            | Self::ComeOnline { who }
            | Self::MakeAnew { who }
            | Self::LeaveHardware { who }
            | Self::Abandon { os: who }
            | Self::Name { who, .. }
            | Self::Voice { who, .. } => all(&[who]),
            Self::Write { to, .. } => to.iter().for_each(|to| see(Part::Expr(to))),
            Self::Create { .. } | Self::Enter { .. } => {}
            Self::If { condition, then } => {
                all(&[condition]);
                then.visit(see);
            }
            Self::For { set, each, .. } => {
                see(Part::Set(set));
                each.visit(see);
            }
        }
    }
}

impl Target {
    /// The expressions for the agents whose value is written.
    #[must_use]
    pub fn agents(&self) -> Vec<&Expr> {
        match self {
            Self::Attr(of, _) => vec![of],
            Self::Dim(from, to, _) => vec![from, to],
        }
    }
}

/// An expression, set or fact inside an effect.
#[derive(Clone, Copy, Debug)]
pub enum Part<'e> {
    /// An expression.
    Expr(&'e Expr),
    /// A set.
    Set(&'e SetExpr),
    /// A fact.
    Fact(&'e FactExpr),
}

struct Compiler<'c> {
    text: Arc<str>,
    schema: &'c Schema,
    problems: Vec<Problem>,
}

impl Compiler<'_> {
    /// Compiles one part of the effect separately.
    fn part<T>(
        &mut self,
        scope: &Scope,
        check: impl FnOnce(&mut Checker<'_>, &Env<'_>) -> T,
    ) -> Option<(Arc<super::node::Code>, T)> {
        compile(&self.text, scope, self.schema, &mut self.problems, check)
    }

    fn expr(&mut self, ast: &Ast, ty: Type, scope: &Scope) -> Option<Expr> {
        let (code, root) = self.part(scope, |checker, env| checker.expect(ast, env, ty))?;
        Some(Expr::new(code, root, ty))
    }

    fn agent(&mut self, ast: &Ast, scope: &Scope) -> Option<Expr> {
        self.expr(ast, Type::Agent, scope)
    }

    fn number(&mut self, ast: &Ast, scope: &Scope) -> Option<Expr> {
        self.expr(ast, Type::Number, scope)
    }

    /// Resolves a declared name. `find` reports an unknown name.
    fn declared<T>(&mut self, scope: &Scope, find: impl FnOnce(&mut Checker<'_>, &Env<'_>) -> Option<T>) -> Option<T> {
        self.part(scope, find)?.1
    }

    fn fact(&mut self, ast: &Ast, scope: &Scope) -> Option<(FactExpr, Asks)> {
        let (code, fact) = self.part(scope, |checker, env| checker.fact(ast, env))?;
        let fact: super::check::call::FactValue = fact?;
        Some((FactExpr::new(code, fact.node), fact.asks))
    }

    fn problem<T>(&mut self, at: &std::ops::Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Option<T> {
        self.problems.push(Problem::new(at.clone(), message).help(help));
        None
    }

    /// The target of an assignment, and the type of its value.
    fn target(&mut self, ast: &Ast, scope: &Scope) -> Option<(Target, Type)> {
        match &ast.kind {
            AstKind::Field(of, name) => {
                if is_field(&name.text) {
                    let message = format!("`{}` is maintained by the engine and cannot be set", name.text);
                    return self.problem(
                        &name.span,
                        message,
                        "use an effect such as `a leaves`, `a goes offline` or `a feels joy 0.5`",
                    );
                }
                let of = self.agent(of, scope);
                let attr = self.declared(scope, |checker, env| checker.attribute(name, env))?;
                let ty = if self.schema.attributes[attr.index()].switch { Type::Switch } else { Type::Number };
                Some((Target::Attr(of?, attr), ty))
            }
            AstKind::Call(name, args) if self.schema.tie(&name.text).is_some() && args.len() == 2 => {
                let tie = &name.text;
                self.problem(
                    &ast.span,
                    format!("`{tie}` is a tie and cannot be set"),
                    format!("write `begin {tie}(…)` or `end {tie}(…)`"),
                )
            }
            AstKind::Call(name, args) if args.len() == 2 => {
                let from = self.agent(&args[0], scope);
                let to = self.agent(&args[1], scope);
                let dim = self.declared(scope, |checker, env| checker.dim(name, env))?;
                Some((Target::Dim(from?, to?, dim), Type::Number))
            }
            _ => self.problem(
                &ast.span,
                "this cannot be assigned to",
                "assign to an attribute `x.attribute` or a bond dimension `dimension(a, b)`",
            ),
        }
    }

    fn tie(&mut self, ast: &Ast, scope: &Scope) -> Option<(TieId, Expr, Expr)> {
        match &ast.kind {
            AstKind::Call(name, args) if args.len() == 2 => {
                let a = self.agent(&args[0], scope);
                let b = self.agent(&args[1], scope);
                let tie = self.declared(scope, |checker, env| checker.tie(name, env))?;
                Some((tie, a?, b?))
            }
            _ => self.problem(&ast.span, "expected a tie of two agents", "write it as `tie(a, b)`"),
        }
    }

    /// Adds a variable to the scope.
    fn variable(&mut self, name: &Name, scope: &mut Scope) -> Option<usize> {
        if scope.slot(&name.text).is_some() {
            let message = format!("the variable `{}` already exists", name.text);
            return self.problem(&name.span, message, "choose another name");
        }
        if scope.variables.len() >= MAX_SLOTS {
            return self.problem(&name.span, format!("a rule has at most {MAX_SLOTS} variables"), "split the rule");
        }
        scope.variables.push(name.text.clone());
        Some(scope.variables.len() - 1)
    }

    fn effect(&mut self, ast: &EffectAst, scope: &mut Scope) -> Option<Effect> {
        let schema = self.schema;
        Some(match ast {
            EffectAst::Change(target, change, value) => {
                let target = self.target(target, scope);
                let ty = target.as_ref().map_or(Type::Number, |(_, ty)| *ty);
                if ty == Type::Switch && *change != Change::To {
                    return self.problem(&value.span, "a switch can only be set with `=`", "write `… = true` or `… = false`");
                }
                let value = self.expr(value, ty, scope);
                Effect::Change { target: target?.0, change: *change, value: value? }
            }
            EffectAst::Toward(target, goal, share) => {
                let at = &target.span;
                let target = self.target(target, scope);
                if matches!(target, Some((_, Type::Switch))) {
                    return self.problem(at, "`toward` needs a number, found a switch", "write `… = true` or `… = false`");
                }
                let goal = self.number(goal, scope);
                let share = self.number(share, scope);
                Effect::Toward { target: target?.0, goal: goal?, share: share? }
            }
            EffectAst::Begin(tie) => {
                let (tie, a, b) = self.tie(tie, scope)?;
                Effect::Begin { tie, a, b }
            }
            EffectAst::End(tie) => {
                let (tie, a, b) = self.tie(tie, scope)?;
                Effect::End { tie, a, b }
            }
            EffectAst::Learns(who, fact) => {
                let who = self.agent(who, scope);
                let (fact, _) = self.fact(fact, scope)?;
                Effect::Learn { who: who?, fact }
            }
            EffectAst::Forgets(who, fact) => {
                let who = self.agent(who, scope);
                let (fact, _) = self.fact(fact, scope)?;
                Effect::Forget { who: who?, fact }
            }
            EffectAst::Told(who, fact_ast, value) => {
                let who = self.agent(who, scope);
                let (fact, asks) = self.fact(fact_ast, scope)?;
                let ty = match asks {
                    Asks::Number => Type::Number,
                    Asks::Switch => Type::Switch,
                    Asks::Place => Type::Place,
                    Asks::Whether(_) => {
                        return self.problem(
                            &fact_ast.span,
                            "a place can be told, not whether an agent is there",
                            "write `a is told place(b) = …`",
                        );
                    }
                };
                let value = self.expr(value, ty, scope);
                Effect::Told { who: who?, fact, value: value? }
            }
            EffectAst::Feels(who, emotion, strength, toward) => {
                let who = self.agent(who, scope);
                let emotion = self.declared(scope, |checker, env| checker.emotion(emotion, env));
                let strength = self.number(strength, scope);
                let toward = match toward {
                    Some(toward) => Some(self.agent(toward, scope)?),
                    None => None,
                };
                Effect::Feel { who: who?, emotion: emotion?, strength: strength?, toward }
            }
            EffectAst::Remembers(who, strength) => {
                let who = self.agent(who, scope);
                let strength = self.number(strength, scope);
                Effect::Remember { who: who?, strength: strength? }
            }
            EffectAst::GoesTo(who, to) => {
                let who = self.agent(who, scope);
                let to = self.expr(to, Type::Place, scope);
                Effect::Go { who: who?, to: to? }
            }
            EffectAst::Install(kind, owner, new) => {
                let kind = self.declared(scope, |checker, env| checker.kind(kind, env));
                let owner = self.agent(owner, scope);
                let slot = self.variable(new, scope);
                Effect::Install { kind: kind?, owner: owner?, slot: slot? }
            }
            EffectAst::Create(kind, new) => {
                let kind = self.declared(scope, |checker, env| checker.kind(kind, env));
                let slot = self.variable(new, scope);
                Effect::Create { kind: kind?, slot: slot? }
            }
            EffectAst::Enter(name) => match schema.agent(&name.text) {
                Some(who) => Effect::Enter { who },
                None => {
                    let problem = Problem::new(name.span.clone(), format!("there is no member of the cast `{}`", name.text));
                    self.problems.push(problem.nearest(&name.text, schema.cast.iter().map(String::as_str)));
                    return None;
                }
            },
            EffectAst::Leaves(who) => Effect::Leave { who: self.agent(who, scope)? },
            EffectAst::GoesOffline(who) => Effect::GoOffline { who: self.agent(who, scope)? },
            EffectAst::ComesOnline(who) => Effect::ComeOnline { who: self.agent(who, scope)? },
            EffectAst::MadeAnew(who) => Effect::MakeAnew { who: self.agent(who, scope)? },
            EffectAst::LeavesHardware(who) => Effect::LeaveHardware { who: self.agent(who, scope)? },
            EffectAst::OwnedBy(os, owner) => {
                let os = self.agent(os, scope);
                let owner = self.agent(owner, scope);
                Effect::Own { os: os?, owner: owner? }
            }
            EffectAst::Abandoned(os) => Effect::Abandon { os: self.agent(os, scope)? },
            EffectAst::Named(who, list) => {
                let who = self.agent(who, scope);
                let list = self.declared(scope, |checker, env| checker.list(list, env));
                Effect::Name { who: who?, list: list? }
            }
            EffectAst::Voiced(who, word) => {
                let who = self.agent(who, scope);
                let pronoun = match word.text.as_str() {
                    "she" => Pronoun::She,
                    "he" => Pronoun::He,
                    "they" => Pronoun::They,
                    "it" => Pronoun::It,
                    other => {
                        return self.problem(
                            &word.span,
                            format!("`{other}` is not a voice"),
                            "a voice is `she`, `he`, `they` or `it`",
                        );
                    }
                };
                Effect::Voice { who: who?, pronoun }
            }
            EffectAst::Write(document, to) => {
                let document = self.declared(scope, |checker, env| checker.document(document, env));
                let to = match to {
                    Some(to) => Some(self.agent(to, scope)?),
                    None => None,
                };
                Effect::Write { document: document?, to }
            }
            EffectAst::If(condition, then) => {
                let condition = self.expr(condition, Type::Switch, scope);
                let then = self.effect(then, scope);
                Effect::If { condition: condition?, then: Box::new(then?) }
            }
            EffectAst::For(members, each) => {
                let (set, condition) = (&members.set, members.condition.as_ref());
                let name = &members.variable;
                let slot = self.variable(name, scope)?;
                let ast = match condition {
                    None => set.clone(),
                    Some(condition) => Ast {
                        span: set.span.start..condition.span.end,
                        kind: AstKind::Where(Box::new(set.clone()), Box::new(condition.clone())),
                    },
                };
                let set = self.part(scope, |checker, env| -> Ref { checker.set(&ast, env, &name.text, slot as u8) });
                let each = self.effect(each, scope);
                // If an `as new` inside has taken the next slot, both variables stay, because slots are assigned in order.
                if scope.variables.len() == slot + 1 {
                    scope.variables.pop();
                }
                let (code, root) = set?;
                Effect::For { set: SetExpr::new(code, root, slot as u8), slot, each: Box::new(each?) }
            }
        })
    }
}
