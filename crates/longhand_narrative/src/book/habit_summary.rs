//! Summarises repeated events as prose: "All that week she wrote letters nearly every day and went to the beach twice."

use super::phrasebook::{Habit, Phrasebook, Phrasing};
use super::references::MarkedText;
use super::time_leads::frequency_phrase;
use crate::salience::FollowedAgents;
use longhand_expr::ids::{AgentId, EventId, EventKind};
use longhand_language::Language;
use std::collections::BTreeMap;

/// The maximum number of habits in a summary of one agent.
const MAX_HABITS: usize = 2;
/// The factor on the worth of a kind for each recent summary that contained it.
const RECENCY_FACTOR: f64 = 0.45;

/// The events of a period that were not narrated, by habit.
pub(super) type OmittedHabits = BTreeMap<Habit, Vec<EventId>>;

/// A summary without its lead.
#[derive(Debug)]
pub(super) struct HabitSummary {
    pub text: MarkedText,
    pub events: Vec<EventId>,
    /// Whether the lead precedes a colon instead of being part of the sentence.
    pub is_list: bool,
    phrasings: Vec<Phrasing>,
}

impl HabitSummary {
    /// Whether it says how things had come to be, so that no period can precede it: "she had a chair of her own there by now".
    pub fn is_state(&self, language: &Language) -> bool {
        !self.is_list && self.text.is_retrospective(language)
    }
}

/// Summarises, and remembers which kinds were summarised recently.
#[derive(Debug)]
pub(super) struct HabitSummariser {
    recency: BTreeMap<EventKind, u32>,
    /// By habit: its events per day over the whole run.
    daily_rates: BTreeMap<Habit, f64>,
    /// Whether time is counted in days, so that there are habits of every day.
    in_days: bool,
}

impl HabitSummariser {
    /// A summariser for a run of `days` days (minutes in a scene of seconds, or turns) with all its habits.
    pub fn new(habits: &OmittedHabits, days: f64, in_days: bool) -> Self {
        let daily_rates = habits.iter().map(|(habit, events)| (*habit, events.len() as f64 / days.max(1.0))).collect();
        Self { recency: BTreeMap::new(), daily_rates, in_days }
    }

    /// The summary of a period of `days` days, about one of the followed agents; none if the scene has no words for it.
    pub fn summarise(
        &mut self,
        phrasebook: &mut Phrasebook<'_>,
        followed: &FollowedAgents,
        omitted: &OmittedHabits,
        days: f64,
    ) -> Option<HabitSummary> {
        let score_of = |(habit, events): (&Habit, &Vec<EventId>)| {
            let relation = followed.weight(habit.0).max(0.8 * followed.weight(habit.2));
            let recency = libm::pow(RECENCY_FACTOR, f64::from(self.recency.get(&habit.1).copied().unwrap_or(0)));
            // A higher rate than usual distinguishes this period from the others.
            let usual = self.daily_rates.get(habit).copied().unwrap_or(0.0) * days.max(1.0);
            let more = (events.len() as f64 / usual.max(0.5)).clamp(0.2, 3.0);
            relation * libm::sqrt(events.len() as f64) * recency * more
        };
        // Counts are for scenes that say of nothing what used to happen.
        let in_clauses = phrasebook.has_any_habit_prose();
        let has_words = |habit: &Habit| phrasebook.has_habit_prose(habit.1) || !in_clauses && phrasebook.has_count_prose(habit.1);
        let mut by_person: BTreeMap<AgentId, Vec<(f64, Habit)>> = BTreeMap::new();
        for (habit, events) in omitted.iter().filter(|(habit, _)| has_words(habit)) {
            let worth = score_of((habit, events));
            if worth > 0.0 {
                by_person.entry(habit.0).or_default().push((worth, *habit));
            }
        }
        let mut people: Vec<(f64, Vec<(f64, Habit)>)> = Vec::new();
        for (_, mut habits) in by_person {
            habits.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            habits.truncate(MAX_HABITS);
            people.push((habits.iter().map(|(worth, _)| worth).sum(), habits));
        }
        people.sort_by(|a, b| b.0.total_cmp(&a.0));
        self.recency.values_mut().for_each(|times| *times = times.saturating_sub(1));
        let (_, mut habits) = people.into_iter().next()?;
        let times = |habit: &Habit| omitted.get(habit).map_or(0, Vec::len);
        // One event that happened once may be listed among repeated ones.
        let mut once = 0;
        habits.retain(|(_, habit)| {
            once += u32::from(times(habit) == 1);
            times(habit) > 1 || once <= 1
        });
        let habits: Vec<Habit> = habits.into_iter().map(|(_, habit)| habit).collect();
        let summary = summarise_habits(phrasebook, omitted, &habits, self.in_days.then_some(days))?;
        habits.iter().for_each(|habit| *self.recency.entry(habit.1).or_default() = 4);
        summary.phrasings.iter().for_each(|phrasing| phrasebook.mark_used(phrasing));
        Some(summary)
    }
}

/// Summarises the habits of one agent in a sentence: by the `often` entries of the scene, or as a list of counts.
fn summarise_habits(
    phrasebook: &Phrasebook<'_>,
    omitted: &OmittedHabits,
    habits: &[Habit],
    days: Option<f64>,
) -> Option<HabitSummary> {
    let times = |habit: &Habit| omitted.get(habit).map_or(0, |events| u32::try_from(events.len()).unwrap_or(u32::MAX));
    let language = phrasebook.language();
    let clause = |habit: &Habit| phrasebook.habit_clause(*habit, times(habit), &frequency_phrase(language, times(habit), days));
    let clauses: Vec<(Habit, Phrasing)> = habits.iter().filter_map(|habit| Some((*habit, clause(habit)?))).collect();
    let events_of = |habits: &mut dyn Iterator<Item = Habit>| {
        let mut events: Vec<EventId> = habits.flat_map(|habit| omitted.get(&habit).cloned().unwrap_or_default()).collect();
        events.sort_unstable();
        events
    };
    if clauses.is_empty() && phrasebook.has_any_habit_prose() {
        return None;
    }
    if clauses.is_empty() {
        let counted: Vec<&Habit> = habits.iter().filter(|habit| phrasebook.has_count_prose(habit.1)).collect();
        let mut counts = counted.iter().map(|habit| phrasebook.count_phrase(**habit, times(habit)));
        let text = counts.next()?;
        let rest: Vec<MarkedText> = counts.collect();
        return Some(HabitSummary {
            text: join_texts(language, text, rest),
            events: events_of(&mut counted.into_iter().copied()),
            is_list: true,
            phrasings: Vec::new(),
        });
    }
    let mut predicates = clauses
        .iter()
        .enumerate()
        .filter_map(|(nth, (_, clause))| if nth == 0 { Some(clause.text.clone()) } else { clause.text.predicate() });
    let first = predicates.next()?;
    let rest: Vec<MarkedText> = predicates.collect();
    let events = events_of(&mut clauses.iter().map(|(habit, _)| *habit));
    Some(HabitSummary {
        text: join_texts(language, first, rest),
        events,
        is_list: false,
        phrasings: clauses.into_iter().map(|(_, phrasing)| phrasing).collect(),
    })
}

/// "a, b and c"
fn join_texts(language: &Language, first: MarkedText, rest: Vec<MarkedText>) -> MarkedText {
    let last = rest.len().checked_sub(1);
    rest.into_iter().enumerate().fold(first, |text, (nth, next)| {
        let between = if Some(nth) == last { "list-and" } else { "list-comma" };
        text.append(language.text(between), next)
    })
}
