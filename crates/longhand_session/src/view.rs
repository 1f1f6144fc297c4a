//! The view state of a session: selection, filter, pinned agents. It can be serialised as text and restored.

use serde::{Deserialize, Serialize};

use super::branch::BranchTree;
use super::breakpoint::Breakpoint;
use super::city::CityView;
use super::command::contains_words;
use super::editor::EditorState;
use super::play::PlayedRole;
use super::playback::Playback;
use super::query::Queries;
use super::run_data::RunData;
use longhand_chronicle::{Event, SymbolMap};
use longhand_expr::ids::{AgentId, EventId, Instant, PlaceId, TieId};
use longhand_narrative::book::BookOptions;
use longhand_narrative::dates::{CivilDateTime, DateStyle};
use longhand_scene::Diagnostic;
use longhand_sim::OpenDecision;

/// Read access to a session for a front end, which emits commands in return.
#[derive(Clone, Copy, Debug)]
pub struct SessionView<'a> {
    /// The data of the current run.
    pub run: &'a RunData,
    /// The cursor and playback.
    pub playback: &'a Playback,
    /// The view state.
    pub state: &'a ViewState,
    /// The events that match the filter, ascending.
    pub filtered_events: &'a [EventId],
    /// The runs of the session.
    pub branches: &'a BranchTree,
    /// The background queries.
    pub queries: &'a Queries,
    /// Unsaved edits and pending requests.
    pub editor: &'a EditorState,
    /// Whom the person plays in the current run.
    pub role: Option<&'a PlayedRole>,
}

/// What a person has chosen to see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ViewState {
    /// The selected event; `None`: the last one before the cursor.
    pub event: Option<EventId>,
    /// The agent that the agent panel shows; `None`: the first one of the cast.
    pub agent: Option<AgentId>,
    /// The agents with a lane in the timeline, from top to bottom.
    pub pins: Vec<AgentId>,
    /// The filter of the event list.
    pub filter: EventFilter,
    /// The agent that the stage follows.
    pub follow: Option<AgentId>,
    /// The source text of the scene that is shown, by position.
    pub source: usize,
    /// Ties that the graph hides.
    #[serde(rename = "hidden")]
    pub hidden_ties: Vec<TieId>,
    /// Number of steps that the graph extends from an agent, 1 to 3.
    #[serde(rename = "depth")]
    pub graph_depth: u8,
    /// Number of an agent's relations that the graph draws individually, 4 to 96.
    #[serde(rename = "near")]
    pub graph_neighbors: u16,
    /// The end of the path that the graph highlights, which begins at the shown agent.
    pub path_to: Option<AgentId>,
    /// How the story is shown as a book; `None`: as it happened.
    #[serde(rename = "telling")]
    pub book_options: Option<BookOptions>,
    /// The part of the run that the timeline shows; `None`: all of it.
    #[serde(rename = "span")]
    pub timeline_span: Option<(Instant, Instant)>,
    /// What the city view shows.
    pub city: CityView,
    /// Where playback stops.
    pub breakpoints: Vec<Breakpoint>,
    /// Whether the colours are dark.
    pub dark: bool,
    /// Text size relative to the default, 0.7 to 2.5.
    pub zoom: f32,
}

impl Default for ViewState {
    fn default() -> Self {
        Self {
            event: None,
            agent: None,
            pins: Vec::new(),
            filter: EventFilter::default(),
            follow: None,
            source: 0,
            hidden_ties: Vec::new(),
            graph_depth: 1,
            graph_neighbors: 22,
            path_to: None,
            book_options: None,
            timeline_span: None,
            city: CityView::default(),
            breakpoints: Vec::new(),
            dark: false,
            zoom: 1.0,
        }
    }
}

/// A filter of events: matches those that meet every condition that is set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EventFilter {
    /// Words of the sentence or of the event's kind, in any order, ignoring case.
    pub text: String,
    /// A participant.
    pub agent: Option<AgentId>,
    /// The place.
    pub place: Option<PlaceId>,
    /// Only events that completed a beat.
    pub beats: bool,
}

