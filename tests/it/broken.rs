//! Diagnostics of broken scenes. Each scene has one kind of mistake and is named after it.
//!
//! A file or a folder in `tests/broken` is one scene (a folder's is its `scene.ron`); `tests/broken/snapshots` has its
//! diagnostics. The scenes in `tests/broken/runs` are valid but exceed a limit when they run; those in
//! `tests/broken/notes` are valid and have notes on their design. Scenes that are too large or too
//! odd for a file are made here.
//!
//! `INSTA_UPDATE=always cargo test --test it broken` rewrites the snapshots; read the changes as a writer would.

use longhand_analysis::Run;
use longhand_scene::Diagnostics;
use longhand_sim::SimOptions;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::harness::{ProgramOutput, repository, run_program};

fn folder() -> PathBuf {
    repository().join("tests/broken")
}

/// The scenes in a folder, by name.
fn scenes(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).expect("the folder exists").map(|entry| entry.expect("it can be read").path());
    let mut scenes: Vec<(String, PathBuf)> = entries
        .filter_map(|path| {
            let name = path.file_stem()?.to_str()?.to_owned();
            match path.is_dir() {
                true => Some((name, path.join("scene.ron"))).filter(|(_, scene)| scene.exists()),
                false => path.extension().is_some_and(|kind| kind == "ron").then_some((name, path)),
            }
        })
        .collect();
    scenes.sort();
    scenes
}

/// A scene with notes on its design is valid, and has no warnings.
#[test]
fn every_scene_with_a_questionable_design_has_its_notes() {
    let folder = folder().join("notes");
    let scenes = scenes(&folder);
    assert!(scenes.len() >= 3, "only {} scenes", scenes.len());
    for (name, path) in &scenes {
        let loaded = longhand_narrative::load(path, &[]).unwrap_or_else(|problems| panic!("{name}: {problems}"));
        assert!(loaded.warnings.is_empty(), "{name}: {}", loaded.warnings);
        assert!(!loaded.notes.is_empty(), "{name}");
        let text = loaded.notes.render(false).replace(&format!("{}/", folder.display()), "");
        let snapshot = format!("note_{name}");
        settings().bind(|| insta::assert_snapshot!(snapshot.as_str(), text));
    }
}

/// The problems and warnings of a scene and whether it can run, with paths relative to `from`.
fn diagnose(path: &Path, from: &Path) -> (String, Diagnostics) {
    let (verdict, diagnostics) = match longhand_narrative::load(path, &[]) {
        Ok(loaded) => ("valid", loaded.warnings),
        Err(problems) => ("invalid", problems),
    };
    let text = diagnostics.render(false).replace(&format!("{}/", from.display()), "");
    (format!("{text}{verdict}\n"), diagnostics)
}

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder().join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[test]
fn every_broken_scene_has_its_diagnostics() {
    let scenes = scenes(&folder());
    assert!(scenes.len() >= 60, "only {} scenes", scenes.len());
    let mut without_diagnostics = Vec::new();
    let mut failed = Vec::new();
    for (name, path) in &scenes {
        let (text, diagnostics) = diagnose(path, &folder());
        if diagnostics.is_empty() {
            without_diagnostics.push(name);
        }
        for problem in &diagnostics.list {
            assert!(
                diagnostics.source(problem.file).is_some_and(|source| source.text.get(problem.span.clone()).is_some()),
                "{name}"
            );
        }
        // Report all changed scenes, not only the first.
        let same = std::panic::catch_unwind(|| settings().bind(|| insta::assert_snapshot!(name.as_str(), text)));
        failed.extend(same.is_err().then_some(name));
    }
    assert!(without_diagnostics.is_empty(), "no diagnostics for {without_diagnostics:?}");
    assert!(failed.is_empty(), "the diagnostics of {failed:?} have changed");
}

#[test]
fn a_run_that_exceeds_a_limit_is_stopped_with_a_reason() {
    for (name, path) in scenes(&folder().join("runs")) {
        let loaded = longhand_narrative::load(&path, &[]).unwrap_or_else(|problems| panic!("{name} is valid: {problems}"));
        let mut run = Run::new(Arc::new(loaded.scenario), SimOptions { seed: 1, threads: 1 }, None);
        let begun = Instant::now();
        while run.step() {
            assert!(begun.elapsed() < Duration::from_secs(300), "{name} does not end");
        }
        let overrun = run.simulation().limit_exceeded().map_or_else(|| "it reached its end".to_owned(), ToString::to_string);
        settings().bind(|| insta::assert_snapshot!(format!("run_{name}"), overrun));
    }
}

