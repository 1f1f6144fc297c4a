//! Dates and times of day in words. It is the only place that words a date, for stories and for tools; `longhand_expr` has the form of
//! dates in files.
//!
//! The names of the Gregorian months and weekdays come from the language; a calendar of the scene's own has its own names. A scene that
//! counts turns has neither dates nor times of day: there every phrase names the turn.

use longhand_expr::ids::Instant;
use longhand_expr::{Calendar, CalendarDate, TimeGrain};
use longhand_language::{Language, NumberStyle};

const DAY_SECONDS: f64 = 86_400.0;
/// What happened less than this share of a day ago was not "the day before".
const LEAST_DAY_SHARE: f64 = 0.25;
/// The fewest ticks between two events for which a scene of seconds tells the time relative to the earlier event.
const TOLD_TICKS: i64 = 8;

/// The form of a date in tools, whose messages are English. In a scene that counts turns all forms are the turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateStyle {
    /// `Tuesday, 4 November 2025`
    Long,
    /// `Tuesday, 4 November 2025, 21:12`
    LongTimestamp,
    /// `4 November 2025`
    Date,
    /// `4 November 2025, 21:12`
    Timestamp,
    /// `Tue 4 Nov 2025, 21:12`
    WeekdayTimestamp,
    /// `4 Nov 2025`
    ShortDate,
    /// `4 November`
    Day,
    /// `4 November, 21:12`
    DayTime,
    /// `4 Nov`
    ShortDay,
    /// `4 Nov 21:12`
    ShortDayTime,
    /// `21:12`
    Time,
    /// `Tuesday, 4 November 2025, 21:12:05`
    Exact,
    /// `2025`
    Year,
}

/// A date and time as a file contains it, `2025-11-04T21:12:00`, for display: `Tue 4 Nov 2025, 21:12`. Other text is returned unchanged.
#[must_use]
pub fn format_written(calendar: &Calendar, written: &str) -> String {
    let at = calendar.parse(written);
    at.map_or_else(|_| written.to_owned(), |at| CivilDateTime::from_instant(calendar, at).display(DateStyle::WeekdayTimestamp))
}

/// A date and time in the calendar of a scene, with its words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CivilDateTime<'c> {
    calendar: &'c Calendar,
    at: Instant,
    date: CalendarDate,
}

impl<'c> CivilDateTime<'c> {
    /// The date and time of an instant.
    #[must_use]
    pub fn from_instant(calendar: &'c Calendar, at: Instant) -> Self {
        Self { calendar, at, date: calendar.datetime(at) }
    }

    /// Year, month, day and time as numbers.
    #[must_use]
    pub const fn date(self) -> CalendarDate {
        self.date
    }

    /// The number of the day, or of the turn. Those of consecutive days are consecutive.
    #[must_use]
    pub fn day(self) -> i64 {
        self.calendar.day_number(self.at)
    }

    /// The number of what a heading of a narration covers: the day, in a scene of seconds the minute.
    #[must_use]
    pub fn period(self) -> i64 {
        if self.is_fine() { (self.at.0 + self.calendar.start().time_us).div_euclid(60_000_000) } else { self.day() }
    }

    /// Whether the scene is one of seconds.
    #[must_use]
    pub(crate) fn is_fine(self) -> bool {
        matches!(self.calendar.grain(), TimeGrain::Tenths | TimeGrain::Seconds)
    }

    fn is_turn(self) -> bool {
        self.date.is_turn()
    }

    /// Whether its days belong to weeks.
    pub(crate) fn has_weekday(self) -> bool {
        self.calendar.rules().week_len() > 0
    }

    /// Whether it is a day between the months, which has a name and no number.
    fn is_feast(self) -> bool {
        self.calendar.rules().spec().is_some_and(|spec| spec.months.get(self.month_index()).is_some_and(|month| month.days <= 1))
    }

    fn month_index(self) -> usize {
        usize::from(self.date.month).saturating_sub(1)
    }

