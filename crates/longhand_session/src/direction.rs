//! The two directions of time, and the nearest position in one of them.

use serde::{Deserialize, Serialize};

use super::run_data::RunData;
use longhand_chronicle::{Event, LogPosition};

/// The direction in which the cursor moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// Toward the start.
    Back,
    /// Toward the end.
    #[serde(rename = "On")]
    Forward,
}

/// The position of the nearest wanted event after a position, or before it; no further than `until`.
pub(super) fn nearest_event(
    run: &RunData,
    from: LogPosition,
    direction: Direction,
    until: Option<LogPosition>,
    wanted: impl Fn(&Event) -> bool,
) -> Option<LogPosition> {
    let events = run.chronicle().events();
    let done = (from.events as usize).min(events.len());
    let end = until.map(|until| until.events as usize);
    let position_of = |event: &Event| run.history().position_of(event.id);
    match direction {
        Direction::Forward => {
            let end = end.map_or(events.len(), |end| end.clamp(done, events.len()));
            position_of(events[done..end].iter().find(|event| wanted(event))?)
        }
        Direction::Back => {
            let begin = end.map_or(0, |end| end.saturating_sub(1).min(done));
            let mut past = events[begin..done].iter().rev().filter(|event| wanted(event)).filter_map(position_of);
            past.find(|position| *position < from)
        }
    }
}

/// The nearest of some positions after a position, or before it.
pub(super) fn nearest_position(
    positions: impl Iterator<Item = LogPosition>,
    from: LogPosition,
    direction: Direction,
) -> Option<LogPosition> {
    match direction {
        Direction::Forward => positions.filter(|position| *position > from).min(),
        Direction::Back => positions.filter(|position| *position < from).max(),
    }
}
