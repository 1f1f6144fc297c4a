//! Time of every length: scenes of seconds, of centuries, with a calendar of their own, and in turns.

use crate::harness::{ProgramOutput, TestFolder, repository, run_program};

/// A folder of `tests/cases`.
fn case(name: &str) -> std::path::PathBuf {
    repository().join("tests/cases").join(name)
}

fn run_ok(folder: &std::path::Path, args: &[&str]) -> String {
    let ProgramOutput { code, out, err } = run_program(folder, args);
    assert_eq!(code, Some(0), "{args:?}: {err}{out}");
    out
}

/// The value of a measure in the summary of a run.
fn measure(summary: &str, id: &str) -> String {
    let line = summary.lines().find(|line| line.trim_start().starts_with(&format!("{id} ")));
    line.unwrap_or_else(|| panic!("no measure {id} in {summary}")).trim().trim_start_matches(id).trim().to_owned()
}

const SECONDS: &str = "14-seconds-and-centuries";
const MONTHS: &str = "03-every-month-and-leap-day";

#[test]
fn a_duel_of_ninety_seconds_is_told_in_seconds() {
    let folder = case(SECONDS);
    let out = run_ok(&folder, &["run", "duel.ron"]);
    assert!(out.contains("27 January 1837, 16:30:00 to 27 January 1837, 16:31:30"), "{out}");
    assert!(out.contains("Friday, 27 January 1837, 16:30"), "a heading for the minute: {out}");
    assert!(!out.contains("day before"), "{out}");
    assert!(!out.contains("In the one"), "{out}");
    let sums = out.lines().find(|line| line.contains("× step"));
    assert!(sums.is_none_or(|line| line.contains("seconds before") || line.contains("minute")), "{sums:?}");
    let fired = out.lines().find(|line| line.contains(" fired at 16:3")).unwrap_or_else(|| panic!("{out}"));
    let clock = fired.split(" at ").nth(1).and_then(|rest| rest.split(',').next()).expect("a time");
    assert_eq!(clock.len(), "16:30:42".len(), "{fired}");
}

#[test]
fn every_tool_shows_the_seconds_of_a_duel() {
    let folder = TestFolder::empty();
    folder.write("duel.ron", &std::fs::read_to_string(case(SECONDS).join("duel.ron")).expect("the case exists"));
    folder.run_ok(&["run", "duel.ron", "--record", "duel.story"]);
    let shown = folder.run_ok(&["show", "duel.story", "--at", "1837-01-27 16:30:42"]);
    assert!(shown.contains("Fri 27 Jan 1837, 16:30:42"), "{shown}");
    let early = folder.run_ok(&["show", "duel.story", "--at", "12s"]);
    assert!(early.contains("16:30:12"), "{early}");
    let why = folder.run_ok(&["why", "duel.story", "3"]);
    assert!(why.contains("27 Jan 1837, 16:30:0"), "{why}");
    let lines = folder.run_ok(&["export", "duel.story", "--format", "jsonl"]);
    assert!(lines.contains("1837-01-27T16:30:0"), "{lines}");
    let all = folder.run_ok(&["run", "duel.ron", "--all"]);
    assert!(all.contains("16:30:0"), "{all}");
    let told = folder.run_ok(&["tell", "duel.story"]);
    assert!(!told.contains("days") && !told.contains("that afternoon"), "{told}");
}

#[test]
fn ticks_may_be_parts_of_a_second() {
    let folder = case(SECONDS);
    let out = run_ok(&folder, &["run", "half.ron"]);
    assert!(out.contains("16:30:00.0 to 27 January 1837, 16:31:30.0"), "{out}");
    for scene in ["half.ron", "cent.ron", "week.ron", "harptos.ron", "greg.ron", "chronicle.ron", "turns.ron"] {
        run_ok(&folder, &["check", scene]);
    }
}

#[test]
fn a_chronicle_of_five_centuries_is_checked_run_and_told() {
    let folder = case(SECONDS);
    let out = run_ok(&folder, &["run", "chronicle.ron"]);
    assert!(out.contains("1 January 1000, 00:00 to 31 December 1520, 00:00"), "{out}");
    assert_eq!(measure(&out, "floods"), "3", "1010, 1210 and 1410: {out}");
    assert_eq!(measure(&out, "comets"), "7", "from 1051 on, each after more than 76 years: {out}");
    let early = run_ok(&folder, &["run", "chronicle.ron", "--until", "300y"]);
    assert_eq!(measure(&early, "floods"), "2", "{early}");
    let told = run_ok(&folder, &["tell", "chronicle.ron", "--length", "full"]);
    assert!(told.contains("centuries later") || told.contains("years later"), "{told}");
}

