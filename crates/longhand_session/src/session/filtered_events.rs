//! The events that match the filter. A filter searches sentences, which takes seconds for a million events, so each frame continues the search.

use std::time::{Duration, Instant as Clock};

use crate::run_data::RunData;
use crate::view::EventFilter;
use longhand_expr::ids::EventId;

/// Time budget of the filter for each frame.
const FILTER_TIME_BUDGET: Duration = Duration::from_millis(3);

/// The events that match the filter, kept up to date while the run grows.
#[derive(Debug, Default)]
pub(super) struct FilteredEvents {
    filter: EventFilter,
    seen: usize,
    beat_count: usize,
    events: Vec<EventId>,
}

impl FilteredEvents {
    /// Searches the events that came since the last call, for a few milliseconds at most.
    pub(super) fn refresh(&mut self, filter: &EventFilter, run: &RunData) {
        let beats = run.chronicle().beats.len();
        if self.filter != *filter || filter.beats && beats != self.beat_count {
            *self = Self { filter: filter.clone(), ..Self::default() };
        }
        self.beat_count = beats;
        let began = Clock::now();
        for event in &run.chronicle().events()[self.seen..] {
            if filter.matches(run, event) {
                self.events.push(event.id);
            }
            self.seen += 1;
            // The filter searches sentences, which takes seconds for a million events; the rest is left for the next frame.
            if self.seen.is_multiple_of(64) && began.elapsed() > FILTER_TIME_BUDGET {
                break;
            }
        }
    }

    /// The events found so far, ascending.
    pub(super) fn events(&self) -> &[EventId] {
        &self.events
    }
}
