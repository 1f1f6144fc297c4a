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

use super::ast::{AssignOp, BinaryOp, Comprehension, EffectAst, ExprAst, ExprAstKind, GroundsAst, Ident, TellingAst};
use super::error::{ExprError, nearest_name};
use super::token::{Token, tokenize};
use super::words::ALSO_GONE;

pub(super) type TokenInput<'t, 's> = MappedInput<'t, Token<'s>, SimpleSpan, &'t [Spanned<Token<'s>>]>;
pub(super) type ParserExtra<'t, 's> = extra::Err<Rich<'t, Token<'s>>>;

/// Parses a text that is one expression, or one set with an optional `where`.
pub(crate) fn parse_expr(text: &str) -> Result<ExprAst, Vec<ExprError>> {
    with_tokens(text, |tokens| run_parser(filtered_set(expr_parser()), text, tokens))
}

/// Parses a text that is one effect.
pub(crate) fn parse_effect(text: &str) -> Result<EffectAst, Vec<ExprError>> {
    with_tokens(text, |tokens| run_parser(effect_parser(), text, tokens))
}

pub(super) fn with_tokens<T>(
    text: &str,
    parse: impl Fn(&[Spanned<Token<'_>>]) -> Result<T, Vec<ExprError>>,
) -> Result<T, Vec<ExprError>> {
    let tokens = tokenize(text)?;
    if tokens.is_empty() {
        return Err(vec![ExprError::new(0..text.len(), "this text is empty")]);
    }
    parse(&tokens)
}

pub(super) fn run_parser<'t, 's: 't, T>(
    parser: impl Parser<'t, TokenInput<'t, 's>, T, ParserExtra<'t, 's>>,
    text: &str,
    tokens: &'t [Spanned<Token<'s>>],
) -> Result<T, Vec<ExprError>> {
    let end = SimpleSpan::new((), text.len()..text.len());
    parser.parse(tokens.split_spanned(end)).into_result().map_err(|errors| errors.into_iter().map(parse_error).collect())
}

/// Converts an error of the parser to a message for scene authors.
fn parse_error(error: Rich<'_, Token<'_>>) -> ExprError {
    let span = error.span().into_range();
    let RichReason::ExpectedFound { expected, found } = error.reason() else {
        return ExprError::new(span, error.to_string());
    };
    let mut labels: Vec<String> = Vec::new();
    let mut symbols: Vec<String> = Vec::new();
    for pattern in expected {
        match pattern {
            RichPattern::Token(token) => symbols.push(format!("`{}`", &**token)),
            RichPattern::Label(label) => labels.push(label.to_string()),
            RichPattern::EndOfInput => labels.push("the end of the text".to_owned()),
            _ => {}
        }
    }
    labels.sort();
    symbols.sort();
    labels.append(&mut symbols);
    labels.dedup();
    let message = match found {
        Some(token) => format!("unexpected `{}`", &**token),
        None => "unexpected end of the text".to_owned(),
    };
    let problem = ExprError::new(span, message);
    if found.as_ref().is_some_and(|token| matches!(**token, Token::Punct("="))) && labels.iter().any(|label| label == "`==`") {
        return problem.with_help("`=` sets a value, in an effect; write `==` to compare");
    }
    let word = match found.as_deref() {
        Some(Token::Ident(word) | Token::Keyword(word)) => Some(*word),
        _ => None,
    };
    if let Some(help) = word.and_then(|word| word_help(word, &labels)) {
        return problem.with_help(help);
    }
    match labels.split_last() {
        None => problem,
        Some((label, [])) => problem.with_help(format!("expected {label}")),
        Some((last, others)) => problem.with_help(format!("expected {} or {last}", others.join(", "))),
    }
}

/// Units of time that others write as a word, and how a duration of them is written.
const UNITS: [(&str, &str); 5] = [("second", "2s"), ("minute", "2m"), ("hour", "2h"), ("day", "2d"), ("week", "2w")];

