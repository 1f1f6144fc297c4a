//! Words events for a book by the prose of the scene.
//!
//! Besides the templates for events as they happen, a scene may have three kinds of entries: `gist/<event>` says in a clause what
//! happened ("Ann sold the boat"), `often/<event>` what used to happen ("Ann went out in the boat"), `introduce/<member>` who an
//! agent is. The first two are in the past tense and have no full stop.

use super::references::{MarkedText, mark_name, marked_name};
use super::voice::{replace_signs, spoken_clause};
use crate::dates::{CivilDateTime, time_ago};
use crate::event_narrator::{
    EventTemplateContext, RunNarrator, first_true, id_to_words, place_name, plain_sentence, template_person,
};
use crate::keyed_draws::{DrawStream, draw_index};
use crate::repetition::{document_pieces, is_mostly_repeated};
use crate::speech_acts::{WrittenAct, parse_acts};
use crate::template_past::TemplatePast;
use crate::template_person::{GrammaticalPerson, NAME_MARKS, SPEAKER_MARK, TemplatePerson};
use crate::templates::{CompiledTemplate, TemplateSet, number_value};
use crate::word_times::names_another_time;
use longhand_chronicle::{AgentRegistry, Chronicle, Event};
use longhand_expr::ids::{AgentId, EventId, EventKind, Instant, PlaceId};
use longhand_language::Language;
use longhand_scene::prose_keys::{ComposedKey, gist_key, habit_key, introduction_key, noun_key, summary_key};
use longhand_scene::{EventOrigin, Pronouns, Scenario};
use minijinja::value::Value;
use smallvec::smallvec;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Later than every name.
const LATEST: Instant = Instant(i64::MAX);

/// What is summarised together: the agent, the event kind, and the other agent.
pub(super) type Habit = (AgentId, EventKind, AgentId);

/// Renders the prose of a scene and tracks which variants were used.
pub(super) struct Phrasebook<'a> {
    pub scenario: &'a Scenario,
    pub chronicle: &'a Chronicle,
    /// The agents, with the names by which the point of view knows them.
    pub agents: &'a AgentRegistry,
    pub seed: u64,
    templates: TemplateSet,
    /// By event: its ordinal among the events of its kind begun by the same agent.
    ordinals: Vec<u32>,
    /// Decides which variant words an event, here as everywhere.
    narrator: RunNarrator,
    /// How often each variant of a key was used.
    variant_use: BTreeMap<String, Vec<u32>>,
    used_texts: BTreeSet<String>,
}

/// A rendered variant of a prose entry.
#[derive(Clone, Debug)]
pub(super) struct Phrasing {
    pub text: MarkedText,
    pub key: String,
    pub variant: usize,
}

impl Phrasing {
    /// How a sentence is made that has these words.
    pub fn shape(&self) -> String {
        format!("{}#{}", self.key, self.variant)
    }
}

impl<'a> Phrasebook<'a> {
    /// A phrasebook of which nothing was used. `counts` says which events count for `first` and `nth`.
    pub fn new(
        scenario: &'a Scenario,
        chronicle: &'a Chronicle,
        agents: &'a AgentRegistry,
        seed: u64,
        counts: impl Fn(EventId) -> bool,
    ) -> Self {
        let mut times: BTreeMap<(EventKind, AgentId), u32> = BTreeMap::new();
        let count = |event: &Event| {
            let times = times.entry((event.kind, event.roles.first().copied().unwrap_or(AgentId::NONE))).or_default();
            *times += u32::from(counts(event.id));
            (*times).max(1)
        };
        let ordinals = chronicle.iter().map(count).collect();
        let templates = TemplateSet::new(&scenario.prose, &scenario.language);
        let narrator = RunNarrator::of_chronicle(scenario, seed, chronicle);
        let (variant_use, used_texts) = (BTreeMap::new(), BTreeSet::new());
        Self { scenario, chronicle, agents, seed, templates, ordinals, narrator, variant_use, used_texts }
    }

    /// The full wording of an event, the same as everywhere else.
    pub fn scene(&self, event: &Event) -> Phrasing {
        let (key, order) = self.narrator.variant_order(event);
        let now = CivilDateTime::from_instant(&self.scenario.calendar, event.at);
        let is_true = |phrasing: &Phrasing| !names_another_time(&phrasing.text.plain_text(), now, self.language());
        let worded = first_true(self.render_in_order(key, event, &[], order), is_true);
        worded.unwrap_or_else(|| Phrasing {
            text: MarkedText::parse(&plain_sentence(&self.template_context(event))),
            key: key.to_owned(),
            variant: 0,
        })
    }

