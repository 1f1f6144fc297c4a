//! Runs the real program in a folder of its own and checks what a user at a terminal sees.

use std::fs;
use std::process::{Output, Stdio};

use crate::harness::{TestFolder, repository};

#[test]
fn help_shows_the_commands_and_examples() {
    let help = TestFolder::empty().run(&["--help"]);
    assert_eq!(help.code, Some(0));
    for text in
        ["run", "sweep", "check", "new", "beats", "why", "show", "export", "test", "watch", "play", "Examples:", "Exit codes:"]
    {
        assert!(help.out.contains(text), "{text} is missing in\n{}", help.out);
    }
    assert!(!help.out.contains("completions"), "it is a hidden command");
}

#[test]
fn an_invalid_command_line_is_a_usage_error() {
    let folder = TestFolder::with_scene();
    for args in [&["dance"][..], &["run"], &["run", "harbour.ron", "--set", "warmth"], &["run", "harbour.ron", "--until", "soon"]]
    {
        let answer = folder.run(args);
        assert_eq!(answer.code, Some(2), "{args:?}: {}", answer.err);
        assert_eq!(answer.out, "", "{args:?}");
    }
}

#[test]
fn a_missing_file_is_an_input_error_that_names_it() {
    let folder = TestFolder::empty();
    for args in [
        ["run", "gone.ron"],
        ["check", "gone.ron"],
        ["beats", "gone.ron"],
        ["watch", "gone.ron"],
        ["play", "gone.ron"],
        ["show", "gone.story"],
    ] {
        let answer = folder.run(&args);
        assert_eq!(answer.code, Some(3), "{args:?}: {}", answer.err);
        assert!(answer.err.contains("gone."), "{args:?}: {}", answer.err);
    }
}

