//! Phrases that place a sentence in time: "that evening", "three days later", "in April". They are drawn so that none is repeated
//! soon.

use super::references::first_word;
use crate::dates::{CivilDateTime, Distance, years_of_days};
use longhand_expr::Calendar;
use longhand_expr::ids::Instant;
use longhand_language::{Language, NumberStyle, capitalise};
use std::collections::VecDeque;

/// The number of leads before one is repeated, if there are others.
const RECENT_LEADS: usize = 5;

/// Picks leads and remembers the last ones.
#[derive(Debug, Default)]
pub(super) struct LeadPicker {
    recent: VecDeque<String>,
    /// The first word of the sentence before.
    pub avoid_opening: String,
}

/// A phrase that places an event in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TimeLead {
    /// It begins the sentence: "that evening".
    Prefix(String),
    /// It is a sentence of its own: "Three days went by."
    Sentence(String),
}

fn civil_date_time(calendar: &Calendar, at: Instant) -> CivilDateTime<'_> {
    CivilDateTime::from_instant(calendar, at)
}

/// Stands for a word that is not to be said, such as the weekday in a calendar without weeks. A lead that contains it is left out.
const UNSAID: &str = "\u{0}";

/// The month, with its year if that differs from the year before or is the first: "January".
fn month_phrase(language: &Language, now: CivilDateTime<'_>, before: Option<CivilDateTime<'_>>) -> String {
    match before {
        Some(before) if before.year() == now.year() => now.month(language).to_owned(),
        _ => now.month_year(language),
    }
}

fn weekday_or_mark<'l>(now: CivilDateTime<'l>, language: &'l Language) -> &'l str {
    if now.has_weekday() { now.weekday(language) } else { UNSAID }
}

