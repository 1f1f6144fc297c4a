//! Reads the start, end and tick of a scene.

use std::sync::Arc;

use super::super::decl::calendar::CalendarDecl;
use super::super::decl::{SceneFile, Text};
use super::super::diagnostic::Diagnostic;
use super::super::spanned::FileId;
use super::constants::{ConstantContext, is_constant};
use super::report::CheckReport;
use longhand_expr::ids::Instant;
use longhand_expr::{Calendar, CalendarDate, CalendarRules, EmptyView, EvalFrame, Schema, Scope, TurnSpec, Type};

/// Default tick: 15 minutes.
const DEFAULT_TICK_SECONDS: f64 = 900.0;
/// The shortest tick: a millisecond.
const LEAST_TICK_SECONDS: f64 = 0.001;
/// Maximum number of ticks of a run: about 1.5 years with ticks of one second.
const MAX_TICKS: f64 = 50e6;

/// Start and end of the scene, and its ticks.
pub(super) struct SceneTimes {
    pub(super) calendar: Calendar,
    pub(super) ends: Option<Instant>,
}

impl SceneTimes {
    /// `params` are the values of the params. Sets the calendar of the schema, if that counts turns, to one with turns of known length.
    pub(super) fn read(scene: &SceneFile, schema: &mut Schema, params: &[f64], report: &mut CheckReport) -> Self {
        let mut reader = DateReader { schema, params, calendar: Calendar::default(), report };
        let tick_us = reader.tick_us(scene);
        reader.read_length_of_turns(scene);
        let rules = reader.schema.calendar.clone();
        let first_turn = rules.counts_turns().then(|| CalendarDate::midnight(1, 0, 0));
        reader.calendar =
            Calendar::with_rules(rules.clone(), first_turn.unwrap_or(CalendarDate::midnight(1, 1, 1))).with_tick(tick_us);
        let starts = match (&scene.starts, first_turn) {
            (None, Some(_)) => Some(Instant::START),
            _ => reader.read(&scene.starts, "starts"),
        };
        let start = reader.calendar.datetime(starts.unwrap_or(Instant::START));
        reader.calendar = Calendar::with_rules(rules, start).with_tick(tick_us);
        let ends = reader.read(&scene.ends, "ends").filter(|_| starts.is_some());
        if let (Some(text), Some(ends)) = (&scene.ends, ends) {
            reader.check_end(text, scene.tick.as_ref(), ends);
        }
        Self { calendar: reader.calendar.with_end(ends.unwrap_or_default()), ends }
    }
}

/// Reads dates: `2025-01-06 07:30`, or an instant that depends only on params, such as `date(2025, release_month, 10)`.
struct DateReader<'r, 'a> {
    schema: &'r mut Schema,
    params: &'r [f64],
    /// The calendar in which an expression is evaluated.
    calendar: Calendar,
    report: &'r mut CheckReport<'a>,
}

/// Whether a text is a date with a word in it, such as `30 Hammer 1492`.
fn names_a_month(text: &str) -> bool {
    let is_word = |word: &str| word.chars().filter(|c| c.is_alphabetic()).count() >= 3;
    text.contains(|c: char| c.is_ascii_digit()) && text.split([' ', ',', '-']).any(is_word)
}

/// Whether a text is a number and a unit, such as `8w`.
fn is_length(text: &str) -> bool {
    let unit = text.trim().trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < text.trim().len() && !unit.is_empty() && unit.chars().all(|c| c.is_ascii_alphabetic())
}

