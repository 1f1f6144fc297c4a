//! The civil calendar of simulated time: no time zones, no leap seconds, 24 hours in every day.
//!
//! Hour and weekday are read for every agent in every tick, so they are computed by integer arithmetic on microseconds.

use jiff::civil::DateTime;

use crate::ids::Instant;

const MICROS_PER_DAY: i64 = 86_400_000_000;
const MICROS_PER_HOUR: f64 = 3_600_000_000.0;

/// Maps instants to civil dates, given the civil time at which the scene starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    start: DateTime,
    /// Microseconds from 1970-01-01 00:00 to the start.
    start_micros_since_1970: i64,
}

impl Calendar {
    /// The calendar of a scene that starts at `start`.
    #[must_use]
    pub fn new(start: DateTime) -> Self {
        Self { start, start_micros_since_1970: datetime_micros(start) }
    }

    /// The civil time at which the scene starts.
    #[must_use]
    pub const fn start(&self) -> DateTime {
        self.start
    }

    /// The instant of a civil date and time.
    #[must_use]
    pub fn instant(&self, datetime: DateTime) -> Instant {
        Instant(datetime_micros(datetime) - self.start_micros_since_1970)
    }

    /// The civil date and time of an instant, clamped to the range of [`DateTime`].
    #[must_use]
    pub fn datetime(&self, instant: Instant) -> DateTime {
        self.start.saturating_add(jiff::SignedDuration::from_micros(instant.0))
    }

    /// The hour of the day with its fraction, in `0.0..24.0`.
    #[inline]
    #[must_use]
    pub fn hour(&self, instant: Instant) -> f64 {
        self.micros_since_1970(instant).rem_euclid(MICROS_PER_DAY) as f64 / MICROS_PER_HOUR
    }

    /// The day of the week: 1 for Monday to 7 for Sunday.
    #[inline]
    #[must_use]
    pub fn day_of_week(&self, instant: Instant) -> u8 {
        // 1970-01-01 was a Thursday, the fourth day.
        ((self.days_since_1970(instant) + 3).rem_euclid(7) + 1) as u8
    }

    /// Whether it is Monday to Friday.
    #[inline]
    #[must_use]
    pub fn is_weekday(&self, instant: Instant) -> bool {
        self.day_of_week(instant) <= 5
    }

    /// The year.
    #[must_use]
    pub fn year(&self, instant: Instant) -> i64 {
        self.year_month_day(instant).0
    }

    /// The month: 1 to 12.
    #[must_use]
    pub fn month(&self, instant: Instant) -> u8 {
        self.year_month_day(instant).1
    }

    /// The day of the month: 1 to 31.
    #[must_use]
    pub fn day(&self, instant: Instant) -> u8 {
        self.year_month_day(instant).2
    }

    /// Seconds from the start of the scene to a civil time, which is given in seconds since 1970.
    #[inline]
    pub(crate) fn seconds_at(&self, civil_seconds: i64) -> f64 {
        (civil_seconds * 1_000_000 - self.start_micros_since_1970) as f64 / 1e6
    }

    fn micros_since_1970(&self, instant: Instant) -> i64 {
        self.start_micros_since_1970.saturating_add(instant.0)
    }

    fn days_since_1970(&self, instant: Instant) -> i64 {
        self.micros_since_1970(instant).div_euclid(MICROS_PER_DAY)
    }

    /// Year, month and day, by Howard Hinnant's algorithm `civil_from_days`. Its years begin on 1 March, its eras last 400 years.
    fn year_month_day(&self, instant: Instant) -> (i64, u8, u8) {
        let days = self.days_since_1970(instant) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let months_since_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * months_since_march + 2) / 5 + 1;
        let month = if months_since_march < 10 { months_since_march + 3 } else { months_since_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month as u8, day as u8)
    }
}

/// Parses `YYYY-MM-DD`, `YYYY-MM-DD HH:MM` or `YYYY-MM-DD HH:MM:SS`.
///
/// # Errors
/// A message with the expected formats.
pub fn parse_datetime(text: &str) -> Result<DateTime, String> {
    let text = text.trim();
    let parsed = match text.len() {
        10 => format!("{text} 00:00:00").parse(),
        16 => format!("{text}:00").parse(),
        _ => text.parse::<DateTime>(),
    };
    parsed.map_err(|_| format!("`{text}` is not a date: write `2025-05-01`, `2025-05-01 18:30` or `2025-05-01 18:30:15`"))
}

fn datetime_micros(datetime: DateTime) -> i64 {
    let seconds = seconds_since_1970(datetime);
    seconds * 1_000_000 + i64::from(datetime.subsec_nanosecond() / 1000)
}

pub(crate) fn seconds_since_1970(datetime: DateTime) -> i64 {
    const EPOCH: DateTime = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
    datetime.duration_since(EPOCH).as_micros().div_euclid(1_000_000) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calendar_fields_agree_with_jiff() {
        let calendar = Calendar::new(parse_datetime("2025-05-01 08:30").unwrap());
        for step in -4000..4000_i64 {
            let instant = Instant(step * 31_557_600_123_457 / 17);
            let datetime = calendar.datetime(instant);
            assert_eq!(calendar.year(instant), i64::from(datetime.year()), "{datetime}");
            assert_eq!(calendar.month(instant), datetime.month() as u8, "{datetime}");
            assert_eq!(calendar.day(instant), datetime.day() as u8, "{datetime}");
            assert_eq!(calendar.day_of_week(instant), datetime.weekday().to_monday_one_offset() as u8, "{datetime}");
            assert_eq!(calendar.hour(instant) as i8, datetime.hour(), "{datetime}");
            assert_eq!(calendar.instant(datetime), instant);
        }
    }

    #[test]
    fn dates_parse_with_and_without_a_time() {
        let parsed = |text: &str| parse_datetime(text).map(|datetime| datetime.to_string());
        assert_eq!(parsed("2025-05-01"), Ok("2025-05-01T00:00:00".to_owned()));
        assert_eq!(parsed("2025-05-01 18:30"), Ok("2025-05-01T18:30:00".to_owned()));
        assert_eq!(parsed("2025-05-01 18:30:15"), Ok("2025-05-01T18:30:15".to_owned()));
        assert!(parsed("2025-02-30").is_err() && parsed("soon").is_err());
    }
}
