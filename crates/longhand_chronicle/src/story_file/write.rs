//! The recorder: passes deltas of the chronicle to a thread, so that the simulation does not wait for the disk.

use super::super::{Chronicle, Mark};
use super::store::{Batch, Store};
use super::{Head, Keyframe, Story, StoryError};
use longhand_expr::ids::Instant;
use longhand_scene::Scenario;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Capacity of the queue; when it is full the simulation waits.
const WAITING: usize = 8;

/// Writes a story file while the run continues.
///
/// Each [`StoryWriter::write`] is one transaction. An error stops the recording and is returned by [`StoryWriter::finish`].
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
    /// Creates a file for a run of a scene that ends at `until` at the latest.
    ///
    /// # Errors
    /// If the file exists already or cannot be written.
    pub fn create(
        path: &Path,
        scenario: &Scenario,
        seed: u64,
        set: &[(String, String)],
        until: Option<Instant>,
    ) -> Result<Self, StoryError> {
        Self::create_for(path, Head::of(scenario, seed, set, until))
    }

    /// Creates a file for a run with the given header.
    ///
    /// # Errors
    /// If the file exists already or cannot be written.
    pub fn create_for(path: &Path, head: Head) -> Result<Self, StoryError> {
        Ok(Self::start(Store::create(path, head)?, path, Mark::default()))
    }

    /// Continues a file from its last keyframe (from its beginning if it has none), both as returned by [`Story::open_at`].
    /// Everything recorded after the keyframe is removed. From now on the run ends at `until` at the latest.
    ///
    /// # Errors
    /// If the file cannot be written, or another process writes it or has written it since it was read.
    pub fn resume(story: &Story, keyframe: Option<&Keyframe>, until: Option<Instant>) -> Result<Self, StoryError> {
        let store = Store::take_up(story, keyframe, until)?;
        Ok(Self::start(store, &story.path, story.chronicle.mark()))
    }

    fn start(store: Store, path: &Path, mark: Mark) -> Self {
        let (jobs, received) = sync_channel(WAITING);
        let thread = std::thread::spawn(move || work(store, &received));
        Self { path: path.to_path_buf(), mark, jobs: Some(jobs), thread: Some(thread) }
    }

    /// Stores everything the chronicle has recorded since the last call.
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

    /// Stores a keyframe: the run's state at `at`, when the chronicle had `events` events and this hash.
    /// Everything before it must have been written.
    pub fn keyframe(&mut self, at: Instant, events: usize, hash: u128, state: Vec<u8>) {
        self.send(Job::Keyframe { at, events, hash, state });
    }

    /// Writes the rest, marks the run as ended at an instant, and waits until all is on disk.
    ///
    /// # Errors
    /// The first error since the recording began.
    pub fn finish(self, at: Instant, chronicle: &Chronicle) -> Result<(), StoryError> {
        self.end(at, chronicle, None)
    }

    /// Like [`StoryWriter::finish`], for a run that a limit stopped; stores the reason.
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

    /// Waits until everything written is on disk, and leaves the run open to be resumed later.
    ///
    /// # Errors
    /// The first error since the recording began.
    pub fn pause(mut self) -> Result<(), StoryError> {
        self.close()
    }

    fn send(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // The receiver stops only after an error, which `close` returns.
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
