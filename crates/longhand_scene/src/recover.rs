//! Reads what is intact in a file with a syntax error: complete sections and entries.
//!
//! RON stops at the first error. Here the file is read entry by entry, so that all syntax errors and all other problems are
//! reported at once. [`UnreadParts`] stores the words of what could not be read, so that a name that is declared in a
//! broken entry is not reported as unknown.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::de::DeserializeOwned;

use super::diagnostic::{Diagnostic, Severity};
use super::file::{SceneFile, Text};
use super::spanned::{FileId, Piece, pieces};
use super::syntax::{self, Read};

/// Maximum number of syntax errors reported for one file.
const MOST: usize = 20;

/// The words in the parts of a scene that could not be read.
#[derive(Debug, Default)]
pub(super) struct Lost {
    /// String literals and the words in them: ids, keys, expressions.
    words: BTreeSet<String>,
    /// Field names.
    fields: BTreeSet<String>,
    /// The unread parts may contain anything else.
    everything: bool,
}

impl Lost {
    /// Records that nothing is known about a part, such as a missing file.
    pub(super) fn all(&mut self) {
        self.everything = true;
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.everything && self.words.is_empty() && self.fields.is_empty()
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.words.extend(other.words);
        self.fields.extend(other.fields);
        self.everything |= other.everything;
    }

    fn note(&mut self, text: &str) {
        let mut word: Option<Range<usize>> = None;
        for (piece, span) in pieces(text) {
            match piece {
                Piece::Text => {
                    let said = text[span].trim_matches(|c| matches!(c, 'r' | '#' | '"'));
                    let words = said.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
                    self.words.extend(words.chain([said]).map(str::to_owned));
                    word = None;
                }
                Piece::Sign(':') => self.fields.extend(word.take().and_then(|word| text.get(word)).map(str::to_owned)),
                Piece::Sign(c) if c.is_alphanumeric() || c == '_' => match &mut word {
                    Some(word) if word.end == span.start => word.end = span.end,
                    _ => word = Some(span),
                },
                Piece::Sign(_) => word = None,
                Piece::Blank => {}
            }
        }
    }

    /// Whether a diagnostic may be caused only by the unread parts.
    pub(super) fn excuses(&self, said: &Diagnostic, marked: &str) -> bool {
        let marked = marked.trim_matches('"');
        let lost = |word: &str| self.words.contains(word);
        let missing = matches!(said.code, "missing" | "unknown-name" | "param");
        said.severity == Severity::Warning
            || said.code == "attribute"
            || missing && (self.everything || lost(marked) || marked.split('/').next().is_some_and(lost))
            || said.code == "missing" && said.of.is_some_and(|field| self.fields.contains(field))
    }
}

/// What was read of a file, its syntax errors, and what could not be read.
pub(super) struct Recovered {
    pub(super) scene: SceneFile,
    pub(super) problems: Vec<Diagnostic>,
    pub(super) lost: Lost,
}

/// Reads what is intact in a file whose first syntax error is `first`, at byte offset `at`.
pub(super) fn recover(file: FileId, text: &str, first: Diagnostic, at: usize) -> Recovered {
    let mut found = Recovery { file, text, at, scene: SceneFile::default(), problems: vec![first], lost: Lost::default() };
    let (fields, whole) = fields(text);
    found.lost.everything = !whole;
    for field in fields {
        found.field(field);
    }
    Recovered { scene: found.scene, problems: found.problems, lost: found.lost }
}

struct Recovery<'t> {
    file: FileId,
    text: &'t str,
    /// Byte offset at which RON stopped.
    at: usize,
    scene: SceneFile,
    problems: Vec<Diagnostic>,
    lost: Lost,
}

