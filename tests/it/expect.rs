//! The expectations of a scene, tested with the real program.

use std::fs;

use crate::harness::{ProgramOutput, TestFolder};

/// A folder with the starter scene and these expectations.
fn scene(expect: &str) -> TestFolder {
    let folder = TestFolder::with_scene();
    let own = longhand_scene::STARTER_SCENE.lines().find(|line| line.trim_start().starts_with("expect:")).expect("its own");
    let scene = longhand_scene::STARTER_SCENE.replacen(own, &format!("    expect: [{expect}],"), 1);
    fs::write(folder.path("harbour.ron"), scene).expect("the folder is writable");
    folder
}

#[test]
fn the_exit_code_is_0_if_all_expectations_hold_and_1_if_one_fails() {
    let holds = r#""together in 60% of 20 seeds", "loneliness median at most 0.5 of 10 seeds""#;
    let folder = scene(holds);
    let ProgramOutput { code, out, err } = folder.run(&["test", "harbour.ron", "--json", "a.json"]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.matches("holds").count() == 2 && out.contains(" to "), "{out}");
    let answer: serde_json::Value = serde_json::from_str(&fs::read_to_string(folder.path("a.json")).unwrap()).unwrap();
    assert_eq!((&answer["holds"], &answer["expect"][0]["of"]), (&true.into(), &20.into()));
    assert!(answer["expect"][0]["interval"][0].as_f64().unwrap() < answer["expect"][0]["figure"].as_f64().unwrap() + 1e-9);

    let folder = scene(&format!("{holds}, \"together in at most 10% of 200 seeds\""));
    let ProgramOutput { code, out, .. } = folder.run(&["test", "harbour.ron"]);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("fails") && out.contains("decided early"), "the failure is certain before 200 seeds: {out}");
    let ProgramOutput { code, out, .. } = folder.run(&["test", "harbour.ron", "--seeds", "3", "--json", "-"]);
    let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &answer["expect"][0]["of"]), (Some(1), &3.into()));
}

#[test]
fn expectations_do_not_change_runs() {
    let hash = |expect: &str| {
        let folder = scene(expect);
        let ProgramOutput { code, out, err } = folder.run(&["run", "harbour.ron", "--seed", "4", "--json", "-"]);
        assert_eq!(code, Some(0), "{err}");
        serde_json::from_str::<serde_json::Value>(&out).unwrap()["hash"].as_str().unwrap().to_owned()
    };
    assert_eq!(hash(""), hash(r#""together in 80% of 20 seeds", "order 0.1 of 3 seeds""#));
}

#[test]
fn an_invalid_expectation_is_a_problem_with_its_place() {
    let folder = scene(r#""togehter in 80% of 20 seeds", "loneliness in 80% of 20 seeds", "together in 180% of 20 seeds""#);
    let ProgramOutput { code, out, .. } = folder.run(&["check", "harbour.ron"]);
    assert_eq!(code, Some(1), "{out}");
    for expected in
        ["there is no beat or pattern `togehter`", "did you mean `together`", "no beat or pattern `loneliness`", "between 0 %"]
    {
        assert!(out.contains(expected), "{expected} is missing in {out}");
    }
    let ProgramOutput { code, err, .. } = scene("").run(&["test", "harbour.ron"]);
    assert_eq!(code, Some(0));
    assert!(err.contains("has no expectations"), "{err}");
}
