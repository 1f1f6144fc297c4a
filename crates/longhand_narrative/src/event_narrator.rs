//! Words events as sentences.
//!
//! A sentence is a variant of the template under the event kind's `tell` key or its id. An event without a template gets a plain
//! sentence. `docs/prose.md` describes what a template may contain.

use super::dates::CivilDateTime;
use super::keyed_draws::{DrawStream, draw_index};
use super::template_person::{GrammaticalPerson, TemplatePeople, TemplatePerson};
use super::templates::{TemplateSet, number_value};
use super::word_times::names_another_time;
use longhand_chronicle::{AgentRegistry, Chronicle, Event};
use longhand_expr::emotion_name;
use longhand_expr::ids::{AgentField, AgentId, EventKind, Fact, Instant, PlaceId, WorldFact};
use longhand_language::Language;
use longhand_scene::model::EventInfo;
use longhand_scene::{EventOrigin, Pronouns, Scenario};
use longhand_sim::world::draw_site;
use minijinja::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Writes the events of a run as sentences. An event has one text: its variant is a function of the seed, its prose key and its index among
/// the events with that key, so all commands give the same text, whichever other events they narrate.
///
/// The variants of a key are used in rounds: each is used once in a round, and none is used twice in succession. A variant that names an
/// hour or a season other than that of the event is used only if there is no other.
///
/// Call [`observe`](Self::observe) once for each event in order, and [`sentence`](Self::sentence) after it for those to be narrated.
/// [`RunNarrator`] narrates the events of a chronicle in any order.
#[derive(Debug)]
pub struct EventNarrator {
    templates: TemplateSet,
    /// By event kind.
    prose_keys: Vec<String>,
    seed: u64,
    state: EventNarratorState,
}

/// The state of an [`EventNarrator`], as stored in keyframes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EventNarratorState {
    /// How often an event of a kind happened to a `self`.
    event_counts: BTreeMap<(EventKind, AgentId), u32>,
    /// How often an event with a prose key happened.
    prose_counts: BTreeMap<String, u32>,
    last: EventOrdinal,
}

/// The number of an event among others, on which its wording depends; from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventOrdinal {
    /// Among the events of its kind with the same `self`: what `first` and `nth` of a template are.
    of_self: u32,
    /// Among the events with the same prose key.
    of_prose: u32,
}

impl Default for EventOrdinal {
    fn default() -> Self {
        Self { of_self: 1, of_prose: 1 }
    }
}

/// Words any event of a chronicle, in any order.
#[derive(Debug)]
pub struct RunNarrator {
    narrator: EventNarrator,
    /// By event.
    ordinals: Vec<EventOrdinal>,
}

impl RunNarrator {
    /// A narrator that knows no event yet.
    #[must_use]
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        Self { narrator: EventNarrator::new(scenario, seed), ordinals: Vec::new() }
    }

    /// A narrator of the events of a chronicle.
    #[must_use]
    pub fn of_chronicle(scenario: &Scenario, seed: u64, chronicle: &Chronicle) -> Self {
        let mut narrator = Self::new(scenario, seed);
        narrator.observe_new(chronicle);
        narrator
    }

    /// Observes the events that are new in the chronicle.
    pub fn observe_new(&mut self, chronicle: &Chronicle) {
        for event in chronicle.events().get(self.ordinals.len()..).unwrap_or_default() {
            self.ordinals.push(self.narrator.observe(event));
        }
    }

    /// The event as a sentence.
    #[must_use]
    pub fn sentence(&self, scenario: &Scenario, event: &Event, registry: &AgentRegistry) -> String {
        self.narrator.wording(scenario, event, self.ordinal(event), registry)
    }

    /// Something that is known at an instant, with the value that it is believed to have, as a clause: "that Ann and Ben are friends".
    /// `None` if the scene has no events.
    #[must_use]
    pub fn topic(
        &self,
        scenario: &Scenario,
        (known, value): (WorldFact, f64),
        at: Instant,
        registry: &AgentRegistry,
    ) -> Option<String> {
        scenario.events.first()?;
        // Nobody speaks, so that everybody is called by name.
        let event = Event::new(EventKind(0), at, [AgentId::NONE].into_iter().collect());
        let context = EventTemplateContext::new(scenario, registry, &event, 1);
        EventTemplateContext { templates: Some(&self.narrator.templates), ..context }.clause_about(known, value)
    }

    /// The prose key of an event and the variant that words it; none if the scene has no prose that gives a text for it.
    #[must_use]
    pub fn variant(&self, scenario: &Scenario, event: &Event, registry: &AgentRegistry) -> Option<(&str, usize)> {
        let key = self.narrator.key_of(event.kind);
        let (variant, _) = self.narrator.render(scenario, event, self.ordinal(event), registry)?;
        Some((key, variant))
    }

    /// The prose key of an event and its variants in the order in which they are tried: the first that gives a text words it.
    pub(crate) fn variant_order(&self, event: &Event) -> (&str, impl Iterator<Item = usize> + use<>) {
        (self.narrator.key_of(event.kind), self.narrator.variant_order(event.kind, self.ordinal(event)))
    }

    fn ordinal(&self, event: &Event) -> EventOrdinal {
        self.ordinals.get(event.id.index()).copied().unwrap_or_default()
    }
}