/// Help for a word that stands where none or another one is expected: a slip, a word of another tool, or a unit of time.
fn word_help(word: &str, labels: &[String]) -> Option<String> {
    let words = || {
        let words = labels.iter().filter_map(|label| label.strip_prefix('`')?.strip_suffix('`'));
        words.filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
    };
    if let Some((_, written)) = UNITS.iter().find(|(unit, _)| word.trim_end_matches('s') == *unit) {
        return Some(format!("write a duration without a space, as in `{written}`"));
    }
    if !words().any(|word| word == "dies") {
        return None;
    }
    let meant = match word {
        "perish" | "perishes" | "expires" => "dies",
        "kill" | "kills" | "murders" | "slays" => return Some("write who dies: `ben dies of poison`".to_owned()),
        "marries" | "befriends" | "joins" | "weds" => {
            return Some("write the tie that begins: `begin friends(self, ben)`".to_owned());
        }
        "divorces" | "quits" => return Some("write the tie that ends: `end friends(self, ben)`".to_owned()),
        "says" | "tells" | "informs" => return Some("write who comes to know it: `ben learns self.secret`".to_owned()),
        "departs" | "disappears" => "leaves",
        "walks" | "moves" | "travels" => "goes",
        "gets" | "steals" | "finds" | "picks" => "takes",
        "hands" | "lends" => "gives",
        word => return nearest_name(word, words()).map(|near| format!("did you mean `{near}`?")),
    };
    Some(format!("did you mean `{meant}`?"))
}

/// A text in quotes.
fn text<'t, 's: 't>() -> impl Parser<'t, TokenInput<'t, 's>, Ident, ParserExtra<'t, 's>> + Clone {
    select_ref! { Token::Text(text) = e => Ident { text: (*text).to_owned(), span: byte_range(e.span()) } }
        .labelled("a text in quotes")
}

fn ident<'t, 's: 't>() -> impl Parser<'t, TokenInput<'t, 's>, Ident, ParserExtra<'t, 's>> + Clone {
    select_ref! { Token::Ident(text) = e => Ident { text: (*text).to_owned(), span: byte_range(e.span()) } }.labelled("a name")
}

pub(super) fn punct<'t, 's: 't>(symbol: &'static str) -> impl Parser<'t, TokenInput<'t, 's>, (), ParserExtra<'t, 's>> + Clone {
    just(Token::Punct(symbol)).ignored()
}

pub(super) fn keyword<'t, 's: 't>(word: &'static str) -> impl Parser<'t, TokenInput<'t, 's>, (), ParserExtra<'t, 's>> + Clone {
    just(Token::Keyword(word)).ignored()
}

/// A word that is a keyword only at this position; elsewhere it is an ordinary name.
pub(super) fn soft_keyword<'t, 's: 't>(
    word: &'static str,
) -> impl Parser<'t, TokenInput<'t, 's>, (), ParserExtra<'t, 's>> + Clone {
    just(Token::Ident(word)).ignored()
}

pub(super) fn byte_range(span: SimpleSpan) -> std::ops::Range<usize> {
    span.into_range()
}

fn ast(kind: ExprAstKind, span: SimpleSpan) -> ExprAst {
    ExprAst { kind, span: byte_range(span) }
}

/// `S where c`, with any number of `where`s.
fn filtered_set<'t, 's: 't>(
    expr: impl Parser<'t, TokenInput<'t, 's>, ExprAst, ParserExtra<'t, 's>> + Clone,
) -> impl Parser<'t, TokenInput<'t, 's>, ExprAst, ParserExtra<'t, 's>> + Clone {
    expr.clone().foldl_with(keyword("where").ignore_then(expr).repeated(), |set, condition, e| {
        ast(ExprAstKind::Where(Box::new(set), Box::new(condition)), e.span())
    })
}

/// `v in S where c: e`; `where c` and `: e` are optional.
fn comprehension<'t, 's: 't>(
    expr: impl Parser<'t, TokenInput<'t, 's>, ExprAst, ParserExtra<'t, 's>> + Clone,
) -> impl Parser<'t, TokenInput<'t, 's>, Comprehension, ParserExtra<'t, 's>> + Clone {
    ident()
        .then_ignore(keyword("in"))
        .then(expr.clone())
        .then(keyword("where").ignore_then(expr.clone()).or_not())
        .then(punct(":").ignore_then(expr).or_not())
        .map(|(((variable, set), condition), each)| Comprehension { variable, set, condition, each })
}

/// The content of the parentheses after a name.
enum Arguments {
    Comprehension(Box<Comprehension>),
    Values(Vec<ExprAst>),
}

