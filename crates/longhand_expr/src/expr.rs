//! The public compiled forms: [`Expr`], [`SetExpr`] and [`FactExpr`]. They share the code of the text they were compiled from.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use crate::ids::{AgentId, KindId, Known, PlaceId, TieId};

use super::ast::{Ast, AstKind, BinaryOp, Name};
use super::batch::{Scratch, batch};
use super::bounds::{Bounds, Ranges, Span};
use super::check::sets::{IT, SETS};
use super::check::{MAX_DEFS, compile};
use super::env::Env;
use super::eval::{Eval, truth_of};
use super::node::{Code, Node, Ref};
use super::parse;
use super::problem::Problem;
use super::reads::Reads;
use super::schema::{Def, Schema};
use super::scope::{Frame, Scope};
use super::sweep::sweep;
use super::types::Type;
use super::view::View;

/// A typed, compiled expression. It is cheap to clone, because all parts of one text share its code.
#[derive(Clone, Debug)]
pub struct Expr {
    code: Arc<Code>,
    root: Ref,
    ty: Type,
    negative: bool,
}

/// Compiles a text that must have type `expected`.
///
/// # Errors
/// Every error of the text, with its byte range.
pub fn expression(text: &str, expected: Type, scope: &Scope, schema: &Schema) -> Result<Expr, Vec<Problem>> {
    let ast = parse::expression(text)?;
    let mut problems = Vec::new();
    let compiled = compile(&Arc::from(text), scope, schema, &mut problems, |checker, env| checker.expect(&ast, env, expected));
    compiled.map(|(code, root)| Expr::new(code, root, expected)).ok_or(problems)
}

/// Checks a def without a call, with arguments of unknown type. This also finds errors in defs that are never called.
///
/// # Errors
/// Every error of the body, with its byte range in the body.
pub fn def(def: &Def, schema: &Schema) -> Result<(), Vec<Problem>> {
    let ast = parse::expression(&def.body)?;
    let mut problems = Vec::new();
    let body = Arc::from(def.body.as_str());
    let compiled = compile(&body, &Scope::default(), schema, &mut problems, |checker, _| {
        let env = Env::Open(def);
        if is_set(&ast, schema, 0) {
            checker.with_slot(&env, &ast.span, |checker, slot| _ = checker.set(&ast, &env, IT, slot));
        } else {
            _ = checker.check(&ast, &env);
        }
    });
    compiled.map(|_| ()).ok_or(problems)
}

/// Whether an expression is a set of agents rather than a single value.
fn is_set(ast: &Ast, schema: &Schema, depth: usize) -> bool {
    match &ast.kind {
        AstKind::Where(..) | AstKind::List(_) => true,
        AstKind::Call(Name { text: name, .. }, _) | AstKind::Name(name) => {
            SETS.contains(&name.as_str())
                || depth < MAX_DEFS
                    && schema
                        .def(name)
                        .is_some_and(|def| parse::expression(&def.body).is_ok_and(|body| is_set(&body, schema, depth + 1)))
        }
        _ => false,
    }
}

impl Expr {
    pub(crate) fn new(code: Arc<Code>, root: Ref, ty: Type) -> Self {
        Self { code, root, ty, negative: false }
    }

    /// The compiled code and the root node of this expression.
    pub(crate) fn parts(&self) -> (&Code, Ref) {
        (&self.code, self.root)
    }

    /// The type of its value.
    #[must_use]
    pub fn ty(&self) -> Type {
        self.ty
    }

    /// Evaluates to a number: durations and instants in seconds, a switch as 0 or 1, a place or agent as its id.
    #[inline]
    pub fn num<V: View>(&self, view: &V, frame: &mut Frame) -> f64 {
        let eval = Eval { code: &self.code, view };
        let value = match self.ty {
            Type::Number | Type::Duration | Type::Instant => eval.number(self.root, frame),
            Type::Switch => f64::from(u8::from(eval.truth(self.root, frame))),
            Type::Place => f64::from(eval.place(self.root, frame).0),
            Type::Agent => f64::from(eval.agent(self.root, frame).0),
        };
        if self.negative { -value } else { value }
    }

    /// Evaluates to a truth value. A number is true if it is not 0.
    #[inline]
    pub fn truth<V: View>(&self, view: &V, frame: &mut Frame) -> bool {
        match self.ty {
            Type::Switch => Eval { code: &self.code, view }.truth(self.root, frame),
            _ => self.num(view, frame) != 0.0,
        }
    }

    /// Evaluates to an agent; [`AgentId::NONE`] for an expression of another type.
    #[inline]
    pub fn agent<V: View>(&self, view: &V, frame: &mut Frame) -> AgentId {
        Eval { code: &self.code, view }.agent(self.root, frame)
    }

