//! Draws diagnostics for a terminal with [`miette`]: colours, frames and marked source text.

use std::fmt::Write as _;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report};

use super::diagnostic::{Diagnostic, Diagnostics, Severity};

impl Diagnostics {
    /// Formats all diagnostics. With `fancy`: colours and frames; otherwise as their `Display` does.
    #[must_use]
    pub fn render(&self, fancy: bool) -> String {
        if !fancy {
            return self.to_string();
        }
        let mut out = String::new();
        for diagnostic in &self.list {
            if self.draw(diagnostic, &mut out).is_err() {
                self.write_plain(diagnostic, &mut out);
            }
        }
        self.write_omitted(&mut out);
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
            Severity::Note => miette::Severity::Advice,
        });
        drawn.help = Some(help).filter(|help| !help.is_empty());
        let report = Report::new(drawn).with_source_code(NamedSource::new(&source.path, source.text.clone()));
        GraphicalReportHandler::new_themed(GraphicalTheme::unicode()).render_report(out, report.as_ref())
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
    use crate::diagnostic::tests::sample;

    #[test]
    fn the_graphical_format_has_the_same_content() {
        let drawn = sample().render(true);
        for part in ["`ann` is defined twice", "defined again here", "first defined here", "remove one of them", "scenes/a.ron"] {
            assert!(drawn.contains(part), "{part} is missing in {drawn}");
        }
    }
}
