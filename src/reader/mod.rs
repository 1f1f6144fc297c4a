//! A run as whoever reads it has it: all that was lived so far, the one moment that is looked at, and what may be asked for.
//!
//! The world lives on its own thread and sends what it records over a [`Feed`]; a [`Reader`] keeps all of it in a [`Record`] of its own and has
//! a cursor. What draws it, the window (`inspector`) or the terminal (`longhand play`), reads a [`View`] and gives [`Command`]s; only
//! [`Reader::apply`] acts on them. Nothing here knows how anything is drawn.
//!
//! - `live`: a run lived for a reader; `feed`: what it sends; `record`: all of it, and the questions that are asked of it
//! - `time`: the cursor, how it plays and steps; `breakpoint`: where it stops; `view`: what a person has chosen to see
//! - `command`: the one table of what may be asked for, with text, tooltip, icon and key (`key`); `pane`: what can be shown
//! - `author`: the scene changed and the world lived anew; `branch`: the lives that came of it, as a tree
//! - `inquiry`: questions that take a while, answered on threads of their own
//! - `words`: sentences that are said in both
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
#[expect(clippy::module_inception, reason = "the room's one owner has the room's name")]
mod reader;
mod record;
mod script;
#[cfg(test)]
pub(crate) mod testing;
mod time;
mod view;
mod words;

pub use author::{Keeping, Living, Writing};
pub use branch::{Branch, Branches, Came, Setup};
pub use breakpoint::Breakpoint;
pub(crate) use command::says;
pub use command::{Command, Shown, TABLE};
pub use feed::{Cover, Feed, Gone, Heard, Stretch, Teller, feed};
#[cfg(feature = "inspector")]
pub(crate) use inquiry::askable;
pub use inquiry::{Inquiries, Inquiry, Slot, Sweeping};
pub use key::{Held, Key, Shortcut};
pub use live::live;
pub use pane::{Pane, Preset};
pub use reader::Reader;
pub use record::Record;
pub use script::{Cue, Script, ScriptError};
pub use time::{Step, Time, Way};
pub use view::{Choice, Filter, View};
pub(crate) use words::{because, terms, waits_for};
