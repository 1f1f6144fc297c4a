//! Tests of the terminal view: keys go in, and the text of the screen comes out.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::player::TerminalPlayer;
use super::screen;
use longhand_session::testing::{second_batch, test_run_info, test_session};
use longhand_session::{Breakpoint, Direction, Session, SessionCommand, ViewState};

/// A test terminal with a player.
struct TestTerminal {
    terminal: Terminal<TestBackend>,
    player: TerminalPlayer,
}

impl TestTerminal {
    fn new(session: Session) -> Self {
        let mut player = TerminalPlayer::new(session);
        player.apply(SessionCommand::PlayPause);
        Self { terminal: Terminal::new(TestBackend::new(120, 30)).unwrap(), player }
    }

    fn press(&mut self, modifiers: KeyModifiers, code: KeyCode) -> bool {
        self.player.press(KeyEvent::new(code, modifiers))
    }

    fn type_text(&mut self, text: &str) {
        for sign in text.chars() {
            self.press(KeyModifiers::NONE, KeyCode::Char(sign));
        }
    }

    fn render(&mut self) -> String {
        self.terminal.draw(|frame| screen::draw(frame, &mut self.player)).unwrap();
        self.terminal.backend().to_string()
    }

    fn view_state(&self) -> &ViewState {
        self.player.session.state()
    }
}

#[test]
fn stepping_narrates_past_events_only() {
    let mut terminal = TestTerminal::new(test_session());
    let first_screen = terminal.render();
    assert!(first_screen.contains("The corner café") && first_screen.contains("Three people, one café"), "{first_screen}");
    assert!(first_screen.contains("‖ story pace  event 0 of 4"), "{first_screen}");
    terminal.press(KeyModifiers::CONTROL, KeyCode::Right);
    let next_screen = terminal.render();
    assert!(next_screen.contains("  Ann mends a net.") && !next_screen.contains("Ben sails."), "{next_screen}");
    assert!(next_screen.contains("event 1 of 4"), "{next_screen}");
    terminal.press(KeyModifiers::CONTROL, KeyCode::Left);
    assert_eq!(terminal.render(), first_screen);
}

#[test]
fn a_beat_is_marked_open_until_it_comes() {
    let mut terminal = TestTerminal::new(test_session());
    assert!(terminal.render().contains("◇ together Somebody said it"));
    terminal.press(KeyModifiers::NONE, KeyCode::PageDown);
    let rendered = terminal.render();
    assert!(rendered.contains("◆ together Somebody said it") && rendered.contains("◆ First light"), "{rendered}");
    assert!(rendered.contains("5 March 2025, 07:00"), "{rendered}");
}

#[test]
fn the_step_layout_lists_events_and_their_causes() {
    let mut terminal = TestTerminal::new(test_session());
    terminal.press(KeyModifiers::NONE, KeyCode::F(2));
    terminal.press(KeyModifiers::NONE, KeyCode::End);
    let end = terminal.render();
    assert!(end.contains("Events") && end.contains("#3 ") && end.contains("[ #2 Ann waves back."), "{end}");
    assert!(end.contains("because"), "{end}");
    terminal.press(KeyModifiers::NONE, KeyCode::Char('['));
    let cause = terminal.render();
    assert!(cause.contains("#2 ") && cause.contains("◆ together"), "{cause}");
    assert!(cause.contains("] #3 Ben sails."), "the effect and its key are shown: {cause}");
    terminal.press(KeyModifiers::NONE, KeyCode::Char(']'));
    assert!(terminal.render().contains("[ #2 Ann waves back."));
}

#[test]
fn keys_are_text_while_the_filter_is_typed() {
    let mut terminal = TestTerminal::new(test_session());
    terminal.press(KeyModifiers::CONTROL, KeyCode::Char('f'));
    terminal.type_text("sails q");
    assert!(terminal.render().contains("Filter: sails q"));
    terminal.press(KeyModifiers::NONE, KeyCode::Backspace);
    terminal.press(KeyModifiers::NONE, KeyCode::Backspace);
    terminal.press(KeyModifiers::NONE, KeyCode::Enter);
    let rendered = terminal.render();
    assert!(rendered.contains("Ben sails.") && !rendered.contains("Ann mends a net."), "{rendered}");
    assert!(!terminal.press(KeyModifiers::NONE, KeyCode::Char('q')), "without the filter, q quits");
}

#[test]
fn a_breakpoint_is_set_by_name_and_stops_playing() {
    let mut terminal = TestTerminal::new(test_session());
    terminal.press(KeyModifiers::CONTROL, KeyCode::Char('p'));
    terminal.type_text("stop together");
    let rendered = terminal.render();
    assert!(rendered.contains("Stop at together Somebody said it"), "{rendered}");
    terminal.press(KeyModifiers::NONE, KeyCode::Enter);
    assert_eq!(terminal.view_state().breakpoints, [Breakpoint::Beat(0)]);
    assert!(terminal.render().contains("together Somebody said it ●"));
    terminal.press(KeyModifiers::NONE, KeyCode::Char(' '));
    assert_eq!(terminal.player.session.playback().direction(), Some(Direction::Forward));
    terminal.player.session.advance(100.0);
    assert!(terminal.render().contains("‖ story pace  event 3 of 4"));
}

#[test]
fn commands_of_the_window_only_show_a_message() {
    let mut terminal = TestTerminal::new(test_session());
    terminal.press(KeyModifiers::NONE, KeyCode::F(3));
    assert!(terminal.render().contains("Only available in the window."));
    terminal.press(KeyModifiers::NONE, KeyCode::Home);
    assert!(!terminal.render().contains("Only available in the window."));
    terminal.press(KeyModifiers::CONTROL, KeyCode::Char('p'));
    terminal.type_text("explore");
    assert!(terminal.render().contains("No matching command."));
}

#[test]
fn the_list_of_keys_has_every_key() {
    let mut terminal = TestTerminal::new(test_session());
    terminal.press(KeyModifiers::SHIFT, KeyCode::Char('?'));
    let rendered = terminal.render();
    for text in ["Ctrl+Left", "Shift+F8", "PageDown", "Alt+3", "Play or pause", "Go to cause"] {
        assert!(rendered.contains(text), "{text} is missing in\n{rendered}");
    }
    terminal.press(KeyModifiers::NONE, KeyCode::Esc);
    assert!(!terminal.render().contains("Ctrl+Left"));
}

#[test]
fn the_screen_can_be_drawn_at_any_size_at_the_start_and_the_end() {
    for begin in [Session::new(test_run_info()), test_session()] {
        let mut player = TerminalPlayer::new(begin);
        player.session.receive(second_batch());
        for (width, height) in [(1, 1), (2, 3), (10, 5), (40, 8), (300, 100)] {
            let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
            for code in [KeyCode::F(1), KeyCode::F(2), KeyCode::End, KeyCode::Char('?'), KeyCode::Esc] {
                player.press(KeyEvent::new(code, KeyModifiers::NONE));
                terminal.draw(|frame| screen::draw(frame, &mut player)).unwrap();
            }
            player.press(KeyEvent::new(KeyCode::Char('p'), KeyModifiers::CONTROL));
            terminal.draw(|frame| screen::draw(frame, &mut player)).unwrap();
            player.press(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE));
        }
    }
}
