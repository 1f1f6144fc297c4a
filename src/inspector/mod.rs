//! The window: a run as it is told, with its time in the reader's hand.
//!
//! The world lives on its own thread and sends what it tells over a [`Feed`]; the [`Player`] keeps all of it and a cursor, the
//! one instant that everything in the window shows. Panels read a [`WindowView`] and push [`Command`]s; only [`Player::apply`]
//! acts on them. So everything but the last step, [`open`] and [`picture`], works without a window.
//!
//! - `feed`: lines as they come
//! - `player`: the cursor, its speed, what is shown
//! - `command`: what a person may ask for, with text, tooltip and key in one place
//! - `chronicle`, `transport`: the panels
//! - `theme`: the palette and egui's style
//! - `window`, `picture`: Bevy apps around them

mod chronicle;
mod command;
mod feed;
mod picture;
mod player;
mod theme;
mod transport;
mod window;

pub use command::Command;
pub use feed::{Cover, Feed, Gone, Heard, Teller, feed};
pub use picture::{PictureError, picture};
pub use player::{Player, WindowView};
pub use window::{Closed, open};

use bevy_egui::egui;

/// The whole window, for a panel test or an app of one's own.
pub fn window_ui(ui: &mut egui::Ui, view: &WindowView<'_>, out: &mut Vec<Command>) {
    command::keys(ui, out);
    chronicle::title_ui(ui, view);
    transport::transport_ui(ui, view, out);
    chronicle::chronicle_ui(ui, view, out);
}
