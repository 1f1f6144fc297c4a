//! What is to be said about a scene: problems and warnings, each with the place it stands at.
//!
//! Nothing here knows how it will be shown; [`super::render`] draws it for a terminal, the inspector draws it beside the text.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::spanned::FileId;

/// The most that is said of one scene: whoever has mended that many knows what the others are.
const MOST: usize = 300;

/// A text that diagnostics point into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As the scene names it: `harbour.ron`, `assets/patterns/tropes.ron`.
    pub name: String,
    /// As a reader can open it: the path on disk, or the name again.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scene cannot run.
    Error,
    /// The scene runs, but hardly as it was meant.
    Warning,
}

/// One thing to be said about a scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What class of problem: `unknown-name`, `expression`, …
    pub code: &'static str,
    /// The source it stands in.
    pub file: FileId,
    /// The bytes it is about.
    pub span: Range<usize>,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong, in a writer's words.
    pub message: String,
    /// What to write at the marked text; may be empty.
    pub label: String,
    /// What may put it right.
    pub help: Option<String>,
    /// Other places that explain it.
    pub related: Vec<Related>,
    /// The field that is missing, when one is.
    pub(super) of: Option<&'static str>,
}

/// Another place that explains a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The source it stands in.
    pub file: FileId,
    /// The bytes it is about.
    pub span: Range<usize>,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What it has to do with the problem.
    pub label: String,
}

/// All that is to be said about a scene, by place, with the texts it is said about.
#[derive(Clone, Debug)]
pub struct Diagnostics {
    /// The scene first, then what it includes; settings from the command line last.
    pub sources: Arc<[Source]>,
    /// In the order of the sources and of their text.
    pub list: Vec<Diagnostic>,
    /// How many more there are than `list` holds.
    pub left_off: usize,
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
            of: None,
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
        self.related.push(Related { file, span, line: 0, column: 0, label: label.into() });
        self
    }
}

impl Diagnostics {
    /// Puts them in order and finds their lines and columns.
    pub(super) fn new(sources: Arc<[Source]>, mut list: Vec<Diagnostic>) -> Self {
        list.sort_by_key(|said| (said.file, said.span.start, said.span.end));
        list.dedup_by(|b, a| (a.file, &a.span, &a.message) == (b.file, &b.span, &b.message));
        let left_off = list.len().saturating_sub(MOST);
        if left_off > 0 {
            // Errors before warnings; of each, what stands first.
            list.sort_by_key(|said| said.severity);
            list.truncate(MOST);
            list.sort_by_key(|said| (said.file, said.span.start, said.span.end));
        }
        let lines: Vec<Lines> = sources.iter().map(|source| Lines::of(&source.text)).collect();
        let place = |file: FileId, at: usize| lines.get(usize::from(file.0)).map_or((1, 1), |lines| lines.line_and_column(at));
        for diagnostic in &mut list {
            (diagnostic.line, diagnostic.column) = place(diagnostic.file, diagnostic.span.start);
            for related in &mut diagnostic.related {
                (related.line, related.column) = place(related.file, related.span.start);
            }
        }
        Self { sources, list, left_off }
    }

    /// How many problems and warnings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len() + self.left_off
    }

    /// Whether the scene cannot run.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The text a diagnostic points into.
    #[must_use]
    pub fn source(&self, file: FileId) -> Option<&Source> {
        self.sources.get(usize::from(file.0))
    }

    /// The text a diagnostic marks.
    #[must_use]
    pub fn marked(&self, diagnostic: &Diagnostic) -> &str {
        self.source(diagnostic.file).and_then(|source| source.text.get(diagnostic.span.clone())).unwrap_or("")
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}

/// A text with the bytes its lines begin at, found once for all that is said about it.
struct Lines<'s> {
    text: &'s str,
    starts: Vec<usize>,
}

impl<'s> Lines<'s> {
    fn of(text: &'s str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// The line and column of a byte, both from 1, the column in characters.
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
        assert_eq!(Lines::of("").line_and_column(0), (1, 1));
        assert_eq!(Lines::of("a\nébc").line_and_column(4), (2, 2));
        assert_eq!(Lines::of("a\n").line_and_column(2), (2, 1));
        assert_eq!(Lines::of("a").line_and_column(99), (1, 2));
    }

    #[test]
    fn diagnostics_are_ordered_by_place_and_said_once() {
        let sources: Arc<[Source]> = [Source { name: "a".into(), path: "a".into(), text: "one\ntwo".into() }].into();
        let late = Diagnostic::error("x", FileId(0), 4..7, "late");
        let early = Diagnostic::warning("x", FileId(0), 0..3, "early");
        let all = Diagnostics::new(sources, vec![late.clone(), early, late]);
        let told: Vec<_> = all.list.iter().map(|d| (d.message.as_str(), d.line, d.column)).collect();
        assert_eq!(told, [("early", 1, 1), ("late", 2, 1)]);
        assert_eq!(all.marked(&all.list[1]), "two");
        assert!(all.has_errors());
    }
}
