//! Errors and warnings about a scene, each with its position in the source text.
//!
//! [`Diagnostics`] formats itself as plain text, which editors can parse. `render` (feature `render`) draws it for a terminal,
//! and the inspector shows it next to the scene.

use std::fmt::{self, Write as _};
use std::ops::Range;
use std::sync::Arc;

use super::ron_tokens::span_in_literal;
use super::spanned::FileId;

/// The maximum number of diagnostics of one scene; more are rarely useful.
const MAX_DIAGNOSTICS: usize = 300;
/// Maximum number of characters printed of a source line.
const MAX_LINE_CHARS: usize = 160;

/// A source text that diagnostics refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// Name as used in an `include`: `harbour.ron`, `assets/patterns/tropes.ron`.
    pub name: String,
    /// Path on disk, or the name for a text in memory.
    pub path: String,
    /// The complete text.
    pub text: String,
}

impl SourceText {
    /// The byte range in the file of a part of a string: `bytes` is a range of its value, `literal` the range of its literal.
    pub(super) fn span_in_literal(&self, literal: &Range<usize>, bytes: Range<usize>) -> Range<usize> {
        let inside = span_in_literal(self.text.get(literal.clone()).unwrap_or(""), bytes);
        literal.start + inside.start..literal.start + inside.end
    }
}

/// Severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scene cannot run.
    Error,
    /// The scene can run, but probably not as intended.
    Warning,
    /// The scene can run as written; something about its design that its author may want to know.
    Note,
}

/// One error or warning about a scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error, warning or note.
    pub severity: Severity,
    /// Stable code of the class of problem: `unknown-name`, `expression`, …
    pub code: &'static str,
    /// The source it refers to.
    pub file: FileId,
    /// The byte range it refers to.
    pub span: Range<usize>,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
    /// Description of the problem.
    pub message: String,
    /// Label of the marked text; may be empty.
    pub label: String,
    /// How to fix it.
    pub help: Option<String>,
    /// Related positions.
    pub related: Vec<RelatedSpan>,
    /// The name of the missing field, for the code `missing`.
    pub(super) missing_field: Option<&'static str>,
}

/// A position related to a diagnostic, such as the first of two duplicates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelatedSpan {
    /// The source it refers to.
    pub file: FileId,
    /// The byte range it refers to.
    pub span: Range<usize>,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
    /// How it relates to the problem.
    pub label: String,
}

/// All diagnostics of a scene, with the source texts they refer to.
#[derive(Clone, Debug)]
pub struct Diagnostics {
    /// The scene, then its includes, then the settings from the command line.
    pub sources: Arc<[SourceText]>,
    /// Sorted by source and position.
    pub list: Vec<Diagnostic>,
    /// The number of further diagnostics that `list` does not contain.
    pub omitted: usize,
}

impl Diagnostic {
    pub(super) fn error(code: &'static str, file: FileId, span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            file,
            span,
            line: 0,
            column: 0,
            message: message.into(),
            label: String::new(),
            help: None,
            related: Vec::new(),
            missing_field: None,
        }
    }

    pub(super) fn warning(code: &'static str, file: FileId, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, file, span, message) }
    }

    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub(super) fn help(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into();
        self
    }

    pub(super) fn related(mut self, file: FileId, span: Range<usize>, label: impl Into<String>) -> Self {
        self.related.push(RelatedSpan { file, span, line: 0, column: 0, label: label.into() });
        self
    }
}

impl Diagnostics {
    /// Sorts, removes duplicates, truncates, and computes lines and columns.
    pub(super) fn new(sources: Arc<[SourceText]>, mut list: Vec<Diagnostic>) -> Self {
        list.sort_by_key(|diagnostic| (diagnostic.file, diagnostic.span.start, diagnostic.span.end));
        list.dedup_by(|b, a| (a.file, &a.span, &a.message) == (b.file, &b.span, &b.message));
        let omitted = list.len().saturating_sub(MAX_DIAGNOSTICS);
        if omitted > 0 {
            // Errors have priority over warnings, earlier positions over later ones.
            list.sort_by_key(|diagnostic| diagnostic.severity);
            list.truncate(MAX_DIAGNOSTICS);
            list.sort_by_key(|diagnostic| (diagnostic.file, diagnostic.span.start, diagnostic.span.end));
        }
        let lines: Vec<LineIndex> = sources.iter().map(|source| LineIndex::new(&source.text)).collect();
        let position = |file: FileId, at: usize| lines.get(usize::from(file.0)).map_or((1, 1), |lines| lines.line_and_column(at));
        for diagnostic in &mut list {
            (diagnostic.line, diagnostic.column) = position(diagnostic.file, diagnostic.span.start);
            for related in &mut diagnostic.related {
                (related.line, related.column) = position(related.file, related.span.start);
            }
        }
        Self { sources, list, omitted }
    }

