//! Tables that can be read alone, measures over time, grids and samples of params, and files that are written whole.

use std::fs;
use std::io::Read;
use std::process::Stdio;

use crate::harness::{ProgramOutput, TestFolder, repository};
use rusqlite::Connection;
use serde_json::Value;

/// Four people with a param each of both kinds, and measures over time.
const TOWN: &str = r#"Scene(
    title: "Town", starts: "2025-01-06", ends: "2025-02-03",
    params: [Param(id: "warmth", value: Number(1), range: (0, 3)), Param(id: "rain", value: Switch(false))],
    kinds: [Kind(id: "human", wakes: "6h")],
    attributes: [Attribute(id: "joy", start: 0.1, rest: 0.1, half_life: "5d")],
    places: [Place(id: "square", name: "the square"), Place(id: "inn", name: "the inn")],
    cast: [Member(id: "ann", kind: "human", name: "Ann Moreau", home: "inn"), Member(id: "ben", kind: "human", name: "=Ben")],
    population: [Population(kind: "human", count: "2")],
    actions: [Action(
        id: "walk", when: "not rain", want: "1", cooldown: "1d", place: "square", does: ["self.joy += 0.1 * warmth"],
        say: ["{{ self }} walked."],
    )],
    processes: [Process(id: "age", by: ["human"], every: "1d", does: ["self.joy += 0.001"])],
    beats: [Beat(id: "out", must: true, events: [Clause(on: ["walk"])])],
    measures: [
        Measure(id: "mean_joy", every: "7d", is: "mean(v in agents(human): v.joy)", about: "How glad they are"),
        Measure(id: "joy_of", every: "14d", each: "agents(human)", is: "self.joy"),
        Measure(id: "joy_at_end", at: End, each: "[ann, ben]", is: "self.joy"),
        Measure(id: "walks", at: End, is: "times(walk)"),
    ],
    record: Record(also: "true"),
)"#;

fn town() -> TestFolder {
    let folder = TestFolder::empty();
    folder.write("town.ron", TOWN);
    folder
}

