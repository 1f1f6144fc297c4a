//! Narrates a run while it goes on: decides which events are narrated, and words them.
//!
//! The [`NarrationFrequency`] of an event kind says whether each event is narrated, only the 1st, 2nd, 4th, 8th … of its kind
//! between the same agents (a habit), or none. Events that are left out are summarised when the next event is narrated after a
//! gap. An event that completes a beat is always narrated. No sentence is repeated, and a document is left out if most of it was
//! narrated before.

use super::dates::{Moment, days_between};
use super::grammar;
use super::prose::{Teller, TellerState, Words, readable};
use super::templates::number_value;
use jiff::civil::Date;
use longhand_chronicle::{BeatMatch, Directory, Event, Written};
use longhand_expr::ids::{AgentId, EventId, EventKind, Instant};
use longhand_scene::model::Pattern;
use longhand_scene::{Scenario, Telling};
use serde::{Deserialize, Serialize};
use smallvec::smallvec;
use std::collections::{BTreeMap, BTreeSet};

/// The kind of a line of a narration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// A new day.
    Heading,
    /// An event, as a sentence.
    Event,
    /// A beat that the event completed.
    Beat,
    /// A summary of what was left out.
    Sum,
    /// A document: its title, and below it the paragraphs.
    Document,
}

/// A line of a narration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its kind.
    pub kind: LineKind,
    /// The text without layout. Only a document has line breaks.
    pub text: String,
    /// The event it is about.
    pub event: Option<EventId>,
}

impl Line {
    fn new(kind: LineKind, text: impl Into<String>, event: Option<EventId>) -> Self {
        Self { kind, text: text.into(), event }
    }
}

/// What was left out is summarised after a gap of this many days,
const GAP_DAYS: i64 = 3;
/// or after this many days if other events were narrated in between.
const LONG_DAYS: i64 = 30;
/// The maximum number of agents in a summary, and of event kinds for each.
const SUM_PEOPLE: usize = 2;
const SUM_KINDS: usize = 3;

/// What counts as one habit: the agent, the event kind, and the other agent.
type Habit = (AgentId, EventKind, AgentId);

/// Decides which events are narrated, and words them.
#[derive(Debug)]
pub struct Narrator {
    teller: Teller,
    state: NarratorState,
}

/// The state of a [`Narrator`] besides that of its [`EventNarrator`], as stored in keyframes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NarratorState {
    /// How often each habit occurred.
    habits: BTreeMap<Habit, u32>,
    /// How often it occurred since the last summary without being narrated.
    untold: BTreeMap<Habit, u32>,
    /// The day of the first such event.
    untold_since: Option<Date>,
    /// Every sentence and every paragraph of a document narrated so far; none is repeated.
    told: BTreeSet<String>,
    /// The day of the last heading.
    day: Option<Date>,
}

/// The prose key for a summary of several events of a kind: "{{ n | words }} letters to {{ friend }}".
pub(crate) fn sum_key(kind: &str) -> String {
    format!("sum/{kind}")
}

/// "B07 The walk", or the id alone if there is no title.
pub(crate) fn titled(pattern: &Pattern) -> String {
    if pattern.title.is_empty() { pattern.id.clone() } else { format!("{} {}", pattern.id, pattern.title) }
}

