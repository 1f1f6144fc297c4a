//! Compiles the effects that move amounts and things, with the condition without which each of them does nothing.
//!
//! The condition is an expression like any other, so it can be required of the rule, traced for causes and explained.

use super::ast::{BinaryOp, ExprAst, ExprAstKind, Ident};
use super::check::Checker;
use super::effect::Effect;
use super::effect_compiler::EffectCompiler;
use super::env::Env;
use super::expr::Expr;
use super::node::{ExprNode, NodeId};
use super::scope::Scope;
use super::types::Type;
use crate::ids::{AgentField, AgentId};

/// How far a moved number may go beyond its range by rounding.
const ROUNDING: f64 = 1e-6;

impl EffectCompiler<'_> {
    /// An expression for a thing. A member of the cast that is not a thing is reported.
    pub(super) fn compile_thing(&mut self, ast: &ExprAst, scope: &Scope) -> Option<Expr> {
        if let ExprAstKind::Name(name) = &ast.kind
            && scope.slot(name).is_none()
            && let Some(agent) = self.schema.agent(name)
            && (!self.schema.is_thing(agent) || self.schema.world == Some(agent))
        {
            let message = format!("`{name}` is not a thing");
            return self.report(&ast.span, message, "declare what can be held in `things`");
        }
        self.compile_agent(ast, scope)
    }

    /// The condition that `who` holds `thing`, and that `to`, if given, is in the world and somebody else.
    pub(super) fn compile_possession(
        &mut self,
        who: &ExprAst,
        thing: &ExprAst,
        to: Option<&ExprAst>,
        scope: &Scope,
    ) -> Option<Expr> {
        let whole = who.span.start..to.unwrap_or(thing).span.end;
        let (code, root) = self.compile_part(scope, |checker, env| {
            let mut builder = ConditionBuilder { checker, env, span: whole.clone() };
            let held = builder.node(|b| {
                let agent = b.agent(who);
                let thing = b.agent(thing);
                ExprNode::Holds(agent, thing)
            });
            match to {
                None => held,
                Some(to) => {
                    let present = builder.node(|b| ExprNode::SwitchField(AgentField::Present, b.agent(to)));
                    let other = builder.different(who, to);
                    let receives = builder.and(present, other);
                    builder.and(held, receives)
                }
            }
        })?;
        Some(Expr::new(code, root, Type::Switch))
    }

    /// `move amount attribute from a to b`. It is possible if neither value leaves the range of the attribute.
    pub(super) fn compile_move(
        &mut self,
        (amount_ast, name, from_ast, to_ast): (&ExprAst, &Ident, &ExprAst, &ExprAst),
        scope: &Scope,
    ) -> Option<Effect> {
        let attr = self.resolve(scope, |checker, env| checker.resolve_attribute(name, env))?;
        let attribute = &self.schema.attributes[attr.index()];
        let ((low, high), integer) = (attribute.range, attribute.integer);
        match self.schema.attribute_type(attr) {
            Type::Number => {}
            ty => return self.report(&name.span, format!("`{}` is {ty} and cannot be moved", name.text), "move a number"),
        }
        if let ExprAstKind::Number(amount) = amount_ast.kind
            && integer
            && amount.fract() != 0.0
        {
            let message = format!("`{}` has whole numbers only", name.text);
            return self.report(&amount_ast.span, message, "write a whole number, or remove `integer` from the attribute");
        }
        let amount = self.compile_number(amount_ast, scope);
        let (from, to) = (self.compile_agent(from_ast, scope), self.compile_agent(to_ast, scope));
        let whole = amount_ast.span.start..to_ast.span.end;
        let (code, root) = self.compile_part(scope, |checker, env| {
            let mut builder = ConditionBuilder { checker, env, span: whole.clone() };
            let given = builder.node(|b| {
                let rest = b.node(|b| {
                    let had = b.node(|b| ExprNode::Attr(attr, b.agent(from_ast)));
                    ExprNode::Arithmetic(BinaryOp::Subtract, had, b.number(amount_ast))
                });
                ExprNode::Compare(BinaryOp::GreaterEqual, rest, b.constant(low - ROUNDING))
            });
            let taken = builder.node(|b| {
                let sum = b.node(|b| {
                    let had = b.node(|b| ExprNode::Attr(attr, b.agent(to_ast)));
                    ExprNode::Arithmetic(BinaryOp::Add, had, b.number(amount_ast))
                });
                ExprNode::Compare(BinaryOp::LessEqual, sum, b.constant(high + ROUNDING))
            });
            let fits = builder.and(given, taken);
            let positive = builder.node(|b| {
                let amount = b.number(amount_ast);
                ExprNode::Compare(BinaryOp::GreaterEqual, amount, b.constant(0.0))
            });
            let fits = builder.and(fits, positive);
            let different = builder.different(from_ast, to_ast);
            let possible = builder.and(fits, different);
            if !integer {
                return possible;
            }
            let is_whole = builder.node(|b| {
                let rest = b.node(|b| {
                    let amount = b.number(amount_ast);
                    ExprNode::Arithmetic(BinaryOp::Remainder, amount, b.constant(1.0))
                });
                ExprNode::Compare(BinaryOp::Equal, rest, b.constant(0.0))
            });
            builder.and(possible, is_whole)
        })?;
        let possible = Expr::new(code, root, Type::Switch);
        Some(Effect::Move { amount: amount?, attr, from: from?, to: to?, possible })
    }
}

/// Emits the nodes of a condition. All of them have the byte range of the whole effect, so a message shows the effect.
struct ConditionBuilder<'b, 'c, 'e> {
    checker: &'b mut Checker<'c>,
    env: &'b Env<'e>,
    span: std::ops::Range<usize>,
}

impl ConditionBuilder<'_, '_, '_> {
    /// Emits the node that `operands` makes after emitting its operands.
    fn node(&mut self, operands: impl FnOnce(&mut Self) -> ExprNode) -> NodeId {
        let start = self.checker.next_node();
        let node = operands(self);
        self.checker.emit(start, node, &self.span, self.env)
    }

    fn agent(&mut self, ast: &ExprAst) -> NodeId {
        self.checker.check_as(ast, self.env, Type::Agent)
    }

    fn number(&mut self, ast: &ExprAst) -> NodeId {
        self.checker.check_as(ast, self.env, Type::Number)
    }

    fn constant(&mut self, value: f64) -> NodeId {
        self.node(|_| ExprNode::Number(value))
    }

    /// Both of two conditions, of which `a` was emitted first and nothing but parts of `a` and `b` since.
    fn and(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let start = self.checker.start_of(a);
        self.checker.emit(start, ExprNode::And(a, b), &self.span, self.env)
    }

    /// Whether two agents exist and are not the same.
    fn different(&mut self, a: &ExprAst, b: &ExprAst) -> NodeId {
        let is_none = |builder: &mut Self, ast: &ExprAst| {
            builder.node(|b| {
                let agent = b.agent(ast);
                ExprNode::SameAgent(agent, b.node(|_| ExprNode::Agent(AgentId::NONE)))
            })
        };
        let missing = self.node(|builder| {
            let either = builder.node(|builder| ExprNode::Or(is_none(builder, a), is_none(builder, b)));
            let same = builder.node(|builder| {
                let first = builder.agent(a);
                ExprNode::SameAgent(first, builder.agent(b))
            });
            ExprNode::Or(either, same)
        });
        let start = self.checker.start_of(missing);
        self.checker.emit(start, ExprNode::Not(missing), &self.span, self.env)
    }
}
