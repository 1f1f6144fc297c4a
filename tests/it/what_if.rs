//! What-if questions, comparisons and branches with the real program.

use crate::harness::{ProgramOutput, TestFolder};
use serde_json::Value;

trait WhatIfCommands {
    fn run_json(&self, args: &[&str]) -> Value;
    /// Records a run of the scene as `run.story`.
    fn record_run(&self);
}

impl WhatIfCommands for TestFolder {
    fn run_json(&self, args: &[&str]) -> Value {
        let args: Vec<&str> = args.iter().copied().chain(["--json", "-"]).collect();
        serde_json::from_str(&self.run_ok(&args)).expect("an answer")
    }

    fn record_run(&self) {
        self.run_ok(&["run", "harbour.ron", "--seed", "3", "--record", "run.story", "--json", "run.json"]);
    }
}

#[test]
fn a_scene_and_its_story_give_the_same_answer() {
    let folder = TestFolder::with_scene();
    folder.record_run();
    let late = ["--change", "ann.courage = 0.9", "--at", "2025-03-20"];
    for question in [[&["--forbid", "confess/no"][..], &late].concat(), late.to_vec()] {
        let answer_for = |what: &[&str]| folder.run_json(&[&["what-if"], what, &question[..]].concat());
        let (scene, story) = (answer_for(&["harbour.ron", "--seed", "3"]), answer_for(&["run.story"]));
        for part in
            ["first", "second", "parting", "beats", "vanished", "new", "moved", "oftener", "ends", "measures", "interventions"]
        {
            assert_eq!(scene[part], story[part], "{part} of {question:?}");
        }
        if question == late {
            assert!(story["from"].as_str() > scene["from"].as_str(), "the story resumes at the keyframe before the change");
        }
    }
}

#[test]
fn a_change_without_effect_is_reported_as_no_difference() {
    let folder = TestFolder::with_scene();
    folder.record_run();
    let out = folder.run_ok(&["what-if", "run.story", "--change", "if hour > 24: ann.courage = 1"]);
    assert!(out.contains("No difference"), "{out}");
    let answer = folder.run_json(&["what-if", "harbour.ron", "--change", "if hour > 24: ann.courage = 1"]);
    assert_eq!(answer["first"]["hash"], answer["second"]["hash"]);
    assert!(answer["parting"].is_null());
}

#[test]
fn the_answer_covers_the_divergence_and_the_final_states() {
    let folder = TestFolder::with_scene();
    let out = folder.run_ok(&["what-if", "harbour.ron", "--seed", "3", "--forbid", "coffee"]);
    for part in ["What if `coffee` did not happen?", "Divergence", "Events that no longer happen", "Final states"] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let answer = folder.run_json(&["what-if", "harbour.ron", "--seed", "3", "--forbid", "coffee"]);
    let alike = answer["parting"]["alike"].as_u64().expect("a number");
    assert_eq!(answer["parting"]["outside"]["event"].as_u64(), Some(alike), "the first different event is the intervention");
    assert_eq!(answer["parting"]["only_first"]["kind"], "coffee");
}

