//! What the living world sends to the window.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::ids::Instant;
use crate::lab::Told;
use crate::language::Calendar;

/// How far the world may run ahead of a window that does not listen.
const AHEAD: usize = 4096;

/// What is known of a run before it begins.
#[derive(Clone, Debug)]
pub struct Cover {
    /// The scene's title.
    pub title: String,
    /// What the scene says about itself.
    pub about: String,
    /// The seed.
    pub seed: u64,
    /// The scene's calendar.
    pub calendar: Calendar,
    /// The latest end of the run.
    pub ends: Instant,
}

/// What may be heard of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Something was told; in order of time.
    Told(Told),
    /// The world has been lived up to here.
    Lived(Instant),
    /// The run is over; one sentence on what came of it.
    Ended(Instant, String),
    /// The run broke off, and why.
    Failed(String),
}

/// Where the window hears from; [`feed`] makes one.
#[derive(Debug)]
pub struct Feed(Receiver<Heard>);

/// Where the living world tells; [`feed`] makes one.
#[derive(Clone, Debug)]
pub struct Teller(SyncSender<Heard>);

/// The window is gone: nobody listens any more, and there is no need to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the window is closed")]
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
