//! What happened: events, their causes, and everything a person may ask of them afterwards.
//!
//! - [`event`](Event): one entry, with what it changed and which events led to it.
//! - [`Chronicle`]: all of them in order, with what is only counted and what drift wrote between events.
//! - [`Legend`]: what the numbers stand for, and facts in words.
//! - [`History`]: for each fact all its values in time; [`state_at`] and [`Cursor`] show any instant from it, forward and back.
//! - [`CauseGraph`]: why something happened and what followed, as a graph that petgraph's algorithms run over.
//! - [`Story`] and [`StoryWriter`]: a chronicle as one SQLite file, written while the run goes on.
//!
//! An event counts as having happened at its own instant or at that of any event recorded before it, whichever is later; so any instant
//! shows a prefix of what was recorded, and going back and forth never tears what one event did from what the next one found.

mod directory;
mod event;
mod history;
mod legend;
mod log;
mod state;
mod story_file;
mod why;
mod words;

pub use directory::{Directory, Person};
pub use event::{Cause, Change, Choice, Event, Link, Scored, Written};
pub use history::{Entry, History, Moment};
pub use legend::{AttributeLegend, DimLegend, EventLegend, Legend, PlaceLegend};
pub use log::{BeatMatch, Chronicle, CrowdDay, Instalment, Mark, News, Sample, format_hash};
pub use state::{Cursor, StateAt, state_at};
pub use story_file::{Branch, Ended, Head, Kept, Keyframe, Story, StoryError, StoryEvents, StoryWriter};
pub use why::{CauseGraph, CauseNode, CauseTree};
pub(crate) use words::{emotion_name, key, number};
