//! Reads values from RON text and turns RON errors into diagnostics.
//!
//! RON reports where its parser stopped, which is often after the mistake. [`ron_diagnostic`] finds the token that a writer
//! must change and says what is expected there.

use std::ops::Range;

use ron::Error;
use serde::de::DeserializeOwned;

use super::diagnostic::Diagnostic;
use super::ron_tokens::{RonToken, byte_offset, ron_tokens};
use super::spanned::{FileId, ron_options, with_source};
use longhand_expr::did_you_mean;

/// Why a part of a file cannot be read.
pub(super) struct ReadError {
    pub(super) code: Error,
    /// Byte offset in the file at which RON stopped.
    pub(super) offset: usize,
    /// Path of the field, as `serde_path_to_error` formats it.
    pub(super) path: String,
}

/// Deserializes a byte range of a file; the value must take up the whole range.
pub(super) fn read_value<T: DeserializeOwned>(file: FileId, text: &str, range: Range<usize>) -> Result<T, ReadError> {
    let start = range.start;
    let part = &text[range];
    let (result, inner) = with_source(file, text, || {
        let mut deserializer = match ron::Deserializer::from_str_with_options(part, &ron_options()) {
            Ok(deserializer) => deserializer,
            Err(error) => return Err(Box::new((error, String::new()))),
        };
        match serde_path_to_error::deserialize(&mut deserializer) {
            Ok(read) => match deserializer.end() {
                Ok(()) => Ok(read),
                Err(code) => Err(Box::new((deserializer.span_error(code), String::new()))),
            },
            Err(error) => {
                let path = error.path().to_string();
                Err(Box::new((deserializer.span_error(error.into_inner()), path)))
            }
        }
    });
    result.map_err(|failure| {
        let (error, path) = *failure;
        match inner {
            Some(inner) => ReadError { code: inner.code, offset: inner.offset, path },
            None => ReadError { code: error.code, offset: start + byte_offset(part, error.span.end), path },
        }
    })
}

/// Help for a file whose first comment does not end.
const LINE_ENDS_HELP: &str = "its lines end with carriage returns alone, so all of it is one comment: save it with line feeds";
/// Help for a file that does not contain a scene.
const SCENE_HELP: &str = "a scene has the form `Scene(…)`; `longhand new NAME` creates an example";

