//! The event log of a run: events, their causes, and the queries over them.
//!
//! - [`Event`]: one entry of the log, with the facts it changed and the events that caused it.
//! - [`Chronicle`]: all events in order, daily counts of the events that are not logged one by one, and sampled values of facts.
//! - [`SymbolTable`]: the names behind the ids, and facts in words.
//! - [`History`]: all values of each fact over time. [`state_at`] and [`StateCursor`] show any instant from it, forward and back.
//! - [`CauseGraph`]: the causes and effects of events, as a graph that petgraph's algorithms run over.
//! - [`Story`] and [`StoryWriter`]: a chronicle as one SQLite file, written while the run continues.
//!
//! The effective instant of an event is the latest instant among itself and all events recorded before it. So the state at any
//! instant is a prefix of the log, and stepping back and forth never separates an event from later events that read its changes.

mod directory;
mod event;
mod history;
mod legend;
mod log;
mod state;
#[cfg(feature = "story-file")]
mod story_file;
mod why;
mod words;

pub use directory::{Directory, Person};
pub use event::{Cause, Change, Choice, Event, Link, Scored, Written};
pub use history::{Entry, History, Moment};
pub use legend::{AttributeLegend, DimLegend, EventLegend, Legend, PlaceLegend};
pub use log::{BeatMatch, Chronicle, CrowdDay, Instalment, Mark, News, Sample, format_hash};
pub use state::{Cursor, StateAt, state_at};
#[cfg(feature = "story-file")]
pub use story_file::{Branch, Ended, Head, Kept, Keyframe, Story, StoryError, StoryEvents, StoryWriter};
pub use why::{CauseGraph, CauseNode, CauseTree};
pub use words::{emotion_name, key, number};