/// Reads list sections entry by entry, other fields as a whole.
macro_rules! sections {
    ($self:ident, $whole:ident, $name:ident, $value:ident, lists: $($list:ident)*; fields: $($field:ident)*) => {
        match $name {
            $(stringify!($list) => { let mut entries = $self.entries($name, $value); $self.scene.$list.append(&mut entries); })*
            $(stringify!($field) => { $self.scene.$field = $self.one($name, $value); })*
            "include" => {
                // An include that cannot be read may name a file with any content.
                $self.lost.everything |= syntax::read::<Vec<Text>>($self.file, $self.text, $value.clone()).is_err();
                let mut entries: Vec<Text> = $self.entries($name, $value);
                $self.scene.include.append(&mut entries);
            }
            _ => {
                let fields = &["include", $(stringify!($list),)* $(stringify!($field),)*];
                $self.unknown($name, fields, $whole);
            }
        }
    };
}

impl Recovery<'_> {
    fn field(&mut self, field: Range<usize>) {
        let text = self.text;
        let Some((name, value)) = named(text, field.clone()) else {
            self.lost.note(&text[field]);
            return;
        };
        let name = &text[name];
        sections!(self, field, name, value,
            lists: params defs kinds attributes bonds ties places cast population goals actions triggers processes beats patterns
                   measures names prose documents expect;
            fields: title about starts ends ends_when tick record);
    }

    fn unknown(&mut self, name: &str, fields: &'static [&'static str], field: Range<usize>) {
        self.lost.note(&self.text[field.clone()]);
        let code = ron::Error::NoSuchStructField { expected: fields, found: name.to_owned(), outer: Some("Scene".into()) };
        let end = field.start + name.len();
        self.wrong(field, |me| syntax::explain(me.file, me.text, &code, end, ""));
    }

    fn one<T: DeserializeOwned>(&mut self, name: &str, value: Range<usize>) -> Option<T> {
        match self.read::<Option<T>>(name, value.clone()) {
            Some(read) => read,
            None => {
                self.lost.fields.insert(name.to_owned());
                self.lost.note(&self.text[value]);
                None
            }
        }
    }

    fn entries<T: DeserializeOwned>(&mut self, name: &str, value: Range<usize>) -> Vec<T> {
        if let Ok(all) = syntax::read::<Vec<T>>(self.file, self.text, value.clone()) {
            return all;
        }
        let Some(entries) = entries(self.text, value.clone()) else {
            return self.one::<Vec<T>>(name, value).unwrap_or_default();
        };
        let mut read = Vec::new();
        for (nth, entry) in entries.into_iter().enumerate() {
            match self.read(&format!("{name}[{nth}]"), entry.clone()) {
                Some(entry) => read.push(entry),
                None => self.lost.note(&self.text[entry]),
            }
        }
        read
    }

    fn read<T: DeserializeOwned>(&mut self, path: &str, value: Range<usize>) -> Option<T> {
        match syntax::read(self.file, self.text, value.clone()) {
            Ok(read) => Some(read),
            Err(Read { code, at, path: inner }) => {
                let dot = if inner.is_empty() || inner == "." || inner.starts_with('[') { "" } else { "." };
                let path = format!("{path}{dot}{}", inner.trim_start_matches('.'));
                self.wrong(value, |me| syntax::explain(me.file, me.text, &code, at, &path));
                None
            }
        }
    }

    /// Adds a syntax error, unless it is the one that RON stopped at.
    fn wrong(&mut self, piece: Range<usize>, say: impl FnOnce(&Self) -> Diagnostic) {
        let is_first = piece.start <= self.at && self.at <= piece.end;
        if !is_first && self.problems.len() < MOST {
            let said = say(self);
            self.problems.push(said);
        }
    }
}

/// The fields of the outermost struct, and whether all brackets match.
fn fields(text: &str) -> (Vec<Range<usize>>, bool) {
    let open = pieces(text).find(|(piece, _)| matches!(piece, Piece::Sign(c) if !(c.is_alphanumeric() || *c == '_')));
    match open {
        Some((Piece::Sign('('), span)) => parts(text, span.start),
        _ => (Vec::new(), false),
    }
}

