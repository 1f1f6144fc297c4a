//! The arguments of all commands. The command files implement them.

use std::path::PathBuf;

use clap::builder::RangedI64ValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use super::when::{PointArg, WhenArg};
use longhand_analysis::SeedList;

const EXAMPLES: &str = "\
Examples:
  longhand                                    open the included scene in the window
  longhand play                               open it in the terminal
  longhand run scenes/village.ron --seed 7    simulate a scene and print its narration
  longhand run scenes/village.ron --until 2w  only the first two weeks
  longhand new harbour                        create a scene of your own
  longhand check scenes/harbour.ron           list its problems
  longhand sweep scenes/village.ron --seeds 0..20
                                              show what the runs have in common
  longhand run scenes/village.ron --record run.story && longhand why run.story 421

Exit codes:
  0  success
  1  the answer is no: a scene has problems, a beat comes too rarely, an expectation fails
  2  the command line is invalid
  3  a file cannot be read or written, or is invalid
  4  internal error";

/// The scene that opens by default.
pub(crate) const FLAGSHIP: &str = "scenes/her.ron";

/// Seed used when none is given.
pub(crate) const DEFAULT_SEED: u64 = 1;

/// Simulates a world defined in RON and logs every event with its causes.
#[derive(Debug, Parser)]
#[command(name = "longhand", version, after_help = EXAMPLES, disable_help_subcommand = true, max_term_width = 110)]
pub(crate) struct Cli {
    /// The command; without one, the included scene opens in the window.
    #[command(subcommand)]
    pub command: Option<CliCommand>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum CliCommand {
    /// Simulate a scene to its end and print its narration.
    Run(RunArgs),
    /// Simulate many seeds of a scene and report what they have in common.
    Sweep(SweepArgs),
    /// Simulate many seeds of a scene and test its expectations.
    Test(TestArgs),
    /// List every problem of scenes, with its place.
    Check(CheckArgs),
    /// Measure whether a scene is a world or a script.
    Audit(AuditArgs),
    /// Create a scene of your own.
    New(NewArgs),
    /// List the beats of a scene, or the date of each in a recorded story.
    Beats(BeatsArgs),
    /// Explain why an event or a beat of a recorded story happened.
    Why(WhyArgs),
    /// Explain why an action, a trigger, a beat or a pattern did not happen.
    WhyNot(WhyNotArgs),
    /// Find the themes and patterns in a story, each with its evidence.
    Sift(SiftArgs),
    /// Show the world of a recorded story at an instant.
    Show(ShowArgs),
    /// Export a run of a scene or a recorded story for other tools.
    Export(ExportArgs),
    /// Change a scene or a recorded story, simulate it again, and compare the two runs.
    WhatIf(WhatIfArgs),
    /// Compare two stories or two scenes.
    Diff(DiffArgs),
    /// List the branches of a story: what-if runs that were saved in it.
    Branches(BranchesArgs),
    /// Write a run as a book: Markdown, HTML or EPUB.
    Tell(TellArgs),
    /// Open a scene in the window.
    Watch(WatchArgs),
    /// Open a scene in the terminal: play it, step through it, ask why.
    Play(PlayArgs),
    /// Measure the speed on this machine, compared with bare loops.
    Bench(BenchArgs),
    /// Print shell completions.
    #[command(hide = true)]
    Completions(CompletionsArgs),
}

/// How a scene is simulated: seed, parameters, end and threads.
#[derive(Clone, Debug, Args)]
pub(crate) struct SimulationArgs {
    /// Seed of the run; each seed gives a different run of the same world.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED)]
    pub seed: u64,
    /// Set a parameter of the scene; may be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_setting)]
    pub set: Vec<(String, String)>,
    /// End the run at a date of the scene's calendar, a date and a time, a turn, or a duration after the start (2w, 36h, 1y).
    #[arg(long, value_name = "WHEN")]
    pub until: Option<WhenArg>,
    /// Threads for the agents' choices; results do not depend on it. Default: all cores.
    #[arg(long, value_name = "N", value_parser = thread_count())]
    pub threads: Option<u16>,
}

impl Default for SimulationArgs {
    /// The default seed and nothing else.
    fn default() -> Self {
        Self { seed: DEFAULT_SEED, set: Vec::new(), until: None, threads: None }
    }
}

/// A recorded story, or one of its branches.
#[derive(Debug, Args)]
pub(crate) struct StoryArgs {
    /// The recorded story.
    #[arg(value_name = "STORY", value_hint = ValueHint::FilePath)]
    pub story: PathBuf,
    /// A branch of the story; default: the main run.
    #[arg(long, value_name = "NAME")]
    pub branch: Option<String>,
}

/// `longhand run`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longhand run scenes/village.ron --seed 7 --record seven.story
  longhand run --resume seven.story           resume an interrupted run
  longhand run scenes/village.ron --set temper=2.5 --until 2026-06-01
  longhand run scenes/village.ron --json - | jq .beats")]
pub(crate) struct RunArgs {
    /// The scene's RON file.
    #[arg(value_name = "SCENE", value_hint = ValueHint::FilePath, required_unless_present = "resume")]
    pub scene: Option<PathBuf>,
    #[command(flatten)]
    pub simulation: SimulationArgs,
    /// Record the whole run in this file, for `why`, `show`, `beats` and other commands.
    #[arg(long, value_name = "FILE.story", value_hint = ValueHint::FilePath)]
    pub record: Option<PathBuf>,
    /// Resume an interrupted recording. Scene, seed, parameters and end are those in the file; only the end can be changed
    /// (--until).
    #[arg(
        long,
        value_name = "FILE.story",
        value_hint = ValueHint::FilePath,
        conflicts_with_all = ["scene", "seed", "set", "record", "cast_only"]
    )]
    pub resume: Option<PathBuf>,
    /// Narrate only events started by members of the cast; the simulation is unchanged.
    #[arg(long)]
    pub cast_only: bool,
    /// Write a report of the run as JSON; `-` for standard output, without narration.
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Narrate every event, not only the important ones.
    #[arg(long)]
    pub all: bool,
}

