//! An interrupted recording resumes to the end it would have reached, wherever it is killed, even if it is killed again after
//! resuming.

use longhand_analysis::{NarratedRun, Run};
use longhand_chronicle::Chronicle;
use longhand_expr::ids::Instant;
use longhand_narrative::StoryMonitor;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::harness::{ProgramOutput, SCRIPTED, load_scene, program, run_program, with_seed};

/// The flagship scene, which uses everything that a keyframe has to contain: letters, names given, beats and the measures taken
/// at them.
const SCENE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenes/scripted.ron");
/// A small city for ten weeks: a few seconds in a test build, with several keyframes.
const SMALL: &[&str] = &["--seed", "4", "--set", "population=200", "--until", "10w"];
/// Lines before the narration: the title and the line below it.
const HEADING_LINES: usize = 2;

/// A folder with an uninterrupted run to compare with.
struct UninterruptedRun {
    folder: tempfile::TempDir,
    settings: Vec<String>,
    narration: String,
    report: serde_json::Value,
    took: Duration,
}

/// A report without the wall-clock time.
fn report(path: &Path) -> serde_json::Value {
    let text = std::fs::read_to_string(path).expect("a report");
    let mut report: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    report.as_object_mut().expect("an object").remove("wall_s");
    report
}

impl UninterruptedRun {
    fn new(settings: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let started = std::time::Instant::now();
        let args = [&["run", SCENE, "--record", "whole.story", "--json", "whole.json"], settings].concat();
        let ProgramOutput { code, out: narration, err } = run_program(folder.path(), &args);
        assert_eq!(code, Some(0), "{err}");
        let report = report(&folder.path().join("whole.json"));
        let settings = settings.iter().map(|&setting| setting.to_owned()).collect();
        Self { folder, settings, narration, report, took: started.elapsed() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn ask(&self, args: &[&str]) -> ProgramOutput {
        run_program(self.folder.path(), args)
    }

    /// This share of the duration of the uninterrupted run.
    fn share_of_duration(&self, share: f64) -> Duration {
        self.took.mul_f64(share)
    }

    /// Starts a recording and kills it after a while. Returns false if there is no file yet or the run had already ended.
    fn record_and_kill(&self, name: &str, after: Duration) -> bool {
        let mut args = vec!["run", SCENE, "--record", name];
        args.extend(self.settings.iter().map(String::as_str));
        kill(program(self.folder.path(), &args), after) && self.path(name).exists()
    }

    /// A killed file can be queried at once.
    fn assert_opens(&self, name: &str) {
        let events = Connection::open(self.path(name)).expect("a story can be queried");
        let events: i64 = events.query_row("SELECT count(*) FROM events", [], |row| row.get(0)).expect("a story can be queried");
        for ask in [&["show", name][..], &["beats", name], &["why", name, "0"]] {
            let ProgramOutput { code, err, .. } = self.ask(ask);
            let expected = if ask[0] == "why" && events == 0 { Some(3) } else { Some(0) };
            assert_eq!(code, expected, "{ask:?} of a killed story with {events} events: {err}");
        }
    }

    /// A killed story resumes to its end, unless it had just finished.
    fn assert_resumes_to_same_end(&self, name: &str) {
        let meta = Connection::open(self.path(name)).expect("a story can be queried");
        let query = "SELECT count(*) FROM meta WHERE key = 'ended'";
        let is_finished = meta.query_row(query, [], |row| row.get::<_, i64>(0)).expect("a story can be queried") > 0;
        drop(meta);
        if is_finished {
            let ProgramOutput { code, out, err } = self.ask(&["run", "--resume", name, "--json", "resumed.json"]);
            assert!(code == Some(0) && out.contains("The run is finished"), "{out}{err}");
            assert_eq!(report(&self.path("resumed.json")), self.report);
            self.assert_same_tables(name);
        } else {
            self.assert_resumes_identically(name);
        }
    }

    /// Resumes a story to its end: narration, report and tables equal those of the uninterrupted run.
    fn assert_resumes_identically(&self, name: &str) {
        let ProgramOutput { code, out, err } = self.ask(&["run", "--resume", name, "--json", "resumed.json"]);
        assert_eq!(code, Some(0), "{err}");
        assert!(err.contains("using the scene stored in"), "{err}");
        let (head, rest) = split(&out);
        assert!(head.contains("Resumed from") || head.contains("Restarted from"), "{out}");
        assert!(!rest.is_empty() && self.narration.ends_with(rest), "another narration:\n{out}");
        assert_eq!(report(&self.path("resumed.json")), self.report);
        assert!(!self.path(&format!("{name}-wal")).exists(), "a finished story is a single file");
        self.assert_same_tables(name);
    }

    /// Every table has the rows of the uninterrupted run.
    fn assert_same_tables(&self, name: &str) {
        let connection = Connection::open(self.path("whole.story")).expect("a story can be queried");
        connection.execute("ATTACH ?1 AS resumed", [self.path(name).to_string_lossy()]).expect("a story can be queried");
        let list = |database: &str| -> Vec<(String, String)> {
            let query = format!("SELECT type || ' ' || name, coalesce(sql, '') FROM {database}.sqlite_schema ORDER BY 1");
            let mut query = connection.prepare(&query).expect("a story can be queried");
            query
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
                .expect("a story can be queried")
                .map(|row| row.expect("a row"))
                .collect()
        };
        assert_eq!(list("main"), list("resumed"));
        let tables = list("main").into_iter().filter_map(|(name, _)| name.strip_prefix("table ").map(str::to_owned));
        let mut rows = 0;
        for table in tables {
            for (left, right) in [("main", "resumed"), ("resumed", "main")] {
                let query = format!("SELECT count(*) FROM (SELECT * FROM {left}.{table} EXCEPT SELECT * FROM {right}.{table})");
                let differ: i64 = connection.query_row(&query, [], |row| row.get(0)).expect("a story can be queried");
                assert_eq!(differ, 0, "rows of {table} that are only in {left}");
            }
            rows += connection
                .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0))
                .expect("a story can be queried");
        }
        assert!(rows > 1000, "{rows} rows");
    }

