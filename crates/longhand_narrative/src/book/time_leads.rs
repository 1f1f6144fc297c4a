//! Phrases that place a sentence in time: "that evening", "three days later", "in April". They are drawn so that none is repeated
//! soon.

use super::references::first_word;
use crate::dates::{CivilDateTime, days_between};
use crate::grammar;
use longhand_expr::Calendar;
use longhand_expr::ids::Instant;
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

fn civil_date_time(calendar: &Calendar, at: Instant) -> CivilDateTime {
    CivilDateTime::from_instant(calendar, at)
}

/// A count in words, because no sentence begins with digits: "thirteen years".
fn count_in_words(count: i64, noun: &str) -> String {
    const TEENS: [&str; 7] = ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let number = match count {
        13..=19 => TEENS[(count - 13) as usize].to_owned(),
        20..=99 if count % 10 == 0 => TENS[(count / 10 - 2) as usize].to_owned(),
        20..=99 => format!("{}-{}", TENS[(count / 10 - 2) as usize], grammar::words((count % 10) as f64)),
        _ => return grammar::counted(count as f64, noun),
    };
    format!("{number} {}", grammar::plural(noun))
}

/// The month, with its year if that differs from the year before or is the first: "January".
fn month_phrase(now: CivilDateTime, before: Option<CivilDateTime>) -> String {
    match before {
        Some(before) if before.year() == now.year() => now.month().to_owned(),
        _ => format!("{} {}", now.month(), now.year()),
    }
}

fn part_of_day(now: CivilDateTime) -> &'static str {
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
        calendar: &Calendar,
        before: Option<Instant>,
        at: Instant,
        takes_prefix: bool,
        draw: usize,
    ) -> Option<TimeLead> {
        let now = civil_date_time(calendar, at);
        let before = before.map(|before| (before, civil_date_time(calendar, before)));
        let part = part_of_day(now);
        let weekday = now.weekday();
        let Some((earlier, then)) = before else {
            let month = month_phrase(now, None);
            return Some(match takes_prefix {
                true => TimeLead::Prefix(format!("one {part} in {month},")),
                false => TimeLead::Sentence(format!("It was {month}.")),
            });
        };
        let days = days_between(then.day(), now.day());
        let hours = (at.seconds() - earlier.seconds()) / 3_600.0;
        let month = month_phrase(now, Some(then));
        let same_month = then.month() == now.month() && then.year() == now.year();
        let prefixes: Vec<String> = match days {
            i64::MIN..=0 if hours < 2.5 => return None,
            i64::MIN..=0 if part_of_day(then) == part => return None,
            i64::MIN..=0 => vec![format!("that {part}"), format!("the same {part}")],
            1 if part == "night" => vec!["the night after,".into(), "the next night".into()],
            1 => vec![format!("the next {part}"), "the day after,".into()],
            2..=5 => vec![format!("on {weekday}"), format!("{} later", count_in_words(days, "day")), format!("that {weekday}")],
            6..=8 => vec!["a week later".into(), format!("the {weekday} after,")],
            9..=40 if same_month => {
                vec![format!("on a {weekday}, late in {month},"), format!("one {part}"), format!("before {month} was over,")]
                    .into_iter()
                    .filter(|lead| !lead.contains("late in") && !lead.contains("over") || now.is_late_in_month())
                    .collect()
            }
            9..=40 => vec![format!("one {part} in {month},"), format!("in {month}"), format!("on a {weekday} in {month},")],
            41..=330 => vec![format!("in {month}"), format!("by {month},"), format!("one {part} in {month},")],
            331..=500 => vec!["a year later".into(), format!("in {month}")],
            _ => {
                let years = count_in_words((days as f64 / 365.25).round().max(1.0) as i64, "year");
                vec![format!("{years} later"), format!("in {month}")]
            }
        };
        if takes_prefix {
            return Some(TimeLead::Prefix(self.pick(prefixes, draw)));
        }
        let sentences: Vec<String> = match days {
            i64::MIN..=1 => return None,
            2..=5 => vec![format!("{weekday} came."), format!("{} went by.", grammar::capitalise(&count_in_words(days, "day")))],
            6..=8 => vec!["A week went by.".into(), format!("It was {weekday} again.")],
            9..=40 if same_month => vec![format!("It was a {weekday}, and still {month}."), format!("Then came a {weekday}.")],
            9..=40 => vec![format!("It was {month}."), format!("Then it was {month}."), format!("{month} came.")],
            41..=330 => vec![format!("{month} came."), format!("It was {month} by then.")],
            331..=500 => vec!["A year went by.".into(), format!("It was {month}.")],
            _ => {
                let years = count_in_words((days as f64 / 365.25).round().max(1.0) as i64, "year");
                vec![format!("{} went by.", grammar::capitalise(&years)), format!("It was {month}.")]
            }
        };
        Some(TimeLead::Sentence(self.pick(sentences, draw)))
    }

    /// The lead from a cause to its effect or, with `is_next_step`, from one step to the next.
    pub fn consequence_lead(&mut self, is_next_step: bool, draw: usize) -> &'static str {
        const BECAUSE: [&str; 3] = ["so", "because of this", "and so"];
        const NEXT: [&str; 3] = ["then", "at that", "and then"];
        let leads = if is_next_step { NEXT } else { BECAUSE };
        let picked = self.pick(leads.map(str::to_owned).into(), draw);
        leads.into_iter().find(|lead| *lead == picked).unwrap_or(leads[0])
    }

    /// The lead to one event picked from many: "one evening".
    pub fn occasion_lead(&mut self, calendar: &Calendar, at: Instant, draw: usize) -> String {
        let now = civil_date_time(calendar, at);
        let (part, weekday) = (part_of_day(now), now.weekday());
        let some = if part == "night" { "one night".to_owned() } else { format!("one {part}") };
        self.pick(vec![some, format!("on a {weekday}"), "one day".into(), format!("one {weekday}")], draw)
    }

    /// The lead to a summary of a period.
    pub fn span_lead(&mut self, calendar: &Calendar, from: Instant, to: Instant, draw: usize) -> String {
        let (then, now) = (civil_date_time(calendar, from), civil_date_time(calendar, to));
        let days = days_between(then.day(), now.day());
        let (first, last) = (then.month(), now.month());
        let same = first == last && days < 32;
        let leads = match days {
            i64::MIN..=3 => vec!["in those days".into(), "meanwhile".into()],
            4..=8 => vec!["all that week".into(), "in the days that followed".into(), "that week".into()],
            9..=20 if same => {
                vec![format!("for the better part of {first}"), "in the days that followed".into(), "meanwhile".into()]
            }
            9..=20 => vec![
                "in the weeks that followed".into(),
                format!("{first} became {last}, and meanwhile"),
                "for two weeks or so".into(),
            ],
            21..=45 if same => vec![format!("all {first}"), "in those weeks".into()],
            21..=45 => vec![format!("from {first} into {last}"), "in the weeks that followed".into(), "for weeks".into()],
            46..=200 => vec!["in the months that followed".into(), format!("from {first} to {last}"), "month after month".into()],
            201..=500 => vec!["all that year".into(), "in the year that followed".into()],
            _ => {
                let years = count_in_words((days as f64 / 365.25).round().max(1.0) as i64, "year");
                vec![format!("in the {years} that followed"), "year after year".into(), format!("for {years}")]
            }
        };
        self.pick(leads, draw)
    }
}

