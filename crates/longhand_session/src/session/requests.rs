//! What the session asks of its host: other runs of the scene, saving, and opening another scene or story.

use std::mem;
use std::path::PathBuf;

use super::{FilteredEvents, Session};
use crate::branch::{RunBranch, RunSetup};
use crate::channel::{SimReceiver, sim_channel};
use crate::host::{HostRequest, SaveBranchRequest, SimulationHost};
use crate::output::OutputRequest;
use crate::play::PlayedRole;
use crate::run_data::RunData;
use crate::wording;
use longhand_chronicle::SymbolMap;
use longhand_expr::ids::{AgentId, Instant};
use longhand_scene::{Intervention, ParamValue};

impl Session {
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
                HostRequest::TakeOver(agent) => new = self.take_over(agent, host).or(new),
                HostRequest::SwitchBranch(index) => new = self.switch_branch(index, host).or(new),
                HostRequest::ListLibrary => self.editor.library = host.library(),
                HostRequest::Open(path) => new = self.replace_by(|| host.open_file(&path)).or(new),
                HostRequest::NewScene(path) => new = self.replace_by(|| host.new_scene(&path)).or(new),
                HostRequest::Write(path) => self.write_file(path, host),
                request => new = self.start_branch(&request, host).or(new),
            }
        }
        new
    }

    /// Opens another scene or story in place of this one, paused at its start. Unsaved texts are not lost: then nothing is opened.
    fn replace_by(&mut self, open: impl FnOnce() -> Result<(Self, SimReceiver), String>) -> Option<SimReceiver> {
        if self.editor.has_unsaved_text() {
            self.editor.open_error = Some("there are unsaved changes: save or discard them first".to_owned());
            return None;
        }
        match open() {
            Ok((session, receiver)) => {
                let (dark, zoom, opened_files) = (self.state.dark, self.state.zoom, self.editor.opened_files);
                // A file of the previous run that is being written is still wanted.
                let output = mem::take(&mut self.queries.output);
                *self = session;
                (self.state.dark, self.state.zoom, self.editor.opened_files) = (dark, zoom, opened_files + 1);
                self.queries.output = output;
                self.playback.stop();
                Some(receiver)
            }
            Err(message) => {
                self.editor.open_error = Some(message);
                None
            }
        }
    }

    /// Starts writing a file of the run. One that is being written is not given up for it.
    fn write_file(&mut self, path: PathBuf, host: &mut dyn SimulationHost) {
        if self.queries.output.is_pending() {
            return;
        }
        let (run, branch) = (&self.run, self.branches.current_branch());
        let request = OutputRequest {
            path: &path,
            run,
            setup: &branch.setup,
            branch: &branch.name,
            book: self.state.book_options.unwrap_or_default(),
            span: self.state.timeline_span.unwrap_or((Instant::START, run.simulated_until())),
            at: self.playback.cursor().at,
        };
        let job = host.output_job(request).unwrap_or_else(|message| Box::new(|_| Err(message)));
        self.queries.write_file(path, job);
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

    /// Starts a run in which the person plays a member of the cast, from the cursor on.
    fn take_over(&mut self, agent: AgentId, host: &mut dyn SimulationHost) -> Option<SimReceiver> {
        let Some(member) = self.run.scenario().cast.get(agent.index()) else {
            self.editor.rejection = Some("only members of the cast can be played".into());
            return None;
        };
        let (who, from) = (member.id.clone(), self.playback.cursor().at);
        let intervention = Intervention::Play { who, from_us: from.0, decisions: Vec::new() };
        let name = wording::describe_intervention(&self.run, &intervention);
        let parent = self.branches.current_index();
        let mut setup = self.branches.current_branch().setup.clone();
        setup.interventions.push(intervention);
        match host.start_run(&RunSetup { asks_player: true, ..setup.clone() }) {
            Ok((info, receiver)) => {
                self.branches.add(RunBranch::new(name, Some(parent), setup));
                self.switch_run(RunData::new(info), self.branches.branches().len() - 1, true);
                self.role = Some(PlayedRole::new(agent));
                self.playback.play_forward();
                Some(receiver)
            }
            Err(diagnostics) => {
                self.editor.rejection = diagnostics.list.first().map(|diagnostic| diagnostic.message.clone());
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
        self.role = None;
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
}