    /// Kills a run, and perhaps the resumed run too, then resumes it to its end. Returns false if the kill came too early or
    /// too late.
    fn survives_kill(&self, name: &str, share: f64, again: Option<f64>) -> bool {
        if !self.record_and_kill(name, self.share_of_duration(share)) {
            remove(&self.path(name));
            return false;
        }
        self.assert_opens(name);
        if let Some(again) = again {
            // Whether or not the second kill comes in time, the file must be usable.
            kill(program(self.folder.path(), &["run", "--resume", name]), self.share_of_duration((1.0 - share) * again));
            self.assert_opens(name);
        }
        self.assert_resumes_to_same_end(name);
        remove(&self.path(name));
        true
    }
}

/// The title with the line below it, and the narration.
fn split(output: &str) -> (&str, &str) {
    let end = output.match_indices('\n').nth(HEADING_LINES - 1).map_or(output.len(), |(newline, _)| newline + 1);
    output.split_at(end)
}

/// Runs a command and kills it after a while. Returns whether it was still running.
fn kill(mut command: Command, after: Duration) -> bool {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    std::thread::sleep(after);
    child.kill().expect("a child can be killed");
    child.wait().expect("a killed child ends").code().is_none()
}

fn remove(story: &Path) {
    for path in ["", "-wal", "-shm", ".new"].map(|end| format!("{}{end}", story.display())) {
        _ = std::fs::remove_file(path);
    }
}

/// A sequence of numbers from 0 to 1 that covers the range evenly at every length (golden ratio).
fn shares(from: f64) -> impl Iterator<Item = f64> {
    (0..).map(move |i| (from + f64::from(i) * 0.618_033_988_749_895).fract())
}

/// Kills runs until `kills` of them were killed while running.
fn survives_kills(uninterrupted: &UninterruptedRun, kills: usize) {
    let (mut killed, mut mistimed) = (0, 0);
    for (share, again) in shares(0.1).zip(shares(0.3)) {
        let again = (killed % 2 == 1).then_some(again);
        if uninterrupted.survives_kill(&format!("killed-{killed}.story"), share, again) {
            killed += 1;
            println!("{killed} of {kills}: killed at {:.0} %{}", share * 100.0, again.map_or("", |_| ", and again"));
        } else {
            mistimed += 1;
        }
        if killed == kills {
            break;
        }
        assert!(mistimed < kills + 10, "the kills come too early or too late");
    }
}

