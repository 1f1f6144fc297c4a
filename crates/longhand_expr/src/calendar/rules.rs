//! Which dates a calendar has: the number of a day, and the day with a number.

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::{Calendar, CalendarDate, CalendarSpec, CalendarStep, LeapRule, TurnSpec};

const DAY_SECONDS: f64 = 86_400.0;
/// The mean length of a year of the Gregorian calendar, in days.
const GREGORIAN_YEAR_DAYS: f64 = 365.2425;

/// The dates of a calendar.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredRules", into = "StoredRules")]
pub enum CalendarRules {
    /// The Gregorian calendar, also before it was introduced. The year before the year 1 is 0.
    #[default]
    Gregorian,
    /// A calendar of the scene's own.
    Own(Box<OwnRules>),
    /// No dates: turns.
    Turns(TurnSpec),
}

/// The rules as they are stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum StoredRules {
    Gregorian,
    Own(CalendarSpec),
    Turns(TurnSpec),
}

impl From<CalendarRules> for StoredRules {
    fn from(rules: CalendarRules) -> Self {
        match rules {
            CalendarRules::Gregorian => Self::Gregorian,
            CalendarRules::Own(own) => Self::Own(own.spec),
            CalendarRules::Turns(spec) => Self::Turns(spec),
        }
    }
}

impl TryFrom<StoredRules> for CalendarRules {
    type Error = String;

    fn try_from(stored: StoredRules) -> Result<Self, String> {
        match stored {
            StoredRules::Gregorian => Ok(Self::Gregorian),
            StoredRules::Own(spec) => Self::own(spec),
            StoredRules::Turns(spec) => Ok(Self::Turns(spec)),
        }
    }
}

/// A declared calendar with what its dates are computed from. Day 0 is the first day of the year 0 that begins with the first month.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnRules {
    spec: CalendarSpec,
    /// For ordinary and for leap years: the day of the year on which each month begins, and the length of the year.
    begins: [Vec<i64>; 2],
    /// The positions of the months that `1month` counts: those of more than one day.
    long_months: Vec<usize>,
}

impl CalendarRules {
    /// The Gregorian calendar.
    #[must_use]
    pub fn gregorian() -> Arc<Self> {
        static GREGORIAN: LazyLock<Arc<CalendarRules>> = LazyLock::new(|| Arc::new(CalendarRules::Gregorian));
        GREGORIAN.clone()
    }

    /// A calendar of a scene's own.
    ///
    /// # Errors
    /// The first of [`CalendarSpec::problems`].
    pub fn own(spec: CalendarSpec) -> Result<Self, String> {
        if let Some((_, message)) = spec.problems().into_iter().next() {
            return Err(message);
        }
        let begins = [false, true].map(|is_leap| {
            let mut day = 0;
            let mut begins = vec![0];
            begins.extend(spec.months.iter().map(|month| {
                day += i64::from(month.days) + if is_leap { i64::from(month.leap_days) } else { 0 };
                day
            }));
            begins
        });
        let long_months = (0..spec.months.len()).filter(|&index| spec.months[index].days > 1).collect();
        Ok(Self::Own(Box::new(OwnRules { spec, begins, long_months })))
    }

    /// Whether the scene counts turns and has no dates.
    #[must_use]
    pub fn counts_turns(&self) -> bool {
        matches!(self, Self::Turns(_))
    }

    /// Whether it is the Gregorian calendar, whose names come from the language.
    #[must_use]
    pub fn is_gregorian(&self) -> bool {
        matches!(self, Self::Gregorian)
    }

    /// What the scene declares of a calendar of its own.
    #[must_use]
    pub fn spec(&self) -> Option<&CalendarSpec> {
        if let Self::Own(own) = self { Some(&own.spec) } else { None }
    }

    /// The scene's own name of a turn.
    #[must_use]
    pub fn turn_name(&self) -> Option<&str> {
        if let Self::Turns(spec) = self { spec.name.as_deref() } else { None }
    }

    /// The length of a turn in a scene with these ticks, in microseconds; `None` if it has dates.
    pub(super) fn turn_us(&self, tick_us: i64) -> Option<i64> {
        if let Self::Turns(spec) = self { Some(spec.turn_us.unwrap_or(tick_us).max(1)) } else { None }
    }

    /// The number of months of a year.
    #[must_use]
    pub fn month_count(&self) -> u8 {
        match self {
            Self::Gregorian => 12,
            Self::Own(own) => own.spec.months.len() as u8,
            Self::Turns(_) => 0,
        }
    }

    /// The most days of a month.
    pub(crate) fn longest_month(&self) -> u16 {
        match self {
            Self::Own(own) => own.spec.months.iter().map(|month| month.days + month.leap_days).max().unwrap_or(0),
            _ => 31,
        }
    }

