//! Writes a book: chapter by chapter, alternating summaries and scenes, each sentence with its events.

use super::because::MIN_BLOCKS_BETWEEN_CAUSES;
use super::chapters::{BookBlock, PAUSE_DAYS, divide_chapters, group_blocks};
use super::composer::Composer;
use super::documents::shown_documents;
use super::figures::Figures;
use super::habit_summary::{HabitSummariser, OmittedHabits};
use super::knowledge::{Knowledge, KnowledgeSource, known_names};
use super::model::{Book, BookOptions, Chapter, NarrativeLength, Paragraph, ParagraphKind, Sentence};
use super::phrasebook::{Habit, Phrasebook, Phrasing};
use super::references::{DiscourseFocus, MarkedText, PronounScope, first_word};
use super::selection::{BookItem, ItemSelector, NarrationMode};
use super::time_leads::{LeadPicker, TimeLead};
use crate::dates::{CivilDateTime, pace_seconds};
use crate::salience::{FollowedAgents, Salience, TurnScores, participants, protagonists};
use longhand_chronicle::{CauseGraph, CauseLink, Chronicle, Event};
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_language::capitalise;
use longhand_scene::prose_keys::gist_key;
use longhand_scene::{NarrationFrequency, Scenario};
use std::collections::{BTreeMap, BTreeSet};

const DAY_SECONDS: f64 = 86_400.0;
/// The mean length of a year.
const YEAR_SECONDS: f64 = 365.2425 * DAY_SECONDS;
/// The number of words of a chapter in a medium and in a full book.
const CHAPTER_WORDS: [usize; 2] = [370, 900];
/// The number of days (minutes in a scene of seconds, or turns) without narration after which a summary is written.
const SUMMARY_GAP_DAYS: f64 = 10.0;
/// The minimum number of omitted events for a summary.
const MIN_SUMMARY_EVENTS: usize = 4;
/// The number of words from which a sentence gets its own paragraph.
const OWN_PARAGRAPH_WORDS: usize = 45;
/// The number of days (minutes in a scene of seconds, or turns) that may pass between two paragraphs without being said.
const UNSAID_DAYS: f64 = 9.0;
/// The number of words up to which the next block joins the same paragraph.
const MERGED_WORDS: usize = 75;
/// The maximum number of words of a sentence that another one may join.
const JOINED_WORDS: usize = 14;

/// The shapes of the sentences of a summary.
pub(super) const HABIT_SHAPE: &str = "habit/summary";
pub(super) const LIST_SHAPE: &str = "list/summary";

