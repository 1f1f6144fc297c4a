//! How a command ends: the one table of exit codes, and what leads to each.

use std::io;
use std::path::Path;
use std::process::ExitCode;

/// The exit codes of every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It was done, or the answer is yes.
    Done = 0,
    /// The answer is no: a scene has problems, or beats come too seldom in a sweep that asks how often.
    No = 1,
    /// The command line cannot be understood.
    Usage = 2,
    /// A file cannot be read, written or understood.
    Input = 3,
    /// A fault of the program itself.
    Internal = 4,
}

impl Exit {
    /// Yes is done, no is no.
    pub fn answer(yes: bool) -> Self {
        if yes { Self::Done } else { Self::No }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// What was asked makes no sense with what is there.
    #[error("{0}")]
    Usage(String),
    /// A file or its content is at fault.
    #[error("{0}")]
    Input(String),
    /// Already said in full, scene and line and all.
    #[error("{0}")]
    Said(String),
    /// Nobody reads what is written any more, as in `longhand run … | head`.
    #[error("the reader went away")]
    Closed,
    /// The program is at fault.
    #[error("{0}")]
    Internal(String),
}

impl Failure {
    /// A file that cannot be opened, read or written.
    pub fn file(doing: &str, path: &Path, error: &io::Error) -> Self {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            io::ErrorKind::PermissionDenied => "it may not be touched".to_owned(),
            io::ErrorKind::AlreadyExists => "it is there already".to_owned(),
            io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
            _ => error.to_string(),
        };
        Self::Input(format!("cannot {doing} {}: {why}", path.display()))
    }

    /// The code it ends with.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Input(_) | Self::Said(_) => Exit::Input,
            Self::Closed => Exit::Done,
            Self::Internal(_) => Exit::Internal,
        }
    }
}

/// Writing to standard output: a closed pipe is a quiet end, anything else a fault of the place written to.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Input(format!("cannot write the answer: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_no_failure() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(failure.exit(), Exit::Done);
    }

    #[test]
    fn a_full_disk_is_one() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(failure.exit(), Exit::Input);
    }

    #[test]
    fn a_missing_file_is_named() {
        let failure = Failure::file("read", Path::new("scenes/ann.ron"), &io::Error::from(io::ErrorKind::NotFound));
        assert_eq!(failure.to_string(), "cannot read scenes/ann.ron: there is no such file");
    }
}
