//! Narrates a run on standard output while it is simulated, records it, and reports on it.

use std::io::{self, Write};

use super::args::RunArgs;
use super::exit::CliError;
use super::json_output::{is_stdout, write_json};
use super::palette::{FAINT, STRONG};
use super::recorder::Recorder;
use super::run_config::RunConfig;
use super::simulate::{check_limit, show_progress};
use super::simulate_observed::simulate_observed;
use super::terminal::{self, TerminalProgress};
use longhand_analysis::{NarratedLine, NarratedRun, Run, RunNarration, RunProgress};
use longhand_chronicle::Chronicle;
use longhand_narrative::{DEFAULT_WIDTH, RunSummary, TextLayout};

/// Most lines about what was not done as asked.
const MAX_LIMITED: usize = 12;

/// The narration of a run, with the events that the arguments select.
pub(super) fn narration_for(config: &RunConfig, args: &RunArgs) -> RunNarration {
    let every_or_selected = if args.all { RunNarration::every_event } else { RunNarration::selected };
    let narration = every_or_selected(&config.scenario, config.seed);
    if args.cast_only { narration.cast_only() } else { narration }
}

/// Simulates a run to its end and records it, and writes the narration and the report. A run stopped by a limit is narrated and recorded up
/// to that point, and then an error.
pub(super) fn record_and_report(
    mut narrated: NarratedRun,
    config: &RunConfig,
    recorder: Recorder,
    opening: &str,
    args: &RunArgs,
) -> Result<(), CliError> {
    if is_stdout(args.json.as_deref()) {
        record(&mut narrated, config, recorder, &mut NarrationPage::new(&mut io::sink()))?;
    } else {
        narrate(config, opening, true, |page| {
            record(&mut narrated, config, recorder, page)?;
            Ok(narrated.run())
        })?;
    }
    write_report(narrated.run(), args)?;
    check_limit(narrated.run())
}

/// Simulates a run to its end and writes the narration. With `keep_going` the run continues without narration when nobody reads it any more.
pub(super) fn narrate_run(
    run: &mut Run,
    config: &RunConfig,
    narration: impl FnOnce() -> RunNarration + Send,
    opening: &str,
    keep_going: bool,
) -> Result<(), CliError> {
    narrate(config, opening, keep_going, |page| {
        simulate_observed(run, || {
            let mut narration = narration();
            let mut lines = Vec::new();
            move |chronicle: &Chronicle, progress: RunProgress, is_over: bool| {
                narration.narrate_new_events(&config.scenario, chronicle, &mut lines);
                if is_over {
                    narration.finish(&config.scenario, chronicle, progress.now, &mut lines);
                }
                page.write(&mut lines)?;
                page.show_progress(config, progress);
                Ok(())
            }
        })?;
        Ok(&*run)
    })
}

/// Writes the JSON report, if requested.
pub(super) fn write_report(run: &Run, args: &RunArgs) -> Result<(), CliError> {
    if args.json.is_some() {
        write_json(args.json.as_deref(), &run.report())?;
    }
    Ok(())
}

/// Narrates a run on standard output: the title, the opening line, the events that `simulate` writes, and the closing summary. With `keep_going`
/// it goes on when nobody reads it any more, as in `longhand run … --record FILE | head`.
fn narrate<'r>(
    config: &RunConfig,
    opening: &str,
    keep_going: bool,
    simulate: impl FnOnce(&mut NarrationPage<'_>) -> Result<&'r Run, CliError>,
) -> Result<(), CliError> {
    let mut out = PipeOutput { out: terminal::stdout(), keep_going, closed: false };
    print_heading(config, opening, &mut out)?;
    let run = simulate(&mut NarrationPage::new(&mut out))?;
    let at = run.simulation().now();
    print_limited(run, &mut out)?;
    writeln!(out, "\n{}", RunSummary { scenario: &config.scenario, chronicle: run.chronicle(), seed: run.seed(), at })?;
    Ok(())
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

/// The narration as it is printed, above the progress bar.
struct NarrationPage<'o> {
    layout: TextLayout,
    progress: TerminalProgress,
    out: &'o mut (dyn Write + Send),
}

impl<'o> NarrationPage<'o> {
    fn new(out: &'o mut (dyn Write + Send)) -> Self {
        // The stream removes styles if it is not a terminal.
        Self { layout: TextLayout::new(DEFAULT_WIDTH, true), progress: TerminalProgress::new(), out }
    }

    /// Writes lines and removes them.
    fn write(&mut self, lines: &mut Vec<NarratedLine>) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let text: String = lines.drain(..).map(|narrated| self.layout.format_line(&narrated.line)).collect();
        self.progress.suspend(|| self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()))
    }

    fn show_progress(&mut self, config: &RunConfig, reached: RunProgress) {
        show_progress(&mut self.progress, &config.scenario, reached, config.end());
    }
}

/// Simulates to the end, writes the narration and records the run. The state of the narration is recorded with that of the world.
fn record(
    narrated: &mut NarratedRun,
    config: &RunConfig,
    mut recorder: Recorder,
    page: &mut NarrationPage<'_>,
) -> Result<(), CliError> {
    let mut lines = Vec::new();
    loop {
        let continues = narrated.step(&mut lines);
        page.write(&mut lines)?;
        if !continues {
            return recorder.finish(narrated.run());
        }
        recorder.record(narrated)?;
        page.show_progress(config, narrated.run().progress());
    }
}
