//! The session: the data of a run, playback, view state and branches. It changes only through commands and messages.

use std::mem;
use std::path::Path;
use std::time::{Duration, Instant as Clock};

use super::branch::{BranchTree, RunBranch, RunSetup};
use super::channel::{RunInfo, SimMessage, SimReceiver, sim_channel};
use super::command::SessionCommand;
use super::editor::{CaretRequest, EditorState, HostRequest, SaveBranchRequest, SimulationHost};
use super::playback::Playback;
use super::query::Queries;
use super::run_data::RunData;
use super::view::{EventFilter, SessionView, ViewState};
use super::wording;
use longhand_chronicle::SymbolMap;
use longhand_expr::ids::{EventId, Instant};
use longhand_scene::ParamValue;

/// Maximum number of undo steps.
const MAX_UNDO: usize = 200;
/// Number of cast members with a lane in the timeline by default.
const DEFAULT_PINS: usize = 5;

/// Time budget of the filter for each frame.
const FILTER_TIME_BUDGET: Duration = Duration::from_millis(3);

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
}

/// The events that match the filter, kept up to date while the run grows.
#[derive(Debug, Default)]
struct FilteredEvents {
    filter: EventFilter,
    seen: usize,
    beat_count: usize,
    events: Vec<EventId>,
}

impl FilteredEvents {
    fn refresh(&mut self, filter: &EventFilter, run: &RunData) {
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
}

impl Session {
    /// A session at the beginning of a run, playing one day a second; a scene of seconds plays ten seconds a second.
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
        self.run.receive(message);
        self.branches.update_comparison(&self.run);
        if let Some(at) = self.pending_seek.filter(|at| *at <= self.run.simulated_until()) {
            self.pending_seek = None;
            self.playback.seek(at, &self.run);
            self.playback.stop();
        }
    }

    /// Makes another run current. The previous one is retained for comparison, and the cursor goes to the same instant.
    fn switch_run(&mut self, run: RunData, branch: usize, restart: bool) {
        let cursor_instant = self.playback.cursor().at;
        let previous_run = mem::replace(&mut self.run, run);
        let mut to_current = SymbolMap::new(previous_run.scenario(), self.run.scenario());
        to_current.pair_created(previous_run.chronicle(), self.run.chronicle());
        self.state.translate(&to_current);
        // Undo does not lead back to the ids of another run.
        self.undo.iter_mut().chain(&mut self.redo).for_each(|state| state.translate(&to_current));
        self.branches.switch_to(branch, previous_run, restart);
        self.branches.update_comparison(&self.run);
        self.queries.clear_run_queries();
        (self.editor.diagnostics, self.editor.write_error, self.editor.rejection) = (None, None, None);
        if restart {
            // The run has the texts of the files.
            self.editor.file_texts.clear();
        }
        self.filtered = FilteredEvents::default();
        self.state.event = None;
        self.playback.stop();
        self.playback.seek(Instant::START, &self.run);
        if cursor_instant <= self.run.simulated_until() {
            self.playback.seek(cursor_instant, &self.run);
        } else {
            self.pending_seek = Some(cursor_instant);
        }
    }

    /// Executes pending requests through the host. Returns a new receiver if another run became current.
    pub fn handle_requests(&mut self, host: &mut dyn SimulationHost) -> Option<SimReceiver> {
        if host.has_changed() {
            self.read_files(host);
            self.editor.requests.push(HostRequest::Reload);
        }
        let mut new = None;
        for request in mem::take(&mut self.editor.requests) {
            match request {
                HostRequest::SaveSources => {
                    // After a failed write the current run and the error stay; a reload would hide both.
                    if self.editor.save_drafts(&self.run.scenario().sources, host) {
                        new = self.start_branch(&HostRequest::Reload, host).or(new);
                    }
                }
                HostRequest::SaveParams => {
                    let overrides: Vec<_> = self.branches.current_branch().setup.param_overrides.clone().into_iter().collect();
                    self.editor.write_error =
                        host.save_params(&overrides).err().map(|error| format!("cannot write the file: {error}"));
                }
                HostRequest::SaveBranch(name) => self.save_branch(name, host),
                HostRequest::SwitchBranch(index) => new = self.switch_branch(index, host).or(new),
                HostRequest::ListLibrary => self.editor.library = host.library(),
                HostRequest::Open(path) => new = self.open_file(&path, host).or(new),
                request => new = self.start_branch(&request, host).or(new),
            }
        }
        new
    }

