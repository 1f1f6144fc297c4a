//! Narrates a run while it is simulated: decides which events are narrated, and words them.
//!
//! The [`NarrationFrequency`] of an event kind says whether each event is narrated, only the 1st, 2nd, 4th, 8th … of its kind
//! between the same agents (a habit), or none. Events that are left out are summarised when the next event is narrated after a
//! gap. An event that completes a beat is always narrated. A habit is not narrated in a sentence that was narrated of the same
//! agents before, and a document is left out if most of it was narrated before.

use super::dates::{CivilDateTime, Distance, PeriodBefore};
use super::event_narrator::{EventNarrator, EventNarratorState, EventTemplateContext, id_to_words};
use super::repetition::{document_pieces, is_mostly_repeated};
use super::templates::number_value;
use longhand_chronicle::{AgentRegistry, BeatMatch, Event, WrittenDocument};
use longhand_expr::ids::{AgentId, EventId, EventKind, Instant};
use longhand_language::NumberStyle;
use longhand_scene::prose_keys::summary_key;
use longhand_scene::{NarrationFrequency, Scenario};
use serde::{Deserialize, Serialize};
use smallvec::smallvec;
use std::collections::{BTreeMap, BTreeSet};

/// The kind of a line of a narration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NarrationLineKind {
    /// A new day; a new turn; in a scene of seconds a new minute.
    Heading,
    /// An event, as a sentence.
    Event,
    /// A beat that the event completed.
    Beat,
    /// A summary of what was left out.
    Summary,
    /// A document: its title, and below it the paragraphs.
    Document,
}

/// A line of a narration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NarrationLine {
    /// Its kind.
    pub kind: NarrationLineKind,
    /// The text without layout. Only a document has line breaks.
    pub text: String,
    /// The event it is about.
    pub event: Option<EventId>,
}

impl NarrationLine {
    fn new(kind: NarrationLineKind, text: impl Into<String>, event: Option<EventId>) -> Self {
        Self { kind, text: text.into(), event }
    }
}

/// The number of days, or of turns, or in a scene of seconds of minutes, without narration after which omitted events are summarised.
const GAP: i64 = 3;
/// The same after which they are summarised even if other events were narrated in between.
const LONG_GAP: i64 = 30;
/// The maximum number of agents in a summary, and of event kinds for each.
const MAX_SUMMARY_PEOPLE: usize = 2;
const MAX_SUMMARY_KINDS: usize = 3;

/// Later than every name.
const LATEST: Instant = Instant(i64::MAX);

/// What counts as one habit: the agent, the event kind, and the other agent.
type Habit = (AgentId, EventKind, AgentId);

/// Decides which events are narrated, and words them.
#[derive(Debug)]
pub struct Narrator {
    event_narrator: EventNarrator,
    state: NarratorState,
}

/// The state of a [`Narrator`] besides that of its [`EventNarrator`], as stored in keyframes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NarratorState {
    /// How often each habit occurred.
    habits: BTreeMap<Habit, u32>,
    /// How often it occurred since the last summary without being narrated.
    omitted: BTreeMap<Habit, u32>,
    /// When the first such event happened.
    omitted_since: Option<Instant>,
    /// Every sentence narrated so far, with the agents that it names, and every sentence of a document.
    narrated: BTreeSet<String>,
    /// The number of the day, the turn or the minute of the last heading.
    period: Option<i64>,
}