    /// Whether the book has a text with these words about these agents.
    pub fn is_used(&self, phrasing: &Phrasing) -> bool {
        self.used_texts.contains(&text_key(&phrasing.text))
    }

    /// Whether the book has a text in these words, about whomever.
    pub fn is_worded(&self, phrasing: &Phrasing) -> bool {
        self.times_worded(phrasing) > 0
    }

    /// The full wording of an event; in a clause if the book has these words about others already, and in other words if it has the clause
    /// too.
    pub fn scene_once(&self, event: &Event) -> Phrasing {
        let worded = self.scene(event);
        if !self.is_worded(&worded) {
            return worded;
        }
        if let Some(brief) = self.gist_sentence(event).filter(|brief| !self.is_used(brief)) {
            return brief;
        }
        let (key, order) = self.narrator.variant_order(event);
        self.render_in_order(key, event, &[], order).find(|other| !self.is_used(other)).unwrap_or(worded)
    }

    /// The event in a clause without a full stop; none if the scene has no entry for it.
    pub fn gist(&self, event: &Event) -> Option<Phrasing> {
        self.phrasings(&gist_key(&self.kind_name(event.kind)), event, &[]).into_iter().next()
    }

    /// Whether somebody decided that this should happen: it is an action or a step of one.
    pub fn is_willed(&self, event: &Event) -> bool {
        let origin = self.scenario.events.get(event.kind.index()).map(|info| info.origin);
        matches!(origin, Some(EventOrigin::Action(_) | EventOrigin::ActionStep(..)))
    }

    /// Whether the scene has a gist of this kind of event.
    pub fn has_gist(&self, kind: EventKind) -> bool {
        !self.templates.variants(&gist_key(&self.kind_name(kind))).is_empty()
    }

    /// The gist of an event as a speaker says it to a hearer: "you left me". Its other agents are marked. English only.
    pub fn spoken_gist(&self, event: &Event, speaker: AgentId, hearer: AgentId) -> Option<String> {
        if !self.language().is_english() {
            return None;
        }
        let key = gist_key(&self.kind_name(event.kind));
        let context = self.template_context(event);
        let in_voice = |value: Value| match value.downcast_object_ref::<TemplatePerson>() {
            Some(person) if person.id == speaker => in_person(person, GrammaticalPerson::Speaker),
            Some(person) if person.id == hearer => in_person(person, GrammaticalPerson::Hearer),
            _ => mark_name(value),
        };
        let render = |template: &CompiledTemplate| {
            let text = template.render(&self.templates.env, |name| context.lookup(name).map(in_voice)).ok()?;
            Some(text.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
        };
        self.templates.variants(&key).iter().find_map(render).map(|clause| spoken_clause(&clause))
    }

    /// An event as a noun phrase, by `noun/…`, if possible one that takes up the words that narrate it (`told`): in the mouth of `one` who speaks to `other` ("our quarrel"), or in a sentence about `one` and
    /// `other`, whom it names before ("their quarrel", "her quarrel with Cleo").
    pub fn noun(&self, event: &Event, (one, other): (AgentId, Option<AgentId>), is_spoken: bool) -> Option<String> {
        let language = self.language();
        let key = noun_key(&self.kind_name(event.kind));
        let context = self.template_context(event);
        let called = |value: Value| match value.downcast_object_ref::<TemplatePerson>() {
            Some(person) if is_spoken && person.id == one => in_person(person, GrammaticalPerson::Speaker),
            Some(person) if is_spoken && Some(person.id) == other => in_person(person, GrammaticalPerson::Hearer),
            _ => mark_name(value),
        };
        let person =
            |agent| Value::from_object(template_person(self.agents, agent, GrammaticalPerson::Third, event.at, language));
        let mut pair: Vec<AgentId> = event.roles.iter().copied().filter(|agent| agent.is_some()).take(2).collect();
        // Whoever the sentence is about comes first.
        pair.sort_by_key(|agent| (*agent != one, Some(*agent) != other));
        let profile = template_person(self.agents, one, GrammaticalPerson::Third, event.at, language);
        // "They" and "it" would be taken for others.
        let has_own_pronoun = !language.is_english() || matches!(profile.pronouns, Pronouns::She | Pronouns::He);
        let are_both_meant = pair.len() == 2 && pair.iter().all(|agent| *agent == one || Some(*agent) == other);
        let lookup = |name: &str| match name {
            "whose" if are_both_meant => Some(Value::from(if is_spoken { "our" } else { "their" })),
            // No pronoun stands for "they", and the name was said: "Kim had thought of the quarrel with Ben".
            "whose" if !is_spoken && pair.first() == Some(&one) && !has_own_pronoun => Some(Value::from("the")),
            "whose" => Some(Value::from(format!("{}’s", called(person(*pair.first()?))))),
            "with_whom" if are_both_meant => Some(Value::from("")),
            "told" => Some(Value::from(self.told_words(event))),
            "with_whom" => {
                Some(pair.get(1).map_or_else(Value::default, |&second| Value::from(format!("with {}", called(person(second))))))
            }
            name => context.lookup(name).map(called),
        };
        let variants = self.templates.variants(&key);
        let first = self.draw(event.at.0 as u64 ^ 1 << 57, variants.len());
        // What takes up the words of the event comes before what fits any event of its kind.
        let (echoes, others): (Vec<_>, Vec<_>) =
            variants.iter().cycle().skip(first).take(variants.len()).partition(|variant| variant.uses_name("told"));
        let in_order = echoes.into_iter().chain(others);
        let text = in_order.filter_map(|variant| variant.render(&self.templates.env, lookup).ok()).find_map(|text| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            (!text.is_empty()).then_some(text)
        })?;
        if !language.is_english() {
            return (!is_spoken).then_some(text);
        }
        if is_spoken {
            return Some(spoken_clause(&text));
        }
        if !has_own_pronoun {
            let name = marked_name(one, &profile.short_name);
            let text = text.replace(&format!("{name}’s "), "the ");
            return Some([" to ", " with "].iter().fold(text, |text, word| text.replace(&format!("{word}{name}"), "")));
        }
        let forms = ["", "him", "his"].map(|form| profile.form(form).unwrap_or_default());
        Some(replace_signs(&sign_for_name(&text, one), forms, forms))
    }

