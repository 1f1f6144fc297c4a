//! Writes a book as Markdown.

use super::model::{Book, Paragraph, ParagraphKind};
use longhand_chronicle::AgentRegistry;
use std::fmt::Write as _;

/// The book as a Markdown text. It does not show the events of each sentence; the HTML does.
#[must_use]
pub fn markdown(book: &Book, agents: &AgentRegistry) -> String {
    let mut out = format!("# {}\n", escape_markdown(&book.title));
    if let Some(subtitle) = book.subtitle(agents) {
        // Writing to a String cannot fail.
        let _ = write!(out, "\n*{}*\n", escape_markdown(&subtitle));
    }
    if !book.about.is_empty() {
        let _ = write!(out, "\n*{}*\n", escape_markdown(&book.about));
    }
    for (nth, chapter) in book.chapters.iter().enumerate() {
        if !chapter.title.is_empty() {
            let _ = write!(out, "\n## {}\n", escape_markdown(&book.chapter_heading(nth, chapter)));
        }
        for paragraph in &chapter.paragraphs {
            let _ = write!(out, "\n{}\n", paragraph_text(paragraph));
        }
    }
    out
}

fn paragraph_text(paragraph: &Paragraph) -> String {
    if paragraph.kind != ParagraphKind::Document {
        return escape_markdown(&paragraph.text());
    }
    let mut lines: Vec<String> = Vec::new();
    for (nth, sentence) in paragraph.sentences.iter().enumerate() {
        if nth == 0 {
            lines.push(format!("> **{}**", escape_markdown(&sentence.text)));
            continue;
        }
        for part in sentence.text.split("\n\n") {
            lines.push(">".to_owned());
            // Two spaces at the end of a line keep the line break.
            lines.extend(part.lines().map(|line| format!("> {}  ", escape_markdown(line))));
        }
    }
    lines.join("\n")
}

/// Escapes the characters that have a meaning in Markdown.
fn escape_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let at_start = at == 0 || text[..at].ends_with('\n');
        if matches!(c, '*' | '_' | '`' | '[' | ']' | '<' | '\\') || at_start && matches!(c, '#' | '>' | '+' | '-') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
