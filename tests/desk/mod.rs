//! Where tests start the binary: a folder of its own, gone at the end.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A folder with the starter scene as `harbour.ron`.
pub struct Desk(tempfile::TempDir);

impl Desk {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for a while");
        fs::write(folder.path().join("harbour.ron"), longhand::scenario::STARTER).expect("it can be written to");
        Self(folder)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The binary, to be started here.
    pub fn longhand(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_longhand"));
        command.args(args).current_dir(self.0.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// How it ends, its answer, and what it says beside it.
    pub fn ask(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let Output { status, stdout, stderr } = self.longhand(args).output().expect("the binary starts");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (status.code(), text(stdout), text(stderr))
    }
}
