//! Sweeps in parts with the real program: merged parts equal the whole, what does not fit together is refused, and a plan says
//! beforehand what a sweep costs.

use std::fs;

use crate::harness::{ProgramOutput, SOMETIMES_ENDLESS, TestFolder};
use crate::sweep::{SweepCommands, timeless};
use longhand_analysis::GridReport;
use rusqlite::Connection;
use serde_json::Value;

trait PartCommands {
    /// Simulates a part that must succeed.
    fn part(&self, name: &str, seeds: &str, extra: &[&str]);
    fn merge(&self, args: &[&str]) -> ProgramOutput;
    /// Asserts that these parts are refused with a message that contains each of `reasons`.
    fn assert_refused(&self, parts: &[&str], reasons: &[&str]);
    /// The rows of each table in a folder of CSV files, without wall-clock times.
    fn rows(&self, tables: &str) -> Vec<(String, Vec<String>)>;
}

impl PartCommands for TestFolder {
    fn part(&self, name: &str, seeds: &str, extra: &[&str]) {
        self.run_ok(&[&["sweep", "harbour.ron", "--seeds", seeds, "--keep", name], extra].concat());
    }

    fn merge(&self, args: &[&str]) -> ProgramOutput {
        self.run(&[&["sweep", "merge"], args].concat())
    }

    fn assert_refused(&self, parts: &[&str], reasons: &[&str]) {
        let ProgramOutput { code, out, err } =
            self.merge(&[parts, &["--json", "refused.json", "--keep", "refused.sweep"]].concat());
        assert_eq!((code, out.as_str()), (Some(3), ""), "{parts:?}: {err}");
        for reason in reasons {
            assert!(err.contains(reason), "{parts:?}: no `{reason}` in {err}");
        }
        assert!(!self.path("refused.json").exists() && !self.path("refused.sweep").exists());
    }

    fn rows(&self, tables: &str) -> Vec<(String, Vec<String>)> {
        let names = ["runs", "beats", "measures", "series", "ties"];
        let rows = names.map(|name| {
            let text = self.read(&format!("{tables}/{name}.csv"));
            let header: Vec<&str> = text.lines().next().expect("a header").split(',').collect();
            let wall = header.iter().position(|column| *column == "wall_s");
            // The cells of these tests have no commas.
            let row = |line: &str| {
                let cells = line.split(',').enumerate().filter(|(column, _)| Some(*column) != wall).map(|(_, cell)| cell);
                cells.collect::<Vec<_>>().join(",")
            };
            (name.to_owned(), text.lines().map(row).collect())
        });
        rows.into()
    }
}

/// A page without the seconds of simulation.
fn untimed(page: &str) -> String {
    let (before, rest) = page.split_once("</code>; ").expect("the name of the scene");
    let (_, after) = rest.split_once(" seconds of simulation").expect("the seconds");
    format!("{before}{after}")
}

#[test]
fn merged_parts_equal_the_sweep_of_all_seeds_row_by_row_although_one_was_killed() {
    let folder = TestFolder::with_scene();
    folder.part("whole.sweep", "0..40", &["--csv", "whole", "--json", "whole.json", "--report", "whole.html"]);
    folder.part("c.sweep", "31..40", &[]);
    let killed = folder.kill_sweep(&["--seeds", "12..31", "--threads", "1", "--keep", "b.sweep"], "b.sweep", 2..19);
    folder.part("a.sweep", "0..12", &[]);
    folder.assert_refused(&["c.sweep", "b.sweep", "a.sweep"], &["b.sweep is not finished", "of 19 runs are missing (seeds "]);
    let seconds_before: Vec<_> = killed.iter().map(|run| (run.seed, run.wall_s)).collect();
    folder.part("b.sweep", "12..31", &[]);

    for parts in [["c.sweep", "a.sweep", "b.sweep"], ["b.sweep", "c.sweep", "a.sweep"]] {
        let outputs = ["--csv", "merged", "--json", "merged.json", "--report", "merged.html"];
        let ProgramOutput { code, err, .. } = folder.merge(&[&parts[..], &outputs].concat());
        assert_eq!((code, err.as_str()), (Some(0), ""), "{parts:?}");
        let (whole, merged) = (folder.rows("whole"), folder.rows("merged"));
        assert_eq!(whole[0].1.len(), 41, "a header and 40 runs");
        assert_eq!(merged, whole);
        let merged = folder.report("merged.json");
        for (seed, seconds) in &seconds_before {
            assert!(merged.per_seed.iter().any(|run| run.seed == *seed && run.wall_s == *seconds), "seed {seed} ran twice");
        }
        assert_eq!(timeless(merged), timeless(folder.report("whole.json")));
        assert_eq!(untimed(&folder.read("merged.html")), untimed(&folder.read("whole.html")));
    }

    // A merged file is a part.
    assert_eq!(folder.merge(&["a.sweep", "c.sweep", "--keep", "outer.sweep", "--json", "-"]).code, Some(0));
    let ProgramOutput { code, out, err } = folder.merge(&["b.sweep", "outer.sweep", "--json", "-"]);
    assert_eq!(code, Some(0), "{err}");
    let merged = serde_json::from_str(&out).expect("a report");
    assert_eq!(timeless(merged), timeless(folder.report("whole.json")));
    let ProgramOutput { err, .. } = folder.merge(&["outer.sweep"]);
    assert!(err.contains("the parts have the seeds 0..12,31..40"), "{err}");
    let ProgramOutput { code, err, .. } = folder.merge(&["a.sweep", "--keep", "outer.sweep"]);
    assert!(code == Some(3) && err.contains("outer.sweep: it already exists"), "{err}");
    // It continues like any other file of runs.
    let ProgramOutput { err, .. } = folder.run_sweep(&["--seeds", "0..13", "--keep", "outer.sweep"]);
    assert!(err.contains("12 of 13 seeds are already in outer.sweep"), "{err}");
}

