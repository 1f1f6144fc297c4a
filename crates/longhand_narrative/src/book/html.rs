//! Writes a book as one self-contained HTML file, without network access or scripts. The file is also well-formed XML.
//!
//! Each sentence links to an entry with its events and their causes. Below the text are plots of the main characters' attributes,
//! diagrams of their relationships at the ends of chapters, and the beats.

use super::model::{Book, Chapter, Paragraph, ParagraphKind, Sentence};
use super::palette::{DARK, LIGHT, css_variables};
use super::plot;
use crate::dates::CivilDateTime;
use crate::event_narrator::{EventTemplateContext, place_name, plain_sentence};
use crate::grammar;
use longhand_chronicle::{Chronicle, History, LogPosition as Point, SymbolTable, state_at};
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_scene::Scenario;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The maximum number of events that an entry of a summary lists.
const MAX_NAMED_EVENTS: usize = 12;

const STYLE: &str = "\
:root{color-scheme:light dark}\
*{box-sizing:border-box}\
body{margin:0;background:var(--ground);color:var(--text);font:1.08rem/1.62 Lora,Georgia,'Iowan Old Style',serif}\
main,header,nav,footer{max-width:42rem;margin:0 auto;padding:0 1.25rem}\
header{padding-top:4rem;text-align:center}\
h1{font-size:2.6rem;line-height:1.15;margin:0 0 .4rem;font-weight:600}\
h2{font-size:1.35rem;margin:3.2rem 0 1rem;font-weight:600;color:var(--accent)}\
h3{font-size:1.05rem;margin:2rem 0 .5rem}\
.about,.when,.pov{color:var(--faint);font-style:italic;margin:.2rem 0}\
p{margin:0 0 1rem;hyphens:auto}\
p.scene+p.scene{text-indent:1.4em;margin-top:-.55rem}\
p.summary{color:var(--text)}\
blockquote{margin:1.4rem 0;padding:.9rem 1.3rem;background:var(--raised);border-left:3px solid var(--accent)}\
blockquote p:last-child{margin:0}\
blockquote p.title{font-weight:600}\
a{color:var(--accent)}\
a.cite{text-decoration:none;font-size:.72em;line-height:0;vertical-align:super;padding:0 .18em}\
a.cite:hover,a.cite:focus{text-decoration:underline}\
nav ol,ol.plain{padding-left:1.4rem}\
figure{margin:1.6rem 0}\
figcaption{color:var(--faint);font-size:.88rem}\
svg{width:100%;height:auto;font:13px Lora,Georgia,serif}\
svg text{fill:var(--text)}\
svg .tick{fill:var(--faint);font-size:11px}svg .tie{fill:var(--text);font-size:12px;paint-order:stroke;stroke:var(--ground);stroke-width:4px}\
svg .grid{stroke:var(--faint);stroke-opacity:.28}\
svg .beat{stroke:var(--accent);stroke-width:1.6;fill:none}\
svg .bond{stroke:var(--accent);stroke-opacity:.55}\
svg .node{fill:var(--raised);stroke:var(--faint)}\
svg polyline{fill:none;stroke-width:2}\
svg .l1{stroke:var(--line1)}svg .l2{stroke:var(--line2)}svg .l3{stroke:var(--line3)}svg .l4{stroke:var(--line4)}\
svg .t1{fill:var(--line1)}svg .t2{fill:var(--line2)}svg .t3{fill:var(--line3)}svg .t4{fill:var(--line4)}\
.entries{font-size:.9rem;line-height:1.5}\
.entries li{margin-bottom:.7rem}\
.entries .id{color:var(--faint)}\
table{border-collapse:collapse;width:100%;font-size:.92rem}\
td,th{text-align:left;padding:.25rem .6rem .25rem 0;vertical-align:top}\
:target{background:var(--raised);outline:2px solid var(--accent);outline-offset:3px}\
footer{color:var(--faint);padding-bottom:4rem;font-size:.9rem}";

