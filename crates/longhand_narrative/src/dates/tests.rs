use super::*;
use longhand_expr::{CalendarEra, CalendarMonth, CalendarRules, CalendarSpec, TurnSpec};
use std::sync::Arc;

fn calendar(start: &str) -> Calendar {
    Calendar::new(start.parse().unwrap())
}

fn harptos() -> Calendar {
    let month = |name: &str, days| CalendarMonth { name: name.into(), days, leap_days: 0 };
    let spec = CalendarSpec {
        months: vec![month("Hammer", 30), month("Midwinter", 1), month("Alturiak", 30)],
        workdays: 1,
        first_weekday: 1,
        year_begins: (1, 1),
        eras: vec![CalendarEra { name: "DR".into(), from: 1 }],
        ..CalendarSpec::default()
    };
    let rules = Arc::new(CalendarRules::own(spec).unwrap());
    let start = rules.parse_date("30 Hammer 1492 DR 21:15").unwrap();
    Calendar::with_rules(rules, start)
}

#[test]
fn a_date_and_time_has_phrases_for_prose() {
    let calendar = calendar("2025-03-04 21:15");
    let evening = CivilDateTime::from_instant(&calendar, Instant::START);
    assert_eq!(evening.date_phrase(Language::english()), "on a Tuesday in March");
    assert_eq!(evening.time_phrase(Language::english()), "late in the evening");
    assert_eq!(evening.season(Language::english()), "spring");
    assert_eq!(evening.long_date(Language::english()), "Tuesday, 4 March 2025");
    assert_eq!(evening.timestamp(Language::english()), "4 March 2025, 21:15");
    assert_eq!(evening.display(DateStyle::WeekdayTimestamp), "Tue 4 Mar 2025, 21:15");
    assert_eq!(evening.display(DateStyle::ShortDayTime), "4 Mar 21:15");
    assert_eq!(format_written(&calendar, "2025-11-04T21:12:00"), "Tue 4 Nov 2025, 21:12");
    assert_eq!(format_written(&calendar, "never"), "never");
}

#[test]
fn older_dates_are_worded_less_precisely() {
    let calendar = calendar("2020-01-01");
    let civil = |text: &str| CivilDateTime::from_instant(&calendar, calendar.parse(text).unwrap());
    let ago = |text: &str| time_ago(civil(&format!("{text} 23:15")), civil("2025-12-20 08:15"), Language::english());
    assert_eq!(ago("2025-12-20"), "today");
    assert_eq!(ago("2025-12-19"), "yesterday");
    assert_eq!(ago("2025-12-15"), "five days ago");
    assert_eq!(ago("2025-11-25"), "three weeks ago");
    assert_eq!(ago("2025-03-04"), "in March");
    assert_eq!(ago("2024-12-30"), "last winter");
    assert_eq!(ago("2022-12-30"), "three years ago");
    assert_eq!(ago("1825-12-20"), "two centuries ago");
    assert_eq!(ago("1775-12-20"), "250 years ago");
}

#[test]
fn a_scene_of_seconds_tells_seconds() {
    let calendar = calendar("1837-01-27 16:30").with_tick(1_000_000);
    let at = |seconds: f64| CivilDateTime::from_instant(&calendar, Instant::from_seconds(seconds));
    assert_eq!(at(42.5).clock(Language::english()), "16:30:42");
    assert_eq!(at(42.5).timestamp(Language::english()), "27 January 1837, 16:30:42");
    assert_eq!(at(62.0).heading(Language::english()), "Friday, 27 January 1837, 16:31");
    assert_ne!(at(62.0).period(), at(42.0).period());
    assert_eq!(time_ago(at(10.0), at(30.0), Language::english()), "twenty seconds ago");
    assert_eq!(time_ago(at(28.0), at(30.0), Language::english()), "a moment ago");
    let tenths = calendar.clone().with_tick(500_000);
    assert_eq!(CivilDateTime::from_instant(&tenths, Instant::from_seconds(42.5)).clock(Language::english()), "16:30:42.5");
}