impl Narrator {
    /// A narrator at the start of a run.
    #[must_use]
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        Self { teller: Teller::new(scenario, seed), state: NarratorState::default() }
    }

    /// Its own state and that of its event narrator, for a keyframe.
    #[must_use]
    pub fn state(&self) -> (&NarratorState, &TellerState) {
        (&self.state, self.teller.state())
    }

    /// Restores a state of a narrator of the same scene.
    pub fn restore(&mut self, narrator: NarratorState, teller: TellerState) {
        self.state = narrator;
        self.teller.restore(teller);
    }

    /// Observes the next event with the beats it completed. Returns the lines to print; none if the event is not narrated.
    pub fn tell(&mut self, scenario: &Scenario, event: &Event, beats: &[BeatMatch], directory: &Directory) -> Vec<Line> {
        self.teller.hear(event);
        let habit = habit(scenario, event);
        let seen = self.state.habits.entry(habit).or_default();
        *seen = seen.saturating_add(1);
        let is_news = match scenario.events[event.kind.index()].telling {
            Telling::Always => true,
            Telling::Habit => seen.is_power_of_two(),
            Telling::Never => false,
        };
        let day = Moment::of(&scenario.calendar, event.at).day();
        let document = event.document.as_deref().map(document_text).filter(|text| !self.has_mostly_told(text));
        let sentence = (is_news || !beats.is_empty() || document.is_some())
            .then(|| self.teller.sentence(scenario, event, directory))
            .filter(|sentence| !beats.is_empty() || document.is_some() || !self.state.told.contains(sentence));
        let Some(sentence) = sentence else {
            *self.state.untold.entry(habit).or_default() += 1;
            self.state.untold_since.get_or_insert(day);
            return Vec::new();
        };
        let mut lines = Vec::new();
        self.turn_to(scenario, event.at, directory, &mut lines);
        if self.state.told.insert(sentence.clone()) || !beats.is_empty() {
            lines.push(Line::new(LineKind::Event, sentence, Some(event.id)));
        }
        if let Some(text) = document {
            self.state.told.extend(paragraphs(&text).map(str::to_owned));
            lines.push(Line::new(LineKind::Document, text, Some(event.id)));
        }
        for beat in beats.iter().filter_map(|beat| scenario.beats.get(beat.beat)) {
            lines.push(Line::new(LineKind::Beat, titled(beat), Some(event.id)));
        }
        lines
    }

    /// Whether more than half of a document was narrated before. A letter that differs only in a few passages counts as a
    /// repetition.
    fn has_mostly_told(&self, document: &str) -> bool {
        let told = paragraphs(document).filter(|paragraph| self.state.told.contains(*paragraph));
        2 * told.map(str::len).sum::<usize>() > paragraphs(document).map(str::len).sum()
    }

    /// Summarises what was left out at the end of the run.
    pub fn finish(&mut self, scenario: &Scenario, at: Instant, directory: &Directory) -> Vec<Line> {
        let today = Moment::of(&scenario.calendar, at).day();
        self.sum(scenario, today, directory).into_iter().collect()
    }

    /// Adds a heading if the day is a new one, after a summary if one is due.
    fn turn_to(&mut self, scenario: &Scenario, at: Instant, directory: &Directory, lines: &mut Vec<Line>) {
        let moment = Moment::of(&scenario.calendar, at);
        let today = moment.day();
        if self.state.day == Some(today) {
            return;
        }
        let gap = self.state.day.map_or(0, |day| days_between(day, today));
        let untold = self.state.untold_since.map_or(0, |day| days_between(day, today));
        if untold >= GAP_DAYS && gap >= GAP_DAYS || untold >= LONG_DAYS {
            lines.extend(self.sum(scenario, today, directory));
        }
        self.state.day = Some(today);
        lines.push(Line::new(LineKind::Heading, moment.heading(), None));
    }

    /// "In the nine days before, Ann: 31 evening talks with Cleo, 6 letters, 2 walks."
    fn sum(&mut self, scenario: &Scenario, today: Date, directory: &Directory) -> Option<Line> {
        let since = self.state.untold_since.take()?;
        let untold = std::mem::take(&mut self.state.untold);
        let days = days_between(since, today).max(1);
        let before = match days {
            1 => "The day before".to_owned(),
            _ => format!("In the {} before", grammar::duration(days as f64 * 86_400.0)),
        };
        let mut by_person: BTreeMap<AgentId, Vec<(u32, Habit)>> = BTreeMap::new();
        for (habit, times) in untold {
            by_person.entry(habit.0).or_default().push((times, habit));
        }
        let total = |habits: &[(u32, Habit)]| habits.iter().map(|(times, _)| u64::from(*times)).sum::<u64>();
        let mut people: Vec<_> = by_person.into_iter().collect();
        // The sort is stable: among equals the lower id comes first.
        people.sort_by_key(|(_, habits)| std::cmp::Reverse(total(habits)));
        let mut others: u64 = people.iter().skip(SUM_PEOPLE).map(|(_, habits)| total(habits)).sum();
        let mut said = Vec::new();
        for (who, mut habits) in people.into_iter().take(SUM_PEOPLE) {
            habits.sort_by_key(|(times, _)| std::cmp::Reverse(*times));
            others += total(habits.get(SUM_KINDS..).unwrap_or_default());
            let counts: Vec<String> =
                habits.iter().take(SUM_KINDS).map(|(times, habit)| self.counted(scenario, *times, *habit, directory)).collect();
            let name = if who.is_some() { format!("{}: ", directory.called(who)) } else { String::new() };
            said.push(format!("{name}{}", counts.join(", ")));
        }
        if others > 0 {
            said.push(format!("{} of other kinds", grammar::digits(others as f64)));
        }
        Some(Line::new(LineKind::Sum, grammar::tidy(&format!("{before}, {}.", said.join("; "))), None))
    }

    /// "31 evening talks with Cleo": worded by the prose of the scene if it has an entry.
    fn counted(&self, scenario: &Scenario, times: u32, (who, kind, other): Habit, directory: &Directory) -> String {
        let info = &scenario.events[kind.index()];
        let event = Event::bare(kind, Instant::START, if info.slots.len() > 1 { smallvec![who, other] } else { smallvec![who] });
        let words = Words { scenario, directory, event: &event, nth: 1, voices: None };
        let names = |name: &str| if name == "n" { Some(number_value(f64::from(times))) } else { words.lookup(name) };
        self.teller.aside(&sum_key(&info.name), names).unwrap_or_else(|| {
            let with = if other.is_some() { format!(" with {}", directory.called(other)) } else { String::new() };
            format!("{} × {}{with}", grammar::digits(f64::from(times)), readable(&info.name))
        })
    }
}

fn paragraphs(document: &str) -> impl Iterator<Item = &str> {
    document.split("\n\n").filter(|paragraph| !paragraph.is_empty())
}

/// A document as it is printed.
fn document_text(written: &Written) -> String {
    if written.text.is_empty() { written.title.clone() } else { format!("{}\n\n{}", written.title, written.text) }
}

/// The other agent of a habit is the second participant; [`AgentId::NONE`] if only one takes part.
fn habit(scenario: &Scenario, event: &Event) -> Habit {
    let role = |slot: usize| event.roles.get(slot).copied().unwrap_or(AgentId::NONE);
    let takes_part = scenario.events[event.kind.index()].present > 1;
    (role(0), event.kind, if takes_part { role(1) } else { AgentId::NONE })
}