    /// The number of days of the week; 0 if there is no week.
    #[must_use]
    pub fn week_len(&self) -> usize {
        match self {
            Self::Gregorian => 7,
            Self::Own(own) => own.spec.week.len(),
            Self::Turns(_) => 0,
        }
    }

    /// The days of a week, how many of them are working days, and the weekday of day 0 from 0.
    pub(super) fn week(&self) -> (i64, i64, i64) {
        match self {
            // 1970-01-01 was a Thursday, the fourth day.
            Self::Gregorian | Self::Turns(_) => (7, 5, 3),
            Self::Own(own) => {
                let days = own.spec.week.len().max(1) as i64;
                let first = own.day_number(1, 1, 1);
                (days, i64::from(own.spec.workdays), (i64::from(own.spec.first_weekday) - 1 - first).rem_euclid(days))
            }
        }
    }

    /// The mean length of a year in seconds.
    #[must_use]
    pub fn year_seconds(&self) -> f64 {
        match self {
            Self::Own(own) => own.year_days() * DAY_SECONDS,
            _ => GREGORIAN_YEAR_DAYS * DAY_SECONDS,
        }
    }

    /// The number of days of a month of a year; 0 if there is no such month.
    #[must_use]
    pub fn month_days(&self, year: i64, month: u8) -> u16 {
        match self {
            Self::Gregorian => match month {
                2 => 28 + u16::from(is_gregorian_leap_year(year)),
                4 | 6 | 9 | 11 => 30,
                1..=12 => 31,
                _ => 0,
            },
            Self::Own(own) => own.month_days_of(own.cycle_of(year, month, 1), month),
            Self::Turns(_) => 0,
        }
    }

    /// Whether there is such a day.
    #[must_use]
    pub fn has_day(&self, year: i64, month: u8, day: u16) -> bool {
        let days = match self {
            // The day decides in which year the month is.
            Self::Own(own) => own.month_days_of(own.cycle_of(year, month, day), month),
            _ => self.month_days(year, month),
        };
        year.abs() <= Calendar::MAX_YEAR && (1..=days).contains(&day)
    }

    /// The number of the day of a date, or of the turn.
    #[must_use]
    pub fn day_number(&self, date: CalendarDate) -> i64 {
        match self {
            Self::Gregorian => gregorian_day_number(date.year, date.month, date.day),
            Self::Own(own) => own.day_number(date.year, date.month, date.day),
            Self::Turns(_) => date.year,
        }
    }

    /// Midnight of the day with a number.
    #[must_use]
    pub(super) fn date_of_day(&self, day: i64) -> CalendarDate {
        match self {
            Self::Gregorian => gregorian_date(day),
            Self::Own(own) => own.date(day),
            Self::Turns(_) => CalendarDate::midnight(day, 0, 0),
        }
    }

    /// The number of the day of year, month and day, of which the month may be beyond the year: the 14th month is the second of the next
    /// year. `None` if there is no such day.
    pub(crate) fn calculated_day(&self, year: i64, month: i64, day: u16) -> Option<i64> {
        let months = i64::from(self.month_count());
        if months == 0 {
            return None;
        }
        let index = year.checked_mul(months)?.checked_add(month)?.checked_sub(1)?;
        let (year, month) = (index.div_euclid(months), index.rem_euclid(months) as u8 + 1);
        self.has_day(year, month, day).then(|| self.day_number(CalendarDate::midnight(year, month, day)))
    }

    /// The date a number of years and months after another.
    pub(super) fn add_step(&self, date: CalendarDate, step: CalendarStep) -> CalendarDate {
        match self {
            Self::Turns(_) => date,
            Self::Gregorian => {
                let months = (date.year + i64::from(step.years)) * 12 + i64::from(date.month) - 1 + i64::from(step.months);
                let (year, month) = (months.div_euclid(12), months.rem_euclid(12) as u8 + 1);
                CalendarDate { year, month, day: date.day.min(self.month_days(year, month)), ..date }
            }
            Self::Own(own) => own.add_step(date, step),
        }
    }
}

impl OwnRules {
    fn is_leap(&self, cycle: i64) -> bool {
        let divides = |by: u32| cycle.rem_euclid(i64::from(by)) == 0;
        self.spec.leap.is_some_and(|LeapRule { every, except, but }| {
            divides(every) && (!except.is_some_and(divides) || but.is_some_and(divides))
        })
    }

    /// The mean length of a year in days.
    fn year_days(&self) -> f64 {
        let [ordinary, leap] = [0, 1].map(|index| self.begins[index].last().copied().unwrap_or(1) as f64);
        let share = |of: Option<u32>| of.map_or(0.0, |of| 1.0 / f64::from(of));
        let leap_share = self.spec.leap.map_or(0.0, |rule| share(Some(rule.every)) - share(rule.except) + share(rule.but));
        ordinary + (leap - ordinary) * leap_share
    }

