use super::*;
use crate::ids::Instant;

fn gregorian(start: &str) -> Calendar {
    Calendar::new(start.parse().unwrap())
}

/// The calendar of Faerûn: twelve months of thirty days, with feasts between them.
fn harptos(start: &str) -> Calendar {
    let month = |name: &str| CalendarMonth { name: name.into(), days: 30, leap_days: 0 };
    let feast = |name: &str| CalendarMonth { name: name.into(), days: 1, leap_days: 0 };
    let months = vec![
        month("Hammer"),
        feast("Midwinter"),
        month("Alturiak"),
        month("Ches"),
        month("Tarsakh"),
        feast("Greengrass"),
        month("Mirtul"),
        month("Kythorn"),
        month("Flamerule"),
        feast("Midsummer"),
        CalendarMonth { name: "Shieldmeet".into(), days: 0, leap_days: 1 },
        month("Eleasis"),
        month("Eleint"),
        feast("Highharvestide"),
        month("Marpenoth"),
        month("Uktar"),
        feast("Feast of the Moon"),
        month("Nightal"),
    ];
    let spec = CalendarSpec {
        months,
        leap: Some(LeapRule { every: 4, except: None, but: None }),
        week: (1..=10).map(|day| format!("{day}-day")).collect(),
        workdays: 8,
        first_weekday: 1,
        year_begins: (1, 1),
        eras: vec![CalendarEra { name: "DR".into(), from: 1 }],
        before: Some("BDR".into()),
    };
    own(spec, start)
}

fn own(spec: CalendarSpec, start: &str) -> Calendar {
    let rules = Arc::new(CalendarRules::own(spec).unwrap());
    let start = rules.parse_date(start).unwrap();
    Calendar::with_rules(rules, start)
}

#[test]
fn the_gregorian_calendar_agrees_with_jiff() {
    let calendar = gregorian("2025-05-01 08:30");
    let start = jiff::civil::date(2025, 5, 1).at(8, 30, 0, 0);
    for step in -4000..4000_i64 {
        let instant = Instant(step * 31_557_600_123_457 / 17);
        let expected = start.saturating_add(jiff::SignedDuration::from_micros(instant.0));
        let date = calendar.datetime(instant);
        assert_eq!(date.to_string(), expected.to_string());
        assert_eq!(calendar.year(instant), i64::from(expected.year()), "{expected}");
        assert_eq!(i64::from(calendar.month(instant)), i64::from(expected.month()), "{expected}");
        assert_eq!(i64::from(calendar.day(instant)), i64::from(expected.day()), "{expected}");
        assert_eq!(i64::from(calendar.day_of_week(instant)), i64::from(expected.weekday().to_monday_one_offset()), "{expected}");
        assert_eq!(calendar.hour(instant) as i8, expected.hour(), "{expected}");
        assert_eq!(calendar.instant(date), instant);
    }
}

#[test]
fn years_before_the_first_and_after_9999_have_dates() {
    let ides = gregorian("-0043-03-15 11:00");
    assert_eq!(ides.start().to_string(), "-0043-03-15T11:00:00");
    assert_eq!(ides.parse("0044-03-15 BC"), ides.parse("-0043-03-15"));
    assert_eq!(ides.day_of_week(Instant::START), 5, "a Friday of the Gregorian calendar carried backwards");
    let far = gregorian("0001-01-01").datetime(Instant(Instant::DAY_US * 3_652_425 * 5));
    assert_eq!((far.year, far.month, far.day), (50_001, 1, 1));
    assert_eq!(far.to_string(), "50001-01-01T00:00:00");
    assert_eq!(far.to_string().parse(), Ok(far));
    let edge = gregorian("2000-01-01").datetime(Calendar::MAX_SPAN);
    assert_eq!(edge.year, 148_138);
}

