//! `longhand tell`: writes a run as a book.

use std::io::{IsTerminal, Write};

use super::args::{BookFormat, BookLength, TellArgs};
use super::exit::{CliError, Exit};
use super::query;
use super::run_source::{LoadedRun, load_run};
use super::terminal;
use longhand_chronicle::WholeFile;
use longhand_expr::ids::AgentId;
use longhand_narrative::book::{Book, BookOptions, NarrativeLength, epub, html, markdown, write_book};
use longhand_narrative::salience::{best_life_beside, protagonists};

pub(crate) fn tell(args: &TellArgs) -> Result<Exit, CliError> {
    let run = load_run(&args.file, args.branch.as_deref(), &args.simulation)?;
    let pov = args.pov.as_deref().map(|text| resolve_pov(&run, text)).transpose()?;
    let length = match args.length {
        BookLength::Short => NarrativeLength::Short,
        BookLength::Medium => NarrativeLength::Medium,
        BookLength::Full => NarrativeLength::Full,
    };
    let LoadedRun { scenario, chronicle, seed, .. } = &run;
    let whose = match &args.whose {
        None => None,
        Some(Some(text)) => Some(match scenario.schema.world.filter(|world| scenario.schema.agent(text) == Some(*world)) {
            Some(world) => world,
            None => resolve_pov(&run, text)?,
        }),
        Some(None) => {
            let best = best_life_beside(scenario, chronicle, &protagonists(scenario, chronicle));
            Some(best.ok_or_else(|| CliError::Input("too little is recorded of anybody but the protagonists".into()))?)
        }
    };
    let book = write_book(scenario, chronicle, *seed, &BookOptions { length, pov, whose });
    if book.chapters.is_empty() {
        return Err(CliError::Input("nothing to narrate: the run has no important events".into()));
    }
    if args.format == BookFormat::Epub && args.out.is_none() && std::io::stdout().is_terminal() {
        return Err(CliError::Usage("an EPUB is a binary file: use --out FILE.epub".into()));
    }
    let options = format!("{:?} {} {:?}", args.length, args.pov.as_deref().unwrap_or_default(), args.whose);
    let bytes = encode_book(&book, args.format, &run, &options)?;
    match &args.out {
        Some(path) => WholeFile::write(path, bytes).map_err(|error| CliError::for_file("write", path, &error))?,
        None if args.format == BookFormat::Epub => std::io::stdout().lock().write_all(&bytes)?,
        None => terminal::stdout().write_all(&bytes)?,
    }
    Ok(Exit::Done)
}

/// A book as the bytes of a file. With another text of `options` it is another book of the run.
pub(super) fn encode_book(book: &Book, format: BookFormat, run: &LoadedRun, options: &str) -> Result<Vec<u8>, CliError> {
    let LoadedRun { scenario, chronicle, end, .. } = run;
    Ok(match format {
        BookFormat::Md => markdown(book, &chronicle.agents).into_bytes(),
        BookFormat::Epub => {
            let id = twox_hash::XxHash3_128::oneshot(format!("{:032x} {options}", chronicle.hash()).as_bytes());
            let bytes = epub(book, &chronicle.agents, id);
            bytes.map_err(|error| CliError::Internal(format!("cannot pack the book: {error}")))?
        }
        BookFormat::Html => html(book, scenario, chronicle, *end).into_bytes(),
    })
}

/// The agent given with --pov or --whose: a member of the cast, or anybody else who takes part in a recorded event.
fn resolve_pov(run: &LoadedRun, text: &str) -> Result<AgentId, CliError> {
    match run.scenario.schema.agent(text) {
        Some(member) if run.scenario.is_thing(member) => {
            Err(CliError::Usage(format!("`{text}` sees nothing: name a person as the point of view")))
        }
        Some(member) => Ok(member),
        None => Ok(query::find_agent(text, &run.chronicle.agents)?.id),
    }
}
