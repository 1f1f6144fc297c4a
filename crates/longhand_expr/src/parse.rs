//! Parses tokens to an [`ExprAst`] or [`EffectAst`] with parser combinators.
//!
//! The grammar accepts a set with `where` and a comprehension inside any parentheses. The checker rejects those that make no
//! sense, because it can give a better error message.

use chumsky::error::{Rich, RichPattern, RichReason};
use chumsky::input::{Input as _, MappedInput};
use chumsky::pratt::{infix, left, postfix, prefix, right};
use chumsky::prelude::{choice, extra, just, recursive, select_ref};
use chumsky::span::{SimpleSpan, Span as _, Spanned};
use chumsky::{IterParser as _, Parser};

use super::ast::{Ast, AstKind, BinaryOp, EffectAst, Members, Name};
use super::effect::Change;
use super::problem::Problem;
use super::token::{Token, tokens};

pub(super) type Tokens<'t, 's> = MappedInput<'t, Token<'s>, SimpleSpan, &'t [Spanned<Token<'s>>]>;
pub(super) type Extra<'t, 's> = extra::Err<Rich<'t, Token<'s>>>;

/// Parses a text that is one expression, or one set with an optional `where`.
pub(crate) fn expression(text: &str) -> Result<Ast, Vec<Problem>> {
    run(text, |tokens| run_on(restricted(expressions()), text, tokens))
}

/// Parses a text that is one effect.
pub(crate) fn effect(text: &str) -> Result<EffectAst, Vec<Problem>> {
    run(text, |tokens| run_on(effects(), text, tokens))
}

pub(super) fn run<T>(text: &str, parse: impl Fn(&[Spanned<Token<'_>>]) -> Result<T, Vec<Problem>>) -> Result<T, Vec<Problem>> {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(vec![Problem::new(0..text.len(), "this text is empty")]);
    }
    parse(&tokens)
}

pub(super) fn run_on<'t, 's: 't, T>(
    parser: impl Parser<'t, Tokens<'t, 's>, T, Extra<'t, 's>>,
    text: &str,
    tokens: &'t [Spanned<Token<'s>>],
) -> Result<T, Vec<Problem>> {
    let end = SimpleSpan::new((), text.len()..text.len());
    parser.parse(tokens.split_spanned(end)).into_result().map_err(|errors| errors.into_iter().map(problem).collect())
}

/// Converts an error of the parser to a message for scene authors.
fn problem(error: Rich<'_, Token<'_>>) -> Problem {
    let span = error.span().into_range();
    let RichReason::ExpectedFound { expected, found } = error.reason() else {
        return Problem::new(span, error.to_string());
    };
    let mut labels: Vec<String> = Vec::new();
    let mut signs: Vec<String> = Vec::new();
    for pattern in expected {
        match pattern {
            RichPattern::Token(token) => signs.push(format!("`{}`", &**token)),
            RichPattern::Label(label) => labels.push(label.to_string()),
            RichPattern::EndOfInput => labels.push("the end of the text".to_owned()),
            _ => {}
        }
    }
    labels.sort();
    signs.sort();
    labels.append(&mut signs);
    labels.dedup();
    let found = match found {
        Some(token) => format!("unexpected `{}`", &**token),
        None => "unexpected end of the text".to_owned(),
    };
    let problem = Problem::new(span, found);
    match labels.split_last() {
        None => problem,
        Some((only, [])) => problem.help(format!("expected {only}")),
        Some((last, others)) => problem.help(format!("expected {} or {last}", others.join(", "))),
    }
}

fn name<'t, 's: 't>() -> impl Parser<'t, Tokens<'t, 's>, Name, Extra<'t, 's>> + Clone {
    select_ref! { Token::Name(text) = e => Name { text: (*text).to_owned(), span: span(e.span()) } }.labelled("a name")
}

pub(super) fn sign<'t, 's: 't>(sign: &'static str) -> impl Parser<'t, Tokens<'t, 's>, (), Extra<'t, 's>> + Clone {
    just(Token::Sign(sign)).ignored()
}

