//! The arguments of all commands. The command files implement them.

mod ask;
mod open;
mod simulate;
mod write;

use super::when::WhenArg;
pub(crate) use ask::*;
use clap::builder::RangedI64ValueParser;
use clap::{Args, Parser, Subcommand, ValueHint};
pub(crate) use open::*;
pub(crate) use simulate::*;
use std::path::PathBuf;
pub(crate) use write::*;

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
    Sweep(Box<SweepCommandArgs>),
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
    /// Explain why an action, a trigger, an outcome, a beat or a pattern did not happen.
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
    /// Write a run as a film: GIF, WebM, MP4 or PNG frames, drawn without a window.
    Film(FilmArgs),
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

fn parse_size(typed: &str) -> Result<(u32, u32), String> {
    let sides = typed.split_once(['x', '×']).and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    sides
        .filter(|(width, height)| (320..=8192).contains(width) && (240..=8192).contains(height))
        .ok_or_else(|| "expected WIDTHxHEIGHT, as in 1280x800, from 320x240 to 8192x8192".into())
}

fn parse_tempo(typed: &str) -> Result<f64, String> {
    typed
        .trim()
        .parse()
        .ok()
        .filter(|tempo| (0.1..=100.0).contains(tempo))
        .ok_or_else(|| "expected a factor from 0.1 to 100, as in 1.5".into())
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