/// The parser of expressions. Its parts are boxed, because the unboxed type of the whole grammar takes minutes to compile.
fn expr_parser<'t, 's: 't>() -> impl Parser<'t, TokenInput<'t, 's>, ExprAst, ParserExtra<'t, 's>> + Clone {
    recursive(|expr| {
        let literal = select_ref! {
            Token::Number(n) => ExprAstKind::Number(*n),
            Token::Duration(seconds) => ExprAstKind::Duration(*seconds),
            Token::Step(step) => ExprAstKind::Step(*step),
            Token::Text(_) => ExprAstKind::Text,
            Token::Keyword("true") => ExprAstKind::Switch(true),
            Token::Keyword("false") => ExprAstKind::Switch(false),
        };
        let values = filtered_set(expr.clone()).separated_by(punct(",")).allow_trailing().collect::<Vec<_>>().boxed();
        let arguments = choice((
            comprehension(expr.clone()).map(|members| Arguments::Comprehension(Box::new(members))),
            values.map(Arguments::Values),
        ))
        .delimited_by(punct("("), punct(")"))
        .boxed();
        let name_or_call = ident()
            .then(arguments.or_not())
            .map(|(name, arguments)| match arguments {
                None => ExprAstKind::Name(name.text),
                Some(Arguments::Values(values)) => ExprAstKind::Call(name, values),
                Some(Arguments::Comprehension(members)) => ExprAstKind::Aggregate(name, members),
            })
            .boxed();
        let list = expr
            .clone()
            .separated_by(punct(","))
            .allow_trailing()
            .collect::<Vec<_>>()
            .delimited_by(punct("["), punct("]"))
            .map(ExprAstKind::List)
            .boxed();
        let conditional = keyword("if")
            .ignore_then(expr.clone())
            .then_ignore(keyword("then"))
            .then(expr.clone())
            .then_ignore(keyword("else"))
            .then(expr.clone())
            .map(|((c, a), b)| ExprAstKind::If(Box::new(c), Box::new(a), Box::new(b)))
            .boxed();
        let also_gone = soft_keyword("also").then(soft_keyword("gone")).map(|_| ExprAstKind::Name(ALSO_GONE.to_owned())).boxed();
        let atom = choice((
            choice((literal, also_gone, name_or_call, list, conditional)).map_with(|kind, e| ast(kind, e.span())),
            filtered_set(expr.clone()).delimited_by(punct("("), punct(")")),
        ))
        .labelled("a value")
        .boxed();

        let binary = |precedence, op: BinaryOp| {
            let token = match op {
                BinaryOp::And | BinaryOp::Or => Token::Keyword(op.symbol()),
                _ => Token::Punct(op.symbol()),
            };
            let associativity = if op == BinaryOp::Power { right(precedence) } else { left(precedence) };
            infix(
                associativity,
                just(token),
                move |a, _, b, e: &mut chumsky::input::MapExtra<'t, '_, TokenInput<'t, 's>, ParserExtra<'t, 's>>| {
                    ast(ExprAstKind::Binary(op, Box::new(a), Box::new(b)), e.span())
                },
            )
        };
        atom.pratt((
            binary(1, BinaryOp::Or),
            binary(2, BinaryOp::And),
            prefix(3, keyword("not"), |_, a, e| ast(ExprAstKind::Not(Box::new(a)), e.span())),
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
            prefix(7, punct("-"), |_, a, e| ast(ExprAstKind::Negative(Box::new(a)), e.span())),
            binary(8, BinaryOp::Power),
            postfix(9, punct(".").ignore_then(ident()), |a, name, e| ast(ExprAstKind::Field(Box::new(a), name), e.span())),
        ))
    })
}