/// Writes the book of a run.
#[must_use]
pub fn write_book(scenario: &Scenario, chronicle: &Chronicle, seed: u64, options: &BookOptions) -> Book {
    let central = protagonists(scenario, chronicle);
    let is_of_all = options.whose.is_some_and(|agent| scenario.schema.world == Some(agent));
    let followed = match (options.pov, options.whose) {
        (None, Some(_)) if is_of_all => FollowedAgents::everybody(),
        (Some(pov), _) => FollowedAgents::with_first(pov, &central),
        (None, Some(agent)) => FollowedAgents::with_companions(scenario, chronicle, agent),
        (None, None) => central,
    };
    let knowledge = options.pov.map_or(Knowledge::Omniscient, |agent| Knowledge::of_agent(scenario, chronicle, agent));
    let salience = Salience::compute(scenario, chronicle, &followed);
    let turns = TurnScores::compute(scenario, chronicle, &followed);
    let graph = CauseGraph::from_chronicle(chronicle);
    let agents = known_names(scenario, chronicle, options.pov);
    let phrasebook = Phrasebook::new(scenario, chronicle, &agents, seed, |event| knowledge.source_of(event).is_some());
    let selector = ItemSelector {
        phrasebook: &phrasebook,
        salience: &salience,
        turns: &turns,
        knowledge: &knowledge,
        graph: &graph,
        whose: options.whose.filter(|_| options.pov.is_none()),
    };
    let items = selector.select(options.length);
    let words = |item: &BookItem| {
        let phrasing = chronicle.event(item.event).map(|event| phrasebook.scene(event));
        phrasing.map_or(0, |phrasing| phrasing.text.plain_text().split_whitespace().count())
    };
    let pause = PAUSE_DAYS * pace_seconds(&scenario.calendar);
    let blocks = group_blocks(chronicle, &items, pause, |item| item.mode != NarrationMode::Texture, words);
    let total: usize = blocks.iter().map(|block| block.word_count).sum();
    let count = match options.length {
        NarrativeLength::Short => (items.len() / 7).clamp(1, 6),
        NarrativeLength::Medium => (total / CHAPTER_WORDS[0]).clamp(1, 12),
        NarrativeLength::Full => (total / CHAPTER_WORDS[1]).clamp(1, 24),
    };
    let lengths = divide_chapters(&blocks, &turns, count);
    let selected: BTreeSet<EventId> = items.iter().map(|item| item.event).collect();
    let composer = Composer::new(&phrasebook, &graph, &salience, &knowledge);
    let documents = shown_documents(chronicle, &items, &salience, &followed, options.length);
    let mut writer = BookWriter {
        phrasebook,
        composer,
        documents,
        salience: &salience,
        turns: &turns,
        knowledge: &knowledge,
        followed: &followed,
        length: options.length,
        leads: LeadPicker::default(),
        habit_summariser: HabitSummariser::new(
            &all_habits(scenario, chronicle, &knowledge),
            span_days(scenario, chronicle),
            pace_seconds(&scenario.calendar) == DAY_SECONDS,
        ),
        focus: DiscourseFocus::default(),
        selected,
        narrated: BTreeSet::new(),
        last_narrated: None,
        introduced: BTreeSet::new(),
        used_titles: BTreeSet::new(),
        last_opening_and_shape: (String::new(), String::new()),
        last_instant: None,
        omitted: OmittedHabits::new(),
        omitted_since: None,
        events_passed: 0,
        blocks_since_because: MIN_BLOCKS_BETWEEN_CAUSES,
        word_count: 0,
        quoted_words: 0,
        said_in_passing: false,
        sentences_since_reference: 0,
        referred_pairs: BTreeMap::new(),
        last_told: BTreeMap::new(),
        said: BTreeSet::new(),
        figures: if is_of_all { Figures::default() } else { Figures::none() },
    };
    let mut chapters = Vec::new();
    let mut remaining_blocks = blocks.as_slice();
    for length in lengths {
        let (chapter_blocks, remaining) = remaining_blocks.split_at(length.min(remaining_blocks.len()));
        remaining_blocks = remaining;
        chapters.extend(writer.write_chapter(chapter_blocks, remaining_blocks.is_empty()));
    }
    let sentences = chapters.iter().flat_map(|chapter| &chapter.paragraphs).flat_map(|paragraph| &paragraph.sentences);
    let causes = sentences
        .flat_map(|sentence| sentence.events.iter().copied())
        .filter_map(|event| Some((event, known_causes(chronicle, &knowledge, event)?)));
    let causes = causes.collect();
    Book {
        language: scenario.language.clone(),
        title: if scenario.title.is_empty() { scenario.name.clone() } else { scenario.title.clone() },
        about: scenario.about.trim().to_owned(),
        pov: options.pov,
        whose: options.whose.filter(|_| options.pov.is_none() && !is_of_all),
        is_of_all,
        followed: followed.iter().collect(),
        chapters,
        seed,
        causes,
    }
}

/// All known events, by habit.
fn all_habits(scenario: &Scenario, chronicle: &Chronicle, knowledge: &Knowledge) -> OmittedHabits {
    let mut habits = OmittedHabits::new();
    for event in chronicle.iter().filter(|event| knowledge.source_of(event.id).is_some()) {
        habits.entry(habit_of(scenario, event)).or_default().push(event.id);
    }
    habits
}

/// The days from the first event to the last: minutes in a scene of seconds, or turns.
fn span_days(scenario: &Scenario, chronicle: &Chronicle) -> f64 {
    let at = |event: Option<&Event>| event.map_or(0.0, |event| event.at.seconds());
    (at(chronicle.events().last()) - at(chronicle.events().first())) / pace_seconds(&scenario.calendar)
}

/// The known causes of an event, each once, the most direct first.
fn known_causes(chronicle: &Chronicle, knowledge: &Knowledge, event: EventId) -> Option<Vec<EventId>> {
    let mut causes: Vec<EventId> = Vec::new();
    for cause in &chronicle.event(event)?.causes {
        if knowledge.source_of(cause.event).is_some() && !causes.contains(&cause.event) {
            causes.push(cause.event);
        }
    }
    Some(causes)
}

