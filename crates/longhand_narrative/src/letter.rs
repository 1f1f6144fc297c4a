//! Composes the documents that agents write, letters above all.
//!
//! A document is a template of the scene over the memories of its writer, strongest first. Events that are not remembered are not
//! available to it, so a letter mentions only what happened in its own run.

use super::dates::{CivilDateTime, time_ago};
use super::event_narrator::{EventTemplateContext, id_to_words, template_person, year_value};
use super::keyed_draws::{DrawStream, draw_index};
use super::template_person::GrammaticalPerson;
use super::templates::{CompiledTemplate, compile, environment, number_value};
use longhand_chronicle::{AgentRegistry, Event, WrittenDocument};
use longhand_expr::ids::{AgentId, DocumentId, EventKind, Instant};
use longhand_scene::Scenario;
use longhand_scene::prose_keys::{insight_key, memory_key};
use minijinja::Environment;
use minijinja::value::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

/// A memory of the writer.
#[derive(Clone, Debug, PartialEq)]
pub struct LetterMemory<'a> {
    /// The strength of the memory, 0 to 1.
    pub strength: f64,
    /// The event, as far as it is known.
    pub event: Cow<'a, Event>,
}

/// An earlier document that the writer can quote.
#[derive(Clone, Debug, PartialEq)]
pub struct EarlierWork<'a> {
    /// The event in which it was written.
    pub event: &'a Event,
    /// The pleasure of its author at the time, -1 to 1.
    pub pleasure: f64,
}

/// The input from which a document is composed.
#[derive(Clone, Copy, Debug)]
pub struct LetterRequest<'a> {
    /// The scene.
    pub scenario: &'a Scenario,
    /// The names of the agents.
    pub agents: &'a AgentRegistry,
    /// The document.
    pub document: DocumentId,
    /// The writer.
    pub writer: AgentId,
    /// The addressee; [`AgentId::NONE`] if there is none.
    pub to: AgentId,
    /// When it is written.
    pub at: Instant,
    /// The memories of the writer (those of the addressee, if there is one), in any order.
    pub memories: &'a [LetterMemory<'a>],
    /// The documents of others, oldest first.
    pub works: &'a [EarlierWork<'a>],
    /// The pleasure, arousal and dominance of the writer, -1 to 1.
    pub mood: [f64; 3],
    /// Numbers it may quote, by `ValueName`.
    pub values: &'a [(u16, f64)],
    /// The seed of the run.
    pub seed: u64,
    /// Distinguishes this document from the others of the run; for example the id of its event.
    pub key: u64,
}

/// The maximum number of memories in a document.
const MAX_MEMORIES: usize = 12;

/// Names that a document template may use, besides its values and the cast.
pub(crate) const LETTER_TEMPLATE_NAMES: [&str; 13] =
    ["writer", "to", "memories", "works", "pleasure", "arousal", "dominance", "at", "date", "month", "season", "weekday", "year"];

