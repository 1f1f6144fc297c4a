//! The inspector: a window that shows a run and lets a person move through its time.
//!
//! Panels are functions that read a `SessionView` and push `SessionCommand`s; they change nothing themselves. Only
//! [`Inspector::apply`] carries commands out. So everything except [`open_window`] and [`render_pictures`] works and is tested
//! without a window. The view and the commands are defined in the crate `longhand_session`.
//!
//! ```no_run
//! # #[cfg(feature = "window")]
//! # mod example {
//! use longhand_inspector::{Inspector, WindowExit, open_window};
//! use longhand_session::{Script, Session, SimReceiver, SimulationHost};
//!
//! // The session reads the run whose messages arrive at the receiver; the host starts other runs of the scene.
//! fn show(session: Session, receiver: SimReceiver, host: Box<dyn SimulationHost>) {
//!     let inspector = Inspector::new(session);
//!     if let WindowExit::Closed(state) = open_window(inspector, Script::default(), receiver, host, None) {
//!         println!("closed at {:?}", state.cursor);
//!     }
//! }
//! # }
//! ```
//!
//! - `keys`: shortcuts, tooltips and buttons of the command table; `overlays`: the search and the list of shortcuts; `output`: what can be written of the run; `opening`: the card of a scene
//!   and the list of what can be opened
//! - `role_card`: the decisions of somebody whom the person plays
//! - `layout`: arrangement of the panels, and which function draws which
//! - the panels: `transport`, `stage_panel` (with `stage_text`, and `stage_renderer` for the GPU), `story` (with `book`), `timeline`, `events`, `event` (with `causes`
//!   and `what_if`), `agent` (with `agent_attributes`, `agent_mind` and `agent_plans`), `graph` (with `ego_network`), `oses`, `city` (with `city_chart`), `beats`, `themes`, `scene` (with `scene_editor` and `ron_text`), `problems`, `branches`,
//!   `compare` (with `difference`), `why_not`, `sweep`, `audit`
//! - `widgets`: widgets that several panels use; `breakpoint_field`: breakpoints as text; `degree`: numbers in words; `bonds`: the relation of two agents; `color`: colour arithmetic
//! - `style`: the palette, the fonts and egui's style
//! - `bench`: CPU time per panel
//! - `keyboard`: keys with their modifiers; `pacing`: how often the window is drawn
//! - `window`, `picture`: the Bevy apps that show the inspector in a window or render it to PNG files

#![cfg(feature = "window")]
#![expect(clippy::disallowed_methods, reason = "drawing need not be bit-identical across machines")]

mod agent;
mod agent_attributes;
mod agent_mind;
#[cfg(test)]
mod agent_panel_tests;
mod agent_plans;
mod audit;
mod beats;
pub mod bench;
mod bonds;
mod book;
mod branches;
mod breakpoint_field;
mod causes;
mod city;
mod city_chart;
mod color;
mod compare;
mod degree;
mod difference;
#[cfg(test)]
mod editor_panel_tests;
mod ego_network;
mod event;
mod events;
mod graph;
mod inspector;
mod keyboard;
mod keys;
mod layout;
mod opening;
mod oses;
mod output;
mod overlays;
mod pacing;
#[cfg(test)]
mod panel_tests;
mod picture;
#[cfg(test)]
mod picture_tests;
mod problems;
mod role_card;
mod ron_text;
mod scene;
mod scene_editor;
mod stage_panel;
mod stage_renderer;
mod stage_text;
mod story;
mod style;
mod sweep;
mod themes;
mod timeline;
mod transport;
mod what_if;
mod why_not;
mod widgets;
mod window;

pub use inspector::{Inspector, InspectorState};
pub use layout::PanelLayout;
pub use picture::{PictureError, PictureRequest, render_pictures};
pub use style::apply_style;
pub use window::{WindowExit, open_window};
