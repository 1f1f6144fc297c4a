//! Reads the start, end and tick of a scene.

use jiff::civil::DateTime;

use super::super::decl::{SceneFile, Text};
use super::super::diagnostic::Diagnostic;
use super::super::spanned::FileId;
use super::checker::SceneChecker;
use super::report::CheckReport;
use longhand_expr::ids::Instant;
use longhand_expr::{Calendar, Type, parse_datetime};

/// Default tick: 15 minutes.
const DEFAULT_TICK_SECONDS: f64 = 900.0;
const DAY_SECONDS: f64 = 86_400.0;
/// Maximum number of ticks of a run: about 1.5 years with ticks of one second.
const MAX_TICKS: f64 = 50e6;
/// Maximum length of a scene.
const MAX_YEARS: f64 = 1000.0;

/// Start and end of the scene.
pub(super) struct SceneTimes {
    pub(super) calendar: Calendar,
    pub(super) ends: Option<Instant>,
}

impl SceneTimes {
    pub(super) fn read(scene: &SceneFile, report: &mut CheckReport) -> Self {
        let starts = read_date(&scene.starts, "starts", report);
        let ends = read_date(&scene.ends, "ends", report);
        let calendar = Calendar::new(starts.unwrap_or_default());
        let ends = ends.filter(|_| starts.is_some()).map(|ends| calendar.instant(ends));
        if let (Some(text), Some(ends)) = (&scene.ends, ends) {
            if ends <= Instant::START {
                let how = if ends == Instant::START { "at its start" } else { "before its start" };
                report.error(text, "range", format!("the scene ends {how}"));
            } else if ends.seconds() > MAX_YEARS * 366.0 * DAY_SECONDS {
                report.error(text, "limit", format!("a scene may span at most {MAX_YEARS} years"));
            }
        }
        Self { calendar, ends }
    }
}

fn read_date(text: &Option<Text>, field: &'static str, report: &mut CheckReport) -> Option<DateTime> {
    let Some(text) = text else {
        let help = format!("add `{field}: \"2025-01-06\",` or `{field}: \"2025-01-06 07:30\",`");
        let message = format!("the scene has no `{field}`");
        let missing = Diagnostic::error("missing", FileId(0), 0..0, message).help(help);
        report.push(Diagnostic { missing_field: Some(field), ..missing });
        return None;
    };
    parse_datetime(text).map_err(|message| report.error(text, "date", message)).ok()
}

impl SceneChecker<'_> {
    /// The length of a tick in microseconds.
    pub(super) fn tick_us(&mut self, scene: &SceneFile, times: &SceneTimes) -> i64 {
        let seconds = scene.tick.as_ref().and_then(|tick| self.constant(tick, Type::Duration)).unwrap_or(DEFAULT_TICK_SECONDS);
        if let Some(tick) = &scene.tick
            && !(1.0..=DAY_SECONDS).contains(&seconds)
        {
            self.report.error(tick, "range", "a tick must be between one second and one day");
        } else if let (Some(ends), Some(tick_or_end)) = (times.ends, scene.tick.as_ref().or(scene.ends.as_ref()))
            && ends.seconds() / seconds > MAX_TICKS
        {
            let message = format!(
                "there are {:.0} ticks from `starts` to `ends`; at most {MAX_TICKS} are allowed",
                ends.seconds() / seconds
            );
            self.report.error_help(tick_or_end, "limit", message, "use a longer `tick` or an earlier `ends`");
        }
        Instant::from_seconds(seconds).0
    }
}
