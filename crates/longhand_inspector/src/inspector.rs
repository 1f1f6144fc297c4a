//! The inspector's state: a session, the panel layout and the overlays. [`Inspector::apply`] is the only function that changes
//! it.

use bevy_egui::egui;
use serde::{Deserialize, Serialize};

use super::layout::Layout;
use super::{keys, overlays, transport};
use longhand_expr::ids::Instant;
use longhand_session::{Choice, Command, Inquiry, Pane, Preset, Reader};

/// A session together with the layout of the window that shows it.
#[derive(Debug)]
pub struct Inspector {
    reader: Reader,
    layout: Layout,
    overlay: overlays::Overlay,
    /// Text that the window has yet to copy to the clipboard.
    copied: Option<String>,
}

/// The state that can be copied as RON text and restored: cursor, view settings and layout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ViewState {
    /// Cursor, in microseconds since the scene's start. `None` leaves the cursor where it is.
    pub cursor: Option<Instant>,
    /// Selection, filter and view settings of the session.
    pub choice: Choice,
    /// Arrangement of the panels.
    pub layout: Layout,
}

impl Default for ViewState {
    fn default() -> Self {
        Self { cursor: None, choice: Choice::default(), layout: Layout::of(Preset::Watch) }
    }
}

impl Inspector {
    /// Creates an inspector for a session, with the layout of [`Preset::Watch`].
    #[must_use]
    pub fn new(reader: Reader) -> Self {
        Self { reader, layout: Layout::of(Preset::Watch), overlay: overlays::Overlay::default(), copied: None }
    }

    /// The session that is shown.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Mutable access to the session, to advance time and pass in messages from the simulation.
    pub fn reader_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }

    /// The current state; [`Inspector::restore`] restores it.
    #[must_use]
    pub fn view_state(&self) -> ViewState {
        let cursor = Some(self.reader.time().cursor().at);
        ViewState { cursor, choice: self.reader.choice().clone(), layout: self.layout.clone() }
    }

    /// Restores a saved state. The cursor moves as soon as the simulation has reached its instant.
    pub fn give(&mut self, shown: ViewState) {
        self.layout = shown.layout;
        self.reader.give(shown.choice, shown.cursor);
    }

    /// Takes the text that is to be copied to the clipboard, if there is any.
    pub fn take_copied(&mut self) -> Option<String> {
        self.copied.take()
    }

    /// Carries out a command.
    pub fn apply(&mut self, command: Command) {
        match command {
            Command::Meet(_) => self.layout.show(Pane::Agent),
            Command::Source(_) => self.layout.show(Pane::Scene),
            Command::Ask(Inquiry::WhyNot { .. }) => self.layout.show(Pane::WhyNot),
            Command::Ask(Inquiry::Difference) | Command::Against(_) => self.layout.show(Pane::Compare),
            Command::Ask(Inquiry::Sweep { .. }) => self.layout.show(Pane::Sweep),
            Command::Fork(_) | Command::Seed(_) => self.layout.show(Pane::Branches),
            Command::Tell(_) => self.layout.show(Pane::Story),
            Command::Find => {
                self.layout.show(Pane::Events);
                self.overlay.find = true;
            }
            Command::Toggle(pane) => self.layout.toggle(pane),
            Command::Arrange(preset) => self.layout = Layout::of(preset),
            Command::Alone(pane) => self.layout = Layout::alone(pane),
            Command::Palette => self.overlay.toggle_palette(),
            Command::Help => self.overlay.help = !self.overlay.help,
            Command::CopyView => self.copied = ron::to_string(&self.view_state()).ok(),
            _ => {}
        }
        self.reader.apply(command);
    }

    /// Draws the window and returns the commands of this frame, to be passed to [`Inspector::apply`].
    pub fn ui(&mut self, ui: &mut egui::Ui) -> Vec<Command> {
        let mut out = Vec::new();
        if !self.overlay.is_open() {
            keys::keys(ui, &mut out);
        }
        let view = self.reader.view();
        transport::title_ui(ui, &view, &mut out);
        transport::transport_ui(ui, &view, &mut out);
        if std::mem::take(&mut self.overlay.find) {
            ui.ctx().memory_mut(|memory| memory.request_focus(super::events::filter_id()));
        }
        let frame = egui::Frame::new().fill(super::theme::Palette::of(ui).ground);
        egui::CentralPanel::default().frame(frame).show(ui, |ui| self.layout.ui(ui, &view, &mut out));
        self.overlay.ui(ui, &mut out);
        out
    }

    /// Whether a panel is visible: open, and the active tab.
    #[must_use]
    pub fn shows(&self, pane: Pane) -> bool {
        self.layout.shows(pane)
    }

    /// Whether the dark theme is on, and the zoom factor of text (0.7 to 2.5).
    #[must_use]
    pub fn look(&self) -> (bool, f32) {
        (self.reader.choice().dark, self.reader.choice().zoom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_session::testing::{DAY, reader};
    use longhand_session::{Filter, Heard};

    #[test]
    fn a_state_copied_as_text_restores_the_same_state_in_another_inspector() {
        let mut here = Inspector::new(reader());
        here.apply(Command::Seek(Instant::from_seconds(1.5 * DAY)));
        here.apply(Command::Filter(Filter { text: "net".into(), ..Filter::default() }));
        here.apply(Command::Arrange(Preset::Step));
        here.apply(Command::CopyView);
        let text = here.take_copied().unwrap();
        let mut there = Inspector::new(reader());
        there.give(ron::from_str(&text).unwrap());
        there.reader_mut().hear(Heard::Lived(Box::default()));
        assert_eq!(there.view_state(), here.view_state());
    }
}