/// Composes the document.
///
/// Each memory is an object: `.phrase` (what it prints as), `.seen`, `.kind`, `.when` and `.strength`. The phrase comes from the
/// prose entry `memory/<event kind>`, in which the writer is "I" and the addressee "you" (by role, and as `writer` and `to`).
/// Memories of a kind without such an entry are left out. `.seen` comes from `seen/<event kind>` and is empty without one. `list
/// | drawn` draws one item of a list for this document. If a template fails the next variant is tried. If all fail, the text
/// consists of the phrases.
#[must_use]
pub fn compose_letter(request: &LetterRequest<'_>) -> WrittenDocument {
    let language = &request.scenario.language;
    let mut env = environment(language);
    let (seed, key, draws) = (request.seed, request.key, AtomicU64::new(1));
    env.add_filter("drawn", move |items: Vec<Value>| {
        let nth = draws.fetch_add(1, Ordering::Relaxed);
        let index = draw_index(seed, DrawStream::Letter, key ^ nth << 40, items.len());
        items.into_iter().nth(index).unwrap_or_default()
    });
    let phrases = request.memory_phrases(&mut env);
    let document = request.scenario.document(request.document);
    let lookup = |name: &str| request.lookup(name, &phrases);
    let mut render = |name: &str, source: &str| {
        let text = compile(&mut env, name.to_owned(), source).and_then(|template| template.render(&env, lookup)).ok()?;
        Some(language.tidy_document(&text)).filter(|text| !text.is_empty())
    };
    let title = render("title", &document.title).unwrap_or_else(|| document.title.clone());
    let start = draw_index(request.seed, DrawStream::Letter, request.key, document.text.len());
    let rotated_variants = document.text.iter().cycle().skip(start).take(document.text.len());
    let text = rotated_variants.filter_map(|source| render("text", source)).next();
    let text = text.unwrap_or_else(|| {
        let sentences = phrases
            .iter()
            .filter_map(|memory| memory.get_attr("phrase").ok())
            .map(|phrase| format!("{phrase}{}", language.text("full-stop")));
        language.tidy_document(&sentences.collect::<Vec<_>>().join("\n"))
    });
    WrittenDocument { title, text }
}