/// The variant of the `nth` event (from 1) with a prose key of `count` variants. Each round of `count` events uses each variant once,
/// in an order that is drawn by the key and the round.
fn event_variant(seed: u64, key: &str, nth: u32, count: usize) -> usize {
    let count = count.max(1);
    let nth = nth.saturating_sub(1) as usize;
    let (round, position) = (nth / count, nth % count);
    let order = |round: usize| {
        let draw_key = |index: usize| (u64::from(draw_site(key)) << 32) ^ ((round as u64) << 8) ^ index as u64;
        let mut order: Vec<usize> = (0..count).collect();
        for index in (1..count).rev() {
            order.swap(index, draw_index(seed, DrawStream::Sentence, draw_key(index), index + 1));
        }
        order
    };
    let mut this = order(round);
    // The last variant of the round before does not come again at once. Two variants simply alternate.
    let last = |round: usize| if count == 2 { order(0)[1] } else { order(round)[count - 1] };
    if count == 2 {
        this = order(0);
    } else if count > 2 && round > 0 && position < 2 && this[0] == last(round - 1) {
        this.swap(0, 1);
    }
    this[position]
}

/// Resolves the names in a template of an event.
pub(crate) struct EventTemplateContext<'a> {
    pub scenario: &'a Scenario,
    pub agents: &'a AgentRegistry,
    pub event: &'a Event,
    /// The agents have the names of this instant: that of the event, unless it stands for several.
    pub names_at: Instant,
    /// The ordinal of the event among those of its kind with this `self`, from 1.
    pub ordinal: u32,
    /// In a letter: the writer and the addressee.
    pub correspondents: Option<(AgentId, AgentId)>,
    /// The prose of the scene, for what the event is about.
    pub templates: Option<&'a TemplateSet>,
}

/// Names that every template of an event may use, besides its roles, its values and the cast.
pub(crate) const EVENT_TEMPLATE_NAMES: [&str; 12] =
    ["place", "at", "date", "time", "month", "season", "weekday", "hour", "year", "turn", "first", "nth"];

impl<'a> EventTemplateContext<'a> {
    /// The context of an event on its own; `ordinal` is its number among those of its kind, from 1.
    pub fn new(scenario: &'a Scenario, agents: &'a AgentRegistry, event: &'a Event, ordinal: u32) -> Self {
        Self { scenario, agents, event, names_at: event.at, ordinal, correspondents: None, templates: None }
    }

