//! Parses what a scene expects of many runs: `storm in 95% of 200 seeds`, `order 0.95 of 100 seeds`,
//! `quarrels median 8..30 of 40 seeds`.

use std::ops::Range;

use chumsky::prelude::{choice, select_ref};
use chumsky::{IterParser as _, Parser};

use super::error::ExprError;
use super::parse::{ParserExtra, TokenInput, byte_range, keyword, punct, run_parser, soft_keyword, with_tokens};
use super::token::Token;

/// The most seeds of an expectation.
const MAX_SEEDS: f64 = 10_000.0;

/// An expectation whose names are not yet resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// The id of a beat, pattern or measure, with its byte range. `None`: the order of the `must` beats.
    pub subject: Option<(String, Range<usize>)>,
    /// What it must satisfy.
    pub criterion: Criterion,
    /// The number of runs, one per seed.
    pub seeds: u32,
}

/// What an expectation requires.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Criterion {
    /// It occurs in at least, or at most, this share of the runs.
    Share {
        /// Whether `share` is a lower bound; otherwise an upper bound.
        at_least: bool,
        /// The share, 0 to 1.
        share: f64,
    },
    /// The median lies in this range. An order has no upper end.
    Median {
        /// The lower end, included.
        min: Option<f64>,
        /// The upper end, included.
        max: Option<f64>,
    },
}

/// Parses an expectation.
///
/// # Errors
/// Every error of the text, with its byte range.
pub fn parse_expectation(text: &str) -> Result<Expectation, Vec<ExprError>> {
    let (mut parsed, seeds) = with_tokens(text, |tokens| run_parser(expectation_parser(), text, tokens))?;
    if let Some((id, span)) = parsed.subject.as_mut().filter(|(id, _)| id.is_empty()) {
        *id = text[span.clone()].to_owned();
    }
    let (span, error_at) =
        (parsed.criterion.1.clone(), |span: Range<usize>, message: &str| Err(vec![ExprError::new(span, message)]));
    match parsed.criterion.0 {
        Criterion::Share { share, .. } if !(0.0..=1.0).contains(&share) => {
            return error_at(span, "a share must be between 0 % and 100 %");
        }
        Criterion::Median { min: Some(min), max: Some(max) } if min > max => {
            return error_at(span, "this range is empty: write the smaller number first");
        }
        Criterion::Median { min: Some(min), .. } if parsed.subject.is_none() && !(-1.0..=1.0).contains(&min) => {
            return error_at(span, "the order must be between -1 (reversed) and 1 (as listed)");
        }
        _ => {}
    }
    if !(1.0..=MAX_SEEDS).contains(&seeds.0) || seeds.0.fract() != 0.0 {
        return error_at(seeds.1, "expected a whole number of seeds from 1 to 10000");
    }
    Ok(Expectation { subject: parsed.subject, criterion: parsed.criterion.0, seeds: seeds.0 as u32 })
}

struct ParsedExpectation {
    subject: Option<(String, Range<usize>)>,
    criterion: (Criterion, Range<usize>),
}

type SpannedNumber = (f64, Range<usize>);

fn expectation_parser<'t, 's: 't>() -> impl Parser<'t, TokenInput<'t, 's>, (ParsedExpectation, SpannedNumber), ParserExtra<'t, 's>>
{
    let unquoted_id =
        id_part().repeated().at_least(1).collect::<Vec<()>>().map_with(|_, e| (String::new(), byte_range(e.span())));
    let quoted = quoted().map_with(|text, e| (text, byte_range(e.span())));
    let id = choice((quoted, unquoted_id)).labelled("the id of a beat, pattern or measure").boxed();
    let at_least = soft_keyword("at").ignore_then(choice((soft_keyword("least").to(true), soft_keyword("most").to(false))));
    let share = keyword("in").ignore_then(at_least.clone().or_not()).then(number()).then_ignore(punct("%")).map(
        |(at_least, (percent, span))| (Criterion::Share { at_least: at_least.unwrap_or(true), share: percent / 100.0 }, span),
    );
    let between = number().then_ignore(punct(".")).then_ignore(punct(".")).then(number());
    let between =
        between.map_with(|((from, _), (to, _)), e| (Criterion::Median { min: Some(from), max: Some(to) }, byte_range(e.span())));
    let bound = at_least.then(number()).map(|(at_least, (value, span))| {
        let value = Some(value);
        (if at_least { Criterion::Median { min: value, max: None } } else { Criterion::Median { min: None, max: value } }, span)
    });
    let median = soft_keyword("median").ignore_then(choice((between, bound)).labelled("a range, as in `8..30`"));
    let with_subject = id.then(choice((share, median))).map(|(id, criterion)| ParsedExpectation { subject: Some(id), criterion });
    let order = soft_keyword("order").ignore_then(number());
    let order = order.map(|(min_order, span)| ParsedExpectation {
        subject: None,
        criterion: (Criterion::Median { min: Some(min_order), max: None }, span),
    });
    choice((order.boxed(), with_subject.boxed()))
        .then_ignore(soft_keyword("of"))
        .then(number())
        .then_ignore(soft_keyword("seeds"))
}

