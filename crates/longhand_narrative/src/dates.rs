//! Dates and times of day in words.

use jiff::civil::{Date, DateTime};
use longhand_expr::Calendar;
use longhand_expr::ids::Instant;

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Formats a civil date and time from a file, `2025-11-04T21:12:00`, for display: `Tue 4 Nov 2025, 21:12`. Other text is returned
/// unchanged.
#[must_use]
pub fn format_civil(written: &str) -> String {
    let at = written.parse::<DateTime>();
    at.map_or_else(|_| written.to_owned(), |at| at.strftime("%a %-d %b %Y, %H:%M").to_string())
}

/// A civil date and time with its words for prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CivilDateTime(DateTime);

impl CivilDateTime {
    /// The civil time of an instant.
    #[must_use]
    pub fn from_instant(calendar: &Calendar, at: Instant) -> Self {
        Self(calendar.datetime(at))
    }

    /// The civil day.
    #[must_use]
    pub fn day(self) -> Date {
        self.0.date()
    }

    /// "Tuesday".
    #[must_use]
    pub fn weekday(self) -> &'static str {
        DAYS[usize::from(self.0.weekday().to_monday_zero_offset().unsigned_abs()) % 7]
    }

    /// "March".
    #[must_use]
    pub fn month(self) -> &'static str {
        MONTHS[usize::from(self.0.month().unsigned_abs().saturating_sub(1)) % 12]
    }

    /// The hour of the day, 0 to 23.
    #[must_use]
    pub fn hour(self) -> i8 {
        self.0.hour()
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The meteorological season of the northern hemisphere.
    #[must_use]
    pub fn season(self) -> &'static str {
        match self.0.month() {
            3..=5 => "spring",
            6..=8 => "summer",
            9..=11 => "autumn",
            _ => "winter",
        }
    }

    /// Whether it is after the 20th of the month.
    #[must_use]
    pub(crate) fn is_late_in_month(self) -> bool {
        self.0.day() > 20
    }

    /// "on a Tuesday in March".
    #[must_use]
    pub fn date_phrase(self) -> String {
        format!("on a {} in {}", self.weekday(), self.month())
    }

    /// "late in the evening".
    #[must_use]
    pub fn time_phrase(self) -> &'static str {
        match self.0.hour() {
            0..=1 => "after midnight",
            2..=3 => "in the middle of the night",
            4..=5 => "before dawn",
            6..=8 => "early in the morning",
            9..=11 => "in the morning",
            12..=13 => "around noon",
            14..=16 => "in the afternoon",
            17 => "late in the afternoon",
            18..=20 => "in the evening",
            21..=22 => "late in the evening",
            _ => "at night",
        }
    }

    /// "21:15".
    #[must_use]
    pub fn clock(self) -> String {
        format!("{:02}:{:02}", self.0.hour(), self.0.minute())
    }

    /// "Tuesday, 4 March 2025".
    #[must_use]
    pub fn long_date(self) -> String {
        format!("{}, {} {} {}", self.weekday(), self.0.day(), self.month(), self.0.year())
    }

    /// "4 March 2025, 21:15".
    #[must_use]
    pub fn timestamp(self) -> String {
        format!("{} {} {}, {}", self.0.day(), self.month(), self.0.year(), self.clock())
    }
}

/// How long ago something was, less precise the longer ago it was: "yesterday", "three weeks ago", "last spring".
#[must_use]
pub fn time_ago(then: CivilDateTime, now: CivilDateTime) -> String {
    let days = days_between(then.day(), now.day());
    match days {
        i64::MIN..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        2..=13 => format!("{} days ago", super::grammar::words(days as f64)),
        14..=59 => format!("{} weeks ago", super::grammar::words((days / 7) as f64)),
        60..=300 if then.year() == now.year() => format!("in {}", then.month()),
        60..=450 => format!("last {}", then.season()),
        _ => format!("{} ago", super::grammar::counted((days as f64 / 365.25).round().max(1.0), "year")),
    }
}

/// Whole days from one date to another.
#[must_use]
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn civil(year: i16, month: i8, day: i8, hour: i8) -> CivilDateTime {
        CivilDateTime(date(year, month, day).at(hour, 15, 0, 0))
    }

    #[test]
    fn a_date_and_time_has_phrases_for_prose() {
        let evening = civil(2025, 3, 4, 21);
        assert_eq!(evening.date_phrase(), "on a Tuesday in March");
        assert_eq!(evening.time_phrase(), "late in the evening");
        assert_eq!(evening.season(), "spring");
        assert_eq!(evening.long_date(), "Tuesday, 4 March 2025");
        assert_eq!(evening.timestamp(), "4 March 2025, 21:15");
    }

    #[test]
    fn older_dates_are_worded_less_precisely() {
        let now = civil(2025, 12, 20, 8);
        let ago = |year, month, day| time_ago(civil(year, month, day, 23), now);
        assert_eq!(ago(2025, 12, 20), "today");
        assert_eq!(ago(2025, 12, 19), "yesterday");
        assert_eq!(ago(2025, 12, 15), "five days ago");
        assert_eq!(ago(2025, 11, 25), "three weeks ago");
        assert_eq!(ago(2025, 3, 4), "in March");
        assert_eq!(ago(2024, 12, 30), "last winter");
        assert_eq!(ago(2022, 12, 30), "three years ago");
    }
}
