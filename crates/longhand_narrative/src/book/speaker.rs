//! Words events for a book by the prose of the scene.
//!
//! Besides the templates for events as they happen, a scene may have three kinds of entries: `gist/<event>` says in a clause what
//! happened ("Ann sold the boat"), `often/<event>` what used to happen ("Ann went out in the boat"), `introduce/<member>` who an
//! agent is. The first two are in the past tense and have no full stop.

use super::mention::{Marked, marked};
use crate::grammar;
use crate::person::Voice;
use crate::prose::{Words, plain, readable, somebody};
use crate::telling::sum_key;
use crate::templates::{Stream, Templates, number_value, pick};
use longhand_chronicle::{Chronicle, Event};
use longhand_expr::ids::{AgentId, EventId, EventKind};
use longhand_scene::Scenario;
use minijinja::value::Value;
use smallvec::smallvec;
use std::collections::{BTreeMap, BTreeSet};

/// The prose key of an event in a clause.
pub(crate) fn gist_key(kind: &str) -> String {
    format!("gist/{kind}")
}

/// The prose key of a repeated event.
pub(crate) fn often_key(kind: &str) -> String {
    format!("often/{kind}")
}

/// The prose key of an introduction.
pub(crate) fn introduce_key(member: &str) -> String {
    format!("introduce/{member}")
}

/// What is summarised together: the agent, the event kind, and the other agent.
pub(super) type Habit = (AgentId, EventKind, AgentId);

/// Renders the prose of a scene and tracks which variants were used.
pub(super) struct Speaker<'a> {
    pub scenario: &'a Scenario,
    pub chronicle: &'a Chronicle,
    pub seed: u64,
    templates: Templates,
    /// By event: its ordinal among the events of its kind begun by the same agent.
    nth: Vec<u32>,
    /// How often each variant of a key was used.
    used: BTreeMap<String, Vec<u32>>,
    said: BTreeSet<String>,
}

/// A rendered variant of a prose entry.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub text: Marked,
    pub key: String,
    pub variant: usize,
}

impl<'a> Speaker<'a> {
    /// A phrasebook of which nothing was used. `counts` says which events count for `first` and `nth`.
    pub fn new(scenario: &'a Scenario, chronicle: &'a Chronicle, seed: u64, counts: impl Fn(EventId) -> bool) -> Self {
        let mut times: BTreeMap<(EventKind, AgentId), u32> = BTreeMap::new();
        let count = |event: &Event| {
            let times = times.entry((event.kind, event.roles.first().copied().unwrap_or(AgentId::NONE))).or_default();
            *times += u32::from(counts(event.id));
            (*times).max(1)
        };
        let nth = chronicle.iter().map(count).collect();
        let templates = Templates::new(&scenario.prose, |_| true);
        Self { scenario, chronicle, seed, templates, nth, used: BTreeMap::new(), said: BTreeSet::new() }
    }

    /// The full wordings of an event, the least used first, without texts that were used already.
    pub fn scenes(&self, event: &Event) -> Vec<Way> {
        let info = &self.scenario.events[event.kind.index()];
        let key = info.tell.as_ref().filter(|key| !self.templates.variants(key).is_empty()).unwrap_or(&info.name);
        let mut ways = self.ways(key, event, &[]);
        if ways.is_empty() && self.templates.variants(key).is_empty() {
            ways.push(Way { text: Marked::of(&plain(&self.words(event))), key: key.clone(), variant: 0 });
        }
        ways.retain(|way| !self.said.contains(&way.text.plain()));
        ways
    }

    /// The event in a clause without a full stop; none if the scene has no entry for it.
    pub fn gist(&self, event: &Event) -> Option<Way> {
        self.ways(&gist_key(&self.name(event.kind)), event, &[]).into_iter().next()
    }

    /// The event in a sentence: its gist, or the shortest full wording.
    pub fn brief(&self, event: &Event) -> Option<Way> {
        if let Some(way) = self.gist(event) {
            return Some(Way { text: way.text.then(".", Marked::of("")), ..way });
        }
        self.scenes(event).into_iter().min_by_key(|way| way.text.plain().split_whitespace().count())
    }

    /// A repeated event in a clause.
    pub fn habit(&self, habit: Habit, times: u32) -> Option<Way> {
        let event = self.of_habit(habit);
        let n = number_value(f64::from(times));
        self.ways(&often_key(&self.name(habit.1)), &event, &[("n", n)]).into_iter().next()
    }

