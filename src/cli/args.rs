//! What may be typed. The meaning of it is with each command.

use std::path::PathBuf;

use clap::builder::RangedI64ValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use super::when::{Point, When};
use crate::lab::Seeds;

const EXAMPLES: &str = "\
Examples:
  longhand                                    watch the world it comes with in the window
  longhand play                               play it in the terminal
  longhand run scenes/village.ron --seed 7    live a scene once and tell it here
  longhand run scenes/village.ron --until 2w  only the first two weeks
  longhand new harbour                        begin a scene of your own
  longhand check scenes/harbour.ron           see what is wrong with it
  longhand sweep scenes/village.ron --seeds 0..20
                                              see what most lives have in common
  longhand run scenes/village.ron --record life.story && longhand why life.story 421

Exit codes: 0 done; 1 the answer is no: a scene has problems, beats come too seldom in a sweep that asks (--must), or
what a scene expects does not hold; 2 usage; 3 input; 4 a fault of longhand itself.";

/// The life that is shown when nobody asks for another.
pub(crate) const DEFAULT_SEED: u64 = 1;

/// Lives a world from a RON file and keeps every event with its causes.
#[derive(Debug, Parser)]
#[command(name = "longhand", version, after_help = EXAMPLES, disable_help_subcommand = true, max_term_width = 110)]
pub(crate) struct Cli {
    /// What to do; nothing: watch the world that longhand comes with.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Live a scene to its end and tell it as it happens.
    Run(RunArgs),
    /// Live many seeds of a scene and say what they have in common.
    Sweep(SweepArgs),
    /// Live many seeds of a scene and say whether they are as it expects.
    Test(TestArgs),
    /// Say all that is wrong with scenes, and where.
    Check(CheckArgs),
    /// Begin a scene of your own.
    New(NewArgs),
    /// List the beats of a scene, or when each came in a recorded story.
    Beats(BeatsArgs),
    /// Say why an event or a beat of a recorded story came about.
    Why(WhyArgs),
    /// Say what kept an action, a trigger, a beat or a pattern of a recorded story from happening.
    WhyNot(WhyNotArgs),
    /// Find the themes and patterns that a story holds, each with its evidence.
    Sift(SiftArgs),
    /// Show the world of a recorded story at an instant.
    Show(ShowArgs),
    /// Write a scene's life or a recorded story for other tools.
    Export(ExportArgs),
    /// Live a scene or a recorded story otherwise, and say what that changes and why.
    WhatIf(WhatIfArgs),
    /// Lay two stories, or two scenes, side by side.
    Diff(DiffArgs),
    /// List the lives that were taken up from a story and lived otherwise.
    Branches(BranchesArgs),
    /// Tell a run as a book: Markdown, HTML or EPUB.
    Tell(TellArgs),
    /// Live a scene in the window.
    Watch(WatchArgs),
    /// Live a scene in the terminal: play it, step through it, ask why.
    Play(PlayArgs),
    /// Measure how fast it is on this machine, beside bare loops.
    Bench(BenchArgs),
    /// Print completions for a shell.
    #[command(hide = true)]
    Completions(CompletionsArgs),
}

/// Which life of a scene: the seed, and what is set otherwise.
#[derive(Clone, Debug, Args)]
pub(crate) struct LifeArgs {
    /// Another seed is another life of the same world.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED)]
    pub seed: u64,
    /// Set a parameter of the scene; may be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// Stop here: a date, a date and a time, or how long after the start (2w, 36h).
    #[arg(long, value_name = "WHEN")]
    pub until: Option<When>,
    /// Threads to choose with; the story does not depend on it. All of the machine's when left out.
    #[arg(long, value_name = "N", value_parser = threads())]
    pub threads: Option<u16>,
}

