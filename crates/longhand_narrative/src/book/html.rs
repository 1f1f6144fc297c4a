//! Writes a book as one self-contained HTML file, without network access or scripts. The file is also well-formed XML.
//!
//! Each sentence links to an entry with its events and their causes. Below the text are plots of the main characters' attributes,
//! diagrams of their relationships at the ends of chapters, and the beats.

use super::knowledge::known_names;
use super::model::{Book, Chapter, Paragraph, ParagraphKind};
use super::plot;
use crate::dates::CivilDateTime;
use crate::event_narrator::{RunNarrator, place_name};
use crate::markup::{PageTemplates, escape};
use crate::palette;
use crate::template_person::NAME_MARKS;
use longhand_chronicle::{AgentRegistry, BeatMatch, Chronicle, History, SymbolTable, state_at};
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_language::{Language, NumberStyle, TextDirection};
use longhand_scene::Scenario;
use minijinja::context;
use minijinja::value::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The maximum number of events that an entry of a summary lists.
const MAX_NAMED_EVENTS: usize = 12;

const STYLE: &str = include_str!("templates/book.css");
const PAGE: &str = include_str!("templates/book.html");
/// Markup that the HTML and the EPUB share.
pub(super) const PARTS: &str = include_str!("templates/parts.html");

/// The book as one HTML file. `end` is the last instant of the chronicle.
#[must_use]
pub fn html(book: &Book, scenario: &Scenario, chronicle: &Chronicle, end: Instant) -> String {
    let agents = known_names(scenario, chronicle, book.pov);
    let (symbols, cited) = (SymbolTable::from_scenario(scenario), CitationIndex::new(book));
    HtmlBook { book, scenario, chronicle, agents, symbols, end, cited }.render()
}

/// A document as the template `quotation` takes it.
pub(super) fn document_values(paragraph: &Paragraph, id: Option<String>) -> Value {
    let mut sentences = paragraph.sentences.iter();
    let title = sentences.next().map(|sentence| sentence.text.as_str());
    let paragraphs = sentences.flat_map(|sentence| sentence.text.split("\n\n"));
    let paragraphs: Value = paragraphs.map(|part| part.lines().map(Value::from).collect::<Value>()).collect();
    context! { id, title, paragraphs }
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
    /// The agents, with the names by which the point of view knows them.
    agents: Cow<'a, AgentRegistry>,
    symbols: SymbolTable,
    end: Instant,
    cited: CitationIndex,
}