pub(super) struct BookWriter<'a> {
    pub(super) phrasebook: Phrasebook<'a>,
    pub(super) composer: Composer<'a>,
    /// The events whose documents are printed.
    pub(super) documents: BTreeSet<EventId>,
    pub(super) salience: &'a Salience,
    turns: &'a TurnScores,
    pub(super) knowledge: &'a Knowledge,
    followed: &'a FollowedAgents,
    pub(super) length: NarrativeLength,
    leads: LeadPicker,
    habit_summariser: HabitSummariser,
    pub(super) focus: DiscourseFocus,
    pub(super) selected: BTreeSet<EventId>,
    pub(super) narrated: BTreeSet<EventId>,
    last_narrated: Option<EventId>,
    pub(super) introduced: BTreeSet<AgentId>,
    used_titles: BTreeSet<String>,
    /// The first word and the shape of the last sentence.
    pub(super) last_opening_and_shape: (String, String),
    /// When the last narrated event happened.
    last_instant: Option<Instant>,
    omitted: OmittedHabits,
    omitted_since: Option<Instant>,
    /// The number of events that were narrated or counted.
    events_passed: usize,
    pub(super) blocks_since_because: usize,
    /// The words so far, and those between quotation marks.
    pub(super) word_count: usize,
    pub(super) quoted_words: usize,
    /// Whether the last thing that somebody said referred to nothing that happened.
    pub(super) said_in_passing: bool,
    pub(super) sentences_since_reference: usize,
    /// How often the chapter has said of two people what they remember, and the last narrated event of each agent.
    pub(super) referred_pairs: BTreeMap<(AgentId, AgentId), u32>,
    pub(super) last_told: BTreeMap<AgentId, EventId>,
    /// The sentences so far.
    pub(super) said: BTreeSet<String>,
    /// The figures of everybody that the book tells.
    pub(super) figures: Figures,
}

