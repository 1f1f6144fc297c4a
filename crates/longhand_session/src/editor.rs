//! Edits of the scene during a session: parameters, source texts, interventions, and what the session needs from its host to
//! apply them.
//!
//! Nothing that was typed is lost. A draft stays until it is in its file; the text of the file stays in the editor until it can be
//! loaded; and a file that another program changed is not overwritten before a person has chosen.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::branch::RunSetup;
use super::channel::{RunInfo, SimReceiver};
use super::library::LibraryEntry;
use super::session::Session;
use longhand_scene::{Diagnostics, Intervention};

/// Writes a branch into a story. It repeats the simulation from the fork, so it takes about as long.
pub type BranchWriteJob = Box<dyn FnOnce() -> Result<(), String> + Send>;

/// A branch to be saved in the story that it was forked from.
#[derive(Clone, Copy, Debug)]
pub struct SaveBranchRequest<'a> {
    /// The branch it was forked from; `None`: the main run of the story.
    pub parent: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
    /// Parameters set differently from its parent's.
    pub param_overrides: &'a [(String, String)],
    /// Interventions in its parent.
    pub interventions: &'a [Intervention],
}

/// What a session needs from its owner, who has access to files and starts simulations.
pub trait SimulationHost: Send {
    /// Reloads the scene and starts a run with this setup.
    ///
    /// # Errors
    /// The diagnostics of the scene or of the setup. The current run continues in that case.
    fn start_run(&mut self, setup: &RunSetup) -> Result<(RunInfo, SimReceiver), Diagnostics>;

    /// Whether a file of the scene has changed since it was last loaded.
    fn has_changed(&mut self) -> bool;

    /// The files of the scene, so that a front end that sleeps can look whether one has changed.
    fn watched_files(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// The text that a file of the scene has now, by the name of the source; `None` if there is no such file, or it cannot be read.
    fn read_source(&mut self, name: &str) -> Option<String>;

    /// Saves one of the scene's source texts, by its name.
    ///
    /// # Errors
    /// If the file cannot be written.
    fn save_source(&mut self, name: &str, text: &str) -> io::Result<()>;

    /// Saves the overridden parameters in a file next to the scene.
    ///
    /// # Errors
    /// If the file cannot be written.
    fn save_params(&mut self, overrides: &[(String, String)]) -> io::Result<()>;

    /// A job that writes a branch into the open story; `None` if what is open is not a story.
    fn branch_write_job(&mut self, request: SaveBranchRequest<'_>) -> Option<BranchWriteJob>;

    /// The scenes and stories that can be opened; none for a host without files.
    fn library(&mut self) -> Vec<LibraryEntry> {
        Vec::new()
    }

    /// Opens another scene or story, in place of the one that is open.
    ///
    /// # Errors
    /// Why it cannot be opened. What is open stays open in that case.
    fn open_file(&mut self, path: &Path) -> Result<(Session, SimReceiver), String> {
        Err(format!("{} cannot be opened from here", path.display()))
    }
}

/// Unsaved edits, pending requests, and errors of earlier ones.
#[derive(Debug, Default)]
pub struct EditorState {
    /// Edited source texts that are not saved, by the name of the source.
    pub drafts: BTreeMap<String, String>,
    /// The texts of the files where they differ from those of the run: they could not be loaded.
    pub(super) file_texts: BTreeMap<String, String>,
    /// The sources with a draft whose file another program has changed. A save leaves them alone.
    pub conflicts: BTreeSet<String>,
    /// The diagnostics of the last load, if it failed.
    pub diagnostics: Option<Diagnostics>,
    /// The error of the last write, if it failed.
    pub write_error: Option<String>,
    /// Why the last intervention or save was rejected.
    pub rejection: Option<String>,
    /// Where the editor is to put its cursor.
    pub caret: Option<CaretRequest>,
    /// The scenes and stories that can be opened, once they were asked for.
    pub library: Vec<LibraryEntry>,
    /// Why the last file could not be opened.
    pub open_error: Option<String>,
    /// How many files were opened since the start.
    pub opened_files: u32,
    /// Requests for the host, executed by the next call of [`Session::handle_requests`](super::Session::handle_requests).
    pub(super) requests: Vec<HostRequest>,
}

/// A place in a source text to which the editor is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaretRequest {
    /// The number of the request; the editor goes there once for each number.
    pub number: u32,
    /// The position of the source.
    pub source: usize,
    /// Byte offset in its text.
    pub offset: usize,
}

impl EditorState {
    /// Whether something was typed that is in no file.
    #[must_use]
    pub fn has_unsaved_text(&self) -> bool {
        !self.drafts.is_empty()
    }

