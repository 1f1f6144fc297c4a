//! The public compiled forms: [`Expr`], [`SetExpr`] and [`FactExpr`]. They share the code of the text they were compiled from.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use smallvec::SmallVec;

use crate::ids::{AgentId, AttrId, KindId, PlaceId, TieId, WorldFact};

use super::ast::{BinaryOp, ExprAst, ExprAstKind, Ident};
use super::batch::eval_batch;
use super::bounds::{BoundsAnalysis, DeclaredRanges, ValueRange};
use super::calendar::CalendarStep;
use super::check::{Checker, MAX_DEFS, run_checker};
use super::context::EvalContext;
use super::env::Env;
use super::error::ExprError;
use super::eval::Evaluator;
use super::knowledge::true_value_of;
use super::node::{Code, ExprNode, NodeId};
use super::parse;
use super::read_set::ReadSet;
use super::required_ties::{OwnTies, RequiredTie, required_ties, ties_of_members};
use super::schema::{DefSchema, Schema};
use super::scope::{EvalFrame, Scope};
use super::types::Type;
use super::visit_cost::agents_visited;
use super::words::{COMMITMENT_SETS, FAMILY_SETS, KNOWN_SET, MEMBER_NAME, SET_FUNCTION_NAMES};

/// A typed, compiled expression. It is cheap to clone, because all parts of one text share its code.
#[derive(Clone, Debug)]
pub struct Expr {
    code: Arc<Code>,
    root: NodeId,
    ty: Type,
    negated: bool,
    /// The slots of the scope that it reads, as a bit mask.
    slots: u32,
    is_random: bool,
}

/// Compiles a text that must have type `expected`.
///
/// # Errors
/// Every error of the text, with its byte range.
pub fn compile_expr(text: &str, expected: Type, scope: &Scope, schema: &Schema) -> Result<Expr, Vec<ExprError>> {
    let ast = parse::parse_expr(text)?;
    let mut problems = Vec::new();
    let compiled =
        run_checker(&Arc::from(text), scope, schema, &mut problems, |checker, env| checker.check_as(&ast, env, expected));
    compiled.map(|(code, root)| Expr::new(code, root, expected)).ok_or(problems)
}

/// Checks a def without a call, with arguments of unknown type. This also finds errors in defs that are never called.
///
/// # Errors
/// Every error of the body, with its byte range in the body.
pub fn check_def(def: &DefSchema, schema: &Schema) -> Result<(), Vec<ExprError>> {
    let ast = def.ast().map_err(<[ExprError]>::to_vec)?;
    let mut problems = Vec::new();
    let body = Arc::from(def.body());
    let compiled = run_checker(&body, &Scope::default(), schema, &mut problems, |checker, _| {
        let env = Env::UncalledDef(def);
        if is_set(ast, schema, 0) {
            checker.with_slot(&env, &ast.span, |checker, slot| _ = checker.check_set(ast, &env, MEMBER_NAME, slot));
        } else {
            _ = checker.check(ast, &env);
        }
    });
    compiled.map(|_| ()).ok_or(problems)
}

/// Whether an expression is a set of agents rather than a single value.
fn is_set(ast: &ExprAst, schema: &Schema, depth: usize) -> bool {
    match &ast.kind {
        ExprAstKind::Where(..) | ExprAstKind::List(_) => true,
        ExprAstKind::Call(Ident { text: name, .. }, _) | ExprAstKind::Name(name) => {
            SET_FUNCTION_NAMES.contains(&name.as_str()) && schema.def(name).is_none()
                || (FAMILY_SETS.contains(&name.as_str()) || COMMITMENT_SETS.contains(&name.as_str()))
                    && schema.tie(name).is_none()
                    && schema.dim(name).is_none()
                || name == KNOWN_SET && schema.tie(name).is_none() && schema.dim(name).is_none() && schema.def(name).is_none()
                || depth < MAX_DEFS
                    && schema.def(name).is_some_and(|def| def.ast().is_ok_and(|body| is_set(body, schema, depth + 1)))
        }
        _ => false,
    }
}

impl Expr {
    pub(crate) fn new(code: Arc<Code>, root: NodeId, ty: Type) -> Self {
        let is_random = code.subtree(root).iter().any(|node| node.is_draw());
        Self { slots: slot_mask(&code, root), is_random, code, root, ty, negated: false }
    }