/// The rows of a CSV file as maps from column to cell. The cells of these tests have no line breaks and no commas.
fn csv_rows(folder: &TestFolder, path: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let text = folder.read(path);
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let columns = lines.next().expect("a header");
    lines.map(|cells| columns.iter().cloned().zip(cells).collect()).collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn an_export_has_params_names_drift_and_daily_lines() {
    let folder = town();
    folder.run_ok(&["run", "town.ron", "--set", "warmth=2", "--record", "a.story"]);
    folder.run_ok(&["export", "a.story", "--format", "csv", "--out", "csv"]);
    let run = &csv_rows(&folder, "csv/run.csv")[0];
    assert_eq!(
        (run["scene"].as_str(), run["seed"].as_str(), run["warmth"].as_str(), run["rain"].as_str()),
        ("town.ron", "1", "2", "false")
    );
    assert_eq!((run["starts"].as_str(), run["ended"].as_str()), ("2025-01-06T00:00:00", "2025-02-03T00:00:00"));
    let places = csv_rows(&folder, "csv/places.csv");
    assert_eq!((places[1]["id"].as_str(), places[1]["name"].as_str()), ("inn", "the inn"));
    let events = csv_rows(&folder, "csv/events.csv");
    assert!(events.iter().all(|event| event["place"] == "square" && event["place_name"] == "the square"));
    let roles = csv_rows(&folder, "csv/roles.csv");
    assert!(roles.iter().any(|role| role["agent"] == "0" && role["name"] == "Ann"));
    let changes = csv_rows(&folder, "csv/changes.csv");
    let moved = changes.iter().find(|change| change["what"] == "place" && change["agent_name"] == "Ann").expect("Ann moves");
    assert_eq!((moved["before_name"].as_str(), moved["after_name"].as_str()), ("the inn", "the square"));
    let joy = changes.iter().find(|change| change["fact"] == "ann.joy").expect("Ann's joy changes");
    assert_eq!((joy["what"].as_str(), joy["quantity"].as_str(), joy["agent"].as_str()), ("attribute", "joy", "0"));
    let samples = csv_rows(&folder, "csv/samples.csv");
    let drifted = samples.iter().filter(|sample| sample["fact"] == "ann.joy").count();
    assert!(drifted > 5, "{drifted} samples of the drift and the process");
    assert!(!csv_rows(&folder, "csv/days.csv").is_empty());
    let measures = csv_rows(&folder, "csv/measures.csv");
    let times: Vec<&str> = measures.iter().filter(|row| row["measure"] == "mean_joy").map(|row| row["time"].as_str()).collect();
    let weeks = ["2025-01-06", "2025-01-13", "2025-01-20", "2025-01-27", "2025-02-03"];
    assert_eq!(times, weeks.map(|day| format!("{day}T00:00:00")));
    assert_eq!(measures.iter().filter(|row| row["measure"] == "joy_of").count(), 3 * 4);
    let of_ben = measures.iter().find(|row| row["measure"] == "joy_at_end" && row["agent"] == "1").expect("Ben's joy");
    assert_eq!(of_ben["agent_name"], "'=Ben", "a text that looks like a formula is marked");
}

#[test]
fn csv_and_sqlite_have_the_same_rows_and_a_scene_exports_like_its_story() {
    let folder = town();
    folder.run_ok(&["run", "town.ron", "--record", "a.story"]);
    folder.run_ok(&["export", "a.story", "--format", "csv", "--out", "csv"]);
    folder.run_ok(&["export", "a.story", "--format", "sqlite", "--out", "a.db"]);
    folder.run_ok(&["export", "town.ron", "--format", "csv", "--out", "again"]);
    let tables = Connection::open(folder.path("a.db")).expect("a database");
    for file in fs::read_dir(folder.path("csv")).expect("a folder") {
        let name = file.expect("a file").file_name().into_string().expect("UTF-8");
        let table = name.strip_suffix(".csv").expect("a table");
        let text = folder.read(&format!("csv/{name}"));
        assert_eq!(text, folder.read(&format!("again/{name}")), "{table}");
        let rows: u32 = tables.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| row.get(0)).expect(table);
        assert_eq!(rows as usize + 1, text.lines().count(), "{table}");
    }
    let warmth: (f64, bool) =
        tables.query_row("SELECT warmth, rain FROM run", [], |row| Ok((row.get(0)?, row.get(1)?))).expect("params");
    assert_eq!(warmth, (1.0, false));
    let lines = folder.run_ok(&["export", "a.story", "--format", "jsonl"]);
    let first = json(lines.lines().next().expect("a line"));
    assert_eq!((&first["run"]["params"]["warmth"], &first["run"]["places"]["inn"]), (&1.0.into(), &"the inn".into()));
    assert!(lines.lines().any(|line| json(line)["sample"]["fact"] == "ann.joy"), "the drift");
    assert!(lines.lines().any(|line| json(line)["measure"] == "mean_joy"));
}

#[test]
fn a_measure_over_time_is_reported_drawn_and_resumed() {
    let folder = town();
    folder.run_ok(&["run", "town.ron", "--json", "run.json"]);
    let report = json(&folder.read("run.json"));
    let series = report["series"]["mean_joy"].as_array().expect("a series");
    assert_eq!(series.len(), 5);
    assert_eq!(report["measures"]["mean_joy"], series[4]["value"], "the last value");
    assert_eq!(report["series"]["joy_at_end"][1]["agent"], "ben");
    folder.run_ok(&["sweep", "town.ron", "--seeds", "0..3", "--report", "town.html", "--json", "town.json"]);
    let page = folder.read("town.html");
    assert!(page.contains("Measures over time") && page.contains("mean_joy") && page.contains("How glad they are"));
    let sweep = json(&folder.read("town.json"));
    assert_eq!(sweep["series"]["mean_joy"][0]["taken"], 3);
    assert_eq!(sweep["series"]["joy_of"][0]["taken"], 12, "four people in three runs");
    // Resumed from a keyframe, the measures are the same.
    folder.run_ok(&["run", "town.ron", "--record", "whole.story"]);
    folder.run_ok(&["run", "town.ron", "--until", "20d", "--record", "part.story"]);
    folder.run_ok(&["run", "--resume", "part.story", "--until", "28d"]);
    let measures = |story: &str| {
        let story = Connection::open(folder.path(story)).expect("a story");
        let mut select =
            story.prepare("SELECT id, at_us, agent, value FROM measures WHERE id <> 'walks' ORDER BY position").expect("SQL");
        let row = |row: &rusqlite::Row<'_>| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, Option<u32>>(2)?, row.get::<_, f64>(3)?))
        };
        select.query_map([], row).expect("rows").collect::<Result<Vec<_>, _>>().expect("rows")
    };
    assert_eq!(measures("part.story"), measures("whole.story"));
}

