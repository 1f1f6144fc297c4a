//! The inspector: a run as it was lived, with its time in the reader's hand.
//!
//! The world lives on its own thread and sends what it records over a [`Feed`]; the [`Inspector`] keeps all of it in a [`Record`] of its
//! own and has a cursor, the one moment that everything in the window shows. Panels are functions that read a [`View`] and push
//! [`Command`]s; only [`Inspector::apply`] acts on them. So everything but the last step, [`open`] and [`picture`], works without a
//! window.
//!
//! - `feed`: what the living world sends; `record`: all of it, and the questions panels ask
//! - `time`: the cursor, how it plays, steps and stops at breakpoints; `view`: what a person has chosen to see
//! - `command`: the one table of what may be asked for, with text, tooltip, icon and key; `overlays`: the list of them, and the keys
//! - `layout`: which panels stand where; `transport`, `stage`, `story`, `timeline`, `events`, `event` with `causes`, `agent`, `graph`, `oses`, `beats`: the
//!   panels
//! - `author`: the scene changed and the world lived anew; `scene` (with `ron_text`) and `compare`: its panels
//! - `theme`: the palette and egui's style
//! - `script`: commands from a file, for demonstrations and tests
//! - `window`, `picture`: Bevy apps around them

#![expect(clippy::disallowed_methods, reason = "a picture need not be the same to the last bit on every machine")]

mod agent;
mod author;
mod beats;
mod causes;
mod command;
mod compare;
mod event;
mod events;
mod feed;
mod graph;
#[expect(clippy::module_inception, reason = "the room's one owner has the room's name")]
mod inspector;
mod layout;
mod oses;
mod overlays;
#[cfg(test)]
mod panel_tests;
mod picture;
mod record;
mod ron_text;
mod scene;
mod script;
mod stage;
mod story;
#[cfg(test)]
mod testing;
mod theme;
mod time;
mod timeline;
mod transport;
mod view;
mod window;

pub use author::Living;
pub use command::{Command, Shown, TABLE};
pub use feed::{Cover, Feed, Gone, Heard, Stretch, Teller, feed};
pub use inspector::{Inspector, ViewState};
pub use layout::{Layout, Pane, Preset};
pub use picture::{PictureError, picture};
pub use record::Record;
pub use script::{Cue, Script, ScriptError};
pub use time::{Breakpoint, Step, Time, Way};
pub use view::{Choice, Filter, View};
pub use window::{Closed, open};
