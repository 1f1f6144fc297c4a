//! The channel from the simulation thread to a session.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use longhand_analysis::NarratedLine;
use longhand_chronicle::Instalment;
use longhand_expr::ids::Instant;
use longhand_narrative::{Match, Waiting};
use longhand_scene::Scenario;

/// Capacity of the channel in messages; when it is full the simulation waits.
const AHEAD: usize = 4096;

/// What is known of a run before it starts.
#[derive(Clone, Debug)]
pub struct Cover {
    /// The scene.
    pub scenario: Arc<Scenario>,
    /// The seed.
    pub seed: u64,
    /// The latest possible end of the run.
    pub ends: Instant,
}

/// One or more simulated ticks and everything they produced.
#[derive(Clone, Debug, Default)]
pub struct Stretch {
    /// The instant at their end.
    pub now: Instant,
    /// What was recorded.
    pub recorded: Instalment,
    /// What was narrated, ascending by time.
    pub told: Vec<NarratedLine>,
    /// The patterns that matched, in order.
    pub matched: Vec<Match>,
    /// The status of each beat and pattern at the end; sent once a simulated day.
    pub waiting: Option<Vec<Waiting>>,
}

/// A message from the simulation.
#[derive(Clone, Debug)]
pub enum Heard {
    /// Time advanced.
    Lived(Box<Stretch>),
    /// The run ended; one sentence about its outcome.
    Ended(String),
    /// The run failed; the reason.
    Failed(String),
}

/// The receiving end of the channel; created by [`sim_channel`].
#[derive(Debug)]
pub struct Feed(Receiver<Heard>);

/// The sending end of the channel; created by [`sim_channel`].
#[derive(Clone, Debug)]
pub struct Teller(SyncSender<Heard>);

/// The receiver was dropped, so the sender can stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the receiver was dropped")]
pub struct Gone;

/// Creates the channel of a run.
#[must_use]
pub fn feed() -> (Teller, Feed) {
    let (teller, feed) = sync_channel(AHEAD);
    (Teller(teller), Feed(feed))
}

impl Teller {
    /// Sends a message; waits if the channel is full.
    ///
    /// # Errors
    /// If the receiver was dropped.
    pub fn tell(&self, heard: Heard) -> Result<(), Gone> {
        self.0.send(heard).map_err(|_| Gone)
    }
}

impl Feed {
    /// The messages that have arrived since the last call; does not block.
    pub fn news(&mut self) -> impl Iterator<Item = Heard> {
        self.0.try_iter()
    }
}
