//! One person reading a run: the recorded data, a cursor, the view state, and the commands that change them.
//!
//! The simulation runs on its own thread and sends what it records over a channel ([`SimSender`], [`SimReceiver`]). A [`Session`]
//! collects it in a [`RunData`] and has a cursor. The front ends, the window (`longhand_inspector`) and the terminal (`longhand
//! play`), read a [`SessionView`] and emit [`SessionCommand`]s; only [`Session::apply`] executes them. This crate knows nothing
//! about drawing.
//!
//! ```
//! use std::sync::Arc;
//!
//! use longhand_analysis::{NarratedRun, Run};
//! use longhand_scene::{STARTER_SCENE, load_text};
//! use longhand_session::{Direction, RunInfo, Session, SessionCommand, StepTarget, run_to_end, sim_channel};
//! use longhand_sim::SimOptions;
//!
//! let loaded = load_text("starter.ron", &[("starter.ron", STARTER_SCENE)], &[]).map_err(|problems| problems.render(false))?;
//! let scenario = Arc::new(loaded.scenario);
//! let info = RunInfo { scenario: scenario.clone(), seed: 1, latest_end: scenario.ends };
//! let (sender, mut receiver) = sim_channel();
//! std::thread::spawn(move || {
//!     let run = Run::new(scenario, SimOptions { seed: 1, threads: 1 }, None);
//!     run_to_end(NarratedRun::selected(run), &sender)
//! });
//! let mut session = Session::new(info);
//! while !session.run().is_over() {
//!     receiver.drain().for_each(|message| session.receive(message));
//! }
//!
//! session.apply(SessionCommand::ToEnd);
//! session.apply(SessionCommand::Step(StepTarget::Event, Direction::Back));
//! let view = session.view();
//! let event = view.shown_event().expect("something has happened");
//! assert!(!view.run.sentence(event).is_empty());
//! # Ok::<(), String>(())
//! ```
//!
//! - `simulate`: runs a simulation and sends its results; `channel`: the messages; `run_data`: everything received, and queries
//!   over it; `inner_life`: what somebody knows, has agreed to and intends; `relevance`: which attributes matter
//! - `playback`: the cursor, playing and stepping; `story_pace`: time that slows down for what is told; `direction`: forward and back; `breakpoint`: where playback stops, `breakpoint_text`: the same as typed
//! - `play`: somebody whom the person at the keyboard plays
//! - `view`: the view state and the filter of events; `search`: one search over everything, with what can be done
//! - `city`: what the city view shows
//! - `command`: the table of all commands with text, tooltip, icon and key (`key`); `panel`: panels and their arrangements
//! - `host`: what a session needs from whoever opened it: runs and files; `editor`: edits of the scene; `problems`: its problems as a person reads them; `library`: what can be opened; `output`: what can be written; `branch`: the runs of a session, as a tree
//! - `query`: queries that take longer than a frame, answered on threads of their own
//! - `wording`: sentences that both front ends show
//! - `script`: commands from a file, for demonstrations and tests

mod branch;
mod breakpoint;
mod breakpoint_text;
mod channel;
mod city;
mod command;
mod direction;
mod editor;
mod host;
mod inner_life;
mod key;
mod library;
mod output;
mod panel;
mod play;
#[cfg(test)]
mod play_tests;
mod playback;
mod problems;
mod query;
mod relevance;
mod run_data;
mod script;
mod search;
mod session;
mod simulate;
mod story_pace;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod view;
mod wording;

pub use branch::{BranchSummary, BranchTree, RunBranch, RunSetup};
pub use breakpoint::{Breakpoint, Crossing, FactLimit};
pub use channel::{AskedDecision, ReceiverDropped, RunInfo, SimMessage, SimReceiver, SimSender, TickBatch, sim_channel};
pub use city::{CityView, survey_group_name, survey_value_name};
pub use command::{COMMANDS, CommandLabel, SessionCommand, contains_words};
pub use direction::Direction;
pub use editor::{CaretRequest, EditorState};
pub use host::{BranchWriteJob, SaveBranchRequest, SimulationHost};
pub use inner_life::{AgreedMeeting, HeldIntention, IntentionState, KnownTopic, MeetingState, ToldTopic, TopicOrigin};
pub use key::{KeyboardKey, Modifier, Shortcut};
pub use library::LibraryEntry;
pub use output::{OUTPUT_KINDS, OutputJob, OutputProgress, OutputRequest, OutputTask};
pub use panel::{LayoutPreset, PanelId};
pub use play::{PlayedRole, describe_option};
pub use playback::{Playback, StepTarget};
pub use problems::{ProblemGroup, group_problems, moved_span};
pub use query::{AuditAnswer, BackgroundTask, Queries, Query, SurveyAnswer, SweepProgress};
pub use run_data::RunData;
pub use script::{Script, ScriptError, ScriptedCommand};
pub use search::{FoundKind, ItemAction, SearchHit, agent_actions, event_actions, search};
pub use session::Session;
pub use simulate::{ask_over_channel, run_to_end};
pub use story_pace::{advance_at_story_pace, lines_being_read};
pub use view::{EventFilter, SessionView, ViewState};
pub use wording::{describe_cause, describe_pattern_status, describe_reasons, describe_terms};
