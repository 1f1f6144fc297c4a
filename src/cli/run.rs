//! `longhand run`: simulates a scene and prints its narration.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::args::RunArgs;
use super::exit::{Exit, Failure};
use super::life::Life;
use super::recorder::Recorder;
use super::resume::resume;
use super::terminal::{self, Progress};
use longhand_analysis::{NarratedRun, Run, RunReport};
use longhand_narrative::{Closing, Page, WIDTH};

pub(crate) fn run(args: &RunArgs) -> Result<Exit, Failure> {
    match (&args.resume, &args.scene) {
        (Some(story), _) => resume(story, args),
        (None, Some(scene)) => anew(scene, args),
        (None, None) => Err(Failure::Usage("name a scene, or a story to resume (--resume)".into())),
    }
}

fn anew(scene: &Path, args: &RunArgs) -> Result<Exit, Failure> {
    let life = Life::of(scene, &args.life)?;
    let recorder = args.record.as_deref().map(|path| Recorder::begin(path, &life, &args.life.set)).transpose()?;
    let narrated = voice(life.begin(), args);
    answer(narrated, &life, recorder, life.scenario.about.trim(), args)
}

/// The narrated run, with the events that the arguments select.
pub(super) fn voice(run: Run, args: &RunArgs) -> NarratedRun {
    let narrated = if args.all { NarratedRun::every_event(run) } else { NarratedRun::selected(run) };
    if args.cast_only { narrated.cast_only() } else { narrated }
}

/// Whether the JSON report goes to standard output, which then has no narration.
pub(super) fn is_for_report(args: &RunArgs) -> bool {
    args.json.as_deref() == Some(Path::new("-"))
}

/// Simulates a run to its end, and writes the narration and the report.
pub(super) fn answer(
    narrated: NarratedRun,
    life: &Life,
    recorder: Option<Recorder>,
    opening: &str,
    args: &RunArgs,
) -> Result<Exit, Failure> {
    let narrated = match is_for_report(args) {
        true => live(narrated, life, recorder, &mut std::io::sink())?,
        false => tell(narrated, life, recorder, opening)?,
    };
    report(narrated.run(), args)?;
    to_its_end(&narrated)
}

/// An error if a limit stopped the run. It is narrated and recorded up to that point.
pub(crate) fn to_its_end(narrated: &NarratedRun) -> Result<Exit, Failure> {
    match narrated.run().simulation().limit_exceeded() {
        None => Ok(Exit::Done),
        Some(overrun) => Err(Failure::Input(overrun.to_string())),
    }
}

/// Writes the JSON report, if requested.
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

/// Narrates a run on standard output: the title, the opening line, the events and the closing summary.
pub(crate) fn tell(
    narrated: NarratedRun,
    life: &Life,
    recorder: Option<Recorder>,
    opening: &str,
) -> Result<NarratedRun, Failure> {
    let mut out = terminal::out();
    open(life, opening, &mut out)?;
    let narrated = live(narrated, life, recorder, &mut out)?;
    let run = narrated.run();
    let at = run.simulation().now();
    writeln!(out, "\n{}", Closing { scenario: &life.scenario, chronicle: run.chronicle(), seed: run.seed(), at })?;
    Ok(narrated)
}

/// Writes the title and the opening line.
pub(super) fn open(life: &Life, opening: &str, out: &mut impl Write) -> Result<(), Failure> {
    let (title, aside) = (terminal::TITLE, terminal::ASIDE);
    Ok(writeln!(out, "{title}{}{title:#}\n{aside}{opening}{aside:#}", life.scenario.title)?)
}

/// Simulates to the end, writes the narration and records the run.
fn live(
    mut narrated: NarratedRun,
    life: &Life,
    mut recorder: Option<Recorder>,
    out: &mut impl Write,
) -> Result<NarratedRun, Failure> {
    // The stream removes styles if it is not a terminal.
    let mut page = Page::new(WIDTH, true);
    let mut progress = Progress::begin();
    let mut news = Vec::new();
    loop {
        let goes_on = narrated.step(&mut news);
        let lines: Vec<_> = news.drain(..).map(|narrated| narrated.line).collect();
        if !lines.is_empty() {
            progress.aside(|| page.write(&lines, out).and_then(|()| out.flush()))?;
        }
        if !goes_on {
            recorder.map_or(Ok(()), |recorder| recorder.finish(narrated.run()))?;
            return Ok(narrated);
        }
        if let Some(recorder) = &mut recorder {
            recorder.record(&narrated)?;
        }
        let share = narrated.run().simulation().now().seconds() / life.ends().seconds().max(1.0);
        progress.at(share, || where_it_is(narrated.run()));
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
