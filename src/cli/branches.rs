//! `longhand branches`: the what-if runs saved in a story, as a tree.

use std::io::Write;

use serde_json::{Value, json};

use super::args::BranchesArgs;
use super::ask::{self, AskError, FAINT, STRONG};
use super::exit::{Exit, Failure};
use super::terminal;
use longhand_chronicle::{Branch, Legend, Story, format_hash};
use longhand_narrative::grammar;
use longhand_scene::Intervention;

pub(crate) fn branches(args: &BranchesArgs) -> Result<Exit, Failure> {
    let story = Story::open(&args.story).map_err(AskError::from)?;
    let branches = Story::branches(&args.story).map_err(AskError::from)?;
    let mut out = terminal::out();
    if args.json {
        let all: Vec<Value> = branches.iter().map(|branch| as_json(branch, &story.head.legend)).collect();
        writeln!(out, "{}", Value::Array(all))?;
        return Ok(Exit::Done);
    }
    let seed = format!("{}, seed {}", story.head.scene, story.head.seed);
    writeln!(out, "{STRONG}{seed}{STRONG:#}")?;
    below(&branches, None, "", &story.head.legend, &mut out)?;
    if branches.is_empty() {
        terminal::say("the story has no branches; `longhand what-if STORY … --keep NAME` saves one");
    }
    Ok(Exit::Done)
}

/// Writes the branches of a parent, each followed by its own branches. Parents precede their branches, so there is no cycle.
fn below(branches: &[Branch], parent: Option<&str>, indent: &str, legend: &Legend, out: &mut impl Write) -> Result<(), Failure> {
    let own: Vec<&Branch> = branches.iter().filter(|branch| branch.parent.as_deref() == parent).collect();
    for (nth, branch) in own.iter().enumerate() {
        let last = nth + 1 == own.len();
        let (corner, under) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let alike =
            format!("from {}, after {} in common", ask::date(legend, branch.at), grammar::counted(branch.alike as f64, "event"));
        writeln!(out, "{indent}{corner}{STRONG}{}{STRONG:#}  {}  {FAINT}{alike}{FAINT:#}", branch.name, what(branch))?;
        below(branches, Some(&branch.name), &format!("{indent}{under}"), legend, out)?;
    }
    Ok(())
}

/// The interventions and settings of a branch, as command-line arguments.
fn what(branch: &Branch) -> String {
    let asked = branch.interventions.iter().map(|one| format!("--{} '{}'", one.option(), one.asked()));
    let set = branch.set.iter().map(|(name, value)| format!("--set {name}={value}"));
    asked.chain(set).collect::<Vec<_>>().join(" ")
}

fn as_json(branch: &Branch, legend: &Legend) -> Value {
    let Branch { name, parent, at, fork, interventions, set, version, ended, alike } = branch;
    let interventions: &Vec<Intervention> = interventions;
    json!({
        "name": name, "parent": parent, "at": legend.civil(*at), "from": legend.civil(*fork), "interventions": interventions,
        "set": set, "longhand": version, "ended": legend.civil(ended.at), "hash": format_hash(ended.hash), "alike": alike,
    })
}
