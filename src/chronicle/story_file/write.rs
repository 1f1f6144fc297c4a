//! The recorder: what is new goes to a thread of its own, so that the simulation does not wait for the disk.

use super::super::{Chronicle, Mark};
use super::store::{Batch, Store};
use super::{Head, Keyframe, Story, StoryError};
use crate::ids::Instant;
use crate::scenario::Scenario;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Batches that may wait for the disk before the simulation does.
const WAITING: usize = 8;

/// Writes a story file while the run goes on.
///
/// Each [`StoryWriter::write`] is one transaction. An error stops the recording and is told by [`StoryWriter::finish`].
#[derive(Debug)]
pub struct StoryWriter {
    path: PathBuf,
    mark: Mark,
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<Result<(), StoryError>>>,
}

enum Job {
    Store(Batch),
    Keyframe { at: Instant, events: usize, hash: u128, state: Vec<u8> },
    Finish { at: Instant, events: usize, hash: u128, stopped: Option<String> },
}

impl StoryWriter {
    /// Begins a new file for a run of a scene, which is to end at `until` if the scene does not end before.
    ///
    /// # Errors
    /// When the file exists already or cannot be written.
    pub fn create(
        path: &Path,
        scenario: &Scenario,
        seed: u64,
        set: &[(String, String)],
        until: Option<Instant>,
    ) -> Result<Self, StoryError> {
        Self::create_for(path, Head::of(scenario, seed, set, until))
    }

    /// Begins a new file for a run that was started so.
    ///
    /// # Errors
    /// When the file exists already or cannot be written.
    pub fn create_for(path: &Path, head: Head) -> Result<Self, StoryError> {
        Ok(Self::start(Store::create(path, head)?, path, Mark::default()))
    }

    /// Writes on in a file from its last keyframe (from its beginning when it has none), as [`Story::open_at`] gave both: what the file
    /// holds beyond is taken out. The run is to end at `until` from now on, if the scene does not end before.
    ///
    /// # Errors
    /// When the file cannot be written, or somebody else writes in it or has done so since it was read.
    pub fn resume(story: &Story, keyframe: Option<&Keyframe>, until: Option<Instant>) -> Result<Self, StoryError> {
        let store = Store::take_up(story, keyframe, until)?;
        Ok(Self::start(store, &story.path, story.chronicle.mark()))
    }

    fn start(store: Store, path: &Path, mark: Mark) -> Self {
        let (jobs, received) = sync_channel(WAITING);
        let thread = std::thread::spawn(move || work(store, &received));
        Self { path: path.to_path_buf(), mark, jobs: Some(jobs), thread: Some(thread) }
    }

    /// Stores everything the chronicle has recorded since last time.
    pub fn write(&mut self, chronicle: &Chronicle) {
        let news = chronicle.news(&mut self.mark);
        let batch = Batch {
            events: news.events.to_vec(),
            samples: news.samples.to_vec(),
            counts: news.counts,
            people: news.people.into_iter().cloned().collect(),
            crowd: news.crowd.to_vec(),
            beats: news.beats.to_vec(),
            measures: news.measures.to_vec(),
        };
        if !batch.is_empty() {
            self.send(Job::Store(batch));
        }
    }

    /// Stores what the run can be taken up from: its state when the chronicle had so many events and this hash.
    /// Everything before it must have been written.
    pub fn keyframe(&mut self, at: Instant, events: usize, hash: u128, state: Vec<u8>) {
        self.send(Job::Keyframe { at, events, hash, state });
    }

    /// Writes what is left, says that the run ended at an instant, and waits until all is on disk.
    ///
    /// # Errors
    /// The first thing that went wrong since the beginning.
    pub fn finish(self, at: Instant, chronicle: &Chronicle) -> Result<(), StoryError> {
        self.end(at, chronicle, None)
    }

    /// The same of a run that a limit stopped: the story says why.
    ///
    /// # Errors
    /// As [`StoryWriter::finish`].
    pub fn stop(self, at: Instant, chronicle: &Chronicle, why: &str) -> Result<(), StoryError> {
        self.end(at, chronicle, Some(why.to_owned()))
    }

    fn end(mut self, at: Instant, chronicle: &Chronicle, stopped: Option<String>) -> Result<(), StoryError> {
        self.write(chronicle);
        self.send(Job::Finish { at, events: chronicle.len(), hash: chronicle.hash(), stopped });
        self.close()
    }

    /// Waits until all that was written is on disk, and leaves the run open, to be taken up later.
    ///
    /// # Errors
    /// The first thing that went wrong since the beginning.
    pub fn pause(mut self) -> Result<(), StoryError> {
        self.close()
    }

    fn send(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // Who receives has stopped only after an error, which `close` tells.
            let _ = jobs.send(job);
        }
    }

    fn close(&mut self) -> Result<(), StoryError> {
        self.jobs = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(StoryError::BrokeOff { path: self.path.clone() }),
            None => Ok(()),
        }
    }
}

impl Drop for StoryWriter {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            tracing::error!("{error}");
        }
    }
}

fn work(mut store: Store, jobs: &Receiver<Job>) -> Result<(), StoryError> {
    for job in jobs {
        match job {
            Job::Store(batch) => store.store(&batch)?,
            Job::Keyframe { at, events, hash, state } => store.keyframe(at, events, hash, state)?,
            Job::Finish { at, events, hash, stopped } => return store.finish(at, events, hash, stopped.as_deref()),
        }
    }
    Ok(())
}