    /// The wordings of an entry of which the book composes sentences about an event, with these values besides those of the event. The
    /// least used come first.
    pub fn composed(&self, key: ComposedKey<'_>, event: &Event, values: &[(&str, Value)]) -> Vec<Phrasing> {
        self.phrasings(&key.key(), event, values)
    }

    /// The words that narrate an event, unless the book has told of another event in them.
    fn told_words(&self, event: &Event) -> String {
        let words = self.scene(event);
        if self.is_worded(&words) && !self.is_used(&words) { String::new() } else { words.text.plain_text() }
    }

    /// Whether the template of a wording uses a name.
    pub fn uses_name(&self, phrasing: &Phrasing, name: &str) -> bool {
        let template = self.templates.variants(&phrasing.key).get(phrasing.variant);
        template.is_some_and(|template| template.uses_name(name))
    }

    /// How often the book has used the words of a wording, about whomever.
    pub fn times_worded(&self, phrasing: &Phrasing) -> u32 {
        self.variant_use.get(&phrasing.key).and_then(|used| used.get(phrasing.variant)).copied().unwrap_or(0)
    }

    /// What is said at an event: by the entry `acts/…` of the event, or of one of its tags.
    pub fn acts(&self, event: &Event) -> Vec<SpeechAct> {
        let Some(info) = self.scenario.events.get(event.kind.index()) else { return Vec::new() };
        let names = [info.name.as_str()].into_iter().chain(info.tags.iter().map(String::as_str));
        let agent = |role: &str| {
            let slot = info.slots.iter().position(|slot| slot == role).filter(|slot| !info.is_several(*slot))?;
            event.roles.get(slot).copied().filter(|agent| agent.is_some())
        };
        for name in names {
            let Some(phrasing) = self.phrasings(&ComposedKey::Acts(name).key(), event, &[]).into_iter().next() else { continue };
            let written = phrasing.text.plain_text();
            let act = |(act, speaker, hearer): WrittenAct<'_>| {
                Some(SpeechAct { act: act.to_owned(), speaker: agent(speaker)?, hearer: agent(hearer)? })
            };
            return parse_acts(&written).into_iter().flatten().filter_map(act).collect();
        }
        Vec::new()
    }

    /// An agent with its attributes, as a template of speech sees it.
    pub fn speaking_person(&self, agent: AgentId, at: Instant, attributes: Vec<(String, Value)>) -> Value {
        let person = template_person(self.agents, agent, GrammaticalPerson::Marked, at, self.language());
        Value::from_object(TemplatePerson { attributes, ..person })
    }

    /// An earlier or later event as a composed sentence speaks of it, with these words, seen from `now`.
    pub fn past_value(&self, other: &Event, now: Instant, words: ReferenceWords) -> Value {
        let civil = |at| CivilDateTime::from_instant(&self.scenario.calendar, at);
        let (then, today, language) = (civil(other.at), civil(now), self.language());
        let days = (today.day() - then.day()).abs();
        let person = |agent| template_person(self.agents, agent, GrammaticalPerson::Marked, other.at, language);
        let weekday = then.weekday(language);
        Value::from_object(TemplatePast {
            clause: words.clause,
            noun: words.noun,
            glad: words.felt.glad,
            sore: words.felt.sore,
            feeling: words.felt.most,
            weekday: (!weekday.is_empty()).then(|| weekday.to_owned()),
            when: match days {
                2..=6 if today.day() > then.day() && !weekday.is_empty() => {
                    language.format("ago-weekday", &[("weekday", weekday.into())])
                }
                _ => time_ago(then, today, language),
            },
            span: (days > 0).then(|| spoken_span(days, language)),
            days,
            month: if then.year() == today.year() { then.month(language).to_owned() } else { then.month_year(language) },
            kind: self.kind_name(other.kind),
            place: place_name(self.scenario, other.place).map(str::to_owned),
            with: words.with.map(|agent| Value::from_object(person(agent))),
        })
    }

    /// The event in a sentence made of its gist; none if the scene has no entry for it.
    pub fn gist_sentence(&self, event: &Event) -> Option<Phrasing> {
        let phrasing = self.gist(event)?;
        let full_stop = self.language().text("full-stop");
        Some(Phrasing { text: phrasing.text.append(full_stop, MarkedText::parse("")), ..phrasing })
    }

    /// The event in a sentence: its gist, or its full wording.
    pub fn brief(&self, event: &Event) -> Phrasing {
        self.gist_sentence(event).unwrap_or_else(|| self.scene(event))
    }

    /// A repeated event in a clause that the book does not have yet, about whomever, with its frequency: where the template has it (`often`), or at the end.
    pub fn habit_clause(&self, habit: Habit, times: u32, frequency: &str) -> Option<Phrasing> {
        let (event, key) = (self.habit_event(habit), habit_key(&self.kind_name(habit.1)));
        let values = [("n", number_value(f64::from(times))), ("often", Value::from(frequency))];
        let phrasing = self.phrasings(&key, &event, &values).into_iter().find(|phrasing| !self.is_worded(phrasing))?;
        if self.uses_name(&phrasing, "often") {
            return Some(phrasing);
        }
        Some(Phrasing { text: phrasing.text.append(&format!(" {frequency}"), MarkedText::parse("")), ..phrasing })
    }

    /// A repeated event as a count: "three walks with Ben".
    pub fn count_phrase(&self, habit: Habit, times: u32) -> MarkedText {
        let event = self.habit_event(habit);
        let n = number_value(f64::from(times));
        let phrasing = self.phrasings(&summary_key(&self.kind_name(habit.1)), &event, &[("n", n)]).into_iter().next();
        phrasing.map_or_else(
            || {
                let language = self.language();
                let event = id_to_words(&self.kind_name(habit.1));
                let mut values = vec![("event", event.into()), ("times", language.times(f64::from(times)).into())];
                if !habit.2.is_some() {
                    return MarkedText::parse(&language.format("count-phrase", &values));
                }
                values.push(("name", self.agents.display_name(habit.2).into()));
                MarkedText::parse(&language.format("count-phrase-with", &values))
            },
            |phrasing| phrasing.text,
        )
    }

    /// Whether the scene has an `often` entry for the kind.
    pub fn has_habit_prose(&self, kind: EventKind) -> bool {
        !self.templates.variants(&habit_key(&self.kind_name(kind))).is_empty()
    }

    /// Whether the scene has an `often` entry for any kind.
    pub fn has_any_habit_prose(&self) -> bool {
        self.scenario.events.iter().any(|info| !self.templates.variants(&habit_key(&info.name)).is_empty())
    }

    /// Whether the scene has a `sum` entry for the kind.
    pub fn has_count_prose(&self, kind: EventKind) -> bool {
        !self.templates.variants(&summary_key(&self.kind_name(kind))).is_empty()
    }

    /// The wordings with which the scene introduces an agent: a member of the cast by its own entry, anybody else by that of the kind.
    pub fn introductions(&self, agent: AgentId, event: &Event) -> Vec<Phrasing> {
        if let Some(member) = self.scenario.cast.get(agent.index()) {
            return self.phrasings(&introduction_key(&member.id), event, &[]);
        }
        let Some(profile) = self.agents.get_at(agent, event.at) else { return Vec::new() };
        let Some(kind) = self.scenario.kinds.get(profile.kind.index()) else { return Vec::new() };
        let population = self.scenario.population_of(agent);
        let place =
            |place: Option<PlaceId>| Value::from(place.and_then(|place| place_name(self.scenario, place)).unwrap_or_default());
        let person = template_person(self.agents, agent, GrammaticalPerson::Third, event.at, self.language());
        let more = [
            ("who", mark_name(Value::from_object(person))),
            ("home", place(population.map(|population| population.home))),
            ("work", place(population.map(|population| population.work))),
        ];
        let fresh = self.phrasings(&introduction_key(&kind.id), event, &more).into_iter();
        fresh.filter(|phrasing| !self.is_worded(phrasing)).collect()
    }

    /// Whether the scene has an introduction of this member of the cast.
    pub fn is_introduced_by_scene(&self, agent: AgentId) -> bool {
        let member = agent.is_some().then(|| self.scenario.cast.get(agent.index())).flatten();
        member.is_some_and(|member| !self.templates.variants(&introduction_key(&member.id)).is_empty())
    }

    /// Records that a wording was used.
    pub fn mark_used(&mut self, phrasing: &Phrasing) {
        let count = self.templates.variants(&phrasing.key).len().max(phrasing.variant + 1);
        let times = self.variant_use.entry(phrasing.key.clone()).or_insert_with(|| vec![0; count]);
        times[phrasing.variant] += 1;
        self.used_texts.insert(text_key(&phrasing.text));
    }

    /// The language of the scene.
    pub fn language(&self) -> &'a Arc<Language> {
        &self.scenario.language
    }

    /// Records a document. Returns whether it was new: most of it was in no document before.
    pub fn record_document(&mut self, text: &str) -> bool {
        let is_new = !is_mostly_repeated(text, |piece| self.used_texts.contains(piece));
        if is_new {
            self.used_texts.extend(document_pieces(text).map(str::to_owned));
        }
        is_new
    }

    /// The marked name of an agent.
    pub fn marked_name(&self, agent: AgentId) -> MarkedText {
        let person = template_person(self.agents, agent, GrammaticalPerson::Third, LATEST, self.language());
        MarkedText::parse(&mark_name(Value::from_object(person)).to_string())
    }

    /// A keyed draw below `count`.
    pub fn draw(&self, key: u64, count: usize) -> usize {
        if count == 0 { 0 } else { draw_index(self.seed, DrawStream::Book, key, count) }
    }

    /// The name of a kind of event, by which its prose is found.
    pub fn kind_name(&self, kind: EventKind) -> String {
        self.scenario.events.get(kind.index()).map_or_else(String::new, |info| info.name.clone())
    }

    fn template_context<'e>(&'e self, event: &'e Event) -> EventTemplateContext<'e> {
        let nth = self.ordinals.get(event.id.index()).copied().unwrap_or(1);
        let context = EventTemplateContext::new(self.scenario, self.agents, event, nth);
        // An event that stands for a habit is none of the chronicle.
        let is_habit = self.chronicle.event(event.id).is_none_or(|recorded| recorded.at != event.at);
        let names_at = if is_habit { LATEST } else { event.at };
        EventTemplateContext { names_at, templates: Some(&self.templates), ..context }
    }

    fn habit_event(&self, (who, kind, other): Habit) -> Event {
        let slots = self.scenario.events.get(kind.index()).map_or(1, |info| info.slots.len());
        Event::new(kind, Instant::START, if slots > 1 { smallvec![who, other] } else { smallvec![who] })
    }

    /// Every variant of a key that renders, the least used first, rotated so that the drawn one of these leads.
    fn phrasings(&self, key: &str, event: &Event, more: &[(&str, Value)]) -> Vec<Phrasing> {
        let variants = self.templates.variants(key);
        let unused = vec![0; variants.len()];
        let used = self.variant_use.get(key).unwrap_or(&unused);
        let times = |variant: usize| used.get(variant).copied().unwrap_or(0);
        let mut order: Vec<usize> = (0..variants.len()).collect();
        order.sort_by_key(|&variant| times(variant));
        let least = order.iter().take_while(|&&variant| times(variant) == times(order[0])).count();
        if least > 0 {
            order[..least].rotate_left(self.draw(event.at.0 as u64 ^ (key.len() as u64) << 48, least));
        }
        self.render_in_order(key, event, more, order.into_iter()).collect()
    }

    /// The variants of a key that render, in this order.
    fn render_in_order<'p>(
        &'p self,
        key: &'p str,
        event: &'p Event,
        more: &'p [(&str, Value)],
        order: impl Iterator<Item = usize> + 'p,
    ) -> impl Iterator<Item = Phrasing> + 'p {
        let variants = self.templates.variants(key);
        let context = self.template_context(event);
        let render = move |variant: usize| {
            let lookup = |name: &str| match more.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => Some(value.clone()),
                None => context.lookup(name).map(mark_name),
            };
            let text = variants[variant].render(&self.templates.env, lookup).ok()?;
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let text = self.mark_full_name(text, event, context.names_at);
            (!text.is_empty()).then(|| Phrasing { text: MarkedText::parse(&text), key: key.to_owned(), variant })
        };
        order.filter_map(render)
    }

    /// Marks the full name of an agent of the event that begins the text (`{{ self.name }}`): it is its subject, like a called name.
    fn mark_full_name(&self, text: String, event: &Event, names_at: Instant) -> String {
        let begins = |agent: &AgentId| {
            let profile = self.agents.get_at(*agent, names_at)?;
            let name = &profile.name;
            let rest = text.strip_prefix(name.as_str())?;
            (name.contains(' ') && !rest.starts_with(char::is_alphanumeric)).then_some((*agent, name.len()))
        };
        let longest = event.roles.iter().filter(|agent| agent.is_some()).filter_map(begins).max_by_key(|(_, len)| *len);
        let Some((agent, len)) = longest else { return text };
        let (name, rest) = text.split_at(len);
        format!("{}{rest}", marked_name(agent, name))
    }
}