/// `longhand sweep`
#[derive(Debug, Args)]
#[command(after_help = "\
Each finished run is stored in FILE.sweep beside the JSON or the report, or in the file given by --keep. \
An interrupted sweep continues from there and simulates no seed twice. A stored run is reused only with the same scene, parameters, end and build of longhand.

Exit code 1 when a share asked for with --must, --may or --order is not reached, else 0.

Examples:
  longhand sweep scenes/village.ron --seeds 0..100 --json village.json
  longhand sweep scenes/village.ron --seeds 0..20 --set temper=2.5 --must 0.95
  longhand sweep scenes/village.ron --seeds 0..20 --set temper=0.5,1,2 --csv village
  longhand sweep scenes/village.ron --seeds 1,5,9 --set temper=0.5..2 --sample 40 --sqlite village.db
  longhand sweep scenes/cyrano.ron --seeds 0..40 --report cyrano.html --ablate params
  longhand sweep scenes/village.ron --seeds 0..200 --report village.html --ablate gossip,cross_words --parquet village")]
pub(crate) struct SweepArgs {
    /// The scene's RON file.
    #[arg(value_name = "SCENE", value_hint = ValueHint::FilePath)]
    pub scene: PathBuf,
    /// Seeds to simulate: 0..100 is 100 seeds, from 0 to 99; 1,5,9 is three.
    #[arg(long, value_name = "FROM..TO|N,N,…")]
    pub seeds: SeedList,
    /// Set a parameter of the scene; may be repeated. A list (0,1,2) or a range with a step (0..1/0.25) gives a grid: every
    /// combination of the values is simulated with all seeds.
    #[arg(long = "set", value_name = "NAME=VALUES", value_parser = parse_setting)]
    pub set: Vec<(String, String)>,
    /// Draw so many combinations from the ranges (--set NAME=0..1) and lists as a Latin hypercube, instead of all of a grid.
    #[arg(long, value_name = "N")]
    pub sample: Option<usize>,
    /// End each run at a date, a date and a time, or a duration after the start (2w, 36h).
    #[arg(long, value_name = "WHEN")]
    pub until: Option<WhenArg>,
    /// Number of runs at once, each on one thread. Default: the number of cores.
    #[arg(long, value_name = "N", value_parser = thread_count())]
    pub threads: Option<u16>,
    /// Write every run and the summary as JSON; `-` for standard output, without the table.
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Store the runs in this file, and reuse the runs already in it.
    #[arg(long, value_name = "FILE.sweep", value_hint = ValueHint::FilePath)]
    pub keep: Option<PathBuf>,
    /// Write the summary as a self-contained HTML page.
    #[arg(long, value_name = "FILE.html", value_hint = ValueHint::FilePath)]
    pub report: Option<PathBuf>,
    /// Write runs, beats, measures, series and ties as Parquet tables into this folder.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub parquet: Option<PathBuf>,
    /// Write the same tables as CSV into this folder.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub csv: Option<PathBuf>,
    /// Write the same tables into one SQLite file.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub sqlite: Option<PathBuf>,
    /// Repeat the same seeds with one change each, and report the effect: `params` (each switch inverted), `rules` (each
    /// action, trigger and process removed), a switch, NAME=VALUE of a param, or a rule; separated by commas.
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub ablate: Vec<String>,
    /// Exit with 1 unless each `must` beat comes in this share of the runs, as in 0.95.
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    pub must: Option<f64>,
    /// Exit with 1 unless each optional beat comes in this share of the runs.
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    pub may: Option<f64>,
    /// Exit with 1 unless the beats come in the scene's order: least median of Kendall's tau, as in 0.95.
    #[arg(long, value_name = "TAU", value_parser = parse_share)]
    pub order: Option<f64>,
}

