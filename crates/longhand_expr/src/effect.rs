//! Effects: compiled changes of the world, as data that the simulation applies.
//!
//! An effect does not change anything itself. The simulation can therefore order, clamp, record and explain every change.

use super::ast::AssignOp;
use super::expr::{Expr, FactExpr, SetExpr};
use super::pronouns::Pronouns;
use super::read_set::ReadSet;
use crate::ids::{AgentId, AppointmentId, AttrId, DimId, DocumentId, Emotion, IntentionId, KindId, NameListId, ReasonId, TieId};

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
