//! What an author does while the world lives: params set otherwise, texts changed, and the world lived anew. The run before is kept beside
//! the new one, so that it can be said where they part.

use std::collections::BTreeMap;
use std::io;

use super::feed::{Cover, Feed};
use super::record::Record;
use crate::ids::EventId;
use crate::scenario::Diagnostics;

/// Who can have the world lived anew.
pub trait Living: Send {
    /// Reads the scene again, and begins to live it with these params set otherwise.
    ///
    /// # Errors
    /// All that is wrong with the scene as it is now; whatever lives goes on.
    fn live(&mut self, set: &[(String, String)]) -> Result<(Cover, Feed), Diagnostics>;

    /// Whether a file of the scene was changed since it was last read.
    fn has_changed(&mut self) -> bool;

    /// Writes one of the scene's texts, by its position among the scenario's sources.
    ///
    /// # Errors
    /// When the file cannot be written.
    fn save(&mut self, text: usize, words: &str) -> io::Result<()>;

    /// Keeps the params that were set, beside the scene and not in it.
    ///
    /// # Errors
    /// When the file cannot be written.
    fn keep(&mut self, set: &[(String, String)]) -> io::Result<()>;
}

/// What is being written, and what became of it.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    /// Params set otherwise than the scene has them.
    pub set: BTreeMap<String, String>,
    /// Texts that were changed and not yet saved, by position.
    pub drafts: BTreeMap<usize, String>,
    /// What is wrong with the scene as it was last read, if it could not be lived.
    pub problems: Option<Diagnostics>,
    /// What could not be done.
    pub failed: Option<String>,
    /// What is to be done as soon as there is somebody to do it.
    pub wishes: Vec<Wish>,
    /// The run before, and how many events both have had in common so far.
    pub before: Option<Before>,
}

/// Something only who owns the files and the world can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Live the world anew.
    Live,
    /// Write the drafts.
    Save,
    /// Keep the params that were set.
    Keep,
}

/// The run before this one.
#[derive(Debug)]
pub(crate) struct Before {
    pub record: Record,
    alike: usize,
    parted: bool,
}

impl Before {
    pub fn new(record: Record) -> Self {
        Self { record, alike: 0, parted: false }
    }

    /// Goes on comparing.
    pub fn refresh(&mut self, now: &Record) {
        let (then, now) = (self.record.chronicle().events(), now.chronicle().events());
        while !self.parted {
            let (Some(a), Some(b)) = (then.get(self.alike), now.get(self.alike)) else { return };
            if (a.kind, a.at, &a.roles) == (b.kind, b.at, &b.roles) {
                self.alike += 1;
            } else {
                self.parted = true;
            }
        }
    }

    /// The first event of which the two runs are not alike, as far as both were lived.
    pub fn divergence(&self, now: &Record) -> Option<EventId> {
        let ended = self.record.is_over() && now.is_over();
        let lengths = self.record.chronicle().len() != now.chronicle().len();
        (self.parted || ended && lengths).then(|| EventId::at(self.alike))
    }
}

impl Desk {
    /// The params that were set, as a scene is read with.
    pub fn settings(&self) -> Vec<(String, String)> {
        self.set.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}
