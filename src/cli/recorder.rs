//! A run into a `.story` file, while it is lived.

use std::path::Path;

use super::ask::AskError;
use super::exit::Failure;
use super::life::Life;
use crate::chronicle::{Keyframe, Story, StoryWriter};
use crate::ids::Instant;
use crate::lab::{NarratedRun, Run};

/// Simulated time between two points from which a broken run can go on: a second of living again or less, for a twentieth more.
const KEYFRAME_EVERY_SECONDS: f64 = 14.0 * 86_400.0;
/// Simulated time between two writings.
const WRITE_EVERY_SECONDS: f64 = 86_400.0;

pub(crate) struct Recorder {
    writer: StoryWriter,
    next_write: Instant,
    next_keyframe: Instant,
}

impl Recorder {
    /// Begins a new file; one that is there already is left alone.
    pub fn begin(path: &Path, life: &Life, set: &[(String, String)]) -> Result<Self, Failure> {
        let writer = StoryWriter::create(path, &life.scenario, life.seed, set, life.until).map_err(AskError::from)?;
        Ok(Self::after(writer, None))
    }

    /// Writes on in a file from its last keyframe, in step with a recorder that was never interrupted.
    pub fn resume(story: &Story, keyframe: Option<&Keyframe>, life: &Life) -> Result<Self, Failure> {
        let writer = StoryWriter::resume(story, keyframe, life.until).map_err(AskError::from)?;
        Ok(Self::after(writer, keyframe))
    }

    fn after(writer: StoryWriter, keyframe: Option<&Keyframe>) -> Self {
        let at = keyframe.map_or(Instant::START, |keyframe| keyframe.at);
        let next_write = keyframe.map_or(at, |_| at.plus_seconds(WRITE_EVERY_SECONDS));
        Self { writer, next_write, next_keyframe: at.plus_seconds(KEYFRAME_EVERY_SECONDS) }
    }

    /// Takes what is new, when it is time to. Call it after each tick but the last.
    pub fn record(&mut self, told: &NarratedRun) -> Result<(), Failure> {
        let now = told.run().simulation().now();
        if now < self.next_write {
            return Ok(());
        }
        let chronicle = told.run().chronicle();
        self.writer.write(chronicle);
        self.next_write = now.plus_seconds(WRITE_EVERY_SECONDS);
        if now >= self.next_keyframe {
            let state = told.keyframe().map_err(|error| Failure::Internal(format!("the world cannot be kept: {error}")))?;
            self.writer.keyframe(now, chronicle.len(), chronicle.hash(), state);
            self.next_keyframe = now.plus_seconds(KEYFRAME_EVERY_SECONDS);
        }
        Ok(())
    }

    /// Writes the rest, and why the run was stopped if it was, and waits until all of it is on disk.
    pub fn finish(self, run: &Run) -> Result<(), Failure> {
        let (simulation, chronicle) = (run.simulation(), run.chronicle());
        let written = match simulation.limit_exceeded() {
            None => self.writer.finish(simulation.now(), chronicle),
            Some(overrun) => self.writer.stop(simulation.now(), chronicle, &overrun.to_string()),
        };
        Ok(written.map_err(AskError::from)?)
    }
}
