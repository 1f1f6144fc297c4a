//! An instant as somebody types it: a date, a date and a time, or how long after the start.

use std::str::FromStr;

use crate::ids::EventId;

use jiff::Span;
use jiff::civil::{Date, DateTime, Time};

/// An instant of some scene, before the scene is known.
#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    /// A civil date and time of the scene's calendar.
    At(DateTime),
    /// That long after the scene's start.
    After(Span),
}

impl When {
    /// The civil instant meant in a scene that starts at `start`; none where the calendar ends.
    pub fn resolve(self, start: DateTime) -> Option<DateTime> {
        match self {
            Self::At(at) => Some(at),
            Self::After(span) => start.checked_add(span).ok(),
        }
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let typed = typed.trim();
        if let Ok(at) = typed.parse::<DateTime>() {
            return Ok(Self::At(at));
        }
        let in_minutes = typed.rsplit_once([' ', 'T']).and_then(|(date, time)| {
            let time: Time = format!("{time}:00").parse().ok()?;
            Some(date.parse::<Date>().ok()?.to_datetime(time))
        });
        if let Some(at) = in_minutes {
            return Ok(Self::At(at));
        }
        match typed.parse::<Span>() {
            Ok(span) if !span.is_negative() => Ok(Self::After(span)),
            _ => {
                Err("write a date (2025-03-01), a date and a time (2025-03-01 07:30), or how long after the start (2w, 36h)"
                    .into())
            }
        }
    }
}

/// A point in a recorded story: an instant, or right after an event (`#4211`).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Point {
    /// An instant.
    When(When),
    /// Right after an event.
    Event(EventId),
}

impl FromStr for Point {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        match typed.trim().strip_prefix('#').map(str::parse) {
            Some(Ok(event)) => Ok(Self::Event(EventId(event))),
            Some(Err(_)) => Err("write # and the number of an event, as in #4211".into()),
            None => typed.parse().map(Self::When),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::datetime;

    fn resolved(typed: &str) -> Option<DateTime> {
        typed.parse::<When>().ok()?.resolve(datetime(2025, 1, 6, 0, 0, 0, 0))
    }

    #[test]
    fn a_date_is_its_midnight() {
        assert_eq!(resolved("2025-03-01"), Some(datetime(2025, 3, 1, 0, 0, 0, 0)));
    }

    #[test]
    fn a_time_may_leave_its_seconds_out() {
        assert_eq!(resolved("2025-03-01 07:30"), Some(datetime(2025, 3, 1, 7, 30, 0, 0)));
        assert_eq!(resolved("2025-03-01 07:30:05"), Some(datetime(2025, 3, 1, 7, 30, 5, 0)));
    }

    #[test]
    fn a_length_counts_from_the_start() {
        assert_eq!(resolved("2w"), Some(datetime(2025, 1, 20, 0, 0, 0, 0)));
        assert_eq!(resolved("36h"), Some(datetime(2025, 1, 7, 12, 0, 0, 0)));
        assert_eq!(resolved("1mo"), Some(datetime(2025, 2, 6, 0, 0, 0, 0)));
    }

    #[test]
    fn anything_else_says_what_to_write() {
        for typed in ["soon", "-2w", "", "2025-13-01", "1000000y"] {
            assert_eq!(resolved(typed), None, "{typed}");
        }
    }
}
