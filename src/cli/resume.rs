//! `longhand run --resume`: continues an interrupted recording from its last keyframe.
//!
//! The scene is read from the story, not from disk, so that the run stays the same. The state is restored before the file is
//! changed. Events in the file after the keyframe are simulated, narrated and recorded again, with an identical result.

use std::path::Path;

use super::args::RunArgs;
use super::ask::AskError;
use super::exit::{Exit, Failure};
use super::life::Life;
use super::recorder::Recorder;
use super::run::{answer, is_for_report, open, report, voice};
use super::terminal;
use longhand_chronicle::{Ended, Keyframe, Story};
use longhand_expr::ids::Instant;
use longhand_narrative::Closing;
use longhand_narrative::dates::Moment;
use std::io::Write;

pub(super) fn resume(path: &Path, args: &RunArgs) -> Result<Exit, Failure> {
    let (story, keyframe) = Story::open_at(path, Instant(i64::MAX)).map_err(AskError::from)?;
    let life = Life::recorded(&story, &args.life)?;
    if let Some(ended) = story.ended.filter(|ended| args.life.until.is_none() || life.ends() <= ended.at) {
        return finished(&story, keyframe.as_ref(), &life.ending(ended.at), ended, args);
    }
    let from = keyframe.as_ref().map_or(Instant::START, |keyframe| keyframe.at);
    let stamp = Moment::of(&life.scenario.calendar, from).stamp();
    if life.ends() <= from {
        return Err(Failure::Usage(format!("{} has already reached {stamp}", path.display())));
    }
    let opening = match keyframe {
        Some(_) => format!("Resumed from {stamp}."),
        None => "Restarted from the beginning: the recording was interrupted before its first keyframe.".to_owned(),
    };
    let mut narrated = voice(life.begin(), args);
    if let Some(keyframe) = &keyframe {
        narrated.restore(&keyframe.state, story.chronicle.clone()).map_err(|_| another_build(path))?;
    }
    let recorder = Recorder::resume(&story, keyframe.as_ref(), &life)?;
    // The run has its own copies.
    drop((story, keyframe));
    terminal::say(&format!("using the scene stored in {}; later changes to its files are ignored", path.display()));
    answer(narrated, &life, Some(recorder), &opening, args)
}

/// Handles a finished story: prints that and its summary. A JSON report needs the final state of the world, so the time since
/// the last keyframe is simulated again for it.
fn finished(story: &Story, keyframe: Option<&Keyframe>, life: &Life, ended: Ended, args: &RunArgs) -> Result<Exit, Failure> {
    if args.json.is_some() {
        let mut run = life.begin();
        if let Some(keyframe) = keyframe {
            run.restore(&keyframe.state, story.chronicle.clone()).map_err(|_| another_build(&story.path))?;
        }
        while run.step() {}
        if run.chronicle().hash() != ended.hash {
            return Err(another_build(&story.path));
        }
        report(&run, args)?;
    }
    if !is_for_report(args) {
        let whole = Story::open(&story.path).map_err(AskError::from)?;
        let mut out = terminal::out();
        let opening = match &story.stopped {
            None => "The run is finished; there is nothing to resume.".to_owned(),
            Some(why) => format!("The run was {why}."),
        };
        open(life, &opening, &mut out)?;
        let closing = Closing { scenario: &life.scenario, chronicle: &whole.chronicle, seed: life.seed, at: ended.at };
        writeln!(out, "\n{closing}")?;
    }
    match &story.stopped {
        None => Ok(Exit::Done),
        Some(why) => Err(Failure::Input(why.clone())),
    }
}

fn another_build(path: &Path) -> Failure {
    Failure::Input(format!("{} was recorded by another build of longhand; only that build can resume it", path.display()))
}
