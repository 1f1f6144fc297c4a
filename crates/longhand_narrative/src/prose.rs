//! Words events as sentences.
//!
//! A sentence is a variant of the template under the event kind's `tell` key or its id. An event without a template gets a plain
//! sentence. `docs/prose.md` describes what a template may contain.

use super::dates::Moment;
use super::grammar;
use super::person::{Somebody, Voice};
use super::templates::{Stream, Templates, number_value, pick};
use longhand_chronicle::{Directory, Event};
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
pub struct Teller {
    templates: Templates,
    seed: u64,
    state: TellerState,
}

/// The state of an [`EventNarrator`], as stored in keyframes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TellerState {
    /// How often an event of a kind happened to a `self`.
    heard: BTreeMap<(EventKind, AgentId), u32>,
    /// By key: how often each variant was used, and which was the last.
    used: BTreeMap<String, (Vec<u32>, usize)>,
    last: String,
}

/// Resolves the names in a template of an event.
pub(crate) struct Words<'a> {
    pub scenario: &'a Scenario,
    pub directory: &'a Directory,
    pub event: &'a Event,
    /// The ordinal of the event among those of its kind with this `self`, from 1.
    pub nth: u32,
    /// In a letter: the writer and the addressee.
    pub voices: Option<(AgentId, AgentId)>,
}

/// Names that every template of an event may use, besides its roles, its values and the cast.
pub(crate) const WORDS: [&str; 11] =
    ["place", "at", "date", "time", "month", "season", "weekday", "hour", "year", "first", "nth"];

impl<'a> Words<'a> {
    /// The value of a name: a role, an event value, a word of time or place, or a member of the cast.
    pub fn lookup(&self, name: &str) -> Option<Value> {
        let info = self.info();
        if let Some(slot) = info.slots.iter().position(|slot| slot == name) {
            return self.somebody(self.event.roles.get(slot).copied()?);
        }
        if let Some(value) = self.scenario.schema.value(name)
            && let Some((_, number)) = self.event.values.iter().find(|(id, _)| *id == value.0)
        {
            return Some(number_value(*number));
        }
        let moment = Moment::of(&self.scenario.calendar, self.event.at);
        Some(match name {
            "place" => Value::from(place_name(self.scenario, self.event.place)?),
            "at" => Value::from(moment.clock()),
            "date" => Value::from(moment.date()),
            "time" => Value::from(moment.time()),
            "month" => Value::from(moment.month()),
            "season" => Value::from(moment.season()),
            "weekday" => Value::from(moment.weekday()),
            "hour" => Value::from(moment.hour()),
            "year" => Value::from(moment.year()),
            "first" => Value::from(self.nth <= 1),
            "nth" => Value::from(self.nth),
            _ => return self.somebody(self.scenario.schema.agent(name)?),
        })
    }

    fn info(&self) -> &'a EventInfo {
        &self.scenario.events[self.event.kind.index()]
    }

    /// An agent in the grammatical person of the text; none for [`AgentId::NONE`].
    pub fn somebody(&self, agent: AgentId) -> Option<Value> {
        let voice = match self.voices {
            Some((writer, _)) if writer == agent => Voice::First,
            Some((_, to)) if to == agent => Voice::Second,
            _ => Voice::Third,
        };
        agent.is_some().then(|| Value::from_object(somebody(self.directory, agent, voice)))
    }
}

pub(crate) fn somebody(directory: &Directory, id: AgentId, voice: Voice) -> Somebody {
    let called = directory.called(id);
    let person = directory.get(id);
    Somebody {
        id,
        name: person.filter(|person| !person.name.is_empty()).map_or_else(|| called.clone(), |person| person.name.clone()),
        called,
        pronouns: person.map_or(Pronouns::they, |person| person.pronouns),
        voice,
    }
}

pub(crate) fn place_name(scenario: &Scenario, place: PlaceId) -> Option<&str> {
    (place != PlaceId::NOWHERE).then(|| scenario.places.get(place.index()))?.map(|place| place.name.as_str())
}

/// An id as words: "evening_talk" is "evening talk".
pub(crate) fn readable(id: &str) -> String {
    id.replace('/', ", ").replace(['_', '-'], " ")
}

