//! Writes a book: chapter by chapter, alternating summaries and scenes, each sentence with its events.

use super::chapters::{Block, blocks, divide};
use super::choose::{As, Chooser, Item};
use super::knowing::{Knowing, Known};
use super::leads::{Lead, Leads};
use super::mention::{Focus, Freedom, Marked, opening};
use super::model::{Book, BookOrder, Chapter, Length, Paragraph, ParagraphKind, Sentence};
use super::speaker::{Habit, Speaker, Way};
use super::sums::{Sums, Untold};
use crate::grammar;
use crate::salience::{Followed, Salience, Turns, present, protagonists};
use longhand_chronicle::{CauseGraph, Chronicle, Event, Link};
use longhand_expr::ids::{self, AgentId, EventId, Fact, Instant};
use longhand_scene::{Scenario, Telling};
use std::collections::BTreeSet;

/// The number of words of a chapter in a medium and in a full book.
const CHAPTER_WORDS: [usize; 2] = [370, 900];
/// The number of days without narration after which a summary is written.
const SUM_DAYS: f64 = 8.0;
/// The minimum number of omitted events for a summary.
const LEAST_SUMMED: usize = 4;
/// The number of words from which a sentence gets its own paragraph.
const OWN_PARAGRAPH: usize = 45;
/// The number of words up to which the next block joins the same paragraph.
const MERGED_WORDS: usize = 75;
/// The maximum number of words of all documents in a medium book.
const DOCUMENT_WORDS: usize = 750;
/// The minimum number of blocks between two sentences that state a cause.
const BECAUSE_EVERY: usize = 3;
/// The maximum number of words of a clause that states a cause.
const BECAUSE_WORDS: usize = 16;
/// The maximum number of words of a sentence that another one may join.
const JOINED_WORDS: usize = 14;

/// Writes the book of a run.
#[must_use]
pub fn write_book(scenario: &Scenario, chronicle: &Chronicle, seed: u64, order: &BookOrder) -> Book {
    let centre = protagonists(scenario, chronicle);
    let followed = order.pov.map_or_else(|| centre.clone(), |agent| Followed::one(agent, &centre));
    let knowing = order.pov.map_or(Knowing::All, |agent| Knowing::of(scenario, chronicle, agent));
    let salience = Salience::of(scenario, chronicle, &followed);
    let turns = Turns::of(scenario, chronicle, &followed);
    let graph = CauseGraph::of(chronicle);
    let speaker = Speaker::new(scenario, chronicle, seed, |event| knowing.of_event(event).is_some());
    let chooser = Chooser { speaker: &speaker, salience: &salience, turns: &turns, knowing: &knowing, graph: &graph };
    let items = chooser.choose(order.length);
    let words = |item: &Item| {
        let way = chronicle.event(item.event).and_then(|event| speaker.scenes(event).into_iter().next());
        way.map_or(0, |way| way.text.plain().split_whitespace().count())
    };
    let blocks = blocks(chronicle, &items, |item| item.how != As::Texture, words);
    let total: usize = blocks.iter().map(|block| block.words).sum();
    let count = match order.length {
        Length::Short => (items.len() / 7).clamp(1, 6),
        Length::Medium => (total / CHAPTER_WORDS[0]).clamp(1, 12),
        Length::Full => (total / CHAPTER_WORDS[1]).clamp(1, 24),
    };
    let lengths = divide(&blocks, &turns, count);
    let chosen: BTreeSet<EventId> = items.iter().map(|item| item.event).collect();
    let mut writer = Writer {
        speaker,
        salience: &salience,
        turns: &turns,
        knowing: &knowing,
        followed: &followed,
        length: order.length,
        leads: Leads::default(),
        sums: Sums::new(&all_habits(scenario, chronicle, &knowing), days(chronicle)),
        focus: Focus::default(),
        chosen,
        told: BTreeSet::new(),
        last_told: None,
        introduced: BTreeSet::new(),
        titles: BTreeSet::new(),
        last: (String::new(), String::new()),
        before: None,
        untold: Untold::new(),
        untold_since: None,
        passed: 0,
        blocks_since_because: BECAUSE_EVERY,
        document_words: 0,
    };
    let mut chapters = Vec::new();
    let mut rest = blocks.as_slice();
    for length in lengths {
        let (own, others) = rest.split_at(length.min(rest.len()));
        rest = others;
        chapters.extend(writer.chapter(own, rest.is_empty()));
    }
    let told = chapters.iter().flat_map(|chapter| &chapter.paragraphs).flat_map(|paragraph| &paragraph.sentences);
    let causes = told
        .flat_map(|sentence| sentence.events.iter().copied())
        .filter_map(|event| Some((event, known_causes(chronicle, &knowing, event)?)));
    let causes = causes.collect();
    Book {
        title: if scenario.title.is_empty() { scenario.name.clone() } else { scenario.title.clone() },
        about: scenario.about.trim().to_owned(),
        pov: order.pov,
        followed: followed.iter().collect(),
        chapters,
        causes,
    }
}