#[test]
fn dates_parse_with_and_without_a_time_and_say_what_is_wrong() {
    let parsed = |text: &str| parse_datetime(text).map(|date| date.to_string());
    assert_eq!(parsed("2025-05-01"), Ok("2025-05-01T00:00:00".to_owned()));
    assert_eq!(parsed("2025-05-01 18:30"), Ok("2025-05-01T18:30:00".to_owned()));
    assert_eq!(parsed("2025-05-01T18:30:15.25"), Ok("2025-05-01T18:30:15.25".to_owned()));
    for (text, expected) in [
        ("2025-02-30", "month 2 of 2025 has 28 days"),
        ("2023-02-29", "month 2 of 2023 has 28 days"),
        ("2025-13-01", "a year has 12 months"),
        ("2025-05-01 24:00", "is not a date"),
        ("2025-05-01 18:30 PM", "is not a date"),
        ("soon", "is not a date"),
        ("", "is not a date"),
        ("2025-5-1", "is not a date"),
        ("0044-03-15 XY", "there is no era `XY`"),
        ("99999999999-01-01", "a year is between"),
    ] {
        let message = parsed(text).unwrap_err();
        assert!(message.contains(expected), "{text}: {message}");
    }
}

#[test]
fn a_calendar_of_ones_own_has_its_months_feasts_and_leap_days() {
    let calendar = harptos("1st of Hammer, 1492 DR");
    assert_eq!(calendar.start(), CalendarDate::midnight(1492, 1, 1));
    let on = |text: &str| calendar.parse(text).unwrap();
    // 1492 is a leap year: 366 days, with Shieldmeet after Midsummer.
    assert_eq!(on("1493-01-01"), Instant(366 * Instant::DAY_US));
    assert_eq!(on("1494-01-01"), Instant((366 + 365) * Instant::DAY_US));
    assert_eq!(on("Midwinter 1492 DR"), Instant(30 * Instant::DAY_US));
    assert_eq!(on("Shieldmeet 1492"), Instant((6 * 30 + 3) * Instant::DAY_US + Instant::DAY_US * 30));
    assert_eq!(on("30 Nightal 1492 DR 18:30"), Instant(365 * Instant::DAY_US + 66_600_000_000));
    assert!(calendar.parse("Shieldmeet 1493").unwrap_err().contains("Shieldmeet of 1493 has 0 days"));
    assert!(calendar.parse("31 Hammer 1492").unwrap_err().contains("Hammer of 1492 has 30 days"));
    assert!(calendar.parse("30th of Nightal").unwrap_err().contains("no year"));
    assert!(calendar.parse("1 Ham 1492").unwrap_err().contains("write `12 Hammer 100 DR`"));
    assert_eq!(on("1 Hammer 3 BDR"), calendar.instant(CalendarDate::midnight(-2, 1, 1)));
    for day in -400_000..400_000_i64 {
        let at = Instant(day * Instant::DAY_US * 7 + 1);
        let date = calendar.datetime(at);
        assert!(calendar.rules().has_day(date.year, date.month, date.day), "{date}");
        assert_eq!(calendar.instant(date), at, "{date}");
    }
    assert_eq!(calendar.rules().era_of(1492), Some(("DR", 1492)));
    assert_eq!(calendar.rules().era_of(0), Some(("BDR", 1)));
}

#[test]
fn days_of_the_week_follow_each_other_over_years() {
    let calendar = harptos("1 Hammer 1 DR");
    let days: Vec<u16> = (-11..12).map(|day| calendar.day_of_week(Instant(day * Instant::DAY_US))).collect();
    assert_eq!(days[11], 1, "the first day of the year 1");
    assert!(days.windows(2).all(|pair| pair[1] == pair[0] % 10 + 1), "{days:?}");
    assert!(calendar.is_weekday(Instant(7 * Instant::DAY_US)) && !calendar.is_weekday(Instant(8 * Instant::DAY_US)));
}

