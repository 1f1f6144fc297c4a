//! Diagnostics of scenes: every problem is reported at once, each at its exact place.

use longhand_scene::{Diagnostics, STARTER_SCENE, Severity, load_text};
use proptest::prelude::*;

fn problems(text: &str) -> Diagnostics {
    match load_text("scene.ron", &[("scene.ron", text)], &[]) {
        Ok(loaded) => loaded.warnings,
        Err(problems) => problems,
    }
}

#[test]
fn five_mistakes_are_reported_at_once_each_at_its_place() {
    let text = r##"Scene(
    starts: "2025-03-03",
    ends: "2025-03-01",
    kinds: [Kind(id: "human"), Kind(id: "human")],
    attributes: [Attribute(id: "loneliness", start: 1.5)],
    ties: [Tie(id: "friends", mutual: true)],
    cast: [
        Member(id: "ann", kind: "humn", name: "Ann"),
    ],
    actions: [
        Action(
            id: "chat",
            roles: {"friend": "ties(self, friends)"},
            when: "self.loneliness > 0.5 and friend.lonelines > 0.2",
            want: r#"1"#,
        ),
    ],
)"##;
    let problems = problems(text);
    let reported: Vec<_> = problems
        .list
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .map(|problem| {
            (problem.line, problem.column, problem.code, problems.marked_text(problem), problem.help.as_deref().unwrap_or(""))
        })
        .collect();
    let expected = [
        (3, 11, "range", "\"2025-03-01\"", ""),
        (4, 41, "duplicate", "\"human\"", ""),
        (5, 53, "range", "1.5", ""),
        (8, 33, "unknown-name", "\"humn\"", "did you mean `human`?"),
        (14, 53, "unknown-name", "lonelines", "did you mean `loneliness`?"),
    ];
    assert_eq!(reported, expected, "{problems}");
    assert_eq!(problems.list.iter().find(|p| p.code == "duplicate").unwrap().related[0].column, 22);
}

#[test]
fn a_problem_in_a_raw_text_is_marked_inside_it() {
    let text = STARTER_SCENE.replace("\"hour >= 8 and hour < 20\"", "r#\"hour >= 8 and houre < 20\"#");
    let problems = problems(&text);
    let problem = problems.list.iter().find(|problem| problem.severity == Severity::Error).expect("a problem");
    assert_eq!((problems.marked_text(problem), problem.help.as_deref()), ("houre", Some("did you mean `hour`?")));
}

#[test]
fn the_starter_scene_has_no_diagnostics() {
    let problems = problems(STARTER_SCENE);
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn plain_and_fancy_reports_name_the_place() {
    let problems = problems(&STARTER_SCENE.replace("id: \"walk\",\n            when", "id: \"walk\",\n            wehn"));
    assert!(problems.render(false).starts_with("scene.ron:"), "{problems}");
    assert!(problems.render(true).contains("did you mean `when`?"));
}

#[test]
fn the_action_in_the_reference_is_valid() {
    let page = include_str!("../../docs/scene.md");
    let mut blocks = page.split("```ron\n").skip(1).filter_map(|rest| rest.split("```").next());
    let action = blocks.find(|block| block.starts_with("Action(")).expect("an action on the page");
    let text = format!(
        r#"Scene(
    starts: "2025-03-03", ends: "2025-03-10",
    kinds: [Kind(id: "human")],
    attributes: [Attribute(id: "loneliness")],
    bonds: [Dimension(id: "trust"), Dimension(id: "affection")],
    ties: [Tie(id: "friends", mutual: true), Tie(id: "exes", mutual: true)],
    places: [Place(id: "flat")],
    cast: [
        Member(id: "ann", kind: "human", home: "flat", toward: [Toward(to: "ben", ties: ["friends", "exes"])]),
        Member(id: "ben", kind: "human", home: "flat"),
    ],
    prose: [Prose(id: "confide", say: ["."])],
    actions: [{action}],
)"#
    );
    let problems = problems(&text);
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn after_many_errors_the_check_is_incomplete_and_says_so_once() {
    let wrong: String = (0..3000).map(|i| format!("\"self.nothing_{i} = 1\", ")).collect();
    let problems = problems(&STARTER_SCENE.replacen("does: [", &format!("does: [{wrong}"), 1));
    assert!((500..1000).contains(&problems.len()), "{}", problems.len());
    assert!(problems.list[0].message.contains("there are 500 errors or more"), "{:?}", problems.list[0]);
    assert_eq!(problems.list.iter().filter(|problem| problem.code == "limit").count(), 1);
}

/// A piece of text that is probably wrong where it is inserted.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "[(){}\\[\\]\",:#r/*\\\\ ]{0,4}",
        "[a-z0-9._]{0,6}",
        "\\PC{0,3}",
        Just("r#\"".to_owned()),
        Just("/*".to_owned()),
        Just("Some(".to_owned()),
        Just("-1e999".to_owned()),
        Just("self".to_owned()),
        Just("\\u{110000}".to_owned()),
        Just("((((((((((((((((((((((((((((((((".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_makes_the_check_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..12, piece()), 1..6)) {
        let mut text: Vec<char> = STARTER_SCENE.chars().collect();
        for (at, len, put) in changes {
            let start = at.index(text.len());
            let end = (start + len).min(text.len());
            text.splice(start..end, put.chars());
        }
        let text: String = text.into_iter().collect();
        let problems = problems(&text);
        for problem in &problems.list {
            prop_assert!(text.get(problem.span.clone()).is_some(), "{problem:?}");
        }
        prop_assert_eq!(problems.render(false).is_empty(), problems.is_empty());
        prop_assert_eq!(problems.render(true).is_empty(), problems.is_empty());
    }

    /// Moved lines give scenes that RON can read but that mean something else.
    #[test]
    fn swapped_lines_never_make_the_check_panic(swaps in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4)) {
        let mut lines: Vec<&str> = STARTER_SCENE.lines().collect();
        for (a, b) in swaps {
            let (a, b) = (a.index(lines.len()), b.index(lines.len()));
            lines.swap(a, b);
        }
        problems(&lines.join("\n"));
    }

    /// Exchanged strings keep the syntax and change the meaning.
    #[test]
    fn swapped_strings_never_make_the_check_panic(pairs in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..12)) {
        let mut quoted: Vec<&str> = STARTER_SCENE.split('"').collect();
        for (a, b) in pairs {
            let (a, b) = (a.index(quoted.len() / 2) * 2 + 1, b.index(quoted.len() / 2) * 2 + 1);
            quoted.swap(a, b);
        }
        problems(&quoted.join("\""));
    }
}