impl WatchArgs {
    /// A scene with nothing said otherwise.
    pub fn of(scene: &str) -> Self {
        Self {
            scene: scene.into(),
            life: LifeArgs::default(),
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

impl Default for LifeArgs {
    /// With nothing said otherwise.
    fn default() -> Self {
        Self { seed: DEFAULT_SEED, set: Vec::new(), until: None, threads: None }
    }
}

/// Which recorded story.
#[derive(Debug, Args)]
pub(crate) struct StoryArgs {
    /// The recorded story.
    #[arg(value_name = "STORY", value_hint = ValueHint::FilePath)]
    pub story: PathBuf,
    /// A branch of the story; the run itself when left out.
    #[arg(long, value_name = "NAME")]
    pub branch: Option<String>,
}

/// `longhand run`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longhand run scenes/village.ron --seed 7 --record seven.story
  longhand run --resume seven.story           go on where it was broken off
  longhand run scenes/village.ron --set temper=2.5 --until 2026-06-01
  longhand run scenes/village.ron --json - | jq .beats")]
pub(crate) struct RunArgs {
    /// The scene's RON file.
    #[arg(value_name = "SCENE", value_hint = ValueHint::FilePath, required_unless_present = "resume")]
    pub scene: Option<PathBuf>,
    #[command(flatten)]
    pub life: LifeArgs,
    /// Keep the whole run in this file, for `why`, `show` and `beats`.
    #[arg(long, value_name = "FILE.story", value_hint = ValueHint::FilePath)]
    pub record: Option<PathBuf>,
    /// Go on with a recorded run that was broken off: the scene, the seed, the parameters and the end are those in the file; only the
    /// end may be another (--until).
    #[arg(
        long,
        value_name = "FILE.story",
        value_hint = ValueHint::FilePath,
        conflicts_with_all = ["scene", "seed", "set", "record", "cast_only"]
    )]
    pub resume: Option<PathBuf>,
    /// Tell only what members of the cast begin; the crowd lives as ever.
    #[arg(long)]
    pub cast_only: bool,
    /// Write what came of it as JSON; `-` for standard output, and nothing is told then.
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Tell every event, not only what a reader wants to hear.
    #[arg(long)]
    pub all: bool,
}

/// `longhand sweep`
#[derive(Debug, Args)]
#[command(after_help = "\
Each life is kept in FILE.sweep beside the JSON or the report, or in --keep, as soon as it is over: a sweep that was stopped goes on where it
was, and lives no seed twice. A life counts only for the same scene, parameters, end and build of longhand.

Exit code 1 when --must, --may or --order is given and not reached, else 0.

Examples:
  longhand sweep scenes/village.ron --seeds 0..100 --json village.json
  longhand sweep scenes/village.ron --seeds 0..20 --set temper=2.5 --must 0.95
  longhand sweep scenes/cyrano.ron --seeds 0..40 --report cyrano.html --ablate params
  longhand sweep scenes/village.ron --seeds 0..200 --report village.html --ablate gossip,cross_words --parquet village")]
pub(crate) struct SweepArgs {
    /// The scene's RON file.
    #[arg(value_name = "SCENE", value_hint = ValueHint::FilePath)]
    pub scene: PathBuf,
    /// Which lives: 0..100 is a hundred of them, seeds 0 to 99.
    #[arg(long, value_name = "FROM..TO")]
    pub seeds: Seeds,
    /// Set a parameter of the scene; may be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// End each life here: a date, a date and a time, or how long after the start (2w, 36h).
    #[arg(long, value_name = "WHEN")]
    pub until: Option<When>,
    /// How many lives at once, each on one thread; as many as the machine has cores when left out.
    #[arg(long, value_name = "N", value_parser = threads())]
    pub threads: Option<u16>,
    /// Write every life and what they have in common as JSON; `-` for standard output, without the table.
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Keep the lives in this file, and go on with those that are there.
    #[arg(long, value_name = "FILE.sweep", value_hint = ValueHint::FilePath)]
    pub keep: Option<PathBuf>,
    /// Draw what the lives have in common as one page of HTML.
    #[arg(long, value_name = "FILE.html", value_hint = ValueHint::FilePath)]
    pub report: Option<PathBuf>,
    /// Write the lives, their beats, measures and ties as Parquet tables into this folder.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub parquet: Option<PathBuf>,
    /// Live the same seeds again where one thing is otherwise, and say what changed: `params` (each switch turned over), `rules` (each
    /// action, trigger and process left out), a switch, NAME=VALUE of a param, or a rule; several with commas.
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub ablate: Vec<String>,
    /// Answer no unless each beat that must come does so in this share of the lives, as in 0.95.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub must: Option<f64>,
    /// Answer no unless each beat that may come does so in this share of the lives.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub may: Option<f64>,
    /// Answer no unless the beats keep to the scene's order: least median of Kendall's tau, as in 0.95.
    #[arg(long, value_name = "TAU", value_parser = share)]
    pub order: Option<f64>,
}

/// `longhand test`
#[derive(Debug, Args)]
#[command(after_help = "\
A scene says what it expects: expect: [\"storm in 95% of 200 seeds\", \"order 0.95 of 100 seeds\"]. The seeds are those from 0 on, and no more are
lived than it takes until each answer is certain.

Exit code 1 when something expected does not hold, else 0.

Examples:
  longhand test scenes/village.ron
  longhand test scenes/village.ron --seeds 10   the first ten seeds of each only")]
pub(crate) struct TestArgs {
    /// The scene's RON file.
    #[arg(value_name = "SCENE", value_hint = ValueHint::FilePath)]
    pub scene: PathBuf,
    /// At most so many seeds, for a first look: each line is judged by these alone.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub seeds: Option<u32>,
    /// Set a parameter of the scene; may be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// How many lives at once, each on one thread; as many as the machine has cores when left out.
    #[arg(long, value_name = "N", value_parser = threads())]
    pub threads: Option<u16>,
    /// Write the answers as JSON; `-` for standard output.
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
}

/// `longhand check`
#[derive(Debug, Args)]
#[command(after_help = "Exit code 1 when a scene has problems, 0 when it has at most warnings.")]
pub(crate) struct CheckArgs {
    /// The scenes' RON files.
    #[arg(value_name = "SCENE", required = true, value_hint = ValueHint::FilePath)]
    pub scenes: Vec<PathBuf>,
    /// Check with a parameter set otherwise; may be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// Say nothing of scenes that are fine.
    #[arg(long, short)]
    pub quiet: bool,
}

/// `longhand new`
#[derive(Debug, Args)]
#[command(after_help = "The file is scenes/NAME.ron where there is a folder scenes, else NAME.ron. Nothing is overwritten.")]
pub(crate) struct NewArgs {
    /// Name of the scene: letters, digits, - and _.
    #[arg(value_name = "NAME", value_parser = scene_name)]
    pub name: String,
}

/// `longhand beats`
#[derive(Debug, Args)]
pub(crate) struct BeatsArgs {
    /// A scene's RON file, or a recorded story.
    #[arg(value_name = "SCENE|STORY", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// A branch of the story; the run itself when left out.
    #[arg(long, value_name = "NAME")]
    pub branch: Option<String>,
}

/// `longhand why`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longhand why life.story 4211
  longhand why life.story leaving --depth 6")]
pub(crate) struct WhyArgs {
    #[command(flatten)]
    pub of: StoryArgs,
    /// An event's number, or a beat's id.
    #[arg(value_name = "EVENT|BEAT")]
    pub what: String,
    /// How many causes of causes to follow.
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub depth: u32,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// `longhand why-not`
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 0 when it did happen, 1 when it did not.

Examples:
  longhand why-not life.story own_up --who pim
  longhand why-not life.story first_quarrel --from 2025-06-01 --to 2025-09-01
  longhand why-not scenes/first.ron mend_it_together --seed 3")]
pub(crate) struct WhyNotArgs {
    /// A recorded story, or a scene, which is lived first.
    #[arg(value_name = "STORY|SCENE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// An action, a trigger, a beat or a pattern.
    #[arg(value_name = "ID")]
    pub id: String,
    /// Only with these in it; may be repeated.
    #[arg(long, value_name = "AGENT")]
    pub who: Vec<String>,
    /// Only from then on: a date, a date and a time, or how long after the start.
    #[arg(long, value_name = "WHEN")]
    pub from: Option<When>,
    /// Only until then.
    #[arg(long, value_name = "WHEN")]
    pub to: Option<When>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub life: LifeArgs,
}

/// `longhand sift`
#[derive(Debug, Args)]
#[command(after_help = "\
Beside the scene's own patterns the themes of docs/tropes.md are looked for. Exit code 0 when any is found, 1 when none is.

Examples:
  longhand sift life.story
  longhand sift life.story --near
  longhand sift scenes/cyrano.ron --pattern \"playing cyrano\"")]
pub(crate) struct SiftArgs {
    /// A recorded story, or a scene, which is lived first.
    #[arg(value_name = "STORY|SCENE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Only this pattern or beat, with all its matches; may be repeated.
    #[arg(long, value_name = "ID")]
    pub pattern: Vec<String>,
    /// Of those that are not found, how nearly they came and what was missing.
    #[arg(long)]
    pub near: bool,
    /// Write what was found as JSON; `-` for standard output, instead of the text.
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    #[command(flatten)]
    pub life: LifeArgs,
}

/// `longhand show`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longhand show life.story
  longhand show life.story --at 2025-06-01 ann")]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    pub of: StoryArgs,
    /// Only this member of the cast, in full.
    #[arg(value_name = "AGENT")]
    pub agent: Option<String>,
    /// The instant: a date, a date and a time, how long after the start, or right after an event (#4211); the end when left out.
    #[arg(long, value_name = "WHEN")]
    pub at: Option<Point>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// `longhand export`
#[derive(Debug, Args)]
#[command(after_help = "\
jsonl        each event as a line of JSON
csv, parquet tables of events, roles, changes, causes, values, agents, beats and measures, as files in a folder
graphml, gexf, dot
             a graph: who is what to whom at an instant (gexf without --at: through the whole run), or which event led to which
midi         the music that was made, each piece as a file in a folder

Examples:
  longhand export life.story --format jsonl | jq 'select(.kind == \"quarrel\")'
  longhand export scenes/village.ron --seed 7 --format parquet --out village
  longhand export life.story --format dot | dot -Tsvg > cast.svg
  longhand export life.story --format dot --graph causes --around leaving --depth 2 | dot -Tsvg > why.svg
  longhand export life.story --format gexf --out life.gexf          open it in Gephi
  longhand export life.story --format midi --out music")]
pub(crate) struct ExportArgs {
    /// A scene's RON file, which is lived first, or a recorded story.
    #[arg(value_name = "SCENE|STORY", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// As what.
    #[arg(long, value_name = "FORMAT")]
    pub format: ExportFormat,
    /// Write here; standard output when left out. Tables need a folder.
    #[arg(long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    pub out: Option<PathBuf>,
    /// Of what the graph is: relations when left out.
    #[arg(long, value_name = "WHAT")]
    pub graph: Option<ExportGraph>,
    /// The instant of the graph: a date, a date and a time, how long after the start, or right after an event (#4211); the end when
    /// left out.
    #[arg(long, value_name = "WHEN")]
    pub at: Option<Point>,
    /// Only somebody and those tied to them; of causes, only what led to an event or a beat.
    #[arg(long, value_name = "AGENT|EVENT|BEAT")]
    pub around: Option<String>,
    /// How far from there: 1 relation or 3 causes when left out.
    #[arg(long, value_name = "N")]
    pub depth: Option<usize>,
    /// Only the cast; dot has nobody else anyway, but around somebody.
    #[arg(long, conflicts_with = "around")]
    pub cast: bool,
    /// Of a scene: which life.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Of a scene: set a parameter; may be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// Of a scene: stop here.
    #[arg(long, value_name = "WHEN")]
    pub until: Option<When>,
    /// Of a scene: threads to choose with; the story does not depend on it.
    #[arg(long, value_name = "N", value_parser = threads())]
    pub threads: Option<u16>,
}

/// What a run can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// Each event as a line of JSON.
    Jsonl,
    /// Tables as text.
    Csv,
    /// Tables in packed columns.
    Parquet,
    /// A graph for networkx, igraph or yEd.
    Graphml,
    /// A graph for Gephi.
    Gexf,
    /// A graph for Graphviz.
    Dot,
    /// The music that was made, a file for each piece.
    Midi,
}

