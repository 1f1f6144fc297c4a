//! Answers as JSON, in a file or on standard output.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

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
    if is_stdout(Some(path)) {
        print_json(&mut terminal::stdout(), answer)?;
        return Ok(true);
    }
    let write = || print_json(&mut BufWriter::new(File::create(path)?), answer);
    write().map_err(|error| CliError::for_file("write", path, &error))?;
    Ok(false)
}

/// Prints an answer as JSON, indented.
pub(super) fn print_json(out: &mut (impl Write + ?Sized), answer: &impl Serialize) -> io::Result<()> {
    let text = serde_json::to_string_pretty(answer)?;
    writeln!(out, "{text}")?;
    out.flush()
}