/// A frequency in words: "twice", "nearly every day".
pub(super) fn frequency_phrase(times: u32, days: f64) -> String {
    let per_day = f64::from(times) / days.max(1.0);
    match times {
        0 | 1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ if days < 5.0 => "again and again".to_owned(),
        3..=4 => grammar::times(f64::from(times)),
        _ if per_day >= 1.5 => "day after day".to_owned(),
        _ if per_day >= 0.6 => "nearly every day".to_owned(),
        _ if per_day >= 0.35 => "every other day".to_owned(),
        _ if per_day >= 0.19 => "every few days".to_owned(),
        _ if per_day >= 0.1 => "week after week".to_owned(),
        _ => "now and then".to_owned(),
    }
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
        let mut lead = |before: Option<f64>, now: f64| leads.scene_lead(&calendar(), before.map(at), at(now), true, 0);
        assert_eq!(lead(None, 0.8), Some(TimeLead::Prefix("one evening in January 2025,".into())));
        assert_eq!(lead(Some(0.8), 0.85), None);
        assert_eq!(lead(Some(0.4), 0.8), Some(TimeLead::Prefix("that evening".into())));
        assert_eq!(lead(Some(0.8), 1.8), Some(TimeLead::Prefix("the next evening".into())));
        assert_eq!(lead(Some(0.8), 3.8), Some(TimeLead::Prefix("on Thursday".into())));
        assert_eq!(lead(Some(0.8), 30.8), Some(TimeLead::Prefix("one evening in February,".into())));
        assert_eq!(lead(Some(0.8), 380.8), Some(TimeLead::Prefix("a year later".into())));
        assert_eq!(lead(Some(0.8), 4_750.8), Some(TimeLead::Prefix("thirteen years later".into())));
        assert_eq!(
            leads.scene_lead(&calendar(), Some(at(0.8)), at(30.8), false, 0),
            Some(TimeLead::Sentence("It was February.".into()))
        );
    }

    #[test]
    fn no_lead_is_used_twice_in_a_row() {
        let mut leads = LeadPicker::default();
        let leads_used: Vec<String> =
            (0..6).map(|nth| leads.span_lead(&calendar(), at(0.0), at(7.0 + f64::from(nth)), 0)).collect();
        assert!(leads_used.windows(2).all(|pair| pair[0] != pair[1]), "{leads_used:?}");
    }

    #[test]
    fn frequencies_are_worded_idiomatically() {
        assert_eq!([1, 2, 3].map(|times| frequency_phrase(times, 20.0)), ["once", "twice", "three times"]);
        assert_eq!(frequency_phrase(60, 30.0), "day after day");
        assert_eq!(frequency_phrase(25, 30.0), "nearly every day");
        assert_eq!(frequency_phrase(7, 30.0), "every few days");
        assert_eq!(frequency_phrase(704, 14.0 * 365.0), "week after week");
    }
}
