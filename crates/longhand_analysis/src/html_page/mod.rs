//! The frame of a report: one HTML file without scripts or network access, for any screen, light and dark, and for print.

use longhand_narrative::markup::PageTemplates;
use longhand_narrative::palette;
use minijinja::context;
use minijinja::value::Value;

const FRAME: &str = include_str!("frame.html");
const MACROS: &str = include_str!("macros.html");
const STYLE: &str = include_str!("style.css");

/// Renders a page. `body` is the template of what is between the `main` tags; it may import from `macros.html`. `style` follows the
/// common style sheet.
pub(crate) fn render_page(title: &str, body: &'static str, style: &str, values: Value) -> String {
    let templates = PageTemplates::new(&[("frame.html", FRAME), ("macros.html", MACROS), ("body.html", body)]);
    let body = templates.render("body.html", values);
    let style = format!("{}\n{STYLE}{style}", palette::css_themes());
    let [style, body] = [style, body].map(Value::from_safe_string);
    templates.render("frame.html", context! { title, style, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_values_are_escaped_and_macros_can_be_imported() {
        let body = "{% from \"macros.html\" import aside %}\n<p>{{ text }}{{ aside(text) }}</p>\n";
        let page = render_page("Ann & Ben", body, ".own { }", context! { text => "<b>" });
        for part in ["<title>Ann &amp; Ben</title>", "<p>&lt;b&gt; <span class=\"aside\">(&lt;b&gt;)</span></p>", ".own { }"] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }
}
