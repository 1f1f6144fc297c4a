//! Reads exports back and compares them with the story.
//!
//! `tests/exports/check.py` opens the same files with the tools they are meant for; `.ci/run` runs it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use crate::harness::{ProgramOutput, TestFolder, repository};
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::record::Field;
use quick_xml::Reader;
use quick_xml::events::Event as Xml;
use rusqlite::Connection;
use rusqlite::types::Value as Sql;

/// A folder with a week of the starter scene, recorded as `a.story`.
fn with_story() -> TestFolder {
    let folder = TestFolder::with_scene();
    let ProgramOutput { code, err, .. } =
        folder.run(&["run", "harbour.ron", "--seed", "3", "--until", "1w", "--record", "a.story"]);
    assert_eq!(code, Some(0), "{err}");
    folder
}

trait Exported {
    /// The export of the story on standard output.
    fn run_export(&self, args: &[&str]) -> String;
    fn select(&self, query: &str) -> Vec<Vec<Sql>>;
    fn count(&self, query: &str) -> usize;
}

impl Exported for TestFolder {
    fn run_export(&self, args: &[&str]) -> String {
        let ProgramOutput { code, out, err } = self.run(&[&["export", "a.story"], args].concat());
        assert_eq!(code, Some(0), "{args:?}: {err}");
        out
    }

    fn select(&self, query: &str) -> Vec<Vec<Sql>> {
        let story = Connection::open(self.path("a.story")).expect("a story");
        let mut statement = story.prepare(query).expect(query);
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| (0..columns).map(|column| row.get(column)).collect()).expect(query);
        rows.collect::<Result<_, _>>().expect(query)
    }

    fn count(&self, query: &str) -> usize {
        match self.select(query)[0][0] {
            Sql::Integer(count) => count as usize,
            ref other => panic!("{query}: {other:?}"),
        }
    }
}

#[test]
fn a_line_of_json_has_all_data_of_an_event() {
    let folder = with_story();
    let lines = folder.run_export(&["--format", "jsonl"]);
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let events: Vec<_> = lines.into_iter().filter(|line| line["kind"].is_string()).collect();
    assert_eq!(events.len(), folder.count("SELECT count(*) FROM events"));
    assert!(events.len() > 20, "a week of three people: {}", events.len());
    let total = |list: &str| events.iter().filter_map(|event| event[list].as_array()).map(Vec::len).sum::<usize>();
    assert_eq!(total("changes"), folder.count("SELECT count(*) FROM changes"));
    assert_eq!(total("causes"), folder.count("SELECT count(*) FROM causes"));
    for (index, event) in events.iter().enumerate() {
        assert_eq!(event["id"], index);
        for cause in event["causes"].as_array().into_iter().flatten() {
            assert!(cause["event"].as_u64().unwrap() < index as u64, "{event}");
        }
    }
    let roles: BTreeSet<&str> = events.iter().filter_map(|event| event["roles"]["self"].as_str()).collect();
    assert_eq!(roles, ["ann", "ben", "cleo"].into());
    assert!(events.iter().any(|event| event["choice"]["options"][0]["utility"].is_f64()), "nobody chose");
}

#[test]
fn a_scene_exports_like_the_story_recorded_from_it() {
    let folder = with_story();
    for format in
        [&["--format", "jsonl"][..], &["--format", "graphml", "--at", "3d"], &["--format", "gexf"], &["--format", "dot"]]
    {
        let scene = ["export", "harbour.ron", "--seed", "3", "--until", "1w"];
        let ProgramOutput { code, out: exported, .. } = folder.run(&[&scene[..], format].concat());
        assert_eq!((code, exported), (Some(0), folder.run_export(format)), "{format:?}");
    }
}

/// A cell as text, independent of its storage format.
fn cell_text(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Long(value) => value.to_string(),
        Field::Double(value) => value.to_string(),
        Field::Bool(value) => value.to_string(),
        Field::TimestampMicros(us) => {
            jiff::Timestamp::from_microsecond(*us).expect("an instant").to_zoned(jiff::tz::TimeZone::UTC).datetime().to_string()
        }
        other => panic!("no column has {other:?}"),
    }
}

