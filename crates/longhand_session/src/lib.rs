//! One person reading a run: the recorded data, a cursor, the view state, and the commands that change them.
//!
//! The simulation runs on its own thread and sends what it records over a channel ([`SimSender`], [`SimReceiver`]). A [`Session`]
//! collects it in a [`RunData`] and has a cursor. The front ends, the window (`inspector`) and the terminal (`longhand play`),
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

mod author;
mod branch;
mod breakpoint;
mod command;
mod feed;
mod inquiry;
mod key;
mod live;
mod pane;
#[expect(clippy::module_inception, reason = "the module defines the crate's main type, `Session`")]
mod reader;
mod record;
mod script;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod time;
mod view;
mod words;

pub use author::{Keeping, Living, Writing};
pub use branch::{Branch, Branches, Came, Setup};
pub use breakpoint::Breakpoint;
pub use command::says;
pub use command::{Command, Shown, TABLE};
pub use feed::{Cover, Feed, Gone, Heard, Stretch, Teller, feed};
pub use inquiry::askable;
pub use inquiry::{Inquiries, Inquiry, Slot, Sweeping};
pub use key::{Held, Key, Shortcut};
pub use live::live;
pub use pane::{Pane, Preset};
pub use reader::Reader;
pub use record::Record;
pub use script::{Cue, Script, ScriptError};
pub use time::{Step, Time, Way};
pub use view::{Choice, Filter, View};
pub use words::{because, terms, waits_for};