impl Teller {
    /// A narrator for the events of a scene. Templates that do not compile are left out; [`check_prose`](super::check_prose)
    /// reports them.
    #[must_use]
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        Self { templates: Templates::new(&scenario.prose, |_| true), seed, state: TellerState::default() }
    }

    /// The state, for a keyframe.
    #[must_use]
    pub fn state(&self) -> &TellerState {
        &self.state
    }

    /// Restores a state of a narrator of the same scene.
    pub fn restore(&mut self, state: TellerState) {
        self.state = state;
    }

    /// Observes an event, narrated or not: it counts for `first` and `nth`.
    pub fn hear(&mut self, event: &Event) {
        let who = event.roles.first().copied().unwrap_or(AgentId::NONE);
        let times = self.state.heard.entry((event.kind, who)).or_default();
        *times = times.saturating_add(1);
    }

    /// The event as a sentence.
    ///
    /// The variant is drawn by the seed and the id of the event among the least used ones, without the last one of the same key.
    /// If a template fails the next variant is tried, and at last the plain sentence is used.
    #[must_use]
    pub fn sentence(&mut self, scenario: &Scenario, event: &Event, directory: &Directory) -> String {
        let who = event.roles.first().copied().unwrap_or(AgentId::NONE);
        let nth = self.state.heard.get(&(event.kind, who)).copied().unwrap_or(1);
        let words = Words { scenario, directory, event, nth, voices: None };
        let text = self.drawn(&words).unwrap_or_else(|| self.unlike_last(plain(&words)));
        self.state.last.clone_from(&text);
        text
    }

    /// The event as a sentence that does not depend on what was worded before: the same for the same event, in any order. `nth`
    /// is its ordinal among the events of its kind.
    #[must_use]
    pub fn alone(&self, scenario: &Scenario, event: &Event, nth: u32, directory: &Directory) -> String {
        let words = Words { scenario, directory, event, nth, voices: None };
        let variants = self.templates.variants(self.key(&words));
        let start = pick(self.seed, Stream::Sentence, u64::from(event.id.0), variants.len());
        let mut in_turn = variants.iter().cycle().skip(start).take(variants.len());
        let said = in_turn.find_map(|variant| {
            let text = variant.render(&self.templates.env, |name| words.lookup(name)).ok()?;
            Some(grammar::tidy(&text)).filter(|text| !text.is_empty())
        });
        said.unwrap_or_else(|| plain(&words))
    }

    /// The prose key of an event.
    fn key<'a>(&self, words: &Words<'a>) -> &'a String {
        let info = words.info();
        info.tell.iter().find(|key| !self.templates.variants(key).is_empty()).unwrap_or(&info.name)
    }

    /// One of the least used variants, drawn by the event, or the first after it that renders to another text than the last
    /// sentence.
    fn drawn(&mut self, words: &Words<'_>) -> Option<String> {
        let key = self.key(words);
        let variants = self.templates.variants(key);
        let (times, last) = self.state.used.get(key).cloned().unwrap_or_else(|| (vec![0; variants.len()], usize::MAX));
        let in_turn = in_turn(&times, last, |count| pick(self.seed, Stream::Sentence, u64::from(words.event.id.0), count));
        let mut said_before = None;
        for variant in in_turn {
            let Ok(text) = variants[variant].render(&self.templates.env, |name| words.lookup(name)) else { continue };
            let text = grammar::tidy(&text);
            if text.is_empty() {
                continue;
            }
            if text != self.state.last {
                let (times, last) = self.state.used.entry(key.clone()).or_insert((times, variant));
                times[variant] = times[variant].saturating_add(1);
                *last = variant;
                return Some(text);
            }
            said_before = Some(text);
        }
        said_before.map(|text| self.unlike_last(text))
    }

    fn unlike_last(&self, text: String) -> String {
        let again = format!("Again: {text}");
        if text != self.state.last {
            text
        } else if again == self.state.last {
            format!("And again: {text}")
        } else {
            again
        }
    }

    /// Renders an optional entry of the scene's prose: the first variant that succeeds.
    pub(crate) fn aside(&self, key: &str, lookup: impl Fn(&str) -> Option<Value>) -> Option<String> {
        self.templates.variants(key).iter().find_map(|variant| variant.render(&self.templates.env, &lookup).ok())
    }
}

/// The order in which variants are tried: the least used first, rotated so that the drawn one leads; without the last one if
/// there are others.
fn in_turn(times: &[u32], last: usize, draw: impl Fn(usize) -> usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..times.len()).filter(|&variant| variant != last || times.len() == 1).collect();
    order.sort_by_key(|&variant| times[variant]);
    let least = order.iter().take_while(|&&variant| times[variant] == times[order[0]]).count();
    if least > 0 {
        order[..least].rotate_left(draw(least));
    }
    order
}

/// "Ann: long walk, with Ben, about Cleo."
pub(crate) fn plain(words: &Words<'_>) -> String {
    let info = words.info();
    let called = |slots: std::ops::Range<usize>| {
        let agents = words.event.roles.iter().take(slots.end).skip(slots.start).filter(|agent| agent.is_some());
        grammar::list(&agents.map(|&agent| words.directory.called(agent)).collect::<Vec<_>>())
    };
    let mut text = called(0..1);
    if !text.is_empty() {
        text.push_str(": ");
    }
    text.push_str(&readable(&info.name));
    for (word, agents) in [("with", called(1..info.present)), ("about", called(info.present.max(1)..info.slots.len()))] {
        if !agents.is_empty() {
            text.push_str(&format!(", {word} {agents}"));
        }
    }
    text.push('.');
    grammar::tidy(&text)
}
