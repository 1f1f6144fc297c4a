//! Instants on the command line: a date of the scene's calendar, a date and a time, a turn, or a duration after the start.

use std::str::FromStr;

use longhand_expr::ids::{EventId, Instant};
use longhand_expr::{Calendar, CalendarStep};

use jiff::Span;

/// An instant of a scene that is not loaded yet, as it was typed.
#[derive(Clone, Debug)]
pub(crate) struct WhenArg(String);

impl WhenArg {
    /// The instant in a scene with this calendar.
    ///
    /// # Errors
    /// A message with the forms that are expected.
    pub fn resolve(&self, calendar: &Calendar) -> Result<Instant, String> {
        let not_a_date = match calendar.parse(&self.0) {
            Ok(at) => return Ok(at),
            Err(message) => message,
        };
        let span = self.0.parse::<Span>().ok().filter(|span| !span.is_negative());
        let has_months = span.is_some_and(|span| span.get_years() != 0 || span.get_months() != 0);
        let Some(span) = span.filter(|_| !(has_months && calendar.rules().counts_turns())) else {
            return Err(format!("{not_a_date}, or a duration after the start (2w, 36h)"));
        };
        let step = CalendarStep { years: i32::from(span.get_years()), months: span.get_months() };
        let months = if has_months { calendar.add_step(Instant::START, step) } else { Instant::START };
        let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
        let minutes = i64::from(span.get_hours()) * 60 + span.get_minutes();
        let seconds = minutes as f64 * 60.0 + span.get_seconds() as f64 + span.get_milliseconds() as f64 / 1e3;
        Ok(Instant(months.0.saturating_add(days.saturating_mul(Instant::DAY_US)))
            .add_seconds(seconds + span.get_microseconds() as f64 / 1e6))
    }
}

impl FromStr for WhenArg {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let typed = typed.trim();
        if typed.contains(|c: char| c.is_ascii_digit()) && !typed.starts_with("P-") {
            return Ok(Self(typed.to_owned()));
        }
        Err("expected a date (2025-03-01), a date and a time (2025-03-01 07:30), or a duration after the start (2w, 36h)".into())
    }
}

/// A point in a recorded story: an instant, or right after an event (`#4211`).
#[derive(Clone, Debug)]
pub(crate) enum PointArg {
    /// An instant.
    When(WhenArg),
    /// Right after an event.
    Event(EventId),
}

impl FromStr for PointArg {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        match typed.trim().strip_prefix('#').map(str::parse) {
            Some(Ok(event)) => Ok(Self::Event(EventId(event))),
            Some(Err(_)) => Err("expected # and the number of an event, as in #4211".into()),
            None => typed.parse().map(Self::When),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_expr::{CalendarDate, CalendarRules, TurnSpec};

    fn resolve(typed: &str) -> Option<String> {
        let calendar = Calendar::new("2025-01-06".parse().unwrap());
        let at = typed.parse::<WhenArg>().ok()?.resolve(&calendar).ok()?;
        Some(calendar.datetime(at).to_string())
    }

    #[test]
    fn a_date_means_midnight() {
        assert_eq!(resolve("2025-03-01").as_deref(), Some("2025-03-01T00:00:00"));
    }

    #[test]
    fn the_seconds_of_a_time_are_optional() {
        assert_eq!(resolve("2025-03-01 07:30").as_deref(), Some("2025-03-01T07:30:00"));
        assert_eq!(resolve("2025-03-01 07:30:05").as_deref(), Some("2025-03-01T07:30:05"));
    }

    #[test]
    fn a_duration_counts_from_the_start() {
        assert_eq!(resolve("2w").as_deref(), Some("2025-01-20T00:00:00"));
        assert_eq!(resolve("36h").as_deref(), Some("2025-01-07T12:00:00"));
        assert_eq!(resolve("1mo").as_deref(), Some("2025-02-06T00:00:00"));
        assert_eq!(resolve("1y").as_deref(), Some("2026-01-06T00:00:00"));
        assert_eq!(resolve("90s").as_deref(), Some("2025-01-06T00:01:30"));
    }

    #[test]
    fn a_turn_is_named_by_its_number() {
        let rules = std::sync::Arc::new(CalendarRules::Turns(TurnSpec::default()));
        let calendar = Calendar::with_rules(rules, CalendarDate::midnight(1, 0, 0)).with_tick(1_000_000);
        let resolve = |typed: &str| typed.parse::<WhenArg>().unwrap().resolve(&calendar);
        assert_eq!(resolve("turn 12"), Ok(Instant(11_000_000)));
        assert_eq!(resolve("12"), resolve("turn 12"));
        assert!(resolve("1mo").is_err());
    }

    #[test]
    fn other_texts_are_errors() {
        for typed in ["soon", "-2w", "", "2025-13-01", "1000000y"] {
            assert_eq!(resolve(typed), None, "{typed}");
        }
    }
}
