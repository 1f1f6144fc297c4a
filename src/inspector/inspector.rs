//! The inspector: a reader of a run in a window, and where each panel stands. Commands come in, the window is drawn; nothing else changes it.

use bevy_egui::egui;
use serde::{Deserialize, Serialize};

use super::layout::Layout;
use super::{keys, overlays, transport};
use crate::ids::Instant;
use crate::reader::{Choice, Command, Inquiry, Pane, Preset, Reader};

/// The window's contents and what a person does with them.
#[derive(Debug)]
pub struct Inspector {
    reader: Reader,
    layout: Layout,
    overlay: overlays::Overlay,
    /// Text for the clipboard, until the window has put it there.
    copied: Option<String>,
}

/// Everything that makes up what is shown: it can be copied as text and given back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ViewState {
    /// The instant of the cursor, in microseconds since the scene's start, where it is to be sought.
    pub cursor: Option<Instant>,
    /// What is chosen to be seen.
    pub choice: Choice,
    /// Which panels stand where.
    pub layout: Layout,
}

impl Default for ViewState {
    fn default() -> Self {
        Self { cursor: None, choice: Choice::default(), layout: Layout::of(Preset::Watch) }
    }
}

impl Inspector {
    /// Shows a reader's run, arranged to be watched.
    #[must_use]
    pub fn new(reader: Reader) -> Self {
        Self { reader, layout: Layout::of(Preset::Watch), overlay: overlays::Overlay::default(), copied: None }
    }

    /// Whose run it is.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The same, to let time pass and the world be lived.
    pub fn reader_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }

    /// What is shown, to be given back with [`Inspector::give`].
    #[must_use]
    pub fn view_state(&self) -> ViewState {
        let cursor = Some(self.reader.time().cursor().at);
        ViewState { cursor, choice: self.reader.choice().clone(), layout: self.layout.clone() }
    }

    /// Shows what was shown elsewhere. The cursor goes there as soon as the world was lived so far.
    pub fn give(&mut self, shown: ViewState) {
        self.layout = shown.layout;
        self.reader.give(shown.choice, shown.cursor);
    }

    /// Text for the clipboard, once.
    pub fn take_copied(&mut self) -> Option<String> {
        self.copied.take()
    }

    /// Does what was asked for.
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

    /// Draws the window and gives what was asked for; [`Inspector::apply`] does it.
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

    /// Whether a panel is to be seen.
    #[must_use]
    pub fn shows(&self, pane: Pane) -> bool {
        self.layout.shows(pane)
    }

    /// Whether the ground is dark, and the size of text.
    #[must_use]
    pub fn look(&self) -> (bool, f32) {
        (self.reader.choice().dark, self.reader.choice().zoom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::testing::{DAY, reader};
    use crate::reader::{Filter, Heard};

    #[test]
    fn a_view_copied_as_text_is_the_same_view_elsewhere() {
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
