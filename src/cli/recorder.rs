//! A run into a `.story` file, while it is lived.

use std::path::Path;

use super::ask::AskError;
use super::exit::Failure;
use super::life::Life;
use crate::chronicle::StoryWriter;
use crate::ids::Instant;
use crate::lab::Run;

/// Simulated time between two points from which a broken run can go on.
const KEYFRAME_EVERY_SECONDS: f64 = 14.0 * 86_400.0;
/// Simulated time between two writings: what a sudden end can cost.
const WRITE_EVERY_SECONDS: f64 = 86_400.0;

pub(crate) struct Recorder {
    writer: StoryWriter,
    next_write: Instant,
    next_keyframe: Instant,
}

impl Recorder {
    /// Begins a new file; one that is there already is left alone.
    pub fn begin(path: &Path, life: &Life, set: &[(String, String)]) -> Result<Self, Failure> {
        let writer = StoryWriter::create(path, &life.scenario, life.seed, set).map_err(AskError::from)?;
        Ok(Self { writer, next_write: Instant::START, next_keyframe: Instant::START.plus_seconds(KEYFRAME_EVERY_SECONDS) })
    }

    /// Takes what is new, when it is time to.
    pub fn record(&mut self, run: &Run) -> Result<(), Failure> {
        let now = run.simulation().now();
        if now < self.next_write {
            return Ok(());
        }
        let chronicle = run.chronicle();
        self.writer.write(chronicle);
        self.next_write = now.plus_seconds(WRITE_EVERY_SECONDS);
        if now >= self.next_keyframe {
            let state =
                run.simulation().keyframe().map_err(|error| Failure::Internal(format!("the world cannot be kept: {error}")))?;
            self.writer.keyframe(now, chronicle.len(), chronicle.hash(), state);
            self.next_keyframe = now.plus_seconds(KEYFRAME_EVERY_SECONDS);
        }
        Ok(())
    }

    /// Writes the rest and waits until all of it is on disk.
    pub fn finish(self, run: &Run) -> Result<(), Failure> {
        Ok(self.writer.finish(run.simulation().now(), run.chronicle()).map_err(AskError::from)?)
    }
}
