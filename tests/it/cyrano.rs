//! The plot of Cyrano follows from the rules: with every seed it comes in the order of the play, and each switch removes only
//! the beats that depend on it. These runs use impatient enemies, which shortens the story to a year or two.

use longhand_analysis::RunReport;
use std::collections::BTreeSet;

use crate::harness::{load_scene, simulate, with_seed};

/// The report of a run with impatient enemies.
fn run_report(seed: u64, set: &[(&str, &str)]) -> RunReport {
    let scenario = load_scene("cyrano.ron", &[&[("enemies_patience", "0.1")][..], set].concat());
    simulate(&scenario, with_seed(seed), None).report()
}

/// The numbers of the beats that did not come.
fn missing(report: &RunReport) -> Vec<usize> {
    (1..).zip(&report.beats).filter(|(_, beat)| beat.at.is_none()).map(|(number, _)| number).collect()
}

#[test]
fn the_story_comes_in_the_order_of_the_play_and_on_different_days_with_each_seed() {
    let mut days = BTreeSet::new();
    for seed in 0..5 {
        let report = run_report(seed, &[]);
        assert_eq!(missing(&report), [0; 0], "seed {seed}");
        assert_eq!(report.order_tau, Some(1.0), "seed {seed}");
        days.insert(report.beats.iter().filter_map(|beat| Some(beat.at.as_ref()?.get(..10)?.to_owned())).collect::<Vec<_>>());
    }
    assert_eq!(days.len(), 5);
}

#[test]
fn each_switch_removes_only_the_beats_that_depend_on_it() {
    let cases: [(&str, &str, &[usize]); 5] = [
        // He declares himself: there is no rival to protect and nothing to write for him. Christian still falls.
        ("cyrano_dares", "true", &[6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 21, 22, 23, 24]),
        // Christian needs no help: no pact, no failure, no balcony, no letters through the lines, and no secret.
        ("christian_eloquent", "true", &[9, 10, 11, 12, 15, 18, 20, 23]),
        // Nobody delays De Guiche at the door: no wedding, but the war still comes.
        ("moon_holds", "false", &[13]),
        // No letters from the war reach her, so she does not come and does not speak, and nobody has to be told.
        ("letters_pass", "false", &[15, 16, 17, 18]),
        // No attack comes, and he tells her.
        ("spaniards_come", "false", &[19, 20, 21, 22, 23, 24]),
    ];
    for (switch, value, beats) in cases {
        for seed in [1, 2, 3] {
            assert_eq!(missing(&run_report(seed, &[(switch, value)])), beats, "{switch} {value}, seed {seed}");
        }
    }
}

#[test]
fn she_acts_on_false_beliefs_and_he_does_not_tell_her() {
    let report = run_report(1, &[]);
    let measured = |id: &str| report.measures[id].unwrap_or_else(|| panic!("{id} was not measured"));
    assert!(measured("wit_believed") > 0.9, "at the balcony she takes Christian's wit, which is 0.15, for Cyrano's");
    assert!(measured("years_unsaid") > 0.5);
    let told_in_time = run_report(1, &[("spaniards_come", "false")]);
    assert_eq!(told_in_time.measures["years_unsaid"], None);
}

#[test]
fn more_patient_enemies_leave_him_more_saturdays() {
    let saturdays = |patience: &str| run_report(2, &[("enemies_patience", patience)]).measures["saturdays"].unwrap_or_default();
    assert!(saturdays("0.05") < saturdays("0.2"));
}