fn effect_parser<'t, 's: 't>() -> impl Parser<'t, TokenInput<'t, 's>, EffectAst, ParserExtra<'t, 's>> + Clone {
    recursive(|effect| {
        let expr = expr_parser().boxed();
        let value = expr.clone();
        let nested_effect = effect.map(Box::new);
        let conditional = keyword("if")
            .ignore_then(value.clone())
            .then_ignore(punct(":"))
            .then(nested_effect.clone())
            .map(|(c, e)| EffectAst::If(c, e))
            .boxed();
        let each = soft_keyword("for")
            .ignore_then(ident())
            .then_ignore(keyword("in"))
            .then(value.clone())
            .then(keyword("where").ignore_then(value.clone()).or_not())
            .then_ignore(punct(":"))
            .then(nested_effect)
            .map(|(((variable, set), condition), effect)| {
                EffectAst::For(Box::new(Comprehension { variable, set, condition, each: None }), effect)
            })
            .boxed();
        let tie_changes = choice((
            soft_keyword("begin").ignore_then(value.clone()).map(EffectAst::Begin),
            soft_keyword("end").ignore_then(value.clone()).then(reason_parser()).map(|(tie, reason)| EffectAst::End(tie, reason)),
        ))
        .boxed();
        let parents = soft_keyword("of")
            .ignore_then(value.clone().separated_by(punct(",")).at_least(1).at_most(2).collect::<Vec<_>>())
            .or_not()
            .boxed();
        let arrivals = choice((
            soft_keyword("install")
                .ignore_then(ident())
                .then_ignore(soft_keyword("for"))
                .then(value.clone())
                .then_ignore(soft_keyword("as"))
                .then(ident())
                .map(|((kind, owner), new)| EffectAst::Install(kind, owner, new)),
            soft_keyword("create")
                .ignore_then(ident())
                .then(parents)
                .then_ignore(soft_keyword("as"))
                .then(ident())
                .map(|((kind, parents), new)| EffectAst::Create(kind, parents.unwrap_or_default(), new)),
            soft_keyword("enter").ignore_then(ident()).map(EffectAst::Enter),
        ))
        .boxed();
        let moved = soft_keyword("move")
            .ignore_then(value.clone())
            .then(ident())
            .then_ignore(soft_keyword("from"))
            .then(value.clone())
            .then_ignore(soft_keyword("to"))
            .then(value.clone())
            .map(|(((amount, attribute), from), to)| EffectAst::Move(amount, attribute, from, to))
            .boxed();
        let presentation = choice((
            soft_keyword("name")
                .ignore_then(value.clone())
                .then_ignore(soft_keyword("from"))
                .then(ident())
                .map(|(a, list)| EffectAst::Named(a, list)),
            soft_keyword("voice")
                .ignore_then(value.clone())
                .then_ignore(soft_keyword("as"))
                .then(ident())
                .map(|(a, word)| EffectAst::Voiced(a, word)),
            soft_keyword("write")
                .ignore_then(ident())
                .then(soft_keyword("to").ignore_then(value.clone()).or_not())
                .map(|(document, to)| EffectAst::Write(document, to)),
        ))
        .boxed();
        choice((
            conditional,
            each,
            tie_changes,
            arrivals,
            moved,
            presentation,
            value.then(predicate_parser(expr)).map(|(subject, predicate)| predicate.with_subject(subject)),
        ))
    })
}

/// The predicate of an effect whose subject comes first.
#[derive(Clone)]
enum Predicate {
    Assign(AssignOp, ExprAst),
    Toward(ExprAst, ExprAst),
    Learns(ExprAst, GroundsAst),
    Told(ExprAst, ExprAst, GroundsAst),
    ToldTopic(ExprAst, TellingAst, GroundsAst),
    Forgets(ExprAst),
    Feels(Ident, ExprAst, Option<ExprAst>),
    Remembers(ExprAst),
    GoesTo(ExprAst, Option<ExprAst>),
    Gives(ExprAst, ExprAst),
    Takes(ExprAst),
    Puts(ExprAst, ExprAst),
    Loses(ExprAst),
    OwnedBy(ExprAst),
    Becomes(Ident),
    Absence(fn(ExprAst, Option<Ident>) -> EffectAst, Option<Ident>),
    Renamed(Ident),
    Called(Ident),
    TakesSurname(ExprAst),
    Promises(ExprAst, Ident, ExprAst, Option<ExprAst>),
    CallsOff(Ident, ExprAst),
    Intention(fn(ExprAst, Ident, Option<ExprAst>) -> EffectAst, Ident, Option<ExprAst>),
    Plain(fn(ExprAst) -> EffectAst),
}

