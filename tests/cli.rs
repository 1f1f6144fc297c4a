//! Runs the real program in a folder of its own and checks what a user at a terminal sees.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A temporary folder in which the program runs.
struct TestFolder(tempfile::TempDir);

struct ProgramOutput {
    code: Option<i32>,
    out: String,
    err: String,
}

impl TestFolder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, args: &[&str]) -> ProgramOutput {
        let mut command = Command::new(env!("CARGO_BIN_EXE_longhand"));
        command.args(args).current_dir(self.0.path()).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        let Output { status, stdout, stderr } = command.stdin(Stdio::null()).output().expect("the program starts");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        ProgramOutput { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    /// A folder with the starter scene, as `new` writes it.
    fn with_scene() -> Self {
        let desk = Self::new();
        assert_eq!(desk.run(&["new", "harbour"]).code, Some(0));
        desk
    }
}

#[test]
fn help_shows_the_commands_and_examples() {
    let help = TestFolder::new().run(&["--help"]);
    assert_eq!(help.code, Some(0));
    for said in
        ["run", "sweep", "check", "new", "beats", "why", "show", "export", "test", "watch", "play", "Examples:", "Exit codes:"]
    {
        assert!(help.out.contains(said), "{said} is missing in\n{}", help.out);
    }
    assert!(!help.out.contains("completions"), "it is a hidden command");
}

#[test]
fn an_invalid_command_line_is_a_usage_error() {
    let desk = TestFolder::with_scene();
    for typed in
        [&["dance"][..], &["run"], &["run", "harbour.ron", "--set", "warmth"], &["run", "harbour.ron", "--until", "soon"]]
    {
        let answer = desk.run(typed);
        assert_eq!(answer.code, Some(2), "{typed:?}: {}", answer.err);
        assert_eq!(answer.out, "", "{typed:?}");
    }
}

#[test]
fn a_missing_file_is_an_input_error_that_names_it() {
    let desk = TestFolder::new();
    for typed in [
        ["run", "gone.ron"],
        ["check", "gone.ron"],
        ["beats", "gone.ron"],
        ["watch", "gone.ron"],
        ["play", "gone.ron"],
        ["show", "gone.story"],
    ] {
        let answer = desk.run(&typed);
        assert_eq!(answer.code, Some(3), "{typed:?}: {}", answer.err);
        assert!(answer.err.contains("gone."), "{typed:?}: {}", answer.err);
    }
}

#[test]
fn a_new_scene_is_valid_and_runs() {
    let desk = TestFolder::with_scene();
    let check = desk.run(&["check", "harbour.ron"]);
    assert_eq!(check.code, Some(0), "{}{}", check.out, check.err);
    assert!(check.out.contains("harbour.ron: valid."), "{}", check.out);
    let run = desk.run(&["run", "harbour.ron", "--until", "3d"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.out.lines().count() > 5, "{}", run.out);
}

#[test]
fn a_new_scene_does_not_overwrite_a_file() {
    let desk = TestFolder::new();
    fs::write(desk.path("harbour.ron"), "mine").unwrap();
    let answer = desk.run(&["new", "harbour"]);
    assert_eq!(answer.code, Some(3));
    assert!(answer.err.contains("it already exists"), "{}", answer.err);
    assert_eq!(fs::read_to_string(desk.path("harbour.ron")).unwrap(), "mine");
}

#[test]
fn a_new_scene_is_created_in_the_scenes_folder() {
    let desk = TestFolder::new();
    fs::create_dir(desk.path("scenes")).unwrap();
    assert_eq!(desk.run(&["new", "harbour"]).code, Some(0));
    assert!(desk.path("scenes/harbour.ron").exists());
}

#[test]
fn check_exits_with_no_and_prints_the_place_of_a_problem() {
    let desk = TestFolder::with_scene();
    let text = fs::read_to_string(desk.path("harbour.ron")).unwrap();
    let line = 1 + text.lines().position(|line| line.contains("asleep:")).unwrap();
    fs::write(desk.path("harbour.ron"), text.replacen("hour < 7", "huor < 7", 1)).unwrap();
    let answer = desk.run(&["check", "harbour.ron"]);
    assert_eq!(answer.code, Some(1));
    assert!(answer.out.contains(&format!("harbour.ron:{line}:")), "{}", answer.out);
    assert!(answer.out.contains("hour"), "the nearest name is missing: {}", answer.out);
    assert_eq!(desk.run(&["run", "harbour.ron"]).code, Some(3));
}

#[test]
fn the_narration_depends_on_the_seed_and_not_on_threads() {
    let desk = TestFolder::with_scene();
    let tell = |seed: &str, threads: &str| desk.run(&["run", "harbour.ron", "--seed", seed, "--threads", threads]).out;
    assert_eq!(tell("7", "1"), tell("7", "3"));
    assert_ne!(tell("7", "1"), tell("8", "1"));
}

#[test]
fn the_json_report_is_the_whole_output_and_has_the_params() {
    let desk = TestFolder::with_scene();
    let answer = desk.run(&["run", "harbour.ron", "--set", "warmth=2", "--until", "1w", "--json", "-"]);
    let report: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(report["params"]["warmth"], 2.0);
    assert_eq!(report["ended"], "2025-03-10T07:00:00");
    assert!(report["events"].as_u64().unwrap() > 0);
    assert_eq!(report["hash"].as_str().unwrap().len(), 32);
}

#[test]
fn a_recorded_run_can_be_queried() {
    let desk = TestFolder::with_scene();
    let run = desk.run(&["run", "harbour.ron", "--record", "harbour.story"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(desk.run(&["beats", "harbour.story"]).out.contains("together"));
    let why = desk.run(&["why", "harbour.story", "1"]);
    assert_eq!(why.code, Some(0), "{}", why.err);
    assert!(why.out.contains("#1"), "{}", why.out);
    assert_eq!(desk.run(&["show", "harbour.story", "ann"]).code, Some(0));
    assert_eq!(desk.run(&["run", "harbour.ron", "--record", "harbour.story"]).code, Some(3), "a recording is not overwritten");
}

#[test]
fn without_a_display_watch_prints_the_narration() {
    let desk = TestFolder::with_scene();
    let answer = desk.run(&["watch", "harbour.ron", "--until", "2d"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert_eq!(answer.err.lines().filter(|line| line.starts_with("no window:")).count(), 1, "{}", answer.err);
    assert!(answer.out.lines().count() > 3);
}

#[test]
fn without_a_terminal_play_prints_the_narration() {
    let desk = TestFolder::with_scene();
    let played = desk.run(&["play", "harbour.ron", "--until", "2d"]);
    assert_eq!(played.code, Some(0), "{}", played.err);
    assert_eq!(played.err.trim(), "not a terminal; printing the narration instead");
    assert_eq!(played.out, desk.run(&["run", "harbour.ron", "--until", "2d"]).out);
}

#[test]
fn outside_its_folder_the_program_without_arguments_says_what_to_do() {
    let answer = TestFolder::new().run(&[]);
    assert_eq!(answer.code, Some(3));
    assert!(answer.err.contains("longhand watch SCENE"), "{}", answer.err);
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let desk = TestFolder::with_scene();
    let mut command = Command::new(env!("CARGO_BIN_EXE_longhand"));
    let mut child = command
        .args(["run", "harbour.ron", "--all"])
        .current_dir(desk.0.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    assert_eq!(status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&stderr), "");
}

#[test]
fn completions_exist_for_every_shell() {
    let desk = TestFolder::new();
    for shell in ["bash", "zsh", "fish"] {
        let answer = desk.run(&["completions", shell]);
        assert_eq!(answer.code, Some(0));
        assert!(answer.out.contains("longhand"), "{shell}");
    }
}

#[test]
fn the_included_scenes_are_valid() {
    let scenes = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes");
    let Ok(folder) = fs::read_dir(&scenes) else { return };
    for scene in folder.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|kind| kind == "ron")) {
        let answer = TestFolder::new().run(&["check", scene.to_str().unwrap()]);
        assert_eq!(answer.code, Some(0), "{}", answer.out);
    }
}