    /// Opens another scene or story in place of this one, paused at its start. Unsaved texts are not lost: then nothing is opened.
    fn open_file(&mut self, path: &Path, host: &mut dyn SimulationHost) -> Option<SimReceiver> {
        if self.editor.has_unsaved_text() {
            self.editor.open_error = Some("there are unsaved changes: save or discard them first".to_owned());
            return None;
        }
        match host.open_file(path) {
            Ok((session, receiver)) => {
                let (dark, zoom, opened_files) = (self.state.dark, self.state.zoom, self.editor.opened_files);
                *self = session;
                (self.state.dark, self.state.zoom, self.editor.opened_files) = (dark, zoom, opened_files + 1);
                self.playback.stop();
                Some(receiver)
            }
            Err(message) => {
                self.editor.open_error = Some(message);
                None
            }
        }
    }

    /// Notes the texts that the files of the scene have now.
    fn read_files(&mut self, host: &mut dyn SimulationHost) {
        for (name, run_text) in &self.run.scenario().sources {
            if let Some(text) = host.read_source(name) {
                self.editor.note_file_text(name, run_text, text);
            }
        }
    }

    /// Starts a run with a change to the setup of the current one.
    fn start_branch(&mut self, request: &HostRequest, host: &mut dyn SimulationHost) -> Option<SimReceiver> {
        let parent = self.branches.current_index();
        let mut setup = self.branches.current_branch().setup.clone();
        let revision = matches!(request, HostRequest::Reload).then(|| self.branches.next_source_revision());
        let name = match request {
            HostRequest::SetParam(param, value) => {
                setup.param_overrides.insert(param.clone(), value.clone());
                format!("{} = {value}", param.replace('_', " "))
            }
            HostRequest::ResetParams => {
                setup.param_overrides.clear();
                "parameters of the scene".to_owned()
            }
            HostRequest::Fork(intervention) => {
                setup.interventions.push(intervention.clone());
                wording::describe_intervention(&self.run, intervention)
            }
            HostRequest::RunSeed(seed) => {
                setup.seed = Some(*seed);
                format!("seed {seed}")
            }
            _ => format!("reloaded scene ({})", revision.unwrap_or_default()),
        };
        // A what-if that has been asked before is there already.
        if matches!(request, HostRequest::Fork(_) | HostRequest::RunSeed(_))
            && let Some(existing) = self.branches.position_of(&setup)
        {
            return self.switch_branch(existing, host);
        }
        match host.start_run(&setup) {
            Ok((info, receiver)) => {
                self.branches.add(RunBranch::new(name, Some(parent), setup));
                self.switch_run(RunData::new(info), self.branches.branches().len() - 1, true);
                Some(receiver)
            }
            Err(diagnostics) => {
                // Diagnostics about an intervention are not shown as diagnostics of the scene.
                match (request, diagnostics.list.first()) {
                    (HostRequest::Fork(..), Some(diagnostic)) => {
                        let help = diagnostic.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
                        self.editor.rejection = Some(format!("{}{help}", diagnostic.message));
                    }
                    _ => self.editor.diagnostics = Some(diagnostics),
                }
                None
            }
        }
    }

    /// Switches to an earlier run, or repeats it if its data was discarded.
    fn switch_branch(&mut self, index: usize, host: &mut dyn SimulationHost) -> Option<SimReceiver> {
        if !self.branches.can_switch_to(index) {
            return None;
        }
        if let Some(run) = self.branches.take_finished_run(index) {
            self.switch_run(run, index, false);
            // A finished run sends nothing more, so its receiver is one without a sender.
            return Some(sim_channel().1);
        }
        match host.start_run(&self.branches.branches()[index].setup.clone()) {
            Ok((info, receiver)) => {
                self.switch_run(RunData::new(info), index, true);
                Some(receiver)
            }
            Err(diagnostics) => {
                self.editor.diagnostics = Some(diagnostics);
                None
            }
        }
    }