impl Predicate {
    fn with_subject(self, subject: ExprAst) -> EffectAst {
        match self {
            Self::Assign(op, value) => EffectAst::Assign(subject, op, value),
            Self::Toward(goal, share) => EffectAst::Toward(subject, goal, share),
            Self::Learns(fact, grounds) => EffectAst::Learns(subject, fact, grounds),
            Self::Told(fact, value, grounds) => EffectAst::Told(subject, fact, value, grounds),
            Self::ToldTopic(topic, telling, grounds) => EffectAst::ToldTopic(subject, topic, telling, grounds),
            Self::Forgets(fact) => EffectAst::Forgets(subject, fact),
            Self::Feels(emotion, strength, toward) => EffectAst::Feels(subject, emotion, strength, toward),
            Self::Remembers(strength) => EffectAst::Remembers(subject, strength),
            Self::GoesTo(place, duration) => EffectAst::GoesTo(subject, place, duration),
            Self::Gives(thing, to) => EffectAst::Gives(subject, thing, to),
            Self::Takes(thing) => EffectAst::Takes(subject, thing),
            Self::Puts(thing, place) => EffectAst::Puts(subject, thing, place),
            Self::Loses(thing) => EffectAst::Loses(subject, thing),
            Self::OwnedBy(owner) => EffectAst::OwnedBy(subject, owner),
            Self::Becomes(kind) => EffectAst::Becomes(subject, kind),
            Self::Absence(build, reason) => build(subject, reason),
            Self::Renamed(name) => EffectAst::Renamed(subject, name),
            Self::Called(name) => EffectAst::Called(subject, name),
            Self::TakesSurname(of) => EffectAst::TakesSurname(subject, of),
            Self::Promises(with, what, at, place) => EffectAst::Promises(subject, with, what, at, place),
            Self::CallsOff(what, with) => EffectAst::CallsOff(subject, what, with),
            Self::Intention(build, what, about) => build(subject, what, about),
            Self::Plain(build) => build(subject),
        }
    }
}

fn predicate_parser<'t, 's: 't>(
    value: impl Parser<'t, TokenInput<'t, 's>, ExprAst, ParserExtra<'t, 's>> + Clone + 't,
) -> impl Parser<'t, TokenInput<'t, 's>, Predicate, ParserExtra<'t, 's>> + Clone {
    let assignment = |symbol, op| punct(symbol).ignore_then(value.clone()).map(move |value| Predicate::Assign(op, value));
    let value_changes = choice((
        assignment("=", AssignOp::Set),
        assignment("+=", AssignOp::Add),
        assignment("-=", AssignOp::Subtract),
        assignment("*=", AssignOp::Multiply),
        soft_keyword("toward")
            .ignore_then(value.clone())
            .then_ignore(soft_keyword("by"))
            .then(value.clone())
            .map(|(goal, share)| Predicate::Toward(goal, share)),
    ))
    .boxed();
    let grounds = soft_keyword("from")
        .ignore_then(value.clone())
        .or_not()
        .then(soft_keyword("with").then(soft_keyword("confidence")).ignore_then(value.clone()).or_not())
        .map(|(source, confidence)| GroundsAst { source, confidence })
        .boxed();
    let mental_changes = choice((
        soft_keyword("learns")
            .ignore_then(value.clone())
            .then(grounds.clone())
            .map(|(fact, grounds)| Predicate::Learns(fact, grounds)),
        soft_keyword("forgets").ignore_then(value.clone()).map(Predicate::Forgets),
        soft_keyword("feels")
            .ignore_then(ident())
            .then(value.clone())
            .then(soft_keyword("at").ignore_then(value.clone()).or_not())
            .map(|((emotion, strength), toward)| Predicate::Feels(emotion, strength, toward)),
        soft_keyword("remembers").ignore_then(value.clone()).map(Predicate::Remembers),
    ))
    .boxed();
    // A value, or how something known is told.
    let telling = choice((
        punct("=").ignore_then(value.clone()).map(Ok),
        soft_keyword("falsely").to(Err(TellingAst::Falsely)),
        soft_keyword("as").ignore_then(value.clone()).map(|value| Err(TellingAst::As(value))),
    ))
    .or_not()
    .map(|telling| telling.unwrap_or(Err(TellingAst::Truly)))
    .boxed();
    let passive_forms = soft_keyword("is").ignore_then(choice((
        soft_keyword("told").ignore_then(value.clone()).then(telling).then(grounds).map(
            |((fact, telling), grounds)| match telling {
                Ok(value) => Predicate::Told(fact, value, grounds),
                Err(telling) => Predicate::ToldTopic(fact, telling, grounds),
            },
        ),
        soft_keyword("made").then(soft_keyword("anew")).to(Predicate::Plain(EffectAst::MadeAnew)),
        soft_keyword("owned").then(soft_keyword("by")).ignore_then(value.clone()).map(Predicate::OwnedBy),
        soft_keyword("abandoned").to(Predicate::Plain(EffectAst::Abandoned)),
        soft_keyword("named").ignore_then(text()).map(Predicate::Renamed),
        soft_keyword("called").ignore_then(text()).map(Predicate::Called),
    )));
    let presence_changes = choice((
        soft_keyword("goes").ignore_then(choice((
            soft_keyword("to")
                .ignore_then(value.clone())
                .then(keyword("in").ignore_then(value.clone()).or_not())
                .map(|(place, duration)| Predicate::GoesTo(place, duration)),
            soft_keyword("offline").to(Predicate::Plain(EffectAst::GoesOffline)),
        ))),
        soft_keyword("comes").then(soft_keyword("online")).to(Predicate::Plain(EffectAst::ComesOnline)),
        soft_keyword("leaves").ignore_then(choice((
            soft_keyword("hardware").to(Predicate::Plain(EffectAst::LeavesHardware)),
            reason_parser().map(|reason| Predicate::Absence(EffectAst::Leaves, reason)),
        ))),
        soft_keyword("dies").ignore_then(reason_parser()).map(|reason| Predicate::Absence(EffectAst::Dies, reason)),
        soft_keyword("returns").ignore_then(reason_parser()).map(|reason| Predicate::Absence(EffectAst::Returns, reason)),
        soft_keyword("becomes").ignore_then(ident()).map(Predicate::Becomes),
    ));
    let surname = soft_keyword("takes")
        .then(soft_keyword("surname"))
        .then(soft_keyword("of"))
        .ignore_then(value.clone())
        .map(Predicate::TakesSurname);
    let possession_changes = choice((
        soft_keyword("gives")
            .ignore_then(value.clone())
            .then_ignore(soft_keyword("to"))
            .then(value.clone())
            .map(|(thing, to)| Predicate::Gives(thing, to)),
        soft_keyword("takes").ignore_then(value.clone()).map(Predicate::Takes),
        soft_keyword("puts")
            .ignore_then(value.clone())
            .then_ignore(soft_keyword("at"))
            .then(value.clone())
            .map(|(thing, place)| Predicate::Puts(thing, place)),
        soft_keyword("loses").ignore_then(value.clone()).map(Predicate::Loses),
    ))
    .boxed();
    let commitments = commitment_parser(value).boxed();
    choice((value_changes, mental_changes, surname, possession_changes, passive_forms, presence_changes, commitments))
}