/// A number with an optional minus, and its byte range.
fn number<'t, 's: 't>() -> impl Parser<'t, TokenInput<'t, 's>, SpannedNumber, ParserExtra<'t, 's>> + Clone {
    let signed = punct("-").or_not().then(digits());
    signed.map_with(|(minus, n), e| (if minus.is_some() { -n } else { n }, byte_range(e.span())))
}

fn digits<'t, 's: 't>() -> impl Parser<'t, TokenInput<'t, 's>, f64, ParserExtra<'t, 's>> + Clone {
    select_ref! { Token::Number(n) => *n }.labelled("a number")
}

/// One name of an unquoted id, which ends at a keyword.
fn id_part<'t, 's: 't>() -> impl Parser<'t, TokenInput<'t, 's>, (), ParserExtra<'t, 's>> + Clone {
    select_ref! { Token::Ident(name) if !ID_TERMINATORS.contains(name) => () }
}

fn quoted<'t, 's: 't>() -> impl Parser<'t, TokenInput<'t, 's>, String, ParserExtra<'t, 's>> + Clone {
    select_ref! { Token::Text(text) => (*text).to_owned() }
}

const ID_TERMINATORS: [&str; 6] = ["median", "of", "seeds", "at", "least", "most"];

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Expectation {
        parse_expectation(text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
    }

    fn subject_of(text: &str) -> Option<String> {
        parsed(text).subject.map(|(id, _)| id)
    }

    #[test]
    fn shares_orders_and_medians_parse() {
        let share = |at_least, share| Criterion::Share { at_least, share };
        assert_eq!(
            parsed("storm in 95% of 200 seeds"),
            Expectation { subject: Some(("storm".into(), 0..5)), criterion: share(true, 0.95), seeds: 200 }
        );
        assert_eq!(parsed("storm in at most 5 % of 40 seeds").criterion, share(false, 0.05));
        assert_eq!(subject_of("first laugh in 90% of 10 seeds").as_deref(), Some("first laugh"));
        assert_eq!(subject_of("'it comes out' in 90% of 10 seeds").as_deref(), Some("it comes out"));
        assert_eq!(
            parsed("order 0.95 of 100 seeds"),
            Expectation { subject: None, criterion: Criterion::Median { min: Some(0.95), max: None }, seeds: 100 }
        );
        let median = |from, to| Criterion::Median { min: from, max: to };
        assert_eq!(parsed("others median 8..30 of 100 seeds").criterion, median(Some(8.0), Some(30.0)));
        assert_eq!(parsed("others median -1.5..2 of 1 seeds").criterion, median(Some(-1.5), Some(2.0)));
        assert_eq!(parsed("others median at most 3 of 9 seeds").criterion, median(None, Some(3.0)));
    }

    #[test]
    fn errors_have_a_message_and_a_span() {
        for (text, span, message) in [
            ("wed in 195% of 200 seeds", 7..10, "between 0 % and 100 %"),
            ("others median 9..7 of 100 seeds", 14..18, "smaller number first"),
            ("order 2 of 100 seeds", 6..7, "between -1"),
            ("wed in 95% of 0 seeds", 14..15, "whole number of seeds"),
            ("wed in 95% of 2.5 seeds", 14..17, "whole number of seeds"),
            ("wed 95% of 20 seeds", 4..6, "unexpected `95`"),
            ("wed in 95 of 20 seeds", 10..12, "unexpected `of`"),
            ("wed in 95%", 10..10, "unexpected end"),
            ("", 0..0, "empty"),
        ] {
            let problems = parse_expectation(text).unwrap_err();
            assert!(problems[0].span == span && problems[0].message.contains(message), "{text}: {problems:?}");
        }
    }
}
