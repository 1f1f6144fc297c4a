//! Writes XML and HTML: the only place in the workspace that escapes markup.
//!
//! [`PageTemplates`] renders a page from a template, with every value escaped; pages are well-formed XML too, so that one kind of
//! escaping fits all. [`MarkupWriter`] writes elements one after another, for graphs and drawings. Both use `quick-xml`, and drop
//! characters that XML 1.0 forbids.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::borrow::Cow;
use std::io::{self, Write};

/// Escapes a text for the content of an element or a quoted attribute, and drops characters that XML 1.0 forbids.
///
/// ```
/// assert_eq!(longhand_narrative::markup::escape("<a> & \u{1}b"), "&lt;a&gt; &amp; b");
/// ```
#[must_use]
pub fn escape(text: &str) -> String {
    quick_xml::escape::escape(allowed_characters(text)).into_owned()
}

fn allowed_characters(text: &str) -> Cow<'_, str> {
    let is_forbidden = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(is_forbidden) { Cow::Owned(text.replace(is_forbidden, "")) } else { Cow::Borrowed(text) }
}

/// Elements, attributes and texts, written one after another.
///
/// ```
/// use longhand_narrative::markup::MarkupWriter;
///
/// let mut svg = MarkupWriter::fragment(Vec::new());
/// svg.open("svg", &[("viewBox", "0 0 9 9")])?;
/// svg.text("title", &[], "Ann & Ben")?;
/// svg.empty("path", &[("d", "M0 0v9")])?;
/// let text = String::from_utf8(svg.finish()?).expect("markup is UTF-8");
/// assert_eq!(text, r#"<svg viewBox="0 0 9 9"><title>Ann &amp; Ben</title><path d="M0 0v9"/></svg>"#);
/// # std::io::Result::Ok(())
/// ```
pub struct MarkupWriter<W: Write> {
    xml: Writer<W>,
    open_elements: Vec<&'static str>,
}

impl<W: Write> MarkupWriter<W> {
    /// Begins a fragment on one line.
    pub fn fragment(out: W) -> Self {
        Self { xml: Writer::new(out), open_elements: Vec::new() }
    }

    /// Begins an XML document, indented by one space for each level.
    ///
    /// # Errors
    /// When writing to `out` fails.
    pub fn document(out: W) -> io::Result<Self> {
        let mut xml = Writer::new_with_indent(out, b' ', 1);
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        Ok(Self { xml, open_elements: Vec::new() })
    }

    /// Opens an element with children.
    ///
    /// # Errors
    /// When writing fails.
    pub fn open(&mut self, name: &'static str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.xml.write_event(Event::Start(start_tag(name, attributes)))?;
        self.open_elements.push(name);
        Ok(())
    }

    /// Closes the innermost open element.
    ///
    /// # Errors
    /// When writing fails.
    pub fn close(&mut self) -> io::Result<()> {
        self.open_elements.pop().map_or(Ok(()), |name| self.xml.write_event(Event::End(BytesEnd::new(name))))
    }

    /// Writes an empty element.
    ///
    /// # Errors
    /// When writing fails.
    pub fn empty(&mut self, name: &'static str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.xml.write_event(Event::Empty(start_tag(name, attributes)))
    }

    /// Writes an element that contains only a text.
    ///
    /// # Errors
    /// When writing fails.
    pub fn text(&mut self, name: &'static str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
        self.xml.write_event(Event::Start(start_tag(name, attributes)))?;
        self.xml.write_event(Event::Text(BytesText::from_escaped(escape(text))))?;
        self.xml.write_event(Event::End(BytesEnd::new(name)))
    }

    /// Closes all open elements and returns the output.
    ///
    /// # Errors
    /// When writing fails.
    pub fn finish(mut self) -> io::Result<W> {
        while !self.open_elements.is_empty() {
            self.close()?;
        }
        let mut out = self.xml.into_inner();
        out.flush()?;
        Ok(out)
    }
}