    /// Saves the current run as a branch of the story.
    fn save_branch(&mut self, name: String, host: &mut dyn SimulationHost) {
        let all = self.branches.branches();
        let current = self.branches.current_branch();
        let Some(parent) = current.parent else { return };
        let is_in_story = parent == 0 || all[parent].saved_as.is_some();
        if !is_in_story || current.setup.seed.is_some() {
            self.editor.rejection = Some("only a run forked from a run in the story can be saved".into());
            return;
        }
        let base = &all[parent].setup;
        let overrides = current.setup.param_overrides.iter();
        let overrides = overrides.filter(|(name, value)| base.param_overrides.get(*name) != Some(*value));
        let overrides = overrides.map(|(name, value)| (name.clone(), value.clone()));
        // A parameter that was reset is saved with the value that it has in this run.
        let reset = self.run.scenario().params.iter().filter(|param| {
            base.param_overrides.contains_key(&param.id) && !current.setup.param_overrides.contains_key(&param.id)
        });
        let reset = reset.map(|param| match param.value {
            ParamValue::Number(number) => (param.id.clone(), number.to_string()),
            ParamValue::Switch(on) => (param.id.clone(), on.to_string()),
        });
        let overrides: Vec<(String, String)> = overrides.chain(reset).collect();
        let interventions = current.setup.interventions.get(base.interventions.len()..).unwrap_or_default();
        match host.branch_write_job(SaveBranchRequest {
            parent: all[parent].saved_as.as_deref(),
            name: &name,
            param_overrides: &overrides,
            interventions,
        }) {
            Some(write) => self.queries.save_branch(self.branches.current_index(), name, write),
            None => self.editor.rejection = Some("scenes have no branches; record a story first (longhand run --record)".into()),
        }
    }

