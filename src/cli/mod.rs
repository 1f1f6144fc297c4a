//! The command line, with one file per command.
//!
//! `args` defines the arguments and `exit` the exit codes. Each command turns its arguments into calls of the library and
//! writes its answer to standard output. Warnings, problems and progress go to standard error.

mod args;
mod ask;
mod beats;
mod bench;
mod branches;
mod check;
mod completions;
mod difference;
mod exit;
mod export;
#[cfg(feature = "inspector")]
mod kept;
mod life;
mod living;
#[cfg(all(test, feature = "inspector"))]
mod living_tests;
mod music;
mod new;
mod pairs;
mod play;
mod recorder;
mod resume;
mod run;
mod show;
mod sift;
mod sifting;
mod source;
mod sweep;
mod tell;
mod terminal;
mod test;
#[cfg(test)]
mod testing;
mod watch;
mod what_if;
mod when;
mod why;
mod why_not;

use std::ffi::OsString;
use std::panic;
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use exit::{Exit, Failure};

/// Runs the command given in the process arguments.
#[must_use]
pub fn main() -> ExitCode {
    main_with(std::env::args_os())
}

/// Runs a command. The first word is the program name.
#[must_use]
pub fn main_with(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(said) => {
            let exit = if said.use_stderr() { Exit::Usage } else { Exit::Done };
            // A failure to print the help is not an error.
            _ = said.print();
            return exit.into();
        }
    };
    let exit = match panic::catch_unwind(|| answer(&cli)) {
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => {
            complain(&failure);
            failure.exit()
        }
        Err(_) => {
            terminal::say("longhand: this is a bug in longhand, not in your scene; please report it with the lines above");
            Exit::Internal
        }
    };
    exit.into()
}

fn answer(cli: &Cli) -> Result<Exit, Failure> {
    match &cli.command {
        None => watch::flagship(),
        Some(Command::Run(args)) => run::run(args),
        Some(Command::Sweep(args)) => sweep::sweep(args),
        Some(Command::Test(args)) => test::test(args),
        Some(Command::Check(args)) => check::check(args),
        Some(Command::New(args)) => new::new(args),
        Some(Command::Beats(args)) => beats::beats(args),
        Some(Command::Why(args)) => why::why(args),
        Some(Command::WhyNot(args)) => why_not::answer(args),
        Some(Command::Sift(args)) => sift::sift_story(args),
        Some(Command::Show(args)) => show::show(args),
        Some(Command::Export(args)) => export::export(args),
        Some(Command::WhatIf(args)) => what_if::what_if(args),
        Some(Command::Diff(args)) => what_if::diff(args),
        Some(Command::Branches(args)) => branches::branches(args),
        Some(Command::Tell(args)) => tell::tell(args),
        Some(Command::Watch(args)) => watch::watch(args),
        Some(Command::Play(args)) => play::play(args),
        Some(Command::Bench(args)) => bench::bench(args),
        Some(Command::Completions(args)) => completions::completions(args),
    }
}

fn complain(failure: &Failure) {
    let wrong = terminal::WRONG;
    match failure {
        Failure::Closed => {}
        Failure::Said(said) => terminal::say(said.trim_end()),
        _ => terminal::say(&format!("{wrong}longhand:{wrong:#} {failure}")),
    }
}