    /// The number of diagnostics, including those that were truncated.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len() + self.omitted
    }

    /// Whether any of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether there are no diagnostics.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The source with this id.
    #[must_use]
    pub fn source(&self, file: FileId) -> Option<&SourceText> {
        self.sources.get(usize::from(file.0))
    }

    /// The text in the span of a diagnostic; empty if the span is invalid.
    #[must_use]
    pub fn marked_text(&self, diagnostic: &Diagnostic) -> &str {
        marked_text(&self.sources, diagnostic)
    }

    /// Formats one diagnostic as plain text.
    pub(super) fn write_plain(&self, diagnostic: &Diagnostic, out: &mut String) {
        let source = self.source(diagnostic.file);
        let (path, text) = source.map_or(("", ""), |source| (&source.path, &source.text));
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let Diagnostic { line, column, code, message, .. } = diagnostic;
        _ = writeln!(out, "{path}:{line}:{column}: {severity}[{code}]: {message}");
        if let Some(line_text) = text.lines().nth(line - 1).filter(|line| !line.is_empty()) {
            // Of a long line, only the part around the column is printed.
            let skipped = if line_text.chars().count() > MAX_LINE_CHARS { column.saturating_sub(MAX_LINE_CHARS / 2) } else { 0 };
            let shown: String = line_text.chars().skip(skipped).take(MAX_LINE_CHARS).collect();
            let before = column - 1 - skipped;
            // Tabs stay tabs, so that the marker is aligned with the marked text.
            let blank: String = shown.chars().take(before).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            let rest = shown.chars().count().saturating_sub(before);
            let marked = self.marked_text(diagnostic).chars().count().clamp(1, rest.max(1));
            let label = &diagnostic.label;
            let gap = if label.is_empty() { "" } else { " " };
            _ = writeln!(out, "    | {shown}\n    | {blank}{}{gap}{label}", "^".repeat(marked));
        }
        for related in &diagnostic.related {
            let path = self.source(related.file).map_or("", |source| &source.path);
            _ = writeln!(out, "    {}: {path}:{}:{}", related.label, related.line, related.column);
        }
        if let Some(help) = &diagnostic.help {
            _ = writeln!(out, "    help: {help}");
        }
    }

    /// Formats the number of diagnostics that `list` does not contain.
    pub(super) fn write_omitted(&self, out: &mut String) {
        if self.omitted > 0 {
            _ = writeln!(out, "and {} more", self.omitted);
        }
    }
}

/// The text in the span of a diagnostic; empty if the span is invalid.
pub(super) fn marked_text<'s>(sources: &'s [SourceText], diagnostic: &Diagnostic) -> &'s str {
    sources.get(usize::from(diagnostic.file.0)).and_then(|source| source.text.get(diagnostic.span.clone())).unwrap_or("")
}

/// Plain text, one block for each diagnostic: `path:line:column: error[code]: …`.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        for diagnostic in &self.list {
            self.write_plain(diagnostic, &mut out);
        }
        self.write_omitted(&mut out);
        f.write_str(&out)
    }
}

impl std::error::Error for Diagnostics {}

/// A text with the byte offsets of its lines, computed once for all diagnostics.
struct LineIndex<'s> {
    text: &'s str,
    starts: Vec<usize>,
}

impl<'s> LineIndex<'s> {
    fn new(text: &'s str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// Line and column of a byte offset, both from 1; the column counts characters.
    fn line_and_column(&self, at: usize) -> (usize, usize) {
        let at = if self.text.is_char_boundary(at) { at } else { self.text.len() };
        let line = self.starts.partition_point(|start| *start <= at);
        (line, self.text[self.starts[line - 1]..at].chars().count() + 1)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A duplicate id with a related span, in a text with tabs.
    pub(crate) fn sample() -> Diagnostics {
        let text = "(\n\tid: \"ann\",\n\tid: \"ann\",\n)";
        let source = SourceText { name: "a.ron".into(), path: "scenes/a.ron".into(), text: text.into() };
        let again = Diagnostic::error("duplicate", FileId(0), 19..24, "`ann` is defined twice")
            .label("defined again here")
            .help("remove one of them".to_owned())
            .related(FileId(0), 7..12, "first defined here");
        Diagnostics::new([source].into(), vec![again])
    }

    #[test]
    fn plain_text_has_path_line_column_mark_and_help() {
        let expected = "scenes/a.ron:3:6: error[duplicate]: `ann` is defined twice\n    | \tid: \"ann\",\n    \
                        | \t    ^^^^^ defined again here\n    \
                        first defined here: scenes/a.ron:2:6\n    help: remove one of them\n";
        assert_eq!(sample().to_string(), expected);
    }

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        assert_eq!(LineIndex::new("").line_and_column(0), (1, 1));
        assert_eq!(LineIndex::new("a\nébc").line_and_column(4), (2, 2));
        assert_eq!(LineIndex::new("a\n").line_and_column(2), (2, 1));
        assert_eq!(LineIndex::new("a").line_and_column(99), (1, 2));
    }

    #[test]
    fn diagnostics_are_sorted_by_position_and_deduplicated() {
        let sources: Arc<[SourceText]> = [SourceText { name: "a".into(), path: "a".into(), text: "one\ntwo".into() }].into();
        let late = Diagnostic::error("x", FileId(0), 4..7, "late");
        let early = Diagnostic::warning("x", FileId(0), 0..3, "early");
        let all = Diagnostics::new(sources, vec![late.clone(), early, late]);
        let found: Vec<_> = all.list.iter().map(|d| (d.message.as_str(), d.line, d.column)).collect();
        assert_eq!(found, [("early", 1, 1), ("late", 2, 1)]);
        assert_eq!(all.marked_text(&all.list[1]), "two");
        assert!(all.has_errors());
    }
}