pub(super) fn word<'t, 's: 't>(word: &'static str) -> impl Parser<'t, Tokens<'t, 's>, (), Extra<'t, 's>> + Clone {
    just(Token::Word(word)).ignored()
}

/// A word that is a keyword only at this position; elsewhere it is an ordinary name.
pub(super) fn verb<'t, 's: 't>(verb: &'static str) -> impl Parser<'t, Tokens<'t, 's>, (), Extra<'t, 's>> + Clone {
    just(Token::Name(verb)).ignored()
}

fn span(span: SimpleSpan) -> std::ops::Range<usize> {
    span.into_range()
}

fn ast(kind: AstKind, at: SimpleSpan) -> Ast {
    Ast { kind, span: span(at) }
}

/// `S where c`, with any number of `where`s.
fn restricted<'t, 's: 't>(
    expr: impl Parser<'t, Tokens<'t, 's>, Ast, Extra<'t, 's>> + Clone,
) -> impl Parser<'t, Tokens<'t, 's>, Ast, Extra<'t, 's>> + Clone {
    expr.clone().foldl_with(word("where").ignore_then(expr).repeated(), |set, condition, e| {
        ast(AstKind::Where(Box::new(set), Box::new(condition)), e.span())
    })
}

/// `v in S where c: e`; `where c` and `: e` are optional.
fn members<'t, 's: 't>(
    expr: impl Parser<'t, Tokens<'t, 's>, Ast, Extra<'t, 's>> + Clone,
) -> impl Parser<'t, Tokens<'t, 's>, Members, Extra<'t, 's>> + Clone {
    name()
        .then_ignore(word("in"))
        .then(expr.clone())
        .then(word("where").ignore_then(expr.clone()).or_not())
        .then(sign(":").ignore_then(expr).or_not())
        .map(|(((variable, set), condition), each)| Members { variable, set, condition, each })
}

/// The content of the parentheses after a name.
enum Arguments {
    Members(Box<Members>),
    Values(Vec<Ast>),
}

/// The parser of expressions. Its parts are boxed, because the unboxed type of the whole grammar takes minutes to compile.
fn expressions<'t, 's: 't>() -> impl Parser<'t, Tokens<'t, 's>, Ast, Extra<'t, 's>> + Clone {
    recursive(|expr| {
        let literal = select_ref! {
            Token::Number(n) => AstKind::Number(*n),
            Token::Duration(seconds) => AstKind::Duration(*seconds),
            Token::Text(_) => AstKind::Text,
            Token::Word("true") => AstKind::Switch(true),
            Token::Word("false") => AstKind::Switch(false),
        };
        let values = restricted(expr.clone()).separated_by(sign(",")).allow_trailing().collect::<Vec<_>>().boxed();
        let arguments =
            choice((members(expr.clone()).map(|members| Arguments::Members(Box::new(members))), values.map(Arguments::Values)))
                .delimited_by(sign("("), sign(")"))
                .boxed();
        let name_or_call = name()
            .then(arguments.or_not())
            .map(|(name, arguments)| match arguments {
                None => AstKind::Name(name.text),
                Some(Arguments::Values(values)) => AstKind::Call(name, values),
                Some(Arguments::Members(members)) => AstKind::Aggregate(name, members),
            })
            .boxed();
        let list = expr
            .clone()
            .separated_by(sign(","))
            .allow_trailing()
            .collect::<Vec<_>>()
            .delimited_by(sign("["), sign("]"))
            .map(AstKind::List)
            .boxed();
        let choose = word("if")
            .ignore_then(expr.clone())
            .then_ignore(word("then"))
            .then(expr.clone())
            .then_ignore(word("else"))
            .then(expr.clone())
            .map(|((c, a), b)| AstKind::If(Box::new(c), Box::new(a), Box::new(b)))
            .boxed();
        let atom = choice((
            choice((literal, name_or_call, list, choose)).map_with(|kind, e| ast(kind, e.span())),
            restricted(expr.clone()).delimited_by(sign("("), sign(")")),
        ))
        .labelled("a value")
        .boxed();

        let binary = |strength, op: BinaryOp| {
            let token = match op {
                BinaryOp::And | BinaryOp::Or => Token::Word(op.sign()),
                _ => Token::Sign(op.sign()),
            };
            let associativity = if op == BinaryOp::Power { right(strength) } else { left(strength) };
            infix(
                associativity,
                just(token),
                move |a, _, b, e: &mut chumsky::input::MapExtra<'t, '_, Tokens<'t, 's>, Extra<'t, 's>>| {
                    ast(AstKind::Binary(op, Box::new(a), Box::new(b)), e.span())
                },
            )
        };
        atom.pratt((
            binary(1, BinaryOp::Or),
            binary(2, BinaryOp::And),
            prefix(3, word("not"), |_, a, e| ast(AstKind::Not(Box::new(a)), e.span())),
            (
                binary(4, BinaryOp::Equal),
                binary(4, BinaryOp::NotEqual),
                binary(4, BinaryOp::Less),
                binary(4, BinaryOp::LessEqual),
                binary(4, BinaryOp::Greater),
                binary(4, BinaryOp::GreaterEqual),
            ),
            (binary(5, BinaryOp::Add), binary(5, BinaryOp::Subtract)),
            (binary(6, BinaryOp::Multiply), binary(6, BinaryOp::Divide), binary(6, BinaryOp::Remainder)),
            prefix(7, sign("-"), |_, a, e| ast(AstKind::Negative(Box::new(a)), e.span())),
            binary(8, BinaryOp::Power),
            postfix(9, sign(".").ignore_then(name()), |a, name, e| ast(AstKind::Field(Box::new(a), name), e.span())),
        ))
    })
}

