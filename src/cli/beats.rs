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
        let when = |found: &BeatMatch| format!("{}  #{}", query::format_date(symbols, found.at), found.event.0);
        print_beats(&scenario, |beat| {
            let found = story.chronicle.beats.iter().find(|found| found.beat == beat);
            Some(found.map_or_else(|| "not yet".into(), when))
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
    let id_width = column_width("", scenario.beats.iter().map(|pattern| pattern.id.as_str()));
    let when_width = column_width("", known.iter().flatten().map(String::as_str));
    for (pattern, when) in scenario.beats.iter().zip(known) {
        let requirement = if pattern.must { "must" } else { "may " };
        let when = when.map_or_else(String::new, |when| format!("{when:when_width$}  "));
        writeln!(out, "{BEAT}{:id_width$}{BEAT:#}  {FAINT}{requirement}{FAINT:#}  {when}{}", pattern.id, pattern.title)?;
    }
    if scenario.beats.is_empty() {
        terminal::print_note("the scene has no beats");
    }
    Ok(Exit::Done)
}