#[test]
fn a_stopped_run_is_an_input_error_with_a_reason() {
    let scene = folder().join("runs/triggers_that_take_turns.ron");
    let ProgramOutput { code, err, .. } = run_program(repository(), &["run", scene.to_str().expect("UTF-8")]);
    assert_eq!(code, Some(3), "{err}");
    assert!(err.contains("stopped at 2025-01-06 ") && err.contains("in a row"), "{err}");
}

#[test]
fn every_query_of_a_stopped_story_says_that_it_was_stopped() {
    let scene = fs::canonicalize(folder().join("runs/triggers_that_take_turns.ron")).expect("it exists");
    let scene = scene.to_str().expect("a plain path");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let assert_stopped = |arguments: &[&str], code: &str| {
        let output = code_and_error(folder.path(), arguments);
        assert!(output.starts_with(code) && output.contains("stopped at 2025-01-06 "), "{arguments:?}: {output}");
    };
    assert_stopped(&["run", scene, "--record", "a.story"], "3:");
    for arguments in [["beats", "a.story"], ["show", "a.story"]] {
        assert_stopped(&arguments, "0:");
    }
    assert_stopped(&["run", "--resume", "a.story"], "3:");
    assert_stopped(&["sift", scene], "3:");
}

/// The diagnostics of a generated scene.
fn diagnose_text(text: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("scene.ron");
    fs::write(&path, text).expect("it can be written");
    let begun = Instant::now();
    let (text, diagnostics) = diagnose(&path, folder.path());
    for fancy in [false, true] {
        assert_eq!(diagnostics.render(fancy).is_empty(), diagnostics.is_empty());
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "it took {:?}", begun.elapsed());
    text
}

/// The first and last lines of a long output.
fn first_and_last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let short = [&lines[..5.min(lines.len())], &["…"], &lines[lines.len().saturating_sub(2)..]].concat();
    short.join("\n") + "\n"
}

fn scene(actions: &str) -> String {
    format!(
        "Scene(\n    starts: \"2025-01-06\", ends: \"2025-02-06\",\n    kinds: [Kind(id: \"human\")], cast: [Member(id: \"ann\", kind: \"human\")],\n    \
         actions: [{actions}],\n)\n"
    )
}

fn scene_with_want(text: &str) -> String {
    scene(&format!("Action(id: \"walk\", want: \"{text}\")"))
}

#[test]
fn deep_nesting_is_a_problem_and_not_a_crash() {
    const MANY: usize = 10_000;
    let nested = |open: &str, close: &str| format!("{}1{}", open.repeat(MANY), close.repeat(MANY));
    let of_ron = |open: &str, close: &str| format!("Scene(\n    title: {}\n)", nested(open, close));
    let all = [
        ("brackets of RON", of_ron("(", ")")),
        ("lists of RON", of_ron("[", "]")),
        ("maps of RON", of_ron("{1:", "}")),
        ("options of RON", of_ron("Some(", ")")),
        ("an id of RON", format!("Scene(places: [Place(id: {})])", nested("(", ")"))),
        ("comments of RON", format!("{}{}Scene()", "/*".repeat(MANY), "*/".repeat(MANY))),
        ("brackets of an expression", scene_with_want(&nested("(", ")"))),
        ("brackets of an expression that is short enough", scene_with_want(&format!("{}1{}", "(".repeat(500), ")".repeat(500)))),
        ("signs", scene_with_want(&format!("{}1", "-".repeat(1000)))),
        ("nots", scene_with_want(&"not ".repeat(1000))),
        ("powers", scene_with_want(&format!("{}2", "2^".repeat(500)))),
        ("sums", scene_with_want(&format!("{}1", "1+".repeat(500)))),
        ("calls", scene_with_want(&nested("abs(", ")"))),
        (
            "braces of a template",
            scene("Action(id: \"walk\", want: \"1\")").replace(
                "actions:",
                &format!(
                    "prose: [Prose(id: \"walk\", say: [\"{{{{ {}1{} }}}}\"])], actions:",
                    "(".repeat(5_000),
                    ")".repeat(5_000)
                ),
            ),
        ),
        (
            "blocks of a template",
            scene("Action(id: \"walk\", want: \"1\")").replace(
                "actions:",
                &format!("prose: [Prose(id: \"walk\", say: [\"{}\"])], actions:", "{% if self %}".repeat(1_000)),
            ),
        ),
    ];
    let mut out = String::new();
    for (what, text) in all {
        out.push_str(&format!("== {what}\n{}\n", diagnose_text(&text)));
    }
    settings().bind(|| insta::assert_snapshot!("made_nesting", out));
}