    /// The compiled code and the root node of this expression.
    pub(crate) fn code_and_root(&self) -> (&Code, NodeId) {
        (&self.code, self.root)
    }

    pub(crate) fn code_mut(&mut self) -> &mut Arc<Code> {
        &mut self.code
    }

    /// A part of it, as an expression of its own.
    pub(crate) fn part(&self, root: NodeId, ty: Type) -> Self {
        Self::new(self.code.clone(), root, ty)
    }

    /// If it is `gain`, or a number times `gain`: the number.
    #[must_use]
    pub fn gain_factor(&self) -> Option<f64> {
        let factor = match self.code.node(self.root) {
            ExprNode::Gain => 1.0,
            ExprNode::Arithmetic(BinaryOp::Multiply, a, b) => match (self.code.node(a), self.code.node(b)) {
                (ExprNode::Number(factor), ExprNode::Gain) | (ExprNode::Gain, ExprNode::Number(factor)) => factor,
                _ => return None,
            },
            _ => return None,
        };
        Some(if self.negated { -factor } else { factor })
    }

    /// The type of its value.
    #[must_use]
    pub fn ty(&self) -> Type {
        self.ty
    }

    /// Evaluates to a number: durations and instants in seconds, a switch as 0 or 1, a place or agent as its id.
    #[inline]
    pub fn number<V: EvalContext>(&self, view: &V, frame: &mut EvalFrame) -> f64 {
        let eval = Evaluator { code: &self.code, view };
        let value = match self.ty {
            Type::Number | Type::Duration | Type::Instant | Type::Word(_) => eval.number(self.root, frame),
            Type::Switch => f64::from(u8::from(eval.truth(self.root, frame))),
            Type::Place => f64::from(eval.place(self.root, frame).0),
            Type::Agent | Type::Topic => f64::from(eval.agent(self.root, frame).0),
        };
        if self.negated { -value } else { value }
    }

    /// Evaluates to a truth value. A number is true if it is not 0.
    #[inline]
    pub fn truth<V: EvalContext>(&self, view: &V, frame: &mut EvalFrame) -> bool {
        match self.ty {
            Type::Switch => Evaluator { code: &self.code, view }.truth(self.root, frame),
            _ => self.number(view, frame) != 0.0,
        }
    }

    /// Evaluates to an agent; [`AgentId::NONE`] for an expression of another type.
    #[inline]
    pub fn agent<V: EvalContext>(&self, view: &V, frame: &mut EvalFrame) -> AgentId {
        Evaluator { code: &self.code, view }.agent(self.root, frame)
    }

    /// The agent that it names, if it is the name of a member of the cast.
    #[must_use]
    pub fn cast_agent(&self) -> Option<AgentId> {
        match self.code.node(self.root) {
            ExprNode::Agent(agent) => Some(agent),
            _ => None,
        }
    }

    /// Evaluates to a place; [`PlaceId::NOWHERE`] for an expression of another type.
    #[inline]
    pub fn place<V: EvalContext>(&self, view: &V, frame: &mut EvalFrame) -> PlaceId {
        Evaluator { code: &self.code, view }.place(self.root, frame)
    }