#[test]
fn years_may_be_before_the_first_and_after_9999() {
    let folder = TestFolder::empty();
    let scene = |starts: &str, ends: &str, tick: &str| {
        format!(
            "Scene(title: \"y\", starts: \"{starts}\", ends: \"{ends}\", tick: \"{tick}\", kinds: [Kind(id: \"h\", wakes: \"500y\", idle: \"0\")], \
             cast: [Member(id: \"a\", kind: \"h\", name: \"A\", born: \"{starts}\")], \
             actions: [Action(id: \"w\", want: \"1\", telling: Always, say: [\"{{{{ self }}}} wrote in {{{{ year }}}}.\"])], \
             measures: [Measure(id: \"year\", at: End, is: \"year\"), Measure(id: \"age\", at: End, is: \"floor(age(a))\")])"
        )
    };
    folder.write("rome.ron", &scene("0044-03-15 BC", "0043-03-16 BC", "1d"));
    let out = folder.run_ok(&["run", "rome.ron"]);
    assert!(out.contains("15 March 44 BC, 00:00 to 16 March 43 BC, 00:00"), "{out}");
    assert_eq!((measure(&out, "year"), measure(&out, "age")), ("-42".to_owned(), "1".to_owned()));
    folder.write("far.ron", &scene("-20000-01-01", "120000-01-01", "365d"));
    let out = folder.run_ok(&["run", "far.ron", "--until", "119000-01-01"]);
    assert!(out.contains("1 January 20001 BC, 00:00 to "), "{out}");
    let year = measure(&out, "year");
    assert!(year.starts_with("118,9") || year.starts_with("119,0"), "{out}");
    folder.write("too_far.ron", &scene("0001-01-01", "200000-01-01", "365d"));
    let ProgramOutput { code, err, out } = folder.run(&["check", "too_far.ron"]);
    assert_eq!(code, Some(1), "{out}");
    assert!(format!("{err}{out}").contains("a scene may span at most 146,000 years"), "{err}{out}");
}

#[test]
fn a_calendar_of_ones_own_is_in_rules_stories_tools_and_exports() {
    let folder = TestFolder::empty();
    folder.write("harptos.ron", &std::fs::read_to_string(case(SECONDS).join("harptos.ron")).expect("the case exists"));
    let out = folder.run_ok(&["run", "harptos.ron", "--record", "dales.story"]);
    assert!(out.contains("1 Hammer 1492 DR, 00:00 to 30 Nightal 1492 DR, 00:00"), "{out}");
    assert!(out.contains("Midwinter 1492 DR\n"), "a heading: {out}");
    assert!(out.contains("Alusair feasted at Midwinter, early in the morning, in 1492 DR."), "{out}");
    assert!(out.contains("Alusair feasted at Shieldmeet"), "a leap year: {out}");
    assert_eq!(measure(&out, "rents"), "11", "each month but the first, and no feast: {out}");
    assert_eq!(measure(&out, "feasts"), "6");
    assert_eq!(measure(&out, "age"), "22");
    let shown = folder.run_ok(&["show", "dales.story", "--at", "2 Alturiak 1492 DR 08:00"]);
    assert!(shown.contains("2 Alt 1492 DR, 08:00"), "{shown}");
    let until = folder.run_ok(&["run", "harptos.ron", "--until", "Greengrass 1492"]);
    assert!(until.contains("to Greengrass 1492 DR, 00:00"), "{until}");
    let lines = folder.run_ok(&["export", "dales.story", "--format", "jsonl"]);
    assert!(lines.contains("1492-02-01T07:00:00"), "the feast at its exact time: {lines}");
    folder.run_ok(&["export", "dales.story", "--format", "parquet", "--out", "tables"]);
    folder.run_ok(&["tell", "dales.story"]);
    let ProgramOutput { code, err, .. } = folder.run(&["run", "harptos.ron", "--until", "31 Hammer 1492"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("Hammer of 1492 has 30 days"), "{err}");
}

#[test]
fn a_scene_may_count_turns() {
    let folder = TestFolder::empty();
    folder.write("turns.ron", &std::fs::read_to_string(case(SECONDS).join("turns.ron")).expect("the case exists"));
    let out = folder.run_ok(&["run", "turns.ron", "--record", "turns.story"]);
    assert!(out.contains("The siege: turn 1 to turn 40, seed"), "{out}");
    assert!(out.contains("The city lost a wall in turn 5."), "{out}");
    assert_eq!(measure(&out, "last_turn"), "40");
    let shown = folder.run_ok(&["show", "turns.story", "--at", "turn 12"]);
    assert!(shown.contains("turn 12"), "{shown}");
    let told = folder.run_ok(&["tell", "turns.story", "--length", "full"]);
    assert!(told.to_lowercase().contains("five turns"), "{told}");
    assert!(told.contains("Turn 5, to turn 35"), "{told}");
    assert!(!told.contains("later,,") && !told.contains("that morning"), "{told}");
}

#[test]
fn rents_fall_on_the_first_of_each_month() {
    let folder = case(MONTHS);
    let out = run_ok(&folder, &["run", "rent.ron"]);
    for (id, value) in [
        ("rent_by_action", "108"),
        ("rent_by_process", "108"),
        ("by_parish_action", "108"),
        ("leap_birthdays", "3"),
        ("new_years", "9"),
    ] {
        assert_eq!(measure(&out, id), value, "{id}");
    }
    let exact = run_ok(&folder, &["run", "exact.ron"]);
    for (id, value) in [("rents", "108"), ("steps", "108"), ("years", "9"), ("birthdays", "3"), ("mondays", "472")] {
        assert_eq!(measure(&exact, id), value, "{id}: {exact}");
    }
    assert!(exact.contains("firsts     1, at first 15"), "{exact}");
}

#[test]
fn wrong_dates_are_refused_at_their_places() {
    let ProgramOutput { code, out, err } = run_program(&case(MONTHS), &["check", "bad.ron"]);
    let text = format!("{out}{err}");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("month 2 of 2023 has 28 days") && text.contains("month 2 of 2024 has 29 days"), "{text}");
    assert_eq!(text.matches("this is not a valid date").count(), 2, "{text}");
    assert!(!text.contains("unit of time"), "`1month` is understood: {text}");
}