/// What a graph can be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportGraph {
    /// Who is what to whom.
    Relations,
    /// Which event led to which.
    Causes,
}

/// `longhand what-if`
#[derive(Debug, Args)]
#[command(after_help = "\
A story is taken up at its last keyframe before anything can be otherwise; a scene is lived twice. What it means to forbid, to change
and to choose: docs/what-if.md.

Examples:
  longhand what-if life.story --forbid first_quarrel
  longhand what-if life.story --forbid 4211
  longhand what-if life.story --change 'ann.courage = 0.9' --at 2025-03-20
  longhand what-if scenes/village.ron --seed 7 --choose peacemake/in_vain
  longhand what-if scenes/village.ron --set gossip=false --seeds 0..50")]
pub(crate) struct WhatIfArgs {
    /// A scene's RON file, or a recorded story.
    #[arg(value_name = "SCENE|STORY", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Let this not happen: an event by its number, every event of a kind or with a tag, or whatever would complete a beat; may be repeated.
    #[arg(long, value_name = "EVENT|KIND|BEAT")]
    pub forbid: Vec<String>,
    /// Make this so, as an effect of a scene: 'ann.loneliness = 0.2', 'begin friends(ann, ben)'; may be repeated.
    #[arg(long, value_name = "EFFECT")]
    pub change: Vec<String>,
    /// When: a date, a date and a time, how long after the start, or right after an event (#4211); one for all changes, or one for each.
    /// The start when left out.
    #[arg(long, value_name = "WHEN", requires = "change")]
    pub at: Vec<Point>,
    /// Have every step that could come to this outcome come to it: date/goes_well; may be repeated.
    #[arg(long, value_name = "OUTCOME")]
    pub choose: Vec<String>,
    /// Set a parameter otherwise, from the start; may be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// Set a parameter of the scene in both lives; may be repeated.
    #[arg(long = "given", value_name = "NAME=VALUE", value_parser = setting)]
    pub given: Vec<(String, String)>,
    /// Which life of a scene; 1 when left out.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Ask many lives of a scene, each as it is and otherwise, and give the size of the effects: 0..50 is fifty of them.
    #[arg(long, value_name = "FROM..TO")]
    pub seeds: Option<Seeds>,
    /// End both lives of a scene here: a date, a date and a time, or how long after the start (2w, 36h).
    #[arg(long, value_name = "WHEN")]
    pub until: Option<When>,
    /// Threads to live with; the answer does not depend on it. All of the machine's when left out.
    #[arg(long, value_name = "N", value_parser = threads())]
    pub threads: Option<u16>,
    /// Write the answer as JSON; `-` for standard output, and nothing is said then.
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Show lists whole.
    #[arg(long)]
    pub all: bool,
    /// Of a story: take up this branch of it, not the run itself.
    #[arg(long, value_name = "NAME")]
    pub branch: Option<String>,
    /// Of a story: keep the life that is otherwise in the file, as a branch of this name.
    #[arg(long, value_name = "NAME", value_parser = branch_name)]
    pub keep: Option<String>,
}

