//! Writes a book as EPUB 3: a zip archive of XHTML files, one for each chapter, with a table of contents.
//! `docs/decisions/0009-formats-by-libraries.md` explains why no EPUB library is used.

use super::html::{PARTS, document_values, page_values, paragraph_class};
use super::model::{Book, Paragraph, ParagraphKind};
use crate::markup::PageTemplates;
use crate::palette::LIGHT;
use longhand_chronicle::AgentRegistry;
use minijinja::context;
use minijinja::value::Value;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const CONTAINER: &str = include_str!("templates/container.xml");
const STYLE: &str = include_str!("templates/epub.css");
const TEMPLATES: [(&str, &str); 6] = [
    ("parts.html", PARTS),
    ("package.opf", include_str!("templates/package.opf")),
    ("page.xhtml", include_str!("templates/page.xhtml")),
    ("nav.xhtml", include_str!("templates/nav.xhtml")),
    ("title.xhtml", include_str!("templates/title.xhtml")),
    ("chapter.xhtml", include_str!("templates/chapter.xhtml")),
];

/// The book as the bytes of an EPUB. `identifier` identifies the book and becomes its UUID.
///
/// # Errors
/// If the archive cannot be written, that is, if memory is exhausted.
pub fn epub(book: &Book, agents: &AgentRegistry, identifier: u128) -> std::io::Result<Vec<u8>> {
    let templates = PageTemplates::new(&TEMPLATES);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // Uncompressed: every reader supports it, the first entry must be, and the texts are small.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut put = |name: &str, text: &str| -> std::io::Result<()> {
        archive.start_file(name, options).map_err(std::io::Error::from)?;
        archive.write_all(text.as_bytes())
    };
    let page = page_values(&book.language);
    let chapters = book.chapters.iter().enumerate();
    let chapters: Value = chapters.map(|(nth, chapter)| context! { heading => book.chapter_heading(nth, chapter) }).collect();
    let book_values = context! {
        uuid => uuid(identifier),
        heading => &book.title,
        title => &book.title,
        subtitle => book.subtitle(agents),
        about => &book.about,
        chapters,
        page => page.clone(),
    };
    put("mimetype", "application/epub+zip")?;
    put("META-INF/container.xml", CONTAINER)?;
    put("EPUB/book.opf", &templates.render("package.opf", book_values.clone()))?;
    put("EPUB/style.css", &format!(":root{{{}}}{STYLE}", LIGHT.css_variables()))?;
    put("EPUB/nav.xhtml", &templates.render("nav.xhtml", book_values.clone()))?;
    put("EPUB/title.xhtml", &templates.render("title.xhtml", book_values))?;
    for (nth, chapter) in book.chapters.iter().enumerate() {
        let paragraphs: Value = chapter.paragraphs.iter().map(paragraph_values).collect();
        let values = context! { heading => book.chapter_heading(nth, chapter), paragraphs, page => page.clone() };
        put(&format!("EPUB/c{}.xhtml", nth + 1), &templates.render("chapter.xhtml", values))?;
    }
    Ok(archive.finish().map_err(std::io::Error::from)?.into_inner())
}

fn uuid(identifier: u128) -> String {
    let id = format!("{identifier:032x}");
    format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..])
}

fn paragraph_values(paragraph: &Paragraph) -> Value {
    match paragraph.kind {
        ParagraphKind::Document => context! { document => document_values(paragraph, None) },
        kind => context! { class => paragraph_class(kind), text => paragraph.text() },
    }
}
