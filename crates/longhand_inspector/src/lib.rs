//! The inspector: a window that shows a run and lets a person move through its time.
//!
//! Panels are functions that read a `SessionView` and push `SessionCommand`s; they change nothing themselves. Only [`Inspector::apply`]
//! carries commands out. So everything except [`open_window`] and [`render_pictures`] works and is tested without a window. The
//! view and the commands are defined in the crate `longhand_session`.
//!
//! - `keys`: shortcuts, tooltips and buttons of the command table; `overlays`: the command palette and the sheet of keys
//! - `layout`: arrangement of the panels
//! - the panels: `transport`, `stage_panel`, `story` (with `book`), `timeline`, `events`, `event` (with `causes`), `agent`,
//!   `graph`, `oses`, `beats`, `themes`, `scene` (with `ron_text`), `branches`, `compare` (with `difference`), `why_not`, `sweep`
//! - `style`: the palette, the fonts and egui's style
//! - `bench`: CPU time per panel
//! - `window`, `picture`: the Bevy apps that show the inspector in a window or render it to PNG files

#![cfg(feature = "window")]
#![expect(clippy::disallowed_methods, reason = "drawing need not be bit-identical across machines")]

mod agent;
mod beats;
pub mod bench;
mod book;
mod branches;
mod causes;
mod compare;
mod difference;
mod event;
mod events;
mod graph;
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
mod stage_panel;
mod story;
mod style;
mod sweep;
mod themes;
mod timeline;
mod transport;
mod why_not;
mod window;

pub use inspector::{Inspector, InspectorState};
pub use layout::PanelLayout;
pub use picture::{PictureError, PictureRequest, render_pictures};
pub use style::apply_style;
pub use window::{WindowExit, open_window};
