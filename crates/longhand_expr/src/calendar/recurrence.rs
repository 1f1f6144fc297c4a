//! Exact times that recur: `daily at 07:00`, `weekly on Monday`, `monthly on 1`, `yearly on 02-29`, and steps by whole months and years.

use super::text::parse_time;
use super::{Calendar, CalendarDate, CalendarRules};
use crate::ids::Instant;

/// A number of months and years, whose length depends on where they begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CalendarStep {
    /// Whole years.
    pub years: i32,
    /// Whole months.
    pub months: i32,
}

impl CalendarStep {
    /// The step in the other direction.
    #[must_use]
    pub const fn back(self) -> Self {
        Self { years: -self.years, months: -self.months }
    }

    /// The step of a unit of time in a text: `month`, `y`. `None` for a unit of fixed length and an unknown one.
    pub(crate) fn of_unit(unit: &str, count: i32) -> Option<Self> {
        match unit {
            "mo" | "month" | "months" => Some(Self { years: 0, months: count }),
            "y" | "year" | "years" => Some(Self { years: count, months: 0 }),
            _ => None,
        }
    }

    fn times(self, times: i64) -> Self {
        let multiply = |by: i32| (i64::from(by) * times).clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32;
        Self { years: multiply(self.years), months: multiply(self.months) }
    }
}

/// Exact times that recur. A day that a month does not have becomes its last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recurrence {
    /// The start of the scene, and each step from there.
    Steps(CalendarStep),
    /// Each day at a time, in microseconds after midnight.
    Daily(i64),
    /// Each week on a day (from 1), at a time.
    Weekly(u16, i64),
    /// Each month on a day, at a time.
    Monthly(u16, i64),
    /// Each year on a day of a month, at a time.
    Yearly(u8, u16, i64),
}

/// How an invalid recurrence should be written.
const FORMS: &str =
    "write `daily at 07:00`, `weekly on Monday`, `monthly on 1 at 09:00`, `monthly on the last day`, or `yearly on 02-29`";

impl Recurrence {
    /// Parses a recurrence; `None` if the text does not begin like one. `weekdays` are the names of the days of the week.
    ///
    /// # Errors
    /// A message, and a help text.
    #[must_use]
    pub fn parse(text: &str, rules: &CalendarRules, weekdays: &[&str]) -> Option<Result<Self, (String, String)>> {
        let text = text.trim();
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        if !matches!(word, "daily" | "weekly" | "monthly" | "yearly") {
            return None;
        }
        if rules.counts_turns() {
            let message = format!("this scene counts turns, so nothing happens {word}");
            return Some(Err((message, "write a number of turns as a duration, such as `2 * 1d`".to_owned())));
        }
        let wrong = |message: String| Err((message, FORMS.to_owned()));
        let rest = format!(" {rest}");
        let (on, time) = match rest.rsplit_once(" at ") {
            Some((on, time)) => (on.trim(), parse_time(time.trim())),
            None => (rest.trim(), Some(0)),
        };
        let Some(time) = time else { return Some(wrong(format!("`{text}` has no valid time of day"))) };
        let on = match on.strip_prefix("on ") {
            Some(on) => on.trim().trim_start_matches("the ").trim(),
            None if on.is_empty() => "",
            None => return Some(wrong(format!("`{text}` is not understood"))),
        };
        let day_of_month = |day: &str| match day {
            "last day" => Some(u16::MAX),
            day => day.parse().ok().filter(|day| (1..=rules.longest_month()).contains(day)),
        };
        Some(match (word, on) {
            ("daily", "") => Ok(Self::Daily(time)),
            (_, "") => wrong(format!("`{text}` does not say on which day")),
            ("weekly", on) => {
                let number = weekdays.iter().position(|name| name.eq_ignore_ascii_case(on)).map(|index| index as u16 + 1);
                match number {
                    Some(number) => Ok(Self::Weekly(number, time)),
                    None if weekdays.is_empty() => wrong("this calendar has no week".to_owned()),
                    None => Err((format!("`{on}` is not a day of the week"), format!("write one of {}", weekdays.join(", ")))),
                }
            }
            ("monthly", on) => match day_of_month(on) {
                Some(day) => Ok(Self::Monthly(day, time)),
                None => wrong(format!("`{on}` is not a day of a month")),
            },
            ("yearly", on) => {
                let parts =
                    on.split_once('-').and_then(|(month, day)| Some((month.parse::<u8>().ok()?, day.parse::<u16>().ok()?)));
                let is_month = |month: u8| (1..=rules.month_count()).contains(&month);
                match parts.filter(|&(month, day)| is_month(month) && (1..=rules.longest_month()).contains(&day)) {
                    Some((month, day)) => Ok(Self::Yearly(month, day, time)),
                    None => wrong(format!("`{on}` is not a month and a day")),
                }
            }
            _ => wrong(format!("`{text}` is not understood")),
        })
    }

    /// The first time after an instant.
    #[must_use]
    pub fn next_after(self, calendar: &Calendar, after: Instant) -> Instant {
        let rules = calendar.rules();
        let today = calendar.datetime(after);
        let clamped = |year: i64, month: u8, day: u16, time_us: i64| {
            let day = day.min(rules.month_days(year, month));
            (day > 0).then(|| calendar.instant(CalendarDate { year, month, day, time_us }))
        };
        // The earliest candidate that is later. The candidates are not always in order: the first month of a calendar need not begin its
        // year. `MAX_SPAN` stands for never.
        let first = |candidates: &mut dyn Iterator<Item = Option<Instant>>| {
            candidates.flatten().filter(|&at| at > after).min().unwrap_or(Calendar::MAX_SPAN)
        };
        match self {
            Self::Steps(step) => {
                let seconds = calendar.add_step(Instant::START, step).seconds().max(1.0);
                // Months and years differ in length, so the search starts two steps before the estimate.
                let mut nth = ((after.seconds() / seconds) as i64 - 2).max(1);
                let at = |nth: i64| calendar.add_step(Instant::START, step.times(nth));
                while at(nth) <= after && at(nth + 1) > at(nth) {
                    nth += 1;
                }
                at(nth)
            }
            Self::Daily(time) => {
                let midnight = calendar.instant(CalendarDate { time_us: 0, ..today });
                first(&mut (0..2).map(|days| Some(Instant(midnight.0 + days * Instant::DAY_US + time))))
            }
            Self::Weekly(weekday, time) => {
                let midnight = calendar.instant(CalendarDate { time_us: 0, ..today });
                let week = rules.week_len().max(1) as i64;
                let days = (i64::from(weekday) - i64::from(calendar.day_of_week(after))).rem_euclid(week);
                first(&mut [days, days + week].into_iter().map(|days| Some(Instant(midnight.0 + days * Instant::DAY_US + time))))
            }
            Self::Monthly(day, time) => {
                let months = i64::from(rules.month_count());
                let index = today.year * months + i64::from(today.month) - 1;
                first(&mut (-months..=2 * months).map(|step| {
                    let index = index + step;
                    let (year, month) = (index.div_euclid(months), index.rem_euclid(months) as u8 + 1);
                    if rules.month_days(year, month) > 1 { clamped(year, month, day, time) } else { None }
                }))
            }
            Self::Yearly(month, day, time) => first(&mut (-1..=500).map(|years| clamped(today.year + years, month, day, time))),
        }
    }
}
