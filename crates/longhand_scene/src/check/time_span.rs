//! Reads the start, end and tick of a scene.

use jiff::civil::DateTime;

use super::super::decl::{SceneFile, Text};
use super::super::diagnostic::Diagnostic;
use super::super::spanned::FileId;
use super::checker::SceneChecker;
use super::constants::{ConstantContext, is_constant};
use super::report::CheckReport;
use longhand_expr::ids::Instant;
use longhand_expr::{Calendar, EmptyView, EvalFrame, Schema, Scope, Type, parse_datetime};

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
    /// `params` are the values of the params.
    pub(super) fn read(scene: &SceneFile, schema: &Schema, params: &[f64], report: &mut CheckReport) -> Self {
        let mut reader = DateReader { schema, params, calendar: Calendar::new(DateTime::default()), report };
        let starts = reader.read(&scene.starts, "starts");
        reader.calendar = Calendar::new(starts.unwrap_or_default());
        let ends = reader.read(&scene.ends, "ends");
        let DateReader { calendar, report, .. } = reader;
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

/// Reads dates: `2025-01-06 07:30`, or an instant that depends only on params, such as `date(2025, release_month, 10)`.
struct DateReader<'r, 'a> {
    schema: &'r Schema,
    params: &'r [f64],
    /// The calendar in which an expression is evaluated.
    calendar: Calendar,
    report: &'r mut CheckReport<'a>,
}

impl DateReader<'_, '_> {
    fn read(&mut self, text: &Option<Text>, field: &'static str) -> Option<DateTime> {
        let Some(text) = text else {
            let help = format!("add `{field}: \"2025-01-06\",` or `{field}: \"2025-01-06 07:30\",`");
            let message = format!("the scene has no `{field}`");
            let missing = Diagnostic::error("missing", FileId(0), 0..0, message).help(help);
            self.report.push(Diagnostic { missing_field: Some(field), ..missing });
            return None;
        };
        let is_expression = text.contains('(') || text.starts_with("start ");
        match parse_datetime(text) {
            Ok(date) => Some(date),
            Err(_) if is_expression => self.evaluate(text),
            Err(message) => {
                self.report.error(text, "date", message);
                None
            }
        }
    }

    fn evaluate(&mut self, text: &Text) -> Option<DateTime> {
        let expr = self.report.expr(text, Type::Instant, &Scope::default(), self.schema)?;
        if !is_constant(&expr) {
            self.report.not_constant(text);
            return None;
        }
        let context = ConstantContext { params: self.params.to_vec(), view: EmptyView(self.calendar) };
        let seconds = expr.number(&context, &mut EvalFrame::default());
        Some(self.calendar.datetime(Instant::from_seconds(seconds)))
    }
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

#[cfg(test)]
mod tests {
    use crate::load_text;

    fn load(starts: &str, ends: &str, set: &[(String, String)]) -> Result<(String, String), String> {
        let text = format!(
            "(params: [(id: \"release\", value: Number(11)), (id: \"days\", value: Number(3))], starts: \"{starts}\", ends: \"{ends}\")"
        );
        let loaded = load_text("a.ron", &[("a.ron", &text)], set).map_err(|problems| problems.to_string())?;
        let calendar = loaded.scenario.calendar;
        Ok((calendar.start().to_string(), calendar.datetime(loaded.scenario.ends).to_string()))
    }

    #[test]
    fn dates_may_depend_on_params() {
        let dates = |starts: &str, ends: &str| (starts.to_owned(), ends.to_owned());
        let expected = dates("2025-11-06T00:00:00", "2026-02-01T12:00:00");
        assert_eq!(load("date(2025, release, 6)", "date(2025, release + 3, 1) + 12h", &[]), Ok(expected));
        let expected = dates("2025-05-06T07:30:00", "2025-05-09T07:30:00");
        assert_eq!(load("2025-05-06 07:30", "start + days * 1d", &[]), Ok(expected));
        let set = [("release".to_owned(), "2".to_owned())];
        assert_eq!(load("date(2025, release, 6)", "2025-03-01", &set), Ok(dates("2025-02-06T00:00:00", "2025-03-01T00:00:00")));
    }

    #[test]
    fn an_invalid_date_is_reported() {
        for (starts, expected) in [
            ("date(2025, 13, 1)", "not a valid date"),
            ("date(2025, release, 31)", "not a valid date"),
            ("date(2025, days / 2, 1)", "not a valid date"),
            ("date(2025, mnth, 1)", "not a valid date"),
            ("now + (1d)", "must be constant"),
            ("(5)", "instant"),
            ("Monday", "is not a date"),
        ] {
            let problems = load(starts, "2027-01-01", &[]).unwrap_err();
            assert!(problems.contains(expected), "{starts}: {problems}");
        }
    }
}
