//! Formats a narration for a terminal or a text file.

use super::narrator::{NarrationLine, NarrationLineKind};
use anstyle::{AnsiColor, Effects, Style};
use std::fmt::Write as _;
use std::io;

/// The default width in characters.
pub const DEFAULT_WIDTH: usize = 88;

/// Formats lines as text: wrapped, indented, and coloured if requested.
///
/// Colour is never the only sign: a beat has a mark, a summary has parentheses, a document has a margin.
#[derive(Clone, Debug)]
pub struct TextLayout {
    width: usize,
    colour: bool,
    has_output: bool,
}

const HEADING: Style = Style::new().effects(Effects::BOLD);
const BEAT: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
const FAINT: Style = Style::new().effects(Effects::DIMMED);
const DOCUMENT: Style = Style::new().effects(Effects::ITALIC);

impl TextLayout {
    /// A layout of that many columns (at least 20).
    #[must_use]
    pub fn new(width: usize, colour: bool) -> Self {
        Self { width: width.max(20), colour, has_output: false }
    }

    /// The text of the next line, with its line break.
    #[must_use]
    pub fn format_line(&mut self, line: &NarrationLine) -> String {
        let (style, first, rest, words) = match line.kind {
            NarrationLineKind::Heading => (HEADING, "", "", line.text.clone()),
            NarrationLineKind::Event => (Style::new(), "  ", "  ", line.text.clone()),
            NarrationLineKind::Beat => (BEAT, "◆ ", "  ", line.text.clone()),
            NarrationLineKind::Summary => (FAINT, "  ", "  ", format!("({})", line.text)),
            NarrationLineKind::Document => (DOCUMENT, "    │ ", "    │ ", line.text.clone()),
        };
        let mut out = String::new();
        if self.has_output && matches!(line.kind, NarrationLineKind::Heading | NarrationLineKind::Summary) {
            out.push('\n');
        }
        self.has_output = true;
        for paragraph in words.split('\n') {
            for (index, row) in wrap(paragraph, self.width.saturating_sub(rest.chars().count())).into_iter().enumerate() {
                let margin = if index == 0 { first } else { rest };
                if row.is_empty() {
                    out.push_str(margin.trim_end());
                } else if self.colour {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "{margin}{style}{row}{style:#}");
                } else {
                    out.push_str(margin);
                    out.push_str(row.as_str());
                }
                out.push('\n');
            }
        }
        out
    }

    /// Writes lines.
    ///
    /// # Errors
    /// The errors of `out`.
    pub fn write(&mut self, lines: &[NarrationLine], out: &mut impl io::Write) -> io::Result<()> {
        lines.iter().try_for_each(|line| out.write_all(self.format_line(line).as_bytes()))
    }
}

/// Breaks a text into rows of at most `width` characters, between words. A longer word has a row of its own. There is always at
/// least one row.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            rows.push(String::new());
            used = 0;
        }
        let row = rows.last_mut().expect("the list starts with one row");
        if used > 0 {
            row.push(' ');
            used += 1;
        }
        row.push_str(word);
        used += length;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(kind: NarrationLineKind, text: &str) -> NarrationLine {
        NarrationLine { kind, text: text.into(), event: None }
    }

    fn page(width: usize, colour: bool, lines: &[NarrationLine]) -> String {
        let mut out = Vec::new();
        TextLayout::new(width, colour).write(lines, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_layout_separates_days_and_marks_beats() {
        let lines = [
            line(NarrationLineKind::Heading, "Monday, 6 January 2025"),
            line(NarrationLineKind::Event, "Ann writes to Ben."),
            line(NarrationLineKind::Document, "To Ben\n\nDear Ben, it rained all day and I thought of you."),
            line(NarrationLineKind::Beat, "B1 The letter"),
            line(NarrationLineKind::Summary, "In the three days before, Ann: 2 walks."),
            line(NarrationLineKind::Heading, "Friday, 10 January 2025"),
        ];
        assert_eq!(
            page(40, false, &lines),
            "Monday, 6 January 2025\n  Ann writes to Ben.\n    │ To Ben\n    │\n    │ Dear Ben, it rained all day and I\n    │ thought of you.\n\
             ◆ B1 The letter\n\n  (In the three days before, Ann: 2\n  walks.)\n\nFriday, 10 January 2025\n"
        );
    }

    #[test]
    fn no_row_exceeds_the_width_and_no_word_is_lost() {
        let text = "one two three four five six seven eight nine ten eleven twelve ".repeat(5);
        let printed = page(24, false, &[line(NarrationLineKind::Event, &text)]);
        assert!(printed.lines().all(|row| row.chars().count() <= 24));
        assert_eq!(printed.split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
    }

    #[test]
    fn rows_are_broken_between_words_and_counted_in_characters() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("ääää öööö", 9), ["ääää öööö"]);
        assert_eq!(wrap("unbreakable a", 4), ["unbreakable", "a"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn colour_does_not_change_the_text() {
        let lines = [line(NarrationLineKind::Beat, "B1 The letter"), line(NarrationLineKind::Event, "Ann smiles.")];
        let coloured = page(40, true, &lines);
        assert!(coloured.contains("\u{1b}["));
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), page(40, false, &lines));
    }
}
