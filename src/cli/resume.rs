//! `longhand run --resume`: continues an interrupted recording from its last keyframe.
//!
//! The scene is read from the story, not from disk, so that the run stays the same. The state is restored before the file is
//! changed. Events in the file after the keyframe are simulated, narrated and recorded again, with an identical result.

use std::path::Path;

use super::args::RunArgs;
use super::exit::CliError;
use super::json_output::is_stdout;
use super::narration::{narration_for, print_heading, record_and_report, write_report};
use super::recorder::Recorder;
use super::run_config::RunConfig;
use super::terminal;
use longhand_analysis::NarratedRun;
use longhand_chronicle::{Keyframe, RunEnd, Story};
use longhand_expr::ids::Instant;
use longhand_language::Language;
use longhand_narrative::RunSummary;
use longhand_narrative::dates::CivilDateTime;
use std::io::Write;

pub(super) fn resume(path: &Path, args: &RunArgs) -> Result<(), CliError> {
    let (story, keyframe) = Story::open_at(path, Instant(i64::MAX))?;
    let config = RunConfig::from_story(&story, &args.simulation)?;
    if let Some(ended) = story.ended.filter(|ended| args.simulation.until.is_none() || config.end() <= ended.at) {
        return report_finished(&story, keyframe.as_ref(), &config.with_end(ended.at), ended, args);
    }
    let from = keyframe.as_ref().map_or(Instant::START, |keyframe| keyframe.at);
    let timestamp = CivilDateTime::from_instant(&config.scenario.calendar, from).timestamp(Language::english());
    if config.end() <= from {
        return Err(CliError::Usage(format!("{} has already reached {timestamp}", path.display())));
    }
    let opening = match keyframe {
        Some(_) => format!("Resumed from {timestamp}."),
        None => "Restarted from the beginning: the recording was interrupted before its first keyframe.".to_owned(),
    };
    let mut narrated = NarratedRun::new(config.start(), narration_for(&config, args));
    if let Some(keyframe) = &keyframe {
        narrated.restore(&keyframe.state, story.chronicle.clone()).map_err(|_| build_mismatch(path))?;
    }
    let recorder = Recorder::resume(&story, keyframe.as_ref(), &config)?;
    // The run has its own copies.
    drop((story, keyframe));
    terminal::print_note(&format!("using the scene stored in {}; later changes to its files are ignored", path.display()));
    record_and_report(narrated, &config, recorder, &opening, args)
}

/// Handles a finished story: prints that and its summary. A JSON report needs the final state of the world, so the time since
/// the last keyframe is simulated again for it.
fn report_finished(
    story: &Story,
    keyframe: Option<&Keyframe>,
    config: &RunConfig,
    ended: RunEnd,
    args: &RunArgs,
) -> Result<(), CliError> {
    if args.json.is_some() {
        let mut run = config.start();
        if let Some(keyframe) = keyframe {
            run.restore(&keyframe.state, story.chronicle.clone()).map_err(|_| build_mismatch(&story.path))?;
        }
        while run.step() {}
        if run.chronicle().hash() != ended.hash {
            return Err(build_mismatch(&story.path));
        }
        write_report(&run, args)?;
    }
    if !is_stdout(args.json.as_deref()) {
        let full_story = Story::open(&story.path)?;
        let mut out = terminal::stdout();
        let opening = match &story.stopped {
            None => "The run is finished; there is nothing to resume.".to_owned(),
            Some(why) => format!("The run was {why}."),
        };
        print_heading(config, &opening, &mut out)?;
        let summary =
            RunSummary { scenario: &config.scenario, chronicle: &full_story.chronicle, seed: config.seed, at: ended.at };
        writeln!(out, "\n{summary}")?;
    }
    match &story.stopped {
        None => Ok(()),
        Some(why) => Err(CliError::Input(why.clone())),
    }
}

fn build_mismatch(path: &Path) -> CliError {
    CliError::Input(format!("{} was recorded by another build of longhand; only that build can resume it", path.display()))
}
