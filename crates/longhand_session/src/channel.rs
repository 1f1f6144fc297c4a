//! The channel from the simulation thread to a session.
//!
//! It is bounded, so that a simulation that is faster than the user interface does not fill the memory.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use longhand_analysis::NarratedLine;
use longhand_chronicle::LogDelta;
use longhand_expr::ids::Instant;
use longhand_narrative::{Match, PatternStatus};
use longhand_scene::Scenario;
use longhand_sim::{OpenDecision, PlayerChoice};

/// Capacity of the channel in messages; when it is full the simulation waits.
const CHANNEL_CAPACITY: usize = 4096;

/// What is known about a run before it starts.
#[derive(Clone, Debug)]
pub struct RunInfo {
    /// The scene that is simulated.
    pub scenario: Arc<Scenario>,
    /// The seed of all random draws.
    pub seed: u64,
    /// The latest possible end of the run.
    pub latest_end: Instant,
}

/// The results of one or more simulated ticks.
#[derive(Clone, Debug, Default)]
pub struct TickBatch {
    /// The instant at the end of the last tick.
    pub now: Instant,
    /// What was added to the chronicle, including the beats that matched.
    pub recorded: LogDelta,
    /// The narrated lines, ascending by time.
    pub narrated: Vec<NarratedLine>,
    /// The matches of patterns other than beats, in the order of completion.
    pub matches: Vec<Match>,
    /// The status of each beat and pattern at `now`; `None` except in the first tick of a day and the last tick of the run.
    pub pattern_statuses: Option<Vec<PatternStatus>>,
}

/// A message from the simulation.
#[derive(Clone, Debug)]
pub enum SimMessage {
    /// Time advanced.
    Advanced(Box<TickBatch>),
    /// The run ended. One sentence that describes the outcome.
    Ended(String),
    /// The run failed. The reason.
    Failed(String),
    /// The run waits for a person who plays an agent.
    Asked(AskedDecision),
}

/// A decision of an agent that waits for the person who plays it. If it is dropped without an answer, the agent decides itself from then on.
#[derive(Clone, Debug)]
pub struct AskedDecision {
    decision: OpenDecision,
    answer: SyncSender<PlayerChoice>,
}

impl AskedDecision {
    /// What is to be decided.
    #[must_use]
    pub fn decision(&self) -> &OpenDecision {
        &self.decision
    }

    /// Answers, and lets the run go on.
    pub fn answer(self, choice: PlayerChoice) {
        // A run that has stopped needs no answer.
        _ = self.answer.send(choice);
    }
}

/// The receiving end of the channel; created by [`sim_channel`].
#[derive(Debug)]
pub struct SimReceiver(Receiver<SimMessage>);

/// The sending end of the channel; created by [`sim_channel`].
#[derive(Clone, Debug)]
pub struct SimSender(SyncSender<SimMessage>);

/// The error of [`SimSender::send`] after the [`SimReceiver`] was dropped; the simulation can stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the receiver was dropped")]
pub struct ReceiverDropped;

/// Creates the channel for one run.
#[must_use]
pub fn sim_channel() -> (SimSender, SimReceiver) {
    let (sender, receiver) = sync_channel(CHANNEL_CAPACITY);
    (SimSender(sender), SimReceiver(receiver))
}

impl SimSender {
    /// Sends a message; waits if the channel is full.
    ///
    /// # Errors
    /// If the receiver was dropped.
    pub fn send(&self, message: SimMessage) -> Result<(), ReceiverDropped> {
        self.0.send(message).map_err(|_| ReceiverDropped)
    }

    /// Asks the person who plays an agent, and waits for the answer; `None` if there will be none.
    #[must_use]
    pub fn ask(&self, decision: OpenDecision) -> Option<PlayerChoice> {
        let (answer, answered) = sync_channel(1);
        self.send(SimMessage::Asked(AskedDecision { decision, answer })).ok()?;
        answered.recv().ok()
    }
}

impl SimReceiver {
    /// The messages that have arrived since the last call; does not block.
    pub fn drain(&mut self) -> impl Iterator<Item = SimMessage> {
        self.0.try_iter()
    }
}
