//! Playback: one cursor over the simulated time that plays, steps and seeks in both directions.
//!
//! The cursor is a [`LogPosition`], an instant with a number of events, so that single events can be stepped through even where
//! many share an instant. It never leaves the simulated time.

use serde::{Deserialize, Serialize};

use super::breakpoint::{Breakpoint, next_break};
use super::record::Record;
use longhand_chronicle::{Event, Moment};
use longhand_expr::ids::{EventId, Instant};
use longhand_narrative::LineKind;

/// Simulated seconds per second of playback, with a label.
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

/// The direction in which the cursor moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// Toward the start.
    Back,
    /// Toward the end.
    On,
}

/// The target of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
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
pub struct Time {
    cursor: Moment,
    playing: Option<Way>,
    speed: usize,
    /// Stays at the latest simulated time, however fast that advances.
    follows: bool,
}

impl Default for Time {
    fn default() -> Self {
        Self { cursor: Moment { at: Instant::START, events: 0 }, playing: Some(Way::On), speed: A_DAY, follows: false }
    }
}

impl Time {
    /// The position that all panels show.
    #[must_use]
    pub fn cursor(&self) -> Moment {
        self.cursor
    }

    /// The direction of playback; `None` while paused.
    #[must_use]
    pub fn playing(&self) -> Option<Way> {
        self.playing
    }

    /// A label of the speed.
    #[must_use]
    pub fn speed(&self) -> &'static str {
        if self.follows { "simulation speed" } else { SPEEDS[self.speed].1 }
    }

    /// Advances playback by a number of seconds of real time; stops at the first breakpoint on the way.
    pub fn advance(&mut self, seconds: f64, record: &Record, breakpoints: &[Breakpoint]) {
        let Some(way) = self.playing else { return };
        let from = self.cursor;
        let to = match way {
            _ if self.follows => record.lived(),
            Way::On => from.at.plus_seconds(seconds * SPEEDS[self.speed].0).min(record.lived()),
            Way::Back => from.at.plus_seconds(-seconds * SPEEDS[self.speed].0).max(Instant::START),
        };
        self.cursor = end_of(record, to);
        if let Some(stop) = next_break(record, breakpoints, from, way, Some(self.cursor)) {
            self.cursor = stop;
            self.stop();
        }
        let done = match way {
            Way::On => record.is_over() && self.cursor.at >= record.lived(),
            Way::Back => self.cursor.at <= Instant::START,
        };
        if done {
            self.stop();
        }
    }

    /// Starts playback forward, or pauses it; at the end of the run it starts from the beginning.
    pub fn play_pause(&mut self, record: &Record) {
        if self.playing.is_some() {
            self.stop();
        } else {
            if record.is_over() && self.cursor.at >= record.lived() {
                self.seek(Instant::START, record);
            }
            self.playing = Some(Way::On);
        }
    }

    /// Plays backwards.
    pub fn play_back(&mut self) {
        self.playing = Some(Way::Back);
        self.follows = false;
    }

    /// Pauses.
    pub fn stop(&mut self) {
        self.playing = None;
        self.follows = false;
    }

    /// Less simulated time per second.
    pub fn slower(&mut self) {
        self.speed = self.speed.saturating_sub(1);
        self.follows = false;
    }

    /// More simulated time per second.
    pub fn faster(&mut self) {
        self.speed = (self.speed + 1).min(SPEEDS.len() - 1);
        self.follows = false;
    }

    /// Moves to the latest simulated time, and follows it while the simulation runs.
    pub fn follow(&mut self, record: &Record) {
        self.cursor = end_of(record, record.lived());
        self.follows = !record.is_over();
        self.playing = self.follows.then_some(Way::On);
    }

    /// Moves to the end of an instant.
    pub fn seek(&mut self, at: Instant, record: &Record) {
        self.cursor = end_of(record, at.clamp(Instant::START, record.lived()));
        self.follows = false;
    }

    /// Moves to right after an event.
    pub fn seek_event(&mut self, event: EventId, record: &Record) {
        if let Some(moment) = record.history().moment_of(event) {
            self.cursor = moment;
            self.stop();
        }
    }

    /// Moves one step and pauses.
    pub fn step(&mut self, step: Step, way: Way, record: &Record, breakpoints: &[Breakpoint]) {
        self.stop();
        let tick = record.scenario().tick_us;
        let cursor = self.cursor;
        let cast = record.scenario().cast.len();
        let to = match step {
            Step::Ticks(n) => {
                let by = tick.saturating_mul(i64::from(n));
                let at = Instant(match way {
                    Way::On => cursor.at.0.saturating_add(by),
                    Way::Back => cursor.at.0.saturating_sub(by),
                });
                return self.seek(at, record);
            }
            Step::Event => match way {
                Way::On => near_event(record, cursor, way, None, |_| true),
                Way::Back => cursor.events.checked_sub(2).and_then(|last| record.history().moment_of(EventId(last))),
            },
            Step::Cast => {
                near_event(record, cursor, way, None, |event| event.roles.first().is_some_and(|own| own.index() < cast))
            }
            Step::Line => return self.seek_line(way, record, |_| true),
            Step::Beat => return self.seek_line(way, record, |kind| kind == LineKind::Beat),
            Step::Breakpoint => next_break(record, breakpoints, cursor, way, None),
        };
        match (to, way) {
            (Some(to), _) => self.cursor = to,
            // A step back from the first event goes to the start.
            (None, Way::Back) if step == Step::Event => self.cursor = Moment { at: Instant::START, events: 0 },
            _ => {}
        }
    }

    fn seek_line(&mut self, way: Way, record: &Record, wanted: impl Fn(LineKind) -> bool) {
        let told = record.told();
        let at = match way {
            Way::On => told[told.partition_point(|told| told.at <= self.cursor.at)..].iter().find(|told| wanted(told.line.kind)),
            Way::Back => {
                told[..told.partition_point(|told| told.at < self.cursor.at)].iter().rfind(|told| wanted(told.line.kind))
            }
        };
        if let Some(at) = at.map(|told| told.at) {
            self.seek(at, record);
        }
    }
}

