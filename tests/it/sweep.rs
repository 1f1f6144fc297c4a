//! Sweeps with the real program: interrupted and continued, with thresholds, and with the wrong file.

use std::fs;
use std::ops::Range;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{ProgramOutput, SOMETIMES_ENDLESS, TestFolder};
use longhand_analysis::{RunReport, SweepReport};

pub trait SweepCommands {
    fn sweep_command(&self, args: &[&str]) -> Command;
    fn run_sweep(&self, args: &[&str]) -> ProgramOutput;
    fn report(&self, name: &str) -> SweepReport;
    /// The reports stored in a sweep file.
    fn stored_runs(&self, name: &str) -> Vec<RunReport>;
    /// Starts a sweep into a new file, kills it when the number of stored runs is in `runs`, and returns these
    /// runs. On a busy machine the kill can come too late. Then it starts again.
    fn kill_sweep(&self, args: &[&str], file: &str, runs: Range<usize>) -> Vec<RunReport>;
}

const SWEEP: [&str; 2] = ["sweep", "harbour.ron"];

impl SweepCommands for TestFolder {
    fn sweep_command(&self, args: &[&str]) -> Command {
        self.command(&[&SWEEP, args].concat())
    }

    fn run_sweep(&self, args: &[&str]) -> ProgramOutput {
        self.run(&[&SWEEP, args].concat())
    }

    fn report(&self, name: &str) -> SweepReport {
        let text = fs::read_to_string(self.path(name)).expect("it was written");
        serde_json::from_str(&text).expect("a report")
    }

    fn stored_runs(&self, name: &str) -> Vec<RunReport> {
        let connect = || rusqlite::Connection::open_with_flags(self.path(name), rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE);
        let read = || -> rusqlite::Result<Vec<String>> {
            let connection = connect()?;
            connection.busy_timeout(Duration::from_secs(5))?;
            let mut statement = connection.prepare("SELECT report FROM runs ORDER BY seed")?;
            statement.query_map([], |row| row.get(0))?.collect()
        };
        // Before the sweep creates the file and its table, there are no reports.
        read().unwrap_or_default().iter().map(|text| serde_json::from_str(text).expect("a whole report")).collect()
    }

    fn kill_sweep(&self, args: &[&str], file: &str, runs: Range<usize>) -> Vec<RunReport> {
        let started = Instant::now();
        loop {
            let mut child =
                self.sweep_command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
            while self.stored_runs(file).len() < runs.start {
                assert!(started.elapsed() < Duration::from_secs(120), "killed too late or no run is stored");
                thread::sleep(Duration::from_millis(1));
            }
            child.kill().expect("a child can be killed");
            child.wait().expect("a killed child ends");
            let stored = self.stored_runs(file);
            if runs.contains(&stored.len()) {
                return stored;
            }
            // A sweep that was not killed has written its outputs too.
            let stem = file.trim_end_matches("sweep");
            for path in fs::read_dir(self.path("")).expect("a folder").map(|entry| entry.expect("a file").path()) {
                if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(stem)) {
                    fs::remove_file(path).expect("a file of this test");
                }
            }
        }
    }
}

/// A report without wall-clock times.
pub fn timeless(mut report: SweepReport) -> SweepReport {
    report.per_seed.iter_mut().for_each(|run| run.wall_s = 0.0);
    report
}