/// `longhand branches`
#[derive(Debug, Args)]
#[command(after_help = "\
A branch is kept with `longhand what-if STORY … --keep NAME`, and asked like the run itself: `longhand why STORY 4211 --branch NAME`.")]
pub(crate) struct BranchesArgs {
    /// The recorded story.
    #[arg(value_name = "STORY", value_hint = ValueHint::FilePath)]
    pub story: PathBuf,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// `longhand diff`
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 0 when the two are the same in everything, 1 when they are not.

Examples:
  longhand diff one.story other.story
  longhand diff scenes/village.ron life.story --seed 7")]
pub(crate) struct DiffArgs {
    /// A recorded story, or a scene that is lived for it.
    #[arg(value_name = "STORY|SCENE", value_hint = ValueHint::FilePath)]
    pub first: PathBuf,
    /// What it is compared with.
    #[arg(value_name = "STORY|SCENE", value_hint = ValueHint::FilePath)]
    pub second: PathBuf,
    /// The seed of scenes.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED)]
    pub seed: u64,
    /// Set a parameter of scenes; may be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// End scenes here: a date, a date and a time, or how long after the start (2w, 36h).
    #[arg(long, value_name = "WHEN")]
    pub until: Option<When>,
    /// A branch of the first, where it is a story.
    #[arg(long, value_name = "NAME")]
    pub first_branch: Option<String>,
    /// A branch of the second, where it is a story.
    #[arg(long, value_name = "NAME")]
    pub second_branch: Option<String>,
    /// Write the difference as JSON; `-` for standard output, and nothing is said then.
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Show lists whole.
    #[arg(long)]
    pub all: bool,
}

/// `longhand tell`
#[derive(Debug, Args)]
#[command(after_help = "\
short is a page or two, medium what turned the story as scenes and the rest summed up, full everything that matters.

Examples:
  longhand tell scenes/village.ron --seed 3
  longhand tell life.story --length short
  longhand tell life.story --pov ann --out ann.md
  longhand tell life.story --length full --format html --out life.html")]
pub(crate) struct TellArgs {
    /// A scene's RON file, which is lived first, or a recorded story.
    #[arg(value_name = "SCENE|STORY", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    #[command(flatten)]
    pub life: LifeArgs,
    /// How much is told.
    #[arg(long, value_enum, default_value_t = BookLength::Medium)]
    pub length: BookLength,
    /// Tell only what this member of the cast knew, and when.
    #[arg(long, value_name = "AGENT")]
    pub pov: Option<String>,
    /// In which format.
    #[arg(long, value_enum, default_value_t = BookFormat::Md)]
    pub format: BookFormat,
    /// Write it into this file instead of standard output.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

/// How much of a run is told.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum BookLength {
    Short,
    Medium,
    Full,
}

/// How a book is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BookFormat {
    /// Markdown.
    Md,
    /// One file that needs nothing else, with plots, the beats, and each sentence linked to what it tells of.
    Html,
    /// For a reader's device.
    Epub,
}