    /// The number of the first day of a cycle of months.
    fn cycle_begin(&self, cycle: i64) -> i64 {
        let multiples = |of: Option<u32>| of.map_or(0, |of| (cycle + i64::from(of) - 1).div_euclid(i64::from(of)));
        let leap_years =
            self.spec.leap.map_or(0, |rule| multiples(Some(rule.every)) - multiples(rule.except) + multiples(rule.but));
        let [ordinary, leap] = [0, 1].map(|index| self.begins[index].last().copied().unwrap_or(1));
        cycle * ordinary + leap_years * (leap - ordinary)
    }

    fn begins(&self, cycle: i64) -> &[i64] {
        &self.begins[usize::from(self.is_leap(cycle))]
    }

    /// The cycle of months to which a day of a year belongs: the next one, if the year begins later than the day.
    fn cycle_of(&self, year: i64, month: u8, day: u16) -> i64 {
        if (month, day) >= self.spec.year_begins { year } else { year + 1 }
    }

    fn month_days_of(&self, cycle: i64, month: u8) -> u16 {
        let begins = self.begins(cycle);
        let index = usize::from(month);
        match (index.checked_sub(1).and_then(|index| begins.get(index)), begins.get(index)) {
            (Some(begin), Some(end)) => (end - begin) as u16,
            _ => 0,
        }
    }

    fn day_number(&self, year: i64, month: u8, day: u16) -> i64 {
        let cycle = self.cycle_of(year, month, day);
        let month_begin = usize::from(month).checked_sub(1).and_then(|index| self.begins(cycle).get(index)).copied().unwrap_or(0);
        self.cycle_begin(cycle) + month_begin + i64::from(day) - 1
    }

    fn date(&self, day: i64) -> CalendarDate {
        let mut cycle = libm::floor(day as f64 / self.year_days()) as i64;
        while self.cycle_begin(cycle) > day {
            cycle -= 1;
        }
        while self.cycle_begin(cycle + 1) <= day {
            cycle += 1;
        }
        let day_of_year = day - self.cycle_begin(cycle);
        let begins = self.begins(cycle);
        // A month without days begins where the next one does, so the last one that has begun is the right one.
        let index = begins.partition_point(|&begin| begin <= day_of_year).clamp(1, begins.len() - 1) - 1;
        let (month, day) = (index as u8 + 1, (day_of_year - begins[index]) as u16 + 1);
        let year = if (month, day) >= self.spec.year_begins { cycle } else { cycle - 1 };
        CalendarDate::midnight(year, month, day)
    }

    /// Months are those of more than one day; from a feast, the next such month counts.
    fn add_step(&self, date: CalendarDate, step: CalendarStep) -> CalendarDate {
        let cycle = self.cycle_of(date.year, date.month, date.day) + i64::from(step.years);
        let index = usize::from(date.month).saturating_sub(1);
        let (mut cycle, mut month, mut day) = (cycle, index, date.day);
        if step.months != 0 {
            let count = self.long_months.len() as i64;
            let position = self.long_months.partition_point(|&long| long < index) as i64;
            if self.long_months.get(position as usize) != Some(&index) {
                day = 1;
            }
            let position = position + i64::from(step.months);
            cycle += position.div_euclid(count);
            month = self.long_months[position.rem_euclid(count) as usize];
        }
        // A feast that this year does not have: the last day before it.
        while self.month_days_of(cycle, month as u8 + 1) == 0 {
            day = u16::MAX;
            (cycle, month) = if month == 0 { (cycle - 1, self.spec.months.len() - 1) } else { (cycle, month - 1) };
        }
        let month = month as u8 + 1;
        let day = day.min(self.month_days_of(cycle, month));
        let year = if (month, day) >= self.spec.year_begins { cycle } else { cycle - 1 };
        CalendarDate { year, month, day, ..date }
    }
}

fn is_gregorian_leap_year(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

/// Days since 1970-01-01, by Howard Hinnant's algorithm `days_from_civil`. Its years begin on 1 March, its eras last 400 years.
fn gregorian_day_number(year: i64, month: u8, day: u16) -> i64 {
    let (month, day) = (i64::from(month), i64::from(day));
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day, by Howard Hinnant's algorithm `civil_from_days`.
fn gregorian_date(days_since_1970: i64) -> CalendarDate {
    let days = days_since_1970 + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months_since_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * months_since_march + 2) / 5 + 1;
    let month = if months_since_march < 10 { months_since_march + 3 } else { months_since_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    CalendarDate::midnight(year, month as u8, day as u16)
}
