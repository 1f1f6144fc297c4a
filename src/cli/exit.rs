//! The table of exit codes, and the errors that lead to each.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use super::query::QueryError;
use super::terminal;
use longhand_analysis::export::ExportError;
use longhand_analysis::what_if::ForkError;
use longhand_analysis::{MergeError, SweepError};
use longhand_chronicle::StoryError;
use longhand_scene::Diagnostics;

/// The exit codes of every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Success, or the answer is yes.
    Done = 0,
    /// The answer is no: a scene has problems, or a sweep does not reach a required share.
    No = 1,
    /// The command line is invalid.
    Usage = 2,
    /// A file cannot be read, written or understood.
    Input = 3,
    /// A bug in the program.
    Internal = 4,
}

impl Exit {
    /// `Done` for yes, `No` for no.
    pub fn from_answer(yes: bool) -> Self {
        if yes { Self::Done } else { Self::No }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The arguments do not fit the input or each other.
    #[error("{0}")]
    Usage(String),
    /// A file or its content is invalid.
    #[error("{0}")]
    Input(String),
    /// Rendered diagnostics, printed without a prefix.
    #[error("{0}")]
    Diagnostics(String),
    /// Standard output was closed, as in `longhand run … | head`.
    #[error("standard output was closed")]
    ClosedPipe,
    /// A bug in the program.
    #[error("{0}")]
    Internal(String),
}

impl CliError {
    /// The error for a file that cannot be opened, read or written. `verb` is the failed operation, as in `read`.
    pub fn for_file(verb: &str, path: &Path, error: &io::Error) -> Self {
        let reason = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            io::ErrorKind::AlreadyExists => "it already exists".to_owned(),
            io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
            _ => error.to_string(),
        };
        Self::Input(format!("cannot {verb} {}: {reason}", path.display()))
    }

    /// The exit code.
    pub fn exit_code(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Input(_) | Self::Diagnostics(_) => Exit::Input,
            Self::ClosedPipe => Exit::Done,
            Self::Internal(_) => Exit::Internal,
        }
    }
}

/// An error of standard output: a closed pipe ends the program quietly, anything else is an input error.
impl From<io::Error> for CliError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::Input(format!("cannot write the answer: {error}")),
        }
    }
}

impl From<QueryError> for CliError {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Output(error) => error.into(),
            QueryError::Story(StoryError::File { path, source }) => {
                Self::Input(format!("cannot use {}: {source}", path.display()))
            }
            error => Self::Input(error.to_string()),
        }
    }
}

impl From<StoryError> for CliError {
    fn from(error: StoryError) -> Self {
        QueryError::from(error).into()
    }
}

impl From<Diagnostics> for CliError {
    fn from(problems: Diagnostics) -> Self {
        Self::Diagnostics(problems.render(terminal::fancy_stderr()))
    }
}

impl From<ForkError> for CliError {
    fn from(error: ForkError) -> Self {
        match error {
            ForkError::Story(error) => error.into(),
            ForkError::InvalidIntervention(problems) => (*problems).into(),
            error => Self::Input(error.to_string()),
        }
    }
}

impl From<ExportError> for CliError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Story(error) => error.into(),
            ExportError::Io(error) => error.into(),
            ExportError::File { path, source } => Self::for_file("write", &path, &source),
            error @ (ExportError::Parquet { .. } | ExportError::Sqlite { .. }) => Self::Input(error.to_string()),
        }
    }
}

impl From<SweepError> for CliError {
    fn from(error: SweepError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<MergeError> for CliError {
    fn from(error: MergeError) -> Self {
        match error {
            MergeError::Write { path, source } => Self::for_file("write", &path, &source),
            error => Self::Input(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_not_an_error() {
        let failure = CliError::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(failure.exit_code(), Exit::Done);
    }

    #[test]
    fn a_full_disk_is_an_input_error() {
        let failure = CliError::from(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(failure.exit_code(), Exit::Input);
    }

    #[test]
    fn a_missing_file_is_named_in_the_error() {
        let failure = CliError::for_file("read", Path::new("scenes/ann.ron"), &io::Error::from(io::ErrorKind::NotFound));
        assert_eq!(failure.to_string(), "cannot read scenes/ann.ron: there is no such file");
    }
}
