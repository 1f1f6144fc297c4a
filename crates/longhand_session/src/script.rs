//! Commands from a file, for demonstrations, bug reports and tests.
//!
//! ```ron
//! [
//!     (at: "2025-03-01T07:30:00", do: Step(Event, On)),
//!     (do: GoTo(12)),
//! ]
//! ```
//!
//! A command waits until its `at` has been simulated; one without `at` only waits for those before it.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use ron::extensions::Extensions;
use serde::Deserialize;

use super::command::SessionCommand;
use super::run_data::RunData;

/// One command and its time.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptedCommand {
    /// Date and time in the scene's calendar. The command is executed when the run has been simulated up to it, or is over. A text that is not
    /// a date and time is ignored until the run is over.
    #[serde(default)]
    pub at: Option<String>,
    /// The command.
    #[serde(rename = "do")]
    pub command: SessionCommand,
}

/// The remaining commands of a script.
#[derive(Clone, Debug, Default)]
pub struct Script(VecDeque<ScriptedCommand>);

/// Why a script cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The file is not a list of commands.
    #[error("{}:{source}", path.display())]
    Text {
        /// The file.
        path: PathBuf,
        /// The position and the error.
        #[source]
        source: Box<ron::error::SpannedError>,
    },
}

impl Script {
    /// A script of commands without times.
    #[must_use]
    pub fn from_commands(commands: impl IntoIterator<Item = SessionCommand>) -> Self {
        Self(commands.into_iter().map(|command| ScriptedCommand { at: None, command }).collect())
    }

    /// Reads the commands of a file.
    ///
    /// # Errors
    /// If the file cannot be read, or is not a list of commands.
    pub fn read(path: &Path) -> Result<Self, ScriptError> {
        let text = std::fs::read_to_string(path).map_err(|source| ScriptError::File { path: path.into(), source })?;
        let plain = Extensions::IMPLICIT_SOME | Extensions::UNWRAP_NEWTYPES;
        let options = ron::Options::default().with_default_extension(plain);
        let commands =
            options.from_str(&text).map_err(|source| ScriptError::Text { path: path.into(), source: Box::new(source) })?;
        Ok(Self(commands))
    }

    /// The next command that is due. Each call returns at most one, so that a front end can draw in between.
    pub fn next_due(&mut self, run: &RunData) -> Option<SessionCommand> {
        let calendar = &run.scenario().calendar;
        let is_simulated = |at: &String| calendar.parse(at).is_ok_and(|at| at <= run.simulated_until()) || run.is_over();
        let is_due = |next: &mut ScriptedCommand| next.at.as_ref().is_none_or(is_simulated);
        self.0.pop_front_if(is_due).map(|next| next.command)
    }

    /// Whether all commands have been returned.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use longhand_expr::ids::Instant;

    use super::super::testing::{days, second_batch, test_session};
    use super::*;

    fn script(text: &str) -> Result<Script, ScriptError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("demo.ron");
        std::fs::write(&path, text).unwrap();
        Script::read(&path)
    }

    #[test]
    fn a_scripted_command_waits_until_its_time_is_simulated() {
        let mut session = test_session();
        let later = session.run().scenario().calendar.datetime(Instant(7 * Instant::DAY_US));
        let mut script = script(&format!("[(do: GoTo(0)), (at: \"{later}\", do: ToEnd)]")).unwrap();
        session.apply(script.next_due(session.run()).unwrap());
        assert_eq!(script.next_due(session.run()), None);
        assert!(!script.is_done());
        assert_eq!(days(session.playback().cursor().at), 1.0);
        session.receive(second_batch());
        session.apply(script.next_due(session.run()).unwrap());
        assert!(script.is_done());
        assert_eq!(session.playback().cursor().at, session.run().simulated_until());
    }

    #[test]
    fn an_invalid_script_reports_the_position() {
        let message = script("[\n    (do: Fly),\n]").unwrap_err().to_string();
        assert!(message.contains(":2:"), "{message}");
    }
}
