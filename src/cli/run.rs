//! `longhand run`: simulates a scene and prints its narration.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::args::RunArgs;
use super::exit::{CliError, Exit};
use super::recorder::Recorder;
use super::resume::resume;
use super::run_config::RunConfig;
use super::terminal::{self, TerminalProgress};
use longhand_analysis::{NarratedRun, Run, RunReport};
use longhand_narrative::{DEFAULT_WIDTH, RunSummary, TextLayout};

pub(crate) fn run(args: &RunArgs) -> Result<Exit, CliError> {
    match (&args.resume, &args.scene) {
        (Some(story), _) => resume(story, args),
        (None, Some(scene)) => run_scene(scene, args),
        (None, None) => Err(CliError::Usage("name a scene, or a story to resume (--resume)".into())),
    }
}

fn run_scene(scene: &Path, args: &RunArgs) -> Result<Exit, CliError> {
    let life = RunConfig::from_scene_file(scene, &args.simulation)?;
    let recorder = args.record.as_deref().map(|path| Recorder::create(path, &life, &args.simulation.set)).transpose()?;
    let narrated = narrated_run(life.start(), args);
    run_and_report(narrated, &life, recorder, life.scenario.about.trim(), args)
}

/// The narrated run, with the events that the arguments select.
pub(super) fn narrated_run(run: Run, args: &RunArgs) -> NarratedRun {
    let narrated = if args.all { NarratedRun::every_event(run) } else { NarratedRun::selected(run) };
    if args.cast_only { narrated.cast_only() } else { narrated }
}

/// Whether the JSON report goes to standard output, which then has no narration.
pub(super) fn json_to_stdout(args: &RunArgs) -> bool {
    args.json.as_deref() == Some(Path::new("-"))
}

/// Simulates a run to its end, and writes the narration and the report.
pub(super) fn run_and_report(
    narrated: NarratedRun,
    life: &RunConfig,
    recorder: Option<Recorder>,
    opening: &str,
    args: &RunArgs,
) -> Result<Exit, CliError> {
    let narrated = match json_to_stdout(args) {
        true => simulate(narrated, life, recorder, &mut std::io::sink())?,
        false => narrate(narrated, life, recorder, opening)?,
    };
    write_report(narrated.run(), args)?;
    check_overrun(&narrated)
}

/// An error if a limit stopped the run. It is narrated and recorded up to that point.
pub(crate) fn check_overrun(narrated: &NarratedRun) -> Result<Exit, CliError> {
    match narrated.run().simulation().limit_exceeded() {
        None => Ok(Exit::Done),
        Some(overrun) => Err(CliError::Input(overrun.to_string())),
    }
}

/// Writes the JSON report, if requested.
pub(super) fn write_report(run: &Run, args: &RunArgs) -> Result<(), CliError> {
    match &args.json {
        None => Ok(()),
        Some(_) if json_to_stdout(args) => write_json(&run.report(), &mut terminal::stdout()),
        Some(path) => {
            let file = File::create(path).map_err(|error| CliError::for_file("write", path, &error))?;
            write_json(&run.report(), &mut BufWriter::new(file))
                .map_err(|_| CliError::Input(format!("cannot write {}", path.display())))
        }
    }
}

/// Narrates a run on standard output: the title, the opening line, the events and the closing summary.
pub(crate) fn narrate(
    narrated: NarratedRun,
    life: &RunConfig,
    recorder: Option<Recorder>,
    opening: &str,
) -> Result<NarratedRun, CliError> {
    let mut out = terminal::stdout();
    print_heading(life, opening, &mut out)?;
    let narrated = simulate(narrated, life, recorder, &mut out)?;
    let run = narrated.run();
    let at = run.simulation().now();
    writeln!(out, "\n{}", RunSummary { scenario: &life.scenario, chronicle: run.chronicle(), seed: run.seed(), at })?;
    Ok(narrated)
}

/// Writes the title and the opening line.
pub(super) fn print_heading(life: &RunConfig, opening: &str, out: &mut impl Write) -> Result<(), CliError> {
    let (title, aside) = (terminal::TITLE, terminal::ASIDE);
    Ok(writeln!(out, "{title}{}{title:#}\n{aside}{opening}{aside:#}", life.scenario.title)?)
}

/// Simulates to the end, writes the narration and records the run.
fn simulate(
    mut narrated: NarratedRun,
    life: &RunConfig,
    mut recorder: Option<Recorder>,
    out: &mut impl Write,
) -> Result<NarratedRun, CliError> {
    // The stream removes styles if it is not a terminal.
    let mut page = TextLayout::new(DEFAULT_WIDTH, true);
    let mut progress = TerminalProgress::new();
    let mut news = Vec::new();
    loop {
        let goes_on = narrated.step(&mut news);
        let lines: Vec<_> = news.drain(..).map(|narrated| narrated.line).collect();
        if !lines.is_empty() {
            progress.suspend(|| page.write(&lines, out).and_then(|()| out.flush()))?;
        }
        if !goes_on {
            recorder.map_or(Ok(()), |recorder| recorder.finish(narrated.run()))?;
            return Ok(narrated);
        }
        if let Some(recorder) = &mut recorder {
            recorder.record(&narrated)?;
        }
        let share = narrated.run().simulation().now().seconds() / life.end().seconds().max(1.0);
        progress.update(share, || progress_message(narrated.run()));
    }
}

fn progress_message(run: &Run) -> String {
    let simulation = run.simulation();
    let date = simulation.scenario().calendar.datetime(simulation.now()).date();
    format!("{date}, {} events", run.chronicle().len())
}

fn write_json(report: &RunReport, out: &mut impl Write) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(report).map_err(|error| CliError::Internal(error.to_string()))?;
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}
