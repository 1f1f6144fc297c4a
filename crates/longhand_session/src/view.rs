//! The view state of a session: selection, filter, pinned agents. It can be serialised as text and restored.

use serde::{Deserialize, Serialize};

use super::author::Desk;
use super::branch::Branches;
use super::breakpoint::Breakpoint;
use super::inquiry::Inquiries;
use super::record::Record;
use super::time::Time;
use longhand_chronicle::Event;
use longhand_expr::ids::{AgentId, EventId, Instant, PlaceId, TieId};
use longhand_narrative::book::BookOrder;
use longhand_scene::Diagnostic;

/// Read access to a session for a front end, which emits commands in return.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The data of the current run.
    pub record: &'a Record,
    /// The cursor and playback.
    pub time: &'a Time,
    /// The view state.
    pub choice: &'a Choice,
    /// The events that match the filter, ascending.
    pub found: &'a [EventId],
    /// The runs of the session.
    pub branches: &'a Branches,
    /// The background queries.
    pub inquiries: &'a Inquiries,
    /// Unsaved edits and pending requests.
    pub desk: &'a Desk,
}

/// What a person has chosen to see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Choice {
    /// The selected event; `None`: the last one before the cursor.
    pub event: Option<EventId>,
    /// The agent that the agent panel shows; `None`: the first one of the cast.
    pub agent: Option<AgentId>,
    /// The agents with a lane in the timeline, from top to bottom.
    pub pins: Vec<AgentId>,
    /// The filter of the event list.
    pub filter: Filter,
    /// The agent that the stage follows.
    pub follow: Option<AgentId>,
    /// The source text of the scene that is shown, by position.
    pub source: usize,
    /// Ties that the graph hides.
    pub hidden: Vec<TieId>,
    /// Number of steps that the graph extends from an agent, 1 to 3.
    pub depth: u8,
    /// Number of an agent's relations that the graph draws individually, 4 to 96.
    pub near: u16,
    /// How the story is shown as a book; `None`: as it happened.
    pub telling: Option<BookOrder>,
    /// The part of the run that the timeline shows; `None`: all of it.
    pub span: Option<(Instant, Instant)>,
    /// Where playback stops.
    pub breakpoints: Vec<Breakpoint>,
    /// Whether the colours are dark.
    pub dark: bool,
    /// Text size relative to the default, 0.7 to 2.5.
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

/// A filter of events: matches those that meet every condition that is set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Words of the sentence or of the event's kind, in any order, ignoring case.
    pub text: String,
    /// A participant.
    pub agent: Option<AgentId>,
    /// The place.
    pub place: Option<PlaceId>,
    /// Only events that completed a beat.
    pub beats: bool,
}

impl Filter {
    /// Whether no condition is set.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an event meets all conditions.
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
    /// The agent that the agent panel shows: the chosen one, or the first of the cast.
    pub(super) fn shown(&self, record: &Record) -> Option<AgentId> {
        self.agent.or_else(|| (!record.scenario().cast.is_empty()).then_some(AgentId(0)))
    }

    /// The event that is shown: the selected one, or the last one before the cursor.
    pub(super) fn looks_at<'r>(&self, record: &'r Record, time: &Time) -> Option<&'r Event> {
        let last = time.cursor().events.checked_sub(1).map(EventId);
        record.chronicle().event(self.event.or(last)?)
    }
}

impl View<'_> {
    /// Whether an event has happened at the cursor; later ones are shown faded.
    #[must_use]
    pub fn is_past(&self, event: EventId) -> bool {
        event.0 < self.time.cursor().events
    }

    /// The event that is shown: the selected one, or the last one before the cursor.
    #[must_use]
    pub fn event(&self) -> Option<&Event> {
        self.choice.looks_at(self.record, self.time)
    }

    /// The agent that the agent panel shows: the chosen one, or the first of the cast.
    #[must_use]
    pub fn agent(&self) -> Option<AgentId> {
        self.choice.shown(self.record)
    }

    /// The diagnostics of the last load of the scene, each with the name of its file.
    pub fn problems(&self) -> impl Iterator<Item = (&Diagnostic, &str)> {
        self.desk.problems.iter().flat_map(|problems| {
            let file = |problem: &Diagnostic| problems.source(problem.file).map_or("", |source| source.name.as_str());
            problems.list.iter().map(move |problem| (problem, file(problem)))
        })
    }

    /// A civil date and time, in a `strftime` format such as `%-d %B %Y`.
    #[must_use]
    pub fn date(&self, at: Instant, format: &str) -> String {
        self.record.scenario().calendar.datetime(at).strftime(format).to_string()
    }
}
