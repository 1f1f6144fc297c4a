//! The arguments of the commands that read and simulate scenes.

use super::super::when::WhenArg;
use super::{SimulationArgs, parse_scene_name, parse_setting, parse_share, thread_count};
use clap::{Args, Subcommand, ValueHint};
use longhand_analysis::SeedList;
use std::path::PathBuf;

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
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    disable_help_subcommand = true,
    after_help = "\
Each finished run is stored in FILE.sweep beside the JSON or the report, or in the file given by --keep. \
An interrupted sweep continues from there and simulates no seed twice. A stored run is reused only with the same scene, parameters, end and build of longhand. \
Several processes or machines can each simulate a part of the seeds into a file of its own; `merge` joins the files.

Exit code 1 when a share asked for with --must, --may or --order is not reached, else 0.

Examples:
  longhand sweep scenes/village.ron --seeds 0..100 --json village.json
  longhand sweep scenes/village.ron --seeds 0..20 --set temper=2.5 --must 0.95
  longhand sweep scenes/village.ron --seeds 0..20 --set temper=0.5,1,2 --csv village
  longhand sweep scenes/village.ron --seeds 1,5,9 --set temper=0.5..2 --sample 40 --sqlite village.db
  longhand sweep scenes/cyrano.ron --seeds 0..40 --report cyrano.html --ablate params
  longhand sweep scenes/village.ron --seeds 0..200 --report village.html --ablate gossip,cross_words --parquet village
  longhand sweep scenes/village.ron --seeds 0..1000 --plan
  longhand sweep scenes/village.ron --seeds 0..500 --keep one.sweep       on one machine
  longhand sweep scenes/village.ron --seeds 500..1000 --keep two.sweep    on another
  longhand sweep merge one.sweep two.sweep --report village.html"
)]
pub(crate) struct SweepCommandArgs {
    #[command(subcommand)]
    pub command: Option<SweepCommand>,
    // An optional group of arguments cannot contain another group.
    #[command(flatten)]
    pub sweep: Option<SweepArgs>,
    #[command(flatten)]
    pub output: SweepOutputArgs,
}

/// The subcommands of `longhand sweep`.
#[derive(Debug, Subcommand)]
pub(crate) enum SweepCommand {
    /// Join the files of several sweeps of the same scene.
    Merge(MergeArgs),
}

/// The arguments of a sweep.
#[derive(Debug, Args)]
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
    /// Draw N combinations from the ranges (--set NAME=0..1) and lists as a Latin hypercube sample, instead of simulating all combinations.
    #[arg(long, value_name = "N")]
    pub sample: Option<usize>,
    /// End each run at a date, a date and a time, or a duration after the start (2w, 36h).
    #[arg(long, value_name = "WHEN")]
    pub until: Option<WhenArg>,
    /// Number of runs at once, each on one thread. Default: the number of cores.
    #[arg(long, value_name = "N", value_parser = thread_count())]
    pub threads: Option<u16>,
    /// Store the runs in this file, and reuse the runs already in it.
    #[arg(long, value_name = "FILE.sweep", value_hint = ValueHint::FilePath)]
    pub keep: Option<PathBuf>,
    /// Measure a few runs, 5 unless another number is given, and say what the sweep will cost: time, memory and disk, with prediction
    /// intervals. With --keep, the measured runs are stored.
    #[arg(
        long,
        value_name = "RUNS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "5",
        value_parser = clap::value_parser!(u8).range(2..=20),
        conflicts_with_all = ["report", "parquet", "csv", "sqlite", "must", "may", "order"]
    )]
    pub plan: Option<u8>,
    /// Repeat the same seeds with one change each, and report the effect: `params` (each switch inverted), `rules` (each
    /// action, trigger and process removed), a switch, NAME=VALUE of a param, or a rule; separated by commas.
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub ablate: Vec<String>,
}

/// `longhand sweep merge`
#[derive(Debug, Args)]
#[command(after_help = "\
The parts must be finished, and of the same scene, parameters, end, ablations and build of longhand. A seed that is in several of them must have the \
same result in each, and counts once. The answer is that of one sweep of all seeds, whatever the order of the parts.

Exit code 1 when a share asked for with --must, --may or --order is not reached, 3 when the parts do not fit together, else 0.

Examples:
  longhand sweep merge part-*.sweep --report village.html --parquet village
  longhand sweep merge one.sweep two.sweep --keep both.sweep")]
pub(crate) struct MergeArgs {
    /// Files that `longhand sweep --keep` has written.
    #[arg(value_name = "PART.sweep", required = true, value_hint = ValueHint::FilePath)]
    pub parts: Vec<PathBuf>,
    /// Write all runs into this new file, which can be merged again.
    #[arg(long, value_name = "FILE.sweep", value_hint = ValueHint::FilePath)]
    pub keep: Option<PathBuf>,
    #[command(flatten)]
    pub output: SweepOutputArgs,
}

/// What a sweep writes, and the shares that it must reach.
#[derive(Debug, Args)]
pub(crate) struct SweepOutputArgs {
    /// Write every run and the summary as JSON; `-` for standard output, without the table.
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
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
    /// With how many of the seeds each beat is forbidden and each pair of the cast exchanged; 0 leaves these figures out, which are most
    /// of the work [default: 3, with --quick 1].
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
