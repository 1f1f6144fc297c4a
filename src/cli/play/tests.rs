//! Tests of the terminal view: keys go in, and the text of the screen comes out.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::player::Player;
use super::screen;
use longhand_session::testing::{cover, more, reader};
use longhand_session::{Breakpoint, Choice, Command, Reader, Way};

/// A test terminal with a player.
struct Seat {
    terminal: Terminal<TestBackend>,
    player: Player,
}

impl Seat {
    fn of(reader: Reader) -> Self {
        let mut player = Player::new(reader);
        player.apply(Command::PlayPause);
        Self { terminal: Terminal::new(TestBackend::new(120, 30)).unwrap(), player }
    }

    fn press(&mut self, modifiers: KeyModifiers, code: KeyCode) -> bool {
        self.player.press(KeyEvent::new(code, modifiers))
    }

    fn types(&mut self, text: &str) {
        for sign in text.chars() {
            self.press(KeyModifiers::NONE, KeyCode::Char(sign));
        }
    }

    fn screen(&mut self) -> String {
        self.terminal.draw(|frame| screen::draw(frame, &mut self.player)).unwrap();
        self.terminal.backend().to_string()
    }

    fn choice(&self) -> &Choice {
        self.player.reader.choice()
    }
}

#[test]
fn stepping_narrates_past_events_only() {
    let mut seat = Seat::of(reader());
    let begin = seat.screen();
    assert!(begin.contains("The corner café") && begin.contains("Three people, one café"), "{begin}");
    assert!(begin.contains("‖ a day a second  event 0 of 4"), "{begin}");
    seat.press(KeyModifiers::CONTROL, KeyCode::Right);
    let then = seat.screen();
    assert!(then.contains("  Ann mends a net.") && !then.contains("Ben sails."), "{then}");
    assert!(then.contains("event 1 of 4"), "{then}");
    seat.press(KeyModifiers::CONTROL, KeyCode::Left);
    assert_eq!(seat.screen(), begin);
}

#[test]
fn a_beat_is_marked_open_until_it_comes() {
    let mut seat = Seat::of(reader());
    assert!(seat.screen().contains("◇ together Somebody said it"));
    seat.press(KeyModifiers::NONE, KeyCode::PageDown);
    let come = seat.screen();
    assert!(come.contains("◆ together Somebody said it") && come.contains("◆ First light"), "{come}");
    assert!(come.contains("5 March 2025, 07:00"), "{come}");
}

#[test]
fn the_step_layout_lists_events_and_their_causes() {
    let mut seat = Seat::of(reader());
    seat.press(KeyModifiers::NONE, KeyCode::F(2));
    seat.press(KeyModifiers::NONE, KeyCode::End);
    let end = seat.screen();
    assert!(end.contains("Events") && end.contains("#3 ") && end.contains("[ #2 Ann waves back."), "{end}");
    assert!(end.contains("because"), "{end}");
    seat.press(KeyModifiers::NONE, KeyCode::Char('['));
    let cause = seat.screen();
    assert!(cause.contains("#2 ") && cause.contains("◆ together"), "{cause}");
    assert!(cause.contains("] #3 Ben sails."), "the effect and its key are shown: {cause}");
    seat.press(KeyModifiers::NONE, KeyCode::Char(']'));
    assert!(seat.screen().contains("[ #2 Ann waves back."));
}

#[test]
fn keys_are_text_while_the_filter_is_typed() {
    let mut seat = Seat::of(reader());
    seat.press(KeyModifiers::CONTROL, KeyCode::Char('f'));
    seat.types("sails q");
    assert!(seat.screen().contains("Filter: sails q"));
    seat.press(KeyModifiers::NONE, KeyCode::Backspace);
    seat.press(KeyModifiers::NONE, KeyCode::Backspace);
    seat.press(KeyModifiers::NONE, KeyCode::Enter);
    let found = seat.screen();
    assert!(found.contains("Ben sails.") && !found.contains("Ann mends a net."), "{found}");
    assert!(!seat.press(KeyModifiers::NONE, KeyCode::Char('q')), "without the filter, q quits");
}

#[test]
fn a_breakpoint_is_set_by_name_and_stops_playing() {
    let mut seat = Seat::of(reader());
    seat.press(KeyModifiers::CONTROL, KeyCode::Char('p'));
    seat.types("stop together");
    let list = seat.screen();
    assert!(list.contains("Stop at together Somebody said it"), "{list}");
    seat.press(KeyModifiers::NONE, KeyCode::Enter);
    assert_eq!(seat.choice().breakpoints, [Breakpoint::Beat(0)]);
    assert!(seat.screen().contains("together Somebody said it ●"));
    seat.press(KeyModifiers::NONE, KeyCode::Char(' '));
    assert_eq!(seat.player.reader.time().playing(), Some(Way::On));
    seat.player.reader.advance(100.0);
    assert!(seat.screen().contains("‖ a day a second  event 3 of 4"));
}

#[test]
fn commands_of_the_window_only_show_a_message() {
    let mut seat = Seat::of(reader());
    seat.press(KeyModifiers::NONE, KeyCode::F(3));
    assert!(seat.screen().contains("Only available in the window."));
    seat.press(KeyModifiers::NONE, KeyCode::Home);
    assert!(!seat.screen().contains("Only available in the window."));
    seat.press(KeyModifiers::CONTROL, KeyCode::Char('p'));
    seat.types("explore");
    assert!(seat.screen().contains("No matching command."));
}

#[test]
fn the_list_of_keys_has_every_key() {
    let mut seat = Seat::of(reader());
    seat.press(KeyModifiers::SHIFT, KeyCode::Char('?'));
    let sheet = seat.screen();
    for said in ["Ctrl+Left", "Shift+F8", "PageDown", "Alt+3", "Play or pause", "Go to cause"] {
        assert!(sheet.contains(said), "{said} is missing in\n{sheet}");
    }
    seat.press(KeyModifiers::NONE, KeyCode::Esc);
    assert!(!seat.screen().contains("Ctrl+Left"));
}

#[test]
fn the_screen_can_be_drawn_at_any_size_at_the_start_and_the_end() {
    for begin in [Reader::new(cover()), reader()] {
        let mut player = Player::new(begin);
        player.reader.hear(more());
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
