//! The syntax tree of a text, before names are resolved.

use std::ops::Range;

/// An expression with its byte range in the text.
#[derive(Clone, Debug)]
pub(crate) struct Ast {
    pub kind: AstKind,
    pub span: Range<usize>,
}

/// A name with its byte range in the text.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub text: String,
    pub span: Range<usize>,
}

#[derive(Clone, Debug)]
pub(crate) enum AstKind {
    Number(f64),
    Duration(f64),
    Switch(bool),
    Text,
    Name(String),
    /// `x.name`
    Field(Box<Ast>, Name),
    Call(Name, Vec<Ast>),
    /// `count(v in S where c: e)`
    Aggregate(Name, Box<Members>),
    List(Vec<Ast>),
    /// `S where c`
    Where(Box<Ast>, Box<Ast>),
    Not(Box<Ast>),
    Negative(Box<Ast>),
    Binary(BinaryOp, Box<Ast>, Box<Ast>),
    If(Box<Ast>, Box<Ast>, Box<Ast>),
}

/// `v in S where c: e`
#[derive(Clone, Debug)]
pub(crate) struct Members {
    pub variable: Name,
    pub set: Ast,
    pub condition: Option<Ast>,
    pub each: Option<Ast>,
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
    pub(crate) const fn sign(self) -> &'static str {
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

/// The syntax tree of an effect.
#[derive(Clone, Debug)]
pub(crate) enum EffectAst {
    /// `target = e`, `+=`, `-=`, `*=`
    Change(Ast, super::effect::Change, Ast),
    /// `target toward goal by share`
    Toward(Ast, Ast, Ast),
    Begin(Ast),
    End(Ast),
    Learns(Ast, Ast),
    Told(Ast, Ast, Ast),
    Forgets(Ast, Ast),
    Feels(Ast, Name, Ast, Option<Ast>),
    Remembers(Ast, Ast),
    GoesTo(Ast, Ast),
    Install(Name, Ast, Name),
    Create(Name, Name),
    Enter(Name),
    Leaves(Ast),
    GoesOffline(Ast),
    ComesOnline(Ast),
    MadeAnew(Ast),
    LeavesHardware(Ast),
    OwnedBy(Ast, Ast),
    Abandoned(Ast),
    Named(Ast, Name),
    Voiced(Ast, Name),
    Write(Name, Option<Ast>),
    If(Ast, Box<EffectAst>),
    For(Box<Members>, Box<EffectAst>),
}
