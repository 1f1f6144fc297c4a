//! Checks that the scene examples in `docs/scene.md` and the README are valid, and that every field in the table of sections
//! exists.

use longhand_scene::load_text;

const SCENE_PAGE: &str = include_str!("../../docs/scene.md");
const README: &str = include_str!("../../README.md");

/// Declarations that the examples refer to.
const DECLARATIONS: &str = r#"
    starts: "2025-01-06", ends: "2025-02-06",
    kinds: [Kind(id: "human", wakes: "1h")],
    attributes: [Attribute(id: "loneliness", start: 0.5)],
    bonds: [Dimension(id: "affection"), Dimension(id: "trust")],
    ties: [Tie(id: "friends", mutual: true), Tie(id: "exes", mutual: true)],
    places: [
        Place(id: "flat"), Place(id: "village", position: (0, 0)), Place(id: "mill", position: (3, 0)), Place(id: "port", position: (40, 0)),
        Place(id: "island", position: (46, 0)),
    ],
    cast: [
        Member(
            id: "ann", kind: "human", home: "flat",
            toward: [Toward(to: "ben", ties: ["friends"]), Toward(to: "cleo", ties: ["exes"])],
        ),
        Member(id: "ben", kind: "human", home: "flat"), Member(id: "cleo", kind: "human", home: "flat"),
    ],
    prose: [Prose(id: "confide", say: ["{{ self }} confided in {{ friend }}."])],
"#;

/// The actions whose events the example of a pattern refers to.
const PATTERN_ACTIONS: &str = r#"
    actions: [
        Action(id: "confide", roles: {"friend": "ties(self, friends)"}, want: "1"),
        Action(id: "gossip", about: {"about": "ties(self, friends)"}, want: "1"),
        Action(id: "boast", about: {"of": "ties(self, friends)", "to": "ties(self, exes)"}, want: "1"),
        Action(id: "apologise", want: "1"),
    ],
"#;

/// The RON examples of a page. An example of a record, such as `Action(…)`, is put in its section; `minds: (…)` and `measures: […]` are sections.
fn examples(page: &str) -> Vec<String> {
    let blocks = page.split("```ron\n").skip(1).map(|block| block.split_once("\n```").expect("a code block ends").0);
    // A whole scene has a test of its own.
    blocks
        .filter(|block| !block.starts_with("Scene("))
        .map(|block| {
            let record = block.split('(').next().expect("`split` yields at least one part").trim();
            if record.contains(':') {
                block.trim_end().trim_end_matches(',').to_owned()
            } else {
                format!("{}s: [\n{block}\n    ]", record.to_lowercase())
            }
        })
        .collect()
}

#[test]
fn the_examples_in_the_docs_are_valid() {
    for (page, text) in [("docs/scene.md", SCENE_PAGE), ("README.md", README)] {
        let examples = examples(text);
        assert!(!examples.is_empty(), "{page} has no example");
        for example in examples {
            // Only an example with `tell:` uses the prose. In other examples the unused prose would be reported as a warning.
            let without_prose = DECLARATIONS.split("    prose:").next().expect("`split` yields at least one part");
            let declarations = if example.contains("tell:") { DECLARATIONS } else { without_prose };
            // An example with a calendar of its own has its own dates.
            let declarations = match declarations.split_once("ends: \"2025-02-06\",\n") {
                Some((_, rest)) if example.contains("starts:") => rest,
                _ => declarations,
            };
            let acts = |section: &&str| example.starts_with(*section);
            let actions =
                if ["beats", "influences", "norms", "kinds", "intentions"].iter().any(acts) { PATTERN_ACTIONS } else { "" };
            let things = if example.contains("things(") { "    things: [Thing(id: \"ring\", holder: \"ann\")],\n" } else { "" };
            // The declarations have these sections already, and a section may occur once.
            let sections =
                [("kinds: [", "Kind("), ("ties: [", "Tie("), ("attributes: [", "Attribute("), ("places: [", "\n        Place(")];
            let merged = sections.into_iter().find_map(|(section, record)| {
                let more = example.strip_prefix(section)?.strip_suffix(']')?;
                Some(declarations.replace(&format!("{section}{record}"), &format!("{section}{more}\n{record}")))
            });
            // An example with further sections has the kind of the declarations too.
            let declarations = match example.starts_with("kinds: [") {
                true => declarations.replace("    kinds: [Kind(id: \"human\", wakes: \"1h\")],\n", ""),
                false => declarations.to_owned(),
            };
            let scene = match merged {
                Some(declarations) => format!("Scene({declarations}{actions})"),
                None => format!("Scene({declarations}{actions}{things}    {example},\n)"),
            };
            match longhand_narrative::load_text("page.ron", &[("page.ron", &scene)], &[]) {
                Ok(loaded) => assert!(loaded.warnings.is_empty(), "{page}: {}", loaded.warnings),
                Err(problems) => panic!("{page}: {problems}"),
            }
        }
    }
}

