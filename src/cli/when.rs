//! Instants on the command line: a date, a date and a time, or a duration after the start.

use std::str::FromStr;

use longhand_expr::ids::EventId;

use jiff::Span;
use jiff::civil::{Date, DateTime, Time};

/// An instant of a scene that is not loaded yet.
#[derive(Clone, Copy, Debug)]
pub(crate) enum WhenArg {
    /// A civil date and time in the scene's calendar.
    At(DateTime),
    /// A duration after the start of the scene.
    After(Span),
}

impl WhenArg {
    /// The civil date and time in a scene that starts at `start`; `None` if it is out of the calendar's range.
    pub fn resolve(self, start: DateTime) -> Option<DateTime> {
        match self {
            Self::At(date_time) => Some(date_time),
            Self::After(span) => start.checked_add(span).ok(),
        }
    }
}

impl FromStr for WhenArg {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let typed = typed.trim();
        if let Ok(date_time) = typed.parse::<DateTime>() {
            return Ok(Self::At(date_time));
        }
        let without_seconds = typed.rsplit_once([' ', 'T']).and_then(|(date, time)| {
            let time: Time = format!("{time}:00").parse().ok()?;
            Some(date.parse::<Date>().ok()?.to_datetime(time))
        });
        if let Some(date_time) = without_seconds {
            return Ok(Self::At(date_time));
        }
        match typed.parse::<Span>() {
            Ok(span) if !span.is_negative() => Ok(Self::After(span)),
            _ => {
                Err("expected a date (2025-03-01), a date and a time (2025-03-01 07:30), or a duration after the start (2w, 36h)"
                    .into())
            }
        }
    }
}

/// A point in a recorded story: an instant, or right after an event (`#4211`).
#[derive(Clone, Copy, Debug)]
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
    use jiff::civil::datetime;

    fn resolve(typed: &str) -> Option<DateTime> {
        typed.parse::<WhenArg>().ok()?.resolve(datetime(2025, 1, 6, 0, 0, 0, 0))
    }

    #[test]
    fn a_date_means_midnight() {
        assert_eq!(resolve("2025-03-01"), Some(datetime(2025, 3, 1, 0, 0, 0, 0)));
    }

    #[test]
    fn the_seconds_of_a_time_are_optional() {
        assert_eq!(resolve("2025-03-01 07:30"), Some(datetime(2025, 3, 1, 7, 30, 0, 0)));
        assert_eq!(resolve("2025-03-01 07:30:05"), Some(datetime(2025, 3, 1, 7, 30, 5, 0)));
    }

    #[test]
    fn a_duration_counts_from_the_start() {
        assert_eq!(resolve("2w"), Some(datetime(2025, 1, 20, 0, 0, 0, 0)));
        assert_eq!(resolve("36h"), Some(datetime(2025, 1, 7, 12, 0, 0, 0)));
        assert_eq!(resolve("1mo"), Some(datetime(2025, 2, 6, 0, 0, 0, 0)));
    }

    #[test]
    fn other_texts_are_errors() {
        for typed in ["soon", "-2w", "", "2025-13-01", "1000000y"] {
            assert_eq!(resolve(typed), None, "{typed}");
        }
    }
}