    /// Advances playback by a number of seconds of real time.
    pub fn advance(&mut self, seconds: f64) {
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
            filtered_events: &self.filtered.events,
            editor: &self.editor,
            branches: &self.branches,
            queries: &self.queries,
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

    fn execute(&mut self, command: SessionCommand) {
        let Self { run, playback, state, editor, branches, queries, .. } = self;
        match command {
            SessionCommand::PlayPause => playback.toggle_playing(run),
            SessionCommand::PlayBackward => playback.play_backward(),
            SessionCommand::Slower => playback.slow_down(),
            SessionCommand::Faster => playback.speed_up(),
            SessionCommand::ToStart => {
                playback.seek(Instant::START, run);
                state.event = None;
            }
            SessionCommand::ToEnd => playback.follow(run),
            SessionCommand::Step(target, direction) => {
                playback.step(target, direction, run, &state.breakpoints);
                state.event = None;
            }
            SessionCommand::Seek(at) => {
                playback.seek(at, run);
                state.event = None;
            }
            SessionCommand::SelectEvent(event) => state.event = event,
            SessionCommand::GoTo(event) => {
                playback.seek_event(event, run);
                state.event = Some(event);
            }
            SessionCommand::ToCause | SessionCommand::ToEffect => {
                let from = state.shown_event(run, playback);
                let to = match command {
                    SessionCommand::ToCause => from.and_then(|event| event.causes.first()).map(|cause| cause.event),
                    _ => from.and_then(|event| run.effects(event.id).first()).copied(),
                };
                if let Some(to) = to {
                    playback.seek_event(to, run);
                    state.event = Some(to);
                }
            }
            SessionCommand::ShowAgent(agent) => state.agent = Some(agent),
            SessionCommand::Pin(agent) => toggle(&mut state.pins, agent),
            SessionCommand::PinShown => {
                if let Some(agent) = state.shown_agent(run) {
                    toggle(&mut state.pins, agent);
                }
            }
            SessionCommand::Filter(filter) => state.filter = filter,
            SessionCommand::SetParam(name, value) => editor.requests.push(HostRequest::SetParam(name, value)),
            SessionCommand::ResetParams => editor.requests.push(HostRequest::ResetParams),
            SessionCommand::Fork(intervention) => editor.requests.push(HostRequest::Fork(intervention)),
            SessionCommand::RunSeed(seed) => editor.requests.push(HostRequest::RunSeed(seed)),
            SessionCommand::SwitchBranch(branch) => editor.requests.push(HostRequest::SwitchBranch(branch)),
            SessionCommand::SaveBranch(name) => editor.requests.push(HostRequest::SaveBranch(name)),
            SessionCommand::CompareWith(branch) => {
                branches.compare_with(branch);
                branches.update_comparison(run);
                queries.clear_run_queries();
            }
            SessionCommand::Ask(query) => queries.start(query, run, branches, playback.cursor().at),
            SessionCommand::ShowBook(options) => state.book_options = options,
            SessionCommand::SaveParams => editor.requests.push(HostRequest::SaveParams),
            SessionCommand::Source(source) => state.source = source,
            SessionCommand::GoToSource(source, offset) => {
                state.source = source;
                let number = editor.caret.map_or(0, |caret| caret.number) + 1;
                editor.caret = Some(CaretRequest { number, source, offset });
            }
            SessionCommand::Edit(source, text) => {
                if let Some((name, run_text)) = run.scenario().sources.get(source) {
                    editor.edit(name, run_text, text);
                }
            }
            SessionCommand::KeepDraft(source) => {
                if let Some((name, _)) = run.scenario().sources.get(source) {
                    editor.conflicts.remove(name);
                }
            }
            SessionCommand::DiscardDraft(source) => {
                if let Some((name, _)) = run.scenario().sources.get(source) {
                    editor.discard_draft(name);
                }
            }
            SessionCommand::ShowLibrary => {
                editor.open_error = None;
                editor.requests.push(HostRequest::ListLibrary);
            }
            SessionCommand::OpenFile(path) => editor.requests.push(HostRequest::Open(path)),
            SessionCommand::Save => editor.requests.push(HostRequest::SaveSources),
            SessionCommand::Restart => editor.requests.push(HostRequest::Reload),
            SessionCommand::Follow(agent) => state.follow = agent,
            SessionCommand::GraphDepth(steps) => state.graph_depth = steps.clamp(1, 3),
            SessionCommand::GraphNeighbors(count) => state.graph_neighbors = count.clamp(4, 96),
            SessionCommand::PathTo(agent) => state.path_to = agent,
            SessionCommand::ToggleTieLayer(tie) => toggle(&mut state.hidden_ties, tie),
            SessionCommand::TimelineSpan(span) => state.timeline_span = span.filter(|(from, to)| from < to),
            SessionCommand::ToggleBreakpoint(breakpoint) => toggle(&mut state.breakpoints, breakpoint),
            SessionCommand::Dark(dark) => state.dark = dark,
            SessionCommand::Zoom(zoom) => state.zoom = if zoom.is_finite() { zoom.clamp(0.7, 2.5) } else { 1.0 },
            SessionCommand::Undo => {
                if let Some(before) = self.undo.pop() {
                    self.redo.push(mem::replace(state, before));
                }
            }
            SessionCommand::Redo => {
                if let Some(after) = self.redo.pop() {
                    self.undo.push(mem::replace(state, after));
                }
            }
            SessionCommand::Find
            | SessionCommand::TogglePanel(_)
            | SessionCommand::ShowPanel(_)
            | SessionCommand::ApplyPreset(_)
            | SessionCommand::ShowOnly(_)
            | SessionCommand::FullScreen
            | SessionCommand::Palette
            | SessionCommand::Help
            | SessionCommand::CopyView
            | SessionCommand::CopyText(_) => {}
        }
    }
}

/// Removes an item from a list, or adds it.
fn toggle<T: PartialEq>(list: &mut Vec<T>, item: T) {
    match list.iter().position(|other| *other == item) {
        Some(index) => drop(list.remove(index)),
        None => list.push(item),
    }
}

#[cfg(test)]
mod tests {
    use super::super::direction::Direction;
    use super::super::editor::BranchWriteJob;
    use super::super::playback::StepTarget;
    use super::super::testing::{days, second_batch, test_run_info, test_session};
    use super::*;
    use longhand_expr::ids::AgentId;
    use longhand_scene::Diagnostics;
    use std::io;

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

    /// A host whose disk is full. It counts the runs it has started, and records the parameters of a branch that it cannot save.
    #[derive(Default)]
    struct FullDisk {
        started_runs: usize,
        branch_overrides: Vec<(String, String)>,
    }

    impl SimulationHost for FullDisk {
        fn start_run(&mut self, _: &RunSetup) -> Result<(RunInfo, SimReceiver), Diagnostics> {
            self.started_runs += 1;
            Ok((test_run_info(), sim_channel().1))
        }

