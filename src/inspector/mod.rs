//! The inspector: a run as it was lived, in a window, with its time in the reader's hand.
//!
//! Panels are functions that read a [`View`](crate::reader::View) and push [`Command`](crate::reader::Command)s; only [`Inspector::apply`] acts
//! on them. So everything but the last step, [`open`] and [`pictures`], works without a window. What is read, and what may be asked for, is
//! the business of the room `reader`.
//!
//! - `keys`: the table of commands in egui; `overlays`: the list of them, and the sheet of keys
//! - `layout`: which panels stand where; `transport`, `stage`, `story`, `timeline`, `events`, `event` with `causes`, `agent`, `graph`, `oses`,
//!   `beats`, `themes`, `scene` (with `ron_text`), `branches`, `compare` (with `difference`), `why_not`, `sweep`: the panels; `story` has `told` for
//!   the run as a book
//! - `theme`: the palette and egui's style
//! - `bench`: what the processor has to do for each panel
//! - `window`, `picture`: Bevy apps around them

#![expect(clippy::disallowed_methods, reason = "a picture need not be the same to the last bit on every machine")]

mod agent;
mod beats;
pub(crate) mod bench;
mod branches;
mod causes;
mod compare;
mod difference;
mod event;
mod events;
mod graph;
#[expect(clippy::module_inception, reason = "the room's one owner has the room's name")]
mod inspector;
mod keys;
mod layout;
mod oses;
mod overlays;
#[cfg(test)]
mod panel_tests;
mod picture;
mod ron_text;
mod scene;
mod stage;
mod story;
mod sweep;
mod theme;
mod themes;
mod timeline;
mod told;
mod transport;
mod why_not;
mod window;

pub use inspector::{Inspector, ViewState};
pub use layout::Layout;
pub use picture::{PictureError, Shot, pictures};
#[cfg(test)]
pub(crate) use theme::wear;
pub use window::{Closed, open};