impl LetterRequest<'_> {
    fn lookup(&self, name: &str, memories: &[Value]) -> Option<Value> {
        let civil = CivilDateTime::from_instant(&self.scenario.calendar, self.at);
        let language = &self.scenario.language;
        if let Some(value) = self.scenario.schema.value(name)
            && let Some((_, number)) = self.values.iter().find(|(id, _)| *id == value.0)
        {
            return Some(number_value(*number));
        }
        let person = |agent: AgentId| {
            agent
                .is_some()
                .then(|| Value::from_object(template_person(self.agents, agent, GrammaticalPerson::Third, self.at, language)))
        };
        Some(match name {
            "writer" => person(self.writer)?,
            "to" => person(self.to)?,
            "memories" => Value::from(memories.to_vec()),
            "works" => Value::from(self.works.iter().filter_map(|work| self.work_value(work)).collect::<Vec<_>>()),
            "pleasure" => Value::from(self.mood[0]),
            "arousal" => Value::from(self.mood[1]),
            "dominance" => Value::from(self.mood[2]),
            "at" => Value::from(civil.clock(language)),
            "date" => Value::from(civil.date_phrase(language)),
            "month" => Value::from(civil.month(language)),
            "season" => Value::from(civil.season(language)),
            "weekday" => Value::from(civil.weekday(language)),
            "year" => year_value(civil, language),
            _ => person(self.scenario.schema.agent(name)?)?,
        })
    }

    /// The memories that have a phrase, strongest first, the older first among equals.
    fn memory_phrases(&self, env: &mut Environment<'static>) -> Vec<Value> {
        let mut memories: Vec<&LetterMemory<'_>> = self.memories.iter().collect();
        let sort_key = |memory: &LetterMemory<'_>| (memory.event.at, memory.event.kind);
        memories.sort_by(|a, b| b.strength.total_cmp(&a.strength).then(sort_key(a).cmp(&sort_key(b))));
        let mut compiled: BTreeMap<EventKind, [Vec<CompiledTemplate>; 2]> = BTreeMap::new();
        let mut phrases: Vec<Value> = Vec::new();
        let mut used: Vec<String> = Vec::new();
        let mut insights: BTreeSet<String> = BTreeSet::new();
        for memory in memories {
            let kind = memory.event.kind;
            let name = &self.scenario.events[kind.index()].name;
            let [phrase_templates, insight_templates] = &*compiled
                .entry(kind)
                .or_insert_with(|| [memory_key(name), insight_key(name)].map(|key| self.memory_templates(env, &key)));
            let Some(phrase) = self.render_phrase(env, phrase_templates, memory, used.len() as u64) else { continue };
            if used.contains(&phrase) {
                continue;
            }
            // No insight is repeated.
            let insight = self
                .render_phrase(env, insight_templates, memory, used.len() as u64)
                .filter(|insight| insights.insert(insight.clone()));
            phrases.push(self.memory_value(memory, &phrase, insight.unwrap_or_default()));
            used.push(phrase);
            if phrases.len() == MAX_MEMORIES {
                break;
            }
        }
        phrases
    }

    fn memory_templates(&self, env: &mut Environment<'static>, key: &str) -> Vec<CompiledTemplate> {
        let sources = self.scenario.prose.iter().filter(|(id, _)| id == key).flat_map(|(_, variants)| variants);
        sources.enumerate().filter_map(|(index, source)| compile(env, format!("{key}#{index}"), source).ok()).collect()
    }

    fn render_phrase(
        &self,
        env: &Environment<'static>,
        variants: &[CompiledTemplate],
        memory: &LetterMemory<'_>,
        nth: u64,
    ) -> Option<String> {
        // A memory uses the names of its event.
        let context = EventTemplateContext {
            correspondents: Some((self.writer, self.to)),
            ..EventTemplateContext::new(self.scenario, self.agents, &memory.event, 1)
        };
        let start = draw_index(self.seed, DrawStream::Letter, self.key ^ (nth + 1) << 32, variants.len());
        let mut rotated_variants = variants.iter().cycle().skip(start).take(variants.len());
        rotated_variants.find_map(|variant| {
            let text = variant.render(env, |name| match name {
                "when" => Some(self.time_ago_value(memory)),
                "strength" => Some(Value::from(memory.strength)),
                "writer" => context.person_value(self.writer),
                "to" => context.person_value(self.to),
                _ => context.lookup(name),
            });
            let text = text.ok()?.split_whitespace().collect::<Vec<_>>().join(" ");
            (!text.is_empty()).then_some(text)
        })
    }

    fn time_ago_value(&self, memory: &LetterMemory<'_>) -> Value {
        let civil = |at| CivilDateTime::from_instant(&self.scenario.calendar, at);
        Value::from(time_ago(civil(memory.event.at), civil(self.at), &self.scenario.language))
    }

    /// An earlier document as an object: `.title`, `.line` (its first sentence), `.by`, `.when`, `.words` (their number),
    /// `.pleasure`.
    fn work_value(&self, work: &EarlierWork<'_>) -> Option<Value> {
        let document = work.event.document.as_deref()?;
        let author = work.event.roles.first().copied().filter(|author| author.is_some())?;
        let civil = |at| CivilDateTime::from_instant(&self.scenario.calendar, at);
        Some(Value::from_pairs([
            ("title", Value::from(document.title.as_str())),
            ("line", Value::from(first_sentence(&document.text))),
            (
                "by",
                Value::from_object(template_person(
                    self.agents,
                    author,
                    GrammaticalPerson::Third,
                    self.at,
                    &self.scenario.language,
                )),
            ),
            ("when", Value::from(time_ago(civil(work.event.at), civil(self.at), &self.scenario.language))),
            ("words", Value::from(document.text.split_whitespace().count())),
            ("pleasure", Value::from(work.pleasure)),
        ]))
    }

    fn memory_value(&self, memory: &LetterMemory<'_>, phrase: &str, insight: String) -> Value {
        let name = &self.scenario.events[memory.event.kind.index()].name;
        Value::from_pairs([
            ("phrase", Value::from(phrase)),
            ("seen", Value::from(insight)),
            ("kind", Value::from(name.as_str())),
            ("what", Value::from(id_to_words(name))),
            ("when", self.time_ago_value(memory)),
            ("strength", Value::from(memory.strength)),
        ])
    }
}

/// The first sentence of a letter after the salutation.
fn first_sentence(text: &str) -> &str {
    let body = text.split_once("\n\n").map_or(text, |(_, body)| body).lines().next().unwrap_or_default();
    let end = body.char_indices().find(|(_, c)| matches!(c, '.' | '?' | '!' | '؟' | '。'));
    body[..end.map_or(body.len(), |(at, c)| at + c.len_utf8())].trim()
}