/// The key of the part of the day, as messages take it.
fn part_of_day(now: CivilDateTime<'_>) -> &'static str {
    match now.hour() {
        5..=11 => "morning",
        12..=16 => "afternoon",
        17..=22 => "evening",
        _ => "night",
    }
}

impl LeadPicker {
    /// Picks the least recently used lead, starting from the drawn one. It avoids leads that begin like the sentence before, if
    /// possible.
    fn pick(&mut self, mut leads: Vec<String>, draw: usize) -> String {
        if leads.is_empty() {
            return String::new();
        }
        let count = leads.len();
        leads.rotate_left(draw % count);
        let differs = |lead: &String| first_word(lead) != self.avoid_opening;
        // How recently it was used: never first, then the longest ago.
        let recency = |lead: &String| self.recent.iter().position(|used| used == lead).map_or(0, |index| index + 1);
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|&index| (!differs(&leads[index]), recency(&leads[index])));
        let best = order[0];
        let lead = leads.swap_remove(best);
        self.recent.retain(|used| *used != lead);
        self.recent.push_back(lead.clone());
        if self.recent.len() > RECENT_LEADS {
            self.recent.pop_front();
        }
        lead
    }

    /// The lead from one instant to the next; none if too little time has passed.
    ///
    /// `takes_prefix` says whether the sentence begins with a name, so that a phrase may precede it.
    pub fn scene_lead(
        &mut self,
        language: &Language,
        calendar: &Calendar,
        before: Option<Instant>,
        at: Instant,
        takes_prefix: bool,
        draw: usize,
    ) -> Option<TimeLead> {
        let now = civil_date_time(calendar, at);
        let before = before.map(|before| (before, civil_date_time(calendar, before)));
        let part = part_of_day(now);
        let month = month_phrase(language, now, before.map(|(_, then)| then));
        match before.map(|(_, then)| (then, Distance::between(then, now))) {
            Some((_, Some(distance))) => {
                let lines = |id: &str| distance.lines(language, &format!("{id}-later"));
                return Some(self.prefix_or_sentence(lines, takes_prefix, draw));
            }
            Some((then, None)) if now.date().is_turn() || now.is_fine() && then.day() == now.day() => return None,
            None if now.date().is_turn() => {
                let lines = |id: &str| language.lines(&format!("{id}-turn"), &[("turn", now.long_date(language).into())]);
                return Some(self.prefix_or_sentence(lines, takes_prefix, draw));
            }
            _ => {}
        }
        let (name, amount) = match before {
            None => ("first", 0.0),
            Some((earlier, then)) => {
                let days = now.day() - then.day();
                let hours = (at.seconds() - earlier.seconds()) / 3_600.0;
                let name = match days {
                    i64::MIN..=0 if hours < 2.5 || part_of_day(then) == part => return None,
                    i64::MIN..=0 => "same-day",
                    1 if part == "night" => "next-night",
                    1 => "next-day",
                    2..=5 => "days",
                    6..=8 => "week",
                    9..=40 if then.is_same_month(now) && now.is_late_in_month() => "late-in-month",
                    9..=40 if then.is_same_month(now) => "same-month",
                    9..=40 => "weeks",
                    41..=330 => "months",
                    331..=500 => "year",
                    _ => "years",
                };
                (name, if name == "years" { years_of_days(calendar, days) } else { days as f64 })
            }
        };
        let values = [("part", part.into()), ("weekday", weekday_or_mark(now, language).into()), ("month", month.into())];
        let lines = |prefix: &str, name: &str| -> Vec<String> {
            let text = language.format_amount(&format!("{prefix}-{name}"), amount, NumberStyle::Spelled, &values);
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.contains(UNSAID));
            lines.map(str::to_owned).collect()
        };
        // The first lead is the only one of its kind, so it is not remembered.
        let mut pick = |leads: Vec<String>| match name {
            "first" => leads.into_iter().next().unwrap_or_default(),
            _ => self.pick(leads, draw),
        };
        let prefixes = if takes_prefix { lines("lead", name) } else { Vec::new() };
        if !prefixes.is_empty() {
            return Some(TimeLead::Prefix(pick(prefixes)));
        }
        // A sentence needs no distinction of these.
        let kind = match name {
            "next-night" => "next-day",
            "late-in-month" => "same-month",
            name => name,
        };
        let sentences: Vec<String> = lines("time", kind).iter().map(|line| capitalise(line)).collect();
        (!sentences.is_empty()).then(|| TimeLead::Sentence(pick(sentences)))
    }

    /// One of the lines of `lead` before a sentence that takes it, otherwise one of `time`.
    fn prefix_or_sentence(&mut self, lines: impl Fn(&str) -> Vec<String>, takes_prefix: bool, draw: usize) -> TimeLead {
        let prefixes = if takes_prefix { lines("lead") } else { Vec::new() };
        if prefixes.is_empty() {
            TimeLead::Sentence(self.pick(lines("time").iter().map(|line| capitalise(line)).collect(), draw))
        } else {
            TimeLead::Prefix(self.pick(prefixes, draw))
        }
    }

    /// The date as a sentence of its own.
    pub fn date_lead(&self, language: &Language, calendar: &Calendar, at: Instant) -> TimeLead {
        let date = capitalise(&civil_date_time(calendar, at).long_date(language));
        TimeLead::Sentence(format!("{date}{}", language.text("full-stop")))
    }

    /// The lead from a cause to its effect or, with `is_next_step`, from one step to the next.
    pub fn consequence_lead(&mut self, language: &Language, is_next_step: bool, draw: usize) -> String {
        let id = if is_next_step { "lead-next-step" } else { "lead-consequence" };
        self.pick(language.lines(id, &[]), draw)
    }

    /// The lead to one event picked from many: "one evening".
    pub fn occasion_lead(&mut self, language: &Language, calendar: &Calendar, at: Instant, draw: usize) -> String {
        let now = civil_date_time(calendar, at);
        let values = [("part", part_of_day(now).into()), ("weekday", weekday_or_mark(now, language).into())];
        let mut leads = language.lines("lead-occasion", &values);
        leads.retain(|lead| !lead.contains(UNSAID));
        if now.is_fine() || now.date().is_turn() {
            leads.clear();
        }
        self.pick(leads, draw)
    }

    /// The lead to how things had come to be.
    pub fn state_lead(&mut self, language: &Language, draw: usize) -> String {
        self.pick(language.lines("span-state", &[]), draw)
    }

    /// The lead to a summary of a period, of which the book has told up to an instant: a month that it has reached is not said to come.
    pub fn span_lead(
        &mut self,
        language: &Language,
        calendar: &Calendar,
        (from, told, to): (Instant, Option<Instant>, Instant),
        draw: usize,
    ) -> String {
        let (then, now) = (civil_date_time(calendar, from), civil_date_time(calendar, to));
        if now.is_fine() || now.date().is_turn() {
            return self.pick(language.lines("span-moments", &[]), draw);
        }
        let days = now.day() - then.day();
        let (first, last) = (then.month(language), now.month(language));
        let same = first == last && days < 32;
        let id = match days {
            i64::MIN..=3 => "span-few-days",
            4..=8 => "span-week",
            9..=20 if same => "span-weeks-of-month",
            9..=20 => "span-weeks",
            21..=45 if same => "span-month",
            21..=45 => "span-two-months",
            46..=200 => "span-months",
            201..=500 => "span-year",
            _ => "span-years",
        };
        // A lead that names a month is left out where the book is in that month already.
        let is_reached = first != last && told.is_some_and(|told| civil_date_time(calendar, told).month(language) == last);
        let named = |month| if is_reached { UNSAID } else { month };
        let values = [("first", named(first).into()), ("last", named(last).into())];
        let text = language.format_amount(id, years_of_days(calendar, days), NumberStyle::Spelled, &values);
        let leads = text.lines().map(str::trim).filter(|line| !line.contains(UNSAID));
        self.pick(leads.map(str::to_owned).collect(), draw)
    }
}

