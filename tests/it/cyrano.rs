//! Cyrano's story follows from rules for everybody: no rule is bound to a name, most seeds bring the turning points of the play about, and where one of them
//! does not come, the story goes on in another way. These runs use impatient enemies, which shortens the years.

use longhand_analysis::RunReport;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::harness::{in_two_threads, repository, run_program, run_report};

/// The report of a run with impatient enemies.
fn impatient(seed: u64, set: &[(&str, &str)]) -> RunReport {
    run_report("cyrano.ron", seed, &[&[("enemies_patience", "0.2")][..], set].concat())
}

/// Runs of the scene with several seeds, simulated once for all tests.
fn reports() -> &'static [RunReport] {
    static REPORTS: OnceLock<Vec<RunReport>> = OnceLock::new();
    REPORTS.get_or_init(|| in_two_threads(0..=SEEDS - 1, |seed| impatient(seed, &[])))
}

/// The ids of the beats that came.
fn came(report: &RunReport) -> BTreeSet<String> {
    report.beats.iter().filter(|beat| beat.at.is_some()).map(|beat| beat.id.clone()).collect()
}

/// In how many of the reports a beat came.
fn times(reports: &[RunReport], beat: &str) -> usize {
    reports.iter().filter(|report| came(report).contains(beat)).count()
}

const SEEDS: u64 = 10;

#[test]
fn most_seeds_bring_the_turning_points_of_the_play_about_and_no_two_are_alike() {
    let reports = reports();
    for (beat, least) in [
        ("B01", 8),
        ("B03", 8),
        ("B06", 7),
        ("B09", 8),
        ("B10", 8),
        ("B12", 6),
        ("B13", 6),
        ("B14", 9),
        ("B15", 6),
        ("B19", 5),
        ("B20", 3),
        ("B23", 2),
    ] {
        assert!(times(reports, beat) >= least, "{beat} came in {} of {SEEDS} runs", times(reports, beat));
    }
    let stories: BTreeSet<Vec<_>> = reports
        .iter()
        .map(|report| report.beats.iter().map(|beat| beat.at.as_ref().and_then(|at| at.get(..10)).map(str::to_owned)).collect())
        .collect();
    assert_eq!(stories.len() as u64, SEEDS, "two seeds have the same beats on the same days");
}

#[test]
fn where_a_turning_point_does_not_come_the_story_goes_on() {
    let with =
        |switch: &str, value: &str| -> Vec<RunReport> { in_two_threads(0..=4, |seed| impatient(seed, &[(switch, value)])) };
    // No attack comes, so nobody falls, and the truth comes out in time.
    let quiet = with("spaniards_come", "false");
    assert_eq!(times(&quiet, "B19"), 0);
    assert!(times(&quiet, "in time") >= 2, "{}", times(&quiet, "in time"));
    // Whoever is hit comes through, and there is a life after the letters.
    let alive = with("wounds_heal", "true");
    assert_eq!(times(&alive, "B19"), 0);
    assert!(times(&alive, "two wounded") >= 2, "{}", times(&alive, "two wounded"));
    // She asks who writes, and has an answer before the last visit.
    let asked = with("roxane_asks", "true");
    assert!(times(&asked, "in time") >= 3, "{}", times(&asked, "in time"));
    // Nothing gets through the lines.
    assert_eq!(times(&with("letters_pass", "false"), "B15"), 0);
    // In each of these runs something comes that is not in the play.
    for report in quiet.iter().chain(&alive).chain(&asked) {
        assert!(report.beats.iter().any(|beat| beat.at.is_some() && !beat.id.starts_with('B')));
    }
}

#[test]
fn she_takes_the_wit_of_the_one_for_that_of_the_other() {
    let report = reports().iter().find(|report| came(report).contains("B12")).expect("a balcony");
    assert!(report.measures["wit_believed"].expect("measured at the balcony") > 0.5, "Christian's true wit is 0.15");
}

#[test]
fn more_patient_enemies_leave_him_more_saturdays() {
    let saturdays = |patience: &str| -> f64 {
        let reports = in_two_threads(0..=4, |seed| run_report("cyrano.ron", seed, &[("enemies_patience", patience)]));
        reports.iter().map(|report| report.measures["saturdays"].unwrap_or_default()).sum()
    };
    assert!(saturdays("0.05") < saturdays("1"));
}

#[test]
fn no_rule_is_bound_to_a_name() {
    let answer = run_program(
        repository(),
        &["audit", "scenes/cyrano.ron", "--seeds", "1..2", "--seeds-each", "0", "--until", "10d", "--json", "-"],
    );
    let report: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    let named =
        report["figures"].as_array().expect("figures").iter().find(|figure| figure["id"] == "rules_named").expect("the figure");
    assert!(named["value"].as_f64().expect("a number") <= 0.1, "{named}");
}
