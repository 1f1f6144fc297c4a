//! The story pace: time slows down for what is told, long enough to read it, and hurries through what is not.
//!
//! The pace is a function of the position in the run, not of how the cursor came there. So it is the same forward and backward, and
//! however long a frame takes.

use longhand_expr::ids::Instant;

use super::direction::Direction;
use super::run_data::RunData;
use longhand_analysis::NarratedLine;

/// The longest simulated time that passes while a line is read, in seconds.
const READING_SPAN: f64 = 600.0;
/// How long a line is shown, in real seconds: this, and more for each letter, up to a limit.
const SHORTEST_READING: f64 = 1.4;
const SECONDS_A_LETTER: f64 = 0.04;
const LONGEST_READING: f64 = 12.0;
/// Simulated seconds a second after the last line.
const PACE_AFTER_ALL: f64 = 86_400.0;

/// A part of a run in which the pace is even: where it begins and ends, and the simulated seconds a second.
#[derive(Clone, Copy, Debug, PartialEq)]
struct EvenPace {
    begins: Instant,
    ends: Instant,
    pace: f64,
}

/// Where the cursor is after some real seconds at story pace.
#[must_use]
pub fn advance_at_story_pace(run: &RunData, from: Instant, seconds: f64, direction: Direction) -> Instant {
    let (mut at, mut left) = (from, seconds);
    let limit = match direction {
        Direction::Forward => run.simulated_until(),
        Direction::Back => Instant::START,
    };
    while left > 0.0 && at != limit {
        let part = part_at(run, at, direction);
        let goal = match direction {
            Direction::Forward => part.ends.min(limit),
            Direction::Back => part.begins.max(limit),
        };
        let needed = (goal.seconds() - at.seconds()).abs() / part.pace;
        if needed >= left {
            let moved = left * part.pace;
            let next = at.add_seconds(if direction == Direction::Forward { moved } else { -moved });
            return if direction == Direction::Forward { next.min(goal) } else { next.max(goal) };
        }
        left -= needed;
        at = goal;
    }
    at
}

/// The instant until which lines of an instant are read; the next line may cut it short.
fn end_of_reading(told: Instant, next: Option<Instant>) -> Instant {
    let span = next.map_or(f64::INFINITY, |next| next.seconds() - told.seconds());
    told.add_seconds(READING_SPAN.min(span / 2.0))
}

/// The lines that are read at an instant at story pace, and the share (0 to 1) of the time for reading them that has passed. `None` while
/// time hurries to the next ones.
#[must_use]
pub fn lines_being_read(run: &RunData, at: Instant) -> Option<(&[NarratedLine], f64)> {
    let lines = run.narrated();
    let count = lines.partition_point(|line| line.at <= at);
    let told = lines.get(count.checked_sub(1)?)?.at;
    let read_until = end_of_reading(told, lines.get(count).map(|line| line.at));
    let first = lines[..count].partition_point(|line| line.at < told);
    let share = (at.seconds() - told.seconds()) / (read_until.seconds() - told.seconds()).max(1e-9);
    (at < read_until).then(|| (&lines[first..count], share))
}

/// The part of even pace that begins (or, backward, ends) at an instant or contains it.
fn part_at(run: &RunData, at: Instant, direction: Direction) -> EvenPace {
    let lines = run.narrated();
    let is_past = |line: Instant| if direction == Direction::Forward { line <= at } else { line < at };
    let count = lines.partition_point(|line| is_past(line.at));
    let last = count.checked_sub(1).map(|last| lines[last].at);
    let next = lines.get(count).map(|line| line.at);
    let begins = last.unwrap_or(Instant::START);
    // A line is read first; then time hurries to the next one.
    let reading = last.map(|last| {
        let letters: usize =
            lines[..count].iter().rev().take_while(|line| line.at == last).map(|line| line.line.text.len()).sum();
        (SHORTEST_READING + SECONDS_A_LETTER * letters as f64).min(LONGEST_READING)
    });
    let read_until = last.map_or(begins, |last| end_of_reading(last, next));
    let is_reading = if direction == Direction::Forward { at < read_until } else { at <= read_until };
    if let Some(reading) = reading.filter(|_| is_reading && read_until > begins) {
        return EvenPace { begins, ends: read_until, pace: (read_until.seconds() - begins.seconds()) / reading };
    }
    match next {
        Some(next) => {
            let hurried = (next.seconds() - read_until.seconds()).max(1e-6);
            let seconds = (0.6 + 0.55 * libm::log10(1.0 + hurried / 3_600.0)).clamp(0.6, 2.6);
            EvenPace { begins: read_until, ends: next, pace: hurried / seconds }
        }
        None => EvenPace { begins: read_until, ends: run.timeline_end().max(at.add_seconds(1.0)), pace: PACE_AFTER_ALL },
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{DAY, days, test_run};
    use super::*;

    #[test]
    fn a_line_is_shown_long_enough_to_read_it() {
        let run = test_run();
        // The lines of the test run are on the days 1, 2 and 5.
        let at_first_line = advance_at_story_pace(&run, Instant::START, 1.4, Direction::Forward);
        assert!((1.0..1.01).contains(&days(at_first_line)), "{}", days(at_first_line));
        let while_reading = advance_at_story_pace(&run, Instant::from_seconds(DAY), 1.3, Direction::Forward);
        assert!(days(while_reading) - 1.0 < 0.007, "{}", days(while_reading));
        let later = advance_at_story_pace(&run, Instant::from_seconds(DAY), 5.0, Direction::Forward);
        assert!(days(later) >= 2.0, "{}", days(later));
    }

    #[test]
    fn a_line_is_read_for_ten_minutes_of_the_run_and_then_no_longer() {
        let run = test_run();
        assert_eq!(lines_being_read(&run, Instant::from_seconds(0.9 * DAY)), None, "nothing has been told yet");
        let (lines, share) = lines_being_read(&run, Instant::from_seconds(2.0 * DAY + 300.0)).unwrap();
        assert!(lines.len() > 1 && lines.iter().all(|line| days(line.at) == 2.0), "all lines of the instant: {lines:?}");
        assert!((share - 0.5).abs() < 1e-9, "{share}");
        assert_eq!(lines_being_read(&run, Instant::from_seconds(2.0 * DAY + 601.0)), None);
    }

    #[test]
    fn many_short_frames_go_as_far_as_one_long_one_and_back_to_the_start() {
        let run = test_run();
        for direction in [Direction::Forward, Direction::Back] {
            let from = if direction == Direction::Forward { Instant::START } else { Instant::from_seconds(5.5 * DAY) };
            let at_once = advance_at_story_pace(&run, from, 6.0, direction);
            let in_steps = (0..600).fold(from, |at, _| advance_at_story_pace(&run, at, 0.01, direction));
            assert!((days(at_once) - days(in_steps)).abs() < 1e-3, "{} and {}", days(at_once), days(in_steps));
        }
        assert_eq!(advance_at_story_pace(&run, Instant::from_seconds(5.5 * DAY), 60.0, Direction::Back), Instant::START);
        assert_eq!(advance_at_story_pace(&run, Instant::START, 600.0, Direction::Forward), run.simulated_until());
    }
}
