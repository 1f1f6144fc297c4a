//! The scene examples in `docs/scene.md` and the README are valid, and every field named there exists.

use longhand_scene::load_text;

const PAGE: &str = include_str!("../../docs/scene.md");
const README: &str = include_str!("../../README.md");

/// Declarations that the examples refer to.
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

/// The events that the example of a pattern refers to.
const TALK: &str = r#"
    actions: [
        Action(id: "confide", roles: {"friend": "ties(self, friends)"}, want: "1"),
        Action(id: "gossip", about: {"about": "ties(self, friends)"}, want: "1"),
        Action(id: "boast", about: {"of": "ties(self, friends)", "to": "ties(self, exes)"}, want: "1"),
        Action(id: "apologise", want: "1"),
    ],
"#;

/// The RON examples, each wrapped in its section unless it is a whole section.
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
fn the_examples_in_the_docs_are_valid() {
    for (page, text) in [("docs/scene.md", PAGE), ("README.md", README)] {
        let examples = examples(text);
        assert!(!examples.is_empty(), "{page} has no example");
        for example in examples {
            // The README's action has no template.
            let around = if example.contains("tell:") { AROUND } else { AROUND.split("    prose:").next().expect("a part") };
            let talk = if example.starts_with("beats") { TALK } else { "" };
            let scene = format!("Scene({around}{talk}    {example},\n)");
            match longhand_narrative::load_text("page.ron", &[("page.ron", &scene)], &[]) {
                Ok(loaded) => assert!(loaded.warnings.is_empty(), "{page}: {}", loaded.warnings),
                Err(problems) => panic!("{page}: {problems}"),
            }
        }
    }
}

/// Whether a record of a section has a field. The value `%` is invalid, so the diagnostics differ only in whether the name is
/// known.
fn has_field(section: &str, field: &str) -> bool {
    let record = format!("({field}: %)");
    let value = if section == "record" { record } else { format!("[{record}]") };
    let scene = format!("Scene({section}: {value})");
    let problems = load_text("page.ron", &[("page.ron", &scene)], &[]).expect_err("`%` is no value");
    !problems.list.iter().any(|problem| problem.message.starts_with("there is no field"))
}

/// The fields of a record, without those of nested records.
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
fn every_field_in_the_table_of_sections_exists() {
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
    assert!(!has_field("actions", "wnt"), "an unknown field is detected");
    assert!(!has_field("record", "wnt"), "also in a section with a single record");
}
