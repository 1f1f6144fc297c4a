//! What a session needs from its host, who has access to files and starts simulations.

use std::io;
use std::path::{Path, PathBuf};

use super::branch::RunSetup;
use super::channel::{RunInfo, SimReceiver};
use super::library::LibraryEntry;
use super::output::{OutputJob, OutputRequest};
use super::session::Session;
use longhand_expr::ids::AgentId;
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

/// What a session needs from its owner, who has access to files and starts simulations. What it does not implement, it cannot do: a host
/// without files only starts runs.
pub trait SimulationHost: Send {
    /// Reloads the scene and starts a run with this setup. If it asks a player, the run asks [over its channel](super::ask_over_channel).
    ///
    /// # Errors
    /// The diagnostics of the scene or of the setup. The current run continues in that case.
    fn start_run(&mut self, setup: &RunSetup) -> Result<(RunInfo, SimReceiver), Diagnostics>;

    /// Whether a file of the scene has changed since it was last loaded.
    fn has_changed(&mut self) -> bool {
        false
    }

    /// The files of the scene, so that a front end that sleeps can look whether one has changed.
    fn watched_files(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// The text that a file of the scene has now, by the name of the source; `None` if there is no such file, or it cannot be read.
    fn read_source(&mut self, _name: &str) -> Option<String> {
        None
    }

    /// Saves one of the scene's source texts, by its name.
    ///
    /// # Errors
    /// If the file cannot be written.
    fn save_source(&mut self, name: &str, _text: &str) -> io::Result<()> {
        Err(io::Error::other(format!("{name} has no file")))
    }

    /// Saves the overridden parameters in a file next to the scene.
    ///
    /// # Errors
    /// If the file cannot be written.
    fn save_params(&mut self, _overrides: &[(String, String)]) -> io::Result<()> {
        Err(io::Error::other("the scene has no file"))
    }

    /// A job that writes a branch into the open story; `None` if what is open is not a story.
    fn branch_write_job(&mut self, _request: SaveBranchRequest<'_>) -> Option<BranchWriteJob> {
        None
    }

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

    /// Creates a scene from the template, and opens it in place of the one that is open.
    ///
    /// # Errors
    /// Why it cannot be created; a file that exists is left alone. What is open stays open in that case.
    fn new_scene(&mut self, path: &Path) -> Result<(Session, SimReceiver), String> {
        Err(format!("{} cannot be created from here", path.display()))
    }

    /// A job that writes a file of a run.
    ///
    /// # Errors
    /// Why it cannot be written; a file that exists is left alone.
    fn output_job(&mut self, request: OutputRequest<'_>) -> Result<OutputJob, String> {
        Err(format!("{} cannot be written from here", request.path.display()))
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
    /// Start a run in which the person plays an agent, from the cursor on.
    TakeOver(AgentId),
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
    /// Create a scene from the template and open it.
    NewScene(PathBuf),
    /// Write a file of the current run.
    Write(PathBuf),
}