#[test]
fn a_year_may_begin_within_the_months() {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let names = ["Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"];
    let month = |(name, days): (&&str, u16)| {
        let leap_days = u16::from(days == 28);
        CalendarMonth { name: (*name).into(), days, leap_days }
    };
    let spec = CalendarSpec {
        months: names.iter().zip(lengths).map(month).collect(),
        leap: Some(LeapRule { every: 4, except: None, but: None }),
        workdays: 1,
        first_weekday: 1,
        year_begins: (3, 25),
        ..CalendarSpec::default()
    };
    // The style of England until 1751: 24 March 1700 is followed by 25 March 1701.
    let calendar = own(spec, "24 March 1700");
    assert_eq!(calendar.datetime(Instant(Instant::DAY_US)), CalendarDate::midnight(1701, 3, 25));
    for day in 0..200_000 {
        let at = Instant(day * Instant::DAY_US);
        assert_eq!(calendar.instant(calendar.datetime(at)), at);
    }
    let first = Recurrence::Monthly(1, 0).next_after(&calendar, Instant::START);
    assert_eq!(calendar.datetime(first), CalendarDate::midnight(1701, 4, 1));
}

#[test]
fn turns_are_numbered_and_have_no_dates() {
    let rules = Arc::new(CalendarRules::Turns(TurnSpec::default()));
    let calendar = Calendar::with_rules(rules.clone(), rules.parse_date("turn 1").unwrap()).with_tick(3_600_000_000);
    assert_eq!(calendar.grain(), TimeGrain::Turns);
    assert_eq!(calendar.datetime(Instant(2 * 3_600_000_000)).to_string(), "turn 3");
    assert_eq!(calendar.parse("turn 12"), Ok(Instant(11 * 3_600_000_000)));
    assert_eq!(calendar.parse("12"), calendar.parse("Turn 12"));
    assert!(calendar.parse("2025-01-01").unwrap_err().contains("write `turn 12`"));
    let rounds = CalendarRules::Turns(TurnSpec { name: Some("round".into()), turn_us: None });
    assert!(rounds.parse_date("soon").unwrap_err().contains("write `round 12`"));
    assert_eq!(rounds.parse_date("Round 3").map(|date| date.year), Ok(3));
}

#[test]
fn steps_go_to_the_same_day_or_the_last_one_of_the_month() {
    let step = |start: &str, years, months| {
        let calendar = gregorian(start);
        calendar.datetime(calendar.add_step(Instant::START, CalendarStep { years, months })).to_string()
    };
    assert_eq!(step("2025-01-31 09:00", 0, 1), "2025-02-28T09:00:00");
    assert_eq!(step("2024-01-31", 0, 1), "2024-02-29T00:00:00");
    assert_eq!(step("2024-02-29", 1, 0), "2025-02-28T00:00:00");
    assert_eq!(step("2024-02-29", 4, 0), "2028-02-29T00:00:00");
    assert_eq!(step("2025-03-31", 0, -13), "2024-02-29T00:00:00");
    let calendar = harptos("15 Hammer 1492 DR");
    let later = |text: &str, years, months| {
        calendar.datetime(calendar.add_step(calendar.parse(text).unwrap(), CalendarStep { years, months })).day_text()
    };
    assert_eq!(later("15 Hammer 1492", 0, 1), "1492-03-15", "Alturiak is the next month, Midwinter a feast");
    assert_eq!(later("15 Nightal 1492", 0, 1), "1493-01-15");
    assert_eq!(later("Shieldmeet 1492", 1, 0), "1493-10-01", "Midsummer, the day before");
    assert_eq!(later("Shieldmeet 1492", 4, 0), "1496-11-01");
}