    /// The value of a name: a role, an event value, a word of time or place, or a member of the cast.
    pub fn lookup(&self, name: &str) -> Option<Value> {
        let info = self.info();
        if let Some(slot) = info.slots.iter().position(|slot| slot == name) {
            if info.is_several(slot) {
                let people: Vec<Value> =
                    info.agents_in(slot, &self.event.roles).filter_map(|agent| self.person_value(agent)).collect();
                return Some(Value::from_object(TemplatePeople { people, language: self.scenario.language.clone() }));
            }
            if info.topic == Some(slot) {
                return self.topic_clause().map(Value::from);
            }
            return self.person_with_attributes(name, self.event.roles.get(slot).copied()?);
        }
        if let Some(value) = self.scenario.schema.value(name)
            && let Some((_, number)) = self.event.values.iter().find(|(id, _)| *id == value.0)
        {
            return Some(number_value(*number));
        }
        let civil = CivilDateTime::from_instant(&self.scenario.calendar, self.event.at);
        let language = &self.scenario.language;
        Some(match name {
            "place" => Value::from(place_name(self.scenario, self.event.place)?),
            "at" => Value::from(civil.clock(language)),
            "date" => Value::from(civil.date_phrase(language)),
            "time" => Value::from(civil.time_phrase(language)),
            "month" => Value::from(civil.month(language)),
            "season" => Value::from(civil.season(language)),
            "weekday" => Value::from(civil.weekday(language)),
            "hour" => Value::from(civil.hour()),
            "year" => year_value(civil, language),
            "turn" => Value::from(civil.year()),
            "first" => Value::from(self.ordinal <= 1),
            "nth" => Value::from(self.ordinal),
            _ => return self.person_with_attributes(name, self.scenario.schema.agent(name)?),
        })
    }

    fn info(&self) -> &'a EventInfo {
        &self.scenario.events[self.event.kind.index()]
    }

    /// An agent that the template calls `name`, with the attributes that the event carries for it.
    fn person_with_attributes(&self, name: &str, agent: AgentId) -> Option<Value> {
        let attributes = self.event.values.iter().filter_map(|&(id, value)| {
            let full = self.scenario.schema.values.get(usize::from(id))?;
            let attribute = full.strip_prefix(name)?.strip_prefix('.')?;
            Some((attribute.to_owned(), attribute_value(self.scenario, attribute, value)))
        });
        let person = self.person(agent)?;
        Some(Value::from_object(TemplatePerson { attributes: attributes.collect(), ..person }))
    }

    /// An agent in the grammatical person of the text; none for [`AgentId::NONE`].
    pub fn person_value(&self, agent: AgentId) -> Option<Value> {
        self.person(agent).map(Value::from_object)
    }

    pub(super) fn person(&self, agent: AgentId) -> Option<TemplatePerson> {
        let person = match self.correspondents {
            Some((writer, _)) if writer == agent => GrammaticalPerson::First,
            Some((_, to)) if to == agent => GrammaticalPerson::Second,
            _ => GrammaticalPerson::Third,
        };
        agent.is_some().then(|| template_person(self.agents, agent, person, self.names_at, &self.scenario.language))
    }
}

/// The value of an attribute as templates see it: a number, true or false, or a word.
pub(crate) fn attribute_value(scenario: &Scenario, attribute: &str, value: f64) -> Value {
    let info = scenario.schema.attribute(attribute).and_then(|attr| scenario.schema.attributes.get(attr.index()));
    match info {
        Some(info) if info.switch => Value::from(value != 0.0),
        Some(info) if !info.one_of.is_empty() => {
            Value::from(info.one_of.get(value.max(0.0) as usize).map(|word| id_to_words(word)).unwrap_or_default())
        }
        _ => number_value(value),
    }
}

/// The year of a date: a number, or with its era a text.
pub(crate) fn year_value(civil: CivilDateTime<'_>, language: &Language) -> Value {
    let text = civil.year_text(language);
    if text.chars().any(char::is_alphabetic) { Value::from(text) } else { Value::from(civil.year()) }
}

/// An agent with the name that it had at an instant.
pub(crate) fn template_person(
    registry: &AgentRegistry,
    id: AgentId,
    person: GrammaticalPerson,
    at: Instant,
    language: &Arc<Language>,
) -> TemplatePerson {
    let called = registry.display_name_at(id, at);
    let profile = registry.get_at(id, at);
    let pronouns = profile.as_ref().map_or(Pronouns::They, |profile| profile.pronouns);
    let name = profile.filter(|profile| !profile.name.is_empty()).map_or_else(|| called.clone(), |profile| profile.name.clone());
    TemplatePerson { id, name, short_name: called, pronouns, person, language: language.clone(), attributes: Vec::new() }
}

pub(crate) fn place_name(scenario: &Scenario, place: PlaceId) -> Option<&str> {
    (place != PlaceId::NOWHERE).then(|| scenario.places.get(place.index()))?.map(|place| place.name.as_str())
}

