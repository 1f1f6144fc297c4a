//! Playback: one cursor over the simulated time that plays, steps and seeks in both directions.
//!
//! The cursor is a [`LogPosition`], an instant with a number of events, so that single events can be stepped through even where
//! many share an instant. It never leaves the simulated time.

use serde::{Deserialize, Serialize};

use super::breakpoint::{Breakpoint, next_breakpoint};
use super::direction::{Direction, nearest_event};
use super::run_data::RunData;
use super::story_pace::advance_at_story_pace;
use longhand_chronicle::LogPosition;
use longhand_expr::TimeGrain;
use longhand_expr::ids::{EventId, Instant};
use longhand_narrative::NarrationLineKind;

/// Simulated seconds per second of playback, with a label; no number where the pace follows what is told.
const SPEEDS: [(Option<f64>, &str); 13] = [
    (Some(1.0), "a second a second"),
    (Some(10.0), "ten seconds a second"),
    (Some(60.0), "a minute a second"),
    (Some(600.0), "ten minutes a second"),
    (Some(3_600.0), "an hour a second"),
    (None, "story pace"),
    (Some(21_600.0), "six hours a second"),
    (Some(86_400.0), "a day a second"),
    (Some(259_200.0), "three days a second"),
    (Some(604_800.0), "a week a second"),
    (Some(2_592_000.0), "a month a second"),
    (Some(31_556_952.0), "a year a second"),
    (Some(315_569_520.0), "ten years a second"),
];
/// Story pace.
const DEFAULT_SPEED: usize = 5;
/// The speed at first of a scene of seconds.
const FINE_SPEED: usize = 1;

/// The target of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepTarget {
    /// This many ticks of the scene.
    Ticks(u32),
    /// The next event.
    Event,
    /// The next event that a cast member initiated.
    Cast,
    /// The next line of the story.
    Line,
    /// The next beat.
    Beat,
    /// The next breakpoint.
    Breakpoint,
}

/// The cursor and its movement.
#[derive(Clone, Debug)]
pub struct Playback {
    cursor: LogPosition,
    direction: Option<Direction>,
    speed: usize,
    /// Stays at the latest simulated time, however fast that advances.
    is_following: bool,
}

impl Default for Playback {
    fn default() -> Self {
        Self {
            cursor: LogPosition { at: Instant::START, events: 0 },
            direction: Some(Direction::Forward),
            speed: DEFAULT_SPEED,
            is_following: false,
        }
    }
}

impl Playback {
    /// At the start of a run, with a speed that fits how precisely the scene tells times.
    #[must_use]
    pub fn for_grain(grain: TimeGrain) -> Self {
        let speed = if grain < TimeGrain::Minutes { FINE_SPEED } else { DEFAULT_SPEED };
        Self { speed, ..Self::default() }
    }

    /// The position that all panels show.
    #[must_use]
    pub fn cursor(&self) -> LogPosition {
        self.cursor
    }

    /// The direction of playback; `None` while paused.
    #[must_use]
    pub fn direction(&self) -> Option<Direction> {
        self.direction
    }

    /// The speed while time passes by itself, in simulated seconds per second of playback; `None` at story pace.
    #[must_use]
    pub fn pace(&self) -> Option<f64> {
        SPEEDS[self.speed].0
    }

