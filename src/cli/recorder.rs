//! Writes a run into a `.story` file while it is simulated.

use std::path::Path;

use super::exit::CliError;
use super::run_config::RunConfig;
use longhand_analysis::{NarratedRun, Run};
use longhand_chronicle::{Keyframe, Story, StoryWriter};
use longhand_expr::ids::Instant;

/// Least simulated seconds between keyframes. After an interruption at most this much is simulated again, about a second of wall
/// time; keyframes enlarge the file by about 5 %.
const KEYFRAME_EVERY_SECONDS: f64 = 14.0 * 86_400.0;
/// Least simulated seconds between writes.
const WRITE_EVERY_SECONDS: f64 = 86_400.0;
/// Most keyframes and most writes of a scene that lasts long: a scene of centuries is as quick to record as one of months.
const MOST_KEYFRAMES: f64 = 200.0;
const MOST_WRITES: f64 = 2_000.0;

pub(crate) struct Recorder {
    writer: StoryWriter,
    /// Simulated seconds between writes, and between keyframes.
    write_every: f64,
    keyframe_every: f64,
    next_write: Instant,
    next_keyframe: Instant,
}

impl Recorder {
    /// Creates a new file. An existing file is an error.
    pub fn create(path: &Path, config: &RunConfig, set: &[(String, String)]) -> Result<Self, CliError> {
        let writer = StoryWriter::create(path, &config.scenario, config.seed, set, config.until)?;
        Ok(Self::new(writer, config, None))
    }

    /// Continues a file from its last keyframe, with the same schedule as an uninterrupted recorder.
    pub fn resume(story: &Story, keyframe: Option<&Keyframe>, config: &RunConfig) -> Result<Self, CliError> {
        let writer = StoryWriter::resume(story, keyframe, config.until)?;
        Ok(Self::new(writer, config, keyframe))
    }

    fn new(writer: StoryWriter, config: &RunConfig, keyframe: Option<&Keyframe>) -> Self {
        // The length of the scene, not of this run: a run that goes on later has the same schedule.
        let scene_seconds = config.scenario.ends.seconds();
        let write_every = WRITE_EVERY_SECONDS.max(scene_seconds / MOST_WRITES);
        let keyframe_every = KEYFRAME_EVERY_SECONDS.max(scene_seconds / MOST_KEYFRAMES);
        let start = keyframe.map_or(Instant::START, |keyframe| keyframe.at);
        let next_write = keyframe.map_or(start, |_| start.add_seconds(write_every));
        Self { writer, write_every, keyframe_every, next_write, next_keyframe: start.add_seconds(keyframe_every) }
    }

    /// Writes what is new, if a write is due. Call it after each tick except the last.
    pub fn record(&mut self, narrated: &NarratedRun) -> Result<(), CliError> {
        let now = narrated.run().simulation().now();
        if now < self.next_write {
            return Ok(());
        }
        let chronicle = narrated.run().chronicle();
        self.writer.write(chronicle);
        self.next_write = now.add_seconds(self.write_every);
        if now >= self.next_keyframe {
            let state = narrated.keyframe().map_err(|error| CliError::Internal(format!("cannot write a keyframe: {error}")))?;
            self.writer.write_keyframe(now, chronicle.len(), chronicle.hash(), state);
            self.next_keyframe = now.add_seconds(self.keyframe_every);
        }
        Ok(())
    }

    /// Writes the rest and the reason if a limit stopped the run, and waits until everything is on disk.
    pub fn finish(self, run: &Run) -> Result<(), CliError> {
        let (simulation, chronicle) = (run.simulation(), run.chronicle());
        let written = match simulation.limit_exceeded() {
            None => self.writer.finish(simulation.now(), chronicle),
            Some(overrun) => self.writer.finish_stopped(simulation.now(), chronicle, &overrun.to_string()),
        };
        Ok(written?)
    }
}
