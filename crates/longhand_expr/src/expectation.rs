//! Parses what a scene expects of many runs: `storm in 95% of 200 seeds`, `order 0.95 of 100 seeds`,
//! `quarrels median 8..30 of 40 seeds`.

use std::ops::Range;

use chumsky::prelude::{choice, select_ref};
use chumsky::span::SimpleSpan;
use chumsky::{IterParser as _, Parser};

use super::parse::{Extra, Tokens, run, run_on, sign, verb, word};
use super::problem::Problem;
use super::token::Token;

/// The most seeds of an expectation.
const MOST_SEEDS: f64 = 10_000.0;

/// An expectation whose names are not yet resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// The id of a beat, pattern or measure, with its byte range. `None`: the order of the `must` beats.
    pub of: Option<(String, Range<usize>)>,
    /// What it must satisfy.
    pub is: Expected,
    /// The number of runs, one per seed.
    pub seeds: u32,
}

/// What an expectation requires.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
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
        from: Option<f64>,
        /// The upper end, included.
        to: Option<f64>,
    },
}

/// Parses an expectation.
///
/// # Errors
/// Every error of the text, with its byte range.
pub fn expectation(text: &str) -> Result<Expectation, Vec<Problem>> {
    let (mut found, seeds) = run(text, |tokens| run_on(expectations(), text, tokens))?;
    if let Some((id, at)) = found.of.as_mut().filter(|(id, _)| id.is_empty()) {
        *id = text[at.clone()].to_owned();
    }
    let (at, wrong) = (found.is.1.clone(), |at: Range<usize>, message: &str| Err(vec![Problem::new(at, message)]));
    match found.is.0 {
        Expected::Share { share, .. } if !(0.0..=1.0).contains(&share) => {
            return wrong(at, "a share must be between 0 % and 100 %");
        }
        Expected::Median { from: Some(from), to: Some(to) } if from > to => {
            return wrong(at, "this range is empty: write the smaller number first");
        }
        Expected::Median { from: Some(from), .. } if found.of.is_none() && !(-1.0..=1.0).contains(&from) => {
            return wrong(at, "the order must be between -1 (reversed) and 1 (as listed)");
        }
        _ => {}
    }
    if !(1.0..=MOST_SEEDS).contains(&seeds.0) || seeds.0.fract() != 0.0 {
        return wrong(seeds.1, "expected a whole number of seeds from 1 to 10000");
    }
    Ok(Expectation { of: found.of, is: found.is.0, seeds: seeds.0 as u32 })
}

struct Found {
    of: Option<(String, Range<usize>)>,
    is: (Expected, Range<usize>),
}

type Placed = (f64, Range<usize>);

fn expectations<'t, 's: 't>() -> impl Parser<'t, Tokens<'t, 's>, (Found, Placed), Extra<'t, 's>> {
    let named = plain().repeated().at_least(1).collect::<Vec<()>>().map_with(|_, e| (String::new(), place(e.span())));
    let quoted = quoted().map_with(|text, e| (text, place(e.span())));
    let id = choice((quoted, named)).labelled("the id of a beat, pattern or measure").boxed();
    let at_least = verb("at").ignore_then(choice((verb("least").to(true), verb("most").to(false))));
    let share =
        word("in").ignore_then(at_least.clone().or_not()).then(number()).then_ignore(sign("%")).map(
            |(at_least, (percent, at))| (Expected::Share { at_least: at_least.unwrap_or(true), share: percent / 100.0 }, at),
        );
    let between = number().then_ignore(sign(".")).then_ignore(sign(".")).then(number());
    let between =
        between.map_with(|((from, _), (to, _)), e| (Expected::Median { from: Some(from), to: Some(to) }, place(e.span())));
    let bound = at_least.then(number()).map(|(at_least, (value, at))| {
        let value = Some(value);
        (if at_least { Expected::Median { from: value, to: None } } else { Expected::Median { from: None, to: value } }, at)
    });
    let median = verb("median").ignore_then(choice((between, bound)).labelled("a range, as in `8..30`"));
    let of_something = id.then(choice((share, median))).map(|(id, is)| Found { of: Some(id), is });
    let order = verb("order").ignore_then(number());
    let order = order.map(|(tau, at)| Found { of: None, is: (Expected::Median { from: Some(tau), to: None }, at) });
    choice((order.boxed(), of_something.boxed())).then_ignore(verb("of")).then(number()).then_ignore(verb("seeds"))
}

/// A number with an optional minus, and its byte range.
fn number<'t, 's: 't>() -> impl Parser<'t, Tokens<'t, 's>, Placed, Extra<'t, 's>> + Clone {
    let signed = sign("-").or_not().then(digits());
    signed.map_with(|(minus, n), e| (if minus.is_some() { -n } else { n }, place(e.span())))
}

fn digits<'t, 's: 't>() -> impl Parser<'t, Tokens<'t, 's>, f64, Extra<'t, 's>> + Clone {
    select_ref! { Token::Number(n) => *n }.labelled("a number")
}

/// One name of an unquoted id, which ends at a keyword.
fn plain<'t, 's: 't>() -> impl Parser<'t, Tokens<'t, 's>, (), Extra<'t, 's>> + Clone {
    select_ref! { Token::Name(name) if !KEYWORDS.contains(name) => () }
}

fn quoted<'t, 's: 't>() -> impl Parser<'t, Tokens<'t, 's>, String, Extra<'t, 's>> + Clone {
    select_ref! { Token::Text(text) => (*text).to_owned() }
}

fn place(span: SimpleSpan) -> Range<usize> {
    span.into_range()
}

const KEYWORDS: [&str; 6] = ["median", "of", "seeds", "at", "least", "most"];

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Expectation {
        expectation(text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
    }

    fn of(text: &str) -> Option<String> {
        parsed(text).of.map(|(id, _)| id)
    }

    #[test]
    fn shares_orders_and_medians_parse() {
        let share = |at_least, share| Expected::Share { at_least, share };
        assert_eq!(
            parsed("storm in 95% of 200 seeds"),
            Expectation { of: Some(("storm".into(), 0..5)), is: share(true, 0.95), seeds: 200 }
        );
        assert_eq!(parsed("storm in at most 5 % of 40 seeds").is, share(false, 0.05));
        assert_eq!(of("first laugh in 90% of 10 seeds").as_deref(), Some("first laugh"));
        assert_eq!(of("'it comes out' in 90% of 10 seeds").as_deref(), Some("it comes out"));
        assert_eq!(
            parsed("order 0.95 of 100 seeds"),
            Expectation { of: None, is: Expected::Median { from: Some(0.95), to: None }, seeds: 100 }
        );
        let median = |from, to| Expected::Median { from, to };
        assert_eq!(parsed("others median 8..30 of 100 seeds").is, median(Some(8.0), Some(30.0)));
        assert_eq!(parsed("others median -1.5..2 of 1 seeds").is, median(Some(-1.5), Some(2.0)));
        assert_eq!(parsed("others median at most 3 of 9 seeds").is, median(None, Some(3.0)));
    }

    #[test]
    fn errors_have_a_message_and_a_span() {
        for (text, at, said) in [
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
            let problems = expectation(text).unwrap_err();
            assert!(problems[0].span == at && problems[0].message.contains(said), "{text}: {problems:?}");
        }
    }
}