/// An id as words: "evening_talk" is "evening talk".
pub(crate) fn id_to_words(id: &str) -> String {
    id.replace('/', ", ").replace(['_', '-'], " ")
}

impl EventNarrator {
    /// A narrator for the events of a scene. Templates that do not compile are left out; [`check_prose`](super::check_prose)
    /// reports them.
    #[must_use]
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        let templates = TemplateSet::new(&scenario.prose, &scenario.language);
        let prose_keys = scenario.events.iter().map(|info| prose_key(&templates, info).to_owned()).collect();
        Self { templates, prose_keys, seed, state: EventNarratorState::default() }
    }

    /// The state, for a keyframe.
    #[must_use]
    pub fn state(&self) -> &EventNarratorState {
        &self.state
    }

    /// Restores a state of a narrator of the same scene.
    pub fn restore(&mut self, state: EventNarratorState) {
        self.state = state;
    }

    /// Observes an event, narrated or not.
    pub fn observe(&mut self, event: &Event) -> EventOrdinal {
        let who = event.roles.first().copied().unwrap_or(AgentId::NONE);
        let of_self = self.state.event_counts.entry((event.kind, who)).or_default();
        *of_self = of_self.saturating_add(1);
        let mut ordinal = EventOrdinal { of_self: *of_self, of_prose: 1 };
        if let Some(key) = self.prose_keys.get(event.kind.index()) {
            if !self.state.prose_counts.contains_key(key) {
                self.state.prose_counts.insert(key.clone(), 0);
            }
            if let Some(of_prose) = self.state.prose_counts.get_mut(key) {
                *of_prose = of_prose.saturating_add(1);
                ordinal.of_prose = *of_prose;
            }
        }
        self.state.last = ordinal;
        ordinal
    }

    /// The event that was observed last, as a sentence. If its template fails the next variant is tried, and at last the plain
    /// sentence is used.
    #[must_use]
    pub fn sentence(&self, scenario: &Scenario, event: &Event, registry: &AgentRegistry) -> String {
        self.wording(scenario, event, self.state.last, registry)
    }

    fn wording(&self, scenario: &Scenario, event: &Event, ordinal: EventOrdinal, registry: &AgentRegistry) -> String {
        let rendered = self.render(scenario, event, ordinal, registry);
        let plain = || plain_sentence(&self.context(scenario, event, ordinal, registry));
        rendered.map_or_else(plain, |(_, text)| text)
    }

    fn context<'c>(
        &'c self,
        scenario: &'c Scenario,
        event: &'c Event,
        ordinal: EventOrdinal,
        registry: &'c AgentRegistry,
    ) -> EventTemplateContext<'c> {
        EventTemplateContext {
            templates: Some(&self.templates),
            ..EventTemplateContext::new(scenario, registry, event, ordinal.of_self)
        }
    }

    /// The variant that words an event, and its text; none if no variant gives one.
    fn render(
        &self,
        scenario: &Scenario,
        event: &Event,
        ordinal: EventOrdinal,
        registry: &AgentRegistry,
    ) -> Option<(usize, String)> {
        let context = self.context(scenario, event, ordinal, registry);
        let variants = self.templates.variants(self.key_of(event.kind));
        let rendered = self.variant_order(event.kind, ordinal).filter_map(|variant| {
            let text = variants[variant].render(&self.templates.env, |name| context.lookup(name)).ok()?;
            Some((variant, scenario.language.tidy(&text))).filter(|(_, text)| !text.is_empty())
        });
        let now = CivilDateTime::from_instant(&scenario.calendar, event.at);
        first_true(rendered, |(_, text)| !names_another_time(text, now, &scenario.language))
    }

    fn key_of(&self, kind: EventKind) -> &str {
        self.prose_keys.get(kind.index()).map_or("", String::as_str)
    }

    /// The variants for an event, the drawn one first. This is the only place that decides on the variant of an event.
    fn variant_order(&self, kind: EventKind, ordinal: EventOrdinal) -> impl Iterator<Item = usize> + use<> {
        let key = self.key_of(kind);
        let count = self.templates.variants(key).len();
        let first = event_variant(self.seed, key, ordinal.of_prose, count);
        (0..count).map(move |step| (first + step) % count)
    }

    /// Renders an optional entry of the scene's prose: the first variant that succeeds.
    pub(crate) fn render_optional(&self, key: &str, lookup: impl Fn(&str) -> Option<Value>) -> Option<String> {
        self.templates.variants(key).iter().find_map(|variant| variant.render(&self.templates.env, &lookup).ok())
    }
}