/// The diagnostic for a RON error at byte offset `at` in the field `path`.
pub(super) fn ron_diagnostic(file: FileId, text: &str, code: &Error, at: usize, path: &str) -> Diagnostic {
    let error = |span: Range<usize>, message: String| Diagnostic::error("syntax", file, span, message);
    let diagnostic = match code {
        Error::NoSuchStructField { expected, found, outer } => {
            let location = outer.as_ref().map_or(String::new(), |outer| format!(" in `{outer}`"));
            error(find_word_before(text, at, found), format!("there is no field `{found}`{location}"))
                .help(suggestion(found, expected))
        }
        Error::NoSuchEnumVariant { expected, found, .. } => {
            error(find_word_before(text, at, found), format!("`{found}` is not allowed here")).help(suggestion(found, expected))
        }
        Error::MissingStructField { field, outer } => {
            let location = outer.as_ref().map_or(String::new(), |outer| format!(" in this `{outer}`"));
            error(record_opening(text, at), format!("`{field}` is missing{location}")).help(format!("add `{field}: …`"))
        }
        Error::DuplicateStructField { field, .. } => {
            error(find_word_before(text, at, field), format!("the field `{field}` is given twice"))
        }
        Error::ExpectedDifferentStructName { expected, found } => {
            let span = find_word_before(text, at, found);
            let is_first_token = text[..span.start].trim().is_empty();
            let help = if is_first_token { Some(SCENE_HELP.to_owned()) } else { unclosed_bracket_help(text) };
            error(span, format!("expected `{expected}`, found `{found}`")).help(help)
        }
        Error::ExceededRecursionLimit => error(token_at(text, at), "the nesting is too deep".into()),
        Error::IntegerOutOfBounds => {
            let span = number_before(text, at);
            error(span.clone(), format!("`{}` is not an integer in the allowed range", truncate(&text[span])))
        }
        Error::InvalidEscape(_) => {
            let span = invalid_escape(text, token_at(text, at));
            let help = "write `\\\\` for a backslash, or use a raw string: `r\"…\"`".to_owned();
            error(span.clone(), format!("`{}` is not a valid escape", &text[span])).help(help)
        }
        code => {
            let span = token_at(text, at);
            if let Some((span, message, help)) = find_unterminated(text, &span) {
                return error(span, message.into()).help(help);
            }
            let found = &text[span.clone()];
            if found.is_empty() {
                return if ron_tokens(text).all(|(token, _)| matches!(token, RonToken::Trivia)) {
                    let help = if text.contains('\r') && !text.contains('\n') { LINE_ENDS_HELP } else { SCENE_HELP };
                    error(span, "this file contains no scene".into()).help(help.to_owned())
                } else {
                    error(span, "unexpected end of file".into()).help(unclosed_bracket_help(text))
                };
            }
            let is_first_token = text[..span.start].trim().is_empty();
            let found = format!("`{}`", truncate(found));
            let expected = match code {
                Error::ExpectedString => "a string in quotes",
                Error::ExpectedInteger => "an integer",
                Error::ExpectedFloat => "a number",
                Error::ExpectedBoolean => "`true` or `false`",
                Error::ExpectedArray => "a list, `[…]`",
                Error::ExpectedArrayEnd => "`,` or `]`",
                Error::ExpectedMap => "a map, `{\"name\": …}`",
                Error::ExpectedMapEnd => "`,` or `}`",
                Error::ExpectedMapColon => "`:`",
                Error::ExpectedComma if matches!(&text[span.clone()], ")" | "]" | "}") => "a different closing bracket",
                Error::ExpectedComma => "`,`",
                Error::ExpectedStructLike | Error::ExpectedNamedStructLike(_) if is_first_token => "`Scene(…)`",
                Error::ExpectedStructLike | Error::ExpectedNamedStructLike(_) => "a struct, `(…)`",
                Error::ExpectedStructLikeEnd | Error::ExpectedOptionEnd => "`,` or `)`",
                Error::ExpectedIdentifier | Error::SuggestRawIdentifier(_) | Error::InvalidIdentifier(_) => "an identifier",
                Error::ExpectedStringEnd => return error(span, "this string has no closing quote".into()),
                Error::TrailingCharacters => return error(span, format!("unexpected {found} after the end of the scene")),
                other => {
                    return error(span, format!("{}, found {found}", lowercase_first(&other.to_string())))
                        .label(path_label(path));
                }
            };
            let help = expected_form(path)
                .or_else(|| quoting_help(code, &text[span.clone()]))
                .or_else(|| if is_first_token { Some(SCENE_HELP.to_owned()) } else { unclosed_bracket_help(text) });
            error(span, format!("expected {expected}, found {found}")).help(help)
        }
    };
    diagnostic.label(path_label(path))
}

/// Help for a text without quotes, and for one text in the place of a list or the other way round.
fn quoting_help(code: &Error, found: &str) -> Option<String> {
    let is_number = found.starts_with(|c: char| c.is_ascii_digit());
    match code {
        Error::ExpectedString if found.starts_with('[') => Some("give one text, without brackets".to_owned()),
        Error::ExpectedString if is_number => Some(format!("write it in quotes: `\"{}\"`", truncate(found))),
        Error::ExpectedArray if found.starts_with('"') => Some(format!("write `[{}]`", truncate(found))),
        _ => None,
    }
}

fn path_label(path: &str) -> String {
    // A path with a question mark comes from a value that serde buffers and is of no use.
    if path.is_empty() || path.contains('?') || path == "." { String::new() } else { format!("in {path}") }
}

fn lowercase_first(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}

fn truncate(text: &str) -> String {
    const LONG: usize = 40;
    let line = text.lines().next().unwrap_or("");
    if line.chars().count() > LONG { line.chars().take(LONG).chain(['…']).collect() } else { line.to_owned() }
}

