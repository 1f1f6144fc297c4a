//! What the living world sends to whoever reads it.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::chronicle::Instalment;
use crate::ids::Instant;
use crate::lab::NarratedLine;
use crate::scenario::Scenario;
use crate::story::{Match, Waiting};

/// How far the world may run ahead of a reader who does not listen.
const AHEAD: usize = 4096;

/// What is known of a run before it begins.
#[derive(Clone, Debug)]
pub struct Cover {
    /// The scene.
    pub scenario: Arc<Scenario>,
    /// The seed.
    pub seed: u64,
    /// The latest end of the run.
    pub ends: Instant,
}

/// A stretch of time that was lived, and all that came of it.
#[derive(Clone, Debug, Default)]
pub struct Stretch {
    /// Its end.
    pub now: Instant,
    /// What was recorded in it.
    pub recorded: Instalment,
    /// What was told of it, in order of time.
    pub told: Vec<NarratedLine>,
    /// The patterns that came about in it, in order.
    pub matched: Vec<Match>,
    /// How far each beat and pattern is at its end, where that was asked.
    pub waiting: Option<Vec<Waiting>>,
}

/// What may be heard of a run.
#[derive(Clone, Debug)]
pub enum Heard {
    /// The world was lived on.
    Lived(Box<Stretch>),
    /// The run is over; one sentence on what came of it.
    Ended(String),
    /// The run broke off, and why.
    Failed(String),
}

/// Where a reader hears from; [`feed`] makes one.
#[derive(Debug)]
pub struct Feed(Receiver<Heard>);

/// Where the living world tells; [`feed`] makes one.
#[derive(Clone, Debug)]
pub struct Teller(SyncSender<Heard>);

/// The reader is gone: nobody listens any more, and there is no need to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody reads any more")]
pub struct Gone;

/// The two ends of a run's telling.
#[must_use]
pub fn feed() -> (Teller, Feed) {
    let (teller, feed) = sync_channel(AHEAD);
    (Teller(teller), Feed(feed))
}

impl Teller {
    /// Tells; waits where the listener is far behind.
    ///
    /// # Errors
    /// When nobody listens any more.
    pub fn tell(&self, heard: Heard) -> Result<(), Gone> {
        self.0.send(heard).map_err(|_| Gone)
    }
}

impl Feed {
    /// What has come since it was last asked; never waits.
    pub fn news(&mut self) -> impl Iterator<Item = Heard> {
        self.0.try_iter()
    }
}
