//! The recorder: passes deltas of the chronicle to a thread, so that the simulation does not wait for the disk.

use super::super::{Chronicle, LogCursor, LogDelta};
use super::store::StoryStore;
use super::{Keyframe, Story, StoryError, StoryHeader};
use longhand_expr::ids::Instant;
use longhand_scene::Scenario;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant as Clock};

/// How long what was written waits to be committed together with what comes next. A commit writes each page it touched anew.
const COMMIT_INTERVAL: Duration = Duration::from_millis(50);

/// The most events in a job, so that the copies of many events do not have to be in memory at once.
const MAX_JOB_EVENTS: usize = 4096;

/// Capacity of the queue; when it is full the simulation waits.
const QUEUE_LEN: usize = 8;

/// Writes a story file while the run continues.
///
/// What each [`StoryWriter::write`] stores is committed as a whole, within a moment. An error stops the recording and is returned by [`StoryWriter::finish`].
#[derive(Debug)]
pub struct StoryWriter {
    path: PathBuf,
    cursor: LogCursor,
    jobs: Option<SyncSender<WriterJob>>,
    thread: Option<JoinHandle<Result<(), StoryError>>>,
}

enum WriterJob {
    Store(LogDelta),
    /// The beginning of what the next `Store` completes.
    Part(LogDelta),
    Keyframe {
        at: Instant,
        events: usize,
        hash: u128,
        state: Vec<u8>,
    },
    Finish {
        at: Instant,
        events: usize,
        hash: u128,
        stopped: Option<String>,
    },
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
        Self::create_with_header(path, StoryHeader::for_run(scenario, seed, set, until))
    }

    /// Creates a file for a run with the given header.
    ///
    /// # Errors
    /// If the file exists already or cannot be written.
    pub fn create_with_header(path: &Path, header: StoryHeader) -> Result<Self, StoryError> {
        Ok(Self::start(StoryStore::create(path, header)?, path, LogCursor::default()))
    }

    /// Continues a file from its last keyframe (from its beginning if it has none), both as returned by [`Story::open_at`].
    /// Everything recorded after the keyframe is removed. From now on the run ends at `until` at the latest.
    ///
    /// # Errors
    /// If the file cannot be written, or another process writes it or has written it since it was read.
    pub fn resume(story: &Story, keyframe: Option<&Keyframe>, until: Option<Instant>) -> Result<Self, StoryError> {
        let store = StoryStore::resume(story, keyframe, until)?;
        Ok(Self::start(store, &story.path, story.chronicle.end_cursor()))
    }

    fn start(store: StoryStore, path: &Path, cursor: LogCursor) -> Self {
        let (jobs, received) = sync_channel(QUEUE_LEN);
        let thread = std::thread::spawn(move || run_jobs(store, &received));
        Self { path: path.to_path_buf(), cursor, jobs: Some(jobs), thread: Some(thread) }
    }

    /// Stores everything the chronicle has recorded since the last call. It is committed a moment later, and at the next keyframe.
    pub fn write(&mut self, chronicle: &Chronicle) {
        let mut delta = chronicle.take_delta(&mut self.cursor);
        // The facts of events are described by the names of agents, so agents come first.
        while delta.events.len() > MAX_JOB_EVENTS {
            let (events, others) = delta.events.split_at(MAX_JOB_EVENTS);
            delta.events = others;
            let agents = std::mem::take(&mut delta.agents).into_iter().cloned().collect();
            self.send(WriterJob::Part(LogDelta { events: events.to_vec(), agents, ..LogDelta::default() }));
        }
        let delta = delta.to_delta();
        if !delta.is_empty() {
            self.send(WriterJob::Store(delta));
        }
    }

    /// Stores a keyframe: the run's state at `at`, when the chronicle had `events` events and this hash.
    /// Everything before it must have been written.
    pub fn write_keyframe(&mut self, at: Instant, events: usize, hash: u128, state: Vec<u8>) {
        self.send(WriterJob::Keyframe { at, events, hash, state });
    }

    /// Writes the rest, marks the run as ended at an instant, and waits until all is on disk.
    ///
    /// # Errors
    /// The first error since the recording began.
    pub fn finish(self, at: Instant, chronicle: &Chronicle) -> Result<(), StoryError> {
        self.finish_with(at, chronicle, None)
    }

    /// Like [`StoryWriter::finish`], for a run that a limit stopped; stores the reason.
    ///
    /// # Errors
    /// As [`StoryWriter::finish`].
    pub fn finish_stopped(self, at: Instant, chronicle: &Chronicle, why: &str) -> Result<(), StoryError> {
        self.finish_with(at, chronicle, Some(why.to_owned()))
    }

    fn finish_with(mut self, at: Instant, chronicle: &Chronicle, stopped: Option<String>) -> Result<(), StoryError> {
        self.write(chronicle);
        self.send(WriterJob::Finish { at, events: chronicle.len(), hash: chronicle.hash(), stopped });
        self.close()
    }

    /// Waits until everything written is on disk, and leaves the run open to be resumed later.
    ///
    /// # Errors
    /// The first error since the recording began.
    pub fn pause(mut self) -> Result<(), StoryError> {
        self.close()
    }

    fn send(&self, job: WriterJob) {
        if let Some(jobs) = &self.jobs {
            // The receiver stops only after an error, which `close` returns.
            let _ = jobs.send(job);
        }
    }

    fn close(&mut self) -> Result<(), StoryError> {
        self.jobs = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(StoryError::WriterPanicked { path: self.path.clone() }),
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

fn run_jobs(mut store: StoryStore, jobs: &Receiver<WriterJob>) -> Result<(), StoryError> {
    let mut since_commit: Option<Clock> = None;
    loop {
        let job = match since_commit {
            None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(since) => jobs.recv_timeout(COMMIT_INTERVAL.saturating_sub(since.elapsed())),
        };
        match job {
            // Its rest follows at once, and nothing is committed before it.
            Ok(WriterJob::Part(delta)) => {
                store.write(&delta)?;
                since_commit = None;
                continue;
            }
            Ok(WriterJob::Store(delta)) => {
                store.write(&delta)?;
                if since_commit.get_or_insert_with(Clock::now).elapsed() < COMMIT_INTERVAL {
                    continue;
                }
                store.commit()?;
            }
            Ok(WriterJob::Keyframe { at, events, hash, state }) => store.write_keyframe(at, events, hash, state)?,
            Ok(WriterJob::Finish { at, events, hash, stopped }) => return store.finish(at, events, hash, stopped.as_deref()),
            Err(RecvTimeoutError::Timeout) => store.commit()?,
            Err(RecvTimeoutError::Disconnected) => return since_commit.map_or(Ok(()), |_| store.commit()),
        }
        since_commit = None;
    }
}
