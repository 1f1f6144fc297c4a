//! Writes a book as EPUB 3: a zip archive of XHTML files, one for each chapter, with a table of contents.

use super::html::{document_html, escape_xml};
use super::model::{Book, Chapter, ParagraphKind};
use super::palette::{LIGHT, css_variables};
use longhand_chronicle::AgentRegistry;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const CONTAINER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
<container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles>\
<rootfile full-path=\"EPUB/book.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles></container>\n";

const STYLE: &str = "body{font-family:serif;line-height:1.5}h1,h2{text-align:center;font-weight:normal}h2{margin:2em 0 1em;color:var(--accent,#9c2f1f)}\
p{margin:0;text-indent:1.3em}h2+p,p.summary,blockquote p{text-indent:0}p.summary{margin:.8em 0}\
blockquote{margin:1.2em 1.5em;font-style:italic}blockquote p{margin-bottom:.7em}blockquote .title{font-style:normal;font-weight:bold}\
.about{text-align:center;font-style:italic}\n";

/// The book as the bytes of an EPUB. `mark` identifies the book and becomes its UUID.
///
/// # Errors
/// If the archive cannot be written, that is, if memory is exhausted.
pub fn epub(book: &Book, directory: &AgentRegistry, mark: u128) -> std::io::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // Uncompressed: every reader supports it, the first entry must be, and the texts are small.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut put = |name: &str, text: &str| -> std::io::Result<()> {
        archive.start_file(name, options).map_err(std::io::Error::from)?;
        archive.write_all(text.as_bytes())
    };
    put("mimetype", "application/epub+zip")?;
    put("META-INF/container.xml", CONTAINER)?;
    put("EPUB/book.opf", &package_document(book, mark))?;
    put("EPUB/style.css", &format!(":root{{{}}}{STYLE}", css_variables(&LIGHT)))?;
    put("EPUB/nav.xhtml", &contents_page(book))?;
    put("EPUB/title.xhtml", &title_page(book, directory))?;
    for (nth, chapter) in book.chapters.iter().enumerate() {
        put(&format!("EPUB/c{}.xhtml", nth + 1), &xhtml_page(&chapter_heading(nth, chapter), &chapter_body(nth, chapter)))?;
    }
    Ok(archive.finish().map_err(std::io::Error::from)?.into_inner())
}

/// The number and title of the chapter.
fn chapter_heading(nth: usize, chapter: &Chapter) -> String {
    if chapter.title.is_empty() { format!("{}", nth + 1) } else { format!("{}. {}", nth + 1, chapter.title) }
}

fn package_document(book: &Book, mark: u128) -> String {
    let id = format!("{mark:032x}");
    let uuid = format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]);
    let mut items = String::new();
    let mut spine = String::from("<itemref idref=\"title\"/>");
    for nth in 1..=book.chapters.len() {
        let _ = write!(items, "<item id=\"c{nth}\" href=\"c{nth}.xhtml\" media-type=\"application/xhtml+xml\"/>");
        let _ = write!(spine, "<itemref idref=\"c{nth}\"/>");
    }
    // The date is fixed so that the same story gives the same file.
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" unique-identifier=\"id\" xml:lang=\"en\">\
         <metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:identifier id=\"id\">urn:uuid:{uuid}</dc:identifier>\
         <dc:title>{}</dc:title><dc:language>en</dc:language><meta property=\"dcterms:modified\">2000-01-01T00:00:00Z</meta></metadata>\
         <manifest><item id=\"nav\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>\
         <item id=\"style\" href=\"style.css\" media-type=\"text/css\"/>\
         <item id=\"title\" href=\"title.xhtml\" media-type=\"application/xhtml+xml\"/>{items}</manifest>\
         <spine>{spine}</spine></package>\n",
        escape_xml(&book.title)
    )
}

fn xhtml_page(title: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n\
         <html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\" xml:lang=\"en\" lang=\"en\">\
         <head><title>{}</title><link rel=\"stylesheet\" type=\"text/css\" href=\"style.css\"/></head>\n<body>{body}</body></html>\n",
        escape_xml(title)
    )
}

fn contents_page(book: &Book) -> String {
    let mut list = String::from("<li><a href=\"title.xhtml\">Title</a></li>");
    for (nth, chapter) in book.chapters.iter().enumerate() {
        let _ = write!(list, "<li><a href=\"c{}.xhtml\">{}</a></li>", nth + 1, escape_xml(&chapter_heading(nth, chapter)));
    }
    xhtml_page(&book.title, &format!("<nav epub:type=\"toc\"><h2>Contents</h2><ol>{list}</ol></nav>"))
}

fn title_page(book: &Book, directory: &AgentRegistry) -> String {
    let pov = book.pov.map_or_else(String::new, |pov| {
        format!("<p class=\"about\">As {} knew it</p>", escape_xml(&directory.display_name(pov)))
    });
    let about = if book.about.is_empty() { String::new() } else { format!("<p class=\"about\">{}</p>", escape_xml(&book.about)) };
    xhtml_page(&book.title, &format!("<h1>{}</h1>{pov}{about}", escape_xml(&book.title)))
}

fn chapter_body(nth: usize, chapter: &Chapter) -> String {
    let mut out = format!("<h2>{}</h2>\n", escape_xml(&chapter_heading(nth, chapter)));
    for paragraph in &chapter.paragraphs {
        match paragraph.kind {
            ParagraphKind::Document => out.push_str(&document_html(paragraph)),
            kind => {
                let class = if kind == ParagraphKind::Summary { "summary" } else { "scene" };
                let _ = write!(out, "<p class=\"{class}\">{}</p>", escape_xml(&paragraph.text()));
            }
        }
        out.push('\n');
    }
    out
}
