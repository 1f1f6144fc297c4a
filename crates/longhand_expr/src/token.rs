//! Splits a text into tokens, and enforces the limits that keep any text cheap to parse.
//!
//! The nesting of a text is limited here, before the recursive parser runs, so that no text can overflow the stack.

use std::fmt;

use chumsky::span::{SimpleSpan, Span as _, Spanned};

use super::calendar::CalendarStep;
use super::error::ExprError;
use super::words::KEYWORDS;

/// The greatest length of a text, in bytes.
pub const MAX_TEXT_BYTES: usize = 4096;
/// The most tokens of a text.
pub const MAX_TOKENS: usize = 1024;
/// How deep brackets, `if`, `not`, unary minus, `^` and `:` may be nested.
pub const MAX_NESTING: usize = 48;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Token<'s> {
    Number(f64),
    /// A duration in seconds.
    Duration(f64),
    /// Months or years.
    Step(CalendarStep),
    Text(&'s str),
    Ident(&'s str),
    /// A reserved word.
    Keyword(&'static str),
    /// Punctuation and operators.
    Punct(&'static str),
}

impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(n) => write!(f, "{n}"),
            Self::Duration(s) => write!(f, "{s}s"),
            Self::Step(CalendarStep { years: 0, months }) => write!(f, "{months}month"),
            Self::Step(CalendarStep { years, .. }) => write!(f, "{years}y"),
            Self::Text(t) => write!(f, "\"{t}\""),
            Self::Ident(n) => f.write_str(n),
            Self::Keyword(w) | Self::Punct(w) => f.write_str(w),
        }
    }
}

/// Longer symbols come first, so that `<=` is not read as `<`.
const PUNCTUATION: [&str; 23] =
    ["==", "!=", "<=", ">=", "+=", "-=", "*=", "<", ">", "=", "+", "-", "*", "/", "%", "^", ".", ",", ":", "(", ")", "[", "]"];
/// The most months or years in a step.
const MAX_STEP: f64 = 1e6;
const UNITS: [(&str, f64); 5] = [("s", 1.0), ("m", 60.0), ("h", 3600.0), ("d", 86_400.0), ("w", 604_800.0)];

/// Splits a text into tokens with their byte ranges.
pub(crate) fn tokenize(text: &str) -> Result<Vec<Spanned<Token<'_>>>, Vec<ExprError>> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(vec![
            ExprError::new(0..text.len(), format!("this text is longer than {MAX_TEXT_BYTES} bytes"))
                .with_help("move part of it into a def"),
        ]);
    }
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new(), errors: Vec::new() };
    while lexer.at < text.len() {
        lexer.lex_token();
    }
    if lexer.tokens.len() > MAX_TOKENS {
        let message = format!("this text has more than {MAX_TOKENS} tokens");
        return Err(vec![ExprError::new(0..text.len(), message).with_help("move part of it into a def")]);
    }
    if lexer.errors.is_empty() {
        check_nesting(&lexer.tokens)?;
        Ok(lexer.tokens)
    } else {
        Err(lexer.errors)
    }
}

struct Lexer<'s> {
    text: &'s str,
    at: usize,
    tokens: Vec<Spanned<Token<'s>>>,
    errors: Vec<ExprError>,
}