/// `longhand test`
#[derive(Debug, Args)]
#[command(after_help = "\
A scene declares its expectations: expect: [\"storm in 95% of 200 seeds\", \"order 0.95 of 100 seeds\"]. \
Seeds count from 0. Simulation stops as soon as every verdict is certain.

Exit code 1 when an expectation fails or stays undecided, else 0.

Examples:
  longhand test scenes/village.ron
  longhand test scenes/village.ron --seeds 10   only the first ten seeds of each")]
pub(crate) struct TestArgs {
    /// The scene's RON file.
    #[arg(value_name = "SCENE", value_hint = ValueHint::FilePath)]
    pub scene: PathBuf,
    /// Maximum number of seeds per expectation, for a first look; verdicts use only these.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub seeds: Option<u32>,
    /// Set a parameter of the scene; may be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_setting)]
    pub set: Vec<(String, String)>,
    /// Number of runs at once, each on one thread. Default: the number of cores.
    #[arg(long, value_name = "N", value_parser = thread_count())]
    pub threads: Option<u16>,
    /// Write the verdicts as JSON; `-` for standard output.
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
}

/// `longhand check`
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code 1 when a scene has problems, 0 when it has at most warnings. Notes say what is fixed in advance in the scene as a whole; `longhand audit` measures it."
)]
pub(crate) struct CheckArgs {
    /// The scenes' RON files.
    #[arg(value_name = "SCENE", required = true, value_hint = ValueHint::FilePath)]
    pub scenes: Vec<PathBuf>,
    /// Check with a changed parameter; may be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_setting)]
    pub set: Vec<(String, String)>,
    /// Print nothing for scenes without problems.
    #[arg(long, short)]
    pub quiet: bool,
}

/// `longhand audit`
#[derive(Debug, Args)]
#[command(after_help = "\
The scene is simulated with several seeds, and again with one thing changed each time: all wants equal, no feelings, no crowd, each \
beat forbidden, each pair of the cast exchanged. Every figure stands beside that of a script and that of a living world.

Examples:
  longhand audit scenes/village.ron --quick
  longhand audit scenes/her.ron --html her.html --json her.json
  longhand audit scenes/her.ron --seeds 0..50 --crowd 2000")]
