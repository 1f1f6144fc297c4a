//! Syntax highlighting of RON for the scene editor, with diagnostics underlined. The tokenizer accepts any text, even invalid
//! RON.

use std::ops::Range;

use bevy_egui::egui::text::{LayoutJob, TextFormat};
use bevy_egui::egui::{Color32, FontId, Stroke};

use super::style::Palette;

/// Kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TokenKind {
    Comment,
    String,
    Number,
    /// An identifier followed by `:`.
    Field,
    Other,
}

/// Splits a text into tokens, in order and without gaps.
fn tokens(text: &str) -> Vec<(Range<usize>, TokenKind)> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut offset = 0;
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    while offset < bytes.len() {
        let start = offset;
        let rest = &text[offset..];
        let kind = if rest.starts_with("//") {
            offset += rest.find('\n').unwrap_or(rest.len());
            TokenKind::Comment
        } else if rest.starts_with("/*") {
            offset += block_comment_len(rest);
            TokenKind::Comment
        } else if let Some(length) = raw_string_len(rest) {
            offset += length;
            TokenKind::String
        } else if bytes[offset] == b'"' {
            offset += 1;
            while offset < bytes.len() && bytes[offset] != b'"' {
                offset += if bytes[offset] == b'\\' { 2 } else { 1 };
            }
            offset = (offset + 1).min(bytes.len());
            TokenKind::String
        } else if bytes[offset].is_ascii_digit() {
            while offset < bytes.len() && (is_word(bytes[offset]) || bytes[offset] == b'.') {
                offset += 1;
            }
            TokenKind::Number
        } else if is_word(bytes[offset]) {
            while offset < bytes.len() && is_word(bytes[offset]) {
                offset += 1;
            }
            if text[offset..].trim_start().starts_with(':') { TokenKind::Field } else { TokenKind::Other }
        } else {
            while offset < bytes.len()
                && !is_word(bytes[offset])
                && bytes[offset] != b'"'
                && !(offset > start && bytes[offset] == b'/')
            {
                offset += 1;
            }
            TokenKind::Other
        };
        // An escape may end past the text or inside a character.
        while !text.is_char_boundary(offset) {
            offset += 1;
        }
        tokens.push((start..offset, kind));
    }
    tokens
}

/// Length of the block comment at the start of a text. Block comments nest; one that is not closed ends with the text.
fn block_comment_len(text: &str) -> usize {
    let (mut depth, mut offset) = (0_usize, 0);
    while let Some(delimiter) = text.as_bytes()[offset..].windows(2).position(|pair| matches!(pair, b"/*" | b"*/")) {
        offset += delimiter + 2;
        depth = if text.as_bytes()[offset - 2] == b'/' { depth + 1 } else { depth - 1 };
        if depth == 0 {
            return offset;
        }
    }
    text.len()
}

/// Length of the raw string (`r"…"`, `r#"…"#`) at the start of a text. One that is not closed ends with the text.
fn raw_string_len(text: &str) -> Option<usize> {
    let after_r = text.strip_prefix('r')?;
    let hash_count = after_r.len() - after_r.trim_start_matches('#').len();
    let begin = 1 + hash_count + 1;
    text[1 + hash_count..].starts_with('"').then(|| {
        let terminator = format!("\"{}", "#".repeat(hash_count));
        text[begin..].find(&terminator).map_or(text.len(), |offset| begin + offset + terminator.len())
    })
}

/// Layout job of the text for an editor of `width` points, with the byte ranges in `marked` underlined.
pub(super) fn layout_job(text: &str, palette: &Palette, font: &FontId, width: f32, marked: &[Range<usize>]) -> LayoutJob {
    let mut job =
        LayoutJob { wrap: bevy_egui::egui::text::TextWrapping { max_width: width, ..Default::default() }, ..Default::default() };
    for (range, kind) in tokens(text) {
        let color = match kind {
            TokenKind::Comment => palette.weak_text,
            TokenKind::String => palette.series[1],
            TokenKind::Number => palette.series[3],
            TokenKind::Field => palette.title,
            TokenKind::Other => palette.text,
        };
        let mut start = range.start;
        while start < range.end {
            let is_marked = marked.iter().any(|mark| mark.contains(&start));
            let boundaries = marked
                .iter()
                .flat_map(|mark| [mark.start, mark.end])
                .filter(|boundary| *boundary > start && *boundary < range.end);
            let end = boundaries.filter(|boundary| text.is_char_boundary(*boundary)).min().unwrap_or(range.end);
            job.append(&text[start..end], 0.0, text_format(font, color, kind, is_marked.then_some(palette.accent)));
            start = end;
        }
    }
    job
}

fn text_format(font: &FontId, color: Color32, kind: TokenKind, marked: Option<Color32>) -> TextFormat {
    TextFormat {
        font_id: font.clone(),
        color,
        italics: kind == TokenKind::Comment,
        underline: marked.map_or(Stroke::NONE, |color| Stroke::new(2.0, color)),
        ..TextFormat::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tokens_of_a_scene_are_classified() {
        let text = "title: \"A \\\" b\", // why\nn: 4.5";
        let classified: Vec<(&str, TokenKind)> = tokens(text)
            .into_iter()
            .map(|(range, kind)| (&text[range], kind))
            .filter(|(_, kind)| *kind != TokenKind::Other)
            .collect();
        assert_eq!(
            classified,
            [
                ("title", TokenKind::Field),
                ("\"A \\\" b\"", TokenKind::String),
                ("// why", TokenKind::Comment),
                ("n", TokenKind::Field),
                ("4.5", TokenKind::Number)
            ]
        );
    }

    #[test]
    fn block_comments_nest_and_raw_strings_may_contain_quotes() {
        let text = "/* a /* b */ c */ r#\"say \"when\"\"# rare r";
        let classified: Vec<(&str, TokenKind)> = tokens(text).into_iter().map(|(range, kind)| (&text[range], kind)).collect();
        let expected = [
            ("/* a /* b */ c */", TokenKind::Comment),
            (" ", TokenKind::Other),
            ("r#\"say \"when\"\"#", TokenKind::String),
            (" ", TokenKind::Other),
            ("rare", TokenKind::Other),
            (" ", TokenKind::Other),
            ("r", TokenKind::Other),
        ];
        assert_eq!(classified, expected);
    }

    proptest! {
        #[test]
        fn tokens_cover_any_text_without_gaps(text in "\\PC{0,60}|[\"/\\\\*ar#0ä:\n]{0,40}", mark in 0_usize..60) {
            let mut end = 0;
            for (range, _) in tokens(&text) {
                prop_assert_eq!(range.start, end);
                prop_assert!(range.end > range.start);
                end = range.end;
            }
            prop_assert_eq!(end, text.len());
            let marks = [mark..mark + 3, mark + 9..mark + 11];
            let job = layout_job(&text, &super::super::style::LIGHT, &FontId::monospace(12.0), 100.0, &marks);
            prop_assert_eq!(job.text, text);
        }
    }
}
