//! Formats diagnostics for a terminal: graphically with [`miette`], or as plain text for logs and editors.

use std::fmt::Write as _;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report};

use super::diagnostic::{Diagnostic, Diagnostics, Severity};

/// Maximum number of characters printed of a source line.
const MAX_LINE_CHARS: usize = 160;

impl Diagnostics {
    /// Formats all diagnostics. With `fancy`: colours and frames; otherwise `path:line:column: error[code]: …`, which editors
    /// can parse.
    #[must_use]
    pub fn render(&self, fancy: bool) -> String {
        let mut out = String::new();
        for diagnostic in &self.list {
            if !fancy || self.draw(diagnostic, &mut out).is_err() {
                self.print(diagnostic, &mut out);
            }
        }
        if self.omitted > 0 {
            _ = writeln!(out, "and {} more", self.omitted);
        }
        out
    }

    fn draw(&self, diagnostic: &Diagnostic, out: &mut String) -> std::fmt::Result {
        let source = self.source(diagnostic.file).filter(|source| is_drawable(&source.text)).ok_or(std::fmt::Error)?;
        let label = Some(diagnostic.label.clone()).filter(|label| !label.is_empty());
        let mut labels = vec![LabeledSpan::new_primary_with_span(label, diagnostic.span.clone())];
        let mut help = diagnostic.help.clone().unwrap_or_default();
        for related in &diagnostic.related {
            if related.file == diagnostic.file {
                labels.push(LabeledSpan::new_with_span(Some(related.label.clone()), related.span.clone()));
            } else {
                let path = self.source(related.file).map_or("", |source| &source.path);
                let gap = if help.is_empty() { "" } else { "\n" };
                write!(help, "{gap}{}: {path}:{}:{}", related.label, related.line, related.column)?;
            }
        }
        let mut drawn = MietteDiagnostic::new(&diagnostic.message).with_code(diagnostic.code).with_labels(labels);
        drawn.severity = Some(match diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        });
        drawn.help = Some(help).filter(|help| !help.is_empty());
        let report = Report::new(drawn).with_source_code(NamedSource::new(&source.path, source.text.clone()));
        GraphicalReportHandler::new_themed(GraphicalTheme::unicode()).render_report(out, report.as_ref())
    }

    fn print(&self, diagnostic: &Diagnostic, out: &mut String) {
        let source = self.source(diagnostic.file);
        let (path, text) = source.map_or(("", ""), |source| (&source.path, &source.text));
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let Diagnostic { line, column, code, message, .. } = diagnostic;
        _ = writeln!(out, "{path}:{line}:{column}: {severity}[{code}]: {message}");
        if let Some(written) = text.lines().nth(line - 1).filter(|written| !written.is_empty()) {
            // Of a long line, only the part around the column is printed.
            let skipped = if written.chars().count() > MAX_LINE_CHARS { column.saturating_sub(MAX_LINE_CHARS / 2) } else { 0 };
            let written: String = written.chars().skip(skipped).take(MAX_LINE_CHARS).collect();
            let before = column - 1 - skipped;
            // Tabs are kept, so that the marker is aligned with the marked text.
            let blank: String = written.chars().take(before).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            let rest = written.chars().count().saturating_sub(before);
            let marked = self.marked_text(diagnostic).chars().count().clamp(1, rest.max(1));
            let label = &diagnostic.label;
            let gap = if label.is_empty() { "" } else { " " };
            _ = writeln!(out, "    | {written}\n    | {blank}{}{gap}{label}", "^".repeat(marked));
        }
        for related in &diagnostic.related {
            let path = self.source(related.file).map_or("", |source| &source.path);
            _ = writeln!(out, "    {}: {path}:{}:{}", related.label, related.line, related.column);
        }
        if let Some(help) = &diagnostic.help {
            _ = writeln!(out, "    help: {help}");
        }
    }
}

/// Whether a text is small enough, in all and per line, for the graphical format.
fn is_drawable(text: &str) -> bool {
    const LARGEST: usize = 1 << 20;
    const LONGEST: usize = 1000;
    text.len() <= LARGEST && text.lines().all(|line| line.len() <= LONGEST)
}

#[cfg(test)]
mod tests {
    use super::super::diagnostic::SourceText;
    use super::super::spanned::FileId;
    use super::*;

    fn sample() -> Diagnostics {
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
        assert_eq!(sample().render(false), expected);
    }

    #[test]
    fn the_graphical_format_has_the_same_content() {
        let drawn = sample().render(true);
        for said in ["`ann` is defined twice", "defined again here", "first defined here", "remove one of them", "scenes/a.ron"] {
            assert!(drawn.contains(said), "{said} is missing in {drawn}");
        }
    }
}