/// What an agent promises or intends.
fn commitment_parser<'t, 's: 't>(
    value: impl Parser<'t, TokenInput<'t, 's>, ExprAst, ParserExtra<'t, 's>> + Clone + 't,
) -> impl Parser<'t, TokenInput<'t, 's>, Predicate, ParserExtra<'t, 's>> + Clone {
    let about = soft_keyword("about").ignore_then(value.clone()).or_not().boxed();
    choice((
        soft_keyword("promises")
            .ignore_then(value.clone())
            .then(ident())
            .then_ignore(soft_keyword("at"))
            .then(value.clone())
            .then(keyword("in").ignore_then(value.clone()).or_not())
            .map(|(((with, what), at), place)| Predicate::Promises(with, what, at, place)),
        soft_keyword("calls")
            .then(soft_keyword("off"))
            .ignore_then(ident())
            .then_ignore(soft_keyword("with"))
            .then(value)
            .map(|(what, with)| Predicate::CallsOff(what, with)),
        soft_keyword("adopts")
            .ignore_then(ident())
            .then(about.clone())
            .map(|(what, about)| Predicate::Intention(EffectAst::Adopts, what, about)),
        soft_keyword("drops")
            .ignore_then(ident())
            .then(about)
            .map(|(what, about)| Predicate::Intention(EffectAst::Drops, what, about)),
    ))
}

/// An optional reason: `of fever`, `for work`, `from war`, `by divorce`.
fn reason_parser<'t, 's: 't>() -> impl Parser<'t, TokenInput<'t, 's>, Option<Ident>, ParserExtra<'t, 's>> + Clone {
    choice((soft_keyword("of"), soft_keyword("for"), soft_keyword("from"), soft_keyword("by")))
        .ignore_then(ident())
        .or_not()
        .boxed()
}
