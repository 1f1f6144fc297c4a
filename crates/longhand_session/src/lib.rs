//! One person reading a run: the recorded data, a cursor, the view state, and the commands that change them.
//!
//! The simulation runs on its own thread and sends what it records over a channel ([`SimSender`], [`SimReceiver`]). A [`Session`]
//! collects it in a [`RunData`] and has a cursor. The front ends, the window (`longhand_inspector`) and the terminal (`longhand play`),
//! read a [`SessionView`] and emit [`SessionCommand`]s; only [`Session::apply`] executes them. This crate knows nothing about
//! drawing.
//!
//! - `simulate`: runs a simulation and sends its results; `channel`: the messages; `run_data`: everything received, and queries
//!   over it
//! - `playback`: the cursor, playing and stepping; `breakpoint`: where it stops; `view`: the view state and the filter of events
//! - `command`: the table of all commands with text, tooltip, icon and key (`key`); `panel`: panels and their arrangements
//! - `editor`: edits of the scene and restarts; `branch`: the runs of a session, as a tree
//! - `query`: queries that take longer than a frame, answered on threads of their own
//! - `wording`: sentences that both front ends show
//! - `script`: commands from a file, for demonstrations and tests

mod branch;
mod breakpoint;
mod channel;
mod command;
mod editor;
mod key;
mod panel;
mod playback;
mod query;
mod run_data;
mod script;
mod session;
mod simulate;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod view;
mod wording;

pub use branch::{BranchSummary, BranchTree, RunBranch, RunSetup};
pub use breakpoint::Breakpoint;
pub use channel::{ReceiverDropped, RunInfo, SimMessage, SimReceiver, SimSender, TickBatch, sim_channel};
pub use command::{COMMANDS, CommandLabel, SessionCommand, contains_words};
pub use editor::{BranchWriteJob, EditorState, SaveBranchRequest, SimulationHost};
pub use key::{KeyboardKey, Modifier, Shortcut};
pub use panel::{LayoutPreset, PanelId};
pub use playback::{Direction, Playback, StepTarget};
pub use query::{BackgroundTask, Queries, Query, SweepProgress, why_not_ids};
pub use run_data::RunData;
pub use script::{Script, ScriptError, ScriptedCommand};
pub use session::Session;
pub use simulate::run_to_end;
pub use view::{EventFilter, SessionView, ViewState};
pub use wording::{describe_cause, describe_pattern_status, describe_terms};
