//! The command line, with one file per command.
//!
//! `args` defines the arguments, and `exit` the exit codes and the errors that lead to them. Each command turns its arguments
//! into calls of the library and writes its answer to standard output. Warnings, problems and progress go to standard error.
//!
//! What commands share, from the arguments to the answer:
//!
//! - `input` tells scenes from stories; `run_config` loads a scene and starts its run; `run_source` and `sift_source` give a
//!   finished run, recorded or simulated; `query` finds the events, instants and agents that the arguments name.
//! - `simulate` steps a run to its end, `narration` prints it meanwhile, and `recorder` writes it into a file. `host` runs a
//!   scene for the window, for `play` and for `film`.
//! - `terminal` has the output streams and the progress bar, `palette` the styles, and `text` the layout of pages; `json_output`
//!   writes answers as JSON.

mod args;
mod audit;
mod beats;
mod bench;
mod branches;
mod check;
mod completions;
mod diff;
mod difference;
mod exit;
mod export;
mod film;
mod host;
#[cfg(all(test, feature = "inspector"))]
mod host_tests;
mod input;
mod json_output;
mod music;
mod narration;
mod new;
mod output;
mod palette;
mod play;
mod query;
mod recent_files;
mod recorder;
mod resume;
mod run;
mod run_config;
mod run_source;
mod show;
mod sift;
mod sift_source;
mod simulate;
mod simulate_observed;
mod sweep;
mod tell;
mod terminal;
mod test;
#[cfg(test)]
mod test_story;
mod text;
mod watch;
mod what_if;
mod when;
mod why;
mod why_not;
#[cfg(feature = "inspector")]
mod window_state;

use std::ffi::OsString;
use std::panic;
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, CliCommand};
use exit::{CliError, Exit};
use palette::ERROR;

/// Runs the command given in the process arguments.
pub(crate) fn main() -> ExitCode {
    main_with(std::env::args_os())
}

/// Runs a command. The first word is the program name.
fn main_with(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Done };
            // A failure to print the help is not an error.
            _ = error.print();
            return exit.into();
        }
    };
    let exit = match panic::catch_unwind(|| dispatch(&cli)) {
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => {
            print_error(&failure);
            failure.exit_code()
        }
        Err(_) => {
            terminal::print_note("longhand: this is a bug in longhand, not in your scene; please report it with the lines above");
            Exit::Internal
        }
    };
    exit.into()
}

fn dispatch(cli: &Cli) -> Result<Exit, CliError> {
    match &cli.command {
        None => watch::watch_flagship(),
        Some(CliCommand::Run(args)) => run::run(args),
        Some(CliCommand::Sweep(args)) => sweep::dispatch(args),
        Some(CliCommand::Test(args)) => test::test(args),
        Some(CliCommand::Check(args)) => check::check(args),
        Some(CliCommand::Audit(args)) => audit::audit_scene(args),
        Some(CliCommand::New(args)) => new::new(args),
        Some(CliCommand::Beats(args)) => beats::beats(args),
        Some(CliCommand::Why(args)) => why::why(args),
        Some(CliCommand::WhyNot(args)) => why_not::explain(args),
        Some(CliCommand::Sift(args)) => sift::sift_story(args),
        Some(CliCommand::Show(args)) => show::show(args),
        Some(CliCommand::Export(args)) => export::export(args),
        Some(CliCommand::WhatIf(args)) => what_if::what_if(args),
        Some(CliCommand::Diff(args)) => diff::diff(args),
        Some(CliCommand::Branches(args)) => branches::branches(args),
        Some(CliCommand::Tell(args)) => tell::tell(args),
        Some(CliCommand::Film(args)) => film::film(args),
        Some(CliCommand::Watch(args)) => watch::watch(args),
        Some(CliCommand::Play(args)) => play::play(args),
        Some(CliCommand::Bench(args)) => bench::bench(args),
        Some(CliCommand::Completions(args)) => completions::completions(args),
    }
}

fn print_error(failure: &CliError) {
    match failure {
        CliError::ClosedPipe => {}
        CliError::Diagnostics(rendered) => terminal::print_note(rendered.trim_end()),
        _ => terminal::print_note(&format!("{ERROR}longhand:{ERROR:#} {failure}")),
    }
}
