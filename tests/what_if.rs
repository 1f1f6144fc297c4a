//! What-if as somebody at a terminal asks it.

mod desk;

use desk::Desk;
use serde_json::Value;

trait Ask {
    /// What it answers when all is well.
    fn done(&self, args: &[&str]) -> String;
    fn json(&self, args: &[&str]) -> Value;
    /// A life of the scene, as `life.story`.
    fn record(&self);
}

impl Ask for Desk {
    fn done(&self, args: &[&str]) -> String {
        let (code, out, said) = self.ask(args);
        assert_eq!(code, Some(0), "{args:?}: {said}");
        out
    }

    fn json(&self, args: &[&str]) -> Value {
        let args: Vec<&str> = args.iter().copied().chain(["--json", "-"]).collect();
        serde_json::from_str(&self.done(&args)).expect("an answer")
    }

    fn record(&self) {
        self.done(&["run", "harbour.ron", "--seed", "3", "--record", "life.story", "--json", "life.json"]);
    }
}

#[test]
fn a_scene_and_its_story_give_the_same_answer() {
    let desk = Desk::new();
    desk.record();
    let late = ["--change", "ann.courage = 0.9", "--at", "2025-03-20"];
    for question in [[&["--forbid", "confess/no"][..], &late].concat(), late.to_vec()] {
        let of = |what: &[&str]| desk.json(&[&["what-if"], what, &question[..]].concat());
        let (scene, story) = (of(&["harbour.ron", "--seed", "3"]), of(&["life.story"]));
        for part in
            ["first", "second", "parting", "beats", "vanished", "new", "moved", "oftener", "ends", "measures", "interventions"]
        {
            assert_eq!(scene[part], story[part], "{part} of {question:?}");
        }
        if question == late {
            assert!(story["from"].as_str() > scene["from"].as_str(), "the story is taken up where it begins to differ");
        }
    }
}

#[test]
fn what_touches_nothing_is_said_to_change_nothing() {
    let desk = Desk::new();
    desk.record();
    let told = desk.done(&["what-if", "life.story", "--change", "if hour > 24: ann.courage = 1"]);
    assert!(told.contains("Nothing is otherwise"), "{told}");
    let answer = desk.json(&["what-if", "harbour.ron", "--change", "if hour > 24: ann.courage = 1"]);
    assert_eq!(answer["first"]["hash"], answer["second"]["hash"]);
    assert!(answer["parting"].is_null());
}