    /// A label of the speed.
    #[must_use]
    pub fn speed_label(&self) -> &'static str {
        if self.is_following { "simulation speed" } else { SPEEDS[self.speed].1 }
    }

    /// Advances playback by a number of seconds of real time; stops at the first breakpoint on the way.
    pub fn advance(&mut self, seconds: f64, run: &RunData, breakpoints: &[Breakpoint]) {
        let Some(direction) = self.direction else { return };
        let from = self.cursor;
        let to = match direction {
            _ if self.is_following => run.simulated_until(),
            _ => match (SPEEDS[self.speed].0, direction) {
                (None, _) => advance_at_story_pace(run, from.at, seconds, direction),
                (Some(pace), Direction::Forward) => from.at.add_seconds(seconds * pace).min(run.simulated_until()),
                (Some(pace), Direction::Back) => from.at.add_seconds(-seconds * pace).max(Instant::START),
            },
        };
        self.cursor = end_of_instant(run, to);
        if let Some(stop) = next_breakpoint(run, breakpoints, from, direction, Some(self.cursor)) {
            self.cursor = stop;
            self.stop();
        }
        let has_reached_end = match direction {
            Direction::Forward => run.is_over() && self.cursor.at >= run.simulated_until(),
            Direction::Back => self.cursor.at <= Instant::START,
        };
        if has_reached_end {
            self.stop();
        }
    }

    /// Starts playback forward, or pauses it; at the end of the run it starts from the beginning.
    pub fn toggle_playing(&mut self, run: &RunData) {
        if self.direction.is_some() {
            self.stop();
        } else {
            if run.is_over() && self.cursor.at >= run.simulated_until() {
                self.seek(Instant::START, run);
            }
            self.direction = Some(Direction::Forward);
        }
    }

    /// Plays forward.
    pub fn play_forward(&mut self) {
        self.direction = Some(Direction::Forward);
    }

    /// Plays backwards.
    pub fn play_backward(&mut self) {
        self.direction = Some(Direction::Back);
        self.is_following = false;
    }

    /// Pauses.
    pub fn stop(&mut self) {
        self.direction = None;
        self.is_following = false;
    }

    /// Less simulated time per second.
    pub fn slow_down(&mut self) {
        self.speed = self.speed.saturating_sub(1);
        self.is_following = false;
    }

    /// More simulated time per second.
    pub fn speed_up(&mut self) {
        self.speed = (self.speed + 1).min(SPEEDS.len() - 1);
        self.is_following = false;
    }

    /// Moves to the latest simulated time, and follows it while the simulation runs.
    pub fn follow(&mut self, run: &RunData) {
        self.cursor = end_of_instant(run, run.simulated_until());
        self.is_following = !run.is_over();
        self.direction = self.is_following.then_some(Direction::Forward);
    }

    /// Moves to the end of an instant.
    pub fn seek(&mut self, at: Instant, run: &RunData) {
        self.cursor = end_of_instant(run, at.clamp(Instant::START, run.simulated_until()));
        self.is_following = false;
    }

    /// Moves to right after an event.
    pub fn seek_event(&mut self, event: EventId, run: &RunData) {
        if let Some(position) = run.history().position_of(event) {
            self.cursor = position;
            self.stop();
        }
    }

    /// Moves one step and pauses.
    pub fn step(&mut self, step: StepTarget, direction: Direction, run: &RunData, breakpoints: &[Breakpoint]) {
        self.stop();
        let tick = run.scenario().tick_us;
        let cursor = self.cursor;
        let cast = run.scenario().cast.len();
        let to = match step {
            StepTarget::Ticks(n) => {
                let by = tick.saturating_mul(i64::from(n));
                let at = Instant(match direction {
                    Direction::Forward => cursor.at.0.saturating_add(by),
                    Direction::Back => cursor.at.0.saturating_sub(by),
                });
                return self.seek(at, run);
            }
            StepTarget::Event => match direction {
                Direction::Forward => nearest_event(run, cursor, direction, None, |_| true),
                Direction::Back => cursor.events.checked_sub(2).and_then(|last| run.history().position_of(EventId(last))),
            },
            StepTarget::Cast => nearest_event(run, cursor, direction, None, |event| {
                event.roles.first().is_some_and(|initiator| initiator.index() < cast)
            }),
            StepTarget::Line => return self.seek_line(direction, run, |_| true),
            StepTarget::Beat => return self.seek_line(direction, run, |kind| kind == NarrationLineKind::Beat),
            StepTarget::Breakpoint => next_breakpoint(run, breakpoints, cursor, direction, None),
        };
        match (to, direction) {
            (Some(to), _) => self.cursor = to,
            // A step back from the first event goes to the start.
            (None, Direction::Back) if step == StepTarget::Event => self.cursor = LogPosition { at: Instant::START, events: 0 },
            _ => {}
        }
    }

    fn seek_line(&mut self, direction: Direction, run: &RunData, wanted: impl Fn(NarrationLineKind) -> bool) {
        let lines = run.narrated();
        let target = match direction {
            Direction::Forward => {
                lines[lines.partition_point(|line| line.at <= self.cursor.at)..].iter().find(|line| wanted(line.line.kind))
            }
            Direction::Back => {
                lines[..lines.partition_point(|line| line.at < self.cursor.at)].iter().rfind(|line| wanted(line.line.kind))
            }
        };
        if let Some(line) = target {
            self.seek(line.at, run);
        }
    }
}