#[test]
fn a_killed_sweep_continues_and_ends_like_an_uninterrupted_one() {
    const SEEDS: &str = "100..160";
    let folder = TestFolder::with_scene();
    let before = folder.kill_sweep(&["--seeds", SEEDS, "--threads", "2", "--json", "broken.json"], "broken.sweep", 4..60);
    assert!(!folder.path("broken.json").exists());

    let ProgramOutput { code, err, .. } = folder.run_sweep(&["--seeds", SEEDS, "--json", "broken.json"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains(&format!("{} of 60 seeds are already in broken.sweep", before.len())), "{err}");
    let resumed = folder.report("broken.json");
    assert_eq!(resumed.per_seed.iter().map(|run| run.seed).collect::<Vec<_>>(), (100..160).collect::<Vec<_>>());
    for run in &before {
        assert!(resumed.per_seed.contains(run), "seed {} was simulated twice", run.seed);
    }

    let ProgramOutput { code, err, .. } = folder.run_sweep(&["--seeds", SEEDS, "--json", "whole.json"]);
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(timeless(resumed), timeless(folder.report("whole.json")));
}

#[test]
fn stored_runs_are_not_simulated_again() {
    let folder = TestFolder::with_scene();
    let args = |seeds| ["--seeds", seeds, "--until", "3d", "--keep", "all.sweep", "--json", "all.json"];
    assert_eq!(folder.run_sweep(&args("0..4")).code, Some(0));
    let first = folder.report("all.json");
    let ProgramOutput { err, .. } = folder.run_sweep(&args("0..4"));
    assert!(err.contains("4 of 4 seeds are already in"), "{err}");
    assert_eq!(folder.report("all.json"), first, "even the wall-clock times are the stored ones");
    let ProgramOutput { err, .. } = folder.run_sweep(&args("2..6"));
    assert!(err.contains("2 of 4 seeds are already in"), "{err}");
    assert_eq!(folder.report("all.json").per_seed[..2], first.per_seed[2..]);
}

#[test]
fn runs_with_other_parameters_are_stored_separately() {
    let folder = TestFolder::with_scene();
    let args = ["--seeds", "0..2", "--until", "1d", "--keep", "all.sweep", "--json", "all.json"];
    let ProgramOutput { err, .. } = folder.run_sweep(&args);
    assert!(!err.contains("runs of another"), "{err}");
    let first = folder.report("all.json");
    let ProgramOutput { code, err, .. } = folder.run_sweep(&[&args[..], &["--set", "warmth=2"]].concat());
    assert_eq!(code, Some(0));
    assert!(err.contains("all.sweep contains runs of another scene"), "{err}");
    assert_eq!(folder.report("all.json").per_seed[0].params["warmth"], 2.0);
    let ProgramOutput { err, .. } = folder.run_sweep(&args);
    assert!(err.contains("2 of 2 seeds are already in"), "{err}");
    assert_eq!(folder.report("all.json"), first);
}

#[test]
fn the_json_on_standard_output_is_the_whole_output() {
    let folder = TestFolder::with_scene();
    for (seeds, first) in [("0..3", 0), ("8..11", 8), ("40..43", 40)] {
        let ProgramOutput { code, out, err } = folder.run_sweep(&["--seeds", seeds, "--json", "-"]);
        assert_eq!(code, Some(0), "{err}");
        let report: SweepReport = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"));
        assert_eq!((report.seeds.as_str(), report.per_seed.len(), report.per_seed[0].seed), (seeds, 3, first));
        // Whether the beat comes is up to the seed. The summary says what the runs say.
        let mut came: Vec<_> = report.per_seed.iter().filter_map(|run| run.beats[0].at.clone()).collect();
        came.sort_unstable();
        let together = &report.beats["together"];
        assert_eq!(together.share, came.len() as f64 / 3.0, "{seeds}");
        assert_eq!(together.median_at.is_some(), !came.is_empty(), "{seeds}");
        // Civil times are ordered as texts.
        let within = |at: &String| came.first() <= Some(at) && Some(at) <= came.last();
        assert!(together.median_at.as_ref().is_none_or(within), "{seeds}: {:?} of {came:?}", together.median_at);
        assert!(report.measures["loneliness"].median.is_some_and(f64::is_finite));
    }
    let names: Vec<_> = fs::read_dir(folder.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["harbour.ron"], "nothing is stored");
}

#[test]
fn the_exit_code_is_1_only_if_a_threshold_was_given() {
    let folder = TestFolder::with_scene();
    // On the first day no beat comes.
    let early = ["--seeds", "0..3", "--until", "1d"];
    let ProgramOutput { code, out, .. } = folder.run_sweep(&early);
    assert_eq!(code, Some(0));
    assert!(out.contains("together") && out.contains("0 %") && out.contains("never") && out.contains("below 60 %"), "{out}");
    assert_eq!(folder.run_sweep(&[&early[..], &["--may", "0.5"]].concat()).code, Some(1));
    assert_eq!(folder.run_sweep(&[&early[..], &["--must", "1"]].concat()).code, Some(0), "this scene has no `must` beat");
    assert_eq!(folder.run_sweep(&[&early[..], &["--order", "0.5"]].concat()).code, Some(1), "there is no order");
    // When the beat comes is up to the seeds: by the day on which it comes in the middle run, some have it and some do not.
    let report = |args: &[&str]| -> SweepReport {
        let ProgramOutput { out, err, .. } = folder.run_sweep(&[args, &["--json", "-"]].concat());
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {err}"))
    };
    let seeds = ["--seeds", "0..20"];
    let mut came: Vec<_> = report(&seeds).per_seed.iter().filter_map(|run| run.beats[0].at.clone()).collect();
    came.sort_unstable();
    let all = [&seeds[..], &["--until", &came[came.len() / 2][..10], "--keep", "all.sweep"]].concat();
    let share = report(&all).beats["together"].share;
    assert!(0.0 < share && share < 1.0, "{share}");
    for (threshold, code, marked) in [(share, 0, false), (share + 0.01, 1, true)] {
        let answer = folder.run_sweep(&[&all[..], &["--may", &threshold.to_string()]].concat());
        assert_eq!((answer.code, answer.out.contains("below")), (Some(code), marked), "{threshold}: {}", answer.out);
    }
}

#[test]
fn a_file_that_is_not_a_sweep_is_not_changed() {
    let folder = TestFolder::with_scene();
    let contents = "a diary, which somebody happened to call by this name, and which is longer than a header";
    fs::write(folder.path("mine.sweep"), contents).unwrap();
    let ProgramOutput { code, err, .. } = folder.run_sweep(&["--seeds", "0..2", "--json", "mine.json"]);
    assert_eq!(code, Some(3), "{err}");
    assert!(err.contains("mine.sweep is not a sweep"), "{err}");
    assert_eq!(fs::read_to_string(folder.path("mine.sweep")).unwrap(), contents);
}

#[test]
fn invalid_arguments_are_usage_errors() {
    let folder = TestFolder::with_scene();
    for args in [
        &["--seeds", "5..5"][..],
        &["--seeds", "7.."],
        &[],
        &["--seeds", "0..2", "--must", "95"],
        &["--seeds", "0..2", "--until", "soon"],
        &["--seeds", "0..2", "--json", "a.sweep"],
        &["--seeds", "0..2", "--json", "a", "--keep", "a"],
    ] {
        let ProgramOutput { code, out, err } = folder.run_sweep(args);
        assert_eq!(code, Some(2), "{args:?}: {err}");
        assert_eq!(out, "", "{args:?}");
    }
}

#[test]
fn a_run_that_exceeds_a_limit_is_reported_and_not_counted() {
    let folder = TestFolder::with_scene();
    fs::write(folder.path("harbour.ron"), SOMETIMES_ENDLESS).unwrap();
    let ProgramOutput { code, out, err } = folder.run_sweep(&["--seeds", "0..12", "--json", "all.json", "--must", "1"]);
    assert_eq!(code, Some(3), "{out}{err}");
    let report = folder.report("all.json");
    assert!(!report.stopped.is_empty() && !report.per_seed.is_empty(), "{} of 12 were stopped", report.stopped.len());
    assert_eq!(report.stopped.len() + report.per_seed.len(), 12);
    assert!(err.contains(&format!("{} of 12 runs were stopped", report.stopped.len())), "{err}");
    assert_eq!(report.beats["called"].share, 1.0, "of the runs that reached their end");
    assert_eq!(folder.stored_runs("all.sweep"), report.per_seed);
}

/// The colours written in a page, as red, green and blue from 0 to 1.
fn colours(page: &str) -> Vec<[f64; 3]> {
    let hex =
        page.split('#').skip(1).filter_map(|rest| rest.get(..6)).filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    hex.map(|hex| [0, 2, 4].map(|start| f64::from(u8::from_str_radix(&hex[start..start + 2], 16).expect("two digits")) / 255.0))
        .collect()
}

#[test]
fn a_report_is_self_contained_labels_its_charts_and_has_no_blue() {
    let folder = TestFolder::with_scene();
    let args =
        ["--seeds", "0..12", "--report", "all.html", "--ablate", "walk,warmth=0", "--parquet", "tables", "--json", "all.json"];
    let ProgramOutput { code, out, err } = folder.run_sweep(&args);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("without walk") && out.contains("warmth = 0"), "{out}");
    let page = fs::read_to_string(folder.path("all.html")).unwrap();
    for part in
        ["The corner café", "Somebody said it", "Mean loneliness", "Duration of ties", "lovers", "without walk", "12 runs"]
    {
        assert!(page.contains(part), "{part} is missing");
    }
    for external in ["http:", "https:", "src=", "<script", "<link", "@import", "url("] {
        assert!(!page.contains(external), "{external}");
    }
    for drawing in page.split("<svg").skip(1) {
        let tag = drawing.split('>').next().unwrap();
        let label = tag.split("aria-label=\"").nth(1).and_then(|rest| rest.split('"').next());
        assert!(tag.contains("role=\"img\"") && label.is_some_and(|label| label.len() > 5), "{tag}");
        assert!(!drawing.split("</svg>").next().unwrap().contains("NaN"), "{tag}");
    }
    for element in ["svg", "div", "section", "figure", "table", "tr", "td", "th", "ul", "li", "p", "details", "span", "b"] {
        let opened = page.matches(&format!("<{element}>")).count() + page.matches(&format!("<{element} ")).count();
        assert_eq!(opened, page.matches(&format!("</{element}>")).count(), "{element}");
    }
    let colours = colours(&page);
    assert!(colours.len() > 10);
    for [r, g, b] in colours {
        assert!(b <= r.max(g), "blue dominates a colour: {r} {g} {b}");
    }

    let report = folder.report("all.json");
    assert_eq!(
        report.ablations.iter().map(|ablation| (ablation.condition.as_str(), ablation.pairs)).collect::<Vec<_>>(),
        [("without walk", 12), ("warmth = 0", 12)]
    );
    let without_warmth = &report.ablations[1].beats[0];
    assert!(
        without_warmth.is_significant() && without_warmth.after < without_warmth.before,
        "affection does not grow: {without_warmth:?}"
    );
    for table in ["runs", "beats", "measures", "ties"] {
        let file = fs::File::open(folder.path("tables").join(format!("{table}.parquet"))).unwrap();
        let rows = parquet::file::serialized_reader::SerializedFileReader::new(file).unwrap();
        let rows = parquet::file::reader::FileReader::metadata(&rows).file_metadata().num_rows();
        assert!(if table == "ties" { rows > 0 } else { rows == 36 }, "{table}: {rows}");
    }

    // All runs are stored, so the same report needs no simulation.
    let ProgramOutput { err, .. } = folder.run_sweep(&args);
    assert_eq!(err.matches("12 of 12 seeds are already in").count(), 3, "{err}");
    assert_eq!(fs::read_to_string(folder.path("all.html")).unwrap(), page);
    let ProgramOutput { code, err, .. } = folder.run_sweep(&["--seeds", "0..2", "--ablate", "wlak"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("did you mean `walk`"), "{err}");
}

#[test]
fn a_wrong_condition_of_an_ablation_is_reported_before_anything_is_simulated() {
    let folder = TestFolder::with_scene();
    for (condition, problem) in [("wlak", "did you mean `walk`"), ("warmth=hot", "warmth"), ("warmth=1000000", "warmth")] {
        let ProgramOutput { code, out, err } =
            folder.run_sweep(&["--seeds", "0..2", "--until", "1d", "--ablate", condition, "--keep", "all.sweep"]);
        assert!(matches!(code, Some(2 | 3)), "{condition}: {code:?} {err}");
        assert!(err.contains(problem) && out.is_empty(), "{condition}: {out}{err}");
        assert!(folder.stored_runs("all.sweep").is_empty(), "{condition}");
    }
}