#[test]
fn the_answer_is_told_from_the_parting_to_the_end() {
    let desk = Desk::new();
    let told = desk.done(&["what-if", "harbour.ron", "--seed", "3", "--forbid", "coffee"]);
    for part in ["What if `coffee` did not happen?", "Where they part", "What does not happen any more", "Whose end is another"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let answer = desk.json(&["what-if", "harbour.ron", "--seed", "3", "--forbid", "coffee"]);
    let alike = answer["parting"]["alike"].as_u64().expect("a number");
    assert_eq!(answer["parting"]["outside"]["event"].as_u64(), Some(alike), "the first that differs is what was done");
    assert_eq!(answer["parting"]["only_first"]["kind"], "coffee");
}

#[test]
fn two_stories_are_laid_side_by_side() {
    let desk = Desk::new();
    desk.record();
    desk.done(&["run", "harbour.ron", "--seed", "3", "--set", "warmth=2", "--record", "warm.story", "--json", "warm.json"]);
    let (code, told, _) = desk.ask(&["diff", "life.story", "life.story"]);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(desk.ask(&["diff", "life.story", "harbour.ron", "--seed", "3"]).0, Some(0), "a scene is lived for it");
    let (code, told, _) = desk.ask(&["diff", "life.story", "warm.story"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("Where they part") && told.contains("warm.story"), "{told}");
}

#[test]
fn many_seeds_are_pairs_and_effects_have_their_size() {
    let desk = Desk::new();
    let answer = desk.json(&["what-if", "harbour.ron", "--forbid", "confess/yes", "--seeds", "0..12", "--threads", "2"]);
    assert_eq!(answer["pairs"], 12);
    let together = &answer["beats"][0];
    assert_eq!(together["shares"][1], 0.0, "what completes it is forbidden");
    let (difference, only) = (together["difference"][0].as_f64(), together["only"][0].as_f64());
    assert_eq!(difference, only.map(|only| -only / 12.0));
    let told = desk.done(&["what-if", "harbour.ron", "--set", "warmth=3", "--seeds", "0..8"]);
    assert!(told.contains("Cliff delta") && told.contains("loneliness"), "{told}");
}

#[test]
fn what_cannot_be_asked_says_why() {
    let desk = Desk::new();
    desk.record();
    for (args, code, says) in [
        (&["what-if", "harbour.ron"][..], 2, "say what is to be otherwise"),
        (&["what-if", "harbour.ron", "--forbid", "cofee"], 3, "did you mean `coffee`?"),
        (&["what-if", "harbour.ron", "--change", "ann.corage = 1"], 3, "courage"),
        (&["what-if", "harbour.ron", "--choose", "confess/maybe"], 3, "no step has an outcome"),
        (&["what-if", "harbour.ron", "--set", "warmth=hot"], 3, "a number"),
        (&["what-if", "life.story", "--forbid", "99999"], 3, "there is no event 99999"),
        (&["what-if", "life.story", "--forbid", "coffee", "--seeds", "0..3"], 2, "a story is one life"),
        (&["what-if", "harbour.ron", "--forbid", "4", "--seeds", "0..3"], 2, "an event is one life's own"),
        (&["what-if", "nothing.story", "--forbid", "coffee"], 3, "there is no"),
        (&["diff", "life.story", "nothing.story"], 3, "there is no"),
    ] {
        let (found, _, said) = desk.ask(args);
        assert_eq!(found, Some(code), "{args:?}: {said}");
        assert!(said.contains(says), "{args:?}: {said}");
        assert!(!said.contains("panicked"), "{args:?}: {said}");
    }
}

#[test]
fn a_story_that_is_not_finished_is_to_be_gone_on_with_first() {
    let desk = Desk::new();
    desk.record();
    let open = rusqlite::Connection::open_with_flags(desk.path("life.story"), rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE);
    open.and_then(|file| file.execute("DELETE FROM meta WHERE key = 'ended_us'", [])).expect("it was recorded");
    let (code, _, said) = desk.ask(&["what-if", "life.story", "--forbid", "coffee"]);
    assert_eq!(code, Some(3));
    assert!(said.contains("--resume"), "{said}");
}

#[test]
fn branches_are_kept_as_a_tree_and_asked_like_the_run_itself() {
    let desk = Desk::new();
    desk.record();
    let whole = desk.done(&["beats", "life.story"]);
    let kept = desk.json(&["what-if", "life.story", "--forbid", "coffee", "--keep", "dry"]);
    let below = desk.json(&[
        "what-if",
        "life.story",
        "--branch",
        "dry",
        "--change",
        "ann.loneliness = 0",
        "--at",
        "2025-03-24",
        "--keep",
        "calm",
    ]);
    assert_eq!(below["first"]["hash"], kept["second"]["hash"], "a branch is the life that was kept");
    desk.json(&["what-if", "life.story", "--set", "warmth=3", "--keep", "warm"]);
    let of_warm = desk.json(&["what-if", "life.story", "--branch", "warm", "--forbid", "walk", "--keep", "no walks"]);

    let tree = desk.done(&["branches", "life.story"]);
    let at = |name: &str| tree.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{name}: {tree}")).find(name);
    assert!(at("calm") > at("dry") && at("no walks") > at("warm"), "{tree}");
    let list: Value = serde_json::from_str(&desk.done(&["branches", "life.story", "--json"])).expect("a list");
    let hashes: Vec<&Value> = list.as_array().expect("a list").iter().map(|branch| &branch["hash"]).collect();
    assert_eq!(hashes, [&kept["second"]["hash"], &below["second"]["hash"], &list[2]["hash"], &of_warm["second"]["hash"]]);

    // The run itself is as it was, and each branch is what would be lived again.
    assert_eq!(desk.done(&["beats", "life.story"]), whole);
    assert_eq!(desk.ask(&["diff", "life.story", "life.story", "--second-branch", "dry"]).0, Some(1));
    assert!(desk.done(&["why", "life.story", "0", "--branch", "calm"]).len() > 10);
    assert!(desk.done(&["show", "life.story", "ann", "--branch", "calm"]).contains("Ann"));
    let again = desk.json(&["what-if", "harbour.ron", "--seed", "3", "--given", "warmth=3", "--forbid", "walk"]);
    assert_eq!(again["second"]["hash"], of_warm["second"]["hash"]);
    let other = desk.done(&["run", "--resume", "life.story"]);
    assert!(other.contains("It is finished"), "{other}");
}

#[test]
fn broken_and_foreign_branches_are_said_to_be_so() {
    let desk = Desk::new();
    desk.record();
    desk.done(&["what-if", "life.story", "--forbid", "coffee", "--keep", "dry"]);
    let refused = |args: &[&str], code: i32, says: &str| {
        let (found, _, said) = desk.ask(args);
        assert_eq!(found, Some(code), "{args:?}: {said}");
        assert!(said.contains(says) && !said.contains("panicked"), "{args:?}: {said}");
    };
    refused(&["what-if", "life.story", "--forbid", "walk", "--keep", "dry"], 3, "has a branch `dry` already");
    refused(&["beats", "life.story", "--branch", "dryy"], 3, "did you mean `dry`?");
    refused(&["what-if", "harbour.ron", "--forbid", "walk", "--keep", "dry"], 2, "a branch is of a story");
    refused(&["beats", "harbour.ron", "--branch", "dry"], 2, "no branches");
    refused(&["branches", "harbour.ron"], 3, "not a story");
    let spoil = |sql: &str| {
        let file = rusqlite::Connection::open_with_flags(desk.path("life.story"), rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE);
        file.and_then(|file| file.execute_batch(sql)).expect(sql);
    };
    spoil("UPDATE branch_events SET at_us = at_us + 1 WHERE id = (SELECT max(id) FROM branch_events)");
    refused(&["beats", "life.story", "--branch", "dry"], 3, "has changed");
    spoil("DELETE FROM branch_events WHERE id = (SELECT max(id) - 1 FROM branch_events)");
    refused(&["beats", "life.story", "--branch", "dry"], 3, "is damaged");
    spoil("UPDATE branches SET interventions = 'nothing'");
    refused(&["branches", "life.story"], 3, "is damaged");
    spoil("PRAGMA foreign_keys = OFF; UPDATE branches SET parent = 99");
    refused(&["branches", "life.story"], 3, "is damaged");
    desk.done(&["beats", "life.story"]);
}
