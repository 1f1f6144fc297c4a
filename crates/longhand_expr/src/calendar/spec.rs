//! What a scene declares of its calendar, as data.

use serde::{Deserialize, Serialize};

/// A calendar of a scene's own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CalendarSpec {
    /// The months in their order.
    pub months: Vec<CalendarMonth>,
    /// Which years are leap years; `None`: none is.
    pub leap: Option<LeapRule>,
    /// The names of the days of the week. Without any, there are no weekdays.
    pub week: Vec<String>,
    /// How many days of the week, from the first, are working days.
    pub workdays: u16,
    /// The weekday of the first day of the year 1, from 1.
    pub first_weekday: u16,
    /// Month and day on which the number of the year increases.
    pub year_begins: (u8, u16),
    /// The eras, each with its first year, ascending.
    pub eras: Vec<CalendarEra>,
    /// The name of the years before the first era, which are counted backwards.
    pub before: Option<String>,
}

/// A month of a calendar. One with a single day, or only one in leap years, is a feast between months.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalendarMonth {
    /// Its name.
    pub name: String,
    /// The number of its days.
    pub days: u16,
    /// How many more it has in a leap year.
    pub leap_days: u16,
}

/// Which years are leap years, as in the Gregorian calendar: every 4 years, except every 100, but every 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeapRule {
    /// Years divisible by this are leap years: 4.
    pub every: u32,
    /// Years divisible by this are not: 100.
    pub except: Option<u32>,
    /// Years divisible by this are, nevertheless: 400.
    pub but: Option<u32>,
}

/// An era of a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarEra {
    /// Its name, written after the year: `DR`.
    pub name: String,
    /// Its first year, in the count of the calendar.
    pub from: i64,
}

/// What a scene that counts turns declares.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TurnSpec {
    /// What a turn is called; `None`: a turn, in the language of the scene.
    pub name: Option<String>,
    /// The length of a turn in microseconds; `None`: a tick.
    pub turn_us: Option<i64>,
}

/// The part of a declaration that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarPart {
    /// The list of months.
    Months,
    /// A month, by its position.
    Month(usize),
    /// The rule for leap years.
    Leap,
    /// The list of the days of the week.
    Week,
    /// A day of the week, by its position.
    Weekday(usize),
    /// The number of working days.
    Workdays,
    /// The weekday of the first day.
    FirstWeekday,
    /// The day on which the year begins.
    YearBegins,
    /// An era, by its position.
    Era(usize),
    /// The name of the years before the first era.
    Before,
}

/// Most months of a calendar, days of a month, and days of a week.
const MAX_MONTHS: usize = 100;
const MAX_DAYS: u16 = 1000;
const MAX_WEEK: usize = 100;
/// The longest name.
const MAX_NAME: usize = 100;
const NOT_A_NAME: &str = "this is no name: it needs a letter, at most 100 bytes, and no colon";

impl CalendarSpec {
    /// Everything that is wrong, each with its part and a message.
    #[must_use]
    pub fn problems(&self) -> Vec<(CalendarPart, String)> {
        let mut problems = Vec::new();
        let mut wrong = |part, message: &str| problems.push((part, message.to_owned()));
        let is_name = |name: &str| name.chars().any(char::is_alphabetic) && name.len() <= MAX_NAME && !name.contains(':');
        if self.months.len() > MAX_MONTHS {
            wrong(CalendarPart::Months, "a calendar has at most 100 months");
        } else if !self.months.iter().any(|month| month.days > 1) {
            wrong(CalendarPart::Months, "a calendar needs a month of at least two days");
        }
        for (index, month) in self.months.iter().enumerate() {
            let earlier = &self.months[..index];
            if !is_name(&month.name) {
                wrong(CalendarPart::Month(index), NOT_A_NAME);
            } else if earlier.iter().any(|other| other.name.eq_ignore_ascii_case(&month.name)) {
                wrong(CalendarPart::Month(index), "another month has this name");
            } else if month.days > MAX_DAYS || month.leap_days > MAX_DAYS {
                wrong(CalendarPart::Month(index), "a month has at most 1000 days");
            } else if month.days == 0 && month.leap_days == 0 {
                wrong(CalendarPart::Month(index), "this month has no days");
            } else if month.leap_days > 0 && self.leap.is_none() {
                wrong(CalendarPart::Month(index), "`leap` days need a rule for leap years, such as `leap: Leap(every: 4)`");
            }
        }
        if let Some(LeapRule { every, except, but }) = self.leap {
            let divides = |small: u32, large: u32| small > 0 && large > small && large.is_multiple_of(small);
            if every == 0 {
                wrong(CalendarPart::Leap, "`every` must be at least 1");
            } else if except.is_some_and(|except| !divides(every, except)) {
                wrong(CalendarPart::Leap, "`except` must be a multiple of `every`");
            } else if but.is_some_and(|but| !except.is_some_and(|except| divides(except, but))) {
                wrong(CalendarPart::Leap, "`but` must be a multiple of `except`");
            } else if self.months.iter().all(|month| month.leap_days == 0) {
                wrong(CalendarPart::Leap, "no month has leap days: write `leap: 1` in one of the months");
            }
        }
        if self.week.len() > MAX_WEEK {
            wrong(CalendarPart::Week, "a week has at most 100 days");
        }
        for (index, _) in self.week.iter().enumerate().filter(|(_, name)| !is_name(name)) {
            wrong(CalendarPart::Weekday(index), NOT_A_NAME);
        }
        let week = self.week.len().max(1);
        if usize::from(self.workdays) > week {
            wrong(CalendarPart::Workdays, "a week has fewer days than this");
        }
        if !(1..=week).contains(&usize::from(self.first_weekday)) {
            wrong(CalendarPart::FirstWeekday, "the days of the week are numbered from 1");
        }
        let (month, day) = self.year_begins;
        let days = usize::from(month).checked_sub(1).and_then(|index| self.months.get(index)).map_or(0, |month| month.days);
        if !self.months.is_empty() && !(1..=days).contains(&day) {
            wrong(CalendarPart::YearBegins, "not every year has this day");
        }
        for (index, era) in self.eras.iter().enumerate() {
            if !is_name(&era.name) {
                wrong(CalendarPart::Era(index), NOT_A_NAME);
            } else if self.eras[..index].iter().any(|other| other.from >= era.from) {
                wrong(CalendarPart::Era(index), "eras are listed in the order of their first years");
            } else if era.from.abs() > super::Calendar::MAX_YEAR {
                wrong(CalendarPart::Era(index), "a year is between -1,000,000,000 and 1,000,000,000");
            }
        }
        match &self.before {
            Some(name) if !is_name(name) => wrong(CalendarPart::Before, NOT_A_NAME),
            Some(_) if self.eras.is_empty() => {
                wrong(CalendarPart::Before, "`before` needs an era: write `eras: [Era(name: \"…\")]`");
            }
            _ => {}
        }
        problems
    }
}