/// The words for an event to which a sentence refers.
#[derive(Clone, Debug, Default)]
pub(super) struct ReferenceWords {
    /// The event as a clause, and as a noun phrase.
    pub clause: String,
    pub noun: Option<String>,
    /// Who else took part.
    pub with: Option<AgentId>,
    /// What the one who remembers it felt then.
    pub felt: FeltThen,
}

/// What somebody felt in an event that a sentence refers to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FeltThen {
    /// Whether the feeling that rose most was a pleasant one, and whether it was a grievance.
    pub glad: bool,
    pub sore: bool,
    /// The name of the feeling that rose most.
    pub most: Option<&'static str>,
}

/// Something that somebody says to somebody at an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SpeechAct {
    pub act: String,
    pub speaker: AgentId,
    pub hearer: AgentId,
}

fn in_person(person: &TemplatePerson, grammatical: GrammaticalPerson) -> Value {
    Value::from_object(TemplatePerson { person: grammatical, ..person.clone() })
}

/// The text with the sign of the speaker for every marked name of an agent.
fn sign_for_name(text: &str, agent: AgentId) -> String {
    let begin = format!("{}{}{}", NAME_MARKS[0], agent.0, NAME_MARKS[1]);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(&begin) {
        out.push_str(before);
        out.push(SPEAKER_MARK);
        rest = after.split_once(NAME_MARKS[2]).map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// A number of days as one says it: in days up to two weeks, in weeks up to two months, then in months and years.
fn spoken_span(days: i64, language: &Language) -> String {
    const DAY: f64 = 86_400.0;
    let length = days as f64;
    let seconds = match days {
        ..14 => length * DAY,
        14..60 => (length / 7.0).round() * 7.0 * DAY,
        60..660 => (length / 30.436_875).round() * 2_629_746.0,
        _ => (length / 365.242_5).round() * 31_556_952.0,
    };
    let span = language.spelled_duration(seconds, "nominative");
    match span.strip_prefix("one ").filter(|_| language.is_english()) {
        Some(unit) => format!("a {unit}"),
        None => span,
    }
}

/// A text with the agents that it names. The same words about others are another text: two people may have one name.
fn text_key(text: &MarkedText) -> String {
    let agents: Vec<String> = text.mentioned_agents().map(|agent| agent.0.to_string()).collect();
    format!("{}\u{1f}{}", agents.join(" "), text.plain_text())
}