/// A library that the example of adapting what is included adapts.
const LIBRARY: &str = r#"Scene(
    starts: "2025-01-06", ends: "2025-02-06",
    params: [Param(id: "warmth", value: Number(0.5))],
    kinds: [Kind(id: "human")],
    cast: [Member(id: "ann", kind: "human")],
    actions: [
        Action(id: "gossip", by: ["human"], want: "1"), Action(id: "greet", by: ["human"], want: "warmth"),
        Action(id: "confide", by: ["human"], want: "1"),
    ],
    prose: [Prose(id: "greet", say: ["{{ self }} nodded."]), Prose(id: "confide", say: ["{{ self }} confided."])],
)"#;

#[test]
fn the_example_of_adapting_what_is_included_is_valid() {
    let mut blocks = SCENE_PAGE.split("```ron\n").skip(1).map(|block| block.split_once("\n```").expect("a code block ends").0);
    let scene = blocks.find(|block| block.starts_with("Scene(")).expect("the page has a whole scene");
    let loaded = longhand_narrative::load_text("page.ron", &[("page.ron", scene), ("assets/names/village.ron", LIBRARY)], &[]);
    match loaded {
        Ok(loaded) => assert!(loaded.warnings.is_empty(), "{}", loaded.warnings),
        Err(problems) => panic!("{problems}"),
    }
}

/// Whether the records of a section have a field.
///
/// The value `%` is invalid for every field, so that the diagnostic is about the name of the field only if the name is unknown.
fn has_field(section: &str, field: &str) -> bool {
    let record = format!("({field}: %)");
    let value = match section {
        "record" | "stage" => record,
        "calendar" => format!("Calendar{record}"),
        _ => format!("[{record}]"),
    };
    let scene = format!("Scene({section}: {value})");
    let problems = load_text("page.ron", &[("page.ron", &scene)], &[]).expect_err("`%` is not a value");
    !problems.list.iter().any(|problem| problem.message.starts_with("there is no field"))
}

/// The names of the fields in a table cell such as `Record(a, b: Nested(c))`, without those of nested records.
fn fields(record: &str) -> Vec<&str> {
    let Some((_, inside)) = record.trim_matches('`').split_once('(') else { return Vec::new() };
    let mut depth = 0;
    let fields = inside.strip_suffix(')').unwrap_or(inside).split(move |c: char| {
        depth += i32::from(matches!(c, '[' | '(')) - i32::from(matches!(c, ']' | ')'));
        c == ',' && depth == 0
    });
    fields.map(|field| field.split(':').next().expect("`split` yields at least one part").trim()).collect()
}

#[test]
fn every_field_in_the_table_of_sections_exists() {
    let mut field_count = 0;
    for row in SCENE_PAGE.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let sections: Vec<&str> = cells[1].split(", ").map(|section| section.trim_matches('`')).collect();
        let records: Vec<&str> = cells[2].split("`, `").collect();
        for (index, section) in sections.iter().enumerate() {
            for field in fields(records.get(index).unwrap_or(&records[0])) {
                assert!(has_field(section, field), "`{section}` has no `{field}`");
                field_count += 1;
            }
        }
    }
    assert!(field_count > 60, "only {field_count} fields were found");
    assert!(!has_field("actions", "wnt"), "an unknown field is not detected");
    assert!(!has_field("calendar", "mnths"), "an unknown field is not detected in a calendar");
    assert!(!has_field("record", "wnt"), "an unknown field is not detected in a section with a single record");
}
