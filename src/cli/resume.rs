//! `longhand run --resume`: goes on with a recorded run that was broken off, from its last keyframe.
//!
//! The scene is the one in the file, not the one that stands on the disk by now: only so is it the same life. The run is taken up before
//! the file is touched; what the file has beyond the keyframe is lived, told and recorded again, the same to the letter.

use std::path::Path;

use super::args::RunArgs;
use super::ask::AskError;
use super::exit::{Exit, Failure};
use super::life::Life;
use super::recorder::Recorder;
use super::run::{answer, is_for_report, open, report, voice};
use super::terminal;
use crate::chronicle::{Ended, Keyframe, Story};
use crate::ids::Instant;
use crate::story::Closing;
use crate::story::dates::Moment;
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
        return Err(Failure::Usage(format!("{} has come to {stamp} already", path.display())));
    }
    let opening = match keyframe {
        Some(_) => format!("It goes on from {stamp}."),
        None => "It begins again: it was broken off before there was anything to go on from.".to_owned(),
    };
    let mut told = voice(life.begin(), args);
    if let Some(keyframe) = &keyframe {
        told.restore(&keyframe.state, story.chronicle.clone()).map_err(|_| another_build(path))?;
    }
    let recorder = Recorder::resume(&story, keyframe.as_ref(), &life)?;
    // The run has its own of both now.
    drop((story, keyframe));
    terminal::say(&format!("the scene is the one in {}; later changes to its files are not in it", path.display()));
    answer(told, &life, Some(recorder), &opening, args)
}

/// A story that is whole already: says so, and what came of it. For a report the last days are lived again, as it tells of the world too.
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
            None => "It is finished: there is nothing to go on with.".to_owned(),
            Some(why) => format!("It was {why}."),
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
    Failure::Input(format!("{} was recorded by another build of longhand, which alone can go on with it", path.display()))
}
