//! What the tests share: the real program in a folder of its own, and simulated runs of scenes.

use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use longhand_analysis::{Run, RunReport};
use longhand_chronicle::{Chronicle, Story};
use longhand_expr::ids::Instant;
use longhand_scene::Scenario;
use longhand_sim::SimOptions;

/// The folder of the repository, with `scenes/` and `assets/`.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What the program answered.
#[derive(Debug)]
pub struct ProgramOutput {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// The program, ready to start in a folder, without a display. The variable `LONGHAND` names another build of it.
pub fn program(folder: &Path, args: &[&str]) -> Command {
    let program = std::env::var_os("LONGHAND").unwrap_or_else(|| env!("CARGO_BIN_EXE_longhand").into());
    let mut command = Command::new(program);
    command.args(args).current_dir(folder).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").stdin(Stdio::null());
    command
}

/// Runs the program in a folder to its end.
pub fn run_program(folder: &Path, args: &[&str]) -> ProgramOutput {
    let Output { status, stdout, stderr } = program(folder, args).output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    ProgramOutput { code: status.code(), out: text(stdout), err: text(stderr) }
}

/// A temporary folder in which the program runs.
pub struct TestFolder(tempfile::TempDir);

impl TestFolder {
    /// An empty folder.
    pub fn empty() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A folder with the starter scene as `harbour.ron`.
    pub fn with_scene() -> Self {
        let folder = Self::empty();
        folder.write("harbour.ron", longhand_scene::STARTER_SCENE);
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// The program, ready to start in this folder.
    pub fn command(&self, args: &[&str]) -> Command {
        program(self.0.path(), args)
    }

    /// Runs the program to its end.
    pub fn run(&self, args: &[&str]) -> ProgramOutput {
        run_program(self.0.path(), args)
    }

    /// Runs a command that must succeed and returns its standard output.
    pub fn run_ok(&self, args: &[&str]) -> String {
        let ProgramOutput { code, out, err } = self.run(args);
        assert_eq!(code, Some(0), "{args:?}: {err}");
        out
    }
}

/// A film retold by rules that name its people, for tests that have to know what comes: the opposite of a living world.
pub const SCRIPTED: &str = "../tests/scenes/scripted.ron";

/// Loads a scene of `scenes/` with these parameters.
pub fn load_scene(name: &str, set: &[(&str, &str)]) -> Arc<Scenario> {
    let path = repository().join("scenes").join(name);
    let set: Vec<_> = set.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
    let loaded = longhand_scene::load(&path, &set).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    Arc::new(loaded.scenario)
}

/// Simulates a scenario for some days, or to its own end.
pub fn simulate(scenario: &Arc<Scenario>, options: SimOptions, days: Option<f64>) -> Run {
    let until = days.map(|days| Instant::from_seconds(days * 86_400.0));
    let mut run = Run::new(scenario.clone(), options, until);
    while run.step() {}
    run
}

/// A whole run of a scene of `scenes/` on one thread, simulated by the program, which may be a faster build than that of the tests.
pub struct ProgramRun {
    pub chronicle: Chronicle,
    pub report: RunReport,
    pub end: Instant,
}

impl ProgramRun {
    pub fn new(scene: &str, seed: u64, set: &[(&str, &str)]) -> Self {
        let files = RunFiles::of(scene, seed, set, true);
        let story = Story::open(&files.story()).expect("the story that was recorded");
        Self { chronicle: story.chronicle, report: files.report(), end: story.ended.expect("the run has ended").at }
    }
}

/// The report of a whole run of a scene of `scenes/` on one thread, simulated by the program.
pub fn run_report(scene: &str, seed: u64, set: &[(&str, &str)]) -> RunReport {
    RunFiles::of(scene, seed, set, false).report()
}

/// The folder with the files of a whole run.
enum RunFiles {
    /// It is removed after use.
    Temporary(tempfile::TempDir),
    /// It is kept for the tests that need the same run: those of one `.ci/run`, which names a place for such folders (`LONGHAND_RUNS`).
    /// They run the same build of the program, which gives the same run each time (`.ci/hashes` checks that).
    Kept(PathBuf),
}

impl RunFiles {
    /// Simulates a run, unless it was kept.
    fn of(scene: &str, seed: u64, set: &[(&str, &str)], is_recorded: bool) -> Self {
        let Some(place) = std::env::var_os("LONGHAND_RUNS").map(PathBuf::from) else {
            let folder = tempfile::tempdir().expect("a temporary folder");
            write_run(folder.path(), scene, seed, set, is_recorded);
            return Self::Temporary(folder);
        };
        let name = format!("{scene} {seed} {set:?} {is_recorded}").replace('/', "_");
        let kept = place.join(name);
        if !kept.exists() {
            let folder = tempfile::tempdir_in(place).expect("a temporary folder");
            write_run(folder.path(), scene, seed, set, is_recorded);
            // If another test was first, its folder is there.
            if fs::rename(folder.path(), &kept).is_ok() {
                _ = folder.keep();
            }
        }
        Self::Kept(kept)
    }

