//! A calendar in a file: the date of the start, and below it the rules of a calendar that is not the Gregorian one, in postcard and
//! hexadecimal digits. The length of a tick is stored elsewhere.

use longhand_expr::{Calendar, CalendarRules};
use serde::{Deserialize, Deserializer, Serializer, de, ser};
use std::sync::Arc;

pub(crate) fn serialize<S: Serializer>(calendar: &Calendar, serializer: S) -> Result<S::Ok, S::Error> {
    let start = calendar.start();
    if calendar.rules().is_gregorian() {
        return serializer.collect_str(&start);
    }
    let rules = postcard::to_stdvec(&**calendar.rules()).map_err(ser::Error::custom)?;
    let digits: String = rules.iter().map(|byte| format!("{byte:02x}")).collect();
    serializer.serialize_str(&format!("{start}\n{digits}"))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Calendar, D::Error> {
    let text = String::deserialize(deserializer)?;
    let (start, rules) = text.split_once('\n').map_or((text.as_str(), None), |(start, rules)| (start, Some(rules)));
    let rules = match rules {
        Some(digits) => {
            let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
            let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
            let bytes = bytes.ok_or_else(|| de::Error::custom("the calendar is not readable"))?;
            Arc::new(postcard::from_bytes::<CalendarRules>(&bytes).map_err(de::Error::custom)?)
        }
        None => CalendarRules::gregorian(),
    };
    let start = rules.parse_date(start).map_err(de::Error::custom)?;
    Ok(Calendar::with_rules(rules, start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_expr::{CalendarMonth, CalendarSpec, TurnSpec};

    #[derive(serde::Serialize, Deserialize)]
    struct Stored(#[serde(with = "super")] Calendar);

    #[test]
    fn every_calendar_is_read_as_it_was_written() {
        let month = CalendarMonth { name: "Hammer".into(), days: 30, leap_days: 0 };
        let spec =
            CalendarSpec { months: vec![month], workdays: 1, first_weekday: 1, year_begins: (1, 1), ..CalendarSpec::default() };
        let turns = CalendarRules::Turns(TurnSpec { name: Some("round".into()), turn_us: Some(5) });
        for (rules, start) in [
            (CalendarRules::Gregorian, "-0043-03-15 11:00"),
            (CalendarRules::own(spec).unwrap(), "2 Hammer 1492"),
            (turns, "round 3"),
        ] {
            let start = rules.parse_date(start).unwrap();
            let calendar = Calendar::with_rules(Arc::new(rules), start);
            let bytes = postcard::to_stdvec(&Stored(calendar.clone())).unwrap();
            assert_eq!(postcard::from_bytes::<Stored>(&bytes).unwrap().0, calendar);
        }
        // A file of an earlier version has the date alone.
        let bytes = postcard::to_stdvec("2025-01-06T07:30:00").unwrap();
        assert_eq!(postcard::from_bytes::<Stored>(&bytes).unwrap().0, Calendar::new("2025-01-06 07:30".parse().unwrap()));
    }
}