#[test]
fn a_run_killed_at_any_time_resumes_to_the_same_end() {
    survives_kills(&UninterruptedRun::new(SMALL), 4);
}

/// The variable `KILLS` sets another number of kills.
#[test]
#[ignore = "some minutes: `.ci/run` runs it with a release build of the program"]
fn twenty_kills_of_a_whole_run_change_nothing() {
    let kills = std::env::var("KILLS").map_or(20, |text| text.parse().expect("a number of kills"));
    survives_kills(&UninterruptedRun::new(&["--seed", "1", "--set", "population=1000"]), kills);
}

/// The file after a kill right behind a keyframe, for each keyframe of a run.
#[test]
fn a_run_resumed_from_any_keyframe_is_the_same() {
    let uninterrupted = UninterruptedRun::new(SMALL);
    let keyframes = || Connection::open(uninterrupted.path("whole.story")).unwrap();
    let last: i64 = keyframes().query_row("SELECT max(id) FROM keyframes", [], |row| row.get(0)).unwrap();
    assert!(last >= 4, "{last} keyframes");
    for keyframe in 0..=last {
        let name = format!("from-{keyframe}.story");
        std::fs::copy(uninterrupted.path("whole.story"), uninterrupted.path(&name)).unwrap();
        let story = Connection::open(uninterrupted.path(&name)).unwrap();
        story.execute("DELETE FROM keyframes WHERE id > ?1", [keyframe]).unwrap();
        story.execute("DELETE FROM meta WHERE key LIKE 'ended%'", []).unwrap();
        drop(story);
        uninterrupted.assert_resumes_identically(&name);
    }
}