pub(crate) struct AuditArgs {
    /// The scene's RON file.
    #[arg(value_name = "SCENE", value_hint = ValueHint::FilePath)]
    pub scene: PathBuf,
    /// A rough answer in less time: 3 seeds, 1 for each beat and pair, at most 200 people outside the cast.
    #[arg(long)]
    pub quick: bool,
    /// Seeds to simulate [default: 0..20, with --quick 0..3].
    #[arg(long, value_name = "FROM..TO|N,N,…")]
    pub seeds: Option<SeedList>,
    /// With how many of the seeds each beat is forbidden and each pair of the cast exchanged [default: 3, with --quick 1].
    #[arg(long, value_name = "N")]
    pub seeds_each: Option<usize>,
    /// The most people outside the cast; a larger population is reduced [default: 1000, with --quick 200].
    #[arg(long, value_name = "N")]
    pub crowd: Option<usize>,
    /// Audit with a changed parameter; may be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_setting)]
    pub set: Vec<(String, String)>,
    /// End each run at a date, a date and a time, or a duration after the start (2w, 36h).
    #[arg(long, value_name = "WHEN")]
    pub until: Option<WhenArg>,
    /// Number of runs at once, each on one thread. Default: the number of cores.
    #[arg(long, value_name = "N", value_parser = thread_count())]
    pub threads: Option<u16>,
    /// Write the report as JSON; `-` for standard output, without the table.
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Write the report as a self-contained HTML page.
    #[arg(long, value_name = "FILE.html", value_hint = ValueHint::FilePath)]
    pub html: Option<PathBuf>,
}

/// `longhand new`
#[derive(Debug, Args)]
#[command(
    after_help = "The file is scenes/NAME.ron if the folder scenes exists, else NAME.ron. An existing file is not overwritten."
)]
pub(crate) struct NewArgs {
    /// Name of the scene: letters, digits, - and _.
    #[arg(value_name = "NAME", value_parser = parse_scene_name)]
    pub name: String,
}

/// `longhand beats`
#[derive(Debug, Args)]
pub(crate) struct BeatsArgs {
    /// A scene's RON file, or a recorded story.
    #[arg(value_name = "SCENE|STORY", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// A branch of the story; default: the main run.
    #[arg(long, value_name = "NAME")]
    pub branch: Option<String>,
}

/// `longhand why`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longhand why run.story 4211
  longhand why run.story leaving --depth 6")]
pub(crate) struct WhyArgs {
    #[command(flatten)]
    pub source: StoryArgs,
    /// The number of an event, or the id of a beat.
    #[arg(value_name = "EVENT|BEAT")]
    pub what: String,
    /// Maximum depth of the tree of causes.
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub depth: u32,
    /// Say instead whether this earlier event (or beat) had an influence on the event, and by which causes.
    #[arg(long, value_name = "EVENT|BEAT")]
    pub from: Option<String>,
    /// Show also where a scale, such as a mood, was cut off at an end of its range, which it is meant to reach.
    #[arg(long)]
    pub cut_offs: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// `longhand why-not`
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 0 when it happened, 1 when it did not.

Examples:
  longhand why-not run.story own_up --who pim
  longhand why-not run.story first_quarrel --from 2025-06-01 --to 2025-09-01
  longhand why-not scenes/first.ron mend_it_together --seed 3")]
pub(crate) struct WhyNotArgs {
    /// A recorded story, or a scene to simulate first.
    #[arg(value_name = "STORY|SCENE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// The id of an action, a trigger, a beat or a pattern.
    #[arg(value_name = "ID")]
    pub id: String,
    /// Only occurrences with this agent; may be repeated.
    #[arg(long, value_name = "AGENT")]
    pub who: Vec<String>,
    /// Only from this time: a date, a date and a time, a turn, or a duration after the start.
    #[arg(long, value_name = "WHEN")]
    pub from: Option<WhenArg>,
    /// Only until this time.
    #[arg(long, value_name = "WHEN")]
    pub to: Option<WhenArg>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub simulation: SimulationArgs,
}

/// `longhand sift`
#[derive(Debug, Args)]
#[command(after_help = "\
Searches for the scene's own patterns and the themes of docs/tropes.md. Exit code 0 when any is found, 1 when none is.

Examples:
  longhand sift run.story
  longhand sift run.story --near
  longhand sift scenes/cyrano.ron --pattern \"playing cyrano\"")]
