//! `longhand run`: lives a scene and tells it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::args::RunArgs;
use super::exit::{Exit, Failure};
use super::life::Life;
use super::recorder::Recorder;
use super::terminal::{self, Progress};
use crate::lab::{Run, RunReport, ToldRun};
use crate::story::{Closing, Page, WIDTH};

pub(crate) fn run(args: &RunArgs) -> Result<Exit, Failure> {
    let life = Life::of(&args.world)?;
    let recorder = args.record.as_deref().map(|path| Recorder::begin(path, &life, &args.world.set)).transpose()?;
    let to_stdout = args.json.as_deref() == Some(Path::new("-"));
    let told = if args.all { ToldRun::everything(life.begin()) } else { ToldRun::news(life.begin()) };
    let told = if args.cast_only { told.of_the_cast() } else { told };
    let told = if to_stdout { live(told, &life, recorder, &mut std::io::sink())? } else { tell(told, &life, recorder)? };
    if let Some(path) = &args.json {
        let report = told.run().report();
        if to_stdout {
            write_json(&report, &mut terminal::out())?;
        } else {
            let file = File::create(path).map_err(|error| Failure::file("write", path, &error))?;
            write_json(&report, &mut BufWriter::new(file))
                .map_err(|_| Failure::Input(format!("cannot write {}", path.display())))?;
        }
    }
    to_its_end(&told)
}

/// A run that a limit stopped is told and recorded as far as it went, and is no success: its scene is at fault.
pub(crate) fn to_its_end(told: &ToldRun) -> Result<Exit, Failure> {
    match told.run().simulation().overrun() {
        None => Ok(Exit::Done),
        Some(overrun) => Err(Failure::Input(overrun.to_string())),
    }
}

/// Tells a run on standard output: its title, what happens, and what came of it.
pub(crate) fn tell(told: ToldRun, life: &Life, recorder: Option<Recorder>) -> Result<ToldRun, Failure> {
    let mut out = terminal::out();
    let scenario = &life.scenario;
    let (title, aside) = (terminal::TITLE, terminal::ASIDE);
    writeln!(out, "{title}{}{title:#}\n{aside}{}{aside:#}", scenario.title, scenario.about.trim())?;
    let told = live(told, life, recorder, &mut out)?;
    let run = told.run();
    let closing = Closing { scenario, chronicle: run.chronicle(), seed: run.seed(), at: run.simulation().now() };
    writeln!(out, "\n{closing}")?;
    Ok(told)
}

/// Lives to the end and writes what is told.
fn live(mut told: ToldRun, life: &Life, mut recorder: Option<Recorder>, out: &mut impl Write) -> Result<ToldRun, Failure> {
    // Colours are taken out again where nobody sees them.
    let mut page = Page::new(WIDTH, true);
    let mut progress = Progress::begin();
    let mut news = Vec::new();
    loop {
        let goes_on = told.step(&mut news);
        let lines: Vec<_> = news.drain(..).map(|told| told.line).collect();
        if !lines.is_empty() {
            progress.aside(|| page.write(&lines, out).and_then(|()| out.flush()))?;
        }
        if let Some(recorder) = &mut recorder {
            recorder.record(told.run())?;
        }
        if !goes_on {
            recorder.map_or(Ok(()), |recorder| recorder.finish(told.run()))?;
            return Ok(told);
        }
        let lived = told.run().simulation().now().seconds() / life.ends().seconds().max(1.0);
        progress.at(lived, || where_it_is(told.run()));
    }
}

fn where_it_is(run: &Run) -> String {
    let simulation = run.simulation();
    let date = simulation.scenario().calendar.datetime(simulation.now()).date();
    format!("{date}, {} events", run.chronicle().len())
}

fn write_json(report: &RunReport, out: &mut impl Write) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(report).map_err(|error| Failure::Internal(error.to_string()))?;
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}
