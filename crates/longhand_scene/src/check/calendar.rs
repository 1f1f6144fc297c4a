//! Checks a calendar of the scene's own, and the exact times at which something recurs.

use std::sync::Arc;

use super::super::decl::calendar::{CalendarDecl, LeapDecl};
use super::super::decl::{SceneFile, Text};
use super::super::model::Timing;
use super::checker::SceneChecker;
use super::report::CheckReport;
use longhand_expr::{
    CalendarEra, CalendarMonth, CalendarPart, CalendarRules, CalendarSpec, LeapRule, Recurrence, Scope, TurnSpec, Type,
};

/// The days of the Gregorian week, as rules name them in any language.
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The dates that a scene has; those of the Gregorian calendar if its own has faults, which are reported. `lasts` of turns is read later.
pub(super) fn calendar_rules(scene: &SceneFile, report: &mut CheckReport<'_>) -> Arc<CalendarRules> {
    let spec = match &scene.calendar {
        None => return CalendarRules::gregorian(),
        Some(CalendarDecl::Turns { name, .. }) => {
            let name = name.as_ref().filter(|name| {
                let is_word = name.chars().any(char::is_alphabetic) && !name.contains(|c: char| c.is_ascii_digit());
                if !is_word {
                    report.error(*name, "calendar", "this is not a name for a turn");
                }
                is_word
            });
            return Arc::new(CalendarRules::Turns(TurnSpec { name: name.map(|name| name.trim().to_owned()), turn_us: None }));
        }
        Some(CalendarDecl::Calendar { months, leap, week, workdays, first_weekday, year_begins, eras, before }) => {
            let first_weekday = first_weekday.as_ref().map_or(1, |text| {
                let position = week.iter().position(|name| name.as_str() == text.as_str());
                if position.is_none() {
                    report.error(text, "calendar", format!("`{}` is not a day of `week`", text.as_str()));
                }
                position.map_or(1, |position| position as u16 + 1)
            });
            CalendarSpec {
                months: (months.iter())
                    .map(|month| CalendarMonth {
                        name: month.name.trim().to_owned(),
                        days: *month.days,
                        leap_days: month.leap.as_ref().map_or(0, |leap| **leap),
                    })
                    .collect(),
                leap: leap.as_ref().map(|leap| {
                    let LeapDecl { every, except, but } = leap.value.clone();
                    LeapRule { every, except, but }
                }),
                week: week.iter().map(|name| name.trim().to_owned()).collect(),
                workdays: workdays.as_ref().map_or_else(|| default_workdays(week.len()), |workdays| **workdays),
                first_weekday,
                year_begins: year_begins.as_ref().map_or((1, 1), |begins| **begins),
                eras: (eras.iter())
                    .map(|era| CalendarEra { name: era.name.trim().to_owned(), from: era.from.as_ref().map_or(1, |from| **from) })
                    .collect(),
                before: before.as_ref().map(|name| name.trim().to_owned()),
            }
        }
    };
    report_problems(scene, &spec, report);
    CalendarRules::own(spec).map_or_else(|_| CalendarRules::gregorian(), Arc::new)
}

/// All but the last two days of a week.
fn default_workdays(week: usize) -> u16 {
    u16::try_from(if week > 2 { week - 2 } else { week.max(1) }).unwrap_or(u16::MAX)
}

fn report_problems(scene: &SceneFile, spec: &CalendarSpec, report: &mut CheckReport<'_>) {
    let Some(CalendarDecl::Calendar { months, leap, week, workdays, first_weekday, year_begins, eras, before }) = &scene.calendar
    else {
        return;
    };
    // A part without a text of its own is reported at the first month, or at the first text of the scene.
    let anywhere = months.first().map(|month| &month.name).or(scene.starts.as_ref());
    for (part, message) in spec.problems() {
        let text = match part {
            CalendarPart::Month(index) => months.get(index).map(|month| &month.name),
            CalendarPart::Week => week.first(),
            CalendarPart::Weekday(index) => week.get(index),
            CalendarPart::FirstWeekday => first_weekday.as_ref(),
            CalendarPart::Era(index) => eras.get(index).map(|era| &era.name),
            CalendarPart::Before => before.as_ref(),
            CalendarPart::Months | CalendarPart::Leap | CalendarPart::Workdays | CalendarPart::YearBegins => None,
        };
        match (part, leap, workdays, year_begins) {
            (CalendarPart::Leap, Some(leap), ..) => report.error(leap, "calendar", message),
            (CalendarPart::Workdays, _, Some(workdays), _) => report.error(workdays, "calendar", message),
            (CalendarPart::YearBegins, .., Some(begins)) => report.error(begins, "calendar", message),
            _ => match text.or(anywhere) {
                Some(text) => report.error(text, "calendar", message),
                None => report.error(&Text::default(), "calendar", message),
            },
        }
    }
}

impl SceneChecker<'_> {
    /// When something recurs: at exact times (`daily at 07:00`), or after a duration.
    pub(super) fn timing(&mut self, text: &Text, scope: &Scope) -> Option<Timing> {
        let own: Vec<&str> =
            self.schema.calendar.spec().map_or_else(Vec::new, |spec| spec.week.iter().map(String::as_str).collect());
        let weekdays = if self.schema.calendar.is_gregorian() { &WEEKDAYS[..] } else { &own };
        match Recurrence::parse(text, &self.schema.calendar, weekdays) {
            Some(Ok(recurrence)) => Some(Timing::At(recurrence)),
            Some(Err((message, help))) => {
                self.report.error_help(text, "calendar", message, &help);
                None
            }
            None => {
                let interval = self.report.expr(text, Type::Duration, scope, &self.schema)?;
                Some(Timing::After(interval))
            }
        }
    }

    /// When something recurs that counts whole months and years from the start of the scene: `1month` as exact times.
    pub(super) fn exact_timing(&mut self, text: &Text, scope: &Scope) -> Option<Timing> {
        Some(match self.timing(text, scope)? {
            Timing::After(interval) => match interval.calendar_step() {
                Some(step) => Timing::At(Recurrence::Steps(step)),
                None => Timing::After(interval),
            },
            timing => timing,
        })
    }
}