fn end_of(record: &Record, at: Instant) -> Moment {
    Moment { at, events: EventId::at(record.history().events_until(at)).0 }
}

/// The position of the nearest wanted event after a position, or before it; no further than `until`.
pub(super) fn near_event(
    record: &Record,
    from: Moment,
    way: Way,
    until: Option<Moment>,
    wanted: impl Fn(&Event) -> bool,
) -> Option<Moment> {
    let events = record.chronicle().events();
    let done = (from.events as usize).min(events.len());
    let end = until.map(|until| until.events as usize);
    let moment_of = |event: &Event| record.history().moment_of(event.id);
    match way {
        Way::On => {
            let end = end.map_or(events.len(), |end| end.clamp(done, events.len()));
            moment_of(events[done..end].iter().find(|event| wanted(event))?)
        }
        Way::Back => {
            let begin = end.map_or(0, |end| end.saturating_sub(1).min(done));
            let mut past = events[begin..done].iter().rev().filter(|event| wanted(event)).filter_map(moment_of);
            past.find(|moment| *moment < from)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{DAY, days, record};
    use super::*;

    fn time() -> Time {
        let mut time = Time::default();
        time.stop();
        time
    }

    #[test]
    fn playback_advances_one_day_per_second_and_not_beyond_the_simulated_time() {
        let record = record();
        let mut time = Time::default();
        time.advance(1.5, &record, &[]);
        assert_eq!(days(time.cursor().at), 1.5);
        time.advance(100.0, &record, &[]);
        assert_eq!(days(time.cursor().at), days(record.lived()));
        assert_eq!(time.playing(), Some(Way::On), "the simulation is still running");
    }

    #[test]
    fn an_event_step_forward_and_back_returns_to_the_same_position() {
        let record = record();
        let mut time = time();
        time.step(Step::Event, Way::On, &record, &[]);
        time.step(Step::Event, Way::On, &record, &[]);
        let there = time.cursor();
        time.step(Step::Event, Way::On, &record, &[]);
        time.step(Step::Event, Way::Back, &record, &[]);
        assert_eq!(time.cursor(), there);
        time.step(Step::Event, Way::Back, &record, &[]);
        time.step(Step::Event, Way::Back, &record, &[]);
        assert_eq!(time.cursor(), Moment { at: Instant::START, events: 0 });
    }

    #[test]
    fn two_events_at_one_instant_take_two_steps() {
        let record = record();
        let mut time = time();
        time.seek(Instant::from_seconds(2.0 * DAY), &record);
        assert_eq!(time.cursor().events, 3);
        time.step(Step::Event, Way::Back, &record, &[]);
        assert_eq!((time.cursor().events, days(time.cursor().at)), (2, 2.0));
    }

    #[test]
    fn a_step_to_a_beat_skips_other_lines() {
        let record = record();
        let mut time = time();
        time.step(Step::Beat, Way::On, &record, &[]);
        assert_eq!(days(time.cursor().at), 2.0);
        time.step(Step::Beat, Way::On, &record, &[]);
        assert_eq!(days(time.cursor().at), 2.0, "there is only one beat");
        time.step(Step::Line, Way::Back, &record, &[]);
        assert_eq!(days(time.cursor().at), 1.0);
    }

    #[test]
    fn a_cast_step_back_goes_to_the_last_event_of_a_cast_member() {
        let record = record();
        let mut time = time();
        time.seek(record.lived(), &record);
        time.step(Step::Cast, Way::Back, &record, &[]);
        assert_eq!((time.cursor().events, days(time.cursor().at)), (4, 5.0));
        time.step(Step::Cast, Way::Back, &record, &[]);
        assert_eq!(time.cursor().events, 3);
    }

    #[test]
    fn the_cursor_stays_within_the_simulated_time() {
        let record = record();
        let mut time = time();
        time.seek(Instant::from_seconds(300.0 * DAY), &record);
        assert_eq!(time.cursor().at, record.lived());
        time.seek(Instant(-5), &record);
        assert_eq!(time.cursor().at, Instant::START);
        time.play_back();
        time.advance(1.0, &record, &[]);
        assert_eq!(time.playing(), None);
    }
}