/// Words that other tools use, and the word here.
const SYNONYMS: [(&str, &str); 22] = [
    ("globals", "params"),
    ("variables", "params"),
    ("constants", "params"),
    ("agents", "cast"),
    ("characters", "cast"),
    ("people", "cast"),
    ("rules", "actions"),
    ("locations", "places"),
    ("relations", "ties"),
    ("relationships", "ties"),
    ("reporters", "measures"),
    ("metrics", "measures"),
    ("tests", "expect"),
    ("start", "starts"),
    ("end", "ends"),
    ("if", "when"),
    ("condition", "when"),
    ("effects", "does"),
    ("utility", "want"),
    ("duration", "takes"),
    ("text", "say"),
    ("description", "about"),
];

/// Help that names the expected word for one of another tool, the nearest of the expected words, or all of them.
fn suggestion(found: &str, expected: &[&'static str]) -> Option<String> {
    let synonym = SYNONYMS.iter().find(|(word, meant)| *word == found && expected.contains(meant));
    if let Some((_, meant)) = synonym {
        return Some(format!("did you mean `{meant}`?"));
    }
    let all = || format!("one of {}", expected.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "));
    did_you_mean(found, expected.iter().copied()).or_else(|| (!expected.is_empty()).then(all))
}

/// The word or token at a byte offset, or the first one after it; empty at the end of the text.
fn token_at(text: &str, at: usize) -> Range<usize> {
    let mut word_span: Option<Range<usize>> = None;
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '+' | '-');
    for (token, span) in ron_tokens(text) {
        match (&mut word_span, token) {
            (None, RonToken::Trivia) => {}
            (None, _) if span.end <= at => {}
            (None, RonToken::Other(c)) if is_word(c) => word_span = Some(span),
            (None, _) => return span,
            (Some(word), RonToken::Other(c)) if is_word(c) => word.end = span.end,
            (Some(_), _) => break,
        }
    }
    word_span.unwrap_or(text.len()..text.len())
}

/// The last occurrence of a whole word before a byte offset.
fn find_word_before(text: &str, end: usize, word: &str) -> Range<usize> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = text.get(..end).unwrap_or(text);
    let is_whole_word = |at: &usize| !before[..*at].ends_with(is_word) && !text[at + word.len()..].starts_with(is_word);
    match before.rmatch_indices(word).map(|(i, _)| i).find(is_whole_word) {
        Some(start) => start..start + word.len(),
        None => token_at(text, end),
    }
}

/// The name and opening bracket of the struct that closes at, or contains, a byte offset.
fn record_opening(text: &str, at: usize) -> Range<usize> {
    let mut open_brackets = Vec::new();
    let mut word: Option<Range<usize>> = None;
    let mut just_closed = None;
    for (token, span) in ron_tokens(text) {
        if span.start >= at {
            break;
        }
        just_closed = None;
        match token {
            RonToken::Other('(' | '[' | '{') => {
                let start = word.take().map_or(span.start, |word| word.start);
                open_brackets.push(start..span.end);
            }
            RonToken::Other(')' | ']' | '}') => {
                just_closed = open_brackets.pop();
                word = None;
            }
            RonToken::Other(c) if c.is_alphanumeric() || c == '_' => match &mut word {
                Some(word) if word.end == span.start => word.end = span.end,
                _ => word = Some(span),
            },
            _ => word = None,
        }
    }
    just_closed.or_else(|| open_brackets.pop()).unwrap_or_else(|| token_at(text, at))
}