        fn has_changed(&mut self) -> bool {
            false
        }

        fn read_source(&mut self, _: &str) -> Option<String> {
            None
        }

        fn save_source(&mut self, _: &str, _: &str) -> io::Result<()> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn save_params(&mut self, _: &[(String, String)]) -> io::Result<()> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn branch_write_job(&mut self, request: SaveBranchRequest<'_>) -> Option<BranchWriteJob> {
            self.branch_overrides = request.param_overrides.to_vec();
            None
        }
    }

    #[test]
    fn a_branch_with_a_reset_parameter_is_saved_with_its_value() {
        let overrides = |value: &str| [("warmth".to_owned(), value.to_owned())];
        let setup = RunSetup { param_overrides: overrides("2").into(), ..RunSetup::default() };
        let mut warm = RunBranch::new("warm".into(), Some(0), setup);
        warm.saved_as = Some("warm".into());
        let (mut session, mut host) = (test_session().with_branches(vec![warm]), FullDisk::default());
        for command in [SessionCommand::SwitchBranch(1), SessionCommand::ResetParams, SessionCommand::SaveBranch("plain".into())]
        {
            session.apply(command);
            session.handle_requests(&mut host);
        }
        assert_eq!(host.branch_overrides, overrides("1"));
    }

    /// A host with files in memory. A text that does not contain "Scene" cannot be loaded.
    struct Files {
        texts: std::collections::BTreeMap<String, String>,
        has_changed: bool,
        started_runs: usize,
    }

    impl Files {
        fn of(session: &Session) -> Self {
            let texts = session.run().scenario().sources.iter().cloned().collect();
            Self { texts, has_changed: false, started_runs: 0 }
        }

        fn change(&mut self, text: &str) {
            self.texts.insert("starter.ron".into(), text.into());
            self.has_changed = true;
        }

        fn text(&self) -> &str {
            &self.texts["starter.ron"]
        }
    }

    impl SimulationHost for Files {
        fn start_run(&mut self, _: &RunSetup) -> Result<(RunInfo, SimReceiver), Diagnostics> {
            let scenario = longhand_scene::load_text("starter.ron", &[("starter.ron", self.text())], &[])?.scenario;
            self.started_runs += 1;
            Ok((RunInfo { scenario: std::sync::Arc::new(scenario), ..test_run_info() }, sim_channel().1))
        }

        fn has_changed(&mut self) -> bool {
            mem::take(&mut self.has_changed)
        }

        fn read_source(&mut self, name: &str) -> Option<String> {
            self.texts.get(name).cloned()
        }

        fn save_source(&mut self, name: &str, text: &str) -> io::Result<()> {
            self.texts.insert(name.into(), text.into());
            Ok(())
        }

        fn save_params(&mut self, _: &[(String, String)]) -> io::Result<()> {
            Ok(())
        }

        fn branch_write_job(&mut self, _: SaveBranchRequest<'_>) -> Option<BranchWriteJob> {
            None
        }
    }

    /// A host that has one other scene.
    struct OtherScene;

    impl SimulationHost for OtherScene {
        fn start_run(&mut self, _: &RunSetup) -> Result<(RunInfo, SimReceiver), Diagnostics> {
            Ok((test_run_info(), sim_channel().1))
        }

        fn has_changed(&mut self) -> bool {
            false
        }

        fn read_source(&mut self, _: &str) -> Option<String> {
            None
        }

        fn save_source(&mut self, _: &str, _: &str) -> io::Result<()> {
            Ok(())
        }

        fn save_params(&mut self, _: &[(String, String)]) -> io::Result<()> {
            Ok(())
        }

        fn branch_write_job(&mut self, _: SaveBranchRequest<'_>) -> Option<BranchWriteJob> {
            None
        }

        fn open_file(&mut self, path: &Path) -> Result<(Session, SimReceiver), String> {
            let text = super::super::testing::MINDS_SCENE;
            let name = path.to_str().filter(|name| *name == "minds.ron").ok_or("there is no such file")?;
            let scenario = longhand_scene::load_text(name, &[(name, text)], &[]).map_err(|error| error.to_string())?.scenario;
            let info = RunInfo { scenario: std::sync::Arc::new(scenario), ..test_run_info() };
            Ok((Session::new(info), sim_channel().1))
        }
    }

