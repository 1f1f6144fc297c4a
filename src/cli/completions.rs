//! `longhand completions`: completion scripts for shells.

use std::io::Write;

use clap::CommandFactory;

use super::args::{Cli, CompletionsArgs};
use super::exit::{Exit, Failure};
use super::terminal::out;

pub(crate) fn completions(args: &CompletionsArgs) -> Result<Exit, Failure> {
    // Generates into memory first, because the generator panics on write errors.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "longhand", &mut script);
    out().write_all(&script)?;
    Ok(Exit::Done)
}