    /// A repeated event as a count: "three walks with Ben".
    pub fn count(&self, habit: Habit, times: u32) -> Marked {
        let event = self.of_habit(habit);
        let n = number_value(f64::from(times));
        let way = self.ways(&sum_key(&self.name(habit.1)), &event, &[("n", n)]).into_iter().next();
        way.map_or_else(
            || {
                let called = |agent: AgentId| self.chronicle.directory.called(agent);
                let with = if habit.2.is_some() { format!(" with {}", called(habit.2)) } else { String::new() };
                let again = grammar::times(f64::from(times));
                Marked::of(&format!("“{}”{with} {again}", readable(&self.name(habit.1))))
            },
            |way| way.text,
        )
    }

    /// Whether the scene has an `often` entry for the kind.
    pub fn has_habit(&self, kind: EventKind) -> bool {
        !self.templates.variants(&often_key(&self.name(kind))).is_empty()
    }

    /// Whether the scene has a `sum` entry for the kind.
    pub fn has_count(&self, kind: EventKind) -> bool {
        !self.templates.variants(&sum_key(&self.name(kind))).is_empty()
    }

    /// The wordings with which the scene introduces an agent.
    pub fn introductions(&self, agent: AgentId, event: &Event) -> Vec<Way> {
        let member = self.scenario.cast.get(agent.index());
        member.map_or_else(Vec::new, |member| self.ways(&introduce_key(&member.id), event, &[]))
    }

    /// Records that a wording was used.
    pub fn note(&mut self, way: &Way) {
        let count = self.templates.variants(&way.key).len().max(way.variant + 1);
        let times = self.used.entry(way.key.clone()).or_insert_with(|| vec![0; count]);
        times[way.variant] += 1;
        self.said.insert(way.text.plain());
    }

    /// Records a text. Returns whether it was new.
    pub fn is_new(&mut self, text: &str) -> bool {
        self.said.insert(text.to_owned())
    }

    /// The marked name of an agent.
    pub fn name_of(&self, agent: AgentId) -> Marked {
        let somebody = somebody(&self.chronicle.directory, agent, Voice::Third);
        Marked::of(&marked(Value::from_object(somebody)).to_string())
    }

    /// A keyed draw below `count`.
    pub fn draw(&self, key: u64, count: usize) -> usize {
        if count == 0 { 0 } else { pick(self.seed, Stream::Book, key, count) }
    }

    fn name(&self, kind: EventKind) -> String {
        self.scenario.events.get(kind.index()).map_or_else(String::new, |info| info.name.clone())
    }

    fn words<'e>(&'e self, event: &'e Event) -> Words<'e> {
        let nth = self.nth.get(event.id.index()).copied().unwrap_or(1);
        Words { scenario: self.scenario, directory: &self.chronicle.directory, event, nth, voices: None }
    }

    fn of_habit(&self, (who, kind, other): Habit) -> Event {
        let slots = self.scenario.events.get(kind.index()).map_or(1, |info| info.slots.len());
        Event::bare(kind, longhand_expr::ids::Instant::START, if slots > 1 { smallvec![who, other] } else { smallvec![who] })
    }

    /// Every variant of a key that renders, the least used first, rotated so that the drawn one of these leads.
    fn ways(&self, key: &str, event: &Event, more: &[(&str, Value)]) -> Vec<Way> {
        let variants = self.templates.variants(key);
        let words = self.words(event);
        let none = vec![0; variants.len()];
        let used = self.used.get(key).unwrap_or(&none);
        let times = |variant: usize| used.get(variant).copied().unwrap_or(0);
        let mut order: Vec<usize> = (0..variants.len()).collect();
        order.sort_by_key(|&variant| times(variant));
        let least = order.iter().take_while(|&&variant| times(variant) == times(order[0])).count();
        if least > 0 {
            order[..least].rotate_left(self.draw(u64::from(event.id.0) << 16 ^ key.len() as u64, least));
        }
        let lookup = |name: &str| match more.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => Some(value.clone()),
            None => words.lookup(name).map(marked),
        };
        let said = |variant: usize| {
            let text = variants[variant].render(&self.templates.env, lookup).ok()?;
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            (!text.is_empty()).then(|| Way { text: Marked::of(&text), key: key.to_owned(), variant })
        };
        order.into_iter().filter_map(said).collect()
    }
}