#[test]
fn an_invalid_measure_is_reported_where_it_is() {
    for (measure, code, expected) in [
        (r#"Measure(id: "m", is: "1")"#, "missing", "`m` has no time"),
        (r#"Measure(id: "m", at: End, every: "1d", is: "1")"#, "measure", "not both"),
        (r#"Measure(id: "m", every: "0d", is: "1")"#, "range", "greater than 0"),
        (r#"Measure(id: "m", every: "0.001s", is: "1")"#, "limit", "more than"),
        (r#"Measure(id: "m", at: Beat("out"), each: "[ann]", is: "1")"#, "measure", "cannot be used at a beat"),
        (r#"Measure(id: "m", every: "1d", each: "agents(humna)", is: "1")"#, "unknown-name", "did you mean `human`"),
        (r#"Measure(id: "m", every: "1d", is: "self.joy")"#, "unknown-name", "`self`"),
    ] {
        let folder = TestFolder::empty();
        folder.write("town.ron", &TOWN.replace("    measures: [\n", &format!("    measures: [{measure},\n")));
        let ProgramOutput { code: exit, out, .. } = folder.run(&["check", "town.ron"]);
        assert_eq!(exit, Some(1), "{measure}");
        assert!(out.contains(code) && out.contains(expected), "{measure}: {out}");
    }
}

#[test]
fn a_grid_runs_every_combination_and_every_table_says_which() {
    let folder = town();
    let args = ["sweep", "town.ron", "--seeds", "1,5,9", "--set", "warmth=0,1..2/0.5", "--set", "rain=true,false"];
    let out = folder.run_ok(&[&args[..], &["--csv", "csv", "--sqlite", "town.db", "--parquet", "pq"]].concat());
    assert!(out.contains("8 combinations") && out.contains("warmth") && out.contains("rain"), "{out}");
    for table in ["runs", "beats", "measures", "series"] {
        let rows = csv_rows(&folder, &format!("csv/{table}.csv"));
        let mut combinations: Vec<(String, String)> =
            rows.iter().map(|row| (row["warmth"].clone(), row["rain"].clone())).collect();
        combinations.sort();
        combinations.dedup();
        assert_eq!(combinations.len(), 8, "{table}");
        assert!(rows.iter().all(|row| ["1", "5", "9"].contains(&row["seed"].as_str())), "{table}");
        assert!(folder.path("pq").join(format!("{table}.parquet")).is_file());
    }
    let tables = Connection::open(folder.path("town.db")).expect("a database");
    let walks = |rain: bool| {
        let query = "SELECT avg(value) FROM measures WHERE measure = 'walks' AND rain = ?1";
        tables.query_row(query, [rain], |row| row.get::<_, f64>(0)).expect("an average")
    };
    assert_eq!(walks(true), 0.0);
    assert!(walks(false) > 50.0);
    folder.run_ok(&[&args[..], &["--json", "grid.json", "--report", "grid.html"]].concat());
    let grid = json(&folder.read("grid.json"));
    assert_eq!(grid["varied"], serde_json::json!(["rain", "warmth"]));
    assert_eq!(grid["combinations"].as_array().map(Vec::len), Some(8));
    assert!(folder.read("grid.html").contains("Combinations"));
    // The stored runs are used again.
    let again = folder.run(&[&args[..], &["--json", "grid.json"]].concat());
    assert_eq!(again.err.matches("3 of 3 seeds are already in").count(), 8, "{}", again.err);
}

#[test]
fn a_combination_of_a_grid_equals_the_sweep_of_that_combination() {
    let folder = town();
    folder.run_ok(&["sweep", "town.ron", "--seeds", "0..2", "--set", "warmth=0.5,2", "--json", "grid.json"]);
    folder.run_ok(&["sweep", "town.ron", "--seeds", "0..2", "--set", "warmth=2", "--json", "one.json"]);
    let (grid, one) = (json(&folder.read("grid.json")), json(&folder.read("one.json")));
    assert_eq!(grid["combinations"][1]["per_seed"][0]["hash"], one["per_seed"][0]["hash"]);
    assert_eq!(grid["combinations"][1]["measures"], one["measures"]);
}

#[test]
fn a_sample_draws_from_ranges() {
    let folder = town();
    let args = ["sweep", "town.ron", "--seeds", "0..1", "--set", "warmth=0..2", "--set", "rain=true,false", "--sample", "4"];
    folder.run_ok(&[&args[..], &["--csv", "csv"]].concat());
    let runs = csv_rows(&folder, "csv/runs.csv");
    let mut parts: Vec<usize> = runs.iter().map(|row| (row["warmth"].parse::<f64>().expect("a number") / 0.5) as usize).collect();
    parts.sort_unstable();
    assert_eq!(parts, [0, 1, 2, 3], "one in each quarter of the range");
    assert_eq!(runs.iter().filter(|row| row["rain"] == "true").count(), 2);
    for (args, expected) in [
        (&["--set", "warmth=0..2"][..], "--sample"),
        (&["--set", "warmth=0,1", "--ablate", "params"], "--ablate"),
        (&["--set", "warmth=0..2/0"], "range with a step"),
        (&["--sample", "3"], "--set"),
    ] {
        let ProgramOutput { code, err, .. } = folder.run(&[&["sweep", "town.ron", "--seeds", "0..1"], args].concat());
        assert_eq!(code, Some(2), "{args:?}: {err}");
        assert!(err.contains(expected), "{args:?}: {err}");
    }
}

#[test]
fn the_grid_of_the_issue_has_a_column_for_the_parameter() {
    let folder = TestFolder::empty();
    let scene = fs::read_to_string(repository().join("scenes/first.ron")).expect("a scene");
    folder.write("first.ron", &scene);
    let out =
        folder.run_ok(&["sweep", "first.ron", "--seeds", "0..3", "--set", "candour=0,1,2", "--csv", "csv", "--until", "20d"]);
    assert!(out.contains("candour") && out.contains("3 combinations"), "{out}");
    assert!(csv_rows(&folder, "csv/measures.csv").iter().any(|row| row["candour"] == "2"));
}

/// Reads a little of the output and closes the pipe, like `| head -1`.
fn read_head(folder: &TestFolder, args: &[&str]) -> ProgramOutput {
    let mut child = folder.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut head = [0; 10];
    child.stdout.take().expect("a pipe").read_exact(&mut head).expect("some output");
    let mut err = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("text");
    let code = child.wait().expect("the program ends").code();
    ProgramOutput { code, out: String::from_utf8_lossy(&head).into_owned(), err }
}

#[test]
fn a_recording_is_whole_when_nobody_reads_the_narration() {
    let folder = town();
    let ProgramOutput { code, err, .. } = read_head(&folder, &["run", "town.ron", "--all", "--record", "a.story"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains("standard output was closed; the run continues"), "{err}");
    folder.run_ok(&["run", "town.ron", "--record", "b.story"]);
    assert_eq!(folder.run(&["diff", "a.story", "b.story"]).code, Some(0));
    // Without a recording the run ends quietly, as usual in a pipe.
    let ProgramOutput { code, err, .. } = read_head(&folder, &["run", "town.ron", "--all"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
}

#[test]
#[cfg(unix)]
fn a_pipe_or_a_folder_as_a_scene_is_an_error() {
    let folder = town();
    let made = std::process::Command::new("mkfifo").arg(folder.path("pipe.ron")).status().expect("mkfifo");
    assert!(made.success());
    fs::create_dir(folder.path("dir.ron")).expect("a folder");
    for command in ["run", "check", "tell", "sift", "beats", "play", "diff"] {
        for scene in ["pipe.ron", "dir.ron", "/dev/zero"] {
            let args = if command == "diff" { vec![command, scene, "town.ron"] } else { vec![command, scene] };
            let ProgramOutput { code, out, err } = folder.run(&args);
            assert!(code == Some(3) || code == Some(1), "{args:?}: {code:?} {out}{err}");
            let text = out + &err;
            assert!(text.contains("is not a file") || text.contains("a folder") || text.contains("regular"), "{args:?}: {text}");
        }
    }
}

#[test]
fn of_two_recorders_on_one_file_one_succeeds_and_the_other_says_why() {
    let folder = town();
    for attempt in 0..4 {
        let story = format!("a{attempt}.story");
        let start = || {
            let mut command = folder.command(&["run", "town.ron", "--record", &story]);
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts")
        };
        let outputs = [start(), start()].map(|child| child.wait_with_output().expect("the program ends"));
        let mut codes = outputs.each_ref().map(|output| output.status.code());
        codes.sort_unstable();
        let errors: String = outputs.iter().map(|output| String::from_utf8_lossy(&output.stderr).into_owned()).collect();
        assert_eq!(codes, [Some(0), Some(3)], "{errors}");
        assert!(errors.contains(&story), "{errors}");
        folder.run_ok(&["beats", &story]);
        folder.run_ok(&["show", &story]);
    }
    let left_over = fs::read_dir(folder.path("."))
        .expect("a folder")
        .filter(|file| file.as_ref().is_ok_and(|file| file.file_name().to_string_lossy().ends_with(".new")));
    assert_eq!(left_over.count(), 0);
}

#[test]
fn a_file_that_cannot_be_written_leaves_the_old_one() {
    let folder = town();
    folder.write("book.md", "old");
    folder.run_ok(&["run", "town.ron", "--record", "a.story"]);
    folder.run_ok(&["tell", "a.story", "--out", "book.md"]);
    assert_ne!(folder.read("book.md"), "old");
    let hidden = fs::read_dir(folder.path("."))
        .expect("a folder")
        .filter(|file| file.as_ref().is_ok_and(|file| file.file_name().to_string_lossy().starts_with('.')));
    assert_eq!(hidden.count(), 0);
    assert_eq!(folder.run(&["tell", "a.story", "--out", "gone/book.md"]).code, Some(3));
}

#[test]
fn an_ignored_field_of_an_include_is_a_warning() {
    let folder = TestFolder::empty();
    let scene = |more: &str| {
        format!("Scene(title: \"A\", starts: \"2025-01-06\", ends: \"2025-02-06\", kinds: [Kind(id: \"human\")], {more})")
    };
    folder.write("a.ron", &scene("include: [\"b.ron\"]"));
    folder.write("b.ron", "Scene(title: \"B\", starts: \"2026-01-06\", places: [Place(id: \"inn\")])");
    let out = folder.run_ok(&["check", "a.ron"]);
    for field in ["title", "starts"] {
        assert!(out.contains(&format!("`{field}` is ignored here")), "{out}");
    }
    assert!(out.contains("b.ron") && !out.contains("`ends`"), "{out}");
}

#[test]
fn an_unknown_list_of_names_is_found_in_the_assets() {
    let folder = TestFolder::empty();
    let scene = |more: &str| {
        format!(
            "Scene(starts: \"2025-01-06\", ends: \"2025-02-06\", kinds: [Kind(id: \"human\")], cast: [Member(id: \"ann\", kind: \"human\")], {more})"
        )
    };
    for more in [
        "population: [Population(kind: \"human\", count: \"3\", names: \"villagers\")]",
        "actions: [Action(id: \"name\", want: \"1\", does: [\"create human as child\", \"name child from cradle\"])]",
    ] {
        folder.write("a.ron", &scene(more));
        let ProgramOutput { code, out, .. } = folder.run(&["check", "a.ron"]);
        assert_eq!(code, Some(1));
        assert!(out.contains("assets/names/village.ron"), "{out}");
    }
}

#[test]
fn a_scene_without_prose_and_beats_is_told() {
    let folder = TestFolder::empty();
    let plain = TOWN.lines().filter(|line| !line.contains("beats:") && !line.contains("say:")).collect::<Vec<_>>().join("\n");
    folder.write("plain.ron", &plain);
    let book = folder.run_ok(&["tell", "plain.ron"]);
    assert!(book.contains("Ann"), "{book}");
    let short = folder.run_ok(&["tell", "plain.ron", "--length", "short"]);
    assert!(short.contains("Ann"), "{short}");
}

#[test]
fn general_themes_are_found_without_tags_and_others_are_not_listed() {
    let folder = TestFolder::empty();
    folder.write(
        "a.ron",
        r#"Scene(
            starts: "2025-01-06", ends: "2025-02-06", kinds: [Kind(id: "human", wakes: "6h")],
            bonds: [Dimension(id: "trust")], ties: [Tie(id: "friends", mutual: true)],
            cast: [
                Member(id: "ann", kind: "human", toward: [Toward(to: "ben", ties: ["friends"], bond: {"trust": 1}, mutual: true)]),
                Member(id: "ben", kind: "human"),
            ],
            actions: [
                Action(id: "slight", by: ["human"], roles: {"other": "ties(self, friends)"}, want: "1", cooldown: "5d", does: ["trust(other, self) -= 0.1"]),
                Action(id: "cut", by: ["ann"], roles: {"friend": "ties(self, friends)"}, when: "elapsed > 20d", want: "5", does: ["end friends(self, friend)"]),
                Action(id: "go", by: ["ben"], when: "happened(cut)", want: "9", does: ["self leaves"]),
            ],
        )"#,
    );
    let out = folder.run_ok(&["sift", "a.ron"]);
    for theme in ["A feud", "A parting", "A departure"] {
        assert!(out.contains(theme), "{theme}: {out}");
    }
    assert!(!out.contains("Polyamory") && out.contains("more themes need"), "{out}");
}

#[test]
fn a_witness_is_there_awake_and_takes_no_part() {
    let folder = TestFolder::empty();
    folder.write(
        "a.ron",
        r#"Scene(
            starts: "2025-01-06 08:00", ends: "2025-01-08", kinds: [Kind(id: "human", wakes: "6h", asleep: "self.sleeps")],
            attributes: [Attribute(id: "sleeps", switch: true), Attribute(id: "shock")],
            places: [Place(id: "inn"), Place(id: "mill")],
            cast: [
                Member(id: "ann", kind: "human", home: "inn"), Member(id: "ben", kind: "human", home: "inn"),
                Member(id: "cleo", kind: "human", home: "inn"), Member(id: "dan", kind: "human", home: "mill"),
                Member(id: "eve", kind: "human", home: "inn", attributes: {"sleeps": 1}),
            ],
            actions: [Action(id: "slap", by: ["ann"], roles: {"victim": "[ben]"}, want: "1", cooldown: "9d")],
            triggers: [Trigger(
                id: "gasp", on: Sees("slap"), when: "actor == ann and victim == ben", does: ["self.shock += 0.5"], say: ["{{ self }} saw {{ actor }} slap {{ victim }}."],
            )],
        )"#,
    );
    let out = folder.run_ok(&["run", "a.ron", "--all", "--record", "a.story"]);
    assert!(out.to_lowercase().contains("cleo saw ann slap ben."), "{out}");
    let story = Connection::open(folder.path("a.story")).expect("a story");
    let witnesses = "SELECT group_concat(agents.key) FROM happened JOIN roles ON roles.event = happened.id AND slot = 0 JOIN agents ON agents.id = roles.agent WHERE happened.kind = 'gasp'";
    assert_eq!(story.query_row(witnesses, [], |row| row.get::<_, String>(0)).expect("witnesses"), "cleo");
    let why = folder.run_ok(&["why", "a.story", "1"]);
    assert!(why.contains("triggered"), "{why}");
    let why_not = folder.run(&["why-not", "a.story", "gasp", "--who", "dan"]);
    assert!(why_not.out.contains("nobody saw `slap`"), "{}", why_not.out);
}
