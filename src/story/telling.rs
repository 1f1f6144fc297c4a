//! What a reader is told of a run, while it goes on.
//!
//! Not every event is news. An event kind's [`Telling`] says whether it is told each time, as a habit (the first time, then as it
//! becomes the 2nd, 4th, 8th … of its kind between the same people), or only in sums. What is left out is summed up when the next
//! thing is told after a gap. An event that completes a beat is always told. Nothing is told twice in the same words, and no letter most of
//! which has been read before is read again.

use super::dates::{Moment, days_between};
use super::grammar;
use super::prose::{Teller, TellerState, Words, readable};
use super::templates::number_value;
use crate::chronicle::{BeatMatch, Directory, Event, Written};
use crate::ids::{AgentId, EventId, EventKind, Instant};
use crate::scenario::model::Pattern;
use crate::scenario::{Scenario, Telling};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use smallvec::smallvec;
use std::collections::{BTreeMap, BTreeSet};

/// What a line of the telling is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// A new day.
    Heading,
    /// An event, as a sentence.
    Event,
    /// A beat that this event completed.
    Beat,
    /// What was left out.
    Sum,
    /// Something that was written: the title, and paragraphs below it.
    Document,
}

/// One piece of the telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub kind: LineKind,
    /// The words, without any layout; only a document has line breaks.
    pub text: String,
    /// The event it tells of.
    pub event: Option<EventId>,
}

impl Line {
    fn new(kind: LineKind, text: impl Into<String>, event: Option<EventId>) -> Self {
        Self { kind, text: text.into(), event }
    }
}

/// A gap of so many days is summed up ...
const GAP_DAYS: i64 = 3;
/// ... and so is what was left out for so long, though other things were told meanwhile.
const LONG_DAYS: i64 = 30;
/// The most people a sum names, and the most kinds of events of each.
const SUM_PEOPLE: usize = 2;
const SUM_KINDS: usize = 3;

/// Who did what with whom, as habits are counted.
type Habit = (AgentId, EventKind, AgentId);

/// Decides what is told, and tells it.
#[derive(Debug)]
pub struct Narrator {
    teller: Teller,
    state: NarratorState,
}

/// What a [`Narrator`] remembers beside its [`Teller`]; goes into keyframes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NarratorState {
    /// How often each habit was seen.
    habits: BTreeMap<Habit, u32>,
    /// How often since the last sum it was seen and not told.
    untold: BTreeMap<Habit, u32>,
    /// Since when.
    untold_since: Option<Date>,
    /// Every sentence told, and every paragraph of a document: nothing is told twice in the same words.
    told: BTreeSet<String>,
    /// The day of the last heading.
    day: Option<Date>,
}

/// The prose key of how many events of a kind are summed up: "{{ n | words }} letters to {{ friend }}".
pub(crate) fn sum_key(kind: &str) -> String {
    format!("sum/{kind}")
}

/// "B07 The walk", or the id alone when it has no title.
pub(crate) fn titled(pattern: &Pattern) -> String {
    if pattern.title.is_empty() { pattern.id.clone() } else { format!("{} {}", pattern.id, pattern.title) }
}

impl Narrator {
    /// A narrator at the beginning of a run.
    #[must_use]
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        Self { teller: Teller::new(scenario, seed), state: NarratorState::default() }
    }

    /// What it and its teller remember.
    #[must_use]
    pub fn state(&self) -> (&NarratorState, &TellerState) {
        (&self.state, self.teller.state())
    }

    /// Goes back (or on) to what a narrator of the same scene remembered.
    pub fn restore(&mut self, narrator: NarratorState, teller: TellerState) {
        self.state = narrator;
        self.teller.restore(teller);
    }

    /// Takes the next event, with the beats it completed, and gives the lines that are now due: none when it is not news.
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

    /// Whether more than half of a document was in others: the same letter with another memory in it is the same letter.
    fn has_mostly_told(&self, document: &str) -> bool {
        let told = paragraphs(document).filter(|paragraph| self.state.told.contains(*paragraph));
        2 * told.map(str::len).sum::<usize>() > paragraphs(document).map(str::len).sum()
    }

    /// Sums up what was left out at the end.
    pub fn finish(&mut self, scenario: &Scenario, at: Instant, directory: &Directory) -> Vec<Line> {
        let today = Moment::of(&scenario.calendar, at).day();
        self.sum(scenario, today, directory).into_iter().collect()
    }

    /// Begins a new day where there is one.
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

    /// "31 evening talks with Cleo": by the scene's own words where it has some.
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

/// The other of a habit is whoever takes part beside the one who begins; nobody when that changes nothing.
fn habit(scenario: &Scenario, event: &Event) -> Habit {
    let role = |slot: usize| event.roles.get(slot).copied().unwrap_or(AgentId::NONE);
    let takes_part = scenario.events[event.kind.index()].present > 1;
    (role(0), event.kind, if takes_part { role(1) } else { AgentId::NONE })
}
