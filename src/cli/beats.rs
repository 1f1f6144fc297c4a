//! `longhand beats`: what a scene waits for.

use std::io::Write;

use super::args::BeatsArgs;
use super::exit::{Exit, Failure};
use super::{life, terminal};

pub(crate) fn beats(args: &BeatsArgs) -> Result<Exit, Failure> {
    let scenario = life::scene(&args.file, &[])?;
    let mut out = terminal::out();
    let (beat, aside) = (terminal::BEAT, terminal::ASIDE);
    let widest = scenario.beats.iter().map(|pattern| pattern.id.chars().count()).max().unwrap_or(0);
    for pattern in &scenario.beats {
        let need = if pattern.must { "must" } else { "may " };
        writeln!(out, "{beat}{:widest$}{beat:#}  {aside}{need}{aside:#}  {}", pattern.id, pattern.title)?;
    }
    if scenario.beats.is_empty() {
        terminal::say("the scene has no beats");
    }
    Ok(Exit::Done)
}
