//! `longhand beats`: the beats of a scene, or when each came in a recorded story.

use std::io::Write;

use super::args::BeatsArgs;
use super::exit::{CliError, Exit};
use super::input::is_story;
use super::palette::{BEAT, FAINT};
use super::query;
use super::text::column_width;
use super::{run_config, terminal};
use longhand_chronicle::BeatMatch;
use longhand_scene::Scenario;

pub(crate) fn beats(args: &BeatsArgs) -> Result<Exit, CliError> {
    if is_story(&args.file)? {
        let story = query::open_story(&args.file, args.branch.as_deref())?;
        let scenario = story.scenario()?;
        let symbols = &story.header.symbols;
        let when = |came: &BeatMatch| format!("{}  #{}", query::format_date(symbols, came.at), came.event.0);
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

/// Lists the beats in the scene's order, each with its date if known.
fn print_beats(scenario: &Scenario, known: impl Fn(usize) -> Option<String>) -> Result<Exit, CliError> {
    let mut out = terminal::stdout();
    let known: Vec<_> = (0..scenario.beats.len()).map(known).collect();
    let ids = column_width("", scenario.beats.iter().map(|pattern| pattern.id.as_str()));
    let whens = column_width("", known.iter().flatten().map(String::as_str));
    for (pattern, when) in scenario.beats.iter().zip(known) {
        let need = if pattern.must { "must" } else { "may " };
        let when = when.map_or_else(String::new, |when| format!("{when:whens$}  "));
        writeln!(out, "{BEAT}{:ids$}{BEAT:#}  {FAINT}{need}{FAINT:#}  {when}{}", pattern.id, pattern.title)?;
    }
    if scenario.beats.is_empty() {
        terminal::print_note("the scene has no beats");
    }
    Ok(Exit::Done)
}