    /// Whether a request waits for the host.
    #[must_use]
    pub fn has_pending_request(&self) -> bool {
        !self.requests.is_empty()
    }

    /// The text of a file, if that of the run is `run_text`.
    fn file_text<'t>(&'t self, name: &str, run_text: &'t str) -> &'t str {
        self.file_texts.get(name).map_or(run_text, String::as_str)
    }

    /// The text that the editor shows: the draft, else that of the file.
    pub(super) fn shown_text<'t>(&'t self, name: &str, run_text: &'t str) -> &'t str {
        self.drafts.get(name).map_or_else(|| self.file_text(name, run_text), String::as_str)
    }

    /// Keeps what was typed.
    pub(super) fn edit(&mut self, name: &str, run_text: &str, text: String) {
        if self.file_text(name, run_text) == text {
            self.discard_draft(name);
        } else {
            self.drafts.insert(name.to_owned(), text);
        }
    }

    /// Takes the text of the file instead of the draft.
    pub(super) fn discard_draft(&mut self, name: &str) {
        self.drafts.remove(name);
        self.conflicts.remove(name);
    }

    /// Notes the text that a file has now. Where there is another draft of it, a person has to choose.
    pub(super) fn note_file_text(&mut self, name: &str, run_text: &str, text: String) {
        if self.file_text(name, run_text) == text {
            return;
        }
        match self.drafts.get(name) {
            Some(draft) if *draft == text => self.discard_draft(name),
            Some(_) => drop(self.conflicts.insert(name.to_owned())),
            None => {}
        }
        if text == run_text { drop(self.file_texts.remove(name)) } else { drop(self.file_texts.insert(name.to_owned(), text)) }
    }

    /// Writes the drafts into their files, except those in conflict. Returns whether all is well and the scene is to be loaded.
    pub(super) fn save_drafts(&mut self, sources: &[(String, String)], host: &mut dyn SimulationHost) -> bool {
        self.write_error = None;
        let run_text = |name: &str| sources.iter().find(|(other, _)| other == name).map_or("", |(_, text)| text.as_str());
        let mut has_written = false;
        for (name, draft) in self.drafts.clone() {
            if let Some(text) = host.read_source(&name) {
                self.note_file_text(&name, run_text(&name), text);
            }
            if self.conflicts.contains(&name) || !self.drafts.contains_key(&name) {
                continue;
            }
            match host.save_source(&name, &draft) {
                Ok(()) => {
                    self.drafts.remove(&name);
                    self.file_texts.insert(name, draft);
                    has_written = true;
                }
                Err(error) => self.write_error = Some(format!("cannot write the file: {error}")),
            }
        }
        self.write_error.is_none() && (has_written || self.conflicts.is_empty())
    }
}

/// A request that only the host can fulfil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum HostRequest {
    /// Reload the scene and restart the run.
    Reload,
    /// Start a run with a parameter overridden.
    SetParam(String, String),
    /// Start a run without overridden parameters.
    ResetParams,
    /// Start a run with an intervention.
    Fork(Intervention),
    /// Start a run with another seed.
    RunSeed(u64),
    /// Switch to another run.
    SwitchBranch(usize),
    /// Save the edited source texts, then reload the scene and restart the run.
    SaveSources,
    /// Save the overridden parameters.
    SaveParams,
    /// Save the current run as a branch of the story.
    SaveBranch(String),
    /// List what can be opened.
    ListLibrary,
    /// Open another scene or story.
    Open(PathBuf),
}
