//! `longhand tell`: writes a run as a book.

use std::io::{IsTerminal, Write};

use super::args::{BookFormat, BookLength, TellArgs};
use super::ask;
use super::exit::{Exit, Failure};
use super::source::{Lived, lived};
use super::terminal;
use longhand_expr::ids::AgentId;
use longhand_narrative::book::{BookOrder, Length, epub, html, markdown, write_book};

pub(crate) fn tell(args: &TellArgs) -> Result<Exit, Failure> {
    let run = lived(&args.file, &args.life)?;
    let pov = args.pov.as_deref().map(|text| agent(&run, text)).transpose()?;
    let length = match args.length {
        BookLength::Short => Length::Short,
        BookLength::Medium => Length::Medium,
        BookLength::Full => Length::Full,
    };
    let Lived { scenario, chronicle, seed, .. } = &run;
    let book = write_book(scenario, chronicle, *seed, &BookOrder { length, pov });
    if book.chapters.is_empty() {
        return Err(Failure::Input("nothing to narrate: the run has no important events".into()));
    }
    if args.format == BookFormat::Epub && args.out.is_none() && std::io::stdout().is_terminal() {
        return Err(Failure::Usage("an EPUB is a binary file: use --out FILE.epub".into()));
    }
    let bytes = match args.format {
        BookFormat::Md => markdown(&book, &chronicle.directory).into_bytes(),
        BookFormat::Epub => {
            let bytes = epub(&book, &chronicle.directory, mark(chronicle.hash(), args));
            bytes.map_err(|error| Failure::Internal(format!("cannot pack the book: {error}")))?
        }
        BookFormat::Html => html(&book, scenario, chronicle, run.end).into_bytes(),
    };
    match &args.out {
        Some(path) => std::fs::write(path, bytes).map_err(|error| Failure::file("write", path, &error))?,
        None if args.format == BookFormat::Epub => std::io::stdout().lock().write_all(&bytes)?,
        None => terminal::out().write_all(&bytes)?,
    }
    Ok(Exit::Done)
}

/// An identifier of the book, from the chronicle's hash, the length and the point of view.
fn mark(hash: u128, args: &TellArgs) -> u128 {
    let how = format!("{:?} {}", args.length, args.pov.as_deref().unwrap_or_default());
    how.bytes().fold(hash, |mark, byte| (mark ^ u128::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The agent given with --pov.
fn agent(run: &Lived, text: &str) -> Result<AgentId, Failure> {
    let directory = &run.chronicle.directory;
    let cast = |id: AgentId| id.index() < run.scenario.cast.len();
    let found = directory.find(text).map(|person| person.id).filter(|&id| cast(id)).or_else(|| run.scenario.schema.agent(text));
    found.ok_or_else(|| ask::no_such(text, directory).into())
}
