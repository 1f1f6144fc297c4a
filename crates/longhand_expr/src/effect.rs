//! Effects: compiled changes of the world, as data that the simulation applies.
//!
//! An effect does not change anything itself. The simulation can therefore order, clamp, record and explain every change.

use std::sync::Arc;

use crate::ids::{AgentId, AppointmentId, AttrId, DimId, DocumentId, Emotion, IntentionId, KindId, NameListId, ReasonId, TieId};

use super::ast::{AssignOp, EffectAst, ExprAst, ExprAstKind, GroundsAst, Ident, TellingAst};
use super::check::call::FactType;
use super::check::{Checker, run_checker};
use super::env::Env;
use super::error::ExprError;
use super::expr::{Expr, FactExpr, SetExpr};
use super::node::NodeId;
use super::parse;
use super::pronouns::Pronouns;
use super::read_set::ReadSet;
use super::schema::Schema;
use super::scope::{MAX_SLOTS, Scope};
use super::types::Type;
use super::words::is_field;

/// The longest name that an effect can give.
const MAX_NAME_BYTES: usize = 200;

/// The target of an assignment.
#[derive(Clone, Debug)]
pub enum AssignTarget {
    /// An attribute of an agent.
    Attr(Expr, AttrId),
    /// A dimension of the bond from the first agent to the second.
    Dim(Expr, Expr, DimId),
}

/// One compiled effect. Its expressions are evaluated with the frame of the rule. The effects of a rule are applied in order, and
/// bind their `slot`s in that frame.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are named after the words of the effect")]
pub enum Effect {
    /// `x.attribute = e`, `dimension(a, b) += e`. The simulation clamps the result to the declared range.
    Assign { target: AssignTarget, op: AssignOp, value: Expr },
    /// `x.attribute toward goal by share`
    Toward { target: AssignTarget, goal: Expr, share: Expr },
    /// `begin tie(a, b)`
    Begin { tie: TieId, a: Expr, b: Expr },
    /// `end tie(a, b) by reason`
    End { tie: TieId, a: Expr, b: Expr, reason: ReasonId },
    /// `a learns fact`: `a` believes the current value.
    Learn { who: Expr, fact: FactExpr, grounds: Grounds },
    /// `a is told fact = e`: `a` believes [`Expr::number`] of the value from now on.
    Tell { who: Expr, fact: FactExpr, value: Expr, grounds: Grounds },
    /// `a is told topic`, `a is told topic falsely`, `a is told topic as e`: what the agent of the rule, or the source, believes.
    TellTopic { who: Expr, fact: FactExpr, telling: Telling, grounds: Grounds },
    /// `a forgets fact`
    Forget { who: Expr, fact: FactExpr },
    /// `a feels emotion e at b`
    Feel { who: Expr, emotion: Emotion, strength: Expr, toward: Option<Expr> },
    /// `a remembers e`: `a` remembers this event with strength `e`.
    Remember { who: Expr, strength: Expr },
    /// `a goes to place in duration`. Without a duration, the way takes as long as the speed of the agent's kind says.
    Go { who: Expr, to: Expr, lasts: Option<Expr> },
    /// A journey of `self` ends. Only the engine's own event of an arrival has this effect.
    Arrive,
    /// `move amount attribute from a to b`: all of it, or nothing if `possible` does not hold.
    Move { amount: Expr, attr: AttrId, from: Expr, to: Expr, possible: Expr },
    /// `a gives thing to b`: only if `possible` holds, which is that `a` holds it.
    Give { who: Expr, thing: Expr, to: Expr, possible: Expr },
    /// `a takes thing`: `a` holds it from now on, whoever held it.
    Take { who: Expr, thing: Expr },
    /// `a puts thing at place`: only if `a` holds it.
    Put { who: Expr, thing: Expr, at: Expr, possible: Expr },
    /// `a loses thing`: nobody holds it and it is at no place; only if `a` holds it.
    Lose { who: Expr, thing: Expr, possible: Expr },
    /// `install kind for a as new`: the new agent is bound to `slot`.
    Install { kind: KindId, owner: Expr, slot: usize },
    /// `create kind of a, b as new`: the new agent is bound to `slot`. With parents it is born to them.
    Create { kind: KindId, parents: Vec<Expr>, slot: usize },
    /// `enter name`: a dormant member of the cast enters the world.
    Enter { who: AgentId },
    /// `a dies of reason`
    Die { who: Expr, reason: ReasonId },
    /// `a leaves for reason`: `a` leaves the world, for good unless it returns.
    Leave { who: Expr, reason: ReasonId },
    /// `a returns from reason`: `a`, who had left, is in the world again.
    Return { who: Expr, reason: ReasonId },
    /// `a becomes kind`
    Become { who: Expr, kind: KindId },
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
    Voice { who: Expr, pronouns: Pronouns },
    /// `a is named "Ann Lee"`, `a is called "Ann"`, `a takes surname of b`
    Rename { who: Expr, change: NameChange },
    /// `a is told name(b) = "Ann Lee"`: `a` knows `b` by that name from now on.
    TellName { who: Expr, fact: FactExpr, name: String },
    /// `a promises b appointment at instant in place`
    Promise { who: Expr, with: Expr, what: AppointmentId, at: Expr, place: Option<Expr> },
    /// `a calls off appointment with b`
    CallOff { who: Expr, what: AppointmentId, with: Expr },
    /// The appointment of the first two agents of the event is over. Only the engine's own events have this effect.
    Settle { what: AppointmentId },
    /// `a adopts intention about b`
    Adopt { who: Expr, what: IntentionId, about: Option<Expr> },
    /// `a drops intention about b`
    Drop { who: Expr, what: IntentionId, about: Option<Expr> },
    /// `write document to a`: `self` writes the document.
    Write { document: DocumentId, to: Option<Expr> },
    /// `if condition: effect`
    If { condition: Expr, then: Box<Self> },
    /// `for v in set: effect`: each member is bound to `slot`.
    For { set: SetExpr, slot: usize, each: Box<Self> },
}