impl Narrator {
    /// A narrator at the start of a run.
    #[must_use]
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        Self { event_narrator: EventNarrator::new(scenario, seed), state: NarratorState::default() }
    }

    /// Its own state and that of its event narrator, for a keyframe.
    #[must_use]
    pub fn state(&self) -> (&NarratorState, &EventNarratorState) {
        (&self.state, self.event_narrator.state())
    }

    /// Restores a state of a narrator of the same scene.
    pub fn restore(&mut self, narrator: NarratorState, event_narrator: EventNarratorState) {
        self.state = narrator;
        self.event_narrator.restore(event_narrator);
    }

    /// Observes the next event with the beats it completed. Returns the lines to print; none if the event is not narrated.
    pub fn narrate(
        &mut self,
        scenario: &Scenario,
        event: &Event,
        beats: &[BeatMatch],
        registry: &AgentRegistry,
    ) -> Vec<NarrationLine> {
        self.event_narrator.observe(event);
        let habit = habit_of(scenario, event);
        let seen = self.state.habits.entry(habit).or_default();
        *seen = seen.saturating_add(1);
        let frequency = scenario.events[event.kind.index()].narration;
        let is_due = match frequency {
            NarrationFrequency::Always => true,
            NarrationFrequency::Habit => seen.is_power_of_two(),
            NarrationFrequency::Never => false,
        };
        let document = event.document.as_deref().map(document_text).filter(|text| !self.is_mostly_repeated(text));
        let sentence = (is_due || !beats.is_empty() || document.is_some())
            .then(|| self.event_narrator.sentence(scenario, event, registry))
            .filter(|sentence| {
                let is_required = frequency == NarrationFrequency::Always || !beats.is_empty() || document.is_some();
                is_required || !self.state.narrated.contains(&sentence_key(event, sentence, registry))
            });
        let Some(sentence) = sentence else {
            *self.state.omitted.entry(habit).or_default() += 1;
            self.state.omitted_since.get_or_insert(event.at);
            return Vec::new();
        };
        let mut lines = Vec::new();
        self.start_period(scenario, event.at, registry, &mut lines);
        let is_new = self.state.narrated.insert(sentence_key(event, &sentence, registry));
        let is_always = frequency == NarrationFrequency::Always;
        if is_new || is_always || !beats.is_empty() || document.is_some() {
            lines.push(NarrationLine::new(NarrationLineKind::Event, sentence, Some(event.id)));
        }
        if let Some(text) = document {
            self.state.narrated.extend(document_pieces(&text).map(str::to_owned));
            lines.push(NarrationLine::new(NarrationLineKind::Document, text, Some(event.id)));
        }
        for beat in beats.iter().filter_map(|beat| scenario.beats.get(beat.beat)) {
            lines.push(NarrationLine::new(NarrationLineKind::Beat, beat.display_title(), Some(event.id)));
        }
        lines
    }

    /// Whether most of a document was narrated before. A letter that differs only in a few passages counts as a repetition.
    fn is_mostly_repeated(&self, document: &str) -> bool {
        is_mostly_repeated(document, |piece| self.state.narrated.contains(piece))
    }

    /// Summarises what was left out at the end of the run.
    pub fn finish(&mut self, scenario: &Scenario, at: Instant, registry: &AgentRegistry) -> Vec<NarrationLine> {
        self.summarise_omitted(scenario, at, registry).into_iter().collect()
    }

    /// Adds a heading if the day is a new one, after a summary if one is due.
    fn start_period(&mut self, scenario: &Scenario, at: Instant, registry: &AgentRegistry, lines: &mut Vec<NarrationLine>) {
        let civil = CivilDateTime::from_instant(&scenario.calendar, at);
        let period = civil.period();
        if self.state.period == Some(period) {
            return;
        }
        let gap = self.state.period.map_or(0, |last| period - last);
        let since = self.state.omitted_since.map(|since| CivilDateTime::from_instant(&scenario.calendar, since).period());
        let omitted = since.map_or(0, |since| period - since);
        if omitted >= GAP && gap >= GAP || omitted >= LONG_GAP {
            lines.extend(self.summarise_omitted(scenario, at, registry));
        }
        self.state.period = Some(period);
        lines.push(NarrationLine::new(NarrationLineKind::Heading, civil.heading(&scenario.language), None));
    }

    /// "In the nine days before, Ann: 31 evening talks with Cleo, 6 letters, 2 walks."
    fn summarise_omitted(&mut self, scenario: &Scenario, at: Instant, registry: &AgentRegistry) -> Option<NarrationLine> {
        let since = self.state.omitted_since.take()?;
        let omitted = std::mem::take(&mut self.state.omitted);
        let civil = |at| CivilDateTime::from_instant(&scenario.calendar, at);
        let language = &scenario.language;
        let mut by_person: BTreeMap<AgentId, Vec<(u32, Habit)>> = BTreeMap::new();
        for (habit, times) in omitted {
            by_person.entry(habit.0).or_default().push((times, habit));
        }
        let total = |habits: &[(u32, Habit)]| habits.iter().map(|(times, _)| u64::from(*times)).sum::<u64>();
        let mut people: Vec<_> = by_person.into_iter().collect();
        // The sort is stable: among equals the lower id comes first.
        people.sort_by_key(|(_, habits)| std::cmp::Reverse(total(habits)));
        let mut others: u64 = people.iter().skip(MAX_SUMMARY_PEOPLE).map(|(_, habits)| total(habits)).sum();
        let mut phrases = Vec::new();
        for (who, mut habits) in people.into_iter().take(MAX_SUMMARY_PEOPLE) {
            habits.sort_by_key(|(times, _)| std::cmp::Reverse(*times));
            others += total(habits.get(MAX_SUMMARY_KINDS..).unwrap_or_default());
            let counts: Vec<String> = habits
                .iter()
                .take(MAX_SUMMARY_KINDS)
                .map(|(times, habit)| self.count_phrase(scenario, *times, *habit, registry))
                .collect();
            let counts = counts.join(language.text("summary-comma"));
            phrases.push(if who.is_some() {
                let values = [("name", registry.display_name(who).into()), ("sums", counts.into())];
                language.format("summary-of-agent", &values)
            } else {
                counts
            });
        }
        if others > 0 {
            phrases.push(language.format_amount("summary-others", others as f64, NumberStyle::Digits, &[]));
        }
        let sums = [("sums", phrases.join(language.text("summary-separator")).into())];
        let text = match PeriodBefore::between(civil(since), civil(at)) {
            PeriodBefore::Day => language.format("summary-day-before", &sums),
            PeriodBefore::Seconds(seconds) => language.format_duration("summary-before", seconds, &sums),
            PeriodBefore::Turns(turns) => {
                let words = |case| Distance::Turns(turns).words(language, case);
                let [sums] = sums;
                let values = [
                    ("amount", words("nominative").into()),
                    ("amount_dative", words("dative").into()),
                    ("amount_genitive", words("genitive").into()),
                    sums,
                ];
                language.format("summary-amount-before", &values)
            }
        };
        Some(NarrationLine::new(NarrationLineKind::Summary, language.tidy(&text), None))
    }

    /// "31 evening talks with Cleo": worded by the prose of the scene if it has an entry.
    fn count_phrase(&self, scenario: &Scenario, times: u32, (who, kind, other): Habit, registry: &AgentRegistry) -> String {
        let info = &scenario.events[kind.index()];
        let event = Event::new(kind, Instant::START, if info.slots.len() > 1 { smallvec![who, other] } else { smallvec![who] });
        let words = EventTemplateContext { names_at: LATEST, ..EventTemplateContext::new(scenario, registry, &event, 1) };
        let names = |name: &str| if name == "n" { Some(number_value(f64::from(times))) } else { words.lookup(name) };
        self.event_narrator.render_optional(&summary_key(&info.name), names).unwrap_or_else(|| {
            let language = &scenario.language;
            let number = language.digits(f64::from(times));
            let values = [("number", number.into()), ("event", id_to_words(&info.name).into())];
            if !other.is_some() {
                return language.format("summary-event", &values);
            }
            let [number, event] = values;
            language.format("summary-event-with", &[number, event, ("name", registry.display_name(other).into())])
        })
    }
}

/// A sentence with the agents of the event that it names. The same words about others are another sentence: two people may have one
/// name.
fn sentence_key(event: &Event, sentence: &str, registry: &AgentRegistry) -> String {
    let named = event.roles.iter().filter(|agent| {
        let name = registry.get_at(**agent, event.at);
        name.is_some_and(|name| !name.short_name.is_empty() && sentence.contains(&name.short_name))
    });
    let agents: Vec<String> = named.map(|agent| agent.0.to_string()).collect();
    format!("{}\u{1f}{sentence}", agents.join(" "))
}

/// A document as it is printed.
fn document_text(written: &WrittenDocument) -> String {
    if written.text.is_empty() { written.title.clone() } else { format!("{}\n\n{}", written.title, written.text) }
}

/// The other agent of a habit is the second participant; [`AgentId::NONE`] if only one takes part.
fn habit_of(scenario: &Scenario, event: &Event) -> Habit {
    let role = |slot: usize| event.roles.get(slot).copied().unwrap_or(AgentId::NONE);
    let takes_part = scenario.events[event.kind.index()].participant_count > 1;
    (role(0), event.kind, if takes_part { role(1) } else { AgentId::NONE })
}