fn effects<'t, 's: 't>() -> impl Parser<'t, Tokens<'t, 's>, EffectAst, Extra<'t, 's>> + Clone {
    recursive(|effect| {
        let expr = expressions().boxed();
        let value = expr.clone();
        let nested = effect.map(Box::new);
        let conditional = word("if")
            .ignore_then(value.clone())
            .then_ignore(sign(":"))
            .then(nested.clone())
            .map(|(c, e)| EffectAst::If(c, e))
            .boxed();
        let each = verb("for")
            .ignore_then(name())
            .then_ignore(word("in"))
            .then(value.clone())
            .then(word("where").ignore_then(value.clone()).or_not())
            .then_ignore(sign(":"))
            .then(nested)
            .map(|(((variable, set), condition), effect)| {
                EffectAst::For(Box::new(Members { variable, set, condition, each: None }), effect)
            })
            .boxed();
        let ties = choice((
            verb("begin").ignore_then(value.clone()).map(EffectAst::Begin),
            verb("end").ignore_then(value.clone()).map(EffectAst::End),
        ))
        .boxed();
        let comers = choice((
            verb("install")
                .ignore_then(name())
                .then_ignore(verb("for"))
                .then(value.clone())
                .then_ignore(verb("as"))
                .then(name())
                .map(|((kind, owner), new)| EffectAst::Install(kind, owner, new)),
            verb("create")
                .ignore_then(name())
                .then_ignore(verb("as"))
                .then(name())
                .map(|(kind, new)| EffectAst::Create(kind, new)),
            verb("enter").ignore_then(name()).map(EffectAst::Enter),
        ))
        .boxed();
        let words = choice((
            verb("name")
                .ignore_then(value.clone())
                .then_ignore(verb("from"))
                .then(name())
                .map(|(a, list)| EffectAst::Named(a, list)),
            verb("voice")
                .ignore_then(value.clone())
                .then_ignore(verb("as"))
                .then(name())
                .map(|(a, word)| EffectAst::Voiced(a, word)),
            verb("write")
                .ignore_then(name())
                .then(verb("to").ignore_then(value.clone()).or_not())
                .map(|(document, to)| EffectAst::Write(document, to)),
        ))
        .boxed();
        choice((
            conditional,
            each,
            ties,
            comers,
            words,
            value.then(predicates(expr)).map(|(subject, predicate)| predicate.of(subject)),
        ))
    })
}