/// `longhand watch`
#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// A scene's RON file, or a recorded story, which is lived again.
    #[arg(value_name = "SCENE|STORY", value_hint = ValueHint::FilePath)]
    pub scene: PathBuf,
    #[command(flatten)]
    pub life: LifeArgs,
    /// Another scene or story, lived first, to compare with: where they part, and what is otherwise.
    #[arg(long, value_name = "SCENE|STORY", value_hint = ValueHint::FilePath)]
    pub beside: Option<PathBuf>,
    /// Show what was shown elsewhere: the text that Ctrl+L copied, or a file of it.
    #[arg(long, value_name = "TEXT|FILE")]
    pub view: Option<String>,
    /// Give the commands of this file: a RON list of `(at: "2025-03-01T07:30:00", do: Step(Event, On))`, where `at` may be left out.
    #[arg(long, value_name = "FILE.ron", value_hint = ValueHint::FilePath)]
    pub commands: Option<PathBuf>,
    /// Live the scene to its end, give the commands, draw the window into this PNG, and open none.
    #[arg(long, value_name = "FILE.png", value_hint = ValueHint::FilePath)]
    pub screenshot: Option<PathBuf>,
    /// Pixels of the screenshot.
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "1280x800", value_parser = size)]
    pub size: (u32, u32),
    /// Write what is shown at the end into this file, as `--view` takes it.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub end_view: Option<PathBuf>,
    /// Close the window after this many seconds.
    #[arg(long, hide = true, value_name = "SECONDS")]
    pub close_after: Option<f32>,
}

