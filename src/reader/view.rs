//! What a person has chosen to see: the selection, the filter, who is pinned. It can be copied as text and given back.

use serde::{Deserialize, Serialize};

use super::author::Desk;
use super::branch::Branches;
use super::breakpoint::Breakpoint;
use super::inquiry::Inquiries;
use super::record::Record;
use super::time::Time;
use crate::chronicle::Event;
use crate::ids::{AgentId, EventId, Instant, PlaceId, TieId};
use crate::scenario::Diagnostic;
use crate::story::book::BookOrder;

/// What may be seen; nothing in it can be changed. Who draws it says what was asked for in commands.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Everything known of the run.
    pub record: &'a Record,
    /// The cursor and how it moves.
    pub time: &'a Time,
    /// What was chosen to be seen.
    pub choice: &'a Choice,
    /// The events that pass the filter, ascending.
    pub found: &'a [EventId],
    /// The lives that were lived, and which is read.
    pub branches: &'a Branches,
    /// What was asked that takes a while.
    pub inquiries: &'a Inquiries,
    /// What is being written.
    pub(crate) desk: &'a Desk,
}

/// What a person has chosen to see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Choice {
    /// The event that is looked at.
    pub event: Option<EventId>,
    /// Whom the agent panel shows.
    pub agent: Option<AgentId>,
    /// Whose lanes stand in the timeline, from above.
    pub pins: Vec<AgentId>,
    /// Which events are listed.
    pub filter: Filter,
    /// Whom the stage keeps to.
    pub follow: Option<AgentId>,
    /// Which of the scene's texts is shown.
    pub source: usize,
    /// Ties that the graph leaves out.
    pub hidden: Vec<TieId>,
    /// How many steps from somebody the graph goes, 1 to 3.
    pub depth: u8,
    /// How many of those bound to somebody the graph draws one by one, 4 to 96.
    pub near: u16,
    /// How the story is told as a book; none: as it happened.
    pub telling: Option<BookOrder>,
    /// The part of the run that the timeline shows; none: all of it.
    pub span: Option<(Instant, Instant)>,
    /// Where playing stops.
    pub breakpoints: Vec<Breakpoint>,
    /// Light text on dark ground.
    pub dark: bool,
    /// Size of text against the usual, 0.7 to 2.5.
    pub zoom: f32,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            event: None,
            agent: None,
            pins: Vec::new(),
            filter: Filter::default(),
            follow: None,
            source: 0,
            hidden: Vec::new(),
            depth: 1,
            near: 22,
            telling: None,
            span: None,
            breakpoints: Vec::new(),
            dark: false,
            zoom: 1.0,
        }
    }
}

/// Which events are listed: all that meet every part that is set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Words of the sentence or of the event's kind, in any order; capitals aside.
    pub text: String,
    /// Somebody who takes part.
    pub agent: Option<AgentId>,
    /// Where.
    pub place: Option<PlaceId>,
    /// Only what completed a beat.
    pub beats: bool,
}

impl Filter {
    /// Whether nothing is left out.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an event is listed.
    #[must_use]
    pub fn passes(&self, record: &Record, event: &Event) -> bool {
        if self.agent.is_some_and(|agent| !event.roles.contains(&agent)) || self.place.is_some_and(|place| event.place != place) {
            return false;
        }
        if self.beats && record.beats_of(event.id).next().is_none() {
            return false;
        }
        if self.text.trim().is_empty() {
            return true;
        }
        let said = format!("{} {}", record.legend().event(event.kind), record.sentence(event)).to_lowercase();
        self.text.to_lowercase().split_whitespace().all(|word| said.contains(word))
    }
}

impl Choice {
    /// Whom the agent panel shows: the chosen one, or the first of the cast.
    pub(super) fn shown(&self, record: &Record) -> Option<AgentId> {
        self.agent.or_else(|| (!record.scenario().cast.is_empty()).then_some(AgentId(0)))
    }

    /// The event that is looked at: the chosen one, or the last that has happened.
    pub(super) fn looks_at<'r>(&self, record: &'r Record, time: &Time) -> Option<&'r Event> {
        let last = time.cursor().events.checked_sub(1).map(EventId);
        record.chronicle().event(self.event.or(last)?)
    }
}

impl View<'_> {
    /// Whether something of then has happened at the cursor; what has not is shown faded.
    #[must_use]
    pub fn is_past(&self, event: EventId) -> bool {
        event.0 < self.time.cursor().events
    }

    /// The event that is looked at: the chosen one, or the last that has happened.
    #[must_use]
    pub fn event(&self) -> Option<&Event> {
        self.choice.looks_at(self.record, self.time)
    }

    /// Whom the agent panel shows: the chosen one, or the first of the cast.
    #[must_use]
    pub fn agent(&self) -> Option<AgentId> {
        self.choice.shown(self.record)
    }

    /// What is wrong with the scene as it was last read, each with the name of its file.
    pub(crate) fn problems(&self) -> impl Iterator<Item = (&Diagnostic, &str)> {
        self.desk.problems.iter().flat_map(|problems| {
            let file = |problem: &Diagnostic| problems.source(problem.file).map_or("", |source| source.name.as_str());
            problems.list.iter().map(move |problem| (problem, file(problem)))
        })
    }

    /// A civil date and time, as `%-d %B %Y` and the like say.
    #[must_use]
    pub fn date(&self, at: Instant, format: &str) -> String {
        self.record.scenario().calendar.datetime(at).strftime(format).to_string()
    }
}
