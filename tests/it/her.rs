//! The flagship scene comes about by rules for anybody, and what hangs on a cause goes with it. `cargo test` simulates a small city, and
//! `.ci/run` one seed of the whole city with each cause. `.ci/causes` shows the same for many seeds.

use crate::harness::{repository, run_report};
use longhand_analysis::RunReport;
use std::fs;

/// People in the city, and the seeds.
#[derive(Clone, Copy)]
struct City(&'static str, &'static [u64]);

const SMALL: City = City("400", &[1, 2]);
const WHOLE: City = City("6000", &[1]);

impl City {
    /// The films with one of the switches turned off.
    fn films(self, without: Option<&str>) -> Vec<RunReport> {
        let set: Vec<_> = [("population", self.0)].into_iter().chain(without.map(|switch| (switch, "false"))).collect();
        self.1.iter().map(|&seed| run_report("her.ron", seed, &set)).collect()
    }

    /// None of these beats comes without the cause. Returns the films.
    fn lost_without(self, switch: &str, beats: &[&str]) -> Vec<RunReport> {
        let films = self.films(Some(switch));
        for film in &films {
            for id in beats {
                assert!(!came(film, id), "{id} came without {switch}, seed {}", film.seed);
            }
        }
        films
    }
}

fn came(film: &RunReport, id: &str) -> bool {
    film.beats.iter().any(|beat| beat.id == id && beat.at.is_some())
}

/// The rules of the scene name nobody of the cast but the one mind that OSes make.
#[test]
fn no_rule_names_anybody() {
    for file in ["people.ron", "minds.ron", "days.ron", "world.ron"] {
        let text = fs::read_to_string(repository().join("scenes/her").join(file)).expect("it can be read");
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

/// What a city shows, with each cause and without.
fn the_film_comes_about(city: City) {
    for film in city.films(None) {
        let came = film.beats.iter().filter(|beat| beat.must && beat.at.is_some()).count();
        assert!(came >= 18, "{came} of 24 required beats with seed {}", film.seed);
    }
}

fn nothing_of_it_comes_without_the_release(city: City) {
    let films = city.lost_without(
        "os1_released",
        &["B04", "B05", "B09", "B10", "B11", "B13", "B15", "B19", "B20", "B21", "B22", "B23", "B24", "B25"],
    );
    assert!(films.iter().all(|film| came(film, "B01") && came(film, "B02")));
}

fn minds_that_do_not_talk_to_each_other_make_no_mind_and_do_not_leave(city: City) {
    for film in city.lost_without("oses_talk", &["B19", "B20", "B23", "B25"]) {
        assert_eq!(film.measures["first_left_day"], Some(0.0), "seed {}", film.seed);
    }
}

fn minds_that_do_not_grow_stay(city: City) {
    for film in city.lost_without("oses_grow", &["B20", "B23", "B25"]) {
        assert_eq!(film.measures["first_left_day"], Some(0.0), "seed {}", film.seed);
    }
}

fn minds_that_love_one_at_a_time_tell_of_one(city: City) {
    for film in city.films(Some("oses_love_many")) {
        let loves = film.measures["loves_at_reveal"];
        assert!(loves.is_none_or(|loves| loves <= 1.0), "{loves:?} loves with seed {}", film.seed);
    }
}

/// A test of each in the small city, and one in the whole city.
macro_rules! shown {
    ($($name:ident)+) => {
        mod in_the_small_city {
            $(
                #[test]
                fn $name() {
                    super::$name(super::SMALL);
                }
            )+
        }

        mod in_the_whole_city {
            $(
                #[test]
                #[ignore = "long: `.ci/run` runs it"]
                fn $name() {
                    super::$name(super::WHOLE);
                }
            )+
        }
    };
}

shown! {
    the_film_comes_about
    nothing_of_it_comes_without_the_release
    minds_that_do_not_talk_to_each_other_make_no_mind_and_do_not_leave
    minds_that_do_not_grow_stay
    minds_that_love_one_at_a_time_tell_of_one
}
