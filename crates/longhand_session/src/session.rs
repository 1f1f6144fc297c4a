//! The session: the data of a run, playback, view state and branches. It changes only through commands and messages.

//!
//! - `execute`: what each command does; `requests`: what is asked of the host; `filtered_events`: the events that match the filter

mod execute;
mod filtered_events;
mod requests;
#[cfg(test)]
mod requests_tests;

use std::mem;

use super::branch::{BranchTree, RunBranch, RunSetup};
use super::channel::{RunInfo, SimMessage};
use super::command::SessionCommand;
use super::editor::EditorState;
use super::play::PlayedRole;
use super::playback::Playback;
use super::query::Queries;
use super::run_data::RunData;
use super::view::{SessionView, ViewState};
use filtered_events::FilteredEvents;
use longhand_expr::ids::{EventId, Instant};

/// Maximum number of undo steps.
const MAX_UNDO: usize = 200;
/// Number of cast members with a lane in the timeline by default.
const DEFAULT_PINS: usize = 5;

/// A run and the state of a person reading it.
#[derive(Debug)]
pub struct Session {
    run: RunData,
    playback: Playback,
    state: ViewState,
    /// The instant to move the cursor to as soon as it is simulated.
    pending_seek: Option<Instant>,
    undo: Vec<ViewState>,
    redo: Vec<ViewState>,
    filtered: FilteredEvents,
    editor: EditorState,
    branches: BranchTree,
    queries: Queries,
    /// Whom the person plays in the current run.
    role: Option<PlayedRole>,
}

impl Session {
    /// A session at the beginning of a run, playing at story pace; a scene of seconds plays ten seconds a second.
    #[must_use]
    pub fn new(info: RunInfo) -> Self {
        let pins = info.scenario.cast_order.iter().copied().take(DEFAULT_PINS).collect();
        let state = ViewState { pins, ..ViewState::default() };
        let scenario = &info.scenario;
        let grain = scenario.calendar.grain();
        let name = if scenario.title.is_empty() { &scenario.name } else { &scenario.title };
        Self {
            branches: BranchTree::new(name.clone(), RunSetup::default()),
            queries: Queries::default(),
            run: RunData::new(info),
            playback: Playback::for_grain(grain),
            state,
            pending_seek: None,
            undo: Vec::new(),
            redo: Vec::new(),
            filtered: FilteredEvents::default(),
            editor: EditorState::default(),
            role: None,
        }
    }

    /// With the parameters that were overridden for this run.
    #[must_use]
    pub fn with_param_overrides(mut self, overrides: Vec<(String, String)>) -> Self {
        let name = self.branches.current_branch().name.clone();
        self.branches =
            BranchTree::new(name, RunSetup { param_overrides: overrides.into_iter().collect(), ..RunSetup::default() });
        self
    }

    /// For a story: with its saved branches, parents first.
    #[must_use]
    pub fn with_branches(mut self, branches: Vec<RunBranch>) -> Self {
        self.branches = self.branches.with_story();
        branches.into_iter().for_each(|branch| self.branches.add(branch));
        self
    }

    /// With another, finished run to compare with.
    #[must_use]
    pub fn compared_with(mut self, name: String, other: Session) -> Self {
        self.branches.add_finished_run(name, other.run);
        self
    }

    /// Processes a message of the simulation.
    pub fn receive(&mut self, message: SimMessage) {
        match message {
            // Without a role there is nobody to ask, and the agent decides itself.
            SimMessage::Asked(asked) => {
                if let Some(role) = &mut self.role {
                    role.ask(asked);
                }
            }
            message => self.run.receive(message),
        }
        if self.run.is_over() {
            self.role = None;
        }
        self.branches.update_comparison(&self.run);
        if let Some(at) = self.pending_seek.filter(|at| *at <= self.run.simulated_until()) {
            self.pending_seek = None;
            self.playback.seek(at, &self.run);
            // Who plays somebody wants to come to the first decision.
            if self.role.is_some() { self.playback.play_forward() } else { self.playback.stop() }
        }
    }

    /// Advances playback by a number of seconds of real time.
    pub fn advance(&mut self, seconds: f64) {
        if self.waits_for_player() && self.playback.cursor().at >= self.run.simulated_until() {
            self.playback.stop();
        }
        self.playback.advance(seconds, &self.run, &self.state.breakpoints);
    }

    /// The data of the current run.
    #[must_use]
    pub fn run(&self) -> &RunData {
        &self.run
    }

    /// The cursor and playback.
    #[must_use]
    pub fn playback(&self) -> &Playback {
        &self.playback
    }

    /// The view state.
    #[must_use]
    pub fn state(&self) -> &ViewState {
        &self.state
    }

