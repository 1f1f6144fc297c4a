//! Answers as JSON, in a file or on standard output.

use std::io::Write;
use std::path::Path;

use longhand_chronicle::WholeFile;
use serde::Serialize;

use super::exit::CliError;
use super::terminal;

/// Whether the JSON goes to standard output, which then has no text.
pub(super) fn is_stdout(path: Option<&Path>) -> bool {
    path == Some(Path::new("-"))
}

/// Writes an answer as JSON, if requested. Returns whether it went to standard output.
pub(super) fn write_json(path: Option<&Path>, answer: &impl Serialize) -> Result<bool, CliError> {
    let Some(path) = path else { return Ok(false) };
    let text = serde_json::to_string_pretty(answer).map_err(|error| CliError::Internal(error.to_string()))?;
    if is_stdout(Some(path)) {
        let mut out = terminal::stdout();
        writeln!(out, "{text}")?;
        out.flush()?;
        return Ok(true);
    }
    WholeFile::write(path, text + "\n").map_err(|error| CliError::for_file("write", path, &error))?;
    Ok(false)
}