    /// Its source text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.code.text_of(self.root)
    }

    /// The whole text that it was compiled from, of which it may be a part.
    #[must_use]
    pub fn whole_text(&self) -> &str {
        &self.code.text
    }

    /// The byte range of its source in the text it was compiled from.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.code.span(self.root)
    }

    /// The slots of the scope that it reads, as a bit mask. The slots of its own aggregates are not included.
    #[must_use]
    pub fn slot_mask(&self) -> u32 {
        self.slots
    }

    /// Whether it reads attributes of `self` only, and no beliefs.
    #[must_use]
    pub fn reads_own_attributes_only(&self) -> bool {
        let is_self = |agent: NodeId| matches!(self.code.node(agent), ExprNode::Slot(0));
        !self.reads().beliefs
            && self.code.subtree(self.root).iter().all(|node| match *node {
                ExprNode::Attr(_, agent) | ExprNode::SwitchAttr(_, agent) | ExprNode::AttrFact(_, agent) => is_self(agent),
                _ => true,
            })
    }

    /// The range of its value in any state of the world. A condition that can never hold has the range `(0, 0)`.
    #[must_use]
    pub fn bounds(&self, ranges: &impl DeclaredRanges) -> ValueRange {
        let (low, high) = BoundsAnalysis { code: &self.code, ranges }.bounds_of(self.root);
        if self.negated { (-high, -low) } else { (low, high) }
    }

    /// The limit that this condition sets to an attribute of an agent, if it compares the two: `self.coins >= price`.
    #[must_use]
    pub fn attr_guard(&self, agent: &Self, attr: AttrId) -> Option<AttrGuard> {
        let is_attr = |id: NodeId| match self.code.node(id) {
            ExprNode::Attr(found, of) => found == attr && self.code.text_of(of) == agent.text(),
            _ => false,
        };
        let ExprNode::Compare(op, a, b) = self.code.node(self.root) else { return None };
        let (op, limit) = match (is_attr(a), is_attr(b)) {
            (true, false) => (op, b),
            (false, true) => (op.swapped(), a),
            _ => return None,
        };
        let limit = Self::new(self.code.clone(), limit, Type::Number);
        let (low, high, strict) = match op {
            BinaryOp::Greater => (true, false, true),
            BinaryOp::GreaterEqual => (true, false, false),
            BinaryOp::Less => (false, true, true),
            BinaryOp::LessEqual => (false, true, false),
            BinaryOp::Equal => (true, true, false),
            _ => return None,
        };
        Some(AttrGuard { limit, low, high, strict })
    }

    /// Whether it has the same value as another expression wherever its variables stand for the same agents: both have the same text and
    /// name the same agents. A text that draws random numbers has draws of its own in each rule, so it equals no other.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        let named = |expr: &Self| -> Vec<AgentId> {
            let agent = |node: &ExprNode| if let ExprNode::Agent(agent) = node { Some(*agent) } else { None };
            expr.code.subtree(expr.root).iter().filter_map(agent).collect()
        };
        (self.ty, self.negated, self.node_count(), self.text()) == (other.ty, other.negated, other.node_count(), other.text())
            && named(self) == named(other)
            && !self.is_random()
    }

    /// The ties of the agent in `slot` to the agents of other variables, of which it must have at least one for this condition to hold;
    /// none if it may hold without any.
    #[must_use]
    pub fn required_ties(&self, slot: u8) -> Option<SmallVec<[RequiredTie; 4]>> {
        required_ties(&self.code, self.root, slot).filter(|_| !self.negated)
    }

    /// The number of its operations, a rough measure of what an evaluation costs.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.code.subtree(self.root).len()
    }

    /// The number of agents that one evaluation visits, where `size` gives the number of agents of a kind.
    #[must_use]
    pub fn agents_visited(&self, size: &dyn Fn(KindId) -> f64) -> f64 {
        agents_visited(&self.code, self.root, size)
    }

    /// The condition that holds exactly when this one does not.
    #[must_use]
    pub fn negation(&self) -> Self {
        let root = self.root as usize;
        let mut code = Code {
            text: self.code.text.clone(),
            nodes: self.code.nodes[..=root].to_vec(),
            spans: self.code.spans[..=root].to_vec(),
            subtree_starts: self.code.subtree_starts[..=root].to_vec(),
            columnar: self.code.columnar[..=root].to_vec(),
            lists: self.code.lists.clone(),
            draws: self.code.draws.clone(),
            def_calls: self.code.def_calls.iter().copied().filter(|site| site.node <= self.root).collect(),
            word_lists: self.code.word_lists.clone(),
            scope_slots: self.code.scope_slots,
            ..Code::default()
        };
        let node = ExprNode::Not(self.root);
        code.columnar.push(code.is_columnar(node));
        code.nodes.push(node);
        code.spans.push(code.spans[root].clone());
        code.subtree_starts.push(code.subtree_starts[root]);
        code.finish();
        Self::new(Arc::new(code), self.root + 1, Type::Switch)
    }

    /// Whether it draws random numbers.
    #[must_use]
    pub fn is_random(&self) -> bool {
        self.is_random
    }

    /// Splits a condition at its outermost `and`s. It holds if all clauses hold. Defs are not split.
    #[must_use]
    pub fn clauses(&self) -> Vec<Self> {
        let mut clauses = Vec::new();
        self.split(self.root, false, &mut clauses, |node| match node {
            ExprNode::And(a, b) => Some((a, b, false)),
            _ => None,
        });
        clauses
    }

    /// Splits a number at its outermost `+` and `-`. The value is the sum of the terms: [`Expr::number`] of a subtracted term is
    /// negated, while its [`Expr::text`] has no sign. Defs are not split.
    #[must_use]
    pub fn terms(&self) -> Vec<Self> {
        let mut terms = Vec::new();
        self.split(self.root, self.negated, &mut terms, |node| match node {
            ExprNode::Arithmetic(BinaryOp::Add, a, b) => Some((a, b, false)),
            ExprNode::Arithmetic(BinaryOp::Subtract, a, b) => Some((a, b, true)),
            _ => None,
        });
        terms
    }

    /// Appends the operands into which `operands` splits the node `id`, recursively. The third value that it returns says whether
    /// the second operand is negated.
    fn split(&self, id: NodeId, negative: bool, out: &mut Vec<Self>, operands: fn(ExprNode) -> Option<(NodeId, NodeId, bool)>) {
        match operands(self.code.node(id)) {
            Some((a, b, negates)) if self.code.has_own_span(a, id) && self.code.has_own_span(b, id) => {
                self.split(a, negative, out, operands);
                self.split(b, negative ^ negates, out, operands);
            }
            _ => out.push(Self { negated: negative, ..Self::new(self.code.clone(), id, self.ty) }),
        }
    }

    /// The same expression with two named agents exchanged: where it names `a`, the result names `b`, and the other way round. Its text
    /// stays as written.
    #[must_use]
    pub fn with_agents_exchanged(&self, a: AgentId, b: AgentId) -> Self {
        let names_either = |node: &ExprNode| matches!(node, ExprNode::Agent(agent) if *agent == a || *agent == b);
        if !self.code.nodes.iter().any(names_either) {
            return self.clone();
        }
        let mut code = Code::clone(&self.code);
        for node in &mut code.nodes {
            match node {
                ExprNode::Agent(agent) if *agent == a => *agent = b,
                ExprNode::Agent(agent) if *agent == b => *agent = a,
                _ => {}
            }
        }
        // The bodies of its defs may not be what they are elsewhere.
        code.def_calls.clear();
        code.finish();
        Self { code: Arc::new(code), ..self.clone() }
    }

    /// Everything that it may read in any state of the world.
    #[must_use]
    pub fn reads(&self) -> ReadSet {
        ReadSet::of_subtree(&self.code, self.root)
    }

    /// The months and years, if it is a number of them and nothing else: `1month`.
    #[must_use]
    pub fn calendar_step(&self) -> Option<CalendarStep> {
        if let ExprNode::StepFromNow(step) = self.code.node(self.root) { Some(step) } else { None }
    }

    /// Whether it has a duration in months or years, whose length depends on when it is evaluated.
    #[must_use]
    pub fn has_calendar_step(&self) -> bool {
        let nodes = self.code.subtree(self.root);
        nodes.iter().any(|node| matches!(node, ExprNode::StepFromNow(_) | ExprNode::StepToNow(_)))
    }

    /// Evaluates for many agents, each as slot 0 of an otherwise empty frame. The values are as in [`Expr::number`]. `out` must
    /// be as long as `agents`.
    pub fn eval_batch<V: EvalContext>(&self, view: &V, agents: &[AgentId], out: &mut [f64]) {
        if self.ty.is_numeric() || self.ty == Type::Switch {
            eval_batch(&self.code, self.root, view, agents, out);
            if self.negated {
                out.iter_mut().for_each(|x| *x = -*x);
            }
        } else {
            for (agent, out) in agents.iter().zip(out) {
                *out = self.number(view, &mut EvalFrame::for_agent(*agent));
            }
        }
    }
}