/// `longhand play`
#[derive(Debug, Args)]
#[command(after_help = "\
Keys are those of the window: Space plays and stops, arrows step, Page Up and Page Down go from beat to beat, [ and ] from an event to
its cause and its effect; F1 and F2 arrange the screen, Ctrl+P finds a command by its name, ? shows every key, q closes.
Where there is no terminal, as in a pipe, the scene is told instead.")]
pub(crate) struct PlayArgs {
    /// A scene's RON file, or a recorded story, which is lived again.
    #[arg(value_name = "SCENE|STORY", default_value = super::watch::FLAGSHIP, value_hint = ValueHint::FilePath)]
    pub scene: PathBuf,
    #[command(flatten)]
    pub life: LifeArgs,
}

/// `longhand bench`
#[derive(Debug, Args)]
#[command(after_help = "\
Rows: memory, columns, affinity, city, hub, events, patterns, growth, film (of the scene longhand comes with),
panels (of the window).
A figure is the median of its rounds. What they mean: docs/performance.md.")]
pub(crate) struct BenchArgs {
    /// Only these rows; all of them when left out.
    #[arg(value_name = "ROW")]
    pub rows: Vec<String>,
    /// Smaller worlds and fewer rounds: rougher figures in seconds.
    #[arg(long)]
    pub quick: bool,
    /// Write what was found as JSON; `-` for standard output.
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
}