#[test]
fn recurrences_fall_on_exact_times() {
    let calendar = gregorian("2023-12-15 06:00");
    let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let times = |text: &str, count: usize| {
        let recurrence = Recurrence::parse(text, calendar.rules(), &weekdays).unwrap().unwrap();
        let mut at = Instant::START;
        let next = || {
            at = recurrence.next_after(&calendar, at);
            calendar.datetime(at).to_string()
        };
        std::iter::repeat_with(next).take(count).collect::<Vec<_>>()
    };
    assert_eq!(times("daily at 07:00", 2), ["2023-12-15T07:00:00", "2023-12-16T07:00:00"]);
    assert_eq!(times("daily at 06:00", 1), ["2023-12-16T06:00:00"], "not at the start itself");
    assert_eq!(times("weekly on monday at 08:30", 2), ["2023-12-18T08:30:00", "2023-12-25T08:30:00"]);
    assert_eq!(times("monthly on 1", 3), ["2024-01-01T00:00:00", "2024-02-01T00:00:00", "2024-03-01T00:00:00"]);
    assert_eq!(times("monthly on the last day", 3), ["2023-12-31T00:00:00", "2024-01-31T00:00:00", "2024-02-29T00:00:00"]);
    assert_eq!(times("yearly on 02-29", 2), ["2024-02-29T00:00:00", "2025-02-28T00:00:00"]);
    let each_month = Recurrence::Steps(CalendarStep { years: 0, months: 1 });
    let start = gregorian("2025-01-31");
    let second = each_month.next_after(&start, each_month.next_after(&start, Instant::START));
    assert_eq!(start.datetime(second).to_string(), "2025-03-31T00:00:00", "counted from the start, not from 28 February");
    assert_eq!(Recurrence::parse("2h", calendar.rules(), &weekdays), None);
    for text in [
        "daily on Monday",
        "weekly",
        "weekly on Mon",
        "monthly on 32",
        "monthly",
        "yearly on 13-01",
        "daily at 25:00",
        "monthly 1",
    ] {
        assert!(Recurrence::parse(text, calendar.rules(), &weekdays).unwrap().is_err(), "{text}");
    }
}

#[test]
fn a_declaration_with_faults_names_each() {
    let spec = |months: &[(&str, u16)]| CalendarSpec {
        months: months.iter().map(|&(name, days)| CalendarMonth { name: name.into(), days, leap_days: 0 }).collect(),
        workdays: 1,
        first_weekday: 1,
        year_begins: (1, 1),
        ..CalendarSpec::default()
    };
    let parts = |spec: &CalendarSpec| spec.problems().into_iter().map(|(part, _)| part).collect::<Vec<_>>();
    assert_eq!(parts(&spec(&[("One", 30)])), []);
    assert!(parts(&spec(&[])).contains(&CalendarPart::Months));
    assert_eq!(parts(&spec(&[("One", 30), ("one", 30), ("2", 30), ("Three", 0)]))[..], [1, 2, 3].map(CalendarPart::Month));
    let leap = |every, except, but| CalendarSpec { leap: Some(LeapRule { every, except, but }), ..spec(&[("One", 30)]) };
    for wrong in [leap(0, None, None), leap(4, Some(90), None), leap(4, None, Some(400)), leap(4, None, None)] {
        assert_eq!(parts(&wrong), [CalendarPart::Leap], "{wrong:?}");
    }
    assert!(CalendarRules::own(spec(&[("One", 1)])).is_err());
}

#[test]
fn what_never_happened_is_longer_ago_than_the_scene_is_long() {
    let never = |years: f64| Calendar::default().with_end(Instant::from_seconds(years * 31_556_952.0)).never_seconds();
    assert_eq!((never(1.0), never(500.0)), (1e9, 1e13));
    assert!(never(500.0) > Calendar::MAX_SPAN.seconds());
}

#[test]
fn the_precision_of_times_follows_from_the_tick() {
    let grain = |tick_us| Calendar::default().with_tick(tick_us).grain();
    assert_eq!(
        [500_000, 1_000_000, 59_000_000, 60_000_000, 86_400_000_000].map(grain),
        [TimeGrain::Tenths, TimeGrain::Seconds, TimeGrain::Seconds, TimeGrain::Minutes, TimeGrain::Minutes]
    );
}
