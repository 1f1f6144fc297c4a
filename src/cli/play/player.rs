//! The state of the terminal view: keys become commands, and some commands change what the screen shows.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::keys;
use longhand_session::{Breakpoint, Command, Filter, Pane, Preset, Reader, TABLE, says};

/// A session and the view of it in the terminal.
pub(super) struct Player {
    pub reader: Reader,
    /// The left panel: the story or the list of events.
    pub left: Pane,
    /// The right panel: the beats, or one event and its causes.
    pub right: Pane,
    pub over: Over,
    /// A message about the last command, until the next one.
    pub said: Option<&'static str>,
}

/// An overlay, which receives the keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Over {
    #[default]
    Nothing,
    /// The list of keys.
    Keys,
    /// Text input for the event filter.
    Filter,
    /// The command palette: the typed text and the position of the selected command.
    Palette(String, usize),
}

impl Player {
    pub fn new(reader: Reader) -> Self {
        Self { reader, left: Pane::Story, right: Pane::Beats, over: Over::Nothing, said: None }
    }

    /// Handles a key. Returns false if it quits.
    pub fn press(&mut self, key: KeyEvent) -> bool {
        let over = std::mem::take(&mut self.over);
        match over {
            Over::Nothing if keys::leaves(key) => return false,
            _ if keys::leaves(key) && key.modifiers.contains(KeyModifiers::CONTROL) => return false,
            Over::Nothing => self.ask(keys::command(key)),
            Over::Keys => {}
            Over::Filter => self.type_filter(key),
            Over::Palette(typed, chosen) => self.type_command(key, typed, chosen),
        }
        true
    }

    fn ask(&mut self, command: Option<Command>) {
        if let Some(command) = command {
            self.apply(command);
        }
    }

    /// Executes a command.
    pub fn apply(&mut self, command: Command) {
        self.said = (!is_shown_here(&command)).then_some("Only available in the window.");
        match command {
            Command::Toggle(pane @ (Pane::Story | Pane::Events)) => self.left = pane,
            Command::Toggle(pane @ (Pane::Beats | Pane::Event)) => self.right = pane,
            Command::Arrange(Preset::Watch) => (self.left, self.right) = (Pane::Story, Pane::Beats),
            Command::Arrange(Preset::Step) => (self.left, self.right) = (Pane::Events, Pane::Event),
            Command::Look(Some(_)) | Command::GoTo(_) | Command::ToCause | Command::ToEffect => self.right = Pane::Event,
            Command::Find => (self.left, self.over) = (Pane::Events, Over::Filter),
            Command::Palette => self.over = Over::Palette(String::new(), 0),
            Command::Help => self.over = Over::Keys,
            _ => {}
        }
        self.reader.apply(command);
    }

    fn type_filter(&mut self, key: KeyEvent) {
        let mut text = self.reader.choice().filter.text.clone();
        match key.code {
            KeyCode::Enter | KeyCode::Esc => return,
            KeyCode::Backspace => drop(text.pop()),
            KeyCode::Char(sign) => text.push(sign),
            _ => {}
        }
        self.reader.apply(Command::Filter(Filter { text, ..self.reader.choice().filter.clone() }));
        self.over = Over::Filter;
    }

    fn type_command(&mut self, key: KeyEvent, mut typed: String, mut chosen: usize) {
        match key.code {
            KeyCode::Esc => return,
            KeyCode::Enter => {
                let command = self.found(&typed).into_iter().nth(chosen).map(|(_, command)| command);
                return self.ask(command);
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
        let last = self.found(&typed).len().saturating_sub(1);
        self.over = Over::Palette(typed, chosen.min(last));
    }

    /// The commands that match every typed word: those of the table, and a breakpoint for every beat, pattern and kind of
    /// event.
    pub fn found(&self, typed: &str) -> Vec<(String, Command)> {
        let record = self.reader.record();
        let scenario = record.scenario();
        let table = TABLE.iter().filter(|(command, _)| is_shown_here(command));
        let table = table.map(|(command, shown)| (shown.text.to_owned(), shown.tooltip, command.clone()));
        let beats = (0..scenario.beats.len()).map(Breakpoint::Beat);
        let patterns = (0..scenario.patterns.len()).map(|at| Breakpoint::Pattern(at, None));
        let kinds = (0..scenario.events.len()).map(|at| Breakpoint::Kind(longhand_expr::ids::EventKind::at(at)));
        let stops = beats.chain(patterns).chain(kinds).map(|stop| {
            let stops = self.reader.choice().breakpoints.contains(&stop);
            let said = if stops { "Do not stop at" } else { "Stop at" };
            (format!("{said} {}", stop.said(record)), "breakpoint", Command::Break(stop))
        });
        let all = table.chain(stops).filter(|(text, tooltip, _)| says(&format!("{text} {tooltip}"), typed));
        all.map(|(text, _, command)| (text, command)).collect()
    }
}

/// Whether the terminal view supports a command.
fn is_shown_here(command: &Command) -> bool {
    match command {
        Command::Toggle(pane) => matches!(pane, Pane::Story | Pane::Events | Pane::Beats | Pane::Event),
        Command::Arrange(preset) => matches!(preset, Preset::Watch | Preset::Step),
        Command::CopyView | Command::Span(_) | Command::Save | Command::Dark(_) | Command::Zoom(_) => false,
        _ => true,
    }
}