#[test]
fn a_new_scene_is_valid_and_runs() {
    let folder = TestFolder::empty();
    assert_eq!(folder.run(&["new", "harbour"]).code, Some(0));
    let check = folder.run(&["check", "harbour.ron"]);
    assert_eq!(check.code, Some(0), "{}{}", check.out, check.err);
    assert!(check.out.contains("harbour.ron: valid."), "{}", check.out);
    let run = folder.run(&["run", "harbour.ron", "--until", "3d"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.out.lines().count() > 5, "{}", run.out);
}

#[test]
fn a_new_scene_does_not_overwrite_a_file() {
    let folder = TestFolder::empty();
    fs::write(folder.path("harbour.ron"), "mine").unwrap();
    let answer = folder.run(&["new", "harbour"]);
    assert_eq!(answer.code, Some(3));
    assert!(answer.err.contains("it already exists"), "{}", answer.err);
    assert_eq!(fs::read_to_string(folder.path("harbour.ron")).unwrap(), "mine");
}

#[test]
fn a_new_scene_is_created_in_the_scenes_folder() {
    let folder = TestFolder::empty();
    fs::create_dir(folder.path("scenes")).unwrap();
    assert_eq!(folder.run(&["new", "harbour"]).code, Some(0));
    assert!(folder.path("scenes/harbour.ron").exists());
}

#[test]
fn check_exits_with_no_and_prints_the_place_of_a_problem() {
    let folder = TestFolder::with_scene();
    let text = fs::read_to_string(folder.path("harbour.ron")).unwrap();
    let line = 1 + text.lines().position(|line| line.contains("asleep:")).unwrap();
    fs::write(folder.path("harbour.ron"), text.replacen("hour < 7", "huor < 7", 1)).unwrap();
    let answer = folder.run(&["check", "harbour.ron"]);
    assert_eq!(answer.code, Some(1));
    assert!(answer.out.contains(&format!("harbour.ron:{line}:")), "{}", answer.out);
    assert!(answer.out.contains("hour"), "the nearest name is missing: {}", answer.out);
    assert_eq!(folder.run(&["run", "harbour.ron"]).code, Some(3));
}

#[test]
fn the_narration_depends_on_the_seed_and_not_on_threads() {
    let folder = TestFolder::with_scene();
    let narration = |seed: &str, threads: &str| folder.run(&["run", "harbour.ron", "--seed", seed, "--threads", threads]).out;
    assert_eq!(narration("7", "1"), narration("7", "3"));
    assert_ne!(narration("7", "1"), narration("8", "1"));
}

#[test]
fn the_json_report_is_the_whole_output_and_has_the_params() {
    let folder = TestFolder::with_scene();
    let answer = folder.run(&["run", "harbour.ron", "--set", "warmth=2", "--until", "1w", "--json", "-"]);
    let report: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(report["params"]["warmth"], 2.0);
    assert_eq!(report["ended"], "2025-03-10T07:00:00");
    assert!(report["events"].as_u64().unwrap() > 0);
    assert_eq!(report["hash"].as_str().unwrap().len(), 32);
}

#[test]
fn a_recorded_run_can_be_queried() {
    let folder = TestFolder::with_scene();
    let run = folder.run(&["run", "harbour.ron", "--record", "harbour.story"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(folder.run(&["beats", "harbour.story"]).out.contains("together"));
    let why = folder.run(&["why", "harbour.story", "1"]);
    assert_eq!(why.code, Some(0), "{}", why.err);
    assert!(why.out.contains("#1"), "{}", why.out);
    assert_eq!(folder.run(&["show", "harbour.story", "ann"]).code, Some(0));
    assert_eq!(folder.run(&["run", "harbour.ron", "--record", "harbour.story"]).code, Some(3), "a recording is not overwritten");
}

#[test]
fn without_a_display_watch_prints_the_narration() {
    let folder = TestFolder::with_scene();
    let answer = folder.run(&["watch", "harbour.ron", "--until", "2d"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert_eq!(answer.err.lines().filter(|line| line.starts_with("no window:")).count(), 1, "{}", answer.err);
    assert!(answer.out.lines().count() > 3);
}

#[test]
fn without_a_terminal_play_prints_the_narration() {
    let folder = TestFolder::with_scene();
    let answer = folder.run(&["play", "harbour.ron", "--until", "2d"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert_eq!(answer.err.trim(), "not a terminal; printing the narration instead");
    assert_eq!(answer.out, folder.run(&["run", "harbour.ron", "--until", "2d"]).out);
}

#[test]
fn outside_its_folder_the_program_without_arguments_says_what_to_do() {
    let answer = TestFolder::empty().run(&[]);
    assert_eq!(answer.code, Some(3));
    assert!(answer.err.contains("longhand watch SCENE"), "{}", answer.err);
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let folder = TestFolder::with_scene();
    let mut command = folder.command(&["run", "harbour.ron", "--all"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    assert_eq!(status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&stderr), "");
}

#[test]
fn a_recording_goes_on_when_nobody_reads_the_narration() {
    let folder = TestFolder::with_scene();
    let mut command = folder.command(&["run", "harbour.ron", "--record", "a.story"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(String::from_utf8_lossy(&stderr).contains("the run continues without narration"));
    folder.run_ok(&["run", "harbour.ron", "--record", "b.story"]);
    let [broken, whole] = ["a.story", "b.story"].map(|story| folder.run_ok(&["show", story]));
    assert_eq!(broken, whole);
}

#[test]
#[cfg(unix)]
fn a_pipe_is_no_scene_and_does_not_hang() {
    let folder = TestFolder::empty();
    let made = std::process::Command::new("mkfifo").arg(folder.path("pipe.ron")).status().expect("mkfifo starts");
    assert!(made.success());
    let answer = folder.run(&["check", "pipe.ron"]);
    assert!(format!("{}{}", answer.out, answer.err).contains("is not a file"), "{answer:?}");
}

#[test]
fn only_one_of_two_recorders_gets_the_file() {
    let folder = TestFolder::with_scene();
    let record =
        || folder.command(&["run", "harbour.ron", "--record", "a.story"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let children = [record(), record()].map(|child| child.expect("the program starts"));
    let mut codes = children.map(|mut child| child.wait().expect("it ends").code());
    codes.sort_unstable();
    assert_eq!(codes, [Some(0), Some(3)]);
    folder.run_ok(&["show", "a.story"]);
}

#[test]
fn completions_exist_for_every_shell() {
    let folder = TestFolder::empty();
    for shell in ["bash", "zsh", "fish"] {
        let answer = folder.run(&["completions", shell]);
        assert_eq!(answer.code, Some(0));
        assert!(answer.out.contains("longhand"), "{shell}");
    }
}

#[test]
fn the_included_scenes_are_valid() {
    let folder = fs::read_dir(repository().join("scenes")).unwrap();
    for scene in folder.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|kind| kind == "ron")) {
        let answer = TestFolder::empty().run(&["check", scene.to_str().unwrap()]);
        assert_eq!(answer.code, Some(0), "{}", answer.out);
    }
}

#[test]
fn no_help_text_repeats_a_line() {
    let folder = TestFolder::empty();
    let help = |command: &[&str]| folder.run_ok(&[command, &["--help"]].concat());
    let all = help(&[]);
    let rows = all.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = rows.filter(|row| !row.starts_with("   ")).filter_map(|row| row.split_whitespace().next());
    let commands: Vec<&str> = names.collect();
    assert!(commands.contains(&"export") && commands.contains(&"what-if"), "{commands:?}");
    for text in commands.iter().map(|name| help(&[name])).chain([all.clone()]) {
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.windows(2).filter(|pair| !pair[0].trim().is_empty()) {
            assert_ne!(pair[0], pair[1], "twice in\n{text}");
        }
    }
}

#[test]
fn json_that_cannot_be_written_is_an_input_error_with_the_reason() {
    let folder = TestFolder::with_scene();
    let common_args = ["--until", "1d", "--json", "gone/a.json"];
    for command in [
        &["run", "harbour.ron"][..],
        &["sweep", "harbour.ron", "--seeds", "0..2", "--keep", "a.sweep"],
        &["what-if", "harbour.ron", "--forbid", "coffee"],
        &["diff", "harbour.ron", "harbour.ron"],
        &["sift", "harbour.ron"],
    ] {
        let answer = folder.run(&[command, &common_args].concat());
        assert_eq!(answer.code, Some(3), "{command:?}: {}", answer.err);
        assert!(answer.err.contains("cannot write gone/a.json: there is no such file"), "{command:?}: {}", answer.err);
    }
}

#[test]
fn every_command_that_simulates_a_scene_prints_its_warnings() {
    let folder = TestFolder::empty();
    let unused = "    prose: [\n        Prose(id: \"wolk\", say: [\"Nobody says this.\"]),\n";
    folder.write("harbour.ron", &longhand_scene::STARTER_SCENE.replacen("    prose: [\n", unused, 1));
    let check = folder.run(&["check", "harbour.ron"]);
    assert!(check.out.contains("warning") && check.out.contains("`wolk`"), "{}", check.out);
    for command in [&["run"][..], &["sift"], &["tell"], &["export", "--format", "jsonl"], &["what-if", "--forbid", "coffee"]] {
        let answer = folder.run(&[command, &["harbour.ron", "--until", "1d"]].concat());
        assert_eq!(answer.err.matches("`wolk`").count(), 1, "{command:?}: {}", answer.err);
    }
    let answer = folder.run(&["why-not", "harbour.ron", "coffee", "--until", "1d"]);
    assert!(answer.err.contains("`wolk`"), "{}", answer.err);
}