/// A frequency in words: "twice", "nearly every day". `days` is `None` where time is not counted in days.
pub(super) fn frequency_phrase(language: &Language, times: u32, days: Option<f64>) -> String {
    let Some(days) = days else {
        return match times {
            0 | 1 => language.text("frequency-once").to_owned(),
            2 => language.text("frequency-twice").to_owned(),
            3..=4 => language.times(f64::from(times)),
            _ => language.text("frequency-again-and-again").to_owned(),
        };
    };
    let per_day = f64::from(times) / days.max(1.0);
    let id = match times {
        0 | 1 => "frequency-once",
        2 => "frequency-twice",
        _ if days < 5.0 => "frequency-again-and-again",
        3..=4 => return language.times(f64::from(times)),
        _ if per_day >= 1.5 => "frequency-several-a-day",
        _ if per_day >= 0.6 => "frequency-daily",
        _ if per_day >= 0.35 => "frequency-every-other-day",
        _ if per_day >= 0.19 => "frequency-every-few-days",
        _ if per_day >= 0.1 => "frequency-weekly",
        _ => "frequency-rarely",
    };
    language.text(id).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: f64 = 86_400.0;

    fn calendar() -> Calendar {
        Calendar::new("2025-01-06T00:00:00".parse().unwrap())
    }

    fn at(days: f64) -> Instant {
        Instant::from_seconds(days * DAY)
    }

    #[test]
    fn a_lead_states_how_much_time_has_passed() {
        let mut leads = LeadPicker::default();
        let mut lead =
            |before: Option<f64>, now: f64| leads.scene_lead(Language::english(), &calendar(), before.map(at), at(now), true, 0);
        assert_eq!(lead(None, 0.8), Some(TimeLead::Prefix("one evening in January 2025,".into())));
        assert_eq!(lead(Some(0.8), 0.85), None);
        assert_eq!(lead(Some(0.4), 0.8), Some(TimeLead::Prefix("that evening".into())));
        assert_eq!(lead(Some(0.8), 1.8), Some(TimeLead::Prefix("the next evening".into())));
        assert_eq!(lead(Some(0.8), 3.8), Some(TimeLead::Prefix("on Thursday".into())));
        assert_eq!(lead(Some(0.8), 30.8), Some(TimeLead::Prefix("one evening in February,".into())));
        assert_eq!(lead(Some(0.8), 380.8), Some(TimeLead::Prefix("a year later".into())));
        assert_eq!(lead(Some(0.8), 4_750.8), Some(TimeLead::Prefix("thirteen years later".into())));
        assert_eq!(
            leads.scene_lead(Language::english(), &calendar(), Some(at(0.8)), at(30.8), false, 0),
            Some(TimeLead::Sentence("It was February.".into()))
        );
    }

    #[test]
    fn leads_fit_the_pace_of_the_scene() {
        let mut leads = LeadPicker::default();
        let seconds = calendar().with_tick(1_000_000);
        let mut lead = |calendar: &Calendar, before: f64, now: f64| {
            let (before, now) = (Instant::from_seconds(before), Instant::from_seconds(now));
            leads.scene_lead(Language::english(), calendar, Some(before), now, true, 0)
        };
        let prefix = |text: &str| Some(TimeLead::Prefix(text.to_owned()));
        assert_eq!(lead(&seconds, 10.0, 30.0), prefix("twenty seconds later"));
        assert_eq!(lead(&seconds, 10.0, 13.0), None);
        assert_eq!(lead(&seconds, 10.0, 190.0), prefix("three minutes later"));
        assert_eq!(lead(&seconds, 0.0, 3.0 * DAY), prefix("on Thursday"));
        assert_eq!(lead(&calendar(), 0.0, 73_048.5 * DAY), prefix("two centuries later"));
        assert_eq!(lead(&calendar(), 0.0, 70_000.0 * DAY), prefix("192 years later"));
        let rules = std::sync::Arc::new(longhand_expr::CalendarRules::Turns(longhand_expr::TurnSpec::default()));
        let turns = Calendar::with_rules(rules, longhand_expr::CalendarDate::midnight(1, 0, 0)).with_tick(3_600_000_000);
        assert_eq!(lead(&turns, 0.0, 3.0 * 3600.0), prefix("three turns later"));
        assert_eq!(lead(&turns, 0.0, 60.0), None);
    }

    #[test]
    fn no_lead_is_used_twice_in_a_row() {
        let mut leads = LeadPicker::default();
        let leads_used: Vec<String> = (0..6)
            .map(|nth| leads.span_lead(Language::english(), &calendar(), (at(0.0), None, at(7.0 + f64::from(nth))), 0))
            .collect();
        assert!(leads_used.windows(2).all(|pair| pair[0] != pair[1]), "{leads_used:?}");
    }

    #[test]
    fn frequencies_are_worded_idiomatically() {
        assert_eq!(
            [1, 2, 3].map(|times| frequency_phrase(Language::english(), times, Some(20.0))),
            ["once", "twice", "three times"]
        );
        assert_eq!(frequency_phrase(Language::english(), 60, Some(30.0)), "day after day");
        assert_eq!(frequency_phrase(Language::english(), 25, Some(30.0)), "nearly every day");
        assert_eq!(frequency_phrase(Language::english(), 7, Some(30.0)), "every few days");
        assert_eq!(frequency_phrase(Language::english(), 704, Some(14.0 * 365.0)), "week after week");
    }
}
