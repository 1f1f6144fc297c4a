//! The calendar of simulated time: it maps instants to dates and back. There are no time zones and no leap seconds, and every day has 24
//! hours.
//!
//! A scene has the Gregorian calendar, one of its own ([`CalendarSpec`]), or it counts turns. `rules` says which dates a calendar has,
//! `text` writes and reads dates in one form for files, and `recurrence` finds the exact times at which something recurs.
//!
//! Hour and weekday are read for every agent in every tick, so they are computed by integer arithmetic on microseconds and do not look at
//! the rules. An instant is at most [`Calendar::MAX_SPAN`] from the start of its scene, and a year at most [`Calendar::MAX_YEAR`].

mod recurrence;
mod rules;
mod spec;
mod text;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use recurrence::{CalendarStep, Recurrence};
pub use rules::CalendarRules;
pub use spec::{CalendarEra, CalendarMonth, CalendarPart, CalendarSpec, LeapRule, TurnSpec};
pub use text::parse_datetime;

use crate::ids::Instant;

const MICROS_PER_HOUR: f64 = 3_600_000_000.0;
/// The default length of a tick: 15 minutes.
const DEFAULT_TICK_US: i64 = 900_000_000;
/// How long ago what never happened counts as having happened, in seconds.
const NEVER_SECONDS: f64 = 1e9;
/// The same in a scene that lasts longer: more than [`Calendar::MAX_SPAN`].
const NEVER_IN_LONG_SCENE: f64 = 1e13;

/// A date and a time of day in the calendar of a scene. Its `Display` is the form in files: `2025-03-01T12:00:00`, with as many digits of
/// a second as it has; a year before the year 0 has a minus, as in `-0043-03-15T00:00:00`. In a scene that counts turns it is `turn 12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CalendarDate {
    /// The year, in the count of the calendar without eras; or the number of the turn.
    pub year: i64,
    /// The month from 1; 0 in a scene that counts turns.
    pub month: u8,
    /// The day of the month from 1; 0 in a scene that counts turns.
    pub day: u16,
    /// Microseconds since midnight, or since the turn began.
    pub time_us: i64,
}

impl CalendarDate {
    /// Midnight of a day. Whether a calendar has this day, [`CalendarRules::has_day`] says.
    #[must_use]
    pub const fn midnight(year: i64, month: u8, day: u16) -> Self {
        Self { year, month, day, time_us: 0 }
    }

    /// The hour of the day, 0 to 23.
    #[must_use]
    pub const fn hour(self) -> i64 {
        self.time_us / 3_600_000_000
    }

    /// The minute of the hour, 0 to 59.
    #[must_use]
    pub const fn minute(self) -> i64 {
        self.time_us / 60_000_000 % 60
    }

    /// The second of the minute, 0 to 59.
    #[must_use]
    pub const fn second(self) -> i64 {
        self.time_us / 1_000_000 % 60
    }

    /// Whether it is a turn and not a date.
    #[must_use]
    pub const fn is_turn(self) -> bool {
        self.month == 0
    }
}

/// How precisely the times of a scene are told. It follows from the length of a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimeGrain {
    /// Tenths of a second: ticks below a second.
    Tenths,
    /// Seconds: ticks below a minute.
    Seconds,
    /// Minutes.
    Minutes,
    /// Turns: there is no time of day.
    Turns,
}

/// Maps instants to dates, given the date at which the scene starts.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    rules: Arc<CalendarRules>,
    /// The day, or the turn, at the start.
    start_day: i64,
    /// Microseconds from midnight, or from the begin of the turn, to the start.
    start_us: i64,
    tick_us: i64,
    never_seconds: f64,
    week: Week,
}

/// What the days of the week are computed from.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Week {
    days: i64,
    workdays: i64,
    /// The number of the weekday of day 0, from 0.
    offset: i64,
}

impl Default for Calendar {
    fn default() -> Self {
        Self::new(CalendarDate::midnight(1970, 1, 1))
    }
}

impl Calendar {
    /// The greatest distance of an instant from the start of its scene: 2^62 microseconds, about 146,000 years.
    pub const MAX_SPAN: Instant = Instant(1 << 62);
    /// The greatest year before and after the year 0.
    pub const MAX_YEAR: i64 = 1_000_000_000;

    /// The Gregorian calendar of a scene that starts at `start`.
    #[must_use]
    pub fn new(start: CalendarDate) -> Self {
        Self::with_rules(CalendarRules::gregorian(), start)
    }

    /// The calendar of a scene that starts at `start`, a date of these rules.
    #[must_use]
    pub fn with_rules(rules: Arc<CalendarRules>, start: CalendarDate) -> Self {
        let (days, workdays, offset) = rules.week();
        let week = Week { days, workdays, offset };
        let start_day = rules.day_number(start);
        Self { start_day, start_us: start.time_us, rules, tick_us: DEFAULT_TICK_US, never_seconds: NEVER_SECONDS, week }
    }

    /// The same calendar in a scene that lasts until `ends`. What never happened is longer ago than that.
    #[must_use]
    pub fn with_end(mut self, ends: Instant) -> Self {
        self.never_seconds = if ends.seconds() < NEVER_SECONDS { NEVER_SECONDS } else { NEVER_IN_LONG_SCENE };
        self
    }

