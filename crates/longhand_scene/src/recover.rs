//! Reads a scene file. If it has a syntax error, all complete sections and entries are still read.
//!
//! RON stops at the first error. Then the file is read entry by entry, so that all syntax errors and all other problems are
//! reported at once. [`UnreadParts`] stores the words of what could not be read, so that a name that is declared in a
//! broken entry is not reported as unknown.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::de::DeserializeOwned;

use super::decl::{SceneFile, Text};
use super::diagnostic::{Diagnostic, Severity};
use super::parse::{self, ReadError};
use super::ron_tokens::{RonToken, ron_tokens};
use super::spanned::FileId;

/// Maximum number of syntax errors reported for one file.
const MAX_SYNTAX_ERRORS: usize = 20;

/// The words in the parts of a scene that could not be read.
#[derive(Debug, Default)]
pub(super) struct UnreadParts {
    /// String literals and the words in them: ids, keys, expressions.
    words: BTreeSet<String>,
    /// Field names.
    fields: BTreeSet<String>,
    /// The unread parts may contain anything else.
    anything: bool,
}

impl UnreadParts {
    /// Records that nothing is known about a part, such as a missing file.
    pub(super) fn mark_anything(&mut self) {
        self.anything = true;
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.anything && self.words.is_empty() && self.fields.is_empty()
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.words.extend(other.words);
        self.fields.extend(other.fields);
        self.anything |= other.anything;
    }

    fn add_text(&mut self, text: &str) {
        let mut word: Option<Range<usize>> = None;
        for (token, span) in ron_tokens(text) {
            match token {
                RonToken::StringLiteral => {
                    let content = text[span].trim_matches(|c| matches!(c, 'r' | '#' | '"'));
                    let words = content.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
                    self.words.extend(words.chain([content]).map(str::to_owned));
                    word = None;
                }
                RonToken::Other(':') => self.fields.extend(word.take().and_then(|word| text.get(word)).map(str::to_owned)),
                RonToken::Other(c) if c.is_alphanumeric() || c == '_' => match &mut word {
                    Some(word) if word.end == span.start => word.end = span.end,
                    _ => word = Some(span),
                },
                RonToken::Other(_) => word = None,
                RonToken::Trivia => {}
            }
        }
    }

    /// Whether a diagnostic may be caused only by the unread parts.
    pub(super) fn may_explain(&self, diagnostic: &Diagnostic, marked: &str) -> bool {
        let marked = marked.trim_matches('"');
        let is_unread = |word: &str| self.words.contains(word);
        let missing = matches!(diagnostic.code, "missing" | "unknown-name" | "param");
        diagnostic.severity == Severity::Warning
            // The errors that fill the check follow from what could not be read.
            || diagnostic.code == "limit"
            || diagnostic.code == "attribute"
            || missing && (self.anything || is_unread(marked) || marked.split('/').next().is_some_and(is_unread))
            || diagnostic.code == "missing" && diagnostic.missing_field.is_some_and(|field| self.fields.contains(field))
    }
}

/// The parts of a file that could be read, its syntax errors, and the words of the other parts.
pub(super) struct RecoveredFile {
    pub(super) scene: SceneFile,
    pub(super) problems: Vec<Diagnostic>,
    pub(super) unread: UnreadParts,
}

/// Reads one file. On a syntax error, it returns the parts that can still be read.
pub(super) fn read_file(file: FileId, text: &str) -> RecoveredFile {
    match parse::read_value(file, text, 0..text.len()) {
        Ok(scene) => RecoveredFile { scene, problems: Vec::new(), unread: UnreadParts::default() },
        Err(ReadError { code, offset: at, path }) => recover(file, text, parse::ron_diagnostic(file, text, &code, at, &path), at),
    }
}

/// Reads the complete parts of a file whose first syntax error is `first`, at byte offset `at`.
fn recover(file: FileId, text: &str, first: Diagnostic, at: usize) -> RecoveredFile {
    let mut recovery =
        Recovery { file, text, offset: at, scene: SceneFile::default(), problems: vec![first], unread: UnreadParts::default() };
    let (fields, brackets_match) = top_level_fields(text);
    recovery.unread.anything = !brackets_match;
    for field in fields {
        recovery.read_field(field);
    }
    RecoveredFile { scene: recovery.scene, problems: recovery.problems, unread: recovery.unread }
}

struct Recovery<'t> {
    file: FileId,
    text: &'t str,
    /// Byte offset at which RON stopped.
    offset: usize,
    scene: SceneFile,
    problems: Vec<Diagnostic>,
    unread: UnreadParts,
}