/// Help with the allowed forms of an enum field.
fn expected_form(path: &str) -> Option<String> {
    const FORMS: [(&str, &str, &str); 7] = [
        ("params", "value", "`Number(0.5)` or `Switch(true)`"),
        ("actions", "accept", "`All(\"0.5\")`, or `By({\"role\": \"0.5\"})`"),
        ("triggers", "on", "`Event(\"…\")`, `Begins(\"…\")`, `Ends(\"…\")`, `Learns(\"…\")` or `Jumps(\"…\", 0.2)`"),
        ("measures", "at", "`Start`, `End` or `Beat(\"…\")`"),
        ("population", "shape", "`SmallWorld(…)`, `ScaleFree(…)`, `Random(…)`, `Pairs(…)` or `Edges(…)`"),
        (
            "population",
            "attributes",
            "`Always(0.5)`, `Uniform(0, 1)`, `Normal(0.5, 0.1)`, `Beta(2, 2)`, `LogNormal(0.5, 0.2)` or `Share(0.5)`",
        ),
        ("population", "bond", "`Always(0.5)`, `Uniform(0, 1)`, `Normal(0.5, 0.1)`, `Beta(2, 2)` or `LogNormal(0.5, 0.2)`"),
    ];
    let applies = |(section, field, _): &&(&str, &str, &str)| {
        path.starts_with(section) && path.split('.').any(|part| part.split('[').next() == Some(*field))
    };
    FORMS.iter().find(applies).map(|(_, _, form)| format!("write {form}"))
}

/// The number that ends at a byte offset.
fn number_before(text: &str, end: usize) -> Range<usize> {
    let before = text.get(..end).unwrap_or(text).trim_end();
    let prefix = before.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '+' | '-'));
    if prefix.len() == before.len() { token_at(text, end) } else { prefix.len()..before.len() }
}

/// The first invalid escape in a string literal.
fn invalid_escape(text: &str, literal: Range<usize>) -> Range<usize> {
    let literal_text = &text[literal.clone()];
    let mut chars = literal_text.char_indices();
    let mut last_numeric_escape = None;
    while let Some((at, c)) = chars.next() {
        if c == '\\'
            && let Some((next, c)) = chars.next()
        {
            let span = literal.start + at..literal.start + next + c.len_utf8();
            match c {
                // The digits of these escapes are not checked. If no other escape is invalid, the error is in one of these.
                'x' | 'u' => last_numeric_escape = Some(span),
                '\'' | '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | '0' | '\n' | '\r' => {}
                _ => return span,
            }
        }
    }
    last_numeric_escape.unwrap_or(literal)
}

/// The unterminated comment or string that caused an error at a token: its beginning, a message and help.
fn find_unterminated(text: &str, error_token: &Range<usize>) -> Option<(Range<usize>, &'static str, String)> {
    let line_number = |at: usize| text[..at].matches('\n').count() + 1;
    for (token, span) in ron_tokens(text) {
        if span.start >= error_token.end.max(1) {
            break;
        }
        let token_text = &text[span.clone()];
        match token {
            RonToken::Trivia if token_text.starts_with("/*") && span.end == text.len() && error_token.is_empty() => {
                return Some((span.start..span.start + 2, "this comment is not closed", "add `*/`".into()));
            }
            // If a string contains a line break and a word follows it directly, the quote that ends it was meant to open the
            // next string.
            RonToken::StringLiteral if span.end == error_token.start && token_text.contains('\n') => {
                let end = span.start + token_text.find('\n').unwrap_or(token_text.len());
                let help = format!("it extends to the quote on line {}", line_number(span.end.saturating_sub(1)));
                return Some((span.start..end, "this string has no closing quote", help));
            }
            RonToken::StringLiteral if span.end == text.len() && !token_text[1..].contains('"') => {
                let end = span.start + token_text.find('\n').unwrap_or(token_text.len());
                return Some((span.start..end, "this string has no closing quote", "add `\"`".into()));
            }
            _ => {}
        }
    }
    None
}

/// Help that names the unclosed bracket: the innermost one at the first mismatch, or at the end.
fn unclosed_bracket_help(text: &str) -> Option<String> {
    let mut open_brackets = Vec::new();
    for (token, span) in ron_tokens(text) {
        let opening = match token {
            RonToken::Other(c @ ('(' | '[' | '{')) => {
                open_brackets.push((c, span.start));
                continue;
            }
            RonToken::Other(')') => '(',
            RonToken::Other(']') => '[',
            RonToken::Other('}') => '{',
            _ => continue,
        };
        match open_brackets.last() {
            Some((c, _)) if *c == opening => _ = open_brackets.pop(),
            Some(_) => break,
            None => return None,
        }
    }
    let (bracket, offset) = open_brackets.pop()?;
    Some(format!("the `{bracket}` on line {} is not closed", text[..offset].matches('\n').count() + 1))
}

