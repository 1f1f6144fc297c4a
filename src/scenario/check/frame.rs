//! When a scene takes place, and in what steps time is taken.

use jiff::civil::DateTime;

use super::super::file::{SceneFile, Text};
use super::super::spanned::{FileId, Spanned};
use super::Check;
use super::report::Report;
use crate::ids::Instant;
use crate::language::{Calendar, Type, parse_datetime};

/// The tick when nothing is said: a quarter of an hour.
const TICK_SECONDS: f64 = 900.0;
const DAY_SECONDS: f64 = 86_400.0;
/// The longest time a scene may take.
const MAX_YEARS: f64 = 1000.0;

/// From when until when.
pub(super) struct Frame {
    pub(super) calendar: Calendar,
    pub(super) ends: Option<Instant>,
}

impl Frame {
    pub(super) fn read(scene: &SceneFile, report: &mut Report) -> Self {
        let starts = date(&scene.starts, "starts", report);
        let ends = date(&scene.ends, "ends", report);
        let calendar = Calendar::new(starts.unwrap_or_default());
        let ends = ends.filter(|_| starts.is_some()).map(|ends| calendar.instant(ends));
        if let (Some(text), Some(ends)) = (&scene.ends, ends) {
            if ends <= Instant::START {
                report.error(text, "range", "the scene ends before it starts");
            } else if ends.seconds() > MAX_YEARS * 366.0 * DAY_SECONDS {
                report.error(text, "limit", format!("a scene takes at most {MAX_YEARS} years"));
            }
        }
        Self { calendar, ends }
    }
}

fn date(text: &Option<Text>, field: &str, report: &mut Report) -> Option<DateTime> {
    let Some(text) = text else {
        let beginning = Spanned { value: (), file: FileId(0), span: 0..0 };
        let help = format!("add `{field}: \"2025-01-06\",` or `{field}: \"2025-01-06 07:30\",`");
        report.error_help(&beginning, "missing", format!("the scene does not say when it {field}"), &help);
        return None;
    };
    parse_datetime(text).map_err(|message| report.error(text, "date", message)).ok()
}

impl Check<'_> {
    /// The length of a tick in microseconds.
    pub(super) fn tick(&mut self, scene: &SceneFile) -> i64 {
        let seconds = scene.tick.as_ref().and_then(|tick| self.constant(tick, Type::Duration)).unwrap_or(TICK_SECONDS);
        if let Some(tick) = &scene.tick
            && !(1.0..=DAY_SECONDS).contains(&seconds)
        {
            self.report.error(tick, "range", "a tick is between a second and a day");
        }
        Instant::from_seconds(seconds).0
    }
}