/// The predicate of an effect whose subject comes first.
#[derive(Clone)]
enum Predicate {
    Change(Change, Ast),
    Toward(Ast, Ast),
    Learns(Ast),
    Told(Ast, Ast),
    Forgets(Ast),
    Feels(Name, Ast, Option<Ast>),
    Remembers(Ast),
    GoesTo(Ast),
    OwnedBy(Ast),
    Plain(fn(Ast) -> EffectAst),
}

impl Predicate {
    fn of(self, subject: Ast) -> EffectAst {
        match self {
            Self::Change(change, value) => EffectAst::Change(subject, change, value),
            Self::Toward(goal, share) => EffectAst::Toward(subject, goal, share),
            Self::Learns(fact) => EffectAst::Learns(subject, fact),
            Self::Told(fact, value) => EffectAst::Told(subject, fact, value),
            Self::Forgets(fact) => EffectAst::Forgets(subject, fact),
            Self::Feels(emotion, strength, toward) => EffectAst::Feels(subject, emotion, strength, toward),
            Self::Remembers(strength) => EffectAst::Remembers(subject, strength),
            Self::GoesTo(place) => EffectAst::GoesTo(subject, place),
            Self::OwnedBy(owner) => EffectAst::OwnedBy(subject, owner),
            Self::Plain(make) => make(subject),
        }
    }
}

fn predicates<'t, 's: 't>(
    value: impl Parser<'t, Tokens<'t, 's>, Ast, Extra<'t, 's>> + Clone + 't,
) -> impl Parser<'t, Tokens<'t, 's>, Predicate, Extra<'t, 's>> + Clone {
    let change = |text, change| sign(text).ignore_then(value.clone()).map(move |value| Predicate::Change(change, value));
    let changes = choice((
        change("=", Change::To),
        change("+=", Change::Add),
        change("-=", Change::Subtract),
        change("*=", Change::Multiply),
        verb("toward")
            .ignore_then(value.clone())
            .then_ignore(verb("by"))
            .then(value.clone())
            .map(|(goal, share)| Predicate::Toward(goal, share)),
    ))
    .boxed();
    let minds = choice((
        verb("learns").ignore_then(value.clone()).map(Predicate::Learns),
        verb("forgets").ignore_then(value.clone()).map(Predicate::Forgets),
        verb("feels")
            .ignore_then(name())
            .then(value.clone())
            .then(verb("at").ignore_then(value.clone()).or_not())
            .map(|((emotion, strength), toward)| Predicate::Feels(emotion, strength, toward)),
        verb("remembers").ignore_then(value.clone()).map(Predicate::Remembers),
    ))
    .boxed();
    let is = verb("is").ignore_then(choice((
        verb("told")
            .ignore_then(value.clone())
            .then_ignore(sign("="))
            .then(value.clone())
            .map(|(fact, value)| Predicate::Told(fact, value)),
        verb("made").then(verb("anew")).to(Predicate::Plain(EffectAst::MadeAnew)),
        verb("owned").then(verb("by")).ignore_then(value.clone()).map(Predicate::OwnedBy),
        verb("abandoned").to(Predicate::Plain(EffectAst::Abandoned)),
    )));
    let moves = choice((
        verb("goes").ignore_then(choice((
            verb("to").ignore_then(value.clone()).map(Predicate::GoesTo),
            verb("offline").to(Predicate::Plain(EffectAst::GoesOffline)),
        ))),
        verb("comes").then(verb("online")).to(Predicate::Plain(EffectAst::ComesOnline)),
        verb("leaves")
            .ignore_then(verb("hardware").or_not())
            .map(|hardware| Predicate::Plain(if hardware.is_some() { EffectAst::LeavesHardware } else { EffectAst::Leaves })),
    ));
    choice((changes, minds, is, moves))
}