pub(crate) struct SiftArgs {
    /// A recorded story, or a scene to simulate first.
    #[arg(value_name = "STORY|SCENE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Only this pattern or beat, with all its matches; may be repeated.
    #[arg(long, value_name = "ID")]
    pub pattern: Vec<String>,
    /// For each pattern that was not found, show the nearest partial match and what was missing.
    #[arg(long)]
    pub near: bool,
    /// Write the matches as JSON; `-` for standard output, instead of text.
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    #[command(flatten)]
    pub simulation: SimulationArgs,
}

/// `longhand show`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longhand show run.story
  longhand show run.story --at 2025-06-01 ann")]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    pub source: StoryArgs,
    /// Only this member of the cast, in full.
    #[arg(value_name = "AGENT")]
    pub agent: Option<String>,
    /// A date, a date and a time, a duration after the start, or right after an event (#4211). Default: the end.
    #[arg(long, value_name = "WHEN")]
    pub at: Option<PointArg>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// `longhand export`
#[derive(Debug, Args)]
#[command(after_help = "\
A graph shows the relations at an instant (gexf without --at: over the whole run), or the causes between events.

Examples:
  longhand export run.story --format jsonl | jq 'select(.kind == \"quarrel\")'
  longhand export scenes/village.ron --seed 7 --format parquet --out village
  longhand export run.story --format dot | dot -Tsvg > cast.svg
  longhand export run.story --format dot --graph causes --around leaving --depth 2 | dot -Tsvg > why.svg
  longhand export run.story --format gexf --out run.gexf          open it in Gephi
  longhand export run.story --format midi --out music")]
pub(crate) struct ExportArgs {
    /// A scene's RON file to simulate first, or a recorded story.
    #[arg(value_name = "SCENE|STORY", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Output format.
    #[arg(long, value_name = "FORMAT")]
    pub format: ExportFormat,
    /// Output file; default: standard output. Tables need a folder.
    #[arg(long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    pub out: Option<PathBuf>,
    /// What the graph shows; default: relations.
    #[arg(long, value_name = "WHAT")]
    pub graph: Option<ExportGraph>,
    /// The instant of the graph: a date, a date and a time, a duration after the start, or right after an event (#4211).
    /// Default: the end.
    #[arg(long, value_name = "WHEN")]
    pub at: Option<PointArg>,
    /// Only this agent and those related to it; for causes, only what led to this event or beat.
    #[arg(long, value_name = "AGENT|EVENT|BEAT")]
    pub around: Option<String>,
    /// Distance from --around in steps; default: 1 for relations, 3 for causes.
    #[arg(long, value_name = "N")]
    pub depth: Option<usize>,
    /// Only the cast; the default for dot without --around.
    #[arg(long, conflicts_with = "around")]
    pub cast: bool,
    /// For a scene: the seed.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// For a scene: set a parameter; may be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_setting)]
    pub set: Vec<(String, String)>,
    /// For a scene: end the run here.
    #[arg(long, value_name = "WHEN")]
    pub until: Option<WhenArg>,
    /// For a scene: threads for the agents' choices; results do not depend on it.
    #[arg(long, value_name = "N", value_parser = thread_count())]
    pub threads: Option<u16>,
}

/// Export formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// One line of JSON for the run and for each event, sample and day.
    Jsonl,
    /// Tables of the run, its events, agents, places, samples, measures and days, as CSV files in a folder.
    Csv,
    /// The same tables as Parquet.
    Parquet,
    /// The same tables in one SQLite file.
    Sqlite,
    /// A graph for networkx, igraph or yEd.
    Graphml,
    /// A graph for Gephi.
    Gexf,
    /// A graph for Graphviz.
    Dot,
    /// The music made in the story, one file per piece in a folder.
    Midi,
}