    /// "Tuesday"; empty without a week.
    #[must_use]
    pub fn weekday<'l>(self, language: &'l Language) -> &'l str
    where
        'c: 'l,
    {
        let number = self.calendar.day_of_week(self.at);
        match self.calendar.rules().spec() {
            _ if self.is_turn() => "",
            None => language.text(&format!("weekday-{number}")),
            Some(spec) => spec.week.get(usize::from(number) - 1).map_or("", String::as_str),
        }
    }

    /// "March"; empty in a scene that counts turns.
    #[must_use]
    pub fn month<'l>(self, language: &'l Language) -> &'l str
    where
        'c: 'l,
    {
        match self.calendar.rules().month_name(self.date.month) {
            _ if self.is_turn() => "",
            None => language.text(&format!("month-{}", self.date.month)),
            Some(name) => name,
        }
    }

    /// "Mar". Of a name of the scene's own, the first three letters; of a feast, the whole.
    #[must_use]
    pub fn short_month(self, language: &Language) -> String {
        match self.calendar.rules().month_name(self.date.month) {
            _ if self.is_turn() => self.turn_text(language),
            None => language.text(&format!("month-short-{}", self.date.month)).to_owned(),
            Some(name) if self.is_feast() => name.to_owned(),
            Some(name) => name.chars().take(3).collect(),
        }
    }

    /// The hour of the day, 0 to 23.
    #[must_use]
    pub fn hour(self) -> i64 {
        self.date.hour()
    }

    /// The number of the month in the Gregorian calendar; none in another one.
    pub(crate) fn gregorian_month(self) -> Option<i64> {
        (self.calendar.rules().is_gregorian() && !self.is_turn()).then(|| i64::from(self.date.month))
    }

    /// The year without its era; or the turn.
    #[must_use]
    pub fn year(self) -> i64 {
        self.date.year
    }

    /// Whether two dates are in the same month of the same year.
    #[must_use]
    pub(crate) fn is_same_month(self, other: Self) -> bool {
        (self.date.year, self.date.month) == (other.date.year, other.date.month)
    }

    /// The meteorological season of the northern hemisphere, as a key: "spring". Another calendar's year has the same seasons, if its
    /// first month is in winter.
    #[must_use]
    fn season_key(self) -> &'static str {
        let months = i64::from(self.calendar.rules().month_count()).max(1);
        match i64::from(self.date.month.max(1) - 1) * 12 / months + 1 {
            3..=5 => "spring",
            6..=8 => "summer",
            9..=11 => "autumn",
            _ => "winter",
        }
    }

    /// The meteorological season of the northern hemisphere; empty in a scene that counts turns.
    #[must_use]
    pub fn season(self, language: &Language) -> &str {
        if self.is_turn() { "" } else { language.text(&format!("season-{}", self.season_key())) }
    }

    /// Whether it is in the last third of the month.
    #[must_use]
    pub(crate) fn is_late_in_month(self) -> bool {
        let days = self.calendar.rules().month_days(self.date.year, self.date.month);
        u32::from(self.date.day) * 31 > 20 * u32::from(if self.calendar.rules().is_gregorian() { 31 } else { days.max(1) })
    }

    /// "on a Tuesday in March", "at Midwinter", "in turn 12".
    #[must_use]
    pub fn date_phrase(self, language: &Language) -> String {
        let values = [("weekday", self.weekday(language).into()), ("month", self.month(language).into())];
        if self.is_turn() {
            language.format("date-phrase-turn", &[("turn", self.turn_text(language).into())])
        } else if self.is_feast() {
            language.format("date-phrase-feast", &values[1..])
        } else if !self.has_weekday() {
            language.format("date-phrase-no-week", &values[1..])
        } else {
            language.format("date-phrase", &values)
        }
    }

    /// "late in the evening"; empty in a scene that counts turns.
    #[must_use]
    pub fn time_phrase(self, language: &Language) -> &str {
        if self.is_turn() {
            return "";
        }
        language.text(match self.hour() {
            0..=1 => "time-after-midnight",
            2..=3 => "time-middle-of-night",
            4..=5 => "time-before-dawn",
            6..=8 => "time-early-morning",
            9..=11 => "time-morning",
            12..=13 => "time-noon",
            14..=16 => "time-afternoon",
            17 => "time-late-afternoon",
            18..=20 => "time-evening",
            21..=22 => "time-late-evening",
            _ => "time-night",
        })
    }

    /// "21:15"; in a scene of seconds "16:30:42", with tenths if a tick is shorter than a second.
    #[must_use]
    pub fn clock(self, language: &Language) -> String {
        let second = match self.calendar.grain() {
            TimeGrain::Turns => return self.turn_text(language),
            TimeGrain::Minutes => return self.minute_clock(language),
            TimeGrain::Seconds => format!("{:02}", self.date.second()),
            TimeGrain::Tenths => {
                let tenth = self.date.time_us / 100_000 % 10;
                format!("{:02}{}{tenth}", self.date.second(), language.text("number-decimal"))
            }
        };
        let [hour, minute] = [self.date.hour(), self.date.minute()].map(|part| language.own_digits(format!("{part:02}")));
        let values = [("hour", hour.into()), ("minute", minute.into()), ("second", language.own_digits(second).into())];
        language.format("clock-seconds", &values)
    }

    fn minute_clock(self, language: &Language) -> String {
        let [hour, minute] = [self.date.hour(), self.date.minute()].map(|part| language.own_digits(format!("{part:02}")));
        language.format("clock", &[("hour", hour.into()), ("minute", minute.into())])
    }

    /// "turn 12", or by the scene's own name of a turn.
    fn turn_text(self, language: &Language) -> String {
        let number = language.own_digits(self.date.year.to_string());
        match self.calendar.rules().turn_name() {
            Some(name) => language.format("turn-named", &[("name", name.into()), ("number", number.into())]),
            None => language.format("turn", &[("number", number.into())]),
        }
    }

    /// "4 March 2025", "Midwinter 1492 DR".
    fn full_date(self, language: &Language) -> String {
        if self.is_feast() {
            return self.month_year(language);
        }
        let values = [
            ("day", language.own_digits(self.date.day.to_string()).into()),
            ("month", self.month(language).into()),
            ("year", self.year_text(language).into()),
        ];
        language.format("full-date", &values)
    }

    /// "Tuesday, 4 March 2025".
    #[must_use]
    pub fn long_date(self, language: &Language) -> String {
        let weekday = self.weekday(language);
        if self.is_turn() {
            return self.turn_text(language);
        }
        if !self.has_weekday() {
            return self.full_date(language);
        }
        if self.is_feast() {
            return language.format("weekday-date", &[("weekday", weekday.into()), ("date", self.full_date(language).into())]);
        }
        let values = [
            ("weekday", weekday.into()),
            ("day", language.own_digits(self.date.day.to_string()).into()),
            ("month", self.month(language).into()),
            ("year", self.year_text(language).into()),
        ];
        language.format("long-date", &values)
    }

    /// What a heading of a narration says: the day, in a scene of seconds also the minute.
    #[must_use]
    pub fn heading(self, language: &Language) -> String {
        if !self.is_fine() {
            return self.long_date(language);
        }
        let values = [("date", self.long_date(language).into()), ("clock", self.minute_clock(language).into())];
        language.format("date-clock", &values)
    }

    /// "4 March 2025, 21:15".
    #[must_use]
    pub fn timestamp(self, language: &Language) -> String {
        if self.is_turn() {
            return self.turn_text(language);
        }
        if self.is_feast() {
            let values = [("date", self.full_date(language).into()), ("clock", self.clock(language).into())];
            return language.format("date-clock", &values);
        }
        let values = [
            ("day", language.own_digits(self.date.day.to_string()).into()),
            ("month", self.month(language).into()),
            ("year", self.year_text(language).into()),
            ("clock", self.clock(language).into()),
        ];
        language.format("timestamp", &values)
    }

    /// "March 2025".
    #[must_use]
    pub(crate) fn month_year(self, language: &Language) -> String {
        if self.is_turn() {
            return self.turn_text(language);
        }
        let values = [("month", self.month(language).into()), ("year", self.year_text(language).into())];
        language.format("month-year", &values)
    }

    /// The year in the digits of the language, with its era: "2025", "44 BC", "1492 DR".
    #[must_use]
    pub fn year_text(self, language: &Language) -> String {
        let digits = |year: i64| language.own_digits(year.to_string());
        match self.calendar.rules().era_of(self.date.year) {
            Some((era, year)) => format!("{} {era}", digits(year)),
            None if self.calendar.rules().is_gregorian() && self.date.year < 1 => {
                language.format("year-before", &[("number", digits(1 - self.date.year).into())])
            }
            None => digits(self.date.year),
        }
    }

    /// In a form for tools, in English.
    #[must_use]
    pub fn display(self, style: DateStyle) -> String {
        let language = Language::english();
        let is_short =
            matches!(style, DateStyle::WeekdayTimestamp | DateStyle::ShortDate | DateStyle::ShortDay | DateStyle::ShortDayTime);
        let day = || {
            let month = if is_short { self.short_month(language) } else { self.month(language).to_owned() };
            if self.is_feast() { month } else { format!("{} {month}", self.date.day) }
        };
        let weekday = || match self.weekday(language) {
            "" => String::new(),
            name if is_short => format!("{} ", name.chars().take(3).collect::<String>()),
            name => format!("{name}, "),
        };
        let (year, time) = (|| self.year_text(language), || self.clock(language));
        match style {
            _ if self.is_turn() => self.turn_text(language),
            DateStyle::Long => format!("{}{} {}", weekday(), day(), year()),
            DateStyle::LongTimestamp | DateStyle::WeekdayTimestamp => format!("{}{} {}, {}", weekday(), day(), year(), time()),
            DateStyle::Date | DateStyle::ShortDate => format!("{} {}", day(), year()),
            DateStyle::Timestamp => format!("{} {}, {}", day(), year(), time()),
            DateStyle::Day | DateStyle::ShortDay => day(),
            DateStyle::DayTime => format!("{}, {}", day(), time()),
            DateStyle::ShortDayTime => format!("{} {}", day(), time()),
            DateStyle::Time => time(),
            DateStyle::Exact if self.is_fine() => self.display(DateStyle::LongTimestamp),
            DateStyle::Exact => format!("{}:{:02}", self.display(DateStyle::LongTimestamp), self.date.second()),
            DateStyle::Year => year(),
        }
    }
}

