//! Dates and times of day in words.

use jiff::civil::{Date, DateTime};
use longhand_expr::Calendar;
use longhand_expr::ids::Instant;
use longhand_language::{Language, NumberStyle};

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
    pub fn weekday(self, language: &Language) -> &str {
        language.text(&format!("weekday-{}", self.0.weekday().to_monday_one_offset()))
    }

    /// "March".
    #[must_use]
    pub fn month(self, language: &Language) -> &str {
        language.text(&format!("month-{}", self.0.month()))
    }

    /// "Mar".
    #[must_use]
    pub fn short_month(self, language: &Language) -> &str {
        language.text(&format!("month-short-{}", self.0.month()))
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

    /// Whether two dates are in the same month of the same year.
    #[must_use]
    pub(crate) fn is_same_month(self, other: Self) -> bool {
        (self.0.year(), self.0.month()) == (other.0.year(), other.0.month())
    }

    /// The meteorological season of the northern hemisphere, as a key: "spring".
    #[must_use]
    fn season_key(self) -> &'static str {
        match self.0.month() {
            3..=5 => "spring",
            6..=8 => "summer",
            9..=11 => "autumn",
            _ => "winter",
        }
    }

    /// The meteorological season of the northern hemisphere.
    #[must_use]
    pub fn season(self, language: &Language) -> &str {
        language.text(&format!("season-{}", self.season_key()))
    }

    /// Whether it is after the 20th of the month.
    #[must_use]
    pub(crate) fn is_late_in_month(self) -> bool {
        self.0.day() > 20
    }

    /// "on a Tuesday in March".
    #[must_use]
    pub fn date_phrase(self, language: &Language) -> String {
        let values = [("weekday", self.weekday(language).into()), ("month", self.month(language).into())];
        language.format("date-phrase", &values)
    }

    /// "late in the evening".
    #[must_use]
    pub fn time_phrase(self, language: &Language) -> &str {
        language.text(match self.0.hour() {
            0..=1 => "time-after-midnight",
            2..=3 => "time-middle-of-night",
            4..=5 => "time-before-dawn",
            6..=8 => "time-early-morning",
            9..=11 => "time-morning",
            12..=13 => "time-noon",
            14..=16 => "time-afternoon",
            17 => "time-late-afternoon",
            18..=20 => "time-evening",
            21..=22 => "time-late-evening",
            _ => "time-night",
        })
    }

    /// "21:15".
    #[must_use]
    pub fn clock(self, language: &Language) -> String {
        let [hour, minute] = [self.0.hour(), self.0.minute()].map(|part| language.own_digits(format!("{part:02}")));
        language.format("clock", &[("hour", hour.into()), ("minute", minute.into())])
    }

    /// "Tuesday, 4 March 2025".
    #[must_use]
    pub fn long_date(self, language: &Language) -> String {
        let values = [
            ("weekday", self.weekday(language).into()),
            ("day", language.own_digits(self.0.day().to_string()).into()),
            ("month", self.month(language).into()),
            ("year", self.year_text(language).into()),
        ];
        language.format("long-date", &values)
    }

    /// "4 March 2025, 21:15".
    #[must_use]
    pub fn timestamp(self, language: &Language) -> String {
        let values = [
            ("day", language.own_digits(self.0.day().to_string()).into()),
            ("month", self.month(language).into()),
            ("year", self.year_text(language).into()),
            ("clock", self.clock(language).into()),
        ];
        language.format("timestamp", &values)
    }

    /// "March 2025".
    #[must_use]
    pub(crate) fn month_year(self, language: &Language) -> String {
        let values = [("month", self.month(language).into()), ("year", self.year_text(language).into())];
        language.format("month-year", &values)
    }

    /// The year in the digits of the language.
    #[must_use]
    pub(crate) fn year_text(self, language: &Language) -> String {
        language.own_digits(self.0.year().to_string())
    }
}

/// How long ago something was, less precise the longer ago it was: "yesterday", "three weeks ago", "last spring".
#[must_use]
pub fn time_ago(then: CivilDateTime, now: CivilDateTime, language: &Language) -> String {
    let days = days_between(then.day(), now.day());
    let amount = |id: &str, amount: f64| language.format_amount(id, amount, NumberStyle::Words, &[]);
    match days {
        i64::MIN..=0 => language.text("ago-today").to_owned(),
        1 => language.text("ago-yesterday").to_owned(),
        2..=13 => amount("ago-days", days as f64),
        14..=59 => amount("ago-weeks", (days / 7) as f64),
        60..=300 if then.year() == now.year() => language.format("ago-month", &[("month", then.month(language).into())]),
        60..=450 => {
            let values = [("season", then.season(language).into()), ("season_key", then.season_key().into())];
            language.format("ago-season", &values)
        }
        _ => amount("ago-years", (days as f64 / 365.25).round().max(1.0)),
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
        assert_eq!(evening.date_phrase(Language::english()), "on a Tuesday in March");
        assert_eq!(evening.time_phrase(Language::english()), "late in the evening");
        assert_eq!(evening.season(Language::english()), "spring");
        assert_eq!(evening.long_date(Language::english()), "Tuesday, 4 March 2025");
        assert_eq!(evening.timestamp(Language::english()), "4 March 2025, 21:15");
    }

    #[test]
    fn older_dates_are_worded_less_precisely() {
        let now = civil(2025, 12, 20, 8);
        let ago = |year, month, day| time_ago(civil(year, month, day, 23), now, Language::english());
        assert_eq!(ago(2025, 12, 20), "today");
        assert_eq!(ago(2025, 12, 19), "yesterday");
        assert_eq!(ago(2025, 12, 15), "five days ago");
        assert_eq!(ago(2025, 11, 25), "three weeks ago");
        assert_eq!(ago(2025, 3, 4), "in March");
        assert_eq!(ago(2024, 12, 30), "last winter");
        assert_eq!(ago(2022, 12, 30), "three years ago");
    }
}
