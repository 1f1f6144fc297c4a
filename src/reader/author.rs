//! What an author does while the world lives: params set otherwise, texts changed, something done to the world from outside, and the world
//! lived anew.

use std::collections::BTreeMap;
use std::io;

use super::branch::Setup;
use super::feed::{Cover, Feed};
use crate::scenario::{Diagnostics, Intervention};

/// Writes a branch into a story, which takes as long as living it from where it was taken up.
pub type Writing = Box<dyn FnOnce() -> Result<(), String> + Send>;

/// A branch that is to be kept in the story it was taken up from.
#[derive(Clone, Copy, Debug)]
pub struct Keeping<'a> {
    /// The branch that it was taken up from; none: the story's own life.
    pub parent: Option<&'a str>,
    /// What it is to be called.
    pub name: &'a str,
    /// Params set otherwise than its parent's.
    pub set: &'a [(String, String)],
    /// What was done to its parent from outside.
    pub outside: &'a [Intervention],
}

/// Who can have the world lived anew.
pub trait Living: Send {
    /// Reads the scene again, and begins to live it with these params set otherwise, these things done to it, and this seed.
    ///
    /// # Errors
    /// All that is wrong with the scene as it is now, or with what is to be done to it; whatever lives goes on.
    fn live(&mut self, setup: &Setup) -> Result<(Cover, Feed), Diagnostics>;

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

    /// How a branch is written into the story that is read; none where what is read is no story.
    fn keep_branch(&mut self, keeping: Keeping<'_>) -> Option<Writing>;
}

/// What is being written, and what became of it.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    /// Texts that were changed and not yet saved, by position.
    pub drafts: BTreeMap<usize, String>,
    /// What is wrong with the scene as it was last read, if it could not be lived.
    pub problems: Option<Diagnostics>,
    /// What could not be written.
    pub failed: Option<String>,
    /// What could not be done to the world from outside, and why.
    pub refused: Option<String>,
    /// What is to be done as soon as there is somebody to do it.
    pub wishes: Vec<Wish>,
}

/// Something only who owns the files and the world can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Read the scene again, and live it.
    Read,
    /// Live it with a param set otherwise.
    Set(String, String),
    /// Live it with no param set otherwise.
    Unset,
    /// Live it with something done to it from outside.
    Fork(Intervention),
    /// Live it with another seed.
    Seed(u64),
    /// Go to another branch.
    Enter(usize),
    /// Write the drafts.
    Save,
    /// Keep the params that were set.
    Keep,
    /// Keep the branch that is read in the story.
    KeepBranch(String),
}