/// The seconds that pass in a narration as a day does elsewhere: of a scene of seconds a minute, of turns a turn.
pub(crate) fn pace_seconds(calendar: &Calendar) -> f64 {
    match calendar.grain() {
        TimeGrain::Tenths | TimeGrain::Seconds => 60.0,
        TimeGrain::Minutes | TimeGrain::Turns => calendar.day_us() as f64 / 1e6,
    }
}

/// How much later something was, where days and years do not say it: in seconds, turns, or centuries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Distance {
    Seconds(f64),
    Turns(i64),
    Centuries(i64),
}

impl Distance {
    /// The distance of two instants, if it is said in this way: from a few ticks to a day in a scene of seconds, in turns, and in centuries
    /// if they are nearly whole. `None` if it is said in days to years, or if nothing is said.
    pub(crate) fn between(then: CivilDateTime<'_>, now: CivilDateTime<'_>) -> Option<Self> {
        let elapsed = now.at.0 - then.at.0;
        if now.is_turn() {
            return Some(Self::Turns(now.day() - then.day())).filter(|_| now.day() > then.day());
        }
        if now.is_fine() && (elapsed as f64) < DAY_SECONDS * 1e6 {
            let is_told = elapsed >= TOLD_TICKS * now.calendar.tick_us();
            return is_told.then(|| Self::Seconds((elapsed as f64 / 1e6).round().max(1.0)));
        }
        let centuries = elapsed as f64 / 1e6 / (100.0 * now.calendar.year_seconds());
        let whole = centuries.round();
        ((centuries - whole).abs() < 0.02 * whole).then_some(Self::Centuries(whole as i64))
    }

