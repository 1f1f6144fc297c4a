//! `longhand beats`: the beats of a scene, or when each came in a recorded story.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use super::args::BeatsArgs;
use super::exit::{CliError, Exit};
use super::query::{self, QueryError};
use super::{run_config, terminal};
use longhand_chronicle::BeatMatch;
use longhand_scene::Scenario;

pub(crate) fn beats(args: &BeatsArgs) -> Result<Exit, CliError> {
    if is_story(&args.file)? {
        let story = query::open_story(&args.file, args.branch.as_deref()).map_err(QueryError::from)?;
        let scenario = story.scenario().map_err(QueryError::from)?;
        let legend = &story.header.symbols;
        let when = |came: &BeatMatch| format!("{}  #{}", query::format_date(legend, came.at), came.event.0);
        print_beats(&scenario, |beat| {
            let came = story.chronicle.beats.iter().find(|came| came.beat == beat);
            Some(came.map_or_else(|| "not yet".into(), when))
        })
    } else if args.branch.is_some() {
        Err(CliError::Usage("a scene has no branches; only a story can have them".into()))
    } else {
        print_beats(&run_config::load_scene(&args.file, &[])?, |_| None)
    }
}

/// Whether a file is a story: an SQLite file, or any file with the extension `.story`, so that a damaged story is reported as
/// one.
pub(super) fn is_story(path: &Path) -> Result<bool, CliError> {
    if path.extension().is_some_and(|kind| kind == "story") {
        return Ok(true);
    }
    let mut head = Vec::new();
    let file = File::open(path).map_err(|error| CliError::for_file("read", path, &error))?;
    file.take(16).read_to_end(&mut head).map_err(|error| CliError::for_file("read", path, &error))?;
    Ok(head == b"SQLite format 3\0")
}

/// Lists the beats in the scene's order, each with its date if known.
fn print_beats(scenario: &Scenario, known: impl Fn(usize) -> Option<String>) -> Result<Exit, CliError> {
    let mut out = terminal::stdout();
    let (beat, aside) = (terminal::BEAT, terminal::ASIDE);
    let known: Vec<_> = (0..scenario.beats.len()).map(known).collect();
    let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
    let ids = widest(&mut scenario.beats.iter().map(|pattern| pattern.id.chars().count()));
    let whens = widest(&mut known.iter().flatten().map(|when| when.chars().count()));
    for (pattern, when) in scenario.beats.iter().zip(known) {
        let need = if pattern.must { "must" } else { "may " };
        let when = when.map_or_else(String::new, |when| format!("{when:whens$}  "));
        writeln!(out, "{beat}{:ids$}{beat:#}  {aside}{need}{aside:#}  {when}{}", pattern.id, pattern.title)?;
    }
    if scenario.beats.is_empty() {
        terminal::print_note("the scene has no beats");
    }
    Ok(Exit::Done)
}