impl EventFilter {
    /// Whether no condition is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an event meets all conditions.
    #[must_use]
    pub fn matches(&self, run: &RunData, event: &Event) -> bool {
        if self.agent.is_some_and(|agent| !event.roles.contains(&agent)) || self.place.is_some_and(|place| event.place != place) {
            return false;
        }
        if self.beats && run.beats_completed_by(event.id).next().is_none() {
            return false;
        }
        if self.text.trim().is_empty() {
            return true;
        }
        contains_words(&format!("{} {}", run.symbols().event_name(event.kind), run.sentence(event)), &self.text)
    }
}

impl ViewState {
    /// Replaces the ids of one run by those of another; what the other does not have is dropped.
    pub(super) fn translate(&mut self, map: &SymbolMap) {
        let translated = |agent: Option<AgentId>| agent.and_then(|agent| map.agent(agent));
        self.agent = translated(self.agent);
        self.follow = translated(self.follow);
        self.path_to = translated(self.path_to);
        self.filter.agent = translated(self.filter.agent);
        self.filter.place = self.filter.place.and_then(|place| map.place(place));
        self.pins = self.pins.iter().filter_map(|&agent| map.agent(agent)).collect();
        self.hidden_ties = self.hidden_ties.iter().filter_map(|&tie| map.tie(tie)).collect();
        self.breakpoints = self.breakpoints.iter().filter_map(|breakpoint| breakpoint.translated(map)).collect();
        self.book_options = self.book_options.map(|options| BookOptions {
            pov: translated(options.pov),
            whose: translated(options.whose),
            ..options
        });
    }

    /// The agent that the agent panel shows: the chosen one, or the first of the cast.
    pub(super) fn shown_agent(&self, run: &RunData) -> Option<AgentId> {
        self.agent.or_else(|| run.scenario().cast_order.first().copied())
    }

    /// The event that is shown: the selected one, or the last one before the cursor.
    pub(super) fn shown_event<'r>(&self, run: &'r RunData, playback: &Playback) -> Option<&'r Event> {
        let last = playback.cursor().events.checked_sub(1).map(EventId);
        run.chronicle().event(self.event.or(last)?)
    }
}

impl SessionView<'_> {
    /// Whether an event has happened at the cursor; later ones are shown faded.
    #[must_use]
    pub fn is_past(&self, event: EventId) -> bool {
        event.0 < self.playback.cursor().events
    }

    /// The event that is shown: the selected one, or the last one before the cursor.
    #[must_use]
    pub fn shown_event(&self) -> Option<&Event> {
        self.state.shown_event(self.run, self.playback)
    }

    /// The agent that the agent panel shows: the chosen one, or the first of the cast.
    #[must_use]
    pub fn shown_agent(&self) -> Option<AgentId> {
        self.state.shown_agent(self.run)
    }

    /// The display name that an agent has at the cursor.
    #[must_use]
    pub fn display_name(&self, agent: AgentId) -> String {
        self.run.chronicle().agents.display_name_at(agent, self.playback.cursor().at)
    }

    /// The decision that the person who plays somebody is to make now, if the cursor has come to it.
    #[must_use]
    pub fn open_decision(&self) -> Option<&OpenDecision> {
        let decision = self.role?.open_decision()?;
        (self.playback.cursor().at >= self.run.simulated_until()).then_some(decision)
    }

    /// The diagnostics of the last load of the scene, each with the name of its file.
    pub fn diagnostics(&self) -> impl Iterator<Item = (&Diagnostic, &str)> {
        self.editor.diagnostics.iter().flat_map(|diagnostics| {
            let file = |diagnostic: &Diagnostic| diagnostics.source(diagnostic.file).map_or("", |source| source.name.as_str());
            diagnostics.list.iter().map(move |diagnostic| (diagnostic, file(diagnostic)))
        })
    }

    /// The text of a source as the editor shows it: what was typed, else the text of its file. Empty for an unknown position.
    #[must_use]
    pub fn editor_text(&self, source: usize) -> &str {
        self.run.scenario().sources.get(source).map_or("", |(name, text)| self.editor.shown_text(name, text))
    }

    /// A date and time in the calendar of the scene.
    #[must_use]
    pub fn date(&self, at: Instant, style: DateStyle) -> String {
        CivilDateTime::from_instant(&self.run.scenario().calendar, at).display(style)
    }
}
