//! The inspector's state: a session, the panel layout and the overlays. [`Inspector::apply`] is the only function that changes
//! it.

use bevy_egui::egui;
use serde::{Deserialize, Serialize};

use super::layout::PanelLayout;
use super::{keys, overlays, role_card, transport};
use longhand_expr::ids::Instant;
use longhand_session::{LayoutPreset, PanelId, Query, Session, SessionCommand, ViewState};

/// A session together with the layout of the window that shows it.
#[derive(Debug)]
pub struct Inspector {
    session: Session,
    layout: PanelLayout,
    overlay: overlays::Overlay,
    /// Whether the stage has the whole screen.
    is_full_screen: bool,
    /// Text that the window has yet to copy to the clipboard.
    clipboard: Option<String>,
    closing: Closing,
    /// How many files the session had opened in the last frame.
    opened_files: u32,
}

/// Whether the window is to close.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Closing {
    #[default]
    No,
    /// Something is not saved; a person is asked what to do.
    Asking,
    /// As soon as everything is saved.
    Saving,
    Now,
}

/// The state that can be copied as RON text and restored: cursor, view settings and layout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InspectorState {
    /// Cursor, in microseconds since the scene's start. `None` leaves the cursor where it is.
    pub cursor: Option<Instant>,
    /// Selection, filter and view settings of the session.
    #[serde(rename = "choice")]
    pub view: ViewState,
    /// Arrangement of the panels.
    pub layout: PanelLayout,
}

impl Default for InspectorState {
    fn default() -> Self {
        Self { cursor: None, view: ViewState::default(), layout: PanelLayout::for_preset(LayoutPreset::Watch) }
    }
}

impl Inspector {
    /// Creates an inspector for a session, with the layout of [`LayoutPreset::Watch`].
    #[must_use]
    pub fn new(session: Session) -> Self {
        Self {
            session,
            layout: PanelLayout::for_preset(LayoutPreset::Watch),
            overlay: overlays::Overlay::default(),
            is_full_screen: false,
            clipboard: None,
            closing: Closing::No,
            opened_files: 0,
        }
    }

    /// The session that is shown.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Mutable access to the session, to advance time and pass in messages from the simulation.
    pub fn session_mut(&mut self) -> &mut Session {
        &mut self.session
    }

    /// The current state; [`Inspector::restore`] restores it.
    #[must_use]
    pub fn state(&self) -> InspectorState {
        let cursor = Some(self.session.playback().cursor().at);
        InspectorState { cursor, view: self.session.state().clone(), layout: self.layout.clone() }
    }

    /// Restores a saved state. The cursor moves as soon as the simulation has reached its instant.
    pub fn restore(&mut self, state: InspectorState) {
        self.layout = state.layout;
        self.session.restore_state(state.view, state.cursor);
    }

    /// Takes the text that is to be copied to the clipboard, if there is any.
    pub fn take_clipboard_text(&mut self) -> Option<String> {
        self.clipboard.take()
    }

    /// Pauses, and shows the card with the title of the scene and what one can do.
    pub fn welcome(&mut self) {
        if self.session.playback().direction().is_some() {
            self.session.apply(SessionCommand::PlayPause);
        }
        self.overlay.welcome = true;
    }

    /// Whether the window may close, given whether it was asked to since the last call. If something is not saved, the window asks first
    /// what to do about it.
    pub fn may_close(&mut self, is_requested: bool) -> bool {
        let editor = self.session.editor();
        let has_unsaved_text = editor.has_unsaved_text();
        self.closing = match self.closing {
            _ if is_requested => {
                if has_unsaved_text {
                    Closing::Asking
                } else {
                    Closing::Now
                }
            }
            Closing::Saving if !editor.has_pending_request() => {
                // What could not be saved is shown in the panel of the scene.
                if has_unsaved_text { Closing::No } else { Closing::Now }
            }
            other => other,
        };
        self.closing == Closing::Now
    }