fn end_of_instant(run: &RunData, at: Instant) -> LogPosition {
    LogPosition { at, events: EventId::from_index(run.history().event_count_until(at)).0 }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{DAY, days, test_run};
    use super::*;

    fn paused() -> Playback {
        let mut playback = Playback::default();
        playback.stop();
        playback
    }

    #[test]
    fn playback_advances_one_day_per_second_and_not_beyond_the_simulated_time() {
        let run = test_run();
        let mut playback = Playback::default();
        assert_eq!(playback.pace(), None, "the story pace is the default");
        playback.speed_up();
        playback.speed_up();
        playback.advance(1.5, &run, &[]);
        assert_eq!(days(playback.cursor().at), 1.5);
        playback.advance(100.0, &run, &[]);
        assert_eq!(days(playback.cursor().at), days(run.simulated_until()));
        assert_eq!(playback.direction(), Some(Direction::Forward), "the simulation is still running");
    }

    #[test]
    fn an_event_step_forward_and_back_returns_to_the_same_position() {
        let run = test_run();
        let mut playback = paused();
        playback.step(StepTarget::Event, Direction::Forward, &run, &[]);
        playback.step(StepTarget::Event, Direction::Forward, &run, &[]);
        let after_second_event = playback.cursor();
        playback.step(StepTarget::Event, Direction::Forward, &run, &[]);
        playback.step(StepTarget::Event, Direction::Back, &run, &[]);
        assert_eq!(playback.cursor(), after_second_event);
        playback.step(StepTarget::Event, Direction::Back, &run, &[]);
        playback.step(StepTarget::Event, Direction::Back, &run, &[]);
        assert_eq!(playback.cursor(), LogPosition { at: Instant::START, events: 0 });
    }

    #[test]
    fn two_events_at_one_instant_take_two_steps() {
        let run = test_run();
        let mut playback = paused();
        playback.seek(Instant::from_seconds(2.0 * DAY), &run);
        assert_eq!(playback.cursor().events, 3);
        playback.step(StepTarget::Event, Direction::Back, &run, &[]);
        assert_eq!((playback.cursor().events, days(playback.cursor().at)), (2, 2.0));
    }

    #[test]
    fn a_step_to_a_beat_skips_other_lines() {
        let run = test_run();
        let mut playback = paused();
        playback.step(StepTarget::Beat, Direction::Forward, &run, &[]);
        assert_eq!(days(playback.cursor().at), 2.0);
        playback.step(StepTarget::Beat, Direction::Forward, &run, &[]);
        assert_eq!(days(playback.cursor().at), 2.0, "there is only one beat");
        playback.step(StepTarget::Line, Direction::Back, &run, &[]);
        assert_eq!(days(playback.cursor().at), 1.0);
    }

    #[test]
    fn a_cast_step_back_goes_to_the_last_event_of_a_cast_member() {
        let run = test_run();
        let mut playback = paused();
        playback.seek(run.simulated_until(), &run);
        playback.step(StepTarget::Cast, Direction::Back, &run, &[]);
        assert_eq!((playback.cursor().events, days(playback.cursor().at)), (4, 5.0));
        playback.step(StepTarget::Cast, Direction::Back, &run, &[]);
        assert_eq!(playback.cursor().events, 3);
    }

    #[test]
    fn the_cursor_stays_within_the_simulated_time() {
        let run = test_run();
        let mut playback = paused();
        playback.seek(Instant::from_seconds(300.0 * DAY), &run);
        assert_eq!(playback.cursor().at, run.simulated_until());
        playback.seek(Instant(-5), &run);
        assert_eq!(playback.cursor().at, Instant::START);
        playback.play_backward();
        playback.advance(1.0, &run, &[]);
        assert_eq!(playback.direction(), None);
    }
}
