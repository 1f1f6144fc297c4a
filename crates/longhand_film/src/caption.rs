//! Captions: what is told, in pages of two lines, each of which is shown for its share of the time for reading.

use longhand_narrative::{NarrationLine, NarrationLineKind};

use super::text::{FilmFonts, TextStyle};

/// Lines of a page.
const PAGE_LINES: usize = 2;
/// Greatest number of pages of a document: a letter is longer than it is shown.
const DOCUMENT_PAGES: usize = 3;

/// A page of a caption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CaptionPage {
    /// Its lines, from top to bottom.
    pub lines: Vec<String>,
    /// Whether it is of a document, which is set in italics.
    pub is_document: bool,
}

/// The size of captions in pixels, in a picture of a height.
pub(crate) fn caption_size(height: u32) -> f32 {
    (height as f32 / 19.0).clamp(13.0, 54.0)
}

/// The page that is shown when a share (0 to 1) of the time for reading these lines has passed.
pub(crate) fn page_at<'a>(
    lines: impl Iterator<Item = &'a NarrationLine>,
    share: f64,
    fonts: &FilmFonts,
    (width, height): (u32, u32),
) -> Option<CaptionPage> {
    let size = caption_size(height);
    let width = (width as f32 * 0.88).min(size * 34.0);
    let mut pages = Vec::new();
    for line in lines {
        let is_document = line.kind == NarrationLineKind::Document;
        if !is_document && line.kind != NarrationLineKind::Event {
            continue;
        }
        let style = TextStyle { face: if is_document { &fonts.italic } else { &fonts.regular }, size };
        pages.extend(pages_of(&line.text, style, width, is_document));
    }
    let letters = |page: &CaptionPage| page.lines.iter().map(|line| line.chars().count()).sum::<usize>() as f64 + 12.0;
    let mut left = share.clamp(0.0, 1.0) * pages.iter().map(letters).sum::<f64>();
    let last = pages.last().cloned();
    let shown = pages.into_iter().find(|page| {
        left -= letters(page);
        left < 0.0
    });
    shown.or(last)
}

fn pages_of(text: &str, style: TextStyle<'_>, width: f32, is_document: bool) -> Vec<CaptionPage> {
    let lines: Vec<String> = text.lines().flat_map(|paragraph| style.wrap(paragraph, width)).collect();
    let mut pages: Vec<CaptionPage> =
        lines.chunks(PAGE_LINES).map(|lines| CaptionPage { lines: lines.to_vec(), is_document }).collect();
    if is_document && pages.len() > DOCUMENT_PAGES {
        pages.truncate(DOCUMENT_PAGES);
        if let Some(line) = pages.last_mut().and_then(|page| page.lines.last_mut()) {
            line.push_str(" …");
        }
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(kind: NarrationLineKind, text: &str) -> NarrationLine {
        NarrationLine { kind, text: text.into(), event: None }
    }

    fn shown(lines: &[NarrationLine], share: f64) -> Option<CaptionPage> {
        page_at(lines.iter(), share, &FilmFonts::new(), (480, 270))
    }

    #[test]
    fn a_long_sentence_is_shown_in_pages_that_contain_all_of_it() {
        let text = "They had both lost somebody who had never been anywhere, so there was no one place to look; they looked at all \
                    of it, the towers, the hills, the long red line, and then it was day.";
        let lines = [line(NarrationLineKind::Heading, "Monday"), line(NarrationLineKind::Event, text)];
        let mut pages: Vec<CaptionPage> = (0..200).filter_map(|step| shown(&lines, f64::from(step) / 200.0)).collect();
        assert_eq!(pages.len(), 200);
        pages.dedup();
        assert!(pages.len() > 1 && pages.iter().all(|page| page.lines.len() <= PAGE_LINES), "{pages:?}");
        let joined: Vec<String> = pages.into_iter().flat_map(|page| page.lines).collect();
        assert_eq!(joined.join(" "), text);
    }

    #[test]
    fn a_letter_is_cut_and_marked_and_headings_are_not_captions() {
        let letter = line(NarrationLineKind::Document, &"A letter, and more of it.\n\nAnd so on. ".repeat(30));
        let last = shown(std::slice::from_ref(&letter), 1.0).unwrap();
        assert!(last.is_document && last.lines.last().unwrap().ends_with('…'), "{last:?}");
        assert_eq!(shown(&[line(NarrationLineKind::Heading, "Monday")], 0.0), None);
    }
}