fn parquet(path: &PathBuf) -> (Vec<String>, Vec<Vec<String>>) {
    let reader = SerializedFileReader::new(fs::File::open(path).expect("a table")).expect("Parquet");
    let names = reader.metadata().file_metadata().schema().get_fields().iter().map(|field| field.name().to_owned()).collect();
    let rows = reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row"));
    (names, rows.map(|row| row.get_column_iter().map(|(_, field)| cell_text(field)).collect()).collect())
}

/// The cells of a CSV file; a quoted cell may contain anything.
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (vec![], vec![], String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(letter),
        }
    }
    assert!(cell.is_empty() && row.is_empty() && !quoted, "the last line is terminated");
    rows
}

#[test]
fn csv_and_parquet_have_the_rows_of_the_story() {
    let folder = with_story();
    for format in ["csv", "parquet"] {
        assert!(folder.run_export(&["--format", format, "--out", format]).is_empty());
    }
    let story = BTreeMap::from([
        (
            "events",
            "SELECT e.id, replace(e.at, ' ', 'T'), k.name, p.name, CASE p.name WHEN 'cafe' THEN 'the café' WHEN 'house' THEN 'the house with the two flats' WHEN 'office' THEN 'the office' END, e.title, e.text FROM events e JOIN event_kinds k ON k.id = e.kind LEFT JOIN names p ON p.of = 'place' AND p.id = e.place ORDER BY e.id",
        ),
        ("roles", "SELECT event, roles.name, agent, called FROM roles JOIN agents ON agents.id = agent ORDER BY event, slot"),
        (
            "causes",
            "SELECT event, cause, link, text FROM causes LEFT JOIN facts ON facts.id = causes.fact ORDER BY event, position",
        ),
        (
            "topics",
            "SELECT event, text, facts.kind, facts.name, facts.of, NULL, facts.\"to\", NULL, facts.holder, NULL, believed, told, NULL, NULL FROM topics JOIN facts ON facts.id = topics.fact ORDER BY event",
        ),
        ("values", "SELECT event, name, value FROM event_values ORDER BY event, position"),
        ("agents", "SELECT a.id, a.key, 'human', a.name, a.called FROM agents a ORDER BY a.id"),
        ("beats", "SELECT id, at, event FROM beats ORDER BY position"),
    ]);
    for (table, query) in story {
        let mut text = csv(&fs::read_to_string(folder.path("csv").join(format!("{table}.csv"))).expect(table));
        let (names, rows) = parquet(&folder.path("parquet").join(format!("{table}.parquet")));
        assert_eq!(text.remove(0), names, "{table}");
        assert_eq!(text, rows, "{table}");
        let expected = folder.select(query).into_iter().map(|row| {
            let cell = |cell| match cell {
                Sql::Null => String::new(),
                Sql::Integer(value) => value.to_string(),
                Sql::Real(value) => value.to_string(),
                Sql::Text(text) => text,
                Sql::Blob(_) => panic!("{table} has no bytes"),
            };
            row.into_iter().map(cell).collect::<Vec<_>>()
        });
        assert_eq!(rows, expected.collect::<Vec<_>>(), "{table}");
    }
}

/// The elements of an XML file by name, each with its attributes.
fn xml(text: &str) -> BTreeMap<String, Vec<BTreeMap<String, String>>> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0;
    let mut all: BTreeMap<String, Vec<BTreeMap<String, String>>> = BTreeMap::new();
    loop {
        match reader.read_event().expect("XML") {
            Xml::Start(start) => {
                let attributes = start.attributes().map(|attribute| {
                    let attribute = attribute.expect("an attribute");
                    let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0).expect("a value");
                    (attribute.key.as_ref().to_owned(), value.into_owned())
                });
                all.entry(start.name().as_ref().to_owned()).or_default().push(attributes.collect());
                depth += 1;
            }
            Xml::End(_) => depth -= 1,
            Xml::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "an element is not closed");
    all
}