/// How something known is told.
#[derive(Clone, Debug)]
pub enum Telling {
    /// As who tells it believes it to be.
    Truly,
    /// As the contrary: a switch, a tie or an event as what it is not, a number mirrored in its range. Of anything else nothing is told.
    Falsely,
    /// With this value, for a switch, a tie, an event or a number. Of anything else nothing is told.
    As(Expr),
}

/// What a belief rests on: `from b with confidence e`.
#[derive(Clone, Debug, Default)]
pub struct Grounds {
    /// Who said so. Without it, the `self` of the event, if that is somebody else than who learns it.
    pub source: Option<Expr>,
    /// How sure the learner is, 0 to 1. Without it, 1.
    pub confidence: Option<Expr>,
}

impl Grounds {
    /// Whether the effect says what the belief rests on.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        self.source.is_some() || self.confidence.is_some()
    }

    fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.source.iter().chain(&self.confidence)
    }
}

/// A change of what an agent is called.
#[derive(Clone, Debug)]
pub enum NameChange {
    /// Another full name. The short name follows from it.
    Full(String),
    /// Another short name.
    Short(String),
    /// The last word of the full name of another agent instead of the last word of the own one.
    SurnameOf(Expr),
}

/// Compiles an effect. `as new` adds a variable to the scope for later effects; `for v in` adds one for its own effect only.
///
/// # Errors
/// Every error of the text, with its byte range.
pub fn compile_effect(text: &str, scope: &mut Scope, schema: &Schema) -> Result<Effect, Vec<ExprError>> {
    let ast = parse::parse_effect(text)?;
    let mut compiler = EffectCompiler { text: Arc::from(text), schema, errors: Vec::new() };
    match compiler.compile(&ast, scope) {
        Some(effect) if compiler.errors.is_empty() => Ok(effect),
        _ => Err(compiler.errors),
    }
}

/// The names of the reasons that an effect gives, without those that every scene has. A text that is no effect has none.
#[must_use]
pub fn effect_reasons(text: &str) -> Vec<String> {
    // Parsing is slow, and few effects give a reason.
    let has_any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if !has_any(&["dies ", "leaves ", "returns ", "end "]) || !has_any(&[" of ", " for ", " from ", " by "]) {
        return Vec::new();
    }
    let mut ast = parse::parse_effect(text).ok();
    while let Some(EffectAst::If(_, inner) | EffectAst::For(_, inner)) = ast {
        ast = Some(*inner);
    }
    match ast {
        Some(
            EffectAst::End(_, Some(reason))
            | EffectAst::Dies(_, Some(reason))
            | EffectAst::Leaves(_, Some(reason))
            | EffectAst::Returns(_, Some(reason)),
        ) if !ReasonId::BUILT_IN.contains(&reason.text.as_str()) => vec![reason.text],
        _ => Vec::new(),
    }
}

impl Effect {
    /// Everything that its expressions, sets and facts may read.
    #[must_use]
    pub fn reads(&self) -> ReadSet {
        let mut reads = ReadSet { sources: self.gives_grounds(), ..ReadSet::default() };
        self.visit_operands(&mut |part| match part {
            EffectOperand::Expr(expr) => reads.merge(&expr.reads()),
            EffectOperand::Set(set) => reads.merge(&set.reads()),
            EffectOperand::Fact(fact) => reads.merge(&fact.reads()),
        });
        reads
    }