impl<'a> BookWriter<'a> {
    pub(super) fn event(&self, id: EventId) -> Option<&'a Event> {
        self.phrasebook.chronicle.event(id)
    }

    fn write_chapter(&mut self, blocks: &[BookBlock], is_last: bool) -> Option<Chapter> {
        let mut paragraphs: Vec<Paragraph> = Vec::new();
        let mut summary = Paragraph { kind: ParagraphKind::Summary, sentences: Vec::new() };
        self.focus.clear();
        self.referred_pairs.clear();
        for block in blocks {
            let first = block.items.first().and_then(|item| self.event(item.event));
            if let Some(figures) = first.and_then(|first| self.figures_paragraph(first, false)) {
                flush_paragraph(&mut paragraphs, &mut summary);
                paragraphs.push(figures);
            }
            self.summarise_until(block, &mut paragraphs, &mut summary);
            if block.essential {
                flush_paragraph(&mut paragraphs, &mut summary);
                self.write_scene(block, &mut paragraphs);
            } else {
                for item in &block.items {
                    if self.turns_to_others(&summary, item) {
                        flush_paragraph(&mut paragraphs, &mut summary);
                        self.focus.clear();
                    }
                    self.write_texture(item, &mut summary);
                }
            }
        }
        if is_last {
            let end = EventId::from_index(self.phrasebook.chronicle.len());
            self.collect_omitted_until(end);
        }
        flush_paragraph(&mut paragraphs, &mut summary);
        if is_last && let Some(last) = self.phrasebook.chronicle.events().last() {
            let figures = self.figures_paragraph(last, true);
            paragraphs.extend(figures);
            let closing = self.closing_paragraph();
            paragraphs.extend(closing);
        }
        let events: Vec<EventId> = blocks.iter().flat_map(|block| &block.items).map(|item| item.event).collect();
        let at = |id: &EventId| self.event(*id).map(|event| event.at);
        let from = events.iter().filter_map(at).min()?;
        let to = events.iter().filter_map(at).max()?;
        let turn = events.iter().copied().max_by(|a, b| self.turns.score(*a).total_cmp(&self.turns.score(*b)).then(b.cmp(a)));
        let title = if self.length == NarrativeLength::Short { String::new() } else { self.chapter_title(&events, from, to) };
        (!paragraphs.is_empty()).then_some(Chapter { title, from, to, turn, paragraphs })
    }

    /// The title of the beat with the highest turn score, or the months of the chapter.
    fn chapter_title(&mut self, events: &[EventId], from: Instant, to: Instant) -> String {
        let scenario = self.phrasebook.scenario;
        let beats = self.phrasebook.chronicle.beats.iter().filter(|beat_match| events.contains(&beat_match.event));
        let mut titled: Vec<(f64, &str)> = beats
            .filter_map(|beat_match| {
                let title = scenario.beats.get(beat_match.beat)?.title.as_str();
                (!title.is_empty() && !self.used_titles.contains(title)).then(|| (self.turns.score(beat_match.event), title))
            })
            .collect();
        titled.sort_by(|a, b| b.0.total_cmp(&a.0));
        let title = titled.first().map_or_else(|| self.span_title(from, to), |(_, title)| (*title).to_owned());
        self.used_titles.insert(title.clone());
        title
    }

    fn span_title(&self, from: Instant, to: Instant) -> String {
        let civil = |at| CivilDateTime::from_instant(&self.phrasebook.scenario.calendar, at);
        let (from, to, language) = (civil(from), civil(to), self.phrasebook.language());
        let values = [
            ("first_month", from.month(language).into()),
            ("last_month", to.month(language).into()),
            ("first_year", from.year_text(language).into()),
            ("last_year", to.year_text(language).into()),
        ];
        let title = match (from.month(language) == to.month(language), from.year() == to.year()) {
            (true, true) => from.month_year(language),
            (false, true) => language.format("chapter-months", &values),
            _ if from.date().is_turn() => {
                let values = [("from", from.long_date(language).into()), ("to", to.long_date(language).into())];
                capitalise(&language.format("dates-from-to", &values))
            }
            _ => language.format("chapter-years", &values),
        };
        let is_used = self.used_titles.contains(&title);
        if is_used { language.format("chapter-again", &[("title", title.into())]) } else { title }
    }

    /// Collects the omitted events before a block, and summarises them if the period is long enough: in the last paragraph if that is about
    /// the same people.
    fn summarise_until(&mut self, block: &BookBlock, paragraphs: &mut Vec<Paragraph>, summary: &mut Paragraph) {
        let Some(first) = block.items.first() else { return };
        self.collect_omitted_until(first.event);
        let Some(at) = self.event(first.event).map(|event| event.at) else { return };
        let Some(since) = self.omitted_since else { return };
        let days = (at.seconds() - since.seconds()) / pace_seconds(&self.phrasebook.scenario.calendar);
        // Two summaries never follow each other.
        if days < SUMMARY_GAP_DAYS
            || self.length == NarrativeLength::Short
            || matches!(self.last_opening_and_shape.1.as_str(), HABIT_SHAPE | LIST_SHAPE)
        {
            return;
        }
        self.omitted_since = None;
        let mut omitted = std::mem::take(&mut self.omitted);
        omitted.retain(|&(agent, _, other), _| [agent, other].into_iter().all(|who| self.is_known_to_readers(who)));
        let enough = omitted.values().map(Vec::len).sum::<usize>() >= MIN_SUMMARY_EVENTS;
        let habits =
            if enough { self.habit_summariser.summarise(&mut self.phrasebook, self.followed, &omitted, days) } else { None };
        let Some(habits) = habits else {
            if summary.sentences.is_empty() {
                self.omitted = omitted;
                self.omitted_since = Some(since);
            }
            return;
        };
        let language = self.phrasebook.language();
        let draw = self.phrasebook.draw(at.0 as u64, 7);
        let lead = match habits.is_state(language) {
            true => self.leads.state_lead(language, draw),
            false => self.leads.span_lead(language, &self.phrasebook.scenario.calendar, (since, self.last_instant, at), draw),
        };
        let (lead, shape, scope) = match habits.is_list {
            true => (format!("{}:", lead.trim_end_matches([',', '،', ':'])), LIST_SHAPE, PronounScope::Subject),
            false => (lead, HABIT_SHAPE, PronounScope::Clause),
        };
        let first_habit = habits.events.first().and_then(|id| self.event(*id));
        if first_habit.is_some_and(|event| self.is_about_others(summary, event)) {
            flush_paragraph(paragraphs, summary);
        }
        // It is about weeks, and not about the sentence before.
        self.focus.clear();
        let text = habits.text.with_lead(&lead).append(language.text("full-stop"), MarkedText::parse(""));
        let sentence = text.to_sentence(self.phrasebook.agents, at, &mut self.focus, scope, language);
        self.push_sentence(summary, sentence, habits.events, shape);
        self.last_instant = Some(at);
    }

    fn collect_omitted_until(&mut self, end: EventId) {
        while self.events_passed < end.index() {
            let id = EventId::from_index(self.events_passed);
            self.events_passed += 1;
            let Some(event) = self.event(id) else { continue };
            let frequency =
                self.phrasebook.scenario.events.get(event.kind.index()).map_or(NarrationFrequency::Never, |info| info.narration);
            let known = matches!(self.knowledge.source_of(id), Some(KnowledgeSource::Witnessed | KnowledgeSource::Inferred(_)));
            if known && frequency == NarrationFrequency::Habit && !self.selected.contains(&id) {
                self.omitted.entry(habit_of(self.phrasebook.scenario, event)).or_default().push(id);
                self.omitted_since.get_or_insert(event.at);
            }
        }
    }

    /// The full wording of an event. A book that shortens tells in a clause what it has told in the same words.
    fn full_wording(&self, event: &Event) -> Phrasing {
        if self.length == NarrativeLength::Full { self.phrasebook.scene(event) } else { self.phrasebook.scene_once(event) }
    }

    /// Writes an everyday event into a summary.
    fn write_texture(&mut self, item: &BookItem, summary: &mut Paragraph) {
        let Some(event) = self.event(item.event) else { return };
        let phrasing = self.full_wording(event);
        // What happens on any day is told in the words that it has in the run, or not at all.
        let is_in_brief = phrasing.key == gist_key(&self.phrasebook.kind_name(event.kind));
        if is_in_brief || self.phrasebook.is_used(&phrasing) || phrasing.shape() == self.last_opening_and_shape.1 {
            return;
        }
        let draw = self.phrasebook.draw(event.at.0 as u64 ^ 1 << 61, 12);
        let language = self.phrasebook.language();
        let topic = phrasing.text.subject().filter(|_| !phrasing.text.is_retrospective(language));
        let recalled = topic.and_then(|topic| self.recalled_lead(event, topic));
        // A book that begins with an everyday event says when that is.
        if self.last_instant.is_none() {
            let lead = self.leads.scene_lead(language, &self.phrasebook.scenario.calendar, None, event.at, false, draw);
            if let Some(TimeLead::Sentence(words)) = lead {
                let shape = format!("lead/{}", first_word(&words));
                self.push_sentence(summary, words, vec![item.event], &shape);
            }
        }
        // An everyday event begins with its occasion: "one evening".
        let is_dated = topic.is_some();
        self.introduce(event, &phrasing.text, (recalled.is_none(), is_dated), summary);
        let text = match (&recalled, topic) {
            (Some(recalled), _) => {
                // The lead may name somebody else for whom a pronoun could stand.
                self.focus.clear();
                phrasing.text.clone().with_lead(&recalled.words)
            }
            (None, Some(_)) => {
                let lead = self.leads.occasion_lead(language, &self.phrasebook.scenario.calendar, event.at, draw);
                phrasing.text.clone().with_lead(&lead)
            }
            (None, None) => phrasing.text.clone(),
        };
        self.write_sentence(phrasing, text, (item.event, is_dated), PronounScope::Subject, summary);
        if let Some(recalled) = &recalled {
            self.mark_recalled(recalled, summary);
        }
        self.last_instant = Some(event.at);
        self.compose_after(event, summary);
    }

    /// Whether an event is about other people than the last sentence of a paragraph, and no next step of it. A paragraph stays with the
    /// same people.
    fn turns_to_others(&self, paragraph: &Paragraph, item: &BookItem) -> bool {
        let last = paragraph.sentences.last().and_then(|sentence| sentence.events.last());
        let (Some(last), Some(event)) = (last, self.event(item.event)) else { return false };
        let is_next_step = event.causes.iter().any(|cause| cause.event == *last && cause.link == CauseLink::Step);
        self.length != NarrativeLength::Short && !is_next_step && self.is_about_others(paragraph, event)
    }

    /// Whether nobody of the last sentence of a paragraph takes part in an event.
    fn is_about_others(&self, paragraph: &Paragraph, event: &Event) -> bool {
        let last = paragraph.sentences.last().and_then(|sentence| sentence.events.last()).and_then(|id| self.event(*id));
        let scenario = self.phrasebook.scenario;
        let takes_part = |who: AgentId| participants(scenario, event).any(|other| who == other);
        last.is_some_and(|last| !participants(scenario, last).any(takes_part))
    }

    /// The paragraph that a block begins in: the last one if that is short and about the same people, otherwise a new one.
    fn open_paragraph(&mut self, block: &BookBlock, paragraphs: &mut Vec<Paragraph>) -> Paragraph {
        let words = |paragraph: &Paragraph| -> usize {
            paragraph.sentences.iter().map(|sentence| sentence.text.split_whitespace().count()).sum()
        };
        let is_short = |last: &Paragraph| {
            self.length == NarrativeLength::Short
                || last.kind == ParagraphKind::Scene && words(last) + block.word_count <= MERGED_WORDS
        };
        let joins =
            |last: &mut Paragraph| is_short(last) && !block.items.first().is_some_and(|first| self.turns_to_others(last, first));
        match paragraphs.pop_if(joins) {
            Some(last) => last,
            None => {
                if self.length != NarrativeLength::Short {
                    self.focus.clear();
                }
                Paragraph { kind: ParagraphKind::Scene, sentences: Vec::new() }
            }
        }
    }

    /// Writes the events of a block.
    fn write_scene(&mut self, block: &BookBlock, paragraphs: &mut Vec<Paragraph>) {
        let mut running = self.open_paragraph(block, paragraphs);
        self.blocks_since_because += 1;
        for (nth, item) in block.items.iter().enumerate() {
            let Some(event) = self.event(item.event) else { continue };
            if nth > 0 && self.turns_to_others(&running, item) {
                flush_paragraph(paragraphs, &mut running);
                self.focus.clear();
            }
            let lengths_before = (paragraphs.len(), running.sentences.len());
            self.write_item(item, event, nth == 0, &mut running);
            if let Some(document) = self.document_paragraph(event) {
                flush_paragraph(paragraphs, &mut running);
                paragraphs.push(document);
                self.focus.clear();
            }
            let is_long =
                running.sentences.last().is_some_and(|last| last.text.split_whitespace().count() >= OWN_PARAGRAPH_WORDS);
            if is_long && lengths_before.1 < running.sentences.len() && self.length != NarrativeLength::Short {
                flush_paragraph(paragraphs, &mut running);
                self.focus.clear();
            }
        }
        flush_paragraph(paragraphs, &mut running);
    }

    /// Writes one event with its lead.
    fn write_item(&mut self, item: &BookItem, event: &Event, is_first: bool, paragraph: &mut Paragraph) {
        let phrasing = match item.mode {
            NarrationMode::Scene | NarrationMode::Texture => self.full_wording(event),
            NarrationMode::Brief => self.phrasebook.brief(event),
            NarrationMode::Learned => return self.write_learned(event, paragraph),
        };
        let is_told_again = self.phrasebook.is_used(&phrasing);
        let scope = if item.mode == NarrationMode::Brief { PronounScope::Clause } else { PronounScope::Subject };
        let draw = self.phrasebook.draw(event.at.0 as u64 ^ 1 << 62, 12);
        let (calendar, language) = (&self.phrasebook.scenario.calendar, self.phrasebook.language());
        let is_inferred = matches!(self.knowledge.source_of(item.event), Some(KnowledgeSource::Inferred(_)));
        let because = if is_first && !is_inferred { self.because_clause(event, &phrasing) } else { None };
        let takes_lead = phrasing.text.subject().is_some() && !phrasing.text.is_retrospective(self.phrasebook.language());
        let may_recall = takes_lead && is_first && !is_inferred && !is_told_again && item.mode != NarrationMode::Brief;
        let topic = phrasing.text.subject().filter(|_| may_recall && because.is_none());
        let recalled = topic.and_then(|topic| self.recalled_lead(event, topic));
        let new_day = self.last_instant.is_none_or(|before| event.at.seconds() - before.seconds() > pace_seconds(calendar));
        let follows = item.mode == NarrationMode::Brief && !new_day && self.follows_last(event);
        let years_later = self.last_instant.is_some_and(|before| event.at.seconds() - before.seconds() > YEAR_SECONDS);
        let lead = match &because {
            // What is told in the same words again has its date, unless years have gone by, which the lead says.
            _ if is_told_again && !years_later => Some(self.leads.date_lead(language, calendar, event.at)),
            Some(_) => None,
            None if follows || recalled.is_some() => None,
            None => self.leads.scene_lead(language, calendar, self.last_instant, event.at, takes_lead, draw),
        };
        // At the beginning of a paragraph some days need no sentence of their own.
        let days =
            self.last_instant.map_or(f64::INFINITY, |before| (event.at.seconds() - before.seconds()) / pace_seconds(calendar));
        let is_said = !paragraph.sentences.is_empty() || is_told_again || days > UNSAID_DAYS;
        let sets_time = matches!(lead, Some(TimeLead::Sentence(_))) && !is_told_again && !years_later && !is_inferred;
        if sets_time && item.mode != NarrationMode::Brief && self.write_since(event, paragraph) {
            // It says how much time has passed.
        } else if let Some(TimeLead::Sentence(words)) = lead.as_ref().filter(|_| is_said) {
            let fresh = match self.said.contains(words) {
                true => self.time_sentence(event, false, paragraph),
                false => Some(words.clone()),
            };
            // Three sentences that begin alike would need another one between them.
            let openings = [self.last_opening_and_shape.0.clone(), phrasing.text.first_word()];
            if let Some(words) = fresh.filter(|words| !openings.contains(&first_word(words))) {
                let shape = format!("lead/{}", first_word(&words));
                self.push_sentence(paragraph, words, vec![item.event], &shape);
            }
        }
        let sentences_before = paragraph.sentences.len();
        let is_dated = recalled.is_some() || takes_lead && because.is_none() && matches!(lead, Some(TimeLead::Prefix(_)));
        self.introduce(event, &phrasing.text, (recalled.is_none(), is_dated), paragraph);
        let mut text = phrasing.text.clone();
        match (because, lead) {
            (Some(because), _) => {
                let sentence = self.clause_about(&because, event, event.roles.first().copied().unwrap_or(AgentId::NONE));
                text = text.with_lead(&language.format("lead-because", &[("clause", sentence.into())]));
                self.blocks_since_because = 0;
                self.sentences_since_reference = 0;
                self.phrasebook.mark_used(&because);
            }
            (_, Some(TimeLead::Prefix(words))) if takes_lead => text = text.with_lead(&words),
            _ => {}
        }
        if let Some(recalled) = &recalled {
            self.focus.clear();
            text = text.with_lead(&recalled.words);
        }
        if follows && sentences_before == paragraph.sentences.len() && self.can_join(paragraph) {
            self.join_sentence(&phrasing, text, item.event, paragraph);
        } else {
            if follows && text.subject().is_some() {
                let is_next_step = self.last_narrated.is_some_and(|last| {
                    event
                        .causes
                        .iter()
                        .any(|cause| cause.event == last && matches!(cause.link, CauseLink::Step | CauseLink::Triggered))
                });
                text = text.with_lead(&self.leads.consequence_lead(language, is_next_step, draw));
            }
            self.write_sentence(phrasing, text, (item.event, is_dated), scope, paragraph);
        }
        if let Some(recalled) = &recalled {
            self.mark_recalled(recalled, paragraph);
        }
        self.last_instant = Some(event.at);
        if item.mode != NarrationMode::Brief {
            self.compose_after(event, paragraph);
        }
    }

    /// Whether the last narrated event is a cause of this one.
    fn follows_last(&self, event: &Event) -> bool {
        self.last_narrated.is_some_and(|last| event.causes.iter().any(|cause| cause.event == last))
    }

    /// Whether the last sentence is short enough to be joined by another.
    fn can_join(&self, paragraph: &Paragraph) -> bool {
        paragraph.sentences.last().is_some_and(|last| {
            last.events.len() == 1 && last.shape.starts_with("gist/") && last.text.split_whitespace().count() <= JOINED_WORDS
        })
    }

    /// Appends the event to the last sentence as its second half.
    fn join_sentence(&mut self, phrasing: &Phrasing, text: MarkedText, event: EventId, paragraph: &mut Paragraph) {
        self.phrasebook.mark_used(phrasing);
        self.mark_narrated(event);
        let (agents, at) = (self.phrasebook.agents, self.event(event).map_or(Instant::START, |event| event.at));
        let language = self.phrasebook.language();
        let sentence = text.clone().with_lead(",").to_sentence(agents, at, &mut self.focus, PronounScope::Clause, language);
        let sentence = sentence.trim_start_matches([',', ' ']);
        if let Some(last) = paragraph.sentences.last_mut() {
            let first = last.text.trim_end_matches(language.text("full-stop"));
            last.text = language.format("joined", &[("first", first.into()), ("second", sentence.into())]);
            last.events.push(event);
            last.shape = format!("joined/{}", last.shape);
            self.last_opening_and_shape = (first_word(&last.text), last.shape.clone());
        }
    }

    fn mark_narrated(&mut self, id: EventId) {
        self.narrated.insert(id);
        self.last_narrated = Some(id);
        let scenario = self.phrasebook.scenario;
        self.last_told
            .extend(self.event(id).into_iter().flat_map(|event| participants(scenario, event)).map(|agent| (agent, id)));
    }

    /// Writes that the point of view has learned of an event only now.
    fn write_learned(&mut self, event: &Event, paragraph: &mut Paragraph) {
        let (Some(phrasing), Some(pov)) = (self.phrasebook.gist(event), self.knowledge.agent()) else { return };
        let values = [("name", self.phrasebook.marked_name(pov).marked().into()), ("clause", phrasing.text.marked().into())];
        let text = MarkedText::parse(&self.phrasebook.language().format("learned", &values));
        self.write_sentence(phrasing, text, (event.id, false), PronounScope::Clause, paragraph);
    }

    /// Writes a sentence with a shape of its own. `is_dated` says whether it begins with a lead of time.
    fn write_sentence(
        &mut self,
        phrasing: Phrasing,
        text: MarkedText,
        (event, is_dated): (EventId, bool),
        scope: PronounScope,
        paragraph: &mut Paragraph,
    ) {
        self.phrasebook.mark_used(&phrasing);
        self.mark_narrated(event);
        let (registry, at) = (self.phrasebook.agents, self.event(event).map_or(Instant::START, |event| event.at));
        let focus_before = self.focus.clone();
        let language = self.phrasebook.language();
        let mut sentence = text.to_sentence(registry, at, &mut self.focus, scope, language);
        // Adjacent sentences do not begin with the same word.
        let connectives = language.lines("lead-next", &[]);
        let is_plain = (text.subject().is_some() || scope == PronounScope::Clause) && !text.is_retrospective(language);
        if first_word(&sentence) == self.last_opening_and_shape.0 && is_plain && !connectives.is_empty() {
            self.focus = focus_before;
            let lead =
                connectives.iter().find(|lead| first_word(lead) != self.last_opening_and_shape.0).unwrap_or(&connectives[0]);
            sentence = text.with_lead(lead).to_sentence(registry, at, &mut self.focus, scope, language);
        }
        let shape = phrasing.shape();
        if first_word(&sentence) == self.last_opening_and_shape.0 || shape == self.last_opening_and_shape.1 {
            self.write_aside(event, is_dated, paragraph);
        }
        self.push_sentence(paragraph, sentence, vec![event], &shape);
    }

    pub(super) fn push_sentence(&mut self, paragraph: &mut Paragraph, text: String, events: Vec<EventId>, shape: &str) {
        self.word_count += text.split_whitespace().count();
        self.quoted_words += quoted_words(&text);
        self.sentences_since_reference += 1;
        self.said.insert(text.clone());
        self.last_opening_and_shape = (first_word(&text), shape.to_owned());
        self.leads.avoid_opening.clone_from(&self.last_opening_and_shape.0);
        paragraph.sentences.push(Sentence { text, events, shape: shape.to_owned() });
    }
}

/// The number of words between quotation marks.
fn quoted_words(text: &str) -> usize {
    let quotes = text.split('“').skip(1).filter_map(|rest| rest.split('”').next());
    quotes.map(|quote| quote.split_whitespace().count()).sum()
}

/// The text with a small first letter.
pub(super) fn uncapitalise(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn flush_paragraph(paragraphs: &mut Vec<Paragraph>, running: &mut Paragraph) {
    if !running.sentences.is_empty() {
        paragraphs.push(Paragraph { kind: running.kind, sentences: std::mem::take(&mut running.sentences) });
    }
}

/// The other agent of a habit is the second role; [`AgentId::NONE`] if there is none.
fn habit_of(scenario: &Scenario, event: &Event) -> Habit {
    let role = |slot: usize| event.roles.get(slot).copied().unwrap_or(AgentId::NONE);
    let has_other = scenario.events.get(event.kind.index()).is_some_and(|info| info.slots.len() > 1);
    (role(0), event.kind, if has_other { role(1) } else { AgentId::NONE })
}