/// A limit that a condition sets to an attribute.
#[derive(Clone, Debug)]
pub struct AttrGuard {
    /// The limit.
    pub limit: Expr,
    /// Whether the attribute is not below it.
    pub low: bool,
    /// Whether the attribute is not above it.
    pub high: bool,
    /// Whether the attribute cannot equal it.
    pub strict: bool,
}

/// The source of the members of a set, before any `where`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetSource {
    /// The agents at the other end of a tie.
    Tie(TieId),
    /// The agents of a kind.
    Kind(KindId),
    /// The agent of the rule (`self`).
    SelfAgent,
    /// The OS of an agent.
    Os,
    /// The set is empty.
    Empty,
    /// Any other source.
    Other,
}

/// A compiled set of agents.
#[derive(Clone, Debug)]
pub struct SetExpr {
    code: Arc<Code>,
    root: NodeId,
    slot: u8,
    has_topics: bool,
}

/// Compiles a text that must be a set. `binds` is the name of its member inside its `where`: a variable of the scope, or a new
/// name. The name `it` is always available as well.
///
/// # Errors
/// Every error of the text, with its byte range.
pub fn compile_set(text: &str, binds: &str, scope: &Scope, schema: &Schema) -> Result<SetExpr, Vec<ExprError>> {
    let ast = parse::parse_expr(text)?;
    let mut problems = Vec::new();
    let compiled = run_checker(&Arc::from(text), scope, schema, &mut problems, |checker, env| {
        let check = |checker: &mut Checker<'_>, slot: u8| {
            let root = checker.check_set(&ast, env, binds, slot);
            (root, slot, checker.is_topic_set(root))
        };
        match scope.slot(binds) {
            Some(slot) => check(checker, slot as u8),
            None => checker.with_slot(env, &ast.span, check),
        }
    });
    compiled.map(|(code, (root, slot, has_topics))| SetExpr::new(code, root, slot, has_topics)).ok_or(problems)
}