impl DateReader<'_, '_> {
    fn read(&mut self, text: &Option<Text>, field: &'static str) -> Option<Instant> {
        let Some(text) = text else {
            let example = if self.schema.calendar.counts_turns() { "turn 100" } else { "2025-01-06" };
            let with_time =
                if self.schema.calendar.is_gregorian() { format!(" or `{field}: \"2025-01-06 07:30\",`") } else { String::new() };
            let message = format!("the scene has no `{field}`");
            let help = format!("add `{field}: \"{example}\",`{with_time}");
            let missing = Diagnostic::error("missing", FileId(0), 0..0, message).help(help);
            self.report.push(Diagnostic { missing_field: Some(field), ..missing });
            return None;
        };
        let is_expression = text.contains('(') || text.starts_with("start ");
        match self.calendar.parse(text) {
            Ok(at) => Some(at),
            Err(_) if is_expression => self.evaluate(text, Type::Instant).map(Instant::from_seconds),
            Err(message) if self.schema.calendar.is_gregorian() && names_a_month(text) => {
                let help =
                    "for months with other names, declare them: `calendar: Calendar(months: [Month(name: \"…\", days: 30), …])`";
                self.report.error_help(text, "date", message, help);
                None
            }
            Err(message) if is_length(text) => {
                self.report.error_help(
                    text,
                    "date",
                    message,
                    &format!("for a length from the start, write `start + {}`", text.trim()),
                );
                None
            }
            Err(message) => {
                self.report.error(text, "date", message);
                None
            }
        }
    }

    /// The value of a constant expression: a duration or an instant in seconds.
    fn evaluate(&mut self, text: &Text, ty: Type) -> Option<f64> {
        let expr = self.report.expr(text, ty, &Scope::default(), self.schema)?;
        if expr.has_calendar_step() {
            self.report.no_fixed_length(text);
            return None;
        }
        if !is_constant(&expr) {
            self.report.not_constant(text);
            return None;
        }
        let context = ConstantContext { params: self.params.to_vec(), view: EmptyView(self.calendar.clone()) };
        Some(expr.number(&context, &mut EvalFrame::default()))
    }

    /// The length of a tick in microseconds.
    fn tick_us(&mut self, scene: &SceneFile) -> i64 {
        let Some(tick) = &scene.tick else { return Instant::from_seconds(DEFAULT_TICK_SECONDS).0 };
        let Some(seconds) = self.evaluate(tick, Type::Duration) else { return Instant::from_seconds(DEFAULT_TICK_SECONDS).0 };
        if seconds < LEAST_TICK_SECONDS {
            self.report.error(tick, "range", "a tick must be at least a millisecond long: `0.001s`");
            return Instant::from_seconds(DEFAULT_TICK_SECONDS).0;
        }
        Instant::from_seconds(seconds.min(Calendar::MAX_SPAN.seconds())).0
    }

    fn read_length_of_turns(&mut self, scene: &SceneFile) {
        let Some(CalendarDecl::Turns { lasts: Some(lasts), .. }) = &scene.calendar else { return };
        let Some(seconds) = self.evaluate(lasts, Type::Duration) else { return };
        if seconds <= 0.0 {
            return self.report.not_positive(lasts);
        }
        let name = self.schema.calendar.turn_name().map(str::to_owned);
        let turn_us = Some(Instant::from_seconds(seconds).0.max(1));
        self.schema.calendar = Arc::new(CalendarRules::Turns(TurnSpec { name, turn_us }));
    }

    fn check_end(&mut self, text: &Text, tick: Option<&Text>, ends: Instant) {
        let ticks = ends.0 as f64 / self.calendar.tick_us() as f64;
        if ends <= Instant::START {
            let how = if ends == Instant::START { "at its start" } else { "before its start" };
            self.report.error(text, "range", format!("the scene ends {how}"));
        } else if ends > Calendar::MAX_SPAN {
            let years = Calendar::MAX_SPAN.seconds() / CalendarRules::Gregorian.year_seconds();
            self.report.error(text, "limit", format!("a scene may span at most {:.0},000 years", years / 1000.0));
        } else if ticks > MAX_TICKS {
            let message = format!("there are {ticks:.0} ticks from `starts` to `ends`; at most {MAX_TICKS} are allowed");
            self.report.error_help(tick.unwrap_or(text), "limit", message, "use a longer `tick` or an earlier `ends`");
        }
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
        let calendar = &loaded.scenario.calendar;
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
        let problems = load("2025-01-06", "8w", &[]).unwrap_err();
        assert!(problems.contains("write `start + 8w`"), "{problems}");
    }
}