#[test]
fn files_that_are_too_large_too_many_or_outside_the_folder_are_rejected() {
    let mut out = String::new();
    let mut add_section = |what: &str, text: String| out.push_str(&format!("== {what}\n{text}\n"));
    add_section("a huge file", diagnose_text(&format!("Scene(title: \"{}\")", "x".repeat(5 << 20))));
    add_section(
        "one long line",
        diagnose_text(&format!("Scene(starts: \"2025-01-06\", about: \"{}\", ends: \"soon\")", "x".repeat(3 << 20))),
    );
    add_section(
        "a hundred thousand mistakes",
        first_and_last_lines(&diagnose_text(&scene(&"Action(id: \"walk\", want: \"wamrth\"),".repeat(50_000)))),
    );
    add_section("a byte order mark", diagnose_text("\u{feff}Scene(starts: \"2025-01-06\", ends: \"2025-02-06\")"));

    let folder = tempfile::tempdir().expect("a temporary folder");
    let scenes = folder.path().join("scenes");
    fs::create_dir(&scenes).expect("a folder");
    fs::write(folder.path().join("secret.ron"), "Scene(title: \"a secret\")").expect("written");
    let scene = scenes.join("scene.ron");
    let mut add_including = |what: &str, files: &[&str]| {
        let include = files.iter().map(|file| format!("\"{file}\", ")).collect::<String>();
        fs::write(&scene, format!("Scene(\n    starts: \"2025-01-06\", ends: \"2025-02-06\",\n    include: [{include}],\n)\n"))
            .expect("written");
        add_section(what, diagnose(&scene, folder.path()).0);
    };
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../secret.ron", scenes.join("link.ron")).expect("a link");
        std::os::unix::fs::symlink("/dev/zero", scenes.join("zero.ron")).expect("a link");
        add_including("links", &["link.ron", "zero.ron"]);
    }
    let chain = (0..80).map(|i| format!("part{i}.ron")).collect::<Vec<_>>();
    for (i, part) in chain.iter().enumerate() {
        fs::write(scenes.join(part), format!("Scene(include: [\"part{}.ron\"])", i + 1)).expect("written");
    }
    add_including("one includes the next, eighty times", &["part0.ron"]);
    settings().bind(|| insta::assert_snapshot!("made_files", out));
}

/// The exit code and standard error of the program.
fn code_and_error(folder: &Path, args: &[&str]) -> String {
    let ProgramOutput { code, err, .. } = run_program(folder, args);
    format!("{}: {}", code.unwrap_or(-1), err.trim())
}

#[test]
fn a_damaged_or_foreign_story_is_an_input_error() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path_to = |name: &str| folder.path().join(name);
    fs::write(path_to("scene.ron"), longhand_scene::STARTER_SCENE).expect("written");
    assert!(code_and_error(folder.path(), &["run", "scene.ron", "--until", "2w", "--record", "whole.story"]).starts_with("0:"));
    let story_bytes = fs::read(path_to("whole.story")).expect("a story");
    fs::write(path_to("empty.story"), "").expect("written");
    fs::write(path_to("text.story"), "Once upon a time there was no database. ".repeat(200)).expect("written");
    fs::write(path_to("half.story"), &story_bytes[..story_bytes.len() / 2]).expect("written");
    fs::write(path_to("head.story"), &story_bytes[..100]).expect("written");
    fs::create_dir(path_to("folder.story")).expect("a folder");
    let database = |name: &str, statements: &str, contents: Option<&[u8]>| {
        if let Some(bytes) = contents {
            fs::write(path_to(name), bytes).expect("written");
        }
        rusqlite::Connection::open(path_to(name)).and_then(|database| database.execute_batch(statements)).expect("a database");
    };
    database("foreign.story", "CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('Song on the beach');", None);
    database("later.story", "PRAGMA user_version = 99;", Some(&story_bytes));
    database("gap.story", "DELETE FROM packed_events WHERE id = 3;", Some(&story_bytes));
    database("no_table.story", "DROP TABLE packed_events;", Some(&story_bytes));
    database("no_legend.story", "UPDATE meta SET value = x'00ff' WHERE key = 'legend';", Some(&story_bytes));
    database("circle.story", "UPDATE packed_events SET causes = zeroblob(length(causes));", Some(&story_bytes));
    database("wrong_type.story", "UPDATE agents SET kind = 'human';", Some(&story_bytes));

    let mut out = String::new();
    let names = [
        "none",
        "empty",
        "text",
        "half",
        "head",
        "folder",
        "foreign",
        "later",
        "gap",
        "no_table",
        "no_legend",
        "circle",
        "wrong_type",
    ];
    for name in names {
        let file = format!("{name}.story");
        let answers = [&["show", &file][..], &["why", &file, "3"], &["beats", &file]]
            .map(|arguments| code_and_error(folder.path(), arguments));
        assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:#?}");
        out.push_str(&format!("{}\n", answers[0]));
    }
    out.push_str(&code_and_error(folder.path(), &["run", "whole.story"]));
    settings().bind(|| insta::assert_snapshot!("made_stories", out));
}
