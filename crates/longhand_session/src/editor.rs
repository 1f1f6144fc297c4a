//! Edits of the scene during a session: parameters, source texts, interventions, and what the session needs from its host to
//! apply them.

use std::collections::BTreeMap;
use std::io;

use super::branch::RunSetup;
use super::channel::{RunInfo, SimReceiver};
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

    /// Saves one of the scene's source texts, by position.
    ///
    /// # Errors
    /// If the file cannot be written.
    fn save_source(&mut self, source: usize, text: &str) -> io::Result<()>;

    /// Saves the overridden parameters in a file next to the scene.
    ///
    /// # Errors
    /// If the file cannot be written.
    fn save_params(&mut self, overrides: &[(String, String)]) -> io::Result<()>;

    /// A job that writes a branch into the open story; `None` if what is open is not a story.
    fn branch_write_job(&mut self, request: SaveBranchRequest<'_>) -> Option<BranchWriteJob>;
}

/// Unsaved edits, pending requests, and errors of earlier ones.
#[derive(Debug, Default)]
pub struct EditorState {
    /// Edited source texts that are not saved, by position.
    pub drafts: BTreeMap<usize, String>,
    /// The diagnostics of the last load, if it failed.
    pub diagnostics: Option<Diagnostics>,
    /// The error of the last write, if it failed.
    pub write_error: Option<String>,
    /// Why the last intervention or save was rejected.
    pub rejection: Option<String>,
    /// Requests for the host, executed by the next call of [`Session::handle_requests`](super::Session::handle_requests).
    pub(super) requests: Vec<HostRequest>,
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
}