    #[test]
    fn another_scene_is_opened_paused_and_not_over_unsaved_changes() {
        let mut session = test_session();
        session.apply(SessionCommand::Dark(true));
        let title = session.run().scenario().title.clone();
        let open = |session: &mut Session, name: &str| {
            session.apply(SessionCommand::OpenFile(name.into()));
            session.handle_requests(&mut OtherScene).is_some()
        };
        assert!(!open(&mut session, "nothing.ron"));
        assert_eq!(session.editor().open_error.as_deref(), Some("there is no such file"));
        session.apply(SessionCommand::Edit(0, "Scene()".into()));
        assert!(!open(&mut session, "minds.ron") && session.run().scenario().title == title);
        assert!(session.editor().open_error.as_deref().is_some_and(|message| message.contains("unsaved changes")));
        session.apply(SessionCommand::DiscardDraft(0));
        assert!(open(&mut session, "minds.ron"));
        assert_eq!((session.run().scenario().title.as_str(), session.playback().direction()), ("Minds", None));
        assert!(session.state().dark && session.editor().opened_files == 1);
    }

    const SOUND: &str = longhand_scene::STARTER_SCENE;

    /// Saves and handles the request.
    fn save(session: &mut Session, host: &mut Files) {
        session.apply(SessionCommand::Save);
        session.handle_requests(host);
    }

    #[test]
    fn a_text_that_cannot_be_loaded_stays_in_the_editor_until_it_is_mended() {
        let mut session = test_session();
        let mut host = Files::of(&session);
        let broken = format!("{} ,,", session.view().editor_text(0));
        session.apply(SessionCommand::Edit(0, broken.clone()));
        save(&mut session, &mut host);
        assert!(session.has_diagnostics() && host.text() == broken && host.started_runs == 0);
        assert_eq!(session.view().editor_text(0), broken, "the editor shows what is in the file");
        assert!(!session.editor().has_unsaved_text());
        let further = format!("{broken} // more");
        session.apply(SessionCommand::Edit(0, further.clone()));
        save(&mut session, &mut host);
        assert_eq!((host.text(), session.view().editor_text(0)), (further.as_str(), further.as_str()), "it can be saved again");
        session.apply(SessionCommand::Edit(0, SOUND.into()));
        save(&mut session, &mut host);
        assert!(!session.has_diagnostics() && host.started_runs == 1);
        assert_eq!(session.view().editor_text(0), SOUND);
    }

    #[test]
    fn a_file_that_another_program_changed_is_not_overwritten_before_a_person_has_chosen() {
        let mut session = test_session();
        let mut host = Files::of(&session);
        let (mine, theirs) = (format!("{SOUND}// mine"), format!("{SOUND}// theirs"));
        session.apply(SessionCommand::Edit(0, mine.clone()));
        host.change(&theirs);
        session.handle_requests(&mut host);
        assert!(session.editor().conflicts.contains("starter.ron"));
        assert_eq!((session.view().editor_text(0), host.started_runs), (mine.as_str(), 1), "the run is of their text");
        save(&mut session, &mut host);
        assert_eq!(host.text(), theirs, "it was not chosen yet");
        session.apply(SessionCommand::KeepDraft(0));
        save(&mut session, &mut host);
        assert_eq!((host.text(), session.editor().has_unsaved_text()), (mine.as_str(), false));
        session.apply(SessionCommand::Edit(0, SOUND.into()));
        host.change(&theirs);
        session.handle_requests(&mut host);
        session.apply(SessionCommand::DiscardDraft(0));
        assert!(!session.editor().has_unsaved_text());
        assert_eq!(session.view().editor_text(0), theirs);
    }

    #[test]
    fn a_change_that_is_noticed_only_at_the_save_is_asked_about_too() {
        let mut session = test_session();
        let mut host = Files::of(&session);
        let theirs = format!("{SOUND}// theirs");
        session.apply(SessionCommand::Edit(0, format!("{SOUND}// mine")));
        host.texts.insert("starter.ron".into(), theirs.clone());
        save(&mut session, &mut host);
        assert_eq!((host.text(), session.editor().conflicts.len()), (theirs.as_str(), 1));
        assert!(session.editor().has_unsaved_text());
    }

