//! The file that a command reads: a scene, which is simulated first, or a recorded story, which has its own seed and parameters.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::args::{DEFAULT_SEED, SimulationArgs};
use super::exit::CliError;

/// Whether a file is a story: an SQLite file, or any file with the extension `.story`, so that a damaged story is reported as
/// one.
pub(super) fn is_story(path: &Path) -> Result<bool, CliError> {
    if path.extension().is_some_and(|kind| kind == "story") {
        return Ok(true);
    }
    // Pipes and devices are not opened: reading them may never end.
    let metadata = std::fs::metadata(path).map_err(|error| CliError::for_file("read", path, &error))?;
    if !metadata.is_file() {
        let what = if metadata.is_dir() { "it is a folder" } else { "it is not a regular file" };
        return Err(CliError::Input(format!("cannot read {}: {what}", path.display())));
    }
    let mut head = Vec::new();
    let file = File::open(path).map_err(|error| CliError::for_file("read", path, &error))?;
    file.take(16).read_to_end(&mut head).map_err(|error| CliError::for_file("read", path, &error))?;
    Ok(head == b"SQLite format 3\0")
}

/// Returns an error if arguments for a scene's run are given for a story.
pub(super) fn reject_simulation_args(simulation: &SimulationArgs) -> Result<(), CliError> {
    let SimulationArgs { seed, set, until, .. } = simulation;
    if *seed == DEFAULT_SEED && set.is_empty() && until.is_none() { Ok(()) } else { Err(simulation_args_error()) }
}

/// The error for arguments of a scene's run that are given for a story.
pub(super) fn simulation_args_error() -> CliError {
    CliError::Usage("--seed, --set and --until are for a scene; a story is already simulated".into())
}
