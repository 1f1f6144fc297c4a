//! Summarises repeated events as prose: "All that week she wrote letters nearly every day and went to the beach twice."

use super::leads::how_often;
use super::mention::Marked;
use super::speaker::{Habit, Speaker, Way};
use crate::salience::Followed;
use longhand_expr::ids::{AgentId, EventId, EventKind};
use std::collections::BTreeMap;

/// The maximum number of habits in a summary of one agent.
const MOST: usize = 3;
/// The factor on the worth of a kind for each recent summary that contained it.
const LATELY: f64 = 0.45;

/// The events of a period that were not narrated, by habit.
pub(super) type Untold = BTreeMap<Habit, Vec<EventId>>;

/// A summary without its lead.
#[derive(Debug)]
pub(super) struct Sum {
    pub text: Marked,
    pub events: Vec<EventId>,
    /// Whether the lead precedes a colon instead of being part of the sentence.
    pub is_list: bool,
    ways: Vec<Way>,
}

/// Summarises, and remembers which kinds were summarised recently.
#[derive(Debug)]
pub(super) struct Sums {
    lately: BTreeMap<EventKind, u32>,
    /// By habit: its events per day over the whole run.
    usual: BTreeMap<Habit, f64>,
}

impl Sums {
    /// A summariser for a run of `days` days with all its habits.
    pub fn new(habits: &Untold, days: f64) -> Self {
        let usual = habits.iter().map(|(habit, events)| (*habit, events.len() as f64 / days.max(1.0))).collect();
        Self { lately: BTreeMap::new(), usual }
    }

    /// The summaries of a period of `days` days: about one of the followed agents, and about a second one.
    pub fn of(&mut self, speaker: &mut Speaker<'_>, followed: &Followed, untold: &Untold, days: f64) -> Vec<Sum> {
        let worth = |(habit, events): (&Habit, &Vec<EventId>)| {
            let relation = followed.weight(habit.0).max(0.8 * followed.weight(habit.2));
            let lately = libm::pow(LATELY, f64::from(self.lately.get(&habit.1).copied().unwrap_or(0)));
            // A higher rate than usual distinguishes this period from the others.
            let usual = self.usual.get(habit).copied().unwrap_or(0.0) * days.max(1.0);
            let more = (events.len() as f64 / usual.max(0.5)).clamp(0.2, 3.0);
            relation * libm::sqrt(events.len() as f64) * lately * more
        };
        let has_words = |habit: &Habit| speaker.has_habit(habit.1) || speaker.has_count(habit.1);
        let mut by_person: BTreeMap<AgentId, Vec<(f64, Habit)>> = BTreeMap::new();
        for (habit, events) in untold.iter().filter(|(habit, _)| has_words(habit)) {
            let worth = worth((habit, events));
            if worth > 0.0 {
                by_person.entry(habit.0).or_default().push((worth, *habit));
            }
        }
        let mut people: Vec<(f64, Vec<(f64, Habit)>)> = Vec::new();
        for (_, mut habits) in by_person {
            habits.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            habits.truncate(MOST);
            people.push((habits.iter().map(|(worth, _)| worth).sum(), habits));
        }
        people.sort_by(|a, b| b.0.total_cmp(&a.0));
        self.lately.values_mut().for_each(|times| *times = times.saturating_sub(1));
        let mut sums = Vec::new();
        for (nth, (_, mut habits)) in people.into_iter().take(2).enumerate() {
            let times = |habit: &Habit| untold.get(habit).map_or(0, Vec::len);
            // One event that happened once may be listed among repeated ones; for the second agent none.
            let mut once = u32::from(nth > 0);
            habits.retain(|(_, habit)| {
                once += u32::from(times(habit) == 1);
                times(habit) > 1 || once <= 1
            });
            habits.truncate(MOST - nth);
            let habits: Vec<Habit> = habits.into_iter().map(|(_, habit)| habit).collect();
            // A list names no agent, so there is only one.
            if let Some(sum) = sum(speaker, untold, &habits, days).filter(|sum| nth == 0 || !sum.is_list) {
                habits.iter().for_each(|habit| *self.lately.entry(habit.1).or_default() = 4);
                sum.ways.iter().for_each(|way| speaker.note(way));
                sums.push(sum);
            }
        }
        sums
    }
}

/// Summarises the habits of one agent in a sentence: by the `often` entries of the scene, or as a list of counts.
fn sum(speaker: &Speaker<'_>, untold: &Untold, habits: &[Habit], days: f64) -> Option<Sum> {
    let times = |habit: &Habit| untold.get(habit).map_or(0, |events| u32::try_from(events.len()).unwrap_or(u32::MAX));
    let clauses: Vec<(Habit, Way)> =
        habits.iter().filter_map(|&habit| Some((habit, speaker.habit(habit, times(&habit))?))).collect();
    let events_of = |habits: &mut dyn Iterator<Item = Habit>| {
        let mut events: Vec<EventId> = habits.flat_map(|habit| untold.get(&habit).cloned().unwrap_or_default()).collect();
        events.sort_unstable();
        events
    };
    if clauses.is_empty() {
        let counted: Vec<&Habit> = habits.iter().filter(|habit| speaker.has_count(habit.1)).collect();
        let mut counts = counted.iter().map(|habit| speaker.count(**habit, times(habit)));
        let text = counts.next()?;
        let rest: Vec<Marked> = counts.collect();
        return Some(Sum {
            text: join(text, rest),
            events: events_of(&mut counted.into_iter().copied()),
            is_list: true,
            ways: Vec::new(),
        });
    }
    let mut said = clauses.iter().enumerate().filter_map(|(nth, (habit, clause))| {
        let clause = clause.text.clone().then(&format!(" {}", how_often(times(habit), days)), Marked::of(""));
        if nth == 0 { Some(clause) } else { clause.predicate() }
    });
    let first = said.next()?;
    let rest: Vec<Marked> = said.collect();
    let events = events_of(&mut clauses.iter().map(|(habit, _)| *habit));
    Some(Sum { text: join(first, rest), events, is_list: false, ways: clauses.into_iter().map(|(_, way)| way).collect() })
}

/// "a, b and c"
fn join(first: Marked, rest: Vec<Marked>) -> Marked {
    let last = rest.len().checked_sub(1);
    rest.into_iter().enumerate().fold(first, |text, (nth, next)| text.then(if Some(nth) == last { " and " } else { ", " }, next))
}
