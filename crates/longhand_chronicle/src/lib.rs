//! The event log of a run: events, their causes, and the queries over them.
//!
//! # Model
//!
//! A run is recorded as a log that only grows. An [`Event`] says what happened, who took part, when and where; which facts it changed, each
//! with the value before and after; and which earlier events caused it. Causes are not authored: they are the events that wrote the facts
//! which the condition and the choice of this event read.
//!
//! Everything else is computed from the log. A state is never replayed: [`History`] holds every value of every fact in order of time, so the
//! state at an instant is one binary search for each fact, and a decaying value is brought up to date in closed form. Events are recorded in
//! the order of their instants, and each is later than its causes. So the state at any instant is a prefix of the log.
//!
//! Two runs are equal if they have the same [hash](Chronicle::hash).
//!
//! # Types
//!
//! - [`Chronicle`]: all events in order, daily counts of the events that are not logged one by one, and sampled values of facts. A consumer
//!   takes what is new since its [`LogCursor`].
//! - [`SymbolTable`] and [`AgentRegistry`]: the names behind the ids, and facts in words.
//! - [`SymbolMap`]: the ids of one run in another, by name.
//! - [`History`], [`state_at`] and [`StateCursor`]: the state at any instant, forward and back.
//! - [`CauseGraph`]: the causes and effects of events, as a graph that petgraph's algorithms run over.
//! - [`WholeFile`] writes a file that appears under its name only when it is whole.
//! - [`Story`] and [`StoryWriter`] (feature `story-file`): a chronicle as one SQLite file, written while the run continues.
//!
//! # Example
//!
//! ```
//! use longhand_chronicle::{Cause, CauseGraph, CauseLink, Chronicle, Event};
//! use longhand_expr::ids::{AgentId, EventKind, Instant};
//!
//! let mut chronicle = Chronicle::default();
//! let quarrel = chronicle.push(Event::new(EventKind(0), Instant::START, [AgentId(0), AgentId(1)].into_iter().collect()));
//! let mut letter = Event::new(EventKind(1), Instant::from_seconds(3600.0), [AgentId(1)].into_iter().collect());
//! letter.causes.push(Cause { event: quarrel, link: CauseLink::Triggered });
//! let letter = chronicle.push(letter);
//!
//! let graph = CauseGraph::from_chronicle(&chronicle);
//! assert_eq!(graph.shortest_chain(quarrel, letter), Some(vec![(quarrel, CauseLink::Triggered)]));
//! assert_eq!(graph.effects(quarrel), [letter]);
//! ```

mod agent_registry;
mod calendar_text;
mod cause_graph;
mod choice_wording;
mod digest;
mod event;
mod history;
mod log;
mod state;
#[cfg(feature = "story-file")]
mod story_file;
mod symbol_map;
mod symbols;
#[cfg(test)]
mod testing;
mod whole_file;
mod wording;

pub use agent_registry::{AgentProfile, AgentRegistry, KnownName};
pub use cause_graph::{CauseGraph, CauseNode, CauseTree};
pub use choice_wording::describe_reason;
pub use event::{
    Cause, CauseLink, ChoiceTrace, Event, EventTopic, FactChange, LimitedChange, MAX_TRACED_OPTIONS, ScoredOption,
    WrittenDocument,
};
pub use history::{History, HistoryEntry, LogPosition};
pub use log::{BeatMatch, Chronicle, CrowdDay, LogCursor, LogDelta, LogDeltaRef, MeasureValue, Sample, format_hash};
pub use state::{StateAt, StateCursor, state_at};
#[cfg(feature = "story-file")]
pub use story_file::{
    FactColumns, Keyframe, NewBranch, RunEnd, Story, StoryBranch, StoryError, StoryEventStream, StoryHeader, StoryWriter,
    fact_columns,
};
pub use symbol_map::{Declaration, SAME_INSTANT_US, SymbolMap, declared_only, is_same_instant};
pub use symbols::{AttributeSymbol, DimensionSymbol, EventSymbol, IntentionSymbol, ParamSymbol, PlaceSymbol, SymbolTable};
pub use whole_file::{WholeFile, hidden_name};
pub use wording::{agent_key, format_number};