/// `longhand completions`
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    pub shell: clap_complete::Shell,
}

fn size(typed: &str) -> Result<(u32, u32), String> {
    let sides = typed.split_once(['x', '×']).and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    sides
        .filter(|(width, height)| (320..=8192).contains(width) && (240..=8192).contains(height))
        .ok_or_else(|| "write WIDTHxHEIGHT, as in 1280x800, from 320x240 to 8192x8192".into())
}

fn threads() -> RangedI64ValueParser<u16> {
    clap::value_parser!(u16).range(1..=1024)
}

fn setting(typed: &str) -> Result<(String, String), String> {
    match typed.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("write NAME=VALUE, as in temper=2.5".into()),
    }
}

fn share(typed: &str) -> Result<f64, String> {
    typed
        .trim()
        .parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "write a share from 0 to 1, as in 0.95".into())
}

fn branch_name(typed: &str) -> Result<String, String> {
    let name = typed.trim();
    match name.chars().count() {
        1..=64 if !name.chars().any(char::is_control) => Ok(name.to_owned()),
        _ => Err("a branch's name has from 1 to 64 characters".into()),
    }
}

fn scene_name(typed: &str) -> Result<String, String> {
    let name = typed.strip_suffix(".ron").unwrap_or(typed);
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match name.chars().all(fits) && !name.is_empty() && name.len() <= 64 && !name.starts_with('-') {
        true => Ok(name.to_owned()),
        false => Err("a scene's name has letters, digits, - and _, at most 64 of them".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_setting_needs_a_name_and_a_value() {
        assert_eq!(setting("openness = 0.9"), Ok(("openness".into(), "0.9".into())));
        assert!(["openness", "=1", "openness=", ""].iter().all(|typed| setting(typed).is_err()));
    }

    #[test]
    fn a_share_lies_between_none_and_all() {
        assert_eq!((share("0.95"), share("0"), share("1")), (Ok(0.95), Ok(0.0), Ok(1.0)));
        assert!(["95", "-0.1", "nan", "most", ""].iter().all(|typed| share(typed).is_err()));
    }

    #[test]
    fn a_scene_is_named_by_a_word_and_not_by_a_path() {
        assert_eq!(scene_name("harbour.ron"), Ok("harbour".into()));
        assert!(["../harbour", "a b", "", "-x", "a/b"].iter().all(|typed| scene_name(typed).is_err()));
    }
}
