//! Formats numbers for the page.

use crate::stats::ConfidenceInterval;
use longhand_expr::ids::Instant;
use longhand_expr::{Calendar, TimeGrain};
use longhand_narrative::dates::{CivilDateTime, DateStyle};
use longhand_narrative::grammar::digits;
use longhand_scene::{ParamValue, Scenario};

/// A share as a percentage.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if (percent - percent.round()).abs() < 0.05 { format!("{percent:.0} %") } else { format!("{percent:.1} %") }
}

/// An interval of shares, as percentages.
pub(super) fn percent_interval((low, high): ConfidenceInterval) -> String {
    format!("{:.0}–{:.0} %", low * 100.0, high * 100.0)
}

/// The value of a param as a scene writes it.
pub(super) fn param_text(scenario: &Scenario, id: &str, value: f64) -> String {
    match scenario.params.iter().find(|param| param.id == id).map(|param| param.value) {
        Some(ParamValue::Switch(_)) => (value != 0.0).to_string(),
        _ => digits(value),
    }
}

/// An interval of numbers.
pub(super) fn number_interval((low, high): ConfidenceInterval) -> String {
    format!("{} to {}", digits(low), digits(high))
}

/// A number with a noun in singular or plural.
pub(super) fn count_noun(n: usize, singular: &str, plural: &str) -> String {
    if n == 1 { format!("1 {singular}") } else { format!("{n} {plural}") }
}

/// A number with its sign; zero has none.
pub(super) fn signed(value: f64) -> String {
    let magnitude = digits(value.abs());
    match value {
        _ if magnitude == "0" => magnitude,
        value if value < 0.0 => format!("−{magnitude}"),
        _ => format!("+{magnitude}"),
    }
}

/// An instant on the axis of a plot: its date, or in a scene of seconds its time.
pub(super) fn axis_date(calendar: &Calendar, at: Instant) -> String {
    let style = if calendar.grain() < TimeGrain::Minutes { DateStyle::Time } else { DateStyle::ShortDate };
    CivilDateTime::from_instant(calendar, at).display(style)
}

/// A date of a report in short: `2025-07-01`, and in a scene of seconds `16:30:42`.
pub(super) fn short_text(calendar: &Calendar, written: &str) -> String {
    match calendar.parse(written) {
        Ok(at) if calendar.grain() < TimeGrain::Minutes => axis_date(calendar, at),
        Ok(at) => calendar.datetime(at).day_text(),
        Err(_) => written.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_and_have_a_sign() {
        assert_eq!((percent(1.0), percent(0.975), percent(0.0)), ("100 %".into(), "97.5 %".into(), "0 %".into()));
        assert_eq!((signed(-2.0), signed(0.0), signed(3.5)), ("−2".into(), "0".into(), "+3.5".into()));
        assert_eq!(percent_interval((0.763, 0.991)), "76–99 %");
    }
}