    /// The runs of the session.
    #[must_use]
    pub fn branches(&self) -> &BranchTree {
        &self.branches
    }

    /// Whether the run waits for a decision of the person who plays somebody.
    #[must_use]
    pub fn waits_for_player(&self) -> bool {
        self.role.as_ref().is_some_and(|role| role.open_decision().is_some())
    }

    /// The background queries.
    #[must_use]
    pub fn queries(&self) -> &Queries {
        &self.queries
    }

    /// Unsaved edits and pending requests.
    #[must_use]
    pub fn editor(&self) -> &EditorState {
        &self.editor
    }

    /// Whether the last load of the scene failed.
    #[must_use]
    pub fn has_diagnostics(&self) -> bool {
        self.editor.diagnostics.is_some()
    }

    /// The first event that differs from the compared run, as far as both are simulated.
    #[must_use]
    pub fn divergence(&self) -> Option<EventId> {
        self.branches.divergence(&self.run)
    }

    /// Updates the filter and the queries, and returns the view of the session.
    pub fn view(&mut self) -> SessionView<'_> {
        self.filtered.refresh(&self.state.filter, &self.run);
        self.queries.request_book(self.state.book_options, &self.run);
        // While time passes, the shown event changes too often to look into it.
        if self.playback.direction().is_none()
            && let Some(event) = self.state.shown_event(&self.run, &self.playback)
        {
            self.queries.request_necessity(event, &self.run);
        }
        self.queries.poll();
        if let (Some((index, name)), Some(Ok(()))) = (self.queries.branch_save.question(), self.queries.branch_save.answer()) {
            self.branches.mark_saved(*index, name.clone());
        }
        SessionView {
            run: &self.run,
            playback: &self.playback,
            state: &self.state,
            filtered_events: self.filtered.events(),
            editor: &self.editor,
            branches: &self.branches,
            queries: &self.queries,
            role: self.role.as_ref(),
        }
    }

    /// Restores a view state. The cursor moves to `cursor` as soon as that is simulated.
    pub fn restore_state(&mut self, state: ViewState, cursor: Option<Instant>) {
        let pins = mem::replace(&mut self.state, state).pins;
        (self.state.graph_depth, self.state.graph_neighbors) =
            (self.state.graph_depth.clamp(1, 3), self.state.graph_neighbors.clamp(4, 96));
        // An empty list in a restored state means that nobody has chosen yet.
        if self.state.pins.is_empty() {
            self.state.pins = pins;
        }
        self.pending_seek = cursor;
        if cursor.is_some() {
            self.playback.stop();
        }
    }

    /// Executes a command. The front end handles commands about panels and overlays.
    pub fn apply(&mut self, command: SessionCommand) {
        let before = self.state.clone();
        let undoes = matches!(command, SessionCommand::Undo | SessionCommand::Redo);
        self.execute(command);
        if !undoes && self.state != before {
            self.redo.clear();
            if self.undo.len() == MAX_UNDO {
                self.undo.remove(0);
            }
            self.undo.push(before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::direction::Direction;
    use super::super::playback::StepTarget;
    use super::super::testing::{days, second_batch, test_session};
    use super::super::view::EventFilter;
    use super::*;

    #[test]
    fn going_to_the_cause_and_then_to_its_effect_returns_to_the_event() {
        let mut session = test_session();
        session.apply(SessionCommand::GoTo(EventId(2)));
        session.apply(SessionCommand::ToCause);
        assert_eq!(session.state().event, Some(EventId(0)));
        assert_eq!(days(session.playback().cursor().at), 1.0);
        session.apply(SessionCommand::ToEffect);
        assert_eq!(session.state().event, Some(EventId(2)));
    }

    #[test]
    fn undo_and_redo_change_the_view_state_but_not_the_cursor() {
        let mut session = test_session();
        let before = session.state().clone();
        session.apply(SessionCommand::PinShown);
        session.apply(SessionCommand::Dark(true));
        let after = session.state().clone();
        session.apply(SessionCommand::Undo);
        session.apply(SessionCommand::Undo);
        assert_eq!(*session.state(), before);
        session.apply(SessionCommand::Step(StepTarget::Event, Direction::Forward));
        session.apply(SessionCommand::Redo);
        session.apply(SessionCommand::Redo);
        assert_eq!(*session.state(), after);
        assert_eq!(days(session.playback().cursor().at), 1.0);
    }

    #[test]
    fn the_filter_includes_new_events_of_a_growing_run() {
        let mut session = test_session();
        session.apply(SessionCommand::Filter(EventFilter { text: "MENDS".into(), ..EventFilter::default() }));
        assert_eq!(session.view().filtered_events, [EventId(0)]);
        session.receive(second_batch());
        assert_eq!(session.view().filtered_events.len(), 2);
    }
}
