//! The arguments of the commands that open the window or the terminal, and of small ones.

use super::super::when::WhenArg;
use super::{FLAGSHIP, SimulationArgs, parse_branch_name, parse_size};
use clap::{Args, ValueHint};
use std::path::PathBuf;

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
? shows all keys, q quits. Without a terminal, as in a pipe, the narration is printed instead.

With --as, a member of the cast is played instead, in plain text: at each decision the options are printed with their reasons, and a line \
decides: the number of an option, n for nothing, o or an empty line for what the member would do, d for that for a day, q to stop playing. \
docs/play.md explains it.

Examples:
  longhand play scenes/village.ron
  longhand play scenes/village.ron --as ida --until 1w
  longhand play run.story --as ida --from 2026-03-01 --keep \"as ida\"")]
pub(crate) struct PlayArgs {
    /// A scene's RON file, or a recorded story, which is simulated again.
    #[arg(value_name = "SCENE|STORY", default_value = FLAGSHIP, value_hint = ValueHint::FilePath)]
    pub scene: PathBuf,
    #[command(flatten)]
    pub simulation: SimulationArgs,
    /// Play this member of the cast, by id or name.
    #[arg(long = "as", value_name = "NAME")]
    pub role: Option<String>,
    /// Take over at this time: a date, a date and a time, a turn, or a duration after the start. Default: the start.
    #[arg(long, value_name = "WHEN", requires = "role")]
    pub from: Option<WhenArg>,
    /// Read the decisions from this file, one a line; `#` begins a comment. After the last, the member decides.
    #[arg(long, value_name = "FILE", requires = "role", value_hint = ValueHint::FilePath)]
    pub choices: Option<PathBuf>,
    /// Save the played run as a branch of this name in the story.
    #[arg(long, value_name = "NAME", requires = "role", value_parser = parse_branch_name)]
    pub keep: Option<String>,
}

/// `longhand bench`
#[derive(Debug, Args)]
#[command(after_help = "\
Rows: memory, columns, affinity, city, hub, events, patterns, growth, film (of the included scene), stage, panels (of the window).
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