    /// Evaluates to a place; [`PlaceId::NOWHERE`] for an expression of another type.
    #[inline]
    pub fn place<V: View>(&self, view: &V, frame: &mut Frame) -> PlaceId {
        Eval { code: &self.code, view }.place(self.root, frame)
    }

    /// Its source text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.code.text_of(self.root)
    }

    /// The byte range of its source in the text it was compiled from.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.code.span(self.root)
    }

    /// The slots of the scope that it reads, as a bit mask. The slots of its own aggregates are not included.
    #[must_use]
    pub fn slots(&self) -> u32 {
        slots(&self.code, self.root)
    }

    /// Whether its value is the same in every state of the world.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.slots() == 0 && self.reads() == Reads::default()
    }

    /// Whether it reads attributes of `self` only, and no beliefs.
    #[must_use]
    pub fn reads_own_attributes_only(&self) -> bool {
        let own = |of: Ref| matches!(self.code.node(of), Node::Slot(0));
        !self.reads().beliefs
            && self.code.subtree(self.root).iter().all(|node| match *node {
                Node::Attr(_, of) | Node::SwitchAttr(_, of) | Node::AttrFact(_, of) => own(of),
                _ => true,
            })
    }

    /// The range of its value in any state of the world. A condition that can never hold has the range `(0, 0)`.
    #[must_use]
    pub fn bounds(&self, ranges: &impl Ranges) -> Span {
        let (low, high) = Bounds { code: &self.code, ranges }.of(self.root);
        if self.negative { (-high, -low) } else { (low, high) }
    }

    /// The number of agents that one evaluation visits, where `size` gives the number of agents of a kind.
    #[must_use]
    pub fn looks_at(&self, size: &dyn Fn(KindId) -> f64) -> f64 {
        sweep(&self.code, self.root, size)
    }

    /// Whether it draws random numbers.
    #[must_use]
    pub fn reads_draws(&self) -> bool {
        self.reads().draws
    }

    /// Splits a condition at its outermost `and`s. It holds if all clauses hold. Defs are not split.
    #[must_use]
    pub fn clauses(&self) -> Vec<Self> {
        let mut clauses = Vec::new();
        self.split(self.root, false, &mut clauses, |node| match node {
            Node::And(a, b) => Some((a, b, false)),
            _ => None,
        });
        clauses
    }

    /// Splits a number at its outermost `+` and `-`. The value is the sum of the terms: [`Expr::number`] of a subtracted term is
    /// negated, while its [`Expr::text`] has no sign. Defs are not split.
    #[must_use]
    pub fn terms(&self) -> Vec<Self> {
        let mut terms = Vec::new();
        self.split(self.root, self.negative, &mut terms, |node| match node {
            Node::Arithmetic(BinaryOp::Add, a, b) => Some((a, b, false)),
            Node::Arithmetic(BinaryOp::Subtract, a, b) => Some((a, b, true)),
            _ => None,
        });
        terms
    }

    fn split(&self, at: Ref, negative: bool, into: &mut Vec<Self>, parts: fn(Node) -> Option<(Ref, Ref, bool)>) {
        match parts(self.code.node(at)) {
            Some((a, b, subtracts)) if self.code.is_written_apart(a, at) && self.code.is_written_apart(b, at) => {
                self.split(a, negative, into, parts);
                self.split(b, negative ^ subtracts, into, parts);
            }
            _ => into.push(Self { root: at, negative, ..self.clone() }),
        }
    }

    /// Everything that it may read in any state of the world.
    #[must_use]
    pub fn reads(&self) -> Reads {
        Reads::of(&self.code, self.root)
    }

    /// Evaluates for many agents, each as slot 0 of an otherwise empty frame. The values are as in [`Expr::number`]. `out` must
    /// be as long as `agents`.
    pub fn batch<V: View>(&self, view: &V, agents: &[AgentId], out: &mut [f64], scratch: &mut Scratch) {
        if self.ty.is_numeric() || self.ty == Type::Switch {
            batch(&self.code, self.root, view, agents, out, scratch);
            if self.negative {
                out.iter_mut().for_each(|x| *x = -*x);
            }
        } else {
            for (agent, out) in agents.iter().zip(out) {
                *out = self.num(view, &mut Frame::of(*agent));
            }
        }
    }
}

/// The source of the members of a set, before any `where`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetSource {
    /// The agents at the other end of a tie.
    Tie(TieId),
    /// The agents of a kind.
    Kind(KindId),
    /// The agent of the rule (`self`).
    Own,
    /// The OS of an agent.
    Os,
    /// The set is empty.
    Nobody,
    /// Any other source.
    Other,
}

/// A compiled set of agents.
#[derive(Clone, Debug)]
pub struct SetExpr {
    code: Arc<Code>,
    root: Ref,
    slot: u8,
}

