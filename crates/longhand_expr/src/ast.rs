//! The syntax tree of a text, before names are resolved.

use std::ops::Range;

use super::calendar::CalendarStep;

/// An expression with its byte range in the text.
#[derive(Clone, Debug)]
pub(crate) struct ExprAst {
    pub kind: ExprAstKind,
    pub span: Range<usize>,
}

/// A name with its byte range in the text.
#[derive(Clone, Debug)]
pub(crate) struct Ident {
    pub text: String,
    pub span: Range<usize>,
}

#[derive(Clone, Debug)]
pub(crate) enum ExprAstKind {
    Number(f64),
    Duration(f64),
    /// `1month`
    Step(CalendarStep),
    Switch(bool),
    Text,
    Name(String),
    /// `x.name`
    Field(Box<ExprAst>, Ident),
    Call(Ident, Vec<ExprAst>),
    /// `count(v in S where c: e)`
    Aggregate(Ident, Box<Comprehension>),
    List(Vec<ExprAst>),
    /// `S where c`
    Where(Box<ExprAst>, Box<ExprAst>),
    Not(Box<ExprAst>),
    Negative(Box<ExprAst>),
    Binary(BinaryOp, Box<ExprAst>, Box<ExprAst>),
    If(Box<ExprAst>, Box<ExprAst>, Box<ExprAst>),
}

/// `v in S where c: e`
#[derive(Clone, Debug)]
pub(crate) struct Comprehension {
    pub variable: Ident,
    pub set: ExprAst,
    pub condition: Option<ExprAst>,
    pub each: Option<ExprAst>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

impl BinaryOp {
    pub(crate) const fn symbol(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Power => "^",
        }
    }
}

impl BinaryOp {
    /// The operator that gives the same result with its operands swapped.
    pub(crate) const fn swapped(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessEqual => Self::GreaterEqual,
            Self::Greater => Self::Less,
            Self::GreaterEqual => Self::LessEqual,
            other => other,
        }
    }
}

/// An assignment operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignOp {
    /// `=`
    Set,
    /// `+=`
    Add,
    /// `-=`
    Subtract,
    /// `*=`
    Multiply,
}

/// How something known is told: as it is believed, falsely, or as another value.
#[derive(Clone, Debug)]
pub(crate) enum TellingAst {
    Truly,
    Falsely,
    As(ExprAst),
}

/// `from a with confidence e`, both optional.
#[derive(Clone, Debug, Default)]
pub(crate) struct GroundsAst {
    pub source: Option<ExprAst>,
    pub confidence: Option<ExprAst>,
}

/// The syntax tree of an effect.
#[derive(Clone, Debug)]
pub(crate) enum EffectAst {
    /// `target = e`, `+=`, `-=`, `*=`
    Assign(ExprAst, AssignOp, ExprAst),
    /// `target toward goal by share`
    Toward(ExprAst, ExprAst, ExprAst),
    Begin(ExprAst),
    End(ExprAst, Option<Ident>),
    Learns(ExprAst, ExprAst, GroundsAst),
    Told(ExprAst, ExprAst, ExprAst, GroundsAst),
    /// `a is told topic`, `… falsely` or `… as e`
    ToldTopic(ExprAst, ExprAst, TellingAst, GroundsAst),
    Forgets(ExprAst, ExprAst),
    Feels(ExprAst, Ident, ExprAst, Option<ExprAst>),
    Remembers(ExprAst, ExprAst),
    /// `a goes to place in duration`
    GoesTo(ExprAst, ExprAst, Option<ExprAst>),
    /// `move amount attribute from a to b`
    Move(ExprAst, Ident, ExprAst, ExprAst),
    /// `a gives x to b`
    Gives(ExprAst, ExprAst, ExprAst),
    Takes(ExprAst, ExprAst),
    /// `a puts x at place`
    Puts(ExprAst, ExprAst, ExprAst),
    Loses(ExprAst, ExprAst),
    Install(Ident, ExprAst, Ident),
    /// `create kind of a, b as new`
    Create(Ident, Vec<ExprAst>, Ident),
    Enter(Ident),
    Dies(ExprAst, Option<Ident>),
    Leaves(ExprAst, Option<Ident>),
    Returns(ExprAst, Option<Ident>),
    Becomes(ExprAst, Ident),
    GoesOffline(ExprAst),
    ComesOnline(ExprAst),
    MadeAnew(ExprAst),
    LeavesHardware(ExprAst),
    OwnedBy(ExprAst, ExprAst),
    Abandoned(ExprAst),
    Named(ExprAst, Ident),
    Voiced(ExprAst, Ident),
    /// `a is named "Ann Lee"`
    Renamed(ExprAst, Ident),
    /// `a is called "Ann"`
    Called(ExprAst, Ident),
    /// `a takes surname of b`
    TakesSurname(ExprAst, ExprAst),
    Write(Ident, Option<ExprAst>),
    /// `a promises b appointment at instant in place`
    Promises(ExprAst, ExprAst, Ident, ExprAst, Option<ExprAst>),
    /// `a calls off appointment with b`
    CallsOff(ExprAst, Ident, ExprAst),
    /// `a adopts intention about b`
    Adopts(ExprAst, Ident, Option<ExprAst>),
    /// `a drops intention about b`
    Drops(ExprAst, Ident, Option<ExprAst>),
    If(ExprAst, Box<EffectAst>),
    For(Box<Comprehension>, Box<EffectAst>),
}
