//! `longhand branches`: the what-if runs saved in a story, as a tree.

use std::io::Write;

use serde_json::{Value, json};

use super::args::BranchesArgs;
use super::exit::{CliError, Exit};
use super::json_output::print_json;
use super::palette::{FAINT, STRONG};
use super::query;
use super::terminal;
use longhand_chronicle::{Story, StoryBranch, SymbolTable, format_hash};
use longhand_narrative::grammar;
use longhand_scene::Intervention;

pub(crate) fn branches(args: &BranchesArgs) -> Result<Exit, CliError> {
    let story = Story::open(&args.story)?;
    let branches = Story::branches(&args.story)?;
    let mut out = terminal::stdout();
    if args.json {
        let all: Vec<Value> = branches.iter().map(|branch| branch_json(branch, &story.header.symbols)).collect();
        print_json(&mut out, &all)?;
        return Ok(Exit::Done);
    }
    let seed = format!("{}, seed {}", story.header.scene, story.header.seed);
    writeln!(out, "{STRONG}{seed}{STRONG:#}")?;
    print_children(&branches, None, "", &story.header.symbols, &mut out)?;
    if branches.is_empty() {
        terminal::print_note("the story has no branches; `longhand what-if STORY … --keep NAME` saves one");
    }
    Ok(Exit::Done)
}

/// Writes the branches of a parent, each followed by its own branches. Parents precede their branches, so there is no cycle.
fn print_children(
    branches: &[StoryBranch],
    parent: Option<&str>,
    indent: &str,
    symbols: &SymbolTable,
    out: &mut impl Write,
) -> Result<(), CliError> {
    let own: Vec<&StoryBranch> = branches.iter().filter(|branch| branch.parent.as_deref() == parent).collect();
    for (nth, branch) in own.iter().enumerate() {
        let last = nth + 1 == own.len();
        let (corner, under) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let origin = format!(
            "from {}, after {} in common",
            query::format_date(symbols, branch.diverges_at),
            grammar::counted(branch.shared_events as f64, "event")
        );
        writeln!(
            out,
            "{indent}{corner}{STRONG}{}{STRONG:#}  {}  {FAINT}{origin}{FAINT:#}",
            branch.name,
            describe_changes(branch)
        )?;
        print_children(branches, Some(&branch.name), &format!("{indent}{under}"), symbols, out)?;
    }
    Ok(())
}

/// The interventions and settings of a branch, as command-line arguments.
fn describe_changes(branch: &StoryBranch) -> String {
    let interventions =
        branch.interventions.iter().map(|intervention| format!("--{} '{}'", intervention.option_name(), intervention.text()));
    let set = branch.param_overrides.iter().map(|(name, value)| format!("--set {name}={value}"));
    interventions.chain(set).collect::<Vec<_>>().join(" ")
}

fn branch_json(branch: &StoryBranch, symbols: &SymbolTable) -> Value {
    let StoryBranch { name, parent, diverges_at, fork, interventions, param_overrides, version, ended, shared_events } = branch;
    let interventions: &Vec<Intervention> = interventions;
    json!({
        "name": name, "parent": parent, "at": symbols.civil_time(*diverges_at), "from": symbols.civil_time(*fork),
        "interventions": interventions, "set": param_overrides, "longhand": version, "ended": symbols.civil_time(ended.at),
        "hash": format_hash(ended.hash), "alike": shared_events,
    })
}