    /// Carries out a command.
    pub fn apply(&mut self, command: SessionCommand) {
        match command {
            SessionCommand::ShowAgent(_) => self.layout.show(PanelId::Agent),
            SessionCommand::Source(_) | SessionCommand::GoToSource(..) => self.layout.show(PanelId::Scene),
            SessionCommand::ShowPanel(panel) => self.layout.show(panel),
            SessionCommand::Ask(Query::WhyNot { .. }) => self.layout.show(PanelId::WhyNot),
            SessionCommand::Ask(Query::Difference) | SessionCommand::CompareWith(_) => self.layout.show(PanelId::Compare),
            SessionCommand::Ask(Query::Sweep { .. }) => self.layout.show(PanelId::Sweep),
            SessionCommand::Ask(Query::Audit { .. }) => self.layout.show(PanelId::Audit),
            SessionCommand::ShowCity(_) => self.layout.show(PanelId::City),
            SessionCommand::Fork(_) | SessionCommand::RunSeed(_) => self.layout.show(PanelId::Branches),
            SessionCommand::ShowBook(_) => self.layout.show(PanelId::Story),
            SessionCommand::Find => {
                self.layout.show(PanelId::Events);
                self.overlay.focus_filter = true;
            }
            SessionCommand::TogglePanel(panel) => self.layout.toggle(panel),
            SessionCommand::ApplyPreset(preset) => self.layout = PanelLayout::for_preset(preset),
            SessionCommand::ShowOnly(panel) => self.layout = PanelLayout::single(panel),
            SessionCommand::FullScreen => self.is_full_screen = !self.is_full_screen,
            SessionCommand::ShowLibrary => self.overlay.wants_library = true,
            SessionCommand::ShowOutputs => self.overlay.wants_outputs = true,
            SessionCommand::Palette => self.overlay.toggle_palette(),
            SessionCommand::Help => self.overlay.help = !self.overlay.help,
            SessionCommand::CopyView => self.clipboard = ron::to_string(&self.state()).ok(),
            SessionCommand::CopyText(ref text) => self.clipboard = Some(text.clone()),
            _ => {}
        }
        self.session.apply(command);
    }

    /// Draws the window and returns the commands of this frame, to be passed to [`Inspector::apply`].
    pub fn ui(&mut self, ui: &mut egui::Ui) -> Vec<SessionCommand> {
        let mut out = Vec::new();
        if std::mem::replace(&mut self.opened_files, self.session.editor().opened_files) != self.opened_files {
            self.overlay.welcome = true;
        }
        if !self.overlay.is_open() && self.closing != Closing::Asking {
            keys::handle_shortcuts(ui, &mut out);
        }
        let view = self.session.view();
        if self.is_full_screen {
            if !self.overlay.is_open() && super::stage_panel::is_escape_pressed(ui) {
                out.push(SessionCommand::FullScreen);
            }
            egui::CentralPanel::default()
                .frame(egui::Frame::NONE)
                .show(ui, |ui| super::stage_panel::stage_ui(ui, &view, &mut out));
        } else {
            transport::title_bar_ui(ui, &view, &mut out);
            transport::transport_ui(ui, &view, &mut out);
            if std::mem::take(&mut self.overlay.focus_filter) {
                ui.ctx().memory_mut(|memory| memory.request_focus(super::events::filter_id()));
            }
            let frame = egui::Frame::new().fill(super::style::Palette::current(ui).background);
            egui::CentralPanel::default().frame(frame).show(ui, |ui| self.layout.ui(ui, &view, &mut out));
        }
        role_card::role_ui(ui, &view, &mut out);
        self.overlay.ui(ui, &view, &mut out);
        if self.closing == Closing::Asking {
            let drafts: Vec<&str> = self.session.editor().drafts.keys().map(String::as_str).collect();
            match overlays::close_question_ui(ui, &drafts) {
                Some(overlays::CloseAnswer::Save) => {
                    out.extend([SessionCommand::ShowPanel(PanelId::Scene), SessionCommand::Save]);
                    self.closing = Closing::Saving;
                }
                Some(overlays::CloseAnswer::Discard) => self.closing = Closing::Now,
                Some(overlays::CloseAnswer::Cancel) => self.closing = Closing::No,
                None => {}
            }
        }
        out
    }

    /// Whether a panel is visible: open, and the active tab.
    #[must_use]
    pub fn is_visible(&self, panel: PanelId) -> bool {
        self.layout.is_visible(panel)
    }

    /// Whether the stage has the whole screen.
    #[must_use]
    pub fn is_full_screen(&self) -> bool {
        self.is_full_screen
    }

    /// Whether the dark theme is on, and the zoom factor of text (0.7 to 2.5).
    #[must_use]
    pub fn theme_and_zoom(&self) -> (bool, f32) {
        (self.session.state().dark, self.session.state().zoom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_session::testing::{DAY, test_session};
    use longhand_session::{EventFilter, SimMessage};

    #[test]
    fn a_state_copied_as_text_restores_the_same_state_in_another_inspector() {
        let mut original = Inspector::new(test_session());
        original.apply(SessionCommand::Seek(Instant::from_seconds(1.5 * DAY)));
        original.apply(SessionCommand::Filter(EventFilter { text: "net".into(), ..EventFilter::default() }));
        original.apply(SessionCommand::ApplyPreset(LayoutPreset::Step));
        original.apply(SessionCommand::CopyView);
        let text = original.take_clipboard_text().unwrap();
        let mut restored = Inspector::new(test_session());
        restored.restore(ron::from_str(&text).unwrap());
        restored.session_mut().receive(SimMessage::Advanced(Box::default()));
        assert_eq!(restored.state(), original.state());
    }
}
