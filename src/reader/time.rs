//! The reader's time: one cursor over what was lived, that plays, steps and seeks, both ways.
//!
//! The cursor is a [`Moment`]: an instant and how many events of it have happened, so that a step of one event is possible even where
//! many share an instant. It can stand only where the world was lived.

use serde::{Deserialize, Serialize};

use super::breakpoint::{Breakpoint, next_break};
use super::record::Record;
use crate::chronicle::{Event, Moment};
use crate::ids::{EventId, Instant};
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

/// Which way the cursor moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// Toward the start.
    Back,
    /// Toward the end.
    On,
}

/// What a step goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// So many ticks of the scene.
    Ticks(u32),
    /// The next event.
    Event,
    /// The next event that somebody of the cast began.
    Cast,
    /// The next line of the story.
    Line,
    /// The next beat.
    Beat,
    /// The next breakpoint.
    Breakpoint,
}

/// The cursor and how it moves.
#[derive(Clone, Debug)]
pub struct Time {
    cursor: Moment,
    playing: Option<Way>,
    speed: usize,
    /// Keeps to what was lived last, however fast that is.
    follows: bool,
}

impl Default for Time {
    fn default() -> Self {
        Self { cursor: Moment { at: Instant::START, events: 0 }, playing: Some(Way::On), speed: A_DAY, follows: false }
    }
}

impl Time {
    /// The one moment that everything shows.
    #[must_use]
    pub fn cursor(&self) -> Moment {
        self.cursor
    }

    /// Which way the cursor moves by itself, if it does.
    #[must_use]
    pub fn playing(&self) -> Option<Way> {
        self.playing
    }

    /// The speed in words.
    #[must_use]
    pub fn speed(&self) -> &'static str {
        if self.follows { "as fast as it is lived" } else { SPEEDS[self.speed].1 }
    }

    /// Lets that many of the reader's seconds pass; stops at the first breakpoint on the way.
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

    /// Plays on, or stops; from the end it begins again.
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

    /// Stands still.
    pub fn stop(&mut self) {
        self.playing = None;
        self.follows = false;
    }

    /// Less simulated time in a second.
    pub fn slower(&mut self) {
        self.speed = self.speed.saturating_sub(1);
        self.follows = false;
    }

    /// More simulated time in a second.
    pub fn faster(&mut self) {
        self.speed = (self.speed + 1).min(SPEEDS.len() - 1);
        self.follows = false;
    }

    /// To what was lived last; on with it while the world lives.
    pub fn follow(&mut self, record: &Record) {
        self.cursor = end_of(record, record.lived());
        self.follows = !record.is_over();
        self.playing = self.follows.then_some(Way::On);
    }

    /// To the end of an instant.
    pub fn seek(&mut self, at: Instant, record: &Record) {
        self.cursor = end_of(record, at.clamp(Instant::START, record.lived()));
        self.follows = false;
    }

    /// To right after an event.
    pub fn seek_event(&mut self, event: EventId, record: &Record) {
        if let Some(moment) = record.history().moment_of(event) {
            self.cursor = moment;
            self.stop();
        }
    }

    /// One step; a reader who steps wants to look, so it stands still then.
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
            // Before the first event there is still the start.
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

/// The moment of the nearest event after some moment, or before it; no further than another.
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
    fn playing_is_a_day_a_second_and_never_outruns_the_world() {
        let record = record();
        let mut time = Time::default();
        time.advance(1.5, &record, &[]);
        assert_eq!(days(time.cursor().at), 1.5);
        time.advance(100.0, &record, &[]);
        assert_eq!(days(time.cursor().at), days(record.lived()));
        assert_eq!(time.playing(), Some(Way::On), "the world still lives");
    }

    #[test]
    fn an_event_on_and_an_event_back_is_where_it_was() {
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
    fn two_events_of_one_instant_are_two_steps() {
        let record = record();
        let mut time = time();
        time.seek(Instant::from_seconds(2.0 * DAY), &record);
        assert_eq!(time.cursor().events, 3);
        time.step(Step::Event, Way::Back, &record, &[]);
        assert_eq!((time.cursor().events, days(time.cursor().at)), (2, 2.0));
    }

    #[test]
    fn a_step_to_a_beat_passes_other_lines_by() {
        let record = record();
        let mut time = time();
        time.step(Step::Beat, Way::On, &record, &[]);
        assert_eq!(days(time.cursor().at), 2.0);
        time.step(Step::Beat, Way::On, &record, &[]);
        assert_eq!(days(time.cursor().at), 2.0, "there is no other beat");
        time.step(Step::Line, Way::Back, &record, &[]);
        assert_eq!(days(time.cursor().at), 1.0);
    }

    #[test]
    fn back_to_the_cast_is_where_they_did_it_last() {
        let record = record();
        let mut time = time();
        time.seek(record.lived(), &record);
        time.step(Step::Cast, Way::Back, &record, &[]);
        assert_eq!((time.cursor().events, days(time.cursor().at)), (4, 5.0));
        time.step(Step::Cast, Way::Back, &record, &[]);
        assert_eq!(time.cursor().events, 3);
    }

    #[test]
    fn nobody_goes_where_nothing_was_lived() {
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
