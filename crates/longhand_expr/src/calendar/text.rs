//! Dates as text: one form that files contain and people may write, and for a calendar of a scene's own also dates with the names of its
//! months and eras.

use std::fmt;
use std::str::FromStr;

use super::{Calendar, CalendarDate, CalendarRules};

impl fmt::Display for CalendarDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_turn() {
            return write!(f, "turn {}", self.year);
        }
        let sign = if self.year < 0 { "-" } else { "" };
        let (year, hour, minute, second) = (self.year.unsigned_abs(), self.hour(), self.minute(), self.second());
        write!(f, "{sign}{year:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}", self.month, self.day)?;
        match self.time_us % 1_000_000 {
            0 => Ok(()),
            fraction => write!(f, ".{}", format!("{fraction:06}").trim_end_matches('0')),
        }
    }
}

impl CalendarDate {
    /// The day without the time: `2025-03-01`, `turn 12`.
    #[must_use]
    pub fn day_text(self) -> String {
        let text = self.to_string();
        text.split_once('T').map_or_else(|| text.clone(), |(day, _)| day.to_owned())
    }
}

/// Reads a date of the Gregorian calendar.
impl FromStr for CalendarDate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        CalendarRules::Gregorian.parse_date(text)
    }
}

/// Parses a date of the Gregorian calendar: `YYYY-MM-DD`, `YYYY-MM-DD HH:MM` or `YYYY-MM-DD HH:MM:SS`. A year may have more than four
/// digits and a minus, or be followed by `BC`.
///
/// # Errors
/// A message with the expected formats.
pub fn parse_datetime(text: &str) -> Result<CalendarDate, String> {
    text.parse()
}

impl CalendarRules {
    /// Parses a date of this calendar.
    ///
    /// # Errors
    /// A message with the expected formats.
    pub fn parse_date(&self, text: &str) -> Result<CalendarDate, String> {
        let text = text.trim();
        if self.counts_turns() {
            return self.parse_turn(text);
        }
        let (day_text, time_us) = split_time(text);
        let time_us = time_us.ok_or_else(|| self.not_a_date(text))?;
        let numeric = parse_numeric(day_text);
        let Some((year, month, day, era)) = numeric.or_else(|| self.parse_named(day_text)) else {
            return Err(self.not_a_date(text));
        };
        let Some(year) = year else {
            return Err(format!("`{text}` is not a date: it has no year, as in `{text} 100`"));
        };
        let year = match era {
            "" => year,
            era => self.year_of_era(year, era).ok_or_else(|| self.unknown_era(text, era))?,
        };
        if year.abs() > Calendar::MAX_YEAR {
            return Err(format!("`{text}` is not a date: a year is between -1,000,000,000 and 1,000,000,000"));
        }
        if !self.has_day(year, month, day) {
            let months = self.month_count();
            return Err(if month == 0 || month > months {
                format!("`{text}` is not a date: a year has {months} months")
            } else {
                let name = self.month_name(month).map_or_else(|| format!("month {month}"), str::to_owned);
                format!("`{text}` is not a date: {name} of {year} has {} days", self.month_days(year, month))
            });
        }
        Ok(CalendarDate { year, month, day, time_us })
    }

    fn parse_turn(&self, text: &str) -> Result<CalendarDate, String> {
        let word = self.turn_name().unwrap_or("turn");
        let number = strip_prefix_ignoring_case(text, word).or_else(|| strip_prefix_ignoring_case(text, "turn")).unwrap_or(text);
        let turn = number.trim().parse::<i64>().ok().filter(|turn| turn.abs() <= Calendar::MAX_YEAR);
        turn.map(|turn| CalendarDate::midnight(turn, 0, 0)).ok_or_else(|| format!("`{text}` is not a {word}: write `{word} 12`"))
    }

    fn not_a_date(&self, text: &str) -> String {
        match self.spec() {
            Some(spec) => {
                let example = spec.months.iter().find(|month| month.days > 1).map_or("", |month| month.name.as_str());
                let era = spec.eras.last().map_or_else(String::new, |era| format!(" {}", era.name));
                format!("`{text}` is not a date: write `12 {example} 100{era}` or `0100-01-12`, and the time after it: `18:30`")
            }
            None => format!("`{text}` is not a date: write `2025-05-01`, `2025-05-01 18:30` or `2025-05-01 18:30:15`"),
        }
    }

    fn unknown_era(&self, text: &str, era: &str) -> String {
        let known: Vec<String> = match self.spec() {
            Some(spec) => spec.eras.iter().map(|era| &era.name).chain(&spec.before).map(|name| format!("`{name}`")).collect(),
            None => vec!["`BC`".to_owned(), "`AD`".to_owned()],
        };
        let help = if known.is_empty() { "this calendar has none".to_owned() } else { format!("write {}", known.join(" or ")) };
        format!("`{text}` is not a date: there is no era `{era}`, {help}")
    }

    /// The name that the scene gives a month of its own calendar.
    #[must_use]
    pub fn month_name(&self, month: u8) -> Option<&str> {
        Some(&self.spec()?.months.get(usize::from(month).checked_sub(1)?)?.name)
    }

