//! The state of the terminal view: keys become commands, and some commands change what the screen shows.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::keys;
use longhand_session::{Breakpoint, COMMANDS, EventFilter, LayoutPreset, PanelId, Session, SessionCommand, contains_words};

/// A session and the view of it in the terminal.
pub(super) struct TerminalPlayer {
    pub session: Session,
    /// The left panel: the story or the list of events.
    pub left: PanelId,
    /// The right panel: the beats, or one event and its causes.
    pub right: PanelId,
    pub overlay: TerminalOverlay,
    /// A message about the last command, until the next one.
    pub notice: Option<&'static str>,
}

/// An overlay, which receives the keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum TerminalOverlay {
    #[default]
    None,
    /// The list of keys.
    Keys,
    /// Text input for the event filter.
    Filter,
    /// The command palette: the typed text and the position of the selected command.
    Palette(String, usize),
}

impl TerminalPlayer {
    pub fn new(session: Session) -> Self {
        Self { session, left: PanelId::Story, right: PanelId::Beats, overlay: TerminalOverlay::None, notice: None }
    }

    /// Handles a key. Returns false if it quits.
    pub fn press(&mut self, key: KeyEvent) -> bool {
        let overlay = std::mem::take(&mut self.overlay);
        match overlay {
            TerminalOverlay::None if keys::is_quit(key) => return false,
            _ if keys::is_quit(key) && key.modifiers.contains(KeyModifiers::CONTROL) => return false,
            TerminalOverlay::None => self.apply_if_some(keys::command_for(key)),
            TerminalOverlay::Keys => {}
            TerminalOverlay::Filter => self.edit_filter(key),
            TerminalOverlay::Palette(typed, chosen) => self.edit_palette(key, typed, chosen),
        }
        true
    }

    fn apply_if_some(&mut self, command: Option<SessionCommand>) {
        if let Some(command) = command {
            self.apply(command);
        }
    }

    /// Executes a command.
    pub fn apply(&mut self, command: SessionCommand) {
        self.notice = (!is_supported(&command)).then_some("Only available in the window.");
        match command {
            SessionCommand::TogglePanel(pane @ (PanelId::Story | PanelId::Events)) => self.left = pane,
            SessionCommand::TogglePanel(pane @ (PanelId::Beats | PanelId::Event)) => self.right = pane,
            SessionCommand::ApplyPreset(LayoutPreset::Watch) => (self.left, self.right) = (PanelId::Story, PanelId::Beats),
            SessionCommand::ApplyPreset(LayoutPreset::Step) => (self.left, self.right) = (PanelId::Events, PanelId::Event),
            SessionCommand::SelectEvent(Some(_))
            | SessionCommand::GoTo(_)
            | SessionCommand::ToCause
            | SessionCommand::ToEffect => self.right = PanelId::Event,
            SessionCommand::Find => (self.left, self.overlay) = (PanelId::Events, TerminalOverlay::Filter),
            SessionCommand::Palette => self.overlay = TerminalOverlay::Palette(String::new(), 0),
            SessionCommand::Help => self.overlay = TerminalOverlay::Keys,
            _ => {}
        }
        self.session.apply(command);
    }

    fn edit_filter(&mut self, key: KeyEvent) {
        let mut text = self.session.state().filter.text.clone();
        match key.code {
            KeyCode::Enter | KeyCode::Esc => return,
            KeyCode::Backspace => drop(text.pop()),
            KeyCode::Char(sign) => text.push(sign),
            _ => {}
        }
        self.session.apply(SessionCommand::Filter(EventFilter { text, ..self.session.state().filter.clone() }));
        self.overlay = TerminalOverlay::Filter;
    }

    fn edit_palette(&mut self, key: KeyEvent, mut typed: String, mut chosen: usize) {
        match key.code {
            KeyCode::Esc => return,
            KeyCode::Enter => {
                let command = self.find_commands(&typed).into_iter().nth(chosen).map(|(_, command)| command);
                return self.apply_if_some(command);
            }
            KeyCode::Up => chosen = chosen.saturating_sub(1),
            KeyCode::Down => chosen += 1,
            KeyCode::Backspace => drop(typed.pop()),
            KeyCode::Char(sign) => {
                typed.push(sign);
                chosen = 0;
            }
            _ => {}
        }
        let last = self.find_commands(&typed).len().saturating_sub(1);
        self.overlay = TerminalOverlay::Palette(typed, chosen.min(last));
    }

    /// The commands that match every typed word: those of the table, and a breakpoint for every beat, pattern and kind of
    /// event.
    pub fn find_commands(&self, typed: &str) -> Vec<(String, SessionCommand)> {
        let record = self.session.run();
        let scenario = record.scenario();
        let table = COMMANDS.iter().filter(|(command, _)| is_supported(command));
        let table = table.map(|(command, shown)| (shown.text.to_owned(), shown.tooltip, command.clone()));
        let beats = (0..scenario.beats.len()).map(Breakpoint::Beat);
        let patterns = (0..scenario.patterns.len()).map(|index| Breakpoint::Pattern(index, None));
        let kinds = (0..scenario.events.len()).map(|index| Breakpoint::Kind(longhand_expr::ids::EventKind::from_index(index)));
        let breakpoints = beats.chain(patterns).chain(kinds).map(|stop| {
            let is_set = self.session.state().breakpoints.contains(&stop);
            let verb = if is_set { "Do not stop at" } else { "Stop at" };
            (format!("{verb} {}", stop.describe(record)), "breakpoint", SessionCommand::ToggleBreakpoint(stop))
        });
        let all = table.chain(breakpoints).filter(|(text, tooltip, _)| contains_words(&format!("{text} {tooltip}"), typed));
        all.map(|(text, _, command)| (text, command)).collect()
    }
}

/// Whether the terminal view supports a command.
fn is_supported(command: &SessionCommand) -> bool {
    match command {
        SessionCommand::TogglePanel(pane) => matches!(pane, PanelId::Story | PanelId::Events | PanelId::Beats | PanelId::Event),
        SessionCommand::ApplyPreset(preset) => matches!(preset, LayoutPreset::Watch | LayoutPreset::Step),
        SessionCommand::CopyView
        | SessionCommand::CopyText(_)
        | SessionCommand::ShowLibrary
        | SessionCommand::ShowOutputs
        | SessionCommand::TimelineSpan(_)
        | SessionCommand::Save
        | SessionCommand::ShowCity(_)
        | SessionCommand::TakeOver(_)
        | SessionCommand::TakeOverShown
        | SessionCommand::Decide(_)
        | SessionCommand::DecideForDay
        | SessionCommand::LeaveRole
        | SessionCommand::Dark(_)
        | SessionCommand::Zoom(_) => false,
        _ => true,
    }
}