/// Reads list sections entry by entry, other fields as a whole.
macro_rules! sections {
    ($self:ident, $whole:ident, $name:ident, $value:ident, lists: $($list:ident)*; fields: $($field:ident)*) => {
        match $name {
            $(stringify!($list) => {
                let mut entries = $self.read_entries($name, $value);
                $self.scene.$list.append(&mut entries);
            })*
            $(stringify!($field) => { $self.scene.$field = $self.read_whole($name, $value); })*
            "include" => {
                // An include that cannot be read may name a file with any content.
                $self.unread.anything |= parse::read_value::<Vec<Text>>($self.file, $self.text, $value.clone()).is_err();
                let mut entries: Vec<Text> = $self.read_entries($name, $value);
                $self.scene.include.append(&mut entries);
            }
            _ => {
                let fields = &["include", $(stringify!($list),)* $(stringify!($field),)*];
                $self.report_unknown($name, fields, $whole);
            }
        }
    };
}

impl Recovery<'_> {
    fn read_field(&mut self, field: Range<usize>) {
        let text = self.text;
        let Some((name, value)) = split_field(text, field.clone()) else {
            self.unread.add_text(&text[field]);
            return;
        };
        let name = &text[name];
        sections!(self, field, name, value,
            lists: without params defs kinds attributes world bonds ties places roads things cast population goals norms appointments intentions actions influences triggers
                   processes beats patterns
                   measures names prose documents expect;
            fields: set title about language direction words forms starts ends ends_when tick calendar minds record stage);
    }

    fn report_unknown(&mut self, name: &str, fields: &'static [&'static str], field: Range<usize>) {
        self.unread.add_text(&self.text[field.clone()]);
        let code = ron::Error::NoSuchStructField { expected: fields, found: name.to_owned(), outer: Some("Scene".into()) };
        let end = field.start + name.len();
        self.report_error(field, |recovery| parse::ron_diagnostic(recovery.file, recovery.text, &code, end, ""));
    }

    fn read_whole<T: DeserializeOwned>(&mut self, name: &str, value: Range<usize>) -> Option<T> {
        match self.read_or_report::<Option<T>>(name, value.clone()) {
            Some(read) => read,
            None => {
                self.unread.fields.insert(name.to_owned());
                self.unread.add_text(&self.text[value]);
                None
            }
        }
    }

    fn read_entries<T: DeserializeOwned>(&mut self, name: &str, value: Range<usize>) -> Vec<T> {
        if let Ok(all) = parse::read_value::<Vec<T>>(self.file, self.text, value.clone()) {
            return all;
        }
        let Some(entries) = list_entries(self.text, value.clone()) else {
            return self.read_whole::<Vec<T>>(name, value).unwrap_or_default();
        };
        let mut read = Vec::new();
        for (nth, entry) in entries.into_iter().enumerate() {
            match self.read_or_report(&format!("{name}[{nth}]"), entry.clone()) {
                Some(entry) => read.push(entry),
                None => self.unread.add_text(&self.text[entry]),
            }
        }
        read
    }

    fn read_or_report<T: DeserializeOwned>(&mut self, path: &str, value: Range<usize>) -> Option<T> {
        match parse::read_value(self.file, self.text, value.clone()) {
            Ok(read) => Some(read),
            Err(ReadError { code, offset: at, path: inner }) => {
                let dot = if inner.is_empty() || inner == "." || inner.starts_with('[') { "" } else { "." };
                let path = format!("{path}{dot}{}", inner.trim_start_matches('.'));
                self.report_error(value, |recovery| parse::ron_diagnostic(recovery.file, recovery.text, &code, at, &path));
                None
            }
        }
    }

    /// Adds the syntax error in `range`, unless it is the first one of the file, which is already reported.
    fn report_error(&mut self, range: Range<usize>, diagnose: impl FnOnce(&Self) -> Diagnostic) {
        let is_first = range.start <= self.offset && self.offset <= range.end;
        if !is_first && self.problems.len() < MAX_SYNTAX_ERRORS {
            let diagnostic = diagnose(self);
            self.problems.push(diagnostic);
        }
    }
}

/// The fields of the outermost struct, and whether all brackets match.
fn top_level_fields(text: &str) -> (Vec<Range<usize>>, bool) {
    let first_symbol =
        ron_tokens(text).find(|(token, _)| matches!(token, RonToken::Other(c) if !(c.is_alphanumeric() || *c == '_')));
    match first_symbol {
        Some((RonToken::Other('('), span)) => split_at_commas(text, span.start),
        _ => (Vec::new(), false),
    }
}

/// The entries of a list; `None` if brackets do not match.
fn list_entries(text: &str, list: Range<usize>) -> Option<Vec<Range<usize>>> {
    let list_text = &text[list.clone()];
    let (_, opening) = ron_tokens(list_text).find(|(token, _)| !matches!(token, RonToken::Trivia))?;
    if !list_text[opening.start..].starts_with('[') {
        return None;
    }
    let (parts, brackets_match) = split_at_commas(list_text, opening.start);
    brackets_match.then(|| parts.into_iter().map(|part| list.start + part.start..list.start + part.end).collect())
}