#[test]
fn other_languages_have_their_own_words_for_every_pace() {
    let language = |tag: &str| {
        Language::new(&longhand_language::LanguageSource { tag: tag.into(), ..longhand_language::LanguageSource::default() }).0
    };
    let (german, arabic) = (language("de"), language("ar"));
    let seconds = calendar("1837-01-27 16:30").with_tick(1_000_000);
    let at = |seconds_after: f64| CivilDateTime::from_instant(&seconds, Instant::from_seconds(seconds_after));
    assert_eq!(time_ago(at(10.0), at(30.0), &german), "vor zwanzig Sekunden");
    assert_eq!(time_ago(at(0.0), at(120.0), &german), "vor zwei Minuten");
    assert_eq!(at(42.0).heading(&german), "Freitag, 27. Januar 1837, 16:30");
    assert_eq!(Distance::Centuries(2).words(&german, "dative"), "zwei Jahrhunderten");
    assert_eq!(Distance::Turns(1).words(&german, "dative"), "einer Runde");
    assert_eq!(Distance::Seconds(20.0).lines(&german, "time-later"), ["zwanzig Sekunden vergingen."]);
    assert_eq!(Distance::Seconds(60.0).lines(&german, "time-later"), ["eine Minute verging."]);
    assert_eq!(time_ago(at(0.0), at(120.0), &arabic), "قبل دقيقتين");
    assert_eq!(Distance::Turns(3).words(&arabic, "genitive"), "ثلاث جولات");
    let ides = calendar("-0043-03-15");
    assert_eq!(CivilDateTime::from_instant(&ides, Instant::START).long_date(&german), "Freitag, 15. März 44 v. Chr.");
}

#[test]
fn years_before_the_first_have_their_era() {
    let calendar = calendar("-0043-03-15");
    let ides = CivilDateTime::from_instant(&calendar, Instant::START);
    assert_eq!(ides.long_date(Language::english()), "Friday, 15 March 44 BC");
}

#[test]
fn a_calendar_of_the_scene_has_its_own_names() {
    let calendar = harptos();
    let at = |days: i64| CivilDateTime::from_instant(&calendar, Instant(days * Instant::DAY_US));
    let english = Language::english();
    assert_eq!(at(0).long_date(english), "30 Hammer 1492 DR");
    assert_eq!(at(0).timestamp(english), "30 Hammer 1492 DR, 21:15");
    assert_eq!(at(1).long_date(english), "Midwinter 1492 DR");
    assert_eq!(at(1).timestamp(english), "Midwinter 1492 DR, 21:15");
    assert_eq!(at(1).date_phrase(english), "at Midwinter");
    assert_eq!(at(2).date_phrase(english), "in Alturiak");
    assert_eq!(at(2).display(DateStyle::WeekdayTimestamp), "1 Alt 1492 DR, 21:15");
    assert_eq!(at(2).display(DateStyle::Day), "1 Alturiak");
}

#[test]
fn a_scene_that_counts_turns_names_the_turn() {
    let rules = Arc::new(CalendarRules::Turns(TurnSpec::default()));
    let calendar = Calendar::with_rules(rules, CalendarDate::midnight(1, 0, 0)).with_tick(3_600_000_000);
    let at = |turn: i64| CivilDateTime::from_instant(&calendar, Instant((turn - 1) * 3_600_000_000));
    let english = Language::english();
    for text in [at(12).long_date(english), at(12).timestamp(english), at(12).clock(english), at(12).display(DateStyle::Long)] {
        assert_eq!(text, "turn 12");
    }
    assert_eq!(at(12).date_phrase(english), "in turn 12");
    assert_eq!(time_ago(at(9), at(12), english), "three turns ago");
    assert_eq!(PeriodBefore::between(at(9), at(12)), PeriodBefore::Turns(3));
}

#[test]
fn what_was_half_a_minute_ago_was_not_the_day_before() {
    let calendar = calendar("1837-01-27 23:59:50");
    let at = |seconds: f64| CivilDateTime::from_instant(&calendar, Instant::from_seconds(seconds));
    assert_eq!(PeriodBefore::between(at(0.0), at(30.0)), PeriodBefore::Seconds(30.0), "across midnight");
    assert_eq!(PeriodBefore::between(at(0.0), at(86_400.0)), PeriodBefore::Day);
    assert_eq!(PeriodBefore::between(at(20.0), at(20.0 + 36_000.0)), PeriodBefore::Seconds(36_000.0));
    assert_eq!(PeriodBefore::between(at(0.0), at(9.0 * 86_400.0)), PeriodBefore::Seconds(9.0 * 86_400.0));
}
