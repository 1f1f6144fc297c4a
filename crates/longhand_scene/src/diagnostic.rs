//! Errors and warnings about a scene, each with its position in the source text.
//!
//! The types do not depend on how they are shown: `render` formats them for a terminal, the inspector shows them next to
//! the text.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::spanned::FileId;

/// The maximum number of diagnostics kept for one scene; more are rarely useful.
const MAX_DIAGNOSTICS: usize = 300;

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

/// Severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scene cannot run.
    Error,
    /// The scene can run, but probably not as intended.
    Warning,
}

/// One error or warning about a scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
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
        list.sort_by_key(|said| (said.file, said.span.start, said.span.end));
        list.dedup_by(|b, a| (a.file, &a.span, &a.message) == (b.file, &b.span, &b.message));
        let omitted = list.len().saturating_sub(MAX_DIAGNOSTICS);
        if omitted > 0 {
            // Errors have priority over warnings, earlier positions over later ones.
            list.sort_by_key(|said| said.severity);
            list.truncate(MAX_DIAGNOSTICS);
            list.sort_by_key(|said| (said.file, said.span.start, said.span.end));
        }
        let lines: Vec<LineIndex> = sources.iter().map(|source| LineIndex::new(&source.text)).collect();
        let place = |file: FileId, at: usize| lines.get(usize::from(file.0)).map_or((1, 1), |lines| lines.line_and_column(at));
        for diagnostic in &mut list {
            (diagnostic.line, diagnostic.column) = place(diagnostic.file, diagnostic.span.start);
            for related in &mut diagnostic.related {
                (related.line, related.column) = place(related.file, related.span.start);
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
        self.source(diagnostic.file).and_then(|source| source.text.get(diagnostic.span.clone())).unwrap_or("")
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
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
mod tests {
    use super::*;

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
        let told: Vec<_> = all.list.iter().map(|d| (d.message.as_str(), d.line, d.column)).collect();
        assert_eq!(told, [("early", 1, 1), ("late", 2, 1)]);
        assert_eq!(all.marked_text(&all.list[1]), "two");
        assert!(all.has_errors());
    }
}