#[test]
fn an_xml_graph_has_edges_between_its_nodes_and_declares_its_attributes() {
    let folder = with_story();
    for format in ["graphml", "gexf"] {
        for graph_args in [&["--graph", "relations"][..], &["--graph", "causes"], &["--graph", "relations", "--at", "2d"]] {
            let text = folder.run_export(&[&["--format", format][..], graph_args].concat());
            let elements = xml(&text);
            let nodes: BTreeSet<&str> = elements["node"].iter().map(|node| node["id"].as_str()).collect();
            assert_eq!(nodes.len(), elements["node"].len(), "{format} {graph_args:?}: duplicate id");
            assert!(!elements["edge"].is_empty(), "{format} {graph_args:?}");
            for edge in &elements["edge"] {
                assert!(
                    nodes.contains(&*edge["source"]) && nodes.contains(&*edge["target"]),
                    "{format} {graph_args:?}: {edge:?}"
                );
            }
            let (declared, used) =
                if format == "graphml" { ("key", ("data", "key")) } else { ("attribute", ("attvalue", "for")) };
            let declared: BTreeSet<&str> = elements[declared].iter().map(|element| element["id"].as_str()).collect();
            assert!(elements[used.0].iter().all(|element| declared.contains(&*element[used.1])), "{format} {graph_args:?}");
            if graph_args.contains(&"causes") {
                assert_eq!(nodes.len(), folder.count("SELECT count(*) FROM events"), "{format}");
                assert_eq!(elements["edge"].len(), folder.count("SELECT count(*) FROM causes"), "{format}");
            } else {
                assert_eq!(nodes, ["0", "1", "2"].into(), "{format}");
            }
        }
    }
    let dynamic = xml(&folder.run_export(&["--format", "gexf"]));
    assert_eq!(dynamic["graph"][0]["mode"], "dynamic");
    assert!(dynamic["spell"].iter().all(|spell| spell["start"].starts_with("2025-03-")));
}

#[test]
fn a_dot_graph_has_the_cast_or_the_causes_of_an_event() {
    let folder = with_story();
    let cast = folder.run_export(&["--format", "dot"]);
    for name in ["Ann", "Ben", "Cleo", "friends"] {
        assert!(cast.contains(name), "{cast}");
    }
    let alone = folder.run_export(&["--format", "dot", "--around", "ben", "--depth", "0"]);
    assert!(alone.contains("Ben") && !alone.contains("Cleo"), "{alone}");
    let last = folder.count("SELECT max(event) FROM causes").to_string();
    let causes = folder.run_export(&["--format", "dot", "--graph", "causes", "--around", &last, "--depth", "1"]);
    let direct = folder.count(&format!("SELECT count(*) FROM causes WHERE event = {last}"));
    assert!(causes.matches(&format!("-> \"{last}\"")).count() == direct && direct > 0, "{causes}");
}

#[test]
fn incompatible_arguments_are_errors_and_nothing_is_written() {
    let folder = with_story();
    for (args, code, expected) in [
        (&["a.story", "--format", "csv"][..], 2, "--out DIR"),
        (&["a.story", "--format", "parquet", "--out", "a.story"], 2, "name a folder"),
        (&["a.story", "--format", "jsonl", "--at", "2d"], 2, "for graphs"),
        (&["a.story", "--format", "dot", "--depth", "2"], 2, "--around"),
        (&["a.story", "--format", "dot", "--seed", "2"], 2, "for a scene"),
        (&["a.story", "--format", "tape"], 2, "possible values"),
        (&["a.story", "--format", "dot", "--around", "bem"], 3, "did you mean `ben`"),
        (&["a.story", "--format", "dot", "--at", "#99999"], 3, "there is no event"),
        (&["gone.story", "--format", "jsonl"], 3, "there is no story"),
        (&["harbour.ron", "--format", "jsonl", "--until", "1d", "--out", "gone/a.jsonl"], 3, "gone/a.jsonl"),
    ] {
        let ProgramOutput { code: actual_code, out, err } = folder.run(&[&["export"][..], args].concat());
        assert_eq!(actual_code, Some(code), "{args:?}: {err}");
        assert!(err.contains(expected) && out.is_empty(), "{args:?}: {err}");
    }
}

#[test]
fn every_export_of_a_stopped_run_prints_why_it_was_stopped() {
    let folder = TestFolder::empty();
    let scene = repository().join("tests/broken/runs/triggers_that_take_turns.ron");
    let run = folder.run(&["run", scene.to_str().expect("UTF-8"), "--record", "a.story"]);
    assert_eq!(run.code, Some(3), "{}", run.err);
    for format in [&["--format", "jsonl"][..], &["--format", "csv", "--out", "csv"], &["--format", "graphml"]] {
        let answer = folder.run(&[&["export", "a.story"], format].concat());
        assert_eq!(answer.code, Some(0), "{format:?}: {}", answer.err);
        assert!(answer.err.contains("a.story: the run was stopped at"), "{format:?}: {}", answer.err);
    }
}