    /// Whether it says what a belief rests on.
    fn gives_grounds(&self) -> bool {
        match self {
            Self::Learn { grounds, .. } | Self::Tell { grounds, .. } | Self::TellTopic { grounds, .. } => grounds.is_given(),
            Self::If { then: inner, .. } | Self::For { each: inner, .. } => inner.gives_grounds(),
            _ => false,
        }
    }

    /// Its source text; empty for an effect without expressions.
    #[must_use]
    pub fn text(&self) -> &str {
        let mut text = "";
        self.visit_operands(&mut |part| {
            if let (EffectOperand::Expr(expr), "") = (part, text) {
                text = expr.whole_text();
            }
        });
        text.trim()
    }

    /// The condition without which an effect is not applied at all, such as that `a` holds what it gives.
    #[must_use]
    pub fn requirement(&self) -> Option<&Expr> {
        match self {
            Self::Move { possible, .. }
            | Self::Give { possible, .. }
            | Self::Put { possible, .. }
            | Self::Lose { possible, .. } => Some(possible),
            _ => None,
        }
    }

    /// Calls `visit` for each expression, set and fact of the effect, including those of nested effects.
    pub fn visit_operands<'e>(&'e self, visit: &mut dyn FnMut(EffectOperand<'e>)) {
        let mut visit_exprs = |exprs: &[&'e Expr]| exprs.iter().for_each(|expr| visit(EffectOperand::Expr(expr)));
        match self {
            Self::Assign { target, value, .. } => {
                visit_exprs(&target.agent_exprs());
                visit_exprs(&[value]);
            }
            Self::Toward { target, goal, share } => {
                visit_exprs(&target.agent_exprs());
                visit_exprs(&[goal, share]);
            }
            Self::Begin { a, b, .. } | Self::End { a, b, .. } => visit_exprs(&[a, b]),
            Self::Create { parents, .. } => parents.iter().for_each(|parent| visit(EffectOperand::Expr(parent))),
            Self::Forget { who, fact } | Self::TellName { who, fact, .. } => {
                visit_exprs(&[who]);
                visit(EffectOperand::Fact(fact));
            }
            Self::Learn { who, fact, grounds } => {
                visit_exprs(&[who]);
                grounds.exprs().for_each(|expr| visit(EffectOperand::Expr(expr)));
                visit(EffectOperand::Fact(fact));
            }
            Self::TellTopic { who, fact, telling, grounds } => {
                visit_exprs(&[who]);
                if let Telling::As(value) = telling {
                    visit_exprs(&[value]);
                }
                grounds.exprs().for_each(|expr| visit(EffectOperand::Expr(expr)));
                visit(EffectOperand::Fact(fact));
            }
            Self::Tell { who, fact, value, grounds } => {
                visit_exprs(&[who, value]);
                grounds.exprs().for_each(|expr| visit(EffectOperand::Expr(expr)));
                visit(EffectOperand::Fact(fact));
            }
            Self::Feel { who, strength, toward, .. } => {
                visit_exprs(&[who, strength]);
                toward.iter().for_each(|toward| visit(EffectOperand::Expr(toward)));
            }
            Self::Rename { who, change } => {
                visit_exprs(&[who]);
                if let NameChange::SurnameOf(other) = change {
                    visit_exprs(&[other]);
                }
            }
            Self::Remember { who, strength: other } | Self::Own { os: who, owner: other } | Self::Take { who, thing: other } => {
                visit_exprs(&[who, other]);
            }
            Self::Go { who, to, lasts } => {
                visit_exprs(&[who, to]);
                lasts.iter().for_each(|lasts| visit(EffectOperand::Expr(lasts)));
            }
            Self::Move { amount, from, to, possible, .. } => visit_exprs(&[amount, from, to, possible]),
            Self::Give { who, thing, to: other, possible } | Self::Put { who, thing, at: other, possible } => {
                visit_exprs(&[who, thing, other, possible]);
            }
            Self::Lose { who, thing, possible } => visit_exprs(&[who, thing, possible]),
            Self::Install { owner: who, .. }
            | Self::Die { who, .. }
            | Self::Leave { who, .. }
            | Self::Return { who, .. }
            | Self::Become { who, .. }
            | Self::GoOffline { who }
            | Self::ComeOnline { who }
            | Self::MakeAnew { who }
            | Self::LeaveHardware { who }
            | Self::Abandon { os: who }
            | Self::Name { who, .. }
            | Self::Voice { who, .. } => visit_exprs(&[who]),
            Self::Write { to, .. } => to.iter().for_each(|to| visit(EffectOperand::Expr(to))),
            Self::Promise { who, with, at, place, .. } => {
                visit_exprs(&[who, with, at]);
                place.iter().for_each(|place| visit(EffectOperand::Expr(place)));
            }
            Self::CallOff { who, with, .. } => visit_exprs(&[who, with]),
            Self::Adopt { who, about, .. } | Self::Drop { who, about, .. } => {
                visit_exprs(&[who]);
                about.iter().for_each(|about| visit(EffectOperand::Expr(about)));
            }
            Self::Enter { .. } | Self::Arrive | Self::Settle { .. } => {}
            Self::If { condition, then } => {
                visit_exprs(&[condition]);
                then.visit_operands(visit);
            }
            Self::For { set, each, .. } => {
                visit(EffectOperand::Set(set));
                each.visit_operands(visit);
            }
        }
    }
}

impl AssignTarget {
    /// The expressions for the agents whose value is written.
    #[must_use]
    pub fn agent_exprs(&self) -> Vec<&Expr> {
        match self {
            Self::Attr(agent, _) => vec![agent],
            Self::Dim(from, to, _) => vec![from, to],
        }
    }
}

/// An expression, set or fact inside an effect.
#[derive(Clone, Copy, Debug)]
pub enum EffectOperand<'e> {
    /// An expression.
    Expr(&'e Expr),
    /// A set.
    Set(&'e SetExpr),
    /// A fact.
    Fact(&'e FactExpr),
}

pub(super) struct EffectCompiler<'c> {
    text: Arc<str>,
    pub(super) schema: &'c Schema,
    errors: Vec<ExprError>,
}

impl EffectCompiler<'_> {
    /// Compiles one part of the effect separately.
    pub(super) fn compile_part<T>(
        &mut self,
        scope: &Scope,
        check: impl FnOnce(&mut Checker<'_>, &Env<'_>) -> T,
    ) -> Option<(Arc<super::node::Code>, T)> {
        run_checker(&self.text, scope, self.schema, &mut self.errors, check)
    }

    pub(super) fn compile_expr(&mut self, ast: &ExprAst, ty: Type, scope: &Scope) -> Option<Expr> {
        let (code, root) = self.compile_part(scope, |checker, env| checker.check_as(ast, env, ty))?;
        Some(Expr::new(code, root, ty))
    }

    pub(super) fn compile_agent(&mut self, ast: &ExprAst, scope: &Scope) -> Option<Expr> {
        self.compile_expr(ast, Type::Agent, scope)
    }

    pub(super) fn compile_number(&mut self, ast: &ExprAst, scope: &Scope) -> Option<Expr> {
        self.compile_expr(ast, Type::Number, scope)
    }

    /// Resolves a declared name with `look_up`, which reports an unknown name.
    pub(super) fn resolve<T>(
        &mut self,
        scope: &Scope,
        look_up: impl FnOnce(&mut Checker<'_>, &Env<'_>) -> Option<T>,
    ) -> Option<T> {
        self.compile_part(scope, look_up)?.1
    }

    fn compile_fact(&mut self, ast: &ExprAst, scope: &Scope) -> Option<(FactExpr, FactType)> {
        let (code, fact) = self.compile_part(scope, |checker, env| checker.check_fact(ast, env))?;
        let fact: super::check::call::CheckedFact = fact?;
        Some((FactExpr::new(code, fact.node), fact.ty))
    }

    pub(super) fn report<T>(
        &mut self,
        span: &std::ops::Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<T> {
        self.errors.push(ExprError::new(span.clone(), message).with_help(help));
        None
    }

    /// The target of an assignment, and the type of its value.
    fn compile_target(&mut self, ast: &ExprAst, scope: &Scope) -> Option<(AssignTarget, Type)> {
        match &ast.kind {
            ExprAstKind::Field(agent, name) => {
                if is_field(&name.text) || name.text == "travelling" && self.schema.attribute(&name.text).is_none() {
                    let message = format!("`{}` is maintained by the engine and cannot be set", name.text);
                    return self.report(
                        &name.span,
                        message,
                        "use an effect such as `a leaves`, `a goes offline` or `a feels joy 0.5`",
                    );
                }
                if name.text == "kind" && self.schema.attribute(&name.text).is_none() {
                    let message = "the kind of an agent is no attribute and cannot be set";
                    return self.report(&name.span, message, "write `a becomes kind`, as in `self becomes adult`");
                }
                let agent = self.compile_agent(agent, scope);
                let attr = self.resolve(scope, |checker, env| checker.resolve_attribute(name, env))?;
                let ty = self.schema.attribute_type(attr);
                Some((AssignTarget::Attr(agent?, attr), ty))
            }
            ExprAstKind::Call(name, args) if self.schema.tie(&name.text).is_some() && args.len() == 2 => {
                let tie = &name.text;
                self.report(
                    &ast.span,
                    format!("`{tie}` is a tie and cannot be set"),
                    format!("write `begin {tie}(…)` or `end {tie}(…)`"),
                )
            }
            ExprAstKind::Call(name, args) if name.text == "norm" && args.len() == 2 && self.schema.dim("norm").is_none() => {
                let holder = self.compile_agent(&args[0], scope);
                let norm = self.resolve(scope, |checker, env| checker.check_norm(&args[1], env))?;
                Some((AssignTarget::Attr(holder?, norm), Type::Number))
            }
            ExprAstKind::Call(name, args) if args.len() == 2 => {
                let from = self.compile_agent(&args[0], scope);
                let to = self.compile_agent(&args[1], scope);
                let dim = self.resolve(scope, |checker, env| checker.resolve_dim(name, env))?;
                Some((AssignTarget::Dim(from?, to?, dim), Type::Number))
            }
            _ => self.report(
                &ast.span,
                "this cannot be assigned to",
                "assign to an attribute `x.attribute`, a bond dimension `dimension(a, b)` or a norm `norm(a, norm)`",
            ),
        }
    }

    fn compile_tie(&mut self, ast: &ExprAst, scope: &Scope) -> Option<(TieId, Expr, Expr)> {
        match &ast.kind {
            ExprAstKind::Call(name, args) if args.len() == 2 => {
                let a = self.compile_agent(&args[0], scope);
                let b = self.compile_agent(&args[1], scope);
                let tie = self.resolve(scope, |checker, env| checker.resolve_tie(name, env))?;
                Some((tie, a?, b?))
            }
            _ => self.report(&ast.span, "expected a tie of two agents", "write it as `tie(a, b)`"),
        }
    }

    /// The reason that an effect gives; [`ReasonId::NONE`] without one.
    fn reason(&mut self, name: Option<&Ident>) -> Option<ReasonId> {
        let Some(name) = name else { return Some(ReasonId::NONE) };
        let reason = self.schema.reason(&name.text);
        if reason.is_none() {
            let problem = ExprError::new(name.span.clone(), format!("nothing in the scene has the reason `{}`", name.text));
            self.errors.push(problem.with_suggestion(&name.text, self.schema.reason_names()));
        }
        reason
    }

    fn compile_grounds(&mut self, ast: &GroundsAst, scope: &Scope) -> Option<Grounds> {
        let source = match &ast.source {
            Some(source) => Some(self.compile_agent(source, scope)?),
            None => None,
        };
        let confidence = match &ast.confidence {
            Some(confidence) => Some(self.compile_number(confidence, scope)?),
            None => None,
        };
        Some(Grounds { source, confidence })
    }

    /// A kind that an agent may be made or become: not that of things.
    fn compile_kind(&mut self, name: &Ident, scope: &Scope) -> Option<KindId> {
        let kind = self.resolve(scope, |checker, env| checker.resolve_kind(name, env))?;
        if self.schema.is_thing_kind(kind) {
            let message = format!("`{}` is not a kind of agent that can be made", name.text);
            return self.report(&name.span, message, "declare what is not alive in `things` or `world`");
        }
        Some(kind)
    }

    /// A name, which must not be empty.
    fn checked_name(&mut self, text: &str, span: &std::ops::Range<usize>) -> Option<String> {
        let name = text.trim();
        if name.is_empty() || name.len() > MAX_NAME_BYTES {
            let message = format!("a name has 1 to {MAX_NAME_BYTES} bytes");
            return self.report(span, message, "write the name in quotes, as in `self is named \"Ann Lee\"`");
        }
        Some(name.to_owned())
    }

    /// The name in quotes that a belief about a name is set to.
    fn compile_text(&mut self, ast: &ExprAst) -> Option<String> {
        let text = Arc::clone(&self.text);
        match ast.kind {
            ExprAstKind::Text => {
                let quoted = text.get(ast.span.clone()).unwrap_or_default();
                self.checked_name(quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default(), &ast.span)
            }
            _ => self.report(&ast.span, "a name is told as a text", "write `a is told name(b) = \"Ann Lee\"`"),
        }
    }

    /// Adds a variable to the scope.
    fn add_variable(&mut self, name: &Ident, scope: &mut Scope) -> Option<usize> {
        if scope.slot(&name.text).is_some() {
            let message = format!("the variable `{}` already exists", name.text);
            return self.report(&name.span, message, "choose another name");
        }
        if scope.variables.len() >= MAX_SLOTS {
            return self.report(&name.span, format!("a rule has at most {MAX_SLOTS} variables"), "split the rule");
        }
        scope.variables.push(name.text.clone());
        Some(scope.variables.len() - 1)
    }

    fn compile(&mut self, ast: &EffectAst, scope: &mut Scope) -> Option<Effect> {
        let schema = self.schema;
        Some(match ast {
            EffectAst::Assign(target, op, value) => {
                let target = self.compile_target(target, scope);
                let ty = target.as_ref().map_or(Type::Number, |(_, ty)| *ty);
                if ty == Type::Switch && *op != AssignOp::Set {
                    return self.report(&value.span, "a switch can only be set with `=`", "write `… = true` or `… = false`");
                }
                if matches!(ty, Type::Word(_)) && *op != AssignOp::Set {
                    return self.report(&value.span, "a word can only be set with `=`", "write `… = word`");
                }
                let value = self.compile_expr(value, ty, scope);
                Effect::Assign { target: target?.0, op: *op, value: value? }
            }
            EffectAst::Toward(target, goal, share) => {
                let target_span = &target.span;
                let target = self.compile_target(target, scope);
                if matches!(target, Some((_, Type::Switch))) {
                    return self.report(
                        target_span,
                        "`toward` needs a number, found a switch",
                        "write `… = true` or `… = false`",
                    );
                }
                if matches!(target, Some((_, Type::Word(_)))) {
                    return self.report(target_span, "`toward` needs a number, found a word of an attribute", "write `… = word`");
                }
                let goal = self.compile_number(goal, scope);
                let share = self.compile_number(share, scope);
                Effect::Toward { target: target?.0, goal: goal?, share: share? }
            }
            EffectAst::Begin(tie) => {
                let (tie, a, b) = self.compile_tie(tie, scope)?;
                Effect::Begin { tie, a, b }
            }
            EffectAst::End(tie, reason) => {
                let reason = self.reason(reason.as_ref());
                let (tie, a, b) = self.compile_tie(tie, scope)?;
                Effect::End { tie, a, b, reason: reason? }
            }
            EffectAst::Learns(who, fact, grounds) => {
                let who = self.compile_agent(who, scope);
                let (fact, _) = self.compile_fact(fact, scope)?;
                Effect::Learn { who: who?, fact, grounds: self.compile_grounds(grounds, scope)? }
            }
            EffectAst::Forgets(who, fact) => {
                let who = self.compile_agent(who, scope);
                let (fact, _) = self.compile_fact(fact, scope)?;
                Effect::Forget { who: who?, fact }
            }
            EffectAst::ToldTopic(who, fact_ast, telling, grounds) => {
                let who = self.compile_agent(who, scope);
                let (fact, fact_type) = self.compile_fact(fact_ast, scope)?;
                if fact_type != FactType::Topic {
                    let message = "this does not say what is told";
                    return self.report(&fact_ast.span, message, "write `a is told fact = value`, or `a learns fact`");
                }
                let telling = match telling {
                    TellingAst::Truly => Telling::Truly,
                    TellingAst::Falsely => Telling::Falsely,
                    TellingAst::As(value) => Telling::As(self.compile_number(value, scope)?),
                };
                Effect::TellTopic { who: who?, fact, telling, grounds: self.compile_grounds(grounds, scope)? }
            }
            EffectAst::Told(who, fact_ast, value, grounds) => {
                let who = self.compile_agent(who, scope);
                let (fact, fact_type) = self.compile_fact(fact_ast, scope)?;
                let ty = match fact_type {
                    FactType::Name => {
                        let name = self.compile_text(value)?;
                        return Some(Effect::TellName { who: who?, fact, name });
                    }
                    FactType::Topic => {
                        let help = "write `a is told topic`, `a is told topic falsely` or `a is told topic as …`";
                        return self.report(&fact_ast.span, "this is something known and not one fact", help);
                    }
                    FactType::Number => Type::Number,
                    FactType::Switch => Type::Switch,
                    FactType::Word(attr) => Type::Word(attr),
                    FactType::Place => Type::Place,
                    FactType::Holder => Type::Agent,
                    FactType::IsAtPlace(_) => {
                        return self.report(
                            &fact_ast.span,
                            "a place can be told, not whether an agent is there",
                            "write `a is told place(b) = …`",
                        );
                    }
                    FactType::IsHeldBy(_) => {
                        return self.report(
                            &fact_ast.span,
                            "a holder can be told, not whether an agent holds it",
                            "write `a is told holder(thing) = …`",
                        );
                    }
                };
                let value = self.compile_expr(value, ty, scope);
                Effect::Tell { who: who?, fact, value: value?, grounds: self.compile_grounds(grounds, scope)? }
            }
            EffectAst::Feels(who, emotion, strength, toward) => {
                let who = self.compile_agent(who, scope);
                let emotion = self.resolve(scope, |checker, env| checker.resolve_emotion(emotion, env));
                let strength = self.compile_number(strength, scope);
                let toward = match toward {
                    Some(toward) => Some(self.compile_agent(toward, scope)?),
                    None => None,
                };
                Effect::Feel { who: who?, emotion: emotion?, strength: strength?, toward }
            }
            EffectAst::Remembers(who, strength) => {
                let who = self.compile_agent(who, scope);
                let strength = self.compile_number(strength, scope);
                Effect::Remember { who: who?, strength: strength? }
            }
            EffectAst::GoesTo(who, to, lasts) => {
                let who = self.compile_agent(who, scope);
                let to = self.compile_expr(to, Type::Place, scope);
                let lasts = match lasts {
                    Some(lasts) => Some(self.compile_expr(lasts, Type::Duration, scope)?),
                    None => None,
                };
                Effect::Go { who: who?, to: to?, lasts }
            }
            EffectAst::Move(amount, name, from, to) => self.compile_move((amount, name, from, to), scope)?,
            EffectAst::Gives(who, thing, to) => {
                let possible = self.compile_possession(who, thing, Some(to), scope);
                let (who, thing) = (self.compile_agent(who, scope), self.compile_thing(thing, scope));
                let to = self.compile_agent(to, scope);
                Effect::Give { who: who?, thing: thing?, to: to?, possible: possible? }
            }
            EffectAst::Takes(who, thing) => {
                let (who, thing) = (self.compile_agent(who, scope), self.compile_thing(thing, scope));
                Effect::Take { who: who?, thing: thing? }
            }
            EffectAst::Puts(who, thing, at) => {
                let possible = self.compile_possession(who, thing, None, scope);
                let (who, thing) = (self.compile_agent(who, scope), self.compile_thing(thing, scope));
                let at = self.compile_expr(at, Type::Place, scope);
                Effect::Put { who: who?, thing: thing?, at: at?, possible: possible? }
            }
            EffectAst::Loses(who, thing) => {
                let possible = self.compile_possession(who, thing, None, scope);
                let (who, thing) = (self.compile_agent(who, scope), self.compile_thing(thing, scope));
                Effect::Lose { who: who?, thing: thing?, possible: possible? }
            }
            EffectAst::Install(kind, owner, variable) => {
                let kind = self.compile_kind(kind, scope);
                let owner = self.compile_agent(owner, scope);
                let slot = self.add_variable(variable, scope);
                Effect::Install { kind: kind?, owner: owner?, slot: slot? }
            }
            EffectAst::Create(kind, parents, variable) => {
                if let (Some(parent), None) = (parents.first(), schema.kinship) {
                    let help = "add one, as in `Tie(id: \"child_of\", kinship: ChildOf)`";
                    return self.report(&parent.span, "the scene has no tie between parents and children", help);
                }
                let kind = self.compile_kind(kind, scope);
                let parents: Vec<_> = parents.iter().map(|parent| self.compile_agent(parent, scope)).collect();
                let slot = self.add_variable(variable, scope);
                Effect::Create { kind: kind?, parents: parents.into_iter().collect::<Option<_>>()?, slot: slot? }
            }
            EffectAst::Enter(name) => match schema.agent(&name.text) {
                Some(who) => Effect::Enter { who },
                None => {
                    let problem = ExprError::new(name.span.clone(), format!("there is no member of the cast `{}`", name.text));
                    self.errors.push(problem.with_suggestion(&name.text, schema.cast.iter().map(String::as_str)));
                    return None;
                }
            },
            EffectAst::Dies(who, reason) => {
                let reason = self.reason(reason.as_ref());
                Effect::Die { who: self.compile_agent(who, scope)?, reason: reason? }
            }
            EffectAst::Leaves(who, reason) => {
                let reason = self.reason(reason.as_ref());
                Effect::Leave { who: self.compile_agent(who, scope)?, reason: reason? }
            }
            EffectAst::Returns(who, reason) => {
                let reason = self.reason(reason.as_ref());
                Effect::Return { who: self.compile_agent(who, scope)?, reason: reason? }
            }
            EffectAst::Becomes(who, kind) => {
                let kind = self.compile_kind(kind, scope);
                Effect::Become { who: self.compile_agent(who, scope)?, kind: kind? }
            }
            EffectAst::GoesOffline(who) => Effect::GoOffline { who: self.compile_agent(who, scope)? },
            EffectAst::ComesOnline(who) => Effect::ComeOnline { who: self.compile_agent(who, scope)? },
            EffectAst::MadeAnew(who) => Effect::MakeAnew { who: self.compile_agent(who, scope)? },
            EffectAst::LeavesHardware(who) => Effect::LeaveHardware { who: self.compile_agent(who, scope)? },
            EffectAst::OwnedBy(os, owner) => {
                let os = self.compile_agent(os, scope);
                let owner = self.compile_agent(owner, scope);
                Effect::Own { os: os?, owner: owner? }
            }
            EffectAst::Abandoned(os) => Effect::Abandon { os: self.compile_agent(os, scope)? },
            EffectAst::Named(who, list) => {
                let who = self.compile_agent(who, scope);
                let list = self.resolve(scope, |checker, env| checker.resolve_name_list(list, env));
                Effect::Name { who: who?, list: list? }
            }
            EffectAst::Voiced(who, word) => {
                let who = self.compile_agent(who, scope);
                let Some(pronouns) = Pronouns::from_word(&word.text) else {
                    return self.report(
                        &word.span,
                        format!("`{}` is not a voice", word.text),
                        "a voice is `she`, `he`, `they` or `it`",
                    );
                };
                Effect::Voice { who: who?, pronouns }
            }
            EffectAst::Renamed(who, name) | EffectAst::Called(who, name) => {
                let who = self.compile_agent(who, scope);
                let text = self.checked_name(&name.text, &name.span)?;
                let is_full = matches!(ast, EffectAst::Renamed(..));
                Effect::Rename { who: who?, change: if is_full { NameChange::Full(text) } else { NameChange::Short(text) } }
            }
            EffectAst::TakesSurname(who, of) => {
                let who = self.compile_agent(who, scope);
                let of = self.compile_agent(of, scope);
                Effect::Rename { who: who?, change: NameChange::SurnameOf(of?) }
            }
            EffectAst::Write(document, to) => {
                let document = self.resolve(scope, |checker, env| checker.resolve_document(document, env));
                let to = match to {
                    Some(to) => Some(self.compile_agent(to, scope)?),
                    None => None,
                };
                Effect::Write { document: document?, to }
            }
            EffectAst::Promises(who, with, what, at, place) => {
                let (who, with) = (self.compile_agent(who, scope), self.compile_agent(with, scope));
                let what = self.resolve(scope, |checker, env| checker.resolve_appointment(what, env));
                let at = self.compile_expr(at, Type::Instant, scope);
                let place = match place {
                    Some(place) => Some(self.compile_expr(place, Type::Place, scope)?),
                    None => None,
                };
                Effect::Promise { who: who?, with: with?, what: what?, at: at?, place }
            }
            EffectAst::CallsOff(who, what, with) => {
                let (who, with) = (self.compile_agent(who, scope), self.compile_agent(with, scope));
                let what = self.resolve(scope, |checker, env| checker.resolve_appointment(what, env));
                Effect::CallOff { who: who?, what: what?, with: with? }
            }
            EffectAst::Adopts(who, what, about) | EffectAst::Drops(who, what, about) => {
                let who = self.compile_agent(who, scope);
                let what = self.resolve(scope, |checker, env| checker.resolve_intention(what, env));
                let about = match about {
                    Some(about) => Some(self.compile_agent(about, scope)?),
                    None => None,
                };
                match ast {
                    EffectAst::Adopts(..) => Effect::Adopt { who: who?, what: what?, about },
                    _ => Effect::Drop { who: who?, what: what?, about },
                }
            }
            EffectAst::If(condition, then) => {
                let condition = self.compile_expr(condition, Type::Switch, scope);
                let then = self.compile(then, scope);
                Effect::If { condition: condition?, then: Box::new(then?) }
            }
            EffectAst::For(members, each) => {
                let (set, condition) = (&members.set, members.condition.as_ref());
                let name = &members.variable;
                let slot = self.add_variable(name, scope)?;
                let ast = match condition {
                    None => set.clone(),
                    Some(condition) => ExprAst {
                        span: set.span.start..condition.span.end,
                        kind: ExprAstKind::Where(Box::new(set.clone()), Box::new(condition.clone())),
                    },
                };
                let set = self.compile_part(scope, |checker, env| -> (NodeId, bool) {
                    let set = checker.check_set(&ast, env, &name.text, slot as u8);
                    (set, checker.is_topic_set(set))
                });
                if matches!(set, Some((_, (_, true)))) {
                    scope.mark_topic(slot);
                }
                let each = self.compile(each, scope);
                scope.forget_topic(slot);
                // If an `as new` inside has taken the next slot, both variables stay, because slots are assigned in order.
                if scope.variables.len() == slot + 1 {
                    scope.variables.pop();
                }
                let (code, (root, has_topics)) = set?;
                Effect::For { set: SetExpr::new(code, root, slot as u8, has_topics), slot, each: Box::new(each?) }
            }
        })
    }
}