#[test]
fn resuming_a_finished_story_prints_its_summary_and_report() {
    let uninterrupted = UninterruptedRun::new(SMALL);
    let ProgramOutput { code, out, err } = uninterrupted.ask(&["run", "--resume", "whole.story", "--json", "again.json"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("The run is finished"), "{out}");
    assert!(uninterrupted.narration.ends_with(split(&out).1.trim_start()), "the summary is the same:\n{out}");
    assert_eq!(report(&uninterrupted.path("again.json")), uninterrupted.report);
    uninterrupted.assert_same_tables("whole.story");
}

#[test]
fn a_finished_story_can_be_extended_to_a_later_end() {
    let uninterrupted = UninterruptedRun::new(SMALL);
    let short = &["run", SCENE, "--record", "short.story", "--seed", "4", "--set", "population=200", "--until", "5w"];
    assert_eq!(uninterrupted.ask(short).code, Some(0));
    assert!(uninterrupted.ask(&["run", "--resume", "short.story"]).out.contains("The run is finished"));
    let ProgramOutput { code, err, .. } = uninterrupted.ask(&["run", "--resume", "short.story", "--until", "10w"]);
    assert_eq!(code, Some(0), "{err}");
    uninterrupted.assert_same_tables("short.story");
    let ProgramOutput { code, err, .. } = uninterrupted.ask(&["run", "--resume", "short.story", "--until", "8w"]);
    assert_eq!(code, Some(0), "{err}");
    uninterrupted.assert_same_tables("short.story");
}

#[test]
fn resuming_uses_the_recorded_scene() {
    let folder = tempfile::tempdir().unwrap();
    let ask = |args: &[&str]| run_program(folder.path(), args);
    let resumed_narration = |story: &str| split(&ask(&["run", "--resume", story]).out).1.to_owned();
    assert_eq!(ask(&["new", "harbour"]).code, Some(0));
    assert_eq!(ask(&["run", "harbour.ron", "--record", "one.story", "--until", "3w"]).code, Some(0));
    std::fs::copy(folder.path().join("one.story"), folder.path().join("other.story")).unwrap();
    for story in ["one.story", "other.story"] {
        let story = Connection::open(folder.path().join(story)).unwrap();
        assert_eq!(story.execute("DELETE FROM meta WHERE key LIKE 'ended%'", []).unwrap(), 2);
    }
    let before = resumed_narration("one.story");
    let scene = std::fs::read_to_string(folder.path().join("harbour.ron")).unwrap();
    std::fs::write(folder.path().join("harbour.ron"), scene.replace("Ann Moreau", "Zoe Moreau")).unwrap();
    assert!(!before.is_empty() && resumed_narration("other.story") == before);
}

#[test]
fn a_story_that_cannot_be_resumed_is_an_error_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let ask = |args: &[&str]| run_program(folder.path(), args);
    assert_eq!(ask(&["new", "harbour"]).code, Some(0));
    assert_eq!(ask(&["run", "harbour.ron", "--record", "a.story"]).code, Some(0));
    for extra in [&["harbour.ron"][..], &["--seed", "2"], &["--set", "warmth=2"], &["--record", "b.story"], &["--cast-only"]] {
        let ProgramOutput { code, err, .. } = ask(&[&["run", "--resume", "a.story"], extra].concat());
        assert_eq!(code, Some(2), "{extra:?}: {err}");
    }
    assert_eq!(ask(&["run"]).code, Some(2));
    let ProgramOutput { code, err, .. } = ask(&["run", "--resume", "none.story"]);
    assert!(code == Some(3) && err.contains("none.story"), "{err}");
    let ProgramOutput { code, err, .. } = ask(&["run", "--resume", "harbour.ron"]);
    assert!(code == Some(3) && err.contains("is not a story"), "{err}");

    let story = Connection::open(folder.path().join("a.story")).unwrap();
    story.execute("DELETE FROM meta WHERE key LIKE 'ended%'", []).unwrap();
    let ProgramOutput { code, err, .. } = ask(&["run", "--resume", "a.story", "--until", "1w"]);
    assert!(code == Some(2) && err.contains("has already reached"), "{err}");
    story.execute("UPDATE keyframes SET state = x'28b52ffd'", []).unwrap();
    let ProgramOutput { code, err, .. } = ask(&["run", "--resume", "a.story"]);
    assert!(code == Some(3) && err.contains("damaged"), "{err}");
    story.execute("UPDATE meta SET value = '0.0.1' WHERE key = 'longhand'", []).unwrap();
    let ProgramOutput { code, err, .. } = ask(&["run", "--resume", "a.story"]);
    assert!(code == Some(3) && err.contains("0.0.1"), "{err}");
}

/// Restores in memory, as the window does to go back: the world, the partial matches of beats, and the state of the narrator.
#[test]
fn a_narrated_run_restored_from_any_keyframe_repeats_events_and_narration() {
    let scenario = load_scene(SCRIPTED, &[("population", "200")]);
    let until = Some(Instant::from_seconds(56.0 * 86_400.0));
    let begin = || Run::new(scenario.clone(), with_seed(4), until);
    let mut run = NarratedRun::selected(begin());
    let mut lines = Vec::new();
    let mut keyframes: Vec<(Vec<u8>, Chronicle, usize)> = Vec::new();
    let mut ticks = 0;
    while run.step(&mut lines) {
        ticks += 1;
        if ticks % (96 * 9 + 5) == 0 {
            keyframes.push((run.keyframe().unwrap(), run.run().chronicle().clone(), lines.len()));
        }
    }
    let end = |run: &NarratedRun| {
        let mut report = run.run().report();
        report.wall_s = 0.0;
        (report, run.run().simulation().world().resource::<StoryMonitor>().matches().to_vec())
    };
    let expected_end = end(&run);
    assert!(keyframes.len() >= 5 && !lines.is_empty());
    for (keyframe, chronicle, line_count) in keyframes.into_iter().rev() {
        run.restore(&keyframe, chronicle).unwrap();
        let mut repeated_lines = Vec::new();
        while run.step(&mut repeated_lines) {}
        assert!(repeated_lines == lines[line_count..], "another narration");
        assert!(end(&run) == expected_end, "another run");
    }
    assert!(run.restore(b"no keyframe", Chronicle::default()).is_err());
}
