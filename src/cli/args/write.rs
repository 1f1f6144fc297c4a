//! The arguments of the commands that write runs for other programs and for readers.

use super::super::when::{PointArg, WhenArg};
use super::{SimulationArgs, parse_setting, thread_count};
use clap::{Args, ValueEnum, ValueHint};
use std::path::PathBuf;

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

/// `longhand tell`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longhand tell scenes/village.ron --seed 3
  longhand tell run.story --length short
  longhand tell run.story --pov ann --out ann.md
  longhand tell run.story --whose
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
    /// Tell the story of this agent; without a name, that of the best life beside the cast.
    #[arg(long, value_name = "AGENT", num_args = 0..=1, require_equals = true, conflicts_with = "pov")]
    pub whose: Option<Option<String>>,
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