/// The book as one HTML file. `end` is the last instant of the chronicle.
#[must_use]
pub fn html(book: &Book, scenario: &Scenario, chronicle: &Chronicle, end: Instant) -> String {
    HtmlBook { book, scenario, chronicle, symbols: SymbolTable::from_scenario(scenario), end, cited: CitationIndex::new(book) }
        .render()
}

/// Escapes a text for XML and removes control characters.
pub(super) fn escape_xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() && c != '\n' && c != '\t' => {}
            c => out.push(c),
        }
    }
    out
}

/// A document as a quotation, with its line breaks.
pub(super) fn document_html(paragraph: &Paragraph) -> String {
    let mut out = String::from("<blockquote>");
    for (nth, sentence) in paragraph.sentences.iter().enumerate() {
        if nth == 0 {
            let _ = write!(out, "<p class=\"title\">{}</p>", escape_xml(&sentence.text));
            continue;
        }
        for part in sentence.text.split("\n\n") {
            let lines: Vec<String> = part.lines().map(escape_xml).collect();
            let _ = write!(out, "<p>{}</p>", lines.join("<br/>"));
        }
    }
    out.push_str("</blockquote>");
    out
}

/// The events of each sentence, and the first sentence that narrates each event alone.
struct CitationIndex {
    /// By sentence number.
    sentences: Vec<Vec<EventId>>,
    first: BTreeMap<EventId, usize>,
}

impl CitationIndex {
    fn new(book: &Book) -> Self {
        let sentences: Vec<Vec<EventId>> = book.sentences().map(|sentence| sentence.events.clone()).collect();
        let mut first = BTreeMap::new();
        for (nth, events) in sentences.iter().enumerate() {
            if let [event] = events[..] {
                first.entry(event).or_insert(nth);
            }
        }
        Self { sentences, first }
    }
}

struct HtmlBook<'a> {
    book: &'a Book,
    scenario: &'a Scenario,
    chronicle: &'a Chronicle,
    symbols: SymbolTable,
    end: Instant,
    cited: CitationIndex,
}

