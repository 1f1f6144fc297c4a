//! The two directions in which the cursor moves, and searches for the nearest event or position in one of them.

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

/// The position of the nearest event in a direction from `from` that satisfies `predicate`. The search stops after the event at
/// `until`.
pub(super) fn nearest_event(
    run: &RunData,
    from: LogPosition,
    direction: Direction,
    until: Option<LogPosition>,
    predicate: impl Fn(&Event) -> bool,
) -> Option<LogPosition> {
    let events = run.chronicle().events();
    let from_index = (from.events as usize).min(events.len());
    let until_index = until.map(|until| until.events as usize);
    let position_of = |event: &Event| run.history().position_of(event.id);
    match direction {
        Direction::Forward => {
            let end = until_index.map_or(events.len(), |index| index.clamp(from_index, events.len()));
            position_of(events[from_index..end].iter().find(|event| predicate(event))?)
        }
        Direction::Back => {
            // A position is right after its event, so the event at `until` has the index before.
            let begin = until_index.map_or(0, |index| index.saturating_sub(1).min(from_index));
            let mut earlier = events[begin..from_index].iter().rev().filter(|event| predicate(event)).filter_map(position_of);
            // The last event before `from` may be at `from` itself.
            earlier.find(|position| *position < from)
        }
    }
}

/// The nearest of `positions` in a direction from `from`.
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
