//! Checks effects and compiles them.

use super::ast::{AssignOp, EffectAst, ExprAst, ExprAstKind, GroundsAst, Ident, TellingAst};
use super::check::call::FactType;
use super::check::{Checker, run_checker};
use super::effect::{AssignTarget, Effect, Grounds, NameChange, Telling};
use super::env::Env;
use super::error::ExprError;
use super::expr::{Expr, FactExpr, SetExpr};
use super::node::NodeId;
use super::parse;
use super::pronouns::Pronouns;
use super::schema::Schema;
use super::scope::{MAX_SLOTS, Scope};
use super::types::Type;
use super::words::is_field;
use crate::ids::{KindId, ReasonId, TieId};
use std::sync::Arc;

/// The longest name that an effect can give.
const MAX_NAME_BYTES: usize = 200;

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

/// The names of the reasons that an effect gives, without those that every scene has. Empty if the text is not an effect.
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