impl SetExpr {
    pub(crate) fn new(code: Arc<Code>, root: NodeId, slot: u8, has_topics: bool) -> Self {
        Self { code, root, slot, has_topics }
    }

    /// Whether its members are things known and not agents.
    #[must_use]
    pub fn has_topics(&self) -> bool {
        self.has_topics
    }

    /// The compiled code and the root node of this set.
    pub(crate) fn code_and_root(&self) -> (&Code, NodeId) {
        (&self.code, self.root)
    }

    pub(crate) fn code_mut(&mut self) -> &mut Arc<Code> {
        &mut self.code
    }

    /// Calls `visit` for each member, bound to `slot`, until it breaks. A list is visited in its order, any other set in
    /// ascending order of ids.
    pub fn for_each<V: EvalContext>(
        &self,
        view: &V,
        frame: &mut EvalFrame,
        slot: usize,
        visit: &mut dyn FnMut(&mut EvalFrame) -> ControlFlow<()>,
    ) {
        let _ = Evaluator { code: &self.code, view }.bind_each(slot as u8, self.root, frame, &mut |frame, _| visit(frame));
    }

    /// Whether an agent could be a member: of a set that is drawn or chosen from another set (`pick`, `best`), whether it is in that set.
    pub fn may_contain<V: EvalContext>(&self, view: &V, frame: &mut EvalFrame, member: AgentId) -> bool {
        Evaluator { code: &self.code, view }.is_member(self.root, frame, member)
    }

    /// The number of agents that one evaluation visits, where `size` gives the number of agents of a kind.
    #[must_use]
    pub fn agents_visited(&self, size: &dyn Fn(KindId) -> f64) -> f64 {
        agents_visited(&self.code, self.root, size)
    }

    /// Whether it may have no member in some state of the world: any set but named agents and the variables of its rule, without a `where`.
    #[must_use]
    pub fn may_be_empty(&self) -> bool {
        let is_given = |id: NodeId| match self.code.node(id) {
            ExprNode::Agent(agent) => agent.is_some(),
            node => matches!(node, ExprNode::Slot(_)),
        };
        match self.code.node(self.root) {
            ExprNode::SingleAgent(agent) => !is_given(agent),
            ExprNode::List(first, len) => {
                !self.code.lists[first as usize..].iter().take(usize::from(len)).any(|agent| is_given(*agent))
            }
            _ => true,
        }
    }

    /// The source of its members.
    #[must_use]
    pub fn source(&self) -> SetSource {
        let mut id = self.root;
        while let ExprNode::Where(_, set, _) = self.code.node(id) {
            id = set;
        }
        let is_self = |id: NodeId| self.code.node(id) == ExprNode::Slot(0);
        match self.code.node(id) {
            ExprNode::Ties(tie, _)
            | ExprNode::TiesTo(tie, _)
            | ExprNode::EverTied(tie, ..)
            | ExprNode::TiedUntilGoneTo(tie, ..) => SetSource::Tie(tie),
            ExprNode::Members(kind) | ExprNode::EverMembers(kind) => SetSource::Kind(kind),
            ExprNode::List(_, 0) => SetSource::Empty,
            ExprNode::List(first, len)
                if self.code.lists[first as usize..].iter().take(usize::from(len)).all(|id| is_self(*id)) =>
            {
                SetSource::SelfAgent
            }
            ExprNode::SingleAgent(agent) if is_self(agent) => SetSource::SelfAgent,
            ExprNode::SingleAgent(agent) if matches!(self.code.node(agent), ExprNode::Os(_)) => SetSource::Os,
            ExprNode::SingleAgent(agent) if self.code.node(agent) == ExprNode::Agent(AgentId::NONE) => SetSource::Empty,
            _ => SetSource::Other,
        }
    }

