//! `longhand completions`: completion scripts for shells.

use std::io::Write;

use clap::CommandFactory;

use super::args::{Cli, CompletionsArgs};
use super::exit::{CliError, Exit};
use super::terminal::stdout;

pub(crate) fn completions(args: &CompletionsArgs) -> Result<Exit, CliError> {
    // Generates into memory first, because the generator panics on write errors.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "longhand", &mut script);
    stdout().write_all(&script)?;
    Ok(Exit::Done)
}
