//! Values with their position in a source file.
//!
//! The RON deserializer does not expose its position, but a [`RawValue`] borrows from the text being read, so the address of a
//! value minus the address of the text is its offset. [`with_source`] sets the current file in a thread-local, because
//! serde has no other way to pass it down.

use std::cell::RefCell;
use std::fmt;
use std::ops::{Deref, Range};

use ron::extensions::Extensions;
use ron::value::RawValue;
use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A file of the scene, as an index into the list of sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(pub u16);

/// A value with its file and byte range.
#[derive(Clone, Debug, Default)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The file that contains it.
    pub file: FileId,
    /// Its byte range in the file, including quotes.
    pub span: Range<usize>,
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A RON map in source order, with the span of each key. Duplicate keys are preserved; `check` reports them.
#[derive(Clone, Debug)]
pub struct SpannedMap<T>(pub Vec<(Spanned<String>, T)>);

impl<T> Default for SpannedMap<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for SpannedMap<T> {
    type Target = [(Spanned<String>, T)];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// The RON options for scene files: `wakes: "4h"` means `wakes: Some("4h")`.
pub(super) fn ron_options() -> ron::Options {
    ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME | Extensions::UNWRAP_NEWTYPES)
}

/// An error inside a [`Spanned`] value. It is stored separately, because the outer deserializer would report it after the value.
pub(super) struct InnerError {
    pub(super) code: ron::Error,
    /// Byte offset at which RON stopped.
    pub(super) offset: usize,
}

struct CurrentSource {
    file: FileId,
    address: usize,
    len: usize,
    inner: Option<InnerError>,
}

thread_local! {
    static CURRENT_SOURCE: RefCell<Option<CurrentSource>> = const { RefCell::new(None) };
}

/// Runs `read`, which deserializes from `text`, so that [`Spanned`] values get their positions. Also returns the innermost error.
pub(super) fn with_source<T>(file: FileId, text: &str, read: impl FnOnce() -> T) -> (T, Option<InnerError>) {
    let now = CurrentSource { file, address: text.as_ptr() as usize, len: text.len(), inner: None };
    let outer = CURRENT_SOURCE.replace(Some(now));
    let result = read();
    let inner = CURRENT_SOURCE.replace(outer).and_then(|reading| reading.inner);
    (result, inner)
}

/// The file and byte offset of a slice of the text that is being read.
fn locate(piece: &str) -> (FileId, usize) {
    CURRENT_SOURCE.with_borrow(|reading| match reading {
        Some(reading) => match (piece.as_ptr() as usize).checked_sub(reading.address) {
            Some(offset) if offset <= reading.len => (reading.file, offset),
            _ => (reading.file, 0),
        },
        None => (FileId(0), 0),
    })
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get_ron();
        let (file, offset) = locate(raw);
        let extent = trimmed_range(raw);
        let span = offset + extent.start..offset + extent.end;
        match ron_options().from_str(raw) {
            Ok(value) => Ok(Self { value, file, span }),
            Err(error) => {
                let at = offset + byte_offset(raw, error.span.end);
                let message = error.code.to_string();
                CURRENT_SOURCE.with_borrow_mut(|reading| {
                    if let Some(reading) = reading {
                        // The innermost error comes first and is the most exact one.
                        reading.inner.get_or_insert(InnerError { code: error.code, offset: at });
                    }
                });
                Err(D::Error::custom(message))
            }
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for SpannedMap<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = SpannedMap<T>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a map in braces")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(SpannedMap(entries))
            }
        }

        deserializer.deserialize_map(Entries(std::marker::PhantomData))
    }
}

/// The byte offset of a RON position (line and column from 1, columns in characters).
pub(super) fn byte_offset(text: &str, at: ron::error::Position) -> usize {
    let line_start = match at.line.checked_sub(2) {
        None => 0,
        Some(nth) => text.match_indices('\n').nth(nth).map_or(text.len(), |(i, _)| i + 1),
    };
    let line = &text[line_start..];
    line_start + line.char_indices().nth(at.col.saturating_sub(1)).map_or(line.len(), |(i, _)| i)
}

/// A coarse RON token: white space or a comment, a string literal, or one other character.
pub(super) enum RonToken {
    Trivia,
    StringLiteral,
    Other(char),
}

/// The tokens of a RON text with their byte ranges; enough to tell brackets from brackets in strings and comments.
pub(super) fn ron_tokens(text: &str) -> impl Iterator<Item = (RonToken, Range<usize>)> + '_ {
    let mut at = 0;
    let mut in_word = false;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let first = rest.chars().next()?;
        let (piece, len) = if first.is_whitespace() {
            (RonToken::Trivia, first.len_utf8())
        } else if rest.starts_with("//") {
            (RonToken::Trivia, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            (RonToken::Trivia, block_comment_len(rest))
        } else if first == '"' {
            (RonToken::StringLiteral, string_len(rest))
        } else if first == 'r' && !in_word && raw_hashes(rest).is_some() {
            (RonToken::StringLiteral, raw_string_len(rest))
        } else {
            (RonToken::Other(first), first.len_utf8())
        };
        in_word = matches!(piece, RonToken::Other(c) if c.is_alphanumeric() || c == '_');
        let span = at..at + len;
        at = span.end;
        Some((piece, span))
    })
}

fn block_comment_len(rest: &str) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        if here.starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if here.starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

fn string_len(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    while let Some((i, c)) = chars.next() {
        match c {
            '"' => return i + 1,
            '\\' => _ = chars.next(),
            _ => {}
        }
    }
    rest.len()
}