    /// The era of a year of a calendar of the scene's own, and the year in its count.
    #[must_use]
    pub fn era_of(&self, year: i64) -> Option<(&str, i64)> {
        let spec = self.spec()?;
        if let Some(era) = spec.eras.iter().rfind(|era| era.from <= year) {
            return Some((&era.name, year - era.from + 1));
        }
        Some((spec.before.as_deref()?, spec.eras.first()?.from - year))
    }

    /// The year in the count of the calendar; `None` if there is no such era.
    fn year_of_era(&self, year: i64, era: &str) -> Option<i64> {
        let is = |name: &str| name.eq_ignore_ascii_case(era);
        let Some(spec) = self.spec() else {
            let is_before = is("BC") || is("BCE");
            return if is("AD") || is("CE") { Some(year) } else { is_before.then_some(1 - year) };
        };
        if let Some(era) = spec.eras.iter().find(|other| is(&other.name)) {
            return year.checked_add(era.from)?.checked_sub(1);
        }
        spec.before.as_deref().filter(|name| is(name)).and_then(|_| spec.eras.first()?.from.checked_sub(year))
    }

    /// `30 Hammer 1492 DR`, `30th of Hammer, 1492 DR`, `Midwinter 1492`: year, month, day and era.
    fn parse_named<'t>(&self, text: &'t str) -> Option<(Option<i64>, u8, u16, &'t str)> {
        let spec = self.spec()?;
        let found =
            spec.months.iter().enumerate().filter_map(|(index, month)| Some((index, find_word(text, &month.name)?, month)));
        // Of names that contain each other, the longest is meant.
        let (index, at, month) = found.max_by_key(|(.., month)| month.name.len())?;
        let (before, after) = (text[..at].trim(), text[at + month.name.len()..].trim_start_matches([',', ' ']).trim());
        let before = before.strip_suffix("of").unwrap_or(before).trim().trim_end_matches('.');
        let day = match before {
            "" if month.days <= 1 => 1,
            before => {
                let digits = before.trim_end_matches(|c: char| !c.is_ascii_digit());
                let suffix = &before[digits.len()..];
                if !matches!(suffix, "" | "st" | "nd" | "rd" | "th") {
                    return None;
                }
                digits.parse().ok()?
            }
        };
        let (year, era) = match after.split_once(' ') {
            _ if after.is_empty() => (None, ""),
            Some((year, era)) => (Some(year.parse().ok()?), era.trim()),
            None => (Some(after.parse().ok()?), ""),
        };
        Some((year, u8::try_from(index + 1).ok()?, day, era))
    }
}

/// Where a word stands in a text, whatever its case. The word must not be a part of a longer one.
fn find_word(text: &str, word: &str) -> Option<usize> {
    let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.char_indices().map(|(at, _)| at).find(|&at| {
        text.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word))
            && !is_part(text[..at].chars().next_back())
            && !is_part(text[at + word.len()..].chars().next())
    })
}

fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    text.get(..prefix.len()).filter(|start| start.eq_ignore_ascii_case(prefix)).map(|_| &text[prefix.len()..])
}

/// Splits a time of day from the end of a text; midnight without one. `None` for a time that there is not.
fn split_time(text: &str) -> (&str, Option<i64>) {
    let Some(colon) = text.find(':') else { return (text, Some(0)) };
    let begin = text[..colon].trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let day = text[..begin].strip_suffix(['T', 't', ' ']).map(|day| day.trim_end_matches([',', ' ']));
    (day.unwrap_or(text), parse_time(&text[begin..]).filter(|_| day.is_some()))
}

/// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.ffffff` in microseconds.
pub(super) fn parse_time(text: &str) -> Option<i64> {
    let (clock, fraction) = text.split_once('.').map_or((text, ""), |(clock, fraction)| (clock, fraction));
    let mut parts = clock.split(':').map(|part| (part.len() == 2).then(|| part.parse::<u8>().ok()).flatten());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    let has_seconds = clock.len() > 5;
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 || text.contains('.') && !has_seconds {
        return None;
    }
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || text.ends_with('.') {
        return None;
    }
    let digits: String = fraction.chars().chain("000000".chars()).take(6).collect();
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    Some(seconds * 1_000_000 + digits.parse::<i64>().ok()?)
}

/// `2025-03-01`, `-0043-03-15`, `0044-03-15 BC`: year, month, day and era.
fn parse_numeric(text: &str) -> Option<(Option<i64>, u8, u16, &str)> {
    let (numbers, era) = text.split_once(' ').map_or((text, ""), |(numbers, era)| (numbers, era.trim()));
    let (is_negative, digits) = match numbers.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, numbers.strip_prefix('+').unwrap_or(numbers)),
    };
    let mut parts = digits.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let are_digits = |text: &str, count: std::ops::RangeInclusive<usize>| {
        count.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !(are_digits(year, 4..=18) && are_digits(month, 2..=3) && are_digits(day, 2..=4)) {
        return None;
    }
    let year: i64 = year.parse().ok()?;
    let month = month.parse::<u16>().ok()?.min(u16::from(u8::MAX)) as u8;
    Some((Some(if is_negative { -year } else { year }), month, day.parse().ok()?, era))
}