#[test]
fn parts_of_grids_and_ablations_are_merged_in_all_their_variants() {
    let folder = TestFolder::with_scene();
    for (name, extra) in [("grid", &["--set", "warmth=0,1"][..]), ("ablated", &["--ablate", "walk,warmth=0"])] {
        let file = |part: &str| format!("{name}-{part}.sweep");
        let extra = [extra, &["--until", "3w"]].concat();
        folder.part(&file("whole"), "3..9", &[&extra[..], &["--csv", "whole", "--json", "whole.json"]].concat());
        folder.part(&file("one"), "3..5", &extra);
        // Seeds may overlap, and a file may hold another sweep too.
        folder.part(&file("two"), "5,8", &["--until", "1d"]);
        folder.part(&file("two"), "4..9", &extra);
        let ProgramOutput { code, err, .. } =
            folder.merge(&[&file("two"), &file("one"), "--csv", "merged", "--json", "merged.json"]);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{name}");
        let (whole, merged) = (folder.rows("whole"), folder.rows("merged"));
        assert!(whole[0].1.len() > 12 && merged == whole, "{name}");
        if name == "grid" {
            let grid = |file: &str| -> GridReport { serde_json::from_str(&folder.read(file)).expect("a report of a grid") };
            let timeless = |grid: GridReport| -> Vec<_> { grid.combinations.into_iter().map(timeless).collect() };
            assert_eq!(timeless(grid("merged.json")), timeless(grid("whole.json")));
        } else {
            assert_eq!(folder.report("merged.json").ablations.len(), 2);
            assert_eq!(timeless(folder.report("merged.json")), timeless(folder.report("whole.json")));
        }
    }
    folder.assert_refused(&["grid-one.sweep", "ablated-one.sweep"], &["grid-one.sweep", "ablated-one.sweep"]);
}

#[test]
fn what_does_not_fit_together_is_refused_with_the_reason() {
    let folder = TestFolder::with_scene();
    folder.write("pier.ron", longhand_scene::STARTER_SCENE);
    folder.part("a.sweep", "0..2", &["--until", "2d"]);
    folder.run_ok(&["sweep", "pier.ron", "--seeds", "2..3", "--until", "2d", "--keep", "pier.sweep"]);
    folder.part("warm.sweep", "2..3", &["--until", "2d", "--set", "warmth=2"]);
    folder.part("long.sweep", "2..3", &["--until", "3d"]);
    folder.part("same.sweep", "1..3", &["--until", "2d"]);
    folder.part("other.sweep", "1..3", &["--until", "2d"]);
    folder.part("build.sweep", "2..3", &["--until", "2d"]);
    folder.part("newer.sweep", "2..3", &["--until", "2d"]);
    let edit = |file: &str, sql: &str| Connection::open(folder.path(file)).expect("a database").execute_batch(sql).expect(sql);
    edit("other.sweep", "UPDATE runs SET report = json_replace(report, '$.hash', 'ff') WHERE seed = 1");
    edit("build.sweep", "UPDATE worlds SET longhand = '0.0.9 00ff'");
    edit("newer.sweep", "PRAGMA user_version = 99");
    folder.write("text.sweep", "not a database at all, but quite a few words of something else");
    folder.write("harbour.ron", &longhand_scene::STARTER_SCENE.replacen("title:", " title:", 1));
    folder.part("edited.sweep", "2..3", &["--until", "2d"]);

    assert_eq!(folder.merge(&["a.sweep", "same.sweep", "--json", "fine.json"]).code, Some(0));
    assert_eq!(folder.report("fine.json").seeds, "0..3");
    for (part, reasons) in [
        ("pier.sweep", &["pier.sweep is a sweep of pier.ron, a.sweep of harbour.ron"][..]),
        ("edited.sweep", &["edited.sweep was simulated with another text of harbour.ron than a.sweep"]),
        ("warm.sweep", &["warm.sweep has other params than a.sweep", "warmth = 2, not 1", "--set"]),
        ("long.sweep", &["the runs of long.sweep end at", "--until"]),
        ("build.sweep", &["another build of longhand (0.0.9 00ff)", "copies of one program file"]),
        ("other.sweep", &["seed 1 has different results in a.sweep and other.sweep"]),
        ("newer.sweep", &["newer.sweep is a sweep of format 99"]),
        ("text.sweep", &["text.sweep is not a sweep"]),
        ("none.sweep", &["none.sweep: there is no such file"]),
    ] {
        folder.assert_refused(&["a.sweep", part], reasons);
    }
    assert!(!folder.path("none.sweep").exists());
    assert_eq!(folder.merge(&[]).code, Some(2));
}