    #[test]
    fn a_text_that_another_program_broke_is_shown_and_can_be_mended_here() {
        let mut session = test_session();
        let mut host = Files::of(&session);
        host.change("Scene(");
        session.handle_requests(&mut host);
        assert!(session.has_diagnostics());
        assert_eq!(session.view().editor_text(0), "Scene(");
        session.apply(SessionCommand::Edit(0, SOUND.into()));
        save(&mut session, &mut host);
        assert!(!session.has_diagnostics() && host.text() == SOUND);
    }

    #[test]
    fn a_what_if_that_was_asked_before_leads_to_the_run_that_is_there() {
        let mut session = test_session();
        let mut host = Files::of(&session);
        let forbid = SessionCommand::Fork(longhand_scene::Intervention::Forbid("coffee".into()));
        session.apply(forbid.clone());
        session.handle_requests(&mut host);
        session.apply(SessionCommand::SwitchBranch(0));
        session.handle_requests(&mut host);
        session.apply(forbid);
        session.handle_requests(&mut host);
        assert_eq!((session.branches().branches().len(), session.branches().current_index()), (2, 1));
    }

    #[test]
    fn a_scene_that_cannot_be_written_keeps_the_run_the_draft_and_the_error() {
        let (mut session, mut host) = (test_session(), FullDisk::default());
        session.apply(SessionCommand::Edit(0, "Scene()".into()));
        session.apply(SessionCommand::Save);
        assert!(session.handle_requests(&mut host).is_none() && host.started_runs == 0);
        let editor = session.view().editor;
        assert_eq!(editor.drafts.get("starter.ron").map(String::as_str), Some("Scene()"));
        assert!(editor.write_error.as_ref().is_some_and(|error| error.starts_with("cannot write the file")));
        session.apply(SessionCommand::Edit(0, session.run().scenario().sources[0].1.clone()));
        session.apply(SessionCommand::Save);
        assert!(session.handle_requests(&mut host).is_some() && host.started_runs == 1, "nothing is left to write");
        assert_eq!(session.view().editor.write_error, None);
    }

    /// A host whose scene was edited: a person and a tie were declared before the others.
    struct EditedScene;

    impl SimulationHost for EditedScene {
        fn start_run(&mut self, _: &RunSetup) -> Result<(RunInfo, SimReceiver), Diagnostics> {
            let text = longhand_scene::STARTER_SCENE
                .replacen("cast: [", "cast: [Member(id: \"aaa\", kind: \"human\"),", 1)
                .replacen("ties: [", "ties: [Tie(id: \"unused\"),", 1);
            let scenario = longhand_scene::load_text("starter.ron", &[("starter.ron", &text)], &[])?.scenario;
            Ok((RunInfo { scenario: std::sync::Arc::new(scenario), ..test_run_info() }, sim_channel().1))
        }

        fn has_changed(&mut self) -> bool {
            false
        }

        fn read_source(&mut self, _: &str) -> Option<String> {
            None
        }

        fn save_source(&mut self, _: &str, _: &str) -> io::Result<()> {
            Ok(())
        }

        fn save_params(&mut self, _: &[(String, String)]) -> io::Result<()> {
            Ok(())
        }

        fn branch_write_job(&mut self, _: SaveBranchRequest<'_>) -> Option<BranchWriteJob> {
            None
        }
    }

    #[test]
    fn what_is_selected_stays_selected_when_the_scene_declares_something_before_it() {
        let mut session = test_session();
        let (agent, tie) = (AgentId(1), longhand_expr::ids::TieId(0));
        let pins = session.state().pins.clone();
        session.apply(SessionCommand::ShowAgent(agent));
        session.apply(SessionCommand::ToggleTieLayer(tie));
        session.apply(SessionCommand::Restart);
        assert!(session.handle_requests(&mut EditedScene).is_some());
        let state = session.state();
        assert_eq!(state.agent, Some(AgentId(2)));
        assert_eq!(state.hidden_ties, [longhand_expr::ids::TieId(1)]);
        assert_eq!(state.pins, pins.iter().map(|pin| AgentId(pin.0 + 1)).collect::<Vec<_>>());
    }
}