    fn folder(&self) -> &Path {
        match self {
            Self::Temporary(folder) => folder.path(),
            Self::Kept(folder) => folder,
        }
    }

    fn report(&self) -> RunReport {
        let text = fs::read_to_string(self.folder().join("report.json")).expect("the report that was written");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    fn story(&self) -> PathBuf {
        self.folder().join("run.story")
    }
}

/// Simulates a whole run by the program, and writes its report and its story into a folder.
fn write_run(folder: &Path, scene: &str, seed: u64, set: &[(&str, &str)], is_recorded: bool) {
    let (scene, seed, story) = (format!("scenes/{scene}"), seed.to_string(), folder.join("run.story"));
    let set: Vec<String> = set.iter().map(|(param, value)| format!("{param}={value}")).collect();
    let mut args = vec!["run", &scene, "--seed", &seed, "--threads", "1", "--json", "-"];
    args.extend(set.iter().flat_map(|assignment| ["--set", assignment.as_str()]));
    if is_recorded {
        args.extend(["--record", story.to_str().expect("UTF-8")]);
    }
    let output = run_program(repository(), &args);
    assert_eq!(output.code, Some(0), "{args:?}: {}", output.err);
    fs::write(folder.join("report.json"), output.out).expect("a temporary folder can be written to");
}

/// What a function gives for each seed, in the order of the seeds. Two threads share them.
pub fn in_two_threads<T: Send>(seeds: RangeInclusive<u64>, of_seed: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let middle = seeds.start().midpoint(*seeds.end());
    let (first, second) = (*seeds.start()..=middle, middle + 1..=*seeds.end());
    std::thread::scope(|scope| {
        let first = scope.spawn(|| first.map(&of_seed).collect::<Vec<_>>());
        let second: Vec<T> = second.map(&of_seed).collect();
        first.join().expect("the thread does not panic").into_iter().chain(second).collect()
    })
}

/// The options of a run on one thread.
pub fn with_seed(seed: u64) -> SimOptions {
    SimOptions { seed, threads: 1 }
}

/// A scene in which one random outcome of each run decides whether its triggers repeat without end.
pub const SOMETIMES_ENDLESS: &str = r#"Scene(
    starts: "2025-01-06", ends: "2025-01-08",
    kinds: [Kind(id: "human", wakes: "1h", whim: 0.0)],
    attributes: [Attribute(id: "told", switch: true)],
    cast: [Member(id: "ann", kind: "human")],
    actions: [Action(id: "call", by: ["ann"], when: "not self.told", want: "1", does: ["self.told = true"], steps: [
        Step(id: "how", outcomes: [Outcome(id: "low", weight: "0.5"), Outcome(id: "loud", weight: "0.5")]),
    ])],
    triggers: [
        Trigger(id: "begins", tags: ["noise"], on: Event("call/loud")),
        Trigger(id: "echo", on: Event("noise"), steps: [Step(id: "back", outcomes: [Outcome(id: "heard")])]),
        Trigger(id: "answer", tags: ["noise"], on: Event("echo/heard")),
    ],
    beats: [Beat(id: "called", must: true, events: [Clause(on: ["call/low"])])],
)"#;
