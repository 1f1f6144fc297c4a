//! The arguments of the commands that ask about runs.

use super::super::when::{PointArg, WhenArg};
use super::{DEFAULT_SEED, SimulationArgs, StoryArgs, parse_branch_name, parse_setting, thread_count};
use clap::{Args, ValueHint};
use longhand_analysis::SeedList;
use std::path::PathBuf;

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
    /// The id of an action, a trigger, an outcome (confide/not_now), a beat or a pattern.
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
    /// Instead of patterns, rank whole lives: whose story is most worth telling, with its turning points.
    #[arg(long, conflicts_with_all = ["pattern", "near"])]
    pub lives: bool,
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