/// All known events, by habit.
fn all_habits(scenario: &Scenario, chronicle: &Chronicle, knowing: &Knowing) -> Untold {
    let mut habits = Untold::new();
    for event in chronicle.iter().filter(|event| knowing.of_event(event.id).is_some()) {
        habits.entry(habit(scenario, event)).or_default().push(event.id);
    }
    habits
}

/// The days from the first event to the last.
fn days(chronicle: &Chronicle) -> f64 {
    let at = |event: Option<&Event>| event.map_or(0.0, |event| event.at.seconds());
    (at(chronicle.events().last()) - at(chronicle.events().first())) / 86_400.0
}

/// The known causes of an event, each once, the most direct first.
fn known_causes(chronicle: &Chronicle, knowing: &Knowing, event: EventId) -> Option<Vec<EventId>> {
    let mut causes: Vec<EventId> = Vec::new();
    for cause in &chronicle.event(event)?.causes {
        if knowing.of_event(cause.event).is_some() && !causes.contains(&cause.event) {
            causes.push(cause.event);
        }
    }
    Some(causes)
}

struct Writer<'a> {
    speaker: Speaker<'a>,
    salience: &'a Salience,
    turns: &'a Turns,
    knowing: &'a Knowing,
    followed: &'a Followed,
    length: Length,
    leads: Leads,
    sums: Sums,
    focus: Focus,
    chosen: BTreeSet<EventId>,
    told: BTreeSet<EventId>,
    last_told: Option<EventId>,
    introduced: BTreeSet<AgentId>,
    titles: BTreeSet<String>,
    /// The first word and the shape of the last sentence.
    last: (String, String),
    /// When the last narrated event happened.
    before: Option<Instant>,
    untold: Untold,
    untold_since: Option<Instant>,
    /// The number of events that were narrated or counted.
    passed: usize,
    blocks_since_because: usize,
    document_words: usize,
}

