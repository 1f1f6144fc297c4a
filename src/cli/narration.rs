//! Narrates a run on standard output while it is simulated, records it, and reports on it.

use std::io::{self, Write};

use super::args::RunArgs;
use super::exit::CliError;
use super::json_output::{is_stdout, write_json};
use super::palette::{FAINT, STRONG};
use super::recorder::Recorder;
use super::run_config::RunConfig;
use super::simulate::{check_limit, show_progress};
use super::terminal::{self, TerminalProgress};
use longhand_analysis::{NarratedRun, Run};
use longhand_narrative::{DEFAULT_WIDTH, RunSummary, TextLayout};

/// Most lines about what was not done as asked.
const MAX_LIMITED: usize = 12;

/// The narrated run, with the events that the arguments select.
pub(super) fn narrated_run(run: Run, args: &RunArgs) -> NarratedRun {
    let narrated = if args.all { NarratedRun::every_event(run) } else { NarratedRun::selected(run) };
    if args.cast_only { narrated.cast_only() } else { narrated }
}

/// Simulates a run to its end, and writes the narration and the report. A run stopped by a limit is narrated and recorded up to
/// that point, and then an error.
pub(super) fn run_and_report(
    narrated: NarratedRun,
    config: &RunConfig,
    recorder: Option<Recorder>,
    opening: &str,
    args: &RunArgs,
) -> Result<(), CliError> {
    let json_to_stdout = is_stdout(args.json.as_deref());
    let keep_going = recorder.is_some() || (args.json.is_some() && !json_to_stdout);
    let narrated = match json_to_stdout {
        true => simulate(narrated, config, recorder, &mut std::io::sink())?,
        false => narrate(narrated, config, recorder, opening, keep_going)?,
    };
    write_report(narrated.run(), args)?;
    check_limit(narrated.run())
}

/// Writes the JSON report, if requested.
pub(super) fn write_report(run: &Run, args: &RunArgs) -> Result<(), CliError> {
    if args.json.is_some() {
        write_json(args.json.as_deref(), &run.report())?;
    }
    Ok(())
}

/// Narrates a run on standard output: the title, the opening line, the events and the closing summary. With `keep_going` the run
/// continues without narration when nobody reads it any more, as in `longhand run … --record FILE | head`.
pub(super) fn narrate(
    narrated: NarratedRun,
    config: &RunConfig,
    recorder: Option<Recorder>,
    opening: &str,
    keep_going: bool,
) -> Result<NarratedRun, CliError> {
    let mut out = PipeOutput { out: terminal::stdout(), keep_going, closed: false };
    print_heading(config, opening, &mut out)?;
    let narrated = simulate(narrated, config, recorder, &mut out)?;
    let run = narrated.run();
    let at = run.simulation().now();
    print_limited(run, &mut out)?;
    writeln!(out, "\n{}", RunSummary { scenario: &config.scenario, chronicle: run.chronicle(), seed: run.seed(), at })?;
    Ok(narrated)
}

/// Writes what the world did not do as the rules asked. What a scale does at its ends is not reported.
fn print_limited(run: &Run, out: &mut impl Write) -> Result<(), CliError> {
    let mut limited = run.limited();
    limited.retain(|limited| !limited.scale);
    if limited.is_empty() {
        return Ok(());
    }
    limited.sort_by_key(|limited| std::cmp::Reverse(limited.times));
    writeln!(out, "\nNot done as asked (`why` shows it on each event):")?;
    for limited in limited.iter().take(MAX_LIMITED) {
        writeln!(out, "  {:>9}  {limited}", longhand_narrative::grammar::digits(limited.times as f64))?;
    }
    if let Some(rest) = limited.get(MAX_LIMITED..).filter(|rest| !rest.is_empty()) {
        writeln!(out, "  and of {} others (`--json`)", rest.len())?;
    }
    Ok(())
}

/// Output to a pipe whose reader may end first.
struct PipeOutput<W> {
    out: W,
    /// Whether the rest is dropped then; otherwise it is an error.
    keep_going: bool,
    closed: bool,
}

impl<W: Write> PipeOutput<W> {
    fn attempt<T>(&mut self, write: impl FnOnce(&mut W) -> io::Result<T>, dropped: T) -> io::Result<T> {
        if self.closed {
            return Ok(dropped);
        }
        match write(&mut self.out) {
            Err(error) if self.keep_going && error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                terminal::print_note("standard output was closed; the run continues without narration");
                Ok(dropped)
            }
            result => result,
        }
    }
}

impl<W: Write> Write for PipeOutput<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.attempt(|out| out.write(bytes), bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt(Write::flush, ())
    }
}

/// Writes the title and the opening line.
pub(super) fn print_heading(config: &RunConfig, opening: &str, out: &mut impl Write) -> Result<(), CliError> {
    Ok(writeln!(out, "{STRONG}{}{STRONG:#}\n{FAINT}{opening}{FAINT:#}", config.scenario.title)?)
}

/// Simulates to the end, writes the narration and records the run.
fn simulate(
    mut narrated: NarratedRun,
    config: &RunConfig,
    mut recorder: Option<Recorder>,
    out: &mut impl Write,
) -> Result<NarratedRun, CliError> {
    // The stream removes styles if it is not a terminal.
    let mut page = TextLayout::new(DEFAULT_WIDTH, true);
    let mut progress = TerminalProgress::new();
    let mut new_lines = Vec::new();
    loop {
        let has_more = narrated.step(&mut new_lines);
        let lines: Vec<_> = new_lines.drain(..).map(|narrated| narrated.line).collect();
        if !lines.is_empty() {
            progress.suspend(|| page.write(&lines, out).and_then(|()| out.flush()))?;
        }
        if !has_more {
            recorder.map_or(Ok(()), |recorder| recorder.finish(narrated.run()))?;
            return Ok(narrated);
        }
        if let Some(recorder) = &mut recorder {
            recorder.record(&narrated)?;
        }
        show_progress(&mut progress, narrated.run(), config.end());
    }
}