/// The comma-separated parts inside the bracket at byte offset `opening`, and whether the brackets match.
fn split_at_commas(text: &str, opening: usize) -> (Vec<Range<usize>>, bool) {
    let mut expected_closings: Vec<char> = Vec::new();
    let mut parts = Vec::new();
    let mut start = None;
    for (token, span) in ron_tokens(&text[opening..]).map(|(token, span)| (token, opening + span.start..opening + span.end)) {
        let symbol = match token {
            RonToken::Trivia => continue,
            RonToken::StringLiteral => None,
            RonToken::Other(c) => Some(c),
        };
        match symbol {
            Some(',') if expected_closings.len() == 1 => parts.extend(start.take().map(|start| start..span.start)),
            Some(c @ (')' | ']' | '}')) => {
                if expected_closings.pop() != Some(c) {
                    return (parts, false);
                }
                if expected_closings.is_empty() {
                    parts.extend(start.take().map(|start| start..span.start));
                    return (parts, true);
                }
            }
            _ => {
                if !expected_closings.is_empty() {
                    start.get_or_insert(span.start);
                }
                match symbol {
                    Some('(') => expected_closings.push(')'),
                    Some('[') => expected_closings.push(']'),
                    Some('{') => expected_closings.push('}'),
                    _ => {}
                }
            }
        }
    }
    (parts, false)
}

/// The byte ranges of a field's name and value.
fn split_field(text: &str, field: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let field_text = &text[field.clone()];
    let colon = ron_tokens(field_text).find(|(token, _)| matches!(token, RonToken::Other(':'))).map(|(_, span)| span)?;
    let name = field_text[..colon.start].trim_end();
    let is_word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_word.then(|| (field.start..field.start + name.len(), field.start + colon.end..field.end))
}

#[cfg(test)]
mod tests {
    use super::super::load_text;
    use super::SceneFile;

    fn problems_of(text: &str) -> Vec<(String, String)> {
        let problems = load_text("a.ron", &[("a.ron", text)], &[]).expect_err("it has a syntax error");
        problems.list.iter().map(|problem| (problems.marked_text(problem).to_owned(), problem.message.clone())).collect()
    }

    #[test]
    fn other_problems_are_reported_beside_a_syntax_error() {
        let text = r#"Scene(
            starts: "2025-01-06", ends: "2025-02-06",
            kinds: [Kind(id: "human"), Kind(id: "os" os: true)],
            places: [Place(id: "flat", nmae: "the flat"), Place(id: "flat")],
            cast: [Member(id: "ann", kind: "os", home: "flat"), Member(id: "ben", kind: "humna")],
        )"#;
        let marked: Vec<_> = problems_of(text).into_iter().map(|(marked, _)| marked).collect();
        assert_eq!(marked, ["os", "nmae", "\"humna\""], "the broken kind and place are not reported as unknown");
    }

    #[test]
    fn a_missing_bracket_is_the_only_error_reported() {
        let text = r#"Scene(starts: "2025-01-06", ends: "2025-02-06", kinds: [Kind(id: "human"],
            cast: [Member(id: "ann", kind: "os")])"#;
        assert_eq!(problems_of(text).len(), 1, "{:?}", problems_of(text));
    }

    #[test]
    fn one_broken_list_is_one_problem_however_often_its_entries_are_used() {
        let uses: String =
            (0..700).map(|nth| format!("Action(id: \"a{nth}\", when: \"self.mood > 0.5\", want: \"self.mood\"),\n")).collect();
        let text = format!(
            "Scene(starts: \"2025-01-06\", ends: \"2025-02-06\", kinds: [Kind(id: \"human\")], \
             attributes: Attribute(id: \"mood\")], cast: [Member(id: \"ann\", kind: \"human\")], actions: [{uses}])"
        );
        assert_eq!(problems_of(&text).len(), 1, "{:?}", problems_of(&text));
    }

    #[test]
    fn an_unreadable_field_is_not_reported_as_missing() {
        let problems = problems_of("Scene(starts: 2025, ends: \"2025-02-06\", tick: \"0s\")");
        let marked: Vec<_> = problems.iter().map(|(marked, _)| marked.as_str()).collect();
        assert_eq!(marked, ["2025", "\"0s\""]);
    }

    #[test]
    fn every_section_is_known_beside_a_syntax_error() {
        let error = ron::from_str::<SceneFile>("Scene(plces: [])").expect_err("there is no such section");
        let ron::Error::NoSuchStructField { expected, .. } = error.code else { panic!("{error}") };
        assert!(expected.len() > 20, "{expected:?}");
        for section in expected {
            let problems = problems_of(&format!("Scene(starts: 2025, {section}: !)"));
            assert!(!problems.iter().any(|(_, message)| message.contains("no field")), "{problems:?}");
        }
    }

    #[test]
    fn all_unknown_sections_are_reported() {
        let problems = problems_of("Scene(starts: \"2025-01-06\", ends: \"2025-02-06\", plces: [(id: \"flat\")], kind: [])");
        let marked: Vec<_> = problems.iter().map(|(marked, _)| marked.as_str()).collect();
        assert_eq!(marked, ["plces", "kind"]);
    }
}