impl<'a> Writer<'a> {
    fn event(&self, id: EventId) -> Option<&'a Event> {
        self.speaker.chronicle.event(id)
    }

    fn chapter(&mut self, blocks: &[Block], is_last: bool) -> Option<Chapter> {
        let mut paragraphs: Vec<Paragraph> = Vec::new();
        let mut summary = Paragraph { kind: ParagraphKind::Summary, sentences: Vec::new() };
        self.focus.leave();
        for block in blocks {
            self.catch_up(block, &mut summary);
            if block.essential {
                flush(&mut paragraphs, &mut summary);
                self.scene(block, &mut paragraphs);
            } else {
                for item in &block.items {
                    self.texture(item, &mut summary);
                }
            }
        }
        if is_last {
            let end = EventId::at(self.speaker.chronicle.len());
            self.count_until(end);
        }
        flush(&mut paragraphs, &mut summary);
        let events: Vec<EventId> = blocks.iter().flat_map(|block| &block.items).map(|item| item.event).collect();
        let at = |id: &EventId| self.event(*id).map(|event| event.at);
        let from = events.iter().filter_map(at).min()?;
        let to = events.iter().filter_map(at).max()?;
        let turn = events.iter().copied().max_by(|a, b| self.turns.turn(*a).total_cmp(&self.turns.turn(*b)).then(b.cmp(a)));
        let title = if self.length == Length::Short { String::new() } else { self.title(&events, from, to) };
        (!paragraphs.is_empty()).then_some(Chapter { title, from, to, turn, paragraphs })
    }

    /// The title of the beat with the highest turn score, or the months of the chapter.
    fn title(&mut self, events: &[EventId], from: Instant, to: Instant) -> String {
        let scenario = self.speaker.scenario;
        let beats = self.speaker.chronicle.beats.iter().filter(|found| events.contains(&found.event));
        let mut titled: Vec<(f64, &str)> = beats
            .filter_map(|found| {
                let title = scenario.beats.get(found.beat)?.title.as_str();
                (!title.is_empty() && !self.titles.contains(title)).then(|| (self.turns.turn(found.event), title))
            })
            .collect();
        titled.sort_by(|a, b| b.0.total_cmp(&a.0));
        let title = titled.first().map_or_else(|| self.span_title(from, to), |(_, title)| (*title).to_owned());
        self.titles.insert(title.clone());
        title
    }

    fn span_title(&self, from: Instant, to: Instant) -> String {
        let moment = |at| crate::dates::Moment::of(&self.speaker.scenario.calendar, at);
        let (from, to) = (moment(from), moment(to));
        let title = match (from.month() == to.month(), from.year() == to.year()) {
            (true, true) => format!("{} {}", from.month(), from.year()),
            (false, true) => format!("{} to {} {}", from.month(), to.month(), to.year()),
            _ => format!("{} {} to {} {}", from.month(), from.year(), to.month(), to.year()),
        };
        if self.titles.contains(&title) { format!("{title}, again") } else { title }
    }

    /// Collects the omitted events before a block, and summarises them if the period is long enough.
    fn catch_up(&mut self, block: &Block, summary: &mut Paragraph) {
        let Some(first) = block.items.first() else { return };
        self.count_until(first.event);
        let Some(at) = self.event(first.event).map(|event| event.at) else { return };
        let Some(since) = self.untold_since else { return };
        let days = (at.seconds() - since.seconds()) / 86_400.0;
        // Two summaries never follow each other.
        if days < SUM_DAYS || self.length == Length::Short || self.last.1 == "habit/0" || self.last.1 == "list/0" {
            return;
        }
        self.untold_since = None;
        let untold = std::mem::take(&mut self.untold);
        let enough = untold.values().map(Vec::len).sum::<usize>() >= LEAST_SUMMED;
        let sums = if enough { self.sums.of(&mut self.speaker, self.followed, &untold, days) } else { Vec::new() };
        for (nth, sum) in sums.into_iter().enumerate() {
            let draw = self.speaker.draw(u64::from(first.event.0) | (nth as u64) << 33, 7);
            let lead = self.leads.span(&self.speaker.scenario.calendar, since, at, draw);
            let shape = if sum.is_list { "list" } else { "habit" };
            let text = match (nth, sum.is_list) {
                (_, true) => sum.text.after(&format!("{lead}:")).then(".", Marked::of("")),
                (0, false) => {
                    let comma = if lead.split(' ').count() > 3 && !lead.ends_with("and meanwhile") || lead == "meanwhile" {
                        ","
                    } else {
                        ""
                    };
                    sum.text.after(&format!("{lead}{comma}")).then(".", Marked::of(""))
                }
                _ => sum.text.then(".", Marked::of("")),
            };
            let freedom = if sum.is_list { Freedom::Subject } else { Freedom::Clause };
            let said = text.said(&self.speaker.chronicle.directory, &mut self.focus, freedom);
            self.say(summary, said, sum.events, &format!("{shape}/{nth}"));
            self.before = Some(at);
        }
        if summary.sentences.is_empty() {
            self.untold = untold;
            self.untold_since = Some(since);
        }
    }

    fn count_until(&mut self, end: EventId) {
        while self.passed < end.index() {
            let id = EventId::at(self.passed);
            self.passed += 1;
            let Some(event) = self.event(id) else { continue };
            let telling = self.speaker.scenario.events.get(event.kind.index()).map_or(Telling::Never, |info| info.telling);
            let known = matches!(self.knowing.of_event(id), Some(Known::There | Known::Found(_)));
            if known && telling == Telling::Habit && !self.chosen.contains(&id) {
                self.untold.entry(habit(self.speaker.scenario, event)).or_default().push(id);
                self.untold_since.get_or_insert(event.at);
            }
        }
    }

    /// Writes an everyday event into a summary.
    fn texture(&mut self, item: &Item, summary: &mut Paragraph) {
        let Some(event) = self.event(item.event) else { return };
        self.introduce(event, summary);
        let draw = self.speaker.draw(u64::from(item.event.0) | 1 << 34, 12);
        let lead = self.leads.once(&self.speaker.scenario.calendar, event.at, draw);
        let Some(way) = self.pick(self.speaker.scenes(event), Some(&lead)) else { return };
        let takes_lead = way.text.subject().is_some() && !way.text.looks_back();
        let text = if takes_lead { way.text.clone().after(&lead) } else { way.text.clone() };
        self.tell(way, text, item.event, Freedom::Subject, summary);
        self.before = Some(event.at);
    }

    /// Writes the events of a block.
    fn scene(&mut self, block: &Block, paragraphs: &mut Vec<Paragraph>) {
        let mut running = Paragraph { kind: ParagraphKind::Scene, sentences: Vec::new() };
        self.blocks_since_because += 1;
        for (nth, item) in block.items.iter().enumerate() {
            let Some(event) = self.event(item.event) else { continue };
            let before = (paragraphs.len(), running.sentences.len());
            self.one(item, event, nth == 0, &mut running);
            if let Some(document) = self.document(event) {
                flush(paragraphs, &mut running);
                paragraphs.push(document);
                self.focus.leave();
            }
            let is_long = running.sentences.last().is_some_and(|last| last.text.split_whitespace().count() >= OWN_PARAGRAPH);
            if is_long && before.1 < running.sentences.len() && self.length != Length::Short {
                flush(paragraphs, &mut running);
                self.focus.leave();
            }
        }
        let words = |sentences: &[Sentence]| sentences.iter().map(|said| said.text.split_whitespace().count()).sum::<usize>();
        let short = |last: &&mut Paragraph| {
            last.kind == ParagraphKind::Scene && words(&last.sentences) + words(&running.sentences) <= MERGED_WORDS
        };
        if let Some(last) = paragraphs.last_mut().filter(|last| self.length == Length::Short || short(last)) {
            last.sentences.append(&mut running.sentences);
        } else {
            flush(paragraphs, &mut running);
        }
    }

    /// Writes one event with its lead.
    fn one(&mut self, item: &Item, event: &Event, opens: bool, paragraph: &mut Paragraph) {
        let ways = match item.how {
            As::Scene | As::Texture => self.speaker.scenes(event),
            As::Brief => self.speaker.brief(event).into_iter().collect(),
            As::Learned => return self.learned(event, paragraph),
        };
        let freedom = if item.how == As::Brief { Freedom::Clause } else { Freedom::Subject };
        let draw = self.speaker.draw(u64::from(item.event.0) | 1 << 35, 12);
        let calendar = &self.speaker.scenario.calendar;
        let found = matches!(self.knowing.of_event(item.event), Some(Known::Found(_)));
        let because = if opens && !found { self.because(event, &ways) } else { None };
        let Some(way) = self.pick(ways, None) else { return };
        let takes_lead = way.text.subject().is_some() && !way.text.looks_back();
        let new_day = self.before.is_none_or(|before| event.at.seconds() - before.seconds() > 86_400.0);
        let follows = item.how == As::Brief && !new_day && self.follows(event);
        let lead = match &because {
            Some(_) => None,
            None if follows => None,
            None => self.leads.scene(calendar, self.before, event.at, takes_lead, draw),
        };
        if let Some(Lead::Alone(words)) = &lead
            && (!takes_lead || self.before.is_none())
        {
            let shape = format!("lead/{}", opening(words));
            self.say(paragraph, words.clone(), vec![item.event], &shape);
        }
        let introduced = paragraph.sentences.len();
        self.introduce(event, paragraph);
        let mut text = way.text.clone();
        match (because, lead) {
            (Some(because), _) => {
                let mut focus = Focus::on(event.roles.first().copied());
                let said = because.text.said(&self.speaker.chronicle.directory, &mut focus, Freedom::Clause);
                // A name keeps its capital letter; a pronoun becomes lower case.
                let first = |text: &str| text.split_whitespace().next().map(str::to_owned);
                let is_named = because.text.subject().is_some() && first(&said) == first(&because.text.plain());
                let said = if is_named { said } else { uncapitalised(&said) };
                text = text.after(&format!("because {said},"));
                self.blocks_since_because = 0;
                self.speaker.note(&because);
            }
            (_, Some(Lead::Within(words))) if takes_lead => text = text.after(&words),
            _ => {}
        }
        if follows && introduced == paragraph.sentences.len() && self.joins(paragraph) {
            self.join(&way, text, item.event, paragraph);
        } else {
            if follows && text.subject().is_some() {
                let of_itself = self.last_told.is_some_and(|last| {
                    event.causes.iter().any(|cause| cause.event == last && matches!(cause.link, Link::Step | Link::Woke))
                });
                text = text.after(self.leads.follows(of_itself, draw));
            }
            self.tell(way, text, item.event, freedom, paragraph);
        }
        self.before = Some(event.at);
    }

    /// Whether the last narrated event is a cause of this one.
    fn follows(&self, event: &Event) -> bool {
        self.last_told.is_some_and(|last| event.causes.iter().any(|cause| cause.event == last))
    }

    /// Whether the last sentence is short enough to be joined by another.
    fn joins(&self, paragraph: &Paragraph) -> bool {
        paragraph.sentences.last().is_some_and(|last| {
            last.events.len() == 1 && last.shape.starts_with("gist/") && last.text.split_whitespace().count() <= JOINED_WORDS
        })
    }

    /// Appends the event to the last sentence as its second half.
    fn join(&mut self, way: &Way, text: Marked, event: EventId, paragraph: &mut Paragraph) {
        self.speaker.note(way);
        self.told.insert(event);
        self.last_told = Some(event);
        let said = text.clone().after(",").said(&self.speaker.chronicle.directory, &mut self.focus, Freedom::Clause);
        let said = said.trim_start_matches([',', ' ']);
        if let Some(last) = paragraph.sentences.last_mut() {
            last.text = format!("{}, and {said}", last.text.trim_end_matches('.'));
            last.events.push(event);
            last.shape = format!("joined/{}", last.shape);
            self.last = (opening(&last.text), last.shape.clone());
        }
    }

    /// A clause with the most salient cause that affected the agent and was narrated more than a day before the event.
    fn because(&self, event: &Event, ways: &[Way]) -> Option<Way> {
        let who = *event.roles.first()?;
        let is_clause = ways.first().is_some_and(|way| way.text.subject() == Some(who) && !way.text.looks_back());
        if !is_clause || self.blocks_since_because < BECAUSE_EVERY || self.length == Length::Short {
            return None;
        }
        let mut causes: Vec<EventId> = (event.causes.iter())
            .filter(|cause| self.told.contains(&cause.event) && cause.link.fact().is_some_and(|fact| self.moves(fact, who)))
            .map(|cause| cause.event)
            .filter(|&id| self.event(id).is_some_and(|cause| event.at.seconds() - cause.at.seconds() > 86_400.0))
            .filter(|&id| self.salience.parts(id).pattern > 0.0)
            .collect();
        causes.sort_by(|a, b| self.salience.score(*b).total_cmp(&self.salience.score(*a)));
        let gist = |id: EventId| self.speaker.gist(self.event(id)?);
        causes.into_iter().filter_map(gist).find(|way| way.text.plain().split_whitespace().count() <= BECAUSE_WORDS)
    }

    /// Whether the fact is an attribute or a feeling of the agent. A switch is not, because it is mere bookkeeping.
    fn moves(&self, fact: Fact, who: AgentId) -> bool {
        match fact {
            Fact::World(ids::Known::Attr(agent, attribute)) => {
                agent == who && self.speaker.scenario.attributes.get(attribute.index()).is_some_and(|attribute| !attribute.switch)
            }
            Fact::Feeling(agent, ..) => agent == who,
            _ => false,
        }
    }

    /// Writes that the point of view has learned of an event only now.
    fn learned(&mut self, event: &Event, paragraph: &mut Paragraph) {
        let (Some(way), Some(pov)) = (self.speaker.gist(event), self.knowing.who()) else { return };
        let text = Marked::of("that was how ")
            .then("", self.speaker.name_of(pov))
            .then(" came to know that ", way.text.clone())
            .then(".", Marked::of(""));
        self.tell(way, text, event.id, Freedom::Clause, paragraph);
    }

    /// Introduces the participants that were not introduced, if the scene has an introduction.
    fn introduce(&mut self, event: &Event, paragraph: &mut Paragraph) {
        if self.length == Length::Short {
            return;
        }
        let new: Vec<AgentId> = present(self.speaker.scenario, event).filter(|agent| !self.introduced.contains(agent)).collect();
        for agent in new {
            // An introduction that would begin like the sentence before is postponed.
            let ways = self.speaker.introductions(agent, event);
            let has_none = ways.is_empty();
            let fresh = ways.into_iter().find(|way| way.text.opening() != self.last.0);
            if has_none || fresh.is_some() {
                self.introduced.insert(agent);
            }
            if let Some(way) = fresh {
                let text = way.text.said(&self.speaker.chronicle.directory, &mut self.focus, Freedom::Subject);
                self.say(paragraph, text, vec![event.id], &format!("introduce/{}", agent.0));
            }
        }
    }

    /// The first wording that does not begin like the sentence before.
    fn pick(&self, ways: Vec<Way>, lead: Option<&str>) -> Option<Way> {
        let opens = |way: &Way| match lead {
            Some(lead) if way.text.subject().is_some() => opening(lead),
            _ => way.text.opening(),
        };
        let (last, shape) = &self.last;
        let fits = |way: &&Way| opens(way) != *last && format!("{}#{}", way.key, way.variant) != *shape;
        ways.iter().find(fits).or(ways.first()).cloned()
    }

    /// Writes a sentence with a shape of its own.
    fn tell(&mut self, way: Way, text: Marked, event: EventId, freedom: Freedom, paragraph: &mut Paragraph) {
        self.speaker.note(&way);
        self.told.insert(event);
        self.last_told = Some(event);
        let directory = &self.speaker.chronicle.directory;
        let before = self.focus.clone();
        let mut said = text.said(directory, &mut self.focus, freedom);
        if opening(&said) == self.last.0 && (text.subject().is_some() || freedom == Freedom::Clause) {
            self.focus = before;
            // Adjacent sentences do not begin with the same word.
            let between = ["then", "later", "after that"];
            let lead = between.iter().find(|lead| opening(lead) != self.last.0).unwrap_or(&between[0]);
            said = text.after(lead).said(directory, &mut self.focus, freedom);
        }
        if opening(&said) == self.last.0 {
            let aside = ["There was more.", "That was not all.", "Nor was it all."]
                .into_iter()
                .find(|aside| opening(aside) != self.last.0);
            let aside = aside.unwrap_or_default().to_owned();
            let shape = format!("lead/{}", opening(&aside));
            self.say(paragraph, aside, vec![event], &shape);
        }
        let shape = format!("{}#{}", way.key, way.variant);
        self.say(paragraph, said, vec![event], &shape);
    }

    fn say(&mut self, paragraph: &mut Paragraph, text: String, events: Vec<EventId>, shape: &str) {
        self.last = (opening(&text), shape.to_owned());
        self.leads.avoid.clone_from(&self.last.0);
        paragraph.sentences.push(Sentence { text, events, shape: shape.to_owned() });
    }

    /// The document of an event, if it is included.
    fn document(&mut self, event: &Event) -> Option<Paragraph> {
        let written = event.document.as_deref().filter(|_| self.length != Length::Short)?;
        let words = written.text.split_whitespace().count();
        let by_followed = event.roles.first().is_some_and(|&writer| self.followed.weight(writer) > 0.0);
        if self.length == Length::Medium && (!by_followed || self.document_words + words > DOCUMENT_WORDS) {
            return None;
        }
        let text = grammar::tidy_document(&written.text);
        if text.is_empty() || !self.speaker.is_new(&text) {
            return None;
        }
        self.document_words += words;
        let sentence = |text: String, shape: &str| Sentence { text, events: vec![event.id], shape: shape.to_owned() };
        Some(Paragraph {
            kind: ParagraphKind::Document,
            sentences: vec![sentence(written.title.clone(), "title"), sentence(text, "document")],
        })
    }
}

fn uncapitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn flush(paragraphs: &mut Vec<Paragraph>, running: &mut Paragraph) {
    if !running.sentences.is_empty() {
        paragraphs.push(Paragraph { kind: running.kind, sentences: std::mem::take(&mut running.sentences) });
    }
}

/// The other agent of a habit is the second role; [`AgentId::NONE`] if there is none.
fn habit(scenario: &Scenario, event: &Event) -> Habit {
    let role = |slot: usize| event.roles.get(slot).copied().unwrap_or(AgentId::NONE);
    let one_other = scenario.events.get(event.kind.index()).is_some_and(|info| info.slots.len() > 1);
    (role(0), event.kind, if one_other { role(1) } else { AgentId::NONE })
}
