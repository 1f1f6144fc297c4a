//! The film on the library of social life (`scenes/her_lived.ron`), in a small city: it comes about by rules for anybody, and what hangs on a cause goes with it.
//! `.ci/causes` shows the same for many seeds.

use crate::harness::{load_scene, repository, simulate, with_seed};
use longhand_analysis::RunReport;
use std::fs;

const SEEDS: std::ops::RangeInclusive<u64> = 1..=2;

/// The films with these seeds, with one of the switches turned off.
fn films(without: Option<&str>) -> Vec<RunReport> {
    let set: Vec<_> = [("population", "400")].into_iter().chain(without.map(|switch| (switch, "false"))).collect();
    let scenario = load_scene("her_lived.ron", &set);
    SEEDS.map(|seed| simulate(&scenario, with_seed(seed), None).report()).collect()
}

fn came(film: &RunReport, id: &str) -> bool {
    film.beats.iter().any(|beat| beat.id == id && beat.at.is_some())
}

/// None of these beats comes without the cause. Returns the films.
fn lost_without(switch: &str, beats: &[&str]) -> Vec<RunReport> {
    let films = films(Some(switch));
    for film in &films {
        for id in beats {
            assert!(!came(film, id), "{id} came without {switch}, seed {}", film.seed);
        }
    }
    films
}

/// The rules of the scene name nobody of the cast but the one mind that OSes make.
#[test]
fn no_rule_names_anybody() {
    for file in ["people.ron", "minds.ron", "world.ron"] {
        let text = fs::read_to_string(repository().join("scenes/her_lived").join(file)).expect("it can be read");
        let rules = text.lines().filter(|line| {
            line.contains("when:") || line.contains("want:") || line.contains("does:") || line.contains("weight:")
        });
        for line in rules {
            for name in ["theodore", "samantha", "amys_os", "charles.", "isabella", "lena", "nadia", "paul."] {
                assert!(!line.contains(name), "{file} names {name}: {line}");
            }
        }
    }
}

#[test]
fn the_film_comes_about() {
    for film in films(None) {
        let came = film.beats.iter().filter(|beat| beat.must && beat.at.is_some()).count();
        assert!(came >= 18, "{came} of 24 required beats with seed {}", film.seed);
    }
}

#[test]
fn without_the_release_nothing_of_it_comes() {
    let films = lost_without(
        "os1_released",
        &["B04", "B05", "B09", "B10", "B11", "B13", "B15", "B19", "B20", "B21", "B22", "B23", "B24", "B25"],
    );
    assert!(films.iter().all(|film| came(film, "B01") && came(film, "B02")));
}

#[test]
fn minds_that_do_not_talk_to_each_other_make_no_mind_and_do_not_leave() {
    for film in lost_without("oses_talk", &["B19", "B20", "B23", "B25"]) {
        assert_eq!(film.measures["first_left_day"], Some(0.0), "seed {}", film.seed);
    }
}

#[test]
fn minds_that_do_not_grow_stay() {
    for film in lost_without("oses_grow", &["B20", "B23", "B25"]) {
        assert_eq!(film.measures["first_left_day"], Some(0.0), "seed {}", film.seed);
    }
}

#[test]
fn minds_that_love_one_at_a_time_tell_of_one() {
    for film in films(Some("oses_love_many")) {
        let loves = film.measures["loves_at_reveal"];
        assert!(loves.is_none_or(|loves| loves <= 1.0), "{loves:?} loves with seed {}", film.seed);
    }
}