    /// How long ago, in seconds, what never happened counts as having happened: 1e9, and in a scene that lasts longer 1e13.
    #[inline]
    #[must_use]
    pub fn never_seconds(&self) -> f64 {
        self.never_seconds
    }

    /// The same calendar in a scene with ticks of this length. It decides how precisely times are told, and is the length of a turn unless
    /// the scene gives one.
    #[must_use]
    pub fn with_tick(mut self, tick_us: i64) -> Self {
        self.tick_us = tick_us.max(1);
        self
    }

    /// Which dates there are.
    #[must_use]
    pub fn rules(&self) -> &Arc<CalendarRules> {
        &self.rules
    }

    /// How precisely times are told.
    #[must_use]
    pub fn grain(&self) -> TimeGrain {
        match self.tick_us {
            _ if self.rules.counts_turns() => TimeGrain::Turns,
            ..1_000_000 => TimeGrain::Tenths,
            1_000_000..60_000_000 => TimeGrain::Seconds,
            _ => TimeGrain::Minutes,
        }
    }

    /// The length of a tick in microseconds.
    #[must_use]
    pub fn tick_us(&self) -> i64 {
        self.tick_us
    }

    /// The date at which the scene starts.
    #[must_use]
    pub fn start(&self) -> CalendarDate {
        self.datetime(Instant::START)
    }

    /// The length in microseconds of what has a number of its own: a day, or a turn.
    #[must_use]
    pub fn day_us(&self) -> i64 {
        self.rules.turn_us(self.tick_us).unwrap_or(Instant::DAY_US)
    }

    /// The number of the day of an instant, or of its turn. Numbers of consecutive days are consecutive.
    #[inline]
    #[must_use]
    pub fn day_number(&self, at: Instant) -> i64 {
        self.start_day + self.micros(at).div_euclid(self.day_us())
    }

    /// The date and time of an instant.
    #[must_use]
    pub fn datetime(&self, at: Instant) -> CalendarDate {
        CalendarDate { time_us: self.micros(at).rem_euclid(self.day_us()), ..self.rules.date_of_day(self.day_number(at)) }
    }

    /// The instant of a date and time. Saturates.
    #[must_use]
    pub fn instant(&self, date: CalendarDate) -> Instant {
        let days = self.rules.day_number(date).saturating_sub(self.start_day);
        Instant(days.saturating_mul(self.day_us()).saturating_add(date.time_us - self.start_us))
    }

    /// The instant of a date in the text of a person or a file: `2025-03-01 12:00`, `30 Hammer 1492 DR`, `turn 12`.
    ///
    /// # Errors
    /// A message with the forms that are expected.
    pub fn parse(&self, text: &str) -> Result<Instant, String> {
        self.rules.parse_date(text).map(|date| self.instant(date))
    }

    /// The instant a number of years and months after another (before it, if negative). A day that the month does not have becomes its
    /// last one.
    #[must_use]
    pub fn add_step(&self, at: Instant, step: CalendarStep) -> Instant {
        self.instant(self.rules.add_step(self.datetime(at), step))
    }

    /// The hour of the day with its fraction, in `0.0..24.0`.
    #[inline]
    #[must_use]
    pub fn hour(&self, at: Instant) -> f64 {
        self.micros(at).rem_euclid(Instant::DAY_US) as f64 / MICROS_PER_HOUR
    }

    /// The day of the week, from 1; in the Gregorian calendar 1 is Monday.
    #[inline]
    #[must_use]
    pub fn day_of_week(&self, at: Instant) -> u16 {
        let days = self.start_day + self.micros(at).div_euclid(Instant::DAY_US) + self.week.offset;
        // A division by a constant is faster.
        let number = if self.week.days == 7 { days.rem_euclid(7) } else { days.rem_euclid(self.week.days) };
        number as u16 + 1
    }

    /// Whether it is a working day: Monday to Friday.
    #[inline]
    #[must_use]
    pub fn is_weekday(&self, at: Instant) -> bool {
        i64::from(self.day_of_week(at)) <= self.week.workdays
    }

    /// The year, or the turn.
    #[must_use]
    pub fn year(&self, at: Instant) -> i64 {
        self.rules.date_of_day(self.day_number(at)).year
    }

    /// The month, from 1.
    #[must_use]
    pub fn month(&self, at: Instant) -> u8 {
        self.rules.date_of_day(self.day_number(at)).month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(&self, at: Instant) -> u16 {
        self.rules.date_of_day(self.day_number(at)).day
    }

    /// The mean length of a year in seconds.
    #[inline]
    #[must_use]
    pub fn year_seconds(&self) -> f64 {
        self.rules.year_seconds()
    }

    /// Seconds from the start of the scene to midnight of a day.
    #[inline]
    pub(crate) fn seconds_at(&self, day: i64) -> f64 {
        (day.saturating_sub(self.start_day).saturating_mul(Instant::DAY_US).saturating_sub(self.start_us)) as f64 / 1e6
    }

    fn micros(&self, at: Instant) -> i64 {
        self.start_us.saturating_add(at.0)
    }
}
