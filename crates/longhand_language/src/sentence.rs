//! Joins words to lists and sentences.

use crate::language::Language;

/// Marks that follow a word without a space.
const CLOSING_MARKS: [char; 12] = [',', '.', ';', ':', '!', '?', '،', '؛', '؟', '。', '，', '、'];
const SENTENCE_ENDS: [char; 5] = ['.', '!', '?', '؟', '。'];

/// The text with its first letter in upper case.
#[must_use]
pub fn capitalise(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

impl Language {
    /// A list: "a", "a and b", "a, b and c".
    #[must_use]
    pub fn list(&self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [single] => single.clone(),
            [first @ .., last] => format!("{}{}{last}", first.join(self.text("list-comma")), self.text("list-and")),
        }
    }

    /// Finishes one or more sentences: one space between words, none before punctuation, a capital at the start of each
    /// sentence. Ellipses and quotations are left unchanged.
    #[must_use]
    pub fn tidy(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for word in text.split_whitespace() {
            let bare_mark = word.starts_with(CLOSING_MARKS) && !word.starts_with("..");
            if !out.is_empty() && !bare_mark {
                out.push(' ');
            }
            let sentence_starts = out.is_empty() || out.ends_with([' ']) && self.ends_sentence(out.trim_end());
            if sentence_starts && word.starts_with(char::is_lowercase) {
                out.push_str(&capitalise(word));
            } else {
                out.push_str(word);
            }
        }
        out
    }

    fn ends_sentence(&self, text: &str) -> bool {
        text.ends_with(SENTENCE_ENDS)
            && !text.ends_with("..")
            && !self.abbreviations.iter().any(|abbreviation| match abbreviation.as_str() {
                "1." => text.strip_suffix('.').is_some_and(|text| text.ends_with(|c: char| c.is_ascii_digit())),
                short => text.ends_with(short),
            })
    }

    /// Tidies a document: each line as by [`tidy`](Self::tidy), at most one empty line between two lines, none at either end.
    #[must_use]
    pub fn tidy_document(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut gap = false;
        for line in text.lines() {
            let line = self.tidy(line);
            if line.is_empty() {
                gap = !out.is_empty();
                continue;
            }
            if !out.is_empty() {
                out.push_str(if gap { "\n\n" } else { "\n" });
            }
            gap = false;
            out.push_str(&line);
        }
        out
    }
}
