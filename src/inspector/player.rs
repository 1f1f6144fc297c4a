//! The run as the window has it: all that was told so far, and a cursor that moves over it.

use super::command::Command;
use super::feed::{Cover, Heard};
use crate::ids::Instant;
use crate::lab::Told;
use crate::story::LineKind;

/// Simulated seconds in one second of the reader's, and how that is said.
const SPEEDS: [(f64, &str); 8] = [
    (60.0, "a minute a second"),
    (600.0, "ten minutes a second"),
    (3_600.0, "an hour a second"),
    (21_600.0, "six hours a second"),
    (86_400.0, "a day a second"),
    (259_200.0, "three days a second"),
    (604_800.0, "a week a second"),
    (2_592_000.0, "a month a second"),
];
const A_DAY: usize = 4;

/// Keeps what was told and where the reader is.
#[derive(Debug)]
pub struct Player {
    cover: Cover,
    lines: Vec<Told>,
    /// How far the world has been lived.
    lived: Instant,
    /// What came of it, once it is over.
    outcome: Option<Result<String, String>>,
    cursor: Instant,
    playing: bool,
    speed: usize,
    /// Keeps to what was lived last, however fast that is.
    follows: bool,
}

/// What the panels show; nothing in it can be changed.
#[derive(Clone, Copy, Debug)]
pub struct WindowView<'a> {
    /// What is known of the run from the beginning.
    pub cover: &'a Cover,
    /// All that was told so far, ascending by time.
    pub lines: &'a [Told],
    /// How many of the lines are not after the cursor.
    pub shown: usize,
    /// The one instant that everything shows.
    pub cursor: Instant,
    /// How far the world has been lived.
    pub lived: Instant,
    /// Where the time line ends: the run's end, or the latest it can be.
    pub ends: Instant,
    /// Whether the cursor moves by itself.
    pub playing: bool,
    /// The speed in words.
    pub speed: &'static str,
    /// What came of the run, or why it broke off; none while it is being lived.
    pub outcome: Option<Result<&'a str, &'a str>>,
}

impl Player {
    /// A player of a run that is about to begin; it plays a day a second.
    #[must_use]
    pub fn new(cover: Cover) -> Self {
        Self {
            cover,
            lines: Vec::new(),
            lived: Instant::START,
            outcome: None,
            cursor: Instant::START,
            playing: true,
            speed: A_DAY,
            follows: false,
        }
    }