/// Compiles a text that must be a set. `binds` is the name of its member inside its `where`: a variable of the scope, or a new
/// name. The name `it` is always available as well.
///
/// # Errors
/// Every error of the text, with its byte range.
pub fn set(text: &str, binds: &str, scope: &Scope, schema: &Schema) -> Result<SetExpr, Vec<Problem>> {
    let ast = parse::expression(text)?;
    let mut problems = Vec::new();
    let compiled = compile(&Arc::from(text), scope, schema, &mut problems, |checker, env| match scope.slot(binds) {
        Some(slot) => (checker.set(&ast, env, binds, slot as u8), slot as u8),
        None => checker.with_slot(env, &ast.span, |checker, slot| (checker.set(&ast, env, binds, slot), slot)),
    });
    compiled.map(|(code, (root, slot))| SetExpr::new(code, root, slot)).ok_or(problems)
}

impl SetExpr {
    pub(crate) fn new(code: Arc<Code>, root: Ref, slot: u8) -> Self {
        Self { code, root, slot }
    }

    /// Calls `visit` for each member, bound to `slot`, until it breaks. A list is visited in its order, any other set in
    /// ascending order of ids.
    pub fn for_each<V: View>(
        &self,
        view: &V,
        frame: &mut Frame,
        slot: usize,
        visit: &mut dyn FnMut(&mut Frame) -> ControlFlow<()>,
    ) {
        let _ = Eval { code: &self.code, view }.bind_each(slot as u8, self.root, frame, &mut |frame, _| visit(frame));
    }

    /// The number of agents that one evaluation visits, where `size` gives the number of agents of a kind.
    #[must_use]
    pub fn looks_at(&self, size: &dyn Fn(KindId) -> f64) -> f64 {
        sweep(&self.code, self.root, size)
    }

    /// The source of its members.
    #[must_use]
    pub fn source(&self) -> SetSource {
        let mut at = self.root;
        while let Node::Where(_, set, _) = self.code.node(at) {
            at = set;
        }
        let own = |at: Ref| self.code.node(at) == Node::Slot(0);
        match self.code.node(at) {
            Node::Ties(tie, _) | Node::TiesTo(tie, _) => SetSource::Tie(tie),
            Node::Members(kind) => SetSource::Kind(kind),
            Node::List(_, 0) => SetSource::Nobody,
            Node::List(first, len) if self.code.lists[first as usize..].iter().take(usize::from(len)).all(|at| own(*at)) => {
                SetSource::Own
            }
            Node::One(agent) if own(agent) => SetSource::Own,
            Node::One(agent) if matches!(self.code.node(agent), Node::Os(_)) => SetSource::Os,
            Node::One(agent) if self.code.node(agent) == Node::Agent(AgentId::NONE) => SetSource::Nobody,
            _ => SetSource::Other,
        }
    }

    /// The agent of a set that is written as a single agent (`owner(self)`, `pick(agents(human))`). `None` for any other set.
    pub fn single<V: View>(&self, view: &V, frame: &mut Frame) -> Option<AgentId> {
        match self.code.node(self.root) {
            Node::One(agent) => Some(Eval { code: &self.code, view }.agent(agent, frame)),
            _ => None,
        }
    }

    /// Its source text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.code.text_of(self.root)
    }

    /// The slots of the scope that it reads, as a bit mask. The slot of its own member is not included.
    #[must_use]
    pub fn slots(&self) -> u32 {
        slots(&self.code, self.root) & !(1 << self.slot)
    }

    /// Everything that it may read in any state of the world.
    #[must_use]
    pub fn reads(&self) -> Reads {
        Reads::of(&self.code, self.root)
    }
}

/// A compiled fact: `x.attribute`, `dimension(a, b)`, `tie(a, b)`, `at(a, place)` or `place(a)`.
#[derive(Clone, Debug)]
pub struct FactExpr {
    code: Arc<Code>,
    root: Ref,
}

impl FactExpr {
    pub(crate) fn new(code: Arc<Code>, root: Ref) -> Self {
        Self { code, root }
    }

    /// The fact that it names for the current binding.
    pub fn resolve<V: View>(&self, view: &V, frame: &mut Frame) -> Known {
        Eval { code: &self.code, view }.known(self.root, frame)
    }

    /// The current true value of the fact: a tie is 0 or 1, a place its id.
    pub fn truth<V: View>(&self, view: &V, frame: &mut Frame) -> f64 {
        truth_of(view, self.resolve(view, frame))
    }

    /// Its source text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.code.text_of(self.root)
    }

    /// Everything that it may read in any state of the world.
    #[must_use]
    pub fn reads(&self) -> Reads {
        Reads::of(&self.code, self.root)
    }
}

fn slots(code: &Code, root: Ref) -> u32 {
    code.subtree(root).iter().fold(0, |slots, node| match node {
        Node::Slot(slot) if *slot < code.scope_slots => slots | 1 << slot,
        _ => slots,
    })
}
