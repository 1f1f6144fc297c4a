//! A coarse tokenizer for RON text, and the mapping of positions in it to byte offsets.
//!
//! It knows strings and comments, which is enough to find brackets and words in a text that RON cannot parse.

use std::ops::Range;

use ron::error::Position;

/// The byte offset of a RON position (line and column from 1, columns in characters).
pub(super) fn byte_offset(text: &str, position: Position) -> usize {
    let line_start = match position.line.checked_sub(2) {
        None => 0,
        Some(nth) => text.match_indices('\n').nth(nth).map_or(text.len(), |(i, _)| i + 1),
    };
    let line = &text[line_start..];
    line_start + line.char_indices().nth(position.col.saturating_sub(1)).map_or(line.len(), |(i, _)| i)
}

/// A coarse RON token: white space or a comment, a string literal, or one other character.
pub(super) enum RonToken {
    Trivia,
    StringLiteral,
    Other(char),
}

/// The tokens of a RON text with their byte ranges; enough to tell brackets from brackets in strings and comments.
pub(super) fn ron_tokens(text: &str) -> impl Iterator<Item = (RonToken, Range<usize>)> + '_ {
    let mut offset = 0;
    let mut in_word = false;
    std::iter::from_fn(move || {
        let rest = &text[offset..];
        let first = rest.chars().next()?;
        let (token, len) = if first.is_whitespace() {
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
        in_word = matches!(token, RonToken::Other(c) if c.is_alphanumeric() || c == '_');
        let span = offset..offset + len;
        offset = span.end;
        Some((token, span))
    })
}

fn block_comment_len(rest: &str) -> usize {
    let (mut depth, mut offset) = (0usize, 0);
    while offset < rest.len() {
        let here = &rest.as_bytes()[offset..];
        if here.starts_with(b"/*") {
            (depth, offset) = (depth + 1, offset + 2);
        } else if here.starts_with(b"*/") {
            (depth, offset) = (depth - 1, offset + 2);
            if depth == 0 {
                return offset;
            }
        } else {
            offset += 1;
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
pub(super) fn trimmed_range(text: &str) -> Range<usize> {
    let mut spans = ron_tokens(text).filter(|(token, _)| !matches!(token, RonToken::Trivia)).map(|(_, span)| span);
    match spans.next() {
        Some(first) => first.start..spans.last().map_or(first.end, |last| last.end),
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
    let content_end = literal.len().saturating_sub(1);
    let (mut value_offset, mut literal_offset) = (0, 1.min(literal.len()));
    let (mut start, mut end) = (None, None);
    while literal_offset < content_end {
        if value_offset >= bytes.start {
            start.get_or_insert(literal_offset);
        }
        if value_offset >= bytes.end {
            end.get_or_insert(literal_offset);
        }
        let (value_len, literal_len) = first_char_lens(&literal[literal_offset..content_end]);
        (value_offset, literal_offset) = (value_offset + value_len, literal_offset + literal_len);
    }
    let start = start.unwrap_or(content_end);
    start..end.unwrap_or(content_end).max(start)
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