#[test]
fn two_stories_can_be_compared() {
    let folder = TestFolder::with_scene();
    folder.record_run();
    folder.run_ok(&["run", "harbour.ron", "--seed", "3", "--set", "warmth=2", "--record", "warm.story", "--json", "warm.json"]);
    let ProgramOutput { code, out, .. } = folder.run(&["diff", "run.story", "run.story"]);
    assert_eq!(code, Some(0), "{out}");
    assert_eq!(folder.run(&["diff", "run.story", "harbour.ron", "--seed", "3"]).code, Some(0), "the scene is simulated");
    let ProgramOutput { code, out, .. } = folder.run(&["diff", "run.story", "warm.story"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("Divergence") && out.contains("warm.story"), "{out}");
}

#[test]
fn many_seeds_give_paired_runs_and_effect_sizes() {
    let folder = TestFolder::with_scene();
    let answer = folder.run_json(&["what-if", "harbour.ron", "--forbid", "confess/yes", "--seeds", "0..12", "--threads", "2"]);
    assert_eq!(answer["pairs"], 12);
    let together = &answer["beats"][0];
    assert_eq!(together["shares"][1], 0.0, "the event that completes the beat is forbidden");
    let (difference, only) = (together["difference"][0].as_f64(), together["only"][0].as_f64());
    assert_eq!(difference, only.map(|only| -only / 12.0));
    let out = folder.run_ok(&["what-if", "harbour.ron", "--set", "warmth=3", "--seeds", "0..8"]);
    assert!(out.contains("Cliff delta") && out.contains("loneliness"), "{out}");
}

#[test]
fn invalid_questions_are_errors_with_a_reason() {
    let folder = TestFolder::with_scene();
    folder.record_run();
    for (args, code, expected) in [
        (&["what-if", "harbour.ron"][..], 2, "name a change"),
        (&["what-if", "harbour.ron", "--forbid", "cofee"], 3, "did you mean `coffee`?"),
        (&["what-if", "harbour.ron", "--change", "ann.corage = 1"], 3, "courage"),
        (&["what-if", "harbour.ron", "--choose", "confess/maybe"], 3, "no step has an outcome"),
        (&["what-if", "harbour.ron", "--set", "warmth=hot"], 3, "a number"),
        (&["what-if", "run.story", "--forbid", "99999"], 3, "there is no event 99999"),
        (&["what-if", "run.story", "--forbid", "coffee", "--seeds", "0..3"], 2, "a story is one run"),
        (&["what-if", "harbour.ron", "--forbid", "4", "--seeds", "0..3"], 2, "an event belongs to one run"),
        (&["what-if", "nothing.story", "--forbid", "coffee"], 3, "there is no"),
        (&["diff", "run.story", "nothing.story"], 3, "there is no"),
        (&["diff", "run.story", "run.story", "--seed", "3"], 2, "are for a scene"),
    ] {
        let ProgramOutput { code: actual_code, err, .. } = folder.run(args);
        assert_eq!(actual_code, Some(code), "{args:?}: {err}");
        assert!(err.contains(expected), "{args:?}: {err}");
        assert!(!err.contains("panicked"), "{args:?}: {err}");
    }
}

#[test]
fn an_unfinished_story_must_be_resumed_first() {
    let folder = TestFolder::with_scene();
    folder.record_run();
    let connection = rusqlite::Connection::open_with_flags(folder.path("run.story"), rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE);
    connection.and_then(|file| file.execute("DELETE FROM meta WHERE key = 'ended_us'", [])).expect("it was recorded");
    let ProgramOutput { code, err, .. } = folder.run(&["what-if", "run.story", "--forbid", "coffee"]);
    assert_eq!(code, Some(3));
    assert!(err.contains("--resume"), "{err}");
}

#[test]
fn branches_form_a_tree_and_are_queried_like_the_main_run() {
    let folder = TestFolder::with_scene();
    folder.record_run();
    let main_beats = folder.run_ok(&["beats", "run.story"]);
    let dry = folder.run_json(&["what-if", "run.story", "--forbid", "coffee", "--keep", "dry"]);
    let calm = folder.run_json(&[
        "what-if",
        "run.story",
        "--branch",
        "dry",
        "--change",
        "ann.loneliness = 0",
        "--at",
        "2025-03-24",
        "--keep",
        "calm",
    ]);
    assert_eq!(calm["first"]["hash"], dry["second"]["hash"], "a branch is the saved run");
    folder.run_json(&["what-if", "run.story", "--set", "warmth=3", "--keep", "warm"]);
    let no_walks = folder.run_json(&["what-if", "run.story", "--branch", "warm", "--forbid", "walk", "--keep", "no walks"]);

    let tree = folder.run_ok(&["branches", "run.story"]);
    let column =
        |name: &str| tree.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{name}: {tree}")).find(name);
    assert!(column("calm") > column("dry") && column("no walks") > column("warm"), "{tree}");
    let list: Value = serde_json::from_str(&folder.run_ok(&["branches", "run.story", "--json"])).expect("a list");
    let hashes: Vec<&Value> = list.as_array().expect("a list").iter().map(|branch| &branch["hash"]).collect();
    assert_eq!(hashes, [&dry["second"]["hash"], &calm["second"]["hash"], &list[2]["hash"], &no_walks["second"]["hash"]]);

    // The main run is unchanged, and a simulation reproduces each branch.
    assert_eq!(folder.run_ok(&["beats", "run.story"]), main_beats);
    assert_eq!(folder.run(&["diff", "run.story", "run.story", "--second-branch", "dry"]).code, Some(1));
    assert!(folder.run_ok(&["why", "run.story", "0", "--branch", "calm"]).len() > 10);
    assert!(folder.run_ok(&["show", "run.story", "ann", "--branch", "calm"]).contains("Ann"));
    let again = folder.run_json(&["what-if", "harbour.ron", "--seed", "3", "--given", "warmth=3", "--forbid", "walk"]);
    assert_eq!(again["second"]["hash"], no_walks["second"]["hash"]);
    let resumed = folder.run_ok(&["run", "--resume", "run.story"]);
    assert!(resumed.contains("The run is finished"), "{resumed}");
}

#[test]
fn missing_and_damaged_branches_are_errors() {
    let folder = TestFolder::with_scene();
    folder.record_run();
    folder.run_ok(&["what-if", "run.story", "--forbid", "coffee", "--keep", "dry"]);
    let assert_error = |args: &[&str], code: i32, expected: &str| {
        let ProgramOutput { code: actual_code, err, .. } = folder.run(args);
        assert_eq!(actual_code, Some(code), "{args:?}: {err}");
        assert!(err.contains(expected) && !err.contains("panicked"), "{args:?}: {err}");
    };
    assert_error(&["what-if", "run.story", "--forbid", "walk", "--keep", "dry"], 3, "has a branch `dry` already");
    assert_error(&["beats", "run.story", "--branch", "dryy"], 3, "did you mean `dry`?");
    assert_error(&["what-if", "harbour.ron", "--forbid", "walk", "--keep", "dry"], 2, "only a story can have branches");
    assert_error(&["beats", "harbour.ron", "--branch", "dry"], 2, "no branches");
    assert_error(&["branches", "harbour.ron"], 3, "not a story");
    let execute = |sql: &str| {
        let file = rusqlite::Connection::open_with_flags(folder.path("run.story"), rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE);
        file.and_then(|file| file.execute_batch(sql)).expect(sql);
    };
    execute("UPDATE branch_packed_events SET at_us = at_us + 1 WHERE id = (SELECT max(id) FROM branch_events)");
    assert_error(&["beats", "run.story", "--branch", "dry"], 3, "has changed");
    execute("DELETE FROM branch_packed_events WHERE id = (SELECT max(id) - 1 FROM branch_events)");
    assert_error(&["beats", "run.story", "--branch", "dry"], 3, "is damaged");
    execute("UPDATE branches SET interventions = 'nothing'");
    assert_error(&["branches", "run.story"], 3, "is damaged");
    execute("PRAGMA foreign_keys = OFF; UPDATE branches SET parent = 99");
    assert_error(&["branches", "run.story"], 3, "is damaged");
    folder.run_ok(&["beats", "run.story"]);
}