    /// If it is all agents at the other ends of an agent's ties (with `also gone` or without): the tie, and whether it leads from
    /// that agent.
    #[must_use]
    pub fn whole_tie(&self) -> Option<(TieId, bool)> {
        match self.code.node(self.root) {
            ExprNode::Ties(tie, _) => Some((tie, true)),
            ExprNode::TiesTo(tie, _) => Some((tie, false)),
            ExprNode::EverTied(tie, outward, _) | ExprNode::TiedUntilGoneTo(tie, outward, _) => Some((tie, outward)),
            _ => None,
        }
    }

    /// The ties of `self` of which it must have at least one for the set to have a member; none if it may have members without any.
    #[must_use]
    pub fn needed_ties(&self) -> Option<OwnTies> {
        ties_of_members(&self.code, self.root)
    }

    /// Whether it is everybody who is related to an agent, by a tie or as siblings, with no selection among them.
    #[must_use]
    pub fn is_all_related(&self) -> bool {
        self.whole_tie().is_some() || matches!(self.code.node(self.root), ExprNode::Siblings(..))
    }

    /// Whether its members are those at a place, of whatever kind.
    #[must_use]
    pub fn has_whoever_is_there(&self) -> bool {
        let nodes = || self.code.subtree(self.root).iter();
        nodes().any(|node| matches!(node, ExprNode::Here(_) | ExprNode::AtPlace(_)))
            && !nodes().any(|node| matches!(node, ExprNode::IsKind(..)))
    }

    /// The agent of a set that is written as a single agent (`owner(self)`, `pick(agents(human))`). `None` for any other set.
    pub fn single_agent<V: EvalContext>(&self, view: &V, frame: &mut EvalFrame) -> Option<AgentId> {
        match self.code.node(self.root) {
            ExprNode::SingleAgent(agent) => Some(Evaluator { code: &self.code, view }.agent(agent, frame)),
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
    pub fn slot_mask(&self) -> u32 {
        slot_mask(&self.code, self.root) & !(1 << self.slot)
    }

    /// Everything that it may read in any state of the world.
    #[must_use]
    pub fn reads(&self) -> ReadSet {
        ReadSet::of_subtree(&self.code, self.root)
    }
}

/// A compiled fact: `x.attribute`, `dimension(a, b)`, `tie(a, b)`, `at(a, place)`, `place(a)`, `name(a)` or `happened(event, a, b)`.
#[derive(Clone, Debug)]
pub struct FactExpr {
    code: Arc<Code>,
    root: NodeId,
}

impl FactExpr {
    pub(crate) fn new(code: Arc<Code>, root: NodeId) -> Self {
        Self { code, root }
    }

    /// The fact that it names for the current binding.
    pub fn resolve<V: EvalContext>(&self, view: &V, frame: &mut EvalFrame) -> WorldFact {
        Evaluator { code: &self.code, view }.resolve_fact(self.root, frame)
    }

    /// The current true value of the fact: a tie is 0 or 1, a place its id.
    pub fn true_value<V: EvalContext>(&self, view: &V, frame: &mut EvalFrame) -> f64 {
        true_value_of(view, self.resolve(view, frame))
    }

    /// Its source text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.code.text_of(self.root)
    }

    /// Everything that it may read in any state of the world.
    #[must_use]
    pub fn reads(&self) -> ReadSet {
        ReadSet::of_subtree(&self.code, self.root)
    }
}

fn slot_mask(code: &Code, root: NodeId) -> u32 {
    code.subtree(root).iter().fold(0, |slots, node| match node {
        ExprNode::Slot(slot) | ExprNode::Several(slot, _) if *slot < code.scope_slots => slots | 1 << slot,
        _ => slots,
    })
}