/// Contents of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportGraph {
    /// Bonds and ties between agents.
    Relations,
    /// Causes between events.
    Causes,
}

/// `longhand what-if`
#[derive(Debug, Args)]
#[command(after_help = "\
A story resumes from its last keyframe before the first change; a scene is simulated twice. \
docs/what-if.md defines --forbid, --change and --choose.

Examples:
  longhand what-if run.story --forbid first_quarrel
  longhand what-if run.story --forbid 4211
  longhand what-if run.story --change 'ann.courage = 0.9' --at 2025-03-20
  longhand what-if scenes/village.ron --seed 7 --choose peacemake/in_vain
  longhand what-if scenes/village.ron --set gossip=false --seeds 0..50")]
pub(crate) struct WhatIfArgs {
    /// A scene's RON file, or a recorded story.
    #[arg(value_name = "SCENE|STORY", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Prevent an event given by number, every event of a kind or with a tag, or whatever would complete a beat; or take an
    /// influence or a norm out of the scene. May be repeated.
    #[arg(long, value_name = "EVENT|KIND|BEAT")]
    pub forbid: Vec<String>,
    /// Apply an effect of the scene language: 'ann.loneliness = 0.2', 'begin friends(ann, ben)'; may be repeated.
    #[arg(long, value_name = "EFFECT")]
    pub change: Vec<String>,
    /// When to apply --change: a date, a date and a time, a duration after the start, or right after an event (#4211); one for
    /// all changes, or one for each. Default: the start.
    #[arg(long, value_name = "WHEN", requires = "change")]
    pub at: Vec<PointArg>,
    /// Force this outcome in every step that has it: date/goes_well; may be repeated.
    #[arg(long, value_name = "OUTCOME")]
    pub choose: Vec<String>,
    /// Change a parameter in the second run, from the start; may be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_setting)]
    pub set: Vec<(String, String)>,
    /// Set a parameter of the scene in both runs; may be repeated.
    #[arg(long = "given", value_name = "NAME=VALUE", value_parser = parse_setting)]
    pub given: Vec<(String, String)>,
    /// The seed of a scene; default: 1.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Simulate many seeds of a scene, each with and without the change, and estimate the effects: 0..50 is 50 seeds.
    #[arg(long, value_name = "FROM..TO")]
    pub seeds: Option<SeedList>,
    /// End both runs of a scene at a date, a date and a time, or a duration after the start (2w, 36h).
    #[arg(long, value_name = "WHEN")]
    pub until: Option<WhenArg>,
    /// Threads for the agents' choices; results do not depend on it. Default: all cores.
    #[arg(long, value_name = "N", value_parser = thread_count())]
    pub threads: Option<u16>,
    /// Write the answer as JSON; `-` for standard output, instead of text.
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Do not shorten lists.
    #[arg(long)]
    pub all: bool,
    /// For a story: start from this branch instead of the main run.
    #[arg(long, value_name = "NAME")]
    pub branch: Option<String>,
    /// For a story: save the changed run in the file as a branch with this name.
    #[arg(long, value_name = "NAME", value_parser = parse_branch_name)]
    pub keep: Option<String>,
}

