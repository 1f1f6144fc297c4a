//! The arguments of the commands that write runs for other programs and for readers.

use super::super::when::{PointArg, WhenArg};
use super::{SimulationArgs, parse_setting, parse_size, parse_tempo, thread_count};
use clap::{Args, ValueEnum, ValueHint};
use std::path::{Path, PathBuf};

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

impl ExportArgs {
    /// The arguments to write a file of a run that is loaded.
    pub fn for_file(format: ExportFormat, out: &Path) -> Self {
        Self {
            file: PathBuf::new(),
            format,
            out: Some(out.to_owned()),
            graph: None,
            at: None,
            around: None,
            depth: None,
            cast: false,
            seed: None,
            set: Vec::new(),
            until: None,
            threads: None,
        }
    }
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
    /// A branch of the story; default: the main run.
    #[arg(long, value_name = "NAME")]
    pub branch: Option<String>,
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

/// `longhand film`
#[derive(Debug, Args)]
#[command(after_help = "\
The film goes through the run at story pace: slowly through what is told, quickly through what is not. It needs neither a window nor a \
graphics device, and the same run gives the same film. docs/film.md says more.

Examples:
  longhand film scenes/her.ron --from B20 --to B25 --out her.gif
  longhand film scenes/village.ron --to 2w --size 1280x720 --fps 25 --out village.webm
  longhand film her.story --from 2025-11-01 --out frames      a folder of PNG files
  longhand film scenes/her.ron --at B25 --out roof.png        one picture")]
pub(crate) struct FilmArgs {
    /// A scene's RON file, or a recorded story, which is simulated again.
    #[arg(value_name = "SCENE|STORY", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    #[command(flatten)]
    pub simulation: SimulationArgs,
    /// The film: NAME.gif; NAME.webm or NAME.mp4, which need ffmpeg; or a folder for PNG frames. With --at, NAME.png. Nothing is replaced.
    #[arg(long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    pub out: PathBuf,
    /// Begin at a beat (B20), before or after one (B20-2m, B20+3h), at a date, a date and a time, or a duration after the start (2w). Default: the start.
    #[arg(long, value_name = "BEAT|WHEN")]
    pub from: Option<String>,
    /// End after what is told there: the same forms. Default: the end of the run.
    #[arg(long, value_name = "BEAT|WHEN")]
    pub to: Option<String>,
    /// Instead of a film, draw one picture there: the same forms.
    #[arg(long, value_name = "BEAT|WHEN", conflicts_with_all = ["from", "to", "fps", "tempo"])]
    pub at: Option<String>,
    /// With --at: the whole panorama, and not only where something is told.
    #[arg(long, requires = "at")]
    pub wide: bool,
    /// Size of the picture in pixels.
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "640x360", value_parser = parse_size)]
    pub size: (u32, u32),
    /// Frames a second.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub fps: u32,
    /// Speed relative to the story pace, which leaves time to read everything.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = parse_tempo)]
    pub tempo: f64,
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
