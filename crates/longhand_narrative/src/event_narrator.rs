//! Words events as sentences.
//!
//! A sentence is a variant of the template under the event kind's `tell` key or its id. An event without a template gets a plain
//! sentence. `docs/prose.md` describes what a template may contain.

use super::dates::CivilDateTime;
use super::grammar;
use super::keyed_draws::{DrawStream, draw_index};
use super::template_person::{GrammaticalPerson, TemplatePerson};
use super::templates::{TemplateSet, number_value};
use longhand_chronicle::{AgentRegistry, Event};
use longhand_expr::ids::{AgentId, EventKind, PlaceId};
use longhand_scene::model::EventInfo;
use longhand_scene::{Pronouns, Scenario};
use minijinja::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Words events in order. Call [`observe`](Self::observe) once for each event, and [`sentence`](Self::sentence) for those to be
/// narrated.
///
/// The result depends on the seed, on the events observed, and on the sentences before: no variant of a key is used again before
/// all others have been used, none is used twice in a row, and no sentence is repeated in a row.
#[derive(Debug)]
pub struct EventNarrator {
    templates: TemplateSet,
    seed: u64,
    state: EventNarratorState,
}

/// The state of an [`EventNarrator`], as stored in keyframes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EventNarratorState {
    /// How often an event of a kind happened to a `self`.
    event_counts: BTreeMap<(EventKind, AgentId), u32>,
    /// By key: how often each variant was used, and which was the last.
    variant_use: BTreeMap<String, (Vec<u32>, usize)>,
    last_sentence: String,
}

/// Resolves the names in a template of an event.
pub(crate) struct EventTemplateContext<'a> {
    pub scenario: &'a Scenario,
    pub agents: &'a AgentRegistry,
    pub event: &'a Event,
    /// The ordinal of the event among those of its kind with this `self`, from 1.
    pub ordinal: u32,
    /// In a letter: the writer and the addressee.
    pub correspondents: Option<(AgentId, AgentId)>,
}

/// Names that every template of an event may use, besides its roles, its values and the cast.
pub(crate) const EVENT_TEMPLATE_NAMES: [&str; 11] =
    ["place", "at", "date", "time", "month", "season", "weekday", "hour", "year", "first", "nth"];

impl<'a> EventTemplateContext<'a> {
    /// The value of a name: a role, an event value, a word of time or place, or a member of the cast.
    pub fn lookup(&self, name: &str) -> Option<Value> {
        let info = self.info();
        if let Some(slot) = info.slots.iter().position(|slot| slot == name) {
            return self.person_value(self.event.roles.get(slot).copied()?);
        }
        if let Some(value) = self.scenario.schema.value(name)
            && let Some((_, number)) = self.event.values.iter().find(|(id, _)| *id == value.0)
        {
            return Some(number_value(*number));
        }
        let civil = CivilDateTime::from_instant(&self.scenario.calendar, self.event.at);
        Some(match name {
            "place" => Value::from(place_name(self.scenario, self.event.place)?),
            "at" => Value::from(civil.clock()),
            "date" => Value::from(civil.date_phrase()),
            "time" => Value::from(civil.time_phrase()),
            "month" => Value::from(civil.month()),
            "season" => Value::from(civil.season()),
            "weekday" => Value::from(civil.weekday()),
            "hour" => Value::from(civil.hour()),
            "year" => Value::from(civil.year()),
            "first" => Value::from(self.ordinal <= 1),
            "nth" => Value::from(self.ordinal),
            _ => return self.person_value(self.scenario.schema.agent(name)?),
        })
    }

    fn info(&self) -> &'a EventInfo {
        &self.scenario.events[self.event.kind.index()]
    }

    /// An agent in the grammatical person of the text; none for [`AgentId::NONE`].
    pub fn person_value(&self, agent: AgentId) -> Option<Value> {
        let person = match self.correspondents {
            Some((writer, _)) if writer == agent => GrammaticalPerson::First,
            Some((_, to)) if to == agent => GrammaticalPerson::Second,
            _ => GrammaticalPerson::Third,
        };
        agent.is_some().then(|| Value::from_object(template_person(self.agents, agent, person)))
    }
}