    /// The number of its unit.
    pub(crate) fn count(self) -> f64 {
        match self {
            Self::Seconds(seconds) => Language::duration_count(seconds),
            Self::Turns(n) | Self::Centuries(n) => n as f64,
        }
    }

    /// The distance in words, "twenty seconds", in a case: `nominative`, `dative` or `genitive`.
    pub(crate) fn words(self, language: &Language, case: &str) -> String {
        match self {
            Self::Seconds(seconds) => language.spelled_duration(seconds, case),
            Self::Turns(n) => language.format_amount("turns", n as f64, NumberStyle::Words, &[("case", case.into())]),
            Self::Centuries(n) => language.format_amount("centuries", n as f64, NumberStyle::Words, &[("case", case.into())]),
        }
    }

    /// A message about it, with its words in three cases.
    pub(crate) fn lines(self, language: &Language, id: &str) -> Vec<String> {
        let words = |case| self.words(language, case);
        let values = [
            ("amount", words("nominative").into()),
            ("amount_dative", words("dative").into()),
            ("amount_genitive", words("genitive").into()),
            ("n", self.count().into()),
        ];
        language.lines(id, &values)
    }
}

/// How long ago something was, less precise the longer ago it was: "a moment ago", "yesterday", "three weeks ago", "last spring".
#[must_use]
pub fn time_ago(then: CivilDateTime<'_>, now: CivilDateTime<'_>, language: &Language) -> String {
    let days = now.day() - then.day();
    let amount = |id: &str, amount: f64| language.format_amount(id, amount, NumberStyle::Words, &[]);
    if let Some(distance) = Distance::between(then, now) {
        return distance.lines(language, "ago").into_iter().next().unwrap_or_default();
    }
    match days {
        i64::MIN..=0 if now.is_fine() || now.is_turn() => language.text("ago-moment").to_owned(),
        i64::MIN..=0 => language.text("ago-today").to_owned(),
        1 => language.text("ago-yesterday").to_owned(),
        2..=13 => amount("ago-days", days as f64),
        14..=59 => amount("ago-weeks", (days / 7) as f64),
        60..=300 if then.year() == now.year() => language.format("ago-month", &[("month", then.month(language).into())]),
        60..=450 => {
            let values = [("season", then.season(language).into()), ("season_key", then.season_key().into())];
            language.format("ago-season", &values)
        }
        _ => amount("ago-years", years_of_days(now.calendar, days)),
    }
}