/// `longhand branches`
#[derive(Debug, Args)]
#[command(after_help = "\
`longhand what-if STORY … --keep NAME` saves a branch. \
Other commands read it with --branch: `longhand why STORY 4211 --branch NAME`.")]
pub(crate) struct BranchesArgs {
    /// The recorded story.
    #[arg(value_name = "STORY", value_hint = ValueHint::FilePath)]
    pub story: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// `longhand diff`
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 0 when the two are identical, 1 when they differ.

Examples:
  longhand diff one.story other.story
  longhand diff scenes/village.ron run.story --seed 7")]
pub(crate) struct DiffArgs {
    /// A recorded story, or a scene to simulate first.
    #[arg(value_name = "STORY|SCENE", value_hint = ValueHint::FilePath)]
    pub first: PathBuf,
    /// The story or scene to compare with.
    #[arg(value_name = "STORY|SCENE", value_hint = ValueHint::FilePath)]
    pub second: PathBuf,
    /// The seed of scenes.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED)]
    pub seed: u64,
    /// Set a parameter of scenes; may be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_setting)]
    pub set: Vec<(String, String)>,
    /// End scenes at a date, a date and a time, or a duration after the start (2w, 36h).
    #[arg(long, value_name = "WHEN")]
    pub until: Option<WhenArg>,
    /// A branch of the first, if it is a story.
    #[arg(long, value_name = "NAME")]
    pub first_branch: Option<String>,
    /// A branch of the second, if it is a story.
    #[arg(long, value_name = "NAME")]
    pub second_branch: Option<String>,
    /// Write the difference as JSON; `-` for standard output, instead of text.
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Do not shorten lists.
    #[arg(long)]
    pub all: bool,
}

/// `longhand tell`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longhand tell scenes/village.ron --seed 3
  longhand tell run.story --length short
  longhand tell run.story --pov ann --out ann.md
  longhand tell run.story --length full --format html --out run.html")]
pub(crate) struct TellArgs {
    /// A scene's RON file to simulate first, or a recorded story.
    #[arg(value_name = "SCENE|STORY", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    #[command(flatten)]
    pub simulation: SimulationArgs,
    /// Length of the book.
    #[arg(long, value_enum, default_value_t = BookLength::Medium)]
    pub length: BookLength,
    /// Include only what this member of the cast knew, when they knew it.
    #[arg(long, value_name = "AGENT")]
    pub pov: Option<String>,
    /// Output format.
    #[arg(long, value_enum, default_value_t = BookFormat::Md)]
    pub format: BookFormat,
    /// Output file; default: standard output.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

/// Length of a book.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum BookLength {
    /// One or two pages.
    Short,
    /// The turning points as scenes, and the rest in summary.
    Medium,
    /// Everything that matters.
    Full,
}

/// Formats of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BookFormat {
    /// Markdown.
    Md,
    /// One self-contained HTML file with plots, the beats, and each sentence linked to its events.
    Html,
    /// For e-readers.
    Epub,
}

/// `longhand watch`
#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// A scene's RON file, or a recorded story, which is simulated again.
    #[arg(value_name = "SCENE|STORY", value_hint = ValueHint::FilePath)]
    pub scene: PathBuf,
    #[command(flatten)]
    pub simulation: SimulationArgs,
    /// Another scene or story to simulate first and compare with.
    #[arg(long, value_name = "SCENE|STORY", value_hint = ValueHint::FilePath)]
    pub beside: Option<PathBuf>,
    /// Restore a view: the text that Ctrl+L copied, or a file that contains it.
    #[arg(long, value_name = "TEXT|FILE")]
    pub view: Option<String>,
    /// Run the commands in this file: a RON list of `(at: "2025-03-01T07:30:00", do: Step(Event, On))`; `at` is optional.
    #[arg(long, value_name = "FILE.ron", value_hint = ValueHint::FilePath)]
    pub commands: Option<PathBuf>,
    /// Simulate the scene to its end, run the commands, draw the window into this PNG file, and open no window.
    #[arg(long, value_name = "FILE.png", value_hint = ValueHint::FilePath)]
    pub screenshot: Option<PathBuf>,
    /// Size of the screenshot in pixels.
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "1280x800", value_parser = parse_size)]
    pub size: (u32, u32),
    /// Write the final view into this file, in the format of `--view`.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub end_view: Option<PathBuf>,
    /// Close the window after this many seconds.
    #[arg(long, hide = true, value_name = "SECONDS")]
    pub close_after: Option<f32>,
}

impl WatchArgs {
    /// The default arguments for a scene.
    pub fn for_scene(scene: &str) -> Self {
        Self {
            scene: scene.into(),
            simulation: SimulationArgs::default(),
            beside: None,
            view: None,
            commands: None,
            screenshot: None,
            size: (1280, 800),
            end_view: None,
            close_after: None,
        }
    }
}