/// The entries of a list; `None` if brackets do not match.
fn entries(text: &str, list: Range<usize>) -> Option<Vec<Range<usize>>> {
    let piece = &text[list.clone()];
    let (_, open) = pieces(piece).find(|(piece, _)| !matches!(piece, Piece::Blank))?;
    if !piece[open.start..].starts_with('[') {
        return None;
    }
    let (parts, whole) = parts(piece, open.start);
    whole.then(|| parts.into_iter().map(|part| list.start + part.start..list.start + part.end).collect())
}

/// The comma-separated parts inside the bracket at byte offset `open`, and whether the brackets match.
fn parts(text: &str, open: usize) -> (Vec<Range<usize>>, bool) {
    let mut closing: Vec<char> = Vec::new();
    let mut parts = Vec::new();
    let mut start = None;
    for (piece, span) in pieces(&text[open..]).map(|(piece, span)| (piece, open + span.start..open + span.end)) {
        let sign = match piece {
            Piece::Blank => continue,
            Piece::Text => None,
            Piece::Sign(c) => Some(c),
        };
        match sign {
            Some(',') if closing.len() == 1 => parts.extend(start.take().map(|start| start..span.start)),
            Some(c @ (')' | ']' | '}')) => {
                if closing.pop() != Some(c) {
                    return (parts, false);
                }
                if closing.is_empty() {
                    parts.extend(start.take().map(|start| start..span.start));
                    return (parts, true);
                }
            }
            _ => {
                if !closing.is_empty() {
                    start.get_or_insert(span.start);
                }
                match sign {
                    Some('(') => closing.push(')'),
                    Some('[') => closing.push(']'),
                    Some('{') => closing.push('}'),
                    _ => {}
                }
            }
        }
    }
    (parts, false)
}

/// The byte ranges of a field's name and value.
fn named(text: &str, field: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let piece = &text[field.clone()];
    let colon = pieces(piece).find(|(piece, _)| matches!(piece, Piece::Sign(':'))).map(|(_, span)| span)?;
    let name = piece[..colon.start].trim_end();
    let is_word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_word.then(|| (field.start..field.start + name.len(), field.start + colon.end..field.end))
}

#[cfg(test)]
mod tests {
    use super::super::load_text;

    fn told(text: &str) -> Vec<(String, String)> {
        let problems = load_text("a.ron", &[("a.ron", text)], &[]).expect_err("it has a syntax error");
        problems.list.iter().map(|said| (problems.marked(said).to_owned(), said.message.clone())).collect()
    }

    #[test]
    fn other_problems_are_reported_beside_a_syntax_error() {
        let text = r#"Scene(
            starts: "2025-01-06", ends: "2025-02-06",
            kinds: [Kind(id: "human"), Kind(id: "os" os: true)],
            places: [Place(id: "flat", nmae: "the flat"), Place(id: "flat")],
            cast: [Member(id: "ann", kind: "os", home: "flat"), Member(id: "ben", kind: "humna")],
        )"#;
        let marked: Vec<_> = told(text).into_iter().map(|(marked, _)| marked).collect();
        assert_eq!(marked, ["os", "nmae", "\"humna\""], "the broken kind and place are not reported as unknown");
    }

    #[test]
    fn a_missing_bracket_is_the_only_error_reported() {
        let text = r#"Scene(starts: "2025-01-06", ends: "2025-02-06", kinds: [Kind(id: "human"],
            cast: [Member(id: "ann", kind: "os")])"#;
        assert_eq!(told(text).len(), 1, "{:?}", told(text));
    }

    #[test]
    fn an_unreadable_field_is_not_reported_as_missing() {
        let said = told("Scene(starts: 2025, ends: \"2025-02-06\", tick: \"0s\")");
        let marked: Vec<_> = said.iter().map(|(marked, _)| marked.as_str()).collect();
        assert_eq!(marked, ["2025", "\"0s\""]);
    }

    #[test]
    fn all_unknown_sections_are_reported() {
        let said = told("Scene(starts: \"2025-01-06\", ends: \"2025-02-06\", plces: [(id: \"flat\")], kind: [])");
        let marked: Vec<_> = said.iter().map(|(marked, _)| marked.as_str()).collect();
        assert_eq!(marked, ["plces", "kind"]);
    }
}