/// The first item that is true, or else the first one.
pub(crate) fn first_true<T>(items: impl Iterator<Item = T>, is_true: impl Fn(&T) -> bool) -> Option<T> {
    let mut first = None;
    for item in items {
        if is_true(&item) {
            return Some(item);
        }
        first = first.or(Some(item));
    }
    first
}

/// The key of the prose for events of a kind: that of `tell`, if there is such prose, or the name of the kind.
fn prose_key<'s>(templates: &TemplateSet, info: &'s EventInfo) -> &'s str {
    info.prose_key.iter().find(|key| templates.has(key)).unwrap_or(&info.name)
}

/// "Ann: long walk, with Ben, about Cleo.", or what somebody felt: "Ann was angry with Cleo."
pub(crate) fn plain_sentence(context: &EventTemplateContext<'_>) -> String {
    if let Some(felt) = felt_sentence(context) {
        return felt;
    }
    let (info, language) = (context.info(), &context.scenario.language);
    let names_of = |slots: std::ops::Range<usize>| {
        let mut agents: Vec<AgentId> = Vec::new();
        for agent in slots.flat_map(|slot| info.agents_in(slot, &context.event.roles)) {
            if !agents.contains(&agent) {
                agents.push(agent);
            }
        }
        language
            .list(&agents.into_iter().map(|agent| context.agents.display_name_at(agent, context.names_at)).collect::<Vec<_>>())
    };
    let part = |id: &str, names: String| match names.is_empty() {
        true => String::new(),
        false => language.format(id, &[("names", names.into())]),
    };
    // The world needs no name before what happens in it.
    let is_of_world = context.event.roles.first().copied() == context.scenario.schema.world;
    let who = if is_of_world { String::new() } else { names_of(0..1) };
    let mut values = vec![
        ("event", id_to_words(&info.name).into()),
        ("with", part("plain-with", names_of(1..info.participant_count)).into()),
        ("about", part("plain-about", names_of(info.participant_count.max(1)..info.slots.len())).into()),
    ];
    if who.is_empty() {
        return language.tidy(&language.format("plain-sentence-nobody", &values));
    }
    values.push(("who", who.into()));
    language.tidy(&language.format("plain-sentence", &values))
}

/// What its `self` came to feel, of a trigger that changed nothing but minds: the strongest feeling.
fn felt_sentence(context: &EventTemplateContext<'_>) -> Option<String> {
    let EventOrigin::Trigger(_) = context.info().origin else { return None };
    let who = context.event.roles.first().copied().filter(|who| who.is_some())?;
    let changes = &context.event.changes;
    let is_of_mind = |fact: Fact| match fact {
        Fact::Feeling(..) | Fact::Memory(..) | Fact::Belief(..) | Fact::Source(..) | Fact::Confidence(..) | Fact::Topic(..) => {
            true
        }
        Fact::Field(_, field) => matches!(field, AgentField::Pleasure | AgentField::Arousal | AgentField::Dominance),
        _ => false,
    };
    let felt = changes.iter().filter_map(|change| match change.fact {
        Fact::Feeling(agent, emotion, toward) if agent == who => Some((change.after - change.before, emotion, toward)),
        _ => None,
    });
    let (_, emotion, toward) = felt.filter(|(more, ..)| *more > 0.0).max_by(|a, b| a.0.total_cmp(&b.0))?;
    if !changes.iter().all(|change| is_of_mind(change.fact)) {
        return None;
    }
    let language = &context.scenario.language;
    let person = context.person(who)?;
    let mut values =
        vec![("emotion", emotion_name(emotion).into()), ("pronoun", person.pronoun().into()), ("who", person.short_name.into())];
    if !toward.is_some() {
        return Some(language.tidy(&language.format("felt", &values)));
    }
    values.push(("whom", context.agents.display_name_at(toward, context.names_at).into()));
    Some(language.tidy(&language.format("felt-toward", &values)))
}