impl HtmlBook<'_> {
    fn render(&self) -> String {
        let book = self.book;
        let mut out = format!(
            "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head><meta charset=\"utf-8\"/>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><title>{}</title>\n\
             <style>:root{{{}}}@media (prefers-color-scheme: dark){{:root{{{}}}}}{STYLE}</style></head>\n<body>\n",
            escape_xml(&book.title),
            css_variables(&LIGHT),
            css_variables(&DARK),
        );
        let put = |out: &mut String, text: &str| out.push_str(text);
        let _ = write!(out, "<header><h1>{}</h1>", escape_xml(&book.title));
        if let Some(pov) = book.pov {
            let _ = write!(out, "<p class=\"pov\">As {} knew it</p>", escape_xml(&self.called(pov)));
        }
        if !book.about.is_empty() {
            let _ = write!(out, "<p class=\"about\">{}</p>", escape_xml(&book.about));
        }
        put(&mut out, "</header>\n");
        let titled = book.chapters.iter().any(|chapter| !chapter.title.is_empty());
        if titled {
            put(&mut out, "<nav aria-label=\"Chapters\"><ol>");
            for (nth, chapter) in book.chapters.iter().enumerate() {
                let _ = write!(out, "<li><a href=\"#c{}\">{}</a></li>", nth + 1, escape_xml(&chapter.title));
            }
            put(&mut out, "</ol></nav>\n");
        }
        put(&mut out, "<main>\n");
        let history = History::from_chronicle(self.chronicle, &self.symbols);
        let people = self.main_characters();
        let mut sentence = 0;
        for (nth, chapter) in book.chapters.iter().enumerate() {
            let _ = write!(out, "<section id=\"c{}\">", nth + 1);
            if !chapter.title.is_empty() {
                let _ = write!(
                    out,
                    "<h2>{}. {}</h2><p class=\"when\">{}</p>",
                    nth + 1,
                    escape_xml(&chapter.title),
                    self.chapter_dates(chapter)
                );
            }
            for paragraph in &chapter.paragraphs {
                put(&mut out, &self.paragraph_html(paragraph, &mut sentence));
                put(&mut out, "\n");
            }
            if let Some(turn) = chapter.turn.filter(|_| titled)
                && let Some(Point { at, .. }) = history.position_of(turn)
                && let Some(svg) =
                    plot::relationship_diagram(self.scenario, &state_at(self.chronicle, &history, at), &people, book.pov)
            {
                let _ = write!(
                    out,
                    "<figure>{svg}<figcaption>How they stood to one another, {}.</figcaption></figure>",
                    self.day(at)
                );
            }
            put(&mut out, "</section>\n");
        }
        put(&mut out, &self.attribute_plots(&history));
        put(&mut out, &self.beat_table());
        put(&mut out, &self.event_entries());
        let _ = write!(
            out,
            "</main>\n<footer><p>{} events, told in {}.</p></footer>\n</body>\n</html>\n",
            self.chronicle.len(),
            grammar::counted(book.word_count() as f64, "word")
        );
        out
    }

    fn called(&self, agent: AgentId) -> String {
        self.chronicle.agents.display_name(agent)
    }

    fn day(&self, at: Instant) -> String {
        CivilDateTime::from_instant(&self.scenario.calendar, at).long_date()
    }

    fn chapter_dates(&self, chapter: &Chapter) -> String {
        let (from, to) = (self.day(chapter.from), self.day(chapter.to));
        if from == to { from } else { format!("{from}, to {to}") }
    }

    /// The members of the cast that take part in most of the narrated events, at most six.
    fn main_characters(&self) -> Vec<(AgentId, String)> {
        let mut times: BTreeMap<AgentId, usize> = BTreeMap::new();
        for event in self.cited.first.keys().filter_map(|&id| self.chronicle.event(id)) {
            for &role in event.roles.iter().filter(|role| role.index() < self.scenario.cast.len()) {
                *times.entry(role).or_default() += 1;
            }
        }
        let mut ranked: Vec<(AgentId, usize)> = times.into_iter().collect();
        ranked.sort_by_key(|&(agent, times)| (std::cmp::Reverse(times), agent));
        ranked.truncate(6);
        ranked.into_iter().map(|(agent, _)| (agent, self.called(agent))).collect()
    }

    fn paragraph_html(&self, paragraph: &Paragraph, nth: &mut usize) -> String {
        if paragraph.kind == ParagraphKind::Document {
            let quoted = document_html(paragraph).replacen("<blockquote>", &format!("<blockquote id=\"s{nth}\">"), 1);
            *nth += paragraph.sentences.len();
            return quoted;
        }
        let class = if paragraph.kind == ParagraphKind::Summary { "summary" } else { "scene" };
        let mut out = format!("<p class=\"{class}\">");
        for (at, Sentence { text, events, .. }) in paragraph.sentences.iter().enumerate() {
            let target = match events[..] {
                [event] => format!("e{}", event.0),
                _ => format!("n{nth}"),
            };
            let space = if at > 0 { " " } else { "" };
            let _ = write!(
                out,
                "{space}<span id=\"s{nth}\">{}</span><a class=\"cite\" href=\"#{target}\" aria-label=\"Events of this sentence\">◦</a>",
                escape_xml(text)
            );
            *nth += 1;
        }
        out.push_str("</p>");
        out
    }

    fn attribute_plots(&self, history: &History) -> String {
        let whose = self.book.pov.map_or_else(|| self.book.followed.clone(), |pov| vec![pov]);
        let mut out = String::new();
        for agent in whose {
            if let Some(svg) = plot::attribute_plot(self.scenario, history, self.chronicle, agent, self.end) {
                let _ = writeln!(out, "<figure><figcaption>{}</figcaption>{svg}</figure>", escape_xml(&self.called(agent)));
            }
        }
        if out.is_empty() {
            return out;
        }
        format!(
            "<section id=\"lives\"><h2>Lives</h2><p class=\"when\">The attributes that changed most; the marks above are beats.</p>{out}</section>\n"
        )
    }

    fn beat_table(&self) -> String {
        let cited: BTreeSet<EventId> = self.cited.sentences.iter().flatten().copied().collect();
        let mut rows = String::new();
        for found in self.chronicle.beats.iter().filter(|found| cited.contains(&found.event)) {
            let Some(beat) = self.scenario.beats.get(found.beat) else { continue };
            let title = escape_xml(if beat.title.is_empty() { &beat.id } else { &beat.title });
            let title = match self.cited.first.contains_key(&found.event) {
                true => format!("<a href=\"#e{}\">{title}</a>", found.event.0),
                false => title,
            };
            let _ = write!(rows, "<tr><td>{title}</td><td>{}</td></tr>", self.day(found.at));
        }
        if rows.is_empty() {
            return rows;
        }
        format!("<section id=\"beats\"><h2>Beats</h2><table><tr><th>What</th><th>When</th></tr>{rows}</table></section>\n")
    }

    /// The entries for the events of each sentence.
    fn event_entries(&self) -> String {
        let mut out = String::from("<section id=\"events\" class=\"entries\"><h2>What happened</h2><ol class=\"plain\">\n");
        for (&event, &sentence) in &self.cited.first {
            let _ = write!(
                out,
                "<li id=\"e{}\">{} <a href=\"#s{sentence}\" aria-label=\"Back to the text\">↩</a>",
                event.0,
                self.event_html(event)
            );
            let causes = self.book.causes.get(&event).map_or(&[][..], Vec::as_slice);
            if !causes.is_empty() {
                let said: Vec<String> = causes.iter().map(|&cause| self.event_link(cause)).collect();
                let _ = write!(out, "<br/>Because of {}.", grammar::list(&said));
            }
            out.push_str("</li>\n");
        }
        out.push_str("</ol><h3>What was summed up</h3><ul>\n");
        for (nth, events) in self.cited.sentences.iter().enumerate().filter(|(_, events)| events.len() > 1) {
            let named: Vec<String> = events.iter().take(MAX_NAMED_EVENTS).map(|&event| self.event_link(event)).collect();
            let more = if events.len() > MAX_NAMED_EVENTS {
                format!(" and {} more", events.len() - MAX_NAMED_EVENTS)
            } else {
                String::new()
            };
            let _ = writeln!(
                out,
                "<li id=\"n{nth}\">{}: {}{more}. <a href=\"#s{nth}\" aria-label=\"Back to the text\">↩</a></li>",
                grammar::counted(events.len() as f64, "event"),
                named.join(", ")
            );
        }
        out.push_str("</ul></section>\n");
        // Empty lists are removed.
        out.replace("<h3>What was summed up</h3><ul>\n</ul>", "").replace("<ol class=\"plain\">\n</ol>", "")
    }

    /// `#12, Monday, 6 January 2025, the flat: Ann: long walk, with Ben.`
    fn event_html(&self, id: EventId) -> String {
        let Some(event) = self.chronicle.event(id) else { return String::new() };
        let words = EventTemplateContext {
            scenario: self.scenario,
            agents: &self.chronicle.agents,
            event,
            ordinal: 1,
            correspondents: None,
        };
        let place = place_name(self.scenario, event.place).map_or_else(String::new, |place| format!(", {}", escape_xml(place)));
        let stamp = CivilDateTime::from_instant(&self.scenario.calendar, event.at).timestamp();
        format!("<span class=\"id\">#{} · {stamp}{place}</span> {}", id.0, escape_xml(&plain_sentence(&words)))
    }

    /// An event by its number, with a link if it has an entry.
    fn event_link(&self, id: EventId) -> String {
        let name =
            self.chronicle.event(id).and_then(|event| self.scenario.events.get(event.kind.index())).map_or("", |info| &info.name);
        let label = format!("#{} {}", id.0, escape_xml(&name.replace(['_', '/'], " ")));
        if self.cited.first.contains_key(&id) { format!("<a href=\"#e{}\">{label}</a>", id.0) } else { label }
    }
}