fn start_tag(name: &'static str, attributes: &[(&str, &str)]) -> BytesStart<'static> {
    let mut tag = BytesStart::new(name);
    for &(name, value) in attributes {
        tag.push_attribute((name, allowed_characters(value).as_ref()));
    }
    tag
}

/// A drawing or another fragment in memory. Writing to memory cannot fail, so its methods return nothing.
pub struct MarkupFragment(MarkupWriter<Vec<u8>>);

impl MarkupFragment {
    /// An empty fragment.
    #[must_use]
    pub fn new() -> Self {
        Self(MarkupWriter::fragment(Vec::new()))
    }

    /// Opens an element with children.
    pub fn open(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.0.open(name, attributes).expect("writing to memory cannot fail");
    }

    /// Closes the innermost open element.
    pub fn close(&mut self) {
        self.0.close().expect("writing to memory cannot fail");
    }

    /// Writes an empty element.
    pub fn empty(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.0.empty(name, attributes).expect("writing to memory cannot fail");
    }

    /// Writes an element that contains only a text.
    pub fn text(&mut self, name: &'static str, attributes: &[(&str, &str)], text: &str) {
        self.0.text(name, attributes, text).expect("writing to memory cannot fail");
    }

    /// Adds another fragment inside the innermost open element.
    pub fn append(&mut self, other: Self) {
        let bytes = other.0.finish().expect("writing to memory cannot fail");
        self.0.xml.get_mut().extend(bytes);
    }

    /// Closes all open elements and returns the fragment as a value that templates do not escape again.
    #[must_use]
    pub fn finish(self) -> Value {
        let bytes = self.0.finish().expect("writing to memory cannot fail");
        Value::from_safe_string(String::from_utf8(bytes).expect("only texts were written"))
    }
}

impl Default for MarkupFragment {
    fn default() -> Self {
        Self::new()
    }
}

/// The templates of a page, in the language of Jinja. Every value is escaped unless it is markup already.
pub struct PageTemplates(Environment<'static>);

impl PageTemplates {
    /// Compiles templates, each with its name.
    ///
    /// # Panics
    /// If a template is not valid. Templates are part of the program and tested.
    #[must_use]
    pub fn new(templates: &[(&'static str, &'static str)]) -> Self {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        env.set_syntax(syntax.expect("the standard delimiters are valid"));
        env.set_auto_escape_callback(|_| AutoEscape::Html);
        env.set_formatter(|out, _, value| {
            let is_markup = value.is_safe() || matches!(value.kind(), ValueKind::Number | ValueKind::Bool);
            let text = value.to_string();
            Ok(out.write_str(&if is_markup { text } else { escape(&text) })?)
        });
        for &(name, source) in templates {
            env.add_template(name, source).expect("the templates of the program are valid");
        }
        Self(env)
    }

    /// Renders a template.
    ///
    /// # Panics
    /// If the template does not fit the values.
    #[must_use]
    pub fn render(&self, name: &str, values: Value) -> String {
        let rendered = self.0.get_template(name).and_then(|template| template.render(values));
        rendered.expect("the templates of the program fit their values")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use minijinja::context;

    #[test]
    fn texts_and_attributes_are_escaped() {
        let mut xml = MarkupWriter::document(Vec::new()).unwrap();
        xml.open("a", &[("b", "\"><c d='\n\u{1}")]).unwrap();
        xml.text("e", &[], "</e> & more").unwrap();
        xml.empty("f", &[]).unwrap();
        let text = String::from_utf8(xml.finish().unwrap()).unwrap();
        assert!(text.ends_with("<a b=\"&quot;&gt;&lt;c d=&apos;&#10;\">\n <e>&lt;/e&gt; &amp; more</e>\n <f/>\n</a>"), "{text}");
    }

    #[test]
    fn templates_escape_everything_but_markup() {
        let mut drawing = MarkupFragment::new();
        drawing.text("b", &[("title", "a \"b\"")], "<1>");
        let page = PageTemplates::new(&[("page", "<p>{{ text }} {{ drawing }} {{ number }}</p>")]);
        let page = page.render("page", context! { text => "Ann & <Ben>\u{8}", drawing => drawing.finish(), number => 1.5 });
        assert_eq!(page, "<p>Ann &amp; &lt;Ben&gt; <b title=\"a &quot;b&quot;\">&lt;1&gt;</b> 1.5</p>");
    }
}
