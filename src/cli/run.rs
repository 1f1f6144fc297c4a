//! `longhand run`: lives a scene and tells it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::args::{RunArgs, WorldArgs};
use super::exit::{Exit, Failure};
use super::life;
use super::terminal::{self, Progress};
use crate::lab::{Run, RunReport, ToldRun};
use crate::story::{Closing, Page, WIDTH};

pub(crate) fn run(args: &RunArgs) -> Result<Exit, Failure> {
    let run = life::begin(&args.world, args.cast_only)?;
    let to_stdout = args.json.as_deref() == Some(Path::new("-"));
    let told = if args.all { ToldRun::everything(run) } else { ToldRun::news(run) };
    let told = if to_stdout { live(told, &args.world, &mut std::io::sink())? } else { tell(told, &args.world)? };
    if let Some(path) = &args.json {
        let report = told.run().report();
        if to_stdout {
            write_json(&report, &mut terminal::out())?;
        } else {
            let file = File::create(path).map_err(|error| Failure::file("write", path, &error))?;
            write_json(&report, &mut BufWriter::new(file)).map_err(|_| Failure::Input(format!("cannot write {}", path.display())))?;
        }
    }
    Ok(Exit::Done)
}

/// Tells a run on standard output: its title, what happens, and what came of it.
pub(crate) fn tell(told: ToldRun, world: &WorldArgs) -> Result<ToldRun, Failure> {
    let mut out = terminal::out();
    let scenario = told.run().simulation().scenario().clone();
    let (title, aside) = (terminal::TITLE, terminal::ASIDE);
    writeln!(out, "{title}{}{title:#}\n{aside}{}{aside:#}", scenario.title, scenario.about.trim())?;
    let told = live(told, world, &mut out)?;
    let run = told.run();
    let closing = Closing { scenario: &scenario, chronicle: run.chronicle(), seed: run.seed(), at: run.simulation().now() };
    writeln!(out, "\n{closing}")?;
    Ok(told)
}

/// Lives to the end and writes what is told.
fn live(mut told: ToldRun, world: &WorldArgs, out: &mut impl Write) -> Result<ToldRun, Failure> {
    let calendar = told.run().simulation().scenario().calendar;
    let until = world.until.map(|when| life::instant(when, &calendar)).transpose()?;
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
        if !goes_on {
            return Ok(told);
        }
        progress.at(life::share(told.run(), until), || where_it_is(told.run()));
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