#[cfg(test)]
mod tests {
    use super::super::decl::SceneFile;
    use super::*;

    fn first_problem(text: &str) -> (String, String, Option<String>) {
        let Err(ReadError { code, offset: at, path }) = read_value::<SceneFile>(FileId(0), text, 0..text.len()) else {
            panic!("no error")
        };
        let problem = ron_diagnostic(FileId(0), text, &code, at, &path);
        (text[problem.span.clone()].to_owned(), problem.message, problem.help)
    }

    #[test]
    fn an_unknown_field_is_marked_and_the_nearest_name_suggested() {
        let (marked, message, help) = first_problem("(actions: [Action(id: \"a\", wnt: \"1\")])");
        assert_eq!((marked.as_str(), message.as_str()), ("wnt", "there is no field `wnt` in `Action`"));
        assert_eq!(help.unwrap(), "did you mean `want`?");
        let (_, _, help) = first_problem("(globals: [])");
        assert_eq!(help.unwrap(), "did you mean `params`?");
        let (_, _, help) = first_problem("(actions: [(id: \"a\", want: \"1\", if: \"true\")])");
        assert_eq!(help.unwrap(), "did you mean `when`?");
    }

    #[test]
    fn a_list_and_a_text_are_told_apart() {
        let help = |text| first_problem(text).2.unwrap_or_default();
        assert_eq!(help("(population: [(kind: \"k\", count: 40)])"), "write it in quotes: `\"40\"`");
        assert_eq!(help("(goals: [(id: \"g\", by: [\"k\"])])"), "give one text, without brackets");
        assert_eq!(help("(actions: [(id: \"a\", by: \"k\", want: \"1\")])"), "write `[\"k\"]`");
    }

    #[test]
    fn an_unknown_variant_is_marked_and_the_nearest_name_suggested() {
        let (marked, _, help) = first_problem("(cast: [(id: \"a\", kind: \"k\", pronouns: shee)])");
        assert_eq!((marked.as_str(), help.unwrap().as_str()), ("shee", "did you mean `she`?"));
    }

    #[test]
    fn a_missing_field_is_reported_at_the_opening_of_its_struct() {
        let (marked, message, _) = first_problem("(actions: [\n  Action(\n    id: \"a\", roles: {\"x\": \"[self]\"},\n  ),\n])");
        assert_eq!((marked.as_str(), message.as_str()), ("Action(", "`want` is missing in this `Action`"));
    }

    #[test]
    fn a_value_of_the_wrong_type_is_marked() {
        assert_eq!(first_problem("(title:   12)").0, "12");
        assert_eq!(first_problem("(title: /* why */ 12)").0, "12");
        let (marked, message, _) = first_problem("(places: [(id: 12)])");
        assert_eq!((marked.as_str(), message.as_str()), ("12", "expected a string in quotes, found `12`"));
        assert_eq!(first_problem("(minds: (noticed: \"much\"))").0, "\"much\"");
    }

    #[test]
    fn a_missing_comma_is_reported_at_the_next_token() {
        let (marked, message, _) = first_problem("(\n  title: \"a\"\n  about: \"b\",\n)");
        assert_eq!((marked.as_str(), message.as_str()), ("about", "expected `,`, found `about`"));
    }

    #[test]
    fn an_unclosed_bracket_is_named() {
        let (_, _, help) = first_problem("(\n  places: [(id: \"a\"),\n");
        assert_eq!(help.unwrap(), "the `[` on line 2 is not closed");
    }

    #[test]
    fn text_after_the_scene_is_an_error() {
        assert_eq!(first_problem("() ()").0, "(");
    }
}
