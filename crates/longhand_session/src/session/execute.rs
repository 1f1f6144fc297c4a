//! What each command does to a session.

use std::mem;

use super::Session;
use crate::command::SessionCommand;
use crate::editor::CaretRequest;
use crate::host::HostRequest;
use crate::play::{PlayedRole, differing_decision};
use longhand_expr::ids::Instant;
use longhand_sim::PlayerChoice;

impl Session {
    /// Executes a command, without noting it for undo.
    pub(super) fn execute(&mut self, command: SessionCommand) {
        let Self { run, playback, state, editor, branches, queries, role, .. } = self;
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
            SessionCommand::TakeOver(agent) => editor.requests.push(HostRequest::TakeOver(agent)),
            SessionCommand::TakeOverShown => {
                editor.requests.extend(state.shown_agent(run).map(HostRequest::TakeOver));
            }
            SessionCommand::Decide(choice) => self.decide(choice),
            SessionCommand::DecideForDay => {
                role.iter_mut().for_each(PlayedRole::leave_for_a_day);
                self.decide(PlayerChoice::Own);
            }
            SessionCommand::LeaveRole => *role = None,
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
            SessionCommand::NewScene(path) => editor.requests.push(HostRequest::NewScene(path)),
            SessionCommand::WriteFile(path) => editor.requests.push(HostRequest::Write(path)),
            SessionCommand::StopWriting => queries.stop_writing(),
            SessionCommand::Save => editor.requests.push(HostRequest::SaveSources),
            SessionCommand::Restart => editor.requests.push(HostRequest::Reload),
            SessionCommand::Follow(agent) => state.follow = agent,
            SessionCommand::GraphDepth(steps) => state.graph_depth = steps.clamp(1, 3),
            SessionCommand::GraphNeighbors(count) => state.graph_neighbors = count.clamp(4, 96),
            SessionCommand::PathTo(agent) => state.path_to = agent,
            SessionCommand::ToggleTieLayer(tie) => toggle(&mut state.hidden_ties, tie),
            SessionCommand::TimelineSpan(span) => state.timeline_span = span.filter(|(from, to)| from < to),
            SessionCommand::ShowCity(city) => state.city = city,
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
            | SessionCommand::ShowOutputs
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

impl Session {
    /// Decides for the agent that the person plays, if the cursor is at a decision and it has this option.
    fn decide(&mut self, choice: PlayerChoice) {
        let is_there = self.playback.cursor().at >= self.run.simulated_until();
        let Some(asked) = self.role.as_mut().filter(|_| is_there).and_then(|role| role.take_question(choice)) else { return };
        if let Some(decision) = differing_decision(asked.decision(), choice) {
            self.branches.note_decision(decision);
        }
        asked.answer(choice);
        self.playback.play_forward();
    }
}

/// Removes an item from a list, or adds it.
fn toggle<T: PartialEq>(list: &mut Vec<T>, item: T) {
    match list.iter().position(|other| *other == item) {
        Some(index) => drop(list.remove(index)),
        None => list.push(item),
    }
}