impl HtmlBook<'_> {
    fn render(&self) -> String {
        let (book, language) = (self.book, &self.book.language);
        let history = History::from_chronicle(self.chronicle, &self.symbols);
        let has_titles = book.chapters.iter().any(|chapter| !chapter.title.is_empty());
        let people = self.main_characters();
        let mut sentence = 0;
        let chapters = book.chapters.iter().enumerate().map(|(nth, chapter)| {
            let paragraphs: Value =
                chapter.paragraphs.iter().map(|paragraph| paragraph_values(paragraph, &mut sentence)).collect();
            let turn = chapter.turn.filter(|_| has_titles).and_then(|turn| history.position_of(turn));
            let diagram = turn.as_ref().and_then(|turn| {
                plot::relationship_diagram(self.scenario, &state_at(self.chronicle, &history, turn.at), &people, book.pov)
            });
            context! {
                title => &chapter.title,
                heading => (!chapter.title.is_empty()).then(|| book.chapter_heading(nth, chapter)),
                dates => self.chapter_dates(chapter),
                paragraphs,
                diagram,
                caption => turn.map(|turn| language.format("page-relations", &[("date", self.day(turn.at).into())])),
            }
        });
        let values = context! {
            title => &book.title,
            style => Value::from_safe_string(format!("{}{STYLE}", palette::css_themes())),
            subtitle => book.subtitle(&self.chronicle.agents),
            about => &book.about,
            has_titles,
            chapters => chapters.collect::<Value>(),
            plots => self.attribute_plots(&history),
            beats => self.beat_rows(),
            events => self.event_entries(),
            summaries => self.summary_entries(),
            footer => self.footer(),
            page => page_values(&book.language),
        };
        PageTemplates::new(&[("parts.html", PARTS), ("book.html", PAGE)]).render("book.html", values)
    }

    fn display_name(&self, agent: AgentId) -> String {
        self.agents.display_name(agent)
    }

    fn day(&self, at: Instant) -> String {
        CivilDateTime::from_instant(&self.scenario.calendar, at).heading(&self.book.language)
    }

    fn chapter_dates(&self, chapter: &Chapter) -> String {
        let (from, to) = (self.day(chapter.from), self.day(chapter.to));
        if from == to {
            return from;
        }
        self.book.language.format("dates-from-to", &[("from", from.into()), ("to", to.into())])
    }

    /// The members of the cast that take part in most of the narrated events, at most six.
    fn main_characters(&self) -> Vec<(AgentId, String)> {
        let mut times: BTreeMap<AgentId, usize> = BTreeMap::new();
        for event in self.cited.first.keys().filter_map(|&id| self.chronicle.event(id)) {
            for &role in event.roles.iter().filter(|role| self.scenario.cast_order.contains(role)) {
                *times.entry(role).or_default() += 1;
            }
        }
        let mut ranked: Vec<(AgentId, usize)> = times.into_iter().collect();
        ranked.sort_by_key(|&(agent, times)| (std::cmp::Reverse(times), agent));
        ranked.truncate(6);
        ranked.into_iter().map(|(agent, _)| (agent, self.display_name(agent))).collect()
    }

    fn attribute_plots(&self, history: &History) -> Value {
        let agents = self.book.pov.map_or_else(|| self.book.followed.clone(), |pov| vec![pov]);
        let plot = |agent: AgentId| {
            let drawing = plot::attribute_plot(self.scenario, history, self.chronicle, agent, self.end)?;
            Some(context! { name => self.display_name(agent), drawing })
        };
        agents.into_iter().filter_map(plot).collect()
    }

    fn beat_rows(&self) -> Value {
        let cited: BTreeSet<EventId> = self.cited.sentences.iter().flatten().copied().collect();
        let row = |beat_match: &BeatMatch| {
            let beat = self.scenario.beats.get(beat_match.beat)?;
            let title = if beat.title.is_empty() { &beat.id } else { &beat.title };
            Some(context! { title, entry => self.entry_of(beat_match.event), day => self.day(beat_match.at) })
        };
        self.chronicle.beats.iter().filter(|beat_match| cited.contains(&beat_match.event)).filter_map(row).collect()
    }

    /// The events that have an entry, with their causes.
    fn event_entries(&self) -> Value {
        let narrator = RunNarrator::of_chronicle(self.scenario, self.book.seed, self.chronicle);
        let entry = |(&id, cited_by): (&EventId, &usize)| {
            let event = self.chronicle.event(id)?;
            let causes: Vec<String> =
                self.book.causes.get(&id).into_iter().flatten().map(|&cause| self.event_link(cause)).collect();
            Some(context! {
                id => id.0,
                number => self.book.language.own_digits(id.0.to_string()),
                when => CivilDateTime::from_instant(&self.scenario.calendar, event.at).timestamp(&self.book.language),
                place => place_name(self.scenario, event.place),
                sentence => narrator.sentence(self.scenario, event, &self.agents),
                cited_by => *cited_by,
                causes => (!causes.is_empty()).then(|| self.causes_text(&causes)),
            })
        };
        self.cited.first.iter().filter_map(entry).collect()
    }

    /// The sentences that narrate several events, with those events.
    fn summary_entries(&self) -> Value {
        let entry = |(number, events): (usize, &Vec<EventId>)| {
            let language = &self.book.language;
            let named: Vec<String> = events.iter().take(MAX_NAMED_EVENTS).map(|&event| self.event_link(event)).collect();
            let more = events.len().saturating_sub(MAX_NAMED_EVENTS);
            let more_number = language.own_digits(more.to_string());
            context! {
                number,
                count => language.format_amount("page-event-count", events.len() as f64, NumberStyle::Words, &[]),
                events => Value::from_safe_string(named.join(language.text("summary-comma"))),
                more => (more > 0).then(|| language.format("page-more", &[("number", more_number.into())])),
            }
        };
        self.cited.sentences.iter().enumerate().filter(|(_, events)| events.len() > 1).map(entry).collect()
    }

    /// The causes of an event as a sentence. The result is markup.
    fn causes_text(&self, causes: &[String]) -> Value {
        let language = &self.book.language;
        // The message is a text, the causes are markup.
        let text = escape(&language.format("page-causes", &[("events", NAME_MARKS[0].to_string().into())]));
        Value::from_safe_string(text.replace(NAME_MARKS[0], &language.list(causes)))
    }

    fn footer(&self) -> String {
        let language = &self.book.language;
        let events = language.own_digits(self.chronicle.len().to_string());
        let words = self.book.word_count() as f64;
        language.format_amount("page-footer", words, NumberStyle::Words, &[("events", events.into())])
    }

    /// The fragment id of an event's entry, if it has one.
    fn entry_of(&self, event: EventId) -> Option<String> {
        self.cited.first.contains_key(&event).then(|| format!("e{}", event.0))
    }

    /// An event by its number, with a link if it has an entry. The result is markup.
    fn event_link(&self, id: EventId) -> String {
        let name =
            self.chronicle.event(id).and_then(|event| self.scenario.events.get(event.kind.index())).map_or("", |info| &info.name);
        let number = self.book.language.own_digits(id.0.to_string());
        let label = format!("#{number} {}", escape(&name.replace(['_', '/'], " ")));
        self.entry_of(id).map_or(label.clone(), |entry| format!("<a href=\"#{entry}\">{label}</a>"))
    }
}

/// The language and direction of a page, and the texts of the page itself.
pub(super) fn page_values(language: &Language) -> Value {
    let text = |id: &str| language.text(id).to_owned();
    context! {
        lang => language.tag(),
        dir => (language.direction() == TextDirection::RightToLeft).then_some("rtl"),
        contents => text("epub-contents"),
        title => text("epub-title"),
        chapters => text("page-chapters"),
        sentence_events => text("page-sentence-events"),
        lives => text("page-lives"),
        lives_about => text("page-lives-about"),
        beats => text("page-beats"),
        what => text("page-what"),
        when => text("page-when"),
        events => text("page-events"),
        back => text("page-back"),
        summaries => text("page-summaries"),
        comma => text("summary-comma"),
    }
}

/// A paragraph as the page takes it. `number` counts the sentences.
fn paragraph_values(paragraph: &Paragraph, number: &mut usize) -> Value {
    if paragraph.kind == ParagraphKind::Document {
        let document = document_values(paragraph, Some(format!("s{number}")));
        *number += paragraph.sentences.len();
        return context! { document };
    }
    let sentences = paragraph.sentences.iter().map(|sentence| {
        let entry = match sentence.events[..] {
            [event] => format!("e{}", event.0),
            _ => format!("n{number}"),
        };
        let values = context! { number => *number, text => &sentence.text, entry };
        *number += 1;
        values
    });
    let sentences: Value = sentences.collect();
    context! { class => paragraph_class(paragraph.kind), sentences }
}

/// The CSS class of a paragraph that is not a document.
pub(super) fn paragraph_class(kind: ParagraphKind) -> &'static str {
    if kind == ParagraphKind::Summary { "summary" } else { "scene" }
}