#[test]
fn stopped_runs_are_stored_and_merged() {
    let folder = TestFolder::empty();
    folder.write("harbour.ron", SOMETIMES_ENDLESS);
    for (file, seeds) in [("whole", "0..10"), ("one", "0..4"), ("two", "4..10")] {
        let args = ["--seeds", seeds, "--keep", &format!("{file}.sweep"), "--json", &format!("{file}.json")];
        assert_eq!(folder.run_sweep(&args).code, Some(3), "{seeds}: some runs are stopped");
    }
    let ProgramOutput { code, err, .. } = folder.merge(&["two.sweep", "one.sweep", "--json", "merged.json"]);
    let whole = folder.report("whole.json");
    assert!(code == Some(3) && err.contains(&format!("{} of 10 runs were stopped", whole.stopped.len())), "{err}");
    assert_eq!(timeless(folder.report("merged.json")), timeless(whole));
    // A run that was stopped would be stopped again.
    let ProgramOutput { err, .. } = folder.run_sweep(&["--seeds", "0..10", "--keep", "whole.sweep"]);
    assert!(err.contains("10 of 10 seeds are already in whole.sweep"), "{err}");
}

#[test]
fn a_plan_predicts_the_cost_and_its_runs_are_not_simulated_again() {
    let folder = TestFolder::with_scene();
    let ProgramOutput { code, out, err } = folder.run_sweep(&["--seeds", "0..60", "--plan", "--threads", "2"]);
    assert_eq!(code, Some(0), "{err}");
    for part in ["60 runs, 0 of them stored", "5 runs one at a time", "core-hours", "time on 2 idle cores", "disk", " to "] {
        assert!(out.contains(part), "{part}: {out}");
    }
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 1, "nothing is stored");

    let out = folder.run_ok(&["sweep", "harbour.ron", "--seeds", "0..60", "--plan=6", "--keep", "a.sweep", "--json", "-"]);
    let plan: Value = serde_json::from_str(&out).expect("a plan");
    assert_eq!((plan["runs"].as_u64(), plan["stored"].as_u64()), (Some(60), Some(0)));
    let number = |value: &Value| value.as_f64().expect("a number");
    for estimate in ["core_hours", "disk_bytes"].map(|name| &plan[name]) {
        let (low, high) = (number(&estimate["interval"][0]), number(&estimate["interval"][1]));
        assert!(0.0 < low && low <= number(&estimate["value"]) && number(&estimate["value"]) <= high, "{estimate}");
    }
    let measured: Vec<u64> = plan["measured"].as_array().expect("a list").iter().filter_map(|run| run["seed"].as_u64()).collect();
    assert_eq!(measured, [0, 10, 20, 30, 40, 50]);
    folder.assert_refused(&["a.sweep"], &["a.sweep has no sweep to merge"]);
    let ProgramOutput { err, .. } = folder.run_sweep(&["--seeds", "0..60", "--keep", "a.sweep"]);
    assert!(err.contains("6 of 60 seeds are already in a.sweep"), "{err}");
    let size = fs::metadata(folder.path("a.sweep")).unwrap().len() as f64;
    let predicted = number(&plan["disk_bytes"]["value"]);
    assert!((size / predicted - 1.0).abs() < 0.25, "{predicted} predicted, {size} used");
    let ProgramOutput { code, err, .. } = folder.run_sweep(&["--seeds", "0..60", "--keep", "a.sweep", "--plan"]);
    assert!(code == Some(0) && err.contains("all 60 runs are already stored"), "{err}");

    let grid = folder.run_ok(&["sweep", "harbour.ron", "--seeds", "0..5", "--set", "warmth=0,1,2", "--plan=3", "--json", "-"]);
    assert_eq!(serde_json::from_str::<Value>(&grid).expect("a plan")["runs"], 15);
    for args in [&["--plan=1"][..], &["--plan=x"], &["--plan", "--report", "a.html"], &["--plan", "--must", "1"]] {
        assert_eq!(folder.run_sweep(&[&["--seeds", "0..9"], args].concat()).code, Some(2), "{args:?}");
    }
}