impl<'s> Lexer<'s> {
    fn lex_token(&mut self) {
        let text: &'s str = self.text;
        let rest = &text[self.at..];
        let Some(first) = rest.chars().next() else { return };
        if first.is_whitespace() {
            self.at += first.len_utf8();
        } else if first.is_ascii_digit() {
            self.lex_number(rest);
        } else if first == '#' && rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
            // An agent by its number. It is a name only in texts that are about one run, such as those of an intervention.
            let len = 1 + prefix_len(&rest[1..], |c| c.is_ascii_digit());
            self.push(Token::Ident(&rest[..len]), len);
        } else if is_name_start(first) {
            let name = &rest[..prefix_len(rest, |c| is_name_start(c) || c.is_ascii_digit())];
            let token = match KEYWORDS.iter().find(|word| **word == name) {
                Some(word) => Token::Keyword(word),
                None => Token::Ident(name),
            };
            self.push(token, name.len());
        } else if first == '"' || first == '\'' {
            match rest[1..].find(first) {
                Some(end) => self.push(Token::Text(&rest[1..=end]), end + 2),
                None => self.report(rest.len(), "this string is not closed", Some("close it with the same quote")),
            }
        } else if let Some(symbol) = PUNCTUATION.iter().find(|symbol| rest.starts_with(**symbol)) {
            self.push(Token::Punct(symbol), symbol.len());
        } else {
            let help = match first {
                '!' => Some("write `not`"),
                '&' => Some("write `and`"),
                '|' => Some("write `or`"),
                '≤' => Some("write `<=`"),
                '≥' => Some("write `>=`"),
                '{' | '}' => Some("use `( )`, or `[ ]` for a list of agents"),
                _ => None,
            };
            let len = prefix_len(rest, |c| c == first);
            self.report(len, &format!("unknown symbol `{}`", &rest[..len]), help);
        }
    }

    fn lex_number(&mut self, rest: &'s str) {
        let mut len = prefix_len(rest, |c| c.is_ascii_digit());
        if rest[len..].starts_with('.') && rest[len + 1..].starts_with(|c: char| c.is_ascii_digit()) {
            len += 1 + prefix_len(&rest[len + 1..], |c| c.is_ascii_digit());
        }
        let exponent = rest[len..].strip_prefix(['e', 'E']).map(|e| (e, e.strip_prefix(['+', '-']).unwrap_or(e)));
        if let Some((signed, digits)) = exponent
            && digits.starts_with(|c: char| c.is_ascii_digit())
        {
            len += 1 + (signed.len() - digits.len()) + prefix_len(digits, |c| c.is_ascii_digit());
        }
        let value = rest[..len].parse::<f64>().unwrap_or(f64::INFINITY);
        let unit = &rest[len..len + prefix_len(&rest[len..], |c| is_name_start(c) || c.is_ascii_digit())];
        let len = len + unit.len();
        let token = match UNITS.iter().find(|(name, _)| *name == unit) {
            Some((_, seconds)) => Token::Duration(value * seconds),
            None if unit.is_empty() => Token::Number(value),
            None => match CalendarStep::of_unit(unit, value as i32) {
                Some(step) if value.fract() == 0.0 && (1.0..=MAX_STEP).contains(&value) => Token::Step(step),
                Some(_) => {
                    let message = format!("months and years are counted in whole numbers from 1 to {MAX_STEP}");
                    return self.report(len, &message, Some("write a part of a month in days, as in `10d`"));
                }
                None => {
                    let message = format!("`{unit}` is not a unit of time");
                    let help = "the units are `s`, `m` (minutes), `h`, `d`, `w`, `month` and `y`";
                    return self.report(len, &message, Some(help));
                }
            },
        };
        match token {
            Token::Number(value) | Token::Duration(value) if value.is_infinite() => {
                self.report(len, "this number is too large", None);
            }
            token => self.push(token, len),
        }
    }

    fn push(&mut self, token: Token<'s>, len: usize) {
        let span = SimpleSpan::new((), self.at..self.at + len);
        self.tokens.push(Spanned { inner: token, span });
        self.at += len;
    }

    fn report(&mut self, len: usize, message: &str, help: Option<&str>) {
        let problem = ExprError::new(self.at..self.at + len, message);
        self.errors.push(match help {
            Some(help) => problem.with_help(help),
            None => problem,
        });
        self.at += len;
    }
}

/// Whether a name may begin with this character. Digits may follow.
fn is_name_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

/// The length in bytes of the longest prefix of `text` whose characters satisfy `matches`.
fn prefix_len(text: &str, matches: impl Fn(char) -> bool) -> usize {
    text.find(|c| !matches(c)).unwrap_or(text.len())
}

/// Rejects unmatched brackets and excessive nesting.
fn check_nesting(tokens: &[Spanned<Token<'_>>]) -> Result<(), Vec<ExprError>> {
    // For each open bracket, the bracket that closes it and its position.
    let mut open_brackets: Vec<(&str, usize)> = Vec::new();
    // The number of open prefix operators at the top level, and inside each open bracket.
    let mut open_prefixes: Vec<usize> = vec![0];
    let mut open_prefix_count = 0;
    let mut after_operand = false;
    for token in tokens {
        let span = token.span.into_range();
        let mut is_prefix = false;
        match token.inner {
            Token::Punct(bracket @ ("(" | "[")) => {
                open_brackets.push((if bracket == "(" { ")" } else { "]" }, span.start));
                open_prefixes.push(0);
            }
            Token::Punct(bracket @ (")" | "]")) => {
                match open_brackets.pop() {
                    None => return Err(vec![ExprError::new(span, format!("this `{bracket}` has no opening bracket"))]),
                    Some((expected, _)) if expected != bracket => {
                        let help = format!("close the open bracket with `{expected}`");
                        return Err(vec![
                            ExprError::new(span, format!("this `{bracket}` does not match the open bracket")).with_help(help),
                        ]);
                    }
                    Some(_) => {}
                }
                open_prefix_count -= open_prefixes.pop().unwrap_or_default();
            }
            Token::Punct(",") => {
                if let Some(innermost) = open_prefixes.last_mut() {
                    open_prefix_count -= std::mem::take(innermost);
                }
            }
            Token::Keyword("if" | "not") | Token::Punct("^" | ":") => is_prefix = true,
            Token::Punct("-") => is_prefix = !after_operand,
            _ => {}
        }
        if let (true, Some(innermost)) = (is_prefix, open_prefixes.last_mut()) {
            *innermost += 1;
            open_prefix_count += 1;
        }
        if open_brackets.len() + open_prefix_count > MAX_NESTING {
            return Err(vec![
                ExprError::new(span, format!("this is nested more than {MAX_NESTING} deep"))
                    .with_help("move part of it into a def"),
            ]);
        }
        after_operand =
            !matches!(token.inner, Token::Keyword(_) | Token::Punct(_)) || matches!(token.inner, Token::Punct(")" | "]"));
    }
    match open_brackets.pop() {
        Some((bracket, position)) => Err(vec![
            ExprError::new(position..position + 1, "this bracket is never closed")
                .with_help(format!("close it with `{bracket}`")),
        ]),
        None => Ok(()),
    }
}
