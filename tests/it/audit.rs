//! Audits with the real program: the table, the JSON and the page, and what `check` notes of the included scenes.

use std::fs;

use crate::harness::{ProgramOutput, TestFolder, repository, run_program};

fn audit(folder: &TestFolder, args: &[&str]) -> ProgramOutput {
    let scene = repository().join("scenes/first.ron");
    folder.run(&[&["audit", scene.to_str().expect("the path is text"), "--quick", "--until", "30d"], args].concat())
}

#[test]
fn the_first_scene_is_audited_with_table_json_and_page() {
    let folder = TestFolder::empty();
    let answer = audit(&folder, &["--json", "a.json", "--html", "a.html"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    for text in [
        "The clock: ",
        "Rules",
        "Wants matter",
        "Domino",
        "Anybody",
        "Variety",
        "Others",
        "To do first",
        "the scene has no population",
    ] {
        assert!(answer.out.contains(text), "{text} is missing in\n{}", answer.out);
    }
    let report: serde_json::Value = serde_json::from_str(&folder.read("a.json")).unwrap();
    assert_eq!(report["scene"], "first.ron");
    let figures = report["figures"].as_array().unwrap();
    let figure = |id: &str| figures.iter().find(|figure| figure["id"] == id).unwrap_or_else(|| panic!("{id}"));
    assert_eq!(figure("rules_named")["value"], 0.9, "all but `tea` are bound to somebody");
    assert_eq!(figure("rules_named")["verdict"], "script");
    assert_eq!(figure("others_pass")["why_not"], "the scene has no population");
    let page = folder.read("a.html");
    for figure in figures {
        let title = figure["title"].as_str().unwrap();
        assert!(page.contains(title), "{title}");
        assert_eq!(answer.out.contains(title), figure["group"] != "others", "a group without values is one line: {title}");
    }
}

#[test]
fn without_seeds_for_each_change_nothing_is_forbidden_or_exchanged() {
    let answer = audit(&TestFolder::empty(), &["--seeds-each", "0"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert!(answer.out.contains("Wants matter"), "{}", answer.out);
    assert!(!answer.out.contains("Domino") && !answer.out.contains("Anybody"), "{}", answer.out);
}

#[test]
fn the_report_does_not_depend_on_threads() {
    let folder = TestFolder::empty();
    let json = |threads: &str| audit(&folder, &["--json", "-", "--threads", threads]).out;
    assert_eq!(json("1"), json("3"));
}

#[test]
fn invalid_arguments_are_usage_errors() {
    let folder = TestFolder::empty();
    for args in [&["--seeds", "5..5"][..], &["--crowd", "many"], &["--threads", "0"]] {
        assert_eq!(audit(&folder, args).code, Some(2), "{args:?}");
    }
    assert_eq!(folder.run(&["audit", "gone.ron"]).code, Some(3));
}

#[test]
fn the_page_of_the_documentation_explains_every_figure() {
    let folder = TestFolder::empty();
    let report: serde_json::Value = serde_json::from_str(&audit(&folder, &["--json", "-"]).out).unwrap();
    let page = fs::read_to_string(repository().join("docs/audit.md")).unwrap();
    for figure in report["figures"].as_array().unwrap() {
        for name in ["id", "title"] {
            let name = figure[name].as_str().unwrap();
            assert!(page.contains(name), "docs/audit.md says nothing of {name}");
        }
    }
}

#[test]
fn good_scenes_have_few_notes_and_those_of_one_kind_are_one() {
    let scenes = [
        ("village.ron", 2),
        ("first.ron", 1),
        ("first_street.ron", 1),
        ("family.ron", 2),
        ("her.ron", 1),
        ("cyrano.ron", 2),
        ("court.ron", 1),
    ];
    for (scene, most) in scenes {
        let answer = run_program(repository(), &["check", &format!("scenes/{scene}")]);
        assert_eq!(answer.code, Some(0), "{scene}: {}", answer.out);
        let notes: Vec<&str> = answer.out.lines().filter(|line| line.contains(": note[")).collect();
        assert!(notes.len() <= most, "{scene}: {notes:#?}");
        assert!(!answer.out.contains(": warning["), "{scene}: {}", answer.out);
    }
}
