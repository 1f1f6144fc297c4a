//! `longhand run`: lives a scene and tells it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::args::RunArgs;
use super::exit::{Exit, Failure};
use super::life::Life;
use super::recorder::Recorder;
use super::resume::resume;
use super::terminal::{self, Progress};
use crate::lab::{NarratedRun, Run, RunReport};
use crate::story::{Closing, Page, WIDTH};

pub(crate) fn run(args: &RunArgs) -> Result<Exit, Failure> {
    match (&args.resume, &args.scene) {
        (Some(story), _) => resume(story, args),
        (None, Some(scene)) => anew(scene, args),
        (None, None) => Err(Failure::Usage("name a scene, or a story to go on with (--resume)".into())),
    }
}

fn anew(scene: &Path, args: &RunArgs) -> Result<Exit, Failure> {
    let life = Life::of(scene, &args.life)?;
    let recorder = args.record.as_deref().map(|path| Recorder::begin(path, &life, &args.life.set)).transpose()?;
    let told = voice(life.begin(), args);
    answer(told, &life, recorder, life.scenario.about.trim(), args)
}

/// Who tells a run, as it was asked for.
pub(super) fn voice(run: Run, args: &RunArgs) -> NarratedRun {
    let told = if args.all { NarratedRun::every_event(run) } else { NarratedRun::selected(run) };
    if args.cast_only { told.cast_only() } else { told }
}

/// Whether standard output is for the report, so that nothing can be told there.
pub(super) fn is_for_report(args: &RunArgs) -> bool {
    args.json.as_deref() == Some(Path::new("-"))
}

/// Lives a run to its end, and tells and reports it as it was asked for.
pub(super) fn answer(
    told: NarratedRun,
    life: &Life,
    recorder: Option<Recorder>,
    opening: &str,
    args: &RunArgs,
) -> Result<Exit, Failure> {
    let told = match is_for_report(args) {
        true => live(told, life, recorder, &mut std::io::sink())?,
        false => tell(told, life, recorder, opening)?,
    };
    report(told.run(), args)?;
    to_its_end(&told)
}

/// A run that a limit stopped is told and recorded as far as it went, and is no success: its scene is at fault.
pub(crate) fn to_its_end(told: &NarratedRun) -> Result<Exit, Failure> {
    match told.run().simulation().limit_exceeded() {
        None => Ok(Exit::Done),
        Some(overrun) => Err(Failure::Input(overrun.to_string())),
    }
}

/// Writes what came of a run where that was asked for.
pub(super) fn report(run: &Run, args: &RunArgs) -> Result<(), Failure> {
    match &args.json {
        None => Ok(()),
        Some(_) if is_for_report(args) => write_json(&run.report(), &mut terminal::out()),
        Some(path) => {
            let file = File::create(path).map_err(|error| Failure::file("write", path, &error))?;
            write_json(&run.report(), &mut BufWriter::new(file))
                .map_err(|_| Failure::Input(format!("cannot write {}", path.display())))
        }
    }
}

/// Tells a run on standard output: its title, what is to be said first, what happens, and what came of it.
pub(crate) fn tell(told: NarratedRun, life: &Life, recorder: Option<Recorder>, opening: &str) -> Result<NarratedRun, Failure> {
    let mut out = terminal::out();
    open(life, opening, &mut out)?;
    let told = live(told, life, recorder, &mut out)?;
    let run = told.run();
    let at = run.simulation().now();
    writeln!(out, "\n{}", Closing { scenario: &life.scenario, chronicle: run.chronicle(), seed: run.seed(), at })?;
    Ok(told)
}

/// The head of what is told.
pub(super) fn open(life: &Life, opening: &str, out: &mut impl Write) -> Result<(), Failure> {
    let (title, aside) = (terminal::TITLE, terminal::ASIDE);
    Ok(writeln!(out, "{title}{}{title:#}\n{aside}{opening}{aside:#}", life.scenario.title)?)
}

/// Lives to the end and writes what is told.
fn live(
    mut told: NarratedRun,
    life: &Life,
    mut recorder: Option<Recorder>,
    out: &mut impl Write,
) -> Result<NarratedRun, Failure> {
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
            recorder.map_or(Ok(()), |recorder| recorder.finish(told.run()))?;
            return Ok(told);
        }
        if let Some(recorder) = &mut recorder {
            recorder.record(&told)?;
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