/// `longhand play`
#[derive(Debug, Args)]
#[command(after_help = "\
The keys are those of the window: Space plays and stops, the arrows step, Page Up and Page Down go from beat to beat, \
[ and ] go from an event to its cause and its effect; F1 and F2 change the layout, Ctrl+P finds a command by name, \
? shows all keys, q quits. Without a terminal, as in a pipe, the narration is printed instead.")]
pub(crate) struct PlayArgs {
    /// A scene's RON file, or a recorded story, which is simulated again.
    #[arg(value_name = "SCENE|STORY", default_value = FLAGSHIP, value_hint = ValueHint::FilePath)]
    pub scene: PathBuf,
    #[command(flatten)]
    pub simulation: SimulationArgs,
}

/// `longhand bench`
#[derive(Debug, Args)]
#[command(after_help = "\
Rows: memory, columns, affinity, city, hub, events, patterns, growth, film (of the included scene), panels (of the window).
Each figure is the median of its rounds. docs/performance.md explains the rows.")]
pub(crate) struct BenchArgs {
    /// Only these rows; default: all.
    #[arg(value_name = "ROW")]
    pub rows: Vec<String>,
    /// Smaller worlds and fewer rounds: less precise figures, in seconds.
    #[arg(long)]
    pub quick: bool,
    /// Write the figures as JSON; `-` for standard output.
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
}

/// `longhand completions`
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    pub shell: clap_complete::Shell,
}

fn parse_size(typed: &str) -> Result<(u32, u32), String> {
    let sides = typed.split_once(['x', '×']).and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    sides
        .filter(|(width, height)| (320..=8192).contains(width) && (240..=8192).contains(height))
        .ok_or_else(|| "expected WIDTHxHEIGHT, as in 1280x800, from 320x240 to 8192x8192".into())
}

fn thread_count() -> RangedI64ValueParser<u16> {
    clap::value_parser!(u16).range(1..=1024)
}

fn parse_setting(typed: &str) -> Result<(String, String), String> {
    match typed.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("expected NAME=VALUE, as in temper=2.5".into()),
    }
}

fn parse_share(typed: &str) -> Result<f64, String> {
    typed
        .trim()
        .parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "expected a share from 0 to 1, as in 0.95".into())
}

fn parse_branch_name(typed: &str) -> Result<String, String> {
    let name = typed.trim();
    match name.chars().count() {
        1..=64 if !name.chars().any(char::is_control) => Ok(name.to_owned()),
        _ => Err("a branch name has 1 to 64 characters".into()),
    }
}

fn parse_scene_name(typed: &str) -> Result<String, String> {
    let name = typed.strip_suffix(".ron").unwrap_or(typed);
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match name.chars().all(fits) && !name.is_empty() && name.len() <= 64 && !name.starts_with('-') {
        true => Ok(name.to_owned()),
        false => Err("a scene name has at most 64 letters, digits, - and _".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_setting_needs_a_name_and_a_value() {
        assert_eq!(parse_setting("openness = 0.9"), Ok(("openness".into(), "0.9".into())));
        assert!(["openness", "=1", "openness=", ""].iter().all(|typed| parse_setting(typed).is_err()));
    }

    #[test]
    fn a_share_is_between_0_and_1() {
        assert_eq!((parse_share("0.95"), parse_share("0"), parse_share("1")), (Ok(0.95), Ok(0.0), Ok(1.0)));
        assert!(["95", "-0.1", "nan", "most", ""].iter().all(|typed| parse_share(typed).is_err()));
    }

    #[test]
    fn a_scene_name_is_a_word_and_not_a_path() {
        assert_eq!(parse_scene_name("harbour.ron"), Ok("harbour".into()));
        assert!(["../harbour", "a b", "", "-x", "a/b"].iter().all(|typed| parse_scene_name(typed).is_err()));
    }
}
