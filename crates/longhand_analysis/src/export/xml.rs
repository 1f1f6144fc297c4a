//! Writes the XML that GraphML and GEXF need: elements, attributes and text, all escaped. Characters that XML 1.0 forbids are
//! dropped.

use std::io::{self, Write};

/// An XML document being written.
pub(super) struct XmlWriter<W: Write> {
    out: W,
    open_elements: Vec<&'static str>,
}

impl<W: Write> XmlWriter<W> {
    pub(super) fn new(mut out: W) -> io::Result<Self> {
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
        Ok(Self { out, open_elements: Vec::new() })
    }

    /// Opens an element with children.
    pub(super) fn open_element(&mut self, name: &'static str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.write_tag(name, attributes)?;
        self.out.write_all(b">\n")?;
        self.open_elements.push(name);
        Ok(())
    }

    /// Closes the innermost open element.
    pub(super) fn close_element(&mut self) -> io::Result<()> {
        let Some(name) = self.open_elements.pop() else { return Ok(()) };
        self.write_indent()?;
        writeln!(self.out, "</{name}>")
    }

    /// Writes an empty element.
    pub(super) fn empty_element(&mut self, name: &'static str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.write_tag(name, attributes)?;
        self.out.write_all(b"/>\n")
    }

    /// Writes an element with text content.
    pub(super) fn text_element(&mut self, name: &'static str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
        self.write_tag(name, attributes)?;
        writeln!(self.out, ">{}</{name}>", escape(text))
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        while !self.open_elements.is_empty() {
            self.close_element()?;
        }
        self.out.flush()
    }

    fn write_tag(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.write_indent()?;
        write!(self.out, "<{name}")?;
        attributes.iter().try_for_each(|(name, value)| write!(self.out, " {name}=\"{}\"", escape(value)))
    }

    fn write_indent(&mut self) -> io::Result<()> {
        write!(self.out, "{:1$}", "", self.open_elements.len())
    }
}

/// Escapes a text for element content or a double-quoted attribute.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // Unescaped, these would be normalised to spaces in an attribute.
            '\n' => safe.push_str("&#10;"),
            '\t' => safe.push_str("&#9;"),
            '\r' => safe.push_str("&#13;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_attributes_are_escaped() {
        let mut out = Vec::new();
        let mut xml = XmlWriter::new(&mut out).unwrap();
        xml.open_element("a", &[("b", "\"><c d='\n\u{1}")]).unwrap();
        xml.text_element("e", &[], "</e> & more").unwrap();
        xml.empty_element("f", &[]).unwrap();
        xml.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.ends_with("<a b=\"&quot;&gt;&lt;c d='&#10;\">\n <e>&lt;/e&gt; &amp; more</e>\n <f/>\n</a>\n"), "{text}");
    }
}