pub(crate) fn template_person(registry: &AgentRegistry, id: AgentId, person: GrammaticalPerson) -> TemplatePerson {
    let called = registry.display_name(id);
    let profile = registry.get(id);
    let name = profile.filter(|profile| !profile.name.is_empty()).map_or_else(|| called.clone(), |profile| profile.name.clone());
    TemplatePerson { id, name, short_name: called, pronouns: profile.map_or(Pronouns::They, |profile| profile.pronouns), person }
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
        Self { templates: TemplateSet::new(&scenario.prose, |_| true), seed, state: EventNarratorState::default() }
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

    /// Observes an event, narrated or not: it counts for `first` and `nth`.
    pub fn observe(&mut self, event: &Event) {
        let who = event.roles.first().copied().unwrap_or(AgentId::NONE);
        let times = self.state.event_counts.entry((event.kind, who)).or_default();
        *times = times.saturating_add(1);
    }

    /// The event as a sentence.
    ///
    /// The variant is drawn by the seed and the instant of the event among the least used ones, without the last one of the same key.
    /// If a template fails the next variant is tried, and at last the plain sentence is used.
    #[must_use]
    pub fn sentence(&mut self, scenario: &Scenario, event: &Event, registry: &AgentRegistry) -> String {
        let who = event.roles.first().copied().unwrap_or(AgentId::NONE);
        let nth = self.state.event_counts.get(&(event.kind, who)).copied().unwrap_or(1);
        let context = EventTemplateContext { scenario, agents: registry, event, ordinal: nth, correspondents: None };
        let text = self.draw_variant(&context).unwrap_or_else(|| self.avoid_repeating(plain_sentence(&context)));
        self.state.last_sentence.clone_from(&text);
        text
    }

    /// The event as a sentence that does not depend on what was worded before: the same for the same event, in any order. `nth`
    /// is its ordinal among the events of its kind.
    #[must_use]
    pub fn standalone_sentence(&self, scenario: &Scenario, event: &Event, nth: u32, registry: &AgentRegistry) -> String {
        let context = EventTemplateContext { scenario, agents: registry, event, ordinal: nth, correspondents: None };
        let variants = self.templates.variants(self.prose_key(&context));
        let start = draw_index(self.seed, DrawStream::Sentence, event.at.0 as u64, variants.len());
        let mut rotated_variants = variants.iter().cycle().skip(start).take(variants.len());
        let rendered = rotated_variants.find_map(|variant| {
            let text = variant.render(&self.templates.env, |name| context.lookup(name)).ok()?;
            Some(grammar::tidy(&text)).filter(|text| !text.is_empty())
        });
        rendered.unwrap_or_else(|| plain_sentence(&context))
    }

    /// The prose key of an event.
    fn prose_key<'a>(&self, context: &EventTemplateContext<'a>) -> &'a String {
        let info = context.info();
        info.prose_key.iter().find(|key| !self.templates.variants(key).is_empty()).unwrap_or(&info.name)
    }

    /// One of the least used variants, drawn by the event, or the first after it that renders to another text than the last
    /// sentence.
    fn draw_variant(&mut self, context: &EventTemplateContext<'_>) -> Option<String> {
        let key = self.prose_key(context);
        let variants = self.templates.variants(key);
        let (times, last) = self.state.variant_use.get(key).cloned().unwrap_or_else(|| (vec![0; variants.len()], usize::MAX));
        let order =
            variant_order(&times, last, |count| draw_index(self.seed, DrawStream::Sentence, context.event.at.0 as u64, count));
        let mut repeated = None;
        for variant in order {
            let Ok(text) = variants[variant].render(&self.templates.env, |name| context.lookup(name)) else { continue };
            let text = grammar::tidy(&text);
            if text.is_empty() {
                continue;
            }
            if text != self.state.last_sentence {
                let (times, last) = self.state.variant_use.entry(key.clone()).or_insert((times, variant));
                times[variant] = times[variant].saturating_add(1);
                *last = variant;
                return Some(text);
            }
            repeated = Some(text);
        }
        repeated.map(|text| self.avoid_repeating(text))
    }

    fn avoid_repeating(&self, text: String) -> String {
        let again = format!("Again: {text}");
        if text != self.state.last_sentence {
            text
        } else if again == self.state.last_sentence {
            format!("And again: {text}")
        } else {
            again
        }
    }

    /// Renders an optional entry of the scene's prose: the first variant that succeeds.
    pub(crate) fn render_optional(&self, key: &str, lookup: impl Fn(&str) -> Option<Value>) -> Option<String> {
        self.templates.variants(key).iter().find_map(|variant| variant.render(&self.templates.env, &lookup).ok())
    }
}

/// The order in which variants are tried: the least used first, rotated so that the drawn one leads; without the last one if
/// there are others.
fn variant_order(times: &[u32], last: usize, draw: impl Fn(usize) -> usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..times.len()).filter(|&variant| variant != last || times.len() == 1).collect();
    order.sort_by_key(|&variant| times[variant]);
    let least = order.iter().take_while(|&&variant| times[variant] == times[order[0]]).count();
    if least > 0 {
        order[..least].rotate_left(draw(least));
    }
    order
}

/// "Ann: long walk, with Ben, about Cleo."
pub(crate) fn plain_sentence(context: &EventTemplateContext<'_>) -> String {
    let info = context.info();
    let names_of = |slots: std::ops::Range<usize>| {
        let agents = context.event.roles.iter().take(slots.end).skip(slots.start).filter(|agent| agent.is_some());
        grammar::list(&agents.map(|&agent| context.agents.display_name(agent)).collect::<Vec<_>>())
    };
    let mut text = names_of(0..1);
    if !text.is_empty() {
        text.push_str(": ");
    }
    text.push_str(&id_to_words(&info.name));
    for (word, agents) in
        [("with", names_of(1..info.participant_count)), ("about", names_of(info.participant_count.max(1)..info.slots.len()))]
    {
        if !agents.is_empty() {
            text.push_str(&format!(", {word} {agents}"));
        }
    }
    text.push('.');
    grammar::tidy(&text)
}