/// The number of `#` at the beginning of a raw string; `None` if it is not a raw string.
fn raw_hashes(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn raw_string_len(rest: &str) -> usize {
    let hashes = raw_hashes(rest).unwrap_or(0);
    let start = hashes + 2;
    let close = format!("\"{}", "#".repeat(hashes));
    rest[start..].find(&close).map_or(rest.len(), |i| start + i + close.len())
}

/// The byte range of a text without surrounding white space and comments.
fn trimmed_range(text: &str) -> Range<usize> {
    let mut solid = ron_tokens(text).filter(|(piece, _)| !matches!(piece, RonToken::Trivia)).map(|(_, span)| span);
    match solid.next() {
        Some(first) => first.start..solid.last().map_or(first.end, |last| last.end),
        None => 0..text.len(),
    }
}

/// Maps a byte range of a string's value to a byte range of its literal, which has quotes and escapes.
pub(super) fn span_in_literal(literal: &str, bytes: Range<usize>) -> Range<usize> {
    if let Some(hashes) = raw_hashes(literal) {
        let start = hashes + 2;
        let end = literal.len().saturating_sub(hashes + 1).max(start);
        return (start + bytes.start).min(end)..(start + bytes.end).min(end);
    }
    let close = literal.len().saturating_sub(1);
    let (mut value, mut at) = (0, 1.min(literal.len()));
    let (mut start, mut end) = (None, None);
    while at < close {
        if value >= bytes.start {
            start.get_or_insert(at);
        }
        if value >= bytes.end {
            end.get_or_insert(at);
        }
        let (len, written) = first_char_lens(&literal[at..close]);
        (value, at) = (value + len, at + written);
    }
    let start = start.unwrap_or(close);
    start..end.unwrap_or(close).max(start)
}

/// The first character of a literal's content: its length in the value and in the literal, in bytes.
fn first_char_lens(rest: &str) -> (usize, usize) {
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (Some('\\'), Some('x')) => (1, rest.len().min(4)),
        (Some('\\'), Some('u')) => {
            let end = rest.find('}').map_or(rest.len(), |i| i + 1);
            let code = rest.get(3..end - 1).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            (code.and_then(char::from_u32).map_or(1, char::len_utf8), end)
        }
        // A line break after a backslash skips the white space at the beginning of the next line.
        (Some('\\'), Some('\n' | '\r')) => (0, 1 + rest[1..].len() - rest[1..].trim_start().len()),
        (Some('\\'), Some(other)) => (1, 1 + other.len_utf8()),
        (Some(first), _) => (first.len_utf8(), first.len_utf8()),
        (None, _) => (0, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Sample {
        id: Spanned<String>,
        #[serde(default)]
        map: SpannedMap<Spanned<f64>>,
        #[serde(default)]
        maybe: Option<Spanned<String>>,
    }

    fn sample(text: &str) -> (Sample, impl Fn(&Range<usize>) -> String) {
        let (sample, _) = with_source(FileId(3), text, || ron_options().from_str::<Sample>(text).unwrap());
        let text = text.to_owned();
        (sample, move |span: &Range<usize>| text[span.clone()].to_owned())
    }

    #[test]
    fn a_value_has_its_file_and_its_byte_range_without_comments() {
        let (s, at) = sample("( /* one */ id: // two\n  \"ann\" /* three */ , maybe: r#\"x\"# )");
        assert_eq!(s.id.value, "ann");
        assert_eq!(s.id.file, FileId(3));
        assert_eq!(at(&s.id.span), "\"ann\"");
        assert_eq!(at(&s.maybe.unwrap().span), "r#\"x\"#");
    }

    #[test]
    fn a_map_preserves_order_and_duplicates() {
        let (s, at) = sample("(id: \"a\", map: {\"z\": 1, \"b\": 0.5, \"z\": 2})");
        let keys: Vec<_> = s.map.iter().map(|(key, value)| (key.as_str(), **value, at(&value.span))).collect();
        assert_eq!(keys, [("z", 1.0, "1".into()), ("b", 0.5, "0.5".into()), ("z", 2.0, "2".into())]);
    }

    #[test]
    fn an_error_inside_a_value_has_its_position_inside_the_value() {
        let text = "(id: \"a\", map: {\"z\": \"no\"})";
        let (result, inner) = with_source(FileId(0), text, || ron_options().from_str::<Sample>(text).map(|_| ()));
        assert!(result.is_err());
        assert!(text[inner.unwrap().offset..].starts_with("\"no\""));
    }

    #[test]
    fn bytes_of_a_value_are_found_in_its_literal() {
        let value_of = |literal: &str, word: &str| {
            let value: String = ron::from_str(literal).unwrap();
            let at = value.find(word).unwrap();
            literal[span_in_literal(literal, at..at + word.len())].to_owned()
        };
        assert_eq!(value_of("\"one two\"", "two"), "two");
        assert_eq!(value_of("r##\"one \"two\" three\"##", "three"), "three");
        assert_eq!(value_of(r#""one \"two\" three""#, "three"), "three");
        assert_eq!(value_of(r#""\u{e9}t\u{E9} three""#, "three"), "three");
        assert_eq!(value_of("\"one \\\n    two three\"", "three"), "three");
        assert_eq!(value_of("\"one\\ttwo\"", "two"), "two");
    }

    #[test]
    fn ranges_beyond_a_value_end_at_its_quote() {
        assert_eq!(span_in_literal("\"abc\"", 3..3), 4..4);
        assert_eq!(span_in_literal("\"abc\"", 9..12), 4..4);
        assert_eq!(span_in_literal("r\"abc\"", 3..3), 5..5);
        assert_eq!(span_in_literal("", 0..1), 0..0);
    }
}
