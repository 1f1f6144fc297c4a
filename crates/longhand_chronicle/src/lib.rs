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

mod agent_registry;
mod cause_graph;
mod event;
mod history;
mod log;
mod state;
#[cfg(feature = "story-file")]
mod story_file;
mod symbols;
mod wording;

pub use agent_registry::{AgentProfile, AgentRegistry};
pub use cause_graph::{CauseGraph, CauseNode, CauseTree};
pub use event::{Cause, CauseLink, ChoiceTrace, Event, FactChange, ScoredOption, WrittenDocument};
pub use history::{History, HistoryEntry, LogPosition};
pub use log::{BeatMatch, Chronicle, CrowdDay, LogCursor, LogDelta, LogDeltaRef, Sample, format_hash};
pub use state::{StateAt, StateCursor, state_at};
#[cfg(feature = "story-file")]
pub use story_file::{Keyframe, NewBranch, RunEnd, Story, StoryBranch, StoryError, StoryEventStream, StoryHeader, StoryWriter};
pub use symbols::{AttributeSymbol, DimensionSymbol, EventSymbol, PlaceSymbol, SymbolTable};
pub use wording::{agent_key, emotion_name, format_number};
