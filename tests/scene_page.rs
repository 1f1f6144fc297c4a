//! What `docs/scene.md` and the README show of a scene is sound, and every field they name is there.

use longhand::scenario::load_text;
use longhand::story;

const PAGE: &str = include_str!("../docs/scene.md");
const README: &str = include_str!("../README.md");

/// What the examples name and do not declare.
const AROUND: &str = r#"
    starts: "2025-01-06", ends: "2025-02-06",
    kinds: [Kind(id: "human", wakes: "1h")],
    attributes: [Attribute(id: "loneliness", start: 0.5)],
    bonds: [Dimension(id: "affection"), Dimension(id: "trust")],
    ties: [Tie(id: "friends", mutual: true), Tie(id: "exes", mutual: true)],
    places: [Place(id: "flat")],
    cast: [
        Member(id: "ann", kind: "human", home: "flat", toward: [Toward(to: "ben", ties: ["friends"]), Toward(to: "cleo", ties: ["exes"])]),
        Member(id: "ben", kind: "human", home: "flat"), Member(id: "cleo", kind: "human", home: "flat"),
    ],
    prose: [Prose(id: "confide", say: ["{{ self }} confided in {{ friend }}."])],
"#;

/// What the example of a pattern waits for.
const TALK: &str = r#"
    actions: [
        Action(id: "confide", roles: {"friend": "ties(self, friends)"}, want: "1"),
        Action(id: "gossip", about: {"about": "ties(self, friends)"}, want: "1"),
        Action(id: "boast", about: {"of": "ties(self, friends)", "to": "ties(self, exes)"}, want: "1"),
        Action(id: "apologise", want: "1"),
    ],
"#;

/// The examples in RON, each as the section it belongs to: a record of one, or all of it.
fn examples(page: &str) -> Vec<String> {
    let blocks = page.split("```ron\n").skip(1).map(|block| block.split_once("\n```").expect("a block is closed").0);
    blocks
        .map(|block| {
            let record = block.split('(').next().expect("a record has a name").trim();
            if record.ends_with(':') { block.to_owned() } else { format!("{}s: [\n{block}\n    ]", record.to_lowercase()) }
        })
        .collect()
}

#[test]
fn the_examples_of_the_pages_are_sound() {
    for (page, text) in [("docs/scene.md", PAGE), ("README.md", README)] {
        let examples = examples(text);
        assert!(!examples.is_empty(), "{page} has no example");
        for example in examples {
            // The README's action is told plainly.
            let around = if example.contains("tell:") { AROUND } else { AROUND.split("    prose:").next().expect("a part") };
            let talk = if example.starts_with("beats") { TALK } else { "" };
            let scene = format!("Scene({around}{talk}    {example},\n)");
            match story::load_text("page.ron", &[("page.ron", &scene)], &[]) {
                Ok(loaded) => assert!(loaded.warnings.is_empty(), "{page}: {}", loaded.warnings),
                Err(problems) => panic!("{page}: {problems}"),
            }
        }
    }
}

/// Whether a record of a section has a field: RON complains of its value, not of its name.
fn has_field(section: &str, field: &str) -> bool {
    let record = format!("({field}: %)");
    let value = if section == "record" { record } else { format!("[{record}]") };
    let scene = format!("Scene({section}: {value})");
    let problems = load_text("page.ron", &[("page.ron", &scene)], &[]).expect_err("`%` is no value");
    !problems.list.iter().any(|problem| problem.message.starts_with("there is no field"))
}

/// The fields between a record's brackets, without those of records inside it.
fn fields(record: &str) -> Vec<&str> {
    let Some((_, inside)) = record.trim_matches('`').split_once('(') else { return Vec::new() };
    let mut depth = 0;
    let parts = inside.strip_suffix(')').unwrap_or(inside).split(move |c: char| {
        depth += i32::from(matches!(c, '[' | '(')) - i32::from(matches!(c, ']' | ')'));
        c == ',' && depth == 0
    });
    parts.map(|part| part.split(':').next().expect("a part").trim()).collect()
}

#[test]
fn every_field_that_the_table_of_sections_names_is_there() {
    let mut named = 0;
    for row in PAGE.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let sections: Vec<&str> = cells[1].split(", ").map(|section| section.trim_matches('`')).collect();
        let records: Vec<&str> = cells[2].split("`, `").collect();
        for (nth, section) in sections.iter().enumerate() {
            for field in fields(records.get(nth).unwrap_or(&records[0])) {
                assert!(has_field(section, field), "`{section}` has no `{field}`");
                named += 1;
            }
        }
    }
    assert!(named > 60, "only {named} fields were found");
    assert!(!has_field("actions", "wnt"), "a field that there is not is found out");
    assert!(!has_field("record", "wnt"), "also where there is one record");
}