/// The number of years nearest to a number of days, at least one.
pub(crate) fn years_of_days(calendar: &Calendar, days: i64) -> f64 {
    // For the Gregorian calendar the mean of the Julian one is as good, and rounds at whole quarters of a day.
    let year_days = if calendar.rules().is_gregorian() { 365.25 } else { calendar.year_seconds() / DAY_SECONDS };
    (days as f64 / year_days).round().max(1.0)
}

/// The time before an instant in which something happened, for a sum of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum PeriodBefore {
    /// Seconds, in their natural unit.
    Seconds(f64),
    /// "The day before".
    Day,
    /// Turns.
    Turns(i64),
}

impl PeriodBefore {
    /// The period from one instant to another.
    pub(crate) fn between(then: CivilDateTime<'_>, now: CivilDateTime<'_>) -> Self {
        let elapsed = (now.at.0 - then.at.0) as f64 / 1e6;
        match now.day() - then.day() {
            turns if now.is_turn() => Self::Turns(turns.max(1)),
            _ if elapsed < LEAST_DAY_SHARE * DAY_SECONDS => Self::Seconds(elapsed.round().max(1.0)),
            0 => Self::Seconds((elapsed / 3600.0).round().max(1.0) * 3600.0),
            1 => Self::Day,
            days => Self::Seconds(days as f64 * DAY_SECONDS),
        }
    }
}

#[cfg(test)]
mod tests;