    /// Takes in what the world told.
    pub fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Told(told) => {
                self.lived = self.lived.max(told.at);
                self.lines.push(told);
            }
            Heard::Lived(at) => self.lived = self.lived.max(at),
            Heard::Ended(at, outcome) => {
                self.lived = self.lived.max(at);
                self.outcome = Some(Ok(outcome));
            }
            Heard::Failed(why) => self.outcome = Some(Err(why)),
        }
        if self.follows {
            self.cursor = self.lived;
        }
    }

    /// Lets that many of the reader's seconds pass.
    pub fn advance(&mut self, seconds: f64) {
        if self.playing && !self.follows {
            self.cursor = self.cursor.plus_seconds(seconds * SPEEDS[self.speed].0).min(self.lived);
        }
        if self.is_over() && self.cursor >= self.lived {
            self.playing = false;
        }
    }

    /// Does what was asked for.
    pub fn apply(&mut self, command: Command) {
        match command {
            Command::PlayPause => {
                self.playing = !self.playing;
                if self.playing && self.is_over() && self.cursor >= self.lived {
                    self.seek(Instant::START);
                    self.playing = true;
                }
                self.follows = false;
            }
            Command::Slower => self.pace(self.speed.saturating_sub(1)),
            Command::Faster => self.pace((self.speed + 1).min(SPEEDS.len() - 1)),
            Command::ToStart => self.seek(Instant::START),
            Command::ToEnd => {
                self.cursor = self.lived;
                self.follows = !self.is_over();
                self.playing = self.follows;
            }
            Command::Seek(at) => self.seek(at),
            Command::Back => self.step(|lines, now| lines.iter().rfind(|line| line.at < now)),
            Command::Forth => self.step(|lines, now| lines.iter().find(|line| line.at > now)),
            Command::BeatBack => {
                self.step(|lines, now| lines.iter().rfind(|line| line.at < now && line.line.kind == LineKind::Beat));
            }
            Command::BeatForth => {
                self.step(|lines, now| lines.iter().find(|line| line.at > now && line.line.kind == LineKind::Beat));
            }
        }
    }

    /// What the panels may see.
    #[must_use]
    pub fn view(&self) -> WindowView<'_> {
        WindowView {
            cover: &self.cover,
            lines: &self.lines,
            shown: self.lines.partition_point(|line| line.at <= self.cursor),
            cursor: self.cursor,
            lived: self.lived,
            ends: if self.is_over() { self.lived } else { self.cover.ends.max(self.lived) },
            playing: self.playing,
            speed: if self.follows { "as fast as it is lived" } else { SPEEDS[self.speed].1 },
            outcome: self.outcome.as_ref().map(|outcome| outcome.as_deref().map_err(String::as_str)),
        }
    }

    /// Whether the run has ended, one way or the other.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.outcome.is_some()
    }

    fn pace(&mut self, speed: usize) {
        self.speed = speed;
        self.follows = false;
    }

    fn seek(&mut self, at: Instant) {
        self.cursor = at.clamp(Instant::START, self.lived);
        self.follows = false;
    }

    /// Steps pause; a reader who goes line by line wants to read.
    fn step(&mut self, to: impl FnOnce(&[Told], Instant) -> Option<&Told>) {
        if let Some(at) = to(&self.lines, self.cursor).map(|line| line.at) {
            self.seek(at);
        }
        self.playing = false;
        self.follows = false;
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::ids::EventId;
    use crate::language::Calendar;
    use crate::story::Line;
    use jiff::civil::date;

    const DAY: f64 = 86_400.0;

    fn told(day: f64, kind: LineKind, text: &str) -> Heard {
        let line = Line { kind, text: text.to_owned(), event: Some(EventId(day as u32)) };
        Heard::Told(Told { at: Instant::from_seconds(day * DAY), line })
    }

    pub(in super::super) fn player() -> Player {
        let cover = Cover {
            title: "Harbour".into(),
            about: "Three people and a boat.".into(),
            seed: 1,
            calendar: Calendar::new(date(2025, 1, 6).at(0, 0, 0, 0)),
            ends: Instant::from_seconds(40.0 * DAY),
        };
        let mut player = Player::new(cover);
        player.hear(told(1.0, LineKind::Event, "Ann mends a net."));
        player.hear(told(2.0, LineKind::Event, "Ben waves."));
        player.hear(told(2.0, LineKind::Beat, "First light"));
        player.hear(told(5.0, LineKind::Event, "Cleo sails."));
        player
    }

    fn days(player: &Player) -> f64 {
        player.view().cursor.seconds() / DAY
    }

    #[test]
    fn playing_shows_lines_as_their_time_comes() {
        let mut player = player();
        player.advance(1.5);
        assert_eq!(player.view().shown, 1);
        player.advance(1.0);
        assert_eq!(player.view().shown, 3);
    }

    #[test]
    fn the_cursor_waits_for_what_is_not_lived_yet() {
        let mut player = player();
        player.advance(100.0);
        assert_eq!(days(&player), 5.0);
        assert!(player.view().playing);
        player.hear(Heard::Ended(Instant::from_seconds(6.0 * DAY), "over".into()));
        player.advance(100.0);
        assert_eq!(days(&player), 6.0);
        assert!(!player.view().playing);
    }

    #[test]
    fn to_the_end_follows_while_the_world_lives() {
        let mut player = player();
        player.apply(Command::ToEnd);
        player.hear(told(9.0, LineKind::Event, "Dana leaves."));
        assert_eq!(days(&player), 9.0);
        player.apply(Command::PlayPause);
        player.hear(told(10.0, LineKind::Event, "Dana writes."));
        assert_eq!(days(&player), 9.0);
    }

    #[test]
    fn a_step_forth_and_back_is_where_it_was() {
        let mut player = player();
        player.apply(Command::Forth);
        player.apply(Command::Forth);
        player.apply(Command::Back);
        assert_eq!(days(&player), 1.0);
        assert!(!player.view().playing);
    }

    #[test]
    fn a_step_to_a_beat_passes_other_lines_by() {
        let mut player = player();
        player.apply(Command::BeatForth);
        assert_eq!(days(&player), 2.0);
        player.apply(Command::BeatForth);
        assert_eq!(days(&player), 2.0, "there is no other beat");
    }

    #[test]
    fn nobody_goes_where_nothing_was_lived() {
        let mut player = player();
        player.apply(Command::Seek(Instant::from_seconds(30.0 * DAY)));
        assert_eq!(days(&player), 5.0);
        player.apply(Command::Seek(Instant(-5)));
        assert_eq!(days(&player), 0.0);
    }
}
